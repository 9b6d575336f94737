"""What is known of the platform's workbook: its tables, as a profile declares them, and the words that every export uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from toolkit.model import BlockKind, Name, once_of
from toolkit.profile.by_door import through
from toolkit.profile.form import Block, Column, GridRow, Profile, Sheet
from toolkit.profile.stored import home, read_json
from toolkit.rules.claim import Field

_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_ONE_KIND = str.maketrans(
    "（）【】［］〔〕：，．０１２３４５６７８９", "()[][][]:,.0123456789", "“”\"'‘’"
)
_UNIT = re.compile(r"\((?:单位:|金额单位:)?(?:人民币)?[百千万亿]*元\)")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.](?!\d)|\(\d{1,2}\)|[①-⑳])"
)
_PART_OF = re.compile(r"^(?:其中:|其中|加:|减:)")


# Every cell of a heading or a label is asked for again for each table that it may belong to.
@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A heading or a label as far as it matters when two are compared.

    No blanks; brackets and digits of one kind; without its number, 其中, the unit of money in brackets and a colon behind it.
    """
    said = _UNIT.sub("", _BLANKS.sub("", text).translate(_ONE_KIND))
    before = ""
    while said != before:
        before = said
        said = _PART_OF.sub("", _NUMBERED.sub("", said))
    return said.rstrip(":").strip("*")


def in_one_line(text: str) -> str:
    """A text without blanks, with brackets, colons and digits of one kind."""
    return _BLANKS.sub("", text).translate(_ONE_KIND)


@dataclass(frozen=True)
class Table:
    """One table of the export: the forms that it may be read into, and by what it is known."""

    forms: tuple[Sheet, ...]
    codes: tuple[str, ...]
    titles: tuple[str, ...]

    @property
    def title(self) -> str:
        """What people call it: as our form is called."""
        return self.forms[0].name.replace("{n}", "")

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(
            block
            for form in self.forms
            for block in form.blocks.values()
            if block.kind is not BlockKind.INDEX
        )


@dataclass(frozen=True)
class Export:
    """The platform's workbook as a profile knows it. `words` are other names of columns and rows, by "block.column"."""

    tables: tuple[Table, ...]
    words: Mapping[str, tuple[str, ...]]
    common: Mapping[str, frozenset[str]]
    units: frozenset[str]  # of money

    def says(self, key: str, text: str) -> bool:
        """Whether a text is one of the words that every export uses for something (total, code, unit_name)."""
        return plain(text) in self.common[key]

    def names_of(self, block: Block, column: Column) -> frozenset[str]:
        """What a column may be called."""
        return _plain(
            [
                column.title,
                *column.former,
                *self.words.get(f"{block.key}.{column.key}", ()),
            ]
        )

    def names_of_row(self, block: Block, row: GridRow) -> frozenset[str]:
        """What a row of a grid may be called."""
        return _plain(
            [
                row.title,
                row.printed,
                *row.former,
                *self.words.get(f"{block.key}.{row.key}", ()),
            ]
        )


def _plain(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(text) for text in texts if text)


@lru_cache(maxsize=1)
def common_words() -> Mapping[str, frozenset[str]]:
    """The words that exports use whatever the place: schema/platform.json."""
    schema = read_json(home() / "schema" / "platform.json")
    said: dict[str, Any] = schema["words"]
    return {key: _plain(one["words"]) for key, one in said.items()}


def of_platform(profile: Profile) -> Profile:
    """The profile with the forms of the door that imported figures come by."""
    door = profile.doors.get(profile.platform.get("door", ""))
    return profile if door is None or profile.door else through(profile, door)


@once_of
def export_of(profile: Profile) -> Export | None:
    """The platform's workbook as a profile declares it; None where it declares none."""
    said = profile.platform
    if not said:
        return None
    sheets = profile.book.sheets
    tables: list[Table] = []
    for one in said["tables"]:
        forms = tuple(sheets[form] for form in one["forms"])
        titles = _titles(one.get("titles", ()), forms)
        tables.append(Table(forms, tuple(one.get("codes", ())), titles))
    words = {key: tuple(names) for key, names in said.get("words", {}).items()}
    return Export(tuple(tables), words, common_words(), frozenset(profile.units))


def _titles(said: Iterable[str], forms: Iterable[Sheet]) -> tuple[str, ...]:
    """By what titles a table is known: those that are declared, and what our own forms are called; without a year."""
    own = [title for form in forms for title in (form.name, form.title)]
    bare = [
        re.sub(r"20\d\d年度?|部门|单位|预算(?=.*表)", "", in_one_line(title))
        for title in own
    ]
    return tuple(
        dict.fromkeys(
            plain(in_one_line(title)) for title in (*said, *own, *bare) if title
        )
    )


def entry_of(name: Name, profile: Profile) -> Name:
    """The name itself, or the one whose figure it merely repeats: a table calculated from another form shows its figures."""
    term = profile.book.formula_of(name)
    return entry_of(term.name, profile) if isinstance(term, Field) else name
