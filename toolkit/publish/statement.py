"""The disclosure → the statement (情况说明): the profile's facts, texts and lists, put into its Word template.

Which facts a section needs is declared in the profile's statement.json, as formulas over the names that all rooms use; the
sentences stand in the template. Here figures get their words: how an amount is written, and whether it rose, fell or stayed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.files import word
from toolkit.model import NO_ROW, BlockKind, Disclosure, Figure, Project, Role, Row, Value, Words
from toolkit.profile.form import Column, Profile
from toolkit.profile.stored import ProfileError
from toolkit.rules.claim import parse
from toolkit.rules.rule import plain

_STOPS = "。；;，,、：: \n\t"
_ENDS = ("。", "！", "？", "…")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Wording:
    """How the statement speaks: its words from the profile, with the profile's unit of money."""

    up: str
    down: str
    flat: str
    absent: str
    unit: str
    openings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure as the statement prints it. It keeps the figure, so that each number in the document can name its cells."""

    name: str
    figure: Figure
    wording: Wording
    text: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        """Whether the amount is other than zero."""
        return self.figure.number != 0

    @property
    def up(self) -> bool:
        return self.figure.number > 0

    @property
    def down(self) -> bool:
        return self.figure.number < 0

    @property
    def flat(self) -> bool:
        return self.figure.number == 0

    @property
    def size(self) -> Fact:
        """The amount without its sign."""
        return replace(self, text=plain(abs(self.figure.number) + 0))

    @property
    def moved(self) -> Fact:
        """The change in words: how much more, how much less, or the same."""
        pattern = self.wording.up if self.up else self.wording.down if self.down else self.wording.flat
        return replace(self, text=pattern.replace("{size}", self.size.text).replace("{unit}", self.wording.unit))


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the statement prints it; it keeps the words, so that it can name its cells."""

    name: str
    words: Words
    openings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.words.text

    def __bool__(self) -> bool:
        return bool(self.words.text)

    @property
    def bare(self) -> Text:
        """Fit for the middle of a sentence: without “主要原因是” before it, without a full stop after it."""
        text = self.words.text.strip()
        while opening := next((o for o in self.openings if text.startswith(o) and text != o), ""):
            text = text[len(opening) :].lstrip(_STOPS)
        return self._with(text.rstrip(_STOPS))

    @property
    def sentence(self) -> Text:
        """With exactly one full stop at its end."""
        text = self.words.text.strip()
        closed = text.rstrip("”’」』）)")
        if closed.endswith(_ENDS):
            return self._with(text)
        text = text.rstrip(_STOPS)
        stopped = re.sub(r"(?<=[^\x00-\x7f])\.$", "", text)
        return self._with(stopped + "。" if stopped else "")

    @property
    def lines(self) -> tuple[Text, ...]:
        """Its lines without the empty ones; one empty line where there is none, for a table's cell needs a paragraph."""
        return tuple(self._with(line.strip()) for line in self.words.text.splitlines() if line.strip()) or (self._with(""),)

    def _with(self, text: str) -> Text:
        return replace(self, words=replace(self.words, text=text))


def write_statement(disclosure: Disclosure, profile: Profile, path: Path, draft: bool = False) -> None:  # noqa: FBT001, FBT002
    """Write the statement of a department; a draft says so on every page. Raise word.WordError where it cannot be written."""
    word.render(profile.template, context(disclosure, profile), path, draft)


def statement(
    disclosure: Disclosure, profile: Profile, *, draft: bool = False, heard: Callable[[Any], None] | None = None
) -> bytes:
    """The statement as the bytes of a .docx; `heard` is told each Fact and Text in the order in which they are printed."""
    return word.rendered(profile.template, context(disclosure, profile), draft=draft, heard=heard)


def context(disclosure: Disclosure, profile: Profile) -> dict[str, Any]:
    """Everything that a statement's template can name."""
    return _Teller(disclosure, profile).everything()


