"""What the buttons do, through the real xlwings API on an engine of our own; no Excel, no PRO."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from tests.xw_engine import install
from tests.xw_files import OpenpyxlStore
from tests.xw_stores import Area
from toolkit import macros, steps
from toolkit.files.grid import Raw, open_grid
from toolkit.model import Kind
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.read import read
from toolkit.template import panel, xlsm
from toolkit.template.draw import draw

PROFILE = load("hebei-2023")
INPUT = sorted(
    (home() / "examples" / "01-xianghe-as-published" / "input").glob("*.xlsx")
)
TEMPLATES = home() / "templates" / "xlsx" / "hebei-2023"
CONSOLE = TEMPLATES / "汇总控制台.xlsm"


@pytest.fixture(autouse=True)
def _logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCLOSURE_LOGS", str(tmp_path / "logs"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A unit's workbook with buttons, filled in with what was published, but of three projects."""
    path = tmp_path_factory.mktemp("filled") / "单位甲.xlsm"
    rules = steps.catalogue(PROFILE).rules
    whole = read(open_grid(INPUT[0]), PROFILE)
    few = replace(whole, projects=whole.projects[:3])
    xlsm.unit_book(draw(PROFILE, rules, few), PROFILE, path)
    return path


@pytest.fixture
def book(filled: Path, tmp_path: Path) -> xw.Book:
    shutil.copy(filled, tmp_path)
    return install(OpenpyxlStore(tmp_path / filled.name))


def looks(book: xw.Book) -> dict[tuple[str, int, int], tuple[Any, str]]:
    """The colour and the note of every cell of the forms."""
    store = book.impl.store
    found: dict[tuple[str, int, int], tuple[Any, str]] = {}
    for name in store.sheets():
        if name not in (panel.FINDINGS, panel.TEXTS):
            looks = store.looks(name, store.used(name))
            found |= {
                (name, *spot): look
                for spot, look in looks.items()
                if look != (None, "")
            }
    return found


def listed(book: xw.Book) -> list[list[Any]]:
    """The findings as they stand in their sheet."""
    sheet = book.sheets[panel.FINDINGS]
    rows: list[list[Any]] = sheet.range(
        (panel.FIRST_FINDING, 1), (panel.FIRST_FINDING + 200, panel.NOTE_COLUMN)
    ).value
    return [row for row in rows if row[0] is not None]


def answer(book: xw.Book) -> str:
    """What the macro would tell."""
    return str(
        dict(book.sheets[panel.TEXTS].used_range.options(ndim=2).value)["answer"]
    )


def held(
    cells: Mapping[tuple[int, int], Raw],
) -> dict[tuple[int, int], tuple[Any, ...]]:
    """What cells hold; how they are formatted is known of files only."""
    return {
        spot: (raw.kind, raw.text, raw.number, raw.formula)
        for spot, raw in cells.items()
    }


@pytest.mark.parametrize("path", INPUT, ids=lambda path: path.stem)
def test_an_open_workbook_reads_as_its_file_does(path: Path) -> None:
    """Every cell and name; only what shows nothing is nothing in Excel, where all is calculated."""
    in_file, opened = open_grid(path), macros.grid_of(install(OpenpyxlStore(path)))
    assert list(opened.sheets) == list(in_file.sheets)
    for name, sheet in in_file.sheets.items():
        there = opened.sheets[name]
        cells = {
            spot: raw
            for spot, raw in sheet.cells.items()
            if raw.kind is not Kind.UNCOMPUTED
        }
        assert held(there.cells) == held(cells)
        assert (there.name, there.names, there.hidden, there.last_row) == (
            sheet.name,
            sheet.names,
            sheet.hidden,
            sheet.last_row,
        )
    assert read(opened, PROFILE) == read(in_file, PROFILE)


@pytest.mark.parametrize(
    ("value", "formula", "kind", "text", "kept"),
    [
        (60.0, "60", Kind.NUMBER, "60", ""),
        (0.1 + 0.2, "=A1+A2", Kind.NUMBER, "0.3", "A1+A2"),
        (True, "TRUE", Kind.BOOLEAN, "TRUE", ""),
        ("#N/A", "=NA()", Kind.ERROR, "#N/A", "NA()"),
        ("#REF!", "#REF!", Kind.ERROR, "#REF!", ""),
        (
            "=说明",
            "=说明",
            Kind.TEXT,
            "=说明",
            "",
        ),  # typed with an apostrophe before it
        ("60", "60", Kind.TEXT, "60", ""),
    ],
)
def test_a_cell_of_an_open_workbook(
    value: Any, formula: str, kind: Kind, text: str, kept: str
) -> None:
    (raw,) = macros.raw_cells([[value]], [[formula]], (3, 2)).values()
    assert (raw.kind, raw.text, raw.formula) == (kind, text, kept)


