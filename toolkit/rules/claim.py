"""One claim, three readings: a truth (Decimal), an Excel formula, a line of Chinese.

A term names figures; a claim compares terms. Names are resolved by whoever holds the claim against data:
a `Source` for the truth, `Addresses` for the formula, titles for the Chinese. Formulas written in the schema
("personnel + operating", "sum(procurement.amount)") are parsed into the same terms and never evaluated as code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from toolkit.model import EVERY, Figure, Name, Value, Words, total


class Verdict(StrEnum):
    """What holding a claim against data gives."""

    HOLDS = "holds"
    BREAKS = "breaks"
    NOT_APPLICABLE = "not applicable"  # nothing was entered in any field it reads
    HELD_BACK = "held back"  # a field it reads holds no readable number; that is a finding of its own


class Source(Protocol):
    """Answers names with values."""

    def value(self, name: Name) -> Value: ...

    def column(self, name: Name) -> tuple[Figure, ...]: ...


class Addresses(Protocol):
    """Answers names with Excel references, as the formula's own sheet must write them."""

    def one(self, name: Name) -> str:
        """The reference of one figure, for arithmetic: text in it must count as nothing."""
        ...

    def many(self, name: Name) -> str:
        """The range (or ranges, comma-separated) of a column's figures."""
        ...

    def entries(self, names: tuple[Name, ...]) -> str:
        """References of the entry cells these names rest on: a calculated total is replaced by what it adds up."""
        ...

    def words(self, name: Name) -> str:
        """The reference of a text cell."""
        ...


Rename = Callable[[Name], Name]
Title = Callable[[Name], str]


class Term:
    """Anything that has a figure."""

    def __add__(self, other: Term) -> Term:
        return Add(((1, self), (1, other)))

    def __sub__(self, other: Term) -> Term:
        return Add(((1, self), (-1, other)))

    def __mul__(self, other: Term | int | Decimal) -> Term:
        return Product(self, other if isinstance(other, Term) else Constant(Decimal(other)))

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

    __hash__ = object.__hash__

    def names(self) -> Iterator[Name]:
        """Yield the names of the figures the term reads; a list's whole column as one name."""
        raise AssertionError(type(self))

    def figure(self, source: Source) -> Figure:
        raise AssertionError(type(self))

    def excel(self, at: Addresses) -> str:
        raise AssertionError(type(self))

    def prose(self, title: Title) -> str:
        raise AssertionError(type(self))

    def renamed(self, to: Rename) -> Term:
        """The same term with every plain name renamed (names of lists' whole columns stay)."""
        return self


def as_term(value: object) -> Term:
    """Take a term as it is and a number as a constant."""
    if isinstance(value, Term):
        return value
    if isinstance(value, int | Decimal):
        return Constant(Decimal(value))
    raise TypeError(f"not a term: {value!r}")


@dataclass(frozen=True, eq=False)
class Field(Term):
    """One figure by name."""

    name: Name

    def names(self) -> Iterator[Name]:
        yield self.name

    def figure(self, source: Source) -> Figure:
        value = source.value(self.name)
        if isinstance(value, Figure):
            return value
        return Figure(None, (), kind=value.kind, raw=value.raw)

    def excel(self, at: Addresses) -> str:
        return at.one(self.name)

    def prose(self, title: Title) -> str:
        return title(self.name)

    def renamed(self, to: Rename) -> Term:
        return Field(to(self.name))


@dataclass(frozen=True, eq=False)
class Constant(Term):
    """A number of the rule itself."""

    number: Decimal

    def names(self) -> Iterator[Name]:
        yield from ()

    def figure(self, source: Source) -> Figure:
        return Figure(self.number)

    def excel(self, at: Addresses) -> str:
        return str(self.number)

    def prose(self, title: Title) -> str:
        return str(self.number)


@dataclass(frozen=True, eq=False)
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

    def figure(self, source: Source) -> Figure:
        number = Decimal(0)
        figures = []
        for sign, part in self.parts:
            figure = part.figure(source)
            number += sign * figure.number
            figures.append(figure)
        return Figure(number, tuple(figures))

    def excel(self, at: Addresses) -> str:
        plain_addends = all(sign == 1 and isinstance(part, Field) for sign, part in self.parts)
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


@dataclass(frozen=True, eq=False)
class Product(Term):
    """One term times another."""

    left: Term
    right: Term

    def names(self) -> Iterator[Name]:
        yield from self.left.names()
        yield from self.right.names()

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

    def renamed(self, to: Rename) -> Term:
        return Product(self.left.renamed(to), self.right.renamed(to))


@dataclass(frozen=True, eq=False)
class Total(Term):
    """The sum of a list's column, or of a field over all project sheets. `name` is of every line."""

    name: Name

    def names(self) -> Iterator[Name]:
        yield self.name

    def figure(self, source: Source) -> Figure:
        return total(source.column(self.name))

    def excel(self, at: Addresses) -> str:
        return f"SUM({at.many(self.name)})"

    def prose(self, title: Title) -> str:
        return f"{title(self.name)}之和"


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

    def prose(self, title: Title) -> str:
        raise AssertionError(type(self))

    def __bool__(self) -> bool:
        raise TypeError("a claim has no truth until it is held against data")


