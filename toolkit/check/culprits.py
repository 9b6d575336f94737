"""The cell to mend first: where one slip explains several findings, they are one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import islice

from toolkit.check.asked import Asked
from toolkit.check.equations import equations
from toolkit.check.gathered import gather
from toolkit.check.holding import (
    Catalogue,
    asserted,
    breach_of,
    finding_of,
    is_begun,
    questions,
    sheets_read,
    sources,
)
from toolkit.check.keyed import by_key, lines_of
from toolkit.check.report import RANK, speaking_for
from toolkit.check.slips import (
    CENT,
    divided_by,
    entries_of,
    explain,
    explain_otherwise,
    forms_in_yuan,
    moneys_of,
)
from toolkit.check.tally import Tally
from toolkit.check.trial import (
    Broken,
    Explained,
    Probe,
    Probes,
    Slip,
    Suspects,
    Told,
    Trial,
)
from toolkit.check.units import breaches
from toolkit.model import BlockKind, Cell, Figure, Name, Oddity, Return, once_of
from toolkit.profile.form import Book, Profile
from toolkit.rules.claim import Comparison, Verdict
from toolkit.rules.reading import each_once
from toolkit.rules.rule import INFO, Bounds, Breach, Finding, Rule

FIGURES = 4  # that something may name, and each of them is tried
TWO = 2  # findings from which one may explain another
CLOSE = 6  # cells that a finding names, and each of them is what it is about
FEW = 2  # cells that a remedy names
UNREAD = "unread"  # what is seen of cells that were filled in and not read: a key of rules/filling.py
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CAUSE = "可能的原因："  # what a message says between a defect and where it came from
OR_ELSE = "。那里没有错的，"
QUOTED = re.compile("“([^”]*)”")
# the figures that come from a cell, each with its place in the return's order
Figures = Mapping[Cell, Sequence[tuple[int, Name]]]
FORMULA = "S-"  # how the rules begin that the schema's formulas are
IN_YUAN = "in-yuan"  # what is seen of a form whose every amount is in 元: a key of rules/filling.py


def culprits_first(
    tally: Tally,
    book: Return,
    profile: Profile,
    catalogue: Catalogue,
    overtyped: frozenset[Cell],
) -> None:
    """Where one slip explains what does not hold, its cells come first, and all that it explains is one finding."""
    amiss = sorted(tally.gaps, key=lambda number: _turn(number, tally, overtyped))
    grave = [
        number for number in tally.broken if tally.findings[number].severity is not INFO
    ]
    if not amiss and len(grave) < TWO:
        _explain_blanks(tally)
        _explain_readings(tally)
        _explain_minor(tally, catalogue)
        return
    named = frozenset(cell for _, cells in tally.broken.values() for cell in cells)
    figures = _figures_by_cell(book, named)
    trial = _trial(tally, book, profile, catalogue, overtyped, figures)
    explained = _whole_forms(tally, trial, catalogue)
    if not explained:
        explained = gather(tally, book, profile.book) | _plainly_said(tally, catalogue)
    for number in amiss:
        told = _told(number, tally, trial, figures)
        if (
            not tally.is_comparison(number)
            or told.broken in explained
            or not told.gap
            or told.broken not in trial.broken
        ):
            continue
        finding = tally.findings[number]
        last = tally.held[number][0].money.last if number in tally.held else CENT
        if abs(told.gap) <= last and len(told.names) > 2:  # noqa: PLR2004  a sum of several
            by = "一分" if last == CENT else "末位的 1"
            tally.findings[number] = because(
                finding, f"相差{by}，像是四舍五入的尾差，请调整其中一个明细"
            )
            continue
        stray = _counted_unread(told, tally, book)
        if stray is not None:
            _lead_to(number, *stray, tally)
            continue
        match explain(told, trial):
            case Explained(slip, everything):
                explained |= everything
                innocent = _innocent(told, slip, book)
                speaker = _gravest(number, everything, tally)
                finding = tally.findings[speaker]
                told_of = replace(
                    finding,
                    cells=tuple(cell for cell in finding.cells if cell not in innocent),
                )
                tally.findings[speaker] = led_by(
                    because(told_of, slip.said, slip.cells), slip.cells, finding.cells
                )
                _join(
                    speaker,
                    everything | _hints_gone(slip, tally, trial, catalogue),
                    tally,
                )
            case Suspects(cells) if (
                told.side is not None
            ):  # a look has said already what is likelier
                tally.findings[number] = led_by(finding, cells)
    _without_a_gap(tally, trial, explained, figures)
    _explain_blanks(tally)
    _explain_readings(tally)
    _explain_minor(tally, catalogue)


def _plainly_said(tally: Tally, catalogue: Catalogue) -> set[Broken]:
    """What misses by just as much as something that says which rows that comes of: it is told with that, and explained."""
    plain = {rule.id for rule in catalogue.rules if rule.plain}
    saying = [number for number in tally.gaps if tally.findings[number].rule in plain]
    explained: set[Broken] = set()
    # Of two that say so, the one that names fewer cells speaks.
    for number in sorted(
        saying, key=lambda number: (len(tally.findings[number].cells), number)
    ):
        gap = tally.gaps[number][0]
        others = {
            tally.broken[one]
            for one, (other, _) in tally.gaps.items()
            if one != number and other == gap
        }
        if number not in tally.gone and others:
            explained |= {*others, tally.broken[number]}
            _join(number, others, tally)
    return explained | _said_together(saying, tally)


def _said_together(saying: Collection[int], tally: Tally) -> set[Broken]:
    """What misses by as much as several that say so come to: three projects without a sheet, and the sum of all sheets."""
    explained: set[Broken] = set()
    by_rule: dict[str, list[int]] = {}
    for number in saying:
        if number not in tally.gone and tally.broken[number] not in explained:
            by_rule.setdefault(tally.findings[number].rule, []).append(number)
    for together in by_rule.values():
        whole = sum((tally.gaps[number][0] for number in together), Decimal(0))
        others = {
            tally.broken[one]
            for one, (gap, _) in tally.gaps.items()
            if one not in together and one not in tally.gone and gap == whole
        }
        if len(together) > 1 and others:
            explained |= {*others, *(tally.broken[number] for number in together)}
            _join(min(together), others, tally)
    return explained


def _turn(number: int, tally: Tally, overtyped: frozenset[Cell]) -> tuple[object, ...]:
    """When a finding has its turn to be explained: a total typed over first, by its own formula; then by how plain it is."""
    finding = tally.findings[number]
    own = finding.rule.startswith(FORMULA) and not overtyped.isdisjoint(finding.cells)
    return (
        not own,
        RANK[finding.severity],
        not tally.is_equation(number),
        len(tally.gaps[number][1]),
        number,
    )


def _explain_blanks(tally: Tally) -> None:
    """A blank that must be filled, and another finding that names it: the other says why it is blank, or what it lacks."""
    for number, blank in enumerate(tally.findings):
        if number in tally.gone or number not in tally.blanks:
            continue
        cells = set(blank.cells)
        for other, finding in enumerate(tally.findings):
            if (
                other == number
                or other in tally.gone
                or finding.severity is INFO
                or not cells <= set(finding.cells)
            ):
                continue
            # What names many cells is not about this one, unless this one comes first.
            if len(finding.cells) > CLOSE and finding.cells[0] not in cells:
                continue
            tally.findings[other] = speaking_for(led_by(finding, blank.cells), [blank])
            tally.gone.add(number)
            break


def _explain_readings(tally: Tally) -> None:
    """What a cell says may be odd only because it does not hold what was typed: that is told first, and speaks for the rest."""
    for number in sorted(tally.readings - tally.gone):
        cells = set(tally.findings[number].cells)
        for other in tally.broken:
            finding = tally.findings[other]
            if (
                other in tally.gone
                or finding.severity is INFO
                or len(finding.cells) > FIGURES
                or finding.cells[0] not in cells
            ):
                continue
            tally.findings[number] = speaking_for(tally.findings[number], [finding])
            tally.gone.add(other)


def _counted_unread(told: Told, tally: Tally, book: Return) -> tuple[int, Cell] | None:
    """What was typed and not read, where that number is just what a sum of its sheet has too much: its finding, its cell."""
    sheets = {cell.sheet for cell in told.broken[1]}
    for oddity in book.oddities:
        if oddity.what != UNREAD or oddity.cells[0].sheet not in sheets:
            continue
        for cell, text in zip(
            oddity.cells, QUOTED.findall(oddity.places["examples"]), strict=False
        ):
            if NUMBER.fullmatch(text) and Decimal(text) == abs(told.gap):
                return next(
                    (
                        (n, cell)
                        for n, finding in enumerate(tally.findings)
                        if finding.cells == oddity.cells
                    ),
                    None,
                )
    return None


def _lead_to(number: int, stray: int, cell: Cell, tally: Tally) -> None:
    """Let a finding say that a number which was not read is its cause, and speak for that."""
    cause = tally.findings[stray]
    said = f"表里的合计算上了没有读的数，{cause.message.rstrip('。')}"
    finding = led_by(
        because(tally.findings[number], said, [cell]), [cell, *cause.cells]
    )
    tally.findings[number] = speaking_for(finding, [cause])
    tally.gone.add(stray)


def _without_a_gap(
    tally: Tally, trial: Trial, explained: set[Broken], figures: Figures
) -> None:
    """The same for what does not say by how much it misses, where few figures are concerned."""
    asked = {
        number: broken
        for number, broken in tally.broken.items()
        if broken in trial.broken
        and broken not in explained
        and number not in tally.gone
        and not (number in tally.gaps and tally.is_comparison(number))
    }
    for number, broken in sorted(asked.items(), key=lambda one: len(one[1][1])):
        if number in tally.gone or broken in explained:
            continue
        read = _figures_of(broken[1], figures)
        names = list(entries_of(read, trial.book, trial.profile))
        if (
            len(names) > FIGURES
        ):  # of many, what is nothing may be what is missing elsewhere
            names = [name for name in names if not trial.book.figure(name).number]
        found = (
            explain_otherwise(names, broken, trial) if len(names) <= FIGURES else None
        )
        if found is not None:
            explained |= found.all
            speaker = _gravest(number, found.all, tally)
            finding = tally.findings[speaker]
            tally.findings[speaker] = led_by(
                because(finding, found.slip.said, found.slip.cells), found.slip.cells
            )
            _join(speaker, found.all, tally)


def _hints_gone(
    slip: Slip, tally: Tally, trial: Trial, catalogue: Catalogue
) -> frozenset[Broken]:
    """The hints of looks that there would not be without a slip."""
    hints = {
        tally.broken[number]
        for number in tally.broken
        if tally.findings[number].severity is INFO
    }
    told = {rule for rule, _ in hints}
    looks = [
        rule
        for rule in catalogue.rules
        if rule.id in told
        and rule.look is not None
        and trial.may_change(slip, _read_by_look(rule, trial.profile.book))
    ]
    if not looks:
        return frozenset()
    copy = trial.copy_without(slip)
    still: set[Broken] = set()
    for rule in looks:
        still.update(_broken_looks(rule, catalogue.bounds, trial.profile, copy))
    trial.let_go(copy)
    asked = {rule.id for rule in looks}
    # A hint that counts rows still stands where it counts fewer of them.
    named = {(rule, cell) for rule, cells in still for cell in cells}
    return frozenset(
        (rule, cells)
        for rule, cells in hints
        if rule in asked and named.isdisjoint((rule, c) for c in cells)
    )


def _explain_minor(tally: Tally, catalogue: Catalogue) -> None:
    """What must be written anew for something graver: what is minor in that one cell is told with it."""
    minor = {rule.id for rule in catalogue.rules if rule.minor}
    for number, light in enumerate(tally.findings):
        if number in tally.gone or len(light.cells) != 1 or light.rule not in minor:
            continue
        for other, grave in enumerate(tally.findings):
            graver = (
                RANK[grave.severity] < RANK[light.severity] and other not in tally.gone
            )
            if graver and grave.cells[:1] == light.cells:
                tally.findings[other] = speaking_for(grave, [light])
                tally.gone.add(number)
                break


def _figures_by_cell(book: Return, wanted: frozenset[Cell]) -> Figures:
    """The figures that come from each of these cells: few of all that there are, and those alone get a name."""
    found: dict[Cell, list[tuple[int, Name]]] = {}
    place = 0
    for row_name, row in book.named_rows():
        for column, value in row.values.items():
            if not isinstance(value, Figure):
                continue
            source = value.source
            if not isinstance(source, Cell):
                cells = wanted.intersection(value.cells())
            elif source in wanted:
                cells = frozenset({source})
            else:
                continue
            place += 1
            for cell in cells:
                found.setdefault(cell, []).append((place, row_name.at(column)))
    return found


def _figures_of(cells: Iterable[Cell], figures: Figures) -> list[Name]:
    """The figures that come from any of these cells, in the return's order."""
    read = {place: name for cell in set(cells) for place, name in figures.get(cell, ())}
    return [read[place] for place in sorted(read)]


