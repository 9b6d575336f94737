"""尾差: what is kept in 元 and printed in 万元 adds up down each table; totals are what they are; touched cells say so."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.languages import changed, installed, put, read_anew
from tests.test_derived import entries, of_entries
from toolkit.model import Figure, Return
from toolkit.profile.form import Profile
from toolkit.publish.rounding import apportioned, in_print, rounded
from toolkit.publish.tables import tables
from toolkit.returns.merge import merge, of_department

CENT = Decimal("0.01")
PRINTED = (
    "balance",
    "income",
    "outlay",
    "fiscal",
    "general",
    "fund",
    "capital",
    "basic",
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12),
    st.sampled_from([0, 1]),
)
def test_parts_add_up_to_what_is_printed_of_their_sum_and_none_moves_by_a_whole_digit(
    yuan: list[int], up: int
) -> None:
    parts = [Decimal(one) / 10_000 for one in yuan]
    whole = sum(parts, Decimal(0))
    down = (whole / CENT).to_integral_value("ROUND_FLOOR") * CENT
    target = down + up * CENT if down != whole else down
    said = apportioned(parts, target, CENT)
    assert sum(said, Decimal(0)) == target
    assert all(abs(one - part) < CENT for one, part in zip(said, parts, strict=True))
    # Nothing that needs no rounding is touched, and whoever lost more is given first.
    assert all(
        one == part
        for one, part in zip(said, parts, strict=True)
        if part == rounded(part, CENT)
    )


def test_what_never_added_up_is_rounded_by_itself() -> None:
    assert apportioned([Decimal("1.006"), Decimal("2.004")], Decimal("9.00"), CENT) == [
        Decimal("1.01"),
        Decimal("2.00"),
    ]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Shanghai's forms, which are in 元, with the tables of the budget printed in 万元."""
    place = installed(tmp_path_factory.mktemp("printed"))
    folder = place / "schema" / "profiles" / "shanghai-2026"
    for form in PRINTED:
        path = folder / "forms" / f"{form}.json"
        said = put("x-sheet", "printed_in", to={"unit": "万元", "decimals": 2})(
            json.loads(path.read_text(encoding="utf-8"))
        )
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return read_anew(place, "shanghai-2026")


@pytest.fixture(scope="module")
def whole(profile: Profile) -> Return:
    return merge(
        [of_entries(profile, entries(profile, random.Random(3), 60))], profile
    ).whole


@pytest.mark.parametrize("form", PRINTED)
def test_each_level_adds_up_as_printed_and_its_total_is_the_rounded_sum(
    profile: Profile, whole: Return, form: str
) -> None:
    sheet = profile.book.sheets[form]
    said = in_print(sheet, whole, profile.book)
    for key, block in sheet.blocks.items():
        for name, column in block.columns.items():
            if column.money is None:
                continue
            if block.rows:
                exact, printed = whole.grid(key), said.whole.grid(key)
                top = list(block.rows)[-1]
                assert printed[top].figure(name).number == rounded(
                    exact[top].figure(name).number / 10_000, CENT
                )
                continue
            rows = said.whole.rows(key)
            levels = {
                length: [row for row in rows if _length(row) == length]
                for length in {_length(row) for row in rows}
            }
            sums = {
                length: sum((row.figure(name).number for row in of), Decimal(0))
                for length, of in levels.items()
            }
            exact_sum = sum(
                (
                    row.figure(name).number
                    for row in whole.rows(key)
                    if _length(row) == 1
                ),
                Decimal(0),
            )
            assert set(sums.values()) <= {rounded(exact_sum / 10_000, CENT)}
    for (block_key, row_key, name), text in said.touched.items():
        there = _figure(said.whole, block_key, row_key, name)
        assert (
            abs(there.number - _figure(whole, block_key, row_key, name).number / 10_000)
            < CENT
        )
        assert text.startswith("尾差：折算成万元是 ")


def _length(row: object) -> int:
    """How many of a code's parts a row has."""
    return sum(bool(row.text(part)) for part in ("category", "section", "item"))  # type: ignore[attr-defined]


def _figure(book: Return, block: str, row: str, column: str) -> Figure:
    grid = book.grid(block)
    found = grid[row] if grid else book.rows(block)[int(row) - 1]
    return found.figure(column)


def test_the_public_table_says_which_cells_were_touched_and_that_others_stand(
    profile: Profile,
) -> None:
    disclosure = merge(
        [of_entries(profile, entries(profile, random.Random(3), 60))], profile
    )
    painting = tables(disclosure, of_department(profile, disclosure.units))
    canvases = {canvas.name: canvas for canvas in painting.canvases}
    outlay = canvases["支出总表"]
    assert outlay.notes
    assert all(text.startswith("尾差") for text in outlay.notes.values())
    below = [
        str(ink.value)
        for ink in outlay.cells.values()
        if str(ink.value).startswith("注：")
    ]
    assert (
        below[0]
        == f"注：本表由元折算成万元，有 {len(outlay.notes)} 格按尾差调整了末位的 1，使各行之和等于合计；合计没有调整。"
    )
    assert below[1].endswith("未作调整。")
    assert any(str(ink.value).endswith("单位：万元") for ink in outlay.cells.values())
    assert canvases["收支总表"].notes
    assert not canvases["三公经费公开表"].notes


def test_a_unit_of_print_that_there_is_none_of_is_told_with_its_place(
    tmp_path: Path,
) -> None:
    place = installed(tmp_path)
    path = place / "schema" / "profiles" / "shanghai-2026" / "forms" / "outlay.json"
    with (
        changed(path, put("x-sheet", "printed_in", to={"unit": "块"})),
        pytest.raises(Exception, match="x-sheet › printed_in › unit"),
    ):
        read_anew(place, "shanghai-2026")
