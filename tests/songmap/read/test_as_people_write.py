"""Song maps as people write them: taken as meant, or refused with a suggestion that works. Never something else.

Lines with a source are quoted from public pages, lists and schedules; those from HERE are written for the table.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.read.loader import parse_song_map

RUDRA = "https://guitar.rudra0x01.xyz/lessons/pra-01-daily-routine/"
ROCKWELL = "http://www.rockwellguitarclinic.com/practice.html"
LEARN = "https://www.learnandmaster.com/guitar-blog/gibsons-learn-master-guitar/january-2013-30-minutes-to-become-a-guitarist"
FURTADOS = "https://www.furtadosonline.com/blog/all-you-need-60-minutes-of-practice/"
SOCIAM = "https://github.com/ulyngs/sociam-workshop _posts/2017-12-1-draft-schedule.md"
SATURN = "https://github.com/michaelkeeling/SATURN2015-Microservices-Workshop agenda.md"
ESG = "https://github.com/appliedcognetics/esgWorkshop src/workshop/documents/_agenda.md"
CHECKLIST = "https://www.scribd.com/document/417594597/songfinishchecklistv1-pdf"
COMPOSERDECK = "https://composerdeck.com/idea-to-finished-track-timeline.html"
DATAFIELD = "https://datafield.dev/music-production/appendices/g-producers-checklists.html"
NYC = "https://nycguitarschool.com/unleash-your-guitar-potential-in-just-20-focused-minutes/"
AUDIO = "https://www.audio-issues.com/keeping-track/music-production-checklist/"
HERE = ""

_TOP = "song: Rain\nsections:\n  C:\n    "
_SUGGESTION = re.compile(r"(?:write it as |takes, such as |quotes: |around it: |with \*: |or none: )(.+)$")
_GENERAL_FORM = "Title (25m)"

TAKEN: list[tuple[str, str, str]] = [
    (RUDRA, "- Warmup (5 min)", "Warmup (5m)"),
    (RUDRA, "- Theory drill (5 min)", "Theory drill (5m)"),
    (RUDRA, "2. Technique (10 min)", "Technique (10m)"),
    (RUDRA, "5. Scales / shapes (10 min)", "Scales / shapes (10m)"),
    (RUDRA, "7. Improvisation / writing (10 min)", "Improvisation / writing (10m)"),
    (RUDRA, "• Repertoire (15 min)", "Repertoire (15m)"),
    (ROCKWELL, "- 2 Minutes Scale Exercises", "Scale Exercises (2m)"),
    (ROCKWELL, "- 5 Minutes Chord Progressions", "Chord Progressions (5m)"),
    (ROCKWELL, "- 4 Minutes Guitar Licks", "Guitar Licks (4m)"),
    (ROCKWELL, "- 4 Minutes Song Practice", "Song Practice (4m)"),
    (LEARN, "1) 5 Minutes - Warm Up", "Warm Up (5m)"),
    (
        LEARN,
        "1) 5 Minutes - Warm Up (Getting the Muscles Ready to Work)",
        "Warm Up (Getting the Muscles Ready to Work) (5m)",
    ),
    (
        LEARN,
        "2) 10 Minutes - Technique Practice (Building Skill)",
        "Technique Practice (Building Skill) (10m)",
    ),
    (LEARN, "3) 10 Minutes - Song Practice", "Song Practice (10m)"),
    (LEARN, "4) 5 Minutes - Creative Free Play", "Creative Free Play (5m)"),
    (LEARN, "• Hand & Finger Stretches", "Hand & Finger Stretches (25m)"),
    (LEARN, "• Make up melodies and try to play them.", "Make up melodies and try to play them. (25m)"),
    (SOCIAM, "- Opening and introduction | 15 min.", "Opening and introduction (15m)"),
    (SOCIAM, "- Participants’ Presentations I, II | 90 min.", "Participants’ Presentations I, II (1h30m)"),
    (SOCIAM, "- Demos and hands-on experiences | 45 min.", "Demos and hands-on experiences (45m)"),
    (SOCIAM, "- Envisioning & design (group work) | 60 min.", "Envisioning & design (group work) (1h)"),
    (SOCIAM, "- Breakout session & brainstorming | 60 min.", "Breakout session & brainstorming (1h)"),
    (SOCIAM, "- Workshop wrap-up and closing | 15 min.", "Workshop wrap-up and closing (15m)"),
    (SATURN, "- Introductions", "Introductions (25m)"),
    (CHECKLIST, "☐ The hook is simple and catchy", "The hook is simple and catchy (25m)"),
    (CHECKLIST, "☐ It’s easy to whistle/hum", "It’s easy to whistle/hum (25m)"),
    (CHECKLIST, "☐ The mix is clean", "The mix is clean (25m)"),
    (CHECKLIST, "☐ The drums sit well in the mix", "The drums sit well in the mix (25m)"),
    (
        COMPOSERDECK,
        "- • Sketch the main melody, chord progression, or beat",
        "Sketch the main melody, chord progression, or beat (25m)",
    ),
    (
        COMPOSERDECK,
        "- • No mixing, no perfect sounds—just the essence",
        "No mixing, no perfect sounds—just the essence (25m)",
    ),
    (DATAFIELD, "- [ ] 48 kHz / 24-bit project", "48 kHz / 24-bit project (25m)"),
    (DATAFIELD, "- [ ] Template loaded", "Template loaded (25m)"),
    (
        DATAFIELD,
        "- [ ] Naming convention decided before track one:",
        "Naming convention decided before track one (25m)",
    ),
    (
        NYC,
        "1. WARMUP: (The Spider, or any warm-up exercises your teacher has given you)",
        "WARMUP: (The Spider, or any warm-up exercises your teacher has given you) (25m)",
    ),
    (
        NYC,
        "2. REVIEW: Play 2-3 songs from the setlist, nonstop",
        "REVIEW: Play 2-3 songs from the setlist, nonstop (25m)",
    ),
    (NYC, "3. DIG IN: One or two new songs", "DIG IN: One or two new songs (25m)"),
    (AUDIO, "1. Is the Song Completed?", "Is the Song Completed? (25m)"),
    (AUDIO, "4. Are the Lyrics Completed?", "Are the Lyrics Completed? (25m)"),
    (HERE, "- Watch https://youtu.be/abc?t=20m30s", "Watch https://youtu.be/abc?t=20m30s (25m)"),
    (HERE, "- Watch https://youtu.be/abc?t=20m30s (15m)", "Watch https://youtu.be/abc?t=20m30s (15m)"),
    (HERE, "- See youtu.be/abc?t=1h2m3s", "See youtu.be/abc?t=1h2m3s (25m)"),
    (HERE, "- See [it](https://youtu.be/abc?t=20m30s)", "See [it](https://youtu.be/abc?t=20m30s) (25m)"),
    (HERE, "- Chords: 20m", "Chords (20m)"),
    (HERE, "- Chords 20m", "Chords (20m)"),
    (HERE, "- Chords - 20 min", "Chords (20m)"),
    (HERE, "- 20m Chords", "Chords (20m)"),
    (HERE, "- (20m) Chords", "Chords (20m)"),
    (HERE, "- Chords [20 min]", "Chords (20m)"),
    (HERE, "- Chords (1h30)", "Chords (1h30m)"),
    (HERE, "- Chords (1h 30m)", "Chords (1h30m)"),
    (HERE, "- Chords (1.5h)", "Chords (1h30m)"),
    (HERE, "- Chords (1,5 h)", "Chords (1h30m)"),
    (HERE, "- Chords = 20m", "Chords (20m)"),
    (HERE, "- Call @ 14h", "Call @ 14h (25m)"),
    (HERE, "- Drop @ 1:30", "Drop @ 1:30 (25m)"),
    (HERE, "- Chords, 20m", "Chords (20m)"),
    (HERE, "- Chords ~20m", "Chords (20m)"),
    (HERE, "- Chords (~20m)", "Chords (20m)"),
    (HERE, "- Chords (25 min.)", "Chords (25m)"),
    (HERE, "- Chords {10m}", "Chords (10m)"),
    (HERE, "- Chords（20m）", "Chords (20m)"),
    (HERE, "- Chords (20m) ✓", "Chords (20m)"),
    (HERE, "- Chords (20m)!", "Chords (20m)"),
    (HERE, "- Akkorde (20 Minuten)", "Akkorde (20m)"),
    (HERE, "- Akkorde 1 Std", "Akkorde (1h)"),
    (HERE, "- Akkorde: 1,5 Std.", "Akkorde (1h30m)"),
    (HERE, "- Accords : 20 min", "Accords (20m)"),
    (HERE, "- Accords 1 heure", "Accords (1h)"),
    (HERE, "- Acordes (20 minutos)", "Acordes (20m)"),
    (HERE, "- Acordes 1 hora", "Acordes (1h)"),
    (HERE, "- Accordi (1 ora)", "Accordi (1h)"),
    (HERE, "- Akkoorden (1 uur)", "Akkoorden (1h)"),
    (HERE, "- Ackord 20 minuter", "Ackord (20m)"),
    (HERE, "- Аккорды (20 мин)", "Аккорды (20m)"),
    (HERE, "- Аккорды: 1 час", "Аккорды (1h)"),
    (HERE, "- コード (25分)", "コード (25m)"),
    (HERE, "- 和弦 (20分钟)", "和弦 (20m)"),
    (HERE, "- 코드 (20분)", "코드 (20m)"),
    (HERE, "- Kick & bass: sidechain (20m)", "Kick & bass: sidechain (20m)"),
    (HERE, "- Reference A/B, mono check (15m)", "Reference A/B, mono check (15m)"),
    (HERE, "- Bass # my favourite", "Bass (25m)"),
    (HERE, "- ? chords (20m)", "chords (20m)"),
    (HERE, "- Chords: dark (20m)", "Chords: dark (20m)"),
    (HERE, "- Chords:", "Chords (25m)"),
    (HERE, "- 'Chords: 20m'", "Chords (20m)"),
    (HERE, "- Verse 2", "Verse 2 (25m)"),
    (HERE, "- Take 3 (10m)", "Take 3 (10m)"),
    (HERE, "- Drop at 1:30", "Drop at 1:30 (25m)"),
    (HERE, "- 808 (10m)", "808 (10m)"),
    (HERE, "- Gate: keep or scrap? (2m)", "Gate: keep or scrap? (2m)"),
    (HERE, "- Break: coffee (10m)", "Break: coffee (10m)"),
    (HERE, "- task: Chords\n      time: 20", "Chords (20m)"),
    (HERE, "- Task: Chords\n      Time: 20m", "Chords (20m)"),
    (HERE, "- title: Chords\n      duration: 20m", "Chords (20m)"),
    (HERE, "- name: Chords\n      minutes: 20", "Chords (20m)"),
    (HERE, "- Chords: 20m\n      notes: slow", "Chords (20m)"),
    (HERE, "- Chords:\n        time: 20m", "Chords (20m)"),
    (HERE, "- XLR cable 10m", "XLR cable 10m (25m)"),
    (HERE, "- Chords (20m) # first", "Chords (20m)"),
    (HERE, "- Write 16 bars", "Write 16 bars (25m)"),
    (HERE, "- Bounce 24 bit", "Bounce 24 bit (25m)"),
    (HERE, "- Chords\t20m\t", "Chords (20m)"),
    (HERE, "- Kick: (20m)", "Kick (20m)"),
    (HERE, "- “Write hook (20m)”", "Write hook (20m)"),
    (HERE, "- “Heroes”: 20m", "Heroes (20m)"),
    (HERE, "- “Heroes (20m)”   # loud", "Heroes (20m)"),
    (HERE, "- “Write” the hook (20m)", "“Write” the hook (20m)"),
    (HERE, "- Lead (roughly 20 min)", "Lead (20m)"),
    (HERE, "- Hear https://youtu.be/abc?t=20m", "Hear https://youtu.be/abc?t=20m (25m)"),
    (HERE, "- Hear youtu.be/abc?t=20m", "Hear youtu.be/abc?t=20m (25m)"),
    (HERE, "- Hear https://youtu.be/abc?t=20m: 10m", "Hear https://youtu.be/abc?t=20m (10m)"),
    (HERE, "- Hear [it](https://youtu.be/abc?t=20m)", "Hear [it](https://youtu.be/abc?t=20m) (25m)"),
    (HERE, "- Kick 808: 20m", "Kick 808 (20m)"),
    (HERE, "- Bars 5-8: 20m", "Bars 5-8 (20m)"),
]
"""Source, line, and the task's name in Asana."""

