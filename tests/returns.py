"""Returns for tests: random ones that touch every declared field."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from toolkit.check.asked import Asked, RowSource
from toolkit.model import Role
from toolkit.profile.by_door import of_return, through
from toolkit.profile.form import Block, Column, Profile
from toolkit.returns.data import computed, from_data
from toolkit.rules.claim import Comparison, Field, When

DELTAS = [
    Decimal(said)
    for said in (
        "0",
        "0",
        "0",
        "0.005",
        "-0.005",
        "0.0051",
        "-0.0051",
        "0.0049",
        "1.23",
        "-40",
    )
]
WORDS = "保障人员工资按时足额发放完成年度任务提高服务水平办公经费维修档案管理"


def random_data(
    profile: Profile, draws: random.Random, full: float = 0.7
) -> dict[str, Any]:
    """A return's data: each field filled with probability `full`; sums hold, or miss by nothing, the tolerance, or more.

    It goes by some door of the profile.
    """
    data: dict[str, Any] = {}
    door = draws.choice(list(profile.doors.values())) if profile.doors else None
    profile = profile if door is None else through(profile, door)
    for sheet in profile.book.sheets.values():
        if sheet.is_derived:
            continue
        if sheet.repeat:
            head, listed = sheet.of_project
            projects = data[sheet.repeat] = [
                _row(head, draws, full, always=(_named(head),))
                for _ in range(draws.randint(0, 4))
            ]
            for project in projects if listed.key else ():
                project[listed.key] = _lines(listed, draws, full, 9)
            continue
        for block in sheet.blocks.values():
            if block.kind == "fields":
                data[block.key] = _row(block, draws, full)
            elif block.kind == "grid":
                data[block.key] = _grid(block, draws, full)
            elif block.kind == "list":
                data[block.key] = _lines(block, draws, full, 6)
    if door is not None:
        at = profile.book.cast.names[Role.DOOR]
        data[at.block][at.column] = door.key
    data["ticks"] = {
        key: draws.choice(["", "已填完", "本表无数据"]) for key in profile.book.sheets
    }
    return data


def _named(head: Block) -> str:
    """The field that says what a project is called; the first where none plays that role."""
    named = [
        key for key, column in head.columns.items() if column.role is Role.PROJECT_NAME
    ]
    return named[0] if named else next(iter(head.columns))


def _row(
    block: Block, draws: random.Random, full: float, always: tuple[str, ...] = ()
) -> dict[str, str]:
    return {
        key: _value(column, draws)
        for key, column in block.columns.items()
        if not column.constant and (key in always or draws.random() < full)
    }


def _lines(
    block: Block, draws: random.Random, full: float, most: int
) -> list[dict[str, str]]:
    first = next(iter(block.columns))
    return [
        _row(block, draws, full, always=(first,)) for _ in range(draws.randint(0, most))
    ]


def _grid(block: Block, draws: random.Random, full: float) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for row, column in block.cells():
        calculated = block.drawn_formula(row, column) is not None
        if calculated and draws.random() < 0.93:  # now and then a total is typed over
            continue
        if draws.random() < full:
            rows.setdefault(row.key, {})[column.key] = _value(column, draws)
    return rows


def _value(column: Column, draws: random.Random) -> str:
    if column.choices:
        return draws.choice(column.choices)
    if column.kind == "date":
        return f"2023-0{draws.randint(1, 9)}-1{draws.randint(0, 9)}"
    if column.kind == "integer":
        return str(draws.randint(0, 999))
    if column.numeric:
        cents = draws.choice([0, 1, 50, 100, draws.randint(0, 9_999_999)])
        dust = (
            draws.choice(["0", "0", "0", "0.005", "0.0051", "-0.005"])
            if column.kind == "money"
            else "0"
        )
        number = Decimal(cents) / 100 + Decimal(dust)
        return f"{abs(number) if str(column.schema.get('pattern', '')).startswith('^' + chr(92) + 'd') else number:f}"
    return "".join(draws.choice(WORDS) for _ in range(draws.randint(2, 30)))


def on_the_boundary(
    data: dict[str, Any],
    questions: Sequence[Asked],
    profile: Profile,
    draws: random.Random,
) -> dict[str, Any]:
    """The same data with the left side of each comparison set to its right side plus nothing, the tolerance, or a bit more."""
    for item in draws.sample(list(questions), len(questions)):
        inner = item.claim.claim if isinstance(item.claim, When) else item.claim
        if not isinstance(inner, Comparison) or not isinstance(inner.left, Field):
            continue
        filled = from_data(data, profile)
        filled = computed(filled, of_return(profile, filled).book)
        if item.per_row:
            for row, line in zip(
                filled.rows(item.block.key), data.get(item.block.key, ()), strict=False
            ):
                line[inner.left.name.column] = _plain(
                    inner.right.figure(RowSource(row)).number + draws.choice(DELTAS)
                )
        elif item.block.key in data:
            name = inner.left.name
            place = (
                data[item.block.key].setdefault(name.row, {})
                if name.row
                else data[item.block.key]
            )
            place[name.column] = _plain(
                inner.right.figure(filled).number + draws.choice(DELTAS)
            )
    return data


def _plain(number: Decimal) -> str:
    return f"{number:f}"
