"""A value of an indicator row held against what the row's own description multiplies to, and the goal says in money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.model import Return
from toolkit.rules.goal_numbers import Promise, promises, rivals
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    family,
    half_width,
    parts,
    rows,
    tables,
)
from toolkit.rules.indicators import TIMES
from toolkit.rules.parts_said import (
    BRACKETED,
    SCALES,
    Sum,
    bracketed_sum,
    of_all_each_time,
    of_each_time,
    of_many,
    sum_of,
    why_not,
)
from toolkit.rules.reading import END, NUMBER, brief, cells, late, texts
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain

# 10期，每期80人: so many of one thing, so many others for each of it.
EACH = late(
    r"(?<![\d.])(?P<count>\d+(?:\.\d+)?)(?P<unit>[\u4e00-\u9fff]{1,2})[，、,（(]每(?P=unit)(?P<each>\d+(?:\.\d+)?)"
    r"(?P<of>[\u4e00-\u9fff]{1,2})(?![\u4e00-\u9fff/每])"
)
EACH_OF = late(r"每[^，。；\d]{0,4}$")
# A part of the whole: 含青年人95户, 其中女生60人.
WITHIN = late(
    r"(?:(?<![包富不未蕴])含|其中)(?P<name>[^\d，。；、每各均]{0,12})(?P<number>\d+(?:\.\d+)?)(?P<scale>[千万亿]?)"
    r"(?P<unit>[\u4e00-\u9fff]{1,3})(?=$|[，,。；;、])"
)
FAR = 2  # times as much, or as little, is no rounding and no change of plan
MONEY = late(r"(?<![\d.])(?P<number>\d+(?:\.\d+)?)(?P<unit>亿元|万元|元)(?![/／])")
YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
CLAUSE_MARK = late(f"[，。；;、{END}]")
BEFORE = 24  # characters before a bracket that a message shows
HOW_MANY = late(r"\d|各")  # a description that says how many of anything
TELLING = 3  # digits of a number that are no coincidence
# One of the things that a text lists, with how many of it: 电子秤4200台 of 加油枪860条、电子秤4200台.
LISTED = late(
    r"(?:(?<![\u4e00-\u9fffA-Za-z\d])|(?<=其中)|(?<=包括)|(?<=和)|(?<=及))(?P<name>[\u4e00-\u9fff]{2,10}?)"
    r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[万亿]?(?![年月日])[\u4e00-\u9fff]{1,3})(?=$|[，,。；;、（(）)])"
)


@look(
    id="D03-35",
    title="描述里的数算下来，不是指标值",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}“{name}”：描述写“{said}”，算下来是 {due}{of}，指标值写的是“{value}”。",
    remedy="核对描述里的数和指标值，改写错的一个。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def product_of_description(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """So many times so many in a description, and a value that they do not come to."""
    for row, beside in [
        (row, table)
        for _, table in tables(book, bounds)
        for row in table
        if not row.repeats
    ]:
        if not row.value.is_number or HOW_MANY.search(row.description) is None:
            continue
        told = _product(row) or _of_each_time(row, beside, bounds)
        if told is not None:
            due, unit, said = told
            places = {**row.places, "said": said, "due": plain(due), "of": unit}
            yield Breach(row.cells("value", "description"), places)


def _product(row: Indicator) -> tuple[Decimal, str, str] | None:
    """What so many times so many in the description come to, its unit and the words, where the value is far from it."""
    match = EACH.search(row.description)
    if match is not None and EACH_OF.search(row.description[: match.start()]):
        return None  # itself of each of a third thing: 每批3人、每人46元
    if match is None or row.value.unit.removesuffix(TIMES) != match["of"].removesuffix(
        TIMES
    ):
        return None
    due = Decimal(match["count"]) * Decimal(match["each"])
    return (
        (due, match["of"], match[0])
        if due and not due / FAR < row.value.amount < due * FAR
        else None
    )


def _of_each_time(
    row: Indicator, table: Sequence[Indicator], bounds: Bounds
) -> tuple[Decimal, str, str] | None:
    """The same of things that are each counted several times a year, where the description says another number of them."""
    due = (
        (of_each_time(row) or of_all_each_time(row, table) or of_many(row, table))
        if sum_of(row, bounds) is None
        else None
    )
    return (due.number, due.unit, due.said) if due is not None else None


@look(
    id="D03-36",
    title="描述里各部分加起来不是指标值",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}“{name}”：描述“{said}”合起来是 {due}{of}，指标值写的是“{value}”：{why}。",
    remedy="核对描述里的各个数和指标值，改写错的一个；各部分有重叠、没有列全的，在描述里写明。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=(
        *INDICATORS,
        "project.goal",
        "project.amount",
        "composition.project.this_year",
    ),
)
def parts_of_description(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A description made of nothing but parts that do not come to the value, with a sign that one of these numbers is wrong.

    Where the goal says as many as the parts come to, the value is wrong; where it says the value, a part is. What the goal
    contradicts besides is told there.
    """
    for promise in promises(book, bounds):
        for row in promise.table:
            due = sum_of(row, bounds) if not row.repeats else None
            why = why_not(due, row, bounds) if due is not None else ""
            if (
                due is None
                or not why
                or _is_told_with_goal(row, promise, bounds)
                or _is_of_each(due, row, promise)
            ):
                continue
            in_goal = any(
                said.number == row.value.amount for said in promise.quantities
            )
            columns = ("description", "value") if in_goal else ("value", "description")
            places = {
                **row.places,
                "said": brief(due.said, 40),
                "due": plain(due.number),
                "of": due.unit,
                "why": why,
            }
            yield Breach(row.cells(*columns), places)


