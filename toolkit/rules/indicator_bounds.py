"""Indicator values (绩效指标) beyond what their words allow: a thirteenth month, more of what is bad, a rate far too low."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.model import Return
from toolkit.rules.indicator_value import (
    EFFECTS,
    INDICATORS,
    Indicator,
    Shape,
    in_kinds,
    rows,
)
from toolkit.rules.indicators import SATISFIED
from toolkit.rules.reading import (
    DAYS_OF_MONTHS,
    any_of,
    any_pattern,
    late,
    listed,
    why_no_day,
)
from toolkit.rules.reckoning import parts
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain

# How many of a unit of time fit into another, leap years and long months included.
FITS = {
    ("月", "年"): 12,
    ("个月", "年"): 12,
    ("季度", "年"): 4,
    ("周", "年"): 53,
    ("天", "年"): 366,
    ("日", "年"): 366,
    ("天", "月"): 31,
    ("日", "月"): 31,
    ("天", "周"): 7,
    ("小时", "年"): 8784,
    ("小时", "月"): 744,
    ("小时", "周"): 168,
    ("小时", "天"): 24,
    ("分钟", "小时"): 60,
}
# Word lists that say within what, and the unit that is.
WITHIN = (("day", "天"), ("week", "周"), ("month", "月"), ("year", "年"))
# A day or a part of a month in a value: 11月31日前, 13月底; the month alone: 13月.
DATE = late(r"(?<![\d.])(\d{1,2})月(?:(\d{1,2})[日号]|[底末初上中下前])")
# that a text goes on with, in the same clause
NEXT_NUMBER = late(r"[^\d，。；、\n]{0,6}(\d+(?:\.\d+)?)")
# right behind it: 每周一闭馆, 每月两次
NUMERAL = late("[一二两三四五六七八九十]")
BARE_MONTH = "月"
ALL = "100%"  # of what is bad, as a value: 漏检率 100%
MEASURE = late("[率度]$|比例$|比重$|占比$")  # names of shares
TIMELY = "时效指标"
# what a floor says, without its sign: 60起 of ≥60起, of 60起以上
AT_LEAST = late(r"\d[\d.,]*[^\d以及]*")
TENTH, SEVERAL = 10, 2  # a decimal point off; rows that show that it is
DOZENS = 40  # shares of which one more must show it
# names of how much something becomes more or less
GROWTH = late("增|降|减|提[高升]|压缩")
COUNTED = ("people", "count", "share", "ratio")


@look(
    id="D04-07",
    title="时间不可能这么长，或者没有这一天",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，{why}。",
    remedy="核对数字和单位。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=INDICATORS,
)
def impossible_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A thirteenth month, 31 November, 25 hours a day, 400 days a year."""
    for row in rows(book, bounds):
        if BARE_MONTH not in row.value.text and row.family != "time":
            continue  # nearly every value
        why = _no_such_day(row) or _no_such_month(row, bounds) or _too_long(row, bounds)
        if why:
            yield Breach(row.cells(), {**row.places, "why": why})


def _no_such_day(row: Indicator) -> str:
    """Why a day in a value is none of the calendar, or ""."""
    for match in DATE.finditer("".join(row.value.text.split())):
        month, day = int(match[1]), int(match[2] or 1)
        if why := why_no_day(month, day):
            return why
    return ""


def _no_such_month(row: Indicator, bounds: Bounds) -> str:
    """Why a month by which something is done is none of the year, or ""; a span of months may be longer."""
    if (
        row.level2 != TIMELY
        or row.value.shape is not Shape.NUMBER
        or row.value.unit != BARE_MONTH
    ):
        return ""
    if not row.value.number:
        return "没有 0 月"
    if row.value.number <= len(DAYS_OF_MONTHS) or any_of(
        bounds.words["durations"]
    ).search(row.about):
        return ""
    return f"没有 {plain(row.value.number)} 月"


def _too_long(row: Indicator, bounds: Bounds) -> str:
    """Why a time does not fit into the day, week, month or year that it is said to be of, or ""."""
    if row.family != "time":
        return ""
    unit, *of = parts(row.value.unit)
    for key, period in WITHIN:
        most = FITS.get((unit, period))
        if not most or row.value.amount <= most:
            continue
        if any_of(bounds.words["added_up"]).search(row.about):
            return ""
        if period in of or (not of and _said_of_value(any_of(bounds.words[key]), row)):
            return f"一{'个月' if period == '月' else period}最多 {most} {unit}"
    return ""


def _said_of_value(period: re.Pattern[str], row: Indicator) -> bool:
    """Whether the words speak of the value's own period; where another number follows (每周至少1天), they speak of that one.

    So they do where a numeral does, be it a number or the name of a day: 每周一闭馆 says nothing of 310天.
    """
    for match in period.finditer(row.about):
        if NUMERAL.match(row.about, match.end()):
            continue
        number = NEXT_NUMBER.match(row.about, match.end())
        if number is None or Decimal(number[1]) == row.value.number:
            return True
    return False


