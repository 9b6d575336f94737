"""Form and rules held against a return or a disclosure; pure. All faults in one report, one finding for one defect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.check.asked import Asked
from toolkit.check.behind import Behind
from toolkit.check.culprits import culprits_first
from toolkit.check.holding import (
    Catalogue,
    asserted,
    breach_of,
    finding_of,
    finding_of_breach,
    is_begun,
    is_gone,
    of_door,
    questions,
    sheets_read,
    sources,
    where,
)
from toolkit.check.membership import misplaced
from toolkit.check.naming import Names, NamesOfMany, identified
from toolkit.check.nesting import unsound_levels
from toolkit.check.origins import slack, with_origins
from toolkit.check.report import RANK, UNREADABLE, Outcomes, Report, speaking_for
from toolkit.check.shape import disclosure_faults, faults, newly_required
from toolkit.check.tally import Tally, folded
from toolkit.check.units import bounds_as_it_is, bounds_of, breaches, whole_as_asked
from toolkit.check.waiting import (
    awaited_forms,
    early_cells,
    forms_behind,
    lists_behind,
)
from toolkit.model import (
    NO_DATA,
    PLAIN,
    BlockKind,
    Cell,
    Disclosure,
    Figure,
    Oddity,
    Return,
    Role,
    SheetState,
    Value,
    once_of,
    record,
)
from toolkit.profile.by_door import of_return
from toolkit.profile.form import Book, Profile, Sheet
from toolkit.rules.claim import Comparison, Verdict
from toolkit.rules.reading import each_once
from toolkit.rules.rule import Bounds, Breach, Finding, LookAtReturn, Rule, Unchecked
from toolkit.rules.source import Source

SEVERAL = 3  # forms that are all blank: the workbook is
FEW = 3  # entries of a total that are pointed at in its place
BLANK = "blank"  # what is seen of cells that must be filled: a key of rules/filling.py
LEVELS = "code-sum"  # what is seen of a list whose levels do not add up: a key of rules/filling.py
ASTRAY = "code-no-parent"  # what is seen of a row whose code has none around it: a key of rules/filling.py
# What the reader sees of a cell that does not hold what a person sees in it: keys of rules/filling.py.
READINGS = ("not-text", "percent", "struck", "picture")
# What the reader sees of a calculated total that is not calculated as we do: keys of rules/filling.py.
NOT_OURS = ("overtyped", "formula-changed")
# Figures in a file's name that may be a unit's code: neither shorter nor longer than codes are.
_CODE = re.compile(r"(?<!\d)\d{5,12}(?!\d)")
# A month, day or time in a file's name: 202301, 20230115, 202301150930.
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?:\d{4,6})?")
# An amount as a look writes a difference: -12.50.
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


def check_return(
    book: Return, profile: Profile, catalogue: Catalogue, *, merging: bool = False
) -> Report:
    """Hold everything against one unit's return. Forms not begun are no findings until merging."""
    unit = book.code or book.book
    profile = of_return(profile, book)
    catalogue = of_door(catalogue, profile)
    named = Names(book, profile)
    foreign = _foreign(book, profile)
    if foreign is not None:
        told = finding_of(foreign, catalogue.filling, book.name)
        return Report(tuple(identified([told], unit, named)), 1, idle=catalogue.idle)
    # Once nothing else is left to fill, a return without any project has none: then nothing waits for the projects.
    complete = not not_begun(book, profile)
    awaited = awaited_forms(book, profile.book, complete=merging or complete)
    tally = Tally(
        Outcomes(book.name),
        Behind(book, profile.book).cells,
        _unreadable(book),
        early_cells(book, profile.book, awaited),
        all_held=not awaited,
    )
    # A total typed over waits: it is told together with what fails because of it.
    overtyped = {
        oddity.cells[0]: oddity for oddity in book.oddities if oddity.what in NOT_OURS
    }
    others = [oddity for oddity in book.oddities if oddity.what not in NOT_OURS]
    unfilled = (
        *newly_required(book, profile.book),
        *_states(book, profile, merging=merging),
        *_file_name(book),
    )
    for oddity in (
        *others,
        *faults(book, profile),
        *misplaced(book, profile.book),
        *unsound_levels(book, profile.book),
        *unfilled,
    ):
        _tell(oddity, catalogue, book, tally)
    for item in questions(catalogue, profile.book):
        behind = forms_behind(item, profile.book) if awaited else ()
        waiting = [sheet for sheet in behind if sheet.key in awaited]
        if waiting and item.rule.by:  # of many keys it is said once
            tally.outcomes.asked += 1
            _leave(item.rule, waiting, book, tally)
            continue
        for number, source in enumerate(sources(item, book, profile.book)):
            if waiting:
                tally.outcomes.asked += 1
                _leave(item.rule, waiting, book, tally)
            else:
                _hold(item, number, source, book, profile, tally)
    forms = _forms(book, profile.book, complete=complete)
    _look(looks(catalogue, profile), forms, book, profile, tally)
    for oddity in _rounded(tally):
        _tell(oddity, catalogue, book, tally)
    culprits_first(tally, book, profile, catalogue, frozenset(overtyped))
    findings = list(
        with_origins(
            _with_overtyped(folded(tally), overtyped, catalogue, book), book.origins
        )
    )
    return Report(
        findings=_ordered(identified(findings, unit, named)),
        asked=tally.outcomes.asked,
        not_applicable=tally.outcomes.not_applicable,
        not_checked=tuple(tally.outcomes.not_checked),
        idle=catalogue.idle,
    )


