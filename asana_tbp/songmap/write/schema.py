"""The JSON Schema of song maps, made from the table of keys: what an editor checks, explains and offers.

Messages and snippets are those of yaml-language-server (`errorMessage`, `patternErrorMessage`, `defaultSnippets`). What
only reading can tell (whether a time is clear, what refers to what) is left to the loader.
"""

from __future__ import annotations

import json
from typing import Any

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
    properties = {key.name: _explained(key.fragment, key.help, key.example) for key in KEYS}
    others = {_any_spelling(spellings): {"$ref": f"#/properties/{name}"} for name, spellings in _spellings()}
    known = _any_spelling([*OBSOLETE, *(name for _, spellings in _spellings() for name in spellings)])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Song map",
        "description": "One song as work: inspiration, themes, questions, and tasks with strict time budgets.",
        "type": "object",
        "properties": properties,
        "patternProperties": {**others, _any_spelling(OBSOLETE): {"description": "Not used any longer."}},
        # Where no section is written under sections:, an unknown key with a list is a section.
        "if": {
            "anyOf": [{"required": ["sections"]}, _has_key(_any_spelling(["sections", "section", "tasks"]))]
        },
        "then": {"propertyNames": {"pattern": known}},
        "else": {
            "if": {
                "anyOf": [
                    {"required": ["extends"]},
                    _has_key(_any_spelling(["extends", "template", "based-on"])),
                ]
            },
            "then": {},
            "else": {"minProperties": 2},
        },
        "additionalProperties": {
            "type": "array",
            "$ref": "#/$defs/tasks",
            "errorMessage": "This key is unknown. Sections and their tasks stand under sections:",
        },
        "anyOf": [
            {"required": ["song"]},
            {"required": ["extends"]},
            _has_key(_any_spelling(["song", "extends", *_others("song"), *_others("extends")])),
        ],
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Fragment]:
    task = {name: _explained(fragment, TASK[name]) for name, fragment in _task_fields().items()}
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return {
        "line": {"type": _SCALAR, "pattern": _ONE_LINE, "maxLength": LONGEST_LINE}
        | {"patternErrorMessage": "Write a text of one line."},
        "line or nothing": {"type": [*_SCALAR, "null"], "pattern": _ONE_LINE, "maxLength": LONGEST_LINE}
        | {"patternErrorMessage": "Write a text of one line."},
        "lines": {
            "anyOf": [{"type": "null"}, LINE, {"type": "array", "items": LINE}],
            "errorMessage": 'Write a list: one text a line, each after "- ".',
        },
        "prose": {"type": [*_SCALAR, "null"], "maxLength": LONGEST_PROSE},
        "paragraphs": {
            "anyOf": [
                {"$ref": "#/$defs/prose"},
                {"type": "array", "items": {"type": _SCALAR, "pattern": r"\S", "maxLength": LONGEST_PROSE}},
            ],
            "errorMessage": 'Write a list: one thought a line, each after "- ".',
        },
        "day": {
            "type": "string",
            "pattern": "^\\s*(" + "|".join(_any_case(day) + r"[a-zA-Z]*\.?" for day in days) + ")\\s*$",
            "patternErrorMessage": "Write mon, tue, wed, thu, fri, sat or sun.",
        },
        "time": {
            "type": ["integer", "string", "null"],
            "minimum": 1,
            "maximum": 1440,
            "pattern": _TIME,
            "errorMessage": "Write 25m, 1h or 1h30m; at most 24h.",
            "patternErrorMessage": "Write 25m, 1h or 1h30m.",
        },
        "task": {
            "anyOf": [LINE, {"$ref": "#/$defs/task parts"}],
            "errorMessage": "Write a task with its time: Write chords (20m)",
            "defaultSnippets": [{"label": "task", "body": "${1:Write chords} (${2:25}m)"}],
        },
        "task parts": {
            "type": "object",
            "minProperties": 1,
            "properties": task,
            "patternProperties": _pattern_properties(TASK_KEYS, "task parts"),
            "additionalProperties": {"type": [*_SCALAR, "null", "object", "array"]},
            # With an unknown key it is `Chords: 20m`; without one it needs its title.
            "if": {"propertyNames": {"pattern": _any_spelling([*TASK_KEYS.known, *TASK_KEYS.also_called])}},
            "then": _has_key(_any_spelling(_named(TASK_KEYS, "task")))
            | {"errorMessage": "This task has no title: write task: and its title."},
            "allOf": [{"if": {"required": ["asana"]}, "then": _IS_BREAK}],
        },
        "group": {
            "type": "object",
            "properties": {
                "when": _explained(_CONDITION, GROUP["when"]),
                "tasks": _explained({"$ref": "#/$defs/tasks"}, GROUP["tasks"]),
            },
            "patternProperties": _pattern_properties(GROUP_KEYS, "group"),
            "additionalProperties": False,
        },
        "tasks": {
            "type": ["array", "null"],
            "uniqueItems": True,
            "items": {
                "if": {"type": "object", "required": ["tasks"]},
                "then": {"$ref": "#/$defs/group"},
                "else": {"$ref": "#/$defs/task"},
            },
            "errorMessage": 'Write one task a line, each after "- ": - Write chords (20m)',
        },
        "section": {
            "if": {"type": "object", "anyOf": [{"required": ["tasks"]}, {"required": ["when"]}]},
            "then": {"$ref": "#/$defs/group"},
            "else": {
                "anyOf": [
                    {"$ref": "#/$defs/tasks"},
                    {"type": "object", "minProperties": 1, "additionalProperties": True},
                ]
            },
        },
        "sections": {
            "anyOf": [
                {"type": "null"},
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": LINE,
                    "additionalProperties": {"$ref": "#/$defs/section"},
                },
                {"type": "array", "minItems": 1, "items": {"type": "object", "minProperties": 1}},
            ],
            "errorMessage": "Write a section's name and a colon, and below it its tasks, each after a dash.",
            "defaultSnippets": [
                {"label": "section", "body": {"${1:Composition}": ["${2:Write chords} (${3:25}m)"]}}
            ],
        },
        "variables": _variables(),
    }


