"""Which rows of a list are meant: a condition on their columns, held against a row, as Excel writes it, and in Chinese.

level == "项"    kind in ["人员类", "运转类公用"]    amount > 0    item != "" and not kind == "其他"

Texts are compared as they are: no pattern, no wildcard, blanks around them apart. A blank number is zero.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from keyword import iskeyword

from toolkit.model import Row, record

Range = Callable[[str], str]  # a column's cells, as Excel names them
Title = Callable[[str], str]  # what a column is called
Literal = str | Decimal

OURS = frozenset({"and", "or", "not", "in"})  # words of Python that conditions have too
_SIGNS = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_PROSE = {
    "==": "为",
    "!=": "不为",
    "<": "小于",
    "<=": "不大于",
    ">": "大于",
    ">=": "不小于",
}
_EXCEL = {"==": "=", "!=": "<>"}
_TRUE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class Where:
    """A condition on a row."""

    def columns(self) -> Iterator[tuple[str, Literal]]:
        """Yield each column that is read, with what it is compared with."""
        raise AssertionError(type(self))

    def holds(self, row: Row) -> bool:
        raise AssertionError(type(self))

    def excel(self, cells: Range, *, trimmed: bool = False) -> str:
        """An Excel expression that is 1 in the rows that are meant and 0 in the others, fit for SUMPRODUCT.

        Where the texts stand without blanks around them, `trimmed`, no function is called over whole columns: not every program
        does that within SUMPRODUCT.
        """
        raise AssertionError(type(self))

    def prose(self, title: Title) -> str:
        raise AssertionError(type(self))


@record()
class Compared(Where):
    """A column beside a text or a number."""

    column: str
    sign: str
    literal: Literal

    def columns(self) -> Iterator[tuple[str, Literal]]:
        yield self.column, self.literal

    def holds(self, row: Row) -> bool:
        if isinstance(self.literal, str):
            return (row.text(self.column) == self.literal) == (self.sign == "==")
        return _TRUE[self.sign](row.figure(self.column).number, self.literal)

    def excel(self, cells: Range, *, trimmed: bool = False) -> str:
        if isinstance(self.literal, str):
            alike = _alike(cells(self.column), self.literal, trimmed=trimmed)
            return f"--{alike}" if self.sign == "==" else f"(1-{alike})"
        return f"--({cells(self.column)}{_EXCEL.get(self.sign, self.sign)}{self.literal:f})"

    def prose(self, title: Title) -> str:
        said = (
            f"“{self.literal}”"
            if isinstance(self.literal, str)
            else f"{self.literal:f}"
        )
        if self.literal == "":
            return f"{title(self.column)}{'空着' if self.sign == '==' else '已填'}"
        return f"{title(self.column)}{_PROSE[self.sign]}{said}"


@record()
class OneOf(Where):
    """A column that says one of several texts."""

    column: str
    texts: tuple[str, ...]

    def columns(self) -> Iterator[tuple[str, Literal]]:
        yield from ((self.column, text) for text in self.texts)

    def holds(self, row: Row) -> bool:
        return row.text(self.column) in self.texts

    def excel(self, cells: Range, *, trimmed: bool = False) -> str:
        # Each of the texts is another one: of all these comparisons at most one is true.
        return f"({'+'.join(_alike(cells(self.column), text, trimmed=trimmed) for text in self.texts)})"

    def prose(self, title: Title) -> str:
        return (
            f"{title(self.column)}为{'、'.join(f'“{text}”' for text in self.texts)}之一"
        )


@record()
class Both(Where):
    """Several conditions that must all hold."""

    parts: tuple[Where, ...]

    def columns(self) -> Iterator[tuple[str, Literal]]:
        for part in self.parts:
            yield from part.columns()

    def holds(self, row: Row) -> bool:
        return all(part.holds(row) for part in self.parts)

    def excel(self, cells: Range, *, trimmed: bool = False) -> str:
        return f"({'*'.join(f'({part.excel(cells, trimmed=trimmed)})' for part in self.parts)})"

    def prose(self, title: Title) -> str:
        return "且".join(_in_brackets(part, title) for part in self.parts)


@record()
class Either(Where):
    """Several conditions of which one must hold."""

    parts: tuple[Where, ...]

    def columns(self) -> Iterator[tuple[str, Literal]]:
        for part in self.parts:
            yield from part.columns()

    def holds(self, row: Row) -> bool:
        return any(part.holds(row) for part in self.parts)

    def excel(self, cells: Range, *, trimmed: bool = False) -> str:
        return f"--({'+'.join(f'({part.excel(cells, trimmed=trimmed)})' for part in self.parts)}>0)"

    def prose(self, title: Title) -> str:
        return "或".join(_in_brackets(part, title) for part in self.parts)


@record()
class Otherwise(Where):
    """A condition that must not hold."""

    part: Where

    def columns(self) -> Iterator[tuple[str, Literal]]:
        yield from self.part.columns()

    def holds(self, row: Row) -> bool:
        return not self.part.holds(row)

    def excel(self, cells: Range, *, trimmed: bool = False) -> str:
        return f"(1-({self.part.excel(cells, trimmed=trimmed)}))"

    def prose(self, title: Title) -> str:
        return f"不是（{self.part.prose(title)}）"


def _in_brackets(part: Where, title: Title) -> str:
    said = part.prose(title)
    return f"（{said}）" if isinstance(part, Both | Either) else said


def _alike(cells: str, text: str, *, trimmed: bool) -> str:
    """Which of some cells say a text: to the letter, blanks around it apart."""
    return (
        f"({cells}={quoted(text)})"
        if trimmed
        else f"EXACT(TRIM({cells}),{quoted(text)})"
    )


def quoted(text: str) -> str:
    """A text as Excel's formulas write it."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def parse_where(text: str) -> Where:
    """Read a condition; raise ValueError, in Chinese, where it is none."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(
            f"条件“{text}”第 {error.offset} 个字符处写法有误{reserved(text)}"
        ) from error
    return where_of(tree, text)


def reserved(text: str) -> str:
    """What to say of words that cannot be keys in a formula, for they mean something else there; "" where there are none."""
    unquoted = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    words = [
        word
        for word in dict.fromkeys(re.findall(r"[A-Za-z_]+", unquoted))
        if iskeyword(word) and word not in OURS
    ]
    return (
        f"：“{'”“'.join(words)}”在算式里另有意思，不能作代号，请换一个，如 {words[0]}_"
        if words
        else ""
    )


def where_of(node: ast.expr, text: str) -> Where:
    """What a part of a parsed condition says."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return Both(tuple(where_of(value, text) for value in values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return Either(tuple(where_of(value, text) for value in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Otherwise(where_of(operand, text))
        case ast.Compare(
            left=ast.Name(id=column),
            ops=[ast.In()],
            comparators=[ast.List(elts=members)],
        ):
            return OneOf(column, _texts(members, text))
        case ast.Compare(
            left=ast.Name(id=column),
            ops=[ast.NotIn()],
            comparators=[ast.List(elts=members)],
        ):
            return Otherwise(OneOf(column, _texts(members, text)))
        case ast.Compare(
            left=ast.Name(id=column), ops=[sign], comparators=[literal]
        ) if type(sign) in _SIGNS:
            return _compared(column, _SIGNS[type(sign)], literal, text)
    raise ValueError(f"条件“{text}”里有不认识的写法：{ast.unparse(node)}")


def _compared(column: str, sign: str, node: ast.expr, text: str) -> Compared:
    match node:
        case ast.Constant(value=str() as said) if sign in _EXCEL:
            return Compared(column, sign, said.strip())
        case ast.Constant(value=int() | float() as number) if not isinstance(
            number, bool
        ):
            # As it was written: 0.1 read as a float is another number.
            return Compared(
                column,
                sign,
                Decimal(
                    ast.get_source_segment(text.strip(), node) or ast.unparse(node)
                ),
            )
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return Compared(column, sign, Decimal(ast.unparse(node)))
    raise ValueError(f"条件“{text}”里有不认识的写法：{ast.unparse(node)}")


def _texts(nodes: list[ast.expr], text: str) -> tuple[str, ...]:
    texts = [
        node.value.strip()
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    if len(texts) != len(nodes) or not texts:
        raise ValueError(f"条件“{text}”的方括号里要写一个或几个带引号的文字")
    return tuple(dict.fromkeys(texts))
