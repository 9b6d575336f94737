"""Returns for measuring, as JSON: the sound ones of the tests and examples, with 1 to 60 projects, some with faults.

All figures are in 万元, as decimal strings. What is added to one place of a return is added wherever it counts, so that a sound
return stays sound.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

HOME = Path(__file__).resolve().parent.parent
GOOD = HOME / "tests" / "good"
PUBLISHED = HOME / "examples" / "01-xianghe-as-published" / "returns"
CORRECTED = HOME / "examples" / "02-xianghe-corrected" / "returns"
MOST_PROJECTS = 60
FROM_BUDGET = "一般公共预算拨款"

Data = dict[str, Any]


@dataclass(frozen=True)
class Marks:
    """What makes one unit another: where it lies, its code, and how much more it spends on its people.

    A place has two characters and a code six digits, as those that they replace have: no row of the workbook grows. The same
    must hold of other texts that become others.
    """

    place: str
    code: str
    more: Decimal = Decimal(0)
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Base:
    """A return from which others are made, and the faults that were put into it."""

    name: str
    data: Data
    faults: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The two characters before the county's 县."""
        return str(self.data["cover"]["department"])[:2]

    @property
    def code(self) -> str:
        """The unit's code."""
        return str(self.data["cover"]["unit_code"])

    def texts(self, marks: Marks) -> dict[str, str]:
        """What each text that names the place becomes, wherever it stands: 平澜县…, 平财预〔2023〕6号."""
        return {
            self.place: marks.place,
            f"{self.place[0]}财预〔": f"{marks.place[0]}财预〔",
            **dict(marks.others),
        }

    def codes(self, marks: Marks) -> dict[str, str]:
        """What each code becomes: the unit's own, and those of the units that it leads, which keep their last digits."""
        listed = [row["code"] for row in self.data.get("agencies", ()) if "code" in row]
        return {code: marks.code[:3] + code[3:] for code in listed} | {
            self.code: marks.code
        }

    def varied(self, marks: Marks) -> Data:
        """The return of another unit."""
        data: Data = _respelt(self.data, self.texts(marks), self.codes(marks))
        raise_all(data, marks.more)
        return data


def _respelt(data: Any, texts: Mapping[str, str], codes: Mapping[str, str]) -> Any:
    """The same data with other texts in its texts, and other codes where a code is all that a text says."""
    if isinstance(data, dict):
        return {key: _respelt(value, texts, codes) for key, value in data.items()}
    if isinstance(data, list):
        return [_respelt(value, texts, codes) for value in data]
    if not isinstance(data, str):
        return data
    if data in codes:
        return codes[data]
    for old, new in texts.items():
        data = data.replace(old, new)
    return data


# -- figures ----------------------------------------------------------------------------------------------------------


def plus(row: Data, column: str, more: Decimal) -> None:
    """Add to a figure; one that is not there is left so."""
    if column in row:
        row[column] = str(Decimal(row[column]) + more)


def raise_all(data: Data, more: Decimal) -> None:
    """Spend more on the unit's people, this year and last, and get as much more; its list of units says so for each."""
    _budget(data, more)
    for column in ("this_year", "last_year"):
        plus(data["composition"]["personnel"], column, more)
    for row in data.get("agencies", ()):
        _approve(row, more, "approved_basic")


def _budget(data: Data, more: Decimal) -> None:
    """Get so much more from the budget, and spend it on what the unit mostly spends on."""
    plus(data["income"]["general"], "amount", more)
    most = max(data["outlay"].values(), key=lambda row: Decimal(row["amount"]))
    plus(most, "amount", more)


def _approve(row: Data, more: Decimal, column: str) -> None:
    """Let the department's list of units say that so much more was approved."""
    for one in ("approved_income", "approved_expenditure", column):
        plus(row, one, more)


# -- projects ---------------------------------------------------------------------------------------------------------


