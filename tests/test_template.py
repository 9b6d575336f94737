"""The template: its cached values, its protection, its freshness, and the agreement of its checks with Python."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.dumps import assert_same_workbook
from tests.office import recalculated
from tests.returns import on_the_boundary, random_data
from toolkit import steps
from toolkit.check.asked import Asked, RowSource, asked
from toolkit.check.judge import check_return
from toolkit.files.grid import Raw, open_grid
from toolkit.files.paint import paint
from toolkit.model import Return
from toolkit.profile.by_door import drawn_by
from toolkit.profile.layout import address, lay_out_book
from toolkit.profile.loading import load, loaded
from toolkit.profile.stored import home
from toolkit.returns.data import computed, from_data
from toolkit.template.draw import draw
from toolkit.template.live import FINE, UNFILLED, Rows, Shown, row_breaches, state

PROFILE = drawn_by(load("hebei-2023"), None)  # with the forms that a blank workbook has
RULES = steps.catalogue(PROFILE).rules
# random returns that LibreOffice calculates; more by hand: RETURNS=100
MANY = int(os.environ.get("RETURNS", "6"))
Value = Decimal | str
BLANK = home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"


def test_the_committed_template_is_what_schema_and_rules_give(tmp_path: Path) -> None:
    steps.template(tmp_path / "a.xlsx", PROFILE)
    assert_same_workbook(tmp_path / "a.xlsx", BLANK.relative_to(home()).as_posix())


@dataclass
class Drawn:
    """Workbooks as we drew them, each beside itself as LibreOffice calculates it; what was asked on the boundary, and found."""

    of_chance: list[tuple[Path, Path]]
    on_boundary: list[tuple[Path, Path]]
    verdicts: dict[str, set[bool]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Both kinds of workbooks, calculated in one start of LibreOffice."""
    folder = tmp_path_factory.mktemp("drawn")
    of_chance = drawn_of_chance(folder)
    on_boundary, verdicts = drawn_on_boundary(folder)
    again = iter(recalculated([*of_chance, *on_boundary], folder / "lo"))
    return Drawn(
        [(path, next(again)) for path in of_chance],
        [(path, next(again)) for path in on_boundary],
        verdicts,
    )


def drawn_of_chance(folder: Path) -> list[Path]:
    """Blank, and random returns: figures missing, sums that hold, sums that miss by the tolerance and just beyond it."""
    draws = random.Random(2023)
    books = [folder / "blank.xlsx"]
    steps.template(books[0], PROFILE, count=3)
    for number in range(MANY):
        data = random_data(PROFILE, draws)
        books.append(folder / f"r{number}.xlsx")
        paint(draw(PROFILE, RULES, from_data(data, PROFILE)), books[-1])
    return books


def drawn_on_boundary(folder: Path) -> tuple[list[Path], dict[str, set[bool]]]:
    """The left side is the right side plus nothing, the tolerance, or a hair more; which verdicts each live rule gave.

    Returns are tried until every rule gave both verdicts; drawn are those without which a verdict would be missing.
    """
    draws = random.Random(7)
    repeated = PROFILE.book.repeated
    projects = repeated.blocks if repeated else {}
    questions = [
        item for item in asked(RULES, PROFILE.book) if item.block.key not in projects
    ]
    every = {(item.rule.id, verdict) for item in questions for verdict in (True, False)}
    tried: list[tuple[Return, set[tuple[str, bool]]]] = []
    while len(tried) < 64 and every - given_by(tried):
        data = on_the_boundary(
            random_data(PROFILE, draws, full=0.9), questions, PROFILE, draws
        )
        filled = computed(from_data(data, PROFILE), PROFILE.book)
        tried.append(
            (
                filled,
                {
                    (item.rule.id, verdict)
                    for item in questions
                    for verdict in answers(item, filled)
                },
            )
        )
    for one in tried[:-1]:
        others = [other for other in tried if other is not one]
        tried = others if one[1] <= given_by(others) else tried
    verdicts: dict[str, set[bool]] = {item.rule.id: set() for item in questions}
    for rule, verdict in given_by(tried):
        verdicts[rule].add(verdict)
    books = [folder / f"b{number}.xlsx" for number in range(len(tried))]
    for path, (filled, _) in zip(books, tried, strict=True):
        paint(draw(PROFILE, RULES, filled), path)
    return books, verdicts


def given_by(
    tried: list[tuple[Return, set[tuple[str, bool]]]],
) -> set[tuple[str, bool]]:
    """All verdicts that some returns give."""
    return {verdict for _, given in tried for verdict in given}


