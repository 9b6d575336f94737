"""Checks of words against tables, notes against tables, the contents against what follows, and against last year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.audit.blocks import Table
from toolkit.audit.facts import Base, Fact, Role, wide
from toolkit.audit.finding import Beside, Duty, Heard, Spot, check, number
from toolkit.audit.forms import Form
from toolkit.audit.reading import Statement
from toolkit.audit.rows import cell_of, same_name
from toolkit.audit.tables import FIGURE, TOTAL, Entry, ReadTable
from toolkit.model import plain_name
from toolkit.rules.rule import ERROR, WARNING

YUAN = {"亿元": Decimal(100000000), "万元": Decimal(10000), "元": Decimal(1)}
NEXT = 1
LEVELS = 3
CONTENTS = re.compile(r"^\d{1,2}[.．、](?P<title>[^，。；]*表)(?:…*\.*\d*)?$")
FEWEST = 3  # tables that the contents name, from which on they promise them
TITLE_YEAR = re.compile(r"20\d\d年(?:度)?")
PARTED = re.compile(r"、(?![^（]*）)")
DOCUMENT = re.compile(r"(20\d\d)[】〕\]）)]+(\d+)号")
ENDINGS = re.compile(r"(?:预算|收入|支出|拨款|数)+$")


def in_yuan(fact: Fact) -> tuple[Decimal, Decimal] | None:
    """An amount of the words in yuan, and half a unit of its last digit; None where its unit is none of money."""
    yuan = YUAN.get(fact.unit)
    return (fact.value * yuan, fact.half * yuan) if yuan else None


@check(
    "J07-01", "文字和表里的数", Duty.ACCURATE, ERROR, "请核对文字和表，改正写错的一边。"
)
def words_and_tables(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An amount in words is the table's, as the form ties them."""
    for tie in statement.form.ties:
        told = statement.first(tie["fact"])
        table = statement.table(tie["table"])
        if told is None:
            continue
        total = table.total() if table is not None else None
        if table is None or total is None:
            heard.unchecked("文本里没有这张表，或者没有读到合计")
            continue
        _against_entry(told, table, total, tie["column"], heard)
    _items(statement, heard)


def _against_entry(
    fact: Fact, table: ReadTable, entry: Entry, column: str, heard: Heard
) -> None:
    cell = cell_of(table, entry, column)
    worth = in_yuan(fact)
    if worth is None:
        return
    value, half = cell.value if cell else Decimal(0), cell.half if cell else Decimal(0)
    if abs(worth[0] - value) <= worth[1] + half:
        heard.held()
        return
    shown = cell.called if cell else f"《{table.title}》“{column}”空着"
    spots = (fact, cell.spot if cell else Spot(entry.place, entry.name))
    heard.breaks(
        f"文中“{fact.called}”{fact.shown}，{shown}",
        spots,
        (fact.shown, number(cell.shown) if cell else ""),
    )


def _paths(table: ReadTable) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Yield the names of an entry's levels with it."""
    path: list[str] = []
    for entry in table.entries:
        if entry.codes:
            path = [*path[: len(entry.codes) - 1], plain_name(entry.name)]
            yield tuple(path), entry


def _items(statement: Statement, heard: Heard) -> None:
    """Hold the amounts told by class, section and item against the rows that are called so."""
    for fact, table, entry in _named_rows(statement):
        if entry is not None:
            _against_entry(fact, table, entry, TOTAL, heard)


def _named_rows(statement: Statement) -> Iterator[tuple[Fact, ReadTable, Entry | None]]:
    said = statement.form.named_rows
    tables = [
        table
        for key in said.get("tables", ())
        if (table := statement.table(key)) and any(e.codes for e in table.entries)
    ]
    if not tables:
        return
    rows = {path: (table, entry) for table in tables for path, entry in _paths(table)}
    for name, facts in statement.named.items():
        if name.startswith(said["facts"]):
            path = tuple(
                plain_name(level)
                for level in name.removeprefix(said["facts"]).split("/")
            )
            found = rows.get(path) or next(
                (told for row, told in rows.items() if _same_path(row, path)), None
            )
            table, entry = found or (tables[0], None)
            yield facts[0], table, entry