TAKEN += [
    (HERE, f"- {title}", f"{title} (25m)")
    for title in (
        *("Take (2nd)", "Verse (x2)", "Kick (808)", "Delay (3/4)", "Synth (DX7)", "Chorus (2x)", "Drop (v2)"),
        *(
            "Overheads (2mics)",
            "Bounce (24bit)",
            "Choose (3mixes)",
            "Pad (80s)",
            "Loop (16bars)",
            "Practise (20x)",
        ),
        *("Vocal (3mix)", "Hats (16th)", "Dub (2men)", "Delay (50ms)", "Bass (Cmin7)"),
    )
]
REFUSED: list[tuple[str, str, str, str]] = [
    (HERE, "- Kick: (20n)", '"20n" is not a time; write it as Kick (20m)', "Kick (20m)"),
    (HERE, "- Kick: [20m]", "a time in square brackets is a list; write it as Kick: 20m", "Kick (20m)"),
    (
        HERE,
        "- «Kick (20m)»",
        '"20m" is not at the end of the name; write it as Kick (20m)',
        "Kick (20m)",
    ),
    (
        HERE,
        "- Kick (20m): loud",
        '"20m" is not at the end of the name; write it as "Kick: loud (20m)"',
        "Kick: loud (20m)",
    ),
    (
        RUDRA,
        "- Ear training (5 min) — interval ID",
        '"5 min" is not at the end of the name; write it as Ear training — interval ID (5m)',
        "Ear training — interval ID (5m)",
    ),
    (
        FURTADOS,
        "- First 10mins- Warm up",
        '"10mins" is not at the end of the name; write it as First Warm up (10m)',
        "First Warm up (10m)",
    ),
    (
        FURTADOS,
        "- Between 11mins-30mins- Practice to Metronome",
        '"11mins-30mins" is more than one time; write it as Title (25m)',
        "",
    ),
    (
        FURTADOS,
        "- Between 31mins-50mins- Learn your song!",
        '"31mins-50mins" is more than one time; write it as Title (25m)',
        "",
    ),
    (
        SOCIAM,
        "- *Coffee break* | 30 min.",
        '"*Coffee" stands for nothing; put quotes around a text that begins with *: "*Coffee break* | 30 min."',
        "*Coffee break* (30m)",
    ),
    (
        SATURN,
        "- 8:45 - Generate topics",
        '"8:45" may be a time of day; write how long it takes, such as Generate topics (25m)',
        "Generate topics (25m)",
    ),
    (SATURN, "- About 45 min - 1 hour", '"About 45 min - 1 hour" has two times; write it as Title (25m)', ""),
    (
        SATURN,
        "- About 5-10 minutes",
        '"5-10 minutes" is more than one time; write it as About (10m)',
        "About (10m)",
    ),
    (
        SATURN,
        "- 10:00 - break [line up with general breaks for course]",
        '"10:00" may be a time of day; write how long it takes, such as break [line up with general breaks for course] (25m)',
        "break [line up with general breaks for course] (25m)",
    ),
    (
        HERE,
        "- 10:00 - break",
        '"10:00" may be a time of day; write how long it takes, such as break (25m)',
        "break (25m)",
    ),
    (
        HERE,
        "- Chords @ 20m",
        '"20m" may be a place in the song; write it as Chords (20m)',
        "Chords (20m)",
    ),
    (
        ESG,
        "- ** 15 Min. Break**",
        '"**" stands for nothing; put quotes around a text that begins with *: "Break (15m)"',
        "Break (15m)",
    ),
    (
        ESG,
        "- 11am-11:15am: 15 Min. Break",
        '"15 Min." is not at the end of the name; write it as 11am-11:15am Break (15m)',
        "11am-11:15am Break (15m)",
    ),
    (
        COMPOSERDECK,
        "- Time Required: 20-60 minutes",
        '"20-60 minutes" is more than one time; write it as Time Required (1h)',
        "Time Required (1h)",
    ),
    (
        COMPOSERDECK,
        "- ⏱️ Time Required: 20-60 minutes",
        '"20-60 minutes" is more than one time; write it as "⏱️ Time Required (1h)"',
        "⏱️ Time Required (1h)",
    ),
    (HERE, "- [20m] Chords", 'a text that begins with "[" needs quotes: "[20m] Chords"', "Chords (20m)"),
    (HERE, "- Chords (90)", '"90" has no unit; write it as Chords (1h30m)', "Chords (1h30m)"),
    (HERE, "- Chords (20)", '"20" has no unit; write it as Chords (20m)', "Chords (20m)"),
    (HERE, "- Chords (20mni)", '"20mni" is not a time; write it as Chords (20m)', "Chords (20m)"),
    (HERE, "- Chords [20 minuts]", '"20 minuts" is not a time; write it as Chords (20m)', "Chords (20m)"),
    (HERE, "- Chords (1,5huors)", '"1,5huors" is not a time; write it as Chords (1h30m)', "Chords (1h30m)"),
    (HERE, "- Chords (20n)", '"20n" is not a time; write it as Chords (20m)', "Chords (20m)"),
    (HERE, "- Chords: 20", '"20" has no unit; write it as Chords (20m)', "Chords (20m)"),
    (HERE, "- Chords -> 20m", '"20m" is the least of it; write it as Chords (20m)', "Chords (20m)"),
    (HERE, "- Chords (20-30m)", '"20-30m" is more than one time; write it as Chords (30m)', "Chords (30m)"),
    (HERE, "- Chords (1:30)", '"1:30" may be hours or minutes; write it as Chords (1h30m)', "Chords (1h30m)"),
    (
        HERE,
        "- Chords (half an hour)",
        '"half an hour" is a time in words; write it as Chords (30m)',
        "Chords (30m)",
    ),
    (HERE, "- Chords (25h)", '"25h" is longer than a day; a time budget is at most 24h', ""),
    (HERE, "- Chords (0m)", '"0m" is no time at all; a time budget is at least 1m', ""),
    (HERE, "- Chords 2x20m", '"2x20m" is to be done several times; write it as Chords (40m)', "Chords (40m)"),
    (
        HERE,
        "- Chords (20m or so)",
        '"20m or so" is more than a time; write it as Chords (20m)',
        "Chords (20m)",
    ),
    (
        HERE,
        "- Mix (1h) and bounce",
        '"1h" is not at the end of the name; write it as Mix and bounce (1h)',
        "Mix and bounce (1h)",
    ),
    (
        HERE,
        "- Bass #2 (20m)",
        'what follows " #" is a comment, and "Bass" has no time; write it as "Bass #2 (20m)"',
        "Bass #2 (20m)",
    ),
    (
        HERE,
        "- Chords # 20m",
        'what follows " #" is a comment, and "Chords" has no time; write it as Chords (20m)',
        "Chords (20m)",
    ),
    (
        HERE,
        '- "Chords" (20m)',
        "the text continues after its closing quote; write all of it in quotes, or none: Chords (20m)",
        "Chords (20m)",
    ),
    (
        HERE,
        '- "Say "hi"" (20m)',
        'the text continues after its closing quote; write all of it in quotes, or none: Say "hi" (20m)',
        'Say "hi" (20m)',
    ),
    (HERE, "- Pad ((20m))", '"20m)" is more than a time; write it as Pad (20m)', "Pad (20m)"),
    (
        HERE,
        "- Zither (20mins+5)",
        '"20mins+5" is more than a time; write how long it takes, such as Zither (25m)',
        "Zither (25m)",
    ),
    (
        HERE,
        "- 'Don't stop (20m)'",
        "a ' ends a text in single quotes; write it in double quotes: \"Don't stop (20m)\"",
        "Don't stop (20m)",
    ),
    (
        HERE,
        "- {lead} riff (20m)",
        'a text that begins with "{" needs quotes: "{lead} riff (20m)"',
        "{lead} riff (20m)",
    ),
    (
        HERE,
        "- [lead] riff (20m)",
        'a text that begins with "[" needs quotes: "[lead] riff (20m)"',
        "[lead] riff (20m)",
    ),
    (
        HERE,
        "- @home: chords (20m)",
        'a text cannot begin with "@"; put quotes around it: "@home: chords (20m)"',
        "@home: chords (20m)",
    ),
    (
        HERE,
        "- @home chords (20m)",
        'a text cannot begin with "@"; put quotes around it: "@home chords (20m)"',
        "@home chords (20m)",
    ),
    (
        HERE,
        "- `chords` (20m)",
        'a text cannot begin with "`"; put quotes around it: "`chords` (20m)"',
        "`chords` (20m)",
    ),
    (
        HERE,
        "- %50 wet (20m)",
        'a text cannot begin with "%"; put quotes around it: "%50 wet (20m)"',
        "%50 wet (20m)",
    ),
    (
        HERE,
        "- *Chords* (20m)",
        '"*Chords*" stands for nothing; put quotes around a text that begins with *: "*Chords* (20m)"',
        "*Chords* (20m)",
    ),
    (
        HERE,
        "- & more chords (20m)",
        'a text cannot begin with "&"; put quotes around it: "& more chords (20m)"',
        "& more chords (20m)",
    ),
    (
        HERE,
        "- ] bracket 5m",
        'a text cannot begin with "]"; put quotes around it: "] bracket 5m"',
        "] bracket (5m)",
    ),
    (HERE, "- Pad: 0:20", '"0:20" may be hours or minutes; write it as Pad (20m)', "Pad (20m)"),
    (HERE, "- Pad (1/2 h)", '"1/2 h" is more than a time; write it as Pad (30m)', "Pad (30m)"),
    (HERE, "- Pad 1/2 hrs", '"1/2 hrs" is a time in words; write it as Pad (30m)', "Pad (30m)"),
    (HERE, "- Pad 1 1/2 Std", '"1 1/2 Std" is a time in words; write it as Pad (1h30m)', "Pad (1h30m)"),
    (
        HERE,
        "- Pad eine Dreiviertelstunde",
        '"eine Dreiviertelstunde" is a time in words; write it as Pad (45m)',
        "Pad (45m)",
    ),
    (
        HERE,
        "- 'Don''t rush' (10m)",
        "the text continues after its closing quote; write all of it in quotes, or none: Don't rush (10m)",
        "Don't rush (10m)",
    ),
    (HERE, "- ! chords (20m)", 'tags such as "!" are not supported; remove it', ""),
    (HERE, "- > chords (20m)", "after | or > the text begins on the next line, indented with spaces", ""),
    (HERE, "- | chords (20m)", "after | or > the text begins on the next line, indented with spaces", ""),
    (HERE, "- - Chords (20m)", "a task must be a text, not a list", ""),
    (HERE, "- taks: Chords\n      time: 20m", 'unknown key "taks"; did you mean "task"?', ""),
    (HERE, "- task: Chords\n      tiem: 20m", 'unknown key "tiem"; did you mean "time"?', ""),
    (
        HERE,
        "- Do: re: mi 20m",
        'a text with ": " in it needs quotes: "Do: re: mi 20m"',
        "Do: re: mi (20m)",
    ),
    (
        HERE,
        "- Mélodie : 1 h 15",
        '"1 h" is not at the end of the name; write it as Mélodie (1h15m)',
        "Mélodie (1h15m)",
    ),
    (
        HERE,
        "- Mélodie (1 h 15)",
        '"1 h 15" is more than a time; write it as Mélodie (1h15m)',
        "Mélodie (1h15m)",
    ),
    (HERE, "- Lead (about an hour)", '"an hour" is a time in words; write it as Lead (1h)', "Lead (1h)"),
    (
        HERE,
        "- Lead (nearly an hour)",
        '"an hour" is a time in words; write it as Lead (1h)',
        "Lead (1h)",
    ),
    (HERE, "- Lead [20 m", '"20 m" is not at the end of the name; write it as Lead (20m)', "Lead (20m)"),
    (
        HERE,
        "- Lead (20 + 5m)",
        '"20 + 5m" is more than a time; write how long it takes, such as Lead (25m)',
        "Lead (25m)",
    ),
    (HERE, "- Lead (time: 20m)", '"time: 20m" is more than a time; write it as Lead (20m)', "Lead (20m)"),
    (HERE, "- Lead 1:20 h", '"1:20 h" may be hours or minutes; write it as Lead (1h20m)', "Lead (1h20m)"),
    (HERE, "- Lead «20m»", '"20m" is not at the end of the name; write it as Lead (20m)', "Lead (20m)"),
    (HERE, "- Lead (20 m", '"20 m" is not at the end of the name; write it as Lead (20m)', "Lead (20m)"),
    (
        HERE,
        "- Bas: anderhalf uur",
        '"anderhalf uur" is a time in words; write it as Bas (1h30m)',
        "Bas (1h30m)",
    ),
    (
        HERE,
        "- Basse : trois quarts d'heure",
        '"trois quarts d\'heure" is a time in words; write it as Basse (45m)',
        "Basse (45m)",
    ),
    (
        HERE,
        "- 'Don't stop' (20m)",
        "the text continues after its closing quote; write all of it in quotes, or none: Don't stop (20m)",
        "Don't stop (20m)",
    ),
    (
        HERE,
        "- #hook (20m)",
        'what follows "#" is a comment; put quotes around it: "#hook (20m)"',
        "#hook (20m)",
    ),
    (
        HERE,
        "- [x] Chords (20m)",
        '"[x]" says that this is done; leave the line out, or write Chords (20m)',
        "",
    ),
    (
        HERE,
        "- Bass (20m):\n      - sub (5m)",
        '"Bass (20m)" is a task, and has a list below it; write that list in its notes',
        "",
    ),
]
"""Source, line, sentence, and the task one gets by following its suggestion; "" where it has none."""