def test_names_that_excel_makes_for_itself_are_passed_over() -> None:
    pairs = [
        ("'封面'!cover.head", "='封面'!$C$9"),
        ("封面!Print_Area", "=封面!$A$1:$B$2"),
        ("x!_FilterDatabase", "=x!$A$1"),
    ]
    assert macros.raw_names([*pairs, ("封面!gone", "=#REF!")]) == {
        "cover.head": (9, 3, 9, 3),
        "gone": None,
    }


def test_a_hidden_row_of_a_list_is_seen(filled: Path) -> None:
    store = OpenpyxlStore(filled)
    agencies = PROFILE.book.sheets["agencies"].name
    row = next(
        row
        for row in range(1, 40)
        if store.book[agencies].cell(row, 2).fill.fgColor.rgb == "FFFFF9DB"
    )
    store.book[agencies].row_dimensions[row].hidden = True
    assert macros.grid_of(install(store)).sheets[agencies].hidden_rows == {row}


def test_checking_says_what_the_command_line_says(book: xw.Book, filled: Path) -> None:
    said = macros.check(book)
    report = steps.check([filled], PROFILE).report
    rows = listed(book)
    assert [(row[1], row[5]) for row in rows] == [
        (f.severity.value, f.rule) for f in report.findings
    ]
    assert all(
        str(row[3]).startswith(f.message) and row[4] == f.remedy
        for row, f in zip(rows, report.findings, strict=True)
    )
    assert len(rows) > 5
    assert answer(book) == said
    assert f"错误 {sum(f.severity.value == '错误' for f in report.findings)} 条" in said


def test_the_first_cell_of_each_finding_is_marked_and_linked(
    book: xw.Book, filled: Path
) -> None:
    before = looks(book)
    macros.check(book)
    after = looks(book)
    findings = steps.check([filled], PROFILE).report.findings
    places = {(f.cells[0].sheet, f.cells[0].row, f.cells[0].column) for f in findings}
    assert {spot for spot in after if after[spot] != before.get(spot)} == places
    for row, finding in zip(listed(book), findings, strict=True):
        cell = finding.cells[0]
        assert row[panel.SHEET_COLUMN - 1 : panel.COLUMN_COLUMN] == [
            cell.sheet,
            cell.row,
            cell.column,
        ]
        shade = tuple(bytes.fromhex(macros.SHADES[finding.severity][1:]))
        # where two meet in a cell, the worse one marks it
        first = next(f for f in findings if f.cells[0] == cell)
        assert (
            after[cell.sheet, cell.row, cell.column][0] == shade or first is not finding
        )
    formula = (
        book.sheets[panel.FINDINGS]
        .range((panel.FIRST_FINDING, panel.PLACE_COLUMN))
        .formula
    )
    sheet = findings[0].cells[0].sheet
    assert (
        formula
        == f'=HYPERLINK("#\'{sheet}\'!"&ADDRESS($I5,$J5,4),"{sheet}!"&ADDRESS($I5,$J5,4))'
    )


def test_clearing_gives_every_cell_its_look_back(book: xw.Book) -> None:
    before = looks(book)
    macros.check(book)
    assert looks(book) != before
    macros.clear(book)
    assert looks(book) == before
    macros.check(book)
    macros.check(book)  # a second time: old marks go, new ones come
    marked = len(listed(book))
    macros.clear(book)
    assert looks(book) == before
    assert listed(book) == []
    assert marked > 5
    assert answer(book) == "标记已清除。"


def test_edits_that_were_never_saved_are_checked(book: xw.Book) -> None:
    macros.check(book)
    found = {row[5] for row in listed(book)}
    cover = PROFILE.book.sheets["cover"].name
    area = macros.grid_of(book).sheets[cover].names["cover.unit_code"]
    assert area is not None
    book.sheets[cover].range(area[:2]).value = "12"
    macros.check(book)
    new = {row[5] for row in listed(book)} - found
    assert new == {"A01-12", "B07-04"}, (
        "a code of two digits has the wrong shape, and is not that of the list of agencies"
    )


