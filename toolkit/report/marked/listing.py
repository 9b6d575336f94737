"""The sheet 校验结果 in a person's own workbook, one row a finding with a link to its cell: added, and taken out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from toolkit.files.measure import row_height
from toolkit.files.package import (
    HEAD,
    Element,
    Markup,
    Package,
    PackageError,
    quoted,
    spelt,
)
from toolkit.model import record
from toolkit.rules.rule import ERROR, INFO, WARNING, Severity

LIST = "校验结果"
MARK = "本表和各表中的着色、批注由校验工具加在这份副本上"  # how our sheet is known again, whatever program has saved it
MORE = "，不是填报内容；点“单元格”一栏的地址，可以跳到那一格。"
HEADS = ("序号", "级别", "工作表", "单元格", "问题", "怎么改", "依据", "编号")
WIDTHS = (6, 8, 18, 10, 60, 44, 26, 11)
HEAD_ROW = 4
LINE = 14  # points
LONGEST = 32_000  # characters; a cell holds 32,767
_RUN = (
    '<r><rPr>{bold}<sz val="10"/><rFont val="宋体"/><family val="3"/><charset val="134"/></rPr>'
    '<t xml:space="preserve">{text}</t></r>'
)

# strong: the cell to mend, which has the comment; light: a further cell of the same finding
COLOURS = {
    ERROR: ("FFFF9C9C", "FFFFDCDC"),
    WARNING: ("FFFFC966", "FFFFEBC4"),
    INFO: ("FF9CC8F0", "FFDDEBF7"),
}

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
STYLE_ORDER = (
    *(
        "numFmts",
        "fonts",
        "fills",
        "borders",
        "cellStyleXfs",
        "cellXfs",
        "cellStyles",
        "dxfs",
    ),
)
BOOK_ORDER = (
    *(
        "fileVersion",
        "fileSharing",
        "workbookPr",
        "AlternateContent",
        "workbookProtection",
        "bookViews",
        "sheets",
    ),
    *("functionGroups", "externalReferences", "definedNames"),
)
_BARE_STYLES = (
    '{head}<styleSheet xmlns={space}><fonts><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


@record(slots=True)
class Line:
    """A row of the list; `link` is an internal target ('表'!A1), or ""."""

    severity: Severity
    sheet: str
    cell: str
    link: str
    problem: str
    remedy: str
    basis: str
    id: str = ""  # which a person copies who answers it


@record(slots=True)
class Sheet:
    """A sheet of a workbook: its name and its part, what kind of sheet that is ("worksheet"), whether nobody can see it."""

    name: str
    part: str
    kind: str
    hidden: bool


class Book:
    """A workbook's own part: its sheets in their order."""

    def __init__(self, package: Package) -> None:
        self.package, self.part = package, package.main
        self.markup = package.markup(self.part)
        listed = self.markup.root.child("sheets")
        if self.markup.root.name != "workbook" or listed is None:
            raise PackageError(
                f"“{package.name}”不是 Excel 工作簿（.xlsx 或 .xlsm），加不了标注。请用 Excel 或 WPS 打开，另存为 .xlsx 再试。"
            )
        self.listed = listed
        self.relations = {one.id: one for one in package.relations(self.part)}
        self.sheets = [self._sheet(one) for one in listed.children]

    def _sheet(self, element: Element) -> Sheet:
        attributes = element.attributes
        relation = self.relations.get(attributes.get(":id", ""))
        return Sheet(
            name=attributes.get("name", ""),
            part=relation.target if relation else "",
            kind=relation.kind if relation else "",
            hidden=attributes.get("state", "visible") != "visible",
        )

    @property
    def worksheets(self) -> list[Sheet]:
        return [
            sheet for sheet in self.sheets if sheet.kind == "worksheet" and sheet.part
        ]

    @cached_property
    def view(self) -> Element | None:
        views = self.markup.root.child("bookViews")
        return views.children[0] if views and views.children else None


# -- styles -------------------------------------------------------------------------------------------------------------------