def _whole_forms(tally: Tally, trial: Trial, catalogue: Catalogue) -> set[Broken]:
    """What breaks because one form, or all, was filled in 元: told in one finding."""
    found = forms_in_yuan(trial)
    if found is None or IN_YUAN not in catalogue.filling:
        return set()
    moneys = moneys_of(found.slip, trial)
    units = "、".join(dict.fromkeys(money.unit for money in moneys))
    places = {
        "where": found.slip.said,
        "count": str(len(found.all)),
        "unit": units,
        "factor": divided_by(moneys),
    }
    told = finding_of(
        Oddity(IN_YUAN, found.slip.cells, places), catalogue.filling, trial.book.name
    )
    tally.findings.append(replace(told, known_by=told.cells[0]))
    _join(len(tally.findings) - 1, found.all, tally)
    return set(found.all)


def _read(names: Iterable[Name], shape: Book) -> frozenset[str]:
    """What names read, as a probe says it: a grid as a whole, of a list or a project's head the fields, or all of them."""
    read: set[str] = set()
    for name in names:
        block = shape.blocks.get(name.block)
        # of a list alone this stands for nothing that changes: its fields do
        read.add(name.block)
        if block is not None and block.kind is not BlockKind.GRID:
            read |= (
                {name.field}
                if name.column
                else {f"{name.block}.{column}" for column in block.columns}
            )
    return frozenset(read)


