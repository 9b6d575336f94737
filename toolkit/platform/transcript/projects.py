"""The projects and goals of a statement as a profile's own JSON, as the form of the statement declares them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.audit.reading import TITLES, Statement
from toolkit.audit.tables import ReadTable
from toolkit.model import record
from toolkit.profile.form import Profile


def tables_of_projects(statement: Statement) -> tuple[ReadTable, ...]:
    """The tables of a statement that are each of one project; none where its form declares no such."""
    said = statement.form.projects
    return tuple(
        table for table in statement.tables if said and table.shape.id == said["table"]
    )


def owner_data(statement: Statement, said: Mapping[str, Any]) -> dict[str, Any]:
    """Whose statement it is, as the first lines say."""
    declared: Mapping[str, Any] = said.get("owner", {})
    told = (
        re.search(declared["says"], one.text)
        for one in statement.paragraphs[:TITLES]
        if declared
    )
    name = next((found[0] for found in told if found), "")
    return {declared["block"]: {declared["column"]: name}} if name else {}


def projects_data(
    tables: Sequence[ReadTable], said: Mapping[str, Any], profile: Profile
) -> dict[str, Any]:
    """The projects as the profile's own JSON."""
    sheet = profile.book.repeated
    if sheet is None or not sheet.repeat:
        return {}
    _, listed = sheet.of_project
    columns: Mapping[str, str] = said["columns"]
    found = []
    for table in tables:
        rows = [
            {
                columns[title]: text
                for title, text in entry.texts.items()
                if text and title in columns
            }
            for entry in table.entries
        ]
        found.append(
            {
                said["name_key"]: project_name(table, said),
                said["goal_key"]: _goal(table, said),
                listed.key: rows,
            }
        )
    return {sheet.repeat: found}


def project_name(table: ReadTable, said: Mapping[str, Any]) -> str:
    """What the heading above a table calls its project."""
    found = re.search(said["name"], table.table.title)
    return found["name"] if found else table.table.title


def _goal(table: ReadTable, said: Mapping[str, Any]) -> str:
    """The goal of a project: the cell beside the one that is called so."""
    return next(
        (
            row.cells[1]
            for row in table.table.rows
            if len(row.cells) > 1 and row.cells[0] == said["goal"]
        ),
        "",
    )


# -- the goals of the department ------------------------------------------------------------------------------------------


@record(slots=True)
class Goal:
    """A goal of the department: its texts by column, and the paragraphs where they stand."""

    texts: Mapping[str, str]
    paragraphs: tuple[int, ...]


def goals_of(statement: Statement, said: Mapping[str, Any]) -> tuple[Goal, ...]:
    """The goals that a section tells in paragraphs: a name, then a paragraph for each other column."""
    declared: Mapping[str, Any] = said.get("goals", {})
    found: list[Goal] = []
    for number, paragraph in enumerate(statement.paragraphs) if declared else ():
        if statement.sections[number] != declared["section"] or paragraph.in_table:
            continue
        text = paragraph.text
        told = {
            key: match["text"]
            for key, pattern in declared["columns"].items()
            if (match := re.match(pattern, text))
        }
        column = next(iter(told), "")
        if column == declared["first"]:
            found.append(Goal(told, (number,)))
        elif column and found and column not in found[-1].texts:
            found[-1] = Goal(
                {**found[-1].texts, **told}, (*found[-1].paragraphs, number)
            )
    return tuple(goal for goal in found if len(goal.texts) > 1)


def goals_data(goals: Sequence[Goal], said: Mapping[str, Any]) -> dict[str, Any]:
    """The goals as the profile's own JSON."""
    return (
        {said["goals"]["block"]: [dict(goal.texts) for goal in goals]} if goals else {}
    )