_FONT = '<font>{more}<sz val="{size}"/><color rgb="{color}"/><name val="宋体"/><family val="3"/><charset val="134"/></font>'
_FONTS = {
    "plain": _FONT.format(more="", size=10, color="FF000000"),
    "title": _FONT.format(more="<b/>", size=16, color="FF000000"),
    "bold": _FONT.format(more="<b/>", size=10, color="FF000000"),
    "small": _FONT.format(more="", size=9, color="FF595959"),
    "link": _FONT.format(more="<u/>", size=10, color="FF0563C1"),
}
_FILL = '<fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor indexed="64"/></patternFill></fill>'
_LINE = '<{side} style="thin"><color rgb="FFA6A6A6"/></{side}>'
_XF = (
    '<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
    'applyAlignment="1"><alignment horizontal="{align}" vertical="{stand}"{wrap}/></xf>'
)
_DXF = '<dxf><fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor rgb="{color}"/></patternFill></fill></dxf>'
_WRAP = ' wrapText="1"'

Key = TypeVar("Key")


@record(slots=True)
class Looks:
    """Where our formats stand among the workbook's: of the list's cells by name, of the colours by severity and strength."""

    cells: Mapping[str, int]
    colours: Mapping[tuple[Severity, bool], int]


def add_looks(package: Package, book: Book) -> Looks:
    """Add our formats behind a person's, so that none of theirs gets another number."""
    part = package.related(book.part, "styles") or _new_styles(package, book)
    styles = package.markup(part)
    font = _extended(styles, "fonts", _FONTS)
    fills = {"head": _FILL.format(color="FFDCE6F1")}
    for severity, (strong, _) in COLOURS.items():
        fills[severity.value] = _FILL.format(color=strong)
    fill = _extended(styles, "fills", fills)
    lines = [_LINE.format(side=side) for side in ("left", "right", "top", "bottom")]
    edge = _extended(
        styles, "borders", {"thin": f"<border>{''.join(lines)}<diagonal/></border>"}
    )["thin"]
    text = {"font": font["plain"], "fill": 0, "border": edge, "stand": "top"}
    head = {"font": font["bold"], "border": edge, "align": "center"}
    looks = {
        "title": _XF.format(
            font=font["title"], fill=0, border=0, align="left", stand="center", wrap=""
        ),
        "note": _XF.format(
            font=font["small"], fill=0, border=0, align="left", stand="center", wrap=""
        ),
        "head": _XF.format(**head, fill=fill["head"], stand="center", wrap=_WRAP),
        "text": _XF.format(**text, align="left", wrap=_WRAP),
        "problem": _XF.format(**text, align="left", wrap=_WRAP),
        "number": _XF.format(**text, align="center", wrap=""),
        "link": _XF.format(
            font=font["link"],
            fill=0,
            border=edge,
            align="center",
            stand="top",
            wrap=_WRAP,
        ),
    }
    for severity in COLOURS:
        looks[severity.value] = _XF.format(
            **head, fill=fill[severity.value], stand="top", wrap=""
        )
    cells = _extended(styles, "cellXfs", looks)
    colours = _extended(styles, "dxfs", _colours())
    package.put(part, styles)
    return Looks(cells, colours)


def _colours() -> dict[tuple[Severity, bool], str]:
    """The conditional formats: of each severity the strong one and the light one."""
    formats = {}
    for severity, (strong, light) in COLOURS.items():
        formats[severity, True] = _DXF.format(color=strong)
        formats[severity, False] = _DXF.format(color=light)
    return formats


def _new_styles(package: Package, book: Book) -> str:
    """Give a workbook a styles part with the bare necessities; return its name."""
    part = package.free("xl/disclosureStyles{}.xml")
    package.add(
        part,
        _BARE_STYLES.format(head=HEAD, space=quoted(book.markup.space)),
        STYLES_TYPE,
    )
    package.relate(book.part, "styles", part)
    return part


