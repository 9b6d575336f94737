"""The content number: every character and number counts, nothing else does; what is signed can be held against a file."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.office import as_pdf
from tests.test_steps import CORRECTED, PROFILE, disclosure
from toolkit import steps
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED
from toolkit.files.grid import open_grid
from toolkit.files.shelf import Shelf
from toolkit.files.word import text_of
from toolkit.model import Return
from toolkit.publish.statement import write_statement
from toolkit.publish.tables import write_tables
from toolkit.report.sent.ticked import read_ticked
from toolkit.returns.content import content_number, department_number
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read

OFFICE = CORRECTED / "333002-就业服务中心.xlsx"
# drawn when the number was a live cell
EARLIER = Path(__file__).parent / "versions" / "1" / "333002-就业服务中心.xlsx"


def unit(path: Path = OFFICE) -> Return:
    return read(open_grid(path), PROFILE)


NUMBER = content_number(unit(), PROFILE)
DATA = to_data(unit(), PROFILE)


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every text in data."""
    if isinstance(data, str):
        yield path
    else:
        for key, held in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(held, (*path, key))


def with_text(path: tuple[Any, ...], text: str) -> dict[str, Any]:
    changed = copy.deepcopy(DATA)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return changed


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a merge lays down, for all who look at it or take a copy."""
    out = tmp_path_factory.mktemp("merged") / "out"
    steps.merge_folder(CORRECTED, out, PROFILE)
    return out


# -- what it is made of ------------------------------------------------------------------------------------------------


def test_it_has_at_least_ten_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{10,64}", NUMBER)


def test_every_value_counts() -> None:
    """One character of any text, one unit of the last digit of any number: also where the length stays the same."""
    places = list(leaves(DATA))
    assert len(places) > 300
    numbers = set()
    for path in places:
        place: Any = DATA
        for step in path:
            place = place[step]
        last = place[-1]
        other = (
            "8"
            if last == "9"
            else "9"
            if last.isdigit()
            else "甲"
            if last != "甲"
            else "乙"
        )
        numbers.add(
            content_number(
                from_data(with_text(path, place[:-1] + other), PROFILE), PROFILE
            )
        )
    assert NUMBER not in numbers
    assert len(numbers) == len(places), "two changes give one number"


def test_a_line_moved_or_taken_away_counts() -> None:
    lines = DATA["projects"][0]["indicators"]
    for changed in (lines[::-1], lines[:-1]):
        data = copy.deepcopy(DATA)
        data["projects"][0]["indicators"] = changed
        assert content_number(from_data(data, PROFILE), PROFILE) != NUMBER


def test_names_of_files_ways_of_saving_and_layout_do_not_count(tmp_path: Path) -> None:
    steps.draw_return(OFFICE, tmp_path / "另一个名字.xlsx")
    # saved without any calculated value
    again = openpyxl.load_workbook(tmp_path / "另一个名字.xlsx")
    again["封面"].column_dimensions["C"].width = 60
    again.save(tmp_path / "别的程序.xlsx")
    for path in (tmp_path / "另一个名字.xlsx", tmp_path / "别的程序.xlsx"):
        assert content_number(unit(path), PROFILE) == NUMBER
    assert content_number(from_data(DATA, PROFILE), PROFILE) == NUMBER


def test_the_department_s_counts_its_units_and_its_own_words() -> None:
    whole = merge([unit(path) for path in sorted(CORRECTED.glob("*.xlsx"))], PROFILE)
    number = department_number(whole, PROFILE)
    assert re.fullmatch(r"[0-9a-f]{10,64}", number)
    assert department_number(replace(whole, name="另一个局"), PROFILE) != number


def footer_of(sheet: Any) -> str:
    return "".join(
        str(part.text)
        for part in (
            sheet.oddFooter.left,
            sheet.oddFooter.center,
            sheet.oddFooter.right,
        )
    )


# -- where it is printed -----------------------------------------------------------------------------------------------


def test_the_workbook_no_longer_promises_a_number(tmp_path: Path) -> None:
    path = steps.template(tmp_path / "表.xlsx", PROFILE, source=OFFICE).path
    said = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not [text for text in said if "内容号" in text]


def test_a_workbook_that_still_has_the_live_number_is_read_without_a_word_about_it() -> (
    None
):
    cells = [
        str(cell.value)
        for row in openpyxl.load_workbook(EARLIER)["封面"].iter_rows()
        for cell in row
    ]
    assert any("内容号" in text for text in cells)
    done = steps.check([EARLIER], PROFILE)
    # the hint of what later editions changed
    told = [one for one in done.report.findings if one.rule != "A02-23"]
    assert not [one for one in told if "内容号" in one.message or one.rule == "A02-21"]
    same = from_data(to_data(unit(EARLIER), PROFILE), PROFILE)
    assert content_number(unit(EARLIER), PROFILE) == content_number(same, PROFILE)


def test_the_signed_paper_bears_it_as_text_on_every_page(tmp_path: Path) -> None:
    path = steps.paper(OFFICE, tmp_path / "签字稿.xlsx", PROFILE).path
    for sheet in openpyxl.load_workbook(path):
        if sheet.sheet_state == "visible" and sheet.title != PROFILE.guide["name"]:
            assert f"内容号：{NUMBER}" in footer_of(sheet)
            assert any(
                str(cell.value).endswith(f"内容号：{NUMBER}") for cell in sheet[2]
            )
    assert content_number(unit(path), PROFILE) == NUMBER


@pytest.mark.libreoffice
def test_each_page_of_the_signed_paper_shows_it(tmp_path: Path) -> None:
    path = steps.paper(OFFICE, tmp_path / "签字稿.xlsx", PROFILE).path
    text = subprocess.run(
        ["pdftotext", as_pdf(path, tmp_path), "-"], capture_output=True, check=True
    ).stdout.decode()
    pages = text.split("\f")[:-1]
    assert len(pages) > 10
    assert all(f"内容号：{NUMBER}" in page.replace(" ", "") for page in pages)


def test_receipt_sign_sheet_manifest_and_public_files_bear_it(tmp_path: Path) -> None:
    assert f"内容号 {NUMBER}" in disclosure("check", OFFICE).out
    done = steps.merge_folder(CORRECTED, tmp_path, PROFILE)
    remarks = json.loads((tmp_path / "清单.json").read_text(encoding="utf-8"))[
        "remarks"
    ]
    number = department_number(merge(done.returns, PROFILE), PROFILE)
    assert remarks["content"] == number
    assert {
        "unit": "香河县就业服务中心",
        "code": "333002",
        "file": OFFICE.name,
        "content": NUMBER,
    } in remarks["contents"]
    assert number in str(text_of(tmp_path / "审签单.docx"))
    for name in ("公开表.xlsx", "情况说明.docx"):
        with zipfile.ZipFile(tmp_path / name) as package:
            assert (
                f"<vt:lpwstr>{number}</vt:lpwstr>"
                in package.read("docProps/custom.xml").decode()
            )
            others = [
                part for part in package.namelist() if part != "docProps/custom.xml"
            ]
            printed = [part for part in others if number.encode() in package.read(part)]
        assert not printed, "printing it is the profile's choice"


def test_a_profile_may_print_it_on_the_public_files(tmp_path: Path) -> None:
    profile = replace(PROFILE, print_content=True)
    whole = merge([unit(path) for path in sorted(CORRECTED.glob("*.xlsx"))], profile)
    number = department_number(whole, profile)
    write_tables(whole, profile, tmp_path / "公开表.xlsx")
    write_statement(whole, profile, tmp_path / "情况说明.docx")
    assert all(
        number in footer_of(sheet)
        for sheet in openpyxl.load_workbook(tmp_path / "公开表.xlsx")
    )
    with zipfile.ZipFile(tmp_path / "情况说明.docx") as package:
        footers = [
            package.read(name).decode()
            for name in package.namelist()
            if "footer" in name
        ]
    assert footers
    assert all(f"内容号：{number}" in footer for footer in footers)


def slip_of(tmp_path: Path) -> tuple[str, str]:
    """A unit's slip as text, and the editing number of what it sends back."""
    source = tmp_path / "in"
    source.mkdir()
    shutil.copy(
        CORRECTED.parent.parent / "01-xianghe-as-published" / "input" / OFFICE.name,
        source,
    )
    disclosure("check", source, "--format", "xlsx", "-o", tmp_path / "校验报告.xlsx")
    done = steps.send_back(tmp_path / "校验报告.xlsx", tmp_path / "out", PROFILE)
    (slip,) = done.placed.values()
    return str(text_of(slip)), read_ticked(tmp_path / "校验报告.xlsx").returned[0].id


