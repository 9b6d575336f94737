"""The annotated copy of a unit's own file: what is added, that nothing else changes, and that it can be taken out again."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.cell import coordinate_to_tuple

from tests.xw_files import as_typed
from toolkit import steps
from toolkit.files.package import Markup, packed, unpacked
from toolkit.model import Cell
from toolkit.profile.bounds import law
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.report.marked import annotate as annotating
from toolkit.report.marked.annotate import KEPT, annotate, clean
from toolkit.report.marked.listing import HEADS, LIST
from toolkit.report.marked.notes import BEGINS, ENDS
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

PROFILE = load("hebei-2023")
BLANK = home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/input/*.xlsx"))
# a sheet with the template's notes, two without
NOTED, PLAIN, HIDDEN = (
    "收支总表",
    "各表附注",
    "名词解释与其他说明",
)

SHEET = "xl/worksheets/sheet{}.xml"
DEEP = b"<x>" * 50_000 + b"</x>" * 50_000
ALWAYS = {
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    SHEET.format(1),
}
ADDED = {"xl/worksheets/disclosureFindings1.xml", KEPT}


def finding(
    book: str,
    *cells: tuple[str, str],
    severity: Severity = ERROR,
    title: str = "合计不等于分项之和",
) -> Finding:
    places = tuple(
        Cell(book, sheet, *coordinate_to_tuple(spot)) for sheet, spot in cells
    )
    return Finding(
        rule="X01-01",
        severity=severity,
        title=title,
        message="合计 <100.00> & 分项之和 90.00，相差 10.00万元。",
        remedy="核对分项。",
        basis=("预算法/公开期限", "表内勾稽"),
        cells=places,
    )


def some(book: str) -> list[Finding]:
    """Findings of every kind: beside notes, on sheets without, on blank cells that stand nowhere, of the whole file."""
    return [
        finding(book, (NOTED, "G38"), (NOTED, "G8"), (NOTED, "G9")),
        finding(book, (NOTED, "T60"), severity=INFO, title="空格"),
        finding(book, (PLAIN, "C8"), (NOTED, "G38"), severity=WARNING),
        finding(book, severity=WARNING, title="整个文件"),
        finding("别的单位.xlsx", (NOTED, "G8")),
    ]


def changed(before: Path, after: Path) -> tuple[set[str], set[str], set[str]]:
    """The part inventory: names of the parts that differ, that are new, that are gone."""
    old, new = unpacked(before), unpacked(after)
    return (
        {name for name in old if name in new and old[name] != new[name]},
        set(new) - set(old),
        set(old) - set(new),
    )


def part_of(path: Path, sheet: str) -> str:
    names = loaded(path).sheetnames
    return SHEET.format(names.index(sheet) + 1)


def patched(
    path: Path,
    target: Path,
    edits: dict[str, Callable[[bytes], bytes]],
    added: dict[str, bytes] | None = None,
) -> Path:
    """A copy of a file with some of its parts edited."""
    parts = unpacked(path)
    for name, edit in edits.items():
        edited = edit(parts[name])
        assert edited != parts[name], name
        parts[name] = edited
    target.write_bytes(packed(parts | (added or {})))
    return target


def loaded(path: Path, *, cached: bool = False) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it, once for those who only look."""
    return _loaded(path.read_bytes(), cached=cached)


@lru_cache(maxsize=12)
def _loaded(content: bytes, *, cached: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=cached)


def cells_of(sheet: Any) -> Iterator[Any]:
    """Yield the cells that the file has; iter_rows would make one for every blank place of a wide sheet."""
    return iter(sheet._cells.values())  # noqa: SLF001


def values(path: Path, *, cached: bool) -> dict[tuple[str, str], Any]:
    return {
        (sheet.title, cell.coordinate): as_typed(cell.value)
        for sheet in loaded(path, cached=cached).worksheets
        if sheet.title != LIST
        for cell in cells_of(sheet)
        if cell.value is not None
    }


