"""Amounts that cannot be right (表内、表间): below zero, beyond their source, of another size, at odds with a note."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from toolkit.model import NO_ROW, Figure, Return, Row, Words, total
from toolkit.rules.purchases import SENTENCE, SMALL_IN_NOTE, SPLIT_IN_NOTE
from toolkit.rules.reading import (
    END,
    YEN,
    Once,
    any_pattern,
    cells,
    in_unit,
    late,
    named_in,
    quoted,
)
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look, plain
from toolkit.rules.slip import ONE_DIGIT, slip_between

ADMINISTRATIVE = ("行政单位", "参公事业单位")
AMOUNTS = {  # the columns of each form that hold amounts
    "income": ("amount",),
    "outlay": ("amount",),
    "composition": ("this_year", "last_year"),
}
# rows that add up others: the addend is to be mended
SUMS = frozenset({"current", "basic", "total"})
SOURCE_ROWS = {  # a source that a project names → the rows of income it is
    "一般公共预算拨款": ("general",),
    "政府性基金预算拨款": ("fund",),
    "国有资本经营预算拨款": ("capital",),
    "财政专户管理资金": ("fiscal_account",),
    "单位资金": (
        "own_funds",
        "undertaking",
        "operation",
        "from_superior",
        "from_subordinate",
        "other",
    ),
    "上年结转": ("carried_in",),
}
APPROPRIATED = "拨款"  # how the sources are called that the budget appropriates
BY_YEAR = {  # rows that a person fills for two years
    "composition": ("personnel", "operating", "project"),
    "three_public": ("abroad", "vehicle_purchase", "vehicle_running", "reception"),
}
# what does not grow tenfold in a year; a project may
STEADY = (
    "personnel",
    "operating",
)
POINT_SLIPS = 3  # places by which a point slips at the most
NOTED = {  # a note → the blocks of the form it stands under
    "budget": ("income", "outlay"),
    "composition": ("composition",),
    "three_public": ("three_public",),
    "procurement": ("procurement",),
    "assets": ("assets", "purchase"),
}
WITH_NOTES = ("composition", "three_public", "procurement", "assets", "purchase")
SAID_YEAR = late(r"(?<!\d)(20\d\d)(?=年(?!\d{1,2}月|[至—–-]))")
# The amounts of a purchase that a note adds up.
SUMMED = ("amount", "reserve", "small")
# An amount in a note: 12.5万元; not a price or a rate as in 300元/人.
TIMES_SIGN = late("[×✕*xX]")
NOTE_AMOUNT = late(rf"(\d+(?:\.\d+)?)\s*(万元|亿元|元)(?![{END}/])")


@look(
    id="B01-02",
    title="预算数是负数",
    severity=ERROR,
    basis=("表内勾稽",),
    kind="表内",
    message="这里填的是 {said}{unit}，预算数不会是负数。",
    remedy="核对正负号；要减的数不填负数，改填减完以后的数。",
    reads=(
        "income.amount",
        "outlay.amount",
        "composition.this_year",
        "composition.last_year",
    ),
)
def negative(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Budget amounts below zero, where the form's own shape does not forbid them."""
    for form, columns in AMOUNTS.items():
        for key, row in book.grid(form).items():
            if key in SUMS:
                continue
            for column in columns:
                amount = row.figure(column)
                if amount.number < 0:
                    yield Breach(cells(amount), {"said": bounds.said(amount)})


