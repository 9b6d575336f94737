"""The grammar of indicator values (≥95%, ≤2万元, 12月, 2023年12月底前), and the indicator rows of a return read by it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache

from toolkit.model import NO_WORDS, Cell, Project, Return, Row, Words, once_of, record
from toolkit.rules.levels import COLUMNS, SECOND, levels, meant, moved
from toolkit.rules.reading import (
    END,
    Once,
    any_of,
    any_pattern,
    brief,
    cells,
    folded,
    late,
)
from toolkit.rules.rule import Bounds, plain

# What is read of every indicator row, whichever rule asks.
INDICATORS = tuple(f"indicators.{column}" for column in COLUMNS)
NAME, DESCRIPTION, VALUE, BASIS = (
    COLUMNS.index(column) for column in ("level3", "description", "value", "basis")
)
# levels whose costs are money; social and ecological costs need not be
MONEY_COSTS = (
    "成本指标",
    "经济成本指标",
)
# families of units that count or measure things
MEASURES = (
    "people",
    "count",
    "area",
    "length",
    "mass",
    "volume",
)
EFFECTS = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
STOP = late("[。；;！!？?]")  # the end of a sentence inside a name
LONG_NAME = 45  # characters; a name of an indicator is shorter
WHOLE_GOAL = 0.8  # part of a goal's length from which a text in it is the goal
# in a date: the day by which something is done, not the date of a paper
DONE_BY = late("[前底末内]")
# Numbers of documents and years, which hold digits and say nothing of how much: 〔2022〕150号, 2022年, GB 50268.
NUMBERED = late(
    r"[〔\[（(【]\d{4}[〕\])）】]\d*号?|\d{4}年度?|[A-Za-z]{2,}[/TJ ]*\d[\d.—-]*"
)


class Shape(StrEnum):
    """What an indicator value is."""

    NUMBER = "number"  # with or without comparator and unit
    DATE = "date"
    WORDS = "words"
    BLANK = "blank"


# Read once for each text, and asked by many looks: what is worked out of it is kept.
@record()
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

    @cached_property
    def amount(self) -> Decimal:
        """The number in the bare unit: 12万份 is 120000, 0.5万元 is 5000."""
        return self.number * self.scale

    @property
    def half(self) -> Decimal:
        """Half a unit of the last digit written: how far rounding may have moved the amount."""
        return Decimal(5).scaleb(-self.decimals - 1) * self.scale

    @property
    def most(self) -> Decimal:
        """The amount before it was rounded, at the most."""
        return self.amount + self.half

    @cached_property
    def is_floor(self) -> bool:
        """Whether it says how much at least."""
        return self.comparator in ("≥", ">")

    @cached_property
    def is_ceiling(self) -> bool:
        """Whether it says how much at most."""
        return self.comparator in ("≤", "<")

    @cached_property
    def is_number(self) -> bool:
        return self.shape is Shape.NUMBER

    @cached_property
    def unsigned(self) -> str:
        """The number or the range with its unit and without its sign, as a multiplication writes it."""
        ends = [self.number] if self.high is None else [self.number, self.high]
        number = "-".join(map(plain, ends))
        return f"{number}{_SCALED.get(self.scale, '')}{self.unit}"

    @cached_property
    def capitals(self) -> str:
        """The text without its blanks, in capitals, as fillers are written (TEXT, XX)."""
        return "".join(self.text.split()).upper()


# Full-width digits and signs, and the half-width ones they are read as.
_WIDE = str.maketrans(
    "０１２３４５６７８９．％，＝＞＜≧≦﹥﹤：／～－—", "0123456789.%,=><≥≤><:/~--"
)
_SIGNS = {
    **dict.fromkeys(
        (
            "≥",
            ">=",
            "=>",
            "≥=",
            "不低于",
            "不少于",
            "不小于",
            "大于等于",
            "大于或等于",
            "至少",
        ),
        "≥",
    ),
    **dict.fromkeys(
        (
            "≤",
            "<=",
            "=<",
            "≤=",
            "不高于",
            "不超过",
            "不多于",
            "不大于",
            "小于等于",
            "小于或等于",
            "控制在",
        ),
        "≤",
    ),
    **dict.fromkeys((">", "大于", "超过", "高于"), ">"),
    **dict.fromkeys(("<", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "等于"), "="),
}
# What stands behind the unit instead of a sign before the number: 95%以上. Longer ones first.
_TAILS = {
    "及以上": "≥",
    "以上": "≥",
    "及以下": "≤",
    "以下": "≤",
    "以内": "≤",
    "之内": "≤",
    "内": "≤",
}
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000)}
_SCALED = {scale: name for name, scale in _SCALES.items()}
# units of their own: the 千 in them is no scale
_KILO = (
    "千米",
    "千克",
    "千瓦",
    "千瓦时",
)
# A number with what may stand around it: sign, number, upper end of a range, unit: 不低于1,200份; 90%-95%; ≥12万余人.
_NUMBER = late(
    rf"(?P<sign>{'|'.join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))})?"
    r"(?:约|达到|达)?"
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
    r"(?:(?P<share>%?)(?:-|~|至|到)(?P<high>\d+(?:\.\d+)?))?"
    r"(?:多|余)?"
    r"(?P<unit>\D*|\D.*)"
)
# A price with what it is of in front: 每人每月2400元, 每台≤6.8万元.
_PRICED = late(r"(?P<each>(?:每[^每\d≥≤<>=]{1,3})+)(?P<value>[≥≤<>=]*\d.*)")
# A year, a day or a part of a month: 2023年12月底前完成; ≤12月31日; 2023-12-31.
_DATE = late(
    r"(?:[≥≤<>=]|不晚于|于|在)?"
    r"(?:"
    r"\d{4}年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}[日号])?"
    r"|\d{1,2}月(?:\d{1,2}[日号]|底|末|初|[上中下]旬)"
    r"|\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?"
    r")"
    r"(?:底|末|初|[上中下]旬)?(?:之?前|以前|内|底前)?(?:完成|到位|发放完毕)?"
)
# A month before whose end something is done: 12月前完成. A month alone (12月) is a number with a unit.
_BARE_MONTH = late(r"\d{1,2}月(?:之?前|以前)(?:完成)?")


@lru_cache(maxsize=4096)
def half_width(text: str) -> str:
    """A text without blanks, its full-width digits and signs as half-width ones."""
    return "".join(text.split()).translate(_WIDE)


@lru_cache(maxsize=4096)
def measured(text: str) -> Measured:
    """Read an indicator value. Whatever is no number and no date is words; nothing is refused."""
    written = half_width(text)
    if not written:
        return Measured(Shape.BLANK)
    if _DATE.fullmatch(written) or _BARE_MONTH.fullmatch(written):
        return Measured(Shape.DATE, text)
    priced = _PRICED.fullmatch(written) if written[0] == "每" else None
    if priced is not None:
        each = "/".join(re.findall("每([^每]+)", priced["each"]))
        value = measured(priced["value"])
        if value.is_number and value.unit == "元":
            return replace(value, text=text, unit=f"元/{each}")
    match = _NUMBER.fullmatch(written)
    # A unit with a comma or stop in it is the rest of a sentence.
    if match is None or re.search(r"[，、。；]", match["unit"]):
        return Measured(Shape.WORDS, text)
    sign = _SIGNS.get(match["sign"] or "", "")
    # A range that begins in % is a share, whatever its other end was given.
    unit, sign_behind = _without_tail(match["share"] or match["unit"])
    unit, scale = without_scale(unit)
    number = match["number"].replace(",", "")
    return Measured(
        shape=Shape.NUMBER,
        text=text,
        comparator=sign or sign_behind,
        number=Decimal(number),
        high=Decimal(match["high"]) if match["high"] else None,
        unit=unit,
        scale=scale,
        decimals=len(number.partition(".")[2]),
    )


def family(unit: str, bounds: Bounds) -> str:
    """The family of a unit (share, money, time, people, count …) or "": 元/人/年 is money, 次/年 is count."""
    return bounds.families.get(unit) or bounds.families.get(unit.partition("/")[0], "")


def times_larger(one: str, other: str, bounds: Bounds) -> Decimal | None:
    """How many of the other unit one of the first is: 1000 for 吨 and 公斤; None of what is not measured alike."""
    sizes, families = bounds.sizes, bounds.families
    if one not in sizes or other not in sizes or families[one] != families[other]:
        return None
    return sizes[one] / sizes[other]


def in_other_unit(
    number: Decimal, unit: str, table: Iterable[Indicator], bounds: Bounds
) -> Indicator | None:
    """The row that says a measure's number in a larger or smaller unit, where none says the measure itself: 3.2米 for 3.2千米.

    A single digit says nothing: what is 2公里 long may be 2米 wide.
    """
    if unit not in bounds.sizes or len(number.normalize().as_tuple().digits) == 1:
        return None
    found = None
    for row in table:
        value = row.value
        times = times_larger(value.unit, unit, bounds) if value.is_number else None
        if times is None or value.high is not None:
            continue
        if value.amount * times == number:
            return None
        if value.amount == number and not row.repeats:
            found = found or row
    return found


@once_of
def counting_units(bounds: Bounds) -> tuple[str, ...]:
    """The units that count people or things, of those that a value may carry."""
    units = []
    for unit, kind in bounds.families.items():
        if kind in ("people", "count") and unit in bounds.measures:
            units.append(unit)
    return tuple(units)


def allowed(unit: str, bounds: Bounds) -> bool:
    """Whether every part of a unit is one that an indicator value may carry."""
    return _allowed(unit, bounds.measures)


@lru_cache(maxsize=1024)
def _allowed(unit: str, measures: frozenset[str]) -> bool:
    return all(part.removeprefix("每") in measures for part in parts(unit))


def parts(unit: str) -> list[str]:
    """The parts of a compound unit: 元/人/年 has three."""
    return unit.split("/")


@record(slots=True)
class Indicator:
    """One indicator row: `level1` carried down, `number` counted from 1, `repeats` the row it is a copy of, or 0.

    It is read as it was meant: a mistyped level by its right name, a row `moved` by some columns from `since` on, its value and
    its basis `exchanged`, its value that of row `swapped`. `stands` is where each of COLUMNS was found. `about` is its name and
    its description, to look for words in both.
    """

    project: Project
    row: Row
    number: int
    level1: str
    level2: str
    level3: str
    description: str
    basis: str
    about: str
    value: Measured
    repeats: int
    stands: tuple[Words, ...]
    family: str  # of its value's unit
    moved: int = 0
    since: str = ""
    exchanged: bool = False
    swapped: int = 0

    @property
    def place(self) -> str:
        """How a message names the row."""
        return f"项目“{brief(self.project.name)}”第 {self.number} 行"

    @property
    def places(self) -> dict[str, str]:
        """What fills {place}, {name}, {value} of a message."""
        return {
            "place": self.place,
            "name": brief(self.level3),
            "value": brief(self.value.text),
        }

    def written(self, column: str) -> str:
        """What stands in the cell of a column as it was typed, but for blanks; "" where the row was moved off the table."""
        return tight(self.stands[COLUMNS.index(column)])

    def cells(self, *columns: str) -> tuple[Cell, ...]:
        """The cells of these columns; `value` if none is named."""
        return cells(
            *(self.stands[COLUMNS.index(column)] for column in columns or ("value",))
        )


def cells_of(several: Iterable[Indicator], *columns: str) -> tuple[Cell, ...]:
    """The cells of these columns in several rows; `value` if none is named."""
    if len(columns) > 1:
        return tuple(cell for row in several for cell in row.cells(*columns))
    at = COLUMNS.index(columns[0]) if columns else VALUE
    return tuple([cell for row in several for cell in row.stands[at].cells()])


def tight(words: Words) -> str:
    """A cell's text without the blanks and line breaks that pasting leaves inside it."""
    text = words.text
    return text if _is_tight(text) else "".join(text.split())


