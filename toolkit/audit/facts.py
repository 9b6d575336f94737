"""The numbers of a paragraph, each with the subject that is named just before it: facts, furniture, or left over.

All knowledge of wording is the form's. Three rules bind what has no subject of its own, in every form alike: a change belongs
to the value told last; after a closed bracket, to the one before the bracket; where 其中 follows, to the whole of the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from toolkit.audit.blocks import Paragraph
from toolkit.audit.forms import RELATIVE, Form, Subject

NUMBER = re.compile(
    r"(?<![\d.,，A-Za-z])(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,3}(?:，\d{3})+(?=\.\d\d)|\d+)(?:[.．]\d+)?"
)
MINUS = re.compile(r"(?<![\d\w）)])[-－−]$")
TENTH = re.compile(r"^(\d{1,2})[.．](?=20\d\d年)")  # "1.2025年…" is item 1, not 1.2025
# 因公出国（境）费 and 收、支 are one word each
CLAUSE = re.compile(r"[，。；：]|(?<!收)、|[（(](?!境)|其中")
OF_YEAR = re.compile(r"20\d\d年(?:度)?")
BRACKET = re.compile(r"（[^（）]{1,12}）")
YEAR = re.compile(r"20\d\d")
OUTCOME = re.compile("执行|决算|完成")
SAID_OF = re.compile(r"(?:支出)?(?:预算|决算)?(?:安排|支出)?(?:情况)?(?:说明)?$")
BACK = 90  # letters before a number among which its subject is sought
AHEAD = 16  # letters behind a number that say what it is
QUOTED = 22  # letters quoted before a number
# a clause that is a name alone: no verb, no particle
WHOLLY = re.compile(r"(?:(?![为是的等由按将被于已各])[\u4e00-\u9fff]){4,14}")
LED = re.compile(r"^(?:主要[有为是]|包括|以及|另有|和|及|有)")
SHORT = 12  # letters of a label that are shown
HALF = Decimal("0.5")
ANONYMOUS = "#"  # at the beginning of a name: of the amount that stands at this place
OWN = "~"  # at the beginning of a name: called by the text's own words, which no form declares
PERCENT = ("%", "％")
YUAN = "元"  # at the end of a unit of money
_WIDE = str.maketrans(":;()", "：；（）")


class Role(StrEnum):
    """What a number says of its subject."""

    VALUE = "value"
    CHANGE = "change"  # by how much it grew or fell
    PERCENT = "percent"  # by how many percent
    PRIOR = "prior"  # what it came to before
    SHARE = "share"  # how many percent of a whole
    BUDGET = "budget"  # what had been planned (final accounts)
    COMPLETION = "completion"  # how many percent of the plan
    RATE = "rate"  # a percentage of which nothing says what it is of
    FURNITURE = "furniture"


class Base(StrEnum):
    """With what a change compares."""

    LAST = "last"  # the year before, its budget or what is not said
    EXECUTED = "executed"  # what was really spent the year before
    PLAN = "plan"  # the year's own plan


@dataclass(frozen=True, slots=True)
class Fact:
    """A number (or a change told in words) of a paragraph. `name` is "" where no subject of the form is named."""

    role: Role
    value: Decimal
    paragraph: int  # its number among the statement's paragraphs
    start: int
    end: int
    name: str = ""
    said: str = ""  # how its subject is called there
    unit: str = ""
    raw: str = ""
    year: int = 0
    base: Base = Base.LAST
    compared: bool = False  # a change that says with what it compares
    in_words: bool = False
    inherits: bool = False
    relative: bool = False
    counts: bool = False
    repeats: bool = False
    local: bool = False  # its subject is one of this section alone
    kind: str = ""  # of furniture
    section: str = ""
    quote: str = ""
    label: str = ""

    def follows(self, prior: Fact) -> bool:
        """Whether a change can be one from an amount: it does not say that it compares with another."""
        return not self.compared or self.base is prior.base or self.base is Base.PLAN

    @property
    def understood(self) -> bool:
        return (
            bool(self.name) and not self.anonymous and self.role is not Role.FURNITURE
        )

    @property
    def anonymous(self) -> bool:
        """Whether it belongs to an amount that no subject of the form names."""
        return self.name.startswith(ANONYMOUS)

    @property
    def own(self) -> bool:
        """Whether its subject is called by the text's own words alone."""
        return self.name.startswith(OWN)

    @property
    def declared(self) -> bool:
        """Whether a form declares its subject."""
        return self.understood and not self.own

    @property
    def called(self) -> str:
        return self.said.strip('“”"＂') or self.label or "这个数"

    @property
    def half(self) -> Decimal:
        """Half a unit of its last digit: so far the true amount may lie from the printed one. What is counted is exact."""
        if self.in_words or self.counts or not self.value:
            return Decimal(0)
        return HALF.scaleb(int(amount(self.raw).as_tuple().exponent))

    @property
    def shown(self) -> str:
        return f"{self.raw or self.value}{self.unit}"


