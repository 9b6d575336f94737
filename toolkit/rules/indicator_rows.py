"""Indicator rows (绩效指标): the levels they stand under, what they are called, rows that are copies or out of place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from toolkit.model import Cell, Project, Return, once_of
from toolkit.rules.indicator_value import (
    INDICATORS,
    MONEY_COSTS,
    Indicator,
    Shape,
    cells_of,
    reads_as_text,
    rows,
    same_text,
    share_words,
    tables,
)
from toolkit.rules.indicators import SATISFIED, one_finding
from toolkit.rules.levels import COLUMNS, SUFFIX, Levels, levels, meant
from toolkit.rules.reading import Once, any_of, brief, cells, each_once, late
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look

# How a name of something measured ends: 通过验收项目数, 根据订单交付率.
TIMELY = "时效指标"
MEASURED = late(
    "(?:[数率量度比额值期限]|时间|水平|程度|情况|能力|标准)(?:[（(].*[）)])?$"
)
# families of units that count or measure things
COUNTED = (
    "count",
    "people",
    "area",
    "length",
    "mass",
    "volume",
)
# the columns from which on a row is moved in part
TITLES = {
    "level3": "三级指标",
    "description": "绩效指标描述",
}
LEAST_CORE = 2  # characters of a name, without what all names measure by, from which it says what it is about
BRACKETS = late(r"[（(][^（）()]*[）)]")
SEVERAL = 3  # rows of one project
# characters; shorter ones (按合同约定) may rightly stand in several rows
LEAST_DESCRIPTION = 6


def _is_misplaced(row: Indicator, system: Levels) -> bool:
    """Whether a row stands under a first level that its second level does not know; an unknown second level knows all."""
    homes = system.homes.get(row.level2)
    return homes is not None and row.level1 not in homes and bool(row.level1)


@look(
    id="D01-01",
    title="二级指标放错了一级指标",
    severity=ERROR,
    basis=("财预〔2015〕88号", "财预〔2021〕101号"),
    kind="绩效指标",
    message="项目“{project}”：{lines}。",
    remedy="多半是一级指标那一列错了行。一级指标写在它所管的第一行，下面同类的行空着；照此把一级指标挪到正确的行。",
    needs=("indicators.level1", "indicators.level2"),
    reads=INDICATORS,
)
def misplaced(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Second levels under a first level they do not belong to; one finding a project, since one shift moves several rows."""
    system = levels(bounds)
    of_project: dict[int, list[Indicator]] = {}
    for row in rows(book, bounds):
        if _is_misplaced(row, system):
            of_project.setdefault(id(row.project), []).append(row)
    in_use = {row.level1 for row in rows(book, bounds)} if of_project else set()
    for wrong in of_project.values():
        lines = []
        for row in wrong:
            # Of several names of a level the one that this return uses.
            home = next(
                (name for name in system.homes[row.level2] if name in in_use),
                system.home(row.level2),
            )
            lines.append(
                f"第 {row.number} 行“{row.level2}”落在“{row.level1}”下，应在“{home}”下"
            )
        project = brief(wrong[0].project.name)
        places = {"project": project, "lines": "；".join(lines)}
        yield Breach(cells_of(wrong, "level1", "level2"), places)


@once_of
def _required(bounds: Bounds) -> Mapping[str, list[str]]:
    """What a project must have → the second levels of which one is enough: a level by its own name, or a group of them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for line in bounds.levels:
        # 是 says that the level itself is required; anything else is the name of the group it belongs to.
        group = line["level2"] if line["required"] == "是" else line["required"]
        groups[group].append(line["level2"])
    return groups


@look(
    id="D01-02",
    title="缺少必需的指标",
    severity=ERROR,
    basis=("财预〔2015〕88号", "财预〔2021〕101号"),
    kind="绩效指标",
    message="项目“{project}”没有{missing}。",
    remedy="在这个项目的指标表里各补一行。成本指标可以写项目总成本或单位成本，如“≤9.6万元”。",
    needs=("indicators.level2",),
    reads=INDICATORS,
)
def missing_levels(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Second levels that the performance system requires and the project does not have, wherever they stand."""
    required = _required(bounds)
    known = levels(bounds).seconds
    for project, table in tables(book, bounds):
        if not table:
            continue
        has = {row.level2 for row in table}
        for strange in has - known:
            # A mistyped level that may mean one of several is told at its cell: none of them is called missing.
            has.update(meant(strange, known))
            # Nor is one that an unknown level has in its name: 经济成本指标 is told at its cell.
            has.update(name for name in known if name in strange)
        missing = []
        for group, choices in required.items():
            if not has.isdisjoint(choices):
                continue
            missing.append(
                group if group in choices else f"{group}（{'、'.join(choices)}）"
            )
        if missing:
            places = {"project": brief(project.name), "missing": "、".join(missing)}
            yield Breach(_name_cells(project), places)


