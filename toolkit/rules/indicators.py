"""Indicator rows (绩效指标): the levels they stand under, and their values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from toolkit.model import Cell, Project, Return
from toolkit.rules.indicator_value import INDICATORS, Indicator, Shape, allowed, family, rows, tables
from toolkit.rules.reading import any_of, brief, cells, counted
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look, plain

COST = "成本指标"
OUTPUT = ("数量指标", "质量指标", "时效指标")
SATISFIED = "满意度"
WHOLE = 100  # per cent
EFFECTS = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")


def _level1_of(bounds: Bounds) -> Mapping[str, frozenset[str]]:
    """Second level → the names its first level may go by."""
    allowed_names: dict[str, set[str]] = defaultdict(set)
    for line in bounds.levels:
        allowed_names[line["level2"]] |= {line["level1"], *re.findall(r"[^、;；|\s]+", line.get("aliases") or "")}
    return {level2: frozenset(names) for level2, names in allowed_names.items()}


def _home(level2: str, bounds: Bounds) -> str:
    return next((line["level1"] for line in bounds.levels if line["level2"] == level2), "")


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
    homes = _level1_of(bounds)
    for project, table in tables(book, bounds):
        wrong = [r for r in table if not r.repeats and r.level1 and r.level1 not in homes.get(r.level2, frozenset({r.level1}))]
        if wrong:
            lines = "；".join(
                f"第 {r.number} 行“{r.level2}”落在“{r.level1}”下，应在“{_home(r.level2, bounds)}”下" for r in wrong
            )
            places = tuple(cell for r in wrong for cell in r.cells("level1", "level2"))
            yield Breach(places, {"project": brief(project.name), "lines": lines})


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
    groups: dict[str, list[str]] = defaultdict(list)
    for line in bounds.levels:
        groups[line["level2"] if line["required"] == "是" else line["required"]].append(line["level2"])
    for project, table in tables(book, bounds):
        has = {row.level2 for row in table}
        missing = [key for key, members in groups.items() if table and not has.intersection(members)]
        if missing:
            named = "、".join(key if key in groups[key] else f"{key}（{'、'.join(groups[key])}）" for key in missing)
            yield Breach(_of(project), {"project": brief(project.name), "missing": named})


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
        if project.begun and not table:
            yield Breach(_of(project), {"project": brief(project.name)})


def _of(project: Project) -> tuple[Cell, ...]:
    return cells(project.head.words("name")) or ((project.title,) if project.title else ())


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
            if row.repeats:
                yield Breach(row.cells("level2", "level3", "description", "value"), {**row.said, "first": str(row.repeats)})


def _one_finding(found: list[Indicator], *columns: str) -> Iterator[Breach]:
    """One finding a workbook for all these rows."""
    if found:
        said = counted(len(found), list(dict.fromkeys(f"{brief(r.level3)} {r.value.text}" for r in found)))
        yield Breach(tuple(cell for row in found for cell in row.cells(*columns)), said)


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
    yield from _one_finding([r for r in rows(book, bounds) if r.level3 and r.level3 == r.description], "description")


@look(
    id="D01-05",
    title="三级指标照抄二级指标的名称",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}：三级指标写的是“{name}”，与二级指标同名。",
    remedy="三级指标写具体衡量什么，如“存档人员满意度”“档案整理数量”。",
    needs=("indicators.level2", "indicators.level3"),
    reads=INDICATORS,
)
def named_like_level(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The third level repeats the name of the second."""
    for row in rows(book, bounds):
        if row.level3 and row.level3 == row.level2:
            yield Breach(row.cells("level3"), row.said)


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
        if row.level3.startswith(openers) and row.level3 != row.description:
            yield Breach(row.cells("level3", "description"), {**row.said, "description": brief(row.description)})