def _same_path(row: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether two paths are one but for what a page cut off the names of the table."""
    return len(row) == len(path) and all(
        same_name(a, b) for a, b in zip(row, path, strict=True)
    )


@check(
    "J07-02",
    "文字和表里的名称",
    Duty.ACCURATE,
    WARNING,
    "请按科目表把文字和表里的名称改成一致，漏写的补上。",
)
def names(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What the words call an item is a row of the table, and each row of the table is told in words."""
    told: set[tuple[str, ...]] = set()
    rows = [
        path
        for key in statement.form.named_rows.get("tables", ())
        if (t := statement.table(key))
        for path, _ in _paths(t)
    ]
    for fact, table, entry in _named_rows(statement):
        path = tuple(plain_name(level) for level in _levels_of(statement, fact))
        told.add(path)
        told.update(row for row in rows if _same_path(row, path))
        if entry is not None:
            heard.held()
            continue
        near = next(
            (row for row in rows if len(row) == len(path) and row[-1] == path[-1]), None
        )
        hint = f"，最接近的一行是“{'/'.join(near)}”" if near else ""
        heard.breaks(
            f"文中的“{'/'.join(path)}”，《{table.title}》里没有{hint}",
            (fact,),
            ("/".join(path), "/".join(near or ())),
        )
        if near:
            told.add(near)
    if told and all(len(path) == LEVELS for path in told):
        _untold(statement, told, heard)


def _levels_of(statement: Statement, fact: Fact) -> list[str]:
    return fact.name.removeprefix(statement.form.named_rows["facts"]).split("/")


def _untold(statement: Statement, told: set[tuple[str, ...]], heard: Heard) -> None:
    for key in statement.form.named_rows["tables"]:
        table = statement.table(key)
        for path, entry in _paths(table) if table else ():
            if (
                len(path) == LEVELS
                and all(path)
                and path not in told
                and entry.numbers.get(TOTAL)
            ):
                message = f"《{table.title if table else ''}》“{'/'.join(path)}”{number(entry.numbers[TOTAL])}，文字里没有说到"
                heard.breaks(
                    message,
                    (Spot(entry.place, f"{entry.code} {entry.name}"),),
                    (number(entry.numbers[TOTAL]), ""),
                )


@check(
    "J07-03",
    "表下的说明",
    Duty.COMPLETE,
    WARNING,
    "请核对表和说明：空表要写明本表为空表和原因，有数的表不写空表。",
)
def notes(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An empty table has a note that says so and speaks of it; a filled one has none."""
    empty = statement.form.wording["empty_table"]
    for table in statement.tables:
        if table.shape.layout == "cells":
            continue
        filled = any(
            value for entry in table.entries for value in entry.numbers.values()
        )
        note, place = table.table.note, table.table.note_place or table.table.place
        if filled and empty in note:
            heard.breaks(
                f"《{table.title}》里有数，表下却说是空表",
                (Spot(place, note),),
                ("有数", "空表"),
            )
        elif not filled and table.shape.note and not note:
            heard.breaks(
                f"《{table.title}》是空的，没有说明",
                (Spot(table.table.place, table.title),),
            )
        elif not filled and table.shape.note and table.shape.note not in note:
            heard.breaks(
                f"《{table.title}》下面的说明说的是别的表", (Spot(place, note),)
            )
        else:
            heard.held()


@check(
    "J07-04",
    "目录里的表",
    Duty.COMPLETE,
    WARNING,
    "请补上目录里有、文中没有的表，或者改正目录。",
)
def promised(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A table that the contents name stands in the document, where its other tables do."""
    wanted = {
        _plain_title(found["title"]): number_
        for number_, paragraph in enumerate(statement.paragraphs)
        if (found := CONTENTS.match(paragraph.text))
    }
    if len(wanted) < FEWEST:
        return
    there = {
        _plain_title(table.title) for table in _all_tables(statement) if table.title
    }
    kept = {
        title for title in wanted if any(title in one or one in title for one in there)
    }
    if not kept:
        heard.unchecked("表不在这个文件里", len(wanted))
        return
    heard.held(len(kept))
    for title, number_ in wanted.items():
        if title not in kept:
            text = statement.paragraphs[number_].text
            heard.breaks(
                f"目录里有“{title}”，文中没有",
                (heard.around(number_, 0, len(text)),),
                (title, ""),
            )


def _all_tables(statement: Statement) -> Iterator[Table]:
    yield from (one.table for one in statement.tables)
    yield from statement.unread


def _plain_title(title: str) -> str:
    return re.sub(r"[“”\"＂]|预算单位|单位|部门", "", TITLE_YEAR.sub("", title))


@check(
    "J07-05",
    "“详见下表”的数",
    Duty.ACCURATE,
    ERROR,
    "请核对文字和下面的表，改正写错的一边。",
)
def below(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An amount that points to the table below stands in it."""
    pointer = re.compile(statement.form.wording["below"])
    for fact in statement.facts:
        if (
            fact.role is not Role.VALUE
            or not fact.value
            or fact.unit not in statement.form.money
        ):
            continue
        text = wide(statement.paragraphs[fact.paragraph].text)
        if not pointer.match(text[fact.end :]):
            continue
        table = _next_table(statement, fact)
        if table is None:
            heard.unchecked("下面没有读到表")
            continue
        numbers = list(_numbers(table))
        if fact.value in numbers:
            heard.held()
        elif numbers:
            shown = "、".join(number(one) for one in dict.fromkeys(numbers))
            message = (
                f"“{fact.called}”{fact.shown}，说是见下表，表里没有这个数（有 {shown}）"
            )
            heard.breaks(
                message, (fact, Spot(table.place, table.title)), (fact.shown, shown)
            )


def _next_table(statement: Statement, fact: Fact) -> Table | None:
    """The first table behind a fact's paragraph."""
    paragraph = statement.paragraphs[fact.paragraph]
    blocks = list(statement.blocks)
    start = next(
        (at for at, block in enumerate(blocks) if block is paragraph), len(blocks)
    )
    return next((block for block in blocks[start:] if isinstance(block, Table)), None)


def _numbers(table: Table) -> Iterator[Decimal]:
    for row in table.rows:
        for text in (row.line,) if row.line else row.cells:
            for found in FIGURE.finditer(text.strip()):
                yield Decimal(found[0].replace(",", ""))


@check(
    "J07-07",
    "文字和公开表里的数",
    Duty.ACCURATE,
    ERROR,
    "请核对文字和公开表，改正写错的一边。",
)
def words_and_workbook(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An amount in words stands in the rows of the public tables that are called so (`--tables`)."""
    told_once = (statement.first(name) for name in statement.named)
    facts = [
        fact
        for fact in told_once
        if fact is not None and fact.unit in YUAN and not fact.counts
    ]
    if beside.rows is None:
        if facts:
            heard.unchecked("没有给出公开表（--tables）", len(facts))
        return
    for fact in facts:
        told = [
            one
            for title, cells in beside.rows.items()
            if is_row(title, fact, statement.form)
            for one in cells
        ]
        worth = in_yuan(fact)
        if not told or worth is None:
            heard.unchecked("公开表里没有叫这个名字的行")
        elif any(abs(worth[0] - value) <= worth[1] for value, _ in told):
            heard.held()
        else:
            value, cell = told[0]
            shown = number(value / YUAN[fact.unit])
            message = (
                f"文中“{fact.called}”{fact.shown}，公开表{cell}是 {shown}{fact.unit}"
            )
            heard.breaks(message, (fact,), (fact.shown, shown))


def is_row(title: str, fact: Fact, form: Form) -> bool:
    """Whether a row of the tables is called as the words call an amount, as the form calls it, or by the item of its path."""
    said, row = plain_name(fact.said).strip('“”"＂'), plain_name(title)
    if said and (row == said or ENDINGS.sub("", row) == ENDINGS.sub("", said) != ""):
        return True
    item = fact.name.rpartition("/")[2]
    if item != fact.name and row == plain_name(item):
        return True
    named = form.rows.get(fact.name)
    return bool(named and named.fullmatch(row)) or any(
        subject.name == fact.name and subject.bare.fullmatch(title)
        for subject in form.subjects
    )


@check(
    "J07-09",
    "文中列的项目和项目表",
    Duty.ACCURATE,
    WARNING,
    "请核对项目的名称，写全，不要重复。",
)
def listed_projects(statement: Statement, beside: Beside, heard: Heard) -> None:
    """The projects that the words list are those of the project tables, by their names, each once."""
    said = statement.form.projects
    tables = [
        table for table in statement.tables if said and table.shape.id == said["table"]
    ]
    names = [plain_name(_project(table.table.title, said["name"])) for table in tables]
    for number_, paragraph in (
        enumerate(statement.paragraphs) if len(names) >= FEWEST else ()
    ):
        for found in re.finditer(
            statement.form.wording["main_projects"], wide(paragraph.text)
        ):
            items = [item for item in PARTED.split(found["list"]) if item]
            known = [item for item in items if _is_one(plain_name(item), names)]
            if len(known) * 2 > len(items) >= FEWEST:
                _listed(heard, number_, found, (items, known))


def _project(title: str, pattern: str) -> str:
    found = re.search(pattern, title)
    return found["name"] if found else title


def _is_one(item: str, names: Sequence[str]) -> bool:
    """Whether a name is, begins, or is begun by, one of the projects'."""
    return any(
        name.startswith(item) or item.startswith(name) or same_name(item, name)
        for name in names
        if name
    )


def _listed(
    heard: Heard,
    paragraph: int,
    found: re.Match[str],
    told: tuple[Sequence[str], Sequence[str]],
) -> None:
    items, known = told
    heard.held(len(known))
    for item in items:
        if item not in known:
            at = found.start("list") + found["list"].index(item)
            heard.breaks(
                f"文中列了“{item}”，项目绩效表里没有叫这个名字的",
                (heard.around(paragraph, at, at + len(item)),),
                (item,),
            )
    documents = Counter(
        (match[1], match[2]) for item in items if (match := DOCUMENT.search(item))
    )
    for (year, serial), times in documents.items():
        if times > 1:
            spot = heard.around(paragraph, found.start("list"), found.start("list"))
            heard.breaks(
                f"〔{year}〕{serial}号文列了 {times} 遍", (spot,), (str(times),)
            )


@check(
    "J08-01",
    "增减与上年的文本",
    Duty.ACCURATE,
    ERROR,
    "请核对上年的数、本年的数和增减，改正写错的一个。",
)
def last_year(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A change is the difference to what last year's statement told (`--last`)."""
    for change in statement.facts:
        if (
            change.role is not Role.CHANGE
            or change.base is not Base.LAST
            or not change.name
            or change.repeats
        ):
            continue
        if beside.last is None:
            heard.unchecked("没有给出上年的文本（--last）")
            continue
        now, before = statement.first(change.name), beside.last.first(change.name)
        if now is None or before is None or now.unit != before.unit:
            heard.unchecked("上年的文本里没有读到这个数")
        else:
            _difference(change, now, before, beside.last.name, heard)


def _difference(change: Fact, now: Fact, before: Fact, last: str, heard: Heard) -> None:
    real = now.value - before.value
    if abs(real - change.value) <= now.half + before.half + change.half:
        heard.held()
        return
    way = (
        "持平"
        if not change.value
        else ("增加" if change.value > 0 else "减少") + change.shown
    )
    really = (
        "持平"
        if not real
        else ("增加" if real > 0 else "减少") + number(abs(real)) + now.unit
    )
    message = f"“{now.called}”{now.shown}，《{last}》里是 {before.shown}，{really}，写的是{way}"
    heard.breaks(message, (change, now), (way, really))
