"""Every finding as text: by file and sheet, worst first, each with its cell and its remedy. What a screen shows: `brief`."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from toolkit.check.report import Report
from toolkit.profile.grounds import Basis
from toolkit.report import words
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding

COLOURS = {ERROR: "bold red", WARNING: "yellow", INFO: "cyan"}


def show(
    report: Report, basis: Basis, console: Console, undone: words.Undone | None = None
) -> None:
    """Print the verdict, all findings, grouped by file and sheet, then the counts."""
    show_verdict(report, undone, console)
    for book, findings in words.book_by_book(report.findings):
        title = f"■ {book}" if book else "■ 部门汇总"
        console.print()
        console.print(Text(title, style="bold"), Text(f"　{findings[0].unit}"))
        for finding in findings:
            _finding(finding, basis, console)
    if report.mended:
        console.print()
        _mended(report, console)
    console.print()
    line(console, summary(report), "bold")
    other_lines(report, console, mended=False)


def show_verdict(report: Report, undone: words.Undone | None, console: Console) -> None:
    """Print in one line whether what was checked can go on: red with errors, yellow where something is left to do."""
    right = "bold yellow" if undone else "bold green"
    style = "bold red" if report.open(ERROR) else right
    line(console, words.verdict(report, undone), style)


def other_lines(report: Report, console: Console, *, mended: bool = True) -> None:
    """Print what an earlier run told and this one no longer does, and the rules that the profile has no use for."""
    if mended and report.mended:
        _mended(report, console)
    for idle in words.all_not_in_force(report.idle):
        line(console, idle, "dim")


def _mended(report: Report, console: Console) -> None:
    console.print(Text(f"已改 {len(report.mended)} 条：", style="bold green"))
    for mended in report.mended:
        line(console, f"      {mended}", "green")


def line(console: Console, text: str, style: str = "") -> None:
    """Print a line, however long: what reads a terminal's text finds it whole."""
    console.print(Text(text, style=style), soft_wrap=True)


def _finding(finding: Finding, basis: Basis, console: Console) -> None:
    head = Text("  ")
    head.append(f"[{finding.severity.value}] ", COLOURS[finding.severity])
    if finding.state:
        head.append(f"[{finding.state}] ")
    head.append(f"{finding.title}（{finding.rule}，编号 {finding.id}）", "bold")
    console.print(head, soft_wrap=True)
    line(console, f"      位置：{_where(finding)}", "bold cyan")
    line(console, f"      {finding.message}")
    line(console, f"      怎么改：{finding.remedy}", "green")
    if law := words.law(finding, basis):
        line(console, f"      依据：{law}", "dim")
    if agreed := words.agreed(finding):
        line(console, f"      {agreed}", "magenta")
    if also := words.also(finding):
        line(console, f"      {also}", "dim")


def _where(finding: Finding) -> str:
    """The cells of a finding, the first few, for a list that stands under the name of its file."""
    return words.cells(finding.cells, words.book_of(finding)) or words.DEPARTMENT


def summary(report: Report) -> str:
    """One line: how many of each, and how many checks waited for their inputs."""
    text = f"共核对 {report.asked} 项：{words.counted(report.findings)}"
    if not_checked := words.not_checked(report):
        text += f"；{not_checked}"
    states = Counter(finding.state for finding in report.findings)
    new, still = states["新增"], states["未改"]
    if new or still or report.mended:
        text += f"；与上一次相比：新增 {new} 条，未改 {still} 条，已改 {len(report.mended)} 条"
    return f"{text}。"
