"""Workbooks that earlier versions drew are read, checked, merged and carried on; and today's will be, by later versions."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.office import recalculated
from toolkit import steps
from toolkit.check.judge import against
from toolkit.check.naming import Names
from toolkit.check.report import Report
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.model import Return
from toolkit.profile.by_door import drawn_by
from toolkit.profile.form import Block, Profile
from toolkit.profile.layout import EDITION, EDITION_MARK, LEDGER_COLUMN
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.publish.department import KEY
from toolkit.report.told.data import earlier
from toolkit.returns.data import from_data, to_data
from toolkit.returns.editions import edition_of
from toolkit.returns.read import read
from toolkit.rules.rule import INFO
from toolkit.template.draw import draw

VERSIONS = sorted(
    path for path in (Path(__file__).parent / "versions").iterdir() if path.is_dir()
)
PROFILE = load("hebei-2023")
HINT, NEWLY_REQUIRED = "A02-23", "A02-24"
OWN = f"{PROFILE.books[KEY].title}.xlsx"

each_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)


@cache
def checked(version: Path) -> steps.Checked:
    return steps.check([version], PROFILE)


def told(version: Path, name: str) -> dict[str, dict[str, Any]]:
    """The findings that were told then, by their ids."""
    findings = json.loads((version / f"{name}.json").read_text(encoding="utf-8"))[
        "findings"
    ]
    return {finding["id"]: finding for finding in findings}


def units_of(version: Path) -> Iterator[Return]:
    for path in sorted(version.glob("*.xlsx")):
        if path.name != OWN:
            yield read(open_grid(path), PROFILE)


# -- what was told then is told today -------------------------------------------------------------------------------------


@each_version
def test_the_same_causes_give_the_same_findings_and_each_workbook_one_hint(
    version: Path,
) -> None:
    """The ids, so that 同意, answers and --since hold; the rules and the cells. Only rules that are new may say more."""
    findings = checked(version).report.findings
    # What came of one cause may be told in one finding today, which speaks for the others.
    then, now = (
        told(version, "check"),
        {one.id: one for finding in findings for one in finding.every()},
    )
    assert {id_: finding["rule"] for id_, finding in then.items()}.items() <= {
        i: f.rule for i, f in now.items()
    }.items()
    for id_, finding in then.items():
        cells = {
            (cell["file"], cell["sheet"], cell["cell"]) for cell in finding["cells"]
        }
        told_now = {(cell.book, cell.sheet, cell.address) for cell in now[id_].cells}
        # Where the culprit is known today, the cells that are none of it are not named any more.
        assert told_now == cells if now[id_].known_by is None else told_now & cells, (
            finding["message"]
        )
    known = set(json.loads((version / "rules.json").read_text(encoding="utf-8")))
    more = [
        finding
        for finding in findings
        if finding.id not in then and finding.rule != HINT
    ]
    assert not [finding for finding in more if finding.rule in known], (
        "a rule of then says today what it did not say then"
    )
    hints = [finding for finding in now.values() if finding.rule == HINT]
    due = [
        path.name
        for path in sorted(version.glob("*.xlsx"))
        if path.name != OWN and older(path)
    ]
    assert [hint.cells[0].book for hint in hints] == due
    assert all(
        hint.severity is INFO and "照样能用，不用重填" in hint.message for hint in hints
    )


def older(path: Path) -> bool:
    return edition_of(next(iter(open_grid(path).sheets.values()))) < PROFILE.edition


@each_version
def test_a_cell_is_called_as_it_was_called(version: Path) -> None:
    names: dict[str, str] = {}
    for unit in units_of(version):
        names |= {
            f"[{cell.book}]{cell.sheet}!{cell.address}": named.name
            for cell, named in Names(unit, PROFILE).every().items()
        }
    then = json.loads((version / "names.json").read_text(encoding="utf-8"))
    assert then.items() <= names.items()


@each_version
def test_a_report_of_then_can_be_compared_with(version: Path) -> None:
    before = earlier((version / "check.json").read_text(encoding="utf-8"))
    report = against(checked(version).report, before)
    assert report.mended == ()
    assert {finding.state for finding in report.findings if finding.id in before} == {
        "未改"
    }


@each_version
def test_what_the_department_agreed_to_still_holds_and_everything_can_be_merged(
    version: Path, tmp_path: Path
) -> None:
    done = steps.merge_folder(version, tmp_path / "out", PROFILE, draft=True)
    then = {id_: finding["accepted"] for id_, finding in told(version, "merge").items()}
    now = {
        one.id: one.accepted
        for finding in done.report.findings
        for one in finding.every()
    }
    assert then.items() <= now.items()
    assert {accepted for accepted in then.values() if accepted} != set(), (
        "nothing was agreed to"
    )
    assert done.units == len(list(version.glob("*.xlsx"))) - 1
    assert {steps.TABLES, steps.STATEMENT, steps.WORKINGS} <= set(done.placed)


@each_version
def test_an_answer_of_then_stands_beside_its_finding(
    version: Path, tmp_path: Path
) -> None:
    answers = {
        row.text("id"): row.text("reason")
        for unit in units_of(version)
        for row in unit.rows("answers")
    }
    assert answers
    done = steps.merge_folder(
        shutil.copytree(version, tmp_path / "in"), tmp_path / "out", PROFILE
    )
    own = read(open_grid(done.placed[OWN]), PROFILE, KEY)
    listed = {row.text("id"): row.text("answer") for row in own.rows("decisions")}
    assert answers.items() <= listed.items()


@each_version
def test_a_workbook_of_then_can_be_carried_into_todays_form(
    version: Path, tmp_path: Path
) -> None:
    """`template --from`: whatever was filled in is there, nothing is told that was not told before, and the hint is gone."""
    for path in sorted(version.glob("*.xlsx")):
        if path.name == OWN:
            continue
        before = read(open_grid(path), PROFILE)
        new = steps.template(tmp_path / path.name, PROFILE, source=path).path
        after = read(open_grid(new), PROFILE)
        said = to_data(after, PROFILE)
        # a workbook drawn today says by which door its figures come
        said["cover"].pop("door", None)
        assert said == to_data(before, PROFILE)
        ids = {
            finding.id
            for finding in steps.check([path], PROFILE).report.findings
            if finding.rule != HINT
        }
        assert {
            finding.id for finding in steps.check([new], PROFILE).report.findings
        } == ids


# -- the mark of today's workbooks ----------------------------------------------------------------------------------------


def marks(path: Path) -> dict[str, int]:
    """The edition of every form's sheet."""
    return {
        name: edition_of(sheet)
        for name, sheet in open_grid(path).sheets.items()
        if "sheet.title" in sheet.names
    }


