"""How long a song map of a thousand tasks takes: `python -m tests.bench.songmap`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from asana_tbp.songmap.read.loader import open_template

SECTIONS, TASKS = 10, 100


def thousand_tasks() -> str:
    """A map in which every task but the first of a section waits for the one before it."""
    lines = ["song: A thousand tasks", "vars: {lead: piano}", "sections:"]
    for section in range(SECTIONS):
        lines.append(f"  Section {section}:")
        for task in range(TASKS):
            lines.append(f"    - task: Task {section}.{task} of the ${{lead}}")
            lines.append("      time: 25m")
            if task:
                lines.append(f"      after: Task {section}.{task - 1} of the ${{lead}}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the processor's seconds that loading and checking take: those of a machine with nothing else to do."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thousand.yaml"
        path.write_text(thousand_tasks(), encoding="utf-8")
        began = time.process_time()
        song_map = open_template(path).song_map()
        loaded = time.process_time()
        assert not open_template(path).problems()
        checked = time.process_time()
    sys.stdout.write(
        f"{song_map.task_count:,} tasks: loaded in {loaded - began:.2f} s, checked in {checked - loaded:.2f} s\n"
    )


if __name__ == "__main__":
    main()
