"""A profile's files read from schema/ and made into forms: the one room that knows how a declaration is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolkit.model import BlockKind, Name, Role
from toolkit.profile.codes import lists
from toolkit.profile.form import NUMERIC, Block, Book, Coding, Column, GridRow, LookUp, Profile, Sheet
from toolkit.profile.kinds import Kinds
from toolkit.profile.stored import ProfileError, code_list, home, read_json
from toolkit.profile.wrong import one_of, one_of_words, wrong
from toolkit.rules.claim import Add, Field, Term, parse

SCHEMA_WORDS = ("type", "pattern", "enum", "maxLength", "minLength")  # what a column takes over into its JSON Schema


def profiles() -> tuple[str, ...]:
    """The ids of all profiles that are installed."""
    found = (home() / "schema" / "profiles").glob("*/profile.json")
    return tuple(sorted(path.parent.name for path in found))


@lru_cache(maxsize=8)
def load(profile: str) -> Profile:
    """Load a profile by its id; raise ProfileError, in Chinese, where a file cannot be used."""
    folder = home() / "schema" / "profiles" / profile
    if not (folder / "profile.json").exists():
        raise ProfileError(f"没有名为“{profile}”的表样；请从现有的里选：{'、'.join(profiles())}。")
    declared = read_json(folder / "profile.json")
    loader = _Loader(folder, declared)
    books = {key: loader.book(key, book) for key, book in declared["books"].items()}
    statement = folder / declared["statement"]["file"]
    return Profile(
        id=declared["id"],
        title=declared["title"],
        year=declared["year"],
        unit=declared["money"]["unit"],
        decimals=declared["money"]["decimals"],
        performance_system=declared["performance_system"],
        print_content=declared.get("print_content", False),
        books=books,
        statement=read_json(statement) if statement.exists() else {},
        template=home() / "templates" / declared["statement"]["template"],
        rules=declared.get("rules", {}),
        guide=loader.filled(declared["guide"]),
        editions=loader.editions,
        edition=loader.edition,
    )


class _Loader:
    """Reads a profile's form files; knows the words that stand for the year, the unit and the decimals.

    `declared` is what a file declares of the thing that is made, `around` the edition that what it stands in came with.
    """

    def __init__(self, folder: Path, declared: Mapping[str, Any]) -> None:
        self.folder = folder
        self.definitions = read_json(folder / "definitions.json")["$defs"]
        self.lists = lists(declared["year"])
        self.system = declared["performance_system"]
        self.words = {
            "{year}": str(declared["year"]),
            "{year-1}": str(declared["year"] - 1),
            "{unit}": declared["money"]["unit"],
            "{decimals}": str(declared["money"]["decimals"]),
            "{profile}": declared["id"],
        }
        self.editions = {int(number): what for number, what in declared.get("editions", {}).items()}
        self.edition = max(self.editions, default=1)

    def book(self, key: str, declared: Mapping[str, Any]) -> Book:
        sheets = {name: self.sheet(name) for name in declared["forms"]}
        return Book(key, declared["title"], sheets, self.lists)

    def sheet(self, key: str) -> Sheet:
        path = self.folder / "forms" / f"{key}.json"
        declared = self.filled(read_json(path))
        own = declared["x-sheet"]
        try:
            since = self.since(own, 1)
            blocks = {name: self.block(name, block, since) for name, block in declared["x-blocks"].items()}
            for block in blocks.values():
                block.put_in_order()
        except (KeyError, ValueError) as error:
            raise ProfileError(wrong(path, error)) from error
        return Sheet(
            key=key,
            name=own["name"],
            title=declared["title"],
            blocks=blocks,
            filled_by=own.get("filled_by", "unit"),
            help=tuple(own.get("help", ())),
            repeat=own.get("repeat", ""),
            tick=own.get("tick", True) and not own.get("board", False),
            board=own.get("board", False),
            landscape=own.get("landscape", False),
            public=own.get("public", True),
            public_title=own.get("public_title", declared["title"]),
            head=own.get("head", f"{self.words['{year}']}年度"),
            two_sided=own.get("two_sided", 0),
            bookends=tuple(own.get("bookends", ())),
            since=since,
            former=tuple(own.get("former", ())),
        )

    def since(self, declared: Mapping[str, Any], around: int) -> int:
        """The edition that something came with: its own word, else that of what it stands in."""
        number = int(declared.get("since", around))
        if not 1 <= number <= self.edition:
            raise ValueError(f"“since”写的是第 {number} 版，而 profile.json 的“editions”只写到第 {self.edition} 版")
        return max(number, around)

    def filled(self, value: Any) -> Any:
        """Put the year, unit and so on into every text of a declaration."""
        if isinstance(value, str):
            for word, meant in self.words.items():
                value = value.replace(word, meant)
            return value
        if isinstance(value, dict):
            return {key: self.filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner) for inner in value]
        return value

    def block(self, key: str, declared: Mapping[str, Any], around: int) -> Block:
        since = self.since(declared, around)
        merge = declared.get("merge", "none")
        for column in declared["columns"].values():
            for by in _by(column):
                one_of_words(declared["columns"], by, "by")
        return Block(
            key=key,
            kind=one_of(BlockKind, declared["kind"], "kind"),
            title=declared.get("title", ""),
            columns={name: self.column(name, column, merge, since) for name, column in declared["columns"].items()},
            rows=self.rows(declared.get("rows", {}), since),
            label=declared.get("label", ""),
            merge=merge,
            spare=declared.get("spare", 0),
            total=declared.get("total", ""),
            beside=declared.get("beside", False),
            at=declared.get("at", ""),
            carry_down=declared.get("carry_down", ""),
            row_height=declared.get("row_height"),
            of=declared.get("of", ""),
            kinds=Kinds(**declared["kinds"]) if "kinds" in declared else None,
        )

    def rows(self, declared: Mapping[str, Any], around: int) -> dict[str, GridRow]:
        """The rows of a grid; one with "rows-from" stands for a row a code, and in formulas for the sum of these."""
        rows: dict[str, GridRow] = {}
        groups: dict[str, tuple[str, ...]] = {}
        for key, row in declared.items():
            if source := row.get("rows-from"):
                members = self.rows_from(source)
                rows |= members
                groups[key] = tuple(members)
            else:
                rows[key] = GridRow(
                    key=key,
                    title=row["title"],
                    formula=parse(row["formula"]) if "formula" in row else None,
                    indent=row.get("indent", 0),
                    since=self.since(row, around),
                    former=tuple(row.get("former", ())),
                    printed=row.get("printed", ""),
                )
        for key, grid_row in rows.items():
            if grid_row.formula:
                rows[key] = replace(grid_row, formula=_open_groups(grid_row.formula, groups))
        return rows

    def rows_from(self, source: Mapping[str, Any]) -> dict[str, GridRow]:
        """A row for each code of one level of a code list."""
        rows: dict[str, GridRow] = {}
        for one in self.lists[source["codes"]]:
            if one.level == source["level"]:
                key = source["prefix"] + one.code
                rows[key] = GridRow(key, str(one), printed=one.name)
        return rows

    def column(self, key: str, declared: Mapping[str, Any], merge: str, around: int) -> Column:
        """A column; what it does not declare itself it has from the definition that it refers to."""
        reference = declared.get("$ref", "").rpartition("/")[2]
        base = self.filled(self.definitions[reference]) if reference else {}
        schema = {word: value for word, value in {**base, **declared}.items() if word in SCHEMA_WORDS}
        kind = base.get("x-kind", "text")
        if declared.get("minimum") == 0 and kind == "money":
            schema["pattern"] = schema["pattern"].replace("^-?", "^", 1)
        if merge == "sum" and kind not in NUMERIC:
            merge = "by-unit"  # words cannot be added up
        return Column(
            key=key,
            title=declared["title"],
            kind=kind,
            schema=schema,
            required=declared.get("required", False),
            formula=parse(declared["formula"]) if "formula" in declared else None,
            merge=declared.get("merge") or merge,
            choices=self.choices(declared, base),
            help=declared.get("help", base.get("x-hint", "")),
            width=declared.get("width", base.get("x-width", 14)),
            height=declared.get("height"),
            group=declared.get("group", ""),
            except_rows=frozenset(declared.get("except", ())),
            only_rows=frozenset(declared.get("only", ())),
            total=declared.get("total", False),
            constant=declared.get("constant", ""),
            public=declared.get("public", True),
            of=declared.get("of", ""),
            role=one_of(Role, declared["role"], "role") if "role" in declared else None,
            note_on=declared.get("note_on", ""),
            printed_if_filled=declared.get("printed_if_filled", False),
            coded=any(word in declared for word in ("pattern", "codes", "looked_up")),
            since=self.since(declared, around),
            former=tuple(declared.get("former", ())),
            coding=self.coding(declared),
            looked_up=self.looked_up(declared),
        )

    def coding(self, declared: Mapping[str, Any]) -> Coding | None:
        """That a column holds codes of a list that changes by date, or a part of them."""
        if declared.get("codes") not in self.lists:
            return None
        codes = self.lists[declared["codes"]]
        part = declared.get("part", "")
        for level in (*declared.get("level", ()), *([part] if part else ())):
            one_of_words(codes.levels, level, "level")
        return Coding(codes.key, tuple(declared.get("level", ())), part, codes.digits(part) if part else 0)

    def looked_up(self, declared: Mapping[str, Any]) -> LookUp | None:
        """That a column's text is given by a code list."""
        said = declared.get("looked_up")
        if said is None:
            return None
        one_of_words(self.lists, said["codes"], "codes")
        one_of_words(("name",), said.get("gives", "name"), "gives")
        return LookUp(said["codes"], _by(declared))

    def choices(self, declared: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[str, ...]:
        """What can be chosen in a column: its enum, or the codes that it names, of the profile's system if they have one."""
        codes = declared.get("codes")
        if not codes or codes in self.lists:
            return tuple(declared.get("enum", base.get("enum", ())))
        column = declared["code_column"]
        lines = code_list(codes)
        fitting = [line[column] for line in lines if line.get("system", self.system) == self.system]
        return tuple(dict.fromkeys(fitting))


def _by(declared: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns by whose code a column is looked up."""
    by = declared.get("looked_up", {}).get("by", ())
    return (by,) if isinstance(by, str) else tuple(by)


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
