"""Which parts of a package are which: sheets, shared strings, number formats, defined names; what kind of workbook it is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import NoReturn
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from toolkit.files.addresses import AREAS, Named
from toolkit.files.archive import SMALL, Archive, CannotOpenError, DamagedError
from toolkit.files.elements import child, every, local, said, tree
from toolkit.files.formats import BUILTIN, MAC, WINDOWS
from toolkit.files.sheetxml import attributes, strings_xml, usual
from toolkit.model import record

MOST_SHEETS = 3_000  # a thousand projects have a sheet each
CONTENT_TYPES, ROOT_RELATIONS, USUAL_MAIN = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
)
YES = ("1", "true", "on")
SHORT = (
    1 << 16
)  # bytes of what is remembered of the workbooks before: names, relationships, types

# What the content type of the main part says a file is: the suffix with which Excel opens it.
SUFFIXES = {
    "spreadsheetml.sheet.main+xml": ".xlsx",
    "spreadsheetml.template.main+xml": ".xltx",
    "ms-excel.sheet.macroenabled.main+xml": ".xlsm",
    "ms-excel.template.macroenabled.main+xml": ".xltm",
    "ms-excel.addin.macroenabled.main+xml": ".xlam",
}
# Other kinds of files that are zipped too, by a part that they have.
OTHERS = {
    "xl/workbook.bin": "是 .xlsb 格式（二进制工作簿）",
    "content.xml": "是 .ods 格式（开放文档表格）",
    "word/document.xml": "是 Word 文档，不是 Excel 工作簿",
    "ppt/presentation.xml": "是演示文稿，不是 Excel 工作簿",
}
_NAMES, _NAMES_END = b"<definedNames>", b"</definedNames>"
_NAME_END = b"</definedName>"
# names remembered from one workbook to the next, and bytes of one
MOST_KEPT, LONGEST_KEPT = 8192, 512
_NAME = re.compile(
    r'<definedName name="([^"&]*)"(?: localSheetId="(\d+)")?(?: hidden="\w+")?>([^<]*)',
    re.ASCII,
)
_RELATION = re.compile(rb"<Relationship((?: [A-Za-z]+=\"[ !#-%'-;=-~]*\")+) ?/>")
_TYPE = re.compile(rb' ContentType="([\w.+/-]*)"')
_OWN = "_xlnm."  # begins the names that Excel makes for itself: print areas, filters
_BROKEN = (DamagedError, ParseError, LookupError, ValueError)


@record(slots=True)
class Look:
    """A cell's style, as far as it tells what is seen: the number format, and whether all is struck through."""

    pattern: str = ""
    struck: bool = False


PLAIN = Look()


# a defined name, the number of the sheet that it belongs to ("": the whole workbook), its target
Name = tuple[str, str, str]


class Targets(dict[str, str]):
    """Defined names with their targets; never changed once they are read."""

    @cached_property
    def areas(self) -> Named:
        """The areas that they point to, whatever sheet those name: on a project's copy that is another."""
        return Named((name, AREAS[to.rpartition("!")[2]]) for name, to in self.items())


# the relationships of a part by id: the last word of the type, and the part it leads to
Relations = Mapping[str, tuple[str, str]]
NO_TARGETS = Targets()
Names = Mapping[str, Targets]


@record(slots=True)
class Listed:
    """A worksheet as the workbook lists it: its number among all sheets, its name, its part."""

    number: int
    name: str
    part: str
    hidden: bool


