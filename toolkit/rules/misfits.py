"""Costs that cannot come to their project's amount, however they are read; and which of the numbers is probably wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import Enum

from toolkit.model import Cell, Project, Return, record
from toolkit.rules.indicator_value import Indicator, half_width, same_text, tables
from toolkit.rules.reading import Once, any_of, each_once, late
from toolkit.rules.reckoning import (
    A_YEAR,
    MANY,
    Cost,
    Reading,
    Sheet,
    Stated,
    parts,
    sheet_of,
    stated,
    sums,
    yuan_of,
)
from toolkit.rules.rule import Bounds

# A number of things in a goal, with what multiplies it: 12万居民, 3690余名; not 2023年, 5万元, the number of a paragraph.
NUMBER = late(
    r"(?<![\d.])(\d+(?:\.\d+)?)\s*(万|亿)?(?:多|余)?(?![年月日号元\d.])(?=[\u4e00-\u9fa5])"
)
AMOUNT = late(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(亿元|万\s*元|元)")
# What part of a cost is borne here: 县级承担比例为15%, 按10%配套.
SHARED = late(
    r"(?:承担|配套|分担|负担)[^，。；%\d]{0,6}(\d+(?:\.\d+)?)%|(\d+(?:\.\d+)?)%[^，。；%\d]{0,3}(?:承担|配套|分担|负担)"
)
MYRIADS = {"": 1, "万": 10_000, "亿": 100_000_000}
# Slips of the decimal point, and of 元 for 万元, that are tried.
SLIPS = tuple(
    Decimal(10) ** power for power in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6)
)
ONE_PERCENT = Decimal("0.01")
PER = "/"  # 元/人: the cost of each
FEW = 8  # ways to read several costs, beyond which one that fits may be chance
TELLING = 2  # digits that two numbers must share before that says anything
PERIODS = (1, 4, 12)  # a year's, a quarter's, a month's, in parts of a year


class Fit(Enum):
    """How a cost stands to its project's amount."""

    EXACT = "comes to it"
    NEAR = "is of its size"
    APART = "is of another size, however it is read"
    PERIOD = "comes to it as that of another period"
    UNKNOWN = "there is nothing to judge it by"


@record(slots=True)
class Judged:
    """One cost, how it stands to its project's amount, and the reading that shows it."""

    sheet: Sheet
    total: Stated
    cost: Cost
    fit: Fit
    reading: Reading
    complete: bool  # whether the sheet's costs come to the total, this one alone, another, or all together
    is_sum: bool = False  # whether the reading is of all costs of the sheet together
    amount_first: bool = False  # whether the amount is the one number that explains it
    times: int = 0  # where it fits as that of another period: how often a year that one comes round
    # where the costs come to the total once its point has moved: what it would be, in yuan
    due: Decimal = Decimal(0)


def _of_project(project: Project, bounds: Bounds) -> tuple[Judged, ...]:
    sheet = sheet_of(project, bounds)
    if sheet.total is None or sheet.total.yuan <= 0 or not sheet.costs:
        return ()
    return tuple(_of_sheet(sheet, sheet.total, bounds))


judged_of = Once(_of_project)


def _judged(book: Return, bounds: Bounds) -> tuple[Judged, ...]:
    return tuple(one for project in book.projects for one in judged_of(project, bounds))


judged = Once(_judged)


def _of_sheet(sheet: Sheet, total: Stated, bounds: Bounds) -> list[Judged]:
    """Judge every cost of a sheet: alone, and as a part of the whole."""
    scales = _Scales(total, bounds)
    exact = {cost.row.number for cost in sheet.costs if _is_exact(cost, scales)}
    complete = bool(exact) or _add_up(sheet.costs, scales)
    complete = complete or _leave_what_the_goal_says(sheet, scales)
    found = [
        _alone(sheet, cost, scales, complete=complete, exact=cost.row.number in exact)
        for cost in sheet.costs
    ]
    if complete or len(found) == 1:
        return found
    tried = [readings for readings in sums(sheet.costs) if _certain(readings)]
    moved = next(
        (readings for readings in tried if scales.slipped(_sum(readings))), None
    )
    if moved is not None:
        return _as_sum(found, moved, amount_first=True)
    if any(one.fit in (Fit.APART, Fit.PERIOD) for one in found):
        return found
    slipped = _slipped(sheet.costs, scales) or _slipped_as_written(sheet.costs, scales)
    if slipped is not None:
        return [_marked(one, slipped) for one in found]
    little = _too_little(sheet, tried, scales)
    return found if little is None else _as_sum(found, little, amount_first=False)