@pytest.mark.parametrize("mode", ["manual", "semiautomatic"])
def test_what_a_person_had_is_given_back(
    book: xw.Book, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mode of calculation, screen, status bar, sheet and selection; by a manual mode the values are made fresh first."""
    app = book.app.impl
    app.held["calculation"], app.held["status_bar"] = mode, "就绪"
    book.impl.store.selected = (PROFILE.book.sheets["duties"].name, (7, 3, 8, 4))
    write = OpenpyxlStore.write

    def write_and_move(
        store: OpenpyxlStore, sheet: str, area: Area, rows: Sequence[Sequence[Any]]
    ) -> None:
        write(store, sheet, area, rows)
        if sheet != panel.TEXTS:
            # a program in which the selection follows the work
            store.select(sheet, area)

    monkeypatch.setattr(OpenpyxlStore, "write", write_and_move)
    macros.check(book)
    monkeypatch.undo()
    assert app.held == {
        "calculation": mode,
        "screen_updating": True,
        "status_bar": "就绪",
    }
    assert book.impl.store.selected == (
        PROFILE.book.sheets["duties"].name,
        (7, 3, 8, 4),
    )
    assert ("calculate", True) in app.log
    assert app.log.index(("screen_updating", False)) < app.log.index(
        ("calculate", True)
    )


def test_long_work_tells_how_far_it_is(book: xw.Book) -> None:
    macros.check(book)
    told = [value for name, value in book.app.impl.log if name == "status_bar"]
    sheets = len(book.sheets)
    assert told[0] == f"正在读取 1/{sheets}：{book.sheets[0].name}"
    assert f"正在读取 {sheets}/{sheets}：{book.sheets[-1].name}" in told
    assert told[-3:] == ["正在校验……", "正在标出问题……", False]


def test_an_accident_becomes_one_sentence_and_a_log(
    book: xw.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*_: object) -> None:
        raise ZeroDivisionError("in a rule")

    monkeypatch.setattr(macros, "check_return", burst)
    said = macros.check(book)
    log = tmp_path / "logs" / "按钮.log"
    assert said == answer(book)
    assert "ZeroDivisionError" not in said
    assert str(log) in said
    assert "Traceback" not in said
    assert "in a rule" in log.read_text(encoding="utf-8")
    assert book.app.impl.held["screen_updating"] is True


def test_a_fault_that_people_can_mend_is_told_without_a_log(
    book: xw.Book, tmp_path: Path
) -> None:
    book.sheets[panel.TEXTS].range((_row_of(book, "profile"), 2)).value = "hunan-2031"
    assert "没有名为“hunan-2031”的表样" in macros.check(book)
    assert not (tmp_path / "logs").exists()


def _row_of(book: xw.Book, key: str) -> int:
    return [
        row[0] for row in book.sheets[panel.TEXTS].used_range.options(ndim=2).value
    ].index(key) + 1


def test_where_no_workbook_called_the_process_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["python", "--wb=没有打开.xlsm", "--from_xl=1"])
    with pytest.raises(SystemExit, match="没有做成"):
        macros.check()


def test_a_cell_that_cannot_be_marked_is_listed_all_the_same(
    book: xw.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a locked cell of a program that does not let it be coloured
    monkeypatch.setattr(OpenpyxlStore, "paint", lambda *_: None)
    said = macros.check(book)
    assert f"有 {len({(r[7], r[8], r[9]) for r in listed(book)})} 格涂不上色" in said
    assert len(listed(book)) > 5


def test_a_workbook_without_buttons_can_be_checked_too(tmp_path: Path) -> None:
    shutil.copy(INPUT[0], tmp_path / "a.xlsx")
    book = install(OpenpyxlStore(tmp_path / "a.xlsx"))
    macros.check(book)
    assert len(listed(book)) > 5
    assert book.sheets[-1].name == panel.FINDINGS
    assert [name.name for name in book.sheets[-1].names] == [
        f"'{panel.FINDINGS}'!{panel.TOOL}"
    ]


def test_our_own_sheets_are_no_findings(book: xw.Book, filled: Path) -> None:
    macros.check(book)
    messages = [str(row[3]) for row in listed(book)] + [
        f.message for f in steps.check([filled], PROFILE).report.findings
    ]
    assert not [
        m
        for m in messages
        if any(tool in m for tool in (panel.FINDINGS, panel.TEXTS, panel.CONFIGURATION))
    ]


def test_texts_are_written_as_texts() -> None:
    assert macros._plain("=1+1") == "'=1+1"  # noqa: SLF001
    assert macros._plain("1/2") == "'1/2"  # noqa: SLF001
    assert len(macros._plain("长" * 9999)) == macros.LONGEST_TEXT + 1  # noqa: SLF001


def test_the_return_note_lies_beside_the_workbook_and_never_over_another(
    book: xw.Book, tmp_path: Path
) -> None:
    said = macros.return_note(book)
    first, second = (
        tmp_path / "单位甲-退回说明.txt",
        tmp_path / "单位甲-退回说明-第2稿.txt",
    )
    assert str(first) in said
    raw = first.read_bytes()
    first.write_bytes(raw + "另外，请于周五前交回。".encode())
    assert str(second) in macros.return_note(book)
    assert second.read_bytes() == raw
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    text = raw.decode("utf-8-sig")
    report = steps.check([tmp_path / "单位甲.xlsm"], PROFILE).report
    assert all(
        finding.title in text and finding.rule in text for finding in report.findings
    )
    assert looks(book) == looks(install(OpenpyxlStore(tmp_path / "单位甲.xlsm"))), (
        "a note marks nothing"
    )


def test_a_workbook_that_was_never_saved_has_no_place_for_a_note(book: xw.Book) -> None:
    book.impl.store.path = "单位填报表1"
    assert "请先把这个文件保存" in macros.return_note(book)


@pytest.fixture
def console(tmp_path: Path) -> xw.Book:
    """The control workbook, and a folder of units: two good names, one file that is none."""
    folder = tmp_path / "收表"
    folder.mkdir()
    for path in INPUT:
        shutil.copy(path, folder)
    (folder / "坏的.xlsx").write_bytes(b"PK not really")
    shutil.copy(INPUT[0], folder / "又一份.xlsx")
    shutil.copy(CONSOLE, tmp_path)
    book = install(OpenpyxlStore(tmp_path / CONSOLE.name))
    book.sheets[0].range(panel.FOLDER_CELL).value = str(folder)
    return book


def test_the_console_lists_every_unit_with_its_state(console: xw.Book) -> None:
    said = macros.check_all(console)
    sheet = console.sheets[0]
    rows = sheet.range((panel.FIRST_UNIT, 2), (panel.FIRST_UNIT + 9, 10)).value
    rows = [row for row in rows if row[0] is not None]
    assert [row[4] for row in rows] == [
        "有错误",
        "有错误",
        "有错误",
        f"与“{INPUT[0].name}”重复",
        "打不开",
    ]
    assert [bool(row[2]) for row in rows] == [True, True, True, True, False]
    assert all(row[5] >= 1 for row in rows)
    formula = str(sheet.range((panel.FIRST_UNIT, 3)).formula)
    assert formula.startswith('=HYPERLINK("')
    assert formula.endswith(f'{INPUT[0].name}")')
    assert said == "检查了 5 个文件，5 个要处理，点文件名打开。"
    assert said in sheet.range(panel.CONSOLE_SUMMARY).value
    told = [value for name, value in console.app.impl.log if name == "status_bar"]
    assert told[0] == f"正在校验 1/5：{INPUT[0].name}"


def test_the_console_merges_or_says_why_not(console: xw.Book, tmp_path: Path) -> None:
    assert "有错误，没有生成" in macros.merge_all(console)
    corrected = home() / "examples" / "02-xianghe-corrected" / "input"
    console.sheets[0].range(panel.FOLDER_CELL).value = str(corrected)
    console.sheets[0].range(panel.OUT_CELL).value = str(tmp_path / "结果")
    said = macros.merge_all(console)
    assert said.startswith("合并了 3 个单位")
    assert (tmp_path / "结果" / steps.TABLES).exists()


@pytest.mark.parametrize(
    "press", [macros.check_all, macros.merge_all], ids=lambda press: press.__name__
)
def test_the_console_asks_for_a_folder_first(console: xw.Book, press: Any) -> None:
    console.sheets[0].range(panel.FOLDER_CELL).value = "没有这个文件夹"
    assert press(console) == "请先按“选择文件夹”，选放着各单位填报表的文件夹。"


SITE = """
import atexit, json, os
if os.environ.get("PLAYED_EXCEL"):
    from pathlib import Path
    from tests import xw_engine, xw_files
    store = xw_files.OpenpyxlStore(Path(os.environ["PLAYED_EXCEL"]))
    book = xw_engine.install(store)
    def tell():
        rows = [row for row in store.values("校验结果", (5, 1, 60, 6)) if row[0] is not None]
        answer = dict(store.values("disclosure.text", (1, 1, 40, 2)))["answer"]
        print(json.dumps({"answer": answer, "rules": [row[5] for row in rows]}))
    atexit.register(tell)
"""


def test_the_command_line_that_runpython_builds(filled: Path, tmp_path: Path) -> None:
    """A process of its own, started with the very arguments that xlwings' module builds, finds the calling workbook."""
    shutil.copy(filled, tmp_path)
    path = tmp_path / filled.name
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    setting = ";".join(["false", str(path), str(path), "", "", "", ""])
    asked = "import toolkit.macros; toolkit.macros.check()"
    code = f'import xlwings.utils;xlwings.utils.prepare_sys_path("{setting}"); {asked}'
    command = [
        sys.executable,
        "-B",
        "-c",
        code,
        f"--wb={path.name}",
        "--from_xl=1",
        "--app=Excel",
        "--hwnd=1",
    ]
    search = os.pathsep.join([str(tmp_path / "site"), str(home())])
    env = {
        **os.environ,
        "PYTHONPATH": search,
        "PLAYED_EXCEL": str(path),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        command,
        env=env,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["rules"] == [
        f.rule for f in steps.check([path], PROFILE).report.findings
    ]
    assert said["answer"].startswith("有错误 2 条，改好以后才能公开。共核对")
