"""The report's page in a real browser: it asks for nothing, runs nothing, and fits screen and paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.report.charts import by_day
from asana_tbp.report.history import Run
from asana_tbp.report.page import page_of
from asana_tbp.report.report import Report, report_of
from tests.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
HOSTILE = '<script>document.title="run"</script><img src=http://example.test/x> & "Tromsø" \x1b[31m'


def a_report() -> Report:
    runs = [
        Run(n, str(n), HOSTILE if n % 5 == 0 else f"Task {n % 7}", "Mixing", "Song", "p", 1500.0,
            900.0 + 60 * n, "on time" if n % 3 else "skipped", NOW - timedelta(days=n % 16), n % 2)
        for n in range(40)
    ]  # fmt: skip
    return report_of(runs, by="section", now=NOW, title=HOSTILE, left={"p": ("Song", 6000.0)}, zone=UTC)


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
            assert page.locator("figure svg").count() == 3
            assert page.locator("script, img, link").count() == 0
            papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            page.emulate_media(media="print")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert len(papers) == 2, "light and dark"
        assert page.pdf(format="A4")[:5] == b"%PDF-"


def test_a_report_of_nothing_is_a_page_too() -> None:
    text = page_of(report_of((), by="song", now=NOW))
    assert "No box has ended yet" in text
    assert "<script" not in page_of(a_report())


def _listen(page: Page, asked: list[str], said: list[str]) -> None:
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))


def test_days_of_rest_show_and_labels_stay_few() -> None:
    def days(*ago: int) -> str:
        runs = [
            Run(n, str(n), "Task", "Mixing", "Song", "p", 1500.0, 900.0, "on time", NOW - timedelta(days=n))
            for n in ago
        ]
        return by_day(report_of(runs, by="day", now=NOW, zone=UTC).days)

    def bars(svg: str) -> list[float]:
        return [float(height) for height in re.findall(r'<rect[^>]*height="([\d.]+)"[^>]*class="rect', svg)]

    assert [height > 0 for height in bars(days(0, 3))] == [False, False, False, True, False, False, True]
    month = days(0, 5, 90)
    assert len(bars(month)) == 31
    assert sum(height > 0 for height in bars(month)) == 2, "what is longer ago is left out"
    assert len(re.findall(r">\d+ (?:Oct|Nov)</text>", month)) <= 11
    assert len(re.findall(r">\d+ Nov</text>", days(0))) == 7