def test_the_slip_bears_the_number_of_what_was_checked_and_the_numbers_to_copy(
    tmp_path: Path,
) -> None:
    said, identity = slip_of(tmp_path)
    assert (
        f"填报表内容号：{content_number(unit(tmp_path / 'in' / OFFICE.name), PROFILE)}"
        in said
    )
    assert f"编号 {identity}" in said


def test_what_a_unit_receives_bears_the_numbers_to_copy(tmp_path: Path) -> None:
    done = steps.check([OFFICE], PROFILE)
    (finding, *_) = done.report.findings
    placed, _ = steps.annotate([OFFICE], done, tmp_path / "copies", PROFILE)
    book = openpyxl.load_workbook(next(iter(placed.values())))
    assert finding.id in {
        str(cell.value) for row in book["校验结果"].iter_rows() for cell in row
    }
    first = finding.cells[0]
    assert f"编号 {finding.id}" in str(book[first.sheet][first.address].comment.text)
    page = steps.page(done, done.report, PROFILE, tmp_path / "页.html", Shelf()).path
    assert finding.id in page.read_text(encoding="utf-8")


# -- held against a file -----------------------------------------------------------------------------------------------


def tampered(source: Path, target: Path, sheet: str, old: str, new: str) -> Path:
    """A copy with one text changed, everything that is printed kept."""
    book = openpyxl.load_workbook(source)
    cell = next(
        cell for row in book[sheet].iter_rows() for cell in row if cell.value == old
    )
    cell.value = new
    book.save(target)
    return target


