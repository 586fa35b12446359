"""The facts of a song in a file: tempo, key, references, deadline, sessions, stage, form of names.

Knows what each may hold. Must not know sections and tasks, nor YAML.
"""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

from asana_tbp.songmap.budget import BudgetError, parse_budget
from asana_tbp.songmap.model import FASTEST, SLOWEST, Day, Sessions
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing
from asana_tbp.songmap.read.reader import Keys, Located, NodeReader
from asana_tbp.songmap.task_name import reads_back
from asana_tbp.text import quote

DAYS: tuple[Day, ...] = get_args(Day)
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SESSIONS = Keys(
    ("days", "minutes", "from"), {"day": "days", "time": "minutes", "start": "from", "on": "days"}
)
_BOARD = Keys(("stage",), {"section": "stage", "column": "stage"})
_TEMPO = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*(?:bpm)?", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FORMS = "{title} ({time}) or {title} - {time}"


class Attributes:
    """Reads the facts of a song."""

    def __init__(self, read: NodeReader) -> None:
        self._read = read

    def bpm(self, node: Node) -> float | None:
        """Beats a minute."""
        written = self._read.line(node, '"bpm"')
        if written is None:
            return None
        number = _TEMPO.fullmatch(written.text)
        if number is None:
            written.add(f"{quote(written.text)} is not a tempo; write beats a minute, such as 128")
            return None
        if not SLOWEST <= float(number[1]) <= FASTEST:
            written.add(f"a tempo is {SLOWEST} to {FASTEST} beats a minute")
            return None
        return float(number[1])

    def date(self, node: Node, key: str) -> date | None:
        """A day."""
        written = self._read.line(node, f'"{key}"')
        if written is None:
            return None
        if not _DATE.fullmatch(written.text):
            written.add(f"{quote(written.text)} is not a date; write it as 2026-12-20")
            return None
        try:
            return date.fromisoformat(written.text)
        except ValueError:
            written.add(f"there is no day {written.text}")
            return None

    def sessions(self, node: Node) -> Sessions | None:
        """Days, minutes, and from when on."""
        if not isinstance(node, tree.Mapping):
            self._read.not_a("a mapping with days: and minutes:", node, '"sessions"')
            return None
        fields = self._read.fields(node, _SESSIONS)
        for key, example in (("days", "[tue, thu]"), ("minutes", "120")):
            if fields.missing(key):
                self._read.add(node, f'"{key}" is missing; write {key}: {example}')
        days = [day for placed in self._read.lines(fields["days"], "days") if (day := _day(placed))]
        if isinstance(fields["days"], Listing) and not fields["days"].entries:
            self._read.add(fields["days"], '"days" is empty; write days: [tue, thu]')
        minutes = None if isinstance(fields["minutes"], Nothing) else self._minutes(fields["minutes"])
        start = None if isinstance(fields["from"], Nothing) else self.date(fields["from"], "from")
        if not days or minutes is None:
            return None
        return Sessions(days=tuple(day for day in DAYS if day in days), minutes=minutes, start=start)

    def _minutes(self, node: Node) -> int | None:
        written = self._read.line(node, '"minutes"')
        if written is None:
            return None
        try:
            return parse_budget(written.text)
        except BudgetError as wrong:
            written.add(f"minutes: {wrong.sentence}")
            return None

    def stage(self, node: Node) -> str | None:
        """The stage of the board that the song is in."""
        if not isinstance(node, tree.Mapping):
            self._read.not_a("a mapping with stage:", node, '"board"')
            return None
        fields = self._read.fields(node, _BOARD)
        if fields.missing("stage"):
            self._read.add(node, '"stage" is missing; write stage: Arrangement')
        elif "stage" in fields.values:
            stage = self._read.line(fields["stage"], '"stage"')
            return stage.text if stage else None
        return None

    def name_format(self, node: Node) -> Located | None:
        """How the budget stands in a name: readable again for sure, or it is not taken."""
        written = self._read.line(node, '"name_format"')
        if written is None:
            return None
        rest = written.text.replace("{title}", "", 1).replace("{time}", "", 1)
        if len(rest) != len(written.text) - len("{title}{time}") or "{" in rest or "}" in rest:
            written.add("it must hold {title} and {time} once each; write " + _FORMS)
            return None
        if not all(reads_back("Write bassline", minutes, written.text) for minutes in (5, 60, 90)):
            written.add("its time budget could not be read again; write " + _FORMS)
            return None
        return written


def _day(placed: Located) -> Day | None:
    written = placed.text.lower()
    for day, name in zip(DAYS, _DAY_NAMES, strict=True):
        if written in (day, name):
            return day
    placed.add(f"{quote(placed.text)} is no day of the week; write mon, tue, wed, thu, fri, sat or sun")
    return None
