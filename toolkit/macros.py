"""The door that Excel's buttons knock at: the open workbook is read, checked and marked through xlwings (its BSD part only).

Each function works on the workbook whose button was pressed, or on a given one. It gives back everything it touched (mode of
calculation, selection, screen, status bar); whatever goes wrong becomes one sentence for the person, and a log file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import xlwings as xw

from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.check.report import Report
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, ToolkitError
from toolkit.files import mishap, say
from toolkit.files.grid import (
    Area,
    CannotOpenError,
    Grid,
    Raw,
    RawSheet,
    area_of,
    raw_of,
)
from toolkit.model import Cell
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile
from toolkit.profile.layout import address, quoted, reference
from toolkit.report import words
from toolkit.report.marked.listing import COLOURS
from toolkit.report.told.terminal import show, summary
from toolkit.report.words import Undone, verdict
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding
from toolkit.template import panel

SHADES = {severity: "#" + strong[2:] for severity, (strong, _) in COLOURS.items()}
ERRORS_SHOWN = frozenset(
    {
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
    }
)
HIDDEN = (0, 2)  # what Excel says of a hidden sheet, and of a very hidden one
# of a unit, by how its check ends
STATES = {
    DONE: "没有错误",
    ERRORS: "有错误",
    COULD_NOT: "打不开",
    UNFINISHED: "没有填完",
}
MOST_USED = 2_000_000  # cells of a sheet's used range, empty ones among them: Excel hands them all over
LONGEST_NOTE, LONGEST_TEXT, LONGEST_LITERAL = 300, 2000, 250

Tell = Callable[[str], None]
Work = Callable[[xw.Book, Tell], str]


def check(book: xw.Book | None = None) -> str:
    """校验本表: mark the cells that findings point to, and list the findings."""
    return _pressed(_check, book)


def clear(book: xw.Book | None = None) -> str:
    """清除标记, as the macro does it without Python."""
    return _pressed(lambda opened, _: _cleared(opened), book)


def return_note(book: xw.Book | None = None) -> str:
    """生成退回说明: the findings as a text beside the workbook."""
    return _pressed(_return_note, book)


def check_all(book: xw.Book | None = None) -> str:
    """检查全部: the table of units in the control workbook."""
    return _pressed(_check_all, book)


def merge_all(book: xw.Book | None = None) -> str:
    """合并生成, from the control workbook."""
    return _pressed(_merge_all, book)


# -- around every button ----------------------------------------------------------------------------------------------


def _pressed(work: Work, book: xw.Book | None) -> str:
    """Do a button's work. The answer is left in the workbook, where its macro looks for it, and returned."""
    try:
        opened = book if book is not None else xw.Book.caller()
    except Exception as error:
        raise SystemExit(
            _unexpected(error)
        ) from error  # the macro shows what a process says as it fails
    try:
        with _given_back(opened):
            answer = work(opened, lambda text: setattr(opened.app, "status_bar", text))
    except ToolkitError as error:
        answer = str(error)
    except Exception as error:  # noqa: BLE001  nobody who pressed a button can read a traceback
        answer = _unexpected(error)
    _leave(opened, answer)
    return answer


@contextmanager
def _given_back(book: xw.Book) -> Iterator[None]:
    """Work without flicker on values that are up to date, and give back what the person had: mode, sheet, selection, screen."""
    app = book.app
    mode, screen, bar = app.calculation, app.screen_updating, app.status_bar
    sheet, selected = book.sheets.active, book.selection
    app.screen_updating = False
    try:
        if mode != "automatic":
            app.calculate()
        app.calculation = "manual"
        yield
    finally:
        app.calculation = mode
        sheet.activate()
        if selected is not None:
            selected.select()
        app.status_bar = bar
        app.screen_updating = screen


def _unexpected(error: Exception) -> str:
    """The sentence for an accident; the rest goes into the log."""
    return f"{mishap.told(error, '按钮.log')}表里的数没有改动。"


