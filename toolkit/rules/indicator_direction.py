"""Indicator rows (绩效指标): whether the sign of a value points the way that its name, its level and its twins say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from toolkit.model import Return
from toolkit.rules.indicator_value import (
    EFFECTS,
    INDICATORS,
    Indicator,
    cells_of,
    in_kinds,
    same_text,
    share_words,
    table_of,
)
from toolkit.rules.indicators import COST, SATISFIED
from toolkit.rules.misfits import judged
from toolkit.rules.reading import (
    Once,
    any_of,
    any_pattern,
    brief,
    cells,
    counted,
    folded,
    late,
)
from toolkit.rules.reckoning import is_each
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look

# a text that ends in a number with its unit
NUMBERED = late(r"[\d一二两三四五六七八九十百千万半]\D{0,3}$")
# A time within which something is done: 报到后三个月内, 接报后2小时以内.
WITHIN = late(
    r"[\d一二两三四五六七八九十半](?:个)?(?:月|工作日|天|日|小时|分钟|周|星期)(?:之|以)?内(?=$|[，。；])|不超过"
)
# families of units of what more of may be better
COUNTED = ("count", "people", "share", "area", "length")
EACH_BEFORE = late(r"每[^，。；、\d]{1,8}\Z")
CLAUSE = late(r"[。；;，,、\n]")
LEAD = 8  # characters before a word that a message shows with it


@look(
    id="D03-16",
    title="名称说的方向与符号相反",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}：文字说“{said}”，指标值却写“{value}”。",
    remedy="文字和符号改成一个方向：不超过的写“≤”，不低于的写“≥”。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def words_against_sign(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The row's own words set a ceiling where its value has a floor, or the other way round: 不超过5元, ≥5元.

    The words speak of the value where they end the text, or where the value's own number follows them.
    """
    for row, said in against_sign(book, bounds):
        yield Breach(
            row.cells("value", "level3", "description"), {**row.places, "said": said}
        )


def _against_sign(book: Return, bounds: Bounds) -> list[tuple[Indicator, str]]:
    """The rows whose words and sign say opposite things, each with the words."""
    ceiling, floor = bounds.words["ceiling_words"], bounds.words["floor_words"]
    found = []
    for row in in_kinds(book, bounds).saying(ceiling + floor):
        against = (
            ceiling if row.value.is_floor else floor if row.value.is_ceiling else None
        )
        said = _said_of_value(row, any_of(against)) if against is not None else ""
        if said:
            found.append((row, said))
    return found


against_sign = Once(_against_sign)


def _said_of_value(row: Indicator, words: re.Pattern[str]) -> str:
    """What the name or the description says of the value in such words, or ""."""
    value = folded(row.value.text).lstrip("≥≤><=")
    for text in (row.level3, row.description):
        for match in words.finditer(text):
            before = folded(text[: match.start()]).removesuffix("及")
            behind = folded(text[match.end() :])
            # 不超过5元 and 5元以内 name their number; without one the word must end the text (单次费用不超过).
            # 以上 of no number says where: 冰面以上.
            afterwards = match[0].startswith("以")
            follows = behind.startswith(value) and not afterwards
            of_value = bool(value) and (follows or before.endswith(value))
            alone = not (behind or afterwards or NUMBERED.search(before))
            if of_value or alone:
                return text[max(0, match.start() - LEAD) :]
    return ""


