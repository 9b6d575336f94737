"""Which cell: the profile's forms read from schema/, their fields, formulas, titles, and the JSON Schemas made of them.

A profile (province and year) has books (the unit's, the department's own); a book has sheets; a sheet has blocks of five
kinds: fields (label and value), grid (fixed rows × columns), list (rows that grow), text is a list of one column, and
index (calculated from the repeated sheets). Where they stand on a drawn sheet is `layout.py`'s.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.files.text import read_text
from toolkit.rules.claim import Add, Field, Term, parse

NUMERIC = frozenset({"money", "number", "integer"})


class ProfileError(ToolkitError):
    """A schema file that cannot be used; its message names the file, the place and what to mend, in Chinese."""


def home() -> Path:
    """The folder that holds schema/ and templates/: the checkout, or the wheel's share folder."""
    if override := os.environ.get("DISCLOSURE_HOME"):
        return Path(override)
    share = Path("share") / "budget-disclosure-toolkit"
    schemes = ("data", sysconfig.get_default_scheme()), ("data", sysconfig.get_preferred_scheme("user"))
    places = [Path(__file__).resolve().parent.parent.parent, *(Path(sysconfig.get_path(*scheme)) / share for scheme in schemes)]
    found = next((place for place in places if (place / "schema" / "profiles").is_dir()), None)
    if found is None:
        raise ProfileError("找不到 schema 文件夹：安装不完整，请重新安装。")
    return found


def read_json(path: Path) -> Any:
    """Read a JSON file (a BOM is forgiven); a fault is told with its line, in Chinese."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = (text.split("\n") or [""])[error.lineno - 1]
        hint = "（这一行里有中文标点，JSON 只认英文的引号、逗号和冒号）" if re.search("[“”，：]", line) else ""
        raise ProfileError(
            f"“{path.name}”第 {error.lineno} 行第 {error.colno} 列写法有误{hint}，请改正：“{line.strip()[:60]}”。"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"“{path.name}”里有太长的数，或者套了太多层，读不出来。请检查这个文件。") from error


def read_csv(path: Path) -> tuple[dict[str, str], ...]:
    """Read a code list: CSV with a header row, UTF-8 (with or without BOM) or GBK, as Chinese Excel saves it."""
    lines = csv.DictReader(io.StringIO(read_text(path), newline=""))
    try:
        return tuple(lines)
    except csv.Error as error:
        raise ProfileError(f"“{path.name}”里有一格太长，读不出来。请检查引号是否成对，把多余的内容删去。") from error


@dataclass(frozen=True)
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
    help: str = ""
    width: float = 14
    height: float | None = None
    group: str = ""
    except_rows: frozenset[str] = frozenset()
    only_rows: frozenset[str] = frozenset()
    total: bool = False
    constant: str = ""
    public: bool = True
    of: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def stands_in(self, row: str) -> bool:
        """Whether a grid has this column in that row."""
        return row not in self.except_rows and (not self.only_rows or row in self.only_rows)


@dataclass(frozen=True)
class GridRow:
    """A fixed row of a grid."""

    key: str
    title: str
    formula: Term | None = None
    indent: int = 0


@dataclass(frozen=True)
class Block:
    """A block of a sheet. `kind` is fields, grid, list or index."""

    key: str
    kind: str
    title: str
    columns: Mapping[str, Column]
    rows: Mapping[str, GridRow] = field(default_factory=dict)
    label: str = ""
    merge: str = "none"
    spare: int = 0
    total: str = ""
    beside: bool = False
    at: str = ""
    carry_down: str = ""
    row_height: float | None = None
    of: str = ""

    def cells(self) -> Iterator[tuple[GridRow, Column]]:
        """Yield every row and column of a grid that has a cell."""
        for row in self.rows.values():
            for column in self.columns.values():
                if column.stands_in(row.key):
                    yield row, column

    def drawn_formula(self, row: GridRow, column: Column) -> Term | None:
        """The formula of a grid cell, as names of its own column or row; a column's formula goes before a row's.

        The names in it are complete up to the block: "abroad.this_year".
        """
        if column.formula is not None:
            return column.formula.renamed(lambda name: f"{row.key}.{name}")
        if row.formula is not None and column.numeric:
            return row.formula.renamed(lambda name: f"{name}.{column.key}")
        return None

    def name(self, column: str, row: str = "") -> str:
        """The dotted name of a figure in this block."""
        return ".".join(part for part in (self.key, row, column) if part)

    @property
    def grouped(self) -> bool:
        return any(column.group for column in self.columns.values())


@dataclass(frozen=True)
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
    bookends: tuple[str, ...] = ()

    def called(self, number: int) -> str:
        """The worksheet's name; `number` counts the repeated ones from 1."""
        return self.name.replace("{n}", f"{number:02d}")


