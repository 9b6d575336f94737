"""End to end without Excel: the workbook's own buttons are pressed in LibreOffice, and the open document shows the effect."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.played_excel import Opened, PlayedExcel, wait_for, write_stub
from toolkit import macros, steps
from toolkit.files.grid import open_grid
from toolkit.model import Name
from toolkit.profile.layout import lay_out
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.data import from_data, to_data
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR
from toolkit.template import panel
from toolkit.template.draw import draw

pytestmark = pytest.mark.libreoffice

PROFILE = load("hebei-2023")
EXAMPLES = home() / "examples"
INPUT = sorted((EXAMPLES / "01-xianghe-as-published" / "input").glob("*.xlsx"))
COVER = PROFILE.book.sheets["cover"].name
(PROJECT,) = (sheet for sheet in PROFILE.book.sheets.values() if sheet.repeat)
AMOUNT = lay_out(PROJECT, 1).at(Name("project", column="amount"))  # of a project
GUIDE = PROFILE.guide["name"]
FEW = 3  # projects: each sheet costs LibreOffice time at every button


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stub twins: a unit's workbook with what was published, but few projects, an empty one, and the console."""
    folder = tmp_path_factory.mktemp("books")
    rules = steps.catalogue(PROFILE).rules
    few = to_data(read(open_grid(INPUT[0]), PROFILE), PROFILE)
    few["projects"] = few["projects"][:FEW]
    published = draw(PROFILE, rules, from_data(few, PROFILE))
    write_stub(panel.with_buttons(published, PROFILE), folder / "单位甲.xlsm")
    write_stub(
        panel.with_buttons(draw(PROFILE, rules, count=2), PROFILE), folder / "空表.xlsm"
    )
    write_stub(panel.console(PROFILE), folder / "汇总控制台.xlsm")
    return folder


@pytest.fixture(scope="module")
def excel() -> Iterator[PlayedExcel]:
    with PlayedExcel() as played:
        yield played


@dataclass(frozen=True)
class Checked:
    """A unit's workbook in which 校验本表 was pressed: how it looked before, and what was said."""

    opened: Opened
    before: dict[tuple[str, int, int], tuple[Any, str]]
    said: str


SHEETS = [PROFILE.book.sheets[key].name for key in ("assets", "three_public")]


@pytest.fixture(scope="module")
def checked(excel: PlayedExcel, books: Path) -> Iterator[Checked]:
    """Pressed once for all tests that only look at it; the last of them takes the marks away."""
    with excel.open(books / "单位甲.xlsm") as opened:
        before = opened.looks(SHEETS)
        opened.store.select(SHEETS[0], (8, 4, 8, 4))
        yield Checked(opened, before, opened.press(COVER, "校验本表"))


@pytest.fixture(scope="module")
def faulty(excel: PlayedExcel, books: Path) -> Iterator[Opened]:
    """An empty workbook with no number where an amount should stand, checked; its second test takes the marks away."""
    with excel.open(books / "空表.xlsm") as opened:
        for name in projects(opened):
            opened.store.write(name, (*AMOUNT, *AMOUNT), [["元钱"]])
        opened.store.calculate()
        opened.press(COVER, "校验本表")
        yield opened


def projects(opened: Opened) -> list[str]:
    return [
        name
        for name in opened.store.sheets()
        if name.startswith("项目") and name[2:].isdigit()
    ]


@pytest.fixture
def unit(excel: PlayedExcel, books: Path) -> Iterator[Opened]:
    with excel.open(books / "单位甲.xlsm") as opened:
        yield opened


def listed(opened: Opened) -> list[list[object]]:
    rows = opened.store.values(
        panel.FINDINGS,
        (panel.FIRST_FINDING, 1, panel.FIRST_FINDING + 100, panel.NOTE_COLUMN),
    )
    return [row for row in rows if row[0] is not None]


def marked(opened: Opened) -> set[tuple[str, int, int]]:
    """Where the list says that a cell was marked."""
    return {
        (str(row[7]), whole(row[8]), whole(row[9]))
        for row in listed(opened)
        if row[10] is not None
    }