def comments(path: Path) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in loaded(path)
        for cell in cells_of(sheet)
        if cell.comment
    }


def rules(path: Path) -> list[tuple[str, str, list[str]]]:
    """The conditional formats by sheet, in the order of their priorities."""
    return [
        (sheet.title, str(area.sqref), rule.formula)
        for sheet in loaded(path)
        for rule, area in sorted(
            (
                (rule, area)
                for area in sheet.conditional_formatting
                for rule in area.rules
            ),
            key=lambda pair: pair[0].priority,
        )
        if sheet.title != LIST
    ]


def names(path: Path) -> dict[str, dict[str, str]]:
    return {
        sheet.title: {name: one.attr_text for name, one in sheet.defined_names.items()}
        for sheet in loaded(path)
    }


def macro_book(target: Path) -> Path:
    """The template as an .xlsm: a macro project, and a button beside the notes, whose caption Excel has left ill-formed."""
    button = (
        b'<v:shape id="_x0000_s1099" type="#_x0000_t201" o:button="t"><v:textbox><div><font>A<br>B</font></div></v:textbox>'
        b'<x:ClientData ObjectType="Button"><x:Anchor>9, 0, 1, 0, 10, 0, 2, 0</x:Anchor>'
        b"<x:FmlaMacro>[0]!Check</x:FmlaMacro></x:ClientData></v:shape></xml>"
    )
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    enabled = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    macros = (
        b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    )
    related = b'<Relationship Id="rId900" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
    return patched(
        BLANK,
        target,
        {
            "[Content_Types].xml": lambda xml: xml.replace(main, enabled).replace(
                b"<Override", macros + b"<Override", 1
            ),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
                b"</Relationships>",
                related + b'Target="vbaProject.bin"/></Relationships>',
            ),
            "xl/drawings/vmlDrawing1.vml": lambda vml: vml.replace(b"</xml>", button),
        },
        {"xl/vbaProject.bin": bytes(range(256)) * 40},
    )


# -- what changes, and what does not -----------------------------------------------------------------------------------------


def test_only_the_parts_that_must_change_do(tmp_path: Path) -> None:
    """On the blank template: a sheet with notes keeps its parts, one without gets three, all others are as they were."""
    target = tmp_path / "copy.xlsx"
    done = annotate(BLANK, some(BLANK.name), target, law())
    assert (done.findings, done.comments, done.bare) == (4, 5, ())
    assert changed(BLANK, target) == (
        ALWAYS
        | {
            part_of(BLANK, NOTED),
            part_of(BLANK, PLAIN),
            "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml",
        },
        ADDED
        | {
            "xl/disclosureComments1.xml",
            "xl/drawings/disclosureNotes1.vml",
            part_of(BLANK, PLAIN).replace("sheets/", "sheets/_rels/") + ".rels",
        },
        set(),
    )
    assert clean(target, tmp_path / "clean.xlsx").exact
    assert list(unpacked(tmp_path / "clean.xlsx").items()) == list(
        unpacked(BLANK).items()
    )


def test_a_sheet_is_changed_at_three_places_only(tmp_path: Path) -> None:
    """Colours, the order of the other colours, the comments: every other byte of the sheet stays."""
    annotate(BLANK, some(BLANK.name), tmp_path / "copy.xlsx", law())
    part = part_of(BLANK, PLAIN)
    before, after = unpacked(BLANK)[part], unpacked(tmp_path / "copy.xlsx")[part]
    undone = re.sub(
        rb"<conditionalFormatting [^>]*><cfRule [^>]*><formula>N\(.*?</conditionalFormatting>",
        b"",
        after,
    )
    undone = re.sub(rb'<legacyDrawing r:id="rId2"/>', b"", undone)
    ours = len(re.findall(rb"<formula>N\(", after))
    assert ours == 1
    undone = re.sub(
        rb'(?<=priority=")\d+',
        lambda number: str(int(number[0]) - ours).encode(),
        undone,
    )
    assert undone == before


