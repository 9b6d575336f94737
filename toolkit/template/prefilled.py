"""What a workbook is drawn with: nothing but names of projects, or a return with room for all that its forms have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from toolkit.model import Kind, Return, Role, Words
from toolkit.profile.form import Profile
from toolkit.returns.data import from_data


def blank(profile: Profile, key: str, names: Sequence[str], count: int) -> Return:
    """A return that holds nothing but the names of its projects, where there are any, and the place's own glossary."""
    book = profile.books[key]
    said: dict[str, Any] = {}
    term, meaning = (
        book.cast.names.get(role)
        for role in (Role.GLOSSARY_TERM, Role.GLOSSARY_DEFINITION)
    )
    if term is not None and meaning is not None and profile.terms:
        said[term.block] = [
            {term.column: one, meaning.column: means} for one, means in profile.terms
        ]
    if book.repeated is not None:
        name_column = book.cast.column(Role.PROJECT_NAME)
        said[book.repeated.repeat] = [
            {name_column: name} if name_column else {} for name in names
        ] or [{}] * count
    return from_data(said, profile, key=key)


def with_spare(profile: Profile, filled: Return, key: str) -> Return:
    """The same return with one blank sheet more to copy, where the book has sheets that repeat."""
    spare = blank(profile, key, (), 1)
    return replace(filled, projects=filled.projects + spare.projects)


def whole(profile: Profile, filled: Return, key: str) -> Return:
    """The same return with a blank block for each that it has no cells of: its workbook had not all the forms there are."""
    empty = from_data({}, profile, key=key).blocks
    blocks = dict(filled.blocks)
    for block, held in filled.blocks.items():
        if held.rows and not any(row.values for row in held.rows):
            blocks[block] = empty[block]
    return replace(filled, blocks=blocks)


def with_door(profile: Profile, filled: Return, key: str) -> Return:
    """The same return with the door that it is drawn by on its cover."""
    name = profile.books[key].cast.names.get(Role.DOOR)
    if name is None or filled.text_of(Role.DOOR) == profile.door:
        return filled
    cover = filled.blocks[name.block]
    row = cover.row(name)
    said = replace(
        row,
        values={
            **row.values,
            name.column: Words(profile.door, (), Kind.TEXT, profile.door),
        },
    )
    return replace(
        filled, blocks={**filled.blocks, name.block: replace(cover, rows=(said,))}
    )
