"""Checks of how changes are told: their direction, changes of nothing, reasons that say the contrary."""

from __future__ import annotations

import re
from itertools import pairwise

from toolkit.audit.facts import Base, Fact, Role, wide
from toolkit.audit.finding import Beside, Duty, Heard, check
from toolkit.audit.growth import NEAR
from toolkit.audit.reading import Statement
from toolkit.rules.rule import ERROR, INFO, WARNING

REACH = 90  # letters behind a change within which its reason is told
AFTER = 12  # letters between a change and the words that bring its reason


def reason_of(statement: Statement, fact: Fact) -> str:
    """The reason that is told right behind a change; "" where none is."""
    text = wide(statement.paragraphs[fact.paragraph].text)[fact.end : fact.end + REACH]
    opener = statement.form.wording["reason"]
    found = re.match(
        rf"[^。；0-9]{{0,{AFTER}}}?[，。；]?{opener}(?P<why>[^。；]*)", text
    )
    return found["why"] if found else ""


@check(
    "J02-01",
    "增减的方向",
    Duty.ACCURATE,
    ERROR,
    "请核对两个数，把“增加”“减少”改对，或者改正写错的数。",
)
def directions(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What is said to grow has grown, where the amount before is told too."""
    for fact in statement.facts:
        if fact.role not in (Role.CHANGE, Role.PERCENT) or not fact.name:
            continue
        before = [
            one
            for one in statement.of_paragraph(fact.paragraph)
            if one.name == fact.name and one.start < fact.start
        ]
        role = Role.BUDGET if fact.base is Base.PLAN else Role.PRIOR
        prior = next((one for one in reversed(before) if one.role is role), None)
        value = next((one for one in reversed(before) if one.role is Role.VALUE), None)
        if (
            prior is None
            or value is None
            or prior.unit != value.unit
            or not fact.follows(prior)
        ):
            continue
        moved = value.value - prior.value
        if ((moved > 0) == (fact.value > 0) and (moved < 0) == (fact.value < 0)) or (
            fact.value and moved and (moved > 0) == (fact.value > 0)
        ):
            heard.held()
        elif fact.value == 0 or moved == 0:
            heard.held() if abs(moved) <= value.half + prior.half else _wrong_way(
                heard, fact, value, prior
            )
        else:
            _wrong_way(heard, fact, value, prior)
    _ways_of_one(statement, heard)
    _ways_in_words(statement, heard)


def _ways_of_one(statement: Statement, heard: Heard) -> None:
    """An amount of change and the percentage right behind it go one way: never 减少5万元，增长3%."""
    for change, percent in pairwise(statement.facts):
        if (
            change.role is not Role.CHANGE
            or percent.role is not Role.PERCENT
            or change.in_words
            or (change.paragraph, change.name) != (percent.paragraph, percent.name)
            or percent.compared
            or percent.start - change.end > NEAR
        ):
            continue
        if change.value * percent.value >= 0:
            heard.held()
        else:
            message = f"“{change.called}”{_way(change)}{change.shown}，又说{_way(percent)}{percent.shown}"
            heard.breaks(message, (change, percent), (_way(change), _way(percent)))


def _ways_in_words(statement: Statement, heard: Heard) -> None:
    """What is said to have grown, without by how much, has grown: 比2024年预算2.11亿元有所增加."""
    moved = re.compile(statement.form.wording["moved"])
    for prior in statement.facts:
        if prior.role is not Role.PRIOR:
            continue
        value = next(
            (
                one
                for one in reversed(statement.of_paragraph(prior.paragraph))
                if one.role is Role.VALUE
                and one.name == prior.name
                and one.start < prior.start
                and one.unit == prior.unit
            ),
            None,
        )
        text = wide(statement.paragraphs[prior.paragraph].text)
        said = moved.match(text[prior.end :])
        if value is None or said is None:
            continue
        if (value.value > prior.value and said["up"]) or (
            value.value < prior.value and said["down"]
        ):
            heard.held()
        else:
            message = f"“{value.called}”本来是 {prior.shown}，现在是 {value.shown}，写的是{said['up'] or said['down']}"
            heard.breaks(
                message, (value, prior), (prior.shown, said["up"] or said["down"])
            )


def _way(fact: Fact) -> str:
    return "减少" if fact.value < 0 else "增加"


def _wrong_way(heard: Heard, fact: Fact, value: Fact, prior: Fact) -> None:
    way = "持平"
    if fact.value != 0:
        way = "增加" if fact.value > 0 else "减少"
    really = "增加" if value.value > prior.value else "减少"
    course = f"“{value.called}”从 {prior.shown} 到 {value.shown}"
    message = f"{course}，是{really}了，写的是{way}"
    heard.breaks(message, (fact, value, prior), (way, really))


@check(
    "J02-02",
    "增减的原因说反了",
    Duty.READABLE,
    WARNING,
    "请核对增减和原因，两者说的方向应当一致。",
)
def reasons(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A reason that ends in “经费增加” does not explain a decrease; one that says both ways explains either."""
    words = statement.form.wording
    for fact in statement.facts:
        if (
            fact.role not in (Role.CHANGE, Role.PERCENT)
            or not fact.value
            or not fact.understood
        ):
            continue
        why = reason_of(statement, fact)
        if not why:
            continue
        grows, falls = re.search(words["up"], why), re.search(words["down"], why)
        contrary = words["reason_down"] if fact.value > 0 else words["reason_up"]
        earlier = re.search(words["earlier"], why)  # 上年支出增加 explains a decrease
        if not (grows and falls) and not earlier and re.search(contrary, why):
            way = "增加" if fact.value > 0 else "减少"
            heard.breaks(
                f"“{fact.called}”是{way}的，原因却说“{why}”", (fact,), (way, why)
            )
        else:
            heard.held()


@check("J02-03", "增加（减少）0", Duty.READABLE, INFO, "没有变化的，请写“持平”。")
def zeros(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A change of nothing is called 持平; told once a document."""
    found = [
        fact
        for fact in statement.facts
        if fact.role is Role.CHANGE and not fact.in_words and fact.understood
    ]
    empty = [fact for fact in found if fact.value == 0]
    heard.held(len(found) - len(empty))
    if empty:
        heard.breaks(f"有 {len(empty)} 处写“增加（减少）0”", empty, key="zero")


@check(
    "J02-04",
    "没有变化，却说增减的原因",
    Duty.READABLE,
    WARNING,
    "请核对：没有变化的不用说增减的原因；有变化的请写出增减了多少。",
)
def still_with_reason(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What did not change has no reason of a change."""
    words = statement.form.wording
    for fact in statement.facts:
        if fact.role is not Role.CHANGE or fact.value or not fact.understood:
            continue
        why = reason_of(statement, fact)
        if (
            why
            and re.search(words["moves"], why)
            and not re.search(words["stays"], why)
        ):
            heard.breaks(f"“{fact.called}”没有变化，却说“{why}”", (fact,), ("0", why))
        else:
            heard.held()


@check(
    "J02-05",
    "0 万元，却说主要是什么",
    Duty.READABLE,
    WARNING,
    "请核对：是 0 的，请删去后面的话；不是 0 的，请改正这个数。",
)
def nothing_mainly(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Nothing consists mainly of nothing."""
    mainly = re.compile(statement.form.wording["mainly"])
    for fact in statement.facts:
        if fact.role is not Role.VALUE or fact.unit not in statement.form.money:
            continue
        text = wide(statement.paragraphs[fact.paragraph].text)
        if fact.value == 0 and mainly.match(text[fact.end :]):
            rest = re.match(r"[^。；]*", text[fact.end :])
            heard.breaks(
                f"“{fact.called}”是 {fact.shown}，后面却说“{rest[0].lstrip('，') if rest else ''}”",
                (fact,),
                (fact.shown,),
            )
        else:
            heard.held()


@check(
    "J02-06",
    "决算数大于（小于）预算数",
    Duty.ACCURATE,
    ERROR,
    "请核对两个数，把“大于”“小于”改对，或者改正写错的数。",
)
def against_plan(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Where words say which of plan and outcome is more, so do the two amounts told before them."""
    said = re.compile(statement.form.wording["than_plan"])
    for number in range(len(statement.paragraphs)):
        facts = statement.of_paragraph(number)
        for found in said.finditer(wide(statement.paragraphs[number].text)):
            before = [fact for fact in facts if fact.end <= found.start()]
            value = next(
                (fact for fact in reversed(before) if fact.role is Role.VALUE), None
            )
            plan = next(
                (fact for fact in reversed(before) if fact.role is Role.BUDGET), None
            )
            if (
                value is None
                or plan is None
                or value.name != plan.name
                or value.unit != plan.unit
            ):
                continue
            more = value.value - plan.value
            if (
                (more > 0 and not found["more"])
                or (more < 0 and not found["less"])
                or (more == 0 and not found["same"])
            ):
                message = f"“{value.called}”预算 {plan.shown}，决算 {value.shown}，写的是“{found[0]}”"
                heard.breaks(
                    message,
                    (value, plan, heard.around(number, found.start(), found.end())),
                    (plan.shown, value.shown),
                )
            else:
                heard.held()


@check(
    "J02-07",
    "增减幅度大，原因没有说出为什么",
    Duty.READABLE,
    INFO,
    "幅度这么大，读者会问：请把影响最大的一两件事写出来。",
)
def thin_reasons(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A change by a third of the year before is not explained by the name of what changed."""
    words = statement.form.wording
    for fact in statement.facts:
        if (
            fact.role is not Role.CHANGE
            or not fact.value
            or not fact.declared
            or fact.base is Base.PLAN
            or beside.explain is None
        ):
            continue
        now, why = statement.first(fact.name), reason_of(statement, fact)
        if now is None or now.unit != fact.unit or not why or now.value <= fact.value:
            continue
        last = now.value - fact.value
        if abs(fact.value) <= beside.explain * last or not re.fullmatch(
            words["idle_reason"], why
        ):
            heard.held()
        else:
            share = f"{abs(fact.value) / last:.0%}"
            message = f"“{now.called}”上年 {last}{now.unit}，增减 {fact.shown}，幅度 {share}，原因只写了“{why}”"
            heard.breaks(message, (fact, now), (share, why))
