"""Form and rules held against a return or a disclosure; pure. All faults in one report, one finding for one defect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.check.asked import Asked, ProjectSource, RowSource, asked, leaf_names
from toolkit.check.naming import identified, names_of
from toolkit.check.shape import disclosure_faults, faults
from toolkit.model import ALL_FILLED, NO_DATA, Cell, Disclosure, Figure, Oddity, Return, SheetState
from toolkit.profile.form import Book, Profile
from toolkit.rules.cause import likely
from toolkit.rules.claim import Comparison, Source, Verdict, When
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, Finding, Rule, Severity, money

_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
RANK = {ERROR: 0, WARNING: 1, INFO: 2}


@dataclass(frozen=True)
class Report:
    """What checking gave: the findings, worst first, and how many questions were asked, did not apply, or were held back."""

    findings: tuple[Finding, ...]
    asked: int = 0
    not_applicable: int = 0
    held_back: int = 0
    mended: tuple[str, ...] = ()  # what an earlier run told and this one no longer does

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)

    def open(self, severity: Severity) -> int:
        """How many findings nobody of the department has let stand."""
        return sum(finding.severity is severity and not finding.accepted for finding in self.findings)

    def joined(self, other: Report) -> Report:
        return Report(
            self.findings + other.findings,
            self.asked + other.asked,
            self.not_applicable + other.not_applicable,
            self.held_back + other.held_back,
            self.mended + other.mended,
        )


@dataclass
class _Tally:
    """Counts while checking; `gaps` keeps what a claim's finding was made of, to join findings of one defect."""

    behind: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    gaps: dict[int, tuple[Decimal, frozenset[Cell]]] = field(default_factory=dict)
    asked: int = 0
    not_applicable: int = 0
    held_back: int = 0

    def add(self, finding: Finding, gap: Decimal | None) -> None:
        """Take a finding in, with the entry cells behind its totals and the gap it was found by."""
        more = (cell for total in finding.cells for cell in self.behind.get(total, ()))
        complete = replace(finding, cells=tuple(dict.fromkeys((*finding.cells, *more))))
        if gap is not None:
            self.gaps[len(self.findings)] = (abs(gap), frozenset(complete.cells))
        self.findings.append(complete)


@dataclass(frozen=True)
class Catalogue:
    """The rules in force: those held against data, and the messages for what the reader and the schema see."""

    rules: tuple[Rule, ...]
    filling: Mapping[str, Rule]
    bounds: Bounds


def check_return(book: Return, profile: Profile, catalogue: Catalogue, *, merging: bool = False) -> Report:
    """Hold everything against one unit's return. Forms not begun are no findings until merging."""
    missing = [odd for odd in book.oddities if odd.what == "sheet-missing"]
    if foreign := _foreign(book, profile, missing):
        told = [finding_of(foreign, catalogue.filling, book.name)]
        return Report(tuple(identified(told, book.code or book.book, names_of(book, profile))), 1)
    tally = _Tally(_behind_totals(book, profile.book))
    overtyped = {odd.cells[0]: odd for odd in book.oddities if odd.what == "overtyped"}
    others = (odd for odd in book.oddities if odd.what != "overtyped")
    for oddity in (*others, *faults(book, profile), *_states(book, profile, merging=merging)):
        _tell(oddity, catalogue, book, tally)
    for item in asked(catalogue.rules, profile.book):
        for source in _sources(item, book, profile.book):
            _hold(item, source, book, profile, tally, merging=merging)
    for rule in catalogue.rules:
        if rule.look is not None:
            tally.asked += 1
            for breach in rule.look(book, catalogue.bounds):
                amount = breach.difference if breach.difference and _AMOUNT.fullmatch(breach.difference) else None
                tally.add(_breached(rule, breach, book.name, profile), Decimal(amount) if amount else None)
    findings = _with_overtyped(_folded(tally), overtyped, catalogue, book)
    return Report(
        _ordered(identified(findings, book.code or book.book, names_of(book, profile))),
        tally.asked,
        tally.not_applicable,
        tally.held_back,
    )