@once_of
def _read_by_claim(item: Asked, shape: Book) -> frozenset[str]:
    """What a claim reads, as a probe says it."""
    return _read(
        (
            name if name.block else item.block.name(name.column)
            for name in item.claim.names()
        ),
        shape,
    )


@once_of
def _read_by_look(rule: Rule, shape: Book) -> frozenset[str]:
    """What a look declares to read, as a probe says it."""
    return _read(
        (
            Name.parse(name) if "." in name else Name(name)
            for name in (*rule.needs, *rule.reads)
        ),
        shape,
    )


def _trial(
    tally: Tally,
    book: Return,
    profile: Profile,
    catalogue: Catalogue,
    overtyped: frozenset[Cell],
    figures: Figures,
) -> Trial:
    """What breaks in a return and its copies. Hints have no say in it."""
    shape = profile.book
    asked = _grave_claims(questions(catalogue, shape), shape)
    probes = _probes(asked, catalogue, profile)
    begun = frozenset(
        key for key, sheet in shape.sheets.items() if is_begun(sheet, book)
    )
    lacking = frozenset(
        cell for number in tally.blanks for cell in tally.findings[number].cells
    ) | _blank_first(tally, book, figures)
    return Trial(
        book,
        profile,
        probes,
        begun,
        _found_by_claims(tally, probes, book),
        _found_by_looks(tally, probes),
        overtyped,
        lacking,
        equations(asked, shape),
    )


