"""What rules read again and again: every text of a return, the cells of values, patterns made of word lists."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from itertools import accumulate, chain, takewhile
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from toolkit.model import Cell, Kept, Return, Row, Value, Words
from toolkit.rules.patterns import (
    DIGIT,
    Signs,
    Start,
    compiled,
    keep_nothing_of,
    starts,
)
from toolkit.rules.rule import Bounds, Breach

T = TypeVar("T")
H = TypeVar("H", bound="Holder")
END = "\x00"  # parts the texts of a return where they are searched together; no \s, and no person types it
NOTHING = r"(?!)"  # a pattern that finds nothing
SPARE = 3  # characters that a shortened text may be longer
SHOWN = 24  # characters of a long name or text that a message repeats
EXAMPLES = 3
NUMERIC = Signs((DIGIT,))
SELDOM = 12  # characters are rare where not each so many-th of a text is one of them
NAMING = 3  # characters of a name that are enough to know it by
YEN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


class Holder(Protocol):
    """What keeps what was read of it: a return, a project."""

    @property
    def kept(self) -> Kept: ...


# of each month, in the longest year
DAYS_OF_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def why_no_day(month: int, day: int) -> str:
    """Why a day is none of any year's calendar, as a message says it; "" of one that some year has."""
    if not 1 <= month <= len(DAYS_OF_MONTHS):
        return f"没有 {month} 月"
    if not 1 <= day <= DAYS_OF_MONTHS[month - 1]:
        return f"{month} 月没有 {day} 日"
    return ""


class Once(Generic[H, T]):
    """A reading of a return, or of a project, that all rules share: it is made once, and kept beside what was read.

    A copy of a return that differs in one project (check/trial.py) has the others' readings already; one that differs in
    figures alone is given those `of_words`, which read nothing but words.
    """

    def __init__(
        self, read: Callable[[H, Bounds], T], *, of_words: bool = False
    ) -> None:
        self.read = read
        self.of_words = of_words

    def __call__(self, holder: H, bounds: Bounds) -> T:
        # Nearly always it was asked for last by a look that knows the same.
        last: tuple[Bounds, T] | None = holder.kept.get(self)
        if last is not None and last[0] is bounds:
            return last[1]
        found = self._kept(holder, bounds)
        holder.kept[self] = bounds, found
        return found

    def _kept(self, holder: H, bounds: Bounds) -> T:
        # The same return may be asked in another unit of money; its texts may be those of the department's own workbook.
        key = (self, bounds.unit)
        kept: tuple[object, object, T] | None = holder.kept.get(key)
        if kept is None or kept[0] is not bounds.words or kept[1] is not bounds.spoken:
            holder.kept[key] = kept = (
                bounds.words,
                bounds.spoken,
                self.read(holder, bounds),
            )
        return kept[2]


def hand_on(book: Return, copy: Return) -> None:
    """Give a copy that differs in figures alone what was read of the return's words."""
    for key, kept in book.kept.items():
        if isinstance(key, tuple) and isinstance(key[0], Once) and key[0].of_words:
            copy.kept[key] = kept


class Passage(NamedTuple):
    """One text: its field ("three_public.reason", "project.goal") and the words with their cell."""

    field: str
    words: Words

    def __hash__(self) -> int:
        # Passages are put down by the hundred: their texts tell them apart, and their rows the thousands of 套 of a list. Of a cell
        # what is left of its four parts is row and column; of several cells it is those from the third on.
        return hash((self.words.text, self.words.source[2:]))

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(self.words.cells())


class Runs(NamedTuple):
    """What a pattern ends with: characters that stand twice in a row, so many of them, behind so many others at the most."""

    lengths: range
    ahead: int = 0
    no_digits: bool = False  # where nothing of a run is a digit


def is_digit(sign: str) -> bool:
    """Whether one of the characters that a pattern begins with is a digit, or stands for all of them."""
    return sign == DIGIT or sign.isdecimal()


