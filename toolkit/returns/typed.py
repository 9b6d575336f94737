"""What a person typed into one cell, as it is read; whatever is odd about it is noted and told once a workbook."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from toolkit.files.formats import Format
from toolkit.files.grid import Raw
from toolkit.model import (
    Cell,
    Figure,
    Kind,
    Oddity,
    Value,
    Words,
    code_in,
    digits_of,
    made,
)
from toolkit.profile.coding import Coding
from toolkit.profile.form import Column

# asked for thousands of times, which a module answers faster than a class
BLANK, TEXT, NUMBER = Kind.BLANK, Kind.TEXT, Kind.NUMBER
PERCENT = Format.PERCENT
MOST_EXAMPLES = 3
MOST_DIGITS = 15  # before the point, of a number that a spreadsheet keeps exactly
# what a Chinese input method types for a number
WIDE = str.maketrans("０１２３４５６７８９．，－−￥", "0123456789.,--¥")
NO_BREAK = "\u00a0"
# Characters that take no room, turn the direction of reading, or are none at all: pasted from pages, PDF and chats.
_UNSEEN = "\x00-\x08\x0c\x0e-\x1f\x7f\u00a0\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffe\uffff"
UNSEEN = re.compile(f"[{_UNSEEN}]")
LOOKED_AT = re.compile(f"[\r\x0b{_UNSEEN}]")  # these, and what ends a line elsewhere
UNSEEN_NAMES = {
    NO_BREAK: "不换行空格",
    "\u00ad": "软连字符",
    "\u200b": "零宽空格",
    "\u200c": "零宽不连字",
    "\u200d": "零宽连字",
    "\u2060": "词连接符",
    "\ufeff": "字节顺序标记",
}
# line ends of Windows, and of Word inside a paragraph
LINE_END = re.compile("\r+\n?|\x0b")
ERROR_TEXTS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
    }
)
# what may lie in a cell for words
NOT_TEXT = {
    Kind.NUMBER: "数字",
    Kind.DATE: "日期或时间",
    Kind.BOOLEAN: "逻辑值",
}


class Typed:
    """Reads the cells of one workbook; `notes` keeps what was odd, by kind: each cell with an example of it."""

    def __init__(self, unit: str) -> None:
        self.unit = unit  # of money, where a column of numbers says none
        self.notes: dict[str, dict[Cell, str]] = {}

    def note(self, what: str, cell: Cell, example: str) -> None:
        self.notes.setdefault(what, {})[cell] = example

    def told(self) -> Iterator[Oddity]:
        """What is said of all cells of a kind together: how many, and the first few as examples."""
        for what, found in self.notes.items():
            examples = list(dict.fromkeys(found.values()))
            text = "、".join(examples[:MOST_EXAMPLES]) + (
                "等" if len(examples) > MOST_EXAMPLES else ""
            )
            yield Oddity(
                what, tuple(found), {"count": str(len(found)), "examples": text}
            )

    def looked_at(self, raw: Raw, cell: Cell, column: Column) -> Value:
        """What a cell holds about which something may be odd."""
        seen = self.without_struck(self.visible(raw, cell), cell)
        return (
            self.figure(seen, cell, column)
            if column.numeric
            else self.words(seen, cell, column)
        )

    # -- what a person sees of a text --

    def visible(self, raw: Raw, cell: Cell) -> Raw:
        """A text without the characters that nobody sees."""
        if raw.kind is not Kind.TEXT:
            return raw
        lines = LINE_END.sub("\n", raw.text)
        unseen = dict.fromkeys(UNSEEN.findall(lines))
        if not unseen:
            return raw if lines == raw.text else replace(raw, text=lines)
        names = [
            f"{UNSEEN_NAMES.get(one, '控制字符')}（U+{ord(one):04X}）" for one in unseen
        ]
        self.note("invisible", cell, "、".join(names))
        return replace(raw, text=UNSEEN.sub("", lines.replace(NO_BREAK, " ")))

    def without_struck(self, raw: Raw, cell: Cell) -> Raw:
        """A text without what is struck through in it: who strikes something out does not want it read."""
        if not raw.struck:
            return raw
        left = raw.text.replace(raw.struck, "", 1)
        self.note("struck", cell, f"“{raw.struck.strip()}”")
        return replace(raw, text=left, struck="")

    # -- numbers --

    def figure(self, raw: Raw, cell: Cell, column: Column) -> Figure:
        if raw.picture:
            self.note("picture", cell, cell.address)
            return Figure(None, cell, Kind.BLANK)
        if raw.kind is Kind.TEXT:
            number = (
                share_in(raw.text)
                if column.kind == "percent"
                else number_in(raw.text, column.unit or self.unit)
            )
            if number is not None:
                self.note("normalised", cell, f"“{raw.text.strip()}”读作 {number:f}")
                return Figure(number, cell, Kind.NUMBER, raw.text, raw.formula)
        if raw.number is not None and too_long(raw.number):
            # no amount of anything: told as what is no number
            return Figure(None, cell, Kind.TEXT, raw.text, raw.formula)
        if (
            raw.number is not None
            and raw.format is Format.PERCENT
            and column.kind != "percent"
        ):
            self.note(
                "percent",
                cell,
                f"{cell.address} 显示“{raw.shown}”，读作 {raw.number:f}",
            )
        return Figure(raw.number, cell, raw.kind, raw.text, raw.formula)

    # -- words --

    def words(self, raw: Raw, cell: Cell, column: Column) -> Words:
        if raw.picture:
            self.note("picture", cell, cell.address)
            return Words("", cell, Kind.BLANK)
        if raw.kind in (Kind.ERROR, Kind.UNCOMPUTED):
            return Words("", cell, raw.kind, raw.text)
        if raw.text.strip() in ERROR_TEXTS:  # pasted from a sheet where it was an error
            return Words("", cell, Kind.ERROR, raw.text)
        if column.kind == "date":
            return _plain(raw.text, raw, cell)
        if column.coding is not None:
            return self.code(raw, cell, column.coding)
        if raw.kind in NOT_TEXT and not column.constant:
            stored = f" {raw.text}" if raw.text != raw.shown else ""
            self.note(
                "not-text",
                cell,
                f"{cell.address} 显示“{raw.shown}”，里面是{NOT_TEXT[raw.kind]}{stored}",
            )
        # What a person sees is what was meant: 100% is the number 1 inside, 12月 a day of this year.
        return _plain(raw.shown if raw.kind in NOT_TEXT else raw.text, raw, cell)

    def code(self, raw: Raw, cell: Cell, coding: Coding) -> Words:
        """A code: what it stands for is read, and told where it was typed in another way."""
        number = digits_of(raw.number) if raw.kind is Kind.NUMBER else ""
        shown = raw.shown.strip()
        read = code_in(number or shown, coding.digits)
        if read and (number or read != shown):
            kind = "数字" if number else ""
            self.note(
                "code-written", cell, f"{cell.address} 的{kind}“{shown}”读作 {read}"
            )
        return _plain(read, raw, cell)


# What a cell holds where nothing about it is odd; None where it must be looked at.
Usual = Callable[[Raw, Cell], Value | None]


def usual(column: Column) -> Usual:
    """How the cells of a column are read that hold what belongs there: the same that `looked_at` answers, with less ado."""
    if column.numeric:
        return _usual_number
    return _usual_words if column.coding is None else _looked_at


def _usual_words(raw: Raw, cell: Cell) -> Words | None:
    if raw.kind is not TEXT or raw.struck or raw.picture:
        return None
    plain = _usual_text(raw.text)
    return made(Words, (plain, cell, TEXT, raw.text)) if plain else None


def _usual_number(raw: Raw, cell: Cell) -> Figure | None:
    number = raw.number
    if number is None or raw.struck or raw.picture or raw.kind is TEXT:
        return None
    if number.adjusted() >= MOST_DIGITS:  # too_long, without a call
        return None
    if raw.pattern and raw.format is PERCENT:
        return None
    return Figure(number, cell, raw.kind, raw.text, raw.formula)


def _looked_at(_: Raw, __: Cell) -> None:
    """A code may be typed in many ways."""


# Most texts have nothing that is looked at more closely, and many stand in several cells.
@lru_cache(maxsize=4096)
def _usual_text(text: str) -> str:
    """A text as it is read, where nothing about it is odd; else ""."""
    if LOOKED_AT.search(text) is not None or text.strip() in ERROR_TEXTS:
        return ""
    return unicodedata.normalize("NFC", text).strip()


def _plain(text: str, raw: Raw, cell: Cell) -> Words:
    plain = unicodedata.normalize("NFC", text).strip()
    return Words(
        plain,
        cell,
        Kind.TEXT if plain else Kind.BLANK,
        raw.text if raw.kind is Kind.TEXT else plain,
    )


def number_in(text: str, unit: str) -> Decimal | None:
    """Read a number typed as text, with the column's own unit behind it or a sign of money before it; None where it is none.

    Full-width digits are digits, and commas may part thousands. What needs a guess is no number: “16,2” may be 16.2 or 162, a
    blank inside may part two numbers, and ² is no 2.
    """
    plain = text.strip().translate(WIDE).removesuffix(unit).strip().removeprefix("¥")
    if not re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", plain, re.ASCII):
        return None
    number = Decimal(plain.replace(",", ""))
    return None if too_long(number) else number


def share_in(text: str) -> Decimal | None:
    """Read a share typed as text, with or without its sign: 12.5% is 0.125; None where it is none."""
    plain = text.strip().translate(WIDE).replace("％", "%")
    number = number_in(plain.removesuffix("%"), "")
    return number / 100 if number is not None and plain.endswith("%") else number


def too_long(number: Decimal) -> bool:
    """Whether a number has more digits before the point than a spreadsheet keeps exactly."""
    return number.adjusted() >= MOST_DIGITS
