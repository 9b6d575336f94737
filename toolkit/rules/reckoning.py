"""What the cost indicators of a project come to: quantity × unit cost × periods, in every way that their words allow."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, combinations, pairwise, product
from math import prod

from toolkit.model import Cell, Project, once_of, record
from toolkit.rules.indicator_value import Indicator, table_of, without_scale
from toolkit.rules.indicators import COST
from toolkit.rules.reading import YEN, Once, any_of, any_pattern, cells, late
from toolkit.rules.rule import Bounds, plain

# The total of a project in words, with its number and unit: 项目总支出约为36.5万元.
STATED = late(
    r"(?:项目(?:总)?支出|项目(?:总)?(?:预算|资金|经费|投入|金额)|预算资金|全年支出|总投入|总支出)"
    r"(?:总额|数|为|约|共|计|安排|\s)*"
    r"(\d+(?:\.\d+)?)\s*(亿元|万\s*元|元)"
)
COSTS = (COST, "经济成本指标")
TIMES = "次"
QUANTITY = "数量指标"
# What parts a compound unit: 元/人/月, 元/人·月, 元/（人·月）, 元每人每月.
PARTING = late(r"[/·•・.*×每（）()]+")
# How often a year a period comes round.
A_YEAR = {
    "月": 12,
    "个月": 12,
    "季": 4,
    "季度": 4,
    "学期": 2,
    "年": 1,
    "年度": 1,
    "学年": 1,
}
# Periods of which nobody knows how many a year are meant, and how many there are at most.
AT_MOST = {"周": 53, "星期": 53, "天": 366, "日": 366, "小时": 8784}
# Word lists that say a period, and the period.
SAID = (
    ("month", "月"),
    ("quarter", "季度"),
    ("term", "学期"),
    ("year", "年"),
    ("week", "周"),
    ("day", "天"),
)
MONTHS = ("月", "个月")
# Some months of the twelve: 共6个月, 4—9月, 11月至次年3月; not a day by which.
SOME = late(
    r"(?P<many>\d{1,2})\s*个月"
    r"|(?P<from>\d{1,2})\s*月?\s*(?:[-—–－~～]+|至|到)(?:次年)?\s*(?P<to>\d{1,2})\s*月(?![\d日底末前初中])"
)
SENTENCE = late("[。；;]")
EACH_MONTH = late("每月|[/·每]月|[月按]均|按月")
EACH_SIGNS = frozenset("每均次")
ANYTHING = "个"  # the unit that may stand for any other
# families of units that no cost is multiplied by
UNCOUNTED = (
    "share",
    "ratio",
    "money",
    "time",
    "score",
)
ENDLESS = Decimal("Infinity")
# how often a year a cost may fall due of which nobody says how often
OFTEN = (2, 4, 12)
SOME_MONTHS = (2, 3, 5, 6, 7, 8, 9, 10, 11)
PAIRED = 8  # quantities in one project up to which any two may be multiplied; of more, two would fit by chance
# Of ten, of a hundred thousand and the like: 每万条, 每百份; not 每千米, 每千克, 每千瓦时, 每万元.
EACH_OF_MANY = late(r"(?:每|\/)([十百千万亿]+)(?![米克瓦伏升元])(?=[\u4e00-\u9fff])")
MANY_SAID = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
MANY = 200  # sums of several costs that are tried at the most


@record(slots=True)
class Stated:
    """A project's total in yuan: its amount, or what its goal says; `slack` is half of its last digit."""

    yuan: Decimal
    slack: Decimal
    words: str  # what it is and how much, as a message names it
    cells: tuple[Cell, ...]


@record(slots=True)
class Reading:
    """One way to read a cost: what it comes to a year, at least and at most, by which multiplication of which rows."""

    least: Decimal
    most: Decimal
    words: str
    rows: tuple[Indicator, ...] = ()  # the quantities that are multiplied

    @property
    def certain(self) -> bool:
        """Whether it comes to one number."""
        return self.least == self.most


