"""One claim, three readings: a truth (Decimal), an Excel formula, a line of Chinese.

A term names figures; a claim compares terms. Names are resolved by whoever holds the claim against data:
a `Source` for the truth, `Addresses` for the formula, titles for the Chinese (`source.py`). Formulas written in the schema
("personnel + operating", "sum(procurement.amount)") are read into the same terms (`formula.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from toolkit.model import Cell, Figure, Kind, Name, Words, record
from toolkit.rules.source import Addresses, Factor, Rename, Source, Title
from toolkit.rules.where import Where


class Verdict(StrEnum):
    """What holding a claim against data gives."""

    HOLDS = "holds"
    BREAKS = "breaks"
    NOT_APPLICABLE = "not applicable"  # nothing was entered in any field it reads
    HELD_BACK = "held back"  # a field it reads holds no readable number; that is a finding of its own


ZERO = Decimal(0)
# What a term comes to, whether all that it reads is blank, whether it reads a cell at all.
Plainly = tuple[Decimal, bool, bool]
DIGITS = 6  # decimals to which the sheet's own sums are freed of binary dust


class Term:
    """Anything that has a figure."""

    def __add__(self, other: Term) -> Term:
        return Add(((1, self), (1, other)))

    def __sub__(self, other: Term) -> Term:
        return Add(((1, self), (-1, other)))

    def __mul__(self, other: Term | int | Decimal) -> Term:
        return Product(
            self, other if isinstance(other, Term) else Constant(Decimal(other))
        )

    def __eq__(self, other: object) -> Comparison:  # type: ignore[override]
        return Comparison("==", self, as_term(other))

    def __ne__(self, other: object) -> Comparison:  # type: ignore[override]
        return Comparison("!=", self, as_term(other))

    def __le__(self, other: Term | int | Decimal) -> Comparison:
        return Comparison("<=", self, as_term(other))

    def __ge__(self, other: Term | int | Decimal) -> Comparison:
        return Comparison(">=", self, as_term(other))

    def __gt__(self, other: Term | int | Decimal) -> Comparison:
        return Comparison(">", self, as_term(other))

    def __truediv__(self, other: Term) -> Term:
        return Quotient(self, other)

    __hash__ = object.__hash__

    def names(self) -> Iterator[Name]:
        """Yield the names of the figures the term reads; a list's whole column as one name."""
        raise AssertionError(type(self))

    @cached_property
    def reads(self) -> tuple[Name, ...]:
        """The same names, put down once for those who ask in every workbook."""
        return tuple(self.names())

    @cached_property
    def adds_up(self) -> bool:
        """Whether it has a figure wherever its names have one: nothing in it is divided."""
        return False

    def figure(self, source: Source) -> Figure:
        raise AssertionError(type(self))

    def plainly(self, source: Source) -> Plainly | None:
        """What its figure comes to, without the figure: nearly all that is held against a return holds.

        None where a cell holds no number, or something would be divided by nought: then the figure says what is the matter.
        """
        figure = self.figure(source)
        if figure.flawed or figure.undefined:
            return None
        return figure.number, figure.blank, next(figure.leaves(), None) is not None

    def excel(self, at: Addresses) -> str:
        raise AssertionError(type(self))

    def prose(self, title: Title) -> str:
        raise AssertionError(type(self))

    def renamed(self, to: Rename) -> Term:
        """The same term with every plain name renamed (names of lists' whole columns stay)."""
        return self

    def scaled(self, by: Factor) -> Term:
        """The same term with every figure in the unit that is wanted."""
        return self

    def divisors(self) -> Iterator[Term]:
        """Yield what is divided by: where one of them is zero, the term has no figure."""
        yield from ()

    def conditions(self) -> Iterator[tuple[Name, Where]]:
        """Yield each condition with the column that it is about."""
        yield from ()

    @property
    def digits(self) -> int:
        """How many decimals its figures may have, as the sheet's own sums keep them."""
        return DIGITS


