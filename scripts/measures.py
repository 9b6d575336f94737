"""How wide the sheets of a drawn workbook are on a screen, and whether their rows show their texts whole.

    python scripts/measures.py             # the blank workbook of every profile
    python scripts/measures.py hebei-2023 --from 填好的.xlsx

A line a sheet: pixels at 100 % (a screen of 1,366 shows 1,318), where the last column ends that is typed into (where Windows
enlarges by 125 %, the same screen shows 1,054; a screen of 1,920 shows all), what stays in sight, the way back, rows that cut a text.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from toolkit import steps
from toolkit.files.measure import SNUG, lines_of
from toolkit.files.paint import Canvas, Painting
from toolkit.profile import layout
from toolkit.profile.layout import SCREEN, pixels
from toolkit.profile.loading import load, profiles
from toolkit.template.draw import draw

LINE = 14  # points, of a line of the usual letters where they stand close
ENLARGED = Decimal("1.25")  # what Windows proposes on many small screens


@dataclass(frozen=True)
class Measure:
    """What was measured of a sheet."""

    name: str
    pixels: int
    entry: int  # where the last column ends that is typed into; 0 where nothing is
    frozen: tuple[int, int]
    back: bool
    cut: tuple[int, ...]  # rows that are lower than their longest text needs

    @property
    def fits(self) -> bool:
        return self.pixels <= SCREEN

    @property
    def fits_enlarged(self) -> bool:
        """Whether every column that is typed into is seen where Windows enlarges."""
        return self.entry * ENLARGED <= SCREEN


def measured(painting: Painting) -> Iterator[Measure]:
    """Measure the sheets that people see."""
    for canvas in painting.canvases:
        if canvas.hidden or canvas.very_hidden or not canvas.cells:
            continue
        shown = {
            column: width
            for column, width in canvas.widths.items()
            if column not in canvas.hidden_columns
        }
        typed = [spot[1] for spot, ink in canvas.cells.items() if not ink.style.locked]
        last = max(typed, default=0)
        first = canvas.cells.get((1, layout.MARGIN))
        yield Measure(
            canvas.name,
            round(pixels(shown.values())),
            round(pixels(width for column, width in shown.items() if column <= last)),
            canvas.freeze,
            bool(first and first.link),
            tuple(_cut(canvas)),
        )


def _cut(canvas: Canvas) -> Iterator[int]:
    """The rows of a height of their own that do not show a text whole."""
    for (row, column), ink in sorted(canvas.cells.items()):
        merged = next(
            (area for area in canvas.merged if area[:2] == (row, column)), None
        )
        columns = range(column, merged[3] + 1) if merged else (column,)
        width = sum(canvas.widths.get(one, 9) for one in columns)
        height = canvas.heights.get(row)
        if (
            height
            and isinstance(ink.value, str)
            and ink.style.wrap
            and lines_of(ink.value, width * SNUG) * LINE > height
        ):
            yield row


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("profile", nargs="?", default="")
    parser.add_argument("--from", dest="filled", type=Path)
    said = parser.parse_args()
    for key in [said.profile] if said.profile else profiles():
        profile = load(key)
        filled = steps.source_of(said.filled, profile).filled if said.filled else None
        print(key)
        for one in measured(
            draw(profile, steps.catalogue(profile).rules, filled, library=True)
        ):
            state = "" if one.fits else "  too wide"
            state += "" if one.fits_enlarged else "  scrolls at 125 %"
            print(
                f"  {one.name:<14} {one.pixels:>5} px  entry to {one.entry:>5}  frozen {one.frozen}"
                f"  back {one.back}  cut {list(one.cut)}{state}"
            )


if __name__ == "__main__":
    main()
