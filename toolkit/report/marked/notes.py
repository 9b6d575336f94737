"""Comments at cells, patched into a workbook's package: ours beside a person's own, and out again without a trace.

A comment is two things: its text in the sheet's comments part, and a box in the sheet's VML drawing, which buttons share. VML
is not always well-formed (Excel leaves <br> open in buttons), so boxes are found as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.files.measure import lines_of
from toolkit.files.package import HEAD, Element, Markup, Package, PackageError, quoted, spelt
from toolkit.model import column_letter

AUTHOR = "预算公开校验"
BEGINS, ENDS = "── 校验结果 ──", "── 以上由校验工具添加 ──"  # what stands between these in a comment is ours

# What comes before a sheet's <legacyDrawing>, and before its <conditionalFormatting>: the order the format asks for.
SHEET_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup"),
    *("headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
    "legacyDrawing",
)
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

Spot = tuple[int, int]  # row and column, from 1

_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_BLOCK = 1024  # a drawing's shapes are numbered within blocks of so many
_WIDE, _TALLEST, _LINE, _HALF = 320, 480, 16, 7  # pixels: a box's width, its greatest height, a line, half a Chinese character
_SHAPE = re.compile(rb"<(\w+):shape\s.*?</\1:shape>\s*", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)"), re.compile(rb"<(?:\w+:)?Column>\s*(\d+)")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([^<]*)(</)")
_BLOCKS = re.compile(rb"(<(?:\w+:)?idmap\b[^>]*?\bdata=[\"'])([\d,\s]+)")
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_ROOT, _TYPED = re.compile(rb"<xml\b[^>]*>"), re.compile(rb"shapetype\b[^>]*\sid=[\"']_x0000_t202")
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_VML = '<xml{spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout></xml>'
_SHAPETYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;'
    'height:{height}pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a comment's text."""

    text: str
    bold: bool = False


def ref(spot: Spot) -> str:
    """A cell's address."""
    return f"{column_letter(spot[1])}{spot[0]}"


# -- adding -----------------------------------------------------------------------------------------------------------------


def add_notes(package: Package, part: str, sheet: Markup, notes: Mapping[Spot, Sequence[Said]]) -> frozenset[Spot]:
    """Put comments at cells of a sheet; `sheet` gets what it needs to show them. Return the cells that cannot have one.

    A cell with a person's comment gets our text below it. A cell with a conversation (a threaded comment) has no room for ours.
    """
    talked = _conversations(package, part)
    texts = {spot: (Said(BEGINS + "\n"), *said, Said("\n" + ENDS)) for spot, said in notes.items() if ref(spot) not in talked}
    if texts:
        joined = _add_texts(package, part, texts)
        _add_boxes(package, part, sheet, texts, joined)
    return frozenset(notes) - frozenset(texts)


def _conversations(package: Package, part: str) -> set[str]:
    return {
        one.attributes.get("ref", "")
        for relation in package.relations(part)
        if relation.kind == "threadedComment" and relation.target
        for one in package.markup(relation.target).all("threadedComment")
    }


def _add_texts(package: Package, part: str, texts: Mapping[Spot, Sequence[Said]]) -> frozenset[Spot]:
    """Write the texts into the sheet's comments part; return the cells where a person's comment stood already."""
    name = _related(package, part, "comments")
    if not name:
        name = package.free("xl/disclosureComments{}.xml")
        space = package.markup(part, "sheetData").space
        empty = f"{HEAD}<comments xmlns={quoted(space)}><authors></authors><commentList></commentList></comments>"
        package.add(name, empty, COMMENTS_TYPE)
        package.relate(part, "comments", name)
    markup = package.markup(name)
    authors, listed = markup.root.child("authors"), markup.root.child("commentList")
    if authors is None or listed is None:
        raise PackageError(f"“{package.name}”里的批注已经损坏。请用 Office 或 WPS 打开，另存一次再试。")
    there = {one.attributes.get("ref", ""): one for one in listed.children}
    if any(ref(spot) not in there for spot in texts):
        markup.append(authors, f"<author>{spelt(AUTHOR)}</author>")
    for spot, said in sorted(texts.items()):
        held = there.get(ref(spot))
        if held is None:
            runs = "".join(_run(one) for one in said)
            author = len(authors.children)
            markup.append(listed, f'<comment ref="{ref(spot)}" authorId="{author}"><text>{runs}</text></comment>')
        else:
            _extend(markup, held, (Said("\n"), *said))
    package.put(name, markup)
    return frozenset(spot for spot in texts if ref(spot) in there)


