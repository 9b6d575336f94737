"""Profiles looked at: which are installed, and of one what it lacks, which rules it leaves idle, what nobody uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.check.asked import formula_rules
from toolkit.check.report import Idle
from toolkit.model import BlockKind, Disclosure, Name, Role, record
from toolkit.profile.declared import profiles
from toolkit.profile.form import DEPARTMENT, Block, Book, GridRow, Profile
from toolkit.profile.loading import load
from toolkit.profile.settings import OFF, Setting, of_profile
from toolkit.profile.stored import home, read_json
from toolkit.publish.statement import template_faults
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.rules.catalogue import RULES
from toolkit.rules.formula import parse
from toolkit.rules.rule import Rule
from toolkit.steps.rulebook import catalogue, everything

# what stands in a cell of a kind; 1 in any other
SAMPLE = {
    "text": "甲",
    "date": "2000-01-01",
    "percent": "0.5",
}
# What cannot be done without a part of a profile.
WITHOUT_ROLE = {
    Role.FORM_PROFILE: "封面不写表样，装有几套时认不出填报表是哪一套的",
    Role.UNIT_CODE: "没有单位编码，单位只能按名称认",
    Role.UNIT_NAME: "没有单位名称，报告和汇总里叫不出是哪个单位",
    Role.UNIT_LEAD: "不问是不是部门本级，各单位之间的核对和本级填的表没有主",
    Role.UNIT_DEPARTMENT: "没有主管部门，公开的文件上写第一个单位的名称",
    Role.AGENCY_CODE: "填报表里没有单位清单，不核对批复数、漏报的单位，公开的次序起初按文件名",
    Role.ANSWER_ID: "没有“问题说明”，单位不能在表里说明理由",
    Role.PROJECT_NAME: "项目没有名称",
}


@record()
class Listed:
    """A profile that is installed; `rules` are in force of `asked` in all."""

    profile: Profile
    rules: int
    asked: int

    @property
    def sentence(self) -> str:
        forms = len(self.profile.book.sheets)
        return f"{self.profile.id}  {self.profile.title}：{forms} 张表，{self.asked} 条规则里查 {self.rules} 条"


@record()
class Examined:
    """What is to know of a profile before it is used."""

    profile: Profile
    lacks: tuple[str, ...]
    idle: tuple[Idle, ...]
    off: tuple[Setting, ...]
    # fields that no rule asks, no table prints and no sentence says
    unused: tuple[str, ...]
    own: tuple[str, ...]  # its keys that are none of the standard terms
    faults: tuple[str, ...] = ()  # of the statement's template
    loose: tuple[str, ...] = ()  # rows of amounts that no total holds

    @property
    def sentences(self) -> Iterator[str]:
        """What a person is told, a line each."""
        if self.faults:
            yield f"{self.profile.id}（{self.profile.title}）读得出来，情况说明的模板有毛病："
            yield from self.faults
        else:
            yield f"{self.profile.id}（{self.profile.title}）读得出来，写法没有毛病。"
        yield from (f"没有：{one}" for one in self.lacks)
        titles = {rule.id: rule.title for rule in everything(self.profile)}
        yield from (
            f"不查 {one.rule} {one.title}：本表样没有 {'、'.join(one.lacks)}"
            for one in self.idle
        )
        yield from (
            f"不查 {one.rule} {titles.get(one.rule, '')}：{one.why or '表样里停用了'}"
            for one in self.off
        )
        yield from (
            f"没有用到：{one}，没有规则查它，公开表、情况说明、审签单也不写它"
            for one in self.unused
        )
        yield from (f"没有加进合计：{one}" for one in self.loose)
        if self.own:
            yield f"自己的代号（不在 schema/terms.json 里，规则不认）：{'、'.join(self.own)}"


def listed() -> tuple[Listed, ...]:
    """Every profile that is installed; raise ProfileError, in Chinese, where one cannot be read."""
    found = []
    for name in profiles():
        profile = load(name)
        idle = len(catalogue(profile).idle)
        asked = len(everything(profile))
        found.append(Listed(profile, asked - idle - len(_off(profile)), asked))
    return tuple(found)


def examined(profile: str) -> Examined:
    """Look at a profile; raise ProfileError, in Chinese, where it cannot be read."""
    loaded = load(profile)
    return Examined(
        loaded,
        tuple(_lacks(loaded)),
        catalogue(loaded).idle,
        _off(loaded),
        tuple(_unused(loaded)),
        tuple(_own_keys(loaded)),
        template_faults(_sample(loaded), loaded) if loaded.statement else (),
        tuple(_loose(loaded)),
    )


def _sample(profile: Profile) -> Disclosure:
    """A department of one unit whose every list has a row, and one project: a template's loops are gone through."""
    data: dict[str, Any] = {}
    for sheet in profile.book.sheets.values():
        lists = {
            block.key: [_row(block)]
            for block in sheet.blocks.values()
            if block.kind is BlockKind.LIST
        }
        if not sheet.repeat:
            data |= lists
            continue
        head, _ = sheet.of_project
        data[sheet.repeat] = [{**_row(head), **lists}]
    return merge([computed(from_data(data, profile), profile.book)], profile)


def _row(block: Block) -> dict[str, str]:
    """A row with something in each column."""
    columns = {
        key: column
        for key, column in block.columns.items()
        if column.formula is None and column.looked_up is None
    }
    return {
        key: column.choices[0] if column.choices else SAMPLE.get(column.kind, "1")
        for key, column in columns.items()
    }


# -- rows that no total holds -----------------------------------------------------------------------------------------


