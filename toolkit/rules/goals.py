"""Goals of projects (绩效指标): copied goals and tables, goals that say nothing, words of a wider area."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from rapidfuzz import fuzz

from toolkit.model import Cell, Project, Return
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    half_width,
    table_of,
    tables,
)
from toolkit.rules.leftovers import cut_off
from toolkit.rules.reading import (
    END,
    Once,
    Passage,
    any_name,
    any_of,
    any_pattern,
    brief,
    cells,
    each_once,
    fold,
    folded,
    kinship,
    late,
    least_first,
    plain_points,
    quoted,
    says_a_point_twice,
    summary,
    texts,
)
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look

# a table's rows, as far as it matters when two are compared
Content = tuple[tuple[str, ...], ...]
LEAST_ROWS = 3  # fewer equal rows are no copied table
LEAST_TITLE = 6  # characters of a project's name from which it is found in other texts for certain
LEAST_PROJECTS = 2
FEW_PLACES = 8  # places of a text that are looked at as quickly as one name is sought in all of it
TITLE = 90  # rapidfuzz score from which a goal is its project's name
# What is no part of a goal's core: its number, a field label of the platform, quotes, blanks: 1.目标内容1：“…”.
LABEL = late(r"^\d+[.、．]\s*|目标内容\s*\d+[:：]?|[\"“”\s]")
# The end of a complete text: …满意度。 or …满意度。”.
FULL_STOP = late(r"[。！；]\s*[\"”』」]?$")
# What tells projects apart that are one but for who pays: a bracket, or a level of government. Brackets are folded.
PURSE = late(
    r"\([^()]*(?:中央|省|市|县|区|级|配套|资金|拨款)[^()]*\)|(?:中央|省级|市级|县级|区级|本级)(?:配套)?"
)
# what stands before an area of work: 在全省, 面向全省, 覆盖全省
WITHIN = (
    "在",
    "为",
    "对",
    "向",
    "盖",
)
COUNTY = late("[县旗区](?!域)")  # in a unit's name: 某县人力资源和社会保障局; not 区域
CITY = late("市(?!场)")  # 某市财政局; not 市场


def _core(project: Project, bounds: Bounds) -> tuple[Project, str, str]:
    """A project with the core of its goal (no numbering, field labels, quotes and blanks) and of its name."""
    goal = LABEL.sub("", project.head.text("goal"))
    return project, folded(goal).rstrip("。."), folded(project.name)


core_of = Once(_core)


def cores(book: Return, bounds: Bounds) -> tuple[tuple[Project, str, str], ...]:
    """Each project with the core of its goal and of its name."""
    return tuple(core_of(project, bounds) for project in book.projects)


def _content(table: tuple[Indicator, ...]) -> Content:
    content = []
    for row in table:
        value = "".join(row.value.text.split())
        content.append((row.level2, row.level3, row.description, value, row.basis))
    return tuple(content)


def _equal_tables(book: Return, bounds: Bounds) -> list[list[Project]]:
    groups: dict[Content, list[Project]] = defaultdict(list)
    long_ones = [
        (project, table)
        for project, table in tables(book, bounds)
        if len(table) >= LEAST_ROWS
    ]
    # Where no other begins as a table does, it need not be looked at further.
    beginnings = Counter((len(table), table[0].level3) for _, table in long_ones)
    for project, table in long_ones:
        if beginnings[len(table), table[0].level3] > 1:
            groups[_content(table)].append(project)
    return [group for group in groups.values() if len(group) > 1]


# projects whose indicator tables are the same in every row
_copies = Once(_equal_tables)


@look(
    id="D07-03",
    title="不同项目的指标表完全相同",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="{count} 个项目的指标逐行相同：“{names}”。",
    remedy="核对是不是复制后忘了改；确是同样标准、同一批人的，保留现数，说明理由。",
    needs=("indicators.level2",),
    reads=(*INDICATORS, "project.goal"),
)
def copied_table(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Projects with the same indicators, row by row."""
    for group in _copies(book, bounds):
        if _is_one(group):
            continue
        said = _rows_said(group[0], book, bounds)
        shares = [
            _share_of(f"{project.name}{project.head.text('goal')}", said)
            for project in group
        ]
        strangers = least_first(group, shares)
        names = [project.head.words("name") for project in strangers]
        yield Breach(cells(*names), _places(group))


def _rows_said(project: Project, book: Return, bounds: Bounds) -> str:
    """What a project's indicators say, all together."""
    table = next(table for other, table in tables(book, bounds) if other is project)
    return _as_text(table)


def _as_text(table: Iterable[Indicator]) -> str:
    """What rows of indicators say, all together."""
    return END.join(text for row in table for text in (row.level3, row.description))


def _share_of(own: str, text: str) -> float:
    """Which part of a project's own words stand in a text that it has in common with another: least where it was copied to."""
    return kinship(own, text) / max(1, len(own))


