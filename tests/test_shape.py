"""What keeps JSON data from being read as a return, and what a department lets stand."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from toolkit.check.doubtful import doubts
from toolkit.check.judge import assert_sound, decided
from toolkit.check.report import Report
from toolkit.check.shape import misfit
from toolkit.check.verdict import Verdict
from toolkit.model import Cell
from toolkit.profile.by_door import of_return
from toolkit.profile.loading import load
from toolkit.profile.schemas import return_schema
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import merge
from toolkit.rules.rule import ERROR, Finding
from toolkit.steps import chosen

PROFILE = load("hebei-2023")
# ways to spoil each example; more by hand: SPOILED=500
SPOILED = int(os.environ.get("SPOILED", "15"))
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/returns/*.json"))


@pytest.mark.parametrize(
    "path", EXAMPLES, ids=lambda path: f"{path.parts[-3][:2]}-{path.stem}"
)
def test_what_lies_in_the_examples_fits(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert misfit(data, chosen("", [path]).profile) == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "请把最外面写成花括号"),
        ({"ticks": ["三公经费"]}, "请把“ticks”写成花括号"),
        ({"ticks": {"three_public": 1}}, "请把“ticks”写成花括号"),
        ({"cover": "甲局"}, "请把“cover”写成花括号"),
        ({"duties": {"text": "职责"}}, "请把“duties”写成方括号"),
        (
            {"three_public": {"abroad": {"this_year": 5}}},
            "请把“three_public.abroad.this_year”写成带英文引号的文字",
        ),
        ({"threepublic": {}}, "没有“threepublic”这一项；可以写的有：“cover”"),
        (
            {"cover": {"name": "甲局"}},
            "“cover”里没有“name”这一项；可以写的有：“profile”“year”“unit_code”",
        ),
        ({"cover": {"unit_name": "甲\x00局"}}, "unit_name"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place_and_what_would(
    data: Any, said: str
) -> None:
    assert said in misfit(data, PROFILE)


def test_values_are_not_judged_by_their_fit() -> None:
    """A text for an amount, a word that is no choice: the check tells these, with their cells."""
    assert (
        misfit(
            {
                "cover": {"nature": "企业"},
                "three_public": {"abroad": {"this_year": "三万"}},
            },
            PROFILE,
        )
        == ""
    )


# -- the quick verdict and jsonschema ----------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    "",
    " ",
    "x",
    "-1",
    "1.234",
    "１",
    "12\n",
    "长" * 3000,
    "2023-01-01",
    None,
    5,
    True,
    [],
    {},
    ["1"],
    {"x": "1"},
)
Said = tuple[tuple[str | int, ...], str, str]


def of_jsonschema(
    schema: Mapping[str, Any], data: Any, path: tuple[str | int, ...] = ()
) -> list[Said]:
    errors = Draft202012Validator(schema).iter_errors(data)
    return [
        ((*path, *error.absolute_path), str(error.validator), error.message)
        for error in errors
    ]


def of_verdict(verdict: Verdict, data: Any) -> list[Said]:
    return [
        said
        for path, schema, part in verdict.unfit(data)
        for said in of_jsonschema(schema, part, path)
    ]


def spoiled(data: Any, draws: random.Random) -> Any:
    """The same data with an odd thing in one place, or a place too many, or one too few."""
    copy = deepcopy(data)
    place = copy
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return copy
        key = draws.choice(keys)
        if draws.random() < 0.3 or not isinstance(place[key], dict | list):
            break
        place = place[key]
    if draws.random() < 0.2:
        del place[key]
    elif isinstance(place, dict) and draws.random() < 0.2:
        place["unknown"] = "1"
    else:
        place[key] = draws.choice(ODD)
    return copy


@pytest.mark.parametrize(
    "path", EXAMPLES, ids=lambda path: f"{path.parts[-3][:2]}-{path.stem}"
)
def test_the_quick_verdict_and_jsonschema_agree_on_sound_and_spoiled_data(
    path: Path,
) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    data.pop("ticks", None)
    draws = random.Random(path.stem)
    schema = return_schema(PROFILE)
    verdict = Verdict(schema)
    for _ in range(SPOILED):
        said = data
        for _ in range(draws.randint(0, 3)):
            said = spoiled(said, draws)
        expected = of_jsonschema(schema, said)
        assert verdict.fits(said) is not bool(expected)
        assert of_verdict(verdict, said) == expected


def test_the_quick_verdict_and_jsonschema_agree_on_each_kind_of_field() -> None:
    columns = [
        column
        for block in PROFILE.book.blocks.values()
        for column in block.columns.values()
    ]
    fields = {
        json.dumps(column.schema): column.schema for column in columns if column.schema
    }
    assert len(fields) > 9
    for schema in fields.values():
        for odd in (
            *ODD,
            *schema.get("enum", ()),
            "0",
            "5.00",
            "-5.00",
            "5.000",
            "五",
            "5\n",
        ):
            assert Verdict(schema).fits(odd) is not bool(of_jsonschema(schema, odd)), (
                schema,
                odd,
            )


def leaves(data: Any) -> list[tuple[Any, Any]]:
    """Every place that holds a text: what it stands in, and under which key."""
    each = data.items() if isinstance(data, dict) else enumerate(data)
    return [
        place
        for key, inner in each
        for place in ([(data, key)] if isinstance(inner, str) else leaves(inner))
    ]


@pytest.mark.parametrize(
    "path", EXAMPLES, ids=lambda path: f"{path.parts[-3][:2]}-{path.stem}"
)
def test_every_row_that_breaks_its_schema_is_doubted(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    data.pop("ticks", None)
    draws = random.Random(path.stem)
    verdict = Verdict(return_schema(PROFILE))
    broken = 0
    for _ in range(SPOILED):
        said = deepcopy(data)
        for place, key in draws.sample(leaves(said), 3):
            place[key] = draws.choice([odd for odd in ODD if isinstance(odd, str)])
        book = from_data(said, PROFILE)
        shape = of_return(PROFILE, book).book
        derived = {
            key
            for sheet in shape.sheets.values()
            if sheet.is_derived
            for key in sheet.blocks
        }
        doubted = [one.path for one in doubts(book, shape, verdict)]
        for at, _, _ in verdict.unfit(to_data(book, PROFILE)):
            if at[0] not in derived:
                broken += 1
                assert any(at[: len(row)] == row for row in doubted), at
    assert broken


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "const": "1"},
        {"enum": ["1"]},
        {"type": "number", "maximum": 3},
    ],
)
def test_a_word_that_the_quick_verdict_does_not_know_is_left_to_jsonschema(
    schema: dict[str, Any],
) -> None:
    whole = {"type": "object", "properties": {"x": schema}, "required": ["x"]}
    for said in ({"x": "1"}, {"x": "2"}, {"x": 3}, {"x": 4}, {}):
        assert of_verdict(Verdict(whole), said) == of_jsonschema(whole, said)


def test_the_quick_verdict_knows_lists_that_must_hold_something() -> None:
    schema = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "minLength": 1},
    }
    for said in ([], ["1"], ["1", ""], "1"):
        assert of_verdict(Verdict(schema), said) == of_jsonschema(schema, said)
    assert Verdict({"type": "array"}).fits([5])


FINDING = Finding(
    rule="C01-01",
    severity=ERROR,
    title="收支不平",
    message="差 1 万元。",
    remedy="核对。",
    basis=("表内勾稽",),
    cells=(Cell("甲.xlsx", "收支总表", 8, 3),),
    id="0123abcd",
)


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        ({"opinion": "同意", "who": "王某", "why": "批复如此"}, "王某：批复如此"),
        ({"opinion": "同意", "who": "王某"}, ""),
        ({"opinion": "同意", "why": "批复如此"}, ""),
        ({"opinion": "不同意", "who": "王某", "why": "要改"}, ""),
    ],
)
def test_an_error_stands_only_by_a_named_person_with_a_reason(
    line: dict[str, str], accepted: str
) -> None:
    own = from_data(
        {"decisions": [{"id": FINDING.id, **line}]},
        PROFILE,
        "部门汇总表.xlsx",
        "department",
    )
    other = replace(FINDING, id="89abcdef")
    report = decided(Report((FINDING, other)), own)
    assert [finding.accepted for finding in report.findings] == [accepted, ""]
    assert (report.count(ERROR), report.open(ERROR)) == (2, 1 if accepted else 2)


def test_that_sound_units_merge_into_a_whole_that_breaks_its_schema_is_a_bug_of_ours() -> (
    None
):
    """Where a unit has a fault of its own, that is told instead."""
    corrected = next(path for path in EXAMPLES if "corrected" in str(path))
    sound = from_data(
        json.loads(corrected.read_text(encoding="utf-8")), PROFILE, "甲.xlsx"
    )
    faulty = from_data(
        {"three_public": {"abroad": {"this_year": "三万"}}}, PROFILE, "乙.xlsx"
    )
    whole = merge([sound], PROFILE)
    assert_sound(whole, PROFILE)
    broken = replace(merge([sound, faulty], PROFILE), name="")
    with pytest.raises(AssertionError, match="sound returns were merged"):
        assert_sound(replace(whole, name=""), PROFILE)
    assert_sound(broken, PROFILE)
