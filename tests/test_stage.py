"""States: what is signed and what goes out differ in the mark alone; and what may not go out does not (公开前)."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.comments import Comment

from tests import small
from tests.edits import write
from tests.test_refresh import paragraph
from tests.test_statement import EXAMPLES
from tests.test_steps import PROFILE, disclosure
from toolkit import steps
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED
from toolkit.files.marks import mark, unmark
from toolkit.files.package import Package
from toolkit.files.passages import Where, read_docx
from toolkit.files.tablerows import read_rows
from toolkit.files.unpublished import holding, seen_in
from toolkit.model import Role
from toolkit.publish.edited.base import text_number
from toolkit.publish.edited.outgoing import sightings
from toolkit.publish.statement import write_statement
from toolkit.publish.tables import write_tables
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return Path(shutil.copytree(small.merged(), tmp_path / "out"))


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edit(path: Path, change: Callable[[Any], object]) -> None:
    document = docx.Document(str(path))
    change(document)
    document.save(str(path))


def retype(old: str, new: str) -> Callable[[Any], object]:
    def change(document: Any) -> None:
        one = paragraph(document, old)
        write(one, one.text.replace(old, new, 1))

    return change


def test_what_is_signed_and_what_goes_out_differ_in_the_mark_alone(out: Path) -> None:
    before = {name: parts(out / name) for name in (steps.TABLES, steps.STATEMENT)}
    # words such as 涉密 are for a person to look at
    assert disclosure("stage", "送审稿", out).code == UNFINISHED
    reviewed = out / "送审稿"
    number = text_number(read_docx(out / steps.STATEMENT).lines)
    headers = [
        one.text
        for one in read_docx(reviewed / steps.STATEMENT).passages
        if one.where is Where.HEADER
    ]
    assert headers
    assert all(number in text and text.startswith("送审稿") for text in headers)
    sheets = [
        raw
        for name, raw in parts(reviewed / steps.TABLES).items()
        if name.startswith("xl/worksheets/sheet")
    ]
    assert all("&amp;C送审稿".encode() in raw for raw in sheets)
    assert f"情况说明文本号 {number}" in "".join(
        read_docx(reviewed / steps.SIGN_SHEET).lines
    )
    done = disclosure("stage", "公开稿", out)
    assert (done.code, done.out.count("逐字节相同")) == (DONE, 2)
    for name, was in before.items():
        assert parts(out / "公开稿" / name) == was
        assert parts(reviewed / name) != was


def test_an_edited_document_has_its_own_number_and_a_changed_figure_needs_a_name(
    out: Path, tmp_path: Path
) -> None:
    own = text_number(read_docx(out / steps.STATEMENT).lines)
    edit(out / steps.STATEMENT, retype("目前我县部门", "按照要求，目前我县部门"))
    assert disclosure("stage", "送审稿", out).code == UNFINISHED
    texts = json.loads((out / "送审稿" / "清单.json").read_text(encoding="utf-8"))[
        "remarks"
    ]["texts"]
    assert (
        texts[steps.STATEMENT]
        == text_number(read_docx(out / steps.STATEMENT).lines)
        != own
    )
    edit(out / steps.STATEMENT, retype("共计安排143.47", "共计安排143.57"))
    shutil.copy(out / steps.STATEMENT, out / "情况说明-第2稿.docx")
    done = disclosure("stage", "送审稿", out)
    assert (done.code, "143.57万元，应为 143.47万元" in done.out) == (ERRORS, True)
    assert (
        "旁边还有“情况说明-第2稿.docx”。要送审其中一份的，用 --file 写明。" in done.out
    )
    answers = tmp_path / "核对意见.csv"
    disclosure("verify", out / steps.STATEMENT, "--against", out, "--answers", answers)
    answers.write_text(
        answers.read_text(encoding="utf-8-sig")
        .replace(",,\n", ",王某,按批复\n")
        .replace(",,\r\n", ",王某,按批复\n"),
        encoding="utf-8",
    )
    done = disclosure("stage", "送审稿", out, "--answers", answers)
    assert (done.code, "同意不改（王某：按批复）" in done.out) == (UNFINISHED, True)


def test_what_was_changed_after_review_does_not_go_out(out: Path) -> None:
    disclosure("stage", "送审稿", out)
    reviewed = out / "送审稿" / steps.STATEMENT
    edit(reviewed, lambda _: None)  # saved once more: other bytes, the same text
    done = disclosure("stage", "公开稿", out)
    assert (done.code, "又存过一次，字和数都没有变" in done.out) == (DONE, True)
    assert (
        read_docx(out / "公开稿" / steps.STATEMENT).lines
        == read_docx(out / steps.STATEMENT).lines
    )
    edit(reviewed, retype("公务接待费0万元", "公务接待费2万元"))
    done = disclosure("stage", "公开稿", out)
    assert (done.code, "0万元 → 2万元" in done.out) == (ERRORS, True)


def test_what_was_reviewed_does_not_go_out_once_the_figures_are_others(
    out: Path, tmp_path: Path
) -> None:
    """The mark names the content of its day; with that of today it would not be found, and would go out too."""
    disclosure("stage", "送审稿", out)
    units = Path(shutil.copytree(small.units(), tmp_path / "收表"))
    small.draw(
        "333001-本级",
        units,
        lambda data: data["three_public"]["vehicle_running"].update(this_year="3.41"),
    )
    steps.merge_folder(units, out, PROFILE, draft=True)
    done = disclosure("stage", "公开稿", out)
    assert (done.code, "送审以后又合并过，内容变了" in done.error) == (COULD_NOT, True)
    assert not (out / "公开稿").exists()
    steps.merge_folder(small.units(), out, PROFILE)
    assert disclosure("stage", "公开稿", out).code == DONE


def test_a_draft_is_not_reviewed_and_nothing_goes_out_unreviewed(out: Path) -> None:
    assert "还没有送审稿" in disclosure("stage", "公开稿", out).error
    assert "请写“送审稿”" in disclosure("stage", "草稿", out).error
    steps.merge_folder(small.units(), out, PROFILE, draft=True)
    done = disclosure("stage", "送审稿", out)
    assert (done.code, "还是草稿" in done.error) == (COULD_NOT, True)
    (out / "情况说明.docx").unlink()
    done = disclosure("stage", "送审稿", out)
    assert done.code == COULD_NOT
    assert "“公开表.xlsx”还是草稿（草稿：未经审核，不得公开）" in done.error


def test_a_document_without_headers_is_marked_and_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "无页眉.docx"
    docx.Document().save(str(path))
    package = Package.read(path)
    before = dict(package.parts)
    mark(package, "送审稿　甲")
    (tmp_path / "标.docx").write_bytes(package.packed())
    assert [one.text for one in read_docx(tmp_path / "标.docx").passages] == [
        "送审稿　甲"
    ]
    assert (
        docx.Document(str(tmp_path / "标.docx")).sections[0].header.paragraphs[0].text
        == "送审稿　甲"
    )
    assert unmark(package, "送审稿　甲")
    assert package.parts["word/document.xml"] == before["word/document.xml"]
    assert set(package.parts) == set(before)
    assert not unmark(package, "送审稿　甲")


@pytest.mark.parametrize("header", ["内部", None])
def test_a_sheet_with_and_without_a_header_is_marked_and_as_it_was(
    tmp_path: Path, header: str | None
) -> None:
    def written(raw: bytes) -> str:
        path.write_bytes(raw)
        sheet: Any = openpyxl.load_workbook(path).worksheets[0]
        return f"{sheet.oddHeader.left.text or ''}·{sheet.oddHeader.center.text or ''}"

    book = openpyxl.Workbook()
    sheet: Any = book.worksheets[0]
    if header is not None:
        sheet.oddHeader.left.text = header
        sheet.oddFooter.center.text = "页"
    path = tmp_path / "表.xlsx"
    book.save(path)
    package = Package.read(path)
    before = dict(package.parts)
    mark(package, "送审稿　甲")
    assert written(package.packed()) == f"{header or ''}·送审稿　甲"
    assert unmark(package, "送审稿　甲")
    assert written(package.packed()) == f"{header or ''}·"
    assert {name for name, raw in package.parts.items() if before[name] != raw} <= {
        "xl/worksheets/sheet1.xml"
    }


# ── before publication ─────────────────────────────────────────────────────────────────────────────────────────────


def add(xml: str) -> Callable[[Any], object]:
    def change(document: Any) -> None:
        document.paragraphs[5]._p.append(  # noqa: SLF001
            parse_xml(xml.replace("<w:", "<w:", 1).replace(" ", f' xmlns:w="{W}" ', 1))
        )

    return change


def link(document: Any) -> None:
    document.part.relate_to(
        "file:///甲.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )


DOCUMENTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a tracked change": (
        add('<w:ins w:id="1" w:author="a"><w:r><w:t>甲</w:t></w:r></w:ins>'),
        "还有没有接受的修订",
    ),
    "hidden text": (
        add('<w:r w:rsidR="1"><w:rPr><w:vanish/></w:rPr><w:t>甲</w:t></w:r>'),
        "有隐藏的文字",
    ),
    "a comment": (
        lambda d: d.add_comment(d.paragraphs[5].runs, "甲", author="乙"),
        "里面有批注",
    ),
    "a picture elsewhere": (link, "链接着别的文件"),
}


@pytest.mark.parametrize("title", DOCUMENTS)
def test_what_lies_in_a_document_unseen_is_told(tmp_path: Path, title: str) -> None:
    change, said = DOCUMENTS[title]
    path = Path(shutil.copy(small.merged() / steps.STATEMENT, tmp_path))
    assert seen_in(path) == ()
    edit(path, change)
    assert seen_in(path) == (said,)


def test_what_lies_in_a_workbook_unseen_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "甲"
    sheet["A1"], sheet["A3"], sheet["C1"] = 1, 3, 5
    path = tmp_path / "表.xlsx"
    book.save(path)
    assert seen_in(path) == ()
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet["A1"].comment = Comment("问一下", "乙")
    book.create_sheet("乙").sheet_state = "hidden"
    book.save(path)
    assert set(seen_in(path)) == {
        "里面有批注",
        "“甲”有隐藏的行",
        "“甲”有隐藏的列",
        "“乙”是隐藏的工作表",
    }


def test_personal_data_stop_and_words_are_for_a_person_to_look_at(out: Path) -> None:
    edit(
        out / steps.STATEMENT,
        retype("目前我县部门", "联系人身份证号11010519491231002X，目前我县部门"),
    )
    done = disclosure("stage", "送审稿", out)
    assert (done.code, "文字里有身份证号（110…2X）" in done.out) == (ERRORS, True)
    seen = sightings(read_docx(out / steps.STATEMENT), PROFILE, ("涉密", "没有的词"))
    assert [(one.stops, one.said[:5]) for one in seen if "涉密" in one.said] == [
        (False, "有“涉密”")
    ]
    assert not any("没有的词" in one.said for one in seen)


def test_a_title_of_the_forms_own_row_is_no_word_to_look_at(out: Path) -> None:
    seen = sightings(read_rows(out / steps.TABLES), PROFILE, ("国防", "社会保障"))
    assert [one.said[:4] for one in seen if "国防" in one.said] == []
    assert [one.said[:6] for one in seen if "社会保障" in one.said] == ["有“社会保障"]


def test_names_of_people_in_the_properties_do_not_go_out(out: Path) -> None:
    edit(
        out / steps.STATEMENT,
        lambda document: setattr(document.core_properties, "author", "张三丰"),
    )
    done = disclosure("stage", "送审稿", out)
    assert "“张三丰”，送审稿里已经去掉" in done.out
    assert disclosure("stage", "公开稿", out).code == DONE
    assert holding(out / "公开稿" / steps.STATEMENT, ("张三丰",)) == ()
    assert holding(out / steps.STATEMENT, ("张三丰",)) == ("张三丰",)


# ── what is not published ──────────────────────────────────────────────────────────────────────────────────────────

PLANTED = "退役军人安置补助"


AMOUNTS = ("137.31", "1373100", "1,373,100")  # as printed, in yuan, with commas


def planted(data: dict[str, Any]) -> None:
    """Of a unit's one project two, the second with a name and an amount that stand nowhere else."""
    first = data["projects"][0]
    data["projects"].append(
        {
            **first,
            "name": PLANTED,
            "amount": AMOUNTS[0],
            "goal": "1.按时发放补助，服务对象满意。",
        }
    )
    first["amount"] = str(Decimal(first["amount"]) - Decimal(AMOUNTS[0]))