def _as_sum(
    found: Sequence[Judged], readings: Sequence[Reading], *, amount_first: bool
) -> list[Judged]:
    """One finding tells that all costs together are of another size, at the first of them."""
    first, *others = found
    told = replace(
        first,
        fit=Fit.APART,
        reading=_joined(readings),
        is_sum=True,
        amount_first=amount_first,
    )
    return [told, *(replace(one, fit=Fit.NEAR) for one in others)]


def _too_little(
    sheet: Sheet, tried: Sequence[tuple[Reading, ...]], scales: _Scales
) -> tuple[Reading, ...] | None:
    """All costs of a sheet as one reads them highest, where even that is too little although every quantity has its cost."""
    used = {
        row.number
        for cost in sheet.costs
        for reading in cost.said
        for row in reading.rows
    }
    if not tried or len(tried) == MANY or used != {row.number for row in sheet.counts}:
        return None
    most = max(tried, key=_sum)
    return most if _sum(most) and scales.too_little(_joined(most)) else None


def _joined(readings: Sequence[Reading]) -> Reading:
    """Several costs as one sum."""
    rows = tuple(row for reading in readings for row in reading.rows)
    words = " + ".join(reading.words for reading in readings)
    return Reading(_sum(readings), _sum(readings), words, rows)


class _Scales:
    """A total, and the questions asked of every product held against it."""

    def __init__(self, total: Stated, bounds: Bounds) -> None:
        self.total = total
        self.factor = bounds.thresholds["sum_factor"]
        self.share = bounds.thresholds["sum_share"]
        # by how much what comes to the total may miss it, and by how much what is it but for rounding
        self.miss = max(total.yuan * bounds.thresholds["sum_exact"], total.slack)
        self.rounding = max(total.yuan / 1000, total.slack)
        self.capped = any_of(bounds.words["capped"])
        self.shared = any_of(bounds.words["shared_cost"])

    def may_exceed(self, sheet: Sheet, cost: Cost) -> bool:
        """Whether a product beyond the total is no mistake: the most that one may get, a standard that others pay along."""
        if self.capped.search(cost.row.about):
            return True
        head = sheet.project.head
        return (
            self.shared.search(
                f"{sheet.project.name}\n{head.text('goal')}\n{cost.row.about}"
            )
            is not None
        )

    def exact(self, yuan: Decimal) -> bool:
        return abs(yuan - self.total.yuan) <= self.miss

    def close(self, yuan: Decimal) -> bool:
        """Whether it is the total, or nearly."""
        return abs(yuan - self.total.yuan) <= self.total.yuan / 10

    def equal(self, yuan: Decimal) -> bool:
        """Whether it is the total but for rounding."""
        return abs(yuan - self.total.yuan) <= self.rounding

    def too_much(self, reading: Reading) -> bool:
        return reading.least > self.total.yuan * self.factor

    def too_little(self, reading: Reading) -> bool:
        return reading.most < self.total.yuan / self.factor

    def tiny(self, reading: Reading) -> bool:
        return reading.most < self.total.yuan * self.share

    def slipped(self, yuan: Decimal) -> bool:
        """Whether it has the total's digits, and the point elsewhere."""
        miss = max(self.total.yuan * ONE_PERCENT, self.total.slack)
        return any(abs(yuan * slip - self.total.yuan) <= miss for slip in SLIPS)


def _is_exact(cost: Cost, scales: _Scales) -> bool:
    """Whether a cost comes to the total in a way that its words allow, or that nobody wrote but is plain."""
    said = any(reading.certain and scales.exact(reading.least) for reading in cost.said)
    return said or any(scales.exact(yuan) for yuan in cost.also)


def _add_up(costs: Sequence[Cost], scales: _Scales) -> bool:
    """Whether several costs come to the total together."""
    if len(costs) < 2:  # noqa: PLR2004 - one cost is judged alone
        return False
    return any(
        scales.exact(_sum(readings)) for readings in sums(costs) if _certain(readings)
    )


