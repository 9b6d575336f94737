"""Codes of a classification (科目), each with its dates and how sure it is; and a list of them as a year has it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from toolkit.model.record import record

NEAREST = 3  # codes that are named beside one that is not in a list
_BLANKS = re.compile(r"\s+")
# what a Chinese input method types
WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_PARTED = re.compile(r"(?<=\d)[-－—–.．·/](?=\d)")  # 205-02-05
_CODE_AND_NAME = re.compile(r"(\d{2,})[^\d]*")  # 20502 普通教育
_ONE_KIND = str.maketrans("（）【】［］〔〕：；，", "()[][][]:;,")


class Sureness(StrEnum):
    """How sure a line of a code list is."""

    PRINT = "print"  # seen in a printed source, or said by the office itself
    SURE = "sure"  # general knowledge
    LIKELY = "likely"  # remembered, and never measured


def plain_name(name: str) -> str:
    """A name as far as it matters when two are compared: no blanks, brackets and marks of one kind."""
    return _BLANKS.sub("", name).translate(_ONE_KIND)


@record(slots=True)
class Code:
    """One line of a code list. `begins` and `ends` are ISO dates, both included; "" where it has no end there."""

    code: str
    level: str
    name: str
    sureness: Sureness = Sureness.PRINT
    begins: str = ""
    ends: str = ""
    aliases: tuple[str, ...] = ()
    fund: str = ""  # the kind of money that it belongs to, where the list says so
    group: str = ""  # of an economic category: what basic expenditure usually counts it among, where the list says so

    def is_called(self, name: str) -> bool:
        """Whether a name is its own, or another one that is accepted for it."""
        said = plain_name(name)
        return any(plain_name(own) == said for own in (self.name, *self.aliases))

    def is_of(self, year: int) -> bool:
        """Whether it is in force on any day of a year."""
        return self.begins <= f"{year}-12-31" and (
            not self.ends or self.ends >= f"{year}-01-01"
        )

    @property
    def period(self) -> str:
        """From when to when it is in force, in words; "" where it has always been."""
        begun = f"{self.begins} 起" if self.begins else ""
        ended = f"{self.ends} 止" if self.ends else ""
        return "，".join(part for part in (begun, ended) if part)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@record()
class CodeList:
    """A code list as a year has it. `levels` says how many digits a code of each level has, the outermost first.

    A list of ours is partial: what is not in it may be right. One that an office declares `complete` is not; `source` is then
    the office's own file. A code that was renamed within the year stands in it twice, and either name is right.
    """

    key: str
    title: str
    year: int
    levels: Mapping[str, int]
    codes: tuple[Code, ...] = ()  # of all years, in the order of their codes
    complete: bool = False
    source: str = ""

    @cached_property
    def in_force(self) -> Mapping[str, tuple[Code, ...]]:
        """The lines in force in the year by their codes, of one code the newest first."""
        found: dict[str, tuple[Code, ...]] = {}
        for one in self.codes:
            if one.is_of(self.year):
                found[one.code] = (one, *found.get(one.code, ()))
        return found

    def __iter__(self) -> Iterator[Code]:
        """Yield the codes in force in the year, each once, in order."""
        for same in self.in_force.values():
            yield same[0]

    def get(self, code: str) -> Code | None:
        """The line of a code that is in force in the year."""
        same = self.in_force.get(code)
        return same[0] if same else None

    def name_of(self, code: str) -> str:
        """What a code is called in the year; "" where the list has it not."""
        found = self.get(code)
        return found.name if found is not None else ""

    @cached_property
    def _funds(self) -> Mapping[str, frozenset[str]]:
        """The kinds of money of each code and of those below it."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self:
            around = one.code
            while around:
                found[around].add(one.fund)
                around = self.parent(around)
        return {code: frozenset(kinds) for code, kinds in found.items()}

    def is_of_fund(self, code: str, funds: Sequence[str]) -> bool:
        """Whether a code, or any below it, belongs to one of some kinds of money; of one of which that is unknown it may."""
        kinds = self._funds.get(code, frozenset())
        return not kinds or "" in kinds or bool(kinds.intersection(funds))

    def at_another_time(self, code: str) -> Code | None:
        """The line of a code that is in force in another year alone."""
        if code in self.in_force:
            return None
        return next((one for one in self.codes if one.code == code), None)

    def level_of(self, code: str) -> str:
        """The level of a code by its length; "" where no code of the list is so long."""
        return next(
            (level for level, length in self.levels.items() if length == len(code)), ""
        )

    def digits(self, level: str) -> int:
        """How many digits a level adds to the code of the level around it."""
        return self.levels[level] - max(
            (length for length in self.levels.values() if length < self.levels[level]),
            default=0,
        )

    def inner(self, level: str) -> bool:
        """Whether a level lies within another."""
        return self.levels[level] > min(self.levels.values())

    def parent(self, code: str) -> str:
        """The code of the level around a code's own; "" of the outermost."""
        return code[
            : max(
                (length for length in self.levels.values() if length < len(code)),
                default=0,
            )
        ]

    def outermost(self, code: str) -> str:
        """The code of the outermost level that a code lies in, or is."""
        return code[: min(self.levels.values(), default=0)]

    def known_part(self, code: str) -> Code | None:
        """The innermost of the codes around a code that the list has."""
        around = self.parent(code)
        while around and around not in self.in_force:
            around = self.parent(around)
        return self.get(around) if around else None

    def below(self, code: str) -> tuple[Code, ...]:
        """The codes one level below a code, in order."""
        return tuple(one for one in self if self.parent(one.code) == code)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Code, ...]]:
        found: dict[str, list[Code]] = defaultdict(list)
        for one in self:
            for name in dict.fromkeys(map(plain_name, (one.name, *one.aliases))):
                found[name].append(one)
        return {name: tuple(codes) for name, codes in found.items()}

    def named(self, name: str, within: str = "") -> tuple[Code, ...]:
        """The codes of a name, or of another name accepted for it; `within` is the code around them."""
        return tuple(
            one
            for one in self._by_name.get(plain_name(name), ())
            if one.code.startswith(within)
        )

    def near(self, code: str) -> tuple[Code, ...]:
        """The codes that a slip of the finger makes of one, those of the same family first; else what stands beside it."""
        slips = [one for one in self if _is_slip(code, one.code)]
        slips.sort(key=lambda one: (-_alike(code, one.code), one.code))
        around = self.known_part(code)
        beside = self.below(around.code) if around is not None else ()
        return tuple(dict.fromkeys((*slips, *beside)))[:NEAREST]


