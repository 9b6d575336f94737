"""Findings as a person reads them in a terminal: by file and sheet, worst first, each with its cell and its remedy."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from toolkit.check.judge import Report
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding

COLOURS = {ERROR: "bold red", WARNING: "yellow", INFO: "cyan"}
MOST_CELLS = 6


def show(report: Report, basis: Mapping[str, Mapping[str, str]], console: Console) -> None:
    """Print all findings, grouped by file and sheet, then the counts."""
    by_book: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_book.setdefault(finding.cells[0].book if finding.cells else finding.unit, []).append(finding)
    for book, findings in by_book.items():
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


def _finding(finding: Finding, basis: Mapping[str, Mapping[str, str]], console: Console) -> None:
    line = Text("  ")
    line.append(f"[{finding.severity.value}] ", COLOURS[finding.severity])
    if finding.state:
        line.append(f"[{finding.state}] ")
    line.append(f"{finding.title}（{finding.rule}，编号 {finding.id}）", "bold")
    console.print(line, soft_wrap=True)
    console.print(Text(f"      位置：{where(finding)}", style="bold cyan"), soft_wrap=True)
    console.print(Text(f"      {finding.message}"), soft_wrap=True)
    console.print(Text(f"      怎么改：{finding.remedy}", style="green"), soft_wrap=True)
    if law := [basis[key]["title"] for key in finding.basis if key in basis and basis[key].get("title")]:
        console.print(Text(f"      依据：{'；'.join(law)}", style="dim"), soft_wrap=True)
    if finding.accepted:
        console.print(Text(f"      部门同意不改：{finding.accepted}", style="magenta"), soft_wrap=True)
    if finding.also:
        console.print(Text(f"      同一原因还引起：{'；'.join(finding.also)}", style="dim"), soft_wrap=True)


def where(finding: Finding) -> str:
    """The cells of a finding as people look for them: sheet and address, the first few."""
    by_sheet: dict[str, list[str]] = {}
    for cell in finding.cells:
        by_sheet.setdefault(cell.sheet, []).append(cell.address)
    said = [
        (f"{sheet}!{'、'.join(cells[:MOST_CELLS])}" if sheet else "整个文件")
        + (f" 等 {len(cells)} 格" if len(cells) > MOST_CELLS else "")
        for sheet, cells in by_sheet.items()
    ]
    more = f" 等 {len(said)} 张表" if len(said) > MOST_CELLS else ""
    return "；".join(said[:MOST_CELLS]) + more


def summary(report: Report) -> str:
    """One line: how many of each, and how many checks waited for their inputs."""
    counts = "，".join(f"{severity.value} {report.count(severity)} 条" for severity in (ERROR, WARNING, INFO))
    held = f"；有 {report.held_back} 项核对因为格里不是数字而没有做" if report.held_back else ""
    states = [sum(finding.state == state for finding in report.findings) for state in ("新增", "未改")]
    since = (
        f"；与上一次相比：新增 {states[0]} 条，未改 {states[1]} 条，已改 {len(report.mended)} 条"
        if any(states) or report.mended
        else ""
    )
    return f"共核对 {report.asked} 项：{counts}{held}{since}。"
