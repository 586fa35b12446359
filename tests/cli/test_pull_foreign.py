"""Whatever stands in a project somebody made by hand, it becomes a song map, and that map has nothing to do there."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Section, Task
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.scaffold.compare.plan import Remote
from asana_tbp.scaffold.pull.project import pull_song, remember
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.store.database import Database
from asana_tbp.system.clock import Clock
from tests.faulty.server import Embedded
from tests.needs import examples
from tests.scaffold.songs import scaffold
from tests.songmap.maps import lines


@dataclass(frozen=True, slots=True)
class Made:
    """A task that somebody made by hand."""

    name: str
    notes: str = ""
    completed: bool = False
    kind: str = "default_task"
    subtasks: tuple[str, ...] = ()


_anything = st.characters(codec="utf-8", exclude_characters="\0")
_names = st.one_of(
    st.sampled_from(
        [
            "",
            "   ",
            "Loop",
            "loop (5m)",
            "LOOP  (6m)",
            "Loop 2",
            "Gate: keep?",
            "(20m)",
            "01 Loop",
            "a\nb (5m)",
        ]
    ),
    lines,
    st.text(_anything, max_size=30),
    st.just("x" * 1020 + "(5m)"),
)
_tasks = st.builds(
    Made,
    name=_names,
    notes=st.text(_anything, max_size=60),
    completed=st.booleans(),
    kind=st.sampled_from(["default_task", "default_task", "milestone", "approval"]),
    subtasks=st.lists(_names, max_size=2).map(tuple),
)
_notes = st.one_of(
    st.text(_anything, max_size=60),
    st.lists(
        st.sampled_from(
            [
                "Song", "- Tempo: 128 BPM", "- Tempo: 5000 BPM", "- Tempo: nan BPM", "- Key: A minor",
                "- Deadline: 2026-02-30", "- Sessions: tue, 0 minutes", "- Sessions: tue, 60 minutes",
                "- Stage: Mixing", "References", "Inspiration", "Musical themes", "Non-musical themes",
                "Questions", "- Why?", "- why?", "- WHY? ", "-", "- ", "  because", "", "  ", "- \tx",
                "(no answer yet)", "Call Ann.", "- " + "x" * 1200, "asana-tbp song map 0123456789ab",
            ]
        ),
        max_size=12,
    ).map("\n".join),
)  # fmt: skip
_sections = st.lists(
    st.tuples(st.sampled_from(["", "  ", "Mixing", "mixing ", "Mixing:", "- #1", "Untitled section"]) | lines,
              st.lists(_tasks, max_size=4)),
    max_size=4,
)  # fmt: skip


class Hand:
    """Somebody who works in Asana without us."""

    def __init__(self, server: Embedded, asana: Gateway) -> None:
        self._server = server
        self._asana = asana

    def project(self, name: str, notes: str, sections: list[tuple[str, list[Made]]]) -> str:
        workspace = self._asana.me().workspaces[0].gid
        gid: str = self._post("/projects", name=name.strip() or "x", notes=notes, workspace=workspace)["gid"]
        for section, tasks in sections:
            home = self._post(f"/projects/{gid}/sections", name=section or "x")["gid"]
            for task in tasks:
                made = self._post(
                    "/tasks",
                    name=task.name,
                    notes=task.notes,
                    completed=task.completed,
                    resource_subtype=task.kind,
                    projects=[gid],
                    memberships=[{"project": gid, "section": home}],
                )
                for subtask in task.subtasks:
                    self._post("/tasks", name=subtask, parent=made["gid"])
        return gid

    def _post(self, path: str, **fields: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            self._server.host + path,
            data=json.dumps({"data": fields}).encode(),
            headers={"Authorization": f"Bearer {SANDBOX_TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            found: dict[str, Any] = json.load(answer)["data"]
            return found


@settings(max_examples=examples(15, 300))
@given(lines, _notes, _sections, st.booleans())
def test_a_project_made_by_hand_has_nothing_to_do(
    sandbox: Embedded,
    asana: Gateway,
    database: Database,
    name: str,
    notes: str,
    sections: list[tuple[str, list[Made]]],
    completed: bool,
) -> None:
    gid = Hand(sandbox, asana).project(name, notes, sections)
    before = asana.tasks(gid), asana.sections(gid)
    reading = Remote(asana.project(gid), asana.sections(gid), asana.tasks(gid))
    back = pull_song(database, reading, default_minutes=25, completed=completed)
    assert back.song_map.task_count == sum(completed or not task.completed for task in before[0])
    written = parse_song_map(render_song_map(back.song_map, remarks=back.remarks), "f")
    assert written == back.song_map
    source = f"file:/{gid}.yaml"
    remember(database, source, back, Clock().now())
    again = scaffold(asana, database, written, source)
    assert (again.project_gid, again.plan.nothing_to_do) == (gid, True)
    assert (asana.tasks(gid), asana.sections(gid)) == before


def test_a_title_that_is_nothing_but_a_number_stays(database: Database) -> None:
    reading = Remote(Project("1", "Loops"), (Section("2", "A"),), (Task("3", "808 (20m)", section_gid="2"),))
    back = pull_song(database, reading, default_minutes=25)
    assert [task.name for task in back.song_map.sections[0].tasks] == ["808 (20m)"]
    assert back.remarks == {}
