"""The terminal bell."""

from __future__ import annotations

import io

from asana_tbp.system.alerts import ring


def test_the_bell_is_one_character_and_is_heard_at_once() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8")
    ring(stream)
    assert raw.getvalue() == b"\a"
    stream.close()
