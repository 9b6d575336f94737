"""Checks of proportions told in words: shares of a whole, how far a plan was fulfilled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from toolkit.audit.arithmetic import (
    HUNDRED,
    LAST_DIGIT,
    frames,
    kin_of,
)
from toolkit.audit.blocks import NUMERALS
from toolkit.audit.facts import Fact, Role, wide
from toolkit.audit.finding import Beside, Duty, Heard, check, number
from toolkit.audit.growth import UNSURE, told_before
from toolkit.audit.reading import Statement
from toolkit.model import record
from toolkit.rules.rule import ERROR

NO_WHOLE = "没有读到它占的是哪个总数"
FEWEST = 2  # shares that agree on a whole nobody names
ABOVE = 2  # paragraphs above a list in which its whole may be told
IDLE = re.compile(
    r"^(?:本)?(?:部门|单位)?(?:全部|所有)|^(?:本)?(?:部门|单位)|^本年(?=收入|支出)|总(?=收入|支出)|(?:预算|决算)?(?:总额|总数|合计|数)?的?$"
)
OPENS = re.compile(r"[，。]?其中：$|包括：$")
LISTED = re.compile(rf"(?:[（(][{NUMERALS}\d]+[）)]|\d{{1,2}}[.．、])")


@record(slots=True)
class Pair:
    """An amount with the share that it is said to be."""

    part: Fact
    share: Fact


@check(
    "J01-05",
    "占总数的百分比",
    Duty.ACCURATE,
    ERROR,
    "请按总数重算百分比，或者改正写错的数。",
)
def shares(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A share fits its part and its whole: the one it names, that of its list, or the one on which all others agree."""
    for group in _groups(statement):
        wholes = _of_lists(statement, group)
        open_ones = []
        for pair in group:
            facts = statement.of_paragraph(pair.share.paragraph)
            named = pair.share.label
            whole = (
                _named_whole(statement, pair.share, facts)
                if named
                else wholes.get((pair.part.paragraph, pair.part.start))
            )
            if whole is None or not whole.value or whole.unit != pair.part.unit:
                open_ones.append(pair)
            else:
                _share(pair, whole, facts, heard)
        _agreed(statement, open_ones, heard)


def _groups(statement: Statement) -> Iterator[list[Pair]]:
    """Yield the pairs of each paragraph, those of a list over several paragraphs together."""
    group: list[Pair] = []
    last = -1
    for paragraph in range(len(statement.paragraphs)):
        pairs = list(_pairs(statement.of_paragraph(paragraph)))
        if not pairs:
            continue
        text, before = (
            statement.paragraphs[paragraph].text,
            statement.paragraphs[last].text,
        )
        alike = (
            bool(group)
            and pairs[0].part.declared
            and kin_of(pairs[0].part.name) == kin_of(group[-1].part.name)
        )
        listed = LISTED.match(text) or before.endswith("；") or alike
        goes_on = paragraph == last + 1 and len(pairs) == 1 and bool(listed)
        if group and not goes_on:
            yield group
            group = []
        group += pairs
        last = paragraph
    if group:
        yield group


def _pairs(facts: Sequence[Fact]) -> Iterator[Pair]:
    for before, share in pairwise(facts):
        if (
            share.role is Role.SHARE
            and share.name
            and before.role is Role.VALUE
            and before.name == share.name
        ):
            yield Pair(before, share)


def _of_lists(
    statement: Statement, group: Sequence[Pair]
) -> Mapping[tuple[int, int], Fact]:
    """The wholes of the lists that parts are told in."""
    found: dict[tuple[int, int], Fact] = {}
    for paragraph in dict.fromkeys(pair.part.paragraph for pair in group):
        for frame in frames(
            wide(statement.paragraphs[paragraph].text),
            statement.of_paragraph(paragraph),
        ):
            if frame.value is not None:
                found.update(
                    {(part.paragraph, part.start): frame.value for part in frame.parts}
                )
    return found or _of_list_above(statement, group)


def _of_list_above(
    statement: Statement, group: Sequence[Pair]
) -> Mapping[tuple[int, int], Fact]:
    """The whole of a list whose items are paragraphs of their own: told last right above its items."""
    head = group[0].part.paragraph - 1
    if head < 0 or not OPENS.search(wide(statement.paragraphs[head].text)):
        return {}
    told = [
        fact
        for fact in statement.of_paragraph(head)
        if fact.role is Role.VALUE and fact.unit == group[0].part.unit
    ]
    if len(told) != 1:
        return {}
    return {(pair.part.paragraph, pair.part.start): told[0] for pair in group}


def _named_whole(
    statement: Statement, share: Fact, facts: Sequence[Fact]
) -> Fact | None:
    """The whole that a share names itself: 占政府采购支出总额的 75%; elsewhere only where it is called just so, and is one."""
    told = [
        fact
        for fact in facts
        if fact.role is Role.VALUE and fact.said and fact.start < share.start
    ]
    here = next(
        (fact for fact in told if fact.said in share.label or share.label in fact.said),
        None,
    )
    if here is not None:
        return here
    called = [
        fact
        for found in statement.named.values()
        for fact in found
        if bare(fact.said) == bare(share.label) != ""
    ]
    return called[0] if len({fact.value for fact in called}) == 1 else None


def bare(name: str) -> str:
    """A name without the words that make no difference: 部门项目支出总额 is 项目支出."""
    return IDLE.sub("", name)


