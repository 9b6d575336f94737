"""What the entries say of one and the same money (表内): its code and fund in both lists, its kind, its economic category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from toolkit.model import Return, Row, Words, total
from toolkit.rules.entries import named_by_entries, project_sheets
from toolkit.rules.reading import brief, cells
from toolkit.rules.rule import WARNING, Bounds, Breach, look

# what the two lists must say alike of the same money
SAID_BY = {
    "function": "科目",
    "fund": "资金来源",
}
LONG = 40  # characters of a project's name that a message repeats
# characters of an economic category's name that a function may be named for
NAMED_FOR = 5
GROUP = 2  # characters that name a group of economic categories: 人员经费, 公用经费


def _sums(rows: tuple[Row, ...], column: str) -> Mapping[str, Decimal]:
    """The amounts of a list by what its lines say in a column."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row.text(column)] += row.figure("amount").number
    return found


@look(
    id="B09-17",
    title="两张明细里同一笔钱写得不同",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="{which}有 {said}{unit} 写的是{what}“{stray}”，另一张没有，正好多出 {said}{unit} 的是“{due}”。像是{what}填错了。",
    remedy="对照批复核对这几行的{what}，哪一张错改哪一张。",
    needs=(
        *("income_entries.amount", "income_entries.function", "income_entries.fund"),
        *("outlay_entries.amount", "outlay_entries.function", "outlay_entries.fund"),
    ),
    reads=("year_end.carried_out",),
)
def said_otherwise(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The lists come to the same, but one has a code or a fund that the other lacks, which has as much more of another."""
    lists = {
        "收入明细": tuple(book.rows("income_entries")),
        "支出明细": tuple(book.rows("outlay_entries")),
    }
    if not all(lists.values()):
        return
    for column, what in SAID_BY.items():
        sums = {title: _sums(rows, column) for title, rows in lists.items()}
        yield from _exchanged(column, what, lists, sums, bounds)


def _exchanged(
    column: str,
    what: str,
    lists: Mapping[str, tuple[Row, ...]],
    sums: Mapping[str, Mapping[str, Decimal]],
    bounds: Bounds,
) -> Iterator[Breach]:
    """The one value that stands in one list alone, with the one of which the other has just as much more."""
    (one, ours), (other, theirs) = sums.items()
    gaps = {
        said: ours.get(said, Decimal(0)) - theirs.get(said, Decimal(0))
        for said in {*ours, *theirs}
    }
    apart: dict[str, Decimal] = {
        said: gap for said, gap in gaps.items() if abs(gap) > bounds.tolerance
    }
    length = len(max(apart, key=len, default=""))
    if (
        len(apart) != 2  # noqa: PLR2004
        or any(len(said) < length and said.isdecimal() for said in apart)
        or "" in apart
    ):
        return  # a code that is not whole is told as that
    if abs(sum(apart.values(), Decimal(0))) > bounds.tolerance:
        return
    for title, own, foreign in ((one, ours, theirs), (other, theirs, ours)):
        alone = [said for said in apart if said in own and said not in foreign]
        if len(alone) != 1:
            continue
        (stray,) = alone
        (due,) = (said for said in apart if said != stray)
        rows = [row for row in lists[title] if row.text(column) == stray]
        amount = total(row.figure("amount") for row in rows)
        # A line of the other list with just this amount may be the one that bears the wrong code.
        beside = other if title == one else one
        rows += [
            row
            for row in lists[beside]
            if row.text(column) == due and row.figure("amount").number == amount.number
        ]
        places = {
            "which": title,
            "what": what,
            "stray": stray,
            "due": due,
            "said": bounds.said(amount),
        }
        yield Breach(
            cells(*(row.words(column) for row in rows)),
            places,
            value=stray,
            expected=due,
        )
        return


@look(
    id="B09-14",
    title="项目的类别与支出明细不同",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="项目“{name}”的项目表选的是“{said}”，支出明细写的是“{entered}”。",
    remedy="对照批复核对，哪一处错改哪一处。",
    needs=(
        "outlay_entries.kind",
        "outlay_entries.project",
        "project.category",
        "project.name",
    ),
)
def kind_of_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project's sheet says another kind of project than the entries that name it."""
    kinds = bounds.words["project_kinds"]
    named = named_by_entries(book)
    for name, head in project_sheets(book).items():
        said = head.words("category")
        entered = [
            row.words("kind")
            for row in named.get(name, ())
            if row.text("kind") in kinds
        ]
        # 运转类其他项目 is what the entries call 运转类其他.
        odd = [
            words
            for words in entered
            if said.given and not said.text.startswith(words.text)
        ]
        if odd:
            places = {
                "name": brief(head.text("name"), LONG),
                "said": said.text,
                "entered": odd[0].text,
            }
            yield Breach(cells(said, *odd), places, value=said.text)


@look(
    id="B09-15",
    title="支出类别与经济分类不合",
    severity=WARNING,
    basis=("工作惯例/收支分类科目",),
    kind="表内",
    message="支出明细写“{kind}”，经济分类是 {code} {name}，一般算作{group}。",
    remedy="核对支出类别和经济分类，改填错的一个；确实这样安排的，不用改。",
    needs=("outlay_entries.economic", "outlay_entries.kind"),
)
def kind_of_economic(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Basic expenditure on people whose economic category is one of running costs, or the other way round; each pair once."""
    codes = bounds.codes["economic"]
    kinds = bounds.words["basic_kinds"]
    groups = {
        one.group
        for one in codes
        if any(one.group[:GROUP] in kind for kind in kinds) and one.group
    }
    odd: dict[tuple[str, str], list[Words]] = defaultdict(list)
    for row in book.rows("outlay_entries"):
        kind, code = row.text("kind"), codes.get(row.text("economic"))
        if (
            code is not None
            and code.group in groups
            and kind in kinds
            and code.group[:GROUP] not in kind
        ):
            odd[kind, code.code].append(row.words("economic"))
    for (kind, said), several in odd.items():
        found = codes.get(said)
        if found is not None:
            places = {
                "kind": kind,
                "code": said,
                "name": found.name,
                "group": found.group,
            }
            yield Breach(cells(*several), places, value=said)


@look(
    id="B09-16",
    title="功能分类与经济分类说的不是一笔钱",
    severity=WARNING,
    basis=("工作惯例/收支分类科目",),
    kind="表内",
    message="功能分类是 {function} {name}，经济分类却不是 {due} {due_name}，写的是 {code}{called}。",
    remedy="核对两个编码，改填错的一个。",
    needs=("outlay_entries.economic", "outlay_entries.function", "outlay_entries.kind"),
)
def other_economic(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A function that is named for what is paid (住房公积金) with another economic category than that of this name."""
    economic = bounds.codes["economic"]
    for row in book.rows("outlay_entries"):
        code = row.text("economic")
        if row.text("kind") not in bounds.words["basic_kinds"] or not code:
            continue
        name = bounds.codes["functional"].name_of(row.text("function"))
        paid = name.removesuffix("支出")
        due = next(
            (
                one
                for one in economic
                if len(one.name) >= NAMED_FOR and paid.endswith(one.name)
            ),
            None,
        )
        if due is not None and code != due.code:
            called = economic.name_of(code)
            places = {
                "function": row.text("function"),
                "name": name,
                "due": due.code,
                "due_name": due.name,
                "code": code,
                "called": f" {called}" if called else "",
            }
            yield Breach(
                cells(row.words("economic"), row.words("function")),
                places,
                value=code,
                expected=due.code,
            )
