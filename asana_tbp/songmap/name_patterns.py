"""What times and other numbers in a task's name look like, in the languages we know."""

import re
from functools import partial

from asana_tbp.songmap.budget import ABOUT, AMOUNT, BETWEEN, HOURS, MINUTES, SECONDS, one_of
from asana_tbp.text import lazy_pattern

LONGEST_BUDGET = 40
SEARCHED = 400
"""Characters of a long name that are searched for a time."""
FIRST_BRACKET = re.compile(r"\([^)]*\)|\[[^\]]*\]|\{[^}]*\}")
LAST_BRACKET = re.compile(r"\([^(]+\)\Z|\[[^\[]+\]\Z|\{[^{]+\}\Z")
JOINTS = " \u3000:-–—|,;/"


_pattern = partial(lazy_pattern, flags=re.IGNORECASE)
ANY_AMOUNT = re.sub(r"\?P<\w+>", "?:", AMOUNT)
_AROUND = r"(?: {0,3}(?:max\.?|\(max\.?\)|tops|!|approx\.?))?"
INSIDE = _pattern(rf" *{ABOUT}?{AMOUNT}{_AROUND} *")
AT_END = _pattern(
    rf"(?P<separator> *(?<!\S)[-–—|·•=→@:,;] *| *(?:[|·•=→,;_]|(?<![0-9])[:–—]) *"
    rf"|(?<=\D)-(?=[0-9]+ ?[^\W\d_]{{3}})| {{1,9}}"
    rf"|(?<=[^\W\d_])(?=[0-9.,]{{1,7}} ?[分分時小个個시]))"
    rf"(?P<link>(?:for|in|für|pendant|за) )?(?P<time>{ABOUT}?{AMOUNT}){_AROUND}[.!]?$"
)
AT_FRONT = _pattern(
    rf"(?P<time>{ABOUT}?{AMOUNT})(?P<separator> {{0,3}}[-–—|·•=→:,;](?= )| {{1,3}}(?![-–—~]))"
)
ANYWHERE = _pattern(rf"(?<![\w.,/:+−-])(?P<time>{ANY_AMOUNT})(?!\w)")
AFTER_ANYTHING = _pattern(rf"{ANY_AMOUNT}(?!\w)")
OF_SOMETHING = _pattern(rf"(?:{BETWEEN}|of|von|de|di|van|av|из|before|after|ago) ")
LETTER = re.compile(r"[^\W\d_]")
MARKS = re.compile(r"[ .,;:!?*✓✔☑✅✗✘❌⏱⏰⏲⌛⏳🔥⭐\ufe0f]+$")
NUMBER = re.compile(r" *~? *(\d{1,4}(?:[.,]\d)?) *", re.ASCII)
LIKE_A_TIME = re.compile(r"[0-9]{2,4} ?[^\W\d_]*\.?")
"""What may be meant as a time, if it stands in brackets at the end: `20x` and `808`, but not `2nd`."""


def _nearly(words: str) -> str:
    """A pattern for the words with one letter wrong, missing, added or swapped; seldom is that the first one."""
    alike = []
    for word in words.split():
        for at in range(1, len(word) + 1):
            before, letter, after = word[:at], word[at : at + 1], word[at + 1 :]
            swapped = word[: at - 1] + letter + word[at - 1] + after
            alike += [f"{before}[^\\W\\d_]?{after}", f"{before}[^\\W\\d_]{letter}{after}", swapped]
    return "|".join(alike)


