"""The JSON Schema of song maps, made from the table of keys: what an editor checks, explains and offers.

`python -m tests.docs.generate` writes it to `templates/schema.json`, which is what ships.

Messages and snippets are those of yaml-language-server (`errorMessage`, `patternErrorMessage`, `defaultSnippets`). What
only reading can tell (whether a time is clear, what refers to what) is left to the loader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.key_types import KEYS, Key
from asana_tbp.songmap.keys import (
    GROUP_KEYS,
    OBSOLETE,
    SESSION_KEYS,
    STAGE_KEYS,
    TASK_KEYS,
    THEME_KEYS,
    TOP,
    VARIABLE_KEYS,
    Keys,
)
from asana_tbp.songmap.model import DAYS, FASTEST, SLOWEST
from asana_tbp.songmap.read.reader import LONGEST_LINE, LONGEST_PROSE
from asana_tbp.songmap.templates.variables import LONGEST_VALUE, TYPES
from asana_tbp.text import listed

Fragment = dict[str, Any]
"""A part of a JSON Schema."""
LINE: Fragment = {"$ref": "#/$defs/line"}
LINE_OR_NOTHING: Fragment = {"$ref": "#/$defs/line or nothing"}
LINES: Fragment = {"$ref": "#/$defs/lines"}
VARIABLE = r"\$\{"
_CONTROLS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_SCALAR = ["string", "number", "boolean"]
_TEXT_OR_NOTHING = ["string", "null"]
_ONE_LINE = {
    "pattern": rf"^\s*[^\s{_CONTROLS}]([^{_CONTROLS}]*[^\s{_CONTROLS}])?\s*$",
    "maxLength": LONGEST_LINE,
    "patternErrorMessage": "Write a text of one line.",
}


def fragment(types: list[str], message: str, **keywords: Any) -> Fragment:
    """What the schema says of a value of some types; `message` is what an editor says where it is another one."""
    said = {"errorMessage": message} | ({"patternErrorMessage": message} if "pattern" in keywords else {})
    return {"type": types, **said, **keywords}


def explained(keys: Keys, parts: Mapping[str, Fragment]) -> Fragment:
    """The properties of a mapping with these keys."""
    return {name: {"description": keys.help[name], **part} for name, part in parts.items()}


def _any_spelling(words: Iterable[str]) -> str:
    """A pattern of these keys in any case, with blanks or underscores for their dashes."""
    return "^(" + "|".join(_any_case(word).replace("-", "[-_ ]") for word in words) + ")$"


def _any_case(word: str) -> str:
    return "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in word)


def known_only(keys: Keys, others: Iterable[str] = ()) -> Fragment:
    """Refuses every key but these, in a fragment of its own: its message is about keys alone.

    An editor offers each of the `properties` in place of a wrong key.
    """
    words = [*others, *(word for words in keys.spellings.values() for word in words)]
    return {
        "errorMessage": f"This is not a key here; write {listed(keys.known)}.",
        "properties": explained(keys, {name: {} for name in keys.known}),
        "patternProperties": {_any_spelling(words): {}},
        "additionalProperties": False,
    }


def _mapping(keys: Keys, parts: Mapping[str, Fragment], message: str, **keywords: Any) -> Fragment:
    types = ["object", "null"]
    return fragment(types, message, properties=explained(keys, parts), allOf=[known_only(keys)], **keywords)


_CONDITION = fragment(
    _TEXT_OR_NOTHING,
    "Write a variable's name, not NAME, or NAME is VALUE.",
    pattern=r"^\s*([nN][oO][tT]\s+\S+|\S+(\s+[iI][sS]\s+\S.*)?)\s*$",
)
_TASKS: Fragment = {"$ref": "#/$defs/tasks"}
_HOLDS_TASKS: Fragment = {
    "type": "object",
    "not": {
        "additionalProperties": {
            "not": {"anyOf": [{"type": ["array", "object"]}, {"type": "string", "pattern": "[0-9¼½¾]"}]}
        }
    },
}
"""A mapping with a list in it, or with what may be a time: `Chords: 20m`."""
_A_SECTION = 'If it is a section, write one task a line below it, each after "- ".'
_ONE_TASK_A_LINE = 'Write one task a line, each after "- ": - Write chords (20m)'
_TWO_OR_MORE: Fragment = fragment(
    ["array"], "Write two choices or more: [one, other]", uniqueItems=True, minItems=2, items=LINE
)

_DAY: Fragment = {"$ref": "#/$defs/day"}
_DATE = fragment(
    ["string", "integer", "null"],
    "Write the day as year-month-day, such as 2027-03-31.",
    minimum=20_000_101,
    pattern=rf"[0-9]|{VARIABLE}",
)
VALUES: dict[str, Fragment] = {
    "tempo": fragment(
        ["number", "string", "null"],
        "Write beats a minute, such as 128.",
        minimum=SLOWEST,
        maximum=FASTEST,
        pattern=rf"^\s*[0-9]{{2,3}}([.,][0-9]{{1,3}})?\s*([bB][pP][mM])?\s*$|{VARIABLE}",
    ),
    "date": _DATE,
    "sessions": _mapping(
        SESSION_KEYS,
        {
            "days": {"anyOf": [{"$ref": "#/$defs/days"}, {"type": "array", "minItems": 1, "items": _DAY}]},
            "minutes": {"$ref": "#/$defs/time"},
            "from": _DATE,
        },
        "Write the days and the minutes of each: {days: [tue, thu], minutes: 120}",
        required=["days", "minutes"],
    ),
    "stage": {
        "if": {"type": "object"},
        "then": {
            "required": ["stage"],
            "properties": explained(STAGE_KEYS, {"stage": LINE}),
            "allOf": [known_only(STAGE_KEYS)],
        },
        "else": LINE_OR_NOTHING,
    },
    "themes": _mapping(
        THEME_KEYS,
        {"musical": LINES, "non-musical": LINES},
        "Write musical: and non-musical: below this, each with its labels: [driving, spacey]",
    ),
    "questions": fragment(
        ["object", "null"],
        "Write one question a line, a colon, and the answer.",
        propertyNames=LINE,
        additionalProperties={"$ref": "#/$defs/prose"},
    ),
}
"""What a key's or its type's `schema` names; any other name is one of the schema's own definitions."""


