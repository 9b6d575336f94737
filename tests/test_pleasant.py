"""What a person who fills a workbook in sees at once: the way back, one verdict, what is missing, columns that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

import pytest

from tests.test_scripts import script
from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.files.paint import Canvas, Painting
from toolkit.model import ALL_FILLED, NO_DATA, Return
from toolkit.profile import layout
from toolkit.profile.loading import load, profiles
from toolkit.profile.stored import home
from toolkit.returns.data import from_data
from toolkit.template.draw import draw
from toolkit.template.live import COMPLETE, FINE, UNFILLED, WRONG
from toolkit.template.status import STATE_CELL, UNFINISHED

PROFILE = load("hebei-2023")
BOARD, ASSETS = "封面", "国有资产"
EXAMPLES = home() / "examples"
CORRECTED = EXAMPLES / "02-xianghe-corrected" / "input" / "333001-本级.xlsx"
PUBLISHED = EXAMPLES / "01-xianghe-as-published" / "input" / "333001-本级.xlsx"


@lru_cache
def blank(name: str) -> Painting:
    profile = load(name)
    return draw(profile, steps.catalogue(profile).rules, count=2, library=True)


def drawn(filled: Return, *, paper: bool = False) -> dict[str, Canvas]:
    painting = draw(PROFILE, steps.catalogue(PROFILE).rules, filled, paper=paper)
    return {canvas.name: canvas for canvas in painting.canvases}


@pytest.fixture(scope="module")
def corrected() -> Return:
    return steps.source_of(CORRECTED, PROFILE).filled


@pytest.fixture(scope="module")
def paper(corrected: Return) -> dict[str, Canvas]:
    return drawn(corrected, paper=True)


def lines_of(board: Canvas) -> dict[str, tuple[object, object]]:
    """What the board says of each form: its state, and the first open cell."""
    column = next(
        spot[1] for spot, ink in board.cells.items() if ink.value == "还缺（点开）"
    )
    cells = board.cells
    rows = [
        row
        for row, at in cells
        if at == column
        and cells[row, column].formula
        and cells[row, column - 3].value != "总体"
    ]
    return {
        str(cells[row, column - 3].value): (
            cells[row, column - 1].value,
            cells[row, column].value,
        )
        for row in rows
    }


@pytest.mark.parametrize("name", profiles())
def test_every_sheet_fits_a_screen_keeps_its_head_in_sight_and_leads_back(
    name: str,
) -> None:
    board = next(sheet.name for sheet in load(name).book.sheets.values() if sheet.board)
    measures = list(script("measures").measured(blank(name)))
    assert len(measures) > 10
    for one in measures:
        assert one.fits, one
        assert one.back or one.name == board, one
        assert one.frozen[0] or one.name == load(name).guide["name"], one
        assert not one.cut, one


def test_one_verdict_stands_beside_the_title_and_each_form_leads_to_what_it_lacks(
    corrected: Return,
) -> None:
    canvases = {canvas.name: canvas for canvas in blank(PROFILE.id).canvases}
    said = lines_of(canvases[BOARD])
    assert canvases[BOARD].cells[STATE_CELL].value == UNFINISHED
    assert said["封面（本页）"][1] == "C9"
    assert said[ASSETS] == (UNFILLED, "H7")
    done = drawn(corrected)[BOARD]
    assert done.cells[STATE_CELL].value == COMPLETE
    assert all(
        cell == "" for state, cell in lines_of(done).values() if state == COMPLETE
    )
    wrong = drawn(steps.source_of(PUBLISHED, PROFILE).filled)
    assert wrong[BOARD].cells[STATE_CELL].value == WRONG
    state, cell = lines_of(wrong[BOARD])[ASSETS]
    row, column = next(
        spot
        for spot, ink in wrong[ASSETS].cells.items()
        if str(ink.value).startswith("差 ")
    )
    assert (state, cell) == (WRONG, layout.address(row, column))


def test_a_list_that_somebody_has_begun_leads_to_its_first_row_that_is_not_finished() -> (
    None
):
    said = lines_of(
        drawn(
            from_data(
                {"glossary": [{"term": "甲", "definition": "一"}, {"term": "乙"}]},
                PROFILE,
            )
        )[BOARD]
    )
    state, cell = next(said[name] for name in said if name.startswith("名词解释"))
    assert state == "填写中"
    place = layout.lay_out(PROFILE.book.sheet_of("glossary"), 0, {"glossary": 2})
    assert cell == layout.address(
        place.blocks["glossary"].top + 2, place.blocks["glossary"].first_column
    )


def test_nothing_is_called_not_filled_once_a_form_is_ticked() -> None:
    data = {"assets": {"other": {"value": "5"}}, "sheets": {}}
    filled = from_data(data, PROFILE)
    before = drawn(filled)[ASSETS]
    ticked = steps.source_of(CORRECTED, PROFILE).filled
    after = drawn(ticked)[ASSETS]
    checks = [
        spot
        for spot, ink in before.cells.items()
        if ink.value == UNFILLED and spot != STATE_CELL
    ]
    assert checks
    assert {after.cells[spot].value for spot in checks} == {FINE}
    assert ticked.sheets["assets"].tick == ALL_FILLED


def test_the_note_beside_a_check_names_the_cells_it_compares_and_says_nothing_twice() -> (
    None
):
    notes = [
        note for canvas in blank(PROFILE.id).canvases for note in canvas.notes.values()
    ]
    assert len(notes) > 10
    for note in notes:
        lines = [line.split("、", 1)[1] for line in note.splitlines()[1:]]
        assert len(set(lines)) == len(lines), note
        assert all(
            "（" in line and any(sign.isdigit() for sign in line) for line in lines
        ), note


def test_the_paper_holds_what_is_used_and_its_heading_on_every_page(
    paper: dict[str, Canvas], corrected: Return
) -> None:
    shown = [canvas for canvas in paper.values() if not canvas.hidden]
    assert "问题说明" not in [canvas.name for canvas in shown]
    for canvas in shown:
        assert canvas.repeat_rows is not None
        assert canvas.repeat_rows[0] == layout.TITLE_ROW
        assert canvas.print_area is not None
        top, left, bottom, right = canvas.print_area
        for (row, column), ink in canvas.cells.items():
            inside = top <= row <= bottom and left <= column <= right
            seen = (
                inside
                and canvas.heights.get(row, 15)
                and column not in canvas.hidden_columns
            )
            text = str(ink.value or "")
            assert "必填" not in text
            if seen:
                nothing = NO_DATA in [other.value for other in canvas.cells.values()]
                assert ink.value not in (FINE, UNFILLED), (canvas.name, row)
                assert ink.value != layout.TICK_LABEL or nothing, canvas.name
                assert not text.startswith("↑"), canvas.name
                assert ink.style.fill != "#FFF9DB", canvas.name
    goals = paper["部门整体绩效"]
    spots = [
        spot
        for spot, ink in goals.cells.items()
        if ink.value == corrected.rows("goals")[-1].text("name")
    ]
    assert goals.heights[spots[0][0]] > 15
    assert goals.heights[spots[0][0] + 1] == 0


def test_the_units_name_runs_into_no_other_text(corrected: Return) -> None:
    """Two texts that both run on into one empty column cut each other; then all stands in the last, right-aligned."""
    sheets = drawn(corrected)
    name = corrected.name
    heads = {
        key: [
            str(canvas.cells[layout.HEAD_ROW, column].value)
            for column in (2, 4)
            if (layout.HEAD_ROW, column) in canvas.cells
        ]
        for key, canvas in sheets.items()
        if key in ("机关运行经费", "各表附注", "部门职责")
    }
    assert [name in text for text in heads["部门职责"]] == [True, False]
    assert [name in text for text in heads["机关运行经费"]] == [True]
    assert [name in text for text in heads["各表附注"]] == [True]
    assert heads["各表附注"][0].endswith("2023年度　金额单位：万元")


def projects_of(canvases: Iterable[Canvas]) -> list[Canvas]:
    return [canvas for canvas in canvases if re.fullmatch(r"项目\d+", canvas.name)]


@pytest.mark.parametrize("name", profiles())
def test_spare_project_sheets_are_out_of_sight_and_not_printed(name: str) -> None:
    """LibreOffice prints hidden sheets that have a print area: a spare one has none."""
    first, *spare = projects_of(blank(name).canvases)
    assert (first.hidden, first.print_area is None) == (False, False)
    assert spare
    assert all(one.hidden and one.print_area is None for one in spare)


def test_project_sheets_that_hold_something_are_in_sight(corrected: Return) -> None:
    hidden = [canvas.hidden for canvas in projects_of(drawn(corrected).values())]
    assert hidden == [False] * len(corrected.projects) + [True]


def test_the_chief_text_is_as_high_as_it_is_long(corrected: Return) -> None:
    goals = drawn(corrected)["部门整体绩效"]
    text = corrected.fields("overall").text("goal")
    row, column = next(spot for spot, ink in goals.cells.items() if ink.value == text)
    assert goals.heights[row] >= 14 * 2 * len(text) / goals.widths[column]


def test_choices_are_offered_in_the_words_of_the_form() -> None:
    sheet = next(
        canvas for canvas in blank(PROFILE.id).canvases if canvas.name == "项目01"
    )
    offered = [
        choice.options["source"]
        for choice in sheet.choices
        if choice.options.get("validate") == "list"
    ]
    assert ["产出指标", "效果指标", "满意度指标"] in offered
    library = next(
        canvas for canvas in blank(PROFILE.id).canvases if canvas.name == "指标参考"
    )
    texts = {ink.value for ink in library.cells.values()}
    assert "效果指标" in texts
    assert "效益指标" not in texts


def test_nothing_that_holds_something_is_out_of_sight_on_paper(
    paper: dict[str, Canvas],
) -> None:
    """A blank field shares its row with a total beside it."""
    assets = paper[ASSETS]
    (row,) = {spot[0] for spot, ink in assets.cells.items() if ink.value == "资产总额"}
    assert assets.heights.get(row, 15)
    amounts = {
        (name, spot[0])
        for name, one in paper.items()
        for spot, ink in one.cells.items()
        if isinstance(ink.value, Decimal)
    }
    shown = [
        name
        for name, row in amounts
        if not paper[name].hidden and not paper[name].heights.get(row, 15)
    ]
    assert shown == []


def test_a_row_of_a_list_is_as_high_as_its_texts(corrected: Return) -> None:
    """Where a row has no height of its own, LibreOffice shows one line of it."""
    canvas = drawn(corrected)["机构设置"]
    texts = {
        spot: str(ink.value)
        for spot, ink in canvas.cells.items()
        if ink.style.wrap and spot[0] > 12
    }
    wide = {
        row
        for (row, column), text in texts.items()
        if 2 * len(text) > canvas.widths[column]
    }
    assert wide
    assert all(canvas.heights[row] > 15 for row in wide)


def test_a_level_is_called_as_the_return_calls_it() -> None:
    rows = [
        {"level1": "产出指标", "level2": "数量指标", "level3": "人数", "value": "10人"},
        {"level2": "社会效益指标", "level3": "就业率", "value": "90%"},
        {
            "level1": "效果指标",
            "level2": "可持续影响指标",
            "level3": "稳定",
            "value": "90%",
        },
    ]
    book = from_data({"projects": [{"name": "甲", "indicators": rows}]}, PROFILE)
    (found,) = (
        one
        for one in check_return(book, PROFILE, steps.catalogue(PROFILE)).findings
        if one.rule == "D01-01"
    )
    assert "应在“效果指标”下" in found.message
