"""What is not law is optional: a profile without this or that draws, reads, checks, merges and publishes all the same."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.languages import (
    HEBEI,
    Change,
    adapted,
    at_home,
    goes_all_the_way,
    installed,
    read_anew,
    without,
    written,
)
from tests.returns import random_data
from toolkit import steps
from toolkit.files.shelf import Shelf
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile
from toolkit.report.told.data import to_json

MONEY = {"type": "string", "pattern": "^-?\\d{1,15}(\\.\\d{1,2})?$", "x-kind": "money"}
LINE = {"type": "string", "maxLength": 120, "x-kind": "text"}
DEFINITIONS = {"$defs": {"money": MONEY, "line": LINE}}
AMOUNT = {"title": "金额", "$ref": "#/$defs/money"}
NAME = {"title": "名称", "$ref": "#/$defs/line"}
CODED = {
    "title": "封面",
    "x-sheet": {"name": "首页", "board": True, "public": False},
    "x-blocks": {
        "who": {
            "kind": "fields",
            "columns": {
                "code": {"title": "代码", "$ref": "#/$defs/line", "role": "unit.code"},
                "name": {"title": "单位", "$ref": "#/$defs/line", "role": "unit.name"},
            },
        }
    },
}
SUMS = {
    "title": "收支",
    "x-sheet": {"name": "收支"},
    "x-blocks": {
        "sums": {
            "kind": "grid",
            "merge": "sum",
            "columns": {"amount": AMOUNT},
            "rows": {
                "a": {"title": "甲"},
                "b": {"title": "乙"},
                "whole": {"title": "合计", "formula": "a + b"},
            },
        }
    },
}
ITEMS = {
    "title": "明细",
    "x-sheet": {"name": "明细"},
    "x-blocks": {
        "items": {
            "kind": "list",
            "merge": "list",
            "spare": 3,
            "columns": {"name": NAME, "amount": AMOUNT},
        }
    },
}
WORK = {
    "title": "项目",
    "x-sheet": {
        "name": "事项 {n}",
        "repeat": "works",
        "bookends": ["事项 始", "事项-终"],
    },
    "x-blocks": {
        "work": {"kind": "fields", "columns": {"name": NAME, "amount": AMOUNT}}
    },
}
TINY: dict[str, dict[str, Any]] = {
    "a cover, a grid and a list": {"cover": CODED, "sums": SUMS, "items": ITEMS},
    "one grid alone": {"sums": SUMS},
    "one list alone": {"items": ITEMS},
    "a cover alone": {"cover": CODED},
    "projects without rows, on sheets with blanks in their names": {
        "cover": CODED,
        "sums": SUMS,
        "work": WORK,
    },
    "projects alone": {"work": WORK},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which profiles are made."""
    folder = installed(tmp_path_factory.mktemp("optional"))
    with at_home(folder):
        yield folder


def tiny(place: Path, forms: dict[str, Any], number: int) -> Profile:
    """A profile of these forms and nothing else: no department's workbook, no guide, no statement, no codes, no indicators."""
    said = {
        "id": f"tiny-{number}",
        "title": "小表样",
        "year": 2024,
        "money": {"unit": "元", "decimals": 2},
        "books": {"unit": {"title": "填报表", "forms": list(forms)}},
    }
    files = {
        "profile": said,
        "definitions": DEFINITIONS,
        **{f"forms/{key}": form for key, form in forms.items()},
    }
    return read_anew(place, written(place, said["id"], files))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TINY)
def test_a_tiny_profile_goes_all_the_way(
    place: Path, name: str, tmp_path: Path
) -> None:
    profile = tiny(place, TINY[name], list(TINY).index(name))
    draws = random.Random(name)
    gone = goes_all_the_way(
        profile, [random_data(profile, draws), random_data(profile, draws)], tmp_path
    )
    assert {"公开表.xlsx", "底稿.xlsx", "审签单.docx", "校验报告.json"} == set(
        gone.placed
    )


