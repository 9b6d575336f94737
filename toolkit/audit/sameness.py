"""Checks of what a statement says in several places: years, the same amount twice, units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from toolkit.audit.arithmetic import comparable, frames, kin_of, scale
from toolkit.audit.blocks import NUMERALS
from toolkit.audit.facts import ANONYMOUS, Base, Fact, Role, wide
from toolkit.audit.finding import Beside, Duty, Heard, check
from toolkit.audit.reading import Statement
from toolkit.audit.tables import YUAN
from toolkit.rules.rule import ERROR, INFO, WARNING

CLAUSE_END = re.compile(r"[，。；：]")
YEAR = re.compile(r"(20\d\d)年")
LAST_KNOWN = 2  # years back lies the last outcome that is known when a budget is made
TOTAL_NAME = re.compile(r"\.(?:total|expenditure|year)$")
ABOVE = 2  # paragraphs
COMPARED = (Role.CHANGE, Role.PERCENT, Role.PRIOR)
ONLY_YEAR = re.compile(r"20\d\d年(?:度)?")
NO_YEAR = "题目里没有年度"
MOST = Decimal("0.8")  # of the amounts that are of one unit make it the statement's
# yuan: a budget's amount with decimals that comes to less was meant in 万元
SMALL = Decimal(1000)
TEN_THOUSAND = 10000  # so is one that is less than a ten-thousandth of the greatest
HUGE = 100  # times the greatest other amount


@check("J03-01", "与哪一年比", Duty.ACCURATE, ERROR, "请核对年度：应当与上一年比。")
def compared_years(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Changes compare with the year before."""
    changes = [fact for fact in statement.facts if fact.role in COMPARED and fact.year]
    told = [
        fact for fact in changes if fact.understood and statement.speaks_of_all(fact)
    ]
    if not statement.year:
        if told:
            heard.unchecked(NO_YEAR, len(told))
        return
    for fact in told:
        known = statement.kind != "决算" and fact.year == statement.year - LAST_KNOWN
        outcome = fact.base is Base.EXECUTED and known
        if fact.year == statement.year - 1:
            heard.held()
        elif outcome:
            heard.unchecked("与前年的决算比，可能是因为上年的决算还没有出来")
        else:
            message = f"“{fact.called}”与 {fact.year} 年比，{statement.year} 年的{statement.kind}应当与 {statement.year - 1} 年比"
            heard.breaks(message, (fact,), (str(fact.year), str(statement.year - 1)))


@check(
    "J03-02",
    "说的是哪一年",
    Duty.ACCURATE,
    ERROR,
    "请核对年度，可能是上年的文本没有改全。",
)
def told_years(statement: Statement, beside: Beside, heard: Heard) -> None:
    """The amounts, and the sentence that opens the statement, are of the year of the title."""
    if not statement.year:
        heard.unchecked(NO_YEAR)
        return
    _opened(statement, heard)
    for facts in (*statement.named.values(), *_budgets(statement)):
        years = [
            (fact, _year_of(statement, fact)) for fact in facts if not fact.relative
        ]
        right = {fact.value for fact, year in years if year in (0, statement.year)}
        for fact, year in years:
            if year in (0, statement.year):
                heard.held()
            elif right and fact.value not in right:
                heard.unchecked("同一个数说了几个年度，可能是在比较")
            else:
                message = (
                    f"说的是 {year} 年的“{fact.called}”，题目是 {statement.year} 年"
                )
                heard.breaks(
                    message,
                    (fact,),
                    (str(year), str(statement.year)),
                    key=f"year {year}",
                )


def _budgets(statement: Statement) -> Iterator[tuple[Fact, ...]]:
    """Yield the amounts that no form declares, but that the text calls a budget and compares with the year before."""
    for fact, after in pairwise(statement.facts):
        clause = CLAUSE_END.split(
            wide(statement.paragraphs[fact.paragraph].text)[: fact.start]
        )[-1]
        if (
            fact.own
            and fact.role is Role.VALUE
            and after.role is Role.CHANGE
            and after.name == fact.name
            and "预算" in clause
        ):
            yield (fact,)


