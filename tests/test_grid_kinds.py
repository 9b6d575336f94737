"""What the grid tells of a cell and of a sheet: kinds, formats, dates, characters, pictures, what is hidden; and of a package.

Every sheet here is read all three ways, by both fast ones and by the parser, and all must say the same.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.ill_files import (
    MAIN,
    RELATIONS,
    ROOT,
    SHEET,
    STRINGS,
    STYLES,
    TYPES,
    Parts,
    packed,
    sound,
)
from toolkit.files import sheetxml
from toolkit.files.addresses import area_of, moved
from toolkit.files.cells import decoded
from toolkit.files.formats import (
    MAC,
    WINDOWS,
    Format,
    date_shown,
    format_of,
    moment,
    number_shown,
)
from toolkit.files.grid import CannotOpenError, Grid, Raw, RawSheet, open_grid
from toolkit.model import Kind, column_letter

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_XML = '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{}">{}<sheetData>{}</sheetData>{}</worksheet>'


def written(
    path: Path,
    cells: str,
    before: str = "",
    after: str = "",
    more: dict[str, str] | None = None,
) -> RawSheet:
    """A workbook whose one sheet's XML is given, read both ways."""
    openpyxl.Workbook().save(held := io.BytesIO())
    own = {
        "xl/worksheets/sheet1.xml": SHEET_XML.format(SPACE, before, cells, after),
        **(more or {}),
    }
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            target.writestr(part, own.get(part, "").encode() or source.read(part))
        for part in own.keys() - set(source.namelist()):
            target.writestr(part, own[part])
    (sheet,) = both(path).sheets.values()
    return sheet


def both(path: Path) -> Grid:
    """A workbook that reads the same all three ways: cut at its texts, searched, parsed."""
    fast = open_grid(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheetxml, "_laid_out", lambda *_: None)
        assert open_grid(path) == fast
        patch.setattr(sheetxml, "usual", lambda *_: False)
        patch.setattr(sheetxml, "_quickly", lambda _: None)
        assert open_grid(path) == fast
    return fast


def one(tmp_path: Path, cell: str, more: dict[str, str] | None = None) -> Raw | None:
    return written(
        tmp_path / "a.xlsx", f'<row r="1">{cell}</row>', more=more
    ).cells.get((1, 1))


def styled(*patterns: str, strike: str = "") -> dict[str, str]:
    """Styles of these number formats, from 1 on."""
    formats = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>'
        for n, code in enumerate(patterns, 1)
    )
    looks = "".join(
        f'<xf numFmtId="{200 + n}" fontId="0"/>' for n in range(1, len(patterns) + 1)
    )
    fonts = f"<fonts><font>{strike}</font></fonts>"
    inner = f"<numFmts>{formats}</numFmts>{fonts}<cellXfs><xf/>{looks}</cellXfs>"
    return {
        STYLES: f'<styleSheet xmlns="{SPACE}">{inner}</styleSheet>'.replace(
            '"m"月""', "'m\"月\"'"
        )
    }


