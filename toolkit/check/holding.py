"""A claim or a look held in one place, and the finding of what breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from toolkit.check.asked import Asked, ProjectSource, RowSource, asked, rules_of_door
from toolkit.check.keyed import KeySource, by_key, called, lacking
from toolkit.check.report import Idle
from toolkit.model import (
    ALL_FILLED,
    NO_DATA,
    BlockKind,
    Figure,
    Kept,
    Money,
    Name,
    Oddity,
    Return,
    once_of,
    record,
)
from toolkit.profile.form import Book, Profile, Sheet
from toolkit.rules.claim import Claim, Comparison, When
from toolkit.rules.reading import each_once
from toolkit.rules.rule import Axis, Bounds, Breach, Finding, Rule, money
from toolkit.rules.source import Source


@record()
class Catalogue:
    """The rules in force: those held against data, and the messages for what the reader and the schema see.

    `idle` are those that the profile has no use for.
    """

    rules: tuple[Rule, ...]
    filling: Mapping[str, Rule]
    bounds: Bounds
    idle: tuple[Idle, ...] = ()
    kept: Kept = field(default_factory=Kept, init=False, repr=False, compare=False)


def of_door(catalogue: Catalogue, profile: Profile) -> Catalogue:
    """The catalogue as the profile's door has it; of a profile that has no doors the same."""
    if not profile.door:
        return catalogue
    kept: dict[str, tuple[Profile, Catalogue]] = catalogue.kept.setdefault(of_door, {})
    if profile.door not in kept or kept[profile.door][0] is not profile:
        kept[profile.door] = (
            profile,
            replace(catalogue, rules=rules_of_door(catalogue.rules, profile)),
        )
    return kept[profile.door][1]


def questions(catalogue: Catalogue, shape: Book) -> tuple[Asked, ...]:
    """What the live rules in force ask; it is the same of every return."""
    kept: tuple[Book, tuple[Asked, ...]] | None = catalogue.kept.get(questions)
    if kept is None or kept[0] is not shape:
        catalogue.kept[questions] = kept = (shape, tuple(asked(catalogue.rules, shape)))
    return kept[1]


def sources(item: Asked, book: Return, shape: Book) -> Iterator[Source]:
    """The rows, projects or return that a question is held against; for one with a key the rows of each."""
    if item.rule.by and isinstance(item.claim, Comparison):
        yield from by_key(item.claim, item.rule.by, book)
        return
    repeated = shape.repeated
    if repeated is not None and item.block.key in repeated.blocks:
        for project in book.projects:
            if item.per_row:
                around, own = ProjectSource(book, project), dict[int, Figure]()
                yield from (RowSource(row, around, own) for row in project.indicators)
            else:
                yield ProjectSource(book, project)
    elif item.per_row:
        sums: dict[int, Figure] = {}
        yield from (RowSource(row, book, sums) for row in book.rows(item.block.key))
    else:
        yield book


def breach_of(item: Asked, source: Source) -> tuple[Breach, Figure | None]:
    """What of a claim breaks, and by how much."""
    claim = asserted(item)
    gap = item.claim.gap(source)
    if isinstance(claim, Comparison):
        return _unequal(claim, source, item.money), gap
    # The gap is then the condition's: a change that wants its reason.
    return _missing(claim, gap, source, item.money), gap


def asserted(item: Asked) -> Claim:
    """What a claim asserts, its condition apart."""
    return item.claim.claim if isinstance(item.claim, When) else item.claim


def _unequal(claim: Comparison, source: Source, unit: Money) -> Breach:
    """A comparison that does not hold: both its sides, and what lies between them."""
    gap = claim.gap(source)
    places = {
        "left": money(unit.told(claim.left.figure(source).number), unit.decimals),
        "right": money(unit.told(claim.right.figure(source).number), unit.decimals),
        "gap": money(unit.told(abs(gap.number)), unit.decimals),
        "unit": unit.unit,
    }
    return Breach(
        tuple(gap.cells()),
        places,
        value=places["left"],
        expected=places["right"],
        difference=places["gap"],
    )


