"""Names that somebody else may have chosen, to do harm where they are shown."""

from __future__ import annotations

import random

PARTS = (
    "\x1b[31m", "\x1b]0;owned\a", "\x1b]52;c;ZXZpbA==\a", "\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "\x9b2J",
    "\x00", "\b\b\b", "\x7f", "\r", "\n", "\r\n", "\t", "\x0b", "\x0c", "\x85", "\u2028", "\u2029",
    "\u202e", "\u2066", "\u2069", "\u200e", "\u061c", "\ufeff", "\U000e0041", "\ue000", "\ud800",
    "[bold]", "[/bold]", "[red]x[/]", "[link=http://evil.test]", "[@click=app.quit]", "$accent", ":skull:",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "</title>", "</style>",
    "&lt;", "&#x202e;", "&", "<a href='http://evil.test'>", "<!--", "]]>", "<body/>",
    "$(touch pwned)", "`touch pwned`", "${HOME}", "$HOME", "; touch pwned", "&& touch pwned", "| touch pwned",
    "> pwned",
    "%PATH%", "^", "!x!", "\\", "\\\\", "\\'", "'", '"', "''", "\u201c", "\u201d", "\u2018", "\u2019", "#", "~", "*",
    "?",
    "=1+1", "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", ",", ";", '","',
    "{title.__class__}", "{0}", "%s%n", "{{", "}}", "'; DROP TABLE song; --", "../../etc/passwd", "/", "-rf",
    "--host=x",
    "Bassline", "für Elise", "夜空", "🎹", "👩\u200d🎤", "e\u0301" * 5, " ", "  ", "x" * 300, "(25m)", "Mixing",
)  # fmt: skip


def hostile_names(count: int, seed: int = 14) -> list[str]:
    """So many different names, each of one to eight parts; every part stands alone first."""
    rng = random.Random(seed)
    names = dict.fromkeys(PARTS)
    names |= dict.fromkeys(f"Kick {part} (5m)" for part in PARTS)
    while len(names) < count:
        names["".join(rng.choice(PARTS) for _ in range(rng.randint(1, 8)))] = None
    return list(names)[:count]
