"""A place's own folder beside its data: what it says holds for all data beside and below it, and no upgrade touches it."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.test_steps import CORRECTED, disclosure
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.files.word import text_of
from toolkit.profile.loading import load
from toolkit.profile.place import (
    DOCUMENTS,
    FOLDER,
    GLOSSARY,
    LIMITS,
    WORDS,
    at_place,
    limits_at,
    place_of,
)
from toolkit.profile.settings import SettingsError
from toolkit.profile.stored import home
from toolkit.returns.read import read

PROFILE = load("hebei-2023")
HEADS = "代号,说明,值,原因,决定人\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder as it is begun."""
    assert disclosure("init", tmp_path, "--profile", "hebei-2023").code == 0
    return tmp_path / FOLDER


def test_a_folder_that_is_begun_changes_nothing(place: Path) -> None:
    assert at_place(PROFILE, place).statement == {
        **PROFILE.statement,
        "legal_basis": {"": PROFILE.statement["legal_basis"][""]},
    }
    assert limits_at(place) == ()
    assert steps.office_settings([place.parent], PROFILE) == ()


def test_it_is_begun_for_the_profile_that_the_workbooks_name(tmp_path: Path) -> None:
    shutil.copy(
        next(
            (home() / "examples" / "03-shanghai-constructed" / "input").glob("*.xlsx")
        ),
        tmp_path,
    )
    assert disclosure("init", tmp_path).code == 0
    assert "shanghai-2026" in (tmp_path / FOLDER / "表样.txt").read_text(
        encoding="utf-8-sig"
    )


def test_what_a_person_wrote_there_stays(place: Path) -> None:
    (place / DOCUMENTS).write_text("《本市预算公开办法》\n", encoding="gbk")
    (place / LIMITS).unlink()
    again = disclosure("init", place.parent, "--profile", "hebei-2023")
    assert again.code == 0
    assert LIMITS in again.out
    assert (place / DOCUMENTS).read_text(encoding="gbk") == "《本市预算公开办法》\n"


def test_it_holds_for_data_below_it(place: Path) -> None:
    below = place.parent / "甲局" / "收表"
    below.mkdir(parents=True)
    assert place_of(below) == place
    assert steps.chosen("", [], below).profile.id == "hebei-2023"


def test_documents_words_limits_and_rules_reach_what_is_published(
    place: Path, tmp_path: Path
) -> None:
    (place / DOCUMENTS).write_text("《本市预算公开办法》\n# 不算\n", encoding="utf-8")
    (place / WORDS).write_text('{"flat": "与上年持平"}', encoding="utf-8")
    (place / LIMITS).write_text(
        f"{HEADS}change_to_explain,,0.05,本地看得严,王某\n", encoding="utf-8-sig"
    )
    (place / "规则设置.csv").write_text(
        "规则编号,处理,原因,决定人\nD02-06,停用,口径待定,王某\n", encoding="utf-8-sig"
    )
    data = tmp_path / "收表"
    shutil.copytree(CORRECTED, data)
    done = steps.merge_folder(data, tmp_path / "结果", PROFILE)
    said = str(text_of(done.placed["情况说明.docx"]))
    assert "按照《本市预算公开办法》规定" in said
    assert "与上年持平" in said
    signed = str(text_of(done.placed["审签单.docx"]))
    assert "本地看得严" in signed
    assert "口径待定" in signed
    assert "5%" in signed


def test_a_limit_reaches_the_rules(place: Path) -> None:
    (place / LIMITS).write_text(
        f"{HEADS}change_to_explain,,0.05,本地看得严,王某\n", encoding="utf-8"
    )
    office = steps.office_settings([place.parent], PROFILE)
    assert steps.catalogue(PROFILE, office).bounds.thresholds[
        "change_to_explain"
    ] == Decimal("0.05")
    assert steps.catalogue(PROFILE).bounds.thresholds["change_to_explain"] != Decimal(
        "0.05"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "change_to_explian,,0.05,因为,谁",
            "没有代号为“change_to_explian”的界限，是不是要写“change_to_explain”",
        ),
        ("publish_days,,30,因为,谁", "“批复后公开的期限（日）”是法规定的数，不能改"),
        ("change_to_explain,,5％,因为,谁", "值写的是“5％”，应当是一个数"),
        ("change_to_explain,,0.05,,谁", "没有写明“原因”和“决定人”"),
    ],
)
def test_a_limit_that_cannot_be_followed_is_told(
    place: Path, line: str, said: str
) -> None:
    (place / LIMITS).write_text(f"{HEADS}{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"“界限.csv”第 2 行：{said}"):
        limits_at(place)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "应当是花括号括起来的几项"),
        ('{"flatt": "同"}', "里的“flatt”不是能改的用语，是不是要写“flat”"),
        ('{"flat": 1}', "里的“flat”应当是引号括起来的文字"),
        ('{"up": "多了{size}"}', "里的“up”少了“{unit}”"),
    ],
)
def test_words_that_cannot_be_used_are_told(place: Path, text: str, said: str) -> None:
    (place / WORDS).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        at_place(PROFILE, place)
    assert said in str(told.value)


def test_limits_without_their_columns_are_told(place: Path) -> None:
    (place / LIMITS).write_text("代号,值\na,1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="缺少“说明”“原因”“决定人”这几栏"):
        limits_at(place)


def test_a_blank_workbook_that_is_drawn_beside_it_has_the_place_s_glossary(
    place: Path,
) -> None:
    (place / GLOSSARY).write_text(
        "名词,解释\n基本支出,保障运转的支出\n项目支出,完成任务的支出\n", encoding="gbk"
    )
    drawn = steps.template(place.parent / "空白.xlsx", PROFILE)
    book = read(open_grid(drawn.path), PROFILE)
    said = [(row.text("term"), row.text("definition")) for row in book.rows("glossary")]
    assert said == [("基本支出", "保障运转的支出"), ("项目支出", "完成任务的支出")]
    assert not read(
        open_grid(steps.template(place.parent.parent / "别处.xlsx", PROFILE).path),
        PROFILE,
    ).rows("glossary")
