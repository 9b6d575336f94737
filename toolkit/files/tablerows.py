"""The rows of a workbook as lines, as of a document: what each cell holds, and new values put into its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from toolkit.files.cells import number_of
from toolkit.files.grid import Raw, RawSheet, open_grid
from toolkit.files.package import Element, Markup, Package, Relation, spelt
from toolkit.files.paint import Canvas, Content, written
from toolkit.files.passages import BAR, Document, Passage, Piece, Where
from toolkit.model import column_letter


def read_rows(path: Path) -> Document:
    """Each row of each sheet as a line; numbers exact, whatever is shown of them."""
    grid = open_grid(path)
    return Document(
        path.name,
        tuple(line for sheet in grid.sheets.values() for line in _lines(sheet)),
    )


def painted_lines(canvases: Iterable[Canvas]) -> Iterator[Passage]:
    """Yield the same lines of sheets that are still to be painted: they hold texts and numbers alone."""
    for canvas in canvases:
        texts: dict[int, list[str]] = {}
        for row, column in sorted(canvas.cells):
            if text := _painted(canvas.cells[row, column].value):
                texts.setdefault(row, []).append(text)
        for row, cells in texts.items():
            yield Passage(BAR.join(cells), Where.SHEET, _place(canvas.name, row))


def _painted(value: Content) -> str:
    """What is said of a cell when it is read: a number with the digits that a spreadsheet keeps."""
    if isinstance(value, int | Decimal):
        number = number_of(written(value))
        return _plain(number) if number is not None else ""
    return value.strip() if isinstance(value, str) else ""


def _lines(sheet: RawSheet) -> Iterator[Passage]:
    rows: dict[int, dict[int, Raw]] = {}
    for (row, column), raw in sheet.cells.items():
        if said(raw):
            rows.setdefault(row, {})[column] = raw
    for row, cells in sorted(rows.items()):
        text, pieces = "", []
        for column, raw in sorted(cells.items()):
            shown = said(raw)
            text += BAR if text else ""
            pieces.append(
                Piece(
                    len(text), shown, sheet.name, cell=f"{column_letter(column)}{row}"
                )
            )
            text += shown
        yield Passage(text, Where.SHEET, _place(sheet.name, row), "", tuple(pieces))


def _place(sheet: str, row: int) -> str:
    return f"“{sheet}”第 {row} 行"


def said(raw: Raw) -> str:
    """What a cell holds, a number without zeros that say nothing."""
    return _plain(raw.number) if raw.number is not None else raw.text.strip()


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rows_replaced(path: Path, edits: Iterable[tuple[Passage, int, int, str]]) -> bytes:
    """The workbook's bytes with some letters of its cells in the place of others; formats, widths and all else stay."""
    package = Package.read(path)
    parts = {name: relation.target for name, relation in _sheets(package)}
    by_sheet: dict[str, dict[str, str]] = {}
    for (sheet, cell), text in _texts(edits).items():
        by_sheet.setdefault(sheet, {})[cell] = text
    for sheet, texts in by_sheet.items():
        markup = package.markup(parts[sheet])
        cells = {cell.attributes.get("r", ""): cell for cell in markup.all("c")}
        for cell, text in texts.items():
            _write(markup, cells[cell], text)
        package.put(parts[sheet], markup)
    return package.packed()


def _texts(
    edits: Iterable[tuple[Passage, int, int, str]],
) -> dict[tuple[str, str], str]:
    """The whole new text of each cell that is edited, by sheet and cell."""
    held: dict[tuple[str, str], str] = {}
    changes: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for passage, start, end, new in edits:
        piece = next(one for one in passage.pieces if one.start <= start < one.end)
        place = (piece.part, piece.cell)
        held[place] = piece.text
        changes.setdefault(place, []).append(
            (start - piece.start, end - piece.start, new)
        )
    for place, listed in changes.items():
        # From the last to the first: what is put in moves nothing that is still to be replaced.
        for first, last, new in sorted(listed, reverse=True):
            held[place] = held[place][:first] + new + held[place][last:]
    return held


def _sheets(package: Package) -> Iterator[tuple[str, Relation]]:
    """The sheets by name, each with the relationship to its part."""
    by_id = {relation.id: relation for relation in package.relations(package.main)}
    for sheet in package.markup(package.main).all("sheet"):
        yield sheet.attributes.get("name", ""), by_id[sheet.attributes.get(":id", "")]


def _write(markup: Markup, cell: Element, text: str) -> None:
    """Give a cell a number, or a text of its own, in the place of the one it has."""
    value = cell.child("v")
    if value is not None and cell.attributes.get("t", "n") == "n":
        markup.write(value, text)
        return
    for child in cell.children:
        markup.remove(child)
    if "t" in cell.attributes:
        markup.set(cell, "t", "inlineStr")
    markup.append(cell, f'<is><t xml:space="preserve">{spelt(text)}</t></is>')