def _extended(styles: Markup, name: str, formats: Mapping[Key, str]) -> dict[Key, int]:
    """Add formats to a list of the styles; return the number that each has there."""
    held = styles.root.child(name)
    first = len(held.children) if held is not None else 0
    if held is None:
        listed = f'<{name} count="{len(formats)}">{"".join(formats.values())}</{name}>'
        styles.insert_in_order(styles.root, listed, name, STYLE_ORDER)
    else:
        for one in formats.values():
            styles.append(held, one)
        if "count" in held.attributes:
            styles.set(held, "count", str(first + len(formats)))
    return {key: number for number, key in enumerate(formats, first)}


# -- adding -------------------------------------------------------------------------------------------------------------------


def add_list(
    package: Package, book: Book, lines: Sequence[Line], looks: Looks, left: str = ""
) -> None:
    """Add the list as the last sheet, since names and 3-D sums go by the sheets' places, and open the workbook at it.

    `left` says what is not filled or not checked; it stands before anything else.
    """
    name = _free_name(book)
    part = package.free("xl/worksheets/disclosureFindings{}.xml")
    package.add(
        part,
        "".join(_sheet_xml(lines, looks, book.markup.space, package.name, left)),
        SHEET_TYPE,
    )
    relation = package.relate(book.part, "worksheet", part)
    markup = book.markup
    place = len(book.sheets)
    ids = [int(one.attributes.get("sheetId", "0")) for one in book.listed.children]
    prefix, declared = markup.named(package.office, "r")
    sheet_id = max(ids, default=0) + 1
    markup.append(
        book.listed,
        f'<sheet{declared} name={quoted(name)} sheetId="{sheet_id}" {prefix}:id="{relation}"/>',
    )
    if book.view is None:
        view = f'<bookViews><workbookView activeTab="{place}"/></bookViews>'
        markup.insert_in_order(markup.root, view, "bookViews", BOOK_ORDER)
    else:
        markup.set(book.view, "activeTab", str(place))
    _add_names(markup, name, place, HEAD_ROW + max(len(lines), 1))
    package.put(book.part, markup)


def _free_name(book: Book) -> str:
    """校验结果, or 校验结果(2) where a sheet of that name is there already."""
    taken = {sheet.name.casefold() for sheet in book.sheets}
    name = LIST
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{LIST}({number})"
    return name


def _add_names(markup: Markup, sheet: str, place: int, last: int) -> None:
    """The names by which programs know a sheet's filter and the rows that they print on each page."""
    local = f'localSheetId="{place}"'
    names = [
        f'<definedName name="_xlnm._FilterDatabase" {local} hidden="1">\'{sheet}\'!$A${HEAD_ROW}:$H${last}</definedName>',
        f"<definedName name=\"_xlnm.Print_Titles\" {local}>'{sheet}'!${HEAD_ROW}:${HEAD_ROW}</definedName>",
    ]
    defined = markup.root.child("definedNames")
    if defined is None:
        markup.insert_in_order(
            markup.root,
            f"<definedNames>{''.join(names)}</definedNames>",
            "definedNames",
            BOOK_ORDER,
        )
        return
    for one in names:
        markup.append(defined, one)


