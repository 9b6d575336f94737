"""Costs and counts of a project (绩效指标): whether unit cost, quantity, stated total and amount agree and are plausible."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property

from toolkit.model import Project, Return
from toolkit.rules.goals import copied_tables
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    cells_of,
    in_kinds,
    same_text,
    share_words,
)
from toolkit.rules.indicators import COST
from toolkit.rules.misfits import (
    Fit,
    Judged,
    first_cells,
    fitting,
    judged,
    judged_of,
    told,
)
from toolkit.rules.reading import (
    YEN,
    Once,
    any_of,
    any_pattern,
    brief,
    cells,
    each_once,
    in_unit,
    late,
)
from toolkit.rules.reckoning import (
    A_YEAR,
    Cost,
    Reading,
    Sheet,
    Stated,
    is_each,
    periods_of,
    sheet_of,
    stated,
    sums,
    total_of,
    written,
    yuan_of,
)
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain

# A number of people with what each gets a period: 100人每人每月300元.
TERM = late(
    r"(\d+)\s*(?:人|名|户)[^，。；、\d]{0,8}(?:，[^，。；、\d]{0,2})?每(?:人)?(?:每)?(月|季度|季|年)\s*(\d+(?:\.\d+)?)\s*(万元|元)"
)
EACH = "每"  # without which there is none
# Any amount with its unit: 36.5 万元.
AMOUNT = late(r"\d+(?:\.\d+)?\s*(?:亿元|万\s*元|元)")
# What never costs as much as a machine: 每人, 户均, 元/份.
SMALL = late(r"每(?:一)?(?:位|人|名|户|份|件|册)|人均|户均|/[人户份件]")
TIMES = {"月": 12, "季": 4, "季度": 4, "年": 1}


def _amount(row: Indicator) -> Decimal:
    return row.value.amount


def _shown(yuan: Decimal, bounds: Bounds) -> str:
    """An amount of yuan as a message writes it, in the profile's unit."""
    return bounds.said(round(in_unit(yuan, bounds), 2))


