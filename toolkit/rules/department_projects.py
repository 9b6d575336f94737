"""Projects of all units together (汇总后): their names, copied counts, and the department's own goals against them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz, process

from toolkit.model import Cell, Disclosure, Project, Return, Words, record, total
from toolkit.rules.department import copies, unlisted
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    cells_of,
    counting_units,
    family,
    rows,
)
from toolkit.rules.procurement import vehicle_purchase
from toolkit.rules.reading import (
    Once,
    Passage,
    brief,
    cells,
    each_once,
    folded,
    late,
    quoted,
)
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look_whole, plain
from toolkit.rules.slip import ONE_DIGIT, slip_of_count

# What may stand between a noun and its number: 约, 力争达到.
FILLER = (
    r"(?:争取|力争|预计|大概|大约|约|达到|达|为|不低于|不少于|共计|共|近|保持|在|完成)*"
)
LIKE = 90  # rapidfuzz score from which two nouns are one
LEAST_NOUN = 4  # characters two nouns must share to be about the same thing
CLOSEST = 5  # project goals that are looked at for one goal of the department
# The number before a goal: 1.完成……, 2、发放…….
NUMBERING = late(r"^\d+[.、．]")
# A number with the words around it: 服务群众3690人次.
NUMBER = late(r"[\u4e00-\u9fff]{0,4}?(\d+(?:\.\d+)?)[%\u4e00-\u9fff]{0,6}")
STOP = late(r"[，。；：、！？\s]")
CLAUSE = late("[，。；：！？]")  # no noun with its number reaches beyond one
# How an indicator's name ends that counts something: 发放人数, 培训的次数.
COUNTING = late(r"(?:的)?(?:数量|人数|个数|次数|总数|数)$")
COUNTED = ("数", "量")  # its last character
# Words that say that nothing is bought: 不再购置公务用车.
NOT_BOUGHT = late("不再|严禁|禁止|停止|压减")


# ---------------------------------------------------------------- projects of several units


def _projects(disclosure: Disclosure) -> Iterator[tuple[Return, Project]]:
    for unit in disclosure.units:
        for project in unit.projects:
            yield unit, project


@look_whole(
    id="F03-01",
    title="不同单位的项目重名",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="汇总后",
    message="“{units}”都有项目叫“{name}”，部门公开时分不清谁是谁。",
    remedy="公开时在项目名称后面加注单位名称；其实是一个项目的，只由一个单位填。",
    reads=(
        "agencies.code",
        "agencies.name",
        "income.total.amount",
        "outlay.total.amount",
        "project.amount",
    ),
)
def same_name(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """Projects of different units bear one name; within a unit that is a finding of its own.

    Units that are none of the department's, or copies of one another, are told as such.
    """
    apart = {unit.book for unit in unlisted(disclosure)} | {
        unit.book for group in copies(disclosure) for unit in group[1:]
    }
    groups: dict[str, list[tuple[Return, Project]]] = defaultdict(list)
    for unit, project in _projects(disclosure):
        if project.name and unit.book not in apart:
            groups[folded(project.name)].append((unit, project))
    for group in groups.values():
        books = {unit.book for unit, _ in group}
        if len(books) == 1:
            continue
        units = each_once(unit.name for unit, _ in group)
        names = [project.head.words("name") for _, project in group]
        _, first = group[0]
        places = {"name": brief(first.name, 60), "units": "、".join(units)}
        yield Breach(cells(*names), places)


@look_whole(
    id="F03-02",
    title="不同的事，数量却一模一样",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="汇总后",
    message="{count} 个项目数的不是同一件事，却都是“{value}”：“{names}”，像是照抄的。",
    remedy="核对各项目自己的数；确实是同一批人的，在指标描述里写明。",
    needs=("indicators.level2", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def twin_counts(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """One large count of different things in projects of different names: a copied number."""
    groups: dict[tuple[Decimal, str], list[Indicator]] = defaultdict(list)
    for row in rows(disclosure.whole, bounds):
        value = row.value
        if row.level2 != "数量指标" or family(value.unit, bounds) not in (
            "people",
            "count",
        ):
            continue
        if value.amount >= bounds.thresholds["twin_count"]:
            groups[value.amount, value.unit].append(row)
    for (amount, unit), group in groups.items():
        things = {_noun(row.description) for row in group}
        projects = {folded(row.project.name) for row in group}
        if len(things) == 1 or len(projects) == 1:
            continue
        names = each_once(brief(row.project.name) for row in group)
        places = {
            "value": f"{plain(amount)}{unit}",
            "names": quoted(names),
            "count": str(len(names)),
        }
        yield Breach(cells_of(group), places)


# ---------------------------------------------------------------- the department's goals against its projects


def items(whole: Return) -> Iterator[Passage]:
    """Every text of the department's own goals."""
    for row in whole.rows("goals"):
        for column in ("goal", "indicators"):
            words = row.words(column)
            if words.given:
                yield Passage(f"goals.{column}", words)
    words = whole.fields("overall").words("goal")
    if words.given:
        yield Passage("overall.goal", words)


