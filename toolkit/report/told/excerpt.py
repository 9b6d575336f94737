"""A few rows and columns of a sheet around a finding, as people see them in Excel: with letters, numbers and headings."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from toolkit.files.grid import RawSheet
from toolkit.files.measure import digits
from toolkit.files.shelf import Shelf
from toolkit.model import Kind, column_letter
from toolkit.profile.form import Profile
from toolkit.report import words
from toolkit.report.told.markup import Html, join, tag
from toolkit.rules.rule import Finding

MOST_ROWS, MOST_COLUMNS = 5, 6
REACH = 60  # how far up a heading is looked for, and how far a neighbour may lie
MOST_SHEETS = 2
LONG = 60  # characters of a cell that are shown in its place; the first cell is shown at length above
BAR = 400
NARROWEST, WIDEST = 10, 22  # of a column, in halves of a character


@dataclass(frozen=True)
class Excerpt:
    """What is cut out of a sheet: rows and columns in their order, the cell to mend, the other cells of the finding."""

    sheet: RawSheet
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    target: tuple[int, int]
    marked: frozenset[tuple[int, int]]


def headings(profile: Profile) -> frozenset[str]:
    """The titles of all columns of a profile, as they stand above cells."""
    blocks = [block for book in profile.books.values() for sheet in book.sheets.values() for block in sheet.blocks.values()]
    return frozenset(_flat(column.title) for block in blocks for column in block.columns.values())


def _flat(text: str) -> str:
    return re.sub(r"\s|（必填）", "", text)


def excerpts(finding: Finding, shelf: Shelf, titles: frozenset[str]) -> Iterator[Excerpt]:
    """Cut out the sheets that a finding touches: both where there are two, the first where there are more."""
    by_sheet = words.by_sheet(finding.cells)
    for (book, name), cells in list(by_sheet.items())[: MOST_SHEETS if len(by_sheet) == MOST_SHEETS else 1]:
        sheet = shelf.sheet(book, name)
        if sheet is not None and sheet.cells:
            yield cut(sheet, [(cell.row, cell.column) for cell in cells], titles)


def cut(sheet: RawSheet, spots: Sequence[tuple[int, int]], titles: frozenset[str]) -> Excerpt:
    """Choose at most 5 rows and 6 columns: the finding's own, the heading above, the label to the left, then neighbours."""
    row, column = spots[0]
    heading = _heading(sheet, spots[0], titles)
    room = MOST_ROWS - (heading is not None)
    rows = _nearest(row, (r for r, _ in spots), room)
    near = _nearest(column, (c for r, c in spots if r in rows), MOST_COLUMNS - 1)
    label = next((c for c in range(1, column) if _kind(sheet, row, c) is Kind.TEXT), None)
    columns = near | {label} if label is not None and column - label <= REACH else near
    beside = (c for d in range(1, MOST_COLUMNS + 1) for c in (column - d, column + d))
    used = {c for r, c in sheet.cells if r in rows or r == heading}
    columns |= set([c for c in beside if c in used and c not in columns][: MOST_COLUMNS - len(columns)])
    rows |= set(_around(sheet, row, rows | {heading or 0}, columns)[: room - len(rows)])
    if heading is not None:
        rows.add(heading)
    return Excerpt(sheet, tuple(sorted(rows)), tuple(sorted(columns)), spots[0], frozenset(spots))


def _nearest(first: int, others: Iterable[int], most: int) -> set[int]:
    """The first number and those nearest to it."""
    return set(sorted({first, *others}, key=lambda n: (abs(n - first), n))[:most])


def _around(sheet: RawSheet, row: int, taken: Container[int], columns: Container[int]) -> list[int]:
    """Rows above and below in turn, nearest first, as far as they are seen and hold something in these columns."""
    filled = {r for r, c in sheet.cells if c in columns and r not in sheet.hidden_rows}
    found: list[list[int]] = [[], []]
    for side, step in enumerate((-1, 1)):
        near = row + step
        while near in filled and len(found[side]) < MOST_ROWS:
            if near not in taken:
                found[side].append(near)
            near += step
    return sorted(chain(*found), key=lambda r: abs(r - row))


