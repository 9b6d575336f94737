"""The audit of statements as data for other programs; amounts are strings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from toolkit.audit.blocks import Place
from toolkit.audit.facts import Fact, Role
from toolkit.audit.finding import Duty, Finding, Outcome
from toolkit.audit.judge import Audited
from toolkit.files.unseen import in_json
from toolkit.report.audited import words


def to_json(
    audited: Sequence[Audited], unread: Sequence[tuple[str, str]], code: int
) -> str:
    """Write what became of all statements as JSON text."""
    said = {
        "code": code,
        "statements": [_statement(one) for one in audited],
        "unread": [{"file": name, "why": why} for name, why in unread],
    }
    return in_json(json.dumps(said, ensure_ascii=False, indent=1)) + "\n"


def _statement(one: Audited) -> dict[str, Any]:
    statement, told = one.statement, words.coverage(one)
    return {
        "file": statement.name,
        "title": statement.title,
        "form": statement.form.id,
        "year": statement.year or None,
        "kind": statement.kind,
        "auditable": one.auditable,
        "obstacles": list(statement.obstacles),
        "sections": {
            "found": list(
                dict.fromkeys(heading.section for heading in statement.headings)
            ),
            "missing": list(statement.missing),
        },
        "numbers": {
            "present": told.present,
            "understood": told.understood,
            "furniture": told.furniture,
            "left_over": [_fact(one, fact) for fact in told.left_over],
        },
        "tables": {
            "read": told.tables,
            "cells": told.cells,
            "unread": list(told.unread),
            "unread_numbers": told.unread_numbers,
            "unread_rows": told.left_rows,
        },
        "facts": [_fact(one, fact) for fact in statement.facts if fact.understood],
        "findings": [_finding(finding) for finding in one.findings],
        "checks": [_outcome(outcome) for outcome in one.outcomes],
        "duties": {duty.value: one.duty(duty).word for duty in Duty},
    }


def _place(place: Place) -> dict[str, int]:
    return (
        {"page": place.page, place.unit: place.number}
        if place.page
        else {place.unit: place.number}
    )


def _fact(one: Audited, fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "role": fact.role.value,
        "value": str(fact.value),
        "unit": fact.unit,
        "in_words": fact.in_words,
        "place": _place(one.statement.paragraphs[fact.paragraph].place),
        "quote": fact.quote,
        **(
            {"year": fact.year} if fact.year and fact.role is not Role.FURNITURE else {}
        ),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check.id,
        "severity": finding.check.severity.code,
        "title": finding.check.title,
        "duty": finding.check.duty.value,
        "message": finding.message,
        "remedy": finding.check.remedy,
        "numbers": list(finding.numbers),
        "places": [
            {**_place(spot.place), "quote": spot.quote} for spot in finding.spots
        ],
        "also": list(finding.also),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "check": outcome.check.id,
        "title": outcome.check.title,
        "state": outcome.state.value,
        "ran": outcome.ran,
        "findings": len(outcome.findings),
        "not_checked": dict(outcome.reasons),
    }