@dataclass(frozen=True)
class Book:
    """A workbook as declared: the unit's return, or the department's own."""

    key: str
    title: str
    sheets: Mapping[str, Sheet]

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        return {key: block for sheet in self.sheets.values() for key, block in sheet.blocks.items()}

    def sheet_of(self, block: str) -> Sheet:
        return next(sheet for sheet in self.sheets.values() if block in sheet.blocks)

    @property
    def repeated(self) -> Sheet | None:
        """The sheet that comes once a project, if the book has one."""
        return next((sheet for sheet in self.sheets.values() if sheet.repeat), None)

    def find(self, name: str) -> tuple[Sheet, Block, GridRow | None, Column]:
        """Find what a dotted name names; raise KeyError for an unknown one."""
        key, _, rest = name.partition(".")
        row, _, column = rest.rpartition(".")
        block = self.blocks[key]
        return self.sheet_of(key), block, block.rows[row] if row else None, block.columns[column]

    def title_of(self, name: str) -> str:
        """How a dotted name is called in Chinese: 三公经费“合计”{year}年预算数."""
        sheet, _, row, column = self.find(name)
        sheet_name = sheet.name.replace("{n}", "")
        return f"{sheet_name}“{row.title}”{column.title}" if row else f"{sheet_name}“{column.title}”"


@dataclass(frozen=True)
class Profile:
    """A province and a year: forms, money, codes, statement, rules."""

    id: str
    title: str
    year: int
    unit: str
    decimals: int
    performance_system: str
    books: Mapping[str, Book]
    statement: Mapping[str, Any]
    template: Path
    codes: Path
    rules: Mapping[str, Any]
    guide: Mapping[str, Any]

    @property
    def tolerance(self) -> Decimal:
        """Half of the last decimal: figures typed with the form's decimals add up exactly."""
        return Decimal(5).scaleb(-self.decimals - 1)

    @property
    def book(self) -> Book:
        return self.books["unit"]

    def code_list(self, name: str) -> tuple[dict[str, str], ...]:
        """A code list of the profile's year, or one that does not change by year."""
        path = self.codes / f"{name}.csv"
        return read_csv(path if path.exists() else home() / "schema" / "codes" / f"{name}.csv")

    @cached_property
    def levels(self) -> tuple[dict[str, str], ...]:
        """First- and second-level indicators of the profile's performance system, with what is required."""
        return tuple(r for r in self.code_list("performance-levels") if r["system"] == self.performance_system)


def profiles() -> tuple[str, ...]:
    """The ids of all profiles that are installed."""
    return tuple(sorted(path.parent.name for path in (home() / "schema" / "profiles").glob("*/profile.json")))


@lru_cache(maxsize=8)
def load(profile: str = "hebei-2023") -> Profile:
    """Load a profile by its id; raise ProfileError, in Chinese, where a file cannot be used."""
    folder = home() / "schema" / "profiles" / profile
    if not (folder / "profile.json").exists():
        raise ProfileError(f"没有名为“{profile}”的表样；请从现有的里选：{'、'.join(profiles())}。")
    said = read_json(folder / "profile.json")
    loader = _Loader(folder, said)
    books = {key: loader.book(key, value) for key, value in said["books"].items()}
    return Profile(
        id=said["id"],
        title=said["title"],
        year=said["year"],
        unit=said["money"]["unit"],
        decimals=said["money"]["decimals"],
        performance_system=said["performance_system"],
        books=books,
        statement=read_json(folder / said["statement"]["file"]) if (folder / said["statement"]["file"]).exists() else {},
        template=home() / "templates" / said["statement"]["template"],
        codes=home() / "schema" / said["codes"],
        rules=said.get("rules", {}),
        guide=loader.filled(said["guide"]),
    )


