"""A unit's findings and its department's: what has one cause is told once, at the unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from toolkit.check.culprits import CAUSE, FIGURES, OR_ELSE, because, led_by
from toolkit.check.report import RANK, Report, speaking_for
from toolkit.model import Role
from toolkit.profile.form import Profile
from toolkit.rules.rule import ERROR, INFO, Finding

WHO = (Role.UNIT_CODE, Role.AGENCY_CODE)  # the forms that say which units there are


def told_once(units: Report, whole: Report, profile: Profile) -> tuple[Report, Report]:
    """A unit's findings and its department's: what misses by the same amount in the same cells is told once, at the unit.

    Which units there are, and which of them leads, comes before all figures: they hang on it.
    """
    findings = list(units.findings)
    cast = profile.book.cast
    about_units = {
        profile.book.sheet_of(cast.names[role].block).name
        for role in WHO
        if role in cast.names
    }
    left: list[Finding] = []
    first: list[Finding] = []
    for finding in whole.findings:
        place = _told_already(finding, findings, profile.money.yuan)
        if place is not None:
            findings[place] = _led_by_approved(
                _of_both(findings[place], finding), finding, about_units
            )
            continue
        place = _at_one_cell(finding, findings)
        if place is not None:
            findings[place] = _with(findings[place], finding)
            continue
        place = _whole_files(finding, findings)
        if place is not None:
            findings[place] = _with(finding, findings[place])
            continue
        of_units = (
            finding.severity is ERROR
            and bool(finding.cells)
            and finding.cells[0].sheet in about_units
        )
        (first if of_units else left).append(finding)
    findings = _moved_between(findings, profile)
    return replace(units, findings=(*first, *findings)), replace(
        whole, findings=tuple(left)
    )


def _moved_between(findings: list[Finding], profile: Profile) -> list[Finding]:
    """Where one unit's projects lack what another's have too much, one of them was perhaps handed in by the wrong unit.

    Each keeps a finding of its own: each of them has something to mend.
    """
    alone = {sheet.name for sheet in profile.book.sheets.values() if not sheet.repeat}
    told = list(findings)
    by_gap: dict[tuple[str, str | None], list[Finding]] = {}
    for one in findings:
        by_gap.setdefault((one.rule, one.difference), []).append(one)
    for place, lack in enumerate(findings):
        more = (
            [
                one
                for one in by_gap[lack.rule, lack.difference]
                if _is_mirrored(lack, one)
            ]
            if lack.difference
            else []
        )
        own = [cell for cell in lack.cells if cell.sheet in alone]
        if (
            len(more) != 1
            or not own
            or not any(cell.sheet not in alone for cell in lack.cells)
        ):
            continue
        said = f"“{more[0].unit}”正好多出这个数，可能有一个项目填到了那里"
        bare = _without_cause(lack)
        told[place] = led_by(because(bare, said), own)
    return told


def _is_mirrored(lack: Finding, more: Finding) -> bool:
    """Whether of one sum two units' findings miss by the same amount, this one too little and the other too much."""
    if (
        lack.rule != more.rule
        or lack.difference is None
        or lack.difference != more.difference
        or lack.unit == more.unit
    ):
        return False
    return _is_less(lack) and not _is_less(more)


def _is_less(finding: Finding) -> bool:
    """Whether what stands is less than what is expected."""
    try:
        return Decimal(finding.value or "") < Decimal(finding.expected or "")
    except InvalidOperation:
        return False


def _whole_files(finding: Finding, told: Sequence[Finding]) -> int | None:
    """The file that was not read and bears the name of the unit that a finding misses."""
    if not finding.value or finding.difference is not None:
        return None
    for place, one in enumerate(told):
        file = next((cell.book for cell in one.cells if not cell.sheet), "")
        if finding.value in file:
            return place
    return None


