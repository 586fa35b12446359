"""What is printed behind the screen is not lost; what is handed over never piles up."""

from __future__ import annotations

import io
import threading

from asana_tbp.tui.app import SnapshotMailbox
from asana_tbp.tui.face import CapturedOutput
from asana_tbp.tui.words import News
from tests.tui.moments import SCENES


def test_streams_are_written_in_order_and_lines_of_talk_are_told_at_once() -> None:
    told: list[str] = []
    kept = CapturedOutput(told.append)
    kept.err.write("Asana's limit ")
    kept.out.write("data\n")
    kept.err.write("is reached\n\nmore")
    assert told == ["Asana's limit is reached"]
    both = io.StringIO()
    kept.write_to(both, both)
    assert both.getvalue() == "Asana's limit data\nis reached\n\nmore"
    kept.write_to(both, both)
    assert both.getvalue().count("data") == 1
    assert not kept.err.isatty()


def test_many_ticks_wake_the_screen_once() -> None:
    handover = SnapshotMailbox()
    wakes: list[bool] = []
    handover.wake = lambda: wakes.append(True)
    snapshot = SCENES["running"].snapshot

    def tick() -> None:
        for _ in range(200):
            handover.put(snapshot)

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wakes) == 1
    handover.put(None, News("one"))
    assert handover.take() == (snapshot, [News("one")])
    assert handover.take() == (snapshot, [])
    handover.put(snapshot)
    assert len(wakes) == 2
