"""Every profile that is installed: its workbooks are what it declares, and a department goes all the way with it."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest

from tests.dumps import assert_same_workbook
from tests.languages import goes_all_the_way
from tests.returns import random_data
from toolkit import steps
from toolkit.profile.form import DEPARTMENT, Profile
from toolkit.profile.loading import load, profiles
from toolkit.profile.stored import blanks, home

each_profile = pytest.mark.parametrize(
    "profile", [load(one) for one in profiles()], ids=lambda profile: profile.id
)


@each_profile
def test_the_committed_template_is_what_schema_and_rules_give(
    profile: Profile, tmp_path: Path
) -> None:
    committed = blanks(profile.id) / f"{profile.book.title}.xlsx"
    steps.template(tmp_path / "a.xlsx", profile)
    assert_same_workbook(tmp_path / "a.xlsx", committed.relative_to(home()).as_posix())


@each_profile
def test_what_is_calculated_is_locked_and_no_entry_is_merged(profile: Profile) -> None:
    book = openpyxl.load_workbook(blanks(profile.id) / f"{profile.book.title}.xlsx")
    lists = [
        block
        for block in profile.book.blocks.values()
        if any(column.looked_up for column in block.columns.values())
    ]
    # rows are put in there: a name is shown, not locked
    open_ones = {profile.book.sheet_of(block.key).name for block in lists}
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        formulas = [
            cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]
        assert (
            all(cell.protection.locked for cell in formulas) or sheet.title in open_ones
        ), sheet.title
        merged = [sheet[area.coord.split(":")[0]] for area in sheet.merged_cells.ranges]
        assert all(cell.protection.locked for cell in merged), sheet.title


@each_profile
def test_a_department_goes_all_the_way(profile: Profile, tmp_path: Path) -> None:
    """Two units of random figures, one of few: drawn, read back, checked, merged, published as a draft, and signed."""
    draws = random.Random(profile.id)
    gone = goes_all_the_way(
        profile,
        [random_data(profile, draws, 0.2), random_data(profile, draws, 0.5)],
        tmp_path,
    )
    wanted = {"公开表.xlsx", "底稿.xlsx", "审签单.docx", "校验报告.json"}
    wanted |= (
        {f"{profile.books[DEPARTMENT].title}.xlsx"}
        if DEPARTMENT in profile.books
        else set()
    )
    wanted |= {"情况说明.docx"} if profile.statement else set()
    assert wanted <= set(gone.placed)