@record(slots=True)
class AskedLook:
    """A look with what is the same of every return: what it may know, the forms that it reads and needs.

    `bounds` is None where it is asked of forms in several units, or of a copy in one: `units.breaches` knows how.
    """

    rule: Rule
    look: LookAtReturn
    catalogued: Bounds
    bounds: Bounds | None
    sheets: tuple[Sheet, ...]
    needed: tuple[Sheet, ...]
    read: frozenset[str]  # the keys of the forms that it reads
    waits_for: frozenset[str]  # and of those that it needs


def looks(catalogue: Catalogue, profile: Profile) -> tuple[AskedLook, ...]:
    """The looks at a return that are in force."""
    kept: tuple[Profile, tuple[AskedLook, ...]] | None = catalogue.kept.get(looks)
    if kept is None or kept[0] is not profile:
        catalogue.kept[looks] = kept = (profile, tuple(_looks(catalogue, profile)))
    return kept[1]


def _looks(catalogue: Catalogue, profile: Profile) -> Iterator[AskedLook]:
    for rule in catalogue.rules:
        if rule.look is not None:
            sheets = sheets_read(rule, profile.book)
            needed = (
                *sheets_read(rule, profile.book, needed=True),
                *lists_behind(rule, profile.book),
            )
            own = bounds_as_it_is(rule, profile, catalogue.bounds)
            yield AskedLook(
                rule,
                rule.look,
                catalogue.bounds,
                own,
                sheets,
                needed,
                _keys(sheets),
                _keys(needed),
            )


def _keys(sheets: Iterable[Sheet]) -> frozenset[str]:
    return frozenset(sheet.key for sheet in sheets)


@record(slots=True)
class _Forms:
    """Of a return's forms, by their keys: which are begun, which a look has to wait for; whether all else is filled in."""

    begun: frozenset[str]
    awaited: frozenset[str]
    complete: bool


def _forms(book: Return, shape: Book, *, complete: bool) -> _Forms:
    begun = frozenset(
        key for key, sheet in shape.sheets.items() if is_begun(sheet, book)
    )
    gone = frozenset(key for key, sheet in shape.sheets.items() if is_gone(sheet, book))
    return _Forms(
        begun, gone if complete else gone.union(shape.sheets.keys() - begun), complete
    )


def _look(
    every: Sequence[AskedLook],
    forms: _Forms,
    book: Return,
    profile: Profile,
    tally: Tally,
) -> None:
    """Hold looks against a return, and say what became of each."""
    tally.outcomes.asked += len(every)
    begun, awaited = forms.begun, forms.awaited
    # One loop: there are hundreds of looks, and nearly all of them find nothing.
    for asked in every:
        bounds = asked.bounds
        if asked.sheets and not (
            asked.waits_for.isdisjoint(awaited) and not asked.read.isdisjoint(begun)
        ):
            _look_away(asked, forms, book, tally)
        elif bounds is not None:
            for breach in asked.look(book, bounds):
                _take(asked.rule, breach, bounds.unit, book, tally)
        else:
            for breach, unit in breaches(asked.rule, book, profile, asked.catalogued):
                _take(asked.rule, breach, unit, book, tally)


