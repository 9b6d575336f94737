"""Workbooks as text, a line a cell, so that a change of a template can be read in a diff.

    python -m tests.dumps       # writes tests/golden/ anew and prints what moved

The committed workbooks are zip archives: nobody sees in a diff what moved in them. `tests/golden/` holds what openpyxl
reads in each, under the path of the workbook itself. A line says the cell, its text, number or formula (behind → what the
formula shows), and in brackets its style. Blank cells of one style are joined: `C8:E10 [entry-money]`.

On sheets of ours that are no forms ↑ stands for the formula above, moved down a row; those that show nothing are joined.

A filled workbook says only where it differs from the one it is `like`, and a project sheet only where it differs from the
first one; `-` stands before what the other has and this one has not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.cell import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from tests.read_once import read_once
from tests.xlsm_parts import buttons
from toolkit.files.paint import FONT, Style
from toolkit.profile.layout import address, ranges, span
from toolkit.profile.loading import load, profiles
from toolkit.template import look

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
ACCEPT = "run `make accept`"
BLANK = "templates/xlsx/hebei-2023/单位填报表.xlsx"
SHANGHAI, LISTED = "examples/03-shanghai-constructed", "examples/04-xianghe-by-entries"
PUBLISHED, CORRECTED = (
    "examples/01-xianghe-as-published",
    "examples/02-xianghe-corrected",
)
SHOWN, LONGEST = 12, 200  # moved lines of a file that are printed, and how much of each
ABOVE = "↑"
FONT_SIZE, LINE = 11, "thin #A6A6A6"  # what is usual, a style's words leave out

Spot = tuple[int, int]


# -- what lies in a workbook ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ink:
    """A cell: its text or number as a dump writes it, its formula with "=", the name of its style."""

    value: str
    formula: str
    style: str

    @property
    def blank(self) -> bool:
        return not self.value and not self.formula


@dataclass(frozen=True)
class Sheet:
    """A worksheet: its cells, and a line for each other thing that matters."""

    name: str
    cells: Mapping[Spot, Ink]
    about: Sequence[str]

    @property
    def stem(self) -> str:
        """The name without a number: 项目02 is a 项目."""
        return self.name.rstrip("0123456789")


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets, what matters besides, and what each style's name stands for."""

    about: Sequence[str]
    sheets: Mapping[str, Sheet]
    styles: Mapping[str, str]

    def model_of(self, sheet: Sheet) -> Sheet | None:
        """The sheet that another one of this name is most like."""
        alike = (
            other
            for other in self.sheets.values()
            if other.stem == sheet.stem and other.stem != other.name
        )
        return self.sheets.get(sheet.name) or next(alike, None)


@cache
def opened(path: Path) -> Book:
    """Read a workbook by openpyxl, which did not write it."""
    book, shown = read_once(path)
    pressed = buttons(path)
    brushes = _Brushes()
    sheets = {}
    for sheet in book.worksheets:
        cells = _cells(sheet, shown[sheet.title], brushes)
        about = [
            *_page(sheet),
            *_sizes(sheet),
            *_names(sheet),
            *_checks(sheet),
            *_hints(sheet),
        ]
        about += [
            f'button "{b.caption}" runs {b.macro} over {_area(b.over)}'
            for b in pressed
            if b.sheet == sheet.title
        ]
        sheets[sheet.title] = Sheet(sheet.title, cells, about)
    return Book(tuple(_of_book(book)), sheets, brushes.used)


def _of_book(book: openpyxl.Workbook) -> Iterator[str]:
    said = book.properties
    yield f"title {_quoted(said.title or '')}, by {_quoted(said.creator or '')}, created {said.created}"
    yield f"opens at {book.active.title if book.active else ''}"
    if book.security is not None and book.security.lockStructure:
        yield "structure protected"
    for name, defined in book.defined_names.items():
        yield f"name {name} {defined.attr_text}"


def _cells(
    sheet: Worksheet, shown: Mapping[Spot, tuple[Any, str]], brushes: _Brushes
) -> dict[Spot, Ink]:
    cells: dict[Spot, Ink] = {}
    above: dict[
        int, str
    ] = {}  # by column the last formula, each row in it as that many rows further on
    for cell in _there(sheet):
        if isinstance(cell, MergedCell) or (cell.value is None and not cell.has_style):
            continue
        formula = _formula(cell.value) if cell.data_type == "f" else ""
        value = _value(shown[cell.row, cell.column][0] if formula else cell.value)
        if formula and "sheet.tool" in sheet.defined_names:
            moved_up = _moved_up(formula, cell.row)
            if (
                above.get(cell.column) == moved_up
                and (cell.row - 1, cell.column) in cells
            ):
                formula = ABOVE
            above[cell.column] = moved_up
        cells[cell.row, cell.column] = Ink(value, formula, brushes.name(cell))
    return cells


