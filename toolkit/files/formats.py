"""Number formats: of what kind each is, and what a person sees of a number or a date that has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache

# what a date counts from: in most workbooks, and in old ones of the Mac
WINDOWS, MAC = (
    date(1899, 12, 30),
    date(1904, 1, 1),
)
LAST_SERIAL = 2_958_466  # the last day of the year 9999
FALSE_LEAP_DAY = 60  # spreadsheets believe in the 29th of February 1900: days before it are counted one too low
DAY, HOUR, MINUTE = 86_400, 3_600, 60
WEEKDAYS = "一二三四五六日"
# the largest number a cell holds has 309 digits
EXACT = Context(prec=400, rounding=ROUND_HALF_UP)

# The formats that have a number only, as programs in Chinese show them.
BUILTIN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<space>_.)|(?P<fill>\*.)|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]'
    r"|(?P<elapsed>\[(?:h+|m+|s+)\])|(?P<bracket>\[[^\]]*\])|(?P<half>AM/PM|A/P|上午/下午)|(?P<general>General)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|aaaa?|e(?![+-]))|(?P<digits>[0#?]+(?:[0#?,]*[0#?])?)|(?P<scale>,)|(?P<point>\.)"
    r"|(?P<percent>%)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color\d+|黑色|蓝色|红色|绿色|黄色|白色)\]",
    re.IGNORECASE,
)


class Format(StrEnum):
    """What a number format makes of a number."""

    GENERAL = "general"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    TEXT = "text"

    @property
    def dated(self) -> bool:
        """Whether a number with it is shown as a date or a time."""
        return self in (Format.DATE, Format.TIME)


Token = tuple[str, str]


def _tokens(section: str) -> Iterator[Token]:
    """Yield the parts of a format, each with its kind."""
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup or "other"
        yield kind, match[kind]


@lru_cache(maxsize=1024)
def _sections(pattern: str) -> tuple[tuple[Token, ...], ...]:
    """The up to four parts of a format: for positive numbers, negative ones, zero, and texts."""
    sections: list[list[Token]] = [[]]
    for token in _tokens(pattern):
        if token == ("other", ";"):
            sections.append([])
        else:
            sections[-1].append(token)
    return tuple(map(tuple, sections))


@lru_cache(maxsize=1024)
def format_of(pattern: str) -> Format:
    """The kind of a number format as it is written."""
    kinds = {kind for kind, _ in _sections(pattern)[0]}
    dates = {said[0].lower() for kind, said in _sections(pattern)[0] if kind == "date"}
    if dates & set("ydae") or (dates == {"m"} and "elapsed" not in kinds):
        return Format.DATE
    if dates or "elapsed" in kinds:
        return Format.TIME
    if "percent" in kinds:
        return Format.PERCENT
    if ("other", "@") in _sections(pattern)[0]:
        return Format.TEXT
    return Format.NUMBER if kinds & {"digits", "money"} else Format.GENERAL


def moment(serial: Decimal, start: date, form: Format) -> str | None:
    """A serial number as a date (2023-12-01), or as a time or span of time (14:00:00); None where it is neither."""
    if not -LAST_SERIAL < serial < LAST_SERIAL:
        return None
    seconds = int(EXACT.to_integral_value(serial * DAY))
    if form is Format.TIME or 0 <= serial < 1:
        hours, rest = divmod(abs(seconds), HOUR)
        return f"{'-' if seconds < 0 else ''}{hours:02}:{rest // MINUTE:02}:{rest % MINUTE:02}"
    days = seconds // DAY
    if start == WINDOWS and 0 < days < FALSE_LEAP_DAY:
        days += 1
    try:
        return (start + timedelta(days=days)).isoformat()
    except OverflowError:
        return None


def number_shown(number: Decimal, pattern: str) -> str | None:
    """What a person sees of a number; None where the format says more than digits, marks and words."""
    sections = _sections(pattern)
    which = _section_of(number, len(sections))
    section = [token for token in sections[which] if not _is_colour(token)]
    kinds = [kind for kind, _ in section]
    if not _NO_NUMBER.isdisjoint(kinds) or ("other", "@") in section:
        return None
    if "digits" not in kinds:
        return "".join(map(_word, section))
    first = kinds.index("digits")
    last = max(at for at, kind in enumerate(kinds) if kind in ("digits", "point"))
    inner = section[first : last + 1]
    if {kind for kind, _ in inner} - {"digits", "point"} or len(inner) > 3:  # noqa: PLR2004  digits, a point, digits
        return None
    scaled = number.scaleb(2 * kinds.count("percent") - 3 * kinds.count("scale"), EXACT)
    digits = _digits(abs(scaled), inner[0][1], inner[2][1] if len(inner) == 3 else "")  # noqa: PLR2004  the same
    before = "".join(map(_word, section[:first]))
    after = "".join(map(_word, section[last + 1 :]))
    negative = "-" if number < 0 and which == 0 and digits.strip("0.,") else ""
    return f"{negative}{before}{digits}{after}"


# parts of a format that say more than digits
_NO_NUMBER = frozenset({"bracket", "general", "date", "elapsed", "half"})


def _section_of(number: Decimal, sections: int) -> int:
    """Which of a format's sections a number is shown by: the second is that of negative ones, the third that of zero."""
    if number == 0 and sections > 2:  # noqa: PLR2004  the third
        return 2
    return 1 if number < 0 and sections > 1 else 0