class Workbook:
    """The parts of a package, found by their relationships whatever they are called."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.doubts: list[str] = []  # what could not be read, although the workbook can
        self.main = self._main()
        self.relations = self._relations(self.main)
        data = archive.read(self.main)
        apart = _names_apart(data)
        if apart is not None:
            # Three hundred names take a parser longer than all the rest of the part.
            data, names = apart
        self.root = tree(data)
        if local(self.root) != "workbook":
            self._refuse()
        # by the number of their sheet
        self.names = names if apart is not None else _by_sheet(_every_name(self.root))

    def _main(self) -> str:
        """The part that is the workbook: the one the package names, else the usual one."""
        named = [
            part
            for kind, part in self._relations("").values()
            if kind == "officeDocument"
        ]
        held = [
            part
            for part in (*named, USUAL_MAIN)
            if self.archive.holds(part) and part.lower() not in OTHERS
        ]
        if not held:
            self._refuse()
        return held[0]

    def _refuse(self) -> NoReturn:
        """Tell what kind of file a package is that is no workbook."""
        other = next(
            (said for part, said in OTHERS.items() if self.archive.holds(part)),
            "不是 Excel 工作簿",
        )
        raise CannotOpenError(
            f"“{self.archive.name}”{other}。请交用填报表填好的文件，在 Excel 或 WPS 中另存为 .xlsx。"
        )

    def _relations(self, owner: str) -> Relations:
        """The relationships of a part by id: the last word of the type, and the part it leads to."""
        folder, file = posixpath.split(owner)
        part = posixpath.join(folder, "_rels", f"{file}.rels")
        if not self.archive.holds(part):
            return {}
        try:
            data = self.archive.read(part)
            of = _known_relations if len(data) < SHORT else _relations_in
            return of(folder, data)
        except _BROKEN:
            if owner:
                raise
            return {}  # without the package's own list the usual part is taken

    def _part(self, kind: str) -> bytes | None:
        """The part of a kind, None where there is none."""
        parts = [part for of, part in self.relations.values() if of == kind]
        if not parts or not self.archive.holds(parts[0]):
            return None
        return self.archive.read(parts[0])

    @cached_property
    def suffix(self) -> str:
        """The suffix that the package's own type asks for; "" where it says none that we know."""
        try:
            types = self.archive.read(CONTENT_TYPES)
            of = _known_kind if len(types) < SHORT else _kind_of
            kind = of(self.main, types)
        except _BROKEN:
            return ""
        return next(
            (
                suffix
                for ending, suffix in SUFFIXES.items()
                if kind.lower().endswith(ending)
            ),
            "",
        )

    @cached_property
    def start(self) -> date:
        """What dates count from."""
        return MAC if child(self.root, "workbookPr").get("date1904") in YES else WINDOWS

    def sheets(self) -> Iterator[Listed]:
        """Yield the worksheets in order; charts and macro sheets hold no cells of ours."""
        listed = [said(one) for one in child(self.root, "sheets")]
        if len(listed) > MOST_SHEETS:
            told = f"“{self.archive.name}”的工作表过多（超过 {MOST_SHEETS} 张），没有读取。"
            raise CannotOpenError(f"{told}请删去多余的工作表再交。")
        for number, one in enumerate(listed):
            kind, part = self.relations.get(one.get("id", ""), ("", ""))
            if kind == "worksheet":
                yield Listed(
                    number,
                    one.get("name", ""),
                    part,
                    one.get("state", "visible") != "visible",
                )
            elif not kind:
                raise DamagedError("a sheet that no relationship leads to")

    @cached_property
    def strings(self) -> list[bytes]:
        """The shared strings, still as they are written."""
        data = self._part("sharedStrings")
        return strings_xml(data) if data is not None else []

    @cached_property
    def looks(self) -> list[Look]:
        """The looks of cells by the number of their style. Broken styles are a doubt: what stands in the cells can be read."""
        try:
            data = self._part("styles")
            if data is None:
                return []
            return _known_looks(data) if len(data) < SMALL else _looks(data)
        except _BROKEN:
            self.doubts.append("单元格样式读不出来：日期、百分比当作数读")
            return []

    def pictures(self, sheet: str) -> frozenset[tuple[int, int]]:
        """The cells at which pictures of a sheet's drawing are fixed. A drawing that cannot be read is nobody's concern."""
        try:
            return frozenset(self._corners(sheet))
        except _BROKEN:
            return frozenset()

    def _corners(self, sheet: str) -> Iterator[tuple[int, int]]:
        """Yield the cell at which each picture of a sheet's drawings begins."""
        for kind, part in self._relations(sheet).values():
            if kind != "drawing" or not self.archive.holds(part):
                continue
            for anchor in tree(self.archive.read(part)):
                holds_picture = next(every(anchor, "pic"), None) is not None
                if holds_picture:
                    corner = child(anchor, "from")
                    yield _count(child(corner, "row")), _count(child(corner, "col"))


def _listed(data: bytes) -> list[Mapping[str, str]]:
    """The relationships that a part lists, each by its attributes."""
    found = _RELATION.findall(data)
    # Besides them the word stands in the root's two tags alone; whatever else there is, a parser reads.
    if b"<!" not in data and len(found) + 2 == data.count(b"Relationship"):
        return [attributes(one) for one in found]
    return [said(one) for one in every(tree(data), "Relationship")]


def _relations_in(folder: str, data: bytes) -> Relations:
    """The relationships that a part lists, from the folder of the part that has them."""
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            _joined(folder, one.get("Target", "")),
        )
        for one in _listed(data)
    }


# Workbooks of one template that have as many projects have the same.
_known_relations = lru_cache(maxsize=32)(_relations_in)