def with_projects(
    base: Base, count: int, pool: Sequence[tuple[str, Data]], dice: Random
) -> Base:
    """The same return with so many projects: some of its own, or all of them and some of the pool's.

    The pool's projects come with the place that they name. A unit with procurement is never given fewer than its own.
    """
    data = deepcopy(base.data)
    own: list[Data] = data["projects"]
    if count < len(own):
        kept = sorted(dice.sample(range(len(own)), count))
        gone = sum(
            (
                Decimal(one["amount"])
                for place, one in enumerate(own)
                if place not in kept
            ),
            Decimal(0),
        )
        data["projects"] = [own[place] for place in kept]
        _more_projects(data, -gone)
    names = {one["name"] for one in own}
    others = [(place, one) for place, one in pool if one["name"] not in names]
    for place, one in dice.sample(others, max(0, count - len(own))):
        data["projects"].append(
            {**_respelt(one, {place: base.place}, {}), "main": "否"}
        )
        _more_projects(data, Decimal(one["amount"]))
    return replace(base, name=f"{base.name}-{count}", data=data)


def alone(base: Base, projects: list[Data]) -> Base:
    """A leading unit that leads itself only, with these projects and no others."""
    data = deepcopy(base.data)
    data["agencies"] = [row for row in data["agencies"] if row["code"] == base.code]
    more = sum((Decimal(one["amount"]) for one in projects), Decimal(0))
    _more_projects(data, more - Decimal(data["composition"]["project"]["this_year"]))
    return replace(base, data={**data, "projects": projects})


def _more_projects(data: Data, more: Decimal) -> None:
    """Give the unit so much more for its projects, this year and last: the reasons for the change stay true."""
    _budget(data, more)
    for row in ("project", "own"):
        for column in ("this_year", "last_year"):
            plus(data["composition"][row], column, more)
    for row in data.get("agencies", ()):
        if row["code"] == data["cover"]["unit_code"]:
            _approve(row, more, "approved_project")


def agency(unit: Data) -> Data:
    """A unit's line in its department's list, which approves what the unit spends."""
    said = ("unit_code", "unit_name", "nature", "rank", "funding", "lead")
    spent = {
        key: Decimal(unit["composition"][key]["this_year"])
        for key in ("personnel", "operating", "project")
    }
    approved = {
        "income": sum(spent.values()),
        "expenditure": sum(spent.values()),
        "basic": spent["personnel"] + spent["operating"],
        "project": spent["project"],
        "three_public": sum(
            Decimal(row.get("this_year", "0")) for row in unit["three_public"].values()
        ),
        "procurement": Decimal(0),
    }
    return {
        **{key.removeprefix("unit_"): unit["cover"][key] for key in said},
        **{f"approved_{key}": str(amount) for key, amount in approved.items()},
    }


# -- faults -----------------------------------------------------------------------------------------------------------


def _a_total_off(data: Data, _: Random) -> None:
    plus(data["composition"]["personnel"], "this_year", Decimal("0.3"))


def _an_amount_times_ten(data: Data, dice: Random) -> None:
    # another fault may have put one's amount into words
    in_figures = [one for one in data["projects"] if "万元" not in one["amount"]]
    if in_figures:
        project = dice.choice(in_figures)
        project["amount"] = str(Decimal(project["amount"]) * 10)


def _a_blank(data: Data, dice: Random) -> None:
    del dice.choice(dice.choice(data["projects"])["indicators"])["value"]


def _an_amount_in_words(data: Data, dice: Random) -> None:
    project = dice.choice(data["projects"])
    project["amount"] += "万元"


def _last_years_text(data: Data, dice: Random) -> None:
    project = dice.choice(data["projects"])
    project["goal"] = "2022年" + project["goal"]


def _a_source_not_listed(data: Data, dice: Random) -> None:
    dice.choice(data["projects"])["source"] = "财政拨款"


def _a_bound_turned_round(data: Data, dice: Random) -> None:
    rows = [
        row
        for project in data["projects"]
        for row in project["indicators"]
        if "≥" in row.get("value", "")
    ]
    row = dice.choice(rows)
    row["value"] = row["value"].replace("≥", "≤")


def _no_reason(data: Data, _: Random) -> None:
    for row in data["composition"].values():
        row.pop("reason", None)


FAULTS: Mapping[str, Callable[[Data, Random], None]] = {
    "a total off": _a_total_off,
    "an amount times ten": _an_amount_times_ten,
    "a blank": _a_blank,
    "an amount in words": _an_amount_in_words,
    "last year's text": _last_years_text,
    "a source not listed": _a_source_not_listed,
    "a bound turned round": _a_bound_turned_round,
    "no reason": _no_reason,
}


