"""Form and rules held against a return or a disclosure; pure. All faults in one report, one finding for one defect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.check.asked import Asked, ProjectSource, RowSource, asked, leaf_names
from toolkit.check.naming import identified, names_of
from toolkit.check.report import RANK, UNREADABLE, Idle, Outcomes, Report
from toolkit.check.shape import disclosure_faults, faults
from toolkit.model import ALL_FILLED, NO_DATA, BlockKind, Cell, Disclosure, Figure, Name, Oddity, Return, Role, SheetState
from toolkit.profile.form import Book, Profile, Sheet
from toolkit.rules.cause import likely
from toolkit.rules.claim import Comparison, Source, Verdict, When
from toolkit.rules.rule import Axis, Bounds, Breach, Finding, Rule, Unchecked, money

_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


@dataclass
class _Tally:
    """What is found while checking; `gaps` keeps what a claim's finding was made of, to join findings of one defect."""

    outcomes: Outcomes
    behind: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    gaps: dict[int, tuple[Decimal, frozenset[Cell]]] = field(default_factory=dict)

    def add(self, finding: Finding, gap: Decimal | None) -> None:
        """Take a finding in, with the entry cells behind its totals and the gap it was found by."""
        more = (cell for total in finding.cells for cell in self.behind.get(total, ()))
        complete = replace(finding, cells=tuple(dict.fromkeys((*finding.cells, *more))))
        if gap is not None:
            self.gaps[len(self.findings)] = (abs(gap), frozenset(complete.cells))
        self.findings.append(complete)


@dataclass(frozen=True)
class Catalogue:
    """The rules in force: those held against data, and the messages for what the reader and the schema see.

    `idle` are those that the profile has no use for.
    """

    rules: tuple[Rule, ...]
    filling: Mapping[str, Rule]
    bounds: Bounds
    idle: tuple[Idle, ...] = ()


def check_return(book: Return, profile: Profile, catalogue: Catalogue, *, merging: bool = False) -> Report:
    """Hold everything against one unit's return. Forms not begun are no findings until merging."""
    missing = [odd for odd in book.oddities if odd.what == "sheet-missing"]
    if foreign := _foreign(book, profile, missing):
        told = [finding_of(foreign, catalogue.filling, book.name)]
        return Report(tuple(identified(told, book.code or book.book, names_of(book, profile))), 1, idle=catalogue.idle)
    tally = _Tally(Outcomes(book.name), _behind_totals(book, profile.book))
    overtyped = {odd.cells[0]: odd for odd in book.oddities if odd.what == "overtyped"}
    others = (odd for odd in book.oddities if odd.what != "overtyped")
    for oddity in (*others, *faults(book, profile), *_states(book, profile, merging=merging)):
        _tell(oddity, catalogue, book, tally)
    for item in asked(catalogue.rules, profile.book):
        for source in _sources(item, book, profile.book):
            _hold(item, source, book, profile, tally, merging=merging)
    for rule in catalogue.rules:
        if rule.look is not None:
            _look(rule, rule.look(book, catalogue.bounds), book, profile, tally)
    findings = _with_overtyped(_folded(tally), overtyped, catalogue, book)
    named = names_of(book, profile)
    return Report(
        _ordered(identified(findings, book.code or book.book, named)),
        tally.outcomes.asked,
        tally.outcomes.not_applicable,
        tuple(tally.outcomes.not_checked),
        catalogue.idle,
    )


def _look(rule: Rule, seen: Iterable[Breach | Unchecked], book: Return, profile: Profile, tally: _Tally) -> None:
    """Hold one look against a return, and say what became of it."""
    tally.outcomes.asked += 1
    read = {Name.parse(name).block or name for name in (*rule.needs, *rule.reads)}
    sheets = [sheet for sheet in profile.book.sheets.values() if read & set(sheet.blocks)]
    if sheets and not any(_is_begun(sheet, book) for sheet in sheets):
        _leave(rule, sheets, book, tally)
        return
    for breach in seen:
        if isinstance(breach, Unchecked):
            tally.outcomes.leave(rule, breach.why)
        else:
            amount = breach.difference if breach.difference and _AMOUNT.fullmatch(breach.difference) else None
            tally.add(_breached(rule, breach, book.name, profile), Decimal(amount) if amount else None)


