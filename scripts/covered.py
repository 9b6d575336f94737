"""How much of the rooms that judge is run by fast tests, by lines and branches; below a room's floor it fails.

python scripts/covered.py  (or `make coverage`; the floors stand below, each a little under the level it has)

The tests are those that look at one thing at a time. What a whole merge happens to touch is not counted: it proves little.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FAST = (
    *(
        "carried",
        "derived_sheets",
        "import",
        "choosing",
        "kept",
        "figures",
        "filling",
        "rules",
        "read",
        "merge",
        "derived",
        "profile",
        "shape",
        "codes",
        "code_lists",
        "office_codes",
        "schemas",
        "money",
        "formulas",
        "template",
    ),
    *("code_lists", "office_codes", "compiled", "patterns"),
    *(
        "misfits",
        "own_words",
        "slip_of_count",
        "slips",
        "compared",
        "said_years",
        "purchases",
        "good",
        "trades",
        "complete",
        "keyed",
        "first",
        "language",
        "extending",
        "place",
    ),
)
LEFT_OUT = "not libreoffice and not chromium"
# percent, rounded down
FLOORS = {
    "model": 97,
    "profile": 96,
    "rules": 99,
    "check": 95,
    "returns": 96,
}
SLACK = 3  # a level so far above its floor wants a higher floor


@dataclass
class Level:
    """What of a room was run: lines and branches together, as coverage.py counts them."""

    there: int = 0
    run: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.run / self.there


def measured(folder: Path) -> dict[str, Any]:
    """Run the fast tests under coverage.py; what it tells of each file."""
    data = f"--data-file={folder / 'data'}"
    tests = [str(Path("tests") / f"test_{name}.py") for name in FAST]
    command = ["run", data, "-m", "pytest", "-q", "-m", LEFT_OUT, *tests]
    subprocess.run([sys.executable, "-m", "coverage", *command], cwd=ROOT, check=True)
    report = folder / "report.json"
    subprocess.run(
        [sys.executable, "-m", "coverage", "json", "-q", data, "-o", str(report)],
        cwd=ROOT,
        check=True,
    )
    files: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
    return files


def by_room(files: dict[str, Any]) -> dict[str, Level]:
    """Add the files of each room up."""
    rooms: dict[str, Level] = defaultdict(Level)
    for name, said in files.items():
        _, room, *_ = Path(name).with_suffix("").parts
        counted = said["summary"]
        rooms[room].there += counted["num_statements"] + counted["num_branches"]
        rooms[room].run += counted["covered_lines"] + counted["covered_branches"]
    return rooms


def missing(files: dict[str, Any], room: str) -> str:
    """The files of a room and the lines that no test runs, the most first."""
    lines = {
        name: said["missing_lines"]
        for name, said in files.items()
        if Path(name).with_suffix("").parts[1] == room
    }
    worst = sorted(
        (name for name in lines if lines[name]), key=lambda name: -len(lines[name])
    )
    return "; ".join(
        f"{name} {','.join(map(str, lines[name][:12]))}" for name in worst[:4]
    )


def main() -> None:
    """Print each room's level; exit with 1 where one is below its floor."""
    with tempfile.TemporaryDirectory() as folder:
        files = measured(Path(folder))
    rooms = by_room(files)
    below = False
    for room, floor in FLOORS.items():
        level = rooms[room].percent
        print(
            f"{room:8} {level:6.2f} %  floor {floor} %{'  not run: ' + missing(files, room) if level < floor else ''}"
        )
        if level >= floor + SLACK:
            print(
                f"         the floor may be raised to {int(level)}: scripts/covered.py"
            )
        below |= level < floor
    sys.exit(1 if below else 0)


if __name__ == "__main__":
    main()
