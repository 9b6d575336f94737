"""Tables and paragraphs of a statement that are lines of a profile's blocks, as the form of the statement declares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.audit.blocks import tight
from toolkit.audit.reading import Statement
from toolkit.audit.tables import Entry, ReadTable
from toolkit.model import BlockKind
from toolkit.profile.form import Block, Profile

DASHES = frozenset({"", "-", "—", "——", "–", "－", "/"})
NUMBERING = re.compile(
    r"^(?:其中[:：])?(?:[一二三四五六七八九十]+|\d+)[、.．]|^其中[:：]"
)
IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]$")


def tables_data(
    statement: Statement, profile: Profile
) -> tuple[dict[str, Any], frozenset[int]]:
    """What declared tables of cells put into blocks, as a return's data; and the tables (ids of the objects) that did."""
    data: dict[str, Any] = {}
    used: set[int] = set()
    for said in statement.form.fills.get("tables", ()):
        block = profile.book.blocks.get(said["block"])
        for table in statement.tables if block is not None else ():
            if table.shape.id != said["table"] or block is None:
                continue
            used.add(id(table))
            if block.kind is BlockKind.GRID:
                data.setdefault(block.key, {}).update(_grid(table, block, said))
            else:
                data.setdefault(block.key, []).extend(_rows(table, block, said))
    return data, frozenset(used)


def _rows(
    table: ReadTable, block: Block, said: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    """The rows of a table as lines of a list; totals and blank rows are none."""
    columns: Mapping[str, str] = said["columns"]
    for entry in table.entries:
        if re.search(said.get("not", r"^$"), entry.name):
            continue
        line = _line(entry, block, columns)
        if line:
            yield line


def _line(entry: Entry, block: Block, columns: Mapping[str, str]) -> dict[str, str]:
    """What a row says by the keys of a block's columns."""
    found: dict[str, str] = {}
    for title, key in columns.items():
        text = tight(entry.texts.get(title, ""))
        column = block.columns.get(key)
        if column is None or text in DASHES:
            continue
        found[key] = text.replace(",", "") if column.numeric else text
    return found


def _grid(
    table: ReadTable, block: Block, said: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """The rows of a table by the rows of a grid that are called so; what is calculated there is left out."""
    called = {_plain(row.title): row for row in block.rows.values()}
    found: dict[str, dict[str, str]] = {}
    for entry in table.entries:
        row = called.get(_plain(entry.name))
        if row is None or row.formula is not None:
            continue
        line = _line(entry, block, said["columns"])
        if line:
            found[row.key] = line
    return found


def _plain(title: str) -> str:
    """A row's title without its number and without what stands in brackets behind it: in what it is counted."""
    return IN_BRACKETS.sub("", NUMBERING.sub("", tight(title)))


def lists_data(statement: Statement, profile: Profile) -> dict[str, Any]:
    """What paragraphs of declared sections put into lists and fields, as a return's data."""
    data: dict[str, Any] = {}
    for said in statement.form.fills.get("lists", ()):
        block = profile.book.blocks.get(said["block"])
        lines = [
            {key: text for key, text in found.groupdict().items() if text}
            for text in _paragraphs(statement, said)
            if (found := re.match(said["says"], text)) is not None
        ]
        if block is None or not lines:
            continue
        if block.kind is BlockKind.LIST:
            data[block.key] = lines
        else:
            data[block.key] = {
                key: "\n".join(line[key] for line in lines if key in line)
                for key in lines[0]
            }
    return data


def _paragraphs(statement: Statement, said: Mapping[str, Any]) -> Sequence[str]:
    """The paragraphs of a section; of those only what stands below one and above another, where it says so."""
    texts = [
        paragraph.text
        for paragraph, section in zip(
            statement.paragraphs, statement.sections, strict=True
        )
        if section == said["section"] and not paragraph.in_table
    ]
    if "below" in said:
        at = [n for n, text in enumerate(texts) if re.search(said["below"], text)]
        texts = texts[at[0] + 1 :] if at else []
    if "above" in said:
        at = [n for n, text in enumerate(texts) if re.search(said["above"], text)]
        texts = texts[: at[0]] if at else texts
    return texts
