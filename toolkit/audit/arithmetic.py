"""Checks of what is told in words: sums, identities of the form; silent where binding is doubtful."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.audit.facts import CLAUSE, Base, Fact, Role, wide
from toolkit.audit.finding import Beside, Duty, Heard, check, number
from toolkit.audit.forms import ALL, Relation
from toolkit.audit.reading import Statement
from toolkit.audit.tables import YUAN
from toolkit.rules.rule import ERROR

HUNDRED = Decimal(100)
TINY = Decimal("0.000001")
LAST_DIGIT = Decimal("0.005")
# What 主要为 tells behind a change is its reason; behind an amount, parts of that.
MARKS = re.compile(
    r"其中|(?:包括|主要有)(?=[^，。；]{0,16}\d)"
    r"|主要[为是](?=[^，。；]{0,16}\d)(?![^。；]*[增减升降])|[（）。；]"
)
# a sentence that only says what the amount before it is for
EXPLAINS = re.compile(r"(?:主要|用于|指|即)[^。；0-9]*$")
OPENERS = ("其中", "包括", "主要有", "主要为", "主要是")
NAMED_LIST = re.compile(r"(?:收入|支出)$")
HEADS = ("人", "名", "辆")


def listed(facts: Sequence[Fact]) -> str:
    """Facts as a message lists them."""
    return "、".join(f"“{fact.called}”{fact.shown}" for fact in facts)


# -- identities that the form promises ------------------------------------------------------------------------------------


@check(
    "J01-01",
    "式样规定的合计关系",
    Duty.ACCURATE,
    ERROR,
    "请核对这几个数，改正写错的一个。",
)
def relations(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A whole equals its parts, or is at least as much, as the form declares it."""
    for relation in statement.form.relations:
        roles = (
            (Role(relation.role), Role.BUDGET)
            if statement.form.planned and relation.role == "value"
            else (Role(relation.role),)
        )
        for role in roles:
            _relation(statement, relation, role, heard)
        if Role.CHANGE in roles:  # against what was really spent
            _relation(statement, relation, Role.CHANGE, heard, Base.EXECUTED)


def _relation(
    statement: Statement,
    relation: Relation,
    role: Role,
    heard: Heard,
    base: Base = Base.LAST,
) -> None:
    whole = _told(statement, relation.whole, role, base)
    if whole is None:
        return
    parts: list[Fact] = []
    for name in relation.parts:
        some = (
            _family(statement, name, role)
            if name.endswith(ALL)
            else _single(statement, name, whole, role, relation, base)
        )
        if not some and name not in relation.optional:
            if role is not Role.BUDGET:
                heard.unchecked(f"没有读到“{whole.called}”的全部组成部分")
            return
        parts += some
    if (
        not relation.at_most
        and role is not Role.CHANGE
        and _lacks(statement, whole, parts)
    ):
        heard.unchecked(f"没有读懂“{whole.called}”的每一个组成部分")
        return
    if not parts or any(
        part.unit and whole.unit and not comparable(part.unit, whole.unit)
        for part in parts
    ):
        return
    whole = _nearest(statement, relation, role, whole, parts)
    if len({(part.paragraph, part.start) for part in (whole, *parts)}) <= len(parts):
        return  # one number in both places
    _hold(
        whole, parts, heard, at_most=relation.at_most, unless_zero=relation.unless_zero
    )


def _nearest(
    statement: Statement,
    relation: Relation,
    role: Role,
    whole: Fact,
    parts: Sequence[Fact],
) -> Fact:
    """The whole that the parts come nearest to: that of the relation, or one of those it may be instead."""
    told = [_told(statement, name, role) for name in relation.instead]
    wholes = [whole, *(one for one in told if one and one.unit == whole.unit)]
    total = sum((part.value for part in parts), Decimal(0))
    return min(wholes, key=lambda one: abs(one.value - total))


def _lacks(statement: Statement, whole: Fact, parts: Sequence[Fact]) -> bool:
    """Whether the parts come to less, and an amount that nobody knows stands beside them: it may be one of them."""
    text = wide(statement.paragraphs[whole.paragraph].text)
    beside = (
        fact
        for fact in statement.of_paragraph(whole.paragraph)
        if fact.start > whole.start
        and fact.value
        and "。" not in text[whole.end : fact.start]
    )
    unknown = any(
        not fact.declared and fact.role is Role.VALUE and fact.unit == whole.unit
        for fact in beside
    )
    return (
        unknown
        and len(parts) > 1
        and sum((part.value for part in parts), Decimal(0)) < whole.value
    )