# One with findings of every kind and many projects, one of another province, one with entries.
FILLED = [
    one
    for one in EXAMPLES
    if f"{one.parts[-3][:2]}-{one.stem[:6]}" in ("01-333001", "03-128002", "04-333002")
]


@pytest.mark.parametrize(
    "source", FILLED, ids=lambda path: f"{path.parts[-3][:2]}-{path.stem}"
)
def test_a_filled_workbook_keeps_values_formulas_validations_and_comments(
    source: Path, tmp_path: Path
) -> None:
    """What `check` finds in the examples, told in their own files."""
    report = steps.check([source], PROFILE).report
    target = tmp_path / source.name
    done = annotate(source, report.findings, target, law())
    assert done.findings == len(report.findings)
    edited, _, gone = changed(source, target)
    assert not gone
    assert "xl/sharedStrings.xml" not in edited
    old, new = unpacked(source), unpacked(target)
    for part in (name for name in edited if name.startswith("xl/worksheets/")):
        for kept in (
            b"sheetData",
            b"dataValidations",
            b"mergeCells",
            b"cols",
        ):  # values, formulas, formats: byte for byte
            pattern = re.compile(rb"<%b[ >].*</%b>" % (kept, kept), re.DOTALL)
            assert pattern.findall(new[part]) == pattern.findall(old[part]), (
                part,
                kept,
            )
    for kind in (
        "fonts",
        "fills",
        "borders",
        "cellXfs",
        "dxfs",
    ):  # no format of theirs gets another number
        theirs, both = (Markup(parts["xl/styles.xml"]) for parts in (old, new))
        first, then = (
            [
                markup.xml[one.start : one.end]
                for markup_list in markup.all(kind)
                for one in markup_list.children
            ]
            for markup in (theirs, both)
        )
        assert then[: len(first)] == first
        assert next(both.all(kind)).attributes["count"] == str(len(then))
    before, after = comments(source), comments(target)
    assert all(after[spot].startswith(text) for spot, text in before.items())
    assert all(BEGINS in text for spot, text in after.items() if spot not in before)
    for told in report.findings:
        assert (
            f"【{told.severity.value}】{told.title}（编号 {told.id}）\n{told.message}"
            in after[told.cells[0].sheet, told.cells[0].address]
        )
    assert clean(target, tmp_path / "clean.xlsx").exact
    assert unpacked(tmp_path / "clean.xlsx") == unpacked(source)


def test_where_a_finding_begins_the_colour_is_strong_though_another_came_first(
    tmp_path: Path,
) -> None:
    """A cell that one finding only touches and another, equally grave, begins at."""
    begins, touched, mild = (NOTED, "G8"), (NOTED, "G38"), (NOTED, "G39")
    findings = [
        finding(BLANK.name, begins, touched, mild),
        finding(BLANK.name, touched),
        finding(BLANK.name, mild, severity=WARNING),
    ]
    annotate(BLANK, findings, tmp_path / "copy.xlsx", law())
    ours = [
        area
        for sheet, area, formula in rules(tmp_path / "copy.xlsx")
        if sheet == NOTED and "校验结果" in formula[0]
    ]
    assert sorted(ours) == ["G39", "G8 G38"], (
        "strong where a finding begins, weak where a graver one only passes"
    )


def test_macros_and_buttons_stay(tmp_path: Path) -> None:
    source = macro_book(tmp_path / "book.xlsm")
    target = tmp_path / "out" / source.name
    target.parent.mkdir()
    annotate(source, some(source.name), target, law())
    assert "xl/vbaProject.bin" not in changed(source, target)[0]
    assert b"macroEnabled" in unpacked(target)["[Content_Types].xml"]
    before, after = (
        unpacked(path)["xl/drawings/vmlDrawing1.vml"] for path in (source, target)
    )
    button = before[
        before.index(b'<v:shape id="_x0000_s1099"') : before.rindex(b"</xml>")
    ]
    assert button in after
    numbers = re.findall(rb'id="_x0000_s(\d+)"', after)
    # the template's notes, the button, ours
    assert len(numbers) == len(set(numbers)) == 4 + 1 + 4
    macros = openpyxl.load_workbook(target, keep_vba=True).vba_archive
    assert macros is not None
    macros.close()
    assert clean(target, tmp_path / "clean.xlsm").exact
    assert unpacked(tmp_path / "clean.xlsm") == unpacked(source)


