"""What a song map has no place for is named, and the addresses of links are written out."""

from __future__ import annotations

from asana_tbp.bridge.values import Task, value_of
from asana_tbp.scaffold.compare.task_fields import same_notes
from asana_tbp.scaffold.pull.project import unheld, written_out


def test_dependencies_and_other_peoples_tasks_are_named() -> None:
    record = {"gid": "1", "name": "Mix", "dependencies": [{"gid": "2"}], "num_subtasks": 0}
    sentences = list(unheld([value_of(Task, record), Task("2", "Master", assignee_gid="9")], "7"))
    assert sentences == [
        'Dependencies stay in Asana, write them as after in the map: "Mix".',
        'Assigned to somebody else in Asana: "Master".',
    ]


def test_many_names_are_counted() -> None:
    (sentence,) = unheld([Task(str(at), f"T{at}", subtasks=2) for at in range(8)], "7")
    assert sentence.endswith('"T4" and 3 more.')


def test_each_link_is_written_out_behind_its_words_once() -> None:
    rich = (
        '<body>a <a href="https://x.org/1">roof</a> and a <a href="https://x.org/2">roof</a>,'
        ' <a href="https://x.org">https://x.org</a></body>'
    )
    plain = "a roof and a roof, https://x.org"
    written = written_out(plain, rich)
    assert written == "a roof (https://x.org/1) and a roof (https://x.org/2), https://x.org"
    assert same_notes(written, plain)
    assert not same_notes(written, "a roof")
