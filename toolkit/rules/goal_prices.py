"""Prices and spans of time in a project's goal (绩效指标), held against the rows that say the same, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.model import Project, Return, record
from toolkit.rules.goal_numbers import QUANTITY, Promise, promises
from toolkit.rules.goals import copied
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    family,
    half_width,
    share_words,
    times_larger,
)
from toolkit.rules.reading import Once, brief, cells, late
from toolkit.rules.reckoning import OFTEN, costs_of, parts
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain
from toolkit.rules.slip import ONE_DIGIT, slip_of_count

MYRIAD = 10_000
THING = r"[\u4e00-\u9fff㎡]{1,4}?"
# A price of each: 每平方米每年4.8元, 每户每月平均688.49元, 人均4.8万元, 单价1.6元/吨, 2.8万元/户.
PRICE = late(
    rf"(?:每(?P<one>{THING})(?:每(?P<other>{THING}))?(?:平均|补助|补贴|标准|发放|奖励|支付|按|为|约|不超过)*"
    r"|(?P<mean>[人户生次亩床辆台])均[^，。；、\d每]{0,8})"
    r"(?P<price>\d+(?:\.\d+)?)(?P<myriad>万?)元(?:/(?P<per>[\u4e00-\u9fff㎡·/]{1,6}))?"
    r"|(?P<bare>\d+(?:\.\d+)?)(?P<many>万?)元/(?P<of>[\u4e00-\u9fff㎡·/]{1,6})"
)
MONEY = late(r"(?<![\d.])(\d+(?:\.\d+)?)(亿元|万元|元)")
YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
# before a price that is no longer so
EARLIER = late("上年|去年|往年|原来?的?$|由[^，。；]{0,12}$|20\\d\\d年[^，。；]{0,4}$")
CLAUSE = late("[，。；;、\n]")
PEOPLE = "人"
SPAN = late(
    r"(?<![\d.])(?P<number>\d+(?:\.\d+)?)(?P<unit>个?(?:教学|工作|自然)日|天|小时|分钟|个月|课时|学时|周)(?!前|起|之前)"
)
DAYS = ("天", "日", "教学日", "个教学日", "工作日", "个工作日", "自然日", "个自然日")
NEARBY = 10  # characters about a number that say what it is of
# a share of the amount that is rounding; that is none
EXACT, FAR = (
    Decimal("0.005"),
    Decimal("0.05"),
)
OTHER_UNIT = "钱数相同，计量单位不同"
OLD = late("[由从][^，。；]{0,6}$")  # what stands before a former value
CHANGED_TO = late("^[^，。；]{0,8}[到至为成]")  # and behind it


@record(slots=True)
class Price:
    """A price in a goal: in yuan, of what each (人天, 平方米), the words, the clause before it, how many decimals of yuan."""

    yuan: Decimal
    of: str
    said: str
    about: str


def _of(things: Sequence[str], bounds: Bounds) -> str:
    """What a price is of, as one word: people are 人 whatever they are called, a year is not said."""
    words = []
    for thing in things:
        bare = thing.strip("每个·/")
        if bare and bare not in ("年", "年度", "学年"):
            words.append(PEOPLE if family(bare, bounds) == "people" else bare)
    return "".join(words)


def _prices(project: Project, bounds: Bounds) -> tuple[Price, ...]:
    if "元" not in project.head.text("goal"):
        return ()
    goal = half_width(project.head.text("goal"))
    found = []
    for match in PRICE.finditer(goal):
        things = [match[key] for key in ("one", "other", "mean") if match[key]]
        things += [
            part
            for key in ("per", "of")
            if match[key]
            for part in re.split("[·/]", match[key])
        ]
        number = Decimal(match["price"] or match["bare"])
        scale = MYRIAD if match["myriad"] or match["many"] else 1
        before = CLAUSE.split(goal[: match.start()])[-1]
        of = _of(things, bounds)
        if of and EARLIER.search(before) is None:
            behind = CLAUSE.split(goal[match.end() : match.end() + NEARBY])[0]
            found.append(
                Price(number * scale, of, match[0], f"{before}{match[0]}{behind}")
            )
    return tuple(found)


prices_of = Once(_prices)


def _alike(one: Decimal, other: Decimal) -> bool:
    """Whether two prices are one, rounded to the decimals of the one that has fewer."""
    fewer = min(-_exponent(one), -_exponent(other), 8)
    return round(one, fewer) == round(other, fewer)


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def _slip(said: Decimal, due: Decimal) -> str:
    """The slip between two prices, rounded alike."""
    fewer = min(-_exponent(said), -_exponent(due))
    return slip_of_count(said, due) or slip_of_count(
        round(said, fewer), round(due, fewer)
    )


@look(
    id="D05-20",
    title="绩效目标里的单价与指标不一致",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，第 {number} 行“{name}”写的是“{value}”：{slip}。",
    remedy="两处说的是同一样东西的，核对以后改成一致；不是的，在名称或目标里写出分别。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.value",
        "project.goal",
    ),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def price_against_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A price of each in a goal that no row says, and a cost of each of the same that the goal does not say, a slip apart."""
    apart = copied(book, bounds)
    for promise in promises(book, bounds):
        if id(promise.project) in apart:
            continue
        for price, row, slip in other_prices(promise, bounds):
            places = {
                **row.places,
                "project": brief(promise.project.name),
                "said": price.said,
                "number": str(row.number),
                "slip": slip,
            }
            yield Breach((*cells(promise.words), *row.cells("value")), places)


