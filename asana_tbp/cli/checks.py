"""The checks of `doctor`: each gives a line with what it found and, if something is wrong, what to do."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple

from asana_tbp.bridge.lookup import find_workspace
from asana_tbp.bridge.values import Workspace
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import is_live
from asana_tbp.cli.sessions import sessions_alive
from asana_tbp.errors import AsanaError, NotFound, TbpError
from asana_tbp.session.control_client import running_sessions
from asana_tbp.store.backup import integrity
from asana_tbp.store.database import MIGRATIONS, NO_RIGHTS, read_only
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.alerts import desktop_problem, has_screen, notify, play, ring, run_command
from asana_tbp.system.token import probe_keyring
from asana_tbp.text import plural

MOST_SKEW = 120.0
"""Seconds by which the clocks may differ before days and deadlines look wrong."""

LITTLE_SPACE = 100_000_000
"""Bytes of free space below which a warning is due."""


class Check(NamedTuple):
    """One line: what was found of `name`, and `hint`, what to do."""

    status: Literal["ok", "warning", "problem"]
    name: str
    detail: str
    hint: str = ""


ok, warning, problem = partial(Check, "ok"), partial(Check, "warning"), partial(Check, "problem")


def run_checks(context: AppContext, *, aloud: bool) -> Iterator[Check]:
    """All checks, one after another. `aloud` gives every alert once."""
    program = f"asana-tbp {version('asana-tbp')}, Python {platform.python_version()}, {platform.system()}"
    untested = "It is untested on this system so far; please report what you find."
    yield ok("program", program) if sys.platform == "linux" else warning("program", program, untested)
    try:
        changed = [f"{name} ({origin})" for name, origin in context.settings.origins.items()]
    except TbpError as error:
        yield problem("settings", error.sentence, error.hint)
        return
    values = f"set: {', '.join(changed)}" if changed else "every setting has its default"
    yield ok("settings", f"{context.paths.settings_file}; {values}")
    checks = {
        "Asana": _asana(context),
        "keyring": _keyring(context),
        "alerts": _alerts(context, aloud=aloud),
        "terminal": _terminal(),
        "state": _state(context.paths.state),
        "database": _database(context),
        "sessions": _sessions(context),
    }
    for name, check in checks.items():
        try:
            yield from check
        except TbpError as error:
            yield problem(name, error.sentence, error.hint)
        except OSError as error:
            yield problem(name, f"{error.strerror or error}.", "Check the folder and who may use it.")


def _asana(context: AppContext) -> Iterator[Check]:
    if context.sandbox:
        yield ok("host", "the embedded Asana (--sandbox)")
    else:
        host = context.settings.host
        # This loads the HTTP library, which the other checks may do without.
        from asana_tbp.bridge.connections import Limits, greet

        try:
            answer = greet(host, context.clock.now, Limits())
        except TbpError as error:
            why = f" {error.reason}." if isinstance(error, AsanaError) and error.reason else ""
            yield problem("host", f"{error.sentence}{why}", error.hint)
            return
        yield ok("host", f"{host} answered in {answer.seconds * 1000:.0f} ms")
        if answer.ahead is not None and abs(answer.ahead) > MOST_SKEW:
            hint = "Let it set its clock from the internet; days and deadlines depend on it."
            yield warning("clock", _skew(answer.ahead), hint)
    name = "token"
    try:
        if not context.sandbox:
            yield ok(name, f"from {context.token().source}")
        name = "account"
        with context.asana() as asana:
            me = asana.me()
    except AsanaError as error:
        yield problem(name, error.sentence, error.hint)
        return
    yield ok(name, f"{me.name}, {plural(len(me.workspaces), 'workspace')}")
    settings, origin = context.settings, context.settings.origin("requests_per_minute")
    limit = f"{settings.requests_per_minute} requests a minute ({origin}); 150 is right for the free plan"
    yield ok("limit", limit)
    yield _workspace(context, me.workspaces)


def _skew(ahead: float) -> str:
    sizes = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
    size, unit = next(each for each in sizes if abs(ahead) >= each[0] * 0.95)
    away = plural(round(abs(ahead) / size), unit)
    return f"This computer's clock is {away} {'slow' if ahead > 0 else 'fast'}, compared with Asana's."


def _workspace(context: AppContext, places: Sequence[Workspace]) -> Check:
    chosen, hint = context.settings.workspace, "Choose one: asana-tbp workspaces --use NAME"
    if not chosen and len(places) > 1:
        return warning("workspace", f"None is chosen out of {len(places)}.", hint)
    try:
        name = find_workspace(chosen or None, places).name
    except TbpError as error:
        # For an unknown name suggest a choice; other errors, such as for two of one name, have better hints.
        unknown = isinstance(error, NotFound) and bool(places)
        return problem("workspace", " ".join(error.sentence.split()), hint if unknown else error.hint)
    how = f" ({context.settings.origin('workspace')})" if chosen else ", the only one"
    return ok("workspace", f"{name}{how}")


def _keyring(context: AppContext) -> Iterator[Check]:
    try:
        probe_keyring()
        yield ok("keyring", "works")
    except TbpError as error:
        hint = "" if context.sandbox else "A token in the environment or in a private file works as well."
        yield warning("keyring", error.sentence, hint)


def _alerts(context: AppContext, *, aloud: bool) -> Iterator[Check]:
    settings = context.settings
    values = {"TBP_OCCASION": "test", "TBP_TITLE": "Write bassline", "TBP_SONG": "Midnight Galaxy"}
    live = is_live()

    def line(name: str, fault: str, *, is_on: bool = True) -> Check:
        if not is_on:
            return ok(name, "off in your settings")
        if fault:
            return warning(name, fault, "The timer works without it. See: asana-tbp help settings")
        return ok(name, "given" if aloud else "on; try it with --ring")

    if aloud and live:
        ring(sys.stdout)
    yield line("bell", "" if live else "This isn't a terminal that can ring.", is_on=settings.gives("bell"))
    desktop = notify("Time is up", "Write bassline. Next: Design pad") if aloud else desktop_problem()
    yield line("notification", desktop, is_on=settings.gives("notification"))
    if settings.gives("sound") and settings.sound_command:
        yield line("sound", run_command(settings.sound_command, values) if aloud else "")
    elif settings.gives("sound") and settings.sound:
        sound = Path(os.path.expanduser(settings.sound))
        there = "" if sound.is_file() else f"The sound {sound} is not there."
        yield line("sound", play(sound) if aloud else there)
    for occasion, command in settings.hooks.items():
        values["TBP_OCCASION"] = occasion
        yield line(f"hook_{occasion}", run_command(command, values) if aloud else "")


def _terminal() -> Iterator[Check]:
    size = shutil.get_terminal_size()
    kind = f"{size.columns} x {size.lines}" if is_live() else "output goes to a file or program"
    yield ok("terminal", f"{kind}, {sys.stdout.encoding}{', NO_COLOR' if os.environ.get('NO_COLOR') else ''}")
    if has_screen():
        yield ok("browser", "can be opened from here")
    else:
        yield warning("browser", "No browser can be opened from here.", "Copy the printed links into yours.")


def _state(folder: Path) -> Iterator[Check]:
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(place).free
    if not os.access(place, os.W_OK | os.X_OK):
        yield problem("state", f"{place} can't be written to.", NO_RIGHTS)
    elif free < LITTLE_SPACE:
        yield warning("state", f"{folder} has only {free // 1_000_000} MB left.", "Free some space.")
    elif folder.exists() and os.name == "posix" and folder.stat().st_mode & 0o077:
        yield warning("state", f"Others can read {folder}.", f"Close it: chmod 700 {folder}")
    else:
        yield ok("state", f"{folder}, {free // 1_000_000_000} GB free")


def _database(context: AppContext) -> Iterator[Check]:
    path = context.paths.database
    if not path.exists():
        yield warning("database", "There is none yet.", "It is made with your first song.")
        return
    with read_only(path) as database:
        if damage := integrity(database):
            hint = "Put a backup in its place: asana-tbp doctor --restore FILE"
            yield problem("database", f"{path}: {damage}.", hint)
            return
        size = f"{path}, {path.stat().st_size // 1024} KB"
        if database.version() < len(MIGRATIONS):
            yield ok(
                "database", f"{size}, of an older version; your next command updates it and keeps a copy"
            )
            return
        yield ok("database", size)
        waiting, failed = (len(kind()) for kind in (Outbox(database).pending, Outbox(database).parked))
    if failed:
        yield warning("outbox", f"{plural(failed, 'change')} failed.", "See: asana-tbp outbox list")
    else:
        yield ok("outbox", f"{plural(waiting, 'change')} waiting" if waiting else "nothing waiting")


def _sessions(context: AppContext) -> Iterator[Check]:
    named = [address.song for address in running_sessions(context.paths.state / "sessions")]
    songs = [address.song for address in sessions_alive(context.paths.state)]
    if broken := [song for song in named if song not in songs]:
        sentence = f"The session of {broken[0]} broke off, as after a crash."
        yield warning("session", sentence, "Nothing is lost. Continue it: asana-tbp start")
    yield ok("sessions", ", ".join(songs) if songs else "none is running")
