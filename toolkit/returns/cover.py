"""What a workbook says of itself before it is read: of which profile and year it is, and which forms are in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.files.grid import Grid, RawSheet
from toolkit.model import Role, record
from toolkit.profile.by_door import through
from toolkit.profile.form import Book, Profile
from toolkit.returns.find import flat


@record()
class Cover:
    """A workbook's own words; "" where it says nothing."""

    profile: str
    year: str
    sheets: frozenset[str]

    def fits(self, profile: Profile) -> bool:
        """Whether more than half of the forms that a profile draws by some door are in the workbook, and the year fits."""
        drawn = [
            profile.book,
            *(through(profile, door).book for door in profile.doors.values()),
        ]
        return any(map(self.has_most, drawn)) and self.year in ("", str(profile.year))

    def has_most(self, book: Book) -> bool:
        """Whether more than half of a book's forms are in the workbook."""
        forms = {
            sheet.called(1) for sheet in book.sheets.values() if not sheet.is_derived
        }
        return len(forms & self.sheets) * 2 > len(forms)


def sheets_of_covers(profiles: Iterable[Profile]) -> frozenset[str]:
    """The sheets on which workbooks say of which profile they are."""
    return frozenset(sheet for sheet, _, _ in _labels(profiles, Role.FORM_PROFILE))


def cover_of(grid: Grid, profiles: Iterable[Profile]) -> Cover:
    """What a workbook says of itself, in whichever of the profiles' words."""
    known = tuple(profiles)
    return Cover(
        _said(grid, _labels(known, Role.FORM_PROFILE)),
        _said(grid, _labels(known, Role.FORM_YEAR)),
        frozenset(grid.sheets),
    )


def cover_of_data(data: Any, profiles: Iterable[Profile]) -> Cover:
    """The same of a return as JSON data."""
    known = tuple(profiles)
    forms: set[str] = set()
    for profile in known:
        sheets = profile.book.sheets.values()
        forms |= {
            sheet.called(1)
            for sheet in sheets
            if sheet.repeat in data or not sheet.blocks.keys().isdisjoint(data)
        }
    return Cover(
        _in_data(data, known, Role.FORM_PROFILE),
        _in_data(data, known, Role.FORM_YEAR),
        frozenset(forms),
    )


def _in_data(data: Mapping[str, Any], profiles: Iterable[Profile], role: Role) -> str:
    """The first text that stands in JSON data where a profile has it."""
    for profile in profiles:
        name = profile.book.cast.names.get(role)
        block = data.get(name.block) if name is not None else None
        if (
            name is not None
            and isinstance(block, dict)
            and (text := block.get(name.column))
        ):
            return str(text)
    return ""


def _labels(profiles: Iterable[Profile], role: Role) -> Iterator[tuple[str, str, int]]:
    """Yield where profiles let a workbook say something: the sheet, the label, and whether that is a former one."""
    for profile in profiles:
        for book in profile.books.values():
            yield from _labels_in(book, role)


def _labels_in(book: Book, role: Role) -> Iterator[tuple[str, str, int]]:
    name = book.cast.names.get(role)
    if name is not None:
        sheet, _, _, column = book.find(name)
        for age, label in enumerate((column.title, *column.former)):
            yield sheet.name, label, age


def _said(grid: Grid, labels: Iterable[tuple[str, str, int]]) -> str:
    """What stands to the right of the first label that has anything beside it."""
    for sheet, label, _ in sorted(set(labels), key=lambda one: one[2]):
        raw = grid.sheets.get(sheet)
        if raw is not None and (text := _beside(raw, flat(label))):
            return text
    return ""


def _beside(raw: RawSheet, label: str) -> str:
    """The text of the cell to the right of a label."""
    for (row, column), cell in raw.cells.items():
        if flat(cell.text) == label and (value := raw.cells.get((row, column + 1))):
            return value.text.strip()
    return ""