def _found_by_claims(
    tally: Tally, probes: Probes, book: Return
) -> Mapping[Probe, frozenset[Broken]]:
    """What breaks of the claims, by their probes."""
    found: dict[Probe, frozenset[Broken]] = {}
    # Where every claim was held, what breaks of each is known.
    whole = tally.all_held and not tally.rounded
    if whole:
        for number, (item, _) in tally.held.items():
            probe = probes.claims.get(id(item))
            if probe is not None:
                found[probe] = found.get(probe, frozenset()) | {tally.broken[number]}
        return found
    for probe in probes.claims.values():
        broken = frozenset(probe.broken(book))
        if broken:
            found[probe] = broken
    return found


def _found_by_looks(tally: Tally, probes: Probes) -> Mapping[Probe, frozenset[Broken]]:
    """What the looks found, by their probes."""
    found: dict[Probe, frozenset[Broken]] = {}
    for broken in tally.broken.values():
        probe = probes.looks.get(broken[0])
        if probe is not None:
            found[probe] = found.get(probe, frozenset()) | {broken}
    return found


@once_of
def _probes(
    asked: tuple[tuple[Asked, frozenset[str]], ...],
    catalogue: Catalogue,
    profile: Profile,
) -> Probes:
    """What is held against a return and its copies: all that is asked, and all looks that are no hints."""
    shape = profile.book
    claims = {
        id(item): Probe(read, partial(_broken_claims, item, shape))
        for item, read in asked
    }
    looks = {
        rule.id: Probe(
            read, partial(_broken_looks, rule, catalogue.bounds, profile), forms
        )
        for rule, forms, read in _grave_looks(catalogue, shape)
    }
    return Probes(claims, looks, shape)