def as_term(value: object) -> Term:
    """Take a term as it is and a number as a constant."""
    if isinstance(value, Term):
        return value
    if isinstance(value, int | Decimal):
        return Constant(Decimal(value))
    raise TypeError(f"not a term: {value!r}")


@record(eq=False)
class Field(Term):
    """One figure by name."""

    name: Name

    def names(self) -> Iterator[Name]:
        yield self.name

    @cached_property
    def adds_up(self) -> bool:
        return True

    def figure(self, source: Source) -> Figure:
        value = source.value(self.name)
        if isinstance(value, Figure):
            return value
        return Figure(None, (), kind=value.kind, raw=value.raw)

    def plainly(self, source: Source) -> Plainly | None:
        value = source.value(self.name)
        if isinstance(value, Figure) and isinstance(value.source, Cell):
            if value.kind is Kind.NUMBER:
                return value.number, False, True
            return (ZERO, True, True) if value.kind is Kind.BLANK else None
        return super().plainly(source)

    def excel(self, at: Addresses) -> str:
        return at.one(self.name)

    def prose(self, title: Title) -> str:
        return title(self.name)

    def renamed(self, to: Rename) -> Term:
        return Field(to(self.name))

    def scaled(self, by: Factor) -> Term:
        return in_unit(self, by(self.name))


@record(eq=False)
class Constant(Term):
    """A number of the rule itself."""

    number: Decimal

    def names(self) -> Iterator[Name]:
        yield from ()

    def figure(self, source: Source) -> Figure:
        return Figure(self.number)

    def plainly(self, source: Source) -> Plainly | None:
        return self.number, False, False

    def excel(self, at: Addresses) -> str:
        return str(self.number)

    def prose(self, title: Title) -> str:
        return str(self.number)


@record(eq=False)
class Add(Term):
    """Terms added and subtracted."""

    parts: tuple[tuple[int, Term], ...]

    def __add__(self, other: Term) -> Term:
        return Add((*self.parts, (1, other)))

    def __sub__(self, other: Term) -> Term:
        return Add((*self.parts, (-1, other)))

    def names(self) -> Iterator[Name]:
        for _, part in self.parts:
            yield from part.names()

    @cached_property
    def adds_up(self) -> bool:
        return all(part.adds_up for _, part in self.parts)

    def figure(self, source: Source) -> Figure:
        number = Decimal(0)
        figures = []
        for sign, part in self.parts:
            figure = part.figure(source)
            number += sign * figure.number
            figures.append(figure)
        return Figure(number, tuple(figures))

    def plainly(self, source: Source) -> Plainly | None:
        number, blank, reads = ZERO, True, False
        for sign, part in self.parts:
            one = part.plainly(source)
            if one is None:
                return None
            number += sign * one[0]
            blank = blank and one[1]
            reads = reads or one[2]
        return number, blank, reads

    def excel(self, at: Addresses) -> str:
        plain_addends = all(
            sign == 1 and isinstance(part, Field) for sign, part in self.parts
        )
        # Addresses that know how to draw a row of plain addends together let it read as SUM(B2:B9).
        together = getattr(at, "together", None)
        if plain_addends and together is not None:
            return str(together(tuple(self.names())))
        text = ""
        for sign, part in self.parts:
            addend = part.excel(at)
            if sign > 0:
                text += f"+{addend}" if text else addend
            else:
                text += f"-({addend})" if isinstance(part, Add) else f"-{addend}"
        return text

    def prose(self, title: Title) -> str:
        text = ""
        for sign, part in self.parts:
            addend = part.prose(title)
            if sign > 0:
                text += f" + {addend}" if text else addend
            else:
                text += f" − （{addend}）" if isinstance(part, Add) else f" − {addend}"
        return text

    def renamed(self, to: Rename) -> Term:
        return Add(tuple((sign, part.renamed(to)) for sign, part in self.parts))

    def scaled(self, by: Factor) -> Term:
        return Add(tuple((sign, part.scaled(by)) for sign, part in self.parts))

    def divisors(self) -> Iterator[Term]:
        for _, part in self.parts:
            yield from part.divisors()

    def conditions(self) -> Iterator[tuple[Name, Where]]:
        for _, part in self.parts:
            yield from part.conditions()

    @property
    def digits(self) -> int:
        return max(part.digits for _, part in self.parts)


