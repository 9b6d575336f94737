"""The department's own workbook 部门汇总表: unit list, approval and reasons, as `merge` makes it and reads it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.check.report import Report
from toolkit.files.paint import paint
from toolkit.model import NO_ROW, BlockKind, Cast, Disclosure, Name, Return, Role, Row
from toolkit.profile.form import DEPARTMENT, Book, Profile
from toolkit.returns.data import datum_of, from_data
from toolkit.rules.rule import ERROR, WARNING
from toolkit.template.draw import draw

KEY = DEPARTMENT
HEADS = (
    Role.DEPARTMENT_NAME,
    Role.APPROVAL_NUMBER,
    Role.APPROVAL_DATE,
    Role.DEPARTMENT_PUBLISHED,
)
DECIDED = (Role.DECISION_OPINION, Role.DECISION_WHO, Role.DECISION_WHY)
OF_THE_COVER = {  # what a unit that no list names says of itself
    Role.AGENCY_CODE: Role.UNIT_CODE,
    Role.AGENCY_NAME: Role.UNIT_NAME,
    Role.AGENCY_NATURE: Role.UNIT_NATURE,
    Role.AGENCY_RANK: Role.UNIT_RANK,
    Role.AGENCY_FUNDING: Role.UNIT_FUNDING,
    Role.AGENCY_LEAD: Role.UNIT_LEAD,
}


def write_department(
    disclosure: Disclosure,
    units: Sequence[Return],
    profile: Profile,
    path: Path,
    report: Report,
) -> None:
    """Write the department's workbook; what stood in it before is kept, the units' newest reasons stand beside as material."""
    data = department_data(disclosure, units, profile, report)
    paint(draw(profile, (), from_data(data, profile, path.name, KEY), key=KEY), path)


def department_data(
    disclosure: Disclosure, units: Sequence[Return], profile: Profile, report: Report
) -> dict[str, Any]:
    """What the workbook says, as data of the book "department"."""
    cast = profile.books[KEY].cast
    data: dict[str, Any] = {}
    for role, text in _heads(disclosure).items():
        if text and role in cast.names:
            name = cast.names[role]
            data.setdefault(name.block, {})[name.column] = text
    lists = {
        Role.AGENCY_CODE: _units(disclosure, units),
        Role.REASON_KEY: _reasons(disclosure, profile),
        Role.DECISION_ID: _decisions(disclosure, units, report),
    }
    for part, lines in lists.items():
        if block := cast.block(part):
            data[block] = [_in_columns(line, cast) for line in lines]
    return data


def _heads(disclosure: Disclosure) -> dict[Role, str]:
    """What the department says of itself; what it has left blank, as the leading unit has it."""
    own = disclosure.own
    texts = {role: own.text_of(role) if own else "" for role in HEADS}
    for role in (Role.APPROVAL_NUMBER, Role.APPROVAL_DATE):
        texts[role] = texts[role] or disclosure.whole.text_of(role)
    texts[Role.DEPARTMENT_NAME] = texts[Role.DEPARTMENT_NAME] or disclosure.name
    return texts


def _in_columns(line: Mapping[Role, str], cast: Cast) -> dict[str, str]:
    """A line with its texts under the columns that play their roles."""
    return {
        cast.names[role].column: text
        for role, text in line.items()
        if text and role in cast.names
    }


def _units(
    disclosure: Disclosure, units: Sequence[Return]
) -> Iterator[dict[Role, str]]:
    """The unit list: the department's own; else the leading unit's; and every unit that handed in besides."""
    listed = _own_rows(disclosure, Role.AGENCY_CODE) or disclosure.whole.rows_of(
        Role.AGENCY_CODE
    )
    for row in listed:
        texts = {Role(role): datum_of(value) for role, value in row.values.items()}
        yield {role: text for role, text in texts.items() if text}
    codes = {row.text(Role.AGENCY_CODE) for row in listed}
    for unit in units:
        if unit.code not in codes:
            yield {agency: unit.text_of(role) for agency, role in OF_THE_COVER.items()}


def _reasons(disclosure: Disclosure, profile: Profile) -> Iterator[dict[Role, str]]:
    """One line for each text that units give and the department may put in its own words."""
    rows = _own_rows(disclosure, Role.REASON_KEY)
    own = {row.text(Role.REASON_KEY): row.text(Role.REASON_REASON) for row in rows}
    for name in _told_by_unit(profile.book):
        key = str(name)
        texts = [(unit.name, unit.words(name).text) for unit in disclosure.units]
        material = [f"{unit}：{text}" for unit, text in texts if text]
        if material or own.get(key):
            yield {
                Role.REASON_KEY: key,
                Role.REASON_ITEM: profile.book.title_of(name),
                Role.REASON_REASON: own.get(key, ""),
                Role.REASON_MATERIAL: "\n".join(material),
            }


def _own_rows(disclosure: Disclosure, part: Role) -> tuple[Row, ...]:
    """The rows of a list in the department's workbook as it was read back."""
    return disclosure.own.rows_of(part) if disclosure.own else ()


def _told_by_unit(book: Book) -> Iterator[Name]:
    """The names of texts that each unit gives and that are told unit by unit."""
    for block in book.blocks.values():
        for column in block.columns.values():
            if column.merge != "by-unit":
                continue
            if block.kind is BlockKind.FIELDS:
                yield block.name(column.key)
            elif block.kind is BlockKind.GRID:
                yield from (
                    block.name(column.key, row)
                    for row in block.rows
                    if column.stands_in(row)
                )


def _decisions(
    disclosure: Disclosure, units: Sequence[Return], report: Report
) -> Iterator[dict[Role, str]]:
    """Errors and warnings that stand, with the units' answers and what the department decided of them before."""
    answers: dict[str, str] = {}
    for unit in units:
        for row in unit.rows_of(Role.ANSWER_ID):
            answers[row.text(Role.ANSWER_ID)] = row.text(Role.ANSWER_REASON)
    before = {
        row.text(Role.DECISION_ID): row
        for row in _own_rows(disclosure, Role.DECISION_ID)
    }
    for finding in report.findings:
        if finding.severity in (ERROR, WARNING):
            old = before.get(finding.id, NO_ROW)
            yield {
                Role.DECISION_ID: finding.id,
                Role.DECISION_UNIT: finding.unit,
                Role.DECISION_SEVERITY: finding.severity.value,
                Role.DECISION_PROBLEM: f"{finding.title}：{finding.message}",
                Role.DECISION_ANSWER: answers.get(finding.id, ""),
                **{role: old.text(role) for role in DECIDED},
            }