MISSPELT = _pattern(
    r" *(?P<number>[0-9]{1,4}(?:[.,][0-9])?)(?:(?!mi[cdlx]s?\b|mint\b|mini\b|m[ae]n\b)"
    rf"(?P<unit>n|{_nearly('min mins hrs')})| ?(?P<word>{_nearly('minute minutes minuten hour hours')}))\.? *"
)
"""A time whose unit has a wrong letter, but is no other word either: people have two mics and three mixes."""
LARGEST_NUMBER = 240
"""The largest number without a unit that may be minutes; there are kicks of an 808."""
TWO = _pattern(
    rf"(?:^|[^\w.,:/])[0-9]{{1,4}}[^\W\d_]{{0,8}}\.?(?: {{0,2}}[-–—~] {{0,2}}| {BETWEEN} |/){ANY_AMOUNT}(?!\w)"
)
_LEAST = _pattern(rf"[0-9]+\+ ?(?:{one_of(HOURS)}|{one_of(MINUTES)})")
TIMES = _pattern(rf"(?<![\w.,])(?P<count>[1-9][0-9]?) ?[x×*] ?(?P<time>{ANY_AMOUNT})(?!\w)")
CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:\d\d(?::\d\d)?(?![\d:])", re.ASCII)
BEFORE_A_MOMENT = _pattern(
    r"(?:^|[\s(])(?:at|@|from|until|till|by|before|after|to|um|ab|bis|vor|nach|von|à|dès|vers|avant"
    r"|après|a las|a la|alle|às|om|vanaf|kl\.?|в|до|с) ?$"
)
ONE_METRE = _pattern(r"[0-9.,]+ ?[mм]")
METRES = _pattern(
    r"\b(?:cables?|câbles?|cav[oi]|cabos?|xlr|multicore)\b|kabel|кабел|ケーブル|电缆|電纜|케이블"
    r"|[0-9] ?m (?:away|apart|wide|high|from|entfernt)\b"
)
NOTE_VALUE = re.compile(r"(?:2|4|8|16|32|64) ?[分분]", re.ASCII)
_MINUTES_AND_SECONDS = _pattern(r"(?<!\w)(?:[0-9]+ ?h ?)?[0-9]+ ?m(?:in)? ?[0-9]+ ?s(?:ec)?(?!\w)")
_CUT_SHORT = _pattern(rf"(?<![\w.,])[.,][0-9]+ ?(?:{one_of(HOURS)}|{one_of(MINUTES)})(?!\w)")
A_UNIT_SOMEWHERE = _pattern(
    r"(?<![^\W\d_])(?:min|mins|minutes?|hours?|hrs?|minuten|stunden?|std|heures?)(?!\w)"
)
AT_LEAST = _pattern(r"(?:at least|more than|over|mindestens|au moins|minst|[>≥+]) ?$")
TIME_OF_DAY = _pattern(r"(?:1[3-9]|2[0-4]) ?h|(?:[7-9]|1\d|2[0-4])h[0-5]\d")
WITH_SECONDS = _pattern(
    rf"[0-9] {{0,3}}(?:m|min|{one_of(SECONDS)})\.? ?[0-9]+ ?{one_of(SECONDS)}|[0-9] {{0,3}}(?!s\b){one_of(SECONDS)}"
)
IN_WORDS = {
    90: r"(?:an|one) hour and a half|one and a half hours?|anderthalb stunden?|eineinhalb stunden?|полтора часа"
    r"|一(?:個|个)?(?:半(?:時間|小时|小時|分钟|分鐘)半?|(?:時間|小时|小時|分钟|分鐘)半)",
    30: r"half an hour|half[ -]hour|(?:eine )?halbe stunde|(?:une )?demi[ -]heure|media hora|mezz['’ ]?ora|mezza ora"
    r"|meia hora|half ?uur|(?:en )?halv ?timme|пол ?часа|半(?:個|个)?(?:時間|小时|小時)|반 ?시간",
    60: r"(?:an|one) (?:hour|hr)|eine stunde|une heure|una hora|un['’]ora|uma hora|een uur|en timme"
    r"|一(?:個|个)?(?:時間|小时|小時)|한 ?시간",
    0: r"(?:two|three|four) and a half hours?|quarter of an hour|quarter[ -]hour"
    r"|(?:an|one|two|three|four|five|six|eight|a couple of|a few) (?:hours?|hrs?)"
    r"|(?:a few|five|ten|fifteen|twenty|twenty-five|thirty|forty|forty-five|fifty|sixty|ninety) min(?:ute)?s?"
    r"|(?:drei)?viertelstunde|(?:eine|zwei|drei) stunden?|fünf minuten|zehn minuten|(?:une|deux|trois) heures?"
    r"|(?:un )?quart d['’]heure|(?:una|dos|tres) horas?|(?:due|tre) ore|(?:uma|duas) horas?|(?:een|twee) uur"
    r"|kwartier|(?:en|två) timm(?:e|ar)|(?:один|два|три) часа?"
    r"|[一二两兩三四五十]+(?:個|个)?半?(?:時間|小时|小時|分钟|分鐘)半?|三十分|(?:두|세) ?시간",
}
"""Times in words by their minutes, 0 if the minutes are not certain."""
_LETTER = "[A-Za-z_À-ɏЀ-ӿ]"
WORDS = _pattern(rf"(?<!{_LETTER})(?:{'|'.join(IN_WORDS.values())})(?!{_LETTER}|(?<={_LETTER})[0-9])")
_DAYS = _pattern(
    r"(?<=\()(?:a|an|one|eine?n?|une?|una?|[1-9][0-9]?(?:[.,]5)?) ?"
    r"(?:days?|weeks?|tage?|wochen?|jours?|semaines?|d[ií]as?"
    r"|semanas?|giorn[oi]|settiman[ae]|dag(?:en|ar)?|we(?:ek|ken)|дн(?:я|ей)|день|недел[яию]|日間?|天|週間|周|일|주)(?=\)$)"
)
TWO_TASKS = _pattern(rf"\({ABOUT}?{ANY_AMOUNT}\) ?(?:[,;+&/]|and|und|et|y|e|en|och|и) ?(?=\w)")
"""A title that has the time of one task and continues with another."""
DOUBTS = (
    (WORDS, "is a time in words"),
    (_DAYS, "is more than one sitting"),
    (TWO, "is more than one time"),
    (CLOCK, "may be hours or minutes"),
    (_LEAST, "is the least of it"),
    (_MINUTES_AND_SECONDS, "is not whole minutes"),
    (_CUT_SHORT, "lacks a number"),
    (TIMES, "is to be done several times"),
)
"""Parts of a name that may be its time, with the reason why each is not read as one."""
