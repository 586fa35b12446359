"""Tab completion: what the word under the cursor may be, from this machine's own state alone.

A parameter's metavar says what it takes: `SONG`, `STAGE`, `FILE`. The shells' scripts pass the words typed so far
and the one under the cursor, and get a line for each candidate: the word, a tab, what it means.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from typer._click.shell_completion import CompletionItem, _resolve_context, _resolve_incomplete

from asana_tbp.cli.context import AppContext
from asana_tbp.errors import TbpError
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.environment import child_environment
from asana_tbp.text import quote, shell_quote

VARIABLE = "_ASANA_TBP_COMPLETE"
"""Set by the scripts to the shell's name."""

NAMES = {
    "SONG": "SELECT title FROM song UNION SELECT name FROM card",
    "STAGE": "SELECT name FROM stage",
    "SECTION": "SELECT DISTINCT json_extract(base, '$.name') FROM journal WHERE kind = 'section' AND base <> ''",
    "TASK": "SELECT DISTINCT json_extract(base, '$.title') FROM journal WHERE kind = 'task' AND base <> ''",
}
"""Queries of the local database for names that the user has given."""

SAME = {"PROJECT": "SONG", "PROJECTS": "SONG", "ONLY": "SECTION"}


def complete(root: Any, words: Sequence[str]) -> str:
    """Lines for the shell; nothing if anything goes wrong, as the user is in the middle of a line."""
    with suppress(Exception):
        typed, word = _as_typed(words)
        ctx = _resolve_context(root, {}, "asana-tbp", typed)
        completed, word = _resolve_incomplete(ctx, typed, word)
        items = completed.shell_complete(ctx, word)
        return "".join(f"{item.value}\t{' '.join((item.help or '').split())}\n" for item in items)
    return ""


def _as_typed(words: Sequence[str]) -> tuple[list[str], str]:
    """The words before the cursor and the one under it. Bash takes `--by=song` for three words."""
    joined: list[str] = []
    for word in words:
        if word == "=" and joined and joined[-1].startswith("--"):
            joined[-1] += "="
        elif joined and joined[-1].startswith("--") and joined[-1].endswith("="):
            joined[-1] += word
        else:
            joined.append(word)
    bare = [re.sub(r"\\(.)", r"\1", word.strip("\"'")) for word in joined]
    last = bare[-1] if bare else ""
    if "=" in last and last.startswith("--") and not words[-1].startswith("--"):
        return [*bare[:-1], last.partition("=")[0]], last.partition("=")[2]
    return bare[:-1], last


def candidates(parameter: Any, ctx: Any, word: str) -> list[CompletionItem]:
    """The values of a parameter that this machine knows and that begin with `word`, ignoring case."""
    context = AppContext(sandbox=bool(ctx.find_root().params.get("sandbox")))
    nouns = dict.fromkeys(re.findall(r"[A-Z]+", f"{parameter.metavar} {parameter.name.upper()}"))
    if setting := ctx.params.get("setting"):
        from asana_tbp.system.settings import SETTINGS

        known: Iterable[str] = SETTINGS[setting].metadata["words"]
    else:
        known = (each for noun in nouns for each in _known(context, SAME.get(noun, noun), word))
    words = dict.fromkeys(known)
    start = word.casefold()
    return [CompletionItem(each) for each in words if each.casefold().startswith(start)]


def _known(context: AppContext, kind: str, word: str) -> Iterable[str]:
    match kind:
        case "TEMPLATE":
            return sorted(context.library.templates())
        case "SETTING":
            from asana_tbp.system.settings import SETTINGS

            return SETTINGS
        case "TOPIC":
            from asana_tbp.cli.app import every_command
            from asana_tbp.cli.commands.help import topics

            return [*topics(), *every_command()]
        case "FILE":
            return _files(word)
    if kind not in NAMES or not context.paths.database.exists():
        return ()
    from asana_tbp.store.database import read_only

    with read_only(context.paths.database) as database:
        return sorted(row[0] for row in database.rows(NAMES[kind]) if row[0] and row[0].isprintable())


def _files(word: str) -> Iterable[str]:
    before, start = word[: word.rfind("/") + 1], word[word.rfind("/") + 1 :]
    for entry in sorted(os.scandir(Path(before or ".").expanduser()), key=lambda entry: entry.name):
        if not entry.name.startswith(".") or start.startswith("."):
            yield f"{before}{entry.name}{'/' if entry.is_dir() else ''}"


SHELLS = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "powershell", "pwsh": "powershell"}


def script_of(shell: str) -> str:
    """The script that sets up completion in a shell, for both names of the program."""
    from importlib import resources

    script = resources.files("asana_tbp.cli").joinpath("shells", f"completion.{SHELLS[shell]}")
    return script.read_text(encoding="utf-8")


def install(context: AppContext) -> tuple[str, Path]:
    """Install completion for the shell that called us; returns the shell and the file that was changed."""
    shell, home, line = this_shell(), Path.home(), ""
    script = context.paths.config / f"completion.{shell}"
    if shell == "fish":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        start = script = config / "fish/conf.d/asana-tbp.fish"
    elif shell == "bash":
        start, line = home / ".bashrc", f"source {shlex.quote(str(script))}"
    elif shell == "zsh":
        loaded = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }"
        start = Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"
        line = f"{loaded}; source {shlex.quote(str(script))}"
    else:
        command = [shell, "-NoProfile", "-Command", "echo $PROFILE"]
        try:
            answer = subprocess.check_output(
                command, text=True, stderr=subprocess.DEVNULL, env=child_environment()
            )
        except (OSError, subprocess.CalledProcessError):
            hint = "Put what this prints into your profile:\n  asana-tbp --show-completion"
            raise TbpError(f"{shell} does not answer where its profile is.", hint) from None
        start, line = Path(answer.strip()), f". {shell_quote(str(script), 'win32')}"
    write_over(script, script_of(shell), private=shell != "fish")
    if line:
        _add_line(start, line)
    return shell, start


def _add_line(start: Path, line: str) -> None:
    """Add a line to a shell's own start file, unless it is there. Raises `TbpError`, with the file as it was."""
    hint = f"Let your shell run this line when it starts:\n  {line}"
    try:
        if start.exists() and not start.is_file():
            raise TbpError(f"{start} can't be changed: it is not a file.", hint)
        written = start.read_bytes() if start.exists() else b""
        # Windows PowerShell writes UTF-16, with a mark.
        encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(written[:2], "utf-8")
        text = written.decode(encoding, "replace")
        if line in text:
            return
        start.parent.mkdir(parents=True, exist_ok=True)
        try:
            with start.open("a", encoding=encoding) as file:
                file.write(f"{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n")
        except OSError:
            # Not half a line, as a full disk may take.
            os.truncate(start, len(written))
            raise
    except OSError as error:
        raise TbpError(f"{start} can't be changed: {error.strerror}.", hint) from None


def this_shell() -> str:
    """The shell that called us. Raises `TbpError` for one we have no script for."""
    import shellingham

    try:
        name = str(shellingham.detect_shell()[0])
    except shellingham.ShellDetectionFailure:
        name = Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise TbpError(
            f"There is no completion for {quote(name or 'this shell')}.",
            "There is for: bash, zsh, fish, PowerShell.",
        )
    return name
