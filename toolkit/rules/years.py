"""Years (跨年): years in words that belong to another year's text. What a year is there: said_years."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from toolkit.model import Return
from toolkit.rules.indicator_value import INDICATORS, rows, tables
from toolkit.rules.reading import (
    END,
    Once,
    Passage,
    any_of,
    any_pattern,
    brief,
    cells,
    late,
    shown,
    texts,
)
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain
from toolkit.rules.said_years import (
    ASSETS,
    BASIS,
    NAME,
    VALUE,
    Said,
    SaidYear,
    said_years,
)

# What is about this year, and tells that the text itself is this year's.
OF_THIS_YEAR = (Said.DUE, Said.THEN, Said.WORK, Said.BUDGET, Said.THIS)
PLAN_SPAN = 5  # years of a national plan; the year before it begins is its base: 2020 for 2021 to 2025
NUMBER_YEAR = late(r"[〔【\[［（(]\s*(20\d\d)\s*[〕】\]］）)]")
DAY_YEAR = late(r"^\s*(20\d\d)\D+(\d{1,2})")
SAME = 3  # characters that make two bases the same statistic
# a congress that meets at the end of a year approves the next year's budget
FROM_NOVEMBER = 11
# 〔2022〕145号关于提前下达2023年: what is handed down early is next year's.
AHEAD = late(
    rf"[〔【\[［（(](20\d\d)[〕】\]］）)]{{1,2}}\s*第?\d+号[^。；{END}]{{0,12}}?提前下达(20\d\d)年"
)
EARLY = "提前下达"
NOW = late("本年|今年")
THIS_YEAR = late("本年|今年|当年|预算年度")
DONE_IN_NUMBERS = late(rf"^(?!已)[^，。；已{END}]{{0,16}}?\d")  # 2022年完成60万页
# A year with a digit too many or too few, or in no century of ours: 2202年, 20223年, 203年, 〔2202〕, 2202-10-31.
ODD_YEAR = late(
    r"(?<![\d.A-Za-z])(\d{3,5})"
    r"(?:(?=年(?![以之]?[内上下前来间限期]|的?历史|左右|\s*[一1]\s*遇))|(?=[〕】]\s*第?\d+号)|(?=-\d{1,2}-\d{1,2}(?!\d)))"
)
# so many years, or of old times
COUNTED = late(r"(?:共|已|历时|距今|满|近|约|达|超过|有|公元前?|第)$")
CENTURIES = range(1900, 2070)
YEARS_NEAR = (-3, 3)  # years before and behind the budget's that are written most
# 为第三年, 是第3年.
NUMERALS = "一二三四五六七八九"
NTH_YEAR = late(rf"^[为是]第([{NUMERALS}]|\d{{1,2}})年")
GOAL = "project.goal"
# A year in a project's name, with the words that follow: 2022年度考核奖励.
NAMED_YEAR = late(r"(20\d\d)年度?([\u3400-\u9fff]{4,12})")


def _breach(year: SaidYear, due: object) -> Breach:
    """A year that should be another one."""
    places = {
        "text": year.text,
        "year": str(year.first),
        "due": str(due),
        "read": year.said.value,
    }
    return Breach(year.passage.cells, places, value=str(year.first), expected=str(due))


def _by_text(book: Return, bounds: Bounds) -> Mapping[Passage, list[SaidYear]]:
    """The years of each text, in order."""
    found: dict[Passage, list[SaidYear]] = {}
    for year in said_years(book, bounds):
        found.setdefault(year.passage, []).append(year)
    return found


years_by_text = Once(_by_text)


# ---------------------------------------------------------------- compared with


def _compared(book: Return, bounds: Bounds) -> Iterator[SaidYear]:
    """Years that something is compared with and that are not last year; a text that compares with last year may add others."""
    last = bounds.year - 1
    for years in years_by_text(book, bounds).values():
        compared = [year for year in years if year.said is Said.COMPARED]
        if all(year.first != last for year in compared):
            yield from compared


def _is_base(year: SaidYear, bounds: Bounds) -> bool:
    """Whether it is the year that the national plan in force is measured from."""
    return year.first == (bounds.year - 1) // PLAN_SPAN * PLAN_SPAN


@look(
    id="E01-01",
    title="比较的年份不是上一年",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：比较的是 {year} 年，应当与 {due} 年比较。",
    remedy="改成 {due} 年，并核对后面的增减数是不是与 {due} 年比的。",
)
def compared_in_money(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A comparison in reasons and notes with a year that is not last year."""
    for year in _compared(book, bounds):
        if not year.of_goals:
            yield _breach(year, bounds.year - 1)