def _is_tight(text: str) -> bool:
    """Whether no blank is in a text: of blanks the plain one alone is printable, so that nearly no text need be taken apart."""
    return text.isprintable() and " " not in text


def _all_tight(cells: Sequence[Words]) -> list[str]:
    """The same of all cells of a row, which are asked together."""
    texts = [words.text for words in cells]
    return texts if _is_tight("".join(texts)) else list(map(tight, cells))


def _without_tail(unit: str) -> tuple[str, str]:
    """A unit without what stands behind it, and the sign that this means: %以上 is % and ≥."""
    sign = ""
    for tail, means in _TAILS.items():
        if unit.endswith(tail):
            unit = unit.removesuffix(tail)
            sign = sign or means
    return unit, sign


def without_scale(unit: str) -> tuple[str, Decimal]:
    """A unit without the 万 before it, and what that multiplies by: 万元 is 元 and 10000."""
    scale = _SCALES.get(unit[:1])
    if scale is None or unit == "千" or unit.partition("/")[0] in _KILO:
        return unit, Decimal(1)
    return unit[1:].lstrip("多余"), scale


def _read_table(project: Project, bounds: Bounds) -> tuple[Indicator, ...]:
    return _values_put_back(list(_indicators(project, bounds)), bounds)


def _tables(
    book: Return, bounds: Bounds
) -> tuple[tuple[Project, tuple[Indicator, ...]], ...]:
    return tuple((project, table_of(project, bounds)) for project in book.projects)


