"""Money that a department's own units pay each other (汇总后): in the whole it is counted once, and told with both its cells.

A line of outlay that names another unit of the department as the other side, and the line of income there that names the payer,
are the same money. Only own funds pass so: what a unit has from the budget its own budget says, and no other unit's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from toolkit.model import Disclosure, Figure, Return, Row, record, total
from toolkit.rules.reading import cells, folded
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, Unchecked, look_whole

PAID, RECEIVED = "outlay_entries", "income_entries"
OTHER_SIDE = "counterpart"
NAMED = ("income_entries.counterpart", "outlay_entries.counterpart")
MEASURED = ("income_entries.amount", "outlay_entries.amount", "outlay_entries.fund")
OWN_FUNDS = "transferred_funds"  # the word list of the funds that pass between units


@record()
class Transfer:
    """What one unit says that it pays another, and what that one says that it has from it: the lines of both."""

    payer: Return
    receiver: Return
    paid: tuple[Row, ...] = ()
    received: tuple[Row, ...] = ()
    budget: tuple[
        Row, ...
    ] = ()  # paid, as the payer says, of the budget's money: that passes no other unit

    @property
    def gives(self) -> Figure:
        return total(row.figure("amount") for row in self.paid)

    @property
    def takes(self) -> Figure:
        return total(row.figure("amount") for row in self.received)

    @property
    def agrees(self) -> bool:
        """Whether both sides show the same amount: then it is left out of the whole."""
        return (
            bool(self.paid)
            and bool(self.received)
            and self.gives.number == self.takes.number
        )


def transfers(units: Sequence[Return], funds: Collection[str]) -> Iterator[Transfer]:
    """The transfers between units, payer by payer; `funds` are those that pass so."""
    if len(units) < 2:  # noqa: PLR2004
        return
    paid: dict[tuple[int, int], list[Row]] = defaultdict(list)
    budget: dict[tuple[int, int], list[Row]] = defaultdict(list)
    received: dict[tuple[int, int], list[Row]] = defaultdict(list)
    named = _by_name(units)
    for place, unit in enumerate(units):
        for row in unit.rows(PAID):
            other = named.get(folded(row.text(OTHER_SIDE)))
            if other is not None and other != place:
                (paid if row.text("fund") in funds else budget)[place, other].append(
                    row
                )
        for row in unit.rows(RECEIVED):
            other = named.get(folded(row.text(OTHER_SIDE)))
            if other is not None and other != place:
                received[other, place].append(row)
    for payer, receiver in sorted({*paid, *received}):
        lines = (
            tuple(side.get((payer, receiver), ())) for side in (paid, received, budget)
        )
        yield Transfer(units[payer], units[receiver], *lines)


def _by_name(units: Sequence[Return]) -> dict[str, int]:
    """The place of each unit by its name and its code."""
    found: dict[str, int] = {}
    for place, unit in enumerate(units):
        for said in filter(None, (unit.code, unit.name)):
            found.setdefault(folded(said), place)
    return found


def left_out(units: Sequence[Return], funds: Collection[str]) -> Decimal:
    """What all transfers come to that are left out of the whole."""
    return sum(
        (one.gives.number for one in transfers(units, funds) if one.agrees), Decimal(0)
    )


@look_whole(
    id="F07-01",
    title="单位之间的往来已经抵销",
    severity=INFO,
    basis=("工作惯例/部门汇总",),
    kind="汇总后",
    message="“{payer}”拨给“{receiver}”的 {said}{unit}，两边都写了，部门合计里两边都不计。",
    remedy="不用改。",
    needs=NAMED,
    reads=MEASURED,
)
def eliminated(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A transfer that both sides show alike: the whole is without it."""
    for one in transfers(disclosure.units, bounds.words[OWN_FUNDS]):
        if one.agrees:
            places = {
                "payer": one.payer.name,
                "receiver": one.receiver.name,
                "said": bounds.said(one.gives),
            }
            yield Breach(cells(one.gives, one.takes), places, value=places["said"])


@look_whole(
    id="F07-02",
    title="单位之间的往来两边不一样",
    severity=WARNING,
    basis=("工作惯例/部门汇总",),
    kind="汇总后",
    message="“{payer}”写拨给“{receiver}” {gives}{unit}，对方写从“{payer}”收到 {takes}{unit}，差 {gap}{unit}，未抵销。{budget}",
    remedy="两个单位核对，漏写、错写的一边改正；钱仍由“{payer}”自己支出、没有转给对方的，把“对方单位”清空。",
    needs=NAMED,
    reads=MEASURED,
)
def one_sided(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach | Unchecked]:
    """A transfer that only one side shows, or the other with another amount: the whole counts it on both."""
    for one in transfers(disclosure.units, bounds.words[OWN_FUNDS]):
        if one.agrees:
            continue
        other, block = (one.receiver, RECEIVED) if one.paid else (one.payer, PAID)
        if block not in other.blocks:
            yield Unchecked(f"“{other.name}”不填明细")
            continue
        gap = bounds.said(abs(one.gives.number - one.takes.number))
        of_budget = total(row.figure("amount") for row in one.budget)
        said = (
            f"另有财政拨款 {bounds.said(of_budget)}{bounds.unit}写了这个对方单位，财政拨款不这样转。"
            if one.budget
            else ""
        )
        places = {
            "payer": one.payer.name,
            "receiver": one.receiver.name,
            "gives": bounds.said(one.gives),
            "takes": bounds.said(one.takes),
            "gap": gap,
            "budget": said,
        }
        marked = cells(
            one.gives, one.takes, *(row.figure("amount") for row in one.budget)
        )
        yield Breach(
            marked,
            places,
            value=places["gives"],
            expected=places["takes"],
            difference=gap,
        )