def check_own(own: Return, profile: Profile, catalogue: Catalogue, key: str) -> Report:
    """Hold the department's own workbook against its form."""
    tally = _Tally()
    for oddity in (*own.oddities, *faults(own, profile, key)):
        _tell(oddity, catalogue, own, tally)
    return Report(_ordered(identified(tally.findings, key, names_of(own, profile, key))))


def check_disclosure(disclosure: Disclosure, profile: Profile, catalogue: Catalogue) -> Report:
    """Hold the department's rules against the merged whole and its units."""
    findings = [
        _breached(rule, breach, disclosure.name, profile)
        for rule in catalogue.rules
        if rule.look_whole is not None
        for breach in rule.look_whole(disclosure, catalogue.bounds)
    ]
    units_in_order = all(not tuple(faults(unit, profile)) for unit in disclosure.units)
    if units_in_order and (broken := disclosure_faults(disclosure, profile)):
        raise AssertionError(f"sound returns were merged into data that break their own schema: {broken[:3]}")
    named = {cell: name for unit in disclosure.units for cell, name in names_of(unit, profile).items()}
    findings = list(identified(findings, disclosure.name, named))
    return Report(_ordered(findings), sum(rule.look_whole is not None for rule in catalogue.rules))


def decided(report: Report, own: Return) -> Report:
    """Mark what a named person of the department lets stand: agreed, by whom and why, all three."""
    agreed = {
        row.text("id"): f"{row.text('who')}：{row.text('why')}"
        for row in own.rows("decisions")
        if row.text("opinion") == "同意" and row.text("who") and row.text("why")
    }
    findings = tuple(replace(finding, accepted=agreed.get(finding.id, "")) for finding in report.findings)
    return replace(report, findings=findings)


def against(report: Report, earlier: Mapping[str, str]) -> Report:
    """Mark each finding as 新增 or 未改 against an earlier run's (id to what it said); what is gone was 已改."""
    findings = tuple(replace(f, state="未改" if f.id in earlier else "新增") for f in report.findings)
    still = {finding.id for finding in findings}
    return replace(report, findings=findings, mended=tuple(said for id_, said in earlier.items() if id_ not in still))


def _foreign(book: Return, profile: Profile, missing: Sequence[Oddity]) -> Oddity | None:
    """A workbook of another template or year: one finding, and no further questions."""
    cover = book.fields("cover")
    said = (cover.text("profile"), cover.figure("year").value)
    expected = {"profile": profile.id, "year": str(profile.year)}
    if len(missing) > len(profile.book.sheets) // 2:
        return Oddity("other-template", (book.first_cell,), {**expected, "found": "不是填报表，缺少大部分工作表"})
    if said[0] and said[0] != profile.id:
        return Oddity("other-template", tuple(cover.words("profile").cells()), {**expected, "found": f"表样版本是“{said[0]}”"})
    if said[1] is not None and said[1] != profile.year:
        return Oddity("other-template", tuple(cover.figure("year").cells()), {**expected, "found": f"预算年度是 {said[1]}"})
    return None


def _states(book: Return, profile: Profile, *, merging: bool) -> Iterator[Oddity]:
    """What is wrong with ticks, and at merging with forms not begun."""
    for sheet in profile.book.sheets.values():
        state = book.sheets.get(sheet.key)
        if state is None or not sheet.tick:
            continue
        if state.tick == NO_DATA and state.begun:
            yield Oddity("tick-contradiction", (state.title,), {"sheet": sheet.name, "tick": NO_DATA})
    if merging:
        names = {key: sheet.name for key, sheet in profile.book.sheets.items()}
        yield from (Oddity("not-begun", (state.title,), {"sheet": names[key]}) for key, state in _not_begun(book, profile))


def not_begun(book: Return, profile: Profile) -> tuple[SheetState, ...]:
    """The forms that this unit must fill and has neither begun nor ticked. A workbook of another year has none."""
    missing = [odd for odd in book.oddities if odd.what == "sheet-missing"]
    if _foreign(book, profile, missing):
        return ()
    return tuple(state for _, state in _not_begun(book, profile))


