"""Comments at cells, patched into a workbook's package: ours beside a person's own, and out again without a trace.

A comment is two things: its text in the sheet's comments part, and a box in the sheet's VML drawing, which buttons share. VML
is not always well-formed (Excel leaves <br> open in buttons), so boxes are found as text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal

from toolkit.files.measure import lines_of
from toolkit.files.package import (
    HEAD,
    SHEET_ORDER,
    Element,
    Markup,
    Package,
    PackageError,
    quoted,
    spelt,
)
from toolkit.model import column_letter, record

AUTHOR = "预算公开校验"
# what stands between these in a comment is ours
BEGINS, ENDS = (
    "── 校验结果 ──",
    "── 以上由校验工具添加 ──",
)

COMMENTS_TYPE = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
)
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

Spot = tuple[int, int]  # row and column, from 1

_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_BLOCK = 1024  # a drawing's shapes are numbered within blocks of so many
# pixels: a box's width, its greatest height, a line, half a Chinese character
_WIDE, _TALLEST, _LINE, _HALF = 320, 480, 16, 7
_SHAPE = re.compile(rb"<(\w+):shape\s.*?</\1:shape>\s*", re.DOTALL)
_ROW, _COLUMN = (
    re.compile(rb"<(?:\w+:)?Row>\s*(\d+)"),
    re.compile(rb"<(?:\w+:)?Column>\s*(\d+)"),
)
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([^<]*)(</)")
_BLOCKS = re.compile(rb"(<(?:\w+:)?idmap\b[^>]*?\bdata=[\"'])([\d,\s]+)")
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_ROOT, _TYPED = (
    re.compile(rb"<xml\b[^>]*>"),
    re.compile(rb"shapetype\b[^>]*\sid=[\"']_x0000_t202"),
)
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


@record(slots=True)
class Run:
    """A piece of a comment's text, in one look."""

    text: str
    bold: bool = False


def ref(spot: Spot) -> str:
    """A cell's address."""
    return f"{column_letter(spot[1])}{spot[0]}"


# -- adding -----------------------------------------------------------------------------------------------------------------


def add_notes(
    package: Package, part: str, sheet: Markup, notes: Mapping[Spot, Sequence[Run]]
) -> frozenset[Spot]:
    """Put comments at cells of a sheet; `sheet` gets what it needs to show them. Return the cells that cannot have one.

    A cell with a person's comment gets our text below it. A cell with a conversation (a threaded comment) has no room for ours.
    """
    talked = _conversations(package, part)
    texts = {
        spot: (
            Run(BEGINS + "\n"),
            *runs,
            Run("\n" + ENDS),
        )  # between these marks it is ours
        for spot, runs in notes.items()
        if ref(spot) not in talked
    }
    if texts:
        joined = _add_texts(package, part, texts)
        _add_boxes(package, part, sheet, texts, joined)
    return frozenset(notes) - frozenset(texts)


def _conversations(package: Package, part: str) -> set[str]:
    """The addresses of a sheet's cells that have a conversation."""
    talked: set[str] = set()
    for relation in package.relations(part):
        if relation.kind == "threadedComment" and relation.target:
            threads = package.markup(relation.target)
            talked |= {
                one.attributes.get("ref", "") for one in threads.all("threadedComment")
            }
    return talked


