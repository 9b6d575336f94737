"""What a department does not publish (不予公开): projects and lines that somebody named with the basis, kept in the totals.

A project that is withheld appears nowhere; what it costs stays in every total that holds it. The lines of a list that are
withheld become one line without a name, so that the list still adds up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from toolkit.check.holding import Catalogue, finding_of
from toolkit.check.naming import Names, identified
from toolkit.check.report import Report
from toolkit.errors import ToolkitError
from toolkit.model import (
    BlockKind,
    Disclosure,
    Figure,
    Filled,
    Oddity,
    Project,
    Row,
    Value,
    Words,
    record,
    total,
)
from toolkit.profile.form import Profile
from toolkit.profile.stored import read_csv
from toolkit.rules.reading import brief

FILE = "不予公开.csv"
COLUMNS = ("单位编码", "名称", "依据", "决定人")
ONE_LINE = "其他（不单独公开）"
NUMBER = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?(?![\d.])")
TELLING = 4  # digits from which on an amount tells which project it is of
TOLD = "withheld-told"  # what is seen of a text that tells it all the same: a key of rules/filling.py


class WithheldError(ToolkitError):
    """A list of what is not published that cannot be followed; the message is a Chinese sentence with the remedy."""


@record(slots=True)
class Withheld:
    """A project or line that is not published: of which unit (any where it is ""), on what basis, who decided."""

    unit: str
    name: str
    basis: str
    who: str

    @property
    def told(self) -> tuple[str, str]:
        """What it is, and why, as the sign sheet says it."""
        return f"不予公开：{self.name}", f"{self.basis}（{self.who}）"


def listed(folder: Path) -> tuple[Withheld, ...]:
    """What a folder's list names; every line needs a name, a basis and whoever decided."""
    path = folder / FILE
    if not path.exists():
        return ()
    lines = read_csv(path)
    if lines and not {*COLUMNS} <= {*lines[0]}:
        raise WithheldError(f"“{FILE}”的第一行应当是：{','.join(COLUMNS)}。请改正。")
    found = []
    for number, line in enumerate(lines, 2):
        said = [(line.get(column) or "").strip() for column in COLUMNS]
        if not any(said):
            continue
        unit, name, basis, who = said
        if not (name and basis and who):
            raise WithheldError(
                f"“{FILE}”第 {number} 行：名称、依据、决定人都要写明，请补上。"
            )
        found.append(Withheld(unit, name, basis, who))
    return tuple(found)


def published(disclosure: Disclosure, marks: Sequence[Withheld]) -> Disclosure:
    """The disclosure as the public sees it."""
    if not marks:
        return disclosure
    codes = {unit.book: unit.code for unit in disclosure.units}
    whole = disclosure.whole
    projects = tuple(
        one
        for one in whole.projects
        if not _is_withheld(_texts(one.head), _book(one), codes, marks)
    )
    blocks = {
        key: _without(filled, codes, marks) for key, filled in whole.blocks.items()
    }
    return replace(disclosure, whole=replace(whole, projects=projects, blocks=blocks))


def unused(disclosure: Disclosure, marks: Sequence[Withheld]) -> tuple[Withheld, ...]:
    """Marks that name nothing: a slip of the hand would publish what nobody wants published."""
    codes = {unit.book: unit.code for unit in disclosure.units}
    rows = [(_texts(one.head), _book(one)) for one in disclosure.whole.projects]
    for filled in disclosure.whole.blocks.values():
        rows += [
            (_texts(row), _book_of(row))
            for row in filled.rows
            if filled.kind is BlockKind.LIST
        ]
    return tuple(
        mark
        for mark in marks
        if not any(_is_withheld(texts, book, codes, [mark]) for texts, book in rows)
    )


def _is_withheld(
    texts: frozenset[str],
    book: str,
    codes: Mapping[str, str],
    marks: Sequence[Withheld],
) -> bool:
    return any(
        mark.name in texts and mark.unit in ("", codes.get(book, "")) for mark in marks
    )


def _texts(row: Row) -> frozenset[str]:
    return frozenset(
        value.text
        for value in row.values.values()
        if isinstance(value, Words) and value.text
    )


