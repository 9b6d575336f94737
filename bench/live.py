"""The nine tables in the unit's workbook: whether LibreOffice shows what the tool derives, and how long a typed cell takes.

python -m bench.live                 10, 200, 500 and 2,000 lines of entries, each profile that has them; needs LibreOffice
python -m bench.live 500 --profile shanghai-2026

Each workbook is drawn from a return of chance, a part of its codes as nobody should type them. LibreOffice calculates all of it
anew and saves it; every cell of every sheet is compared with what we drew. Then an amount and a code are typed into it: what is
told is the processor's time of LibreOffice until all is counted again, which neighbours change less than the clock's.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from tests.office import recalculated
from tests.xw_stores import Office
from toolkit.model import Return
from toolkit.profile.by_door import through
from toolkit.profile.form import Profile
from toolkit.profile.layout import lay_out
from toolkit.profile.loading import load, profiles
from toolkit.returns.data import from_data
from toolkit.steps import template

LINES = (10, 200, 500, 2000)
DOOR = "明细"
OUTLAY, INCOME = "outlay_entries", "income_entries"
# codes that nobody should type
ODD = (
    "",
    "208",
    "20805",
    "2080",
    "行政运行",
    "9999999",
    "20805011",
)
LAST_DIGIT = 0.005
TIMES = 5
ODDLY = 0.02  # which part of the codes
HIDDEN = False  # a document that is opened is not shown


def made(profile: Profile, lines: int) -> Return:
    """A unit with so many lines of outlay, a third as many of income, and a code for every twelve lines."""
    draws = random.Random(lines)
    outlay, income = (profile.book.blocks[key].columns for key in (OUTLAY, INCOME))
    codes = {
        key: [code.code for code in profile.lists[key] if code.level == level]
        for key, level in LEVELS.items()
    }
    functions = draws.sample(codes["functional"], max(4, lines // 12))
    decimals = profile.money.decimals

    def line(row: dict[str, Any]) -> dict[str, str]:
        function = (
            draws.choice(ODD) if draws.random() < ODDLY else draws.choice(functions)
        )
        amount = str(Decimal(draws.randint(1, 10**7)).scaleb(-decimals))
        return {
            key: text
            for key, text in {"function": function, "amount": amount, **row}.items()
            if text
        }

    data = {
        "cover": {"door": DOOR},
        OUTLAY: [
            line(
                {
                    "economic": draws.choice(["", *codes["economic"]]),
                    "kind": draws.choice(outlay["kind"].choices),
                    "fund": draws.choice(outlay["fund"].choices),
                }
            )
            for _ in range(lines)
        ],
        INCOME: [
            line({"fund": draws.choice(income["fund"].choices)})
            for _ in range(max(3, lines // 3))
        ],
    }
    return from_data(data, profile, "某单位.xlsx")


LEVELS = {"functional": "项", "economic": "款"}


def differing(ours: Path, theirs: Path) -> tuple[int, list[str]]:
    """How many cells hold anything, and which of them LibreOffice shows otherwise."""
    books = [openpyxl.load_workbook(path, data_only=True) for path in (ours, theirs)]
    held, wrong = 0, []
    for sheet in books[0].worksheets:
        other = books[1][sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                one, two = cell.value, other[cell.coordinate].value
                held += one is not None
                if not _alike(one, two):
                    wrong.append(f"{sheet.title}!{cell.coordinate}: {one!r}, {two!r}")
    return held, wrong


def _alike(one: object, two: object) -> bool:
    if isinstance(one, int | float) and isinstance(two, int | float):
        return abs(one - two) < LAST_DIGIT
    return (one or "") == (two or "")


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An open LibreOffice."""
    pipe = folder.name
    given = "StarOffice.ComponentContext"
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/user",
        "--headless",
        "--norestore",
        "--nologo",
    ]
    running = subprocess.Popen(
        [*command, f"--accept=pipe,name={pipe};urp;{given}"], stderr=subprocess.DEVNULL
    )
    opened = Office(pipe)
    try:
        yield opened
        opened.ask("quit")
    finally:
        opened.close()
        running.wait(30)


def seconds(
    opened: Office, folder: Path, path: Path, profile: Profile
) -> dict[str, float]:
    """The time that an amount and a code take that are typed anew, in one of the first lines; in the mean of some."""
    sheet = profile.book.sheet_of(OUTLAY)
    where = lay_out(sheet).blocks[OUTLAY]
    row = where.top + 3
    typed: dict[str, list[Any]] = {
        "amount": list(range(1, TIMES + 1)),
        "function": [
            code.code
            for code in profile.lists["functional"]
            if code.level == LEVELS["functional"]
        ][:TIMES],
    }
    opened.ask("open", str(path), HIDDEN)
    taken: dict[str, float] = {}
    for key, values in typed.items():
        before = processor_time(folder)
        for value in values:
            opened.ask(
                "seconds", str(path), sheet.name, [row, where.columns[key]] * 2, value
            )
        taken[key] = (processor_time(folder) - before) / TIMES
    opened.ask("close", str(path))
    return taken


def processor_time(folder: Path) -> float:
    """What the processes have taken so far that were started with this folder."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in (process / "cmdline").read_text(encoding="utf-8"):
                # Behind the name in brackets the twelfth and thirteenth figures are its own time and the system's for it.
                said = (
                    (process / "stat")
                    .read_text(encoding="utf-8")
                    .rpartition(")")[2]
                    .split()
                )
                ticks += int(said[11]) + int(said[12])
        except OSError:
            continue  # it has ended meanwhile
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Compare and measure; 1 where any cell differs."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.live",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("lines", nargs="*", type=int, default=LINES)
    parser.add_argument("--profile", action="append")
    asked = parser.parse_args()
    all_wrong = 0
    print("profile          lines     kB   draw s   cells  differ   amount s   code s")
    with tempfile.TemporaryDirectory(prefix="live") as name:
        folder = Path(name)
        for profile in map(load, asked.profile or profiles()):
            if DOOR not in profile.doors:
                continue
            for lines in asked.lines:
                path = folder / f"{profile.id}-{lines}.xlsx"
                started = time.perf_counter()
                template(path, profile, source=made(profile, lines))
                drawing = time.perf_counter() - started
                cells, wrong = differing(path, *recalculated([path], folder / "again"))
                all_wrong += len(wrong)
                with office(folder) as opened:
                    taken = seconds(
                        opened, folder, path, through(profile, profile.doors[DOOR])
                    )
                figures: list[str] = [
                    f"{profile.id:15} {lines:6} {path.stat().st_size // 1000:6} {drawing:8.1f} {cells:7} {len(wrong):7}",
                    f"{taken['amount']:10.2f} {taken['function']:8.2f}",
                ]
                print(*figures, flush=True)
                for one in wrong[:5]:
                    print(f"    {one}")
    return 1 if all_wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
