"""What Asana leaves undocumented, as switches: code must give the right result under every setting.

Where Asana documents a behaviour there is no switch.
"""

from dataclasses import dataclass
from typing import Literal

Landing = Literal["top", "bottom", "shuffled", "changing"]


@dataclass(frozen=True)
class Switches:
    """One setting for each unknown; the first word of each comment is the question it answers."""

    # Where POST /tasks lands in its section. `shuffled` = anywhere, `changing` = top or bottom, by chance.
    task_landing: Landing = "top"
    # Where a new section without anchor lands.
    section_landing: Literal["end", "start"] = "end"
    # What DELETE of a section that holds tasks does: they move to the default section, or it is a 400.
    section_delete: Literal["refused", "moved"] = "refused"
    # Where a task just assigned lands in the intake section of My Tasks.
    intake_landing: Landing = "top"
    # Where `assignee_section` puts a task in that section of My Tasks.
    assignee_section_landing: Landing = "top"
    # What `assignee_section` in POST /tasks does; `projects_only` = refused beside `memberships`.
    assignee_section_on_create: Literal["accepted", "ignored", "refused", "projects_only"] = "accepted"
    # What insert_before / insert_after mean to addTask on a section of My Tasks. `ignored` = top,
    # `only_inside` = 404 unless the task is in that section already.
    my_tasks_anchor: Literal["honoured", "ignored", "refused", "only_inside"] = "honoured"
    # Whether POST /user_task_lists/{l}/tasks/insert, documented in 2019, still answers.
    legacy_my_tasks_insert: Literal["404", "works"] = "404"
    # Whether POST /projects/{user_task_list}/sections creates a section of My Tasks.
    my_tasks_sections: Literal["allowed", "refused", "not_found"] = "allowed"
    # Whether My Tasks of a new account has sections for days after its intake section.
    my_tasks_day_sections: bool = False
    # What order /user_task_lists/{l}/tasks and /projects/{l}/tasks answer in.
    my_tasks_order: Literal["display", "creation"] = "display"
    # What order GET /tasks?... answers in.
    task_query_order: Literal["display", "creation"] = "display"
    # The first section of My Tasks, and the one section of a new project.
    intake_section_name: str = "Recently assigned"
    default_section_name: str = "Untitled section"
    # Whether an organisation's project needs a team.
    team_required: bool = True
    # What the answer to time tracking is on the free plan.
    time_entries_free: Literal[402, 403, 404] = 402
    # Longest name and notes, in characters; longer is a 400. None = no limit.
    name_limit: int | None = None
    notes_limit: int | None = None
    # What becomes of a deleted project's tasks.
    project_delete: Literal["remain", "trashed"] = "remain"
    # Whether POST /tasks with `memberships` needs one of workspace, projects, parent as well.
    memberships_alone: Literal["refused", "accepted"] = "refused"
    # What answers an anchor outside its section, and both anchors at once: the status.
    anchor_error: Literal[400, 403, 404] = 400
    # The account's plan: opens search and time tracking, and sets the rate limit.
    plan: Literal["free", "paid"] = "free"
    rate_limits: bool = True
    # None: 150 on the free plan, 1,500 on a paid one. Asana docs: rate limits.
    requests_per_minute: int | None = None
    # The limit for a shorter window too: requests in ten seconds. None = not enforced.
    requests_per_ten_seconds: int | None = None
    concurrent_reads: int = 50
    concurrent_writes: int = 15
    # Whether a 429 of the concurrent limit carries Retry-After.
    concurrent_retry_after: bool = True
    # Unpaginated lists longer than this are refused.
    result_limit: int = 1000
    # Drives every choice left to chance; read once, when the application is made.
    seed: int = 1
