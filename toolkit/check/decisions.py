"""What people answered and agreed to, held against the findings: what names no finding, and what does not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.check.holding import Catalogue, finding_of
from toolkit.check.naming import Names, identified
from toolkit.check.report import Report
from toolkit.model import Cell, Oddity, Return, Role, Row
from toolkit.profile.form import Profile
from toolkit.rules.rule import Finding

NEEDED = {Role.DECISION_WHO: "同意人", Role.DECISION_WHY: "理由"}
DECIDED = (Role.DECISION_OPINION, *NEEDED)


def answers_astray(
    report: Report, returns: Sequence[Return], profile: Profile, catalogue: Catalogue
) -> Report:
    """Tell the units' answers that name no finding of a report."""
    known = {one.id for finding in report.findings for one in finding.every()}
    found: list[Finding] = []
    for book in returns:
        rows = [
            row
            for row in book.rows_of(Role.ANSWER_ID)
            if _is_astray(row, Role.ANSWER_ID, known)
        ]
        oddities = (
            Oddity(
                "answer-astray",
                _cells(row, Role.ANSWER_ID),
                {"id": row.text(Role.ANSWER_ID)},
            )
            for row in rows
        )
        told = [
            finding_of(oddity, catalogue.filling, book.name)
            for oddity in oddities
            if oddity.what in catalogue.filling
        ]
        found += identified(told, book.code or book.book, Names(book, profile))
    return Report(tuple(found))


def decisions_astray(
    report: Report, own: Return, profile: Profile, catalogue: Catalogue, key: str
) -> Report:
    """Tell the department's decisions that name no finding of a report, or that are not complete and so do not count."""
    known = {one.id for finding in report.findings for one in finding.every()}
    oddities = [
        odd
        for row in own.rows_of(Role.DECISION_ID)
        for odd in _of_decision(row, own, known)
    ]
    told = [
        finding_of(odd, catalogue.filling, "")
        for odd in oddities
        if odd.what in catalogue.filling
    ]
    return Report(tuple(identified(told, key, Names(own, profile, key))))


def _of_decision(row: Row, own: Return, known: set[str]) -> Iterator[Oddity]:
    identity = row.text(Role.DECISION_ID)
    if not any(row.text(role) for role in DECIDED):
        return
    if _is_astray(row, Role.DECISION_ID, known):
        yield Oddity("decision-astray", _cells(row, Role.DECISION_ID), {"id": identity})
    elif own.agreed(row, Role.DECISION_OPINION):
        lacks = [title for role, title in NEEDED.items() if not row.text(role)]
        if lacks:
            yield Oddity(
                "agreement-partial",
                _cells(row, Role.DECISION_OPINION),
                {"id": identity, "lacks": "和".join(lacks)},
            )


def _is_astray(row: Row, role: Role, known: set[str]) -> bool:
    """Whether a line names a finding that there is not."""
    return bool(row.text(role)) and row.text(role) not in known


def _cells(row: Row, role: Role) -> tuple[Cell, ...]:
    return tuple(row.words(role).cells())
