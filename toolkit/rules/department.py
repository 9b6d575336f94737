"""What only shows when the units' returns lie together (汇总后): who is there, approved totals, the day of publication."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from toolkit.model import (
    NO_DATA,
    Cell,
    Disclosure,
    Figure,
    Name,
    Return,
    Row,
    Words,
    total,
)
from toolkit.rules.reading import cells, folded
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, Unchecked, look_whole
from toolkit.rules.transfers import MEASURED, NAMED, OWN_FUNDS, left_out

APPROVED = {
    "approved_income": ("收入", "income.total.amount"),
    "approved_expenditure": ("支出", "outlay.total.amount"),
    "approved_basic": ("基本支出", "composition.basic.this_year"),
    "approved_project": ("项目支出", "composition.project.this_year"),
    "approved_three_public": ("三公经费", "three_public.total.this_year"),
    "approved_procurement": ("政府采购", "procurement.amount"),
}
APPROVED_AND_FILLED = (
    *(f"agencies.{column}" for column in APPROVED),
    *(name for _, name in APPROVED.values()),
    *("composition.total.this_year", "project.amount"),
    *(
        "income.current.amount",
        "outlay.current.amount",
    ),  # what is carried over may be counted, or not
)
BACKING = {  # an approved total → two figures of a unit's own forms that must agree
    "approved_income": ("income.total.amount", "outlay.total.amount"),
    "approved_expenditure": ("outlay.current.amount", "composition.total.this_year"),
    "approved_basic": ("composition.total.this_year", "outlay.current.amount"),
    "approved_project": ("composition.project.this_year", "project[].amount"),
    "approved_three_public": (
        "three_public.total.this_year",
        "three_public.total.last_year",
    ),
}
ENTRIES = {  # field of the cover → column of the list, and what both are called
    "unit_name": ("name", "单位名称"),
    "nature": ("nature", "单位性质"),
    "rank": ("rank", "单位规格"),
    "funding": ("funding", "经费保障形式"),
}
# A day as the form writes it: 2023-03-15.
ISO_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
NO_BUDGET = "报账单位"
ALIKE = 3  # characters at the front of a unit's code that its whole department has
NO_LIST = "部门本级的机构设置没有列出单位"  # why a check of the list was not made


# ---------------------------------------------------------------- units


def _listed(disclosure: Disclosure) -> tuple[Row, ...]:
    """The units of the department, those left out excepted, as its own workbook orders and corrects the leading unit's list."""
    return disclosure.whole.rows("agencies")


def _by_name_and_code(disclosure: Disclosure) -> dict[str, Return]:
    """Each return by its unit's name and by its code."""
    return {
        key: unit for unit in disclosure.units for key in (unit.name, unit.code) if key
    }


def _absent(disclosure: Disclosure) -> Iterator[Row]:
    """The listed units that gave no return, though they have a budget of their own."""
    known = _by_name_and_code(disclosure)
    for row in _listed(disclosure):
        if row.text("code") in known or row.text("name") in known:
            continue
        if row.text("nature") != NO_BUDGET:
            yield row


def unlisted(disclosure: Disclosure) -> Iterator[Return]:
    """The returns of units that the list does not know; none where there is no list."""
    listed = _listed(disclosure)
    if not listed:
        return
    known = {row.text(key) for row in listed for key in ("code", "name")}
    for unit in disclosure.units:
        if unit.code not in known and unit.name not in known:
            yield unit


@look_whole(
    id="F01-01",
    title="单位没有报",
    severity=ERROR,
    basis=("财预〔2021〕29号",),
    kind="汇总后",
    message="单位清单里的“{name}”（{code}）没有填报表，部门合计里少了它。",
    remedy="催报；暂不并入的，在部门汇总表“不并入的原因”写明。",
    needs=("agencies.code", "agencies.name", "agencies.nature"),
)
def missing_unit(
    disclosure: Disclosure, bounds: Bounds
) -> Iterator[Breach | Unchecked]:
    """A unit of the list gave no return, is not left out, and has a budget of its own."""
    if not _listed(disclosure):
        yield Unchecked(NO_LIST)
    for row in _absent(disclosure):
        code = row.words("code")
        name = row.words("name")
        yield Breach(
            cells(code, name), {"name": name.text, "code": code.text}, value=code.text
        )


