"""Whatever a derived table names must be there: its entries, their columns, its own; and the forms and the switch of doors.

Each function raises ValueError, in Chinese, with the place where the first wrong name stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from toolkit.model import BlockKind, Role
from toolkit.profile.doors import Derived, Door
from toolkit.profile.form import Block, Book, GridRow, Sheet
from toolkit.profile.references import in_condition, readable
from toolkit.profile.wrong import all_known, known_one, within
from toolkit.rules.claim import Term


def names_in_derived(sheet: Sheet, book: Book) -> None:
    """What the derived lists and rows of a sheet name."""
    for block in sheet.blocks.values():
        with within(block.key):
            if block.derived is not None:
                _derived_list(block, block.derived, book)
            for row in block.rows.values():
                with within("rows", row.key, "derived"):
                    _derived_row(block, row, book)


def _derived_list(block: Block, derived: Derived, book: Book) -> None:
    lists = [
        key
        for key, one in book.blocks.items()
        if one.kind is BlockKind.LIST and one.derived is None
    ]
    with within("derived", "from"):
        known_one(derived.source, lists, "清单（不是算出来的）")
    source = book.blocks[derived.source]
    if book.repeated is not None and source.key in book.repeated.blocks:
        with within("derived", "from"):
            raise ValueError("一个项目一张的表里的清单，不能拿来算别的表")
    with within("derived", "by"):
        known_one(derived.by, source.columns, "列")
        coding = source.columns[derived.by].coding
        own = [coded.list for coded in block.coded]
        if coding is None or coding.part or coding.list not in own:
            raise ValueError(
                f"“{derived.source}.{derived.by}”要写整个编码，用的科目表与“{block.key}”的编码列相同"
            )
    with within("derived", "levels"):
        all_known(derived.levels, book.lists[coding.list].levels, "级次")
        parts = [
            column.coding.part
            for column in block.columns.values()
            if column.coding is not None and column.coding.part
        ]
        if parts and not set(derived.levels) <= set(parts):
            raise ValueError(
                f"“{block.key}”里没有这一级的编码列：{'、'.join(sorted(set(derived.levels) - set(parts)))}"
            )
    if derived.where is not None:
        with within("derived", "where"):
            in_condition(derived.where, source.columns)
    for key, term in derived.sums.items():
        with within(key, "derived"):
            _sum_of_entries(term, source)
    _nothing_left_to_type(block, derived)


def _sum_of_entries(term: Term, source: Block) -> None:
    """A column's formula adds up columns of the entries that a person types, all bare."""
    for name in term.names():
        if not name.of_every_line:
            raise ValueError(
                f"“{name}”要写成 sum(…) 或者 count(…)：一个编码可以有好几行明细"
            )
        if not name.bare:
            raise ValueError(f"“{name}”要写明细自己的列，前面不写清单")
        known_one(name.column, source.columns, "列")
        if source.columns[name.column].formula is not None:
            raise ValueError(f"“{name.column}”是算出来的列，这里只能加要填的列")
    for _, where in term.conditions():
        in_condition(where, source.columns)


def _nothing_left_to_type(block: Block, derived: Derived) -> None:
    for column in block.columns.values():
        typed = (
            column.formula is None
            and column.looked_up is None
            and column.coding is None
        )
        if typed and column.key not in derived.sums:
            with within(column.key):
                raise ValueError(
                    "这一块从明细算出来，没有人填；这一列要写“derived”，写明怎样算"
                )
        if column.key in derived.sums and not (typed and column.numeric):
            with within(column.key, "derived"):
                raise ValueError(
                    "“derived”只写在要填数的列上：编码、名称和有算式的列不写"
                )


def _derived_row(block: Block, row: GridRow, book: Book) -> None:
    for key, term in row.derived.items():
        if key:
            known_one(key, block.columns, "列")
            if not block.columns[key].numeric:
                raise ValueError(f"“{key}”不是填数的列")
        readable(term, book)


# -- doors ------------------------------------------------------------------------------------------------------------


def names_in_doors(doors: Mapping[str, Door], book: Book) -> None:
    """The forms that doors name, and the cover's switch that chooses between them."""
    for door in doors.values():
        with within(door.key):
            for word, forms in (("forms", door.forms), ("derived", door.derived)):
                with within(word):
                    all_known(forms, book.sheets, "表（文件名）")
            twice = sorted(set(door.forms) & set(door.derived))
            if twice:
                raise ValueError(
                    f"“{twice[0]}”写在“forms”里，又写在“derived”里，只能写在一处"
                )
            with within("derived"):
                for form in door.derived:
                    _all_derived(book.sheets[form])
    _switch(doors, book)


def _all_derived(sheet: Sheet) -> None:
    """Nobody fills in a form that a door derives: each of its blocks says how, each cell of a grid."""
    for block in sheet.blocks.values():
        if block.derived is None and not any(
            row.derived for row in block.rows.values()
        ):
            raise ValueError(f"“{sheet.key}”的“{block.key}”没有写“derived”，算不出来")
        seen = replace(block, made=True)
        left = [
            name
            for row, column in block.cells()
            if not seen.drawn_formula(row, column)
            for name in [row.title.strip()]
        ]
        if block.derived is None and left:
            raise ValueError(
                f"“{sheet.key}”的“{block.key}”里“{left[0]}”一行没有写“derived”，还要人填"
            )


def _switch(doors: Mapping[str, Door], book: Book) -> None:
    name = book.cast.names.get(Role.DOOR)
    if not doors:
        if name is not None:
            raise ValueError(f"“{name}”选的是填报方式，这里要写有哪几种")
        return
    if sum(door.unsaid for door in doors.values()) != 1:
        raise ValueError("正好要有一种写“unsaid”：没有写是哪一种的工作簿按它")
    if name is None:
        raise ValueError("封面上要有一格写“role”：“door”，选是哪一种")
    if book.column_of(name).choices != tuple(doors):
        raise ValueError(f"“{name}”可以选的应当就是这几种：{'、'.join(doors)}")
