"""Checks of lists that leave nothing out: their parts come to the whole. Silent where nothing shows that a list is complete.

What shows it: shares that come to 100 %, changes that come to the whole's change, words like 按功能分类, income and outlay
told side by side, other classes whose items come to them, or two digits of one number that, exchanged, make the sum come out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from toolkit.audit.arithmetic import HUNDRED, LAST_DIGIT, TINY, frames, listed
from toolkit.audit.blocks import NUMERALS
from toolkit.audit.facts import Fact, Role, amount, wide
from toolkit.audit.finding import Beside, Duty, Heard, check, number
from toolkit.audit.growth import equals
from toolkit.audit.reading import Statement
from toolkit.model import plain_name, record
from toolkit.rules.rule import ERROR

FEWEST = 2  # parts of a list
AGREE = 2  # classes that come to their items, from which on one that does not is wrong
ABOVE = 2  # paragraphs above in which the total of income and outlay may be told
FAR = 4  # paragraphs above in which the whole of a list by kind may be told
TOTAL = re.compile(r"\.(?:total|expenditure)$")
EARLY = 60  # letters of an item within which its amount stands
RANKS = tuple(
    re.compile(one)
    for one in (
        rf"[（(][{NUMERALS}]+[）)]",
        r"[（(]\d+[）)]",
        r"\d{1,2}[.．、]",
        rf"[{NUMERALS}]+、",
    )
)
HEAD = re.compile(r"(?:[:：]|分[:：。]?|如下[:：。]?|以下方面[:：]?)$")
BY_HEAD = re.compile(
    r"按(?:照)?[^，。；：]{2,12}(?:分类|分|划分)的[^，。；：]{0,8}[。：]"
)
BY_LIST = re.compile(
    r"按(?:照)?[^，。；]{2,12}(?:分类|划分|分)(?:[：，]|，?(?:包括|主要用于|分别为))"
)
PIECE = re.compile(r"[^；]+")
ALL_OF_IT = re.compile(r".*", re.DOTALL)
LONG = 3  # digits of a count, from which on two exchanged are no chance
MANY = "一两三四五六七八九"
STOPS = ("。", "；", "：")
LEAD = 4  # letters at the beginning of a list in which 包括 may stand
BY = re.compile(r"按(?:照)?[^，。；]{2,12}(?:分类|分|划分)(?:科目)?(?:[，：。为]|$)")
SIDES = re.compile(
    r"收入[^。；]{0,12}?包括[:：]?(?P<income>[^。；]*)；支出[^。；]{0,6}?包括[:：]?(?P<outlay>[^。；]*)"
)
CLASS, ITEMS = "class.", "function."


@record(slots=True)
class Listing:
    """A list with what may be its whole, the likeliest first, and whether it must be complete.

    `changes` are those of the parts, where each has one; `moved` what may be the whole's change.
    """

    wholes: tuple[Fact, ...]
    parts: tuple[Fact, ...]
    moved: tuple[Fact, ...] = ()
    changes: tuple[Fact, ...] = ()
    complete: bool = False
    bounded: bool = False  # the parts are surely of the whole: never more than it

    @property
    def whole(self) -> Fact:
        return self.wholes[0]


@check(
    "J01-09",
    "列全的各项加起来等于总数",
    Duty.ACCURATE,
    ERROR,
    "请核对总数和各项，改正写错的一个。",
)
def complete_lists(statement: Statement, beside: Beside, heard: Heard) -> None:
    """The parts of a list that leaves nothing out come to its whole; so do their changes."""
    for listing in (
        *_inside(statement),
        *_below(statement),
        *_by_kind(statement),
        *_closed(statement),
        *_of_what(statement),
        *_shared(statement),
        *_behind_colons(statement),
    ):
        total, slack = _summed(listing.parts)
        fits = any(
            abs(total - whole.value) <= slack + whole.half + TINY
            for whole in listing.wholes
        )
        changed = _changes_fit(listing)
        if fits and changed is False and len(listing.moved) == 1:
            _tell_changes(listing, heard)
        elif fits:
            heard.held()
        elif listing.complete or changed or _shown_wrong(listing, total):
            _tell(listing, total, heard)


def _shown_wrong(listing: Listing, total: Decimal) -> bool:
    """Whether the numbers alone show that a sum is wrong: parts of more than their whole, or two digits exchanged."""
    beyond = listing.bounded and total > listing.whole.value
    return beyond or _slip(listing) is not None


def _tell_changes(listing: Listing, heard: Heard) -> None:
    change, changes = listing.moved[0], listing.changes
    moved, _ = _summed(changes)
    told = number(abs(moved))
    of_parts = f"各项{_ways(changes)}合起来{_way(moved)}{told}"
    of_whole = f"“{listing.whole.called}”{_way(change.value)}{change.shown}"
    message = f"{of_parts}，{of_whole}"
    heard.breaks(message, (change, *changes), (change.shown, told))


def _ways(changes: Sequence[Fact]) -> str:
    return "、".join(
        f"“{one.called}”{_way(one.value)}{one.shown}"
        if one.value
        else f"“{one.called}”持平"
        for one in changes
    )


def _way(value: Decimal) -> str:
    return "减少" if value < 0 else "增加"


def _tell(listing: Listing, total: Decimal, heard: Heard) -> None:
    whole, parts = listing.whole, listing.parts
    told = number(total)
    gap = number(abs(total - whole.value))
    of_whole = f"“{whole.called}”是 {whole.shown}"
    message = f"{listed(parts)}合起来是 {told}，{of_whole}，差 {gap}"
    if slip := _slip(listing):
        message += f"；把“{slip.called}”{slip.raw} 的两位数字对调，就正好相等"
    heard.breaks(message, (whole, *parts), (whole.shown, told))


def _summed(facts: Sequence[Fact]) -> tuple[Decimal, Decimal]:
    """The sum of some facts, and how far roundings may carry it."""
    return sum((fact.value for fact in facts), Decimal(0)), sum(
        (fact.half for fact in facts), Decimal(0)
    )


def _changes_fit(listing: Listing) -> bool | None:
    """Whether the changes of the parts come to that of the whole; None where they are not all told."""
    if not listing.moved or len(listing.changes) != len(listing.parts):
        return None
    moved, slack = _summed(listing.changes)
    return any(
        abs(moved - change.value) <= slack + change.half + TINY
        for change in listing.moved
    )


def _slip(listing: Listing) -> Fact | None:
    """The number of which two neighbouring digits, exchanged, make the sum come out."""
    total, _ = _summed(listing.parts)
    gap = listing.whole.value - total
    # by how much each number would have to be greater
    lacking = [(part, gap) for part in listing.parts]
    lacking.append((listing.whole, -gap))
    for fact, due in lacking:
        sure = not fact.counts or len(fact.raw) >= LONG
        others = exchanged(fact.raw) if due and sure else ()
        if any(other - fact.value == due for other in others):
            return fact
    return None


def exchanged(raw: str) -> Iterator[Decimal]:
    """Yield a number with each two neighbouring digits exchanged, those beside a comma or the point too."""
    places = [at for at, letter in enumerate(raw) if letter.isdigit()]
    for a, b in pairwise(places):
        if raw[a] == raw[b]:
            continue
        letters = list(raw)
        letters[a], letters[b] = letters[b], letters[a]
        yield amount("".join(letters))


# -- lists within a sentence ----------------------------------------------------------------------------------------------


def _inside(statement: Statement) -> Iterator[Listing]:
    """Yield the lists that a sentence tells behind their whole."""
    wording = statement.form.wording
    for paragraph in range(len(statement.paragraphs)):
        facts = statement.of_paragraph(paragraph)
        text = wide(statement.paragraphs[paragraph].text)
        for frame in frames(text, facts) if len(facts) > FEWEST else ():
            whole = frame.value
            if whole is None:
                continue
            parts = tuple(part for part in frame.parts if _is_part(part, whole))
            rest = bool(parts) and re.search(wording["rest"], parts[-1].called)
            if len(parts) >= FEWEST:
                others = [
                    fact
                    for fact in _amounts(statement, facts, whole.unit)
                    if fact.start < parts[0].start
                ]
                sure = bool(
                    BY.search(text[whole.end : parts[0].start])
                    or BY_HEAD.search(text[: whole.start])
                )
                sure = sure or (bool(rest) and len(parts) > FEWEST)
                yield _listed(statement, (whole, *others), parts, complete=sure)


def _amounts(statement: Statement, facts: Sequence[Fact], unit: str = "") -> list[Fact]:
    money = (unit,) if unit else statement.form.money
    return [
        fact
        for fact in facts
        if fact.role is Role.VALUE and fact.unit in money and not fact.relative
    ]


def _is_part(fact: Fact, whole: Fact) -> bool:
    return (
        fact.role is Role.VALUE
        and not fact.relative
        and fact.unit == whole.unit
        and fact.name != whole.name
    )


def _shares_whole(statement: Statement, parts: Sequence[Fact]) -> bool:
    """Whether each part has its share, and the shares come to 100 %."""
    told = [_share(statement, part) for part in parts]
    shares = [share for share in told if share is not None]
    if len(shares) < len(parts):
        return False
    total, slack = _summed(shares)
    return abs(total - HUNDRED) <= slack + LAST_DIGIT


def _share(statement: Statement, part: Fact) -> Fact | None:
    """The share that is told right behind a part."""
    after = [
        fact
        for fact in statement.of_paragraph(part.paragraph)
        if fact.start > part.start
    ]
    return (
        after[0]
        if after and after[0].role is Role.SHARE and after[0].name == part.name
        else None
    )


# -- lists that name their whole again ------------------------------------------------------------------------------------


def _of_what(statement: Statement) -> Iterator[Listing]:
    """Yield the lists of sentences that begin with the name of an amount told before: 事业收入中，门诊收入3万元，…."""
    wording = statement.form.wording
    begins = re.compile(wording["of_what"])
    for paragraph, one in enumerate(statement.paragraphs):
        text, facts = wide(one.text), statement.of_paragraph(paragraph)
        for found in begins.finditer(text):
            whole = _told_so(statement, paragraph, found.start("of"), found["of"])
            end = text.find("。", found.end())
            parts = [
                fact
                for fact in facts
                if found.end() <= fact.start < (end if end >= 0 else len(text))
                and fact.role is Role.VALUE
                and not fact.inherits
            ]
            if (
                whole is None
                or len(parts) < FEWEST
                or {part.unit for part in parts} != {whole.unit}
                or "其中" in text[found.end() : parts[-1].start]
            ):
                continue
            rest = re.search(wording["rest"], parts[-1].called)
            yield Listing(
                (whole,), tuple(parts), complete=rest is not None, bounded=True
            )


def _behind_colons(statement: Statement) -> Iterator[Listing]:
    """Yield the lists that a colon right behind their whole begins: …采购700万元：货物400万元、服务300万元."""
    for paragraph, one in enumerate(statement.paragraphs):
        text, facts = wide(one.text), statement.of_paragraph(paragraph)
        for whole in facts:
            if whole.role is not Role.VALUE or not text.startswith("：", whole.end):
                continue
            piece = re.match(r"[^；。]*", text[whole.end :])
            end = whole.end + (piece.end() if piece else 0)
            parts = [
                fact
                for fact in facts
                if whole.end < fact.start < end
                and fact.role is Role.VALUE
                and not fact.inherits
            ]
            alike = {part.unit for part in parts} == {whole.unit}
            if len(parts) >= FEWEST and alike and "其中" not in text[whole.end : end]:
                yield Listing((whole,), tuple(parts), bounded=True)


def _told_so(
    statement: Statement, paragraph: int, before: int, called: str
) -> Fact | None:
    """The last amount told before by a name, there or right above."""
    for number_ in range(paragraph, max(-1, paragraph - ABOVE - 1), -1):
        told = [
            fact
            for fact in statement.of_paragraph(number_)
            if fact.role is Role.VALUE
            and fact.said
            and called.endswith(re.sub(r"(?:预算|决算|合计)$", "", fact.said))
            and (number_ < paragraph or fact.start < before)
        ]
        if told:
            return told[-1]
    return None


# -- lists of shares whose whole stands above -----------------------------------------------------------------------------


def _shared(statement: Statement) -> Iterator[Listing]:
    """Yield the lists of a paragraph that tells nothing but parts with shares that come to 100 %: of the last amount above."""
    for paragraph in range(1, len(statement.paragraphs)):
        parts = [
            fact
            for fact in statement.of_paragraph(paragraph)
            if fact.role is Role.VALUE
        ]
        if len(parts) <= FEWEST or not _shares_whole(statement, parts):
            continue
        above = next(
            (
                told
                for at in range(paragraph - 1, max(-1, paragraph - FAR), -1)
                if (told := _amounts(statement, statement.of_paragraph(at)))
            ),
            [],
        )
        if above and above[0].unit == parts[0].unit:
            yield Listing(tuple(above), tuple(parts))


# -- lists that a sum closes ----------------------------------------------------------------------------------------------


def _closed(statement: Statement) -> Iterator[Listing]:
    """Yield the lists that a bare 合计, 共计 or 共 closes: …甲12万元、乙3万元，合计15万元."""
    closes = re.compile(statement.form.wording["closes"])
    for paragraph, one in enumerate(statement.paragraphs):
        text, facts = wide(one.text), statement.of_paragraph(paragraph)
        for at, whole in enumerate(facts):
            found = closes.search(text[: whole.start])
            if found is None or whole.role is not Role.VALUE:
                continue
            end = found.start()
            begun = max(text.rfind(mark, 0, end) for mark in STOPS)
            before = [fact for fact in facts[:at] if fact.start > begun]
            parts = [fact for fact in before if _adds_up(fact, whole)]
            counted = found["many"] or found["several"] or MANY[0]
            many = MANY.find(counted) + 1
            nested = "其中" in text[begun + 1 : end]
            if 1 < many <= len(parts):  # 两项合计: it says how many
                yield Listing((whole,), tuple(parts[-many:]), complete=True)
            elif len(parts) >= FEWEST:
                yield Listing((whole,), _ending(parts, whole), complete=not nested)


def _adds_up(fact: Fact, whole: Fact) -> bool:
    return (
        fact.role in (Role.VALUE, Role.BUDGET)
        and fact.unit == whole.unit
        and not fact.inherits
    )


def _ending(parts: Sequence[Fact], whole: Fact) -> tuple[Fact, ...]:
    """The last of some amounts that come to their sum: what stands before them may be no part; else all of them."""
    for first in range(len(parts) - FEWEST + 1):
        last = tuple(parts[first:])
        total, slack = _summed(last)
        if abs(total - whole.value) <= slack + whole.half + TINY:
            return last
    return tuple(parts)


# -- lists over several paragraphs ----------------------------------------------------------------------------------------


def _below(statement: Statement) -> Iterator[Listing]:
    """Yield the lists whose items are paragraphs of their own, right below one that tells the whole."""
    for head in range(len(statement.paragraphs) - FEWEST):
        text = wide(statement.paragraphs[head].text)
        if not HEAD.search(text):
            continue
        told = _amounts(statement, statement.of_paragraph(head))
        if not told and BY.search(text) and head:  # its whole stands right above
            above = _amounts(statement, statement.of_paragraph(head - 1))
            told = list(reversed(above))
        if not told:
            continue
        parts = tuple(_items(statement, head, told[-1]))
        if len(parts) >= FEWEST:
            yield _listed(
                statement, tuple(reversed(told)), parts, complete=bool(BY.search(text))
            )


def _listed(
    statement: Statement,
    wholes: tuple[Fact, ...],
    parts: tuple[Fact, ...],
    *,
    complete: bool,
) -> Listing:
    """A list with its changes: those of the parts, and those of the whole that compare with the same."""
    changes = tuple(
        one for part in parts if (one := _change(statement, part)) is not None
    )
    bases = {change.base for change in changes}
    total, slack = _summed(parts)
    whole = next(
        (one for one in wholes if abs(total - one.value) <= slack + one.half + TINY),
        wholes[0],
    )
    beside = [
        one
        for one in statement.of_paragraph(whole.paragraph)
        if one.start > whole.start and one.name == whole.name
    ] or _moves_elsewhere(statement, whole)
    moved = tuple(
        one for one in beside if one.role is Role.CHANGE and {one.base} == bases
    )
    return Listing(
        wholes,
        parts,
        moved,
        changes,
        complete=complete or _shares_whole(statement, parts),
    )


def _moves_elsewhere(statement: Statement, whole: Fact) -> list[Fact]:
    """The change of an amount, or of what the form promises to equal it, where it is told but once."""
    names = (whole.name, *equals(statement, whole.name)) if whole.declared else ()
    told = [
        fact
        for fact in statement.facts
        if fact.role is Role.CHANGE and fact.name in names and not fact.in_words
    ]
    return told if len({fact.value for fact in told}) == 1 else []


def _items(statement: Statement, head: int, whole: Fact) -> Iterator[Fact]:
    """Yield the amount of each paragraph below a head, as long as they are items numbered in one manner, or all not."""
    rank = _rank(statement.paragraphs[head + 1].text)
    for paragraph in range(head + 1, len(statement.paragraphs)):
        first = next(
            (
                fact
                for fact in statement.of_paragraph(paragraph)
                if fact.role is Role.VALUE
            ),
            None,
        )
        if _rank(statement.paragraphs[paragraph].text) != rank or first is None:
            return
        if first.start > EARLY or not _is_part(first, whole):
            return
        yield first


def _rank(text: str) -> int:
    """In which manner a paragraph is numbered; -1 where it is not."""
    return next((at for at, pattern in enumerate(RANKS) if pattern.match(text)), -1)


def _change(statement: Statement, part: Fact) -> Fact | None:
    """The change that is told of a part."""
    facts = statement.of_paragraph(part.paragraph)
    return next(
        (
            fact
            for fact in facts
            if fact.role is Role.CHANGE
            and fact.start > part.start
            and fact.name == part.name
        ),
        None,
    )


# -- lists by kind --------------------------------------------------------------------------------------------------------


def _by_kind(statement: Statement) -> Iterator[Listing]:
    """Yield the lists that begin with 按…分: 按支出功能科目划分：…；…；…, of a total that is told before or right above."""
    for paragraph, one in enumerate(statement.paragraphs):
        text = wide(one.text)
        begun = list(BY_LIST.finditer(text))
        # A list goes on until the next begins, the last to the end of the paragraph.
        ends = [*(found.start() for found in begun[1:]), len(text)]
        for found, end in zip(begun, ends, strict=False):
            parts = tuple(_parts_between(statement, paragraph, found.end(), end))
            wholes = tuple(_wholes_before(statement, paragraph, found.start(), parts))
            if len(parts) >= FEWEST and wholes:
                totals = [whole for whole in wholes if TOTAL.search(whole.name)]
                sure = bool(totals) and totals[0].paragraph >= paragraph - 1
                yield _listed(statement, (*totals, *wholes), parts, complete=sure)


def _parts_between(
    statement: Statement, paragraph: int, start: int, end: int
) -> Iterator[Fact]:
    """Yield the first amount of each piece between semicolons; where there is none, those of the pieces between commas."""
    text = wide(statement.paragraphs[paragraph].text)[start:end]
    text = text[: text.index("。")] if "。" in text else text
    amounts = _amounts(statement, statement.of_paragraph(paragraph))
    if "；" not in text:
        whole = ALL_OF_IT.match(text)
        if whole and not re.search("其中|包括", text[LEAD:]):
            yield from _begun_in(amounts, start + whole.start(), start + whole.end())
        return
    for piece in PIECE.finditer(text):
        inside = _begun_in(amounts, start + piece.start(), start + piece.end())
        yield from inside[:1]


def _begun_in(amounts: Sequence[Fact], first: int, end: int) -> list[Fact]:
    """The amounts that begin in a stretch of a text."""
    return [fact for fact in amounts if first <= fact.start < end]


def _wholes_before(
    statement: Statement, paragraph: int, before: int, parts: Sequence[Fact]
) -> Iterator[Fact]:
    """Yield the amounts that may be the whole: those told before the list, nearer paragraphs first."""
    for number_ in range(paragraph, max(-1, paragraph - FAR - 1), -1):
        for fact in _amounts(statement, statement.of_paragraph(number_)):
            if (
                (number_ < paragraph or fact.start < before)
                and parts
                and fact.unit == parts[0].unit
                and fact.declared
            ):
                yield fact


# -- income and outlay side by side ---------------------------------------------------------------------------------------


@check(
    "J01-10",
    "收入包括的、支出包括的各加起来等于总数",
    Duty.ACCURATE,
    ERROR,
    "请核对总数和两边的各项，改正写错的一个。",
)
def sides(statement: Statement, beside: Beside, heard: Heard) -> None:
    """收入包括…；支出包括…: both come to one total; where two of the three agree, the third is wrong."""
    for paragraph, one in enumerate(statement.paragraphs):
        found = SIDES.search(wide(one.text))
        if found is None:
            continue
        facts = statement.of_paragraph(paragraph)
        income, outlay = (
            _within(statement, facts, found.span(side)) for side in ("income", "outlay")
        )
        total = _total_above(statement, paragraph, found.start())
        if len(income) and len(outlay) and total is not None:
            _sides(income, outlay, total, heard)
        elif income or outlay:
            heard.unchecked("没有读到收支的总数")


def _within(
    statement: Statement, facts: Sequence[Fact], span: tuple[int, int]
) -> tuple[Fact, ...]:
    return tuple(
        fact
        for fact in facts
        if span[0] <= fact.start < span[1]
        and fact.role is Role.VALUE
        and fact.unit in statement.form.money
    )


def _total_above(statement: Statement, paragraph: int, before: int) -> Fact | None:
    """The last total of income and outlay told before a list, there or right above."""
    for number_ in range(paragraph, max(-1, paragraph - ABOVE - 1), -1):
        facts = [
            fact
            for fact in statement.of_paragraph(number_)
            if number_ < paragraph or fact.start < before
        ]
        told = [
            fact
            for fact in facts
            if fact.role is Role.VALUE and re.search(r"收.?支", fact.said)
        ]
        if told:
            return told[-1]
    return None


def _sides(
    income: Sequence[Fact], outlay: Sequence[Fact], total: Fact, heard: Heard
) -> None:
    (came, near), (went, far) = _summed(income), _summed(outlay)
    slack = near + far + total.half + TINY
    fits = [
        abs(came - total.value) <= slack,
        abs(went - total.value) <= slack,
        abs(came - went) <= slack,
    ]
    said = f"“{total.called}”{total.shown}，收入包括的合起来是 {number(came)}，支出包括的合起来是 {number(went)}"
    if all(fits):
        heard.held()
    elif fits[0]:
        heard.breaks(said, (total, *outlay), (total.shown, number(went)))
    elif fits[1]:
        heard.breaks(said, (total, *income), (total.shown, number(came)))
    elif fits[2]:
        heard.breaks(said, (total, *income, *outlay), (total.shown, number(came)))
    else:
        heard.unchecked("三个数都不一样，可能没有列全")


# -- classes and their items ----------------------------------------------------------------------------------------------


@check(
    "J01-11",
    "各类支出等于其中各项之和",
    Duty.ACCURATE,
    ERROR,
    "请核对这一类和它的各项，改正写错的一个。",
)
def classes(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A class comes to its items; told only where the other classes do, so that the items are surely told in full."""
    items: dict[str, list[Fact]] = defaultdict(list)
    for name, facts in statement.named.items():
        if name.startswith(ITEMS):
            of_class, _, _ = name.removeprefix(ITEMS).partition("/")
            item = facts[-1] if facts[-1].relative else facts[0]
            items[_plain(of_class)].append(item)
    pairs = []
    for name, facts in statement.named.items():
        if CLASS not in name:
            continue
        _, _, own_name = name.rpartition(CLASS)
        below = items.get(_plain(own_name))
        told_once = len({fact.value for fact in facts}) == 1
        if below and told_once and {part.unit for part in below} == {facts[0].unit}:
            pairs.append((facts[0], below))
    wrong = [pair for pair in pairs if not _comes_to(*pair)]
    slips = [pair for pair in wrong if _slip(Listing(pair[:1], tuple(pair[1])))]
    doubtful = len(wrong) != 1 or len(pairs) - 1 < AGREE
    if doubtful and len(slips) == 1:
        right = [pair for pair in pairs if pair not in wrong]
        wrong, pairs = slips, right + slips
    elif doubtful:
        heard.held(len(pairs) - len(wrong))
        if wrong:
            heard.unchecked("各项可能没有说全", len(wrong))
        return
    heard.held(len(pairs) - 1)
    whole, parts = wrong[0]
    total, _ = _summed(parts)
    told = number(total)
    gap = number(abs(total - whole.value))
    of_whole = f"“{whole.called}”{whole.shown}"
    message = f"{of_whole}，其中各项合起来是 {told}，差 {gap}"
    heard.breaks(message, (whole, *parts), (whole.shown, told))


def _plain(name: str) -> str:
    return re.sub(r"支出$", "", plain_name(name))


def _comes_to(whole: Fact, parts: Sequence[Fact]) -> bool:
    total, slack = _summed(parts)
    return abs(total - whole.value) <= slack + whole.half + TINY