class Places:
    """A text, and where the characters stand in it that patterns begin with."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: dict[Signs, Sequence[int] | None] = {}
        self._runs: dict[range, list[int]] = {}
        self._starts: dict[object, Sequence[int] | None] = {}

    def places(
        self, pattern: re.Pattern[str], runs: Runs | None = None
    ) -> Sequence[int] | None:
        """Where a pattern may be met, in order; None where these places are too many to be gone through one by one.

        One that finds a run of characters twice in a row may be met where there are such runs.
        """
        return self._beginnings(pattern) if runs is None else self._twice(runs)

    def matches(
        self, pattern: re.Pattern[str], places: Sequence[int] | None
    ) -> Iterator[re.Match[str]]:
        """Yield every match, in order. The pattern is tried at these places alone; of None, everywhere."""
        if places is None:
            yield from pattern.finditer(self.text)
            return
        behind, text, tried = 0, self.text, pattern.match
        for place in places:
            match = tried(text, place) if place >= behind else None
            if match is not None:
                yield match
                behind = match.end()

    def _twice(self, runs: Runs) -> Sequence[int]:
        """Where what ends with a run twice in a row may begin."""
        if runs.lengths not in self._runs:
            self._runs[runs.lengths] = twice_in_a_row(self.text, runs.lengths)
        places = self._runs[runs.lengths]
        if not runs.ahead:
            return places
        text = self.text
        if runs.no_digits:
            places = [place for place in places if not text[place].isdecimal()]
        return sorted(
            {
                place - before
                for place in places
                for before in range(min(place, runs.ahead) + 1)
            }
        )

    def _beginnings(self, pattern: re.Pattern[str]) -> Sequence[int] | None:
        """The places where a pattern can begin, in order; None where these are too many to be gone through one by one."""
        there = self.signs
        found: list[Sequence[int]] = []
        for start in starts(pattern.pattern):
            if start.met(there):
                places = self._starts_of(start)
                if places is None:
                    return None
                if places:
                    found.append(places)
        if len(found) == 1:
            return found[0]
        return sorted(set(chain.from_iterable(found)))

    def _starts_of(self, start: Start) -> Sequence[int] | None:
        """Where any of some characters stands before one of others, and behind none of a third kind; None where none is rare."""
        first, second, unlike, _, lead = start
        key = lead or first, second, unlike
        if key in self._starts:
            return self._starts[key]
        places: Sequence[int] | None = None
        if lead:
            places = self._find(lead)
        elif first is None:
            pass  # it may begin anywhere
        elif unlike >= NUMERIC and all(map(is_digit, first)):
            places = self._before(self._numbers_of(first), second)
        elif second is None:
            places = self._places_of(first)
        else:
            places = self._find_pairs(first, second)
        if places and unlike:
            text, before = self.text, self._those_there(unlike)
            places = [at for at in places if not at or text[at - 1] not in before]
        self._starts[key] = places
        return places

    def _numbers_of(self, first: Signs) -> Sequence[int] | None:
        """Where the numbers begin that begin with one of these digits."""
        places = self._numbers
        if not places or first == NUMERIC:
            return places
        text, those = self.text, self._those_there(first)
        return [at for at in places if text[at] in those]

    def _before(
        self, places: Sequence[int] | None, second: Signs | None
    ) -> Sequence[int] | None:
        """Those of some places behind which one of these characters stands."""
        if not places or second is None:
            return places
        text, behind = self.text, self._those_there(second)
        return [at for at in places if text[at + 1 : at + 2] in behind]

    def _find_pairs(self, first: Signs, second: Signs) -> Sequence[int] | None:
        if DIGIT not in first and DIGIT not in second:
            if len(first) == len(second) == 1:
                return self._find("".join((*first, *second)))
            if first == second:
                return self._two_of(first)
        places = self._places_of(first)
        if places is not None:
            return self._before(places, second)
        places = self._places_of(second)
        before = self._those_there(first)
        return (
            None
            if places is None
            else [at - 1 for at in places if at and self.text[at - 1] in before]
        )

    def _two_of(self, signs: Signs) -> Sequence[int] | None:
        """Where two of some characters stand one behind the other: all are written as one of them for that."""
        text, one = self.text, min(signs)
        for sign in signs:
            text = text.replace(sign, one)
        return self._find(one + one, text)

    def _find(self, sought: str, text: str = "") -> list[int] | None:
        """Where some characters stand one behind the other; None where that is not rare."""
        text = text or self.text
        places, most = list[int](), len(text) // SELDOM
        at = text.find(sought)
        while at >= 0:
            if len(places) > most:
                return None
            places.append(at)
            at = text.find(sought, at + 1)
        return places

    @cached_property
    def signs(self) -> set[str]:
        """Every character that stands in the text, and `DIGIT` where a digit is among them."""
        found = set(self.text)
        if NUMBER.search("".join(found)) is not None:
            found.add(DIGIT)
        return found

    @cached_property
    def _digits(self) -> Signs:
        return Signs(filter(str.isdecimal, self.signs))

    @property
    def _plain_digits(self) -> bool:
        """Whether all digits are those of ASCII, which are looked for much more quickly."""
        return all(map(str.isascii, self._digits))

    @cached_property
    def _numbers(self) -> Sequence[int] | None:
        """Where the numbers begin; None where they are not rare."""
        # What stands between numbers is gone through much more quickly than numbers are found; where it ends, one begins.
        between = compiled("[^0-9]+" if self._plain_digits else r"\D+")
        places = [match.end() for match in between.finditer(self.text)]
        if self.text[:1].isdecimal():
            places.insert(0, 0)
        if places[-1:] == [len(self.text)]:
            places.pop()
        return places if len(places) * SELDOM <= len(self.text) else None

    def _those_there(self, signs: Signs) -> Signs:
        """Those of some characters that stand in the text."""
        found = signs & self.signs
        return found | self._digits if DIGIT in found else found

    def _rare(self, pattern: re.Pattern[str]) -> Sequence[int] | None:
        """Where a pattern is met; None where that is not rare."""
        places = [match.start() for match in pattern.finditer(self.text)]
        return places if len(places) * SELDOM <= len(self.text) else None

    def _places_of(self, signs: Signs) -> Sequence[int] | None:
        """Where any of some characters stand, in order; None where they are not rare."""
        if signs not in self._places:
            self._places[signs] = (
                self._rare(compiled("[0-9]" if self._plain_digits else r"\d"))
                if signs == NUMERIC
                else self._each_of(self._those_there(signs))
            )
        return self._places[signs]

    def _each_of(self, signs: Signs) -> Sequence[int] | None:
        text, places = self.text, list[int]()
        most = len(text) // SELDOM
        for sign in signs:
            at = text.find(sign)
            while at >= 0:
                places.append(at)
                if len(places) > most:
                    return None
                at = text.find(sign, at + 1)
        return sorted(places)


def twice_in_a_row(text: str, lengths: range) -> list[int]:
    """Where as many characters as one of these lengths stand twice, one run right behind the other.

    The text is held against itself, moved on by each length: as numbers of thousands of digits, a hundred times as quick as
    character by character. What is alike comes to zero. Of each character the lowest byte is enough to find where to look.
    """
    signs = text.encode("utf-16-le", "surrogatepass")[::2]
    if len(signs) > len(text):  # a character beyond the first 65,536
        signs = text.encode("utf-32-le", "surrogatepass")[::4]
    number, found = int.from_bytes(signs, "little"), set[int]()
    for length in lengths:
        sought, end = bytes(length), len(signs) - length
        unlike = (number ^ (number >> (8 * length))).to_bytes(len(signs), "little")
        at = unlike.find(sought, 0, end)
        while at >= 0:
            if text.startswith(text[at : at + length], at + length):
                found.add(at)
            at = unlike.find(sought, at + 1, end)
    return sorted(found)


class Texts:
    """All texts of a return. They are searched in one go, so that a rule costs little where it finds nothing."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self.passages = passages
        self.every = [passage.words.text for passage in passages]
        self.joined = END.join(self.every)

    @cached_property
    def starts(self) -> list[int]:
        """Where each passage begins in the joined text, so that a match finds back to its passage."""
        before = accumulate(map(len, self.every), initial=0)
        return [number * len(END) + length for number, length in enumerate(before)]

    @cached_property
    def distinct(self) -> dict[str, list[int]]:
        """The texts, each once with the numbers of its passages: in many rows of indicators stands the same."""
        return _numbered(self.every)

    @cached_property
    def _edges(self) -> frozenset[str]:
        """The first and the last text: a pattern may ask for the beginning or the end of all."""
        return frozenset((*self.every[:1], *self.every[-1:]))

    @cached_property
    def _once(self) -> Places:
        """Every text once; the first one first and the last one last, as they stand in all of them."""
        several = list(self.distinct)
        for last in self.every[-1:]:
            if last != several[0]:
                several.remove(last)
            several.append(last)
        return Places(END.join(several))

    @cached_property
    def signs(self) -> set[str]:
        """Every character that stands in the texts, and `DIGIT` where a digit is among them."""
        return self._once.signs

    @property
    def once(self) -> str:
        """Every text once, `END` between them."""
        return self._once.text

    def saying(self, several: Iterable[str]) -> list[Passage]:
        """The passages of some of the texts, in order."""
        numbers = chain.from_iterable(self.distinct[text] for text in several)
        return [self.passages[number] for number in sorted(numbers)]

    @cached_property
    def by_field(self) -> Mapping[str, Sequence[int]]:
        """The fields that have texts, each with the numbers of its passages."""
        return _numbered(passage.field for passage in self.passages)

    def of(self, *fields: str) -> Iterator[Passage]:
        """Yield the texts of these fields, in order."""
        found = chain.from_iterable(self.by_field.get(field, ()) for field in fields)
        return (self.passages[number] for number in sorted(found))

    def of_fields(self, held: Callable[[str], bool]) -> Iterator[Passage]:
        """Yield the texts of all fields of which something holds, in order."""
        return self.of(*filter(held, self.by_field))

    def search(
        self, pattern: re.Pattern[str], runs: Runs | None = None
    ) -> Iterator[tuple[Passage, re.Match[str]]]:
        """Yield every match with the text it stands in. A pattern must not reach across `END`."""
        places = self._once.places(pattern, runs)
        if places is not None and not places:
            return iter(())
        return self._found(pattern, places)

    def _found(
        self, pattern: re.Pattern[str], places: Sequence[int] | None
    ) -> Iterator[tuple[Passage, re.Match[str]]]:
        found: dict[str, list[int]] = {}
        text = self._once.text
        for match in self._once.matches(pattern, places):
            at = match.start()
            begins, ends = text.rfind(END, 0, at) + 1, text.find(END, at)
            within = text[begins : ends if ends >= 0 else None]
            found.setdefault(within, []).append(at - begins)
        for number in sorted(
            number for text in found for number in self.distinct[text]
        ):
            passage, start = self.passages[number], self.starts[number]
            for match in self._matches(
                pattern, start, passage.text, found[passage.text]
            ):
                yield passage, match

    def _matches(
        self, pattern: re.Pattern[str], start: int, text: str, places: Sequence[int]
    ) -> Iterator[re.Match[str]]:
        """Yield the matches in one text, which begin at places that are known; where it is one of the edges, it is searched."""
        if text in self._edges:
            # No end is given: a pattern would take it for that of all texts.
            every = pattern.finditer(self.joined, start)
            yield from takewhile(
                lambda match: match.start() <= start + len(text), every
            )
            return
        for place in places:
            match = pattern.match(self.joined, start + place)
            if match is not None:
                yield match

    def passage_of(self, match: re.Match[str]) -> Passage:
        """The text that a match in the joined ones stands in."""
        # Of all passages that begin before the match or with it, the last is the one that holds it.
        return self.passages[bisect_right(self.starts, match.start()) - 1]

    def search_near(
        self, sign: str, before: int, pattern: re.Pattern[str]
    ) -> Iterator[tuple[Passage, re.Match[str]]]:
        """The same for a pattern that has a sign so many characters behind its beginning: it is tried there alone."""
        at = self.joined.find(sign)
        while at >= 0:
            match = pattern.match(self.joined, at - before) if at >= before else None
            if match is not None:
                yield self.passage_of(match), match
            at = self.joined.find(sign, at + 1)

    def holding(self, pattern: re.Pattern[str]) -> dict[Passage, list[str]]:
        """The texts in which a pattern is found, each with what was found, in order."""
        found: dict[Passage, list[str]] = {}
        for passage, match in self.search(pattern):
            found.setdefault(passage, []).append(match[0])
        return found