def test_a_project_that_is_withheld_stands_in_no_public_file(tmp_path: Path) -> None:
    """A planted name and amount, searched in every byte of every public file, unpacked; the totals hold."""
    folder = Path(shutil.copytree(small.units(), tmp_path / "收表"))
    small.draw("333001-本级", folder, planted)
    out, sought = tmp_path / "out", (PLANTED, *AMOUNTS)
    assert disclosure("merge", folder, "-o", out).code in (DONE, UNFINISHED)
    # Where it is published, both are found: they are not missed below for want of looking.
    assert PLANTED in holding(out / steps.STATEMENT, sought)
    assert {*holding(out / steps.WORKINGS, sought)} & {*AMOUNTS}
    withhold(folder, PLANTED, "333001")
    done = disclosure("merge", folder, "-o", out)
    assert done.code in (DONE, UNFINISHED), done.out
    public = (steps.TABLES, steps.STATEMENT)
    assert [
        (name, holding(out / name, sought))
        for name in public
        if holding(out / name, sought)
    ] == []
    assert "39151.12" in "".join(read_docx(out / steps.STATEMENT).lines)
    assert PLANTED in "".join(read_docx(out / steps.SIGN_SHEET).lines)
    assert disclosure("stage", "送审稿", out).code == UNFINISHED
    assert disclosure("stage", "公开稿", out).code in (DONE, UNFINISHED)
    laid = [
        path
        for state in ("送审稿", "公开稿")
        for path in (out / state).rglob("*")
        if path.is_file()
    ]
    inside = {(path.parent.name, path.name) for path in laid if holding(path, sought)}
    assert inside == {("送审稿", steps.SIGN_SHEET), ("送审稿", "清单.json")}
    assert {*public} <= {path.name for path in laid}
    # Typed in by hand afterwards, it does not get through.
    edit(out / steps.STATEMENT, retype("目前我县部门", f"除{PLANTED}外，目前我县部门"))
    assert f"里有不予公开的“{PLANTED}”" in disclosure("stage", "送审稿", out).out
    withhold(folder, "没有这个项目")
    assert "对不上任何项目或清单的行" in disclosure("merge", folder, "-o", out).error


