"""What is read from schema/: faults are told with their place, decisions are kept, and what is generated from it is fresh."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit import steps
from toolkit.errors import ToolkitError
from toolkit.model import EVERY, Name
from toolkit.profile import handbook
from toolkit.profile.bounds import in_force as number_in_force
from toolkit.profile.bounds import law
from toolkit.profile.loading import load, profiles
from toolkit.profile.schemas import disclosure_schema, return_schema
from toolkit.profile.settings import (
    FILE,
    OFF,
    TRIAL,
    Setting,
    SettingsError,
    in_force,
    of_office,
    of_profile,
)
from toolkit.profile.stored import ProfileError, home, read_json
from toolkit.publish.department import KEY
from toolkit.rules.catalogue import RULES
from toolkit.rules.claim import Constant, Field
from toolkit.rules.formula import parse
from toolkit.rules.rule import INFO, WARNING
from toolkit.rules.sums import Total

PROFILE = load("hebei-2023")
STALE = "run `make accept`"


# ---------------------------------------------------------------- faults in schema/


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a +", "个字符处写法有误"),
        ("outlay.class", "“class”在算式里另有意思，不能作代号，请换一个，如 class_"),
        (
            'sum(a.b where class == "类" and from == "")',
            "“class”“from”在算式里另有意思",
        ),
        ("a // b", "不认识的写法：a // b"),
        ("max(a)", "不认识的写法：max(a)"),
        ("a if b else c", "不认识的写法"),
        ("'甲'", "不认识的写法：'甲'"),
        ("sum(1)", "应当是名称：1"),
        ("f(a).b", "应当是名称：f(a).b"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011  its words are looked at below
        parse(text)
    assert said in str(told.value)


def test_what_a_formula_may_say() -> None:
    """Terms make claims of ==, so they are compared by what they are written as."""
    assert repr(parse("sum(procurement.amount)")) == repr(
        Total(Name("procurement", column="amount", line=EVERY))
    )
    assert repr(parse("three_public.total.change")) == repr(
        Field(Name("three_public", "total", "change"))
    )
    assert repr(parse("0.10")) == repr(Constant(Decimal("0.10"))), (
        "as it is written, not as a binary float"
    )
    said = parse("a - (b - c) * 2 + d").prose(lambda name: name.column.upper())
    assert said == "A − （B − C） × 2 + D"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"title": "甲",}', "“甲.json”第 1 行第 "),
        ('{\n "title"： "甲"\n}', "第 2 行第 9 列写法有误（这一行里有中文标点"),
    ],
)
def test_a_broken_file_is_told_with_line_and_column(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "甲.json").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as told:
        read_json(tmp_path / "甲.json")
    assert said in str(told.value)


def test_a_file_or_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError, match=r"“没有\.json”读不出来"):
        read_json(tmp_path / "没有.json")
    with pytest.raises(ProfileError, match=r"没有名为“henan-1999”的表样.*hebei-2023"):
        load("henan-1999")


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    (tmp_path / "甲.json").write_text('{"a": 1}', encoding="utf-8-sig")
    assert read_json(tmp_path / "甲.json") == {"a": 1}


# ---------------------------------------------------------------- decisions of a profile


def test_a_profile_sets_rules_otherwise() -> None:
    off, trial, mild, later, since = RULES[:5]
    said = {
        "off": {off.id: "本省没有这张表"},
        "trial": {trial.id: "口径待定"},
        "severity": {mild.id: "提醒"},
        "from": {later.id: str(PROFILE.year + 1), since.id: str(PROFILE.year)},
    }
    settings = tuple(of_profile(replace(PROFILE, rules=said)))
    assert {setting.rule: setting.what for setting in settings} == {
        off.id: OFF,
        trial.id: TRIAL,
        mild.id: "提醒",
        later.id: OFF,
    }
    assert (
        next(setting.why for setting in settings if setting.rule == later.id)
        == f"{PROFILE.year + 1} 年起才检查"
    )
    kept = {rule.id: rule for rule in in_force(RULES[:6], settings)}
    assert list(kept) == [trial.id, mild.id, since.id, RULES[5].id]
    assert (kept[trial.id].severity, kept[mild.id].severity) == (INFO, WARNING)
    assert kept[since.id] is since


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2015-01-01", "20"),
        ("2020-12-31", "20"),
        ("2021-01-01", "15"),
        ("2030-01-01", "15"),
    ],
)
def test_of_a_number_by_date_the_one_in_force_is_used(day: str, value: str) -> None:
    """The newest that has begun, whatever the order they are written in."""
    values: list[Mapping[str, str]] = [
        {"from": "2021-01-01", "value": "15"},
        {"from": "2015-01-01", "value": "20"},
    ]
    assert number_in_force(values, day) == Decimal(value)
    assert number_in_force(values[::-1], day) == Decimal(value)


# ---------------------------------------------------------------- what is generated


def test_the_catalogue_of_rules_is_fresh() -> None:
    loaded = [load(name) for name in profiles()]
    for profile in loaded:
        rules = steps.everything(profile)
        told = json.loads(
            (home() / "schema" / "profiles" / profile.id / "rules.json").read_text(
                encoding="utf-8"
            )
        )
        assert told == handbook.data(rules, profile, law()), STALE
        page = (home() / "docs" / "rules" / f"{profile.id}.md").read_text(
            encoding="utf-8"
        )
        assert page == handbook.page(rules, profile, law()), STALE
    overview = handbook.overview(
        [(profile, steps.everything(profile)) for profile in loaded]
    )
    assert (home() / "docs" / "rules.md").read_text(encoding="utf-8") == overview, STALE
    assert {path.stem for path in (home() / "docs" / "rules").iterdir()} == set(
        profiles()
    )


def test_the_schemas_made_of_the_forms_are_fresh() -> None:
    for profile in map(load, profiles()):
        folder = home() / "schema" / "profiles" / profile.id
        made = {
            "return": return_schema(profile),
            "disclosure": disclosure_schema(profile),
        }
        if KEY in profile.books:
            made["department"] = return_schema(profile, KEY)
        for name, schema in made.items():
            said = json.loads(
                (folder / f"{name}.schema.json").read_text(encoding="utf-8")
            )
            assert said == schema, f"{profile.id} {name}: {STALE}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Z99,停用,因为,谁", "第 2 行：没有编号为“Z99”的规则"),
        ("D02-06,关掉,因为,谁", "第 2 行：“处理”写的是“关掉”"),
        ("D02-06,停用,,谁", "没有写明“原因”和“决定人”"),
        ("D02-06,停用,因为,", "没有写明“原因”和“决定人”"),
        (
            "D02-06,停用,因为,谁\nd02-06,试行,因为,谁",
            "第 3 行：规则 D02-06 在第 2 行已经写过",
        ),
    ],
)
def test_what_an_office_sets_needs_a_rule_a_reason_and_a_name(
    tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / FILE).write_text(
        f"规则编号,处理,原因,决定人\n{line}\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError, match=said):
        of_office(tmp_path, [rule.id for rule in RULES])


def test_a_file_of_settings_without_its_columns_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("规则编号,处理\nD02-06,停用\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="缺少“原因”“决定人”"):
        of_office(tmp_path, ["D02-06"])


@pytest.mark.parametrize("typed", ["d02-06", "Ｄ02－06", "D02—06", " D02 - 06 "])
def test_a_rules_number_is_known_however_it_was_typed(
    tmp_path: Path, typed: str
) -> None:
    (tmp_path / FILE).write_text(
        f"规则编号,处理,原因,决定人\n{typed},停用,因为,谁\n", encoding="utf-8"
    )
    assert of_office(tmp_path, ["D02-06"])[0].rule == "D02-06"


def test_an_office_that_sets_nothing_changes_nothing(tmp_path: Path) -> None:
    assert of_office(tmp_path, []) == ()
    (tmp_path / FILE).write_text(
        "规则编号,处理,原因,决定人\n,,,\nD02-06,提示,口径待定,王某\n", encoding="utf-8"
    )
    assert of_office(tmp_path, ["D02-06"]) == (
        Setting("D02-06", "提示", "口径待定", "王某"),
    )
