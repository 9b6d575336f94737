"""Numbers in a project's goal (绩效目标): each is held against the indicators that measure the same thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from toolkit.model import Cell, Project, Return, Words, record
from toolkit.rules.goals import copied
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    Shape,
    cells_of,
    counting_units,
    family,
    in_other_unit,
    share_words,
    table_of,
)
from toolkit.rules.indicators import TIMES, is_beyond_whole
from toolkit.rules.misfits import explained, wrong_quantities
from toolkit.rules.parts_said import sum_of
from toolkit.rules.reading import (
    NUMBER,
    Once,
    any_of,
    any_pattern,
    apart_from_points,
    at_numbers,
    brief,
    cells,
    late,
    listed,
)
from toolkit.rules.rule import WARNING, Bounds, Breach, look, money

QUANTITY = "数量指标"
TIMELY = "时效指标"
# Names and numbers of documents, which hold numbers of their own: 《2023年……办法》, （冀人社〔2019〕12号）.
QUOTED = late(r"《[^》]*》|[（(][^）)]*号[^）)]*[）)]")
MYRIADS = {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}
SENTENCE = late(r"[。；;\n]")
CLAUSE = late(r"[。；;，,、\n]")
# A number that is not meant exactly; # stands before and behind it.
ROUGHLY = late("约|近|大概|预计|超过|不少于|不低于|多|余|#左右|#以上")
COMMA = late("[，,；;]")
ALL_OF_THEM = "均"
# What behind a unit makes it another one: 3个月, 12个工作日, 205个教学日, 2个百分点, 85立方米每秒, 5吨/日, 11人制, 53座客车.
NO_COUNT = (
    r"月|工作日|自然日|[\u4e00-\u9fff]{2,3}日(?![\u4e00-\u9fff])|小时|昼夜|星期|百分点|季度|学?年|学期|均|[/／]|每(?:秒|分|小?时)"
    r"|(?<=[人班])制(?!服|度)|(?<=人)座|(?<=座)[^，。；、\d]{0,2}[车艇](?![库站场间位棚道])"
)
SHARE = late(r"(\d+(?:\.\d+)?)\s*[%％]")
OF_WHICH, OF_EACH = "其中", late("[每各]")
NEARBY = 8  # characters about a number that say what it counts
# A day by which something is done: 8月底前, 2023年11月30日前.
DEADLINE = late(
    r"(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|(?P<part>底|末|初|上旬|中旬|下旬))?(?:份)?(?P<before>(?:之|以)?前)?"
)
PARTS = {"初": 10, "上旬": 10, "中旬": 20}
LAST = 31
SHORTEST_MONTH = 28  # days; from this day on it is the month's end
BEFORE_NUMBER = late(r"(?:达到?|共计?|为|不少于|不低于|[≥＞])+$")
LEAST_NAME = 3  # characters of a name from which it is found in a text for certain


@record(slots=True)
class Quantity:
    """A number with its unit in a text: 2.5万人次 is 25000 人次. `clause` is what stands before it, `about` what it counts."""

    number: Decimal
    unit: str
    said: str
    start: int
    clause: str = ""
    about: str = ""
    roughly: bool = False  # 约300份, 8000余份


@record(slots=True)
class Promise:
    """A project with its indicators, its goal without the names of documents, the quantities in that, and those no row says."""

    project: Project
    table: tuple[Indicator, ...]
    goal: str
    quantities: tuple[Quantity, ...]
    unmeasured: tuple[Quantity, ...]

    @property
    def words(self) -> Words:
        return self.project.head.words("goal")


@lru_cache(maxsize=8)
def _counts(units: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a number of things: 约3690名, 12万份; not 第1批, K20+700段, 3个月, 2022年14人."""
    return late(
        r"(?<![\d.+＋第〕】\]号A-Za-z])(?<!\d[年月—-])"
        r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<scale>千|万|亿)?(?:多|余)?"
        rf"(?P<unit>{listed(units)})(?!{NO_COUNT})"
    )


