"""The first cell of a form that waits for somebody: a required one that is blank, or a check that finds something.

It is counted twice, as all of a drawn book's state is: as a formula over the form's cells, and as what that shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.files.paint import Canvas
from toolkit.model import BlockKind, Name, Row
from toolkit.profile import layout
from toolkit.profile.layout import (
    BlockPlace,
    SheetPlace,
    Spot,
    address,
    corners,
    quoted,
)
from toolkit.template import live
from toolkit.template.live import COMPLETE, FINE, NOT_ASKED, UNFILLED, Shown

STEP = 1000  # a cell as one number: its row times this, and its column
NONE = 10**9  # no cell
# cells that are looked at one by one; of more the form's first one is led to
MOST = 120


def number(spot: Spot) -> int:
    """A cell as one number, the smaller the further up."""
    row, column = spot
    return row * STEP + column


def blank_cell(sheet: str, spot: Spot, *, given: bool) -> Shown:
    """The number of a cell that must be filled in, where it is blank."""
    cell = f"{quoted(sheet)}!{address(*spot)}"
    return Shown(
        f'IF({cell}="",ROW({cell})*{STEP}+COLUMN({cell}),{NONE})',
        NONE if given else number(spot),
    )


def complaint(sheet: str, spot: Spot, shown: object) -> Shown:
    """The number of a check, where it finds something."""
    cell = f"{quoted(sheet)}!{address(*spot)}"
    fine = f'OR({cell}="{FINE}",{cell}="{UNFILLED}",{cell}="")'
    of_spot = f"ROW({cell})*{STEP}+COLUMN({cell})"
    value = NONE if shown in (FINE, UNFILLED, "") else number(spot)
    return Shown(f"IF({fine},{NONE},{of_spot})", value)


def row_begun(
    sheet: str, where: BlockPlace, rows: Sequence[Row], needed: Sequence[str]
) -> Shown:
    """The number of a list's first row that somebody has begun and not filled: its first cell."""
    areas = {
        key: f"{quoted(sheet)}!{corners(where.guarded(key))}"
        for key in where.block.typed
    }
    begun = "+".join(f'({area}<>"")' for area in areas.values())
    blank = "+".join(f'({areas[key]}="")' for key in needed)
    first = areas[where.block.typed[0]]
    at = f"ROW({first})*{STEP}+{where.first_column}"
    # Where a program cannot tell, the form is led to as a whole.
    formula = f"IFERROR({NONE}-SUMPRODUCT(MAX((({begun})>0)*(({blank})>0)*({NONE}-({at})))),{NONE})"
    for line, row in enumerate(rows, where.top + 1):
        if row.begun and not all(map(row.has, needed)):
            return Shown(formula, number((line, where.first_column)))
    return Shown(formula, NONE)


def first_of(found: Sequence[Shown]) -> Shown:
    """The first of several cells."""
    if not found:
        return Shown(str(NONE), NONE)
    return Shown(
        f"MIN({','.join(one.formula for one in found)})",
        min(live.whole(one) for one in found),
    )


def entry(place: SheetPlace) -> Spot:
    """Where filling in a form begins: its first cell."""
    spots = [*place.entries()]
    lists = [
        where for where in place.blocks.values() if where.block.kind is BlockKind.LIST
    ]
    spots += [(where.top + 1, where.first_column) for where in lists]
    return min(spots, default=(layout.TICK_ROW, layout.TICK_COLUMN))


def jump(place: SheetPlace, state: Shown, at: Shown) -> Shown:
    """The link to the first open cell, by the state of its form and the number that stands in a cell; "" where all is done."""
    start = address(*entry(place))
    first_open = at.formula
    cell = f"ADDRESS(INT({first_open}/{STEP}),MOD({first_open},{STEP}),4)"
    where = f'IF({first_open}<{NONE},{cell},"{start}")'
    sheet = quoted(place.name).replace('"', '""')
    link = f'HYPERLINK("#{sheet}!"&{where},{where})'
    done = f'OR({state.formula}="{COMPLETE}",{state.formula}="{NOT_ASKED}")'
    formula = f'IF({done},"",{link})'
    if state.value in (COMPLETE, NOT_ASKED):
        return Shown(formula, "")
    found = live.whole(at)
    return Shown(formula, start if found >= NONE else address(*divmod(found, STEP)))


def checks_of(canvas: Canvas, where: BlockPlace) -> Mapping[Spot, object]:
    """The checks beside a block, with what each shows."""
    rows = where.rows.values()
    inks = canvas.cells.items()
    return {
        spot: ink.value
        for spot, ink in inks
        if spot[1] == where.check_column and spot[0] in rows and ink.formula
    }


def required(where: BlockPlace) -> Mapping[Name, Spot]:
    """The cells of a fields block or grid that must be filled in."""
    columns = where.block.columns
    return {
        name: spot
        for name, spot in where.entries().items()
        if columns[name.column].required
    }
