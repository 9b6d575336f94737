"""Indicator rows (绩效指标): whether the unit of the value fits the name and the level."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from toolkit.model import Return, once_of
from toolkit.rules.indicator_value import (
    DONE_BY,
    INDICATORS,
    MEASURES,
    MONEY_COSTS,
    Indicator,
    Shape,
    ends_as_rate,
    half_width,
    in_kinds,
    parts,
    rows,
    tables,
)
from toolkit.rules.indicators import COST, OUTPUT, PER_MANY, QUANTITY, SATISFIED, TIMES
from toolkit.rules.reading import Once, any_of, brief, late, listed
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look, plain

HEADS = frozenset("人名位户例") | {"人次", "人数", "户次"}
# families of units that measure and do not count
LARGE = (
    "area",
    "length",
    "mass",
    "volume",
)
BRACKETED = late(r"[（(][^（）()]*[）)]$")
COUNTED_BY = late(r"(?P<unit>[\u4e00-\u9fff])数量?$")  # 购置台数, 受助户数
COUNTS, CLOSING = ("数", "数量"), ("）", ")")  # how these end
# what a share under the name of a time may be of
OF_A_SHARE = late("增|降|减|缩短|提[高前升]|率|比|达标|达到|以内")
# A name that says how many there are of something: 展览次数, 册数.
COUNT_NAME = late("(?:[人户件份册次台套个场项处期]数|数量)$")
THINGS = ("time", "people", "count")  # families of units that are no money
QUALITY, TIMELY = "质量指标", "时效指标"
PART = late("[、，；;,]")  # between the deadlines of one value
SHARE_SIGNS = {"%": "‰", "‰": "%"}  # each with the one it is mistaken for
# what a name says that has the other sign
PER_OTHER = {
    "%": late("[‰]|每千|千分"),
    "‰": late("[%％]|每百|百分"),
}
NAMES_OF_SHARES = ("占比", "比例", "比率", "百分比")
# A description that names a time, not a share taken within one: 发放工作完成时间; not 在规定时间办结的占比.
NAMES_TIME = late(r"^[^在于内前占比、，]*时间$")


@look(
    id="D03-01",
    title="名称是率，单位不是 %",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是比率，指标值却是“{value}”。",
    remedy="把值改成百分比，如“100%”；要说的是完成时间的，把名称改成“完成时间”。",
    needs=("indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def rate_without_percent(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name that is a rate has a time, a count or an amount as its value; a rate of one by another (次/床) may be both."""
    rate = ends_as_rate(bounds.words["not_a_rate"])
    for row in in_kinds(book, bounds).rates:
        if row.family not in (*THINGS, "money") or not rate.search(row.level3):
            continue
        if len(parts(row.value.unit)) == 1 and not PER_MANY.search(row.about):
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
    """The name is a rate, the description a time; not the hours within which it is measured (工作时间)."""
    hours = any_of(bounds.words["hours"])
    rate = ends_as_rate(bounds.words["not_a_rate"])
    for row in in_kinds(book, bounds).rates:
        if not row.description.endswith("时间") or not rate.search(row.level3):
            continue
        if NAMES_TIME.search(row.description) and not hours.search(row.description):
            places = {**row.places, "description": brief(row.description)}
            yield Breach(row.cells("description", "level3"), places)


