"""Costs and counts of a project (绩效指标): whether unit cost, quantity, stated total and amount agree and are plausible."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from toolkit.model import Cell, Project, Return, Words
from toolkit.rules.finance_looks import YEN, in_unit
from toolkit.rules.indicator_value import INDICATORS, Indicator, family, rows, same_text, tables
from toolkit.rules.indicators import COST
from toolkit.rules.reading import any_of, any_pattern, brief, cells
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look, money, plain

STATED = re.compile(
    r"(?:项目(?:总)?支出|项目(?:总)?(?:预算|资金|经费|投入|金额)|预算资金|全年支出|总投入|总支出)(?:总额|数|为|约|共|计|安排|\s)*(\d+(?:\.\d+)?)\s*(亿元|万\s*元|元)"
)
TERM = re.compile(r"(\d+)\s*(?:人|名|户)[^，。；、\d]{0,8}每(?:人)?(?:每)?(月|季度|季|年)\s*(\d+(?:\.\d+)?)\s*(万元|元)")
AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万\s*元|元)")
QUOTED = re.compile(r"《[^》]*》|[（(][^）)]*号[^）)]*[）)]")  # names of documents hold numbers of their own
SMALL = re.compile(r"每(?:一)?(?:位|人|名|户|份|件|册)|人均|户均|/[人户份件]")  # what never costs as much as a machine
TIMES = {"月": 12, "季": 4, "季度": 4, "年": 1}


@dataclass(frozen=True, slots=True)
class Stated:
    """A project's total in yuan: its amount, or what its goal says; `slack` is half of its last digit."""

    yuan: Decimal
    slack: Decimal
    said: str
    cells: tuple[Cell, ...]


def _yuan(number: str, unit: str) -> tuple[Decimal, Decimal]:
    scale = YEN["".join(unit.split())]
    return Decimal(number) * scale, Decimal(5).scaleb(-len(number.partition(".")[2]) - 1) * scale


def _stated(project: Project) -> Stated | None:
    """The one total that a goal states; None if it states none, or several."""
    goal = project.head.words("goal")
    found = {(match[1], match[2]) for match in STATED.finditer(goal.text)}
    if len(found) != 1:
        return None
    number, unit = found.pop()
    yuan, slack = _yuan(number, unit)
    return Stated(yuan, slack, f"绩效目标写的 {number}{''.join(unit.split())}", cells(goal))


def _total(project: Project, bounds: Bounds) -> Stated | None:
    amount = project.head.figure("amount")
    if amount.number > 0:
        return Stated(
            amount.number * YEN[bounds.unit],
            bounds.tolerance * YEN[bounds.unit],
            f"项目金额 {money(amount)}{bounds.unit}",
            cells(amount),
        )
    return _stated(project)


def _amount(row: Indicator) -> Decimal:
    return row.value.amount


def _costs(table: tuple[Indicator, ...], bounds: Bounds) -> list[Indicator]:
    return [
        r for r in table if r.level2 in (COST, "经济成本指标") and not r.repeats and family(r.value.unit, bounds) == "money"
    ]


def _each(row: Indicator, bounds: Bounds) -> bool:
    return bool(any_pattern(bounds.words["per_head_patterns"]).search(row.about)) or bool(
        re.search(r"/(?![年月季])", row.value.unit)
    )


def _times(row: Indicator, bounds: Bounds) -> int:
    """How often a year a cost falls due, as its own words say; 0 if they do not say."""
    text = f"{row.about}{row.value.unit}"
    for key, times in (("month", 12), ("quarter", 4), ("year", 1)):
        if any_of(bounds.words[key]).search(text):
            return times
    return {"元/月": 12, "元/人/月": 12, "元/年": 1, "元/人/年": 1}.get(row.value.unit, 0)