def _numbered(several: Iterable[str]) -> dict[str, list[int]]:
    """The numbers at which each of several things comes."""
    numbers: dict[str, list[int]] = {}
    for number, thing in enumerate(several):
        before = numbers.get(thing)
        if before is None:
            numbers[thing] = [number]
        else:
            before.append(number)
    return numbers


def _texts(book: Return, bounds: Bounds) -> Texts:
    """Every text of a return that people wrote in their own words and that goes out to the public."""
    fields = _fields(bounds.spoken)
    blocks: list[tuple[str, Iterable[Row]]] = [
        (filled.key, filled.rows) for filled in book.blocks.values()
    ]
    for project in book.projects:
        blocks.append((project.head.key, (project.head,)))
        blocks.append((project.listed, project.indicators))
    pairs = [
        (spoken[column], value)
        for block, rows in blocks
        if (spoken := fields.get(block)) is not None
        for row in rows
        for column, value in row.values.items()
        if column in spoken and isinstance(value, Words) and value.text
    ]
    # A passage is a pair of just these; by their hundreds, pairs are made passages in half the time that `Passage` takes.
    return Texts(tuple(map(partial(tuple.__new__, Passage), pairs)))


def of_lines(lines: Iterable[tuple[str, Cell]], bounds: Bounds) -> Return:
    """A return that holds nothing but some lines of text, each with where it stands: for looks that read nothing else."""
    book = Return("", "", {})
    said = Texts(tuple(Passage("", Words(text, cell)) for text, cell in lines))
    book.kept[texts, bounds.unit] = (bounds.words, bounds.spoken, said)
    return book