@lru_cache(maxsize=4096)  # each paragraph is asked for by many who read it
def wide(text: str) -> str:
    """A text with full-width punctuation, letter for letter, so that one pattern reads both; a comma in a number stays."""
    numbered = TENTH.sub(r"\1、", text)
    return re.sub(r",(?!\d{3})", "，", numbered.translate(_WIDE))


def amount(raw: str) -> Decimal:
    """The number that a text writes."""
    return Decimal(
        raw.replace(",", "").replace("，", "").replace("．", ".").replace(" ", "")
    )


def facts_of(
    paragraph: Paragraph,
    number: int,
    section: str,
    form: Form,
    *,
    headless: bool,
    above: str = "",
) -> tuple[Fact, ...]:
    """The facts of a paragraph in their order; where a statement has no headings (`headless`) subjects hold everywhere.

    `above` is the paragraph above, where that is a mere heading: what begins without a subject is of the one it names.
    """
    return _Reader(
        wide(paragraph.text), number, section, form, headless=headless
    ).facts(wide(above))


@dataclass
class _Reader:
    """One paragraph being read."""

    text: str
    number: int
    section: str
    form: Form
    headless: bool = field(kw_only=True)
    scope: str = ""

    @property
    def names_itself(self) -> bool:
        """Whether amounts may be called by the text's own words: not in sections that do not count, of goals and the like."""
        return not self.section or any(
            one.counted for one in self.form.sections if one.id == self.section
        )

    def facts(self, above: str = "") -> tuple[Fact, ...]:
        found = [*self._told_in_words(), *self._numbers()]
        found.sort(key=lambda one: (one.start, one.end))
        name, said = self._subject_of(above) if above else ("", "")
        spoken_of = _Current(name, said)
        return tuple(_bound(found, self.text, spoken_of))

    def _told_in_words(self) -> Iterator[Fact]:
        """持平 and the like: a change of nothing."""
        for same in self.form.compare.same.finditer(self.text):
            name, said = self._subject_in(self.text[: same.start()])
            year = int(same["year"]) if same["year"].isdigit() else 0
            yield self._fact(
                Role.CHANGE,
                Decimal(0),
                same.start(),
                same.end(),
                name=name,
                said=said,
                year=year,
                in_words=True,
            )

    def _numbers(self) -> Iterator[Fact]:
        end = 0
        for found in NUMBER.finditer(self.text):
            if found.start() < end:
                continue
            fact = self._one(found)
            end = fact.end
            yield fact

    def _one(self, found: re.Match[str]) -> Fact:
        left, right = (
            self.text[max(0, found.start() - BACK) : found.start()],
            self.text[found.end() : found.end() + AHEAD],
        )
        kind = self._furniture(left, found[0], right)
        if kind:
            return self._fact(
                Role.FURNITURE,
                amount(found[0]),
                found.start(),
                found.end(),
                kind=kind,
                raw=found[0],
            )
        unit = self.form.units.match(right)
        end = found.end() + (len(unit[0]) if unit else 0)
        minus = MINUS.search(left)
        value = -amount(found[0]) if minus else amount(found[0])
        before = left[: minus.start()] if minus else left
        told = self._fact(
            Role.VALUE,
            value,
            found.start(),
            end,
            unit=unit[0] if unit else "",
            raw=found[0],
        )
        return self._read(told, before)

    def _read(self, told: Fact, left: str) -> Fact:
        """What a number is, by the words before it."""
        label = CLAUSE.split(left)[-1][-SHORT:]
        told = replace(told, label=label)
        share = told.unit in PERCENT
        if changed := self.form.compare.change.search(left):
            return self._change(told, changed, left, share=share)
        if share and self.form.completion.search(left):
            return replace(told, role=Role.COMPLETION)
        if share and (of := self.form.share.search(left)):
            return replace(told, role=Role.SHARE, label=of["of"])
        best = self._subject(left)
        if best is None:
            return self._by_own_words(told, left)
        subject, match = best
        if (
            subject.name == RELATIVE
            and subject.role == Role.VALUE
            and (own := self._own(told, left))
        ):
            # 教育支出2024年预算: not of the amount told last
            return replace(told, name=f"{OWN}{own}", said=own)
        if subject.name.startswith(RELATIVE):
            year = YEAR.search(match["says_"])
            base = Base.EXECUTED if OUTCOME.search(match["says_"]) else Base.LAST
            return replace(
                told,
                role=Role(subject.role),
                relative=True,
                year=int(year[0]) if year else 0,
                base=base,
            )
        name = self.scope + _filled(subject.name, match)
        self.scope = subject.scope or self.scope
        planned = bool(self.form.planned) and match["plan"] == self.form.planned
        role = Role.BUDGET if planned else Role(subject.role)
        if role is Role.VALUE and (
            last := _at_end(self.form.compare.prior, left[: match.start()])
        ):
            # 比2024年收支总预算2.11亿元: what it came to before
            role = Role.PRIOR
            told = replace(told, year=int(last["year"] or 0))
        told = replace(
            told,
            counts=subject.counts,
            repeats=subject.repeats,
            local=bool(subject.within),
        )
        return replace(told, role=role, name=name, said=match["says_"])

    def _by_own_words(self, told: Fact, left: str) -> Fact:
        """A number whose subject no form declares, called by the text's own words where they are a name."""
        clause = CLAUSE.split(left)[-1]
        last = self.form.compare.prior.match(clause)
        words = clause[last.end() :] if last else left
        own = self._own(told, words)
        role = Role.RATE if told.unit in PERCENT else Role.VALUE
        if own and last and role is Role.VALUE:  # 比2024年会议费预算9万元
            told, role = replace(told, year=int(last["year"] or 0)), Role.PRIOR
        return replace(told, role=role, name=own and f"{OWN}{own}", said=own)

    def _own(self, told: Fact, left: str) -> str:
        """What an amount of money is called where no form declares it: the whole clause before it, if that is a name."""
        named = (*self.form.money, *self.form.measured)
        if told.unit not in named or not self.names_itself:
            return ""
        clauses = CLAUSE.split(BRACKET.sub("", left))
        clause = OF_YEAR.sub("", clauses[-1])
        found = self.form.own.search(clause)
        own = found["own"] if found else LED.sub("", clause)
        if found is None and not WHOLLY.fullmatch(own):
            return ""
        return "" if self.form.no_own.search(own) else own

    def _change(
        self, told: Fact, changed: re.Match[str], left: str, *, share: bool
    ) -> Fact:
        name, said = self._subject_in(left[: changed.start()])
        said = said or self._own(told, left[: changed.start()])
        base = Base.LAST
        if changed["plan"]:
            base = Base.PLAN
        elif OUTCOME.search(changed[0]):
            base = Base.EXECUTED
        year = (
            int(changed["year"][:4])
            if changed["year"] and changed["year"][:4].isdigit()
            else 0
        )
        role = Role.PERCENT if share else Role.CHANGE
        value = -told.value if changed["down"] else told.value
        compared = bool(changed["year"] or changed["plan"])
        return replace(
            told,
            role=role,
            value=value,
            name=name,
            said=said,
            base=base,
            year=year,
            compared=compared,
        )

    def _furniture(self, left: str, number: str, right: str) -> str:
        for one in self.form.furniture:
            if (
                one.right.match(right)
                and one.number.search(number)
                and one.left.search(left)
            ):
                return one.kind
        return ""

    def _holds(self, subject: Subject) -> bool:
        return (
            not subject.within
            or self.section in subject.within
            or (self.headless and not self.section)
        )

    def _qualified(self, before: str) -> bool:
        """Whether words before a subject make it another one: 一般公共预算 before 财政拨款支出."""
        return bool(re.search(self.form.wording["qualified"], before))

    def _subject(self, left: str) -> tuple[Subject, re.Match[str]] | None:
        """The subject whose words begin first among those that end right before a number."""
        best: tuple[Subject, re.Match[str]] | None = None
        for subject in self.form.subjects:
            match = subject.says.search(left) if self._holds(subject) else None
            if (
                match
                and (subject.counts or not self._qualified(left[: match.start()]))
                and (best is None or match.start() < best[1].start())
            ):
                best = subject, match
        return best

    def _subject_of(self, heading: str) -> tuple[str, str]:
        """The subject that a heading names at its end."""
        best = self._subject(SAID_OF.sub("", heading.rstrip("。：")))
        if (
            best is None
            or best[0].name.startswith(RELATIVE)
            or best[0].role != Role.VALUE
        ):
            return "", ""
        return _filled(best[0].name, best[1]), best[1]["says_"]

    def _subject_in(self, left: str) -> tuple[str, str]:
        """The first subject that is named in the clause before a change: its name and how it is called; "" where none is."""
        clause = CLAUSE.split(BRACKET.sub("", left))[-1]
        best: tuple[int, int, str, str] | None = None
        for subject in self.form.subjects:
            if (
                subject.role != Role.VALUE
                or subject.name.startswith(RELATIVE)
                or not self._holds(subject)
            ):
                continue
            match = subject.bare.search(clause)
            if match and not self._qualified(clause[: match.start()]):
                key = (
                    match.start(),
                    -len(match[0]),
                    _filled(subject.name, match),
                    match[0],
                )
                best = key if best is None else min(best, key)
        return (best[2], best[3]) if best else ("", "")

    def _fact(
        self, role: Role, value: Decimal, start: int, end: int, **said: object
    ) -> Fact:
        quote = self.text[max(0, start - QUOTED) : end + 2]
        fact = Fact(
            role, value, self.number, start, end, section=self.section, quote=quote
        )
        return replace(fact, **said)  # type: ignore[arg-type]


