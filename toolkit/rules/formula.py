"""Formulas as they are written in schema/, read into terms and never run as code.

this_year - last_year    personnel + operating    sum(procurement.amount)    amount / budget.total.amount
sum(outlay.basic where level == "项")    count(project.name where category == "特定目标类")
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from toolkit.model import Figure, Kind, Name
from toolkit.rules.claim import Constant, Field, Term
from toolkit.rules.source import Addresses, Source
from toolkit.rules.sums import Count, Total, every_line
from toolkit.rules.where import Where, reserved, where_of


@lru_cache(maxsize=4096)
def parse(text: str) -> Term:
    """Parse a schema formula: names, dotted names, + − × ÷, numbers, sum(name), sum(name where condition), count(name …).

    Raise ValueError, in Chinese, else.
    """
    try:
        tree = ast.parse(_with_commas(text), mode="eval").body
    except SyntaxError as error:
        raise ValueError(
            f"算式“{text}”第 {error.offset} 个字符处写法有误{reserved(text)}"
        ) from error
    return _term(tree, text)


def calculated(term: Term, at: Addresses) -> str:
    """The Excel formula of a cell that is calculated, without "=": freed of binary dust; blank where it divides by zero."""
    formula = f"ROUND({term.excel(at)},{term.digits})"
    divisors = [f"({divisor.excel(at)})" for divisor in term.divisors()]
    return f'IF({"*".join(divisors)}=0,"",{formula})' if divisors else formula


def figure(term: Term, source: Source) -> Figure:
    """What a calculated cell holds: the term's figure, rounded as the cell's own formula rounds it."""
    made = term.figure(source)
    if made.undefined:
        return Figure(None, (made,), Kind.UNDEFINED)
    if made.value is None or made.value.as_tuple().exponent >= -term.digits:  # type: ignore[operator]
        return made
    return replace(
        made,
        value=made.value.quantize(
            Decimal(1).scaleb(-term.digits), ROUND_HALF_UP
        ).normalize(),
    )


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
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _term(left, text) / _term(right, text)
        case ast.Call(
            func=ast.Name(id="sum"), args=[argument, *wheres], keywords=[]
        ) if len(wheres) <= 1:
            return Total(every_line(_named(argument, text)), _where(wheres, text))
        case ast.Call(
            func=ast.Name(id="count"), args=[argument, *wheres], keywords=[]
        ) if len(wheres) <= 1:
            return Count(every_line(_named(argument, text)), _where(wheres, text))
    raise ValueError(f"算式“{text}”里有不认识的写法：{ast.unparse(node)}")


# texts in quotes, and what stands between them
_PARTS = re.compile(r"(\"[^\"]*\"|'[^']*')")


def _with_commas(text: str) -> str:
    """A formula with a comma for each `where`, as Python reads it; every character keeps its place."""
    if "where" not in text:
        return text
    parts = _PARTS.split(text)
    parts[::2] = [re.sub(r"\bwhere\b", ",    ", part) for part in parts[::2]]
    return "".join(parts)


def _where(nodes: list[ast.expr], text: str) -> Where | None:
    return where_of(nodes[0], text) if nodes else None


def _named(node: ast.expr, text: str) -> Name:
    """A name as it stands in a formula."""
    written = _dotted(node)
    if not written:
        raise ValueError(f"算式“{text}”里应当是名称：{ast.unparse(node)}")
    return Name.parse(written)


def _dotted(node: ast.expr) -> str:
    """A dotted name as it is written; "" where it is none."""
    match node:
        case ast.Name(id=word):
            return word
        case ast.Attribute(value=before, attr=word):
            said = _dotted(before)
            return f"{said}.{word}" if said else ""
    return ""