@look(
    id="D02-01",
    title="指标值是占位文字",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，这是填写提示，不是值。",
    remedy="填上要达到的值，如“≥95%”；确实不能量化的，写明达到什么程度。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def placeholder(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A field's type name or another filler stands where the value belongs."""
    fillers = frozenset(bounds.words["placeholders"])
    for row in rows(book, bounds):
        if re.sub(r"\s", "", row.value.text).upper() in fillers:
            yield Breach(row.cells(), row.said)


def _is_filler(row: Indicator, bounds: Bounds) -> bool:
    return re.sub(r"\s", "", row.value.text).upper() in bounds.words["placeholders"]


@look(
    id="D02-02",
    title="产出、成本或满意度没有数值",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”属于{level2}，指标值“{value}”里没有数。",
    remedy="写成“符号＋数＋单位”，如“≥95%”“≤2万元”“12月”。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def words_for_output(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Words instead of a number on an output or on satisfaction."""
    for row in rows(book, bounds):
        measured = row.level2 in OUTPUT or COST in row.level2 or SATISFIED in row.level2
        if row.value.shape is Shape.WORDS and measured and not _is_filler(row, bounds):
            yield Breach(row.cells(), {**row.said, "level2": row.level2})


@look(
    id="D02-03",
    title="指标值空泛",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，看不出要达到什么。",
    remedy="写出可以核对的值或程度，如“≥20%”“系统全年不停机”。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def vague(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An effect's value made of general words alone."""
    for row in rows(book, bounds):
        if row.level2 in EFFECTS and _says_nothing(row.value.text, bounds):
            yield Breach(row.cells(), row.said)


def _says_nothing(text: str, bounds: Bounds) -> bool:
    parts = [part for part in re.split(r"[、，,；;。\s]+", text) if part]
    return bool(parts) and all(part in bounds.words["vague"] for part in parts)


@look(
    id="D02-04",
    title="效益指标用文字定性",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="共 {count} 行效益指标的值是文字（“{examples}”等），年终无法对照。",
    remedy="能量化的改成数；不能量化的可以保留。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def words_for_effect(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Effects valued in words: allowed, but nothing to measure by."""
    found = [r for r in rows(book, bounds) if r.level2 in EFFECTS and r.value.shape is Shape.WORDS]
    yield from _one_finding([r for r in found if not _is_filler(r, bounds) and not _says_nothing(r.value.text, bounds)])


@look(
    id="D02-05",
    title="指标值没有单位",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，没有单位。",
    remedy="补上单位，如 %、人、份、万元、月。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def no_unit(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number without a unit."""
    for row in rows(book, bounds):
        if row.value.is_number and not row.value.unit:
            yield Breach(row.cells(), row.said)


@look(
    id="D02-06",
    title="单位写成“比率”",
    severity=ERROR,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="项目“{project}”有 {count} 个指标值的单位写成“{unit_said}”：{lines}。",
    remedy="“{unit_said}”不是单位，改为 %：{mended}。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def rate_word(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Units like 比率 that are no unit: % is meant. One finding a project."""
    for project, table in tables(book, bounds):
        wrong = [
            row
            for row in table
            if not row.repeats and family(row.value.unit, bounds) == "share" and not allowed(row.value.unit, bounds)
        ]
        if wrong:
            lines = "、".join(f"第 {row.number} 行“{row.value.text}”" for row in wrong)
            mended = "、".join(dict.fromkeys(f"{row.value.comparator}{plain(row.value.number)}%" for row in wrong))
            said = {
                "project": brief(project.name),
                "lines": lines,
                "count": str(len(wrong)),
                "mended": mended,
                "unit_said": wrong[0].value.unit,
            }
            yield Breach(tuple(cell for row in wrong for cell in row.cells()), said)


@look(
    id="D02-07",
    title="单位不认识",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值“{value}”，单位“{unit_said}”不在单位表里。",
    remedy="改成通用的单位；确是正当的单位，请管理员加进 schema/codes/measures.csv。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def unknown_unit(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A unit that is on no list."""
    for row in rows(book, bounds):
        unit = row.value.unit
        if unit and not allowed(unit, bounds) and family(unit, bounds) != "share":
            yield Breach(row.cells(), {**row.said, "unit_said": unit})


@look(
    id="D02-08",
    title="比率超过 100%",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，这个比率不会超过 100%。",
    remedy="核对数值；说的是增长幅度的，在名称里写明“增长率”。",
    needs=("indicators.level3", "indicators.description", "indicators.value"),
    reads=INDICATORS,
)
def beyond_hundred(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A share above 100 % of something that cannot exceed the whole."""
    more = any_of(bounds.words["may_exceed"])
    for row in rows(book, bounds):
        if row.value.unit == "%" and row.value.number > WHOLE and not more.search(row.about):
            yield Breach(row.cells(), row.said)


@look(
    id="D02-09",
    title="指标值恒成立",
    severity=WARNING,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="{place}“{name}”的指标值是“{value}”，无论做成什么样都算完成。",
    remedy="写出要达到的数；要的是“不发生”的，写“0次”或“≤0次”。",
    needs=("indicators.value",),
    reads=INDICATORS,
)
def always_true(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """≥0 of anything holds whatever happens."""
    for row in rows(book, bounds):
        if row.value.comparator in ("≥", ">") and row.value.number == 0:
            yield Breach(row.cells(), row.said)


@look(
    id="D02-10",
    title="完成月份有两种写法",
    severity=INFO,
    basis=("审核经验/绩效指标",),
    kind="绩效指标",
    message="时效指标里有 {bare} 处写“12月”这样的月份，{signed} 处写“≤12月”。",
    remedy="统一成一种；写明“12月底前”最清楚。",
    needs=("indicators.level2", "indicators.value"),
    reads=INDICATORS,
)
def mixed_months(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Both 12月 and ≤12月 among the dates of one workbook."""
    dated = [r for r in rows(book, bounds) if r.level2 == "时效指标" and r.value.unit == "月"]
    bare = [r for r in dated if not r.value.comparator]
    if bare and len(bare) < len(dated):
        fewer = min(bare, [r for r in dated if r.value.comparator], key=len)
        said = {"bare": str(len(bare)), "signed": str(len(dated) - len(bare))}
        yield Breach(tuple(cell for row in fewer for cell in row.cells()), said)
