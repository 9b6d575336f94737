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
    left, right = claim.left.figure(source), claim.right.figure(source)
    gap = left.number - right.number
    leaves = [leaf for leaf in (*left.leaves(), *right.leaves(), *entries) if leaf.value is not None]
    for cause in (_rounding, _myriad, _sign, _left_out, _swapped, _transposed):
        if said := cause(gap, leaves, left, right, claim):
            return said.replace("{unit}", unit)
    return ""


def _place(leaf: Figure) -> str:
    cell = next(leaf.cells(), None)
    return f"{cell.sheet}!{cell.address}" if cell else ""


def _rounding(gap: Decimal, leaves: list[Figure], *_: object) -> str:
    if abs(gap) <= CENT and len(leaves) > 2:  # noqa: PLR2004
        return "相差一分，像是四舍五入的尾差，请调整其中一个明细"
    return ""


def _myriad(gap: Decimal, leaves: list[Figure], *_: object) -> str:
    """元 typed for 万元: the figure is ten thousand times what would make the sum hold."""
    for leaf in leaves:
        mended = abs(leaf.number) / MYRIAD
        if leaf.number and abs(leaf.number) >= MYRIAD and abs(abs(gap) - (abs(leaf.number) - mended)) <= CENT:
            return f"{_place(leaf)} 的 {leaf.number:f} 像是按元填的，折合 {mended.normalize():f}{{unit}}"
    return ""


def _sign(gap: Decimal, leaves: list[Figure], *_: object) -> str:
    for leaf in leaves:
        if leaf.number and abs(gap) == 2 * abs(leaf.number):
            return f"{_place(leaf)} 的正负号可能填反了"
    return ""


def _left_out(gap: Decimal, leaves: list[Figure], left: Figure, *_: object) -> str:
    total = next(left.leaves(), None)
    for leaf in leaves:
        if leaf is not total and leaf.number and abs(gap) == abs(leaf.number):
            return f"合计里可能漏加（或多加）了 {_place(leaf)} 的 {leaf.number:f}"
    return ""


def _swapped(gap: Decimal, leaves: list[Figure], left: Figure, right: Figure, claim: Comparison) -> str:
    """Two columns typed the other way round: this year for last year."""
    if isinstance(claim.right, Add) and any(sign < 0 for sign, _ in claim.right.parts) and gap and left.number == -right.number:
        return "相减的两列可能填反了"
    return ""


def _transposed(gap: Decimal, leaves: list[Figure], left: Figure, *_: object) -> str:
    """Two neighbouring digits the other way round: the gap is then a multiple of nine."""
    cents = gap / CENT
    if not gap or cents != cents.to_integral_value() or cents % 9:
        return ""
    total = next(left.leaves(), None)
    for leaf in leaves:
        for other in _neighbours_swapped(leaf.number):
            change = other - leaf.number
            if (change == -gap) if leaf is total else abs(change) == abs(gap):
                return f"{_place(leaf)} 的 {leaf.number:f} 可能有两位数字颠倒，应为 {other:f}"
    return ""


def _neighbours_swapped(number: Decimal) -> Iterator[Decimal]:
    digits = f"{number:.2f}"
    for place in range(len(digits) - 1):
        one, other = digits[place], digits[place + 1]
        if one.isdigit() and other.isdigit() and one != other:
            yield Decimal(digits[:place] + other + one + digits[place + 2 :])
        elif place + 2 < len(digits) and other == "." and one.isdigit() and one != digits[place + 2]:
            yield Decimal(digits[:place] + digits[place + 2] + "." + one + digits[place + 3 :])
