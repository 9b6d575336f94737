"""What is measured with is right: the workbooks of `bench/`, and that each of its rows can be run."""

from __future__ import annotations

import io
import json
import math
import sys
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Self

import pytest
from lxml import etree

from bench import ours, peers, rows
from bench.county import (
    SEED,
    Pattern,
    county,
    department,
    marks,
    parts_drawn,
    patterns,
    twin_departments,
)
from bench.returns import FAULTS, MOST_PROJECTS, PUBLISHED, Base, Marks, bases, read_all
from bench.rows import ROWS, SMALLEST, Bound, Line, Point, Sizes, Stage
from bench.running import MissingError, Server, Spent, run
from bench.serving import _spent
from bench.spelling import SPELLINGS, Spelling
from bench.telling import BEGIN, END, cells, data, paged, picture, table
from tests.test_steps import PROFILE
from toolkit import cli, steps
from toolkit.rules.rule import ERROR

OTHER = Marks("永澜", "777123", Decimal("12.34"))


def found(path: Path) -> Counter[str]:
    """How often each rule finds something in a folder or a workbook."""
    return Counter(
        finding.rule for finding in steps.check([path], PROFILE).report.findings
    )


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.__name__)
def test_a_patched_workbook_is_part_for_part_what_would_have_been_drawn(
    spelling: Spelling,
) -> None:
    base = bases(8, SEED, most=4)[3]
    patched = Pattern.of(base, spelling).patched(OTHER)
    drawn = spelling(parts_drawn(base.varied(OTHER)))
    assert list(patched) == list(drawn)
    assert [name for name in drawn if patched[name] != drawn[name]] == []


def test_a_department_like_the_example_s_has_the_example_s_findings(
    tmp_path: Path,
) -> None:
    (twin,) = twin_departments(
        tmp_path, 1, [Pattern.of(base) for base in read_all(PUBLISHED)]
    )
    assert found(twin) == found(PUBLISHED.parent / "input")


def test_a_department_of_many_units_can_be_merged(tmp_path: Path) -> None:
    paths = department(tmp_path, 5)
    done = steps.check([tmp_path], PROFILE)
    assert len(done.facts) == len(paths) == len({unit.name for unit in done.facts}) == 5
    assert (done.report.count(ERROR), done.not_held) == (0, "")


def test_the_workbooks_of_a_county_are_of_different_units_and_only_the_faulty_ones_have_errors(
    tmp_path: Path,
) -> None:
    made = patterns(6, most=2)
    paths = county(tmp_path, 12, made)
    done = steps.check([tmp_path], PROFILE)
    assert (
        len(set(paths))
        == len(done.facts)
        == len({unit.code for unit in done.facts})
        == 12
    )
    sound = sum(
        not pattern.base.faults and pattern.base not in tuple(read_all(PUBLISHED))
        for pattern in made
    )
    faulty = {
        finding.cells[0].book
        for finding in done.report.findings
        if finding.severity == ERROR
    }
    assert len(faulty) <= 2 * (len(made) - sound)
    assert len(faulty) >= 2 * 3, "those of example 01"


def test_ten_thousand_units_have_ten_thousand_codes() -> None:
    each = marks()
    codes = {next(each).code for _ in range(10_000)}
    assert len(codes) == 10_000
    assert {len(code) for code in codes} == {6}


def test_returns_have_one_to_sixty_projects_and_some_have_faults() -> None:
    drawn = bases(32, SEED)
    sizes = [len(base.data["projects"]) for base in drawn]
    assert (min(sizes), max(sizes)) == (1, MOST_PROJECTS)
    assert 13 <= sum(sizes) / len(sizes) <= 16
    assert (
        len({fault for base in drawn for fault in base.faults} & set(FAULTS))
        >= len(FAULTS) - 1
    )
    assert bases(32, SEED) == drawn
    assert bases(32, SEED + 1) != drawn


@pytest.mark.parametrize("base", bases(12, SEED), ids=lambda base: base.name)
def test_a_return_with_more_or_fewer_projects_adds_up(base: Base) -> None:
    if base.faults or (base.name.startswith("0") and "-" not in base.name[3:]):
        return
    kinds = base.data["composition"]
    projects = sum(Decimal(one["amount"]) for one in base.data["projects"])
    spent = sum(
        Decimal(kinds[kind]["this_year"])
        for kind in ("personnel", "operating", "project")
    )
    assert Decimal(kinds["project"]["this_year"]) == projects
    assert sum(Decimal(row["amount"]) for row in base.data["income"].values()) == spent
    assert sum(Decimal(row["amount"]) for row in base.data["outlay"].values()) == spent


# -- rows -------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def logs(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCLOSURE_LOGS", str(tmp_path_factory.mktemp("logs")))


