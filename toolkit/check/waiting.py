"""Which forms a question waits for: those that it reads and nobody has begun, be it through what is calculated from them."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.check.asked import Asked
from toolkit.check.holding import is_begun, is_gone
from toolkit.model import BlockKind, Cell, Name, Return, once_of
from toolkit.profile.form import Book, Sheet
from toolkit.returns.deriving import derived_from
from toolkit.rules.rule import Rule


@once_of
def forms_behind(item: Asked, shape: Book) -> tuple[Sheet, ...]:
    """The forms that a claim reads; what is calculated from another form is read from there. Of rows that are there none."""
    if item.per_row and not item.rule.by:
        return ()
    behind = _blocks_behind(shape)
    blocks = dict.fromkeys(
        block
        for name in item.claim.names()
        for block in behind.get(shape.node(name)) or _own(name, shape)
    )
    sheets = dict.fromkeys(shape.sheet_of(block).key for block in blocks)
    return tuple(shape.sheets[key] for key in sheets)


def awaited_forms(book: Return, shape: Book, *, complete: bool) -> Mapping[str, Sheet]:
    """The forms that are gone, or have not been begun: it is too early to ask of them. By their keys."""
    return {
        key: sheet
        for key, sheet in shape.sheets.items()
        if is_gone(sheet, book) or not (complete or is_begun(sheet, book))
    }


def early_cells(
    book: Return, shape: Book, awaited: Mapping[str, Sheet]
) -> dict[Cell, Sheet]:
    """The calculated cells that rest on an awaited form, each with the form: what a look says of them it says too early."""
    early: dict[Cell, Sheet] = {}
    for name, blocks in _blocks_behind(shape).items() if awaited else ():
        sheet = next(
            (
                awaited[key]
                for block in blocks
                if (key := shape.sheet_of(block).key) in awaited
            ),
            None,
        )
        if (
            sheet is not None
            and not name.bare
            and shape.blocks[name.block].kind is not BlockKind.LIST
        ):
            early |= dict.fromkeys(book[name].cells(), sheet)
    return early


@once_of
def _blocks_behind(shape: Book) -> Mapping[Name, tuple[str, ...]]:
    """The blocks that each calculated thing of a book is made of, its own first; formulas come after those they read."""
    behind: dict[Name, tuple[str, ...]] = {}
    for name in shape.formulas:
        read = [
            block
            for other in sorted(shape.reads[name], key=str)
            for block in behind.get(other) or _own(other, shape)
        ]
        behind[name] = tuple(dict.fromkeys((*_own(name, shape), *read)))
    return behind


def _own(name: Name, shape: Book) -> tuple[str, ...]:
    """The block of a name, and the list of entries that a door derives it from."""
    block = shape.blocks[name.block]
    return (
        (block.key, block.derived.source)
        if block.made and block.derived is not None
        else (block.key,)
    )


@once_of
def lists_behind(rule: Rule, shape: Book) -> tuple[Sheet, ...]:
    """The forms with the lists of entries that all is derived from without which a look means nothing."""
    sources = derived_from(shape)
    needed = (
        [Name.parse(said) if "." in said else Name(said) for said in rule.needs]
        if sources
        else []
    )
    blocks: set[str] = set()
    for name in needed:
        if name.block not in shape.blocks:
            continue
        blocks.update(_own(name, shape))
        for made, behind in _blocks_behind(shape).items():
            # A column or a row alone stands for all its cells.
            parts = {part for part in (name.row, name.column) if part}
            if made.block == name.block and parts <= {made.row, made.column}:
                blocks.update(behind)
    return tuple(
        sheet for sheet in shape.sheets.values() if blocks & sources & set(sheet.blocks)
    )
