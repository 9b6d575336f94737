"""A return of an earlier year in the forms of a later one: figures shift, words are carried and marked until somebody looks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_choosing import all_profiles_but
from toolkit import steps
from toolkit.files.folder import PUBLISHED
from toolkit.files.grid import open_grid
from toolkit.model import Name, Return
from toolkit.profile.form import Profile
from toolkit.profile.loading import load, loaded
from toolkit.profile.stored import home
from toolkit.returns.carried import SHEET, Carried, take_over
from toolkit.returns.read import read

HEBEI, LATER = "hebei-2023", "later-2024"
INPUT = home() / "examples" / "02-xianghe-corrected" / "input"
LEAD = INPUT / "333001-本级.xlsx"


@dataclass
class Years:
    """Two profiles of the same forms, and a return of the earlier."""

    before: Profile
    now: Profile
    old: Return


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    place = tmp_path_factory.mktemp("home")
    shutil.copytree(home() / "templates", place / "templates")
    shutil.copytree(home() / "schema", place / "schema", ignore=all_profiles_but(HEBEI))
    folder = place / "schema" / "profiles" / LATER
    folder.mkdir()
    told = {"extends": HEBEI, "id": LATER, "title": "后一年（2024年度）", "year": 2024}
    (folder / "profile.json").write_text(
        json.dumps(told, ensure_ascii=False), encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCLOSURE_HOME", str(place))
        loaded.cache_clear()
        before = load(HEBEI)
        yield Years(before, load(LATER), read(open_grid(LEAD), before))
    loaded.cache_clear()


def number(book: Return, name: str) -> object:
    return book.figure(name).value


def test_this_years_figures_become_last_years_and_nothing_else_is_a_figure(
    years: Years,
) -> None:
    filled = steps.source_of(LEAD, years.now).filled
    for row in ("personnel", "operating", "project"):
        assert number(filled, f"composition.{row}.last_year") == number(
            years.old, f"composition.{row}.this_year"
        )
        assert number(filled, f"composition.{row}.this_year") is None
    assert number(filled, "three_public.vehicle_running.last_year") == number(
        years.old, "three_public.vehicle_running.this_year"
    )
    assert number(filled, "income.general.amount") is None
    assert all(
        project.head.figure("amount").value is None for project in filled.projects
    )
    assert not filled.rows("procurement")


def test_reasons_approvals_ticks_and_answers_are_not_carried(years: Years) -> None:
    filled = steps.source_of(LEAD, years.now).filled
    assert years.old.words("composition.basic.reason").text
    assert not filled.words("composition.basic.reason").text
    assert not filled.words("approval.number").text
    assert all(state.tick == "" for state in filled.sheets.values())
    assert all(
        row.figure("approved_income").value is None for row in filled.rows("agencies")
    )
    assert [row.text("name") for row in filled.rows("agencies")] == [
        row.text("name") for row in years.old.rows("agencies")
    ]


def test_projects_and_their_indicators_are_carried_and_listed_with_the_years_in_them(
    years: Years,
) -> None:
    taken = take_over(years.old, years.before, years.now)
    assert len(taken.data["projects"]) == len(years.old.projects)
    said = {str(text.name): text for text in taken.texts}
    assert said["project[1].goal"].text == years.old.projects[0].head.text("goal")
    assert "project[1].indicators[1].value" in said
    assert "project[1].name" not in said  # who and which need not be read again
    levels = [
        row.text("level1")
        for project in years.old.projects
        for row in project.indicators
    ]
    assert "效果指标" in levels  # the form's own word for one of the choices
    assert [
        row.get("level1", "")
        for project in taken.data["projects"]
        for row in project["indicators"]
    ] == levels
    assert Carried(Name("a"), "2022年、2023年和2022年，编号120231").years == (
        "2022",
        "2023",
    )


def test_what_was_carried_is_told_until_it_is_changed_or_confirmed(
    years: Years, tmp_path: Path
) -> None:
    given = steps.source_of(LEAD, years.now)
    path = steps.template(tmp_path / "新.xlsx", years.now, source=given).path
    grid = open_grid(path)
    book = read(grid, years.now)
    told = [oddity for oddity in book.oddities if oddity.what == "carried"]
    assert [int(one.places["count"]) for one in told] == [len(given.taken)]
    assert SHEET in grid.sheets
    assert book.words("cover.profile").text == LATER
    assert any("上年数" in note for note in given.notes)


def test_each_carried_text_is_marked_where_it_stands(
    years: Years, tmp_path: Path
) -> None:
    given = steps.source_of(LEAD, years.now)
    path = steps.template(tmp_path / "新.xlsx", years.now, source=given).path
    book = read(open_grid(path), years.now)
    for text in given.taken:
        assert book[Name.parse(str(text.name))].text == text.text  # type: ignore[union-attr]


def test_what_was_published_gives_last_years_figures(
    years: Years, tmp_path: Path
) -> None:
    steps.merge_folder(INPUT, tmp_path / "出", years.before)
    given = steps.source_of(tmp_path / "出" / "公开表.xlsx", years.now)
    published = read(open_grid(tmp_path / "出" / "公开表.xlsx"), years.before)
    assert number(given.filled, "composition.personnel.last_year") == number(
        published, "composition.personnel.this_year"
    )
    assert number(given.filled, "composition.personnel.last_year")
    # All rows of its lists, and no row of the next: a public table has no marks at their ends, and fewer headings above them.
    lead = read(open_grid(LEAD), years.before)
    for block, column in (
        ("agencies", "name"),
        ("goals", "name"),
        ("safeguards", "text"),
        ("glossary", "term"),
    ):
        assert [row.text(column) for row in published.rows(block)] == [
            row.text(column) for row in lead.rows(block)
        ]
    same = steps.source_of(tmp_path / "出" / "公开表.xlsx", years.before)
    assert steps.template(tmp_path / "同年.xlsx", years.before, source=same).path


def test_a_later_year_is_not_carried_back(years: Years, tmp_path: Path) -> None:
    path = steps.template(tmp_path / "新.xlsx", years.now, count=1).path
    with pytest.raises(steps.StepError, match="2024 年的表，不能带进 2023"):
        steps.source_of(path, years.before)


def test_a_workbook_of_the_same_year_is_carried_whole(years: Years) -> None:
    given = steps.source_of(LEAD, years.before)
    assert given.filled == years.old
    assert not given.taken


def test_last_years_figures_are_held_against_what_was_published_then(
    years: Years, tmp_path: Path
) -> None:
    data = tmp_path / "收表"
    data.mkdir()
    for path in INPUT.glob("*.xlsx"):
        shutil.copyfile(path, data / path.name)
    steps.merge_folder(INPUT, tmp_path / "出", years.before)
    # this year's in the place of last year's
    shutil.copyfile(tmp_path / "出" / "公开表.xlsx", data / PUBLISHED)
    done = steps.check([data], years.before)
    told = [finding for finding in done.report.findings if finding.rule == "F06-01"]
    assert told
    assert all("去年公开的是" in finding.message for finding in told)
    assert [one.name for one in done.passed] == [PUBLISHED]
    assert "F06-01" not in {
        finding.rule for finding in steps.check([INPUT], years.before).report.findings
    }
