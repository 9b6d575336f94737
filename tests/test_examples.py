"""The examples: what they find, what they publish, held against the statement that was really published."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.dumps import assert_same_workbook
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.files.word import Paragraph, Table, text_of
from toolkit.model import Disclosure, Figure
from toolkit.profile.loading import load
from toolkit.publish.statement import write_statement
from toolkit.publish.tables import tables
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import figures_by_unit, merge, of_department, unpublished
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR, WARNING

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {
    "01": ROOT / "examples" / "01-xianghe-as-published",
    "02": ROOT / "examples" / "02-xianghe-corrected",
}
ALL = {**EXAMPLES, "04": ROOT / "examples" / "04-xianghe-by-entries"}
PROFILE = load("hebei-2023")
LONG = 5_000  # letters of a section
NUMERALS = "一二三四五六七八九"
NINE = (
    "部门预算收支总表",
    "部门预算收入总表",
    "部门预算支出总表",
    "部门预算财政拨款收支总表",
    "一般公共预算财政拨款支出表",
    "一般公共预算财政拨款基本支出表",
    "政府性基金预算财政拨款支出表",
    "国有资本经营预算财政拨款支出表",
    "财政拨款“三公”经费支出表",
)


@cache
def disclosure(example: str) -> Disclosure:
    return merge(
        [
            read(open_grid(p), PROFILE)
            for p in sorted((ALL[example] / "input").glob("*.xlsx"))
        ],
        PROFILE,
    )


@pytest.mark.parametrize("example", ALL)
def test_the_workbooks_hold_what_the_returns_say(example: str) -> None:
    for path in sorted((ALL[example] / "returns").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        code = data["cover"]["unit_code"]
        (book,) = (ALL[example] / "input").glob(f"{code}-*.xlsx")
        back = to_data(read(open_grid(book), PROFILE), PROFILE)
        said = to_data(from_data(data, PROFILE), PROFILE)
        for key, value in said.items():
            assert_within(value, back[key], f"{book.name} {key}")


def assert_within(said: Any, back: Any, where: str) -> None:
    """Everything that was said stands in the workbook (which has calculated totals besides)."""
    if isinstance(said, dict):
        for key, value in said.items():
            assert_within(value, back[key], f"{where}.{key}")
    elif isinstance(said, list):
        assert len(said) == len(back), where
        for number, (one, other) in enumerate(zip(said, back, strict=True)):
            assert_within(one, other, f"{where}[{number}]")
    else:
        assert said == back, where


@pytest.mark.parametrize("example", ALL)
def test_the_committed_workbooks_are_fresh(example: str, tmp_path: Path) -> None:
    for path in sorted((ALL[example] / "returns").glob("*.json")):
        code = json.loads(path.read_text(encoding="utf-8"))["cover"]["unit_code"]
        (book,) = (ALL[example] / "input").glob(f"{code}-*.xlsx")
        steps.draw_return(path, tmp_path / book.name)
        assert_same_workbook(tmp_path / book.name, book.relative_to(ROOT).as_posix())


@pytest.mark.parametrize(("example", "what"), [("02", "returns"), ("04", "entries")])
def test_the_returns_of_an_example_are_made_of_those_before_it(
    example: str, what: str
) -> None:
    """02's are 01's with the listed mends; 04's are 02's with the listed entries, which add up to what was published."""
    before = {p.name: p.read_bytes() for p in (ALL[example] / "returns").iterdir()}
    command = [sys.executable, str(ROOT / "examples" / "make.py"), what]
    subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert {
        p.name: p.read_bytes() for p in (ALL[example] / "returns").iterdir()
    } == before


def test_the_unit_typed_in_by_another_program_reads_the_same() -> None:
    (typed,) = (EXAMPLES["02"] / "other-program").glob("*.xlsx")
    drawn = EXAMPLES["02"] / "input" / typed.name
    assert (
        openpyxl.load_workbook(typed, data_only=True)["收支总表"]["C19"].value is None
    ), "its formulas were never calculated"
    one, other = read(open_grid(drawn), PROFILE), read(open_grid(typed), PROFILE)
    assert to_data(one, PROFILE) == to_data(other, PROFILE)
    assert other.oddities == ()


@pytest.mark.parametrize("example", ["02", "04"])
def test_a_corrected_example_has_no_error_and_no_warning(example: str) -> None:
    report = steps.check([ALL[example] / "input"], PROFILE).report
    assert [
        f"{f.rule} {f.message}"
        for f in report.findings
        if f.severity in (ERROR, WARNING)
    ] == []


def test_entries_give_the_published_totals_to_the_cent_and_the_other_tables_besides(
    tmp_path: Path,
) -> None:
    """All that 02's units typed is what 04's entries add up to, the statement says the same; and all nine tables are there."""
    typed, derived = disclosure("02").whole, disclosure("04").whole
    figures = {
        name: value.number
        for name, value in typed.values()
        if isinstance(value, Figure)
    }
    assert {name: derived.figure(name).number for name in figures} == figures
    for example in ("02", "04"):
        ours = of_department(PROFILE, disclosure(example).units)
        write_statement(disclosure(example), ours, tmp_path / f"{example}.docx")
    assert plain(tmp_path / "02.docx") == plain(tmp_path / "04.docx")
    ours = of_department(PROFILE, disclosure("04").units)
    said = [
        canvas.cells[1, 2].value for canvas in tables(disclosure("04"), ours).canvases
    ]
    assert [title for title in said if title in NINE] == list(NINE)
    assert unpublished(PROFILE, disclosure("04").units) == {}
    assert list(unpublished(PROFILE, disclosure("02").units)) == list(NINE[1:8])


def test_each_derived_number_names_the_cells_of_its_entries_in_the_workings() -> None:
    """Table 3's 208 01 01, basic: one unit's personnel and operating lines, none of its projects'; with sheet and cell."""
    frame = figures_by_unit(
        disclosure("04"), of_department(PROFILE, disclosure("04").units)
    )
    lines = frame[frame["title"] == "支出总表“2080101”基本支出"]
    assert {*lines["sheet"]} == {"支出明细"}
    assert {*lines["unit"]} == {"香河县人力资源和社会保障局"}
    assert (
        sum(lines["value"])
        == disclosure("04").whole.rows("outlay_lines")[2].figure("basic").number
    )
    of_class = frame[frame["name"] == "outlay.f221.amount"]
    assert list(of_class["value"]) == [
        Decimal("113.07"),
        Decimal("69.34"),
        Decimal("61.69"),
    ]
    assert len({*of_class["file"]}) == len(of_class)