@lru_cache(maxsize=8)
def _fields(spoken: frozenset[str]) -> Mapping[str, Mapping[str, str]]:
    """Fields by their block and column."""
    found: dict[str, dict[str, str]] = {}
    for field in spoken:
        block, _, column = field.rpartition(".")
        found.setdefault(block, {})[column] = field
    return found


texts = Once(_texts, of_words=True)


def cells(*values: Value) -> tuple[Cell, ...]:
    """The cells of values, each once, in order."""
    found: dict[Cell, None] = {}
    for value in values:
        # Nearly every value stands in one cell.
        if isinstance(value.source, Cell):
            found[value.source] = None
        else:
            found.update(dict.fromkeys(value.cells()))
    return tuple(found)


def is_han(sign: str) -> bool:
    """Whether a character is a Chinese one; none is none. A pattern with their range takes a millisecond to compile."""
    return "\u3400" <= sign <= "\u9fff"


def each_once(things: Iterable[T]) -> tuple[T, ...]:
    """The same things without repetitions, in order."""
    return tuple(dict.fromkeys(things))


def in_unit(yuan: Decimal, bounds: Bounds) -> Decimal:
    """An amount of yuan in the unit of money that the rule is asked in."""
    return yuan / bounds.yuan


# ---------------------------------------------------------------- texts, as messages repeat them and as they are compared


