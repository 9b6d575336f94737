"""What lies in one cell: kind, value, formula, format; made of what is written in a sheet, or of what a library gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from functools import cache
from typing import Any
from xml.etree.ElementTree import ParseError

from toolkit.files.archive import DamagedError
from toolkit.files.elements import child, local, plain, tree
from toolkit.files.formats import (
    DAY,
    WINDOWS,
    Format,
    date_shown,
    format_of,
    moment,
    number_shown,
)
from toolkit.files.sheetxml import SHUT
from toolkit.files.workbook import YES, Look, is_struck
from toolkit.model import Kind

MOST_KEPT = 16_384  # strings that are remembered from one workbook to the next, some megabytes at most
MOST_RESULTS = 4096  # formulas with the text that they gave
SHORT = 400  # bytes of one of them
BEYOND = 308  # digits before the point: a number of more cannot lie in a cell, whatever is written there
LONGEST_SHOWN = 60  # characters of what is no number

_DOUBLE = Context(prec=17)  # what a binary number can tell apart
# what spreadsheets keep of a number; further digits are binary dust
_DUST = Context(prec=15)
# further ones are dust too, in whatever a department counts
_DECIMALS = Decimal(1).scaleb(-9)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?\s*", re.ASCII)
# a number that is what it says
_SHORT = re.compile(rb"-?[1-9][0-9]{0,13}|0|-?(?:0|[1-9][0-9]{0,5})\.[0-9]{0,7}[1-9]")
_ISO = re.compile(
    r"(?:(\d{4}-\d\d-\d\d))?T?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?Z?", re.ASCII
)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SIMPLE = re.compile(rb"<t>([^<&_]*)</t>")  # nearly all strings are so
_ODD = re.compile(rb"&|_x")
_PLAIN = re.compile(
    rb'<t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr[^<>]*/>)?'
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAIN = b'<si xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@dataclass(slots=True)
class Raw:
    """One cell as it lies, never changed; not frozen, for that takes four times as long to make, and there are thousands.

    `text` is what the cell holds, and `shown` what a person sees of it; `formula` its text without "=", or "". A date or time
    also has its `serial`, the number it is inside. A formula that gave an empty text is BLANK, one never calculated UNCOMPUTED.
    """

    kind: Kind
    text: str
    number: Decimal | None = None
    formula: str = ""
    pattern: str = ""  # the number format, as it is written
    serial: Decimal | None = None
    struck: str = ""  # the part of the text that is struck through
    picture: bool = False  # the cell is a picture, whatever its text says

    @property
    def format(self) -> Format:
        """The kind of its number format."""
        return format_of(self.pattern)

    @property
    def shown(self) -> str:
        """What a person sees; the text itself where the format is one that we cannot follow."""
        said = None
        if self.pattern and self.number is not None:
            said = number_shown(self.number, self.pattern)
        elif self.pattern and self.serial is not None:
            said = date_shown(self.text, self.serial, self.pattern)
        return self.text if said is None else said

    def of(self, formula: str) -> Raw:
        """The same as the result of a formula."""
        picture = self.picture or DISPIMG in formula or IMAGE in formula
        return Raw(
            self.kind,
            self.text,
            self.number,
            formula,
            self.pattern,
            self.serial,
            self.struck,
            picture,
        )


# functions that show a picture in their cell: of WPS, of Excel
DISPIMG, IMAGE = (
    "DISPIMG(",
    "_xlfn.IMAGE(",
)
# asked for thousands of times, which a module answers faster than a class
TEXT, NUMBER = (
    Kind.TEXT,
    Kind.NUMBER,
)
BLANK, UNCOMPUTED = Raw(Kind.BLANK, ""), Raw(Kind.UNCOMPUTED, "")


# -- texts ----------------------------------------------------------------------------------------------------------------


def decoded(text: str) -> str:
    """A text with the characters that spreadsheets write as _x000D_; _x005F_ is the underscore of what merely looks so."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if _SURROGATE.search(text):  # two halves make a character, one alone makes none
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def string_of(written: bytes) -> tuple[str, str]:
    """What a string's XML reads, and which part of it is struck through; phonetic hints are no part of it."""
    if found := _SIMPLE.fullmatch(written):
        return found[1].decode(), ""
    if found := _PLAIN.fullmatch(written):
        return decoded(plain(found[1])), ""
    text, struck = "", ""
    for part in tree(_MAIN + written + b"</si>"):
        runs = (
            [part]
            if local(part) == "t"
            else [one for one in part if local(one) == "t" and local(part) == "r"]
        )
        read = "".join(run.text or "" for run in runs)
        text += read
        if is_struck(child(part, "rPr")):
            struck += read
    return decoded(text), decoded(struck)