def _at_one_cell(finding: Finding, told: Sequence[Finding]) -> int | None:
    """The one finding of a unit about a cell of a total that is not the approved one: what is wrong there is its cause."""
    if finding.difference is None or not any(
        character.isdigit() for character in finding.difference
    ):
        return None
    cells = set(finding.cells)
    at_it = [
        place
        for place, one in enumerate(told)
        if one.severity is not INFO and cells.intersection(one.cells)
    ]
    if len(at_it) != 1:
        return None
    one = told[at_it[0]]
    return at_it[0] if len(one.cells) <= FIGURES or one.known_by is not None else None


def _with(one: Finding, other: Finding) -> Finding:
    """A unit's finding that also explains one of the department's, whose numbers are its own: both are said."""
    shared = [cell for cell in one.cells if cell in other.cells]
    led = replace(led_by(one, shared), message=f"{one.message}{other.message}")
    return speaking_for(led, [other])


def _led_by_approved(
    one: Finding, other: Finding, about_units: Collection[str]
) -> Finding:
    """A finding of two forms that differ; of the two the one that is not as approved is to be mended."""
    if (
        other not in one.joined
        or not other.cells
        or other.cells[0].sheet in about_units
    ):
        return one
    own = [cell for cell in other.cells if cell.sheet not in about_units]
    by_now = {
        cell.sheet
        for found in one.joined
        if found is not other and found.id
        for cell in found.cells
    }
    if not one.cells or one.cells[0].sheet in by_now | {cell.sheet for cell in own}:
        return one
    return led_by(_without_cause(one), own)


def _without_cause(finding: Finding) -> Finding:
    """A finding without its likely cause, which is none."""
    message, _, _ = finding.message.partition(CAUSE)
    before, apart, after = finding.remedy.partition(OR_ELSE)
    return replace(finding, message=message, remedy=after if apart else before)


def _of_both(one: Finding, other: Finding) -> Finding:
    """A unit's finding and one of the department's that has the same cause: as severe as the worse, which speaks."""
    if other.difference is None and RANK[other.severity] < RANK[one.severity]:
        return speaking_for(replace(other, unit=one.unit), [one])
    return speaking_for(one, [other])


def _told_already(
    finding: Finding, told: Sequence[Finding], yuan: Decimal
) -> int | None:
    """Which of a unit's findings has the same cause: it misses by the same amount there, or points at the same cell alone.

    `yuan` is how many yuan one of the unit of money is.
    """
    cells = set(finding.cells)
    books = {cell.book for cell in finding.cells}
    for place, one in enumerate(told):
        if one.severity is INFO or not one.cells:
            continue
        if (
            finding.severity is INFO
            and one.severity is ERROR
            and _are_beside(finding, one)
        ):
            return place
        if finding.difference is None:
            alone = len(one.cells) == 1 and (
                one.severity is ERROR or finding.value is not None
            )
            if one.cells[0] in cells and (alone or finding.severity is INFO):
                return place
            continue
        amount = any(character.isdigit() for character in finding.difference)
        if (
            amount
            and one.difference == finding.difference
            and one.cells[0].book in books
        ):
            return place
        if (
            one.known_by is not None
            and _is_in_yuan(finding, yuan)
            and cells.intersection(one.cells)
        ):
            return place
    return None


def _are_beside(hint: Finding, grave: Finding) -> bool:
    """Whether a hint is about nothing but the row in which something is known to be wrong."""
    first = grave.cells[0]
    beside = all(
        (cell.book, cell.sheet, cell.row) == (first.book, first.sheet, first.row)
        for cell in hint.cells
    )
    return bool(hint.cells) and beside and grave.known_by is not None


def _is_in_yuan(finding: Finding, yuan: Decimal) -> bool:
    """Whether what stands is what is expected, in 元."""
    try:
        return (
            yuan > 1
            and Decimal(finding.value or "") == Decimal(finding.expected or "") * yuan
        )
    except InvalidOperation:
        return False
