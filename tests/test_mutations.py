"""The corrected example with cells spoiled on purpose: the finding names the very cell, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from toolkit import steps
from toolkit.check.judge import check_disclosure, check_return
from toolkit.files.grid import Grid, Raw, open_grid
from toolkit.model import BlockKind, Cell, Figure, Kind, Name, Return, Value
from toolkit.profile.form import Column
from toolkit.profile.loading import load
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR, INFO, Finding

ROOT = Path(__file__).resolve().parent.parent
BOOKS = sorted((ROOT / "examples" / "02-xianghe-corrected" / "input").glob("*.xlsx"))
# a unit with many projects and one with few; the third is like the second
FEW = BOOKS[:2]
PROFILE = load("hebei-2023")
RULES = steps.catalogue(PROFILE)
Spoiled = Mapping[tuple[str, tuple[int, int]], Raw | None]


@cache
def grid(path: Path) -> Grid:
    return open_grid(path)


@cache
def uncalculated(path: Path) -> Grid:
    """The workbook as a program leaves it that calculates nothing: every formula of ours waits for its value."""
    sheets = {}
    for name, sheet in grid(path).sheets.items():
        cells = {
            spot: replace(raw, kind=Kind.UNCOMPUTED, number=None)
            if raw.formula
            else raw
            for spot, raw in sheet.cells.items()
        }
        sheets[name] = replace(sheet, cells=cells)
    return Grid(path.name, sheets)


def spoiled(path: Path, cells: Spoiled, *, recalculate: bool = False) -> Return:
    """The workbook with some cells changed; recalculated means that every formula of ours is calculated anew."""
    sheets = dict((uncalculated if recalculate else grid)(path).sheets)
    for (where, spot), raw in cells.items():
        held = dict(sheets[where].cells)
        held.pop(spot, None)
        if raw is not None:
            held[spot] = raw
        sheets[where] = replace(sheets[where], cells=held)
    return read(Grid(path.name, sheets), PROFILE)


def entries(path: Path) -> Iterator[tuple[Cell, Column, Value]]:
    """Cells that a person filled in, of every kind, with their columns; constants and calculated cells apart."""
    for name, value in few(read(grid(path), PROFILE).values()):
        cell = next(value.cells())
        raw = grid(path).sheets[cell.sheet].cells.get((cell.row, cell.column))
        column = PROFILE.book.column_of(name)
        if raw is not None and not raw.formula and not column.constant:
            yield cell, column, value


def few(filled: Iterable[tuple[Name, Value]]) -> Iterator[tuple[Name, Value]]:
    """Each field and each cell of a grid; of the lines of a list, whose cells are alike, the first, the middle and the last."""
    kinds: dict[tuple[str, str, str], list[tuple[Name, Value]]] = {}
    for name, value in filled:
        kinds.setdefault((name.block, name.row, name.column), []).append((name, value))
    for alike in kinds.values():
        yield from (
            alike[place] for place in sorted({0, len(alike) // 2, len(alike) - 1})
        )


def named(findings: Sequence[Finding]) -> set[Cell]:
    return {cell for finding in findings for cell in finding.cells}


def full_width(text: str) -> str:
    return text.translate({**{ord(c): ord(c) + 0xFEE0 for c in "0123456789."}})


MUTATIONS: dict[str, Callable[[Value], Raw | None]] = {
    "text": lambda _: Raw(Kind.TEXT, "三万左右"),
    "blank": lambda _: None,
    "error": lambda _: Raw(Kind.ERROR, "#REF!"),
    "full-width": lambda value: Raw(Kind.TEXT, full_width(value.raw)),
}


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("path", FEW, ids=lambda path: path.stem)
def test_a_spoiled_cell_is_named_with_its_own_address(
    path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cells of every kind once, one on each sheet at a time; a text may say anything but an error, a blank only where asked."""
    by_sheet: dict[str, list[Cell]] = {}
    values = {}
    alone = alone_in_their_rows(path)
    for cell, column, value in entries(path):
        missed = kind == "blank" and is_missed(cell, column) and cell not in alone
        if missed or kind == "error" or (column.numeric and kind != "blank"):
            by_sheet.setdefault(cell.sheet, []).append(cell)
            values[cell] = value
    rounds = max(map(len, by_sheet.values()))
    tried = 0
    for number in range(rounds):
        chosen = [cells[number] for cells in by_sheet.values() if number < len(cells)]
        book = spoiled(
            path,
            {(c.sheet, (c.row, c.column)): MUTATIONS[kind](values[c]) for c in chosen},
        )
        found = named(check_return(book, PROFILE, RULES).findings)
        assert set(chosen) <= found, sorted(set(chosen) - found)
        tried += len(chosen)
    with capsys.disabled():
        print(f"\n  {path.stem} {kind}: {tried} cells, every address right", end="")
    assert tried > 10


def is_missed(cell: Cell, column: Column) -> bool:
    """Whether a blank is asked about: what must be filled; but a number may be blank on a form that is ticked as filled."""
    return column.required and not (
        column.numeric and not cell.sheet.startswith(("封面", "项目"))
    )


