"""What a description says in parts: 男生690人、女生510人; 春、秋学期各1次; and what these come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from toolkit.model import record
from toolkit.rules.indicator_value import Indicator, family, half_width, without_scale
from toolkit.rules.indicators import TIMES
from toolkit.rules.reading import any_of, late
from toolkit.rules.rule import Bounds
from toolkit.rules.slip import ONE_DIGIT, slip_of_count

SCALES = {
    "": Decimal(1),
    "千": Decimal(1000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
SEVERAL = late(r"\d[^\d.]+\d")  # two numbers
EACH_SIGN = "各"
MARKS = late("[、，,；;]")
SEPARATORS = late("[、，,；;和及与]")
LETTERED = late(r"\d*[A-Za-z]+\d*")  # a name of letters and numbers: DN200, 4a
# One of several parts: what it is of, so many, in which unit: C级19户, 一级40万, 电工620; not F2 1200, S203 4, which are names.
PART = late(
    r"(?P<name>.*?[\u4e00-\u9fff])(?P<number>(?<![\d.])\d+(?:\.\d+)?)(?P<scale>[千万亿]?)(?P<unit>[^\d%‰]{0,4})"
)
# In a part's name, another number than a year, an age, a grade: 60—79岁, 2022年秋季.
OTHER_NUMBER = late(r"\d(?:\.\d+)?(?![年月日岁周级类楼层期线路号村镇段档—~-])[^\d]")
REST = ("其他", "其余", "其它", "另外", "余下", "剩余")
# So many of one thing, each with so many: 两节各250人, 26个村各1人, 春、秋学期各1次.
EACH = late(
    r"(?P<of>[^\d，。；;各每]*?)(?:(?P<count>\d+|[两双二三四五六七八九十])(?P<thing>[\u4e00-\u9fff]{1,4}))?"
    r"各(?:为|约)?(?P<number>\d+(?:\.\d+)?|[一二两三四五六七八九十])(?P<unit>[\u4e00-\u9fff]{1,3})"
)
NUMERALS = {
    "两": 2,
    "双": 2,
    **{sign: at for at, sign in enumerate("一二三四五六七八九十", 1)},
}
BARE_YEAR = late(r"(?<!\d)(?:19|20)\d\d年度?$")  # 2022年, 其中2022年
MANY = 2  # parts from which a sum that is a slip away from a bound is no chance
LEAST_TELLING = 10  # a value from which one wrong digit of it, or of a part, is no other division of a small number
TWICE, OFTEN = 2, 12  # how often a year the same thing may be done to each of many


# A number and the brackets behind it: 1080元（给养780元、医疗300元）.
BRACKETED = late(r"[（(](?P<inside>[^（()）]{5,80})[）)]")
LONGEST_NUMBER = 14  # characters of a number with its unit
ROUGHLY = late("[约近超]过?$")
BEFORE_BRACKET = late(
    r"(?<![\d.])(?P<number>\d+(?:\.\d+)?)(?P<scale>[千万亿]?)(?P<unit>[\u4e00-\u9fff]{1,3})$"
)


@record(slots=True)
class Sum:
    """What a description comes to: the number, its unit, the words; how it is known that the value must be the same."""

    number: Decimal
    unit: str
    said: str
    parts: tuple[Decimal, ...]
    whole: bool = False  # whether the parts leave nothing out: 其余, 各


def sum_of(row: Indicator, bounds: Bounds) -> Sum | None:
    """What the parts of a row's description come to, where it is made of nothing but parts counted as its value is."""
    if (
        not row.value.is_number
        or row.value.high is not None
        or row.family in ("share", "")
    ):
        return None
    return _added(row, bounds) or _each(row, bounds)


def _added(row: Indicator, bounds: Bounds) -> Sum | None:
    if SEVERAL.search(row.description) is None:
        return None
    found = listed_parts(row.description, bounds)
    if not found or not _same(found[-1].unit, row.value.unit.partition("/")[0], bounds):
        return None
    if not found[-1].unit and row.family == "money":
        return None
    if all(BARE_YEAR.search(part.name) for part in found):
        return None  # what was done in other years stands beside as often as it is part of it
    whole = any(part.name.startswith(REST) for part in found)
    parts = tuple(part.number for part in found)
    if not found[-1].unit and sum(parts, Decimal(0)) == row.value.number:
        return None  # 一代5、二代5、三代3 of 13万亩次: in ten thousands as the value is
    return Sum(sum(parts, Decimal(0)), row.value.unit, row.description, parts, whole)


@record(slots=True)
class Part:
    """One of the parts that a text is made of: what it is of, how many, in which unit."""

    name: str
    number: Decimal
    unit: str


