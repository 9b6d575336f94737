"""Checks of the statement as a whole: whether it is on the right form, and whether all its sections are there."""

from __future__ import annotations

import re

from toolkit.audit.blocks import NUMERALS
from toolkit.audit.finding import Beside, Duty, Heard, Spot, check
from toolkit.audit.forms import ALL
from toolkit.audit.reading import Statement, head_of
from toolkit.rules.rule import ERROR, WARNING

HEADING = 45  # letters; what is longer is no heading
RANKS = ("whole", "part", "item")  # 一、 （一） 1.
GAP = 2  # one number between is left out
SURE = 4  # signs of a form from which on a statement is called one of another kind


@check(
    "J09-01",
    "题目和式样",
    Duty.COMPLETE,
    ERROR,
    "请换用与题目相符的式样重新编写，或者改正题目。",
)
def right_form(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A budget stands on a budget's form, final accounts on theirs."""
    if not statement.form.kind or not statement.kind:
        heard.unchecked("题目里看不出是预算还是决算，或者认不出式样")
        return
    if statement.kind == statement.form.kind:
        heard.held()
        return
    if statement.form.signs(statement.text) < SURE:
        heard.unchecked("式样认得不够准")
        return
    place = next(
        (one.place for one in statement.paragraphs if one.text == statement.title),
        statement.paragraphs[0].place,
    )
    message = f"题目是{statement.kind}，正文用的是{statement.form.kind}的式样（{statement.form.title}）"
    heard.breaks(
        message, (Spot(place, statement.title),), (statement.kind, statement.form.kind)
    )


@check(
    "J09-02",
    "应有的部分",
    Duty.COMPLETE,
    WARNING,
    "请补上缺的部分；确实没有的，也要写明没有。",
)
def sections(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Every section of the form is there. Where none is, the file holds an excerpt, of which nothing is said."""
    wanted = [section for section in statement.form.sections if section.required]
    missing = statement.missing
    if not statement.headings or len(missing) * 2 > len(wanted):
        if wanted:
            heard.unchecked("找到的部分太少，可能只是一段摘录", len(wanted))
        return
    heard.held(len(wanted) - len(missing) - len(statement.unheaded))
    if statement.unheaded:
        heard.unchecked("没有认出标题，文中说到了", len(statement.unheaded))
    for title in missing:
        heard.breaks(
            f"没有“{title}”",
            (Spot(statement.paragraphs[0].place, statement.title),),
            ("", title),
        )


@check(
    "J09-03",
    "部分里没有内容",
    Duty.COMPLETE,
    WARNING,
    "请写上这一部分的内容；没有的，也要写明没有。",
)
def empty_sections(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A heading that counts is followed by words of its own."""
    counting = {
        section.id: section.title
        for section in statement.form.sections
        if section.counted
    }
    ends = [
        *(heading.paragraph for heading in statement.headings[1:]),
        len(statement.paragraphs),
    ]
    last = {
        heading.section: (heading, end)
        for heading, end in zip(statement.headings, ends, strict=False)
    }
    for section, (heading, end) in last.items():
        if section not in counting:
            continue
        text = statement.paragraphs[heading.paragraph].text
        after = (
            statement.paragraphs[end].text if end < len(statement.paragraphs) else ""
        )
        if (
            end - heading.paragraph > 1
            or re.search(r"\d", text[3:])
            or text[len(head_of(text)) :].strip("。：")  # on the line of the heading
            or not _rank(text)
            or _rank(text) != _rank(after)
        ):
            heard.held()
        else:
            heard.breaks(
                f"“{text}”下面没有内容",
                (heard.around(heading.paragraph, 0, len(text)),),
            )


def _rank(heading: str) -> str:
    """How a heading is numbered: 一、 or （一） or 1.; "" where it is not."""
    found = re.match(
        rf"(?:(?P<whole>[{NUMERALS}]+、)|(?P<part>[（(][{NUMERALS}]+[）)])|(?P<item>\d+[.．、]))",
        heading,
    )
    return found.lastgroup or "" if found else ""


@check("J09-04", "细化到应有的程度", Duty.DETAILED, WARNING, "请把合在一起的数分开写。")
def detailed(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What the form wants told apart is told apart; what was not read is not called missing."""
    for group in statement.form.detailed:
        lacking = [name for name in group if not _is_told(statement, name)]
        if lacking:
            heard.unchecked("没有读到应当分开写的数")
        else:
            heard.held()


def _is_told(statement: Statement, name: str) -> bool:
    if name.endswith(ALL):
        return any(one.startswith(name.removesuffix("*")) for one in statement.named)
    return name in statement.named


@check(
    "J09-05",
    "公开的日期",
    Duty.TIMELY,
    WARNING,
    "请在网站上看公开的日期，是不是在批复后规定的日子以内。",
)
def date(statement: Statement, beside: Beside, heard: Heard) -> None:
    """No statement says on which day it was published: this is for people to look up."""
    heard.unchecked("文本里看不出是哪一天公开的，要在网站上看")


@check(
    "J09-06",
    "标题的序号连着",
    Duty.COMPLETE,
    WARNING,
    "请核对是不是漏了一部分，或者改正序号。",
)
def in_order(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Headings of one rank are numbered without a gap: where one number is left out, so may be its section."""
    unnumbered = {
        one.paragraph
        for one in statement.headings
        if not _rank(statement.paragraphs[one.paragraph].text)
    }
    last: dict[str, int] = {}  # of each rank the paragraph that was numbered last
    for number, paragraph in enumerate(statement.paragraphs):
        text, rank = paragraph.text, _rank(paragraph.text)
        if re.match(rf"第[{NUMERALS}]+部分", text):
            last.clear()
        if not rank or paragraph.in_table or paragraph.loose:
            continue
        before = last.get(rank)
        last[rank] = number
        for inner in RANKS[RANKS.index(rank) + 1 :]:
            last.pop(inner, None)
        former = statement.paragraphs[before].text if before is not None else ""
        if before is None or not (_is_heading(text) and _is_heading(former)):
            continue
        if _ordinal(text) == _ordinal(former) + GAP and unnumbered.isdisjoint(
            range(before, number)
        ):
            heard.breaks(
                f"标题“{former}”后面是“{text}”，中间少一个序号",
                (heard.around(number, 0, len(text)),),
                (former, text),
            )
        else:
            heard.held()


def _is_heading(text: str) -> bool:
    return len(text) < HEADING and not re.search(r"[，。；：]", text)


def _ordinal(heading: str) -> int:
    """The number of a heading: 十二、 is 12."""
    found = re.match(rf"[（(]?(?P<chinese>[{NUMERALS}]+)|(?P<digits>\d+)", heading)
    if found is None:
        return 0
    if found["digits"]:
        return int(found["digits"])
    tens, ten, ones = found["chinese"].rpartition("十")
    if not ten:
        return NUMERALS.index(ones) + 1
    return (NUMERALS.index(tens) + 1 if tens else 1) * 10 + (
        NUMERALS.index(ones) + 1 if ones else 0
    )
