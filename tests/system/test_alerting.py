"""Alerts that are given, that can't be given, and that must not hold anything up."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import types
from functools import partial
from pathlib import Path

import pytest

from asana_tbp.system import alerts as alerts_module
from asana_tbp.system.alerts import NO_DESKTOP, Alert, Alerts, notify, play, run_command
from asana_tbp.system.settings import Settings
from tests.cli.command import until
from tests.needs import need_program


def alert(occasion: str = "end", *, loud: bool = True, **values: str) -> Alert:
    return Alert(occasion, "Time is up", "Write bassline", loud, values)


def given(wishes: Settings, *alerts: Alert) -> tuple[int, list[str]]:
    """How often the bell rang, and what was complained of."""
    rung: list[None] = []
    said: list[str] = []
    giving = Alerts(wishes, lambda: rung.append(None), said.append)
    with giving.running(10.0):
        for each in alerts:
            giving.give(each)
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
        until(lambda: not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z")
    assert "exit code 3" in run_command("exit 3", {})


def test_hooks_run_at_their_occasion_and_only_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wishes = Settings(alerts=(), hook_end=f"echo end $TBP_TITLE >> {out}", hook_stop=f"echo stop >> {out}")
    assert given(wishes, alert("start"), alert("end", TBP_TITLE="Pad"), alert("stop", loud=False)) == (0, [])
    assert out.read_text().splitlines() == ["end Pad", "stop"]


def test_what_is_quiet_makes_no_noise(tmp_path: Path) -> None:
    out = tmp_path / "out"
    wishes = Settings(alerts=("bell", "sound"), sound_command=f"echo noise >> {out}")
    assert given(wishes, alert(loud=False)) == (0, [])
    assert not out.exists()
    assert given(wishes, alert())[0] == 1
    assert out.read_text() == "noise\n"


def test_a_missing_desktop_is_told_once_and_honestly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if sys.platform == "linux":
        assert notify("Time is up", "Pad") == NO_DESKTOP[1]
        assert given(Settings(alerts=("notification",)), alert(), alert()) == (0, [NO_DESKTOP[1]])


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
    slow = Settings(alerts=("sound",), sound_command=f"sleep 60; touch {played}")
    giving = Alerts(slow, lambda: None, lambda _sentence: None)
    with giving.running(0.1):
        giving.give(alert())
    assert not played.exists(), "the end of the sound was waited for"


def test_whoever_interrupts_waits_for_no_alert(tmp_path: Path) -> None:
    played = tmp_path / "played"
    slow = Settings(alerts=("sound",), sound_command=f"sleep 2; touch {played}")
    giving = Alerts(slow, lambda: None, lambda _sentence: None)

    def interrupted() -> None:
        with giving.running(60.0):
            giving.give(alert())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not played.exists()


# -- what one alert does to the others ----------------------------------------------------------------


def broken(_title: str, _text: str) -> str:
    """A desktop whose failure nobody foresaw."""
    raise ZeroDivisionError


def test_an_alert_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    said: list[str] = []
    wishes = Settings(alerts=("notification",), hook_end=f"echo heard >> {heard}")
    giving = Alerts(wishes, lambda: None, said.append, broken)
    with giving.running(10.0):
        for _ in range(3):
            giving.give(alert())
    assert heard.read_text() == "heard\n" * 3
    assert said == ["An alert could not be given: ZeroDivisionError."]


def test_a_desktop_that_waits_for_permission_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def never(_title: str, _text: str) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(alerts_module, "_send", never)
    monkeypatch.setattr(alerts_module, "desktop_problem", lambda: "")
    heard = tmp_path / "heard"
    said: list[str] = []
    wishes = Settings(alerts=("notification",), hook_end=f"echo heard >> {heard}")
    giving = Alerts(wishes, lambda: None, said.append, partial(notify, limit=0.05))
    with giving.running(10.0):
        giving.give(alert())
        giving.give(alert())
    assert heard.read_text() == "heard\nheard\n"
    assert said == ["Your desktop has not allowed notifications yet."]


# -- Windows and macOS, with their parts put in place --------------------------------------------------


def test_windows_says_what_it_can_not_play(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    flags: list[int] = []

    def play_sound(name: str, how: int) -> None:
        flags.append(how)
        if "broken" in name:
            raise RuntimeError("Failed to play sound")

    winsound = types.SimpleNamespace(PlaySound=play_sound, SND_FILENAME=1, SND_NODEFAULT=2, SND_ASYNC=4)
    monkeypatch.setitem(sys.modules, "winsound", winsound)
    monkeypatch.setattr(sys, "platform", "win32")
    for name in ("gong.wav", "broken.wav", "gong.mp3"):
        (tmp_path / name).write_bytes(b"RIFF")
    assert play(tmp_path / "gong.wav") == ""
    assert "Windows could not play" in play(tmp_path / "broken.wav")
    assert "Windows plays WAV files only" in play(tmp_path / "gong.mp3")
    assert flags == [3, 3], "to its end, and no sound of Windows' own"


def test_on_windows_a_title_can_not_run_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    out = tmp_path / "out"
    hostile = 'Kick" & calc & " %PATH% ^| !x! `y` > z'
    assert run_command(f'printf "%s" "$TBP_TITLE" > {out}', {"TBP_TITLE": hostile}) == ""
    assert not set('"&|<>^%!`') & set(out.read_text())
    assert out.read_text().split() == ["Kick", "calc", "PATH", "x", "y", "z"]


def test_on_a_mac_the_words_are_arguments_of_the_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "osascript"
    script.write_text(
        f"#!{sys.executable}\nimport json, sys\njson.dump(sys.argv[1:], open({str(tmp_path / 'got')!r}, 'w'))\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "darwin")
    hostile = 'x" & (do shell script "id") & "\x1b]0;evil\a'
    assert notify("Time is up", hostile) == ""
    flag, source, *words = json.loads((tmp_path / "got").read_text())
    assert (flag, "id" in source) == ("-e", False)
    assert words == ["Time is up", 'x" & (do shell script "id") & "\\x1b]0;evil\\x07']
    script.write_text("#!/bin/sh\nexit 1\n")
    assert notify("Time is up", "x") == "This Mac did not show a notification (osascript)."


RECORDER = """
import asyncio, json, sys, threading
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_method

