"""The house stands as drawn in docs/architecture.md: who may look at whom, which library lives where, what is never done.

Each test reads the code as text, never runs it; the tables below are the drawing. Whoever adds a room writes it into `ROOMS`.
Beside each reading stands a sabotage: a line of code that must be found, so that no test here can pass by seeing nothing.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).parent.parent

# The drawing. Each wing (a package, or a single module) with the wings below that it may look at; from the ground up.
WINGS = {
    "version": "",
    "errors": "",
    "model": "",
    "rules": "model",
    "files": "errors model version",
    "profile": "errors files model rules",
    "returns": "files model profile rules",
    "check": "model profile returns rules",
    "audit": "model profile rules",
    "platform": "audit files model profile returns rules",
    "template": "check errors files model profile returns rules",
    "report": "audit check files model profile returns rules template",
    "publish": "check errors files model profile returns rules template",
    "steps": "audit check errors files model platform profile publish report returns rules template version",
    "excel": "errors version",
    "serve": "check errors files profile report rules steps",
    "macros": "check errors files model profile report returns rules steps template",
    "cli": "check errors excel files profile report rules serve steps",
    "__main__": "cli",
    "toolkit": "check errors files model profile report returns rules steps version",  # the face: what others may import
}

# Inside each wing: its rooms, a module each, and the rooms of the same wing that each may look at.
ROOMS = {
    "model": {
        "record": "",
        "codes": "record",
        "money": "record",
        "origins": "record",
        "places": "",
        "values": "places record",
        "rows": "places record values",
        "roles": "places record rows",
        "kept": "",
        "returns": "kept origins places record roles rows values",
    },
    "rules": {
        "where": "",
        "source": "",
        "claim": "source where",
        "sums": "claim source where",
        "formula": "claim source sums where",
        "rule": "claim",
        "patterns": "",
        "slip": "rule",
        "reading": "patterns rule",
        "filling": "rule",
        "levels": "rule",
        "indicator_value": "levels reading rule",
        "indicators": "indicator_value reading rule",
        "indicator_rows": "indicator_value indicators levels reading rule",
        "indicator_units": "indicator_value indicators reading rule",
        "indicator_fit": "indicator_value indicators reading rule",
        "indicator_direction": "indicator_value indicators misfits reading reckoning rule",
        "indicator_bounds": "indicator_value indicators reading reckoning rule",
        "goals": "indicator_value leftovers reading rule",
        "parts_said": "indicator_value indicators reading rule slip",
        "goal_numbers": "goals indicator_value indicators misfits parts_said reading rule",
        "goal_prices": "goal_numbers goals indicator_value reading reckoning rule slip",
        "own_words": "goal_numbers indicator_value indicators parts_said reading rule",
        "finance": "claim rule sums",
        "amounts": "purchases reading rule slip",
        "said_of_forms": "amounts purchases reading rule wording",
        "assets": "reading rule",
        "procurement": "reading rule slip",
        "purchases": "reading rule",
        "lists": "indicator_value reading rule",
        "particulars": "reading rule",
        "reckoning": "indicator_value indicators reading rule",
        "misfits": "indicator_value reading reckoning rule",
        "costs": "goals indicator_value indicators misfits reading reckoning rule",
        "reasons": "reading rule slip",
        "reason_parts": "reading reasons rule slip",
        "wording": "reading rule",
        "phrases": "parts_said reading rule slip",
        "leftovers": "patterns reading rule",
        "belonging": "personal reading rule",
        "personal": "reading rule",
        "published": "reading rule",
        "characters": "reading rule",
        "classification": "reading rule",
        "said_years": "reading rule",
        "years": "indicator_value reading rule said_years",
        "dates": "indicator_bounds indicator_value reading rule",
        "department": "reading rule transfers",
        "department_projects": "department indicator_value procurement reading rule slip",
        "echo": "costs department_projects goal_numbers indicator_value misfits reading reasons reckoning rule slip",
        "entries": "reading rule slip",
        "entry_codes": "entries reading rule",
        "transfers": "reading rule",
        "catalogue": (
            "amounts assets belonging characters classification costs dates department department_projects echo entries"
            " entry_codes filling finance goal_numbers goal_prices goals indicator_bounds indicator_direction"
            " indicator_fit indicator_rows indicator_units indicators leftovers lists own_words particulars personal"
            " phrases procurement published purchases reason_parts reasons rule said_of_forms transfers wording years"
        ),
    },
    "files": {
        "archive": "",
        "cache": "",
        "compiled": "",
        "escaped": "",
        "formats": "",
        "folder": "",
        "measure": "",
        "mishap": "",
        "hidden": "",
        "moves": "source",
        "outbox": "folder hidden moves source unseen",
        "source": "",
        "spool": "",
        "unseen": "",
        "oldbook": "addresses archive cells grid source",
        "package": "escaped source unseen",
        "ruled": "",
        "pdf": "ruled source",
        "addresses": "archive",
        "elements": "archive escaped",
        "sheetxml": "addresses archive elements escaped",
        "workbook": "addresses archive elements formats sheetxml",
        "cells": "archive elements formats sheetxml workbook",
        "secondreader": "addresses archive cells",
        "grid": "addresses archive cells formats secondreader sheetxml workbook",
        "paint": "package",
        "say": "unseen",
        "shelf": "grid",
        "text": "source",
        "paged": "elements escaped",
        "word": "dictation escaped package paged unseen",
        "passages": "package source",
        "dictation": "escaped package passages",
        "opendocument": "archive elements package passages",
        "tablerows": "cells grid package paint passages",
        "marks": "package",
        "closed": "package source",
        "unpublished": "grid package",
    },
    "profile": {
        "wrong": "",
        "stored": "wrong",
        "vocabulary": "stored wrong",
        "declared": "stored vocabulary wrong",
        "kinds": "",
        "codes": "stored",
        "office_codes": "codes",
        "charts": "",
        "relations": "",
        "wording": "form",
        "coding": "",
        "doors": "",
        "order": "wrong",
        "form": "charts coding doors kinds order relations stored",
        "by_door": "doors form relations",
        "references": "charts form wrong",
        "derivation": "doors form references wrong",
        "loading": "charts codes coding declared derivation doors form kinds references stored wrong relations",
        "schemas": "form",
        "bounds": "form loading stored",
        "layout": "form",
        "settings": "form stored",
        "grounds": "",
        "place": "form settings stored wrong",
        "handbook": "form grounds settings",
    },
    "returns": {
        "calculating": "",
        "coded": "",
        "deriving": "calculating coded",
        "standing": "",
        "data": "calculating coded deriving",
        "find": "",
        "cover": "find",
        "carried": "data origins",
        "formulas": "",
        "origins": "coded",
        "editions": "",
        "typed": "",
        "unread": "find",
        "totals": "deriving editions find formulas standing",
        "read": "calculating carried coded data deriving find editions origins standing totals typed unread",
        "between": "calculating deriving",
        "merge": "between calculating data",
        "content": "data",
        "packed": "",
    },
    "platform": {
        "declared": "",
        "laid": "",
        "heads": "declared laid",
        "headings": "declared heads",
        "lines": "declared headings heads",
        "labels": "declared headings heads lines",
        "projects": "declared heads lines",
        "reading": "declared headings heads labels lines projects",
        "owners": "heads reading",
        "proofs": "heads lines",
        "taken": "declared heads laid lines owners projects proofs reading",
        "planted": "declared heads projects reading taken",
        "transcript": "",
        "transcript.projects": "",
        "transcript.sheets": "",
        "transcript.prose": "",
        "transcript.listed": "",
        "transcript.book": (
            "declared heads planted taken transcript.listed transcript.projects transcript.prose transcript.sheets"
        ),
    },
    "check": {
        "asked": "",
        "behind": "asked",
        "naming": "",
        "origins": "",
        "report": "",
        "verdict": "",
        "doubtful": "verdict",
        "shape": "verdict doubtful",
        "equations": "asked",
        "trial": "equations",
        "slips": "asked trial",
        "units": "",
        "keyed": "",
        "holding": "asked keyed report",
        "tally": "asked holding origins report trial",
        "gathered": "keyed report tally trial",
        "culprits": "asked equations gathered holding keyed report slips tally trial units",
        "told_once": "culprits report",
        "membership": "",
        "nesting": "origins",
        "judge": "asked behind culprits holding membership naming nesting origins report shape tally units waiting",
        "waiting": "asked holding",
        "decisions": "holding naming report",
    },
    "audit": {
        "blocks": "",
        "forms": "",
        "facts": "blocks forms",
        "tables": "blocks facts forms",
        "columns": "blocks",
        "reading": "blocks columns facts forms tables",
        "finding": "blocks facts reading",
        "arithmetic": "facts finding forms reading tables",
        "growth": "arithmetic facts finding reading",
        "changes": "facts finding growth reading",
        "proportions": "arithmetic blocks facts finding growth reading",
        "partitions": "arithmetic blocks facts finding growth reading",
        "plain_tables": "blocks facts finding held_against partitions reading tables",
        "sameness": "arithmetic blocks facts finding reading tables",
        "writing": "blocks facts finding reading",
        "rows": "finding reading tables",
        "held_against": "blocks facts finding forms reading rows tables",
        "wholeness": "blocks finding forms reading",
        "judge": (
            "arithmetic changes finding growth held_against partitions plain_tables proportions reading rows sameness "
            "wholeness writing"
        ),
    },
    "template": {
        "live": "",
        "look": "live",
        "first_open": "live",
        "status": "first_open live look",
        "paper": "look status",
        "library": "look",
        "headings": "",
        "carried": "look",
        "origins": "carried look",
        "not_taken": "look",
        "panel": "look",
        "code_sheet": "look panel",
        "derived_place": "",
        "in_order": "derived_place look",
        "derived_sheet": "code_sheet in_order live look panel",
        "entered": "live",
        "entering": "code_sheet entered look status",
        "prefilled": "",
        "draw": (
            "carried derived_place derived_sheet entered entering first_open headings library live look panel paper"
            " prefilled status"
        ),
        "xlsm": "panel",
    },
    "report": {
        "words": "",
        "audited": "",
        "audited.words": "",
        "audited.terminal": "audited audited.words",
        "audited.data": "audited audited.words",
        "audited.page": "audited audited.words told.markup",
        "audited.listing": "audited audited.words sent.book sent.ticked",
        "told": "",
        "told.data": "words",
        "told.terminal": "words",
        "told.brief": "told.terminal words",
        "told.markup": "",
        "told.excerpt": "told.markup words",
        "told.overview": "told.markup words",
        "told.page": "told.excerpt told.markup told.overview words",
        "marked": "",
        "marked.notes": "",
        "marked.listing": "",
        "marked.annotate": "marked.listing marked.notes words",
        "sent": "",
        "sent.ticked": "",
        "sent.book": "sent.ticked words",
        "sent.slip": "sent.ticked",
        "sent.colleague": "sent.slip sent.ticked",
    },
    "publish": {
        "numerals": "",
        "department": "",
        "amounts": "",
        "signoff": "amounts",
        "statement": "amounts numerals",
        "rounding": "",
        "tables": "numerals rounding pages",
        "charts": "",
        "pages": "",
        "workings": "charts",
        "edited": "",
        "edited.numbers": "",
        "edited.alignment": "edited.numbers",
        "edited.base": "amounts edited.numbers statement",
        "edited.held": "edited.alignment edited.base edited.numbers",
        "edited.outgoing": "",
        "edited.compared": "",
        "withheld": "",
        "edited.refreshed": "edited.alignment edited.base edited.held edited.numbers",
    },
    "steps": {
        "paths": "",
        "verified": "",
        "bases": "paths",
        "holding": "bases paths verified",
        "refreshing": "bases paths",
        "staging": "bases holding paths",
        "comparing": "bases drawing paths",
        "archiving": "bases paths staging verified",
        "readied": "",
        "rulebook": "readied",
        "profiling": "rulebook",
        "localizing": "paths",
        "choosing": "paths",
        "transcribing": "auditing choosing paths",
        "lastyear": "choosing transcribing",
        "drawing": "choosing paths rulebook transcribing",
        "importing": "choosing drawing paths rulebook",
        "newyear": "drawing paths",
        "project_tables": "rulebook",
        "auditing": "paths project_tables",
        "units": "",
        "kept": "paths units",
        "plain": "",
        "fingerprint": "",
        "remembered": "fingerprint plain units",
        "workers": "remembered rulebook units",
        "checking": "kept lastyear paths readied remembered rulebook units workers",
        "saying": "checking units",
        "telling": "checking paths saying units",
        "sending": "checking paths",
        "merging": "bases checking comparing lastyear paths remembered rulebook units",
        "verifying": "archiving checking drawing holding merging paths units verified",
    },
    "cli": {
        "auditing": "telling usage",
        "buttons": "usage",
        "editing": "usage",
        "importing": "usage",
        "looking": "usage",
        "progress": "",
        "telling": "",
        "usage": "",
    },
    "serve": {
        "work": "",
        "visit": "work",
        "brought": "visit",
        "guard": "",
        "patience": "",
        "editing": "brought visit work",
        "pages": "editing guard visit work",
    },
}
MOST_ENTRIES = 20  # in toolkit/: what grows, grows inside the wings

# Each library that is not Python's own, and the rooms (or whole wings) that know it.
LIBRARIES = {
    "docx": "files.word",
    "docxtpl": "files.word",
    "jinja2": "files.word",  # docxtpl's language
    "jsonschema": "check.shape",
    "lxml": "files.word",
    "openpyxl": "files.secondreader",
    "pandas": "returns.merge",
    "pdfminer": "files.pdf",
    "platformdirs": "files.cache",
    "pyopenvba": "template.xlsm",
    "python_calamine": "files.oldbook",
    "rapidfuzz": "rules",
    "rich": "files.say cli report.told.terminal report.told.brief report.audited.terminal",
    "starlette": "serve",
    "typer": "cli",
    "uvicorn": "serve",
    "xlsxwriter": "files.paint",
    "xlwings": "macros",
}

# rooms excused from exact numbers, and why
EXACT = {"files.paint": "the library takes binary floats for the cell it writes"}
LONGEST_FILE, LONGEST_FUNCTION = 820, 90
PURE_LIBRARIES = {
    *(
        "__future__",
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "functools",
        "itertools",
    ),
    *(
        "keyword",
        "math",
        "operator",
        "rapidfuzz",
        "re",
        "string",
        "typing",
        "unicodedata",
    ),
}
# xlwings' own module, unmodified as its licence wants
XLWINGS = HOME / "toolkit" / "template" / "vba" / "xlwings.bas"
# Rooms, or whole wings.
PURE = {
    "model",
    "rules",
    "check",
    "returns.merge",
    "publish.edited.numbers",
    "publish.edited.alignment",
}
# Rooms, or whole wings, whose answers are kept from one run to the next, and how Python is asked what time it is.
TIMELESS = {
    "model",
    "rules",
    "check",
    "returns",
    "profile",
    "files.grid",
    "files.cells",
    "files.formats",
    "files.workbook",
}
CLOCKS = {"today", "now", "utcnow"}
PATHS = {"os", "pathlib", "io", "shutil", "tempfile", "glob"}


@dataclass(frozen=True)
class Source:
    """A module of the house as text."""

    module: str  # "rules.claim"; the package itself is "toolkit"
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree: many readings go through them."""
        return tuple(ast.walk(self.tree))

    @property
    def wing(self) -> str:
        return self.module.partition(".")[0]

    @property
    def room(self) -> str:
        """The module's name inside its wing."""
        return self.module.partition(".")[2]

    def lives_in(self, places: Iterable[str]) -> bool:
        """Whether the module is one of these rooms, or stands in one of these wings."""
        return bool({self.module, self.wing} & set(places))

    def imports(self) -> Iterator[str]:
        """Yield every dotted name that is imported, wherever it stands: in functions and for types too."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)


def sources() -> list[Source]:
    found = []
    for path in sorted((HOME / "toolkit").rglob("*.py")):
        module = (
            ".".join(path.relative_to(HOME / "toolkit").with_suffix("").parts)
            .removesuffix("__init__")
            .rstrip(".")
        )
        found.append(Source(module or "toolkit", path.read_text(encoding="utf-8")))
    return found


SOURCES = sources()
MODULES = {source.module for source in SOURCES}
Reading = Callable[[Source], Iterator[str]]


def neighbours(source: Source) -> Iterator[str]:
    """Yield the modules of the house that a module imports."""
    for name in source.imports():
        if name.startswith("."):
            yield "a relative import"
        elif name.partition(".")[0] == "toolkit":
            module = name.removeprefix("toolkit").lstrip(".") or "toolkit"
            if (
                module in MODULES
                and module != source.module
                and not (module == "toolkit" and imports_a_room(source))
            ):
                yield module


def imports_a_room(source: Source) -> bool:
    """Whether "from toolkit import …" brings in nothing but rooms."""
    named = [
        n
        for n in source.nodes
        if isinstance(n, ast.ImportFrom) and n.module == "toolkit"
    ]
    return all(alias.name in MODULES for node in named for alias in node.names)


def arrows_that_point_up(source: Source) -> Iterator[str]:
    """A room looks only at rooms below it, so that each can be read, tested and replaced without what stands above."""
    for module in neighbours(source):
        other = Source(module, "")
        if other.wing != source.wing:
            allowed = other.wing in WINGS.get(source.wing, "").split()
        else:
            allowed = (
                not source.room
                or not other.room
                or other.room in ROOMS.get(source.wing, {}).get(source.room, "").split()
            )
        if not allowed:
            yield f"looks at {module}"


def libraries_in_a_second_room(source: Source) -> Iterator[str]:
    """A change of library, or its bug, stays in one room."""
    for name in source.imports():
        library = name.partition(".")[0]
        if library and library != "toolkit" and library not in sys.stdlib_module_names:
            if library not in LIBRARIES:
                yield f"imports {library}, which has no room"
            elif not source.lives_in(LIBRARIES[library].split()):
                yield f"imports {library}, which lives in {LIBRARIES[library]}"


def licences_not_ours_to_pass_on(source: Source) -> Iterator[str]:
    """xlwings.pro is not free for everyone; the core must never need it."""
    yield from (
        f"imports {name}" for name in source.imports() if name.startswith("xlwings.pro")
    )
    yield from (
        f"names {node.attr}"
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == "pro"
    )


def rules_that_know_too_much(source: Source) -> Iterator[str]:
    """The catalogue is readable and testable without a workbook: it needs text, numbers and likeness, nothing else."""
    if source.wing != "rules":
        return
    known = PURE_LIBRARIES | {"array", "ast", "toolkit"}
    yield from (
        f"imports {name}"
        for name in source.imports()
        if name.partition(".")[0] not in known
    )


def rules_that_catch(source: Source) -> Iterator[str]:
    """A rule that crashes is a crash: caught, it would look like bad data, or like a pass.

    The language itself parses what people wrote into schema/, and tells them where it is wrong.
    """
    if source.wing == "rules" and source.module not in ("rules.formula", "rules.where"):
        yield from (
            f"line {node.lineno}: try"
            for node in source.nodes
            if isinstance(node, ast.Try | ast.TryStar)
        )


def binary_floats(source: Source) -> Iterator[str]:
    """0.1 + 0.2 is not 0.3 in binary: money is Decimal from the cell to the sentence."""
    if source.lives_in(EXACT):
        return
    for node in source.nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "float"
        ):
            yield f"line {node.lineno}: float()"


def clocks_where_it_is_judged(source: Source) -> Iterator[str]:
    """What is found today is found tomorrow: an answer that is kept (steps.remembered) knows of one day alone, the law's."""
    if not source.lives_in(TIMELESS):
        return
    yield from (
        f"imports {name}"
        for name in source.imports()
        if name.partition(".")[0] == "time"
    )
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"line {node.lineno}: {node.attr}"