@pytest.mark.parametrize(
    "source", sorted(BLANK.parent.glob("*.xls?")), ids=lambda path: path.name
)
def test_every_template_of_ours_can_be_annotated_and_made_clean(
    source: Path, tmp_path: Path
) -> None:
    """The real macro projects and buttons among them; a sheet of each at its beginning and end is marked."""
    sheets = openpyxl.load_workbook(source, read_only=True).sheetnames
    findings = [
        finding(source.name, (sheet, "C9")) for sheet in (sheets[0], sheets[-1])
    ]
    annotate(source, findings, tmp_path / "copy", law())
    edited, _, gone = changed(source, tmp_path / "copy")
    assert not gone
    assert not [
        name
        for name in edited
        if name.endswith((".bin", "sharedStrings.xml", "theme1.xml"))
    ]
    assert clean(tmp_path / "copy", tmp_path / "clean").exact
    assert unpacked(tmp_path / "clean") == unpacked(source)


def test_a_persons_comment_in_the_same_cell_stays_above_ours(tmp_path: Path) -> None:
    """Both are read, its box is made higher; a person's text written below ours stays when ours is taken out."""
    spot = ("收支总表", "H38")
    source = BLANK
    findings = [
        finding(BLANK.name, spot),
        finding(BLANK.name, spot, severity=INFO, title="第二条"),
    ]
    annotate(source, findings, tmp_path / "copy.xlsx", law())
    own, both = comments(source)[spot], comments(tmp_path / "copy.xlsx")[spot]
    assert both.startswith(
        f"{own}\n{BEGINS}\n【错误】合计不等于分项之和\n合计 <100.00> & 分项之和"
    )
    assert both.endswith(
        f"【提示】第二条\n合计 <100.00> & 分项之和 90.00，相差 10.00万元。\n怎么改：核对分项。\n{ENDS}"
    )
    anchors = [
        re.findall(
            rb"<x:Anchor>([^<]*)</x:Anchor>.{0,60}<x:Row>37<",
            unpacked(path)["xl/drawings/vmlDrawing1.vml"],
        )[0]
        for path in (source, tmp_path / "copy.xlsx")
    ]
    assert anchors[0].split(b",")[:6] == anchors[1].split(b",")[:6]
    assert int(anchors[1].split(b",")[6]) > int(anchors[0].split(b",")[6]) + 5
    end = f"{ENDS}</t>".encode()
    answered = patched(
        tmp_path / "copy.xlsx",
        tmp_path / "answered.xlsx",
        {
            "xl/comments1.xml": lambda xml: xml.replace(
                end, f"{ENDS}\n已改_x000D_ &amp; 已核</t>".encode()
            )
        },
    )
    assert not clean(answered, tmp_path / "clean.xlsx").exact
    assert comments(tmp_path / "clean.xlsx") == comments(source) | {
        spot: f"{own}\n已改_x000D_ & 已核"
    }


