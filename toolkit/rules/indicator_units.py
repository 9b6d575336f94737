"""Indicator rows (绩效指标): whether the unit of the value fits the name and the level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.model import Return
from toolkit.rules.indicator_value import INDICATORS, Indicator, Shape, family, parts, rows
from toolkit.rules.indicators import COST, OUTPUT
from toolkit.rules.reading import YEN, brief
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look

HEADS = frozenset("人名位户") | {"人次", "人数", "户次"}
THINGS = ("time", "people", "count")  # families of units that are no money
NAMES_SHARE = re.compile("(?:占比|比例|比率|百分比)$")
MONEY_COSTS = (COST, "经济成本指标")  # levels whose costs are money; social and ecological costs need not be
# A description that names a time, not a share taken within one: 发放工作完成时间; not 在规定时间办结的占比.
NAMES_TIME = re.compile(r"^[^在于内前占比]*时间$")


@lru_cache(maxsize=8)
def _ends_as_rate(not_rates: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a name that ends as a rate: 参保率, 参保率（%）; not 效率, a word of the list."""
    # A look-behind for each word of the list: before 率 must not stand 效.
    spared = [f"(?<!{re.escape(word[:-1])})" for word in not_rates if word.endswith("率")]
    return re.compile("".join(spared) + r"率(?:[（(].*[）)])?$")


@look(
    id="D03-01",
    title="名称是率，单位不是 %",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是比率，指标值却是“{value}”。",
    remedy="把值改成百分比，如“100%”；要说的是完成时间的，把名称改成“完成时间”。",
    needs=("indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def rate_without_percent(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name that is a rate has a time, a count or an amount as its value; a rate of one by another (次/床) may be both."""
    rate = _ends_as_rate(bounds.words["not_a_rate"])
    for row in rows(book, bounds):
        if not rate.search(row.level3) or len(parts(row.value.unit)) > 1:
            continue
        if family(row.value.unit, bounds) in (*THINGS, "money"):
            yield Breach(row.cells("value", "level3"), row.places)


@look(
    id="D03-02",
    title="名称是率，描述是时间",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：名称“{name}”是比率，描述“{description}”是时间。",
    remedy="两处说同一件事：指标值是百分比的，把描述改成“……率”。",
    needs=("indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def rate_described_as_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The name is a rate, the description a time."""
    rate = _ends_as_rate(bounds.words["not_a_rate"])
    for row in rows(book, bounds):
        if not rate.search(row.level3):
            continue
        if NAMES_TIME.search(row.description):
            places = {**row.places, "description": brief(row.description)}
            yield Breach(row.cells("description", "level3"), places)


@look(
    id="D03-03",
    title="名称是花了多少钱，单位不是钱",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”说的是花多少钱，指标值却是“{value}”。",
    remedy="值改成金额；要说的是保障了多少个月的，把名称改成“运行维护月数”。",
    needs=("indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def spending_without_money(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name that is spending has a value that is no money (nor a share of it)."""
    spending = bounds.words["spending"]
    for row in rows(book, bounds):
        if not row.level3.endswith(spending):
            continue
        if family(row.value.unit, bounds) in THINGS:
            yield Breach(row.cells("value", "level3"), row.places)


@look(
    id="D03-04",
    title="名称是人数，单位不是人",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”说的是人数，指标值“{value}”的单位是“{unit_said}”。",
    remedy="名称和单位改成一致：数份数的，名称改成“……份数”；数人的，单位改成“人”。",
    needs=("indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def heads_without_people(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name that ends in 人数 is counted in something else."""
    for row in rows(book, bounds):
        unit = row.value.unit
        if row.level3.endswith("人数") and unit in bounds.families and parts(unit)[0] not in HEADS:
            places = {**row.places, "unit_said": unit}
            yield Breach(row.cells("value", "level3"), places)


@look(
    id="D03-05",
    title="产出指标填了金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”放在{level2}里，指标值“{value}”却是金额。",
    remedy="金额移到成本指标；{level2}写做成多少事，如人数、份数、场次。",
    needs=("indicators.level2", "indicators.value"),
    reads=(*INDICATORS, "project.amount"),
)
def money_outside_cost(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The project's own money as an output: its amount, a ceiling, what is called spending. Money brought in is an output."""
    spending = bounds.words["spending"]
    for row in rows(book, bounds):
        if row.level2 not in OUTPUT or family(row.value.unit, bounds) != "money":
            continue
        if row.value.is_ceiling or row.level3.endswith(spending) or _is_amount(row, bounds):
            places = {**row.places, "level2": row.level2}
            yield Breach(row.cells("value", "level2"), places)


def _is_amount(row: Indicator, bounds: Bounds) -> bool:
    """Whether a value is the very amount of its project."""
    amount = row.project.head.figure("amount").number
    return amount > 0 and row.value.amount == amount * YEN[bounds.unit]


@look(
    id="D03-06",
    title="成本指标不是金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是成本指标，指标值“{value}”却不是金额。",
    remedy="改成金额，如“≤2万元”；不是成本的，移到数量或时效指标。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def cost_without_money(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A cost in months, people or pieces."""
    spending = bounds.words["spending"]  # a name of that kind is told by a rule of its own
    for row in rows(book, bounds):
        if row.level2 not in MONEY_COSTS or row.level3.endswith(spending):
            continue
        if family(row.value.unit, bounds) in THINGS:
            yield Breach(row.cells("value", "level2"), row.places)


@look(
    id="D03-07",
    title="成本指标只有比例",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是成本指标，指标值“{value}”只是比例，看不出花多少钱。",
    remedy="可以另加一行写金额上限；只控制比例的，在名称里写明“……比例”。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def cost_as_share(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A cost that is only a share, under a name that says nothing of a share."""
    for row in rows(book, bounds):
        if row.level2 != COST or re.search("率|比例|占比", row.level3):
            continue
        if family(row.value.unit, bounds) == "share":
            yield Breach(row.cells("value", "level3"), row.places)


@look(
    id="D03-17",
    title="描述是比例，值不是",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的描述是“{description}”，说的是比例，指标值却是“{value}”。",
    remedy="描述和值改成说同一件事：值是数量、时间的，描述写数什么、到什么时候。",
    needs=("indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def share_described(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A description that ends as a share does, of a value that is a count, an amount, a time or a date. Rates have D03-01."""
    rate = _ends_as_rate(bounds.words["not_a_rate"])
    for row in rows(book, bounds):
        if not NAMES_SHARE.search(row.description) or rate.search(row.level3) or len(parts(row.value.unit)) > 1:
            continue
        if row.value.shape is Shape.DATE or family(row.value.unit, bounds) in (*THINGS, "money", "area", "length"):
            places = {**row.places, "description": brief(row.description)}
            yield Breach(row.cells("description", "value"), places)