@look_whole(
    id="F04-01",
    title="部门目标要买公务用车，各表都没有安排",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="汇总后",
    message="部门整体绩效写着“{said}”，{zeros}却是 0。",
    remedy="今年买车的，在三公经费、政府采购、国有资产三张表和项目表里都安排上；不买的，把这句话删去。",
    needs=(
        "goals.goal",
        "goals.indicators",
        "overall.goal",
        "procurement.amount",
        "purchase.planned",
        "three_public.vehicle_purchase.this_year",
    ),
)
def vehicle_in_goals(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """The department promises to buy a vehicle, and three forms plan none."""
    whole = disclosure.whole
    planned = {
        "三公经费的公务用车购置费": whole.figure(
            "three_public.vehicle_purchase.this_year"
        ),
        "政府采购预算": total(whole.column("procurement.amount")),
        "本年度拟购置固定资产总额": whole.fields("purchase").figure("planned"),
    }
    zeros = {title: figure for title, figure in planned.items() if figure.number == 0}
    if not zeros:
        return
    buying = vehicle_purchase(bounds.words["vehicles"])
    for passage in items(whole):
        match = buying.search(passage.text)
        if match is None or NOT_BOUGHT.search(passage.text):
            continue
        clause = re.split("[。；]", passage.text[match.start() :])[0]
        places = {
            "said": brief(clause, 40),
            "zeros": "、".join(zeros),
            "count": str(len(zeros)),
        }
        yield Breach((*passage.cells, *cells(*zeros.values())), places)


def _sentence(words: Words) -> str:
    """A goal as it is compared, without its number."""
    return folded(NUMBERING.sub("", words.text))


@look_whole(
    id="F04-02",
    title="部门目标与项目目标是同一句话，数却不同",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="汇总后",
    message="部门整体绩效写“{item}”，项目“{project}”几乎一样的话里写“{goal}”。",
    remedy="核对哪个数对，两处改成一致；部门数是几个项目之和的，把话说明白。",
    needs=("goals.goal", "goals.indicators", "overall.goal", "project.goal"),
)
def near_text(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A department goal and a project goal are the same sentence but for a number."""
    projects = [
        project for project in disclosure.whole.projects if project.head.text("goal")
    ]
    goals = [project.head.words("goal") for project in projects]
    sentences = [_sentence(goal) for goal in goals]
    cutoff = int(bounds.thresholds["near_text"] * 100)
    for item in items(disclosure.whole):
        near = process.extract(
            _sentence(item.words),
            sentences,
            scorer=fuzz.ratio,
            score_cutoff=cutoff,
            limit=CLOSEST,
        )
        ours = _numbers(item.text) if near else {}
        for _, _, index in near:
            goal = goals[index]
            theirs = _numbers(NUMBERING.sub("", goal.text))
            if ours.keys() == theirs.keys():
                continue
            places = {
                "item": _only(ours, theirs),
                "goal": _only(theirs, ours),
                "project": brief(projects[index].name),
            }
            yield Breach((*item.cells, *cells(goal)), places)


def _numbers(text: str) -> dict[str, str]:
    """Every number of a text with the clause that it stands in."""
    return {match[1]: _clause(match) for match in NUMBER.finditer(text)}


def _clause(match: re.Match[str]) -> str:
    """What stands between the stops around a match."""
    before, behind = match.string[: match.start(1)], match.string[match.start(1) :]
    return brief(STOP.split(before)[-1] + STOP.split(behind)[0])


def _only(these: dict[str, str], those: dict[str, str]) -> str:
    """The numbers of one text that the other does not have, with the words around them."""
    words = [these[number] for number in these if number not in those]
    return "”、“".join(words) or "（没有数）"


@record(slots=True)
class Stated:
    """A noun with its number in a department goal: 退休金人员, 6390, 人."""

    passage: Passage
    noun: str
    number: Decimal
    unit: str
    text: str


@lru_cache(maxsize=8)
def _number_of(units: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a number of one of these units."""
    return late(rf"\d\s*万?(?:多|余)?(?:{'|'.join(map(re.escape, units))})")


@lru_cache(maxsize=8)
def _noun_and_number(units: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a noun, its number, 万 or nothing, and its unit: 发放退休金人员, 6390, 人."""
    unit = "|".join(map(re.escape, units))
    return late(
        rf"([\u4e00-\u9fff、]{{4,14}}?){FILLER}(\d+(?:\.\d+)?)\s*(万)?(?:多|余)?({unit})"
    )


def _stated(whole: Return, units: Sequence[str]) -> Iterator[Stated]:
    """Every noun with its number in the department's goals, counted in these units."""
    longest_first = sorted(units, key=len, reverse=True)
    pattern = _noun_and_number(tuple(longest_first))
    numbers = _number_of(tuple(longest_first))
    clauses = (
        (passage, clause)
        for passage in items(whole)
        for clause in CLAUSE.split(passage.text)
        if numbers.search(clause)
    )
    for passage, clause in clauses:
        for match in pattern.finditer(clause):
            nouns, number, myriad, unit = match.groups()
            yield Stated(
                passage=passage,
                noun=nouns.split("、")[-1],
                number=Decimal(number) * (10_000 if myriad else 1),
                unit=unit,
                text=match[0][-24:],
            )


def _noun(text: str) -> str:
    """What an indicator counts: 发放退休金人员数量 is 发放退休金人员."""
    noun = folded(text)
    return COUNTING.sub("", noun) if noun.endswith(COUNTED) else noun


def _same_noun(noun: str, other: str) -> bool:
    """Whether a noun of a goal and that of an indicator's name or description are about the same thing."""
    if min(len(noun), len(other)) < LEAST_NOUN:
        return False
    return noun.endswith(other) or other.endswith(noun) or _close(noun, other)


def _close(one: str, other: str) -> bool:
    return one[-2:] == other[-2:] and fuzz.ratio(one, other) >= LIKE


@look_whole(
    id="F04-03",
    title="部门目标的数量与项目指标不同",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="汇总后",
    message="部门整体绩效写“{item}”，{place}等同样内容的指标是“{value}”。",
    remedy="核对哪个数对，两处改成一致；口径不同的，写明口径。",
    needs=("indicators.level2", "goals.goal", "goals.indicators", "overall.goal"),
    reads=INDICATORS,
)
def other_count(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A department goal counts the same things as a project's quantity, with another number."""
    stated = _stated(disclosure.whole, counting_units(bounds))
    quantities = [
        row for row in rows(disclosure.whole, bounds) if row.level2 == "数量指标"
    ]
    yield from _contradicted(stated, quantities, bounds.thresholds["about"], bounds)


@look_whole(
    id="F04-04",
    title="部门目标的比率与项目指标不同",
    severity=INFO,
    basis=("审核经验/前后一致",),
    kind="汇总后",
    message="部门整体绩效写“{item}”，{place}等同样内容的指标是“{value}”。",
    remedy="部门的目标一般不高于项目的目标，两处最好一致。",
    needs=("indicators.value", "goals.goal", "goals.indicators", "overall.goal"),
    reads=INDICATORS,
)
def other_share(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A department goal sets another percentage for what a project names in the same words; a slip is told aside."""
    told = {
        (passage.cells, number)
        for passage, number, _ in _odd_rates(disclosure.whole, bounds)
    }
    stated = [
        one
        for one in _stated(disclosure.whole, ["%"])
        if (one.passage.cells, one.number) not in told
    ]
    shares = [row for row in rows(disclosure.whole, bounds) if row.family == "share"]
    yield from _contradicted(stated, shares, Decimal(0), bounds)


def _contradicted(
    stated: Iterable[Stated],
    indicators: list[Indicator],
    slack: Decimal,
    bounds: Bounds,
) -> Iterator[Breach]:
    """Statements whose noun some indicators share, all of them with another number. Sums over projects are fine too."""
    groups: dict[tuple[str, Decimal], list[Stated]] = defaultdict(list)
    for one in stated:
        groups[folded(one.noun), one.number].append(one)
    by_end = _by_end(indicators) if groups else {}
    for (noun, number), group in groups.items():
        kind = family(group[0].unit, bounds)
        same = [
            row
            for row, nouns in by_end.get(noun[-2:], ())
            if any(_same_noun(noun, other) for other in nouns)
        ]
        same = [row for row in same if row.family == kind]
        amounts = [row.value.amount for row in same]
        if not same or _is_one_of(number, (*amounts, sum(amounts)), slack):
            continue
        places = {
            "item": group[0].text,
            "place": same[0].place,
            "value": "、".join(each_once(row.value.text for row in same)),
        }
        ours = cells(*(one.passage.words for one in group))
        yield Breach((*ours, *cells_of(same)), places)


def _by_end(
    indicators: Iterable[Indicator],
) -> dict[str, list[tuple[Indicator, set[str]]]]:
    """Indicators with their nouns, by the last two characters of these: only those that end alike need be compared."""
    by_end: dict[str, list[tuple[Indicator, set[str]]]] = defaultdict(list)
    for row in indicators:
        nouns = {_noun(row.level3), _noun(row.description)}
        for end in {noun[-2:] for noun in nouns}:
            by_end[end].append((row, nouns))
    return by_end


def _is_one_of(
    number: Decimal, amounts: Iterable[Decimal | int], slack: Decimal
) -> bool:
    """Whether a number is one of these, give or take their share of slack."""
    return any(abs(number - amount) <= amount * slack for amount in amounts)


# A rate or a satisfaction with its number: 安置率100%, 优抚对象满意度不低于96%.
RATE = late(
    rf"(?P<noun>[\u4e00-\u9fff]{{1,10}}(?:率|满意度|占比)){FILLER}[≥≤><=]?(?P<number>\d+(?:\.\d+)?)\s*[%％]"
    r"(?!(?:以[上下内])?的)"
)
WHOLE = 100  # per cent
LEAST_RATE = 3  # characters of a rate's name from which it is known again


@look_whole(
    id="F04-06",
    title="部门目标里的指标与别处差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="汇总后",
    message="部门整体绩效写“{said}”，{place}写的是“{other}”：{slip}。",
    remedy="说的是同一件事的，核对以后改成一致；不是同一件事的，不用改。",
    needs=("goals.goal", "goals.indicators", "overall.goal"),
    reads=(*INDICATORS, "project.name"),
)
def odd_rate(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A rate, or a number by an indicator's name, in the department's goals: a slip of the hand from what is said elsewhere."""
    for _, _, breach in (
        *_odd_rates(disclosure.whole, bounds),
        *_named_numbers(disclosure.whole, bounds),
    ):
        yield breach


def _rates_amiss(
    whole: Return, bounds: Bounds
) -> tuple[tuple[Passage, Decimal, Breach], ...]:
    return tuple(_find_odd_rates(whole, bounds))


_odd_rates = Once(_rates_amiss)


def _find_odd_rates(
    whole: Return, bounds: Bounds
) -> Iterator[tuple[Passage, Decimal, Breach]]:
    """The odd rates, each with its text, its number and how it is told."""
    ours = [
        (passage, match, Decimal(match["number"]))
        for passage in items(whole)
        for match in RATE.finditer(passage.text)
    ]
    # Names of one rate end alike: only those are compared.
    alike: dict[str, list[tuple[Passage, re.Match[str]]]] = defaultdict(list)
    for passage, match, _ in ours:
        alike[match["noun"][-LEAST_RATE:]].append((passage, match))
    shares: dict[str, list[Indicator]] = defaultdict(list)
    for row in rows(whole, bounds) if ours else ():
        if row.value.unit == "%" and len(row.level3) >= LEAST_RATE:
            shares[row.level3[-LEAST_RATE:]].append(row)
    told: set[frozenset[Cell]] = set()
    # Of two that contradict each other the one above the whole is wrong, or else the one that lacks something.
    for passage, match, number in sorted(ours, key=_oddest):
        end = match["noun"][-LEAST_RATE:]
        named = [
            row for row in shares.get(end, ()) if _same_rate(match["noun"], row.level3)
        ]
        if any(row.value.number == number for row in named):
            continue
        others = [
            (Decimal(other["number"]), "别处", other[0], place.cells)
            for place, other in alike[end]
            if _same_rate(match["noun"], other["noun"]) and place.cells != passage.cells
        ]
        others += [
            (
                row.value.number,
                f"{row.place}“{brief(row.level3)}”",
                row.value.text,
                row.cells(),
            )
            for row in named
        ]
        if any(said == number for said, *_ in others):
            continue
        for said, where, text, shown in others:
            slip, pair = (
                slip_of_count(number, said),
                frozenset((*passage.cells, *shown)),
            )
            if slip not in ("", ONE_DIGIT) and pair not in told:
                told.add(pair)
                places = {"said": match[0], "place": where, "other": text, "slip": slip}
                yield passage, number, Breach((*passage.cells, *shown), places)
                break


def _named_numbers(
    whole: Return, bounds: Bounds
) -> Iterator[tuple[Passage, Decimal, Breach]]:
    """Numbers right behind the whole name of an indicator whose value is a slip of them: PM2.5年均浓度24微克/立方米."""
    passages = list(items(whole))
    joined = "\n".join(passage.text for passage in passages)
    numbers = [row for row in rows(whole, bounds) if joined and row.value.is_number]
    named = [
        row
        for row in numbers
        if row.value.unit not in ("%", "")
        and len(row.level3) >= LEAST_NOUN
        and row.level3 in joined
    ]
    for row in named:
        for passage in passages:
            if row.level3 not in passage.text:
                continue
            name, unit = re.escape(row.level3), re.escape(row.value.unit)
            match = re.search(
                rf"{name}{FILLER}(?:不高于|不超过|控制在|[≥≤><=])*(\d+(?:\.\d+)?)\s*{unit}",
                passage.text,
            )
            number = Decimal(match[1]) if match is not None else row.value.number
            slip = slip_of_count(number, row.value.number)
            alike = [
                other
                for other in numbers
                if other.level3 == row.level3 and other.value.number == number
            ]
            if match is not None and slip not in ("", ONE_DIGIT) and not alike:
                where = f"{row.place}“{brief(row.level3)}”"
                places = {
                    "said": match[0],
                    "place": where,
                    "other": row.value.text,
                    "slip": slip,
                }
                yield passage, number, Breach((*passage.cells, *row.cells()), places)


def _oddest(one: tuple[Passage, re.Match[str], Decimal]) -> tuple[bool, Decimal]:
    """A key by which rates above the whole come first, then the smallest."""
    return one[2] <= WHOLE, one[2]


def _same_rate(one: str, other: str) -> bool:
    """Whether two names are of one rate: the longer ends with the shorter."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(shorter) >= LEAST_RATE and longer.endswith(shorter)
