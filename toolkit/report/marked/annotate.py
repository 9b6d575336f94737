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
from toolkit.files.package import (
    HEAD,
    MOST_BYTES,
    SHEET_ORDER,
    Element,
    Markup,
    Package,
    PackageError,
    quoted,
)
from toolkit.model import Cell, record
from toolkit.profile.grounds import Basis
from toolkit.profile.layout import quoted as quoted_sheet
from toolkit.report import words
from toolkit.report.marked.listing import (
    Book,
    Line,
    Looks,
    Sheet,
    add_list,
    add_looks,
    remove_lists,
)
from toolkit.report.marked.notes import (
    Run,
    Spot,
    add_notes,
    ref,
    remove_notes,
)
from toolkit.rules.rule import Finding, Severity

KEPT = "disclosure/originals.xml"  # the parts as they were; programs ignore what nothing refers to, and drop it when they save
KEPT_TYPE = "application/xml"
TRUE = 'N("校验结果")=0'  # always true in Excel, WPS and LibreOffice, and nobody else's: by it our colours are known again
MOST_MARKED = 12  # cells of one finding that are coloured in a sheet: of a sum of thirty addends only the sum is
MOST_TOLD = 8  # findings told in one comment
_SELECTED = re.compile(rb"""tabSelected\s*=\s*["'](?:1|true)["']""")


@record(slots=True)
class Annotated:
    """What a copy got: how many findings are listed, how many cells have a comment, and those that could not have one.

    `sha256` is of the bytes that it is a copy of.
    """

    findings: int
    comments: int
    bare: tuple[str, ...] = ()
    sha256: str = ""


@record(slots=True)
class Cleaned:
    """What was taken out. `exact`: every part is again what it was, byte for byte (nobody had saved the copy)."""

    found: bool
    exact: bool


@record(slots=True)
class _Entry:
    """A finding as it concerns this file: its cells here in order (those of sheets that exist), and its cells elsewhere."""

    finding: Finding
    here: tuple[Cell, ...]
    elsewhere: tuple[Cell, ...]


@dataclass
class _Mark:
    """What a cell gets: its worst finding as a colour (strong where the finding begins), and the texts of its comment."""

    severity: Severity
    strong: bool
    texts: list[tuple[Run, ...]] = field(default_factory=list)


def annotate(
    source: Path,
    findings: Sequence[Finding],
    target: Path,
    basis: Basis,
    name: str = "",
    left: str = "",
) -> Annotated:
    """Write a copy of a workbook with the findings that concern it; raise PackageError, in Chinese, where that cannot be done.

    What is `left` to do in it stands above them.
    A finding concerns the file if one of its cells lies in a book of that `name` (else the file's own), or if it has none.
    An earlier run's marks in the source make way for this one's. `basis` is the law: key to title and article.
    """
    _apart(source, target)
    name = name or source.name
    package = Package.read(source)
    _clean(package)
    before = dict(package.parts)
    book = Book(package)
    entries = _entries(findings, name, [sheet.name for sheet in book.sheets])
    looks = add_looks(package, book)
    marks = _marks(entries)
    comments = 0
    bare: list[str] = []
    for sheet in book.sheets:
        marked = marks.get(sheet.name, {}) if sheet in book.worksheets else {}
        left_out = _patch(package, sheet, marked, looks)
        comments += len(marked) - len(left_out)
        bare += [f"{sheet.name}!{ref(spot)}" for spot in sorted(left_out)]
    hidden = {sheet.name for sheet in book.sheets if sheet.hidden}
    lines = [_line(entry, hidden, basis, name) for entry in entries]
    add_list(package, book, lines, looks, left)
    _keep(package, before)
    target.write_bytes(package.packed())
    return Annotated(len(entries), comments, tuple(bare), package.sha256)


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
        raise PackageError(
            f"“{source.name}”是原件，不能写在它上面。请给出另一个文件名。"
        )


# -- what is told -------------------------------------------------------------------------------------------------------------


