"""Which profile a run goes by: what a person names, what the workbooks name, what the office fixed, what fits; else refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from toolkit import cli
from toolkit.profile.loading import load, loaded
from toolkit.profile.settings import SettingsError
from toolkit.profile.stored import home
from toolkit.steps import StepError, chosen, offered, template

HEBEI, OTHER = "hebei-2023", "elsewhere-2031"


def all_profiles_but(kept: str) -> Callable[[str, list[str]], list[str]]:
    """What a copy of schema/ leaves out."""

    def left_out(folder: str, names: list[str]) -> list[str]:
        return (
            [name for name in names if name != kept]
            if Path(folder).name == "profiles"
            else []
        )

    return left_out


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with two profiles that have the same forms in different years, and a folder for data."""
    place = tmp_path / "home"
    shutil.copytree(home() / "templates", place / "templates")
    shutil.copytree(home() / "schema", place / "schema", ignore=all_profiles_but(HEBEI))
    forms = place / "schema" / "profiles"
    shutil.copytree(forms / HEBEI, forms / OTHER)
    declared = json.loads((forms / OTHER / "profile.json").read_text(encoding="utf-8"))
    declared |= {"id": OTHER, "title": "别处（2031年度）", "year": 2031}
    (forms / OTHER / "profile.json").write_text(
        json.dumps(declared, ensure_ascii=False), encoding="utf-8"
    )
    monkeypatch.setenv("DISCLOSURE_HOME", str(place))
    loaded.cache_clear()
    data = tmp_path / "收表"
    data.mkdir()
    yield data
    loaded.cache_clear()


def drawn(folder: Path, profile: str, name: str = "甲.xlsx") -> Path:
    return template(folder / name, load(profile), count=1).path


def without(path: Path, *labels: str) -> None:
    """Clear what stands beside labels on the cover."""
    book = load_workbook(path)
    sheet = book["封面"]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value in labels:
                sheet.cell(cell.row, cell.column + 1).value = None
    book.save(path)


def test_what_a_person_names_goes_before_everything(two: Path) -> None:
    drawn(two, OTHER)
    assert chosen(HEBEI, [two]).profile.id == HEBEI


@pytest.mark.parametrize("profile", [HEBEI, OTHER])
def test_a_workbook_says_on_its_cover_of_which_profile_it_is(
    profile: str, two: Path
) -> None:
    drawn(two, profile)
    found = chosen("", [two])
    assert found.profile.id == profile
    assert not found.said


def test_one_that_names_an_installed_profile_speaks_for_those_that_name_none(
    two: Path,
) -> None:
    without(drawn(two, HEBEI, "乙.xlsx"), "表样版本", "预算年度")
    drawn(two, OTHER, "甲.xlsx")
    assert chosen("", [two]).profile.id == OTHER


def test_a_cover_goes_before_what_the_office_fixed_and_that_before_what_fits(
    two: Path,
) -> None:
    (two / "表样.txt").write_text(f"{OTHER}\n", encoding="utf-8")
    path = drawn(two, HEBEI)
    assert chosen("", [two]).profile.id == HEBEI
    without(path, "表样版本")
    assert chosen("", [two]).profile.id == OTHER


def test_without_a_name_the_one_profile_whose_forms_and_year_fit_is_taken_and_said(
    two: Path,
) -> None:
    without(drawn(two, OTHER), "表样版本")
    found = chosen("", [two])
    assert found.profile.id == OTHER
    assert OTHER in found.said
    assert "--profile" in found.said


def test_where_two_fit_it_is_refused_with_the_list(two: Path) -> None:
    without(drawn(two, OTHER), "表样版本", "预算年度")
    with pytest.raises(StepError, match=f"甲.xlsx.*{OTHER}.*{HEBEI}|甲.xlsx.*{HEBEI}"):
        chosen("", [two])


def test_a_profile_that_is_not_installed_is_said_with_those_that_are(two: Path) -> None:
    path = drawn(two, OTHER)
    shutil.rmtree(home() / "schema" / "profiles" / OTHER)
    with pytest.raises(StepError, match=f"“甲.xlsx”的表样是“{OTHER}”.*{HEBEI}"):
        chosen("", [path])


def test_data_says_of_which_profile_it_is(two: Path) -> None:
    source = two / "甲.json"
    source.write_text(json.dumps({"cover": {"profile": OTHER}}), encoding="utf-8")
    assert chosen("", [source]).profile.id == OTHER


def test_nothing_to_go_by_is_refused_with_the_list_and_an_office_may_fix_one(
    two: Path,
) -> None:
    with pytest.raises(StepError, match="装有几套表样"):
        chosen("", [], two)
    assert {one.id for one in offered("", two)} == {HEBEI, OTHER}
    (two / "表样.txt").write_text(f"\ufeff{HEBEI}\r\n", encoding="utf-8")
    assert chosen("", [], two).profile.id == HEBEI
    assert [one.id for one in offered("", two)] == [HEBEI]


def test_an_office_that_fixes_what_there_is_not_is_told(two: Path) -> None:
    (two / "表样.txt").write_text("hebei-1999", encoding="utf-8")
    with pytest.raises(SettingsError, match="hebei-1999"):
        chosen("", [], two)


def test_what_cannot_be_opened_is_told_where_it_is_read(two: Path) -> None:
    (two / "甲.xlsx").write_bytes(b"")
    assert chosen("", [two]).profile.id in (HEBEI, OTHER)


def test_a_findings_workbook_is_of_the_profile_that_it_was_written_for(
    two: Path,
) -> None:
    path = drawn(two, OTHER)
    cli.run(["check", str(path), "--format", "xlsx", "-o", str(two / "报告.xlsx")])
    assert chosen("", [two / "报告.xlsx"]).profile.id == OTHER


def test_what_is_no_form_of_anybody_s_is_read_by_any_profile(two: Path) -> None:
    Workbook().save(two / "别的.xlsx")
    assert chosen("", [two / "别的.xlsx"]).profile.id in (HEBEI, OTHER)