def _share(pair: Pair, whole: Fact, facts: Sequence[Fact], heard: Heard) -> None:
    part, share = pair.part, pair.share
    others = [
        one
        for one in facts
        if one.unit == part.unit
        and one is not whole
        and one.role in (Role.VALUE, Role.BUDGET)
    ]
    beyond = part.value > whole.value + whole.half + part.half
    if beyond and share.value <= HUNDRED and share.label:
        greater = f"“{part.called}”{part.shown}，大于“{whole.called}”{whole.shown}"
        message = f"{greater}，写的是占它的 {share.shown}"
        heard.breaks(message, (share, part, whole), (part.shown, whole.shown))
    elif _fits(part, share, whole.value, whole.half):
        heard.held()
    elif any(_fits(part, share, other.value, other.half) for other in others):
        heard.unchecked(UNSURE)
    else:
        _wrong(pair, whole.value, f"“{whole.called}”{whole.shown}", (whole,), heard)


def _agreed(statement: Statement, pairs: Sequence[Pair], heard: Heard) -> None:
    """Hold the shares of one list against the whole on which all but one of them agree, be it told or the sum of the parts."""
    live = [pair for pair in pairs if pair.part.value and pair.share.value]
    if len({pair.share.label for pair in live}) > 1:
        live = [pair for pair in live if not pair.share.label]
    few = len(live) <= FEWEST and not _all_of_it(statement, live)
    if few or len({pair.part.unit for pair in live}) > 1:
        if pairs:
            heard.unchecked(NO_WHOLE, len(pairs))
        return
    best = max(_candidates(statement, live), key=lambda whole: _fitting(live, whole))
    odd = [pair for pair in live if not _fits(pair.part, pair.share, best, Decimal(0))]
    sure = len(live) - len(odd) >= FEWEST or _all_of_it(statement, live)
    if len(odd) > 1 or not sure:
        heard.unchecked(NO_WHOLE, len(pairs))
        return
    heard.held(len(live) - len(odd))
    for pair in odd:
        called = f"别的几项占的总数 {number(best)}{pair.part.unit}"
        _wrong(pair, best, called, (), heard)


def _all_of_it(statement: Statement, pairs: Sequence[Pair]) -> bool:
    """Whether the parts come to an amount that is told right above them: then that is their whole."""
    if len(pairs) < FEWEST:
        return False
    total = sum((pair.part.value for pair in pairs), Decimal(0))
    parts = {pair.part.value for pair in pairs}
    told = _candidates(statement, pairs)[:-1]
    return total in told and total not in parts


def _candidates(statement: Statement, pairs: Sequence[Pair]) -> list[Decimal]:
    """The amounts that may be the whole of a list: those told there or right above it, and the sum of its parts."""
    parts = [pair.part for pair in pairs]
    unit = parts[0].unit
    above = max(0, parts[0].paragraph - ABOVE)
    wholes: list[Decimal] = []
    for paragraph in range(above, parts[-1].paragraph + 1):
        facts = statement.of_paragraph(paragraph)
        told = [fact for fact in facts if fact.role is Role.VALUE and fact.value]
        wholes += [fact.value for fact in told if fact.unit == unit]
    wholes.append(sum((part.value for part in parts), Decimal(0)))
    return wholes


def _fitting(pairs: Sequence[Pair], whole: Decimal) -> int:
    return sum(_fits(pair.part, pair.share, whole, Decimal(0)) for pair in pairs)


def _fits(part: Fact, share: Fact, whole: Decimal, half: Decimal) -> bool:
    if not whole:
        return False
    real = part.value / whole * HUNDRED
    return (
        abs(real - share.value)
        <= share.half + abs((part.half + half) / whole * HUNDRED) + LAST_DIGIT
    )


def _wrong(
    pair: Pair, whole: Decimal, called: str, spots: tuple[Fact, ...], heard: Heard
) -> None:
    part, share = pair.part, pair.share
    real = f"{part.value / whole * HUNDRED:.2f}%"
    of_part = f"“{part.called}”{part.shown}"
    message = f"{of_part} 占{called} 的 {real}，写的是 {share.shown}"
    heard.breaks(message, (share, part, *spots), (share.shown, real))


@check(
    "J01-06",
    "完成预算的百分比",
    Duty.ACCURATE,
    ERROR,
    "请按预算数和决算数重算完成的百分比，或者改正写错的数。",
)
def completions(statement: Statement, beside: Beside, heard: Heard) -> None:
    """How far a plan was fulfilled fits plan and outcome."""
    for fact in statement.facts:
        if fact.role is not Role.COMPLETION:
            continue
        before = told_before(statement, fact)
        value = next((one for one in reversed(before) if one.role is Role.VALUE), None)
        plan = next((one for one in reversed(before) if one.role is Role.BUDGET), None)
        if (
            not fact.name
            or value is None
            or plan is None
            or not plan.value
            or value.unit != plan.unit
        ):
            heard.unchecked("没有读到预算数或者决算数")
        elif _fits(value, fact, plan.value, plan.half):
            heard.held()
        else:
            real = value.value / plan.value * HUNDRED
            message = f"“{value.called}”预算 {plan.shown}，决算 {value.shown}，完成 {real:.2f}%，写的是 {fact.shown}"
            heard.breaks(message, (fact, value, plan), (fact.shown, f"{real:.2f}%"))
