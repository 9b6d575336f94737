"""Figures that were taken over: what they may be off by since they were rounded before, and where they are to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from toolkit.model import PLATFORM, Cell, Origin
from toolkit.rules.rule import Finding

MOST_NAMED = 3
EntriesBehind = Callable[[Cell], tuple[Cell, ...]]


def of_nothing(_: Cell) -> tuple[Cell, ...]:
    """That no cell has an entry behind it."""
    return ()


def slack(
    cells: Iterable[Cell],
    origins: Mapping[Cell, Origin],
    behind: EntriesBehind = of_nothing,
) -> Decimal:
    """By how many yuan a difference between cells may stand: the sum of what each that was taken over may be off by.

    A calculated cell that was not taken over may be off by what the entries behind it may.
    """
    found = Decimal(0)
    for cell in dict.fromkeys(cells):
        if cell in origins:
            found += origins[cell].slack
        else:
            found += sum(
                (origins[entry].slack for entry in behind(cell) if entry in origins),
                Decimal(0),
            )
    return found


def with_origins(
    findings: Iterable[Finding], origins: Mapping[Cell, Origin]
) -> Iterator[Finding]:
    """The same findings; the remedy of one whose figure came from elsewhere says where it is to be mended."""
    for finding in findings:
        said = _where(finding.cells, origins)
        yield replace(finding, remedy=f"{finding.remedy}{said}") if said else finding


def _where(cells: Iterable[Cell], origins: Mapping[Cell, Origin]) -> str:
    """Which of the cells came from where, as sentences; "" where none did."""
    taken = [(cell, origins[cell]) for cell in dict.fromkeys(cells) if cell in origins]
    platform = [(cell, origin) for cell, origin in taken if origin.source == PLATFORM]
    others = [(cell, origin) for cell, origin in taken if origin.source != PLATFORM]
    said = ""
    if platform:
        said += f"其中{_listed(platform)}来自平台：要改的，在平台改后重新导出、再导入，不要只改本表。"
    if others:
        said += f"其中{_listed(others)}来自{others[0][1].source}的表。"
    return said


def _listed(taken: list[tuple[Cell, Origin]]) -> str:
    each = [
        f"{cell.sheet} {cell.address}（{origin.place}）"
        for cell, origin in taken[:MOST_NAMED]
    ]
    more = f"等 {len(taken)} 格" if len(taken) > MOST_NAMED else ""
    return "、".join(each) + more