@pytest.mark.libreoffice
def test_every_sheet_that_is_drawn_says_of_which_edition_it_is_and_still_does_when_libreoffice_has_saved_it(
    tmp_path: Path,
) -> None:
    unit, own = (
        steps.template(tmp_path / "单位.xlsx", PROFILE, count=2).path,
        tmp_path / OWN,
    )
    paint(draw(PROFILE, (), from_data({}, PROFILE, OWN, KEY), key=KEY), own)
    assert marks(unit) == dict.fromkeys(
        [*_fixed(PROFILE), "项目01", "项目02"], PROFILE.edition
    )
    assert set(marks(own).values()) == {PROFILE.edition}
    for path, saved in zip(
        (unit, own), recalculated([unit, own], tmp_path / "lo"), strict=True
    ):
        assert marks(saved) == marks(path)


def _fixed(profile: Profile) -> list[str]:
    return [
        sheet.name
        for sheet in drawn_by(profile, None).book.sheets.values()
        if not sheet.repeat
    ]


def test_the_mark_is_found_where_rows_and_columns_were_inserted(tmp_path: Path) -> None:
    steps.template(tmp_path / "单位.xlsx", PROFILE, count=1)
    raw = open_grid(tmp_path / "单位.xlsx").sheets["三公经费"]
    mark = raw.cells[EDITION, LEDGER_COLUMN]
    assert mark.text == EDITION_MARK.format(PROFILE.edition)
    moved = {spot: cell for spot, cell in raw.cells.items() if cell is not mark} | {
        (EDITION + 4, LEDGER_COLUMN + 1): mark
    }
    assert edition_of(type(raw)(raw.name, moved)) == PROFILE.edition
    assert edition_of(type(raw)(raw.name, {})) == edition_of(None) == 1


