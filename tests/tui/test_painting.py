"""The picture at every size and with whatever Asana holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.system.settings import Settings
from asana_tbp.text import escape_controls
from asana_tbp.timer.moments import WHAT_IS_NEXT
from asana_tbp.tui.painting import blocks, height_of, largest, letters_of, paint, width_of
from asana_tbp.tui.rows import ViewState, list_rows, notice_rows
from asana_tbp.tui.words import News, window_title
from tests.needs import examples
from tests.tui.moments import RUNS, SCENES, Scene, moment, renamed
from tests.tui.stagehand import Shown, show

NASTY = "\x1b]0;evil\x07\x1b[2J[bold red]x[/] \u202egnp.exe\u2066 <script> 日本語 👩‍🎤\n\ttab"


@pytest.mark.parametrize("name", SCENES)
def test_it_never_leaves_its_frame(name: str) -> None:
    scene = SCENES[name]
    for width in (1, 20, 40, 80, 200):
        for height in (1, 5, 6, 10, 19, 20, 60):
            rows = paint(ViewState(scene.snapshot, scene.said), width, height)
            assert len(rows) <= height, (width, height)
            assert all(row.cell_length <= width for row in rows), (width, height)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 60), (40, 10)])
def test_the_digits_stay_where_they_are(size: tuple[int, int]) -> None:
    def first_row(name: str) -> int:
        rows = paint(ViewState(SCENES[name].snapshot, SCENES[name].said), *size)
        return next(at for at, row in enumerate(rows) if "██" in row.plain)

    assert {first_row(name) for name in ("running", "paused", "hold", "recovered", "offline", "break")} == {
        first_row("running")
    }


@settings(max_examples=examples(10, 150))
@given(st.text(max_size=90), st.integers(20, 120), st.integers(5, 40))
def test_no_title_breaks_the_picture(title: str, width: int, height: int) -> None:
    snapshot = renamed(title)
    rows = paint(ViewState(snapshot), width, height)
    assert len(rows) <= height
    for row in rows:
        assert row.cell_length <= width
        assert escape_controls(row.plain) == row.plain
    shown = window_title(snapshot)
    assert escape_controls(shown) == shown
    assert len(shown) <= 300


def test_a_hostile_title_is_shown_not_obeyed() -> None:
    async def act(shown: Shown) -> None:
        text = shown.text()
        assert "\\x1b]0;evil" in text
        assert "[bold red]x[/]" in text, "no markup is read"
        assert "\\u202egnp" in text
        assert "\x1b" not in shown.app.window_title
        assert "\u202e" not in shown.app.window_title

    show(act, Scene(renamed(NASTY)), (200, 60))


def test_digits_grow_with_the_room() -> None:
    sizes = [largest("00:00", columns, 60) for columns in (16, 17, 40, 80, 200)]
    assert sizes == [0, 1, 2, 4, 11]
    for size in (1, 2, 3, 4, 11):
        lines = blocks("12:05", size)
        assert len(lines) == height_of(size)
        assert {len(line) for line in lines} == {width_of("12:05", size)}


@pytest.mark.parametrize(
    ("colours", "no_color", "painted"),
    [("dark", False, True), ("terminal", False, False), ("dark", True, False)],
)
def test_only_a_painted_theme_paints(
    monkeypatch: pytest.MonkeyPatch, colours: str, no_color: bool, painted: bool
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")

    async def act(shown: Shown) -> None:
        styles = shown.styles_of("Midnight Galaxy")
        assert any("on #14171c" in style for style in styles) is painted

    show(act, SCENES["running"], looks=Settings(theme=colours))  # type: ignore[arg-type]


@pytest.mark.parametrize("pulse", [True, False])
def test_the_last_minute_pulses_only_if_wished(pulse: bool) -> None:
    async def act(shown: Shown) -> None:
        seen = set()
        for into in (1760.0, 1761.0):
            await shown.give(Scene(moment(into, RUNS)))
            seen |= {str(sorted(shown.styles_of("████")))}
            if into == 1760.0 and pulse:
                shown.app.animation_level = "none"
                await shown.give(Scene(moment(1761.0, RUNS)))
                seen |= {str(sorted(shown.styles_of("████")))}
                assert len(seen) == 1, "not where animations are off"
                shown.app.animation_level = "full"
        assert (len(seen) == 2) is pulse

    show(act, looks=Settings(theme="dark", pulse=pulse))


def test_what_was_said_gives_way_to_news_only() -> None:
    async def act(shown: Shown) -> None:
        await shown.give(SCENES["recovered"])
        assert "where it broke off" in shown.text()
        await shown.press("b")
        assert "where it broke off" not in shown.text() or shown.sent

    show(act)


def test_an_address_is_never_cut_in_two() -> None:
    address = "http://127.0.0.1:18742/?token=dHRBxY-pUu9lD42gZXpc-UbH7AA-pUu9lD42gZXpcabcdef"
    rows = notice_rows(ViewState(None, News(f"The page: {address}")), 80, 2)
    assert [row.plain.strip() for row in rows] == ["The page:", address]


@pytest.mark.parametrize("title", ["Write bassline", "Überblende & Café", "It’s done (take 2)"])
def test_a_title_is_read_from_across_the_room_where_there_is_room(title: str) -> None:
    rows = [row.plain for row in paint(ViewState(renamed(title)), 200, 50)]
    letters = letters_of(title)
    assert letters is not None
    size = min(2, largest(letters, 196, height_of(2)))
    assert all(any(line.strip() in row for row in rows) for line in blocks(letters, size))
    assert title in "".join(row.plain for row in paint(ViewState(renamed(title)), 80, 24))


def test_a_title_in_another_script_stays_in_plain_type() -> None:
    assert letters_of("夜の音楽") is None
    assert any("夜の音楽" in row.plain for row in paint(ViewState(renamed("夜の音楽")), 200, 50))


@pytest.mark.parametrize("colours", ["terminal", "dark", "light"])
def test_the_last_minute_and_time_up_differ_in_colour_and_shape(colours: str) -> None:
    async def act(shown: Shown) -> None:
        digits, states = [], []
        for name, word in (
            ("last-minute", "LAST MINUTE"),
            ("asking", "TIME IS UP"),
            ("overtime", "OVERTIME"),
        ):
            await shown.give(SCENES[name])
            digits.append(shown.styles_of("██████"))
            states.append(any("reverse" in style for style in shown.styles_of(word)))
        assert not digits[0] & digits[1]
        assert states == [False, True, True]

    show(act, looks=Settings(theme=colours))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
@pytest.mark.parametrize(("name", "word"), [("asking", "TIME IS UP"), ("overtime", "OVERTIME")])
def test_large_letters_keep_off_the_edge_of_their_band(name: str, word: str, size: tuple[int, int]) -> None:
    rows = [row.plain for row in paint(ViewState(SCENES[name].snapshot), *size)]
    letters = blocks(word, 2)
    first = next(at for at, row in enumerate(rows) if row.strip() == letters[0].strip())
    assert [row.strip() for row in rows[first : first + len(letters)]] == [each.strip() for each in letters]
    assert rows[first - 1] == "▄" * size[0]
    assert rows[first + len(letters)] == "▀" * size[0]


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (40, 10)])
def test_before_a_limit_it_says_when_it_stops_and_names_no_task_without_time(size: tuple[int, int]) -> None:
    running = SCENES["running"].snapshot
    assert running is not None
    for left_out, named in ((2, True), (3, False)):
        shown = "\n".join(row.plain for row in paint(ViewState(replace(running, left_out=left_out)), *size))
        assert f"stops {'at ' if size == (80, 24) else ''}{running.ends_at.astimezone():%H:%M}" in shown
        assert "all done" not in shown
        assert ("Write bassline" in shown) is named
        assert "Design pad" not in shown
        assert f"no time for {left_out} more" in shown or size != (80, 24)


def test_a_list_that_is_cut_counts_tasks_with_time_and_without() -> None:
    running = SCENES["running"].snapshot
    assert running is not None
    queue = tuple(
        replace(running.queue[0], gid=str(at), title=f"T{at}", name=f"T{at} (5m)") for at in range(12)
    )
    for left_out, rows, last in (
        (0, 4, "9 more"),
        (4, 4, "5 more, no time for 4"),
        (4, 8, "1 more, no time for 4"),
        (4, 9, "no time for 4 more"),
    ):
        shown = list_rows(replace(running, queue=queue, left_out=left_out, finished=()), 80, rows)
        assert shown[-1].plain.strip() == last


def test_a_scrapped_song_is_not_called_finished() -> None:
    finished = SCENES["finished"].snapshot
    assert finished is not None
    over = replace(finished.finished[-1], done=False, why="scrapped")
    scrapped = replace(finished, finished=(*finished.finished[:-1], over), link="sent", unsent=0)
    shown = "\n".join(row.plain for row in paint(ViewState(scrapped), 60, 16))
    assert "SCRAPPED" in shown
    assert "FINISHED" not in shown
    assert WHAT_IS_NEXT in shown


def test_what_is_finished_says_what_is_next() -> None:
    unsent = SCENES["finished"].snapshot
    assert unsent is not None
    sent, offline = replace(unsent, link="sent", unsent=0), replace(unsent, link="offline")
    for finished, size in ((sent, (80, 24)), (sent, (200, 50)), (offline, (80, 24)), (sent, (60, 16))):
        rows = [row.plain for row in paint(ViewState(finished, closes_with_a_key=True), *size)]
        assert any("Next: asana-tbp next or asana-tbp board" in row for row in rows)
        assert rows[-1].strip() == "Press any key to close."
