"""What a check found, on a screen: the verdict, a board of the files, each kind of error once, the rest counted by kind.

Who wants every finding writes them into a file or looks at the page; this is what is to be read at once, be the files three or
thousands: the findings are gone through once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from toolkit.check.report import Report
from toolkit.files import say
from toolkit.report import words
from toolkit.report.told.terminal import (
    COLOURS,
    line,
    other_lines,
    show_verdict,
    summary,
)
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

MOST_FILES = 20  # of the board; more are counted
MOST_PLACES = 4  # of one kind of error that are named
MOST_SHEETS = 3  # of one error that are named
MOST_KINDS = 8  # of warnings and of hints that are named
MOST_TOLD = 8  # kinds of warnings that are told where there is no error
FILE_WIDTH = 34  # columns of the terminal
MARGIN = " " * 4


@dataclass
class _Kind:
    """The findings of one rule: the first of them, and where all are."""

    first: Finding
    places: list[Finding] = field(default_factory=list)
    count: int = 0


@dataclass
class _File:
    """What stands against one file."""

    counts: Counter[Severity] = field(default_factory=Counter)
    first: dict[Severity, Finding] = field(default_factory=dict)

    @property
    def worst(self) -> Finding | None:
        """Where to begin: the first error, else the first warning."""
        return self.first.get(ERROR) or self.first.get(WARNING)


@dataclass
class _Found:
    """All findings, grouped."""

    kinds: dict[Severity, dict[str, _Kind]] = field(
        default_factory=lambda: {one: {} for one in Severity}
    )
    # by title
    counts: dict[Severity, Counter[str]] = field(
        default_factory=lambda: {one: Counter() for one in Severity}
    )
    files: dict[str, _File] = field(default_factory=dict)


def show_brief(
    report: Report,
    console: Console,
    files: Iterable[str] = (),
    undone: words.Undone | None = None,
    *,
    errors: bool = True,
) -> None:
    """Print the verdict, the board, the errors (unless they were told before), and what else there is, by kind.

    `errors` False: all is counted, and nothing told.
    """
    found = _grouped(report, files)
    show_verdict(report, undone, console)
    line(console, summary(report))
    _board(found, console)
    # Where there is no error, a few kinds of warnings are what is to be read.
    few = not found.counts[ERROR] and len(found.kinds[WARNING]) <= MOST_TOLD
    told: list[Severity] = []
    if errors:
        told = [ERROR, WARNING] if few else [ERROR]
    for severity in told:
        for kind in found.kinds[severity].values():
            _told(kind, console)
    for severity in (WARNING, INFO):
        if severity not in told and (counted := _by_kind(found.counts[severity])):
            line(console, f"[{severity.value}] {counted}", COLOURS[severity])
    other_lines(report, console)
    for said in _next(found):
        line(console, said, "bold")


def _grouped(report: Report, files: Iterable[str]) -> _Found:
    """Go through all findings once."""
    found = _Found(files={name: _File() for name in files})
    for finding in report.findings:
        book = found.files.setdefault(words.book_of(finding), _File())
        if not finding.accepted:
            book.counts[finding.severity] += 1
            book.first.setdefault(finding.severity, finding)
            found.counts[finding.severity][finding.title] += 1
        elif finding.severity is not ERROR:
            continue  # that nobody has to look at any more
        kind = found.kinds[finding.severity].setdefault(finding.rule, _Kind(finding))
        kind.count += 1
        if len(kind.places) < MOST_PLACES:
            kind.places.append(finding)
    return found


def _board(found: _Found, console: Console) -> None:
    """A line for each file, those with most errors first where they are many."""
    if not found.files:
        return
    many = len(found.files) > MOST_FILES
    named = list(found.files.items())
    if many:
        named.sort(
            key=lambda pair: [
                -pair[1].counts[severity] for severity in words.SEVERITIES
            ]
        )
    line(console, _cells("填报表", "错误", "提醒", "提示", "先看"), "bold")
    for name, file in named[:MOST_FILES]:
        numbers = [str(file.counts[severity]) for severity in words.SEVERITIES]
        where = (
            words.cells(file.worst.cells[:1], name) if file.worst is not None else ""
        )
        colour = COLOURS[ERROR] if file.counts[ERROR] else ""
        line(console, _cells(name or "（整个部门）", *numbers, where), colour)
    if many:
        rest = [file for _, file in named[MOST_FILES:]]
        wrong = sum(bool(file.counts[ERROR]) for file in rest)
        line(console, f"{MARGIN}还有 {len(rest)} 份，其中有错误的 {wrong} 份。")


def _cells(name: str, *others: str) -> str:
    """A line of the board."""
    cut = name
    while say.columns(cut) > FILE_WIDTH:
        cut = cut[:-2] + "…"
    line = cut + " " * (FILE_WIDTH - say.columns(cut))
    *counts, last = others
    for count in counts:
        line += " " * (6 - say.columns(count)) + count
    return f"{line}  {last}".rstrip()


def _told(kind: _Kind, console: Console) -> None:
    """One kind of finding: all its cells, what is wrong with the first of them, how it is mended."""
    first = kind.first
    head = Text(f"[{first.severity.value}] ", COLOURS[first.severity])
    head.append(f"{first.title}（{first.rule}）", "bold")
    if kind.count > 1:
        head.append(f"{kind.count} 处", "bold")
    console.print(head, soft_wrap=True)
    line(console, f"{MARGIN}{_places(kind)}", "bold cyan")
    text = Text(f"{MARGIN}{'如 ' if kind.count > 1 else ''}{first.message}")
    text.append(f"怎么改：{first.remedy}", "green")
    console.print(text, soft_wrap=True)
    if agreed := words.agreed(first):
        line(console, f"{MARGIN}{agreed}", "dim")


def _places(kind: _Kind) -> str:
    """Where a kind of error is: file by file its cells, with the numbers that an answer names."""
    by_book: dict[str, list[Finding]] = {}
    for finding in kind.places:
        by_book.setdefault(words.book_of(finding), []).append(finding)
    told = []
    for book, found in by_book.items():
        places = [_place(one, book) for one in found]
        told.append(f"{book or words.DEPARTMENT} {'；'.join(places)}")
    said = "；".join(told)
    if kind.count > len(kind.places):
        said += f" 等 {kind.count} 处"
    return said


def _place(finding: Finding, book: str) -> str:
    state = f"{finding.state} " if finding.state else ""
    return f"{words.cells(finding.cells, book, most_sheets=MOST_SHEETS) or words.DEPARTMENT}（{state}编号 {finding.id}）"


def _by_kind(kinds: Counter[str]) -> str:
    """How many of each kind, the most frequent first."""
    if not kinds:
        return ""
    named = "、".join(
        f"{title} {count}" for title, count in kinds.most_common(MOST_KINDS)
    )
    more = f"，等 {len(kinds)} 种" if len(kinds) > MOST_KINDS else ""
    return f"{kinds.total()} 条：{named}{more}"


def _next(found: _Found) -> Sequence[str]:
    """Which file to open first, and where every finding stands."""
    said = []
    if found.files:
        name, file = max(
            found.files.items(),
            key=lambda pair: (pair[1].counts[ERROR], pair[1].counts[WARNING]),
        )
        if name and file.worst is not None:
            first = words.cells(file.worst.cells[:1], name)
            said.append(f"先打开：{name}，看 {first}。")
    if any(file.counts for file in found.files.values()):
        said.append(
            "每一条的位置和改法：加 --format html 出网页，--annotate 文件夹 出批注，-o 文件.txt 出文字。"
        )
    return said
