"""The words that every report says alike: places, the law, whose a finding is; and how much room a text takes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports import PROFILE, Seen, finding, page
from toolkit.check.report import Report
from toolkit.files import say
from toolkit.files.measure import MARGIN, TALLEST, digits, lines_of, row_height
from toolkit.model import Cell, Return
from toolkit.profile.bounds import law
from toolkit.profile.grounds import CUSTOMS, ground, grounds, laws_in, named
from toolkit.report import words
from toolkit.report.marked.annotate import annotate
from toolkit.report.sent.book import write_book
from toolkit.report.sent.ticked import read_ticked
from toolkit.report.told.data import to_json
from toolkit.report.told.terminal import show
from toolkit.rules.rule import ERROR, INFO, Finding

NEVER_LAW = "河北省省级预算公开办法"  # it is known by its name only: nobody looked up what it says
BOOK, OTHER = "甲.xlsx", "乙.xlsx"


def in_column(
    *rows: int, column: int = 4, sheet: str = "国有资产", book: str = BOOK
) -> tuple[Cell, ...]:
    return tuple(Cell(book, sheet, row, column) for row in rows)


# -- places -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (in_column(8, 9, 11, 12, 13), "国有资产!D8:D9、D11:D13"),
        (
            in_column(8, 9) + in_column(7, column=5, sheet="项目01"),
            "国有资产!D8:D9；项目01!E7",
        ),
        (in_column(9) + in_column(7, 8, 9, column=3), "国有资产!D9、C7:C9"),
        (in_column(8, 7), "国有资产!D8、D7"),
        (in_column(9, 7, 8, 10), "国有资产!D9:D10、D7:D8"),
        (in_column(8, 8, 8), "国有资产!D8"),
        (in_column(*range(1, 17, 2)), "国有资产!D1、D3、D5、D7、D9、D11 等 8 格"),
        (
            in_column(8) + in_column(11, book=OTHER),
            "国有资产!D8；“乙.xlsx”国有资产!D11",
        ),
        ((Cell(BOOK, "", 1, 1),), "整个文件"),
        ((Cell(OTHER, "", 1, 1),), "“乙.xlsx”整个文件"),
        ((), ""),
    ],
)
def test_cells_are_said_as_people_look_for_them(
    cells: tuple[Cell, ...], said: str
) -> None:
    assert words.cells(cells, BOOK) == said


def test_the_sheet_at_hand_goes_without_saying() -> None:
    cells = in_column(8) + in_column(8, sheet="项目01") + in_column(8, book=OTHER)
    assert words.cells(cells, BOOK, "国有资产") == "D8；项目01!D8；“乙.xlsx”国有资产!D8"


def test_many_sheets_are_counted_and_can_all_be_had() -> None:
    cells = [cell for n in range(1, 9) for cell in in_column(7, sheet=f"项目{n:02d}")]
    assert words.cells(cells, BOOK).endswith("；项目06!D7 等 8 张表")
    assert words.every_cell(cells, BOOK).count("!D7") == 8


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4)), min_size=1, max_size=20)
)
def test_the_addresses_are_of_these_cells_and_begin_with_the_first(
    spots: list[tuple[int, int]],
) -> None:
    said = words.addresses([Cell(BOOK, "表", row, column) for row, column in spots])
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    found = []
    for run in said:
        area = sheet[run] if ":" in run else ((sheet[run],),)
        found += [(cell.row, cell.column) for line in area for cell in line]
    assert sorted(found) == sorted(set(spots))
    assert found[0] == spots[0]


def test_where_a_finding_begins_is_said_with_the_unit_it_lies_in() -> None:
    names = {BOOK: "甲单位", OTHER: "乙单位"}
    here = finding(place="国有资产“房屋”的 “价值”")
    assert words.place(here, names, "甲单位") == "国有资产“房屋”的 “价值”"
    assert words.place(here, names, "某局") == "甲单位：国有资产“房屋”的 “价值”"
    both = finding(place="封面", cells=in_column(1) + in_column(1, book=OTHER))
    assert words.place(both, names, "甲单位") == "封面（涉及 2 个单位）"
    assert words.place(finding(), names, "甲单位") == "文件“甲.xlsx”"
    assert words.place(finding(cells=()), names, "某局") == ""


def test_whose_a_finding_is() -> None:
    assert words.unit_of(finding(), {BOOK: "别的名字"}) == "甲单位"
    assert words.unit_of(finding(unit=""), {BOOK: "甲单位"}) == "甲单位"
    assert words.unit_of(finding(unit=""), {}) == "甲"
    assert words.unit_of(finding(unit="", cells=()), {}) == "整个部门"


def test_findings_are_grouped_by_the_file_they_are_mended_in() -> None:
    one, two, whole = (
        finding(1, cells=in_column(1, book=OTHER)),
        finding(2),
        finding(3, cells=()),
    )
    assert words.by_book([one, two, whole]) == {OTHER: [one], BOOK: [two], "": [whole]}
    assert list(words.by_book([one, two, whole], ["空.xlsx", BOOK])) == [
        "空.xlsx",
        BOOK,
        OTHER,
        "",
    ]


def test_counts_are_said_with_and_without_noughts() -> None:
    findings = [finding(1), finding(2), finding(3, severity=INFO)]
    assert words.counted(findings) == "错误 2 条，提醒 0 条，提示 1 条"
    assert words.counted(findings, nought=False) == "错误 2 条，提示 1 条"


# -- the law ------------------------------------------------------------------------------------------------------------


def test_a_provision_is_named_by_title_and_article() -> None:
    assert str(ground("预算法/公开期限", law())) == "中华人民共和国预算法第十四条"
    assert ground("预算法/公开期限", law()).is_law


def test_only_what_was_looked_up_is_named_as_law() -> None:
    for key, entry in law().items():
        said = str(ground(key, law()))
        assert (entry["title"] in said and not said.startswith(CUSTOMS)) == (
            entry["certain"] == "F"
        )
        assert laws_in(said) == ((said,) if entry["certain"] == "F" else ())
    assert (
        str(ground(NEVER_LAW, law()))
        == str(ground("没有这一条", law()))
        == "工作惯例或审核经验"
    )


def test_several_grounds_are_each_named_once() -> None:
    keys = ("没有这一条", "预算法/公开期限", NEVER_LAW)
    assert named(keys, law()) == "工作惯例或审核经验；中华人民共和国预算法第十四条"
    assert len(grounds(keys, law())) == 2
    assert laws_in(named(keys, law())) == ("中华人民共和国预算法第十四条",)


# -- every report says the same -----------------------------------------------------------------------------------------

FOUND = finding(
    cells=in_column(8, 7, 9) + in_column(11, book=OTHER),
    basis=(NEVER_LAW, "预算法/公开期限", "表内勾稽"),
    joined=(finding(2, rule="B01-01", title="另一条"),),
)
Told = Callable[[Finding, Path], str]
LAW_WORDS = (
    "工作惯例或审核经验",
    "中华人民共和国预算法第十四条",
    "工作惯例：同一张表里的数应当自洽",
)


def in_terminal(one: Finding, _: Path) -> str:
    with io.StringIO() as file:
        show(Report((one,)), law(), say.console(file=file))
        return file.getvalue()


def in_page(one: Finding, _: Path) -> str:
    return (
        Seen(page(one))
        .text.replace("法 第十四条", "法第十四条")
        .replace("惯例 同一", "惯例：同一")
    )


def in_data(one: Finding, _: Path) -> str:
    return to_json(Report((one,)), law())


def in_annotated(one: Finding, folder: Path) -> str:
    book = openpyxl.Workbook()
    book.create_sheet("国有资产")
    book.save(folder / BOOK)
    annotate(folder / BOOK, [one], folder / "批注.xlsx", law())
    sheets = openpyxl.load_workbook(folder / "批注.xlsx").worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    return "\n".join(
        f"{cell.value}\n{cell.comment.text if cell.comment else ''}" for cell in cells
    )


def in_list(one: Finding, folder: Path) -> str:
    units = tuple(Return(book, PROFILE.id, {}) for book in (BOOK, OTHER))
    write_book(Report((one,)), units, law(), PROFILE, folder / "校验报告.xlsx")
    (item,) = read_ticked(folder / "校验报告.xlsx").items
    return f"{item.basis}\n{item.cell}\n{item.sheet}\n{item.place}"


EVERY_REPORT = (in_terminal, in_page, in_data, in_annotated, in_list)
WITH_CELLS: dict[Told, str] = {
    in_terminal: "国有资产!D8:D9、D7；“乙.xlsx”国有资产!D11",
    in_page: "国有资产!D8:D9、D7；“乙.xlsx”国有资产!D11",
    in_annotated: "另见：D7、D9；“乙.xlsx”国有资产!D11",
    in_list: "涉及 2 个单位",
}


@pytest.mark.parametrize("told", EVERY_REPORT)
def test_every_report_names_the_law_alike(told: Told, tmp_path: Path) -> None:
    said = told(FOUND, tmp_path)
    assert all(one in said for one in LAW_WORDS)
    assert NEVER_LAW not in said


@pytest.mark.parametrize("told", WITH_CELLS)
def test_every_report_says_where_it_is(told: Told, tmp_path: Path) -> None:
    assert WITH_CELLS[told] in told(FOUND, tmp_path)


# -- how much room a text takes -----------------------------------------------------------------------------------------


def test_a_chinese_character_is_as_wide_as_two_digits() -> None:
    assert digits("三公2023") == 8
    assert digits("三公2023", narrow=2) == 12
    assert digits("“√”，") == 8


def test_lines_are_those_of_the_text_and_those_it_is_broken_into() -> None:
    assert lines_of("", 10) == 1
    assert lines_of("一二三四五", 10) == 1
    assert lines_of("一二三四五六", 10) == 2
    assert lines_of("一\n\n三", 10) == 3
    assert lines_of("12345678901", 10.5) == 2


def test_a_row_is_as_high_as_its_longest_text_and_no_higher_than_a_row_can_be() -> None:
    assert row_height([("一", 10), ("一二三四五六", 10)], 14) == 2 * 14 + MARGIN
    assert row_height([], 14) == 14 + MARGIN
    assert row_height([("一" * 9999, 10)], 14) == TALLEST


def test_errors_come_first_among_the_counts() -> None:
    assert words.SEVERITIES[0] is ERROR
