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


def show(
    audited: Sequence[Audited], unread: Sequence[tuple[str, str]], console: Console
) -> None:
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
        _print(
            console, f"    {words.states(one)}：{words.counted(one.findings)}", "bold"
        )
        duties = [f"{duty.value}：{words.standing(one, duty)}" for duty in Duty]
        _print(console, f"    {'　'.join(duties)}")
        for check, reason, times in words.not_checked(one):
            _print(
                console,
                f"      没有查：{check.title}（{check.id}）{times} 处，{reason}",
                "dim",
            )
    _not_understood(one, told, console)


def _not_understood(one: Audited, told: Coverage, console: Console) -> None:
    """What was not read, behind what was found: it is long, and counted above."""
    left = list(words.left_over(one))
    more = len(left) - words.MOST_LEFT
    for said in left[: words.MOST_LEFT]:
        _print(console, f"      没有读懂：{said}", "dim")
    if more > 0:
        _print(console, f"      另有 {more} 个没有读懂的数，见 --format json", "dim")
    for title in told.unread:
        _print(console, f"      没有读的表：{title}", "dim")


def _finding(finding: Finding, console: Console) -> None:
    check = finding.check
    head = Text("  ")
    head.append(f"[{check.severity.value}] ", COLOURS[check.severity])
    head.append(f"{check.title}（{check.id}）", "bold")
    console.print(head, soft_wrap=True)
    _print(console, f"      {finding.message}")
    for spot in finding.spots[:MOST_SPOTS]:
        _print(console, f"      位置：{spot}", "bold cyan")
    more = len(finding.spots) - MOST_SPOTS
    if more > 0:
        _print(console, f"      另有 {more} 处", "bold cyan")
    for also in finding.also:
        _print(console, f"      同一处还有：{also}", "dim")
    _print(console, f"      怎么改：{check.remedy}", "green")


def _overview(audited: Sequence[Audited], console: Console) -> None:
    console.print()
    good = sum(one.auditable for one in audited)
    bad = len(audited) - good
    _print(
        console,
        f"■ 共 {len(audited)} 份，可以审核的 {good} 份，不能审核的 {bad} 份",
        "bold",
    )
    for kind in words.kinds(audited):
        _print(
            console,
            f"    {kind.title}（{kind.id}）：{kind.times} 处，{kind.holders} 份",
        )
    for duty in Duty:
        count = Counter(one.duty(duty).word for one in audited)
        told = [f"{word} {times} 份" for word, times in count.most_common()]
        _print(console, f"    {duty.value}：{'，'.join(told)}")