@record()
class Cost:
    """One cost indicator. `said` are the readings that its own words allow."""

    row: Indicator
    each: bool  # of each person or thing
    whole: bool  # of the whole project
    periods: tuple[str, ...]  # what it is said to be of, by its unit or its words
    said: tuple[Reading, ...]
    numbers: tuple[_Factor, ...]  # the quantities beside it
    spans: tuple[Indicator, ...]  # and the rows that count months, days or years
    all_of_it: bool  # it says so in so many words: 总成本, 全年费用

    @cached_property
    def unsaid(self) -> tuple[Decimal, ...]:
        """What its readings come to as the cost of a period that nobody wrote."""
        missing = () if self.periods else OFTEN
        return tuple(
            reading.least * times
            for reading in self.said
            if reading.certain
            for times in missing
        )

    @cached_property
    def also(self) -> tuple[Decimal, ...]:
        """Whatever it could mean besides."""
        return tuple(_also(self))

    @property
    def period(self) -> str:
        """The one period it is said to be of, or ""."""
        return self.periods[0] if len(self.periods) == 1 else ""


@record(slots=True)
class Sheet:
    """What one project's sheet says of money: its total, its quantities, its costs."""

    project: Project
    total: Stated | None
    counts: tuple[Indicator, ...]
    costs: tuple[Cost, ...]


# ---------------------------------------------------------------- totals


def yuan_of(number: str, unit: str) -> tuple[Decimal, Decimal]:
    """An amount in yuan, and half of its last digit: 36.5 万元 is 365000 give or take 500."""
    scale = YEN["".join(unit.split())]
    decimals = len(number.partition(".")[2])
    half_of_last_digit = Decimal(5).scaleb(-decimals - 1)
    return Decimal(number) * scale, half_of_last_digit * scale


def stated(project: Project) -> Stated | None:
    """The one total that a goal states; None if it states none, or several."""
    goal = project.head.words("goal")
    if "元" not in goal.text:
        return None
    found = {(match[1], match[2]) for match in STATED.finditer(goal.text)}
    if len(found) != 1:
        return None
    number, unit = found.pop()
    yuan, slack = yuan_of(number, unit)
    unit = "".join(unit.split())
    return Stated(yuan, slack, f"绩效目标写的 {number}{unit}", cells(goal))


def total_of(project: Project, bounds: Bounds) -> Stated | None:
    """A project's amount, or else the total that its goal states."""
    amount = project.head.figure("amount")
    if amount.number <= 0:
        return stated(project)
    return Stated(
        yuan=amount.number * bounds.yuan,
        slack=bounds.tolerance * bounds.yuan,
        words=f"项目金额 {bounds.said(amount)}{bounds.unit}",
        cells=cells(amount),
    )


# ---------------------------------------------------------------- rows


@lru_cache(maxsize=2048)
def parts(unit: str) -> tuple[str, ...]:
    """The parts of a compound unit, first what is counted, then of what each: 元/人/月 is 元, 人, 月."""
    return tuple(part for part in PARTING.split(unit) if part)


def _family(row: Indicator, bounds: Bounds) -> str:
    """The family of what a row counts."""
    of_unit = parts(row.value.unit)
    return bounds.families.get(of_unit[0], "") if of_unit else ""