def _formula(value: object) -> str:
    """A formula as it is typed; one that is marked as one of arrays in braces, as Excel shows it."""
    return f"{{{value.text}}}" if isinstance(value, ArrayFormula) else str(value)


# a row that moves with its formula: none behind a $
_ROW = re.compile(r"(\$?\b[A-Z]{1,3})(\d+)\b")


def _moved_up(formula: str, row: int) -> str:
    """A formula whose rows are so many further on than its own."""
    return _ROW.sub(lambda found: f"{found[1]}{int(found[2]) - row}", formula)


def _there(sheet: Worksheet) -> Iterator[Any]:
    """Yield the cells that the file has, row by row; iter_rows would make one for every blank place of a wide sheet."""
    held = sheet._cells  # noqa: SLF001
    return (held[spot] for spot in sorted(held))


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _area(area: tuple[int, int, int, int]) -> str:
    first, last = address(*area[:2]), address(*area[2:])
    return first if first == last else f"{first}:{last}"


# -- what else matters on a sheet -------------------------------------------------------------------------------------


def _page(sheet: Worksheet) -> Iterator[str]:
    """How the sheet stands on screen and on paper, and what a person may do there."""
    if sheet.sheet_state != "visible":
        yield sheet.sheet_state
    yield f"tab {_colour(sheet.sheet_properties.tabColor) or 'plain'}"
    if sheet.freeze_panes:
        yield f"freeze {sheet.freeze_panes}"
    lines = "with gridlines" if sheet.sheet_view.showGridLines else "no gridlines"
    fit = (
        f"fit {sheet.page_setup.fitToWidth or 1}×{sheet.page_setup.fitToHeight}"
        if sheet.sheet_properties.pageSetUpPr
        else ""
    )
    margins = sheet.page_margins
    sides = f"margins {margins.left} {margins.right} {margins.top} {margins.bottom}"
    yield f"page {sheet.page_setup.orientation or 'portrait'} {fit} paper {sheet.page_setup.paperSize} {sides}, {lines}"
    if sheet.print_area:
        yield f"print {re.sub(r'.*!', '', str(sheet.print_area)).replace('$', '')}"
    if sheet.print_title_rows:
        yield f"repeat {sheet.print_title_rows.replace('$', '')}"
    for what, said in (("header", sheet.oddHeader), ("footer", sheet.oddFooter)):
        parts = (
            [
                part.text
                for part in (said.left, said.center, said.right)
                if part and part.text
            ]
            if said
            else []
        )
        if parts:
            yield f"{what} {_quoted(' & '.join(parts))}"
    if sheet.protection.sheet:
        kept = vars(sheet.protection)
        may = sorted(
            key for key, locked in kept.items() if locked is False and key != "sheet"
        )
        yield f"protected {'with a password' if sheet.protection.password else 'without a password'}, may {' '.join(may)}"


def _sizes(sheet: Worksheet) -> Iterator[str]:
    widths = []
    for letter, column in sorted(
        sheet.column_dimensions.items(), key=lambda item: item[1].min or 0
    ):
        last = get_column_letter(column.max) if column.max else letter
        run = letter if last == letter else f"{letter}:{last}"
        widths.append(f"{run} {column.width:g}{' hidden' if column.hidden else ''}")
    if widths:
        yield f"widths {', '.join(widths)}"
    heights: list[tuple[int, int, str]] = []
    for row, said in sorted(sheet.row_dimensions.items()):
        height = (f"{said.height:g}" if said.height else "") + (
            " hidden" if said.hidden else ""
        )
        if height and heights and heights[-1][1:] == (row - 1, height):
            heights[-1] = (heights[-1][0], row, height)
        elif height:
            heights.append((row, row, height))
    if heights:
        yield "heights " + ", ".join(
            f"{a}:{b} {height}" if a < b else f"{a} {height}"
            for a, b, height in heights
        )
    if sheet.merged_cells.ranges:
        yield "merged " + ", ".join(
            sorted((area.coord for area in sheet.merged_cells.ranges), key=_in_order)
        )


def _in_order(area: str) -> tuple[int, str]:
    """Rows from top to bottom, then columns."""
    first = re.fullmatch(r"([A-Z]+)(\d+).*", area)
    return (int(first[2]), first[1].rjust(3)) if first else (0, area)


