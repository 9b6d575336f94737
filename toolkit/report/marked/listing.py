"""The sheet 校验结果 in a person's own workbook, one row a finding with a link to its cell: added, and taken out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.files.measure import row_height
from toolkit.files.package import HEAD, Element, Markup, Package, PackageError, quoted, spelt
from toolkit.rules.rule import ERROR, INFO, WARNING, Severity

LIST = "校验结果"
MARK = "本表和各表中的着色、批注由校验工具加在这份副本上"  # how our sheet is known again, whatever program has saved it
MORE = "，不是填报内容；点“单元格”一栏的地址，可以跳到那一格。"
HEADS = ("序号", "级别", "工作表", "单元格", "问题", "怎么改", "依据")
WIDTHS = (6, 8, 18, 10, 60, 44, 26)
HEAD_ROW = 4
LINE = 14  # points
LONGEST = 32_000  # characters; a cell holds 32,767
_RUN = (
    '<r><rPr>{bold}<sz val="10"/><rFont val="宋体"/><family val="3"/><charset val="134"/></rPr>'
    '<t xml:space="preserve">{text}</t></r>'
)

# strong: the cell to mend, which has the comment; light: a further cell of the same finding
COLOURS = {ERROR: ("FFFF9C9C", "FFFFDCDC"), WARNING: ("FFFFC966", "FFFFEBC4"), INFO: ("FF9CC8F0", "FFDDEBF7")}

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
STYLE_ORDER = (*("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),)
BOOK_ORDER = (
    *("fileVersion", "fileSharing", "workbookPr", "AlternateContent", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences", "definedNames"),
)
_BARE_STYLES = (
    '{head}<styleSheet xmlns={space}><fonts><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list; `link` is an internal target ('表'!A1), or ""."""

    severity: Severity
    sheet: str
    cell: str
    link: str
    problem: str
    remedy: str
    basis: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, its part and its relationship, whether it is a worksheet and can be seen."""

    name: str
    part: str
    kind: str
    id: str
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
        said = element.attributes
        relation = self.relations.get(said.get(":id", ""))
        part, kind = (relation.target, relation.kind) if relation else ("", "")
        return Sheet(said.get("name", ""), part, kind, said.get(":id", ""), said.get("state", "visible") != "visible")

    @property
    def worksheets(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.kind == "worksheet" and sheet.part]

    @cached_property
    def view(self) -> Element | None:
        views = self.markup.root.child("bookViews")
        return views.children[0] if views and views.children else None


# -- styles -------------------------------------------------------------------------------------------------------------------

_FONT = '<font>{more}<sz val="{size}"/><color rgb="{color}"/><name val="宋体"/><family val="3"/><charset val="134"/></font>'
_FILL = '<fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor indexed="64"/></patternFill></fill>'
_LINE = '<{side} style="thin"><color rgb="FFA6A6A6"/></{side}>'
_XF = (
    '<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
    'applyAlignment="1"><alignment horizontal="{align}" vertical="{stand}"{wrap}/></xf>'
)
_DXF = '<dxf><fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor rgb="{color}"/></patternFill></fill></dxf>'


@dataclass(frozen=True, slots=True)
class Looks:
    """Where our formats stand among the workbook's: of the list's cells by name, of the colours by severity and strength."""

    cells: Mapping[str, int]
    colours: Mapping[tuple[Severity, bool], int]


def add_looks(package: Package, book: Book) -> Looks:
    """Add our formats behind a person's, so that none of theirs gets another number."""
    name = next((one.target for one in book.relations.values() if one.kind == "styles" and one.target), "")
    if not name:
        name = package.free("xl/disclosureStyles{}.xml")
        package.add(name, _BARE_STYLES.format(head=HEAD, space=quoted(book.markup.space)), STYLES_TYPE)
        package.relate(book.part, "styles", name)
    styles = package.markup(name)
    fonts = _extend(
        styles,
        "fonts",
        [
            _FONT.format(more="", size=10, color="FF000000"),
            _FONT.format(more="<b/>", size=16, color="FF000000"),
            _FONT.format(more="<b/>", size=10, color="FF000000"),
            _FONT.format(more="", size=9, color="FF595959"),
            _FONT.format(more="<u/>", size=10, color="FF0563C1"),
        ],
    )
    shown = ("FFDCE6F1", *(strong for strong, _ in COLOURS.values()))
    fills = _extend(styles, "fills", [_FILL.format(color=color) for color in shown])
    lined = "".join(_LINE.format(side=side) for side in ("left", "right", "top", "bottom"))
    border = _extend(styles, "borders", [f"<border>{lined}<diagonal/></border>"])
    plain, title, head, small, link = range(fonts, fonts + 5)
    looks = {
        "title": (title, 0, 0, "left", "center", False),
        "note": (small, 0, 0, "left", "center", False),
        "head": (head, fills, border, "center", "center", True),
        "text": (plain, 0, border, "left", "top", True),
        "problem": (plain, 0, border, "left", "top", True),
        "number": (plain, 0, border, "center", "top", False),
        "link": (link, 0, border, "center", "top", True),
        **{severity.value: (head, fills + n, border, "center", "top", False) for n, severity in enumerate(COLOURS, 1)},
    }
    first = _extend(
        styles,
        "cellXfs",
        [
            _XF.format(font=font, fill=fill, border=edge, align=align, stand=stand, wrap=' wrapText="1"' if wrap else "")
            for font, fill, edge, align, stand, wrap in looks.values()
        ],
    )
    shades = {(severity, n == 0): color for severity, pair in COLOURS.items() for n, color in enumerate(pair)}
    colours = _extend(styles, "dxfs", [_DXF.format(color=color) for color in shades.values()])
    package.put(name, styles)
    return Looks({look: first + n for n, look in enumerate(looks)}, {shade: colours + n for n, shade in enumerate(shades)})


