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
from toolkit.files.grid import Area, CannotOpenError, Grid, Raw, RawSheet, area_of, raw_of
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile, load
from toolkit.report import words
from toolkit.report.marked.listing import COLOURS
from toolkit.report.told.terminal import show, summary
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding
from toolkit.template import panel

SHADES = {severity: "#" + strong[2:] for severity, (strong, _) in COLOURS.items()}
ERRORS_SHOWN = frozenset({"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
HIDDEN = (0, 2)  # what Excel says of a hidden sheet, and of a very hidden one
STATES = {DONE: "没有错误", ERRORS: "有错误", COULD_NOT: "打不开", UNFINISHED: "没有填完"}  # of a unit, by how its check ends
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
        raise SystemExit(_unexpected(error)) from error  # the macro shows what a process says as it fails
    try:
        with _given_back(opened):
            said = work(opened, lambda text: setattr(opened.app, "status_bar", text))
    except ToolkitError as error:
        said = str(error)
    except Exception as error:  # noqa: BLE001  nobody who pressed a button can read a traceback
        said = _unexpected(error)
    _answer(opened, said)
    return said


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


def _now(shape: str) -> str:
    return datetime.now().astimezone().strftime(shape)


def _answer(book: xw.Book, said: str) -> None:
    """Leave the answer where the macro looks for it: in the hidden sheet of texts."""
    if panel.TEXTS in _names(book):
        row = list(_phrases(book)).index("answer") + 1
        book.sheets[panel.TEXTS].range((row, 2)).value = _plain(said)


def _phrases(book: xw.Book) -> Mapping[str, str]:
    """The hidden sheet of texts, by key and in order."""
    if panel.TEXTS not in _names(book):
        return {}
    return {str(key): str(text or "") for key, text in book.sheets[panel.TEXTS].used_range.options(ndim=2).value}


def _names(book: xw.Book) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def _plain(text: str) -> str:
    """A text that stays a text, whatever it begins with."""
    return "'" + text[:LONGEST_TEXT]


# -- an open workbook as a grid ---------------------------------------------------------------------------------------


def grid_of(book: xw.Book, tell: Tell = lambda _: None) -> Grid:
    """The open workbook as it lies, unsaved edits included."""
    sheets: dict[str, RawSheet] = {}
    for number, sheet in enumerate(book.sheets, 1):
        tell(f"正在读取 {number}/{len(book.sheets)}：{sheet.name}")
        sheets[sheet.name] = _raw_sheet(sheet)
    return Grid(book.name, sheets)


def _raw_sheet(sheet: xw.Sheet) -> RawSheet:
    used = sheet.used_range
    rows, columns = used.shape
    if rows * columns > MOST_USED:
        said = f"工作表“{sheet.name}”用到了 {rows} 行 {columns} 列，不像正常的填报表。请删除表格以外的空行空列再试。"
        raise CannotOpenError(said)
    values = used.options(ndim=2, err_to_str=True).value
    formulas = used.formula
    cells = raw_cells(values, [[formulas]] if isinstance(formulas, str) else formulas, (used.row, used.column))
    names = raw_names((name.name, name.refers_to or "") for name in sheet.names)
    hidden = frozenset(row for row in _listed_rows(cells, names) if sheet.range((row, 1)).row_height == 0)
    last = max((row for row, _ in cells), default=0)
    return RawSheet(sheet.name, cells, names, sheet.visible in HIDDEN, hidden, last)


def raw_cells(
    values: Sequence[Sequence[Any]], formulas: Sequence[Sequence[Any]], corner: tuple[int, int]
) -> dict[tuple[int, int], Raw]:
    """The cells that hold something; `corner` is where the first of them stands."""
    cells: dict[tuple[int, int], Raw] = {}
    for row, line in enumerate(zip(values, formulas, strict=True), corner[0]):
        for column, (value, formula) in enumerate(zip(*line, strict=True), corner[1]):
            calculated = str(formula) if str(formula).startswith("=") and formula != value else ""
            kind = "e" if isinstance(value, str) and value in ERRORS_SHOWN else ""
            if value is None:
                continue  # in an open workbook nothing waits to be calculated: what shows nothing is nothing
            raw = raw_of(calculated, "f", value, kind) if calculated else raw_of(value, kind, None, "")
            if raw is not None:
                cells[row, column] = raw
    return cells


def raw_names(pairs: Iterable[tuple[str, str]]) -> dict[str, Area | None]:
    """A sheet's own names; those that Excel makes for itself (print areas, filters) are no business of ours."""
    own = ((name.rpartition("!")[2], target) for name, target in pairs)
    return {name: area_of(target.removeprefix("=")) for name, target in own if not name.startswith(("Print_", "_"))}


def _listed_rows(cells: Mapping[tuple[int, int], Raw], names: Mapping[str, Area | None]) -> list[int]:
    """The rows in which being hidden matters, for each costs a question: filled ones of lists, or all where no name is left."""
    spans = {(area[0], area[2]) for area in names.values() if area is not None and area[0] < area[2]}
    filled = {row for row, _ in cells}
    return sorted(row for row in filled if not names or any(first <= row <= last for first, last in spans))


# -- checking and marking ---------------------------------------------------------------------------------------------


def _report(book: xw.Book, tell: Tell) -> Report:
    """The same questions as on the command line, asked of the open workbook."""
    profile = _profile(book)
    filled = read(grid_of(book, tell), profile)
    tell("正在校验……")
    return check_return(filled, profile, steps.catalogue(profile, steps.office_settings([Path(book.fullname)], profile)))


def _profile(book: xw.Book) -> Profile:
    known = _phrases(book).get("profile", "")
    return load(known) if known else load()


def _check(book: xw.Book, tell: Tell) -> str:
    _cleared(book)
    report = _report(book, tell)
    tell("正在标出问题……")
    missed = _list(book, report.findings)
    book.sheets[panel.FINDINGS].range((panel.SUMMARY_ROW, 1)).value = _plain(f"{_now('%m-%d %H:%M')} 校验。{summary(report)}")
    if not report.findings:
        return f"没有发现问题。{summary(report)}"
    said = f"{summary(report)}有问题的格已经涂色（红：错误，黄：提醒，蓝：提示），逐条见“{panel.FINDINGS}”。"
    return said + (f"有 {missed} 格涂不上色，只列了出来。" if missed else "")


def _list(book: xw.Book, findings: Sequence[Finding]) -> int:
    """Mark and list the findings; return how many cells could not be marked."""
    sheet = _findings_sheet(book)
    known, seen, missed = set(_names(book)), set(), 0
    rows: list[list[Any]] = []
    for number, finding in enumerate(findings, 1):
        place = finding.cells[0] if finding.cells else None
        row = panel.FIRST_FINDING + number - 1
        involved = words.cells(finding.cells, words.book_of(finding))
        message = finding.message + (f"（涉及 {involved}）" if len(finding.cells) > 1 else "")
        said = [_plain(finding.severity.value), "", _plain(message), _plain(finding.remedy), _plain(finding.rule)]
        if place is None or place.sheet not in known:
            said[1] = _plain("整个文件")
            rows.append([number, *said, None, _plain("-"), None, None, None, None])
            continue
        said[1] = _link(place.sheet, row)
        spot = f"{quoted(place.sheet)}!{place.address}"
        colour: int | None = None
        note = ""
        if place not in seen:
            colour, note = _marked(book.sheets[place.sheet].range((place.row, place.column)), finding)
            missed += colour is None
            seen.add(place)
        rows.append([number, *said, None, _plain(place.sheet), f"=ROW({spot})", f"=COLUMN({spot})", colour, note or None])
    if rows:
        area = sheet.range((panel.FIRST_FINDING, 1), (panel.FIRST_FINDING + len(rows) - 1, panel.NOTE_COLUMN))
        area.value = rows
        area.rows.autofit()
    return missed


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def _link(sheet: str, row: int) -> str:
    """A link that follows its cell: the address is calculated from references, which move with inserted rows."""
    spot = f"ADDRESS({_at(row, panel.ROW_COLUMN)},{_at(row, panel.COLUMN_COLUMN)},4)"
    target, shown = (text.replace('"', '""') for text in (f"#{quoted(sheet)}!", f"{sheet}!"))
    return f'=HYPERLINK("{target}"&{spot},"{shown}"&{spot})'


def _at(row: int, column: int) -> str:
    return f"${chr(64 + column)}{row}"


def _marked(cell: xw.Range, finding: Finding) -> tuple[int | None, str]:
    """Colour a cell and say why in a note; return the colour it had (None: it took none), and whether the note is ours."""
    try:
        was = cell.color
        cell.color = SHADES[finding.severity]
        if cell.color == was:
            return None, ""
        before = panel.NO_COLOUR if was is None else was[0] + was[1] * 256 + was[2] * 65536
        if cell.note is not None:
            return before, ""
        cell.add_note(f"【{finding.severity.value}】{finding.message}\n怎么改：{finding.remedy}"[:LONGEST_NOTE])
    except Exception:  # noqa: BLE001  each engine has exceptions of its own; a cell that cannot be marked is listed all the same
        return None, ""
    return before, "1"


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
        known = set(_names(book))
        for line in area.options(ndim=2).value:
            name, row, column, colour, note = line[panel.SHEET_COLUMN - 1 :]
            if name in known and colour is not None and row and column:
                _restored(book.sheets[name].range((int(row), int(column))), int(colour), ours=bool(note))
        area.clear_contents()
    sheet.range((panel.SUMMARY_ROW, 1)).value = panel.PHRASES["cleared"]
    return panel.PHRASES["cleared"]


def _restored(cell: xw.Range, colour: int, *, ours: bool) -> None:
    cell.color = None if colour == panel.NO_COLOUR else (colour % 256, colour // 256 % 256, colour // 65536)
    if ours and cell.note is not None:
        cell.note.delete()


def _return_note(book: xw.Book, tell: Tell) -> str:
    folder = Path(book.fullname).parent
    if not Path(book.fullname).is_absolute() or not folder.is_dir():
        raise steps.StepError("请先把这个文件保存到电脑上的文件夹里，再生成退回说明。")
    report = _report(book, tell)
    if not report.findings:
        return f"没有发现问题，不用退回。{summary(report)}"
    name = f"{Path(book.name).stem}-退回说明.txt"
    placed = steps.place(folder / name, lambda path: _write_note(report, path))
    return f"退回说明放在“{placed.path}”。{summary(report)}"


def _write_note(report: Report, path: Path) -> None:
    """Write the findings as a text that Notepad reads."""
    with path.open("w", encoding="utf-8-sig", newline="\r\n") as file:
        show(report, law(), say.console(file=file))


# -- the control workbook ---------------------------------------------------------------------------------------------


def _folder(book: xw.Book) -> Path:
    said = book.sheets[0].range(panel.FOLDER_CELL).value
    if not said or not Path(str(said)).is_dir():
        raise steps.StepError("请先按“选择文件夹”，选放着各单位填报表的文件夹。")
    return Path(str(said))


def _check_all(book: xw.Book, tell: Tell) -> str:
    folder, profile, sheet = _folder(book), _profile(book), book.sheets[0]
    files = list(steps.workbooks([folder], profile))
    rows: list[list[Any]] = []
    first: dict[str, str] = {}
    for number, path in enumerate(files, 1):
        tell(f"正在校验 {number}/{len(files)}：{path.name}")
        done = steps.check([path], profile)
        unit = done.returns[0] if done.returns else None
        state = STATES[done.code]
        if unit is not None and unit.code and first.setdefault(unit.code, path.name) != path.name:
            state = f"与“{first[unit.code]}”重复"
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone().strftime("%Y-%m-%d %H:%M")
        known = [_plain(unit.name), _plain(unit.code)] if unit is not None else [None, None]
        counts = [done.report.count(severity) for severity in (ERROR, WARNING, INFO)]
        rows.append([len(rows) + 1, _file_link(path), *known, _plain(state), *counts, _plain(changed)])
    last = max(sheet.used_range.last_cell.row, panel.FIRST_UNIT)
    sheet.range((panel.FIRST_UNIT, 2), (last, len(panel.UNIT_COLUMNS) + 1)).clear_contents()
    if rows:
        sheet.range((panel.FIRST_UNIT, 2)).value = rows
    wrong = sum(row[4] != _plain(STATES[DONE]) for row in rows)
    said = f"检查了 {len(rows)} 个文件，" + (f"{wrong} 个要处理，点文件名打开。" if wrong else "都没有错误，可以合并。")
    sheet.range(panel.CONSOLE_SUMMARY).value = _plain(f"{_now('%m-%d %H:%M')} {said}")
    return said


def _file_link(path: Path) -> str:
    if len(str(path)) > LONGEST_LITERAL:
        return _plain(path.name)
    return f'=HYPERLINK("{path}","{path.name}")'


def _merge_all(book: xw.Book, tell: Tell) -> str:
    folder, sheet = _folder(book), book.sheets[0]
    out = Path(str(sheet.range(panel.OUT_CELL).value or f"{folder}{panel.OUT_TAIL}"))
    sheet.range(panel.OUT_CELL).value = _plain(str(out))
    tell("正在校验和合并……")
    done = steps.merge_folder(folder, out, _profile(book))
    if done.code in (DONE, UNFINISHED):
        said = f"合并了 {done.units} 个单位、{done.projects} 个项目，结果在“{out}”。"
    else:
        said = f"有错误，没有生成公开表和情况说明。{summary(done.report)}请先按“检查全部”，逐个改正。"
    said += "".join(f"注意：{note}" for note in done.notes)
    sheet.range(panel.CONSOLE_SUMMARY).value = _plain(f"{_now('%m-%d %H:%M')} {said}")
    return said
