"""Which cell: the profile's forms read from schema/, their fields, formulas, titles.

A profile (province and year) has books, a book sheets, a sheet blocks of five kinds: fields (label and value), grid (fixed
rows × columns), list (rows that grow), text (a list of one column), index (calculated from the repeated sheets).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.model import (
    EVERY,
    BlockKind,
    Cast,
    CodeList,
    Money,
    Name,
    Return,
    Role,
    Row,
    Value,
    record,
)
from toolkit.profile.charts import Chart
from toolkit.profile.coding import Coded, Coding, LookUp
from toolkit.profile.doors import Derived, Door
from toolkit.profile.kinds import Kinds
from toolkit.profile.order import in_order
from toolkit.profile.relations import Relation
from toolkit.profile.stored import code_list
from toolkit.rules.claim import Term
from toolkit.rules.where import Where

NUMERIC = frozenset({"money", "number", "integer", "percent"})
PLAIN = Money("", 2, Decimal(1))  # amounts of which no unit is known


@record()
class Column:
    """A column of a grid or list, or one field of a fields block."""

    key: str
    title: str
    kind: str  # money number integer text choice date
    schema: Mapping[str, Any]  # the JSON Schema of its value
    required: bool = False
    formula: Term | None = None
    merge: str = ""
    choices: tuple[str, ...] = ()
    # choices that the form itself calls otherwise
    worded: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    width: float = 14
    height: float | None = None
    group: tuple[str, ...] = ()  # the headings above its title, outermost first
    except_rows: frozenset[str] = frozenset()
    only_rows: frozenset[str] = frozenset()
    total: bool = False
    constant: str = ""
    public: bool = True
    of: str = ""  # in an index: the column of the repeated sheet that it repeats
    role: Role | None = None
    note_on: str = ""  # the sheet below whose public table this text is printed
    # a column of a list that public tables leave out where no row has it
    printed_if_filled: bool = False
    was: str = ""  # the column that held its figures in the forms of the year before
    coded: bool = False  # a text of a prescribed form: a code, not anybody's words
    since: int = 1  # the edition of the forms that it came with
    former: tuple[str, ...] = ()  # what earlier editions called it
    coding: Coding | None = None
    looked_up: LookUp | None = None
    # what it repeats of sheets that repeat: their names are offered
    offers: Name | None = None
    money: Money | None = None  # of an amount: its unit and decimals

    @property
    def unit(self) -> str:
        """The unit of money of its amounts; "" where it holds none."""
        return self.money.unit if self.money is not None else ""

    @property
    def decimals(self) -> int:
        """How many decimals its amounts have; 0 where it holds none."""
        return self.money.decimals if self.money is not None else 0

    @property
    def yes(self) -> str:
        """The first of its choices is the affirmative one: 是, 同意."""
        return self.choices[0] if self.choices else ""

    @cached_property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @cached_property
    def wordy(self) -> bool:
        """Whether it holds words, and no code."""
        return not self.numeric and self.coding is None

    def stands_in(self, row: str) -> bool:
        """Whether a grid has this column in that row."""
        return row not in self.except_rows and (
            not self.only_rows or row in self.only_rows
        )


@record()
class GridRow:
    """A fixed row of a grid."""

    key: str
    title: str
    formula: Term | None = None
    formula_in: tuple[
        str, ...
    ] = ()  # the columns that its formula fills; none named: all numbers
    indent: int = 0
    since: int = 1
    former: tuple[str, ...] = ()
    printed: str = ""  # what the public table calls it, where that is another title
    # public tables leave it out where nothing but zeros stands in it
    printed_if_filled: bool = False
    # by column ("": all numbers) its formula where a door derives
    derived: Mapping[str, Term] = field(default_factory=dict)

    def derived_in(self, column: Column) -> Term | None:
        """What a door that derives calculates one of its cells from; None where it leaves that cell as it is."""
        return self.derived.get(
            column.key, self.derived.get("") if column.numeric else None
        )

    @property
    def public_title(self) -> str:
        return self.printed or self.title


@record()
class Block:
    """A block of a sheet as it is declared."""

    key: str
    kind: BlockKind
    title: str
    columns: Mapping[str, Column]
    rows: Mapping[str, GridRow] = field(default_factory=dict)
    label: str = ""
    merge: str = "none"
    spare: int = 0
    # what the row that adds up a list is called; "" where there is none
    total: str = ""
    total_last: bool = False  # the public table has it below the rows, not above them
    # which rows the total adds up; all where nothing is said
    counts: Where | None = None
    by: tuple[
        str, ...
    ] = ()  # the columns by which the lists of several units are added up
    # public tables number its rows 一、二、; where nothing is said, in two-sided tables
    numbered: bool | None = None
    # public tables leave out its rows in which nothing but zeros stands
    printed_if_filled: bool = False
    row_titles: bool = True  # whether public tables print what its rows are called
    labelled: bool = True  # whether a column of its rows' titles stands before its own: a sheet as it is published may have none
    # so many fields stand side by side on the printed sheet of a project
    across: int = 1
    beside: bool = False
    at: str = ""
    carry_down: str = ""
    row_height: float | None = None
    of: str = ""
    kinds: Kinds | None = None  # of a list
    nested: bool = False  # a list whose rows lie within each other by their codes: an outer one is the sum of those within
    # of a list: where its rows come from, by a door that derives
    derived: Derived | None = None
    made: bool = False  # whether it is read by such a door: what is derived in it is calculated, and nobody types it

    def counted(self, rows: Sequence[Row]) -> list[Row]:
        """The rows of a list that its total adds up."""
        return [row for row in rows if self.counts is None or self.counts.holds(row)]

    def cells(self) -> Iterator[tuple[GridRow, Column]]:
        """Yield every row and column of a grid that has a cell."""
        for row in self.rows.values():
            for column in self.columns.values():
                if column.stands_in(row.key):
                    yield row, column

    @cached_property
    def formulas(self) -> Mapping[Name, Term]:
        """What is calculated in this block, with its formula; its own names are complete in it, others as they were written.

        A grid's cells, where a column's formula goes before a row's; fields; of a list whole columns, whose formulas hold row
        by row, with its own columns bare.
        """
        if self.kind is BlockKind.GRID:
            cells = (
                (row, column, self._formula(row, column))
                for row, column in self.cells()
            )
            return {
                self.name(column.key, row.key): term
                for row, column, term in cells
                if term is not None
            }
        written = {
            column.key: column.formula
            for column in self.columns.values()
            if column.formula is not None
        }
        if self.kind is BlockKind.LIST:
            return {
                Name(self.key, column=key, line=EVERY): term
                for key, term in written.items()
            }
        return {
            self.name(key): term.renamed(self._own) for key, term in written.items()
        }

    def put_in_order(self) -> None:
        """Raise ValueError, in Chinese, where its formulas read one another in a circle: the profile is then not loaded."""
        in_order(
            self.formulas,
            lambda name, _: (
                Name(self.key, column=name.column, line=EVERY) if name.bare else name
            ),
        )

    def _formula(self, row: GridRow, column: Column) -> Term | None:
        """What a cell is calculated from: its column's formula in this row, else its row's in this column.

        By a door that derives, what the row says of that goes before both.
        """
        if self.made and (derived := row.derived_in(column)) is not None:
            return derived
        if column.formula is not None:
            return column.formula.renamed(
                lambda name: self.name(name.column, row.key) if name.bare else name
            )
        if (
            row.formula is not None
            and column.numeric
            and (not row.formula_in or column.key in row.formula_in)
        ):
            return row.formula.renamed(
                lambda name: self.name(column.key, name.column) if name.bare else name
            )
        return None

    def _own(self, name: Name) -> Name:
        return self.name(name.column) if name.bare else name

    def drawn_formula(self, row: GridRow, column: Column) -> Term | None:
        """The formula of a grid cell; None where a person fills it in."""
        return self.formulas.get(self.name(column.key, row.key))

    @property
    def asks(self) -> bool:
        """Whether a person fills in anything of it."""
        if self.kind is BlockKind.INDEX or self.is_derived:
            return False
        typed = [
            self.columns[key] for key in self.typed if not self.columns[key].constant
        ]
        if self.kind is not BlockKind.GRID:
            return bool(typed)
        return any(
            self.drawn_formula(row, column) is None
            for row, column in self.cells()
            if column in typed
        )

    @property
    def is_derived(self) -> bool:
        """Whether all rows of it are made of entries."""
        return self.made and self.derived is not None

    def name(self, column: str, row: str = "") -> Name:
        """The name of a value in this block."""
        return Name(self.key, row, column)

    def since(self, name: Name) -> int:
        """The edition of the forms that a name came with."""
        row = self.rows[name.row].since if name.row else 1
        return max(self.columns[name.column].since, row)

    @cached_property
    def coded(self) -> tuple[Coded, ...]:
        """Which columns hold codes: each alone, or the parts of one code together, the outermost level first."""
        together: dict[tuple[str, str], list[Column]] = {}
        for column in self.columns.values():
            if column.coding is not None:
                # The parts of one list's codes belong together; a whole code stands for itself.
                own = (column.coding.list, "" if column.coding.part else column.key)
                together.setdefault(own, []).append(column)
        names = {
            column.looked_up.by: key
            for key, column in self.columns.items()
            if column.looked_up is not None
        }
        return tuple(_coded(columns, names) for columns in together.values())

    @property
    def typed(self) -> tuple[str, ...]:
        """The columns of a list that a person types into: names that are looked up and what is calculated are none."""
        if self.is_derived:
            return ()
        return tuple(
            key
            for key, column in self.columns.items()
            if column.looked_up is None and column.formula is None
        )

    @property
    def depth(self) -> int:
        """How many rows of headings stand above its columns' titles."""
        return max((len(column.group) for column in self.columns.values()), default=0)


