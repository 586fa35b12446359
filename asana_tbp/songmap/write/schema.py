"""The JSON Schema of song maps, made from the table of keys: what an editor checks, explains and offers.

Messages and snippets are those of yaml-language-server (`errorMessage`, `patternErrorMessage`, `defaultSnippets`). What
only reading can tell (whether a time is clear, what refers to what) is left to the loader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.key_groups import DAYS
from asana_tbp.songmap.key_types import LINE, LINES, Fragment
from asana_tbp.songmap.keys import (
    GROUP,
    GROUP_KEYS,
    KEYS,
    OBSOLETE,
    TASK,
    TASK_KEYS,
    VARIABLE,
    VARIABLE_KEYS,
)
from asana_tbp.songmap.read.reader import LONGEST_LINE, LONGEST_PROSE, Keys
from asana_tbp.songmap.templates.variables import LONGEST_VALUE, TYPES
from asana_tbp.text import listed

_CONTROLS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_ONE_LINE = rf"^\s*[^\s{_CONTROLS}]([^{_CONTROLS}]*[^\s{_CONTROLS}])?\s*$"
_SCALAR = ["string", "number", "boolean"]
_TIME = r"[0-9¼½¾半]|\$\{"
_CONDITION: Fragment = {
    "type": ["string", "null"],
    "pattern": r"^\s*([nN][oO][tT]\s+\S+|\S+(\s+[iI][sS]\s+\S.*)?)\s*$",
    "patternErrorMessage": "Write a variable's name, not NAME, or NAME is VALUE.",
}
_YES_NO: Fragment = {
    "type": ["boolean", "string", "null"],
    "pattern": r"^\s*([yY][eE][sS]|[nN][oO]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\s*$",
    "patternErrorMessage": "Write yes or no.",
}


def schema_text() -> str:
    """The file `templates/schema.json`."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> Fragment:
    """The whole schema."""
    spellings = {key.name: [key.name, *key.also] for key in KEYS}
    others = {_any_spelling(words): {"$ref": f"#/properties/{name}"} for name, words in spellings.items()}
    known = _any_spelling([*OBSOLETE, *(word for words in spellings.values() for word in words)])
    unknown = {"not": {"propertyNames": {"pattern": known}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Song map",
        "description": "One song as work: inspiration, themes, questions, and tasks with strict time budgets.",
        "type": "object",
        "properties": {key.name: _explained(key.fragment, key.help, key.example) for key in KEYS},
        "patternProperties": {**others, _any_spelling(OBSOLETE): {"description": "Not used any longer."}},
        "if": _has_key(_any_spelling(spellings["sections"])),
        "then": {"patternProperties": {known: {}}, "additionalProperties": False},
        # Where no section is written under sections:, an unknown key with a list is a section.
        "else": {
            "patternProperties": {known: {}},
            "additionalProperties": {"$ref": "#/$defs/tasks"},
            "if": {"anyOf": [unknown, _has_key(_any_spelling(spellings["extends"]))]},
            "else": {"required": ["sections"]},
        },
        "anyOf": [
            {"required": ["song"]},
            {"required": ["extends"]},
            _has_key(_any_spelling([*spellings["song"], *spellings["extends"]])),
        ],
        "$defs": {**_values(), **_work(), "variables": _variables()},
    }


def _values() -> dict[str, Fragment]:
    """Texts, lists, days and times."""
    one_line = "Write a text of one line."
    line = {
        "pattern": _ONE_LINE,
        "maxLength": LONGEST_LINE,
        "errorMessage": one_line,
        "patternErrorMessage": one_line,
    }
    day = "|".join(_any_case(day) + r"[a-zA-Z]*\.?" for day in DAYS)
    return {
        "line": {"type": _SCALAR, **line},
        "line or nothing": {"type": [*_SCALAR, "null"], **line},
        "lines": {
            "type": [*_SCALAR, "array", "null"],
            "items": LINE,
            "pattern": _ONE_LINE,
            "maxLength": LONGEST_LINE,
            "errorMessage": 'Write a list: one text a line, each after "- ".',
            "patternErrorMessage": one_line,
        },
        "prose": {"type": [*_SCALAR, "null"], "maxLength": LONGEST_PROSE, "errorMessage": "Write a text."},
        "paragraphs": {
            "type": [*_SCALAR, "array", "null"],
            "items": {
                "type": _SCALAR,
                "pattern": r"\S",
                "maxLength": LONGEST_PROSE,
                "errorMessage": "Write a text.",
            },
            "maxLength": LONGEST_PROSE,
            "errorMessage": 'Write a list: one thought a line, each after "- ".',
        },
        "day": {
            "type": "string",
            "pattern": f"^\\s*({day})\\s*$",
            "patternErrorMessage": "Write mon, tue, wed, thu, fri, sat or sun.",
        },
        "time": {
            "type": ["integer", "string", "null"],
            "minimum": 1,
            "maximum": LONGEST,
            "pattern": _TIME,
            "errorMessage": "Write 25m, 1h or 1h30m; at most 24h.",
            "patternErrorMessage": "Write 25m, 1h or 1h30m.",
        },
    }


def _work() -> dict[str, Fragment]:
    """Sections and tasks."""
    tasks: Fragment = {"$ref": "#/$defs/tasks"}
    group: Fragment = {
        "properties": {
            "when": _explained(_CONDITION, GROUP["when"]),
            "tasks": _explained(tasks, GROUP["tasks"]),
        },
        "patternProperties": {_any_spelling(_named(GROUP_KEYS, "when")): {}},
        "additionalProperties": False,
    }
    return {
        "task": _task(),
        "tasks": {
            "type": ["array", "null"],
            "uniqueItems": True,
            "items": {
                "if": {"type": "object", "required": ["tasks"]},
                "then": group,
                "else": {"$ref": "#/$defs/task"},
            },
            "errorMessage": 'Write one task a line, each after "- ": - Write chords (20m)',
        },
        "section": {
            "type": ["object", "array", "null"],
            "minProperties": 1,
            "if": {"type": "object", "anyOf": [{"required": ["tasks"]}, {"required": ["when"]}]},
            "then": group,
            "else": {"if": {"type": "array"}, "then": tasks},
            "errorMessage": 'Write one task a line, each after "- ": - Write chords (20m)',
        },
        "sections": {
            "type": ["object", "array", "null"],
            "minProperties": 1,
            "propertyNames": LINE,
            "additionalProperties": {"$ref": "#/$defs/section"},
            "minItems": 1,
            "items": {
                "type": "object",
                "minProperties": 1,
                "errorMessage": "Write a section's name above its tasks.",
            },
            "errorMessage": "Write a section's name and a colon, and below it its tasks, each after a dash.",
            "defaultSnippets": [
                {"label": "section", "body": {"${1:Composition}": ["${2:Write chords} (${3:25}m)"]}}
            ],
        },
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
        "asana": _YES_NO,
    }
    known: Fragment = {_any_spelling([*TASK_KEYS.known, *TASK_KEYS.also_called]): {}}
    is_break = {
        "anyOf": [
            _has_text("kind", r"^\s*[bB][rR][eE][aA][kK]\s*$"),
            _has_text("task", r"^\s*[bB][rR][eE][aA][kK]:\s"),
        ]
    }
    only_breaks = {
        "type": "null",
        "errorMessage": "Only a break says whether it is in Asana; leave this out.",
    }
    return {
        "type": [*_SCALAR, "object"],
        "pattern": _ONE_LINE,
        "maxLength": LONGEST_LINE,
        "minProperties": 1,
        "properties": {name: _explained(fragment, TASK[name]) for name, fragment in fields.items()},
        "patternProperties": {
            _any_spelling(_named(TASK_KEYS, name)): {"$ref": f"#/$defs/task/properties/{name}"}
            for name in fields
        },
        "allOf": [
            {
                # With an unknown key it is `Chords: 20m`; with none it needs its title.
                "if": {
                    "type": "object",
                    "propertyNames": {"enum": [*TASK_KEYS.known, *TASK_KEYS.also_called]},
                },
                "then": {
                    "anyOf": [{"required": [name]} for name in _named(TASK_KEYS, "task")],
                    "errorMessage": "This task has no title: write task: and its title.",
                },
            },
            {
                "if": {"required": ["task"]},
                "then": {"patternProperties": known, "additionalProperties": False},
            },
            {"if": {"required": ["asana"], "not": is_break}, "then": {"properties": {"asana": only_breaks}}},
        ],
        "errorMessage": "Write a task with its time: Write chords (20m)",
        "patternErrorMessage": "Write a text of one line.",
        "defaultSnippets": [{"label": "task", "body": "${1:Write chords} (${2:25}m)"}],
    }


def _variables() -> Fragment:
    two_or_more = {
        "type": "array",
        "uniqueItems": True,
        "minItems": 2,
        "items": LINE,
        "errorMessage": "Write two choices or more: [one, other]",
    }
    value = {"type": [*_SCALAR, "null"], "maxLength": LONGEST_VALUE}
    fields: dict[str, Fragment] = {
        "ask": {"$ref": "#/$defs/line or nothing"},
        "type": _one_of(*TYPES),
        "default": value,
        "choices": {**two_or_more, "type": ["array", "null"]},
        "when": _CONDITION,
    }
    no_choices = {"type": "null", "errorMessage": "Only type: choice has choices; leave this out."}
    yes_no = {
        **_YES_NO,
        "pattern": _YES_NO["pattern"].replace("[yY][eE][sS]|[nN][oO]|", "[yY]([eE][sS])?|[nN][oO]?|"),
    }
    return {
        "type": ["object", "null"],
        "maxProperties": 50,
        "propertyNames": {
            "pattern": "^[a-z][a-z0-9_-]{0,29}$",
            "not": {"const": "not"},
            "patternErrorMessage": "Write small letters, digits and dashes for a variable's name.",
        },
        "additionalProperties": {
            "type": [*_SCALAR, "object", "null"],
            "maxLength": LONGEST_VALUE,
            "properties": {name: _explained(each, VARIABLE[name]) for name, each in fields.items()},
            "patternProperties": {_any_spelling(_named(VARIABLE_KEYS, name)): {} for name in fields},
            "additionalProperties": False,
            "allOf": [
                _when_type("choice", {"required": ["choices"], "properties": {"choices": two_or_more}}),
                _when_type("text", {"properties": {"choices": no_choices}}),
                _when_type("yes/no", {"properties": {"choices": no_choices, "default": yes_no}}),
            ],
            "errorMessage": "Write the question and its default: {ask: Which instrument?, default: piano}",
        },
        "errorMessage": "Write a variable's name, a colon and its question below this.",
    }


def _has_text(key: str, pattern: str) -> Fragment:
    return {"required": [key], "properties": {key: {"type": "string", "pattern": pattern}}}


def _when_type(name: str, then: Fragment) -> Fragment:
    return {"if": _has_text("type", rf"^\s*{_any_case(name)}\s*$"), "then": then}


def _named(keys: Keys, name: str) -> list[str]:
    return [name, *(other for other, known in keys.also_called.items() if known == name)]


def _one_of(*words: str) -> Fragment:
    return {
        "type": ["string", "null"],
        "pattern": "^\\s*(" + "|".join(map(_any_case, words)) + ")\\s*$",
        "patternErrorMessage": f"Write {listed(words)}.",
        "examples": list(words),
    }


def _explained(fragment: Fragment, sentence: str, example: str = "") -> Fragment:
    offered = {"examples": [example]} if example and not example.startswith(("{", "[")) else {}
    return {"description": sentence, **offered, **fragment}


def _has_key(pattern: str) -> Fragment:
    return {"not": {"propertyNames": {"not": {"pattern": pattern}}}}


def _any_spelling(words: Iterable[str]) -> str:
    """A pattern of these keys in any case, with blanks or underscores for their dashes."""
    return "^(" + "|".join(_any_case(word).replace("-", "[-_ ]") for word in words) + ")$"


def _any_case(word: str) -> str:
    return "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in word)
