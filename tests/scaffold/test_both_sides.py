"""Whatever is changed in the map and in Asana: scaffold, pull into the map, and there is nothing left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.records import Project, Task
from asana_tbp.sandbox.switches import Switches
from asana_tbp.scaffold.apply import Scaffold
from asana_tbp.scaffold.compare.plan import Decisions, Plan
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song, find_songs
from asana_tbp.scaffold.pull.update import MapUpdater
from asana_tbp.scaffold.request import source_of
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import Library
from asana_tbp.store.database import Database, open_database
from asana_tbp.system.clock import FastClock
from asana_tbp.system.settings import load_settings
from tests.conftest import gateway_to, watched_sandbox
from tests.faulty.server import Embedded
from tests.needs import examples

EXAMPLES = examples(20, 100)
AT_LEAST = examples(3, 20)
SEEN: Counter[str] = Counter()

Edit = tuple[str, int, int]
KINDS = [
    "rename",
    "rename",
    "rebudget",
    "move",
    "move",
    "move",
    "move",
    "remove",
    "add",
    "reorder",
    "rename section",
    "notes",
]
edits = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4
)
asana_edits = st.lists(
    st.tuples(st.sampled_from([*KINDS, "complete", "rebudget"]), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=4,
)


@dataclass
class MapFile:
    """A song map that somebody edits: sections with titles, minutes and notes."""

    path: Path
    sections: dict[str, list[tuple[str, int, str]]] = field(
        default_factory=lambda: {
            "Alpha": [("One", 10, ""), ("Two", 20, "soft"), ("Three", 30, "")],
            "Beta": [("Four", 40, ""), ("Five", 50, "")],
            "Gamma": [],
        }
    )
    made: int = 0

    def write(self) -> None:
        lines = ["song: Both", "sections:"]
        for name, tasks in self.sections.items():
            lines.append(f"  {name}:{'' if tasks else ' []'}")
            for title, minutes, notes in tasks:
                lines.append(f"    - task: {title}")
                lines.append(f"      time: {minutes}m")
                lines += [f"      notes: {notes}"] if notes else []
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def edit(self, kind: str, this: int, that: int) -> None:
        flat = [(name, at) for name, tasks in self.sections.items() for at in range(len(tasks))]
        names = list(self.sections)
        if kind == "add":
            self.made += 1
            self.sections[names[that % 3]].insert(0, (f"Mapmade {self.made}", 5, ""))
        elif kind == "rename section":
            old = names[this % 3]
            self.sections = {f"{old}x" if name == old else name: t for name, t in self.sections.items()}
        elif flat:
            home, at = flat[this % len(flat)]
            title, minutes, notes = self.sections[home][at]
            if kind == "rename":
                self.made += 1
                self.sections[home][at] = (f"Mapname {self.made}", minutes, notes)
            elif kind == "rebudget":
                self.sections[home][at] = (title, 60 + that, notes)
            elif kind == "notes":
                self.sections[home][at] = (title, minutes, f"from the map {that}")
            else:
                task = self.sections[home].pop(at)
                if kind == "move":
                    self.sections[names[that % 3]].append(task)
                elif kind == "reorder":
                    self.sections[home].insert(0, task)


@dataclass
class Studio:
    """A producer with a map and Asana open."""

    server: Embedded
    asana: Gateway
    database: Database
    map: MapFile
    foreign: int = 0

    def engine(self) -> Scaffold:
        clock = FastClock(200)
        path = self.map.path
        desired = desired_of(open_template(path).song_map())
        source = source_of(str(path), path, None)
        known = find_songs(self.database, source)
        workspace = self.server.board.workspace.gid
        song = known[0] if known else begin_song(self.database, source, workspace, "Both", clock.now())
        return Scaffold(self.asana, self.database, song, desired, clock, "own")

    def scaffold(self, *, prefer: bool = False) -> Plan:
        engine = self.engine()
        decisions = Decisions(yes=True, prefer="asana" if prefer else None, rename_song=True)
        planned = engine.plan(decisions)
        new = {each.key: "" for question in planned.questions for each in question.new}
        decisions = replace(decisions, pairs=new)
        planned = engine.plan(decisions)
        made = engine.apply(planned)
        assert made.shortcomings == ()
        return planned

    def pull(self) -> None:
        clock = FastClock(200)
        config = load_settings(self.map.path.parent / "none.toml", {})
        updater = MapUpdater(self.asana, self.database, config, Library(), clock)
        project = self.asana.project(self.project.gid)
        updater.accept(updater.propose(project, self.map.path, "asana"))

    @property
    def project(self) -> Project:
        return next(each for each in self.server.board.all(Project) if each.name == "Both")

    def edit(self, kind: str, this: int, that: int) -> None:
        sections = self.asana.sections(self.project.gid)
        tasks = self.asana.tasks(self.project.gid)
        section = sections[that % len(sections)]
        if kind == "add":
            self.foreign += 1
            self.asana.create_task(self.project.gid, section.gid, f"Foreign {self.foreign} (7m)", "mine")
        elif kind == "rename section":
            self.asana.rename_section(section.gid, f"{section.name}y")
        elif tasks:
            task = tasks[this % len(tasks)]
            title = task.name.rpartition(" (")[0]
            if kind == "rename":
                self.asana.change_task(task.gid, name=f"{title} by hand{task.name[len(title) :]}")
            elif kind == "rebudget":
                self.asana.change_task(task.gid, name=f"{title} ({80 + that}m)")
            elif kind == "notes":
                self.asana.change_task(task.gid, notes=f"by hand {that}")
            elif kind == "complete":
                self.asana.set_completed(task.gid, True)
            elif kind == "remove":
                self.asana.delete_task(task.gid)
            elif kind == "move":
                self.asana.place_task(self.project.gid, section.gid, task.gid, None)
            else:
                self.asana.place_task(self.project.gid, task.section_gid, task.gid, None)


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with watched_sandbox(Switches(rate_limits=False)) as server:
        yield server


def foreign_tasks(server: Embedded) -> dict[str, tuple[str, str]]:
    tasks = (task for task in server.board.all(Task) if not task.trashed)
    return {task.gid: (task.name, task.notes) for task in tasks if task.name.startswith("Foreign")}


def test_both_sides_come_together(server: Embedded) -> None:
    SEEN.clear()
    random_evening(server)
    assert min(SEEN["rename"], SEEN["move"], SEEN["conflict"]) >= AT_LEAST, "the examples hold enough of each"


@given(in_map=edits, in_asana=asana_edits, clash=st.integers(0, 2))
@settings(max_examples=EXAMPLES, derandomize=True, phases=(Phase.generate,))
def random_evening(server: Embedded, in_map: list[Edit], in_asana: list[Edit], clash: int) -> None:
    server.sandbox.control.reset()
    with (
        gateway_to(server) as asana,
        TemporaryDirectory() as folder,
        open_database(Path(folder) / "both.db") as database,
    ):
        studio = Studio(server, asana, database, MapFile(Path(folder) / "both.yaml"))
        studio.map.write()
        studio.scaffold()
        if clash == 0:
            # Both change the first task's budget, each to another one.
            in_map, in_asana = [("rebudget", 0, 1), *in_map], [("rebudget", 0, 2), *in_asana]
        for edit in in_asana:
            studio.edit(*edit)
        for edit in in_map:
            studio.map.edit(*edit)
        studio.map.write()
        before = {task.gid for task in server.board.all(Task) if not task.trashed}
        foreign = foreign_tasks(server)
        planned = studio.scaffold()
        count(planned)
        studio.pull()
        studio.scaffold(prefer=True)
        after = {task.gid for task in server.board.all(Task) if not task.trashed}
        assert before <= after
        assert foreign_tasks(server) == foreign
        names = Counter(task.name.rpartition(" (")[0] for task in asana.tasks(studio.project.gid))
        assert not [name for name, times in names.items() if times > 1], names
        is_agreed(studio)


def is_agreed(studio: Studio) -> None:
    engine = studio.engine()
    planned = engine.plan(Decisions(yes=True))
    assert planned.nothing_to_do, (planned.changes, studio.map.path.read_text(encoding="utf-8"))
    assert not planned.conflicts, planned.conflicts


def count(planned: Plan) -> None:
    SEEN["rename"] += bool(planned.links)
    SEEN["move"] += bool(planned.find("move", "task"))
    SEEN["conflict"] += bool(planned.conflicts)
