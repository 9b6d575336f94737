"""Assets (国有资产): whether quantities are whole, and whether value and quantity of a class can belong together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from toolkit.model import NO_ROW, Figure, Return
from toolkit.rules.reading import YEN, Once, cells, in_unit
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look, plain

VALUES = "assets.value"
QUANTITIES = "assets.quantity"
NAMES = {
    "houses": "房屋",
    "vehicles": "车辆",
    "equipment": "单价高的设备",
    "other": "其他固定资产",
}
ORDER = tuple(NAMES)  # the rows from top to bottom
# what is counted in whole pieces, and in what
WHOLE = {
    "vehicles": "辆",
    "equipment": "台（套）",
}
# What one of a class is worth at the most and at the least: a square metre, a vehicle, a device, a thing.
MOST = {
    "houses": "houses_most",
    "vehicles": "vehicles_most",
    "equipment": "equipment_most",
    "other": "other_most",
}
LEAST = {"houses": "houses_least", "vehicles": "vehicles_least"}
LIKE_YUAN = "像是按元填的。"


class Class(NamedTuple):
    """A class of assets as it stands in the form."""

    key: str
    quantity: Figure
    value: Figure

    @property
    def name(self) -> str:
        return NAMES[self.key]

    @property
    def each(self) -> Decimal | None:
        """What one of them is worth, in the form's unit; None where it cannot be said."""
        if self.quantity.number <= 0 or self.value.number <= 0:
            return None
        return self.value.number / self.quantity.number


def _read(book: Return, _: Bounds) -> tuple[Class, ...]:
    rows = [(key, book.grid("assets").get(key, NO_ROW)) for key in NAMES]
    return tuple(
        [Class(key, row.figure("quantity"), row.figure("value")) for key, row in rows]
    )


_classes = Once(_read)


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


