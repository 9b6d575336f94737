"""Years (跨年): years in words that belong to last year's text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.model import Return
from toolkit.rules.reading import END, Passage, brief, texts
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look

COMPARED = re.compile(r"(?:与|较|比|同|相比)\s*(20\d\d)\s*年")
BUDGET_OF = re.compile(r"(?<![较比与同《〔])(20\d\d)年(?:度)?(?:部门|单位)?预算(?:安排|收入|支出|共|总额|数为)")
DONE_IN = re.compile(
    rf"(20\d\d)年(?:度|底|末|内|全年|\d{{1,2}}月底?)?前?[，,]?(?:预计|计划|争取|力争|将|拟)[^。；{END}]{{0,12}}"
)
GOALS = ("project.goal", "indicators.", "overall.", "goals.", "safeguards.")


def _of_goals(passage: Passage) -> bool:
    return passage.place.startswith(GOALS)


@look(
    id="E01-01",
    title="比较的年份不是上一年",
    severity=ERROR,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：比较的是 {year} 年，应当与 {last} 年比较。",
    remedy="改成 {last} 年，并核对后面的增减数是不是与 {last} 年比的。",
)
def compared_in_money(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A comparison in reasons and notes with a year that is not last year."""
    yield from _compared(book, bounds, goals=False)


@look(
    id="E01-02",
    title="绩效目标比较的年份不是上一年",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：比较的是 {year} 年，一般与 {last} 年比较。",
    remedy="沿用旧文稿的，改成 {last} 年；规划确以 {year} 年为基期的，不用改。",
)
def compared_in_goals(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The same in goals and indicators, where another base year can be meant."""
    yield from _compared(book, bounds, goals=True)


def _compared(book: Return, bounds: Bounds, *, goals: bool) -> Iterator[Breach]:
    for passage, match in texts(book, bounds).search(COMPARED):
        if int(match[1]) != bounds.year - 1 and _of_goals(passage) is goals:
            text = match.string[max(0, match.start() - 8) : match.end() + 8].replace(END, " ")
            said = {"said": match[0], "year": match[1], "last": str(bounds.year - 1), "text": brief(text, 40)}
            yield Breach(passage.cells, said, match[1], str(bounds.year - 1))


@look(
    id="E01-03",
    title="写成了别的年度的预算",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{said}”说的不是 {year} 年的预算。",
    remedy="沿用上年文稿的，改成 {year} 年。",
)
def other_budget_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A text speaks of another year's budget as the one that is planned."""
    for passage, match in texts(book, bounds).search(BUDGET_OF):
        if int(match[1]) != bounds.year:
            yield Breach(passage.cells, {"said": match[0], "year": str(bounds.year)}, match[1], str(bounds.year))


@look(
    id="E01-04",
    title="目标计划在已经过去的年份",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{said}”：这一年已经过去，应当是 {year} 年的计划。",
    remedy="改成 {year} 年，并核对后面的数是不是今年的。",
)
def planned_for_the_past(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal plans for a year that is over."""
    for passage, match in texts(book, bounds).search(DONE_IN):
        if int(match[1]) < bounds.year and _of_goals(passage):
            yield Breach(passage.cells, {"said": brief(match[0]), "year": str(bounds.year)}, match[1], str(bounds.year))