def _leave_what_the_goal_says(sheet: Sheet, scales: _Scales) -> bool:
    """Whether the costs and one amount of the goal come to the total: 其余5.58万元用于餐具更新."""
    found = [
        yuan_of(match[1], match[2])[0]
        for match in AMOUNT.finditer(sheet.project.head.text("goal"))
    ]
    sizes = (
        [_sum(readings) for readings in sums(sheet.costs) if _certain(readings)]
        if found
        else []
    )
    return any(
        0 < rest < scales.total.yuan and scales.equal(size + rest)
        for size in sizes
        if size
        for rest in found
    )


def _certain(readings: Iterable[Reading]) -> bool:
    return all(reading.certain for reading in readings)


def _sum(readings: Iterable[Reading]) -> Decimal:
    return sum((reading.least for reading in readings), Decimal(0))


def _alone(
    sheet: Sheet, cost: Cost, scales: _Scales, *, complete: bool, exact: bool
) -> Judged:
    """Judge one cost, which may come to the total; where the sheet is `complete` without it, it may be a small part of it."""
    total = scales.total

    def told(fit: Fit, reading: Reading, times: int = 0) -> Judged:
        return Judged(sheet, total, cost, fit, reading, complete, times=times)

    plainest = _plainest(cost, scales)
    if exact or _is_shared(sheet, cost):
        return told(Fit.EXACT, plainest)
    if not cost.row.value.amount:
        return told(Fit.UNKNOWN, plainest)
    times = 0 if complete else _other_period(cost, scales)
    if times:
        return told(Fit.PERIOD, plainest, times)
    alone = len(sheet.costs) == 1 and len(sheet.counts) <= 1
    same_digits = [
        reading
        for reading in cost.said
        if reading.certain and scales.slipped(reading.least)
    ]
    if same_digits and not complete and (alone or _is_telling(cost, total)):
        return told(Fit.APART, same_digits[0])
    if any(scales.close(yuan) for yuan in cost.unsaid):
        return told(Fit.NEAR, plainest)
    if all(scales.too_much(reading) for reading in cost.said):
        return told(Fit.NEAR if scales.may_exceed(sheet, cost) else Fit.APART, plainest)
    if any(
        not scales.too_much(reading) and not scales.too_little(reading)
        for reading in cost.said
    ):
        return told(Fit.NEAR, plainest)
    if complete or not _is_all(sheet, cost, scales, alone=alone):
        return told(Fit.UNKNOWN, plainest)
    return told(Fit.APART, plainest)


def _is_shared(sheet: Sheet, cost: Cost) -> bool:
    """Whether a cost comes to the total by the share of it that the goal says is borne here: 共4500万元，县级按10%配套."""
    if sheet.total is None:
        return False
    shares = SHARED.finditer(half_width(sheet.project.head.text("goal")))
    parts = [Decimal(match[1] or match[2]) / 100 for match in shares]
    return any(
        _fits(reading.least * part, sheet.total)
        for reading in cost.said
        for part in parts
    )


def _is_all(sheet: Sheet, cost: Cost, scales: _Scales, *, alone: bool) -> bool:
    """Whether a cost that is too small must be more than a part of the whole."""
    if len(sheet.costs) > 1:
        return False
    return alone or cost.whole or all(scales.tiny(reading) for reading in cost.said)


def _is_telling(cost: Cost, total: Stated) -> bool:
    """Whether it is no chance that a part of a project has its amount's digits: 24.5 and 245, not 10 and 100."""
    digits = f"{total.yuan.normalize():f}".replace(".", "").strip("0")
    return cost.whole or len(digits) >= TELLING


def _plainest(cost: Cost, scales: _Scales) -> Reading:
    """The reading of a cost that comes nearest to the total."""

    def distance(reading: Reading) -> Decimal:
        number = reading.most if scales.too_little(reading) else reading.least
        if not number:
            return Decimal(0)
        return max(number / scales.total.yuan, scales.total.yuan / number)

    return min(cost.said, key=distance)


def _other_period(cost: Cost, scales: _Scales) -> int:
    """How often a year the period comes round as whose cost it would come to the total, though it is said to be of another.

    Only of a month's and a quarter's: what is said to be a year's may be paid for several (每服役一年).
    """
    said = A_YEAR.get(cost.period, 0)
    if said not in PERIODS or said == 1:
        return 0
    for reading in cost.said:
        if not reading.certain:
            continue
        for times in PERIODS:
            if times != said and scales.equal(reading.least / said * times):
                return times
    return 0