def _quantities(text: str, counts: re.Pattern[str]) -> Iterator[Quantity]:
    """Every number of people or things in a text, and every area, way or mass that is more than a thing's own size."""
    begins = 0
    for match in at_numbers(counts, text):
        before = text[begins : match.start()]
        clause = CLAUSE.split(before)[-1]
        behind = CLAUSE.split(text[match.end() : match.end() + NEARBY])[0]
        roughly = ROUGHLY.search(f"{clause[-3:]}#{match[0]}#{behind[:2]}") is not None
        yield Quantity(
            number=Decimal(match["number"].replace(",", ""))
            * MYRIADS[match["scale"] or ""],
            unit=match["unit"],
            said=match[0],
            start=match.start(),
            clause=clause,
            about=clause[-NEARBY:] + "，" + behind,
            roughly=roughly,
        )


def _counts_of(bounds: Bounds) -> re.Pattern[str]:
    return _counts(counting_units(bounds) + bounds.words["large_units"])


def quantities_in(text: str, bounds: Bounds) -> tuple[Quantity, ...]:
    """Every number of people or things in a text, as in a project's goal."""
    return tuple(_quantities(QUOTED.sub("", text), _counts_of(bounds)))


def _promise(project: Project, bounds: Bounds) -> Promise:
    counts = _counts_of(bounds)
    table = table_of(project, bounds)
    goal = apart_from_points(QUOTED.sub("", project.head.text("goal")))
    quantities = tuple(_quantities(goal, counts))
    unmeasured = tuple(_unmeasured(quantities, table, counts, bounds))
    return Promise(project, table, goal, quantities, unmeasured)


promise_of = Once(_promise)


def promises(book: Return, bounds: Bounds) -> Iterator[Promise]:
    """What the goal of each project promises."""
    return (promise_of(project, bounds) for project in book.projects)


# ---------------------------------------------------------------- what a table measures


def _measured(table: tuple[Indicator, ...], counts: re.Pattern[str]) -> list[Quantity]:
    """Every quantity in the rows: values, numbers with units in names and descriptions, sums of quantities in one unit."""
    found = []
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in table:
        if NUMBER.search(row.about):
            found += [
                Quantity(q.number, q.unit, q.said, 0, about=row.about)
                for q in _quantities(row.about, counts)
            ]
        if not row.value.is_number:
            continue
        found.append(
            Quantity(
                row.value.amount, row.value.unit, row.value.text, 0, about=row.about
            )
        )
        if row.level2 == QUANTITY:
            sums[row.value.unit] += row.value.amount
    found += [Quantity(number, unit, "", 0) for unit, number in sums.items()]
    return found


def _same_kind(one: str, other: str, bounds: Bounds) -> bool:
    """Whether two units count the same: 名 and 人, 场 and 场次, 台 and 台套; not 人 and 份, nor 场次 and %."""
    if one.startswith(other) or other.startswith(one):
        return True
    return family(one, bounds) == family(other, bounds) == "people"


def _countable(unit: str, bounds: Bounds) -> bool:
    return family(unit, bounds) in ("people", "count")


def _counts_occasions(measured: Quantity, said: Quantity) -> bool:
    """Whether each of the things of a goal is counted several times: 61台 inspected four times a year are 244台次."""
    again = measured.unit == said.unit + TIMES and bool(said.number)
    return (
        again
        and measured.number % said.number == 0
        and share_words(measured.about, said.about)
    )


def _covers(measured: Quantity, said: Quantity, bounds: Bounds) -> bool:
    """Whether a quantity of the table is the one that the goal names: about the same number of the same things."""
    if _counts_occasions(measured, said):
        return True
    slack = measured.number * bounds.thresholds["about"] if said.roughly else 0
    if abs(said.number - measured.number) > slack:
        return False
    if not family(measured.unit, bounds) and measured.unit not in bounds.families:
        return True  # what is wrong with that unit is told by a rule of its own
    if _same_kind(measured.unit, said.unit, bounds):
        return True
    if not _countable(said.unit, bounds):
        return family(measured.unit, bounds) == family(said.unit, bounds)
    # Of other words for counting (10场次, 10次) the things counted must be the same.
    alike = share_words(measured.about, said.clause + said.about)
    return alike and _countable(measured.unit, bounds)


