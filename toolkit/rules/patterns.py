"""Where a pattern can begin, and what it cannot do without.

A text that lacks what a pattern needs is not searched, and the pattern not even compiled. What it needs is read off the pattern
itself, by the parser of Python's own regular expressions, so that nobody declares it and nobody can be wrong about it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

# A later Python may keep its parser elsewhere: then nothing is known of a pattern, and every text is searched.
parser: Any = getattr(re, "_parser", None)
said: Any = getattr(re, "_constants", None)
compiler: Any = getattr(re, "_compiler", None)

_REPEATS = (said.MAX_REPEAT, said.MIN_REPEAT, said.POSSESSIVE_REPEAT) if said else ()
_NO_WIDTH = (said.AT, said.ASSERT, said.ASSERT_NOT) if said else ()

# characters, of which one must stand there; DIGIT among them stands for every decimal digit
Signs = frozenset[str]
DIGIT = r"\d"
MOST_SIGNS = 128  # of one place: where they are more, as all of Chinese, nearly every text has one
# from the marks of Chinese to the last of its characters no letter has a case
CASELESS = (
    0x3000,
    0x9FFF,
)
# in which a pattern may be met: to go through more takes longer than searching
MOST_WAYS = 40


class Way(NamedTuple):
    """A way in which a pattern can be met: what it begins with (None: that is not known), what else it has.

    `second` stands right behind the first, None where that is not known; `single` is what is one character and no more,
    `again` what is one of the first or several. `lead` are the plain characters that stand in front, the `whole` of it or not;
    `unlike` are those that must not stand before it.
    """

    first: Signs | None
    needed: frozenset[Signs] = frozenset()
    second: Signs | None = None
    single: bool = False
    again: bool = False
    lead: str = ""
    whole: bool = False
    unlike: Signs = Signs()


ANY: tuple[Way, ...] = (Way(None),)
NOTHING: tuple[Way, ...] = (
    Way(None, whole=True),
)  # what adds nothing to what stands before


class Need(NamedTuple):
    """What a text must have for a pattern to be met in one way: all of these characters, and one of each of those."""

    all: Signs
    either: tuple[Signs, ...]


class Start(NamedTuple):
    """How a pattern can begin, its first and its second character, what must not stand before, and what the ways need.

    `lead` are the plain characters it begins with, where these are two or more.
    """

    first: Signs | None
    second: Signs | None
    unlike: Signs
    needs: tuple[Need, ...]
    lead: str = ""

    def met(self, signs: AbstractSet[str]) -> bool:
        """Whether one of the ways is met by these characters."""
        for needed, either in self.needs:  # noqa: SIM110 (asked three hundred times a return)
            if needed <= signs and not any(map(signs.isdisjoint, either)):
                return True
        return False


# Of a pattern how it can begin and what it is compiled to, in plain things; None for what nobody asked.
Made = tuple[Any, Any]
BEGINS, COMPILED = 0, 1
MOST_KEPT = 1024  # patterns that are kept for later runs
EARLIER: dict[str, Made] = {}  # what earlier runs made
NOW: dict[str, Made] = {}  # what this one made
NEVER: set[str] = set()  # patterns of which nothing is kept

_parsed: dict[
    str, Any
] = {}  # patterns whose ways are known and that are not compiled yet, as the parser gave them


@lru_cache(maxsize=1024)
def ways(pattern: str) -> tuple[Way, ...]:
    """The ways in which a pattern can be met: wherever it is found, it is met in one of them."""
    if parser is None or said is None:
        return ANY
    tree = _parsed[pattern] = parser.parse(pattern)
    return ANY if tree.state.flags & re.IGNORECASE else _of_sequence(tree)


@lru_cache(maxsize=1024)
def starts(pattern: str) -> tuple[Start, ...]:
    """The beginnings of a pattern's ways, each once."""
    made = EARLIER.get(pattern, (None, None))[BEGINS]
    if made is not None:
        return tuple(
            Start(first, second, unlike, tuple(Need(*need) for need in needs), lead)
            for first, second, unlike, needs, lead in made
        )
    begun = _starts(pattern)
    plain = tuple((*one[:3], tuple(map(tuple, one.needs)), one.lead) for one in begun)
    _put_down(pattern, begins=plain)
    return begun