def _at_end(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """What a pattern matches right at the end of a text."""
    return next(
        (found for found in pattern.finditer(text) if found.end() == len(text)), None
    )


def _filled(name: str, match: re.Match[str]) -> str:
    """A subject's name with what its words say: function.{a}/{b}."""
    return re.sub(r"\{(\w+)\}", lambda group: (match[group[1]] or "").strip(), name)


def _against_plan(fact: Fact, before: Fact | None) -> Fact:
    """A change that follows the plan it is reckoned from: 比年初预算18万元减少5.34万元."""
    if before is None or fact.compared or fact.role not in (Role.CHANGE, Role.PERCENT):
        return fact
    planned = before.relative and before.role is Role.BUDGET
    goes_on = (
        fact.role is Role.PERCENT
        and before.role is Role.CHANGE
        and before.base is Base.PLAN
    )
    return replace(fact, base=Base.PLAN) if planned or goes_on else fact


# -- what has no subject of its own ---------------------------------------------------------------------------------------


FOLLOWING = (Role.CHANGE, Role.PERCENT, Role.PRIOR, Role.SHARE, Role.COMPLETION)
_LIST_NEXT = re.compile(r"[，。；）]*其中")
# a sentence that begins with a comparison: of what the list before it was of, not of its last part
_BEGINS_ANEW = re.compile(r"。(?:比|较|与|同)[^，；：。]*$")


@dataclass
class _Current:
    """Of what is being spoken."""

    name: str = ""
    said: str = ""
    counts: bool = False
    planned: bool = False
    unit: str = ""


def _bound(facts: Sequence[Fact], text: str, begun: _Current) -> Iterator[Fact]:
    """Give each change and share without a subject of its own the one that is spoken of; `begun`: of what at first."""
    now, whole, stack, at = begun, _Current(), list[tuple[_Current, _Current]](), 0
    head, money = _Current(), _Current()
    seen: list[Fact] = []
    before: Fact | None = None
    for told in facts:
        fact = _against_plan(told, before)
        between = text[before.end if before else 0 : fact.start]
        if "。" in between:
            anew = _BEGINS_ANEW.search(f"{between}{text[fact.start : fact.end]}")
            now, head = (head if head.name and anew else now), _Current()
        before = before if fact.role is Role.FURNITURE else fact
        for letter in text[at : fact.start]:
            if letter == "（":
                stack.append((now, money))
            elif letter == "）" and stack:
                now, money = stack.pop()
        at = fact.start
        listed = bool(_LIST_NEXT.match(text[fact.end :]))
        if fact.role is Role.FURNITURE:
            yield fact
        elif fact.name:
            if fact.role in (Role.VALUE, Role.BUDGET):
                now = _Current(
                    fact.name,
                    fact.said,
                    fact.counts,
                    fact.role is Role.BUDGET,
                    fact.unit,
                )
                whole, head = (now, now) if listed else (whole, head)
                money = now if fact.unit.endswith(YUAN) else money
                seen.append(fact)
            elif fact.role is Role.CHANGE:
                now = _Current(fact.name, fact.said, fact.counts)
            yield fact
        elif fact.role in FOLLOWING or fact.relative:
            # …更新用车1辆，比上年增加18万元: of the money, not of the cars
            of_money = fact.unit.endswith(YUAN) and now.unit and money.name
            now = money if of_money and not now.unit.endswith(YUAN) else now
            now = _called_so(seen, fact.said) or now
            of = (
                whole
                if listed
                and whole.name
                and fact.role not in (Role.SHARE, Role.COMPLETION)
                else now
            )
            # the outcome, told behind its plan
            first = fact.role is Role.VALUE and of.planned
            now = replace(of, planned=False) if first else now
            counts, relative = fact.counts or of.counts, fact.relative and not first
            yield replace(
                fact,
                name=of.name,
                said=of.said,
                inherits=True,
                counts=counts,
                relative=relative,
            )
        elif fact.role is Role.VALUE:
            now = _Current(
                f"{ANONYMOUS}{fact.paragraph}.{fact.start}", fact.label, unit=fact.unit
            )
            money = now if fact.unit.endswith(YUAN) else money
            yield replace(fact, name=now.name, said=fact.label)
        else:
            yield fact


def _called_so(seen: Sequence[Fact], said: str) -> _Current | None:
    """What was told before by the words that stand before a change, which no form declares; None where nothing was."""
    if not said:
        return None
    for one in reversed(seen):
        if one.said.endswith(said):
            return _Current(one.name, one.said, one.counts, unit=one.unit)
    return None