@lru_cache(maxsize=4096)
def _joined(folder: str, target: str) -> str:
    """The part that a relationship leads to, from the folder of the part that has it."""
    plain = unquote(target).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, plain)).lstrip("/")


def _kind_of(part: str, types: bytes) -> str:
    """The content type that a package's list says of a part; "" where it says none."""
    named = f'partname="/{part}"'.lower().encode()
    at = types.lower().find(named)
    alone = b"<!" not in types and types.lower().count(named) == 1
    if alone and (found := _TYPE.match(types, at + len(named))):
        return found[1].decode()
    return next(
        (
            one.get("ContentType", "")
            for one in map(said, every(tree(types), "Override"))
            if one.get("PartName", "").lower() == f"/{part}".lower()
        ),
        "",
    )


_known_kind = lru_cache(maxsize=16)(_kind_of)


def _names_apart(data: bytes) -> tuple[bytes, Names] | None:
    """The main part without its defined names, and these, where all of them are written in the usual way; else None."""
    begin, end = data.find(_NAMES), data.find(_NAMES_END) + len(_NAMES_END)
    if not 0 < begin < end:
        return None
    section, rest = data[begin:end], data[:begin] + data[end:]
    if b"definedName" in rest or not usual(rest, b"workbook"):
        return None
    names = _known_names(section) if len(section) < SHORT else _names_in(section)
    return None if names is None else (rest, names)


def _names_in(section: bytes) -> Names | None:
    """The defined names that a part lists, where all of them are written in the usual way; else None."""
    *written, last = section[len(_NAMES) : -len(_NAMES_END)].split(_NAME_END)
    names = [_WRITTEN[one] for one in written]
    if not names or last.strip() or None in names:
        return None
    return _by_sheet(name for name in names if name)


# Workbooks of one template have the same names, but for those that have lines or projects more.
_known_names = lru_cache(maxsize=16)(_names_in)


class _WrittenNames(dict[bytes, "Name | None"]):
    """Defined names by how they are written, up to the tag that ends them; None: in another way than usual, or behind a comment."""

    def __missing__(self, written: bytes) -> Name | None:
        found = _NAME.fullmatch(written.decode().lstrip())
        name = found and (found[1], found[2] or "", _resolved(found[3]))
        if len(self) >= MOST_KEPT:
            self.clear()
        if len(written) < LONGEST_KEPT:
            self[written] = name
        return name


_WRITTEN = _WrittenNames()


def _by_sheet(names: Iterable[Name]) -> Names:
    """Defined names by the number of their sheet, each with its target; those that Excel makes for itself are left out."""
    found: dict[str, Targets] = {}
    for name, sheet, target in names:
        if not name.startswith(_OWN):
            found.setdefault(sheet, Targets())[name] = target
    return found


def _resolved(text: str) -> str:
    """A text without the escapes of XML."""
    text = text.replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&quot;", '"').replace("&amp;", "&")


def _every_name(root: Element) -> Iterator[Name]:
    """Yield the defined names, however they are written."""
    for element in every(root, "definedName"):
        yield (
            element.get("name", ""),
            element.get("localSheetId", ""),
            element.text or "",
        )


# A template's styles are those of every workbook drawn of it that was not saved anew.
@lru_cache(maxsize=8)
def _known_looks(data: bytes) -> list[Look]:
    return _looks(data)


def _looks(data: bytes) -> list[Look]:
    """The looks of cell styles, from the part that holds them."""
    root = tree(data)
    own = {
        one.get("numFmtId", ""): one.get("formatCode", "")
        for one in child(root, "numFmts")
    }
    fonts = [is_struck(font) for font in child(root, "fonts")]
    return [_look(style, own, fonts) for style in child(root, "cellXfs")]


def _look(style: Element, own: Mapping[str, str], struck_fonts: Sequence[bool]) -> Look:
    """The look of one style, with the workbook's own formats by number, and which of its fonts strike through."""
    number = style.get("numFmtId", "")
    usual = BUILTIN.get(int(number), "") if number.isdecimal() else ""
    pattern = own.get(number, usual)
    if pattern == "General":
        pattern = ""
    font = style.get("fontId", "")
    known = font.isdecimal() and int(font) < len(struck_fonts)
    return Look(pattern, known and struck_fonts[int(font)])


def is_struck(font: Element) -> bool:
    """Whether a font strikes its letters through."""
    return any(
        strike.get("val", "1") not in ("0", "false") for strike in every(font, "strike")
    )


def _count(element: Element) -> int:
    """A row or column as a drawing counts it, from 0; here they count from 1."""
    return int(element.text or "") + 1
