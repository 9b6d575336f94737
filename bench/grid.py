"""How long a workbook takes to open, and a whole check, as ratios to bare python-calamine reading every cell of it.

    python bench/grid.py            # the workbooks of the examples
    python bench/grid.py FILE…      # any others

Calamine, the grid and the check run by turns, so that all three meet the same neighbours on the machine. What is taken is the
processor's time, and the median of the runs. Calamine gives values only: no formulas, formats, errors, nothing of what is
hidden.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import python_calamine

from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.profile.loading import load

HOME = Path(__file__).resolve().parent.parent
PROFILE = load("hebei-2023")
RUNS, CHECKS = 25, 5


def calamine(path: Path) -> None:
    """Read every cell of every sheet."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def spent(work: Callable[[], object]) -> float:
    """The processor's milliseconds."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def main(paths: list[Path]) -> None:
    """Measure and print, a line a workbook."""
    print(f"{'calamine':>11} {'grid':>9} {'ratio':>7} {'check':>9} {'ratio':>7}")
    for path in paths:
        bare, grid, check = [], [], []
        for run in range(RUNS):
            bare.append(spent(lambda path=path: calamine(path)))  # type: ignore[misc]  # each its own path
            grid.append(spent(lambda path=path: open_grid(path)))  # type: ignore[misc]  # the same
            if run % (RUNS // CHECKS) == 0:
                check.append(spent(lambda path=path: steps.check([path], PROFILE)))  # type: ignore[misc]  # the same
        floor, opened, checked = median(bare), median(grid), median(check)
        print(f"{floor:8.2f} ms {opened:6.2f} ms {opened / floor:6.2f} {checked:7.1f} ms {checked / floor:6.1f}  {path.name}")


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]] or sorted(HOME.glob("examples/*/input/*.xlsx")))
