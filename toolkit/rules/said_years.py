"""What a sentence says of a year: whether it is compared with, planned for, counted at its end, or part of a document's name.

A year is read by the marks around it: the preposition before it (较, 截至, 自), the verb behind it (完成, 计划), the brackets
it stands in (《》, 〔〕), and the field it is written in. Words of these kinds are data (words.json).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from toolkit.model import Return
from toolkit.rules.reading import END, Once, Passage, any_of, brief, late, texts
from toolkit.rules.rule import Bounds


class Said(StrEnum):
    """What a year is in its sentence; the word is how a message calls it."""

    TITLE = "文件名称里的年份"
    NUMBER = "文号里的年份"
    SPAN = "一段年份"
    LAST = "上年"
    THIS = "本年"
    COMPARED = "比较的年份"
    BALANCE = "数据截止的时间"
    DUE = "要完成的时间"
    THEN = "完成的时间"
    WORK = "做这项工作的年份"
    BUDGET = "预算的年度"
    PLAN = "计划的年度"
    PAST = "过去的事"
    NAMED = "名称里的年份"


class SaidYear(NamedTuple):
    """A year of a text: its first and last (alike, but for a span), what it is there, and the words around it."""

    passage: Passage
    first: int
    last: int
    said: Said
    text: str
    # where its sentence begins: two years of one sentence have the same
    sentence: int = 0
    behind: str = ""  # what follows the time in its clause
    # whether it is told as the end of the year: 年底, 12月31日
    at_the_end: bool = False

    @property
    def of_goals(self) -> bool:
        """Whether it stands in a text about what is to be reached, not about money."""
        return self.passage.field.startswith(GOALS)

    @property
    def of_change(self) -> bool:
        """Whether it stands in the reason of a change, where last year is spoken of as often as this year."""
        return self.passage.field.endswith(".reason")


GOALS = ("project.goal", "indicators.", "overall.", "goals.", "safeguards.")
# goals told in whole sentences
AIMS = (
    "project.goal",
    "overall.",
    "goals.",
    "safeguards.",
)
VALUE, BASIS, ASSETS, NAME = (
    "indicators.value",
    "indicators.basis",
    "notes.assets",
    "project.name",
)

USES = ("operating.use", "purchase.content")  # what this year's money is for

CENTURY = r"(?:[1１][9９]|[2２][0０])"
HAN_DIGITS = "〇一二三四五六七八九"
# What may stand behind a year and still belongs to the time: 年度, 年底前, 年12月31日, -12-31, 年上半年.
TIME = (
    r"(?:[-./]\d{1,2}[-./]\d{1,2}日?)?\s*(?:年度?|度)?"
    r"(?:全年|[上下]半年|第?[一二三四1-4]季度|(?:\d{1,2}\s*月?[-—–－~～至到]+)?\d{1,2}\s*月(?:份|[初中底末]|[上中下]旬|\d{1,2}[日号])?|年?[初中底末])*"
    r"(?:[之以]?前|[之以]?内)?"
)
# Two years that bound a span: 2021—2025年, 2023年6月至2024年5月.
SPAN = (
    rf"(?P<from>{CENTURY}\d\d)\s*年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?\s*(?:[-—–－~～]+|至|到)\s*"
    rf"(?P<to>{CENTURY}\d\d)(?!\d)(?:学年)?"
)
# Four digits are a year before 年, in a date, and in a document's number.
FOUR = (
    rf"(?P<four>{CENTURY}\d\d)(?=\s*年|[-./]\d{{1,2}}[-./]\d{{1,2}}(?!\d)|[-./](?:0?[1-9]|1[0-2])(?:$|[{END}前底])"
    rf"|[〕】\]］）)]{{1,2}}\s*第?\d*\s*号)"
)
# 二〇二二年.
HAN = rf"(?P<han>二[〇○零Ｏ][{HAN_DIGITS}○零]{{2}})(?=年)"
# Two digits are a year behind a clause's mark or a preposition and before no duration: 较22年, not 满22年, 22年以上.
TWO = r"(?P<two>(?<![^\x00，。；：、（(\s于在较比与同和到至自从按照据≤])\d\d)(?=年[^\x00以后来内间期制限左的、，。；）)])"
# A point may be that of an enumeration: 1.2022年, not 12.2022.
YEAR = late(rf"(?<![\dA-Za-z])(?<!\d\d\.)(?:{SPAN}|{FOUR}|{HAN}|{TWO})(?P<time>{TIME})")
STOPS = f"。；;！？\n{END}"
SENTENCE = late(f"[{STOPS}]")
LONGEST = 400  # characters of a sentence within which two years stand together
CLAUSE = late(rf"[，,。；;：:！？\n{END}]")
REACH = 60  # characters of a sentence that are read before and behind a year

# -- marks before a year
LAST_YEAR = late(
    r"(?:上年度?|上一年度?|去年|前一年)(?:[^，。；\d]{0,3}[即是为指])?[（(]?[即是为指]?$"
)
THIS_YEAR = late(
    r"(?:本年度?|今年|预算年度)(?:[^，。；\d]{0,3}[即是为指])?[（(]?[即是为指]?$"
)
NUMBER_BEFORE = late(r"[〔【\[［（(]\s*$")
NUMBER_BEHIND = late(r"[〕】\]］）)]{1,2}\s*第?\d*\s*号")
TITLE_BEFORE = late(r"(?:关于|印发|下达|\d号)[^，。；]*$")
WITH = late(r"[与同和跟]$")
BALANCE_BEFORE = late(r"截[至止][到至]?$")
AT = late(r"(?:于|在|到|至|力争|争取|确保)$")
PERIOD = late(r"(?:周期|期限|时间|工期)(?:为|是|自|从|[：:])*$")  # 实施周期为, 项目期限
# 保障2022年机关运转, 抓好2022年人事管理
KEEPING = late(r"(?:保障|保证|维持|抓好|抓紧|狠抓)$")
OPENS = late(
    r"^(?:[本该我](?:项目|工程|单位|部门|年度)?|[\s\d.、）)（(一二三四五六七八九十“\"]|目标(?:内容)?\d*|于|在)*$"
)
# -- marks behind it
YEAR_END = late(r"(?:[底末]|12月31日|-12-31)$")
BOUND = late(
    r"(?:(?:[底末月日旬份]|季度|半年|\d)[之以]?前|(?:季度|半年|年|月)[之以]?内)$"
)
# 2022年度部门决算将于8月底前公开: an account of what is over
FINAL = late(r"^[^，。；\d]{0,8}决算")
BY_THEN = late(r"(?:将|拟|应|须|计划|预计)[于在到]?$")
ALREADY = late(r"^(?:[均就早业都全]部?)?已")  # 2021年底前已完成一期
OF = late(r"^[^，。；]{1,8}的")
ON_THE_BASE = late(r"^[^，。；\d]{0,6}基础上")  # 在2022年试点基础上
BALANCE_BEHIND = late(r"^(?:的?数|账面|余额|存量|实有|固定资产|资产)")
# 2022年底为54家; 2022年底，全县共有54家
STOCK_BEHIND = late(
    r"^[，,]?(?:[^，。；\d]{0,6}[共已实])?[为有是]约?\d|^[，,]全?[^，。；\d]{1,4}有[^，。；\d]{0,6}\d"
)
BUDGET_BEHIND = late(
    r"^(?:本?(?:部门|单位|级)|财政|政府采购|政府性基金|[“\"]?三公[”\"]?经费|一般公共|项目|基本)*(?:收入|支出|经费|收支)?预算"
    r"(?!执行|决算|完成|结转|结余|批复|调整|数?相比|基础)"
)
ARRANGED = late(
    r"^[，,]?(?:[我本](?:部门|单位|.))?(?:未|没有|不|无|拟|计划|安排|共安排)"
)
# an indicator's name: 2022年度培训完成率
MEASURED = late(r"(?:率|进度|完成情况|完成时间)$")
# what is to be reached, in numbers or in words
AIMED = late(r"\d|(?:到位|完成|正常|有序|提升|提高|改善)$")
# 20年一遇, 2000年一遇: how seldom a flood is, never a year
RECURS = late(r"^\s*[一1]\s*遇")
YEAR_ALONE = ("年", "")  # the time of two digits that may be so many years
OTHER_YEAR = late(r"\d{4}年")
AIM_BEHIND = late(r"^(?:各项|年度|全年|重点|既定|主要|目标)*(?:工作|任务|目标|计划)")
PLAN_BEHIND = late(
    r"^的?[^，。；\d的]{0,6}?(?:计划|安排|方案|预算|任务|要点|目标|部署)(?!执行|完成|实施|数|结果|批复|调整|落实|情况|下达)"
)


class Marks(NamedTuple):
    """The words that tell a year's part, as patterns of one profile's lists."""

    compared: re.Pattern[str]
    compared_behind: re.Pattern[str]
    changed: re.Pattern[str]
    titles: re.Pattern[str]
    planned_before: re.Pattern[str]
    past_before: re.Pattern[str]
    past_behind: re.Pattern[str]
    planned: re.Pattern[str]
    done: re.Pattern[str]
    noun: re.Pattern[str]


@lru_cache(maxsize=4)
def _patterns(*lists: tuple[str, ...]) -> Marks:
    """The patterns of the lists, in the order of `_marks`."""
    before, behind, changed, titles, goes, since, past, plans, works, nouns = (
        any_of(words).pattern for words in lists
    )
    return Marks(
        compared=late(rf"(?<!占)(?:{before})(?:前年)?[（(]?$"),
        compared_behind=late(rf"^(?:{behind})"),
        changed=late(changed),
        titles=late(rf"^[^，。；按照据]{{0,24}}?(?:{titles})"),
        planned_before=late(rf"(?:{goes})[于在到]?$"),
        past_before=late(rf"(?:{since})$"),
        # What is newly built is not past: 2022年新建站点.
        past_behind=late(rf"^[^，。；]{{0,12}}?(?<!新(?=建))(?:{past})"),
        planned=late(rf"^[，,]?[^，。；的]{{0,8}}?(?:{plans})"),
        done=late(rf"^[，,]?(?:{works})"),
        noun=late(rf"^(?:{works})(?:{nouns})"),
    )


def _marks(bounds: Bounds) -> Marks:
    """The marks of a profile."""
    said = bounds.words
    return _patterns(
        *(
            said["year_compared"],
            said["year_compared_behind"],
            said["year_changed"],
            said["year_titles"],
        ),
        *(
            said["year_plans_before"],
            said["year_since"],
            said["year_past"],
            said["year_plans"],
            said["year_works"],
            said["year_nouns"],
        ),
    )


class Around(NamedTuple):
    """What stands around a year: in its clause and its sentence, before it and behind it, and the time it is part of."""

    field: str
    clause: str  # before it, back to the last comma
    sentence: str  # before it, back to the last stop
    open_title: bool  # whether a 《 is open
    time: str
    behind: str  # behind its time, up to the next comma
    rest: str  # behind its time, up to the next stop


def _around(passage: Passage, match: re.Match[str]) -> Around:
    """Cut out what stands around a year that was found."""
    whole = match.string
    before = whole[max(0, match.start() - REACH) : match.start()]
    behind = whole[match.end() : match.end() + REACH]
    own = before.rpartition(END)[2]
    return Around(
        field=passage.field,
        clause=CLAUSE.split(before)[-1],
        sentence=SENTENCE.split(before)[-1],
        open_title=own.rfind("《") > own.rfind("》"),
        time=match["time"],
        behind=CLAUSE.split(behind)[0],
        rest=SENTENCE.split(behind)[0],
    )


def _part(at: Around, marks: Marks) -> Said:
    """What a single year is in its sentence: the first mark that decides."""
    if at.open_title:
        return Said.TITLE
    if NUMBER_BEFORE.search(at.clause) and NUMBER_BEHIND.match(at.rest):
        return Said.NUMBER
    if TITLE_BEFORE.search(at.clause) or marks.titles.match(at.behind):
        return Said.TITLE
    if LAST_YEAR.search(at.clause):
        return Said.LAST
    if THIS_YEAR.search(at.clause):
        return Said.THIS
    if _compared(at, marks):
        return Said.COMPARED
    if _balance(at):
        return Said.BALANCE
    return _of_field(at, marks)


def _compared(at: Around, marks: Marks) -> bool:
    """As in 较2021年, 与2021年相比, 在2021年基础上; a bound like ≤2021年10月 is a time."""
    if marks.compared.search(at.clause) and not (
        BOUND.search(at.time) or at.clause.endswith(("≤", "<"))
    ):
        return True
    if WITH.search(at.clause) and marks.changed.search(at.rest[:24]):
        return True
    return (
        marks.compared_behind.match(at.behind) is not None
        or ON_THE_BASE.match(at.behind) is not None
    )


def _balance(at: Around) -> bool:
    """As in 截至2021年12月31日, or 2021年末数; in the note on assets, any end of a year."""
    if BALANCE_BEFORE.search(at.clause):
        return True
    at_the_end = YEAR_END.search(at.time) is not None
    return at_the_end and (
        BALANCE_BEHIND.match(at.behind) is not None
        or STOCK_BEHIND.match(at.rest) is not None
        or at.field == ASSETS
    )


def _of_field(at: Around, marks: Marks) -> Said:
    """What the field makes of a year that no preposition decides."""
    if at.field == VALUE:
        return Said.DUE
    if at.field == BASIS:
        dated = "月" in at.time  # a month is a document's date
        # 考核方案: how a year is judged, when it is over
        judged = marks.past_behind.match(at.behind) is not None
        return (
            Said.PLAN
            if PLAN_BEHIND.match(at.behind) and not dated and not judged
            else Said.PAST
        )
    if marks.past_before.search(at.clause):
        return Said.PAST
    if FINAL.match(at.behind):
        return Said.PAST
    if BUDGET_BEHIND.match(at.behind):
        return Said.BUDGET
    if at.field.startswith(GOALS):
        return _of_aim(at, marks)
    if BOUND.search(at.time) and (
        marks.planned_before.search(at.clause) or BY_THEN.search(at.clause)
    ):
        return Said.DUE  # 办公楼维修力争在2021年底前完成
    used_for = at.field in USES and OPENS.match(at.clause) is not None
    if used_for or marks.planned.match(at.behind) or ARRANGED.match(at.behind):
        return Said.BUDGET
    return Said.NAMED


def _of_aim(at: Around, marks: Marks) -> Said:
    """What a year is where a text tells what is to be reached."""
    if ALREADY.match(at.behind):
        return Said.PAST
    done = marks.done.match(at.rest) is not None
    attributive = OF.match(at.behind) is not None
    if BOUND.search(at.time) and (done or not attributive):
        return Said.DUE
    if marks.planned.match(at.rest) or PERIOD.search(at.sentence):
        return Said.DUE
    if marks.past_behind.match(at.behind) or attributive or marks.noun.match(at.behind):
        return Said.PAST
    if marks.planned_before.search(at.clause):
        return Said.DUE
    if done and (AT.search(at.clause) or at.time.endswith(("底", "末"))):
        return Said.THEN
    return _by_place(at, done=done)


def _by_place(at: Around, *, done: bool) -> Said:
    """What a year is by its place: at the head of a sentence of goals it is the year of the work, else a part of a name."""
    opens = OPENS.match(at.clause) is not None
    if not at.field.startswith(AIMS):
        return Said.WORK if opens and MEASURED.search(at.behind) else Said.NAMED
    aimed = done or AIMED.search(OTHER_YEAR.sub("", at.behind)) is not None
    if (aimed and opens) or KEEPING.search(at.clause) or AIM_BEHIND.match(at.behind):
        return Said.WORK
    return Said.NAMED


def _number(match: re.Match[str], bounds: Bounds) -> tuple[int, int]:
    """The first and the last year that were found."""
    if match["from"]:
        return int(match["from"]), int(match["to"])
    if match["four"]:
        year = int(match["four"])
    elif match["two"]:
        year = bounds.year // 100 * 100 + int(match["two"])
    else:
        digits = (HAN_DIGITS.find(sign) for sign in match["han"])
        # A round nought of another make is one too.
        year = int("".join(str(max(0, digit)) for digit in digits))
    return year, year


def _so_long(at: Around, marks: Marks) -> bool:
    """Whether two digits are so many years (20年质保): no month, no preposition and no work shows that they are a year."""
    if at.time.strip() not in YEAR_ALONE:
        return False
    if at.field == VALUE:
        return not marks.compared.search(at.clause)
    opens = not at.clause.strip()
    worked = (
        marks.done.match(at.rest)
        or marks.planned.match(at.behind)
        or marks.compared_behind.match(at.behind)
    )
    return opens and worked is None and BUDGET_BEHIND.match(at.behind) is None


def _read(book: Return, bounds: Bounds) -> tuple[SaidYear, ...]:
    """Every year in the texts of a return."""
    return tuple(_years(book, bounds))


def _years(book: Return, bounds: Bounds) -> Iterator[SaidYear]:
    marks = _marks(bounds)
    reach = bounds.thresholds["year_reach"]
    for passage, match in texts(book, bounds).search(YEAR):
        first, last = _number(match, bounds)
        at = _around(passage, match)
        if RECURS.match(at.behind):
            continue
        if match["two"] and (abs(first - bounds.year) > reach or _so_long(at, marks)):
            continue
        if match["from"]:
            said = (
                Said.DUE
                if at.field.startswith(AIMS) and PERIOD.search(at.sentence)
                else Said.SPAN
            )
        else:
            said = _part(at, marks)
        shown = f"{at.clause[-8:]}{match[0]}{at.behind[:12]}"
        at_the_end = YEAR_END.search(at.time) is not None
        begins = max(
            match.string.rfind(stop, max(0, match.start() - LONGEST), match.start())
            for stop in STOPS
        )
        yield SaidYear(
            passage, first, last, said, brief(shown, 40), begins, at.behind, at_the_end
        )


said_years = Once(_read, of_words=True)
