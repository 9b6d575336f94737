"""How long a unit's two lists take, and how much memory: read from data, derived, checked, merged, from 10 to 10,000 lines.

    python -m bench.derived [LINES …]

Each line of entries takes the same time and room, however many there are: what is printed beside the times is per line.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import defaultdict
from decimal import Decimal
from typing import Any

from toolkit.check.judge import check_return
from toolkit.profile.by_door import of_return
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.steps.rulebook import catalogue

LINES = (10, 100, 1_000, 10_000)
MOST = 9_999_999  # cents of a line


def entries(profile: Profile, lines: int, draws: random.Random) -> dict[str, Any]:
    """A unit whose lists balance: so many lines of outlay, a line of income for each function."""
    functions = [one.code for one in profile.lists["functional"] if one.level == "项"]
    economic = [one.code for one in profile.lists["economic"] if one.level == "款"]
    fund = "一般公共预算拨款"
    spent: defaultdict[str, Decimal] = defaultdict(Decimal)
    outlay = []
    for _ in range(lines):
        code, amount = draws.choice(functions), Decimal(draws.randint(1, MOST)) / 100
        spent[code] += amount
        kind = draws.choice(("人员类", "运转类公用"))
        outlay.append(
            {
                "function": code,
                "economic": draws.choice(economic),
                "kind": kind,
                "fund": fund,
                "amount": str(amount),
            }
        )
    income = [
        {"function": code, "fund": fund, "amount": str(amount)}
        for code, amount in sorted(spent.items())
    ]
    cover = {"door": "明细", "unit_code": "333001", "unit_name": "某单位", "lead": "是"}
    return {"cover": cover, "income_entries": income, "outlay_entries": outlay}


def main(sizes: tuple[int, ...]) -> None:
    """Print a line a size: seconds of processor for each step, the same per line, and the memory of the process so far."""
    profile = load("hebei-2023")
    rules = catalogue(profile)
    for size in sizes:
        data = entries(profile, size, random.Random(size))
        begun = time.process_time()
        given = from_data(data, profile, "甲.xlsx")
        book = computed(given, of_return(profile, given).book)
        derived = time.process_time()
        report = check_return(book, profile, rules)
        checked = time.process_time()
        merge([book], profile)
        merged = time.process_time()
        times = (derived - begun, checked - derived, merged - checked)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        said = "  ".join(
            f"{what} {spent:.2f} s"
            for what, spent in zip(("derive", "check", "merge"), times, strict=True)
        )
        print(
            f"{size:>6} lines  {said}  {1000 * sum(times) / size:.2f} ms a line  {memory} MB  {len(report.findings)} findings"
        )


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or LINES)
