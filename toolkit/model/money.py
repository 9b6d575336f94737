"""In what an amount is written: the unit of money and its decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
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
        return Decimal(5).scaleb(-self.decimals - 1)

    def times(self, other: Money) -> Decimal:
        """How many of the other unit one of this is; exact, since units are powers of ten of each other."""
        return self.yuan / other.yuan