def brief(text: str, length: int = SHOWN) -> str:
    """A text short enough for a message, on one line; of a long one both ends stay, since names differ at the end."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= length:
        return line
    head = length * 2 // 3
    end = line[head - length + len("…") :]
    # A bracket that is closed is shown opened, where that costs a letter or two.
    lacking = line[len(line) - len(end) - SPARE : len(line) - len(end)]
    if "）" in end.split("（")[0] and "（" in lacking:
        end = lacking[lacking.rindex("（") :] + end
    return f"{line[:head]}…{end}"


def around(match: re.Match[str], width: int) -> str:
    """What was found with so many characters before and behind it."""
    start = max(0, match.start() - width)
    return match.string[start : match.end() + width]


def shown(match: re.Match[str], width: int) -> str:
    """The same as a message shows it: nothing of the texts before and behind the one where it was found."""
    text, at = match.string, match.start()
    begins = max(text.rfind(END, 0, at) + 1, at - width)
    ends = text.find(END, match.end(), match.end() + width)
    return text[begins : ends if ends >= 0 else match.end() + width]


def quoted(several: Iterable[str]) -> str:
    """Several texts, each once, as they stand between one pair of quotes of a message: 甲”、“乙."""
    return "”、“".join(each_once(several))


def named_in(text: str, name: str) -> bool:
    """Whether a text names a thing: by its whole name, or by three characters of it one after the other."""
    runs = (name[at : at + NAMING] for at in range(max(1, len(name) - NAMING + 1)))
    return bool(name) and any(run in text for run in runs)


def kinship(one: str, other: str) -> int:
    """How many pairs of neighbouring characters of a text stand in another: texts about one thing share some."""
    pairs = {one[at : at + 2] for at in range(len(one) - 1)}
    return sum(pair in other for pair in pairs)


def least_first(things: Sequence[T], marks: Sequence[float]) -> list[T]:
    """Things in the order of their marks; of two with the same mark the later first."""
    order = sorted(range(len(things)), key=lambda at: (marks[at], -at))
    return [things[at] for at in order]


# what stands before a price, or before what a price becomes: 每辆由3万元降到
PRICED = re.compile(
    r"(?:(?:每|单价|单位成本)[^，。；：\d]{0,5}(?:(?<=[由从])[\d.]+(?:亿元|万元|元)[^，。；：\d]{0,4})?|[\u4e00-\u9fff]均约?)$"
)
# A point's number at the beginning of a text, sentence or line, or behind what leads to it (目标：1.): 1. or 2、; not 1.5.
PLAIN_POINT = re.compile(
    r"(?:^|[。；;：:\n]|[，,](?=\s*1[.、．]))\s*(\d{1,2})[.、．](?!\d)"
)
# The same where the point's own text begins with a number: 1.104名保洁员。2.……
ANY_POINT = re.compile(
    r"(?P<before>^|[。；;：:\n])(?P<blank>\s*)(?P<number>\d{1,2})[.、．]"
)


POINTED = re.compile(r"\d[.、．]")  # without which there is no point


def plain_points(text: str) -> list[int]:
    """The numbers of a text's points, as they follow each other; 1, 2, 3 where nothing is wrong with them."""
    if not POINTED.search(text):
        return []
    return [int(number) for number in PLAIN_POINT.findall(apart_from_points(text))]


