"""What carrying a plan out will cost: requests, and the time they take under the account's limit.

Pure. An estimate, and on the high side: what the landing rules of a workspace save is seen only when it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from asana_tbp.scaffold.compare.plan import Plan

WINDOW, BURST_WINDOW, BURST = 60.0, 10.0, 50
ANSWER = 0.3
"""Seconds that Asana takes to answer."""
AT_ONCE = 8
"""Requests under way together on average: creates overlap, the steps before and after them don't."""
STEPS = 6


@dataclass(frozen=True, slots=True)
class Cost:
    """`requests` in all, and about how many `seconds` they take where so many may be sent `per_minute`."""

    requests: int
    seconds: float
    per_minute: int


def cost_of(planned: Plan, *, my_tasks: bool, knows_landing: bool, per_minute: int) -> Cost:
    """The cost of running the command; `my_tasks` where My Tasks is still to be arranged."""
    desired, new = planned.desired, bool(planned.find("create", "project"))
    tasks = len(planned.find("create", "task"))
    requests = len(planned.changes) + (2 if new else 3)
    if planned.changes or planned.unplaced:
        # What was made is read back: sections and tasks.
        requests += 2
        if tasks and not knows_landing:
            # A probe and its move.
            requests += 2
        if not new and tasks:
            # What joins others may have to be moved between them, and is then looked at again.
            requests += tasks + 1
    for change in planned.find("change", "order"):
        moved = [section for section in desired.sections if section.key == change.key]
        requests += len(moved[0].tasks) if moved else len(desired.sections)
    in_order = my_tasks and tasks
    if my_tasks:
        # Its list, its sections, the song's own; where the first two landed; read back and put right.
        requests += 7 if in_order else 5 + len(desired.tasks)
        if in_order and any(section.tasks for section in desired.sections[1:]):
            # Tasks that came before their place, one of them overtaken on its way.
            requests += 4
    at_once = 1 if in_order else AT_ONCE
    quick = ANSWER * (STEPS + requests / at_once) if requests else 0.0
    held = max(WINDOW * ((requests - 1) // per_minute), BURST_WINDOW * ((requests - 1) // BURST))
    return Cost(requests, max(quick, held + ANSWER * STEPS) if requests else 0.0, per_minute)
