"""The nouns: a cell, a name, a figure that remembers its cells, words, a row, a return, a disclosure. None is ever changed."""

from __future__ import annotations

from toolkit.model.codes import (
    Code,
    CodeList,
    Sureness,
    code_in,
    digits_of,
    listed,
    plain_name,
    whole_code,
)
from toolkit.model.kept import Kept, once_of
from toolkit.model.money import NUMBER, SHARE, Money, parted
from toolkit.model.origins import LAST_YEAR, PLATFORM, Origin
from toolkit.model.places import EVERY, Cell, Name, column_letter, made
from toolkit.model.record import record
from toolkit.model.returns import (
    ALL_FILLED,
    NO_DATA,
    Disclosure,
    Oddity,
    Project,
    Return,
    SheetState,
)
from toolkit.model.roles import NOBODY, Cast, Role
from toolkit.model.rows import NO_ROW, BlockKind, Filled, Row
from toolkit.model.values import (
    NO_WORDS,
    NOTHING,
    PLAIN,
    Figure,
    Kind,
    Value,
    Words,
    total,
)

__all__ = [
    "ALL_FILLED",
    "EVERY",
    "LAST_YEAR",
    "NOBODY",
    "NOTHING",
    "NO_DATA",
    "NO_ROW",
    "NO_WORDS",
    "NUMBER",
    "PLAIN",
    "PLATFORM",
    "SHARE",
    "BlockKind",
    "Cast",
    "Cell",
    "Code",
    "CodeList",
    "Disclosure",
    "Figure",
    "Filled",
    "Kept",
    "Kind",
    "Money",
    "Name",
    "Oddity",
    "Origin",
    "Project",
    "Return",
    "Role",
    "Row",
    "SheetState",
    "Sureness",
    "Value",
    "Words",
    "code_in",
    "column_letter",
    "digits_of",
    "listed",
    "made",
    "once_of",
    "parted",
    "plain_name",
    "record",
    "total",
    "whole_code",
]