def _reckoned(said: Quantity, measured: list[Quantity], bounds: Bounds) -> bool:
    """Whether a number follows from two of the table: 10个所, each 3台, are 30台; 3期, each 90人, are 270人."""
    if said.number <= 1:
        return False
    mine = [
        each
        for each in measured
        if each.number and _same_kind(each.unit, said.unit, bounds)
    ]
    # A part that a description names beside others multiplies nothing: 县级7项、市级2项.
    factors = [
        one
        for one in measured
        if not one.said or one.said not in one.about or OF_EACH.search(one.about)
    ]
    if any(
        each.number * times.number == said.number
        for each in mine
        for times in factors
        if times is not each
    ):
        return True
    by_unit: dict[str, set[Decimal]] = defaultdict(set)
    for quantity in measured:
        by_unit[quantity.unit].add(quantity.number)
    return any(
        said.number * each in numbers
        for numbers in by_unit.values()
        for each in numbers
        if each
    )


def _is_own(said: Quantity, bounds: Bounds) -> bool:
    """Whether a number is this project's and this year's: no rate, no ordinal, no comparison, no total of several years."""
    if said.unit in bounds.words["ordinal_units"]:
        return False
    if said.number == 1 and said.unit in bounds.words["one_thing"]:
        return False  # 建成数据库1个: no more than that there is one
    return not any_pattern(bounds.words["given_patterns"]).search(said.clause)


def _is_promise(said: Quantity, goal: str, bounds: Bounds) -> bool:
    """Whether a number is what the project is to do, and no part of another number and nothing that is there already.

    Nor is it said aside: where something is done, what it was before, for whom it is in the end.
    """
    sentence = SENTENCE.split(goal[: said.start])[-1]
    if OF_WHICH in sentence or any_pattern(bounds.words["stock_patterns"]).search(
        said.clause
    ):
        return False
    rest = SENTENCE.split(goal[said.start + len(said.said) :])[0]
    return not any_pattern(bounds.words["aside_patterns"]).search(
        f"{sentence}#{said.unit}{rest}"
    )


def _unmeasured(
    quantities: tuple[Quantity, ...],
    table: tuple[Indicator, ...],
    counts: re.Pattern[str],
    bounds: Bounds,
) -> Iterator[Quantity]:
    """The numbers of a goal that no row says."""
    if not table or not quantities:
        return
    if any(row.level2 == QUANTITY and not row.value.is_number for row in table):
        return  # a quantity without a number is told by rules of its own; it may be the one
    measured = _measured(table, counts)
    # A quantity that stands in yuan by mistake is told for that.
    in_money = [
        row.value for row in table if _counted_in_money(row, quantities, bounds)
    ]
    mistaken = {number for value in in_money for number in (value.number, value.amount)}
    wordy = [row.about for row in table if _is_wordy(row)]
    said_in_rows = [
        any(_covers(quantity, said, bounds) for quantity in measured)
        for said in quantities
    ]
    split = _split(quantities, said_in_rows, measured, bounds)
    for place, said in enumerate(quantities):
        if said_in_rows[place] or place in split or said.number in mistaken:
            continue
        if not _is_own(said, bounds) or _reckoned(said, measured, bounds):
            continue
        # A row about the same thing that has words for a value is told for that, where it should have a number.
        if any(share_words(about, said.about) for about in wordy):
            continue
        # How often and of how many side by side (培训2期120人): the one is enough.
        beside = [
            other
            for other, covered in zip(quantities, said_in_rows, strict=True)
            if covered and _touch(said, other)
        ]
        if not (beside and said.unit in bounds.words["sessions"]):
            yield said


def _is_wordy(row: Indicator) -> bool:
    """Whether a row has words where a number may be meant; not a time, nor a grade that holds its number (不低于B1级)."""
    return (
        row.value.shape is Shape.WORDS
        and row.level2 != TIMELY
        and not any(sign.isdigit() for sign in row.value.text)
    )