def _loose(profile: Profile) -> Iterator[str]:
    """Rows of a grid's amounts that no formula reads, where the grid has totals: perhaps added, and forgotten in a sum."""
    book = profile.book
    # What a row's own columns are calculated from holds it in no total.
    reads = ((of, name) for of, names in book.reads.items() for name in names)
    read = {name for of, name in reads if (of.block, of.row) != (name.block, name.row)}
    read_rows = {(name.block, name.row) for name in read}
    for block in book.blocks.values():
        has_totals = any(row.formula is not None for row in block.rows.values())
        has_money = any(column.kind == "money" for column in block.columns.values())
        if not has_totals or not has_money:
            continue
        sheet = book.sheet_of(block.key).name
        around: list[GridRow] = []
        for row in block.rows.values():
            around = [one for one in around if one.indent < row.indent] + [row]
            # of an entry, which the total holds whole
            part = len(around) > 1 and around[-2].formula is None
            named = (block.key, row.key) in read_rows
            if row.formula is None and not part and not named:
                called = f"{sheet}“{row.title.strip()}”"
                yield f"{block.key}.{row.key}（{called}），没有一个算式用到它"


def _off(profile: Profile) -> tuple[Setting, ...]:
    return tuple(setting for setting in of_profile(profile) if setting.what == OFF)


def _lacks(profile: Profile) -> Iterator[str]:
    """The parts that a profile does not have, and what cannot be done for that."""
    cast = profile.book.cast
    for role, why in WITHOUT_ROLE.items():
        needed = role is not Role.PROJECT_NAME or profile.book.repeated is not None
        if needed and role not in cast.names:
            yield f"{role.value}（{why}）"
    if not any(sheet.board for sheet in profile.book.sheets.values()):
        yield "写了“board”的表（没有填报进度）"
    if profile.book.repeated is None:
        yield "一个项目一张的表（按项目、按绩效指标查的规则都不查）"
    if DEPARTMENT not in profile.books:
        yield "部门自己的工作簿（不能调单位次序、写部门口径的原因、同意不改）"
    if not profile.statement:
        yield "statement.json（不出情况说明）"
    if not profile.signoff.get("numbers"):
        yield "signoff.json 里的“numbers”（审签单上没有主要数据）"
    if not profile.guide:
        yield "guide（工作簿里没有填表说明）"


# -- what nobody uses -------------------------------------------------------------------------------------------------


def _unused(profile: Profile) -> Iterator[str]:
    """The fields of the unit's book that nobody asks for, with what they are called."""
    book = profile.book
    used = {
        field for name in _names(profile) for field in _fields(name, book)
    } | book.public
    for block in book.blocks.values():
        if block.kind is BlockKind.INDEX:
            continue
        for column in block.columns.values():
            field = block.name(column.key)
            # what nobody fills in is there to be seen
            shown = column.constant or column.looked_up is not None
            if field.field not in used and column.role is None and not shown:
                yield f"{field.field}（{book.sheet_of(block.key).name.replace('{n}', '')}“{column.title}”）"


def _names(profile: Profile) -> Iterator[Name]:
    """Every name that a rule, the statement or the sign sheet reads."""
    for rule in (*RULES, *formula_rules(profile.book)):
        yield from names_of(rule)
    for section in profile.statement.get("sections", ()):
        formulas = [_formula(said) for said in section.get("facts", {}).values()]
        for said in section.get("changes", {}).values():
            formulas += _formula(said)  # of this year and of the last
        for formula in formulas:
            yield from parse(formula).names()
        for text in section.get("texts", {}).values():
            yield Name.parse(text)
        for kind in ("lists", "kinds"):
            for block in section.get(kind, {}).values():
                yield Name(block)
    for number in profile.signoff.get("numbers", ()):
        for key in ("this_year", "last_year"):
            if key in number:
                yield from parse(number[key]).names()
        for text in number.get("reasons", ()):
            yield Name.parse(text)


def _formula(said: Any) -> Any:
    """What a fact or a change is calculated from, whether it says more or not."""
    return said["from"] if isinstance(said, Mapping) else said


def names_of(rule: Rule) -> Iterator[Name]:
    """The names that a rule reads; a block alone stands for all of it."""
    if rule.claim is not None:
        for name in rule.claim.names():
            yield name if not name.bare else Name(rule.on, column=name.column)
            # Of a claim over columns a bare name is a row: any column of it.
            yield Name(rule.on)
    for text in (*rule.needs, *rule.reads):
        name = Name.parse(text)
        yield Name(name.column) if name.bare else name


def _fields(name: Name, book: Book) -> Iterator[str]:
    """The fields that a name stands for: all of a block that is named alone."""
    block = book.blocks.get(name.block)
    if block is not None and not name.column:
        yield from (block.name(column).field for column in block.columns)
    elif block is not None:
        yield block.name(name.column).field


# -- standard terms ---------------------------------------------------------------------------------------------------


def terms() -> dict[tuple[str, str], str]:
    """The standard keys, each with its kind (block, row, column), and what it is called in Chinese."""
    schema = read_json(home() / "schema" / "terms.json")
    said = schema["terms"]
    return {(one["kind"], one["key"]): one["chinese"] for one in said}


def _own_keys(profile: Profile) -> Iterator[str]:
    """The keys of a profile that are none of the standard terms; those of code rows are numbers, and not told."""
    known = terms()
    for book in profile.books.values():
        for block in book.blocks.values():
            if ("block", block.key) not in known:
                yield block.key
            yield from (
                f"{block.key}.{column}"
                for column in block.columns
                if ("column", column) not in known
            )
            rows = (row for row in block.rows if not row.removeprefix("f").isdigit())
            yield from (
                f"{block.key}.{row}（行）" for row in rows if ("row", row) not in known
            )
