"""The projects of a published statement held against the catalogue: the rules on goals and indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from toolkit.audit.blocks import tight
from toolkit.audit.finding import LONGEST_QUOTE, Check, Duty, Outcome, Spot, State
from toolkit.audit.finding import Finding as Told
from toolkit.audit.reading import Statement
from toolkit.audit.tables import ReadTable
from toolkit.check.judge import check_disclosure, check_return
from toolkit.model import record
from toolkit.platform.transcript.projects import (
    Goal,
    goals_data,
    goals_of,
    owner_data,
    project_name,
    projects_data,
    tables_of_projects,
)
from toolkit.profile.declared import profiles
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.data import from_data
from toolkit.returns.merge import merge
from toolkit.rules.rule import INFO, Finding, Rule
from toolkit.steps.rulebook import catalogue, everything

MOST_SPOTS = 8  # places of one kind of hint that are shown


def projects_judged(statement: Statement) -> tuple[Outcome, ...]:
    """What became of the catalogue's rules on the projects and goals of a statement; nothing where its form has no profile."""
    said = statement.form.projects
    tables = tables_of_projects(statement)
    profile = _profile(said, statement.year) if tables else None
    if profile is None:
        return ()
    asked, without = tuple(said["rules"]), said.get("without", ())
    rules = [
        rule
        for rule in everything(profile)
        if rule.id.startswith(asked) and rule.id not in without
    ]
    goals = goals_of(statement, said)
    data = {
        **owner_data(statement, said),
        **projects_data(tables, said, profile),
        **goals_data(goals, said),
    }
    book = from_data(data, profile, statement.name)
    known = catalogue(profile)
    held = replace(known, rules=tuple(rule for rule in known.rules if rule in rules))
    found = (
        *check_return(book, profile, known).findings,
        *check_disclosure(merge([book], profile), profile, held).findings,
    )
    places = Places(tables, said, goals, _sheet_of(said, profile))
    return tuple(_outcome(rule, found, places, statement) for rule in rules)


def _profile(said: Mapping[str, Any], year: int) -> Profile | None:
    """The profile whose year is nearest, made one of the statement's year; None where none of them is installed."""
    near = sorted(
        (load(name) for name in said["profiles"] if name in profiles()),
        key=lambda one: abs(one.year - year),
    )
    return replace(near[0], year=year) if near and year else None


def _sheet_of(said: Mapping[str, Any], profile: Profile) -> str:
    """What the sheet is called on which the goals stand."""
    block = said.get("goals", {}).get("block", "")
    return next(
        (sheet.name for sheet in profile.book.sheets.values() if block in sheet.blocks),
        "",
    )


# -- what is found --------------------------------------------------------------------------------------------------------


@record(slots=True)
class Places:
    """Where in the statement the cells stand that the findings name."""

    tables: Sequence[ReadTable]
    said: Mapping[str, Any]
    goals: Sequence[Goal]
    goals_sheet: str


def _outcome(
    rule: Rule, found: Sequence[Finding], places: Places, statement: Statement
) -> Outcome:
    broken = [one for one in found if one.rule == rule.id]
    told = [_told(rule, one, places, statement) for one in broken]
    check = Check(rule.id, rule.title, Duty.READABLE, rule.severity, rule.remedy)
    if rule.severity is INFO and len(told) > 1:
        told = [_together(told)]
    return Outcome(check, State.RAN, len(places.tables), tuple(told))


def _together(told: Sequence[Told]) -> Told:
    """Hints of one kind as one with their places: they are told once a document."""
    first, *rest = told
    spots = tuple(dict.fromkeys(spot for one in told for spot in one.spots))
    shown = replace(
        first,
        message=f"{first.message}（这样的一共 {len(told)} 条）",
        spots=spots[:MOST_SPOTS],
    )
    return replace(shown, also=tuple(one.message for one in rest))


def _told(rule: Rule, finding: Finding, places: Places, statement: Statement) -> Told:
    check = Check(rule.id, rule.title, Duty.READABLE, finding.severity, finding.remedy)
    spots = tuple(dict.fromkeys(_spots(finding, places, statement)))
    spots = spots or (Spot(places.tables[0].table.place, finding.place),)
    return Told(
        check,
        finding.message,
        spots,
        tuple(one for one in (finding.value, finding.expected) if one),
    )


def _spots(finding: Finding, places: Places, statement: Statement) -> Iterator[Spot]:
    """Where the goals and projects of a finding stand; the first of the projects by its row, where the finding names one."""
    seen: set[int] = set()
    for cell in finding.cells:
        if cell.sheet == places.goals_sheet and 0 < cell.row <= len(places.goals):
            goal = places.goals[cell.row - 1]
            paragraph = statement.paragraphs[
                goal.paragraphs[min(cell.column, len(goal.paragraphs)) - 1]
            ]
            yield Spot(paragraph.place, paragraph.text[:LONGEST_QUOTE])
            continue
        digits = re.search(r"\d+$", cell.sheet)
        number = int(digits[0]) if digits else 0
        if not 0 < number <= len(places.tables) or number in seen:
            continue
        seen.add(number)
        table = places.tables[number - 1]
        if (
            f"第 {cell.row} 行" in finding.place
            and len(seen) == 1
            and cell.row <= len(table.entries)
        ):
            entry = table.entries[cell.row - 1]
            yield Spot(
                entry.place,
                " ".join(tight(text) for text in entry.texts.values())[:LONGEST_QUOTE],
            )
        else:
            yield Spot(
                table.table.place, project_name(table, places.said)[:LONGEST_QUOTE]
            )