_PROSE = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", ">": ">"}


@dataclass(frozen=True, eq=False)
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
        gap = self.gap(source)
        if gap.flawed:
            return Verdict.HELD_BACK
        # Without leaves not a single cell was read: the sum of an empty list.
        no_leaves = next(gap.leaves(), None) is None
        if gap.blank or no_leaves:
            return Verdict.NOT_APPLICABLE
        return Verdict.HOLDS if self.true(gap.number, tolerance) else Verdict.BREAKS

    def true(self, gap: Decimal, tolerance: Decimal) -> bool:
        """Whether a gap of left minus right satisfies the comparison."""
        truths = {
            "==": abs(gap) <= tolerance,
            "!=": abs(gap) > tolerance,
            "<=": gap <= tolerance,
            ">=": gap >= -tolerance,
            ">": gap > tolerance,
        }
        return truths[self.op]

    def breaks(self, source: Source, tolerance: Decimal) -> bool:
        return not self.true(self.gap(source).number, tolerance)

    def renamed(self, to: Rename) -> Comparison:
        return Comparison(self.op, self.left.renamed(to), self.right.renamed(to))

    def excel_gap(self, at: Addresses) -> str:
        """The Excel expression of left minus right, freed of binary dust."""
        left = self.left.excel(at)
        right = self.right.excel(at)
        if right == "0":
            return f"ROUND({left},6)"
        return f"ROUND({left}-({right}),6)"

    def broken(self, at: Addresses, tolerance: Decimal) -> str:
        gap = self.excel_gap(at)
        formulas = {
            "==": f"ABS({gap})>{tolerance}",
            "!=": f"ABS({gap})<={tolerance}",
            "<=": f"{gap}>{tolerance}",
            ">=": f"{gap}<-{tolerance}",
            ">": f"{gap}<={tolerance}",
        }
        return formulas[self.op]

    def prose(self, title: Title) -> str:
        return f"{self.left.prose(title)} {_PROSE[self.op]} {self.right.prose(title)}"


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
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
        return not self.condition.breaks(source, tolerance) and self.claim.breaks(source, tolerance)

    def renamed(self, to: Rename) -> When:
        return When(self.condition.renamed(to), self.claim.renamed(to))

    def broken(self, at: Addresses, tolerance: Decimal) -> str:
        condition = self.condition.broken(at, tolerance)
        claim = self.claim.broken(at, tolerance)
        return f"(1-({condition}))*({claim})"  # a product, since AND() is no array function

    def prose(self, title: Title) -> str:
        return f"{self.condition.prose(title)}时，{self.claim.prose(title)}"


@dataclass(frozen=True)
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


def sum_of(name: str) -> Total:
    """The sum of a list's column ("procurement.amount") or of a field over all projects ("project.amount")."""
    return Total(every_line(Name.parse(name)))


def every_line(name: Name) -> Name:
    """The whole column of a list that a name is one value of."""
    return Name(name.block, name.row, name.column, EVERY)


class _Names:
    """f.total is a column of the row at hand; f["three_public.total.change"] is a figure of the return."""

    def __getattr__(self, name: str) -> Field:
        return Field(Name.parse(name))

    def __getitem__(self, name: str) -> Field:
        return Field(Name.parse(name))


f = _Names()


def parse(text: str) -> Term:
    """Parse a schema formula: names, dotted names, + − ×, numbers, sum(name). Raise ValueError, in Chinese, else."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"算式“{text}”第 {error.offset} 个字符处写法有误") from error
    return _term(tree, text)


def _term(node: ast.expr, text: str) -> Term:
    match node:
        case ast.Name() | ast.Attribute():
            return Field(_named(node, text))
        case ast.Constant(value=int() as number):
            return Constant(Decimal(number))
        case ast.Constant(value=float()):
            # As it was written: 0.1 read as a float is another number.
            return Constant(Decimal(ast.get_source_segment(text, node) or "0"))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _term(left, text) + _term(right, text)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _term(left, text) - _term(right, text)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _term(left, text) * _term(right, text)
        case ast.Call(func=ast.Name(id="sum"), args=[argument], keywords=[]):
            return Total(every_line(_named(argument, text)))
    raise ValueError(f"算式“{text}”里有不认识的写法：{ast.unparse(node)}")


def _named(node: ast.expr, text: str) -> Name:
    """A name as it stands in a formula."""
    written = ast.unparse(node)
    dotted = all(isinstance(part, ast.Name | ast.Attribute | ast.Load) for part in ast.walk(node))
    if not dotted:
        raise ValueError(f"算式“{text}”里应当是名称：{written}")
    return Name.parse(written)
