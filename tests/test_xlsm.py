"""The workbooks with buttons: whole, reproducible, and with nothing in them but what the sources say."""

from __future__ import annotations

import importlib.resources
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwings

from tests.dumps import assert_same_workbook
from tests.xlsm_parts import Pressed, buttons, documents, macros
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.profile.layout import quoted
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.template import panel, xlsm
from toolkit.template.draw import draw

PROFILE = load("hebei-2023")
TEMPLATES = home() / "templates" / "xlsx" / "hebei-2023"
UNIT, PLAIN, CONSOLE = (
    TEMPLATES / name
    for name in ("单位填报表.xlsm", "单位填报表.xlsx", "汇总控制台.xlsm")
)
OURS = sorted(path for path in xlsm.SOURCES.glob("*.bas") if path.stem != "xlwings")
TOOLS = (panel.FINDINGS, panel.CONFIGURATION, panel.TEXTS)


def test_the_committed_workbooks_are_what_schema_rules_and_macros_give(
    tmp_path: Path,
) -> None:
    """Built twice, the same bytes: nothing in them depends on the clock or the machine."""
    painting = draw(PROFILE, steps.catalogue(PROFILE).rules, library=True)
    for name in ("a.xlsm", "b.xlsm"):
        xlsm.unit_book(painting, PROFILE, tmp_path / name)
        xlsm.console_book(PROFILE, tmp_path / f"console-{name}")
    assert (tmp_path / "a.xlsm").read_bytes() == (tmp_path / "b.xlsm").read_bytes()
    for made, committed in (("a.xlsm", UNIT), ("console-a.xlsm", CONSOLE)):
        assert_same_workbook(tmp_path / made, committed.relative_to(home()).as_posix())


def test_drawing_buttons_changes_nothing_in_the_plain_painting(tmp_path: Path) -> None:
    painting = draw(PROFILE, steps.catalogue(PROFILE).rules, count=2)
    paint(painting, tmp_path / "before.xlsx")
    panel.with_buttons(painting, PROFILE)
    paint(painting, tmp_path / "after.xlsx")
    assert (tmp_path / "before.xlsx").read_bytes() == (
        tmp_path / "after.xlsx"
    ).read_bytes()


@pytest.mark.parametrize("path", [UNIT, CONSOLE], ids=lambda path: path.stem)
def test_another_program_reads_exactly_our_sources(path: Path) -> None:
    read = macros(path)
    for source in (*OURS, xlsm.SOURCES / "xlwings.bas"):
        text = source.read_bytes().decode("ascii").replace("\r\n", "\n")
        assert read[source.stem].rstrip("\n") == text.rstrip("\n"), source.name
    sheets = {name for name in read if name not in xlsm.modules()}
    for name in (
        sheets
    ):  # the workbook's and the sheets' own modules hold nothing but their attributes
        assert not re.sub(
            r"^Attribute .*$", "", read[name], flags=re.MULTILINE
        ).strip(), name
    assert len(sheets) == len(openpyxl.load_workbook(path).worksheets) + 1


@pytest.mark.parametrize("path", [UNIT, CONSOLE], ids=lambda path: path.stem)
def test_the_package_is_whole(path: Path) -> None:
    """As far as can be said without Excel: parts, relations, the container of the macros, the names that tie them to sheets."""
    from pyopenvba.integrity import check_file

    report = check_file(path)
    assert report.ok, report.issues
    assert not report.issues
    named, borne = documents(path)
    assert named == borne
    assert len(named) == len(openpyxl.load_workbook(path).worksheets) + 1
    with zipfile.ZipFile(path) as package:
        assert {part.date_time for part in package.infolist()} == {xlsm.EPOCH}
        assert b"macroEnabled.main+xml" in package.read("[Content_Types].xml")


def test_xlwings_own_module_is_the_one_of_the_library() -> None:
    """Both sides must be of one version; its licence stays at its head."""
    ours = (xlsm.SOURCES / "xlwings.bas").read_bytes().replace(b"\r\n", b"\n")
    theirs = (
        (importlib.resources.files("xlwings") / "xlwings.bas")
        .read_bytes()
        .replace(b"\r\n", b"\n")
    )
    assert ours == theirs
    assert f"'Version: {xlwings.__version__}".encode() in ours
    assert b"BSD 3-clause license" in ours


