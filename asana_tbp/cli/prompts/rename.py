"""Questions about a plan: what was renamed, and what may be deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from asana_tbp.cli.output.console import asks, say
from asana_tbp.cli.prompts.question import agrees, ask, number_in
from asana_tbp.scaffold.compare.changes import Decisions
from asana_tbp.scaffold.compare.matching import Candidate, Question
from asana_tbp.scaffold.compare.plan import Plan
from asana_tbp.text import escape_controls, plural, quote


class RenamePrompt:
    """Asks once about everything a plan has open. `declined` where a deletion was not agreed to."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes
        self._asked: set[str] = set()
        self.declined = False

    def ask(self, planned: Plan, decisions: Decisions) -> Decisions | None:
        """More decisions, or None where there is nothing more to ask or nobody to ask."""
        deleted = [change.name or "" for change in planned.changes if change.action == "delete"]
        if deleted and not self._yes and "delete" not in self._asked:
            self._asked.add("delete")
            if not self._agrees(deleted):
                self.declined = True
                return replace(decisions, prune=False)
        if not asks():
            return None
        if planned.song_renamed and "song" not in self._asked:
            self._asked.add("song")
            if agrees("The song has another name in the map. Rename its project in Asana?"):
                return replace(decisions, rename_song=True)
        for question in planned.questions:
            for new in question.new:
                if new.key in self._asked:
                    continue
                self._asked.add(new.key)
                answer = _which(new, question)
                if answer == "new":
                    return replace(decisions, new=decisions.new | {new.key})
                if isinstance(answer, Candidate):
                    return replace(decisions, pairs={**decisions.pairs, new.key: answer.key})
        return None

    def _agrees(self, deleted: list[str]) -> bool:
        names = ", ".join(quote(name) for name in deleted[:8])
        more = f" and {len(deleted) - 8} more" if len(deleted) > 8 else ""
        if not asks():
            say(f"Not deleted without --yes: {names}{more}.")
            return False
        return agrees(f"Delete in Asana: {names}{more} ({plural(len(deleted), 'thing')})?")


def _which(new: Candidate, question: Question) -> Candidate | Literal["new", "later"]:
    """Which one `new` was before; a new one; or later, the default."""
    say(f"{quote(new.name)} is new in the map. Is it the new name of:")
    for number, old in enumerate(question.old, 1):
        say(f"  {number}  {escape_controls(old.name)}")
    say(f"  n  none of them: it is a new {question.kind}")

    def meaning(text: str) -> Candidate | Literal["new", "later"]:
        word = text.strip().casefold()
        if word in {"", "l", "later"}:
            return "later"
        if word in {"n", "new"}:
            return "new"
        return question.old[number_in(word, len(question.old), ", nor n, nor Enter for later")]

    return ask("A number, n, or Enter to decide later", meaning)
