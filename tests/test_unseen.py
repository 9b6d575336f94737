"""Names and texts that would command a terminal, turn a page round or break a file: shown safely, wherever they are shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.parsers import expat

import pytest

from tests.reports import PROFILE
from toolkit import cli, steps
from toolkit.errors import COULD_NOT, ERRORS
from toolkit.files.grid import open_grid
from toolkit.files.package import noted, packed, unpacked
from toolkit.files.unseen import MARK, in_json, visible
from toolkit.profile.stored import home
from toolkit.returns.data import from_data, to_data
from toolkit.returns.read import read
from toolkit.steps import StepError

EXAMPLES = home() / "examples"
PUBLISHED = EXAMPLES / "01-xianghe-as-published" / "input"
RIGHT = EXAMPLES / "02-xianghe-corrected" / "input" / "333002-就业服务中心.xlsx"
BLANK = home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
# One of each kind, and of each place of Unicode that has some.
UNSEEN = "\x00\x1b\x7f\x9b\u00ad\u061c\u200b\u200f\u2028\u2029\u202e\u2060\u2066\u206f\ufeff\ufff9\U000e0001\ud800\udfff\ufffe\uffff"
NAME = "甲\x1b[31m\u202exslx\u2066\u200b.xlsx"  # as a file may be called


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"{ord(sign):04X}")
def test_each_is_marked_and_stays_itself_for_a_program(sign: str) -> None:
    assert visible(f"甲{sign}乙") == f"甲{MARK}乙"
    text = in_json(json.dumps(f"甲{sign}乙", ensure_ascii=False))
    assert text.encode("utf-8").decode() == text
    assert sign not in text
    assert json.loads(text) == f"甲{sign}乙"


@pytest.mark.parametrize(
    "text",
    [
        "收支总表（2023）·第1稿",
        "　空格　",
        "a\tb\nc",
        "½×㎡²③…—￥",
        "𠮷野家😀",
        "é\u0301",
    ],
)
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text
    assert in_json(text) == text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A faulty workbook under a hostile name, with hostile sheets beside the forms."""
    folder = tmp_path_factory.mktemp("units")
    source = min(PUBLISHED.glob("*.xlsx"))
    parts = unpacked(source)
    main = parts["xl/workbook.xml"].decode()
    parts["xl/workbook.xml"] = main.replace(
        'name="机构设置"', 'name="机构设置&#x202e;&#x200b;"'
    ).encode()
    (folder / NAME).write_bytes(packed(parts))
    return folder


def assert_shown(text: str) -> None:
    assert "xslx" in text
    assert not [sign for sign in "\x1b\u202e\u2066\u200b" if sign in text]


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_reports_show_hostile_names_safely(
    hostile: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"a.{form}"
    assert cli.run(["check", str(hostile), "--format", form, "-o", str(out)]) in (
        ERRORS,
        COULD_NOT,
    )
    assert_shown(out.read_text(encoding="utf-8-sig"))
    capsys.readouterr()
    cli.run(["check", str(hostile), "--annotate", str(tmp_path / "批注")])
    said = capsys.readouterr()
    assert_shown(said.out)
    assert_shown(said.err)
    assert_shown((tmp_path / "批注" / "清单.json").read_text(encoding="utf-8"))


def test_workbooks_show_hostile_names_safely(hostile: Path, tmp_path: Path) -> None:
    assert cli.run(
        ["check", str(hostile), "--format", "xlsx", "-o", str(tmp_path / "a.xlsx")]
    ) in (ERRORS, COULD_NOT)
    for part in unpacked(tmp_path / "a.xlsx").values():
        well_formed(part)
    assert_shown(
        "\n".join(
            raw.text
            for sheet in open_grid(tmp_path / "a.xlsx").sheets.values()
            for raw in sheet.cells.values()
        )
    )


def well_formed(part: bytes) -> None:
    if part.startswith(b"<"):
        expat.ParserCreate().Parse(part, True)  # noqa: FBT003  expat's own face


def texts_with(data: object, sign: str) -> object:
    """The data of a return with a character in the middle of each text that a person may write."""
    if isinstance(data, dict):
        return {key: texts_with(value, sign) for key, value in data.items()}
    if isinstance(data, list):
        return [texts_with(value, sign) for value in data]
    chinese = (
        isinstance(data, str)
        and len(data) > 3
        and all("\u4e00" <= one <= "\u9fff" for one in data)
    )
    return f"{str(data)[:2]}{sign}{str(data)[2:]}" if chinese else data


CONTROLS = (
    "".join(chr(number) for number in range(0x20))
    + "\x7f\x9b\ufffe\uffff_x0041_]]>&amp;<"
)


def test_controls_in_data_never_make_a_broken_workbook(tmp_path: Path) -> None:
    data = to_data(read(open_grid(RIGHT), PROFILE), PROFILE)
    data["projects"] = [texts_with(one, CONTROLS) for one in data["projects"]]
    data["cover"]["unit_name"] = f"甲{CONTROLS}乙"
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(
        StepError,
        match=r"“cover\.unit_name”里有不能写进表格的字符（编码 0000），请删去",
    ):
        steps.template(tmp_path / "a.xlsx", PROFILE, source=tmp_path / "a.json")
    # A program that hands over a return has not been asked.
    done = steps.template(
        tmp_path / "a.xlsx", PROFILE, source=from_data(data, PROFILE, "a.json")
    )
    for part in unpacked(done.path).values():
        well_formed(part)
    grid = open_grid(done.path)
    assert grid.doubts == ()
    assert any(
        "\x01" in raw.text
        for sheet in grid.sheets.values()
        for raw in sheet.cells.values()
    )
    # What a formula shows is what the cell it points at holds.
    assert any(
        "\x01" in raw.text and raw.formula
        for sheet in grid.sheets.values()
        for raw in sheet.cells.values()
    )
    steps.check([done.path], PROFILE)
    paper = steps.paper(done.path, tmp_path / "签字稿.xlsx", PROFILE)
    for part in unpacked(paper.path).values():
        well_formed(part)


def test_controls_in_workbooks_never_make_a_broken_result(tmp_path: Path) -> None:
    folder = tmp_path / "units"
    shutil.copytree(RIGHT.parent, folder)
    for path in folder.glob("*.xlsx"):
        parts = unpacked(path)
        strings = parts["xl/sharedStrings.xml"].decode()
        parts["xl/sharedStrings.xml"] = strings.replace(
            "就业", "就_x0001__x001B__x202E_业"
        ).encode()
        path.write_bytes(packed(parts))
    done = steps.merge_folder(folder, tmp_path / "out", PROFILE, draft=True)
    assert len(done.placed) > 4
    for path in done.placed.values():
        if path.suffix != ".json":
            for part in unpacked(path).values():
                well_formed(part)


def test_a_text_in_a_formula_is_spelt_as_a_text_that_is_typed() -> None:
    assert noted("甲\x01_x0041_乙") == "甲_x0001__x005F_x0041_乙"
