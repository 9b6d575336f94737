"""The wording of every text that will be published (文稿): pairs of marks, typos, figures of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.model import Return, Words
from toolkit.rules.reading import (
    END,
    Passage,
    any_of,
    any_pattern,
    apart_from_points,
    around,
    brief,
    cells,
    late,
    plain_points,
    quoted,
    says_a_point_twice,
    summary,
    texts,
)
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look

HAN = r"\u3400-\u9fff"
OPENING = {
    "(": ")",
    "（": "）",
    "[": "]",
    "【": "】",
    "〔": "〕",
    "《": "》",
    "“": "”",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "｛": "｝",
}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
BRACKET = late("[" + re.escape("".join((*OPENING, *CLOSING))) + "]")
# The number of a point in an enumeration, whose bracket has no partner: 1）2），a)
LISTED = late(r"(?m)(?:^|(?<=[。；，、：\s]))[0-9a-z一二三四五六七八九十]{1,2}[)）]")
QUOTE = late('"')
CLAUSE_END = late(r"[，。；：\n]")
NEAR = 14  # characters of a long clause that a message shows on each side of a mark
# A half-width mark between Chinese characters, or behind a number: 完成任务,提高; 达到95%,群众; 达到95%.以上.
STOP = late(
    rf"(?<=[{HAN}”）])[.,;:](?=[{HAN}“（])|(?<=[\d%％])[,;](?=[{HAN}])|(?<=[%％‰℃])[.](?=[{HAN}“（{END}]|$)"
)
# Half-width brackets with Chinese in them: (含结转).
NARROW = late(rf"\((?=[^()\x00]*[{HAN}])[^()\x00]*\)")
# A blank or a line break between Chinese characters or marks: 保 障.
# A full-width blank is one wherever it stands within a line: 巡查车　1辆.
# One within a number: 拨付2  6个村.
BLANK = late(
    rf"(?<=[{HAN}，。、；：）”])[ \t\u3000\n]+(?=[{HAN}，。、；：（“])|(?<=[^\s{END}])\u3000+(?=[^\s{END}])"
    rf"|(?<=[{HAN}]\d)[ \t]+(?=\d{{1,3}}[{HAN}])|(?<=[{HAN}]\d\d)[ \t]+(?=\d{{1,3}}[{HAN}])"
    rf"|(?<=[{END}≥≤]\d)[ \t]+(?=\d{{1,3}}[{HAN}%])|(?<=[{END}≥≤]\d\d)[ \t]+(?=\d{{1,3}}[{HAN}%])"
    r"|(?<=\d)[ \t]+(?=\.\d)"
)
# The year of a document's number in the wrong brackets: 【2022】 of 冀财社【2022】145号.
YEAR_MARK = late(r"[【\[［](20\d\d)[】\]］]{1,2}(?=\s*第?\d+号)")
# A number at the beginning of a line: （一）, 一、, 1.; not 1.5.
NUMBERED = late(
    r"(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、|\d+[、.．](?!\d))"
)
# A total said to be flat, and a part of it that changes: 持平，其中公务接待费减少0.38万元.
FLAT = late(
    rf"持平[^。{END}]{{0,6}}其中[^。{END}]{{0,60}}?(增加|减少|增长|下降)了?(\d+(?:\.\d+)?)(?:万元|元|%)"
)
# An amount at the end of a clause without its unit: 培训费12.5；
BARE_AMOUNT = late(
    rf"(?:费|收入|支出|经费|资金)(?:预算)?为?(\d+(?:\.\d+)?)(?=[；，。、）)]|$|{END})"
)
# A change of nothing: 增加0万元, 下降0.00%.
ZERO_CHANGE = late(r"(?:增加|减少|增长|下降)了?0(?:\.0+)?(?:万?元|%)")
# A note that says there is none: 无。
NO_NOTE = late(r"(?:无|没有|暂无|无附注|/|-)。?")
MONEY_TEXTS = (
    "composition.reason",
    "three_public.reason",
    "notes.",
    "operating.use",
    "purchase.content",
    "remarks.text",
    "reasons.reason",
)
# A line break in one of these is the shape's matter.
ONE_LINE = ("indicators.level3", "indicators.value", "indicators.basis", "project.name")
LISTS = (
    "duties.text",
    "goals.name",
    "glossary.term",
    "safeguards.text",
    "remarks.text",
    "agencies.name",
)


def unpaired(text: str) -> list[str]:
    """The brackets of a text that have no partner of their own kind, in order; marks like 1） of enumerations are none."""
    stack: list[str] = []
    wrong: list[str] = []
    for mark in BRACKET.findall(LISTED.sub("", text)):
        if mark in OPENING:
            stack.append(mark)
        elif stack and stack[-1] == CLOSING[mark]:
            stack.pop()
        elif stack and {stack[-1], mark} in (
            {"（", ")"},
            {"(", "）"},
        ):  # meant as one pair, one of it half-width
            wrong += [stack.pop(), mark]
        else:
            wrong.append(mark)
    return wrong + stack


@look(
    id="G01-02",
    title="括号不配对",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{text}”附近的括号不配对：{said}。",
    remedy="补上少的一半，删去多的一半；左右用同一种括号，中文里用全角。",
)
def brackets(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Brackets without their partner."""
    for passage in texts(book, bounds).holding(BRACKET):
        wrong = unpaired(passage.text)
        if wrong:
            places = {"said": " ".join(wrong), "text": _around(passage.text, wrong[0])}
            yield Breach(passage.cells, places)