def _not_begun(book: Return, profile: Profile) -> Iterator[tuple[str, SheetState]]:
    for sheet in profile.book.sheets.values():
        state = book.sheets.get(sheet.key)
        ours = sheet.filled_by == "unit" or (sheet.filled_by == "lead" and book.is_lead)
        if state is None or state.begun or state.tick:
            continue
        if sheet.tick and ours and not _optional(sheet.key, profile):
            yield sheet.key, state


def _optional(sheet: str, profile: Profile) -> bool:
    """A form none of whose fields must be filled may stay as it is."""
    blocks = profile.book.sheets[sheet].blocks.values()
    return not any(column.required for block in blocks for column in block.columns.values())


def _tell(oddity: Oddity, catalogue: Catalogue, book: Return, tally: _Tally) -> None:
    if oddity.what in catalogue.filling:
        tally.findings.append(finding_of(oddity, catalogue.filling, book.name))


def finding_of(oddity: Oddity, filling: Mapping[str, Rule], unit: str) -> Finding:
    """What there is to say about something seen: the rule of that kind, with its places filled."""
    rule = filling[oddity.what]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=rule.message.format(**oddity.said),
        remedy=rule.remedy.format(**oddity.said),
        basis=rule.basis,
        cells=oddity.cells,
        unit=unit,
        value=oddity.said.get("value"),
        expected=oddity.said.get("number"),
    )


def _sources(item: Asked, book: Return, shape: Book) -> Iterator[Source]:
    """The rows, projects or return that a question is held against."""
    repeated = shape.repeated
    if repeated is not None and item.block.key in repeated.blocks:
        for project in book.projects:
            if item.per_row:
                yield from (RowSource(row) for row in project.indicators)
            else:
                yield ProjectSource(book, project.head)
    elif item.per_row:
        yield from (RowSource(row) for row in book.rows(item.block.key))
    else:
        yield book


def _hold(item: Asked, source: Source, book: Return, profile: Profile, tally: _Tally, *, merging: bool) -> None:
    """Hold one claim in one place."""
    tally.asked += 1
    if not item.per_row and not merging and _waits(item, book, profile.book):
        tally.not_applicable += 1
        return
    verdict = item.claim.verdict(source, profile.tolerance)
    tally.held_back += verdict is Verdict.HELD_BACK
    tally.not_applicable += verdict is Verdict.NOT_APPLICABLE
    if verdict is Verdict.BREAKS:
        finding, gap = _broken(item, source, book, profile)
        tally.add(finding, None if gap is None else gap.number)


def _waits(item: Asked, book: Return, shape: Book) -> bool:
    """Whether a form that the claim reads has not been begun: then it is too early to ask."""
    for name in item.claim.names():
        key = name.removesuffix("[]").partition(".")[0]
        sheet = shape.sheet_of(key)
        if sheet.repeat:
            if not book.projects:
                return True
            continue
        state = book.sheets.get(sheet.key)
        if state is not None and not state.begun and state.tick not in (ALL_FILLED, NO_DATA):
            return True
    return False


def _broken(item: Asked, source: Source, book: Return, profile: Profile) -> tuple[Finding, Figure | None]:
    rule, claim = item.rule, item.claim
    inner = claim.claim if isinstance(claim, When) else claim
    said = {"unit": profile.unit, "gap": "", "left": "", "right": ""}
    gap: Figure | None = None
    cause = ""
    if isinstance(inner, Comparison):
        gap = inner.gap(source)
        said |= {
            "left": money(inner.left.figure(source), profile.decimals),
            "right": money(inner.right.figure(source), profile.decimals),
            "gap": money(abs(gap.number), profile.decimals),
        }
        cells = tuple(gap.cells())
        cause = likely(inner, source, profile.unit, () if item.per_row else _entries(item, source, profile.book))
    else:
        gap = claim.gap(source)  # of the condition: a change that wants its reason
        missing = (cell for name in inner.names() for cell in source.value(name).cells())
        cells = (*missing, *(gap.cells() if gap is not None else ()))
        said["left"] = money(gap, profile.decimals) if gap is not None else ""
    finding = Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=_where(item) + rule.message.format(**said) + (f"可能的原因：{cause}。" if cause else ""),
        remedy=rule.remedy.format(**said),
        basis=rule.basis,
        cells=tuple(dict.fromkeys(cells)),
        unit=book.name,
        value=said["left"] or None,
        expected=said["right"] or None,
        difference=said["gap"] or None,
    )
    return finding, gap


