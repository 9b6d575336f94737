"""Lists (表内): lines that say the same, the leading unit among the agencies, projects of one name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from toolkit.model import Project, Return, Row, Words
from toolkit.rules.indicator_value import INDICATORS, Indicator, tables, tight
from toolkit.rules.reading import brief, cells, folded, kinship, least_first
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look

LISTS = (  # each list with the column by which its lines are told apart
    ("duties", "text"),
    ("goals", "name"),
    ("glossary", "term"),
    ("glossary", "definition"),
    ("agencies", "code"),
    ("agencies", "name"),
    ("remarks", "text"),
    ("safeguards", "text"),
)


@look(
    id="B07-01",
    title="清单里有重复的一行",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="表内",
    message="“{text}”出现了两次。",
    remedy="删去重复的一行；两行确实不同的，把不同之处写出来。",
    reads=(
        "agencies.code",
        "agencies.name",
        "duties.text",
        "glossary.definition",
        "glossary.term",
        "goals.name",
        "remarks.text",
        "safeguards.text",
    ),
)
def repeated_line(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two lines of a list say the same: duties, goals, glossary terms, agencies, remarks."""
    told: set[tuple[str, str]] = set()  # a line that repeats another whole is told once
    for block, column in LISTS:
        seen: dict[str, Row] = {}
        for row in book.rows(block):
            words = row.words(column)
            if not words.given:
                continue
            first = seen.setdefault(folded(words.text), row)
            if first is not row and (block, row.key) not in told:
                told.add((block, row.key))
                yield Breach(
                    cells(*_odd_one_first(row, first, column)),
                    {"text": brief(words.text)},
                )


def _odd_one_first(row: Row, first: Row, column: str) -> tuple[Words, Words]:
    """What two lines say alike; first that of the line whose other words speak less of it, where these are not alike too."""

    def kin(one: Row) -> int:
        others = (
            value.text
            for key, value in one.values.items()
            if key != column and isinstance(value, Words)
        )
        return kinship(one.text(column), "\n".join(others))

    pair = (first, row) if kin(first) < kin(row) else (row, first)
    return pair[0].words(column), pair[1].words(column)


@look(
    id="B07-02",
    title="机构设置里的本级不是一个",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表内",
    message="“是否本级”选“是”的有 {count} 个单位，应当正好一个。",
    remedy="只有部门本级那一行选“是”，其余选“否”。",
    needs=("agencies.lead",),
)
def leads(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The list of agencies names no leading unit, or more than one."""
    agencies = book.rows("agencies")
    chosen = [row for row in agencies if row.text("lead") == "是"]
    if not agencies or len(chosen) == 1:
        return
    answers = [row.words("lead") for row in chosen or agencies]
    yield Breach(cells(*answers), {"count": str(len(chosen))})


@look(
    id="B07-03",
    title="封面与机构设置说的本级不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="封面的“是否部门本级”写“{own}”，机构设置里本单位（{name}）选的是“{listed}”。",
    remedy="改填错的一处：部门本级只有一个，本级才填机构设置等各表。",
    needs=(
        "agencies.code",
        "agencies.lead",
        "agencies.name",
        "cover.lead",
        "cover.unit_code",
        "cover.unit_name",
    ),
)
def led_otherwise(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The cover says that the unit leads and its own line in the list says not, or the other way round."""
    cover = book.fields("cover")
    own = cover.words("lead")
    # A list that names no leading unit, or several, is told as such.
    chosen = [row for row in book.rows("agencies") if row.text("lead") == "是"]
    if not own.given or len(chosen) != 1:
        return
    for row in book.rows("agencies"):
        named = row.text("code") == cover.text("unit_code") and folded(
            row.text("name")
        ) == folded(cover.text("unit_name"))
        listed = row.words("lead")
        if named and listed.given and listed.text != own.text:
            places = {"own": own.text, "listed": listed.text, "name": row.text("name")}
            yield Breach(cells(own), places, value=own.text, expected=listed.text)
            return


@look(
    id="B07-04",
    title="封面与机构设置的单位编码不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="机构设置里本单位（{name}）的编码是 {listed}，封面写的是 {own}。",
    remedy="以财政的单位编码为准，改错的一处。",
    needs=("agencies.code", "agencies.name", "cover.unit_code", "cover.unit_name"),
    minor=True,
)
def coded_otherwise(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The list of agencies gives the unit itself another code than its cover; known before the others lie beside it."""
    cover = book.fields("cover")
    own, name = cover.text("unit_code"), folded(cover.text("unit_name"))
    mine = [
        row.words("code")
        for row in book.rows("agencies")
        if name and folded(row.text("name")) == name
    ]
    # two codes exchanged
    elsewhere = any(row.text("code") == own for row in book.rows("agencies"))
    numbers = re.findall(r"\d{3,}", book.book)
    # a cover that its file's name contradicts is told for that
    mistyped = bool(numbers) and own not in numbers
    if own and len(mine) == 1 and mine[0].given and not elsewhere and not mistyped:
        yield Breach(
            cells(mine[0]),
            {"name": cover.text("unit_name"), "listed": mine[0].text, "own": own},
        )


@look(
    id="B08-01",
    title="同一单位有重名的项目",
    severity=ERROR,
    basis=("审核经验/雷同",),
    kind="表内",
    message="{count} 个项目都叫“{name}”，公开后分不清谁是谁。",
    remedy="填重了的，删去一张项目表；确是不同项目的，在名称后面用括号写明区别（如支出内容、资金来源）。",
    needs=("indicators.level2",),
    reads=(*INDICATORS, "project.goal", "project.source"),
)
def same_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two projects of one unit bear the same name, and are paid from the same source: of two sources each has its sheet."""
    named: dict[tuple[str, str], list[tuple[Project, tuple[Indicator, ...]]]] = (
        defaultdict(list)
    )
    for project, table in tables(book, bounds):
        if project.name:
            named[
                folded(tight(project.head.words("name"))), project.head.text("source")
            ].append((project, table))
    for several in named.values():
        if len(several) > 1:
            # The sheet that speaks least of what its name says was probably given the other's; of two alike the later, a copy.
            kin = [_kinship_with_its_name(project, table) for project, table in several]
            names = least_first(
                [project.head.words("name") for project, _ in several], kin
            )
            places = {"name": brief(names[0].text, 60), "count": str(len(names))}
            yield Breach(cells(*names), places)


def _kinship_with_its_name(project: Project, table: Iterable[Indicator]) -> int:
    """How much a project's sheet speaks of what its name says."""
    about = [
        project.head.text("goal"),
        *(f"{row.level3}\n{row.description}" for row in table),
    ]
    return kinship(project.name, "\n".join(about))
