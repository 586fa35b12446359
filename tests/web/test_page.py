"""The page in a real browser, beside a real session on the sandbox: what it shows and sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.scaffold.base import Base
from asana_tbp.scaffold.journal import Journal, known_songs
from asana_tbp.timer.commands import keys
from asana_tbp.timer.events import SessionOptions, TimeboxLeft
from asana_tbp.timer.moments import FACE_KEYS
from tests.cli.command import until
from tests.web.browsing import comes, open_page, phase_is
from tests.web.evening import Evening

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Begin = Callable[..., Evening]


def test_every_key_and_every_button_is_a_command(
    begin: Begin, context: BrowserContext, asana: Gateway
) -> None:
    evening = begin(300.0, 300.0, 300.0)
    page = open_page(context, evening)
    page.keyboard.press("Space")
    phase_is(page, "paused")
    assert evening.look()["phase"] == "paused"
    page.click("#answers .primary")
    phase_is(page, "running")
    page.keyboard.press("+")
    until(lambda: evening.look()["added"] == 120.0)
    page.click("text=−2m")
    until(lambda: evening.look()["added"] == 0.0)
    comes(page, "document.getElementById('left').textContent.startsWith('4:')")
    page.keyboard.press("b")
    page.wait_for_selector("[data-press=b][aria-pressed=true]")
    page.keyboard.press("h")
    phase_is(page, "held")
    page.click("#answers .primary")
    phase_is(page, "running")
    page.keyboard.press("d")
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    assert evening.look()["finished"][0]["come_back"] is True
    page.keyboard.press("u")
    comes(page, "document.getElementById('course-words').textContent.startsWith('0 of')")
    page.keyboard.press("s")
    comes(page, "document.getElementById('title').textContent === 'Write chords'")
    page.keyboard.press("-")
    page.keyboard.press("b")
    page.wait_for_selector("[data-press=b][aria-pressed=true]")
    page.keyboard.press("l")
    page.wait_for_selector("#list[open]")
    rows = page.locator("#runs li").all_text_contents()
    assert [row for row in rows if "Write chords" in row] == [rows[1]], "an undone run is no longer done"
    assert "come back" in rows[1]
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    assert evening.look()["running"]["title"] == "Write chords"
    page.keyboard.press("q")
    page.wait_for_selector("#stop-ask[open]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stop-ask[open]", state="detached")
    assert evening.look()["phase"] == "running", "what is not said stops nothing"
    page.keyboard.press("q")
    page.click("#stop-ask button[data-do=stop]")
    phase_is(page, "ended")
    evening.finish()
    (project,) = asana.projects(asana.me().workspaces[0].gid)
    done = [task.name for task in asana.tasks(project.gid) if task.completed]
    assert done == []


def test_a_gate_asks_keep_or_scrap(begin: Begin, context: BrowserContext) -> None:
    evening = begin(0.3, 300.0, 300.0, queue_title="Gate: keep or scrap?", options=SessionOptions(warn=0.0))
    page = open_page(context, evening)
    phase_is(page, "asking")
    assert page.text_content("#state") == "KEEP OR SCRAP?"
    assert page.locator("#answers button").all_inner_texts()[:2] == ["Keep d", "Scrap x"]
    page.click("#answers .primary")
    phase_is(page, "running")
    assert evening.look()["done"] == 1
    page.keyboard.press("x")
    phase_is(page, "ended")
    left = [event for _, event, _ in evening.face.events if isinstance(event, TimeboxLeft)]
    assert [event.why for event in left] == ["scrapped"]


def test_a_refusal_is_told(begin: Begin, context: BrowserContext) -> None:
    page = open_page(context, begin(300.0))
    page.keyboard.press("u")
    page.wait_for_selector("#said:visible")
    assert "There is no completed task" in (page.text_content("#said") or "")


def test_a_break_a_sleep_and_waiting_are_shown(begin: Begin, context: BrowserContext) -> None:
    evening = begin(
        1.0, 300.0, options=SessionOptions(warn=0.0, rest=30.0, auto_break=False, auto_start=False)
    )
    page = open_page(context, evening)
    phase_is(page, "waiting")
    assert page.text_content("#left") == "READY"
    assert page.locator("#answers .primary").inner_text() == "Start space"
    page.keyboard.press("Space")
    phase_is(page, "break")
    assert page.text_content("#title") == "Break"
    page.keyboard.press("s")
    phase_is(page, "waiting")
    assert page.text_content("#title") == "Create melody"
    assert page.text_content("#left") == "5:00"
    assert page.title() == "▸ 5:00 Create melody"
    assert "Design bass" in (page.text_content("#next") or "")
    page.click("#answers .primary")
    phase_is(page, "running")


def test_i_shows_the_song_s_page(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    song = known_songs(evening.database)[0]
    notes = "Inspiration\n- A night drive <b>\n\nQuestions\n- What is it about?\n  Leaving home."
    Journal(evening.database, song).song_agreed(Base(name=song.title, notes=notes))
    page = open_page(context, evening)
    page.keyboard.press("i")
    page.wait_for_selector("#song-page[open] li")
    assert page.locator("#song-parts h3").all_inner_texts() == ["Inspiration", "Questions"]
    assert page.locator("#song-parts li").all_inner_texts()[0] == "A night drive <b>"
    assert page.locator("#song-parts li").nth(1).locator("p").all_inner_texts() == [
        "What is it about?",
        "Leaving home.",
    ]
    page.keyboard.press("d")
    assert evening.look()["done"] == 0, "what is read swallows the keys"


def test_the_page_s_help_has_every_key_of_the_commands(begin: Begin, context: BrowserContext) -> None:
    page = open_page(context, begin(300.0))
    page.keyboard.press("?")
    page.wait_for_selector("#help[open]")
    shown = page.locator("#help dt").all_inner_texts()
    assert shown == [each.key for each in (*(each for each, _ in keys()), *FACE_KEYS["page"]) if each.help]


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202egnp.exe \x1b[31mred\x07"


def test_a_title_is_never_markup(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, queue_title=HOSTILE)
    page = context.new_page()
    alerts: list[Any] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.on("pageerror", lambda error: alerts.append(error.message))
    page.goto(evening.server.link())
    phase_is(page, "running")
    title = page.text_content("#title") or ""
    assert title.startswith("<img src=x onerror=alert(1)><script>alert(2)</script>")
    assert "\\u202e" in title
    assert "\\x1b" in title
    assert not set(title) & set("\u202e\x1b\x07")
    page.keyboard.press("l")
    assert page.locator("#runs script, #runs img, #title img, #title script").count() == 0
    assert "\u202e" not in page.title()
    overlay = open_page(context, evening, "/overlay")
    assert overlay.locator("#title *").count() == 0
    assert not alerts


def test_nothing_is_asked_of_anybody_else(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    asked: list[str] = []
    weight: dict[str, int] = {}
    words: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: words.append(message.text))
    page.on(
        "response", lambda answer: weight.update({answer.url: int(answer.headers.get("content-length", 0))})
    )
    page.goto(evening.server.link())
    phase_is(page, "running")
    page.keyboard.press("m")
    page.click("#test")
    page.wait_for_timeout(300)
    ours = (f"{evening.server.url}/", "data:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert sum(weight.values()) < 60_000
    assert words == []
    cookies = context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")]
    assert page.evaluate("document.cookie") == ""


def test_what_the_page_gets_has_no_more_than_it_shows(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    words: list[str] = []
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.eventSourceMessageReceived", lambda message: words.append(message["data"]))
    page.goto(evening.server.link())
    phase_is(page, "running")
    until(lambda: page.evaluate("1") and any("view" in word for word in words))
    view = json.loads(next(word for word in words if "view" in word))["view"]
    text = json.dumps(view)
    assert evening.queue[0].gid not in text
    assert "sandbox" not in text