def listed(codes: Iterable[Code]) -> str:
    """Codes with their names, as a message lists them."""
    return "、".join(map(str, codes))


def _alike(one: str, other: str) -> int:
    """How many digits two codes begin alike with."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _is_slip(typed: str, meant: str) -> bool:
    """Whether one digit was typed wrongly, left out or typed twice, or two neighbours were exchanged."""
    if len(typed) == len(meant):
        wrong = [
            at for at, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b
        ]
        if len(wrong) == 2:  # noqa: PLR2004
            first, second = wrong
            return (
                second == first + 1
                and typed[first] == meant[second]
                and typed[second] == meant[first]
            )
        return len(wrong) == 1
    longer, shorter = sorted((typed, meant), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


# -- codes as people write them ---------------------------------------------------------------------------------------


def code_in(text: str, digits: int = 0) -> str:
    """The code that a text stands for: no blanks and marks inside, plain digits, lost zeros filled up to so many digits.

    What is no code at all is answered as it stands.
    """
    plain = _PARTED.sub("", _BLANKS.sub("", text.translate(WIDE)))
    match = _CODE_AND_NAME.fullmatch(plain)
    code = match[1] if match is not None else plain
    if not code.isdecimal():
        return text
    return code.zfill(digits)


def digits_of(number: Decimal | None) -> str:
    """The digits of a whole number, as which a code may lie in a cell; "" where it is none."""
    if number is None or number != number.to_integral_value() or number < 0:
        return ""
    return f"{number:.0f}"


def whole_code(parts: Sequence[str]) -> str:
    """The code that its parts make, the outermost first; "" where one in the middle is missing."""
    given = list(parts)
    while given and not given[-1]:
        given.pop()
    return "" if "" in given else "".join(given)