def _stamped(text: str) -> str:
    """A sentence for a sheet, with the time before it."""
    now = datetime.now().astimezone().strftime("%m-%d %H:%M")
    return _plain(f"{now} {text}")


def _leave(book: xw.Book, answer: str) -> None:
    """Leave the answer where the macro looks for it: in the hidden sheet of texts."""
    if panel.TEXTS in _names(book):
        row = list(_phrases(book)).index("answer") + 1
        cell = book.sheets[panel.TEXTS].range((row, 2))
        cell.value = _plain(answer)


def _phrases(book: xw.Book) -> Mapping[str, str]:
    """The hidden sheet of texts, by key and in order."""
    if panel.TEXTS not in _names(book):
        return {}
    lines = book.sheets[panel.TEXTS].used_range.options(ndim=2).value
    return {str(key): str(text or "") for key, text in lines}


def _names(book: xw.Book) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def _plain(text: str) -> str:
    """A text that stays a text, whatever it begins with."""
    return "'" + text[:LONGEST_TEXT]


# -- an open workbook as a grid ---------------------------------------------------------------------------------------


def grid_of(book: xw.Book, tell: Tell = lambda _: None) -> Grid:
    """The open workbook as it lies, unsaved edits included."""
    sheets: dict[str, RawSheet] = {}
    count = len(book.sheets)
    for number, sheet in enumerate(book.sheets, 1):
        tell(f"正在读取 {number}/{count}：{sheet.name}")
        sheets[sheet.name] = _raw_sheet(sheet)
    return Grid(book.name, sheets)


def _raw_sheet(sheet: xw.Sheet) -> RawSheet:
    """One sheet as it lies, as far as Excel says that it is used."""
    used = sheet.used_range
    rows, columns = used.shape
    if rows * columns > MOST_USED:
        message = f"工作表“{sheet.name}”用到了 {rows} 行 {columns} 列，不像正常的填报表。请删除表格以外的空行空列再试。"
        raise CannotOpenError(message)
    values = used.options(ndim=2, err_to_str=True).value
    formulas = used.formula
    if isinstance(formulas, str):  # of a single cell
        formulas = [[formulas]]
    cells = raw_cells(values, formulas, (used.row, used.column))
    names = raw_names((name.name, name.refers_to or "") for name in sheet.names)
    hidden = [
        row
        for row in _listed_rows(cells, names)
        if sheet.range((row, 1)).row_height == 0
    ]
    last = max((row for row, _ in cells), default=0)
    return RawSheet(
        sheet.name, cells, names, sheet.visible in HIDDEN, frozenset(hidden), last
    )


def raw_cells(
    values: Sequence[Sequence[Any]],
    formulas: Sequence[Sequence[Any]],
    corner: tuple[int, int],
) -> dict[tuple[int, int], Raw]:
    """The cells that hold something; `corner` is where the first of them stands."""
    cells: dict[tuple[int, int], Raw] = {}
    top, left = corner
    for row, (shown, written) in enumerate(zip(values, formulas, strict=True), top):
        for column, (value, formula) in enumerate(
            zip(shown, written, strict=True), left
        ):
            raw = _raw_cell(value, formula)
            if raw is not None:
                cells[row, column] = raw
    return cells


def _raw_cell(value: Any, formula: Any) -> Raw | None:
    """A cell from what it shows and what is written in it."""
    if value is None:
        return None  # in an open workbook nothing waits to be calculated: what shows nothing is nothing
    kind = "e" if isinstance(value, str) and value in ERRORS_SHOWN else ""
    if (
        str(formula).startswith("=") and formula != value
    ):  # a text that begins so shows itself
        return raw_of(str(formula), "f", value, kind)
    return raw_of(value, kind, None, "")


def raw_names(pairs: Iterable[tuple[str, str]]) -> dict[str, Area | None]:
    """A sheet's own names; those that Excel makes for itself (print areas, filters) are no business of ours."""
    names: dict[str, Area | None] = {}
    for full_name, target in pairs:
        _, _, name = full_name.rpartition("!")
        if not name.startswith(("Print_", "_")):
            names[name] = area_of(target.removeprefix("="))
    return names


