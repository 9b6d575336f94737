"""Checks of the writing: what a template left behind, words typed twice, brackets, old names, items printed twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from toolkit.audit.blocks import NUMERALS, Paragraph, Table
from toolkit.audit.facts import wide
from toolkit.audit.finding import Beside, Duty, Heard, Spot, check
from toolkit.audit.reading import Statement
from toolkit.rules.rule import ERROR, INFO, WARNING

LONG_ITEM = 24  # letters from which on two equal items are one printed twice
ITEM_BRACKET = re.compile(
    r"(?<![（\dA-Za-z])[\dA-Za-z]{1,2}）|(?<![（一二三四五六七八九十])[一二三四五六七八九十]{1,2}）"
)
MIXED = re.compile(r"（[^（）()]*\)|\([^（）()]*）")
ITEM = re.compile(r"\d{1,2}[.．、]")
MOST_SPOTS = 8
ENDS = ("。", "；", "：", "”", "）", "，其中：")
TWICE = re.compile(r"([^。；]{7,}[。；])\1")
HEADED = re.compile(
    rf"(?:[（(][{NUMERALS}]+[）)]|[{NUMERALS}]+、|第[{NUMERALS}]+部分)\S{{4,}}|\S{{8,}}。$"
)
NEAR = 30  # paragraphs within which two equal items stand in one list


def _in_words(statement: Statement) -> Iterator[tuple[int, Paragraph]]:
    yield from enumerate(statement.paragraphs)


def _several(
    statement: Statement, heard: Heard, patterns: list[str], what: str
) -> None:
    """Tell each pattern that is found once, with the places where it stands."""
    for pattern in patterns:
        found: dict[str, list[Spot]] = defaultdict(list)
        first: dict[str, str] = {}
        for number, paragraph in _in_words(statement):
            heard.held()
            for match in re.finditer(pattern, wide(paragraph.text)):
                kind = re.sub(r"\d", "", match[0])
                first.setdefault(kind, match[0])
                found[kind].append(heard.around(number, match.start(), match.end()))
        for kind, spots in found.items():
            times = f"，共 {len(spots)} 处" if len(spots) > 1 else ""
            heard.breaks(
                f"{what}“{first[kind]}”{times}",
                spots[:MOST_SPOTS],
                key=f"{pattern} {kind}",
            )


@check(
    "J04-01",
    "式样里留下的话",
    Duty.READABLE,
    WARNING,
    "请删去提示填写的话，把该写的写上。",
)
def residue(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What a template says to those who fill it in is not published."""
    _several(statement, heard, statement.form.wording["residue"], "留下了")


