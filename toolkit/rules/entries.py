"""The lists of entries that tables are derived from (表内): their projects beside the project sheets, sums among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from rapidfuzz import fuzz

from toolkit.model import Cell, Figure, Return, Row, Words, total
from toolkit.rules.reading import brief, cells, each_once, folded
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look
from toolkit.rules.slip import CHANGED_PLACES, MOVED, slip_between

LISTS = ("income_entries", "outlay_entries")
# the columns that say what an entry is
SAYING = (
    "function",
    "economic",
    "kind",
    "project",
    "fund",
    "counterpart",
)
ALIKE = 80  # of 100, from which a name is taken for another one mistyped
CLASS = "outlay.f"  # how the rows of the table of income and outlay are called, before the code of a class
LONG = 40  # characters of a project's name that a message repeats
MOST_NAMED = 3


def _of_kinds(book: Return, bounds: Bounds, words: str) -> list[Row]:
    """The entries of outlay whose kind is one of a list of words."""
    kinds = bounds.words[words]
    return [row for row in book.rows("outlay_entries") if row.text("kind") in kinds]


def named_by_entries(book: Return) -> dict[str, list[Row]]:
    """The entries of outlay by the project that they name."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows("outlay_entries"):
        if row.text("project"):
            found[folded(row.text("project"))].append(row)
    return found


def project_sheets(book: Return) -> dict[str, Row]:
    """The heads of the project sheets by their names; of two that bear one name the first."""
    found: dict[str, Row] = {}
    for project in book.projects:
        if project.name:
            found.setdefault(folded(project.name), project.head)
    return found


def _mistyped(names: Iterable[str], others: Sequence[str]) -> dict[str, str]:
    """Names that are probably one of the others, mistyped, each with the likeliest."""
    found: dict[str, str] = {}
    for name in names:
        likely = [
            (fuzz.ratio(name, other), other)
            for other in others
            if other not in found.values()
        ]
        best = max(likely, default=(0, ""))
        if best[0] >= ALIKE:
            found[name] = best[1]
    return found


def _astray(
    book: Return,
) -> tuple[dict[str, list[Row]], dict[str, Row], dict[str, str]]:
    """Entries whose project has no sheet, sheets whose project has no entry, and which of these are one, mistyped."""
    named, sheets = named_by_entries(book), project_sheets(book)
    homeless = {name: rows for name, rows in named.items() if name not in sheets}
    unspent = {
        name: head
        for name, head in sheets.items()
        if name not in named and head.figure("amount").number
    }
    return homeless, unspent, _mistyped(homeless, list(unspent))


