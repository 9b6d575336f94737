"""Checks of how much grew or fell: percentages and amounts of change against the two amounts they lie between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.audit.arithmetic import HUNDRED, LAST_DIGIT, TINY, comparable, scale
from toolkit.audit.facts import Base, Fact, Role
from toolkit.audit.finding import Beside, Duty, Heard, check, number
from toolkit.audit.reading import Statement
from toolkit.rules.rule import ERROR

CLOSE = 10  # letters between a percentage and the amount of its change right behind
NEAR = 24  # letters between an amount of change and its percentage
UNSURE = "分不清这个百分比说的是哪个数"


@dataclass(frozen=True, slots=True)
class Growth:
    """A percentage of change with what it can be reckoned from."""

    percent: Fact
    value: Fact
    base: Decimal
    slack: Decimal  # how far the base may lie from the true one
    by: Fact  # the number that the base was taken from
    change: Fact | None = None


def growths(statement: Statement) -> Iterator[tuple[Fact, Growth | None]]:
    """Yield each percentage of change with what it is reckoned from; None where that is not told."""
    for fact in statement.facts:
        if fact.role is Role.PERCENT and fact.name:
            growth = _growth(statement, fact)
            if (
                growth is None
                or growth.value.understood
                or growth.value.unit in statement.form.money
            ):
                yield fact, growth


def told_before(statement: Statement, fact: Fact) -> list[Fact]:
    """What the paragraph of a fact says of its subject before it."""
    return [
        one
        for one in statement.of_paragraph(fact.paragraph)
        if one.name == fact.name and one.start < fact.start
    ]


def _elsewhere(statement: Statement, fact: Fact) -> Fact | None:
    """The amount that a subject has in the rest of the statement, or what the form promises to equal it, where it is one."""
    names = (fact.name, *equals(statement, fact.name)) if fact.declared else ()
    for name in names:
        told = [
            one
            for one in statement.named.get(name, ())
            if not statement.of_another_year(one)
        ]
        if told:
            return told[0] if all(_same(one, told[0]) for one in told) else None
    return None


def _same(one: Fact, other: Fact) -> bool:
    """Whether two amounts are one, be they told in different units: 16.48亿元 is 164800万元."""
    if not comparable(one.unit, other.unit):
        return False
    times = scale(one.unit, other.unit)
    near = max(one.half * times, other.half)
    gap = abs(one.value * times - other.value)
    return gap == 0 if times == 1 else gap <= near


def equals(statement: Statement, name: str) -> Iterator[str]:
    """Yield the names that the form promises to come to the same."""
    for relation in statement.form.relations:
        if (
            len(relation.parts) == 1
            and relation.role == "value"
            and not relation.at_most
        ):
            pair = (relation.whole, relation.parts[0])
            yield from (other for other in pair if name in pair and other != name)


def _right_behind(statement: Statement, percent: Fact) -> Fact | None:
    """The amount of a change that stands right behind its percentage: 同比增长1.48%，增加48.22万元."""
    after = [
        fact
        for fact in statement.of_paragraph(percent.paragraph)
        if fact.start > percent.start
    ]
    first = after[0] if after else None
    belongs = (
        first is not None
        and first.role is Role.CHANGE
        and first.name == percent.name
        and not first.in_words
        and first.start - percent.end <= CLOSE
    )
    return first if belongs else None


def _growth(statement: Statement, percent: Fact) -> Growth | None:
    before = told_before(statement, percent)
    value = next(
        (fact for fact in reversed(before) if fact.role is Role.VALUE), None
    ) or _elsewhere(statement, percent)
    if value is None:
        return None
    role = Role.BUDGET if percent.base is Base.PLAN else Role.PRIOR
    prior = next(
        (
            fact
            for fact in reversed(before)
            if fact.role is role and fact.unit == value.unit
        ),
        None,
    )
    if prior is not None and percent.follows(prior):
        return Growth(percent, value, prior.value, prior.half, prior)
    change = next(
        (
            fact
            for fact in reversed(before)
            if fact.role is Role.CHANGE and not fact.in_words
        ),
        _right_behind(statement, percent),
    )
    behind = (
        change is not None
        and value.paragraph == change.paragraph
        and change.start < value.start
    )
    if (
        change is None
        or behind
        or percent.start - change.end > NEAR
        or change.unit != value.unit
    ):
        return None
    if change.base is not percent.base and percent.base is not Base.LAST:
        return None
    return Growth(
        percent,
        value,
        value.value - change.value,
        value.half + change.half,
        change,
        change,
    )


@check(
    "J01-03",
    "增减的百分比",
    Duty.ACCURATE,
    ERROR,
    "请按本年数和上年数重算百分比，或者改正写错的数。",
)
def percentages(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A percentage of change fits the amounts beside it."""
    for _, growth in growths(statement):
        if growth is None:
            heard.unchecked("没有说上年是多少、增减了多少")
        elif growth.base:
            _percentage(statement, growth, heard)