def _coded(columns: Sequence[Column], names: Mapping[tuple[str, ...], str]) -> Coded:
    """Columns that hold one code between them."""
    codings = [column.coding for column in columns if column.coding is not None]
    keys = tuple(column.key for column in columns)
    named_in = names.get(keys, "")
    # What one column narrows, it narrows for all of them.
    levels = [coding.levels for coding in codings if coding.levels]
    funds = [coding.funds for coding in codings if coding.funds]
    return Coded(
        codings[0].list,
        keys,
        levels[0] if levels else (),
        named_in,
        funds[0] if funds else (),
    )


NO_LIST = Block("", BlockKind.LIST, "", {})


@record()
class TwoSided:
    """How two grids are printed as one table: so many closing rows of both on one line each, with numbered rows and columns."""

    closing: int
    numbered: bool = True


def _changed_with(name: Name) -> str:
    return name.field if name.line else name.block


@record()
class Sheet:
    """A sheet of a book as declared; `name` may hold "{n}" where it repeats."""

    key: str
    name: str
    title: str
    blocks: Mapping[str, Block]
    filled_by: str = "unit"
    help: tuple[str, ...] = ()
    repeat: str = ""
    tick: bool = True
    board: bool = False
    landscape: bool = False
    public: bool = True
    public_title: str = ""
    head: str = ""  # the day or the year of its figures, as the public table says it
    empty: str = ""  # the note below its public table where that holds nothing
    # public tables print its two grids as one; None: as drawn
    two_sided: TwoSided | None = None
    bookends: tuple[str, ...] = ()
    since: int = 1
    former: tuple[str, ...] = ()  # names and titles that earlier editions gave it
    # what the head of the sheet says; columns that differ say so themselves
    money: Money = PLAIN
    # the unit that its public table is printed in, where that is another
    printed_in: Money | None = None

    @property
    def of_project(self) -> tuple[Block, Block]:
        """Of a sheet that repeats: what is filled in once a project, and the list of its rows; `NO_LIST` where it has none."""
        lists = [
            block for block in self.blocks.values() if block.kind is BlockKind.LIST
        ]
        head = next(
            block for block in self.blocks.values() if block.kind is not BlockKind.LIST
        )
        return head, lists[0] if lists else NO_LIST

    @cached_property
    def calculated(self) -> bool:
        """Whether nobody fills it in: all that stands on it is calculated, looked up or given."""
        return not any(block.asks for block in self.blocks.values())

    @property
    def holds_money(self) -> bool:
        """Whether any of its columns holds amounts: over texts a unit of money says nothing."""
        return any(
            column.money is not None
            for block in self.blocks.values()
            for column in block.columns.values()
        )

    @cached_property
    def is_derived(self) -> bool:
        """Whether its door makes it of entries: no workbook of a unit has it."""
        return self.calculated and any(block.made for block in self.blocks.values())

    def called(self, number: int) -> str:
        """The worksheet's name; `number` counts the repeated ones from 1."""
        return self.name.replace("{n}", f"{number:02d}")