# -- kinds ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "kind", "text", "formula"),
    [
        ('<c r="A1"><v>1.50</v></c>', Kind.NUMBER, "1.5", ""),
        ('<c r="A1"><v>1E-3</v></c>', Kind.NUMBER, "0.001", ""),
        ('<c r="A1" s=""><v>7</v></c>', Kind.NUMBER, "7", ""),
        ('<c r="A1" t=""><v>7</v></c>', Kind.NUMBER, "7", ""),
        ('<c r="A1" t="b"><v>1</v></c>', Kind.BOOLEAN, "TRUE", ""),
        ('<c r="A1" t="b"><v>0</v></c>', Kind.BOOLEAN, "FALSE", ""),
        ('<c r="A1" t="e"><v>#REF!</v></c>', Kind.ERROR, "#REF!", ""),
        ('<c r="A1" t="e"><f>NA()</f><v>#N/A</v></c>', Kind.ERROR, "#N/A", "NA()"),
        (
            '<c r="A1" t="str"><v>甲 &amp; &lt;乙&gt;&#10;丙</v></c>',
            Kind.TEXT,
            "甲 & <乙>\n丙",
            "",
        ),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', Kind.BLANK, "", '""'),
        ('<c r="A1" t="str"><f>""</f><v/></c>', Kind.BLANK, "", '""'),
        ('<c r="A1" t="str"><f>" "</f><v> </v></c>', Kind.BLANK, "", '" "'),
        ('<c r="A1"><f>B1&amp;"&lt;"</f></c>', Kind.UNCOMPUTED, "", 'B1&"<"'),
        ('<c r="A1"><f>B1</f><v></v></c>', Kind.UNCOMPUTED, "", "B1"),
        ('<c r="A1"><f>B1</f><v/></c>', Kind.UNCOMPUTED, "", "B1"),
        (
            '<c r="A1"><f t="array" ref="A1">SUM(B1:B3*2)</f><v>3</v></c>',
            Kind.NUMBER,
            "3",
            "SUM(B1:B3*2)",
        ),
        (
            '<c r="A1"><f t="dataTable" ref="A1:A3" r1="B1" r2="B2"/><v>3</v></c>',
            Kind.NUMBER,
            "3",
            "TABLE(B1,B2)",
        ),
        ('<c r="A1"><f/><v>3</v></c>', Kind.NUMBER, "3", ""),
        ('<c r="A1" t="inlineStr"><is><t>甲</t></is></c>', Kind.TEXT, "甲", ""),
        (
            '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 甲 </t></is></c>',
            Kind.TEXT,
            " 甲 ",
            "",
        ),
        (
            '<c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r><rPh><t>x</t></rPh></is></c>',
            Kind.TEXT,
            "甲乙",
            "",
        ),
        ('<c r="A1" t="inlineStr"><f>B1</f><v>甲</v></c>', Kind.TEXT, "甲", "B1"),
        ('<c r="A1" t="d"><v>2023-12-01T08:30:00</v></c>', Kind.DATE, "2023-12-01", ""),
        ('<c r="A1" t="d"><v>08:30:00</v></c>', Kind.DATE, "08:30:00", ""),
    ],
)
def test_each_kind_of_cell_is_known(
    tmp_path: Path, cell: str, kind: Kind, text: str, formula: str
) -> None:
    raw = one(tmp_path, cell)
    assert raw is not None
    assert (raw.kind, raw.text, raw.formula) == (kind, text, formula)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"></c>',
        '<c r="A1" t="str"><v> </v></c>',
        '<c r="A1" s="1"/>',
        '<c r="A1"><v/></c>',
    ],
)
def test_what_holds_nothing_is_no_cell(tmp_path: Path, cell: str) -> None:
    assert one(tmp_path, cell) is None


@pytest.mark.parametrize(
    ("rows", "read", "hidden"),
    [
        ('<row r="1"><c r="A1" t="str"><v>av>b</v></c></row>', {"A1": "av>b"}, set()),
        (
            '<row r="1"><c r="A1" t="str"><v>av>bv>c</v></c></row>',
            {"A1": "av>bv>c"},
            set(),
        ),
        (
            '<row r="1"><c r="A1"><v>1<!--v></c><c r="B1"><v>5--></v></c></row>',
            {"A1": "1"},
            set(),
        ),
        (
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>甲</t></is></c></row>',
            {"A1": "1", "B1": "甲"},
            set(),
        ),
        (
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1&amp;"v>"</f><v>2</v></c></row>',
            {"A1": "1", "B1": "2"},
            set(),
        ),
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="B2"><v>2</v></c></row>',
            {"A1": "1", "B2": "2"},
            {2},
        ),
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="1"></row>',
            {"A1": "1"},
            {2},
        ),
        (
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row><row r="2"/><row r="3"/>',
            {"A1": "1"},
            set(),
        ),
    ],
)
def test_no_sheet_is_cut_amiss(
    tmp_path: Path, rows: str, read: dict[str, str], hidden: set[int]
) -> None:
    sheet = written(tmp_path / "a.xlsx", rows)
    texts = {
        f"{column_letter(spot[1])}{spot[0]}": raw.text
        for spot, raw in sheet.cells.items()
    }
    assert texts == read
    assert sheet.hidden_rows == hidden