@record(eq=False)
class OfTwo(Term):
    """What two terms make together."""

    left: Term
    right: Term

    def names(self) -> Iterator[Name]:
        yield from self.left.names()
        yield from self.right.names()

    def renamed(self, to: Rename) -> Term:
        return type(self)(self.left.renamed(to), self.right.renamed(to))

    def scaled(self, by: Factor) -> Term:
        return type(self)(self.left.scaled(by), self.right.scaled(by))

    def conditions(self) -> Iterator[tuple[Name, Where]]:
        yield from self.left.conditions()
        yield from self.right.conditions()

    @property
    def digits(self) -> int:
        return max(self.left.digits, self.right.digits)


@record(eq=False)
class Product(OfTwo):
    """One term times another."""

    def figure(self, source: Source) -> Figure:
        return self.left.figure(source) * self.right.figure(source)

    def excel(self, at: Addresses) -> str:
        factors = []
        for part in (self.left, self.right):
            factor = part.excel(at)
            factors.append(f"({factor})" if isinstance(part, Add) else factor)
        return "*".join(factors)

    def prose(self, title: Title) -> str:
        factors = []
        for part in (self.left, self.right):
            factor = part.prose(title)
            factors.append(f"（{factor}）" if isinstance(part, Add) else factor)
        return " × ".join(factors)

    def divisors(self) -> Iterator[Term]:
        yield from self.left.divisors()
        yield from self.right.divisors()


@record(eq=False)
class Quotient(OfTwo):
    """One term as a share of another; of nothing it has no figure."""

    def figure(self, source: Source) -> Figure:
        return self.left.figure(source) / self.right.figure(source)

    def excel(self, at: Addresses) -> str:
        # Without IF(), which is no array function: where it would be divided by 0 it is 0 divided by 1.
        left, right = self.left.excel(at), self.right.excel(at)
        return f"(({left})*(({right})<>0)/(({right})+(({right})=0)))"

    def prose(self, title: Title) -> str:
        parts = []
        for part in (self.left, self.right):
            said = part.prose(title)
            parts.append(
                f"（{said}）" if isinstance(part, Add | Product | Quotient) else said
            )
        return " ÷ ".join(parts)

    def divisors(self) -> Iterator[Term]:
        yield self.right
        yield from self.left.divisors()
        yield from self.right.divisors()


@record(eq=False)
class Converted(Term):
    """A term in another unit of money: exactly so many times its number."""

    term: Term
    factor: Decimal

    def names(self) -> Iterator[Name]:
        yield from self.term.names()

    def figure(self, source: Source) -> Figure:
        return self.term.figure(source).times(self.factor)

    def excel(self, at: Addresses) -> str:
        factor = self.factor
        return (
            f"{self.term.excel(at)}*{factor:f}"
            if factor > 1
            else f"{self.term.excel(at)}/{1 / factor:f}"
        )

    def prose(self, title: Title) -> str:
        return self.term.prose(title)

    def renamed(self, to: Rename) -> Term:
        return Converted(self.term.renamed(to), self.factor)

    def conditions(self) -> Iterator[tuple[Name, Where]]:
        yield from self.term.conditions()

    @property
    def digits(self) -> int:
        # A thousandth of a 万元 is no dust where it came of a 元: as many decimals more as the unit is larger.
        return DIGITS - min(self.factor.adjusted(), 0)


def in_unit(term: Term, factor: Decimal) -> Term:
    """A term in another unit, where it is another."""
    return term if factor == 1 else Converted(term, factor)


