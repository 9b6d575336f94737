"""The parts of an OOXML file (.xlsx, .xlsm, .docx): reading, patching byte by byte, packing again without a clock.

XML is never parsed and written anew: `Markup` finds where the elements stand, and what is edited is spliced in there. All other
bytes stay the person's own, with the namespaces, blanks and extensions that no library keeps.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from toolkit.errors import ToolkitError, why_not_read

EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every part: the same contents give the same bytes
MOST_BYTES = 400 * 1024 * 1024  # unpacked; a filled template of 300 projects has about 20 MB
MOST_PARTS = 20_000
CONTENT_TYPES = "[Content_Types].xml"
RELATIONS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG = re.compile(rb"""<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
# What XML cannot hold at all, and the _x000D_ notation in which spreadsheets write it: a text that merely looks so is escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOTATION = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class PackageError(ToolkitError):
    """A file whose parts cannot be read; the message is a Chinese sentence with the remedy."""


def unpacked(path: Path) -> dict[str, bytes]:
    """The parts of a file by name, in the file's order."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise PackageError(f"“{path.name}”展开后过大，不像正常的文件，没有读取。请把内容复制到新的文件里再试。")
            return {entry.filename.lstrip("/"): _content(archive, entry) for entry in entries}
    except OSError as error:
        raise PackageError(f"“{path.name}”打不开：{why_not_read(error)}。") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        told = "它不是 .xlsx、.xlsm 或 .docx 文件，或者已经损坏。请用 Office 或 WPS 打开，另存一次再试"
        raise PackageError(f"打不开“{path.name}”：{told}。") from error


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A part's bytes, never more than the archive's list of contents admits to."""
    with archive.open(entry) as part:
        return part.read(entry.file_size)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A file of these parts in their order; no clock inside."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
    return stream.getvalue()


def quoted(text: str) -> str:
    """A text as an attribute's value, in its quotes."""
    return quoteattr(_FORBIDDEN.sub("", text))


def spelt(text: str) -> str:
    """A text as the content of a spreadsheet's <t> element."""
    return escape(_NOTATION.sub("_x005F_", _FORBIDDEN.sub("", text)))


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: `kind` is the last word of its type ("worksheet"), `target` a part's name, or "" for a place outside."""

    id: str
    kind: str
    target: str


