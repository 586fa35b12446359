"""Names and notes, and Asana's rich text: what `html_notes` may contain, and its plain text.

The tags are those that the live service accepted in 2026, more than the list in Asana docs: rich text.
"""

from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from asana_tbp.sandbox.problems import bad
from asana_tbp.sandbox.records import Project, Task
from asana_tbp.sandbox.switches import Switches

TAGS = frozenset(
    {"h1", "h2", "h3", "strong", "em", "u", "s", "code", "pre", "ul", "ol", "li", "a", "blockquote"}
    | {"table", "tr", "td", "hr", "mark", "b", "i", "span"}
)
_RENAMED = {"b": "strong", "i": "em"}
_LISTS = frozenset({"ul", "ol"})


def _check(node: ElementTree.Element, parent: str) -> None:
    for child in node:
        if child.tag not in TAGS:
            raise bad(f"XML is invalid: unsupported tag <{child.tag}>")
        if child.tag == "li" and parent not in _LISTS:
            raise bad("XML is invalid: <li> outside a list")
        if child.tag != "a" and child.attrib and child.tag != "span":
            raise bad(f"XML is invalid: attributes on <{child.tag}>")
        if child.tag == "a" and not set(child.attrib) & {"href", "data-asana-gid"}:
            raise bad("XML is invalid: <a> without href")
        child.tag = _RENAMED.get(child.tag, child.tag)
        _check(child, child.tag)


def checked(xml: object, field: str) -> tuple[str, str]:
    """(the XML as stored, its plain text). 400 when it is not one well-formed `<body>` of allowed tags."""
    if not isinstance(xml, str):
        raise bad(f"{field}: Not a string")
    if not xml.strip().startswith("<body"):
        raise bad(f"{field}: Rich text should be wrapped in <body> tag.")
    if "<!" in xml or "<?" in xml:
        raise bad(f"{field}: XML is invalid")
    try:
        body = ElementTree.fromstring(xml.strip())
    except ElementTree.ParseError as problem:
        raise bad(f"{field}: XML is invalid") from problem
    if body.tag != "body" or body.attrib:
        raise bad(f"{field}: Rich text should be wrapped in <body> tag.")
    _check(body, "body")
    return ElementTree.tostring(body, encoding="unicode"), _plain(body)


def _plain(node: ElementTree.Element) -> str:
    """Text without tags; how Asana writes an entry of a list there is not documented."""
    parts = [node.text or ""]
    for child in node:
        parts += ["\n• " if child.tag == "li" else "", _plain(child), child.tail or ""]
    return "".join(parts)


def write_texts(record: Task | Project, values: dict[str, Any], switches: Switches) -> None:
    """Give a record the name and the notes among `values`. 400 for both forms of notes, and for what is too long."""
    if "html_notes" in values and "notes" in values:
        raise bad("You may only provide one of notes or html_notes!")
    need_length(values, switches)
    record.name = values.get("name", record.name)
    if "notes" in values:
        record.notes = values["notes"]
        record.html_notes = f"<body>{escape(record.notes)}</body>"
    if "html_notes" in values:
        record.html_notes, record.notes = checked(values["html_notes"], "html_notes")


def need_length(values: dict[str, Any], switches: Switches) -> None:
    """400 for a name or notes that are longer than the switches allow."""
    for key, limit in (("name", switches.name_limit), ("notes", switches.notes_limit)):
        if limit is not None and len(values.get(key, "")) > limit:
            raise bad(f"{key}: Value is too long, the maximum is {limit} characters")