def _percentage(statement: Statement, growth: Growth, heard: Heard) -> None:
    real, slack = reckoned(
        growth.value.value, growth.base, growth.value.half, growth.slack
    )
    told = growth.percent
    if abs(abs(real) - abs(told.value)) <= told.half + slack:
        heard.held()
    elif _fits_another(statement, growth):
        heard.unchecked(UNSURE)
    else:
        said = f"“{growth.value.called}”本来是 {number(growth.base)}，现在是 {growth.value.shown}"
        message = f"{said}，应当{'增长' if real >= 0 else '下降'} {abs(real):.2f}%，写的是 {told.shown}"
        heard.breaks(
            message, (told, growth.value, growth.by), (told.shown, f"{abs(real):.2f}%")
        )


def reckoned(
    value: Decimal, base: Decimal, half: Decimal, slack: Decimal
) -> tuple[Decimal, Decimal]:
    """The change in percent, and how far roundings may carry it."""
    real = (value - base) / base * HUNDRED
    return real, abs((half + slack) / base * HUNDRED) * max(
        Decimal(1), abs(value / base)
    ) + LAST_DIGIT


def _fits_another(statement: Statement, growth: Growth) -> bool:
    """Whether the percentage fits another amount of the paragraph: then it may be of that one."""
    for other in statement.of_paragraph(growth.percent.paragraph):
        if (
            other.role is not Role.VALUE
            or other.unit != growth.value.unit
            or other.value == growth.value.value
            or not other.value
        ):
            continue
        base = other.value - growth.change.value if growth.change else growth.base
        if base:
            real, slack = reckoned(other.value, base, other.half, growth.slack)
            if (
                abs(abs(real) - abs(growth.percent.value))
                <= growth.percent.half + slack
            ):
                return True
    return False


@check(
    "J01-04",
    "从零增长的百分比",
    Duty.ACCURATE,
    ERROR,
    "上年是 0，增长的百分比无从说起：请只写增加了多少。",
)
def from_zero(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Nothing grows from zero by a percentage."""
    for percent, growth in growths(statement):
        if growth is None or growth.base:
            continue
        if growth.value.value and percent.value:
            message = f"“{growth.value.called}”从 0 到 {growth.value.shown}，写的是 {percent.shown}"
            heard.breaks(message, (percent, growth.value), (percent.shown, "0"))
        else:
            heard.held()


@check(
    "J01-07",
    "增减的数额",
    Duty.ACCURATE,
    ERROR,
    "请按本年数和上年数重算增减，或者改正写错的数。",
)
def differences(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A change fits the two amounts it lies between, where both are told."""
    for change in statement.facts:
        if change.role is not Role.CHANGE or change.in_words or not change.name:
            continue
        before = told_before(statement, change)
        value = next((one for one in reversed(before) if one.role is Role.VALUE), None)
        role = Role.BUDGET if change.base is Base.PLAN else Role.PRIOR
        prior = next((one for one in reversed(before) if one.role is role), None)
        if (
            value is None
            or prior is None
            or len({value.unit, prior.unit, change.unit}) > 1
        ):
            continue
        if change.unit not in statement.form.money or not change.follows(prior):
            continue
        real = value.value - prior.value
        if (
            abs(abs(real) - abs(change.value))
            <= value.half + prior.half + change.half + TINY
        ):
            heard.held()
        else:
            message = f"“{value.called}”从 {prior.shown} 到 {value.shown}，相差 {number(abs(real))}，写的是 {change.shown}"
            heard.breaks(
                message, (change, value, prior), (change.shown, number(abs(real)))
            )
