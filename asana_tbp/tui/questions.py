"""What the terminal face asks and explains, in a dialog over the countdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from asana_tbp.text import escape_controls
from asana_tbp.tui.keys import HELP

if TYPE_CHECKING:
    from asana_tbp.scaffold.song_page import SongPage

ROOMY = 14
"""Rows of a terminal in which a question need not be short of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence, and the answers by the key that gives each: key, word, what it means.

    `otherwise` is the word that Enter gives.
    """

    sentence: str
    answers: tuple[tuple[str, str, str], ...]
    otherwise: str


STOP = Question(
    "Stop the session? The current task stays open.",
    (("y", "stop", "stop"), ("n", "keep working", "keep working")),
    "keep working",
)


class Asking(ModalScreen[str]):
    """A question; closes with the word of its answer."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        rows = [Content.styled(self.question.sentence, "bold")]
        if self.app.size.height >= ROOMY:
            rows.append(Content(""))
        for key, word, meaning in self.question.answers:
            text = word if word == meaning else f"{word}: {meaning}"
            default = "  (Enter)" if word == self.question.otherwise else ""
            rows.append(Content.assemble((f" {key} ", "bold $primary"), f" {text}", (default, "dim")))
        yield Static(Content("\n").join(rows), classes="dialog")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key in {"enter", "escape"}:
            self.dismiss(self.question.otherwise)
            return
        for key, word, _ in self.question.answers:
            if event.character in {key, key.upper()}:
                self.dismiss(word)
                return


class Reading(ModalScreen[None]):
    """Something to read; the arrows scroll it, any other key closes it."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self.content = content

    def compose(self) -> ComposeResult:
        yield VerticalScroll(Static(self.content), classes="dialog")

    def on_key(self, event: events.Key) -> None:
        if event.key in {"ctrl+c", "up", "down", "pageup", "pagedown", "home", "end"}:
            return
        event.stop()
        event.prevent_default()
        self.dismiss(None)


def help_text() -> Content:
    """All keys."""
    widest = max(len(key) for key, _ in HELP)
    rows = [Content.assemble((f"{key:>{widest}}", "bold $primary"), f"  {meaning}") for key, meaning in HELP]
    return Content("\n").join(rows)


def song_text(page: SongPage) -> Content:
    """A song's page: headings, their entries and, below a question, its answer."""
    rows = [Content.styled(escape_controls(page.song), "bold")]
    for heading, entries in page.parts:
        rows += [Content(""), Content.styled(escape_controls(heading), "bold $primary")]
        for entry in entries:
            first, *more = entry.split("\n")
            rows.append(Content(f"- {escape_controls(first)}"))
            rows += [Content(f"  {escape_controls(line)}") for line in more]
    return Content("\n").join(rows)
