"""From the findings workbook to the slips: ticked, reworded, added to, sorted, saved by others; rounds."""

from __future__ import annotations

import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import get_column_letter

from tests.office import as_pdf, recalculated, saved_again
from tests.ticking import (
    CHECKED,
    INSURANCE,
    JOBS,
    LEAD,
    PROFILE,
    edited,
    made,
    put,
    row_of,
    table,
    words,
    write,
)
from toolkit.check.judge import against
from toolkit.check.report import Report
from toolkit.files.grid import CannotOpenError
from toolkit.model import Cell, Return
from toolkit.profile.bounds import law
from toolkit.profile.stored import home
from toolkit.report.sent.book import KINDS, MENDED, SPARE, SUMMARY, write_book
from toolkit.report.sent.slip import Slip, context, file_stem, rounds, slips
from toolkit.report.sent.ticked import (
    ALL,
    COMMON,
    HEADINGS,
    KIND,
    NO,
    NONE,
    YES,
    Item,
    Ticked,
    read_ticked,
)
from toolkit.report.words import LIST
from toolkit.report.words import law as law_words
from toolkit.returns.data import from_data, to_data
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("fresh") / "校验报告.xlsx")


# -- the workbook -------------------------------------------------------------------------------------------------------


def test_the_same_findings_give_the_same_bytes(tmp_path: Path, fresh: Path) -> None:
    assert write(tmp_path / "again.xlsx").read_bytes() == fresh.read_bytes()


def test_all_of_every_finding_comes_back(fresh: Path) -> None:
    ticked = read_ticked(fresh)
    by_id = {item.id: item for item in ticked.items}
    assert len(by_id) == len(CHECKED.report.findings) == len(ticked.items)
    for finding in CHECKED.report.findings:
        item, first = by_id[finding.id], finding.cells[0]
        assert (item.unit, item.severity, item.title) == (
            finding.unit,
            finding.severity.value,
            finding.title,
        )
        assert (item.message, item.remedy, item.office) == (
            finding.message,
            finding.remedy,
            finding.office,
        )
        assert item.sheet == first.sheet
        assert item.cell.split(" ")[0] == first.address
        assert (item.tick == YES) == item.back == (finding.severity is ERROR)
    assert ticked.units == (LEAD, JOBS, INSURANCE)
    assert ticked.notes == ()


def test_only_what_was_looked_up_is_called_law(fresh: Path) -> None:
    certain = {entry["title"] for entry in law().values() if entry["certain"] == "F"}
    for item in read_ticked(fresh).items:
        for said in item.basis.split("；"):
            assert said.startswith(("工作惯例", "审核经验")) or any(
                said.startswith(title) for title in certain
            )
    finding = replace(
        CHECKED.report.findings[0],
        basis=("河北省省级预算公开办法", "预算法/公开期限", "没有这一条"),
    )
    assert (
        law_words(finding, law()) == "工作惯例或审核经验；中华人民共和国预算法第十四条"
    )


def test_filters_frozen_headings_and_the_printed_page(fresh: Path) -> None:
    book = openpyxl.load_workbook(fresh)
    assert book.sheetnames == [LIST, KINDS, SUMMARY]
    last = 4 + len(CHECKED.report.findings) + SPARE
    assert book[LIST].auto_filter.ref == f"A4:P{last}"
    assert book[LIST].freeze_panes == "D5"
    # What the reviewer writes stands on the first screen, and where it is, on paper.
    seen = {str(book[LIST].cell(4, column).value): column for column in range(1, 17)}
    widths = [
        book[LIST].column_dimensions[get_column_letter(column)].width
        for column in range(1, seen["单位答复"] + 1)
    ]
    assert sum(8 * width + 5 for width in widths) <= 1318
    assert (
        book[LIST].print_area
        == f"'{LIST}'!$A$1:${get_column_letter(seen['单元格'])}${last}"
    )
    assert book[LIST].column_dimensions[get_column_letter(seen["状态"])].hidden
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == (
            "landscape",
            9,
        )
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in {
            (1, 0),
            (None, 0),
        }
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.auto_filter.ref
    choices = {
        str(v.sqref): v.formula1 for v in book[LIST].data_validations.dataValidation
    }
    assert choices[f"C5:C{last}"] == f'"{YES},{NO}"'
    assert f"D{last - SPARE + 1}:D{last}" in choices
    assert all(
        book[LIST].cell(last, column).fill.fgColor.rgb == "FFFFF9DB"
        for column in range(1, 17)
    )