def paths_in_pure_rooms(source: Source) -> Iterator[str]:
    """What checks and merges touches no file: pure functions are tested by tables and properties."""
    if not source.lives_in(PURE):
        return
    yield from (
        f"imports {name}"
        for name in source.imports()
        if name.partition(".")[0] in PATHS
    )
    for node in source.nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "open"
        ):
            yield f"line {node.lineno}: open()"


def workbooks_saved_by_the_reader(source: Source) -> Iterator[str]:
    """A save by openpyxl drops cached values, controls and extensions: what a person filled is never saved by it."""
    if source.module == "files.secondreader":
        for node in source.nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "save"
            ):
                yield f"line {node.lineno}: save()"


def words_of_one_profile(source: Source) -> Iterator[str]:
    """A new column, form, year or province is an edit in schema/: the code knows no sheet's name and no place.

    The catalogue's messages speak to people, and call the forms as the forms are called.
    """
    for place in ("河北", "香河"):
        if place in source.text:
            yield f"names {place}"
    for node in source.nodes:
        if (
            isinstance(node, ast.Constant)
            and node.value in SHEET_NAMES
            and source.wing != "rules"
        ):
            yield f"line {node.lineno}: the sheet name {node.value}"


DOTS = {  # rooms that look for dots which are no name's
    "excel": "a version number's",
    "files.formats": "a decimal point",
    "publish.statement": "those of the Word template's own words",
    "report.words": "a file's ending",
    "serve.visit": "a file's ending",
}
LOOK_UPS = {
    "fields",
    "grid",
    "rows",
    "value",
    "figure",
    "words",
    "column",
    "parse",
    "row",
    "values",
}