def _look_away(asked: AskedLook, forms: _Forms, book: Return, tally: Tally) -> None:
    """A look is not held, since what it reads is not filled in."""
    waiting = [sheet for sheet in asked.needed if sheet.key in forms.awaited]
    if forms.complete and not waiting:
        tally.outcomes.not_applicable += 1
    else:
        _leave(asked.rule, waiting or asked.sheets, book, tally)


def _take(
    rule: Rule, breach: Breach | Unchecked, unit: str, book: Return, tally: Tally
) -> None:
    """Put down what a look found; what rests on cells that cannot be read, or on forms not begun, is left."""
    if isinstance(breach, Unchecked):
        tally.outcomes.leave(rule, breach.why)
    elif tally.unreadable.intersection(breach.cells):
        tally.outcomes.leave(rule, UNREADABLE)
    elif early := [tally.early[cell] for cell in breach.cells if cell in tally.early]:
        tally.outcomes.leave(rule, _not_filled(early[0]))
    else:
        tally.add(finding_of_breach(rule, breach, book.name, unit), _gap_of(breach))


def _unreadable(book: Return) -> frozenset[Cell]:
    """The cells of figures that hold no number, which is told by itself."""
    # Nearly every figure stands in one cell and is a number or nothing.
    doubtful = [
        value
        for row in book.each_row()
        for value in row.values.values()
        if isinstance(value, Figure)
        and (value.kind not in PLAIN or not isinstance(value.source, Cell))
    ]
    return frozenset(
        cell for figure in doubtful if figure.flawed for cell in figure.cells()
    )


def _gap_of(breach: Breach) -> Decimal | None:
    """The difference a look found, where it is an amount."""
    if breach.difference and _AMOUNT.fullmatch(breach.difference):
        return Decimal(breach.difference)
    return None


def _leave(rule: Rule, sheets: Iterable[Sheet], book: Return, tally: Tally) -> None:
    """A check is not made, since forms have not been begun; it does not apply where nobody has to fill them in."""
    due = next((sheet for sheet in sheets if _is_due(sheet, book)), None)
    if due is None:
        tally.outcomes.not_applicable += 1
    else:
        tally.outcomes.leave(rule, _not_filled(due))


def _not_filled(sheet: Sheet) -> str:
    return f"“{sheet.name.replace('{n}', '表')}”还没有填"


def _is_due(sheet: Sheet, book: Return) -> bool:
    """Whether this unit has to fill a form in: it is its own to fill, and has a grid, or a field that must be filled."""
    ours = sheet.filled_by == "unit" or (sheet.filled_by == "lead" and book.is_lead)
    return ours and _asks(sheet)


@once_of
def _asks(sheet: Sheet) -> bool:
    """Whether a form has anything that somebody must fill in."""
    if sheet.calculated:
        return False
    blocks = sheet.blocks.values()
    required = any(
        column.required for block in blocks for column in block.columns.values()
    )
    return required or any(block.kind is BlockKind.GRID for block in blocks)


def check_own(own: Return, profile: Profile, catalogue: Catalogue, key: str) -> Report:
    """Hold the department's own workbook against its form, and its texts against the rules that ask for nothing but texts."""
    tally = Tally(Outcomes(""))
    for oddity in (
        *own.oddities,
        *faults(own, profile, key),
        *misplaced(own, profile.books[key]),
    ):
        _tell(oddity, catalogue, own, tally)
    # Its sheets are not published, but its reasons are: they stand in the statement.
    reason = own.cast.names.get(Role.REASON_REASON)
    bounds = replace(
        catalogue.bounds, spoken=frozenset({reason.field} if reason is not None else ())
    )
    for rule in catalogue.rules:
        if rule.look is None or rule.needs or rule.reads:
            continue
        for breach in rule.look(own, bounds):
            if isinstance(breach, Breach):
                tally.add(finding_of_breach(rule, breach, "", bounds.unit), None)
    named = Names(own, profile, key)
    return Report(_ordered(identified(tally.findings, key, named)))


