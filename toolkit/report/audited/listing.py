"""What an audit of statements found, as the workbook in which a reviewer ticks what goes back to whom."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from toolkit.audit.finding import Finding as Told
from toolkit.audit.judge import Audited
from toolkit.check.report import Report
from toolkit.report.audited import words
from toolkit.report.sent.book import write_texts
from toolkit.report.sent.ticked import OF_TEXTS, Ticked
from toolkit.rules.rule import ERROR, WARNING, Finding

CANNOT, UNREAD = "不能审核", "没有读的文件"
MOST_SPOTS = 3  # places that a line tells beside the first


def write_listing(
    audited: Sequence[Audited],
    unread: Sequence[tuple[str, str]],
    path: Path,
    ticked: Ticked | None,
) -> None:
    """Write the list to tick; what was ticked and said in an earlier one is carried over."""
    names = _called(
        [*(one.statement.name for one in audited), *(name for name, _ in unread)]
    )
    write_texts(to_report(audited, unread), names, OF_TEXTS, path, ticked)


def to_report(audited: Sequence[Audited], unread: Sequence[tuple[str, str]]) -> Report:
    """The findings of all statements as those of a check: a statement stands where a unit stands."""
    names = _called(
        [*(one.statement.name for one in audited), *(name for name, _ in unread)]
    )
    found = [_unread(names[name], why) for name, why in unread]
    found += [
        finding for one in audited for finding in _of(one, names[one.statement.name])
    ]
    return Report(
        tuple(found),
        asked=sum(outcome.ran for one in audited for outcome in one.outcomes),
    )


def _called(names: Sequence[str]) -> Mapping[str, str]:
    """What each file is called in the list: its name without the ending, where no other is called so."""
    stems = Counter(Path(name).stem for name in names)
    return {
        name: Path(name).stem if stems[Path(name).stem] == 1 else name for name in names
    }


def _of(one: Audited, name: str) -> Iterator[Finding]:
    if not one.auditable:
        remedy = "请对照式样补齐，或者换一份有文字、完整的文本。"
        yield _finding(name, "", CANNOT, words.verdict(one), remedy)
    for told in one.findings:
        yield _told(name, told)


def _told(name: str, told: Told) -> Finding:
    first, *others = told.spots
    places = dict.fromkeys(spot.place for spot in others)
    more = [str(place) for place in places if place != first.place]
    place = "、".join([str(first), *more[:MOST_SPOTS]])
    if len(more) > MOST_SPOTS:
        place += f" 等 {len(told.spots)} 处"
    also = "".join(f"\n同一处还有：{said}" for said in told.also)
    check = told.check
    return Finding(
        rule=check.id,
        severity=check.severity,
        title=check.title,
        message=told.message + also,
        remedy=check.remedy,
        basis=(),
        cells=(),
        unit=name,
        id=_identity(name, check.id, told.message),
        place=place,
    )


def _unread(name: str, why: str) -> Finding:
    return _finding(name, "unread", UNREAD, why, "请换一份能打开的再审。")


def _finding(name: str, rule: str, title: str, message: str, remedy: str) -> Finding:
    severity = ERROR if rule else WARNING
    identity = _identity(name, title, message)
    return Finding(
        rule="",
        severity=severity,
        title=title,
        message=message,
        remedy=remedy,
        basis=(),
        cells=(),
        unit=name,
        id=identity,
        place=name,
    )


def _identity(*parts: str) -> str:
    """Eight characters that are the same from one audit to the next, as long as the text says the same."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
