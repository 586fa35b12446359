"""Sending one entry of the outbox, so that it takes effect once.

Knows how each intent is told, and how to find out whether Asana has it already. Must not know what is
tried next when it fails.
"""

from __future__ import annotations

from asana_tbp.errors import NotFound, PlanLimit
from asana_tbp.session.task_service import TaskService
from asana_tbp.store.outbox import Entry, Outbox


def send(entry: Entry, asana: TaskService, outbox: Outbox) -> None:
    """Tell Asana. An entry sent before without an answer is looked for first.

    Raises the `AsanaError` classes; after `AnswerLost` the entry may be in effect. Time that finds no home in a
    task that is there is a `PlanLimit`, whatever status Asana gives it.
    """
    match entry.intent:
        case "complete" | "reopen":
            wanted = entry.intent == "complete"
            if entry.unsure and asana.task(entry.task_gid).completed == wanted:
                return
            outbox.sending(entry, None)
            asana.set_completed(entry.task_gid, wanted, once=True)
        case "time":
            try:
                _add_time(entry, asana, outbox)
            except NotFound as error:
                # Either the plan has no time tracking, or the task is gone: then this says so.
                asana.task(entry.task_gid)
                raise PlanLimit(error.sentence) from error
        case "comment":
            _add_comment(entry, asana, outbox)


def _add_time(entry: Entry, asana: TaskService, outbox: Outbox) -> None:
    minutes, day = int(entry.content["minutes"]), entry.content["day"]
    there = asana.time_entries(entry.task_gid)
    if entry.unsure and entry.seen is not None:
        for found in there:
            if found.gid not in entry.seen and (found.minutes, found.entered_on) == (minutes, day):
                return
    outbox.sending(entry, (found.gid for found in there))
    asana.add_time_entry(entry.task_gid, minutes, day)


def _add_comment(entry: Entry, asana: TaskService, outbox: Outbox) -> None:
    text = entry.content["text"]
    there = asana.comments(entry.task_gid)
    if entry.unsure and entry.seen is not None:
        for found in there:
            if found.gid not in entry.seen and found.text == text:
                return
    outbox.sending(entry, (found.gid for found in there))
    asana.add_comment(entry.task_gid, text)
