"""The examples: what they find, what they publish, held against the statement that was really published."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
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
from toolkit.model import Disclosure
from toolkit.profile.loading import load
from toolkit.publish.statement import write_statement
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR, WARNING

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {"01": ROOT / "examples" / "01-xianghe-as-published", "02": ROOT / "examples" / "02-xianghe-corrected"}
PROFILE = load("hebei-2023")
NUMERALS = "一二三四五六七八九"


@cache
def disclosure(example: str) -> Disclosure:
    return merge([read(open_grid(p), PROFILE) for p in sorted((EXAMPLES[example] / "input").glob("*.xlsx"))], PROFILE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_workbooks_hold_what_the_returns_say(example: str) -> None:
    for path in sorted((EXAMPLES[example] / "returns").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        code = data["cover"]["unit_code"]
        (book,) = (EXAMPLES[example] / "input").glob(f"{code}-*.xlsx")
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


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_committed_workbooks_are_fresh(example: str, tmp_path: Path) -> None:
    for path in sorted((EXAMPLES[example] / "returns").glob("*.json")):
        code = json.loads(path.read_text(encoding="utf-8"))["cover"]["unit_code"]
        (book,) = (EXAMPLES[example] / "input").glob(f"{code}-*.xlsx")
        steps.draw_return(path, tmp_path / book.name)
        assert_same_workbook(tmp_path / book.name, book.relative_to(ROOT).as_posix())


def test_the_corrected_returns_are_the_published_ones_with_the_listed_mends() -> None:
    before = {p.name: p.read_bytes() for p in (EXAMPLES["02"] / "returns").iterdir()}
    command = [sys.executable, str(ROOT / "examples" / "make.py"), "returns"]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert {p.name: p.read_bytes() for p in (EXAMPLES["02"] / "returns").iterdir()} == before


def test_the_unit_typed_in_by_another_program_reads_the_same() -> None:
    (typed,) = (EXAMPLES["02"] / "other-program").glob("*.xlsx")
    drawn = EXAMPLES["02"] / "input" / typed.name
    assert openpyxl.load_workbook(typed, data_only=True)["收支总表"]["C19"].value is None, "its formulas were never calculated"
    one, other = read(open_grid(drawn), PROFILE), read(open_grid(typed), PROFILE)
    assert to_data(one, PROFILE) == to_data(other, PROFILE)
    assert other.oddities == ()


def test_the_corrected_example_has_no_error_and_no_warning() -> None:
    report = steps.check([EXAMPLES["02"] / "input"], PROFILE).report
    assert [f"{f.rule} {f.message}" for f in report.findings if f.severity in (ERROR, WARNING)] == []


def test_the_numbers_of_projects_and_rows() -> None:
    assert [len(disclosure(e).whole.projects) for e in EXAMPLES] == [41, 41]
    assert [sum(len(p.indicators) for p in disclosure(e).whole.projects) for e in EXAMPLES] == [289, 290]


def test_each_section_of_the_statement_beside_the_published_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the likeness of each section; below 0.98 every difference must be one of the mends or a known cause."""
    published = sections((EXAMPLES["01"] / "published.txt").read_text(encoding="utf-8"))
    with capsys.disabled():
        for example in EXAMPLES:
            path = tmp_path / f"{example}.docx"
            write_statement(disclosure(example), PROFILE, path)
            made = sections(plain(path))
            assert list(made) == list(published), "every section is there, in order"
            # One comparison a section, for both what it measures and what it lists: it takes long.
            compared = {key: SequenceMatcher(None, published[key], made[key], autojunk=False) for key in published}
            alike = {key: one.ratio() for key, one in compared.items()}
            print(f"\n  example {example}: " + "  ".join(f"{key} {measure:.3f}" for key, measure in alike.items()))
            for key, measure in alike.items():
                if measure < 0.98:
                    print(f"    {key}: " + "; ".join(differences(published[key], made[key], compared[key])[:6]))
            for key in ("前言", "一", "三", "九"):
                assert alike[key] >= 0.98, key


def plain(path: Path) -> str:
    lines: list[str] = []
    for piece in text_of(path):
        if isinstance(piece, Paragraph) and (piece.style == "目录行" or piece.text.split() == ["目", "录"]):
            continue  # the contents are ours
        lines += ["".join(row) for row in piece.rows] if isinstance(piece, Table) else [piece.text]
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


def differences(one: str, other: str, compared: SequenceMatcher[str]) -> list[str]:
    return [f"“{one[a:b][:24]}”→“{other[c:d][:24]}”" for tag, a, b, c, d in compared.get_opcodes() if tag != "equal"]
