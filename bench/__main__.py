"""`make bench`, `make bench-large`: all rows measured, or how the check grows to 10,000 workbooks, with a picture.

python -m bench                      all rows, the table; --row 7 (again and again) only some; --json PATH for programs;
                                         --page PATH puts what was measured into a page, as docs/performance.md
python -m bench --large              200, 2,000 and 10,000 workbooks; --picture PATH; --jobs 2 by two processes only
python -m bench --county 300 收表    only makes workbooks, to try something with
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.rows import ROWS, Point, Sizes, Stage, measured, scale
from bench.running import python_of_peers
from bench.telling import data, machine, paged, picture, table

LARGE = (200, 2000, 10_000)


def main() -> int:
    """Do what was asked; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--row", action="append", choices=ROWS, default=[])
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--jobs", action="append", type=int)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--county", nargs=2, metavar=("MANY", "FOLDER"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-logs-") as logs:
        # an accident is told here, and is no file of the user's
        os.environ["DISCLOSURE_LOGS"] = logs
        if asked.county:
            made(int(asked.county[0]), Path(asked.county[1]))
            return 0
        sizes, points = (
            Sizes(),
            large(asked.jobs or sorted({1, os.cpu_count() or 1}))
            if asked.large
            else [],
        )
        lines = [] if asked.large else measured(sizes, python_of_peers(), asked.row)
    print(f"{machine()}")
    if lines:
        print(table(lines))
    for point in points:
        print(
            f"{point.workbooks:>6} 份  {point.jobs} 个进程  每份 {point.each:.1f} 毫秒  最多 {point.peak:.0f} MiB"
        )
    if lines and asked.page:
        asked.page.write_text(
            paged(asked.page.read_text(encoding="utf-8"), lines),
            encoding="utf-8",
            newline="\n",
        )
    if points and asked.picture:
        asked.picture.write_text(picture(points), encoding="utf-8", newline="\n")
    if asked.json:
        asked.json.write_text(
            data(lines, points, sizes), encoding="utf-8", newline="\n"
        )
    return 0


def made(many: int, folder: Path) -> None:
    """Make workbooks of a county, and leave them."""
    from bench.county import county, patterns

    county(folder, many, patterns())


def large(jobs: Sequence[int]) -> list[Point]:
    """Ever more workbooks, by so many processes."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stage = Stage(Sizes(), sys.executable, Path(folder))
        return scale(stage, LARGE, jobs)


if __name__ == "__main__":
    sys.exit(main())
