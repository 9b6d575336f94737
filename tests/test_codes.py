"""What a command ends with: 0 complete and right, 1 errors, 2 could not, 3 unfinished; and that each is told in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toolkit import cli, excel, steps
from toolkit.check.judge import not_begun
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, worst
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.profile.loading import load
from toolkit.profile.settings import COLUMNS, FILE
from toolkit.profile.stored import home
from toolkit.returns.data import from_data, to_data
from toolkit.returns.read import read
from toolkit.template.draw import draw

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
WRONG = EXAMPLES / "01-xianghe-as-published" / "input" / "333002-就业服务中心.xlsx"
RIGHT = EXAMPLES / "02-xianghe-corrected" / "input" / "333002-就业服务中心.xlsx"
BLANK = home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
PROFILE = load("hebei-2023")


def test_the_worst_is_told_and_could_not_goes_before_errors_before_unfinished() -> None:
    assert worst() == DONE
    assert worst(DONE, UNFINISHED) == UNFINISHED
    assert worst(UNFINISHED, ERRORS, DONE) == ERRORS
    assert worst(UNFINISHED, COULD_NOT, ERRORS) == COULD_NOT


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([RIGHT], DONE),
        ([WRONG], ERRORS),
        ([BLANK], UNFINISHED),
        ([RIGHT, BLANK], UNFINISHED),
        ([WRONG, BLANK], ERRORS),
        ([BLANK, None], COULD_NOT),
        ([WRONG, None], COULD_NOT),
    ],
)
def test_a_folder_is_as_good_as_its_worst_file(
    files: list[Path | None],
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for path in files:
        if path is None:
            (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
        else:
            shutil.copy(path, tmp_path / f"{path.parent.parent.name}-{path.name}")
    assert cli.run(["check", str(tmp_path)]) == code
    said = capsys.readouterr().out
    assert ("已通过：香河县就业服务中心" in said) == (RIGHT in files)
    assert ("未填完：" in said) == (BLANK in files)


def test_an_unfinished_unit_is_told_which_forms_are_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["check", str(BLANK), "--format", "json"]) == UNFINISHED
    (one,) = json.loads(capsys.readouterr().out)["summary"]["unfinished"]
    assert "三公经费" in one["forms"]
    assert "公开表封面" not in one["forms"]


def test_a_form_is_begun_ticked_or_left() -> None:
    """What is left is what merging would call an error: not forms that need not be filled, nor those of the leading unit."""
    data = to_data(read(open_grid(RIGHT), PROFILE), PROFILE)
    without = {key: value for key, value in data.items() if key != "three_public"}
    ticked = {"procurement": "本表无数据"}
    for tick, left in (("", ["三公经费"]), ("本表无数据", []), ("已填完", [])):
        book = from_data(
            {**without, "ticks": {**ticked, "three_public": tick}}, PROFILE
        )
        assert list(not_begun(book, PROFILE)) == left


def test_checks_that_could_not_be_made_are_no_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An office that has switched off what tells a text among the figures still has not had them added up."""
    data = to_data(read(open_grid(RIGHT), PROFILE), PROFILE)
    data["three_public"]["reception"]["this_year"] = "待定"
    ticks = dict.fromkeys(PROFILE.book.sheets, "已填完") | {"procurement": "本表无数据"}
    paint(
        draw(PROFILE, (), from_data({**data, "ticks": ticks}, PROFILE)),
        tmp_path / "甲.xlsx",
    )
    off = {found.rule for found in steps.check([tmp_path], PROFILE).report.findings}
    lines = [",".join(COLUMNS), *(f"{rule},停用,试一试,审核人" for rule in sorted(off))]
    (tmp_path / FILE).write_text("\n".join(lines), encoding="utf-8")
    assert cli.run(["check", str(tmp_path)]) == UNFINISHED
    said = capsys.readouterr().out
    assert "没有核对完：香河县就业服务中心，有" in said
    assert "已通过" not in said


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([excel.FINE], DONE),
        ([excel.FINE, excel.UNSURE], UNFINISHED),
        ([excel.UNSURE, excel.BAD], ERRORS),
    ],
)
def test_the_examination_of_the_buttons_ends_with_its_worst(
    states: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        excel, "doctor", lambda *_: tuple(excel.Told(state, "看了") for state in states)
    )
    assert cli.run(["excel", "doctor"]) == code


def test_the_examination_of_a_file_that_is_not_there_could_not_be_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["excel", "doctor", "没有.xlsm"]) == COULD_NOT
    assert "找不到文件“没有.xlsm”" in capsys.readouterr().err


def test_the_codes_stand_in_the_guides_and_the_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for verb in ("check", "merge"):
        assert cli.run([verb, "--help"]) == DONE
        assert "退出码：0" in capsys.readouterr().out
    for name in ("README.md", "docs/汇总指南.md"):
        said = (ROOT / name).read_text(encoding="utf-8").split("退出码")[1:]
        assert any("没有填" in part[:200] for part in said), name