class Claim:
    """Something that must be true of a row, a form, a return or a department."""

    def names(self) -> tuple[Name, ...]:
        """The names of all fields it reads, each once, in order."""
        raise AssertionError(type(self))

    def verdict(self, source: Source, tolerance: Decimal) -> Verdict:
        raise AssertionError(type(self))

    def gap(self, source: Source) -> Figure | None:
        """Left minus right, with its cells; None where the claim has no two sides."""
        raise AssertionError(type(self))

    def broken(self, at: Addresses, tolerance: Decimal) -> str:
        """The Excel expression that is TRUE where the claim breaks (blanks not considered)."""
        raise AssertionError(type(self))

    def breaks(self, source: Source, tolerance: Decimal) -> bool:
        """What `broken` is in Python: whether the claim breaks, blanks and unreadable cells counted as zero."""
        raise AssertionError(type(self))

    def renamed(self, to: Rename) -> Claim:
        raise AssertionError(type(self))

    def scaled(self, by: Factor) -> Claim:
        """The same claim with every figure in the unit that is wanted."""
        return self

    def prose(self, title: Title) -> str:
        raise AssertionError(type(self))

    def __bool__(self) -> bool:
        raise TypeError("a claim has no truth until it is held against data")


_PROSE = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", ">": ">"}


@record(eq=False)
class Comparison(Claim):
    """left OP right, within the tolerance; silent where every field it reads is blank."""

    op: str
    left: Term
    right: Term

    def names(self) -> tuple[Name, ...]:
        both = (*self.left.names(), *self.right.names())
        return tuple(dict.fromkeys(both))  # each once, in order

    def gap(self, source: Source) -> Figure:
        return self.left.figure(source) - self.right.figure(source)

    def verdict(self, source: Source, tolerance: Decimal) -> Verdict:
        left, right = self.left.plainly(source), self.right.plainly(source)
        if left is None or right is None:
            flawed = self.gap(source).flawed
            return Verdict.HELD_BACK if flawed else Verdict.NOT_APPLICABLE
        # Where not a single cell was read it is the sum of an empty list.
        if (left[1] and right[1]) or not (left[2] or right[2]):
            return Verdict.NOT_APPLICABLE
        holds = self.true(left[0] - right[0], tolerance)
        return Verdict.HOLDS if holds else Verdict.BREAKS

    def true(self, gap: Decimal, tolerance: Decimal) -> bool:
        """Whether a gap of left minus right satisfies the comparison."""
        match self.op:
            case "==":
                return abs(gap) <= tolerance
            case "!=":
                return abs(gap) > tolerance
            case "<=":
                return gap <= tolerance
            case ">=":
                return gap >= -tolerance
            case _:
                return gap > tolerance

    def breaks(self, source: Source, tolerance: Decimal) -> bool:
        gap = self.gap(source)
        return not gap.undefined and not self.true(gap.number, tolerance)

    def renamed(self, to: Rename) -> Comparison:
        return Comparison(self.op, self.left.renamed(to), self.right.renamed(to))

    def scaled(self, by: Factor) -> Comparison:
        return Comparison(self.op, self.left.scaled(by), self.right.scaled(by))

    def excel_gap(self, at: Addresses) -> str:
        """The Excel expression of left minus right, freed of binary dust."""
        left = self.left.excel(at)
        right = self.right.excel(at)
        digits = max(self.left.digits, self.right.digits)
        if right == "0":
            return f"ROUND({left},{digits})"
        return f"ROUND({left}-({right}),{digits})"

    def broken(self, at: Addresses, tolerance: Decimal) -> str:
        defined = [
            f"({term.excel(at)}<>0)"
            for side in (self.left, self.right)
            for term in side.divisors()
        ]
        formula = (
            self._broken_in_ranges(at, tolerance)
            if at.over_ranges
            else self._broken_in_cells(at, tolerance)
        )
        return "*".join([*defined, f"({formula})"]) if defined else formula

    def _broken_in_cells(self, at: Addresses, tolerance: Decimal) -> str:
        gap = self.excel_gap(at)
        formulas = {
            "==": f"ABS({gap})>{tolerance:f}",
            "!=": f"ABS({gap})<={tolerance:f}",
            "<=": f"{gap}>{tolerance:f}",
            ">=": f"{gap}<-{tolerance:f}",
            ">": f"{gap}<={tolerance:f}",
        }
        return formulas[self.op]

    def _broken_in_ranges(self, at: Addresses, tolerance: Decimal) -> str:
        """The same without a function: what rounding would take off is let pass beside the tolerance."""
        left, right = self.left.excel(at), self.right.excel(at)
        dust = Decimal(1).scaleb(-max(self.left.digits, self.right.digits)) / 2
        gap = f"({left})" if right == "0" else f"({left}-({right}))"
        over, under = f"({gap}>{tolerance + dust:f})", f"({gap}<-{tolerance + dust:f})"
        formulas = {
            "==": f"({over}+{under}>0)",
            "!=": f"({over}+{under}=0)",
            "<=": over,
            ">=": under,
            ">": f"(1-{over})",
        }
        return formulas[self.op]

    def prose(self, title: Title) -> str:
        return f"{self.left.prose(title)} {_PROSE[self.op]} {self.right.prose(title)}"


