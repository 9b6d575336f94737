"""Whatever a declaration names must be there: columns, rows and blocks by their keys, sheets by names that a workbook can have.

Each function raises ValueError, in Chinese, with the place where the first wrong name stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from toolkit.model import BlockKind, Name, Role
from toolkit.profile.charts import Chart
from toolkit.profile.form import Block, Book, Column, Sheet
from toolkit.profile.wrong import all_known, known_one, near, within
from toolkit.rules.claim import Term
from toolkit.rules.formula import parse
from toolkit.rules.where import Where

SIDES = 2
LONGEST = 31  # characters of a worksheet's name
FORBIDDEN = r"[\[\]:*?/\\]"
# what our own sheets are called, and a name that Excel keeps for itself
RESERVED = (
    "目录",
    "校验结果",
    "history",
)


def name_of_words(name: str, book: Book) -> None:
    """A block with a column or a row of it, for which an export has other words."""
    said = Name.parse(name)
    known_one(said.block, book.blocks, "块")
    block = book.blocks[said.block]
    known_one(said.column, [*block.columns, *block.rows], "列、行")


# -- sheets and books -------------------------------------------------------------------------------------------------


def one_name_each(book: Book, forms: Sequence[str], guide: Mapping[str, Any]) -> None:
    """Every sheet has a name that Excel takes and no other has; every block a key, every role a column of its own."""
    taken: dict[str, str] = {}
    for form, name in _sheet_names(book, forms, guide):
        with within("forms", form) if form in forms else within("guide"):
            _fit(name)
            other = taken.setdefault(name.casefold(), form)
            if (
                other != form
                or list(_sheet_names(book, forms, guide)).count((form, name)) > 1
            ):
                raise ValueError(
                    f"工作表的名字“{name}”用了两次（“{other}”和“{form}”），请改一个"
                )
    blocks: dict[str, str] = {}
    for form, sheet in book.sheets.items():
        for block in sheet.blocks:
            other = blocks.setdefault(block, form)
            if other != form:
                raise ValueError(
                    f"“{other}”和“{form}”里都有代号为“{block}”的块，代号要各不相同"
                )
    repeated = [form for form, sheet in book.sheets.items() if sheet.repeat]
    if len(repeated) > 1:
        raise ValueError(
            f"“{repeated[0]}”和“{repeated[1]}”都是一个项目一张，只能有一张这样的表，请把两张并成一张"
        )
    _one_role_each(book)


def _sheet_names(
    book: Book, forms: Sequence[str], guide: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Every worksheet that a book is drawn with: whose it is, and its name."""
    for form in forms:
        sheet = book.sheets[form]
        yield form, sheet.called(999) if sheet.repeat else sheet.name
        yield from ((form, name) for name in sheet.bookends)
    if book.key == "unit":
        yield from (
            ("guide", guide[key]) for key in ("name", "library") if key in guide
        )


def _fit(name: str) -> None:
    """Raise ValueError where Excel does not take a worksheet's name."""
    if len(name) > LONGEST:
        raise ValueError(f"工作表的名字“{name}”有 {len(name)} 个字，最多 {LONGEST} 个")
    if found := re.search(FORBIDDEN, name):
        raise ValueError(f"工作表的名字“{name}”里不能有“{found.group()}”")
    if name != name.strip() or name.startswith("'") or name.endswith("'"):
        raise ValueError(f"工作表的名字“{name}”前后不能有空格和单引号")
    if name.casefold() in RESERVED:
        raise ValueError(f"工作表不能叫“{name}”，程序自己要用这个名字")


def _one_role_each(book: Book) -> None:
    """A role is played by one column, and the roles of one part by columns of one block."""
    played: dict[Role, Name] = {}
    parts: dict[str, str] = {}
    for block in book.blocks.values():
        for column in block.columns.values():
            if column.role is None:
                continue
            name = block.name(column.key)
            if column.role in played:
                raise ValueError(
                    f"“{played[column.role]}”和“{name}”都写了“role”：“{column.role}”，只能有一列"
                )
            played[column.role] = name
            home = parts.setdefault(column.role.part, block.key)
            # The approval's number and date may stand where the department's own name does.
            if home != block.key:
                raise ValueError(
                    f"“{column.role.part}”的各列要在同一块里，现在“{home}”和“{block.key}”里都有"
                )


# -- what a form names ------------------------------------------------------------------------------------------------


