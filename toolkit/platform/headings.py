"""Which column of the export is which of ours: by the headings above it, one to four rows of them, never by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.model import BlockKind
from toolkit.platform.declared import Export, in_one_line, plain
from toolkit.platform.heads import ASK, Region, Told
from toolkit.profile.form import Block, Column

SEVERAL = 2  # texts in a row
MOST_HEADINGS = 6  # rows of them
YEARS = re.compile(r"20\d\d")
OF_LIST = "of_"  # begins the keys of the words by which headings say of which code list they are
CODE_FIRST = re.compile(r"\d{3,7}\D")
MONEY = re.compile(r"[(（](?:金额)?(?:单位[:：])?(?:人民币)?([百千万亿]*元)[)）]")


@dataclass(frozen=True)
class Band:
    """The rows of a table's headings, from 1, and for each column what stands above it, outermost first."""

    first: int
    last: int
    paths: Mapping[int, tuple[str, ...]]
    # the unit that a column's own heading says
    money: Mapping[int, str] = field(default_factory=dict)


@dataclass
class Columns:
    """The columns that were recognised: of our columns by key; of codes, names and units by what they are."""

    entries: dict[str, int] = field(default_factory=dict)
    # of the code, the outermost level first; one that holds it whole
    parts: list[int] = field(default_factory=list)
    name: int = 0
    unit_code: int = 0
    unit_name: int = 0
    told: list[Told] = field(default_factory=list)


def words_of(block: Block, export: Export) -> dict[str, frozenset[str]]:
    """What each column of a block may be called, codes and names among them."""
    return {
        key: export.names_of(block, column) for key, column in block.columns.items()
    }


def band_of(region: Region, known: frozenset[str], export: Export) -> Band | None:
    """The headings of a table: from the first row in which two words are known to the last above the first number.

    Below the first, several texts in a row without a number are headings too, known or not.
    """
    laid = region.laid
    first, last = 0, 0
    for row in region.rows:
        texts = {
            column: text
            for column in region.columns
            if (text := laid.text(row, column))
        }
        if first and any(laid.is_number(row, column) for column in texts):
            break
        headings = {plain(text) for text in texts.values()}
        own = sum(1 for _ in laid.row_texts(row))
        if first and headings & export.common["total"] and own == 1:
            break  # an empty table has a total, and no number in it
        if len(headings & known) >= (1 if first else 2) or (
            first and own >= SEVERAL and not _is_remark(texts, export)
        ):
            first, last = first or row, row
        if first and row - first >= MOST_HEADINGS:
            break
    return band_in(region, first, last) if first else None


def _is_remark(texts: Mapping[int, str], export: Export) -> bool:
    """Whether a row speaks about the table (注：……)."""
    first = next(iter(texts.values()), "")
    words = tuple(export.common["note"])
    return in_one_line(first).startswith(words)


def band_in(region: Region, first: int, last: int) -> Band:
    """The headings that stand in some rows."""
    laid = region.laid
    paths: dict[int, tuple[str, ...]] = {}
    money: dict[int, str] = {}
    for column in region.columns:
        path: list[str] = []
        for row in range(first, last + 1):
            text = laid.text(row, column)
            said = plain(text)
            # A heading that is merged over several rows is said in each.
            if said and path[-1:] != [said]:
                path.append(said)
            for found in MONEY.finditer(text):
                money[column] = found[1]
        paths[column] = tuple(path)
    return Band(first, last, paths, money)


