"""A figure remembers its cells, and tells a blank from a zero and from what cannot be read; through every sum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from toolkit.model import Cell, Figure, Kind, Oddity, column_letter, total
from toolkit.rules.rule import money, plain


def figure(said: str, row: int = 1) -> Figure:
    """A figure in a cell of its own: of a number, a blank, or of a text that is none."""
    cell = Cell("甲.xlsx", "表", row, 3)
    if not said:
        return Figure(None, cell, Kind.BLANK)
    number = said.replace(".", "").replace("-", "").isdigit()
    return (
        Figure(Decimal(said), cell) if number else Figure(None, cell, Kind.TEXT, said)
    )


@pytest.mark.parametrize(
    ("addends", "number", "blank", "flawed"),
    [
        (["1.50", "2.50"], "4.00", False, False),
        (
            ["1.50", ""],
            "1.50",
            False,
            False,
        ),  # a blank in one of them is nothing; the sum is there
        (["", ""], "0", True, False),
        (["0", ""], "0", False, False),  # a zero is something that was said
        (["1.50", "三万"], "1.50", False, True),
        (["", "三万"], "0", False, True),
    ],
)
def test_a_sum_is_what_its_addends_are(
    addends: list[str], number: str, *, blank: bool, flawed: bool
) -> None:
    parts = [figure(said, row) for row, said in enumerate(addends, 1)]
    for made in (total(parts), parts[0] + parts[1], total([total(parts)])):
        assert (made.number, made.blank, made.flawed) == (
            Decimal(number),
            blank,
            flawed,
        )
        assert [cell.address for cell in made.cells()] == ["C1", "C2"]


def test_every_way_to_reckon_keeps_both_cells() -> None:
    one, other = figure("7", 1), figure("2", 2)
    reckoned = {"9": one + other, "5": one - other, "14": one * other}
    for number, made in reckoned.items():
        assert made.number == Decimal(number)
        assert [leaf.number for leaf in made.leaves()] == [7, 2]


@pytest.mark.parametrize(
    "kind",
    [Kind.TEXT, Kind.ERROR, Kind.UNCOMPUTED, Kind.WAITING, Kind.BOOLEAN, Kind.DATE],
)
def test_what_holds_no_number_is_given_but_flawed(kind: Kind) -> None:
    held = Figure(None, Cell("甲.xlsx", "表", 1, 1), kind)
    assert (held.given, held.flawed, held.blank) == (True, True, False)
    assert held.number == 0


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("3.4", "3.40"),
        ("3.405", "3.405"),
        ("-0", "-0.00"),
        ("1E+2", "100.00"),
        ("0.1", "0.10"),
    ],
)
def test_an_amount_is_never_said_rounded(number: str, said: str) -> None:
    """Who looks for 3.405 in her sheet finds no 3.40 or 3.41."""
    assert money(Decimal(number)) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("3.40", "3.4"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.00", "0"),
        ("-1.50", "-1.5"),
    ],
)
def test_a_number_is_written_without_needless_zeros_and_without_an_exponent(
    number: str, said: str
) -> None:
    assert plain(Decimal(number)) == said


@pytest.mark.parametrize(
    ("column", "letters"),
    [
        (1, "A"),
        (26, "Z"),
        (27, "AA"),
        (52, "AZ"),
        (53, "BA"),
        (702, "ZZ"),
        (703, "AAA"),
    ],
)
def test_columns_are_called_as_excel_calls_them(column: int, letters: str) -> None:
    assert column_letter(column) == letters
    assert str(Cell("甲.xlsx", "表", 9, column)) == f"'[甲.xlsx]表'!{letters}9"


def test_a_record_is_what_its_fields_are() -> None:
    """Equal and hashed as they are, shown with their names; never equal to a record of another class."""
    one, same, other = figure("1.50"), figure("1.50"), figure("1.50", 2)
    stranger: object = Oddity("percent", ())
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != stranger
    assert (
        repr(Oddity("percent", (), {"count": "1"}))
        == "Oddity(what='percent', cells=(), places={'count': '1'})"
    )


def test_what_is_made_of_a_share_of_nothing_cannot_be_told_either() -> None:
    share = figure("1") / figure("0", row=2)
    assert share.undefined
    assert (figure("2", row=3) + share).undefined
    assert not (figure("2", row=3) + figure("0", row=4)).undefined
