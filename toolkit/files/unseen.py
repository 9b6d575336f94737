"""Characters that nobody sees, that turn the direction of reading, or that command whoever shows them: never shown as they are.

Names of files, sheets and units may hold any. Which characters these are, Unicode says: controls, formats (among them the marks
of direction and of no width), halves of pairs, and separators of lines and paragraphs. Line ends and tabs are layout, and stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MARK = "\ufffd"

_KINDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LAYOUT = frozenset("\n\t")
_NONE = frozenset("\ufffe\uffff")  # no characters at all


@cache
def _not_printed() -> re.Pattern[str]:
    """Characters that are few in a Chinese text: only these are looked up. It takes two milliseconds to compile."""
    return re.compile("[^\x20-\x7e\u3000-\u9fff\uff01-\uff5e]")


def visible(text: str, mark: str = MARK) -> str:
    """The text with a mark in place of each such character, so that it can be seen that something is there."""
    if text.isprintable():
        return text
    return _not_printed().sub(
        lambda found: mark if _is_unseen(found[0]) else found[0], text
    )


def in_json(text: str) -> str:
    """JSON text in which each such character is written as its number: for a program it says the same."""
    if text.replace("\n", "").isprintable():
        return text
    return _not_printed().sub(
        lambda found: _numbered(found[0]) if _is_unseen(found[0]) else found[0], text
    )


def _is_unseen(sign: str) -> bool:
    return sign in _NONE or (
        sign not in _LAYOUT and unicodedata.category(sign) in _KINDS
    )


def _numbered(sign: str) -> str:
    """A character as JSON spells it: one beyond the first plane as a pair."""
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