@look(
    id="E01-02",
    title="绩效目标比较的年份不是上一年",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：比较的是 {year} 年，一般与 {due} 年比较。",
    remedy="沿用旧文稿的，改成 {due} 年；确以 {year} 年为基期的，不用改。",
)
def compared_in_goals(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The same in goals and indicators, where the base year of a five-year plan is as right."""
    for year in _compared(book, bounds):
        if year.of_goals and not _is_base(year, bounds):
            yield _breach(year, bounds.year - 1)


# ---------------------------------------------------------------- this year's budget and work


@look(
    id="E01-03",
    title="写成了别的年度的预算",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”说的是 {year} 年的预算，这里应当是 {due} 年的。",
    remedy="沿用上年文稿的，改成 {due} 年，并核对后面的话是不是今年的。",
)
def other_budget_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A text speaks of another year's budget as the one that is planned; the reason of a change may speak of last year's."""
    prepared = any_of(bounds.words["next_budget"])
    this = f"{bounds.year}年预算"  # beside which a note may tell last year's
    for year in said_years(book, bounds):
        if year.said is not Said.BUDGET or year.first == bounds.year:
            continue
        next_one = year.of_goals and year.first == bounds.year + 1
        if next_one and prepared.search(f"{year.text}{year.behind}"):
            continue  # 评价结果与2024年预算安排挂钩
        last = year.first == bounds.year - 1
        compared = year.passage.field.startswith("notes.") and this in year.passage.text
        if not (last and (year.of_change or compared)):
            yield _breach(year, bounds.year)


def _due_elsewhen(book: Return, bounds: Bounds) -> Iterator[SaidYear]:
    """Years of work to be done, outside values, that are not this year, near it, and not told beside this year's work."""
    reach = bounds.thresholds["year_reach"]
    for passage, years in years_by_text(book, bounds).items():
        if passage.field == VALUE:
            continue
        elsewhen = [
            year
            for year in years
            if year.said in (Said.DUE, Said.THEN, Said.WORK)
            and not year.first <= bounds.year <= year.last
            and abs(year.first - bounds.year) <= reach
        ]
        if not elsewhen:
            continue
        now = [
            year
            for year in years
            if year.said in (*OF_THIS_YEAR, Said.SPAN)
            and year.first <= bounds.year <= year.last
        ]
        beside = NOW.search(passage.text) is not None
        for year in elsewhen:
            if year.said is Said.WORK and year.first < bounds.year and beside:
                continue  # 2021年付150万元、2022年付90万元，本年付清
            if not _goes_on(year, now, bounds):
                yield year


def _goes_on(year: SaidYear, now: list[SaidYear], bounds: Bounds) -> bool:
    """Whether another year's work is told as a part of what goes on this year: 2022年底完成主体，2023年完成装修.

    A time by which something is planned to be done is never over; one at which it was done may be, in the same sentence; and
    where only its place makes a year that of the work, so may it be anywhere in the text. What comes later goes on from now.
    """
    if year.said is Said.WORK or year.first > bounds.year:
        return (
            bool(now)
            if year.first > bounds.year
            else any(_says_now(one, year) for one in now)
        )
    return year.said is Said.THEN and any(one.sentence == year.sentence for one in now)


def _says_now(now: SaidYear, year: SaidYear) -> bool:
    """Whether a year tells this year's own work; a span that holds last year too says of neither what is done in it."""
    if now.first == now.last or not now.first <= year.first <= now.last:
        return True
    return THIS_YEAR.search(now.passage.text) is not None or not DONE_IN_NUMBERS.match(
        year.behind
    )


@look(
    id="E01-04",
    title="目标计划在已经过去的年份",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：{year} 年已经过去，这里说的是要做的事，应当是 {due} 年。",
    remedy="改成 {due} 年，并核对后面的数是不是今年的；确是过去做的事，写明“已”。",
    reads=(*INDICATORS, "project.goal"),
)
def planned_for_the_past(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal plans for a year that is over, or calls this year's own work that year's."""
    told: set[Passage] = set()
    for year in _due_elsewhen(book, bounds):
        if year.first < bounds.year:
            told.add(year.passage)
            yield _breach(year, bounds.year)
    for year in (*_counted_as_last_year_s(book, bounds), *_miscounted(book, bounds)):
        if year.passage not in told:
            yield _breach(year, bounds.year)


def _counted_as_last_year_s(book: Return, bounds: Bounds) -> Iterator[SaidYear]:
    """Last year named before what the project's own rows count: 票决2022年度10件民生实事, where 10件 is what is to be done."""
    named = [
        year
        for year in said_years(book, bounds)
        if year.said is Said.NAMED
        and year.passage.field == GOAL
        and year.first == bounds.year - 1
    ]
    if not named:
        return
    counted = {
        project.head.words("goal"): [row.value for row in table]
        for project, table in tables(book, bounds)
    }
    for year in named:
        behind = re.split("的|已|结转", year.behind)[0]
        values = counted.get(year.passage.words, ())
        wanted = [
            f"{plain(value.number)}{value.unit}"
            for value in values
            if value.is_number and value.unit not in ("%", "")
        ]
        if any(re.search(rf"(?<![\d.]){re.escape(one)}", behind) for one in wanted):
            yield year


def _miscounted(book: Return, bounds: Bounds) -> Iterator[SaidYear]:
    """Last year called that year of a span which this one is: 2021—2025年……2022年为第三年."""
    for passage, years in years_by_text(book, bounds).items():
        if passage.field != GOAL:
            continue
        spans = [year for year in years if year.first < year.last]
        for year in years:
            count = NTH_YEAR.match(year.behind)
            if count is None or len(spans) != 1 or year.first != bounds.year - 1:
                continue
            nth = int(count[1]) if count[1].isdigit() else NUMERALS.index(count[1]) + 1
            if spans[0].first + nth - 1 == bounds.year:
                yield year


@look(
    id="E01-05",
    title="目标安排到了预算年度以后",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：{year} 年在预算年度以后，{due} 年的目标里没有说今年做到哪一步。",
    remedy="年份写错的，改成 {due} 年；跨年的项目，把今年要做到的写出来。",
)
def planned_for_later(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A goal plans for a year after this one and says nothing of this year; the horizon of a long plan (到2025年) is none."""
    for year in _due_elsewhen(book, bounds):
        # 清查2023年8—10月，登记2024年1—4月
        says_now = f"{bounds.year}年" in year.passage.text
        if f"{bounds.year + 1}年1月1日前" in year.passage.text:
            continue  # before the first day of next year is within this one
        if (
            year.first > bounds.year
            and not says_now
            and not re.search(r"[到至]\s*20", year.text)
        ):
            yield _breach(year, bounds.year)


@look(
    id="E01-06",
    title="指标值写的是别的年份",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="指标值“{text}”是 {year} 年的，应当是 {due} 年。",
    remedy="改成 {due} 年；只写几月底前、不写年份，也可以。",
    reads=INDICATORS,
)
def value_of_another_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A date in an indicator's value lies in another year."""
    for year in said_years(book, bounds):
        in_value = year.passage.field == VALUE and year.said is Said.DUE
        if (
            in_value
            and year.first != bounds.year
            and not _ends_next_year(year, book, bounds)
        ):
            yield _breach(year, bounds.year)


def _ends_next_year(year: SaidYear, book: Return, bounds: Bounds) -> bool:
    """Whether a date of next year is one of which its row says so: 次年初报审, 供暖季结束."""
    if year.first != bounds.year + 1:
        return False
    beyond = any_pattern(bounds.words["next_year_patterns"])
    mine = (
        row
        for row in rows(book, bounds)
        if set(year.passage.cells).intersection(row.cells("value"))
    )
    return any(beyond.search(row.about) for row in mine)


@look(
    id="E01-07",
    title="依据的是别的年度的计划",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="指标值确定依据“{text}”是 {year} 年的计划，今年的指标应当依据 {due} 年的。",
    remedy="沿用旧文稿的，改成 {due} 年；确是按那一年的计划接着做的，写出文件名称和文号。",
)
def plan_of_another_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A basis names another year's plan as if it were this year's; statistics of other years are none."""
    for year in said_years(book, bounds):
        of_basis = year.passage.field == BASIS and year.said in (Said.PLAN, Said.BUDGET)
        if of_basis and year.first != bounds.year:
            yield _breach(year, bounds.year)


@look(
    id="E01-14",
    title="项目名称里的年份在预算年度以后",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="项目名称“{text}”写的是 {year} 年，这是 {due} 年的预算。",
    remedy="年份写错的改正；是以后年度的项目，不列入今年的预算。",
)
def name_of_the_future(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project named after a year that is yet to come; a number of such a year is told by a rule of its own."""
    for year in said_years(book, bounds):
        of_name = year.passage.field == NAME and year.said is not Said.NUMBER
        if (
            of_name
            and year.first > bounds.year
            and not any(_ahead_wrongly(year.passage.text))
        ):
            yield _breach(year, bounds.year)


# ---------------------------------------------------------------- balances, last year by name


@look(
    id="E01-08",
    title="资产数的截止时间不对",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="跨年",
    message="“{text}”：国有资产表填的是 {due} 年 12 月 31 日的数，截止时间写的是别的日子。",
    remedy="改成 {due} 年 12 月 31 日，并核对表里的数是不是那一天的。",
)
def balance_of_another_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The note on assets counts them at another day than the end of last year."""
    for year in said_years(book, bounds):
        of_assets = year.passage.field == ASSETS and year.said is Said.BALANCE
        if of_assets and not (year.first == bounds.year - 1 and year.at_the_end):
            yield _breach(year, bounds.year - 1)


@look(
    id="E01-09",
    title="“上年”“本年”与写的年份不符",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：{read}应当是 {due} 年，写的是 {year} 年。",
    remedy="改成 {due} 年，并核对后面的数是哪一年的。",
)
def last_year_by_name(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """As in 上年（2021年） in a budget of 2023."""
    for year in said_years(book, bounds):
        due = {Said.LAST: bounds.year - 1, Said.THIS: bounds.year}.get(year.said)
        if due is not None and year.first != due:
            yield _breach(year, due)


@look(
    id="E01-15",
    title="同样的依据，年份不一样",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="跨年",
    message="指标值确定依据“{text}”是 {year} 年的，别的指标用的同样依据是 {due} 年的。",
    remedy="核对是不是沿用了旧文稿；确是那一年的数，不用改。",
)
def basis_of_an_older_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A statistic of an older year, where other rows of the return rest on the same statistic of a later one."""
    newest: dict[str, int] = {}
    of_basis = [
        year
        for year in said_years(book, bounds)
        if year.passage.field == BASIS and year.said is Said.PAST
    ]
    for year in of_basis:
        if len(year.behind) >= SAME:
            newest[year.behind] = max(year.first, newest.get(year.behind, 0))
    for year in of_basis:
        due = newest.get(year.behind, year.first)
        if year.first < due <= bounds.year:
            yield _breach(year, due)


# ---------------------------------------------------------------- documents


def _ahead_wrongly(text: str) -> Iterator[bool]:
    """Whether a text hands money down early for another year than the next: a word for each."""
    return (int(match[2]) != int(match[1]) + 1 for match in AHEAD.finditer(text))


@look(
    id="E01-10",
    title="文号的年份还没有到",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：文号里的 {year} 年在预算年度 {due} 年以后，还不会有这份文件。",
    remedy="核对文号，多半是年份打错了。",
)
def number_of_the_future(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A document numbered in a year that is yet to come."""
    for year in said_years(book, bounds):
        if year.said is Said.NUMBER and year.first > bounds.year:
            yield _breach(year, bounds.year)


@look(
    id="E01-11",
    title="批复的年份不对",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="{what}“{said}”是 {year} 年的，{due} 年的部门预算一般在 {due} 年批复。",
    remedy="照财政批复文件核对文号和日期，写错的改正。",
    needs=("approval.date", "approval.number"),
)
def approved_in_another_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The approval is dated or numbered in another year; at the end of last year a congress may have met."""
    approval = book.fields("approval")
    date, number = approval.words("date"), approval.words("number")
    dated, numbered = DAY_YEAR.search(date.text), NUMBER_YEAR.search(number.text)
    fine = {bounds.year}
    if dated and int(dated[1]) == bounds.year - 1 and int(dated[2]) >= FROM_NOVEMBER:
        fine.add(bounds.year - 1)
    for what, words, found in (
        ("批复日期", date, dated),
        ("批复文号", number, numbered),
    ):
        if found and int(found[1]) not in fine:
            places = {
                "what": what,
                "said": brief(words.text),
                "year": found[1],
                "due": str(bounds.year),
            }
            yield Breach(
                cells(words), places, value=found[1], expected=str(bounds.year)
            )


@look(
    id="E01-12",
    title="提前下达的年份与文号对不上",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”：{number} 年的文件提前下达的应当是 {due} 年的资金，写的是 {year} 年。",
    remedy="照文件核对文号的年份和标题里的年份。",
)
def handed_down_early(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Money handed down early is the year's after the document's number."""
    written = texts(book, bounds)
    for passage, match in written.search(AHEAD) if EARLY in written.joined else ():
        number, year = match.groups()
        due = str(int(number) + 1)
        if year != due:
            places = {
                "text": brief(shown(match, 4), 40),
                "number": number,
                "year": year,
                "due": due,
            }
            yield Breach(passage.cells, places, value=year, expected=due)


@look(
    id="E01-13",
    title="项目名称与目标里的年份不一样",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="同是“{same}”，项目名称写的是 {named} 年，目标写的是 {year} 年。",
    remedy="核对是哪一年的，两处写成一样。",
    needs=("project.name", "project.goal"),
)
def name_and_goal(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project's goal repeats its name with another year."""
    for project in book.projects:
        named = list(NAMED_YEAR.finditer(project.name))
        goal = project.head.words("goal")
        in_goal = list(NAMED_YEAR.finditer(goal.text)) if named else []
        for match in named:
            year, tail = match.groups()
            other = next(
                (found[1] for found in in_goal if found[2][:4] == tail[:4]), year
            )
            if other != year:
                places = {"same": brief(tail), "named": year, "year": other}
                yield Breach(
                    cells(goal, project.head.words("name")),
                    places,
                    value=other,
                    expected=year,
                )
                break


# ---------------------------------------------------------------- years that cannot be


@lru_cache(maxsize=256)
def _meant(digits: str, budget: int) -> tuple[int, ...]:
    """The years near the budget's that some digits are a slip of: two exchanged, one wrong, missing or too many."""
    first, last = (budget + reach for reach in YEARS_NEAR)
    return tuple(year for year in range(first, last) if _one_slip(digits, str(year)))


def _one_slip(typed: str, due: str) -> bool:
    """Whether one slip of the hand makes what was typed of what is due."""
    if len(typed) == len(due):
        differ = [at for at, sign in enumerate(typed) if sign != due[at]]
        exchanged = sorted(typed[at] for at in differ) == sorted(
            due[at] for at in differ
        )
        return len(differ) == 1 or (len(differ) == PAIR and exchanged)
    longer, shorter = sorted((typed, due), key=len, reverse=True)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


PAIR = 2  # digits exchanged


@look(
    id="E01-30",
    title="没有这样的年份",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="“{text}”里的“{said}”不是年份，多半是 {meant}：多打、少打了一位，或者打颠倒了。",
    remedy="改成对的年份。",
)
def impossible_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Digits where a year stands that are none, and a slip of the hand away from a year near the budget's."""
    told: set[Passage] = set()
    for passage, match in texts(book, bounds).search(ODD_YEAR):
        if passage in told:
            continue
        digits = match[1]
        whole = len(digits) == len(str(bounds.year))
        before = match.string[max(0, match.start() - 3) : match.start()]
        meant = _meant(digits, bounds.year)
        # 200年
        round_number = len(digits) < len(str(bounds.year)) and digits.endswith("0")
        if (
            not meant
            or (whole and int(digits) in CENTURIES)
            or round_number
            or (not whole and COUNTED.search(before))
        ):
            continue
        told.add(passage)
        likely = "、".join(f"{year} 年" for year in meant[:3])
        places = {
            "text": brief(shown(match, 8), 40),
            "said": digits,
            "meant": likely,
        }
        yield Breach(passage.cells, places, value=digits)


@look(
    id="E01-31",
    title="依据的是还没有到的年度",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="跨年",
    message="指标值确定依据“{text}”是 {year} 年的，{due} 年编预算时还没有。",
    remedy="年份写错的，改成已有数据的年度（多为 {last} 年）；是以后年度的规划，写出文件名称。",
)
def basis_to_come(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A basis that rests on what a year to come will have counted."""
    for year in said_years(book, bounds):
        of_basis = year.passage.field == BASIS and year.said in (
            Said.PAST,
            Said.BALANCE,
            Said.NAMED,
            Said.THEN,
        )
        if of_basis and year.first > bounds.year and not PLANNED.search(year.behind):
            breach = _breach(year, bounds.year)
            yield Breach(
                breach.cells,
                {**breach.places, "last": str(bounds.year - 1)},
                value=str(year.first),
            )


PLANNED = late(r"规划|计划|目标|远景|纲要")