def text_raw(text: str, struck: str = "") -> Raw | None:
    """A cell that holds a text; None where it is blank."""
    return Raw(TEXT, text, None, "", "", None, struck) if text.strip() else None


# -- numbers, dates -------------------------------------------------------------------------------------------------------


def number_of(text: str) -> Decimal | None:
    """A number freed of binary dust; None where it is none that a cell can hold."""
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.strip())
    if number.adjusted() > BEYOND:
        return None
    if number == number.to_integral_value():
        return Decimal(int(number if text.strip().isdigit() else _DOUBLE.plus(number)))
    number = _DUST.plus(number)
    number = number.quantize(_DECIMALS) if number.adjusted() > -10 else Decimal(0)  # noqa: PLR2004  all behind nine decimals
    return (
        Decimal(int(number))
        if number == number.to_integral_value()
        else number.normalize()
    )


def number_raw(text: str, pattern: str = "") -> Raw:
    """A cell that holds a number. What is written there and is none (NaN, 1E+400) is an error, and tells what it says."""
    number = number_of(text)
    if number is None:
        return Raw(
            Kind.ERROR,
            text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…",
            pattern=pattern,
        )
    return Raw(Kind.NUMBER, f"{number:f}", number, "", pattern)


def date_raw(text: str, pattern: str, start: date) -> Raw:
    """A cell that holds a number which its format shows as a date or time."""
    if not _NUMBER.fullmatch(text):
        return number_raw(text, pattern)
    serial = Decimal(text.strip())
    said = (
        moment(serial, start, format_of(pattern))
        if serial.adjusted() < BEYOND
        else None
    )
    if said is None:
        return Raw(Kind.ERROR, "#VALUE!", pattern=pattern)
    return Raw(Kind.DATE, said, None, "", pattern, serial)


def iso_raw(text: str, pattern: str, start: date) -> Raw | None:
    """A cell that holds a date or time in words (2023-12-01T14:00:00)."""
    found = _ISO.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return text_raw(text)
    day, hours, minutes, seconds = found.groups()
    days = (date.fromisoformat(day) - start).days if day else 0
    clock = timedelta(
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
    )
    serial = Decimal(days) + Decimal(clock.seconds) / DAY
    said = day or f"{hours}:{minutes}:{seconds or '00'}"
    return Raw(Kind.DATE, said, None, "", pattern, serial)


class _StringsKnown(dict[bytes, "Raw | None"]):
    """Cells that hold a string, by the string's XML: what a template says stands in every workbook drawn of it."""

    def __missing__(self, written: bytes) -> Raw | None:
        raw = text_raw(*string_of(written))
        if len(written) < SHORT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[written] = raw
        return raw


_OF_STRING = _StringsKnown()


# A formula, and the text, kind and format of its result.
Calculated = tuple[str, str, Kind, str]

# Most formulas are checks of ours, which say the same in every workbook: each cell is made once.
RESULTS: dict[Calculated, Raw] = {}


def result_of(formula: str, raw: Raw) -> Raw:
    """A cell as the result of a formula, remembered among the results where that says all there is of it."""
    made = raw.of(formula)
    usual = raw.kind is TEXT or raw.kind is NUMBER or raw is BLANK
    if usual and not raw.struck and len(formula) < SHORT and len(raw.text) < SHORT:
        if len(RESULTS) >= MOST_RESULTS:
            RESULTS.clear()
        RESULTS[formula, raw.text, raw.kind, raw.pattern] = made
    return made


# -- what the texts of a sheet mean ---------------------------------------------------------------------------------------


class Strings:
    """Shared strings, by their number as cells write it; each is made once.

    All at once, which takes a third of the time; where any is broken, when it is asked for: nobody may ask for that one.
    """

    def __init__(self, written: Sequence[bytes]) -> None:
        # a plain one, which answers thrice as fast as a kind of its own
        self.known: dict[bytes, Raw | None] = {}
        self.written = written
        try:
            every = list(map(_OF_STRING.__getitem__, written))
        except (DamagedError, ParseError, ValueError):
            return
        self.known.update(zip(_numbers(len(written)), every, strict=False))

    def make(self, written: bytes) -> Raw | None:
        """What a text means that is not known yet."""
        raw = self.known[written] = self.numbered(written[: -len(SHUT)])
        return raw

    def numbered(self, number: bytes) -> Raw | None:
        """The string of a number; of none where the cell says nothing."""
        return _OF_STRING[self.written[int(number)]] if number else None


