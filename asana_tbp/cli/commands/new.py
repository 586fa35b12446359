"""`new`: a song map file, by answering the essay's questions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from asana_tbp.cli.commands.templates import schema_name, write_song_map
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, complain, say
from asana_tbp.cli.output.tree import summed
from asana_tbp.cli.parameters import Text, Texts, WithJson, answers_in
from asana_tbp.cli.prompts.interview import Interview
from asana_tbp.cli.prompts.question import no_file_where_left
from asana_tbp.errors import OK, ExitCode, SongMapError, TbpError, UsageError
from asana_tbp.songmap.budget import AnswerError, parse_budget
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import Template, open_template
from asana_tbp.songmap.templates.draft import DEPICT, FOR, NUMBERS, SOUND, WORDS, Draft, file_stem, parse_fact
from asana_tbp.system.atomic_file import refuse_place
from asana_tbp.text import as_sentence, one_line, paragraph, quote, shell_quote


@dataclass(frozen=True)
class NewFlags:
    """The words of the command line, as they were written."""

    words: Annotated[Texts, "[SONG]", "The song's name."] = None
    template: Annotated[str, "-t", "The template to begin with; see asana-tbp templates."] = "edm-track"
    output: Annotated[Path | None, "-o", "The file to write. Default: named after the song."] = None
    inspiration: Annotated[Texts, "Where it comes from. May be repeated."] = None
    musical: Annotated[Texts, "A musical theme. May be repeated."] = None
    non_musical: Annotated[Texts, "A non-musical theme. May be repeated."] = None
    depict: Annotated[Text, DEPICT] = None
    for_: Annotated[Text, FOR] = None
    sound: Annotated[Text, SOUND] = None
    bpm: Annotated[Text, "124", "Its tempo."] = None
    key: Annotated[Text, "'A minor'", "Its key."] = None
    reference: Annotated[Texts, "A track to compare it with. May be repeated."] = None
    deadline: Annotated[Text, "DAY", "The day it is due, 2027-03-01."] = None
    answers: Annotated[
        Texts, "--set", "NAME=VALUE", "Answer a variable or a question of the template. May be repeated."
    ] = None
    without: Annotated[Texts, "TASK", "Leave a task out. May be repeated."] = None
    add: Annotated[Texts, "TASK", "Add a task, 'Record strings (30m)'. May be repeated."] = None
    time: Annotated[Texts, "TASK=25m", "Give a task another time. May be repeated."] = None
    first: Annotated[Texts, "TASK", "Begin the ideal order with it. May be repeated."] = None
    answers_file: Annotated[
        Path | None, "--answers", "FILE", "A YAML file with answers, written like a song map."
    ] = None
    from_idea: Annotated[
        Text, "--from", "IDEA", "Begin with an idea: its name on the board, or new words."
    ] = None
    no_input: Annotated[bool, "Ask nothing; take every default."] = False
    scaffold: Annotated[bool, "Go on and make its project in Asana."] = False


def new(context: WithJson, flags: NewFlags) -> ExitCode:
    """Write a song map by answering questions.

    Answer them at a prompt, by flags, or in a file. At a prompt, answer < to go back to the question before.
    Nothing is written until you have seen the whole page, and a file is never overwritten.

    Examples:
      asana-tbp new "Northern Lights"
      asana-tbp new "Warehouse" -t techno --bpm 138 --depict "A tunnel at 4 am"
      asana-tbp new "Kitchen Rain" -t band --set guitars=cello --no-input
    """
    song_map, path = _write(context, flags)
    if not (context.as_json and flags.scaffold):
        size = {"tasks": song_map.task_count, "minutes": song_map.total_minutes}
        context.answer(str(path), file=str(path), song=song_map.song, **size)
    if not flags.scaffold:
        say(f"Next: asana-tbp scaffold {shell_quote(path)}")
        return OK
    # Loaded late: the questions don't need what talks to Asana.
    from asana_tbp.cli.commands.scaffold import ScaffoldFlags, scaffold

    try:
        return scaffold(context, ScaffoldFlags(str(path)))
    except TbpError as refused:
        complain(refused)
        say(f"After fixing that, run: asana-tbp scaffold {shell_quote(path)}")
        return refused.exit_code


def _write(context: AppContext, flags: NewFlags) -> tuple[SongMap, Path]:
    """Ask the questions and write the file; returns the song map and where it is."""
    asking = not flags.no_input and asks()
    template = open_template(context.library.find(flags.template), context.library, flags.answers_file)
    today = context.clock.now().astimezone().date()
    draft = _draft(context, template, flags, today)
    song = draft.fact("song")
    if not song and not asking:
        hint = 'Write it after the command: asana-tbp new "Midnight Galaxy"'
        raise UsageError("The song has no name yet.", hint)

    def path_of(song: str) -> Path:
        return flags.output or Path(f"{file_stem(song)}.yaml")

    if song or flags.output:
        refuse_place(path_of(song), "-o")
    if asking:
        if problems := template.problems():
            raise SongMapError(problems)
        answered = {fact.key for fact in (*WORDS, *NUMBERS) if flags.answers_file and template.says(fact.key)}
        say(f"Based on the template {flags.template}; asana-tbp templates lists the others.")
        say("Enter skips a question, < goes back, Ctrl-C leaves.")
        with no_file_where_left():
            Interview(draft, today, path_of, apply_task_flags(draft, flags), answered).run()
    else:
        values = template.answered(draft.variables)
        names = [each.name for each in template.variables]
        if missing := [name for name in names if values.is_asked(name) and values.of(name) is None]:
            sentences = "\n".join(f"{quote(name)} has no answer." for name in missing)
            raise UsageError(sentences, f"Give it with {' '.join(f'--set {name}=...' for name in missing)}")
        if wrong := list(apply_task_flags(draft, flags)):
            raise UsageError("\n".join(wrong))
    song_map, path = draft.song_map(), path_of(draft.fact("song"))
    write_song_map(context, path, draft.text(flags.template, schema_name(context, path)))
    say(f"{song_map.song}: {summed(song_map.task_count, song_map.total_minutes)}. Edit it as you like.")
    if asking:
        say("Take a break, get a coffee.")
    return song_map, path


def _draft(context: AppContext, template: Template, flags: NewFlags, today: date) -> Draft:
    """The draft with everything from options and files. Raises UsageError."""
    texts: dict[str, Any] = {fact.name: getattr(flags, fact.name, None) for fact in (*WORDS, *NUMBERS)}
    texts["song"] = " ".join(flags.words or ()) or None
    answers = answers_in(flags.answers)
    if flags.from_idea is not None:
        with context.board() as board:
            name, idea = board.idea_words(flags.from_idea)
        texts["song"] = texts["song"] or one_line(name)
    questions = {
        name: text for name, text in answers.items() if "?" in name and not template.values.known(name)
    }
    variables = {name: text for name, text in answers.items() if name not in questions}
    draft = Draft(template, variables, context.settings.default_budget)
    if flags.answers_file and template.says("song"):
        texts["song"] = texts["song"] or draft.sample.song
    try:
        for name, text in texts.items():
            if isinstance(text, str):
                draft.facts[name] = parse_fact(name, text, today)
            elif text is not None:
                draft.facts[name] = tuple(filter(None, (parse_fact(name, entry, today) for entry in text)))
        essay = {DEPICT: flags.depict, FOR: flags.for_, SOUND: flags.sound}
        draft.answer((*essay.items(), *questions.items()))
    except AnswerError as wrong:
        raise UsageError(as_sentence(str(wrong))) from None
    if flags.from_idea is not None:
        entries = (paragraph(idea), *draft.facts.get("inspiration", ()))
        draft.facts["inspiration"] = tuple(filter(None, entries))
    return draft


def apply_task_flags(draft: Draft, flags: NewFlags) -> Iterator[str]:
    """Apply the flags about tasks to the draft; yields a sentence for each that cannot be applied.

    They can be checked only once all variables have their answers.
    """

    def change_time(text: str) -> None:
        title, equals, budget = text.rpartition("=")
        if not equals:
            raise AnswerError(f"{quote(text)} has no time; write {quote(f'{text}=25m')}")
        draft.times |= dict.fromkeys(draft.tasks_named(title.strip()), parse_budget(budget))

    def begin_with(titles: list[str]) -> None:
        draft.begin_with([place for title in titles for place in draft.tasks_named(title)])

    changes: tuple[tuple[str, Callable[[Any], None], Sequence[Any] | None], ...] = (
        ("--without", lambda title: draft.left_out.update(draft.tasks_named(title)), flags.without),
        ("--add", draft.add, flags.add),
        ("--time", change_time, flags.time),
        ("--first", begin_with, flags.first and [flags.first]),
    )
    for option, change, values in changes:
        for value in values or ():
            try:
                change(value)
            except AnswerError as refused:
                yield f"{option}: {refused}{'' if str(refused).endswith('?') else '.'}"
