"""What only shows when the units' returns lie together (汇总后): who is there, approved totals, the department's goals."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz, process

from toolkit.model import Cell, Disclosure, Figure, Project, Return, Row, Words, total
from toolkit.rules.finance_looks import vehicle_purchase
from toolkit.rules.indicator_value import INDICATORS, Indicator, family, rows
from toolkit.rules.reading import Passage, brief, cells, folded
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, Unchecked, look_whole, money, plain

APPROVED = {
    "approved_income": ("收入", "income.total.amount"),
    "approved_expenditure": ("支出", "outlay.total.amount"),
    "approved_basic": ("基本支出", "composition.basic.this_year"),
    "approved_project": ("项目支出", "composition.project.this_year"),
    "approved_three_public": ("三公经费", "three_public.total.this_year"),
    "approved_procurement": ("政府采购", "procurement.amount"),
}
APPROVED_AND_FILLED = (
    *(f"agencies.{column}" for column in APPROVED),
    *(name for _, name in APPROVED.values()),
    *("income.current.amount", "outlay.current.amount"),  # what is carried over may be counted, or not
)
ENTRIES = {  # field of the cover → column of the list, and what both are called
    "unit_name": ("name", "单位名称"),
    "nature": ("nature", "单位性质"),
    "rank": ("rank", "单位规格"),
    "funding": ("funding", "经费保障形式"),
}
ISO_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
NO_BUDGET = "报账单位"
FILLER = r"(?:争取|力争|预计|大概|大约|约|达到|达|为|不低于|不少于|共计|共|近|保持|在|完成)*"
LIKE = 90  # rapidfuzz score from which two nouns are one
LEAST_NOUN = 4  # characters two nouns must share to be about the same thing


# ---------------------------------------------------------------- units


def _listed(disclosure: Disclosure) -> tuple[Row, ...]:
    """The units of the department, those left out excepted, as its own workbook orders and corrects the leading unit's list."""
    return disclosure.whole.rows("agencies")


def _absent(disclosure: Disclosure) -> Iterator[Row]:
    """The listed units that gave no return, though they have a budget of their own."""
    units = {key for unit in disclosure.units for key in (unit.name, unit.code) if key}
    for row in _listed(disclosure):
        there = row.text("code") in units or row.text("name") in units
        if not there and row.text("nature") != NO_BUDGET:
            yield row


def _unlisted(disclosure: Disclosure) -> Iterator[Return]:
    """The returns of units that the list does not know; none where there is no list."""
    listed = _listed(disclosure)
    known = {row.text(key) for row in listed for key in ("code", "name")}
    for unit in disclosure.units:
        if listed and unit.code not in known and unit.name not in known:
            yield unit


