"""What lists that are compared by their key lack, told once: a row under another code, rows that are not there.

One row that is missing, or stands under a wrong code, breaks every relation that compares its list, and the sums around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.check.keyed import Key, KeySource, by_key, called, key_of, lacking
from toolkit.check.report import speaking_for
from toolkit.check.tally import Tally
from toolkit.check.trial import Broken
from toolkit.model import Cell, Return, record
from toolkit.profile.form import Book
from toolkit.rules.claim import Comparison
from toolkit.rules.reading import each_once

NAMED = 4  # rows that a message names


@record()
class _Miss:
    """A key that one side of a relation has no row of: the finding, the lists that lack it, those that have it."""

    number: int
    source: KeySource
    by: tuple[str, ...]
    rule: str
    lacks: tuple[str, ...]
    has: tuple[str, ...]
    gap: Decimal

    @property
    def key(self) -> Key:
        return self.source.key

    def code_cells(self, blocks: Iterable[str]) -> tuple[Cell, ...]:
        """The cells of the key in its rows of some lists."""
        rows = [row for block in blocks for row in self.source.lines(block)]
        return tuple(
            cell
            for row in rows
            for column in self.by
            for cell in row.values[column].cells()
            if row.text(column)
        )


def gather(tally: Tally, book: Return, shape: Book) -> set[Broken]:
    """Join what comes of one missing or misnamed row, or of many missing rows of one list; give what is so explained."""
    misses = tuple(_misses(tally, book))
    gathering = _Gathering(tally, book, shape, misses)
    gathering.astray()
    gathering.misnamed()
    gathering.not_there()
    return gathering.explained


def _misses(tally: Tally, book: Return) -> Iterator[_Miss]:
    """Every relation by a key that breaks because one side has no such row."""
    sources: dict[str, list[KeySource]] = {}
    for number, (item, place) in tally.held.items():
        claim, rule = item.claim, item.rule
        if not rule.by or not isinstance(claim, Comparison):
            continue
        if rule.id not in sources:
            sources[rule.id] = list(by_key(claim, rule.by, book))
        source = sources[rule.id][place]
        lacks = lacking(source, claim)
        if lacks:
            both = dict.fromkeys(name.block for name in claim.names())
            has = tuple(
                block for block in both if block not in lacks and source.lines(block)
            )
            yield _Miss(
                number, source, rule.by, rule.id, lacks, has, tally.gaps[number][0]
            )


@dataclass
class _Gathering:
    """The misses of a return, and what of its findings they explain; `leads` are the findings that speak for others."""

    tally: Tally
    book: Return
    shape: Book
    misses: Sequence[_Miss]
    leads: set[int] = field(default_factory=set)
    explained: set[Broken] = field(default_factory=set)

    def astray(self) -> None:
        """One finding of a row with none around it, and of what compares its code."""
        for number in sorted(self.tally.astray):
            cells = set(self.tally.findings[number].cells)
            same = [
                miss
                for miss in self.misses
                if cells.intersection(miss.code_cells(miss.has))
            ]
            if same:
                lists = {block for miss in same for block in miss.has}
                self.told_once(number, same, set(_sums(same)), lists)

    def misnamed(self) -> None:
        """One finding of a row that stands under a wrong code: of all that compares either code, and what they sum up to."""
        for extra, missing in list(self.pairs()):
            if self.leads & {extra.number, missing.number} or self.tally.gone & {
                extra.number,
                missing.number,
            }:
                continue
            same = [
                miss
                for miss in self.misses
                if miss.key in (extra.key, missing.key) and miss.gap == extra.gap
            ]
            forms = self.forms(extra.has)
            finding = self.tally.findings[extra.number]
            unit = self.tally.held[extra.number][0].money.unit
            said = (
                f"{forms}有 {called(extra.source, self.shape)}，别的表没有；别的表有 {called(missing.source, self.shape)}，"
                f"{forms}没有。两边的数都是 {finding.difference}{unit}，像是编码填错了。"
            )
            remedy = f"核对 {forms}这一行的编码，填错的改正；编码没有错的，两处对照原始的批复、明细核对。"
            lists = {block for miss in same for block in miss.lacks}
            self.told_once(
                extra.number,
                same,
                {extra.gap},
                lists,
                extra.code_cells(extra.has),
                said,
                remedy,
            )

    def pairs(self) -> Iterator[tuple[_Miss, _Miss]]:
        """Of one relation two keys of the same amount, each of which the other's side lacks.

        First the one that fewer lists have: its code is the likelier to be wrong.
        """
        for one in self.misses:
            others = [
                two
                for two in self.misses
                if two.rule == one.rule and two.gap == one.gap and two is not one
            ]
            if (
                len(others) == 1
                and not set(others[0].lacks) & set(one.lacks)
                and self.lists(one) < self.lists(others[0])
            ):
                yield one, others[0]

    def lists(self, miss: _Miss) -> int:
        """How many lists of the return have a row of a key."""
        alike = [
            block
            for block in self.shape.blocks.values()
            if set(miss.by) <= set(block.columns)
        ]
        return sum(
            any(key_of(row, miss.by) == miss.key for row in self.book.rows(block.key))
            for block in alike
        )

    def not_there(self) -> None:
        """One finding of the rows that a list lacks and others have: with what does not add up for want of them."""
        by_lists: dict[tuple[str, ...], list[_Miss]] = defaultdict(list)
        for miss in self.misses:
            if self.tally.broken[miss.number] not in self.explained:
                by_lists[miss.lacks].append(miss)
        for lacks, found in by_lists.items():
            first = found[0]
            keys = dict.fromkeys(miss.key for miss in found)
            cells = _nearest(first) if len(lacks) == 1 else ()
            said, remedy = self.of_many(found) if len(keys) > 1 else ("", "")
            self.told_once(
                first.number, found, set(_sums(found)), set(lacks), cells, said, remedy
            )

    def of_many(self, found: Sequence[_Miss]) -> tuple[str, str]:
        """What is said of several rows that are not there, and what to do."""
        first, forms = found[0], self.forms(found[0].lacks)
        names = list(dict.fromkeys(called(miss.source, self.shape) for miss in found))
        named = "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")
        whole = sum((miss.gap for miss in found if miss.rule == first.rule), Decimal(0))
        unit = self.tally.held[first.number][0].money.unit
        return (
            f"{forms}没有、别的表有的科目 {len(names)} 个：{named}，数合计 {whole:f}{unit}。",
            f"{forms}没有填完的，补上这些行；填完了的，核对编码和别的表。",
        )

    def forms(self, blocks: Iterable[str]) -> str:
        return "、".join(
            f"“{name}”"
            for name in dict.fromkeys(
                self.shape.sheet_of(block).name for block in blocks
            )
        )

    def told_once(
        self,
        lead: int,
        same: Sequence[_Miss],
        sums: Collection[Decimal],
        lists: Collection[str],
        cells: Sequence[Cell] = (),
        said: str = "",
        remedy: str = "",
    ) -> None:
        """Let one finding speak for others, and for what misses by one of these sums and is of these lists."""
        tally = self.tally
        numbers = {miss.number for miss in same}
        numbers |= {
            other
            for other, (gap, _) in tally.gaps.items()
            if gap in sums and self.concerns(other, lists)
        }
        numbers -= {lead, *tally.gone, *self.leads}
        self.leads.add(lead)
        self.explained |= {
            tally.broken[one] for one in (lead, *numbers) if one in tally.broken
        }
        tally.gone |= numbers
        finding = tally.findings[lead]
        told = replace(
            finding,
            cells=each_once((*cells, *finding.cells)),
            known_by=finding.known_by or next(iter(finding.cells), None),
            message=said or finding.message,
            remedy=remedy or finding.remedy,
        )
        tally.findings[lead] = speaking_for(
            told, (tally.findings[number] for number in sorted(numbers))
        )

    def concerns(self, number: int, lists: Collection[str]) -> bool:
        """Whether a finding of figures that differ is of these lists: it reads them, or names cells of their forms."""
        if not self.tally.is_comparison(number):
            return False
        if number in self.tally.held and any(
            name.block in lists for name in self.tally.held[number][0].claim.names()
        ):
            return True
        sheets = {self.shape.sheet_of(block).name for block in lists}
        return any(cell.sheet in sheets for cell in self.tally.gaps[number][1])


def _sums(found: Sequence[_Miss]) -> Iterator[Decimal]:
    """What the missing rows come to in each relation: each, within each key around them, and all."""
    around: dict[tuple[str, Key], Decimal] = defaultdict(Decimal)
    for miss in found:
        for length in range(len(miss.key) + 1):
            around[miss.rule, miss.key[:length]] += miss.gap
    yield from around.values()


def _nearest(miss: _Miss) -> tuple[Cell, ...]:
    """The code of the row behind which a missing one belongs: the last that comes before it; the first where none does."""
    (block,) = miss.lacks
    keys = sorted(miss.source.rows[block])
    before = [key for key in keys if key < miss.key]
    rows = [
        row
        for key in (*before[-1:], *keys[:1])[:1]
        for row in miss.source.rows[block][key]
    ]
    return tuple(
        cell
        for row in rows
        for column in miss.by
        if row.text(column)
        for cell in row.values[column].cells()
    )
