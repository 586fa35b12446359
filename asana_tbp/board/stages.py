"""Finds the stage that a name means, and the stage that follows. Pure."""

from collections.abc import Collection, Mapping, Sequence

from asana_tbp.bridge.values import Section
from asana_tbp.songmap.task_name import normalize


def find_stage(stages: Sequence[Section], query: str) -> Section | None:
    """The stage of this name or id; else the only one that begins like it."""
    key = normalize(query)
    for stage in stages:
        if stage.gid == query or normalize(stage.name) == key:
            return stage
    close = [stage for stage in stages if key and normalize(stage.name).startswith(key)]
    return close[0] if len(close) == 1 else None


def home_of(stages: Sequence[Section], query: str) -> Section:
    """The stage for a card that is to go to `query`: that one, else one about the same work, else the first."""
    about = (stage for stage in stages if query and alike(stage.name, query))
    return find_stage(stages, query) or next(about, stages[0])


def alike(stage: str, section: str) -> bool:
    """Whether a stage is about the work of a section: `Mix` and `Mixing`, `Arrangement` and `Arranging`."""
    a, b = normalize(stage), normalize(section)
    if a == b:
        return True
    shorter = min(len(a), len(b))
    common = next((at for at in range(shorter) if a[at] != b[at]), shorter)
    # All but the ending: "compose" and "composition" part at their seventh letter.
    return common >= 3 and common >= shorter - 3 and " " not in a[:common] + b[:common]


def next_stage(
    stages: Sequence[Section], current_gid: str, open_tasks: Mapping[str, int], just_done: Collection[str]
) -> tuple[Section, str] | None:
    """Where a song may go after its tasks in the sections `just_done` were worked on; None where it stays.

    Gives the stage, and the finished section that leads there. `open_tasks` counts the producer's open tasks in each
    section that has tasks of theirs, in the project's order. A finished section that a stage is about leads to the
    stage after it; any other leads to the stage that is about what is left to do. A song never goes back.
    """

    def about(section: str) -> int | None:
        return next((at for at, stage in enumerate(stages) if alike(stage.name, section)), None)

    here = next((at for at, stage in enumerate(stages) if stage.gid == current_gid), 0)
    best, offer = here, None
    for section, still_open in open_tasks.items():
        if still_open or section not in just_done:
            continue
        goal = about(section)
        if goal is not None:
            goal += 1
        elif left := next((name for name, count in open_tasks.items() if count), None):
            goal = about(left)
        if goal is not None and best < goal < len(stages):
            best, offer = goal, (stages[goal], section)
    return offer
