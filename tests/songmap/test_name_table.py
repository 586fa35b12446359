"""Names as people type them, with the minutes a person reads in each: a number, none, or unclear.

Where a name was found on a public page, the page stands beside it; those marked "study" come from the published
checklists and tools that the templates were made from.
"""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.task_name import compose_name, read_name, suggested_name

UNCLEAR = "unclear"

FIREWAVE = "firewavesound.com/blog/how-long-does-it-take-to-record-a-song"
ISJ = "musicbyisj.com/da-blog/2021/01/make-a-practice-routine"
PHILADELPHIA = "recordingstudioinphiladelphia.com/blog/how-long-does-it-take-to-record-a-song"
QUARTER = "thequarternotes.com/tag/how-to-practice-piano"
ALBUM = "itsaboutmusic.com/how-long-does-it-take-to-record-an-album"
MOON = "moonand6.com/frequently-asked-questions/how-long-does-it-take-to-record-a-songalbum"
WZROST = "wzrost.net/fr/vous-avez-du-mal-a-structurer-votre-pratique-du-piano-voici-nos-conseils"
BUZZ = "buzz-music.com/post/how-to-write-a-song-in-60-minutes"
FORUM = "theproducersforum.com, a daily schedule between semesters"
ESSAY = "edmprod.com/task-based-music-production"
SP = "github.com/super-productivity/super-productivity/issues/88"
GO_FOR_IT = "github.com/JMoerman/Go-For-It/issues/71"
STUDY = "study"

QUOTED: list[tuple[str, int | str | None, str]] = [
    ("Drums (3–6 hours)", UNCLEAR, FIREWAVE),
    ("Bass (1–2 hours)", UNCLEAR, FIREWAVE),
    ("Rhythm guitars (1–3 hours)", UNCLEAR, FIREWAVE),
    ("Lead parts / layers (1–2 hours)", UNCLEAR, FIREWAVE),
    ("Lead vocals: 1–3 hours", UNCLEAR, FIREWAVE),
    ("Background vocals / doubles: 1–2 hours", UNCLEAR, FIREWAVE),
    ("Editing & cleanup: 1–3 hours", UNCLEAR, FIREWAVE),
    ("Mixing: 3–6+ hours", UNCLEAR, FIREWAVE),
    ("Mastering: 1–2 hours", UNCLEAR, FIREWAVE),
    ("10m practicing scales/chords/arpeggios", 10, ISJ),
    ("10m practicing a specific piece", 10, ISJ),
    ("10m ear training", 10, ISJ),
    ("10m – chords", 10, ISJ),
    ("10m – scales", 10, ISJ),
    ("10m – ear training", 10, ISJ),
    ("5m – break", 5, ISJ),
    ("10m – working on a piece", 10, ISJ),
    ("10m – arpeggios", 10, ISJ),
    ("1–2 hours — simple vocal recording", UNCLEAR, PHILADELPHIA),
    ("2–4 hours — full song with multiple takes", UNCLEAR, PHILADELPHIA),
    ("multiple sessions — detailed or layered production", None, PHILADELPHIA),
    ("First 6 months – 15 minutes per day.", UNCLEAR, QUARTER),
    ("Early Intermediate to Late Intermediate – 45 minutes per day.", UNCLEAR, QUARTER),
    ("College – 2 hours", 120, QUARTER),
    ("Pro – up to 5 hours.", 300, QUARTER),
    ("Late Intermediate to Advanced – an hour or more.", UNCLEAR, QUARTER),
    ("Beat Making: 48 hours on average.", UNCLEAR, ALBUM),
    ("Vocal recording: 2 - 36 hours.", UNCLEAR, ALBUM),
    ("Mixing: anywhere from 45 to 60 hours.", UNCLEAR, ALBUM),
    ("Mastering: at least 3 hours.", UNCLEAR, ALBUM),
    ("Tracking: 40 to 100 hours.", UNCLEAR, MOON),
    ("Mixing: 4 weeks.", None, MOON),
    ("10 minutes – échauffement", 10, WZROST),
    ("Minute 10–20: Find a Chord Progression and Vibe It Out", None, BUZZ),
    ("Minute 0–10: Pick a Mood, a Concept, and a Title", None, BUZZ),
    ("90 Minutes of Manual Training", UNCLEAR, FORUM),
    ("90 Minutes of Synth/Effect Training", UNCLEAR, FORUM),
    ("My task t2h", None, SP),
    ("Write Chord Progression", None, ESSAY),
    ("Design sound for bassline", None, ESSAY),
    ("Create piano melody", None, ESSAY),
    ("Highpass channels", None, ESSAY),
    ("Add compression to drums", None, ESSAY),
    ("Adjust voices on oscillator for bass sound", None, ESSAY),
    ("Write Chord Progression (20m)", 20, STUDY),
    ("Design bass sound (30m)", 30, STUDY),
    ("Program drum groove, 3 variations", None, STUDY),
    ("Build 16-bar drop", None, STUDY),
    ("Choose kick, clap and hats", None, STUDY),
    ("Reference A/B, mono check, bounce", None, STUDY),
    ("Tag, bounce and name with BPM/key", None, STUDY),
    ("Main instrument, 3 takes", None, STUDY),
    ("Lead vocal, 5 takes", None, STUDY),
    ("Listen twice, write 5 notes", None, STUDY),
    ("Bass x3", None, STUDY),
    ("Run 2, recorded", None, STUDY),
    ("Backup to 2 drives plus emergency set", None, STUDY),
    ("Loudness -16 LUFS, -1 dBTP", None, STUDY),
    ("Full listen at 1.5x", None, STUDY),
    (":60, :30, :15 cutdowns and stinger", None, STUDY),
    ("Main 8 bars", None, STUDY),
    ("808 or bassline", None, STUDY),
    ("duration:10m", 10, GO_FOR_IT),
]

