"""Where a value came from before it stood in a cell of ours: the platform's workbook, or last year's."""

from __future__ import annotations

from decimal import Decimal

from toolkit.model.record import record


@record(slots=True)
class Origin:
    """The cell that a value was taken from, and what it said, in our unit of money.

    `slack` is by how many yuan it may be off since it was rounded before: one of its last decimal for each figure in it.
    """

    source: str  # 平台, 去年
    book: str
    sheet: str
    address: str
    number: Decimal
    slack: Decimal = Decimal(0)

    @property
    def place(self) -> str:
        """The cell in words."""
        return f"“{self.book}”的“{self.sheet}”{self.address}"


PLATFORM, LAST_YEAR = "平台", "去年"
