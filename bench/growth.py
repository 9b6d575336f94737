"""How each step grows with the number of projects, as a ratio to the floor: openpyxl merely loading the same workbook once.

    python bench/growth.py          # 10, 100 and 300 projects
    python bench/growth.py 10 1000  # any numbers

Prints, for each step, its time over the floor of the same run, and the growth exponent between the first and the last size
(1 is linear, 2 quadratic). Times themselves drift from machine to machine and are not printed.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from toolkit import steps
from toolkit.check.judge import check_disclosure, check_return
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.profile.loading import load
from toolkit.publish.statement import write_statement
from toolkit.publish.tables import write_tables
from toolkit.returns.data import from_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.template.draw import draw

PROFILE = load("hebei-2023")
RULES = steps.catalogue(PROFILE)
TIMES = 3


def data(projects: int) -> dict[str, Any]:
    """A return of so many projects, seven indicators each; their texts differ, as people's do."""
    levels = [(line["level1"], line["level2"]) for line in PROFILE.levels]
    heads = [
        {
            "name": f"第{n}号专项经费{n * 7919 % 1000}",
            "category": "特定目标类项目",
            "amount": f"{n % 90 + 1}",
            "source": "一般公共预算拨款",
            "main": "否",
            "office": f"第{n % 9}股",
            "goal": f"通过第{n}号项目的开展，完成{n * 31 % 977}件事项的办理，保障第{n % 9}股日常工作。",
            "indicators": [
                {
                    "level1": one,
                    "level2": two,
                    "level3": f"{two[:2]}第{n * 13 % 401}项",
                    "description": f"{two[:2]}第{n * 17 % 503}项完成情况",
                    "value": f"≥{90 + n % 10}%",
                    "basis": "根据年度工作计划",
                }
                for one, two in levels
            ],
        }
        for n in range(projects)
    ]
    return {"cover": {"unit_code": "333001", "unit_name": "示例局", "department": "示例局", "lead": "是"}, "projects": heads}


def quickest(work: Callable[[], object]) -> float:
    """The least time of a few runs, in seconds."""
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def measure(projects: int, folder: Path) -> dict[str, float]:
    """Seconds of the floor and of each step for a workbook of so many projects."""
    path = folder / f"{projects}.xlsx"
    filled = from_data(data(projects), PROFILE)
    drawn = quickest(lambda: paint(draw(PROFILE, RULES.rules, filled), path))
    book = read(open_grid(path), PROFILE)
    whole = merge([book], PROFILE)
    grid = open_grid(path)
    return {
        "floor": quickest(lambda: openpyxl.load_workbook(path)),
        "draw": drawn,
        "open": quickest(lambda: open_grid(path)),
        "read": quickest(lambda: read(grid, PROFILE)),
        "check": quickest(lambda: check_return(book, PROFILE, RULES)),
        "merge": quickest(lambda: merge([book], PROFILE)),
        "check the whole": quickest(lambda: check_disclosure(whole, PROFILE, RULES)),
        "tables": quickest(lambda: write_tables(whole, PROFILE, folder / "t.xlsx")),
        "statement": quickest(lambda: write_statement(whole, PROFILE, folder / "s.docx")),
    }


def main(sizes: list[int]) -> None:
    """Measure all sizes and print ratios and growth."""
    with tempfile.TemporaryDirectory() as folder:
        measured = {size: measure(size, Path(folder)) for size in sizes}
    print("step".ljust(18) + "".join(f"{size:>8} projects" for size in sizes) + "   growth")
    for step in measured[sizes[0]]:
        ratios = [measured[size][step] / measured[size]["floor"] for size in sizes]
        first, last = measured[sizes[0]][step], measured[sizes[-1]][step]
        exponent = math.log(last / first) / math.log(sizes[-1] / sizes[0])
        print(step.ljust(18) + "".join(f"{ratio:>17.3f}" for ratio in ratios) + f"{exponent:>9.2f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10, 100, 300])
