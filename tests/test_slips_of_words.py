"""Slips of words put by chance into right returns of many trades: the cell is named; and nothing is said of it before."""

from __future__ import annotations

import copy
import json
import os
import random
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from toolkit.model import Cell, Name, Return, Words
from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.rule import INFO, Breach

PROFILE = load("hebei-2023")
BOUNDS = bounds(PROFILE.id)
LOOKS = [rule for rule in RULES if rule.look is not None and rule.id[0] in "EGH"]
GOOD = sorted((Path(__file__).parent / "good").glob("*.json"))
HAN = r"[\u4e00-\u9fff]"
TRIES = int(os.environ.get("SLIPS", "12"))  # of each kind; more by hand: SLIPS=100
Slip = Callable[[random.Random, str], str]
Data = dict[str, Any]


@cache
def good() -> tuple[Data, ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in GOOD)


def returned(data: Data) -> Return:
    return computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)


def told(book: Return) -> Iterator[tuple[str, Cell]]:
    """The rules of words that are broken, each with the cells it names."""
    for rule in LOOKS:
        assert rule.look is not None
        for seen in rule.look(book, BOUNDS):
            if isinstance(seen, Breach):
                yield from ((rule.id, cell) for cell in seen.cells)


def sentences(book: Return) -> list[Name]:
    """The names of texts that tell something in whole clauses."""
    fields = (
        "project.goal",
        "goals.goal",
        "goals.indicators",
        "overall.goal",
        "safeguards.text",
        "remarks.text",
    )
    found = [
        name
        for name, value in book.values()
        if isinstance(value, Words) and name.field in fields
    ]
    long = [name for name in found if len(book.words(name).text) > 12]
    # Beside what the same text says of this year, another year's work may be what was done before: nothing decides.
    return [name for name in long if "本年度" not in book.words(name).text]


def at_a_mark(draws: random.Random, text: str, put: str) -> str:
    """A text with something put where a clause begins."""
    at = draws.choice([0, *(match.end() for match in re.finditer("[，。；]", text))])
    return text[:at] + put + text[at:]


def typed_twice(draws: random.Random, text: str) -> str:
    """A text in which two to four characters in a row stand twice."""
    length = draws.randint(2, 4)
    places = [
        at
        for at in range(len(text) - length)
        if re.fullmatch(f"{HAN}{{{length}}}", text[at : at + length])
    ]
    at = draws.choice(places) + length
    return text[:at] + text[at - length : at] + text[at:]


def identity(draws: random.Random, text: str) -> str:
    """A text with the number of an identity card: parted, mistyped at the end, or as it is."""
    born = f"{draws.randint(1950, 2005)}{draws.randint(1, 12):02d}{draws.randint(1, 28):02d}"
    number = f"131024{born}{draws.randint(100, 999)}{draws.randint(0, 9)}"
    written = draws.choice(
        [
            number,
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}{number[8:17]}",
        ]
    )
    return at_a_mark(draws, text, f"经办人{written}，")


def left_over(draws: random.Random, text: str) -> str:
    signs = (
        "{{单位}}",
        "****",
        "××镇",
        "（增加内容）",
        "____",
        "N个",
        "×个",
        "《》",
        "（待定）",
    )
    return at_a_mark(draws, text, draws.choice(signs))


def broken_off(draws: random.Random, text: str) -> str:
    return text.rstrip("。") + draws.choice(
        ["，主要原因是。", "，主要用于。", "，地点待定。", "，包括。"]
    )


def reached(draws: random.Random, text: str) -> str:
    ways = ("139 1234 5678，", "0319-6123456，", "li@qq.com，")
    return at_a_mark(draws, text, draws.choice(ways))


def another_year(draws: random.Random, text: str) -> str:
    year = draws.choice(("2021", "2022", "二〇二二"))
    works = (
        f"于{year}年12月底前完成工作，",
        f"{year}年将开展培训，",
        f"力争在{year}年底前完成，",
    )
    return at_a_mark(draws, text, draws.choice(works))


def another_county(draws: random.Random, text: str) -> str:
    return at_a_mark(
        draws,
        text,
        f"保障{draws.choice(['固安县', '阜平县', '宁晋县', '易县'])}各项工作，",
    )


SLIPS: Mapping[str, tuple[Slip, float]] = {
    "typed twice": (typed_twice, 0.95),
    "identity": (identity, 1),
    "left over": (left_over, 1),
    "broken off": (broken_off, 1),
    "reached": (reached, 1),
    "another year": (another_year, 1),
    "another county": (another_county, 1),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_words_is_named_at_its_cell(slip: str) -> None:
    make, least = SLIPS[slip]
    draws = random.Random(11)
    found = 0
    for _ in range(TRIES):
        data = draws.choice(good())
        # Remarks tell of other years too, whatever the verb: there no year is wrong.
        fit = [
            name
            for name in sentences(returned(data))
            if slip != "another year" or name.block != "remarks"
        ]
        name = draws.choice(fit)
        spoiled = copy.deepcopy(data)
        put(spoiled, name, make(draws, returned(data).words(name).text))
        book = returned(spoiled)
        found += not set(book.words(name).cells()).isdisjoint(
            cell for _, cell in told(book)
        )
    assert found >= TRIES * least


def put(data: Data, name: Name, text: str) -> None:
    """Put a text into a return's data, where its name says."""
    *path, last = PROFILE.book.path_of(name)
    held: Any = data
    for step in path:
        held = held[step]
    held[last] = text


@pytest.mark.parametrize("data", good(), ids=[path.stem for path in GOOD])
def test_nothing_is_said_of_the_words_of_a_right_return(data: Data) -> None:
    severity = {rule.id: rule.severity for rule in LOOKS}
    assert [
        (rule, str(cell))
        for rule, cell in told(returned(data))
        if severity[rule] is not INFO
    ] == []