@once_of
def _grave_claims(
    items: tuple[Asked, ...], shape: Book
) -> tuple[tuple[Asked, frozenset[str]], ...]:
    """The claims that are no hints, each with what it reads."""
    return tuple(
        (item, _read_by_claim(item, shape))
        for item in items
        if item.rule.severity is not INFO
    )


@once_of
def _grave_looks(
    catalogue: Catalogue, shape: Book
) -> tuple[tuple[Rule, frozenset[str], frozenset[str]], ...]:
    """The looks that are no hints, each with the keys of the forms that it reads, and with what it reads."""
    looks = [
        rule
        for rule in catalogue.rules
        if rule.look is not None and rule.severity is not INFO
    ]
    keys = (
        frozenset(sheet.key for sheet in sheets_read(rule, shape)) for rule in looks
    )
    return tuple(
        (rule, sheets, _read_by_look(rule, shape))
        for rule, sheets in zip(looks, keys, strict=True)
    )


def _blank_first(tally: Tally, book: Return, figures: Figures) -> frozenset[Cell]:
    """The blank cells that a look names first: something ought to stand there."""
    first = {
        finding.cells[0]
        for number in tally.broken
        if number not in tally.held and (finding := tally.findings[number]).cells
    }
    return frozenset(
        cell
        for cell in first
        for _, name in figures.get(cell, ())
        if not book.figure(name).given
    )


def _broken_claims(item: Asked, shape: Book, copy: Return) -> Iterator[Broken]:
    """Where a claim breaks in a copy of the return."""
    for source in sources(item, copy, shape):
        if item.claim.verdict(source, item.tolerance) is Verdict.BREAKS:
            breach, _ = breach_of(item, source)
            yield item.rule.id, each_once(breach.cells)


def _broken_looks(
    rule: Rule, bounds: Bounds, profile: Profile, copy: Return
) -> Iterator[Broken]:
    """What a look finds in a copy of the return."""
    for breach, _ in breaches(rule, copy, profile, bounds):
        if isinstance(breach, Breach):
            yield rule.id, each_once(breach.cells)


