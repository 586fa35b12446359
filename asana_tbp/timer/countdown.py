"""How a span of time stands on a countdown, on whichever face.

Pure.
"""

from __future__ import annotations


def clock_text(seconds: float) -> str:
    """`24:59`, or `1:30:00` from an hour on; `-0:30` once the time is used up. Zero only when time is up."""
    whole = int(-(-seconds // 1))
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    hours, rest = divmod(whole, 3600)
    minutes = f"{hours}:{rest // 60:02}" if hours else f"{rest // 60}"
    return f"{sign}{minutes}:{rest % 60:02}"
