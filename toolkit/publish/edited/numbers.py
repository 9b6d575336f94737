"""The numbers of a line of text, and what became of each in an edited line: told by the words around them, by no mark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from toolkit.model import record

BAR = " | "  # between the cells of a row
YEAR = "年"
CONTEXT = 4  # characters before a number that tell it from another of the same value
# Typed in full width, a digit is the same digit; each becomes one character, so that places stay exact.
_PLAIN = str.maketrans("０１２３４５６７８９．％－−", "0123456789.%--")
_DIGIT = re.compile(r"\d")
_DIGITS = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
# A dash is a sign but where it parts two things: 2020-2023, 3月-5月, A-4.
_SIGN = r"(?<![0-9A-Za-z)）%年月日号第])-"


class Kind(StrEnum):
    """What became of a number (or of a word that says which way it went)."""

    SAME = "没有变"
    FORMAT = "只是写法变了"
    CHANGED = "改了"
    TAKEN_OUT = "删去了"
    TYPED_IN = "添上的"
    MOVED = "挪了地方"
    TURNED = "方向变了"


@record(slots=True)
class Speech:
    """How numbers are spoken of: units of money and shares; the words for each way to go (up, down, the same)."""

    units: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        return _pattern(self.units, self.ways)

    def way(self, word: str) -> int:
        """Which way a word says; -1 for none."""
        return next(
            (number for number, words in enumerate(self.ways) if word in words), -1
        )


@lru_cache(maxsize=8)
def _pattern(
    units: tuple[str, ...], ways: tuple[tuple[str, ...], ...]
) -> re.Pattern[str]:
    """Numbers with their units, words of direction, words in Latin letters, and every other character alone."""
    unit = (
        "|".join(re.escape(one) for one in sorted(units, key=len, reverse=True))
        or "(?!)"
    )
    way = "|".join(re.escape(word) for words in ways for word in words) or "(?!)"
    # A printed content number is no amount, whatever digits it has.
    number = rf"(?P<number>(?:{_SIGN})?(?:{_DIGITS}))(?:\s*(?P<unit>{unit}))?"
    return re.compile(
        rf"(?<=内容号[：: ])[0-9a-f]{{12}}|{number}|(?P<way>{way})|[A-Za-z]+|\S"
    )


@record(slots=True)
class Token:
    """A piece of a line: a number (`value`, its unit), a word of direction (`way`), or anything else. `start`: of `text`."""

    text: str
    start: int
    value: Decimal | None = None
    unit: str = ""
    way: int = -1

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def told(self) -> str:
        return self.text + self.unit

    @property
    def counts(self) -> bool:
        """Whether it is watched: a number, or a word that says which way it went."""
        return self.value is not None or self.way >= 0

    @property
    def key(self) -> object:
        if self.value is not None:
            return self.value, self.unit
        return self.way if self.way >= 0 else self.text

    @property
    def blank(self) -> str:
        """What it is, without what it says."""
        if self.value is not None:
            return "#"
        return "±" if self.way >= 0 else self.text


@record(slots=True)
class Step:
    """A number of the old line, the new one, or both, and what became of it."""

    kind: Kind
    old: Token | None
    new: Token | None


@lru_cache(maxsize=4096)
def tokens(text: str, speech: Speech) -> tuple[Token, ...]:
    """The pieces of a text. Those of a line are asked for again and again."""
    return tuple(
        _token(match, speech)
        for match in speech.pattern.finditer(text.translate(_PLAIN))
    )


def watched(text: str, speech: Speech) -> Iterator[Token]:
    """The pieces of a text that are watched; they alone are made, for a line that is as it was."""
    for match in speech.pattern.finditer(text.translate(_PLAIN)):
        if match.lastgroup is not None:
            yield _token(match, speech)


def _token(match: re.Match[str], speech: Speech) -> Token:
    start = match.start()
    number, way = match["number"], match["way"]
    if number:
        value = Decimal(number.replace(",", ""))
        unit = match["unit"] or ""
        return Token(number, start, value, unit)
    if way:
        return Token(match[0], start, way=speech.way(way))
    return Token(match[0], start)


def says_a_number(text: str, speech: Speech) -> bool:
    """Whether any piece of a text counts: a digit, or a word that says which way a number went."""
    if _DIGIT.search(text) is not None:  # in full width too
        return True
    return any(word in text for words in speech.ways for word in words)


def blanked(text: str, speech: Speech) -> str:
    """A text without blanks, its numbers without their digits."""
    return "".join(token.blank for token in tokens(text, speech))


def steps(old: str, new: str, speech: Speech) -> tuple[Step, ...]:
    """What became of each number of a line (or a row, cell by cell where it still has as many)."""
    ours, theirs = old.split(BAR), new.split(BAR)
    if len(ours) == len(theirs) > 1:
        return tuple(_by_cells(ours, theirs, speech))
    return _aligned(tokens(old, speech), tokens(new, speech))


def _by_cells(
    ours: Sequence[str], theirs: Sequence[str], speech: Speech
) -> Iterator[Step]:
    # where the two cells begin in their lines
    here = there = 0
    for mine, other in zip(ours, theirs, strict=True):
        for step in _aligned(tokens(mine, speech), tokens(other, speech)):
            old = _farther(step.old, here)
            new = _farther(step.new, there)
            yield Step(step.kind, old, new)
        here += len(mine) + len(BAR)
        there += len(other) + len(BAR)


def _farther(token: Token | None, by: int) -> Token | None:
    """A piece of a cell as a piece of the cell's line."""
    if token is None:
        return None
    return replace(token, start=token.start + by)


