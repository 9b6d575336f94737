"""What was measured, told: as a table, as JSON, as a picture."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from math import log10
from statistics import median
from unicodedata import east_asian_width

from bench.rows import Line, Point, Sizes

WORDS = {"goal": "达到目标", "must": "达到必须", "not reached": "没有达到"}


def spelt(value: float, unit: str = "") -> str:
    """A ratio or MiB with as many digits as mean something."""
    digits = max(0, 2 - int(log10(max(value, 1))))
    number = f"{value:.{digits}f}"
    return f"{number} {unit}".rstrip()


def machine() -> dict[str, object]:
    """The machine, as far as it matters for times."""
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def cells(line: Line) -> tuple[str, ...]:
    """A line of the table: row, what, measured, must, goal, reached."""
    bound, bounds = line.bound, ("", "")
    if bound is not None:
        sign = "≥" if bound.more else "≤"
        bounds = (f"{sign} {bound.must:g}", f"{sign} {bound.goal:g}")
    if not line.values:
        return (str(line.row), line.what, f"没有量：缺 {line.missing}", *bounds, "")
    middle = median(line.values)
    said = f"{spelt(middle, line.unit)}（{spelt(min(line.values))}–{spelt(max(line.values))}）"
    return (
        str(line.row),
        line.what,
        said,
        *bounds,
        WORDS[bound.word(middle)] if bound else "",
    )


TITLES = ("行", "量的是什么", "量得：中位数（最小–最大）", "必须", "目标", "")


def table(lines: Sequence[Line]) -> str:
    """All lines as Markdown."""
    return _padded([cells(line) for line in lines])


def _padded(told: Sequence[tuple[str, ...]]) -> str:
    rows = [TITLES, tuple("---" for _ in TITLES), *told]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    padded = (
        [
            cell + " " * (width - _width(cell))
            for cell, width in zip(row, widths, strict=True)
        ]
        for row in rows
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


BEGIN, END = (
    "<!-- measured: written by make bench, row by row -->",
    "<!-- measured: end -->",
)


def paged(page: str, lines: Sequence[Line]) -> str:
    """A page whose table holds these lines in place of those of the same rows; the others stay as they were measured."""
    before, rest = page.split(BEGIN)
    old, after = rest.split(END)
    rows = {str(line.row) for line in lines}
    kept = [
        row
        for row in map(_unpadded, old.strip().splitlines()[2:])
        if row[0] not in rows
    ]
    told = sorted((*kept, *map(cells, lines)), key=lambda row: int(row[0]))
    return f"{before}{BEGIN}\n\n{_padded(told)}\n\n{END}{after}"


def _unpadded(line: str) -> tuple[str, ...]:
    """The cells of a line of a table."""
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def _width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def data(lines: Sequence[Line], points: Sequence[Point], sizes: Sizes) -> str:
    """The same for programs, with every round's value."""
    told = [
        {
            "row": line.row,
            "what": line.what,
            "unit": line.unit,
            "values": line.values,
            "median": median(line.values) if line.values else None,
            "must": line.bound.must if line.bound else None,
            "goal": line.bound.goal if line.bound else None,
            "more_is_better": bool(line.bound and line.bound.more),
            "reached": line.bound.word(median(line.values))
            if line.bound and line.values
            else None,
            "missing": line.missing,
        }
        for line in lines
    ]
    whole = {
        "machine": machine(),
        "sizes": asdict(sizes),
        "lines": told,
        "scale": [asdict(point) for point in points],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


# -- the picture ------------------------------------------------------------------------------------------------------

WIDE, HIGH, LEFT, TOP, ACROSS, DOWN = 760, 300, 56, 46, 290, 190
COLOURS = ("#1f6f8b", "#c0603a", "#5a7d3a")


def picture(points: Sequence[Point]) -> str:
    """Two drawings as SVG: the time of each workbook and the memory at the most, over the number of workbooks."""
    crews = sorted({point.jobs for point in points})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}">',
        '<g font-family="sans-serif" font-size="12" fill="#333">',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
    ]
    for crew, colour, place in zip(crews, COLOURS, range(len(crews)), strict=False):
        along = LEFT + place * 130
        parts.append(
            f'<rect x="{along}" y="{HIGH - 22}" width="12" height="12" fill="{colour}"/>'
        )
        parts.append(f'<text x="{along + 18}" y="{HIGH - 12}">{crew} 个进程</text>')
    each = {
        crew: [(point.workbooks, point.each) for point in points if point.jobs == crew]
        for crew in crews
    }
    held = {
        crew: [(point.workbooks, point.peak) for point in points if point.jobs == crew]
        for crew in crews
    }
    parts += _panel(LEFT, "校验一份用的处理器时间（毫秒）", each)
    parts += _panel(LEFT + ACROSS + 80, "全部进程最多占的内存（MiB）", held)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _panel(
    left: int, title: str, drawn: dict[int, list[tuple[int, float]]]
) -> list[str]:
    """One drawing: the number of workbooks by its logarithm, what they take from nothing up."""
    several = [pair for line in drawn.values() for pair in line]
    numbers = sorted({number for number, _ in several})
    highest = _round_up(max(value for _, value in several) * 1.15)
    low, wide = log10(numbers[0]), max(log10(numbers[-1] / numbers[0]), 1e-9)

    def at(number: int, value: float) -> tuple[float, float]:
        return left + (
            log10(number) - low
        ) / wide * ACROSS, TOP + DOWN - value / highest * DOWN

    parts = [f'<text x="{left}" y="{TOP - 18}" font-weight="bold">{title}</text>']
    for step in range(5):
        value = highest * step / 4
        _, height = at(numbers[0], value)
        parts.append(f'<path d="M{left} {height:.1f}h{ACROSS}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{left - 6}" y="{height + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    for number in numbers:
        along, _ = at(number, 0)
        parts.append(
            f'<text x="{along:.1f}" y="{TOP + DOWN + 18}" text-anchor="middle">{number:,} 份</text>'
        )
    for colour, line in zip(COLOURS, drawn.values(), strict=False):
        places = [at(number, value) for number, value in line]
        way = " ".join(f"{along:.1f},{height:.1f}" for along, height in places)
        parts.append(
            f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        for (along, height), (_, value) in zip(places, line, strict=True):
            parts.append(
                f'<circle cx="{along:.1f}" cy="{height:.1f}" r="3" fill="{colour}"/>'
            )
            parts.append(
                f'<text x="{along:.1f}" y="{height - 7:.1f}" text-anchor="middle" fill="{colour}">{value:.0f}</text>'
            )
    return parts


def _round_up(value: float) -> float:
    """The next number that four equal steps divide well."""
    step = float(10 ** int(log10(max(value, 1))))
    return next(
        step * times for times in (1, 2, 4, 6, 8, 10, 20) if step * times >= value
    )
