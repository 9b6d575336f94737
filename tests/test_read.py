"""Reading: what is drawn is read back; ill workbooks are told apart, and nothing is guessed."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from tests.filled_by_hand import Hand, sound
from tests.returns import random_data
from toolkit import steps
from toolkit.files.grid import CannotOpenError, Raw, open_grid
from toolkit.files.paint import paint
from toolkit.model import Kind, Name, Return
from toolkit.profile.by_door import of_return
from toolkit.profile.loading import load
from toolkit.returns.content import differing
from toolkit.returns.data import computed, from_data, to_data
from toolkit.returns.read import read
from toolkit.returns.typed import number_in
from toolkit.template.draw import draw

PROFILE = load("hebei-2023")
RULES = steps.catalogue(PROFILE).rules
MANY = int(os.environ.get("RETURNS", "10"))  # random returns; more by hand: RETURNS=100
EXAMPLE = {
    "cover": {
        "unit_code": "333001",
        "unit_name": "示例局",
        "department": "示例局",
        "lead": "否",
        "nature": "行政单位",
        "rank": "正科级",
        "funding": "财政拨款",
    },
    "three_public": {
        "abroad": {"this_year": "0", "last_year": "0"},
        "vehicle_purchase": {"this_year": "0", "last_year": "0"},
        "vehicle_running": {
            "this_year": "3.42",
            "last_year": "3.80",
            "reason": "压减公车运行经费",
        },
        "reception": {"this_year": "0", "last_year": "0"},
    },
    "composition": {
        "personnel": {"this_year": "100.10", "last_year": "90"},
        "operating": {"this_year": "20", "last_year": "20"},
        "project": {"this_year": "28", "last_year": "28"},
    },
    "projects": [
        {
            "name": "办公经费",
            "amount": "28",
            "goal": "保障运转",
            "indicators": [
                {
                    "level1": "产出指标",
                    "level2": "数量指标",
                    "level3": "人员数量",
                    "value": "≥5人",
                }
            ],
        }
    ],
}


def drawn(path: Path, data: dict[str, Any] | None = None) -> Path:
    paint(draw(PROFILE, RULES, from_data(data or EXAMPLE, PROFILE)), path)
    return path


def changed(
    path: Path, change: Callable[[Workbook], None], data: dict[str, Any] | None = None
) -> Return:
    """Draw, change through openpyxl as another program would, read."""
    drawn(path, data)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return read(open_grid(path), PROFILE)


def odd(book: Return) -> dict[str, Any]:
    return {oddity.what: oddity for oddity in book.oddities}


def test_what_is_drawn_is_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Random returns over every field that the schema declares; the fields covered are counted."""
    draws = random.Random(11)
    every = [_one_line_each(door) for door in PROFILE.doors]
    declared = {kind(name) for one in every for name, _ in one.values()}
    covered: set[tuple[str, str, str]] = set()
    for number in range(MANY):
        given = from_data(random_data(PROFILE, draws), PROFILE)
        path = tmp_path / f"{number}.xlsx"
        paint(draw(PROFILE, RULES, given), path)
        back = read(open_grid(path), PROFILE)
        wanted = to_data(computed(given, of_return(PROFILE, given).book), PROFILE)
        assert to_data(back, PROFILE) == wanted
        assert {odd.what for odd in back.oddities} <= {"overtyped"}
        covered |= {kind(name) for name, value in back.values() if value.given}
    with capsys.disabled():
        print(f"\n  fields covered {len(covered)} = fields declared {len(declared)}")
    assert covered == declared


def _one_line_each(door: str) -> Return:
    """A return by a door with one line of each list, one project, and whatever is derived of one entry."""
    data: dict[str, Any] = {
        block.key: [{}]
        for block in PROFILE.book.blocks.values()
        if block.kind == "list"
    }
    return from_data(
        {**data, "projects": [{"indicators": [{}]}], "cover": {"door": door}}, PROFILE
    )


def kind(name: Name) -> tuple[str, str, str]:
    """A name without the number of its line."""
    return name.block, name.row, name.column


