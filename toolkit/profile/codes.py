"""Code lists (科目): the facts of schema/codes/, as a year has them; an office's own list takes the place of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from toolkit.model import Code, CodeList, Sureness
from toolkit.profile.stored import ProfileError, code_list, home, read_json

COLUMNS = ("code", "level", "name", "confidence", "valid_from", "valid_to", "aliases")
ALIASES = re.compile("[;；、]")
SURENESS = {one.value: one for one in Sureness}
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@lru_cache(maxsize=1)
def declared() -> Mapping[str, Any]:
    """What schema/codes/lists.json says of the lists: their titles and levels, and how an office's own list is known."""
    said: Mapping[str, Any] = read_json(home() / "schema" / "codes" / "lists.json")
    return said


def sheet_name() -> str:
    """What the hidden sheet of a workbook is called that holds the codes for its look-ups and drop-downs."""
    name: str = declared()["sheet"]
    return name


def not_found() -> str:
    """What a look-up shows for a code that the list has not."""
    word: str = declared()["not_found"]
    return word


def funds() -> Mapping[str, str]:
    """The kinds of money that codes belong to, and what people call them."""
    said: Mapping[str, str] = declared()["funds"]
    return said


@lru_cache(maxsize=4)
def lists(year: int) -> Mapping[str, CodeList]:
    """The code lists as a year has them, by their keys; raise ProfileError, in Chinese, where a line cannot be used."""
    found: dict[str, CodeList] = {}
    for key, said in declared()["lists"].items():
        lines = code_list(key)
        if lacking := [
            column for column in COLUMNS if column not in (lines[0] if lines else {})
        ]:
            raise ProfileError(
                f"“{key}.csv”里没有代码，或者缺少“{'”“'.join(lacking)}”这几栏，请补上。"
            )
        for number, line in enumerate(lines, 2):
            _fit(key, number, line, said["levels"])
        codes = tuple(_code(key, number, line) for number, line in enumerate(lines, 2))
        found[key] = CodeList(
            key,
            said["title"],
            year,
            said["levels"],
            tuple(sorted(codes, key=_in_order)),
        )
    return found


def _fit(
    key: str, number: int, line: Mapping[str, str], levels: Mapping[str, int]
) -> None:
    """Raise ProfileError where a line has no code, or one that is not as long as its level's are: zeros may have been lost."""
    code, level = line["code"], line["level"]
    where = f"“{key}.csv”第 {number} 行"
    if not code.strip():
        raise ProfileError(f"{where}没有代码，请补上，或者删去这一行。")
    if level not in levels:
        raise ProfileError(
            f"{where}的级次写的是“{level}”，请改成 {'、'.join(levels)} 之一。"
        )
    if len(code) != levels[level]:
        said = (
            f"{where}的代码“{code}”是 {len(code)} 位，“{level}”的是 {levels[level]} 位"
        )
        raise ProfileError(f"{said}，可能丢了前面的 0，请改正。")


def _in_order(one: Code) -> tuple[str, str]:
    return one.code, one.begins


def _code(key: str, number: int, line: Mapping[str, str]) -> Code:
    """One line of a list of ours."""
    for column in ("valid_from", "valid_to"):
        if line[column] and not DAY.fullmatch(line[column]):
            raise ProfileError(
                f"“{key}.csv”第 {number} 行：“{column}”写的是“{line[column]}”，请写成 2024-01-01 这样的日期，或留空。"
            )
    if line["confidence"] not in SURENESS:
        raise ProfileError(
            f"“{key}.csv”第 {number} 行：“confidence”写的是“{line['confidence']}”，请改成“{'”“'.join(SURENESS)}”之一。"
        )
    return Code(
        code=line["code"],
        level=line["level"],
        name=line["name"],
        sureness=SURENESS[line["confidence"]],
        begins=line["valid_from"],
        ends=line["valid_to"],
        aliases=tuple(alias for alias in ALIASES.split(line["aliases"]) if alias)
        if line["aliases"]
        else (),
        fund=line.get("fund", ""),
        group=line.get("usual_group", ""),
    )
