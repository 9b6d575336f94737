"""The content number 内容号: a few digits of SHA-256 over every character and number that was given, and over nothing else.

It is computed from the data and never read from a paper: two files with the same content have the same number, whatever their
names, their layout, and the program that saved them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from toolkit.model import Disclosure, Name, Return, Role
from toolkit.profile.by_door import door_said, of_return
from toolkit.profile.form import Profile
from toolkit.returns.data import computed, datum_of, to_data

DIGITS = 12  # hexadecimal
# what the number is called among a public file's properties
CONTENT_PROPERTY = "内容号"
LEAST_DIGITS = 10  # that a person must type, to hold a file against a paper


def content_number(book: Return, profile: Profile) -> str:
    """The number of a unit's return."""
    return _number({"profile": profile.id, "unit": _data(book, profile)})


def department_number(disclosure: Disclosure, profile: Profile) -> str:
    """The number of a department's disclosure: the same for draft and final of the same content."""
    said = {
        "profile": profile.id,
        "department": disclosure.name,
        "units": [unit.name for unit in disclosure.units],
        "whole": _without_door(to_data(disclosure.whole, profile), profile),
    }
    return _number(said)


def _data(book: Return, profile: Profile) -> dict[str, Any]:
    """A return's data with its totals calculated: a file that never was, as some programs save it, has the same content."""
    own = of_return(profile, book)
    data = to_data(computed(book, own.book), profile)
    return _without_door(data, profile)


def _without_door(data: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """Data without the door where that is the one that a workbook without a switch goes by: both say the same."""
    name, door = profile.book.cast.names.get(Role.DOOR), door_said("", profile)
    if (
        name is None
        or door is None
        or data.get(name.block, {}).get(name.column) != door.key
    ):
        return data
    said = {key: value for key, value in data[name.block].items() if key != name.column}
    return {**data, name.block: said}


def _number(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def differing(
    one: Return, other: Return, profile: Profile
) -> Iterator[tuple[Name, str, str]]:
    """Yield each name whose value is not the same in two returns, with both values; "" is a blank."""
    ours, theirs = (
        _values(computed(book, of_return(profile, book).book)) for book in (one, other)
    )
    for name in dict.fromkeys((*ours, *theirs)):
        if ours.get(name, "") != theirs.get(name, ""):
            yield name, ours.get(name, ""), theirs.get(name, "")


def _values(book: Return) -> dict[Name, str]:
    return {
        name: datum
        for name, value in book.values()
        if (datum := datum_of(value)) is not None
    }