@pytest.mark.parametrize(
    ("written_", "read"),
    [
        ("甲_x000D_\n乙", "甲\r\n乙"),
        ("甲_x000B_乙_x0007_", "甲\x0b乙\x07"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x005F_", "_"),
        ("_x005F_x005F_", "_x005F_"),
        ("_x00_ _xZZZZ_ _X000D_", "_x00_ _xZZZZ_ _X000D_"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "\ufffd"),
        ("_x4E2D_", "中"),
    ],
)
def test_characters_that_spreadsheets_write_in_their_notation_are_read(
    written_: str, read: str
) -> None:
    assert decoded(written_) == read


def test_struck_text_is_known(tmp_path: Path) -> None:
    rich = '<r><rPr><strike/></rPr><t>27人</t></r><r><rPr><strike val="0"/><b/></rPr><t>30人</t></r>'
    inline = one(tmp_path, f'<c r="A1" t="inlineStr"><is>{rich}</is></c>')
    assert inline is not None
    assert (inline.text, inline.struck) == ("27人30人", "27人")
    strings = f'<sst xmlns="{SPACE}"><si>{rich}</si></sst>'
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    kinds = (
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
    )
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="x/{kind}" Target="{part}"/>'
        for n, (kind, part) in enumerate(kinds, 1)
    )
    more = {STRINGS: strings, RELATIONS: relations.format(listed)}
    assert one(tmp_path, '<c r="A1" t="s"><v>0</v></c>', more) == inline
    whole = one(
        tmp_path,
        '<c r="A1" s="1" t="s"><v>0</v></c>',
        {**more, **styled("@", strike="<strike/>")},
    )
    assert whole is not None
    assert whole.struck == whole.text == "27人30人"


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="str"><f>_xlfn.DISPIMG("ID_0",1)</f><v>=DISPIMG("ID_0",1)</v></c>',
        '<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>',
        '<c r="A1" t="e"><f>_xlfn.IMAGE("x")</f><v>#VALUE!</v></c>',
    ],
)
def test_a_cell_that_is_a_picture_is_known(tmp_path: Path, cell: str) -> None:
    raw = one(tmp_path, cell)
    assert raw is not None
    assert raw.picture
    plain = one(tmp_path, '<c r="A1" t="e"><v>#VALUE!</v></c>')
    assert plain is not None
    assert not plain.picture


def test_pictures_that_are_fixed_at_cells_are_known_and_broken_drawings_nobodys_concern(
    tmp_path: Path,
) -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="x"><xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:row>4</xdr:row></xdr:from><xdr:pic/>'
        "</xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:from/><xdr:sp/></xdr:twoCellAnchor></xdr:wsDr>"
    )
    relations = '<Relationships xmlns="x"><Relationship Id="rId1" Type="x/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations,
        "xl/drawings/drawing1.xml": drawing,
    }
    after = '<drawing xmlns:r="x" r:id="rId1"/>'
    assert written(tmp_path / "a.xlsx", "", after=after, more=more).pictures == {(5, 3)}
    assert (
        written(
            tmp_path / "b.xlsx",
            "",
            after=after,
            more={**more, "xl/drawings/drawing1.xml": "<broken"},
        ).pictures
        == set()
    )
    assert written(tmp_path / "c.xlsx", "", after=after).pictures == set()


def test_rows_and_columns_that_nobody_sees_are_known(tmp_path: Path) -> None:
    rows = (
        '<row r="1" hidden="1"/><row r="2" ht="0" customHeight="1"/><row r="3" ht="" hidden=""/><row r="4" ht="15"/>'
        '<row r="5" hidden="true" ht="0"/><row r="6" ht="0.75"/>'
    )
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="0"/><col min="7" max="16384" width=""/></cols>'
    sheet = written(tmp_path / "a.xlsx", rows, columns)
    assert sheet.hidden_rows == {1, 5}
    assert sheet.low_rows == {2, 6}
    assert sheet.hidden_columns == ((2, 3), (5, 5))


