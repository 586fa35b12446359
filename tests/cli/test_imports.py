"""What a command loads: starting must cost nothing that is not used."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import unmeasured
from tests.conftest import ROOT

HEAVY = {"asana", "textual", "starlette", "uvicorn", "keyring", "ruamel", "dotenv", "sqlite3", "dateutil"}
HEAVIER_THAN_HELP = HEAVY | {"pydantic", "rich"}

LISTING = """
import json
sys.stderr.write("LOADED" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
COMMAND = """
import sys
try:
    sys.argv = {argv!r}
    from asana_tbp.cli.app import main
    main()
except SystemExit:
    pass
"""
FACE = """
import sys
from asana_tbp.cli import app
from asana_tbp.cli.output import session_text as lines
from asana_tbp.cli.output import display as stage
from asana_tbp.system import settings
from asana_tbp.tui import face
"""


def loaded_by(code: str) -> set[str]:
    """Top-level modules that are loaded after some code."""
    program = [sys.executable, "-c", code + LISTING]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60, env=unmeasured())
    names: list[str] = json.loads(done.stderr.rpartition("LOADED")[2])
    return set(names)


def loaded(*args: str) -> set[str]:
    """Top-level modules a command has loaded when it ends."""
    return loaded_by(COMMAND.format(argv=["asana-tbp", *args]))


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("start", "--help"), ("auth", "--help")])
def test_help_loads_nothing_heavy(args: tuple[str, ...]) -> None:
    assert not loaded(*args) & HEAVIER_THAN_HELP


def test_a_wrong_word_loads_nothing_heavy() -> None:
    assert not loaded("scafold") & HEAVIER_THAN_HELP


def test_the_board_is_shown_before_anything_heavy_is_loaded() -> None:
    # Without a board nothing follows that would ask Asana; what is shown first has been loaded by then.
    assert not loaded("board") & (HEAVY - {"sqlite3"} | {"pydantic", "concurrent", "secrets"})


def test_the_first_picture_waits_for_nothing_that_talks_to_asana() -> None:
    # The rest is loaded once it stands. `python -m tests.bench.faces` says how soon that is.
    assert loaded_by(FACE) & HEAVY == {"textual", "sqlite3"}


HOMES = {
    "asana": ["bridge/http.py"],
    "urllib3": ["bridge/http.py", "bridge/connections.py"],
    "certifi": ["bridge/connections.py"],
    "sqlite3": ["store/", "sandbox/"],
    "keyring": ["system/token.py"],
    "ruamel": ["songmap/"],
    "typer": ["cli/"],
    "rich": ["cli/"],
    "starlette": ["sandbox/", "web/"],
    "uvicorn": ["system/http_server.py"],
    "textual": ["tui/"],
    "dotenv": ["system/environment.py"],
    "platformdirs": ["system/paths.py"],
    "filelock": ["system/lock.py"],
    "desktop_notifier": ["system/"],
}


def importers(library: str) -> set[str]:
    """Files of the package that import `library`, by an import statement at its own indentation."""
    package = ROOT / "asana_tbp"
    found = set()
    for path in package.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if (
                words[:1] in (["import"], ["from"])
                and len(words) > 1
                and words[1].partition(".")[0] == library
            ):
                found.add(path.relative_to(package).as_posix())
    return found


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_one_home(library: str) -> None:
    strangers = {path for path in importers(library) if not path.startswith(tuple(HOMES[library]))}
    assert not strangers


def test_time_comes_from_the_clock() -> None:
    """`time` and `datetime.now` are read in the clock, and where the sandbox plays Asana's own."""
    for path in (ROOT / "asana_tbp").rglob("*.py"):
        home = path.relative_to(ROOT / "asana_tbp").as_posix()
        text = path.read_text(encoding="utf-8")
        if not home.startswith(("system/", "sandbox/")):
            assert "datetime.now(" not in text, home
            assert not re.search(r"\bimport time\b", text), home
        assert "time.sleep(" not in text, home


def test_no_file_names_a_package_registry() -> None:
    names = ["py" + "pi.org", "python" + "hosted", "npm" + "js.org"]
    for path in [*ROOT.glob("*.*"), *(ROOT / "asana_tbp").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [name for name in names if name in text], path


def test_every_module_says_what_it_is() -> None:
    for path in [*(ROOT / "asana_tbp").rglob("*.py"), *Path(ROOT / "tests").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert text.startswith('"""') or not text.strip(), path