def listed_parts(text: str, bounds: Bounds) -> tuple[Part, ...]:
    """The parts of a text that is made of nothing but two or more parts in one unit; none of any other."""
    found = _items(half_width(text).strip("。;."))
    if not found:
        return ()
    if {item["unit"] for item in found} - {found[-1]["unit"]} not in (set(), {""}):
        return ()
    inexact = any_of(bounds.words["inexact_parts"])
    if any(
        inexact.search(item["name"])
        or OTHER_NUMBER.search(LETTERED.sub("", item["name"]))
        for item in found
    ):
        return ()
    unit = found[-1]["unit"]
    return tuple(
        Part(item["name"], Decimal(item["number"]) * SCALES[item["scale"]], unit)
        for item in found
    )


def _items(text: str) -> list[re.Match[str]]:
    """The parts of a text that is made of nothing else, parted by marks, or else by words too: 短信及流量 is one thing."""
    for separators in (MARKS, SEPARATORS):
        items = [PART.fullmatch(item) for item in separators.split(text)]
        found = [item for item in items if item is not None]
        if len(items) > 1 and len(found) == len(items):
            return found
    return []


def _each(row: Indicator, bounds: Bounds) -> Sum | None:
    match = (
        EACH.fullmatch(half_width(row.description).strip("。;."))
        if EACH_SIGN in row.description
        else None
    )
    if match is None or not _same(match["unit"], row.value.unit, bounds):
        return None
    count = (
        _number(match["count"])
        if match["count"]
        else Decimal(len(re.split("[、和与及]", match["of"])))
    )
    if count < TWICE:
        return None
    each = _number(match["number"])
    return Sum(count * each, row.value.unit, row.description, (each,), whole=True)


def _number(text: str) -> Decimal:
    return Decimal(NUMERALS[text]) if text in NUMERALS else Decimal(text)


def _same(said: str, unit: str, bounds: Bounds) -> bool:
    """Whether parts are counted as their value is: in the same unit, people in people, 人 and 人次; or the parts in none."""
    bare, _ = without_scale(said)
    if not bare:
        return True
    if bare.removesuffix(TIMES) == unit.removesuffix(TIMES) or unit.startswith(bare):
        return True
    return family(bare, bounds) == family(unit, bounds) == "people"


def why_not(due: Sum, row: Indicator, bounds: Bounds) -> str:
    """Why a value that its parts do not come to must be wrong, or one of them, as a part of the message; or "".

    A value that is one of them counts that one alone (报废2辆、更新2辆 of what is bought). Of all others either nothing is left
    out, or there are more parts than the whole, or one slip of the hand explains the gap.
    """
    value, gap = row.value.amount, due.number - row.value.amount
    if not gap or value in due.parts:
        return ""
    slips = _slips(due, value)
    certain = next((one for one in slips if one != ONE_DIGIT), "")
    said = certain or next(iter(slips), "")
    if (row.value.is_floor and gap > 0) or (row.value.is_ceiling and gap < 0):
        # More than a floor is right; but not where a slip undone makes just the floor of many numbers.
        return certain if len(due.parts) > MANY else ""
    if due.whole:
        return said or "各部分没有漏掉的"
    if gap > 0 and row.family in ("people", "count"):
        return said or "比总数还多"
    return said if said != ONE_DIGIT or value >= LEAST_TELLING else ""


def bracketed_sum(
    bracket: re.Match[str], bounds: Bounds
) -> tuple[Decimal, Decimal, str, str] | None:
    """A number whose parts, in the brackets behind it, come to another: the number, what they come to, the unit, why."""
    whole = BEFORE_BRACKET.search(
        bracket.string, max(0, bracket.start() - LONGEST_NUMBER), bracket.start()
    )
    parts = listed_parts(bracket["inside"], bounds) if whole is not None else ()
    if whole is None or not parts or parts[0].unit != whole["unit"]:
        return None
    number = Decimal(whole["number"]) * SCALES[whole["scale"]]
    numbers = tuple(part.number for part in parts)
    due = Sum(sum(numbers, Decimal(0)), whole["unit"], bracket["inside"], numbers)
    if (
        due.number == number
        or number in numbers
        or ROUGHLY.search(bracket.string[: whole.start()])
    ):
        return None
    slips = _slips(due, number)
    why = next((one for one in slips if one != ONE_DIGIT), "") or next(iter(slips), "")
    why = why or ("比总数还多" if due.number > number else "")
    return (number, due.number, whole["unit"], why) if why else None


def _slips(due: Sum, value: Decimal) -> list[str]:
    """The slips, each alone, that make the sum of the value: in the value itself, or in one part."""
    return slips_of_sum(due.parts, due.number, value)