@pytest.mark.parametrize("name", ["a cover, a grid and a list", "projects alone"])
def test_every_door_is_open_to_a_tiny_profile(
    place: Path, name: str, tmp_path: Path
) -> None:
    profile = tiny(place, TINY[name], 90 + list(TINY).index(name))
    draws = random.Random(3)
    goes_all_the_way(profile, [random_data(profile, draws)], tmp_path)
    filled = next((tmp_path / "收表").iterdir())
    steps.template(tmp_path / "空.xlsx", profile)
    steps.template(tmp_path / "按钮.xlsm", profile, macros=True)
    steps.paper(filled, tmp_path / "签字稿.xlsx", profile)
    shelf = Shelf()
    done = steps.check([filled], profile, shelf=shelf)
    steps.page(done, done.report, profile, tmp_path / "报告.html", shelf)
    steps.book(done, done.report, profile, tmp_path / "报告.xlsx", None)
    steps.annotate([filled], done, tmp_path / "批注", profile)
    assert (
        json.loads(to_json(done.report, law()))["findings"] == [] or not done.unreadable
    )
    assert steps.verify([filled, tmp_path / "签字稿.xlsx"], profile)
    for result in (
        "空.xlsx",
        "按钮.xlsm",
        "签字稿.xlsx",
        "报告.html",
        "报告.xlsx",
        "批注",
    ):
        assert (tmp_path / result).exists()


def no_form(form: str) -> tuple[str, Change]:
    def change(said: Any) -> Any:
        for book in said["books"].values():
            book["forms"] = [one for one in book["forms"] if one != form]
        return said

    return "profile", change


# What Hebei does without, with the file it stood in.
DROPS = {
    "a cover": no_form("cover"),
    "three public": no_form("three_public"),
    "projects": no_form("project"),
    "indicators": ("forms/project", without("x-blocks", "indicators")),
    "who leads": ("forms/cover", without("x-blocks", "cover", "columns", "lead")),
    "basic outlay": (
        "forms/composition",
        without("x-blocks", "composition", "rows", "basic"),
    ),
    "a department's workbook": ("profile", without("books", "department")),
}


@pytest.mark.parametrize("name", DROPS)
def test_hebei_goes_all_the_way_without(place: Path, name: str, tmp_path: Path) -> None:
    file, change = DROPS[name]
    id_ = f"less-{list(DROPS).index(name)}"
    folder = place / "schema" / "profiles" / id_
    shutil.copytree(place / "schema" / "profiles" / HEBEI, folder)
    (folder / "statement.json").unlink()
    said = json.loads((folder / "profile.json").read_text(encoding="utf-8"))
    del said["statement"]
    files = {"profile": {**said, "id": id_}}
    files[file] = change(
        files[file]
        if file in files
        else json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))
    )
    profile = adapted(place, written(place, id_, files))
    draws = random.Random(name)
    gone = goes_all_the_way(profile, [random_data(profile, draws, 0.1)], tmp_path)
    # What a rule would need is not there: it is listed as not in force.
    if name in ("three public", "projects", "indicators"):
        assert len(gone.merged.idle) > 3
        assert all(idle.lacks for idle in gone.merged.idle)


def test_the_small_profile_that_contributors_read_of_is_one(
    place: Path, tmp_path: Path
) -> None:
    """As it stands in CONTRIBUTING.md, letter by letter."""
    page = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(
        encoding="utf-8"
    )
    printed = page[page.index("    profile.json      ") : page.index("Copy `schema/")]
    _, *parts = re.split(r"\n {4}([\w/]+)\.json +", "\n" + printed)
    files = {
        name: json.loads(text)
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
    profile = read_anew(place, written(place, "small-2025", files))
    draws = random.Random(1)
    assert goes_all_the_way(
        profile, [random_data(profile, draws) for _ in range(2)], tmp_path
    ).placed