def _opened(statement: Statement, heard: Heard) -> None:
    for number, paragraph in enumerate(statement.paragraphs):
        for found in re.finditer(
            statement.form.wording["opened"], wide(paragraph.text)
        ):
            year = int(found["year"])
            if year == statement.year:
                heard.held()
            else:
                spot = heard.around(number, found.start("year"), found.end())
                heard.breaks(
                    f"说的是 {year} 年，题目是 {statement.year} 年",
                    (spot,),
                    (str(year), str(statement.year)),
                    key=f"year {year}",
                )


def _year_of(statement: Statement, fact: Fact) -> int:
    """The year told in the clause of an amount, or right before it, that no comparison is with; 0 where none is."""
    text = wide(statement.paragraphs[fact.paragraph].text)[: fact.start]
    clauses = CLAUSE_END.split(text)
    clause = clauses[-1]
    if len(clauses) > 1 and ONLY_YEAR.fullmatch(clauses[-2]):  # 2023年，本部门…
        clause = clauses[-2] + clause
    found = YEAR.search(clause)
    compared = found and re.search(
        r"(?:比|较|与|同|至|从|自|于|截至|按)$", clause[: found.start()]
    )
    if found is None or compared or re.search(r"执行|决算|上年", clause):
        return 0
    return int(found[1])


