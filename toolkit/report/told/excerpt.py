"""A few rows and columns of a sheet around a finding, as people see them in Excel: with letters, numbers and headings."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from toolkit.files.grid import RawSheet
from toolkit.files.measure import digits
from toolkit.files.shelf import Shelf
from toolkit.model import Kind, column_letter, record
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
SHARED = 93  # percent of the width that the columns share; the numbers of the rows take the rest


@record()
class Excerpt:
    """What is cut out of a sheet: rows and columns in their order, the cell to mend, the other cells of the finding."""

    sheet: RawSheet
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    target: tuple[int, int]
    marked: frozenset[tuple[int, int]]

    @property
    def address(self) -> str:
        """The cell to mend, as Excel writes it."""
        row, column = self.target
        return f"{column_letter(column)}{row}"


# -- cutting out --------------------------------------------------------------------------------------------------------------


def headings(profile: Profile) -> frozenset[str]:
    """The titles of all columns of a profile, as they stand above cells."""
    found = set()
    for book in profile.books.values():
        for block in book.blocks.values():
            found |= {_flat(column.title) for column in block.columns.values()}
    return frozenset(found)


def _flat(text: str) -> str:
    return re.sub(r"\s|（必填）", "", text)


def excerpts(
    finding: Finding, shelf: Shelf, titles: frozenset[str]
) -> Iterator[Excerpt]:
    """Cut out the sheets that a finding touches: both where there are two, the first where there are more."""
    touched = list(words.by_sheet(finding.cells).items())
    if len(touched) > MOST_SHEETS:
        touched = touched[:1]
    for (book, name), cells in touched:
        sheet = shelf.sheet(book, name)
        if sheet is not None and sheet.cells:
            spots = [(cell.row, cell.column) for cell in cells]
            yield cut(sheet, spots, titles)


def cut(
    sheet: RawSheet, spots: Sequence[tuple[int, int]], titles: frozenset[str]
) -> Excerpt:
    """Choose at most 5 rows and 6 columns: the finding's own, the heading above, the label to the left, then neighbours."""
    target = spots[0]
    row, column = target
    heading = _heading(sheet, target, titles)
    headed = set() if heading is None else {heading}
    # A row is kept free for the heading, and a column for the label.
    most_rows = MOST_ROWS - len(headed)
    rows = _nearest(row, [r for r, _ in spots], most_rows)
    columns = _nearest(column, [c for r, c in spots if r in rows], MOST_COLUMNS - 1)
    columns |= _label(sheet, target)
    # What room is left goes to the neighbours: columns first, then the rows that hold something in any of the columns.
    room = MOST_COLUMNS - len(columns)
    columns |= set(_beside(sheet, column, rows | headed, columns)[:room])
    room = most_rows - len(rows)
    rows |= set(_around(sheet, row, rows | headed, columns)[:room])
    return Excerpt(
        sheet,
        rows=tuple(sorted(rows | headed)),
        columns=tuple(sorted(columns)),
        target=target,
        marked=frozenset(spots),
    )


def _heading(
    sheet: RawSheet, spot: tuple[int, int], titles: frozenset[str]
) -> int | None:
    """The row above that holds the column's heading."""
    row, column = spot
    for above in range(row - 1, max(row - REACH, 0), -1):
        raw = sheet.cells.get((above, column))
        if raw is not None and raw.kind is Kind.TEXT and _flat(raw.text) in titles:
            return above
    return None


def _label(sheet: RawSheet, spot: tuple[int, int]) -> set[int]:
    """The first column whose text may say what the row is; none where that is too far away."""
    row, column = spot
    for label in range(1, column):
        if _kind(sheet, (row, label)) is Kind.TEXT:
            return {label} if column - label <= REACH else set()
    return set()


def _nearest(first: int, others: Iterable[int], most: int) -> set[int]:
    """The first number and those nearest to it."""
    every = {first, *others}
    ordered = sorted(every, key=lambda n: (abs(n - first), n))
    return set(ordered[:most])


def _beside(
    sheet: RawSheet, column: int, rows: Container[int], taken: Container[int]
) -> list[int]:
    """Columns to the left and right in turn, nearest first, as far as they hold something in these rows."""
    used = {c for r, c in sheet.cells if r in rows}
    found: list[int] = []
    for distance in range(1, MOST_COLUMNS + 1):
        both = (column - distance, column + distance)
        found += [near for near in both if near in used and near not in taken]
    return found


