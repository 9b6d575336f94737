"""The nine tables live in the unit's workbook: what its formulas show is what the tool derives, however people type."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from tests.office import recalculated
from tests.test_template import formula_cells, same
from toolkit.files.grid import open_grid
from toolkit.files.paint import Canvas, Painting, paint
from toolkit.model import Return
from toolkit.profile.by_door import through, with_lines
from toolkit.profile.form import Profile
from toolkit.profile.layout import SCREEN, pixels
from toolkit.profile.loading import load
from toolkit.returns.data import from_data
from toolkit.returns.read import read
from toolkit.steps import catalogue
from toolkit.template.derived_place import GRIDS, LISTS
from toolkit.template.draw import draw
from toolkit.template.entered import HEADING
from toolkit.template.in_order import SHEET, Levels

BY_ENTRIES = {
    name: through(load(name), load(name).doors["明细"])
    for name in ("shanghai-2026", "hebei-2023")
}
SHANGHAI = BY_ENTRIES["shanghai-2026"]
LARGEST = 300_000  # bytes of a blank workbook
# Codes as people type them: one of each length, none, words, one that no list has, one digit too many, lost zeros, blanks.
TYPED = (
    *("2012601", "2012604", "208", "20805", "2080505", ""),
    *("行政运行", "9999999", "20126011", "208056", " 2101101 ", "02012601"),
)


def entries(profile: Profile, lines: int, draws: random.Random) -> dict[str, Any]:
    """A unit's two lists of entries, some of the codes as nobody should type them."""
    outlay, income = (
        profile.book.blocks[key].columns for key in ("outlay_entries", "income_entries")
    )
    economic = [code.code for code in profile.lists["economic"]]

    def line(number: int) -> dict[str, str]:
        said = {
            "function": TYPED[number % len(TYPED)],
            "economic": draws.choice(economic),
            "kind": "特定目标"
            if number % 11 == 5
            else draws.choice(outlay["kind"].choices),
            "fund": draws.choice(outlay["fund"].choices[:3]),
            "amount": "3万" if number == 7 else str(draws.randint(-100, 10_000)),
        }
        return {key: text for key, text in said.items() if text}

    return {
        "outlay_entries": [line(number) for number in range(lines)],
        "income_entries": [
            {
                "function": draws.choice(TYPED[:4]),
                "fund": draws.choice(income["fund"].choices),
                "amount": "5",
            }
            for _ in range(4)
        ],
    }


PROJECTS = (("修路", "5"), ("造桥", "7"), ("植树", "9"), ("停办", "0"))
# the projects of the first entries, and their amounts
NAMED = (
    ("修路", "2"),
    ("修路", "3"),
    ("造桥", "3"),
    ("架线", "1"),
)
BESIDE = ["√", "差 4", "没有明细", ""]  # what stands beside each of them


# -- codes as numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("208", 20_800_001),
        ("20805", 20_805_002),
        ("208056", 20_805_002),
        ("2080505", 20_805_053),
        ("20805059", 20_805_053),
        ("20", 100_000_000),
        ("", 100_000_000),
        ("2.5", 100_000_000),
        ("行政运行", 100_000_000),
    ],
)
def test_a_typed_code_becomes_the_number_of_its_levels(typed: str, key: int) -> None:
    assert Levels((3, 5, 7)).of(typed) == key


def test_numbers_sort_as_codes_do() -> None:
    codes = [code.code for code in SHANGHAI.lists["functional"]]
    assert sorted(codes, key=Levels((3, 5, 7)).of) == sorted(codes)


# -- drawn -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=BY_ENTRIES)
def blank(request: pytest.FixtureRequest) -> Painting:
    """A blank workbook by entries."""
    profile = BY_ENTRIES[request.param]
    return draw(profile, catalogue(profile).rules, library=True)


def named(painting: Painting, name: str) -> Canvas:
    return next(canvas for canvas in painting.canvases if canvas.name == name)