def test_a_file_is_held_against_a_number_from_paper() -> None:
    assert disclosure("verify", OFFICE, "--number", NUMBER.upper()).code == DONE
    assert disclosure("verify", OFFICE, "--number", NUMBER[:10]).code == DONE
    done = disclosure("verify", OFFICE, "--number", "0123456789ab")
    assert done.code == ERRORS
    assert "内容不一样" in done.out


def test_without_anything_to_hold_it_against_the_number_alone_is_told() -> None:
    done = disclosure("verify", OFFICE)
    assert done.code == UNFINISHED
    assert NUMBER in done.out


def test_an_altered_paper_does_not_pass_for_what_is_printed_on_it(
    tmp_path: Path,
) -> None:
    paper = steps.paper(OFFICE, tmp_path / "签字稿.xlsx", PROFILE).path
    assert disclosure("verify", paper, OFFICE).code == DONE
    project = unit().projects[0]
    value = project.indicators[0].words("value")
    altered = tampered(
        paper, tmp_path / "改过.xlsx", "项目01", value.text, f"{value.text}左右"
    )
    done = disclosure("verify", altered, "--number", NUMBER)
    assert done.code == ERRORS
    done = disclosure("verify", OFFICE, altered)
    assert done.code == ERRORS
    assert "指标值" in done.out
    assert value.text in done.out


def test_many_differences_are_counted(tmp_path: Path) -> None:
    data = copy.deepcopy(DATA)
    for project in data["projects"]:
        for line in project["indicators"]:
            line["basis"] = "另一个依据"
    steps.template(tmp_path / "乙.xlsx", PROFILE, source=from_data(data, PROFILE))
    assert re.search(
        r"……共 \d+ 处", disclosure("verify", OFFICE, tmp_path / "乙.xlsx").out
    )


def test_a_unit_is_held_against_the_manifest_of_the_merge(
    laid: Path, tmp_path: Path
) -> None:
    manifest = laid / "清单.json"
    assert disclosure("verify", OFFICE, manifest).code == DONE
    data = copy.deepcopy(DATA)
    data["cover"]["unit_name"] += "分中心"
    altered = steps.template(
        tmp_path / "改过.xlsx", PROFILE, source=from_data(data, PROFILE)
    ).path
    assert disclosure("verify", altered, manifest).code == ERRORS


def test_public_files_are_unchanged_by_hash_or_held_number_by_number(
    laid: Path, tmp_path: Path
) -> None:
    shutil.copytree(laid, tmp_path, dirs_exist_ok=True)
    number = json.loads((tmp_path / "清单.json").read_text(encoding="utf-8"))[
        "remarks"
    ]["content"]
    tables, statement = tmp_path / "公开表.xlsx", tmp_path / "情况说明.docx"
    done = disclosure("verify", tables, statement)
    assert done.code == DONE
    assert done.out.count("没有改过") == 2
    assert disclosure("verify", tables, "--number", number).code == DONE
    assert disclosure("verify", tables, "--number", "0123456789ab").code == ERRORS
    renamed = Path(shutil.copy(tables, tmp_path / "挂网.xlsx"))
    assert disclosure("verify", renamed).code == DONE
    book = openpyxl.load_workbook(tables)
    book.save(tables)
    done = disclosure("verify", tables)
    assert (done.code, re.search(r"[1-9]\d\d+ 个数没有变。", done.out) is not None) == (
        DONE,
        True,
    )
    book.worksheets[-1]["A9"] = 12345
    book.save(tables)
    done = disclosure("verify", tables)
    assert (done.code, "12345 是后来添上的" in done.out) == (ERRORS, True)
    alone = tmp_path / "别处"
    alone.mkdir()
    shutil.copy(tables, alone)
    assert disclosure("verify", alone / "公开表.xlsx").code == UNFINISHED


def test_a_folder_of_units_gives_the_department_s_number_again(tmp_path: Path) -> None:
    """What was signed for the department, computed from the units' cells; and which unit it is that differs."""
    folder = Path(shutil.copytree(CORRECTED, tmp_path / "in"))
    steps.merge_folder(folder, tmp_path / "out", PROFILE)
    manifest = tmp_path / "out" / "清单.json"
    number = json.loads(manifest.read_text(encoding="utf-8"))["remarks"]["content"]
    done = disclosure("verify", folder, manifest)
    assert (done.code, number in done.out) == (DONE, True)
    assert disclosure("verify", folder).code == UNFINISHED
    assert disclosure("verify", folder, "--number", number).code == DONE
    data = copy.deepcopy(DATA)
    data["projects"][0]["indicators"][0]["basis"] = "另一个依据"
    steps.template(folder / OFFICE.name, PROFILE, source=from_data(data, PROFILE))
    done = disclosure("verify", folder, manifest)
    assert done.code == ERRORS
    assert "香河县就业服务中心：" in done.out
    empty = tmp_path / "空"
    empty.mkdir()
    assert disclosure("verify", empty).code == COULD_NOT
