"""A new year's profile is made of an earlier one without Python: what changed is said, nothing that is there is touched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_choosing import all_profiles_but
from tests.test_steps import disclosure
from toolkit import cli, steps
from toolkit.errors import COULD_NOT, DONE
from toolkit.profile.loading import load, loaded
from toolkit.profile.stored import home

HEBEI = "hebei-2023"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own with one profile."""
    folder = tmp_path / "home"
    shutil.copytree(home() / "templates", folder / "templates")
    shutil.copytree(
        home() / "schema", folder / "schema", ignore=all_profiles_but(HEBEI)
    )
    monkeypatch.setenv("DISCLOSURE_HOME", str(folder))
    loaded.cache_clear()
    yield folder
    loaded.cache_clear()


@pytest.mark.usefixtures("place")
def test_a_new_year_has_the_same_forms_with_its_own_year_in_them() -> None:
    made = steps.new_year(2024, HEBEI)
    now, before = load("hebei-2024"), load(HEBEI)
    assert made.id == "hebei-2024"
    assert now.year == 2024
    assert now.title == before.title.replace("2023", "2024")
    columns = now.book.blocks["composition"].columns
    assert columns["this_year"].title == "2024年预算数"
    assert columns["last_year"].title == "2023年预算数"
    assert made.blank.is_file()
    assert not list(made.path.parent.parent.glob(".*"))


@pytest.mark.usefixtures("place")
def test_it_says_which_codes_went_came_and_changed_their_names() -> None:
    notes = "\n".join(steps.new_year(2024, HEBEI).notes)
    assert "没有了：2010308 信访事务" in notes
    assert "20140 信访事务" in notes
    assert "2013804 市场主体管理 → 经营主体管理" in notes


@pytest.mark.usefixtures("place")
def test_an_offices_new_list_is_held_against_ours(tmp_path: Path) -> None:
    path = tmp_path / "功能分类科目.csv"
    path.write_bytes(
        "科目编码,科目名称\n201,一般公共服务支出\n20101,人大的事\n".encode("gbk")
    )
    notes = "\n".join(steps.new_year(2024, HEBEI, {"functional": path}).notes)
    assert "20101 人大事务 → 人大的事" in notes
    assert "没有了：" in notes
    assert "功能分类科目用的是工具自带的" not in notes


def test_a_bad_list_leaves_nothing_behind(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "功能分类科目.csv"
    path.write_text("名称\n一般公共服务支出\n", encoding="utf-8")
    assert (
        cli.run(["new-year", "2024", "--from", HEBEI, "--functional", str(path)])
        == COULD_NOT
    )
    assert not (place / "schema" / "profiles" / "hebei-2024").exists()


@pytest.mark.usefixtures("place")
def test_a_year_that_is_there_and_one_that_is_not_later_are_refused() -> None:
    assert cli.run(["new-year", "2024", "--from", HEBEI]) == DONE
    with pytest.raises(steps.StepError, match="已经有表样“hebei-2024”"):
        steps.new_year(2024, HEBEI)
    with pytest.raises(steps.StepError, match="要在它以后"):
        steps.new_year(2023, HEBEI)
    assert load("hebei-2024").year == 2024


@pytest.mark.usefixtures("place")
def test_where_nothing_may_be_written_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr("toolkit.steps.newyear.shutil.move", refused)
    with pytest.raises(steps.StepError, match=r"不能在“.*”里建新表样"):
        steps.new_year(2024, HEBEI)


def test_a_blank_workbook_of_before_the_profile_was_changed_is_told(
    place: Path,
) -> None:
    """What lies in templates/ is handed out: after an edit of the profile it must be drawn anew."""
    made = steps.new_year(2024, HEBEI)
    assert steps.stale_blank(load("hebei-2024")) is None
    said = json.loads(made.path.read_text(encoding="utf-8"))
    said["changed"] = {"budget/income/rows/other/title": "九、别的收入"}
    made.path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    loaded.cache_clear()
    looked = disclosure("profile", "check", "hebei-2024")
    assert looked.code == DONE
    assert "是改表样以前画的" in looked.out
    assert place.name in looked.out.replace("\n", "")
