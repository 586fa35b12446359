"""From one task to the next: every frame that a real browser paints, over many changes of task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.store.database import Database
from tests.needs import examples
from tests.web.browsing import comes, open_page, passes, phase_is
from tests.web.evening import SONG, Evening, queue_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Begin = Callable[..., Evening]

# After the page has drawn and before the browser paints, each time it does: what the frame shows.
CAMERA = """
window.frames_seen = [];
const text = (id) => document.getElementById(id)?.textContent ?? "";
const look = () => {
  const frame = [document.body.dataset.phase, ...["title", "left", "state", "hint", "course-words"].map(text)];
  const last = window.frames_seen.at(-1);
  if (!last || frame.join("|") !== last.join("|")) window.frames_seen.push(frame);
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
const every = () => { look(); requestAnimationFrame(every); };
requestAnimationFrame(every);
"""


def test_no_wrong_frame_is_painted_from_one_task_to_the_next(
    asana: Gateway, database: Database, tmp_path: Path, context: BrowserContext
) -> None:
    changes = examples(8, 200)
    first = queue_in(asana, database, [1.5], SONG)[0]
    queue = tuple(
        replace(first, gid=f"{first.gid}{at:03}", title=f"Task {at:03}", name=f"Task {at:03}")
        for at in range(changes + 1)
    )
    with Evening(tmp_path / "sessions", database, queue) as evening:
        context.add_init_script(CAMERA)
        page = open_page(context, evening)
        page.set_default_timeout(0)
        evening.finish(seconds=10.0 + 2.0 * changes)
        phase_is(page, "ended")
        frames: list[list[str]] = page.evaluate("window.frames_seen")
    shown = [frame for frame in frames if frame[0] not in {"none", "ended"}]
    order = [title for title, _ in groupby(frame[1] for frame in shown)]
    begun = int(order[0].split()[1])
    assert order == [f"Task {at:03}" for at in range(begun, changes + 1)], (
        "each in its turn, none a second time"
    )
    for phase, title, left, state, hint, course in shown:
        at = int(title.split()[1])
        assert phase == "running"
        assert left in {"0:02", "0:01", "0:00"}
        # The count is the one of this task, and what leads to it comes with it.
        assert course.startswith(f"{at} of {changes + 1} done"), (title, course)
        assert (state, hint) == (("NEXT", f"Task {at - 1:03} is done. Now {title}.") if at else ("", "")), (
            title
        )


def test_the_task_that_comes_is_the_largest_for_three_seconds(begin: Begin, context: BrowserContext) -> None:
    page = open_page(context, begin(60.0, 60.0))
    size = "parseFloat(getComputedStyle(document.getElementById('title')).fontSize)"
    before = page.evaluate(size)
    page.keyboard.press("d")
    passes(
        page,
        "document.getElementById('state').textContent === 'NEXT'"
        " && document.getElementById('hint').textContent === 'Write chords is done. Now Create melody.'"
        f" && {size} > {before}",
    )
    comes(page, "document.getElementById('state').textContent === ''")
    assert page.text_content("#hint") == ""
    assert page.evaluate(size) == before