def whole(number: object) -> int:
    assert isinstance(number, float)
    return int(number)


def test_checking_marks_and_lists(checked: Checked, books: Path) -> None:
    """校验本表: macro → RunPython → a process → xlwings → this open document."""
    unit = checked.opened
    assert (
        unit.call("xlwings.GetLastCommand")
        == "import toolkit.macros; toolkit.macros.check()"
    )
    assert unit.said_by_python() == ""
    report = steps.check([books / "单位甲.xlsm"], PROFILE).report
    assert [row[5] for row in listed(unit)] == [
        finding.rule for finding in report.findings
    ]
    errors = sum(finding.severity == ERROR for finding in report.findings)
    assert checked.said.startswith(f"有错误 {errors} 条，改好以后才能公开；")
    assert [row[2] for row in listed(unit)] == [
        f"{f.cells[0].sheet}!{f.cells[0].address}" for f in report.findings
    ]
    shades = {tuple(bytes.fromhex(shade[1:])) for shade in macros.SHADES.values()}
    assert len(marked(unit)) > 5
    for name, row, column in marked(unit):
        assert unit.store.colour(name, row, column) in shades
    during = unit.looks(SHEETS)
    assert during != checked.before
    assert any(note.startswith(("【错误】", "【提醒】")) for _, note in during.values())
    assert unit.store.active() == (SHEETS[0], (8, 4, 8, 4)), (
        "sheet and selection are given back"
    )


def test_without_a_finding_selected_the_jump_says_what_to_do(checked: Checked) -> None:
    checked.opened.store.select(panel.FINDINGS, (2, 1, 2, 1))
    assert (
        checked.opened.press(panel.FINDINGS, "转到选中的问题")
        == panel.PHRASES["no_finding"]
    )


def test_a_python_that_ends_without_an_answer_is_told(
    checked: Checked, excel: PlayedExcel
) -> None:
    (excel.folder / "broken").touch()
    try:
        assert checked.opened.press(COVER, "校验本表") == panel.PHRASES["no_answer"]
    finally:
        (excel.folder / "broken").unlink()


def test_the_return_note_lies_beside_the_open_workbook(checked: Checked) -> None:
    said = checked.opened.press(COVER, "生成退回说明")
    note = checked.opened.path.with_name("单位甲-退回说明.txt")
    assert str(note) in said
    assert "怎么改：" in note.read_text(encoding="utf-8-sig")


def test_without_python_one_sentence_says_how_to_go_on_and_the_rest_works(
    checked: Checked,
) -> None:
    """清除标记 is the macro's own as well, and takes back all that checking did."""
    unit = checked.opened
    found = len(listed(unit))
    unit.call("disclosure_host.LosePython")
    for caption in ("校验本表", "生成退回说明"):
        said = unit.press(COVER, caption)
        assert said == panel.PHRASES["no_setup"]
        assert "disclosure excel setup" in said
        assert "交给部门财务校验" in said
    assert len(listed(unit)) == found > 0, "nothing was touched"
    unit.press(COVER, "打开填报说明")
    assert unit.store.active()[0] == GUIDE
    unit.press(COVER, "查看校验结果")
    assert unit.store.active()[0] == panel.FINDINGS
    unit.press(COVER, "新增项目表")
    assert unit.store.active()[0] == PROJECT.called(FEW + 1)
    assert unit.press(COVER, "清除标记") == ""
    assert unit.looks(SHEETS) == checked.before
    assert listed(unit) == []
    assert unit.store.values(panel.FINDINGS, (2, 1, 2, 1)) == [["标记已清除。"]]


def test_a_copy_of_a_filled_and_marked_sheet_is_empty_and_clean(faulty: Opened) -> None:
    """Where no empty project sheet is left, the last one is copied, without what is in it."""
    sheets = projects(faulty)
    assert {(name, *AMOUNT) for name in sheets} <= marked(faulty)
    faulty.press(COVER, "新增项目表")
    made = faulty.store.active()[0]
    assert made not in sheets
    assert faulty.store.values(made, (*AMOUNT, *AMOUNT)) == [[None]]
    assert faulty.store.colour(made, *AMOUNT) == (255, 249, 219)
    assert faulty.store.colour(sheets[-1], *AMOUNT) != (255, 249, 219), (
        "the source keeps its mark"
    )


