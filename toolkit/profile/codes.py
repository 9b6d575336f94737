"""Code lists (科目): the facts of schema/codes/, as a year has them; an office's own list takes the place of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from toolkit.model import Code, CodeList, Sureness
from toolkit.profile.stored import ProfileError, code_list, home, read_json

ALIASES = re.compile("[;；、]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@lru_cache(maxsize=1)
def declared() -> Mapping[str, Any]:
    """What schema/codes/lists.json says of the lists: their titles and levels, and how an office's own list is known."""
    said: Mapping[str, Any] = read_json(home() / "schema" / "codes" / "lists.json")
    return said


@lru_cache(maxsize=4)
def lists(year: int) -> Mapping[str, CodeList]:
    """The code lists as a year has them, by their keys; raise ProfileError, in Chinese, where a line cannot be used."""
    found: dict[str, CodeList] = {}
    for key, said in declared()["lists"].items():
        codes = tuple(_code(key, number, line) for number, line in enumerate(code_list(key), 2))
        found[key] = CodeList(key, said["title"], year, said["levels"], tuple(sorted(codes, key=_in_order)))
    return found


def _in_order(one: Code) -> tuple[str, str]:
    return one.code, one.begins


def _code(key: str, number: int, line: Mapping[str, str]) -> Code:
    """One line of a list of ours."""
    known = [one.value for one in Sureness]
    for column in ("valid_from", "valid_to"):
        if line[column] and not _DAY.fullmatch(line[column]):
            raise ProfileError(
                f"“{key}.csv”第 {number} 行：{column} 写的是“{line[column]}”，请写成 2024-01-01 这样的日期，或留空。"
            )
    if line["confidence"] not in known:
        raise ProfileError(
            f"“{key}.csv”第 {number} 行：confidence 写的是“{line['confidence']}”，请改成 {'、'.join(known)} 之一。"
        )
    return Code(
        code=line["code"],
        level=line["level"],
        name=line["name"],
        sureness=Sureness(line["confidence"]),
        begins=line["valid_from"],
        ends=line["valid_to"],
        aliases=tuple(alias for alias in ALIASES.split(line["aliases"]) if alias),
    )