@look(
    id="D05-09",
    title="数量乘单位成本与项目金额相差太多",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”：{sum}，{total}，{ratio}。",
    remedy="核对数量、单位成本（元还是万元、小数点）和项目金额，改填错的一个；只是一部分开支的，在名称里写明。",
    needs=("indicators.level2", "indicators.value", "project.amount", "project.goal"),
    reads=(*INDICATORS, "composition.project.this_year"),
)
def of_another_size(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Quantity × unit cost × periods is five times the project's total, or a fifth of it, however the row is read."""
    far = [one for one in judged(book, bounds) if one.fit is Fit.APART]
    if not far:
        return
    apart = copied_tables(book, bounds) | {
        id(project) for pair in exchanged_projects(book, bounds) for project in pair
    }
    for one in far:
        if id(one.sheet.project) in apart:
            continue
        number = _told_number(one)
        places = {
            "project": brief(one.sheet.project.name),
            "sum": _worked_out(one, number, bounds),
            "total": one.total.words,
            "ratio": _moved(one.due, bounds) or _ratio(number, one.total.yuan),
        }
        yield Breach(first_cells(one, book, bounds), places)


@look(
    id="C05-21",
    title="两个项目的金额像是互换了",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表间",
    message="“{one}”的指标、目标算出来是 {second}{unit}，正好是“{other}”的金额；后者算出来是 {first}{unit}，正好是前者的金额。",
    remedy="核对两张项目表的金额，填反了的对调。",
    needs=("indicators.level2", "indicators.value", "project.amount", "project.goal"),
    reads=INDICATORS,
)
def amounts_exchanged(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What either of two projects comes to by its own indicators, or states in its goal, is just the other's amount."""
    for one, other in exchanged_projects(book, bounds):
        amounts = [project.head.figure("amount") for project in (one, other)]
        places = {
            "one": brief(one.name),
            "other": brief(other.name),
            "first": bounds.said(amounts[0]),
            "second": bounds.said(amounts[1]),
        }
        yield Breach(cells(*amounts), places)


def _exchanged_amounts(
    book: Return, bounds: Bounds
) -> tuple[tuple[Project, Project], ...]:
    """Pairs of projects, each of which comes to the other's amount and not to its own."""
    doubtful: list[tuple[Sheet, Decimal, _ComesTo]] = []
    for project in book.projects:
        comes = _comes_to(project, bounds)
        sheet = comes.sheet
        amount = project.head.figure("amount").number * bounds.yuan
        if amount > 0 and not comes.to(amount):
            doubtful.append((sheet, amount, comes))
    pairs = []
    for at, (one, amount, comes) in enumerate(doubtful):
        others = [
            sheet
            for sheet, its, back in doubtful[at + 1 :]
            if its != amount and comes.to(its) and back.to(amount)
        ]
        if len(others) == 1:
            pairs.append((one.project, others[0].project))
    return tuple(pairs)


exchanged_projects = Once(_exchanged_amounts)


class _ComesTo:
    """What a project may come to: each cost alone, all of them together, what its goal states."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @cached_property
    def totals(self) -> frozenset[Decimal]:
        """Every number that it may come to, besides a cost alone."""
        costs = self.sheet.costs
        together = sums(costs) if len(costs) > 1 else ()
        said = stated(self.sheet.project)
        return frozenset(
            (
                *(_sum(some) for some in together if all(one.certain for one in some)),
                *(yuan for cost in costs for yuan in (*cost.unsaid, *cost.also)),
                *((said.yuan,) if said is not None else ()),
            )
        )

    def to(self, amount: Decimal) -> bool:
        """Whether the project may come to just this many yuan."""
        daily = []  # so much a day, and nobody says for how many days
        for cost in self.sheet.costs:
            for one in cost.said:
                if not one.certain:
                    daily.append(one)
                elif one.least == amount:
                    return True
        if amount in self.totals:
            return True
        return any(
            one.least > 0 and amount <= one.most and amount % one.least == 0
            for one in daily
            if one.most.is_finite()
        )


def _read_totals(project: Project, bounds: Bounds) -> _ComesTo:
    return _ComesTo(sheet_of(project, bounds))


_comes_to = Once(_read_totals)


def _sum(readings: Iterable[Reading]) -> Decimal:
    return sum((reading.least for reading in readings), Decimal(0))


def _told_number(one: Judged) -> Decimal:
    """What a message says a cost comes to: at the least where that is too much already."""
    least, most = one.reading.least, one.reading.most
    return least if least > one.total.yuan else most


def _worked_out(one: Judged, number: Decimal, bounds: Bounds) -> str:
    """A multiplication with what it comes to: 44人 × 60000元 = 264.00万元; a cost alone as it is written."""
    if one.reading.words == written(one.cost.row):
        return f"成本“{one.cost.row.value.text}”"
    return f"{one.reading.words} = {_shown(number, bounds)}{bounds.unit}"


def _moved(due: Decimal, bounds: Bounds) -> str:
    """What a message says of a cost that makes the costs come to the total once its point has moved; "" of any other."""
    if not due:
        return ""
    return f"写成 {_shown(due, bounds)}{bounds.unit}，各行成本合起来才正好是这个数"


def _ratio(number: Decimal, whole: Decimal) -> str:
    """How many times as much one number is as another, as a message says it."""
    times = max(number / whole, whole / number)
    said = (
        f"前者是后者的 {plain(round(times, 1))} 倍"
        if number >= whole
        else f"前者只有后者的 1/{plain(round(times, 1))}"
    )
    myriad = YEN["万元"]
    confused = abs(times - myriad) <= myriad / 50
    return f"{said}，像是元与万元写混了" if confused else said


@look(
    id="D05-10",
    title="成本按另一种期间算才等于项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，按{period}算一年是 {words} = {product}{unit}；按{other}算正好等于{total}。",
    remedy="把名称、描述里的期间改成与数相符的，或者改数；只付一部分月份的，在描述里写明。",
    needs=("indicators.level2", "indicators.value", "project.amount", "project.goal"),
    reads=INDICATORS,
)
def of_another_period(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A cost that is said to be a month's or a quarter's is the year's, or the other way round."""
    for one in judged(book, bounds):
        if one.fit is not Fit.PERIOD:
            continue
        row = one.cost.row
        places = {
            **row.places,
            "period": one.cost.period,
            "words": one.reading.words,
            "product": _shown(one.reading.least, bounds),
            "other": {1: "全年", 4: "每季度", 12: "每月"}[one.times],
            "total": one.total.words,
        }
        yield Breach(
            each_once((*row.cells("value", "level3", "description"), *one.total.cells)),
            places,
        )


@look(
    id="D05-04",
    title="成本上限乘起来达不到项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”：{words}，各数都是上限，最多 {product}{unit}，达不到{total}。",
    remedy="数量写“≥”；单位成本、每月（每季）的上限、期间或金额有误的，改正。",
    needs=("indicators.level2", "indicators.value", "project.amount", "project.goal"),
    reads=INDICATORS,
)
def ceilings_below_total(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Quantity at most a, unit cost at most b: a × b × periods cannot reach the project's total. Nor can a month's cost."""
    for one in judged(book, bounds):
        if one.fit not in (Fit.NEAR, Fit.UNKNOWN) or one.cost.row.value.is_floor:
            continue
        times = _times_of_ceiling(one)
        if not times or _is_of_a_part(one, bounds):
            continue
        row = one.cost.row
        quantity = one.sheet.counts[0] if one.cost.each else None
        number = quantity.value.amount if quantity else Decimal(1)
        if number * row.value.most * times + one.total.slack >= one.total.yuan:
            continue
        factors = (
            written(quantity) if quantity else "",
            written(row),
            str(times) if times > 1 else "",
        )
        places = {
            "project": brief(one.sheet.project.name),
            "words": " × ".join(filter(None, factors)),
            "product": _shown(number * row.value.amount * times, bounds),
            "total": one.total.words,
        }
        yield Breach(
            (
                *cells_of((quantity,) if quantity else ()),
                *row.cells(),
                *one.total.cells,
            ),
            places,
        )


def _is_of_a_part(one: Judged, bounds: Bounds) -> bool:
    """Whether a cost is of one part of its project: one of several costs or amounts, or of a thing the name does not hold.

    As 专线租赁费 of a project 系统运行维护, whose goal says what the rest is spent on.
    """
    project = one.sheet.project
    goal = project.head.text("goal")
    words = bounds.words
    general = any_of(
        (*words["spending"], *words["month"], *words["quarter"], *words["cost_general"])
    )
    thing = general.sub("", one.cost.row.level3)
    if len(thing) > 1 and re.search(
        f"、{re.escape(thing)}|{re.escape(thing)}.?、", goal
    ):
        return True  # one of several things that the goal lists: 伙食、医疗、水电
    if one.cost.each:
        return False
    amounts = {"".join(found.split()) for found in AMOUNT.findall(goal)}
    if len(one.sheet.costs) > 1 or len(amounts) > 1:
        return True
    return len(thing) > 1 and not share_words(thing, project.name)


def _times_of_ceiling(one: Judged) -> int:
    """How often a year a cost may fall due at the most; 0 where its sheet sets no ceiling on it."""
    times = A_YEAR.get(one.cost.period, 0)
    if not one.cost.each:
        return times if times > 1 else 0
    costs = [cost for cost in one.sheet.costs if cost.each]
    counts = one.sheet.counts
    if len(costs) != 1 or len(counts) != 1 or not counts[0].value.is_ceiling:
        return 0
    # Nobody says how often: a month's is the most it can be.
    return times or (0 if one.cost.periods else 12)


def is_total(row: Indicator, bounds: Bounds) -> bool:
    """Whether a cost row limits the whole project for the whole year."""
    whole = any_pattern(bounds.words["total_patterns"])
    if not whole.search(row.about) or is_each(row, bounds):
        return False
    return _is_yearly(periods_of(row, bounds))


def _is_total(cost: Cost, bounds: Bounds) -> bool:
    """The same of a cost of which much is known already: what is not of the whole is none."""
    if not cost.whole or not _is_yearly(cost.periods):
        return False
    whole = any_pattern(bounds.words["total_patterns"])
    return whole.search(cost.row.about) is not None


def _is_yearly(periods: Iterable[str]) -> bool:
    """Whether what is of these periods, if of any, is of the year."""
    return all(A_YEAR.get(period) == 1 for period in periods)


@look(
    id="D05-06",
    title="总成本上限低于项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，项目金额是 {amount}{unit}，钱比上限多。",
    remedy="总成本上限一般等于项目金额；写的是单位成本的，在名称里写明“每人”“每份”。",
    needs=("indicators.value", "project.amount"),
    reads=(*INDICATORS, "project.goal"),
)
def total_below_amount(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The ceiling of the whole project is below the project's amount. What other rules tell is not told twice."""
    slack = bounds.tolerance * bounds.yuan
    for one in judged(book, bounds):
        cost = one.cost.row
        if one.complete or cost.value.is_floor or not _is_total(one.cost, bounds):
            continue
        amount = one.sheet.project.head.figure("amount")
        too_low = cost.value.most < amount.number * bounds.yuan - slack
        if too_low and not _is_told(cost, book, bounds):
            places = {**cost.places, "amount": bounds.said(amount)}
            yield Breach((*cost.cells(), *cells(amount)), places)


def _is_told(cost: Indicator, book: Return, bounds: Bounds) -> bool:
    """Whether another rule tells a cost: it does not fit its project's amount, or leaves next to nothing for each."""
    tiny_ones = {id(row.row) for _, row, _ in _tiny(book, bounds)}
    return id(cost.row) in tiny_ones | told(book, bounds)


@look(
    id="D05-07",
    title="绩效目标写的金额不等于项目金额",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”：{stated}，项目表的金额是 {amount}{unit}。",
    remedy="以批复数为准，改绩效目标或项目表的金额。",
    needs=("project.amount", "project.goal"),
    reads=INDICATORS,
)
def goal_total_differs(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The total in the goal's words is not the project's amount."""
    exchanged = {
        id(project) for pair in exchanged_projects(book, bounds) for project in pair
    }
    for project in book.projects:
        amount = project.head.figure("amount")
        said = stated(project)
        if said is None or amount.value is None:
            continue
        gap = abs(said.yuan - amount.value * bounds.yuan)
        if gap > said.slack and id(project) not in exchanged:
            places = {
                "project": brief(project.name),
                "stated": said.words,
                "amount": bounds.said(amount),
            }
            yield Breach(
                (*said.cells, *cells(amount)), places, expected=bounds.said(amount)
            )


@look(
    id="D05-08",
    title="绩效目标里的人数乘标准与总额不符",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”：{terms} = {sum}{unit}，与{total}相差 {gap}{unit}。",
    remedy="核对人数、标准、月数和总额；有的月数不满全年的，在目标里写明。",
    needs=("project.amount", "project.goal"),
    reads=INDICATORS,
)
def goal_sum_differs(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal says "n人每月m元" and one total: the terms do not add up to it."""
    for project in book.projects:
        goal = project.head.words("goal")
        terms = list(TERM.finditer(goal.text)) if EACH in goal.text else ()
        if not terms:
            continue
        said = stated(project)
        total = said or total_of(project, bounds)
        if total is None:
            continue
        # Where the goal holds further amounts than the total, its terms alone are not the whole sum.
        if _further_amounts(goal.text, total) != len(terms):
            continue
        summed = sum((_term_yuan(match) for match in terms), Decimal(0))
        gap = abs(summed - total.yuan)
        amount = project.head.figure("amount").number * bounds.yuan
        if said is None and any(one.complete for one in judged_of(project, bounds)):
            continue  # the rest of the amount is another cost of the table
        # Where they come to the project's amount, the total in the goal is wrong, which is told as that.
        if gap <= total.slack or abs(summed - amount) <= total.slack:
            continue
        product = " + ".join(
            f"{match[1]}×{match[3]}{match[4]}×{TIMES[match[2]]}" for match in terms
        )
        places = {
            "project": brief(project.name),
            "terms": product,
            "sum": _shown(summed, bounds),
            "total": total.words,
            "gap": _shown(gap, bounds),
        }
        yield Breach(
            each_once((*cells(goal), *total.cells)), places, expected=places["sum"]
        )


def _further_amounts(text: str, total: Stated) -> int:
    """How many amounts a text holds that are not the total."""
    found = [
        re.fullmatch(r"([\d.]+)\s*(.+)", amount) for amount in AMOUNT.findall(text)
    ]
    yuan = [yuan_of(match[1], match[2])[0] for match in found if match is not None]
    return sum(abs(one - total.yuan) > total.slack for one in yuan)


def _term_yuan(term: re.Match[str]) -> Decimal:
    """What a term of a goal costs a year: 100人每月300元 is 360000 yuan."""
    people, period, number, unit = term.groups()
    yuan, _ = yuan_of(number, unit)
    return Decimal(people) * yuan * TIMES[period]


@look(
    id="D05-01",
    title="同样的单位成本相差悬殊",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，{other}同样的成本写“{other_value}”，相差 {ratio} 倍。",
    remedy="核对金额和单位：是不是把项目总额填成了单位成本，或者把元写成了万元。",
    needs=("indicators.value",),
    reads=(*INDICATORS, "project.amount", "project.goal"),
)
def spread(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The same unit cost, in the same words, is many times as high in another project: the higher one is shown first.

    Where each fits its own project's amount both may be right; where one does not, that is told by a rule of its own.
    """
    spreads = _spreads(book, bounds)
    if not spreads:
        return
    fits = fitting(book, bounds)
    known = told(book, bounds)
    for low, high in spreads:
        both = {id(low.row), id(high.row)}
        if both <= fits or both & known:
            continue
        ratio = high.value.amount / low.value.amount
        places = {
            **high.places,
            "other": low.place,
            "other_value": low.value.text,
            "ratio": plain(round(ratio, 1)),
        }
        yield Breach(cells_of((high, low)), places)


def _spread_costs(book: Return, bounds: Bounds) -> list[tuple[Indicator, Indicator]]:
    """The lowest and the highest of unit costs in the same words, where they are far apart."""
    groups: dict[tuple[str, ...], list[Indicator]] = defaultdict(list)
    for project in book.projects:
        for cost in sheet_of(project, bounds).costs:
            if cost.row.value.number and cost.each:
                groups[same_text(cost.row)].append(cost.row)
    found = []
    for group in groups.values():
        low = min(group, key=_amount)
        high = max(group, key=_amount)
        if high.value.amount > low.value.amount * bounds.thresholds["cost_spread"]:
            found.append((low, high))
    return found


_spreads = Once(_spread_costs)


@look(
    id="D05-02",
    title="单位成本高得离谱",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，每一份超过 {most}{unit}。",
    remedy="核对金额和单位：是不是把项目总额填成了单位成本，或者把元写成了万元。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=(*INDICATORS, "project.amount", "project.goal"),
)
def dear(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A unit cost beyond belief, unless it comes to the project's amount. What other rules tell is not told twice."""
    most = bounds.thresholds["unit_cost"]
    costs = [
        row
        for row in in_kinds(book, bounds).of_family("money")
        if row.value.amount > most and COST in row.level2
    ]
    if not costs:
        return
    spared = (
        {id(high.row) for _, high in _spreads(book, bounds)}
        | told(book, bounds)
        | fitting(book, bounds)
    )
    for row in costs:
        if id(row.row) in spared:
            continue
        if SMALL.search(f"{row.about}{row.value.unit}"):
            places = {**row.places, "most": plain(in_unit(most, bounds))}
            yield Breach(row.cells(), places)


def _find_tiny(
    book: Return, bounds: Bounds
) -> tuple[tuple[Indicator, Indicator, Decimal], ...]:
    return tuple(_tiny_costs(book, bounds))


_tiny = Once(_find_tiny)


def _tiny_costs(
    book: Return, bounds: Bounds
) -> Iterator[tuple[Indicator, Indicator, Decimal]]:
    """The one quantity and the one total cost of a project, and what that leaves for each, where it is next to nothing."""
    for sheet in (sheet_of(project, bounds) for project in book.projects):
        quantities = [row for row in sheet.counts if row.family in ("people", "count")]
        if len(quantities) != 1:
            continue
        totals = [cost.row for cost in sheet.costs if _is_total(cost, bounds)]
        if len(totals) != 1:
            continue
        quantity = quantities[0]
        cost = totals[0]
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
    reads=(*INDICATORS, "project.amount", "project.goal"),
)
def tiny(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The whole cost, shared out over the quantity, leaves next to nothing for each."""
    tiny_ones = _tiny(book, bounds)
    known = told(book, bounds) if tiny_ones else set()
    for quantity, cost, each in tiny_ones:
        if id(cost.row) in known:
            continue
        places = {
            **cost.places,
            "quantity": quantity.value.text,
            "each": plain(round(each, 4)),
            "of": quantity.value.unit,
        }
        yield Breach(cells_of((cost, quantity)), places)