def is_each(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost is one of each person or thing: 每人, 人均, 元/台; not 元/年."""
    each = any_pattern(bounds.words["per_head_patterns"])
    return bool(_things(row.value.unit)) or each.search(row.about) is not None


@lru_cache(maxsize=1024)
def _things(unit: str) -> tuple[str, ...]:
    """The people or things that a unit shares out: 元/人/月 over 人."""
    return tuple(
        part for part in parts(unit)[1:] if part not in A_YEAR and part not in AT_MOST
    )


def periods_of(row: Indicator, bounds: Bounds) -> tuple[str, ...]:
    """The periods that a row's value may be of: as its unit says, or else its name and description; none if they do not say."""
    for part in parts(row.value.unit)[1:]:
        if part in A_YEAR or part in AT_MOST:
            return (part,)
    about = row.about
    if not _period(bounds).search(about):
        return ()
    return tuple(
        [period for key, period in SAID if any_of(bounds.words[key]).search(about)]
    )


@once_of
def _period(bounds: Bounds) -> re.Pattern[str]:
    """A pattern that finds whatever says a period."""
    return any_of(tuple(word for key, _ in SAID for word in bounds.words[key]))


def _is_whole(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost row speaks of the whole project, or of all of one expense: 总成本, 预算控制数, 年租金费用."""
    return _whole(bounds).search(row.about) is not None


@once_of
def _whole(bounds: Bounds) -> re.Pattern[str]:
    words = bounds.words
    return any_pattern(words["total_patterns"] + words["yearly_patterns"])


def costs_of(table: Iterable[Indicator], bounds: Bounds) -> tuple[Indicator, ...]:
    """The rows of a project that are costs in money."""
    return tuple(
        [
            row
            for row in table
            if row.level2 in COSTS
            and row.value.is_number
            and not row.repeats
            and _family(row, bounds) == "money"
        ]
    )


def _quantities(
    table: Iterable[Indicator], bounds: Bounds
) -> tuple[tuple[Indicator, ...], tuple[Indicator, ...]]:
    """The rows of a project that count people or things, and those that count months, days or years (供餐天数 200天).

    A unit on no list counts things too.
    """
    counts, spans = [], []
    for row in table:
        if row.level2 != QUANTITY or not row.value.is_number or row.repeats:
            continue
        family = _family(row, bounds)
        if row.value.amount <= 0:
            continue
        if family == "time":
            spans.append(row)
        elif family not in UNCOUNTED and parts(row.value.unit):
            counts.append(row)
    return tuple(counts), tuple(spans)


# ---------------------------------------------------------------- multiplications


@record(slots=True)
class _Factor:
    """A number to multiply by, at least and at most, how a message writes it, and the row it stands in."""

    least: Decimal
    most: Decimal
    words: str = ""
    rows: tuple[Indicator, ...] = ()


_ONE = _Factor(Decimal(1), Decimal(1))


def _sheet(project: Project, bounds: Bounds) -> Sheet:
    table = table_of(project, bounds)
    counts, spans = _quantities(table, bounds)
    costs = costs_of(table, bounds)
    reckoned: tuple[Cost, ...] = ()
    if costs:
        numbers = tuple([_count(count, counts, bounds) for count in counts])
        beside = _Beside(counts, numbers, spans, project.head.text("goal"))
        reckoned = tuple([_cost(row, beside, bounds) for row in costs])
    return Sheet(project, total_of(project, bounds), counts, reckoned)


sheet_of = Once(_sheet)


@record(slots=True)
class _Beside:
    """What stands beside the costs of a sheet: its quantities, with their numbers; the rows that count months or days; its goal."""

    counts: tuple[Indicator, ...]
    numbers: tuple[_Factor, ...]
    spans: tuple[Indicator, ...]
    goal: str


def _months(text: str) -> Iterator[Decimal]:
    """The numbers of months that a text tells: 4—9月 are six, 11月至次年3月 five."""
    for match in SOME.finditer(text):
        if match["many"]:
            yield Decimal(match["many"])
        else:
            yield Decimal((int(match["to"]) - int(match["from"])) % 12 + 1)


def _months_told(goal: str) -> tuple[Decimal, ...]:
    """The numbers of months in those sentences of a goal that speak of what is paid a month: 4—9月每人每月2000元."""
    return tuple(
        months
        for sentence in SENTENCE.split(goal)
        if EACH_MONTH.search(sentence)
        for months in _months(sentence)
    )


def _cost(row: Indicator, beside: _Beside, bounds: Bounds) -> Cost:
    each = is_each(row, bounds)
    whole = not each and _is_whole(row, bounds)
    periods = periods_of(row, bounds)
    monthly = bool(periods) and periods[0] in MONTHS
    # By how many things a cost of the whole would have to be multiplied is asked only where these may tell of months.
    of_each = [] if whole and not monthly else _of_each(row, beside, bounds, each=each)
    if each:
        factors = of_each or [_Factor(Decimal(1), ENDLESS)]
    elif whole:
        factors = [_ONE]
    else:
        factors = [_ONE, *of_each]
    often = [_times(one, beside.spans) for one in periods] or [_ONE]
    if monthly and not any(one.rows for one in often):
        often += _some_months(row, of_each, beside.goal)
    said = tuple(
        [
            _reading(amount, row, factor, times)
            for amount in _amounts(row)
            for factor in factors
            for times in often
        ]
    )
    all_of_it = whole and _is_all(row, bounds)
    return Cost(
        row, each, whole, periods, said, beside.numbers, beside.spans, all_of_it
    )


def _some_months(
    row: Indicator, of_each: Iterable[_Factor], goal: str
) -> Iterator[_Factor]:
    """For how many months of the year a month's cost may be paid: as its row, those of its quantities, and the goal tell."""
    counted = (one.about for factor in of_each for one in factor.rows)
    told = chain.from_iterable(map(_months, (row.about, *counted)))
    for months in dict.fromkeys((*told, *_months_told(goal))):
        if 1 < months < A_YEAR["月"]:
            yield _Factor(months, months, plain(months))


def _is_all(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost of the whole says so in so many words; 预算控制数 may stand for anything."""
    return (
        re.search("总|全年", row.about) is not None
        or any_pattern(bounds.words["yearly_patterns"]).search(row.about) is not None
    )


def _amounts(row: Indicator) -> list[Decimal]:
    """What a value says: one number, or both ends of a range."""
    value = row.value
    amounts = (
        [value.amount]
        if value.high is None
        else [value.amount, value.high * value.scale]
    )
    of_many = _of_many(value.unit)
    if of_many == 1:
        of_many = _many_said(row)
    return amounts if of_many == 1 else [amount / of_many for amount in amounts]


def _many_said(row: Indicator) -> Decimal:
    """Of how many the words of a cost say that it is: ten thousand of 每万条; one of 每千克, which is a unit of its own."""
    match = EACH_OF_MANY.search(row.about)
    if match is None:
        return Decimal(1)
    return prod((MANY_SAID[letter] for letter in match[1]), start=Decimal(1))


@lru_cache(maxsize=1024)
def _of_many(unit: str) -> Decimal:
    """Of how many the unit of a cost says that it is: ten thousand of 元/万尾."""
    return prod(map(_many, parts(unit)[1:]), start=Decimal(1))


def _many(part: str) -> Decimal:
    """Of how many a cost is: ten thousand of 元/万尾, a hundred of 元/百公里, one of 元/千瓦时."""
    if part.startswith("百") and len(part) > 1:
        return Decimal(100)
    return without_scale(part)[1]


def _count(row: Indicator, counts: Sequence[Indicator], bounds: Bounds) -> _Factor:
    """A quantity as a factor: 50人/场 times the number of 场, 2次/月 times twelve, 300吨/日 times up to 366."""
    number, words, most = row.value.amount, written(row), 1
    rows: tuple[Indicator, ...] = (row,)
    of = parts(row.value.unit)[1:]
    for part in of:
        times = A_YEAR.get(part, 1)
        most *= AT_MOST.get(part, 1)
        others = [other for other in counts if other is not row and _same(part, other)]
        if times > 1:
            number, words = number * times, f"{words} × {times}"
        elif len(others) == 1:
            number, words = (
                number * others[0].value.amount,
                f"{words} × {written(others[0])}",
            )
            rows = (*rows, others[0])
    if not of and any_of(bounds.words["day"]).search(row.about):
        most = AT_MOST["天"]
    return _Factor(number, number * most, words, rows)


def written(row: Indicator) -> str:
    """A value without its sign, as a multiplication writes it."""
    return row.value.unsigned


def _same(thing: str, row: Indicator) -> bool:
    """Whether a quantity counts this thing: the same word, or one inside the other (场 and 场次, 村 and 个村)."""
    counted = parts(row.value.unit)[0]
    return thing in counted or counted in thing


def _of_each(
    row: Indicator, beside: _Beside, bounds: Bounds, *, each: bool
) -> list[_Factor]:
    """By how many people or things a cost may have to be multiplied; `each` says whether it is one of each of them.

    Where there are several, any may be meant.
    """
    things, counts, numbers = _things(row.value.unit), beside.counts, beside.numbers
    if not things:
        named = _named(row, bounds) if each else []
        mine = [
            number
            for count, number in zip(counts, numbers, strict=True)
            if any(_counts(thing, count, bounds) for thing in named)
        ]
        return (
            _alternatives(_nearest(row, mine))
            if mine
            else _unmatched(named, numbers, bounds)
        )
    choices = []
    for thing in things:
        mine = [
            number
            for count, number in zip(counts, numbers, strict=True)
            if _counts(thing, count, bounds)
        ]
        found_here = _alternatives(_nearest(row, mine))
        if mine and _only_in_the_goal(thing, row, counts):
            found_here.append(_Factor(Decimal(1), ENDLESS))
        choices.append(found_here)
    known = [choice for choice in choices if choice]
    if not known:
        return _unmatched(things, numbers, bounds)
    found = [_joined(chosen) for chosen in product(*known)]
    if len(things) > 1:
        # 人次 counts each time that somebody came: of 元/人/件 it is the people and the cases multiplied already.
        found += [
            one
            for one in chain.from_iterable(known)
            if len(one.rows) == 1 and one.rows[0].value.unit.endswith(TIMES)
        ]
    if len(known) < len(things):
        return [
            _Factor(factor.least, ENDLESS, factor.words, factor.rows)
            for factor in found
        ]
    return found


def _counts(thing: str, row: Indicator, bounds: Bounds) -> bool:
    """Whether a quantity counts this thing, or people where the thing is a word for people; 个 may stand for any thing."""
    families = (bounds.families.get(thing), _family(row, bounds))
    if families == ("people", "people") or _same(thing, row):
        return True
    return families == ("count", "count") and ANYTHING in (
        thing,
        parts(row.value.unit)[0],
    )


def _only_in_the_goal(thing: str, row: Indicator, counts: Sequence[Indicator]) -> bool:
    """Whether a goal tells how many there are of a thing that no row counts in its own unit: 三个工作室每个12万元."""
    if any(_same(thing, count) for count in counts):
        return False
    told = rf"[\d一二两三四五六七八九十]\s*{re.escape(thing)}"
    return re.search(told, row.project.head.text("goal")) is not None


def _named(row: Indicator, bounds: Bounds) -> list[str]:
    """The units that the words of a cost of each name: 份 of 每份, 人 of 人均; none of 单价."""
    each = any_pattern(bounds.words["per_head_patterns"])
    # 单价, 单位成本 name no unit, though 位 is one.
    said = "".join(
        match[0]
        for match in each.finditer(row.about)
        if not EACH_SIGNS.isdisjoint(match[0])
    )
    return [letter for letter in said if _is_counted(letter, bounds)]


def _is_counted(unit: str, bounds: Bounds) -> bool:
    """Whether it is a unit of the list that people or things are counted in; a unit that is only known may be either."""
    return bounds.families.get(unit, "other") not in (*UNCOUNTED, "other")


def _unmatched(
    things: Sequence[str], numbers: Sequence[_Factor], bounds: Bounds
) -> list[_Factor]:
    """What a cost is multiplied by whose things no row counts: any quantity, where it names none; else an unknown number.

    A thing of which the list does not say what it is is taken for people where people are counted: 元/生.
    """
    if not things:
        return _alternatives(numbers)
    people = [
        number for number in numbers if _family(number.rows[0], bounds) == "people"
    ]
    if not people or any(_is_counted(thing, bounds) for thing in things):
        return [_Factor(Decimal(1), ENDLESS)]
    return _alternatives(people)


def _nearest(row: Indicator, numbers: Sequence[_Factor]) -> Sequence[_Factor]:
    """Of several quantities the one that plainly speaks of the same thing as a cost: 水站 of 水站, not 气站; else all."""
    if len(numbers) < 2:  # noqa: PLR2004  there is nothing to choose
        return numbers
    pairs = _pairs(row)
    theirs = [_pairs(number.rows[0]) & pairs for number in numbers]
    spread = Counter(pair for shared in theirs for pair in shared)
    # A pair of letters that one quantity alone shares with the cost counts whole, one that all of them share little.
    scores = [
        sum((Decimal(1) / spread[pair] for pair in shared), Decimal(0))
        for shared in theirs
    ]
    ranked = sorted(zip(scores, range(len(numbers)), strict=True), reverse=True)
    if ranked[0][0] >= ranked[1][0] + 1:
        nearest = numbers[ranked[0][1]]
        # What is said of each is hardly said of one alone, if there are others.
        return [nearest] if nearest.least != 1 else numbers
    return numbers


def _pairs(row: Indicator) -> set[str]:
    """The pairs of neighbouring letters in a row's words."""
    return {a + b for text in row.about.split("\n") for a, b in pairwise(text)}


def _alternatives(numbers: Sequence[_Factor]) -> list[_Factor]:
    """Each of several quantities, and all of those in one unit together: 8人, 5人, and 8人 + 5人."""
    found = list(numbers)
    if len(found) < 2:  # noqa: PLR2004  there is nothing to add up
        return found
    by_unit: dict[str, list[_Factor]] = defaultdict(list)
    for number in numbers:
        by_unit[number.rows[0].value.unit].append(number)
    for alike in by_unit.values():
        if len(alike) > 1:
            least = sum((one.least for one in alike), Decimal(0))
            most = sum((one.most for one in alike), Decimal(0))
            words = " + ".join(one.words for one in alike)
            found.append(
                _Factor(
                    least,
                    most,
                    f"({words})",
                    tuple(row for one in alike for row in one.rows),
                )
            )
    return found


def _joined(factors: Iterable[_Factor]) -> _Factor:
    joined = _ONE
    for factor in factors:
        words = " × ".join(filter(None, (joined.words, factor.words)))
        joined = _Factor(
            joined.least * factor.least,
            joined.most * factor.most,
            words,
            (*joined.rows, *factor.rows),
        )
    return joined


def _times(period: str, spans: Sequence[Indicator]) -> _Factor:
    """How often a year a cost falls due: as the sheet counts it (200天), as the period says (12 of 月), or unknown (天)."""
    mine = [span for span in spans if period and _same(period, span)]
    if len(mine) == 1 and period not in ("年", "年度", "学年"):
        number = mine[0].value.amount
        return _Factor(number, number, written(mine[0]), (mine[0],))
    if period in AT_MOST:
        return _Factor(Decimal(1), Decimal(AT_MOST[period]))
    times = Decimal(A_YEAR.get(period, 1))
    return _Factor(times, times, plain(times) if times > 1 else "")


def _reading(
    amount: Decimal, row: Indicator, factor: _Factor, times: _Factor
) -> Reading:
    words = " × ".join(filter(None, (factor.words, written(row), times.words)))
    # Nothing times a number that nobody knows is nothing.
    most = amount * factor.most * times.most if amount else amount
    return Reading(amount * factor.least * times.least, most, words, factor.rows)


def _also(cost: Cost) -> Iterator[Decimal]:
    """What a cost could mean besides, if it comes to just the total: two quantities multiplied, a period nobody wrote."""
    numbers, period = cost.numbers, cost.periods[0] if cost.periods else ""
    counted = [number.least for number in numbers]
    if len(numbers) <= PAIRED:
        counted += [one.least * other.least for one, other in combinations(numbers, 2)]
    factors = [] if cost.each and numbers else [Decimal(1)]
    if not cost.all_of_it:
        factors += counted
    often = (
        [Decimal(A_YEAR.get(period, 0))]
        if period
        else [Decimal(1), *map(Decimal, OFTEN)]
    )
    often += [span.value.amount for span in cost.spans]
    for amount in _amounts(cost.row):
        yield from (amount * factor * count for factor in factors for count in often)
        if period in MONTHS:
            # Heating, a school year, a season: some months of the twelve. One and four would be another period.
            parts_of = counted if cost.each else [Decimal(1)]
            yield from (
                amount * factor * months
                for factor in parts_of
                for months in SOME_MONTHS
            )


def sums(costs: Sequence[Cost]) -> Iterator[tuple[Reading, ...]]:
    """Every way to read several costs together, up to `MANY`."""
    for number, readings in enumerate(product(*(cost.said for cost in costs))):
        if number >= MANY:
            return
        yield readings
