"""Relations between the nine tables: by which rule each is held, and what that rule tells where one cell is wrong.

`python -m tests.relations` exports the nine tables of a unit, makes one cell of them wrong, imports them into the unit's
workbook and checks it; so for every cell in turn, then for every figure of the forms that the platform lacks. What was told
is written down in docs/relations.md, whose cases tests/test_relations.py tries again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.platforms import BY_TITLE, PROFILE, Sheeted, Way, exported, grid_of, profile
from toolkit import steps
from toolkit.check.asked import relation_rules, rules_of_door
from toolkit.check.judge import check_return
from toolkit.model import BlockKind, Cell, Figure, Name, Return
from toolkit.platform.planted import planted
from toolkit.platform.taken import take
from toolkit.profile.by_door import of_return, through
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.coded import code_of
from toolkit.returns.data import computed, from_data
from toolkit.returns.origins import Line
from toolkit.rules.rule import INFO

PAGE = Path(__file__).parent.parent / "docs" / "relations.md"
PROFILES = (BY_TITLE, PROFILE)
IMPORT = "导入时核对"  # held while an export is read: its own sums, levels and totals
MORE_YUAN = 30_000
LISTS = ("income_entries", "outlay_entries")
Data = dict[str, Any]


@dataclass(frozen=True)
class Relation:
    """What must hold, in words, and the rules that hold it: a rule's whole id, or the beginning of one before a point.

    A rule that holds it in one profile alone stands with that before it.
    """

    said: str
    rules: tuple[str, ...]
    # how the import tells it: the sheet of the export, then the sentence
    imported: str = ""


WITHIN = (
    Relation(
        "收入总计＝支出总计",
        (
            "B01-01",
            "R-fiscal_balance",
            "R-general_sides",
            "R-fund_sides",
            "R-capital_sides",
        ),
    ),
    Relation(
        "本年收入合计＋上年结转＝收入总计",
        ("S-income.current", "S-income.total"),
        r"(?<!拨款)收支总表：“(本年收入合计|收入总计)”",
    ),
    Relation(
        "本年支出合计＋年终结转＝支出总计",
        ("S-outlay.current", "S-outlay.total"),
        r"(?<!拨款)收支总表：“(本年支出合计|支出总计)”",
    ),
    Relation(
        "合计＝各栏之和",
        ("S-income_lines.total", "S-outlay_lines.total"),
        r"收入总表：\S+ 的“合计”",
    ),
    Relation("类＝款之和＝项之和", ("A03-14",), r"：(\d+ \S+的“|合计行的“)"),
    Relation(
        "支出＝基本支出＋项目支出",
        ("S-outlay_lines.total", "S-general_lines.total", "S-fund_lines.total"),
        r"(支出总表|(?<!基本)支出表)：\S+ 的“合计”",
    ),
    Relation(
        "基本支出＝人员经费＋公用经费",
        ("S-basic_lines.total", "S-composition.basic", "R-basic_within"),
        r"基本支出(明细)?表：\S+ 的“合计”",
    ),
    Relation(
        "财政拨款＝一般公共预算＋政府性基金＋国有资本经营",
        ("S-fiscal_income.total", "S-fiscal_outlay.total"),
        r"财政拨款收支总表：“|收支总表：“一、财政拨款收入”",
    ),
    Relation(
        "三公＝出国＋（购置＋运行）＋接待",
        ("S-three_public.total", "S-three_public.vehicles"),
        r"三公.*：“",
    ),
    Relation("采购金额＝各资金来源之和＝数量×单价", ("B05-01", "B05-02", "B05-11")),
    Relation("小微份额≤预留份额≤采购金额", ("B05-03", "B05-08")),
    Relation("其中项≤所在项", ("B02-01", "B06-01")),
)
BETWEEN = (
    Relation("第 1、2 表的合计相等", ("R-income_total",)),
    Relation(
        "第 1、2 表的各项来源相等",
        (
            "R-from_",
            "R-fiscal_income",
            "R-undertaking",
            "R-operation",
            "R-other_income",
        ),
    ),
    Relation("第 1、3 表的合计相等，各类相等", ("R-outlay_total", "R-outlay_class")),
    Relation(
        "第 2、3 表的合计相等，各科目相等", ("R-each_item", "R-income_class", "B01-01")
    ),
    Relation(
        "第 1、4 表的财政拨款相等",
        ("R-fiscal_general", "R-fiscal_fund", "R-fiscal_capital"),
    ),
    Relation(
        "第 4 表＝第 5、7、8 表", ("R-general_table", "R-fund_table", "R-capital_table")
    ),
    Relation(
        "第 4 表各类＝第 5、7、8 表各类",
        ("R-general_class", "R-fund_class", "R-capital_class"),
    ),
    Relation(
        "第 2 表的财政拨款＝第 4、5、7、8 表",
        ("shanghai-2026/R-fiscal_class", "R-each_fiscal"),
    ),
    Relation("第 5 表的基本支出＝第 6 表的合计", ("R-basic_table",)),
    Relation(
        "第 3 表≥第 5 表（及第 7、8 表）",
        (
            "R-general_part",
            "R-each_basic",
            "R-each_project",
            "R-fiscal_within",
            "hebei-2023/R-fiscal_class",
        ),
    ),
    Relation(
        "第 3 表的基本支出、项目支出＝支出构成",
        ("R-basic_all", "R-project_all", "R-personnel", "R-operating"),
    ),
    Relation("第 6 表的 301、302≤人员经费、公用经费", ("R-wages", "R-goods")),
    Relation(
        "财政拨款支出＝支出主要内容", ("R-uses_total", "R-uses_class", "R-each_use")
    ),
    Relation(
        "上年的合计＝基本支出＋项目支出，各数不大于所在的合计",
        ("R-last_total", "R-last_basic", "R-last_fiscal"),
    ),
    Relation("各项目金额之和＝项目支出", ("C02-01",)),
    Relation(
        "三公各项≥第 6 表的 30212、30217、30231",
        ("R-abroad", "R-reception", "R-running"),
    ),
    Relation("机关运行经费≤公用经费，行政单位相等", ("C03-01", "C03-02")),
)
RELATIONS = WITHIN + BETWEEN
# What one unit's figures cannot show: rules with cases of their own.
ELSEWHERE = (
    Relation("部门＝各单位之和，单位之间的往来抵销", ("F07-01", "F07-02", "F02-02")),
    Relation("项目表＝支出明细的项目，一一对应", ("B09-01", "B09-02", "B09-03")),
    Relation("收入明细＝支出明细", ("B09-10",)),
    Relation("增减额＝今年－上年", ("B02-02", "B04-01")),
    Relation("上年数＝上年公开的数", ("F06-01", "B09-09")),
    Relation("写进文字的数＝表里的数", ("C07-01", "B02-10", "B02-11", "C05-08")),
)


# -- a unit whose tables have something in every row and column -------------------------------------------------------

FUNCTIONS = {"政府性基金": "2120801", "国有资本": "2230105"}
GENERAL = (
    ("2080101", "30101", "人员类"),
    ("2080101", "30212", "运转类公用"),
    ("2080102", "", "特定目标类"),
)
MORE = (("2210201", "30217", "运转类公用"), ("2210201", "30231", "运转类公用"))
SECTIONS = {"abroad": "12", "reception": "17", "vehicle_running": "31"}
SIDES = {"单位资金": "其他收入"}  # what income calls a fund of outlay that it has not


def _lines(of: str) -> tuple[list[Data], list[Data]]:
    """The entries of income and outlay, of each fund some."""
    blocks = through(load(of), load(of).doors["明细"]).book.blocks
    outlay, income = (blocks[key].columns["fund"].choices for key in reversed(LISTS))
    spent: list[Data] = []
    scale = 1 if of == BY_TITLE else 100
    for place, fund in enumerate(outlay, 1):
        code = next((code for word, code in FUNCTIONS.items() if word in fund), None)
        kinds = GENERAL + MORE if place == 1 else GENERAL
        for number, (function, economic, kind) in enumerate(kinds, 1):
            if code is not None and kind != "特定目标类":
                continue
            line = {
                "function": code or function,
                "economic": economic,
                "kind": kind,
                "fund": fund,
            }
            line |= {"project": "城区道路维修"} if kind == "特定目标类" else {}
            spent.append(
                {key: text for key, text in line.items() if text}
                | {"amount": str(scale * (1000 * place + 110 * number))}
            )
    come: list[Data] = []
    for line in spent:
        fund = line["fund"] if line["fund"] in income else SIDES[line["fund"]]
        come.append(
            {"function": line["function"], "fund": fund, "amount": line["amount"]}
        )
    for fund in income:  # some of what the other income is, is of another source
        other = next(
            (
                line
                for line in come
                if line["fund"] == "其他收入" and Decimal(line["amount"]) > 500
            ),
            None,
        )
        if other is not None and fund not in {line["fund"] for line in come}:
            other["amount"] = str(Decimal(other["amount"]) - 100)
            come.append({**other, "fund": fund, "amount": "100"})
    return come, spent


@lru_cache(maxsize=2)
def right(of: str) -> Return:
    """A unit by its entries, whose forms all agree."""
    whole = load(of)
    come, spent = _lines(of)
    data: Data = {
        "cover": {
            "door": "明细",
            "unit_code": "333001",
            "unit_name": "某局",
            "nature": "行政单位",
        }
    }
    data |= {"income_entries": come, "outlay_entries": spent}

    def made(data: Data) -> Return:
        given = from_data(data, whole, "甲.xlsx")
        return computed(given, of_return(whole, given).book)

    return made(data | _limited(made(data), of))


def _limited(book: Return, of: str) -> Data:
    """What of the ninth table is limited by the sixth, at its limit."""
    scale = Decimal(1) if of == BY_TITLE else Decimal(10000)
    public: Data = {}
    for row, section in SECTIONS.items():
        (line,) = (
            one
            for one in book.rows("basic_lines")
            if (one.text("category"), one.text("section")) == ("302", section)
        )
        amount = str(line.figure("total").number / scale)
        public[row] = {"this_year": amount, "last_year": amount}
    operating = book.figure("composition.operating.this_year").number
    return {"three_public": public, "operating": {"amount": str(operating / scale)}}


def by_entries(of: str) -> Data:
    """The same unit's data as it fills them in by its entries."""
    come, spent = _lines(of)
    data = lacking(of)
    data["cover"]["door"] = "明细"
    if of == BY_TITLE:  # what of it is made of entries is not typed
        data["composition"] = {"own": data["composition"]["own"]}
    return data | {"income_entries": come, "outlay_entries": spent}