def check_disclosure(
    disclosure: Disclosure, profile: Profile, catalogue: Catalogue
) -> Report:
    """Hold the department's rules against the merged whole and its units."""
    outcomes = Outcomes("")
    findings: list[Finding] = []
    for rule in catalogue.rules:
        if rule.look_whole is None:
            continue
        outcomes.asked += 1
        bounds = bounds_of(rule, profile, catalogue.bounds)
        for breach in rule.look_whole(
            whole_as_asked(rule, disclosure, profile), bounds
        ):
            if isinstance(breach, Unchecked):
                outcomes.leave(rule, breach.why)
            else:
                finding = finding_of_breach(
                    rule, breach, _whose(breach, disclosure), bounds.unit
                )
                findings.append(finding)
    if findings:
        behind = [Behind(unit, profile.book, _counts) for unit in disclosure.units]
        findings = [_at_entries(finding, behind) for finding in findings]
    named = NamesOfMany(Names(unit, profile) for unit in disclosure.units)
    return Report(
        findings=_ordered(identified(findings, disclosure.name, named)),
        asked=outcomes.asked,
        not_applicable=outcomes.not_applicable,
        not_checked=tuple(outcomes.not_checked),
    )


def _counts(entry: Value) -> bool:
    return isinstance(entry, Figure) and bool(entry.number)


def _at_entries(finding: Finding, behind: Iterable[Behind]) -> Finding:
    """A finding that points at the entries behind its total, where they are few: a total itself is not mended."""
    first = next(iter(finding.cells), None)
    if first is None:
        return finding
    entries = next((cells for one in behind if (cells := one.cells(first))), ())
    if not 0 < len(entries) <= FEW:
        return finding
    return replace(finding, cells=each_once((*entries, *finding.cells)), known_by=first)


def _whose(breach: Breach, disclosure: Disclosure) -> str:
    """Whom the department sends a finding back to: the unit that it lies in, of two the one to mend it; else nobody."""
    owners = {unit.book: unit.name for unit in disclosure.units}
    books = list(dict.fromkeys(cell.book for cell in breach.cells))
    compared = breach.difference is not None and len(books) == 2  # noqa: PLR2004
    if len(books) == 1 or compared:
        return owners.get(books[0], disclosure.name)
    return disclosure.name


def not_held(catalogue: Catalogue, why: str) -> Report:
    """The department's rules, none of which could be held: why each was not."""
    outcomes = Outcomes("")
    for rule in catalogue.rules:
        if rule.look_whole is not None:
            outcomes.asked += 1
            outcomes.leave(rule, why)
    return Report((), outcomes.asked, 0, tuple(outcomes.not_checked))


def decided(report: Report, own: Return) -> Report:
    """Mark what a named person of the department lets stand: agreed, by whom and why, all three."""
    agreed: dict[str, str] = {}
    for row in own.rows_of(Role.DECISION_ID):
        who = row.text(Role.DECISION_WHO)
        why = row.text(Role.DECISION_WHY)
        if own.agreed(row, Role.DECISION_OPINION) and who and why:
            agreed[row.text(Role.DECISION_ID)] = f"{who}：{why}"
    return replace(
        report,
        findings=tuple(_accepted(finding, agreed) for finding in report.findings),
    )


def _accepted(finding: Finding, agreed: Mapping[str, str]) -> Finding:
    """A finding marked with who lets it stand, and so those that it speaks for."""
    joined = tuple(_accepted(other, agreed) for other in finding.joined)
    return replace(finding, accepted=agreed.get(finding.id, ""), joined=joined)


def against(report: Report, earlier: Mapping[str, str]) -> Report:
    """Mark each finding as 新增 or 未改 against an earlier run's (id to what it told); what is gone was 已改."""
    findings = []
    for finding in report.findings:
        state = "未改" if finding.id in earlier else "新增"
        findings.append(replace(finding, state=state))
    still = {one.id for finding in findings for one in finding.every()}
    mended = [told for id_, told in earlier.items() if id_ not in still]
    return replace(report, findings=tuple(findings), mended=tuple(mended))


def _foreign(book: Return, profile: Profile) -> Oddity | None:
    """A workbook of another template or year: one finding, and no further questions."""
    template = book.words_of(Role.FORM_PROFILE)
    if template.text and template.text != profile.id:
        return _other_template(
            profile, template.cells(), f"表样版本是“{template.text}”"
        )
    missing = [oddity for oddity in book.oddities if oddity.what == "sheet-missing"]
    if len(missing) > len(profile.book.sheets) // 2:
        return _other_template(
            profile, (book.first_cell,), "不是填报表，缺少大部分工作表"
        )
    year = book.value_of(Role.FORM_YEAR)
    if (
        isinstance(year, Figure)
        and year.value is not None
        and year.value != profile.year
    ):
        return _other_template(profile, year.cells(), f"预算年度是 {year.value}")
    return None