def findings_of(units: int) -> Report:
    common = Finding(
        rule="A01-01",
        severity=WARNING,
        title="同一个毛病",
        message="说明",
        remedy="改",
        basis=("表内勾稽",),
        cells=(Cell("x.xlsx", "表", 5, 3),),
    )
    findings = [
        replace(
            common,
            id=f"{n:08x}",
            unit=f"第{n}中学",
            cells=(Cell(f"{n}.xlsx", "表", 5, 3),),
        )
        for n in range(units)
    ]
    alone = replace(
        common,
        id="ffffffff",
        rule="A01-02",
        severity=ERROR,
        title="只有一家",
        unit="第3中学",
    )
    return Report((*findings, alone))


def test_one_fault_in_sixty_units_is_one_line_and_one_tick(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", findings_of(60))
    sheet = openpyxl.load_workbook(path)[KINDS]
    rows = [
        [cell.value for cell in row]
        for row in sheet.iter_rows(min_row=5, max_col=6)
        if row[0].value
    ]
    assert [row[:5] for row in rows] == [
        ["A01-01", "提醒", "同一个毛病", 60, 60],
        ["A01-02", "错误", "只有一家", 1, 1],
    ]

    def tick(book: openpyxl.Workbook) -> None:
        put(book[KINDS], 5, **{KIND: ALL, COMMON: "请各校统一更正。"})
        put(book[LIST], row_of(book[LIST], "00000007"), tick=NO)
        put(book[LIST], row_of(book[LIST], "00000008"), opinion="这一处另说。")

    ticked = read_ticked(edited(path, tmp_path / "b.xlsx", tick))
    papers = made(ticked, tmp_path / "out")
    assert len(papers) == 59
    assert "第7中学" not in papers
    assert "请各校统一更正。" in words(papers["第9中学"], tmp_path)
    assert "请各校统一更正。" not in words(papers["第8中学"], tmp_path)


def test_a_whole_kind_can_be_kept_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", findings_of(5))
    ticked = read_ticked(
        edited(
            path, tmp_path / "b.xlsx", lambda book: put(book[KINDS], 6, **{KIND: NONE})
        )
    )
    assert ticked.returned == ()


def test_the_overview_counts_and_says_how_each_unit_stands(tmp_path: Path) -> None:
    unreadable = Finding(
        rule="A01-01",
        severity=ERROR,
        title="打不开",
        message="坏了",
        remedy="重发",
        basis=(),
        cells=(Cell("坏.xlsx", "", 1, 1),),
    )
    report = CHECKED.report.joined(Report((unreadable,)))
    sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", report))[SUMMARY]
    rows = {
        str(row[0].value): [cell.value for cell in row]
        for row in sheet.iter_rows(min_row=5, max_col=9)
    }
    assert rows["坏"][8] == "读不出来"
    assert rows[JOBS][8] == "有错误，要改"
    assert rows["合计"][1] == "4 个单位"
    for name, counts in ((LEAD, rows[LEAD]), (JOBS, rows[JOBS])):
        found = [
            sum(f.unit == name and f.severity is s for f in CHECKED.report.findings)
            for s in (ERROR, WARNING, INFO)
        ]
        assert counts[2:7] == [*found, 0, sum(found)]


@pytest.mark.libreoffice
def test_saved_by_libreoffice_nothing_is_lost_and_the_counts_follow(
    tmp_path: Path, fresh: Path
) -> None:
    """Ticked, reworded and answered, then saved by another program: read back the same; formulas agree with what we cached."""

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book[LIST]
        put(sheet, 9, tick=YES, opinion="请核实。\n另见电话记录。", answer="已改")
        put(
            sheet,
            4 + len(CHECKED.report.findings) + 2,
            unit=JOBS,
            opinion="手写的一条",
            tick=YES,
        )

    ours = edited(fresh, tmp_path / "a.xlsx", edit)
    untouched = tmp_path / "fresh.xlsx"
    untouched.write_bytes(fresh.read_bytes())
    theirs, again = recalculated([ours, untouched], tmp_path / "lo")
    assert read_ticked(theirs) == read_ticked(ours)
    assert openpyxl.load_workbook(theirs)[LIST].auto_filter.ref
    cached, calculated = (
        openpyxl.load_workbook(path, data_only=True)[SUMMARY] for path in (fresh, again)
    )
    shown = [
        [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_col=9)]
        for sheet in (cached, calculated)
    ]
    assert shown[0] == shown[1]
    after = openpyxl.load_workbook(theirs, data_only=True)[SUMMARY]
    before, since = (
        int(str(sheet.cell(row_of(sheet, JOBS, "单位"), 8).value))
        for sheet in (cached, after)
    )
    assert since == before + 1
    pages = as_pdf(untouched, tmp_path / "pdf")
    assert (
        "841.89 x 595"
        in subprocess.run(
            ["pdfinfo", pages], check=True, capture_output=True, text=True
        ).stdout
    )