def test_every_figure_remembers_the_cell_it_stands_in(tmp_path: Path) -> None:
    path = drawn(tmp_path / "甲.xlsx")
    back = read(open_grid(path), PROFILE)
    sheets = openpyxl.load_workbook(path, data_only=True)
    seen = 0
    for _, value in back.values():
        for cell in value.cells():
            if value.given:
                stands = sheets[cell.sheet][cell.address].value
                seen += 1
                assert stands is not None, str(cell)
    assert seen > 20


def test_a_copy_typed_in_by_another_program_reads_the_same(tmp_path: Path) -> None:
    """Another program, here openpyxl, fills the template and leaves every formula uncalculated: we calculate our own."""
    target = drawn(tmp_path / "drawn.xlsx")
    blank = tmp_path / "typed.xlsx"
    steps.template(blank, PROFILE, count=3)
    source, typed = openpyxl.load_workbook(target), openpyxl.load_workbook(blank)
    for sheet in source:
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked and cell.value is not None:
                    typed[sheet.title][cell.coordinate].value = cell.value
    typed.save(blank)
    assert openpyxl.load_workbook(blank, data_only=True)["三公经费"]["C8"].value is None
    one, other = read(open_grid(target), PROFILE), read(open_grid(blank), PROFILE)
    assert to_data(one, PROFILE) == to_data(other, PROFILE)
    assert not other.oddities


