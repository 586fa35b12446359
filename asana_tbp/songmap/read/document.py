"""One file's song map: every key at its top read by its type, every problem noted."""

from __future__ import annotations

from asana_tbp.songmap.keys import OBSOLETE, TOP, VALUES
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing
from asana_tbp.songmap.read.partial import PartialSongMap
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Fields, Located, NodeReader, fold_key
from asana_tbp.songmap.read.tasks import Known, Tasks
from asana_tbp.songmap.templates.variables import Values


def read_sheet(root: Node, problems: Problems, values: Values, known: Known | None = None) -> PartialSongMap:
    """What a file says, its variables filled in; what is wrong is noted. `known` saves reading tasks twice.

    Raises SongMapError where the file is no song map at all.
    """
    if isinstance(root, Nothing):
        problems.add(1, 1, "the song map is empty; it begins with song: and the name of the song")
        raise problems.error()
    read = NodeReader(problems, values)
    if not isinstance(root, tree.Mapping):
        read.add(root, "this is not a song map; one begins with song: and the name of the song")
        raise problems.error()
    tasks = Tasks(read, known)
    has_sections = any(
        isinstance(key, tree.Text) and TOP.named(key.text) == "sections" for key, _ in root.pairs
    )

    def may_be(key: str, node: Node) -> bool:
        if fold_key(key) in OBSOLETE:
            return True
        # A map whose sections stand at the top: lists that no key is known for.
        return not has_sections and isinstance(node, Listing) and not TOP.is_misspelt(key)

    fields = read.fields(root, TOP, top=True, may_be=may_be)
    obsolete = [key for key, _ in fields.unknown if fold_key(key.text) in OBSOLETE]
    at_top = [(key, node) for key, node in fields.unknown if key not in obsolete]
    top = Located("", root.line, root.column, problems)
    sheet = PartialSongMap(top, named={key for key in TOP.known if not fields.missing(key)})
    sheet.notices = tuple(dict.fromkeys(OBSOLETE[fold_key(key.text)] for key in obsolete))
    for key in VALUES:
        if key.type and not isinstance(fields[key.name], Nothing):
            value = key.type.read(read, fields[key.name], key.name)
            if value is not None:
                sheet.values[key.field] = value
    _read_work(sheet, fields, tasks, at_top)
    sheet.drop = tuple(read.lines(fields["drop"], "drop"))
    if not isinstance(fields["order"], Nothing):
        sheet.order = tuple(read.lines(fields["order"], "order"))
    sheet.certain = tasks.certain and "sections" not in fields.meant
    return sheet


def _read_work(
    sheet: PartialSongMap, fields: Fields, tasks: Tasks, at_top: list[tuple[tree.Text, Node]]
) -> None:
    if at_top:
        sheet.sections = tasks.sections(tree.Mapping(sheet.top.line, sheet.top.column, tuple(at_top)))
        sheet.named.add("sections")
    elif not isinstance(fields["sections"], Nothing):
        sheet.sections = tasks.sections(fields["sections"])
