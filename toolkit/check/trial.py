"""A slip of the hand as it would be undone, and a return's copies on which that is tried."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from toolkit.check.equations import Equations, Held
from toolkit.model import Cell, Name, Return, Words, record
from toolkit.profile.form import Book, Profile
from toolkit.returns.data import with_figures
from toolkit.rules.reading import hand_on

# What breaks: a rule and the cells it names.
Broken = tuple[str, tuple[Cell, ...]]
NUMBER = re.compile(r"\d+(?:\.\d+)?")
DIGITS = re.compile(r"[\d.]+")  # a number with nothing of a number around it, or 1.2.3


@record()
class Slip:
    """A slip as it would be undone: the numbers that would then stand under each name, and what to say of it."""

    undone: Mapping[Name, Decimal | None]
    cells: tuple[Cell, ...]
    rank: int
    said: str = ""  # in Chinese; "" where nothing but the equations speaks for it
    without: int = 0  # the number of a project that would then be gone; 0 for none
    without_line: Name | None = None  # a line of a list that would then be gone
    telling: bool = False  # whether more than the equations speaks for it

    @property
    def changed(self) -> frozenset[str]:
        """What undoing it changes: grids and fields, whose totals go with their entries, and fields of lists."""
        return frozenset(
            name.field if name.line else name.block for name in self.undone
        )

    @property
    def takes_away(self) -> bool:
        """Whether a project or a line would be gone, which may be missed by anything."""
        return self.without > 0 or self.without_line is not None

    def mended(self, book: Return, profile: Profile) -> Return:
        """The return without the slip."""
        copy = with_figures(book, self.undone, profile.book)
        if self.without_line is not None:
            return _without_line(copy, self.without_line)
        if not self.without:
            return copy
        others = copy.projects[: self.without - 1] + copy.projects[self.without :]
        return replace(copy, projects=others)


def _without_line(book: Return, line: Name) -> Return:
    """A return whose list lacks a line."""
    filled = book.blocks[line.block]
    rows = filled.rows[: line.line - 1] + filled.rows[line.line :]
    return replace(book, blocks={**book.blocks, line.block: replace(filled, rows=rows)})


@record()
class Told:
    """Something that breaks by an amount: which rule, in which cells, and the names of the figures it may be mended in."""

    broken: Broken
    gap: Decimal
    names: tuple[Name, ...]
    # how far an equation misses, in a return; None where it is none
    side: Callable[[Return], Decimal] | None = None


@record()
class Explained:
    """The one slip that explains something broken, and all that it explains with it."""

    slip: Slip
    all: frozenset[Broken]


@record()
class Suspects:
    """Nothing decides: the cells in which the one slip may lie, the likelier first."""

    cells: tuple[Cell, ...]


@record(slots=True, eq=False)
class Probe:
    """Something held against a return: what it reads, and what breaks.

    It reads blocks, and fields of lists (`procurement.amount`). A look is held where one of its forms (by their keys) is begun.
    """

    reads: frozenset[str]
    broken: Callable[[Return], Iterable[Broken]]
    forms: frozenset[str] = frozenset()


@record(slots=True, eq=False)
class Probes:
    """All that is held against a return and its copies, which is the same of every return: the claims, then the looks."""

    claims: Mapping[int, Probe]  # by the identity of what is asked
    looks: Mapping[str, Probe]  # by their rule
    shape: Book
    kept: dict[tuple[bool, frozenset[str] | None], tuple[Probe, ...]] = field(
        default_factory=dict
    )

    def touched(
        self, changed: frozenset[str] | None, *, claims_alone: bool
    ) -> tuple[Probe, ...]:
        """Those that read any of what changed; None: anything may have."""
        key = (claims_alone, changed)
        if key not in self.kept:
            probes = (*self.claims.values(), *self.looks.values())
            if claims_alone:
                probes = probes[: len(self.claims)]
            if changed is not None:
                reach = self.shape.with_dependents(changed)
                probes = tuple(
                    probe for probe in probes if not reach.isdisjoint(probe.reads)
                )
            self.kept[key] = probes
        return self.kept[key]


@dataclass
class Touched:
    """The probes that a change touches, what they have found broken, and what the others have.

    The probes stand in the order in which they are asked: what found something first, since too little may be mended; and
    before all what ended the last trial, since the next slip is much like it.
    """

    asked: list[Probe]
    at_stake: frozenset[Broken]
    apart: frozenset[Broken]

    def to_front(self, probe: Probe) -> None:
        """Ask a probe first from now on."""
        place = next(at for at, one in enumerate(self.asked) if one is probe)
        self.asked.insert(0, self.asked.pop(place))


@dataclass
class Trial:
    """A return, and what breaks in it and in its copies: by the claims, which are quick, and by the looks."""

    book: Return
    profile: Profile
    probes: Probes
    begun: frozenset[str]  # the keys of its forms that are
    # what breaks in the return itself, by the probe that finds it; of all others nothing does
    of_claims: Mapping[Probe, frozenset[Broken]]
    of_looks: Mapping[Probe, frozenset[Broken]]
    overtyped: frozenset[Cell] = frozenset()  # totals that a person typed over
    lacking: frozenset[Cell] = frozenset()  # cells that must be filled and are blank
    equations: Equations = field(default_factory=dict)  # among the claims
    broken_claims: frozenset[Broken] = field(init=False)
    broken: frozenset[Broken] = field(init=False)
    # how often each cell is named by what breaks
    named: Counter[Cell] = field(init=False)

    def __post_init__(self) -> None:
        self._held = Held(self.book, self.profile.book, self.equations)
        # which copies have too, as they are
        self._ours = frozenset(map(id, self.book.projects))
        self._of_all = {**self.of_claims, **self.of_looks}
        self._known: dict[tuple[bool, frozenset[str] | None], Touched] = {}
        self.broken_claims = frozenset().union(*self.of_claims.values())
        self.broken = frozenset().union(*self._of_all.values())
        self.named = Counter(cell for _, cells in self.broken for cell in set(cells))

    @cached_property
    def said(self) -> frozenset[Decimal]:
        """Every number that stands in the return's words."""
        texts = (
            value.text for value in self.book.each_value() if isinstance(value, Words)
        )
        written = set(DIGITS.findall("\n".join(texts)))
        return frozenset(map(Decimal, filter(NUMBER.fullmatch, written)))

    def mended_by(
        self, slip: Slip, least: int = 1, told: Broken | None = None
    ) -> frozenset[Broken]:
        """What breaks no more once a slip is undone.

        Nothing where it is less than so many things, where that breaks something else, or where what is told still breaks.
        """
        still = self._still(slip, told, least)
        mended = frozenset[Broken]() if still is None else self.broken - still
        return mended if len(mended) >= least else frozenset()

    def may_be(self, slip: Slip, told: Told) -> bool:
        """Whether undoing a slip mends an equation without breaking another."""
        return self._still(slip, told.broken, claims_alone=True) is not None

    def _still(
        self,
        slip: Slip,
        told: Broken | None,
        least: int = 0,
        *,
        claims_alone: bool = False,
    ) -> frozenset[Broken] | None:
        """What breaks once a slip is undone. What reads nothing of it is not asked again.

        None as soon as it is known that what is told still breaks, that less than so many things are mended, or that something
        breaks which did not before: the rest need not be asked then.
        """
        changed = None if slip.takes_away else slip.changed
        touched = self._touched(changed, claims_alone=claims_alone)
        broken = set(touched.apart)
        if told in broken or len(touched.at_stake) < least:
            return None
        if changed is not None and self._held.breaks(slip.undone):
            return None
        before = self.broken_claims if claims_alone else self.broken
        copy = self.copy_without(slip)
        try:
            for probe in self._first_of_told(told, touched.asked):
                found = frozenset(probe.broken(copy))
                broken |= found
                refuted = told in found or not found <= before
                if refuted or (found and len(touched.at_stake - broken) < least):
                    touched.to_front(probe)
                    return None
        finally:
            self.let_go(copy)
        return frozenset(broken)

    def _first_of_told(self, told: Broken | None, asked: list[Probe]) -> list[Probe]:
        """What found the thing that is told goes first: most slips do not mend it, and are done with."""
        finds = [probe for probe, found in self._of_all.items() if told in found]
        if not finds:
            return asked
        first = [probe for probe in asked if probe in finds]
        return [*first, *(probe for probe in asked if probe not in finds)]

    def may_change(self, slip: Slip, reads: frozenset[str]) -> bool:
        """Whether what reads that may find something else once a slip is undone."""
        reach = self.profile.book.with_dependents(slip.changed)
        return slip.takes_away or not reach.isdisjoint(reads)

    def copy_without(self, slip: Slip) -> Return:
        """The return without a slip, to be let go of: it knows what was read of the words, which are the same."""
        copy = slip.mended(self.book, self.profile)
        if not slip.takes_away:
            hand_on(self.book, copy)
        return copy

    def let_go(self, copy: Return) -> None:
        """Forget what was read of a copy: it refers to the copy, which would lie about until somebody looks for such things."""
        copy.kept.clear()
        for project in copy.projects:
            if id(project) not in self._ours:
                project.kept.clear()

    def _touched(
        self, changed: frozenset[str] | None, *, claims_alone: bool
    ) -> Touched:
        """Which probes, or claims alone, are asked again where that has changed; None: anything may have."""
        # Slips of one form change the same: what that touches is found out once.
        key = (claims_alone, changed)
        known = self._known.get(key)
        if known is None:
            asked = [
                probe
                for probe in self.probes.touched(changed, claims_alone=claims_alone)
                if not probe.forms or not probe.forms.isdisjoint(self.begun)
            ]
            again = set(asked)
            at_stake: set[Broken] = set()
            apart: set[Broken] = set()
            of_all = self.of_claims if claims_alone else self._of_all
            for probe, found in of_all.items():
                (at_stake if probe in again else apart).update(found)
            asked.sort(key=lambda probe: probe not in of_all)
            known = self._known[key] = Touched(
                asked, frozenset(at_stake), frozenset(apart)
            )
        return known