def _names(sheet: Worksheet) -> Iterator[str]:
    """Every name of the sheet with its cells; those of its own cells without the sheet."""
    own = f"'{sheet.title}'!"
    for name, defined in sheet.defined_names.items():
        yield f"name {name} {defined.attr_text.removeprefix(own).removeprefix(own.replace(chr(39), '')).replace('$', '')}"


def _checks(sheet: Worksheet) -> Iterator[str]:
    """What Excel refuses, and what turns red."""
    for rule in sorted(
        sheet.data_validations.dataValidation,
        key=lambda rule: _in_order(str(rule.sqref)),
    ):
        bounds = " ".join(
            str(bound)
            for bound in (rule.operator, rule.formula1, rule.formula2)
            if bound
        )
        said = [
            f"valid {rule.sqref} {rule.type} {bounds}"
            + ("" if rule.allowBlank else ", never blank")
        ]
        if rule.error and rule.showErrorMessage:
            said.append(
                f"{rule.errorStyle or 'stop'} {_quoted(f'{rule.errorTitle}：{rule.error}')}"
            )
        if rule.prompt and rule.showInputMessage:
            said.append(f"hint {_quoted(f'{rule.promptTitle}：{rule.prompt}')}")
        yield "; ".join(said)
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            fill = _colour(rule.dxf.fill.bgColor) if rule.dxf and rule.dxf.fill else ""
            ink = _colour(rule.dxf.font.color) if rule.dxf and rule.dxf.font else ""
            yield f"mark {area.sqref} {' '.join(rule.formula)} → fill={fill or 'none'} color={ink or 'none'}"


def _hints(sheet: Worksheet) -> Iterator[str]:
    for cell in _there(sheet):
        if cell.comment:
            yield f"note {cell.coordinate} {_quoted(cell.comment.text)}"
        if cell.hyperlink:
            yield f"link {cell.coordinate} {cell.hyperlink.location}"


# -- styles -----------------------------------------------------------------------------------------------------------