@look_whole(
    id="F01-02",
    title="清单里没有的单位",
    severity=ERROR,
    basis=("财预〔2021〕29号",),
    kind="汇总后",
    message="收到“{unit}”的填报表，{why}。",
    remedy="漏了的、新增的单位，加进机构设置（接在最后一行下面）；报错了部门的，退回；封面没有填的，先填封面；多放进来的空表，拿走。",
    needs=("agencies.code", "agencies.name"),
)
def unknown_unit(
    disclosure: Disclosure, bounds: Bounds
) -> Iterator[Breach | Unchecked]:
    """A return of a unit that the list does not know."""
    if not _listed(disclosure):
        yield Unchecked(NO_LIST)
    for unit in unlisted(disclosure):
        cover = unit.fields("cover")
        code = f"（{unit.code}）" if unit.code else ""
        nameless = (
            not cover.words("unit_code").given and not cover.words("unit_name").given
        )
        why = (
            "封面没有填单位编码和名称，不知道是哪个单位"
            if nameless
            else "单位清单里没有这个单位"
        )
        places = {"unit": unit.name + code, "why": why}
        own = (cover.words("unit_code"), cover.words("unit_name"))
        # A unit with a code like the others' was left out, and the list's end is where it belongs; any other is a stranger.
        listed = [row.words("code") for row in _listed(disclosure)]
        alike = any(words.text[:ALIKE] == unit.code[:ALIKE] for words in listed)
        yield Breach(
            cells(listed[-1], *own) if alike else cells(*own, listed[-1]), places
        )


def _pairs(disclosure: Disclosure) -> list[tuple[Row, Return]]:
    """Each row of the list with the return that belongs to it; rows without one, or with two, are left out."""
    units = _by_name_and_code(disclosure)
    pairs = []
    for row in _listed(disclosure):
        unit = units.get(row.text("code")) or units.get(row.text("name"))
        if unit is not None and not _is_of_two(row, units):
            pairs.append((row, unit))
    return pairs


def _is_of_two(row: Row, units: Mapping[str, Return]) -> bool:
    """Whether a row has one unit's code and another's name."""
    by_code, by_name = units.get(row.text("code")), units.get(row.text("name"))
    return by_code is not None and by_name is not None and by_code is not by_name


@look_whole(
    id="F01-03",
    title="封面与机构设置不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的{title}：封面写“{own}”，机构设置写“{listed}”。",
    remedy="以批复文件为准，改错的一处。",
    needs=(
        "agencies.code",
        "agencies.funding",
        "agencies.name",
        "agencies.nature",
        "agencies.rank",
        "cover.funding",
        "cover.nature",
        "cover.rank",
    ),
)
def other_entry(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach | Unchecked]:
    """Name, nature, rank or funding of a unit differ between its cover and the list."""
    if not _listed(disclosure):
        yield Unchecked(NO_LIST)
    for row, unit in _pairs(disclosure):
        for key, (column, title) in ENTRIES.items():
            own = unit.fields("cover").words(key)
            listed = row.words(column)
            if (
                not own.given
                or not listed.given
                or folded(own.text) == folded(listed.text)
            ):
                continue
            places = {
                "name": unit.name,
                "title": title,
                "own": own.text,
                "listed": listed.text,
            }
            both = (
                cells(listed, own)
                if _is_odd(row, column, bounds)
                else cells(own, listed)
            )
            yield Breach(both, places, value=own.text, expected=listed.text)


def _is_odd(row: Row, column: str, bounds: Bounds) -> bool:
    """Whether the list's entry does not go with the unit's nature: an administrative unit lives on the budget alone."""
    by_nature = row.text("nature") in bounds.words["funded_natures"]
    return (
        column == "funding"
        and by_nature
        and row.text(column) not in bounds.words["full_funding"]
    )