def _task_fields() -> dict[str, Fragment]:
    return {
        "task": LINE,
        "time": {"$ref": "#/$defs/time"},
        "after": LINES,
        "notes": {"$ref": "#/$defs/prose"},
        "kind": _one_of("task", "gate", "break"),
        "when": _CONDITION,
        "asana": _YES_NO,
    }


def _variables() -> Fragment:
    value = {"type": [*_SCALAR, "null"], "maxLength": LONGEST_VALUE}
    two_or_more = {"type": "array", "uniqueItems": True, "minItems": 2, "items": LINE}
    fields: dict[str, Fragment] = {
        "ask": {"anyOf": [{"type": "null"}, LINE]},
        "type": _one_of(*TYPES),
        "default": value,
        "choices": {"anyOf": [{"type": "null"}, two_or_more]},
        "when": _CONDITION,
    }
    return {
        "type": ["object", "null"],
        "maxProperties": 50,
        "propertyNames": {"pattern": "^[a-z][a-z0-9_-]{0,29}$", "not": {"const": "not"}},
        "additionalProperties": {
            "anyOf": [
                value,
                {
                    "type": "object",
                    "properties": {name: _explained(each, VARIABLE[name]) for name, each in fields.items()},
                    "patternProperties": _pattern_properties(VARIABLE_KEYS, ""),
                    "additionalProperties": False,
                    "allOf": [
                        _when_type(
                            "choice", {"required": ["choices"], "properties": {"choices": two_or_more}}
                        ),
                        _when_type("text", {"properties": {"choices": {"type": "null"}}}),
                        _when_type(
                            "yes/no", {"properties": {"choices": {"type": "null"}, "default": _YES_OR_NO}}
                        ),
                    ],
                },
            ],
            "errorMessage": "Write the question and its default: {ask: Which instrument?, default: piano}",
        },
    }


_YES_OR_NO: Fragment = {
    "anyOf": [
        {"type": ["null", "boolean"]},
        {
            "type": "string",
            "pattern": r"^\s*([yY]([eE][sS])?|[nN][oO]?|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\s*$",
        },
    ]
}


_IS_BREAK: Fragment = {
    "anyOf": [
        {
            "required": ["kind"],
            "properties": {"kind": {"type": "string", "pattern": r"^\s*[bB][rR][eE][aA][kK]\s*$"}},
        },
        {
            "properties": {"task": {"type": "string", "pattern": r"^\s*[bB][rR][eE][aA][kK]:\s"}},
            "required": ["task"],
        },
        {"properties": {"asana": {"type": "null"}}},
    ],
    "errorMessage": "Only a break says whether it is in Asana; leave this out.",
}


def _named(keys: Keys, name: str) -> list[str]:
    return [name, *(other for other, known in keys.also_called.items() if known == name)]


def _when_type(name: str, then: Fragment) -> Fragment:
    pattern = {"type": "string", "pattern": rf"^\s*{_any_case(name)}\s*$"}
    return {"if": {"required": ["type"], "properties": {"type": pattern}}, "then": then}


def _one_of(*words: str) -> Fragment:
    return {
        "type": ["string", "null"],
        "pattern": "^\\s*(" + "|".join(map(_any_case, words)) + ")\\s*$",
        "patternErrorMessage": f"Write {', '.join(words[:-1])} or {words[-1]}.",
        "examples": list(words),
    }


def _explained(fragment: Fragment, sentence: str, example: str = "") -> Fragment:
    offered = {"examples": [example]} if example and not example.startswith(("{", "[")) else {}
    return {"description": sentence, **offered, **fragment}


def _spellings() -> list[tuple[str, list[str]]]:
    return [(key.name, [key.name, *key.also]) for key in KEYS]


def _others(name: str) -> tuple[str, ...]:
    return next(key.also for key in KEYS if key.name == name)


def _pattern_properties(keys: Keys, definition: str) -> dict[str, Any]:
    """What is said of other spellings of some keys: that of the key itself."""
    at = f"#/$defs/{definition}/properties".replace(" ", "%20") if definition else ""
    return {_any_spelling(_named(keys, name)): {"$ref": f"{at}/{name}"} if at else {} for name in keys.known}


def _has_key(pattern: str) -> Fragment:
    return {"not": {"propertyNames": {"not": {"pattern": pattern}}}}


def _any_spelling(words: Any) -> str:
    """A pattern of these keys in any case, with blanks or underscores for their dashes."""
    return "^(" + "|".join(_any_case(word).replace("-", "[-_ ]") for word in words) + ")$"


def _any_case(word: str) -> str:
    return "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in word)
