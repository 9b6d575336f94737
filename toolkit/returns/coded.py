"""Codes as people type them, read as what they stand for; and the names that a code list gives them, which nobody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.model import CodeList, Kind, Row, Words, whole_code
from toolkit.profile.form import Block


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
            names[key] = words._replace(text=name, kind=Kind.TEXT, raw=name)
    return replace(row, values={**row.values, **names}) if names else row