def test_the_numbers_of_projects_and_rows() -> None:
    assert [len(disclosure(e).whole.projects) for e in EXAMPLES] == [41, 41]
    assert [
        sum(len(p.indicators) for p in disclosure(e).whole.projects) for e in EXAMPLES
    ] == [289, 290]


def test_each_section_of_the_statement_beside_the_published_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the likeness of each section; below 0.98 every difference must be one of the mends or a known cause."""
    published = sections((EXAMPLES["01"] / "published.txt").read_text(encoding="utf-8"))
    with capsys.disabled():
        for example in EXAMPLES:
            path = tmp_path / f"{example}.docx"
            write_statement(disclosure(example), PROFILE, path)
            made = sections(plain(path))
            assert list(made) == list(published), "every section is there, in order"
            # One comparison a section, for both what it measures and what it lists: it takes long.
            compared = {
                key: SequenceMatcher(
                    None, pieces(published[key]), pieces(made[key]), autojunk=False
                )
                for key in published
            }
            alike = {key: one.ratio() for key, one in compared.items()}
            print(
                f"\n  example {example}: "
                + "  ".join(f"{key} {measure:.3f}" for key, measure in alike.items())
            )
            for key, measure in alike.items():
                if measure < 0.98:
                    print(
                        f"    {key}: "
                        + "; ".join(
                            differences(
                                pieces(published[key]), pieces(made[key]), compared[key]
                            )[:6]
                        )
                    )
            # The corrected one calls itself 我局 there, as everywhere.
            least = {"前言": 0.98, "一": 0.98, "三": 0.98, "九": 0.93}
            assert all(alike[key] >= part for key, part in least.items()), alike


def plain(path: Path) -> str:
    lines: list[str] = []
    for piece in text_of(path):
        if isinstance(piece, Paragraph) and (
            piece.style == "目录行" or piece.text.split() == ["目", "录"]
        ):
            continue  # the contents are ours
        lines += (
            ["".join(row) for row in piece.rows]
            if isinstance(piece, Table)
            else [piece.text]
        )
    return "\n".join(lines)


def sections(text: str) -> dict[str, str]:
    """The text of each section without blanks; the published one numbers its fifth "5、"."""
    found: dict[str, list[str]] = {"前言": []}
    key = "前言"
    for line in text.replace("5、 预算绩效信息", "五、预算绩效信息").splitlines():
        due = NUMERALS[len(found) - 1] if len(found) <= len(NUMERALS) else ""
        if due and re.match(rf"\s*{due}、", line):
            key = due
            found[key] = []
        found[key].append(re.sub(r"\[bookmark:[^\]]*\]|\s", "", line))
    return {key: "".join(lines) for key, lines in found.items()}


def pieces(text: str) -> list[str]:
    """What is compared: letters; of a long section its clauses, for letter by letter that takes a hundred times as long."""
    return (
        re.findall("[^，。；]+[，。；]?|[，。；]", text)
        if len(text) > LONG
        else list(text)
    )


def differences(
    one: list[str], other: list[str], compared: SequenceMatcher[str]
) -> list[str]:
    return [
        f"“{''.join(one[a:b])[:24]}”→“{''.join(other[c:d])[:24]}”"
        for tag, a, b, c, d in compared.get_opcodes()
        if tag != "equal"
    ]
