"""A statement that LibreOffice or WPS saved as .odt is audited like the same as .docx."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.statements import NATIONAL, spoilt
from toolkit.files.opendocument import Cells, pieces_of
from toolkit.steps.auditing import audit, read_file

NAMES = " ".join(
    f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
    for key in ("office", "text", "table")
)
TABLE = """<table:table>
<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>科目</text:p></table:table-cell>
<table:covered-table-cell/><table:table-cell><text:p>合计</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>201</text:p></table:table-cell>
<table:table-cell><text:p>甲</text:p><text:p>乙</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="99999999"/></table:table-row>
</table:table>"""


def saved(path: Path, body: str) -> Path:
    content = f"<office:document-content {NAMES}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return path


def paragraphs(text: str) -> str:
    return "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))


def test_paragraphs_lists_and_tables_are_read_in_their_order(tmp_path: Path) -> None:
    body = (
        "<text:h>一、<text:s text:c='2'/>概况</text:h>"
        "<text:list><text:list-item><text:p>甲</text:p></text:list-item></text:list>"
        f"{TABLE}<text:section><text:p>乙</text:p></text:section>"
    )
    heading, item, table, last = pieces_of(saved(tmp_path / "甲.odt", body))
    assert (heading, item, last) == ("一、  概况", "甲", "乙")
    assert isinstance(table, Cells)
    assert table.rows[0] == ("科目", "合计")
    assert table.widths[0] == (2, 1)
    assert table.rows[1][:2] == ("201", "甲\n乙")
    assert len(table.rows[1]) < 2000  # whatever a file says


def test_an_odt_is_audited_as_the_same_text_is(tmp_path: Path) -> None:
    wrong = spoilt(NATIONAL, "货物预算400.00", "货物预算480.00")
    path = saved(tmp_path / "说明.odt", paragraphs(wrong))
    statement = read_file(path)
    assert [one.text for one in statement.paragraphs][:1] == [
        "平澜市教育局2024年部门预算公开"
    ]
    (done,) = audit([tmp_path]).audited
    assert done.auditable
    assert [finding.check.id for finding in done.findings] == ["J01-01"]
