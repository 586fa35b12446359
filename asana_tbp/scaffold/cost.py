"""What carrying a plan out will cost: requests, and the time they take under the account's limit.

Pure. An estimate, and on the high side: what the landing rule of a workspace saves is seen only when it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from asana_tbp.scaffold.desired import Desired
from asana_tbp.scaffold.execute import WORTH_A_PROBE
from asana_tbp.scaffold.plan import CreateProject, CreateTask, Plan

WINDOW = 60.0
ANSWER = 0.3
"""Seconds that Asana takes to answer."""
AT_ONCE = 8
"""Requests under way together on average: creates overlap, the steps before and after them don't."""
STEPS = 6


@dataclass(frozen=True, slots=True)
class Cost:
    """`requests` in all, and about how many `seconds` they take."""

    requests: int
    seconds: float


def cost_of(planned: Plan, desired: Desired, *, my_tasks: bool, knows_landing: bool, per_minute: int) -> Cost:
    """The cost of running the command. `my_tasks` where My Tasks are still to be arranged."""
    new = any(isinstance(change, CreateProject) for change in planned.changes)
    tasks = sum(isinstance(change, CreateTask) for change in planned.changes)
    requests = len(planned.changes) + (1 if new else 2)
    if planned.changes or planned.unplaced:
        empty = any(not section.tasks for section in desired.sections)
        requests += 2 if empty else 1
        if tasks and not knows_landing:
            # A probe and its move, or what a wrong guess costs.
            requests += 2 if tasks >= WORTH_A_PROBE else tasks
        if not new and tasks:
            # What joins others may have to be moved between them, and is then looked at again.
            requests += tasks + 1
    if my_tasks:
        requests += 5 + len(desired.tasks)
    quick = ANSWER * (STEPS + requests / AT_ONCE) if requests else 0.0
    return Cost(requests, quick + WINDOW * ((requests - 1) // per_minute))


def counts_of(planned: Plan) -> dict[str, int]:
    """How many things would be created, are there already, differ, and are not in the map."""
    return {
        "create": len(planned.changes),
        "already_there": len(planned.sections) + len(planned.tasks),
        "differs": len(planned.differences),
        "not_in_map": len(planned.extra),
    }
