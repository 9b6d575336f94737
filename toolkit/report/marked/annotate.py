"""A unit's own file, annotated: a copy with comments, colours and a sheet 校验结果; and the copy made clean again.

The package is patched part by part, so whatever a person put into the file stays as it is. Colours are conditional formats,
which leave the cells' own formats alone, need no cell to stand there, and move along when rows are inserted. They, the comments
and the sheet bear marks that outlive a save by another program. The parts as they were before lie in the package too: until
somebody saves the copy, `clean` gives them back byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.check.report import RANK
from toolkit.files.package import HEAD, MOST_BYTES, Markup, Package, PackageError, quoted
from toolkit.model import Cell
from toolkit.profile.grounds import Basis
from toolkit.profile.layout import quoted as quoted_sheet
from toolkit.report import words
from toolkit.report.marked.listing import Book, Line, Looks, Sheet, add_list, add_looks, remove_lists
from toolkit.report.marked.notes import SHEET_ORDER, Said, Spot, add_notes, ref, remove_notes
from toolkit.rules.rule import Finding, Severity

KEPT = "disclosure/originals.xml"  # the parts as they were; programs ignore what nothing refers to, and drop it when they save
KEPT_TYPE = "application/xml"
TRUE = 'N("校验结果")=0'  # always true in Excel, WPS and LibreOffice, and nobody else's: by it our colours are known again
MOST_MARKED = 12  # cells of one finding that are coloured in a sheet: of a sum of thirty addends only the sum is
MOST_TOLD = 8  # findings told in one comment
_SELECTED = re.compile(rb"""tabSelected\s*=\s*["'](?:1|true)["']""")


@dataclass(frozen=True, slots=True)
class Annotated:
    """What a copy got: how many findings are listed, how many cells have a comment, and those that could not have one."""

    findings: int
    comments: int
    bare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was taken out. `exact`: every part is again what it was, byte for byte (nobody had saved the copy)."""

    found: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding as it concerns this file: its cells here in order (those of sheets that exist), and its cells elsewhere."""

    finding: Finding
    here: tuple[Cell, ...]
    elsewhere: tuple[Cell, ...]


@dataclass
class _Mark:
    """What a cell gets: its worst finding as a colour (strong where the finding begins), and the texts of its comment."""

    severity: Severity
    strong: bool
    texts: list[tuple[Said, ...]] = field(default_factory=list)


def annotate(source: Path, findings: Sequence[Finding], target: Path, basis: Basis, name: str = "") -> Annotated:
    """Write a copy of a workbook with the findings that concern it; raise PackageError, in Chinese, where that cannot be done.

    A finding concerns the file if one of its cells lies in a book of that `name` (else the file's own), or if it has none.
    An earlier run's marks in the source make way for this one's. `basis` is the law: key to title and article.
    """
    _apart(source, target)
    name = name or source.name
    package = Package.read(source)
    _clean(package)
    before = dict(package.parts)
    book = Book(package)
    told = _told(findings, name, [sheet.name for sheet in book.sheets])
    looks = add_looks(package, book)
    marks = _marks(told)
    comments, bare = 0, []
    for sheet in book.sheets:
        marked = marks.get(sheet.name, {}) if sheet in book.worksheets else {}
        left_out = _patch(package, sheet, marked, looks)
        comments += len(marked) - len(left_out)
        bare += [f"{sheet.name}!{ref(spot)}" for spot in sorted(left_out)]
    hidden = {sheet.name for sheet in book.sheets if sheet.hidden}
    add_list(package, book, [_line(one, hidden, basis, name) for one in told], looks)
    _keep(package, before)
    target.write_bytes(package.packed())
    return Annotated(len(told), comments, tuple(bare))


def clean(source: Path, target: Path) -> Cleaned:
    """Write a copy of a workbook without what `annotate` added, whatever has become of the rest since."""
    _apart(source, target)
    package = Package.read(source)
    Book(package)
    before = dict(package.parts)
    exact = _clean(package)
    target.write_bytes(package.packed())
    return Cleaned(package.parts != before, exact)


def _apart(source: Path, target: Path) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise PackageError(f"“{source.name}”是原件，不能写在它上面。请给出另一个文件名。")


# -- what is told -------------------------------------------------------------------------------------------------------------


def _told(findings: Sequence[Finding], book: str, sheets: Sequence[str]) -> list[_Told]:
    """The findings that concern a book, worst first, then in the order of sheets and cells."""
    told = []
    for finding in findings:
        here = tuple(cell for cell in finding.cells if cell.book == book)
        if here or not finding.cells:
            standing = tuple(cell for cell in here if cell.sheet in sheets)
            told.append(_Told(finding, standing, tuple(cell for cell in finding.cells if cell.book != book)))
    places = {name: n for n, name in enumerate(sheets)}

    def place(one: _Told) -> tuple[int, int, int, int]:
        first = one.here[0] if one.here else None
        spot = (places[first.sheet], first.row, first.column) if first else (-1, 0, 0)
        return (RANK[one.finding.severity], *spot)

    return sorted(told, key=place)


def _marks(told: Sequence[_Told]) -> dict[str, dict[Spot, _Mark]]:
    """Sheet → cell → mark. The first cell of a finding tells it, its further cells point to the first."""
    marks: dict[str, dict[Spot, _Mark]] = {}
    for one in told:
        there = Counter(cell.sheet for cell in one.here)
        for n, cell in enumerate(one.here):
            if n and there[cell.sheet] > MOST_MARKED:
                continue
            mark = marks.setdefault(cell.sheet, {}).setdefault((cell.row, cell.column), _Mark(one.finding.severity, n == 0))
            mark.strong |= n == 0 and mark.severity is one.finding.severity
            mark.texts.append(_said(one, cell))
    return marks


def _said(one: _Told, cell: Cell) -> tuple[Said, ...]:
    finding, first = one.finding, one.here[0]
    heading = Said(f"【{finding.severity.value}】{finding.title}\n", bold=True)
    if cell != first:
        return (heading, Said(f"见 {words.cells([first], cell.book, cell.sheet)} 的批注。"))
    others = words.cells([*one.here[1:], *one.elsewhere], cell.book, cell.sheet)
    return (heading, Said(f"{finding.message}\n怎么改：{finding.remedy}" + (f"\n另见：{others}" if others else "")))


def _comment(mark: _Mark) -> list[Said]:
    said: list[Said] = []
    for text in mark.texts[:MOST_TOLD]:
        said += [*([Said("\n\n")] if said else []), *text]
    if (more := len(mark.texts) - MOST_TOLD) > 0:
        said.append(Said(f"\n\n另有 {more} 条，见最后一张表。"))
    return said


def _line(one: _Told, hidden: set[str], basis: Basis, book: str) -> Line:
    finding = one.finding
    first = one.here[0] if one.here else None
    sheet = first.sheet if first else words.WHOLE_FILE
    others = words.cells([*one.here[1:], *one.elsewhere], book, first.sheet if first else "")
    problem = [f"{finding.title}\n{finding.message}", f"另见：{others}" if others else "", words.also(finding)]
    return Line(
        severity=finding.severity,
        sheet=sheet + ("（已隐藏）" if sheet in hidden else ""),
        cell=first.address if first else "",
        link=f"{quoted_sheet(sheet)}!{first.address}" if first else "",
        problem="\n".join(filter(None, problem)),
        remedy=finding.remedy,
        basis=words.law(finding, basis),
    )


# -- the sheets ---------------------------------------------------------------------------------------------------------------


def _patch(package: Package, sheet: Sheet, marked: Mapping[Spot, _Mark], looks: Looks) -> frozenset[Spot]:
    """Give a sheet its colours and comments, and take the selection off it: two selected sheets are edited together."""
    if not sheet.part or not (marked or _SELECTED.search(package.parts[sheet.part])):
        return frozenset()
    markup = package.markup(sheet.part, "row")
    for view in markup.all("sheetView"):
        if view.attributes.get("tabSelected") in ("1", "true"):
            markup.set(view, "tabSelected", "0")
    left_out: frozenset[Spot] = frozenset()
    if marked:
        _colour(markup, marked, looks)
        left_out = add_notes(package, sheet.part, markup, {spot: _comment(mark) for spot, mark in marked.items()})
    package.put(sheet.part, markup)
    return left_out


def _colour(markup: Markup, marked: Mapping[Spot, _Mark], looks: Looks) -> None:
    """Add our conditional formats before all others, which keep their order behind ours.

    Where a pivot table counts on the numbers of the rules, ours come last instead, and the others keep their numbers.
    """
    shades = {shade: spots for shade in looks.colours if (spots := _shaded(marked, *shade))}
    rules = [one for one in markup.all("cfRule") if one.attributes.get("priority", "").lstrip("-").isdigit()]
    first = 1
    if any(one.attributes.get("pivot") in ("1", "true") for one in markup.all("conditionalFormatting")):
        first = max((int(one.attributes["priority"]) for one in rules), default=0) + 1
    elif rules:
        shift = len(shades) + 1 - min(int(one.attributes["priority"]) for one in rules)
        for rule in rules if shift > 0 else ():
            markup.set(rule, "priority", str(int(rule.attributes["priority"]) + shift))
    for priority, (shade, spots) in enumerate(shades.items(), first):
        look = f'type="expression" dxfId="{looks.colours[shade]}" priority="{priority}"'
        area = " ".join(ref(spot) for spot in spots)
        ours = f"<cfRule {look}><formula>{TRUE}</formula></cfRule>"
        said = f'<conditionalFormatting sqref="{area}">{ours}</conditionalFormatting>'
        markup.insert_in_order(markup.root, said, "conditionalFormatting", SHEET_ORDER)


def _shaded(marked: Mapping[Spot, _Mark], severity: Severity, strong: bool) -> list[Spot]:  # noqa: FBT001 a shade's two halves
    return sorted(spot for spot, mark in marked.items() if mark.severity is severity and mark.strong is strong)


def _remove_colours(markup: Markup) -> None:
    """Take out the rules that have our formula, in the sheet's own vocabulary or in an extension's."""
    for area in markup.all("conditionalFormatting"):
        ours = [rule for rule in area.children if TRUE in (one.text for name in ("formula", "f") for one in rule.every(name))]
        if ours and all(child in ours or child.name == "sqref" for child in area.children):
            markup.remove(area)
        else:
            for rule in ours:
                markup.remove(rule)


# -- taking away, and the parts as they were -----------------------------------------------------------------------------------


def _clean(package: Package) -> bool:
    """Take out all that is ours; return whether every part is again what it was before, byte for byte."""
    if _restored(package):
        return True
    for sheet in Book(package).worksheets:
        markup = package.markup(sheet.part, "sheetData")
        _remove_colours(markup)
        remove_notes(package, sheet.part, markup)
        package.put(sheet.part, markup)
    remove_lists(package, Book(package))
    if package.find(KEPT):
        package.drop(KEPT)
    return False


def _keep(package: Package, before: Mapping[str, bytes]) -> None:
    """Put the parts as they were into the package, each with the hash of what took its place."""
    package.add(KEPT, b"", KEPT_TYPE)
    package.settle()
    package.parts[KEPT] = "".join(_record(package, before)).encode()


def _record(package: Package, before: Mapping[str, bytes]) -> Iterator[str]:
    yield f'{HEAD}<originals xmlns="urn:budget-disclosure-toolkit">'
    for name, content in package.parts.items():
        if name != KEPT and content != before.get(name):
            now = f'name={quoted(name)} patched="{hashlib.sha256(content).hexdigest()}"'
            yield f"<patched {now}>{_packed(before[name])}</patched>" if name in before else f"<added {now}/>"
    yield "</originals>"


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def _restored(package: Package) -> bool:
    """Give the package its parts as they were, if every part that took one's place is still what we made of it."""
    if not package.find(KEPT):
        return False
    records = package.markup(KEPT).root.children
    names = [one.attributes.get("name", "") for one in records]
    hashes = [hashlib.sha256(package.parts.get(name, b"")).hexdigest() for name in names]
    if not records or any(one.attributes.get("patched") != said for one, said in zip(records, hashes, strict=True)):
        return False
    try:
        originals = {name: _unpacked(one.text) for name, one in zip(names, records, strict=True) if one.name == "patched"}
    except (binascii.Error, zlib.error, ValueError):
        return False
    package.parts |= originals
    for name in (*(name for name in names if name not in originals), package.find(KEPT)):
        del package.parts[name]
    return True


def _unpacked(text: str) -> bytes:
    return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MOST_BYTES)