def test_a_blank_workbook_shows_the_tables_on_two_sheets_and_stays_small(
    blank: Painting, tmp_path: Path
) -> None:
    paint(blank, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").stat().st_size < LARGEST
    names = [canvas.name for canvas in blank.canvases]
    assert not {"收支总表", "支出总表", "一般公共预算", "政府性基金"} & set(names)
    assert names.count(GRIDS) == names.count(LISTS) == 1
    assert named(blank, SHEET).hidden
    # Of codes that do not occur no row is seen.
    lists = named(blank, LISTS)
    assert not [
        ink.value
        for (row, _), ink in lists.cells.items()
        if row > lists.freeze[0] + 1 and ink.value
    ]


def test_a_screen_shows_the_list_of_projects_with_what_its_entries_come_to(
    blank: Painting,
) -> None:
    canvas = named(blank, "项目清单")
    assert (
        pixels(
            width
            for column, width in canvas.widths.items()
            if column not in canvas.hidden_columns
        )
        <= SCREEN
    )


def test_no_cell_calculates_with_what_programs_understand_differently(
    blank: Painting,
) -> None:
    ours = [named(blank, name) for name in (GRIDS, LISTS, SHEET)]
    formulas = {
        ink.formula for canvas in ours for ink in canvas.cells.values() if ink.formula
    }
    words = (
        "OFFSET(",
        "INDIRECT(",
        "LET(",
        "FILTER(",
        "UNIQUE(",
        "SORT(",
        "XLOOKUP(",
        "IFS(",
        '*"',
    )
    assert len(formulas) > 1000
    assert not [(word, one) for one in formulas for word in words if word in one]
    # No function is called over a whole column of theirs; those of a list that people type into may have blanks around texts.
    assert not [
        one
        for one in formulas
        if re.search(rf"\b(EXACT|TRIM|LEN)\('?({GRIDS}|{LISTS}|{SHEET})'?![^()]*:", one)
    ]
    assert not [
        one
        for one in formulas
        if re.search(r"\b(EXACT|TRIM|LEN)\([^()]*:", one) and "支出主要内容" not in one
    ]


def test_what_is_sorted_is_what_is_typed_alone(blank: Painting) -> None:
    canvas = named(blank, "支出明细")
    assert canvas.filtered is not None
    top, left, bottom, right = canvas.filtered
    inside = [
        ink
        for (row, column), ink in canvas.cells.items()
        if top < row <= bottom and left <= column <= right
    ]
    assert len(inside) >= 300 * 7
    assert not [ink for ink in inside if ink.style.locked or ink.formula]


def test_projects_are_offered_by_their_names(blank: Painting) -> None:
    offering = [choice.options for choice in named(blank, "支出明细").choices]
    (offered,) = [
        options
        for options in offering
        if "项目" in str(options.get("source")) and "OFFSET" in str(options["source"])
    ]
    assert offered["error_type"] == "information"
    assert len(str(offered["source"])) < 255


def test_more_lines_are_drawn_where_they_are_asked_for() -> None:
    canvas = named(draw(with_lines(SHANGHAI, 800), ()), "支出明细")
    assert canvas.filtered is not None
    top, _, bottom, _ = canvas.filtered
    assert bottom - top == 800


# -- calculated --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Return]:
    """A unit's workbook as we draw it, and what it holds."""
    data = entries(SHANGHAI, 24, random.Random(7))
    for line, (name, amount) in zip(data["outlay_entries"], NAMED, strict=False):
        line |= {"project": name, "amount": amount}
    data["projects"] = [{"name": name, "amount": amount} for name, amount in PROJECTS]
    filled = from_data(data, SHANGHAI, "某局.xlsx")
    path = tmp_path_factory.mktemp("明细") / "某局.xlsx"
    paint(draw(SHANGHAI, catalogue(SHANGHAI).rules, filled), path)
    return path, filled


@pytest.mark.libreoffice
def test_libreoffice_calculates_what_the_tool_derives(
    book: tuple[Path, Return], tmp_path: Path
) -> None:
    path, _ = book
    (theirs,) = recalculated([path], tmp_path)
    cells = list(formula_cells(path, theirs))
    wrong = [
        f"{where}: {shown!r} {again!r} ={formula[:160]}"
        for where, formula, shown, again in cells
        if not same(shown, again)
    ]
    assert sum(LISTS in where for where, *_ in cells) > 1000
    assert not wrong, "\n".join(wrong[:10])


def test_what_is_read_is_what_was_typed_and_nothing_is_left_over(
    book: tuple[Path, Return],
) -> None:
    path, filled = book
    returned = read(open_grid(path), load("shanghai-2026"))
    for block in ("outlay_entries", "income_entries"):
        typed = [row.text("function").strip() for row in filled.rows(block)]
        assert [row.text("function") for row in returned.rows(block)] == typed
    assert not [
        odd
        for odd in returned.oddities
        if odd.what.startswith(("sheet", "formula", "unread"))
    ]
    assert not {cell.sheet for odd in returned.oddities for cell in odd.cells} & {
        GRIDS,
        LISTS,
        SHEET,
    }


def test_a_project_shows_beside_it_whether_its_entries_come_to_its_amount(
    book: tuple[Path, Return],
) -> None:
    """What the third project and the last entry lack is seen while it is typed; the numbers are those of the check (B09)."""
    path, _ = book
    cells = open_grid(path).sheets["项目清单"].cells
    (heading,) = (
        (row, column) for (row, column), raw in cells.items() if raw.text == HEADING
    )
    shown = [cells[heading[0] + at, heading[1]] for at in range(1, len(PROJECTS) + 1)]
    assert [raw.text for raw in shown] == BESIDE
    sheet = read_rules(path, "支出明细")
    assert [
        one
        for one in sheet
        if "'项目清单'!$BH$8=0" in one and "ISERROR(MATCH(TRIM($E" in one
    ]


def read_rules(path: Path, sheet: str) -> list[str]:
    """The formulas by which cells of a sheet turn another colour."""
    import openpyxl

    rules = openpyxl.load_workbook(path)[sheet].conditional_formatting
    return [formula for one in rules for rule in one.rules for formula in rule.formula]
