"""`new`: a song map file, by answering the essay's questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from asana_tbp.cli.commands.scaffold import ScaffoldFlags, carry_out
from asana_tbp.cli.commands.templates import schema_link
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, complain, emit_json, out, say
from asana_tbp.cli.output.tree import summed
from asana_tbp.cli.parameters import AsJson, answers_in
from asana_tbp.cli.prompts.interview import PAGE, SONG, Interview
from asana_tbp.cli.prompts.question import no_file_where_left
from asana_tbp.errors import SongMapError, TbpError, UsageError
from asana_tbp.songmap.budget import AnswerError, parse_budget
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import Template, open_template
from asana_tbp.songmap.templates.draft import DEPICT, FOR, SOUND, Draft, file_stem, parse_fact
from asana_tbp.system.atomic_file import refuse_place, write_new
from asana_tbp.text import as_sentence, did_you_mean, one_line, paragraph, quote, shell_quote

Texts = list[str] | None


def _many(*names: str, metavar: str | None = None, text: str) -> object:
    return typer.Option(*names, metavar=metavar, help=f"{text} May be repeated.")


TemplateName = Annotated[str, "--template", "-t", "The template to begin with; see asana-tbp templates."]
Output = Annotated[Path | None, "--output", "-o", "The file to write. Default: made of the song's name."]
Deadline = Annotated[str | None, "DAY", "The day it is due, 2027-03-01."]
Answers = Annotated[
    Texts, _many("--set", metavar="NAME=VALUE", text="Answer a variable or a question of the template.")
]
AnswersFile = Annotated[Path | None, "--answers", "FILE", "A YAML file with answers, keyed like a song map."]
FromIdea = Annotated[str | None, "--from", "IDEA", "Begin with an idea on the board, or its words."]
NoInput = Annotated[bool, "--no-input", "Ask nothing; take every default."]
GoOn = Annotated[bool, "--scaffold", "Go on and make its project in Asana."]


@dataclass(frozen=True)
class NewFlags:
    """What stood on the command line, as it was written."""

    words: Annotated[Texts, "[SONG]", "The song's name."] = None
    template: TemplateName = "edm-track"
    output: Output = None
    inspiration: Annotated[Texts, _many(text="Where it comes from.")] = None
    musical: Annotated[Texts, _many(text="A musical theme.")] = None
    non_musical: Annotated[Texts, _many("--non-musical", text="A non-musical theme.")] = None
    depict: Annotated[str | None, DEPICT] = None
    for_: Annotated[str | None, FOR] = None
    sound: Annotated[str | None, SOUND] = None
    bpm: Annotated[str | None, "124", "Its tempo."] = None
    key: Annotated[str | None, "'A minor'", "Its key."] = None
    reference: Annotated[Texts, _many(text="A track to hold it against.")] = None
    deadline: Deadline = None
    answers: Answers = None
    without: Annotated[Texts, _many(metavar="TASK", text="Leave a task out.")] = None
    add: Annotated[Texts, _many(metavar="TASK", text="Add a task, 'Record strings (30m)'.")] = None
    time: Annotated[Texts, _many(metavar="TASK=25m", text="Give a task another time.")] = None
    first: Annotated[Texts, _many(metavar="TASK", text="Begin the ideal order with it.")] = None
    answers_file: AnswersFile = None
    from_idea: FromIdea = None
    no_input: NoInput = False
    scaffold: GoOn = False
    as_json: AsJson = False

    @property
    def facts(self) -> dict[str, str | list[str]]:
        """The song's facts by field, as far as they were given."""
        words = " ".join(self.words or ()) or None
        named = {fact.name: words if fact is SONG else getattr(self, fact.name) for fact in PAGE}
        return {name: text for name, text in named.items() if text is not None}


def new(context: AppContext, flags: NewFlags) -> None:
    """Write a song map by answering questions.

    Answer them at a prompt, by flags, or in a file. At a prompt, answer < to go back to the question before.
    Nothing is written until you have seen the whole page, and a file is never overwritten.

    Examples:
      asana-tbp new "Northern Lights"
      asana-tbp new "Warehouse" -t techno --bpm 138 --depict "A tunnel at 4 am"
      asana-tbp new "Kitchen Rain" -t band --set guitars=cello --no-input
    """
    song_map, path = _write(context, flags)
    if not flags.as_json:
        out(str(path))
    elif not flags.scaffold:
        tasks_and_time = {"tasks": song_map.task_count, "minutes": song_map.total_minutes}
        emit_json("new", file=str(path), song=song_map.song, **tasks_and_time)
    if not flags.scaffold:
        say(f"Next: asana-tbp scaffold {shell_quote(path)}")
        return
    try:
        carry_out(context, ScaffoldFlags(str(path), as_json=flags.as_json))
    except TbpError as refused:
        complain(refused)
        say(f"When that is mended: asana-tbp scaffold {shell_quote(path)}")
        raise typer.Exit(refused.exit_code) from None