@check("J04-02", "打重了的字", Duty.READABLE, INFO, "请删去多打的字或标点。")
def doubled(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Words and marks typed twice."""
    _several(statement, heard, statement.form.wording["doubled"], "打重了")


@check(
    "J04-08",
    "数的写法",
    Duty.READABLE,
    WARNING,
    "请改成半角的数字和逗号，百分比写上“%”。",
)
def digits(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A number holds no full-width comma, and a growth in percent its sign."""
    words = statement.form.wording
    _several(
        statement, heard, [words["full_width_comma"], words["no_percent"]], "写法不对："
    )


@check(
    "J04-03", "括号、引号不成对", Duty.READABLE, INFO, "请补上或删去多余的括号、引号。"
)
def brackets(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Brackets and quotation marks are paired; what a page broke is not judged, nor item numbers like 1）."""
    for number, paragraph in _in_words(statement):
        text = ITEM_BRACKET.sub("", wide(paragraph.text))
        before = statement.paragraphs[number - 1].text if number else ""
        # the paragraph before may go on here
        torn = len(before) > LONG_ITEM and not before.endswith(ENDS)
        if paragraph.loose and (torn or not text.endswith(("。", "；"))):
            heard.unchecked("这一段的头尾是按版面接起来的")
            continue
        lonely = [
            pair
            for pair in statement.form.wording["pairs"]
            if text.count(pair[0]) != text.count(pair[1])
        ]
        lonely += [
            pair
            for pair in ("【】", "[]")
            if text.count(pair[0]) != text.count(pair[1])
        ]
        for pair in lonely:
            spot = _lonely(heard, number, text, pair)
            heard.breaks(
                f"“{pair[0]}”{text.count(pair[0])} 个，“{pair[1]}”{text.count(pair[1])} 个",
                (spot,),
                key=f"{number} {pair}",
            )
        if not lonely:
            heard.held()


@check(
    "J04-09", "括号一半全角一半半角", Duty.READABLE, INFO, "请把同一对括号改成一样的。"
)
def mixed(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Both brackets of a pair are of one width; told once a document."""
    spots = []
    for number, paragraph in _in_words(statement):
        heard.held()
        spots += [
            heard.around(number, found.start(), found.end())
            for found in MIXED.finditer(paragraph.text)
        ]
    if spots:
        heard.breaks(
            f"有 {len(spots)} 对括号一半全角一半半角", spots[:MOST_SPOTS], key="mixed"
        )


def _lonely(heard: Heard, number: int, text: str, pair: str) -> Spot:
    """Where the first sign stands that has no other."""
    opened: list[int] = []
    for at, letter in enumerate(text):
        if letter == pair[0]:
            opened.append(at)
        elif letter == pair[1]:
            if not opened:
                return heard.around(number, at, at + 1)
            opened.pop()
    return (
        heard.around(number, opened[0], opened[0] + 1)
        if opened
        else heard.around(number, 0, 1)
    )


@check("J04-04", "已经改了名的科目", Duty.ACCURATE, ERROR, "请用本年度科目的名称。")
def old_names(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A class that was renamed is called by its name of the year, in words and tables."""
    if not statement.year:
        heard.unchecked("题目里没有年度")
        return
    for line in beside.renamed:
        if line["kind"] != "科目" or line["from"] > f"{statement.year}-01-01":
            continue
        spots = [
            heard.around(number, found.start(), found.end())
            for number, paragraph in _in_words(statement)
            for found in re.finditer(re.escape(line["former"]), paragraph.text)
        ]
        for table in (*(one.table for one in statement.tables), *statement.unread):
            spots += [
                Spot(row.place, line["former"])
                for row in table.rows
                if line["former"] in row.text
            ]
        heard.held()
        if spots:
            times = f"，共 {len(spots)} 处" if len(spots) > 1 else ""
            message = (
                f"“{line['former']}”从 {line['from'][:4]} 年起叫“{line['now']}”{times}"
            )
            heard.breaks(message, spots[:MOST_SPOTS], (line["former"], line["now"]))


@check(
    "J04-06",
    "同一条印了两遍",
    Duty.READABLE,
    WARNING,
    "请删去重复的一条，或者改成应当写的内容。",
)
def items(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A numbered item of some length is printed once."""
    if statement.several:
        heard.unchecked("可能是几个单位的文本合在一起")
        return
    seen: dict[str, int] = {}
    for number, paragraph in _in_words(statement):
        counted = any(
            section.id == statement.sections[number] and section.counted
            for section in statement.form.sections
        )
        if (
            len(paragraph.text) <= LONG_ITEM
            or not ITEM.match(paragraph.text)
            or not counted
        ):
            continue
        text = f"{statement.sections[number]} {ITEM.sub('', paragraph.text, count=1)}"
        first = seen.setdefault(text, number)
        if first == number or number - first > NEAR:
            heard.held()
        else:
            spots = (
                heard.around(number, 0, LONG_ITEM),
                heard.around(first, 0, LONG_ITEM),
            )
            heard.breaks("同一条印了两遍", spots)


@check("J04-10", "同一句话印了两遍", Duty.READABLE, WARNING, "请删去重复的一句。")
def sentences(statement: Statement, beside: Beside, heard: Heard) -> None:
    """No sentence, and no numbered heading, stands twice in a row; tables that follow each other may have one note."""
    notes = {one.note_place for one in statement.blocks if isinstance(one, Table)}
    before = ""
    for number, paragraph in _in_words(statement):
        found = TWICE.search(paragraph.text)
        if found is not None:
            heard.breaks(
                f"“{found[1]}”印了两遍",
                (heard.around(number, found.start(), found.end()),),
            )
        elif (
            paragraph.text == before
            and paragraph.place not in notes
            and HEADED.match(paragraph.text)
            and not paragraph.in_table
        ):
            heard.breaks(
                f"“{paragraph.text[:LONG_ITEM]}”印了两遍",
                (heard.around(number, 0, LONG_ITEM),),
            )
        else:
            heard.held()
        before = paragraph.text
