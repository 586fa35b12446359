"""Ten thousand names that mean harm, through every way a name is printed."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import get_args

import pytest
from rich.table import Table
from rich.text import Text

from asana_tbp.cli.output import console
from asana_tbp.cli.output.snapshot_text import Bar, bar_text, formatted, moment_line
from asana_tbp.cli.output.tree import print_tree
from asana_tbp.errors import TbpError
from asana_tbp.report.history import Run
from asana_tbp.report.page import page_of
from asana_tbp.report.report import Report, Scope, csv_report, report_of
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask
from asana_tbp.system.debug_log import redact
from asana_tbp.text import escape_controls, escape_for_json, quote, shell_quote
from asana_tbp.timer.events import Timebox, TimeboxEnded, TimeboxStarted
from asana_tbp.timer.moments import line_of
from asana_tbp.tui.painting import paint
from asana_tbp.tui.rows import ViewState
from asana_tbp.tui.words import window_title
from asana_tbp.web.pages import _word
from asana_tbp.web.publisher import view_of
from tests.clock import BEGIN
from tests.needs import examples
from tests.trust.names import hostile_names
from tests.tui.moments import QUEUE, RUNS, moment

NAMES = hostile_names(examples(200, 10_000))
STYLE = re.compile("\x1b\\[[0-9;]*m")
"""How rich says a colour."""


def assert_harmless(text: str) -> None:
    """Nothing in a text would be obeyed by a terminal; it may have lines and tabs."""
    assert "\x1b" not in text
    for line in re.split("[\n\t]", text):
        assert escape_controls(line) == line


def test_lines_of_data_and_of_talk(capsys: pytest.CaptureFixture[str]) -> None:
    for name in NAMES:
        console.out(f"On the board now: {name}")
        console.say(f"On the board now: {name}")
        console.complain(TbpError(f"No song is called {name}.", f"Make {name}."))
    printed = capsys.readouterr()
    assert_harmless(printed.out)
    assert_harmless(printed.err)


def test_json_reads_as_it_was_and_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    console.emit_json("songs", songs=NAMES)
    printed = capsys.readouterr().out
    assert_harmless(printed)
    assert json.loads(printed)["songs"] == NAMES
    assert all(json.loads(escape_for_json(json.dumps(name, ensure_ascii=False))) == name for name in NAMES)


def test_what_rich_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        screen = console.console(width=100)
        screen.file = io.StringIO()
        monkeypatch.setattr(screen, "_force_terminal", True)
        table = Table()
        table.add_column(name)
        table.add_row(name)
        table.add_row(Text(name, style="bold red"))
        screen.print(name)
        screen.print(table)
        assert_harmless(STYLE.sub("", screen.file.getvalue()))


def test_a_tree(capsys: pytest.CaptureFixture[str]) -> None:
    for name in NAMES:
        task = DesiredTask(key="", name=name, title=name, minutes=5, notes="", place=0)
        print_tree(name, [DesiredSection("", name, (task,))])
    printed = capsys.readouterr().out
    assert_harmless(printed)
    assert len(printed.splitlines()) == 3 * len(NAMES), "no name makes a line of its own"


def test_a_name_in_a_sentence_stays_in_its_line() -> None:
    for name in NAMES:
        assert_harmless(quote(name))
        assert len(quote(name, 10_000).splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_a_shell_takes_a_suggested_name_as_one_word() -> None:
    for start in range(0, len(NAMES), 1000):
        names = NAMES[start : start + 1000]
        script = "\n".join(f"printf '%s\\0' {shell_quote(name, 'linux')}" for name in names)
        done = subprocess.run(["/bin/sh"], input=script.encode(), capture_output=True, check=True)
        assert done.stdout.decode().split("\0")[:-1] == [escape_controls(name) for name in names]


def test_neither_shell_of_windows_leaves_the_quotes() -> None:
    for name in NAMES:
        word = shell_quote(name, "win32")
        if word == escape_controls(name):
            assert re.fullmatch(r"[\w./\\:-]+", word), word
            continue
        assert (word[0], word[-1]) == ('"', '"')
        inside = word[1:-1]
        # cmd.exe: every quote toggles; outside of quotes nothing but the doubled ones may stand.
        assert word.count('"') % 2 == 0
        assert all(not part for part in word.split('"')[2:-1:2])
        # PowerShell: a quote is doubled or behind a backtick, and `$` is behind a backtick.
        rest = re.sub('`.|""', "", inside)
        assert not set('$`"\u201c\u201d\u201e') & set(rest), word


def test_lines_of_a_session_and_of_a_status_bar() -> None:
    for name in NAMES:
        box = replace(QUEUE[2], title=name, name=name, section=name, song=name)
        snapshot = moment(60.0, RUNS, queue=(*QUEUE[:2], box, *QUEUE[3:]))
        for event in (
            TimeboxStarted(0.0, "3"),
            TimeboxEnded(9.0, "3", 9.0),
            TimeboxEnded(9.0, "3", 9.0, "early"),
        ):
            assert_harmless(line_of(event, snapshot) or "")
        session = {"left": 9.0, "phase": "running", "running": {"title": name, "name": name}, "song": name}
        for line in (moment_line(session), formatted("{title} {name} {song}", session)):
            assert_harmless(line)
            assert "\n" not in line
        for bar in get_args(Bar):
            text = bar_text(bar, "{title} {song}", session, follow=False)
            assert_harmless(text)
            assert "\n" not in text
            # What the bar itself reads: markup, parameters, styles.
            assert bar != "waybar" or not set("<>") & set(json.loads(text)["text"])
            assert bar != "swiftbar" or text.count("|") == 1
            assert bar != "tmux" or "#" not in text.replace("##", "")
        for row in paint(ViewState(snapshot), 100, 30):
            assert_harmless(row.plain)
            assert "\n" not in row.plain
        assert_harmless(window_title(snapshot))
        word = _word("view", {"now": 1.0, "view": view_of(session, 0.0)})
        assert word.isascii()
        assert [line[:5] for line in word.splitlines()] == ["event", "data:", ""]


class Tags(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def report_with(name: str) -> Report:
    runs = [
        Run(
            Timebox(str(n), name, name, 25, name, name, "p"),
            900.0,
            "on time",
            BEGIN - timedelta(days=n),
            1,
            n == 2,
        )
        for n in range(3)
    ]
    return report_of(runs, BEGIN, Scope(by="task", title=name, left={"p": (name, 600.0)}))


def test_the_report_s_page_has_the_same_elements_whatever_the_names() -> None:
    plain = Tags(page_of(report_with("Bassline"))).seen
    for name in NAMES:
        page = page_of(report_with(name))
        tags = Tags(page)
        assert tags.seen == plain, name
        assert_harmless(page)
        assert escape_controls(name).strip() in tags.text


def test_a_spreadsheet_finds_no_formula() -> None:
    for name in NAMES:
        rows = list(csv.reader(io.StringIO(csv_report(report_with(name)), newline="")))
        assert len({len(row) for row in rows}) == 1, name
        assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r")), name


def test_a_line_of_the_log() -> None:
    for name in NAMES:
        assert redact(name, []).isprintable()