def _states(book: Return, profile: Profile, *, merging: bool) -> Iterator[Oddity]:
    """What is wrong with ticks, and at merging with forms not begun."""
    of_lead = _left_of_lead(book, profile) if merging else []
    if of_lead:
        forms = "、".join(f"“{sheet.name}”" for sheet in of_lead)
        yield Oddity(
            "lead-without-forms",
            tuple(book.value_of(Role.UNIT_LEAD).cells()),
            {"forms": forms},
        )
    nothing = _nothing_filled(book, profile) if merging else []
    if nothing:
        titles = tuple(book.sheets[sheet.key].title for sheet in nothing)
        yield Oddity("blank-workbook", titles, {"count": str(len(nothing))})
    for sheet in profile.book.sheets.values():
        state = book.sheets.get(sheet.key)
        if state is None or not sheet.tick or sheet in of_lead or sheet in nothing:
            continue
        if state.tick == NO_DATA and state.begun:
            yield Oddity(
                "tick-contradiction",
                (state.ticked or state.title,),
                {"sheet": sheet.name, "tick": NO_DATA},
            )
        gone = state.drawn and not state.there  # which is told already
        if merging and _is_left(sheet, book) and not gone:
            what = "not-begun" if state.drawn else "newly-required"
            yield Oddity(
                what,
                (state.title,),
                {"sheet": sheet.name, "field": "整张表", "book": book.book},
            )


def _nothing_filled(book: Return, profile: Profile) -> list[Sheet]:
    """The forms that a unit must fill, where it has begun none of them and has no project: it sent a blank workbook."""
    due = [
        sheet
        for sheet in profile.book.sheets.values()
        if sheet.tick and _is_due(sheet, book) and sheet.key in book.sheets
    ]
    left = [
        sheet for sheet in due if _is_left(sheet, book) and book.sheets[sheet.key].drawn
    ]
    return left if len(left) == len(due) >= SEVERAL and not book.projects else []


def _left_of_lead(book: Return, profile: Profile) -> list[Sheet]:
    """The forms of a leading unit, where it says that it leads and has begun none of them: perhaps it does not."""
    ours = [
        sheet
        for sheet in profile.book.sheets.values()
        if sheet.filled_by == "lead" and _is_due(sheet, book)
    ]
    left = [sheet for sheet in ours if _is_left(sheet, book)]
    return left if book.is_lead and len(left) == len(ours) > 1 else []


def _other_template(profile: Profile, cells: Iterable[Cell], found: str) -> Oddity:
    places = {"profile": profile.id, "year": str(profile.year), "found": found}
    return Oddity("other-template", tuple(cells), places)


def not_begun(book: Return, profile: Profile) -> tuple[str, ...]:
    """The forms, by name, that this unit must fill and has neither begun nor ticked. A workbook of another year has none."""
    profile = of_return(profile, book)
    if _foreign(book, profile) is not None:
        return ()
    left = (sheet for sheet in profile.book.sheets.values() if _is_left(sheet, book))
    return tuple(_called(sheet, book.sheets[sheet.key]) for sheet in left)


def _called(sheet: Sheet, state: SheetState) -> str:
    """What a form is called in this workbook; as the forms call it, where the workbook was drawn without it."""
    return state.title.sheet if state.drawn and state.there else sheet.name


def _file_name(book: Return) -> Iterator[Oddity]:
    """A file's name that gives another code than the cover does. Years, days and telephone numbers in names are no codes."""
    name = book.book.rpartition("/")[2]
    found = [digits for digits in _CODE.findall(name) if not _DAY.fullmatch(digits)]
    alike = [
        digits
        for digits in found
        if len(digits) == len(book.code) or digits[:3] == book.code[:3]
    ]
    if book.code.isdigit() and alike and book.code not in found:
        facts = {"file": name, "found": "、".join(alike), "code": book.code}
        yield Oddity("file-name", tuple(book.words_of(Role.UNIT_CODE).cells()), facts)


def _is_left(sheet: Sheet, book: Return) -> bool:
    """Whether a form that this unit must fill was neither begun nor ticked."""
    state = book.sheets.get(sheet.key)
    if state is None or not (sheet.tick or sheet.board):
        return False
    return not state.begun and not state.tick and _is_due(sheet, book)


