"""`doctor`: checks this computer, the token and Asana, and says what to do about problems."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from asana_tbp.bridge.lookup import find_workspace
from asana_tbp.cli.checks import Check, run_checks
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, console, emit_json, fold, is_live, out, say
from asana_tbp.cli.parameters import WithJson
from asana_tbp.cli.prompts.question import agrees
from asana_tbp.cli.sessions import sessions_alive
from asana_tbp.errors import FAILED, INTERRUPTED, OK, PARTLY_DONE, Cancelled, ExitCode, TbpError, UsageError
from asana_tbp.scaffold.probe.facts import Finding, Report, probe_asana
from asana_tbp.scaffold.probe.throwaway import MOST_REQUESTS
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory
from asana_tbp.store.backup import back_up, restore
from asana_tbp.system.atomic_file import write_new
from asana_tbp.text import escape_controls

HEADS = ("fact", "this Asana", "what we assumed")


def doctor(
    context: WithJson,
    ring: Annotated[bool, "Try every alert once: bell, notification, sound."] = False,
    backup: Annotated[Path | None, "FILE", "Copy your songs' local database to a file."] = None,
    restore_from: Annotated[Path | None, "--restore", "FILE", "Put such a copy back in place."] = None,
    probing: Annotated[
        bool, "--probe", "Test how your Asana behaves, on a private project that is deleted afterwards."
    ] = False,
    report: Annotated[
        Path | None, "FILE", "With --probe: write a report to paste, without names or ids."
    ] = None,
    yes: Annotated[bool, "-y", "With --probe: don't ask."] = False,
) -> ExitCode:
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
        return OK
    if restore_from is not None:
        _restore(context, restore_from)
        return OK
    if probing:
        return _probe(context, yes=yes, report_file=report)
    if report is not None or yes:
        raise UsageError(
            "--report and --yes belong to --probe.", "Run: asana-tbp doctor --probe --report FILE"
        )
    checks: list[Check] = []
    for check in run_checks(context, aloud=ring):
        checks.append(check)
        if not context.as_json:
            mark = "PROBLEM" if check.status == "problem" else check.status
            out(fold(f"{mark:7}  {check.name:12}  {check.detail}", 23))
            for line in check.hint.splitlines():
                out(fold(f"{'':23}{line}", 23))
    if context.as_json:
        emit_json("doctor", checks=[{"name": check.name, **check._asdict()} for check in checks])
    return FAILED if any(check.status == "problem" for check in checks) else OK


def _restore(context: AppContext, source: Path) -> None:
    if not source.is_file():
        raise UsageError(f"There is no file {source}.")
    if songs := [address.song for address in sessions_alive(context.paths.state)]:
        raise TbpError(f"A session of {songs[0]} is running.", "Stop it first: asana-tbp stop")
    aside = restore(source, context.paths.database)
    say(f"Restored {source}.")
    if aside is not None:
        say(f"What was there before is now {aside}.")


def _probe(context: AppContext, *, yes: bool, report_file: Path | None) -> ExitCode:
    """Ask, find out, delete, print and remember."""
    if not yes and not asks():
        raise UsageError("There is no terminal to ask.", "Add --yes if you are sure.")
    with context.asana() as asana:
        # The limit holds for everything that the command sends.
        asana.http.most_requests = MOST_REQUESTS
        user = asana.me()
        workspace = find_workspace(context.settings.workspace or None, user.workspaces)
        if not yes and not agrees(
            f"This makes a private project with some tasks, and a section of My Tasks, in {workspace.name}, sends at"
            f" most {MOST_REQUESTS} requests and deletes all of it again. Go on?"
        ):
            raise Cancelled("Nothing was sent.")
        report = probe_asana(asana, context.clock, user, workspace, _progress)
    with context.database() as database:
        memory = WorkspaceMemory(database, workspace.gid, context.clock.now)
        for fact, value in report.remembered.items():
            memory.learn(fact, value)
    if context.as_json:
        content = {
            "requests": report.requests,
            "interrupted": report.interrupted,
            "facts": [each._asdict() for each in report.findings],
            "leftovers": [{"name": each.name, "link": each.link} for each in report.leftovers],
        }
        emit_json("doctor", probe=content)
    elif is_live():
        from rich.table import Table

        table = Table(*HEADS)
        for each in report.findings:
            table.add_row(*map(escape_controls, each[1:]))
        console().print(table)
    else:
        out(markdown(report))
    if report_file is not None:
        write_new(report_file, markdown(report), "--report")
        say(f"Wrote {report_file}: no names, ids, hosts or tokens are in it.")
    for leftover in report.leftovers:
        text = f"Could not delete {leftover.name}. Please delete it by hand. {leftover.link}"
        say(escape_controls(text.strip()))
    return INTERRUPTED if report.interrupted else PARTLY_DONE if report.leftovers else OK


def _progress(finding: Finding) -> None:
    if asks():
        say(f"{finding.fact}: {escape_controls(finding.answer)}")


def markdown(report: Report) -> str:
    """The table for an issue."""
    rows = [HEADS, ("---",) * len(HEADS), *(each[1:] for each in report.findings)]
    lines = [
        "| " + " | ".join(escape_controls(cell).replace("|", "\\|") for cell in row) + " |" for row in rows
    ]
    return "\n".join([*lines, "", f"asana-tbp {version('asana-tbp')}, {report.requests} requests"])
