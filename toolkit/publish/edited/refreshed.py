"""New figures for an edited document, three ways: what it was made of, what a person made of it, what would be made now.

What a person changed stays as it is; what only the data changed is brought in; what both changed is told. Words are left alone:
sentences that no longer fit are told with what they should say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.files.passages import Passage
from toolkit.model import record
from toolkit.publish.edited.alignment import Alignment, Change, align
from toolkit.publish.edited.base import Base
from toolkit.publish.edited.held import around, difference, place_of, shortened
from toolkit.publish.edited.numbers import Kind, Token, blanked

THOUSAND = 1000
_KEPT = (Kind.SAME, Kind.FORMAT, Kind.MOVED)
Spot = tuple[int, int]  # a line and a place in it


@record(slots=True)
class Put:
    """Letters of a line of the edited document that become others."""

    line: int
    start: int
    end: int
    text: str
    was: str
    place: str


@record(slots=True)
class Told:
    """Something that is left to a person: where, in which words, and what it should be."""

    place: str
    said: str
    due: str


@record()
class Plan:
    """What is done to an edited document, and what is left to a person."""

    puts: tuple[Put, ...]
    conflicts: tuple[Told, ...]  # numbers that both the person and the data changed
    unfit: tuple[Told, ...]  # sentences whose words the new figures change
    lacking: tuple[str, ...]  # lines that the document has not, and would have now
    over: tuple[Told, ...]  # lines that it has, and would not have any more
    kept: int = 0  # numbers that the person changed and the data did not: they stay


def plan(own: Base, edited: Sequence[Passage], new: Base) -> Plan:
    """What became of each number by the person's hand, and by the data, from what the document was made of."""
    lines = [passage.text for passage in edited]
    by_hand = align(own.texts, lines, own.speech)
    by_data = align(own.texts, new.texts, own.speech)
    hands = {_spot(one): one for one in by_hand.changes if one.old is not None}
    puts: list[Put] = []
    conflicts: list[Told] = []
    for change in by_data.changes:
        if change.kind is not Kind.CHANGED or change.old is None or change.new is None:
            continue
        hand = hands.get(_spot(change))
        if hand is None or hand.new is None:
            continue  # it was taken out: nobody wants it renewed
        passage = edited[hand.new_line]
        place = place_of(passage, hand.new)
        if hand.kind in _KEPT and hand.new.unit == change.new.unit:
            puts.append(
                Put(
                    hand.new_line,
                    hand.new.start,
                    hand.new.end,
                    alike(hand.new, change.new),
                    hand.new.told,
                    place,
                )
            )
        elif hand.new.key != change.new.key:
            conflicts.append(
                Told(place, around(passage.text, hand.new), change.new.told)
            )
    where = {old: pair.new[0] for pair in by_hand.pairs for old in pair.old}
    puts += _content(own, edited, new)
    return Plan(
        tuple(puts),
        tuple(conflicts),
        tuple(_unfit(by_hand, by_data, own, edited, new)),
        tuple(new.lines[line].text for line in by_data.added),
        tuple(
            Told(edited[where[line]].place, lines[where[line]], "")
            for line in by_data.gone
            if line in where
        ),
        _kept(by_hand, by_data),
    )


def _kept(by_hand: Alignment, by_data: Alignment) -> int:
    """How many numbers the person alone changed."""
    renewed = {_spot(one) for one in by_data.changes if one.kind is Kind.CHANGED}
    return sum(
        one.kind is Kind.CHANGED and _spot(one) not in renewed
        for one in by_hand.changes
    )


def _content(own: Base, edited: Sequence[Passage], new: Base) -> Iterator[Put]:
    """Where the content number is printed, it becomes that of the new figures."""
    for line, passage in enumerate(edited):
        at = (
            passage.text.find(own.content)
            if own.content and own.content != new.content
            else -1
        )
        if at >= 0:
            yield Put(
                line, at, at + len(own.content), new.content, own.content, passage.place
            )


def _spot(change: Change) -> Spot:
    return change.old_line, change.old.start if change.old else -1


def alike(typed: Token, due: Token) -> str:
    """A number as the one in whose place it is put was written: with its thousands parted, or not."""
    if "," in typed.text:
        return f"{due.value:,}"
    # Of a number below a thousand nobody can see which way it was written.
    seen = typed.value is not None and abs(typed.value) >= THOUSAND
    return due.text.replace(",", "") if seen else due.text


def _unfit(
    by_hand: Alignment,
    by_data: Alignment,
    own: Base,
    edited: Sequence[Passage],
    new: Base,
) -> Iterator[Told]:
    """The sentences that the new figures word anew (rose, fell, none), but for words that the person has set right already."""
    hands = {_spot(one): one for one in by_hand.changes}
    for change in by_data.changes:
        hand = hands.get(_spot(change)) if change.kind is Kind.TURNED else None
        if (
            hand is not None
            and hand.new is not None
            and change.new is not None
            and hand.new.way != change.new.way
        ):
            passage = edited[hand.new_line]
            due = around(new.lines[change.new_line].text, change.new)
            yield Told(
                passage.place,
                around(passage.text, hand.new),
                f"“{hand.new.text}”应为“{change.new.text}”：“{due}”",
            )
    where = {old: pair.new[0] for pair in by_hand.pairs for old in pair.old}
    for pair in by_data.reworded:
        old = "".join(own.lines[line].text for line in pair.old)
        due = "".join(new.lines[line].text for line in pair.new)
        for line in dict.fromkeys(where[old] for old in pair.old if old in where):
            text = edited[line].text.replace(own.content or due, new.content)
            if blanked(text, own.speech) != blanked(due, own.speech):
                yield Told(
                    edited[line].place,
                    shortened(edited[line].text),
                    difference(old, due),
                )
