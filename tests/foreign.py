"""What the audit says of statements in wordings it was not written for: of right ones, and of each with one fault planted.

    python -m tests.foreign [--each]

For each text of tests/elsewhere: how much was understood, how many findings (every one is false, for the texts are right),
how many of the planted faults are told; `--each` lists the findings and the faults that are not told.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.statements import audited_text
from tests.swaps import told
from toolkit.audit.judge import Audited
from toolkit.report.audited.words import coverage

HERE = Path(__file__).resolve().parent / "elsewhere"


@dataclass(frozen=True)
class Planted:
    """One fault planted into a right text; `why_not` where nothing in the text contradicts it, or no check looks."""

    text: str
    kind: str
    was: str
    now: str
    first: bool  # whether it was told when the text was seen for the first time
    check: str  # the check that tells it; "" where none does
    why_not: str

    @property
    def id(self) -> str:
        return f"{self.text} {self.kind} {self.was[:8]}"


def texts() -> tuple[str, ...]:
    return tuple(path.stem for path in sorted(HERE.glob("*.txt")))


def written(name: str) -> str:
    return (HERE / f"{name}.txt").read_text(encoding="utf-8")


@cache
def right(name: str) -> Audited:
    """What is said of a right text."""
    return audited_text(written(name), f"{name}.txt")


def planted() -> tuple[Planted, ...]:
    with (HERE / "planted.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Planted(
                row["文本"],
                row["种类"],
                row["原文"],
                row["改成"],
                row["第一次就查出"] == "是",
                row["核对"],
                row["为什么查不出"],
            )
            for row in csv.DictReader(file)
        )


def found(fault: Planted) -> set[str]:
    """The checks that a planted fault breaks and the right text does not."""
    text = written(fault.text)
    assert text.count(fault.was) == 1, fault.id
    before = told(right(fault.text))
    wrong = audited_text(text.replace(fault.was, fault.now), f"{fault.text}.txt")
    return {one.check.id for one in wrong.findings if {one.message, *one.also} - before}


def _lines(name: str, faults: list[Planted], *, each: bool) -> Iterator[str]:
    one = right(name)
    read = coverage(one)
    missed = [fault for fault in faults if not found(fault)]
    can = "" if one.auditable else "不能审核 "
    told_of = f"读懂 {read.understood}/{read.present - read.furniture}，误报 {len(one.findings)} 条"
    first = sum(fault.first for fault in faults)
    yield f"{name}：{can}{told_of}，埋的错查出 {len(faults) - len(missed)}/{len(faults)}（第一次 {first}）"
    if each:
        yield from (
            f"    误报 {finding.check.id} {finding.message}" for finding in one.findings
        )
        yield from (
            f"    没查出 {fault.kind}：{fault.was[:40]!r} → {fault.now[:40]!r}"
            for fault in missed
        )
        yield from (f"    没读懂 {fact.quote}" for fact in read.left_over)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true")
    arguments = parser.parse_args()
    everything = planted()
    for name in texts():
        print(
            "\n".join(
                _lines(
                    name,
                    [one for one in everything if one.text == name],
                    each=arguments.each,
                )
            )
        )


if __name__ == "__main__":
    main()
