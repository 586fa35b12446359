"""The one table of a song map's keys. What reads, merges, writes, explains and checks a song map follows from it.

To add a key: one `Key` here, and one field in `model.SongMap`.
"""

from __future__ import annotations

from dataclasses import dataclass

from asana_tbp.songmap.key_types import (
    Date,
    KeyType,
    Lines,
    Paragraphs,
    Questions,
    SessionsType,
    Stage,
    Tempo,
    ThemesType,
)
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.nodes import Node, text_pairs
from asana_tbp.songmap.read.reader import Keys
from asana_tbp.songmap.write.scalars import Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key at the top of a song map.

    `also` are other spellings that are read too, `stored` is the model's field where it has another name. A key
    without a `type` says how to read the file. `schema` names what the JSON Schema says about its value, where
    that is not what it says about the type. `label` is what it is called in the project's notes, "" where it
    does not stand there. `help` is the sentence for people, `example` what an editor offers, `comment` what is
    written above it, behind a blank line. `shown` tells that the key is written even when it is empty.
    """

    name: str
    stored: str = ""
    also: tuple[str, ...] = ()
    type: KeyType | None = None
    schema: str = ""
    label: str = ""
    help: str
    example: str
    comment: str = ""
    shown: bool = False

    @property
    def field(self) -> str:
        """The model's field."""
        return self.stored or self.name

    def data(self, song_map: SongMap) -> Data | None:
        """What a song has for the key, as it is written; None where it is not."""
        value = getattr(song_map, self.field)
        return self.type.data(value) if self.type and (self.shown or value not in (None, "", ())) else None


KEYS: tuple[Key, ...] = (
    Key(
        name="song",
        also=("title", "name", "project", "track", "song-title", "song-name"),
        type=KeyType(),
        schema="line",
        help="The song's name, and its project's in Asana.",
        example="Midnight Galaxy",
    ),
    Key(
        name="extends",
        also=("template", "based-on"),
        schema="line or nothing",
        help="A template's name, or the path of a file: what is not said here is taken from there.",
        example="edm-track",
    ),
    Key(
        name="vars",
        also=("variables", "answers"),
        schema="variables",
        help="What is asked, and what is answered; write ${name} where an answer belongs.",
        example="{lead: piano}",
    ),
    Key(
        name="bpm",
        also=("tempo",),
        type=Tempo(),
        label="Tempo",
        help="Beats a minute.",
        example="128",
    ),
    Key(
        name="key",
        also=("musical-key", "scale"),
        type=KeyType(),
        label="Key",
        help="The musical key.",
        example="A minor",
    ),
    Key(
        name="reference",
        also=("references", "reference-tracks", "reference-track"),
        type=Lines(),
        label="References",
        help="Tracks to compare with.",
        example="[Strobe]",
    ),
    Key(
        name="deadline",
        also=("due", "due-date", "due-on"),
        type=Date(),
        label="Deadline",
        help="The day the song is due.",
        example="2027-03-31",
    ),
    Key(
        name="sessions",
        also=("session",),
        type=SessionsType(),
        label="Sessions",
        help="When you sit down to work: each task gets its day.",
        example="{days: [tue, thu], minutes: 120}",
    ),
    Key(
        name="board",
        stored="stage",
        also=("stage",),
        type=Stage(),
        label="Stage",
        help="The stage of the board of all songs that this one begins in.",
        example="{stage: Composition}",
    ),
    Key(
        name="inspiration",
        also=("inspirations",),
        type=Paragraphs(),
        label="Inspiration",
        help="Thoughts, images, videos, words: where the track comes from.",
        example="[tin roof in May]",
        comment='Thoughts, images, videos, words: where the track comes from. One "- " a line.',
        shown=True,
    ),
    Key(
        name="themes",
        also=("theme",),
        type=ThemesType(),
        help="Labels to hold on to while you work, musical and not.",
        example="{musical: [driving], non-musical: [galaxy]}",
        comment="Labels to hold on to while you work.",
        shown=True,
    ),
    Key(
        name="questions",
        also=("question",),
        type=Questions(),
        label="Questions",
        help="What to answer before you open the DAW, each with its answer.",
        example="{Who is it being produced for?: a friend}",
        comment="Answer them before you open the DAW. The answer goes behind the colon.",
    ),
    Key(
        name="sections",
        also=("section", "tasks"),
        schema="sections",
        help="The work: sections, each with its tasks and their time budgets.",
        example="{Composition: [Write chords (20m)]}",
    ),
    Key(
        name="drop",
        also=("without", "leave-out"),
        schema="lines",
        help="Tasks or sections of the extended template that this song does without.",
        example="[Design pad]",
    ),
    Key(
        name="order",
        also=("ideal-order",),
        type=Lines(),
        help="The ideal order, outright: these tasks first, exactly so.",
        example="[Design bass, Write bassline]",
        comment="The ideal order: these first, exactly so; the rest as it stands above.",
    ),
)
BY_NAME = {key.name: key for key in KEYS}
OBSOLETE = {
    "name-format": '"name_format" is not used any longer: a new name is written as Title (25m).',
    "nameformat": '"name_format" is not used any longer: a new name is written as Title (25m).',
}
"""Keys of older song maps, which are left alone, and what to say about each."""
VALUES = tuple(key for key in KEYS if key.type is not None and key.name != "order")
"""Keys whose values are read by their type alone."""
TOP = Keys({key.name: (key.help, *key.also) for key in KEYS})
TASK_KEYS = Keys(
    {
        "task": ("The title, with or without the time budget.", "title", "name"),
        "time": ("The time budget: 25m, 1h, 1h30m, or minutes.", "budget", "minutes", "duration"),
        "after": ("The tasks this one waits for, by title.", "depends-on", "waits-for"),
        "notes": ("Goes into the task's notes in Asana.", "description", "note"),
        "kind": (
            "task, gate or break: a gate asks keep or scrap; a break is timed, but no task in Asana.",
            "type",
        ),
        "when": ("Only then is it a task of the song: a variable's name, not NAME, or NAME is VALUE.", "if"),
        "asana": ("Of a break: whether it becomes a task in Asana.",),
    }
)
"""The keys of a task that is written as a mapping."""
GROUP_KEYS = Keys(
    {
        "when": ("When these tasks belong to the song: a variable's name, not NAME, or NAME is VALUE.", "if"),
        "tasks": ("The tasks it is about.",),
    }
)
"""The keys of tasks that stand or fall together."""
VARIABLE_KEYS = Keys(
    {
        "ask": ("The question, as it is asked.", "question", "prompt"),
        "type": ("What can be answered: text, yes/no, or choice.",),
        "default": ("What Enter takes; without one there must be an answer.", "value"),
        "choices": ("The answers to choose from, two or more.", "options"),
        "when": ("Asked only then; names a variable above this one.", "if"),
    }
)


def value_of(root: Node, key: str) -> Node | None:
    """What stands behind a key at the top of a file, in any spelling; None where it is not written."""
    return next((value for name, value in text_pairs(root) if TOP.named(name.text) == key), None)
