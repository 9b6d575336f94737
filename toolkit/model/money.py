"""In what an amount is written: the unit of money and its decimals."""

from __future__ import annotations

from decimal import Decimal

from toolkit.model.record import record

SHARE_SIGN = "%"


@record(slots=True)
class Money:
    """A unit of money (元, 万元), how many yuan one of it is (a power of ten), and how many decimals are written."""

    unit: str
    decimals: int
    yuan: Decimal

    @property
    def last(self) -> Decimal:
        """One of the last decimal, in this unit."""
        return Decimal(1).scaleb(-self.decimals)

    @property
    def tolerance(self) -> Decimal:
        """Half of the last decimal: figures typed with these decimals add up exactly."""
        return Decimal(5).scaleb(-self.decimals - (3 if self.is_share else 1))

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


SHARE = Money(SHARE_SIGN, 2, Decimal(1))  # shares: with two decimals of a percent
NUMBER = Money("", 0, Decimal(1))  # what is counted