def _starts(pattern: str) -> tuple[Start, ...]:
    found: dict[tuple[Signs | None, Signs | None, Signs, str], list[Need]] = {}
    for way in ways(pattern):
        sure = Signs(sign for signs in way.needed if len(signs) == 1 for sign in signs)
        either = tuple(signs for signs in way.needed if len(signs) > 1)
        lead = way.lead if len(way.lead) > 1 else ""
        begins = way.first, way.second, way.unlike, lead
        found.setdefault(begins, []).append(Need(sure, either))
    return tuple(
        Start(first, second, unlike, tuple(needs), lead)
        for (first, second, unlike, lead), needs in found.items()
    )


def _not_before(parts: Any) -> Signs:
    """The characters that must not stand before what follows each other, as far as that says so in front: (?<![0-9])."""
    leading: tuple[Any, Any] = next(iter(parts), (None, None))
    what, about = leading
    if what is not said.ASSERT_NOT or about[0] > 0 or len(about[1]) != 1:
        return Signs()
    kind, of = about[1][0]
    return (_of_class(of) if kind is said.IN else None) or Signs()


@lru_cache(maxsize=64)
def longest(pattern: str) -> int:
    """How many characters a pattern takes at the most."""
    return int(parser.parse(pattern).getwidth()[1]) if parser else MOST_SIGNS


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern ready for use. Where it was read to know its ways it is not read again: that is a third of compiling."""
    made = EARLIER.get(pattern, (None, None))[COMPILED]
    if made is not None:
        return _ready(made)
    tree = _parsed.pop(pattern, None)
    if parser is None or compiler is None or not hasattr(said, "RANGE_UNI_IGNORE"):
        return re.compile(pattern)
    if tree is None:
        tree = parser.parse(pattern)
    if not tree.state.flags & re.IGNORECASE:
        _lighten(tree)
    made = _plainly(tree)
    _put_down(pattern, compiled_to=made)
    return _ready(made)


def _plainly(tree: Any) -> tuple[int, bytes, int, dict[str, int]]:
    """What a pattern is compiled to: its flags, its code, how many groups it has, their names."""
    code = array("I", compiler._code(tree, 0))  # noqa: SLF001
    return (
        int(tree.state.flags),
        code.tobytes(),
        tree.state.groups - 1,
        dict(tree.state.groupdict),
    )


def _ready(made: tuple[int, bytes, int, dict[str, int]]) -> re.Pattern[str]:
    """A pattern of what it was compiled to, as Python's own compiler puts it together; the engine proves the code first."""
    flags, code, groups, names = made
    called: list[str | None] = [None] * (groups + 1)
    for name, number in names.items():
        called[number] = name
    found: re.Pattern[str] = compiler._sre.compile(  # noqa: SLF001
        None, flags, array("I", code).tolist(), groups, names, tuple(called)
    )
    return found


# ---------------------------------------------------------------- from one run to the next


def take(made: Mapping[str, Made]) -> None:
    """Take what earlier runs made of patterns: it depends on nothing but the pattern, this room, and Python."""
    if parser is not None and compiler is not None:
        EARLIER.update(made)


def to_keep() -> dict[str, Made]:
    """All that was made of patterns, earlier and now; nothing where this run made nothing new."""
    return {**EARLIER, **NOW} if NOW else {}


def keep_nothing_of(pattern: str) -> None:
    """A pattern is made of what stands in somebody's workbook: another run has no use for it, and is not told of it."""
    if len(NEVER) < MOST_KEPT:
        NEVER.add(pattern)


