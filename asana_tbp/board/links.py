"""The links in notes that connect cards and songs. Pure."""

import re
from html import escape

from asana_tbp.bridge.values import MARKS

PROJECT_LINE = "Project: "
CARD_LINE = "asana-tbp card: "

# A task's old link ends in two gids, so what follows a project's must not be one.
_PROJECT = re.compile(r"https?://[^/\s\"<]+/(?:1/[0-9]+/project/|0/(?!0/))([0-9]{1,25})(?!/?[0-9])", re.ASCII)


def project_in(notes: str) -> str | None:
    """The gid of the first project that notes link to, ours or typed by hand; None where they link to none."""
    link = _PROJECT.search(notes)
    return link[1] if link else None


def words_in(notes: str) -> str:
    """What a person wrote in a card's notes: without our marks and links."""
    ours = (PROJECT_LINE + "http", CARD_LINE)
    lines = notes.split("\n")
    return "\n".join(line for line in lines if not (MARKS.match(line) or line.startswith(ours))).strip()


def with_line(rich_notes: str, label: str, link: str) -> str | None:
    """Rich notes with one more line, `label` and the link; None where they have the link already.

    Everything else stays to the letter. Raises ValueError unless the notes are one `<body>`.
    """
    if escape(link) in rich_notes or link in rich_notes:
        return None
    line = f'{escape(label, quote=False)}<a href="{escape(link)}">{escape(link, quote=False)}</a>'
    text = re.sub(r"^<body\s*/>$", "<body></body>", rich_notes.strip() or "<body></body>")
    if not text.startswith("<body") or not text.endswith("</body>"):
        raise ValueError("rich notes are one <body>")
    inside = text.removesuffix("</body>")
    return f"{inside}{'' if inside == '<body>' else chr(10)}{line}</body>"