def keys_of_one_profile(source: Source) -> Iterator[str]:
    """What the engine must know of a form it asks by a role: no block's or column's key stands in the code, save in rules/.

    A name is taken apart in the model alone: elsewhere nobody looks for its dots.
    """
    if source.wing in ("rules", "model"):
        return
    for node in source.nodes:
        match node:
            case ast.Call(func=ast.Name(id="Name"), args=args, keywords=keywords):
                constants = [
                    one
                    for one in (*args, *(k.value for k in keywords))
                    if _is_text(one)
                ]
            case ast.Call(func=ast.Attribute(attr=attr), args=[first, *_]) if (
                attr in LOOK_UPS
            ):
                constants = [first] if _is_text(first) else []
            case ast.Subscript(
                value=ast.Attribute(attr="blocks" | "columns"), slice=key
            ):
                constants = [key] if _is_text(key) else []
            case ast.Call(
                func=ast.Attribute(attr="partition" | "rpartition" | "split"),
                args=[ast.Constant(value=".")],
            ):
                constants = [] if source.module in DOTS else [node]
            case _:
                continue
        yield from (f"line {node.lineno}: {ast.unparse(one)}" for one in constants)


def _is_text(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value != ""
    )


def modules_without_a_sentence(source: Source) -> Iterator[str]:
    """A module opens with one sentence that says what stands there."""
    if not ast.get_docstring(source.tree):
        yield "has no docstring"