def _add_texts(
    package: Package, part: str, texts: Mapping[Spot, Sequence[Run]]
) -> frozenset[Spot]:
    """Write the texts into the sheet's comments part; return the cells where a person's comment stood already."""
    name = package.related(part, "comments") or _new_comments(package, part)
    markup = package.markup(name)
    authors, listed = markup.root.child("authors"), markup.root.child("commentList")
    if authors is None or listed is None:
        raise PackageError(
            f"“{package.name}”里的批注已经损坏。请用 Office 或 WPS 打开，另存一次再试。"
        )
    theirs = {one.attributes.get("ref", ""): one for one in listed.children}
    joined = frozenset(spot for spot in texts if ref(spot) in theirs)
    # ours stands behind all others, so that nobody's number changes
    author = len(authors.children)
    if joined != frozenset(texts):
        markup.append(authors, f"<author>{spelt(AUTHOR)}</author>")
    for spot, runs in sorted(texts.items()):
        if spot in joined:
            _extend(markup, theirs[ref(spot)], (Run("\n"), *runs))
        else:
            text = "".join(map(_run_xml, runs))
            markup.append(
                listed,
                f'<comment ref="{ref(spot)}" authorId="{author}"><text>{text}</text></comment>',
            )
    package.put(name, markup)
    return joined


def _new_comments(package: Package, part: str) -> str:
    """Give a sheet a comments part without any; return its name."""
    name = package.free("xl/disclosureComments{}.xml")
    space = package.markup(part, "sheetData").space
    empty = f"{HEAD}<comments xmlns={quoted(space)}><authors></authors><commentList></commentList></comments>"
    package.add(name, empty, COMMENTS_TYPE)
    package.relate(part, "comments", name)
    return name


def _run_xml(run: Run) -> str:
    bold = "<b/>" if run.bold else ""
    look = f'<rPr>{bold}<sz val="9"/><color indexed="81"/><rFont val="宋体"/><family val="3"/><charset val="134"/></rPr>'
    return f'<r>{look}<t xml:space="preserve">{spelt(run.text)}</t></r>'


def _extend(markup: Markup, comment: Element, runs: Sequence[Run]) -> None:
    """Add to the text of a person's comment; a plain text becomes a run first, since runs do not follow a plain text."""
    text = comment.child("text")
    if text is None:
        markup.append(comment, f"<text>{''.join(map(_run_xml, runs))}</text>")
        return
    if plain := text.child("t"):
        markup.insert(plain.start, "<r>")
        markup.insert(plain.end, "</r>")
    # How the text is pronounced must stay last.
    phonetic = next(
        (child for child in text.children if child.name in ("rPh", "phoneticPr")), None
    )
    for run in runs:
        if phonetic is None:
            markup.append(text, _run_xml(run))
        else:
            markup.insert(phonetic.start, _run_xml(run))


# -- the boxes ----------------------------------------------------------------------------------------------------------------


def _add_boxes(
    package: Package,
    part: str,
    sheet: Markup,
    texts: Mapping[Spot, Sequence[Run]],
    joined: frozenset[Spot],
) -> None:
    """Give each text a box to be seen in; a person's box gets higher where our text stands below theirs."""
    name = _drawing(package, part, sheet)
    vml = package.parts[name]
    ruler = Ruler(sheet)
    heights = {spot: _height(runs) for spot, runs in texts.items()}
    shapes: dict[
        Spot, re.Match[bytes]
    ] = {}  # the boxes that are there, by the cells they belong to
    for shape in _SHAPE.finditer(vml):
        if spot := _noted(shape[0]):
            shapes[spot] = shape
    # From the last to the first, so that those before stay where they were found.
    shared = sorted(
        joined & set(shapes), key=lambda spot: shapes[spot].start(), reverse=True
    )
    for spot in shared:
        taller = _taller(shapes[spot][0], heights[spot], ruler)
        vml = _spliced(vml, shapes[spot].span(), taller)
    without_box = sorted(set(texts) - set(shapes))
    vml, numbers = _numbered(package, vml, len(without_box))
    boxes = [] if _TYPED.search(vml) else [_SHAPETYPE]
    for order, spot in enumerate(without_box):
        box = _box(spot, heights[spot], ruler, numbers[order], len(shapes) + 1 + order)
        boxes.append(box)
    added = "".join(_declared(vml, box) for box in boxes)
    end = vml.rfind(b"</xml>")
    package.parts[name] = _spliced(vml, (end, end), added.encode())


