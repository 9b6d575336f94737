"""Values of indicators (指标值): whether they say how much, of what, and in a unit that there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from toolkit.model import Return, once_of
from toolkit.rules.indicator_value import (
    EFFECTS,
    INDICATORS,
    Indicator,
    Shape,
    allowed,
    cells_of,
    ends_as_rate,
    family,
    half_width,
    in_kinds,
    parts,
    reads_as_text,
    rows,
    without_scale,
)
from toolkit.rules.reading import any_of, any_pattern, brief, counted, each_once, late
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look, plain

COST = "成本指标"
QUANTITY = "数量指标"
OUTPUT = ("数量指标", "质量指标", "时效指标")
SATISFIED = "满意度"
WHOLE = 100  # per cent
NONE = "无"
# A sign or % that awaits its number: ≥（人数）人.
AWAITS = late(r"[≥≤＞＜><%％‰]")
# What ends a range, with the unit of each end: 90%-95%, 8000元-1万元.
RANGE = late(
    r"(?P<low>\d+(?:\.\d+)?)(?P<of_low>[^\d~至到-]*)[~至到-](?P<high>\d+(?:\.\d+)?)(?P<of_high>\D*)"
)
# what begins anew, so that a range may run over its end: 11-3月
ROUND = (
    "月",
    "日",
    "时",
    "点",
    "号",
    "周",
)
# The end of a name whose value has no unit: 水质pH值, AQI; 性别比, 当量比.
ACRONYM = late(r"[A-Za-z]{2,}[A-Za-z0-9.]*(?:值|指数)?$")
RATIO = late("比(?:例尺)?$")
# The end of a name whose value is a share, in %, and of one that says what is counted: 合格率, 占比; 受益人数.
SHARE_OF = late("(?:占比|百分比|比重)$")  # 比例 may be one to another: 1比2
SHARE_NAME = late("(?:率|占比|比例|百分比|比重|满意度|知晓度|[同环]比)$")
# a description that says what the value is a share of
SHARE_SAID = late(r"(?:占比|比例|百分比)[。.]?$")
# 万人发案率, 亿元GDP死亡率: not in %
PER_MANY = late("[十百千万亿](?:人|户|车|辆|元|公里|[吨次]|平方)|每[十百千万亿]")
COUNTED_NAME = late(r"(?P<unit>[\u4e00-\u9fff])数$")
ALIKE = 3  # rows of one level with one number and its unit, beside which another without is no number of no dimension
# what a name says in brackets at its end: 空气质量指数（AQI）
BRACKETS = late(r"(?:[（(][^（()）]*[）)])+$")
# levels of which every number has a unit: so many of a thing, of money, of time
UNIT_DUE = (
    "时效指标",
    QUANTITY,
    COST,
)
# A unit that the name itself holds: 覆盖率（%）.
NAMED_UNIT = late(r"[（(]([^（()）]+)[)）]$")
# What may stand before a unit inside a compound one, and ratios: 人/10万人, 1:5, 1/10000.
MANY = late(r"^(?:每|[\d.]+|[一二两三四五六七八九十百千万亿]+)+")
# a word in Chinese characters; units in letters and signs (mg/L) are not judged
HAN = late(r"[\u4e00-\u9fff]+")
TIMES = "次"
# what makes a unit of measure greater or smaller
PREFIXES = "太吉兆千百十公市分厘毫微纳皮"
# families of units that measure, and do not count
MEASURED_BY = (
    "area",
    "length",
    "volume",
    "mass",
    "energy",
)
LONG_UNIT = 3  # characters from which a unit is told from a word by its spelling


def one_finding(found: list[Indicator], *columns: str) -> Iterator[Breach]:
    """One finding a workbook for all these rows, with their names and values as examples."""
    if found:
        examples = (f"{brief(row.level3)} {row.value.text}" for row in found)
        yield Breach(cells_of(found, *columns), counted(len(found), examples))


@look(
    id="D02-01",
    title="指标值是占位文字",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，这是填写提示，不是值。",
    remedy="填上要达到的值，如“≥95%”；确实不能量化的，写明达到什么程度。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def placeholder(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A field's type name or another filler stands where the value belongs."""
    fillers = _fillers(bounds)
    for row in rows(book, bounds):
        if row.value.capitals in fillers and _is_filler(row, bounds):
            yield Breach(row.cells(), row.places)


@once_of
def _fillers(bounds: Bounds) -> frozenset[str]:
    return frozenset(bounds.words["placeholders"])


def _is_filler(row: Indicator, bounds: Bounds) -> bool:
    value = row.value.capitals
    if value == NONE and (
        not _has_number_due(row)
        or any_of(bounds.words["lower_is_better"]).search(row.about)
    ):
        return False  # 重大事故：无; 负面舆情：无
    return value in _fillers(bounds)