def apart_from_points(text: str) -> str:
    """A text whose points keep their numbers apart from what they say: 1、 104名 of 1.104名, if the points are 1, 2, 3."""
    if not POINTED.search(text):
        return text
    numbers = [int(match["number"]) for match in ANY_POINT.finditer(text)]
    if numbers in ([], [1]) or numbers != list(range(1, len(numbers) + 1)):
        return text
    return ANY_POINT.sub(r"\g<before>\g<blank>\g<number>、 ", text)


def says_a_point_twice(text: str) -> bool:
    """Whether a sentence stands twice in a text, which is told as such; the points' own numbers are left out."""
    sentences = [
        part
        for part in re.split(r"[。；;\n]", PLAIN_POINT.sub("。", text))
        if part.strip()
    ]
    return len(set(sentences)) < len(sentences)


def fold(text: str) -> str:
    """A text as far as it matters when two are compared: no blanks, brackets and marks of one kind."""
    bare = "".join(text.split())
    if len(bare) < LONG:
        return bare.translate(_FOLD)
    # `translate` asks for each character: a long text is gone through more quickly once for each mark.
    for mark, other in zip(*_MARKS, strict=True):
        bare = bare.replace(mark, other)
    return bare


folded = lru_cache(maxsize=4096)(fold)  # goals and names are compared with many others


