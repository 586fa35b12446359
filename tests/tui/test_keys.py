"""Every key, and what it leads to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from asana_tbp.scaffold.song_page import SongPage
from asana_tbp.timer.commands import (
    ComeBack,
    Command,
    Done,
    Extend,
    Hold,
    Resume,
    Scrap,
    Skip,
    Toggle,
    Undo,
)
from asana_tbp.tui.app import FINGER_LIFTED
from asana_tbp.tui.questions import Question
from asana_tbp.tui.words import COMMANDS, HELP, News, legend
from tests.tui.moments import QUEUE, SCENES
from tests.tui.stagehand import Shown, show

PRESSED: dict[str, Command] = {
    "space": Toggle(),
    "p": Toggle(),
    "d": Done(),
    "s": Skip(),
    "x": Scrap(),
    "plus": Extend(120.0),
    "equals_sign": Extend(120.0),
    "minus": Extend(-120.0),
    "b": ComeBack(),
    "B": ComeBack(last=True),
    "h": Hold(),
    "u": Undo(),
    "c": Resume(counting=True),
}


def test_every_key_is_its_command() -> None:
    async def act(shown: Shown) -> None:
        for key, command in PRESSED.items():
            shown.sent.clear()
            await shown.press(key)
            assert shown.sent == [command], key
        shown.sent.clear()
        await shown.press("z", "1", "up", "f5", "tab", "escape", "D")
        assert shown.sent == []

    show(act, SCENES["running"])
    assert len(PRESSED) == len(COMMANDS), "a new key stands in PRESSED too"


def test_a_finger_lying_on_done_ends_one_timebox() -> None:
    async def act(shown: Shown) -> None:
        await shown.press(*["d"] * 5)
        assert shown.sent == [Done()]
        await asyncio.sleep(FINGER_LIFTED)
        await shown.press("d", "s")
        assert shown.sent == [Done(), Done(), Skip()]

    show(act, SCENES["running"])


@pytest.mark.parametrize(("keys", "stops"), [("qy", 1), ("qn", 0), ("qd", 0), ("qq", 0)])
def test_q_asks(keys: str, stops: int) -> None:
    async def act(shown: Shown) -> None:
        await shown.press(keys[0])
        assert "Stop the session?" in shown.text()
        assert shown.stops == []
        await shown.press(keys[1])
        assert len(shown.stops) == stops
        assert shown.sent == [], "a question swallows the other keys"

    show(act, SCENES["running"])


@pytest.mark.parametrize("key", ["enter", "escape"])
def test_what_is_not_said_stops_nothing(key: str) -> None:
    async def act(shown: Shown) -> None:
        await shown.press("q", key)
        assert "Stop the session?" not in shown.text()
        assert shown.stops == []

    show(act, SCENES["running"])


def test_ctrl_c_stops_at_once_even_amid_a_question() -> None:
    async def act(shown: Shown) -> None:
        await shown.press("ctrl+c")
        assert len(shown.stops) == 1
        await shown.press("q", "ctrl+c")
        assert len(shown.stops) == 2
        await shown.press("n", "question_mark", "ctrl+c")
        assert len(shown.stops) == 3

    show(act, SCENES["running"])


def test_q_leaves_at_once_where_nothing_runs_yet() -> None:
    async def act(shown: Shown) -> None:
        await shown.press("d", "space")
        assert shown.sent == [], "there is no session to command"
        await shown.press("q")
        assert len(shown.stops) == 1

    show(act)


SIZES_OF_READING = [(80, 24), (60, 16), (40, 10)]


async def read(shown: Shown) -> str:
    """All words of what is read over the countdown, scrolled to its end, with one space between them."""
    text = ""
    for _ in range(8):
        assert "Any key closes this; arrows scroll." in shown.text()
        text += shown.text()
        await shown.press("pagedown")
        await shown.pilot.pause(0.3)
    return " ".join(text.translate(dict.fromkeys(map(ord, "│▁▂▃▄▅▆▇"), " ")).split())


@pytest.mark.parametrize("size", SIZES_OF_READING)
def test_the_keys_are_explained(size: tuple[int, int]) -> None:
    async def act(shown: Shown) -> None:
        await shown.press("question_mark")
        text = await read(shown)
        for key, meaning in HELP:
            assert f"{key} {meaning}" in text
        await shown.press("d")
        assert "browser" not in shown.text()
        assert shown.sent == []

    show(act, SCENES["running"], size)


def test_all_keys_stand_at_the_bottom() -> None:
    async def act(shown: Shown) -> None:
        bottom = " ".join(shown.rows()[-2:])
        for key, word in legend(SCENES["running"].snapshot):
            assert f"{key} {word}" in bottom

    show(act, SCENES["running"])


def test_o_opens_the_running_task_and_says_so() -> None:
    async def act(shown: Shown) -> None:
        await shown.press("o")
        assert shown.opened == [QUEUE[2]]
        assert "Design sound for bassline opens in your browser." in shown.text()

    show(act, SCENES["running"])


PAGE = SongPage(
    "Midnight Galaxy",
    (
        ("Inspiration", ("A night drive \x1b[2J",)),
        ("Questions", ("What is it about?\nLeaving home at night.",)),
        ("Notes", tuple(f"Line {at}" for at in range(60))),
    ),
)


def test_i_shows_the_song_s_page_over_the_countdown_and_any_key_closes_it() -> None:
    async def act(shown: Shown) -> None:
        await shown.press("i")
        text = shown.text()
        assert "- A night drive \\x1b[2J" in text
        assert "- What is it about?" in text
        assert "  Leaving home at night." in text
        assert "Line 59" not in text
        await shown.press("end")
        await shown.pilot.pause(0.3)
        assert "Line 59" in shown.text(), "what has no room is scrolled to"
        await shown.press("d")
        assert "Line 59" not in shown.text()
        assert shown.sent == [], "the key that closes it is no command"

    show(act, SCENES["running"], songs={"Midnight Galaxy": PAGE})


@pytest.mark.parametrize("size", SIZES_OF_READING)
def test_no_word_of_a_long_answer_is_lost(size: tuple[int, int]) -> None:
    answer = " ".join(f"word{at}" for at in range(70))

    async def act(shown: Shown) -> None:
        await shown.press("i")
        text = await read(shown)
        assert [word for word in answer.split() if word not in text.split()] == []

    pages = {"Midnight Galaxy": SongPage("Midnight Galaxy", (("Questions", (answer,)),))}
    show(act, SCENES["running"], size, songs=pages)


def test_i_says_so_where_nothing_is_known_of_the_song() -> None:
    async def act(shown: Shown) -> None:
        await shown.press("i")
        assert "not made from a song map" in shown.text()

    show(act, SCENES["running"])


def test_what_a_key_asks_for_is_shown_at_once_though_a_notice_lasts() -> None:
    async def act(shown: Shown) -> None:
        assert "The page: " in shown.text()
        await shown.press("i")
        assert "not made from a song map" in shown.text()
        await shown.press("w")
        assert "The page opens in your browser." in shown.text()

    notice = News("The page: http://127.0.0.1:8686/", lasting=True)
    show(act, replace(SCENES["running"], said=notice))


def test_w_opens_the_page() -> None:
    async def act(shown: Shown) -> None:
        await shown.press("w")
        assert "The page opens in your browser." in shown.text()

    show(act, SCENES["running"])


@pytest.mark.parametrize("name", SCENES)
def test_every_key_at_the_bottom_is_explained_or_asked_for(name: str) -> None:
    snapshot = SCENES[name].snapshot
    explained = {key for key, _ in HELP} | {"+ -"}
    assert {key for key, _ in legend(snapshot)} <= explained


def test_the_session_can_ask() -> None:
    question = Question(
        "It broke off. Go on?", (("l", "left", "with what was left"), ("d", "drop", "anew")), "left"
    )

    async def act(shown: Shown) -> None:
        for key, word in (("d", "drop"), ("L", "left"), ("enter", "left")):
            answers: list[str] = []
            shown.app.call_later(shown.app.ask, question, answers.append)
            await shown.pilot.pause()
            assert "left: with what was left  (Enter)" in shown.text()
            await shown.press(key)
            assert answers == [word]

    show(act)


def test_what_comes_next_says_of_which_song_it_is_among_several() -> None:
    snapshot = SCENES["running"].snapshot
    assert snapshot is not None
    queue = tuple(replace(timebox, song="Rain") for timebox in snapshot.queue)

    async def act(shown: Shown) -> None:
        assert f"next  Rain / {queue[0].name}" in shown.text()

    show(act, replace(SCENES["running"], snapshot=replace(snapshot, queue=queue, several_songs=True)))