def _leave(rule: Rule, sheets: Iterable[Sheet], book: Return, tally: _Tally) -> None:
    """A check is not made, since forms have not been begun; it does not apply where nobody has to fill them in."""
    due = next((sheet for sheet in sheets if _is_due(sheet, book)), None)
    if due is None:
        tally.outcomes.not_applicable += 1
    else:
        tally.outcomes.leave(rule, f"“{due.name.replace('{n}', '表')}”还没有填")


def _is_due(sheet: Sheet, book: Return) -> bool:
    """Whether this unit has to fill a form in: it is its own to fill, and has a field that must be filled."""
    ours = sheet.filled_by == "unit" or (sheet.filled_by == "lead" and book.is_lead)
    return ours and any(column.required for block in sheet.blocks.values() for column in block.columns.values())


def _is_begun(sheet: Sheet, book: Return) -> bool:
    """Whether a form was begun, or ticked; one that the workbook does not have is told elsewhere and counts as begun."""
    if sheet.repeat:
        return bool(book.projects)
    state = book.sheets.get(sheet.key)
    return state is None or state.begun or state.tick in (ALL_FILLED, NO_DATA)


def check_own(own: Return, profile: Profile, catalogue: Catalogue, key: str) -> Report:
    """Hold the department's own workbook against its form."""
    tally = _Tally(Outcomes(""))
    for oddity in (*own.oddities, *faults(own, profile, key)):
        _tell(oddity, catalogue, own, tally)
    return Report(_ordered(identified(tally.findings, key, names_of(own, profile, key))))


def check_disclosure(disclosure: Disclosure, profile: Profile, catalogue: Catalogue) -> Report:
    """Hold the department's rules against the merged whole and its units."""
    outcomes = Outcomes("")
    findings: list[Finding] = []
    for rule in catalogue.rules:
        if rule.look_whole is None:
            continue
        outcomes.asked += 1
        for breach in rule.look_whole(disclosure, catalogue.bounds):
            if isinstance(breach, Unchecked):
                outcomes.leave(rule, breach.why)
            else:
                findings.append(_breached(rule, breach, disclosure.name, profile))
    units_in_order = all(not tuple(faults(unit, profile)) for unit in disclosure.units)
    if units_in_order and (broken := disclosure_faults(disclosure, profile)):
        raise AssertionError(f"sound returns were merged into data that break their own schema: {broken[:3]}")
    named = {cell: name for unit in disclosure.units for cell, name in names_of(unit, profile).items()}
    told = _ordered(identified(findings, disclosure.name, named))
    return Report(told, outcomes.asked, outcomes.not_applicable, tuple(outcomes.not_checked))


def decided(report: Report, own: Return) -> Report:
    """Mark what a named person of the department lets stand: agreed, by whom and why, all three."""
    agreed: dict[str, str] = {}
    for row in own.rows_of(Role.DECISION_ID):
        who, why = row.text(Role.DECISION_WHO), row.text(Role.DECISION_WHY)
        if own.agreed(row, Role.DECISION_OPINION) and who and why:
            agreed[row.text(Role.DECISION_ID)] = f"{who}：{why}"
    findings = tuple(replace(finding, accepted=agreed.get(finding.id, "")) for finding in report.findings)
    return replace(report, findings=findings)


def against(report: Report, earlier: Mapping[str, str]) -> Report:
    """Mark each finding as 新增 or 未改 against an earlier run's (id to what it said); what is gone was 已改."""
    findings = tuple(replace(f, state="未改" if f.id in earlier else "新增") for f in report.findings)
    still = {finding.id for finding in findings}
    return replace(report, findings=findings, mended=tuple(said for id_, said in earlier.items() if id_ not in still))


