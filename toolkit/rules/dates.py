"""Days that are none of the calendar, and spans that end before they begin (跨年), in any text of a return."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from toolkit.model import Return
from toolkit.rules.indicator_bounds import FITS
from toolkit.rules.indicator_value import INDICATORS, rows
from toolkit.rules.reading import DAYS_OF_MONTHS, END, brief, late, texts, why_no_day
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain

LONGEST = 31
FEBRUARY, LEAP_DAY = 2, 29
VALUE = "indicators.value"  # what stands there is told by a rule on indicators
# A day or a part of a month, from its 月 on, and the number of the month before it, with its year where that is written:
# 2023年2月29日, 9月31日, 13月底; not 3个月, 18月龄.
DAY = late(r"月(?:份)?(?:(?P<day>\d{1,2})[日号]|[底末初]|[上中下]旬|份)")
MONTH_BEFORE = late(r"(?:(?P<year>(?:19|20)\d\d)年(?:度)?)?(?P<month>\d{1,2})$")
# A month in which something ends, of a year that is written: 2026年1月至13月.
SPAN_OF_MONTHS = late(
    r"(?:19|20)\d\d年\d{1,2}月(?:份)?[至到—~-]+(?P<month>\d{1,2})月(?!\d)"
)
EACH_MONTH = late(r"(?:每月|次月|当月|逐月)(?P<day>\d{2})[日号]")
# From a month of a year to a month of a year: 2026年1月至2025年12月, 2023年9月1日—2022年12月31日.
SPAN = late(
    r"(?P<from>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?:份|\d{1,2}日|[底末初])?(?:起|开始)?[，,]?[至到—~-]+"
    r"(?P<to>(?:19|20)\d\d)年(?P<last>\d{1,2})月"
)
LEAD = 8  # characters before a month that its year may take, and that a message shows about a date


@look(
    id="E01-20",
    title="没有这一天",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：{why}。",
    remedy="改成对的日期。",
)
def no_such_day(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """31 September, 30 February, a thirteenth month, the 35th of each month, 29 February of a year that has none."""
    written = texts(book, bounds)
    for passage, match in written.search_near("月", 0, DAY):
        before = MONTH_BEFORE.search(
            match.string, max(0, match.start() - LEAD), match.start()
        )
        if before is None or passage.field == VALUE:
            continue
        why = _why_none(
            int(before["month"]), int(match["day"] or 1), int(before["year"] or 0)
        )
        if why and not _is_decimal(match.string, before.start("month")):
            yield Breach(passage.cells, {"text": _shown(match), "why": why})
    for passage, match in written.search(SPAN_OF_MONTHS):
        month = int(match["month"])
        if month > len(DAYS_OF_MONTHS) and passage.field != VALUE:
            yield Breach(
                passage.cells, {"text": _shown(match), "why": f"没有 {month} 月"}
            )
    for passage, match in written.search(EACH_MONTH):
        if int(match["day"]) > LONGEST and passage.field != VALUE:
            yield Breach(
                passage.cells,
                {"text": _shown(match), "why": f"一个月没有 {match['day']} 日"},
            )


def _shown(match: re.Match[str]) -> str:
    """What was found with a few characters about it, of its own text alone."""
    before = match.string[max(0, match.start() - LEAD) : match.start()].split(END)[-1]
    behind = match.string[match.end() : match.end() + LEAD].split(END)[0]
    return brief(f"{before}{match[0]}{behind}", 40)


def _is_decimal(text: str, at: int) -> bool:
    """Whether the digits before a sign are the end of a longer number: 2.15月."""
    return text[at - 1 : at] in tuple(".．0123456789")


def _why_none(month: int, day: int, year: int) -> str:
    """Why a day is none of the calendar, or ""; a year of 0 is not written."""
    if why := why_no_day(month, day):
        return why
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (
        f"{year} 年 2 月没有 29 日"
        if (month, day) == (FEBRUARY, LEAP_DAY) and year and not leap
        else ""
    )


@look(
    id="E01-21",
    title="起止时间前后颠倒",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：结束的时间在开始以前。",
    remedy="核对起止的年月，改正写错的一处。",
)
def ends_before_it_begins(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A span of two dates, both with their years, of which the second lies before the first."""
    for passage, match in texts(book, bounds).search(SPAN):
        begins, ends = (
            (int(match["from"]), int(match["month"])),
            (int(match["to"]), int(match["last"])),
        )
        if ends < begins:
            yield Breach(passage.cells, {"text": brief(match[0], 40)})