def _extend(styles: Markup, name: str, added: Sequence[str]) -> int:
    """Add formats to a list of them; return the number of the first."""
    held = styles.root.child(name)
    if held is None:
        styles.insert_in_order(styles.root, f'<{name} count="{len(added)}">{"".join(added)}</{name}>', name, STYLE_ORDER)
        return 0
    for one in added:
        styles.append(held, one)
    if "count" in held.attributes:
        styles.set(held, "count", str(len(held.children) + len(added)))
    return len(held.children)


# -- adding -------------------------------------------------------------------------------------------------------------------


def add_list(package: Package, book: Book, lines: Sequence[Line], looks: Looks) -> None:
    """Add the list as the last sheet, since names and 3-D sums go by the sheets' places, and open the workbook at it."""
    held = {sheet.name.casefold() for sheet in book.sheets}
    name = next(said for n in range(1, len(held) + 2) if (said := LIST if n == 1 else f"{LIST}({n})").casefold() not in held)
    part = package.free("xl/worksheets/disclosureFindings{}.xml")
    package.add(part, "".join(_sheet_xml(lines, looks, book.markup.space, package.name)), SHEET_TYPE)
    relation = package.relate(book.part, "worksheet", part)
    markup, index = book.markup, len(book.sheets)
    number = max((int(one.attributes.get("sheetId", "0")) for one in book.listed.children), default=0) + 1
    prefix, declared = markup.named(package.office, "r")
    markup.append(book.listed, f'<sheet{declared} name={quoted(name)} sheetId="{number}" {prefix}:id="{relation}"/>')
    if book.view is None:
        view = f'<bookViews><workbookView activeTab="{index}"/></bookViews>'
        markup.insert_in_order(markup.root, view, "bookViews", BOOK_ORDER)
    else:
        markup.set(book.view, "activeTab", str(index))
    last = HEAD_ROW + max(len(lines), 1)
    local = f'localSheetId="{index}"'
    names = [
        f'<definedName name="_xlnm._FilterDatabase" {local} hidden="1">\'{name}\'!$A${HEAD_ROW}:$G${last}</definedName>',
        f"<definedName name=\"_xlnm.Print_Titles\" {local}>'{name}'!${HEAD_ROW}:${HEAD_ROW}</definedName>",
    ]
    if (defined := markup.root.child("definedNames")) is None:
        markup.insert_in_order(markup.root, f"<definedNames>{''.join(names)}</definedNames>", "definedNames", BOOK_ORDER)
    else:
        for one in names:
            markup.append(defined, one)
    package.put(book.part, markup)