def _entries(
    findings: Sequence[Finding], book: str, sheets: Sequence[str]
) -> list[_Entry]:
    """The findings that concern a book, worst first, then in the order of sheets and cells."""
    entries = []
    for finding in findings:
        here = [cell for cell in finding.cells if cell.book == book]
        elsewhere = [cell for cell in finding.cells if cell.book != book]
        if here or not elsewhere:
            standing = [cell for cell in here if cell.sheet in sheets]
            entries.append(_Entry(finding, tuple(standing), tuple(elsewhere)))
    places = {name: place for place, name in enumerate(sheets)}

    def order(entry: _Entry) -> tuple[int, int, int, int]:
        rank = RANK[entry.finding.severity]
        if not entry.here:
            return (rank, -1, 0, 0)
        first = entry.here[0]
        return (rank, places[first.sheet], first.row, first.column)

    return sorted(entries, key=order)


def _marks(entries: Sequence[_Entry]) -> dict[str, dict[Spot, _Mark]]:
    """Sheet → cell → mark. The first cell of a finding tells it, its further cells point to the first."""
    marks: dict[str, dict[Spot, _Mark]] = {}
    for entry in entries:
        severity = entry.finding.severity
        in_sheet = Counter(cell.sheet for cell in entry.here)
        for n, cell in enumerate(entry.here):
            begins = n == 0
            if not begins and in_sheet[cell.sheet] > MOST_MARKED:
                continue
            spots = marks.setdefault(cell.sheet, {})
            mark = spots.setdefault((cell.row, cell.column), _Mark(severity, begins))
            # The worst finding came first and gave the colour; another as bad that begins here makes it strong.
            mark.strong |= begins and mark.severity is severity
            mark.texts.append(_text(entry, cell))
    return marks


def _text(entry: _Entry, cell: Cell) -> tuple[Run, ...]:
    """What a finding has to tell at a cell."""
    finding = entry.finding
    number = f"（编号 {finding.id}）" if finding.id else ""
    heading = Run(f"【{finding.severity.value}】{finding.title}{number}\n", bold=True)
    first, *further = entry.here
    if cell != first:
        where = words.cells([first], cell.book, cell.sheet)
        return (heading, Run(f"见 {where} 的批注。"))
    text = f"{finding.message}\n怎么改：{finding.remedy}"
    others = words.cells([*further, *entry.elsewhere], cell.book, cell.sheet)
    if others:
        text += f"\n另见：{others}"
    return (heading, Run(text))


def _comment(mark: _Mark) -> list[Run]:
    """The comment of a cell: what the findings have to tell there, a blank line between them."""
    runs: list[Run] = []
    for text in mark.texts[:MOST_TOLD]:
        if runs:
            runs.append(Run("\n\n"))
        runs += text
    more = len(mark.texts) - MOST_TOLD
    if more > 0:
        runs.append(Run(f"\n\n另有 {more} 条，见最后一张表。"))
    return runs


def _line(entry: _Entry, hidden: set[str], basis: Basis, book: str) -> Line:
    """The line of the list that tells a finding."""
    finding = entry.finding
    first = entry.here[0] if entry.here else None
    sheet = first.sheet if first else words.WHOLE_FILE
    others = words.cells(
        [*entry.here[1:], *entry.elsewhere], book, first.sheet if first else ""
    )
    problem = [finding.title, finding.message]
    if others:
        problem.append(f"另见：{others}")
    if finding.also:
        problem.append(words.also(finding))
    return Line(
        severity=finding.severity,
        sheet=f"{sheet}（已隐藏）" if sheet in hidden else sheet,
        cell=first.address if first else "",
        link=f"{quoted_sheet(sheet)}!{first.address}" if first else "",
        problem="\n".join(problem),
        remedy=finding.remedy,
        basis=words.law(finding, basis),
        id=finding.id,
    )


# -- the sheets ---------------------------------------------------------------------------------------------------------------


def _patch(
    package: Package, sheet: Sheet, marked: Mapping[Spot, _Mark], looks: Looks
) -> frozenset[Spot]:
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
        notes = {spot: _comment(mark) for spot, mark in marked.items()}
        left_out = add_notes(package, sheet.part, markup, notes)
    package.put(sheet.part, markup)
    return left_out


