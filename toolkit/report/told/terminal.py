"""Findings as a person reads them in a terminal: by file and sheet, worst first, each with its cell and its remedy."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from toolkit.check.report import Report
from toolkit.profile.grounds import Basis
from toolkit.report import words
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding

COLOURS = {ERROR: "bold red", WARNING: "yellow", INFO: "cyan"}


def show(report: Report, basis: Basis, console: Console) -> None:
    """Print all findings, grouped by file and sheet, then the counts."""
    for book, findings in words.by_book(report.findings).items():
        console.print()
        console.print(Text(f"■ {book}" if book else "■ 部门汇总", style="bold"), Text(f"　{findings[0].unit}"))
        for finding in findings:
            _finding(finding, basis, console)
    if report.mended:
        console.print()
        console.print(Text(f"已改 {len(report.mended)} 条：", style="bold green"))
        for said in report.mended:
            console.print(Text(f"      {said}", style="green"), soft_wrap=True)
    console.print()
    console.print(Text(summary(report), style="bold"), soft_wrap=True)
    for idle in report.idle:
        console.print(Text(f"规则{words.not_in_force(idle)}。", style="dim"), soft_wrap=True)


def _finding(finding: Finding, basis: Basis, console: Console) -> None:
    line = Text("  ")
    line.append(f"[{finding.severity.value}] ", COLOURS[finding.severity])
    if finding.state:
        line.append(f"[{finding.state}] ")
    line.append(f"{finding.title}（{finding.rule}，编号 {finding.id}）", "bold")
    console.print(line, soft_wrap=True)
    console.print(Text(f"      位置：{_where(finding)}", style="bold cyan"), soft_wrap=True)
    console.print(Text(f"      {finding.message}"), soft_wrap=True)
    console.print(Text(f"      怎么改：{finding.remedy}", style="green"), soft_wrap=True)
    if law := words.law(finding, basis):
        console.print(Text(f"      依据：{law}", style="dim"), soft_wrap=True)
    if agreed := words.agreed(finding):
        console.print(Text(f"      {agreed}", style="magenta"), soft_wrap=True)
    if also := words.also(finding):
        console.print(Text(f"      {also}", style="dim"), soft_wrap=True)


def _where(finding: Finding) -> str:
    """The cells of a finding, the first few, for a list that stands under the name of its file."""
    return words.cells(finding.cells, words.book_of(finding)) or words.DEPARTMENT


def summary(report: Report) -> str:
    """One line: how many of each, and how many checks waited for their inputs."""
    not_checked = words.not_checked(report)
    held = f"；{not_checked}" if not_checked else ""
    states = [sum(finding.state == state for finding in report.findings) for state in ("新增", "未改")]
    since = (
        f"；与上一次相比：新增 {states[0]} 条，未改 {states[1]} 条，已改 {len(report.mended)} 条"
        if any(states) or report.mended
        else ""
    )
    return f"共核对 {report.asked} 项：{words.counted(report.findings)}{held}{since}。"
