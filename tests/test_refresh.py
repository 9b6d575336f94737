"""New figures in a document that a person edited: words and formats stay, conflicts are told, nothing is replaced."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.shared import RGBColor
from openpyxl.styles import Font

from tests import small
from tests.edits import write
from tests.test_steps import PROFILE, disclosure
from toolkit import steps
from toolkit.errors import COULD_NOT, DONE, UNFINISHED
from toolkit.files.passages import Passage, Where, read_docx
from toolkit.files.tablerows import read_rows
from toolkit.publish.edited.base import Base, Line
from toolkit.publish.edited.numbers import Speech
from toolkit.publish.edited.refreshed import plan


def cut(data: dict[str, Any]) -> None:
    """Two cuts on the last day: running costs, and cars, which were fewer than last year and are more now."""
    data["three_public"]["vehicle_running"]["this_year"] = "9.99"
    data["operating"]["amount"] = data["composition"]["operating"]["this_year"] = (
        "70.45"
    )


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results of a first merge ("一") and, in "二", of another over it with other figures."""
    home = tmp_path_factory.mktemp("两次")
    folder = shutil.copytree(small.units(), home / "收表")
    for name in ("一", "二"):
        shutil.copytree(small.merged(), home / name)
    small.draw("333001-本级", Path(folder), cut)
    steps.merge_folder(Path(folder), home / "二", PROFILE, draft=True)
    return home


def edited(home: Path, name: str, edit: Callable[[Any], object]) -> Path:
    document = docx.Document(str(home / "一" / "情况说明.docx"))
    edit(document)
    path = home / name
    document.save(str(path))
    return path


def paragraph(document: Any, part: str) -> Any:
    return next(one for one in document.paragraphs if part in one.text)


def by_hand(document: Any) -> None:
    """What people do: words, a colour, a number of their own, a run that splits a number."""
    one = paragraph(document, "“三公”经费预算安排")
    one.runs[0].text = one.text.replace("公务接待费0万元", "公务接待费1万元").replace(
        "2023年，我局", "按照要求，2023年我局"
    )
    one.runs[0].font.color.rgb = RGBColor(0xFF, 0, 0)
    two = paragraph(document, "三、机关运行经费安排情况")
    two.runs[0].text = "三、机关运行经费的安排情况"
    three = paragraph(document, "机关运行经费共计安排")
    before, behind = three.text.split("143.4", 1)
    write(three, before + "143")
    three.add_run(".4").bold = True
    three.add_run(behind)


def test_new_figures_come_into_the_edited_document(editions: Path) -> None:
    source = edited(editions, "改过的.docx", by_hand)
    kept = source.read_bytes()
    done = disclosure("refresh", source, "--from", editions / "二")
    assert done.code == UNFINISHED
    assert source.read_bytes() == kept
    target = editions / "改过的-第2稿.docx"
    said = "\n".join(read_docx(target).lines)
    assert "按照要求，2023年我局" in said
    assert "三、机关运行经费的安排情况" in said
    assert "公务接待费1万元" in said
    assert "143.47" not in said
    new = "\n".join(read_docx(editions / "二" / "情况说明.docx").lines)
    for number in re.findall(r"\d+\.\d+(?=万元)", new):
        assert number in said
    # What the data turned round is told with what it should say, and left to a person.
    assert "字句要改" in done.out
    assert "增加" in done.out


def test_formats_and_all_other_parts_stay(editions: Path) -> None:
    source = edited(editions, "格式.docx", by_hand)
    target = editions / "格式新.docx"
    assert (
        disclosure("refresh", source, "--from", editions / "二", "-o", target).code
        == UNFINISHED
    )
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        assert set(before.namelist()) == set(after.namelist())
        changed = {
            name for name in before.namelist() if before.read(name) != after.read(name)
        }
        assert changed == {"word/document.xml", "docProps/custom.xml"}

        def without_text(archive: zipfile.ZipFile) -> bytes:
            return re.sub(
                rb"(<w:t[ >][^<]*>?)[^<]*(?=</w:t>)",
                rb"",
                archive.read("word/document.xml"),
            )

        assert without_text(before) == without_text(after)


def test_what_both_changed_is_left_as_typed_and_told(editions: Path) -> None:
    def type_over(document: Any) -> None:
        one = paragraph(document, "机关运行经费共计安排")
        write(one, one.text.replace("143.47", "150"))

    source = edited(editions, "冲突.docx", type_over)
    target = editions / "冲突新.docx"
    done = disclosure("refresh", source, "--from", editions / "二", "-o", target)
    assert "没有换" in done.out
    assert any("共计安排150万元" in line for line in read_docx(target).lines)
    verified = disclosure("verify", target, "--against", editions / "二")
    assert "150万元，应为" in verified.out
    assert "做这一稿时" not in verified.out


def test_nothing_new_lays_nothing_down(editions: Path) -> None:
    source = edited(editions, "没变.docx", by_hand)
    done = disclosure("refresh", source, "--from", editions / "一")
    assert (done.code, "没有要换的数" in done.out) == (DONE, True)
    assert "人改过的 1 个数没有动" in done.out
    assert not (editions / "没变-第2稿.docx").exists()


def test_the_same_change_in_a_line_is_told_once_with_its_unit(editions: Path) -> None:
    source = edited(editions, "几处.docx", by_hand)
    said = disclosure(
        "refresh", source, "--from", editions / "二", "-o", editions / "几处新.docx"
    ).out
    changes = [line for line in said.splitlines() if line.startswith("换了　")]
    assert any(
        re.search(r"\d万元 → [\d.]+万元(（\d 处）)?$", line) for line in changes
    ), changes
    assert len(changes) == len(set(changes))


