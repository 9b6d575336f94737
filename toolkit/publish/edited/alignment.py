"""Two texts held together line by line: which line became which, what moved, and what became of every number in them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from toolkit.model import record
from toolkit.publish.edited.numbers import (
    Kind,
    Speech,
    Step,
    Token,
    before,
    blanked,
    steps,
    tokens,
    watched,
)

WHOLE = 1000  # likeness is told in thousandths
ALIKE = 400  # of two lines' words: from here on one became the other
CLEARLY = 600  # the same, for lines that stand elsewhere
GAIN = 80  # by so much must two lines be more like a third than one of them, to be its halves
FEW = 4  # characters of a line that may be found again inside another
LEAST = 12  # characters of a line that may be known again elsewhere though its numbers changed
BAND = 60  # lines to each side that are tried where much was rewritten
MOST = 60_000  # pairs of lines tried with each other

Key = Callable[[int, int], str]  # of a side (0 old, 1 new) and a line
Spot = tuple[int, int]  # how many lines of each side are behind us
Gap = tuple[range, range]  # old and new lines between those that are held together


@record(slots=True)
class Pair:
    """Lines of the old text and what they became; several where a paragraph was split, or some were joined."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


@record(slots=True)
class Change:
    """What became of one number: `old` and `new` with the line each stands in (its number, from 0; -1 for none)."""

    kind: Kind
    old: Token | None
    new: Token | None
    old_line: int = -1
    new_line: int = -1


@record()
class Alignment:
    """Two texts held together."""

    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    reworded: tuple[Pair, ...]  # those whose words are not the same any more
    gone: tuple[int, ...]  # old lines that became nothing
    added: tuple[int, ...]  # new lines that came of nothing


def align(old: Sequence[str], new: Sequence[str], speech: Speech) -> Alignment:
    """Hold two texts together, a line a paragraph or a table's row."""
    work = _Work(old, new, speech)
    pairs = work.pairs()
    changes: list[Change] = []
    reworded: list[Pair] = []
    for pair in pairs:
        if _is_as_it_was(pair, old, new):
            changes += _same(pair, old, speech)
            continue
        ours, theirs = _Joined(pair.old, old), _Joined(pair.new, new)
        changes += _changes(ours, theirs, speech, moved=pair.moved)
        if blanked(ours.text, speech) != blanked(theirs.text, speech):
            reworded.append(pair)
    gone = tuple(sorted(work.left))
    added = tuple(sorted(work.right))
    changes += (
        Change(Kind.TAKEN_OUT, token, None, line)
        for line in gone
        for token in tokens(old[line], speech)
        if _is(token)
    )
    changes += (
        Change(Kind.TYPED_IN, None, token, -1, line)
        for line in added
        for token in tokens(new[line], speech)
        if _is(token)
    )
    told = _found_again(changes, old, new, speech)
    return Alignment(tuple(pairs), told, tuple(reworded), gone, added)


def _is(token: Token) -> bool:
    return token.value is not None