@look_whole(
    id="F01-06",
    title="单位编码不一致",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的单位编码：封面写“{own}”，机构设置写“{listed}”，是按名称对上的。",
    remedy="以财政的单位编码为准，改错的一处。",
    needs=("agencies.code", "agencies.name"),
)
def other_code(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A unit is known by its name alone: its cover and the list give it different codes."""
    for row, unit in _pairs(disclosure):
        own = unit.fields("cover").words("unit_code")
        listed = row.words("code")
        if own.given and listed.given and own.text != listed.text:
            places = {"name": unit.name, "own": own.text, "listed": listed.text}
            # Where the file's name has the cover's code, the list's is the odd one.
            both = (
                cells(listed, own)
                if own.text in re.findall(r"\d+", unit.book)
                else cells(own, listed)
            )
            yield Breach(both, places, value=own.text, expected=listed.text)


@look_whole(
    id="F01-07",
    title="机构设置的编码与名称不是一个单位",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="汇总后",
    message="机构设置里，{examples}。这几行没有与各单位的数核对。",
    remedy="编码填错的改编码，名称填错的改名称；两行填反了的，对调。",
    needs=("agencies.code", "agencies.name"),
)
def code_of_another(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """Rows of the list have one unit's code and another's name: exchanged, or one typed wrongly. One finding for all."""
    units = _by_name_and_code(disclosure)
    mixed = [row for row in _listed(disclosure) if _is_of_two(row, units)]
    if mixed:
        said = (
            f"编码 {row.text('code')} 是“{units[row.text('code')].name}”，名称写“{row.text('name')}”"
            for row in mixed
        )
        yield Breach(
            cells(*(row.words(key) for key in ("code", "name") for row in mixed)),
            {"examples": "；".join(said)},
        )


@look_whole(
    id="F01-04",
    title="部门本级不是一个",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="汇总后",
    message="封面“是否部门本级”选“是”的有 {count} 个（{names}），应当正好一个。",
    remedy="只有部门本级选“是”，其他单位选“否”。",
    needs=("cover.lead",),
)
def lead_units(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """No return, or more than one, says it is the leading unit's."""
    chosen = [unit for unit in disclosure.units if unit.is_lead]
    if not disclosure.units or len(chosen) == 1:
        return
    named = "、".join(unit.name for unit in chosen)
    answers = [
        unit.fields("cover").words("lead") for unit in chosen or disclosure.units
    ]
    places = {"names": named or "没有单位", "count": str(len(chosen))}
    yield Breach(cells(*answers), places, value=str(len(chosen)), expected="1")


@look_whole(
    id="F01-05",
    title="主管部门的名称不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的主管部门写“{said}”，其他单位写“{usual}”。",
    remedy="改成主管部门的全称；报错了部门的，退回。",
    needs=("cover.department",),
    reads=("agencies.code", "agencies.name"),
)
def other_department(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A unit names another department than most. Units that the list does not know are told as such."""
    named = []
    strangers = {unit.book for unit in unlisted(disclosure)}
    for unit in disclosure.units:
        words = unit.fields("cover").words("department")
        if words.given and unit.book not in strangers:
            named.append((unit, words))
    count = Counter(folded(words.text) for _, words in named)
    if len(count) <= 1:
        return
    usual = folded(disclosure.name)
    if usual not in count:
        usual, _ = count.most_common(1)[0]
    for unit, words in named:
        if folded(words.text) != usual:
            places = {"name": unit.name, "said": words.text, "usual": usual}
            yield Breach(cells(words), places)


def _unit_figure(book: Return, name: str) -> Figure:
    """A figure by name; of a list's column, the sum."""
    return (
        total(book.column(name)) if name == "procurement.amount" else book.figure(name)
    )


def _fits(approved: Figure, book: Return, name: str, bounds: Bounds) -> bool:
    """Whether a figure is what was approved; income and outlay may count what is carried over, or not."""
    names = [name]
    if name.startswith(("income", "outlay")):
        names.append(name.replace(".total.", ".current."))
    gaps = [abs(_unit_figure(book, name).number - approved.number) for name in names]
    return min(gaps) <= bounds.tolerance


def _not_compared(disclosure: Disclosure) -> str:
    """Why no unit can be held against what was approved: there is no total at all; "" where there is."""
    listed = _listed(disclosure)
    if not listed:
        return NO_LIST
    return "" if any(_approved_in(row) for row in listed) else "机构设置里没有填批复数"


def _approved_in(row: Row) -> bool:
    """Whether anybody typed what was approved for a unit."""
    return any(row.figure(column).given for column in APPROVED)


def _not_approved(
    figure: Figure,
    approved: Figure,
    places: dict[str, str],
    first: Figure,
    bounds: Bounds,
) -> Breach:
    """A figure beside the approved one; `first` is whose cells come first: those to be mended."""
    amounts = {
        "said": bounds.said(figure),
        "approved": bounds.said(approved),
        "gap": bounds.said(abs(figure.number - approved.number)),
    }
    return Breach(
        cells(first, figure, approved),
        {**places, **amounts},
        value=amounts["said"],
        expected=amounts["approved"],
        difference=amounts["gap"],
    )


@look_whole(
    id="F02-01",
    title="单位的数不等于批复数",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{name}”的{title}填报 {said}{unit}，批复 {approved}{unit}，相差 {gap}{unit}。",
    remedy="以批复文件为准。单位填错的，退回改；批复数录错的，改录着批复数的那一格。相差一万倍的，是元和万元填混了。",
    needs=("agencies.code", "agencies.name"),
    reads=(*APPROVED_AND_FILLED, "income", "outlay", "composition", "three_public"),
)
def not_as_approved(
    disclosure: Disclosure, bounds: Bounds
) -> Iterator[Breach | Unchecked]:
    """A unit's figure is not the approved one. Forms that hold nothing, or another unit's figures, are told by themselves."""
    if missing := _not_compared(disclosure):
        yield Unchecked(missing)
    copied = {unit.book for group in copies(disclosure) for unit in group}
    exchanged = {
        (id(row), column)
        for column, pair in _exchanged(disclosure, bounds)
        for row, _ in pair
    }
    for row, unit in _pairs(disclosure):
        wrong = [
            column for column in APPROVED if not _as_approved(row, unit, column, bounds)
        ]
        wrong = [
            column
            for column in wrong
            if (id(row), column) not in exchanged and not _is_unread(unit, column)
        ]
        if unit.book in copied:
            continue
        for column in wrong:
            title, name = APPROVED[column]
            figure = _unit_figure(unit, name)
            approved = row.figure(column)
            # What two of the unit's own forms agree on was hardly mistyped there: then the approved total may have been.
            doubtful = (
                approved
                if len(wrong) == 1 and _is_backed(unit, column, bounds)
                else figure
            )
            yield _not_approved(
                figure, approved, {"name": unit.name, "title": title}, doubtful, bounds
            )


def _as_approved(row: Row, unit: Return, column: str, bounds: Bounds) -> bool:
    """Whether a unit's figure is the approved one, or none was given."""
    approved = row.figure(column)
    _, name = APPROVED[column]
    return approved.value is None or _fits(approved, unit, name, bounds)


def _exchanged(
    disclosure: Disclosure, bounds: Bounds
) -> Iterator[tuple[str, tuple[tuple[Row, Return], ...]]]:
    """Pairs of units, each of which reports just what was approved for the other; with the column of the approved total."""
    pairs = _pairs(disclosure)
    for column in APPROVED:
        wrong = [
            (row, unit)
            for row, unit in pairs
            if not _as_approved(row, unit, column, bounds)
        ]
        for at, (row, unit) in enumerate(wrong):
            for other_row, other_unit in wrong[at + 1 :]:
                if _as_approved(row, other_unit, column, bounds) and _as_approved(
                    other_row, unit, column, bounds
                ):
                    yield column, ((row, unit), (other_row, other_unit))


@look_whole(
    id="F02-04",
    title="两个单位的批复数填反了",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="汇总后",
    message="“{one}”报的{title}等于“{other}”的批复数，“{other}”报的等于“{one}”的批复数，像是机构设置里两行填反了。",
    remedy="对照批复文件，把机构设置里这两格对调；是两个单位的表交错了的，退回重报。",
    needs=("agencies.code", "agencies.name"),
    reads=APPROVED_AND_FILLED,
)
def approved_exchanged(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """The approved totals of two units stand in each other's row."""
    for column, ((row, unit), (other_row, other_unit)) in _exchanged(
        disclosure, bounds
    ):
        title, name = APPROVED[column]
        figures = (
            row.figure(column),
            other_row.figure(column),
            _unit_figure(unit, name),
            _unit_figure(other_unit, name),
        )
        yield Breach(
            cells(*figures),
            {"one": unit.name, "other": other_unit.name, "title": title},
        )


def _is_asked(unit: Return, name: str) -> bool:
    """Whether the unit's forms have a figure at all: a list, or the cell of a grid."""
    parsed = Name.parse(name)
    if not parsed.row:
        return parsed.block in unit.blocks
    row = unit.grid(parsed.block).get(parsed.row)
    return row is not None and parsed.column in row.values


def _is_unread(unit: Return, column: str) -> bool:
    """Whether a unit's figure cannot be told: the forms have none, a cell holds no number, or nobody has filled in its form."""
    _, name = APPROVED[column]
    if not _is_asked(unit, name) or _unit_figure(unit, name).flawed:
        return True
    if _is_blank(unit, "income", "outlay", "composition"):
        return True
    # A lost sheet is told as such; what would stand there is nought.
    if (
        any(oddity.what == "sheet-missing" for oddity in unit.oddities)
        and not _unit_figure(unit, name).number
    ):
        return True
    ticked = any(state.tick == NO_DATA for state in unit.sheets.values())
    grid = unit.grid(Name.parse(name).block)
    return not ticked and bool(grid) and not any(map(_is_filled, grid.values()))


def _is_filled(row: Row) -> bool:
    """Whether a person typed a figure into a row, be it a nought; a total that is calculated was typed by nobody."""
    figures = (value for value in row.values.values() if isinstance(value, Figure))
    return any(
        one.number or (one.given and isinstance(one.source, Cell) and not one.formula)
        for one in figures
    )


def _is_blank(unit: Return, *grids: str) -> bool:
    """Whether no figure of these grids is other than nought."""
    rows = (row for grid in grids for row in unit.grid(grid).values())
    return not any(
        isinstance(value, Figure) and value.number
        for row in rows
        for value in row.values.values()
    )


def copies(disclosure: Disclosure) -> list[list[Return]]:
    """The units that report the same projects at the same amounts and the same totals, together."""
    groups: dict[tuple[object, ...], list[Return]] = {}
    strangers = {unit.book for unit in unlisted(disclosure)}
    for unit in disclosure.units:
        if unit.book in strangers:  # told as such
            continue
        totals = [
            unit.figure(name).number
            for name in ("income.total.amount", "outlay.total.amount")
        ]
        amounts = (figure.number for figure in unit.column("project.amount"))
        projects = zip(
            (project.name for project in unit.projects), amounts, strict=True
        )
        if unit.projects and any(totals):
            groups.setdefault((*totals, *projects), []).append(unit)
    return [group for group in groups.values() if len(group) > 1]


@look_whole(
    id="F03-03",
    title="两个单位的表一模一样",
    severity=ERROR,
    basis=("审核经验/雷同",),
    kind="汇总后",
    message="“{names}”报的收支合计、各个项目和金额都一样，像是整本抄了另一个单位的。",
    remedy="把抄错的一份退回，填本单位的数；其实是一个单位的，只留一份。",
    reads=("agencies.code", "agencies.name", *APPROVED_AND_FILLED),
    needs=("cover.unit_code",),
)
def copied_workbook(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """Units that report the same totals and projects; those whose figures are not as approved first."""
    rows = {unit.book: row for row, unit in _pairs(disclosure)}
    for group in copies(disclosure):
        group.sort(
            key=lambda unit: (
                unit.book in rows and _agrees(rows[unit.book], unit, bounds)
            )
        )
        codes = [unit.fields("cover").words("unit_code") for unit in group]
        yield Breach(cells(*codes), {"names": "、".join(unit.name for unit in group)})


def _agrees(row: Row, unit: Return, bounds: Bounds) -> bool:
    """Whether all of a unit's figures are as approved."""
    return all(_as_approved(row, unit, column, bounds) for column in APPROVED)


def _is_backed(unit: Return, column: str, bounds: Bounds) -> bool:
    """Whether another of the unit's forms says the same as the figure that is held against an approved one."""
    backing = BACKING.get(column)
    if backing is None:
        return False
    one, other = (
        total(unit.column(name)) if "[]" in name else unit.figure(name)
        for name in backing
    )
    # Who reports no such spending in either year has typed that: here noughts agree too.
    return (bool(one.number) or column == "approved_three_public") and abs(
        one.number - other.number
    ) <= bounds.tolerance


@look_whole(
    id="F02-03",
    title="批复数没有填全",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="汇总后",
    message="“{name}”没有填批复的{titles}，单位报了数，没有核对。",
    remedy="照批复文件补上；确实没有批复的，填 0。",
    needs=("agencies.code", "agencies.name"),
    reads=APPROVED_AND_FILLED,
)
def approved_left_out(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """An approved total is blank for a unit that reports such a figure, although others have theirs."""
    listed = _listed(disclosure)
    used = [
        column for column in APPROVED if any(row.figure(column).given for row in listed)
    ]
    for row, unit in _pairs(disclosure):
        blank = [
            column
            for column in used
            if not row.figure(column).given
            and _unit_figure(unit, APPROVED[column][1]).number
        ]
        if blank:
            titles = "、".join(APPROVED[column][0] for column in blank)
            yield Breach(
                cells(*(row.figure(column) for column in blank)),
                {"name": unit.name, "titles": titles},
            )


@look_whole(
    id="F02-02",
    title="部门合计不等于批复数之和",
    severity=WARNING,
    basis=("工作惯例/部门汇总",),
    kind="汇总后",
    message="部门的{title}汇总是 {said}{unit}，各单位批复数加起来 {approved}{unit}，相差 {gap}{unit}。",
    remedy="核对有没有重复并入、漏并的单位，以及单位之间的往来。",
    needs=("agencies.code", "agencies.name", "agencies.nature"),
    reads=(*APPROVED_AND_FILLED, *NAMED, *MEASURED),
)
def sum_not_as_approved(
    disclosure: Disclosure, bounds: Bounds
) -> Iterator[Breach | Unchecked]:
    """The department's figure is not the sum of the approved ones, although all units are there and each is as approved."""
    if missing := _not_compared(disclosure):
        yield Unchecked(missing)
        return
    if any(_absent(disclosure)) or any(unlisted(disclosure)):
        yield Unchecked("收到的填报表与机构设置里的单位对不上")
        return
    if any(
        _unit_figure(disclosure.whole, name).flawed for _, name in APPROVED.values()
    ):
        yield Unchecked("有单位的格里不是数字")
        return
    listed = _listed(disclosure)
    pairs = _pairs(disclosure)
    apart = left_out(disclosure.units, bounds.words[OWN_FUNDS])
    for column, (title, name) in APPROVED.items():
        if not all(
            _fits(row.figure(column), unit, name, bounds) for row, unit in pairs
        ):
            continue
        approved = total(row.figure(column) for row in listed)
        figure = _unit_figure(disclosure.whole, name)
        # What units pay each other is not in the whole.
        eliminated = 0 < approved.number - figure.number <= apart
        if not eliminated and not _fits(approved, disclosure.whole, name, bounds):
            yield _not_approved(figure, approved, {"title": title}, approved, bounds)


# ---------------------------------------------------------------- the day of publication


@look_whole(
    id="F05-01",
    title="公开晚于法定期限",
    severity=ERROR,
    basis=("预算法/公开期限",),
    kind="汇总后",
    message="{approved} 批复，应当在 {days} 日内、即 {last} 以前公开，公开日期是 {published}，晚了 {over} 日。",
    remedy="还没有公开的，提前公开；日期填错的，改正批复日期或公开日期。",
    needs=("approval.date", "dept.date", "dept.published"),
)
def late(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach | Unchecked]:
    """The department publishes within so many days after the approval."""
    own = disclosure.own
    if own is not None:
        dept = own.fields("dept")
        approved, published = dept.words("date"), dept.words("published")
    else:
        approved, published = (
            disclosure.whole.fields("approval").words("date"),
            Words(""),
        )
    blank = []
    if not ISO_DAY.fullmatch(approved.text):
        blank.append("批复日期（部门本级的机构设置，或部门汇总表）")
    if not ISO_DAY.fullmatch(published.text):
        blank.append("公开日期（部门汇总表）")
    if blank:
        yield Unchecked(f"没有填{'、'.join(blank)}")
        return
    days = int(bounds.thresholds["publish_days"])
    last = date.fromisoformat(approved.text) + timedelta(days=days)
    over = (date.fromisoformat(published.text) - last).days
    if over > 0:
        places = {
            "approved": approved.text,
            "published": published.text,
            "last": str(last),
            "days": str(days),
            "over": str(over),
        }
        yield Breach(cells(published, approved), places)