def slips_of_sum(parts: Sequence[Decimal], due: Decimal, whole: Decimal) -> list[str]:
    """The slips of the hand, each alone, by which some parts, which come to `due`, would come to a whole."""
    gap = due - whole
    found = [slip_of_count(whole, due)]
    if len(parts) > 1:
        found += [slip_of_count(part, part - gap) for part in parts if part > gap]
    return [one for one in found if one]


def of_all_each_time(row: Indicator, table: Sequence[Indicator]) -> Sum | None:
    """All of what another row counts, so many times: 4760人次 of 2380人, 上半年、下半年各一次; or a slip of it."""
    match = (
        EACH.fullmatch(half_width(row.description).strip("。;."))
        if EACH_SIGN in row.description
        else None
    )
    unit = row.value.unit
    if (
        match is None
        or match["unit"] not in (TIMES, "遍", "轮")
        or not unit.endswith(TIMES)
        or len(unit) <= len(TIMES)
    ):
        return None
    counted = [
        other
        for other in table
        if other.value.is_number and other.value.unit == unit.removesuffix(TIMES)
    ]
    times = (
        _number(match["count"])
        if match["count"]
        else Decimal(len(re.split("[、和与及]", match["of"])))
    )
    times *= _number(match["number"])
    if len(counted) != 1 or slip_of_count(
        row.value.amount, counted[0].value.amount * times
    ) in ("", ONE_DIGIT):
        return None
    said = f"{row.description}，第 {counted[0].number} 行 {counted[0].value.text}"
    return Sum(counted[0].value.amount * times, unit, said, ())


# So many of each of what another row counts, or so often each of so many: 每村28座, 8个点位每季度1次.
OF_EACH = late(
    r"每(?P<thing>[\u4e00-\u9fff]{1,2})(?P<each>\d+(?:\.\d+)?)(?P<unit>[\u4e00-\u9fff]{1,2})"
)
OFTEN_EACH = late(
    r"(?P<count>\d+)个?[\u4e00-\u9fff]{1,4}[，,、]?每(?P<period>月|季度|季|年|半年)(?P<each>\d+)次"
)
# 218个村×12场
TIMES_EACH = late(
    r"(\d+(?:\.\d+)?)[\u4e00-\u9fff]{0,4}[×xX*](\d+(?:\.\d+)?)(?P<unit>[\u4e00-\u9fff]{1,4})"
)
A_YEAR = {"月": 12, "季度": 4, "季": 4, "年": 1, "半年": 2}


def of_many(row: Indicator, table: Sequence[Indicator]) -> Sum | None:
    """So many of each, times how many there are by another row, or so often a year each; the value a slip of that."""
    text, value = half_width(row.description).strip("。;."), row.value
    often, each, times = (
        OFTEN_EACH.fullmatch(text),
        OF_EACH.fullmatch(text),
        TIMES_EACH.fullmatch(text),
    )
    due, said = Decimal(0), row.description
    if times is not None and times["unit"] == value.unit:
        due = Decimal(times[1]) * Decimal(times[2])
    elif often is not None and value.unit.endswith(TIMES):
        due = Decimal(often["count"]) * Decimal(often["each"]) * A_YEAR[often["period"]]
    elif each is not None and each["unit"] == value.unit:
        others = (
            other
            for other in table
            if other is not row and other.value.is_number and other.level2 == row.level2
        )
        counts = [other for other in others if each["thing"] in other.level3]
        if len(counts) != 1:
            return None
        due = counts[0].value.amount * Decimal(each["each"])
        said = f"{row.description}，第 {counts[0].number} 行 {counts[0].value.text}"
    return (
        Sum(due, value.unit, said, ())
        if due and slip_of_count(value.amount, due) not in ("", ONE_DIGIT)
        else None
    )


def of_each_time(row: Indicator) -> Sum | None:
    """So many things in a description, each counted several times a year in the value: 4800座 of 9600座次, or a slip of it."""
    unit = row.value.unit
    if not unit.endswith(TIMES) or len(unit) <= len(TIMES):
        return None
    counted = re.findall(
        rf"(?<![\d.])(\d+(?:\.\d+)?)(万?){re.escape(unit.removesuffix(TIMES))}(?!次)",
        half_width(row.description),
    )
    if len(counted) != 1:
        return None
    number = Decimal(counted[0][0]) * SCALES[counted[0][1]]
    if not number or row.value.amount % number == 0:
        return None
    for times in range(TWICE, OFTEN + 1):
        if row.value.amount % times == 0 and slip_of_count(
            number, row.value.amount / times
        ) not in ("", ONE_DIGIT):
            return Sum(number * times, unit, row.description, (number,))
    return None