def test_a_plain_comment_and_a_drawing_of_another_program_get_ours_too(
    tmp_path: Path,
) -> None:
    """As openpyxl writes them: no runs in the comment, no place for the box, namespaces where they are used."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet["A1"] = 1
    sheet["A1"].comment = Comment("张三写的", "张三")
    book.save(source := tmp_path / "a.xlsx")
    target = tmp_path / "b.xlsx"
    annotate(source, [finding("a.xlsx", ("表", "A1"), ("表", "B7"))], target, law())
    assert [text.partition("\n")[0] for text in comments(target).values()] == [
        "张三写的",
        BEGINS,
    ]
    assert (
        Markup(unpacked(target)["xl/drawings/commentsDrawing1.vml"]).root.name == "xml"
    )
    texts = Markup(unpacked(target)["xl/comments/comment1.xml"]).all("text")
    assert {child.name for text in texts for child in text.children} == {"r"}, (
        "runs do not follow a plain text"
    )
    assert clean(target, tmp_path / "c.xlsx").exact
    assert unpacked(tmp_path / "c.xlsx") == unpacked(source)


def test_a_cell_with_a_conversation_keeps_it_alone(tmp_path: Path) -> None:
    """Excel shows a threaded comment instead of the cell's note: ours would not be seen, so the list must do."""
    talk = '<ThreadedComments xmlns="urn:x"><threadedComment ref="C8"><text>问</text></threadedComment></ThreadedComments>'
    part = part_of(BLANK, PLAIN).replace("sheets/", "sheets/_rels/") + ".rels"
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId7" '
        'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t1.xml"/>'
        "</Relationships>"
    )
    source = patched(
        BLANK,
        tmp_path / BLANK.name,
        {},
        {"xl/threadedComments/t1.xml": talk.encode(), part: relation.encode()},
    )
    done = annotate(source, some(source.name), tmp_path / "copy.xlsx", law())
    assert done.bare == (f"{PLAIN}!C8",)
    assert (PLAIN, "C8") not in comments(tmp_path / "copy.xlsx")
    assert (PLAIN, "C8", [annotating.TRUE]) in rules(tmp_path / "copy.xlsx")
    assert "xl/disclosureComments1.xml" not in unpacked(tmp_path / "copy.xlsx")


def test_xml_with_prefixes_is_patched_in_its_own_vocabulary(tmp_path: Path) -> None:
    """The Open XML SDK writes <x:worksheet>; what is added must belong to the same namespace."""

    def prefixed(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)(?=[a-zA-Z]+[\s>/])", rb"<\1x:", xml)
        return xml.replace(b" xmlns=", b" xmlns:x=", 1)

    parts = (
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/comments1.xml",
        part_of(BLANK, NOTED),
        part_of(BLANK, PLAIN),
    )
    source = patched(BLANK, tmp_path / BLANK.name, dict.fromkeys(parts, prefixed))
    annotate(source, some(source.name), tmp_path / "copy.xlsx", law())
    annotate(BLANK, some(BLANK.name), tmp_path / "same.xlsx", law())
    for told in (comments, rules, names):
        assert told(tmp_path / "copy.xlsx") == told(tmp_path / "same.xlsx")
    assert clean(tmp_path / "copy.xlsx", tmp_path / "clean.xlsx").exact
    assert unpacked(tmp_path / "clean.xlsx") == unpacked(source)


def test_a_drawing_with_more_boxes_than_one_block_has_numbers_gets_another_block(
    tmp_path: Path,
) -> None:
    """Shapes are numbered in blocks of 1,024, and no two drawings of a workbook share one."""
    findings = [
        finding(BLANK.name, (NOTED, f"{column}{row}"))
        for column in "JKL"
        for row in range(1, 501)
    ]
    assert annotate(BLANK, findings, tmp_path / "copy.xlsx", law()).comments == 1500
    parts = unpacked(tmp_path / "copy.xlsx")
    numbers = [
        int(one)
        for one in re.findall(
            rb'<v:shape id="_x0000_s(\d+)"', parts["xl/drawings/vmlDrawing1.vml"]
        )
    ]
    blocks = [
        re.findall(rb'idmap [^>]*data="([^"]*)"', part)[0]
        for name, part in parts.items()
        if name.endswith(".vml")
    ]
    shared = [int(one) for said in blocks for one in said.split(b",")]
    assert len(numbers) == len(set(numbers)) == 1504
    assert {number // 1024 for number in numbers} == {
        int(one) for one in blocks[0].split(b",")
    }
    assert len(shared) == len(set(shared))