def _book(project: Project) -> str:
    return project.title.book if project.title is not None else _book_of(project.head)


def _book_of(row: Row) -> str:
    """The file that a row was filled in."""
    return next(
        (cell.book for value in row.values.values() for cell in value.cells()), ""
    )


def _without(
    filled: Filled, codes: Mapping[str, str], marks: Sequence[Withheld]
) -> Filled:
    """A list whose withheld lines are one line that says nothing but what they come to."""
    if filled.kind is not BlockKind.LIST:
        return filled
    gone = [
        row
        for row in filled.rows
        if _is_withheld(_texts(row), _book_of(row), codes, marks)
    ]
    if not gone:
        return filled
    kept = tuple(row for row in filled.rows if row not in gone)
    return replace(filled, rows=(*kept, _one_line(gone)))


def _one_line(rows: Sequence[Row]) -> Row:
    values: dict[str, Value] = {}
    for key, value in rows[0].values.items():
        if isinstance(value, Figure):
            values[key] = total(row.figure(key) for row in rows)
        else:
            is_first = not any(
                isinstance(one, Words) and one.text for one in values.values()
            )
            values[key] = Words(ONE_LINE if is_first else "")
    return Row(rows[0].key, values)


# -- told all the same ----------------------------------------------------------------------------------------------------


def told_anyway(
    disclosure: Disclosure,
    marks: Sequence[Withheld],
    profile: Profile,
    catalogue: Catalogue,
) -> Report:
    """Tell where a text that goes out names what is withheld, or says its amount."""
    rule = catalogue.filling.get(TOLD)
    if not marks or rule is None:
        return Report(())
    fields = profile.book.public | catalogue.bounds.spoken
    shown = published(disclosure, marks).whole
    amounts = {mark: _amounts(disclosure, mark) for mark in marks}
    seen = [
        oddity
        for name, value in shown.values()
        if name.field in fields and isinstance(value, Words) and value.text
        for oddity in _told(value, amounts)
    ]
    report = Report(())
    for unit in disclosure.units:
        own = [
            oddity
            for oddity in seen
            if oddity.cells and oddity.cells[0].book == unit.book
        ]
        found = [finding_of(oddity, catalogue.filling, unit.name) for oddity in own]
        report = report.joined(
            Report(
                tuple(identified(found, unit.code or unit.book, Names(unit, profile)))
            )
        )
    return report


def _told(
    value: Words, amounts: Mapping[Withheld, frozenset[Decimal]]
) -> Iterator[Oddity]:
    """Yield what a text tells of each mark: its name, else its amount."""
    for mark, sums in amounts.items():
        numbers = {
            Decimal(found.replace(",", "")): found
            for found in NUMBER.findall(value.text)
        }
        said = next((numbers[one] for one in sorted(sums) if one in numbers), "")
        if mark.name in value.text:
            yield Oddity(
                TOLD,
                tuple(value.cells()),
                {"name": brief(mark.name), "what": "名称", "said": brief(value.text)},
            )
        elif said:
            yield Oddity(
                TOLD,
                tuple(value.cells()),
                {
                    "name": brief(mark.name),
                    "what": f"金额 {said}",
                    "said": brief(value.text),
                },
            )


def _amounts(disclosure: Disclosure, mark: Withheld) -> frozenset[Decimal]:
    """The amounts of what is withheld that are long enough to tell it."""
    codes = {unit.book: unit.code for unit in disclosure.units}
    rows = [
        one.head
        for one in disclosure.whole.projects
        if _is_withheld(_texts(one.head), _book(one), codes, [mark])
    ]
    for filled in disclosure.whole.blocks.values():
        if filled.kind is BlockKind.LIST:
            rows += [
                row
                for row in filled.rows
                if _is_withheld(_texts(row), _book_of(row), codes, [mark])
            ]
    figures = (
        value.number
        for row in rows
        for value in row.values.values()
        if isinstance(value, Figure)
    )
    return frozenset(
        number
        for number in figures
        if len(number.normalize().as_tuple().digits) >= TELLING
    )
