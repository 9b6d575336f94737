"""Purchases (政府采购) row by row: goods, works or services, what is reserved for small enterprises, whose money pays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.model import Disclosure, Figure, Return, Row, record, total
from toolkit.rules.reading import (
    YEN,
    any_of,
    any_pattern,
    brief,
    cells,
    folded,
    in_unit,
    late,
    named_in,
)
from toolkit.rules.rule import (
    ERROR,
    INFO,
    WARNING,
    Bounds,
    Breach,
    look,
    look_whole,
    plain,
)

WORKS = "B"
# by the first letter of the catalogue number
KINDS = {
    "A": "货物",
    WORKS: "工程",
    "C": "服务",
}
KIND_ENDINGS = {"A": "goods_endings", WORKS: "works_endings", "C": "services_endings"}
# a name of several things has no kind of its own
SEVERAL_THINGS = late("[、，,；;及和与+＋/]|等$")
# what may follow the name proper
AFTER_A_NAME = late(r"(?:[（(][^（）()]*[）)]|费用?|款|项目|采购|购置|\s)+$")
SOURCES = {  # the columns of procurement that say where the money comes from, in their order
    "general": "一般公共预算拨款",
    "fund": "基金预算拨款",
    "capital": "国有资本经营预算拨款",
    "fiscal_account": "财政专户核拨",
    "own_funds": "单位资金",
    "carry_fiscal": "财政拨款结转",
    "carry_other": "非财政拨款结转结余",
}
SOURCE_NAMES = tuple(f"procurement.{column}" for column in SOURCES)
# what tells why a purchase is not reserved
NOTES = (("notes", "procurement"), ("procurement_note", "text"))
NAMED_IN_NOTE = (
    "notes.procurement",
    "procurement_note.text",
    "procurement.item",
)
SENTENCE = late("[。；;\n]")
CLAUSE = late("[，,]")
# what tells small projects from large ones
SIZED = (
    "procurement.amount",
    "procurement.catalogue",
    "procurement.project",
)
INCOME_OF = {  # such a column → the rows of income it is paid from
    "general": ("general",),
    "fund": ("fund",),
    "capital": ("capital",),
    "fiscal_account": ("fiscal_account",),
    "own_funds": (
        "own_funds",
        "undertaking",
        "operation",
        "from_superior",
        "from_subordinate",
        "other",
    ),
    "carry_fiscal": ("carried_in",),
    "carry_other": ("carried_in",),
}
_SAID = r"(?:类|采购|项目|支出|预算|份额|预留|金额|共计|合计|为|是|：|:|\s)*(\d+(?:\.\d+)?)\s*(万元|亿元|元)"
# A kind with its amount in a note: 货物类采购预算为12.5万元; not the name of one purchase: 维修工程46.8万元.
SPLIT_IN_NOTE = late(
    rf"(?:(?<![\u3400-\u9fff])|(?<=[中和及与购为]))(货物|工程|服务){_SAID}"
)
# not 中小微企业, which are all of them
SMALL_IN_NOTE = late(f"(?:(?<=其中)|(?<!中))小微企业{_SAID}")


# ---------------------------------------------------------------- what is reserved for small enterprises


@look(
    id="B05-05",
    title="预留中小微企业份额低于规定",
    severity=WARNING,
    basis=("财库〔2020〕46号",),
    kind="表内",
    message="{what}采购 {amount}{unit}，预留 {reserve}{unit}；{why}，即 {least}{unit}。",
    remedy="改“[[procurement.reserve|预留中小微企业份额]]”。确属不适宜由中小企业提供的，或由主管部门统筹预留的，保留现数，说明理由。",
    needs=(*SIZED, "procurement.reserve"),
    reads=(
        *NAMED_IN_NOTE,
        "procurement.carry_fiscal",
        "procurement.carry_other",
        "project.amount",
    ),
)
def reserve_below_law(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reserve for small and medium enterprises: small projects wholly, of all larger ones together the law's share.

    Where a project buys more than it has (C05-02) and reserves all that it may buy, the amount is wrong and not the reserve.
    What the note names with a reason that the law allows need not be reserved.
    """
    if not book.rows("procurement"):
        return
    doubtful = _excess(book)
    small, large = (
        [bought for bought in several if not _reserves_the_rest(bought, doubtful)]
        for several in _without_reason(book, bounds)
    )
    for bought in small:
        if bought.reserve.number < bought.amount.number - bounds.tolerance:
            what = f"项目“{brief(bought.project)}”"
            why = f"不超过 {plain(bought.limit)}{bounds.unit}，原则上应全部预留"
            yield _too_little(bought, what, why, bought.amount.number, bounds)
    yield from _below_share(
        large,
        bounds.thresholds["reserve_share"],
        "超过限额的项目共",
        "预留应不低于",
        bounds,
    )