TYPED: list[tuple[str, int | str | None]] = [
    # As a person would
    ("Arp 1h", 60),
    ("Pad (1,5h)", 90),
    ("Bass 25 min.", 25),
    ("Bass (25 min.)", 25),
    ("Bass (~20m)", 20),
    ("Bass (ca. 20 Min.)", 20),
    ("Bass (max 20m)", 20),
    ("Bass (20m max)", 20),
    ("Chords (20 mins approx)", 20),
    ("Mix (1 day)", UNCLEAR),
    ("Mischen (2 Tage)", UNCLEAR),
    ("Rehearse for the day (20m)", 20),
    ("Chords (20;30)", UNCLEAR),
    ("Bass [20 min]", 20),
    ("Bass {20m}", 20),
    ("Bass（20分）", 20),
    ("Bass （２０ｍ）", 20),
    ("Bass\u00a0(20\u00a0min)", 20),
    ("Bass\u202f20\u202fmin", 20),
    ("Bass: 20m", 20),
    ("Bass - 20 min", 20),
    ("Bass – 20 minutes", 20),
    ("Bass -20m", 20),
    ("Bass-20min", 20),
    ("Bass_20m", 20),
    ("Bass, 20 min", 20),
    ("Bass = 20m", 20),
    ("Bass → 20m", 20),
    ("Bass (20m)!", 20),
    ("Bass (20m) ✅", 20),
    ("Bass for 20 min", 20),
    ("20m Bass", 20),
    ("20 min: Bass", 20),
    ("(20m) Bass", 20),
    ("Bass 1h30", 90),
    ("Bass 1h 30m", 90),
    ("Bass (1 h 30 min)", 90),
    ("Bass (1½ h)", 90),
    ("Bass (1 hour and 15 minutes)", 75),
    ("BASS 20 MIN", 20),
    ("Record 2 hours", 120),
    ("Verse 2 - 20m", 20),
    ("Chords 20 m", 20),
    ("Mix (25')", 25),
    ("Solder cable (10m)", 10),
    # In other languages
    ("Akkorde 1 Std.", 60),
    ("Akkorde (1 Std. 30 Min.)", 90),
    ("Bass 2 Stunden", 120),
    ("Accords (1 heure 30)", UNCLEAR),
    ("Batterie : 20 min", 20),
    ("Mixage 1 h et demie", 90),
    ("Baixo 1 hora e meia", 90),
    ("Mix 1 hour and a half", 90),
    ("Mixage 45 mn", 45),
    ("Acordes 2 horas", 120),
    ("Bajo (1 hora y 10 minutos)", 70),
    ("Basso 45 minuti", 45),
    ("Accordi (2 ore)", 120),
    ("Baixo: 30 minutos", 30),
    ("Bas 2 uur", 120),
    ("Bas (1u30)", 90),
    ("Bas 25 minuten", 25),
    ("Trummor 2 timmar", 120),
    ("Trummor (1 timme och 10 minuter)", 70),
    ("Бас 45 мин.", 45),
    ("Аккорды (1,5 ч)", 90),
    ("Сведение 2 часа", 120),
    ("ベース25分", 25),
    ("ベース（1時間30分）", 90),
    ("ミックス：2時間", 120),
    ("贝斯 25分钟", 25),
    ("混音（2小时）", 120),
    ("베이스 25분", 25),
    ("믹싱 (1시간 30분)", 90),
    # A time that can't be read for certain
    ("Lead (25h)", UNCLEAR),
    ("Lead 0m", UNCLEAR),
    ("Lead (0m)", UNCLEAR),
    ("Lead (-5m)", UNCLEAR),
    ("Bass (1:30)", UNCLEAR),
    ("Bass 30:00", UNCLEAR),
    ("Bass - 1:30", UNCLEAR),
    ("Bass (half an hour)", UNCLEAR),
    ("Bass half an hour", UNCLEAR),
    ("Bass (eine halbe Stunde)", UNCLEAR),
    ("Basse (une demi-heure)", UNCLEAR),
    ("Bajo media hora", UNCLEAR),
    ("Бас полчаса", UNCLEAR),
    ("混音半小时", UNCLEAR),
    ("Warm up (20-30m)", UNCLEAR),
    ("Warm up 20-30m", UNCLEAR),
    ("Warm up 20 to 30 min", UNCLEAR),
    ("Aufwärmen 20 bis 30 Min.", UNCLEAR),
    ("Mix (45m or 2h)", UNCLEAR),
    ("Mix 45m or 2h", UNCLEAR),
    ("20m Bass 30m", UNCLEAR),
    ("Tuning (35)", UNCLEAR),
    ("Tuning [35]", UNCLEAR),
    ("Take (3)", UNCLEAR),
    ("Scales 3x20m", UNCLEAR),
    ("Bass (20m each)", UNCLEAR),
    ("Bass (20m?)", UNCLEAR),
    ("Bass (20m) for verse", UNCLEAR),
    ("Chords 20m in D minor", UNCLEAR),
    ("Listen 10 min, then write", UNCLEAR),
    ("Bass (12.5m)", UNCLEAR),
    ("Bass (1m30s)", UNCLEAR),
    ("Bass (1.30h)", UNCLEAR),
    ("Bass 25m00s", UNCLEAR),
    ("Bass .5h", UNCLEAR),
    ("Bass 2x 25m", UNCLEAR),
    ("Bass (25ish min)", UNCLEAR),
    ("Bass eineinhalb Stunden", UNCLEAR),
    ("录音 一个半小时", UNCLEAR),
    ("Bass (1 1/2 h)", UNCLEAR),
    ("Bass 2 1/2 h", UNCLEAR),
    ("Bass 1-1/2 hours", UNCLEAR),
    ("Bass 1/2 min", UNCLEAR),
    ("Bass 1/2 ora", UNCLEAR),
    ("Write bassline (20m", UNCLEAR),
    ("Concert 14h30", UNCLEAR),
    ("Répétition 21h", UNCLEAR),
    ("ハイハット16分", UNCLEAR),
    ("(20m)", UNCLEAR),
    # No time at all
    ("Bounce 24 bit", None),
    ("Bounce 24/96", None),
    ("Export 48k 24b", None),
    ("Loop 16 bars", None),
    ("Mix v2", None),
    ("Mix v1.5", None),
    ("Bass (v2)", None),
    ("Speaker cable: 5m", None),
    ("XLR cable - 10m", None),
    ("5m - cable", None),
    ("Mikrofonkabel 10 m", None),
    ("Mic (5 m away)", None),
    ("Call at 14:00", None),
    ("Rehearsal 14:00-16:00", None),
    ("Drop at 1:30", None),
    ("Meeting 9am", None),
    ("Répétition à 21h", None),
    ("Synth (80s)", None),
    ("Pads 90s", None),
    ("Rain (1999)", None),
    ("Kick at 60 Hz", None),
    ("Delay 30 ms", None),
    ("140 bpm groove", None),
    ("Write 16", None),
    ("(2) Verse", None),
    ("Happy hour", None),
    ("30-minute mix", None),
    ("16分音符のハイハット", None),
    ("TR-8m", None),
    ("Rack 2U", None),
    ("Sidechain 1/4", None),
    ("", None),
]
ROWS = [(name, minutes) for name, minutes, _ in QUOTED] + TYPED


