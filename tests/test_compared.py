"""What changed between two returns of one unit: values by what they are called, projects come and gone, texts left behind."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from tests.test_statement import EXAMPLES, PROFILE
from toolkit.model import Return
from toolkit.publish.edited.compared import Compared, compare_returns
from toolkit.returns.data import computed, from_data

DATA = json.loads(
    (EXAMPLES / "02-xianghe-corrected" / "returns" / "02-就业服务中心.json").read_text(
        encoding="utf-8"
    )
)


def book(data: dict[str, Any]) -> Return:
    return computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)


def after(change: Callable[[dict[str, Any]], object]) -> Compared:
    data = copy.deepcopy(DATA)
    change(data)
    return compare_returns(book(DATA), book(data), PROFILE)


def said(found: Compared) -> list[tuple[str, str, str]]:
    return [(one.said, one.old, one.new) for one in (*found.figures, *found.texts)]


def test_nothing_is_told_of_the_same() -> None:
    assert not after(lambda _: None)


def test_a_figure_and_a_text_are_told_with_both_values_and_whose_they_are() -> None:
    def change(data: dict[str, Any]) -> None:
        data["composition"]["personnel"]["this_year"] = "1.50"
        data["projects"][2]["office"] = "甲股"
        data["projects"][2]["indicators"][0]["value"] = "≥7人"

    found = after(change)
    assert [(one.new, one.project) for one in found.figures] == [("1.5", "")]
    assert found.figures[0].by is not None
    assert {(one.new, one.office) for one in found.texts} == {
        ("甲股", "甲股"),
        ("≥7人", "甲股"),
    }


def test_projects_come_and_go_without_shifting_the_others() -> None:
    def change(data: dict[str, Any]) -> None:
        data["projects"].insert(0, {"name": "新来的项目", "indicators": []})
        del data["projects"][3]

    found = after(change)
    assert found.came == ("新来的项目",)
    assert found.gone == (DATA["projects"][2]["name"],)
    assert said(found) == []


def test_a_text_beside_a_figure_that_moved_is_told() -> None:
    data = copy.deepcopy(DATA)
    data["three_public"]["reception"] = {
        "this_year": "1",
        "last_year": "2",
        "reason": "接待减少",
    }
    more = copy.deepcopy(data)
    more["three_public"]["reception"]["this_year"] = "3"
    found = compare_returns(book(data), book(more), PROFILE)
    assert [(one.new, "公务接待费" in one.said) for one in found.left] == [
        ("接待减少", True)
    ]
    more["three_public"]["reception"]["reason"] = "接待增加"
    assert compare_returns(book(data), book(more), PROFILE).left == ()


def test_a_line_of_a_list_is_known_by_what_it_says() -> None:
    data = copy.deepcopy(DATA)
    data["agencies"] = [{"name": "甲"}, {"name": "乙"}]
    more = copy.deepcopy(data)
    more["agencies"].insert(0, {"name": "丙"})
    assert said(compare_returns(book(data), book(more), PROFILE)) == [
        ("机构设置第 1 行“丙”的“单位名称”", "", "丙")
    ]