def too_long(source: Source) -> Iterator[str]:
    """A file is read in one go, a function fits a screen."""
    if (lines := len(source.text.splitlines())) >= LONGEST_FILE:
        yield f"has {lines} lines"
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length >= LONGEST_FUNCTION:
                yield f"{node.name} has {length} lines"


def sheet_names() -> set[str]:
    names: set[str] = set()
    for path in (HOME / "schema" / "profiles").glob("*/forms/*.json"):
        sheet = json.loads(path.read_text(encoding="utf-8"))["x-sheet"]
        names |= {sheet["name"], *sheet.get("bookends", ())}
    return names


SHEET_NAMES = sheet_names()

# Each reading, and modules that it must object to.
READINGS: dict[Reading, tuple[Source, ...]] = {
    arrows_that_point_up: (
        Source("model", "from toolkit.profile.form import Profile"),
        Source("rules.claim", "def f():\n    from toolkit.rules import rule"),
        Source("check.judge", "from toolkit.template import draw"),
        Source("check.asked", "from toolkit.check import judge"),
        Source("returns.read", "from toolkit.returns.merge import merge"),
        Source("profile.form", "from . import layout"),
        Source("newcomer", "import toolkit.model"),
        Source("check.newcomer", "import toolkit.check.shape"),
    ),
    libraries_in_a_second_room: (
        Source("check.judge", "import openpyxl.styles"),
        Source("returns.merge", "from lxml import etree"),
        Source("returns.read", "import pandas"),
        Source("steps", "import requests"),
    ),
    licences_not_ours_to_pass_on: (
        Source("macros", "import xlwings.pro"),
        Source("macros", "from xlwings import pro"),
        Source("macros", "import xlwings as xw\nxw.pro.reports"),
    ),
    rules_that_know_too_much: (
        Source("rules.within", "import json"),
        Source("rules.claim", "from pathlib import Path"),
    ),
    rules_that_catch: (
        Source("rules.within", "try:\n    pass\nexcept ValueError:\n    pass"),
    ),
    binary_floats: (Source("returns.read", "x = float('0.1')"),),
    clocks_where_it_is_judged: (
        Source("rules.years", "from datetime import date\nx = date.today()"),
        Source("profile.bounds", "import time"),
        Source("files.cells", "x = datetime.now()"),
    ),
    paths_in_pure_rooms: (
        Source("check.judge", "import os.path"),
        Source("returns.merge", "x = open('a')"),
    ),
    workbooks_saved_by_the_reader: (
        Source("files.secondreader", "def f(book): book.save('a.xlsx')"),
    ),
    words_of_one_profile: (
        Source("publish.tables", "x = '三公经费'"),
        Source("returns.read", "x = '项目始'"),
        Source("cli", "x = '在河北省'"),
    ),
    keys_of_one_profile: (
        Source("check.judge", "x = book.fields('cover').text('unit_code')"),
        Source("publish.tables", "x = Name('cover', column=key)"),
        Source("returns.merge", "x = shape.blocks['agencies']"),
        Source("template.live", "block, _, column = name.partition('.')"),
        Source("steps", "x = book.figure('income.total.amount')"),
    ),
    modules_without_a_sentence: (Source("many", "x = 1"), Source("report", "")),
    too_long: (
        Source("steps", "x = 1\n" * LONGEST_FILE),
        Source("steps", "def f():\n" + "    pass\n" * LONGEST_FUNCTION),
    ),
}


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.__name__)
def test_nobody_in_the_house_has(reading: Reading) -> None:
    objections = [
        f"toolkit.{source.module} {said}"
        for source in SOURCES
        for said in reading(source)
    ]
    assert not objections, "\n".join([f"{reading.__doc__}", *objections])