def _listed_rows(
    cells: Mapping[tuple[int, int], Raw], names: Mapping[str, Area | None]
) -> list[int]:
    """The rows in which being hidden matters, for each costs a question: filled ones of lists, or all where no name is left."""
    filled = sorted({row for row, _ in cells})
    if not names:
        return filled
    lists: set[tuple[int, int]] = set()
    for area in names.values():
        if area is not None:
            first, _, last, _ = area
            if first < last:  # a name over several rows is a list's column
                lists.add((first, last))
    return [row for row in filled if any(first <= row <= last for first, last in lists)]


# -- checking and marking ---------------------------------------------------------------------------------------------


def _report(book: xw.Book, tell: Tell) -> tuple[Report, Undone]:
    """The same questions as on the command line, asked of the open workbook, and what is left to do in it."""
    place = Path(book.fullname)
    profile = steps.at_office(_profile(book, place), [place])
    filled = read(grid_of(book, tell), profile)
    tell("正在校验……")
    office = steps.office_settings([place], profile)
    report = check_return(filled, profile, steps.catalogue(profile, office))
    left = steps.unfinished(filled, profile, report)
    return report, steps.undone_of([left] if left else [])


def _profile(book: xw.Book, place: Path) -> Profile:
    """The profile that a workbook with our buttons names; without them, the one by which the files in a place are read."""
    return steps.chosen(_phrases(book).get("profile", ""), [place]).profile


def _check(book: xw.Book, tell: Tell) -> str:
    _cleared(book)
    report, undone = _report(book, tell)
    tell("正在标出问题……")
    missed = _list(book, report.findings)
    told = f"{verdict(report, undone)}{summary(report)}"
    book.sheets[panel.FINDINGS].range((panel.SUMMARY_ROW, 1)).value = _stamped(
        f"校验。{told}"
    )
    if not report.findings:
        return told
    answer = f"{told}有问题的格已经涂色（红：错误，黄：提醒，蓝：提示），逐条见“{panel.FINDINGS}”。"
    if missed:
        answer += f"有 {missed} 格涂不上色，只列了出来。"
    return answer


def _list(book: xw.Book, findings: Sequence[Finding]) -> int:
    """Mark and list the findings; return how many cells could not be marked."""
    sheet = _findings_sheet(book)
    known = _names(book)
    marked: set[Cell] = set()
    missed = 0
    lines: list[list[Any]] = []
    for number, finding in enumerate(findings, 1):
        row = panel.FIRST_FINDING + number - 1
        shown = [
            _plain(_message(finding)),
            _plain(finding.remedy),
            _plain(finding.rule),
        ]
        place = finding.cells[0] if finding.cells else None
        back: list[int | str | None] = [None, None]
        if place is None or place.sheet not in known:
            link = _plain("整个文件")
            jump = [_plain("-"), None, None]
        else:
            link = _link(place.sheet, row)
            spot = reference(place.sheet, (place.row, place.column))
            jump = [_plain(place.sheet), f"=ROW({spot})", f"=COLUMN({spot})"]
            if (
                place not in marked
            ):  # else an earlier finding has marked it, and its line says how to take that back
                marked.add(place)
                back = _marked(
                    book.sheets[place.sheet].range((place.row, place.column)), finding
                )
                missed += back[0] is None
        lines.append(
            [number, _plain(finding.severity.value), link, *shown, None, *jump, *back]
        )
    if lines:
        last = panel.FIRST_FINDING + len(lines) - 1
        area = sheet.range((panel.FIRST_FINDING, 1), (last, panel.NOTE_COLUMN))
        area.value = lines
        area.rows.autofit()
    return missed


def _message(finding: Finding) -> str:
    """What a finding says; where it is about several cells, with all of them."""
    if len(finding.cells) <= 1:
        return finding.message
    return f"{finding.message}（涉及 {words.cells(finding.cells, words.book_of(finding))}）"