def _hold(
    whole: Fact,
    parts: Sequence[Fact],
    heard: Heard,
    *,
    at_most: bool,
    unless_zero: bool,
) -> None:
    scales = [scale(part.unit, whole.unit) for part in parts]
    total = sum(
        (part.value * scale for part, scale in zip(parts, scales, strict=True)),
        Decimal(0),
    )
    slack = (
        whole.half
        + sum(
            (part.half * scale for part, scale in zip(parts, scales, strict=True)),
            Decimal(0),
        )
        + TINY
    )
    if unless_zero and not whole.value:
        return
    over = total - whole.value
    if abs(over) <= slack or (at_most and over < 0):
        heard.held()
        return
    bare = sum((part.value for part in parts), Decimal(0)) - whole.value
    units = dict.fromkeys(fact.unit for fact in (whole, *parts))
    # 1279.15元, its parts in 万元
    slip = (
        f"；不看单位正好相等，可能是“{'”“'.join(units)}”里有写错的"
        if abs(bare) <= slack and over and len(units) > 1
        else ""
    )
    verb = "大于" if at_most else "不等于"
    change = whole.role is Role.CHANGE
    said = f"“{whole.called}”{'的增减' if change else ''}{_signed(whole)}"
    if len(parts) == 1:
        ought = "后者大于前者" if at_most else "应当相等"
        message = f"{said}，“{parts[0].called}”{_signed(parts[0])}，{ought}，差 {number(abs(over))}"
    else:
        sums = " + ".join(f"“{part.called}”{_signed(part)}" for part in parts)
        message = f"{sums} = {number(total)}{whole.unit if set(scales) != {1} else ''}，{verb}{said}，差 {number(abs(over))}"
    message += slip
    heard.breaks(message, (whole, *parts), (_signed(whole), number(total)))


def comparable(one: str, other: str) -> bool:
    """Whether amounts of two units can be told from one another: alike, or both of money."""
    return one == other or (one in YUAN and other in YUAN)


def scale(unit: str, of: str) -> Decimal:
    """How many of one unit another is; 1 where one of the two is not told."""
    return YUAN[unit] / YUAN[of] if unit in YUAN and of in YUAN else Decimal(1)


def _signed(fact: Fact) -> str:
    if fact.in_words:
        return "持平"
    if fact.role is Role.CHANGE:
        return f"{'减少' if fact.value < 0 else '增加'}{fact.shown}"
    return fact.shown


def _facts(
    statement: Statement, name: str, role: Role, base: Base = Base.LAST
) -> list[Fact]:
    """What is told of a name in a role; of changes those that compare with `base`."""
    return [
        fact
        for fact in statement.facts
        if fact.name == name
        and fact.role is role
        and not fact.relative
        and (fact.base is base or role is Role.VALUE)
        and not fact.repeats
        and statement.speaks_of_all(fact)
    ]


def _own(statement: Statement, facts: Sequence[Fact]) -> list[Fact]:
    """Those of some facts that are of the statement's own year; of changes all are."""
    return [
        fact
        for fact in facts
        if fact.role is not Role.VALUE or not statement.of_another_year(fact)
    ]


def _told(
    statement: Statement, name: str, role: Role, base: Base = Base.LAST
) -> Fact | None:
    """The whole of a name: the first of the statement's own year, else the first at all."""
    told = _facts(statement, name, role, base)
    return next(iter(_own(statement, told) or told), None)


def _single(
    statement: Statement,
    name: str,
    whole: Fact,
    role: Role,
    relation: Relation,
    base: Base,
) -> list[Fact]:
    """The part of a name: the one told in the whole's paragraph, else the first; none where it is told in several ways."""
    told = _facts(statement, name, role, base)
    if role is Role.VALUE and not statement.of_another_year(whole):
        told = _own(statement, told)
    here = [fact for fact in told if fact.paragraph == whole.paragraph]
    if here:
        return here[:1]
    if relation.listed or statement.several or len({fact.value for fact in told}) > 1:
        return []
    return told[:1]


def _family(statement: Statement, name: str, role: Role) -> list[Fact]:
    """Every fact whose name begins alike, each name once; none where the items are numbered with a gap."""
    stem = name.removesuffix("*")
    found: dict[str, Fact] = {}
    told = [
        fact
        for fact in statement.facts
        if fact.name.startswith(stem) and fact.role is role and not fact.relative
    ]
    # 其他用车15辆（校车12辆、业务用车3辆）: what stands in brackets is part of a part
    for fact in [one for one in told if not _bracketed(statement, one)] or told:
        found.setdefault(fact.name, fact)
    if len(found) < 2:  # noqa: PLR2004  one item is no list
        return []
    item = re.compile(statement.form.wording["item"])
    texts = (statement.paragraphs[fact.paragraph].text for fact in found.values())
    numbers = [int(re.sub(r"\D.*", "", text)) for text in texts if item.match(text)]
    alone = len({fact.paragraph for fact in found.values()}) == 1
    whole_list = (
        alone or not numbers or sorted(numbers) == list(range(1, len(found) + 1))
    )
    return list(found.values()) if whole_list else []


