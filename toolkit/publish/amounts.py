"""What a formula of the statement or of the sign sheet gives, in the unit in which it is told."""

from __future__ import annotations

from decimal import Decimal

from toolkit.model import Figure, Name, Return
from toolkit.profile.form import Profile
from toolkit.rules.formula import parse

PERCENT = "%"


def figure_of(
    formula: str, whole: Return, profile: Profile, wanted: str = ""
) -> tuple[Figure, str]:
    """The figure, exact, and its unit: the one that is wanted, else that of the first amount in the formula; "" for no money.

    In "%" a share is told as so many percent. Raise ValueError, in Chinese, where a name names nothing, or a unit no money.
    """
    term = parse(formula)
    book = profile.book
    for name in term.names():
        if not book.has(name):
            raise ValueError(f"用到了没有的数“{name}”，请改成表里有的名字")
    moneys = [
        money for name in term.names() if (money := book.money_of(name)) is not None
    ]
    if wanted not in ("", PERCENT, *profile.units):
        raise ValueError(
            f"“{wanted}”不是金额单位，可以写的有：{'、'.join(profile.units)}、{PERCENT}"
        )
    unit = wanted
    if moneys:
        unit = wanted if wanted in profile.units else moneys[0].unit
        yuan = profile.units[unit]

        def factor(name: Name) -> Decimal:
            own = book.money_of(name)
            return Decimal(1) if own is None else own.yuan / yuan

        term = term.scaled(factor)
    if wanted == PERCENT:
        return term.figure(whole).times(Decimal(100)), PERCENT
    return term.figure(whole), unit if moneys else ""


def decimals_of(formula: str, unit: str, profile: Profile) -> int:
    """How many decimals the cells of a formula are written with: of its first amount in this unit; none where there is none."""
    moneys = (profile.book.money_of(name) for name in parse(formula).names())
    return next(
        (one.decimals for one in moneys if one is not None and one.unit == unit), 0
    )
