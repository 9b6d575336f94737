"""A value knows its name: names print and parse back, places in the data are names, each value is found by its own."""

from __future__ import annotations

import random

import pytest

from tests.returns import random_data
from toolkit.model import EVERY, NOTHING, Name, Role
from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import from_data
from toolkit.rules.reading import texts

PROFILE = load("hebei-2023")

PRINTED = {
    "change": Name(column="change"),
    "cover.unit_code": Name("cover", column="unit_code"),
    "three_public.total.change": Name("three_public", "total", "change"),
    "procurement[3].amount": Name("procurement", column="amount", line=3),
    "procurement[].amount": Name("procurement", column="amount", line=EVERY),
    "project[12]": Name("project", line=12),
    "project[12].goal": Name("project", column="goal", line=12),
    "project[12].indicators[4].value": Name(
        "indicators", column="value", line=4, within=Name("project", line=12)
    ),
}


@pytest.mark.parametrize(("text", "name"), PRINTED.items())
def test_a_name_prints_and_is_read_back(text: str, name: Name) -> None:
    assert str(name) == text
    assert Name.parse(text) == name


@pytest.mark.parametrize(
    "text", ["", "a.", ".a", "a..b", "a.b.c.d", "a[x].b", "a[1", "甲 乙", "a.b[1].c.d"]
)
def test_what_is_no_name_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match="写法有误"):
        Name.parse(text)


def test_every_value_is_answered_by_its_own_name_and_every_name_is_a_place_in_the_data() -> (
    None
):
    draws = random.Random(7)
    seen = 0
    for _ in range(5):
        book = from_data(random_data(PROFILE, draws), PROFILE)
        names = [name for name, _ in book.values()]
        assert len(names) == len(set(names)), "no two values share a name"
        for name, value in book.values():
            seen += 1
            assert book[name] is value
            assert Name.parse(str(name)) == name
            assert PROFILE.book.name_at(PROFILE.book.path_of(name)) == name
            assert PROFILE.book.has(name)
    assert seen > 1000


def test_the_values_of_one_block_and_those_of_all_are_answered_in_any_order() -> None:
    book = from_data(random_data(PROFILE, random.Random(8)), PROFILE)
    of_one = list(book.values("three_public"))
    every = list(book.values())
    assert (
        of_one
        == [one for one in every if one[0].block == "three_public"]
        == list(book.values("three_public"))
    )
    assert [value for _, value in every] == list(book.each_value())
    assert len(every) > len(of_one) > 0


@pytest.mark.parametrize(
    "text",
    [
        "nowhere.amount",
        "procurement[99].amount",
        "project[99].goal",
        "three_public.total.colour",
    ],
)
def test_a_name_of_nothing_is_nothing(text: str) -> None:
    book = from_data({"projects": [{"name": "甲"}]}, PROFILE)
    assert book[Name.parse(text)] is NOTHING


def test_a_role_is_answered_whatever_the_form_calls_it() -> None:
    book = from_data(
        {"cover": {"unit_code": "333001", "unit_name": "甲局", "lead": "是"}}, PROFILE
    )
    assert (book.text_of(Role.UNIT_CODE), book.code, book.name, book.is_lead) == (
        "333001",
        "333001",
        "甲局",
        True,
    )
    assert not from_data({"cover": {"lead": "否"}}, PROFILE).is_lead
    assert not from_data({}, PROFILE).is_lead, "a blank says nothing, least of all yes"


def test_what_is_published_is_what_the_forms_say_and_nothing_else() -> None:
    """An unpublished sheet is read like any other, but nobody is warned of it as if it went out."""
    said = {
        "answers": [{"id": "12345678", "reason": "请打13812345678问"}],
        "cover": {"unit_name": "甲(局"},
        "notes": {"procurement": "附注（一"},
        "remarks": [{"text": "说明（二"}],
        "projects": [{"name": "项目（三", "office": "股（室", "goal": "目标（四"}],
    }
    book = from_data(said, PROFILE)
    told = {passage.field for passage in texts(book, bounds("hebei-2023")).passages}
    assert told == {"notes.procurement", "remarks.text", "project.name", "project.goal"}
    assert {
        str(name) for name, value in PROFILE.book.published(book) if value.given
    } == {
        "notes.procurement",
        "remarks[1].text",
        "project[1].name",
        "project[1].goal",
    }