def _sheet_xml(
    lines: Sequence[Line], looks: Looks, space: str, file: str, left: str
) -> Iterator[str]:
    told = _summary(lines)
    last = HEAD_ROW + max(len(lines), 1)
    yield f"{HEAD}<worksheet xmlns={quoted(space)}>"
    yield f'<sheetPr><tabColor rgb="{COLOURS[ERROR][0]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
    yield f'<dimension ref="A1:H{last}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
    yield f'<pane ySplit="{HEAD_ROW}" topLeftCell="A{HEAD_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
    yield f'<selection pane="bottomLeft" activeCell="A{HEAD_ROW + 1}" sqref="A{HEAD_ROW + 1}"/></sheetView></sheetViews>'
    yield '<sheetFormatPr defaultRowHeight="15"/><cols>'
    yield "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(WIDTHS, 1)
    )
    yield "</cols><sheetData>"
    yield _row(1, [(f"{LIST}　{file}", "title")], looks, 30)
    yield _row(2, [(f"{left}。{told}" if left else told, "note")], looks, 18)
    yield _row(3, [(MARK + MORE, "note")], looks, 18)
    yield _row(HEAD_ROW, [(head, "head") for head in HEADS], looks, 22)
    for number, line in enumerate(lines, 1):
        yield _row(HEAD_ROW + number, _texts(number, line), looks)
    if not lines:
        blank = ("", "text")
        nothing = ("已填的没有发现问题。" if left else "没有发现问题。", "text")
        yield _row(
            HEAD_ROW + 1,
            [("", "number"), blank, blank, blank, nothing, blank, blank, blank],
            looks,
        )
    yield f'</sheetData><autoFilter ref="A{HEAD_ROW}:H{last}"/>'
    if any(line.link for line in lines):
        yield "<hyperlinks>"
        for row, line in enumerate(lines, HEAD_ROW + 1):
            if line.link:
                yield f'<hyperlink ref="D{row}" location={quoted(line.link)} display={quoted(line.cell)}/>'
        yield "</hyperlinks>"
    yield '<printOptions horizontalCentered="1"/>'
    yield '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    yield '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    footer = f"&L{file[:80].replace('&', '&&')}&R第 &P 页，共 &N 页"
    yield f"<headerFooter><oddFooter>{spelt(footer)}</oddFooter></headerFooter></worksheet>"


def _texts(number: int, line: Line) -> list[tuple[str, str]]:
    """The texts of a line's cells, each with its look."""
    severity = line.severity.value
    return [
        (str(number), "number"),
        (severity, severity),
        (line.sheet, "text"),
        (line.cell, "link" if line.link else "text"),
        (line.problem, "problem"),
        (line.remedy, "text"),
        (line.basis, "text"),
        (line.id, "text"),
    ]


def _summary(lines: Sequence[Line]) -> str:
    severities = Counter(line.severity for line in lines)
    counts = [f"{severity.value} {severities[severity]} 条" for severity in COLOURS]
    told = "，".join(counts)
    answering = "确实没有错的，在“问题说明”里写上编号和理由，可以不改"
    what_to_do = f"错误必须改；提醒请核实，{answering}；提示供参考。"
    return f"共 {len(lines)} 条：{told}。{what_to_do}"


def _row(
    number: int, texts: Sequence[tuple[str, str]], looks: Looks, height: int = 0
) -> str:
    """A row of a height, or as high as its longest text needs: not every program fits rows when it opens a file."""
    cells = []
    for column, (text, look) in zip("ABCDEFGH", texts, strict=False):
        place = f'r="{column}{number}" s="{looks.cells[look]}"'
        if not text:
            cells.append(f"<c {place}/>")
        elif look == "number":
            cells.append(f"<c {place}><v>{text}</v></c>")
        else:
            cells.append(
                f'<c {place} t="inlineStr"><is>{_inline(text[:LONGEST], look)}</is></c>'
            )
    high = f'ht="{height}" customHeight="1"' if height else f'ht="{_needed(texts)}"'
    return f'<row r="{number}" {high}>{"".join(cells)}</row>'


def _needed(texts: Sequence[tuple[str, str]]) -> float:
    """The height that a row needs."""
    cells = []
    for (text, _), width in zip(texts, WIDTHS, strict=False):
        cells.append((text[:LONGEST], width - 1))
    return row_height(cells, LINE)


def _inline(text: str, look: str) -> str:
    """A text that stands in its cell; the first line of a problem is its title."""
    title, end, rest = text.partition("\n")
    if look == "problem" and end:
        return _RUN.format(bold="<b/>", text=spelt(title)) + _RUN.format(
            bold="", text=spelt(end + rest)
        )
    return f'<t xml:space="preserve">{spelt(text)}</t>'


# -- taking away --------------------------------------------------------------------------------------------------------------