def _colour(markup: Markup, marked: Mapping[Spot, _Mark], looks: Looks) -> None:
    """Add our conditional formats, one for each shade that a cell has."""
    by_shade: dict[tuple[Severity, bool], list[Spot]] = {}
    for spot, mark in sorted(marked.items()):
        by_shade.setdefault((mark.severity, mark.strong), []).append(spot)
    shades = [shade for shade in looks.colours if shade in by_shade]
    first = _priority(markup, len(shades))
    for priority, shade in enumerate(shades, first):
        look = looks.colours[shade]
        formula = f"<formula>{TRUE}</formula>"
        rule = f'<cfRule type="expression" dxfId="{look}" priority="{priority}">{formula}</cfRule>'
        area = " ".join(map(ref, by_shade[shade]))
        formatting = (
            f'<conditionalFormatting sqref="{area}">{rule}</conditionalFormatting>'
        )
        markup.insert_in_order(
            markup.root, formatting, "conditionalFormatting", SHEET_ORDER
        )


def _priority(markup: Markup, count: int) -> int:
    """The number of the first of `count` rules of ours: before all others, which move behind ours in their order.

    Where a pivot table counts on the numbers of the rules, ours come last instead, and the others keep their numbers.
    """
    rules = {rule: rule.attributes.get("priority", "") for rule in markup.all("cfRule")}
    numbers = {
        rule: int(priority)
        for rule, priority in rules.items()
        if priority.lstrip("-").isdigit()
    }
    if any(
        one.attributes.get("pivot") in ("1", "true")
        for one in markup.all("conditionalFormatting")
    ):
        return max(numbers.values(), default=0) + 1
    shift = count + 1 - min(numbers.values(), default=count + 1)
    if shift > 0:
        for rule, number in numbers.items():
            markup.set(rule, "priority", str(number + shift))
    return 1


def _remove_colours(markup: Markup) -> None:
    """Take out the rules that have our formula, in the sheet's own vocabulary or in an extension's."""
    for area in markup.all("conditionalFormatting"):
        ours = [rule for rule in area.children if _has_our_formula(rule)]
        theirs = [
            child
            for child in area.children
            if child not in ours and child.name != "sqref"
        ]
        if ours and not theirs:
            markup.remove(area)
            continue
        for rule in ours:
            markup.remove(rule)


def _has_our_formula(rule: Element) -> bool:
    formulas = [*rule.every("formula"), *rule.every("f")]
    return any(formula.text == TRUE for formula in formulas)


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
    package.parts[KEPT] = "".join(_records(package, before)).encode()


def _records(package: Package, before: Mapping[str, bytes]) -> Iterator[str]:
    """A record of each part that is not what it was: of a patched one with what it was, of an added one without."""
    yield f'{HEAD}<originals xmlns="urn:budget-disclosure-toolkit">'
    for name, content in package.parts.items():
        if name == KEPT or content == before.get(name):
            continue
        now = f'name={quoted(name)} patched="{_hash(content)}"'
        if name in before:
            yield f"<patched {now}>{_packed(before[name])}</patched>"
        else:
            yield f"<added {now}/>"
    yield "</originals>"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def _restored(package: Package) -> bool:
    """Give the package its parts as they were, if every part that took one's place is still what we made of it."""
    if not package.find(KEPT):
        return False
    records = {
        one.attributes.get("name", ""): one
        for one in package.markup(KEPT).root.children
    }
    if not records:
        return False
    for name, kept in records.items():
        # Whoever saved the copy wrote its parts anew: what they changed would be lost.
        if kept.attributes.get("patched") != _hash(package.parts.get(name, b"")):
            return False
    try:
        originals = {
            name: _unpacked(kept.text)
            for name, kept in records.items()
            if kept.name == "patched"
        }
    except (binascii.Error, zlib.error, ValueError):
        return False
    package.parts |= originals
    added = [name for name in records if name not in originals]
    for name in (*added, package.find(KEPT)):
        del package.parts[name]
    return True


def _unpacked(text: str) -> bytes:
    return zlib.decompressobj().decompress(
        base64.b64decode(text, validate=True), MOST_BYTES
    )
