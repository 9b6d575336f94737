"""A second calculator beside LibreOffice: Gnumeric shows what we cached, but for a short list, and never another verdict.

It evaluates no function over a range within SUMPRODUCT, as phones and web tables do not; so it stands for them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.test_template import BLANK, Value, formula_cells, same
from toolkit.profile.layout import address
from toolkit.profile.stored import home
from toolkit.template.derived_place import GRIDS, LISTS
from toolkit.template.in_order import SHEET
from toolkit.template.live import COMPLETE, FINE, NOT_ASKED, PARTLY, UNFILLED, WRONG
from toolkit.template.status import STATE_CELL, UNFINISHED

pytestmark = pytest.mark.gnumeric

WRONG_BOOK = (
    home() / "examples" / "01-xianghe-as-published" / "input" / "333001-本级.xlsx"
)
RIGHT_BOOK = (
    home()
    / "examples"
    / "02-xianghe-corrected"
    / "input"
    / "333003-社会保险事业管理所.xlsx"
)
BY_ENTRIES = (
    home() / "examples" / "04-xianghe-by-entries" / "input" / "333002-就业服务中心.xlsx"
)
NOTHING = "#NUM!"  # what N(), of a cell in which nothing stands, is in Gnumeric alone; in all others it is 0
LEADS = "BI"  # the column of numbers that nobody sees: which cell a form's link to what is still open leads to

# A filled workbook: where Gnumeric shows something else, and what a person sees there.
SEEN = {
    WRONG_BOOK: {
        "封面!BI9": "7002",  # nothing: the form is done, and its link is blank
        "项目清单!E20": NOTHING,  # the amount of the spare project sheet, which no sum holds
    },
    RIGHT_BOOK: {"封面!BI9": "7002", "项目清单!E28": NOTHING},
}
VERDICTS = {COMPLETE, WRONG, UNFINISHED, PARTLY, FINE, UNFILLED, NOT_ASKED}


def by_gnumeric(path: Path, folder: Path) -> list[tuple[str, str, Value, Value]]:
    """Every formula cell: address, formula, what we cached, what Gnumeric calculates."""
    theirs = folder / path.name
    subprocess.run(
        ["ssconvert", "--recalc", str(path), str(theirs)],
        check=True,
        capture_output=True,
    )
    return formula_cells(path, theirs)


@pytest.mark.parametrize("path", SEEN, ids=lambda path: path.name)
def test_a_filled_workbook_shows_what_we_cached_but_for_a_short_list(
    path: Path, tmp_path: Path
) -> None:
    cells = by_gnumeric(path, tmp_path)
    other = {
        where: str(theirs) for where, _, ours, theirs in cells if not same(ours, theirs)
    }
    assert len(cells) > 400
    assert other == SEEN[path]
    verdict = next(
        theirs
        for where, _, _, theirs in cells
        if where == f"封面!{address(*STATE_CELL)}"
    )
    assert verdict == (WRONG if path == WRONG_BOOK else COMPLETE)


def test_a_blank_workbook_says_nothing_wrong(tmp_path: Path) -> None:
    """A difference that nobody has filled in shows an error of Gnumeric's own; a link leads to the line above the first."""
    for where, formula, ours, theirs in by_gnumeric(BLANK, tmp_path):
        if same(ours, theirs):
            continue
        assert ours not in VERDICTS, where
        assert (
            theirs == NOTHING
            or where.partition("!")[2].startswith(LEADS)
            or "HYPERLINK(" in formula
        ), (where, theirs)


def test_the_tables_made_of_entries_show_what_we_cached_but_for_blanks_that_are_read_as_numbers(
    tmp_path: Path,
) -> None:
    """No function is called over whole columns there, no line is taken out of a range; of a blank N() makes an error."""
    cells = [
        one
        for one in by_gnumeric(BY_ENTRIES, tmp_path)
        if one[0].partition("!")[0] in (GRIDS, LISTS, SHEET)
    ]
    other = {
        where: formula
        for where, formula, ours, theirs in cells
        if not same(ours, theirs)
    }
    assert len(cells) > 5000
    assert {where.partition("!")[0] for where in other} <= {GRIDS}
    blank = [
        where
        for where, formula in other.items()
        if "N('支出明细'!" in formula and "SUMPRODUCT" not in formula
    ]
    assert blank
    assert len(other) < 10, other
