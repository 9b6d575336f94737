"""A calculated cell as it stands in a workbook: whether anything was entered in what it reads, what its own formula gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.model import Cell, Figure, Kind, Value
from toolkit.profile.form import Column
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.source import Source

DIGITS = re.compile(r"-?[\d.]*")
# asked for thousands of times, which a module answers faster than a class
NUMBER, UNDEFINED = Kind.NUMBER, Kind.UNDEFINED


def _read_by(term: Term, source: Source) -> Iterator[Value]:
    """The values that a formula reads; of a list's column all."""
    for name in term.reads:
        if name.of_every_line:
            yield from source.column(name)
        else:
            yield source.value(name)


def entered(term: Term, source: Source) -> bool:
    """Whether anything was entered in what a formula reads."""
    return any(value.given for value in _read_by(term, source))


def our_own(stands: Figure, cell: Cell, term: Term, source: Source) -> Figure:
    """A cell with our own formula: computed by us where its result is missing, or overlooked a number typed as text."""
    if stands.kind is NUMBER and term.adds_up and _plain(term, source):
        return stands  # nothing of what its own sum overlooks
    result = figure(term, source)
    if result.undefined:
        return Figure(None, cell, Kind.UNDEFINED, "", stands.formula)
    unread = stands.kind in (Kind.UNCOMPUTED, Kind.ERROR)
    if unread and result.flawed:
        # the addend is at fault
        return Figure(None, cell, Kind.WAITING, "", stands.formula)
    if stands.kind in (Kind.UNCOMPUTED, Kind.TEXT) or any(
        _was_text(value) for value in _read_by(term, source)
    ):
        return Figure(result.number, cell, Kind.NUMBER, "", stands.formula)
    return stands


def _plain(term: Term, source: Source) -> bool:
    """Whether all that a formula reads stands in cells of its own, and none was typed as text or has no figure."""
    return all(
        isinstance(value, Figure)
        and isinstance(value.source, Cell)
        and value.kind is not UNDEFINED
        and not _was_text(value)
        for value in _read_by(term, source)
    )


def _was_text(value: Value) -> bool:
    """Whether a number was typed as text, or rests on one that was: the sheet's own sum overlooks it."""
    if not isinstance(value, Figure) or value.kind is not NUMBER:
        return False
    return not value.formula and not DIGITS.fullmatch(value.raw)


def is_calculated(value: Value, column: Column) -> bool:
    """Whether what stands in a cell is a formula of a column that is calculated."""
    return (
        column.formula is not None and isinstance(value, Figure) and bool(value.formula)
    )