def columns_of(
    region: Region, band: Band, block: Block, export: Export, year: int
) -> Columns:
    """Which column is which of a list's; what was not recognised, and what could be two, is told."""
    found = Columns()
    _take_units(band, export, found)
    _take_codes(region, band, block, export, found)
    words = words_of(block, export)
    entries = {key: column for key, column in block.columns.items() if column.numeric}
    ours = frozenset[str]().union(*(words[key] for key in entries))
    fitting: dict[str, list[int]] = {}
    taken = {*found.parts, found.name, found.unit_code, found.unit_name}
    unknown: dict[
        int, str
    ] = {}  # the columns that are none of ours, and why; "" where nobody knows
    for at, path in band.paths.items():
        if at in taken or not path:
            continue
        if _of_other_year(path, ours, export, year):
            unknown[at] = "不是本年的预算数"
        elif key := _meant(path, entries, words, export):
            fitting.setdefault(key, []).append(at)
        else:
            within = next(
                (one for one in path[:-1] if any(one in words[key] for key in entries)),
                "",
            )
            unknown[at] = f"是“{within}”里的一部分" if within else ""
    for key, places in fitting.items():
        own = [
            at for at in places if _known_outside(band.paths[at][:-1], block, export)
        ]
        _take_one(region, band, block.columns[key], own or places, found)
    found.told += _not_read(region, band, unknown, export)
    return found


def _take_one(
    region: Region, band: Band, column: Column, places: Sequence[int], found: Columns
) -> None:
    """The one place of a column; where several fit, the one that holds anything and is seen, else none."""
    holding = [
        at
        for at in places
        if any(region.laid.own(row, at) for row in region.rows if row > band.last)
    ] or [places[0]]
    if len(holding) > 1:
        holding = [at for at in holding if not region.laid.is_hidden(at)] or holding
    if len(holding) == 1:
        found.entries[column.key] = holding[0]
        return
    cells = "、".join(region.laid.cell(band.last, at).address for at in holding)
    said = f"有 {len(holding)} 列的表头都像“{column.title}”（{cells}），不知道用哪一列，这一列没有读。请在平台里只留一列再导出"
    found.told.append(
        Told(said, region.laid.cell(band.last, holding[0]), region.table.title)
    )


def _not_read(
    region: Region, band: Band, columns: Mapping[int, str], export: Export
) -> Iterator[Told]:
    """The columns with amounts that are none of ours."""
    laid = region.laid
    words = export.common
    no_amounts = words["index"] | words["code"] | words["name"] | words["label"]
    for at, why in columns.items():
        if band.paths[at][-1] in no_amounts:
            continue
        rows = [
            row
            for row in region.rows
            if row > band.last and laid.is_number(row, at) and laid.amount(row, at)
        ]
        if rows:
            heading = "—".join(band.paths[at])
            said = f"“{heading}”一列没有读（{len(rows)} 个数）：{why or f'表样里没有这一列。{ASK}'}"
            yield Told(
                said, laid.cell(band.last, at), region.table.title, left_out=not why
            )


def _of_other_year(
    path: Sequence[str], ours: frozenset[str], export: Export, year: int
) -> bool:
    """Whether a column is of another year, or tells a change; what was left of last year (上年结转) may be a column of ours."""
    years = set(YEARS.findall("".join(path)))
    said = "".join(path[:-1] if path[-1] in ours else path)
    return (bool(years) and str(year) not in years) or any(
        word in said for word in export.common["other_year"]
    )


def _meant(
    path: Sequence[str],
    entries: Mapping[str, Column],
    words: Mapping[str, frozenset[str]],
    export: Export,
) -> str:
    """The column that headings speak of; "" where it is none of ours."""
    sums = export.common["total"] | export.common["subtotal"]
    bare = [YEARS.sub("", one).removeprefix("年") for one in path]
    *outer, leaf = bare
    own = {key: words[key] for key in entries}
    if leaf not in sums:
        found = [key for key in own if leaf in own[key] or path[-1] in own[key]]
        parents = [
            key
            for key in own
            for one in outer
            if one in own[key] - sums and key not in found
        ]
        fitting = [
            key for key in found if not parents or set(entries[key].group) & set(outer)
        ]
        return _best(fitting, entries, outer)
    for heading in reversed(outer):  # 基本支出—小计 is 基本支出
        named = [key for key in own if heading in own[key] - sums]
        if named:
            return _best(named, entries, outer)
    totals = [key for key in own if leaf in own[key]] or [
        key for key in own if own[key] & sums
    ]
    if len(totals) > 1:
        return _best(
            [key for key in totals if _groups(entries[key]) & set(outer)],
            entries,
            outer,
        )
    return totals[0] if totals else ""


