"""An edited document held against its base text: what became of every number, which words changed, what was left in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from toolkit.files.passages import BAR, Document, Passage
from toolkit.model import record
from toolkit.publish.edited.alignment import Alignment, Change, Pair, align
from toolkit.publish.edited.base import Base, is_state, said_lines
from toolkit.publish.edited.numbers import Kind, Token

# what a person must answer for
WRONG = (
    Kind.CHANGED,
    Kind.TAKEN_OUT,
    Kind.TYPED_IN,
    Kind.TURNED,
)
NEAR = 14  # characters quoted on each side of a number
SHORT = 40  # characters of a line that are quoted
OF_NUMBERS = frozenset("0123456789.,")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@record(slots=True)
class Waiver:
    """A change that somebody answers for: what stands now, what should, who agreed, why; `quote` narrows it to a sentence."""

    now: str
    due: str
    who: str
    why: str
    quote: str = ""


@record(slots=True)
class Finding:
    """What became of one number, and where.

    `now` is what the document says ("" where it is gone), `due` what it should say ("" where nobody said it), `was` what it
    said when it was made.
    """

    kind: Kind
    place: str
    quote: str
    now: str = ""
    due: str = ""
    was: str = ""
    cells: tuple[str, ...] = ()
    waiver: Waiver | None = None

    @property
    def wrong(self) -> bool:
        return self.kind in WRONG and self.waiver is None


@record()
class Held:
    """What holding a document against its base text gave."""

    findings: tuple[Finding, ...]
    counts: Counter[Kind]  # of numbers
    reworded: tuple[tuple[str, str, str], ...]  # place, as it was, as it is
    missing: tuple[str, ...]  # headings that are gone
    left: tuple[tuple[str, str], ...]  # place and what was left of a template
    states: tuple[str, ...]  # marks that say it is not yet published
    alignment: Alignment

    @property
    def wrong(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.wrong)


def hold(
    document: Document,
    base: Base,
    own: Base | None = None,
    waivers: Sequence[Waiver] = (),
    residue: re.Pattern[str] | None = None,
) -> Held:
    """Hold a document against what would be made now (`base`); `own` is what it was made of, where that is something else.

    `residue` finds what is left of a template; it is looked for in lines that are not as they were made.
    """
    passages = said_lines(document)
    lines = [passage.text for passage in passages]
    found = align(base.texts, lines, base.speech)
    earlier = _earlier(own, lines) if own is not None else {}
    findings = [
        _finding(one, base, passages, earlier)
        for one in found.changes
        if one.kind not in (Kind.SAME, Kind.FORMAT)
    ]
    kept = {line for pair in found.pairs for line in pair.old}
    changed = {line for pair in found.reworded for line in pair.new} | set(found.added)
    return Held(
        findings=tuple(_waived(findings, waivers)),
        counts=Counter(
            one.kind
            for one in found.changes
            if (one.old or one.new or _NONE).value is not None
        ),
        reworded=tuple(_reworded(found, base, passages)),
        missing=tuple(
            line.text
            for at, line in enumerate(base.lines)
            if line.heading and at not in kept
        ),
        left=tuple(_left(passages, changed, residue)),
        states=tuple(
            dict.fromkeys(
                passage.text.strip()
                for passage in document.passages
                if is_state(passage)
            )
        ),
        alignment=found,
    )


_NONE = Token("", 0)


def _earlier(own: Base, lines: Sequence[str]) -> dict[tuple[int, int], str]:
    """What each number of a document was when it was made, by its line and place."""
    return {
        (one.new_line, one.new.start): one.old.told
        for one in align(own.texts, lines, own.speech).changes
        if one.old is not None and one.new is not None
    }


def _finding(
    one: Change,
    base: Base,
    passages: Sequence[Passage],
    earlier: dict[tuple[int, int], str],
) -> Finding:
    due = one.old.told if one.old else ""
    footing = base.lines[one.old_line].footing(one.old.start) if one.old else None
    cells = footing.cells if footing else ()
    if one.new is None:
        assert one.old is not None  # noqa: S101  a change has a number on one side at least
        line = base.lines[one.old_line]
        return Finding(
            one.kind, line.place, around(line.text, one.old), "", due, due, cells
        )
    passage = passages[one.new_line]
    was = earlier.get((one.new_line, one.new.start), due)
    return Finding(
        one.kind,
        place_of(passage, one.new),
        around(passage.text, one.new),
        one.new.told,
        due,
        was,
        cells,
    )


def place_of(passage: Passage, token: Token) -> str:
    """Where a number stands, as people say it."""
    cell = passage.cell_of(token.start)
    return f"{passage.place}（{cell}）" if cell else passage.place


def around(text: str, token: Token) -> str:
    """A number in its sentence."""
    start, end = max(0, token.start - NEAR), min(len(text), token.end + NEAR)
    return (
        ("…" if start else "")
        + " ".join(text[start:end].split())
        + ("…" if end < len(text) else "")
    )


def _waived(
    findings: Iterable[Finding], waivers: Sequence[Waiver]
) -> Iterator[Finding]:
    """The findings with the waiver of each that somebody answers for."""
    for finding in findings:
        fitting = [
            one
            for one in waivers
            if (one.now, one.due) == (finding.now, finding.due)
            and one.quote in finding.quote
        ]
        yield (
            replace(finding, waiver=fitting[0])
            if finding.wrong and fitting
            else finding
        )


def _reworded(
    found: Alignment, base: Base, passages: Sequence[Passage]
) -> Iterator[tuple[str, str, str]]:
    """The lines whose words changed, those without a number that came or went among them, in the document's order."""

    def told(pair: Pair) -> tuple[str, str, str]:
        old = "".join(base.lines[line].text for line in pair.old)
        return (
            passages[pair.new[0]].place,
            old,
            "".join(passages[line].text for line in pair.new),
        )

    changes = {pair.new[0]: told(pair) for pair in found.reworded}
    changes |= {
        line: (passages[line].place, "", passages[line].text) for line in found.added
    }
    yield from (changes[line] for line in sorted(changes))
    yield from (
        (base.lines[line].place, base.lines[line].text, "") for line in found.gone
    )


