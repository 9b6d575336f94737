"""What is wrong with a declaration of schema/, in words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

MOST_NAMED = 3  # of many names in a message

Choice = TypeVar("Choice", bound=StrEnum)


def wrong(path: Path, error: KeyError | ValueError) -> str:
    """What is wrong with a declaration: a name that is not there, or a formula's own sentence."""
    what = str(error)
    if isinstance(error, KeyError):
        key = error.args[0]
        what = f"缺少“{key}”，或用到了没有的“{key}”"
    return f"“{path.name}”有误：{what}。请对照其他表样改正。"


def one_of(choices: type[Choice], word: str, what: str) -> Choice:
    """A word of a declaration that must be one of some; raise ValueError, in Chinese, where it is none."""
    known = {choice.value: choice for choice in choices}
    one_of_words(known, word, what)
    return known[word]


def one_of_words(known: Iterable[str], word: str, what: str) -> None:
    """Raise ValueError, in Chinese, where a word of a declaration is none of those that may stand there."""
    words = list(known)
    if word not in words:
        near = get_close_matches(word, words, MOST_NAMED, 0) or words
        listed = "、".join(f"“{one}”" for one in near)
        raise ValueError(f"“{what}”没有“{word}”这种写法，相近的有：{listed}")
