"""Codes as people type them, read as what they stand for; and the names that a code list gives them, which nobody types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.model import CodeList, Kind, Row, Words
from toolkit.profile.form import Block

WIDE = str.maketrans("０１２３４５６７８９", "0123456789")  # what a Chinese input method types
_BLANKS = re.compile(r"\s+")
_PARTED = re.compile(r"(?<=\d)[-－—–.．·/](?=\d)")  # 205-02-05
_CODE_AND_NAME = re.compile(r"(\d{2,})[^\d]*")  # 20502 普通教育


def code_in(text: str, digits: int = 0) -> str:
    """The code that a text stands for: no blanks and marks inside, plain digits, lost zeros filled up to so many digits.

    What is no code at all is answered as it stands.
    """
    plain = _PARTED.sub("", _BLANKS.sub("", text.translate(WIDE)))
    match = _CODE_AND_NAME.fullmatch(plain)
    code = match[1] if match is not None else plain
    if not code.isdecimal():
        return text
    return code.zfill(digits)


def digits_of(number: Decimal | None) -> str:
    """The digits of a whole number, as which a code may lie in a cell; "" where it is none."""
    if number is None or number != number.to_integral_value() or number < 0:
        return ""
    return f"{number:.0f}"


def whole_code(parts: Sequence[str]) -> str:
    """The code that its parts make, the outermost first; "" where one in the middle is missing."""
    given = list(parts)
    while given and not given[-1]:
        given.pop()
    return "" if "" in given else "".join(given)


def code_of(row: Row, columns: Sequence[str]) -> str:
    """The code that stands in some columns of a row; "" where there is none, or not all of it."""
    return whole_code([row.text(column) for column in columns])


def with_names(row: Row, block: Block, lists: Mapping[str, CodeList]) -> Row:
    """The same row with the names of its codes, where nobody typed another: what a code list says, else nothing."""
    names: dict[str, Words] = {}
    for key, column in block.columns.items():
        words = row.words(key)
        if column.looked_up is None or words.given or key not in row.values:
            continue
        name = lists[column.looked_up.list].name_of(code_of(row, column.looked_up.by))
        if name:
            names[key] = replace(words, text=name, kind=Kind.TEXT, raw=name)
    return replace(row, values={**row.values, **names}) if names else row
