"""Show and change settings.

Examples:
  asana-tbp config list
  asana-tbp config set at_zero ask
  asana-tbp config unset at_zero
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from typing import Annotated, Any

from asana_tbp.cli.commands.help import DOCS
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.help import filled
from asana_tbp.cli.output.console import fold, out, say
from asana_tbp.cli.parameters import WithJson
from asana_tbp.errors import TbpError, UsageError
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.environment import child_environment
from asana_tbp.system.settings import SETTINGS, Settings, load_settings, setting_as_text, variable_of
from asana_tbp.system.settings_writer import write_setting
from asana_tbp.text import did_you_mean, quote

Name = Annotated[str, "SETTING", "A setting's name, such as at_zero."]


def list_(context: WithJson) -> None:
    """List every setting with its value, origin and meaning.

    Examples:
      asana-tbp config list
      asana-tbp config list --json
    """
    rows = [_row(context.settings, name) for name in SETTINGS]
    lines = []
    for row in rows:
        default = "" if row["origin"] == "the default" else f"; the default is {row['default'] or 'none'}"
        lines.append(fold(f"{row['name']} = {row['value']}  ({row['origin']}{default})", 4))
        lines.append(filled(row["meaning"], "    ", "    "))
    context.answer("\n".join(lines), settings=rows)


def get_(context: WithJson, setting: Name) -> None:
    """Print the value of a setting.

    Examples:
      asana-tbp config get default_budget
    """
    row = _row(context.settings, setting)
    context.answer(row["value"], **row)


def set_(
    context: AppContext,
    setting: Name,
    value: Annotated[str, "VALUE", "The new value, such as ask, 25m, on or none."],
) -> None:
    """Save a setting in the settings file; its comments stay.

    Examples:
      asana-tbp config set at_zero ask
      asana-tbp config set default_budget 30m
      asana-tbp config set auto_start off
    """
    item = _known(setting)
    try:
        read = item.metadata["read"](value)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{setting}: {error}") from None
    write_setting(context.paths.settings_file, setting, _as_toml(value, read))
    say(f"{setting} is now {setting_as_text(setting, read) or 'none'}.")
    if (variable := variable_of(setting)) and context.env.get(variable):
        say(f"Note: {variable} is set in your environment or .env file and is used instead.")


def unset(context: AppContext, setting: Name) -> None:
    """Remove a setting from the settings file, to use the default.

    Examples:
      asana-tbp config unset at_zero
    """
    path = context.paths.settings_file
    if write_setting(path, setting, None):
        say(f"{setting} is no longer set.")
    else:
        _known(setting)
        say(f"{setting} was not set in {path}.")


def path_(context: AppContext) -> None:
    """Print where the settings file is."""
    out(str(context.paths.settings_file))


def edit(context: AppContext) -> None:
    """Open the settings file in your editor.

    The editor is the one in VISUAL or EDITOR. What you save is checked.
    """
    path = context.paths.settings_file
    if not path.exists():
        write_over(path, "# Settings of asana-tbp. What there is: asana-tbp help settings\n", private=True)
    words = [*_editor(), str(path)]
    try:
        # The command comes from the user's own environment, and no shell interprets it.
        subprocess.run(words, check=True, env=child_environment())
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"exit code {error.returncode}"
        raise TbpError(f"{words[0]} did not work: {reason}.", "Name another editor in EDITOR.") from None
    load_settings(path, context.env)


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named:
        return [named] if shutil.which(named) else shlex.split(named, posix=os.name != "nt")
    if sys.platform == "win32":
        return ["notepad"]
    if found := next(filter(None, map(shutil.which, ("nano", "vi"))), None):
        return [found]
    raise TbpError("There is no editor.", "Name one in EDITOR.")


def _known(name: str) -> Any:
    if name in SETTINGS:
        return SETTINGS[name]
    if name == "token":
        raise UsageError("A token is not a setting.", "Log in with: asana-tbp auth login")
    raise UsageError(
        f"There is no setting {quote(name)}.{did_you_mean(name, SETTINGS)}",
        "List them: asana-tbp config list",
    )


def _row(settings: Settings, name: str) -> dict[str, str]:
    default = _known(name).default
    return {
        "name": name,
        "value": setting_as_text(name, getattr(settings, name)),
        "origin": settings.origin(name),
        "default": setting_as_text(name, default),
        "meaning": meanings()[name],
    }


@cache
def meanings() -> dict[str, str]:
    """What each setting means, from the table in the topic `settings`."""
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]*) \|", page, re.MULTILINE)
    return {name: text.replace("`", "") for names, text in rows for name in re.findall(r"`(\w+)`", names)}


def _as_toml(text: str, read: object) -> object:
    """What to write: switches, whole numbers and lists as such, everything else in the user's words."""
    if isinstance(read, tuple) and all(isinstance(part, str) for part in read):
        return list(read)
    return read if isinstance(read, bool) or str(read) == text else text
