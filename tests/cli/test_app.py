"""The command line loads the command that is named, and all of them to help or to guess."""

from __future__ import annotations

import pytest
import typer

from asana_tbp.cli.app import COMMANDS, app_for, app_of


def names(app: typer.Typer) -> set[str]:
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words", [["status"], ["--sandbox", "status"], ["status", "--help"], ["status", "board"]]
)
def test_a_named_command_is_loaded_alone(words: list[str]) -> None:
    assert names(app_for(words)) == {"status"}


@pytest.mark.parametrize("words", [[], ["--help"], ["-h", "status"], ["stauts"], ["--version"]])
def test_else_all_are_loaded(words: list[str]) -> None:
    assert names(app_for(words)) == set(COMMANDS)


def test_the_shell_completes_from_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ASANA_TBP_COMPLETE", "complete_bash")
    assert names(app_for(["board"])) == set(COMMANDS)


def test_every_command_stands_alone() -> None:
    for name in COMMANDS:
        assert names(app_of([name])) == {name}