def _put_down(pattern: str, *, begins: Any = None, compiled_to: Any = None) -> None:
    """Put down what was made of a pattern, unless nothing of it is kept, or it could be one of which nothing is."""
    if pattern in NEVER or len(NEVER) >= MOST_KEPT or len(NOW) >= MOST_KEPT:
        return
    before = NOW.get(pattern) or EARLIER.get(pattern, (None, None))
    NOW[pattern] = (begins or before[BEGINS], compiled_to or before[COMPILED])


def _lighten(parts: Any) -> None:
    """Let the compiler take the range of Chinese characters as it stands.

    Of a plain range it goes through every character, a millisecond each time; of one that does not care for case it does not,
    and what has no case is found by the one as by the other.
    """
    for what, about in parts:
        if what is said.IN:
            about[:] = [
                (said.RANGE_UNI_IGNORE if _is_caseless(*one) else one[0], one[1])
                for one in about
            ]
            continue
        for within in about if isinstance(about, (tuple, list)) else (about,):
            for inner in (
                within
                if what is said.BRANCH and isinstance(within, list)
                else (within,)
            ):
                if isinstance(inner, parser.SubPattern):
                    _lighten(inner)


def _is_caseless(what: Any, about: Any) -> bool:
    return (
        what is said.RANGE
        and CASELESS[0] <= about[0] <= about[1] <= CASELESS[1]
        and about[1] - about[0] > MOST_SIGNS
    )


def _of_sequence(parts: Sequence[tuple[Any, Any]]) -> tuple[Way, ...]:
    """Of things that follow each other all must be met; of those that can be met in several ways, the one that says most."""
    each = [
        _Part(_of(what, about), what in _REPEATS and not about[0])
        for what, about in parts
        if not _is_no_width(what, about)
    ]
    sure: frozenset[Signs] = frozenset()
    best, at = NOTHING, len(each)
    for place, part in enumerate(each):
        if part.optional:
            continue
        if len(part.ways) == 1:
            sure |= part.ways[0].needed
        elif _worth(part.ways) > _worth(best):
            best, at = part.ways, place
    unlike = _not_before(parts)
    before, after = _lead(each[:at]), _lead(each[at + 1 :])
    led = (
        way._replace(needed=sure | way.needed, **_leads(before, way, after))
        for way in best
    )
    behind = _beginning(each[1:])
    if at > 0:  # else each of the ways of what stands in front begins in its own manner
        front = _together(each, behind, unlike)
        return tuple(dict.fromkeys(front(way) for way in led))
    alone = len(each) == 1
    own = (
        way._replace(
            second=_second(way, behind),
            single=alone and way.single,
            again=alone and way.again,
            unlike=unlike | way.unlike,
        )
        for way in led
    )
    return tuple(dict.fromkeys(own))


def _together(
    each: Sequence[_Part], behind: Signs | None, unlike: Signs
) -> Callable[[Way], Way]:
    """How what follows each other begins, however what stands in front is met."""
    first, second, single, again = _beginning(each), None, False, False
    if each and not each[0].optional:
        second = _either(_second(way, behind) for way in each[0].ways)
        unlike |= Signs.intersection(*(way.unlike for way in each[0].ways))
        alone = len(each) == 1
        single = alone and all(way.single for way in each[0].ways)
        again = alone and all(way.single or way.again for way in each[0].ways)
    return lambda way: way._replace(
        first=first,
        second=second,
        single=single,
        again=again and not single,
        unlike=unlike,
    )


def _second(way: Way, behind: Signs | None) -> Signs | None:
    """What stands behind the first character of a way, before what begins with these."""
    if way.single:
        return behind
    return _either((way.first, behind)) if way.again else way.second


