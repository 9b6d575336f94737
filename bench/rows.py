"""What is measured, a row each: ours beside the floor and others, by turns in one run, so that all meet the same neighbours.

Every row is a ratio, or MiB. Where nothing else is said it is of the processor's time, which what others do on the machine
changes less than the clock's. Each workbook is one that the measured program has not seen before.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from bench.running import HOME, MissingError, Server, Spent, run

if TYPE_CHECKING:
    from bench.county import Pattern

CORRECTED = HOME / "examples" / "02-xianghe-corrected" / "input"


@dataclass(frozen=True)
class Bound:
    """What must be reached, and what is aimed at; at the most, unless more is better."""

    must: float
    goal: float
    more: bool = False

    def word(self, value: float) -> str:
        """Whether it is reached, in a word."""
        if self._holds(value, self.goal):
            return "goal"
        return "must" if self._holds(value, self.must) else "not reached"

    def _holds(self, value: float, bound: float) -> bool:
        return value >= bound if self.more else value <= bound


@dataclass
class Line:
    """A line of the table: the row of the issue's table that it belongs to, what is measured, and a value a round."""

    row: int
    what: str
    bound: Bound | None = None
    unit: str = ""
    values: list[float] = field(default_factory=list)
    missing: str = ""  # the library without which it could not be measured


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    rounds: int = 9  # of what takes little
    few_rounds: int = 3  # of what takes long
    distinct: int = 32  # returns from which a county's workbooks are made
    counties: tuple[int, int] = (200, 2000)  # workbooks of row 5
    crew: int = 200  # workbooks of row 6
    steps: int = 20_000_000  # of the bare loop beside it
    again: int = 100  # workbooks of row 8
    sheets: int = 2000  # projects of row 9
    rows: tuple[int, ...] = (10, 100, 1000, 10_000)
    units: tuple[int, int] = (12, 120)
    examples: tuple[str, ...] = ("02", "01")
    most: int = 60  # projects of a county's workbook


SMALLEST = Sizes(1, 1, 2, (2, 3), 2, 1000, 2, 2, (10, 20, 40), (2, 3), ("02",), 2)


@dataclass
class Stage:
    """Where rows are measured: how much, beside which peers, in which folder."""

    sizes: Sizes
    peers: Path | str  # the Python that has the peers' libraries
    folder: Path

    @cached_property
    def patterns(self) -> Sequence[Pattern]:
        """What a county's workbooks are made of."""
        from bench.county import patterns

        return patterns(self.sizes.distinct, most=self.sizes.most)

    def county(self, many: int) -> Path:
        """A folder with so many workbooks of a county; the first ones of a larger county are those of a smaller one."""
        from bench.county import county

        home = self.folder / f"county-{many}"
        if not home.exists():
            county(home, many, self.patterns)
        return home

    def check(
        self,
        folder: Path,
        *,
        jobs: int = 1,
        module: str = "toolkit",
        cache: Path | None = None,
    ) -> Spent:
        """The whole command that checks a folder, told as data into a file."""
        out = self.folder / "found.json"
        out.unlink(missing_ok=True)
        how = ("--format", "json", "-o", out, "--jobs", str(jobs))
        return run(sys.executable, "-m", module, "check", folder, *how, cache=cache)


def check_of_a_workbook(stage: Stage) -> list[Line]:
    """Rows 1 to 3: departments like those of the examples checked, each beside what others do with the same files."""
    from bench.county import example, twin_departments

    rounds, slow = stage.sizes.rounds, stage.sizes.few_rounds
    lines: list[Line] = []
    with (
        Server(sys.executable, "bench.ours") as ours,
        Server(stage.peers, "bench.peers") as peers,
    ):
        for number in stage.sizes.examples:
            published = number == "01"
            bound = Bound(6, 4.5) if published else Bound(5, 4)
            check = Line(1, f"校验 ÷ calamine 读一遍（示例 {number}）", bound)
            opened = Line(1, f"其中打开工作簿 ÷ calamine 读一遍（示例 {number}）")
            openpyxl = Line(
                2,
                f"openpyxl 只读一遍 ÷ 校验（示例 {number}）",
                None if published else Bound(3.5, 4.5, more=True),
            )
            validate = Line(
                3,
                f"frictionless validate ÷ 校验（示例 {number}）",
                Bound(35, 50, more=True),
            )
            home = stage.folder / f"departments-{number}"
            folders = twin_departments(home, rounds + 1, example(published=published))
            for turn, folder in enumerate(folders):
                files = sorted(folder.glob("*.xlsx"))
                took = ours.ask("check", folder).processor
                floor = _beside(check, peers, "calamine", files)
                grid = ours.ask("grid", *files).processor
                reading = _beside(openpyxl, peers, "openpyxl", files)
                if turn == 0:
                    continue  # what is loaded and made once is not a workbook more
                if floor:
                    check.values.append(took / floor)
                    opened.values.append(grid / floor)
                if reading:
                    openpyxl.values.append(reading / took)
                if (
                    turn <= slow
                    and not published
                    and (judging := _beside(validate, peers, "frictionless", files))
                ):
                    validate.values.append(judging / took)
            lines += [check, opened, openpyxl, *([] if published else [validate])]
    return lines


