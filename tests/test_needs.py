"""A rule says what it needs, what it reads is held to that, and what became of every check is said."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.recorded import recorded, recorded_whole
from tests.returns import random_data
from tests.test_rules import Case, cases, filled
from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.check.report import UNREADABLE, Report
from toolkit.files import say
from toolkit.model import Disclosure, Name, Return, Role
from toolkit.profile import handbook
from toolkit.profile.bounds import bounds, law
from toolkit.profile.by_door import drawn_by
from toolkit.profile.form import Book, Profile
from toolkit.profile.loading import load
from toolkit.profile.settings import lacking
from toolkit.publish import signoff
from toolkit.report.told.data import to_json
from toolkit.report.told.page import to_page
from toolkit.report.told.terminal import show
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.rules.catalogue import RULES
from toolkit.rules.reading import texts
from toolkit.rules.rule import Rule

PROFILE = load("hebei-2023")
BOUNDS = bounds("hebei-2023")
EXAMPLES = Path(__file__).parent.parent / "examples"
LOOKS = [rule for rule in RULES if rule.look is not None or rule.look_whole is not None]

# Who a unit and a project are: every rule may name them, and the model knows them by their roles.
WHO = {
    PROFILE.book.cast.names[role]
    for role in (Role.UNIT_CODE, Role.UNIT_NAME, Role.UNIT_LEAD, Role.PROJECT_NAME)
}


@cache
def departments() -> tuple[tuple[Return, ...], ...]:
    """Two units each as they were published, with and without entries, of another province, and of random figures."""
    found = []
    for folder in sorted(EXAMPLES.glob("0[134]*/returns")):
        said = [
            json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("*.json"))[:2]
        ]
        found.append(
            tuple(returned(data, f"{number}.xlsx") for number, data in enumerate(said))
        )
    draws = random.Random(5)
    found.append(
        tuple(
            returned(random_data(PROFILE, draws), f"r{number}.xlsx")
            for number in range(3)
        )
    )
    return tuple(found)


@cache
def wholes() -> tuple[Disclosure, ...]:
    """The same departments, merged."""
    return tuple(merge(units, PROFILE) for units in departments())


def returned(data: dict[str, Any], book: str) -> Return:
    return computed(from_data(data, PROFILE, book), PROFILE.book)


def tried(case: Case) -> tuple[Return, ...]:
    profile = load(case.profile)
    return tuple(
        filled(book, number, profile)
        for number, book in enumerate(case.books)
        if not book.own
    )


def read_by(rule: Rule) -> set[Name]:
    """Every name that a look reads on the examples, on random returns, and on its own cases."""
    notes: set[Name] = set()
    own_cases = [case for case in cases() if case.rule == rule.id]
    if rule.look_whole is not None:
        for disclosure in (
            *wholes(),
            *(merge(tried(case), PROFILE) for case in own_cases),
        ):
            _hold_whole(rule, disclosure, notes)
        for case in own_cases:
            own = [
                filled(book, number, PROFILE)
                for number, book in enumerate(case.books)
                if book.own
            ]
            if own:
                _hold_whole(rule, merge(tried(case), PROFILE, own[0]), notes)
    if rule.look is not None:
        for unit in (
            unit for units in (*departments(), *map(tried, own_cases)) for unit in units
        ):
            _hold(rule, unit, notes)
    return notes - WHO


def _hold(rule: Rule, unit: Return, notes: set[Name]) -> None:
    assert rule.look is not None
    found: set[Name] = set()
    book = recorded(unit, found)
    # the published texts are read once for all rules, and need no mention
    texts(book, BOUNDS)
    found.clear()
    list(rule.look(book, BOUNDS))
    notes |= found


def _hold_whole(rule: Rule, disclosure: Disclosure, notes: set[Name]) -> None:
    assert rule.look_whole is not None
    list(rule.look_whole(recorded_whole(disclosure, notes), BOUNDS))


def covers(declared: str, read: Name) -> bool:
    """Whether a declaration speaks of a name: a block of all in it, a block and column of every row."""
    name = Name.parse(declared)
    if name.bare:
        return name.column == read.block
    return (name.block, name.column) == (read.block, read.column) and name.row in (
        "",
        read.row,
    )


@pytest.mark.parametrize("rule", LOOKS, ids=lambda rule: rule.id)
def test_a_look_reads_what_its_rule_declares_and_nothing_else(rule: Rule) -> None:
    read = read_by(rule)
    declared = (*rule.needs, *rule.reads)
    undeclared = {
        str(name) for name in read if not any(covers(said, name) for said in declared)
    }
    assert not undeclared, f"{rule.id} reads what it does not declare"
    needless = [
        said
        for said in rule.needs
        if not any(covers(said, name) for name in read | WHO)
    ]
    assert not needless, f"{rule.id} needs what it never reads"


def test_an_undeclared_reading_is_seen() -> None:
    rule = next(rule for rule in LOOKS if rule.id == "C04-06")
    assert {str(name) for name in read_by(rule)} == {
        "assets.vehicles.quantity",
        "three_public.vehicle_running.this_year",
    }
    assert not covers("assets.vehicles.value", Name.parse("assets.vehicles.quantity"))
    assert not covers("assets.houses.quantity", Name.parse("assets.vehicles.quantity"))
    assert covers("assets.quantity", Name.parse("assets.vehicles.quantity"))
    assert covers("assets", Name.parse("assets.vehicles.quantity"))


# -- a profile that lacks something -----------------------------------------------------------------------------------


def without(profile: Profile, dropped: Name) -> Profile:
    """The profile without a block, a column of it, or a row; what others calculate from it goes too."""
    shape = profile.book
    sheets = {}
    for key, sheet in shape.sheets.items():
        blocks = dict(sheet.blocks)
        if dropped.block in blocks:
            block = blocks[dropped.block]
            if not dropped.column and not dropped.row:
                del blocks[dropped.block]
            elif dropped.row:
                rows = {
                    name: replace(row, formula=None)
                    for name, row in block.rows.items()
                    if name != dropped.row
                }
                blocks[dropped.block] = replace(block, rows=rows)
            else:
                columns = {
                    name: replace(c, formula=None)
                    for name, c in block.columns.items()
                    if name != dropped.column
                }
                blocks[dropped.block] = replace(block, columns=columns)
        sheets[key] = replace(sheet, blocks=blocks)
    return replace(
        profile, books={**profile.books, "unit": Book(shape.key, shape.title, sheets)}
    )


# What a unit fills in that goes by totals: nothing is derived of any other form, and no relation holds between them.
TYPED = replace(drawn_by(PROFILE, None), doors={}, door="")


def dropped_names() -> Iterator[Name]:
    """A form, a column and a row that rules name, of each grid and list; and each field."""
    for block in TYPED.book.blocks.values():
        if TYPED.book.sheet_of(
            block.key
        ).repeat or block.key == PROFILE.book.cast.block(Role.UNIT_CODE):
            continue
        if block.kind != "index":
            yield Name(block.key)
            yield Name(block.key, column=next(iter(block.columns)))
            yield Name(block.key, column=list(block.columns)[-1])
        if block.rows:
            yield Name(block.key, row=next(iter(block.rows)))
            yield Name(block.key, row=list(block.rows)[-1])


@pytest.mark.parametrize("dropped", list(dropped_names()), ids=str)
def test_rules_that_a_profile_has_no_use_for_are_said_and_nothing_crashes(
    dropped: Name,
) -> None:
    profile = replace(without(TYPED, dropped), id="lesser")
    catalogue = steps.catalogue(profile)
    idle = {one.rule for one in catalogue.idle}
    assert idle == {rule.id for rule in RULES if lacking(rule, profile)}
    assert not idle & {rule.id for rule in catalogue.rules}, (
        "a rule is either in force or said not to be"
    )
    said = json.loads(
        (next(EXAMPLES.glob("01*/returns/01*.json"))).read_text(encoding="utf-8")
    )
    said["cover"]["profile"] = profile.id
    book = computed(from_data(said, profile, "甲.xlsx"), profile.book)
    report = check_return(book, profile, catalogue)
    assert report.idle == catalogue.idle
    assert not idle & {finding.rule for finding in report.findings}
    whole = merge([book], profile)
    for rule in catalogue.rules:
        if rule.look_whole is not None:
            list(rule.look_whole(whole, catalogue.bounds))


def test_a_rule_whose_form_is_gone_is_named_with_what_is_missing() -> None:
    profile = without(TYPED, Name("three_public"))
    said = {rule.id: lacking(rule, profile) for rule in RULES}
    assert said["B04-01"] == ("three_public.change", "three_public.reason")
    assert said["C04-06"] == ("three_public.vehicle_running.this_year",)
    assert said["B02-03"] == (), "reasons are asked for in either form"
    assert said["G01-01"] == (), "texts are read wherever they are published"
    assert all(lacking(rule, PROFILE) == () for rule in RULES)


def test_rules_not_in_force_stand_in_catalogue_summary_data_and_sign_sheet() -> None:
    profile = without(TYPED, Name("three_public"))
    idle = next(one for one in steps.catalogue(profile).idle if one.rule == "C04-06")
    report = Report((), 10, idle=(idle,))
    gone = "three_public.vehicle_running.this_year"
    with StringIO() as file:
        show(report, law(), say.console(file=file))
        assert (
            f"规则“公务用车运维费与车辆数不相称”（C04-06）不检查：本表样没有 {gone}"
            in file.getvalue().replace("\n", "")
        )
    assert json.loads(to_json(report, law()))["summary"]["not_in_force"] == [
        {"rule": "C04-06", "title": "公务用车运维费与车辆数不相称", "lacks": [gone]}
    ]
    disclosure = merge(departments()[0], PROFILE)
    said = signoff.context(disclosure, report, PROFILE, (), titles={})["settings"]
    assert said == ("“公务用车运维费与车辆数不相称”不检查：本表样没有它要看的数",)
    many = replace(report, idle=(idle,) * 36)
    said = signoff.context(disclosure, many, PROFILE, (), titles={})["settings"]
    assert [line.partition("：")[0] for line in said] == ["36 项检查用不上"]
    assert f"不检查：本表样没有 {gone}" in handbook.page(RULES, profile, law())
    assert "不检查" in to_page(report, (), law(), PROFILE)
    assert "不检查：" not in handbook.page(RULES, PROFILE, law())


# -- what became of every check ---------------------------------------------------------------------------------------


def test_every_check_ran_does_not_apply_or_is_left_with_a_reason() -> None:
    report = check_return(departments()[0][0], PROFILE, steps.catalogue(PROFILE))
    assert report.ran + report.not_applicable + len(report.not_checked) == report.asked
    assert report.ran > 100
    assert all(one.why and one.rule and one.title for one in report.not_checked)


def test_a_form_not_begun_and_a_cell_without_a_number_are_reasons() -> None:
    cover = {
        "unit_code": "333001",
        "unit_name": "甲局",
        "department": "甲局",
        "lead": "否",
    }
    spoiled = {
        "income": {"general": {"amount": "约3万"}},
        "outlay": {"f201": {"amount": "3"}},
    }
    book = computed(
        from_data({"cover": cover, **spoiled}, PROFILE, "甲.xlsx"), PROFILE.book
    )
    reasons = check_return(book, PROFILE, steps.catalogue(PROFILE)).reasons
    assert UNREADABLE in reasons
    assert "“三公经费”还没有填" in reasons
    assert "“机构设置”还没有填" not in reasons, "the form is not this unit's to fill"


def test_a_look_that_may_read_several_forms_needs_one_of_them() -> None:
    look = next(rule for rule in RULES if rule.reads and not rule.needs)
    assert lacking(replace(look, reads=("nowhere.amount", "elsewhere")), PROFILE) == (
        "nowhere.amount",
        "elsewhere",
    )
    assert (
        lacking(replace(look, reads=("nowhere.amount", "three_public")), PROFILE) == ()
    )