@pytest.mark.parametrize(
    ("reading", "source"),
    [(reading, source) for reading, bad in READINGS.items() for source in bad],
    ids=lambda value: value.module if isinstance(value, Source) else value.__name__,
)
def test_each_reading_objects_to_its_sabotage(reading: Reading, source: Source) -> None:
    assert list(reading(source))


def test_every_room_stands_in_the_drawing() -> None:
    """A room that nobody drew has no floor: write it into ROOMS and docs/architecture.md, with what it may look at."""
    assert {source.wing for source in SOURCES} == set(WINGS)
    drawn = {f"{wing}.{room}" for wing, rooms in ROOMS.items() for room in rooms}
    assert {source.module for source in SOURCES if source.room} == drawn


def test_the_drawing_has_no_circle() -> None:
    """Whatever stands in a circle can only be understood all at once."""
    for drawing in (WINGS, *ROOMS.values()):
        TopologicalSorter(
            {room: below.split() for room, below in drawing.items()}
        ).prepare()
    with pytest.raises(CycleError):
        TopologicalSorter(
            {**{wing: below.split() for wing, below in WINGS.items()}, "model": ["cli"]}
        ).prepare()


def test_no_arrow_is_drawn_that_nobody_walks() -> None:
    """An arrow that no import needs is a door left open."""
    walked = {
        (source.module, module) for source in SOURCES for module in neighbours(source)
    }
    wings = {(Source(one, "").wing, Source(other, "").wing) for one, other in walked}
    idle = [
        f"{wing} → {other}"
        for wing, below in WINGS.items()
        for other in below.split()
        if (wing, other) not in wings
    ]
    idle += [
        f"{wing}.{room} → {wing}.{other}"
        for wing, rooms in ROOMS.items()
        for room, below in rooms.items()
        for other in below.split()
        if (f"{wing}.{room}", f"{wing}.{other}") not in walked
    ]
    assert not idle, "\n".join(idle)