@each_version
def test_what_an_edition_did_not_have_says_since_when_it_is_there(
    version: Path,
) -> None:
    """Whoever adds a field, a row or a sheet must write `since`: else every older workbook is told to have lost it."""
    names = {
        name
        for path in version.glob("*.xlsx")
        for sheet in open_grid(path).sheets.values()
        for name in sheet.names
    }
    for book in PROFILE.books.values():
        for block in book.blocks.values():
            for name in _entries(block):
                assert (name in names) == (since(block, name) <= int(version.name)), (
                    f"{name}: write “since”"
                )


def _entries(block: Block) -> Iterator[str]:
    if block.rows:
        yield from (
            str(block.name(column.key, row.key)) for row, column in block.cells()
        )
    elif block.kind != "index":
        yield from (str(block.name(key)) for key in block.columns)


def since(block: Block, said: str) -> int:
    return block.since(type(block.name("x")).parse(said))


# -- a later version -----------------------------------------------------------------------------------------------------


def changed(path: Path, edit: Any) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    edit(said)
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


EXTRA = {
    "$id": "urn:budget-disclosure:hebei-2023:extra",
    "title": "债务情况表",
    "x-sheet": {"name": "债务情况", "filled_by": "unit"},
    "x-blocks": {
        "debt": {
            "kind": "grid",
            "label": "项目",
            "rows": {"loan": {"title": "银行贷款"}, "other": {"title": "其他债务"}},
            "columns": {
                "amount": {"title": "余额", "$ref": "#/$defs/money", "required": True}
            },
        }
    },
}


def one_edition_on(folder: Path) -> Path:
    """A copy of schema/ whose forms are one edition on: more fields, rows, sheets and help; other words; a field less."""
    shutil.copytree(home() / "schema", folder / "schema")
    shutil.copytree(home() / "templates", folder / "templates")
    place = folder / "schema" / "profiles" / PROFILE.id
    later = PROFILE.edition + 1

    def profile(said: Any) -> None:
        said["editions"][str(later)] = "加了“债务情况”表、单位电话和非税收入一行"
        said["books"]["unit"]["forms"].insert(-1, "extra")

    def cover(said: Any) -> None:
        columns = said["x-blocks"]["cover"]["columns"]
        columns["phone"] = {
            "title": "联系电话",
            "$ref": "#/$defs/line",
            "required": True,
            "since": later,
        }
        del columns["head"]
        columns["site"] = {"title": "公开网址", "$ref": "#/$defs/line", "since": later}
        # as a heading of the board
        columns["kind"] = {
            "title": "谁填",
            "$ref": "#/$defs/line",
            "since": later,
        }
        said["x-sheet"]["help"].append("联系电话写办公室的。")

    def three_public(said: Any) -> None:
        rows = said["x-blocks"]["three_public"]["rows"]
        rows["training"] = {"title": "附：培训费", "since": later}
        rows["total"]["formula"] += " + training"
        columns = said["x-blocks"]["three_public"]["columns"]
        columns["adjusted"] = {
            "title": "上年调整数",
            "$ref": "#/$defs/money",
            "required": True,
            "since": later,
        }
        columns["change"]["formula"] += " - adjusted"
        rows["reception"] |= {
            "title": "公务接待（国内）费",
            "former": [rows["reception"]["title"]],
        }

    changed(place / "profile.json", profile)
    changed(place / "forms" / "cover.json", cover)
    changed(place / "forms" / "three_public.json", three_public)
    extra = {**EXTRA, "x-sheet": {**EXTRA["x-sheet"], "since": later}}  # type: ignore[dict-item]
    (place / "forms" / "extra.json").write_text(
        json.dumps(extra, ensure_ascii=False), encoding="utf-8"
    )
    return folder


