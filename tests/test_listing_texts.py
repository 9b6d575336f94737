"""What is found in published statements, ticked in a workbook and sent back as notices (整改通知)."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.statements import FINAL, HEBEI, spoilt, written
from tests.test_audit import command
from toolkit.errors import COULD_NOT, DONE, ERRORS
from toolkit.files.word import Paragraph, text_of
from toolkit.report.sent.ticked import HEADINGS, read_ticked

WRONG = spoilt(HEBEI, "基本支出700.20", "基本支出720.20").replace(
    "与2022年相比持平；公务", "与2021年相比持平；公务"
)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "收来的文本"
    folder.mkdir()
    written(folder, WRONG, "水务局.txt")
    written(folder, FINAL, "文化馆.txt")
    written(folder, HEBEI.split("六、", maxsplit=1)[0], "半份.txt")
    (folder / "坏.docx").write_bytes(b"PK")
    return folder


def listed(texts: Path, *more: str | Path) -> Path:
    out = texts.parent / "审核清单.xlsx"
    command("audit", texts, "--format", "xlsx", "-o", out, *more)
    return out


def told(path: Path) -> str:
    """All that a document says."""
    return "\n".join(
        one.text if isinstance(one, Paragraph) else str(one.rows)
        for one in text_of(path)
    )


def retick(path: Path, said: str, field: str, text: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {str(cell.value): number for number, cell in enumerate(sheet[4], 1)}
    for row in range(5, sheet.max_row + 1):
        if said in str(sheet.cell(row, columns[HEADINGS["message"]]).value):
            sheet.cell(row, columns[HEADINGS[field]], text)
    book.save(path)


def test_a_list_holds_what_is_found_and_every_text(texts: Path) -> None:
    ticked = read_ticked(listed(texts))
    assert ticked.of_texts
    assert set(ticked.units) == {"半份", "坏", "文化馆", "水务局"}
    found = {(item.unit, item.title) for item in ticked.items}
    assert ("水务局", "与哪一年比") in found
    assert ("半份", "不能审核") in found
    assert ("坏", "没有读的文件") in found
    assert not any(item.unit == "文化馆" for item in ticked.items)
    data = json.loads(command("audit", texts / "水务局.txt", "--format", "json")[1])[
        "statements"
    ][0]
    assert sum(item.unit == "水务局" for item in ticked.items) == len(data["findings"])


def test_what_is_ticked_becomes_a_notice_and_what_is_refused_does_not(
    texts: Path,
) -> None:
    list_, out = listed(texts), texts.parent / "通知"
    retick(list_, "与 2021 年比", "tick", "否")
    retick(list_, "不等于", "opinion", "请核对基本支出")
    assert command("return", list_, "-o", out, "--deadline", "2023-03-05")[0] == DONE
    names = {path.name for path in out.glob("*.docx")}
    assert names == {"整改通知-水务局-第1次.docx", "整改通知-坏-第1次.docx"}
    said = told(out / "整改通知-水务局-第1次.docx")
    assert "水务局" in said
    assert "请核对基本支出" in said
    assert "2023年3月5日" in said
    assert "与 2021 年比" not in said
    assert "填报表" not in said
    # The same again is not made twice.
    assert (
        "与第1次相同"
        in command("return", list_, "-o", out, "--deadline", "2023-03-05")[1]
    )


def test_what_was_refused_stays_refused_and_what_is_mended_is_told(texts: Path) -> None:
    first = listed(texts)
    retick(first, "与 2021 年比", "tick", "否")
    last = first.rename(texts.parent / "上次.xlsx")
    written(texts, spoilt(WRONG, "基本支出720.20", "基本支出700.20"), "水务局.txt")
    again = listed(texts, "--since", last)
    items = {
        item.message: item.tick
        for item in read_ticked(again).items
        if item.unit == "水务局"
    }
    assert [tick for message, tick in items.items() if "与 2021 年比" in message] == [
        "否"
    ]
    assert "已改好" in openpyxl.load_workbook(again).sheetnames
    assert command("audit", texts / "水务局.txt", "--format", "json")[0] == ERRORS
    assert command("audit", texts / "坏.docx")[0] == COULD_NOT
