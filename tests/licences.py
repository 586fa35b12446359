"""Prints the licence of everything that `pip install asana-tbp` brings: `python -m tests.licences`."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

CLASSIFIER = "License :: OSI Approved :: "


def brought_by(name: str, known: dict[str, Distribution]) -> dict[str, Distribution]:
    """The packages that a package needs on this machine, and theirs, by name; without extras."""
    for text in distribution(name).requires or ():
        name_alone = re.match(r"[\w.-]+", text)
        key = re.sub("[-_.]+", "-", name_alone[0]).lower() if name_alone else ""
        if key not in known and "extra ==" not in text:
            try:
                known[key] = distribution(key)
            except PackageNotFoundError:
                continue
            brought_by(key, known)
    return known


def licence_of(package: Distribution) -> str:
    """The licence as the package names it, in a few words."""
    facts = {
        name: package.metadata.get_all(name) or [] for name in ("License-Expression", "Classifier", "License")
    }
    named = [each.removeprefix(CLASSIFIER) for each in facts["Classifier"] if each.startswith(CLASSIFIER)]
    return str(next(iter([*facts["License-Expression"], *named, *facts["License"], "?"])))


def table() -> str:
    """A line a licence: its name, and the packages under it."""
    groups: dict[str, list[str]] = {}
    for name, package in sorted(brought_by("asana-tbp", {}).items()):
        groups.setdefault(licence_of(package).splitlines()[0][:60], []).append(name)
    return "\n".join(f"| {licence} | {', '.join(names)} |" for licence, names in sorted(groups.items()))


if __name__ == "__main__":
    sys.stdout.write(f"| licence | packages |\n|---|---|\n{table()}\n")
