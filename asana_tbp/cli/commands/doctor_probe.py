"""`doctor --probe`: the question before it, the table after it, and a report that is safe to paste."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer

from asana_tbp.bridge.lookup import find_workspace
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, console, emit_json, is_live, out, say
from asana_tbp.cli.prompts.question import agrees
from asana_tbp.errors import INTERRUPTED, PARTLY_DONE, Cancelled, UsageError
from asana_tbp.scaffold.probe.run import Finding, Report, probe_asana
from asana_tbp.scaffold.probe.throwaway import MOST_REQUESTS
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory
from asana_tbp.system.atomic_file import write_new
from asana_tbp.text import escape_controls

HEADS = ("fact", "this Asana", "what we assumed")


def probe(context: AppContext, *, yes: bool, report_file: Path | None, as_json: bool) -> None:
    """Ask, find out, delete, print and remember."""
    if not yes and not asks():
        raise UsageError("There is no terminal to ask.", "Say --yes if you are sure.")
    with context.asana() as asana:
        # Counted from here: what the whole command sends.
        asana.allow_requests(MOST_REQUESTS)
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
    _print(report, as_json=as_json)
    if report_file is not None:
        write_new(report_file, markdown(report), "--report")
        say(f"Wrote {report_file}: no names, ids, hosts or tokens are in it.")
    _finish(report)


def _progress(finding: Finding) -> None:
    if asks():
        say(f"{finding.fact.name}: {escape_controls(finding.answer)}")


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        emit_json("doctor", probe=_facts(report))
    elif is_live():
        from rich.table import Table

        table = Table(*HEADS)
        for finding in report.findings:
            table.add_row(finding.fact.name, escape_controls(finding.answer), finding.fact.assumed)
        console().print(table)
    else:
        out(markdown(report))


def _facts(report: Report) -> dict[str, Any]:
    return {
        "requests": report.requests,
        "interrupted": report.interrupted,
        "facts": [
            {
                "key": each.fact.key,
                "fact": each.fact.name,
                "answer": each.answer,
                "assumed": each.fact.assumed,
            }
            for each in report.findings
        ],
        "leftovers": [{"name": each.name, "link": each.link} for each in report.leftovers],
    }


def markdown(report: Report) -> str:
    """The table for an issue."""
    rows = [HEADS, ("---",) * len(HEADS)]
    rows += [(each.fact.name, each.answer, each.fact.assumed) for each in report.findings]
    lines = [
        "| " + " | ".join(escape_controls(cell).replace("|", "\\|") for cell in row) + " |" for row in rows
    ]
    return "\n".join([*lines, "", f"asana-tbp {version('asana-tbp')}, {report.requests} requests"])


def _finish(report: Report) -> None:
    for leftover in report.leftovers:
        say(
            escape_controls(
                f"Could not delete {leftover.name}. Please delete it by hand. {leftover.link}".strip()
            )
        )
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.leftovers:
        raise typer.Exit(PARTLY_DONE)