@look(
    id="D01-03",
    title="项目没有绩效指标",
    severity=ERROR,
    basis=("财预〔2015〕88号",),
    kind="绩效指标",
    message="项目“{project}”的指标表是空的。",
    remedy="填写这个项目的指标；这张项目表用不上的，把项目名称、金额等也清空。",
    needs=("indicators.level2",),
    reads=(*INDICATORS, "project"),
)
def no_indicators(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project that was begun has no indicator row."""
    for project, table in tables(book, bounds):
        if not table and project.begun:
            yield Breach(_name_cells(project), {"project": brief(project.name)})


def _name_cells(project: Project) -> tuple[Cell, ...]:
    """Where a project's name stands, or else the title of its sheet."""
    named = cells(project.head.words("name"))
    if named or project.title is None:
        return named
    return (project.title,)


@look(
    id="D01-04",
    title="指标重复",
    severity=ERROR,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="{place}与第 {first} 行完全一样（{name} {value}）。",
    remedy="删去这一行，或者改成应有的另一个指标。",
    needs=("indicators.level2",),
    reads=INDICATORS,
)
def repeated_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A row that repeats another row of its project in level, name, description and value."""
    for _, table in tables(book, bounds):
        for row in table:
            if not row.repeats:
                continue
            places = {**row.places, "first": str(row.repeats)}
            yield Breach(row.cells("value", "level3", "description", "level2"), places)


@look(
    id="D01-07",
    title="描述与三级指标相同",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行的绩效指标描述只是重复三级指标的名称。",
    remedy="可以不改。要改的话，在描述里写明口径：数什么、怎么算。",
    needs=("indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def description_adds_nothing(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Descriptions that repeat the third-level name."""
    found = [
        row
        for row in rows(book, bounds)
        if row.level3 == row.description and row.level3
    ]
    yield from one_finding(found, "description")


@look(
    id="D01-05",
    title="三级指标照抄二级指标的名称",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：三级指标写的是“{name}”，只是级别的名称，没有说衡量什么。",
    remedy="三级指标写具体衡量什么，如“存档人员满意度”“档案整理数量”。",
    needs=("indicators.level2", "indicators.level3"),
    reads=INDICATORS,
)
def named_like_level(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The third level is the name of a level, with or without 指标; whose satisfaction the description says is told aside."""
    for row in named_like_levels(book, bounds):
        if not _says_whose(row):
            yield Breach(row.cells("level3"), row.places)


def _named_like_levels(book: Return, bounds: Bounds) -> list[Indicator]:
    names = _bare_names(levels(bounds))
    return [
        row for row in rows(book, bounds) if row.level3.removesuffix(SUFFIX) in names
    ]


named_like_levels = Once(_named_like_levels)


def _says_whose(row: Indicator) -> bool:
    """Whether a satisfaction called by its level's name is explained by its description."""
    name = row.level3.removesuffix(SUFFIX)
    if SATISFIED not in name or row.level3.endswith(SUFFIX):
        return False
    return name not in row.description and len(row.description) > len(name)


@look(
    id="D01-14",
    title="满意度的名称没有写是谁的",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：三级指标写的是“{name}”，谁的满意度只写在描述里。",
    remedy="可以不改。要改的话，写成“学生家长满意度”“用水户满意度”这样的名称。",
    needs=("indicators.level2", "indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def whose_satisfaction(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A satisfaction called by its level's name, whose description alone says whose it is."""
    for row in named_like_levels(book, bounds):
        if _says_whose(row):
            yield Breach(row.cells("level3"), row.places)


@lru_cache(maxsize=8)
def _bare(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.removesuffix(SUFFIX) for name in names)


def _bare_names(system: Levels) -> frozenset[str]:
    """The names of all levels without their 指标: 数量, 产出."""
    return _bare(system.seconds | system.first)


@look(
    id="D01-06",
    title="三级指标是半句话",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：三级指标是“{name}”，描述是“{description}”，像一句话拆成了两格。",
    remedy="三级指标写指标名称（名词），如“单位正常运转”；怎样做到的写进描述。",
    needs=("indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def half_a_sentence(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The third level begins like a sentence that the description continues."""
    openers = bounds.words["openers"]
    for row in rows(book, bounds):
        if not row.level3.startswith(openers) or MEASURED.search(row.level3):
            continue
        if row.level2 == TIMELY and row.value.shape is not Shape.WORDS:
            continue  # what is to be done by a day or within a time: 通过验收, 8月底前
        # A few words beside it are no rest of a sentence: 通过省级联调, 考前.
        if row.level3 != row.description and len(row.description) >= len(row.level3):
            places = {**row.places, "description": brief(row.description)}
            yield Breach(row.cells("level3", "description"), places)


@look(
    id="D01-08",
    title="指标级别的名称写错了字",
    severity=ERROR,
    basis=("财预〔2015〕88号", "财预〔2021〕101号"),
    kind="绩效指标",
    message="{place}：级别写的是“{typed}”，表里没有这个名称，应为“{meant}”。",
    remedy="从这一格的下拉列表里重新选。",
    needs=("indicators.level1", "indicators.level2"),
    reads=INDICATORS,
)
def mistyped_level(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A level's name with one wrong character, as pasting brings it past the drop-down: 数理指标."""
    system = levels(bounds)
    known = {"level1": system.first, "level2": system.seconds}
    right = {"", *system.first}, {"", *system.seconds}
    for _, table in tables(book, bounds):
        for row in table:
            level1, level2, *_ = row.stands
            if level1.text in right[0] and level2.text in right[1]:
                continue  # as in nearly all rows
            for column, names in known.items():
                typed = row.written(column)
                means = meant(typed, names)
                if means:
                    places = {
                        **row.places,
                        "typed": brief(typed),
                        "meant": "”或“".join(means),
                    }
                    yield Breach(row.cells(column), places)


@look(
    id="D01-09",
    title="指标整行错了列",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}{since}往{way}错了 {columns} 列：{what}“{found}”不在{what}那一列。",
    remedy="把错了列的几格移回去，再核对有没有丢掉哪一格。",
    needs=("indicators.level2",),
    reads=INDICATORS,
)
def moved_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A row pushed on or drawn back by a column, whole or in part. Other rules read it as it was meant: it is told once."""
    for _, table in tables(book, bounds):
        for row in table:
            if not row.moved:
                continue
            since = row.since == COLUMNS[0]
            places = {
                **row.places,
                "way": "右" if row.moved > 0 else "左",
                "columns": str(abs(row.moved)),
                "since": "整行" if since else f"从“{TITLES[row.since]}”起",
                "what": "二级指标" if since else "指标值",
                "found": row.level2 if since else brief(row.value.text),
            }
            # The cell where it begins to be wrong comes first, then where the row stands.
            first = cells(row.row.words("level2" if since else row.since))
            columns = (
                ("level2", "level3", "value")
                if since
                else COLUMNS[COLUMNS.index(row.since) :]
            )
            # What a row that was drawn back has lost is blank in the last column.
            lost = (
                cells(row.row.words(COLUMNS[-1])) if row.moved < 0 and not since else ()
            )
            yield Breach(each_once((*first, *row.cells(*columns), *lost)), places)


@look(
    id="D06-20",
    title="指标值与依据填反了",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值填的是“{basis}”，指标值确定依据填的是“{value}”，像是填反了。",
    remedy="两格互换；没有填反的，指标值写要达到多少，依据写这个数从哪里来。",
    needs=("indicators.value", "indicators.basis"),
    reads=INDICATORS,
)
def value_and_basis(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A source stands for the value and a value for the source. Other rules read the row as it was meant."""
    for row in rows(book, bounds):
        if row.exchanged:
            yield Breach(
                row.cells("basis", "value"), {**row.places, "basis": brief(row.basis)}
            )


@look(
    id="D02-31",
    title="两行的指标值填反了",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”填的是“{other_value}”，第 {other} 行“{other_name}”填的是“{value}”，像是两行的值填反了。",
    remedy="两格的值互换；没有填反的，每行的值写这个指标自己的数和单位。",
    needs=("indicators.level2", "indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def values_of_each_other(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Of two rows each has a value of the kind that the other must have: people at the cost, yuan at the number of people."""
    for _, table in tables(book, bounds):
        by_number = {row.number: row for row in table}
        for row in table:
            if row.swapped <= row.number:
                continue
            other = by_number[row.swapped]
            places = {
                **row.places,
                "other": str(other.number),
                "other_name": brief(other.level3),
                "other_value": brief(other.value.text),
            }
            yield Breach((*other.cells("value"), *row.cells("value")), places)


@look(
    id="D01-10",
    title="三级指标写成了一段话",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：三级指标写了 {length} 个字：“{name}”，是一段话，不是指标名称。",
    remedy="三级指标写指标名称，如“培训人数”；这段话该在绩效目标或描述里的，移过去。",
    needs=("indicators.level3", "project.goal"),
    reads=INDICATORS,
)
def name_is_a_text(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A third level that is the project's goal, or holds the end of a sentence, or is longer than any name."""
    for row in rows(book, bounds):
        if row.level3 and reads_as_text(row):
            yield Breach(
                row.cells("level3"), {**row.places, "length": str(len(row.level3))}
            )


@look(
    id="D01-11",
    title="指标级别不在表样里",
    severity=WARNING,
    basis=("财预〔2015〕88号", "财预〔2021〕101号"),
    kind="绩效指标",
    message="{place}：二级指标写的是“{level2}”，下拉列表里没有这一项。",
    remedy="从这一格的下拉列表里选一项；别的内容写错了格的，移到它的格里。",
    needs=("indicators.level2",),
    reads=INDICATORS,
)
def unknown_level(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A second level that the system does not have and that is no slip of one character."""
    known = levels(bounds).seconds
    for row in rows(book, bounds):
        if row.level2 and row.level2 not in known and not meant(row.level2, known):
            yield Breach(
                row.cells("level2"), {**row.places, "level2": brief(row.level2)}
            )


@look(
    id="D01-12",
    title="同一个指标有两个值",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="{place}“{name}”写“{value}”，第 {first} 行的级别、名称、描述完全一样，写的是“{other_value}”。",
    remedy="是同一个指标的，留下对的一行；是两个指标的，名称或描述写出分别。",
    needs=("indicators.level3", "indicators.value"),
    reads=INDICATORS,
)
def two_values(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two rows of a project that say the same with different values."""
    for _, table in tables(book, bounds):
        if len({row.about for row in table}) == len(table):
            continue
        first: dict[tuple[str, str, str], Indicator] = {}
        for row in table:
            if row.repeats or not row.level3 or not row.value.text:
                continue
            earlier = first.setdefault(same_text(row), row)
            if earlier is row:
                continue
            places = {
                **row.places,
                "first": str(earlier.number),
                "other_value": brief(earlier.value.text),
            }
            yield Breach((*row.cells("value"), *earlier.cells("value")), places)


@look(
    id="D01-13",
    title="描述是另一行的",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="{place}“{name}”的描述是“{description}”，与第 {other} 行“{other_name}”的描述一样，像是复制后没有改。",
    remedy="把这一行的描述改成这个指标自己的口径。",
    needs=("indicators.level3", "indicators.description"),
    reads=INDICATORS,
)
def description_of_another(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A description that stands in two rows of a project, and shares no two characters with the name of this one."""
    for row, own in _copied_here(book, bounds):
        places = {
            **row.places,
            "description": brief(row.description),
            "other": str(own.number),
            "other_name": brief(own.level3),
        }
        yield Breach((*row.cells("description"), *own.cells("description")), places)


@look(
    id="D01-20",
    title="描述说的是另一个指标",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="绩效指标",
    message="{place}“{name}”的描述是“{description}”，说的是{other}的“{other_name}”，像是复制后没有改。",
    remedy="把这一行的描述改成这个指标自己的口径。",
    needs=("indicators.level3", "indicators.description"),
    reads=(*INDICATORS, "project.goal"),
)
def description_of_elsewhere(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A description that is a name or description elsewhere, has nothing in common with its own name, but with the other.

    Or with the other's project, where that alone has it and its own project says no word of it.

    Words for measuring (数量, 完成时间) are common to all and say nothing. Rows of one project with one description: D01-13.
    """
    doubtful = _doubtful(rows(book, bounds))
    if not doubtful:
        return
    told = {id(row.row) for row, _ in _copied_here(book, bounds)}
    said = _said_in({row.description for row in doubtful}, rows(book, bounds))
    times = Counter(
        (id(row.project), text)
        for text, alike in said.items()
        for row in alike
        if row.description == text
    )
    fitting: dict[
        str, list[Indicator]
    ] = {}  # of each description two rows whose names share words with it
    core = _Cores(any_of(bounds.words["measuring"]))
    for row in doubtful:
        alike = said[row.description]
        if id(row.row) in told:
            continue
        # Costs are called alike everywhere, whatever they are of (预算控制数): their names are no measure.
        if row.level2 in MONEY_COSTS:
            continue
        if times[id(row.project), row.description] >= SEVERAL:
            continue
        own, described = core[row.level3], core[row.description]
        if len(own) < LEAST_CORE or share_words(own, described):
            continue
        if share_words(described, core[row.project.name]):
            continue
        if row.description not in fitting:
            near = (one for one in alike if share_words(core[one.level3], described))
            # one of them is another than the row at hand
            fitting[row.description] = list(islice(near, 2))
        right = next(
            (other for other in fitting[row.description] if other is not row),
            _of_its_project(row, alike, described),
        )
        if right is not None and right.level3 != row.level3:
            places = {
                **row.places,
                "description": brief(row.description),
                "other": right.place
                if right.project is not row.project
                else f"第 {right.number} 行",
                "other_name": brief(right.level3),
            }
            same = "description" if right.description == row.description else "level3"
            yield Breach((*row.cells("description"), *right.cells(same)), places)


def _said_in(
    texts: Iterable[str], table: Iterable[Indicator]
) -> dict[str, list[Indicator]]:
    """Each of some texts with the rows whose name or description it is."""
    said: dict[str, list[Indicator]] = {text: [] for text in texts}
    for row in table:
        for text in {row.level3, row.description}:
            if text in said:
                said[text].append(row)
    return said


def _doubtful(table: Sequence[Indicator]) -> list[Indicator]:
    """The rows that have a description of their own which is long enough, and stands in another row too."""
    names = {row.level3 for row in table}
    times = Counter([row.description for row in table])
    return [
        row
        for row in table
        if (times[row.description] > 1 or row.description in names)
        and row.description != row.level3
        and len(row.description) >= LEAST_DESCRIPTION
        and row.level3
    ]


def _of_its_project(
    row: Indicator, alike: Sequence[Indicator], described: str
) -> Indicator | None:
    """The one other row that a description stands in, where it speaks of that row's project and in no word of this one's."""
    others = [other for other in alike if other is not row]
    if len(others) != 1 or others[0].project is row.project:
        return None
    if row.level2 == others[0].level2 == TIMELY:
        return None  # one day may be that of many things: 国庆节前
    here, there = (_said_of(one.project) for one in (row, others[0]))
    of_there = share_words(described, there) and not share_words(row.description, here)
    return others[0] if of_there else None


def _said_of(project: Project) -> str:
    """What a project's sheet says it is for."""
    return f"{project.name}\n{project.head.text('goal')}"


class _Cores(dict[str, str]):
    """What names and descriptions are about: without brackets and the words that all of them measure by.

    The same ones stand in hundreds of rows.
    """

    def __init__(self, generic: re.Pattern[str]) -> None:
        self.generic = generic

    def __missing__(self, text: str) -> str:
        self[text] = core = self.generic.sub("", BRACKETS.sub("", text))
        return core


def _copied_rows(
    book: Return, bounds: Bounds
) -> tuple[tuple[Indicator, Indicator], ...]:
    return tuple(_copied_of(book, bounds))


_copied_here = Once(_copied_rows)


def _copied_of(book: Return, bounds: Bounds) -> Iterator[tuple[Indicator, Indicator]]:
    """Rows whose description belongs to another row of the same project, each with that row."""
    for _, table in tables(book, bounds):
        if len({row.description for row in table}) == len(table):
            continue
        groups: dict[str, list[Indicator]] = defaultdict(list)
        for row in table:
            if len(row.description) >= LEAST_DESCRIPTION and not row.repeats:
                groups[row.description].append(row)
        for group in groups.values():
            # One way to measure, said of three rows and more, is no slip.
            if 1 < len(group) < SEVERAL:
                yield from _copied(group, bounds)


def _copied(
    group: list[Indicator], bounds: Bounds
) -> Iterator[tuple[Indicator, Indicator]]:
    """Of rows with one description, those that it cannot describe, each with the row that it belongs to.

    It belongs to a row whose name shares words with it, else to the first. It cannot describe a name that shares none while
    another does, nor both a share and a count.
    """
    named = [row for row in group if share_words(row.level3, row.description)]
    own = (named or group)[0]
    if own.level3 == own.description:
        return
    described = {id(row) for row in named}
    for row in group:
        strange = bool(named) and id(row) not in described
        kinds = {row.family, own.family}
        mixed = not kinds.isdisjoint(("share", "money")) and not kinds.isdisjoint(
            COUNTED
        )
        if row is not own and row.level3 and (strange or mixed):
            yield row, own