@look(
    id="B05-06",
    title="大额工程预留份额低于通行的比例",
    severity=WARNING,
    basis=("工作惯例/工程预留",),
    kind="表内",
    message="{what}采购 {amount}{unit}，预留 {reserve}{unit}；{why}，即 {least}{unit}。",
    remedy="先问财政部门今年按多少预留：2022年下半年规定的比例以后是否延长，本工具没有查到文件。按原比例预留的，保留现数，说明理由。",
    needs=(*SIZED, "procurement.reserve"),
    reads=NAMED_IN_NOTE,
)
def reserve_of_works(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Of large works more is reserved since July 2022; what breaks the law itself is told there."""
    if not book.rows("procurement"):
        return
    share = bounds.thresholds["reserve_works"]
    law = bounds.thresholds["reserve_share"]
    _, large = _without_reason(book, bounds)
    works = [bought for bought in large if bought.kind == WORKS]
    lawful = not any(_below_share(large, law, "", "", bounds))
    if share > law and lawful:
        yield from _below_share(
            works, share, "超过限额的工程共", "各地现在多按不低于", bounds
        )


@look(
    id="B05-07",
    title="预留份额里给小微企业的低于规定",
    severity=WARNING,
    basis=("财库〔2020〕46号",),
    kind="表内",
    message="超过限额的项目预留 {reserve}{unit}，其中给小微企业 {small}{unit}；应不低于 {share}，即 {least}{unit}。",
    remedy="改“[[procurement.small|其中：小微企业份额]]”，或者改预留份额；由主管部门统筹的，保留现数，说明理由。",
    needs=(*SIZED, "procurement.reserve"),
    reads=("notes.procurement", "procurement.small"),
)
def small_below_law(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Of what larger projects reserve, too little goes to small and micro enterprises."""
    if not book.rows("procurement"):
        return
    reserve, small = _reserved_by_large(book, bounds)
    share = bounds.thresholds["reserve_small_share"]
    least = reserve.number * share
    if small is not None and small.number < least - bounds.tolerance:
        places = {
            "reserve": bounds.said(reserve),
            "small": bounds.said(small),
            "share": f"{share:.0%}",
            "least": bounds.said(round(least, 2)),
        }
        yield Breach(
            cells(small, reserve),
            places,
            value=places["small"],
            expected=places["least"],
        )


@look(
    id="B05-08",
    title="小微企业份额大于预留份额",
    severity=ERROR,
    basis=("表内勾稽",),
    kind="表内",
    message="“[[procurement.small|其中：小微企业份额]]”{small}{unit}，大于本行的预留份额 {reserve}{unit}，多 {gap}{unit}。",
    remedy="小微企业份额是预留份额的一部分，最多与它相等。核对这两格，改填错的一格。",
    needs=("procurement.reserve", "procurement.small"),
)
def small_beyond_reserve(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A row gives more to small and micro enterprises than it reserves at all."""
    for row in book.rows("procurement"):
        small = row.figure("small")
        reserve = row.figure("reserve")
        gap = small.number - reserve.number
        if gap > bounds.tolerance:
            places = {
                "small": bounds.said(small),
                "reserve": bounds.said(reserve),
                "gap": bounds.said(gap),
            }
            yield Breach(
                cells(small, reserve),
                places,
                places["small"],
                places["reserve"],
                places["gap"],
            )


@look_whole(
    id="B05-09",
    title="没有写明预留份额里给小微企业多少",
    severity=INFO,
    basis=("财库〔2020〕46号",),
    kind="表内",
    message="超过限额的项目预留 {reserve}{unit}，没有一行填了其中给小微企业多少，不低于 {share} 这一条没有核对。",
    remedy="请有这些项目的单位填“[[procurement.small|其中：小微企业份额]]”；以前画的表没有这一列，可以写进政府采购的附注。",
    needs=(*SIZED, "procurement.reserve"),
    reads=("notes.procurement", "procurement.small"),
)
def small_unsaid(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A department reserves something, and nobody says how much of it is for small and micro enterprises: not guessed."""
    reserved = [_reserved_by_large(unit, bounds) for unit in disclosure.units]
    reserve = total(reserve for reserve, _ in reserved)
    if reserve.number > 0 and all(small is None for _, small in reserved):
        share = bounds.thresholds["reserve_small_share"]
        yield Breach(
            cells(reserve), {"reserve": bounds.said(reserve), "share": f"{share:.0%}"}
        )


@record()
class _Bought:
    """What one project buys of one kind, and up to which amount all of it is reserved."""

    project: str
    kind: str
    limit: Decimal
    rows: tuple[Row, ...]

    @property
    def amount(self) -> Figure:
        return total(row.figure("amount") for row in self.rows)

    @property
    def reserve(self) -> Figure:
        return total(row.figure("reserve") for row in self.rows)


def _by_size(book: Return, bounds: Bounds) -> tuple[list[_Bought], list[_Bought]]:
    """What is bought, project by project and kind by kind: up to the law's limit, and beyond. Without a kind: neither."""
    goods = in_unit(bounds.thresholds["reserve_small_goods"], bounds)
    works = in_unit(bounds.thresholds["reserve_small_works"], bounds)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in book.rows("procurement"):
        kind = _kind(row)
        if kind in KINDS:
            groups[row.text("project"), kind].append(row)
    small: list[_Bought] = []
    large: list[_Bought] = []
    for (project, kind), rows in groups.items():
        bought = _Bought(project, kind, works if kind == WORKS else goods, tuple(rows))
        (small if bought.amount.number <= bought.limit else large).append(bought)
    return small, large


def _excess(book: Return) -> dict[str, Decimal]:
    """By how much each project that buys more than it has does so."""
    bought: dict[str, Decimal] = defaultdict(Decimal)
    for row in book.rows("procurement"):
        carried = row.figure("carry_fiscal").number + row.figure("carry_other").number
        bought[folded(row.text("project"))] += row.figure("amount").number - carried
    found = {}
    for project in book.projects:
        amount = project.head.figure("amount").number
        beyond = bought[folded(project.name)] - amount
        if amount > 0 and beyond > 0:
            found[folded(project.name)] = beyond
    return found


def _reserves_the_rest(bought: _Bought, excess: Mapping[str, Decimal]) -> bool:
    """Whether a project that buys too much reserves just what it may buy."""
    beyond = excess.get(folded(bought.project), Decimal(0))
    reserve = bought.reserve.number
    return (
        beyond > 0
        and 0 < bought.amount.number - beyond <= reserve < bought.amount.number
    )


def _without_reason(
    book: Return, bounds: Bounds
) -> tuple[list[_Bought], list[_Bought]]:
    """What is bought, as `_by_size` says it, without the rows for which the note tells why nothing is reserved."""
    reason = any_of(bounds.words["reserve_reasons"])
    said = [
        _clause_that_names(sentence, reason, book)
        for sentence in SENTENCE.split(_note(book))
        if reason.search(sentence)
    ]
    small, large = _by_size(book, bounds)
    if not all(
        any(_names(sentence, row) for row in book.rows("procurement"))
        for sentence in said
    ):
        return [], []  # a reason that names nothing is that of all
    return _asked(small, said), _asked(large, said)


def _note(book: Return) -> str:
    """What is noted under the table of purchases, in the forms' notes or in a note of its own."""
    return "\n".join(book.fields(block).text(column) for block, column in NOTES)


def _clause_that_names(sentence: str, reason: re.Pattern[str], book: Return) -> str:
    """The clauses of a sentence that tell a reason, where they name what is bought; else all of it."""
    clauses = "，".join(
        clause for clause in CLAUSE.split(sentence) if reason.search(clause)
    )
    named = any(_names(clauses, row) for row in book.rows("procurement"))
    return clauses if named else sentence


def _asked(several: Sequence[_Bought], said: Sequence[str]) -> list[_Bought]:
    """What is bought without the rows that one of these sentences names."""
    asked = []
    for bought in several:
        rows = tuple(
            row
            for row in bought.rows
            if not any(_names(sentence, row) for sentence in said)
        )
        if rows:
            asked.append(replace(bought, rows=rows))
    return asked


def _names(sentence: str, row: Row) -> bool:
    """Whether a sentence names what a row buys, or its project by its whole name, or tells its amount: ICP-MS 110万元."""
    project, amount = row.text("project"), row.figure("amount")
    said = rf"(?<![\d.]){re.escape(plain(amount.number))}万?元"
    return (
        named_in(sentence, row.text("item"))
        or bool(project and project in sentence)
        or (amount.number > 0 and re.search(said, sentence) is not None)
    )


def _kind(row: Row) -> str:
    """The first letter of a row's catalogue number."""
    return row.text("catalogue")[:1].upper()


def _below_share(
    several: Sequence[_Bought], share: Decimal, what: str, least: str, bounds: Bounds
) -> Iterator[Breach]:
    """Projects that together reserve less than a share."""
    rows = tuple(row for bought in several for row in bought.rows)
    together = _Bought("", "", Decimal(0), rows)
    wanted = together.amount.number * share
    if together.reserve.number < wanted - bounds.tolerance:
        yield _too_little(together, what, f"{least} {share:.0%}", wanted, bounds)


def _too_little(
    bought: _Bought, what: str, why: str, least: Decimal, bounds: Bounds
) -> Breach:
    places = {
        "what": what,
        "amount": bounds.said(bought.amount),
        "reserve": bounds.said(bought.reserve),
        "least": bounds.said(round(least, 2)),
        "why": why,
    }
    return Breach(
        cells(bought.reserve, bought.amount),
        places,
        value=places["reserve"],
        expected=places["least"],
    )


def _reserved_by_large(book: Return, bounds: Bounds) -> tuple[Figure, Figure | None]:
    """What projects beyond the limits reserve, and what of it is for small and micro enterprises.

    Where no row says that, the note below the table may; None where nobody does.
    """
    _, large = _by_size(book, bounds)
    rows = [row for bought in large for row in bought.rows]
    small = [row.figure("small") for row in rows]
    said = any(figure.given for figure in small)
    return total(row.figure("reserve") for row in rows), total(
        small
    ) if said else _small_in_note(book, bounds)


def _small_in_note(book: Return, bounds: Bounds) -> Figure | None:
    note = book.fields("notes").words("procurement")
    match = SMALL_IN_NOTE.search(note.text)
    if match is None:
        return None
    said, unit = match.groups()
    return Figure(in_unit(Decimal(said) * YEN[unit], bounds), next(note.cells()))


# ---------------------------------------------------------------- a row of procurement within itself


@look(
    id="B05-10",
    title="采购目录序号与物品名称不是一类",
    severity=WARNING,
    basis=("财预〔2016〕143号/政府采购",),
    kind="表内",
    message="“{item}”像是{named}，目录序号“{code}”是{coded}（A 货物、B 工程、C 服务），会计入{coded}。",
    remedy="对照政府采购品目分类目录，核对目录序号的第一个字母和物品名称。",
    needs=("procurement.catalogue", "procurement.item"),
)
def of_another_kind(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What is bought ends like goods, works or services, and its catalogue number begins with another letter."""
    endings = {kind: bounds.words[words] for kind, words in KIND_ENDINGS.items()}
    for row in book.rows("procurement"):
        item = row.words("item")
        code = row.words("catalogue")
        named = _kind_named(item.text, endings, bounds.words["kind_open_endings"])
        if named and _kind(row) in KINDS and named != _kind(row):
            places = {
                "item": brief(item.text),
                "named": KINDS[named],
                "code": brief(code.text),
                "coded": KINDS[_kind(row)],
            }
            yield Breach(cells(code, item), places)


def _kind_named(
    item: str, endings: Mapping[str, tuple[str, ...]], open_endings: tuple[str, ...]
) -> str:
    """Which kind a name ends like; "" where it names several things, or nothing known. The longest ending decides."""
    if SEVERAL_THINGS.search(item):
        return ""
    name = AFTER_A_NAME.sub("", item)
    known = [
        (len(ending), kind)
        for kind, words in endings.items()
        for ending in words
        if name.endswith(ending)
    ]
    known += [(len(ending), "") for ending in open_endings if name.endswith(ending)]
    return max(known)[1] if known else ""


@look(
    id="B05-12",
    title="采购目录序号多了或少了一位",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="表内",
    message="目录序号“{code}”的字母后面有 {count} 位数字；目录每一级是两位，位数应当是双数。",
    remedy="对照政府采购品目分类目录补上漏掉的一位（多半是 0），或删去多打的一位。",
    needs=("procurement.catalogue",),
)
def digit_lost(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A catalogue number has an odd number of digits: each level has two, so one is lost, often a nought, or typed twice."""
    for row in book.rows("procurement"):
        code = row.words("catalogue")
        digits = code.text[1:]
        if _kind(row) in KINDS and digits.isdigit() and len(digits) % 2:
            yield Breach(
                cells(code), {"code": brief(code.text), "count": str(len(digits))}
            )


@look(
    id="B05-11",
    title="数量、单价、合计里有一个填错了",
    severity=ERROR,
    basis=("表内勾稽",),
    kind="表内",
    message="{quantity} × {price} = {product}{unit}，合计填的是 {amount}{unit}，相差 {gap}{unit}；{cause}。",
    remedy="核对这几格，改填错的一格。数量不带单位；单价、合计都按{unit}填。",
    needs=("procurement.amount", "procurement.price", "procurement.quantity"),
    reads=SOURCE_NAMES,
)
def wrong_factor(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Quantity × price is not the amount, and another figure of the row decides which of them is wrong."""
    for row in book.rows("procurement"):
        quantity, price, amount = (
            row.figure(column) for column in ("quantity", "price", "amount")
        )
        product = quantity.number * price.number
        gap = abs(amount.number - product)
        factors = quantity.number > 0 and price.number > 0 and amount.number > 0
        if not factors or gap <= bounds.tolerance:
            continue
        blamed, cause = _wrong_factor(row, bounds)
        if blamed:
            places = {
                "quantity": plain(quantity.number),
                "price": plain(price.number),
                "product": bounds.said(product),
                "amount": bounds.said(amount),
                "gap": bounds.said(round(gap, 2)),
                "cause": cause,
            }
            yield Breach(
                cells(*blamed),
                places,
                places["amount"],
                places["product"],
                places["gap"],
            )


def _wrong_factor(row: Row, bounds: Bounds) -> tuple[tuple[Figure, ...], str]:
    """Which of quantity, price and amount is wrong, the likeliest first, and what decides it; nothing where nothing does."""
    quantity, price, amount = (
        row.figure(column) for column in ("quantity", "price", "amount")
    )
    product = quantity.number * price.number
    paid = total(row.figure(column) for column in SOURCES).number

    def alike(one: Decimal, other: Decimal) -> bool:
        return abs(one - other) <= bounds.tolerance

    if alike(product / bounds.yuan, amount.number):
        return (
            price,
        ), f"单价像是按元填的，折合 {plain(price.number / bounds.yuan)}{bounds.unit}"
    if alike(amount.number / bounds.yuan, product):
        return (
            amount,
        ), f"合计像是按元填的，折合 {plain(amount.number / bounds.yuan)}{bounds.unit}"
    if alike(product, paid):
        return (amount,), f"各资金来源加起来也是 {bounds.said(paid)}{bounds.unit}"
    if alike(amount.number, paid):
        said = "各资金来源加起来与合计相等，多半是数量或单价填错"
        whole = amount.number % price.number == 0
        return (quantity, price) if whole else (price, quantity), said
    return (), ""


@look(
    id="B05-30",
    title="采购的数量与单价像是填反了",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="表内",
    message="“{item}”的数量填的是 {quantity}{measure}，单价填的是 {price}{unit}，像是填反了。",
    remedy="核对这两格：数量填买多少，单价填一件多少{unit}；没有填反的，不用改。",
    needs=("procurement.price", "procurement.quantity"),
    reads=(
        "procurement.catalogue",
        "procurement.item",
        "procurement.measure",
        "procurement.project",
    ),
)
def quantity_and_price(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Less than one of something, or a part of what is counted in whole pieces, at a price that is a whole number of them."""
    for row in book.rows("procurement"):
        quantity, price = row.figure("quantity"), row.figure("price")
        measure = row.text("measure")
        if (
            quantity.number <= 0
            or quantity.number % 1 == 0
            or price.number < 1
            or price.number % 1
        ):
            continue
        if bounds.families.get(measure) in ("people", "count") or _is_little(
            row, bounds
        ):
            places = {
                "item": brief(row.text("item") or row.text("project")),
                "quantity": plain(quantity.number),
                "measure": measure,
                "price": plain(price.number),
            }
            yield Breach(cells(quantity, price), places)


def _is_little(row: Row, bounds: Bounds) -> bool:
    """Whether a row buys too little, each at too large a price, of what is weighed or measured, of which a part may be right.

    A work may be half a kilometre at millions each.
    """
    quantity, price = row.figure("quantity").number, row.figure("price").number
    parts = 10 if _kind(row) == WORKS else 1
    large = in_unit(bounds.thresholds["measured_price"], bounds)
    return quantity * parts < 1 and price >= large * parts


# ---------------------------------------------------------------- procurement and where its money comes from


@look(
    id="C05-05",
    title="采购的资金来源在收支总表里没有",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="“{item}”的“{column}”填了 {amount}{unit}，收支总表没有这项收入{shift}。",
    remedy="核对这笔钱填在哪一列，和收支总表的收入；收支总表漏填的，补上。",
    needs=("income.amount", *SOURCE_NAMES),
    reads=("procurement.item", "procurement.project"),
)
def source_without_income(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A row is paid from a source of which the unit has no income: often all its sources stand one column off."""
    income = _income(book) if book.rows("procurement") else {}
    if not any(income.values()):
        return
    for row in book.rows("procurement"):
        filled = [column for column in SOURCES if row.figure(column).number]
        wrong = [column for column in filled if column in income and not income[column]]
        if wrong:
            figures = [row.figure(column) for column in wrong]
            places = {
                "item": brief(row.text("item") or row.text("project")),
                "column": "”“".join(SOURCES[column] for column in wrong),
                "amount": bounds.said(total(figures)),
                "shift": _shift(filled, income),
            }
            yield Breach(cells(*figures), places)


def _income(book: Return) -> dict[str, Decimal]:
    """What the unit has of each source that procurement knows, as far as the form of income has rows of it."""
    rows = book.grid("income")
    return {
        column: total(rows[key].figure("amount") for key in keys if key in rows).number
        for column, keys in INCOME_OF.items()
        if any(key in rows for key in keys)
    }


def _shift(filled: Sequence[str], income: Mapping[str, Decimal]) -> str:
    """Which columns the money belongs into, if all of it stands one column off, as a part of the message."""
    columns = list(SOURCES)
    for step in (-1, 1):
        places = [columns.index(column) + step for column in filled]
        meant = [columns[place] for place in places if 0 <= place < len(columns)]
        if len(meant) == len(filled) and all(income.get(column) for column in meant):
            titles = "”“".join(SOURCES[column] for column in meant)
            return f"，像是错了一列：本应填在“{titles}”"
    return ""


@look(
    id="C05-06",
    title="采购用的资金超过这项收入",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="“{column}”的采购共 {spent}{unit}，收支总表里这项收入只有 {given}{unit}，差 {gap}{unit}。",
    remedy="核对各行的资金来源和金额，以及收支总表的收入。",
    needs=("income.amount", *SOURCE_NAMES),
)
def beyond_income(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Procurement takes more from a source than the unit has of it."""
    income = _income(book) if book.rows("procurement") else {}
    for column, given in income.items():
        filled = [
            row.figure(column)
            for row in book.rows("procurement")
            if row.figure(column).number > 0
        ]
        spent = total(filled).number
        # The one that is just what there is too much stands in the wrong column; else the largest is told first.
        filled.sort(key=lambda figure: (figure.number != spent - given, -figure.number))
        if given > 0 and spent > given + bounds.tolerance:
            places = {
                "column": SOURCES[column],
                "spent": bounds.said(spent),
                "given": bounds.said(given),
                "gap": bounds.said(spent - given),
            }
            yield Breach(
                cells(*filled), places, places["spent"], places["given"], places["gap"]
            )


@look(
    id="C05-07",
    title="采购表的预算资金大于项目金额",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="“{project}”的预算资金填了 {fund}{unit}，{whose} {most}{unit}{cause}。",
    remedy="“预算资金”填这个项目的预算，单位是{unit}；用了结转资金的，结转金额填在结转的两列。",
    needs=("procurement.project", "procurement.project_fund"),
    reads=(
        "outlay.total.amount",
        "procurement.carry_fiscal",
        "procurement.carry_other",
        "project.amount",
    ),
)
def fund_beyond_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The budget that a row gives its project is more than the project has, or the whole unit where no project is known."""
    if not book.rows("procurement"):
        return
    known: dict[str, list[Figure]] = defaultdict(list)
    for project in book.projects:
        known[folded(project.name)].append(project.head.figure("amount"))
    whole = book.figure("outlay.total.amount")
    for row in book.rows("procurement"):
        fund = row.figure("project_fund")
        amounts = [
            amount for amount in known[folded(row.text("project"))] if amount.number > 0
        ]
        carried = total(
            row.figure(column) for column in ("carry_fiscal", "carry_other")
        ).number
        if amounts:
            most, whose = (
                max(amount.number for amount in amounts) + carried,
                "项目表的金额只有",
            )
        else:
            most, whose = whole.number, "整个单位的支出总计才"
        if most <= 0 or fund.number <= most + bounds.tolerance:
            continue
        places = {
            "project": brief(row.text("project")),
            "fund": bounds.said(fund),
            "most": bounds.said(most),
            "whose": whose,
            "cause": _in_yuan(fund.number, most, bounds),
        }
        yield Breach(cells(fund, *amounts), places, places["fund"], places["most"])


def _in_yuan(said: Decimal, most: Decimal, bounds: Bounds) -> str:
    """The cause of an amount far too large, as a part of the message: it was typed in 元."""
    if bounds.yuan == 1 or said < most * bounds.thresholds["scale_ratio"]:
        return ""
    return f"，像是按元填的，折合 {plain(said / bounds.yuan)}{bounds.unit}"


@look(
    id="C05-08",
    title="附注里的货物、工程、服务与采购表不符",
    severity=WARNING,
    basis=("财预〔2016〕143号/政府采购",),
    kind="表间",
    message="附注写“{said}”，采购表按目录序号加起来，{kind}是 {amount}{unit}。",
    remedy="核对附注，和这一类各行的目录序号、金额。",
    needs=("procurement.amount", "procurement.catalogue"),
    reads=("notes.procurement",),
)
def split_in_note(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The note below procurement splits it into goods, works and services otherwise than the catalogue numbers do."""
    note = book.fields("notes").words("procurement")
    letters = {title: letter for letter, title in KINDS.items()}
    aside = any_pattern(bounds.words["note_aside_patterns"])
    for match in SPLIT_IN_NOTE.finditer(note.text):
        before = SENTENCE.split(note.text[: match.start(2)])[-1]
        behind = SENTENCE.split(note.text[match.end() :])[0]
        if aside.search(f"{before}#{behind}"):
            continue  # 新的限额（货物100万元、工程60万元）
        kind, said, unit = match.groups()
        rows = [row for row in book.rows("procurement") if _kind(row) == letters[kind]]
        amount = total(row.figure("amount") for row in rows)
        yuan = Decimal(said) * YEN[unit]
        if abs(in_unit(yuan, bounds) - amount.number) > bounds.tolerance:
            places = {"kind": kind, "said": match[0], "amount": bounds.said(amount)}
            yield Breach(cells(note, amount), places)
