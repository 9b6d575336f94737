"""Findings as data: the JSON that other programs read, as schema/findings.schema.json says. Amounts are strings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from json.encoder import encode_basestring
from typing import Any

from toolkit.check.report import Report
from toolkit.files.unseen import in_json
from toolkit.profile.grounds import Basis
from toolkit.report import words
from toolkit.rules.rule import Finding, Severity


def to_json(report: Report, basis: Basis, more: Mapping[str, Any] | None = None) -> str:
    """Write a report as JSON text: {"summary": {...}, "findings": [...]}; `more` joins the summary."""
    return "".join(json_pieces(report, basis, more))


def json_pieces(
    report: Report, basis: Basis, more: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Yield the same text piece by piece: that of a county's findings is never in memory as a whole."""
    summary = _text({**_summary(report), **(more or {})}, 1)
    yield f'{{\n "summary": {summary},\n "findings": ['
    between, end = "", ""
    for finding in report.findings:
        yield f"{between}\n  {_text(_finding(finding, basis), 2)}"
        between, end = ",", "\n "
    yield f"{end}]\n}}\n"


def _text(data: Mapping[str, Any], depth: int) -> str:
    """Data as JSON text that stands so deep in another."""
    return in_json(_laid_out(data, depth))


def _laid_out(data: object, depth: int) -> str:
    """Data as json.dumps lays it out with an indent of 1.

    That one does so in Python: for each finding it makes a score of functions that refer to each other, and lie about until
    somebody looks for such things.
    """
    begin, end = _line(depth + 1), _line(depth)
    if isinstance(data, dict) and data:
        # Nearly all that a finding says is text.
        parts = [
            f"{encode_basestring(key)}: {encode_basestring(value)}"
            if isinstance(value, str)
            else f"{encode_basestring(key)}: {_laid_out(value, depth + 1)}"
            for key, value in data.items()
        ]
        between = f",{begin}"
        return f"{{{begin}{between.join(parts)}{end}}}"
    if isinstance(data, list | tuple) and data:
        parts = [_laid_out(one, depth + 1) for one in data]
        return f"[{begin}{f',{begin}'.join(parts)}{end}]"
    return _said(data)


@cache
def _line(depth: int) -> str:
    """A new line that begins so deep."""
    return f"\n{' ' * depth}"


_said = json.JSONEncoder(ensure_ascii=False).encode


def _finding(finding: Finding, basis: Basis) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.code,
        "severity_word": finding.severity.value,
        "title": finding.title,
        "message": finding.message,
        "remedy": finding.remedy,
        "basis": [str(ground) for ground in words.law_of(finding, basis)],
        "unit": finding.unit,
        "place": finding.place,
        "project": finding.project,
        "office": finding.office,
        "cells": [
            {"file": cell.book, "sheet": cell.sheet, "cell": cell.address}
            for cell in finding.cells
        ],
        "value": finding.value,
        "expected": finding.expected,
        "difference": finding.difference,
        "also": list(finding.also),
        "accepted": finding.accepted,
        "state": finding.state,
    }


def _summary(report: Report) -> dict[str, Any]:
    """The counts; `mended` stands there only where something was mended."""
    summary = {
        **{severity.code: report.count(severity) for severity in Severity},
        "open": {severity.code: report.open(severity) for severity in Severity},
        "asked": report.asked,
        "ran": report.ran,
        "not_applicable": report.not_applicable,
        "not_checked": [
            {"why": why, "count": count} for why, count in report.reasons.items()
        ],
        "not_in_force": [
            {"rule": one.rule, "title": one.title, "lacks": list(one.lacks)}
            for one in report.idle
        ],
    }
    if report.mended:
        summary["mended"] = list(report.mended)
    return summary


def earlier(text: str) -> dict[str, str]:
    """The findings of an earlier run's JSON: id to title and message. Raise ValueError where it is no such JSON.

    It reads only what reports have had from the first, so that those of earlier versions can be held against too.
    """
    try:
        findings = json.loads(text)["findings"]
        return {
            finding["id"]: f"{finding['title']}：{finding['message']}"
            for finding in findings
        }
    except (KeyError, TypeError) as error:
        raise ValueError("not a report") from error