def test_a_template_that_people_rearranged_still_reads(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        sheet = book["三公经费"]
        sheet.column_dimensions["C"].width = 40
        book.move_sheet("三公经费", offset=-5)
        copy = book.copy_worksheet(book["项目01"])
        copy.title = "新项目"
        book.move_sheet(copy, offset=-1)

    back = changed(tmp_path / "a.xlsx", change)
    assert back.figure("three_public.vehicle_running.this_year").value == Decimal(
        "3.42"
    )
    assert [project.sheet for project in back.projects] == ["项目01", "新项目"]


def test_rows_inserted_in_a_list_are_read(tmp_path: Path) -> None:
    data = {**EXAMPLE, "duties": [{"text": "职责一"}, {"text": "职责二"}]}

    def change(book: Workbook) -> None:
        sheet = book["部门职责"]
        row = next(cell.row for cell in sheet["B"] if cell.value == "职责二")
        sheet.insert_rows(row)
        sheet.cell(row, 2).value = "夹在中间"

    back = changed(tmp_path / "a.xlsx", change, data)
    assert [row.text("text") for row in back.rows("duties")] == [
        "职责一",
        "夹在中间",
        "职责二",
    ]


def test_a_renamed_sheet_is_known_by_its_title(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["三公经费"].title = "三公(改)"

    back = changed(tmp_path / "a.xlsx", change)
    assert back.figure("three_public.vehicle_running.this_year").value == Decimal(
        "3.42"
    )
    assert "sheet-renamed" in odd(back)


def test_a_sheet_that_earlier_versions_drew_is_passed_over_and_one_of_ones_own_is_told(
    tmp_path: Path,
) -> None:
    def change(book: Workbook) -> None:
        for name in ("规则目录", "我的底稿"):
            book.create_sheet(name)["B2"] = "共 174 条"

    told = [
        (oddity.what, dict(oddity.places))
        for oddity in changed(tmp_path / "a.xlsx", change).oddities
    ]
    assert told == [("sheet-unknown", {"sheet": "我的底稿"})]


def test_the_five_kinds_of_nothing_are_five_things(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        sheet = book["三公经费"]
        spots = {c.value: c.row for c in sheet["B"]}
        sheet.cell(spots["1、因公出国（境）费"], 3).value = None
        sheet.cell(spots["其中：公务用车购置费"], 3).value = 0
        sheet.cell(spots["公务用车运维费"], 3).value = "三万多"
        sheet.cell(spots["3、公务接待费"], 3).value = "#REF!"
        sheet.cell(spots["3、公务接待费"], 3).data_type = "e"
        sheet.cell(spots["3、公务接待费"], 4).value = "=1+1"

    back = changed(tmp_path / "a.xlsx", change)
    kinds = [
        back.figure(f"three_public.{name}").kind
        for name in (
            "abroad.this_year",
            "vehicle_purchase.this_year",
            "vehicle_running.this_year",
            "reception.this_year",
            "reception.last_year",
        )
    ]
    assert kinds == [Kind.BLANK, Kind.NUMBER, Kind.TEXT, Kind.ERROR, Kind.UNCOMPUTED]
    assert back.figure("three_public.vehicle_purchase.this_year").value == 0


def test_a_cell_that_was_cut_and_pasted_takes_its_name_along_and_is_told(
    tmp_path: Path,
) -> None:
    """Cutting moves a defined name silently: the heading is believed, and the two cells are named."""

    def change(book: Workbook) -> None:
        names = book["三公经费"].defined_names
        names["three_public.abroad.this_year"].attr_text = "'三公经费'!$C$20"

    back = changed(tmp_path / "a.xlsx", change)
    told = odd(back)["name-moved"]
    assert told.places["at"] == "C20"
    assert back.figure("three_public.abroad.this_year").value == 0


def test_a_missing_name_is_read_by_its_heading_and_told_once(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        del book["三公经费"].defined_names["three_public.abroad.this_year"]

    back = changed(tmp_path / "a.xlsx", change)
    assert [oddity.what for oddity in back.oddities] == ["names-missing"]
    assert back.figure("three_public.abroad.this_year").value == 0


def test_a_missing_sheet_is_told_once(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        del book["三公经费"]

    back = changed(tmp_path / "a.xlsx", change)
    assert [o.places["sheet"] for o in back.oddities if o.what == "sheet-missing"] == [
        "三公经费"
    ]


def test_a_total_typed_over_is_told_with_the_formula_that_belongs_there(
    tmp_path: Path,
) -> None:
    def change(book: Workbook) -> None:
        sheet = book["三公经费"]
        row = next(cell.row for cell in sheet["B"] if cell.value == "合计")
        sheet.cell(row, 3).value = 9.99

    told = odd(changed(tmp_path / "a.xlsx", change))["overtyped"]
    assert told.places["formula"].startswith("ROUND(SUM(C")


def test_a_number_typed_as_text_is_read_and_the_totals_are_ours(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        sheet = book["三公经费"]
        row = next(cell.row for cell in sheet["B"] if cell.value == "公务用车运维费")
        sheet.cell(row, 3).value = "３．４２"

    back = changed(tmp_path / "a.xlsx", change)
    assert back.figure("three_public.vehicle_running.this_year").value == Decimal(
        "3.42"
    )
    assert back.figure("three_public.total.this_year").value == Decimal("3.42")
    assert odd(back)["normalised"].places["examples"] == "“３．４２”读作 3.42"


def test_a_total_whose_addend_holds_no_number_waits_and_is_no_second_finding(
    tmp_path: Path,
) -> None:
    """One defect, one finding: the addend is told, the totals and the checks on them wait."""
    from toolkit.check.judge import check_return
    from toolkit.check.report import UNREADABLE

    def change(book: Workbook) -> None:
        sheet = book["三公经费"]
        row = next(cell.row for cell in sheet["B"] if cell.value == "公务用车运维费")
        sheet.cell(row, 3).value = "34200元"

    back = changed(tmp_path / "a.xlsx", change)
    assert back.figure("three_public.total.this_year").kind is Kind.WAITING
    report = check_return(back, PROFILE, steps.catalogue(PROFILE))
    told = [f for f in report.findings if f.cells[0].sheet == "三公经费"]
    assert [(f.rule, f.cells[0].column) for f in told] == [("A01-02", 3)]
    assert "公务用车运维费：2023年预算数" in told[0].message
    assert "折合 3.42 万元" in told[0].message
    assert report.reasons[UNREADABLE] > 0


def test_what_a_text_in_place_of_a_number_probably_is_is_said(tmp_path: Path) -> None:
    from toolkit.check.judge import check_return

    typed = {9: "（3.42）", 11: "约3.42万元", 12: "三万", 13: "3 4"}

    def change(book: Workbook) -> None:
        for row, text in typed.items():
            book["三公经费"].cell(row, 4).value = text

    back = changed(tmp_path / "a.xlsx", change)
    report = check_return(back, PROFILE, steps.catalogue(PROFILE))
    told = {f.cells[0].row: f.message for f in report.findings if f.rule == "A01-02"}
    assert told[9].endswith("现在填的是“（3.42）”。括号里的数如果是负数，写成 -3.42。")
    assert told[11].endswith("单元格里除了数字还有“约”和“万元”。")
    assert told[12].endswith("数字写成了汉字。")
    assert told[13].endswith("现在填的是“3 4”。")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空文件"),
        (b"hello,world", "不是 Excel 工作簿"),
        (b"%PDF-1.7", "里面是 PDF 文件，不是 Excel 工作簿"),
        (b"\xff\xd8\xff\xe0JFIF", "里面是图片"),
        (b"\xef\xbb\xbf\n<html><table>", "里面是网页，不是 Excel 工作簿。请用 Excel"),
        (b"PK\x03\x04broken", "不完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧的 .xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + b"\0" * 100
            + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
    ],
)
def test_a_file_that_is_no_workbook_is_told_apart(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    with pytest.raises(CannotOpenError, match=said):
        open_grid(path)
    assert path.read_bytes() == content


def test_a_damaged_part_is_told_without_a_traceback(tmp_path: Path) -> None:
    import zipfile

    whole, broken = drawn(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for part in source.namelist():
            text = source.read(part)
            target.writestr(
                part,
                text[: len(text) // 2] if part == "xl/worksheets/sheet3.xml" else text,
            )
    with pytest.raises(CannotOpenError, match="损坏"):
        open_grid(broken)


def test_a_workbook_that_would_unfold_beyond_measure_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drawn(tmp_path / "a.xlsx")
    monkeypatch.setattr("toolkit.files.archive.MOST_BYTES", 1000)
    with pytest.raises(CannotOpenError, match="展开后过大"):
        open_grid(path)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.xlsx")
    kept = shutil.copy(path, tmp_path / "kept.xlsx")
    read(open_grid(path), PROFILE)
    assert path.read_bytes() == Path(kept).read_bytes()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3.42", "3.42"),
        ("-0.38", "-0.38"),
        ("十万", None),
        ("3..2", None),
        ("１２．５０", "12.50"),
        ("1,234.50", "1234.50"),
        ("1，234，567", "1234567"),
        (" 16.2万元 ", "16.2"),
        ("￥16.2", "16.2"),
        ("－3", "-3"),
        ("16,2", None),
        ("1,23,4", None),
        ("16.2 50", None),
        ("2０²", None),
        ("①", None),
        ("٣", None),
        ("1e5", None),
        ("16.2元", None),
        ("16.", None),
        ("", None),
    ],
)
def test_a_text_is_a_number_only_where_it_is_one(text: str, number: str | None) -> None:
    assert number_in(text, "万元") == (None if number is None else Decimal(number))


def test_a_list_without_its_border_is_read_by_the_rows_that_hold_anything() -> None:
    hand = Hand.at(sound())
    bought = hand.sheets["政府采购"]
    cells = {
        spot: raw for spot, raw in bought.cells.items() if not raw.text.startswith("↑")
    }
    cells[1_048_576, bought_column(hand)] = Raw(Kind.TEXT, "某项目")
    hand.sheets["政府采购"] = replace(bought, cells=cells, names={}, last_row=1_048_576)
    book = read(hand.grid, PROFILE)
    assert [row.text("project") for row in book.rows("procurement")] == ["某项目"]


def bought_column(hand: Hand) -> int:
    """The column of the project's name in the list of purchases."""
    return hand.find("procurement.project")[1][1]


def test_what_differs_between_two_returns_is_named_with_both_values() -> None:
    ours = from_data(EXAMPLE, PROFILE)
    changed: dict[str, Any] = deepcopy(EXAMPLE)
    changed["cover"] |= {"rank": "副科级", "preparer": "甲"}
    theirs = from_data(changed, PROFILE)
    found = {
        str(name): (mine, other)
        for name, mine, other in differing(ours, theirs, PROFILE)
    }
    assert found == {"cover.rank": ("正科级", "副科级"), "cover.preparer": ("", "甲")}