def _sheet_xml(lines: Sequence[Line], looks: Looks, space: str, file: str) -> Iterator[str]:
    last = HEAD_ROW + max(len(lines), 1)
    yield f"{HEAD}<worksheet xmlns={quoted(space)}>"
    yield f'<sheetPr><tabColor rgb="{COLOURS[ERROR][0]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
    yield f'<dimension ref="A1:G{last}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
    yield f'<pane ySplit="{HEAD_ROW}" topLeftCell="A{HEAD_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
    yield f'<selection pane="bottomLeft" activeCell="A{HEAD_ROW + 1}" sqref="A{HEAD_ROW + 1}"/></sheetView></sheetViews>'
    yield '<sheetFormatPr defaultRowHeight="15"/><cols>'
    yield "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1))
    yield "</cols><sheetData>"
    yield _row(1, [(f"{LIST}　{file}", "title")], looks, 30)
    yield _row(2, [(_summary(lines), "note")], looks, 18)
    yield _row(3, [(MARK + MORE, "note")], looks, 18)
    yield _row(HEAD_ROW, [(head, "head") for head in HEADS], looks, 22)
    for n, line in enumerate(lines, 1):
        look = "link" if line.link else "text"
        texts = [(line.severity.value, line.severity.value), (line.sheet, "text"), (line.cell, look)]
        texts += [(line.problem, "problem"), (line.remedy, "text"), (line.basis, "text")]
        yield _row(HEAD_ROW + n, [(str(n), "number"), *texts], looks)
    if not lines:
        yield _row(HEAD_ROW + 1, [("", "number"), *[("", "text")] * 3, ("没有发现问题。", "text"), *[("", "text")] * 2], looks)
    yield f'</sheetData><autoFilter ref="A{HEAD_ROW}:G{last}"/>'
    linked = [(HEAD_ROW + n, line) for n, line in enumerate(lines, 1) if line.link]
    if linked:
        yield "<hyperlinks>"
        for row, line in linked:
            yield f'<hyperlink ref="D{row}" location={quoted(line.link)} display={quoted(line.cell)}/>'
        yield "</hyperlinks>"
    yield '<printOptions horizontalCentered="1"/>'
    yield '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    yield '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    footer = f"&L{file[:80].replace('&', '&&')}&R第 &P 页，共 &N 页"
    yield f"<headerFooter><oddFooter>{spelt(footer)}</oddFooter></headerFooter></worksheet>"


def _summary(lines: Sequence[Line]) -> str:
    counts = "，".join(f"{severity.value} {sum(line.severity is severity for line in lines)} 条" for severity in COLOURS)
    return f"共 {len(lines)} 条：{counts}。错误必须改；提醒请核实，确实没有错的可以不改；提示供参考。"


def _row(number: int, texts: Sequence[tuple[str, str]], looks: Looks, height: int = 0) -> str:
    """A row of a height, or as high as its longest text needs: not every program fits rows when it opens a file."""
    cells = []
    needed = row_height(((text[:LONGEST], width - 1) for (text, _), width in zip(texts, WIDTHS, strict=False)), LINE)
    for column, (text, look) in zip("ABCDEFG", texts, strict=False):
        spot, style = f"{column}{number}", looks.cells[look]
        if not text:
            cells.append(f'<c r="{spot}" s="{style}"/>')
        elif look == "number":
            cells.append(f'<c r="{spot}" s="{style}"><v>{text}</v></c>')
        else:
            cells.append(f'<c r="{spot}" s="{style}" t="inlineStr"><is>{_inline(text[:LONGEST], look)}</is></c>')
    high = f'{height}" customHeight="1' if height else f"{needed}"
    return f'<row r="{number}" ht="{high}">{"".join(cells)}</row>'


def _inline(text: str, look: str) -> str:
    """A text that stands in its cell; the first line of a problem is its title."""
    title, end, rest = text.partition("\n")
    if look == "problem" and end:
        return _RUN.format(bold="<b/>", text=spelt(title)) + _RUN.format(bold="", text=spelt(end + rest))
    return f'<t xml:space="preserve">{spelt(text)}</t>'


