"""No workbook is opened twice in one run, whatever the run makes of it; what is shown afterwards was kept, packed small."""

from __future__ import annotations

import hashlib
import io
import pkgutil
import shutil
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import toolkit
from tests import small
from tests.reports import HOSTILE, PROFILE
from tests.xw_engine import install
from tests.xw_files import OpenpyxlStore
from toolkit import cli, macros, steps
from toolkit.check.report import Report
from toolkit.errors import DONE, ERRORS
from toolkit.files import grid
from toolkit.files.grid import CannotOpenError, Grid, Raw, RawSheet
from toolkit.files.shelf import Shelf
from toolkit.model import Kind
from toolkit.profile.stored import home
from toolkit.report.words import LIST
from toolkit.serve.work import ANNOTATED, DATA, INSIDE, OUTPUTS, PAGE, _Run
from toolkit.template import panel

EXAMPLES = home() / "examples"
CONSOLE = home() / "templates" / "xlsx" / "hebei-2023" / "汇总控制台.xlsm"
OWN = f"{PROFILE.books['department'].title}.xlsx"


def two() -> list[Path]:
    """Two units with errors."""
    return sorted(small.faulty().glob("*.xlsx"))[:2]


class Openings:
    """How often each workbook was opened (by its path), and how often openpyxl loaded its bytes."""

    def __init__(self) -> None:
        self.opened: Counter[Path] = Counter()
        self.loaded: Counter[str] = Counter()

    def forget(self) -> None:
        """Begin to count anew: another run."""
        self.opened.clear()
        self.loaded.clear()

    def of(self, folder: Path) -> dict[str, int]:
        return {
            path.name: count
            for path, count in sorted(self.opened.items())
            if path.parent == folder.resolve()
        }

    def twice(self) -> list[str]:
        """What was opened, or loaded, more often than one opening does."""
        often = [path.name for path, count in self.opened.items() if count > 1]
        allowed = Counter(
            hashlib.sha256(path.read_bytes()).hexdigest() for path in self.opened
        )
        return often + [
            sha
            for sha, count in self.loaded.items()
            if count > allowed[sha] * LOADS_OF_AN_OPENING
        ]