def _is_of_each(due: Sum, row: Indicator, promise: Promise) -> bool:
    """Whether the parts are each one's of as many as another row or the goal counts: 夏、冬各1套 of 166人 are 332套."""
    if not due.number:
        return False
    counts = {
        other.value.amount
        for other in promise.table
        if other is not row and other.value.is_number
    }
    counts.update(said.number for said in promise.quantities)
    return any(count > 1 and count * due.number == row.value.amount for count in counts)


@look(
    id="D03-37",
    title="描述里的一部分比指标值还多",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}“{name}”：描述写“{said}”，比指标值“{value}”还多。",
    remedy="核对两处的数，改写错的一个。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def part_above_value(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What a description says to be within the value is more than the value: 含青年人950户 of 420户."""
    for row in rows(book, bounds):
        match = (
            WITHIN.search(half_width(row.description))
            if row.value.is_number and not row.value.is_floor
            else None
        )
        if (
            match is None
            or match["unit"] != row.value.unit
            or sum_of(row, bounds) is not None
        ):
            continue
        if Decimal(match["number"]) * SCALES[match["scale"]] > row.value.most:
            yield Breach(
                row.cells("description", "value"), {**row.places, "said": match[0]}
            )


@look(
    id="D07-17",
    title="括号里各部分加起来不是前面的数",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="“{said}”：括号里合起来是 {due}{unit_said}，前面写的是 {number}{unit_said}：{why}。",
    remedy="核对这几个数，改正写错的一个；没有列全的，写明“等”“其中”。",
)
def parts_in_brackets(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number and behind it, in brackets, nothing but its parts, which come to another: 1080元（给养870元、医疗300元）."""
    for passage, match in texts(book, bounds).search_near("（", 0, BRACKETED):
        told = bracketed_sum(match, bounds)
        if told is not None:
            number, due, unit, why = told
            before = CLAUSE_MARK.split(
                match.string[max(0, match.start() - BEFORE) : match.start()]
            )[-1]
            places = {
                "said": f"{before}{match[0]}",
                "due": plain(due),
                "number": plain(number),
                "unit_said": unit,
                "why": why,
            }
            yield Breach(passage.cells, places)


@look(
    id="D07-40",
    title="目标和描述里同一样东西的数不同",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，第 {number} 行“{name}”的描述写的是“{other}”。",
    remedy="两处说的是同一件事的，核对以后改成一致；不是同一件事的，写出分别。",
    needs=("indicators.level3", "indicators.description", "project.goal"),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def listed_otherwise(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A thing that the goal and a description both list, in one unit, and in another number."""
    for promise in promises(book, bounds):
        in_goal = _listed(promise.goal)
        if not in_goal:
            continue
        for row in promise.table:
            for what, (number, other) in _listed(row.description).items():
                said_number, said = in_goal.get(what, (number, ""))
                if said_number == number or row.repeats:
                    continue
                if said_number == row.value.amount:
                    continue  # the description beside the value is told as its parts
                if not _is_told_with_goal(row, promise, bounds):
                    places = {
                        **row.places,
                        "project": brief(promise.project.name),
                        "said": said,
                        "number": str(row.number),
                        "other": other,
                    }
                    yield Breach(
                        (*cells(promise.words), *row.cells("description")), places
                    )


def _listed(text: str) -> dict[tuple[str, str], tuple[Decimal, str]]:
    """The things that a text lists once, by name and unit: how many, and the words."""
    found: dict[tuple[str, str], tuple[Decimal, str]] = {}
    if not NUMBER.search(text):
        return found
    twice = set()
    for match in LISTED.finditer(text):
        what = match["name"], match["unit"]
        if what in found:
            twice.add(what)
        found[what] = Decimal(match["number"]), match[0]
    return {what: said for what, said in found.items() if what not in twice}


def _is_told_with_goal(row: Indicator, promise: Promise, bounds: Bounds) -> bool:
    """Whether a row is told as one that the goal contradicts."""
    return any(rival is row for _, rival in rivals(promise, bounds))


@look(
    id="D07-13",
    title="绩效目标里的钱，指标里换了单位",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，第 {number} 行“{name}”写的是“{value}”：数字一样，单位不一样。",
    remedy="核对是元还是万元，改写错的一处。",
    needs=("indicators.level3", "indicators.value", "project.goal"),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def goal_in_other_money(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The very digits of an amount in the goal stand in a row in another unit of money: 164.4万元 and ≤164.4元."""
    for promise in promises(book, bounds):
        said = [
            (Decimal(match["number"]), YUAN[match["unit"]], match[0])
            for match in MONEY.finditer(promise.goal)
        ]
        for row in promise.table if said else ():
            other = _in_other_money(row, said, bounds)
            if other:
                places = {
                    **row.places,
                    "project": brief(promise.project.name),
                    "said": other,
                    "number": str(row.number),
                }
                yield Breach((*row.cells("value"), *cells(promise.words)), places)


def _in_other_money(
    row: Indicator, said: Sequence[tuple[Decimal, int, str]], bounds: Bounds
) -> str:
    """The amount of a goal that has a row's digits in another unit, or ""; none where the goal says the row's own too."""
    value = row.value
    if (
        row.repeats
        or not value.is_number
        or family(parts(value.unit)[0], bounds) != "money"
        or len(plain(value.number).replace(".", "").strip("0")) < TELLING
    ):
        return ""
    if value.number == row.project.head.figure("amount").number:
        return ""  # the project's own amount in another unit is told with the costs
    if any(number * factor == value.amount for number, factor, _ in said):
        return ""
    return next((text for number, _, text in said if number == value.number), "")
