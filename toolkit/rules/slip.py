"""Slips of the hand that make one amount of another: digits that changed places, a point that moved, one wrong digit."""

from __future__ import annotations

from decimal import Decimal

from toolkit.rules.rule import plain

FEWEST_DIGITS = 3  # of an amount whose slip can be told from another amount
MOVED = "小数点的位置不同"
ONE_DIGIT = "有一位数字不同"
CHANGED_PLACES = "有两位数字颠倒"
LOST = "多了或者少了一位数字"


def slip_between(said: Decimal, due: Decimal) -> str:
    """What slip of the hand makes one amount of another, or "": 452.85 for 425.85, 42.585 for 425.85, 425.95 for 425.85."""
    one, other = f"{said:.2f}", f"{due:.2f}"
    if said == due or min(len(one), len(other)) <= FEWEST_DIGITS:
        return ""
    digits = [significant(amount) for amount in (said, due)]
    if digits[0] == digits[1] and len(digits[0]) >= FEWEST_DIGITS:
        return MOVED
    if len(one) != len(other):
        return ""
    differ = [at for at, sign in enumerate(one) if sign != other[at]]
    if len(differ) == 1 and len(one) > len("10.00"):
        return ONE_DIGIT
    # 57 and 50.7 have no two digits that changed places
    whole = [amount == round(amount) for amount in (said, due)]
    if (
        len(differ) == 2  # noqa: PLR2004
        and whole[0] is whole[1]
        and (one[differ[0]], one[differ[1]]) == (other[differ[1]], other[differ[0]])
    ):
        return CHANGED_PLACES
    return ""


def significant(amount: Decimal) -> str:
    """The digits of an amount without its point and the zeros about it: 23.80 is 238, 0.0238 is 238."""
    return f"{amount.normalize():f}".replace(".", "").strip("0")


def slip_of_count(said: Decimal, due: Decimal) -> str:
    """The same of numbers of people or things, however few digits they have; also a digit that is one too many or lacks."""
    if said == due or said < 0 or due < 0:
        return ""
    if significant(said) == significant(due):
        return MOVED if significant(due) else ""
    decimals = max(len(plain(number).partition(".")[2]) for number in (said, due))
    one, other = f"{said:.{decimals}f}", f"{due:.{decimals}f}"
    if len(one) == len(other):
        differ = [at for at, sign in enumerate(one) if sign != other[at]]
        if len(differ) == 1:
            return ONE_DIGIT
        exchanged = [one[at] for at in differ] == [other[at] for at in reversed(differ)]
        return CHANGED_PLACES if len(differ) == 2 and exchanged else ""  # noqa: PLR2004
    shorter, longer = sorted((plain(said), plain(due)), key=len)
    lost = any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    return LOST if lost and len(shorter.replace(".", "")) > 1 else ""
