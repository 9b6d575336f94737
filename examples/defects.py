"""Hold the findings of example 01 against the defects that a close reading of the published document wrote down.

    python examples/defects.py           # writes docs/公开稿问题对照.md

`defects.csv` has a line for each audited defect: where in the workbooks it stands and which rule tells it, or why none
does. `noise.csv` has a line for each finding that is none of the defects, and for single cells that a finding names
beside a defect's own. Both are written by hand; tests/test_defects.py holds them against what the check really finds.

A cell is called by its own name in the return, wherever a form draws it: `assets.total.value` is a row and a column of a
form, `goals[3].indicators` the third line of a list, `project[12].indicators[4].value` the fourth indicator of the twelfth
project. The page says the address besides, for those who open the workbook.

Units stand parted by 、. So do the cells of one unit; the cells of several units stand in the units' order, parted by ；.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from toolkit.model import Cell, Return
from toolkit.profile.loading import load
from toolkit.rules.rule import Finding, Severity

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE / "01-xianghe-as-published"
PAGE = HERE.parent / "docs" / "公开稿问题对照.md"
FOUND, ABSENT, NOT_ASKED = "找到", "表里没有这句话", "不查"
VERDICTS = (FOUND, ABSENT, NOT_ASKED)
CONFIDENCE = {"C": "肯定", "L": "多半", "D": "可议"}
REAL, WRONG, EITHER = "真问题", "误报", "可改可不改"
WHOLE, CELLS = "整条", "其中几格"
SHOWN = 4  # places of a defect that its line on the page shows

Place = tuple[str, str]  # a unit's code, and the name of a cell: project[2].name


@dataclass(frozen=True)
class Told:
    """A finding, with the cells it names by their own names."""

    finding: Finding
    places: frozenset[Place]


@dataclass(frozen=True)
class Run:
    """A folder of workbooks checked: what is found, and where each named cell stands."""

    told: tuple[Told, ...]
    cells: Mapping[Place, Cell]


@dataclass(frozen=True)
class Line:
    """What a line of both tables has: a rule's findings in these cells of these units."""

    rule: str
    unit: str
    cell: str
    what: str
    verdict: str
    reason: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that tell it."""
        return tuple(self.rule.split("、")) if self.rule else ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Every cell, with its unit."""
        groups = zip(self.unit.split("、"), self.cell.split("；"), strict=True)
        return tuple(
            (unit, cell) for unit, group in groups for cell in group.split("、") if cell
        )

    def tells(self, told: Told) -> bool:
        """Whether this line speaks of that finding: its rule, in one of its cells."""
        return told.finding.rule in self.rules and not told.places.isdisjoint(
            self.places
        )


@dataclass(frozen=True)
class Defect(Line):
    """A line of defects.csv: an audited defect, and how sure the audit was."""

    defect: str
    confidence: str


@dataclass(frozen=True)
class Other(Line):
    """A line of noise.csv: a finding that is none of the defects, or cells of one beyond the defect's own."""

    extent: str