WHOLE: list[tuple[str, str]] = [
    (
        "song: Rain\nsections:\n  A:\n    - Chords: verse\n      time: 20m\n    - Bass:\n      time: 5m\n",
        "A: Chords: verse (20m), A: Bass (5m)",
    ),
    ("Song: Rain\nSections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\nA:\n- Chords (2m)\nMixing:\n", "A: Chords (2m)"),
    ("song: Rain\ndeadline: 20991201\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("SONG: Rain\nSECTIONS:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("title: Rain\ntempo: 92\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\nA:\n  - Chords (2m)\nB:\n  - Bass (3m)\n", "A: Chords (2m), B: Bass (3m)"),
    (
        "song: Rain\nsections:\n  - A:\n    - Chords (2m)\n  - B:\n    - Bass (3m)\n",
        "A: Chords (2m), B: Bass (3m)",
    ),
    ("song: Rain\nsections:\n  - name: A\n    tasks:\n      - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\nsections:\n  A:\n    Chords: 2m\n    Bass: 3m\n", "A: Chords (2m), A: Bass (3m)"),
    (
        "song: Rain\nsections:\n  A:\n    X:\n      - Chords (2m)\n    Y:\n      - Bass (3m)\n",
        "X: Chords (2m), Y: Bass (3m)",
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Chords (2m)\n    - X:\n        - Bass (3m)\n",
        "A: Chords (2m), X: Bass (3m)",
    ),
    ("song: Rain\nsections:\n  A:\n  - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\nsections:\n  A: [Chords (2m), Bass 3m]\n", "A: Chords (2m), A: Bass (3m)"),
    ("song: Rain\nsections:\n\xa0\xa0A:\n\xa0\xa0\xa0\xa0- Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\r\nsections:\r\n  A:\r\n    * Chords (2m)\r\n", "A: Chords (2m)"),
    ("song: Rain\ndeadline: 20 December 2030\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\ndue: Dec 20, 2030\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\nbpm: 92 bpm\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    ("song: Rain\nstage: Mixing\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
    (
        "song: Rain\na:\n  chords: 20m\n  bass: 5 min\nb:\n  eq: 1h\n",
        "a: chords (20m), a: bass (5m), b: eq (1h)",
    ),
    ("song: “Rain”\nsections:\n  ‘A’:\n    - Chords (2m)\n", "A: Chords (2m)"),
    (
        "song: Rain\nsessions: {days: tue and Thursday, minutes: 2h}\nsections:\n  A:\n    - Chords (2m)\n",
        "A: Chords (2m)",
    ),
    (
        "song: Rain\nsessions:\n  days: mon, tue, and thu\n  minutes: 2h\nA:\n- Chords (2m)\n",
        "A: Chords (2m)",
    ),
    ("song: Rain\nname_format: '{title} - {time}'\nsections:\n  A:\n    - Chords (2m)\n", "A: Chords (2m)"),
]
"""Map, and its sections and tasks."""

WHOLE_REFUSED: list[tuple[str, str]] = [
    (
        "song: Rain\nsections:\n  A:\n    - Kick (20m)\n    - Bass (20m) # low\n      after: Kick\n",
        "5:7: a key stands below this title, so it needs one too; write it as task: Bass (20m)",
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Chords: 20m\n      time: 25m\n",
        '5:13: "Chords" has two time budgets, 20m in its name and 25m in "time"; keep one',
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Chords: 'in F'\n      time: 25m\n",
        '4:15: this does not belong to the title; write it in the notes of "Chords"',
    ),
    (
        "song: Rain\nKick: 10m\nSnare: 5m\n",
        "2:1: this task needs a section; write its name above it, such as Composition:",
    ),
    (
        'song: Rain\nsections:\n  A: ["Cut intro, hook, outro 5m", Hat 5m]\norder: [Cut intro, hook, outro]\n',
        '4:9: no task is called "Cut intro"; a title with a comma in it needs quotes: "Cut intro, hook, outro"',
    ),
    (
        "song: Rain\nsections:\n  A:\n    - task: Kick\n      time: half an hour\n",
        '5:13: time: "half an hour" is not a time budget; write 30m',
    ),
    (
        "song: Rain\nsections:\n  A:\n    - task: Kick\n      time: 20-30\n",
        '5:13: time: "20-30" is not a time budget; write 30m',
    ),
    (
        "song: Rain\nsections:\n  Part: one:\n    - Kick (20m)\n",
        '3:3: a name with ": " in it needs quotes: "Part: one":',
    ),
    (
        "song: Rain: live:\nsections:\n  A:\n    - Kick (20m)\n",
        '1:11: a text with ": " in it needs quotes: "Rain: live:"',
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Kick: 20m\n    Bass: 5m\n",
        '5:5: a task begins with "- "; write it as - Bass: 5m',
    ),
    (
        "song: Rain\nsections:\nA:\n- Kick 20m\nB:\n- EQ 5m\n",
        "2:1: the sections below belong under this; indent them, or leave this line out",
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Kick 20m\n  Mix: later\n",
        '5:8: the tasks of "Mix" must be a list; write [] for none, or begin each with "- ": - later',
    ),
    (
        "song: Rain\nsections:\n  A:\n    -- Kick 20m\n",
        '4:5: the tasks of "A" must be a list; begin each with "- ": - Kick 20m',
    ),
    (
        "song: null\nsections:\n  A: [Kick 5m]\n",
        '1:7: "song" means nothing in YAML; put quotes around it: "null"',
    ),
    (
        "song：ネオン\nA：\n- キック 10m\n",
        '1:1: this colon is not the one that YAML reads; write ":" and a space instead of "："',
    ),
    (
        "song: Rain\nartist: Me\nsections:\n  A: [Kick 5m]\n",
        '2:1: unknown key "artist"; known keys are song, extends, vars, bpm, key, reference, deadline, sessions, board, inspiration, themes, questions, sections, drop and order',
    ),
    (
        "song: Rain\nsections:\n  A: [Kick 5m, Hat 5m]\norder: Hat, Kick\n",
        '4:8: no task is called "Hat, Kick"; write [Hat, Kick]',
    ),
    (
        "song: Rain\nsections:\n  A: [Design the bass sound 5m, Lead sound 5m]\norder: bass sound\n",
        '4:8: no task is called "bass sound"; did you mean "Design the bass sound"?',
    ),
    (
        "song: Rain\nsections:\n  A: [Kick 5m, Hat 5m]\norder: [2, 1]\n",
        '4:9: no task is called "2"; write the title of a task instead of a number',
    ),
    (
        "song: Rain\nsections:\n  A: Chords (2m)\n",
        '3:6: the tasks of "A" must be a list; begin each with "- ": - Chords (2m)',
    ),
    (
        "song: Rain\nsections:\n  A: Chords (2m), Bass (3m)\n",
        '3:6: the tasks of "A" must be a list; begin each with "- "',
    ),
    (
        "song: Rain\nsections: A, B\n",
        '2:11: "sections" needs a name such as Composition: under it, and its tasks below that',
    ),
    (
        "song: Rain\nsections:\n  A\n    - Chords (2m)\n",
        '3:3: a ":" is missing after "A"; write it as A:',
    ),
    (
        "song: Rain\nsections:\n  A\n    - Chords (2m)\n  B:\n    - Bass (3m)\n",
        '3:3: a ":" is missing after "A"; write it as A:',
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Chords (2m)\n    -Bass (3m)\n",
        '5:5: a space is missing after the "-"; write it as - Bass (3m)',
    ),
    (
        "song:Rain\nsections:\n  A:\n    - Chords (2m)\n",
        '1:1: a key needs ": " after it; write it as song: Rain',
    ),
    (
        "song = Rain\nsections:\n  A:\n    - Chords (2m)\n",
        '1:1: a key needs ": " after it; write it as song: Rain',
    ),
    (
        "song: Rain\nA:\n- Chords (2m)\nInspirtion:\n",
        '4:1: unknown key "Inspirtion"; did you mean "inspiration"?',
    ),
    (
        "song: Rain\nsections: [A, B]\n",
        "2:11: these tasks need a section; write its name above them, such as Composition:",
    ),
    (
        "song: Rain\ntasks:\n  - Chords (2m)\n",
        "3:3: these tasks need a section; write its name above them, such as Composition:",
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Chords (2m)\n      - Bass (3m)\n",
        '5:7: this "-" is moved in further than the text above it, so both would be one text; begin it in the same column as the "-" above',
    ),
    (
        "song: Rain\ninspiration:\n  - tin roof\n    - May\nsections:\n  A:\n    - Chords (2m)\n",
        '4:5: this "-" is moved in further than the text above it, so both would be one text; begin it in the same column as the "-" above',
    ),
    (
        "song: Rain\nsections:\n  A:\n    - Chords (2m)\n   - Bass (3m)\n",
        "5:4: this line begins in another column than those it belongs to; indent it as they are",
    ),
    (
        "song: Rain\nsections:\n  - A:\n    - Chords (2m)\n  - Mixing\n",
        '5:5: a ":" is missing after "Mixing"; write it as Mixing:',
    ),
    (
        "song: Rain\nsections:\n  - Chords (2m)\n  - A:\n    - Bass (2m)\n",
        "3:3: these tasks need a section; write its name above them, such as Composition:",
    ),
    (
        "song: Rain\nsections:\n  - Chords (2m)\n    - Bass (2m)\n",
        "3:3: these tasks need a section; write its name above them, such as Composition:",
    ),
    (
        "song: Rain\nsections:\n  - Mixing # loud\n  - A:\n    - Bass (2m)\n",
        '3:5: a ":" is missing after "Mixing"; write it as Mixing:',
    ),
    (
        "song: Rain\nsections:\n- A\n  - Chords (2m)\n- B\n  - Bass (2m)\n",
        '3:3: a ":" is missing after "A"; write it as A:',
    ),
    (
        "song: 雨\nsections:\n  作曲：\n    - コード (2m)\n",
        '3:3: a ":" is missing after "作曲"; write it as 作曲:',
    ),
    (
        "song: Rain\n## A\n- Chords (2m)\n",
        '2:1: a line that begins with "#" is a comment; write it as A:',
    ),
    (
        "song: Rain\n# A\n- Chords (2m)\n# B\n- Bass (2m)\n",
        '2:1: lines that begin with "#" are comments; write the name of each section as A:',
    ),
    (
        "song: Rain\n- Chords (2m)\n",
        "2:1: these tasks need a section; write its name above them, such as Composition:",
    ),
    (
        "song: Rain\nquestions:\n  - Who for? a friend\nsections:\n  A:\n    - Chords (2m)\n",
        '3:5: write each question on its own line without "- ", as Who for?: a friend',
    ),
    ("song: Rain\n\tsections:\n", "2:1: a tab stands where YAML wants spaces; indent with spaces"),
    (
        "song: Rain\ndeadline: 03/04/2030\nsections:\n  A:\n    - Chords (2m)\n",
        '2:11: "03/04/2030" may be 4 March 2030 or 3 April 2030; write 2030-03-04 or 2030-04-03',
    ),
    (
        "song: Rain\ndeadline: next friday\nsections:\n  A:\n    - Chords (2m)\n",
        '2:11: "next friday" is not a day; write year-month-day, such as 2027-03-31',
    ),
    (
        "song: Rain\nbpm: fast\nsections:\n  A:\n    - Chords (2m)\n",
        '2:6: "fast" is not a tempo; write beats a minute, such as 128',
    ),
    (
        "song: Rain: live\nsections:\n  A:\n    - Chords (2m)\n",
        '1:11: a text with ": " in it needs quotes: "Rain: live"',
    ),
    (
        "song: Rain\ngenre: house\nsections:\n  A:\n    - Chords (2m)\n",
        '2:1: unknown key "genre"; known keys are song, extends, vars, bpm, key, reference, deadline, sessions, board, inspiration, themes, questions, sections, drop and order',
    ),
    (
        "# Rain\n\n- Chords 20m\n- Bass 10m\n",
        "3:1: this is not a song map; one begins with song: and the name of the song",
    ),
]
"""Map, and its first problem."""


def meaning(text: str) -> list[str]:
    return [
        f"{section.name}: {task.name}"
        for section in parse_song_map(text, "f").sections
        for task in section.tasks
    ]


def problems(text: str) -> list[str]:
    with pytest.raises(SongMapError) as wrong:
        parse_song_map(text, "f")
    return [str(problem).removeprefix("f:") for problem in wrong.value.problems]


@pytest.mark.parametrize(("source", "line", "name"), TAKEN)
def test_a_line_is_taken_as_meant(source: str, line: str, name: str) -> None:
    song_map = parse_song_map(f"{_TOP}{line}\n", "f")
    (task,) = song_map.sections[0].tasks
    assert task.name == name
    # Nobody gets 25 minutes without being told.
    assert bool(song_map.notices) is task.timeless


@pytest.mark.parametrize(("source", "line", "sentence", "name"), REFUSED)
def test_a_line_is_refused_with_a_suggestion_that_works(
    source: str, line: str, sentence: str, name: str
) -> None:
    (problem,) = problems(f"{_TOP}{line}\n")
    assert problem.partition(": ")[2] == sentence
    found = _SUGGESTION.search(sentence)
    suggestion = found[1] if found else _GENERAL_FORM
    if suggestion == _GENERAL_FORM:
        assert not name
    else:
        assert meaning(f"{_TOP}- {suggestion}\n") == [f"C: {name}"]


@pytest.mark.parametrize(("text", "tasks"), WHOLE)
def test_a_map_is_taken_as_meant(text: str, tasks: str) -> None:
    assert ", ".join(meaning(text)) == tasks


@pytest.mark.parametrize(("text", "problem"), WHOLE_REFUSED)
def test_a_map_is_refused_at_its_place(text: str, problem: str) -> None:
    assert problems(text)[0] == problem


@pytest.mark.parametrize(
    "written",
    [
        '"first\n  “second”\n  third"',
        '"first\n  He said: “second”\n  third"',
        "'first\n  ‘second’\n  third'",
        "first\n  “second”\n  third",
        "“first”\n  second",
    ],
)
def test_curly_quotes_inside_a_text_of_several_lines_stay(written: str) -> None:
    song_map = parse_song_map(f"song: A\ninspiration: {written}\nsections:\n  S: []\n", "f")
    assert song_map.inspiration == (" ".join(written.strip("\"'").split()),)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("24. Dezember 2026", date(2026, 12, 24)),
        ("1er mars 2027", date(2027, 3, 1)),
        ("12 de marzo de 2027", date(2027, 3, 12)),
        ("5 août 2027", date(2027, 8, 5)),
        ("4 dicembre 2026", date(2026, 12, 4)),
        ("2026年12月24日", date(2026, 12, 24)),
        ("2026년 12월 24일", date(2026, 12, 24)),
    ],
)
def test_a_deadline_is_read_in_several_languages(written: str, day: date) -> None:
    assert parse_song_map(f"song: A\ndeadline: {written}\nsections:\n  S: []\n", "f").deadline == day