def test_a_merge_that_made_no_statement_is_named_as_the_reason(editions: Path) -> None:
    folder = Path(shutil.copytree(editions / "一", editions / "没有生成"))
    manifest = json.loads((folder / "清单.json").read_text(encoding="utf-8"))
    manifest["remarks"].pop("bases")
    (folder / "清单.json").write_text(json.dumps(manifest), encoding="utf-8")
    done = disclosure("refresh", edited(editions, "等.docx", by_hand), "--from", folder)
    assert (done.code, "最近一次合并没有生成“情况说明.docx”" in done.error) == (
        COULD_NOT,
        True,
    )


def test_verify_says_what_the_number_was_when_the_document_was_made(
    editions: Path,
) -> None:
    source = edited(editions, "旧数.docx", lambda _: None)
    said = disclosure("verify", source, "--against", editions / "二").out
    assert re.search(r"143\.47万元，应为 \d", said)


def test_new_figures_come_into_formatted_public_tables(editions: Path) -> None:
    book = openpyxl.load_workbook(editions / "一" / "公开表.xlsx")
    sheet = book["三公经费"]
    sheet.column_dimensions["B"].width = 66
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == 3.42)
    cell.font = Font(color="FF0000", bold=True)
    source = editions / "公开表改过.xlsx"
    book.save(source)
    target = editions / "公开表新.xlsx"
    done = disclosure("refresh", source, "--from", editions / "二", "-o", target)
    assert "换了" in done.out
    after = openpyxl.load_workbook(target)["三公经费"]
    due = openpyxl.load_workbook(editions / "二" / "公开表.xlsx")["三公经费"]
    assert after[cell.coordinate].value == due[cell.coordinate].value != 3.42
    assert after[cell.coordinate].font.bold
    assert after.column_dimensions["B"].width == 66
    numbers = [
        c.value
        for row in due.iter_rows()
        for c in row
        if isinstance(c.value, int | float)
    ]
    assert [
        c.value
        for row in after.iter_rows()
        for c in row
        if isinstance(c.value, int | float)
    ] == numbers
    assert disclosure("verify", target, "--against", editions / "二").code == DONE
    assert read_rows(target).lines


def test_a_printed_content_number_is_no_amount_and_becomes_the_new_one() -> None:
    speech = Speech(("万元",))
    own, new = (
        Base(
            (
                Line(f"— 1 —　内容号：{number}", "页脚"),
                Line(f"安排{amount}万元", "正文第 1 段"),
            ),
            speech,
            number,
        )
        for number, amount in (("040f5e0f673f", "5"), ("1111aaaa2222", "6"))
    )
    edited = [Passage(line.text, Where.BODY, line.place) for line in own.lines]
    done = plan(own, edited, new)
    assert [(put.was, put.text) for put in done.puts] == [
        ("5万元", "6"),
        ("040f5e0f673f", "1111aaaa2222"),
    ]
    assert (done.conflicts, done.unfit, done.lacking, done.over) == ((), (), (), ())


@pytest.mark.parametrize(
    ("typed", "due", "put"),
    [
        ("1234.50", "2,345.60", "2345.60"),
        ("1,234.50", "2345.60", "2,345.60"),
        ("3.40", "2,345.60", "2,345.60"),  # nobody sees how it was written
    ],
)
def test_a_new_figure_has_its_thousands_parted_as_the_one_it_replaces(
    typed: str, due: str, put: str
) -> None:
    speech = Speech(("万元",))
    own, new = (
        Base((Line(f"安排{amount}万元", "正文第 1 段"),), speech)
        for amount in (typed, due)
    )
    edited = [Passage(f"共安排{typed}万元", Where.BODY, "正文第 1 段")]
    assert [one.text for one in plan(own, edited, new).puts] == [put]


def test_what_the_new_figures_turn_round_is_told_with_the_word_that_is_due() -> None:
    speech = Speech(("万元",), (("增加",), ("减少",)))
    own, new = (
        Base((Line(f"比上年{words}，主要是人员变化。", "正文第 1 段"),), speech)
        for words in ("减少2万元", "增加3万元")
    )
    edited = [Passage("较上年减少2万元，主要是人员变化。", Where.BODY, "正文第 1 段")]
    done = plan(own, edited, new)
    assert [(put.was, put.text) for put in done.puts] == [("2万元", "3")]
    assert ["“减少”应为“增加”" in one.due for one in done.unfit] == [True]
    righted = [Passage("较上年增加2万元，主要是人员变化。", Where.BODY, "正文第 1 段")]
    assert plan(own, righted, new).unfit == ()


def test_lines_that_came_and_went_are_told() -> None:
    speech = Speech(("万元",))
    own = Base(
        (Line("甲项目安排5万元", "一"), Line("乙项目不再安排的话", "二")), speech
    )
    new = Base(
        (Line("甲项目安排5万元", "一"), Line("丙工程投入资金支出较多", "二")), speech
    )
    done = plan(
        own, [Passage(line.text, Where.BODY, line.place) for line in own.lines], new
    )
    assert (done.lacking, [one.said for one in done.over]) == (
        ("丙工程投入资金支出较多",),
        ["乙项目不再安排的话"],
    )
    typed = [Passage("甲项目安排1,005万元", Where.BODY, "一")]
    put = plan(
        Base((Line("甲项目安排1005万元", "一"),), speech),
        typed,
        Base((Line("甲项目安排2006.50万元", "一"),), speech),
    ).puts
    assert [one.text for one in put] == ["2,006.50"]
