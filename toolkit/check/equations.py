"""The equalities of plain sums that a return fulfils: whoever changes one of their addends alone breaks them.

Most slips that are tried are refuted so, before a copy of the return is made to hold everything against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.check.asked import Asked
from toolkit.model import BlockKind, Figure, Name, Return, once_of, record
from toolkit.profile.form import Book
from toolkit.returns.data import as_calculated
from toolkit.returns.deriving import is_derived
from toolkit.rules.claim import Add, Comparison, Field, Term, Verdict
from toolkit.rules.sums import Total


@record()
class Equation:
    """A claim whose two sides are plain sums, with the totals that stand in it; held once in a return."""

    asked: Asked
    totals: frozenset[Name]


# by an addend (of a list the whole column, of project sheets the field as such) the equations that add it up once
Equations = Mapping[Name, Sequence[Equation]]


class NoPlainSumError(Exception):
    """A term is something else than a sum of entries."""


@once_of
def equations(
    claims: tuple[tuple[Asked, frozenset[str]], ...], shape: Book
) -> Equations:
    """The equations among claims (each with what it reads), by what each adds up once."""
    found: dict[Name, list[Equation]] = {}
    for item, _ in claims:
        claim = item.claim
        if (
            not isinstance(claim, Comparison)
            or claim.op != "=="
            or _in_rows(item, shape)
        ):
            continue
        try:
            addends = [*_addends(claim.left, shape), *_addends(claim.right, shape)]
        except NoPlainSumError:
            continue
        equation = Equation(item, frozenset(_totals(claim.names(), shape)))
        for addend, times in Counter(addends).items():
            if times == 1:
                found.setdefault(addend, []).append(equation)
    return found


def _in_rows(item: Asked, shape: Book) -> bool:
    """Whether a claim is held in each row, each project or for each key."""
    repeated = shape.repeated
    of_project = repeated is not None and item.block.key in repeated.blocks
    return item.per_row or of_project or bool(item.rule.by)


def _addends(term: Term, shape: Book) -> Iterator[Name]:
    """The entries that a term adds or takes off; raise NoPlainSumError where it does anything else with them."""
    match term:
        case Field(name):
            yield from _opened(name, shape)
        case Total(name, None):
            yield from _opened(shape.node(name), shape)
        case Add(parts):
            for _, part in parts:
                yield from _addends(part, shape)
        case _:
            raise NoPlainSumError


def _opened(name: Name, shape: Book) -> Iterator[Name]:
    """A name itself where it is an entry; of a total what it adds up."""
    if is_derived(name, shape):
        raise NoPlainSumError
    formula = shape.formula_of(name)
    if formula is None:
        yield name
    elif shape.blocks[name.block].kind is BlockKind.LIST:
        raise NoPlainSumError  # it is calculated in each of its lines
    else:
        yield from _addends(formula, shape)


def _totals(names: Iterable[Name], shape: Book) -> Iterator[Name]:
    """The totals among names, and those that they are made of."""
    for name in names:
        formula = shape.formula_of(name)
        if formula is not None:
            yield name
            yield from _totals(formula.names(), shape)


@dataclass
class Held:
    """Which equations hold in a return, as far as anybody asked."""

    book: Return
    shape: Book
    by_addend: Equations
    known: dict[int, bool] = field(default_factory=dict)

    def breaks(self, changed: Mapping[Name, Decimal | None]) -> bool:
        """Whether other numbers under some names surely break one that holds: it adds up one of them, and that once."""
        hit: dict[int, tuple[Equation, list[Name]]] = {}
        for name in changed:
            for equation in self.by_addend.get(self.shape.node(name), ()):
                hit.setdefault(id(equation), (equation, []))[1].append(name)
        return any(
            len(names) == 1
            and self._differs(names[0], changed[names[0]], equation)
            and self._holds(equation)
            for equation, names in hit.values()
        )

    def _differs(self, name: Name, number: Decimal | None, equation: Equation) -> bool:
        """Whether a number is another by more than an equation may miss: on one side as it is, on the other once it changes."""
        value = self.book[name]
        now = value.number if isinstance(value, Figure) else Decimal(0)
        return abs((number or Decimal(0)) - now) > 2 * equation.asked.tolerance

    def _holds(self, equation: Equation) -> bool:
        """Whether an equation holds, and its totals are what they are made of: else they would stay as they are."""
        known = self.known.get(id(equation))
        if known is None:
            item = equation.asked
            verdict = item.claim.verdict(self.book, item.tolerance)
            known = verdict is Verdict.HOLDS and all(
                map(self._calculated, equation.totals)
            )
            self.known[id(equation)] = known
        return known

    def _calculated(self, total: Name) -> bool:
        """Whether a total is what its formula gives."""
        formula = self.shape.formula_of(total)
        value = self.book[total]
        if formula is None or not isinstance(value, Figure):
            return False
        return as_calculated(total, formula, self.book, self.shape) == value.number