# So long in each day, week or month: 每天2小时, 每周不少于5天.
EACH = late(
    r"每(?:个)?(?P<of>天|日|周|星期|月|年)(?P<between>[^，。；;、\d\x00]{0,6}?)(?P<number>\d+(?:\.\d+)?)(?P<unit>小时|天|周|个月)(?![前内])"
)
SAME_UNIT = {"日": "天", "星期": "周", "个月": "月"}
ADDED_UP = late("累计|合计|人均|人次|共|总")


@look(
    id="E01-22",
    title="一天、一周里没有这么长的时间",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="跨年",
    message="“{said}”：一{of}最多 {most} {unit_said}。",
    remedy="核对数字和单位；几个人、几处加在一起的，写明“累计”。",
)
def longer_than_its_period(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """25 hours in each day, eight days in each week, in any text; what several spend together may be more."""
    for passage, match in texts(book, bounds).search(EACH):
        of, unit = (
            SAME_UNIT.get(match["of"], match["of"]),
            SAME_UNIT.get(match["unit"], match["unit"]),
        )
        most = FITS.get((unit, of), 0)
        if (
            most
            and Decimal(match["number"]) > most
            and ADDED_UP.search(match["between"]) is None
        ):
            places = {
                "said": match[0],
                "of": f"个{of}" if of == "月" else of,
                "most": str(most),
                "unit_said": match["unit"],
            }
            yield Breach(passage.cells, places)


# From a day to a day, of which the second may leave out its year: 2006年7月1日至2026年6月30日.
DAYS_SPAN = late(
    r"(?P<from>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日[至到—~-]+(?:(?P<to>(?:19|20)\d\d)年)?(?P<last>\d{1,2})月(?P<end>\d{1,2})日"
)
A_UNIT = {
    "年": Decimal("365.25"),
    "个月": Decimal("30.44"),
    "月": Decimal("30.44"),
    "天": Decimal(1),
    "日": Decimal(1),
}
TENTH = Decimal("0.1")


@look(
    id="D03-39",
    title="描述里的起止日期与指标值的期限不符",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}“{name}”：描述写“{said}”，有 {due} {unit_said}，指标值写的是“{value}”。",
    remedy="核对起止日期和期限，改写错的一处。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def span_against_value(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """From a day to a day in a description is another time than the value, by more than one and more than a tenth of it."""
    for row in rows(book, bounds):
        match = (
            DAYS_SPAN.search(row.description)
            if row.value.is_number and row.value.unit in A_UNIT
            else None
        )
        days = _days_of(match) if match is not None else 0
        if match is None or days <= 0:
            continue
        due = Decimal(days) / A_UNIT[row.value.unit]
        if abs(due - row.value.number) > max(Decimal(1), row.value.number * TENTH):
            places = {
                **row.places,
                "said": match[0],
                "due": plain(round(due, 1)),
                "unit_said": row.value.unit,
            }
            yield Breach(row.cells("value", "description"), places)


def _days_of(match: re.Match[str]) -> int:
    """How many days a span has, both ends counted; 0 where one of them is no day of the calendar."""
    days = [
        (int(match["from"]), int(match["month"]), int(match["day"])),
        (int(match["to"] or match["from"]), int(match["last"]), int(match["end"])),
    ]
    if any(_why_none(month, day, year) for year, month, day in days):
        return 0
    begins, ends = (date(*day) for day in days)
    return (ends - begins).days + 1
