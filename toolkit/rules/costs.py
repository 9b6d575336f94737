"""Costs and counts of a project (绩效指标): whether unit cost, quantity, stated total and amount agree and are plausible."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model import Cell, Project, Return
from toolkit.rules.indicator_value import INDICATORS, Indicator, cells_of, family, rows, same_text, tables
from toolkit.rules.indicators import COST
from toolkit.rules.reading import YEN, any_of, any_pattern, brief, cells, each_once, in_unit
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look, money, plain

# The total of a project in words, with its number and unit: 项目总支出约为36.5万元.
STATED = re.compile(
    r"(?:项目(?:总)?支出|项目(?:总)?(?:预算|资金|经费|投入|金额)|预算资金|全年支出|总投入|总支出)"
    r"(?:总额|数|为|约|共|计|安排|\s)*"
    r"(\d+(?:\.\d+)?)\s*(亿元|万\s*元|元)"
)
# A number of people with what each gets a period: 100人每人每月300元.
TERM = re.compile(r"(\d+)\s*(?:人|名|户)[^，。；、\d]{0,8}每(?:人)?(?:每)?(月|季度|季|年)\s*(\d+(?:\.\d+)?)\s*(万元|元)")
# Any amount with its unit: 36.5 万元.
AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:亿元|万\s*元|元)")
# What never costs as much as a machine: 每人, 户均, 元/份.
SMALL = re.compile(r"每(?:一)?(?:位|人|名|户|份|件|册)|人均|户均|/[人户份件]")
# A unit of each thing, not of a period: 元/人, 万元/台; not 元/年.
OF_EACH = re.compile(r"/(?![年月季])")
TIMES = {"月": 12, "季": 4, "季度": 4, "年": 1}


@dataclass(frozen=True, slots=True)
class Stated:
    """A project's total in yuan: its amount, or what its goal says; `slack` is half of its last digit."""

    yuan: Decimal
    slack: Decimal
    words: str  # what it is and how much, as a message names it
    cells: tuple[Cell, ...]


def _yuan(number: str, unit: str) -> tuple[Decimal, Decimal]:
    """An amount in yuan, and half of its last digit: 36.5 万元 is 365000 give or take 500."""
    scale = YEN["".join(unit.split())]
    decimals = len(number.partition(".")[2])
    half_of_last_digit = Decimal(5).scaleb(-decimals - 1)
    return Decimal(number) * scale, half_of_last_digit * scale


def _stated(project: Project) -> Stated | None:
    """The one total that a goal states; None if it states none, or several."""
    goal = project.head.words("goal")
    found = {(match[1], match[2]) for match in STATED.finditer(goal.text)}
    if len(found) != 1:
        return None
    number, unit = found.pop()
    yuan, slack = _yuan(number, unit)
    unit = "".join(unit.split())
    return Stated(yuan, slack, f"绩效目标写的 {number}{unit}", cells(goal))


def _total(project: Project, bounds: Bounds) -> Stated | None:
    """A project's amount, or else the total that its goal states."""
    amount = project.head.figure("amount")
    if amount.number <= 0:
        return _stated(project)
    return Stated(
        yuan=amount.number * YEN[bounds.unit],
        slack=bounds.tolerance * YEN[bounds.unit],
        words=f"项目金额 {money(amount)}{bounds.unit}",
        cells=cells(amount),
    )


def _amount(row: Indicator) -> Decimal:
    return row.value.amount


def _costs(table: tuple[Indicator, ...], bounds: Bounds) -> list[Indicator]:
    """The rows of a project that limit a cost."""
    found = []
    for row in table:
        if row.repeats or row.level2 not in (COST, "经济成本指标"):
            continue
        if family(row.value.unit, bounds) == "money":
            found.append(row)
    return found


def _quantities(table: tuple[Indicator, ...], bounds: Bounds) -> list[Indicator]:
    """The rows of a project that count people or things."""
    found = []
    for row in table:
        if row.repeats or row.level2 != "数量指标":
            continue
        if family(row.value.unit, bounds) in ("people", "count"):
            found.append(row)
    return found