def _missing(claim: Claim, gap: Figure | None, source: Source, unit: Money) -> Breach:
    """Words that are not there: their cells, and the figures for whose sake they must be."""
    cells = [cell for name in claim.names() for cell in source.value(name).cells()]
    left = ""
    if gap is not None:
        cells += gap.cells()
        left = money(unit.told(gap.number), unit.decimals)
    return Breach(
        tuple(cells),
        {"left": left, "right": "", "gap": "", "unit": unit.unit},
        value=left or None,
    )


def where(item: Asked, source: Source, shape: Book) -> str:
    """Which row or column a general rule was broken in, of which key one of lists, and which of them lack it."""
    if isinstance(source, KeySource) and isinstance(item.claim, Comparison):
        forms = "、".join(
            f"“{shape.sheet_of(block).name}”" for block in lacking(source, item.claim)
        )
        return f"【{called(source, shape)}】" + (
            f"{forms}没有这一行。" if forms else ""
        )
    if item.per_row or not item.rule.on or item.block.kind is not BlockKind.GRID:
        return ""
    if item.rule.axis is Axis.COLUMN:
        title = item.block.columns[item.anchor.column].title
    else:
        title = item.block.rows[item.anchor.row].title.strip()
    return f"【{title}】"


def finding_of_breach(
    rule: Rule, breach: Breach, unit: str, money_unit: str
) -> Finding:
    """The finding of a breach: the rule's words, with their places filled; what it says no unit of is told in this one."""
    places = {"unit": money_unit, **breach.places}
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=rule.message.format(**places),
        remedy=rule.remedy.format(**places),
        basis=rule.basis,
        cells=each_once(breach.cells),
        unit=unit,
        value=breach.value,
        expected=breach.expected,
        difference=breach.difference,
    )


@once_of
def sheets_read(rule: Rule, shape: Book, *, needed: bool = False) -> tuple[Sheet, ...]:
    """The forms that a look declares to read, or those alone without which it means nothing."""
    blocks = blocks_read(rule, needed=needed)
    return (
        tuple(
            sheet
            for sheet in shape.sheets.values()
            if not blocks.isdisjoint(sheet.blocks)
        )
        if blocks
        else ()
    )


def blocks_read(rule: Rule, *, needed: bool = False) -> frozenset[str]:
    """The blocks that a look declares to read, or those alone without which it means nothing."""
    names = rule.needs if needed else (*rule.needs, *rule.reads)
    # A block alone ("notes") stands for all of it, and has no other block before it.
    return frozenset(Name.parse(name).block or name for name in names)


def is_gone(sheet: Sheet, book: Return) -> bool:
    """Whether the workbook has lost a form's sheet, which is told by itself."""
    state = book.sheets.get(sheet.key)
    return state is not None and state.drawn and not state.there


def is_begun(sheet: Sheet, book: Return) -> bool:
    """Whether a form was begun, or ticked; one that the workbook does not have is told elsewhere and counts as begun.

    So does one that nobody fills in.
    """
    if sheet.repeat:
        return bool(book.projects)
    if sheet.calculated:
        return True
    state = book.sheets.get(sheet.key)
    return state is None or state.begun or state.tick in (ALL_FILLED, NO_DATA)


def finding_of(oddity: Oddity, filling: Mapping[str, Rule], unit: str) -> Finding:
    """What there is to say about something seen: the rule of that kind, with its places filled."""
    rule = filling[oddity.what]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=rule.message.format(**oddity.places),
        remedy=rule.remedy.format(**oddity.places),
        basis=rule.basis,
        cells=oddity.cells,
        unit=unit,
        value=oddity.places.get("value"),
        expected=oddity.places.get("number"),
    )