@look(
    id="B09-01",
    title="支出明细里的项目没有项目表",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="表内",
    message="支出明细写了项目“{name}”，没有叫这个名称的项目表。{near}",
    remedy="名称写错的，照批复改成一样；漏了项目表的，补一张。",
    needs=("outlay_entries.project", "project.name"),
    reads=("outlay_entries.amount", "project.amount"),
    plain=True,
)
def entry_without_sheet(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An entry names a project that has no sheet; where one sheet's name is nearly the same, both are shown."""
    homeless, unspent, mistyped = _astray(book)
    for name, rows in homeless.items():
        other = unspent.get(mistyped.get(name, ""))
        near = (
            f"有一张叫“{brief(other.text('name'), LONG)}”。"
            if other is not None
            else ""
        )
        marked = [row.words("project") for row in rows] + (
            [other.words("name")] if other is not None else []
        )
        places = {"name": brief(rows[0].text("project"), LONG), "near": near}
        # What no sheet holds; a sheet whose name is misspelt holds it.
        lacking = total(row.figure("amount") for row in rows) if other is None else None
        yield Breach(
            cells(*marked),
            places,
            difference=bounds.said(lacking) if lacking is not None else None,
        )


@look(
    id="B09-02",
    title="项目表的项目没有支出明细",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="表内",
    message="项目“{name}”的项目表填了 {said}{unit}，支出明细里没有这个项目。",
    remedy="支出明细补上这个项目的各行；不安排的，把项目表清空。",
    needs=("outlay_entries.project", "project.amount", "project.name"),
    plain=True,
)
def sheet_without_entry(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project sheet has an amount, and no entry names it: but for one that an entry only misspells."""
    if not book.rows("outlay_entries"):
        return
    _, unspent, mistyped = _astray(book)
    for name, head in unspent.items():
        if name not in mistyped.values():
            amount = head.figure("amount")
            places = {
                "name": brief(head.text("name"), LONG),
                "said": bounds.said(amount),
            }
            said = places["said"]
            yield Breach(
                cells(head.words("name"), amount), places, value=said, difference=said
            )


@look(
    id="B09-03",
    title="项目的金额与支出明细不符",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="表内",
    message="项目“{name}”的项目表是 {left}{unit}，支出明细各行合计 {right}{unit}，相差 {gap}{unit}。",
    remedy="对照批复核对，哪一处错改哪一处。",
    needs=(
        "outlay_entries.amount",
        "outlay_entries.project",
        "project.amount",
        "project.name",
    ),
    plain=True,
)
def amount_of_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What a project's sheet says beside the sum of the entries that name it."""
    named = named_by_entries(book)
    for name, head in project_sheets(book).items():
        if name not in named:
            continue
        own, entered = (
            head.figure("amount"),
            total(row.figure("amount") for row in named[name]),
        )
        gap = abs(own.number - entered.number)
        if gap > bounds.tolerance:
            places = {
                "name": brief(head.text("name"), LONG),
                "left": bounds.said(own),
                "right": bounds.said(entered),
                "gap": bounds.said(gap),
            }
            yield Breach(
                cells(own, entered),
                places,
                value=places["left"],
                expected=places["right"],
                difference=places["gap"],
            )


@look(
    id="B09-04",
    title="项目支出没有写项目名称",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表内",
    message="支出明细有 {count} 行是项目支出，没有写项目名称，合计 {said}{unit}。",
    remedy="写上项目名称，与项目表一致；不是项目支出的，改“支出类别”。",
    needs=("outlay_entries.kind", "outlay_entries.project"),
    reads=("outlay_entries.amount",),
)
def project_without_name(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Entries of project expenditure that do not say of which project."""
    rows = [
        row
        for row in _of_kinds(book, bounds, "project_kinds")
        if not row.text("project")
    ]
    yield from _lines(rows, "project", bounds)


@look(
    id="B09-05",
    title="基本支出没有填经济分类",
    severity=ERROR,
    basis=("预算法实施条例/公开细化",),
    kind="表内",
    message="支出明细有 {count} 行是基本支出，没有填经济分类科目，合计 {said}{unit}，进不了基本支出表。",
    remedy="填上经济分类的款级编码，如 30101。",
    needs=("outlay_entries.economic", "outlay_entries.kind"),
    reads=("outlay_entries.amount",),
)
def basic_without_economic(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Entries of basic expenditure without an economic category: the table by economic category would lack them."""
    rows = [
        row
        for row in _of_kinds(book, bounds, "basic_kinds")
        if not row.text("economic")
    ]
    yield from _lines(rows, "economic", bounds)


def _lines(rows: Sequence[Row], column: str, bounds: Bounds) -> Iterator[Breach]:
    """One finding of all lines that lack something."""
    if rows:
        added = total(row.figure("amount") for row in rows)
        places = {"count": str(len(rows)), "said": bounds.said(added)}
        yield Breach(
            cells(*(row.words(column) for row in rows)), places, value=places["said"]
        )


@look(
    id="B09-06",
    title="明细里有小计或者合计的一行",
    severity=ERROR,
    basis=("表内勾稽",),
    kind="表内",
    message="“{code}”这一行的 {said}{unit}，正好是{whose} {count} 行之和，是{what}，会重复计算。",
    remedy="删去这一行，只留到项级科目的各行。",
    reads=tuple(
        f"{block}.{column}" for block in LISTS for column in ("amount", "function")
    ),
    plain=True,
)
def subtotal(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A line whose code is none of the innermost level and whose amount is the sum of the lines within it."""
    length = max(bounds.codes["functional"].levels.values())
    for block in LISTS:
        # of each code, or its beginning: the amounts of the innermost lines
        sums: dict[str, list[Figure]] = defaultdict(list)
        outer: list[Row] = []
        for row in book.rows(block):
            code = row.text("function")
            if not code.isdecimal() or len(code) < length:
                outer.append(row)
                continue
            for begin in (
                "",
                *(
                    code[:digits]
                    for digits in bounds.codes["functional"].levels.values()
                    if digits < length
                ),
            ):
                sums[begin].append(row.figure("amount"))
        for row in outer:
            yield from _as_subtotal(row, sums, bounds)


def _as_subtotal(
    row: Row, sums: Mapping[str, list[Figure]], bounds: Bounds
) -> Iterator[Breach]:
    """A line that is no entry, where its amount is that of the lines within it."""
    code = row.text("function") if row.text("function").isdecimal() else ""
    amount, within = row.figure("amount"), sums.get(code, [])
    if (
        within
        and amount.number
        and abs(amount.number - total(within).number) <= bounds.tolerance
    ):
        places = {
            "code": brief(row.text("function")) or "（没有编码）",
            "said": bounds.said(amount),
            "whose": f"编码以 {code} 开头的" if code else "",
            "count": str(len(within)),
            "what": "小计" if code else "合计",
        }
        said = places["said"]
        yield Breach(
            cells(amount, row.words("function")), places, value=said, difference=said
        )


@look(
    id="B09-07",
    title="项目的资金来源与支出明细不同",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="项目“{name}”的项目表写“{said}”，支出明细写“{entered}”。",
    remedy="对照批复核对，哪一处错改哪一处。",
    needs=(
        "outlay_entries.fund",
        "outlay_entries.project",
        "project.name",
        "project.source",
    ),
)
def fund_of_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project's sheet says another source of funds than all entries of it."""
    named = named_by_entries(book)
    for name, head in project_sheets(book).items():
        entered = {row.text("fund") for row in named.get(name, ())} - {""}
        said = head.words("source")
        if said.given and entered and said.text not in entered:
            marked = (said, *(row.words("fund") for row in named[name]))
            places = {
                "name": brief(head.text("name"), LONG),
                "said": said.text,
                "entered": "、".join(sorted(entered)),
            }
            yield Breach(cells(*marked), places, value=said.text)


@look(
    id="B09-08",
    title="明细里有两行一模一样",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="表内",
    message="{count} 行一模一样（{what}，{said}{unit}），可能粘贴了两遍。",
    remedy="多出来的删去；确是两笔的，不用改。",
    reads=(
        *(
            f"{block}.{column}"
            for block in LISTS
            for column in ("amount", "function", "fund")
        ),
        *("income_entries.counterpart", "outlay_entries.counterpart"),
        *("outlay_entries.economic", "outlay_entries.kind", "outlay_entries.project"),
    ),
    plain=True,
)
def pasted_twice(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Lines that say the same in every column that a person fills in, and have an amount."""
    for block in LISTS:
        seen: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in book.rows(block):
            if row.figure("amount").number:
                seen[_said(row)].append(row)
        for rows in seen.values():
            if len(rows) > 1:
                amount = rows[0].figure("amount")
                what = "、".join(
                    filter(
                        None, (rows[0].text("function"), brief(rows[0].text("project")))
                    )
                )
                places = {
                    "count": str(len(rows)),
                    "what": what,
                    "said": bounds.said(amount),
                }
                marked = _last_first([row.figure("amount") for row in rows])
                over = bounds.said(amount.number * (len(rows) - 1))
                yield Breach(marked, places, value=places["said"], difference=over)


def _said(row: Row) -> tuple[object, ...]:
    """What a line says: its words and its amount of this year."""
    return (*(row.text(column) for column in SAYING), row.figure("amount").number)


def _last_first(figures: Sequence[Figure]) -> tuple[Cell, ...]:
    """The cells of figures, the last first: the one that came later is the one too many."""
    return each_once(cells(*reversed(figures)))


@look(
    id="B09-09",
    title="明细的上年数与按上年公开填的不符",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="支出明细的上年数合计 {left}{unit}，[[composition|支出构成]]表的上年支出合计是 {right}{unit}，相差 {gap}{unit}。",
    remedy="都照上年公开的数填；明细的上年数可以整列不填。",
    needs=("composition.total.last_year", "outlay_entries.last_year"),
)
def last_year(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The entries' amounts of the year before, where any is given, beside the total of that year."""
    entered = total(book.column("outlay_entries.last_year"))
    said = book.figure("composition.total.last_year")
    gap = abs(entered.number - said.number)
    if (
        entered.source
        and not entered.blank
        and not said.blank
        and gap > bounds.tolerance
    ):
        places = {
            "left": bounds.said(entered),
            "right": bounds.said(said),
            "gap": bounds.said(gap),
        }
        given = (leaf for leaf in entered.leaves() if leaf.given)
        yield Breach(
            cells(said, *given),
            places,
            value=places["left"],
            expected=places["right"],
            difference=places["gap"],
        )


@look(
    id="B09-13",
    title="两张明细的上年数收不抵支",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="支出明细的上年数合计 {left}{unit}，比收入明细的上年数合计 {right}{unit}多 {gap}{unit}。",
    remedy="都照上年公开的数填，漏填的补上；上年数可以整列不填。",
    needs=("income_entries.last_year", "outlay_entries.last_year"),
)
def last_year_unbalanced(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """More was spent the year before than came in, as the two lists say, where both say it: less may be, for what was left."""
    income, outlay = (total(book.column(f"{block}.last_year")) for block in LISTS)
    gap = outlay.number - income.number
    if gap > bounds.tolerance and income.number and not income.blank:
        places = {
            "left": bounds.said(outlay),
            "right": bounds.said(income),
            "gap": bounds.said(gap),
        }
        given = (
            leaf for side in (outlay, income) for leaf in side.leaves() if leaf.given
        )
        yield Breach(
            cells(*given),
            places,
            value=places["left"],
            expected=places["right"],
            difference=places["gap"],
        )


@look(
    id="B09-10",
    title="收入明细与支出明细对不上的科目",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="表内",
    message="收入明细合计 {left}{unit}，支出明细{carried}合计 {right}{unit}，相差 {gap}{unit}；两边不同的科目是{codes}。{why}",
    remedy="先看这几个科目的各行，对照批复，哪一边错改哪一边，漏了的补上。",
    needs=(
        "income_entries.amount",
        "income_entries.function",
        "outlay_entries.amount",
        "outlay_entries.function",
    ),
    reads=("year_end.carried_out",),
    plain=True,
)
def unbalanced(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Where income and outlay differ in all: the codes in which they do, if these are few."""
    income, outlay = (_by_code(book.rows(block)) for block in LISTS)
    carried = book.figure("year_end.carried_out")
    sides = [
        total(row.figure("amount") for rows in side.values() for row in rows)
        for side in (income, outlay)
    ]
    gap = sides[0].number - sides[1].number - carried.number
    if abs(gap) <= bounds.tolerance or not income or not outlay:
        return
    differing = [
        code
        for code in sorted({*income, *outlay})
        if abs(_gap(code, income, outlay)) > bounds.tolerance
    ]
    if not differing or len(differing) > MOST_NAMED:
        return
    rows = [
        row
        for code in differing
        for side in (income, outlay)
        for row in side.get(code, ())
    ]
    said = [
        f" {code}（收入 {bounds.said(_sum(income.get(code, ())))}，支出 {bounds.said(_sum(outlay.get(code, ())))}）"
        for code in differing
    ]
    places = {
        "left": bounds.said(sides[0]),
        "right": bounds.said(sides[1].number + carried.number),
        "carried": "和年终结转结余" if carried.number else "",
        "gap": bounds.said(abs(gap)),
        "codes": "、".join(said),
    }
    slipped, places["why"] = _slipped(differing, income, outlay, bounds)
    marked = each_once(cells(*slipped, *(row.figure("amount") for row in rows)))
    yield Breach(
        marked,
        places,
        value=places["left"],
        expected=places["right"],
        difference=places["gap"],
    )


def _slipped(
    differing: Sequence[str],
    income: Mapping[str, list[Row]],
    outlay: Mapping[str, list[Row]],
    bounds: Bounds,
) -> tuple[list[Figure], str]:
    """The one amount of the one code that differs whose slip of digits is the gap, and what a message says of it."""
    if len(differing) > 1:
        return [], ""
    gap = _gap(differing[0], income, outlay)
    found = []
    for rows, sign in ((income, 1), (outlay, -1)):
        for figure in (row.figure("amount") for row in rows.get(differing[0], ())):
            due = figure.number - sign * gap
            slip = slip_between(figure.number, due) if due > 0 else ""
            if slip in (CHANGED_PLACES, MOVED):
                found.append(
                    (
                        figure,
                        f"可能的原因：{bounds.said(figure)} 像是 {bounds.said(due)}，{slip}。",
                    )
                )
    return ([found[0][0]], found[0][1]) if len(found) == 1 else ([], "")


def _by_code(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.text("function") or "（没有编码）"].append(row)
    return found


def _sum(rows: Iterable[Row]) -> Decimal:
    return total(row.figure("amount") for row in rows).number


def _gap(
    code: str, income: Mapping[str, list[Row]], outlay: Mapping[str, list[Row]]
) -> Decimal:
    return _sum(income.get(code, ())) - _sum(outlay.get(code, ()))


@look(
    id="B09-11",
    title="收支总表里没有的类",
    severity=ERROR,
    basis=("工作惯例/收支分类科目",),
    kind="表内",
    message="支出明细的 {code} 在“{outer}”这一类，收支总表里没有这一类，{said}{unit}只进了合计。",
    remedy="编码填错的改正；当年新设的类，请部门财务在科目表里加上。",
    needs=("outlay_entries.amount", "outlay_entries.function"),
)
def class_without_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The class of an entry has no row among those of the table of income and outlay."""
    first = min(bounds.codes["functional"].levels.values())
    astray: dict[str, list[Row]] = defaultdict(list)
    classes = {title for title in bounds.titles if title.startswith(CLASS)}
    for row in book.rows("outlay_entries") if classes else ():
        code = row.text("function")
        if (
            code.isdecimal()
            and len(code) >= first
            and CLASS + code[:first] not in classes
        ):
            astray[code].append(row)
    for code, rows in astray.items():
        places = {"code": code, "outer": code[:first], "said": bounds.said(_sum(rows))}
        yield Breach(
            cells(*(row.words("function") for row in rows)),
            places,
            value=places["said"],
        )


@look(
    id="B09-12",
    title="明细的科目编码不完整",
    severity=ERROR,
    basis=("预算法实施条例/公开细化",),
    kind="表内",
    message="“{code}”不是{wanted}级的编码（{length} 位），算出来的各表里这笔钱没有自己的一行。{below}",
    remedy="照批复补全编码，按文本填写。",
    reads=(*(f"{block}.function" for block in LISTS), "outlay_entries.economic"),
)
def incomplete_code(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A code of an entry that is none of the innermost level of its list; of one code once, with all its lines."""
    columns = [(block, "function", "functional") for block in LISTS] + [
        ("outlay_entries", "economic", "economic")
    ]
    for block, column, listed in columns:
        codes = bounds.codes[listed]
        wanted, length = max(codes.levels.items(), key=lambda level: level[1])
        astray: dict[str, list[Words]] = defaultdict(list)
        for row in book.rows(block):
            words = row.words(column)
            if words.given and not (
                words.text.isdecimal() and len(words.text) == length
            ):
                astray[words.text].append(words)
        for code, several in astray.items():
            below = "、".join(map(str, codes.below(code)[:MOST_NAMED]))
            places = {
                "code": brief(code),
                "wanted": wanted,
                "length": str(length),
                "below": f"如 {below}。" if below else "",
            }
            yield Breach(cells(*several), places, value=code)