def test_the_table_holds_what_it_promises() -> None:
    assert len(ROWS) >= 150
    assert sum(bool(source) for *_, source in QUOTED) >= 50
    assert len({name for name, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("name", "minutes"), ROWS)
def test_a_name_is_read_as_a_person_reads_it(name: str, minutes: int | str | None) -> None:
    reading = read_name(name)
    assert (UNCLEAR if reading.unclear else reading.minutes) == minutes
    assert reading.title == name.strip() if reading.minutes is None else reading.title in name


@pytest.mark.parametrize("name", [name for name, minutes in ROWS if minutes == UNCLEAR])
def test_a_suggested_name_is_accepted(name: str) -> None:
    if better := suggested_name(name):
        reading = read_name(better)
        assert reading.minutes
        assert reading.unclear is None
        assert reading.title


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Tuning (35)", "Tuning (35m)"),
        ("Bass (1:30)", "Bass (1h30m)"),
        ("Bass 30:00", "Bass (30m)"),
        ("Warm up (20-30m)", "Warm up (30m)"),
        ("Mix 45m or 2h", "Mix (2h)"),
        ("Bass (20m) for verse", "Bass for verse (20m)"),
        ("Chords 20m in D minor", "Chords in D minor (20m)"),
        ("Bass (2 takes, 20m)", "Bass (2 takes) (20m)"),
        ("Bass (half an hour)", "Bass (30m)"),
        ("Bass (an hour)", "Bass (1h)"),
        ("Bass (an hour and a half)", "Bass (1h30m)"),
        ("Bass two and a half hours", None),
        ("录音 一个半小时", "录音 (1h30m)"),
        ("Bass (3:45)", None),
        ("Bass (−1h)", None),
        ('Bass "25m"', "Bass (25m)"),
        ("Bass **25m**", "Bass (25m)"),
        ("Bass (25m+)", "Bass (25m)"),
        ("Bass 25m]", "Bass (25m)"),
        ("Bass (25m) (final)", "Bass (final) (25m)"),
        ("Scales 3x20m", "Scales (1h)"),
        ("90 Minutes of Manual Training", "Manual Training (1h30m)"),
        ("Lead (25h)", None),
        ("Lead (0m)", None),
        ("Scales 3x25h", None),
        ("(20m)", None),
        ("20m Bass 30m", None),
        ("Bass (20m)", None),
        ("Bass", None),
    ],
)
def test_what_an_unclear_name_may_mean(name: str, better: str | None) -> None:
    assert (suggested_name(name) if read_name(name).unclear else None) == better


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Lead (25h)", '"25h" is longer than a day; a time budget is at most 24h'),
        ("Lead (0m)", '"0m" is no time at all; a time budget is at least 1m'),
        ("Bass (1:30)", '"1:30" may be hours or minutes'),
        ("Bass (half an hour)", '"half an hour" is a time in words'),
        ("Warm up (20-30m)", '"20-30m" is more than one time'),
        ("Tuning (35)", '"35" has no unit'),
        ("Bass (20m) for verse", '"20m" is not at the end of the name'),
    ],
)
def test_an_unclear_name_says_why(name: str, reason: str) -> None:
    assert read_name(name).unclear == reason


