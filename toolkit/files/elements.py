"""XML read safely: no document type, hence no entities of its own; nothing from outside; no depth without end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.parsers import expat

from toolkit.files.archive import DamagedError, UnsafeError
from toolkit.files.escaped import in_utf8

MOST_DEEP = 256
MOST_TREE = 16 << 20  # bytes of a part that is kept whole
_ENTITY = re.compile("&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));|&")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
FOREIGN = ""  # the name of every element that is not of the root's vocabulary


class Listener:
    """Hears the elements of a part one by one. `path` are the names of those that are open; prefixes do not matter."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.space = ""  # the root's namespace
        self.text: list[str] | None = None  # what is collected, while somebody wants it

    def hear(self, data: bytes) -> None:
        """Read a part, in whatever encoding it declares."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._starts, self._ends
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = (
            self._says,
            _refuses,
        )
        parser.Parse(in_utf8(data), True)  # noqa: FBT003 expat's own face

    def start(self, name: str, said: Mapping[str, str]) -> None:
        """An element begins; `path` does not yet hold it, and attributes go by their local names."""

    def end(self, name: str) -> None:
        """An element ends; `path` does not hold it any more."""

    def _starts(self, name: str, said: Mapping[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self.path:
            self.space = space
        elif len(self.path) > MOST_DEEP:
            raise UnsafeError("too deep")
        if space != self.space:
            self.path.append(FOREIGN)
            return
        self.start(
            local, {key.rpartition(" ")[2]: value for key, value in said.items()}
        )
        self.path.append(local)

    def _ends(self, _: str) -> None:
        if name := self.path.pop():
            self.end(name)

    def _says(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)


def _refuses(*_: object) -> None:
    raise UnsafeError("a document type has no place in a workbook")


def tree(data: bytes) -> Element:
    """A small part's root element."""
    data = in_utf8(data)
    if len(data) > MOST_TREE:
        raise DamagedError("a part that is small in every workbook is large")
    if (
        b"<!DOCTYPE" in data or b"\0" in data
    ):  # a zero byte belongs to an encoding that nobody declared
        _refuses()
    return ET.fromstring(data)  # noqa: S314  no document type, so no entities; the size is bounded


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def every(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a name anywhere inside, whatever their namespace, in their order."""
    return (
        element for element in root.iter() if element.tag.rpartition("}")[2] == name
    )


def child(element: Element, name: str) -> Element:
    """The first element of a name right inside; an empty one where there is none."""
    return next((one for one in element if local(one) == name), Element(name))


def said(element: Element) -> dict[str, str]:
    """An element's attributes by their local names: r:id is id."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def plain(written: bytes) -> str:
    """A text as it reads, from how XML writes it; raise DamagedError where an escape means no character."""
    text = written.decode()
    if "&" not in text:
        return text
    named = text.replace("&lt;", "<").replace("&gt;", ">")
    named = named.replace("&quot;", '"').replace("&apos;", "'")
    # nearly always this is all there was
    if named.count("&") == named.count("&amp;"):
        return named.replace("&amp;", "&")
    return _ENTITY.sub(_resolved, text)


def _resolved(found: re.Match[str]) -> str:
    if found[3]:
        return _ENTITIES[found[3]]
    number = int(found[1], 16) if found[1] else int(found[2] or 0)
    if not number or number > 0x10FFFF or 0xD800 <= number < 0xE000:  # noqa: PLR2004  the end of Unicode; halves of characters
        raise DamagedError(f"no entity: {found[0]}")
    return chr(number)