@look(
    id="D04-01",
    title="同样的指标，方向相反",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，而{other}同样的指标写“{other_value}”，一个是至少，一个是至多。",
    remedy="数量、质量、满意度一般写“≥”，成本写“≤”。把写反的一处改过来。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def opposite(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Rows that say the same have ≥ here and ≤ there: the fewer ones, or the unusual ones, are shown first."""
    for group, wrong in opposites(book, bounds):
        others = [row for row in group if row not in wrong]
        other = others[0]
        places = {
            **wrong[0].places,
            "other": other.place,
            "other_value": brief(other.value.text),
        }
        yield Breach(cells_of((*wrong, *others)), places)


def _opposites(
    book: Return, bounds: Bounds
) -> list[tuple[list[Indicator], list[Indicator]]]:
    """Groups of rows that say the same with opposite comparators, each with the rows that are probably wrong."""
    kinds = in_kinds(book, bounds)
    both = set(map(same_text, kinds.floors)).intersection(
        map(same_text, kinds.ceilings)
    )
    if not both:
        return []
    groups: dict[tuple[str, str, str], list[Indicator]] = defaultdict(list)
    for row in kinds.rows:
        text = same_text(row)
        if row.level3 and text in both:
            groups[text].append(row)
    found = []
    for group in groups.values():
        up = [row for row in group if row.value.is_floor]
        down = [row for row in group if row.value.is_ceiling]
        found.append((group, _probably_wrong(up, down)))
    return found


opposites = Once(_opposites)


def _probably_wrong(up: list[Indicator], down: list[Indicator]) -> list[Indicator]:
    """The fewer of two; of as many, those with the unusual sign: a ceiling is usual for costs alone."""
    if len(up) != len(down):
        return min(up, down, key=len)
    cost = up[0].level2.endswith(COST)
    return up if cost else down


def _against_goal(book: Return, bounds: Bounds) -> list[tuple[Indicator, str]]:
    """The rows whose goal says the same number with a word for the other direction, each with the words."""
    words = any_of((*bounds.words["ceiling_words"], *bounds.words["floor_words"]))
    own = {id(row.row) for row, _ in against_sign(book, bounds)}
    found = []
    for project in book.projects:
        goal = project.head.text("goal")
        if not words.search(goal):
            continue
        clauses = [clause for clause in CLAUSE.split(goal) if words.search(clause)]
        for row in table_of(project, bounds) if clauses else ():
            said = (
                _said_in_goal(row, clauses, bounds)
                if row.value.is_floor or row.value.is_ceiling
                else ""
            )
            if said and id(row.row) not in own:
                found.append((row, said))
    return found


against_goal = Once(_against_goal)


def _is_of(match: re.Match[str], text: str, value: str) -> bool:
    """Whether a word that bounds speaks of a value: 不超过 of what follows it, 以上 of what stands before (3cm以上2小时内)."""
    behind = not match[0].startswith("以") and text[match.end() :].startswith(value)
    return behind or _ends_with_value(text[: match.start()], value)


def _ends_with_value(text: str, value: str) -> bool:
    """Whether a text ends with a whole value: 5% is not the end of 85%."""
    before = text.removesuffix(value)
    return before != text and not before[-1:].isdigit() and before[-1:] != "."


def _said_in_goal(row: Indicator, clauses: list[str], bounds: Bounds) -> str:
    """The clause about the same thing that says the row's number the other way: 尘负荷不超过10克 of ≥10克; or ""."""
    against = any_of(
        bounds.words["ceiling_words" if row.value.is_floor else "floor_words"]
    )
    value = folded(row.value.text).lstrip("≥≤><=")
    for clause in clauses:
        text = folded(clause)
        for match in against.finditer(text):
            of_value = _is_of(match, text, value)
            if of_value and share_words(row.about, clause):
                return clause
    return ""


@look(
    id="D04-11",
    title="绩效目标说的方向与符号相反",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，绩效目标却说“{said}”，一个是至少，一个是至多。",
    remedy="核对是哪一处写反了，两处改成一个方向：不超过的写“≤”，不低于的写“≥”。",
    needs=("indicators.value", "project.goal"),
    reads=INDICATORS,
)
def goal_against_sign(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The goal sets a ceiling where the row has a floor of the same number, or the other way round."""
    for row, said in against_goal(book, bounds):
        goal = row.project.head.words("goal")
        yield Breach(
            (*row.cells("value"), *cells(goal)), {**row.places, "said": brief(said, 30)}
        )


def _told(book: Return, bounds: Bounds) -> set[int]:
    """The rows that an opposite twin, their own words or their goal give away; other rules do not tell them once more.

    By identity (id), since a row holds a mapping and cannot itself be put into a set.
    """
    twins = {id(row.row) for _, wrong in opposites(book, bounds) for row in wrong}
    by_words = (*against_sign(book, bounds), *against_goal(book, bounds))
    return twins | {id(row.row) for row, _ in by_words}


@look(
    id="D04-02",
    title="越多越好的指标写成了“≤”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”属于{level2}，写“{value}”就成了做得越少越好。",
    remedy="改成“≥”；确实是越低越好的（如差错率），在名称里写明。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=(*INDICATORS, "project.goal"),
)
def ceiling_on_good(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≤ where more is better: outputs and satisfaction. Rows that an opposite twin gives away are not told twice."""
    lower_is_better = any_of(bounds.words["lower_is_better"])
    told = _told(book, bounds)
    for row in in_kinds(book, bounds).ceilings:
        if row.family not in COUNTED or id(row.row) in told:
            continue
        if not (
            lower_is_better.search(row.about)
            or not _more_is_better(row, bounds)
            or _ceiling_in_goal(row, bounds)
        ):
            places = {**row.places, "level2": row.level2}
            yield Breach(row.cells("value"), places)


def _ceiling_in_goal(row: Indicator, bounds: Bounds) -> bool:
    """Whether the project's goal says the same number with a word for at most: 收治人员不超过260人."""
    value = folded(row.value.text).lstrip("≤<=")
    goal = folded(row.project.head.text("goal"))
    ceiling = any_of(bounds.words["ceiling_words"])
    return any(
        goal[match.end() :].startswith(value)
        or _ends_with_value(goal[: match.start()], value)
        for match in ceiling.finditer(goal)
    )


def _more_is_better(row: Indicator, bounds: Bounds) -> bool:
    """Whether a row's level or its number says that more is better: a quantity, a satisfaction, a quality of nearly all.

    What is to be little of is allowed little (含水率 ≤8%); a ceiling near the whole is a floor with the wrong sign.
    """
    if row.level2 == "质量指标":
        nearly_all = (
            row.value.unit == "%"
            and row.value.number >= bounds.thresholds["nearly_all"]
        )
        return (
            nearly_all
            or any_pattern(bounds.words["good_rate_patterns"]).search(row.level3)
            is not None
        )
    return row.level2 == "数量指标" or SATISFIED in row.level2


@look(
    id="D04-03",
    title="写“降低”又写“≤”",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：“{description}”，值是“{value}”，读起来是“{word}得不超过这么多”。",
    remedy="要控制在这个数以下的，名称写“××率”；要降低这么多的，值写“≥”。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=INDICATORS,
    minor=True,
)
def reduce_at_most(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """As in “降低失业率 ≤2%”, which reads as a reduction of at most 2 %."""
    reduce = any_of(bounds.words["reduce"])
    for row in in_kinds(book, bounds).ceilings:
        if row.level2 not in EFFECTS:
            continue
        match = reduce.search(row.level3) or reduce.match(row.description)
        if match is not None:
            places = {
                **row.places,
                "word": match[0],
                "description": brief(row.description),
            }
            yield Breach(row.cells("value", "description"), places)


@look(
    id="D04-04",
    title="成本指标写成了“≥”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是成本，写“{value}”就成了花得越多越好。",
    remedy="改成“≤”；说的是发放标准不低于多少的，在名称里写“标准”。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=(*INDICATORS, "project.goal"),
)
def floor_on_cost(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥ on a cost. Rows that an opposite twin gives away are not told twice."""
    told = _told(book, bounds)
    at_least = any_of(bounds.words["at_least_as_much"])
    for row in in_kinds(book, bounds).floors:
        if row.level2 != COST:
            continue
        if id(row.row) in told or at_least.search(row.about):
            continue
        if row.family == "money":
            yield Breach(row.cells("value"), row.places)


@look(
    id="D04-05",
    title="完成时间写成了“≥”",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”是时效，写“{value}”就成了完成得越晚越好。",
    remedy="改成“≤”，或者写明“12月底前”。",
    needs=(
        "indicators.level2",
        "indicators.level3",
        "indicators.description",
        "indicators.value",
    ),
    reads=(*INDICATORS, "project.goal"),
)
def floor_on_time(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥ on a time by which, or within which, something is done; a time for which it goes on (值守时长) may well be a floor."""
    done = any_of(bounds.words["done_by"])
    lasts = any_of(bounds.words["goes_on"])
    told = _told(book, bounds)
    for row in in_kinds(book, bounds).floors:
        if row.level2 != "时效指标" or lasts.search(row.about) or id(row.row) in told:
            continue
        if row.family == "time" and (
            done.search(row.about) or WITHIN.search(row.description)
        ):
            yield Breach(row.cells("value"), row.places)


def _each_in_goal(row: Indicator) -> bool:
    """Whether the project's goal says that a value is the cost of each one: 课时费150元 of 每课时150元, 150元/课时."""
    goal, said = folded(row.project.head.text("goal")), folded(row.value.text)
    at = goal.find(said)
    while at >= 0:
        before, behind = goal[:at], goal[at + len(said) :]
        whole = not (before[-1:].isdecimal() or before.endswith("."))
        if EACH_BEFORE.search(before) or (whole and behind.startswith("/")):
            return True
        at = goal.find(said, at + 1)
    return False


@look(
    id="D04-06",
    title="成本没有写“≤”",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="有 {count} 行成本没有写“≤”（“{examples}”），其他成本都写了。",
    remedy="成本是上限的，加上“≤”；是固定标准的，可以不加。",
    needs=("indicators.level2", "indicators.value"),
    reads=(
        *INDICATORS,
        "composition.project.this_year",
        "project.amount",
        "project.goal",
    ),
)
def cost_without_sign(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Costs without ≤ among costs that have it: one finding. A fixed standard (30元/亩) is no ceiling and needs none.

    Nor do the parts of a sum: where several costs of a project come to its amount, each is what will be paid.
    """
    fixed = {
        id(one.cost.row)
        for one in judged(book, bounds)
        if one.complete and len(one.sheet.costs) > 1
    }
    capped = any_of(bounds.words["capped"])
    costs = [
        row
        for row in in_kinds(book, bounds).of_level(COST)
        if row.family == "money"
        and "/" not in row.value.unit
        and "标准" not in row.about
        and id(row) not in fixed
        # 单个项目补助上限: the name says what the sign would
        and not capped.search(row.level3)
    ]
    signed = any(row.value.comparator for row in costs)
    # What each one costs needs none either: 每个站点2万元.
    bare = [
        row
        for row in costs
        if signed
        and not row.value.comparator
        and not (is_each(row, bounds) or _each_in_goal(row))
    ]
    if bare:
        examples = [row.value.text for row in bare]
        yield Breach(cells_of(bare), counted(len(bare), examples))
