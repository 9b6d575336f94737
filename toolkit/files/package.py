"""The parts of an OOXML file (.xlsx, .xlsm, .docx): reading, patching byte by byte, packing again without a clock.

XML is never parsed and written anew: `Markup` finds where the elements stand, and what is edited is spliced in there. All other
bytes stay the person's own, with the namespaces, blanks and extensions that no library keeps.
"""

from __future__ import annotations

import hashlib
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

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.escaped import attribute, escape, in_utf8
from toolkit.files.source import content
from toolkit.files.unseen import visible
from toolkit.model import record

FLOW = 1 << 16  # bytes of a part that are looked at in one go, where it flows by
# the date of every part: the same contents give the same bytes
EPOCH = (1980, 1, 1, 0, 0, 0)
# unpacked; a filled template of 300 projects has about 20 MB
MOST_BYTES = 400 * 1024 * 1024
MOST_PARTS = 20_000
CONTENT_TYPES = "[Content_Types].xml"
RELATIONS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG = re.compile(rb"""<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
# What XML cannot hold at all, and the _x000D_ notation in which spreadsheets write it: a text that merely looks so is escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOTATION = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Edit = tuple[int, int, bytes]  # the bytes from here to there become these
# The order that the format asks for of what a sheet holds, up to its drawings.
SHEET_ORDER = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
)


class PackageError(ToolkitError):
    """A file whose parts cannot be read; the message is a Chinese sentence with the remedy."""


def unpacked(path: Path) -> dict[str, bytes]:
    """The parts of a file by name, in the file's order."""
    return _parts(path.name, _bytes(path))


def _bytes(path: Path) -> bytes:
    try:
        return content(path)
    except OSError as error:
        raise PackageError(f"“{path.name}”打不开：{why_not_read(error)}。") from error


def _parts(name: str, data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_PARTS or size > MOST_BYTES:
                raise PackageError(
                    f"“{name}”展开后过大，不像正常的文件，没有读取。请把内容复制到新的文件里再试。"
                )
            return {
                entry.filename.lstrip("/"): _content(archive, entry)
                for entry in entries
            }
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        ValueError,
        OSError,
    ) as error:
        reason = "它不是 .xlsx、.xlsm 或 .docx 文件，或者已经损坏。请用 Office 或 WPS 打开，另存一次再试"
        raise PackageError(f"打不开“{name}”：{reason}。") from error


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
            entry.create_system = 3  # the same whichever system we run on
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
    return stream.getvalue()


def quoted(text: str) -> str:
    """A text as an attribute's value, in its quotes."""
    return attribute(_FORBIDDEN.sub("", text))


def spelt(text: str) -> str:
    """A text of ours as the content of a spreadsheet's <t> element."""
    return escape(_NOTATION.sub("_x005F_", visible(text)))


def noted(text: str) -> str:
    """A text as a cell holds it: what XML cannot hold is written in a spreadsheet's own notation, which programs read back."""
    return _FORBIDDEN.sub(
        lambda found: f"_x{ord(found[0]):04X}_", _NOTATION.sub("_x005F_", text)
    )


def holdable(text: str) -> str:
    """A text without what XML cannot hold, for places that have no notation for it."""
    return _FORBIDDEN.sub("", text)


@record(slots=True)
class Relation:
    """A relationship: `kind` is the last word of its type ("worksheet"), `target` a part's name, or "" for a place outside."""

    id: str
    kind: str
    target: str


@dataclass
class Package:
    """The parts of an OOXML file by name, and what the package says about them. Names are found whatever their case.

    `sha256` is of the bytes that were read.
    """

    name: str
    parts: dict[str, bytes]
    sha256: str = ""
    _undeclared: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Package:
        """Read a file; raise PackageError, in Chinese, where it is no OOXML file."""
        data = _bytes(path)
        package = cls(
            path.name, _parts(path.name, data), hashlib.sha256(data).hexdigest()
        )
        if not package.find(CONTENT_TYPES) or not package.find("_rels/.rels"):
            raise PackageError(
                f"“{path.name}”不是 .xlsx、.xlsm 或 .docx 文件。请用 Office 或 WPS 打开，另存一次再试。"
            )
        return package

    def packed(self) -> bytes:
        """The package as a file's bytes."""
        self.settle()
        return packed(self.parts)

    def find(self, name: str) -> str:
        """The name under which a part lies here, or ""."""
        if name in self.parts:
            return name
        return next(
            (held for held in self.parts if held.casefold() == name.casefold()), ""
        )

    def markup(self, name: str, shallow: str = "") -> Markup:
        """A part's XML, for reading or for patching; below elements named `shallow` nothing is looked at."""
        found = self.find(name)
        if not found:
            raise PackageError(
                f"“{self.name}”里缺少“{name}”，已经损坏。请用 Office 或 WPS 打开，另存一次再试。"
            )
        try:
            return Markup(self.parts[found], shallow)
        except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
            raise PackageError(
                f"“{self.name}”里的“{name}”已经损坏。请用 Office 或 WPS 打开，另存一次再试。"
            ) from error

    def flowing(
        self, name: str, within: str, passed_over: Mapping[str, str]
    ) -> Iterator[Element]:
        """Yield what lies right in one element of a part, piece by piece: none knows where it stands, and none is kept.

        Elements `passed_over` are left out where they stand in the one named behind them (or "" for any). For a long document
        that is only read: as a `markup` it takes thirty times its size.
        """
        try:
            yield from _Flow(within, passed_over).of(
                in_utf8(self.parts[self.find(name)])
            )
        except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
            raise PackageError(
                f"“{self.name}”里的“{name}”已经损坏。请用 Office 或 WPS 打开，另存一次再试。"
            ) from error

    def put(self, name: str, markup: Markup) -> None:
        """Give a part its patched XML, where it was patched at all."""
        if markup.edited:
            self.parts[self.find(name)] = markup.result()

    # -- content types ------------------------------------------------------------------------------------------------

    def add(self, name: str, content: str | bytes, kind: str) -> None:
        """Add a part; its content type is declared when the package settles."""
        if isinstance(content, str):
            content = content.encode("utf-8")
        self.parts[name] = content
        path = quoted(f"/{name}")
        self._undeclared.append(
            f"<Override PartName={path} ContentType={quoted(kind)}/>"
        )

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
        gone = [
            part for part in (self.find(name), self.find(relations_of(name))) if part
        ]
        for part in gone:
            del self.parts[part]
        paths = [f"/{part}".casefold() for part in gone]
        for override in types.all("Override"):
            if override.attributes.get("PartName", "").casefold() in paths:
                types.remove(override)
        self.put(CONTENT_TYPES, types)

    def free(self, pattern: str) -> str:
        """The first name of the pattern ("xl/comments{}.xml") that no part has."""
        number = 1
        while self.find(pattern.format(number)):
            number += 1
        return pattern.format(number)

    # -- relationships ------------------------------------------------------------------------------------------------

    def relations(self, owner: str = "") -> list[Relation]:
        """The relationships of a part, or of the package."""
        if not self.find(relations_of(owner)):
            return []
        found: list[Relation] = []
        for element in self.markup(relations_of(owner)).all("Relationship"):
            attributes = element.attributes
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = ""
            if attributes.get("TargetMode") != "External":
                target = self.find(_joined(owner, attributes.get("Target", "")))
            found.append(Relation(attributes.get("Id", ""), kind, target))
        return found

    def related(self, owner: str, kind: str) -> str:
        """The part of a kind that a part, or the package, is related to (the first where there are more), or ""."""
        return next(
            (
                one.target
                for one in self.relations(owner)
                if one.kind == kind and one.target
            ),
            "",
        )

    @cached_property
    def office(self) -> str:
        """The namespace of r:id, which the types of relationships begin with: transitional or strict."""
        for element in self.markup("_rels/.rels").all("Relationship"):
            base, _, kind = element.attributes.get("Type", "").rpartition("/")
            if kind == "officeDocument":
                return base
        return ""

    @property
    def main(self) -> str:
        """The part that is the document."""
        found = self.related("", "officeDocument")
        if not found:
            raise PackageError(
                f"“{self.name}”里没有正文，已经损坏。请用 Office 或 WPS 打开，另存一次再试。"
            )
        return found

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Add a relationship between two parts; return its id."""
        name = relations_of(owner)
        if not self.find(name):
            self.parts[name] = (
                f'{HEAD}<Relationships xmlns="{RELATIONS_SPACE}"></Relationships>'.encode()
            )
        markup = self.markup(name)
        taken = [element.attributes.get("Id") for element in markup.all("Relationship")]
        number = 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(owner) or ".")
        markup.append(
            markup.root,
            f'<Relationship Id="rId{number}" Type="{self.office}/{kind}" Target={quoted(path)}/>',
        )
        self.put(name, markup)
        return f"rId{number}"

    def unrelate(self, owner: str, target: str) -> None:
        """Take away the relationships of a part to another; a part left without any has no list of them."""
        name = self.find(relations_of(owner))
        if not name:
            return
        markup = self.markup(name)
        gone: list[Element] = []
        kept: list[Element] = []
        for element in markup.all("Relationship"):
            part = self.find(_joined(owner, element.attributes.get("Target", "")))
            (gone if part == target else kept).append(element)
        for element in gone:
            markup.remove(element)
        self.put(name, markup)
        if gone and not kept:
            self.drop(name)


def relations_of(owner: str) -> str:
    """The name of the part that holds a part's relationships."""
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _joined(owner: str, target: str) -> str:
    """The part that a relationship's target names, seen from the part that has it."""
    folder = "/" + posixpath.dirname(owner)
    path = posixpath.join(folder, unquote(target))
    return posixpath.normpath(path).lstrip("/")


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
        """Yield the elements of a name anywhere inside, in their order, however deep they lie."""
        ahead = self.children[::-1]
        while ahead:
            one = ahead.pop()
            if one.name == name:
                yield one
            ahead += one.children[::-1]

    def child(self, name: str) -> Element | None:
        """The first element of a name right inside."""
        return next((child for child in self.children if child.name == name), None)


class _Reading:
    """One reading of a part's XML: its elements, put together from what expat tells as they begin and end."""

    def __init__(self, xml: bytes, shallow: str) -> None:
        self.xml = xml
        self.shallow = shallow
        self.root = Element("", {}, None, 0, 0)
        self.space = ""
        self.prefixes: dict[str, str] = {}
        self.open: list[
            Element
        ] = []  # the elements that have begun and not ended, from the outermost in
        # how many elements have begun, and not ended, below a shallow one
        self.below = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartNamespaceDeclHandler = self.declares
        self.parser.StartDoctypeDeclHandler = self.refuses
        self.parser.StartElementHandler = self.starts
        self.parser.CharacterDataHandler = self.tells
        self.parser.EndElementHandler = self.ends
        self.parser.Parse(xml, True)  # noqa: FBT003 expat's own face

    def declares(self, prefix: str | None, space: str) -> None:
        """Keep the prefixes that the root declares: they are told before it begins."""
        if not self.open and not self.below:
            self.prefixes.setdefault(space, prefix or "")

    def refuses(self, *_: object) -> None:
        raise expat.ExpatError("a document type has no place in an OOXML part")

    def starts(self, name: str, attributes: Mapping[str, str]) -> None:
        parent = self.open[-1] if self.open else None
        if self.below or (parent and parent.name == self.shallow):
            self.below += 1
            return
        start = self.parser.CurrentByteIndex
        tag = _TAG.match(self.xml, start)
        space, _, local = name.rpartition(" ")
        element = Element(
            name=local,
            attributes={_local(key): value for key, value in attributes.items()},
            parent=parent,
            start=start,
            inside=tag.end() if tag else start,
        )
        if parent:
            parent.children.append(element)
        else:
            self.root = element
            self.space = space
        self.open.append(element)

    def tells(self, text: str) -> None:
        if self.open and not self.below:
            self.open[-1].text += text

    def ends(self, _: str) -> None:
        if self.below:
            self.below -= 1
            return
        element = self.open.pop()
        if self.xml.endswith(b"/>", element.start, element.inside):  # it has no end tag
            element.close = element.end = element.inside
        else:
            element.close = self.parser.CurrentByteIndex
            element.end = self.xml.index(b">", element.close) + 1


class _Flow:
    """XML as it flows by: what lies right in one element below the root, each complete, and then let go of."""

    def __init__(self, within: str, passed_over: Mapping[str, str]) -> None:
        self.within = within
        self.passed_over = passed_over
        # how many elements have begun, and not ended, in one that is passed over
        self.below = 0
        self.open: list[
            Element
        ] = []  # the elements that have begun and not ended, from the outermost in
        self.complete: list[Element] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.starts
        self.parser.CharacterDataHandler = self.tells
        self.parser.EndElementHandler = self.ends

    def of(self, xml: bytes) -> Iterator[Element]:
        """Yield the elements of a part."""
        for at in range(0, len(xml), FLOW):
            self.parser.Parse(xml[at : at + FLOW], at + FLOW >= len(xml))
            yield from self.complete
            self.complete.clear()

    def starts(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.below:
            self.below += 1
            return
        parent, local = (self.open[-1] if self.open else None), name.rpartition(" ")[2]
        around = self.passed_over.get(local)
        if around == "" or (around and parent and parent.name == around):
            self.below = 1
            return
        said = (
            {_local(key): value for key, value in attributes.items()}
            if attributes
            else {}
        )
        # Without its parent it is gone as soon as nobody holds it, and no collector need look for it.
        element = Element(local, said, None, 0, 0)
        if parent:
            parent.children.append(element)
        self.open.append(element)

    def tells(self, text: str) -> None:
        if self.open and not self.below:
            self.open[-1].text += text

    def ends(self, _: str) -> None:
        if self.below:
            self.below -= 1
            return
        element = self.open.pop()
        if len(self.open) == 2 and self.open[-1].name == self.within:  # noqa: PLR2004  the root and the one looked into
            self.complete.append(element)
            self.open[-1].children.clear()


def _local(key: str) -> str:
    """An attribute's local name, with a colon before where it has a namespace; expat parts the two by a blank."""
    space, _, local = key.rpartition(" ")
    return f":{local}" if space else local


class Markup:
    """XML as bytes, with its elements and where they stand; edits are kept aside and spliced in by `result`."""

    def __init__(self, xml: bytes, shallow: str = "") -> None:
        self.xml = in_utf8(xml)
        reading = _Reading(self.xml, shallow)
        self.root = reading.root
        self.space = reading.space  # the root's namespace
        # namespace → prefix, as the root declares them
        self.prefixes = reading.prefixes
        self._edits: list[Edit] = []
        self._appended: dict[Element, list[bytes]] = {}

    @property
    def edited(self) -> bool:
        return bool(self._edits or self._appended)

    def all(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name, in their order."""
        return self.root.every(name)

    def own(self, xml: str) -> bytes:
        """An element of the root's vocabulary, whatever prefix the root has for it."""
        if self.prefixes.get(
            self.space
        ):  # without a prefix it would be in no namespace: let it declare its own
            xml = re.sub(
                r"^<([\w:]+)",
                lambda tag: f"{tag[0]} xmlns={quoted(self.space)}",
                xml,
                count=1,
            )
        return xml.encode("utf-8")

    def named(self, space: str, prefix: str) -> tuple[str, str]:
        """The prefix of a namespace, and the declaration it needs on the element where the root has none."""
        if held := self.prefixes.get(space):
            return held, ""
        return prefix, f" xmlns:{prefix}={quoted(space)}"

    def append(self, parent: Element, xml: str) -> None:
        """Add an element as the last one inside another."""
        self._appended.setdefault(parent, []).append(self.own(xml))

    def insert(self, at: int, xml: str) -> None:
        """Add an element at a place between others."""
        self._edits.append((at, at, self.own(xml)))

    def insert_in_order(
        self, parent: Element, xml: str, name: str, order: Sequence[str]
    ) -> None:
        """Add an element where its vocabulary's order asks for it: behind all that must come before."""
        before = order[: order.index(name)]
        ends = [child.end for child in parent.children if child.name in before]
        self.insert(max(ends, default=parent.inside), xml)

    def remove(self, element: Element) -> None:
        """Take an element away."""
        self._edits.append((element.start, element.end, b""))

    def write(self, element: Element, text: str) -> None:
        """Give an element that holds nothing but text another text, in the notation the old one had."""
        content = escape(text).encode("utf-8")
        self._edits.append((element.inside, element.close, content))

    def set(self, element: Element, attribute: str, value: str) -> None:
        """Give an attribute (one without a prefix) a value."""
        name = attribute.encode()
        content = quoted(value).encode("utf-8")
        for match in _ATTRIBUTE.finditer(self.xml, element.start, element.inside):
            if match[1] == name:
                start, end = match.span(2)
                self._edits.append((start, end, content))
                return
        closing = (
            b"/>" if self.xml.endswith(b"/>", element.start, element.inside) else b">"
        )
        at = element.inside - len(closing)
        self._edits.append((at, at, b" " + name + b"=" + content))

    def result(self) -> bytes:
        """The XML with all edits in it."""
        edits = [*self._edits, *self._additions()]
        pieces: list[bytes] = []
        at = 0
        for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
            if start < at:
                raise ValueError("two edits of one place")
            pieces += [self.xml[at:start], new]
            at = end
        pieces.append(self.xml[at:])
        return b"".join(pieces)

    def _additions(self) -> Iterator[Edit]:
        """Yield the edits that put appended elements before their parents' end tags; a parent without one gets one."""
        for parent, added in self._appended.items():
            content = b"".join(added)
            if (
                parent.inside == parent.close == parent.end
            ):  # <authors/> becomes <authors>…</authors>
                tag = re.match(rb"<([^\s/>]+)", self.xml[parent.start : parent.inside])
                name = tag[1] if tag else b""
                yield (
                    parent.inside - 2,
                    parent.inside,
                    b">" + content + b"</" + name + b">",
                )
            else:
                yield parent.close, parent.close, content
