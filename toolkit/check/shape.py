"""A return's values held against its JSON Schema; every fault becomes a finding with its cell, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.check.doubtful import NOT_READ, Doubt, doubts, is_asked
from toolkit.check.verdict import Path, Verdict
from toolkit.model import (
    ALL_FILLED,
    NO_DATA,
    BlockKind,
    Cell,
    Disclosure,
    Figure,
    Kind,
    Money,
    Name,
    Oddity,
    Return,
    Words,
    once_of,
)
from toolkit.profile.by_door import of_return
from toolkit.profile.form import UNIT, Block, Book, Column, Profile
from toolkit.profile.schemas import disclosure_schema, return_schema
from toolkit.returns.data import datum_of, to_data

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

UNREAD = (Kind.ERROR, Kind.UNCOMPUTED)
MOST_TITLES = 6  # fields of a sheet that are named as not filled in
LONGEST_FORMULA, LONGEST_TEXT = 120, 30
CHINESE_DIGITS = re.compile("[一二三四五六七八九十百千万零壹贰叁肆伍陆柒捌玖拾]")
NO_NUMBER = re.compile(r"[\s—\-–/无没有、．.]+")
TOO_LONG = re.compile(r"-?(?:\d,?){16,}(?:\.\d+)?")
BRACKETED = re.compile(r"[（(]\s*([\d,.]*\d)\s*[）)]")
# 约866.8, 约3.42万元
MORE_AND_NUMBER = re.compile(r"([^\W\d]+)\s*[\d,.]*\d\s*([^\W\d]*)")
NUMBER_AND_MORE = re.compile(r"\s*(-?[\d,]+(?:\.\d+)?)\s*(\D+)")


@once_of
def _verdict(profile: Profile, book: str) -> Verdict:
    return Verdict(return_schema(profile, book))


@lru_cache(maxsize=1)
def _explainer() -> Draft202012Validator:
    # Loaded only here: it takes seven times as long to load as Python itself, and nothing that fits wants it.
    from jsonschema import Draft202012Validator

    return Draft202012Validator({})


def _errors(
    verdict: Verdict, data: Any, at: Path = ()
) -> Iterator[tuple[list[str | int], Any]]:
    """Yield what jsonschema says of the parts that do not fit, each with its place in the data; what is held stands `at` one."""
    for path, schema, part in verdict.unfit(data, at):
        for error in _explainer().evolve(schema=schema).iter_errors(part):
            yield [*path, *error.absolute_path], error


def faults(book: Return, profile: Profile, key: str = "unit") -> Iterator[Oddity]:
    """Yield what the schema refuses. Sheets not begun are not asked; what is ticked as filled has no blanks."""
    profile = of_return(profile, book) if key == UNIT else profile
    shape = profile.books[key]
    blanks = _Blanks()
    for doubt in doubts(book, shape, _verdict(profile, key)):
        for path, error in _refused(doubt, book, shape):
            if error.validator == "required":
                for column in sorted(set(error.validator_value) - set(error.instance)):
                    blanks.add(shape.name_at([*path, column]), book, shape)
            else:
                fault = _fault(error, shape.name_at(path), book, profile, shape)
                if not _shown_by_a_total(fault, shape.name_at(path), book, shape):
                    yield fault
    yield from blanks.told()
    yield from _unread_words(book, shape)


def _refused(
    doubt: Doubt, book: Return, shape: Book
) -> Iterator[tuple[list[str | int], Any]]:
    """Yield what the schema refuses of a row. A grid's row that says nothing is not asked; fields are, of a form that is."""
    data = _data_to_hold(doubt, book, shape)
    sheet, kind = doubt.sheet, shape.blocks[doubt.block].kind
    if not data and (
        kind is BlockKind.GRID
        or (
            kind is BlockKind.FIELDS
            and not sheet.repeat
            and not (doubt.asked and sheet.key in book.sheets)
        )
    ):
        return
    yield from _errors(doubt.held, data, doubt.path)


def _shown_by_a_total(fault: Oddity, name: Name, book: Return, shape: Book) -> bool:
    """Whether a total of ours only passes on the decimals of what it adds up: that is told there."""
    if fault.what != "decimals" or shape.formula_of(name) is None:
        return False
    total = book[name]
    return isinstance(total, Figure) and bool(total.formula)


_SHAPES = {
    "string": '带英文引号的文字，数也一样，如 "5.00"',
    "object": "花括号 {…}",
    "array": "方括号 […]",
}
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def misfit(data: Any, profile: Profile, key: str = "unit") -> str:
    """What keeps JSON data from being read as a return at all, as a sentence; "" where nothing does. Values are not judged."""
    if not isinstance(data, dict):
        return "请把最外面写成花括号 {…}，里面是各张表。"
    ticks = data.get("ticks", {})
    if not isinstance(ticks, dict) or not all(
        isinstance(tick, str) for tick in ticks.values()
    ):
        return "请把“ticks”写成花括号 {…}，每张表一项，值是勾选的文字。"
    told = {name: value for name, value in data.items() if name != "ticks"}
    for path, error in _errors(_verdict(profile, key), told):
        place = ".".join(str(part) for part in path)
        if error.validator == "type":
            return f"请把“{place}”写成{_SHAPES[error.validator_value]}。"
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            unknown = next(name for name in error.instance if name not in known)
            return f"{f'“{place}”里' if place else ''}没有“{unknown}”这一项；可以写的有：“{'”“'.join(known)}”。"
    return _unwritable(told)