LONG = 64  # characters from which a text is long
_MARKS = "（）【】［］〔〕：；，．％", "()[][][]:;,.%"
_FOLD = str.maketrans(*_MARKS)


# ---------------------------------------------------------------- patterns


class Late:
    """A pattern that is compiled when it is first used; it answers as a pattern does."""

    def __init__(self, text: str) -> None:
        self.pattern = text
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        # Asked once for each of the pattern's own: from then on the answer is there.
        if self._compiled is None:
            self._compiled = compiled(self.pattern)
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def late(text: str) -> re.Pattern[str]:
    """A pattern that is not compiled before it is used: one with Chinese ranges takes a millisecond, and many are never."""
    return cast("re.Pattern[str]", Late(text))


NUMBER = late(r"\d+")


def at_numbers(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what a pattern finds that begins with a number, before which no digit stands: it is tried there alone."""
    behind = 0
    for number in NUMBER.finditer(text):
        if number.start() >= behind:
            match = pattern.match(text, number.start())
            if match is not None:
                behind = match.end()
                yield match


# ---------------------------------------------------------------- patterns made of word lists


def branches(words: Iterable[str]) -> list[str]:
    """Patterns' texts, one of which finds any of these plain words, of two that begin alike the longer.

    What begins alike is written once (三河市, 三台县: 三(?:河市|台县)), so that a list of hundreds is not gone through at
    every character of a text; and each branch begins with a character of its own, by which a search knows where to begin.
    """
    behind: dict[str, list[str]] = {}
    for word in words:
        behind.setdefault(word[:1], []).append(word[1:])
    found = [re.escape(first) + listed(rest) for first, rest in behind.items() if first]
    if "" in behind:
        found.append("")
    return found


def listed(words: Iterable[str]) -> str:
    """The text of a pattern that finds any of these plain words, of two that begin alike the longer."""
    found = branches(words)
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


@lru_cache(maxsize=256)
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these plain words, longer ones first; of no words it finds nothing."""
    return late("|".join(branches(words)) if words else NOTHING)


@lru_cache(maxsize=64)
def any_name(names: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these names, which stand in a workbook: nothing of it is kept for another run."""
    found = any_of(names)
    keep_nothing_of(found.pattern)
    return found


@lru_cache(maxsize=64)
def any_pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these regular expressions."""
    pattern = "|".join(patterns)
    return late(pattern or NOTHING)


# ---------------------------------------------------------------- one finding for many places


def summary(found: Mapping[Passage, list[str]]) -> Iterator[Breach]:
    """One finding for all passages together: their cells, how much was found in them, and the first few as examples."""
    if not found:
        return
    matches = list(chain.from_iterable(found.values()))
    examples = (brief(match) for match in matches)
    words = (passage.words for passage in found)
    yield Breach(cells(*words), counted(len(matches), examples))


def counted(count: int, examples: Iterable[str]) -> dict[str, str]:
    """What fills {count} and {examples} of a message about many places."""
    first: dict[str, None] = {}
    for example in examples:
        first[example] = None
        if len(first) == EXAMPLES:
            break
    return {"count": str(count), "examples": quoted(first)}