@look(
    id="D02-02",
    title="数量、成本、比率或满意度没有数值",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”属于{level2}，指标值“{value}”里没有数。",
    remedy="写成“符号＋数＋单位”，如“≥95%”“≤2万元”“12月”。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def words_for_number(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Words that say in no way how much, where a number is due: quantity, cost, rate, satisfaction; a sign alone."""
    for row in in_kinds(book, bounds).worded:
        if _is_filler(row, bounds) or _says_how_much(row, bounds):
            continue
        if (
            _has_number_due(row)
            or _is_rate_in_words(row, bounds)
            or AWAITS.search(row.value.text)
        ):
            yield Breach(row.cells(), {**row.places, "level2": row.level2})


def _has_number_due(row: Indicator) -> bool:
    return row.level2 == QUANTITY or COST in row.level2 or SATISFIED in row.level2


def _is_rate_in_words(row: Indicator, bounds: Bounds) -> bool:
    """Whether a row is a rate or a share by its name; one in general words alone is told as vague."""
    rate = (
        ends_as_rate(bounds.words["not_a_rate"]).search(row.level3) is not None
        or SHARE_OF.search(row.level3) is not None
    )
    return rate and not _says_nothing(row.value.text, bounds)


def _says_how_much(row: Indicator, bounds: Bounds) -> bool:
    """Whether words hold a numeral in any writing, all or none of a thing, a date, a period: 每季度一次, 汛期前, 不发生."""
    return (
        any_pattern(bounds.words["how_much_patterns"]).search(row.value.text)
        is not None
    )


@look(
    id="D02-03",
    title="指标值空泛",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，看不出要达到什么。",
    remedy="写出可以核对的值或程度，如“≥20%”“系统全年不停机”。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def vague(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An effect, a quality or a time valued in general words alone. Where a number is due, that is told elsewhere."""
    for row in in_kinds(book, bounds).worded:
        if row.level2 not in (*EFFECTS, "质量指标", "时效指标"):
            continue
        graded = (
            row.level3.endswith(bounds.words["graded"]) and row.level2 == "质量指标"
        )
        if (
            not graded
            and not _is_degree(row, bounds)
            and _says_nothing(row.value.text, bounds)
        ):
            yield Breach(row.cells(), row.places)


def _is_degree(row: Indicator, bounds: Bounds) -> bool:
    """Whether an effect is valued in words that can be graded, as the law allows: 明显改善, 得到保障, 较好."""
    return (
        row.level2 in EFFECTS
        and any_of(bounds.words["degrees"]).search(row.value.text) is not None
    )


def _says_nothing(text: str, bounds: Bounds) -> bool:
    """Whether a value is made of general words alone: 提高、改善, 有所提升."""
    general = _made_of(bounds.words["vague"])
    parts = [part for part in re.split(r"[、，,；;。\s]+", text) if part]
    return bool(parts) and all(general.fullmatch(part) for part in parts)


@lru_cache(maxsize=8)
def _made_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that a text made of nothing but these words matches as a whole."""
    return late(f"(?:{any_of(words).pattern})+")


@look(
    id="D02-04",
    title="效益指标用文字定性",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行效益指标的值是文字（“{examples}”等），年终无法对照。",
    remedy="能量化的改成数；不能量化的可以保留。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def words_for_effect(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Effects valued in words: allowed, but nothing to measure by."""
    found = []
    for row in in_kinds(book, bounds).effects:
        if row.value.shape is not Shape.WORDS:
            continue
        if _is_filler(row, bounds) or (
            _says_nothing(row.value.text, bounds) and not _is_degree(row, bounds)
        ):
            continue  # told by rules of their own
        if _says_how_much(row, bounds) or _is_rate_in_words(row, bounds):
            continue
        found.append(row)
    yield from one_finding(found)


@look(
    id="D02-05",
    title="指标值没有单位",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，没有单位。",
    remedy="补上单位，如 %、人、份、万元、月。",
    needs=("indicators.value",),
    reads=(*INDICATORS, "project.goal"),
)
def no_unit(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number without a unit where one is due for certain: a share, a count, and whatever is no quality and no effect.

    A quality or an effect may be a number of no dimension (浊度, 土地当量比): only its name can say that it is not, or other
    rows of its kind, which say the same number with a unit again and again.
    """
    kinds = in_kinds(book, bounds)
    bare = [row for row in kinds.numbers if not row.value.unit]
    if not bare:
        return
    shares = Counter((row.level2, row.value.number) for row in kinds.percents)
    for row in bare:
        if reads_as_text(row):
            continue  # a text in place of the name says nothing of a unit; it is told as such
        named = NAMED_UNIT.search(row.level3)
        if named is not None and allowed(named[1], bounds):
            continue
        alike = shares[row.level2, row.value.number] >= ALIKE and not _is_bare_by_name(
            row, bounds
        )
        if alike or _unit_due(row, bounds):
            yield Breach(row.cells(), row.places)


def _unit_due(row: Indicator, bounds: Bounds) -> bool:
    """Whether a row's number must have a unit."""
    name = BRACKETS.sub("", row.level3)
    if any_of(bounds.words["unit_said"]).search(row.about):
        return False  # （无量纲）; 单位：公里
    if SHARE_NAME.search(name) and not name.endswith(bounds.words["not_a_rate"]):
        return bool(row.value.number) and PER_MANY.search(row.about) is None
    if SHARE_SAID.search(row.description):
        return True
    if _is_bare_by_name(row, bounds):
        return False
    counted = COUNTED_NAME.search(name)
    if counted is not None and family(counted["unit"], bounds) in ("people", "count"):
        return True
    many = row.value.scale > 1  # 12万
    return many or row.level2.startswith(UNIT_DUE) or SATISFIED in row.level2


def _is_bare_by_name(row: Indicator, bounds: Bounds) -> bool:
    """Whether a row's name, or what is written beside it, says that its number has no unit: an index, a ratio, 无量纲."""
    name = BRACKETS.sub("", row.level3)
    if any_of(bounds.words["unit_said"]).search(row.about):
        return True
    return name.endswith(
        (*bounds.words["unitless"], *bounds.words["not_a_rate"])
    ) or any(pattern.search(name) for pattern in (ACRONYM, RATIO, PER_MANY))


@look(
    id="D02-30",
    title="指标值的范围写反了，或者两头单位不同",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，{why}。",
    remedy="范围从小写到大，两头用一个单位，如“95%-98%”。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def odd_range(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A range from the greater to the less, or from one kind of unit to another: 98%-95%, 95%-98人."""
    for row in rows(book, bounds):
        why = _odd_range(row.value.text, bounds)
        if why:
            yield Breach(row.cells(), {**row.places, "why": why})


@lru_cache(maxsize=4096)
def _range(text: str) -> re.Match[str] | None:
    return RANGE.fullmatch(half_width(text).lstrip("≥≤<>="))


def _odd_range(text: str, bounds: Bounds) -> str:
    """Why a value cannot be a range, or "" where it is none or a right one. A unit at the end is that of both."""
    match = _range(text)
    if match is None:
        return ""
    of_high, high_scale = without_scale(match["of_high"])
    of_low, low_scale = without_scale(match["of_low"])
    if not match["of_low"]:
        of_low, low_scale = of_high, high_scale
    if of_low and not of_high:
        of_high = of_low
    if of_low != of_high:
        kinds = {family(of_low, bounds), family(of_high, bounds)}
        apart = "" not in kinds and (len(kinds) > 1 or kinds == {"share"})
        return (
            f"两头的单位不同（“{match['of_low']}”和“{match['of_high']}”）"
            if apart
            else ""
        )
    turned = Decimal(match["low"]) * low_scale > Decimal(match["high"]) * high_scale
    return "前面的数比后面的大" if turned and not of_high.startswith(ROUND) else ""


@look(
    id="D02-06",
    title="单位写成“比率”",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”有 {count} 个指标值的单位写成“{unit_said}”：{lines}。",
    remedy="“{unit_said}”不是单位，改为 %：{mended}。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def rate_word(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Units like 比率 that are no unit: % is meant. One finding a project."""
    of_project: dict[int, list[Indicator]] = {}
    for row in in_kinds(book, bounds).of_family("share"):
        if not allowed(row.value.unit, bounds):
            of_project.setdefault(id(row.project), []).append(row)
    for wrong in of_project.values():
        lines = [f"第 {row.number} 行“{row.value.text}”" for row in wrong]
        mended = [f"{row.value.comparator}{plain(row.value.number)}%" for row in wrong]
        places = {
            "project": brief(wrong[0].project.name),
            "lines": "、".join(lines),
            "count": str(len(wrong)),
            "mended": "、".join(each_once(mended)),
            "unit_said": wrong[0].value.unit,
        }
        yield Breach(cells_of(wrong), places)


@look(
    id="D02-07",
    title="单位不认识",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值“{value}”，单位“{unit_said}”{why}。",
    remedy="看看是不是打错了字，改成通用的单位；确是正当的单位，请管理员加进 schema/codes/measures.csv。",
    needs=("indicators.value",),
    reads=(*INDICATORS, "project.goal"),
)
def odd_unit(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A unit that cannot be one: a character that counts nothing, a known unit misspelt or typed twice.

    Words that count things are a closed class, nouns are not (12委办局): a unit of several characters may be any noun. So one
    is called misspelt only where it is like a unit of measure (平方未), and not where just its size is another (平方千米).
    """
    known = bounds.families
    for row in in_kinds(book, bounds).numbers:
        unit = row.value.unit
        if row.family == "share" or (unit in known and "/" not in unit):
            continue
        why = (_odd(part, known, row) for part in parts(unit))
        said = next(filter(None, why), "")
        if said:
            yield Breach(row.cells(), {**row.places, "unit_said": unit, "why": said})


def _odd(part: str, known: Mapping[str, str], row: Indicator) -> str:
    """Why a part of a unit cannot be one, or "".

    A short word may be any noun, so that it is called misspelt only where it stands for 次 (人此), or where the project's own
    goal says the number in the unit that it is like (1472公理 where the goal says 1472公里), or its own name says 每公里.
    """
    bare = part if part in known else MANY.sub("", part)
    if not bare or bare in known or not HAN.fullmatch(bare):
        return ""
    half = len(bare) // 2
    if len(bare) % 2 == 0 and bare[:half] == bare[half:] and bare[half:] in known:
        return "写了两遍"
    if len(bare) == 1:
        goal = row.project.head.text("goal")
        # A slip of the hand is not made twice: 6000核 in the goal too.
        return (
            "" if re.search(rf"\d[万亿]?{bare}", goal) else "不是量词，也不是计量单位"
        )
    near = [
        unit
        for unit in known
        if len(unit) == len(bare)
        and Levenshtein.distance(unit, bare, score_cutoff=1) <= 1
    ]
    if len(bare) >= LONG_UNIT:
        near = [
            unit
            for unit in near
            if known[unit] in MEASURED_BY and not _of_another_size(bare, unit)
        ]
    else:
        times = f"{bare[0]}{TIMES}"
        goal = row.project.head.text("goal")
        number = re.escape(plain(row.value.number))
        said = [
            unit
            for unit in near
            if re.search(rf"{number}万?{unit}", goal) or f"每{unit}" in row.about
        ]
        near = said or [unit for unit in near if unit == times and bare[1] not in known]
    return f"像是“{near[0]}”打错了字" if near else ""


def _of_another_size(one: str, other: str) -> bool:
    """Whether two units differ in nothing but how much of the same they are: 平方千米 and 平方厘米, 兆瓦时 and 千瓦时."""
    apart = {
        sign
        for pair in zip(one, other, strict=True)
        if pair[0] != pair[1]
        for sign in pair
    }
    return apart <= set(PREFIXES)


@look(
    id="D02-08",
    title="比率超过 100%",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，这个比率一般不超过 100%。",
    remedy="核对数值；说的是增长幅度、超额完成的，在名称里写明“增长率”“超额”。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def beyond_hundred(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A share above 100 % of something that cannot exceed the whole."""
    for row in in_kinds(book, bounds).percents:
        if is_beyond_whole(row, bounds):
            yield Breach(row.cells(), row.places)


def is_beyond_whole(row: Indicator, bounds: Bounds) -> bool:
    """Whether a row sets a share above 100 % for what cannot exceed the whole; to raise a rate is not the rise itself."""
    if row.value.unit != "%" or row.value.number <= WHOLE:
        return False
    may_exceed = any_of(bounds.words["may_exceed"])
    about = re.sub(
        rf"(?:{may_exceed.pattern})(?={re.escape(row.level3)})", "", row.description
    )
    return may_exceed.search(f"{row.level3}\n{about}") is None


@look(
    id="D02-09",
    title="指标值恒成立",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，无论做成什么样都算完成。",
    remedy="写出要达到的数；要的是“不发生”的，写“0次”或“≤0次”。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def always_true(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥0 of anything holds whatever happens."""
    grows = any_of(bounds.words["may_exceed"])
    for row in in_kinds(book, bounds).floors:
        if row.value.number or row.family == "money" or grows.search(row.about):
            continue  # a surplus or a growth may well be below nought
        yield Breach(row.cells(), row.places)


@look(
    id="D02-10",
    title="完成月份有两种写法",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="时效指标里有 {bare} 处写“12月”这样的月份，{signed} 处写“≤12月”。",
    remedy="统一成一种；写明“12月底前”最清楚。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def mixed_months(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Both 12月 and ≤12月 among the dates of one workbook: the fewer ones are shown."""
    bare: list[Indicator] = []
    signed: list[Indicator] = []
    for row in in_kinds(book, bounds).of_level("时效指标"):
        if row.value.unit == "月":
            kind = signed if row.value.comparator else bare
            kind.append(row)
    if bare and signed:
        fewer = min(bare, signed, key=len)
        places = {"bare": str(len(bare)), "signed": str(len(signed))}
        yield Breach(cells_of(fewer), places)