# -- taking away --------------------------------------------------------------------------------------------------------------


def remove_lists(package: Package, book: Book) -> int:
    """Take our sheets out of a workbook, wherever a person has moved them; return how many there were."""
    named = [(n, sheet) for n, sheet in enumerate(book.sheets) if sheet.name.startswith(LIST) and sheet in book.worksheets]
    gone = [n for n, sheet in named if _is_ours(package, book, sheet)]
    if not gone or len(gone) == len(book.sheets):
        return 0
    markup = book.markup
    for n in gone:
        markup.remove(book.listed.children[n])
    _renumber_names(markup, gone)
    if book.view is not None:
        for place in ("activeTab", "firstSheet"):
            if (held := int(book.view.attributes.get(place, "0"))) >= gone[0]:
                markup.set(book.view, place, "0" if held in gone else str(held - sum(n < held for n in gone)))
    package.put(book.part, markup)
    _forget_strings(package, book, {book.sheets[n].part for n in gone})
    for n in gone:
        package.unrelate(book.part, book.sheets[n].part)
        _drop_with_what_hangs_on_it(package, book.sheets[n].part)
    return len(gone)


def _is_ours(package: Package, book: Book, sheet: Sheet) -> bool:
    """Whether our mark stands in the sheet, written in place or among the shared strings."""
    markup = package.markup(sheet.part)
    if any(one.text.startswith(MARK) for one in markup.all("t")):
        return True
    texts = ["".join(piece.text for piece in one.every("t")) for one in _shared(package, book)[1]]
    ours = {n for n, text in enumerate(texts) if text.startswith(MARK)}
    return not ours.isdisjoint(_used(markup))


def _shared(package: Package, book: Book) -> tuple[Markup | None, list[Element]]:
    """The workbook's shared strings, to which programs move the texts of cells when they save."""
    name = next((one.target for one in book.relations.values() if one.kind == "sharedStrings" and one.target), "")
    markup = package.markup(name) if name else None
    return markup, list(markup.all("si")) if markup else []


def _used(sheet: Markup) -> set[int]:
    """The numbers of the shared strings that a sheet shows."""
    held = (one.child("v") for one in sheet.all("c") if one.attributes.get("t") == "s")
    return {int(value.text) for value in held if value is not None and value.text.strip().isdigit()}


def _forget_strings(package: Package, book: Book, gone: set[str]) -> None:
    """Empty the shared strings that only our sheets show; the others keep their numbers."""
    markup, strings = _shared(package, book)
    if markup is None:
        return
    used = {part: _used(package.markup(part)) for part in {sheet.part for sheet in book.worksheets} | gone}
    ours = set[int]().union(*(used[part] for part in gone))
    theirs = set[int]().union(*(numbers for part, numbers in used.items() if part not in gone))
    for number in ours - theirs:
        if number < len(strings):
            for piece in strings[number].children:
                markup.remove(piece)
            markup.append(strings[number], "<t></t>")
    package.put(next(one.target for one in book.relations.values() if one.kind == "sharedStrings"), markup)


def _renumber_names(markup: Markup, gone: Sequence[int]) -> None:
    """Names of the sheets that go, go too; names of sheets behind them get their new number."""
    defined = markup.root.child("definedNames")
    if defined is None:
        return
    local = [(one, int(said)) for one in defined.children if (said := one.attributes.get("localSheetId", ""))]
    dropped = [one for one, number in local if number in gone]
    if len(dropped) == len(defined.children):
        markup.remove(defined)
        return
    for one, number in local:
        if number in gone:
            markup.remove(one)
        elif number > gone[0]:
            markup.set(one, "localSheetId", str(number - sum(n < number for n in gone)))


def _drop_with_what_hangs_on_it(package: Package, part: str) -> None:
    """Take a part away, and what no other part needs (a printer's settings, a comment on it)."""
    hanging = [one.target for one in package.relations(part) if one.target]
    package.drop(part)
    for target in hanging:
        if not any(one.target == target for owner in ("", *package.parts) for one in package.relations(owner)):
            _drop_with_what_hangs_on_it(package, target)