@look(
    id="B06-05",
    title="车辆、设备的数量不是整数",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表内",
    message="“{name}”的数量填的是 {quantity}{of}，不会有半{of}{swapped}。",
    remedy="核对数量和价值：两格填反了的换过来，数量填整数。",
    needs=(QUANTITIES,),
    reads=(VALUES,),
)
def half_a_vehicle(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A quantity with decimals of what is counted in whole pieces."""
    for one in _classes(book, bounds):
        if one.key not in WHOLE or _is_whole(one.quantity.number):
            continue
        swapped = one.value.number > 0 and _is_whole(one.value.number)
        places = {
            "name": one.name,
            "quantity": plain(one.quantity.number),
            "of": WHOLE[one.key],
            "swapped": f"；价值填的是 {plain(one.value.number)}，像是填反了"
            if swapped
            else "",
        }
        yield Breach(cells(one.quantity, one.value), places)


@look(
    id="B06-06",
    title="资产的价值与数量不相称",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表内",
    message="{lines}。{like}",
    remedy="核对数量和价值：价值按{unit}填；两格填反了的换过来。",
    needs=(VALUES,),
    reads=(QUANTITIES, "composition.total.this_year"),
)
def beyond_belief(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A vehicle, a square metre, a device worth far too much or next to nothing, or assets beyond all spending: one finding."""
    # Half a vehicle is told by a rule of its own.
    whole_ones = (
        one
        for one in _classes(book, bounds)
        if one.key not in WHOLE or _is_whole(one.quantity.number)
    )
    found = [
        (one, one.each * bounds.yuan) for one in whole_ones if one.each is not None
    ]
    odd = [
        (one, yuan)
        for one, yuan in found
        if _is_dear(one, yuan, bounds) or _is_cheap(one, yuan, bounds)
    ]
    if odd:
        lines = [_line(one, yuan, bounds) for one, yuan in odd]
        figures = [figure for one, _ in odd for figure in (one.value, one.quantity)]
        dear = any(_is_dear(one, yuan, bounds) for one, yuan in odd)
        yield Breach(
            cells(*figures),
            {"lines": "；".join(lines), "like": LIKE_YUAN if dear else ""},
        )
        return
    whole = book.figure("assets.total.value")
    spent = book.figure("composition.total.this_year")
    if (
        spent.number > 0
        and whole.number > spent.number * bounds.thresholds["assets_ratio"]
    ):
        times = plain(round(whole.number / spent.number, 0))
        line = f"资产总额 {bounds.said(whole)}{bounds.unit}，是全年支出 {bounds.said(spent)}{bounds.unit}的 {times} 倍"
        filled = [one.value for one in _classes(book, bounds) if one.value.number > 0]
        yield Breach(
            cells(*sorted(filled, key=_number, reverse=True)),
            {"lines": line, "like": LIKE_YUAN},
        )


def _number(figure: Figure) -> Decimal:
    return figure.number


def _is_dear(one: Class, yuan: Decimal, bounds: Bounds) -> bool:
    return yuan > bounds.thresholds[MOST[one.key]]


def _is_cheap(one: Class, yuan: Decimal, bounds: Bounds) -> bool:
    """Whether one of a class is worth next to nothing; not every class has such a bound."""
    return one.key in LEAST and yuan < bounds.thresholds[LEAST[one.key]]


def _line(one: Class, yuan: Decimal, bounds: Bounds) -> str:
    piece = "平方米" if one.key == "houses" else "件"
    quantity, value = plain(one.quantity.number), bounds.said(one.value)
    return f"“{one.name}”数量 {quantity}，价值 {value}{bounds.unit}，平均每一{piece} {_said(yuan)}"


def _said(yuan: Decimal) -> str:
    """An amount for a message, in a unit of its size."""
    if yuan >= YEN["万元"]:
        return f"{plain(round(yuan / YEN['万元'], 2))} 万元"
    return f"{plain(round(yuan, 4))} 元"


@look(
    id="B06-07",
    title="高价设备的价值够不上它的单价",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="表内",
    message="“单价在{least}{unit}以上的设备”填了 {quantity} 台（套），至少值 {worth}{unit}，价值只填 {value}{unit}。",
    remedy="核对数量和价值：单价不到{least}{unit}的，改填到“其他固定资产”；价值填的是净值的，按账面原值填。",
    needs=(QUANTITIES, VALUES),
)
def below_own_class(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two devices that cost over 200,000 each are worth 150,000 together."""
    least = in_unit(bounds.thresholds["equipment_each"], bounds)
    for one in _classes(book, bounds):
        if not _below_class(one, bounds):
            continue
        if any(near.key == one.key for _, near in _without_value(book, bounds)):
            continue
        places = {
            "least": plain(least),
            "quantity": plain(one.quantity.number),
            "worth": plain(one.quantity.number * least),
            "value": bounds.said(one.value),
        }
        yield Breach(cells(one.value, one.quantity), places)


def _below_class(one: Class, bounds: Bounds) -> bool:
    """Whether devices are worth less than what each of their class costs at least."""
    least = in_unit(bounds.thresholds["equipment_each"], bounds)
    priced = one.key == "equipment" and one.value.number > 0
    return priced and one.value.number + bounds.tolerance < one.quantity.number * least


@look(
    id="B06-08",
    title="其他固定资产的数量带小数",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="表内",
    message="“其他固定资产”的数量填的是 {quantity}，带小数；价值填的是 {value}{unit}。",
    remedy="核对是不是数量和价值填反了；确是按面积、重量计数的，保留现数。",
    needs=(QUANTITIES,),
    reads=(VALUES,),
)
def part_of_a_thing(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The number of other assets has decimals, their value has none: probably the other way round."""
    for one in _classes(book, bounds):
        if (
            one.key != "other"
            or _is_whole(one.quantity.number)
            or not _is_whole(one.value.number)
        ):
            continue
        yield Breach(
            cells(one.quantity, one.value),
            {"quantity": plain(one.quantity.number), "value": bounds.said(one.value)},
        )


@look(
    id="B06-20",
    title="资产的价值像是错了一行",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表内",
    message="“{name}”有数量 {quantity}，价值是空的；“{other}”数量 {other_quantity}，价值 {value}{unit}。",
    remedy="核对这几行的价值：填错了行的，移到它的那一行；漏填的补上。",
    needs=(QUANTITIES, VALUES),
)
def value_in_another_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A class has things and no value, while others have theirs: the value was typed a row too high or too low, or left out."""
    for one, near in _without_value(book, bounds):
        places = {
            "name": one.name,
            "quantity": plain(one.quantity.number),
            "other": near.name,
            "value": bounds.said(near.value),
            "other_quantity": plain(near.quantity.number),
        }
        yield Breach(cells(one.value, near.value, one.quantity), places)


def _rows_apart(one: Class, other: Class) -> int:
    return abs(ORDER.index(other.key) - ORDER.index(one.key))


def _without_value(book: Return, bounds: Bounds) -> list[tuple[Class, Class]]:
    """The classes that have things and no value, each with the nearest row that has a value: it may be the one's own."""
    classes = _classes(book, bounds)
    valued = [one for one in classes if one.value.number > 0]
    # A value without things is told as such (B06-02): it may be the one that is missing.
    if not valued or any(one.quantity.number <= 0 for one in valued):
        return []
    found = []
    for one in classes:
        if one.quantity.number > 0 and not one.value.number:
            # Of two neighbours the one that is worth too little for its number (B06-07) has it.
            near = min(
                valued,
                key=lambda other: (
                    _rows_apart(one, other),
                    not _below_class(other, bounds),
                ),
            )
            found.append((one, near))
    return found