@check(
    "J03-03",
    "同一个数前后说得不一样",
    Duty.ACCURATE,
    ERROR,
    "请核对这个数，前后改成一致。",
)
def twice(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An amount that is told several times is told alike."""
    if statement.several:
        heard.unchecked("许多数前后都不一样，可能是几个单位的文本合在一起")
        return
    own = re.compile(statement.form.wording["not_own"])
    _restated(statement, heard)
    for facts in statement.named.values():
        kept = [
            fact
            for fact in facts
            if not fact.repeats
            and not own.search(fact.label)
            and _of_this_year(statement, fact)
            and not _to_be_bought(statement, fact)
        ]
        for other in kept[1:]:
            first = kept[0]
            if not comparable(other.unit, first.unit) or (
                first.year and other.year and first.year != other.year
            ):
                continue
            times = scale(other.unit, first.unit)
            near = max(other.half * times, first.half)
            if abs(other.value * times - first.value) <= near:
                heard.held()
            elif not other.relative and (
                _in_other_lists(statement, first, other)
                or _scopes(statement, first, other)
            ):
                heard.unchecked("列在不同的总数下面，可能不是同一个范围")
            elif other.paragraph == first.paragraph and not other.relative:
                heard.unchecked("同一段里说了两次，可能不是同一个范围")
            else:
                message = f"“{first.called}”前面是 {first.shown}，后面是 {other.shown}"
                heard.breaks(message, (first, other), (first.shown, other.shown))


def _restated(statement: Statement, heard: Heard) -> None:
    """An amount told at once in another unit is the same: 15530.46万元，即1.55亿元."""
    again = re.compile(statement.form.wording["restated"])
    for first, other in pairwise(statement.facts):
        text = wide(statement.paragraphs[other.paragraph].text)
        if (
            first.paragraph != other.paragraph
            or first.unit not in YUAN
            or other.unit not in YUAN
            or not again.fullmatch(text[first.end : other.start])
        ):
            continue
        times = scale(other.unit, first.unit)
        near = max(other.half * times, first.half)
        if abs(other.value * times - first.value) <= near:
            heard.held()
        else:
            message = f"“{first.called}”是 {first.shown}，又说即 {other.shown}"
            heard.breaks(message, (first, other), (first.shown, other.shown))


def _to_be_bought(statement: Statement, fact: Fact) -> bool:
    """Whether what is counted is yet to be bought: not what there is (安排购置单价100万元以上设备1台)."""
    clause = CLAUSE_END.split(
        wide(statement.paragraphs[fact.paragraph].text)[: fact.start]
    )[-1]
    return fact.counts and bool(re.search(statement.form.wording["bought"], clause))


def _in_other_lists(statement: Statement, first: Fact, other: Fact) -> bool:
    """Whether two amounts of one name stand in lists of different wholes, or one of them in a list of quite another matter."""
    wholes = [(fact, _whole_of(statement, fact)) for fact in (first, other)]
    told = {whole for _, whole in wholes if whole}
    strange = any(
        whole and kin_of(whole) != kin_of(fact.name) for fact, whole in wholes
    )
    return len(told) > 1 or strange


def _whole_of(statement: Statement, fact: Fact) -> str:
    """The name of the whole in whose list an amount is told; "" where it is told in none."""
    paragraph = statement.paragraphs[fact.paragraph]
    for frame in frames(wide(paragraph.text), statement.of_paragraph(fact.paragraph)):
        if frame.value is not None and any(
            part.start == fact.start for part in frame.parts
        ):
            return ANONYMOUS if frame.value.anonymous else frame.value.name
    return ""


def _of_this_year(statement: Statement, fact: Fact) -> bool:
    """Whether an amount is of the statement's own year, told so or not (2023年预算安排)."""
    if fact.relative:
        return fact.year in (0, statement.year) or not statement.year
    return not statement.of_another_year(fact)


def _scopes(statement: Statement, first: Fact, other: Fact) -> bool:
    """Whether two amounts of one name stand below totals of different names: 基本支出 of all and of 财政拨款."""
    here, there = _total_above(statement, first), _total_above(statement, other)
    return (
        here is not None
        and there is not None
        and here.name != there.name
        and here.value != there.value
    )


def _total_above(statement: Statement, fact: Fact) -> Fact | None:
    """The last greater amount of a form's total that is told before an amount, there or right above."""
    for paragraph in range(fact.paragraph, max(-1, fact.paragraph - ABOVE - 1), -1):
        told = [
            one
            for one in statement.of_paragraph(paragraph)
            if one.role is Role.VALUE
            and one.declared
            and TOTAL_NAME.search(one.name)
            and one.unit == fact.unit
        ]
        before = [
            one
            for one in told
            if one.value > fact.value
            and (paragraph < fact.paragraph or one.start < fact.start)
        ]
        if before:
            return before[-1]
    return None


@check(
    "J03-04",
    "说要买车，购置费却是 0",
    Duty.ACCURATE,
    WARNING,
    "请核对：要买的，请在“三公”经费和采购里列上；不买的，请改正这句话。",
)
def bought(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Goals that speak of buying a car have money for it."""
    said = statement.form.wording["buys"]
    told = statement.named.get(said["amount"], ())
    plans = {section.id for section in statement.form.sections if section.plans}
    if not told:
        return
    for number, paragraph in enumerate(statement.paragraphs):
        if statement.sections[number] not in plans:
            continue
        for found in re.finditer(
            rf"[^。；]*?{said['says']}[^。；]*", wide(paragraph.text)
        ):
            if told[0].value or re.search(said["not"], found[0]):
                heard.held()
            else:
                spot = heard.around(
                    number, found.end() - len(found[0].lstrip()), found.end()
                )
                heard.breaks(
                    f"说“{found[0].strip()}”，“{told[0].called}”是 {told[0].shown}",
                    (spot, told[0]),
                    (told[0].shown,),
                )


@check("J04-07", "金额没有单位", Duty.READABLE, INFO, "请写上“万元”。")
def units(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An amount of money has its unit; noughts without one are told once a document."""
    money = [
        fact
        for fact in statement.facts
        if fact.role is Role.VALUE
        and fact.understood
        and not fact.counts
        and not fact.relative
    ]
    bare = [
        fact
        for fact in money
        if not fact.unit and _of_money(fact) and not _unit_above(statement, fact)
    ]
    heard.held(len(money) - len(bare))
    noughts = [fact for fact in bare if not fact.value]
    for fact in bare:
        if fact.value:
            heard.breaks(
                f"“{fact.called}”{fact.shown} 没有单位",
                (fact,),
                (fact.shown,),
                severity=WARNING,
            )
    if noughts:
        heard.breaks(
            f"有 {len(noughts)} 个 0 没有单位：{'、'.join(f'“{one.called}”' for one in noughts)}",
            noughts,
            key="unit",
        )


@check(
    "J04-11",
    "金额的单位像是写错了",
    Duty.ACCURATE,
    ERROR,
    "请核对这个数的单位是元还是万元。",
)
def odd_units(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Among amounts of one unit none is of another that makes it a few yuan, or many times all others."""
    money = [
        fact
        for fact in statement.facts
        if fact.role is Role.VALUE
        and fact.declared
        and fact.value
        and fact.unit in YUAN
        and statement.speaks_of_all(fact)
    ]
    usual, times = (
        Counter(fact.unit for fact in money).most_common(1)[0] if money else ("", 0)
    )
    if times < MOST * len(money):
        heard.unchecked("文中元、万元都用，不知道以哪一个为主")
        return
    most = max(
        (fact.value * YUAN[fact.unit] for fact in money if fact.unit == usual),
        default=Decimal(0),
    )
    for fact in money:
        worth = fact.value * YUAN[fact.unit]
        few = (
            YUAN[fact.unit] < YUAN[usual]
            and worth < max(SMALL, most / TEN_THOUSAND)
            and "." in fact.raw
        )
        if fact.unit != usual and (few or worth > most * HUGE):
            heard.breaks(
                f"“{fact.called}”{fact.shown}，别的数用的是{usual}",
                (fact,),
                (fact.shown, usual),
            )
        else:
            heard.held()


@check(
    "J03-05",
    "资产是哪一天的",
    Duty.ACCURATE,
    WARNING,
    "请核对日期，可能是上年的文本没有改全。",
)
def as_of(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What a budget has is told as of the end of the year before, in final accounts of the year itself."""
    if not statement.year or not statement.kind:
        return
    due = statement.year - (statement.kind == "预算")
    for number, paragraph in enumerate(statement.paragraphs):
        for found in re.finditer(statement.form.wording["as_of"], wide(paragraph.text)):
            year = int(found["year"])
            if year == due:
                heard.held()
            elif statement.kind == "预算" and year == due - 1:
                heard.unchecked("编预算时上年可能还没有结束")
            else:
                spot = heard.around(number, found.start("year"), found.end())
                heard.breaks(
                    f"资产是 {year} 年末的，{statement.year} 年的{statement.kind}应当是 {due} 年末的",
                    (spot,),
                    (str(year), str(due)),
                )


def _unit_above(statement: Statement, fact: Fact) -> bool:
    """Whether the paragraph, or the one before it, names a unit for all its amounts."""
    above = max(0, fact.paragraph - 1)
    near = statement.paragraphs[above : fact.paragraph + 1]
    return any(re.search(r"单位[:：]", one.text) for one in near)


def _of_money(fact: Fact) -> bool:
    """Whether a subject is money by its own words."""
    return bool(
        re.search(r"收入|支出|经费|费|预算|采购|金额|总额|结转|拨款|资金", fact.said)
    )


@check("J04-05", "标题的序号", Duty.READABLE, INFO, "请改正标题的序号。")
def numbering(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Headings of one rank are numbered in one manner, and none is left out or comes twice."""
    heads = [
        heading.paragraph
        for heading in statement.headings
        if _numbered(statement.paragraphs[heading.paragraph].text)[0]
    ]
    numbers = [_numbered(statement.paragraphs[head].text) for head in heads]
    for before, now, after, head in zip(
        numbers, numbers[1:], numbers[2:], heads[1:], strict=False
    ):
        between = before[0] + 1 == now[0] == after[0] - 1
        if between and now[1] and not before[1] and not after[1]:
            text = statement.paragraphs[head].text
            message = f"标题“{text}”用了数字，前后的标题用“一、二、三”"
            heard.breaks(message, (heard.around(head, 0, len(text)),), (str(now[0]),))
        else:
            heard.held()


def _numbered(heading: str) -> tuple[int, bool]:
    """The number of a heading, and whether it is written in digits; 0 where it has none."""
    digits = re.match(r"(\d{1,2})[、．.]", heading)
    chinese = re.match(rf"([{NUMERALS}])、", heading)
    if digits:
        return int(digits[1]), True
    return (NUMERALS.index(chinese[1]) + 1, False) if chinese else (0, False)