def test_what_lies_beneath_a_merged_area_is_kept_aside(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="B3"><v>4</v></c></row>'
    sheet = written(
        tmp_path / "a.xlsx",
        rows,
        after='<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A3:B3"/></mergeCells>',
    )
    assert {spot: raw.text for spot, raw in sheet.cells.items()} == {(1, 1): "1"}
    assert {spot: raw.text for spot, raw in sheet.under.items()} == {
        (1, 2): "2",
        (3, 2): "4",
    }
    assert sheet.merges == ((1, 1, 2, 2), (3, 1, 3, 2))
    assert sheet.last_row == 1


# -- formats ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "pattern", "form", "shown"),
    [
        ("1", "0%", Format.PERCENT, "100%"),
        ("0.95", "0.00%", Format.PERCENT, "95.00%"),
        ("333002", "000000", Format.NUMBER, "333002"),
        ("2", "000000", Format.NUMBER, "000002"),
        ("1234567.891", "#,##0.00", Format.NUMBER, "1,234,567.89"),
        ("-1234.5", "#,##0.0;[Red]\\-#,##0.0", Format.NUMBER, "-1,234.5"),
        ("-5", "0", Format.NUMBER, "-5"),
        ("-0.2", "0", Format.NUMBER, "0"),
        ("0", '0;-0;"—"', Format.NUMBER, "—"),
        ("0.5", "#.##", Format.NUMBER, ".5"),
        ("2.5", "0", Format.NUMBER, "3"),
        ("12000", '0,"千"', Format.NUMBER, "12千"),
        ("27", '0"人"', Format.NUMBER, "27人"),
        ("5", "[$¥-804]#,##0.00", Format.NUMBER, "¥5.00"),
        ("5", "# ?/?", Format.NUMBER, None),
        ("1", '[=1]"男";[=2]"女"', Format.GENERAL, None),
        ("5", "General", Format.GENERAL, None),
        ("5", "@", Format.TEXT, None),
    ],
)
def test_a_number_is_shown_as_a_person_sees_it(
    number: str, pattern: str, form: Format, shown: str | None
) -> None:
    assert format_of(pattern) is form
    assert number_shown(Decimal(number), pattern) == shown


@pytest.mark.parametrize(
    ("serial", "pattern", "form", "text", "shown"),
    [
        ("45261", 'm"月"', Format.DATE, "2023-12-01", "12月"),
        ("44931", 'm"月"d"日"', Format.DATE, "2023-01-05", "1月5日"),
        ("44931.5", "yyyy/m/d h:mm", Format.DATE, "2023-01-05", "2023/1/5 12:00"),
        ("45261", "yyyy-mm-dd", Format.DATE, "2023-12-01", "2023-12-01"),
        ("45261", "[$-804]aaaa", Format.DATE, "2023-12-01", "星期五"),
        ("45261", "d-mmm", Format.DATE, "2023-12-01", None),
        ("0.5833333333333334", "h:mm", Format.TIME, "14:00:00", "14:00"),
        ("0.5833333333333334", "上午/下午h:mm", Format.TIME, "14:00:00", "下午2:00"),
        ("1.0833333333333333", "[h]:mm", Format.TIME, "26:00:00", "26:00"),
        ("0.0006944444444444445", "mm:ss", Format.TIME, "00:01:00", "01:00"),
        ("59", "yyyy-mm-dd", Format.DATE, "1900-02-28", "1900-02-28"),
        ("1", "yyyy-mm-dd", Format.DATE, "1900-01-01", "1900-01-01"),
        ("61", "yyyy-mm-dd", Format.DATE, "1900-03-01", "1900-03-01"),
    ],
)
def test_a_date_is_shown_as_a_person_sees_it(
    serial: str, pattern: str, form: Format, text: str, shown: str | None
) -> None:
    assert format_of(pattern) is form
    assert moment(Decimal(serial), WINDOWS, form) == text
    assert date_shown(text, Decimal(serial), pattern) == shown


@pytest.mark.parametrize(
    "pattern", ["0.00E+00", '"d"0', "[Red]0", '0"年"', "\\d0", "_d0", "0.0_);(0.0)"]
)
def test_letters_that_are_no_date_make_none(pattern: str) -> None:
    assert not format_of(pattern).dated


def test_a_date_knows_its_serial_and_what_it_counts_from(tmp_path: Path) -> None:
    more = styled("yyyy-mm-dd")
    cell = '<c r="A1" s="1"><v>45261</v></c>'
    raw = one(tmp_path, cell, more)
    assert raw is not None
    assert (raw.kind, raw.text, raw.serial, raw.number) == (
        Kind.DATE,
        "2023-12-01",
        Decimal(45261),
        None,
    )
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(2023, 12, 1)  # type: ignore[index]
    book.save(tmp_path / "mac.xlsx")
    grid = both(tmp_path / "mac.xlsx")
    held = grid.sheets["Sheet"].cells[1, 1]
    assert (grid.start, held.text, held.serial, held.shown) == (
        MAC,
        "2023-12-01",
        Decimal(45261 - 1462),
        "2023-12-01",
    )


