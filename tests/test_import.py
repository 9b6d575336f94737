"""The platform's export read into the unit's workbook: in many ways laid out, with what people get wrong in it."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.platforms import (
    Sheeted,
    Way,
    drawn_way,
    example,
    exported,
    grid_of,
    profile,
    saved_xls,
    saved_xlsx,
    truth,
)
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.files.oldbook import open_old
from toolkit.model import PLATFORM, Name, Return
from toolkit.platform.taken import Imported, take
from toolkit.returns.origins import FIRST_LINE, SHEET, VALUE, lines_in
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR

HOME = Path(__file__).parent.parent
INPUT = HOME / "examples" / "03-shanghai-constructed" / "input"
LEAD = INPUT / "128001-局本级.xlsx"


def taken(*sheets: Sheeted, unit: str = "") -> Imported:
    return take([grid_of(list(sheets))], profile(), unit)


def wrong(done: Imported, book: Return) -> list[str]:
    """What was read and is not what the return says, and what it says and was neither read nor told as not read."""
    due = truth(book)
    got = {slot: one.number for unit in done.units for slot, one in unit.figures.items()}
    found = [f"{slot} {got[slot]} for {number}" for slot, number in due.items() if slot in got and got[slot] != number]
    found += [f"{slot} {number} out of nowhere" for slot, number in got.items() if slot not in due and number]
    if not any(one.left_out for one in done.told):
        found += [f"{slot} silently left out" for slot, number in due.items() if number and slot not in got]
    return found


# -- however it is laid out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_a_platform_may_lay_its_tables_out_as_it_likes(seed: int) -> None:
    """Every value is right or told as not read, none wrong in silence. `python -m tests.platforms` tries hundreds."""
    way = drawn_way(random.Random(seed))
    book = example(seed % 2)
    done = take([grid_of(exported(book, way))], profile())
    assert wrong(done, book) == [], way
    whose = "" if way.titles == 1 else f"{book.code} {book.name}"  # one row of title says no unit
    assert [str(unit.owner) for unit in done.units] == [whose]
    assert [one.sentence for one in done.told if one.unsound] == []
    assert not any(one.left_out for one in done.told) or way.extra


def test_an_old_workbook_reads_the_same(tmp_path: Path) -> None:
    way = Way(titles=3, numbers=True, merged=True)
    sheets = exported(example(), way)
    old = open_old(saved_xls(tmp_path / "甲.xls", sheets))
    done = take([old], profile())
    assert wrong(done, example()) == []
    assert done.told == []


def test_an_old_workbook_shows_what_is_hidden(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    sheet.write(0, 0, "子")
    sheet.write(1, 0, 5)
    sheet.col(2).hidden = True
    sheet.row(1).hidden = True
    sheet.write(1, 2, 7.5)
    book.save(str(tmp_path / "甲.xls"))
    raw = open_old(tmp_path / "甲.xls").sheets["甲"]
    assert raw.hidden_columns == ((3, 3),)
    assert raw.hidden_rows == {2}
    assert raw.cells[2, 3].number == Decimal("7.5")


# -- the whole way ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> steps.Imported:
    """The first unit of example 03, exported and imported over what it had typed itself."""
    folder = tmp_path_factory.mktemp("import")
    export = saved_xlsx(folder / "导出.xlsx", exported(example(), Way()))
    return steps.import_export([export], folder / "甲.xlsx", profile(), source=LEAD)


def test_the_third_example_imported_is_the_one_that_was_typed(done: steps.Imported) -> None:
    """What the platform lacks stays as it was filled in; the figures, and so the content number, are the same."""
    assert (done.code, done.left_out, done.doubts) == (0, [], [])
    (made,) = done.books
    assert made.changed == ()
    typed, imported = (steps.check([path], profile()) for path in (LEAD, made.placed.path))
    assert [finding for finding in imported.report.findings if finding.severity is ERROR] == []
    (before,), (after,) = typed.facts, imported.facts
    assert after.content == before.content != ""


def test_a_figure_knows_where_it_came_from(done: steps.Imported) -> None:
    grid = open_grid(done.books[0].placed.path)
    book = read(grid, profile())
    sources = {origin.source for origin in book.origins.values()}
    assert sources == {PLATFORM}
    cells = {(cell.sheet, origin.sheet, origin.address) for cell, origin in book.origins.items()}
    assert ("支出总表", "2.17支出总表", "E5") in {(sheet, other, address) for sheet, other, address in cells}
    assert all(line.origin.book == "导出.xlsx" for line in lines_in(grid))


def test_a_planted_error_gives_the_relation_at_its_cell_and_says_mend_it_there(tmp_path: Path) -> None:
    sheets = exported(example(), Way())
    general = next(sheet for sheet in sheets if sheet.name.startswith("2.20"))
    for line in general.rows[4:7]:  # 类, 款 and 项 of the first code: the table itself still adds up
        line[4] = (line[4] or Decimal(0)) + 1000  # type: ignore[operator]
        line[5] = (line[5] or Decimal(0)) + 1000  # type: ignore[operator]
    general.rows[-1][4] += 1000  # type: ignore[operator]
    general.rows[-1][5] += 1000  # type: ignore[operator]
    export = saved_xlsx(tmp_path / "导出.xlsx", sheets)
    done = steps.import_export([export], tmp_path / "甲.xlsx", profile(), source=LEAD)
    assert {(change.old, change.new) for change in done.books[0].changed} == {("12846300", "12847300")}
    found = steps.check([tmp_path / "甲.xlsx"], profile()).report.findings
    told = {one.rule: one for one in found if one.severity is ERROR}
    spot = next(cell for cell in told["R-general_class.207"].cells if cell.sheet == "一般公共预算")
    assert spot.address == "G10"
    assert all("在平台改后重新导出" in one.remedy for one in told.values())
    assert "“导出.xlsx”的“2.20一般公共预算支出表”F5" in told["R-general_class.207"].remedy


def test_what_was_typed_over_an_imported_figure_is_told(done: steps.Imported) -> None:
    grid = open_grid(done.books[0].placed.path)
    before = read(grid, profile())
    raw = grid.sheets[SHEET]
    other = replace(raw.cells[FIRST_LINE, VALUE], number=Decimal(1234567))  # as if that had been imported
    changed = replace(grid, sheets={**grid.sheets, SHEET: replace(raw, cells={**raw.cells, (FIRST_LINE, VALUE): other})})
    again = read(changed, profile())
    assert [oddity.what for oddity in again.oddities if oddity.what == "taken-changed"] == ["taken-changed"]
    assert len(again.origins) == len(before.origins) - 1


def test_nothing_in_the_given_workbook_changes_in_silence(tmp_path: Path) -> None:
    """An import over figures that were typed tells each that becomes another, and leaves the file itself alone."""
    given = shutil.copyfile(INPUT / "128002-图书馆.xlsx", tmp_path / "旧.xlsx")
    before = given.read_bytes()
    sheets = exported(example(1), Way())
    outlay = next(sheet for sheet in sheets if sheet.name.startswith("2.15"))
    row = next(line for line in outlay.rows if line[0] == "二、事业收入")
    row[1] = Decimal(5)
    export = saved_xlsx(tmp_path / "导出.xlsx", sheets)
    done = steps.import_export([export], tmp_path / "新.xlsx", profile(), source=given)
    assert given.read_bytes() == before
    (change,) = done.books[0].changed
    book = read(open_grid(tmp_path / "新.xlsx"), profile())
    (cell,) = book[Name.parse("income.undertaking.amount")].cells()
    assert change.sentence == f"收支总表 {cell.address} “二、事业收入”预算数：420000 → 5"
    assert cell in book.origins
    assert done.code == 1, "the total of the export is another"


def test_several_units_get_a_workbook_each(tmp_path: Path) -> None:
    for number in (0, 1):
        saved_xlsx(tmp_path / "导出" / f"{number}.xlsx", exported(example(number), Way(titles=number + 2)))
    made = steps.import_export([tmp_path / "导出"], tmp_path / "收表", profile(), source=INPUT)
    assert sorted(path.name for path in (tmp_path / "收表").iterdir()) == sorted(
        f"{example(number).code}-{example(number).name}.xlsx" for number in (0, 1)
    )
    assert (made.code, [book.changed for book in made.books]) == (0, [(), ()])