def later_version(folder: Path, *arguments: str | Path) -> str:
    """What the command says when the forms are those in a folder: in a process of its own, for forms are loaded once."""
    command = [sys.executable, "-m", "toolkit", *map(str, arguments)]
    environment = {
        **os.environ,
        "DISCLOSURE_HOME": str(folder),
        "PYTHONPATH": str(home()),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert not re.search("没有做成|出错", done.stderr), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return one_edition_on(tmp_path_factory.mktemp("later"))


def findings(said: str) -> list[Mapping[str, Any]]:
    return list(json.loads(said)["findings"])


@each_version
def test_a_later_version_asks_an_older_workbook_for_what_is_new_and_must_be_filled_and_for_nothing_else(
    version: Path, later: Path
) -> None:
    now = findings(later_version(later, "check", version, "--format", "json"))
    before = {finding.id for finding in checked(version).report.findings}
    new = [finding for finding in now if finding["id"] not in before]
    assert before <= {finding["id"] for finding in now}
    assert [(f["rule"], f["cells"][0]["sheet"]) for f in new] == [
        (NEWLY_REQUIRED, "封面")
    ] * (len(list(units_of(version))))
    assert all(
        "“联系电话”" in finding["message"] and "公开网址" not in finding["message"]
        for finding in new
    )
    for hint in (finding for finding in now if finding["rule"] == HINT):
        assert "加了“债务情况”表" in hint["message"]
        assert (
            "这份表里没有：工作表“债务情况”、“封面”的“填报方式”“联系电话”“公开网址”“谁填”、“三公经费”的“上年调整数”“附：培训费”"
            "、“政府采购”的“其中：小微企业份额”。" in hint["message"]
        )


@each_version
def test_a_later_version_asks_for_a_new_form_when_it_merges(
    version: Path, later: Path, tmp_path: Path
) -> None:
    later_version(later, "merge", version, "-o", tmp_path / "out")
    now = findings((tmp_path / "out" / "校验报告.json").read_text(encoding="utf-8"))
    asked = [
        finding
        for finding in now
        if finding["rule"] == NEWLY_REQUIRED and "债务情况" in finding["message"]
    ]
    assert len(asked) == len(list(units_of(version)))
    then = {
        id_ for id_, finding in told(version, "merge").items() if finding["accepted"]
    }
    assert then == {finding["id"] for finding in now if finding["accepted"]}


@each_version
def test_a_later_version_carries_an_older_workbook_into_its_form(
    version: Path, later: Path, tmp_path: Path
) -> None:
    """In the new form everything is there; the new fields are blank, and asked for as blanks are."""
    source = next(path for path in sorted(version.glob("*.xlsx")) if path.name != OWN)
    later_version(later, "template", tmp_path / source.name, "--from", source)
    now = findings(
        later_version(later, "check", tmp_path / source.name, "--format", "json")
    )
    before = {
        finding.id
        for finding in steps.check([source], PROFILE).report.findings
        if finding.rule != HINT
    }
    new = [finding for finding in now if finding["id"] not in before]
    assert before <= {finding["id"] for finding in now}
    assert [
        (finding["title"], "联系电话" in finding["message"]) for finding in new
    ] == [("必填项没有填", True)]


def test_a_later_version_reads_todays_workbooks_too(
    later: Path, tmp_path: Path
) -> None:
    """Those that are drawn from now on say which edition they are of."""
    source = (
        home()
        / "examples"
        / "02-xianghe-corrected"
        / "input"
        / "333002-就业服务中心.xlsx"
    )
    shutil.copy(source, tmp_path)
    before: Report = steps.check([tmp_path], PROFILE).report
    now = findings(later_version(later, "check", tmp_path, "--format", "json"))
    new = [
        finding["rule"]
        for finding in now
        if finding["id"] not in {one.id for one in before.findings}
    ]
    assert sorted(new) == [HINT, NEWLY_REQUIRED]
    assert f"表样第 {PROFILE.edition} 版，现在是第 {PROFILE.edition + 1} 版" in str(now)


def test_an_edition_that_is_not_declared_is_told(later: Path, tmp_path: Path) -> None:
    shutil.copytree(later / "schema", tmp_path / "schema")
    (tmp_path / "templates").symlink_to(home() / "templates")
    forms = tmp_path / "schema" / "profiles" / PROFILE.id / "forms"
    changed(
        forms / "cover.json",
        lambda said: said["x-blocks"]["cover"]["columns"]["phone"].update(since=99),
    )
    command = [sys.executable, "-m", "toolkit", "check", str(VERSIONS[0])]
    environment = {
        **os.environ,
        "DISCLOSURE_HOME": str(tmp_path),
        "PYTHONPATH": str(home()),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert "“since”写的是第 99 版" in done.stderr
    assert "cover.json" in done.stderr