@dataclass
class Package:
    """The parts of an OOXML file by name, and what the package says about them. Names are found whatever their case."""

    name: str
    parts: dict[str, bytes]
    _undeclared: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Package:
        """Read a file; raise PackageError, in Chinese, where it is no OOXML file."""
        package = cls(path.name, unpacked(path))
        if not package.find(CONTENT_TYPES) or not package.find("_rels/.rels"):
            raise PackageError(f"“{path.name}”不是 .xlsx、.xlsm 或 .docx 文件。请用 Office 或 WPS 打开，另存一次再试。")
        return package

    def packed(self) -> bytes:
        """The package as a file's bytes."""
        self.settle()
        return packed(self.parts)

    def find(self, name: str) -> str:
        """The name under which a part lies here, or ""."""
        if name in self.parts:
            return name
        return next((held for held in self.parts if held.casefold() == name.casefold()), "")

    def markup(self, name: str, shallow: str = "") -> Markup:
        """A part's XML, for reading or for patching; below elements named `shallow` nothing is looked at."""
        found = self.find(name)
        if not found:
            raise PackageError(f"“{self.name}”里缺少“{name}”，已经损坏。请用 Office 或 WPS 打开，另存一次再试。")
        try:
            return Markup(self.parts[found], shallow)
        except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
            raise PackageError(f"“{self.name}”里的“{name}”已经损坏。请用 Office 或 WPS 打开，另存一次再试。") from error

    def put(self, name: str, markup: Markup) -> None:
        """Give a part its patched XML, where it was patched at all."""
        if markup.edited:
            self.parts[self.find(name)] = markup.result()

    # -- content types ------------------------------------------------------------------------------------------------

    def add(self, name: str, content: str | bytes, kind: str) -> None:
        """Add a part; its content type is declared when the package settles."""
        self.parts[name] = content.encode("utf-8") if isinstance(content, str) else content
        self._undeclared.append(f"<Override PartName={quoted('/' + name)} ContentType={quoted(kind)}/>")

    def settle(self) -> None:
        """Declare the content types of all parts added: the list of them is long, and is written once."""
        types = self.markup(CONTENT_TYPES)
        for override in self._undeclared:
            types.append(types.root, override)
        self._undeclared.clear()
        self.put(CONTENT_TYPES, types)

    def drop(self, name: str) -> None:
        """Take a part away, with its relationships and its content type; other parts' relationships to it stay."""
        self.settle()
        types = self.markup(CONTENT_TYPES)
        for part in (self.find(name), self.find(relations_of(name))):
            self.parts.pop(part, None)
            for override in types.all("Override"):
                if part and override.attributes.get("PartName", "").casefold() == f"/{part}".casefold():
                    types.remove(override)
        self.put(CONTENT_TYPES, types)

    def free(self, pattern: str) -> str:
        """The first name of the pattern ("xl/comments{}.xml") that no part has."""
        return next(name for n in range(1, len(self.parts) + 2) if not self.find(name := pattern.format(n)))

    # -- relationships ------------------------------------------------------------------------------------------------

    def relations(self, owner: str = "") -> list[Relation]:
        """The relationships of a part, or of the package."""
        if not self.find(relations_of(owner)):
            return []
        found = []
        for one in self.markup(relations_of(owner)).all("Relationship"):
            said = one.attributes
            outside = said.get("TargetMode") == "External"
            target = "" if outside else self.find(_joined(owner, said.get("Target", "")))
            found.append(Relation(said.get("Id", ""), said.get("Type", "").rpartition("/")[2], target))
        return found

    @cached_property
    def office(self) -> str:
        """The namespace of r:id, which the types of relationships begin with: transitional or strict."""
        types = (one.attributes.get("Type", "") for one in self.markup("_rels/.rels").all("Relationship"))
        return next((base for base, _, kind in (said.rpartition("/") for said in types) if kind == "officeDocument"), "")

    @property
    def main(self) -> str:
        """The part that is the document."""
        found = next((one.target for one in self.relations() if one.kind == "officeDocument"), "")
        if not found:
            raise PackageError(f"“{self.name}”里没有正文，已经损坏。请用 Office 或 WPS 打开，另存一次再试。")
        return found

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Add a relationship between two parts; return its id."""
        name = relations_of(owner)
        if not self.find(name):
            self.parts[name] = f'{HEAD}<Relationships xmlns="{RELATIONS_SPACE}"></Relationships>'.encode()
        markup = self.markup(name)
        taken = {one.attributes.get("Id") for one in markup.all("Relationship")}
        fresh = next(said for n in range(1, len(taken) + 2) if (said := f"rId{n}") not in taken)
        path = posixpath.relpath(target, posixpath.dirname(owner) or ".")
        markup.append(markup.root, f'<Relationship Id="{fresh}" Type="{self.office}/{kind}" Target={quoted(path)}/>')
        self.put(name, markup)
        return fresh

    def unrelate(self, owner: str, target: str) -> None:
        """Take away the relationships of a part to another; a part left without any has no list of them."""
        name = self.find(relations_of(owner))
        if not name:
            return
        markup = self.markup(name)
        relations = list(markup.all("Relationship"))
        gone = [one for one in relations if self.find(_joined(owner, one.attributes.get("Target", ""))) == target]
        for one in gone:
            markup.remove(one)
        self.put(name, markup)
        if gone and len(gone) == len(relations):
            self.drop(name)


def relations_of(owner: str) -> str:
    """The name of the part that holds a part's relationships."""
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _joined(owner: str, target: str) -> str:
    """The part that a relationship's target names, seen from the part that has it."""
    return posixpath.normpath(posixpath.join("/" + posixpath.dirname(owner), unquote(target))).lstrip("/")


