"""What others take for the same workbooks: python -m bench.peers, in the environment that `make bench` makes for them.

Each reads or judges all that stands in the files. None of them knows a rule; frictionless is given no schema.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.serving import serve


def calamine(*paths: str) -> Callable[[], object]:
    """Read every cell of every sheet: the floor."""
    import python_calamine

    def work() -> None:
        for path in paths:
            book = python_calamine.CalamineWorkbook.from_path(path)
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()

    return work


def openpyxl(*paths: str) -> Callable[[], object]:
    """Read every cell of every sheet, as a stream."""
    import openpyxl as library

    def work() -> None:
        for path in paths:
            book = library.load_workbook(path, read_only=True)
            for sheet in book:
                for _ in sheet.iter_rows(values_only=True):
                    pass
            book.close()

    return work


def frictionless(*paths: str) -> Callable[[], object]:
    """Validate every sheet, each as a table."""
    import python_calamine
    from frictionless import Resource
    from frictionless.formats import ExcelControl

    def work() -> None:
        for path in map(Path, paths):
            os.chdir(path.parent)  # it takes no absolute path
            for name in python_calamine.CalamineWorkbook.from_path(
                path.name
            ).sheet_names:
                Resource(path=path.name, control=ExcelControl(sheet=name)).validate()

    return work


def loop(steps: int) -> Callable[[], object]:
    """A bare loop: what the machine itself can do."""
    return partial(turn, steps)


def turn(steps: int) -> int:
    """So many steps of arithmetic."""
    number = 1
    for _ in range(steps):
        number = (number * 1103515245 + 12345) % 2147483648
    return number


if __name__ == "__main__":
    serve(
        {
            "calamine": calamine,
            "openpyxl": openpyxl,
            "frictionless": frictionless,
            "loop": loop,
        }
    )