def alone_in_their_rows(path: Path) -> set[Cell]:
    """Cells that are all a list's row holds: without them there is no row that could miss anything."""
    book = read(grid(path), PROFILE)
    rows = [
        row
        for name, row in book.named_rows()
        if PROFILE.book.blocks[name.block].kind is BlockKind.LIST
    ]
    given = [[value for value in row.values.values() if value.given] for row in rows]
    return {cell for values in given if len(values) == 1 for cell in values[0].cells()}


# What no claim and no control total ties, and why; every other figure must be found when it is changed.
UNTIED = {
    "composition.own.this_year": "only bounded by its parent (其中 ≤ 上级项目)",
    "composition.own.last_year": "only bounded by its parent",
    "composition.personnel.last_year": "tied to what was published last year, which the workbook does not hold",
    "composition.operating.last_year": "as above",
    "composition.project.last_year": "as above",
    "three_public.abroad.last_year": "as above",
    "three_public.vehicle_purchase.last_year": "as above",
    "three_public.vehicle_running.last_year": "as above",
    "three_public.reception.last_year": "as above",
    "assets.houses.quantity": "a count that nothing else repeats",
    "assets.office.quantity": "bounded by its parent",
    "assets.vehicles.quantity": "a count that nothing else repeats",
    "assets.equipment.quantity": "a count that nothing else repeats",
    "assets.other.quantity": "a count that nothing else repeats",
    "assets.houses.value": "the form has no second place for asset values; the total is calculated from them",
    "assets.office.value": "bounded by its parent",
    "assets.vehicles.value": "as houses",
    "assets.equipment.value": "as houses",
    "assets.other.value": "as houses",
    "purchase.planned": "bounded from below by purchases elsewhere",
}


def test_a_changed_figure_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Figures of every kind that a claim or control total ties, formulas recalculated: one finding each, with that very cell.

    A project's amount may besides make its own indicators implausible: that is another relation, and a warning.
    """
    before = [read(grid(path), PROFILE) for path in BOOKS]
    known = [unit_ids(book) for book in before]
    whole_before = ids(
        check_disclosure(merge(before, PROFILE), PROFILE, RULES).findings
    )
    changed = beside = 0
    untied: set[str] = set()
    for number, path in enumerate(FEW):
        for name, value in few(before[number].values()):
            cell = next(value.cells())
            raw = grid(path).sheets[cell.sheet].cells.get((cell.row, cell.column))
            if (
                not isinstance(value, Figure)
                or value.value is None
                or raw is None
                or raw.formula
                or name.field == "cover.year"
            ):
                continue
            more = value.value + Decimal("1.11")
            book = spoiled(
                path,
                {
                    (cell.sheet, (cell.row, cell.column)): Raw(
                        Kind.NUMBER, f"{more}", more
                    )
                },
                recalculate=True,
            )
            units = [*before[:number], book, *before[number + 1 :]]
            new = [
                f
                for f in check_return(book, PROFILE, RULES).findings
                if f.id not in known[number] and f.severity is not INFO
            ]
            if not new:
                whole = check_disclosure(merge(units, PROFILE), PROFILE, RULES).findings
                new = [
                    f
                    for f in whole
                    if f.id not in whole_before and f.severity is not INFO
                ]
            if not new:
                untied.add(f"{name.block}.{name.row}.{name.column}".replace("..", "."))
                continue
            changed += 1
            assert any(cell in f.cells for f in new), (
                f"{name} {cell}: {[(f.rule, f.message) for f in new]}"
            )
            errors = [f for f in new if f.severity is ERROR]
            assert len(errors or new) == 1, (
                f"{name} {cell}: {[(f.rule, f.message) for f in new]}"
            )
            beside += len(new) - 1
    with capsys.disabled():
        print(
            f"\n  {changed} figures changed, each named by one finding ({beside} plausibility warnings beside)"
        )
        print(
            f"  {len(untied)} kinds of figures that nothing ties: {'、'.join(sorted(untied))}"
        )
    assert untied <= set(UNTIED), sorted(untied - set(UNTIED))


def test_two_slips_of_the_same_amount_are_two_findings() -> None:
    """The same gap joins what rests on the same cell; two totals that share none are two defects."""
    path = BOOKS[1]
    typed = {
        ("三公经费", spot(path, "三公经费", "three_public.vehicles.last_year")): Raw(
            Kind.NUMBER, "1.11", Decimal("1.11")
        ),
        ("国有资产", spot(path, "国有资产", "assets.total.value")): Raw(
            Kind.NUMBER, "1.11", Decimal("1.11")
        ),
        ("国有资产", spot(path, "国有资产", "sheet.tick")): Raw(Kind.TEXT, "已填完"),
    }
    errors = [
        finding
        for finding in check_return(spoiled(path, typed), PROFILE, RULES).findings
        if finding.severity is ERROR
    ]
    assert {finding.rule for finding in errors} >= {
        "S-three_public.vehicles",
        "S-assets.total",
    }
    assert {finding.difference for finding in errors} == {"1.11"}
    assert not any(
        "国有资产" in also
        for finding in errors
        if finding.cells[0].sheet == "三公经费"
        for also in finding.also
    )


def spot(path: Path, sheet: str, name: str) -> tuple[int, int]:
    area = grid(path).sheets[sheet].names[name]
    assert area is not None
    return area[0], area[1]


def ids(findings: Sequence[Finding]) -> set[str]:
    return {finding.id for finding in findings}


def unit_ids(book: Return) -> set[str]:
    return ids(check_return(book, PROFILE, RULES).findings)