def test_few_things_lie_at_the_top() -> None:
    """A stranger sees the wings at one look; new work grows inside them."""
    entries = [
        path
        for path in (HOME / "toolkit").iterdir()
        if path.name not in ("__pycache__", "py.typed")
    ]
    assert len(entries) <= MOST_ENTRIES


def test_the_modules_have_no_circle() -> None:
    """Not inside a room either, and not in imports hidden in functions or kept for types."""
    TopologicalSorter(
        {source.module: set(neighbours(source)) for source in SOURCES}
    ).prepare()


def test_every_library_of_the_house_is_declared() -> None:
    """What is imported must be installed by the wheel, not by chance."""
    extras = [
        line
        for name in ("serve", "macros")
        for line in project()["optional-dependencies"][name]
    ]
    declared = {
        re.split(r"[<>=!~;\[ ]", line)[0].lower()
        for line in (*project()["dependencies"], *extras)
    }
    distributions = {
        "docx": "python-docx",
        "pdfminer": "pdfminer.six",
        "python_calamine": "python-calamine",
    }
    used = {
        name.partition(".")[0] for source in SOURCES for name in source.imports()
    } & set(LIBRARIES)
    assert {distributions.get(library, library) for library in used} <= declared


def project() -> dict[str, Any]:
    said: dict[str, Any] = tomllib.loads(
        (HOME / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    return said


def commands() -> set[str]:
    """The names of the commands, as the door declares them: @app.command("name") or the function's own name."""
    doors = [
        node for source in SOURCES if source.wing == "cli" for node in source.nodes
    ]
    found = set()
    for door in doors:
        for mark in door.decorator_list if isinstance(door, ast.FunctionDef) else ():
            match mark:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=group), attr="command")
                ) if group != "app":
                    found.add(group)  # a command of a group, told by the group's name
                case ast.Call(
                    func=ast.Attribute(attr="command"),
                    args=[ast.Constant(value=str() as name), *_],
                ):
                    found.add(name)
                case ast.Call(func=ast.Attribute(attr="command")) if isinstance(
                    door, ast.FunctionDef
                ):
                    found.add(door.name.strip("_").replace("_", "-"))
    return found


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    """A command nobody can read about is not there; a documented one that is gone is worse."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in (HOME / "README.md", *(HOME / "docs").glob("*.md"))
    ]
    told = {
        name
        for text in texts
        for name in re.findall(r"\bdisclosure ([a-z][a-z-]+)", text)
    }
    assert told == commands()


TEXTS = {
    ".py",
    ".md",
    ".json",
    ".toml",
    ".txt",
    ".csv",
    ".cfg",
    ".yml",
    ".yaml",
    ".html",
    ".css",
    ".js",
    ".cmd",
    ".bas",
    "",
}

# Names of namespaces and schemas look like addresses and are none; a page served on this machine is no host.
NAMESPACES = {
    "json-schema.org",
    "openoffice.org",
    "purl.oclc.org",
    "purl.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "www.w3.org",
    "127.0.0.1",
    "localhost",
}


def tracked() -> list[Path]:
    """Every text file of the project, those not yet committed too; where there is no git, all but what tools leave behind."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(
            command, cwd=HOME, capture_output=True, check=True
        ).stdout.decode()
        paths = [HOME / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        ignored = [".git/", *(HOME / ".gitignore").read_text(encoding="utf-8").split()]
        paths = [
            path
            for path in HOME.rglob("*")
            if not any(fnmatch(part + "/", i) for part in path.parts for i in ignored)
        ]
    return [
        path
        for path in paths
        if path.suffix in TEXTS
        and path.is_file()
        and path not in (Path(__file__), XLWINGS)
    ]


def places_of_one_machine(text: str) -> Iterator[str]:
    for pattern in (
        r"\.\./shared",
        r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/",
        r"[A-Za-z]:\\Users\\",
    ):
        yield from (match[0] for match in re.finditer(pattern, text))


def hosts(text: str) -> Iterator[str]:
    for match in re.finditer(r"\b(?:https?|ftp)://([^/\s\"'<>:，。）]+)", text):
        if match[1] not in NAMESPACES and not match[1].startswith("{"):
            yield match[0]


def test_no_text_names_a_place_of_one_machine_or_a_host() -> None:
    """A path of one machine works nowhere else; a host changes, disappears, or is somebody's: the project names neither."""
    objections = [
        f"{path.relative_to(HOME)} names {said}"
        for path in tracked()
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for said in (*places_of_one_machine(text), *hosts(text))
    ]
    assert not objections, "\n".join(objections)


def test_places_and_hosts_are_seen() -> None:
    text = "see ../shared/x, /work/main, /home/me/x, C:\\Users\\me; pip -i https://pypi.example/simple; http://www.w3.org/1999"
    assert list(places_of_one_machine(text)) == [
        "../shared",
        "/work/",
        "/home/me/",
        "C:\\Users\\",
    ]
    assert list(hosts(text)) == ["https://pypi.example"]
    assert len(tracked()) > 20