table_of = Once(_read_table)
tables = Once(_tables)


def _indicators(project: Project, bounds: Bounds) -> Iterator[Indicator]:
    system = levels(bounds)
    seconds, firsts = system.seconds, system.first
    level1 = ""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(project.indicators, 1):
        stands = typed = row.several(COLUMNS)
        written = _all_tight(typed)
        step, since, exchanged = 0, 0, False
        if not _is_in_place(written, seconds, bounds):
            step, since = _step(written, seconds, bounds)
            exchanged = not step and _is_exchanged(
                written[VALUE], written[BASIS], bounds
            )
        if step:
            stands = _aligned(typed, step, since)
        if exchanged:
            stands = (*stands[:VALUE], stands[BASIS], stands[VALUE])
        if stands is not typed:
            written = _all_tight(stands)
        first, level2, level3, description, value, basis = written
        if level2 not in seconds:
            level2 = _right(level2, seconds)
        if first:
            level1 = first if first in firsts else _right(first, firsts)
        if step and not since and system.home(level2) not in ("", level1):
            # what named the first level was pushed off its column
            level1 = system.home(level2)
        if not (level2 or level3 or value):
            continue
        # A row that says the same as an earlier one repeats it.
        earlier = seen.setdefault((level2, level3, description, value), number)
        said = measured(stands[VALUE].text)
        # By their places the parts of a row are put down four times as quickly as by their names.
        yield Indicator(
            project,
            row,
            number,
            level1,
            level2,
            level3,
            description,
            basis,
            f"{level3}\n{description}",
            said,
            earlier if earlier != number else 0,
            stands,
            family(said.unit, bounds),
            step,
            COLUMNS[since] if step else "",
            exchanged,
        )


