"""Every kind of mistake in what extends, asks, dates and orders a song map, with its exact place and sentence."""

from __future__ import annotations

import pytest

from asana_tbp.songmap.read.sections import MOST_TASKS
from tests.songmap.read.test_bad_files import END, TOP, told

BAD: list[tuple[str, list[str]]] = [
    (
        "song: a\nbpm: fast\nsections:\n  C: []\n",
        ['2:6: "fast" is not a tempo; write beats a minute, such as 128'],
    ),
    (
        "song: a\nbpm: 5\nsections:\n  C: []\n",
        ["2:6: a tempo is 10 to 999 beats a minute"],
    ),
    (
        "song: a\nbpm: [128]\nsections:\n  C: []\n",
        ['2:6: "bpm" must be a text, not a list'],
    ),
    (
        "song: a\nkey: [A]\nsections:\n  C: []\n",
        ['2:6: "key" must be a text, not a list'],
    ),
    (
        "song: a\nreference: {a: b, c: d}\nsections:\n  C: []\n",
        ['2:12: "reference" must be a list, not a mapping; begin each entry with "- "'],
    ),
    (
        "song: a\ndeadline: 2026-02-30\nsections:\n  C: []\n",
        ["2:11: there is no day 2026-02-30"],
    ),
    (
        "song: a\ndeadline: soon\nsections:\n  C: []\n",
        ['2:11: "soon" is not a day; write year-month-day, such as 2027-03-31'],
    ),
    (
        "song: a\nsessions: tue\nsections:\n  C: []\n",
        ['2:11: "sessions" needs days and minutes; write sessions: {days: [tue, thu], minutes: 120}'],
    ),
    (
        "song: a\nsessions: {days: [tue]}\nsections:\n  C: []\n",
        ['2:11: "minutes" is missing; write minutes: 120'],
    ),
    (
        "song: a\nsessions: {days: [], minutes: 60}\nsections:\n  C: []\n",
        ['2:18: "days" is empty; write days: [tue, thu]'],
    ),
    (
        "song: a\nsessions: {days: [tus], minutes: 60}\nsections:\n  C: []\n",
        ['2:19: "tus" is not a day of the week; write mon, tue, wed, thu, fri, sat or sun'],
    ),
    (
        "song: a\nsessions: {days: [tue], minutes: long}\nsections:\n  C: []\n",
        ['2:34: minutes: "long" is not a time budget; write 25m or 1h30m'],
    ),
    (
        "song: a\nsessions: {days: [tue], minutes: 60, from: now}\nsections:\n  C: []\n",
        ['2:44: "now" is not a day; write year-month-day, such as 2027-03-31'],
    ),
    (
        "song: a\nboard: {}\nsections:\n  C: []\n",
        ['2:8: "stage" is missing; write stage: Arrangement'],
    ),
    (
        "song: a\norder: [x]\nsections:\n  C:\n    - y (2m)\n",
        ['2:9: no task is called "x"'],
    ),
    (
        "song: a\norder: [y, y]\nsections:\n  C:\n    - y (2m)\n",
        ['2:12: "y" is in the order twice'],
    ),
    (
        "song: a\norder: [x, y]\nsections:\n  C:\n    - {task: x, time: 2m, after: y}\n    - y (2m)\n",
        ['2:9: "x" waits for "y", which is further down in the order'],
    ),
    (
        "song: a\ndrop: [x]\nsections:\n  C: []\n",
        ['2:8: "drop" leaves out what another file has, and this one extends none'],
    ),
    (
        "song: a\nextends: edm-trakc\nsections:\n  C: []\n",
        ['2:10: there is no file and no template called "edm-trakc"; did you mean "edm-track"?'],
    ),
    (
        "song: a\nextends: ../x/passwd\nsections:\n  C: []\n",
        ['2:10: "../x/passwd" is not a song map; the path of one ends in .yaml'],
    ),
    (
        "song: a\nextends: nowhere.yaml\nsections:\n  C: []\n",
        ['2:10: there is no file "nowhere.yaml" beside this map'],
    ),
    (
        "song: a\nextends: [x]\nsections:\n  C: []\n",
        ['2:10: "extends" must be a text, not a list'],
    ),
    (
        "extends: edm-track\ndrop: [Desing pad]\n",
        ['2:8: there is no task or section "Desing pad" to drop; did you mean "Design pad"?'],
    ),
    (
        "extends: edm-track\nvars: {laed: violin, mixing: soon, instrument: {default: cello}}\n",
        [
            '2:8: nothing asks "laed"; did you mean "lead"?',
            '2:30: mixing: "soon" is not a choice here; write later or basic',
            '2:36: nothing asks "instrument"; there is lead and mixing',
        ],
    ),
    (
        "extends: beat\nvars: {lead: violin}\n",
        ['2:8: nothing asks "lead", and nothing uses it; leave it out'],
    ),
    (
        "extends: edm-track\nlead: violin\nmixng: later\n",
        [
            '2:1: unknown key "lead"; it is a variable, and is answered under vars:',
            '3:1: unknown key "mixng"; known keys are song, extends, vars, bpm, key, reference, deadline,'
            " sessions, board, inspiration, themes, questions, sections, drop and order",
        ],
    ),
    (
        "song: a\nvars:\n  Lead: x\nsections:\n  C: []\n",
        ['3:3: "Lead" cannot be a variable\'s name; write small letters, digits and dashes'],
    ),
    (
        "song: a\nvars:\n  lead: x\n  lead: y\nsections:\n  C: []\n",
        ['4:3: the variable "lead" is there twice; first in line 3'],
    ),
    (
        "song: a\nvars:\n  lead: {type: bool}\nsections:\n  C: []\n",
        ['3:16: "bool" is not a type of answer; did you mean "yes/no"?'],
    ),
    (
        "song: a\nvars:\n  lead: {type: number}\nsections:\n  C: []\n",
        ['3:16: "number" is not a type of answer; write text, yes/no or choice'],
    ),
    (
        "song: a\nvars:\n  lead: {type: choice}\nsections:\n  C: []\n",
        ['3:16: "lead" is a choice, and needs two choices or more; write choices: [one, other]'],
    ),
    (
        "song: a\nvars:\n  lead: {choices: [a]}\nsections:\n  C: []\n",
        ['3:20: "lead" is a choice, and needs two choices or more; write choices: [one, other]'],
    ),
    (
        "song: a\nvars:\n  lead: {choices: [a, A]}\nsections:\n  C: []\n",
        ['3:23: the choice "A" is there twice; first in line 3'],
    ),
    (
        "song: a\nvars:\n  lead: {choices: [a, b], default: c}\nsections:\n  C: []\n",
        ['3:36: lead: "c" is not a choice here; write a or b'],
    ),
    (
        "song: a\nvars:\n  lead: {type: yes/no, default: maybe}\nsections:\n  C: []\n",
        ['3:33: lead: "maybe" is neither yes nor no'],
    ),
    (
        "song: a\nvars:\n  lead: {type: text, choices: [a, b]}\nsections:\n  C: []\n",
        ['3:32: "lead" is no choice; write type: choice, or leave its choices out'],
    ),
    (
        "song: a\nvars:\n  lead: {aks: x}\nsections:\n  C: []\n",
        ['3:10: unknown key "aks"; did you mean "ask"?'],
    ),
    (
        "song: a\nvars:\n  lead: [x]\nsections:\n  C: []\n",
        ['3:9: the default of "lead" must be a text, not a list'],
    ),
    (
        "song: a\nvars: [x]\nsections:\n  C: []\n",
        ['2:7: "vars" must be a mapping of names, each with its question, not a list'],
    ),
    (
        "song: a\nvars:\n  lead: {when: vocals}\n  vocals: {type: yes/no, default: no}\nsections:\n  C: []\n",
        ['3:16: "vocals" is asked later; a question can only depend on the ones above it'],
    ),
    (
        "song: a\nvars:\n  lead: {ask: x}\nsections:\n  C:\n    - Play ${lead} (2m)\n    - ${lead} (3m)\n",
        [
            '6:12: "lead" has no answer; give one with --set lead=..., or write a default: under vars:',
            '7:7: "lead" has no answer; give one with --set lead=..., or write a default: under vars:',
        ],
    ),
    (
        "song: a ${x}\nsections:\n  C: []\n",
        ['1:9: no variable is called "x"; write it under vars: first, or $$ for a dollar sign'],
    ),
    (
        "song: a\nvars:\n  lead: x\nsections:\n  C:\n    - Play ${laed} (2m)\n",
        ['6:12: no variable is called "laed"; did you mean "lead"?'],
    ),
    (
        "song: a\nvars:\n  lead: x\nsections:\n  C:\n    - Play ${lead (2m)\n",
        ['6:12: this "${" is never closed; write ${name}, or $$ for a dollar sign'],
    ),
    (
        "song: a\nsections:\n  C:\n    - '${ (2m)'\n    - '${} (2m)'\n",
        [
            '4:8: this "${" is never closed; write ${name}, or $$ for a dollar sign',
            '5:8: no variable is called ""; write it under vars: first, or $$ for a dollar sign',
        ],
    ),
    (
        "song: a\nsections:\n  C:\n    - {task: a, time: 2m, when: vocals}\n",
        ['4:33: no variable is called "vocals"; write it under vars: first'],
    ),
    (
        "song: a\nvars:\n  v: {type: yes/no}\nsections:\n  C:\n    - {task: a, time: 2m, when: v}\n",
        ['6:33: "v" has no answer; give one with --set v=..., or write a default: under vars:'],
    ),
    (
        "song: a\nvars:\n  v: {choices: [a, b], default: a}\nsections:\n  C:\n    - {task: a, time: 2m, when: v}\n",
        ['6:33: "v" is a choice; write v is a or b'],
    ),
    (
        "song: a\nvars:\n  v: {choices: [a, b], default: a}\nsections:\n  C: {when: v is c, tasks: []}\n",
        ['5:13: "c" is not a choice here; write a or b'],
    ),
    (
        "song: a\nvars:\n  v: {type: yes/no, default: no}\nsections:\n  C: {when: v or not v, tasks: []}\n",
        ['5:13: "v or not v" is not a condition; write a variable\'s name, not NAME, or NAME is VALUE'],
    ),
    (
        "song: a\nsections:\n  C:\n    - {task: a, time: 2m, kind: gaet}\n",
        ['4:33: "gaet" is not a kind of task; did you mean "gate"?'],
    ),
    (
        "song: a\nsections:\n  C:\n    - {task: a, time: 2m, kind: milestone}\n",
        ['4:33: "milestone" is not a kind of task; write task, gate or break'],
    ),
    (
        "song: a\nsections:\n  C:\n    - {task: 'Gate: a', time: 2m, kind: break}\n",
        ["4:14: by its title this is a gate; write kind: gate, or another title"],
    ),
    (
        "song: a\nsections:\n  C:\n    - {task: a, time: 2m, asana: no}\n",
        ['4:34: "asana" is for breaks: every other task is in Asana anyway'],
    ),
    (
        "song: a\nsections:\n  C:\n    - {task: a, time: 2m, kind: break, asana: maybe}\n",
        ['4:47: "maybe" is neither yes nor no'],
    ),
    (
        "song: a\nsections:\n  C:\n    - {tasks: x}\n",
        ['4:15: the tasks of "C" must be a list; begin each with "- ": - x'],
    ),
    (
        "song: a\nsections:\n  C:\n    - {when: v, tasks: []}\n",
        ['4:14: no variable is called "v"; write it under vars: first'],
    ),
    (
        "song: a\nsections:\n  C: {when: v, tasks: []}\n",
        ['3:13: no variable is called "v"; write it under vars: first'],
    ),
    (
        "song: a\nsections:\n  C: {tasks: [], note: x}\n",
        ['3:18: unknown key "note"; known keys are when and tasks'],
    ),
    (
        "song: a\ninspiration: " + "x" * 20_001 + "\n" + END,
        ['2:14: "inspiration" is longer than 20,000 characters'],
    ),
    (
        TOP + "".join(f"    - t{number} (2m)\n" for number in range(MOST_TASKS + 5)),
        [f"{MOST_TASKS + 4}:7: there are more than 2,000 tasks; a song has a few dozen"],
    ),
    (
        "song: a\nvars:\n" + "".join(f"  v{number}: x\n" for number in range(51)) + END,
        ["53:3: there are more than 50 variables"],
    ),
    (
        "song: a\nvars: {lead: " + "x" * 201 + "}\n" + END,
        ["2:14: lead: an answer is at most 200 characters long"],
    ),
]


@pytest.mark.parametrize(("text", "problems"), BAD)
def test_a_mistake_in_the_format(text: str, problems: list[str]) -> None:
    assert told(text) == problems
