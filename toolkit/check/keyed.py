"""Lists held against each other by their key: which keys are compared, and the rows of one key as a claim asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.model import Figure, Name, Return, Row, Value, record, whole_code
from toolkit.profile.form import Book
from toolkit.rules.claim import Comparison

Key = tuple[str, ...]


@record()
class KeySource:
    """Answers columns of lists from the rows of one key, any other name from the return."""

    book: Return
    key: Key
    rows: Mapping[str, Mapping[Key, tuple[Row, ...]]]  # of each list by its key

    def value(self, name: Name) -> Value:
        return self.book.value(name)

    def column(self, name: Name) -> tuple[Figure, ...]:
        return tuple(row.figure(name.column) for row in self.lines(name.block))

    def lines(self, block: str) -> tuple[Row, ...]:
        return self.rows[block].get(self.key, ())


def by_key(claim: Comparison, by: Sequence[str], book: Return) -> Iterator[KeySource]:
    """The rows of each key that both sides of a claim can be held to, in the order in which the keys stand there."""
    sides = [
        dict.fromkeys(name.block for name in side.names())
        for side in (claim.left, claim.right)
    ]
    rows = {block: _grouped(book.rows(block), by) for side in sides for block in side}
    left, right = (
        {key: None for block in side for key in rows[block]} for side in sides
    )
    for key in {**left, **right}:
        if _is_compared(key, left, right):
            yield KeySource(book, key, rows)


def called(source: KeySource, shape: Book) -> str:
    """A key in words: its code with what the code list calls it."""
    code = whole_code(source.key)
    for block, rows in source.rows.items():
        for coded in shape.blocks[block].coded if source.key in rows else ():
            return f"{code} {shape.lists[coded.list].name_of(code)}".strip()
    return "、".join(source.key)


def lacking(source: KeySource, claim: Comparison) -> tuple[str, ...]:
    """The lists of the side that has no row of a key; none where both sides have one."""
    for side in (claim.left, claim.right):
        blocks = tuple(dict.fromkeys(name.block for name in side.names()))
        if not any(source.lines(block) for block in blocks):
            return blocks
    return ()


def lines_of(source: KeySource, name: Name, by: Sequence[str]) -> Iterator[Name]:
    """The single figures that a whole column stands for in the rows of one key."""
    for number, row in enumerate(source.book.rows(name.block), 1):
        if key_of(row, by) == source.key:
            yield Name(name.block, column=name.column, line=number)


def _grouped(rows: Sequence[Row], by: Sequence[str]) -> dict[Key, tuple[Row, ...]]:
    """The rows by their key; those without one are told elsewhere."""
    found: dict[Key, tuple[Row, ...]] = {}
    for row in rows:
        if key := key_of(row, by):
            found[key] = (*found.get(key, ()), row)
    return found


def key_of(row: Row, by: Sequence[str]) -> Key:
    """What stands in the key's columns of a row, as far as they are filled."""
    key = [row.text(column) for column in by]
    while key and not key[-1]:
        key.pop()
    return tuple(key)


def _is_compared(key: Key, left: Mapping[Key, None], right: Mapping[Key, None]) -> bool:
    """Whether a key is compared: it is innermost on a side, and the other side goes as deep there.

    What lies within a key adds up to it, which is held within each list.
    """
    if key in left and key in right:
        return _is_innermost(key, left) or _is_innermost(key, right)
    own, other = (left, right) if key in left else (right, left)
    # Where the other side goes deeper than this key, or stops at one around it, it says nothing of this one.
    stops = any(
        around in other and _is_innermost(around, other) for around in _around(key)
    )
    return _is_innermost(key, own) and _is_innermost(key, other) and not stops


def _is_innermost(key: Key, keys: Mapping[Key, None]) -> bool:
    return not any(len(other) > len(key) and other[: len(key)] == key for other in keys)


def _around(key: Key) -> Iterator[Key]:
    return (key[:length] for length in range(1, len(key)))
