"""Alerts that are given, that can't be given, and that must not hold anything up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from asana_tbp.system.alerts import NO_DESKTOP, Alert, AlertOptions, Alerts, Desktop, play, run_command


def alert(occasion: str = "end", *, loud: bool = True, **values: str) -> Alert:
    return Alert(occasion, "Time is up", "Write bassline", loud, values)


def given(wishes: AlertOptions, *alerts: Alert) -> tuple[int, list[str]]:
    """How often the bell rang, and what was complained of."""
    rung: list[None] = []
    said: list[str] = []
    giving = Alerts(wishes, lambda: rung.append(None), said.append)
    giving.start()
    for each in alerts:
        giving.give(each)
    giving.finish(10.0)
    return len(rung), said


def test_a_command_gets_words_as_environment_and_never_as_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "secret")
    out = tmp_path / "out"
    hostile = "$(touch pwned) `touch pwned` '; touch pwned #"
    command = f'printf "%s|%s" "$TBP_TITLE" "$ASANA_ACCESS_TOKEN" > {out}'
    assert run_command(command, {"TBP_TITLE": hostile}) == ""
    assert out.read_text() == f"{hostile}|"
    assert not Path("pwned").exists()


def test_a_command_has_a_time_limit_and_all_it_started_ends_with_it(tmp_path: Path) -> None:
    child = tmp_path / "child"
    said = run_command(f"sh -c 'echo $$ > {child}; sleep 60' & wait", {}, limit=0.5)
    assert "took longer than 0.5 s" in said
    if sys.platform == "linux":
        stat = Path(f"/proc/{child.read_text().strip()}/stat")
        assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"
    assert "exit code 3" in run_command("exit 3", {})


def test_hooks_run_at_their_occasion_and_only_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wishes = AlertOptions(commands={"end": f"echo end $TBP_TITLE >> {out}", "stop": f"echo stop >> {out}"})
    assert given(wishes, alert("start"), alert("end", TBP_TITLE="Pad"), alert("stop", loud=False)) == (0, [])
    assert out.read_text().splitlines() == ["end Pad", "stop"]


def test_what_is_quiet_makes_no_noise(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wishes = AlertOptions(bell=True, sound_command=f"echo noise >> {out}")
    assert given(wishes, alert(loud=False)) == (0, [])
    assert not out.exists()
    assert given(wishes, alert())[0] == 1
    assert out.read_text() == "noise\n"


def test_a_missing_desktop_is_told_once_and_honestly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if sys.platform == "linux":
        assert Desktop().notify("Time is up", "Pad") == NO_DESKTOP[1]
        assert given(AlertOptions(notification=True), alert(), alert()) == (0, [NO_DESKTOP[1]])


def test_a_sound_is_played_by_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not there" in play(tmp_path / "missing.wav")
    sound = tmp_path / "gong.wav"
    sound.write_bytes(b"RIFF")
    monkeypatch.setenv("PATH", str(tmp_path))
    if sys.platform == "linux":
        assert "none of the players" in play(sound)
        player = tmp_path / "paplay"
        player.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/played\n')
        player.chmod(0o755)
        assert play(sound) == ""
        assert (tmp_path / "played").read_text() == f"{sound}\n"
        player.write_text("#!/bin/sh\nexit 1\n")
        assert "could not play" in play(sound)


def test_a_slow_alert_holds_up_nobody(tmp_path: Path) -> None:
    played = tmp_path / "played"
    slow = AlertOptions(sound_command=f"sleep 60; touch {played}")
    giving = Alerts(slow, lambda: None, lambda _sentence: None)
    giving.start()
    giving.give(alert())
    giving.finish(0.1)
    assert not played.exists(), "the end of the sound was waited for"
