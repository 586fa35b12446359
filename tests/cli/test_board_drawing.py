"""How the board looks in terminals of all widths."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from asana_tbp.board.view import BoardSong, BoardStage, BoardView, Progress
from asana_tbp.cli.output.board import drawn, plain_lines

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def song(
    name: str,
    stage: str,
    done: int = 0,
    tasks: int = 0,
    *,
    last_worked: datetime | None = None,
    unread: bool = False,
    **more: object,
) -> BoardSong:
    progress = Progress(tasks, done, tasks * 20, done * 20, last_worked, None if unread else NOW)
    return BoardSong(name, name, "", stage, f"p {name}", progress, **more)  # type: ignore[arg-type]


VIEW = BoardView(
    "Songs",
    "",
    NOW,
    (
        BoardStage("1", "Idea Incubation", (BoardSong("i", "tide", "", "", None, Progress()),)),
        BoardStage(
            "2",
            "Mixing",
            (
                song("Fjord", "Mixing", 1, 40, last_worked=NOW - timedelta(days=4)),
                song("夜の銀河 and a name as wide as can be", "Mixing", 9, 9, deadline=date(2026, 11, 1)),
                song("Galaxy", "Mixing", 3, 12, deadline=date(2026, 11, 24)),
                song("Tromsø", "Mixing", deadline=date(2027, 3, 1)),
                song("Tide", "Mixing", unread=True),
            ),
            limit=2,
        ),
    ),
)


def lines(width: int, *, as_list: bool = False) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(drawn(VIEW, NOW, width, as_list=as_list))
    return captured.get().splitlines()


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("width", [36, 40, 51, 52, 80, 160])
def test_nothing_is_wider_than_the_terminal_and_no_fact_is_cut(width: int, as_list: bool) -> None:
    shown = lines(width, as_list=as_list)
    assert max(map(cell_len, shown)) <= width
    text = "\n".join(shown)
    for whole in ("Fjord", "1/40", "3/12", "2 days ago", "5 of 2 !", "tide"):
        assert whole in text
    assert text.count("…") <= 1, "the one name that is too long"


@pytest.mark.parametrize("width", [36, 51, 80])
def test_the_list_is_one_table_over_all_stages(width: int) -> None:
    shown = lines(width, as_list=True)
    ends = {line.index(done) + len(done) for line in shown for done in ("1/40", "3/12") if done in line}
    assert len(ends) == 1
    (end,) = ends
    assert shown[0].index("done") + 4 == end
    due = shown[0].index("due")
    assert next(line for line in shown if "Galaxy" in line)[due:].startswith("2 days ago")


def test_what_is_begun_shows_in_its_bar_and_what_is_not_done_is_not_full() -> None:
    shown = lines(80, as_list=True)
    bars = {name: next(line for line in shown if name in line).count("█") for name in ("Fjord", "Galaxy")}
    assert bars == {"Fjord": 1, "Galaxy": 2}


def test_in_a_pipe_every_fact_has_its_word() -> None:
    assert list(plain_lines(VIEW, NOW)) == [
        "Idea Incubation (1)",
        "  tide: idea",
        "Mixing (5 of 2)",
        "  Fjord: 1/40, 13h left, worked on 4 days ago",
        "  夜の銀河 and a name as wide as can be: 9/9, done, due 25 days ago",
        "  Galaxy: 3/12, 3h left, due 2 days ago",
        "  Tromsø: no tasks of yours, due 1 Mar 2027",
        "  Tide: not read yet",
    ]


def test_room_goes_to_the_columns_that_have_songs() -> None:
    """Names were cut beside two empty columns."""
    mixing = VIEW.stages[1]
    marked = replace(mixing.songs[0], come_back=("Write bassline", "Design pad"))
    empty = [BoardStage(name, name, ()) for name in ("Composition", "Arrangement")]
    view = replace(VIEW, stages=(VIEW.stages[0], *empty, replace(mixing, songs=(marked, *mixing.songs[1:]))))
    console = Console(width=100, file=io.StringIO(), force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(drawn(view, NOW, 100))
    text = captured.get()
    assert "…" not in text
    assert "Composition  0" in text.splitlines()[2], "columns, side by side"
    assert "come back to Write bassline and Design pad" in text
    assert "  Fjord: 1/40, 13h left, worked on 4 days ago, come back to Write bassline and Design pad" in (
        plain_lines(view, NOW)
    )