def test_the_formats_that_have_a_number_only_are_those_of_chinese_programs(
    tmp_path: Path,
) -> None:
    looks = "".join(f'<xf numFmtId="{number}"/>' for number in (31, 57, 58, 9, 14, 55))
    more = {
        STYLES: f'<styleSheet xmlns="{SPACE}"><cellXfs>{looks}</cellXfs></styleSheet>'
    }
    cells = "".join(
        f'<c r="{letter}1" s="{n}"><v>45261.5</v></c>'
        for n, letter in enumerate("ABCDEF")
    )
    shown = [
        raw.shown
        for raw in written(
            tmp_path / "a.xlsx", f'<row r="1">{cells}</row>', more=more
        ).cells.values()
    ]
    assert shown == [
        "2023年12月1日",
        "2023年12月",
        "12月1日",
        "4526150%",
        "2023/12/1",
        "下午12时00分",
    ]


# -- formulas, addresses ----------------------------------------------------------------------------------------------------


REFERENCES = st.sampled_from(
    [
        "A1",
        "$B$2",
        "C$3",
        "$D4",
        "AA10:AB20",
        "3:5",
        "B:C",
        "'表 1'!B2",
        "表!$C$5",
        '"A1"',
        "SUM(B2:B9)",
        "LOG10(A1)",
        "2.5",
        "a1b",
    ]
)


@given(
    st.lists(REFERENCES, min_size=1, max_size=5), st.integers(0, 9), st.integers(0, 9)
)
def test_shared_formulas_move_as_openpyxl_moves_them(
    parts: list[str], down: int, right: int
) -> None:
    formula = "+".join(parts)
    there = f"{chr(ord('E') + right)}{5 + down}"
    assert (
        moved(formula, down, right)
        == Translator(f"={formula}", "E5").translate_formula(there)[1:]
    )


def test_a_formula_moved_out_of_the_sheet_points_nowhere() -> None:
    assert moved("A1+B2", -1, 0) == "#REF!+B1"
    assert moved("XFD5", 0, 1) == "#REF!"


def test_shared_formulas_are_written_out(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A3">B1&amp;"B1"</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row><row r="3"><c r="A3"><f t="shared" si="0"></f></c></row>'
    )
    cells = written(tmp_path / "a.xlsx", rows).cells
    assert [cells[row, 1].formula for row in (1, 2, 3)] == [
        'B1&"B1"',
        'B2&"B1"',
        'B3&"B1"',
    ]
    assert cells[3, 1].kind is Kind.UNCOMPUTED


def test_areas_are_read_whichever_corner_comes_first() -> None:
    assert area_of("'甲 乙'!$B$3:$A$1") == (1, 1, 3, 2)
    assert area_of("C7") == (7, 3, 7, 3)
    assert area_of("#REF!") is None
    assert area_of("A:B") is None


# -- packages ---------------------------------------------------------------------------------------------------------------

Way = Callable[[str, bytes], tuple[str, bytes] | None]
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE, STRICT_OFFICE = (
    b"schemas.openxmlformats.org/officeDocument/2006",
    b"purl.oclc.org/ooxml/officeDocument",
)


def is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")


def is_ours(name: str) -> bool:
    return is_sheet(name) or name in (MAIN, STRINGS, STYLES)


def prefixed(name: str, data: bytes) -> tuple[str, bytes]:
    if is_ours(name):
        data = re.sub(
            rb"<(/?)(?=[A-Za-z])", rb"<\1x:", data.replace(b'xmlns="', b'xmlns:x="', 1)
        )
    return name, data


def in_sheets(old: bytes, new: bytes) -> Way:
    """Another way of writing something in sheets."""
    return lambda name, data: (name, re.sub(old, new, data) if is_sheet(name) else data)


def inline(name: str, data: bytes) -> tuple[str, bytes]:
    texts = re.findall(rb"<si>(.*?)</si>", sound()[STRINGS], re.DOTALL)
    found = re.compile(rb' t="s"><v>(\d+)</v></c>')
    return name, found.sub(
        lambda one: b' t="inlineStr"><is>' + texts[int(one[1])] + b"</is></c>", data
    )