def _spliced(content: bytes, place: tuple[int, int], new: bytes) -> bytes:
    """Bytes with other bytes in place of those from here to there."""
    start, end = place
    return content[:start] + new + content[end:]


def _box(spot: Spot, height: int, ruler: Ruler, number: int, order: int) -> str:
    """The box of a comment. Its size stands there twice: in points, and as the cells that it reaches over."""
    row, column = spot
    return _BOX.format(
        number=number,
        order=order,
        width=_points(_WIDE),
        height=_points(height),
        anchor=ruler.anchor(spot, _WIDE, height),
        row=row - 1,
        column=column - 1,
    )


def _points(pixels: int) -> int:
    return pixels * 3 // 4


def _declared(vml: bytes, shape: str) -> str:
    """A shape with the declarations of those of its namespaces that the drawing's root does not declare."""
    root = _ROOT.search(vml)
    tag, blank, rest = shape.partition(" ")
    return tag + _spaces(root[0] if root else b"") + blank + rest


def _spaces(declared: bytes = b"") -> str:
    """The declarations of VML's namespaces, without those declared already."""
    declarations = [f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items()]
    return "".join(one for one in declarations if one.encode() not in declared)


def _drawing(package: Package, part: str, sheet: Markup) -> str:
    """The VML part of a sheet, a new one if it has none."""
    held = sheet.root.child("legacyDrawing")
    if held is not None:
        target = _drawn(package, part, held)
        if target and b"</xml>" in package.parts[target]:
            return target
        sheet.remove(held)
    name = package.free("xl/drawings/disclosureNotes{}.vml")
    block = max(_blocks(package)) + 1
    package.add(name, _VML.format(spaces=_spaces(), block=block), VML_TYPE)
    relation = package.relate(part, "vmlDrawing", name)
    prefix, declared = sheet.named(package.office, "r")
    drawing = f'<legacyDrawing{declared} {prefix}:id="{relation}"/>'
    sheet.insert_in_order(sheet.root, drawing, "legacyDrawing", SHEET_ORDER)
    return name


def _drawn(package: Package, part: str, held: Element) -> str:
    """The VML part that a sheet's <legacyDrawing> means, or ""."""
    id_ = held.attributes.get(":id")
    return next((one.target for one in package.relations(part) if one.id == id_), "")


def _blocks(package: Package) -> set[int]:
    """The blocks of shape numbers that the package's drawings have for themselves; 0 is nobody's."""
    blocks = {0}
    for name, content in package.parts.items():
        if name.endswith(".vml"):
            declared = _BLOCKS.search(content)
            blocks.update(_numbers_of(declared[2]) if declared else ())
    return blocks


def _numbers_of(listed: bytes) -> list[int]:
    return [int(number) for number in listed.split(b",")]


def _numbered(package: Package, vml: bytes, count: int) -> tuple[bytes, list[int]]:
    """Free numbers for shapes of a drawing; a drawing that runs out of them gets a further block."""
    used = {int(number) for number in _NUMBER.findall(vml)}
    declared = _BLOCKS.search(vml)
    if declared is None:
        first = max(used, default=_BLOCK) + 1
        return vml, list(range(first, first + count))
    blocks = _numbers_of(declared[2])
    last = max(_blocks(package))
    free = _free(blocks, used)
    while len(free) < count:
        last += 1
        blocks.append(last)
        free = _free(blocks, used)
    listed = ",".join(map(str, blocks))
    return _spliced(vml, declared.span(2), listed.encode()), free[:count]


def _free(blocks: Sequence[int], used: Container[int]) -> list[int]:
    """The numbers of these blocks that no shape has; the first of each block is the drawing's own."""
    found: list[int] = []
    for block in blocks:
        numbers = range(block * _BLOCK + 1, (block + 1) * _BLOCK)
        found += [number for number in numbers if number not in used]
    return found