@pytest.mark.parametrize("path", [UNIT, CONSOLE], ids=lambda path: path.stem)
def test_every_button_runs_a_macro_that_exists(path: Path) -> None:
    public = {
        name
        for text in macros(path).values()
        for name in re.findall(r"^Public Sub (\w+)\(\)", text, re.MULTILINE)
    }
    found = buttons(path)
    assert {button.macro for button in found} <= public
    assert all(len(button.about) > len(button.caption) for button in found)
    assert len(found) >= (4 if path == CONSOLE else 30)


def test_the_buttons_that_were_asked_for_are_there() -> None:
    cover = {
        button.caption: button.macro
        for button in buttons(UNIT)
        if button.sheet == PROFILE.book.sheets["cover"].name
    }
    assert cover == {
        "校验本表": "CheckBook",
        "查看校验结果": "OpenFindings",
        "清除标记": "ClearMarks",
        "新增项目表": "AddProject",
        "生成退回说明": "MakeReturnNote",
        "打开填报说明": "OpenGuide",
    }
    console = [button.caption for button in buttons(CONSOLE)]
    assert console == ["选择文件夹", "检查全部", "合并生成", "打开结果"]


def test_no_button_lies_over_a_cell_that_holds_something_or_is_filled_in() -> None:
    book = openpyxl.load_workbook(UNIT)
    assert not [said for button in buttons(UNIT) for said in _covered(book, button)]
    wrong = Pressed("封面", "over the board", "X", (7, 6, 9, 7))
    assert list(_covered(book, wrong)), "the test sees nothing"


def _covered(book: openpyxl.Workbook, button: Pressed) -> list[str]:
    first_row, first_column, last_row, last_column = button.over
    found = []
    for row in book[button.sheet].iter_rows(
        first_row, last_row, first_column, last_column
    ):
        for cell in row:
            entry = (
                cell.has_style
                and cell.fill.fill_type == "solid"
                and not cell.protection.locked
            )
            if cell.value is not None or entry:
                found.append(f"{button.caption} on {button.sheet}!{cell.coordinate}")
    return found