SEVERAL_CAUSES = """\
Song: "Blue
Inspiration:
late nights
Composition
Chords 20m
-Bass 5m
**Mixing**
* EQ: a: b (5m)
"""


def test_mistakes_of_several_kinds_are_reported_together() -> None:
    assert problems(SEVERAL_CAUSES) == [
        "1:7: this quote is never closed",
        '3:1: this is not part of "Inspiration"; indent it with spaces',
        '4:1: a ":" is missing after "Composition"; write it as Composition:',
        '5:1: a task begins with "- "; write it as - Chords 20m',
        '6:1: a space is missing after the "-"; write it as - Bass 5m',
        "7:1: a key cannot stand between stars; write it as Mixing:",
        '8:8: a text with ": " in it needs quotes: "EQ: a: b (5m)"',
    ]


def test_the_table_is_as_large_as_it_says() -> None:
    assert len(TAKEN) + len(REFUSED) + len(WHOLE) + len(WHOLE_REFUSED) >= 150
    assert sum(source != HERE for source, *_ in (*TAKEN, *REFUSED)) >= 50


def test_a_second_task_without_brackets_is_mentioned() -> None:
    (notice,) = parse_song_map("song: A\nsections:\n  C:\n    - vocals 1h, comping 30m\n", "f").notices
    assert notice == '"vocals 1h, comping (30m)" is one task. If it is two, write each on its own line.'