def schema_text() -> str:
    """The file `templates/schema.json`."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> Fragment:
    """The whole schema."""
    spellings = TOP.spellings
    others = {_any_spelling(words): {"$ref": f"#/properties/{name}"} for name, words in spellings.items()}
    known = known_only(TOP, OBSOLETE)
    unknown = {"not": {"propertyNames": {"pattern": next(iter(known["patternProperties"]))}}}
    examples = {key.name: {"examples": [key.example]} for key in KEYS if key.example[0] not in "{["}
    parts = {key.name: {**examples.get(key.name, {}), **_value(key)} for key in KEYS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Song map",
        "description": "One song as work: inspiration, themes, questions, and tasks with strict time budgets.",
        "type": "object",
        "properties": explained(TOP, parts),
        "patternProperties": {**others, _any_spelling(OBSOLETE): {"description": "Not used any longer."}},
        "if": _has_key(spellings["sections"]),
        "then": known,
        # Where no section is written under sections:, an unknown key with a list is a section.
        "else": {
            "patternProperties": known["patternProperties"],
            "additionalProperties": {
                "if": {"anyOf": [{"type": ["array", "null"]}, _HOLDS_TASKS]},
                "then": {"$ref": "#/$defs/section"},
                "else": fragment(["array", "null"], f"{known['errorMessage']} {_A_SECTION}"),
            },
            "if": {"anyOf": [unknown, _has_key(spellings["extends"])]},
            "else": {"required": ["sections"]},
        },
        "anyOf": [
            {"required": ["song"]},
            {"required": ["extends"]},
            _has_key([*spellings["song"], *spellings["extends"]]),
        ],
        "$defs": {**_values(), **_work(), "task": _task(), "variables": _variables()},
    }


def _value(key: Key) -> Fragment:
    name = key.schema
    return VALUES.get(name) or {"$ref": f"#/$defs/{name}"}


def _values() -> dict[str, Fragment]:
    """Texts, lists, days and times."""
    one_line = "Write a text of one line."
    prose = {"maxLength": LONGEST_PROSE}
    day = "|".join(_any_case(day) + r"[a-zA-Z]*\.?" for day in DAYS)
    a_day, joint = "Write mon, tue, wed, thu, fri, sat or sun.", r"(\s*[,;/&+]\s*|\s+([aA][nN][dD]\s+)?)"
    texts = 'Write a list: one text a line, each after "- ".'
    thoughts = 'Write a list: one thought a line, each after "- ".'
    thought = fragment(_SCALAR, "Write a text.", pattern=r"\S", **prose)
    return {
        "line": fragment(_SCALAR, one_line, **_ONE_LINE),
        "line or nothing": fragment([*_SCALAR, "null"], one_line, **_ONE_LINE),
        "lines": fragment([*_SCALAR, "array", "null"], texts, items=LINE, **_ONE_LINE),
        "prose": fragment([*_SCALAR, "null"], "Write a text.", **prose),
        "paragraphs": fragment([*_SCALAR, "array", "null"], thoughts, items=thought, **prose),
        "day": fragment(["string"], a_day, pattern=f"^\\s*({day})\\s*$"),
        "days": fragment(["string"], a_day, pattern=f"^\\s*({day})({joint}({day}))*\\s*$"),
        "time": fragment(
            ["string", "integer", "null"],
            "Write 25m, 1h or 1h30m; at most 24h.",
            minimum=1,
            maximum=LONGEST,
            pattern=r"[0-9¼½¾半]|\$\{",
        ),
    }


def _work() -> dict[str, Fragment]:
    """Sections, and lists of tasks."""
    group: Fragment = {
        "properties": explained(GROUP_KEYS, {"when": _CONDITION, "tasks": _TASKS}),
        "allOf": [known_only(GROUP_KEYS)],
    }
    section = {"${1:Composition}": ["${2:Write chords} (${3:25}m)"]}
    return {
        "tasks": fragment(
            ["array", "null"],
            _ONE_TASK_A_LINE,
            uniqueItems=True,
            items={
                "if": {"type": "object", "required": ["tasks"]},
                "then": group,
                "else": {"$ref": "#/$defs/task"},
            },
        ),
        "section": {
            **fragment(["object", "array", "null"], _ONE_TASK_A_LINE, minProperties=1),
            "if": {"type": "object", "anyOf": [{"required": ["tasks"]}, {"required": ["when"]}]},
            "then": group,
            "else": {"if": {"type": "array"}, "then": _TASKS},
        },
        "sections": fragment(
            ["object", "array", "null"],
            "Write a section's name and a colon, and below it its tasks, each after a dash.",
            minProperties=1,
            propertyNames=LINE,
            additionalProperties={"$ref": "#/$defs/section"},
            # Beside the rest, `items` would make editors complete the key with a dash.
            allOf=[
                {
                    "minItems": 1,
                    "items": fragment(["object"], "Write a section's name above its tasks.", minProperties=1),
                }
            ],
            defaultSnippets=[{"label": "a section", "body": section}],
        ),
    }


def _task() -> Fragment:
    """A task: a text, or a mapping with its parts; the keywords of each kind say nothing about the other."""
    fields: dict[str, Fragment] = {
        "task": LINE,
        "time": {"$ref": "#/$defs/time"},
        "after": LINES,
        "notes": {"$ref": "#/$defs/prose"},
        "kind": _one_of("task", "gate", "break"),
        "when": _CONDITION,
        "asana": _yes_or_no("yes", "no", "true", "false"),
    }
    spellings = TASK_KEYS.spellings
    words = [word for others in spellings.values() for word in others]
    is_break = [
        _has_text("kind", r"^\s*[bB][rR][eE][aA][kK]\s*$"),
        _has_text("task", r"^\s*[bB][rR][eE][aA][kK]:\s"),
    ]
    only_breaks = fragment(["null"], "Only a break says whether it is in Asana; leave this out.")
    no_title = "This task has no title: write task: and its title."
    return fragment(
        [*_SCALAR, "object"],
        "Write a task with its time: Write chords (20m)",
        **_ONE_LINE,
        minProperties=1,
        properties=explained(TASK_KEYS, fields),
        patternProperties={
            _any_spelling(spellings[name]): {"$ref": f"#/$defs/task/properties/{name}"} for name in fields
        },
        allOf=[
            {
                # With an unknown key it is `Chords: 20m`; with none it needs its title.
                "if": {"type": "object", "propertyNames": {"enum": words}},
                "then": {
                    "anyOf": [{"required": [name]} for name in spellings["task"]],
                    "errorMessage": no_title,
                },
            },
            {
                "if": {"required": ["task"]},
                "then": known_only(TASK_KEYS),
            },
            {
                "if": {"required": ["asana"], "not": {"anyOf": is_break}},
                "then": {"properties": {"asana": only_breaks}},
            },
        ],
        # An editor would mix it with the key `task` if both had one label.
        defaultSnippets=[{"label": "task (25m)", "body": "${1:Write chords} (${2:25}m)"}],
    )


def _variables() -> Fragment:
    fields: dict[str, Fragment] = {
        "ask": {"$ref": "#/$defs/line or nothing"},
        "type": _one_of(*TYPES),
        "default": {"type": [*_SCALAR, "null"], "maxLength": LONGEST_VALUE},
        "choices": {**_TWO_OR_MORE, "type": ["array", "null"]},
        "when": _CONDITION,
    }
    no_choices = fragment(["null"], "Only type: choice has choices; leave this out.")
    yes_no = _yes_or_no("yes", "y", "no", "n", "true", "false")
    answers: dict[str, Fragment] = {
        "choice": {"required": ["choices"], "properties": {"choices": _TWO_OR_MORE}},
        "text": {"properties": {"choices": no_choices}},
        "yes/no": {"properties": {"choices": no_choices, "default": yes_no}},
    }
    return fragment(
        ["object", "null"],
        "Write a variable's name, a colon and its question below this.",
        maxProperties=50,
        propertyNames={
            "pattern": "^[a-z][a-z0-9_-]{0,29}$",
            "not": {"const": "not"},
            "patternErrorMessage": "Write small letters, digits and dashes for a variable's name.",
        },
        additionalProperties=fragment(
            [*_SCALAR, "object", "null"],
            "Write the question and its default: {ask: Which instrument?, default: piano}",
            maxLength=LONGEST_VALUE,
            properties=explained(VARIABLE_KEYS, fields),
            allOf=[
                known_only(VARIABLE_KEYS),
                *(
                    {"if": _has_text("type", rf"^\s*{_any_case(type_)}\s*$"), "then": then}
                    for type_, then in answers.items()
                ),
            ],
        ),
    )


def _has_text(key: str, pattern: str) -> Fragment:
    return {"required": [key], "properties": {key: {"type": "string", "pattern": pattern}}}


def _one_of(*words: str) -> Fragment:
    pattern = "^\\s*(" + "|".join(map(_any_case, words)) + ")\\s*$"
    return fragment(_TEXT_OR_NOTHING, f"Write {listed(words)}.", pattern=pattern, examples=list(words))


def _yes_or_no(*words: str) -> Fragment:
    pattern = _one_of(*words)["pattern"]
    return fragment(["boolean", *_TEXT_OR_NOTHING], "Write yes or no.", pattern=pattern)


def _has_key(words: Iterable[str]) -> Fragment:
    return {"not": {"propertyNames": {"not": {"pattern": _any_spelling(words)}}}}