# -- what a person does with it -----------------------------------------------------------------------------------------


def shuffled(book: openpyxl.Workbook) -> None:
    """Rows sorted otherwise, columns moved, rows hidden by a filter, one inserted, the sheet renamed, a blank one between."""
    sheet = book[LIST]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    rows[1:] = sorted(rows[1:], key=lambda row: str(row[6] or "～"), reverse=True)
    rows.insert(40, [None] * len(rows[0]))
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(reversed(row), 2):
            sheet.cell(number, column).value = value
        sheet.cell(number, 1).value = None
    for number in range(10, 30):
        sheet.row_dimensions[number].hidden = True
    sheet.insert_rows(2)
    sheet.title = "我的清单"


def test_sorting_hiding_moving_and_renaming_lose_nothing(
    tmp_path: Path, fresh: Path
) -> None:
    before, after = (
        read_ticked(fresh),
        read_ticked(edited(fresh, tmp_path / "a.xlsx", shuffled)),
    )

    def plain(ticked: Ticked) -> set[Item]:
        return {replace(item, row=0) for item in ticked.items}

    assert plain(after) == plain(before)
    assert {item.id for item in after.returned} == {item.id for item in before.returned}


def test_what_she_writes_herself_goes_to_the_unit_she_names_or_to_all(
    tmp_path: Path, fresh: Path
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book[LIST]
        first = 5 + len(CHECKED.report.findings)
        put(sheet, first, unit=JOBS, opinion="与上年完全相同，请重写。", tick=YES)
        put(sheet, first + 3, unit="各单位", opinion="请注明公开日期。")
        put(sheet, first + 4, unit=LEAD, opinion="想想再说", tick=NO)
        put(sheet, first + 5, opinion="没写单位的话", tick=YES)
        put(
            sheet,
            first + 6,
            unit="香河县就业中心",
            title="名称写错的单位",
            remedy="改",
            tick=YES,
        )
        put(sheet, first + 7, tick=YES)
        sheet.insert_rows(8)
        put(sheet, 8, unit=INSURANCE, opinion="插在中间的一条", tick="√")

    ticked = read_ticked(edited(fresh, tmp_path / "a.xlsx", edit))
    papers = made(ticked, tmp_path / "out")
    assert set(papers) == {LEAD, JOBS, INSURANCE, "香河县就业中心"}
    said = {unit: words(paper, tmp_path) for unit, paper in papers.items()}
    assert "与上年完全相同，请重写。" in said[JOBS]
    assert "插在中间的一条" in said[INSURANCE]
    assert all("请注明公开日期。" in said[unit] for unit in (LEAD, JOBS, INSURANCE))
    assert "想想再说" not in "".join(said.values())
    notes = "\n".join(ticked.notes)
    assert "没有写单位" in notes
    assert "“退回”空着，已按要退处理" in notes
    assert "“香河县就业中心”不在“汇总”表的单位里" in notes
    assert len(ticked.notes) == 3


@pytest.mark.parametrize(
    ("tick", "back"),
    [
        ("√", True),
        (" 是 ", True),
        ("y", True),
        ("否", False),
        ("×", False),
        ("", False),
    ],
)
def test_ticks_are_read_as_people_write_them(
    tmp_path: Path, fresh: Path, tick: str, *, back: bool
) -> None:
    last = CHECKED.report.findings[-1].id
    path = edited(
        fresh,
        tmp_path / "a.xlsx",
        lambda book: put(book[LIST], row_of(book[LIST], last), tick=tick),
    )
    ticked = read_ticked(path)
    assert next(item for item in ticked.items if item.id == last).back is back
    assert ticked.notes == ()


def test_a_tick_that_nobody_understands_is_told(tmp_path: Path, fresh: Path) -> None:
    ticked = read_ticked(
        edited(fresh, tmp_path / "a.xlsx", lambda book: put(book[LIST], 9, tick="再议"))
    )
    assert "第 9 行“退回”写的是“再议”，看不懂，没有退" in ticked.notes[0]


def test_another_workbook_is_refused_in_chinese(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "别的.xlsx")
    with pytest.raises(CannotOpenError, match=r"“别的\.xlsx”不是校验报告"):
        read_ticked(tmp_path / "别的.xlsx")


def test_faults_of_one_kind_stand_together_each_place_beside_its_own_words() -> None:
    items = (
        Item(
            id="a",
            title="甲",
            severity="错误",
            place="项目一",
            sheet="项目01",
            cell="F8",
            message="说明一。",
            remedy="改。",
        ),
        Item(
            id="b",
            title="乙",
            severity="错误",
            place="项目二",
            message="说明二。",
            remedy="改。",
        ),
        Item(
            id="c",
            title="甲",
            severity="错误",
            place="项目三",
            message="说明三。",
            remedy="改。",
        ),
        Item(title="甲", message="手写的。"),
        Item(title="甲", message="又一条手写的。"),
        Item(id="d", title="甲", severity="错误", answer="已改。"),
    )
    lines = context(Slip("单位", 1, items), PROFILE)["lines"]
    assert [line.number for line in lines] == ["1-1", "1-2", "2", "3", "4", "5"]
    assert [line.title for line in lines] == [
        "【错误】甲（2 处）",
        "",
        "【错误】乙",
        "甲",
        "甲",
        "【错误】甲",
    ]
    assert [line.place for line in lines[:2]] == [
        "项目一（项目01 F8）\n编号 a",
        "项目三\n编号 c",
    ]
    assert [(line.message, line.remedy) for line in lines[:2]] == [
        ("说明一。", "改。"),
        ("说明三。", "同上。"),
    ]


def test_what_is_said_of_several_places_in_the_same_words_is_one_line() -> None:
    items = tuple(
        Item(
            id=key,
            title="甲",
            severity="错误",
            place=key,
            message="说明。",
            remedy=f"改{key}。",
        )
        for key in "ab"
    )
    (line,) = context(Slip("单位", 1, items), PROFILE)["lines"]
    assert (line.number, line.title, line.place) == (
        "1",
        "【错误】甲（2 处）",
        "a\n编号 a\nb\n编号 b",
    )
    assert (line.message, line.remedy) == ("说明。", "改a。\n改b。")


# -- the slips ----------------------------------------------------------------------------------------------------------


def test_a_slip_says_what_is_ticked_in_her_words_and_nothing_else(
    tmp_path: Path, fresh: Path
) -> None:
    ours = [f for f in CHECKED.report.findings if f.unit == LEAD]
    reworded, refused, answered = ours[0], ours[1], ours[2]

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book[LIST]
        put(sheet, row_of(sheet, reworded.id), tick=YES, opinion="请说明差额的来由。")
        put(sheet, row_of(sheet, refused.id), tick=NO)
        put(
            sheet,
            row_of(sheet, answered.id),
            tick=YES,
            answer="已与财政核对。",
            state="未改",
        )

    ticked = read_ticked(edited(fresh, tmp_path / "a.xlsx", edit))
    paper = made(ticked, tmp_path / "out")[LEAD]
    said, rows = words(paper, tmp_path), table(paper, tmp_path)
    assert paper.name == f"退回单-{LEAD}-第1次.docx"
    assert rows[0] == ("序号", "位置", "问题", "修改意见", "单位答复")
    numbers = [[int(part) for part in row[0].split("-")] for row in rows[1:]]
    assert numbers == sorted(numbers)
    assert {first for first, *_ in numbers} == {*range(1, max(numbers)[0] + 1)}
    first = next(row for row in rows if reworded.title in row[2])
    assert first[3] == "请说明差额的来由。"
    assert reworded.message not in said
    assert (
        first[1] == "国有资产“资产总额”的“价值”（D8 等 "
        f"{len(reworded.cells)} 格）\n编号 {reworded.id}"
    )
    assert refused.message not in said
    kept = next(row for row in rows if answered.title in row[2])
    assert (
        kept[2]
        == f"【{answered.severity.value}】【未改】{answered.title}\n{answered.message}"
    )
    assert kept[4] == "已与财政核对。"
    assert "请于2023年3月5日前" in said
    assert "（第1次）" in said
    assert "{" not in said
    assert "None" not in said


def test_only_law_is_quoted_and_not_for_words_of_hers(
    tmp_path: Path, fresh: Path
) -> None:
    quoted = next(f for f in CHECKED.report.findings if f.rule == "D01-02")

    def reword(book: openpyxl.Workbook) -> None:
        sheet = book[LIST]
        for finding in (f for f in CHECKED.report.findings if f.rule.startswith("D01")):
            put(sheet, row_of(sheet, finding.id), opinion="请补。")

    ours = words(made(read_ticked(fresh), tmp_path / "a")[quoted.unit], tmp_path)
    hers = words(
        made(read_ticked(edited(fresh, tmp_path / "b.xlsx", reword)), tmp_path / "b")[
            quoted.unit
        ],
        tmp_path,
    )
    assert "依据：①中央部门预算绩效目标管理办法（财预〔2015〕88号）" in ours
    assert "依据" not in hers
    assert "工作惯例" not in ours + hers
    assert "审核经验" not in ours + hers


def test_three_rounds_are_numbered_from_what_lies_there_and_nothing_is_sent_twice(
    tmp_path: Path, fresh: Path
) -> None:
    out = tmp_path / "out"
    first = read_ticked(fresh)
    assert {paper.name for paper in made(first, out).values()} == {
        f"退回单-{u}-第1次.docx" for u in (LEAD, JOBS, INSURANCE)
    }
    again, notes = slips(first, out)
    assert again == ()
    assert sum("与第1次相同，没有另出" in note for note in notes) == 3
    half = replace(
        first, items=tuple(item for item in first.items if item.unit == JOBS)[3:]
    )
    assert [paper.name for paper in made(half, out).values()] == [
        f"退回单-{JOBS}-第2次.docx"
    ]
    fewer = [item for item in first.items if item.unit == JOBS][1:]
    reworded = [
        replace(item, opinion="请补。") for item in first.items if item.unit == LEAD
    ]
    less = replace(first, items=(*fewer, *reworded))
    third = {paper.name for paper in made(less, out).values()}
    assert third == {f"退回单-{JOBS}-第3次.docx", f"退回单-{LEAD}-第2次.docx"}
    assert list(rounds(out, JOBS)) == [1, 2, 3]
    (given,) = {slip.round for slip in slips(first, out, number=7)[0]}
    assert given == 7


def test_rounds_of_units_with_like_names_and_edited_drafts_are_kept_apart(
    tmp_path: Path,
) -> None:
    for name in (
        "退回单-甲-第1次.docx",
        "退回单-甲-第2次.docx",
        "退回单-甲-第2次-第2稿.docx",
        "退回单-甲局-第9次.docx",
    ):
        (tmp_path / name).write_bytes(b"")
    assert {n: path.name for n, path in rounds(tmp_path, "甲").items()} == {
        1: "退回单-甲-第1次.docx",
        2: "退回单-甲-第2次-第2稿.docx",
    }
    assert list(rounds(tmp_path, "甲局")) == [9]
    assert rounds(tmp_path, "县(区)局[本级]") == {}


def test_names_of_units_become_names_of_files_and_never_the_same_one() -> None:
    names = [
        "甲局",
        "甲/局",
        "甲_局",
        "甲\n局",
        "甲 局",
        "长" * 80,
        "长" * 81,
        "CON?*",
        "..",
    ]
    stems = [file_stem(name) for name in names]
    assert len(set(stems)) == len(names)
    assert not any(re.search(r'[\\/:*?"<>|\n]', stem) for stem in stems)
    assert max(map(len, stems)) < 60


@pytest.mark.libreoffice
def test_a_slip_saved_by_another_program_is_known_again(
    tmp_path: Path, fresh: Path
) -> None:
    out, ticked = tmp_path / "out", read_ticked(fresh)
    made(ticked, out)
    papers = sorted(out.glob("*.docx"))
    assert papers
    for path, saved in zip(
        papers, saved_again(papers, tmp_path / "saved"), strict=True
    ):
        assert saved.read_bytes() != path.read_bytes()
        path.write_bytes(saved.read_bytes())
    assert slips(ticked, out)[0] == ()


# -- from round to round ------------------------------------------------------------------------------------------------


def test_what_she_said_is_carried_over_and_what_was_mended_is_listed(
    tmp_path: Path, fresh: Path
) -> None:
    refused, reworded, gone = (f.id for f in CHECKED.report.findings[:3])

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book[LIST]
        put(sheet, row_of(sheet, refused), tick=NO)
        put(sheet, row_of(sheet, reworded), opinion="换个说法", answer="正在核实")
        put(
            sheet,
            5 + len(CHECKED.report.findings),
            unit=JOBS,
            opinion="手写的一条",
            tick=YES,
        )

    before = read_ticked(edited(fresh, tmp_path / "1.xlsx", edit))
    now = replace(
        CHECKED.report,
        findings=tuple(f for f in CHECKED.report.findings if f.id != gone),
    )
    path = write(tmp_path / "2.xlsx", now, earlier=before)
    after = {item.id or item.opinion: item for item in read_ticked(path).items}
    assert after[refused].refused
    assert not after[refused].back
    assert (after[reworded].opinion, after[reworded].answer) == ("换个说法", "正在核实")
    assert (after["手写的一条"].unit, after["手写的一条"].back) == (JOBS, True)
    assert set(before.told) - set(read_ticked(path).told) == {gone}
    mended = openpyxl.load_workbook(path)[MENDED]
    assert [mended.cell(row, 1).value for row in range(5, mended.max_row + 1)] == [gone]


def test_held_against_another_run_the_list_says_what_is_new_and_what_was_mended(
    tmp_path: Path,
) -> None:
    first, *rest = CHECKED.report.findings
    report = against(
        replace(CHECKED.report, findings=tuple(rest)),
        {rest[0].id: "", first.id: f"{first.title}：{first.message}"},
    )
    path = write(tmp_path / "a.xlsx", report)
    states = {item.id: item.state for item in read_ticked(path).items}
    assert (states[rest[0].id], states[rest[1].id]) == ("未改", "新增")
    mended = openpyxl.load_workbook(path)[MENDED]
    assert [mended.cell(5, column).value for column in (5, 6)] == [
        first.title,
        first.message,
    ]


def test_what_units_answer_in_their_own_workbooks_stands_in_the_list(
    tmp_path: Path,
) -> None:
    told = next(
        f for f in CHECKED.report.findings if f.unit == JOBS and f.severity is WARNING
    )
    returns = [
        answering(book, told.id) if book.name == JOBS else book
        for book in CHECKED.returns
    ]
    write_book(CHECKED.report, returns, law(), PROFILE, tmp_path / "a.xlsx")
    assert read_ticked(tmp_path / "a.xlsx").answers == {told.id: "与批复一致，不用改。"}


def answering(book: Return, finding: str) -> Return:
    data = to_data(book, PROFILE) | {
        "answers": [{"id": finding, "reason": "与批复一致，不用改。"}]
    }
    return from_data(data, PROFILE, book.book)


def test_the_templates_name_nobody_and_no_place() -> None:
    paths = sorted((home() / "templates" / "docx" / "common").glob("*.docx"))
    assert paths
    for path in paths:
        with zipfile.ZipFile(path) as package:
            text = package.read("word/document.xml").decode()
        assert "{{" in text, "no template"
        assert not re.search("香河|河北|张三|李四", text), path.name


def test_headings_and_fields_are_one_list() -> None:
    assert set(HEADINGS) == set(Item.__slots__) - {"row", "back"}