@pytest.mark.parametrize("joint", [", ", " and ", " + ", "; "])
def test_two_tasks_on_one_line_are_mentioned(joint: str) -> None:
    name = f"Chords (20m){joint}Bass (25m)"
    written = parse_song_map(f'song: A\nsections:\n  Composition:\n    - "{name}"\n', "f")
    assert [task.name for section in written.sections for task in section.tasks] == [name]
    assert written.notices == (f'"{name}" is one task. If it is two, write each on its own line.',)


@pytest.mark.parametrize("number", ["20x", "808", "20 k", "300"])
def test_a_number_that_may_have_been_meant_as_a_time_is_mentioned_by_itself(number: str) -> None:
    tasks = "".join(
        f"    - {title}\n" for title in ("A", "B", "C", "D", "E", f"Chords ({number})", "F (2nd)")
    )
    assert parse_song_map(f"song: A\nsections:\n  S:\n{tasks}", "f").notices == (
        f'"{number}" in "Chords ({number})" is not a time, so the task takes 25m.',
        '"A", "B", "C" and 3 more have no time and take 25m.',
    )


def test_a_title_with_a_length_in_it_is_not_mentioned() -> None:
    assert not parse_song_map("song: A\nsections:\n  Composition:\n    - Loop (2m) (20m)\n", "f").notices