def _beside(line: Line, peers: Server, who: str, files: Sequence[Path]) -> float:
    """Seconds that a peer takes; where its library is missing, the line says so."""
    try:
        return peers.ask(who, *files).processor
    except MissingError as error:
        line.missing = str(error)
        return 0.0


def merge_of_many_units(stage: Stage) -> list[Line]:
    """Rows 4 and 11: departments of some and of many units merged, and what each further unit costs."""
    from bench.county import department

    few, many = stage.sizes.units
    small, large = stage.folder / "small", stage.folder / "large"
    files = {
        home: department(home, units) for home, units in ((small, few), (large, many))
    }
    unit = Line(4, "校验、合并、情况说明，多一个单位 ÷ calamine 读一遍", Bound(14, 10))
    linear = Line(
        11, f"合并 {many} 个单位 ÷ 合并 {few} 个单位，每个单位的时间", Bound(1.2, 1.05)
    )
    with (
        Server(sys.executable, "bench.ours") as ours,
        Server(stage.peers, "bench.peers") as peers,
    ):
        for turn in range(stage.sizes.few_rounds + 1):
            one, floor = (
                ours.ask("merge", small).processor,
                _beside(unit, peers, "calamine", files[small]),
            )
            if turn == 0:
                continue
            other, above = (
                ours.ask("merge", large).processor,
                _beside(unit, peers, "calamine", files[large]),
            )
            linear.values.append(other / many / (one / few))
            if floor and above:
                unit.values.append((other - one) / (above - floor))
    return [unit, linear]


def more_workbooks(stage: Stage) -> list[Line]:
    """Row 5: the whole command over few and over ten times as many workbooks; starting it is left out of the times."""
    few, many = stage.sizes.counties
    time_each = Line(5, f"校验 {many} 份 ÷ {few} 份，每份的时间", Bound(1.1, 1.05))
    grown = Line(5, f"校验 {many} 份 ÷ {few} 份，最多占的内存", Bound(1.3, 1.15))
    peak = Line(5, f"校验 {many} 份最多占的内存", Bound(256, 128), "MiB")
    small, large = stage.county(few), stage.county(many)
    start = stage.check(_one(stage)).processor
    # The larger run takes a minute or two: it is made once, between two of the smaller.
    before, most, after = stage.check(small), stage.check(large), stage.check(small)
    for one in (before, after):
        time_each.values.append(
            (most.processor - start) / many / ((one.processor - start) / few)
        )
        grown.values.append(most.peak / one.peak)
    peak.values.append(most.peak)
    return [time_each, grown, peak]


def _one(stage: Stage) -> Path:
    """A folder with one workbook."""
    from shutil import copy

    home = stage.folder / "one"
    home.mkdir(exist_ok=True)
    copy(min(CORRECTED.glob("*.xlsx")), home)
    return home


