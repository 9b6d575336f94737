"""What is wrong with a declaration of schema/, in words: the file, the place in it, what is wrong, the nearest right word."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import TypeVar

MOST_NAMED = 3  # of many names in a message
MOST_LISTED = 8  # words that can be chosen from, where none is near
LIKENESS = 0.5  # from which a word is near another
STEP = " › "  # between the parts of a place
# what says nothing of a place: the keys below it do
INNER = frozenset({"x-blocks", "columns"})

Choice = TypeVar("Choice", bound=StrEnum)
Place = tuple[str, ...]


class WrongError(ValueError):
    """Something wrong at a place of a declaration: the keys that lead there, from the outermost."""

    def __init__(self, place: Place, what: str) -> None:
        super().__init__(what)
        self.place = place
        self.what = what


class within:  # noqa: N801  it reads as a word: with within("rows", key)
    """What is wrong in here stands under these keys. A class, since a generator would take a third of the time to load."""

    __slots__ = ("keys",)

    def __init__(self, *keys: str) -> None:
        self.keys = keys

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, WrongError):
            error.place = (*self.keys, *error.place)
        elif isinstance(error, ValueError):
            raise WrongError(self.keys, str(error)) from error


def file_of(path: Path) -> str:
    """A file as messages call it: a profile's with its folder, hebei-2023/forms/budget.json; any other by its name."""
    parts = path.parts
    if "profiles" in parts:
        after = parts[len(parts) - parts[::-1].index("profiles") :]
        return "/".join(after)
    return path.name


def wrong(path: Path, faults: Iterable[tuple[Place, str]]) -> str:
    """What is wrong with a file, a line each for the first few: where, what."""
    name = file_of(path)
    all_faults = list(faults)
    lines = [
        f"“{name}”{_where(place)}：{what}。请改正。"
        for place, what in all_faults[:MOST_NAMED]
    ]
    if len(all_faults) > MOST_NAMED:
        lines.append(
            f"“{name}”里另有 {len(all_faults) - MOST_NAMED} 处写法有误，请改正上面的再试。"
        )
    return "\n".join(lines)


def _where(place: Place) -> str:
    """The place in a file: 里“income › amount › merge”; nothing for the whole."""
    steps = [step for step in place if step not in INNER]
    return f"里“{STEP.join(steps)}”" if steps else ""


def near(word: str, known: Iterable[str]) -> str:
    """What a wrong word may have been meant as, as the end of a sentence: ，是不是要写“sum”."""
    words = list(dict.fromkeys(known))
    likeness = {
        one: (
            SequenceMatcher(None, word, one).ratio(),
            _alike_from_the_start(word, one),
        )
        for one in words
    }
    best = max(likeness.values(), default=(0, 0))
    # Of those that are as like, those that begin alike: of B01-99 the other rules of B01.
    close = (
        [one for one in words if likeness[one] == best][:MOST_NAMED]
        if best[0] >= LIKENESS
        else []
    )
    if close:
        return f"，是不是要写{'或者'.join(f'“{one}”' for one in close)}"
    if not words:
        return ""
    more = " 等" if len(words) > MOST_LISTED else ""
    return f"，可以写的有：{'、'.join(f'“{one}”' for one in words[:MOST_LISTED])}{more}"


def _alike_from_the_start(one: str, other: str) -> int:
    """How many characters two words begin with alike."""
    return len(
        list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    )


def one_of(choices: type[Choice], word: str) -> Choice:
    """A word of a declaration that must be one of some; raise ValueError, in Chinese, where it is none."""
    try:
        return choices(word)
    except ValueError as error:
        known = [choice.value for choice in choices]
        raise ValueError(f"没有“{word}”这种写法{near(word, known)}") from error


def known_one(word: str, known: Collection[str], what: str) -> str:
    """A word that must be one of those known; raise ValueError, in Chinese, where it is none. `what` it should name."""
    if word not in known:
        raise ValueError(f"没有名为“{word}”的{what}{near(word, known)}")
    return word


def all_known(words: Iterable[str], known: Collection[str], what: str) -> None:
    """Several such words."""
    for word in words:
        known_one(word, known, what)
