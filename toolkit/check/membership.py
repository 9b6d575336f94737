"""Codes of a return held against their lists: whether the list has them in this year, at the level asked for, by this name.

A list of ours is partial, so what it has not is never called wrong; one that an office declares complete is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from toolkit.model import (
    Cell,
    Code,
    CodeList,
    Kind,
    Oddity,
    Return,
    Row,
    Sureness,
    listed,
    record,
    whole_code,
)
from toolkit.profile.codes import funds
from toolkit.profile.coding import Coded
from toolkit.profile.form import Block, Book


class Said(NamedTuple):
    """What there is to say of a code: the key of the rule (rules/filling.py), and what fills its places."""

    what: str
    places: tuple[tuple[str, str], ...]


@record()
class Entry:
    """One code as a row has it: its parts, its name as it stands, and where they stand."""

    codes: CodeList
    coded: Coded
    block: Block
    row: Row
    added: bool = False  # whether tables are derived of it: what its code does not say is told by rules/entries.py

    @property
    def parts(self) -> list[str]:
        return [self.row.text(key) for key in self.coded.columns]

    @property
    def name(self) -> str:
        return self.row.text(self.coded.name)

    @property
    def readable(self) -> bool:
        """Whether there is a code, and none of its cells is told as an error already."""
        words = [self.row.words(key) for key in self.coded.columns]
        return any(one.text for one in words) and all(
            one.kind in (Kind.TEXT, Kind.BLANK) for one in words
        )

    def cells(self, *, name_first: bool = False) -> tuple[Cell, ...]:
        """The cells of the code that hold anything, with the one of its name where that is at fault too."""
        of_code = [
            cell
            for key in self.coded.columns
            if self.row.text(key)
            for cell in self.row.words(key).cells()
        ]
        return (
            (*self.row.words(self.coded.name).cells(), *of_code)
            if name_first
            else tuple(of_code)
        )


def misplaced(book: Return, shape: Book) -> Iterator[Oddity]:
    """Yield what is wrong or not known about the codes of a return; the same of one code once, with all its cells."""
    told: dict[Said, dict[Cell, None]] = {}
    for entry in _entries(book, shape):
        for said, cells in _judged(entry):
            told.setdefault(said, {}).update(dict.fromkeys(cells))
    for said, marked in told.items():
        yield Oddity(said.what, tuple(marked), dict(said.places))


def _entries(book: Return, shape: Book) -> Iterator[Entry]:
    """Every code of a return."""
    sources = {
        block.derived.source
        for block in shape.blocks.values()
        if block.made and block.derived is not None
    }
    for block in shape.blocks.values():
        # A derived table repeats the codes of its entries: of them it is only told which do not belong to its kind of money.
        for coded in [
            coded for coded in block.coded if coded.funds or not block.is_derived
        ]:
            for row in _rows(block, book, shape):
                entry = Entry(
                    shape.lists[coded.list],
                    coded,
                    block,
                    row,
                    added=block.key in sources,
                )
                if entry.readable:
                    yield entry


def _rows(block: Block, book: Return, shape: Book) -> Iterable[Row]:
    """The rows of a block, of a repeated sheet those of all of them."""
    if shape.repeated is None or block.key not in shape.repeated.blocks:
        return book.blocks[block.key].rows if block.key in book.blocks else ()
    heads = [project.head for project in book.projects if project.head.key == block.key]
    return [
        *heads,
        *(
            row
            for project in book.projects
            if project.listed == block.key
            for row in project.indicators
        ),
    ]


def _judged(entry: Entry) -> Iterator[tuple[Said, tuple[Cell, ...]]]:
    """What there is to say of one code."""
    codes = entry.codes
    code = whole_code(entry.parts)
    if entry.block.is_derived:
        yield from (
            _of_other_fund(entry, codes.get(code))
            if len(code) == max(codes.levels.values())
            else ()
        )
        return
    if why := _incomplete(entry, code):
        if not entry.added:
            yield (
                _said(
                    "code-incomplete",
                    text="-".join(part or "□" for part in entry.parts),
                    why=why,
                ),
                entry.cells(),
            )
        return
    wanted = entry.coded.levels
    level = codes.level_of(code)
    if wanted and level not in wanted and entry.added:
        return
    if wanted and level not in wanted:
        below = f"如 {listed(codes.below(code)[:3])}。" if codes.below(code) else ""
        digits = "、".join(f"{one}（{codes.levels[one]} 位）" for one in wanted)
        yield (
            _said(
                "code-level",
                code=code,
                level=level,
                length=str(len(code)),
                wanted=digits,
                below=below,
            ),
            entry.cells(),
        )
        return
    found = codes.get(code)
    if found is None:
        yield _unknown(entry, code), entry.cells()
        return
    yield from _of_other_fund(entry, found)
    if found.begins > f"{codes.year}-01-01":
        yield (
            _said("code-within-year", code=str(found), day=found.begins),
            entry.cells(),
        )
    if what := _misnamed(entry, found):
        whose = [
            one
            for one in codes.named(entry.name, codes.outermost(code))
            if one.code != code
        ]
        near = sorted(
            whose,
            key=lambda one: (codes.parent(one.code) != codes.parent(code), one.code),
        )[:1]
        known = f"“{near[0].name}”的编码是 {near[0].code}。" if near else ""
        yield (
            _said(what, code=code, name=found.name, said=entry.name, known=known),
            entry.cells(name_first=True),
        )


def _of_other_fund(
    entry: Entry, found: Code | None
) -> Iterator[tuple[Said, tuple[Cell, ...]]]:
    """That a code belongs to another kind of money than its table."""
    wanted = entry.coded.funds
    if found is not None and wanted and not entry.codes.is_of_fund(found.code, wanted):
        what = (
            "code-of-other-fund-print"
            if found.sureness is Sureness.PRINT
            else "code-of-other-fund"
        )
        here = "、".join(funds()[fund] for fund in wanted)
        yield (
            _said(what, code=str(found), fund=funds()[found.fund], wanted=here),
            entry.cells(),
        )


def _said(what: str, **places: str) -> Said:
    return Said(what, tuple(places.items()))


def _incomplete(entry: Entry, code: str) -> str:
    """Why what stands there cannot be a code of the list at all; "" where it can."""
    for key, text in zip(entry.coded.columns, entry.parts, strict=True):
        coding = entry.block.columns[key].coding
        if text and not text.isdecimal():
            return f"“{text}”不是编码"
        if (
            coding is not None
            and coding.part
            and text
            and len(text) != entry.codes.digits(coding.part)
        ):
            return f"“{coding.part}”应当是 {entry.codes.digits(coding.part)} 位，填的“{text}”是 {len(text)} 位"
    if not code:
        return "中间少了一级"
    if not entry.codes.level_of(code):
        lengths = "、".join(
            f"{length} 位（{level}）" for level, length in entry.codes.levels.items()
        )
        return f"编码有 {len(code)} 位，应当是 {lengths}"
    return ""


def _unknown(entry: Entry, code: str) -> Said:
    """What there is to say of a code that the list has not in this year."""
    codes = entry.codes
    near = _near(entry, code)
    other = codes.at_another_time(code)
    if other is not None:
        sure = other.sureness is Sureness.PRINT
        what = "code-of-other-year-print" if sure else "code-of-other-year"
        return _said(
            what, code=str(other), period=other.period, year=str(codes.year), near=near
        )
    if codes.complete:
        return _said(
            "code-not-in-office-list", code=code, source=codes.source, near=near
        )
    return _said("code-not-listed", code=code, title=codes.title, near=near)


def _near(entry: Entry, code: str) -> str:
    """The codes that may have been meant: those of the name that stands beside it, and the nearest ones."""
    family = entry.codes.parent(code)
    named = entry.codes.named(entry.name, family) if entry.name else ()
    near = tuple(dict.fromkeys((*named, *entry.codes.near(code))))
    return f"相近的有：{listed(near[:3])}。" if near else ""


def _misnamed(entry: Entry, found: Code) -> str:
    """The key of the rule that a name breaks which is not its code's; "" where it is, or where nobody can say."""
    codes = entry.codes
    if not entry.name or any(
        one.is_called(entry.name) for one in codes.in_force[found.code]
    ):
        return ""
    if codes.complete:
        return "code-name-office"
    if found.sureness is Sureness.PRINT:
        return "code-name-print"
    # A name that we only remember is held against nobody, unless the one that stands there is another code's.
    if found.sureness is Sureness.SURE or codes.named(entry.name):
        return "code-name"
    return ""