def _is_in_place(
    written: Sequence[str], seconds: frozenset[str], bounds: Bounds
) -> bool:
    """Whether a row plainly stands where it should: its second level is one, its value a value, as in nearly all rows."""
    return written[SECOND] in seconds and _is_plain_value(written[VALUE], bounds)


def _step(
    written: list[str], seconds: frozenset[str], bounds: Bounds
) -> tuple[int, int]:
    """By how many columns a row is moved, and from which one on: as a whole, or from its name or description on."""
    step = moved(written, seconds)
    if step:
        # Where its value stands where it should, the level alone was typed into another cell.
        in_place = _is_value(written[VALUE]) and not _is_value(
            "".join(written[VALUE + step : VALUE + step + 1])
        )
        return (0, 0) if in_place else (step, 0)
    if not written[VALUE] or _is_plain_value(written[VALUE], bounds):
        return 0, 0
    blank = NAME if not written[NAME] else None if written[DESCRIPTION] else DESCRIPTION
    if (
        blank is not None
        and written[blank + 1]
        and _is_plain_value(written[BASIS], bounds)
    ):
        # Without a description a source may rightly stand before its value: that is an exchange of the two.
        return (
            (0, 0)
            if blank == DESCRIPTION and _is_source(written[VALUE], bounds)
            else (1, blank)
        )
    if (
        not written[BASIS]
        and written[NAME]
        and _is_plain_value(written[DESCRIPTION], bounds)
    ):
        return -1, DESCRIPTION
    return 0, 0


def _is_plain_value(text: str, bounds: Bounds) -> bool:
    """Whether a text is nothing but a value: a number with a sign or a unit that there is, a day by which something is done."""
    return _is_plain(text, bounds.measures)