@look(
    id="D05-04",
    title="数量上限乘单位成本上限达不到项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”：数量“{quantity}”、成本“{cost}”都是上限{times}，乘起来最多 {product}{unit}，达不到{total}。",
    remedy="数量写“≥”；单位成本、期间或金额有误的，改正。",
    needs=("indicators.level2", "indicators.value", "project.amount", "project.goal"),
    reads=INDICATORS,
)
def ceilings_below_total(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Quantity at most a, unit cost at most b: a × b × periods cannot reach the project's total."""
    for project, table in tables(book, bounds):
        quantities = [
            r for r in table if r.level2 == "数量指标" and not r.repeats and family(r.value.unit, bounds) in ("people", "count")
        ]
        costs = [row for row in _costs(table, bounds) if _each(row, bounds) and row.value.comparator != "≥"]
        if len(quantities) != 1 or len(costs) != 1 or quantities[0].value.comparator not in ("≤", "<"):
            continue
        quantity, cost = quantities[0], costs[0]
        times = _times(cost, bounds) or 12
        most = quantity.value.amount * (cost.value.amount + cost.value.half) * times
        total = _total(project, bounds)
        if total and most + total.slack < total.yuan:
            product = quantity.value.amount * cost.value.amount * times
            said = {
                "project": brief(project.name),
                "quantity": quantity.value.text,
                "cost": cost.value.text,
                "times": f"，一年 {times} 次" if times > 1 else "",
                "product": money(round(in_unit(product, bounds), 2)),
                "total": total.said,
            }
            yield Breach((*quantity.cells(), *cost.cells(), *total.cells), said)


@look(
    id="D05-05",
    title="按月或按季的成本上限合计达不到项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，乘 {times} 是 {product}{unit}，达不到{total}。",
    remedy="核对每月（每季）的上限和全年金额，改填错的一个。",
    needs=("indicators.value", "project.amount", "project.goal"),
    reads=INDICATORS,
)
def period_below_total(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The ceiling a month or a quarter, over the year, cannot reach the project's total."""
    for project, table in tables(book, bounds):
        for cost in _costs(table, bounds):
            times, total = _times(cost, bounds), _total(project, bounds)
            if times not in (4, 12) or _each(cost, bounds) or cost.value.comparator in ("≥", ">") or not total:
                continue
            if (cost.value.amount + cost.value.half) * times + total.slack < total.yuan:
                product = money(round(in_unit(cost.value.amount * times, bounds), 2))
                said = {**cost.said, "times": str(times), "product": product, "total": total.said}
                yield Breach((*cost.cells(), *total.cells), said)


def _is_total(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost row limits the whole project for the whole year."""
    whole = any_pattern(bounds.words["total_patterns"])
    return bool(whole.search(row.about)) and not _each(row, bounds) and _times(row, bounds) in (0, 1)


@look(
    id="D05-06",
    title="总成本上限低于项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，项目金额是 {amount}{unit}，钱比上限多。",
    remedy="总成本上限一般等于项目金额；写的是单位成本的，在名称里写明“每人”“每份”。",
    needs=("indicators.value", "project.amount"),
    reads=INDICATORS,
)
def total_below_amount(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The ceiling of the whole project is below the project's amount. What `tiny` tells is not told twice."""
    told = {id(cost.row) for _, cost, _ in _tiny(book, bounds)}
    for project, table in tables(book, bounds):
        for cost in _costs(table, bounds):
            amount = project.head.figure("amount")
            if not _is_total(cost, bounds) or cost.value.comparator in ("≥", ">") or id(cost.row) in told:
                continue
            total = amount.number * YEN[bounds.unit]
            if cost.value.amount + cost.value.half < total - bounds.tolerance * YEN[bounds.unit]:
                said = {**cost.said, "amount": money(amount)}
                yield Breach((*cost.cells(), *cells(amount)), said)


@look(
    id="D05-07",
    title="绩效目标写的金额不等于项目金额",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”：{stated}，项目表的金额是 {amount}{unit}。",
    remedy="以批复数为准，改绩效目标或项目表的金额。",
    needs=("project.amount", "project.goal"),
)
def goal_total_differs(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The total in the goal's words is not the project's amount."""
    for project in book.projects:
        amount, stated = project.head.figure("amount"), _stated(project)
        if stated and amount.value is not None and abs(stated.yuan - amount.value * YEN[bounds.unit]) > stated.slack:
            said = {"project": brief(project.name), "stated": stated.said, "amount": money(amount)}
            yield Breach((*stated.cells, *cells(amount)), said, expected=money(amount))


@look(
    id="D05-08",
    title="绩效目标里的人数乘标准与总额不符",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”：{terms} = {sum}{unit}，与{total}相差 {gap}{unit}。",
    remedy="核对人数、标准、月数和总额；有的月数不满全年的，在目标里写明。",
    needs=("project.amount", "project.goal"),
)
def goal_sum_differs(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal says "n人每月m元" and one total: the terms do not add up to it."""
    for project in book.projects:
        goal = project.head.words("goal")
        terms = list(TERM.finditer(goal.text))
        stated = _stated(project) or _total(project, bounds)
        others = len(AMOUNT.findall(goal.text)) - len(terms) - (1 if _stated(project) else 0)
        if not terms or not stated or others:
            continue
        parts = [Decimal(m[1]) * _yuan(m[3], m[4])[0] * TIMES[m[2]] for m in terms]
        if abs(sum(parts) - stated.yuan) > stated.slack:
            product = " + ".join(f"{m[1]}×{m[3]}{m[4]}×{TIMES[m[2]]}" for m in terms)
            summed = money(round(in_unit(sum(parts, Decimal(0)), bounds), 2))
            gap = money(round(in_unit(abs(sum(parts) - stated.yuan), bounds), 2))
            said = {"project": brief(project.name), "terms": product, "sum": summed, "total": stated.said, "gap": gap}
            yield Breach(tuple(dict.fromkeys((*cells(goal), *stated.cells))), said, expected=summed)


@look(
    id="D05-01",
    title="同样的单位成本相差悬殊",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，{other}同样的成本写“{other_value}”，相差 {ratio} 倍。",
    remedy="核对金额和单位：是不是把项目总额填成了单位成本，或者把元写成了万元。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def spread(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The same unit cost, in the same words, is many times as high in another project: the higher one is shown first."""
    for low, high in _spreads(book, bounds):
        ratio = high.value.amount / low.value.amount
        said = {**high.said, "other": low.place, "other_value": low.value.text, "ratio": plain(round(ratio, 1))}
        yield Breach((*high.cells(), *low.cells()), said)


def _spreads(book: Return, bounds: Bounds) -> Iterator[tuple[Indicator, Indicator]]:
    groups: dict[tuple[str, ...], list[Indicator]] = defaultdict(list)
    for _, table in tables(book, bounds):
        for row in _costs(table, bounds):
            if row.value.number and _each(row, bounds):
                groups[same_text(row)].append(row)
    for group in groups.values():
        low, high = min(group, key=_amount), max(group, key=_amount)
        if high.value.amount > low.value.amount * bounds.thresholds["cost_spread"]:
            yield low, high


@look(
    id="D05-02",
    title="单位成本高得离谱",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，每一份超过 {most}{unit}。",
    remedy="核对金额和单位：是不是把项目总额填成了单位成本，或者把元写成了万元。",
    needs=("indicators.level2", "indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def dear(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A unit cost beyond belief. What `spread` tells is not told twice."""
    told = {id(high.row) for _, high in _spreads(book, bounds)}
    most = bounds.thresholds["unit_cost"]
    for row in rows(book, bounds):
        each = COST in row.level2 and family(row.value.unit, bounds) == "money" and SMALL.search(f"{row.about}{row.value.unit}")
        if each and row.value.amount > most and id(row.row) not in told:
            yield Breach(row.cells(), {**row.said, "most": plain(in_unit(most, bounds))})


def _tiny(book: Return, bounds: Bounds) -> Iterator[tuple[Indicator, Indicator, Decimal]]:
    for _, table in tables(book, bounds):
        quantities = [
            r for r in table if r.level2 == "数量指标" and not r.repeats and family(r.value.unit, bounds) in ("people", "count")
        ]
        totals = [row for row in _costs(table, bounds) if _is_total(row, bounds)]
        if len(quantities) == 1 and len(totals) == 1 and quantities[0].value.amount:
            each = totals[0].value.amount / quantities[0].value.amount
            if each < bounds.thresholds["tiny_cost"]:
                yield quantities[0], totals[0], each


@look(
    id="D05-03",
    title="总成本摊到每一件几乎为零",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，数量是“{quantity}”，平均每{of}只有 {each} 元。",
    remedy="核对成本和数量，多半是金额的单位或小数点错了。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def tiny(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The whole cost, shared out over the quantity, leaves next to nothing for each."""
    for quantity, cost, each in _tiny(book, bounds):
        said = {**cost.said, "quantity": quantity.value.text, "each": plain(round(each, 4)), "of": quantity.value.unit}
        yield Breach((*cost.cells(), *quantity.cells()), said)


@lru_cache(maxsize=8)
def _counts(units: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a number of things: 约3690名, 12万份; not 第1批, 2022年, 3个月."""
    named = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(
        rf"(?<![\d.第年月〕】\]号])(\d+(?:\.\d+)?)\s*(万|亿)?(?:多|余)?(?:{named})(?!月|工作日|小时|百分点|季度|年|均)"
    )


@look(
    id="D07-01",
    title="绩效目标里的数量没有指标衡量",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，指标里没有一行是这个数。",
    remedy="补一行数量指标，或者把目标和指标的数改成一致。",
    needs=("indicators.level2", "project.goal"),
    reads=INDICATORS,
)
def count_not_measured(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number of things that the goal promises and no indicator row measures."""
    pattern = _counts(tuple(u for u, kind in bounds.families.items() if kind in ("people", "count") and u in bounds.measures))
    for project, table in tables(book, bounds):
        goal = project.head.words("goal")
        found = list(pattern.finditer(QUOTED.sub("", goal.text))) if table else []
        numbers = _measured_numbers(table) if found else set()
        for match in found:
            number = Decimal(match[1]) * {"万": 10_000, "亿": 100_000_000}.get(match[2] or "", 1)
            if not _near(number, numbers, bounds):
                yield Breach(_goal_and_quantity(goal, table), {"project": brief(project.name), "said": match[0]})


def _goal_and_quantity(goal: Words, table: tuple[Indicator, ...]) -> tuple[Cell, ...]:
    return (*cells(goal), *(cell for row in table if row.level2 == "数量指标" for cell in row.cells()))


def _measured_numbers(table: tuple[Indicator, ...]) -> set[Decimal]:
    """Every number in the rows, and the sums of quantities in one unit."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    numbers: set[Decimal] = set()
    for row in table:
        numbers |= {Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", row.about)}
        if row.value.is_number:
            numbers.add(row.value.amount)
            if row.level2 == "数量指标":
                sums[row.value.unit] += row.value.amount
    return numbers | set(sums.values())


def _near(number: Decimal, numbers: set[Decimal], bounds: Bounds) -> bool:
    share = bounds.thresholds["about"]
    return any(abs(number - other) <= other * share for other in numbers)
