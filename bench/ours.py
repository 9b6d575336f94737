"""What the toolkit takes: python -m bench.ours, with the toolkit's own libraries. Nothing is taken from a cache here."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.returns import CORRECTED, Data, read_all
from bench.serving import serve
from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.files.grid import open_grid
from toolkit.profile.bounds import law
from toolkit.profile.loading import load
from toolkit.report.told.data import to_json
from toolkit.returns.data import computed, from_data

PROFILE = load("hebei-2023")


def grid(*paths: str) -> Callable[[], object]:
    """Open workbooks with all that stands in their cells, as the check does."""
    return lambda: [open_grid(Path(path)) for path in paths]


def check(*folders: str) -> Callable[[], object]:
    """Check departments, one after the other, and tell all findings as data."""
    return lambda: [
        to_json(steps.check([Path(folder)], PROFILE).report, law())
        for folder in folders
    ]


def merge(folder: str) -> Callable[[], object]:
    """Check a department and lay down all that comes of it: the tables, the statement, the workings and the rest."""
    gc.set_threshold(10_000_000)  # as the command does

    def work() -> None:
        with tempfile.TemporaryDirectory() as out:
            done = steps.merge_folder(Path(folder), Path(out) / "out", PROFILE)
            if not done.units:
                raise RuntimeError(f"{folder} cannot be merged")

    return work


def rules(kind: str, rows: int) -> Callable[[], object]:
    """Hold a return with so many rows of a kind against all rules."""
    book = computed(
        from_data(ROWS[kind](rows), PROFILE, "单位填报表.xlsx"), PROFILE.book
    )
    catalogue = steps.catalogue(PROFILE)
    return lambda: check_return(book, PROFILE, catalogue)


def _unit() -> tuple[Data, Data]:
    """A unit that buys nothing yet, and its largest project."""
    unit = list(read_all(CORRECTED))[1].data
    return unit, max(unit["projects"], key=lambda project: Decimal(project["amount"]))


def with_purchases(rows: int) -> Data:
    """A return with so many lines of procurement, each its own thing; 50,000 of them would cost more than the project has."""
    unit, project = _unit()
    fund = {"project": project["name"], "project_fund": project["amount"]}
    lines = []
    for number in range(1, rows + 1):
        amount = str(Decimal(number % 3 + 1) / 100)
        line = {
            "item": f"第{number}种办公用品",
            "catalogue": f"A{number:08}",
            "measure": "套",
            "quantity": "1",
        }
        lines.append(
            {
                **fund,
                **line,
                "price": amount,
                "amount": amount,
                "general": amount,
                "reserve": amount,
            }
        )
    return {
        **unit,
        "procurement": lines,
        "ticks": {**unit["ticks"], "procurement": "已填完"},
    }


def with_indicators(rows: int) -> Data:
    """A return whose largest project has so many indicators more, each its own."""
    unit, project = _unit()
    head = {"level1": "产出指标", "level2": "数量指标", "basis": "年度工作计划"}
    project["indicators"] += [
        {
            **head,
            "level3": f"完成第{number}项工作",
            "description": f"第{number}项工作要办的件数",
            "value": f"{number + 1}件",
        }
        for number in range(1, rows + 1)
    ]
    return unit


ROWS: dict[str, Callable[[int], Any]] = {
    "procurement": with_purchases,
    "indicators": with_indicators,
}


if __name__ == "__main__":
    gc.set_threshold(100_000)  # as the command does
    serve({"grid": grid, "check": check, "merge": merge, "rules": rules})
