"""Why a sum probably does not hold: the slip of the hand that would explain exactly this gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from toolkit.model import Figure
from toolkit.rules.claim import Add, Comparison, Source

CENT = Decimal("0.01")
MYRIAD = 10000


def likely(claim: Comparison, source: Source, unit: str, entries: Iterable[Figure] = ()) -> str:
    """Say the likely cause of a broken equation in Chinese, or "" where none fits exactly.

    `entries` are the figures behind its calculated totals: the slip was made in one of them.
    """
    if claim.op != "==":
        return ""
    left = claim.left.figure(source)
    right = claim.right.figure(source)
    gap = left.number - right.number
    leaves = [leaf for leaf in (*left.leaves(), *right.leaves(), *entries) if leaf.value is not None]
    for explain in (_rounding, _myriad, _sign, _left_out, _swapped, _transposed):
        cause = explain(gap, leaves, left, right, claim)
        if cause:
            return cause.replace("{unit}", unit)
    return ""


def _place(leaf: Figure) -> str:
    """The cell of a figure as a message names it, or ""."""
    cell = next(leaf.cells(), None)
    return f"{cell.sheet}!{cell.address}" if cell else ""


def _rounding(gap: Decimal, leaves: list[Figure], *_: object) -> str:
    if abs(gap) <= CENT and len(leaves) > 2:  # noqa: PLR2004
        return "相差一分，像是四舍五入的尾差，请调整其中一个明细"
    return ""


def _myriad(gap: Decimal, leaves: list[Figure], *_: object) -> str:
    """元 typed for 万元: the figure is ten thousand times what would make the sum hold."""
    for leaf in leaves:
        size = abs(leaf.number)
        if size < MYRIAD:
            continue
        mended = size / MYRIAD
        too_much = size - mended
        if abs(abs(gap) - too_much) <= CENT:
            return f"{_place(leaf)} 的 {leaf.number:f} 像是按元填的，折合 {mended.normalize():f}{{unit}}"
    return ""


def _sign(gap: Decimal, leaves: list[Figure], *_: object) -> str:
    """A figure with the wrong sign: it is missed once, and once more taken away."""
    for leaf in leaves:
        if leaf.number and abs(gap) == 2 * abs(leaf.number):
            return f"{_place(leaf)} 的正负号可能填反了"
    return ""


def _left_out(gap: Decimal, leaves: list[Figure], left: Figure, *_: object) -> str:
    """An addend that was forgotten, or added twice: the gap is that very figure."""
    total = next(left.leaves(), None)
    for leaf in leaves:
        if leaf is not total and leaf.number and abs(gap) == abs(leaf.number):
            return f"合计里可能漏加（或多加）了 {_place(leaf)} 的 {leaf.number:f}"
    return ""


def _swapped(gap: Decimal, leaves: list[Figure], left: Figure, right: Figure, claim: Comparison) -> str:
    """Two columns typed the other way round: this year for last year."""
    if not gap or left.number != -right.number:
        return ""
    if isinstance(claim.right, Add) and any(sign < 0 for sign, _ in claim.right.parts):
        return "相减的两列可能填反了"
    return ""


def _transposed(gap: Decimal, leaves: list[Figure], left: Figure, *_: object) -> str:
    """Two neighbouring digits the other way round: the gap is then a multiple of nine."""
    cents = gap / CENT
    if not gap or cents != cents.to_integral_value() or cents % 9:
        return ""
    total = next(left.leaves(), None)
    for leaf in leaves:
        for mended in _neighbours_swapped(leaf.number):
            change = mended - leaf.number
            # The total must change by just what is missing; an addend may stand on either side.
            fits = change == -gap if leaf is total else abs(change) == abs(gap)
            if fits:
                return f"{_place(leaf)} 的 {leaf.number:f} 可能有两位数字颠倒，应为 {mended:f}"
    return ""


def _neighbours_swapped(number: Decimal) -> Iterator[Decimal]:
    """Every number that two different neighbouring digits of this one, the other way round, would give: 12.30 for 21.30."""
    written = f"{number:.2f}"
    for at, one in enumerate(written[:-1]):
        # The neighbour's place: one on, or behind the decimal point.
        beside = at + 2 if written[at + 1] == "." else at + 1
        other = written[beside]
        if one.isdigit() and other.isdigit() and one != other:
            digits = list(written)
            digits[at], digits[beside] = other, one
            yield Decimal("".join(digits))