def _is_colour(token: Token) -> bool:
    kind, said = token
    return kind == "bracket" and _COLOUR.fullmatch(said) is not None


def _digits(number: Decimal, whole: str, part: str) -> str:
    """Digits as a format asks for them: 0 always, # where there is one, commas between thousands."""
    rounded = number.quantize(Decimal(1).scaleb(-len(part)), context=EXACT)
    text = f"{rounded:f}"
    head, _, tail = text.partition(".")
    most_zeros = len(part) - len(part.rstrip("#?"))
    while most_zeros and tail.endswith("0"):
        tail, most_zeros = tail[:-1], most_zeros - 1
    head = head.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        head = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", head)
    return f"{head}.{tail}" if part else head


def _word(token: Token) -> str:
    """What a part of a format that is no digit shows."""
    kind, said = token
    return {"space": " ", "fill": "", "bracket": "", "scale": ""}.get(kind, said)


def date_shown(text: str, serial: Decimal, pattern: str) -> str | None:
    """What a person sees of a date or time, which is said in `text` as `moment` does; None where months have English names."""
    seconds = abs(int(EXACT.to_integral_value(serial * DAY)))
    day = date.fromisoformat(text) if "-" in text[1:] else WINDOWS
    section = list(_sections(pattern)[0])
    half = any(kind == "half" for kind, _ in section)
    shown: list[str] = []
    for at, (kind, said) in enumerate(section):
        word = said.lower()
        if kind == "half":
            shown.append("上午" if seconds % DAY < DAY // 2 else "下午")
        elif kind == "elapsed":
            shown.append(
                str(seconds // {"h": HOUR, "m": MINUTE, "s": 1}[word[1]]).rjust(
                    len(word) - 2, "0"
                )
            )
        elif kind == "date":
            if word.startswith("m") and len(word) > 2 and not _is_minute(section, at):  # noqa: PLR2004  mmm is "Dec"
                return None
            shown.append(
                _unit(word, day, seconds, minute=_is_minute(section, at), half=half)
            )
        elif kind != "bracket":
            shown.append(_word((kind, said)))
    return "".join(shown)


def _is_minute(section: list[Token], at: int) -> bool:
    """Whether an m means minutes: behind hours, or before seconds."""
    units: dict[int, str] = {}  # the letter of each unit, by its place in the section
    for place, (kind, said) in enumerate(section):
        if kind in ("date", "elapsed"):
            units[place] = said.strip("[]").lower()[0]
    letters = list(units.values())
    here = list(units).index(at)
    before = letters[here - 1] if here else ""
    behind = letters[here + 1] if here + 1 < len(letters) else ""
    return before == "h" or behind == "s"


def _unit(word: str, day: date, seconds: int, *, minute: bool, half: bool) -> str:
    """One unit of a date or time, as wide as its letters ask for."""
    hour = seconds % DAY // HOUR
    if half:
        hour = (hour - 1) % 12 + 1
    wide = len(word.partition(".")[0])
    match word[0]:
        case "y" | "e":
            return str(day.year) if wide > 2 or word == "e" else f"{day.year % 100:02}"  # noqa: PLR2004  yy is 23
        case "a":
            return ("星期" if wide > 3 else "周") + WEEKDAYS[day.weekday()]  # noqa: PLR2004  aaaa is longer
        case "d" if wide > 2:  # noqa: PLR2004  ddd is "Fri"
            return WEEKDAYS[day.weekday()]
        case "h":
            number = hour
        case "s":
            number = seconds % MINUTE
        case "m":
            number = seconds % HOUR // MINUTE if minute else day.month
        case _:
            number = day.day
    return str(number).rjust(wide, "0")