def other_prices(
    promise: Promise, bounds: Bounds
) -> Iterator[tuple[Price, Indicator, str]]:
    """Prices of a goal that a row contradicts, each with the row and the slip between them."""
    prices = prices_of(promise.project, bounds)
    costs = costs_of(promise.table, bounds) if prices else ()
    amounts = (
        {
            Decimal(match[1]) * YUAN[match[2]]
            for match in MONEY.finditer(half_width(promise.goal))
        }
        if costs
        else set()
    )
    for price in prices:
        same = [(row, due) for row in costs if (due := _due(row, price, bounds))]
        if (
            not same
            and len(prices) == len(costs) == 1
            and _of(parts(costs[0].value.unit)[1:], bounds)
        ):
            # the only price there and here: 每站每年 and 元/座/年
            same = [(row, row.value.amount) for row in costs]
        if not same or any(_alike(price.yuan, due) for _, due in same):
            continue
        if _alike(price.yuan, sum((due for _, due in same), Decimal(0))):
            continue  # 每人每月1080元: board and doctor together
        for row, due in same:
            if due != row.value.amount == price.yuan:
                yield price, row, OTHER_UNIT
                break
            slip = _slip(price.yuan, due)
            told = slip and (slip != ONE_DIGIT or share_words(row.about, price.about))
            if told and not any(_alike(amount, row.value.amount) for amount in amounts):
                yield price, row, slip
                break


def _due(row: Indicator, price: Price, bounds: Bounds) -> Decimal | None:
    """A row's cost in yuan, for as much as a price of the goal is of: 6元/公斤 are 6000 for 每吨; None of other things."""
    of = _of(parts(row.value.unit)[1:], bounds)
    if of == price.of:
        return row.value.amount
    times = times_larger(price.of, of, bounds)
    return None if times is None else row.value.amount * times