def _is_as_it_was(pair: Pair, old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether a line stands where it stood, letter for letter: nearly all do."""
    return (
        not pair.moved
        and len(pair.old) == len(pair.new) == 1
        and old[pair.old[0]] == new[pair.new[0]]
    )


def _same(pair: Pair, old: Sequence[str], speech: Speech) -> Iterator[Change]:
    for token in watched(old[pair.old[0]], speech):
        yield Change(Kind.SAME, token, token, pair.old[0], pair.new[0])


class _Joined:
    """Some lines as one text that remembers where each begins."""

    def __init__(self, lines: Sequence[int], of: Sequence[str]) -> None:
        self.lines = lines
        texts = [of[line] for line in lines]
        self.text = "\n".join(texts)
        self.starts = [0]
        for text in texts[:-1]:
            end = self.starts[-1] + len(text)
            self.starts.append(end + 1)

    def place(self, token: Token | None) -> tuple[Token | None, int]:
        """A piece as it stands in its own line, and that line."""
        if token is None:
            return None, -1
        at = bisect_left(self.starts, token.start + 1) - 1
        start = token.start - self.starts[at]
        return replace(token, start=start), self.lines[at]


def _changes(
    old: _Joined, new: _Joined, speech: Speech, *, moved: bool
) -> Iterator[Change]:
    for step in steps(old.text, new.text, speech):
        mine, line = old.place(step.old)
        other, there = new.place(step.new)
        yield Change(_kind(step, moved=moved), mine, other, line, there)


def _kind(step: Step, *, moved: bool) -> Kind:
    return Kind.MOVED if moved and step.kind in (Kind.SAME, Kind.FORMAT) else step.kind


def _found_again(
    changes: Iterable[Change], old: Sequence[str], new: Sequence[str], speech: Speech
) -> tuple[Change, ...]:
    """A number taken out here and typed in there behind the same words was moved."""
    changes = list(changes)
    typed: dict[tuple[object, str], list[int]] = {}
    for at, one in enumerate(changes):
        if (
            one.kind is Kind.TYPED_IN
            and one.new
            and (words := before(tokens(new[one.new_line], speech), one.new))
        ):
            typed.setdefault((one.new.key, words), []).append(at)
    gone: set[int] = set()
    for at, one in enumerate(changes):
        if one.kind is not Kind.TAKEN_OUT or one.old is None:
            continue
        places = typed.get(
            (one.old.key, before(tokens(old[one.old_line], speech), one.old))
        )
        if places:
            there = places.pop(0)
            other = changes[there]
            changes[at] = Change(
                Kind.MOVED, one.old, other.new, one.old_line, other.new_line
            )
            gone.add(there)
    return tuple(one for at, one in enumerate(changes) if at not in gone)


class _Work:
    """The lines that still look for their counterpart: `left` of the old text, `right` of the new one."""

    def __init__(self, old: Sequence[str], new: Sequence[str], speech: Speech) -> None:
        self.old, self.new = old, new
        self.speech = speech
        self.plain = (
            ["".join(line.split()) for line in old],
            ["".join(line.split()) for line in new],
        )
        self.left = dict.fromkeys(range(len(old)))
        self.right = dict.fromkeys(range(len(new)))
        self.found: list[tuple[int, int]] = []
        self._blank: tuple[dict[int, str], dict[int, str]] = ({}, {})
        self._features: tuple[dict[int, frozenset[str]], dict[int, frozenset[str]]] = (
            {},
            {},
        )

    def pairs(self) -> list[Pair]:
        """Every line with its counterpart, from what is certain to what is likely."""
        here, there = range(len(self.old)), range(len(self.new))
        gaps: list[Gap] = []
        for gap in list(self.equal(here, there, self.plain_of)):
            gaps += self.equal(*gap, self.blank)
        self.moved(self.plain_of, 2)
        self.moved(self.blank, LEAST)
        for here, there in gaps:
            ours = [line for line in here if line in self.left]
            theirs = [line for line in there if line in self.right]
            self.alike(ours, theirs)
        self.alike_elsewhere()
        pairs = {line: Pair((line,), (other,)) for line, other in self.found}
        in_order = sorted(pairs.values(), key=lambda pair: pair.old)
        return _in_place(self.halves(in_order))

    def plain_of(self, side: int, line: int) -> str:
        return self.plain[side][line]

    def blank(self, side: int, line: int) -> str:
        """A line without the digits of its numbers."""
        if line not in self._blank[side]:
            self._blank[side][line] = blanked(
                (self.old, self.new)[side][line], self.speech
            )
        return self._blank[side][line]

    def features(self, side: int, line: int) -> frozenset[str]:
        """What tells a line: its characters, each two of them, and its numbers."""
        if line not in self._features[side]:
            self._features[side][line] = _features(
                (self.old, self.new)[side][line], self.speech
            )
        return self._features[side][line]

    def take(self, line: int, other: int) -> None:
        del self.left[line], self.right[other]
        self.found.append((line, other))

    def equal(self, here: range, there: range, key: Key) -> Iterator[Gap]:
        """Take the lines of a gap that are equal, in their order; yield what lies between them."""
        ours = [key(0, line) for line in here]
        theirs = [key(1, line) for line in there]
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        for name, i, j, k, m in matcher.get_opcodes():
            if name == "equal":
                for line, other in zip(here[i:j], there[k:m], strict=True):
                    self.take(line, other)
            else:
                yield here[i:j], there[k:m]

    def moved(self, key: Key, least: int) -> None:
        """Take lines that stand elsewhere now: as often here as there, and long enough to be known again."""
        ours, theirs = _by_key(self.left, 0, key), _by_key(self.right, 1, key)
        for said, lines in ours.items():
            others = theirs.get(said, [])
            if (
                len(lines) == len(others)
                and sum(sign.isalpha() for sign in said) >= least
            ):
                for line, other in zip(lines, others, strict=True):
                    self.take(line, other)

    def alike(self, here: Sequence[int], there: Sequence[int]) -> None:
        """Take the lines of a gap that are alike, without any that would cross: the most likeness in all."""
        band = len(here) + len(there)
        # In a long gap only spots near the diagonal are tried.
        if len(here) * len(there) > MOST:
            band = abs(len(here) - len(there)) + BAND
        # the likeness so far, and where it was come from
        best: dict[Spot, tuple[int, Spot]] = {(0, 0): (0, (0, 0))}
        for i in range(len(here) + 1):
            first = max(0, i - band)
            last = min(len(there), i + band)
            for j in range(first, last + 1):
                above, beside, across = (i - 1, j), (i, j - 1), (i - 1, j - 1)
                options = [
                    (best[spot][0], spot) for spot in (above, beside) if spot in best
                ]
                likeness = self.likeness(here[i - 1], there[j - 1]) if i and j else 0
                if likeness >= ALIKE and across in best:
                    options.append((best[across][0] + likeness, across))
                if options:
                    best[i, j] = max(options, key=lambda option: option[0])
        # Back from the end: each step across is a pair of lines.
        at = (len(here), len(there))
        while at != (0, 0):
            _, from_there = best[at]
            ours, theirs = at[0] - 1, at[1] - 1
            if from_there == (ours, theirs):
                self.take(here[ours], there[theirs])
            at = from_there

    def likeness(self, line: int, other: int) -> int:
        """How much two lines have in common, in thousandths."""
        return _dice(self.features(0, line), self.features(1, other))

    def alike_elsewhere(self) -> None:
        """Take lines that stand elsewhere and were edited besides: the likeliest first."""
        if len(self.left) * len(self.right) > MOST:
            return
        tried = [
            (self.likeness(line, other), -line, -other)
            for line in self.left
            for other in self.right
        ]
        for likeness, line, other in sorted(tried, reverse=True):
            if likeness < CLEARLY:
                break
            if -line in self.left and -other in self.right:
                self.take(-line, -other)

    # -- paragraphs split and joined --------------------------------------------------------------------------------------

    def halves(self, pairs: list[Pair]) -> list[Pair]:
        """Give lines that are left over to the pair beside them whose other halves they are, again and again."""
        by_new = {pair.new[-1]: pair for pair in pairs} | {
            pair.new[0]: pair for pair in pairs
        }
        by_old = {pair.old[-1]: pair for pair in pairs} | {
            pair.old[0]: pair for pair in pairs
        }
        before = -1
        while before != len(self.left) + len(self.right):
            before = len(self.left) + len(self.right)
            for line in sorted(self.right):
                self._join(
                    line,
                    [by_new.get(line - 1), by_new.get(line + 1)],
                    by_old,
                    by_new,
                    is_new=True,
                )
            for line in sorted(self.left):
                self._join(
                    line,
                    [by_old.get(line - 1), by_old.get(line + 1)],
                    by_old,
                    by_new,
                    is_new=False,
                )
        return sorted(
            {id(pair): pair for pair in by_old.values()}.values(),
            key=lambda pair: pair.old,
        )

    def _join(
        self,
        line: int,
        beside: Sequence[Pair | None],
        by_old: dict[int, Pair],
        by_new: dict[int, Pair],
        *,
        is_new: bool,
    ) -> None:
        """Give a line to the pair beside it that it makes more alike, if there is one."""
        for pair in beside:
            if pair is None:
                continue
            more = (
                Pair(pair.old, tuple(sorted((*pair.new, line))))
                if is_new
                else Pair(tuple(sorted((*pair.old, line))), pair.new)
            )
            if (
                self._holds(pair, line, is_new=is_new)
                or self._together(more) >= self._together(pair) + GAIN
            ):
                for one in (*more.old, *pair.old):
                    by_old[one] = more
                for one in (*more.new, *pair.new):
                    by_new[one] = more
                del (self.right if is_new else self.left)[line]
                return

    def _holds(self, pair: Pair, line: int, *, is_new: bool) -> bool:
        """Whether the other side of a pair says a line's words, which its own side lacks."""
        side, other_side = int(is_new), int(not is_new)
        said = self.blank(side, line)
        own, other = (pair.new, pair.old) if is_new else (pair.old, pair.new)
        own_words = "".join(self.blank(side, one) for one in own)
        other_words = "".join(self.blank(other_side, one) for one in other)
        lacking = said not in own_words
        return len(said) >= FEW and lacking and said in other_words

    def _together(self, pair: Pair) -> int:
        """How alike the two sides of a pair are, each as one text."""
        old = "\n".join(self.old[line] for line in pair.old)
        new = "\n".join(self.new[line] for line in pair.new)
        ours = _features(old, self.speech)
        theirs = _features(new, self.speech)
        return _dice(ours, theirs)


def _features(text: str, speech: Speech) -> frozenset[str]:
    """What tells a text: its characters, each two of them, and its numbers; how often does not count."""
    found = tokens(text, speech)
    blank = "".join(token.blank for token in found)
    pairs = (first + second for first, second in pairwise(blank))
    return frozenset(
        (
            *blank,
            *pairs,
            *(f"#{token.told}" for token in found if token.value is not None),
        )
    )


def _dice(ours: frozenset[str], theirs: frozenset[str]) -> int:
    """How much of two sets is in both, in thousandths."""
    return (
        2 * WHOLE * len(ours & theirs) // (len(ours) + len(theirs))
        if ours or theirs
        else WHOLE
    )


def _by_key(lines: Iterable[int], side: int, key: Key) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in lines:
        name = key(side, line)
        found.setdefault(name, []).append(line)
    return found


def _in_place(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs, those marked that crossed others: all but the longest row that kept its order."""
    ends: list[
        int
    ] = []  # the smallest new line that a kept row of each length ends with
    lengths: list[int] = []
    for pair in pairs:
        at = bisect_left(ends, pair.new[0])
        ends[at : at + 1] = [pair.new[0]]
        lengths.append(at)
    wanted = len(ends) - 1
    moved: list[Pair] = []
    last = None
    for pair, length in zip(reversed(pairs), reversed(lengths), strict=True):
        if length == wanted and (last is None or pair.new[0] < last):
            wanted, last = wanted - 1, pair.new[0]
            moved.append(pair)
        else:
            moved.append(replace(pair, moved=True))
    return moved[::-1]
