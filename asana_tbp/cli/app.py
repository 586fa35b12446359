"""The commands, each with its module and its line in `asana-tbp --help`; and the entry point of the process.

A command's module is loaded only when the command is called.
"""

import signal
import sys
from functools import cache
from typing import NamedTuple, NoReturn

from asana_tbp.errors import INTERRUPTED

PLAN, WORK, STEER = "Plan a song", "Work", "Steer a session"
SONGS, SET_UP, TRY = "Your songs", "Set up", "Try it"


class Command(NamedTuple):
    """Where a command is (`module:name` in `cli/commands`), and how the overview shows it.

    Without `help` it shares the line of the command before.
    """

    target: str
    help: str
    panel: str


COMMANDS = {
    "demo": Command("demo:demo", "See it all in a minute, without an account", TRY),
    "sandbox": Command("demo:sandbox", "Serve the embedded Asana to other programs", TRY),
    "new": Command("new:new", "Write a song map by answering questions", PLAN),
    "plan": Command("scaffold:plan", "Preview what scaffold would change", PLAN),
    "scaffold": Command("scaffold:scaffold", "Make or update a song's project in Asana", PLAN),
    "pull": Command("pull:pull", "Turn a project in Asana into a song map", PLAN),
    "templates": Command("templates:app", "List, show, copy and check song maps", PLAN),
    "start": Command("start:start", "Start the timer on a song's tasks", WORK),
    "next": Command("songs:next_", "Suggest what to work on now", WORK),
    "status": Command("status:status", "Show the current task and the time left", WORK),
    "web": Command("web:web", "Show the timer in a browser or in OBS", WORK),
    "timer": Command("timer:timer", "Run a countdown without Asana", WORK),
    "come-back": Command("come_back:come_back", "Mark a task to come back to", STEER),
    "undo": Command("outbox:undo", "Reopen the last completed task", STEER),
    "board": Command("board:app", "Show and arrange all your songs", SONGS),
    "songs": Command("songs:app", "List your songs", SONGS),
    "open": Command("songs:open_", "", SONGS),
    "idea": Command("board:idea", "Save an idea before it is gone", SONGS),
    "report": Command("report:report", "Show where the time went", SONGS),
    "outbox": Command("outbox:app", "Show changes waiting to be sent to Asana", SONGS),
    "auth": Command("auth:app", "Log in to and out of Asana", SET_UP),
    "workspaces": Command("workspaces:workspaces", "Choose where new songs go", SET_UP),
    "config": Command("config:app", "Show and change settings", SET_UP),
    "doctor": Command("doctor:doctor", "Check this computer, your token and Asana", SET_UP),
    "help": Command("help:help_", "Read about a topic", SET_UP),
}
"""The commands that stand in a module of their own, in the order of their panel."""


@cache
def every_command() -> dict[str, Command]:
    """All commands: those that steer a session come from the timer's table."""
    from asana_tbp.timer.words import COMMAND_WORDS

    steering = {
        word: Command(f"control:{word}", words.overview, STEER)
        for word, words in COMMAND_WORDS.items()
        if words.help
    }
    return steering | COMMANDS


PANELS = (TRY, PLAN, WORK, STEER, SONGS, SET_UP)

_MEANT = {
    "doctor": "alerts debug diagnose",
    "start": "begin run",
    "report": "calibrate",
    "web": "browse",
    "templates check": "check validate",
    "done": "complete finish",
    "config": "configure",
    "new": "create init",
    "stop": "end quit",
    "pull": "export",
    "help": "docs topics",
    "scaffold": "import make push",
    "songs": "list ls",
    "auth login": "login token",
    "auth logout": "logout",
    "hold": "record",
    "config list": "settings",
    "templates show": "show",
    "workspaces": "teams workspace",
    "templates": "template",
    "demo": "try tutorial",
    "auth status": "whoami",
}
NEAR_WORDS = {word: command for command, words in _MEANT.items() for word in words.split()}
"""Words that are not commands, each with the command that is meant."""


def main() -> NoReturn:
    """Run the command line of this process."""
    try:
        from typer.main import get_command

        from asana_tbp.cli.group import root_app
        from asana_tbp.cli.output.console import settle_encodings

        settle_encodings()
        get_command(root_app()).main()
    except KeyboardInterrupt:
        # Ctrl-C while the program was still loading.
        sys.exit(INTERRUPTED)
    finally:
        # The command is over: a late Ctrl-C must not change how it ended.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(0)