def lacking(of: str) -> Data:
    """What the platform lacks, as the unit fills it in besides: all that is limited at its limit."""
    book = right(of)
    projects = book.figure("composition.project.this_year").number
    bought = {
        "project": "城区道路维修",
        "item": "台式电脑",
        "catalogue": "A02010105",
        "measure": "台",
    }
    bought |= {
        "quantity": "2",
        "price": "5",
        "amount": "10",
        "reserve": "10",
        "small": "10",
    }
    data: Data = {
        "cover": {"unit_code": "333001", "unit_name": "某局", "nature": "行政单位"},
        **_limited(book, of),
        "procurement": [bought | ({"general": "10"} if of == BY_TITLE else {})],
        "projects": [{"name": "城区道路维修", "amount": str(projects)}],
    }
    if of == BY_TITLE:
        composition = {
            row: {"this_year": str(book.figure(f"composition.{row}.this_year").number)}
            for row in COMPOSED
        }
        composition["own"] = dict(composition["project"])
        data |= {"composition": composition}
        data |= {
            "assets": {
                "houses": {"quantity": "80", "value": "9"},
                "office": {"quantity": "80", "value": "9"},
            }
        }
    else:
        last = {
            row: {"last_year": str(book.figure(f"composition.{row}.this_year").number)}
            for row in COMPARED
        }
        data |= {"uses": list(_uses(book)), "composition": last}
    return data