@record()
class Book:
    """A workbook as declared: the unit's return, or the department's own."""

    key: str
    title: str
    sheets: Mapping[str, Sheet]
    # the code lists that hold for it
    lists: Mapping[str, CodeList] = field(default_factory=dict)
    money: Money = PLAIN  # where neither a sheet nor a column says another

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        return {
            key: block
            for sheet in self.sheets.values()
            for key, block in sheet.blocks.items()
        }

    @cached_property
    def _homes(self) -> Mapping[str, Sheet]:
        return {key: sheet for sheet in self.sheets.values() for key in sheet.blocks}

    def sheet_of(self, block: str) -> Sheet:
        """The sheet that a block stands on."""
        return self._homes[block]

    @cached_property
    def repeated(self) -> Sheet | None:
        """The sheet that comes once a project, if the book has one."""
        return next((sheet for sheet in self.sheets.values() if sheet.repeat), None)

    def find(self, name: Name) -> tuple[Sheet, Block, GridRow | None, Column]:
        """Find what a name names; raise KeyError for an unknown one."""
        sheet = self.sheet_of(name.block)
        block = self.blocks[name.block]
        row = block.rows[name.row] if name.row else None
        column = block.columns[name.column]
        return sheet, block, row, column

    def column_of(self, name: Name) -> Column:
        return self.blocks[name.block].columns[name.column]

    def money_of(self, name: Name, block: str = "") -> Money | None:
        """In what the amounts of a name are written; None where it names none. A bare name is a column of the block."""
        column = self.blocks[name.block or block].columns.get(name.column)
        return column.money if column is not None else None

    @cached_property
    def formulas(self) -> Mapping[Name, Term]:
        """All that is calculated, with its formula, each after those it reads; every amount in it in the unit of what it makes.

        Names are as `Block.formulas` has them, others complete. Raise ValueError, in Chinese, where they go in a circle.
        """
        blocks = self.blocks.values()
        pending = {
            name: self._complete(term, name)
            for block in blocks
            for name, term in block.formulas.items()
        }
        return in_order(pending, self.node)

    @cached_property
    def reads(self) -> Mapping[Name, frozenset[Name]]:
        """What each formula reads, a list's column, or a field of the sheets that repeat, as a whole."""
        return {
            of: frozenset(self.node(name, of) for name in term.names())
            for of, term in self.formulas.items()
        }

    def meant(self, name: Name, of: Name) -> Name:
        """What a name in a formula means: "other.row" of another grid is that row in the formula's own column, and so on."""
        block = self.blocks.get(name.block)
        if (
            block is None
            or block.kind is not BlockKind.GRID
            or name.row
            or name.of_every_line
            or not of.row
        ):
            return name
        if name.column in block.rows:
            return block.name(of.column, name.column)
        return block.name(name.column, of.row) if of.row in block.rows else name

    def node(self, name: Name, of: Name | None = None) -> Name:
        """A name as formulas depend on it: of a list the whole column, of sheets that repeat the field as such."""
        key = name.block or (of.block if of is not None else "")
        if self.blocks[key].kind is BlockKind.LIST:
            return Name(key, column=name.column, line=EVERY)
        if self.repeated is not None and key in self.repeated.blocks:
            return Name(key, column=name.column)
        return name

    def _complete(self, term: Term, of: Name) -> Term:
        """A formula with complete names, every amount in the unit of what it calculates; of no amount, in that of the first."""
        term = term.renamed(lambda name: self.meant(name, of))
        moneys = [
            money
            for name in (of, *term.names())
            if (money := self.money_of(name, of.block)) is not None
        ]
        if not moneys:
            return term

        def factor(name: Name) -> Decimal:
            own = self.money_of(name, of.block)
            return Decimal(1) if own is None else own.times(moneys[0])

        return term.scaled(factor)

    def formula_of(self, name: Name) -> Term | None:
        """The formula of a name; None for an entry."""
        return self.formulas.get(self.node(name))

    def with_dependents(self, changed: frozenset[str]) -> frozenset[str]:
        """What changes with blocks (grids, fields) and fields of lists ("block.column"): what is calculated from them too."""
        for name, reads in self.reads.items():
            if not changed.isdisjoint(map(_changed_with, reads)):
                changed |= {_changed_with(name)}
        return changed

    def has(self, name: Name) -> bool:
        """Whether the book has what a name names; without a row any row will do, without a column any column."""
        block = self.blocks.get(name.block)
        if block is None:
            return False
        if (name.column and name.column not in block.columns) or (
            name.row and name.row not in block.rows
        ):
            return False
        return not (name.row and name.column) or block.columns[name.column].stands_in(
            name.row
        )

    @cached_property
    def cast(self) -> Cast:
        """Which name plays which role."""
        names: dict[Role, Name] = {}
        yes: dict[Role, str] = {}
        for block in self.blocks.values():
            for column in block.columns.values():
                if column.role is not None:
                    names[column.role] = block.name(column.key)
                    yes[column.role] = column.yes
        return Cast(names, yes)

    @cached_property
    def public(self) -> frozenset[str]:
        """The fields (block and column) that go out to the public: in a public table, or as a note below one."""
        return frozenset(
            block.name(column.key).field
            for sheet in self.sheets.values()
            for block in sheet.blocks.values()
            for column in block.columns.values()
            if column.public and (sheet.public or self._is_printed_below(column))
        )

    def _is_printed_below(self, column: Column) -> bool:
        sheet = self.sheets.get(column.note_on)
        return sheet is not None and sheet.public

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The public fields whose texts are people's own words: neither chosen from a list nor codes."""
        return frozenset(
            field
            for block in self.blocks.values()
            for column in block.columns.values()
            if (field := block.name(column.key).field) in self.public
            and column.kind == "text"
            and not column.coded
        )

    def published(self, book: Return) -> Iterator[tuple[Name, Value]]:
        """Yield every value of a return that goes out to the public, with its name."""
        for name, value in book.values():
            if name.field in self.public:
                yield name, value

    # -- a name's place in the JSON data, and back --

    def path_of(self, name: Name) -> tuple[str | int, ...]:
        """Where a value stands in a return's JSON data."""
        repeated = self.repeated
        if name.within is not None and repeated is not None:
            return (
                repeated.repeat,
                name.within.line - 1,
                name.block,
                name.line - 1,
                name.column,
            )
        if repeated is not None and name.block in repeated.blocks:
            return (repeated.repeat, name.line - 1, name.column)
        match self.blocks[name.block].kind:
            case BlockKind.GRID:
                return (name.block, name.row, name.column)
            case BlockKind.LIST:
                return (name.block, name.line - 1, name.column)
        return (name.block, name.column)

    def name_at(self, path: Sequence[str | int]) -> Name:
        """What stands at a place of the JSON data."""
        first, *rest = path
        if self.repeated is not None and first == self.repeated.repeat:
            head, _ = self.repeated.of_project
            number, *inside = rest
            own = Name(head.key, line=int(number) + 1)
            if len(inside) == 1:
                return own.at(str(inside[0]))
            listed, line, column = inside
            return Name(str(listed), column=str(column), line=int(line) + 1, within=own)
        block: Block = self.blocks[str(first)]
        match block.kind:
            case BlockKind.GRID:
                return block.name(str(rest[1]), str(rest[0]))
            case BlockKind.LIST:
                return Name(block.key, column=str(rest[1]), line=int(rest[0]) + 1)
        return block.name(str(rest[0]))

    def title_of(self, name: Name) -> str:
        """How a name is called in Chinese: 三公经费“合计”{year}年预算数."""
        sheet, _, row, column = self.find(name)
        form = sheet.name.replace("{n}", "")
        return (
            f"{form}“{row.title}”{column.title}" if row else f"{form}“{column.title}”"
        )