def _leads(
    before: tuple[str, bool], way: Way, after: tuple[str, bool]
) -> Mapping[str, Any]:
    """The plain characters in front of what a way stands within, and whether these are all of it."""
    lead, whole = before
    if whole:
        lead, whole = lead + way.lead, way.whole
    if whole:
        lead, whole = lead + after[0], after[1]
    return {"lead": lead, "whole": whole}


def _lead(parts: Sequence[_Part]) -> tuple[str, bool]:
    """The plain characters in front of things that follow each other, and whether these are all of them."""
    lead = ""
    for part in parts:
        if part.optional or len(part.ways) > 1:
            return lead, False
        lead += part.ways[0].lead
        if not part.ways[0].whole:
            return lead, False
    return lead, True


class _Part(NamedTuple):
    """One of the things that follow each other, in which ways it is met, and whether it may be missing."""

    ways: tuple[Way, ...]
    optional: bool


def _beginning(parts: Sequence[_Part]) -> Signs | None:
    """With what things that follow each other begin; None where that is not known, or where all of them may be missing."""
    found: list[Signs | None] = []
    for part in parts:
        found += [way.first for way in part.ways]
        if not part.optional:
            return _either(found)
    return None


def _either(several: Iterable[Signs | None]) -> Signs | None:
    """These characters or those; None where some of them are not known, or where they are too many."""
    either = Signs()
    for signs in several:
        if signs is None:
            return None
        either |= signs
    return either if len(either) <= MOST_SIGNS else None


def _is_no_width(what: Any, about: Any) -> bool:
    """Whether a part takes no character: a place, or what must stand before or behind it."""
    if what is said.SUBPATTERN:
        return all(_is_no_width(*part) for part in about[3])
    if what is said.BRANCH:
        return all(_is_no_width(*part) for branch in about[1] for part in branch)
    return what in _NO_WIDTH


def _worth(found: tuple[Way, ...]) -> tuple[int, int]:
    """How much ways say: as much as the one that asks least."""
    return min(len(way.needed) for way in found), -len(found)


def _of(what: Any, about: Any) -> tuple[Way, ...]:
    """The ways in which one part of a pattern can be met."""
    if what is said.LITERAL:
        signs = Signs(chr(about))
        plain = Way(signs, frozenset({signs}), single=True, lead=chr(about), whole=True)
        return (plain,)
    if what is said.IN:
        among = _of_class(about)
        return ANY if among is None else (Way(among, frozenset({among}), single=True),)
    if what is said.BRANCH and len(about[1]) <= MOST_WAYS:
        found = tuple(
            dict.fromkeys(way for branch in about[1] for way in _of_sequence(branch))
        )
        return found if len(found) <= MOST_WAYS else _by_beginning(found)
    if what is said.SUBPATTERN and not about[1]:  # without flags of its own
        return _of_sequence(about[3])
    if what is said.ATOMIC_GROUP:
        return _of_sequence(about)
    if what in _REPEATS:  # at least once; where it may be missing, whoever asks knows
        return tuple(
            _repeated(way, least=about[0], most=about[1])
            for way in _of_sequence(about[2])
        )
    return ANY  # what stands for any character, or for what a group has found


def _repeated(way: Way, *, least: int, most: int) -> Way:
    """What is met so many times: of one character twice, the second is another of it."""
    if most == 1:
        return way
    if not way.single:
        return way._replace(again=False, whole=False)
    second = way.first if least > 1 else None
    return way._replace(second=second, single=False, again=least <= 1, whole=False)


def _by_beginning(found: tuple[Way, ...]) -> tuple[Way, ...]:
    """Fewer ways: of those that begin alike one, which needs what all of them need."""
    needed: dict[Way, frozenset[Signs]] = {}
    for way in found:
        alike = way._replace(needed=frozenset(), lead="", whole=False)
        needed[alike] = needed[alike] & way.needed if alike in needed else way.needed
    return (
        tuple(way._replace(needed=both) for way, both in needed.items())
        if len(needed) <= MOST_WAYS
        else ANY
    )


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