def answers(item: Asked, filled: Return) -> set[bool]:
    """Whether a live rule breaks in its place: once, or for each row there."""
    sources = (
        [RowSource(row) for row in filled.rows(item.block.key)]
        if item.per_row
        else [filled]
    )
    return {item.claim.breaks(source, PROFILE.tolerance) for source in sources}


def compared(books: list[tuple[Path, Path]]) -> tuple[int, int, list[str]]:
    """How many formula cells there are, how many of them are live checks, and where LibreOffice says something else."""
    cells = checks = 0
    wrong: list[str] = []
    for ours, theirs in books:
        for where, formula, value, again in formula_cells(ours, theirs):
            cells += 1
            checks += '"√"' in formula
            if not same(value, again):
                wrong.append(
                    f"{ours.name} {where}: drawn {value!r}, LibreOffice {again!r}, ={formula[:200]}"
                )
    return cells, checks, wrong


@pytest.mark.libreoffice
def test_every_cached_value_is_what_libreoffice_calculates(
    drawn: Drawn, capsys: pytest.CaptureFixture[str]
) -> None:
    cells, checks, wrong = compared(drawn.of_chance)
    with capsys.disabled():
        print(
            f"\n  {len(drawn.of_chance)} workbooks, {cells} formula cells compared, {checks} of them live checks"
        )
    assert not wrong, "\n".join(wrong[:10])
    assert checks > 25 * len(drawn.of_chance)