def _related(package: Package, part: str, kind: str) -> str:
    return next((one.target for one in package.relations(part) if one.kind == kind and one.target), "")


def _run(said: Said) -> str:
    bold = "<b/>" if said.bold else ""
    look = f'<rPr>{bold}<sz val="9"/><color indexed="81"/><rFont val="宋体"/><family val="3"/><charset val="134"/></rPr>'
    return f'<r>{look}<t xml:space="preserve">{spelt(said.text)}</t></r>'


def _extend(markup: Markup, comment: Element, said: Sequence[Said]) -> None:
    """Add to the text of a person's comment; a plain text becomes a run first, since runs do not follow a plain text."""
    text = comment.child("text")
    if text is None:
        markup.append(comment, f"<text>{''.join(_run(one) for one in said)}</text>")
        return
    if plain := text.child("t"):
        markup.insert(plain.start, "<r>")
        markup.insert(plain.end, "</r>")
    phonetic = next((child for child in text.children if child.name in ("rPh", "phoneticPr")), None)
    for one in said:
        if phonetic is None:
            markup.append(text, _run(one))
        else:
            markup.insert(phonetic.start, _run(one))


def _add_boxes(
    package: Package, part: str, sheet: Markup, texts: Mapping[Spot, Sequence[Said]], joined: frozenset[Spot]
) -> None:
    """Give each text a box to be seen in; a person's box gets higher where our text stands below theirs."""
    name = _drawing(package, part, sheet)
    vml = package.parts[name]
    ruler = Ruler(sheet)
    there = {spot: shape for shape in _SHAPE.finditer(vml) if (spot := _noted(shape[0]))}
    heights = {spot: _height(said) for spot, said in texts.items()}
    for spot in sorted(joined & set(there), key=lambda spot: there[spot].start(), reverse=True):
        shape = there[spot]
        vml = vml[: shape.start()] + _taller(shape[0], heights[spot], ruler) + vml[shape.end() :]
    bare = sorted(set(texts) - set(there))
    vml, numbers = _numbered(package, vml, len(bare))
    boxes = [] if _TYPED.search(vml) else [_SHAPETYPE]
    for order, (spot, number) in enumerate(zip(bare, numbers, strict=True), len(there) + 1):
        size = {"width": _WIDE * 3 // 4, "height": heights[spot] * 3 // 4}
        anchor = ruler.anchor(spot, _WIDE, heights[spot])
        boxes.append(_BOX.format(number=number, order=order, anchor=anchor, row=spot[0] - 1, column=spot[1] - 1, **size))
    at = vml.rfind(b"</xml>")
    package.parts[name] = vml[:at] + "".join(_declared(vml, box) for box in boxes).encode() + vml[at:]


def _declared(vml: bytes, shape: str) -> str:
    """A shape with the declarations of those of its namespaces that the drawing's root does not declare."""
    root = _ROOT.search(vml)
    tag, blank, rest = shape.partition(" ")
    return tag + _spaces(root[0] if root else b"") + blank + rest


def _spaces(declared: bytes = b"") -> str:
    """The declarations of VML's namespaces, without those declared already."""
    said = (f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    return "".join(one for one in said if one.encode() not in declared)


def _drawing(package: Package, part: str, sheet: Markup) -> str:
    """The VML part of a sheet, a new one if it has none."""
    held = sheet.root.child("legacyDrawing")
    if held is not None:
        relation = next((one for one in package.relations(part) if one.id == held.attributes.get(":id")), None)
        if relation and relation.target and b"</xml>" in package.parts[relation.target]:
            return relation.target
        sheet.remove(held)
    name = package.free("xl/drawings/disclosureNotes{}.vml")
    package.add(name, _VML.format(spaces=_spaces(), block=max(_blocks(package)) + 1), VML_TYPE)
    prefix, declared = sheet.named(package.office, "r")
    drawing = f'<legacyDrawing{declared} {prefix}:id="{package.relate(part, "vmlDrawing", name)}"/>'
    sheet.insert_in_order(sheet.root, drawing, "legacyDrawing", SHEET_ORDER)
    return name


def _blocks(package: Package) -> set[int]:
    """The blocks of shape numbers that the package's drawings have for themselves."""
    maps = (_BLOCKS.search(content) for name, content in package.parts.items() if name.endswith(".vml"))
    return {0, *(int(number) for said in maps if said for number in said[2].split(b","))}


def _numbered(package: Package, vml: bytes, count: int) -> tuple[bytes, list[int]]:
    """Free numbers for shapes of a drawing; a drawing that runs out of them gets a further block."""
    used = {int(number) for number in _NUMBER.findall(vml)}
    said = _BLOCKS.search(vml)
    if said is None:
        first = max(used, default=_BLOCK) + 1
        return vml, list(range(first, first + count))
    blocks = [int(number) for number in said[2].split(b",")]
    numbers: list[int] = []
    fresh = max(_blocks(package))
    while len(numbers) < count:
        numbers = [n for block in blocks for n in range(block * _BLOCK + 1, (block + 1) * _BLOCK) if n not in used][:count]
        if len(numbers) < count:
            fresh += 1
            blocks.append(fresh)
    return vml[: said.start(2)] + ",".join(map(str, blocks)).encode() + vml[said.end(2) :], numbers


def _noted(shape: bytes) -> Spot | None:
    """The cell that a shape is the comment box of, or None for a button or a picture."""
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if b"Note" in shape and row and column else None


def _height(said: Sequence[Said]) -> int:
    """The pixels that a text needs in a box of our width."""
    lines = lines_of("".join(one.text for one in said), _WIDE // _HALF - 2)
    return min(_TALLEST, (lines + 1) * _LINE)


def _taller(shape: bytes, more: int, ruler: Ruler) -> bytes:
    """A person's box with its lower edge moved down, so that the text below theirs is seen."""
    said = _ANCHOR.search(shape)
    numbers = [int(number) for number in re.findall(rb"-?\d+", said[2])] if said else []
    if said is None or len(numbers) != 8:  # noqa: PLR2004  the format's four pairs
        return shape
    numbers[6:] = ruler.down(numbers[6], numbers[7] + more)
    return shape[: said.start(2)] + ", ".join(map(str, numbers)).encode() + shape[said.end(2) :]


class Ruler:
    """How wide the columns and how high the rows of a sheet are, in pixels: where a box begins and ends."""

    def __init__(self, sheet: Markup) -> None:
        usual = sheet.root.child("sheetFormatPr")
        said = usual.attributes if usual else {}
        self.row = _row_pixels(said.get("defaultRowHeight", "15"))
        self.column = _column_pixels(said.get("defaultColWidth", "8.43"))
        self.columns = [
            (int(said.get("min", "0")), int(said.get("max", "0")), _column_pixels(_shown(one, "width", "8.43")))
            for one in sheet.all("col")
            for said in [one.attributes]
        ]
        self.rows: dict[int, int] = {}
        number = 0
        for one in sheet.all("row"):
            number = int(one.attributes.get("r", number + 1))
            if "ht" in one.attributes or "hidden" in one.attributes:
                self.rows[number] = _row_pixels(_shown(one, "ht", "15"))

    def down(self, row: int, pixels: int) -> tuple[int, int]:
        """So many pixels below the top of a row (counted from 0): the row there, and the pixels within it."""
        while row < _LAST_ROW and pixels >= (height := self.rows.get(row + 1, self.row)):
            row, pixels = row + 1, pixels - height
        return row, pixels

    def right(self, column: int, pixels: int) -> tuple[int, int]:
        while column < _LAST_COLUMN and pixels >= (width := self.width(column + 1)):
            column, pixels = column + 1, pixels - width
        return column, pixels

    def width(self, column: int) -> int:
        """The pixels of a column, counted from 1."""
        return next((width for low, high, width in self.columns if low <= column <= high), self.column)

    def anchor(self, spot: Spot, width: int, height: int) -> str:
        """The place of a box to the right of a cell, as VML writes it: left, top, right, bottom, each with its pixels."""
        left, top = self.right(spot[1], 15), self.down(max(spot[0] - 2, 0), 10 if spot[0] > 1 else 2)
        return ", ".join(map(str, (*left, *top, *self.right(left[0], left[1] + width), *self.down(top[0], top[1] + height))))


def _shown(element: Element, size: str, usual: str) -> str:
    return "0" if element.attributes.get("hidden") in ("1", "true") else element.attributes.get(size, usual)


def _row_pixels(points: str) -> int:
    return int(Decimal(points) * 4 / 3)


def _column_pixels(characters: str) -> int:
    return int(Decimal(characters) * 7 + 5) if Decimal(characters) else 0


# -- taking away --------------------------------------------------------------------------------------------------------------


def remove_notes(package: Package, part: str, sheet: Markup) -> int:
    """Take our texts out of a sheet's comments, whatever program has saved them since; return from how many cells."""
    name = _related(package, part, "comments")
    if not name:
        return 0
    markup = package.markup(name)
    held = list(markup.all("comment"))
    ours = [(one, spans) for one in held if (spans := list(_spans(one)))]
    emptied = [one for one, spans in ours if not _cut(_text(one), spans).strip()]
    for one, spans in ours:
        if one in emptied:
            markup.remove(one)
        else:
            _cut_out(markup, one, spans)
    _remove_author(markup, [one for one in held if one not in emptied])
    package.put(name, markup)
    if held and len(emptied) == len(held):
        package.unrelate(part, name)
        package.drop(name)
    if emptied:
        _remove_boxes(package, part, sheet, {one.attributes.get("ref", "") for one in emptied})
    return len(ours)


def _pieces(comment: Element) -> list[Element]:
    return [one for one in comment.every("t") if one.parent is None or one.parent.name != "rPh"]


def _text(comment: Element) -> str:
    return "".join(one.text for one in _pieces(comment))


def _spans(comment: Element) -> Iterator[tuple[int, int]]:
    """Where our text begins and ends within a comment's, with the line end before it."""
    text, at = _text(comment), 0
    while (begins := text.find(BEGINS, at)) >= 0:
        ends = text.find(ENDS, begins)
        at = ends + len(ENDS) if ends >= 0 else len(text)
        yield len(text[:begins].removesuffix("\n").removesuffix("\r")), at


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return "".join(character for n, character in enumerate(text) if not any(begin <= n < end for begin, end in spans))


def _cut_out(markup: Markup, comment: Element, spans: Sequence[tuple[int, int]]) -> None:
    """Cut spans out of a comment's text: runs wholly inside go, others keep what is not inside."""
    at = 0
    for piece in _pieces(comment):
        within = [(begin - at, end - at) for begin, end in spans]
        at += len(piece.text)
        left = _cut(piece.text, within)
        if left == piece.text:
            continue
        if left:
            markup.write(piece, left)
        else:
            markup.remove(piece.parent if piece.parent and piece.parent.name == "r" else piece)


def _remove_author(markup: Markup, left: Sequence[Element]) -> None:
    """Take our name off the list of authors if nobody's number changes by it."""
    authors = list(markup.all("author"))
    last = str(len(authors) - 1)
    if authors and authors[-1].text == AUTHOR and all(one.attributes.get("authorId") != last for one in left):
        markup.remove(authors[-1])


def _remove_boxes(package: Package, part: str, sheet: Markup, refs: set[str]) -> None:
    held = sheet.root.child("legacyDrawing")
    relation = next((one for one in package.relations(part) if held and one.id == held.attributes.get(":id")), None)
    if held is None or relation is None or not relation.target:
        return
    vml = package.parts[relation.target]
    for shape in reversed(list(_SHAPE.finditer(vml))):
        if (spot := _noted(shape[0])) and ref(spot) in refs:
            vml = vml[: shape.start()] + vml[shape.end() :]
    package.parts[relation.target] = vml
    if not _SHAPE.search(vml):
        sheet.remove(held)
        package.unrelate(part, relation.target)
        package.drop(relation.target)
