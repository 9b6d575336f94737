"""Indicator rows (绩效指标): whether what is measured fits its level, its own description, its direction, and its basis."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from toolkit.model import Return
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    cells_of,
    family,
    measured,
    rows,
    same_text,
    share_words,
    tables,
)
from toolkit.rules.indicators import COST, EFFECTS, SATISFIED, one_finding
from toolkit.rules.reading import Once, any_of, any_pattern, brief, counted, folded
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look

# How many of a unit pass within the budget year whatever is done.
WITHIN_YEAR = {"月": 12, "个月": 12, "季": 4, "季度": 4, "年": 1, "年度": 1}
SPAN = re.compile("全年|年度")
EACH_YEAR = re.compile("每年|按年|年均|年人均")
NUMBERED = re.compile(r"\d\D{0,3}$")  # a text that ends in a number with its unit
LEAD = 8  # characters before a word that a message shows with it
MARKS = re.compile(r"[\W_]+")  # blanks and marks

PASSING = ("月", "个月", "季", "季度", "年", "年度")  # what passes by itself, whatever is done


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
    for row in rows(book, bounds):
        if row.level2 == "质量指标" and punctual.search(row.about):
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
    for row in rows(book, bounds):
        if row.level2 in EFFECTS and execution.search(row.level3):
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
    for _, table in tables(book, bounds):
        outputs = [row for row in table if row.level2 == "数量指标"]
        for row in table:
            if row.repeats or row.level2 not in EFFECTS:
                continue
            if family(row.value.unit, bounds) not in ("count", "people", "area"):
                continue
            copied = _of_same_value(row, outputs)
            if copied is not None:
                places = {**row.places, "other": str(copied.number), "level2": row.level2}
                yield Breach(row.cells("value", "level3"), places)


def _of_same_value(row: Indicator, others: Iterable[Indicator]) -> Indicator | None:
    """The first of other rows about the same thing with the same amount in the same unit."""
    for other in others:
        same = other.value.unit == row.value.unit and other.value.amount == row.value.amount
        if same and share_words(other.about, row.about):
            return other
    return None


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
    spending = bounds.words["spending"]  # a name of that kind is told by a rule of its own
    found = []
    for row in rows(book, bounds):
        if row.level2 != "数量指标" or row.level3.endswith(spending):
            continue
        # Days and hours are counted as people and things are: 供餐天数. Months and years pass by themselves.
        if row.value.unit.partition("/")[0] in PASSING:
            found.append(row)
    yield from one_finding(found)


@look(
    id="D03-12",
    title="效益用月数、年数衡量",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行效益指标的值是月数或年数（“{examples}”等）。一年的预算里“≥12月”总会成立，看不出效果。",
    remedy="改写能看出好坏的值，如“办结率≥95%”“投诉≤3起”；说不出数的写明达到的程度。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def effect_as_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Effects measured by months or one year, which pass in any case, although nothing in them is a time: one finding."""
    lasting = any_of(bounds.words["lasting"])
    found = []
    for row in rows(book, bounds):
        if row.level2 not in EFFECTS or row.value.is_ceiling or lasting.search(row.about):
            continue
        within = WITHIN_YEAR.get(row.value.unit)
        if within is not None and row.value.number <= within:
            found.append(row)
    yield from one_finding(found)


def _periods(text: str, bounds: Bounds) -> set[str]:
    """The periods that a text speaks of: 每月发放次数 of 月. The whole year (全年) is a span in which anything may recur."""
    periods = {"month": "月", "quarter": "季度", "year": "年"}
    found = {period for key, period in periods.items() if any_of(bounds.words[key]).search(text)}
    if SPAN.search(text) and not EACH_YEAR.search(text):
        found.discard("年")
    return found