class _Teller:
    """Collects what the template can name from a disclosure."""

    def __init__(self, disclosure: Disclosure, profile: Profile) -> None:
        words = profile.statement["words"]
        self.disclosure = disclosure
        self.whole = disclosure.whole
        self.profile = profile
        self.words: Mapping[str, Any] = words
        openings = tuple(sorted(words["openings"], key=len, reverse=True))
        self.wording = Wording(words["up"], words["down"], words["flat"], words["absent"], profile.unit, openings)

    def everything(self) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for section in self.profile.statement["sections"]:
            for name, formula in section.get("facts", {}).items():
                _plant(tree, name, self.fact(name, self.figure(name, formula)))
            for name, source in section.get("texts", {}).items():
                _plant(tree, name, Text(name, self.whole.words(source), self.wording.openings))
            for name, source in section.get("lists", {}).items():
                _plant(tree, name, tuple(self.rows(source)))
        return {key: _named(value) for key, value in tree.items()} | self.heads() | self.projects()

    def figure(self, name: str, formula: str) -> Figure:
        """What a fact's formula gives; a name in it that no form has is a fault of the profile, never a zero."""
        term = parse(formula)
        for read in term.names():
            if not self.profile.book.has(read):
                raise ProfileError(f"statement.json 的“{name}”用到了没有的数“{read}”。请改成表里有的名字。")
        return term.figure(self.whole)

    def heads(self) -> dict[str, Any]:
        """What every section may say: the department, the year, the place, how it calls itself."""
        name, year = self.disclosure.name, self.profile.year
        place = re.match(self.words["place"]["pattern"], name)
        region = place.group(1) if place else ""
        title = self.profile.statement["title"].replace("{year}", str(year))
        return {
            "department": name,
            "title": name + title,
            "heading": title,
            "year": year,
            "last_year": year - 1,
            "unit": self.profile.unit,
            "legal_basis": self.enumerated(self.profile.statement["legal_basis"]),
            "region": region,
            "our_place": self.words["place"]["self"].get(region[-1:], self.words["place"]["self"][""]),
            "we": _by_ending(self.words["self"], name),
            "subordinates": self.subordinates(),
        }

    def enumerated(self, names: Sequence[str]) -> str:
        """Names as a sentence lists them: A、B和C."""
        *first, last = names
        return str(self.words["comma"].join(first) + self.words["and"] + last if first else last)

    def subordinates(self) -> str:
        """What the department's other units are called together; nothing where there are none."""
        words = self.words["subordinates"]
        natures = [row.text(Role.AGENCY_NATURE) for row in self.whole.rows_of(Role.AGENCY_NATURE)[1:]]
        natures = natures or [unit.text_of(Role.UNIT_NATURE) for unit in self.disclosure.units[1:]]
        if not natures:
            return ""
        return str(words["all"] if all(words["nature"] in nature for nature in natures) else words["mixed"])

    def projects(self) -> dict[str, Any]:
        """The projects with their indicators, and the names of those that are called main ones."""
        sheet = self.profile.book.repeated
        if sheet is None:
            return {}
        head, listed = sheet.blocks.values()
        heads, columns = _public(head.columns), _public(listed.columns)
        projects = [p for p in self.whole.projects if p.begun]
        names = dict.fromkeys(project.name for project in projects if project.main and project.name)
        return {
            sheet.repeat: tuple(
                self.row(project.head, heads, number, {"groups": self.groups(project, columns, listed.carry_down)})
                for number, project in enumerate(projects, 1)
            ),
            "main_projects": self.words["comma"].join(names),
        }

    def groups(self, project: Project, columns: Mapping[str, Column], carried: str) -> tuple[SimpleNamespace, ...]:
        """The indicator rows, those of one first-level indicator together."""
        level, rows = "", []
        for number, row in enumerate(project.indicators, 1):
            level = row.text(carried) or level
            rows.append((level, self.row(row, columns, number)))
        return tuple(
            SimpleNamespace(level=level, rows=tuple(row for _, row in pairs))
            for level, pairs in groupby(rows, lambda pair: pair[0])
        )

    def rows(self, key: str) -> Iterator[SimpleNamespace]:
        """The rows of a list, or of a grid with their titles; only what the profile makes public."""
        block = self.profile.book.blocks[key]
        columns = _public(block.columns)
        if block.kind is BlockKind.GRID:
            grid = self.whole.grid(key)
            for number, (name, shape) in enumerate(block.rows.items(), 1):
                row = grid.get(name, NO_ROW)
                yield self.row(row, columns, number, {"key": name, "title": shape.title, "indent": shape.indent})
        else:
            begun = (row for row in self.whole.rows(key) if row.begun)
            yield from (self.row(row, columns, number) for number, row in enumerate(begun, 1))

    def row(
        self, row: Row, columns: Mapping[str, Column], number: int, more: Mapping[str, Any] | None = None
    ) -> SimpleNamespace:
        """A row as a table prints it: a blank stays blank, a cell that the form does not have is marked."""
        cells = {key: self.cell(key, row.values.get(key), column) for key, column in columns.items()}
        return SimpleNamespace(**{**cells, "number": number, "numeral": numeral(number), **(more or {})})

    def cell(self, name: str, value: Value | None, column: Column) -> Fact | Text | str:
        if value is None:
            return self.wording.absent
        if isinstance(value, Words):
            return Text(name, value, self.wording.openings)
        if value.value is None or value.blank:
            return replace(self.fact(name, value), text=value.raw)
        return self.fact(name, value)

    def fact(self, name: str, figure: Figure) -> Fact:
        """A figure as a sentence prints it: nothing entered is zero."""
        return Fact(name, figure, self.wording, plain(figure.number + 0))


def _plant(tree: dict[str, Any], name: str, value: Any) -> None:
    """Put a value into nested dictionaries under a dotted name."""
    *path, last = name.split(".")
    for key in path:
        tree = tree.setdefault(key, {})
    tree[last] = value


def _named(value: Any) -> Any:
    """Nested dictionaries as objects with attributes: `total.update` must not find a dictionary's method."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: _named(inner) for key, inner in value.items()})
    return value


def _public(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {key: column for key, column in columns.items() if column.public}


def _by_ending(words: Mapping[str, str], name: str) -> str:
    """The word of the longest ending that the name has."""
    endings = sorted((ending for ending in words if name.endswith(ending)), key=len)
    return words[endings[-1]]


def numeral(number: int) -> str:
    """A whole number from 1 to 9999 as Chinese headings write it: 12 is 十二, 105 is 一百零五."""
    text, pending = "", False
    for digit, unit in zip(f"{number:04d}", ("千", "百", "十", ""), strict=True):
        if digit == "0":
            pending = bool(text)
            continue
        text += ("零" if pending else "") + _DIGITS[int(digit)] + unit
        pending = False
    return text.removeprefix("一") if number < 20 and text.startswith("一十") else text  # noqa: PLR2004 十, not 一十
