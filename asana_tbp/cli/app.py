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
    """Which module of `cli/commands` has a command, how the overview shows it, and what commands a group has.

    Its function has the command's name, with a trailing underscore where Python has the word itself. A group without
    such a function does what the command `alone` of it does, or shows its help. Without `help` it shares the line of
    the command before.
    """

    module: str
    help: str
    panel: str
    group: str = ""
    alone: str = ""


COMMANDS = {
    "demo": Command("demo", "See it all in a minute, without an account", TRY),
    "sandbox": Command("demo", "Serve the embedded Asana to other programs", TRY),
    "new": Command("new", "Write a song map by answering questions", PLAN),
    "plan": Command("scaffold", "Preview what scaffold would change", PLAN),
    "scaffold": Command("scaffold", "Make or update a song's project in Asana", PLAN),
    "pull": Command("pull", "Turn a project in Asana into a song map", PLAN),
    "templates": Command(
        "templates", "List, show, copy and check song maps", PLAN, "list show path copy check schema", "list"
    ),
    "start": Command("start", "Start the timer on a song's tasks", WORK),
    "next": Command("songs", "Suggest what to work on now", WORK),
    "status": Command("status", "Show the current task and the time left", WORK),
    "web": Command("web", "Show the timer in a browser or in OBS", WORK),
    "timer": Command("timer", "Run a countdown without Asana", WORK),
    "come-back": Command("come_back", "Mark a task to come back to", STEER),
    "undo": Command("outbox", "Reopen the last completed task", STEER),
    "board": Command("board", "Show and arrange all your songs", SONGS, "init add move archive"),
    "songs": Command("songs", "List your songs", SONGS, "archive restore"),
    "open": Command("songs", "", SONGS),
    "idea": Command("board", "Save an idea before it is gone", SONGS),
    "report": Command("report", "Show where the time went", SONGS),
    "outbox": Command(
        "outbox", "Show changes waiting to be sent to Asana", SONGS, "list retry discard", "list"
    ),
    "auth": Command("auth", "Log in to and out of Asana", SET_UP, "login status logout"),
    "workspaces": Command("workspaces", "Choose where new songs go", SET_UP),
    "config": Command("config", "Show and change settings", SET_UP, "list get set unset path edit"),
    "doctor": Command("doctor", "Check this computer, your token and Asana", SET_UP),
    "help": Command("help", "Read about a topic", SET_UP),
}
"""The commands that stand in a module of their own, in the order of their panel."""


@cache
def every_command() -> dict[str, Command]:
    """All commands: those that steer a session come from the timer's table."""
    from asana_tbp.timer.words import COMMAND_WORDS

    steering = {
        word: Command("control", words.overview, STEER) for word, words in COMMAND_WORDS.items() if words.help
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
"""Words that people type for a command, each with the command's real name."""


def main() -> NoReturn:
    """Run the command line of this process."""
    try:
        from asana_tbp.system.signals import never_lose_an_interrupt

        never_lose_an_interrupt()
        from asana_tbp.cli.group import root_command
        from asana_tbp.cli.output.console import set_encodings

        set_encodings()
        root_command().main()
    except KeyboardInterrupt:
        # Ctrl-C while the program was still loading.
        sys.exit(INTERRUPTED)
    finally:
        # The command is over: a late Ctrl-C must not change how it ended, not even one that comes in here.
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(0)