@lru_cache(maxsize=4096)
def _is_plain(text: str, measures: frozenset[str]) -> bool:
    value = measured(text)
    if value.shape is Shape.DATE:
        return DONE_BY.search(text) is not None
    if not value.is_number:
        return False
    known = bool(value.unit) and _allowed(value.unit, measures)
    return known or bool(value.comparator and not value.unit)


def _is_source(text: str, bounds: Bounds) -> bool:
    """Whether a text names a paper: 服务合同, 年度工作计划."""
    return (
        any_of(bounds.words["planned_basis"] + bounds.words["year_titles"]).search(text)
        is not None
    )


def _is_exchanged(value: str, basis: str, bounds: Bounds) -> bool:
    """Whether a source stands for the value and a value for the source: 服务合同 and ≥95%."""
    number = measured(basis)  # 0.6—0.8 is no source; 12345平台统计 is one
    bare = (
        number.is_number
        and not number.unit
        and not any(sign.isdigit() for sign in value)
    )
    if (
        not value
        or not (bare or _is_plain_value(basis, bounds))
        or _is_plain_value(value, bounds)
    ):
        return False
    if value.upper() in bounds.words["placeholders"]:
        return False
    says = any_pattern(bounds.words["how_much_patterns"]).search(
        NUMBERED.sub("", value)
    )
    return says is None or _is_source(value, bounds)


def _is_value(text: str) -> bool:
    return measured(text).shape in (Shape.NUMBER, Shape.DATE)


def _aligned(typed: tuple[Words, ...], step: int, since: int) -> tuple[Words, ...]:
    """The cells of a row in the columns they were meant for, from one column on; what was pushed over the edge is blank."""
    kept, rest = typed[:since], typed[since:]
    blank = (NO_WORDS,) * abs(step)
    if step < 0 and since:
        # What stood in that column was deleted, and the rest drawn back over it.
        return (*kept, *blank, *rest[:step])
    return (*kept, *rest[step:], *blank) if step >= 0 else (*blank, *rest[:step])


def _right(level: str, known: frozenset[str]) -> str:
    """A level's right name, where just one can be meant."""
    names = meant(level, known)
    return names[0] if len(names) == 1 else level


