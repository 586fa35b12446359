"""`demo`: the whole path on the embedded sandbox, without an account; and `sandbox`, which serves it to others."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from asana_tbp.bridge.values import Task
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import out, say
from asana_tbp.cli.output.display import display_for
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.output.session_text import print_outcome
from asana_tbp.cli.output.tree import print_tree
from asana_tbp.cli.parameters import PORTS, Plain
from asana_tbp.errors import FAILED, TbpError
from asana_tbp.sandbox import API_PREFIX, SANDBOX_TOKEN
from asana_tbp.sandbox.http import Sandbox, embedded, serve_forever
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.scaffold.apply import Scaffold
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song
from asana_tbp.session.run import options_from_settings, run_session
from asana_tbp.session.start import SessionStart
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import Library
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import FastClock
from asana_tbp.system.token import Token
from asana_tbp.text import escape_controls

TEMPLATE = "edm-track"


def demo(
    context: AppContext,
    speed: Annotated[float, "FACTOR", "How many times as fast as real time.", (1, 100_000)] = 600,
    keep: Annotated[bool, "Keep the song for later commands with --sandbox."] = False,
    plain: Plain = False,
) -> int:
    """See it all in a minute, without an account.

    A song map becomes a project in the embedded Asana, and the timer completes its tasks at high speed.

    Examples:
      asana-tbp demo
      asana-tbp demo --speed 3000
      asana-tbp demo --keep
    """
    with ExitStack() as stack:
        if keep:
            paths = context.paths_of(sandbox=True)
            board, database_file = paths.sandbox_board, paths.database
        else:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="asana-tbp-demo-")))
            board, database_file = folder / "board.db", folder / "asana-tbp.db"
        clock = FastClock(speed)
        host = stack.enter_context(embedded(board, now=clock.now))
        database = stack.enter_context(open_database(database_file))
        asana = context.gateway(host, Token(SANDBOX_TOKEN, "the sandbox"))
        me = asana.me()
        desired = desired_of(open_template(Library().find(TEMPLATE)).song_map())
        song = begin_song(
            database, f"demo:{TEMPLATE}", me.workspaces[0].gid, desired.title, context.clock.now()
        )
        work = Scaffold(asana, database, song, desired, context.clock)
        with progress_bar(f"Scaffolding {desired.title}", context.countdown) as progress:
            made = work.apply(work.plan(), progress)
        say("A song map becomes a project in the embedded Asana:")
        print_tree(desired.title, desired.sections)
        options = replace(
            options_from_settings(context.settings), at_zero="complete", auto_start=True, rest=0.0
        )
        state, facts = database_file.parent, context.song_facts(database)
        begins = SessionStart(
            asana, database, clock, context.clock, state, facts, options, projects=(made.project_gid,)
        )
        begins.prepare(stack)
        runner = begins.begin("drop")
        assert runner is not None
        say(f"The timer runs {speed:g} times as fast as real time. Press Ctrl-C to stop it.")
        stage = display_for(context, plain=plain, stays=False)
        runner.faces.append(stage)
        ending = stage.run(lambda: run_session(runner, state, begins.source))
        print_outcome(ending)
        in_order = _report(asana.tasks(made.project_gid), [timebox.gid for timebox in begins.queue])
        if keep:
            say("Saved. Look around with:\n  asana-tbp --sandbox report")
        else:
            say("A song of your own begins with:\n  asana-tbp new")
    return ending.exit_code if in_order else ending.exit_code or FAILED


def _report(tasks: Sequence[Task], ideal_order: list[str]) -> bool:
    """Print what Asana has as completed; returns whether that was in the ideal order of gids."""
    out("The embedded Asana reports:")
    done = sorted((at, task.gid, task.name) for task in tasks if (at := task.completed_at))
    for at, _, name in done:
        out(f"  {at.astimezone():%a %H:%M:%S}  {escape_controls(name)}")
    in_order = [gid for _, gid, _ in done] == ideal_order[: len(done)]
    out(f"{len(done)} of {len(tasks)} tasks completed, {'in' if in_order else 'NOT in'} ideal order.")
    return in_order


def sandbox(
    context: AppContext, port: Annotated[int, "Where to listen; 0 takes any free port.", PORTS] = 8787
) -> None:
    """Serve the embedded Asana to other programs.

    It answers on this computer only, until Ctrl-C, and shows the same projects as commands with --sandbox.

    Examples:
      asana-tbp sandbox
      asana-tbp sandbox --port 0
    """

    def ready(url: str) -> None:
        say("The embedded Asana is ready. Press Ctrl-C to stop it. In another terminal:")
        variables = {"ASANA_TBP_HOST": f"{url}{API_PREFIX}", "ASANA_ACCESS_TOKEN": SANDBOX_TOKEN}
        for line in _export_lines(variables):
            say(f"  {line}")

    with SandboxState(path=context.paths_of(sandbox=True).sandbox_board) as board:
        try:
            serve_forever(Sandbox(board), port, ready)
        except OSError as error:
            raise TbpError(
                f"Port {port} can't be used: {error.strerror}.", "Choose another with --port."
            ) from None


def _export_lines(variables: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """What sets variables in the user's shell; on Windows for PowerShell, then for cmd."""
    if platform != "win32":
        return [f"export {' '.join(f'{name}={shlex.quote(value)}' for name, value in variables.items())}"]
    powershell = "; ".join(f"$env:{name} = '{value}'" for name, value in variables.items())
    cmd = " && ".join(f'set "{name}={value}"' for name, value in variables.items())
    return [powershell, f"or, in cmd:  {cmd}"]
