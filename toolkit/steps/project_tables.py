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
from toolkit.check.judge import check_return
from toolkit.profile.declared import profiles
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.data import from_data
from toolkit.rules.rule import INFO, Finding, Rule
from toolkit.steps.rulebook import catalogue, everything


def projects_judged(statement: Statement) -> tuple[Outcome, ...]:
    """What became of the catalogue's rules on the projects of a statement; nothing where its form says of no profile."""
    said = statement.form.projects
    tables = [table for table in statement.tables if said and table.shape.id == said["table"]]
    profile = _profile(said, statement.year) if tables else None
    if profile is None:
        return ()
    rules = [rule for rule in everything(profile) if rule.severity is not INFO and rule.id.startswith(tuple(said["rules"]))]
    book = from_data(_data(tables, said, profile), profile, statement.name)
    found = check_return(book, profile, catalogue(profile), merging=False).findings
    return tuple(_outcome(rule, found, tables, said) for rule in rules)


def _profile(said: Mapping[str, Any], year: int) -> Profile | None:
    """The profile whose year is nearest, made one of the statement's year; None where none of them is installed."""
    near = sorted((load(name) for name in said["profiles"] if name in profiles()), key=lambda one: abs(one.year - year))
    return replace(near[0], year=year) if near and year else None


def _data(tables: Sequence[ReadTable], said: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The projects as the profile's own JSON."""
    sheet = profile.book.repeated
    if sheet is None or not sheet.repeat:
        return {}
    _, listed = sheet.of_project
    columns: Mapping[str, str] = said["columns"]
    found = []
    for table in tables:
        rows = [
            {columns[title]: text for title, text in entry.texts.items() if text and title in columns}
            for entry in table.entries
        ]
        found.append({said["name_key"]: _name(table, said), said["goal_key"]: _goal(table, said), listed.key: rows})
    return {sheet.repeat: found}


def _name(table: ReadTable, said: Mapping[str, Any]) -> str:
    """What the heading above a table calls its project."""
    found = re.search(said["name"], table.table.title)
    return found["name"] if found else table.table.title


def _goal(table: ReadTable, said: Mapping[str, Any]) -> str:
    """The goal of a project: the cell beside the one that is called so."""
    return next((row.cells[1] for row in table.table.rows if len(row.cells) > 1 and row.cells[0] == said["goal"]), "")


def _outcome(rule: Rule, found: Sequence[Finding], tables: Sequence[ReadTable], said: Mapping[str, Any]) -> Outcome:
    told = tuple(_told(rule, one, tables, said) for one in found if one.rule == rule.id)
    check = Check(rule.id, rule.title, Duty.READABLE, rule.severity, rule.remedy)
    return Outcome(check, State.RAN, len(tables), told)


def _told(rule: Rule, finding: Finding, tables: Sequence[ReadTable], said: Mapping[str, Any]) -> Told:
    check = Check(rule.id, rule.title, Duty.READABLE, finding.severity, finding.remedy)
    spots = tuple(_spots(finding, tables, said)) or (Spot(tables[0].table.place, finding.place),)
    return Told(check, finding.message, spots, tuple(one for one in (finding.value, finding.expected) if one))


def _spots(finding: Finding, tables: Sequence[ReadTable], said: Mapping[str, Any]) -> Iterator[Spot]:
    """Where the projects of a finding stand; the first of them by its row, where the finding names one."""
    seen: set[int] = set()
    for cell in finding.cells:
        digits = re.search(r"\d+$", cell.sheet)
        number = int(digits[0]) if digits else 0
        if not 0 < number <= len(tables) or number in seen:
            continue
        seen.add(number)
        table = tables[number - 1]
        if f"第 {cell.row} 行" in finding.place and len(seen) == 1 and cell.row <= len(table.entries):
            entry = table.entries[cell.row - 1]
            yield Spot(entry.place, " ".join(tight(text) for text in entry.texts.values())[:LONGEST_QUOTE])
        else:
            yield Spot(table.table.place, _name(table, said)[:LONGEST_QUOTE])
