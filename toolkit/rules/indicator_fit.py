"""Indicator rows (绩效指标): whether what is measured fits its level, its own description, its direction, and its basis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.model import Return, once_of
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    cells_of,
    in_kinds,
    measured,
    parts,
    rows,
    share_words,
    table_of,
)
from toolkit.rules.indicators import COST, QUANTITY, one_finding
from toolkit.rules.reading import Once, any_of, any_pattern, brief, counted, late
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look

# How many of a unit pass within the budget year whatever is done.
WITHIN_YEAR = {"月": 12, "个月": 12, "季": 4, "季度": 4, "年": 1, "年度": 1}
SPAN = late("全年|年度")
EACH_YEAR = late("每年|按年|年均|年人均")
MARKS = late(r"[\W_]+")  # blanks and marks

# what passes by itself, whatever is done
PASSING = (
    "月",
    "个月",
    "季",
    "季度",
    "年",
    "年度",
)


@look(
    id="D03-08",
    title="及时率放在质量指标",
    severity=WARNING,
    basis=("财预〔2015〕88号",),
    kind="绩效指标",
    message="{place}“{name}”说的是及时不及时，放在了质量指标。",
    remedy="移到时效指标；质量指标写合格率、准确率、达标率一类。",
    needs=("indicators.level2", "indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def punctual_as_quality(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Punctuality filed as quality."""
    punctual = any_of(bounds.words["punctual"])
    for row in in_kinds(book, bounds).of_level("质量指标"):
        if punctual.search(row.about):
            yield Breach(row.cells("level2", "level3"), row.places)


