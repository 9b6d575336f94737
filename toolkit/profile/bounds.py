"""What rules may know besides the data: numbers of law and judgement by date, word lists, units of measure, the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from toolkit.model import Name, once_of
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.stored import home, read_csv, read_json
from toolkit.rules.rule import Bounds


def bounds(profile_id: str) -> Bounds:
    """The bounds of an installed profile."""
    return bounds_of(load(profile_id))


@once_of
def bounds_of(profile: Profile) -> Bounds:
    """The bounds of a profile: thresholds in force on the first day of its year."""
    schema = home() / "schema"
    thresholds = read_json(schema / "thresholds.json")["thresholds"]
    words = read_json(schema / "words.json")["lists"]
    measures = read_csv(schema / "codes" / "measures.csv")
    return Bounds(
        year=profile.year,
        unit=profile.unit,
        yuan=profile.money.yuan,
        tolerance=profile.tolerance,
        decimals=profile.money.decimals,
        levels=profile.levels,
        measures=frozenset(
            line["unit"] for line in measures if line["allowed"] == "是"
        ),
        families={line["unit"]: line["family"] for line in measures},
        sizes={
            line["unit"]: Decimal(line["size"]) for line in measures if line["size"]
        },
        spoken=spoken(profile),
        titles=row_titles(profile),
        codes=profile.lists,
        words={key: tuple(said["words"]) for key, said in words.items()},
        places=tuple(read_csv(schema / "codes" / "places.csv")),
        renamed=former_names(
            read_csv(schema / "codes" / "renamed.csv"), day_of(profile)
        ),
        thresholds={
            key: in_force(said["values"], day_of(profile))
            for key, said in thresholds.items()
        },
    )


def threshold(key: str, day: str) -> Decimal:
    """One threshold as it is in force on a day (ISO date), for what is held against no profile."""
    return in_force(
        read_json(home() / "schema" / "thresholds.json")["thresholds"][key]["values"],
        day,
    )


def spoken(profile: Profile) -> frozenset[str]:
    """The fields whose texts are people's own words and go out to the public: in a public table or in the statement."""
    book, told = profile.book, set[str]()
    for section in profile.statement.get("sections", ()):
        told |= {Name.parse(name).field for name in section.get("texts", {}).values()}
        for block in (
            book.blocks[key]
            for key in section.get("lists", {}).values()
            if key in book.blocks
        ):
            own = (
                key
                for key, column in block.columns.items()
                if column.public and column.kind == "text" and not column.coded
            )
            told |= {block.name(key).field for key in own}
    return book.spoken | told


def day_of(profile: Profile) -> str:
    """The day (ISO date) whose law is in force for a profile. No rule knows any other, and none what day it is today."""
    return f"{profile.year}-01-01"


def row_titles(profile: Profile) -> Mapping[str, str]:
    """What the forms call each row of their grids, by its name, three_public.abroad, and each block by its sheet's."""
    blocks = profile.book.blocks.items()
    sheets = {
        key: sheet.name
        for sheet in profile.book.sheets.values()
        for key in sheet.blocks
    }
    return {
        **sheets,
        **{
            f"{key}.{row}": one.title
            for key, block in blocks
            for row, one in block.rows.items()
        },
    }


def in_force(values: list[Mapping[str, str]], day: str) -> Decimal:
    """The value in force on a day (ISO date) of a list of dated values."""
    begun = [value for value in values if value["from"] <= day]
    latest = max(begun or values, key=lambda value: value["from"])
    return Decimal(latest["value"])


def former_names(
    lines: Iterable[Mapping[str, str]], day: str
) -> tuple[Mapping[str, str], ...]:
    """Of names that changed, those that had changed by a day (ISO date)."""
    return tuple(line for line in lines if line["from"] <= day)


@lru_cache(maxsize=1)
def law() -> Mapping[str, Mapping[str, Any]]:
    """The basis list: key to title, article, what it says, since when, and how certain that is."""
    said: Mapping[str, Mapping[str, Any]] = read_json(home() / "schema" / "basis.json")[
        "basis"
    ]
    return said
