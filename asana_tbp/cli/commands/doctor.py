"""`doctor`: is everything in order on this computer, and what to do where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from asana_tbp.cli.checks import Check, run_checks
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.output.tree import fold
from asana_tbp.cli.parameters import AsJson
from asana_tbp.cli.sessions import sessions_alive
from asana_tbp.errors import FAILED, TbpError, UsageError
from asana_tbp.store.database import back_up, restore

MARKS = {"ok": "ok", "warning": "warning", "problem": "PROBLEM"}


def doctor(
    context: AppContext,
    ring: Annotated[bool, "Give every alert once: bell, notification, sound."] = False,
    backup: Annotated[Path | None, "FILE", "Copy your songs' local database to a file."] = None,
    restore_from: Annotated[Path | None, "--restore", "FILE", "Put such a copy back in place."] = None,
    probing: Annotated[
        bool, "--probe", "Try out on a private project, deleted again, how your Asana behaves."
    ] = False,
    report: Annotated[
        Path | None, "FILE", "With --probe: write a report to paste, without names or ids."
    ] = None,
    yes: Annotated[bool, "-y", "With --probe: don't ask."] = False,
    as_json: AsJson = False,
) -> None:
    """Check this computer, your token and Asana.

    Nothing secret is printed, so you can paste what you see into a report. The exit code is 1 when there is a problem.

    Examples:
      asana-tbp doctor
      asana-tbp doctor --json
      asana-tbp doctor --backup songs.db
      asana-tbp doctor --probe --report probe.md
    """
    if backup is not None and restore_from is not None:
        raise UsageError("Give --backup or --restore, not both.")
    if backup is not None:
        if not context.paths.database.exists():
            raise TbpError("There is no database yet: nothing to copy.")
        back_up(context.paths.database, backup)
        out(str(backup))
        return
    if restore_from is not None:
        _restore(context, restore_from)
        return
    if probing:
        from asana_tbp.cli.commands.doctor_probe import probe

        probe(context, yes=yes, report_file=report, as_json=as_json)
        return
    if report is not None or yes:
        raise UsageError(
            "--report and --yes belong to --probe.", "Run: asana-tbp doctor --probe --report FILE"
        )
    checks: list[Check] = []
    for check in run_checks(context, aloud=ring):
        checks.append(check)
        if not as_json:
            _print(check)
    if as_json:
        emit_json("doctor", checks=[check._asdict() for check in checks])
    if any(check.status == "problem" for check in checks):
        raise typer.Exit(FAILED)


def _print(check: Check) -> None:
    out(fold(f"{MARKS[check.status]:7}  {check.name:12}  {check.detail}", 23))
    if check.hint:
        out(fold(f"{'':23}{check.hint}", 23))


def _restore(context: AppContext, source: Path) -> None:
    if not source.is_file():
        raise UsageError(f"There is no file {source}.")
    if songs := [address.song for address in sessions_alive(context.paths.state)]:
        raise TbpError(f"A session of {songs[0]} is running.", "Stop it first: asana-tbp stop")
    context.paths.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = restore(source, context.paths.database)
    say(f"Restored {source}.")
    if aside is not None:
        say(f"What was there before is now {aside}.")
