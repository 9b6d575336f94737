"""Years (跨年): years in words that belong to last year's text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.model import Return
from toolkit.rules.reading import END, Passage, around, brief, texts
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look

# A year that something is compared with: 与2021年相比, 较 2022 年.
COMPARED = re.compile(r"(?:与|较|比|同|相比)\s*(20\d\d)\s*年")
# A year whose budget is told, not compared with or named in a document's title: 2022年度部门预算安排; not 较2022年预算.
BUDGET_OF = re.compile(r"(?<![较比与同《〔])(20\d\d)年(?:度)?(?:部门|单位)?预算(?:安排|收入|支出|共|总额|数为)")
# A year in which something is to be done, with the words that follow: 2022年底前计划完成…….
DONE_IN = re.compile(
    r"(20\d\d)年(?:度|底|末|内|全年|\d{1,2}月底?)?前?[，,]?"
    rf"(?:预计|计划|争取|力争|将|拟)[^。；{END}]{{0,12}}"
)
GOALS = ("project.goal", "indicators.", "overall.", "goals.", "safeguards.")


def _of_goals(passage: Passage) -> bool:
    """Whether a text is about what is to be reached, not about money."""
    return passage.field.startswith(GOALS)


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
    for passage, match in texts(book, bounds).search(COMPARED):
        if not _of_goals(passage):
            yield from _compared(passage, match, bounds)


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
    for passage, match in texts(book, bounds).search(COMPARED):
        if _of_goals(passage):
            yield from _compared(passage, match, bounds)


def _compared(passage: Passage, match: re.Match[str], bounds: Bounds) -> Iterator[Breach]:
    """A breach where the year that is compared with is not last year."""
    year = match[1]
    last = str(bounds.year - 1)
    if int(year) != int(last):
        text = around(match, 8).replace(END, " ")
        places = {"year": year, "last": last, "text": brief(text, 40)}
        yield Breach(passage.cells, places, value=year, expected=last)


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
    due = str(bounds.year)
    for passage, match in texts(book, bounds).search(BUDGET_OF):
        year = match[1]
        if int(year) != bounds.year:
            places = {"said": match[0], "year": due}
            yield Breach(passage.cells, places, value=year, expected=due)


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
    due = str(bounds.year)
    for passage, match in texts(book, bounds).search(DONE_IN):
        year = match[1]
        if int(year) < bounds.year and _of_goals(passage):
            places = {"said": brief(match[0]), "year": due}
            yield Breach(passage.cells, places, value=year, expected=due)
