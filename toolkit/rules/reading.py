"""What rules read again and again: every text of a return, the cells of values, patterns made of word lists."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from toolkit.model import Cell, Return, Value, Words
from toolkit.rules.rule import Bounds, Breach

T = TypeVar("T")
END = "\x00"  # parts the texts of a return where they are searched together; no \s, and no person types it
SHOWN = 24  # characters of a long name or text that a message repeats
EXAMPLES = 3


class Once(Generic[T]):
    """A reading that all rules on one return share: it is made once and kept until another return is read."""

    def __init__(self, read: Callable[[Return, Bounds], T]) -> None:
        self.read = read
        self.kept: tuple[Return, T] | None = None

    def __call__(self, book: Return, bounds: Bounds) -> T:
        kept = self.kept
        if kept is None or kept[0] is not book:
            self.kept = kept = (book, self.read(book, bounds))
        return kept[1]


class Passage(NamedTuple):
    """One text: its field ("three_public.reason", "project.goal") and the words with their cell."""

    place: str
    words: Words

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(self.words.cells())


class Texts:
    """All texts of a return; they are searched in one go, so that a rule costs little where it finds nothing."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self.passages = passages
        self.starts: list[int] = []
        at = 0
        for passage in passages:
            self.starts.append(at)
            at += len(passage.text) + len(END)
        self.joined = END.join(passage.text for passage in passages)

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[Passage, re.Match[str]]]:
        """Yield every match with the text it stands in. A pattern must not reach across `END`."""
        for match in pattern.finditer(self.joined):
            yield self.passages[bisect_right(self.starts, match.start()) - 1], match

    def holding(self, pattern: re.Pattern[str]) -> dict[Passage, list[str]]:
        """The texts in which a pattern is found, each with what was found, in order."""
        found: dict[Passage, list[str]] = {}
        for passage, match in self.search(pattern):
            found.setdefault(passage, []).append(match[0])
        return found


def _texts(book: Return, bounds: Bounds) -> Texts:
    """Every text of a return that people wrote in their own words and that goes out to the public."""
    found: list[Passage] = []
    for name, value in book.values():
        if isinstance(value, Words) and value.text and name.field in bounds.spoken:
            found.append(Passage(name.field, value))
    return Texts(tuple(found))


texts = Once(_texts)


def cells(*values: Value) -> tuple[Cell, ...]:
    """The cells of values, each once, in order."""
    return tuple(dict.fromkeys(cell for value in values for cell in value.cells()))


def brief(text: str, length: int = SHOWN) -> str:
    """A text short enough for a message, on one line; of a long one both ends stay, since names differ at the end."""
    line = re.sub(r"\s+", " ", text).strip()
    head = length * 2 // 3
    return line if len(line) <= length else f"{line[:head]}…{line[head + 1 - length :]}"


def folded(text: str) -> str:
    """A text as far as it matters when two are compared: no blanks, brackets and marks of one kind."""
    return _BLANKS.sub("", text).translate(_FOLD)


_BLANKS = re.compile(r"\s+")
_FOLD = str.maketrans("（）【】［］〔〕：；，．％", "()[][][]:;,.%")


@lru_cache(maxsize=256)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these plain words, longer ones first; of no words it finds nothing."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)")


@lru_cache(maxsize=64)
def any_pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these regular expressions."""
    return re.compile("|".join(patterns) or r"(?!)")


def summary(found: Mapping[Passage, list[str]]) -> Iterator[Breach]:
    """One finding for all places together: their cells, how many there are, and the first few as examples."""
    if found:
        examples = dict.fromkeys(brief(said) for matches in found.values() for said in matches)
        places = dict.fromkeys(cell for passage in found for cell in passage.cells)
        yield Breach(tuple(places), counted(sum(map(len, found.values())), list(examples)))


def counted(count: int, examples: list[str]) -> dict[str, str]:
    """What fills {count} and {examples} of a message about many places."""
    return {"count": str(count), "examples": "”、“".join(examples[:EXAMPLES])}
