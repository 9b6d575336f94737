"""A return's values held against its JSON Schema; every fault becomes a finding with its cell, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from toolkit.model import ALL_FILLED, NO_DATA, Cell, Disclosure, Figure, Kind, Oddity, Project, Return, Row, Value, Words
from toolkit.profile.form import Book, Column, Profile, disclosure_schema, load, return_schema
from toolkit.returns.data import said_of, to_data

Path = tuple[str | int, ...]
NOT_READ = {Kind.UNCOMPUTED: "（未计算）", Kind.ERROR: "（错误值）", Kind.WAITING: "0"}  # what waits is no fault of its own


@lru_cache(maxsize=8)
def _validator(profile: str, book: str) -> Draft202012Validator:
    return Draft202012Validator(return_schema(load(profile), book))


def faults(book: Return, profile: Profile, key: str = "unit") -> Iterator[Oddity]:
    """Yield what the schema refuses. Sheets not begun are not asked; what is ticked as filled has no blanks."""
    shape = profile.books[key]
    data = to_data(book, profile, key)
    blanks: dict[str, list[tuple[Cell, str]]] = {}
    _forget_unbegun(data, book, profile, key)
    _fill_ticked(data, book, profile, key)
    _mark_unread(data, book, profile, key)
    for error in _validator(profile.id, key).iter_errors(data):
        path = tuple(error.absolute_path)
        if error.validator == "required":
            row = row_at(book, path, profile, key)
            for name in sorted(set(error.validator_value) - set(error.instance)):
                column, cell = _blank_at(row, path, name, profile, key)
                if cell is not None and cell not in [at for at, _ in blanks.setdefault(cell.sheet, [])]:
                    blanks[cell.sheet].append((cell, column.title))
        else:
            yield _fault(error, path, book, profile, key)
    for sheet, cells in blanks.items():
        ordered = sorted(cells)
        titles = list(dict.fromkeys(title for _, title in ordered))
        said = "、".join(titles[:6]) + ("等" if len(titles) > 6 else "")  # noqa: PLR2004
        yield Oddity("blank", tuple(cell for cell, _ in ordered), {"sheet": sheet, "field": said, "count": str(len(ordered))})
    yield from _unread_words(book, shape)


_SHAPES = {"string": '带英文引号的文字，数也一样，如 "5.00"', "object": "花括号 {…}", "array": "方括号 […]"}
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def misfit(data: Any, profile: Profile, key: str = "unit") -> str:
    """What keeps JSON data from being read as a return at all, as a sentence; "" where nothing does. Values are not judged."""
    if not isinstance(data, dict):
        return "请把最外面写成花括号 {…}，里面是各张表。"
    ticks = data.get("ticks", {})
    if not isinstance(ticks, dict) or not all(isinstance(tick, str) for tick in ticks.values()):
        return "请把“ticks”写成花括号 {…}，每张表一项，值是勾选的文字。"
    told = {name: value for name, value in data.items() if name != "ticks"}
    for error in _validator(profile.id, key).iter_errors(told):
        place = ".".join(str(part) for part in error.absolute_path)
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
            return f"“{place}”里有不能写进表格的字符（编码 {ord(found[0]):04X}），请删去。"
        case dict():
            inside: Any = value.items()
        case list():
            inside = enumerate(value)
        case _:
            return ""
    found_in = (_unwritable(inner, f"{place}.{name}".lstrip(".")) for name, inner in inside)
    return next((said for said in found_in if said), "")


def _forget_unbegun(data: dict[str, Any], book: Return, profile: Profile, key: str) -> None:
    for sheet in profile.books[key].sheets.values():
        state = book.sheets.get(sheet.key)
        if state is not None and not state.begun and state.tick != ALL_FILLED:
            for name in sheet.blocks:
                data.pop(name, None)
        elif state is not None:
            for block in sheet.blocks.values():
                if block.kind == "fields" and any(column.required for column in block.columns.values()):
                    data.setdefault(block.key, {})


def _fill_ticked(data: dict[str, Any], book: Return, profile: Profile, key: str) -> None:
    """A tick turns blank numbers into none, that is zero."""
    for sheet in profile.books[key].sheets.values():
        state = book.sheets.get(sheet.key)
        if sheet.repeat or state is None or state.tick not in (ALL_FILLED, NO_DATA):
            continue
        if state.tick == NO_DATA and not state.begun:
            for name in sheet.blocks:
                data.pop(name, None)
            continue
        for block in sheet.blocks.values():  # ticked as filled: what is blank is none
            if block.kind == "grid":
                for row, column in block.cells():
                    if column.required and column.numeric:
                        data.setdefault(block.key, {}).setdefault(row.key, {}).setdefault(column.key, "0")
            elif block.kind == "fields":
                for column in block.columns.values():
                    if column.required and column.numeric:
                        data.setdefault(block.key, {}).setdefault(column.key, "0")


def _mark_unread(data: dict[str, Any], book: Return, profile: Profile, key: str) -> None:
    """Put a mark where a number cell holds an error or was never calculated, so that the schema refuses it there."""
    for path, value in walk(book, profile, key):
        if isinstance(value, Figure) and value.kind in NOT_READ:
            place: Any = data
            for step, following in pairwise(path):
                if isinstance(place, dict):
                    place = place.setdefault(step, [] if isinstance(following, int) else {})
                elif isinstance(step, int) and step < len(place):
                    place = place[step]
                else:
                    break
            if isinstance(place, dict):
                place[path[-1]] = NOT_READ[value.kind]


def walk(book: Return, profile: Profile, key: str = "unit") -> Iterator[tuple[Path, Value]]:
    """Yield every value of a return with its path in the data."""
    for name, filled in book.blocks.items():
        if isinstance(filled, Row):
            yield from (((name, key_), value) for key_, value in filled.values.items())
        elif isinstance(filled, Mapping):
            yield from (((name, row.key, key_), value) for row in filled.values() for key_, value in row.values.items())
        else:
            yield from (((name, n, key_), value) for n, row in enumerate(filled) for key_, value in row.values.items())
    repeated = profile.books[key].repeated
    if repeated is None:
        return
    _, listed = repeated.blocks
    for number, project in enumerate(book.projects):
        yield from (((repeated.repeat, number, key_), value) for key_, value in project.head.values.items())
        for n, row in enumerate(project.indicators):
            yield from (((repeated.repeat, number, listed, n, key_), value) for key_, value in row.values.items())


def row_at(book: Return, path: Path, profile: Profile, key: str) -> Row:
    """The row of a return that a path of its data leads to."""
    repeated = profile.books[key].repeated
    if repeated is not None and path[0] == repeated.repeat:
        project: Project = book.projects[int(path[1])]
        return project.indicators[int(path[3])] if len(path) > 3 else project.head  # noqa: PLR2004
    filled = book.blocks[str(path[0])]
    if isinstance(filled, Row):
        return filled
    if isinstance(filled, Mapping):
        return filled[str(path[1])]
    return filled[int(path[1])]


def column_at(path: Path, name: str, profile: Profile, key: str) -> Column:
    """The declared column that a path and a last key lead to."""
    shape = profile.books[key]
    repeated = shape.repeated
    if repeated is not None and path[0] == repeated.repeat:
        head, listed = repeated.blocks.values()
        return (listed if len(path) > 3 or name not in head.columns else head).columns[name]  # noqa: PLR2004
    return shape.blocks[str(path[0])].columns[name]


def _blank_at(row: Row, path: Path, name: str, profile: Profile, key: str) -> tuple[Column, Cell | None]:
    value = row.values.get(name)
    cell = next(value.cells(), None) if value is not None else row.cell
    return column_at(path, name, profile, key), cell


def _fault(error: ValidationError, path: Path, book: Return, profile: Profile, key: str) -> Oddity:
    name = str(path[-1])
    value = row_at(book, path[:-1], profile, key).values[name]
    column = column_at(path[:-1], name, profile, key)
    cells = tuple(value.cells())
    text = str(value.text if isinstance(value, Words) else value.raw or said_of(value) or "")
    said = {"field": _label(path, column, profile, key), "text": text, "unit": profile.unit, "value": text, "help": column.help}
    match error.validator:
        case "enum":
            return Oddity("choice", cells, {**said, "choices": "、".join(column.choices)})
        case "maxLength":
            return Oddity(
                "length", cells, {**said, "text": text[:30], "length": str(len(text)), "most": str(error.validator_value)}
            )
    if isinstance(value, Figure):
        return _number_fault(value, column, cells, said, profile)
    broken = "\n" in text and r"\n" in str(error.validator_value)
    return Oddity("line-break" if broken else "pattern", cells, {**said, "text": text.replace("\n", "↵")})


def _label(path: Path, column: Column, profile: Profile, key: str) -> str:
    """What a cell is called: its column, in a grid with its row."""
    block = profile.books[key].blocks.get(str(path[0]))
    if block is None or block.kind != "grid":
        return column.title
    return f"{block.rows[str(path[1])].title.strip()}：{column.title}"


def _number_fault(value: Figure, column: Column, cells: tuple[Cell, ...], said: dict[str, str], profile: Profile) -> Oddity:
    what = {Kind.ERROR: "error", Kind.UNCOMPUTED: "uncomputed"}.get(value.kind, "text")
    if value.kind is Kind.UNCOMPUTED:
        said["formula"] = value.formula[:120]
    if value.value is not None:
        if value.value < 0 and not str(column.schema["pattern"]).startswith("^-?"):
            what = "negative"
        elif column.kind == "integer":
            what = "integer"
        else:
            what = "decimals"
            said |= {"decimals": str(profile.decimals), "number": f"{round(value.value, profile.decimals):f}"}
    return Oddity(what, cells, said | ({"cause": _cause(said["text"], profile.unit)} if what == "text" else {}))


def _cause(text: str, unit: str) -> str:
    """What a text in a number cell probably is."""
    if re.fullmatch(r"[\s—\-–/无没有、．.]+", text):
        return "没有数就填 0，或在“填表情况”里选“已填完”后留空。"
    if number := re.match(r"^\s*(-?[\d,]+(?:\.\d+)?)\s*(\D+)$", text):
        said = number[2].strip()
        if said == "元" and unit == "万元":
            amount = Decimal(number[1].replace(",", "")) / 10000
            return f"单元格里带了单位“元”，折合 {amount.normalize():f} 万元。"
        return f"单元格里除了数字还有“{said}”。"
    if re.search("[一二三四五六七八九十百千万零壹贰叁肆伍陆柒捌玖拾]", text):
        return "数字写成了汉字。"
    return ""


def _unread_words(book: Return, shape: Book) -> Iterator[Oddity]:
    """Text cells that hold an error value or a formula that was never calculated."""
    titles = {column.key: column.title for block in shape.blocks.values() for column in block.columns.values()}
    rows: list[Row] = []
    for filled in book.blocks.values():
        rows += [filled] if isinstance(filled, Row) else filled.values() if isinstance(filled, Mapping) else filled
    for project in book.projects:
        rows += [project.head, *project.indicators]
    for row in rows:
        for key, value in row.values.items():
            if isinstance(value, Words) and value.kind in (Kind.ERROR, Kind.UNCOMPUTED):
                what = "error" if value.kind is Kind.ERROR else "uncomputed"
                yield Oddity(what, tuple(value.cells()), {"field": titles.get(key, key), "text": value.raw, "formula": ""})


def disclosure_faults(disclosure: Disclosure, profile: Profile) -> list[str]:
    """What the JSON Schema of a disclosure refuses: a fault here is ours, for its units were checked before."""
    said = {
        "department": disclosure.name,
        "units": [unit.name for unit in disclosure.units],
        "whole": to_data(disclosure.whole, profile),
    }
    validator = Draft202012Validator(disclosure_schema(profile))
    return [f"{'.'.join(str(step) for step in error.absolute_path)}: {error.message}" for error in validator.iter_errors(said)]
