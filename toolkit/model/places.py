"""Where a value stands and what it is called: a cell, and a name that does not know its cell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


@lru_cache(maxsize=512)
def column_letter(column: int) -> str:
    """Return the letters of a 1-based column number: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# Cells and names are made and looked up by the ten thousand: as tuples both take a third of what they take as dataclasses.
class Cell(NamedTuple):
    """One cell of one workbook (row and column count from 1); prints as Excel writes it."""

    book: str
    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        return f"{column_letter(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"'[{self.book}]{self.sheet}'!{self.address}"


# A cell or words of their four parts, where a thousand are made at once: made(Cell, (…)) takes half of what Cell(…) does.
made = tuple.__new__

EVERY = -1  # the line of a name that means a list's whole column
_STEP = re.compile(r"(\w+)(\[(\d*)\])?")


class Name(NamedTuple):
    """What a value is called, whatever its address: its block, a grid's row, its column, a list's line (counted from 1).

    `within` is the line that holds it, where a list stands inside another: an indicator stands within its project. It prints as
    schema and rules write it:

        cover.unit_code                       a field
        three_public.total.change             a grid's row and column
        procurement[3].amount                 the third line of a list; procurement[].amount is the whole column
        project[12].indicators[4].value       the fourth indicator of the twelfth project
        change                                a column of the row at hand (or, in a column's formula, a row)
    """

    block: str = ""
    row: str = ""
    column: str = ""
    line: int = 0
    within: Name | None = None

    @classmethod
    def parse(cls, text: str) -> Name:
        """Read a printed name back; raise ValueError, in Chinese, where it is none. The only place that takes names apart."""
        return _parsed(text)

    def __str__(self) -> str:
        steps = [str(self.within)] if self.within is not None else []
        if self.block:
            steps.append(
                self.block + {0: "", EVERY: "[]"}.get(self.line, f"[{self.line}]")
            )
        steps += [step for step in (self.row, self.column) if step]
        return ".".join(steps)

    @property
    def bare(self) -> bool:
        """Whether it only means something in the row or column at hand."""
        return not self.block

    @property
    def of_every_line(self) -> bool:
        return self.line == EVERY

    @property
    def field(self) -> str:
        """Block and column: what the values of all rows or lines of a column have in common."""
        return f"{self.block}.{self.column}"

    def at(self, column: str) -> Name:
        """The same row's value in a column."""
        return Name(self.block, self.row, column, self.line, self.within)


@lru_cache(maxsize=8192)
def _parsed(text: str) -> Name:
    name = Name()
    for step in text.split("."):
        said = _STEP.fullmatch(step)
        if said is None:
            raise ValueError(f"名称“{text}”写法有误")
        word, bracket, number = said.groups()
        if bracket:
            # A bracket always follows a block; whatever was read before it is the line that holds the block.
            within = name if name.block else None
            name = Name(word, line=int(number) if number else EVERY, within=within)
        elif not name.column:
            name = name._replace(column=word)
        elif not name.block:
            # two words: a block and its column
            name = name._replace(block=name.column, column=word)
        elif not name.row and not name.line:
            # three words: a block, its row, its column
            name = name._replace(row=name.column, column=word)
        else:
            raise ValueError(f"名称“{text}”写法有误")
    return name