@record(eq=False)
class Given(Claim):
    """A text is there."""

    name: Name

    def names(self) -> tuple[Name, ...]:
        return (self.name,)

    def gap(self, source: Source) -> Figure | None:
        return None

    def verdict(self, source: Source, tolerance: Decimal) -> Verdict:
        value = source.value(self.name)
        there = bool(value.text) if isinstance(value, Words) else value.given
        return Verdict.HOLDS if there else Verdict.BREAKS

    def breaks(self, source: Source, tolerance: Decimal) -> bool:
        return self.verdict(source, tolerance) is Verdict.BREAKS

    def renamed(self, to: Rename) -> Given:
        return Given(to(self.name))

    def broken(self, at: Addresses, tolerance: Decimal) -> str:
        return f"LEN(TRIM({at.words(self.name)}))=0"

    def prose(self, title: Title) -> str:
        return f"须填写{title(self.name)}"


@record(eq=False)
class When(Claim):
    """A claim that is asked only where a condition holds."""

    condition: Comparison
    claim: Claim

    def names(self) -> tuple[Name, ...]:
        both = (*self.condition.names(), *self.claim.names())
        return tuple(dict.fromkeys(both))  # each once, in order

    def gap(self, source: Source) -> Figure | None:
        return self.claim.gap(source) or self.condition.gap(source)

    def verdict(self, source: Source, tolerance: Decimal) -> Verdict:
        asked = self.condition.verdict(source, tolerance)
        if asked is Verdict.HELD_BACK:
            return asked
        if asked is not Verdict.HOLDS:
            return Verdict.NOT_APPLICABLE
        return self.claim.verdict(source, tolerance)

    def breaks(self, source: Source, tolerance: Decimal) -> bool:
        return not self.condition.breaks(source, tolerance) and self.claim.breaks(
            source, tolerance
        )

    def renamed(self, to: Rename) -> When:
        return When(self.condition.renamed(to), self.claim.renamed(to))

    def scaled(self, by: Factor) -> When:
        return When(self.condition.scaled(by), self.claim.scaled(by))

    def broken(self, at: Addresses, tolerance: Decimal) -> str:
        condition = self.condition.broken(at, tolerance)
        claim = self.claim.broken(at, tolerance)
        return f"(1-({condition}))*({claim})"  # a product, since AND() is no array function

    def prose(self, title: Title) -> str:
        return f"{self.condition.prose(title)}时，{self.claim.prose(title)}"


@record()
class Condition:
    """`when(condition)`, waiting for its claim."""

    comparison: Comparison

    def then(self, claim: Claim) -> When:
        return When(self.comparison, claim)


def when(condition: Comparison) -> Condition:
    """Begin a claim that is asked only where a condition holds, as in `when(f.change != 0).then(given("reason"))`."""
    return Condition(condition)


def given(name: str) -> Given:
    """Claim that a text is filled in."""
    return Given(Name.parse(name))


class _Names:
    """f.total is a column of the row at hand; f["three_public.total.change"] is a figure of the return."""

    def __getattr__(self, name: str) -> Field:
        return Field(Name.parse(name))

    def __getitem__(self, name: str) -> Field:
        return Field(Name.parse(name))


f = _Names()