@pytest.mark.long
def test_a_static_analyser_finds_no_error_and_in_our_modules_nothing_at_all(
    tmp_path: Path,
) -> None:
    """One start of it for both workbooks, and for a broken module in which it must find something."""
    broken = tmp_path / "broken.bas"
    broken.write_text(
        'Attribute VB_Name = "x"\nOption Explicit\nSub Y()\n    z = 1\nEnd Sub\n',
        encoding="ascii",
    )
    command = [
        sys.executable,
        "-m",
        "pyvbaanalysis",
        "--whole-project",
        "--format",
        "json",
        *map(str, (UNIT, CONSOLE, broken)),
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    said = {
        project["project"]: project["modules"] for project in json.loads(done.stdout)
    }
    ours = {path.stem for path in OURS}
    for path in (UNIT, CONSOLE):
        found = {module["module"]: module["diagnostics"] for module in said[str(path)]}
        assert set(found) >= xlsm.modules().keys()
        errors = [
            (name, one)
            for name, all_of_it in found.items()
            for one in all_of_it
            if one["severity"] == "error"
        ]
        assert errors == []
        assert [(name, found[name]) for name in sorted(ours) if found[name]] == []
    (loose,) = (
        modules
        for project, modules in said.items()
        if project not in (str(UNIT), str(CONSOLE))
    )
    assert [one["severity"] for module in loose for one in module["diagnostics"]] == [
        "error"
    ], "the test sees nothing"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_modules_keep_to_what_vba_can_bear(path: Path) -> None:
    raw = path.read_bytes()
    text = raw.decode("ascii")
    assert raw.count(b"\r\n") == raw.count(b"\n"), "CRLF"
    assert text.startswith(f'Attribute VB_Name = "{path.stem}"\r\nOption Explicit\r\n')
    assert len(path.stem) <= 31
    assert "CreateObject" not in text or path.stem == "disclosure_host"


def test_every_command_for_python_names_a_function_of_the_door() -> None:
    import toolkit.macros

    commands = [
        c
        for path in OURS
        for c in re.findall(r'AskPython "([^"]*)"', path.read_text(encoding="ascii"))
    ]
    assert len(commands) == 4
    for command in commands:
        match = re.fullmatch(
            r"import toolkit\.macros; toolkit\.macros\.(\w+)\(\)", command
        )
        assert match is not None, command
        assert callable(getattr(toolkit.macros, match[1]))


def test_the_macros_know_the_places_that_are_drawn() -> None:
    text = (xlsm.SOURCES / "disclosure_sheets.bas").read_text(encoding="ascii")
    said = {
        name: int(number)
        for name, number in re.findall(r"Private Const (\w+) As Long = (-?\d+)", text)
    }
    assert said == {
        "FIRST_FINDING": panel.FIRST_FINDING,
        "SHEET_COLUMN": panel.SHEET_COLUMN,
        "ROW_COLUMN": panel.ROW_COLUMN,
        "COLUMN_COLUMN": panel.COLUMN_COLUMN,
        "COLOUR_COLUMN": panel.COLOUR_COLUMN,
        "NOTE_COLUMN": panel.NOTE_COLUMN,
        "LAST_COLUMN": panel.NOTE_COLUMN,
        "NO_COLOUR": panel.NO_COLOUR,
    }
    keys = {
        key
        for path in OURS
        for key in re.findall(r'Phrase\("(\w+)"\)', path.read_text(encoding="ascii"))
    }
    keys |= set(
        re.findall(
            r'WhatIsMissing = "(\w+)"',
            (xlsm.SOURCES / "disclosure_host.bas").read_text(encoding="ascii"),
        )
    )
    drawn = {
        row[0].value
        for path in (UNIT, CONSOLE)
        for row in openpyxl.load_workbook(path)[panel.TEXTS].iter_rows(max_col=1)
    }
    assert keys <= drawn


def test_the_plain_twin_has_no_macro_part_and_the_same_forms() -> None:
    with zipfile.ZipFile(PLAIN) as package:
        assert not [name for name in package.namelist() if "vba" in name.lower()]
        assert b"macroEnabled" not in package.read("[Content_Types].xml")
    plain, twin = open_grid(PLAIN), open_grid(UNIT)
    assert list(plain.sheets) == [name for name in twin.sheets if name not in TOOLS]
    for name, sheet in plain.sheets.items():
        assert sheet == twin.sheets[name], name
    books = openpyxl.load_workbook(PLAIN), openpyxl.load_workbook(UNIT)
    for name in plain.sheets:
        one, other = (book[name] for book in books)
        assert len(one.data_validations.dataValidation) == len(
            other.data_validations.dataValidation
        )
        assert len(one.conditional_formatting) == len(other.conditional_formatting)
        assert one.protection.sheet == other.protection.sheet


@pytest.mark.parametrize("path", [UNIT, CONSOLE], ids=lambda path: path.stem)
def test_our_sheets_say_that_they_are_no_forms_and_the_macros_sheets_are_hidden(
    path: Path,
) -> None:
    book = openpyxl.load_workbook(path)
    expected = {panel.CONFIGURATION: "hidden", panel.TEXTS: "veryHidden"}
    # The first project sheet is in sight, the spare ones behind it are not.
    spare = [name for name in book.sheetnames if re.fullmatch(r"项目\d+", name)][1:]
    expected |= dict.fromkeys(spare, "hidden")
    for sheet in book.worksheets:
        assert sheet.sheet_state == expected.get(sheet.title, "visible")
        if sheet.title in (*TOOLS, panel.CONSOLE):
            assert (
                sheet.defined_names[panel.TOOL].attr_text
                == f"{quoted(sheet.title)}!$A$1"
            )
    assert [cell.value for cell in book[panel.CONFIGURATION][1]] == [
        "ADD_WORKBOOK_TO_PYTHONPATH",
        "false",
    ]


def test_without_the_builder_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(xlsm.NoBuilderError, match="macros"):
        xlsm.console_book(PROFILE, tmp_path / "a.xlsm")
    assert not list(tmp_path.iterdir())


def test_nothing_needs_what_is_not_ours_to_pass_on() -> None:
    assert xlwings.__pro__ is False