def _write(context: AppContext, flags: NewFlags) -> tuple[SongMap, Path]:
    """Ask what is to be asked and write the file; returns the song map and where it is."""
    asking = not flags.no_input and asks()
    template = open_template(context.library.find(flags.template), context.library, flags.answers_file)
    draft = _draft(context, template, flags)
    song = draft.fact("song")
    if not song and not asking:
        hint = 'Write it behind the command: asana-tbp new "Midnight Galaxy"'
        raise UsageError("The song has no name yet.", hint)

    def path_of(song: str) -> Path:
        return flags.output or Path(f"{file_stem(song)}.yaml")

    if song or flags.output:
        refuse_place(path_of(song))
    if asking:
        _ask(context, draft, flags, path_of)
    else:
        _take_defaults(draft)
        if wrong := apply_task_flags(draft, flags):
            raise UsageError("\n".join(wrong))
    song_map, path = draft.song_map(), path_of(draft.fact("song"))
    write_new(path, draft.text(flags.template, schema_link(context)))
    say(f"{song_map.song}: {summed(song_map.task_count, song_map.total_minutes)}. Edit it as you like.")
    if asking:
        say("Take a break, get a coffee.")
    return song_map, path


def _ask(context: AppContext, draft: Draft, flags: NewFlags, path_of: Callable[[str], Path]) -> None:
    if problems := draft.template.problems():
        raise SongMapError(problems)
    answered = {key for key in {fact.key for fact in PAGE} if flags.answers_file and draft.template.says(key)}
    say(f"Begun from {flags.template}; asana-tbp templates lists others.")
    say("Enter skips a question, < goes back, Ctrl-C leaves.")
    interview = Interview(
        draft,
        today=context.clock.now().astimezone().date(),
        path_of=path_of,
        apply_options=lambda: apply_task_flags(draft, flags),
        answered=answered,
    )
    with no_file_where_left():
        interview.run()


def _draft(context: AppContext, template: Template, flags: NewFlags) -> Draft:
    """The draft with all that options and files say. Raises UsageError."""
    texts = flags.facts
    answers = answers_in(flags.answers)
    if flags.from_idea is not None:
        with context.board() as board:
            name, idea = board.idea_words(flags.from_idea)
        texts.setdefault("song", one_line(name))
    is_question = {name: "?" in name and not template.values.known(name) for name in answers}
    variables = {name: text for name, text in answers.items() if not is_question[name]}
    draft = Draft(template, variables, context.settings.default_budget)
    if flags.answers_file and template.says("song"):
        texts.setdefault("song", draft.sample.song)
    today = context.clock.now().astimezone().date()
    try:
        for name, text in texts.items():
            draft.facts[name] = (
                parse_fact(name, text, today)
                if isinstance(text, str)
                else tuple(filter(None, (parse_fact(name, entry, today) for entry in text)))
            )
        essay = {DEPICT: flags.depict, FOR: flags.for_, SOUND: flags.sound}
        unknown = draft.answer({name: text for name, text in answers.items() if is_question[name]}, essay)
    except AnswerError as wrong:
        raise UsageError(as_sentence(str(wrong))) from None
    if flags.from_idea is not None:
        draft.facts["inspiration"] = tuple(
            filter(None, (paragraph(idea), *draft.facts.get("inspiration", ())))
        )
    for question in unknown:
        near = did_you_mean(question, draft.questions)
        asked = "".join(f"\n  {each}" for each in draft.questions)
        raise UsageError(f"This template does not ask {quote(question)}.{near}", f"It asks:{asked}")
    return draft


def _take_defaults(draft: Draft) -> None:
    """Raises UsageError where a variable that is asked has neither an answer nor a default."""
    asked = draft.template.answered(draft.variables).asked
    missing = [
        each.name
        for each in draft.template.variables
        if each.name not in draft.variables and each.default is None and asked(each.name)
    ]
    if missing:
        raise UsageError(
            "\n".join(f"{quote(name)} has no answer." for name in missing),
            f"Give it with {' '.join(f'--set {name}=...' for name in missing)}",
        )


def apply_task_flags(draft: Draft, flags: NewFlags) -> list[str]:
    """Put what flags say about tasks on the draft; returns a sentence for each that cannot be followed.

    They can be judged only when all variables have their answers.
    """

    def leave_out(title: str) -> None:
        draft.left_out.update(draft.tasks_named(title))

    def change_time(text: str) -> None:
        title, _, budget = text.rpartition("=")
        draft.times |= dict.fromkeys(draft.tasks_named(title.strip()), parse_budget(budget))

    def begin_with(titles: list[str]) -> None:
        draft.begin_with([place for title in titles for place in draft.tasks_named(title)])

    changes = [
        *(("--without", partial(leave_out, title)) for title in flags.without or ()),
        *(("--add", partial(draft.add, text)) for text in flags.add or ()),
        *(("--time", partial(change_time, text)) for text in flags.time or ()),
        *([("--first", partial(begin_with, flags.first))] if flags.first else []),
    ]
    wrong = []
    for option, change in changes:
        try:
            change()
        except AnswerError as refused:
            wrong.append(f"{option}: {refused}{'' if str(refused).endswith('?') else '.'}")
    return wrong