def test_rules_that_a_pivot_table_counts_on_keep_their_numbers(tmp_path: Path) -> None:
    part = part_of(BLANK, NOTED)
    pivot = {
        part: lambda xml: xml.replace(
            b"<conditionalFormatting ", b'<conditionalFormatting pivot="1" ', 1
        )
    }
    source = patched(BLANK, tmp_path / BLANK.name, pivot)
    annotate(source, some(source.name), tmp_path / "copy.xlsx", law())
    told = [
        rule[2] == [annotating.TRUE]
        for rule in rules(tmp_path / "copy.xlsx")
        if rule[0] == NOTED
    ]
    assert told == [False] * (len(told) - 3) + [True] * 3
    assert [
        rule for rule in rules(tmp_path / "copy.xlsx") if rule[2] != [annotating.TRUE]
    ] == rules(source)


# -- what is told -------------------------------------------------------------------------------------------------------------


def test_the_list_is_the_last_sheet_opens_first_and_links_to_the_cells(
    tmp_path: Path,
) -> None:
    findings = some(BLANK.name)
    annotate(BLANK, findings, tmp_path / "copy.xlsx", law())
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    sheet = book[LIST]
    assert book.sheetnames[-1] == getattr(book.active, "title", "") == LIST
    assert [one.title for one in book if one.sheet_view.tabSelected] == [LIST], (
        "two selected sheets are edited together"
    )
    assert [cell.value for cell in sheet[4]] == list(HEADS)
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$4:$4"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[:4] for row in rows] == [
        [1, "错误", NOTED, "G38"],
        [2, "提醒", "整个文件", None],
        [3, "提醒", PLAIN, "C8"],
        [4, "提示", NOTED, "T60"],
    ]
    assert (
        rows[0][4]
        == "合计不等于分项之和\n合计 <100.00> & 分项之和 90.00，相差 10.00万元。\n另见：G8:G9"
    )
    assert rows[0][5:7] == [
        "核对分项。",
        "中华人民共和国预算法第十四条；工作惯例：同一张表里的数应当自洽",
    ]
    assert str(rows[2][4]).endswith("另见：收支总表!G38")
    links = {
        cell.coordinate: cell.hyperlink.location
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links == {
        "D5": f"'{NOTED}'!G38",
        "D7": f"'{PLAIN}'!C8",
        "D8": f"'{NOTED}'!T60",
    }
    assert names(tmp_path / "copy.xlsx") == names(BLANK) | {LIST: {}}


def test_cells_are_coloured_by_their_worst_finding_before_any_other_rule(
    tmp_path: Path,
) -> None:
    """Strong where a finding begins, light on its further cells; theirs keep their order behind ours."""
    annotate(BLANK, some(BLANK.name), tmp_path / "copy.xlsx", law())
    ours = [
        rule for rule in rules(tmp_path / "copy.xlsx") if rule[2] == [annotating.TRUE]
    ]
    assert ours == [
        (NOTED, "G38", [annotating.TRUE]),
        (NOTED, "G8 G9", [annotating.TRUE]),
        (NOTED, "T60", [annotating.TRUE]),
        (PLAIN, "C8", [annotating.TRUE]),
    ]
    theirs = [rule for rule in rules(tmp_path / "copy.xlsx") if rule not in ours]
    assert theirs == rules(BLANK)
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    numbers = [
        rule.priority
        for area in book[NOTED].conditional_formatting
        for rule in area.rules
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_of_a_long_sum_only_the_sum_is_marked_but_of_a_fault_in_many_sheets_every_place(
    tmp_path: Path,
) -> None:
    sheets = openpyxl.load_workbook(BLANK, read_only=True).sheetnames[15:30]
    findings = [
        finding(
            BLANK.name, (NOTED, "G38"), *((NOTED, f"G{row}") for row in range(8, 38))
        ),
        finding(BLANK.name, *((sheet, "E13") for sheet in sheets), severity=INFO),
    ]
    done = annotate(BLANK, findings, tmp_path / "copy.xlsx", law())
    assert done.comments == 1 + len(sheets)
    told = comments(tmp_path / "copy.xlsx")
    assert "另见：G8:G37\n" in told[NOTED, "G38"]
    assert (
        told[sheets[1], "E13"]
        == f"{BEGINS}\n【提示】合计不等于分项之和\n见 {sheets[0]}!E13 的批注。\n{ENDS}"
    )


def test_a_file_without_findings_says_so_and_a_hidden_sheet_is_named_as_such(
    tmp_path: Path,
) -> None:
    assert annotate(BLANK, [], tmp_path / "copy.xlsx", law()).findings == 0
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx")[LIST]
    assert sheet["E5"].value == "没有发现问题。"
    assert changed(BLANK, tmp_path / "copy.xlsx")[:2] == (ALWAYS, ADDED)
    place = f'name="{HIDDEN}"'.encode()
    hidden = patched(
        BLANK,
        tmp_path / BLANK.name,
        {"xl/workbook.xml": lambda xml: xml.replace(place, place + b' state="hidden"')},
    )
    annotate(
        hidden,
        [finding(BLANK.name, (HIDDEN, "B8"), ("没有的表", "A1"))],
        tmp_path / "two.xlsx",
        law(),
    )
    assert (
        openpyxl.load_workbook(tmp_path / "two.xlsx")[LIST]["C5"].value
        == f"{HIDDEN}（已隐藏）"
    )


def test_a_person_may_have_a_sheet_of_the_same_name(tmp_path: Path) -> None:
    place = f'name="{PLAIN}"'.encode()
    named = f'name="{LIST}"'.encode()
    source = patched(
        BLANK,
        tmp_path / BLANK.name,
        {"xl/workbook.xml": lambda xml: xml.replace(place, named)},
    )
    annotate(source, some(source.name), tmp_path / "copy.xlsx", law())
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx").sheetnames[-1] == f"{LIST}(2)"
    spoilt = tmp_path / "spoilt.xlsx"
    patched(tmp_path / "copy.xlsx", spoilt, {"xl/styles.xml": lambda xml: xml + b"\n"})
    assert not clean(spoilt, tmp_path / "clean.xlsx").exact
    assert (
        openpyxl.load_workbook(tmp_path / "clean.xlsx").sheetnames
        == openpyxl.load_workbook(source).sheetnames
    )


def test_the_same_findings_give_the_same_bytes_and_a_second_run_replaces_the_first(
    tmp_path: Path,
) -> None:
    first, again, second = (tmp_path / name / BLANK.name for name in "abc")
    for path in (first, again, second):
        path.parent.mkdir()
    annotate(BLANK, some(BLANK.name), first, law())
    annotate(BLANK, some(BLANK.name), again, law())
    assert first.read_bytes() == again.read_bytes()
    annotate(first, some(BLANK.name), second, law())
    assert unpacked(second) == unpacked(first)
    annotate(first, [], second, law())
    assert clean(second, tmp_path / "clean.xlsx").exact
    assert unpacked(tmp_path / "clean.xlsx") == unpacked(BLANK)


def test_a_sheet_that_is_nested_without_measure_is_annotated_too(
    tmp_path: Path,
) -> None:
    source = patched(
        BLANK,
        tmp_path / "a.xlsx",
        {
            part_of(BLANK, NOTED): lambda xml: xml.replace(
                b"</worksheet>", DEEP + b"</worksheet>"
            )
        },
    )
    assert annotate(source, some("a.xlsx"), tmp_path / "b.xlsx", law()).comments > 0
    assert clean(tmp_path / "b.xlsx", tmp_path / "c.xlsx").exact
