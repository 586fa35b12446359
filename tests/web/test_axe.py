"""axe-core, the judge of accessibility, on every page and in every state.

It is no part of this repository: where `TBP_AXE` names its `axe.min.js`, it is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asana_tbp.timer.events import SessionOptions
from tests.needs import need
from tests.web.browsing import comes, phase_is
from tests.web.evening import Evening

if TYPE_CHECKING:
    from playwright.sync_api import Page

Begin = Callable[..., Evening]
VARIABLE = "TBP_AXE"


@pytest.fixture
def axe() -> Path:
    """Where axe-core is."""
    named = os.environ.get(VARIABLE, "")
    need(named and Path(named).is_file(), f"{VARIABLE} does not name axe-core's axe.min.js")
    return Path(named)


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it is."""
    found: list[str] = page.evaluate(
        "axe.run().then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`))"
    )
    return found


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1280, 720), (360, 640)])
def test_nothing_stands_in_anybody_s_way(
    begin: Begin, browser: Any, axe: Path, scheme: str, size: tuple[int, int]
) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(at_zero="ask", rest=300.0))
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    found: dict[str, list[str]] = {}
    page.goto(evening.server.link())
    phase_is(page, "running")
    page.add_script_tag(path=axe)
    found["running"] = violations(page)
    for key, dialog in (("i", "song-page"), ("l", "list"), ("m", "sound"), ("?", "help"), ("q", "stop-ask")):
        page.keyboard.press(key)
        page.wait_for_selector(f"#{dialog}[open]")
        found[dialog] = violations(page)
        page.keyboard.press("Escape")
        page.wait_for_selector(f"#{dialog}[open]", state="detached")
    for key, phase in (("h", "held"), ("h", "running"), (" ", "paused")):
        page.keyboard.press(key)
        phase_is(page, phase)
        found[phase] = violations(page)
    page.keyboard.press(" ")
    phase_is(page, "running")
    evening.leave(1.0)
    phase_is(page, "asking")
    found["time is up"] = violations(page)
    page.keyboard.press("d")
    phase_is(page, "break")
    found["break"] = violations(page)
    page.keyboard.press("s")
    comes(page, "document.body.hasAttribute('data-handover')")
    found["handed over"] = violations(page)
    for path in ("/25minutes", "/overlay", "/"):
        page.goto(evening.server.url + path)
        page.add_script_tag(path=axe)
        found[path] = violations(page)
    assert evening.steer({"do": "stop"})[0]
    phase_is(page, "ended")
    found["ended"] = violations(page)
    gate = begin(1.0, queue_title="Gate: keep or scrap?")
    page.goto(gate.server.link())
    page.add_script_tag(path=axe)
    phase_is(page, "asking")
    found["gate"] = violations(page)
    assert {state: said for state, said in found.items() if said} == {}
    context.close()
