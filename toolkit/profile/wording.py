"""What rules say in a profile's own words: a form, a row or a column is called as its forms call it."""

from __future__ import annotations

import re
from dataclasses import replace

from toolkit.profile.form import Book, Column
from toolkit.rules.rule import Rule

# [[composition.operating|运转类公用经费]]: a name, and the word where the profile has none of that name.
NAMED = re.compile(r"\[\[([a-z_0-9]+)(?:\.([a-z_0-9]+))?\|([^\]]+)\]\]")
# What stands before a row's own name: 其中：, 一、, 1. or （一）.
NUMBERING = re.compile(
    r"^(?:其中[：:]|[一二三四五六七八九十]+、|\d+[、.．]|（[一二三四五六七八九十]+）)\s*"
)


def worded(rule: Rule, book: Book) -> Rule:
    """The same rule, its message and remedy in the words of a book's forms."""

    def title(match: re.Match[str]) -> str:
        block, part, otherwise = match.groups()
        return _title(book, block, part or "") or otherwise

    message, remedy = (NAMED.sub(title, said) for said in (rule.message, rule.remedy))
    return (
        rule
        if (message, remedy) == (rule.message, rule.remedy)
        else replace(rule, message=message, remedy=remedy)
    )


def answers(column: Column) -> tuple[str, ...]:
    """What may be chosen in a column, in the profile's words and in those of its form."""
    return tuple(
        dict.fromkeys(
            (
                *column.choices,
                *(column.worded.get(choice, choice) for choice in column.choices),
            )
        )
    )


def _title(book: Book, block: str, part: str) -> str:
    """What a form, a row of a grid or a column is called; "" where the book has none of that name."""
    if block not in book.blocks:
        return ""
    if not part:
        return book.sheet_of(block).name
    of = book.blocks[block]
    if part in of.rows:
        return NUMBERING.sub("", of.rows[part].title.strip())
    return of.columns[part].title if part in of.columns else ""