@look(
    id="D03-09",
    title="预算执行放在效益指标",
    severity=WARNING,
    basis=("财预〔2015〕88号",),
    kind="绩效指标",
    message="{place}“{name}”说的是钱花出去没有，放在了{level2}。",
    remedy="移到时效指标或质量指标；{level2}写这笔钱给社会、群众带来什么。",
    needs=("indicators.level2", "indicators.level3"),
    reads=INDICATORS,
)
def execution_as_effect(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Budget execution filed as an effect."""
    execution = any_of(bounds.words["execution"])
    for row in in_kinds(book, bounds).effects:
        if execution.search(row.level3):
            places = {**row.places, "level2": row.level2}
            yield Breach(row.cells("level2", "level3"), places)


@look(
    id="D03-10",
    title="效益照抄产出数量",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的值“{value}”与第 {other} 行的数量指标相同，做了多少不等于有什么效果。",
    remedy="{level2}改写做成以后的效果，如查询时间缩短、服务覆盖率。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def output_as_effect(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An output's quantity once more as an effect."""
    for row in in_kinds(book, bounds).effects:
        if row.family not in ("count", "people", "area"):
            continue
        copied = next(
            (
                one
                for one in table_of(row.project, bounds)
                if one.level2 == QUANTITY
                and one.value.unit == row.value.unit
                and one.value.amount == row.value.amount
                and share_words(one.about, row.about)
            ),
            None,
        )
        if copied is not None:
            places = {**row.places, "other": str(copied.number), "level2": row.level2}
            yield Breach(row.cells("value", "level3"), places)


@look(
    id="D03-11",
    title="数量指标用时间衡量",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行数量指标的值是月数、年数（“{examples}”等），没有数出做了多少事。",
    remedy="能数的写份数、人数、次数；日常运转类确无可数的，可以保留。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def quantity_as_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Quantities that count months: one finding for all."""
    # a name of that kind is told by a rule of its own
    spending = bounds.words["spending"]
    found = []
    for row in in_kinds(book, bounds).of_level(QUANTITY):
        if row.value.unit.partition("/")[0] not in PASSING:
            continue
        # Days and hours are counted as people and things are: 供餐天数. Months and years pass by themselves.
        if not row.level3.endswith(spending) and not _is_factor(row, bounds):
            found.append(row)
    yield from one_finding(found)


def _is_factor(row: Indicator, bounds: Bounds) -> bool:
    """Whether a number of months tells how often a cost of each month falls due: 10个月 beside 1200元/人/月.

    A whole year passes in any case.
    """
    period = row.value.unit.removeprefix("个")
    return row.value.amount != WITHIN_YEAR.get(period) and any(
        other.level2 == COST
        and (period in parts(other.value.unit)[1:] or f"每{period}" in other.about)
        for other in table_of(row.project, bounds)
    )


@look(
    id="D03-12",
    title="效益用月数、年数衡量",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行效益指标的值是月数或年数（“{examples}”等）。一年的预算里“≥12月”总会成立，看不出效果。",
    remedy="改写能看出好坏的值，如“办结率≥95%”“投诉≤3起”；说不出数的写明达到的程度。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=INDICATORS,
)
def effect_as_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Effects measured by months or one year, which pass in any case, although nothing in them is a time: one finding."""
    lasting = any_of(bounds.words["lasting"])
    found = []
    for row in in_kinds(book, bounds).effects:
        within = WITHIN_YEAR.get(row.value.unit)
        if within is None or row.value.is_ceiling or lasting.search(row.about):
            continue
        if row.value.number <= within:
            found.append(row)
    yield from one_finding(found)


@once_of
def _period_words(bounds: Bounds) -> tuple[str, ...]:
    return bounds.words["month"] + bounds.words["quarter"] + bounds.words["year"]


def _periods(text: str, bounds: Bounds) -> set[str]:
    """The periods that a text speaks of: 每月发放次数 of 月. The whole year (全年) is a span in which anything may recur."""
    if not any_of(_period_words(bounds)).search(text):
        return set()
    periods = {"month": "月", "quarter": "季度", "year": "年"}
    found = {
        period
        for key, period in periods.items()
        if any_of(bounds.words[key]).search(text)
    }
    if SPAN.search(text) and not EACH_YEAR.search(text):
        found.discard("年")
    return found


@look(
    id="D03-13",
    title="名称与描述的期间不同",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：名称“{name}”按{named}，描述“{description}”按{described}，指标值“{value}”不知道是哪一种。",
    remedy="名称和描述改成同一个期间，并核对指标值是按哪个期间算的。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def other_period(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Name and description speak of different periods."""
    for row in in_kinds(book, bounds).saying(_period_words(bounds)):
        named = _periods(row.level3, bounds) if row.value.is_number else set()
        described = _periods(row.description, bounds) if named else named
        if not described or named & described:
            continue
        # A count of what recurs may be a year's; an amount of money is one period's or the other's.
        if row.family != "money" and not _mirrors(row, bounds):
            continue
        places = {
            **row.places,
            "named": "、".join(sorted(named)),
            "described": "、".join(sorted(described)),
            "description": brief(row.description),
        }
        yield Breach(row.cells("level3", "description", "value"), places)


def _mirrors(row: Indicator, bounds: Bounds) -> bool:
    """Whether name and description are the same but for the period."""
    words = any_of(
        bounds.words["month"] + bounds.words["quarter"] + bounds.words["year"]
    )
    return words.sub("", row.level3) == words.sub("", row.description)


@look(
    id="D03-14",
    title="名称与描述的范围不同",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：名称和描述一处说“{piece}”，一处说“{whole}”，指标值“{value}”不知道是一件的还是整个项目的。",
    remedy="两处改成一致：单位成本就都写“每台……”，总成本就都写“项目……”。",
    needs=("indicators.level2", "indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def other_scope(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """One of name and description speaks of a piece, the other of the whole project."""
    each = any_pattern(bounds.words["per_head_patterns"])
    whole = any_pattern(bounds.words["total_patterns"])
    for row in in_kinds(book, bounds).of_level(COST):
        for one, other in (
            (row.level3, row.description),
            (row.description, row.level3),
        ):
            if "项目" not in other:
                continue
            of_piece = each.search(one)
            of_whole = whole.search(other)
            if of_piece is None or of_whole is None or each.search(other):
                continue
            if "项目" in of_whole[0]:
                places = {**row.places, "piece": of_piece[0], "whole": of_whole[0]}
                yield Breach(row.cells("description", "level3", "value"), places)


@look(
    id="D03-15",
    title="人均成本的单位没有“人”",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="有 {count} 行说的是每人的成本，单位却是“元/年”（“{examples}”等）。",
    remedy="单位写成“元/人/年”。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=INDICATORS,
)
def per_year_without_head(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A cost of each person whose unit says 元/年: one finding."""
    each = any_pattern(bounds.words["per_head_patterns"])
    found = []
    for row in in_kinds(book, bounds).of_level(COST):
        if row.value.unit not in ("元/年", "元/月"):
            continue
        if any(_is_of_people(match, bounds) for match in each.finditer(row.about)):
            found.append(row)
    if found:
        examples = [f"{brief(row.description)} {row.value.text}" for row in found]
        yield Breach(cells_of(found), counted(len(found), examples))


def _is_of_people(match: re.Match[str], bounds: Bounds) -> bool:
    """Whether the words of a unit cost name people: 每人, 人均, 每名; not 每席, 每台."""
    return any(bounds.families.get(letter) == "people" for letter in match[0])


@look(
    id="D06-01",
    title="依据照抄指标名称",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值确定依据写的是“{basis}”，与{same}相同，像是粘贴错了格。",
    remedy="写这个数从哪里来，如“年度考核办法”“上年决算”“服务合同”。",
    needs=("indicators.level3", "indicators.description", "indicators.basis"),
    reads=INDICATORS,
)
def basis_is_own_name(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The basis repeats the name of its own row, or its description where that is about the name and no source itself."""
    for row in rows(book, bounds):
        described = row.basis == row.description and share_words(row.basis, row.level3)
        if row.basis and (row.basis == row.level3 or described):
            same = "指标名称" if row.basis == row.level3 else "绩效指标描述"
            places = {**row.places, "basis": brief(row.basis), "same": same}
            yield Breach(row.cells("basis"), places)


@once_of
def _filler(bounds: Bounds) -> re.Pattern[str]:
    """A pattern that finds the general words of bases."""
    return any_of(bounds.words["basis_filler"] + bounds.words["basis_nobody"])


@lru_cache(maxsize=1024)
def _names_nothing(basis: str, filler: re.Pattern[str]) -> bool:
    """Whether a basis holds nothing but general words and marks; kept, since the same few bases stand in hundreds of rows."""
    return not MARKS.sub("", filler.sub("", basis))


def _without_source(book: Return, bounds: Bounds) -> tuple[Indicator, ...]:
    """The rows whose basis is no source at all: general words alone, or a value. What repeats the name is told elsewhere."""
    filler = _filler(bounds)
    bases = {row.basis for row in rows(book, bounds)}
    general = {
        basis
        for basis in bases
        if _names_nothing(basis, filler) or measured(basis).comparator
    }
    return tuple(
        row
        for row in rows(book, bounds)
        if (row.basis in general or row.basis == row.value.text)
        and row.basis
        and row.basis not in (row.level3, row.description)
    )


_empty_bases = Once(_without_source)


def _pointing(book: Return, bounds: Bounds) -> frozenset[str]:
    """Those of these bases that point to a source."""
    bases = {row.basis for row in _empty_bases(book, bounds)}
    return frozenset(basis for basis in bases if _points(basis, bounds))


_pointing_bases = Once(_pointing)


def _points(basis: str, bounds: Bounds) -> bool:
    """Whether general words at least point to a source: 根据实际情况; not 工作需要 or 依据 alone, nor what somebody wants."""
    if any_of(bounds.words["basis_nobody"]).search(basis):
        return False
    behind = any_of(bounds.words["basis_points"]).sub("", basis, count=1)
    return behind != basis and bool(MARKS.sub("", behind))


@look(
    id="D06-02",
    title="依据没有说出来源",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值确定依据是“{basis}”，看不出数从哪里来。",
    remedy="写文件、合同、计划、统计表、台账等来源。",
    needs=("indicators.level3", "indicators.description", "indicators.basis"),
    reads=INDICATORS,
)
def basis_without_source(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A basis that is a value, or general words that do not even point to a source: 工作人员, 工作需要, 按惯例."""
    pointing = _pointing_bases(book, bounds)
    for row in _empty_bases(book, bounds):
        if row.basis not in pointing:
            places = {**row.places, "basis": brief(row.basis)}
            yield Breach(row.cells("basis"), places)


@look(
    id="D06-05",
    title="依据只是套话",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行的指标值确定依据只是“{examples}”一类的套话，说不出是哪一份材料。",
    remedy="写出是哪一份文件、合同、计划、统计表或台账。",
    needs=("indicators.level3", "indicators.description", "indicators.basis"),
    reads=INDICATORS,
)
def basis_of_general_words(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Bases like 根据实际情况, which point to a source and name none: one finding."""
    pointing = _pointing_bases(book, bounds)
    found = [row for row in _empty_bases(book, bounds) if row.basis in pointing]
    if found:
        examples = (brief(row.basis) for row in found)
        yield Breach(cells_of(found, "basis"), counted(len(found), examples))


@look(
    id="D06-03",
    title="客观比率取自问卷",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”要靠数出来，依据却是“{basis}”。",
    remedy="依据改成业务统计、系统数据、台账；问卷只用于满意度、知晓率一类。",
    needs=("indicators.level3", "indicators.description", "indicators.basis"),
    reads=INDICATORS,
)
def rate_from_questionnaire(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A rate of the unit's own work, which is counted and not felt, is taken from a questionnaire."""
    questionnaire = any_of(bounds.words["questionnaire"])
    counted_by_unit = any_of(bounds.words["own_work"])
    opinion = any_of(bounds.words["opinion"])
    for row in in_kinds(book, bounds).rates:
        if not questionnaire.search(row.basis):
            continue
        if counted_by_unit.search(row.level3) and not opinion.search(row.about):
            places = {**row.places, "basis": brief(row.basis)}
            yield Breach(row.cells("basis", "level3"), places)


@look(
    id="D06-04",
    title="依据是预算年度自己的统计",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="绩效指标",
    message="{place}“{name}”的依据是“{basis}”，编预算时 {year} 年还没有过完，不会有这一年的统计。",
    remedy="改成 {last} 年的统计，或者写“{year} 年工作计划”。",
    needs=("indicators.basis",),
    reads=INDICATORS,
)
def statistics_of_the_future(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Statistics of the budget year itself, which has not begun when the budget is made."""
    actual = any_of(bounds.words["budget_year_actual"])
    planned = any_of(bounds.words["planned_basis"])
    year = f"{bounds.year}年"
    for row in rows(book, bounds):
        if year not in row.basis or planned.search(row.basis):
            continue
        if actual.search(row.basis):
            places = {
                **row.places,
                "basis": brief(row.basis),
                "year": str(bounds.year),
                "last": str(bounds.year - 1),
            }
            yield Breach(row.cells("basis"), places)