def _left(
    passages: Sequence[Passage], changed: Iterable[int], residue: re.Pattern[str] | None
) -> Iterator[tuple[str, str]]:
    if residue is None:
        return
    for line in sorted(changed):
        for match in residue.finditer(passages[line].text):
            yield passages[line].place, match[0]


def likeness(base: Base, document: Document) -> int:
    """How many lines a document still has of a base text, letter for letter."""
    held = Counter("".join(text.split()) for text in base.texts)
    return sum(
        (
            held
            & Counter("".join(passage.text.split()) for passage in document.passages)
        ).values()
    )


def shortened(text: str) -> str:
    """A line as it is quoted."""
    line = " ".join(text.replace(BAR, " ").split())
    return line if len(line) <= SHORT else line[:SHORT] + "…"


def difference(old: str, new: str) -> str:
    """A change of words in one line: the part that is not the same, whatever became of the numbers."""
    return _between(_DIGITS.sub("…", old), _DIGITS.sub("…", new))


def changed(old: str, new: str) -> str:
    """A change of a text whose numbers are told with it: short texts whole, else the part that is not the same."""
    if old and new and max(len(old), len(new)) <= SHORT:
        return f"“{shortened(old)}” → “{shortened(new)}”"
    return _between(old, new)


def _torn(text: str, at: int) -> bool:
    """Whether a number goes on across a place of a text."""
    return 0 < at < len(text) and text[at - 1] in OF_NUMBERS and text[at] in OF_NUMBERS


def _between(old: str, new: str) -> str:
    """What lies between the beginning and the end that two texts share; a number is never taken apart."""
    shorter = min(len(old), len(new))
    first = 0
    while first < shorter and old[first] == new[first]:
        first += 1
    last = 0
    while last < shorter - first and old[-1 - last] == new[-1 - last]:
        last += 1
    while _torn(old, first) or _torn(new, first):
        first -= 1
    while _torn(old, len(old) - last) or _torn(new, len(new) - last):
        last -= 1
    before = old[first : len(old) - last]
    after = new[first : len(new) - last]
    if before and after:
        return f"“{shortened(before)}” → “{shortened(after)}”"
    if before:
        return f"删去“{shortened(before)}”"
    return f"添上“{shortened(after)}”"
