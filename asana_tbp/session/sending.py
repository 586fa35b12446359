"""Sending one delivery of the outbox, so that it takes effect once."""

from __future__ import annotations

from asana_tbp.bridge.create_once import create_once
from asana_tbp.bridge.retry import Waiter
from asana_tbp.errors import Refused
from asana_tbp.session.task_service import TaskService
from asana_tbp.store.outbox import Entry, Outbox


def send(entry: Entry, asana: TaskService, outbox: Outbox, clock: Waiter) -> None:
    """Bring Asana to what the entry says; one that was sent before without an answer is looked for first.

    Raises the `AsanaError` classes; after `AnswerLost` the entry may be in effect.
    """
    if entry.intent == "time":
        raise Refused("Time entries are no longer sent to Asana; your times stay in the local database.")
    if entry.intent == "comment":
        _add_comment(entry, asana, outbox, clock)
        return
    completed = entry.intent == "complete"

    def change() -> bool:
        asana.set_completed(entry.task_gid, completed, once=True)
        return True

    create_once(
        lambda unsure: outbox.remember(entry, unsure=unsure),
        change,
        lambda: asana.task(entry.task_gid).completed == completed or None,
        clock,
        unsure=entry.unsure,
    )


def _add_comment(entry: Entry, asana: TaskService, outbox: Outbox, clock: Waiter) -> None:
    text = entry.content["text"]
    # Which comments were there before the first try: somebody may have written the same words.
    seen = entry.seen
    if seen is None:
        seen = frozenset(comment.gid for comment in asana.comments(entry.task_gid))

    def add() -> bool:
        asana.add_comment(entry.task_gid, text)
        return True

    def find() -> bool | None:
        there = asana.comments(entry.task_gid)
        return any(comment.gid not in seen and comment.text == text for comment in there) or None

    create_once(
        lambda unsure: outbox.remember(entry, unsure=unsure, seen=seen),
        add,
        find,
        clock,
        unsure=entry.unsure,
    )
