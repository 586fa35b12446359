"""What the terminal face asks and explains, in a dialog over the countdown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from asana_tbp.text import escape_controls
from asana_tbp.tui.words import HELP

if TYPE_CHECKING:
    from asana_tbp.scaffold.song_page import SongPage

ROOMY = 14
"""Rows of a terminal from which a question has a blank line."""

SCROLLS = {"ctrl+c", "up", "down", "pageup", "pagedown", "home", "end"}


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence and its answers, each as key, word and meaning.

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


STOP_COUNTDOWN = replace(STOP, sentence="Stop the countdown?")


class Dialog(ModalScreen[str]):
    """Something to read over the countdown: a question, which closes with the word of its answer.

    Without a question the arrows scroll it, and any other key closes it.
    """

    def __init__(self, content: Content, question: Question | None = None) -> None:
        super().__init__(classes="question" if question else "reading")
        self.content = content
        self.question = question

    def compose(self) -> ComposeResult:
        if self.question:
            yield Static(self.content, classes="dialog")
        else:
            page = VerticalScroll(Static(self.content), classes="dialog")
            page.border_subtitle = "Any key closes this; arrows scroll."
            yield page

    def on_key(self, event: events.Key) -> None:
        if not self.question and event.key in SCROLLS:
            return
        event.stop()
        event.prevent_default()
        if not self.question or event.key in {"enter", "escape"}:
            self.dismiss(self.question.otherwise if self.question else "")
            return
        for key, word, _ in self.question.answers:
            if event.character in {key, key.upper()}:
                self.dismiss(word)
                return


def question_text(question: Question, height: int) -> Content:
    """A question with the keys of its answers, for a terminal of so many rows."""
    rows = [Content.styled(question.sentence, "bold"), *[Content("")] * (height >= ROOMY)]
    for key, word, meaning in question.answers:
        text = word if word == meaning else f"{word}: {meaning}"
        default = "  (Enter)" if word == question.otherwise else ""
        rows.append(Content.assemble((f" {key} ", "bold $primary"), f" {text}", (default, "dim")))
    return Content("\n").join(rows)


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