COMPOSED = ("personnel", "operating", "project")
COMPARED = (*COMPOSED, "total", "basic", "general", "fund", "capital")


def _uses(book: Return) -> Iterator[Data]:
    """What is spent of the budget's own money on each 项."""
    keys = ("category", "section", "item")
    for block in ("general_lines", "fund_lines", "capital_lines"):
        for row in book.rows(block):
            if row.text("item"):
                parts = {key: row.text(key) for key in keys}
                yield parts | {
                    "amount": str(row.figure("total").number),
                    "purpose": "维修道路",
                }


# -- one cell of it wrong ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """A cell that is made wrong: of an exported sheet by its address, of our own forms by its name."""

    sheet: str
    address: str


@dataclass
class Outcome:
    """Where the wrong figure stands in our workbook, and the cells that each rule names."""

    cells: frozenset[Cell]
    named: dict[str, set[Cell]] = field(default_factory=dict)
    imported: tuple[str, ...] = ()  # told as the export was read, at its cell

    def told_by(self, relation: Relation, rules: Sequence[str]) -> list[bool]:
        """Of each rule of a relation that speaks, whether it names the wrong cell."""
        found = [
            bool(self.cells & cells)
            for rule, cells in self.named.items()
            if any(_is(rule, one) for one in rules)
        ]
        imported = relation.imported and any(
            re.search(relation.imported, one) for one in self.imported
        )
        return [*found, True] if imported else found