@given(st.text(string.digits + " .,:;-–()[]/x~+'\"#&?!abcdefgijklnopqrtvwyz"))
@example("Drop at 1:30")
@example("Tuning (35)")
def test_a_name_without_a_unit_of_time_has_no_budget(name: str) -> None:
    # Without h, m, s and u the only units that can be written are the Italian hours and the sign for minutes.
    if not re.search("ora|ore|'", name):
        assert read_name(name).minutes is None


_PARTS = """Bass 20m 1h30 (20m) [1h] 20-30m 1:30 half an hour or - : 3x (35) 25分 ~20m 0m 25h cable at 16 ( ) { of 6+"""
_parts = st.sampled_from(_PARTS.split())


@given((st.text() | st.lists(_parts | st.text(max_size=4)).map(" ".join)), st.integers(1, LONGEST))
def test_any_title_is_read_again_behind_its_brackets(title: str, minutes: int) -> None:
    reading = read_name(title)
    assert reading.unclear is None or reading.minutes is None
    if better := suggested_name(title):
        assert read_name(better).minutes
    if title.strip():
        assert read_name(compose_name(title, minutes))[:2] == (title.strip(), minutes)


@pytest.mark.parametrize("part", ["(", " - ", "1h ", "20m-", "1:", "é", "20m or ", "x 20m", "分", "[1"])
def test_a_hostile_name_is_read_at_once(part: str) -> None:
    read_name(part * 20_000)
    suggested_name(part * 20_000)