def _kind(sheet: RawSheet, row: int, column: int) -> Kind:
    raw = sheet.cells.get((row, column))
    return raw.kind if raw is not None else Kind.BLANK


def _heading(sheet: RawSheet, spot: tuple[int, int], titles: frozenset[str]) -> int | None:
    """The row above that holds the column's heading."""
    row, column = spot
    for above in range(row - 1, max(row - REACH, 0), -1):
        raw = sheet.cells.get((above, column))
        if raw is not None and raw.kind is Kind.TEXT and _flat(raw.text) in titles:
            return above
    return None


def shown(sheet: RawSheet, spot: tuple[int, int]) -> str:
    """What a person sees in a cell."""
    raw = sheet.cells.get(spot)
    if raw is None:
        return ""
    return "（没有算过）" if raw.kind is Kind.UNCOMPUTED else raw.text


def picture(cut_out: Excerpt) -> Html:
    """Draw an excerpt: the cell to mend and its full content above, then the cells, then the sheet's tab."""
    sheet, target = cut_out.sheet, cut_out.target
    address = f"{column_letter(target[1])}{target[0]}"
    raw = sheet.cells.get(target)
    content = (f"={raw.formula}" if raw.formula else raw.text) if raw is not None else ""
    content = content if len(content) <= BAR else content[:BAR] + "…"
    bar = tag(
        "div",
        tag("span", address, class_="name"),
        tag("span", content or "（空）", class_="content" if content else "content none"),
        class_="bar",
    )
    letters = [tag("th", column_letter(c), scope="col", class_="on" if c == target[1] else None) for c in cut_out.columns]
    lines = []
    for place, row in enumerate(cut_out.rows):
        gap = place > 0 and cut_out.rows[place - 1] != row - 1
        number = tag("th", row, scope="row", class_="on" if row == target[0] else None)
        cells = [_cell(cut_out, (row, column)) for column in cut_out.columns]
        lines.append(tag("tr", number, *cells, class_="gap" if gap else None))
    caption = tag("caption", f"工作表“{sheet.name}”里 {address} 周围的格", class_="heard")
    head = tag("thead", tag("tr", tag("td"), *letters))
    table = tag("table", caption, _widths(cut_out), head, tag("tbody", *lines))
    return tag("figure", bar, tag("div", table, class_="scroll"), tag("figcaption", sheet.name), class_="cut")


def _widths(cut_out: Excerpt) -> Html:
    """How wide each column is drawn: by the longest text seen in it, within bounds."""
    spots = [[(row, column) for row in cut_out.rows] for column in cut_out.columns]
    lengths = [max(min(max(_length(cut_out.sheet, spot) for spot in column), WIDEST), NARROWEST) for column in spots]
    cols = [tag("col", width=f"{length * 93 // sum(lengths)}%") for length in lengths]
    return tag("colgroup", tag("col", class_="numbers"), *cols)


def _length(sheet: RawSheet, spot: tuple[int, int]) -> int:
    """How much room a cell asks for, in halves of a Chinese character; a number is never broken, so it asks for more."""
    text = shown(sheet, spot)
    return digits(text) + (6 if _kind(sheet, *spot) is Kind.NUMBER else 4)


def _cell(cut_out: Excerpt, spot: tuple[int, int]) -> Html:
    text = shown(cut_out.sheet, spot)
    short = text if len(text) <= LONG else text[:LONG] + "…"
    number = _kind(cut_out.sheet, *spot) is Kind.NUMBER
    if spot == cut_out.target:
        mark, said = "here", "（要看的格）"
    elif spot in cut_out.marked:
        mark, said = "too", "（有关的格）"
    else:
        return tag("td", tag("span", short) if short else None, class_="n" if number else None)
    inside = join(tag("span", short), tag("span", said, class_="heard"))
    return tag("td", inside, class_=f"{mark} n" if number else mark)
