"""How an amount is written: the unit of money, its decimals, and whether its thousands are parted."""

from __future__ import annotations

from decimal import Decimal

from toolkit.model.record import record

SHARE_SIGN = "%"


@record(slots=True)
class Money:
    """A unit of money (元, 万元), how many yuan one of it is (a power of ten), and how many decimals are written.

    Whether commas part the thousands is said once, by the profile: all that is published follows it, cells, sentences
    and the sign sheet.
    """

    unit: str
    decimals: int
    yuan: Decimal
    thousands: bool = False

    @property
    def last(self) -> Decimal:
        """One of the last decimal, in this unit."""
        return Decimal(1).scaleb(-self.decimals)

    @property
    def tolerance(self) -> Decimal:
        """Half of the last decimal: figures typed with these decimals add up exactly."""
        return Decimal(5).scaleb(-self.decimals - (3 if self.is_share else 1))

    @property
    def form(self) -> str:
        """How a spreadsheet is told to show the whole part of an amount."""
        return "#,##0" if self.thousands else "0"

    @property
    def is_share(self) -> bool:
        """Whether it is no money but a share, told in percent: 0.5 is 50%."""
        return self.unit == SHARE_SIGN

    def told(self, number: Decimal) -> Decimal:
        """A number as it is told in words: a share in percent."""
        return number * 100 if self.is_share else number

    def times(self, other: Money) -> Decimal:
        """How many of the other unit one of this is; exact, since units are powers of ten of each other."""
        return self.yuan / other.yuan


def parted(digits: str) -> str:
    """A number that is written in plain digits, with commas between its thousands: -1234567.50 is -1,234,567.50."""
    whole, point, rest = digits.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):,}{point}{rest}"


SHARE = Money(SHARE_SIGN, 2, Decimal(1))  # shares: with two decimals of a percent
NUMBER = Money("", 0, Decimal(1))  # what is counted
