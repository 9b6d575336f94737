"""`python -m tests.injected`: how much of what people do wrong the check finds, class by class.

`--seed N` chooses other cells, `--class figures` (again and again) only some classes, `--json` prints data for programs.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.injected.kinds import CLASSES, HARMLESS
from tests.injected.measuring import Result, lines, measured, told

TITLES = (
    "class",
    "n",
    "findable",
    "found",
    "found of findable",
    "true cell",
    "first",
    "extra a hit",
)


def table(results: Sequence[Result]) -> str:
    """The table as Markdown."""
    rows = [f"| {' | '.join(TITLES)} |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for line in lines(results):
        of = line.numbers
        shares = [
            f"{of[key]} %"
            for key in ("found_percent", "true_cell_percent", "first_percent")
        ]
        cells = [
            line.kind,
            str(of["n"]),
            str(of["findable"]),
            str(of["found"]),
            *shares,
            f"{of['extra']:.2f}",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def chapters(results: Sequence[Result]) -> str:
    """The table, the changes that are none, and each case worth a look."""
    wrong = [one for one in results if one.injected.error.kind != HARMLESS]
    silent = [one for one in results if one.injected.error.kind == HARMLESS]
    noisy = [one for one in silent if one.new]
    missed = [one for one in wrong if not one.found]
    parts = [
        table(results),
        f"Harmless changes: {len(silent)}, of which {len(noisy)} are told; {sum(len(one.new) for one in noisy)} new findings.",
        chapter("Harmless, but told", noisy),
        chapter(
            "Missed, though a good tool should find them",
            [one for one in missed if not one.injected.why_not],
        ),
        chapter(
            "Found, though nothing contradicts them",
            [one for one in wrong if one.found and one.injected.why_not],
        ),
        chapter(
            "Found, but the first cell is another",
            [one for one in wrong if one.found and not one.first_true],
        ),
        chapter(
            "Found, with more than one new finding",
            [one for one in wrong if one.found and one.first_true and one.extra],
        ),
        chapter(
            "Missed, and nothing contradicts them",
            [one for one in missed if one.injected.why_not],
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def chapter(title: str, several: Sequence[Result]) -> str:
    return (
        "\n".join([f"## {title} ({len(several)})", *map(told, several)])
        if several
        else ""
    )


def data(results: Sequence[Result], seed: int) -> dict[str, object]:
    """The same for programs."""
    cases = [
        {
            "key": one.injected.key,
            "label": one.injected.error.label,
            "material": one.injected.material.name,
            "done": one.injected.work.told,
            "why_not": one.injected.why_not,
            "targets": [
                [target.file, target.sheet, target.row, target.column]
                for target in one.targets
            ],
            "found": one.found,
            "true_cell": one.true_cell,
            "first": one.first_true,
            "new": [
                {
                    "rule": finding.rule,
                    "cells": [str(cell) for cell in finding.cells],
                    "message": finding.message,
                }
                for finding in one.new
            ],
            "lines": list(one.lines),
        }
        for one in results
    ]
    return {
        "seed": seed,
        "classes": {line.kind: line.numbers for line in lines(results)},
        "cases": cases,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.injected", description=__doc__
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--class", dest="kinds", action="append", choices=(*CLASSES, HARMLESS)
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # accidents of the program are findings here, not files of the user's
        os.environ.setdefault("DISCLOSURE_LOGS", folder)
        results = measured(
            asked.seed, asked.kinds or (*CLASSES, HARMLESS), Path(folder)
        )
    print(
        json.dumps(data(results, asked.seed), ensure_ascii=False, indent=1)
        if asked.json
        else chapters(results)
    )


if __name__ == "__main__":
    main()