def _unwritable(value: Any, place: str = "") -> str:
    """Where a text holds what no workbook can: half of a pair of surrogates, or a control."""
    match value:
        case str() if found := _UNWRITABLE.search(value):
            return (
                f"“{place}”里有不能写进表格的字符（编码 {ord(found[0]):04X}），请删去。"
            )
        case dict():
            inside: Any = value.items()
        case list():
            inside = enumerate(value)
        case _:
            return ""
    found_in = (
        _unwritable(inner, f"{place}.{name}".lstrip(".")) for name, inner in inside
    )
    return next((said for said in found_in if said), "")


# -- what is held against the schema ----------------------------------------------------------------------------------


def _data_to_hold(doubt: Doubt, book: Return, shape: Book) -> dict[str, str]:
    """A row as data, as far as it is asked: of a form not begun nothing, of one ticked as filled without blanks."""
    line: dict[str, str] = {}
    for column, value in doubt.row.values.items():
        # A total that shows an error is told even in a form that nobody has begun.
        if value.kind in NOT_READ and isinstance(value, Figure):
            line[column] = NOT_READ[value.kind]
        elif not doubt.asked and value.kind not in NOT_READ:
            continue
        elif datum := datum_of(value):
            line[column] = datum
        elif doubt.asked and _none_by_tick(doubt.block, column, book, shape):
            line[column] = "0"
    return line


def _none_by_tick(block: str, column: str, book: Return, shape: Book) -> bool:
    """Whether a blank number means none, because its form was ticked as filled."""
    sheet = shape.sheet_of(block)
    state = book.sheets.get(sheet.key)
    if sheet.repeat or state is None or state.tick not in (ALL_FILLED, NO_DATA):
        return False
    declared = sheet.blocks[block].columns[column]
    return (
        sheet.blocks[block].kind in (BlockKind.GRID, BlockKind.FIELDS)
        and declared.required
        and declared.numeric
    )


# -- what the schema said ---------------------------------------------------------------------------------------------


@dataclass
class _Blanks:
    """Required cells that hold nothing, by sheet: one finding a sheet."""

    # sheet → cell → what the form calls it
    cells: dict[str, dict[Cell, str]] = field(default_factory=dict)

    def add(self, name: Name, book: Return, shape: Book) -> None:
        row = book.row(name)
        value = row.values.get(name.column)
        if value is None and any(
            lacked.field == name.field for lacked, _ in book.undrawn
        ):
            return  # the sheet was drawn before this column came: `newly_required` asks for it
        cell = next(value.cells(), None) if value is not None else row.cell
        if cell is not None:
            self.cells.setdefault(cell.sheet, {}).setdefault(
                cell, shape.column_of(name).title
            )

    def told(self) -> Iterator[Oddity]:
        for sheet, found in self.cells.items():
            ordered = sorted(found)
            titles = list(dict.fromkeys(found[cell] for cell in ordered))
            said = "、".join(titles[:MOST_TITLES]) + (
                "等" if len(titles) > MOST_TITLES else ""
            )
            yield Oddity(
                "blank",
                tuple(ordered),
                {"sheet": sheet, "field": said, "count": str(len(ordered))},
            )


def newly_required(book: Return, shape: Book) -> Iterator[Oddity]:
    """Ask for what must be filled and has no place in a workbook drawn before it came: one finding a form."""
    titles: dict[str, dict[Cell, None]] = {}
    fields: dict[str, dict[str, None]] = {}
    for name, title in book.undrawn:
        if _would_be_asked(name, book, shape):
            sheet = shape.sheet_of(name.block).name.replace("{n}", "表")
            titles.setdefault(sheet, {})[title] = None
            fields.setdefault(sheet, {})[f"“{_label(name, shape)}”"] = None
    for sheet, cells in titles.items():
        named = list(fields[sheet])
        said = "、".join(named[:MOST_TITLES]) + (
            "等" if len(named) > MOST_TITLES else ""
        )
        yield Oddity(
            "newly-required",
            tuple(cells),
            {"sheet": sheet, "field": said, "book": book.book},
        )


def _would_be_asked(name: Name, book: Return, shape: Book) -> bool:
    """Whether a blank of this name is a fault: not in a form that nobody has begun, no number of a ticked one."""
    sheet, block, _, column = shape.find(name)
    if not column.required or column.constant or shape.formula_of(name) is not None:
        return False
    if block.kind is BlockKind.LIST and not _has_lines(block, book):
        return False
    return is_asked(sheet, book) and not _none_by_tick(
        name.block, name.column, book, shape
    )


def _has_lines(block: Block, book: Return) -> bool:
    return bool(book.rows(block.key)) or any(
        project.listed == block.key and project.indicators for project in book.projects
    )