def _wrong(path: Path, error: KeyError | ValueError) -> str:
    """What is wrong with a declaration: a name that is not there, or a formula's own sentence."""
    what = f"缺少“{error.args[0]}”，或用到了没有的“{error.args[0]}”" if isinstance(error, KeyError) else str(error)
    return f"“{path.name}”有误：{what}。请对照其他表样改正。"


class _Loader:
    """Reads a profile's form files; knows the words that stand for the year, the unit and the decimals."""

    def __init__(self, folder: Path, said: Mapping[str, Any]) -> None:
        self.folder = folder
        self.definitions = read_json(folder / "definitions.json")["$defs"]
        self.codes = home() / "schema" / said["codes"]
        self.system = said["performance_system"]
        self.words = {
            "{year}": str(said["year"]),
            "{year-1}": str(said["year"] - 1),
            "{unit}": said["money"]["unit"],
            "{decimals}": str(said["money"]["decimals"]),
            "{profile}": said["id"],
        }

    def book(self, key: str, said: Mapping[str, Any]) -> Book:
        return Book(key, said["title"], {name: self.sheet(name) for name in said["forms"]})

    def sheet(self, key: str) -> Sheet:
        path = self.folder / "forms" / f"{key}.json"
        said = self.filled(read_json(path))
        x = said["x-sheet"]
        try:
            blocks = {name: self.block(name, value) for name, value in said["x-blocks"].items()}
        except (KeyError, ValueError) as error:
            raise ProfileError(_wrong(path, error)) from error
        return Sheet(
            key=key,
            name=x["name"],
            title=said["title"],
            blocks=blocks,
            filled_by=x.get("filled_by", "unit"),
            help=tuple(x.get("help", ())),
            repeat=x.get("repeat", ""),
            tick=x.get("tick", True) and not x.get("board", False),
            board=x.get("board", False),
            landscape=x.get("landscape", False),
            public=x.get("public", True),
            public_title=x.get("public_title", said["title"]),
            bookends=tuple(x.get("bookends", ())),
        )

    def filled(self, value: Any) -> Any:
        """Put the year, unit and so on into every text of a declaration."""
        if isinstance(value, str):
            for word, said in self.words.items():
                value = value.replace(word, said)
            return value
        if isinstance(value, dict):
            return {key: self.filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner) for inner in value]
        return value

    def block(self, key: str, said: Mapping[str, Any]) -> Block:
        rows = self.rows(said.get("rows", {}))
        return Block(
            key=key,
            kind=said["kind"],
            title=said.get("title", ""),
            columns={name: self.column(name, value, said.get("merge", "none")) for name, value in said["columns"].items()},
            rows=rows,
            label=said.get("label", ""),
            merge=said.get("merge", "none"),
            spare=said.get("spare", 0),
            total=said.get("total", ""),
            beside=said.get("beside", False),
            at=said.get("at", ""),
            carry_down=said.get("carry_down", ""),
            row_height=said.get("row_height"),
            of=said.get("of", ""),
        )

    def rows(self, said: Mapping[str, Any]) -> dict[str, GridRow]:
        rows: dict[str, GridRow] = {}
        groups: dict[str, tuple[str, ...]] = {}
        for key, value in said.items():
            if source := value.get("rows-from"):
                members = {
                    source["prefix"] + line["code"]: GridRow(source["prefix"] + line["code"], f"{line['code']} {line['name']}")
                    for line in self.code_rows(source["codes"])
                    if line["level"] == source["level"]
                }
                rows |= members
                groups[key] = tuple(members)
            else:
                formula = parse(value["formula"]) if "formula" in value else None
                rows[key] = GridRow(key, value["title"], formula, value.get("indent", 0))
        return {
            key: GridRow(key, row.title, _open_groups(row.formula, groups), row.indent) if row.formula else row
            for key, row in rows.items()
        }

    def column(self, key: str, said: Mapping[str, Any], merge: str) -> Column:
        reference = said.get("$ref", "").rpartition("/")[2]
        base = self.filled(self.definitions[reference]) if reference else {}
        schema = {k: v for k, v in {**base, **said}.items() if k in ("type", "pattern", "enum", "maxLength", "minLength")}
        kind = base.get("x-kind", "text")
        if said.get("minimum") == 0 and kind == "money":
            schema["pattern"] = schema["pattern"].replace("^-?", "^", 1)
        choices = tuple(said.get("enum", base.get("enum", ())))
        if codes := said.get("codes"):
            lines = [r for r in self.code_rows(codes) if r.get("system", self.system) == self.system]
            choices = tuple(dict.fromkeys(line[said["code_column"]] for line in lines))
        own = said.get("merge") or (merge if merge != "sum" or kind in NUMERIC else "by-unit")
        return Column(
            key=key,
            title=said["title"],
            kind=kind,
            schema=schema,
            required=said.get("required", False),
            formula=parse(said["formula"]) if "formula" in said else None,
            merge=own,
            choices=choices,
            help=said.get("help", base.get("x-hint", "")),
            width=said.get("width", base.get("x-width", 14)),
            height=said.get("height"),
            group=said.get("group", ""),
            except_rows=frozenset(said.get("except", ())),
            only_rows=frozenset(said.get("only", ())),
            total=said.get("total", False),
            constant=said.get("constant", ""),
            public=said.get("public", True),
            of=said.get("of", ""),
        )

    def code_rows(self, name: str) -> tuple[dict[str, str], ...]:
        path = self.codes / f"{name}.csv"
        return read_csv(path if path.exists() else home() / "schema" / "codes" / f"{name}.csv")