def names_in_sheet(sheet: Sheet, book: Book) -> None:
    """What the blocks of a sheet name: their own columns and rows, other blocks, other sheets."""
    with within("x-sheet"):
        _sheet_itself(sheet)
    for left, right in pairwise(sheet.blocks.values()):
        if right.beside and left.kind is right.kind is BlockKind.LIST:
            with within(right.key, "beside"):
                raise ValueError("两个 list 不能并排：在一个里插入行，另一个会被撑开")
    standing = [
        block
        for block in sheet.blocks.values()
        if not block.at and block.kind is not BlockKind.FIELDS
    ]
    under = [column for block in standing for column in block.columns]
    for block in sheet.blocks.values():
        with within(block.key):
            if block.at:
                with within("at"):
                    known_one(block.at, under, "列（本表别的块的）")
            _names_in_block(block, book)


def _is_of_numbers(block: Block) -> bool:
    """Whether a block is a grid without words."""
    return block.kind is BlockKind.GRID and all(
        column.numeric for column in block.columns.values()
    )


def _sheet_itself(sheet: Sheet) -> None:
    """What a sheet says of itself fits together."""
    kinds = sorted(block.kind for block in sheet.blocks.values())
    with within("repeat"):
        if sheet.repeat and kinds not in (
            [BlockKind.FIELDS],
            [BlockKind.FIELDS, BlockKind.LIST],
        ):
            raise ValueError(
                "一个项目一张的表，要有一块 fields，可以再有一块 list，不能有别的块"
            )
    with within("bookends"):
        if bool(sheet.repeat) != bool(sheet.bookends):
            raise ValueError("“repeat”和“bookends”要写就都写")
    with within("name"):
        if bool(sheet.repeat) != ("{n}" in sheet.name):
            raise ValueError("一个项目一张的表，名字里要有“{n}”；别的表不能有")
    with within("two_sided"):
        sides = list(sheet.blocks.values())
        fit = len(sides) == SIDES and all(_is_of_numbers(side) for side in sides)
        if sheet.two_sided is not None and not fit:
            raise ValueError(
                "“two_sided”只用在正好有两块、每块都是没有文字列的 grid 的表上"
            )


def _names_in_block(block: Block, book: Book) -> None:
    columns, rows = block.columns, block.rows
    for row in rows.values():
        with within("rows", row.key):
            _in_formula(row.formula, rows, "行", block, book)
    for column in columns.values():
        with within(column.key):
            if column.formula is not None and not column.numeric:
                with within("formula"):
                    raise ValueError("算式只写在填数的列上")
            _in_formula(column.formula, columns, "列", block, book)
            with within("except"):
                all_known(sorted(column.except_rows), rows, "行")
            with within("only"):
                all_known(sorted(column.only_rows), rows, "行")
            if column.offers is not None:
                _offered(column.offers, book)
            if column.note_on:
                with within("note_on"):
                    known_one(column.note_on, book.sheets, "表（文件名）")
    with within("key"):
        all_known(block.by, columns, "列")
    if block.counts is not None:
        with within("total", "counts"):
            in_condition(block.counts, columns)
    if block.carry_down:
        with within("carry_down"):
            known_one(block.carry_down, columns, "列")
    if block.kinds is not None:
        with within("kinds"):
            known_one(block.kinds.column, columns, "列")
            known_one(block.kinds.of, columns, "列")
    if block.of:
        _names_in_index(block, book)


def _offered(name: Name, book: Book) -> None:
    """A column offers what the list of the repeated sheets says."""
    indexes = [block for block in book.blocks.values() if block.of]
    listed = [
        Name(block.of, column=column.of)
        for block in indexes
        for column in block.columns.values()
    ]
    with within("offers"):
        known_one(str(name), [str(one) for one in listed], "列（index 里列出来的）")


def _in_formula(
    term: Term | None, own: Mapping[str, object], what: str, block: Block, book: Book
) -> None:
    """The names of a formula: a bare one stands in the block itself, any other in the book."""
    if term is None:
        return
    repeated = book.repeated
    with within("formula"):
        for name in term.names():
            outside = repeated is not None and block.key not in repeated.blocks
            if name.bare:
                known_one(name.column, own, what)
            elif (
                outside
                and repeated is not None
                and name.block in tuple(repeated.blocks)[1:]
            ):
                raise ValueError(
                    f"“{name}”是各项目表里的清单，只有项目表自己的算式能加它"
                )
            elif not any(book.has(book.meant(name, of)) for of in _cells_of(block)):
                raise ValueError(f"没有名为“{name}”的数{_near_name(name, book)}")
        for of, where in term.conditions():
            if repeated is not None and of.block in tuple(repeated.blocks)[:1]:
                raise ValueError(
                    f"“{of}”在一个项目一张的表里，表里的算式加它时不能带条件"
                )
            in_condition(where, book.blocks[of.block].columns)


def _cells_of(block: Block) -> Iterator[Name]:
    """The cells that a formula of this block may stand in."""
    if block.kind is BlockKind.GRID:
        yield from (block.name(column.key, row.key) for row, column in block.cells())
    else:
        yield Name(block.key)