WAYS: dict[str, Way] = {
    "a prefix": prefixed,
    "strict": lambda name, data: (
        name,
        data.replace(SPACE.encode(), STRICT).replace(OFFICE, STRICT_OFFICE),
    ),
    "UTF-16": lambda name, data: (
        name,
        data.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")
        if is_ours(name) or name.endswith(".rels")
        else data,
    ),
    "a mark of UTF-8": lambda name, data: (
        name,
        b"\xef\xbb\xbf" + data if is_ours(name) else data,
    ),
    "GB18030": lambda name, data: (
        name,
        data.decode().replace('"UTF-8"', '"GB18030"').encode("gb18030")
        if is_ours(name)
        else data,
    ),
    "another order": in_sheets(rb'<c r="(\w+)" s="(\d+)"', rb'<c s="\2" r="\1"'),
    "single quotes": in_sheets(rb'<c r="(\w+)"', rb"<c r='\1'"),
    "lines of their own": in_sheets(rb"</c><c", rb"</c>\n  <c"),
    "spaces in tags": in_sheets(rb'"/>', rb'" />'),
    "comments": in_sheets(
        b"<sheetData>", b'<sheetData><!-- <c r="A1"><v>9</v></c> -->'
    ),
    "CDATA": lambda name, data: (
        name,
        re.sub(rb"<t>([^<&]*)</t>", rb"<t><![CDATA[\1]]></t>", data)
        if name == STRINGS
        else data,
    ),
    "comments behind many marks": in_sheets(
        b"<sheetData>",
        b'<sheetData><row r="900" spans="' + b"!" * 70 + b'"/>'
        b'<!-- <c r="A1"><v>9</v></c> -->',
    ),
    "comments behind the cells": in_sheets(
        b"</sheetData>",
        b'</sheetData><!-- <mergeCells><mergeCell ref="A1:C9"/></mergeCells> -->',
    ),
    "names in comments": lambda name, data: (
        name,
        data.replace(
            b"<definedNames>",
            b'<definedNames><!-- <definedName name="x.y" localSheetId="0">'
            b"x!$A$1</definedName> -->",
        )
        if name == MAIN
        else data,
    ),
    "an instruction": in_sheets(b"<sheetData>", b"<?mso x?><sheetData>"),
    "another vocabulary": in_sheets(
        b"<sheetData>",
        b'<sheetData><x xmlns="y"><row><c r="A90"><v>9</v></c></row></x>',
    ),
    "texts in the cells": inline,
    "another main part": lambda name, data: (
        name.replace("workbook.xml", "workbook22.xml"),
        data.replace(b"workbook.xml", b"workbook22.xml")
        if name in (ROOT, TYPES)
        else data,
    ),
    "other letters": lambda name, data: (
        name.replace("sheet1.xml", "Sheet1.XML"),
        data,
    ),
    "absolute targets": lambda name, data: (
        name,
        data.replace(b'Target="', b'Target="/xl/') if name == RELATIONS else data,
    ),
    "relations in single quotes": lambda name, data: (
        name,
        data.replace(b'"', b"'") if name.endswith(".rels") else data,
    ),
    "relations in comments": lambda name, data: (
        name,
        re.sub(
            rb"(<Relationship [^>]*>)",
            rb'\1<!-- <Relationship Id="rId1" Type="x" Target="y"/> -->',
            data,
        )
        if name.endswith(".rels")
        else data,
    ),
    "relations with escapes": lambda name, data: (
        name,
        data.replace(b"sheet1.xml", b"&#115;heet1.xml") if name == RELATIONS else data,
    ),
    "backslashes": lambda name, data: (name.replace("/", "\\"), data),
    "no list of content types": lambda name, data: (
        None if name == TYPES else (name, data)
    ),
    "no list of relations": lambda name, data: None if name == ROOT else (name, data),
    "broken properties": lambda name, data: (
        name,
        b"<" if name.startswith(("docProps", "xl/theme", "xl/comments")) else data,
    ),
    "broken drawings": lambda name, data: (
        name,
        b"" if "drawing" in name or name.startswith("xl/worksheets/_rels") else data,
    ),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Grid:
    path = tmp_path_factory.mktemp("whole") / "甲.xlsx"
    path.write_bytes(packed(sound()))
    return open_grid(path)


@pytest.mark.parametrize("way", WAYS)
def test_a_workbook_written_another_way_reads_the_same(
    tmp_path: Path, way: str, whole: Grid
) -> None:
    parts = dict(
        made
        for name, data in sound().items()
        if (made := WAYS[way](name, data)) is not None
    )
    path = tmp_path / "甲.xlsx"
    path.write_bytes(packed(parts))
    grid = both(path)
    assert not grid.doubts
    assert grid.sheets == whole.sheets
    assert grid.suffix == ("" if way == "no list of content types" else ".xlsx")


def read_of(tmp_path: Path, parts: Parts, name: str = "甲.xlsx") -> Grid:
    (tmp_path / name).write_bytes(packed(parts))
    return both(tmp_path / name)


@pytest.mark.parametrize("styles", [None, b"", b"<broken", b"<x/>"])
def test_without_styles_all_is_read_but_the_formats(
    tmp_path: Path, styles: bytes | None, whole: Grid
) -> None:
    parts = sound()
    del parts[STYLES]
    grid = read_of(tmp_path, parts if styles is None else {**parts, STYLES: styles})
    for name, sheet in whole.sheets.items():
        here = grid.sheets[name].cells
        assert {at: (raw.kind, raw.text, raw.formula) for at, raw in here.items()} == {
            at: (raw.kind, raw.text, raw.formula) for at, raw in sheet.cells.items()
        }
    assert bool(grid.doubts) == (styles in (b"", b"<broken"))


def test_a_broken_string_that_no_cell_asks_for_is_nobodys_concern(
    tmp_path: Path, whole: Grid
) -> None:
    parts = sound()
    broken = parts[STRINGS].replace(b"</sst>", b"<si><t>&#0;</t></si></sst>")
    (path := tmp_path / "甲.xlsx").write_bytes(packed({**parts, STRINGS: broken}))
    assert open_grid(path) == whole


def test_a_workbook_knows_its_own_suffix(tmp_path: Path) -> None:
    parts = sound()
    assert not read_of(tmp_path, parts).misnamed
    macros = {
        **parts,
        TYPES: parts[TYPES].replace(
            b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
            b"vnd.ms-excel.sheet.macroEnabled.main",
        ),
    }
    assert (read_of(tmp_path, macros).suffix, read_of(tmp_path, macros).misnamed) == (
        ".xlsm",
        True,
    )
    assert not read_of(tmp_path, macros, "乙.XLSM").misnamed
    other = rb"<x:Override ContentType='\1' PartName='/XL/workbook.xml'/>"
    turned = re.sub(
        rb'<Override PartName="/xl/workbook.xml" ContentType="([^"]*)"/>',
        other,
        macros[TYPES].replace(b" xmlns=", b' xmlns:x="y" xmlns='),
    )
    assert read_of(tmp_path, {**parts, TYPES: turned}).suffix == ".xlsm"


def test_names_belong_to_a_sheet_or_to_the_whole_workbook(tmp_path: Path) -> None:
    names = (
        "<definedNames><definedName name=\"whole\">'封面'!$A$1</definedName>".encode()
    )
    parts = sound()
    grid = read_of(
        tmp_path, {**parts, MAIN: parts[MAIN].replace(b"<definedNames>", names)}
    )
    assert grid.names == {"whole": "'封面'!$A$1"}
    assert "whole" not in grid.sheets["封面"].names
    assert grid.sheets["封面"].names["cover.unit_name"] is not None


def test_a_sheet_that_is_hidden_is_known(tmp_path: Path) -> None:
    parts = sound()
    hidden = parts[MAIN].replace(
        'name="封面"'.encode(), 'name="封面" state="veryHidden"'.encode()
    )
    assert read_of(tmp_path, {**parts, MAIN: hidden}).sheets["封面"].hidden


def test_what_only_the_second_reader_can_read_is_told_as_doubtful(
    tmp_path: Path, whole: Grid
) -> None:
    """A cell of no sheet's making: ours refuses to guess, the other reader puts it somewhere."""
    parts = sound()
    odd = parts[SHEET].replace(
        b"</sheetData>", b'<row r="99"><c r="b99"><v>1</v></c></row></sheetData>'
    )
    grid = read_of(tmp_path, {**parts, SHEET: odd})
    assert grid.doubts
    assert "另一种办法" in grid.doubts[0]
    here = grid.sheets["封面"]
    assert {at: (raw.kind, raw.text) for at, raw in here.cells.items()} == {
        at: (raw.kind, raw.text) for at, raw in whole.sheets["封面"].cells.items()
    }
    assert here.names == whole.sheets["封面"].names


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "ods"),
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "演示文稿"),
        ("a", "不是"),
    ],
)
def test_other_kinds_of_files_are_told_by_their_kind(
    tmp_path: Path, part: str, said: str
) -> None:
    (tmp_path / "甲.xlsx").write_bytes(packed({part: b"<x/>"}))
    with pytest.raises(CannotOpenError, match=f"{said}.*请交用填报表填好的文件"):
        open_grid(tmp_path / "甲.xlsx")
