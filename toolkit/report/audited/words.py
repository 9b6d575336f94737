"""What every report on statements says alike: coverage, verdict, standing to each duty, what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.audit.facts import Fact, Role
from toolkit.audit.finding import Check, Duty, Finding, State
from toolkit.audit.judge import Audited
from toolkit.rules.rule import Severity

CLAIM = "这里说的是文本自己前后不一、与自己的表不一、与式样不一的地方，不是说违反了哪一条法规；要改哪一边，请编写的单位核对。"
TICKING = "要逐条勾选、改写意见、出整改通知：用 disclosure audit --format xlsx 出清单，勾好以后用 disclosure return（见审核指南）。"
MOST_LEFT = 40  # numbers not understood that are listed


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a statement was read: numbers of the sentences, tables."""

    present: int
    understood: int
    furniture: int
    left_over: tuple[Fact, ...]
    tables: int
    cells: int
    unread: tuple[str, ...]
    unread_numbers: int
    left_rows: int


@dataclass(frozen=True, slots=True)
class OfAKind:
    """All findings of one check in many statements: how often it found something, and in how many of them."""

    id: str
    title: str
    times: int
    holders: int


def kinds(audited: Iterable[Audited]) -> list[OfAKind]:
    """Findings by kind, the most frequent first."""
    times: Counter[tuple[str, str]] = Counter()
    holders: Counter[tuple[str, str]] = Counter()
    for one in audited:
        checks = [finding.check for finding in one.findings]
        kinds_found = [(check.id, check.title) for check in checks]
        times.update(kinds_found)
        holders.update(set(kinds_found))
    frequent = times.most_common()
    return [OfAKind(*kind, often, holders[kind]) for kind, often in frequent]


def left_over(audited: Audited) -> Iterator[str]:
    """Yield the numbers that were not understood, each with its place and words."""
    for fact in audited.statement.left_over:
        place = audited.statement.paragraphs[fact.paragraph].place
        yield f"{place}“{fact.quote}”"


def coverage(audited: Audited) -> Coverage:
    """Count what was read of a statement."""
    statement = audited.statement
    return Coverage(
        present=len(statement.numbers),
        understood=sum(fact.understood for fact in statement.numbers),
        furniture=sum(fact.role is Role.FURNITURE for fact in statement.numbers),
        left_over=statement.left_over,
        tables=len(statement.tables),
        cells=sum(table.cells for table in statement.tables),
        unread=tuple(
            f"{table.title or '没有标题的表'}（{table.place}）"
            for table in statement.unread
        ),
        unread_numbers=statement.unread_numbers,
        left_rows=len(statement.left_rows),
    )


def verdict(audited: Audited) -> str:
    """可以审核, or 不能审核 with every reason."""
    if audited.auditable:
        return "可以审核"
    partly = "" if audited.statement.broken else "。下面只查了读懂的部分"
    return f"不能审核：{'；'.join(audited.statement.obstacles)}{partly}"


def form(audited: Audited) -> str:
    """Which form, and of which year."""
    statement = audited.statement
    year = f"{statement.year} 年" if statement.year else "题目里没有年度"
    return f"{statement.form.title}，{year}{statement.kind}"


def numbers(told: Coverage) -> str:
    """One line on the numbers of the sentences."""
    left = len(told.left_over)
    return f"文中的数 {told.present} 个：读懂 {told.understood} 个，年份、日期、文号、序号 {told.furniture} 个，没有读懂 {left} 个"


def tables(told: Coverage) -> str:
    """One line on the tables."""
    said = f"表：读了 {told.tables} 张（{told.cells} 格）"
    if told.left_rows:
        said += f"，其中 {told.left_rows} 行没有读出来"
    if told.unread:
        said += f"；没有读 {len(told.unread)} 张（{told.unread_numbers} 个数）：式样没有说明，列也认不准"
    return said


def sections(audited: Audited) -> str:
    """One line on the sections."""
    statement = audited.statement
    titles = [statement.form.titled(heading.section) for heading in statement.headings]
    found = list(dict.fromkeys(titles))
    said = f"找到 {len(found)} 个部分"
    if found:
        said += f"：{'、'.join(found)}"
    if statement.missing:
        said += f"；没有找到 {'、'.join(statement.missing)}"
    if statement.unheaded:
        said += f"；没有认出标题的有 {'、'.join(statement.unheaded)}"
    return said


def counted(findings: Iterable[Finding]) -> str:
    """How many findings of each severity."""
    count = Counter(finding.check.severity for finding in findings)
    told = [f"{severity.value} {count[severity]} 条" for severity in Severity]
    return "，".join(told)


def standing(audited: Audited, duty: Duty) -> str:
    """How a statement stands to a duty, in a few words."""
    found = audited.duty(duty)
    if found.word == "有问题":
        return f"有问题 {found.findings} 处" + (
            "，部分没有查" if found.not_checked else ""
        )
    return found.word


def not_checked(audited: Audited) -> Iterator[tuple[Check, str, int]]:
    """Yield what was not checked: the check, why, how often."""
    for outcome in audited.outcomes:
        for reason, times in outcome.reasons.items():
            yield outcome.check, reason, times


def states(audited: Audited) -> str:
    """How many checks ran, did not apply, were not made."""
    outcomes = audited.outcomes
    count = Counter(outcome.state for outcome in outcomes)
    ran = sum(outcome.ran for outcome in outcomes)
    told = "，".join(f"{state.value} {count[state]} 种" for state in State)
    return f"核对 {len(outcomes)} 种：{told}；一共核对 {ran} 次"
