"""A second calculator beside LibreOffice: Gnumeric shows what we cached wherever a person looks, and never another verdict.

It evaluates no function over a range within SUMPRODUCT, as phones and web tables do not, unless the formula is marked as one
of arrays (`files.paint`); so it stands for them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.test_template import BLANK, Value, formula_cells, same
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.profile.form import Profile
from toolkit.profile.layout import address
from toolkit.profile.stored import home
from toolkit.returns.data import from_data, to_data
from toolkit.returns.read import read
from toolkit.template.live import COMPLETE, WRONG
from toolkit.template.status import STATE_CELL, UNFINISHED

pytestmark = pytest.mark.gnumeric

EXAMPLES = home() / "examples"
PUBLISHED = EXAMPLES / "01-xianghe-as-published" / "input" / "333001-本级.xlsx"
CORRECTED = (
    EXAMPLES / "02-xianghe-corrected" / "input" / "333003-社会保险事业管理所.xlsx"
)
SHANGHAI = EXAMPLES / "03-shanghai-constructed" / "input" / "128001-局本级.xlsx"
BY_ENTRIES = EXAMPLES / "04-xianghe-by-entries" / "input" / "333002-就业服务中心.xlsx"
VERDICT = f"封面!{address(*STATE_CELL)}"
LEADS = "封面!BI"  # the column of numbers that nobody sees: which cell a form's link to what is still open leads to


def by_gnumeric(path: Path, folder: Path) -> list[tuple[str, str, Value, Value]]:
    """Every formula cell: address, formula, what we cached, what Gnumeric calculates."""
    theirs = folder / f"again-{path.name}"
    subprocess.run(
        ["ssconvert", "--recalc", str(path), str(theirs)],
        check=True,
        capture_output=True,
    )
    return formula_cells(path, theirs)


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        (BLANK, UNFINISHED),
        (PUBLISHED, WRONG),
        (CORRECTED, COMPLETE),
        (SHANGHAI, COMPLETE),
        (BY_ENTRIES, COMPLETE),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_a_workbook_shows_what_we_cached(
    path: Path, verdict: str, tmp_path: Path
) -> None:
    held(path, verdict, tmp_path)


def test_a_wrong_figure_of_a_form_of_lists_is_wrong_there_too(tmp_path: Path) -> None:
    data, profile = given(SHANGHAI)
    data["income"]["general"]["amount"] = "99999"
    held(drawn(data, profile, tmp_path), WRONG, tmp_path)


def held(path: Path, verdict: str, folder: Path) -> None:
    """Hold a workbook against what Gnumeric makes of it; a link may lead to the line beside, while something is open."""
    cells = by_gnumeric(path, folder)
    assert len(cells) > 350
    assert [
        one
        for one in cells
        if not same(one[2], one[3])
        and not one[0].startswith(LEADS)
        and not (verdict != COMPLETE and "HYPERLINK(" in one[1])
    ] == []
    assert [theirs for where, _, _, theirs in cells if where == VERDICT] == [verdict]


def given(path: Path) -> tuple[dict[str, Any], Profile]:
    """What stands in a workbook, to be changed, and its forms."""
    profile = steps.chosen("", [path]).profile
    return to_data(read(open_grid(path), profile), profile), profile


def drawn(data: dict[str, Any], profile: Profile, folder: Path) -> Path:
    """The workbook that holds it."""
    return steps.template(
        folder / "错的.xlsx", profile, source=from_data(data, profile)
    ).path
