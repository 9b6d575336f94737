"""What we write around a person's words holds no residue, no doubled words and no change of nothing, whatever was filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from tests.test_statement import EXAMPLES, PROFILE, example, unit
from toolkit.files.grid import open_grid
from toolkit.files.word import Paragraph, text_of
from toolkit.model import Disclosure
from toolkit.profile.loading import load
from toolkit.publish.statement import Text, statement, write_statement
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read

GOOD = Path(__file__).parent / "good"
WRONG = re.compile(
    r"\{\{|\}\}|\{%|%\}|None|nan|[XＸ×]{2}"  # left of the template
    r"|([\u4e00-\u9fff]{2,})\1|的的|元元|[为是]主要[为是]"  # said twice
    r"|[，、；：。]{2,}|（）|，）|（，"  # marks without words between them
    r"|(?:增加|减少|增长|下降)-?0(?:\.0+)?[万亿元%]|(?:增加|减少)-"  # a change of nothing, or of less
    r"|持平[^。；]{0,12}，主要|主要(?:原因是|为|用于)[。；，）]"  # a reason for nothing, or none given
    r"|(?<!\d)0万元，主要|增长100%|Infinity"
)


@cache
def good(path: Path) -> Disclosure:
    data = json.loads(path.read_text(encoding="utf-8"))
    return merge(
        [computed(from_data(data, PROFILE, f"{path.stem}.xlsx"), PROFILE.book)], PROFILE
    )


def of_all_zeros() -> Disclosure:
    return merge([unit()], PROFILE)


def of_much() -> Disclosure:
    """Everything moved, from nothing or to nothing, with reasons that begin and end as ours do."""
    moved = {
        "this_year": "5",
        "last_year": "0",
        "reason": "主要原因是主要原因为新增业务。",
    }
    gone = {"this_year": "0", "last_year": "7.5", "reason": "，主要为压减支出；"}
    return merge(
        [
            unit(
                composition={
                    "personnel": moved,
                    "basic": {"reason": "主要为增人；"},
                    "project": {**gone, "own": "3"},
                },
                three_public={
                    "abroad": moved,
                    "vehicle_purchase": gone,
                    "vehicle_running": moved,
                    "reception": gone,
                },
                operating={"amount": "5", "use": "主要用于水电。"},
                purchase={"planned": "5", "content": "主要为电脑。"},
                procurement=[
                    {
                        "item": "电脑",
                        "catalogue": "A02",
                        "amount": "5",
                        "reserve": "5",
                        "small": "5",
                    }
                ],
                notes={
                    "procurement": "注：单价因配置不同而不同。",
                    "assets": "注：不含在建工程。",
                },
            )
        ],
        PROFILE,
    )


DISCLOSURES: dict[str, Callable[[], Disclosure]] = {
    **{
        path.parent.name: partial(example, path.parent.name)
        for path in sorted(EXAMPLES.glob("*-xianghe-*/returns"))
    },
    **{path.stem: partial(good, path) for path in sorted(GOOD.glob("*.json"))},
    "零": of_all_zeros,
    "变": of_much,
}


def wrong(paragraph: str, words: list[str]) -> Iterator[str]:
    """What is wrong with a paragraph and was not typed so by a person."""
    for match in WRONG.finditer(paragraph):
        if not any(match[0] in text for text in words):
            yield paragraph[max(0, match.start() - 20) : match.end() + 10]


@pytest.mark.parametrize("name", DISCLOSURES)
def test_no_sentence_that_we_make_holds_residue_or_says_a_thing_twice(
    name: str, tmp_path: Path
) -> None:
    disclosure = DISCLOSURES[name]()
    heard: list[Any] = []
    statement(disclosure, PROFILE, heard=heard.append)
    words = [str(text) for text in heard if isinstance(text, Text)]
    write_statement(disclosure, PROFILE, tmp_path / "情况说明.docx")
    paragraphs = [
        piece.text
        for piece in text_of(tmp_path / "情况说明.docx")
        if isinstance(piece, Paragraph)
    ]
    assert len(paragraphs) > 20
    assert [told for paragraph in paragraphs for told in wrong(paragraph, words)] == []


def test_no_sentence_of_another_province_does_either(tmp_path: Path) -> None:
    profile = load("shanghai-2026")
    units = [
        read(open_grid(path), profile)
        for path in sorted(
            (EXAMPLES / "03-shanghai-constructed" / "input").glob("*.xlsx")
        )
    ]
    write_statement(merge(units, profile), profile, tmp_path / "情况说明.docx")
    paragraphs = [
        piece.text
        for piece in text_of(tmp_path / "情况说明.docx")
        if isinstance(piece, Paragraph)
    ]
    assert len(paragraphs) > 20
    assert [told for paragraph in paragraphs for told in wrong(paragraph, [])] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "基本支出增加增加2万元。",
        "安排5万元元。",
        "基本支出增加0万元，项目支出减少3万元。",
        "公务接待费持平，无增减变化，主要原因是压减。",
        "增加5万元，主要为。",
        "增加5万元，主要原因是主要是压减。",
        "总额为0万元，主要为电脑。",
        "安排{{ amount }}万元。",
        "经费（）万元。",
    ],
)
def test_what_must_not_be_there_is_seen(sentence: str) -> None:
    assert list(wrong(sentence, ["压减", "电脑"]))
