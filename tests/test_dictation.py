"""What is taken down while a template is filled is what the filled document says when it is read."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.edits import short
from tests.test_statement import PROFILE
from toolkit.files.dictation import Dictation, Said, is_plain, unmarked
from toolkit.files.passages import BAR, read_docx
from toolkit.files.word import rendered
from toolkit.publish.statement import told

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="r{}" Type="' + OFFICE + '/{}" Target="{}"/>'
CONTEXT = {
    "title": "",
    "amount": 12.5,
    "empty": "",
    "text": "甲<乙>&丙\n丁\t戊",
    "names": ("一", "二", "三"),
    "look": "FF0000",
}


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc><w:tcPr><w:tcW/></w:tcPr>{cell}</w:tc>' for cell in cells)}</w:tr>"


def said(text: str, look: str = "", style: str = "") -> str:
    about = (
        f'<w:pPr><w:pStyle w:val="{style}"/><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>'
        if style
        else ""
    )
    return f'<w:p>{about}<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def field(instruction: str, text: str) -> str:
    """A field as Word writes it: what it is told to be, then its text."""
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
        for kind in ("begin", "separate", "end")
    )
    asked = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return f"{begin}{asked}{separate}<w:r><w:t>{text}</w:t></w:r>{end}"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


AMOUNT, EMPTY, TEXT, NAME = (
    said(f"{{{{ {name} }}}}") for name in ("amount", "empty", "text", "name")
)
FOR_ALL, ALL_DONE = row(said("{%tr for name in names %}")), row(said("{%tr endfor %}"))
SHADED = '<w:rPr><w:shd w:fill="{{ look }}" w:val="clear"/></w:rPr>'
PLAIN = {
    "sentences": said("预算 {{ amount }} 万元，{{ text }}。", style="h1")
    + said(" ")
    + EMPTY
    + said("完&amp;&#x6bd5;"),
    "a value in a look": said("红 {{ amount }}", SHADED)
    + said("{{ amount }}", "<w:rPr>{{ empty }}<w:b/></w:rPr>"),
    "a table": table(row(said("甲"), EMPTY, AMOUNT + said("") + said("元"))),
    "empty rows": table(row(said("|"), "<w:p/>"), row("<w:p/>", AMOUNT)) + said("后"),
    "cells of values": table(row(EMPTY + AMOUNT + TEXT, TEXT)),
    "a loop": said("{%p for name in names %}")
    + said("{{ loop.index }}．{{ name }}", style="other")
    + said("{%p endfor %}"),
    "rows of a loop": table(FOR_ALL, row(NAME, AMOUNT), ALL_DONE),
    "cells merged down": table(FOR_ALL, row(said("{% vm %}同"), NAME), ALL_DONE),
    "a table in a cell": table(
        row(said("外") + table(row(said("内{{ amount }}"), said("二"))) + said("尾"))
    ),
    "fields": "<w:p>"
    + field("PAGEREF a", "{{ amount }}")
    + field("REF b", "见{{ amount }}")
    + "<w:r><w:tab/><w:br/></w:r></w:p>",
    "a macro": "{% macro twice(x) %}{{ x }}与{{ x }}{% endmacro %}"
    + said("{{ twice(amount) }}元"),
    "an open field": '<w:p><w:r><w:fldChar w:fldCharType="separate"/><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    + AMOUNT,
}
BOX = "<w:p><w:r><w:t>前</w:t><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>"
MORE = {
    "a text box": BOX.format(said("框") + AMOUNT),
    "a content control": "<w:sdt><w:sdtContent>"
    + said("控 {{ amount }}")
    + "</w:sdtContent></w:sdt>",
    "what is deleted": "<w:p><w:del><w:r><w:t>删</w:t></w:r></w:del><w:r><w:t>留{{ amount }}</w:t></w:r></w:p>",
    "a remark": said("甲<!-- 乙 -->{{ amount }}"),
    "a look in its own": said(
        "{{ amount }}",
        "<w:rPr><w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr>",
    ),
}


def template(path: Path, body: str) -> Path:
    """A document with a header, styles, and this body."""
    related = RELATION.format(1, "styles", "styles.xml") + RELATION.format(
        2, "header", "header1.xml"
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": RELATED.format(
            RELATION.format(1, "officeDocument", "word/document.xml")
        ),
        "word/_rels/document.xml.rels": RELATED.format(related),
        "word/styles.xml": f'<w:styles {W}><w:style w:styleId="h1"><w:name w:val="heading 1"/></w:style></w:styles>',
        "word/header1.xml": f"<w:hdr {W}>{said('第 {{ amount }} 稿')}</w:hdr>",
        "word/document.xml": f"<w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return path


def dictated(path: Path) -> tuple[list[Said], list[Any], Path]:
    """The lines of a filled template, the values printed in it, and where it lies."""
    dictation, heard, made = Dictation(), list[Any](), path.with_name("填好.docx")
    made.write_bytes(rendered(path, CONTEXT, heard=heard.append, dictation=dictation))
    return list(dictation.lines()), heard, made


@pytest.mark.parametrize("body", [*PLAIN.values(), *MORE.values()], ids=[*PLAIN, *MORE])
def test_what_is_taken_down_is_what_the_document_says(
    tmp_path: Path, body: str
) -> None:
    lines, heard, made = dictated(template(tmp_path / "模板.docx", body))
    read = read_docx(made).passages
    # Only a line that a value was to fill, and did not, is taken down where nobody would read it.
    assert [
        (one.text, one.where, one.place, one.style) for one in lines if one.text
    ] == [(one.text, one.where, one.place, one.style) for one in read]
    for line in lines:
        for start, end, number in line.printed:
            assert line.text[start:end] == unmarked(str(heard[number]))
    printed = [number for line in lines for _, _, number in line.printed]
    assert printed
    assert len(printed) == len(set(printed))


def test_only_what_is_plain_is_taken_down() -> None:
    assert all(map(is_plain, PLAIN.values()))
    assert not any(map(is_plain, MORE.values()))
    assert not is_plain(said("甲\r乙"))
    assert not is_plain("<w:p><w:pPr></w:p>")


def test_a_cell_without_words_stands_between_bars(tmp_path: Path) -> None:
    lines, _, _ = dictated(template(tmp_path / "模板.docx", PLAIN["a table"]))
    assert lines[0].text == f"甲{BAR}{BAR}12.5 元"


def test_a_statement_is_taken_down_as_it_reads(tmp_path: Path) -> None:
    made, lines, heard = told(short(), PROFILE)
    path = tmp_path / "情况说明.docx"
    path.write_bytes(made)
    taken = list(lines)
    assert [(one.text, one.place, one.style) for one in taken] == [
        (one.text, one.place, one.style) for one in read_docx(path).passages
    ]
    values = [
        (line.text[start:end], str(heard[number]))
        for line in taken
        for start, end, number in line.printed
    ]
    assert len(values) > 100
    assert all(text == value for text, value in values)