def _bracketed(statement: Statement, fact: Fact) -> bool:
    text = wide(statement.paragraphs[fact.paragraph].text)[: fact.start]
    return text.count("（") > text.count("）")


# -- lists told in a sentence ---------------------------------------------------------------------------------------------


@dataclass
class Frame:
    """A list being told: its whole, how deep in brackets it began, the parts so far."""

    value: Fact | None
    change: Fact | None
    depth: int
    opener: str
    parts: list[Fact] = field(default_factory=list)


@check(
    "J01-02",
    "其中的数不超过总数",
    Duty.ACCURATE,
    ERROR,
    "请核对总数和其中的数，改正写错的一个。",
)
def lists(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What is told after 其中, 包括 or in brackets is no more than the whole."""
    for paragraph in range(len(statement.paragraphs)):
        facts = statement.of_paragraph(paragraph)
        if len(facts) > 1:
            for frame in frames(wide(statement.paragraphs[paragraph].text), facts):
                _frame(statement, frame, heard)


def frames(text: str, facts: Sequence[Fact]) -> list[Frame]:
    """The lists of a paragraph, inner ones first."""
    events: list[tuple[int, int, Fact | str]] = []
    events += [(mark.start(), mark.end(), mark[0]) for mark in MARKS.finditer(text)]
    events += [(fact.start, fact.end, fact) for fact in facts]
    events.sort(key=lambda event: event[:2])
    return _Frames(text).gone_through(events)


class _Frames:
    """The lists of one paragraph, as it is gone through."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.semicolon = -1
        self.open: list[Frame] = []
        self.done: list[Frame] = []
        self.last: list[Fact] = []
        self.before: list[
            Fact
        ] = []  # of the sentence before: …持平。其中, …主要是压减印刷费。其中
        self.stop = -1
        self.depth = 0

    def gone_through(
        self, events: Sequence[tuple[int, int, Fact | str]]
    ) -> list[Frame]:
        for start, _, event in events:
            if isinstance(event, Fact):
                self._fact(event)
            else:
                self._mark(event, start)
        self._close(lambda _: False)
        return self.done

    def _fact(self, fact: Fact) -> None:
        innermost = self.open[-1] if self.open else None
        if innermost is not None and innermost.depth == self.depth:
            innermost.parts.append(fact)
        if fact.role in (Role.VALUE, Role.CHANGE, Role.BUDGET):
            self.last.append(fact)

    def _mark(self, mark: str, at: int) -> None:
        if mark in OPENERS and not _names_another(
            self.text[self.last[-1].end if self.last else 0 : at], mark
        ):
            explains = EXPLAINS.match(self.text[self.stop + 1 : at])
            goes_on = at == self.stop + 1 or (explains is not None and self.stop >= 0)
            self.last = self.last or (self.before if goes_on else [])
            self._begin(mark, at)
        elif mark == "（":
            self.depth += 1
            if (
                self.last
                and self.last[-1].end == at
                and self.last[-1].role is Role.VALUE
            ):
                self.open.append(Frame(self.last[-1], None, self.depth, mark))
        elif mark == "）":
            self.depth = max(0, self.depth - 1)
            self._close(lambda frame: frame.depth <= self.depth)
        elif mark == "；":
            self._close(
                lambda frame: (
                    frame.depth < self.depth
                    or (
                        frame.opener == "其中" and not _in_commas(frame, self.semicolon)
                    )
                )
            )
            self.semicolon = at
        elif not self.depth:
            self._close(lambda _: False)
            ended = bool(self.last) and self.last[-1].end == at
            self.before = (
                self.last
                if ended
                else [fact for fact in self.last if fact.role is Role.VALUE][:1]
            )
            self.last, self.stop = [], at

    def _begin(self, mark: str, at: int) -> None:
        if not self.last:
            return
        if (
            self.open
            and self.open[-1].opener == "（"
            and self.open[-1].depth == self.depth
            and not self.open[-1].parts
        ):
            return  # （其中：…）: the bracket has begun it already
        told = [fact for fact in self.last if fact.role is Role.VALUE]
        # …；其中: of the whole sentence, not of what it told last
        anew = "；" in self.text[self.last[-1].end : at]
        value = (told[0] if anew else told[-1]) if told else None
        change = self.last[-1] if self.last[-1].role is Role.CHANGE else None
        self.open.append(Frame(value, change, self.depth, mark))

    def _close(self, stays: Callable[[Frame], bool]) -> None:
        while self.open and not stays(self.open[-1]):
            self.done.append(self.open.pop())


def _names_another(between: str, mark: str) -> bool:
    """Whether words before 包括 say of what the list is: then it is not of the amount told last (支出包括：…)."""
    return mark == "包括" and bool(NAMED_LIST.search(between))


def _in_commas(frame: Frame, begun: int) -> bool:
    """Whether a list has been told in commas: a semicolon ends it (…其中人员60万元、公用40万元；项目支出50万元)."""
    unit = frame.value.unit if frame.value else ""
    told = (
        part
        for part in frame.parts
        if part.role is Role.VALUE and part.start > begun and unit in ("", part.unit)
    )
    return sum(1 for _ in told) > 1


def _frame(statement: Statement, frame: Frame, heard: Heard) -> None:
    whole = frame.value
    if whole is not None and whole.unit:
        parts = [
            part
            for part in _of_one_list(statement, frame.parts, whole)
            if _is_part(statement, part, whole)
        ]
        if parts and _sure(statement, frame.parts):
            _no_more(whole, parts, heard)
        elif parts:
            heard.unchecked("列举里夹有别的年度的数", len(parts))
    elif whole is None and frame.change is None and frame.parts:
        heard.unchecked("没有读到列举的总数")


def _of_one_list(
    statement: Statement, parts: Sequence[Fact], whole: Fact
) -> list[Fact]:
    """The parts of a list up to one that is a whole itself, or speaks of something else than the whole."""
    other = re.compile(statement.form.wording["whole"])
    text = wide(statement.paragraphs[whole.paragraph].text)
    kept: list[Fact] = []
    for part in parts:
        strange = (
            part.declared and whole.declared and kin_of(part.name) != kin_of(whole.name)
        )
        # …、公务用车运行维护费2万元、…: one of a row, whatever it is called elsewhere
        in_row = bool(kept) and text.startswith("、", kept[-1].end)
        # …、对个人的补助3万元，两项合计为人员经费15万元: no further part
        told = bool(kept) and part.role is Role.VALUE
        led = CLAUSE.split(text[kept[-1].end : part.start])[-1] if told else ""
        if (strange and not in_row) or other.search(f"{led}{part.called}"):
            break
        kept.append(part)
        if text.startswith("：", part.end):  # what follows is of this part
            break
    return kept


def kin_of(name: str) -> str:
    """What a name is of, by its first word: income, expenditure."""
    return re.sub(r"\..*", "", name)


def _is_part(statement: Statement, part: Fact, whole: Fact) -> bool:
    if (
        part.role is not Role.VALUE
        or part.relative
        or part.unit != whole.unit
        or part.name == whole.name
    ):
        return False
    return (
        part.understood
        or part.unit in HEADS
        or bool(re.search(statement.form.wording["part"], part.label))
    )


def _sure(statement: Statement, parts: Sequence[Fact]) -> bool:
    """Whether no part speaks of another year."""
    earlier = re.compile(statement.form.wording["earlier"])
    return not any(
        part.role is Role.PRIOR
        or (part.role is Role.VALUE and earlier.search(part.label))
        for part in parts
    )


def _no_more(whole: Fact, parts: Sequence[Fact], heard: Heard) -> None:
    """Hold the parts against their whole: what comes after the whole is reached belongs to an outer list."""
    total, slack = Decimal(0), whole.half + TINY
    for part in parts:
        total += part.value
        slack += part.half
        if abs(total - whole.value) <= slack:
            heard.held()
            return
    if total <= whole.value + slack:
        heard.held()
        return
    message = f"“{whole.called}”{whole.shown}，其中的{listed(parts)}合起来是 {number(total)}，多出 {number(total - whole.value)}"
    heard.breaks(message, (whole, *parts), (whole.shown, number(total)))


@check(
    "J01-08",
    "总数持平，组成部分却有增有减",
    Duty.ACCURATE,
    ERROR,
    "请核对总数和各部分的增减，改正写错的一个。",
)
def still(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A whole told to be unchanged, and of its parts, told right after it, all that moved went one way."""
    for paragraph in range(len(statement.paragraphs)):
        for frame in frames(
            wide(statement.paragraphs[paragraph].text),
            statement.of_paragraph(paragraph),
        ):
            whole = frame.change
            if whole is None or not whole.in_words:
                continue
            moved = [
                part
                for part in frame.parts
                if part.role is Role.CHANGE and part.value and part.name != whole.name
            ]
            ways = {part.value > 0 for part in moved}
            if len(ways) == 1:
                message = f"“{whole.called}”说是持平，其中{'、'.join(f'“{one.called}”{_signed(one)}' for one in moved)}"
                heard.breaks(message, (whole, *moved), ("持平", _signed(moved[0])))
            else:
                heard.held()