def _around(
    sheet: RawSheet, row: int, taken: Container[int], columns: Container[int]
) -> list[int]:
    """Rows above and below in turn, nearest first, as far as they are seen and hold something in these columns."""
    filled = {r for r, c in sheet.cells if c in columns and r not in sheet.hidden_rows}
    found: list[int] = []
    for step in (-1, 1):
        side: list[int] = []
        near = row + step
        while near in filled and len(side) < MOST_ROWS:
            if near not in taken:
                side.append(near)
            near += step
        found += side
    return sorted(found, key=lambda r: abs(r - row))


# -- drawing ------------------------------------------------------------------------------------------------------------------


def _kind(sheet: RawSheet, spot: tuple[int, int]) -> Kind:
    raw = sheet.cells.get(spot)
    return raw.kind if raw is not None else Kind.BLANK


def shown(sheet: RawSheet, spot: tuple[int, int]) -> str:
    """What a person sees in a cell."""
    raw = sheet.cells.get(spot)
    if raw is None:
        return ""
    return "（没有算过）" if raw.kind is Kind.UNCOMPUTED else raw.text


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def picture(excerpt: Excerpt) -> Html:
    """Draw an excerpt: the cell to mend and its full content above, then the cells, then the sheet's tab."""
    name = excerpt.sheet.name
    caption = tag(
        "caption", f"工作表“{name}”里 {excerpt.address} 周围的格", class_="heard"
    )
    rows = [_row(excerpt, place) for place in range(len(excerpt.rows))]
    table = tag(
        "table", caption, _widths(excerpt), _letters(excerpt), tag("tbody", *rows)
    )
    return tag(
        "figure",
        _bar(excerpt),
        tag("div", table, class_="scroll"),
        tag("figcaption", name),
        class_="cut",
    )


def _bar(excerpt: Excerpt) -> Html:
    """The address of the cell to mend, and its formula or its content: what Excel shows above its sheets."""
    raw = excerpt.sheet.cells.get(excerpt.target)
    content = ""
    if raw is not None:
        content = f"={raw.formula}" if raw.formula else raw.text
    return tag(
        "div",
        tag("span", excerpt.address, class_="name"),
        tag(
            "span",
            _shortened(content, BAR) or "（空）",
            class_="content" if content else "content none",
        ),
        class_="bar",
    )


def _letters(excerpt: Excerpt) -> Html:
    """The letters above the columns."""
    _, target = excerpt.target
    letters = [
        tag(
            "th",
            column_letter(column),
            scope="col",
            class_="on" if column == target else None,
        )
        for column in excerpt.columns
    ]
    return tag("thead", tag("tr", tag("td"), *letters))


def _row(excerpt: Excerpt, place: int) -> Html:
    """One of the rows with its number; what was left out above it is shown as a gap."""
    row = excerpt.rows[place]
    target, _ = excerpt.target
    left_out = place > 0 and excerpt.rows[place - 1] != row - 1
    shade = "on" if row == target else None
    number = tag("th", row, scope="row", class_=shade)
    cells = [_cell(excerpt, (row, column)) for column in excerpt.columns]
    return tag("tr", number, *cells, class_="gap" if left_out else None)


def _widths(excerpt: Excerpt) -> Html:
    """How wide each column is drawn: by the longest text seen in it, within bounds."""
    lengths = []
    for column in excerpt.columns:
        longest = max(_length(excerpt.sheet, (row, column)) for row in excerpt.rows)
        lengths.append(max(min(longest, WIDEST), NARROWEST))
    whole = sum(lengths)
    cols = [tag("col", width=f"{length * SHARED // whole}%") for length in lengths]
    return tag("colgroup", tag("col", class_="numbers"), *cols)


def _length(sheet: RawSheet, spot: tuple[int, int]) -> int:
    """How much room a cell asks for, in halves of a Chinese character; a number is never broken, so it asks for more."""
    more = 6 if _kind(sheet, spot) is Kind.NUMBER else 4
    return digits(shown(sheet, spot)) + more


def _cell(excerpt: Excerpt, spot: tuple[int, int]) -> Html:
    text = _shortened(shown(excerpt.sheet, spot), LONG)
    is_number = _kind(excerpt.sheet, spot) is Kind.NUMBER
    if spot == excerpt.target:
        mark, heard = "here", "（要看的格）"
    elif spot in excerpt.marked:
        mark, heard = "too", "（有关的格）"
    else:
        return tag(
            "td", tag("span", text) if text else None, class_="n" if is_number else None
        )
    inside = join(tag("span", text), tag("span", heard, class_="heard"))
    return tag("td", inside, class_=f"{mark} n" if is_number else mark)
