"""A profile that extends another: what is removed, changed and added, in its place; a path that leads nowhere is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.languages import HEBEI, installed, read_anew, written
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.stored import ProfileError, home

BASE = {"id": "next-2024", "title": "下一年", "year": 2024, "extends": HEBEI}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("extending"))


def extended(
    place: Path, more: dict[str, Any], files: dict[str, Any] | None = None
) -> Profile:
    folder = place / "schema" / "profiles" / "next-2024"
    for path in folder.rglob("*.json") if folder.exists() else ():
        path.unlink()
    return read_anew(
        place,
        written(place, "next-2024", {"profile": {**BASE, **more}, **(files or {})}),
    )


def test_what_is_not_said_is_as_in_the_other_but_for_the_year(place: Path) -> None:
    profile = extended(place, {})
    assert list(profile.book.blocks) == list(load(HEBEI).book.blocks)
    assert (
        profile.book.blocks["three_public"].columns["last_year"].title == "2023年预算数"
    )
    assert profile.book.blocks["cover"].columns["profile"].constant == "next-2024"
    assert profile.statement == load(HEBEI).statement


def test_rows_columns_forms_and_facts_are_removed_changed_and_added_in_their_place(
    place: Path,
) -> None:
    profile = extended(
        place,
        {
            "removed": [
                "profile/books/unit/forms/answers",
                "notes/notes/columns/budget",
                "signoff/numbers/政府采购预算",
            ],
            "changed": {
                "duties/duties/columns/text/title": "职责",
                "statement/sections/duties/title": "职责和机构",
            },
            "added": [
                {
                    "at": "agencies/agencies/columns/phone",
                    "after": "name",
                    "is": {"title": "电话", "$ref": "#/$defs/line"},
                },
                {
                    "at": "duties/duties/columns/first",
                    "after": "",
                    "is": {"title": "先", "$ref": "#/$defs/line"},
                },
                {"at": "profile/books/unit/forms/debts", "after": "budget"},
            ],
        },
        {
            "forms/debts": json.loads(
                (home() / "schema/profiles/hebei-2023/forms/operating.json").read_text(
                    "utf-8"
                )
            )
        }
        | {"forms/operating": OWN_OPERATING},
    )
    book = profile.book
    assert "answers" not in book.sheets
    assert list(book.blocks["agencies"].columns)[1:3] == ["name", "phone"]
    assert next(iter(book.blocks["duties"].columns)) == "first"
    assert book.blocks["duties"].columns["text"].title == "职责"
    assert list(book.sheets)[list(book.sheets).index("budget") + 1] == "debts"
    assert book.sheets["operating"].name == "别的"
    assert "budget" not in book.blocks["notes"].columns
    assert profile.statement["sections"][0]["title"] == "职责和机构"
    assert "政府采购预算" not in [one["title"] for one in profile.signoff["numbers"]]
    assert "answers" in load(HEBEI).book.sheets, "the other one stays as it was"


OWN_OPERATING = {
    "title": "别的",
    "x-sheet": {"name": "别的"},
    "x-blocks": {"others": {"kind": "fields", "columns": {"a": {"title": "甲"}}}},
}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"removed": ["budget/income/rows/othr"]},
            "“budget/income/rows/othr”里没有“othr”，是不是要写“other”",
        ),
        (
            {"removed": ["budgt/income"]},
            "里的“budgt”不是这个表样的文件，是不是要写“budget”",
        ),
        ({"removed": ["budget"]}, "“budget”应当写成“文件/……/代号”的样子"),
        (
            {"changed": {"budget/incom/merge": "sum"}},
            "“budget/incom/merge”里没有“incom”，是不是要写“income”",
        ),
        (
            {"changed": {"budget/income/merge": "summ"}},
            "“budget › income › merge”：没有“summ”这种写法，是不是要写“sum”",
        ),
        (
            {"added": [{"at": "budget/income/rows/other", "is": {"title": "甲"}}]},
            "已经有“budget/income/rows/other”",
        ),
        (
            {
                "added": [
                    {
                        "at": "budget/income/rows/x",
                        "after": "othr",
                        "is": {"title": "甲"},
                    }
                ]
            },
            "“after”说的“othr”没有",
        ),
        (
            {"removed": ["budget/income/rows/other"]},
            "“hebei-2023/forms/budget.json”里“income › rows › current › formula”",
        ),
        (
            {"removed": ["composition/composition/rows/own"]},
            "statement.json”里“sections › budget › facts › outlay.own.amount”",
        ),
    ],
)
def test_a_path_that_leads_nowhere_and_what_names_something_gone_is_told(
    place: Path, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(ProfileError) as told:
        extended(place, more)
    assert said in str(told.value)


def test_what_another_profile_changed_is_said_to_be_so(place: Path) -> None:
    with pytest.raises(ProfileError, match="（这是按 next-2024 改过的）"):
        extended(place, {"removed": ["budget/income/rows/other"]})


def test_two_that_extend_each_other_are_told(place: Path) -> None:
    written(place, "a-2024", {"profile": {**BASE, "id": "a-2024", "extends": "b-2024"}})
    written(place, "b-2024", {"profile": {**BASE, "id": "b-2024", "extends": "a-2024"}})
    with pytest.raises(ProfileError, match="绕成了一圈：“a-2024 → b-2024 → a-2024”"):
        read_anew(place, "a-2024")


def test_hebei_2025_has_one_row_of_its_own_funds_and_one_more_of_outlay() -> None:
    blocks = load("hebei-2025").book.blocks
    assert [row.title for row in blocks["income"].rows.values()][4] == "五、单位资金"
    assert len(blocks["income"].rows) == len(load(HEBEI).book.blocks["income"].rows) - 4
    assert [row.title for row in blocks["outlay"].rows.values()][-4] == "人行科目"
