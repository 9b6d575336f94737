"""What a check of statements is, what it finds, and what became of it: ran, does not apply, or was not made, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from toolkit.audit.blocks import Place
from toolkit.audit.facts import Fact
from toolkit.audit.reading import Statement
from toolkit.model import CodeList
from toolkit.rules.rule import Severity

LONGEST_QUOTE = 60


class Duty(StrEnum):
    """What publishing must be, in the words of those who inspect it."""

    TIMELY = "及时"
    COMPLETE = "完整"
    DETAILED = "细化"
    ACCURATE = "准确"
    READABLE = "可读"


class State(StrEnum):
    """What became of a check."""

    RAN = "查了"
    NONE = "没有这样的内容"
    NOT_CHECKED = "没有查"


@dataclass(frozen=True, slots=True)
class Check:
    """A check of statements. Nothing it holds is law's own word: it says where a text contradicts itself or its form."""

    id: str
    title: str
    duty: Duty
    severity: Severity
    remedy: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with what stands there."""

    place: Place
    quote: str

    def __str__(self) -> str:
        return f"{self.place}“{self.quote}”"


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: what does not hold, where it stands, both numbers; `also` are other sums that the same number breaks."""

    check: Check
    message: str
    spots: tuple[Spot, ...]
    numbers: tuple[str, ...] = ()
    facts: tuple[
        tuple[int, int], ...
    ] = ()  # paragraph and start of the numbers it rests on
    also: tuple[str, ...] = ()
    key: str = ""  # of the same kind: told once a document


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check on one statement."""

    check: Check
    state: State
    ran: int = 0
    findings: tuple[Finding, ...] = ()
    # why it was not made, how often
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """What a statement is held against besides itself."""

    last: Statement | None = None
    # of the public tables: row title to numbers and cells
    rows: Mapping[str, Sequence[tuple[Decimal, str]]] | None = None
    codes: Mapping[str, CodeList] = field(default_factory=dict)
    renamed: Sequence[Mapping[str, str]] = ()
    # a change by more than this share of the year before needs a reason that says why
    explain: Decimal | None = None


class Heard:
    """What a check has to say of one statement."""

    def __init__(self, check: Check, statement: Statement) -> None:
        self.check, self.statement = check, statement
        self.ran = 0
        self.findings: list[Finding] = []
        self.reasons: Counter[str] = Counter()

    def held(self, times: int = 1) -> None:
        self.ran += times

    def unchecked(self, reason: str, times: int = 1) -> None:
        self.reasons[reason] += times

    def breaks(
        self,
        message: str,
        spots: Iterable[Spot | Fact],
        numbers: Iterable[str] = (),
        key: str = "",
        severity: Severity | None = None,
    ) -> None:
        """Say what does not hold; a fact among the spots is quoted where it stands."""
        given = tuple(spots)
        self.ran += 1
        check = replace(self.check, severity=severity) if severity else self.check
        facts = tuple(
            (one.paragraph, one.start) for one in given if isinstance(one, Fact)
        )
        shown = tuple(
            dict.fromkeys(
                self.spot(one) if isinstance(one, Fact) else one for one in given
            )
        )
        self.findings.append(
            Finding(check, message, shown, tuple(numbers), facts, key=key)
        )

    def spot(self, fact: Fact) -> Spot:
        """Where a fact stands."""
        return Spot(self.statement.paragraphs[fact.paragraph].place, fact.quote)

    def around(self, paragraph: int, start: int, end: int) -> Spot:
        """A place in a paragraph with some of the words around it."""
        one = self.statement.paragraphs[paragraph]
        room = max(LONGEST_QUOTE - (end - start), 0) // 2
        first = max(0, start - room)
        return Spot(one.place, one.text[first : end + room])

    def outcome(self) -> Outcome:
        state = State.NONE
        if self.ran:
            state = State.RAN
        elif self.reasons:
            state = State.NOT_CHECKED
        return Outcome(
            self.check, state, self.ran, tuple(self.findings), dict(self.reasons)
        )


Look = Callable[[Statement, Beside, Heard], None]
CHECKS: dict[str, tuple[Check, Look]] = {}


def check(
    id_: str, title: str, duty: Duty, severity: Severity, remedy: str
) -> Callable[[Look], Look]:
    """Declare a check right above its look."""

    def declared(look: Look) -> Look:
        CHECKS[id_] = (Check(id_, title, duty, severity, remedy), look)
        return look

    return declared


def number(value: Decimal) -> str:
    """A number as a message says it, without idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