def _is(rule: str, said: str) -> bool:
    """Whether a rule is one that is said so: by its id, by what stands before the point, or by a beginning that ends so."""
    return (
        rule == said
        or rule.startswith(f"{said}.")
        or (said.endswith("_") and rule.startswith(said))
    )


class Unit:
    """A unit's export and its other forms, to be made wrong."""

    def __init__(self, of: str) -> None:
        self.of = of
        self.profile: Profile = profile(of)
        self.base = lacking(of)
        self.sheets = exported(right(of), Way())
        self.rules = steps.catalogue(self.profile)

    def spots(self) -> Iterator[Spot]:
        """The cells of the export that hold a figure, then the figures of our own forms that somebody fills in.

        Of the table of kinds of basic expenditure the blank cells too: there a figure may stand in the wrong column.
        """
        for sheet in self.sheets:
            amounts = {
                at
                for line in sheet.rows
                for at, one in enumerate(line)
                if isinstance(one, Decimal)
            }
            for row, line in enumerate(sheet.rows, 1):
                begun = (
                    any(isinstance(one, Decimal) for one in line)
                    and "基本支出" in sheet.name
                )
                for column, one in enumerate(line, 1):
                    if isinstance(one, Decimal) or (begun and column - 1 in amounts):
                        yield Spot(sheet.name, Cell("", "", row, column).address)
        for name in self._own():
            yield Spot("", str(name))

    def _own(self) -> Iterator[Name]:
        book, shape = from_data(self.base, self.profile), self.profile.book
        taken = take([grid_of(self.sheets)], self.profile).units[0]
        imported = {
            line.block for line in planted(taken, self.profile, self.base).lines
        }
        for name, value in book.values():
            entered = (
                shape.formula_of(name) is None and not shape.column_of(name).constant
            )
            if (
                isinstance(value, Figure)
                and value.given
                and entered
                and name.block not in imported
            ):
                yield name

    def wrong(self, spot: Spot | None) -> Outcome:
        """What is told where one figure is a little too large."""
        sheets = [
            replace(sheet, rows=[list(row) for row in sheet.rows])
            for sheet in self.sheets
        ]
        base: Data = self.base
        if spot is not None and spot.sheet:
            (line, at) = next(_cell_of(sheets, spot))
            line[at] = Decimal(line[at] or 0) + (
                3 if line[at] is not None and line[at] < MORE_YUAN else MORE_YUAN
            )
        made = take([grid_of(sheets)], self.profile)
        if spot is not None and not spot.sheet:
            base = _changed(base, Name.parse(spot.address), self.profile)
        put = planted(made.units[0], self.profile, base)
        found = check_return(put.filled, self.profile, self.rules).findings
        told = (*made.told, *put.told)
        outcome = Outcome(frozenset(self._where(spot, put.lines, put.filled)))
        at_it = (
            one
            for one in told
            if one.unsound and one.cell is not None and _at(one.cell) == spot
        )
        outcome.imported = tuple(
            f"{one.cell.sheet}：{one.said}" for one in at_it if one.cell is not None
        )
        for finding in found:
            if finding.severity is not INFO:
                for one in finding.every():
                    outcome.named.setdefault(one.rule, set()).update(finding.cells)
        return outcome

    def _where(
        self, spot: Spot | None, lines: Iterable[Line], book: Return
    ) -> Iterator[Cell]:
        """The cells of our workbook that a wrong figure stands in."""
        if spot is not None and not spot.sheet:
            yield from book[Name.parse(spot.address)].cells()
        for line in lines:
            if spot == Spot(line.origin.sheet, line.origin.address):
                yield from _cells(line, book, self.profile)