@lru_cache(maxsize=8)
def _measures(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a name that measures how much there is of these: 登记失业率, 安全事故起数; not 投诉办结率."""
    return late(
        rf"(?m){listed(words)}(?:发生|案件)?(?:率|数|人数|户数|起数|件数|次数|例数|量|浓度)?(?:[（(].*[）)])?$"
    )


@look(
    id="D04-08",
    title="越少越好的指标写成了“≥”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是越少越好的，写“{value}”就成了越多越好。",
    remedy="改成“≤”；说的是处理了多少、下降了多少的，在名称里写明。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=(*INDICATORS, "project.goal"),
)
def floor_on_bad(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥ where less is better: 失业率 ≥2%. A quantity of work done on it (处理投诉件数) is none."""
    bad = _measures(bounds.words["harm"])
    handled = any_of(bounds.words["handled"])
    for row in in_kinds(book, bounds).saying(bounds.words["harm"]):
        whole = row.value.text == ALL and MEASURE.search(row.level3) is not None
        if not (row.value.is_floor or whole) or not row.value.number:
            continue
        if not bad.search(row.level3) and (
            _is_measure(row) or not bad.search(row.description)
        ):
            continue
        if handled.search(row.about) or (
            row.level2 == "数量指标" and row.value.unit != "%"
        ):
            continue
        if row.family in COUNTED and not _goal_says_at_least(row):
            yield Breach(row.cells("value", "level3"), row.places)


def _is_measure(row: Indicator) -> bool:
    """Whether a name says itself what is measured, whatever its description says beside: 快检合格率, 报告采用率 of 案件."""
    return MEASURE.search(row.level3) is not None


def _good_rates(bounds: Bounds) -> re.Pattern[str]:
    """A pattern that finds the name of a rate which is the better the higher."""
    return any_pattern(bounds.words["good_rate_patterns"])


def _goal_says_at_least(row: Indicator) -> bool:
    """Whether the goal sets the same floor in words: 粗死亡率不低于6‰ tells that registers are complete."""
    number = AT_LEAST.search(row.value.text)
    goal = row.project.head.text("goal")
    said = re.escape(number[0]) if number else "(?!)"
    found = re.search(
        rf"([\u3400-\u9fff]+?)(?:(?:不低于|不少于|达到|以上|≥|≧){said}|{said}以上)",
        goal,
    )
    return found is not None and row.level3[-2:] in found[1]


@look(
    id="D04-09",
    title="越高越好的比率写成了“≤”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是越高越好的，写“{value}”就成了至多做到这么多。",
    remedy="改成“≥”；确实要控制在这个数以下的，在名称里写明。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=INDICATORS,
)
def ceiling_on_good_rate(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≤ on a rate of what is good, among time and effects; outputs and satisfaction have a rule of their own."""
    good = _good_rates(bounds)
    lower_is_better = any_of(bounds.words["lower_is_better"])
    for row in in_kinds(book, bounds).ceilings:
        if row.level2 not in (TIMELY, *EFFECTS):
            continue
        if row.family != "share" or lower_is_better.search(row.about):
            continue
        if good.search(row.level3):
            yield Breach(row.cells("value", "level3"), row.places)


def _is_point_off(number: Decimal, name: str, shares: Counter[Decimal]) -> bool:
    """Whether a share with a decimal is a tenth of what several rows say; how much something grows or falls is none.

    Of many shares several are alike by chance: it is one in some dozens that shows what is meant.
    """
    several = max(SEVERAL, shares.total() // DOZENS)
    off = number < TENTH and number != round(number) and shares[number] == 1
    return off and shares[number * TENTH] >= several and GROWTH.search(name) is None


@look(
    id="D04-10",
    title="比率低得离谱",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，这样的比率一般不低于 {least}%。",
    remedy="核对数值，多半是小数点错了或者少写了一位。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def far_too_low(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A satisfaction, or a rate of what should be right, that is next to nothing: ≥9.5%.

    Any other share is told so where several rows say ten times its number, as none but it says: 95% beside 9.5%.
    """
    percents = [
        row for row in in_kinds(book, bounds).percents if not row.value.is_ceiling
    ]
    shares = Counter([row.value.number for row in percents])
    good = any_pattern(bounds.words["good_rate_patterns"])
    lower_is_better = any_of(bounds.words["lower_is_better"])
    for row in percents:
        satisfied = SATISFIED in row.level3 or SATISFIED in row.level2
        least = bounds.thresholds["satisfied_least" if satisfied else "rate_least"]
        if row.value.number >= least or lower_is_better.search(row.level3):
            continue
        if (
            satisfied
            or good.search(row.level3)
            or _is_point_off(row.value.number, row.level3, shares)
        ):
            yield Breach(
                row.cells("value", "level3"), {**row.places, "least": plain(least)}
            )