def with_faults(base: Base, count: int, dice: Random) -> Base:
    """The same return with so many different faults."""
    data, faults = deepcopy(base.data), tuple(dice.sample(sorted(FAULTS), count))
    for fault in faults:
        FAULTS[fault](data, dice)
    return replace(base, data=data, faults=faults)


def invented(count: int) -> list[Data]:
    """So many projects that there are none of, 7 万元 each in the mean; no two have the same words."""
    return [_invented(number) for number in range(1, count + 1)]


def _invented(number: int) -> Data:
    amount, pieces = number % 13 + 1, 1000 + number
    lines = (
        (
            "产出指标",
            "数量指标",
            f"办理第{number}类事项",
            f"第{number}类事项全年办结件数",
            f"≥{pieces}件",
            "事项台账",
        ),
        (
            "产出指标",
            "质量指标",
            f"第{number}类事项准确率",
            "办理无误的件数占办结件数的比例",
            "≥98%",
            "抽查记录",
        ),
        (
            "产出指标",
            "时效指标",
            f"第{number}类事项办结时间",
            "从受理到办结的工作日数",
            f"≤{number % 9 + 2}个工作日",
            "办事指南",
        ),
        (
            "产出指标",
            "成本指标",
            f"第{number}类事项办理成本",
            "全年办理所用的经费",
            f"≤{amount}万元",
            "上年决算",
        ),
        (
            "效益指标",
            "社会效益指标",
            f"第{number}类事项投诉率",
            "有投诉的件数占办结件数的比例",
            "≤1%",
            "投诉记录",
        ),
        (
            "满意度指标",
            "服务对象满意度指标",
            f"第{number}类事项办事人满意度",
            "表示满意的办事人占受访人的比例",
            "≥95%",
            "问卷调查",
        ),
    )
    columns = ("level1", "level2", "level3", "description", "value", "basis")
    return {
        "name": f"第{number}类事项办理经费",
        "category": "特定目标类项目",
        "amount": str(amount),
        "source": FROM_BUDGET,
        "main": "否",
        "office": f"第{number % 9 + 1}股",
        "goal": f"全年办结第{number}类事项{pieces}件，共需{amount}万元；投诉率不超过1%，办事人满意度达到95%。",
        "indicators": [dict(zip(columns, line, strict=True)) for line in lines],
    }


# -- all of them ------------------------------------------------------------------------------------------------------


def read_all(folder: Path) -> Iterator[Base]:
    """Yield the returns of a folder, by name."""
    for path in sorted(folder.glob("*.json")):
        yield Base(path.stem, json.loads(path.read_text(encoding="utf-8")))


def _lendable(base: Base) -> Iterator[tuple[str, Data]]:
    """Yield the projects that may stand in another return as well, with the place they name: those that buy no goods.

    Goods, whose numbers in the catalogue begin with A, are counted again among a unit's assets.
    """
    bought = {
        row["project"]
        for row in base.data.get("procurement", ())
        if row["catalogue"].startswith("A")
    }
    for project in base.data["projects"]:
        if project["source"] == FROM_BUDGET and project["name"] not in bought:
            yield base.place, project


def bases(count: int, seed: int, most: int = MOST_PROJECTS) -> tuple[Base, ...]:
    """So many returns of 1 to `most` projects, few ones mostly, two of five with faults; example 01 is among them."""
    dice = Random(seed)
    published = tuple(read_all(PUBLISHED))[: max(0, count - 2)]
    units, others = tuple(read_all(CORRECTED)), tuple(read_all(GOOD))
    pool = [pair for base in (*units, *others) for pair in _lendable(base)]
    drawn = count - len(published)
    made: list[Base] = []
    for number in range(drawn):
        size = round(most ** (number / max(1, drawn - 1)))
        # Only the second and third unit of the example buy nothing for their projects, so that projects may be left out.
        base = dice.choice(
            [one for one in others if len(one.data["projects"]) <= size] or units[1:]
        )
        sized = with_projects(base, size, pool, dice)
        made.append(
            with_faults(sized, dice.randint(1, 4), dice)
            if number % 5 in (1, 3)
            else sized
        )
    return (*made, *published)