@dataclass
class _Brushes:
    """The styles of one workbook: Excel numbers them, we name them."""

    known: dict[int, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    def name(self, cell: Any) -> str:
        """What a cell's style is called: as the code calls it, else in words."""
        number = cell.style_id
        if number not in self.known:
            said = seen(cell)
            self.known[number] = called().get(said, said)
            if self.known[number] != said:
                self.used[self.known[number]] = said
        return self.known[number]


@cache
def called() -> Mapping[str, str]:
    """What the code calls a style, by the style in words."""
    names: dict[str, str] = {}
    for name, style in vars(look).items():
        if isinstance(style, Style):
            names.setdefault(meant(style), name.lower().replace("_", "-"))
    columns = (
        column
        for profile in profiles()
        for book in load(profile).books.values()
        for block in book.blocks.values()
        for column in block.columns.values()
    )
    for column in columns:
        for left in (False, True):
            style = look.entry_style(column, left=left)
            kind = (
                "words"
                if column.kind in ("text", "choice") and not style.number
                else column.kind
            )
            beside = "-left" if left and column.kind not in ("text", "choice") else ""
            names.setdefault(meant(style), f"entry-{kind}{beside}")
    return names


def meant(style: Style) -> str:
    """A style of our painter in words."""
    return _in_words(
        f"font={style.font}" if style.font != FONT else "",
        f"{style.size:g}" if style.size != FONT_SIZE else "",
        "bold" if style.bold else "",
        "italic" if style.italic else "",
        "underline" if style.underline else "",
        f"color={style.color}" if style.color else "",
        f"fill={style.fill}" if style.fill else "",
        style.align,
        style.valign.removeprefix("v") if style.valign != "vcenter" else "",
        "wrap" if style.wrap else "",
        f"indent={style.indent}" if style.indent else "",
        "border" if style.border else "",
        f"number={style.number}" if style.number else "",
        "open" if not style.locked else "",
    )


def seen(cell: Any) -> str:
    """A cell's style in words, as openpyxl reads it."""
    font, fill, beside = cell.font, cell.fill, cell.alignment
    upright = beside.vertical or "bottom"
    edges = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
    sides = {
        f"{edge.style} {_colour(edge.color)}" if edge.style else "" for edge in edges
    }
    return _in_words(
        f"font={font.name}" if font.name != FONT else "",
        f"{font.size:g}" if font.size != FONT_SIZE else "",
        "bold" if font.bold else "",
        "italic" if font.italic else "",
        "underline" if font.underline else "",
        f"color={colour}" if (colour := _colour(font.color)) else "",
        f"fill={colour}"
        if fill.patternType and (colour := _colour(fill.fgColor))
        else "",
        beside.horizontal or "",
        upright if upright != "center" else "",
        "wrap" if beside.wrap_text else "",
        f"indent={beside.indent:g}" if beside.indent else "",
        ""
        if sides == {""}
        else "border"
        if sides == {LINE}
        else f"border={'/'.join(sorted(sides))}",
        f"number={cell.number_format}" if cell.number_format != "General" else "",
        "open" if not cell.protection.locked else "",
    )


def _in_words(*said: str) -> str:
    return " ".join(part for part in said if part) or "plain"


def _colour(colour: Any) -> str:
    return (
        f"#{colour.rgb[-6:]}"
        if colour is not None and isinstance(colour.rgb, str) and colour.type == "rgb"
        else ""
    )


# -- a workbook as text -----------------------------------------------------------------------------------------------


def text(name: str, book: Book, like: str = "", model: Book | None = None) -> str:
    """The dump of a workbook; with a model, only where it differs from that."""
    lines = [f"{name} like {like}" if model else name]
    lines += [
        f"  {line}" for line in _other_lines(model.about if model else (), book.about)
    ]
    known = model.styles if model else {}
    lines += [
        f"style {key} = {said}"
        for key, said in sorted(book.styles.items())
        if known.get(key) != said
    ]
    if model:
        lines += [
            f"sheet {gone} is not there"
            for gone in model.sheets
            if gone not in book.sheets
        ]
    first: dict[str, Sheet] = {}
    for sheet in book.sheets.values():
        other = model.model_of(sheet) if model else first.get(sheet.stem)
        first.setdefault(sheet.stem, sheet)
        lines.append(
            f"sheet {sheet.name}"
            + (f" like {other.name}" if other and other.name != sheet.name else "")
        )
        lines += [
            f"  {line}"
            for line in (
                *_other_lines(other.about if other else (), sheet.about),
                *_ink(sheet, other),
            )
        ]
    return "\n".join(lines) + "\n"


def _other_lines(before: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    """Yield the lines that are gone, then those that are new."""
    before, now = list(before), list(now)
    yield from (f"- {line}" for line in before if line not in now)
    yield from (line for line in now if line not in before)


def _ink(sheet: Sheet, other: Sheet | None) -> Iterator[str]:
    """Yield a line for each cell that is not as in the other sheet."""
    before = other.cells if other else {}
    gone = [spot for spot in before if spot not in sheet.cells]
    yield from (f"- {span(run)}" for run in ranges(gone))
    blank: dict[str, list[Spot]] = {}
    lines: list[tuple[Spot, str]] = []
    for spot, ink in sheet.cells.items():
        was = before.get(spot)
        if ink == was:
            continue
        if ink.blank and (was is None or was.blank):
            blank.setdefault(f"[{ink.style}]", []).append(spot)
        elif ink.formula == ABOVE and not ink.value and was is None:
            blank.setdefault(f"{ABOVE} [{ink.style}]", []).append(spot)
        elif was is not None and ink == replace(was, value=""):
            blank.setdefault("never calculated" if ink.formula else "blank", []).append(
                spot
            )
        else:
            lines.append((spot, f"{address(*spot)} {_said(ink, was)}"))
    for said, spots in blank.items():
        lines += [
            ((area[0], area[1]), f"{_area(area)} {said}") for area in _rectangles(spots)
        ]
    yield from (line for _, line in sorted(lines))


def _said(ink: Ink, was: Ink | None) -> str:
    """What is to be said of a cell: of formula and style only what is not as it was."""
    formula = ink.formula if was is None or ink.formula != was.formula else ""
    shown = f"→ {ink.value or 'never calculated'}" if ink.formula else ink.value
    style = f"[{ink.style}]" if was is None or ink.style != was.style else ""
    return " ".join(part for part in (formula, shown, style) if part)


def _rectangles(spots: list[Spot]) -> list[tuple[int, int, int, int]]:
    """Join cells into runs down the columns, and equal runs side by side."""
    areas: list[tuple[int, int, int, int]] = []
    open_at: dict[
        tuple[int, int, int], int
    ] = {}  # first row, last row, the column to the right → where the area stands
    for top, column, bottom, _ in ranges(spots):
        at = open_at.pop((top, bottom, column), None)
        if at is None:
            at = len(areas)
            areas.append((top, column, bottom, column))
        areas[at] = (top, areas[at][1], bottom, column)
        open_at[top, bottom, column + 1] = at
    return areas


# -- what is golden ---------------------------------------------------------------------------------------------------


def golden() -> dict[str, str]:
    """Every workbook that is committed, with the one it is like, or ""."""
    models: dict[str, str] = {}
    for profile in profiles():
        models |= _blanks(profile)
    models |= dict.fromkeys(_found(f"{PUBLISHED}/input"), BLANK)
    models |= {
        name: name.replace(CORRECTED, PUBLISHED)
        for name in _found(f"{CORRECTED}/input")
    }
    first, *others = _found(f"{LISTED}/input")
    models |= {first: first.replace(LISTED, CORRECTED), **dict.fromkeys(others, first)}
    models |= dict.fromkeys(
        _found(f"{SHANGHAI}/input"), "templates/xlsx/shanghai-2026/单位填报表.xlsx"
    )
    models |= {
        name: name.replace("/other-program/", "/input/")
        for name in _found(f"{CORRECTED}/other-program")
    }
    return models


def _blanks(profile: str) -> dict[str, str]:
    """A profile's workbooks: each like that of the profile it extends; the one with buttons like the one without."""
    folder = f"templates/xlsx/{profile}"
    extends = json.loads(
        (ROOT / "schema" / "profiles" / profile / "profile.json").read_text(
            encoding="utf-8"
        )
    ).get("extends")
    models: dict[str, str] = {}
    for name in _found(folder, "*.xlsx") + _found(folder, "*.xlsm"):
        plain = name.removesuffix("m") + "x"
        models[name] = (
            plain
            if plain in models
            else name.replace(folder, f"templates/xlsx/{extends}")
            if extends
            else ""
        )
    return models


def _found(folder: str, pattern: str = "*.xlsx") -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / folder).glob(pattern))
    ]