@look(
    id="D05-21",
    title="绩效目标里的单价乘数量，差一位才等于项目金额",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{count}”“{said}”，乘起来是 {product}{unit}；"
    "单价是 {due}元时正好等于项目金额 {amount}{unit}。",
    remedy="核对单价、数量和项目金额，改正写错的一个。",
    needs=("project.amount", "project.goal"),
    reads=(*INDICATORS, "composition.project.this_year"),
)
def price_times_count(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The only price of a goal times the only number of what it is of: a slip of the price away from the project's amount."""
    for promise in promises(book, bounds):
        amount = promise.project.head.figure("amount")
        prices = prices_of(promise.project, bounds)
        counts = [
            said
            for said in promise.quantities
            if len(prices) == 1 and _of([said.unit], bounds) == prices[0].of
        ]
        if (
            len(counts) != 1
            or amount.number <= 0
            or not counts[0].number
            or any(other_prices(promise, bounds))
        ):
            continue
        (price,), (count,) = prices, counts
        whole = amount.number * bounds.yuan
        product = price.yuan * count.number
        said = (
            Decimal(match[1]) * YUAN[match[2]]
            for match in MONEY.finditer(half_width(promise.goal))
        )
        if any(_alike(product + other, whole) for other in said):
            continue  # the goal says the rest: 维护费12万元
        due = round(whole / count.number, -_exponent(price.yuan))
        fits = abs(due * count.number - whole) <= whole * EXACT
        if (
            fits
            and not _is_often(due / price.yuan, promise.goal)
            and not _is_counted(due / price.yuan, promise)
            and abs(product - whole) > whole * FAR
            and slip_of_count(price.yuan, due) not in ("", ONE_DIGIT)
        ):
            places = {
                "project": brief(promise.project.name),
                "count": count.said,
                "said": price.said,
                "product": bounds.said(round(product / bounds.yuan, 2)),
                "due": plain(due),
                "amount": bounds.said(amount),
            }
            yield Breach((*cells(promise.words), *cells(amount)), places)


def _is_often(times: Decimal, goal: str) -> bool:
    """Whether a price may fall due so many times a year: 月人均1000元, 10个月."""
    return times in OFTEN or f"{plain(times)}个月" in goal


def _is_counted(times: Decimal, promise: Promise) -> bool:
    """Whether another number of the goal or of a row is that many: 100个班，每班15课时，每课时400元."""
    return any(said.number == times for said in promise.quantities) or any(
        row.level2 == QUANTITY and row.value.is_number and row.value.amount == times
        for row in promise.table
    )


@look(
    id="D07-16",
    title="绩效目标里的天数、时长与指标不一致",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标说“{said}”，第 {number} 行“{name}”写的是“{value}”。",
    remedy="两处说的是同一件事的，核对以后改成一致；不是的，在名称或目标里写出分别。",
    needs=("indicators.level3", "indicators.value", "project.goal"),
    reads=(*INDICATORS, "project.amount", "composition.project.this_year"),
)
def time_against_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A span of time in a goal that no row says, and the only row about the same, which the goal does not say."""
    apart = copied(book, bounds)
    for promise in promises(book, bounds):
        timed = [
            row for row in promise.table if row.value.is_number and row.family == "time"
        ]
        spans = (
            list(SPAN.finditer(half_width(promise.goal)))
            if timed and id(promise.project) not in apart
            else []
        )
        said = {(_time(match["unit"]), Decimal(match["number"])) for match in spans}
        for match in spans:
            unit, number = _time(match["unit"]), plain(Decimal(match["number"]))
            same = [
                row
                for row in timed
                if _time(row.value.unit) == unit and not row.repeats
            ]
            row = _row_of_span(
                match, [row for row in same if (unit, row.value.number) not in said]
            )
            in_rows = (
                text
                for row in promise.table
                for text in (row.level3, row.description, row.value.text)
            )
            if (
                row is not None
                and not _is_what_it_was(match)
                and not any(number in half_width(text) for text in in_rows)
            ):
                places = {
                    **row.places,
                    "project": brief(promise.project.name),
                    "said": match[0],
                    "number": str(row.number),
                }
                yield Breach((*cells(promise.words), *row.cells("value")), places)


def _is_what_it_was(match: re.Match[str]) -> bool:
    """Whether a span is the one that is to change: 断流天数由62天降为0, 由5天缩短到2天."""
    before, behind = (
        CLAUSE.split(match.string[: match.start()])[-1],
        CLAUSE.split(match.string[match.end() :])[0],
    )
    return OLD.search(before) is not None and CHANGED_TO.search(behind) is not None


def _time(unit: str) -> str:
    """A unit of time: all days are 天."""
    return "天" if unit in DAYS else unit


def _row_of_span(match: re.Match[str], rows: Sequence[Indicator]) -> Indicator | None:
    """The only row that speaks of the same as a span of time."""
    text = match.string
    before, behind = (
        CLAUSE.split(text[: match.start()])[-1],
        CLAUSE.split(text[match.end() : match.end() + NEARBY])[0],
    )
    about = [
        row
        for row in rows
        if share_words(row.about, f"{before[-NEARBY:]}{match[0]}{behind}")
    ]
    return about[0] if len(about) == 1 else None
