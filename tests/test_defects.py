"""The defects that a close reading of the published document wrote down, held against what the check finds in example 01."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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
    Run,
    defects,
    others,
    page,
    published,
    run,
    surest,
)
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.profile.loading import loaded
from toolkit.profile.stored import home
from toolkit.rules.rule import ERROR

HELD = tuple(line for line in defects() if line.verdict != ABSENT)


def test_every_line_says_what_it_must() -> None:
    for line in defects():
        assert line.confidence in CONFIDENCE, line
        assert line.verdict in VERDICTS, line
        assert line.what, line
        assert bool(line.rule) is (line.verdict == FOUND), (
            "a rule stands where something is found, and only there"
        )
        assert line.reason or line.verdict == FOUND, "what is not found has its reason"
        assert not (line.cell and line.verdict == ABSENT), (
            "what is not in the workbook has no cell"
        )
    for other in others():
        assert other.extent in (WHOLE, CELLS), other
        assert other.verdict in (REAL, WRONG, EITHER), other
        assert other.what, other
        assert other.reason, other


def test_a_defect_stands_once() -> None:
    assert [
        name
        for name, count in Counter(line.defect for line in defects()).items()
        if count > 1
    ] == []
    assert len(defects()) == 110


@pytest.mark.parametrize(
    "line",
    [line for line in defects() if line.verdict == FOUND],
    ids=lambda line: line.defect,
)
def test_what_is_said_to_be_found_is_found_at_every_cell(line: Defect) -> None:
    assert list(not_found(line, published())) == []


def not_found(line: Defect, checked: Run) -> Iterator[str]:
    """Say what a line promises and a run does not keep."""
    found = {
        (told.finding.rule, place) for told in checked.told for place in told.places
    }
    if not line.places:
        yield f"{line.defect} names no cell"
    for place in line.places:
        if not any((rule, place) in found for rule in line.rules):
            yield f"{line.defect}: {line.rule} does not name {place}"
    for rule in line.rules:
        if not any((rule, place) in found for place in line.places):
            yield f"{line.defect}: {rule} names none of its cells"


@pytest.mark.parametrize(
    "line",
    [line for line in defects() if "G01-08" in line.rules],
    ids=lambda line: line.defect,
)
def test_each_wrong_word_is_told_by_itself(line: Defect) -> None:
    """Several stand in one cell: their cells alone would not tell one from another."""
    wrong = re.findall(r"(?:错成|写成)“(.+?)”", line.what)
    assert len(wrong) == 1
    assert any(
        wrong[0] in told.finding.message
        for told in published().told
        if line.tells(told)
    )


@pytest.mark.parametrize(
    "other", others(), ids=lambda other: f"{other.rule} {other.cell}"
)
def test_what_is_found_besides_is_found_at_every_cell(other: Other) -> None:
    assert found_besides(other, published())


def found_besides(other: Other, checked: Run) -> bool:
    """Whether a run tells it, at every cell, and as a finding of its own only where the line says so."""
    spoken_of = [told for told in checked.told if other.tells(told)]
    whole = all(
        set(other.places) <= told.places
        and bool(surest(told)) is (other.extent == CELLS)
        for told in spoken_of
    )
    return bool(spoken_of) and whole


@pytest.mark.parametrize(
    "other",
    [other for other in others() if other.extent == CELLS],
    ids=lambda other: other.cell,
)
def test_cells_beyond_a_defect_belong_to_none(other: Other) -> None:
    own = {
        place
        for line in defects()
        if set(line.rules) & set(other.rules)
        for place in line.places
    }
    assert own.isdisjoint(other.places)


def test_every_finding_is_a_defect_or_told_as_something_else() -> None:
    assert untold(published()) == [], (
        "write them into defects.csv or noise.csv, with a verdict"
    )


def untold(checked: Run) -> list[str]:
    """What a run finds and no line speaks of."""
    return [
        f"{told.finding.rule} {told.finding.place}：{told.finding.message}"
        for told in checked.told
        if not surest(told) and not any(other.tells(told) for other in others())
    ]


def test_every_cell_named_holds_something() -> None:
    """Save first levels, which stand blank under the row that names them: of those no line speaks."""
    grids = {
        path.name.partition("-")[0]: open_grid(path)
        for path in sorted((EXAMPLE / "input").glob("*.xlsx"))
    }
    for line in (*defects(), *others()):
        for unit, name in line.places:
            cell = published().cells[unit, name]
            assert (cell.row, cell.column) in grids[unit].sheets[cell.sheet].cells, (
                f"{unit} {name} is blank"
            )


def test_all_certain_defects_that_a_workbook_can_hold_are_found() -> None:
    assert [
        line.defect for line in HELD if line.confidence == "C" and line.verdict != FOUND
    ] == []


def test_the_likely_defects_not_found_are_those_argued_for() -> None:
    missed = [
        line.defect
        for line in HELD
        if line.confidence == "L" and line.verdict == NOT_ASKED
    ]
    assert missed == ["D18", "D3D", "D5G", "D78", "T11", "T14"]


def test_no_error_is_told_of_what_is_debatable_and_none_is_wrong() -> None:
    """An error stops the publication: it must be one that the close reading held for likely at least."""
    errors = [told for told in published().told if told.finding.severity is ERROR]
    assert [
        told.finding.message for told in errors if surest(told) not in ("C", "L")
    ] == []
    assert [
        other.what
        for other in others()
        if other.extent == WHOLE and other.verdict == WRONG
    ] == []


@pytest.fixture
def rearranged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example's workbooks as another profile draws them: a field more above two lists, a line of help on two forms."""
    published()  # read by its own profile, before there is another
    shutil.copytree(home() / "schema", tmp_path / "schema")
    (tmp_path / "templates").symlink_to(home() / "templates")
    forms = tmp_path / "schema" / "profiles" / "hebei-2023" / "forms"
    for form, before, added in (
        (
            "project",
            '"name":     {"title": "项目名称"',
            '"number": {"title": "项目编号", "$ref": "#/$defs/line"},\n',
        ),
        (
            "agencies",
            '"number": {"title": "批复文号"',
            '"round": {"title": "批复批次", "$ref": "#/$defs/line"},\n',
        ),
        ("three_public", '"help": [', '"help": ["填表以前，请先看一遍填表说明。", '),
        ("assets", '"help": [', '"help": ["填表以前，请先看一遍填表说明。", '),
    ):
        path = forms / f"{form}.json"
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, form
        moved = added if before.startswith('"help"') else added + before
        path.write_text(text.replace(before, moved), encoding="utf-8")
    monkeypatch.setenv("DISCLOSURE_HOME", str(tmp_path))
    loaded.cache_clear()
    try:
        (tmp_path / "input").mkdir()
        for path in sorted((EXAMPLE / "input").glob("*.xlsx")):
            (data,) = (EXAMPLE / "returns").glob(
                f"*-{path.stem.partition('-')[2]}.json"
            )
            steps.draw_return(data, tmp_path / "input" / path.name)
        yield tmp_path / "input"
    finally:
        loaded.cache_clear()


def test_the_lines_hold_for_another_layout_without_an_edit(rearranged: Path) -> None:
    """They call cells by their names: where a form draws them is no concern of theirs."""
    checked = run(rearranged)
    named = [place for line in (*defects(), *others()) for place in line.places]
    moved = [
        place for place in named if checked.cells[place] != published().cells[place]
    ]
    assert len(moved) > len(named) * 3 / 4, "the layout is another one"
    assert [
        said
        for line in defects()
        if line.verdict == FOUND
        for said in not_found(line, checked)
    ] == []
    assert [other for other in others() if not found_besides(other, checked)] == []
    assert untold(checked) == []


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run `python examples/defects.py`"
    )
