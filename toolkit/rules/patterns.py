"""Where a pattern can begin, and what it cannot do without.

A text that lacks what a pattern needs is not searched, and the pattern not even compiled. What it needs is read off the pattern
itself, by the parser of Python's own regular expressions, so that nobody declares it and nobody can be wrong about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

# A later Python may keep its parser elsewhere: then nothing is known of a pattern, and every text is searched.
parser: Any = getattr(re, "_parser", None)
said: Any = getattr(re, "_constants", None)

_REPEATS = (said.MAX_REPEAT, said.MIN_REPEAT, said.POSSESSIVE_REPEAT) if said else ()
_NO_WIDTH = (said.AT, said.ASSERT, said.ASSERT_NOT) if said else ()

Signs = frozenset[str]  # characters, of which one must stand there; DIGIT among them stands for every decimal digit
DIGIT = r"\d"
MOST_SIGNS = 128  # of one place: where they are more, as all of Chinese, nearly every text has one
MOST_WAYS = 40  # in which a pattern may be met: to go through more takes longer than searching


class Way(NamedTuple):
    """A way in which a pattern can be met: what it begins with (None: that is not known), what else it has."""

    first: Signs | None
    needed: frozenset[Signs] = frozenset()


ANY: tuple[Way, ...] = (Way(None),)


@lru_cache(maxsize=1024)
def ways(pattern: str) -> tuple[Way, ...]:
    """The ways in which a pattern can be met: wherever it is found, it is met in one of them."""
    if parser is None or said is None:
        return ANY
    tree = parser.parse(pattern)
    return ANY if tree.state.flags & re.IGNORECASE else _of_sequence(tree)


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> tuple[Way, ...]:
    """Of things that follow each other all must be met; of those that can be met in several ways, the one that says most."""
    sure: frozenset[Signs] = frozenset()
    best = ANY
    first: Signs | None = Signs()
    open_ended = True  # whether all so far may be met by nothing
    leads = False  # whether the best stands in front: then each of its ways begins in its own manner
    for what, about in parts:
        if what in _NO_WIDTH:
            continue
        optional = what in _REPEATS and not about[0]
        found = _of(what, about)
        if not optional and len(found) == 1:
            sure |= found[0].needed
        elif not optional and _worth(found) > _worth(best):
            best, leads = found, open_ended and not first
        if open_ended:
            first = _either(first, found)
            open_ended = optional
    if open_ended or (first is not None and len(first) > MOST_SIGNS):
        first = None
    return tuple(dict.fromkeys(Way(way.first if leads else first, sure | way.needed) for way in best))


def _either(first: Signs | None, found: tuple[Way, ...]) -> Signs | None:
    """These characters, or those with which one of the ways begins."""
    for way in found:
        if first is None or way.first is None:
            return None
        first |= way.first
    return first


def _worth(found: tuple[Way, ...]) -> tuple[int, int]:
    """How much ways say: as much as the one that asks least."""
    return min(len(way.needed) for way in found), -len(found)


def _of(what: Any, about: Any) -> tuple[Way, ...]:
    """The ways in which one part of a pattern can be met."""
    if what is said.LITERAL:
        signs = Signs(chr(about))
        return (Way(signs, frozenset({signs})),)
    if what is said.IN:
        among = _of_class(about)
        return ANY if among is None else (Way(among, frozenset({among})),)
    if what is said.BRANCH and len(about[1]) <= MOST_WAYS:
        found = tuple(dict.fromkeys(way for branch in about[1] for way in _of_sequence(branch)))
        return found if len(found) <= MOST_WAYS else ANY
    if what is said.SUBPATTERN and not about[1]:  # without flags of its own
        return _of_sequence(about[3])
    if what is said.ATOMIC_GROUP:
        return _of_sequence(about)
    if what in _REPEATS:  # at least once; where it may be missing, whoever asks knows
        return _of_sequence(about[2])
    return ANY  # what stands for any character, or for what a group has found


def _of_class(parts: Iterable[tuple[Any, Any]]) -> Signs | None:
    """The characters of a class; None where they are too many to know."""
    signs: set[str] = set()
    for what, about in parts:
        if what is said.LITERAL:
            signs.add(chr(about))
        elif what is said.RANGE and about[1] - about[0] < MOST_SIGNS:
            signs.update(map(chr, range(about[0], about[1] + 1)))
        elif what is said.CATEGORY and about is said.CATEGORY_DIGIT:
            signs.add(DIGIT)
        else:
            return None
    return Signs(signs) if len(signs) <= MOST_SIGNS else None
