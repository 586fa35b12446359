"""The report's page in a real browser: it asks for nothing, runs nothing, and fits screen and paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.report.history import Run
from asana_tbp.report.page import by_day, page_of
from asana_tbp.report.report import Report, Scope, report_of
from asana_tbp.session.come_back import Mark
from asana_tbp.timer.events import Timebox
from tests.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
HEADINGS = [
    "To come back to",
    "Days worked",
    "Planned and spent, by section",
    "How the tasks ended",
    "When songs would be done",
    "By section",
    "By task",
]
HOSTILE = '<script>document.title="run"</script><img src=http://example.test/x> & "Tromsø" \x1b[31m'

BOXES = "bars => bars.map(bar => bar.getBoundingClientRect()).map(box => [box.x, box.width])"


def task(n: int, title: str = "Task") -> Timebox:
    return Timebox(str(n), f"{title} (25m)", title, 25, "Mixing", "Song", "p")


def a_report() -> Report:
    runs = [
        Run(task(n, HOSTILE if n % 5 == 0 else f"Task {n % 7}"), 900.0 + 60 * n,
            "on time" if n % 3 else "skipped", NOW - timedelta(days=n % 16), n % 2, n % 4 == 0)
        for n in range(40)
    ]  # fmt: skip
    marks = tuple(Mark(1, Timebox(str(n), HOSTILE, HOSTILE, 25), 60.0, "p", "Song") for n in range(3))
    scope = Scope(by="section", marks=marks, title=HOSTILE, left={"p": (HOSTILE, 6000.0)})
    return report_of(runs, NOW, scope)


def test_the_page_needs_nothing_and_fits() -> None:
    path = Path("report.html").resolve()
    path.write_text(page_of(a_report()), encoding="utf-8")
    with chromium() as browser:
        papers = set()
        for scheme, width in (("light", 1000), ("dark", 1000), ("light", 390)):
            page = browser.new_page(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            asked: list[str] = []
            said: list[str] = []
            _listen(page, asked, said)
            page.goto(path.as_uri())
            assert asked == [path.as_uri()], "nothing but the page itself"
            assert said == []
            assert page.title() != "run"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("script, img, link, svg").count() == 0
            assert page.locator("h2").all_inner_texts() == HEADINGS
            hidden = page.locator("th.more").first
            assert hidden.is_visible() == (width > 700), "a phone shows what matters, whole"
            boxes = page.locator(".bars i").evaluate_all(BOXES)
            assert boxes
            for left, wide in boxes:
                assert wide >= 2
                assert left + wide <= width
            papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            page.emulate_media(media="print")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert len(papers) == 2, "light and dark"
        assert page.pdf(format="A4")[:5] == b"%PDF-"


def test_a_report_of_nothing_is_a_page_too() -> None:
    text = page_of(report_of((), NOW, Scope()))
    assert "No work recorded yet" in text
    assert "<script" not in page_of(a_report())


def _listen(page: Page, asked: list[str], said: list[str]) -> None:
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))


def test_the_days_that_were_worked_come_latest_first() -> None:
    runs = [Run(task(n), 900.0, "on time", NOW - timedelta(days=n)) for n in (0, 3, 400)]
    bars = by_day(report_of(runs, NOW, Scope()).days, NOW.date())
    assert re.findall(r"<span>([^<]*)</span>", bars) == ["Mon 23 Nov", "Fri 20 Nov", "Sun 19 Oct 2025"]
    month = [Run(task(n), 900.0, "on time", NOW - timedelta(days=n)) for n in range(30)]
    assert by_day(report_of(month, NOW, Scope()).days, NOW.date()).count("<li>") == 14


def test_what_did_not_happen_is_left_out() -> None:
    runs = [Run(task(1), 1500.0, "on time", NOW)]
    text = page_of(report_of(runs, NOW, Scope()))
    for word in ("early", "late", "skipped", "Not finished", "Extended", "come back", "0 "):
        assert word not in text.partition("<body>")[2], word
