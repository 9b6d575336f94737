"""In which unit of money a look is asked: the one that all amounts it reads have; where they differ, that of the first.

A look compares plain numbers. Where the columns that it reads are written in several units, it is given a copy of the return
in which every amount is converted, exactly, to one of them; its cells stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from toolkit.model import (
    Disclosure,
    Figure,
    Filled,
    Money,
    Name,
    Return,
    Row,
    Value,
    once_of,
)
from toolkit.profile.form import Book, Column, Profile
from toolkit.rules.rule import Bounds, Breach, Rule, Unchecked


@once_of
def bounds_of(rule: Rule, profile: Profile, bounds: Bounds) -> Bounds:
    """The bounds of a look: its unit of money, and the coarsest last decimal of what it reads."""
    one = money_read(rule, profile.book)
    if one is None or one == profile.money:
        return bounds
    return _in(one, bounds)


def _in(money: Money, bounds: Bounds) -> Bounds:
    return replace(
        bounds,
        unit=money.unit,
        yuan=money.yuan,
        tolerance=money.tolerance,
        decimals=money.decimals,
    )


def breaches(
    rule: Rule, book: Return, profile: Profile, bounds: Bounds
) -> Iterator[tuple[Breach | Unchecked, str]]:
    """What a look finds in a return, each with the unit its amounts are told in; forms in several units in turn."""
    if rule.look is None:
        return
    for form, own in _turns(rule, profile, bounds):
        copy = (
            as_asked(rule, book, profile)
            if form is None
            else _alone(form, rule, book, profile.book)
        )
        for breach in rule.look(copy, own):
            yield breach, own.unit


def bounds_as_it_is(rule: Rule, profile: Profile, bounds: Bounds) -> Bounds | None:
    """What a look may know that is asked of the return as it is; None where it is asked of forms in turn, or of a copy."""
    turns = _turns(rule, profile, bounds)
    form, own = turns[0]
    return own if form is None and in_one_unit(rule, profile.book) else None


@once_of
def _turns(
    rule: Rule, profile: Profile, bounds: Bounds
) -> tuple[tuple[str | None, Bounds], ...]:
    """The forms that a look is asked of one after another, each with what it may know; None for all at once."""
    moneys = {
        key: money
        for key in rule.in_turn
        if (money := _money_of(key, profile.book)) is not None
    }
    if _in_one(tuple(moneys.values())):
        return ((None, bounds_of(rule, profile, bounds)),)
    return tuple((form, _in(money, bounds)) for form, money in moneys.items())


def _money_of(block: str, shape: Book) -> Money | None:
    """In what a form's amounts are written."""
    columns = shape.blocks[block].columns.values() if block in shape.blocks else ()
    return next((column.money for column in columns if column.money is not None), None)


def _alone(form: str, rule: Rule, book: Return, shape: Book) -> Return:
    """The return in the unit of one of the forms that a look is asked of in turn, without the others."""
    money = _money_of(form, shape)
    copy = in_unit(book, shape, money) if money is not None else book
    return replace(
        copy,
        blocks={
            key: filled
            for key, filled in copy.blocks.items()
            if key == form or key not in rule.in_turn
        },
    )


@once_of
def in_one_unit(rule: Rule, shape: Book) -> bool:
    """Whether all amounts that a look reads are written in one unit, so that the return is asked as it is."""
    return _in_one(moneys_read(rule, shape))


def as_asked(rule: Rule, book: Return, profile: Profile) -> Return:
    """The return as a look is asked of it."""
    if in_one_unit(rule, profile.book):
        return book
    return in_unit(book, profile.book, _unit_of(moneys_read(rule, profile.book)))


def whole_as_asked(rule: Rule, disclosure: Disclosure, profile: Profile) -> Disclosure:
    """The disclosure as a look is asked of it."""
    moneys = moneys_read(rule, profile.book)
    if _in_one(moneys):
        return disclosure
    wanted = _unit_of(moneys)
    units = tuple(in_unit(one, profile.book, wanted) for one in disclosure.units)
    return replace(
        disclosure, whole=in_unit(disclosure.whole, profile.book, wanted), units=units
    )


@once_of
def moneys_read(rule: Rule, shape: Book) -> tuple[Money, ...]:
    """In what the amounts are written that a look declares to read; a block alone stands for all of its columns."""
    columns: list[Column] = []
    for said in (*rule.needs, *rule.reads):
        name = Name.parse(said)
        block = shape.blocks.get(name.block or said)
        if block is not None:
            columns += (
                [block.columns[name.column]]
                if name.block and name.column in block.columns
                else block.columns.values()
            )
    return tuple(column.money for column in columns if column.money is not None)


def money_read(rule: Rule, shape: Book) -> Money | None:
    """In what a look is told its amounts, with the coarsest last decimal of them; None where it reads none."""
    moneys = moneys_read(rule, shape)
    if not moneys:
        return None
    one = _unit_of(moneys)
    coarsest = max(money.last * money.times(one) for money in moneys)
    return replace(one, decimals=max(0, -coarsest.adjusted()))


def _in_one(moneys: tuple[Money, ...]) -> bool:
    return len({money.unit for money in moneys}) <= 1


def _unit_of(moneys: tuple[Money, ...]) -> Money:
    """The unit that amounts of several are told in: that of the first, which a look needs before all others."""
    return moneys[0]


def in_unit(book: Return, shape: Book, wanted: Money) -> Return:
    """The same return with every amount in one unit; each stands in the cells it stood in."""
    blocks = {
        key: _filled(filled, shape.blocks[key].columns, wanted)
        for key, filled in book.blocks.items()
    }
    if shape.repeated is None:
        return replace(book, blocks=blocks)
    head, listed = (block.columns for block in shape.repeated.of_project)
    projects = []
    for project in book.projects:
        indicators = tuple(_row(row, listed, wanted) for row in project.indicators)
        projects.append(
            replace(
                project, head=_row(project.head, head, wanted), indicators=indicators
            )
        )
    return replace(book, blocks=blocks, projects=tuple(projects))


def _filled(filled: Filled, columns: Mapping[str, Column], wanted: Money) -> Filled:
    return replace(
        filled, rows=tuple(_row(row, columns, wanted) for row in filled.rows)
    )


def _row(row: Row, columns: Mapping[str, Column], wanted: Money) -> Row:
    return replace(
        row,
        values={
            key: _value(value, columns[key].money, wanted)
            for key, value in row.values.items()
        },
    )


def _value(value: Value, own: Money | None, wanted: Money) -> Value:
    """An amount in another unit. It keeps the cell it stands in: nothing was calculated of it."""
    if (
        own is None
        or own.unit == wanted.unit
        or not isinstance(value, Figure)
        or value.value is None
    ):
        return value
    return replace(value, value=value.value * own.times(wanted))
