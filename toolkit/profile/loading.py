"""A profile's files read from schema/ and made into forms: the one room that knows how a declaration is written."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolkit.files.compiled import content, keep, kept
from toolkit.model import BlockKind, Money, Name, Role
from toolkit.profile.charts import Chart
from toolkit.profile.codes import funds, lists
from toolkit.profile.coding import Coding, LookUp
from toolkit.profile.declared import (
    BESIDES,
    DEFINITIONS,
    PROFILE,
    SIGNOFF,
    STATEMENT,
    Declared,
    declared,
    profiles,
)
from toolkit.profile.derivation import names_in_derived, names_in_doors
from toolkit.profile.doors import Derived, Door
from toolkit.profile.form import (
    LEVELS,
    NUMERIC,
    Block,
    Book,
    Column,
    GridRow,
    Profile,
    Sheet,
    TwoSided,
)
from toolkit.profile.kinds import Kinds
from toolkit.profile.references import (
    name_of_words,
    names_in_chart,
    names_in_sheet,
    names_in_signoff,
    names_in_statement,
    one_name_each,
    readable,
)
from toolkit.profile.relations import Relation
from toolkit.profile.stored import code_list, home, overridden, read_csv
from toolkit.profile.wrong import all_known, known_one, one_of, within
from toolkit.rules.claim import Add, Field, Term
from toolkit.rules.formula import parse
from toolkit.rules.where import parse_where

NO_DECIMALS = r"(\.\d{1,0})?"  # what a pattern of amounts says of the decimals where there are none
__all__ = ["load", "profiles"]
# kinds of which several units' words make no sense side by side
ONE_WORD = frozenset({"choice", "date"})
# what a column takes over into its JSON Schema
SCHEMA_WORDS = (
    "type",
    "pattern",
    "enum",
    "maxLength",
    "minLength",
)


def load(profile: str) -> Profile:
    """Load a profile by its id; raise ProfileError, in Chinese, where a file cannot be used."""
    return loaded(profile, home())


@lru_cache(maxsize=32)
def loaded(profile: str, place: Path) -> Profile:
    """A profile as it lies in a home: one that is loaded is the same whenever it is asked for.

    What an earlier run read of the installed schema/ is taken as it stands: to read it anew takes a tenth of a check.
    """
    decides = b"" if overridden() else rests_on(place)
    if not decides:
        return read_anew(profile)
    name = f"profile-{profile}"
    known = kept(name, decides)
    if known is not None:
        made: Profile = pickle.loads(known)  # noqa: S301  as trustworthy as our own modules, beside which it lies
        if made.template.exists():
            return made
    made = read_anew(profile)
    keep(name, decides, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


@lru_cache(maxsize=1)
def rests_on(place: Path) -> bytes:
    """What decides what a profile is: all of schema/, and the rooms that read it. Nothing where they are not seen."""
    ours = Path(__file__).parent.parent
    rooms = [ours / wing for wing in ("model", "profile", "rules")]
    try:
        return content(place / "schema", *rooms)
    except OSError:
        return b""


def read_anew(profile: str) -> Profile:
    """A profile as its files declare it."""
    whole = declared(profile)
    said = whole.profile
    loader = _Loader(whole)
    with loader.named_in(PROFILE):
        loader.sources()
    books = {key: loader.book(key, book) for key, book in said["books"].items()}
    loader.around(books["unit"])
    statement = said.get("statement", {})
    return Profile(
        id=said["id"],
        title=said["title"],
        year=said["year"],
        money=loader.money,
        units=loader.units,
        performance_system=loader.system,
        relations=loader.relations(said.get("relations", {}), books["unit"]),
        charts=loader.charts(said.get("charts", {}), books["unit"]),
        platform=loader.platform(
            said.get("import", {}), books["unit"], said.get("doors", {})
        ),
        doors=loader.doors(said.get("doors", {}), books["unit"]),
        owner_title=said.get("owner_title", ""),
        print_content=said.get("print_content", False),
        books=books,
        statement=whole.said(STATEMENT) if statement else {},
        signoff=whole.said(SIGNOFF),
        template=home() / "templates" / statement.get("template", ""),
        rules=said.get("rules", {}),
        guide=loader.filled(said.get("guide", {})),
        editions=loader.editions,
        edition=loader.edition,
    )


class _Loader:
    """Reads a profile's form files; knows the words that stand for the year, the unit and the decimals.

    `declared` is what a file declares of the thing that is made, `around` the edition that what it stands in came with.
    """

    def __init__(self, whole: Declared) -> None:
        declared = whole.profile
        self.whole = whole
        self.definitions = whole.said(DEFINITIONS).get("$defs", {})
        self.lists = lists(declared["year"])
        self.system = declared.get("performance_system", "")
        self.units = {
            line["unit"]: Decimal(line["yuan"])
            for line in read_csv(home() / "schema" / "codes" / "money.csv")
        }
        with self.named_in(PROFILE), within("money"):
            self.money = self.money_said(declared["money"], None)
        self.words = {
            "{year}": str(declared["year"]),
            "{year-1}": str(declared["year"] - 1),
            "{profile}": declared["id"],
        }
        self.editions = {
            int(number): what for number, what in declared.get("editions", {}).items()
        }
        self.edition = max(self.editions, default=1)

    def book(self, key: str, declared: Mapping[str, Any]) -> Book:
        """A book of its forms, all that they name found in it."""
        try:
            for form in declared["forms"]:
                with within("books", key, "forms"):
                    known_one(form, self.forms(), "表（forms 里的文件）")
            sheets = {name: self.sheet(name) for name in declared["forms"]}
            book = Book(key, declared["title"], sheets, self.lists, self.money)
            with within("books", key):
                one_name_each(
                    book, declared["forms"], self.whole.profile.get("guide", {})
                )
        except ValueError as error:
            raise self.whole.wrong(PROFILE, error) from error
        for form, sheet in sheets.items():
            with self.named_in(form):
                names_in_sheet(sheet, book)
                names_in_derived(sheet, book)
        with self.named_in(PROFILE), within("books", key):
            # a circle among the formulas of several blocks is told now
            _ = book.formulas
        return book

    def relations(
        self, declared: Mapping[str, Any], book: Book
    ) -> tuple[Relation, ...]:
        """The relations between forms; one that holds for each code of a level is as many."""
        found: list[Relation] = []
        with self.named_in(PROFILE), within("relations"):
            for key, said in declared.items():
                with within(key):
                    found += self.relation(key, said, book)
        return tuple(found)

    def relation(
        self, key: str, said: Mapping[str, Any], book: Book
    ) -> Iterator[Relation]:
        """One declared relation, for each code that it is said of."""
        if "each" not in said:
            yield _relation(key, said, book)
            return
        each = said["each"]
        if "by" in said:
            raise ValueError(
                "each 和 by 只能写一个：按代码表一条一条比的写 each，两张清单逐行比的写 by"
            )
        known_one(each["codes"], self.lists, "代码表")
        for one in self.lists[each["codes"]]:
            if one.level == each["level"]:
                own = {
                    name: text.replace("{code}", one.code)
                    for name, text in said.items()
                    if name != "each"
                }
                yield _relation(
                    f"{key}.{one.code}",
                    {**own, "title": f"{own['title']}（{one.code} {one.name}）"},
                    book,
                )

    def charts(self, declared: Mapping[str, Any], book: Book) -> tuple[Chart, ...]:
        """The charts of the internal workbook, what they name found in the forms."""
        found: list[Chart] = []
        with self.named_in(PROFILE), within("charts"):
            for key, said in declared.items():
                most = {"most": said["most"]} if "most" in said else {}
                chart = Chart(
                    key,
                    said["title"],
                    said["block"],
                    tuple(said["columns"]),
                    tuple(said.get("rows", ())),
                    **most,
                )
                with within(key):
                    names_in_chart(chart, book)
                found.append(chart)
        return tuple(found)

    def platform(
        self, declared: Mapping[str, Any], book: Book, doors: Collection[str]
    ) -> Mapping[str, Any]:
        """What the finance platform exports, its forms and columns found in the book."""
        with self.named_in(PROFILE), within("import"):
            if "door" in declared:
                with within("door"):
                    known_one(declared["door"], doors, "填报方式（doors）")
            for number, table in enumerate(declared.get("tables", ()), 1):
                with within("tables", f"第 {number} 项", "forms"):
                    all_known(table["forms"], book.sheets, "表")
            for name in declared.get("words", {}):
                with within("words", name):
                    name_of_words(name, book)
        filled: Mapping[str, Any] = self.filled(dict(declared))
        return filled

    def doors(self, declared: Mapping[str, Any], book: Book) -> dict[str, Door]:
        """The ways in which figures may come."""
        doors = {
            key: Door(
                key,
                said["title"],
                _texts(said.get("forms", ())),
                _texts(said.get("derived", ())),
                said.get("unsaid", False),
            )
            for key, said in declared.items()
        }
        with self.named_in(PROFILE), within("doors"):
            names_in_doors(doors, book)
        return doors

    def around(self, unit: Book) -> None:
        """Hold what stands around the forms, the statement and the sign sheet, to what they name."""
        with self.named_in(STATEMENT):
            names_in_statement(self.whole.said(STATEMENT), unit)
        with self.named_in(SIGNOFF):
            names_in_signoff(self.whole.said(SIGNOFF), unit)

    def sources(self) -> None:
        """The performance system and the statement's template are there."""
        declared = self.whole.profile
        with within("performance_system"):
            if self.system:
                lines = self.coded(LEVELS, "system")
                known_one(
                    self.system,
                    dict.fromkeys(line["system"] for line in lines),
                    "指标体系",
                )
        if "statement" in declared:
            with within("statement", "template"):
                template = declared["statement"]["template"]
                if not (home() / "templates" / template).exists():
                    raise ValueError(f"templates 里没有“{template}”这个 Word 模板")
            with within("statement", "file"):
                known_one(declared["statement"]["file"], (f"{STATEMENT}.json",), "文件")
                if STATEMENT not in self.whole.files:
                    raise ValueError(f"没有“{STATEMENT}.json”这个文件")

    def forms(self) -> list[str]:
        return [name for name in self.whole.files if name not in (PROFILE, *BESIDES)]

    @contextmanager
    def named_in(self, name: str) -> Iterator[None]:
        """What is wrong in here is wrong in that file."""
        try:
            yield
        except ValueError as error:
            raise self.whole.wrong(name, error) from error

    def sheet(self, key: str) -> Sheet:
        with self.named_in(key):
            declared = self.whole.files[key]
            with within("x-sheet"):
                money = self.money_said(
                    declared["x-sheet"].get("money", {}), self.money
                )
            declared = self.filled(declared, money)
            own = declared["x-sheet"]
            with within("x-sheet"):
                since = self.since(own, 1)
            blocks: dict[str, Block] = {}
            for name, block in declared["x-blocks"].items():
                with within(name):
                    blocks[name] = self.block(name, block, since, money)
                    blocks[name].put_in_order()
        return Sheet(
            key=key,
            name=own["name"],
            title=declared["title"],
            blocks=blocks,
            filled_by=own.get("filled_by", "unit"),
            help=tuple(own.get("help", ())),
            repeat=own.get("repeat", ""),
            tick=own.get("tick", True)
            and not own.get("board", False)
            and any(block.asks for block in blocks.values()),
            board=own.get("board", False),
            landscape=own.get("landscape", False),
            public=own.get("public", True),
            public_title=own.get("public_title", declared["title"]),
            head=own.get("head", f"{self.words['{year}']}年度"),
            empty=own.get("empty", ""),
            two_sided=TwoSided(**own["two_sided"]) if "two_sided" in own else None,
            bookends=tuple(own.get("bookends", ())),
            since=since,
            former=tuple(own.get("former", ())),
            money=money,
            printed_in=self.printed_in(own, money),
        )

    def printed_in(self, declared: Mapping[str, Any], money: Money) -> Money | None:
        """The unit of money that a sheet's public table is printed in, where it says one."""
        with within("x-sheet", "printed_in"):
            return (
                self.money_said(declared["printed_in"], money)
                if "printed_in" in declared
                else None
            )

    def money_said(self, said: Mapping[str, Any], around: Money | None) -> Money:
        """In what amounts are written: what is said here, else what is said around it."""
        unit = said["unit"] if around is None else said.get("unit", around.unit)
        decimals = (
            said["decimals"]
            if around is None
            else said.get("decimals", around.decimals)
        )
        if unit not in self.units:
            raise ValueError(
                f"没有“{unit}”这种金额单位，可以写的有：{'、'.join(self.units)}"
            )
        # The thousands are parted the same way wherever an amount of this profile stands.
        thousands = said.get("thousands", False) if around is None else around.thousands
        return Money(unit, int(decimals), self.units[unit], bool(thousands))

    def since(self, declared: Mapping[str, Any], around: int) -> int:
        """The edition that something came with: its own word, else that of what it stands in."""
        number = int(declared.get("since", around))
        if not 1 <= number <= self.edition:
            raise ValueError(
                f"“since”写的是第 {number} 版，而 profile.json 的“editions”只写到第 {self.edition} 版"
            )
        return max(number, around)

    def filled(self, value: Any, money: Money | None = None) -> Any:
        """Put the year, the unit and so on into every text of a declaration; what says its own money has that in its texts."""
        money = money or self.money
        if isinstance(value, str):
            for word, meant in {
                **self.words,
                "{unit}": money.unit,
                "{decimals}": str(money.decimals),
            }.items():
                value = value.replace(word, meant)
            return value
        if isinstance(value, dict):
            own = value.get("money")
            inside = self.money_said(own, money) if isinstance(own, dict) else money
            return {key: self.filled(inner, inside) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner, money) for inner in value]
        return value

    def block(
        self, key: str, declared: Mapping[str, Any], around: int, money: Money
    ) -> Block:
        since = self.since(declared, around)
        merge = declared.get("merge", "none")
        for name, column in declared["columns"].items():
            with within(name, "looked_up", "by"):
                all_known(_by(column), declared["columns"], "列")
        return Block(
            key=key,
            kind=BlockKind(declared["kind"]),
            title=declared.get("title", ""),
            columns={
                name: self.column(name, column, merge, since, money)
                for name, column in declared["columns"].items()
            },
            rows=self.rows(declared.get("rows", {}), since),
            label=declared.get("label", ""),
            merge=merge,
            spare=declared.get("spare", 0),
            **self.total(declared),
            by=tuple(declared.get("key", ())),
            numbered=declared.get("numbered"),
            printed_if_filled=declared.get("printed_if_filled", False),
            row_titles=declared.get("row_titles", True),
            across=declared.get("across", 1),
            beside=declared.get("beside", False),
            at=declared.get("at", ""),
            carry_down=declared.get("carry_down", ""),
            row_height=declared.get("row_height"),
            of=declared.get("of", ""),
            kinds=Kinds(**declared["kinds"]) if "kinds" in declared else None,
            nested=declared.get("nested", False),
            derived=self.derived(declared),
        )

    def derived(self, declared: Mapping[str, Any]) -> Derived | None:
        """Where the rows of a list come from, by a door that derives."""
        said = declared.get("derived")
        if said is None:
            return None
        sums: dict[str, Term] = {}
        for key, column in declared["columns"].items():
            if "derived" in column:
                with within(key, "derived"):
                    sums[key] = parse(column["derived"])
        with within("derived", "where"):
            where = parse_where(said["where"]) if "where" in said else None
        parts = tuple(
            column["part"]
            for column in declared["columns"].values()
            if "part" in column
        )
        return Derived(
            said["from"], said["by"], tuple(said.get("levels", parts)), where, sums
        )

    def total(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """The row that adds up a list: its title alone, or with where the public table has it and what it counts."""
        said = declared.get("total", "")
        if isinstance(said, str):
            return {"total": said}
        with within("total", "counts"):
            counts = parse_where(said["counts"]) if "counts" in said else None
        return {
            "total": said["title"],
            "total_last": said.get("at") == "bottom",
            "counts": counts,
        }

    def rows(self, declared: Mapping[str, Any], around: int) -> dict[str, GridRow]:
        """The rows of a grid; one with "rows-from" stands for a row a code, and in formulas for the sum of these."""
        rows: dict[str, GridRow] = {}
        groups: dict[str, tuple[str, ...]] = {}
        for key, row in declared.items():
            if source := row.get("rows-from"):
                with within("rows", key, "rows-from"):
                    members = self.rows_from(source, row)
                rows |= members
                groups[key] = tuple(members)
            else:
                with within("rows", key):
                    rows[key] = self.row(key, row, around)
        for key, grid_row in rows.items():
            if grid_row.formula:
                rows[key] = replace(
                    grid_row, formula=_open_groups(grid_row.formula, groups)
                )
        return rows

    def row(self, key: str, declared: Mapping[str, Any], around: int) -> GridRow:
        return GridRow(
            key=key,
            title=declared["title"],
            formula=self.formula(declared),
            formula_in=tuple(declared.get("formula_in", ())),
            indent=declared.get("indent", 0),
            since=self.since(declared, around),
            former=tuple(declared.get("former", ())),
            printed=declared.get("printed", ""),
            printed_if_filled=declared.get("printed_if_filled", False),
            derived=_derived_in(declared),
        )

    def formula(self, declared: Mapping[str, Any]) -> Term | None:
        """The formula of a row or a column, if it has one."""
        with within("formula"):
            return parse(declared["formula"]) if "formula" in declared else None

    def rows_from(
        self, source: Mapping[str, Any], declared: Mapping[str, Any]
    ) -> dict[str, GridRow]:
        """A row for each code of one level of a code list; `declared` is what is said of all of them."""
        with within("codes"):
            known_one(source["codes"], self.lists, "代码表")
        codes = self.lists[source["codes"]]
        with within("level"):
            known_one(source["level"], codes.levels, "级次")
        rows: dict[str, GridRow] = {}
        kept = declared.get("printed_if_filled", False)
        for one in codes:
            if one.level == source["level"]:
                key = source["prefix"] + one.code
                rows[key] = GridRow(
                    key,
                    str(one),
                    printed=one.name,
                    printed_if_filled=kept,
                    derived=_derived_in(declared, one.code),
                )
        return rows

    def coded(self, name: str, *columns: str) -> tuple[dict[str, str], ...]:
        """A list of what can be chosen that has the columns asked for; raise ValueError, in Chinese, where it is none."""
        with within("codes"):
            known_one(name, self.code_lists(), "代码表")
            lines = code_list(name)
            if not lines:
                raise ValueError(f"代码表“{name}.csv”里没有代码")
        for column in columns:
            with within("code_column"):
                known_one(column, lines[0], f"栏（代码表“{name}.csv”）")
        return lines

    def code_lists(self) -> list[str]:
        """The names of all lists of codes and choices."""
        return sorted(path.stem for path in (home() / "schema" / "codes").glob("*.csv"))

    def column(
        self,
        key: str,
        declared: Mapping[str, Any],
        merge: str,
        around: int,
        money: Money,
    ) -> Column:
        """A column; what it does not declare itself it has from the definition that it refers to, its money from its sheet."""
        with within(key):
            return self._column(key, declared, merge, around, money)

    def _column(
        self,
        key: str,
        declared: Mapping[str, Any],
        merge: str,
        around: int,
        money: Money,
    ) -> Column:
        of_sheet = money
        money = self.money_said(declared.get("money", {}), of_sheet)
        base = self.base(declared, money)
        schema = {
            word: value
            for word, value in {**base, **declared}.items()
            if word in SCHEMA_WORDS
        }
        if "pattern" in schema:
            schema["pattern"] = schema["pattern"].replace(NO_DECIMALS, "")
        kind = base.get("x-kind", "text")
        if declared.get("minimum") == 0 and kind == "money":
            schema["pattern"] = schema["pattern"].replace("^-?", "^", 1)
        merge = _of_column(
            merge,
            numeric=kind in NUMERIC,
            coded="codes" in declared or "looked_up" in declared,
        )
        if merge == "by-unit" and kind in ONE_WORD:
            merge = "department"
        with within("merge"):
            if declared.get("merge") == "by-unit" and kind != "text":
                raise ValueError(
                    "各单位各写各的（by-unit）只用在文字上，数、日期、选项接不起来"
                )
        return Column(
            key=key,
            title=_in_its_unit(declared["title"], money, of_sheet)
            if kind == "money"
            else declared["title"],
            kind=kind,
            schema=schema,
            required=declared.get("required", False),
            formula=self.formula(declared),
            merge=declared.get("merge") or merge,
            choices=self.choices(declared, base),
            worded=dict(declared.get("worded", {})),
            help=declared.get("help", base.get("x-hint", "")),
            width=declared.get("width", base.get("x-width", 14)),
            height=declared.get("height"),
            group=_headings(declared.get("group", ())),
            except_rows=frozenset(declared.get("except", ())),
            only_rows=frozenset(declared.get("only", ())),
            total=declared.get("total", False),
            constant=declared.get("constant", ""),
            public=declared.get("public", True),
            of=declared.get("of", ""),
            role=self.role(declared),
            note_on=declared.get("note_on", ""),
            printed_if_filled=declared.get("printed_if_filled", False),
            was=declared.get("was", ""),
            coded=any(word in declared for word in ("pattern", "codes", "looked_up")),
            since=self.since(declared, around),
            former=tuple(declared.get("former", ())),
            coding=self.coding(declared),
            looked_up=self.looked_up(declared),
            offers=Name.parse(declared["offers"]) if "offers" in declared else None,
            money=money if kind == "money" else None,
        )

    def base(self, declared: Mapping[str, Any], money: Money) -> dict[str, Any]:
        """The definition that a column refers to."""
        if "$ref" not in declared:
            return {}
        reference = declared["$ref"].rpartition("/")[2]
        with within("$ref"):
            known_one(reference, self.definitions, "取值约定（definitions.json）")
        base: dict[str, Any] = self.filled(self.definitions[reference], money)
        return base

    def role(self, declared: Mapping[str, Any]) -> Role | None:
        with within("role"):
            return one_of(Role, declared["role"]) if "role" in declared else None

    def coding(self, declared: Mapping[str, Any]) -> Coding | None:
        """That a column holds codes of a list that changes by date, or a part of them."""
        if declared.get("codes") not in self.lists:
            return None
        codes = self.lists[declared["codes"]]
        part = declared.get("part", "")
        with within("level"):
            all_known(declared.get("level", ()), codes.levels, "级次")
        with within("part"):
            all_known([part] if part else (), codes.levels, "级次")
        of_funds = _texts(declared.get("fund", ()))
        with within("fund"):
            all_known(of_funds, funds(), "预算")
        digits = codes.digits(part) if part and codes.inner(part) else 0
        return Coding(
            codes.key, tuple(declared.get("level", ())), part, digits, of_funds
        )

    def looked_up(self, declared: Mapping[str, Any]) -> LookUp | None:
        """That a column's text is given by a code list."""
        said = declared.get("looked_up")
        if said is None:
            return None
        with within("looked_up", "codes"):
            known_one(said["codes"], self.lists, "代码表")
        return LookUp(said["codes"], _by(declared))

    def choices(
        self, declared: Mapping[str, Any], base: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """What can be chosen in a column: its enum, or the codes that it names, of the profile's system if they have one."""
        codes = declared.get("codes")
        if not codes or codes in self.lists:
            return tuple(declared.get("enum", base.get("enum", ())))
        column = declared.get("code_column", "")
        lines = self.coded(codes, column)
        fitting = [
            line[column]
            for line in lines
            if line.get("system", self.system) == self.system
        ]
        return tuple(dict.fromkeys(fitting))


def _derived_in(declared: Mapping[str, Any], code: str = "") -> dict[str, Term]:
    """What a row's cells are calculated from by a door that derives, by column; "" stands for all that hold numbers."""
    said = declared.get("derived", {})
    if isinstance(said, str):
        said = {"": said}
    terms: dict[str, Term] = {}
    for column, text in said.items():
        place = ("derived", column) if column else ("derived",)
        with within(*place):
            terms[column] = parse(text.replace("{code}", code) if code else text)
    return terms


def _by(declared: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns by whose code a column is looked up."""
    return _texts(declared.get("looked_up", {}).get("by", ()))


def _texts(said: str | Sequence[str]) -> tuple[str, ...]:
    """One text, or several."""
    return (said,) if isinstance(said, str) else tuple(said)


def _of_column(merge: str, *, numeric: bool, coded: bool) -> str:
    """How a column is merged where its block is merged so: words cannot be added up, and a code has one name for all."""
    if merge in ("sum", "by-key") and not numeric:
        return "same" if coded and merge == "by-key" else "by-unit"
    return "sum" if merge == "by-key" else merge


def _headings(said: str | list[str]) -> tuple[str, ...]:
    """The headings above a column's title, outermost first: one as a text, several as a list."""
    return tuple(filter(None, [said])) if isinstance(said, str) else tuple(said)


def _in_its_unit(title: str, money: Money, around: Money) -> str:
    """A column's title, with its unit of money where that is not what the head of the sheet says."""
    return (
        title
        if money.unit == around.unit or money.unit in title
        else f"{title}（{money.unit}）"
    )


def _relation(key: str, said: Mapping[str, Any], book: Book) -> Relation:
    """One relation; raise ValueError, in Chinese, where it names what no form has."""
    sides = {side: parse(said[side]) for side in ("left", "right")}
    for side, term in sides.items():
        with within(side):
            readable(term, book)
    names = [name for term in sides.values() for name in term.names()]
    by = _texts(said.get("by", ()))
    if by:
        with within("by"):
            _have_key(by, names, book)
    called = (said.get("left_said", ""), said.get("right_said", ""))
    return Relation(
        key,
        said["title"],
        sides["left"],
        said.get("is", "=="),
        sides["right"],
        by,
        called,
    )


def _have_key(by: Sequence[str], names: Iterable[Name], book: Book) -> None:
    """Whatever is compared by a key is a column of a list that has the key's columns; raise ValueError, in Chinese, if not."""
    for name in names:
        if not name.of_every_line:
            raise ValueError(
                f"逐行比的两边都是清单的列，如 sum(清单.列)；{name.field} 不是"
            )
        all_known(by, book.blocks[name.block].columns, f"列（{name.block} 的）")


def _open_groups(term: Term, groups: Mapping[str, tuple[str, ...]]) -> Term:
    """The same term with the name of a row group replaced by the sum of its rows."""
    match term:
        case Field(name=name) if name.bare and name.column in groups:
            members = [Field(Name(column=member)) for member in groups[name.column]]
            return Add(tuple((1, member) for member in members))
        case Add(parts=parts):
            opened = [(sign, _open_groups(part, groups)) for sign, part in parts]
            return Add(tuple(opened))
    return term