def _lines(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def defects() -> tuple[Defect, ...]:
    """Read the audited defects."""
    return tuple(
        Defect(**{f.name: line[f.name] for f in fields(Defect)})
        for line in _lines("defects.csv")
    )


@cache
def others() -> tuple[Other, ...]:
    """Read what is found besides."""
    return tuple(
        Other(**{f.name: line[f.name] for f in fields(Other)})
        for line in _lines("noise.csv")
    )


def run(folder: Path) -> Run:
    """Check a folder of workbooks, and call every cell that is found by its own name."""
    from toolkit.steps import check

    checked = check([folder], load("hebei-2023"))
    cells = {
        (book.code, name): cell
        for book in checked.returns
        for name, cell in named_cells(book)
    }
    places = {cell: place for place, cell in cells.items()}
    found = checked.report.findings
    return Run(
        tuple(
            Told(finding, frozenset(places[cell] for cell in finding.cells))
            for finding in found
        ),
        cells,
    )


@cache
def published() -> Run:
    """Check the example."""
    return run(EXAMPLE / "input")


def named_cells(book: Return) -> Iterator[tuple[str, Cell]]:
    """Yield every cell of a return with its own name; lines of lists, and projects, are counted from 1."""
    for name, value in book.values():
        yield from ((str(name), cell) for cell in value.cells())


def surest(told: Told) -> str:
    """The highest confidence among the defects that a finding tells; empty if it tells none."""
    sure = {
        line.confidence
        for line in defects()
        if line.verdict == FOUND and line.tells(told)
    }
    return next((key for key in CONFIDENCE if key in sure), "")


def page() -> str:
    """Make the whole page."""
    return "\n".join(
        (*_head(), *_counts(), *_of_findings(), *_defects(), *_others(), "")
    )


def _head() -> Iterable[str]:
    yield "# 公开稿问题对照"
    yield ""
    yield "本页由 `examples/defects.py` 生成，请勿手改（`python examples/defects.py` 重新生成）。"
    yield ""
    yield (
        "[例一](../examples/01-xianghe-as-published/说明.md)照一份真实公开稿的样子填成。"
        f"公开稿事先逐行读过一遍（下面叫“公开稿审读”），记下 {len(defects())} 处问题，"
        "编号与[例二](../examples/02-xianghe-corrected/说明.md)的更正相同。"
    )
    yield (
        "这里逐处说明 `disclosure check examples/01-xianghe-as-published/input` 有没有报出来；"
        "反过来，报出来而审读没有列的，也逐条说明。"
        "依据是例一的 `defects.csv`、`noise.csv` 两张表，测试逐格核对。"
    )
    yield ""
    yield (
        "这份对照只说明这一份公开稿。错别字表等词表里，有些词就是从它来的；换一份文件，能查到几成、误报几成，要另外核对。"
    )
    yield ""


def _counts() -> Iterable[str]:
    yield "## 列出的，查到多少"
    yield ""
    yield "“表里放得下”的，是填报表里有这句话、这个数的；其余的话由系统写进情况说明，不经填表人的手。"
    yield "一处里有几种把握的，按最高的算。"
    yield ""
    yield "| 把握 | 列出 | 表里没有这句话 | 表里放得下 | 找到 | 不查 |"
    yield "|---|---:|---:|---:|---:|---:|"
    for key, title in CONFIDENCE.items():
        yield _count(
            f"{title}（{key}）", [line for line in defects() if line.confidence == key]
        )
    yield _count("合计", defects())
    yield ""


def _count(title: str, lines: Sequence[Defect]) -> str:
    count = Counter(line.verdict for line in lines)
    held = len(lines) - count[ABSENT]
    return f"| {title} | {len(lines)} | {count[ABSENT]} | {held} | {count[FOUND]} | {count[NOT_ASKED]} |"


def _of_findings() -> Iterable[str]:
    count_of = Counter(
        (surest(told), told.finding.severity) for told in published().told
    )
    whole = [line for line in others() if line.extent == WHOLE]
    count = Counter(line.verdict for line in whole)
    wrong = sum(line.verdict == WRONG for line in others() if line.extent == CELLS)
    yield "## 报出的，说的是什么"
    yield ""
    yield "一条发现说到几处的，按把握最高的一处算。"
    yield ""
    yield (
        "| 说的是 | "
        + " | ".join(severity.value for severity in Severity)
        + " | 合计 |"
    )
    yield "|---|" + "---:|" * (len(Severity) + 1)
    for key, title in {**CONFIDENCE, "": "审读没有列"}.items():
        row = [count_of[key, severity] for severity in Severity]
        yield (
            f"| {title}{f'（{key}）' if key else ''} | "
            + " | ".join(map(str, (*row, sum(row))))
            + " |"
        )
    row = [
        sum(told.finding.severity is severity for told in published().told)
        for severity in Severity
    ]
    yield "| 合计 | " + " | ".join(map(str, (*row, sum(row)))) + " |"
    yield ""
    yield (
        f"审读没有列的 {len(whole)} 条："
        + "，".join(f"{key} {count[key]} 条" for key in (REAL, EITHER, WRONG))
        + "。"
        f"另有 {wrong} 条发现说对了问题，但多指了不相干的格。"
    )
    yield ""


def _defects() -> Iterable[str]:
    yield "## 逐处对照"
    yield ""
    yield "位置写作“单位编码 工作表!单元格”。规则见[规则目录](rules.md)。"
    yield ""
    yield "| 编号 | 把握 | 公开稿里的问题 | 结论 | 规则 | 位置 | 说明 |"
    yield "|---|---|---|---|---|---|---|"
    for line in defects():
        row = (
            line.defect,
            line.confidence,
            line.what,
            line.verdict,
            line.rule,
            where(line),
            line.reason,
        )
        yield f"| {' | '.join(row)} |"
    yield ""


def _others() -> Iterable[str]:
    yield "## 审读没有列的"
    yield ""
    yield f"“{WHOLE}”是整条发现与列出的哪一处都无关；“{CELLS}”是发现说的是列出的一处，但多指了几格。"
    yield ""
    yield "| 规则 | 位置 | 发现 | 范围 | 结论 | 理由 |"
    yield "|---|---|---|---|---|---|"
    for line in others():
        yield f"| {' | '.join((line.rule, where(line), line.what, line.extent, line.verdict, line.reason))} |"


def where(line: Line) -> str:
    """The first places of a line, its unit said once, and how many there are."""
    said: list[str] = []
    last = ""
    for unit, name in line.places[:SHOWN]:
        cell = published().cells[unit, name]
        address = f"{cell.sheet}!{cell.address}"
        said.append(address if unit == last else f"{unit} {address}")
        last = unit
    count = len(line.places)
    return "、".join(said) + (f"等 {count} 格" if count > SHOWN else "")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{PAGE.parent.name}/{PAGE.name}")


if __name__ == "__main__":
    main()