def test_a_finding_is_jumped_to_even_when_its_cell_has_moved(faulty: Opened) -> None:
    rows = listed(faulty)
    number, (name, row, column) = next(
        (n, (str(r[7]), whole(r[8]), whole(r[9])))
        for n, r in enumerate(rows)
        if str(r[7]).startswith("项目")
        and r[10] is not None
        and (whole(r[8]), whole(r[9])) == AMOUNT
    )
    colour = faulty.store.colour(name, row, column)
    faulty.store.ask("insert_row", name, row)  # a person inserts a row above
    faulty.store.calculate()
    faulty.store.select(
        panel.FINDINGS,
        (panel.FIRST_FINDING + number, 4, panel.FIRST_FINDING + number, 4),
    )
    assert faulty.press(panel.FINDINGS, "转到选中的问题") == ""
    assert faulty.store.active() == (name, (row + 1, column, row + 1, column))
    assert faulty.store.colour(name, row + 1, column) == colour
    faulty.press(panel.FINDINGS, "清除标记")
    assert faulty.store.colour(name, row + 1, column) == (255, 249, 219), (
        "the yellow of an entry cell, where the cell is now"
    )


def test_a_project_sheet_is_added_filled_in_and_read(
    unit: Opened, tmp_path: Path
) -> None:
    """新增项目表 shows the sheet that is put away; then it copies one with its names, checks and drop-downs to its place.

    It empties the copy, and the tool reads it.
    """
    before = read(open_grid(unit.path), PROFILE)
    sheets = unit.store.sheets()
    assert unit.press(COVER, "新增项目表") == ""
    assert unit.store.sheets() == sheets
    assert unit.store.active()[0] == PROJECT.called(len(before.projects) + 1)
    assert unit.press(COVER, "新增项目表") == ""
    (made,) = set(unit.store.sheets()) - set(sheets)
    assert made == PROJECT.called(
        len([name for name in sheets if name.startswith("项目") and name[2:].isdigit()])
        + 1
    )
    assert (
        unit.store.sheets().index(made)
        == unit.store.sheets().index(PROJECT.bookends[1]) - 1
    )
    assert unit.store.active()[0] == made
    place = lay_out(PROJECT, 1)
    names = {name.rpartition("!")[2] for name, _ in unit.store.names(made)}
    assert {"project.name", "project.amount", "sheet.title", "sheet.tick"} <= names
    for key, value in (("name", "新增的项目"), ("amount", 12.5)):
        spot = place.at(Name("project", column=key))
        assert unit.store.values(made, (*spot, *spot)) == [[None]], "the copy is empty"
        unit.store.write(made, (*spot, *spot), [[value]])
    unit.store.calculate()
    after = read(open_grid(unit.saved(tmp_path / "b.xlsx")), PROFILE)
    assert len(after.projects) == len(before.projects) + 1
    assert after.projects[-1].name == "新增的项目"
    assert after.projects[-1].head.figure("amount").value == Decimal("12.5")
    report = steps.check([tmp_path / "b.xlsx"], PROFILE).report
    assert any(
        cell.sheet == made for finding in report.findings for cell in finding.cells
    ), "its goals and indicators are missing"
    assert not [f for f in report.findings if f.rule == "A02-09"], (
        "it does not lie behind the last bookend"
    )


def test_the_board_counts_a_new_project_sheet(faulty: Opened) -> None:
    def made() -> object:
        rows = faulty.store.values(COVER, (1, 6, 40, 8))
        return next(row[2] for row in rows if row[0] == "项目表张数")

    faulty.store.calculate()
    before = len(projects(faulty))
    assert made() == before
    faulty.press(COVER, "新增项目表")
    faulty.store.calculate()
    assert made() == before + 1


