"""Projects and the entries that name them, beside each other while they are typed: what only one of both has, what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from toolkit.model import BlockKind, Figure, Row, record, total
from toolkit.profile import layout
from toolkit.profile.form import Column
from toolkit.profile.layout import (
    BACK_WIDTH,
    DIGIT,
    LEDGER_COLUMN,
    MARGIN,
    SCREEN,
    BlockPlace,
    BookPlace,
    SheetPlace,
    Spot,
    address,
    corners,
    pixels,
    quoted,
    throughout,
)
from toolkit.template.live import FINE, Shown, fixed

HEADING, WIDTH = "与明细", 11
NO_ENTRY = "没有明细"
# where the list of projects counts the sheets that people copied, which it does not list
COPIES = (
    8,
    LEDGER_COLUMN,
)


@record()
class Naming:
    """A list of entries whose lines name projects: the columns of the name and of the amount."""

    place: SheetPlace
    where: BlockPlace
    name: Column
    amount: Column

    def cells(self, column: Column) -> str:
        """A column of the list, guard to guard, as other sheets write it."""
        return f"{quoted(self.place.name)}!{corners(self.where.guarded(column.key), absolute=True)}"


def naming(book: BookPlace, projects: str) -> Naming | None:
    """The list of entries that names the projects of a block; None where the workbook has none."""
    for place in book.fixed():
        for where in place.blocks.values():
            columns = where.block.columns.values()
            name = next(
                (
                    one
                    for one in columns
                    if one.offers is not None and one.offers.block == projects
                ),
                None,
            )
            amount = next((one for one in columns if one.money is not None), None)
            if (
                where.block.kind is BlockKind.LIST
                and name is not None
                and amount is not None
            ):
                return Naming(place, where, name, amount)
    return None


def beside(
    entries: Naming,
    cells: tuple[str, str],
    project: tuple[str, Figure],
    rows: Iterable[Row],
) -> Shown:
    """What stands beside a project in their list: whether the entries that name it come to its amount.

    `cells` hold its name and its amount, `project` says what stands there.
    """
    name, amount = cells
    named, added = entries.cells(entries.name), entries.cells(entries.amount)
    decimals = entries.amount.decimals
    gap = f"ROUND(SUMPRODUCT(--({named}={name}),{added})-SUM({amount}),{decimals})"
    apart = f'IF({gap}=0,"{FINE}","差 "&FIXED(ABS({gap}),{decimals},TRUE))'
    none = f'IF(SUM({amount})=0,"","{NO_ENTRY}")'
    formula = f'IF({name}="","",IF(ISERROR(MATCH({name},{named},0)),{none},{apart}))'
    title, own = project
    of_it = [row for row in rows if row.text(entries.name.key) == title]
    if not title or not of_it:
        return Shown(formula, NO_ENTRY if title and own.number else "")
    differing = round(
        total(row.figure(entries.amount.key) for row in of_it).number - own.number,
        decimals,
    )
    return Shown(
        formula, f"差 {fixed(abs(differing), decimals)}" if differing else FINE
    )


def fit(widths: dict[int, float], hidden: Collection[int], wide: int) -> None:
    """Take from a wide column what a screen has no room for; the way back takes some of it in the margin."""
    seen = {**widths, MARGIN: max(widths[MARGIN], BACK_WIDTH)}
    shown = [width for column, width in seen.items() if column not in hidden]
    excess = pixels(shown) - SCREEN
    if excess > 0:
        narrower = widths[wide] - excess / DIGIT
        widths[wide] = round(narrower - 0.05, 1)  # down, never up


def copies(book: BookPlace, listed: int) -> Shown:
    """How many project sheets there are that the list of projects does not list, since people copied them."""
    repeated = book.book.repeated
    if repeated is None:
        return Shown("0", 0)
    first, last = repeated.bookends
    return Shown(
        f"SUM({throughout(first, last, address(layout.EXISTS, LEDGER_COLUMN))})-{listed}",
        0,
    )


def unlisted(cell: str, names: str, list_sheet: str) -> str:
    """Whether a cell names a project that is not among those listed, where all that there are are listed."""
    copied = f"{quoted(list_sheet)}!{address(*COPIES, absolute=True)}"
    is_absent = f"ISERROR(MATCH(TRIM({cell}),{names},0))"
    return f"AND(LEN({cell})>0,{copied}=0,{is_absent})"


def name_spot(where: BlockPlace, row: int, column: str) -> Spot:
    """The cell of the list of projects that repeats a project's field."""
    own = next(one for one in where.block.columns.values() if one.of == column)
    return row, where.columns[own.key]
