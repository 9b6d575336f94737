"""What the audit says of the statement that example 01 is made from: its defects one by one, found or why not.

The published text itself is no part of the project. The draft that example 01 gives has the same goals, projects and figures;
what stood in the published words alone is proven by a small statement with the same fault (`小例`).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.statements import HEBEI, audited, spoilt, written
from tests.test_audit import PROJECT, WRONG
from toolkit.audit.judge import Audited
from toolkit.profile.loading import load
from toolkit.steps.merging import merge_folder

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent / "examples" / "01-xianghe-as-published" / "input"
PROVEN_BELOW = {"J07-09"}


def rows() -> tuple[dict[str, str], ...]:
    with (HERE / "published.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    out = tmp_path_factory.mktemp("draft")
    return audited(
        merge_folder(PUBLISHED, out, load("hebei-2023"), draft=True).placed[
            "情况说明.docx"
        ]
    )


def test_every_defect_is_found_or_it_is_said_why_not() -> None:
    told = rows()
    assert len({row["编号"] for row in told}) == len(told)
    assert all(
        bool(row["核对"]) == (row["审核"] == "查出") != bool(row["为什么"])
        for row in told
    )
    assert sum(row["审核"] == "查出" for row in told) >= 80


def test_what_the_draft_of_the_example_has_is_found_in_it(draft: Audited) -> None:
    by_check: dict[str, list[str]] = {}
    for finding in draft.findings:
        said = [finding.message, *finding.also, *(spot.quote for spot in finding.spots)]
        by_check.setdefault(finding.check.id, []).append(" ".join(said))
    wanted = [row for row in rows() if row["凭据"] == "例一的草稿"]
    lacking = [
        row
        for row in wanted
        if not any(row["说到的话"] in said for said in by_check.get(row["核对"], ()))
    ]
    assert [(row["编号"], row["核对"]) for row in lacking] == []


def test_what_stood_in_the_published_words_alone_has_a_case_of_its_own() -> None:
    cases = {case[3] for case in WRONG} | PROVEN_BELOW
    assert [
        row["编号"]
        for row in rows()
        if row["凭据"] == "小例" and row["核对"] not in cases
    ] == []


NAMES = ("堤防加固", "河道清淤", "水质监测（平财预【2022】15号）")
LISTED = "河道清淤、堤防加固、水质监测（平财预【2022】15号）"


def listing(listed: str) -> str:
    tables = "".join(
        PROJECT.replace("2.堤防加固", f"{number}.{name}")
        for number, name in enumerate(NAMES, 1)
    )
    text = spoilt(HEBEI, "1.河道治理绩效目标表\n", tables)
    return spoilt(text, "包括本级支出。", f"包括本级支出，主要为{listed}等支出。")


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (LISTED, []),
        (f"{LISTED}、水库除险", ["文中列了“水库除险”，项目绩效表里没有叫这个名字的"]),
        (f"{LISTED}、水质监测（平财预【2022】】15号）", ["〔2022〕15号文列了 2 遍"]),
        ("办公费、印刷费、差旅费", []),  # no list of projects
    ],
    ids=["right", "unknown", "twice", "other"],
)
def test_the_projects_that_the_words_list_are_those_of_the_tables(
    listed: str, said: list[str], tmp_path: Path
) -> None:
    one = audited(written(tmp_path, listing(listed)))
    assert [
        finding.message for finding in one.findings if finding.check.id == "J07-09"
    ] == said