def _aligned(old: Sequence[Token], new: Sequence[Token]) -> tuple[Step, ...]:
    """Hold two lines together by their words; or, where more numbers then stay what they were, by words and values."""
    first, last = _ends(old, new)
    old_end, new_end = len(old) - last, len(new) - last
    head = _one_by_one(old[:first], new[:first])
    tail = _one_by_one(old[old_end:], new[new_end:])
    old, new = old[first:old_end], new[first:new_end]
    if not any(token.counts for token in (*old, *new)):
        return (*head, *tail)
    if [token.blank for token in old] == [token.blank for token in new]:
        middle: Sequence[Step] = _one_by_one(old, new)
    else:
        by_words = _matched(old, new, by_value=False)
        by_value = _matched(old, new, by_value=True)
        middle = max(by_words, by_value, key=_unharmed)
    return (*head, *middle, *tail)


def _one_by_one(old: Sequence[Token], new: Sequence[Token]) -> list[Step]:
    """What became of the numbers of two stretches that have as many pieces."""
    return [_judged(a, b) for a, b in zip(old, new, strict=True) if a.counts]


def _ends(old: Sequence[Token], new: Sequence[Token]) -> tuple[int, int]:
    """How many pieces are the same at the beginning, and at the end."""
    most = min(len(old), len(new))
    first = 0
    while first < most and old[first].key == new[first].key:
        first += 1
    last = 0
    while last < most - first and old[-1 - last].key == new[-1 - last].key:
        last += 1
    return first, last


def _unharmed(found: Sequence[Step]) -> tuple[int, int]:
    """How much is the same, and how little is on one side only: the more, the better two lines are held together."""
    count = Counter(step.kind for step in found)
    same = count[Kind.SAME] + count[Kind.FORMAT]
    on_one_side = count[Kind.TAKEN_OUT] + count[Kind.TYPED_IN]
    return same, -on_one_side


def _judged(old: Token, new: Token) -> Step:
    """What became of a number that stands where another stood."""
    if old.value is None or new.value is None:
        kind = Kind.SAME if old.way == new.way else Kind.TURNED
        return Step(kind, old, new)
    if (old.value, old.unit) != (new.value, new.unit):
        return Step(Kind.CHANGED, old, new)
    kind = Kind.SAME if old.text == new.text else Kind.FORMAT
    return Step(kind, old, new)


def _matched(
    old: Sequence[Token], new: Sequence[Token], *, by_value: bool
) -> list[Step]:
    """The steps of two lines whose words differ; `by_value`: only numbers that stayed the same hold them together."""

    def keys(tokens: Sequence[Token]) -> list[object]:
        return [token.key if by_value else token.blank for token in tokens]

    found: list[Step] = []
    lost: list[list[Token]] = []
    typed: list[list[Token]] = []
    for name, i, j, k, m in SequenceMatcher(
        None, keys(old), keys(new), autojunk=False
    ).get_opcodes():
        if name == "equal":
            found += [
                _judged(a, b)
                for a, b in zip(old[i:j], new[k:m], strict=True)
                if a.counts
            ]
            continue
        lost.append([token for token in old[i:j] if token.counts])
        typed.append([token for token in new[k:m] if token.counts])
    found += _elsewhere(old, new, lost, typed)
    for here, there in zip(lost, typed, strict=True):
        found += _in_place(here, there)
    return sorted(found, key=lambda step: step.new.start if step.new else -1)


def _elsewhere(
    old: Sequence[Token],
    new: Sequence[Token],
    lost: Sequence[list[Token]],
    typed: Sequence[list[Token]],
) -> Iterator[Step]:
    """Clauses that changed places: the same number behind the same words. What is found is taken out of both lists."""
    for here in lost:
        for token in list(here):
            for there in typed:
                same = [
                    one
                    for one in there
                    if one.key == token.key and _alike_placed(old, token, new, one)
                ]
                if same:
                    here.remove(token)
                    there.remove(same[0])
                    yield _judged(token, same[0])
                    break


def _alike_placed(
    old: Sequence[Token], token: Token, new: Sequence[Token], other: Token
) -> bool:
    """Whether two numbers stand behind the same words; a year is a year wherever it stands in its sentence."""
    words = before(old, token)
    return (bool(words) and words == before(new, other)) or (
        _is_year(old, token) and _is_year(new, other)
    )


def _is_year(line: Sequence[Token], token: Token) -> bool:
    behind = next((one for one in line if one.start >= token.end), None)
    return behind is not None and behind.text == YEAR


def before(line: Sequence[Token], token: Token) -> str:
    """The words right before a number, up to the number before it."""
    words = ""
    for one in reversed([each for each in line if each.start < token.start]):
        if one.value is not None or len(words) >= CONTEXT:
            break
        words = one.text + words
    return words[-CONTEXT:]


def _in_place(here: list[Token], there: list[Token]) -> Iterator[Step]:
    """What stood between the same words: each number with the one that now stands there, in their order."""
    for numbers in (True, False):
        mine = [token for token in here if (token.value is not None) == numbers]
        other = [token for token in there if (token.value is not None) == numbers]
        for a, b in zip(mine, other, strict=False):
            yield _judged(a, b)
        if not numbers:
            continue
        for token in mine[len(other) :]:
            yield Step(Kind.TAKEN_OUT, token, None)
        for token in other[len(mine) :]:
            yield Step(Kind.TYPED_IN, None, token)
