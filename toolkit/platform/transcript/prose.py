"""The amounts of a statement's sentences by the names of a profile, as the form of the statement declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from toolkit.audit.facts import Fact, Role
from toolkit.audit.reading import Statement
from toolkit.audit.tables import YUAN
from toolkit.model import Name, Origin
from toolkit.profile.form import Profile
from toolkit.returns.carried import NotTaken
from toolkit.rules.rule import plain

PROSE = "正文"
NOT_UNDERSTOOD, NO_PLACE, TWICE = (
    "没有读懂的数",
    "新表里没有地方放的数",
    "说法不一样的数",
)
NO_UNIT, ROUNDED = "没有写金额单位的数", "四舍五入了的数"
MOST_NAMED = 4  # numbers of one paragraph that are named
OF_CHANGES = (Role.CHANGE, Role.PERCENT, Role.PRIOR, Role.SHARE, Role.COMPLETION)
HALF = Decimal("0.5")


@dataclass(frozen=True)
class Amount:
    """An amount in the unit of its cell, with where it stands; it may be off by `half`."""

    origin: Origin
    half: Decimal
    rounded: bool = False  # it is told with more decimals than its cell has

    @property
    def number(self) -> Decimal:
        return self.origin.number

    def agrees(self, other: Amount) -> bool:
        """Whether two may be one amount, each as it is printed."""
        return abs(self.number - other.number) <= self.half + other.half


@dataclass
class Said:
    """What the sentences say: amounts by name, and all that found no name."""

    amounts: dict[Name, Amount] = field(default_factory=dict)
    left: list[NotTaken] = field(default_factory=list)


def said_in(statement: Statement, profile: Profile, source: str) -> Said:
    """The amounts of the statement's own year that a profile has a name for; whatever else is told is listed, each once."""
    figures: Mapping[str, str] = statement.form.fills.get("figures", {})
    said = Said()
    asked: dict[str, list[Name]] = {}
    homeless: list[Fact] = []
    for text, fact in figures.items():
        name = Name.parse(text)
        if profile.book.has(name):
            asked.setdefault(fact, []).append(name)
    for fact_name, facts in statement.named.items():
        own = [fact for fact in facts if not statement.of_another_year(fact)]
        names = asked.get(fact_name, [])
        if own and names:
            _say(
                names, _of_own_section(fact_name, own), statement, profile, source, said
            )
        else:
            homeless += facts[:1]
    # of a table of contents the page
    headings = {heading.paragraph for heading in statement.headings}
    unknown = [
        fact
        for fact in statement.counted
        if fact.role not in OF_CHANGES
        and not fact.declared
        and (fact.unit or fact.paragraph not in headings)
    ]
    said.left += _by_paragraph(statement, homeless, NO_PLACE)
    said.left += _by_paragraph(statement, unknown, NOT_UNDERSTOOD)
    said.left += _changes(statement)
    return said


def _of_own_section(name: str, facts: Sequence[Fact]) -> Sequence[Fact]:
    """The amounts that stand in the section that is about them; elsewhere the same words may be of a part."""
    section = Name.parse(name).block
    return [fact for fact in facts if fact.section == section] or facts


def _say(
    names: Sequence[Name],
    facts: Sequence[Fact],
    statement: Statement,
    profile: Profile,
    source: str,
    said: Said,
) -> None:
    """Put down one amount by its names, as it is told with the most decimals; none where it is told differently."""
    told = [
        (amount, fact)
        for fact in facts
        if (amount := _amount(fact, statement, profile, names[0], source))
    ]
    if not told:
        said.left.append(_left(statement, facts[0], NO_UNIT))
        return
    finest, best = min(told, key=lambda one: one[0].half)
    if any(not amount.agrees(finest) for amount, _ in told):
        said.left += (_left(statement, fact, TWICE) for fact in facts)
        return
    for name in names:
        amount = _amount(best, statement, profile, name, source)
        if amount is not None:
            said.amounts[name] = amount
    if finest.rounded:
        why = f"表里的小数没有这么多，四舍五入成了 {plain(finest.number)}"
        place = str(statement.paragraphs[best.paragraph].place)
        said.left.append(NotTaken(ROUNDED, place, f"…{best.quote}", why))


def _amount(
    fact: Fact, statement: Statement, profile: Profile, name: Name, source: str
) -> Amount | None:
    """An amount in the unit of a name, rounded to its decimals; None where nobody knows in what it is told."""
    money = profile.book.column_of(name).money or profile.money
    if fact.unit not in YUAN and fact.value:
        return None
    yuan = YUAN.get(fact.unit, money.yuan)
    factor = yuan / money.yuan
    exact = fact.value * factor
    number = exact.quantize(money.last, ROUND_HALF_UP)
    place = str(statement.paragraphs[fact.paragraph].place)
    slack = fact.half * 2 * yuan
    origin = Origin(source, statement.name, PROSE, place, number, slack)
    half = max(fact.half * factor, money.last * HALF)
    return Amount(origin, half, number != exact)


WHY = {
    NOT_UNDERSTOOD: "前面的话认不出说的是哪个数，没有带",
    NO_PLACE: "新表没有放它们上年数的格，不带",
    TWICE: "文里同一个数说了不止一种，没有带。请核对以后自己填",
    NO_UNIT: "认不出是多少钱，没有带。请核对以后自己填",
}


def _left(statement: Statement, fact: Fact, kind: str) -> NotTaken:
    place = str(statement.paragraphs[fact.paragraph].place)
    return NotTaken(kind, place, f"…{fact.quote}", WHY[kind])


def _by_paragraph(
    statement: Statement, facts: Sequence[Fact], kind: str
) -> Iterator[NotTaken]:
    """The numbers of one paragraph in one line: the first of them, and how many."""
    found: dict[int, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.paragraph, []).append(fact)
    for number, some in sorted(found.items()):
        named = "、".join(f"{one.called}{one.shown}" for one in some[:MOST_NAMED])
        if len(some) > MOST_NAMED:
            named += f"等 {len(some)} 个数"
        place = str(statement.paragraphs[number].place)
        yield NotTaken(kind, place, named, WHY[kind])


def _changes(statement: Statement) -> Iterator[NotTaken]:
    """How many numbers only say what changed."""
    changes = sum(fact.role in OF_CHANGES for fact in statement.counted)
    if changes:
        why = "说的是和再上一年比、占多少，不是这一年的数，不带"
        yield NotTaken("增减额、比例", "", f"{changes} 个数", why)


def told(amount: Amount) -> str:
    """An amount with its place, in words."""
    return f"{amount.origin.sheet}{amount.origin.address}是 {plain(amount.number)}"