@look(
    id="C03-02",
    title="行政单位的机关运行经费小于公用经费",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表间",
    message="本单位是{nature}，机关运行经费应当等于[[composition.operating|运转类公用经费]] {whole}{unit}，"
    "现在填 {said}{unit}，少 {gap}{unit}。",
    remedy="机关运行经费和[[composition|支出构成]]表的[[composition.operating|运转类公用经费]]是同一笔钱：核对两张表，改填错的一张；"
    "单位性质选错的，改封面的“单位性质”。",
    needs=("operating.amount", "composition.operating.this_year", "cover.nature"),
    reads=("income.amount", "project.amount", "project.source"),
)
def operating_short(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An administrative unit's 机关运行经费 is less than its 公用经费."""
    nature = book.fields("cover").words("nature")
    if nature.text not in ADMINISTRATIVE:
        return
    amount = book.figure("operating.amount")
    whole = book.figure("composition.operating.this_year")
    missing = whole.number - amount.number
    if not amount.given or missing <= max(bounds.tolerance, _left_of_own_funds(book)):
        return  # what the unit's own funds pay is none of it
    places = {
        "nature": nature.text,
        "said": bounds.said(amount),
        "whole": bounds.said(whole),
        "gap": bounds.said(missing),
    }
    yield Breach(
        cells(amount, whole, nature),
        places,
        value=places["said"],
        expected=places["whole"],
        difference=places["gap"],
    )


def _left_of_own_funds(book: Return) -> Decimal:
    """What no projects take of a unit's income that is not the budget's: it may pay a part of basic expenditure."""
    income, left = book.grid("income"), Decimal(0)
    for source, keys in SOURCE_ROWS.items():
        if not source.endswith(APPROPRIATED):
            spent = (
                project.head.figure("amount").number
                for project in book.projects
                if project.head.text("source") == source
            )
            given = sum(
                (income[key].figure("amount").number for key in keys if key in income),
                Decimal(0),
            )
            left += max(Decimal(0), given - sum(spent, Decimal(0)))
    return left


@look(
    id="C02-02",
    title="项目金额超过对应的收入来源",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="资金来源选“{source}”的项目共 {spent}{unit}，收支总表里这项收入只有 {given}{unit}，差 {gap}{unit}。",
    remedy="核对各项目的“资金来源”有没有选错，或者收支总表漏填了这项收入。一个项目有几种来源的，选金额最大的一种。",
    needs=("income.amount", "project.amount", "project.source"),
)
def beyond_source(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The projects paid from one source cost more than that source brings in."""
    by_source: dict[str, list[Figure]] = defaultdict(list)
    for project in book.projects:
        source = project.head.text("source")
        by_source[source].append(project.head.figure("amount"))
    income = book.grid("income")
    for source, keys in SOURCE_ROWS.items():
        rows = [income[key] for key in keys if key in income]
        if not rows:  # the form has no row of this source
            continue
        amounts = [row.figure("amount") for row in rows]
        missing = sum([one.number for one in by_source[source]], Decimal(0))
        missing -= sum([one.number for one in amounts], Decimal(0))
        if missing > bounds.tolerance:
            spent, given = total(by_source[source]), total(amounts)
            places = {
                "source": source,
                "spent": bounds.said(spent),
                "given": bounds.said(given),
                "gap": bounds.said(missing),
            }
            chosen = [
                project.head.words("source")
                for project in book.projects
                if project.head.text("source") == source
            ]
            # Where nothing comes in at all, the source was probably chosen wrongly; else the amounts are in question.
            shown = (
                cells(given, spent) if given.number else cells(*chosen, given, spent)
            )
            yield Breach(shown, places, difference=places["gap"])


@look(
    id="C08-01",
    title="本年与上年相差百倍以上",
    severity=ERROR,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="本年 {this}{unit}，上年 {last}{unit}，相差百倍以上，像是一个按元、一个按万元填的。",
    remedy="两年都要按{unit}填。{mend}重新填。",
    reads=(
        "composition.last_year",
        "composition.this_year",
        "three_public.last_year",
        "three_public.this_year",
    ),
    in_turn=("composition", "three_public"),
)
def other_scale(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A year is a hundred times the other, or a hundredth: 元 and 万元 mixed. One finding, the plainest total first."""
    for form in ("composition", "three_public"):
        this, last = _years(book, form, "total")
        if _is_of_another_unit(book, form, bounds):
            yield Breach(
                cells(this, last),
                {
                    "this": bounds.said(this),
                    "last": bounds.said(last),
                    "mend": _rescaled(bounds),
                },
            )
            return


def _is_of_another_unit(book: Return, form: str, bounds: Bounds) -> bool:
    """Whether a form's total is a hundred times the other year's, and so is every row that both years have.

    A vehicle bought in a year makes its total a hundred times the last one's, and leaves the other rows as they were.
    """
    ratio = bounds.thresholds["scale_ratio"]
    if _growth(*_years(book, form, "total")) < ratio:
        return False
    growths = [_growth(*_years(book, form, key)) for key in BY_YEAR[form]]
    common = [growth for growth in growths if growth]
    filled = any(
        figure.number for key in BY_YEAR[form] for figure in _years(book, form, key)
    )
    return all(growth >= ratio for growth in common) and bool(common or not filled)


def _rescaled(bounds: Bounds) -> str:
    """What to do with a column that was filled in another unit: 元 where the form's is larger, else a larger one."""
    return (
        f"把填成元的那一列除以 {plain(bounds.yuan)} "
        if bounds.yuan > 1
        else f"把单位填大了的那一列换算成{bounds.unit}"
    )


@look(
    id="C08-03",
    title="与上年差十倍，别的数没有这样变",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="本年 {this}{unit}，上年 {last}{unit}，{how}，同一张表里别的数没有这样变，像是小数点错了位。",
    remedy="核对两年的数，改填错的一个；确实变了这么多的，在增减变化原因里写清楚。",
    reads=("composition", "three_public", "outlay.current.amount"),
    in_turn=("composition", "three_public"),
)
def slipped_point(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A row is ten times last year's, or a tenth, and no other row of its form is: the point slipped in one of the two.

    Where this year's expenditure is not what another form says, that is told, and this would be the same slip once more.
    """
    gap = _gap_to_outlay(book)
    for form, keys in BY_YEAR.items():
        if form == "composition" and gap is not None and gap > bounds.tolerance:
            continue
        if _is_of_another_unit(book, form, bounds):
            continue  # told as that
        years = {key: _years(book, form, key) for key in keys}
        grown = {key: _growth(*both) for key, both in years.items()}
        for key, (this, last) in years.items():
            # Projects come and go: what they do says nothing of the other rows.
            others = [
                growth
                for other, growth in grown.items()
                if other not in (key, "project") and growth
            ]
            if any(
                growth > bounds.thresholds["alike"] for growth in others
            ) or not _is_slipped(key, this, last, bounds):
                continue
            same = _digits(this) == _digits(last)
            places = {
                "this": bounds.said(this),
                "last": bounds.said(last),
                "how": "数字相同，位数不同"
                if same
                else f"相差 {plain(round(grown[key], 1))} 倍",
            }
            # What agrees with another form is right: then last year's is the one to mend.
            agrees = form == "composition" and gap is not None
            wrong, right = (last, this) if agrees else (this, last)
            # Projects have a row of which they are a part beside them: exchanging the two would explain the same amount.
            off = None if key == "project" else bounds.said(_off(wrong, right))
            yield Breach(cells(wrong, right), places, difference=off)


def _years(book: Return, form: str, key: str) -> tuple[Figure, Figure]:
    """A row's amounts of this year and of the last."""
    row = book.grid(form).get(key, NO_ROW)
    return row.figure("this_year"), row.figure("last_year")


def _growth(this: Figure, last: Figure) -> Decimal:
    """How many times the greater of two years is the smaller one; 0 where one is none."""
    if this.number <= 0 or last.number <= 0:
        return Decimal(0)
    return max(this.number / last.number, last.number / this.number)


def _is_slipped(key: str, this: Figure, last: Figure, bounds: Bounds) -> bool:
    """Whether two years are so far apart that a point must have slipped: by their digits, or since such costs never jump."""
    growth = _growth(this, last)
    if growth < bounds.thresholds["tenfold"]:
        return False
    if _digits(this) == _digits(last):
        return len(_digits(this)) > 1
    greatest = max(this.number, last.number) * bounds.yuan
    return key in STEADY and greatest >= bounds.thresholds["tenfold_least"]


def _off(wrong: Figure, right: Figure) -> Decimal:
    """By how much a figure is off whose point slipped: from what it is with the point where it comes nearest to the other."""
    shifted = [
        wrong.number.scaleb(places) for places in range(-POINT_SLIPS, POINT_SLIPS + 1)
    ]
    meant = min(shifted, key=lambda number: abs(number - right.number))
    return abs(wrong.number - meant)


def _digits(figure: Figure) -> str:
    """The digits of an amount without its point and the zeros around them: 1413.36 and 14133.6 have the same."""
    return f"{figure.number:f}".replace(".", "").strip("0")


def _gap_to_outlay(book: Return) -> Decimal | None:
    """How far this year's expenditure is from what the form of income and outlay says; None where that is blank."""
    whole = book.figure("composition.total.this_year")
    other = book.figure("outlay.current.amount")
    return abs(whole.number - other.number) if other.number > 0 else None


@look(
    id="C08-02",
    title="整本像是按元填的",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="支出合计 {said}{unit}，一个单位不会这么大；如果填的是元，应当是 {yuan} {unit}。",
    remedy="确认本表的金额单位是{unit}。按元填的，全部金额除以 {factor} 重新填。",
    needs=("composition.total.this_year",),
)
def huge(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The whole budget is too large for a unit: the workbook was filled in 元."""
    whole = book.figure("composition.total.this_year")
    most = in_unit(bounds.thresholds["unit_total"], bounds)
    if bounds.yuan > 1 and whole.number >= most:
        mended = round(whole.number / bounds.yuan, 2)
        yield Breach(
            cells(whole),
            {
                "said": bounds.said(whole),
                "yuan": plain(mended),
                "factor": plain(bounds.yuan),
            },
        )


@look(
    id="C07-01",
    title="附注里的金额在表里找不到",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="附注写了“{examples}”，与这张表里的任何一个数都不相等。",
    remedy="对照表里的数改附注；说的是别处的数，在附注里写明是什么数。",
    reads=(
        "notes",
        "income.amount",
        "outlay.amount",
        *WITH_NOTES,
        "project.amount",
        "project.category",
        "project.source",
    ),
)
def note_amount(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount in a note under a form stands in none of the form's cells.

    A bound of law, a price, and money that is said to be elsewhere stand in none; a project's amount stands with its name;
    the rest of an amount (其余) stands beside it.
    """
    for note, wrong in strange_amounts(book, bounds):
        yield Breach(cells(note), {"examples": quoted(wrong)})


def _strange(book: Return, bounds: Bounds) -> tuple[tuple[Words, tuple[str, ...]], ...]:
    """The notes that have amounts which stand nowhere in their form, each with these as written."""
    if any(state.drawn and not state.there for state in book.sheets.values()):
        return ()  # the number may stand on the sheet that is gone
    notes = book.fields("notes")
    aside = any_pattern(bounds.words["note_aside_patterns"])
    found = []
    for key, blocks in NOTED.items():
        note = notes.words(key)
        # What is bought by kind, and reserved for small enterprises, is held against the table by rules of its own.
        others = SMALL_IN_NOTE.sub("", SPLIT_IN_NOTE.sub("", note.text))
        noted = list(NOTE_AMOUNT.finditer(others))
        if not noted:
            continue
        amounts = form_amounts(book, blocks, bounds)
        if key in ("budget", "composition"):
            amounts |= _of_projects(book, bounds)
        amounts |= _left_of_each_other(
            [
                Decimal(match[1]) * YEN[match[2]]
                for match in NOTE_AMOUNT.finditer(note.text)
            ],
            amounts,
        )
        wrong = []
        parts = _parts_of_one(noted, others)
        for match in noted:
            yuan = Decimal(match[1]) * YEN[match[2]]
            before, behind = (
                SENTENCE.split(others[: match.start()])[-1],
                SENTENCE.split(others[match.end() :])[0],
            )
            if (
                yuan in amounts
                or match in parts
                or _is_multiplied(match, others)
                or aside.search(f"{before}#{behind}")
                or _is_of_another_year(before, bounds)
                or (key == "procurement" and yuan in _of_named(before, book, bounds))
                or _is_of_project(yuan, before, book, bounds)
            ):
                continue
            wrong.append(match[0])
        if wrong:
            found.append((note, tuple(wrong)))
    return tuple(found)


strange_amounts = Once(_strange)


def _parts_of_one(noted: Sequence[re.Match[str]], text: str) -> list[re.Match[str]]:
    """Amounts that come to the one before them in their sentence: 每辆1.8万元，其中燃油9600元、维修5400元、保险3000元."""
    found: list[re.Match[str]] = []
    for at, whole in enumerate(noted):
        end = SENTENCE.search(text, whole.end())
        behind = [
            one for one in noted[at + 1 :] if end is None or one.start() < end.start()
        ]
        due, amounts = (
            Decimal(whole[1]) * YEN[whole[2]],
            [Decimal(one[1]) * YEN[one[2]] for one in behind],
        )
        if len(behind) > 1 and sum(amounts, Decimal(0)) == due:
            found += behind
    return found


def _is_multiplied(match: re.Match[str], text: str) -> bool:
    """Whether an amount is a factor, whose product stands beside: 4辆×1.8万元=7.2万元."""
    around = text[: match.start()].rstrip()[-1:] + text[match.end() :].lstrip()[:1]
    return TIMES_SIGN.search(around) is not None


def _is_of_another_year(before: str, bounds: Bounds) -> bool:
    """Whether the last year named in a sentence before an amount is none of the form's two: 2024年再安排160万元."""
    years = SAID_YEAR.findall(before)
    return bool(years) and int(years[-1]) not in (bounds.year, bounds.year - 1)


def _left_of_each_other(
    noted: Sequence[Decimal], amounts: set[Decimal]
) -> set[Decimal]:
    """What a note's right amounts leave of one another, or come to together: 合计391.6万元，其中记录仪304万元；其余87.6万元.

    So do what they leave of the form's whole, which a note need not say.
    """
    right = [yuan for yuan in noted if yuan in amounts]
    pairs = list(combinations(right, 2))
    left = {abs(one - other) for one, other in pairs}
    left.update(max(amounts) - yuan for yuan in right)
    return left | {one + other for one, other in pairs}


def _is_of_project(yuan: Decimal, before: str, book: Return, bounds: Bounds) -> bool:
    """Whether an amount is that of a project, and the words before it name that one or none (农房保险 of 农村住房统保)."""
    of_it = [
        project.name
        for project in book.projects
        if project.head.figure("amount").number * bounds.yuan == yuan
    ]
    named = (
        [project.name for project in book.projects if named_in(before, project.name)]
        if of_it
        else []
    )
    return bool(of_it) and (not named or any(name in of_it for name in named))


def _together(rows: Sequence[Row]) -> Iterator[Figure]:
    """What rows of the list of purchases come to: all of them, those of each project, of goods, of works, of services."""
    several = [rows, *_by(rows, "project"), *_by(rows, "catalogue", 1)]
    for some in several:
        for column in SUMMED:
            yield total([row.figure(column) for row in some])


def _of_projects(book: Return, bounds: Bounds) -> set[Decimal]:
    """What the projects of each source and of each category come to, in yuan: 项目支出中单位资金1204万元."""
    heads = [project.head for project in book.projects]
    several = [*_by(heads, "source"), *_by(heads, "category")]
    return {
        total([head.figure("amount") for head in some]).number * bounds.yuan
        for some in several
    }


def _by(rows: Sequence[Row], column: str, length: int | None = None) -> list[list[Row]]:
    """Rows that have the same text in a column, or begin alike there."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.text(column)[:length]].append(row)
    return list(found.values())


def _of_named(before: str, book: Return, bounds: Bounds) -> set[Decimal]:
    """What the purchases that a sentence has named come to, in yuan: 火箭弹和人雨弹96万元."""
    named = [
        row for row in book.rows("procurement") if named_in(before, row.text("item"))
    ]
    return {
        total([row.figure(column) for row in named]).number * bounds.yuan
        for column in SUMMED
    }


def _both_years(book: Return, form: str) -> Iterator[tuple[Figure, Figure]]:
    """The two years of every row of a form."""
    for key in book.grid(form):
        yield _years(book, form, key)


def form_amounts(book: Return, blocks: tuple[str, ...], bounds: Bounds) -> set[Decimal]:
    """Every amount of some blocks, and the sums below a list, in yuan."""
    figures = [value for _, value in book.values(*blocks) if isinstance(value, Figure)]
    if "procurement" in blocks:
        figures.extend(_together(book.rows("procurement")))
    changes = {
        abs(this.number - last.number)
        for form in BY_YEAR
        if form in blocks
        for this, last in _both_years(book, form)
    }
    return {change * bounds.yuan for change in changes} | {
        abs(figure.number) * bounds.yuan for figure in figures
    }


@look(
    id="C08-20",
    title="上年的数漏填了",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表间",
    message="本年 {this}{unit}，上年是空的；同一张表里别的各行都填了上年的数。",
    remedy="补上上年的数；上年确实没有的，填 0。",
    reads=("composition",),
)
def last_year_blank(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A row of the composition has this year's figure and no last year's, although all others that are filled have both."""
    years = [_years(book, "composition", key) for key in BY_YEAR["composition"]]
    filled = [(this, last) for this, last in years if this.number]
    blank = [(this, last) for this, last in filled if not last.given]
    if len(blank) == 1 and len(filled) > 1:
        this, last = blank[0]
        yield Breach(cells(last, this), {"this": bounds.said(this)})


OWN, WHOLE = "composition.own", "composition.project"


@look(
    id="B02-25",
    title="其中的本级支出与项目支出差一点",
    severity=WARNING,
    basis=("表内勾稽",),
    kind="表内",
    message="{year}的[[composition.own|其中：本级支出]] {own}{unit}，项目支出 {whole}{unit}：{slip}；{other}两个数相等。",
    remedy="核对这两格，改填错的一格；确有转移给下级的，不用改。",
    needs=("composition.own.this_year", "composition.own.last_year"),
    reads=("composition.project.this_year", "composition.project.last_year"),
)
def own_nearly_whole(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """All project expenditure is the unit's own in one year, and in the other all of it but for a slip of the hand."""
    years = {"this_year": "本年", "last_year": "上年"}
    own, whole = (
        {year: book.figure(f"{name}.{year}") for year in years} for name in (OWN, WHOLE)
    )
    for year, other in (("this_year", "last_year"), ("last_year", "this_year")):
        alike = own[other].number == whole[other].number > 0
        if not alike or own[year].number >= whole[year].number:
            continue
        slip = slip_between(own[year].number, whole[year].number)
        if slip and slip != ONE_DIGIT:
            places = {
                "year": years[year],
                "other": years[other],
                "own": bounds.said(own[year]),
                "whole": bounds.said(whole[year]),
                "slip": slip,
            }
            yield Breach(
                cells(own[year], whole[year]), places, places["own"], places["whole"]
            )


@look(
    id="C03-03",
    title="机关运行经费没有写主要用途",
    severity=INFO,
    basis=("表样/填报要求",),
    kind="表间",
    message="机关运行经费填了 {amount}{unit}，“主要用途”是空的，公开的句子里就没有用在哪里。",
    remedy="由部门本级在“主要用途”写明用在哪些方面，如办公费、水电费、差旅费。",
    needs=("operating.amount", "operating.use", "cover.lead"),
)
def use_unsaid(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The leading unit has 机关运行经费 and does not say what it is mainly for."""
    amount, use = book.figure("operating.amount"), book.fields("operating").words("use")
    if (
        book.fields("cover").text("lead") == "是"
        and amount.number > 0
        and not use.given
    ):
        yield Breach(cells(use, amount), {"amount": bounds.said(amount)})