def _best(
    keys: Sequence[str], entries: Mapping[str, Column], outer: Sequence[str]
) -> str:
    """Of several columns the one whose own headings stand above; "" where that leaves more than one, or none."""
    if len(keys) <= 1:
        return keys[0] if keys else ""
    groups = {key: _groups(entries[key]) for key in keys}
    fits = {
        key: (len(own & set(outer)), -len(own - set(outer)))
        for key, own in groups.items()
    }
    best = [key for key in keys if fits[key] == max(fits.values())]
    return best[0] if len(best) == 1 else ""


def _groups(column: Column) -> set[str]:
    return {plain(group) for group in column.group}


def _known_outside(outer: Sequence[str], block: Block, export: Export) -> bool:
    """Whether the headings around a total are the table's own, not those of a part that we do not know."""
    groups = {
        plain(group) for column in block.columns.values() for group in column.group
    }
    known = groups | export.common["amount"] | {plain(in_one_line(block.title))}
    known |= {
        name
        for names in export.words.get(f"{block.key}.*", ())
        for name in [plain(names)]
    }
    return all(one in known or YEARS.search(one) for one in outer)


def _take_units(band: Band, export: Export, found: Columns) -> None:
    for at, path in band.paths.items():
        leaf = path[-1] if path else ""
        if leaf in export.common["unit_code"] and not found.unit_code:
            found.unit_code = at
        elif leaf in export.common["unit_name"] and not found.unit_name:
            found.unit_name = at


def _take_codes(
    region: Region, band: Band, block: Block, export: Export, found: Columns
) -> None:
    """The columns of the code: one for each level by its title, several under one heading, or one that holds it whole."""
    if not block.coded:
        return
    coded = block.coded[0]
    titles = [export.names_of(block, block.columns[key]) for key in coded.columns]
    groups = {
        plain(group) for key in coded.columns for group in block.columns[key].group
    }
    whole = export.common["code"] | groups
    names = export.common["name"] | (
        export.names_of(block, block.columns[coded.name]) if coded.name else frozenset()
    )
    others = [
        one
        for key, said in export.common.items()
        if key.startswith(OF_LIST) and key != OF_LIST + coded.list
        for one in said
    ]
    own = {
        at: path
        for at, path in band.paths.items()
        if path and not any(word in "".join(path) for word in others)
    }
    single = [at for at, path in own.items() if path[-1] in whole]
    if len(coded.columns) > 1:
        levels = [
            [at for at, path in own.items() if _is_part(path[-1], of_level, export)]
            for of_level in titles
        ]
        if levels[0] and all(len(places) <= 1 for places in levels):
            found.parts = [places[0] if places else 0 for places in levels]
    elif titles:
        single = single or [at for at, path in own.items() if path[-1] in titles[0]]
    if not found.parts and single:
        found.parts = single[:1] if len(single) != len(coded.columns) else single
    for at, path in own.items():
        if path[-1] in names and at not in found.parts and not found.name:
            found.name = at
    if not found.parts and found.name and _holds_codes(region, band, found.name):
        found.parts = [found.name]  # code and name in one cell


def _is_part(heading: str, titles: frozenset[str], export: Export) -> bool:
    """Whether a heading names one level of a code: 类, 类级, 类编码."""
    return any(
        heading.removeprefix(one) in {"", *export.common["part"]}
        for one in titles
        if heading.startswith(one)
    )


def _holds_codes(region: Region, band: Band, column: int) -> bool:
    """Whether most cells of a column begin with a code."""
    texts = [
        text
        for row in region.rows
        if row > band.last and (text := in_one_line(region.laid.text(row, column)))
    ]
    return sum(1 for text in texts if CODE_FIRST.match(text)) * 2 > len(texts)


def is_single_row(block: Block) -> bool:
    """Whether a grid is one row of figures under headings: it is then read as a list of one line is."""
    return block.kind is BlockKind.GRID and len(block.rows) == 1
