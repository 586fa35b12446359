"""One file's song map: every key at its top read by its type, every problem noted."""

from __future__ import annotations

from asana_tbp.songmap.keys import OBSOLETE, TOP, VALUES
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, text_pairs
from asana_tbp.songmap.read.partial import PartialSongMap
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Located, NodeReader, fold_key
from asana_tbp.songmap.read.sections import SectionReader
from asana_tbp.songmap.read.tasks import Known
from asana_tbp.songmap.templates.variables import Values


def read_sheet(root: Node, problems: Problems, values: Values, known: Known | None = None) -> PartialSongMap:
    """What a file says, its variables filled in; what is wrong is noted. `known` saves reading tasks twice.

    Raises SongMapError where the file is no song map at all.
    """
    if isinstance(root, Nothing):
        problems.add(1, 1, "the song map is empty; it begins with song: and the name of the song")
        raise problems.error()
    read = NodeReader(problems, values)
    if not isinstance(root, Mapping):
        read.add(root, "this is not a song map; one begins with song: and the name of the song")
        raise problems.error()
    has_sections = any(TOP.named(key.text) == "sections" for key, _ in text_pairs(root))

    def may_be(key: str, node: Node) -> bool:
        # A map whose sections stand at the top: lists that no key is known for.
        is_section = not has_sections and isinstance(node, Listing) and not TOP.is_misspelt(key)
        return is_section or fold_key(key) in OBSOLETE

    fields = read.fields(root, TOP, top=True, may_be=may_be)
    sheet = PartialSongMap(Located("", root.line, root.column, problems))
    sheet.named = {key for key in TOP.known if not fields.missing(key)}
    obsolete = (OBSOLETE.get(fold_key(key.text), "") for key, _ in fields.unknown)
    sheet.notices = tuple(dict.fromkeys(filter(None, obsolete)))
    for key in VALUES:
        if key.type and not isinstance(fields[key.name], Nothing):
            value = key.type.read(read, fields[key.name], key.name)
            if value is not None:
                sheet.values[key.field] = value
    sections = SectionReader(read, known)
    if at_top := tuple(pair for pair in fields.unknown if fold_key(pair[0].text) not in OBSOLETE):
        sheet.sections = sections.sections(Mapping(root.line, root.column, at_top))
        sheet.named.add("sections")
    elif not isinstance(fields["sections"], Nothing):
        sheet.sections = sections.sections(fields["sections"])
    sheet.drop = tuple(read.lines(fields["drop"], "drop"))
    if not isinstance(fields["order"], Nothing):
        sheet.order = tuple(read.lines(fields["order"], "order"))
    sheet.certain = read.certain and "sections" not in fields.meant
    return sheet