def _entries(item: Asked, source: Source, shape: Book) -> Iterator[Figure]:
    """The entry figures behind the calculated totals that a claim reads."""
    names = [name for name in item.claim.names() if not name.endswith("[]")]
    for name in leaf_names(names, shape):
        value = source.value(name)
        if name not in names and isinstance(value, Figure):
            yield value


def _behind_totals(book: Return, shape: Book) -> dict[Cell, tuple[Cell, ...]]:
    """For each calculated cell of a grid the entry cells it rests on: what a person must mend."""
    behind: dict[Cell, tuple[Cell, ...]] = {}
    for block in shape.blocks.values():
        if block.kind != "grid":
            continue
        for row, column in block.cells():
            name = block.name(column.key, row.key)
            cell = next(book.value(name).cells(), None)
            if cell is not None and block.drawn_formula(row, column) is not None:
                entries = (book.value(leaf) for leaf in leaf_names((name,), shape))
                behind[cell] = tuple(c for value in entries if value.given for c in value.cells())
    return behind


def _where(item: Asked) -> str:
    """Which row or column a general rule was broken in."""
    if item.per_row or not item.rule.on or item.block.kind != "grid":
        return ""
    _, row, column = item.anchor.split(".")
    name = item.block.columns[column].title if item.rule.axis == "column" else item.block.rows[row].title.strip()
    return f"【{name}】"


def _breached(rule: Rule, breach: Breach, unit: str, profile: Profile) -> Finding:
    said = {"unit": profile.unit, **breach.said}
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=rule.message.format(**said),
        remedy=rule.remedy.format(**said),
        basis=rule.basis,
        cells=tuple(dict.fromkeys(breach.cells)),
        unit=unit,
        value=breach.value,
        expected=breach.expected,
        difference=breach.difference,
    )


def _folded(tally: _Tally) -> list[Finding]:
    """Join broken claims with the same gap that share a cell: one defect. The claim with the fewest cells speaks."""
    order = sorted(tally.gaps, key=lambda n: (len(tally.gaps[n][1]), n))
    gone: set[int] = set()
    findings = list(tally.findings)
    for place, first in enumerate(order):
        if first in gone:
            continue
        gap, cells = tally.gaps[first]
        also = [n for n in order[place + 1 :] if n not in gone and tally.gaps[n][0] == gap and cells & tally.gaps[n][1]]
        if also and gap:
            gone.update(also)
            titles = tuple(dict.fromkeys(f"{findings[n].rule} {findings[n].title}" for n in also))
            findings[first] = replace(findings[first], also=titles)
    return [finding for n, finding in enumerate(findings) if n not in gone]


def _with_overtyped(
    findings: list[Finding], overtyped: Mapping[Cell, Oddity], catalogue: Catalogue, book: Return
) -> list[Finding]:
    """A total typed over by hand: told with the sum that fails because of it, or alone where the sum still holds."""
    said: list[Finding] = []
    told: set[Cell] = set()
    for finding in findings:
        cell = finding.cells[0] if finding.cells and finding.rule.startswith("S-") else None
        if cell is not None and cell in overtyped:
            told.add(cell)
            note = f"这一格本来是公式 ={overtyped[cell].said['formula']}，现在是手工填的数。"
            said.append(replace(finding, message=finding.message + note))
        else:
            said.append(finding)
    return said + [finding_of(odd, catalogue.filling, book.name) for cell, odd in overtyped.items() if cell not in told]


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (RANK[finding.severity], finding.cells[0].book if finding.cells else "")))