def remove_lists(package: Package, book: Book) -> int:
    """Take our sheets out of a workbook, wherever a person has moved them; return how many there were."""
    named = [
        (n, sheet)
        for n, sheet in enumerate(book.sheets)
        if sheet.name.startswith(LIST) and sheet in book.worksheets
    ]
    gone = [n for n, sheet in named if _is_ours(package, book, sheet)]
    if not gone or len(gone) == len(book.sheets):
        return 0
    parts = [book.sheets[n].part for n in gone]
    markup = book.markup
    for n in gone:
        markup.remove(book.listed.children[n])
    _renumber_names(markup, gone)
    if book.view is not None:
        for attribute in ("activeTab", "firstSheet"):
            place = int(book.view.attributes.get(attribute, "0"))
            if place >= gone[0]:
                markup.set(book.view, attribute, str(_moved(place, gone)))
    package.put(book.part, markup)
    _forget_strings(package, book, set(parts))
    for part in parts:
        package.unrelate(book.part, part)
        _drop_with_what_hangs_on_it(package, part)
    return len(gone)


def _moved(place: int, gone: Sequence[int]) -> int:
    """The place that a sheet has once others before it are gone; the first one stands in for a sheet that is gone itself."""
    return 0 if place in gone else place - sum(n < place for n in gone)


def _is_ours(package: Package, book: Book, sheet: Sheet) -> bool:
    """Whether our mark stands in the sheet, written in place or among the shared strings."""
    markup = package.markup(sheet.part)
    if any(one.text.startswith(MARK) for one in markup.all("t")):
        return True
    shared = package.related(book.part, "sharedStrings")
    if not shared:
        return False
    strings = package.markup(shared).all("si")
    ours = {
        number
        for number, string in enumerate(strings)
        if _text(string).startswith(MARK)
    }
    return not ours.isdisjoint(_used(markup))


def _text(string: Element) -> str:
    """A shared string: programs move the texts of cells there when they save."""
    return "".join(piece.text for piece in string.every("t"))


def _used(sheet: Markup) -> set[int]:
    """The numbers of the shared strings that a sheet shows."""
    numbers = set()
    for cell in sheet.all("c"):
        if cell.attributes.get("t") != "s":
            continue
        value = cell.child("v")
        if value is not None and value.text.strip().isdigit():
            numbers.add(int(value.text))
    return numbers


def _forget_strings(package: Package, book: Book, gone: set[str]) -> None:
    """Empty the shared strings that only our sheets show; the others keep their numbers."""
    shared = package.related(book.part, "sharedStrings")
    if not shared:
        return
    markup = package.markup(shared)
    ours: set[int] = set()
    theirs: set[int] = set()
    for part in gone | {sheet.part for sheet in book.worksheets}:
        shown_by = ours if part in gone else theirs
        shown_by.update(_used(package.markup(part)))
    strings = list(markup.all("si"))
    for number in ours - theirs:
        if number < len(strings):
            for piece in strings[number].children:
                markup.remove(piece)
            markup.append(strings[number], "<t></t>")
    package.put(shared, markup)


def _renumber_names(markup: Markup, gone: Sequence[int]) -> None:
    """Names of the sheets that go, go too; names of sheets behind them get their new number."""
    defined = markup.root.child("definedNames")
    if defined is None:
        return
    of_sheets = [one for one in defined.children if one.attributes.get("localSheetId")]
    local = [(one, int(one.attributes["localSheetId"])) for one in of_sheets]
    dropped = [one for one, place in local if place in gone]
    if len(dropped) == len(defined.children):
        markup.remove(defined)
        return
    for one, place in local:
        if place in gone:
            markup.remove(one)
        elif place > gone[0]:
            markup.set(one, "localSheetId", str(_moved(place, gone)))


def _drop_with_what_hangs_on_it(package: Package, part: str) -> None:
    """Take a part away, and what no other part needs (a printer's settings, a comment on it)."""
    hanging = [one.target for one in package.relations(part) if one.target]
    package.drop(part)
    for target in hanging:
        owners = ("", *package.parts)
        needed = any(
            one.target == target for owner in owners for one in package.relations(owner)
        )
        if not needed:
            _drop_with_what_hangs_on_it(package, target)