def in_condition(where: Where, columns: Mapping[str, Column]) -> None:
    """A condition reads columns of its list: numbers beside numbers, texts beside texts."""
    for key, literal in where.columns():
        known_one(key, columns, "列")
        if columns[key].numeric == isinstance(literal, str):
            what = (
                "数，要与数比，不加引号"
                if columns[key].numeric
                else "文字，要与文字比，加引号"
            )
            raise ValueError(f"“{key}”是{what}：{literal or '“”'}")


def _names_in_index(block: Block, book: Book) -> None:
    """An index names the head of a sheet that repeats, and its columns."""
    heads = [
        one for sheet in book.sheets.values() if sheet.repeat for one in sheet.blocks
    ]
    with within("of"):
        known_one(block.of, heads, "块（一个项目一张的表里的）")
    for column in block.columns.values():
        with within(column.key, "of"):
            known_one(column.of, book.blocks[block.of].columns, "列")


# -- what stands around the forms -------------------------------------------------------------------------------------


def names_in_statement(statement: Mapping[str, Any], book: Book) -> None:
    """What the sections of a statement name: figures, texts, lists, and lists that are sorted into kinds."""
    for section in statement.get("sections", ()):
        with within("sections", section["key"]):
            for name, said in section.get("facts", {}).items():
                with within("facts", name):
                    _readable(said["from"] if isinstance(said, Mapping) else said, book)
            for name, said in section.get("changes", {}).items():
                for formula in said["from"] if isinstance(said, Mapping) else said:
                    with within("changes", name):
                        _readable(formula, book)
            for name, source in section.get("texts", {}).items():
                with within("texts", name):
                    _there(Name.parse(source), book)
            for name, source in section.get("lists", {}).items():
                with within("lists", name):
                    known_one(source, book.blocks, "块")
            for name, source in section.get("kinds", {}).items():
                with within("kinds", name):
                    known_one(source, book.blocks, "块")
                    if book.blocks[source].kinds is None:
                        raise ValueError(
                            f"“{source}”没有声明怎样分类，要在表里写上“kinds”"
                        )


def names_in_signoff(signoff: Mapping[str, Any], book: Book) -> None:
    """What the numbers of the sign sheet name."""
    for number, said in enumerate(signoff.get("numbers", ()), 1):
        with within("numbers", f"第 {number} 项"):
            for key in ("this_year", "last_year"):
                if key in said:
                    with within(key):
                        _readable(said[key], book)
            for source in said.get("reasons", ()):
                with within("reasons"):
                    _there(Name.parse(source), book)


def names_in_chart(chart: Chart, book: Book) -> None:
    """What a chart of the internal workbook names: a block whose rows it can show, amounts in one unit."""
    with within("block"):
        known_one(chart.block, book.blocks, "块")
        block = book.blocks[chart.block]
        of_project = book.repeated is not None and block is book.repeated.of_project[0]
        if block.kind is not BlockKind.GRID and not of_project:
            raise ValueError(
                f"“{chart.block}”不能画成图：只能画固定行的表，或一个项目一张的表"
            )
    with within("columns"):
        all_known(chart.columns, block.columns, "栏")
        units = {block.columns[key].unit for key in chart.columns}
        if "" in units or len(units) > 1:
            raise ValueError("一张图里的各栏都要是金额，单位要一样")
    with within("rows"):
        all_known(chart.rows, block.rows, "行")


def _readable(formula: str, book: Book) -> None:
    """A formula that can be read, and names what a form has."""
    readable(parse(formula), book)


def readable(term: Term, book: Book) -> None:
    """Hold a formula to what the forms have; raise ValueError, in Chinese, where it names anything else."""
    for name in term.names():
        _there(name, book)
    for of, where in term.conditions():
        in_condition(where, book.blocks[of.block].columns)


def _there(name: Name, book: Book) -> None:
    if name.bare or not book.has(name):
        raise ValueError(f"没有名为“{name}”的数{_near_name(name, book)}")


def _near_name(name: Name, book: Book) -> str:
    """What a name that nothing has may have been meant as."""
    block = book.blocks.get(name.block)
    if block is None:
        return near(str(name), _all_names(book))
    return near(
        str(name), (one for one in _all_names(book) if one.startswith(f"{block.key}."))
    )


def _all_names(book: Book) -> list[str]:
    """Every name that a formula may say: of fields, of grid cells; of a list its columns."""
    names: list[str] = []
    for block in book.blocks.values():
        if block.kind is BlockKind.GRID:
            names += [
                str(block.name(column.key, row.key)) for row, column in block.cells()
            ]
        else:
            names += [f"{block.key}.{column}" for column in block.columns]
    return names