def two_workers(stage: Stage) -> list[Line]:
    """Row 6: how much faster two processes are than one, beside how much faster the machine makes a bare loop; by the clock."""
    forked = Line(
        6,
        "两个进程比一个快几倍 ÷ 空循环快几倍（fork，Linux 上的做法）",
        Bound(0.85, 0.95, more=True),
    )
    spawned = Line(6, "两个进程比一个快几倍 ÷ 空循环快几倍（spawn，Windows 上的做法）")
    machine = Line(6, "空循环：两个进程比一个快几倍")
    work = Line(6, "两个进程合计用的处理器时间 ÷ 一个进程的")
    folder, steps = stage.county(stage.sizes.crew), stage.sizes.steps
    with (
        Server(stage.peers, "bench.peers") as one,
        Server(stage.peers, "bench.peers") as other,
    ):
        for _ in range(stage.sizes.few_rounds):
            alone = one.ask("loop", steps).clock
            for server in (one, other):
                server.send("loop", steps // 2)
            gain = alone / max(one.hear().clock, other.hear().clock)
            single, both = stage.check(folder), stage.check(folder, jobs=2)
            forked.values.append(single.clock / both.clock / gain)
            spawned.values.append(
                single.clock
                / stage.check(folder, jobs=2, module="bench.spawned").clock
                / gain
            )
            machine.values.append(gain)
            work.values.append(both.processor / single.processor)
    return [forked, spawned, machine, work]


def start_up(stage: Stage) -> list[Line]:
    """Row 7: what a command takes before it does anything, beside Python itself."""
    help_ = Line(7, "disclosure --help ÷ 空的 Python", Bound(10, 9))
    check = Line(7, "校验一份 ÷ 空的 Python", Bound(30, 22))
    folder = _one(stage)
    stage.check(folder)
    for _ in range(stage.sizes.rounds):
        bare = run(sys.executable, "-c", "pass").processor
        help_.values.append(
            run(sys.executable, "-m", "toolkit", "--help").processor / bare
        )
        check.values.append(stage.check(folder).processor / bare)
    return [help_, check]


def the_same_again(stage: Stage) -> list[Line]:
    """Row 8: the same workbooks once more, with the cache that the first run has left."""
    again = Line(
        8, f"没有改过的 {stage.sizes.again} 份再校验一次 ÷ 第一次", Bound(0.35, 0.15)
    )
    folder = stage.county(stage.sizes.again)
    for _ in range(stage.sizes.few_rounds):
        with tempfile.TemporaryDirectory() as cache:
            first = stage.check(folder, cache=Path(cache)).processor
            again.values.append(
                stage.check(folder, cache=Path(cache)).processor / first
            )
    return [again]


def one_large_workbook(stage: Stage) -> list[Line]:
    """Row 9: a workbook of very many project sheets merged, the whole command."""
    from bench.county import large

    path = large(stage.folder / "large-one" / "333001.xlsx", stage.sizes.sheets)
    ratio = Line(
        9,
        f"{stage.sizes.sheets} 张项目表的一份：校验、合并、情况说明 ÷ calamine 读一遍",
        Bound(30, 12),
    )
    peak = Line(9, "它最多占的内存", Bound(256, 128), "MiB")
    with Server(stage.peers, "bench.peers") as peers:
        _beside(ratio, peers, "calamine", [path])
        for turn in range(stage.sizes.few_rounds):
            out = stage.folder / f"merged-{turn}"
            words: list[str | Path] = [
                sys.executable,
                "-m",
                "toolkit",
                "merge",
                path.parent,
                "-o",
                out,
            ]
            spent = run(*words, codes=(0, 3))
            rmtree(out)
            if floor := _beside(ratio, peers, "calamine", [path]):
                ratio.values.append(spent.processor / floor)
            peak.values.append(spent.peak)
    return [ratio, peak]


def rules_and_rows(stage: Stage) -> list[Line]:
    """Row 10: how the rules' time grows with the rows of a form; the exponent from the third size to the last, 1 is linear."""
    kinds = {"procurement": "政府采购表", "indicators": "一个项目的绩效指标"}
    first, *_, last_but_one, last = stage.sizes.rows
    lines = []
    with Server(sys.executable, "bench.ours") as ours:
        for kind, called in kinds.items():
            growth = Line(
                10,
                f"规则的时间随行数怎样增长（{called}，{first} 到 {last} 行；1 是正比）",
                Bound(1.1, 1.1),
            )
            ours.ask("rules", kind, first)
            for _ in range(stage.sizes.few_rounds):
                took = {
                    rows: ours.ask("rules", kind, rows).processor
                    for rows in stage.sizes.rows
                }
                # What the few rows take is the rest of the return, which is always there.
                more, most = (
                    max(took[rows] - took[first], 1e-9) for rows in (last_but_one, last)
                )
                growth.values.append(
                    math.log(most / more)
                    / math.log((last - first) / (last_but_one - first))
                )
            lines.append(growth)
    return lines


ROWS: Mapping[str, Callable[[Stage], list[Line]]] = {
    "1-3": check_of_a_workbook,
    "4,11": merge_of_many_units,
    "5": more_workbooks,
    "6": two_workers,
    "7": start_up,
    "8": the_same_again,
    "9": one_large_workbook,
    "10": rules_and_rows,
}


# -- the picture ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """What checking so many workbooks took: milliseconds of the processor each, MiB at the most."""

    workbooks: int
    jobs: int
    each: float
    peak: float


def scale(stage: Stage, sizes: Sequence[int], jobs: Sequence[int]) -> list[Point]:
    """Check ever larger counties, by one process and by more."""
    start = stage.check(_one(stage)).processor
    points = []
    for many in sizes:
        folder = stage.county(many)
        for crew in jobs:
            spent = stage.check(folder, jobs=crew)
            points.append(
                Point(
                    many,
                    crew,
                    (spent.processor - crew * start) / many * 1000,
                    spent.peak,
                )
            )
    return points


def measured(sizes: Sizes, peers: Path | str, only: Sequence[str] = ()) -> list[Line]:
    """All rows, or some, in the order of the table."""
    lines: list[Line] = []
    for name, row in ROWS.items():
        if only and name not in only:
            continue
        with ExitStack() as stack:
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            )
            print(f"  {name} …", file=sys.stderr, flush=True)
            try:
                lines += row(Stage(sizes, peers, folder))
            except (
                OSError
            ) as error:  # what breaks in one row must not take the others with it
                print(error, file=sys.stderr, flush=True)
    return sorted(lines, key=lambda line: line.row)