def _link(sheet: str, row: int) -> str:
    """A link that follows its cell: the address is calculated from references, which move with inserted rows."""
    row_cell = f"${address(row, panel.ROW_COLUMN)}"
    column_cell = f"${address(row, panel.COLUMN_COLUMN)}"
    spot = f"ADDRESS({row_cell},{column_cell},4)"
    target = f"#{quoted(sheet)}!".replace('"', '""')
    shown = f"{sheet}!".replace('"', '""')
    return f'=HYPERLINK("{target}"&{spot},"{shown}"&{spot})'


def _marked(cell: xw.Range, finding: Finding) -> list[int | str | None]:
    """Colour a cell and say why in a note; return the colour it had (None: it took none), and a mark if the note is ours."""
    try:
        was = cell.color
        cell.color = SHADES[finding.severity]
        if cell.color == was:
            return [None, None]
        before = panel.NO_COLOUR if was is None else _packed(*was)
        if cell.note is not None:
            return [before, None]
        note = (
            f"【{finding.severity.value}】{finding.message}\n怎么改：{finding.remedy}"
        )
        cell.add_note(note[:LONGEST_NOTE])
    except Exception:  # noqa: BLE001  each engine has exceptions of its own; a cell that cannot be marked is listed all the same
        return [None, None]
    return [before, "1"]


def _packed(red: int, green: int, blue: int) -> int:
    """A colour as one number, as Excel counts them."""
    return red + green * 256 + blue * 65536


def _findings_sheet(book: xw.Book) -> xw.Sheet:
    """The sheet of findings; a workbook without buttons gets one."""
    if panel.FINDINGS not in _names(book):
        made = book.sheets.add(panel.FINDINGS, after=book.sheets[-1])
        made.names.add(panel.TOOL, f"={quoted(panel.FINDINGS)}!$A$1")
        made.range((panel.HEADING_ROW, 1)).value = list(panel.SEEN)
    return book.sheets[panel.FINDINGS]


def _cleared(book: xw.Book) -> str:
    """Take back every mark that stands in the list, and empty the list."""
    if panel.FINDINGS not in _names(book):
        return panel.PHRASES["cleared"]
    sheet = book.sheets[panel.FINDINGS]
    last = sheet.used_range.last_cell.row
    if last >= panel.FIRST_FINDING:
        area = sheet.range((panel.FIRST_FINDING, 1), (last, panel.NOTE_COLUMN))
        known = _names(book)
        for line in area.options(ndim=2).value:
            name, row, column, colour, note = line[panel.SHEET_COLUMN - 1 :]
            if name in known and colour is not None and row and column:
                cell = book.sheets[name].range((int(row), int(column)))
                _restored(cell, int(colour), ours=bool(note))
        area.clear_contents()
    sheet.range((panel.SUMMARY_ROW, 1)).value = panel.PHRASES["cleared"]
    return panel.PHRASES["cleared"]


def _restored(cell: xw.Range, colour: int, *, ours: bool) -> None:
    """Give a cell its colour back, and take our note away."""
    if colour == panel.NO_COLOUR:
        cell.color = None
    else:
        red, green, blue = colour % 256, colour // 256 % 256, colour // 65536
        cell.color = (red, green, blue)
    if ours and cell.note is not None:
        cell.note.delete()


def _return_note(book: xw.Book, tell: Tell) -> str:
    path = Path(book.fullname)
    if not path.is_absolute() or not path.parent.is_dir():
        raise steps.StepError("请先把这个文件保存到电脑上的文件夹里，再生成退回说明。")
    report, undone = _report(book, tell)
    told = f"{verdict(report, undone)}{summary(report)}"
    if not report.findings and not undone:
        return f"没有发现问题，不用退回。{summary(report)}"
    note = path.parent / f"{Path(book.name).stem}-退回说明.txt"
    placed = steps.place(note, lambda target: _write_note(report, undone, target))
    return f"{told}退回说明放在“{placed.path}”。"