@look_whole(
    id="F01-01",
    title="单位没有报",
    severity=ERROR,
    basis=("财预〔2021〕29号",),
    kind="汇总后",
    message="单位清单里的“{name}”（{code}）没有填报表，部门合计里少了它。",
    remedy="催报；暂不并入的，在部门汇总表“不并入的原因”写明。",
    needs=("agencies.code", "agencies.name", "agencies.nature"),
)
def missing_unit(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A unit of the list gave no return, is not left out, and has a budget of its own."""
    for row in _absent(disclosure):
        yield Breach(cells(row.words("code"), row.words("name")), {"name": row.text("name"), "code": row.text("code")})


@look_whole(
    id="F01-02",
    title="清单里没有的单位",
    severity=ERROR,
    basis=("财预〔2021〕29号",),
    kind="汇总后",
    message="收到“{name}”（{code}）的填报表，单位清单里没有这个单位。",
    remedy="单位编码填错的，请单位改封面；新增的单位，加进机构设置。",
    needs=("agencies.code", "agencies.name"),
)
def unknown_unit(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A return of a unit that the list does not know."""
    for unit in _unlisted(disclosure):
        cover = unit.fields("cover")
        said = {"name": unit.name, "code": unit.code}
        yield Breach(cells(cover.words("unit_code"), cover.words("unit_name")), said)


def _pairs(disclosure: Disclosure) -> list[tuple[Row, Return]]:
    """Each row of the list with the return that belongs to it; rows without one are left out."""
    units = {key: unit for unit in disclosure.units for key in (unit.name, unit.code) if key}
    found = ((row, units.get(row.text("code")) or units.get(row.text("name"))) for row in _listed(disclosure))
    return [(row, unit) for row, unit in found if unit is not None]


@look_whole(
    id="F01-03",
    title="封面与机构设置不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的{title}：封面写“{own}”，机构设置写“{listed}”。",
    remedy="以批复文件为准，改错的一处。",
    needs=(
        "agencies.code",
        "agencies.funding",
        "agencies.name",
        "agencies.nature",
        "agencies.rank",
        "cover.funding",
        "cover.nature",
        "cover.rank",
    ),
)
def other_entry(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """Name, nature, rank or funding of a unit differ between its cover and the list."""
    for row, unit in _pairs(disclosure):
        for key, (column, title) in ENTRIES.items():
            own, listed = unit.fields("cover").words(key), row.words(column)
            if own.given and listed.given and folded(own.text) != folded(listed.text):
                said = {"name": unit.name, "title": title, "own": own.text, "listed": listed.text}
                yield Breach(cells(own, listed), said, own.text, listed.text)


@look_whole(
    id="F01-04",
    title="部门本级不是一个",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="汇总后",
    message="封面“是否部门本级”选“是”的有 {count} 个（{names}），应当正好一个。",
    remedy="只有部门本级选“是”，其他单位选“否”。",
    needs=("cover.lead",),
)
def lead_units(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """No return, or more than one, says it is the leading unit's."""
    chosen = [unit for unit in disclosure.units if unit.is_lead]
    if disclosure.units and len(chosen) != 1:
        named = "、".join(unit.name for unit in chosen) or "没有单位"
        yield Breach(
            cells(*(unit.fields("cover").words("lead") for unit in chosen or disclosure.units)),
            {"names": named, "count": str(len(chosen))},
        )


@look_whole(
    id="F01-05",
    title="主管部门的名称不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的主管部门写“{said}”，其他单位写“{usual}”。",
    remedy="改成主管部门的全称；报错了部门的，退回。",
    needs=("cover.department",),
)
def other_department(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A unit names another department than most."""
    named = [(unit, unit.fields("cover").words("department")) for unit in disclosure.units]
    count = Counter(folded(words.text) for _, words in named if words.given)
    if len(count) > 1:
        usual = folded(disclosure.name) if folded(disclosure.name) in count else count.most_common(1)[0][0]
        for unit, words in named:
            if words.given and folded(words.text) != usual:
                yield Breach(cells(words), {"name": unit.name, "said": words.text, "usual": usual})


def _unit_figure(book: Return, name: str) -> Figure:
    return total(book.column(name)) if name == "procurement.amount" else book.figure(name)


def _fits(approved: Figure, book: Return, name: str, bounds: Bounds) -> bool:
    """Whether a figure is what was approved; income and outlay may count what is carried over, or not."""
    names = [name, name.replace(".total.", ".current.")] if name.startswith(("income", "outlay")) else [name]
    return any(abs(_unit_figure(book, one).number - approved.number) <= bounds.tolerance for one in names)


def _approved_totals(disclosure: Disclosure) -> bool:
    """Whether anybody typed what was approved."""
    return any(row.figure(column).given for row in _listed(disclosure) for column in APPROVED)


def _not_approved(figure: Figure, approved: Figure, said: dict[str, str], first: Figure) -> Breach:
    """A figure beside the approved one; `first` is whose cells come first: those to be mended."""
    gap = money(abs(figure.number - approved.number))
    said = {**said, "said": money(figure), "approved": money(approved), "gap": gap}
    places = dict.fromkeys((*cells(first), *cells(figure), *cells(approved)))
    return Breach(tuple(places), said, money(figure), money(approved), gap)


@look_whole(
    id="F02-01",
    title="单位的数不等于批复数",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的{title}填报 {said}{unit}，批复 {approved}{unit}，相差 {gap}{unit}。",
    remedy="以批复文件为准。单位填错的，退回改；批复数录错的，改机构设置。相差一万倍的，是元和万元填混了。",
    needs=("agencies.code", "agencies.name"),
    reads=APPROVED_AND_FILLED,
)
def not_as_approved(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach | Unchecked]:
    """A unit's figure is not the approved one."""
    if not _approved_totals(disclosure):
        yield Unchecked("没有填批复数")
    for row, unit in _pairs(disclosure):
        for column, (title, name) in APPROVED.items():
            approved, figure = row.figure(column), _unit_figure(unit, name)
            if approved.value is not None and not _fits(approved, unit, name, bounds):
                yield _not_approved(figure, approved, {"name": unit.name, "title": title}, figure)


@look_whole(
    id="F02-02",
    title="部门合计不等于批复数之和",
    severity=WARNING,
    basis=("财预〔2021〕29号",),
    kind="汇总后",
    message="部门的{title}汇总是 {said}{unit}，各单位批复数加起来 {approved}{unit}，相差 {gap}{unit}。",
    remedy="核对有没有重复并入、漏并的单位，以及单位之间的往来。",
    needs=("agencies.code", "agencies.name", "agencies.nature"),
    reads=APPROVED_AND_FILLED,
)
def sum_not_as_approved(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach | Unchecked]:
    """The department's figure is not the sum of the approved ones, although all units are there and each is as approved."""
    if not _approved_totals(disclosure):
        yield Unchecked("没有填批复数")
        return
    if any(_absent(disclosure)) or any(_unlisted(disclosure)):
        yield Unchecked("收到的填报表与单位清单对不上")
        return
    listed, pairs = _listed(disclosure), _pairs(disclosure)
    for column, (title, name) in APPROVED.items():
        approved = total(row.figure(column) for row in listed)
        fine = all(_fits(row.figure(column), unit, name, bounds) for row, unit in pairs)
        if listed and fine and not _fits(approved, disclosure.whole, name, bounds):
            yield _not_approved(_unit_figure(disclosure.whole, name), approved, {"title": title}, approved)


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
)
def same_name(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """Projects of different units bear one name; within a unit that is a finding of its own."""
    groups: dict[str, list[tuple[Return, Project]]] = defaultdict(list)
    for unit, project in _projects(disclosure):
        if project.name:
            groups[folded(project.name)].append((unit, project))
    for group in groups.values():
        if len({unit.book for unit, _ in group}) > 1:
            said = {"name": brief(group[0][1].name, 60), "units": "、".join(dict.fromkeys(unit.name for unit, _ in group))}
            yield Breach(cells(*(project.head.words("name") for _, project in group)), said)


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
        counted = row.level2 == "数量指标" and family(row.value.unit, bounds) in ("people", "count")
        if counted and row.value.amount >= bounds.thresholds["twin_count"]:
            groups[row.value.amount, row.value.unit].append(row)
    for (amount, unit_said), group in groups.items():
        things = {_noun(row.description) for row in group}
        names = list(dict.fromkeys(brief(row.project.name) for row in group))
        if len(things) > 1 and len({folded(row.project.name) for row in group}) > 1:
            said = {"value": f"{plain(amount)}{unit_said}", "names": "”、“".join(names), "count": str(len(names))}
            yield Breach(tuple(cell for row in group for cell in row.cells()), said)


# ---------------------------------------------------------------- the department's goals against its projects


def _items(whole: Return) -> Iterator[Passage]:
    """Every text of the department's own goals."""
    for row in whole.rows("goals"):
        for column in ("goal", "indicators"):
            if (words := row.words(column)).given:
                yield Passage(f"goals.{column}", words)
    if (words := whole.fields("overall").words("goal")).given:
        yield Passage("overall.goal", words)


@look_whole(
    id="F04-01",
    title="部门目标要买公务用车，各表都没有安排",
    severity=ERROR,
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
        "三公经费的公务用车购置费": whole.figure("three_public.vehicle_purchase.this_year"),
        "政府采购预算": total(whole.column("procurement.amount")),
        "本年度拟购置固定资产总额": whole.fields("purchase").figure("planned"),
    }
    zeros = {title: figure for title, figure in planned.items() if figure.number == 0}
    pattern = vehicle_purchase(bounds)
    for passage in _items(whole) if zeros else ():
        match = pattern.search(passage.text)
        if match and not re.search("不再|严禁|禁止|停止|压减", passage.text):
            clause = re.split("[。；]", passage.text[match.start() :])[0]
            said = {"said": brief(clause, 40), "zeros": "、".join(zeros), "count": str(len(zeros))}
            yield Breach((*passage.cells, *cells(*zeros.values())), said)


def _sentence(words: Words) -> str:
    return folded(re.sub(r"^\d+[.、．]", "", words.text))


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
    items = list(_items(disclosure.whole))
    projects = [project for project in disclosure.whole.projects if project.head.text("goal")]
    goals = [_sentence(project.head.words("goal")) for project in projects]
    cutoff = int(bounds.thresholds["near_text"] * 100)
    for item in items:
        for _, _, index in process.extract(_sentence(item.words), goals, scorer=fuzz.ratio, score_cutoff=cutoff, limit=5):
            goal = projects[index].head.words("goal")
            ours, theirs = _numbers(item.text), _numbers(re.sub(r"^\d+[.、．]", "", goal.text))
            if ours.keys() != theirs.keys():
                said = {"item": _only(ours, theirs), "goal": _only(theirs, ours), "project": brief(projects[index].name)}
                yield Breach((*item.cells, *cells(goal)), said)


def _numbers(text: str) -> dict[str, str]:
    """Every number of a text with the words around it."""
    return {match[1]: match[0] for match in re.finditer(r"[\u4e00-\u9fff]{0,4}?(\d+(?:\.\d+)?)[%\u4e00-\u9fff]{0,6}", text)}


def _only(these: dict[str, str], those: dict[str, str]) -> str:
    return "”、“".join(said for number, said in these.items() if number not in those) or "（没有数）"


@dataclass(frozen=True, slots=True)
class Said:
    """A noun with its number in a department goal: 退休金人员, 6390, 人."""

    passage: Passage
    noun: str
    number: Decimal
    unit: str
    text: str


@lru_cache(maxsize=8)
def _noun_and_number(units: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"([\u4e00-\u9fff、]{{4,14}}?){FILLER}(\d+(?:\.\d+)?)\s*(万)?(?:多|余)?({'|'.join(map(re.escape, units))})"
    )


def _stated(whole: Return, units: Sequence[str]) -> Iterator[Said]:
    pattern = _noun_and_number(tuple(sorted(units, key=len, reverse=True)))
    for passage in _items(whole):
        for match in pattern.finditer(passage.text):
            number = Decimal(match[2]) * (10_000 if match[3] else 1)
            yield Said(passage, match[1].split("、")[-1], number, match[4], match[0][-24:])


def _noun(text: str) -> str:
    """What an indicator counts: 发放退休金人员数量 is 发放退休金人员."""
    return re.sub(r"(?:的)?(?:数量|人数|个数|次数|总数|数)$", "", folded(text))


def _same_noun(said: str, text: str) -> bool:
    noun = _noun(text)
    return (
        len(noun) >= LEAST_NOUN
        and len(said) >= LEAST_NOUN
        and (said.endswith(noun) or noun.endswith(said) or _close(said, noun))
    )


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
    units = [u for u, kind in bounds.families.items() if kind in ("people", "count") and u in bounds.measures]
    quantities = [row for row in rows(disclosure.whole, bounds) if row.level2 == "数量指标"]
    yield from _contradicted(list(_stated(disclosure.whole, units)), quantities, bounds.thresholds["about"], bounds)


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
    """A department goal sets another percentage for what a project names in the same words."""
    shares = [row for row in rows(disclosure.whole, bounds) if family(row.value.unit, bounds) == "share"]
    yield from _contradicted(list(_stated(disclosure.whole, ["%"])), shares, Decimal(0), bounds)


def _contradicted(stated: list[Said], indicators: list[Indicator], slack: Decimal, bounds: Bounds) -> Iterator[Breach]:
    """Statements whose noun some indicators share, all of them with another number. Sums over projects are fine too."""
    by_end: dict[str, list[Indicator]] = defaultdict(list)
    for row in indicators:
        for end in {_noun(row.level3)[-2:], _noun(row.description)[-2:]}:
            by_end[end].append(row)
    told: dict[tuple[str, Decimal], list[Said]] = defaultdict(list)
    for one in stated:
        told[folded(one.noun), one.number].append(one)
    for (noun, number), group in told.items():
        same = [r for r in by_end.get(noun[-2:], ()) if any(_same_noun(noun, text) for text in (r.level3, r.description))]
        same = [r for r in same if family(r.value.unit, bounds) == family(group[0].unit, bounds)]
        numbers = [r.value.amount for r in same]
        if numbers and not any(abs(number - n) <= n * slack for n in (*numbers, sum(numbers))):
            said = {
                "item": group[0].text,
                "place": same[0].place,
                "value": "、".join(dict.fromkeys(r.value.text for r in same)),
            }
            theirs: tuple[Cell, ...] = tuple(cell for row in same for cell in row.cells())
            yield Breach((*(cell for one in group for cell in one.passage.cells), *theirs), said)


# ---------------------------------------------------------------- the day of publication


@look_whole(
    id="F05-01",
    title="公开晚于法定期限",
    severity=ERROR,
    basis=("预算法/公开期限",),
    kind="汇总后",
    message="{approved} 批复，应当在 {days} 日内、即 {last} 以前公开，公开日期是 {published}，晚了 {over} 日。",
    remedy="还没有公开的，提前公开；日期填错的，改正批复日期或公开日期。",
    needs=("approval.date", "dept.date", "dept.published"),
)
def late(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach | Unchecked]:
    """The department publishes within so many days after the approval."""
    own = disclosure.own
    approved = (own.fields("dept") if own else disclosure.whole.fields("approval")).words("date")
    published = own.fields("dept").words("published") if own else Words("")
    if not (ISO_DAY.fullmatch(approved.text) and ISO_DAY.fullmatch(published.text)):
        yield Unchecked("没有填批复日期或公开日期")
        return
    allowed = int(bounds.thresholds["publish_days"])
    last = date.fromisoformat(approved.text) + timedelta(days=allowed)
    over = (date.fromisoformat(published.text) - last).days
    if over > 0:
        said = {"approved": approved.text, "published": published.text, "last": f"{last}"}
        yield Breach((*published.cells(), *approved.cells()), {**said, "days": f"{allowed}", "over": f"{over}"})