def _is_one(group: list[Project]) -> bool:
    """Whether projects are one by their names, paid from several purses: 高龄津贴（中央）, 高龄津贴（县级配套）."""
    return (
        len(group) == 1
        or len({PURSE.sub("", folded(project.name)) for project in group}) == 1
    )


def _places(group: list[Project]) -> dict[str, str]:
    """What fills {names} and {count} of a message about several projects."""
    names = [brief(project.name) for project in group]
    return {"names": quoted(names), "count": str(len(group))}


@look(
    id="D07-02",
    title="不同项目的绩效目标相同",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="{count} 个项目的绩效目标一字不差：“{names}”。",
    remedy="按各项目自己要做的事重写绩效目标，写明对象、数量。",
    needs=("indicators.level2", "project.goal"),
    reads=INDICATORS,
)
def copied_goal(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Projects of different names with one goal, unless their whole tables are copies."""
    for group in _copied_goals(book, bounds):
        said = group[0].head.text("goal")
        shares = [
            _share_of(project.name + _rows_said(project, book, bounds), said)
            for project in group
        ]
        strangers = least_first(group, shares)
        goals = [project.head.words("goal") for project in strangers]
        yield Breach(cells(*goals), _places(group))


def _goals_copied(book: Return, bounds: Bounds) -> list[list[Project]]:
    # By identity (id), since a project holds mappings and cannot itself be put into a set.
    told = {id(project) for group in _copies(book, bounds) for project in group}
    groups: dict[str, list[Project]] = defaultdict(list)
    for project, core, _ in cores(book, bounds):
        if core:
            groups[core].append(project)
    return [
        group
        for group in groups.values()
        if not _is_one(group) and not all(id(project) in told for project in group)
    ]


_copied_goals = Once(_goals_copied)


def _with_others_goal(book: Return, bounds: Bounds) -> frozenset[int]:
    goals = (id(project) for group in _copied_goals(book, bounds) for project in group)
    return copied_tables(book, bounds) | frozenset(goals)


# The projects, by identity, whose goal or whose table is another's: their numbers cannot be held against each other.
copied = Once(_with_others_goal)


def _with_others_table(book: Return, bounds: Bounds) -> frozenset[int]:
    return frozenset(
        id(project)
        for group in _copies(book, bounds)
        if not _is_one(group)
        for project in group
    )


# The projects, by identity, that have one table with another: what does not fit is told as that.
copied_tables = Once(_with_others_table)


@look(
    id="D07-04",
    title="绩效目标只是项目名称",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标写的是“{goal}”，只是把名称又抄了一遍。",
    remedy="写这个项目要做成什么：为谁、做多少、达到什么效果。",
    needs=("project.goal",),
)
def goal_is_title(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The goal only repeats the project's name."""
    for project, core, name in cores(book, bounds):
        if core and name and _alike(core, name):
            head = project.head
            places = {"project": brief(project.name), "goal": brief(core)}
            yield Breach(cells(head.words("goal"), head.words("name")), places)


def _alike(core: str, name: str) -> bool:
    """Whether a goal is its project's name in other spelling; the ratio is 0 where it stays below the cutoff."""
    return fuzz.ratio(core, name, score_cutoff=TITLE) > 0


@look(
    id="D07-05",
    title="目标里混进了系统的字段名",
    severity=INFO,
    basis=("审核经验/模板残留",),
    kind="绩效指标",
    message="绩效目标里有 {count} 处“{examples}”一类的字段名，是从申报系统带过来的。",
    remedy="删去这些字样。",
)
def field_labels(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Field labels of the platform inside goals: one finding."""
    labels = any_pattern(bounds.words["label_patterns"])
    found = texts(book, bounds).holding(labels)
    in_goals = {
        passage: matches
        for passage, matches in found.items()
        if passage.field == "project.goal"
    }
    yield from summary(in_goals)


@look(
    id="D07-06",
    title="绩效目标末尾没有句号",
    severity=INFO,
    basis=("审核经验/文字",),
    kind="绩效指标",
    message="有 {count} 个绩效目标末尾没有句号，可能没有粘贴完整。",
    remedy="看看是不是少了后半句；完整的，补上句号。",
    needs=("project.goal",),
    minor=True,
)
def no_full_stop(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Goals that do not end in a full stop: one finding. Mere titles, and what is cut off for certain, are told elsewhere."""
    found = []
    told = {passage.words for passage, _ in cut_off(book, bounds)}
    for project, core, name in cores(book, bounds):
        goal = project.head.words("goal")
        if not goal.given or _alike(core, name) or goal in told:
            continue
        if not FULL_STOP.search(goal.text):
            found.append(goal)
    if found:
        yield Breach(cells(*found), {"count": str(len(found))})


@look(
    id="D07-07",
    title="目标的范围超出本地",
    severity=INFO,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="绩效目标里写着“{said}”，像是从上级文件抄来的。",
    remedy="改成本地的范围，如“全县”。",
    reads=("cover.department", "project.goal", *INDICATORS),
)
def wider_area(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A county's project speaks of the whole province, country or city."""
    wide = _wider_words(book, bounds)
    if not wide:
        return
    # The word and what follows it up to the next mark: 全省就业困难人员.
    pattern = late(f"(?:{any_of(wide).pattern})[^。；，{END}]{{0,12}}")
    fine = any_of(bounds.words["wide_area_fine"])
    events = any_pattern(bounds.words["wide_area_event_patterns"])
    for passage, match in texts(book, bounds).search(pattern):
        if passage.field != "project.goal":
            continue
        before = match.string[max(0, match.start() - 1) : match.start()]
        beginning = before + match[0][:4]
        # What is held there (在全省建立) is an area of work, even where the name of an event follows.
        if not fine.search(beginning) and (
            before in WITHIN
            or not (
                events.search(match[0]) or _counts_own(match[0], passage, book, bounds)
            )
        ):
            yield Breach(passage.cells, {"said": brief(match[0])})


COUNTED = late(r"\d+(?:\.\d+)?[万亿]?[\u4e00-\u9fff]")  # 6家


def _counts_own(said: str, goal: Passage, book: Return, bounds: Bounds) -> bool:
    """Whether what follows is counted as a row of the project counts it: 全国首店6家 beside 6家, so that it is their name."""
    values = {
        row.value.text.lstrip("≥≤><=约")
        for project in book.projects
        if project.head.words("goal") is goal.words
        for row in table_of(project, bounds)
        if row.value.is_number
    }
    return any(counted in values for counted in COUNTED.findall(half_width(said)))


def _wider_words(book: Return, bounds: Bounds) -> tuple[str, ...]:
    """The words for an area wider than the unit's own, which its name tells; none where it does not."""
    cover = book.fields("cover")
    name = cover.text("department") + cover.text("unit_name")
    if COUNTY.search(name):
        return bounds.words["province_words"] + bounds.words["city_words"]
    if CITY.search(name):
        return bounds.words["province_words"]
    return ()


@look(
    id="D07-08",
    title="目标的编号断了",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标编号是 {numbers}，不是从 1 开始连续的。",
    remedy="看看是不是漏了一条；没有漏的，把编号改成连续的。",
    needs=("project.goal",),
)
def gap_in_numbering(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal numbers its points 1, 2, 4, or begins with 2."""
    for project in book.projects:
        goal = project.head.words("goal")
        numbers = plain_points(goal.text)
        due = list(range(1, len(numbers) + 1))
        if numbers != due and not says_a_point_twice(goal.text):
            places = {
                "project": brief(project.name),
                "numbers": "、".join(map(str, numbers)),
            }
            yield Breach(cells(goal), places)


@look(
    id="D07-12",
    title="写着另一个项目的名称",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="项目“{project}”里写着“{said}”，这是另一个项目的名称，像是复制后没有改。",
    remedy="改成这个项目自己的内容；确实说的是那个项目的，可以保留。",
    needs=("project.goal",),
    reads=INDICATORS,
)
def name_of_another(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal or an indicator holds the whole name of another project of the return, whose name is no part of its own."""
    names = {folded(project.name) for project in book.projects}
    long_ones = tuple(sorted(name for name in names if len(name) >= LEAST_TITLE))
    if len(names) < LEAST_PROJECTS or not long_ones:
        return
    other = any_name(long_ones)
    beginnings: dict[str, list[str]] = defaultdict(list)
    for name in long_ones:
        beginnings[name[:LEAST_TITLE]].append(name)
    apart = copied(book, bounds)
    for project, table in tables(book, bounds):
        if id(project) in apart:
            continue  # what was copied as a whole is told as that
        own = folded(project.name)
        goal = project.head.words("goal")
        whole = fold(f"{goal.text}{END}{_as_text(table)}")
        if not any(
            name not in own and own not in name
            for name in _standing_in(whole, beginnings)
        ):
            continue
        texts_of_it: list[tuple[str, Callable[[], Iterable[Cell]]]] = [
            (goal.text, goal.cells)
        ]
        for row in table:
            texts_of_it += [
                (row.level3, partial(row.cells, "level3")),
                (row.description, partial(row.cells, "description")),
            ]
        for text, shown in texts_of_it:
            match = other.search(folded(text))
            if match is not None and match[0] not in own and own not in match[0]:
                yield Breach(
                    each_once(shown()),
                    {"project": brief(project.name), "said": brief(match[0])},
                )


def _standing_in(text: str, beginnings: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the names, by what they begin with, that stand in a text; whichever is fewer is gone through, names or places."""
    if len(beginnings) * FEW_PLACES <= len(text):
        there = [begun for begun in beginnings if begun in text]
    else:
        there = list(
            {text[at : at + LEAST_TITLE] for at in range(len(text))} & beginnings.keys()
        )
    yield from (name for begun in there for name in beginnings[begun] if name in text)
