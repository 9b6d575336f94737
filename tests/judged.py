"""What is found in returns as data: everything but what only a workbook can have, and without drawing and opening one."""

from __future__ import annotations

from typing import Any

from toolkit.check.judge import check_disclosure, check_return
from toolkit.check.report import Report
from toolkit.check.told_once import told_once
from toolkit.profile.by_door import of_return
from toolkit.profile.form import Profile
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.rules.rule import Finding
from toolkit.steps.rulebook import catalogue


def found_in(
    profile: Profile, *units: dict[str, Any], whole: bool = True
) -> list[Finding]:
    """What is found in these units, each finding told once, and in the `whole` department of them; files are numbered."""
    rules = catalogue(profile)
    given = [from_data(data, profile, f"{n}.xlsx") for n, data in enumerate(units)]
    books = [computed(book, of_return(profile, book).book) for book in given]
    report = Report(())
    for book in books:
        report = report.joined(check_return(book, profile, rules))
    of_all = (
        check_disclosure(merge(books, profile), profile, rules)
        if whole and any(book.is_lead for book in books)
        else Report(())
    )
    of_units, of_department = told_once(report, of_all, profile)
    return list(of_units.joined(of_department).findings)