@look(
    id="D03-03",
    title="名称是花了多少钱，单位不是钱",
    severity=WARNING,
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
        if row.family in THINGS and row.level3.endswith(spending):
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
        if not row.level3.endswith("人数"):
            continue
        if row.level2 == QUANTITY and row.family == "money":
            continue  # told with all quantities that are counted in money
        unit = row.value.unit
        if unit in bounds.families and parts(unit)[0] not in HEADS:
            places = {**row.places, "unit_said": unit}
            yield Breach(row.cells("value", "level3"), places)


@lru_cache(maxsize=8)
def _dimensions(pairs: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that finds which of these a name ends with, and the family of each, from a list of ending→family."""
    families = dict(pair.split("→") for pair in pairs)
    return late(rf"{listed(families)}$"), families


@look(
    id="D03-38",
    title="名称说的量，单位不是它的单位",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”说的是{what}，指标值“{value}”的单位“{unit_said}”不是{what}的单位。",
    remedy="名称和单位改成说同一种量。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=INDICATORS,
)
def other_dimension(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name that ends with what is measured (长度, 面积, 次数, 台数) and a unit that measures something else."""
    ending, families = _dimensions(bounds.words["dimensions"])
    ends = (*families, *COUNTS)
    last_signs = {end[-1] for end in ends}
    for row in in_kinds(book, bounds).numbers:
        if row.swapped or row.level2 in MONEY_COSTS:
            continue
        name = row.level3
        if name.endswith(CLOSING):
            name = BRACKETED.sub("", name)
        if name[-1:] not in last_signs or not name.endswith(ends):
            continue
        match = ending.search(name)
        counted = COUNTED_BY.search(name)
        if match is not None and _is_other(row, match[0], families[match[0]], bounds):
            yield Breach(
                row.cells("value", "level3"),
                {**row.places, "what": match[0], "unit_said": row.value.unit},
            )
        counts = (
            match is None
            and counted is not None
            and bounds.families.get(counted["unit"]) == "count"
        )
        if counted is not None and counts and row.family in (*LARGE, "time"):
            yield Breach(
                row.cells("value", "level3"),
                {**row.places, "what": counted[0], "unit_said": row.value.unit},
            )


def _is_other(row: Indicator, ending: str, due: str, bounds: Bounds) -> bool:
    """Whether a value is of another family than its name; a share may be that of a change, money among quantities is told."""
    unit = row.value.unit
    of_parts = [bounds.families.get(part, "") for part in parts(unit)]
    if (
        due in of_parts
        or unit[-1:] in ending
        or (row.level2 == QUANTITY and of_parts[0] == "money")
    ):
        return False
    if of_parts[0] == "share":
        return due == "time" and OF_A_SHARE.search(row.about) is None
    return of_parts[0] in (*LARGE, "time", "people", "count", "money") and not (
        due == "count" and unit.endswith(TIMES)
    )


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
    for row in in_kinds(book, bounds).of_family("money"):
        if row.level2 not in OUTPUT:
            continue
        spent = row.level3.endswith((*spending, COST.removesuffix("指标")))
        if row.value.is_ceiling or spent or _is_amount(row, bounds):
            places = {**row.places, "level2": row.level2}
            # Where name and value both speak of money, the level is the odd one.
            yield Breach(
                row.cells("level2", "value") if spent else row.cells("value", "level2"),
                places,
            )


@look(
    id="D03-34",
    title="两行的二级指标像是互换了",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”数的是多少，放在质量指标里；下面（上面）一行“{other}”是比率，放在数量指标里，像是填反了。",
    remedy="两行的二级指标对调；确是这样分的，不用改。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def levels_exchanged(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Neighbours: a count by name and unit among the qualities, a rate by name and unit among the quantities."""
    rates = ends_as_rate(bounds.words["not_a_rate"])
    here = {
        id(row.project)
        for row in in_kinds(book, bounds).rates
        if row.level2 == QUANTITY
    }
    for project, table in tables(book, bounds) if here else ():
        for one, other in pairwise(table) if id(project) in here else ():
            count, rate = (one, other) if one.level2 == QUALITY else (other, one)
            if (count.level2, rate.level2) != (QUALITY, QUANTITY) or not rates.search(
                rate.level3
            ):
                continue
            counted = COUNT_NAME.search(count.level3) and count.family in (
                "people",
                "count",
            )
            if counted and rate.family not in (
                "people",
                "count",
                "money",
                "time",
            ):
                yield Breach(
                    (*one.cells("level2"), *other.cells("level2")),
                    {**count.places, "other": brief(rate.level3)},
                )


def _is_amount(row: Indicator, bounds: Bounds) -> bool:
    """Whether a value is the very amount of its project."""
    amount = row.project.head.figure("amount").number
    return amount > 0 and row.value.amount == amount * bounds.yuan


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
    # a name of that kind is told by a rule of its own
    spending = bounds.words["spending"]
    for row in rows(book, bounds):
        if row.family not in THINGS or row.level2 not in MONEY_COSTS:
            continue
        if not row.level3.endswith(spending):
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
    for row in in_kinds(book, bounds).of_level(COST):
        if row.family == "share" and not re.search("率|比例|占比", row.level3):
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
    rate = ends_as_rate(bounds.words["not_a_rate"])
    for row in rows(book, bounds):
        if (
            not row.description.endswith(NAMES_OF_SHARES)
            or rate.search(row.level3)
            or len(parts(row.value.unit)) > 1
        ):
            continue
        if row.value.shape is Shape.DATE or row.family in (
            *THINGS,
            "money",
            "area",
            "length",
        ):
            places = {**row.places, "description": brief(row.description)}
            yield Breach(row.cells("description", "value"), places)


@look(
    id="D03-30",
    title="% 和 ‰ 像是写错了",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，{why}。",
    remedy="核对是百分之几还是千分之几，各处写成一个单位。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=(*INDICATORS, "project.goal"),
)
def other_share_sign(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """‰ where the goal, the row's own words, or the same row elsewhere say %, or the other way; ‰ of what is much."""
    shares = [
        row for row in in_kinds(book, bounds).numbers if row.value.unit in SHARE_SIGNS
    ]
    signs = _signs(shares)
    for row in shares:
        why = _why_other_sign(row, signs, bounds)
        if why:
            yield Breach(row.cells("value", "level3"), {**row.places, "why": why})


def _signs(shares: Iterable[Indicator]) -> dict[str, dict[str, Indicator]]:
    """Each name of a share → the signs it stands with, each with the first such row."""
    found: dict[str, dict[str, Indicator]] = defaultdict(dict)
    for row in shares:
        if row.level3:
            found[row.level3].setdefault(row.value.unit, row)
    return found


def _says(text: str, amount: str) -> bool:
    """Whether a text says an amount (95%) that is not the end of a longer one (0.95%)."""
    at = text.find(amount)
    while at > 0 and (text[at - 1].isdecimal() or text[at - 1] == "."):
        at = text.find(amount, at + 1)
    return at >= 0


def _why_other_sign(
    row: Indicator, signs: Mapping[str, Mapping[str, Indicator]], bounds: Bounds
) -> str:
    """What speaks for the other sign, or ""."""
    own = row.value.unit
    other = SHARE_SIGNS[own]
    about = row.about
    if PER_OTHER[own].search(about) and not PER_OTHER[other].search(about):
        return f"名称或描述说的却是“{other}”"
    goal = row.project.head.text("goal")
    # A sign of thousandths has one width: nearly no goal has one.
    goal = half_width(goal) if own == "‰" or other in goal else ""
    if other in goal:
        number = plain(row.value.number)
        if _says(goal, number + other) and not _says(goal, number + own):
            return f"绩效目标写的却是“{number}{other}”"
    twin = signs[row.level3].get(other)
    # Of two rows with two signs, the one whose share is out of the way is told: ‰ is for what is rare.
    if twin is not None and (own == "‰") == (
        row.value.number >= bounds.thresholds["permille_most"]
    ):
        return f"{twin.place}同样的指标写的却是“{brief(twin.value.text)}”"
    if (
        own != "‰"
        or row.value.is_ceiling
        or row.value.number < bounds.thresholds["permille_most"]
    ):
        return ""
    # What there should be little of may well be many per thousand; nobody asks for at least so many of it.
    bad = any_of(bounds.words["harm"] + bounds.words["lower_is_better"]).search(
        row.about
    )
    if row.value.is_floor or bad is None:
        return f"只是 {plain(row.value.number / 10)}%，千分数一般用来说很少见的事"
    return ""


@look(
    id="D03-32",
    title="两行的二级指标填反了",
    severity=WARNING,
    basis=("财预〔2015〕88号",),
    kind="绩效指标",
    message="{place}“{name}”{value}放在{level2}里，第 {other} 行“{other_name}”{other_value}放在{other_level2}里，像是填反了。",
    remedy="数多少的放数量指标，合格率一类的放质量指标，完成时间放时效指标。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def levels_of_each_other(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Of two rows each stands under the second level that the other belongs under: a rate as quantity, a number as quality."""
    for one, other in _level_pairs(book, bounds):
        places = {
            **one.places,
            "level2": one.level2,
            "other": str(other.number),
            "other_name": brief(other.level3),
            "other_value": brief(other.value.text),
            "other_level2": other.level2,
        }
        yield Breach((*one.cells("level2"), *other.cells("level2")), places)


def _is_deadline(row: Indicator) -> bool:
    """Whether a value says by when something is done, be it in several parts: 玉米5月底前、小麦9月底前."""
    if row.value.shape is Shape.DATE:
        return True
    if not PART.search(row.value.text):
        return False
    return all(map(DONE_BY.search, PART.split(row.value.text)))


@look(
    id="D03-33",
    title="完成时间不放在时效指标",
    severity=WARNING,
    basis=("财预〔2015〕88号",),
    kind="绩效指标",
    message="{place}“{name}”的值“{value}”是什么时候做完，放在了{level2}。",
    remedy="移到时效指标；{level2}写做了多少、做得好不好。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def date_elsewhere(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A day by which something is done, as a quantity or a quality."""
    paired = {id(row.row) for pair in _level_pairs(book, bounds) for row in pair}
    for row in rows(book, bounds):
        if (
            row.level2 in (QUANTITY, QUALITY)
            and _is_deadline(row)
            and id(row.row) not in paired
        ):
            yield Breach(
                row.cells("level2", "level3", "value"),
                {**row.places, "level2": row.level2},
            )


def _paired(book: Return, bounds: Bounds) -> tuple[tuple[Indicator, Indicator], ...]:
    return tuple(_pairs_of_levels(book, bounds))


_level_pairs = Once(_paired)


def _pairs_of_levels(
    book: Return, bounds: Bounds
) -> Iterator[tuple[Indicator, Indicator]]:
    """Two rows of a project, each under the level that the other belongs under, where there are no more such rows."""
    satisfaction = _satisfaction(bounds)
    of_project: dict[int, _Wrong] = defaultdict(lambda: defaultdict(list))
    for row in rows(book, bounds):
        if row.level2 not in OUTPUT and SATISFIED not in row.level2:
            continue
        due = _level_due(row, satisfaction, bounds)
        if due and due != row.level2:
            of_project[id(row.project)][row.level2, due].append(row)
    for wrong in of_project.values():
        for (level2, due), found in wrong.items():
            others = wrong.get((due, level2), [])
            if level2 < due and len(found) == len(others) == 1:
                one, other = sorted((found[0], others[0]), key=_number)
                yield one, other


# the rows of a project under a level where another was due, by both
_Wrong = dict[tuple[str, str], list[Indicator]]


def _number(row: Indicator) -> int:
    return row.number


@once_of
def _satisfaction(bounds: Bounds) -> str:
    """What the level of satisfaction is called, or ""."""
    return next(
        (line["level2"] for line in bounds.levels if SATISFIED in line["level2"]), ""
    )


def _level_due(row: Indicator, satisfaction: str, bounds: Bounds) -> str:
    """The level of outputs or satisfaction that one of their rows belongs under by its name and value; "" where none is sure."""
    if row.level3.endswith(SATISFIED):
        return satisfaction
    if row.family in MEASURES:
        return "" if row.value.is_ceiling else QUANTITY
    timed = row.family == "time" and NAMES_TIME.search(row.level3)
    if row.value.shape is Shape.DATE or timed:
        return TIMELY
    rate = ends_as_rate(bounds.words["not_a_rate"])
    if row.value.unit not in SHARE_SIGNS or not rate.search(row.level3):
        return ""
    execution, punctual = bounds.words["execution"], bounds.words["punctual"]
    if row.level2 == TIMELY and any_of(execution).search(row.about):
        return TIMELY
    return TIMELY if any_of(punctual).search(row.about) else QUALITY