class Played:
    """A program of `bench.serving` that does what it is asked in this process, by the same functions."""

    def __init__(self, _: object, module: str) -> None:
        self.jobs, self.last = (
            {"bench.ours": ours, "bench.peers": peers}[module],
            Spent(0, 0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was started."""

    def ask(self, what: str, *how: object) -> Spent:
        self.send(what, *how)
        return self.last

    def send(self, what: str, *how: object) -> None:
        try:
            work = getattr(self.jobs, what)(
                *(str(one) if isinstance(one, Path) else one for one in how)
            )
        except ImportError as error:
            raise MissingError(error.name) from error
        answer = _spent(work)
        self.last = Spent(float(str(answer["processor"])), float(str(answer["clock"])))

    def hear(self) -> Spent:
        return self.last


def played(
    *words: str | Path, cache: Path | None = None, codes: tuple[int, ...] = (0, 1, 3)
) -> Spent:
    """A command of the toolkit in this process, by one process; whatever else is started as ever."""
    program, *said = map(str, words[1:])
    if (program, said[:1]) != ("-m", ["toolkit"]):
        return run(*words, cache=cache, codes=codes)
    said = ["1" if before == "--jobs" else word for before, word in pairwise(said)]
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        patch.setenv("DISCLOSURE_CACHE", str(cache or ""))
        begun = time.perf_counter(), time.process_time()
        assert cli.run(said) in codes
        return Spent(
            time.process_time() - begun[1] + 0.01,
            time.perf_counter() - begun[0] + 0.01,
            1.0,
        )


# rows whose programs are really started: commands, and one that is asked again and again
STARTED = {
    "8",
    "10",
}


@pytest.mark.parametrize("name", ROWS)
def test_each_row_can_be_measured_beside_what_is_installed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name not in STARTED:
        monkeypatch.setattr(rows, "run", played)
        monkeypatch.setattr(rows, "Server", Played)
    lines = ROWS[name](Stage(SMALLEST, sys.executable, tmp_path))
    # a line beside it alone has nothing to say without it
    with_calamine = find_spec("python_calamine") is not None
    assert [
        line.what
        for line in lines
        if with_calamine and not line.values and not line.missing
    ] == []
    assert [
        line.what for line in lines for value in line.values if not math.isfinite(value)
    ] == []
    assert {str(line.row) for line in lines} <= set(name.replace("-", ",2,").split(","))
    told = table(lines)
    assert all(line.what in told for line in lines)


def test_the_rows_are_those_of_the_table() -> None:
    assert list(ROWS) == ["1-3", "4,11", "5", "6", "7", "8", "9", "10"]
    assert Sizes() != SMALLEST


def test_a_library_that_is_missing_is_said() -> None:
    with (
        Server(sys.executable, "bench.peers") as others,
        pytest.raises(MissingError, match=r"frictionless|calamine"),
    ):
        others.ask("frictionless", "x.xlsx")


@pytest.mark.parametrize(
    ("value", "bound", "word"),
    [
        (4.0, Bound(5, 4), "goal"),
        (4.1, Bound(5, 4), "must"),
        (5.1, Bound(5, 4), "not reached"),
        (50, Bound(35, 50, more=True), "goal"),
        (49, Bound(35, 50, more=True), "must"),
        (34, Bound(35, 50, more=True), "not reached"),
    ],
)
def test_a_bound_says_what_is_reached(value: float, bound: Bound, word: str) -> None:
    assert bound.word(value) == word


def test_what_is_measured_is_told_with_its_median_and_bounds() -> None:
    line = Line(1, "校验", Bound(5, 4), values=[4.5, 3.0, 9.0])
    assert cells(line) == ("1", "校验", "4.50（3.00–9.00）", "≤ 5", "≤ 4", "达到必须")
    assert json.loads(data([line], [], SMALLEST))["lines"][0]["median"] == 4.5


def test_a_page_keeps_the_rows_that_were_not_measured_anew() -> None:
    page = f"# 快慢\n\n{BEGIN}\n\n{END}\n\n后文\n"
    first = paged(page, [Line(7, "启动", values=[9.0]), Line(1, "校验", values=[4.0])])
    again = paged(first, [Line(1, "校验", Bound(5, 4), values=[3.0])])
    assert [
        line.split("|")[2].strip()
        for line in again.splitlines()
        if line.startswith("| ")
    ][2:] == ["校验", "启动"]
    assert "3.00（3.00–3.00）" in again
    assert "4.00（" not in again
    assert again.startswith("# 快慢")
    assert again.endswith("后文\n")


def test_the_picture_shows_every_point() -> None:
    points = [
        Point(many, jobs, 30.0 + jobs, 90.0 * jobs)
        for many in (200, 2000)
        for jobs in (1, 2)
    ]
    drawn = etree.fromstring(picture(points))
    shown = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}circle"))) == 2 * len(
        points
    )
    assert {"200 份", "2,000 份", "31", "180"} <= set(shown)