def _loads_of_an_opening() -> int:
    """How many loads by openpyxl one opening is made of."""
    count = 0
    real = openpyxl.load_workbook

    def counting(*arguments: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        return real(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openpyxl, "load_workbook", counting)
        grid.open_grid(min(EXAMPLES.glob("02-*/input/*.xlsx")))
    return count


LOADS_OF_AN_OPENING = _loads_of_an_opening()


@cache
def load_every_room() -> None:
    """A room that is loaded only while we count would count for ever, and for that test alone."""
    for room in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if room.name != "toolkit.__main__":
            import_module(room.name)


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> Openings:
    """Count, wherever in the house a workbook is opened."""
    load_every_room()
    counted = Openings()
    open_grid, load = grid.open_grid, openpyxl.load_workbook

    def opening(path: Path) -> Grid:
        counted.opened[path.resolve()] += 1
        return open_grid(path)

    def loading(source: Any, *arguments: Any, **more: Any) -> Any:
        content = (
            source.getvalue()
            if isinstance(source, io.BytesIO)
            else Path(source).read_bytes()
        )
        counted.loaded[hashlib.sha256(content).hexdigest()] += 1
        return load(source, *arguments, **more)

    for name, module in list(sys.modules.items()):
        if (
            name.startswith("toolkit")
            and getattr(module, "open_grid", None) is open_grid
        ):
            monkeypatch.setattr(module, "open_grid", opening)
    monkeypatch.setattr(openpyxl, "load_workbook", loading)
    return counted


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two units' workbooks as published, in a folder of their own."""
    folder = tmp_path / "收表"
    folder.mkdir()
    for path in two():
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    shutil.copytree(small.units(), tmp_path / "收表")
    return tmp_path / "收表"


@pytest.fixture(scope="module")
def ticked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A findings workbook, in which the errors are ticked."""
    path = tmp_path_factory.mktemp("ticked") / "校验报告.xlsx"
    checked = steps.check(two(), PROFILE)
    steps.book(checked, checked.report, PROFILE, path)
    return path


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The department's own workbook, as a first merge makes it."""
    out = tmp_path_factory.mktemp("first")
    steps.merge_folder(small.units(), out, PROFILE)
    return out / OWN


def disclosure(*arguments: str | Path) -> str:
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        code = cli.run([str(one) for one in arguments])
    assert code in (DONE, ERRORS), said.getvalue()
    return said.getvalue()


EACH_ONCE = {f"{name}.xlsx": 1 for name in small.UNITS[:2]}
ALL_ONCE = {f"{name}.xlsx": 1 for name in small.UNITS}


# -- the command line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "json", "html", "xlsx"])
def test_checking_opens_each_workbook_once(
    format_: str, data: Path, openings: Openings, tmp_path: Path
) -> None:
    disclosure("check", data, "--format", format_, "-o", tmp_path / f"结果.{format_}")
    assert openings.of(data) == EACH_ONCE
    assert openings.twice() == []


def test_annotated_copies_open_nothing_again(
    data: Path, openings: Openings, tmp_path: Path
) -> None:
    disclosure(
        "check",
        data,
        "--format",
        "html",
        "-o",
        tmp_path / "页.html",
        "--annotate",
        tmp_path / "批注",
    )
    assert len(list((tmp_path / "批注").glob("*.xlsx"))) == len(EACH_ONCE)
    assert openings.of(data) == EACH_ONCE
    assert openings.twice() == []


@pytest.mark.parametrize("format_", ["json", "html", "xlsx"])
def test_an_earlier_report_among_the_workbooks_is_opened_once_and_is_no_unit(
    format_: str, data: Path, ticked: Path, openings: Openings, tmp_path: Path
) -> None:
    last = Path(shutil.copy(ticked, data))
    out = tmp_path / f"结果.{format_}"
    disclosure(
        "check",
        data,
        "--since",
        last,
        "--format",
        format_,
        "-o",
        out,
        "--annotate",
        tmp_path / "批注",
    )
    assert openings.of(data) == {**EACH_ONCE, last.name: 1}
    assert openings.twice() == []
    if format_ == "json":
        said = out.read_text(encoding="utf-8")
        assert last.name not in said
        assert '"state": "未改"' in said
        assert '"state": "新增"' not in said
    if format_ == "xlsx":
        assert "新增" not in {
            cell.value
            for row in openpyxl.load_workbook(out)[LIST].iter_rows()
            for cell in row
        }


def test_a_workbook_named_twice_is_checked_once(data: Path, openings: Openings) -> None:
    once = steps.check([data], PROFILE).report
    openings.forget()
    twice = steps.check(
        [data, *sorted(data.iterdir()), data / ".." / data.name], PROFILE
    ).report
    assert openings.of(data) == EACH_ONCE
    assert twice == once


def test_merging_opens_each_workbook_once(
    sound: Path, openings: Openings, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    disclosure("merge", sound, "-o", out)
    assert openings.of(sound) == ALL_ONCE
    assert openings.of(out) == {}
    assert openings.twice() == []
    openings.forget()
    disclosure("merge", sound, "-o", out)
    assert openings.of(sound) == ALL_ONCE
    assert openings.of(out) == {OWN: 1}, (
        "the department's own workbook of the last merge"
    )
    assert openings.twice() == []


def test_the_departments_own_workbook_beside_the_units_is_opened_once(
    sound: Path, own: Path, openings: Openings, tmp_path: Path
) -> None:
    shutil.copy(own, sound)
    disclosure("merge", sound, "-o", tmp_path / "out")
    assert openings.of(sound) == {**ALL_ONCE, OWN: 1}
    assert openings.twice() == []
    openings.forget()
    disclosure("check", sound, "--format", "html", "-o", tmp_path / "页.html")
    assert openings.of(sound) == ALL_ONCE
    assert openings.twice() == []


def test_sending_back_opens_each_workbook_once(
    data: Path, ticked: Path, openings: Openings, tmp_path: Path
) -> None:
    source = Path(shutil.copy(ticked, data))
    disclosure("return", source, "-o", tmp_path / "退回", "--workbooks", data)
    assert openings.of(data) == {**EACH_ONCE, source.name: 1}
    assert openings.twice() == []


def test_two_templates_of_one_workbook_open_it_once(
    sound: Path, openings: Openings, tmp_path: Path
) -> None:
    source = min(sound.iterdir())
    disclosure("template", tmp_path / "新表.xlsx", "--from", source, "--macros")
    assert (tmp_path / "新表.xlsm").exists()
    disclosure(
        "paper", min(set(sound.iterdir()) - {source}), "-o", tmp_path / "签字稿.xlsx"
    )
    assert openings.twice() == []
    assert len(openings.of(sound)) == 2


# -- the other doors ------------------------------------------------------------------------------------------------------


class Pipe:
    """Hears how far a run is."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []

    def send(self, said: tuple[str, tuple[str, int, int]]) -> None:
        self.heard.append(said[1])


def test_the_local_page_checks_with_one_opening(
    data: Path, openings: Openings, tmp_path: Path
) -> None:
    (tmp_path / "results").mkdir()
    pipe: Any = Pipe()
    said = _Run(pipe, data, tmp_path / "results", PROFILE.id).check()
    assert openings.of(data) == EACH_ONCE
    assert openings.twice() == []
    assert all(file["annotated"] for file in said["files"].values())
    assert len(list((tmp_path / "results" / ANNOTATED).iterdir())) == len(EACH_ONCE)
    assert [at for at in pipe.heard if at[0] == "读表"] == [
        ("读表", n, len(two())) for n in range(len(two()))
    ]
    page, inside, facts = (
        (tmp_path / "results" / name).read_text(encoding="utf-8")
        for name in (PAGE, INSIDE, DATA)
    )
    assert inside in page
    assert '"findings"' in facts


@pytest.mark.parametrize(
    "beside", [False, True], ids=["alone", "with its own workbook"]
)
def test_the_local_page_merges_with_one_opening(
    *, beside: bool, sound: Path, own: Path, openings: Openings, tmp_path: Path
) -> None:
    if beside:
        shutil.copy(own, sound)
    (tmp_path / "results").mkdir()
    pipe: Any = Pipe()
    said = _Run(pipe, sound, tmp_path / "results", PROFILE.id).merge(draft=False)
    assert said["published"]
    assert {one["name"] for one in said["outputs"]} >= {steps.TABLES, steps.STATEMENT}
    assert [file["unit"] for file in said["files"].values()].count("") == beside
    assert openings.of(sound) == ALL_ONCE | ({OWN: 1} if beside else {})
    assert openings.of(tmp_path / "results" / OUTPUTS) == {}
    assert openings.twice() == []
    assert '<figure class="cut">' in (tmp_path / "results" / PAGE).read_text(
        encoding="utf-8"
    )


def test_the_control_workbook_opens_each_workbook_once(
    data: Path, openings: Openings, tmp_path: Path
) -> None:
    shutil.copy(CONSOLE, tmp_path)
    book = install(OpenpyxlStore(tmp_path / CONSOLE.name))
    book.sheets[0].range(panel.FOLDER_CELL).value = str(data)
    for press in (macros.check_all, macros.merge_all):
        openings.forget()
        press(book)
        assert openings.of(data) == EACH_ONCE


# -- what is kept ---------------------------------------------------------------------------------------------------------


def test_a_sheet_is_kept_as_it_is_seen(data: Path) -> None:
    shelf = Shelf()
    for path in sorted(data.iterdir()):
        opened = shelf.open(path)
        for name, sheet in opened.sheets.items():
            kept = shelf.sheet(path.name, name)
            assert kept is not None
            assert {
                spot: (raw.kind, raw.text, raw.formula)
                for spot, raw in kept.cells.items()
            } == {
                spot: (
                    raw.kind,
                    raw.shown if raw.kind is Kind.NUMBER else raw.text,
                    raw.formula,
                )
                for spot, raw in sheet.cells.items()
            }
            assert (kept.name, kept.hidden_rows, kept.last_row) == (
                sheet.name,
                sheet.hidden_rows,
                sheet.last_row,
            )
    assert shelf.sheet("没有.xlsx", "封面") is shelf.sheet(path.name, "没有") is None


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_a_cell_can_be_kept(text: str) -> None:
    shelf = Shelf()
    shelf.keep(
        Grid(text, {text: RawSheet(text, {(1, 1): Raw(Kind.TEXT, text, formula=text)})})
    )
    kept = shelf.sheet(text, text)
    assert kept is not None
    assert kept.cells == {(1, 1): Raw(Kind.TEXT, text, formula=text)}


def test_what_cannot_be_opened_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    with pytest.raises(CannotOpenError):
        Shelf().open(tmp_path / "坏.xlsx")


def test_findings_between_units_have_their_excerpts_too(tmp_path: Path) -> None:
    """They are found when every workbook is closed: the shelf gives what stood around them."""
    shelf = Shelf()
    published = sorted(EXAMPLES.glob("01-*/input/*.xlsx"))[:2]
    checked = steps.check(published, PROFILE, shelf.open)
    between = [
        one
        for one in checked.report.findings
        if len({cell.book for cell in one.cells}) > 1
    ]
    assert between
    only = steps.page(
        checked, Report(tuple(between)), PROFILE, tmp_path / "页.html", shelf
    )
    text = only.path.read_text(encoding="utf-8")
    assert text.count('<figure class="cut">') >= len(between)
    bare = steps.page(
        checked, Report(tuple(between)), PROFILE, tmp_path / "无.html", Shelf()
    )
    assert '<figure class="cut">' not in bare.path.read_text(encoding="utf-8")
