"""One number typed for another: one slip of the hand, or more than that."""

from __future__ import annotations

from decimal import Decimal

import pytest

from toolkit.rules.slip import CHANGED_PLACES, LOST, MOVED, ONE_DIGIT, slip_of_count

SLIPS = (
    ("2830", "2380", CHANGED_PLACES),
    ("98.5", "95.8", CHANGED_PLACES),
    ("40", "4", MOVED),
    ("1.2", "12", MOVED),
    ("421", "422", ONE_DIGIT),
    ("1078", "10078", LOST),
    ("2380", "238", MOVED),
    ("5", "25", ""),  # of a single digit it says nothing that one is lost
    ("2387", "2380.5", ""),
    ("190", "280", ""),
    ("0", "10", ""),
    ("7", "7.0", ""),
)


@pytest.mark.parametrize(("said", "due", "what"), SLIPS)
def test_one_slip_makes_one_number_of_another(said: str, due: str, what: str) -> None:
    assert slip_of_count(Decimal(said), Decimal(due)) == what
    assert slip_of_count(Decimal(due), Decimal(said)) == what


def test_what_is_below_zero_is_no_slip_of_anything() -> None:
    assert slip_of_count(Decimal(-12), Decimal(12)) == ""