def _noted(shape: bytes) -> Spot | None:
    """The cell that a shape is the comment box of, or None for a button or a picture."""
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if b"Note" in shape and row and column:
        return int(row[1]) + 1, int(column[1]) + 1
    return None


def _height(runs: Sequence[Run]) -> int:
    """The pixels that a text needs in a box of our width."""
    text = "".join(run.text for run in runs)
    lines = lines_of(text, _WIDE // _HALF - 2)
    return min(_TALLEST, (lines + 1) * _LINE)


def _taller(shape: bytes, more: int, ruler: Ruler) -> bytes:
    """A person's box with its lower edge moved down, so that the text below theirs is seen."""
    anchor = _ANCHOR.search(shape)
    if anchor is None:
        return shape
    numbers = [int(number) for number in re.findall(rb"-?\d+", anchor[2])]
    if len(numbers) != 8:  # noqa: PLR2004  the format's four pairs: left, top, right, bottom, each with its pixels
        return shape
    bottom, pixels = numbers[6:]
    numbers[6:] = ruler.down(bottom, pixels + more)
    return _spliced(shape, anchor.span(2), ", ".join(map(str, numbers)).encode())


class Ruler:
    """How wide the columns and how high the rows of a sheet are, in pixels: where a box begins and ends."""

    def __init__(self, sheet: Markup) -> None:
        usual = sheet.root.child("sheetFormatPr")
        sizes = usual.attributes if usual else {}
        self.row = _row_pixels(sizes.get("defaultRowHeight", "15"))
        self.column = _column_pixels(sizes.get("defaultColWidth", "8.43"))
        self.columns = [_column_run(one) for one in sheet.all("col")]
        self.rows: dict[int, int] = {}
        number = 0
        for one in sheet.all("row"):
            # a row without a number follows the one before
            number = int(one.attributes.get("r", number + 1))
            if "ht" in one.attributes or "hidden" in one.attributes:
                self.rows[number] = _row_pixels(_size(one, "ht", "15"))

    def down(self, row: int, pixels: int) -> tuple[int, int]:
        """So many pixels below the top of a row (counted from 0): the row there, and the pixels within it."""
        while row < _LAST_ROW:
            height = self.rows.get(row + 1, self.row)
            if pixels < height:
                break
            row += 1
            pixels -= height
        return row, pixels

    def right(self, column: int, pixels: int) -> tuple[int, int]:
        while column < _LAST_COLUMN:
            width = self.width(column + 1)
            if pixels < width:
                break
            column += 1
            pixels -= width
        return column, pixels

    def width(self, column: int) -> int:
        """The pixels of a column, counted from 1."""
        return next(
            (width for low, high, width in self.columns if low <= column <= high),
            self.column,
        )

    def anchor(self, spot: Spot, width: int, height: int) -> str:
        """The place of a box to the right of a cell, as VML writes it: left, top, right, bottom, each with its pixels."""
        row, column = spot
        left_column, left_pixels = left = self.right(column, 15)
        # a little above the cell, which the first row has no room for
        top_row, top_pixels = top = self.down(max(row - 2, 0), 10 if row > 1 else 2)
        right = self.right(left_column, left_pixels + width)
        bottom = self.down(top_row, top_pixels + height)
        numbers = (*left, *top, *right, *bottom)
        return ", ".join(map(str, numbers))


def _column_run(element: Element) -> tuple[int, int, int]:
    """Columns that are alike: the first and the last of them, and the pixels of each."""
    first = int(element.attributes.get("min", "0"))
    last = int(element.attributes.get("max", "0"))
    width = _size(element, "width", "8.43")
    return first, last, _column_pixels(width)


def _size(element: Element, size: str, usual: str) -> str:
    """The size of a row or of columns; what is hidden takes no room."""
    hidden = element.attributes.get("hidden") in ("1", "true")
    return "0" if hidden else element.attributes.get(size, usual)


def _row_pixels(points: str) -> int:
    return int(Decimal(points) * 4 / 3)


def _column_pixels(characters: str) -> int:
    return int(Decimal(characters) * 7 + 5) if Decimal(characters) else 0


# -- taking away --------------------------------------------------------------------------------------------------------------


def remove_notes(package: Package, part: str, sheet: Markup) -> int:
    """Take our texts out of a sheet's comments, whatever program has saved them since; return from how many cells."""
    name = package.related(part, "comments")
    if not name:
        return 0
    markup = package.markup(name)
    comments = list(markup.all("comment"))
    ours = [
        (comment, spans) for comment in comments if (spans := list(_spans(comment)))
    ]
    emptied = []
    for comment, spans in ours:
        if _cut(_text(comment), spans).strip():
            _cut_out(markup, comment, spans)
        else:
            markup.remove(comment)
            emptied.append(comment)
    _remove_author(markup, [comment for comment in comments if comment not in emptied])
    package.put(name, markup)
    if comments and len(emptied) == len(comments):
        package.unrelate(part, name)
        package.drop(name)
    if emptied:
        _remove_boxes(
            package,
            part,
            sheet,
            {comment.attributes.get("ref", "") for comment in emptied},
        )
    return len(ours)


def _pieces(comment: Element) -> list[Element]:
    """The elements that hold a comment's text; how it is pronounced is none of it."""
    return [
        one
        for one in comment.every("t")
        if one.parent is None or one.parent.name != "rPh"
    ]


def _text(comment: Element) -> str:
    return "".join(piece.text for piece in _pieces(comment))


def _spans(comment: Element) -> Iterator[tuple[int, int]]:
    """Where our text begins and ends within a comment's, with the line end before it."""
    text = _text(comment)
    at = 0
    while (begins := text.find(BEGINS, at)) >= 0:
        ends = text.find(ENDS, begins)
        at = ends + len(ENDS) if ends >= 0 else len(text)
        before = text[:begins].removesuffix("\n").removesuffix("\r")
        yield len(before), at


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without these spans."""
    inside: set[int] = set()
    for begin, end in spans:
        inside.update(range(begin, end))
    left = [character for place, character in enumerate(text) if place not in inside]
    return "".join(left)


def _cut_out(
    markup: Markup, comment: Element, spans: Sequence[tuple[int, int]]
) -> None:
    """Cut spans out of a comment's text: runs wholly inside go, others keep what is not inside."""
    at = 0
    for piece in _pieces(comment):
        # the spans as this piece counts its characters
        within = [(begin - at, end - at) for begin, end in spans]
        at += len(piece.text)
        left = _cut(piece.text, within)
        if left == piece.text:
            continue
        run = piece.parent if piece.parent and piece.parent.name == "r" else piece
        if left:
            markup.write(piece, left)
        else:
            markup.remove(run)


def _remove_author(markup: Markup, left: Sequence[Element]) -> None:
    """Take our name off the list of authors if nobody's number changes by it: it is the last, and no comment left has it."""
    authors = list(markup.all("author"))
    if not authors or authors[-1].text != AUTHOR:
        return
    last = str(len(authors) - 1)
    if all(comment.attributes.get("authorId") != last for comment in left):
        markup.remove(authors[-1])


def _remove_boxes(package: Package, part: str, sheet: Markup, refs: set[str]) -> None:
    """Take the boxes of these cells out of a sheet's drawing, and the drawing if nothing else is in it."""
    held = sheet.root.child("legacyDrawing")
    name = _drawn(package, part, held) if held is not None else ""
    if held is None or not name:
        return
    vml = package.parts[name]
    for shape in reversed(
        list(_SHAPE.finditer(vml))
    ):  # from the last to the first, as above
        spot = _noted(shape[0])
        if spot and ref(spot) in refs:
            vml = _spliced(vml, shape.span(), b"")
    package.parts[name] = vml
    if not _SHAPE.search(vml):
        sheet.remove(held)
        package.unrelate(part, name)
        package.drop(name)