def test_the_console_chooses_checks_merges_and_opens(
    excel: PlayedExcel, books: Path
) -> None:
    folder = excel.folder / "units"
    shutil.copytree(EXAMPLES / "02-xianghe-corrected" / "input", folder)
    with excel.open(books / "汇总控制台.xlsm") as console:
        assert console.press(panel.CONSOLE, "检查全部").startswith("请先按“选择文件夹”")
        assert console.press(panel.CONSOLE, "打开结果") == panel.PHRASES["no_results"]
        console.press(panel.CONSOLE, "选择文件夹")
        assert console.store.values(panel.CONSOLE, (4, 3, 5, 3)) == [
            [str(folder)],
            [f"{folder}{panel.OUT_TAIL}"],
        ]
        assert (
            console.press(panel.CONSOLE, "检查全部")
            == "检查了 3 个文件，都没有错误，可以合并。"
        )
        rows = console.store.values(
            panel.CONSOLE, (panel.FIRST_UNIT, 2, panel.FIRST_UNIT + 2, 10)
        )
        assert [row[0] for row in rows] == [1, 2, 3]
        assert {row[4] for row in rows} == {"没有错误"}
        assert console.press(panel.CONSOLE, "合并生成").startswith("合并了 3 个单位")
        assert console.press(panel.CONSOLE, "打开结果") == ""
        assert console.call("disclosure_host.GetShown") == f"{folder}{panel.OUT_TAIL}"
    assert (excel.folder / f"units{panel.OUT_TAIL}" / steps.TABLES).exists()


# -- a click on a screen ----------------------------------------------------------------------------------------------


@contextmanager
def screen() -> Iterator[str]:
    """A screen that only exists in memory."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writer),
            "-screen",
            "0",
            "1440x900x24",
            "-nolisten",
            "tcp",
        ],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.screen
def test_a_real_click_on_a_screen(books: Path, tmp_path: Path) -> None:
    """The mouse goes to the button, presses it, and the picture afterwards shows the marks."""
    pictures = Path(os.environ.get("DISCLOSURE_PICTURES", tmp_path))
    taken: set[bytes] = set()
    with (
        screen() as display,
        PlayedExcel(display=display) as played,
        played.open(books / "单位甲.xlsm") as opened,
    ):
        env = {**os.environ, "DISPLAY": display}
        # a picture that somebody wants to have must be painted to its end
        settling = "1" if "DISCLOSURE_PICTURES" in os.environ else "0.2"

        def click(sheet: str, caption: str) -> None:
            opened.store.select(sheet, (3, 2, 3, 2))
            wait_for(lambda: opened.store.ask("where", sheet, caption)[0] > 0)
            x, y = opened.store.ask("where", sheet, caption)
            subprocess.run(
                ["xdotool", "mousemove", str(x), str(y), "sleep", "0.3", "click", "1"],
                env=env,
                check=True,
            )

        def picture(name: str, sheet: str) -> Path:
            opened.store.select(sheet, (3, 2, 3, 2))
            subprocess.run(
                ["xdotool", "mousemove", "1400", "700", "sleep", settling],
                env=env,
                check=True,
            )
            wait_for(lambda: seen(pictures / name))
            return pictures / name

        def seen(path: Path) -> bool:
            """Whether the screen shows something, and something else than on the pictures before."""
            subprocess.run(
                ["import", "-window", "root", str(path)], env=env, check=True
            )
            content = path.read_bytes()
            new = len(content) > 20_000 and content not in taken
            taken.update([content] if new else [])
            return new

        first = picture("按钮.png", COVER)
        click(COVER, "打开填报说明")
        wait_for(lambda: opened.store.active()[0] == GUIDE)
        click(COVER, "校验本表")
        wait_for(lambda: opened.told().startswith("有错误"))
        assert len(listed(opened)) > 5
        name, row, column = min(marked(opened))
        assert opened.store.colour(name, row, column) is not None
        second, third = (
            picture("校验结果.png", panel.FINDINGS),
            picture("标记.png", PROFILE.book.sheets["assets"].name),
        )
        assert len({path.read_bytes() for path in (first, second, third)}) == 3
        assert all(path.stat().st_size > 20_000 for path in (first, second, third)), (
            "a picture of nothing"
        )
