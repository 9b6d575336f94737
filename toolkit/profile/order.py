"""The order in which formulas can be calculated: each after those it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from toolkit.model import Name
from toolkit.profile.wrong import MOST_NAMED
from toolkit.rules.claim import Term


def in_order(
    formulas: Mapping[Name, Term], node: Callable[[Name, Name], Name]
) -> dict[Name, Term]:
    """Formulas, each after those it reads, those of a block together as far as they can be.

    Raise ValueError, in Chinese, where they read one another in a circle.
    """
    pending = dict(formulas)
    reads = {
        of: {node(name, of) for name in term.names()} for of, term in formulas.items()
    }
    ordered: dict[Name, Term] = {}
    while pending:
        before = len(pending)
        for block in dict.fromkeys(name.block for name in pending):
            while ready := [
                name
                for name in pending
                if name.block == block and reads[name].isdisjoint(pending)
            ]:
                ordered |= {name: pending.pop(name) for name in ready}
        if len(pending) == before:
            first = "、".join(f"“{name}”" for name in list(pending)[:MOST_NAMED])
            raise ValueError(
                f"{first}等 {len(pending)} 个算式互相引用，算不出来，请改其中的算式"
            )
    return ordered
