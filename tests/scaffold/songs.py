"""Song maps for tests of the scaffold."""

from __future__ import annotations

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.scaffold.apply import Progress, Scaffold, Scaffolded
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song, find_songs
from asana_tbp.songmap.model import Section, SongMap, Task
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock


def song_of(sections: dict[str, list[str]], title: str = "Midnight Galaxy") -> SongMap:
    """A song map with 20 minutes for every task."""
    return SongMap(
        song=title,
        sections=tuple(
            Section(name=name, tasks=tuple(Task(title=task, minutes=20) for task in tasks))
            for name, tasks in sections.items()
        ),
    )


def song_of_size(sections: int, tasks: int) -> SongMap:
    """A song map with as many sections and tasks a section."""
    return song_of({f"Section {s}": [f"Task {s}.{t}" for t in range(tasks)] for s in range(sections)})


def scaffold(
    asana: Gateway,
    database: Database,
    song_map: SongMap,
    source: str = "file:/song.yaml",
    *,
    clock: Clock | None = None,
    my_tasks: str = "leave",
    workspace: str | None = None,
    progress: Progress = lambda _done, _total: None,
    numbered: bool = False,
) -> Scaffolded:
    """What the command does, with all parts handed in."""
    clock = clock or Clock()
    workspace = workspace or asana.me().workspaces[0].gid
    desired = desired_of(song_map, numbered=numbered)
    known = find_songs(database, source)
    song = known[0] if known else begin_song(database, source, workspace, desired.title, clock.now())
    work = Scaffold(asana, database, song, desired, clock, my_tasks)
    return work.apply(work.plan(), progress)


def shape_of(asana: Gateway, project_gid: str) -> dict[str, list[str]]:
    """What Asana shows: section names with task names from top to bottom."""
    tasks = asana.tasks(project_gid)
    return {
        section.name: [task.name for task in tasks if task.section_gid == section.gid]
        for section in asana.sections(project_gid)
    }


def shape_asked(song_map: SongMap) -> dict[str, list[str]]:
    """What the map asks Asana to show."""
    return {section.name: [task.name for task in section.tasks] for section in song_map.sections}