@record(slots=True)
class _Moved:
    """The one of several costs whose decimal point must move for all of them to come to the total."""

    cost: Cost
    reading: Reading
    due: Decimal  # what it comes to then, in yuan


def _slipped(costs: Sequence[Cost], scales: _Scales) -> _Moved | None:
    """The cost that must move, in one of a few ways to read them all; None if none or several."""
    tried = list(sums(costs))
    if len(tried) > FEW:
        return None
    found: dict[int, _Moved] = {}
    for readings in tried:
        if not _certain(readings):
            continue
        for moved in _that_move(costs, readings, scales):
            found[moved.cost.row.number] = moved
    return next(iter(found.values())) if len(found) == 1 else None


def _slipped_as_written(costs: Sequence[Cost], scales: _Scales) -> _Moved | None:
    """The same of costs that are each what its row says, however many other ways to read them there are.

    What is said of each (元/人) must have one reading, and is not what moves: then its quantity may be wrong as well.
    """
    each = {cost.row.number for cost in costs if PER in cost.row.value.unit}
    if any(cost.row.number in each and len(cost.said) > 1 for cost in costs):
        return None
    readings = tuple(cost.said[0] for cost in costs)
    found = [
        moved
        for moved in _that_move(costs, readings, scales)
        if moved.cost.row.number not in each
    ]
    return found[0] if len(found) == 1 else None


def _that_move(
    costs: Sequence[Cost], readings: Sequence[Reading], scales: _Scales
) -> Iterator[_Moved]:
    """Yield the costs each of which, its point moved, makes these readings come to the total."""
    whole = _sum(readings)
    for cost, reading in zip(costs, readings, strict=True):
        for slip in SLIPS:
            due = reading.least * slip
            if scales.equal(whole - reading.least + due):
                yield _Moved(cost, reading, due)


def _marked(one: Judged, slipped: _Moved) -> Judged:
    if one.cost is not slipped.cost:
        return one
    return replace(one, fit=Fit.APART, reading=slipped.reading, due=slipped.due)


# ---------------------------------------------------------------- which of the numbers is wrong


def first_cells(one: Judged, book: Return, bounds: Bounds) -> tuple[Cell, ...]:
    """The cells of a product that does not fit: of the cost, the quantities and the total, what is probably wrong first."""
    costs = one.sheet.costs if one.is_sum else (one.cost,)
    cost = tuple(cell for each in costs for cell in each.row.cells())
    quantities = tuple(cell for row in one.reading.rows for cell in row.cells())
    if one.amount_first:
        return each_once((*one.total.cells, *cost, *quantities))
    if not one.is_sum and _is_amount_wrong(one, book, bounds):
        return each_once((*one.total.cells, *cost, *quantities))
    if _is_quantity_wrong(one, book, bounds):
        return each_once((*quantities, *cost, *one.total.cells))
    return each_once((*cost, *quantities, *one.total.cells))


def _is_amount_wrong(one: Judged, book: Return, bounds: Bounds) -> bool:
    """Whether the costs fit the total that the goal states, or what would make the projects add up, and not the amount."""
    amount = one.sheet.project.head.figure("amount")
    said = stated(one.sheet.project)
    if amount.number <= 0:
        return False
    if said is not None:
        return not _fits(said.yuan, one.total) and _is_of_size(one, said.yuan, bounds)
    whole = book.figure("composition.project.this_year")
    others = _all_projects(book, bounds) - amount.number
    due = (whole.number - others) * bounds.yuan
    return whole.given and not _fits(due, one.total) and _is_of_size(one, due, bounds)


def _is_of_size(one: Judged, yuan: Decimal, bounds: Bounds) -> bool:
    """Whether a cost comes to an amount of this size."""
    factor = bounds.thresholds["sum_factor"]
    return any(
        yuan > 0 and reading.least <= yuan * factor and reading.most >= yuan / factor
        for reading in one.cost.said
    )