def _open_groups(term: Term, groups: Mapping[str, tuple[str, ...]]) -> Term:
    """The same term with the name of a row group replaced by the sum of its rows."""
    match term:
        case Field(name=name) if name in groups:
            return Add(tuple((1, Field(member)) for member in groups[name]))
        case Add(parts=parts):
            return Add(tuple((sign, _open_groups(part, groups)) for sign, part in parts))
    return term


def return_schema(profile: Profile, book: str = "unit") -> dict[str, Any]:
    """The JSON Schema (2020-12) of a book's data, assembled from its forms."""
    properties: dict[str, Any] = {}
    for sheet in profile.books[book].sheets.values():
        shapes = {block.key: _shape(block) for block in sheet.blocks.values() if block.kind != "index"}
        if sheet.repeat:
            head, *lists = shapes
            item = shapes[head] | {"properties": shapes[head]["properties"] | {key: shapes[key] for key in lists}}
            properties[sheet.repeat] = {"type": "array", "title": sheet.title, "items": item}
        else:
            properties |= shapes
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:budget-disclosure:{profile.id}:{'return' if book == 'unit' else book}",
        "title": f"{profile.title}：{profile.books[book].title}",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def disclosure_schema(profile: Profile) -> dict[str, Any]:
    """The JSON Schema of what a department publishes: its units, and a whole of a return's shape."""
    whole = return_schema(profile)
    return {
        "$schema": whole["$schema"],
        "$id": f"urn:budget-disclosure:{profile.id}:disclosure",
        "title": f"{profile.title}：部门汇总",
        "type": "object",
        "required": ["department", "units", "whole"],
        "properties": {
            "department": {"type": "string", "minLength": 1, "title": "部门名称"},
            "units": {"type": "array", "minItems": 1, "items": {"type": "string"}, "title": "单位"},
            "whole": {key: value for key, value in whole.items() if key not in ("$schema", "$id")},
        },
        "additionalProperties": False,
    }


def _shape(block: Block) -> dict[str, Any]:
    def entry(columns: Mapping[str, Column]) -> dict[str, Any]:
        shape: dict[str, Any] = {
            "type": "object",
            "properties": {c.key: {"title": c.title, **c.schema} for c in columns.values()},
            "additionalProperties": False,
        }
        if needed := [c.key for c in columns.values() if c.required]:
            shape["required"] = needed
        return shape

    if block.kind == "grid":
        rows = {}
        for row in block.rows.values():
            columns = {c.key: c for c in block.columns.values() if c.stands_in(row.key)}
            rows[row.key] = {"title": row.title, **entry(columns)}
        shape: dict[str, Any] = {"type": "object", "properties": rows, "additionalProperties": False}
    elif block.kind == "list":
        shape = {"type": "array", "items": entry(block.columns)}
    else:
        shape = entry(block.columns)
    return {"title": block.title or block.label or block.key, **shape}