def _fault(
    error: Any, name: Name, book: Return, profile: Profile, shape: Book
) -> Oddity:
    value = book[name]
    column = shape.column_of(name)
    cells = tuple(value.cells())
    text = (
        value.text if isinstance(value, Words) else value.raw or datum_of(value) or ""
    )
    said = {
        "field": _label(name, shape),
        "text": text,
        "unit": column.unit or profile.unit,
        "value": text,
        "help": column.help,
    }
    if error.validator == "enum":
        return Oddity("choice", cells, {**said, "choices": "、".join(column.choices)})
    if error.validator == "maxLength":
        length = {
            "text": text[:LONGEST_TEXT],
            "length": str(len(text)),
            "most": str(error.validator_value),
        }
        return Oddity("length", cells, {**said, **length})
    if isinstance(value, Figure):
        return _number_fault(value, column, cells, said, profile)
    broken = "\n" in text and r"\n" in str(error.validator_value)
    return Oddity(
        "line-break" if broken else "pattern",
        cells,
        {**said, "text": text.replace("\n", "↵")},
    )


def _label(name: Name, shape: Book) -> str:
    """What a cell is called: its column, in a grid with its row."""
    block: Block = shape.blocks[name.block]
    title = block.columns[name.column].title
    return f"{block.rows[name.row].title.strip()}：{title}" if name.row else title


def _number_fault(
    value: Figure,
    column: Column,
    cells: tuple[Cell, ...],
    said: dict[str, str],
    profile: Profile,
) -> Oddity:
    """What is wrong in a number cell: no number, or one of another kind than the form asks for."""
    if value.value is None:
        return _no_number(value, cells, said, column.money, profile)
    if value.value < 0 and not str(column.schema["pattern"]).startswith("^-?"):
        return Oddity("negative", cells, said)
    if column.kind == "integer":
        return Oddity("integer", cells, said)
    rounded = (
        f"{value.value.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_UP):f}"
    )
    return Oddity(
        "decimals", cells, {**said, "decimals": str(column.decimals), "number": rounded}
    )


def _no_number(
    value: Figure,
    cells: tuple[Cell, ...],
    said: dict[str, str],
    money: Money | None,
    profile: Profile,
) -> Oddity:
    match value.kind:
        case Kind.ERROR if said["text"].startswith("#"):
            return Oddity("error", cells, said)
        case Kind.UNCOMPUTED:
            return Oddity(
                "uncomputed",
                cells,
                {**said, "formula": value.formula[:LONGEST_FORMULA]},
            )
    if TOO_LONG.fullmatch(said["text"].strip()):
        return Oddity("huge", cells, said)
    return Oddity(
        "text", cells, {**said, "cause": _cause(said["text"], money, profile.units)}
    )


def _cause(text: str, money: Money | None, units: Mapping[str, Decimal]) -> str:
    """What a text in a number cell probably is; `units` are those of money, each with how many yuan one is."""
    if NO_NUMBER.fullmatch(text):
        return "没有数就填 0，或在“填表情况”里选“已填完”后留空。"
    number = NUMBER_AND_MORE.fullmatch(text)
    if number is not None:
        said = number[2].strip()
        if money is not None and said in units and said != money.unit:
            amount = Decimal(number[1].replace(",", "")) * units[said] / money.yuan
            return (
                f"单元格里带了单位“{said}”，折合 {amount.normalize():f} {money.unit}。"
            )
        return f"单元格里除了数字还有“{said}”。"
    before = MORE_AND_NUMBER.fullmatch(text.strip())
    if before is not None:
        more = "”和“".join(part for part in before.groups() if part)
        return f"单元格里除了数字还有“{more}”。"
    if CHINESE_DIGITS.search(text):
        return "数字写成了汉字。"
    bracketed = BRACKETED.fullmatch(text.strip())
    if bracketed is not None:
        return f"括号里的数如果是负数，写成 -{bracketed[1]}。"
    return ""


def _unread_words(book: Return, shape: Book) -> Iterator[Oddity]:
    """Text cells that hold an error value or a formula that was never calculated."""
    kinds = {value.kind for row in book.each_row() for value in row.values.values()}
    if kinds.isdisjoint(UNREAD):
        return
    for name, value in book.values():
        if isinstance(value, Words) and value.kind in UNREAD:
            what = "error" if value.kind is Kind.ERROR else "uncomputed"
            said = {
                "field": shape.column_of(name).title,
                "text": value.raw,
                "formula": "",
            }
            yield Oddity(what, tuple(value.cells()), said)


def disclosure_faults(disclosure: Disclosure, profile: Profile) -> list[str]:
    """What the JSON Schema of a disclosure refuses: a fault here is ours, for its units were checked before."""
    said = {
        "department": disclosure.name,
        "units": [unit.name for unit in disclosure.units],
        "whole": to_data(disclosure.whole, profile),
    }
    errors = _errors(_verdict_on_whole(profile), said)
    return [
        f"{'.'.join(str(step) for step in path)}: {error.message}"
        for path, error in errors
    ]


@once_of
def _verdict_on_whole(profile: Profile) -> Verdict:
    return Verdict(disclosure_schema(profile))
