"""The department's own workbook 部门汇总表: unit list, approval and reasons, as `merge` makes it and reads it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toolkit.check.judge import Report
from toolkit.files.paint import paint
from toolkit.model import Disclosure, Return, Row
from toolkit.profile.form import Profile
from toolkit.returns.data import from_data, said_of
from toolkit.rules.rule import ERROR, WARNING
from toolkit.template.draw import draw

KEY = "department"


def write_department(disclosure: Disclosure, units: tuple[Return, ...], profile: Profile, path: Path, report: Report) -> None:
    """Write the department's workbook; what it said before is kept, the units' newest reasons stand beside as material."""
    data = department_data(disclosure, units, profile, report)
    paint(draw(profile, (), from_data(data, profile, path.name, KEY), key=KEY), path)


def department_data(disclosure: Disclosure, units: tuple[Return, ...], profile: Profile, report: Report) -> dict[str, Any]:
    """What the workbook says, as data of the book "department"."""
    own = disclosure.own
    approval = disclosure.whole.fields("approval")
    said = own.fields("dept") if own else Row("dept", {})
    dept = {
        "name": said.text("name") or disclosure.name,
        "number": said.text("number") or approval.text("number"),
        "date": said.text("date") or approval.text("date"),
        "published": said.text("published"),
    }
    return {
        "dept": {key: text for key, text in dept.items() if text},
        "units": list(_units(disclosure, units, profile)),
        "reasons": list(_reasons(disclosure, profile)),
        "decisions": list(_decisions(disclosure, units, report)),
    }


def _units(disclosure: Disclosure, units: tuple[Return, ...], profile: Profile) -> Iterator[dict[str, str]]:
    """The unit list: what the department said; else the leading unit's list; and every unit that handed in besides."""
    own = disclosure.own
    listed = own.rows("units") if own and own.rows("units") else disclosure.whole.rows("agencies")
    columns = profile.books[KEY].blocks["units"].columns
    seen = set()
    for row in listed:
        seen.add(row.text("code"))
        yield {key: text for key in columns if key in row.values and (text := said_of(row.values[key]))}
    for unit in units:
        if unit.code not in seen:
            cover = unit.fields("cover")
            keys = {
                "code": "unit_code",
                "name": "unit_name",
                "nature": "nature",
                "rank": "rank",
                "funding": "funding",
                "lead": "lead",
            }
            yield {key: cover.text(source) for key, source in keys.items() if cover.text(source)}


def _reasons(disclosure: Disclosure, profile: Profile) -> Iterator[dict[str, str]]:
    """One line for each text that units give and the department may say in its own words."""
    own = {row.text("key"): row.text("reason") for row in disclosure.own.rows("reasons")} if disclosure.own else {}
    for block in profile.book.blocks.values():
        if block.kind == "list":
            continue
        for column in block.columns.values():
            if column.merge != "by-unit":
                continue
            for row in block.rows or ("",):
                if row and not column.stands_in(row):
                    continue
                name = block.name(column.key, row)
                given = [(unit.name, unit.words(name).text) for unit in disclosure.units if unit.words(name).text]
                if given or own.get(name):
                    line = {"key": name, "item": profile.book.title_of(name), "reason": own.get(name, "")}
                    line["material"] = "\n".join(f"{unit}：{text}" for unit, text in given)
                    yield {key: text for key, text in line.items() if text}


def _decisions(disclosure: Disclosure, units: tuple[Return, ...], report: Report) -> Iterator[dict[str, str]]:
    """Errors and warnings that stand, with the units' answers and what the department decided of them before."""
    answers = {row.text("id"): row.text("reason") for unit in units for row in unit.rows("answers")}
    before = {row.text("id"): row for row in disclosure.own.rows("decisions")} if disclosure.own else {}
    for finding in report.findings:
        if finding.severity in (ERROR, WARNING):
            old = before.get(finding.id, Row("decisions", {}))
            line = {
                "id": finding.id,
                "unit": finding.unit,
                "severity": finding.severity.value,
                "problem": f"{finding.title}：{finding.message}",
                "answer": answers.get(finding.id, ""),
                **{key: old.text(key) for key in ("opinion", "who", "why")},
            }
            yield {key: text for key, text in line.items() if text}
