"""The shape of JSON: its keys and the types of its values, merged from several answers and held by golden files.

`TBP_WRITE_GOLDENS=1 pytest tests/cli/test_json.py` writes the files anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

GOLDENS = Path(__file__).parent / "golden"
NULL, MISSING = " (or null)", " (if any)"
TYPES = {str: "string", bool: "boolean", int: "number", float: "number"}


def shape_of(samples: Sequence[Any]) -> Any:
    """The one shape of all samples. A key that is null or missing in some of them says so."""
    values = [sample for sample in samples if sample is not None]
    if not values:
        return "null"
    kinds = {type(value) for value in values}
    if kinds == {dict}:
        keys = dict.fromkeys(key for value in values for key in value)
        return dict(_entry(key, values) for key in keys)
    if kinds == {list}:
        items = [item for value in values for item in value]
        return [shape_of(items)] if items else []
    return " or ".join(sorted({TYPES[kind] for kind in kinds}))


def _entry(key: str, values: Sequence[Mapping[str, Any]]) -> tuple[str, Any]:
    there = [value[key] for value in values if key in value]
    nullable = any(value is None for value in there) and any(value is not None for value in there)
    name = key + (NULL if nullable else "") + (MISSING if len(there) < len(values) else "")
    return name, shape_of(there)


def hold(name: str, answers: Sequence[Mapping[str, Any]]) -> None:
    """Fail unless the answers have the shape of their golden file; each has a version and names its command."""
    for answer in answers:
        assert list(answer)[:2] == ["version", "command"]
    commands = dict.fromkeys(answer["command"] for answer in answers)
    envelope = {"version": answers[0]["version"], "command": " | ".join(commands)}
    text = json.dumps({**shape_of(answers), **envelope}, indent=2) + "\n"
    path = GOLDENS / f"{name}.json"
    if os.environ.get("TBP_WRITE_GOLDENS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} holds another shape"
