"""The audit of statements as a person reads it in a terminal: coverage first, then findings, duties, what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from toolkit.audit.finding import Duty, Finding
from toolkit.audit.judge import Audited
from toolkit.report.audited import words
from toolkit.report.audited.words import Coverage
from toolkit.rules.rule import ERROR, INFO, WARNING

COLOURS = {ERROR: "bold red", WARNING: "yellow", INFO: "cyan"}
MOST_SPOTS = 3
FEWEST = 2  # statements from which on an overview says more than each of them


def show(audited: Sequence[Audited], unread: Sequence[tuple[str, str]], console: Console) -> None:
    """Print every statement, then, where there are several, what they have in common."""
    for one in audited:
        _statement(one, console)
    for name, why in unread:
        _print(console, f"■ {name}", "bold")
        _print(console, f"    没有读：{why}", "bold red")
    if len(audited) >= FEWEST:
        _overview(audited, console)
    if audited:
        _print(console, words.CLAIM, "dim")


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)


def _statement(one: Audited, console: Console) -> None:
    told = words.coverage(one)
    console.print()
    _print(console, f"■ {one.statement.name}　{one.statement.title}", "bold")
    _print(console, f"    式样：{words.form(one)}")
    _print(console, f"    {words.verdict(one)}", "" if one.auditable else "bold red")
    for line in (words.sections(one), words.numbers(told), words.tables(told)):
        _print(console, f"    {line}")
    for finding in one.findings:
        _finding(finding, console)
    if not one.statement.broken:
        _print(console, f"    {words.states(one)}：{words.counted(one.findings)}", "bold")
        _print(console, "    " + "　".join(f"{duty.value}：{words.standing(one, duty)}" for duty in Duty))
        for check, reason, times in words.not_checked(one):
            _print(console, f"      没有查：{check.title}（{check.id}）{times} 处，{reason}", "dim")
    _not_understood(one, told, console)


def _not_understood(one: Audited, told: Coverage, console: Console) -> None:
    """What was not read, behind what was found: it is long, and counted above."""
    for fact in told.left_over[: words.MOST_LEFT]:
        _print(console, f"      没有读懂：{one.statement.paragraphs[fact.paragraph].place}“{fact.quote}”", "dim")
    if len(told.left_over) > words.MOST_LEFT:
        _print(console, f"      另有 {len(told.left_over) - words.MOST_LEFT} 个没有读懂的数，见 --format json", "dim")
    for title in told.unread:
        _print(console, f"      没有读的表：{title}", "dim")


def _finding(finding: Finding, console: Console) -> None:
    head = Text("  ")
    head.append(f"[{finding.check.severity.value}] ", COLOURS[finding.check.severity])
    head.append(f"{finding.check.title}（{finding.check.id}）", "bold")
    console.print(head, soft_wrap=True)
    _print(console, f"      {finding.message}")
    for spot in finding.spots[:MOST_SPOTS]:
        _print(console, f"      位置：{spot}", "bold cyan")
    if len(finding.spots) > MOST_SPOTS:
        _print(console, f"      另有 {len(finding.spots) - MOST_SPOTS} 处", "bold cyan")
    for also in finding.also:
        _print(console, f"      同一处还有：{also}", "dim")
    _print(console, f"      怎么改：{finding.check.remedy}", "green")


def _overview(audited: Sequence[Audited], console: Console) -> None:
    console.print()
    good = sum(one.auditable for one in audited)
    _print(console, f"■ 共 {len(audited)} 份，可以审核的 {good} 份，不能审核的 {len(audited) - good} 份", "bold")
    kinds = Counter((finding.check.id, finding.check.title) for one in audited for finding in one.findings)
    for (key, title), times in kinds.most_common():
        holders = sum(any(finding.check.id == key for finding in one.findings) for one in audited)
        _print(console, f"    {title}（{key}）：{times} 处，{holders} 份")
    for duty in Duty:
        count = Counter(one.duty(duty).word for one in audited)
        _print(console, f"    {duty.value}：" + "，".join(f"{word} {times} 份" for word, times in count.most_common()))
