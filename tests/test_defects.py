"""The defects that a close reading of the published document wrote down, held against what the check finds in example 01."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from examples.defects import (
    ABSENT,
    CELLS,
    CONFIDENCE,
    EITHER,
    EXAMPLE,
    FOUND,
    NOT_ASKED,
    PAGE,
    REAL,
    VERDICTS,
    WHOLE,
    WRONG,
    Defect,
    Other,
    defects,
    findings,
    others,
    page,
    places,
    surest,
)
from toolkit.files.grid import open_grid
from toolkit.rules.rule import ERROR

HELD = tuple(line for line in defects() if line.verdict != ABSENT)


def test_every_line_says_what_it_must() -> None:
    for line in defects():
        assert line.confidence in CONFIDENCE, line
        assert line.verdict in VERDICTS, line
        assert line.what, line
        assert bool(line.rule) is (line.verdict == FOUND), "a rule stands where something is found, and only there"
        assert line.reason or line.verdict == FOUND, "what is not found has its reason"
        assert not (line.cell and line.verdict == ABSENT), "what is not in the workbook has no cell"
    for other in others():
        assert other.extent in (WHOLE, CELLS), other
        assert other.verdict in (REAL, WRONG, EITHER), other
        assert other.what, other
        assert other.reason, other


def test_a_defect_stands_once() -> None:
    assert [name for name, count in Counter(line.defect for line in defects()).items() if count > 1] == []
    assert len(defects()) == 110


@pytest.mark.parametrize("line", [line for line in defects() if line.verdict == FOUND], ids=lambda line: line.defect)
def test_what_is_said_to_be_found_is_found_at_every_cell(line: Defect) -> None:
    assert line.places
    told = {(finding.rule, place) for finding in findings() for place in places(finding)}
    for place in line.places:
        assert any((rule, place) in told for rule in line.rules), f"{line.rule} does not name {place}"
    for rule in line.rules:
        assert any((rule, place) in told for place in line.places), f"{rule} names none of its cells"


@pytest.mark.parametrize("line", [line for line in defects() if "G01-08" in line.rules], ids=lambda line: line.defect)
def test_each_wrong_word_is_told_by_itself(line: Defect) -> None:
    """Several stand in one cell: their cells alone would not tell one from another."""
    wrong = re.findall(r"(?:错成|写成)“(.+?)”", line.what)
    assert len(wrong) == 1
    assert any(wrong[0] in finding.message for finding in findings() if line.tells(finding))


@pytest.mark.parametrize("other", others(), ids=lambda other: f"{other.rule} {other.cell}")
def test_what_is_found_besides_is_found_at_every_cell(other: Other) -> None:
    told = [finding for finding in findings() if other.tells(finding)]
    assert told
    for finding in told:
        assert set(other.places) <= places(finding)
        assert bool(surest(finding)) is (other.extent == CELLS)


@pytest.mark.parametrize("other", [other for other in others() if other.extent == CELLS], ids=lambda other: other.cell)
def test_cells_beyond_a_defect_belong_to_none(other: Other) -> None:
    own = {place for line in defects() if set(line.rules) & set(other.rules) for place in line.places}
    assert own.isdisjoint(other.places)


def test_every_finding_is_a_defect_or_told_as_something_else() -> None:
    untold = [
        f"{finding.rule} {finding.place}：{finding.message}"
        for finding in findings()
        if not surest(finding) and not any(other.tells(finding) for other in others())
    ]
    assert untold == [], "write them into defects.csv or noise.csv, with a verdict"


def test_every_cell_named_holds_something() -> None:
    """Save first levels, which stand blank under the row that names them: of those no line speaks."""
    grids = {path.name.partition("-")[0]: open_grid(path) for path in sorted((EXAMPLE / "input").glob("*.xlsx"))}
    for line in (*defects(), *others()):
        for unit, place in line.places:
            sheet, _, address = place.partition("!")
            letter, row = address[0], int(address[1:])
            assert (row, ord(letter) - ord("A") + 1) in grids[unit].sheets[sheet].cells, f"{unit} {place} is blank"


def test_all_certain_defects_that_a_workbook_can_hold_are_found() -> None:
    assert [line.defect for line in HELD if line.confidence == "C" and line.verdict != FOUND] == []


def test_the_likely_defects_not_found_are_those_argued_for() -> None:
    missed = [line.defect for line in HELD if line.confidence == "L" and line.verdict == NOT_ASKED]
    assert missed == ["D18", "D3D", "D5G", "D78", "T11", "T14"]


def test_no_error_is_told_of_what_is_debatable_and_none_is_wrong() -> None:
    """An error stops the publication: it must be one that the close reading held for likely at least."""
    assert [finding.message for finding in findings() if finding.severity is ERROR and surest(finding) not in ("C", "L")] == []
    assert [other.what for other in others() if other.extent == WHOLE and other.verdict == WRONG] == []


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python examples/defects.py`"