def _each(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost is one of each person or thing."""
    each = any_pattern(bounds.words["per_head_patterns"])
    return each.search(row.about) is not None or OF_EACH.search(row.value.unit) is not None


def _times(row: Indicator, bounds: Bounds) -> int:
    """How often a year a cost falls due, as its own words say; 0 if they do not say."""
    text = f"{row.about}{row.value.unit}"
    for key, times in (("month", 12), ("quarter", 4), ("year", 1)):
        if any_of(bounds.words[key]).search(text):
            return times
    return {"元/月": 12, "元/人/月": 12, "元/年": 1, "元/人/年": 1}.get(row.value.unit, 0)


def _shown(yuan: Decimal, bounds: Bounds) -> str:
    """An amount of yuan as a message writes it, in the profile's unit."""
    return money(round(in_unit(yuan, bounds), 2))


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
        quantities = _quantities(table, bounds)
        costs = [row for row in _costs(table, bounds) if _each(row, bounds) and row.value.comparator != "≥"]
        if len(quantities) != 1 or len(costs) != 1:
            continue
        quantity = quantities[0]
        cost = costs[0]
        total = _total(project, bounds)
        if not quantity.value.is_ceiling or total is None:
            continue
        times = _times(cost, bounds) or 12
        most = quantity.value.amount * cost.value.most * times
        if most + total.slack >= total.yuan:
            continue
        product = quantity.value.amount * cost.value.amount * times
        places = {
            "project": brief(project.name),
            "quantity": quantity.value.text,
            "cost": cost.value.text,
            "times": f"，一年 {times} 次" if times > 1 else "",
            "product": _shown(product, bounds),
            "total": total.words,
        }
        yield Breach((*quantity.cells(), *cost.cells(), *total.cells), places)


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
        total = _total(project, bounds)
        if total is None:
            continue
        for cost in _costs(table, bounds):
            times = _times(cost, bounds)
            if times not in (4, 12) or _each(cost, bounds) or cost.value.is_floor:
                continue
            most = cost.value.most * times
            if most + total.slack >= total.yuan:
                continue
            product = _shown(cost.value.amount * times, bounds)
            places = {**cost.places, "times": str(times), "product": product, "total": total.words}
            yield Breach((*cost.cells(), *total.cells), places)


def _is_total(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost row limits the whole project for the whole year."""
    whole = any_pattern(bounds.words["total_patterns"])
    if not whole.search(row.about) or _each(row, bounds):
        return False
    return _times(row, bounds) in (0, 1)


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
    slack = bounds.tolerance * YEN[bounds.unit]
    for project, table in tables(book, bounds):
        amount = project.head.figure("amount")
        total = amount.number * YEN[bounds.unit]
        for cost in _costs(table, bounds):
            if not _is_total(cost, bounds) or cost.value.is_floor or id(cost.row) in told:
                continue
            if cost.value.most < total - slack:
                places = {**cost.places, "amount": money(amount)}
                yield Breach((*cost.cells(), *cells(amount)), places)


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
        amount = project.head.figure("amount")
        stated = _stated(project)
        if stated is None or amount.value is None:
            continue
        gap = abs(stated.yuan - amount.value * YEN[bounds.unit])
        if gap > stated.slack:
            places = {"project": brief(project.name), "stated": stated.words, "amount": money(amount)}
            yield Breach((*stated.cells, *cells(amount)), places, expected=money(amount))


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
        stated = _stated(project)
        total = stated or _total(project, bounds)
        if not terms or total is None:
            continue
        # Where the goal holds further amounts, its terms alone are not the whole sum.
        amounts = len(AMOUNT.findall(goal.text))
        if amounts != len(terms) + (1 if stated else 0):
            continue
        summed = sum((_term_yuan(match) for match in terms), Decimal(0))
        gap = abs(summed - total.yuan)
        if gap <= total.slack:
            continue
        product = " + ".join(f"{match[1]}×{match[3]}{match[4]}×{TIMES[match[2]]}" for match in terms)
        places = {
            "project": brief(project.name),
            "terms": product,
            "sum": _shown(summed, bounds),
            "total": total.words,
            "gap": _shown(gap, bounds),
        }
        yield Breach(each_once((*cells(goal), *total.cells)), places, expected=places["sum"])


def _term_yuan(term: re.Match[str]) -> Decimal:
    """What a term of a goal costs a year: 100人每月300元 is 360000 yuan."""
    people, period, number, unit = term.groups()
    yuan, _ = _yuan(number, unit)
    return Decimal(people) * yuan * TIMES[period]


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
        places = {
            **high.places,
            "other": low.place,
            "other_value": low.value.text,
            "ratio": plain(round(ratio, 1)),
        }
        yield Breach(cells_of((high, low)), places)


def _spreads(book: Return, bounds: Bounds) -> Iterator[tuple[Indicator, Indicator]]:
    """The lowest and the highest of unit costs in the same words, where they are far apart."""
    groups: dict[tuple[str, ...], list[Indicator]] = defaultdict(list)
    for _, table in tables(book, bounds):
        for row in _costs(table, bounds):
            if row.value.number and _each(row, bounds):
                groups[same_text(row)].append(row)
    for group in groups.values():
        low = min(group, key=_amount)
        high = max(group, key=_amount)
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
        if COST not in row.level2 or family(row.value.unit, bounds) != "money":
            continue
        if row.value.amount <= most or id(row.row) in told:
            continue
        if SMALL.search(f"{row.about}{row.value.unit}"):
            places = {**row.places, "most": plain(in_unit(most, bounds))}
            yield Breach(row.cells(), places)


def _tiny(book: Return, bounds: Bounds) -> Iterator[tuple[Indicator, Indicator, Decimal]]:
    """The one quantity and the one total cost of a project, and what that leaves for each, where it is next to nothing."""
    for _, table in tables(book, bounds):
        quantities = _quantities(table, bounds)
        totals = [row for row in _costs(table, bounds) if _is_total(row, bounds)]
        if len(quantities) != 1 or len(totals) != 1:
            continue
        quantity = quantities[0]
        cost = totals[0]
        if not quantity.value.amount:
            continue
        each = cost.value.amount / quantity.value.amount
        if each < bounds.thresholds["tiny_cost"]:
            yield quantity, cost, each


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
        places = {
            **cost.places,
            "quantity": quantity.value.text,
            "each": plain(round(each, 4)),
            "of": quantity.value.unit,
        }
        yield Breach(cells_of((cost, quantity)), places)