def _at(cell: Cell) -> Spot:
    return Spot(cell.sheet, cell.address)


def _cell_of(sheets: Sequence[Sheeted], spot: Spot) -> Iterator[tuple[list[Any], int]]:
    for sheet in sheets:
        for row, line in enumerate(sheet.rows, 1):
            for column in range(1, len(line) + 1):
                if spot == Spot(sheet.name, Cell("", "", row, column).address):
                    yield line, column - 1


def _changed(base: Data, name: Name, of: Profile) -> Data:
    """The data of our own forms with one figure larger."""
    from copy import deepcopy

    data = deepcopy(base)
    *path, last = of.book.path_of(name)
    held: Any = data
    for step in path:
        held = held[step]
    held[last] = str(
        Decimal(held[last]) + (MORE_YUAN if of.book.column_of(name).unit == "元" else 3)
    )
    return data


def _cells(line: Line, book: Return, of: Profile) -> Iterator[Cell]:
    """The cells of what a line of origins speaks of."""
    block = of.book.blocks[line.block]
    if block.kind is not BlockKind.LIST:
        yield from book[
            Name(
                line.block,
                line.row if block.kind is BlockKind.GRID else "",
                line.column,
            )
        ].cells()
        return
    for row in book.rows(line.block):
        if code_of(row, block.coded[0].columns) == line.row:
            yield from row.values[line.column].cells()


@lru_cache(maxsize=2)
def unit(of: str) -> Unit:
    return Unit(of)


# -- what was told, on a page -----------------------------------------------------------------------------------------


@dataclass
class Row:
    """What became of one relation in one profile: the rules it has there, the wrong cells that broke it, those it named."""

    relation: Relation
    rules: tuple[str, ...]
    doors: str
    case: Spot | None = None
    broken: int = 0
    named: int = 0

    @property
    def told(self) -> str:
        """Its rules as the page names them."""
        rules = "、".join(f"{one}…" if one.endswith("_") else one for one in self.rules)
        return f"{IMPORT}、{rules}" if self.relation.imported else rules


def rows_of(of: str) -> list[Row]:
    """The relations that a profile has rules for."""
    rows = []
    for relation in RELATIONS:
        rules = _own_rules(relation, of)
        if rules:
            rows.append(Row(relation, rules, _doors(relation, rules, of)))
    return rows


def tried(of: str) -> tuple[list[Row], int, list[Spot]]:
    """Each cell of a unit made wrong in turn: the relations, how many cells there are, and which nobody named."""
    one = unit(of)
    outcomes = {spot: one.wrong(spot) for spot in one.spots()}
    chosen: list[Spot] = []
    rows = rows_of(of)
    for row in rows:
        told = {
            spot: outcome.told_by(row.relation, row.rules)
            for spot, outcome in outcomes.items()
        }
        row.broken = sum(1 for found in told.values() if found)
        naming = [spot for spot, found in told.items() if any(found)]
        row.named = len(naming)
        # A case that shows several relations is tried once.
        row.case = next(
            (spot for spot in chosen if spot in naming), naming[0] if naming else None
        )
        if row.case is not None:
            chosen.append(row.case)
    silent = [
        spot
        for spot, outcome in outcomes.items()
        if not outcome.imported and not _names(outcome)
    ]
    return rows, len(outcomes), silent


def _names(outcome: Outcome) -> bool:
    return any(outcome.cells & cells for cells in outcome.named.values())