@lru_cache(maxsize=8)
def ends_as_rate(not_rates: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a name that ends as a rate: 参保率, 参保率（%）; not 效率, a word of the list."""
    # A look-behind for each word of the list: before 率 must not stand 效.
    spared = [
        f"(?<!{re.escape(word[:-1])})" for word in not_rates if word.endswith("率")
    ]
    return late("".join(spared) + r"率(?:[（(].*[）)])?$")


def _kind_due(row: Indicator, bounds: Bounds) -> str:
    """What a row's value must be by its level and name: money, a share, a day or time, a number of things; or ""."""
    if row.level2 in MONEY_COSTS:
        return "money"
    if "满意度" in row.level2 or (
        "率" in row.level3
        and ends_as_rate(bounds.words["not_a_rate"]).search(row.level3)
    ):
        return "share"
    if row.level2 == "时效指标" and row.level3.endswith("时间"):
        return "time"
    return "things" if row.level2 == "数量指标" else ""


def _kind_said(row: Indicator) -> str:
    """What a row's value is, of the same kinds; of compound units the first part tells."""
    kind = row.family
    if not kind:
        return "time" if row.value.shape is Shape.DATE else ""
    if kind == "time":
        # days and hours may be counted as things are
        return "" if row.level2 == "数量指标" else "time"
    return "things" if kind in MEASURES else kind if kind in ("money", "share") else ""


def _values_put_back(table: list[Indicator], bounds: Bounds) -> tuple[Indicator, ...]:
    """The rows, two of which have their values put back where just those two have each what the other must have."""
    odd: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(table):
        said = _kind_said(row)
        due = _kind_due(row, bounds) if said else ""
        if due and due != said and not row.repeats:
            odd.setdefault((due, said), []).append(at)
    for (due, said), places in odd.items():
        others = odd.get((said, due), [])
        if due < said and len(places) == len(others) == 1:
            one, other = table[places[0]], table[others[0]]
            table[places[0]], table[others[0]] = (
                _with_value_of(one, other),
                _with_value_of(other, one),
            )
    return tuple(table)


def _with_value_of(row: Indicator, other: Indicator) -> Indicator:
    stands = (*row.stands[:VALUE], other.stands[VALUE], *row.stands[VALUE + 1 :])
    return replace(
        row,
        value=other.value,
        stands=stands,
        family=other.family,
        swapped=other.number,
    )


def _rows(book: Return, bounds: Bounds) -> tuple[Indicator, ...]:
    return tuple(
        row for _, table in tables(book, bounds) for row in table if not row.repeats
    )


# every indicator row of a return that is no copy of another row of its project
rows = Once(_rows)


@record()
class Kinds:
    """The rows of a return by what looks ask for: most looks have to do with few of the rows, or with none."""

    rows: tuple[Indicator, ...]

    @cached_property
    def floors(self) -> list[Indicator]:
        """Those that say how much at least."""
        return [row for row in self.rows if row.value.is_floor]

    @cached_property
    def ceilings(self) -> list[Indicator]:
        """Those that say how much at most."""
        return [row for row in self.rows if row.value.is_ceiling]

    @cached_property
    def worded(self) -> list[Indicator]:
        """Those whose values are words: neither numbers nor days."""
        return [row for row in self.rows if row.value.shape is Shape.WORDS]

    @cached_property
    def numbers(self) -> list[Indicator]:
        return [row for row in self.rows if row.value.is_number]

    @cached_property
    def percents(self) -> list[Indicator]:
        return [row for row in self.rows if row.value.unit == "%"]

    @cached_property
    def rates(self) -> list[Indicator]:
        """Those that may be rates by their names."""
        return [row for row in self.rows if "率" in row.level3]

    def of_family(self, name: str) -> Sequence[Indicator]:
        """Those whose values are of a family of units."""
        return self._by_family.get(name, ())

    def of_level(self, name: str) -> Sequence[Indicator]:
        """Those of a second level."""
        return self._by_level.get(name, ())

    @cached_property
    def effects(self) -> list[Indicator]:
        """Those of the second levels of effects."""
        return [row for row in self.rows if row.level2 in EFFECTS]

    @cached_property
    def _by_family(self) -> Mapping[str, list[Indicator]]:
        found = defaultdict[str, list[Indicator]](list)
        for row in self.rows:
            found[row.family].append(row)
        return found

    @cached_property
    def _by_level(self) -> Mapping[str, list[Indicator]]:
        found = defaultdict[str, list[Indicator]](list)
        for row in self.rows:
            found[row.level2].append(row)
        return found

    def saying(self, words: tuple[str, ...]) -> list[Indicator]:
        """Those in whose name or description any of some words stands: they are looked for in all of these at once."""
        found = set[str]()
        for match in any_of(words).finditer(self._abouts):
            begins = self._abouts.rfind(END, 0, match.start()) + 1
            found.add(self._abouts[begins : self._abouts.index(END, match.start())])
        return [row for row in self.rows if row.about in found] if found else []

    @cached_property
    def _abouts(self) -> str:
        """Every name with its description, each once with its end behind it."""
        return "".join({f"{row.about}{END}": None for row in self.rows})


def _kinds(book: Return, bounds: Bounds) -> Kinds:
    return Kinds(rows(book, bounds))


in_kinds = Once(_kinds)


def same_text(indicator: Indicator) -> tuple[str, str, str]:
    """What two rows share that say the same with other values."""
    return indicator.level2, indicator.level3, indicator.description


def reads_as_text(row: Indicator) -> bool:
    """Whether a name is no name but a text: longer than any, with the end of a sentence in it, or most of the goal."""
    name = row.level3
    if len(name) > LONG_NAME or STOP.search(name, 0, len(name) - 1):
        return True
    if len(name) <= LONG_NAME / 3:
        return False
    goal = folded(row.project.head.text("goal"))
    return folded(name) in goal and len(name) >= len(goal) * WHOLE_GOAL


def share_words(one: str, other: str) -> bool:
    """Whether two texts have two neighbouring characters in common, as texts about the same thing do."""
    return not _pairs(one).isdisjoint(_pairs(other))


def pairs_shared(one: str, other: str) -> int:
    """How many pairs of neighbouring characters two texts have in common."""
    return len(_pairs(one) & _pairs(other))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    """Every two neighbouring characters of a text: 培训, 训人, 人数."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
