"""What is printed about a session besides its events: deliveries to Asana, and the summary at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import out, say
from asana_tbp.session.come_back import marked_in
from asana_tbp.session.messages import Delivery, Notice, intent_of
from asana_tbp.store.outbox import Entry
from asana_tbp.text import escape_controls, plural, shell_quote, spent_text

if TYPE_CHECKING:
    from asana_tbp.session.run import Outcome
    from asana_tbp.timer.events import Timebox

SENT = {"complete": "is complete", "reopen": "is open again", "time": "has your time"}


def print_outcomes(outcomes: Iterable[Delivery | Notice]) -> None:
    """Print what became of deliveries that an earlier run had left, and of cards for the board."""
    for outcome in outcomes:
        match outcome:
            case Delivery(entry, "", None) if entry.intent == "card":
                say(f"On the board now: {entry.task_name}")
            case Delivery(entry, "", None):
                what = SENT.get(entry.intent, "has your comment")
                say(f"Sent to Asana now: {escape_controls(entry.task_name)} {what}.")
            case Delivery(entry, reason, None) if entry.intent == "card":
                say_refusal(entry.task_name, reason)
            case Delivery(error=None) | Notice():
                say(outcome.sentence)


def say_refusal(name: str, reason: str) -> None:
    """Print that Asana refused a card, and how to try again."""
    say(f"Asana will not take the card {name}: {reason}")
    say(f"To try again: asana-tbp board add {shell_quote(name)}")


def print_failed(failed: Sequence[Entry]) -> None:
    """Print the deliveries that Asana has refused, until the user deals with them."""
    for entry in failed:
        say(f"Not in Asana: {intent_of(entry)} failed. {escape_controls(entry.reason)}")
    say_what_to_do(failed)


def say_what_to_do(failed: Iterable[Entry]) -> None:
    """Print what the user can do about deliveries that Asana has refused."""
    if numbers := " ".join(str(entry.id) for entry in failed):
        say("Try again with: asana-tbp outbox retry")
        say(f"Or discard with: asana-tbp outbox discard {numbers}")


def print_outcome(outcome: Outcome) -> None:
    """Print the summary of a session on stdout: what was done, what stays open, and what to come back to."""
    state = outcome.state
    spent = sum(finished.spent for finished in state.finished)
    total = len(state.standing) + len(state.queue)
    out(f"{len(state.done)} of {plural(total, 'task')} done in {spent_text(spent)}.")

    def name(timebox: Timebox) -> str:
        return escape_controls(timebox.in_song(timebox.name, several=state.several_songs))

    for finished in state.standing:
        if not finished.done:
            out(f"Not completed: {name(finished.timebox)}, left after {spent_text(finished.spent)}.")
    marked = marked_in(state)
    for timebox in marked:
        out(f"To come back to: {name(timebox)}")
    if marked and not state.options.rehearsal:
        out("Run them again with: asana-tbp start --come-back")
    for finished in state.finished:
        if finished.why == "scrapped":
            song = finished.timebox.song
            out(f"Scrapped: {escape_controls(song)}. To take it off the board:")
            out(f"  asana-tbp board archive {shell_quote(song)}")
    if outcome.unsent:
        waits, it = ("waits", "it") if outcome.unsent == 1 else ("wait", "them")
        out(f"{plural(outcome.unsent, 'completion')} {waits} here; the next start sends {it}.")
    print_failed(outcome.failed)
    for task in outcome.unclear:
        out(f"{escape_controls(task.name)}: the time is unclear ({task.reason}), left open.")