def _write_note(report: Report, undone: Undone, path: Path) -> None:
    """Write the findings as a text that Notepad reads."""
    with path.open("w", encoding="utf-8-sig", newline="\r\n") as file:
        show(report, law(), say.console(file=file), undone)
        for line in undone.told:
            file.write(f"{line}\n")


# -- the control workbook ---------------------------------------------------------------------------------------------


def _folder(book: xw.Book) -> Path:
    """The folder that the control workbook names."""
    value = book.sheets[0].range(panel.FOLDER_CELL).value
    if not value or not Path(str(value)).is_dir():
        raise steps.StepError("请先按“选择文件夹”，选放着各单位填报表的文件夹。")
    return Path(str(value))


def _check_all(book: xw.Book, tell: Tell) -> str:
    folder = _folder(book)
    profile = _profile(book, folder)
    files = steps.collected([folder], profile).names
    lines: list[list[Any]] = []
    wrong = 0
    first: dict[str, str] = {}  # the first file of each unit, by the unit's code
    for number, (path, name) in enumerate(files.items(), 1):
        tell(f"正在校验 {number}/{len(files)}：{name}")
        checked = steps.check([path], profile)
        unit = checked.returns[0] if checked.returns else None
        state = STATES[checked.code]
        if unit is not None and unit.code:
            other = first.setdefault(unit.code, name)
            if other != name:
                state = f"与“{other}”重复"
        wrong += state != STATES[DONE]
        lines.append([number, *_unit_line(path, checked, state)])
    _list_units(book.sheets[0], lines)
    todo = f"{wrong} 个要处理，点文件名打开。" if wrong else "都没有错误，可以合并。"
    answer = f"检查了 {len(lines)} 个文件，{todo}"
    book.sheets[0].range(panel.CONSOLE_SUMMARY).value = _stamped(answer)
    return answer


def _unit_line(path: Path, checked: steps.Checked, state: str) -> list[Any]:
    """What the table of units says of one file, behind its number."""
    unit = checked.returns[0] if checked.returns else None
    changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return [
        _file_link(path),
        _plain(unit.name) if unit is not None else None,
        _plain(unit.code) if unit is not None else None,
        _plain(state),
        *(checked.report.count(severity) for severity in (ERROR, WARNING, INFO)),
        _plain(changed.strftime("%Y-%m-%d %H:%M")),
    ]


def _list_units(sheet: xw.Sheet, lines: Sequence[Sequence[Any]]) -> None:
    """Put the table of units in place of the one before."""
    last = max(sheet.used_range.last_cell.row, panel.FIRST_UNIT)
    sheet.range(
        (panel.FIRST_UNIT, 2), (last, len(panel.UNIT_COLUMNS) + 1)
    ).clear_contents()
    if lines:
        sheet.range((panel.FIRST_UNIT, 2)).value = lines


def _file_link(path: Path) -> str:
    if len(str(path)) > LONGEST_LITERAL:
        return _plain(path.name)
    return f'=HYPERLINK("{path}","{path.name}")'


def _merge_all(book: xw.Book, tell: Tell) -> str:
    folder = _folder(book)
    sheet = book.sheets[0]
    out_cell = sheet.range(panel.OUT_CELL)
    out = Path(str(out_cell.value or f"{folder}{panel.OUT_TAIL}"))
    out_cell.value = _plain(str(out))
    tell("正在校验和合并……")
    merged = steps.merge_folder(folder, out, _profile(book, folder))
    if merged.code in (DONE, UNFINISHED):
        answer = (
            f"合并了 {merged.units} 个单位、{merged.projects} 个项目，结果在“{out}”。"
        )
    else:
        answer = f"有错误，没有生成公开表和情况说明。{summary(merged.report)}请先按“检查全部”，逐个改正。"
    for note in merged.notes:
        answer += f"注意：{note}"
    sheet.range(panel.CONSOLE_SUMMARY).value = _stamped(answer)
    return answer
