"""A profile's forms as one door has them: what it asks for, what it derives, what it has no use for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from toolkit.model import Return, Role, once_of
from toolkit.profile.doors import Door
from toolkit.profile.form import UNIT, Block, Book, Profile, Sheet
from toolkit.profile.relations import Relation


def door_said(said: str, profile: Profile) -> Door | None:
    """The door that a cover's switch names; where it names none, the one that such a workbook goes by."""
    found = profile.doors.get(said.strip())
    if found is not None:
        return found
    return next((door for door in profile.doors.values() if door.unsaid), None)


def door_of(book: Return, profile: Profile) -> Door | None:
    """The door by which a return's figures came; None where its profile knows one way alone."""
    return door_said(book.door or book.text_of(Role.DOOR), profile)


def of_return(profile: Profile, book: Return) -> Profile:
    """The profile as the door of a return has it."""
    door = door_of(book, profile)
    return profile if door is None or profile.door else through(profile, door)


def drawn_by(profile: Profile, filled: Return | None) -> Profile:
    """The profile with the forms that are drawn by a return's door; of a blank workbook, by the one that a profile is of."""
    if filled is not None and not profile.door:
        return of_return(profile, filled)
    door = door_said("", profile)
    return profile if door is None or profile.door else through(profile, door)


def with_lines(profile: Profile, lines: int) -> Profile:
    """The profile with so many lines drawn of each list of entries that tables are derived from, where it draws fewer."""
    sources = {
        block.derived.source
        for block in profile.book.blocks.values()
        if block.derived is not None
    }

    def drawn(block: Block) -> Block:
        return (
            replace(block, spare=max(block.spare, lines))
            if block.key in sources
            else block
        )

    sheets = {
        key: replace(
            sheet, blocks={own: drawn(block) for own, block in sheet.blocks.items()}
        )
        for key, sheet in profile.book.sheets.items()
    }
    return replace(
        profile, books={**profile.books, UNIT: replace(profile.book, sheets=sheets)}
    )


@once_of
def through(profile: Profile, door: Door) -> Profile:
    """The profile with the forms, formulas and relations of one door alone."""
    others = _all_own(profile) - door.own
    sheets = {
        key: _by(sheet, door)
        for key, sheet in profile.book.sheets.items()
        if key not in others
    }
    return _with(profile, sheets, door.key)


def together(profile: Profile, doors: Iterable[Door]) -> Profile:
    """The profile with the forms that several doors have all: what a department can publish whose units came by them."""
    several = tuple(dict.fromkeys(door.key for door in doors))
    return (
        _together(profile, *(profile.doors[key] for key in several))
        if several
        else profile
    )


@once_of
def _together(profile: Profile, *doors: Door) -> Profile:
    others = _all_own(profile) - frozenset.intersection(*(door.own for door in doors))
    sheets = {
        key: sheet for key, sheet in profile.book.sheets.items() if key not in others
    }
    return replace(_with(profile, sheets, ""), doors={})


def _all_own(profile: Profile) -> frozenset[str]:
    """The forms that some door has and another may lack."""
    return frozenset(form for door in profile.doors.values() for form in door.own)


def _with(profile: Profile, sheets: Mapping[str, Sheet], door: str) -> Profile:
    """The profile with other forms in the unit's book, and the relations that hold between these."""
    book = replace(profile.book, sheets=sheets)
    relations = tuple(one for one in profile.relations if _stands(one, book))
    return replace(
        profile, books={**profile.books, UNIT: book}, relations=relations, door=door
    )


def _stands(relation: Relation, book: Book) -> bool:
    return all(
        book.has(name)
        for term in (relation.left, relation.right)
        for name in term.names()
    )


def _by(sheet: Sheet, door: Door) -> Sheet:
    """A form as a door has it: where that derives, what is derived is calculated."""
    if not door.derived:
        return sheet
    blocks = {
        key: replace(block, made=True) if _derives(block) else block
        for key, block in sheet.blocks.items()
    }
    return replace(
        sheet, blocks=blocks, tick=sheet.tick and sheet.key not in door.derived
    )


def _derives(block: Block) -> bool:
    return block.derived is not None or any(row.derived for row in block.rows.values())