def withhold(folder: Path, name: str, unit: str = "") -> None:
    (folder / "不予公开.csv").write_text(
        f"单位编码,名称,依据,决定人\n{unit},{name},保密审查意见,王某\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    "said",
    [f"和{PLANTED}一起实施，", f"另有{AMOUNTS[0]}万元统筹安排，"],
    ids=["name", "amount"],
)
def test_what_is_withheld_and_told_in_another_text_is_found_at_the_merge(
    said: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(small.units(), tmp_path / "收表"))

    def told(data: dict[str, Any]) -> None:
        planted(data)
        data["projects"][0]["goal"] += said

    small.draw("333001-本级", folder, told)
    withhold(folder, PLANTED)
    done = disclosure("merge", folder, "-o", tmp_path / "out")
    assert done.code == ERRORS
    assert "不予公开的写在了别的文字里" in done.out
    assert not (tmp_path / "out" / steps.STATEMENT).exists()


def test_what_the_form_does_not_publish_stands_in_no_public_file(
    tmp_path: Path,
) -> None:
    """A word planted into every field that is not public, searched in every byte of every public file, unpacked."""
    planted = "青山绿水不外传"
    data = json.loads(
        (EXAMPLES / "02-xianghe-corrected" / "returns" / "01-本级.json").read_text(
            encoding="utf-8"
        )
    )
    fields = 0
    for key, rows in (
        ("cover", [data["cover"]]),
        ("project", data["projects"]),
        ("approval", [data.setdefault("approval", {})]),
    ):
        block = PROFILE.book.blocks[key]
        free = (None, Role.PROJECT_OFFICE, Role.APPROVAL_NUMBER, Role.UNIT_RANK)
        columns = [
            column
            for column in block.columns.values()
            if column.kind == "text" and column.role in free
        ]
        hidden = [
            one.key
            for one in columns
            if block.name(one.key).field not in PROFILE.book.public
        ]
        for row in rows:
            row.update(dict.fromkeys(hidden, planted))
            fields += len(hidden)
    assert fields > 10
    disclosed = merge(
        [computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)], PROFILE
    )
    write_tables(disclosed, PROFILE, tmp_path / steps.TABLES)
    write_statement(disclosed, PROFILE, tmp_path / steps.STATEMENT)
    for name in (steps.TABLES, steps.STATEMENT):
        assert holding(tmp_path / name, (planted,)) == ()
