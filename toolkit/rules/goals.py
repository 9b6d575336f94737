"""Goals of projects (绩效指标): copied goals and tables, goals that say nothing, words of a wider area."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from rapidfuzz import fuzz

from toolkit.model import Project, Return
from toolkit.rules.indicator_value import INDICATORS, Indicator, tables
from toolkit.rules.reading import END, Once, any_of, any_pattern, brief, cells, folded, summary, texts
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look

LEAST_ROWS = 3  # fewer equal rows are no copied table
LABEL = re.compile(r"^\d+[.、．]\s*|目标内容\s*\d+[:：]?|[\"“”\s]")
TITLE = 90  # rapidfuzz score from which a goal is its project's name


def _cores(book: Return, bounds: Bounds) -> tuple[tuple[Project, str, str], ...]:
    """Each project with the core of its goal (no numbering, field labels, quotes and blanks) and of its name."""
    return tuple((p, folded(LABEL.sub("", p.head.text("goal"))).rstrip("。."), folded(p.name)) for p in book.projects)


cores = Once(_cores)


def _content(table: tuple[Indicator, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((r.level2, r.level3, r.description, "".join(r.value.text.split()), r.basis) for r in table)


def _copies(book: Return, bounds: Bounds) -> list[list[Project]]:
    """Projects whose indicator tables are the same in every row."""
    groups: dict[tuple[tuple[str, ...], ...], list[Project]] = defaultdict(list)
    for project, table in tables(book, bounds):
        if len(table) >= LEAST_ROWS:
            groups[_content(table)].append(project)
    return [group for group in groups.values() if len(group) > 1]


@look(
    id="D07-03",
    title="不同项目的指标表完全相同",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="{count} 个项目的指标逐行相同：“{names}”。",
    remedy="核对是不是复制后忘了改；确是同样标准、同一批人的，保留现数，说明理由。",
    needs=("indicators.level2",),
    reads=INDICATORS,
)
def copied_table(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Projects with the same indicators, row by row."""
    for group in _copies(book, bounds):
        yield Breach(cells(*(project.head.words("name") for project in group)), _named(group))


def _named(group: list[Project]) -> dict[str, str]:
    return {"names": "”、“".join(dict.fromkeys(brief(project.name) for project in group)), "count": str(len(group))}


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
    told = {id(project) for group in _copies(book, bounds) for project in group}
    groups: dict[str, list[Project]] = defaultdict(list)
    names: dict[str, set[str]] = defaultdict(set)
    for project, core, name in cores(book, bounds):
        if core:
            groups[core].append(project)
            names[core].add(name)
    for core, group in groups.items():
        if len(names[core]) > 1 and not all(id(project) in told for project in group):
            yield Breach(cells(*(project.head.words("goal") for project in group)), _named(group))


@look(
    id="D07-04",
    title="绩效目标只是项目名称",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”的绩效目标写的是“{goal}”，只是把名称又抄了一遍。",
    remedy="写这个项目要做成什么：为谁、做多少、达到什么效果。",
    needs=("project.goal",),
)
def goal_is_title(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The goal only repeats the project's name."""
    for project, core, name in cores(book, bounds):
        if core and name and fuzz.ratio(core, name, score_cutoff=TITLE):
            yield Breach(
                cells(project.head.words("goal"), project.head.words("name")),
                {"project": brief(project.name), "goal": brief(core)},
            )


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
    found = texts(book, bounds).holding(any_pattern(bounds.words["label_patterns"]))
    yield from summary({passage: said for passage, said in found.items() if passage.place == "project.goal"})


@look(
    id="D07-06",
    title="绩效目标末尾没有句号",
    severity=INFO,
    basis=("审核经验/文字",),
    kind="绩效指标",
    message="有 {count} 个绩效目标末尾没有句号，可能没有粘贴完整。",
    remedy="看看是不是少了后半句；完整的，补上句号。",
    needs=("project.goal",),
)
def no_full_stop(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Goals that do not end in a full stop: one finding. Goals that are mere titles are told elsewhere."""
    found = [
        project.head.words("goal")
        for project, core, name in cores(book, bounds)
        if not fuzz.ratio(core, name, score_cutoff=TITLE)
    ]
    found = [goal for goal in found if goal.given and not re.search(r"[。！；]\s*[\"”』」]?$", goal.text)]
    if found:
        yield Breach(cells(*found), {"count": str(len(found))})


@look(
    id="D07-07",
    title="目标的范围超出本地",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="绩效目标里写着“{said}”，像是从上级文件抄来的。",
    remedy="改成本地的范围，如“全县”。",
    reads=("cover.department",),
)
def wider_area(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A county's project speaks of the whole province, country or city."""
    cover = book.fields("cover")
    name = cover.text("department") + cover.text("unit_name")
    county = bool(re.search("[县旗区](?!域)", name))
    if not county and not re.search("市(?!场)", name):
        return
    wide = bounds.words["province_words"] + (bounds.words["city_words"] if county else ())
    fine = any_of(bounds.words["wide_area_fine"])
    for passage, match in texts(book, bounds).search(re.compile(f"(?:{any_of(wide).pattern})[^。；，{END}]{{0,12}}")):
        before = match.string[max(0, match.start() - 1) : match.start() + 4]
        if passage.place == "project.goal" and not fine.search(before):
            yield Breach(passage.cells, {"said": brief(match[0])})


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
        numbers = [int(found) for found in re.findall(r"(?:^|[。；;\n])\s*(\d{1,2})[.、．](?!\d)", goal.text)]
        if numbers != list(range(1, len(numbers) + 1)):
            yield Breach(cells(goal), {"project": brief(project.name), "numbers": "、".join(map(str, numbers))})