def _is_quantity_wrong(one: Judged, book: Return, bounds: Bounds) -> bool:
    """Whether the quantity is the wrong factor: the goal, or the same row elsewhere, has a number that would fit."""
    if len(one.reading.rows) != 1 or not one.reading.certain:
        return False
    quantity = one.reading.rows[0]
    goal = one.sheet.project.head.text("goal")
    numbers = _numbers(goal)
    if quantity.value.amount in numbers:
        return False
    each = one.reading.least / quantity.value.amount
    of_unit = _numbers(goal, parts(quantity.value.unit)[0])
    if any(_fits(each * number, one.total) for number in numbers):
        return True
    if any(is_slip(number, quantity.value.amount) for number in of_unit):
        return True
    if any(
        _fits(each * number, one.total) for number in _elsewhere(quantity, book, bounds)
    ):
        return True
    # The goal repeats the unit cost, or the same cost stands elsewhere: it is right.
    yuan = one.cost.row.value.amount
    amounts = {yuan_of(*match.groups())[0] for match in AMOUNT.finditer(goal)}
    return yuan in amounts or yuan in _elsewhere(one.cost.row, book, bounds)


def is_slip(number: Decimal, other: Decimal) -> bool:
    """Whether two numbers have the same digits and the point elsewhere."""
    digits, other_digits = (
        f"{one:f}".replace(".", "").strip("0") for one in (number, other)
    )
    return digits == other_digits and number != other


def _fits(yuan: Decimal, total: Stated) -> bool:
    return abs(yuan - total.yuan) <= max(total.slack, total.yuan * ONE_PERCENT * 5)


def _numbers(text: str, unit: str = "") -> set[Decimal]:
    """The numbers of things in a text, of all or of those in one unit: 12万 is 120000."""
    found = (
        match for match in NUMBER.finditer(text) if text.startswith(unit, match.end())
    )
    return {Decimal(match[1]) * MYRIADS[match[2] or ""] for match in found}


def _elsewhere(row: Indicator, book: Return, bounds: Bounds) -> set[Decimal]:
    """The amounts that other rows have which say the same in the same unit."""
    counted = _by_text(book, bounds)[(*same_text(row), row.value.unit)]
    own = row.value.amount
    return {amount for amount, times in counted.items() if amount != own or times > 1}


def _texts(book: Return, bounds: Bounds) -> dict[tuple[str, ...], Counter[Decimal]]:
    """What rows say, with their unit → how often each amount stands there."""
    found: dict[tuple[str, ...], Counter[Decimal]] = defaultdict(Counter)
    for _, table in tables(book, bounds):
        for row in table:
            if not row.repeats:
                found[(*same_text(row), row.value.unit)][row.value.amount] += 1
    return found


_by_text = Once(_texts)


def _spent(book: Return, bounds: Bounds) -> Decimal:
    """What all projects cost together."""
    return sum(
        (project.head.figure("amount").number for project in book.projects), Decimal(0)
    )


_all_projects = Once(_spent)


def _wrong_quantities(book: Return, bounds: Bounds) -> dict[int, Indicator]:
    """The quantities that are named first as probably wrong, by the identity (id) of their rows."""
    apart = (
        one
        for one in judged(book, bounds)
        if one.fit is Fit.APART and not one.amount_first
    )
    doubtful = (one for one in apart if not _is_amount_wrong(one, book, bounds))
    wrong = (
        one.reading.rows[0] for one in doubtful if _is_quantity_wrong(one, book, bounds)
    )
    return {id(row.row): row for row in wrong}


wrong_quantities = Once(_wrong_quantities)


def explained(
    number: Decimal, table: Iterable[Indicator], book: Return, bounds: Bounds
) -> bool:
    """Whether a number of a goal is what a wrong quantity beside it should be: it has the same digits."""
    wrong = wrong_quantities(book, bounds)
    return any(
        id(row.row) in wrong and is_slip(number, row.value.amount) for row in table
    )


def told(book: Return, bounds: Bounds) -> set[int]:
    """The cost rows that do not fit their project's amount; other rules do not tell them once more. By identity (id)."""
    return {
        id(one.cost.row.row)
        for one in judged(book, bounds)
        if one.fit in (Fit.APART, Fit.PERIOD)
    }


def fitting(book: Return, bounds: Bounds) -> set[int]:
    """The cost rows that come to their project's amount, or to much of it. By identity (id)."""
    return {
        id(one.cost.row.row)
        for one in judged(book, bounds)
        if one.fit in (Fit.EXACT, Fit.NEAR)
    }
