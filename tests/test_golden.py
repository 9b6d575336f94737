"""The committed workbooks are what their dumps in tests/golden/ say, and a dump says what moved."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from xlsxwriter.worksheet import Worksheet

from tests.dumps import (
    ACCEPT,
    BLANK,
    GOLDEN,
    ROOT,
    assert_same_workbook,
    dumped,
    golden,
    golden_path,
    moved,
    told,
)
from toolkit import steps
from toolkit.files.paint import Canvas, Choice, Mark, Painting, _Sheet, paint
from toolkit.profile.loading import load
from toolkit.template.draw import draw

PROFILE = load("hebei-2023")
MOST_BYTES = 2_300_000


@pytest.mark.parametrize("name", golden())
def test_a_workbook_holds_what_its_dump_says(name: str) -> None:
    kept, now = golden_path(name).read_text(encoding="utf-8"), dumped(name)
    lines = moved(kept, now)
    assert not lines, f"{told(name, lines)}\n{ACCEPT}"
    assert now == kept, ACCEPT


def test_every_dump_is_of_a_workbook() -> None:
    assert sorted(GOLDEN.rglob("*.*")) == sorted(golden_path(name) for name in golden())
    committed = (
        path
        for folder in ("examples", "templates")
        for path in (ROOT / folder).rglob("*.xls[xm]")
    )
    assert {path.relative_to(ROOT).as_posix() for path in committed} == set(golden())


def test_dumps_are_short_enough_to_read() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*.txt")) < MOST_BYTES


def retitled(canvas: Canvas) -> None:
    canvas.cells[1, 2] = replace(canvas.cells[1, 2], value="三公经费表")


def recoloured(canvas: Canvas) -> None:
    cell = canvas.cells[1, 2]
    canvas.cells[1, 2] = replace(cell, style=replace(cell.style, fill="#FFFFFF"))


def recalculated(canvas: Canvas) -> None:
    spot = next(
        spot for spot, ink in canvas.cells.items() if ink.formula.startswith("ROUND(")
    )
    canvas.cells[spot] = replace(canvas.cells[spot], formula="1+1", value=Decimal(2))


def widened(canvas: Canvas) -> None:
    canvas.widths[2] = 99


def unlocked(canvas: Canvas) -> None:
    canvas.protected = False


def refused(canvas: Canvas) -> None:
    canvas.choices.append(
        Choice((50, 2, 50, 2), {"validate": "list", "source": ["甲", "乙"]})
    )


def marked(canvas: Canvas) -> None:
    canvas.marks.append(Mark((50, 2, 50, 2), "B50=1", "#FFC7CE"))


def renamed(canvas: Canvas) -> None:
    name, target = canvas.names[-1]
    canvas.names[-1] = (f"{name}_x", target)


# What is changed, on which sheet, and how it is said.
CHANGES: list[tuple[Callable[[Canvas], None], str, str]] = [
    (retitled, "三公经费", '+ B1 "三公经费表" [title]'),
    (recoloured, "国有资产", "[16 bold fill=#FFFFFF center]"),
    (recalculated, "收支总表", "=1+1 → 2 ["),
    (widened, "部门职责", "+ widths A 7.71094, B 99.7109"),
    (unlocked, "政府采购", "- protected without a password"),
    (refused, "机构设置", '+ valid B50 list "甲,乙"'),
    (marked, "各表附注", "+ mark B50 B50=1 → fill=#FFC7CE color=none"),
    (renamed, "项目01", "_x "),
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of the template with each change on a sheet of its own."""
    path = tmp_path_factory.mktemp("changed") / "b.xlsx"
    painting = drawn()
    canvases = {canvas.name: canvas for canvas in deepcopy(painting).canvases}
    for change, sheet, _ in CHANGES:
        change(canvases[sheet])
    paint(replace(painting, canvases=list(canvases.values())), path)
    with pytest.raises(AssertionError, match=ACCEPT):
        assert_same_workbook(path, BLANK)
    return moved(golden_path(BLANK).read_text(encoding="utf-8"), dumped(BLANK, path))


@pytest.mark.parametrize(
    ("sheet", "line"), [(sheet, line) for _, sheet, line in CHANGES]
)
def test_a_change_of_a_template_is_said_with_its_sheet(
    sheet: str, line: str, said: list[str]
) -> None:
    assert any(one.startswith(f"{sheet} ") and line in one for one in said), said


@cache
def drawn() -> Painting:
    """The blank template; nobody changes it."""
    return draw(PROFILE, steps.catalogue(PROFILE).rules, library=True)


def test_a_template_that_nothing_changed_is_the_same(tmp_path: Path) -> None:
    paint(drawn(), tmp_path / "a.xlsx")
    assert_same_workbook(tmp_path / "a.xlsx", BLANK)


@pytest.mark.parametrize("expanded", [False, True])
@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(A1:A9)",
        '=IF(ROUND(A1-B1,2)=0,"√","差 "&TEXT(A1-B1,"0.00"))',
        "=XLOOKUP(A1,B:B,C:C)",
        "=SUM(UNIQUE(A1:A9))",
        "=TEXTJOIN(1,2)",  # marked only where the library is told to expand
        '=IF(A1="FILTER(",1,2)',
        "=_xlfn.XLOOKUP(A1,B:B,C:C)",
        "{=SUM(A1:A9*B1:B9)}",
    ],
)
def test_a_formula_is_written_as_the_library_writes_it(
    formula: str, *, expanded: bool
) -> None:
    ours, theirs = _Sheet(), Worksheet()
    assert ours._prepare_formula(formula, expanded) == theirs._prepare_formula(  # noqa: SLF001
        formula, expanded
    )


def test_what_moves_alike_on_many_sheets_is_said_once() -> None:
    before = "a.xlsx\nsheet 甲\n  D2 1 [head]\nsheet 乙\n  D2 1 [head]\n  C7 3 [head]\n"
    assert moved(before, before.replace("D2 1", "D2 2")) == [
        "甲 and 1 more: - D2 1 [head]",
        "甲 and 1 more: + D2 2 [head]",
    ]
    assert moved(before, before.replace("  C7 3 [head]\n", "")) == ["乙 - C7 3 [head]"]
    assert moved(before, before) == []
