"""An edited statement, or edited public tables, held against the folder of results that they came from, and told in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from toolkit.errors import DONE, ERRORS, UNFINISHED
from toolkit.files.text import read_text
from toolkit.profile.form import Profile
from toolkit.publish.edited.base import text_number
from toolkit.publish.edited.held import (
    Finding,
    Held,
    Waiver,
    difference,
    hold,
    shortened,
)
from toolkit.publish.edited.numbers import Kind
from toolkit.publish.edited.outgoing import residue
from toolkit.steps.bases import document, laid
from toolkit.steps.paths import StepError, place
from toolkit.steps.verified import Verified

ANSWERS = ("现为", "应为", "句子", "同意人", "原因")  # the columns of 核对意见.csv
MOST_CELLS = 2  # that are named; the rest is counted
MOST_WORDS = 20  # changes of words that are told; the rest is counted


def hold_against(
    path: Path, out: Path, profile: Profile, answers: Path | None = None
) -> Verified:
    """Hold an edited document against a folder of results.

    `answers` is a file of what somebody lets stand; where it is not there it is written, to be filled in.
    """
    results = laid(out)
    edited, name = document(path)
    base = results.base(name)
    own = results.own(edited, name)
    known = read_answers(answers) if answers is not None and answers.exists() else ()
    held = hold(
        edited,
        base,
        own if own.number != base.number else None,
        known,
        residue(profile),
    )
    details = [*told(held)]
    if answers is not None and not answers.exists() and held.wrong:
        placed = place(answers, partial(_write_answers, findings=held.wrong))
        details.append(
            f"要留着不改的，请在“{placed.path.name}”里写上同意人和原因，再核对一次。"
        )
    code = DONE
    if held.wrong or held.left:
        code = ERRORS
    elif held.missing or held.states:
        code = UNFINISHED
    number = text_number([passage.text for passage in edited.passages])
    return Verified(
        f"“{path.name}”：{summary(held)}。文本号 {number}", code, tuple(details)
    )


def summary(held: Held) -> str:
    """How many numbers there are, and what became of them."""
    same = held.counts[Kind.SAME] + held.counts[Kind.FORMAT] + held.counts[Kind.MOVED]
    watched = (Kind.CHANGED, Kind.TAKEN_OUT, Kind.TYPED_IN)
    parts = [
        f"{same} 个数没有变",
        *(
            f"{held.counts[kind]} 个{kind.value}"
            for kind in watched
            if held.counts[kind]
        ),
    ]
    turned = sum(finding.kind is Kind.TURNED for finding in held.findings)
    if turned:
        parts.append(f"{turned} 处{Kind.TURNED.value}")
    waived = sum(finding.waiver is not None for finding in held.findings)
    if waived:
        parts.append(f"其中 {waived} 处同意不改")
    if held.reworded:
        parts.append(f"改了字句的有 {len(held.reworded)} 处")
    return "，".join(parts)


def told(held: Held) -> Iterator[str]:
    """Every finding as a line, what must be answered for first, then words."""
    yield from (f"页眉还印着“{state}”" for state in held.states)
    yield from (f"少了一节：“{shortened(heading)}”" for heading in held.missing)
    yield from (f"{where}　留着模板的“{said}”" for where, said in held.left)
    for finding in sorted(
        held.findings, key=lambda one: (not one.wrong, one.kind is Kind.MOVED)
    ):
        yield _finding(finding)
    for where, old, new in held.reworded[:MOST_WORDS]:
        yield f"字句　{where}：{difference(old, new)}"
    if len(held.reworded) > MOST_WORDS:
        yield f"字句　……共 {len(held.reworded)} 处"


def _finding(finding: Finding) -> str:
    said = {
        Kind.CHANGED: f"{finding.now}，应为 {finding.due}",
        Kind.TURNED: f"“{finding.now}”，应为“{finding.due}”",
        Kind.TAKEN_OUT: f"少了 {finding.due}",
        Kind.TYPED_IN: f"{finding.now} 是后来添上的，没有来源",
        Kind.MOVED: f"{finding.now}",
    }[finding.kind]
    if finding.was not in ("", finding.due) and finding.kind is not Kind.MOVED:
        said += f"（做这一稿时是 {finding.was}，数据后来变了）"
    if finding.cells:
        count = len(finding.cells)
        cells = "、".join(finding.cells[:MOST_CELLS])
        more = f" 等 {count} 格" if count > MOST_CELLS else ""
        said += f"　来自 {cells}{more}"
    if finding.waiver is not None:
        said += f"　同意不改（{finding.waiver.who}：{finding.waiver.why}）"
    return f"{finding.kind.value}　{finding.place}“{finding.quote}”：{said}"


def read_answers(path: Path) -> tuple[Waiver, ...]:
    """What somebody lets stand, with name and reason; a line without either is none. Raise StepError where columns lack."""
    rows = csv.DictReader(io.StringIO(read_text(path)))
    if rows.fieldnames is None or not {*ANSWERS} <= {*rows.fieldnames}:
        raise StepError(
            f"“{path.name}”的第一行应当是：{'、'.join(ANSWERS)}。请照着改，或删掉它重新核对一次，会另写一份。"
        )
    given = [[(row[key] or "").strip() for key in ANSWERS] for row in rows]
    return tuple(
        Waiver(now, due, who, why, quote)
        for now, due, quote, who, why in given
        if who and why
    )


def _write_answers(path: Path, findings: Sequence[Finding]) -> None:
    """What must be answered for, as a table to fill in."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(ANSWERS)
        lines.writerows(
            (finding.now, finding.due, finding.quote, "", "") for finding in findings
        )
