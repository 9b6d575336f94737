"""The base text 核对底本: what a document said when it was made, line by line, and which fact and cells each number is.

It is written beside the document for the office alone. An edited document is held against it: no mark stands in the document.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import PurePath
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.files.dictation import Said
from toolkit.files.passages import Document, Passage, Where
from toolkit.model import record
from toolkit.profile.form import Profile
from toolkit.publish.amounts import PERCENT
from toolkit.publish.edited.numbers import Speech, says_a_number
from toolkit.publish.statement import Fact, Text

FOLDER = "核对底本"
DIGITS = 8  # of a text's number, hexadecimal
BOUNDS = (("≥",), ("≤",))  # an indicator's value turned round says the contrary
# what stands in the header of a document that is not yet published
STATES = (
    "草稿",
    "送审稿",
)


class BaseError(ToolkitError):
    """A base text that cannot be used; the message is a Chinese sentence with the remedy."""


@record(slots=True)
class Footing:
    """What stands in a line from `start` to `end`: which fact, and the cells it comes from."""

    start: int
    end: int
    name: str
    cells: tuple[str, ...]


@record(slots=True)
class Line:
    """A line of a document as it was made."""

    text: str
    place: str
    heading: bool = False
    footings: tuple[Footing, ...] = ()

    def footing(self, start: int) -> Footing | None:
        """The fact that a letter belongs to."""
        return next(
            (one for one in self.footings if one.start <= start < one.end), None
        )


@record()
class Base:
    """What a document said when it was made."""

    lines: tuple[Line, ...]
    speech: Speech = field(default_factory=Speech)
    content: str = ""  # the department's content number

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    @cached_property
    def number(self) -> str:
        return text_number(self.texts)

    @property
    def data(self) -> str:
        """As JSON; each cell is written once."""
        return "".join(self.pieces())

    def pieces(self) -> Iterator[str]:
        """Yield the same piece by piece: the text of 2,000 projects has 10 MB."""
        cells: dict[str, int] = {}
        head = {
            "number": self.number,
            "content": self.content,
            "units": self.speech.units,
            "ways": self.speech.ways,
        }
        yield f'{_json(head).removesuffix("}")},"lines":['
        for number, line in enumerate(self.lines):
            yield f"{',' if number else ''}{_json(_said(line, cells))}"
        yield f'],"cells":{_json(list(cells))}}}\n'


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _said(line: Line, cells: dict[str, int]) -> dict[str, Any]:
    """A line as data; a cell by its number among all."""
    said: dict[str, Any] = {"text": line.text, "place": line.place}
    if line.heading:
        said["heading"] = True
    facts: list[list[Any]] = []
    for one in line.footings:
        numbers = [cells.setdefault(cell, len(cells)) for cell in one.cells]
        facts.append([one.start, one.end, one.name, numbers])
    if facts:
        said["facts"] = facts
    return said


def from_data(data: bytes, name: str) -> Base:
    """Read a base text back; raise BaseError where it is none."""
    try:
        said = json.loads(data.decode("utf-8"))
        cells = [str(cell) for cell in said["cells"]]
        lines = tuple(_line(one, cells) for one in said["lines"])
        speech = Speech(
            tuple(said["units"]), tuple(tuple(words) for words in said["ways"])
        )
        return Base(lines, speech, str(said["content"]))
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BaseError(
            f"“{name}”读不懂，没法核对。请重新合并，再用新生成的“{FOLDER}”核对。"
        ) from error


def _line(said: Mapping[str, Any], cells: Sequence[str]) -> Line:
    facts = []
    for start, end, name, held in said.get("facts", ()):
        rests_on = tuple(cells[at] for at in held)
        facts.append(Footing(start, end, name, rests_on))
    heading = said.get("heading", False)
    return Line(said["text"], said["place"], heading, tuple(facts))


def base_name(name: str, number: str) -> str:
    """What the base text of a result is called in its folder: 核对底本/情况说明-1a2b3c4d.json."""
    return f"{FOLDER}/{PurePath(name).stem}-{number}.json"


def text_number(lines: Iterable[str]) -> str:
    """The number of a text: the same for the same letters, whatever program saved them and however they look."""
    plain = "\n".join("".join(line.split()) for line in lines)
    data = plain.encode(errors="surrogatepass")
    return hashlib.sha256(data).hexdigest()[:DIGITS]


def is_state(passage: Passage | Said) -> bool:
    """Whether a line only says that the document is not yet published."""
    return passage.where is Where.HEADER and passage.text.strip().startswith(STATES)


def said_lines(document: Document) -> tuple[Passage, ...]:
    """A document's lines without the marks of its state."""
    return tuple(passage for passage in document.passages if not is_state(passage))


def speech_of(profile: Profile) -> Speech:
    """How a profile's statement speaks of numbers."""
    words = profile.statement.get("words", {})
    up, down, flat = ("up", "new", "rate_up"), ("down", "rate_down"), ("flat",)
    ways = (
        tuple(dict.fromkeys(_opening(words[key]) for key in keys if key in words))
        for keys in (up, down, flat)
    )
    return Speech((*profile.units, PERCENT), (*ways, *BOUNDS))


def _opening(pattern: str) -> str:
    """The word that a pattern begins with: 增加 of 增加{size}{unit}."""
    return re.split(r"[{，,（(]", pattern)[0]


def of_statement(
    said: Iterable[Said], heard: Sequence[Any], profile: Profile, content: str
) -> Base:
    """The base text of a statement, from the lines that it says and the values printed in them."""
    speech = speech_of(profile)
    lines = (_line_of(one, heard, speech) for one in said if not is_state(one))
    return Base(tuple(lines), speech, content)


def _line_of(said: Said, heard: Sequence[Any], speech: Speech) -> Line:
    """A line, and what of the values in it holds a number or says which way one went."""
    footings: list[Footing] = []
    for start, end, number in said.printed:
        value = heard[number]
        if isinstance(value, Fact | Text) and says_a_number(
            said.text[start:end], speech
        ):
            footings.append(_footing(start, end, value))
    return Line(
        said.text, said.place, said.style.lower().startswith("heading"), tuple(footings)
    )


def _footing(start: int, end: int, value: Fact | Text) -> Footing:
    """What a printed value rests on."""
    origin = value.figure if isinstance(value, Fact) else value.words
    cells = dict.fromkeys(str(cell) for cell in origin.cells())
    return Footing(start, end, value.name, tuple(cells))


def of_tables(passages: Iterable[Passage], profile: Profile, content: str) -> Base:
    """The base text of the public tables."""
    lines = tuple(Line(passage.text, passage.place) for passage in passages)
    speech = Speech((*profile.units, PERCENT))
    return Base(lines, speech, content)
