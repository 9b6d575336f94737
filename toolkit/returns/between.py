"""What a department's own units pay each other, taken out of their returns before these are added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.model import Name, Return, Row, Value
from toolkit.profile.bounds import bounds_of
from toolkit.profile.by_door import of_return
from toolkit.profile.form import Book, Profile
from toolkit.returns.calculating import calculated
from toolkit.returns.deriving import derived, is_derived, of_entries
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.source import Source
from toolkit.rules.transfers import OWN_FUNDS, PAID, RECEIVED, Transfer, transfers


def eliminated(units: Sequence[Return], profile: Profile) -> tuple[Transfer, ...]:
    """The transfers between units that both sides show alike."""
    return tuple(
        one
        for one in transfers(units, bounds_of(profile).words[OWN_FUNDS])
        if one.agrees
    )


def without_transfers(units: Sequence[Return], profile: Profile) -> list[Return]:
    """The returns without what their units pay each other; all that is made of their entries is made anew.

    `profile` has all its doors.
    """
    gone: dict[
        int, set[int]
    ] = {}  # of each unit, by its identity, the identities of the lines left out
    for one in eliminated(units, profile):
        gone.setdefault(id(one.payer), set()).update(map(id, one.paid))
        gone.setdefault(id(one.receiver), set()).update(map(id, one.received))
    return [
        _without(unit, gone[id(unit)], of_return(profile, unit).book)
        if id(unit) in gone
        else unit
        for unit in units
    ]


def _without(unit: Return, gone: set[int], shape: Book) -> Return:
    blocks = dict(unit.blocks)
    for key in (PAID, RECEIVED):
        if key in blocks:
            blocks[key] = replace(blocks[key], rows=_kept(blocks[key].rows, gone))
    left = replace(unit, blocks=blocks)
    repeated = (
        frozenset(shape.repeated.blocks) if shape.repeated is not None else frozenset()
    )
    made = [name for name in shape.formulas if name.block not in repeated]

    def anew(name: Name, _: Value, term: Term, source: Source) -> Value:
        return (
            of_entries(term, source)
            if is_derived(name, shape)
            else figure(term, source)
        )

    return calculated(derived(left, shape), shape, anew, made)


def _kept(rows: Sequence[Row], gone: set[int]) -> tuple[Row, ...]:
    return tuple(row for row in rows if id(row) not in gone)