# eq=False: an element is itself, however alike another may look
@dataclass(eq=False, slots=True)
class Element:
    """An element and where it stands: `start` to `inside` its start tag, `close` to `end` its end tag (empty if it has none).

    `attributes` go by their local names, those of a namespace with a colon before (":id" is r:id). `text` is its own text only.
    """

    name: str
    attributes: dict[str, str]
    parent: Element | None
    start: int
    inside: int
    close: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def every(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name anywhere inside, in their order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.every(name)

    def child(self, name: str) -> Element | None:
        return next((child for child in self.children if child.name == name), None)


class Markup:
    """XML as bytes, with its elements and where they stand; edits are kept aside and spliced in by `result`."""

    def __init__(self, xml: bytes, shallow: str = "") -> None:
        self.xml = _utf8(xml)
        self.prefixes: dict[str, str] = {}  # namespace → prefix, as the root declares them
        self.space = ""  # the root's namespace
        self._edits: list[tuple[int, int, bytes]] = []
        self._appended: dict[Element, list[bytes]] = {}
        self._open: list[Element] = []
        self._shallow, self._below = shallow, 0
        self.root = Element("", {}, None, 0, 0)
        self._parse()

    def _parse(self) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def starts(name: str, said: Mapping[str, str]) -> None:
            if self._below or (self._open and self._open[-1].name == self._shallow):
                self._below += 1
                return
            tag = _TAG.match(self.xml, at := parser.CurrentByteIndex)
            space, _, local = name.rpartition(" ")
            attributes = {":" * (" " in key) + key.rpartition(" ")[2]: value for key, value in said.items()}
            parent = self._open[-1] if self._open else None
            element = Element(local, attributes, parent, at, tag.end() if tag else at)
            if parent:
                parent.children.append(element)
            else:
                self.root, self.space = element, space
            self._open.append(element)

        def ends(_: str) -> None:
            if self._below:
                self._below -= 1
                return
            element = self._open.pop()
            element.close = element.end = element.inside
            if not self.xml.endswith(b"/>", element.start, element.inside):
                element.close = parser.CurrentByteIndex
                element.end = self.xml.index(b">", element.close) + 1

        def says(text: str) -> None:
            if self._open and not self._below:
                self._open[-1].text += text

        def declares(prefix: str | None, space: str) -> None:
            if not self._open and not self._below:
                self.prefixes.setdefault(space, prefix or "")

        def refuses(*_: object) -> None:
            raise expat.ExpatError("a document type has no place in an OOXML part")

        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = starts, ends, says
        parser.StartNamespaceDeclHandler, parser.StartDoctypeDeclHandler = declares, refuses
        parser.Parse(self.xml, True)  # noqa: FBT003 expat's own face

    @property
    def edited(self) -> bool:
        return bool(self._edits or self._appended)

    def all(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name, in their order."""
        return self.root.every(name)

    def own(self, xml: str) -> bytes:
        """An element of the root's vocabulary, whatever prefix the root has for it."""
        if self.prefixes.get(self.space):
            xml = re.sub(r"^<([\w:]+)", lambda tag: f"{tag[0]} xmlns={quoted(self.space)}", xml, count=1)
        return xml.encode("utf-8")

    def named(self, space: str, prefix: str) -> tuple[str, str]:
        """The prefix of a namespace, and the declaration it needs on the element where the root has none."""
        held = self.prefixes.get(space)
        return (held, "") if held else (prefix, f" xmlns:{prefix}={quoted(space)}")

    def append(self, parent: Element, xml: str) -> None:
        """Add an element as the last one inside another."""
        self._appended.setdefault(parent, []).append(self.own(xml))

    def insert(self, at: int, xml: str) -> None:
        """Add an element at a place between others."""
        self._edits.append((at, at, self.own(xml)))

    def insert_in_order(self, parent: Element, xml: str, name: str, order: Sequence[str]) -> None:
        """Add an element where its vocabulary's order asks for it: behind all that must come before."""
        before = order[: order.index(name)]
        at = max((child.end for child in parent.children if child.name in before), default=parent.inside)
        self.insert(at, xml)

    def remove(self, element: Element) -> None:
        """Take an element away."""
        self._edits.append((element.start, element.end, b""))

    def write(self, element: Element, text: str) -> None:
        """Give an element that holds nothing but text another text, in the notation the old one had."""
        self._edits.append((element.inside, element.close, escape(text).encode("utf-8")))

    def set(self, element: Element, attribute: str, value: str) -> None:
        """Give an attribute (one without a prefix) a value."""
        said = quoted(value).encode("utf-8")
        for match in _ATTRIBUTE.finditer(self.xml, element.start, element.inside):
            if match[1] == attribute.encode():
                self._edits.append((*match.span(2), said))
                return
        closing = 2 if self.xml.endswith(b"/>", element.start, element.inside) else 1
        at = element.inside - closing
        self._edits.append((at, at, b" " + attribute.encode() + b"=" + said))

    def result(self) -> bytes:
        """The XML with all edits in it."""
        edits = list(self._edits)
        for parent, added in self._appended.items():
            inner = b"".join(added)
            if parent.inside == parent.close == parent.end:  # <authors/> becomes <authors>…</authors>
                tag = re.match(rb"<([^\s/>]+)", self.xml[parent.start : parent.inside])
                inner = b">" + inner + b"</" + (tag[1] if tag else b"") + b">"
                edits.append((parent.inside - 2, parent.inside, inner))
            else:
                edits.append((parent.close, parent.close, inner))
        pieces, at = [], 0
        for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
            if start < at:
                raise ValueError("two edits of one place")
            pieces += [self.xml[at:start], new]
            at = end
        return b"".join([*pieces, self.xml[at:]])


def _utf8(xml: bytes) -> bytes:
    """The same XML in UTF-8; what is so already stays as it is."""
    said = _DECLARED.match(xml)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = xml.decode("utf-16").encode("utf-8")
        said = _DECLARED.match(xml)
    elif said and said[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        xml = xml.decode(said[1].decode("ascii")).encode("utf-8")
    else:
        return xml
    return xml[: said.start(1)] + b"UTF-8" + xml[said.end(1) :] if said else xml