def _told(number: int, tally: Tally, trial: Trial, figures: Figures) -> Told:
    """Something that breaks by an amount, as the search for its slip wants it."""
    book, profile = trial.book, trial.profile
    gap, _ = tally.gaps[number]
    broken = tally.broken[number]
    if number not in tally.held:
        named = _figures_of(broken[1], figures)
        return Told(broken, gap, entries_of(named, book, profile))
    item, place = tally.held[number]

    def side(copy: Return) -> Decimal:
        source = next(islice(sources(item, copy, profile.book), place, None))
        missing = item.claim.gap(source)
        return missing.number if missing is not None else Decimal(0)

    names = _names_asked(item, place, book, profile.book)
    # A total that a person typed is a figure of its own.
    typed = [
        name
        for name in names
        if profile.book.formula_of(name) is not None
        and trial.overtyped.intersection(book[name].cells())
    ]
    return Told(broken, gap, (*typed, *entries_of(names, book, profile)), side)


def _names_asked(item: Asked, place: int, book: Return, shape: Book) -> list[Name]:
    """The complete names that a claim reads in one of its places; the side with fewer first."""
    claim = asserted(item)
    names = list(item.claim.names())
    if isinstance(claim, Comparison):
        sides = [list(claim.left.names()), list(claim.right.names())]
        # A list's whole column is many figures: what stands alone is looked at first.
        sides.sort(
            key=lambda side: (any(name.of_every_line for name in side), len(side))
        )
        names = [*sides[0], *sides[1]]
    if item.rule.by and isinstance(claim, Comparison):
        source = next(islice(by_key(claim, item.rule.by, book), place, None))
        return [line for name in names for line in lines_of(source, name, item.rule.by)]
    repeated = shape.repeated
    of_project = repeated is not None and item.block.key in repeated.blocks
    row = Name(item.block.key, line=place + 1)
    if item.per_row and of_project:
        each = (
            name
            for number, project in enumerate(book.projects, 1)
            for name, _ in project.named(number)
        )
        row = next(
            islice((name for name in each if name.block == item.block.key), place, None)
        )
    head = row.within or row
    if item.per_row:
        names = [row.at(name.column) if name.bare else name for name in names]
    if of_project:
        return [
            name._replace(line=head.line)
            if name.block == head.block and not name.line
            else name
            for name in names
        ]
    return names


def because(finding: Finding, cause: str, cells: Sequence[Cell] = ()) -> Finding:
    """A finding that says its likely cause, and the cells to look at before all others."""
    if not cause:
        return finding
    remedy = finding.remedy
    if 0 < len(cells) <= FEW:
        first = "、".join(f"{cell.sheet}!{cell.address}" for cell in cells)
        remedy = f"先核对 {first}{OR_ELSE}{remedy}"
    return replace(finding, message=f"{finding.message}{CAUSE}{cause}。", remedy=remedy)


def _innocent(told: Told, slip: Slip, book: Return) -> set[Cell]:
    """The other lines of a column that is added up, once the wrong one is known: they need not be looked at."""
    fields = {
        name.field
        for name in told.names
        if name.line and set(book[name].cells()) & set(slip.cells)
    }
    others = [name for name in told.names if name.line and name.field in fields]
    return {cell for name in others for cell in book[name].cells()} - set(slip.cells)


def led_by(
    finding: Finding, cells: Iterable[Cell], before: Sequence[Cell] = ()
) -> Finding:
    """A finding whose cells begin with these; what it is known by stays the first of those `before`."""
    known_by = finding.known_by or next(iter(before or finding.cells), None)
    return replace(
        finding, cells=each_once((*cells, *finding.cells)), known_by=known_by
    )


def _gravest(number: int, everything: Collection[Broken], tally: Tally) -> int:
    """Which of the findings that one slip explains is to speak for them: this one, unless another is graver."""
    others = [
        other
        for other, broken in tally.broken.items()
        if broken in everything and other not in tally.gone
    ]
    return min((number, *others), key=lambda one: RANK[tally.findings[one].severity])


def _join(number: int, everything: Collection[Broken], tally: Tally) -> None:
    """Let one finding speak for all that its slip explains."""
    others = []
    for other, broken in tally.broken.items():
        if other != number and broken in everything and other not in tally.gone:
            tally.gone.add(other)
            others.append(tally.findings[other])
    tally.findings[number] = speaking_for(tally.findings[number], others)