@pytest.mark.libreoffice
def test_every_claim_agrees_with_libreoffice_on_its_boundary(
    drawn: Drawn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every live rule both holds and breaks, each where LibreOffice says so too."""
    cells, _, wrong = compared(drawn.on_boundary)
    both = sum(len(seen) == 2 for seen in drawn.verdicts.values())
    with capsys.disabled():
        print(
            f"\n  {len(drawn.on_boundary)} workbooks on the boundary, {cells} cells compared"
        )
        print(f"  {both} of {len(drawn.verdicts)} live rules both held and broke")
    assert not wrong, "\n".join(wrong[:10])
    assert {rule: seen for rule, seen in drawn.verdicts.items() if len(seen) < 2} == {}


def formula_cells(ours: Path, theirs: Path) -> list[tuple[str, str, Value, Value]]:
    """Every formula cell of ours: address, formula, the value we cached, the value LibreOffice calculated.

    Read by our own reader, which is ten times as quick as openpyxl, and held to it cell by cell (tests/test_second_reader.py).
    """
    again = open_grid(theirs).sheets
    cells = []
    for name, sheet in open_grid(ours).sheets.items():
        for spot, raw in sheet.cells.items():
            if raw.formula:
                calculated = again[name].cells.get(spot) if name in again else None
                cells.append(
                    (
                        f"{name}!{address(*spot)}",
                        raw.formula,
                        shown(raw),
                        shown(calculated),
                    )
                )
    return cells


def shown(raw: Raw | None) -> Value:
    """What a cell shows: its number, else its text, be it empty."""
    if raw is None:
        return ""
    return raw.text if raw.number is None else raw.number


def same(one: Value, other: Value) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one - other) < Decimal("1e-6")
    return one == other


def test_a_live_check_says_what_the_tool_says() -> None:
    """Whenever the sheet shows √ or 未填 everywhere, no claim breaks, and the other way round."""
    draws = random.Random(7)
    seen = {True: 0, False: 0}
    catalogue = steps.catalogue(PROFILE)
    for _ in range(2 * MANY):
        filled = computed(from_data(random_data(PROFILE, draws), PROFILE), PROFILE.book)
        painting = draw(PROFILE, RULES, filled)
        shown = [
            ink.value
            for canvas in painting.canvases
            for ink in canvas.cells.values()
            if '"√"' in ink.formula
        ]
        sheet_is_fine = all(value in (FINE, UNFILLED) for value in shown)
        live = {item.rule.id for item in asked(RULES, PROFILE.book) if not item.per_row}
        report = check_return(filled, PROFILE, catalogue, merging=True)
        broken = [f for f in report.findings if f.rule in live]
        seen[sheet_is_fine] += 1
        assert sheet_is_fine == (not broken), (shown, broken)
    assert seen[False] > 3


@pytest.fixture(scope="module")
def blank() -> openpyxl.Workbook:
    """The committed template; nobody changes it."""
    return openpyxl.load_workbook(BLANK)


def test_entry_cells_are_open_and_everything_else_is_locked(
    blank: openpyxl.Workbook,
) -> None:
    assert blank.security is None or not blank.security.lockStructure
    normal = blank._named_styles["Normal"]  # type: ignore[attr-defined]  # noqa: SLF001
    assert normal.protection.locked is False, (
        "a formatted paste would lock its cell for good"
    )
    for sheet in blank:
        assert sheet.protection.sheet, sheet.title
        assert sheet.protection.password is None, sheet.title
        assert sheet.protection.formatCells is False, sheet.title  # False allows it
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.protection.locked, f"{sheet.title}!{cell.coordinate}"


def test_no_entry_cell_is_merged(blank: openpyxl.Workbook) -> None:
    for sheet in blank:
        for area in sheet.merged_cells.ranges:
            assert sheet[area.coord.split(":")[0]].protection.locked, (
                f"{sheet.title}!{area.coord}"
            )


def test_no_drop_down_is_longer_than_excel_can_bear(blank: openpyxl.Workbook) -> None:
    found = 0
    for sheet in blank:
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list":
                found += 1
                # 255 and two quotes
                assert len(rule.formula1) <= 257, f"{sheet.title} {rule.sqref}"
    assert found > 10


def test_a_column_added_in_the_schema_appears_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding a column to a form is an edit in schema/ alone: drawn, read back, merged."""
    import shutil

    shutil.copytree(home() / "schema", tmp_path / "schema")
    (tmp_path / "templates").symlink_to(home() / "templates")
    form = tmp_path / "schema" / "profiles" / "hebei-2023" / "forms" / "operating.json"
    text = form.read_text(encoding="utf-8")
    mark = '"use":    {'
    assert mark in text
    form.write_text(
        text.replace(
            mark,
            '"heads": {"title": "编制人数", "$ref": "#/$defs/count"},\n        ' + mark,
        ),
        encoding="utf-8",
    )
    monkeypatch.setenv("DISCLOSURE_HOME", str(tmp_path))
    loaded.cache_clear()
    try:
        profile = load("hebei-2023")
        data = {
            "cover": {"unit_code": "333001"},
            "operating": {"heads": "12", "amount": "3.00"},
        }
        path = tmp_path / "a.xlsx"
        paint(draw(profile, RULES, from_data(data, profile)), path)
        from toolkit.returns.merge import merge
        from toolkit.returns.read import read

        back = read(open_grid(path), profile)
        assert back.figure("operating.heads").value == Decimal(12)
        assert merge([back, back], profile).whole.figure(
            "operating.heads"
        ).number == Decimal(24)
    finally:
        loaded.cache_clear()


@pytest.mark.parametrize(
    ("tick", "filled", "missing", "bad", "shown"),
    [
        ("", 0, 5, 0, "未填"),
        ("", 3, 2, 0, "填写中"),
        ("", 5, 0, 0, "完成"),
        ("", 5, 0, 1, "有误"),
        ("已填完", 0, 5, 0, "完成"),
        ("已填完", 3, 2, 1, "有误"),
        ("本表无数据", 0, 5, 0, "完成"),
        (
            "本表无数据",
            1,
            4,
            0,
            "有误",
        ),  # ticked as empty, and yet something stands there
    ],
)
def test_the_state_of_a_form(
    tick: str, filled: int, missing: int, bad: int, shown: str
) -> None:
    counts = Shown("BH1", filled), Shown("BH2", missing), Shown("BH3", bad)
    assert state("C3", *counts, tick).value == shown


@pytest.mark.parametrize(
    ("amounts", "bad"),
    [(["1.00", "2.00"], 0), (["1.00", "9.00"], 1), (["三万", "2.00"], 1)],
)
def test_a_row_with_text_among_its_numbers_counts_as_wrong(
    amounts: list[str], bad: int
) -> None:
    """As the sheet itself counts: a text in a sum gives an error there, and an error is no √."""
    rule = next(rule for rule in RULES if rule.id == "B05-02")
    (item,) = asked([rule], PROFILE.book)
    prices = ("1.00", "2.00")
    lines = [
        {"quantity": "1", "price": price, "amount": said}
        for price, said in zip(prices, amounts, strict=True)
    ]
    filled = from_data({"procurement": lines}, PROFILE).rows("procurement")
    at = Rows(lay_out_book(PROFILE.book, 1, {}).of_block("procurement"), "procurement")
    shown = row_breaches([item], at, filled, [RowSource(row) for row in filled])
    assert shown.value == bad