class Notifications(ServiceInterface):
    def __init__(self):
        super().__init__("org.freedesktop.Notifications")
    @dbus_method()
    def GetCapabilities(self) -> "as":
        return ["body", "body-markup", "body-hyperlinks", "body-images"]
    @dbus_method()
    def GetServerInformation(self) -> "ssss":
        return ["recorder", "test", "1", "1.2"]
    @dbus_method()
    def Notify(self, app: "s", old: "u", icon: "s", title: "s", body: "s", actions: "as", hints: "a{sv}",
               timeout: "i") -> "u":
        print(json.dumps([title, body]), flush=True)
        return 1

ready = threading.Event()

async def serve():
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/Notifications", Notifications())
    await bus.request_name("org.freedesktop.Notifications")
    ready.set()
    await asyncio.Event().wait()

threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
assert ready.wait(60)
from asana_tbp.system.alerts import notify
problem = notify("Time is up", sys.argv[1])
print(json.dumps(problem))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")
def test_a_desktop_that_reads_markup_gets_none() -> None:
    need_program("dbus-run-session")
    hostile = '<a href="http://evil.test">click</a> <img src="file:///etc/passwd"> Guitar & bass \x1b[31m'
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", RECORDER, hostile],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (title, body), problem = map(json.loads, done.stdout.splitlines())
    assert (title, problem) == ("Time is up", "")
    assert "Guitar" in body
    assert "\\x1b[31m" in body
    assert not set("<>&\x1b") & set(body)
