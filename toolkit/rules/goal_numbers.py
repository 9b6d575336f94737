"""Numbers in a project's goal (绩效目标): each is held against the indicators that measure it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.model import Cell, Return, Words
from toolkit.rules.indicator_value import INDICATORS, Indicator, cells_of, counting_units, tables
from toolkit.rules.reading import brief, cells
from toolkit.rules.rule import WARNING, Bounds, Breach, look

# Names and numbers of documents, which hold numbers of their own: 《2023年……办法》, （冀人社〔2019〕12号）.
QUOTED = re.compile(r"《[^》]*》|[（(][^）)]*号[^）)]*[）)]")
MYRIADS = {"": 1, "万": 10_000, "亿": 100_000_000}


@lru_cache(maxsize=8)
def _counts(units: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a number of things: 约3690名, 12万份; not 第1批, 2022年, 3个月."""
    longest_first = sorted(map(re.escape, units), key=len, reverse=True)
    named = "|".join(longest_first)
    return re.compile(
        r"(?<![\d.第年月〕】\]号])"
        r"(\d+(?:\.\d+)?)\s*(万|亿)?(?:多|余)?"
        rf"(?:{named})(?!月|工作日|小时|百分点|季度|年|均)"
    )


@look(
    id="D07-01",
    title="绩效目标里的数量没有指标衡量",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，指标里没有一行是这个数。",
    remedy="补一行数量指标，或者把目标和指标的数改成一致。",
    needs=("indicators.level2", "project.goal"),
    reads=INDICATORS,
)
def count_not_measured(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number of things that the goal promises and no indicator row measures."""
    pattern = _counts(counting_units(bounds))
    for project, table in tables(book, bounds):
        if not table:
            continue
        goal = project.head.words("goal")
        found = list(pattern.finditer(QUOTED.sub("", goal.text)))
        numbers = _measured_numbers(table) if found else set()
        for match in found:
            number = Decimal(match[1]) * MYRIADS[match[2] or ""]
            if not _near(number, numbers, bounds):
                places = {"project": brief(project.name), "said": match[0]}
                yield Breach(_goal_and_quantity(goal, table), places)


def _goal_and_quantity(goal: Words, table: tuple[Indicator, ...]) -> tuple[Cell, ...]:
    """The cells of a goal and of the quantities beside it: either may be the one to be mended."""
    quantities = (row for row in table if row.level2 == "数量指标")
    return (*cells(goal), *cells_of(quantities))


def _measured_numbers(table: tuple[Indicator, ...]) -> set[Decimal]:
    """Every number in the rows, and the sums of quantities in one unit."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    numbers: set[Decimal] = set()
    for row in table:
        in_words = re.findall(r"\d+(?:\.\d+)?", row.about)
        numbers.update(map(Decimal, in_words))
        if not row.value.is_number:
            continue
        numbers.add(row.value.amount)
        if row.level2 == "数量指标":
            sums[row.value.unit] += row.value.amount
    return numbers | set(sums.values())


def _near(number: Decimal, numbers: set[Decimal], bounds: Bounds) -> bool:
    """Whether one of these numbers is about the same."""
    share = bounds.thresholds["about"]
    return any(abs(number - other) <= other * share for other in numbers)