LEVELS = "performance-levels"  # the code list of first- and second-level indicators, by system
UNIT = "unit"  # the key of the workbook that units fill in
# the key of the department's own book among a profile's books
DEPARTMENT = "department"


@record()
class Profile:
    """A province and a year: forms, money, codes, statement, rules."""

    id: str
    title: str
    year: int
    money: Money
    performance_system: str
    books: Mapping[str, Book]
    # statement.json; empty where the profile has no statement
    statement: Mapping[str, Any]
    signoff: Mapping[str, Any]  # signoff.json
    template: Path  # the statement's Word template, where there is a statement
    rules: Mapping[str, Any]
    guide: Mapping[str, Any]
    # what each edition after the first changed, in words
    editions: Mapping[int, str] = field(default_factory=dict)
    edition: int = 1  # of the forms that are drawn today
    # of money: how many yuan one of each is
    units: Mapping[str, Decimal] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    charts: tuple[Chart, ...] = ()  # of the internal workbook
    # the workbook that the finance platform exports
    platform: Mapping[str, Any] = field(default_factory=dict)
    # the ways in which figures may come
    doors: Mapping[str, Door] = field(default_factory=dict)
    door: str = ""  # the one that its forms are of; "": the forms of all
    terms: tuple[
        tuple[str, str], ...
    ] = ()  # of a place's own glossary, each with what it means
    owner_title: str = ""  # what stands before whose a public table is
    # whether the public files show their content number on each page
    print_content: bool = False

    @property
    def unit(self) -> str:
        """The unit of money where neither a sheet nor a column says another."""
        return self.money.unit

    @property
    def decimals(self) -> int:
        return self.money.decimals

    @property
    def tolerance(self) -> Decimal:
        """Half of the last decimal: figures typed with the form's decimals add up exactly."""
        return self.money.tolerance

    @property
    def book(self) -> Book:
        return self.books["unit"]

    @property
    def own_title(self) -> str:
        """What the department's own workbook is called; "" where the profile has none."""
        return self.books[DEPARTMENT].title if DEPARTMENT in self.books else ""

    @property
    def lists(self) -> Mapping[str, CodeList]:
        """The code lists as the profile's year has them, or as an office has its own."""
        return self.book.lists

    def with_lists(self, own: Iterable[CodeList]) -> Profile:
        """The same profile with an office's own code lists in the place of ours."""
        lists = {**self.lists, **{one.key: one for one in own}}
        return replace(
            self,
            books={key: replace(book, lists=lists) for key, book in self.books.items()},
        )

    def code_list(self, name: str) -> tuple[dict[str, str], ...]:
        """A list that does not change by year, as it is written."""
        return code_list(name)

    @cached_property
    def levels(self) -> tuple[dict[str, str], ...]:
        """First- and second-level indicators of the profile's performance system, with what is required."""
        levels = self.code_list(LEVELS) if self.performance_system else ()
        return tuple(
            level for level in levels if level["system"] == self.performance_system
        )
