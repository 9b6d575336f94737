"""The commands killed at moments that chance chooses: what a person then sees, and what the next run makes of it.

    python -m tests.kills 120 7      so many kills, drawn from that number

Each command runs in a process of its own, first into a folder that is still to be made, then into one that holds results.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from toolkit import cli
from toolkit.files.hidden import PREFIX
from toolkit.profile.stored import home
from toolkit.report.sent.ticked import HEADINGS, YES

INPUT = home() / "examples" / "02-xianghe-corrected" / "input"
SEND_BACK = home() / "examples" / "01-xianghe-as-published" / "input"


@dataclass(frozen=True)
class Command:
    """A command that lays something down in a folder; the folder is named as the last argument, or a file in it."""

    arguments: Callable[[Path], tuple[str | Path, ...]]
    code: int


def commands(ticked: Path) -> Mapping[str, Command]:
    return {
        "merge": Command(lambda out: ("merge", INPUT, "-o", out), 0),
        "annotate": Command(lambda out: ("check", INPUT, "--annotate", out), 0),
        "template": Command(
            lambda out: (
                "template",
                out / "单位填报表.xlsx",
                "--profile",
                "hebei-2023",
            ),
            0,
        ),
        "return": Command(lambda out: ("return", ticked, "-o", out, "--round", "1"), 0),
    }


def ticked_book(place: Path) -> Path:
    """A findings workbook in which every line is to go back."""
    import openpyxl

    path = place / "校验报告.xlsx"
    quietly("check", SEND_BACK, "--format", "xlsx", "-o", path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            heads = {str(cell.value): cell.column for cell in row if cell.value}
            if heads.keys() >= {HEADINGS["unit"], HEADINGS["tick"]}:
                for below in range((row[0].row or 0) + 1, sheet.max_row + 1):
                    sheet.cell(below, heads[HEADINGS["tick"]] or 1, YES)
                break
    book.save(path)
    return path


def quietly(*arguments: str | Path) -> int:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return cli.run([str(one) for one in arguments])


def seen(folder: Path) -> dict[str, bytes]:
    """What a person sees: files, and folders with nothing in them, but for what is hidden."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not any(part.startswith(".") for part in Path(name).parts):
            found[name] = path.read_bytes() if path.is_file() else b""
    return found


def litter(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith(PREFIX)]


def killed_after(
    seconds: float, arguments: tuple[str | Path, ...], temporary: Path
) -> bool:
    """Run a command in a process of its own and kill it then; whether it was still running."""
    child = os.fork()
    if child == 0:
        tempfile.tempdir = str(temporary)
        os._exit(quietly(*arguments))
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def spent(arguments: tuple[str | Path, ...]) -> float:
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        os._exit(quietly(*arguments))
    os.waitpid(child, 0)
    return time.monotonic() - begun


def wrong(
    place: Path, command: Command, seconds: float, *, first: bool
) -> tuple[bool, list[str]]:
    """Kill a command once: whether it was still running, and what is not as it should be afterwards."""
    out, temporary = place / "out", place.parent / f"{place.name}-temporary"
    place.mkdir()
    temporary.mkdir()
    told: list[str] = []
    if not first:
        quietly(*command.arguments(out))
    before = seen(place)
    was_running = killed_after(seconds, command.arguments(out), temporary)
    if len(litter(place)) > 1:
        told.append("more than one hidden folder")
    if list(temporary.iterdir()):
        told.append(
            f"in the system's temporary folder: {[path.name for path in temporary.iterdir()]}"
        )
    after = seen(place)
    if first and was_running and after and set(after) == {"out"}:
        told.append("an empty folder")
    code = quietly(*command.arguments(out))
    if code != command.code:
        told.append(f"the next run ends with {code}")
    if litter(place):
        told.append("a hidden folder stays")
    whole = seen(place)
    torn = [
        name
        for name in after
        if name not in before and after[name] not in (b"", whole.get(name, b""))
    ]
    told += [f"half a file: {name}" for name in torn]
    if (
        not first
        and set(whole) != set(before)
        and "单位填报表.xlsx" not in str(sorted(whole))
    ):
        told.append(f"files more or less: {sorted(set(whole) ^ set(before))}")
    return was_running, told


def main(many: int = 40, seed: int = 1) -> int:
    """Kill so many runs; 1 where anything was not as it should be."""
    chance = random.Random(seed)
    running = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        known = commands(ticked_book(place))
        for name, command in known.items():
            durations = spent(command.arguments(place / f"measured {name}"))
            for number in range(many // len(known)):
                # Twice as often near the end, where results are laid down.
                moment = durations * (
                    chance.random() if number % 2 else chance.uniform(0.7, 1.05)
                )
                here = place / f"{name} {number}"
                was_running, told = wrong(here, command, moment, first=number % 4 < 2)
                running += was_running
                bad += bool(told)
                for line in told:
                    print(
                        f"{name}, killed after {moment:.2f} of {durations:.2f} s: {line}"
                    )
                shutil.rmtree(here)
    print(f"{many} runs, {running} killed before their end, {bad} with something wrong")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(*[int(one) for one in sys.argv[1:3]]))