def dumped(name: str, path: Path | None = None) -> str:
    """The dump of a committed workbook, or of one that should be that."""
    like = golden()[name]
    return text(
        name, opened(path or ROOT / name), like, opened(ROOT / like) if like else None
    )


def golden_path(name: str) -> Path:
    """Where the dump of a committed workbook lies."""
    return GOLDEN / f"{name}.txt"


def moved(before: str, now: str) -> list[str]:
    """What two dumps differ in: each line that is gone or new, with its sheet; gone and new of one place together.

    What moved alike on many sheets, like a content number on every page, is said once.
    """
    old, new = Counter(_placed(before)), Counter(_placed(now))
    places: dict[tuple[str, str], list[str]] = {}
    for sign, lines in (("-", old - new), ("+", new - old)):
        for sheet, line in lines.elements():
            places.setdefault((sheet, _place(line)), []).append(f"{sign} {line}")
    alike: dict[tuple[str, ...], list[str]] = {}
    for (sheet, _), said in places.items():
        alike.setdefault(tuple(said), []).append(sheet)
    return [
        f"{_sheets(sheets)}{line}"[:LONGEST]
        for said, sheets in alike.items()
        for line in said
    ]


def _sheets(names: Sequence[str]) -> str:
    more = f" and {len(names) - 1} more:" if len(names) > 1 else ""
    return f"{names[0]}{more} " if names[0] or more else ""


def _placed(dump: str) -> list[tuple[str, str]]:
    """Each line with its sheet."""
    placed, sheet = [], ""
    for line in dump.splitlines():
        if line.startswith("sheet "):
            sheet = line.split()[1]
        placed.append((sheet, line.strip()))
    return placed


def _place(line: str) -> str:
    """What a line speaks of: its cell, or its first two words."""
    words = line.removeprefix("- ").split(" ", 2)
    return (
        words[0]
        if re.fullmatch(r"[A-Z]+\d+(:[A-Z]+\d+)?", words[0])
        else " ".join(words[:2])
    )


def told(name: str, lines: Sequence[str]) -> str:
    """What moved in a workbook, shortened."""
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join(
        [
            f"{name}: {len(lines)} lines",
            *(f"  {line}" for line in (*lines[:SHOWN], *more)),
        ]
    )


def assert_same_workbook(made: Path, name: str) -> None:
    """Hold a workbook just made against the committed one, byte for byte; say in words what moved."""
    if made.read_bytes() == (ROOT / name).read_bytes():
        return
    lines = moved(golden_path(name).read_text(encoding="utf-8"), dumped(name, made))
    raise AssertionError(
        f"{told(name, lines) if lines else f'{name}: other bytes, no other cell'}\n{ACCEPT}"
    )


def main() -> None:
    """Write every dump anew, and print what moved."""
    wanted = {golden_path(name): name for name in golden()}
    for path in sorted(GOLDEN.rglob("*.txt")):
        if path not in wanted:
            path.unlink()
            print(f"{path.relative_to(GOLDEN)}: gone")
    for path, name in wanted.items():
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        now = dumped(name)
        if now != before:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now, encoding="utf-8", newline="\n")
            print(told(name, moved(before, now)))


if __name__ == "__main__":
    main()