@look(
    id="D03-13",
    title="名称与描述的期间不同",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：名称“{name}”按{named}，描述“{description}”按{described}，指标值“{value}”不知道是哪一种。",
    remedy="名称和描述改成同一个期间，并核对指标值是按哪个期间算的。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def other_period(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Name and description speak of different periods."""
    for row in rows(book, bounds):
        if not row.value.is_number:
            continue
        named = _periods(row.level3, bounds)
        described = _periods(row.description, bounds)
        if not named or not described or named & described:
            continue
        # A count of what recurs may be a year's; an amount of money is one period's or the other's.
        if family(row.value.unit, bounds) != "money" and not _mirrors(row, bounds):
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
    words = any_of(bounds.words["month"] + bounds.words["quarter"] + bounds.words["year"])
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
    for row in rows(book, bounds):
        if row.level2 != COST:
            continue
        for one, other in ((row.level3, row.description), (row.description, row.level3)):
            of_piece = each.search(one)
            of_whole = whole.search(other)
            if of_piece is None or of_whole is None or each.search(other):
                continue
            if "项目" in of_whole[0]:
                places = {**row.places, "piece": of_piece[0], "whole": of_whole[0]}
                yield Breach(row.cells("description", "level3", "value"), places)


@look(
    id="D03-16",
    title="名称说的方向与符号相反",
    severity=ERROR,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}：文字说“{said}”，指标值却写“{value}”。",
    remedy="文字和符号改成一个方向：不超过的写“≤”，不低于的写“≥”。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def words_against_sign(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The row's own words set a ceiling where its value has a floor, or the other way round: 不超过5元, ≥5元.

    The words speak of the value where they end the text, or where the value's own number follows them.
    """
    for row, said in against_sign(book, bounds):
        yield Breach(row.cells("value", "level3", "description"), {**row.places, "said": said})


def _against_sign(book: Return, bounds: Bounds) -> list[tuple[Indicator, str]]:
    """The rows whose words and sign say opposite things, each with the words."""
    ceiling = any_of(bounds.words["ceiling_words"])
    floor = any_of(bounds.words["floor_words"])
    found = []
    for row in rows(book, bounds):
        against = ceiling if row.value.is_floor else floor if row.value.is_ceiling else None
        said = _said_of_value(row, against) if against is not None else ""
        if said:
            found.append((row, said))
    return found


against_sign = Once(_against_sign)


def _said_of_value(row: Indicator, words: re.Pattern[str]) -> str:
    """What the name or the description says of the value in such words, or ""."""
    value = folded(row.value.text).lstrip("≥≤><=")
    for text in (row.level3, row.description):
        for match in words.finditer(text):
            before = folded(text[: match.start()]).removesuffix("及")
            behind = folded(text[match.end() :])
            # 不超过5元 and 5元以内 name their number; without one the word must end the text (单次费用不超过).
            of_value = bool(value) and (behind.startswith(value) or before.endswith(value))
            if of_value or not (behind or NUMBERED.search(before)):
                return text[max(0, match.start() - LEAD) :]
    return ""


@look(
    id="D04-01",
    title="同样的指标，方向相反",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，而{other}同样的指标写“{other_value}”，一个是至少，一个是至多。",
    remedy="数量、质量、满意度一般写“≥”，成本写“≤”。把写反的一处改过来。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def opposite(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Rows that say the same have ≥ here and ≤ there: the fewer ones, or the unusual ones, are shown first."""
    for group, wrong in opposites(book, bounds):
        others = [row for row in group if row not in wrong]
        other = others[0]
        places = {**wrong[0].places, "other": other.place, "other_value": brief(other.value.text)}
        yield Breach(cells_of((*wrong, *others)), places)


def _opposites(book: Return, bounds: Bounds) -> list[tuple[list[Indicator], list[Indicator]]]:
    """Groups of rows that say the same with opposite comparators, each with the rows that are probably wrong."""
    groups: dict[tuple[str, str, str], list[Indicator]] = defaultdict(list)
    for row in rows(book, bounds):
        if row.level3:
            groups[same_text(row)].append(row)
    found = []
    for group in groups.values():
        up = [row for row in group if row.value.is_floor]
        down = [row for row in group if row.value.is_ceiling]
        if up and down:
            found.append((group, _probably_wrong(up, down)))
    return found


opposites = Once(_opposites)


def _probably_wrong(up: list[Indicator], down: list[Indicator]) -> list[Indicator]:
    """The fewer of two; of as many, those with the unusual sign: a ceiling is usual for costs alone."""
    if len(up) != len(down):
        return min(up, down, key=len)
    cost = up[0].level2.endswith(COST)
    return up if cost else down


def _told(book: Return, bounds: Bounds) -> set[int]:
    """The rows that an opposite twin or their own words give away; other rules do not tell them once more.

    By identity (id), since a row holds a mapping and cannot itself be put into a set.
    """
    twins = {id(row.row) for _, wrong in opposites(book, bounds) for row in wrong}
    return twins | {id(row.row) for row, _ in against_sign(book, bounds)}


@look(
    id="D04-02",
    title="越多越好的指标写成了“≤”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”属于{level2}，写“{value}”就成了做得越少越好。",
    remedy="改成“≥”；确实是越低越好的（如差错率），在名称里写明。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def ceiling_on_good(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≤ where more is better: outputs and satisfaction. Rows that an opposite twin gives away are not told twice."""
    lower_is_better = any_of(bounds.words["lower_is_better"])
    told = _told(book, bounds)
    for row in rows(book, bounds):
        if not row.value.is_ceiling or id(row.row) in told:
            continue
        if lower_is_better.search(row.about) or not _more_is_better(row, bounds):
            continue
        if family(row.value.unit, bounds) in ("count", "people", "share", "area", "length"):
            places = {**row.places, "level2": row.level2}
            yield Breach(row.cells("value"), places)


def _more_is_better(row: Indicator, bounds: Bounds) -> bool:
    """Whether a row's level or its number says that more is better: a quantity, a satisfaction, a quality of nearly all.

    What is to be little of is allowed little (含水率 ≤8%); a ceiling near the whole is a floor with the wrong sign.
    """
    if row.level2 == "质量指标":
        nearly_all = row.value.unit == "%" and row.value.number >= bounds.thresholds["nearly_all"]
        return nearly_all or any_pattern(bounds.words["good_rate_patterns"]).search(row.level3) is not None
    return row.level2 == "数量指标" or SATISFIED in row.level2


@look(
    id="D04-03",
    title="写“降低”又写“≤”",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：“{description}”，值是“{value}”，读起来是“{word}得不超过这么多”。",
    remedy="要控制在这个数以下的，名称写“××率”；要降低这么多的，值写“≥”。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def reduce_at_most(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """As in “降低失业率 ≤2%”, which reads as a reduction of at most 2 %."""
    reduce = any_of(bounds.words["reduce"])
    for row in rows(book, bounds):
        if row.level2 not in EFFECTS or not row.value.is_ceiling:
            continue
        match = reduce.search(row.level3) or reduce.match(row.description)
        if match is not None:
            places = {**row.places, "word": match[0], "description": brief(row.description)}
            yield Breach(row.cells("value", "description"), places)


@look(
    id="D04-04",
    title="成本指标写成了“≥”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是成本，写“{value}”就成了花得越多越好。",
    remedy="改成“≤”；说的是发放标准不低于多少的，在名称里写“标准”。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def floor_on_cost(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥ on a cost. Rows that an opposite twin gives away are not told twice."""
    told = _told(book, bounds)
    at_least = any_of(bounds.words["at_least_as_much"])
    for row in rows(book, bounds):
        if row.level2 != COST or not row.value.is_floor:
            continue
        if id(row.row) in told or at_least.search(row.about):
            continue
        if family(row.value.unit, bounds) == "money":
            yield Breach(row.cells("value"), row.places)


@look(
    id="D04-05",
    title="完成时间写成了“≥”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是时效，写“{value}”就成了完成得越晚越好。",
    remedy="改成“≤”，或者写明“12月底前”。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def floor_on_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥ on a time by which something is done; a time for which it goes on (值守时长) may well be a floor."""
    done = any_of(bounds.words["done_by"])
    lasts = any_of(bounds.words["goes_on"])
    told = _told(book, bounds)
    for row in rows(book, bounds):
        if row.level2 != "时效指标" or not row.value.is_floor or lasts.search(row.about) or id(row.row) in told:
            continue
        if family(row.value.unit, bounds) == "time" and done.search(row.about):
            yield Breach(row.cells("value"), row.places)


@look(
    id="D04-06",
    title="成本没有写“≤”",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="有 {count} 行成本没有写“≤”（“{examples}”），其他成本都写了。",
    remedy="成本是上限的，加上“≤”；是固定标准的，可以不加。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def cost_without_sign(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Costs without ≤ among costs that have it: one finding. A fixed standard (30元/亩) is no ceiling and needs none."""
    bare: list[Indicator] = []
    signed: list[Indicator] = []
    for row in rows(book, bounds):
        if "/" in row.value.unit or "标准" in row.about:
            continue
        if row.level2 == COST and family(row.value.unit, bounds) == "money":
            kind = signed if row.value.comparator else bare
            kind.append(row)
    if bare and signed:
        examples = [row.value.text for row in bare]
        yield Breach(cells_of(bare), counted(len(bare), examples))


@look(
    id="D03-15",
    title="人均成本的单位没有“人”",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="有 {count} 行说的是每人的成本，单位却是“元/年”（“{examples}”等）。",
    remedy="单位写成“元/人/年”。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def per_year_without_head(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A cost of each person whose unit says 元/年: one finding."""
    each = any_pattern(bounds.words["per_head_patterns"])
    found = []
    for row in rows(book, bounds):
        if row.level2 != COST or row.value.unit not in ("元/年", "元/月"):
            continue
        if each.search(row.about):
            found.append(row)
    if found:
        examples = [f"{brief(row.description)} {row.value.text}" for row in found]
        yield Breach(cells_of(found), counted(len(found), examples))


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
    """The basis repeats the name or the description of its own row."""
    for row in rows(book, bounds):
        if row.basis and row.basis in (row.level3, row.description):
            same = "指标名称" if row.basis == row.level3 else "绩效指标描述"
            places = {**row.places, "basis": brief(row.basis), "same": same}
            yield Breach(row.cells("basis"), places)


@lru_cache(maxsize=1024)
def _names_nothing(basis: str, filler: tuple[str, ...]) -> bool:
    """Whether a basis holds nothing but general words and marks; kept, since the same few bases stand in hundreds of rows."""
    return not MARKS.sub("", any_of(filler).sub("", basis))


def _empty_bases(book: Return, bounds: Bounds) -> Iterator[Indicator]:
    """The rows whose basis is no source at all: general words alone, or a value. What repeats the name is told elsewhere."""
    filler = bounds.words["basis_filler"]
    for row in rows(book, bounds):
        if not row.basis or row.basis in (row.level3, row.description):
            continue
        if _names_nothing(row.basis, filler) or measured(row.basis).comparator or row.basis == row.value.text:
            yield row


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
    """A basis that is a value, or general words that do not even point to a source: 工作人员, ≥95%."""
    points = any_of(bounds.words["basis_points"])
    for row in _empty_bases(book, bounds):
        if not points.search(row.basis):
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
    points = any_of(bounds.words["basis_points"])
    found = [row for row in _empty_bases(book, bounds) if points.search(row.basis)]
    if found:
        examples = [brief(row.basis) for row in found]
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
    for row in rows(book, bounds):
        if "率" not in row.level3 or not counted_by_unit.search(row.level3) or opinion.search(row.about):
            continue
        if questionnaire.search(row.basis):
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
    for row in rows(book, bounds):
        if f"{bounds.year}年" not in row.basis or planned.search(row.basis):
            continue
        if actual.search(row.basis):
            places = {
                **row.places,
                "basis": brief(row.basis),
                "year": str(bounds.year),
                "last": str(bounds.year - 1),
            }
            yield Breach(row.cells("basis"), places)