def _own_rules(relation: Relation, of: str) -> tuple[str, ...]:
    """Those rules of a relation that a profile has."""
    said = [one.removeprefix(f"{of}/") for one in relation.rules]
    return tuple(one for one in said if any(_is(rule, one) for rule in _ids(of)))


@lru_cache(maxsize=2)
def _ids(of: str) -> tuple[str, ...]:
    """The ids of all rules of a profile."""
    every = steps.catalogue(load(of))
    return tuple(rule.id for rule in (*every.rules, *every.filling.values()))


@lru_cache(maxsize=2)
def _by_door(of: str) -> dict[str, tuple[list[str], list[str]]]:
    """The ids of the rules that are asked by each door, and of those that nobody's entry could break there."""
    whole = load(of)
    every = steps.catalogue(whole)
    found = {}
    for door in whole.doors.values():
        ours = through(whole, door)
        asked = [
            rule.id
            for rule in (*rules_of_door(every.rules, ours), *every.filling.values())
        ]
        made = [rule.id for rule in relation_rules(ours)]
        found[door.key] = (
            asked,
            made
            + [f"S-{block.key}." for block in ours.book.blocks.values() if block.made],
        )
    return found


def _doors(relation: Relation, rules: Sequence[str], of: str) -> str:
    """How a relation holds by each door: it is asked, or nobody's entry can break it, or its forms are not there."""
    said: dict[str, list[str]] = {}
    for door, (asked, made) in _by_door(of).items():
        imported = bool(relation.imported) and door == profile(of).door
        if imported or any(_is(rule, one) for rule in asked for one in rules):
            said.setdefault("查", []).append(door)
        elif any(
            _is(rule, one) or one.startswith(rule) for rule in made for one in rules
        ):
            said.setdefault("算出来就成立", []).append(door)
        else:
            said.setdefault("没有这些表", []).append(door)
    return "；".join(f"{'、'.join(doors)}：{how}" for how, doors in said.items())


HEAD = """# 九张表之间的关系

本页由 `python -m tests.relations` 写成，请勿手改；错例由 `tests/test_relations.py` 一条一条再试。

每种表样造一个单位：九张表、各种资金来源都有数，全部对得上。照平台的样子导出，**每次只把一格改错**（多 3 万元，万元的表多 3），
导入填报表再校验；平台没有的表（项目、政府采购、三公的上年数等）在填报表里改。表里写的是：改错多少格时这条关系不成立，
其中说到改错的那一格的有多少；错例是其中的一个。“导入时核对”指导入时就说：合计行、上级科目、各栏之和与平台写的数。
“算出来就成立”指两边都从同一张明细算出，没有哪一笔能使它不成立（`tests/test_derived.py` 用随机的明细试）。
"""


def page() -> str:
    """The page, whole."""
    parts = [HEAD]
    for of in PROFILES:
        rows, count, silent = tried(of)
        left = "、".join(_called(spot, of) for spot in silent)
        parts.append(f"## {load(of).title}\n")
        told = f"一共改错 {count} 格，{count - len(silent)} 格在那一格说到了" + (
            f"；没有说的 {len(silent)} 格：{left}。" if silent else "。"
        )
        parts.append(told + "\n")
        parts.append(
            "| 关系 | 规则 | 填报方式 | 错例 | 不成立 | 说到那一格 |\n"
            + "|---" * 6
            + "|"
        )
        parts += [_line(row) for row in rows]
        parts.append("")
    parts.append("## 不在导入的表里的关系\n\n| 关系 | 规则 |\n|---|---|")
    parts += [f"| {one.said} | {'、'.join(one.rules)} |" for one in ELSEWHERE]
    return "\n".join(parts) + "\n"


def _line(row: Row) -> str:
    case = (
        f"“{row.case.sheet}”{row.case.address}"
        if row.case is not None and row.case.sheet
        else ""
    )
    case = case or (f"`{row.case.address}`" if row.case is not None else "")
    return f"| {row.relation.said} | {row.told} | {row.doors} | {case} | {row.broken} | {row.named} |"


def _called(spot: Spot, of: str) -> str:
    if spot.sheet:
        return f"“{spot.sheet}”{spot.address}"
    return load(of).book.title_of(Name.parse(spot.address))


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
