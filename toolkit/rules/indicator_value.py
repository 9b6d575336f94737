"""The grammar of indicator values (≥95%, ≤2万元, 12月, 2023年12月底前), and the indicator rows of a return read by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from toolkit.model import Cell, Project, Return, Row, Words
from toolkit.rules.reading import Once, brief
from toolkit.rules.rule import Bounds

# What is read of every indicator row, whichever rule asks.
INDICATORS = (
    "indicators.level1",
    "indicators.level2",
    "indicators.level3",
    "indicators.description",
    "indicators.value",
    "indicators.basis",
)


class Shape(StrEnum):
    """What an indicator value is."""

    NUMBER = "number"  # with or without comparator and unit
    DATE = "date"
    WORDS = "words"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator value as read. `number` is as written; `scale` is what 万 or 亿 before the unit multiplies it by."""

    shape: Shape
    text: str = ""
    comparator: str = ""  # ≥ ≤ > < =, or "" where none is written
    number: Decimal = Decimal(0)
    high: Decimal | None = None  # the upper end of a range
    unit: str = ""  # without 万 and 亿, without 多 and 余
    scale: Decimal = Decimal(1)
    decimals: int = 0

    @property
    def amount(self) -> Decimal:
        """The number in the bare unit: 12万份 is 120000, 0.5万元 is 5000."""
        return self.number * self.scale

    @property
    def half(self) -> Decimal:
        """Half a unit of the last digit written: how far rounding may have moved the amount."""
        return Decimal(5).scaleb(-self.decimals - 1) * self.scale

    @property
    def is_number(self) -> bool:
        return self.shape is Shape.NUMBER


_WIDE = str.maketrans("０１２３４５６７８９．％，＝＞＜≧≦﹥﹤：／～－—", "0123456789.%,=><≥≤><:/~--")
_SIGNS = {
    **dict.fromkeys(("≥", ">=", "=>", "≥=", "不低于", "不少于", "不小于", "大于等于", "大于或等于", "至少"), "≥"),
    **dict.fromkeys(("≤", "<=", "=<", "≤=", "不高于", "不超过", "不多于", "不大于", "小于等于", "小于或等于", "控制在"), "≤"),
    **dict.fromkeys((">", "大于", "超过", "高于"), ">"),
    **dict.fromkeys(("<", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "等于"), "="),
}
_TAILS = {"及以上": "≥", "以上": "≥", "及以下": "≤", "以下": "≤", "以内": "≤", "之内": "≤", "内": "≤"}  # longer ones first
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000)}
_NUMBER = re.compile(
    rf"(?P<sign>{'|'.join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))})?"
    r"(?:约|达到|达)?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)(?:%?(?:-|~|至|到)(?P<high>\d+(?:\.\d+)?))?(?:多|余)?(?P<unit>\D*|\D.*)"
)
_DATE = re.compile(
    r"(?:[≥≤<>=]|不晚于|于|在)?(?:\d{4}年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}[日号])?|\d{1,2}月(?:\d{1,2}[日号]|底|末|初|[上中下]旬)|\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?)"
    r"(?:底|末|初|[上中下]旬)?(?:之?前|以前|内|底前)?(?:完成|到位|发放完毕)?"
)
_BARE_MONTH = re.compile(r"\d{1,2}月(?:之?前|以前)(?:完成)?")


@lru_cache(maxsize=4096)
def measured(text: str) -> Measured:
    """Read an indicator value. Whatever is no number and no date is words; nothing is refused."""
    said = "".join(text.split()).translate(_WIDE)
    if not said:
        return Measured(Shape.BLANK)
    if _DATE.fullmatch(said) or _BARE_MONTH.fullmatch(said):
        return Measured(Shape.DATE, text)
    found = _NUMBER.fullmatch(said)
    if found is None or re.search(r"[，、。；]", found["unit"]):
        return Measured(Shape.WORDS, text)
    unit, sign = found["unit"], _SIGNS.get(found["sign"] or "", "")
    for tail, means in _TAILS.items():
        if unit.endswith(tail) and len(unit) > len(tail):
            unit, sign = unit.removesuffix(tail), sign or means
    scale = Decimal(1)
    if unit[:1] in _SCALES and (len(unit) > 1 or unit != "千") and unit not in ("千米", "千克", "千瓦", "千瓦时"):
        unit, scale = unit[1:].lstrip("多余"), _SCALES[unit[0]]
    number = found["number"].replace(",", "")
    return Measured(
        Shape.NUMBER, text, sign, Decimal(number), Decimal(found["high"]) if found["high"] else None, unit, scale,
        len(number.partition(".")[2]),
    )  # fmt: skip


def family(unit: str, bounds: Bounds) -> str:
    """The family of a unit (share, money, time, people, count …) or "": 元/人/年 is money, 次/年 is count."""
    return bounds.families.get(unit) or bounds.families.get(unit.partition("/")[0], "")


def allowed(unit: str, bounds: Bounds) -> bool:
    """Whether every part of a unit is one that an indicator value may carry."""
    return all(part.removeprefix("每") in bounds.measures for part in unit.split("/"))


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator row: `level1` carried down, `number` counted from 1, `repeats` the row it is a copy of, or 0."""

    project: Project
    row: Row
    number: int
    level1: str
    level2: str
    level3: str
    description: str
    basis: str
    value: Measured
    repeats: int

    @property
    def place(self) -> str:
        """How a message names the row."""
        return f"项目“{brief(self.project.name)}”第 {self.number} 行"

    @property
    def said(self) -> dict[str, str]:
        """What fills {place}, {name}, {value} of a message."""
        return {"place": self.place, "name": brief(self.level3), "value": brief(self.value.text)}

    @property
    def about(self) -> str:
        """Name and description, to look for words in both."""
        return f"{self.level3}\n{self.description}"

    def cells(self, *columns: str) -> tuple[Cell, ...]:
        """The cells of these columns; `value` if none is named."""
        words = (self.row.words(column) for column in columns or ("value",))
        return tuple(cell for said in words for cell in said.cells())


def tight(words: Words) -> str:
    """A cell's text without the blanks and line breaks that pasting leaves inside it."""
    return "".join(words.text.split())


def _tables(book: Return, bounds: Bounds) -> tuple[tuple[Project, tuple[Indicator, ...]], ...]:
    return tuple((project, tuple(_indicators(project))) for project in book.projects)


tables = Once(_tables)


def _indicators(project: Project) -> Iterator[Indicator]:
    level1 = ""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(project.indicators, 1):
        level1 = tight(row.words("level1")) or level1
        level2, level3, description, value, basis = (
            tight(row.words(key)) for key in ("level2", "level3", "description", "value", "basis")
        )
        if not (level2 or level3 or value):
            continue
        same = (level2, level3, description, value)
        repeats = seen.setdefault(same, number)
        yield Indicator(
            project, row, number, level1, level2, level3, description, basis,
            measured(row.text("value")), repeats if repeats != number else 0,
        )  # fmt: skip


def rows(book: Return, bounds: Bounds) -> Iterator[Indicator]:
    """Every indicator row of a return that is no copy of another row of its project."""
    for _, table in tables(book, bounds):
        for indicator in table:
            if not indicator.repeats:
                yield indicator


def same_text(indicator: Indicator) -> tuple[str, str, str]:
    """What two rows share that say the same with other values."""
    return indicator.level2, indicator.level3, indicator.description