def _around(text: str, mark: str) -> str:
    """A mark with the clause it stands in where it is found first; of a long clause the words next to it, … for the rest."""
    at = text.find(mark)
    start = max((match.end() for match in CLAUSE_END.finditer(text, 0, at)), default=0)
    stop = CLAUSE_END.search(text, at + len(mark))
    end = stop.start() if stop else len(text)
    first, last = max(start, at - NEAR), min(end, at + len(mark) + NEAR)
    cut_before, cut_behind = "…" if first > start else "", "…" if last < end else ""
    return f"{cut_before}{brief(text[first:last], 3 * NEAR)}{cut_behind}"


@look(
    id="G01-03",
    title="引号不配对",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="有 {count} 个英文引号，不成对（“{text}”附近），多半是从别的表里粘贴带来的。",
    remedy="删去多余的英文引号；需要引号的，用中文的“”。",
)
def quotes(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An odd number of straight quotes."""
    for passage, found in texts(book, bounds).holding(QUOTE).items():
        if len(found) % 2:
            places = {"count": str(len(found)), "text": _around(passage.text, '"')}
            yield Breach(passage.cells, places)


@look(
    id="G01-04",
    title="中文里用了英文标点",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{text}”里的“{said}”是英文标点。",
    remedy="改成中文的。，；：。",
)
def narrow_stop(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A half-width stop, comma, colon or semicolon between Chinese characters: the first of each text."""
    for passage in texts(book, bounds).holding(STOP):
        match = STOP.search(passage.text)
        if match is not None:
            places = {"said": match[0], "text": brief(around(match, 8))}
            yield Breach(passage.cells, places)


@look(
    id="G01-05",
    title="中文里用了英文括号",
    severity=INFO,
    basis=("审核经验/文字",),
    kind="文稿",
    message="有 {count} 处中文用了英文括号，如“{examples}”。",
    remedy="改成中文的（）。",
)
def narrow_brackets(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Half-width brackets around Chinese: one finding."""
    found = texts(book, bounds).holding(NARROW)
    yield from summary(found)


@look(
    id="G01-06",
    title="中文里有空格或断行",
    severity=INFO,
    basis=("审核经验/文字",),
    kind="文稿",
    message="有 {count} 处汉字之间、数字中间有空格或断行，如“{examples}”，多半是从 PDF 粘贴带来的。",
    remedy="删去这些空格和断行。",
)
def blanks(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Blanks and line breaks inside Chinese, from pasting: one finding. A paragraph's own line breaks are none."""
    found: dict[Passage, list[str]] = {}
    for passage, match in texts(book, bounds).search(BLANK):
        if "\n" in match[0]:
            before = match.string[match.start() - 1]
            if before in "。；：”）" or passage.field in ONE_LINE:
                continue
        near = around(match, 4)
        before = near[: min(4, match.start())]
        behind = near[len(before) + len(match[0]) :]
        # Not what stands in the texts before and behind.
        own = f"{before.split(END)[-1]}{match[0]}{behind.split(END)[0]}"
        found.setdefault(passage, []).append(own)
    yield from summary(found)


@look(
    id="G01-07",
    title="发文字号的括号不规范",
    severity=INFO,
    basis=("工作惯例/公文格式",),
    kind="文稿",
    message="有 {count} 处发文字号的年份写成“{examples}”。",
    remedy="年份用六角括号，如“冀财社〔2022〕145号”。",
)
def year_marks(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Document numbers with 【】 or [] around the year: one finding."""
    found = texts(book, bounds).holding(YEAR_MARK)
    yield from summary(found)


@lru_cache(maxsize=8)
def _corrections(pairs: tuple[str, ...]) -> dict[str, str]:
    """Wrong word → right word, from a list of wrong→right."""
    return dict(pair.split("→") for pair in pairs if "→" in pair)


@look(
    id="G01-08",
    title="错别字",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{text}”里的“{said}”，应为“{right}”（共 {count} 处）。",
    remedy="改成“{right}”；确实没有错的，不用改。",
)
def typos(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Words of the confusion list; one finding a word, with all its places."""
    corrections = _corrections(bounds.words["typos"])
    wrong_words = any_of(tuple(corrections))
    found: dict[str, list[Passage]] = {}
    for passage, match in texts(book, bounds).search(wrong_words):
        found.setdefault(match[0], []).append(passage)
    for wrong, passages in found.items():
        right = corrections[wrong]
        places = {
            "said": wrong,
            "right": right,
            "text": _around(passages[0].text, wrong),
            "count": str(len(passages)),
        }
        words = [passage.words for passage in passages]
        yield Breach(cells(*words), places, value=wrong, expected=right)


@look(
    id="G01-09",
    title="标点重复",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{text}”里有连着的标点“{said}”。",
    remedy="留下一个，删去多余的。",
)
def doubled_marks(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two marks in a row, or an empty pair of brackets."""
    doubled = any_pattern(bounds.words["doubled_marks_patterns"])
    for passage, marks in texts(book, bounds).holding(doubled).items():
        if not re.search(r"\w", passage.text):
            continue  # nothing is written there at all, which is told as that
        places = {"said": quoted(marks), "text": _around(passage.text, marks[0])}
        yield Breach(passage.cells, places)


@look(
    id="G01-10",
    title="自己写了序号",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="文稿",
    message="有 {count} 行开头写了序号（“{examples}”），公开时序号会自动加上，就重复了。",
    remedy="删去行首的序号。",
)
def typed_numbering(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Lines of a list that begin with a number of their own: one finding."""
    found: dict[Passage, list[str]] = {}
    for passage in texts(book, bounds).of(*LISTS):
        match = NUMBERED.match(passage.text)
        if match is not None:
            found[passage] = [match[0]]
    yield from summary(found)


@look(
    id="G02-01",
    title="说持平，分项却有增减",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="文稿",
    message="“{said}”：总数说持平，其中一项却{part}，对不上。",
    remedy="总数写实际的增减；确实持平的，把各分项的增和减都写出来。",
)
def flat_yet_changed(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """As in “持平，其中……减少0.38万元”: a total cannot be unchanged when one part alone changes."""
    for passage, match in texts(book, bounds).search(FLAT):
        way, amount = match.groups()
        if not amount.strip("0."):
            continue  # of nothing: 减少0.00万元
        places = {"said": brief(match[0], 60), "part": f"{way}{amount}"}
        yield Breach(passage.cells, places)


@look(
    id="G02-02",
    title="金额没有单位",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{said}”后面没有写单位。",
    remedy="补上“{unit}”。",
)
def amount_without_unit(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount in words about money has no unit."""
    for passage, match in texts(book, bounds).search(BARE_AMOUNT):
        if passage.field.startswith(MONEY_TEXTS):
            yield Breach(passage.cells, {"said": match[0]})


@look(
    id="G02-03",
    title="写了“增加0”“减少0”",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="写着“{said}”，没有增减。",
    remedy="改成“与上年持平”。",
)
def change_of_zero(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """As in “增加0万元” where “持平” is meant."""
    for passage, changes in texts(book, bounds).holding(ZERO_CHANGE).items():
        yield Breach(passage.cells, {"said": quoted(changes)})


@look(
    id="G03-01",
    title="附注只写了“无”",
    severity=INFO,
    basis=("表样/填报要求",),
    kind="文稿",
    message="附注写的是“{said}”，会印在公开表下面。",
    remedy="没有附注的，留空。",
    reads=("notes",),
)
def empty_note(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A note that only says there is none."""
    for note in book.fields("notes").values.values():
        if isinstance(note, Words) and NO_NOTE.fullmatch(note.text):
            yield Breach(cells(note), {"said": note.text})


# ---------------------------------------------------------------- percentages of a text, recomputed from its own numbers

RISE_OR_FALL = "增加|减少|增长|下降|提高|降低|上升|压减"
NUMBER = r"(?<![\d.])\d+(?:\.\d+)?"
# The share right behind, or behind a comma where it is no other thing's: ，同比增长8%; not ，产值增长8%.
SHARE = (
    rf"(?:[，,、（(](?:[^，。；\d%％{END}]{{0,4}}[较比同均即计])?|[^，,、（(。；\d%％{END}]{{0,6}}?)"
    rf"(?:{RISE_OR_FALL}|增幅|降幅)(?:率|幅度)?(?:了|为|达)?"
    rf"(?P<about>约)?(?P<share>{NUMBER})\s*[%％]"
)
# 预算支出120万元，较上年增加20万元，增长20%: this year's amount, the change, the share.
CHANGE_SHARE = late(
    rf"(?P<this>{NUMBER})\s*(?P<unit>亿元|万元|元)[^。；\d{END}]{{0,12}}?(?:较|比|与|同比)(?:20\d\d年度?|上年|去年)?[^。；\d{END}]{{0,12}}?"
    rf"(?P<way>{RISE_OR_FALL})(?:额)?(?:了|为)?(?P<change>{NUMBER})\s*(?P=unit){SHARE}"
)
# 由100人增至120人，增长20%: both amounts, the share; of a share itself percentage points are told.
FROM_TO_SHARE = late(
    rf"由(?:20\d\d年度?的?|上年度?的?|去年的?)?(?P<from>{NUMBER})\s*(?P<unit>[{HAN}]{{1,4}}?)"
    rf"[^。；，\d{END}]{{1,6}}?(?:至|到|为)(?P<to>{NUMBER})\s*(?P=unit){SHARE}"
)


# what stands before an amount that is last year's
OF_LAST_YEAR = late(rf"(?:上年|去年)[^，。；\d{END}]{{0,6}}$")


def _share(match: re.Match[str]) -> Decimal | None:
    """The percentage that the numbers of a match give, or None from nothing."""
    said = match.groupdict()
    if "this" in said and OF_LAST_YEAR.search(match.string, 0, match.start()):
        last, change = Decimal(said["this"]), Decimal(said["change"])
    elif "this" in said:
        falls = said["way"] in ("减少", "下降", "降低", "压减")
        this, change = Decimal(said["this"]), Decimal(said["change"])
        last = this + change if falls else this - change
    else:
        last = Decimal(said["from"])
        change = Decimal(said["to"]) - last
    return abs(change) / last * 100 if last > 0 else None


@look(
    id="G01-14",
    title="百分比与前面的数算不出来",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="文稿",
    message="“{said}”：按前面的数算，{due}，写的是 {share}%。",
    remedy="核对前面的数和百分比，改正写错的一处。",
)
def share_recomputed(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A percentage that a sentence gives beside the numbers it comes from; from nothing there is none."""
    written = texts(book, bounds)
    for passage, match in (
        *written.search(CHANGE_SHARE),
        *written.search(FROM_TO_SHARE),
    ):
        share, exact = match["share"], _share(match)
        step = Decimal(1).scaleb(-len(share.partition(".")[2]))
        allowed = step if match["about"] else step / 2
        if exact is not None and abs(Decimal(share) - exact) <= allowed:
            continue
        due = (
            f"应当是 {round(exact, 2)}%"
            if exact is not None
            else "上年为 0，没有百分比"
        )
        yield Breach(
            passage.cells,
            {"said": brief(match[0], 60), "due": due, "share": share},
            value=share,
        )


# ---------------------------------------------------------------- the numbers of points within one text

SENTENCE_END = late(r"[。；;\n]")
GOAL = "project.goal"
# A point's number typed twice: 2.2.信号灯; where a 2.1 stands too, it is the second of a second part.
TWICE = late(r"(?:^|(?<=[。；;\n]))\s*(\d{1,2})([.、．])\1\2(?!\d)")
HEAD = ("：", ":")
TWO_POINTS = 3  # characters that the numbers of two points take at the least: ①;②
POINT_SIGNS = "一二三四五六七八九十"
# A number of a point at the head of a sentence, by the marks of its kind: 1. 2）（3）一、（二）①.
POINT = late(
    rf"(?:^|(?<=[。；;：\n\s]))\s*(?:(?P<plain>\d{{1,2}})[.．](?!\d)|(?P<comma>\d{{1,2}})、(?!\d)|(?P<half>\d{{1,2}})[)）]"
    rf"|（(?P<round>\d{{1,2}})）|（(?P<inner>[{POINT_SIGNS}]{{1,2}})）|(?P<outer>[{POINT_SIGNS}]{{1,2}})、|(?P<ring>[①-⑳]))"
)
# What every number of a point ends with, wherever it stands.
POINTS_END = late(rf"[\d{POINT_SIGNS}][.．、)）]|[①-⑳]")


def _point_number(sign: str) -> int:
    """The number of a point, or 0: 3, 三, 十二, ③."""
    if sign.isascii():
        return int(sign)
    if "①" <= sign <= "⑳":
        return ord(sign) - ord("①") + 1
    tens, ten, ones = sign.rpartition("十")
    if not ten:
        return POINT_SIGNS.find(sign) + 1 if len(sign) == 1 else 0
    return (POINT_SIGNS.find(tens) + 1 if tens else 1) * 10 + (
        POINT_SIGNS.find(ones) + 1 if ones else 0
    )


def _out_of_order(text: str) -> tuple[str, str]:
    """The first point of a text whose number does not follow the one before it in its kind, with that one; or two blanks.

    A kind begins anew below each point of another kind; what begins with another number than one is a part of something else.
    """
    twice = TWICE.search(text)
    if twice is not None and not re.search(
        rf"(?<![\d.．]){twice[1]}[.．](?!{twice[1]})\d", text
    ):
        return twice[0].strip(), twice[1]
    last: dict[str, tuple[int, str]] = {}
    text = apart_from_points(text)
    for match in POINT.finditer(text):
        kind = match.lastgroup or ""
        number, said = _point_number(match[kind]), match[0].strip()
        before, said_before = last.get(kind, (0, ""))
        # 第二阶段：1、
        headed = number == 1 and text[: match.start()].rstrip().endswith(HEAD)
        if said_before and number != before + 1 and not headed:
            return said, said_before
        above = _above(list(last), kind)
        last = {**{other: last[other] for other in above}, kind: (number, said)}
    return "", ""


def _above(kinds: list[str], kind: str) -> list[str]:
    """The kinds of points that stand above a kind."""
    return kinds[: kinds.index(kind)] if kind in kinds else kinds


@look(
    id="G01-35",
    title="序号乱了",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{before}”后面是“{said}”，序号不连着。",
    remedy="按顺序重新编号，并核对中间有没有漏掉或者粘重的。",
)
def points_out_of_order(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Points of one text numbered with a gap, twice alike or backwards."""
    written = texts(book, bounds)
    told = {
        text: found
        for text in written.distinct
        if len(text) >= TWO_POINTS
        and len(POINTS_END.findall(text)) > 1
        and (found := _out_of_order(text))[0]
    }
    for passage in written.saying(told):
        said, before = told[passage.text]
        points = plain_points(passage.text)
        if passage.field == GOAL and points != list(range(1, len(points) + 1)):
            continue  # a goal's points have a rule of their own
        if not says_a_point_twice(passage.text):
            yield Breach(passage.cells, {"said": said, "before": before})