def _numbers(many: int) -> Iterable[bytes]:
    """So many numbers from 0 and perhaps more, as cells write them."""
    if many > MOST_KEPT:
        return (b"%d</" % number for number in range(many))
    return _few_numbers()


@cache
def _few_numbers() -> tuple[bytes, ...]:
    return tuple(b"%d</" % number for number in range(MOST_KEPT))


class Values:
    """The values of cells of one type and look, by how they are written; each is made once, when first asked for."""

    def __init__(
        self,
        kind: str,
        look: Look,
        start: date,
        strings: Strings,
        *,
        rich: bool,
    ) -> None:
        self.known: dict[bytes, Raw | None] = {}
        self.pattern = look.pattern
        self.struck = look.struck
        self.start = start
        self.strings = strings
        self.rich = rich
        self.made = self._maker(kind)

    def _maker(self, kind: str) -> Callable[[Values, bytes], Raw | None]:
        """What makes the values of cells of a type; a cell without one holds a number.

        It is told whose method it is: holding its own, this would refer to itself, and stay until somebody looks.
        """
        if kind in ("n", ""):
            return Values.date if format_of(self.pattern).dated else Values.number
        makers: dict[str, Callable[[Values, bytes], Raw | None]] = {
            "s": Values.shared,
            "b": Values.truth,
            "e": Values.error,
            "d": Values.iso,
        }
        return makers.get(kind, Values.text)

    def make(self, written: bytes) -> Raw | None:
        """What a text means that is not known yet."""
        raw = self.value(written[: -len(SHUT)])
        if raw is not None and self.struck:
            raw = Raw(
                raw.kind,
                raw.text,
                raw.number,
                "",
                raw.pattern,
                raw.serial,
                raw.text,
                raw.picture,
            )
        self.known[written] = raw
        return raw

    def value(self, written: bytes) -> Raw | None:
        """What a text means, whether struck through or not."""
        if not written:
            return None
        # A string inside the cell begins with an element; nothing else does.
        if written.startswith(b"<"):
            return text_raw(*string_of(written))
        return self.made(self, written)

    def text(self, written: bytes) -> Raw | None:
        text = decoded(plain(written)) if _ODD.search(written) else written.decode()
        return Raw(TEXT, text) if text.strip() else None

    def number(self, written: bytes) -> Raw:
        if _SHORT.fullmatch(written):
            text = written.decode()
            return Raw(NUMBER, text, Decimal(text), "", self.pattern)
        return number_raw(plain(written), self.pattern)

    def shared(self, written: bytes) -> Raw | None:
        return self.strings.numbered(written)

    def date(self, written: bytes) -> Raw:
        return date_raw(plain(written), self.pattern, self.start)

    def iso(self, written: bytes) -> Raw | None:
        return iso_raw(plain(written), self.pattern, self.start)

    def truth(self, written: bytes) -> Raw:
        return Raw(Kind.BOOLEAN, "TRUE" if plain(written).strip() in YES else "FALSE")

    def error(self, written: bytes) -> Raw:
        text = plain(written)
        # how Excel keeps a picture in a cell
        return Raw(Kind.ERROR, text, picture=self.rich and text == "#VALUE!")


# -- what a library gives -------------------------------------------------------------------------------------------------


def raw_of(value: Any, kind: str, shown: Any, shown_kind: str) -> Raw | None:
    """One cell as a library reads it: with its formula, and with the value last calculated."""
    formula = ""
    if kind == "f":
        formula = str(getattr(value, "text", value)).removeprefix("=")
        value, kind = shown, shown_kind
        if value is None:
            return UNCOMPUTED.of(formula)
    raw = _value_raw(value, kind)
    if raw is None:
        return BLANK.of(formula) if formula else None
    return raw.of(formula) if formula else raw


def _value_raw(value: Any, kind: str) -> Raw | None:
    if kind == "e":
        return Raw(Kind.ERROR, str(value))
    match value:
        case bool():
            return Raw(Kind.BOOLEAN, "TRUE" if value else "FALSE")
        case int() | float():
            return number_raw(repr(value))
        case datetime() | date():
            serial = Decimal(
                (value.date() if isinstance(value, datetime) else value).toordinal()
                - WINDOWS.toordinal()
            )
            return Raw(Kind.DATE, f"{value:%Y-%m-%d}", serial=serial)
        case time():
            return Raw(Kind.DATE, f"{value:%H:%M:%S}")
        case timedelta():
            return Raw(
                Kind.DATE,
                moment(
                    Decimal(round(value.total_seconds())) / DAY, WINDOWS, Format.TIME
                )
                or str(value),
            )
    return text_raw(str(value))