def _split(
    quantities: tuple[Quantity, ...],
    said_in_rows: list[bool],
    measured: list[Quantity],
    bounds: Bounds,
) -> set[int]:
    """The places of numbers that one after the other add up to a number of the table: 11人制4块、7人制16块 of 20块."""
    found: set[int] = set()
    for first, said in enumerate(quantities):
        wholes = {
            each.number
            for each in measured
            if each.said and _same_kind(each.unit, said.unit, bounds)
        }
        added = Decimal(0)
        for place in range(first, len(quantities)):
            if said_in_rows[place] or quantities[place].unit != said.unit:
                break
            added += quantities[place].number
            if place > first and added in wholes:
                found.update(range(first, place + 1))
    return found


def _touch(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers stand side by side: 2期120人."""
    return (
        one.start + len(one.said) == other.start
        or other.start + len(other.said) == one.start
    )


@lru_cache(maxsize=8)
def _names_a_count(units: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a name of how many there are of something: 受助人数, 购置台数."""
    return late(rf"{listed(units)}数量?$")


def _counted_in_money(
    row: Indicator, quantities: tuple[Quantity, ...], bounds: Bounds
) -> str:
    """Why a quantity in money must be one of things, or "": the goal counts as many, or nothing about it speaks of money."""
    if row.level2 != QUANTITY or row.repeats or row.family != "money":
        return ""
    for said in quantities:
        if said.number in (row.value.number, row.value.amount) and share_words(
            row.about, said.clause + said.about
        ):
            return f"绩效目标说的是“{said.said}”"
    if _names_a_count(counting_units(bounds)).search(row.level3):
        return "名称说的是数了多少"
    return (
        ""
        if any_of(bounds.words["of_money"]).search(row.about)
        else "名称和描述都没有说到钱"
    )


@look(
    id="D03-31",
    title="数量指标的单位是钱",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是数量指标，指标值“{value}”却是金额；{why}。",
    remedy="数的是人、东西的，改单位；说的确是钱的，在名称里写明“……金额”。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=(
        *INDICATORS,
        "project.goal",
        "project.amount",
        "composition.project.this_year",
    ),
)
def quantity_in_money(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number of people or things whose unit is one of money: ≥260万元 for 260名. The project's own: D03-05."""
    for promise in promises(book, bounds):
        amount = promise.project.head.figure("amount").number * bounds.yuan
        for row in promise.table:
            why = _counted_in_money(row, promise.quantities, bounds)
            if why and not row.value.is_ceiling and row.value.amount != amount:
                yield Breach(row.cells("value", "level3"), {**row.places, "why": why})


def _rival(said: Quantity, promise: Promise, bounds: Bounds) -> Indicator | None:
    """The one quantity row that counts the same things as a number of the goal, and says another number; none if several."""
    numbers = {quantity.number for quantity in promise.quantities}
    found = []
    for row in promise.table:
        if (
            row.level2 != QUANTITY
            or row.repeats
            or not row.value.is_number
            or row.value.amount in numbers
        ):
            continue
        if _same_kind(row.value.unit, said.unit, bounds) and share_words(
            row.about, said.about
        ):
            found.append(row)
    return found[0] if len(found) == 1 else None


@look(
    id="D07-01",
    title="绩效目标里的数量没有指标衡量",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，指标里没有一行是这个数。",
    remedy="补一行数量指标，或者把目标和指标的数改成一致。",
    needs=("indicators.level2", "project.goal"),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def count_not_measured(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number of things that the goal promises and no indicator row measures.

    What `misfits` tells is not told twice, nor what a goal or a table lacks that was copied from another project.
    """
    apart = copied(book, bounds)
    for promise in promises(book, bounds):
        if id(promise.project) in apart:
            continue
        # What takes least is asked first: the patterns of what is said aside are long.
        contradicted = {said for said, _ in rivals(promise, bounds)}
        alone = [said for said in promise.unmeasured if said not in contradicted]
        alone = [
            said
            for said in alone
            if not explained(said.number, promise.table, book, bounds)
        ]
        alone = [said for said in alone if _is_promise(said, promise.goal, bounds)]
        for said in (
            alone
            if not alone or _is_of_no_row(promise, bounds)
            else _paired(alone, promise, bounds)
        ):
            places = {"project": brief(promise.project.name), "said": said.said}
            yield Breach(_goal_and_quantity(promise), places)


def _is_of_no_row(promise: Promise, bounds: Bounds) -> bool:
    """Whether not one number of a goal stands in a row: then goal and table speak of different things."""
    counts = _counts(counting_units(bounds) + bounds.words["large_units"])
    measured = _measured(promise.table, counts)
    said_somewhere = any(
        _covers(one, said, bounds) for said in promise.quantities for one in measured
    )
    return not said_somewhere and not any(
        _reckoned(said, measured, bounds) for said in promise.quantities
    )


def _paired(alone: list[Quantity], promise: Promise, bounds: Bounds) -> list[Quantity]:
    """The numbers that stand against just one quantity of their unit which the goal does not say either: one of both is wrong.

    A number more in a goal than in the rows is none: where it is done, who does it, how large a thing is.
    """
    values = (
        row.value
        for row in promise.table
        if row.level2 == QUANTITY and row.value.is_number and not row.repeats
    )
    counted = [Quantity(value.amount, value.unit, value.text, 0) for value in values]
    units = [
        one.unit
        for one in counted
        if not any(_covers(one, said, bounds) for said in promise.quantities)
    ]
    told = [said.unit for said in alone]
    return [
        said for said in alone if units.count(said.unit) == told.count(said.unit) == 1
    ]


def _goal_and_quantity(promise: Promise) -> tuple[Cell, ...]:
    """The cells of a goal and of the quantities beside it: either may be the one to be mended."""
    quantities = (row for row in promise.table if row.level2 == QUANTITY)
    return (*cells(promise.words), *cells_of(quantities))


@look(
    id="D07-09",
    title="绩效目标里的数与指标不一致",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，第 {number} 行“{name}”写的是“{value}”。",
    remedy="两处说的是同一件事的，核对以后改成一致；不是同一件事的，在名称或目标里写出分别。",
    needs=("indicators.level3", "indicators.value", "project.goal"),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def goal_against_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number or a share in a goal is another one in the row about the same thing; each row is told once."""
    apart = copied(book, bounds)
    for promise in promises(book, bounds):
        if id(promise.project) in apart:
            continue
        too_much = _told_as_parts(promise, bounds)
        for said, rival in rivals(promise, bounds):
            if explained(said.number, promise.table, book, bounds):
                continue  # told with the cost that shows which of the two is wrong
            if not too_much.intersection((said, rival.value)):
                yield _differs(said.said, rival, promise, bounds, said.number)
        shares = {
            rival.number: (said_share, rival)
            for said_share, rival in reversed(list(_other_shares(promise)))
        }
        for said_share, rival in reversed(list(shares.values())):
            if not is_beyond_whole(rival, bounds):
                yield _differs(said_share, rival, promise, bounds)


def rivals(promise: Promise, bounds: Bounds) -> Iterator[tuple[Quantity, Indicator]]:
    """The numbers of a goal that a row contradicts, each with the row: one that counts the same things, or is named there."""
    for said in promise.unmeasured:
        rival = _rival(said, promise, bounds) or _named_beside(said, promise, bounds)
        if rival is not None:
            yield said, rival
    for said in promise.quantities:
        named = (
            _named_beside(said, promise, bounds)
            if said not in promise.unmeasured
            else None
        )
        named = named or in_other_unit(said.number, said.unit, promise.table, bounds)
        if named is not None:
            yield said, named


def _named_beside(said: Quantity, promise: Promise, bounds: Bounds) -> Indicator | None:
    """The row whose whole name stands right beside a number of the goal that is not its value: 购置数控车床6台, 105个考场."""
    clause = BEFORE_NUMBER.sub("", said.clause)
    behind = CLAUSE.split(promise.goal[said.start + len(said.said) :])[0]
    alike = (
        row
        for row in promise.table
        if row.value.unit == said.unit and not row.repeats and row.value.high is None
    )
    named = (
        row
        for row in alike
        if (len(row.level3) >= LEAST_NAME and clause.endswith(row.level3))
        or behind == row.level3
    )
    row = next((row for row in named if row.value.amount != said.number), None)
    if (
        row is None
        or said.roughly
        or any(other.number == row.value.amount for other in promise.quantities)
    ):
        return None
    # The patterns of what is said aside are long: they are asked last.
    return (
        row
        if _is_own(said, bounds) and _is_promise(said, promise.goal, bounds)
        else None
    )


def _differs(
    said: str,
    row: Indicator,
    promise: Promise,
    bounds: Bounds,
    number: Decimal | None = None,
) -> Breach:
    """A row that the goal contradicts; its value comes first where its own description comes to what the goal says."""
    places = {
        **row.places,
        "project": brief(promise.project.name),
        "said": said,
        "number": str(row.number),
    }
    own = sum_of(row, bounds) if number is not None else None
    shown = (*cells(promise.words), *row.cells("value"))
    return Breach(
        tuple(reversed(shown)) if own is not None and own.number == number else shown,
        places,
    )


def _other_shares(promise: Promise) -> Iterator[tuple[str, Indicator]]:
    """Shares in a goal whose indicator, named in the same clause, says another one: 合格率达到95% where the row says 90%."""
    shares = [
        row
        for row in promise.table
        if row.value.unit == "%" and len(row.level3) >= LEAST_NAME and not row.repeats
    ]
    if not shares or not SHARE.search(promise.goal):
        return
    for sentence in SENTENCE.split(promise.goal):
        said = list(SHARE.finditer(sentence))
        numbers = {Decimal(match[1]) for match in said}
        for match in said:
            before = sentence[: match.start()]
            clause = CLAUSE.split(before)[-1]
            if ALL_OF_THEM in clause:  # 留样率、完整率均达到100%
                clause = COMMA.split(before)[-1]
            named = [row for row in shares if row.level3 in clause]
            if named and not any(
                numbers.intersection((row.value.number, row.value.high))
                for row in named
            ):
                yield clause[-NEARBY:] + match[0], named[0]


# ---------------------------------------------------------------- deadlines


def _day(match: re.Match[str]) -> tuple[int, int]:
    """Month and day of a deadline: 8月20日 is (8, 20), 8月底 and 8月 are (8, 31)."""
    part = match["part"] or ""
    day = int(match["day"]) if match["day"] else PARTS.get(part, LAST)
    return int(match["month"]), LAST if day >= SHORTEST_MONTH else day


def _same_deadline(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two deadlines may be one: 10月前 is the end of September to one, some day of October to another."""
    return _day(one) == _day(other) or _within(one, other) or _within(other, one)


def _within(month: re.Match[str], day: re.Match[str]) -> bool:
    """Whether a day keeps within 10月前, which names a month and no day of it."""
    if month["day"] or month["part"] or not month["before"]:
        return False
    at, (other, on) = int(month["month"]), _day(day)
    return other == at or (other == at - 1 and on > PARTS["中旬"])


@look(
    id="D07-11",
    title="绩效目标里的时限与指标不一致",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，第 {number} 行“{name}”写的是“{value}”。",
    remedy="两处说的是同一件事的，核对以后改成一致；不是同一件事的，在名称或目标里写出分别。",
    needs=("indicators.level2", "indicators.value", "project.goal"),
    reads=INDICATORS,
)
def goal_against_deadline(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The one deadline in a goal is another day than the one in the project's rows, and both speak of the same thing."""
    apart = copied(book, bounds)
    for promise in promises(book, bounds):
        if id(promise.project) in apart:
            continue
        dated = list(_dated(promise.table))
        if len(dated) != 1:
            continue
        every = list(DEADLINE.finditer(promise.goal))
        said = [match for match in every if match["before"]]
        if len(said) != 1:
            continue
        row, written = dated[0]
        if any(_day(match) == _day(written) for match in every):
            continue  # 10月底完工，11月底前验收: the row's is the other one
        around = promise.goal[max(0, said[0].start() - NEARBY) : said[0].end() + NEARBY]
        if not _same_deadline(said[0], written) and share_words(row.about, around):
            yield _differs(said[0][0], row, promise, bounds)


def _dated(table: tuple[Indicator, ...]) -> Iterator[tuple[Indicator, re.Match[str]]]:
    """The rows of time whose value is one deadline, with that."""
    for row in table:
        if row.level2 == TIMELY and not row.repeats:
            found = list(DEADLINE.finditer(row.value.text))
            if len(found) == 1:
                yield row, found[0]


# ---------------------------------------------------------------- parts of a whole


@look(
    id="D07-10",
    title="“其中”的数加起来大于总数",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{where}：总数是 {total}{counted}，“其中”的各个数加起来是 {sum}{counted}，多 {gap}{counted}。",
    remedy="核对总数和各个分项，改填错的一个；分项之间有重叠的，在文字里写明。",
    needs=("indicators.level3", "indicators.value", "project.goal"),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def parts_above_whole(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The parts named after 其中, in a goal or in the rows under a total, add up to more than the whole."""
    for promise in promises(book, bounds):
        project = brief(promise.project.name)
        for whole, parts in _parts_of_goal(promise, bounds):
            yield from _above(
                f"项目“{project}”的绩效目标", whole, parts, cells(promise.words)
            )
        for row, under in _parts_of_rows(promise.table):
            if any(
                id(one.row) in wrong_quantities(book, bounds) for one in (row, *under)
            ):
                continue  # told with the cost that shows which of them is wrong
            parts = [
                Quantity(part.value.amount, part.value.unit, part.value.text, 0)
                for part in under
            ]
            whole = Quantity(row.value.amount, row.value.unit, row.value.text, 0)
            yield from _above(
                f"{row.place}“{brief(row.level3)}”",
                whole,
                parts,
                cells_of((row, *under)),
            )


def _told_as_parts(promise: Promise, bounds: Bounds) -> set[object]:
    """The numbers of the goal and the values of rows that are told as parts above their whole."""
    told: set[object] = set()
    for whole, parts in _parts_of_goal(promise, bounds):
        if sum(part.number for part in parts) > whole.number:
            told.update((whole, *parts))
    for row, under in _parts_of_rows(promise.table):
        if sum(part.value.amount for part in under) > row.value.amount:
            told.update(part.value for part in (row, *under))
    return told


def _above(
    where: str, whole: Quantity, parts: list[Quantity], shown: tuple[Cell, ...]
) -> Iterator[Breach]:
    summed = sum((part.number for part in parts), Decimal(0))
    if summed > whole.number and whole.number not in accumulate(
        part.number for part in parts
    ):
        gap = summed - whole.number
        places = {"where": where, "counted": whole.unit}
        numbers = {"total": whole.number, "sum": summed, "gap": gap}
        yield Breach(
            shown,
            {**places, **{key: money(number, 0) for key, number in numbers.items()}},
        )


def _parts_of_goal(
    promise: Promise, bounds: Bounds
) -> Iterator[tuple[Quantity, list[Quantity]]]:
    """Each whole in a goal with the parts that follow its 其中 in the same sentence, in its unit."""
    if OF_WHICH not in promise.goal:
        return
    begins = 0
    for sentence in SENTENCE.split(promise.goal):
        ends = begins + len(sentence)
        at = sentence.find(OF_WHICH)
        if at >= 0 and sentence.count(OF_WHICH) == 1:
            inside = [
                said for said in promise.quantities if begins <= said.start < ends
            ]
            before = [said for said in inside if said.start < begins + at]
            behind = [said for said in inside if said.start > begins + at]
            parts = [
                said
                for said in behind
                if before and _same_kind(said.unit, before[-1].unit, bounds)
            ]
            nested = any_of(bounds.words["nested_parts"]).search(sentence[at:])
            if len(parts) > 1 and not nested:
                yield before[-1], parts
        begins = ends + 1


def _parts_of_rows(
    table: tuple[Indicator, ...],
) -> Iterator[tuple[Indicator, list[Indicator]]]:
    """Each row with the rows under it that are called 其中, in its unit."""
    whole: Indicator | None = None
    parts: list[Indicator] = []
    if not any(row.level3.startswith(OF_WHICH) for row in table):
        return
    for row in table:
        if row.level3.startswith(OF_WHICH):
            if (
                whole is not None
                and row.value.is_number
                and row.value.unit == whole.value.unit
            ):
                parts.append(row)
            continue
        if whole is not None and len(parts) > 1:
            yield whole, parts
        whole = row if row.value.is_number else None
        parts = []
    if whole is not None and len(parts) > 1:
        yield whole, parts