def _foreign(book: Return, profile: Profile, missing: Sequence[Oddity]) -> Oddity | None:
    """A workbook of another template or year: one finding, and no further questions."""
    template = book.words_of(Role.FORM_PROFILE)
    year = book.value_of(Role.FORM_YEAR)
    expected = {"profile": profile.id, "year": str(profile.year)}
    if len(missing) > len(profile.book.sheets) // 2:
        return Oddity("other-template", (book.first_cell,), {**expected, "found": "不是填报表，缺少大部分工作表"})
    if template.text and template.text != profile.id:
        return Oddity("other-template", tuple(template.cells()), {**expected, "found": f"表样版本是“{template.text}”"})
    if isinstance(year, Figure) and year.value is not None and year.value != profile.year:
        return Oddity("other-template", tuple(year.cells()), {**expected, "found": f"预算年度是 {year.value}"})
    return None


def _states(book: Return, profile: Profile, *, merging: bool) -> Iterator[Oddity]:
    """What is wrong with ticks, and at merging with forms not begun."""
    for sheet in profile.book.sheets.values():
        state = book.sheets.get(sheet.key)
        if state is None or not sheet.tick:
            continue
        if state.tick == NO_DATA and state.begun:
            yield Oddity("tick-contradiction", (state.title,), {"sheet": sheet.name, "tick": NO_DATA})
        if merging and _is_left(sheet, book):
            yield Oddity("not-begun", (state.title,), {"sheet": sheet.name})


def not_begun(book: Return, profile: Profile) -> tuple[SheetState, ...]:
    """The forms that this unit must fill and has neither begun nor ticked. A workbook of another year has none."""
    missing = [odd for odd in book.oddities if odd.what == "sheet-missing"]
    if _foreign(book, profile, missing):
        return ()
    return tuple(book.sheets[sheet.key] for sheet in profile.book.sheets.values() if _is_left(sheet, book))


def _is_left(sheet: Sheet, book: Return) -> bool:
    """Whether a form that this unit must fill was neither begun nor ticked."""
    state = book.sheets.get(sheet.key)
    return sheet.tick and state is not None and not state.begun and not state.tick and _is_due(sheet, book)


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
    tally.outcomes.asked += 1
    waiting = [] if item.per_row or merging else _waited_for(item, book, profile.book)
    if waiting:
        _leave(item.rule, waiting, book, tally)
        return
    match item.claim.verdict(source, profile.tolerance):
        case Verdict.HELD_BACK:
            tally.outcomes.leave(item.rule, UNREADABLE)
        case Verdict.NOT_APPLICABLE:
            tally.outcomes.not_applicable += 1
        case Verdict.BREAKS:
            finding, gap = _broken(item, source, book, profile)
            tally.add(finding, None if gap is None else gap.number)


def _waited_for(item: Asked, book: Return, shape: Book) -> list[Sheet]:
    """The forms that a claim reads and that have not been begun: it is too early to ask."""
    sheets = (shape.sheet_of(name.block) for name in item.claim.names())
    return [sheet for sheet in sheets if not _is_begun(sheet, book)]


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
    names = [name for name in item.claim.names() if not name.of_every_line]
    for name in leaf_names(names, shape):
        value = source.value(name)
        if name not in names and isinstance(value, Figure):
            yield value


def _behind_totals(book: Return, shape: Book) -> dict[Cell, tuple[Cell, ...]]:
    """For each calculated cell of a grid the entry cells it rests on: what a person must mend."""
    behind: dict[Cell, tuple[Cell, ...]] = {}
    for block in shape.blocks.values():
        for name in block.formulas:
            cell = next(book[name].cells(), None)
            if cell is not None:
                entries = (book[leaf] for leaf in leaf_names((name,), shape))
                behind[cell] = tuple(entry for value in entries if value.given for entry in value.cells())
    return behind


def _where(item: Asked) -> str:
    """Which row or column a general rule was broken in."""
    if item.per_row or not item.rule.on or item.block.kind is not BlockKind.GRID:
        return ""
    if item.rule.axis is Axis.COLUMN:
        return f"【{item.block.columns[item.anchor.column].title}】"
    return f"【{item.block.rows[item.anchor.row].title.strip()}】"


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