def _tell(oddity: Oddity, catalogue: Catalogue, book: Return, tally: Tally) -> None:
    if oddity.what in catalogue.filling:
        if oddity.what == BLANK:
            tally.blanks.add(len(tally.findings))
        if oddity.what == LEVELS:
            tally.levels.add(len(tally.findings))
            tally.add(
                finding_of(oddity, catalogue.filling, book.name),
                Decimal(oddity.places["gap"]),
            )
            return
        if oddity.what == ASTRAY:
            tally.astray.add(len(tally.findings))
        if oddity.what in READINGS:
            tally.readings.add(len(tally.findings))
        tally.findings.append(finding_of(oddity, catalogue.filling, book.name))


def _hold(
    item: Asked,
    number: int,
    source: Source,
    book: Return,
    profile: Profile,
    tally: Tally,
) -> None:
    """Hold one claim in one place."""
    tally.outcomes.asked += 1
    match item.claim.verdict(source, item.tolerance):
        case Verdict.HELD_BACK:
            tally.outcomes.leave(item.rule, UNREADABLE)
        case Verdict.NOT_APPLICABLE:
            tally.outcomes.not_applicable += 1
        case Verdict.BREAKS:
            finding, gap = _broken(item, source, book, profile.book)
            if gap is not None and _is_rounding(item, finding, gap, book, tally):
                return
            tally.add(finding, None if gap is None else gap.number, (item, number))


def _is_rounding(
    item: Asked, finding: Finding, gap: Figure, book: Return, tally: Tally
) -> bool:
    """Whether figures that were taken over differ by no more than their being rounded explains; that is put down."""
    if not book.origins or not isinstance(asserted(item), Comparison):
        return False
    if abs(gap.number) * item.money.yuan > slack(
        finding.cells, book.origins, tally.behind
    ):
        return False
    tally.rounded.append(
        (
            finding.cells[0],
            f"{finding.title.removesuffix('不符')}，差 {finding.difference} {item.money.unit}",
        )
    )
    return True


def _rounded(tally: Tally) -> Iterator[Oddity]:
    """What differs by no more than rounding, said once."""
    if tally.rounded:
        examples = "；".join(said for _, said in tally.rounded[:FEW]) + (
            "等" if len(tally.rounded) > FEW else ""
        )
        said = {"count": str(len(tally.rounded)), "examples": examples}
        yield Oddity(
            "rounded-apart",
            tuple(dict.fromkeys(cell for cell, _ in tally.rounded)),
            said,
        )


def assert_sound(disclosure: Disclosure, profile: Profile) -> None:
    """Returns without a fault merge into data without one: anything else is a bug of ours."""
    broken = disclosure_faults(disclosure, profile)
    if not broken:
        return
    # The units were held against the schema before; only where something broke is it asked again which of them was sound.
    if all(next(faults(unit, profile), None) is None for unit in disclosure.units):
        raise AssertionError(
            f"sound returns were merged into data that break their own schema: {broken[:3]}"
        )


def _broken(
    item: Asked, source: Source, book: Return, shape: Book
) -> tuple[Finding, Figure | None]:
    """The finding of a broken claim, and the gap it was found by."""
    breach, gap = breach_of(item, source)
    finding = finding_of_breach(item.rule, breach, book.name, item.money.unit)
    return replace(finding, message=where(item, source, shape) + finding.message), gap


def _with_overtyped(
    findings: list[Finding],
    overtyped: Mapping[Cell, Oddity],
    catalogue: Catalogue,
    book: Return,
) -> list[Finding]:
    """A total typed over, or whose formula was changed: told with what fails because of it, or alone where nothing does."""
    complete: list[Finding] = []
    told: set[Cell] = set()
    for finding in findings:
        cell = finding.cells[0] if finding.cells else None
        if (
            cell is None
            or cell not in overtyped
            or (finding.known_by is None and not finding.rule.startswith("S-"))
        ):
            complete.append(finding)
            continue
        own = finding_of(overtyped[cell], catalogue.filling, book.name)
        if (
            RANK[own.severity] < RANK[finding.severity]
        ):  # a rule on trial does not speak for what is none
            complete.append(finding)
            continue
        told.add(cell)
        complete.append(
            speaking_for(replace(finding, message=finding.message + own.message), [own])
        )
    for cell, oddity in overtyped.items():
        if cell not in told:
            complete.append(finding_of(oddity, catalogue.filling, book.name))
    return complete


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst first; of the same severity by file, as they were found."""

    def rank(finding: Finding) -> tuple[int, str]:
        file = finding.cells[0].book if finding.cells else ""
        return RANK[finding.severity], file

    return tuple(sorted(findings, key=rank))
