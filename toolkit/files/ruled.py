"""Tables whose cells are ruled on a page: which lines make cells, and what is written in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

NEAR = 2.0  # points within which lines are one, or meet
SHORTEST = 4.0  # points: what is shorter is no line of a table
OPEN = 10.0  # points by which lines reach beyond the outermost ones across where a table is open at its sides
FEWEST = 2  # columns
MOST_CROSSINGS = (
    1_000_000  # of lines on a page; a page of small cells has some thousands
)
BLANK = 0.28  # of a letter's height: a gap that parts two words
SAME_LINE = 0.5  # letters whose middles are nearer than so much of their height stand in one line


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter with its place on the page, in points; y grows upwards."""

    text: str
    left: float
    right: float
    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: at which place it stands, across, and from where to where it goes, along; in points."""

    at: float
    start: float
    end: float


@dataclass
class Rules:
    """The lines of a page, those that lie and those that stand."""

    lying: list[Rule] = field(default_factory=list)
    standing: list[Rule] = field(default_factory=list)

    def add(
        self, x0: float, y0: float, x1: float, y1: float, *, framed: bool = True
    ) -> None:
        """Add a line, or the four sides of what is thick and framed."""
        wide, high = abs(x1 - x0), abs(y1 - y0)
        left, right, low, top = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if high <= NEAR:
            if wide >= SHORTEST:
                self.lying.append(Rule((low + top) / 2, left, right))
        elif wide <= NEAR:
            if high >= SHORTEST:
                self.standing.append(Rule((left + right) / 2, low, top))
        elif framed:
            self.lying += [Rule(low, left, right), Rule(top, left, right)]
            self.standing += [Rule(left, low, top), Rule(right, low, top)]


class Ruled(NamedTuple):
    """A table: its cells row by row, over how many columns each goes. What continues the cell above is empty."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Placed:
    """A table on a page: where its top is, and the letters that stand in it."""

    top: float
    table: Ruled
    letters: frozenset[int]  # by their ids


def tables_in(rules: Rules, letters: Sequence[Letter]) -> list[Placed]:
    """The ruled tables of a page that have at least two columns, and something in them."""
    lying, standing = _joined(rules.lying), _joined(rules.standing)
    if len(lying) * len(standing) > MOST_CROSSINGS:  # a drawing
        return []
    found: list[Placed] = []
    for group in _together(lying, standing):
        grid = _Grid.of(*group)
        placed = grid.placed(letters) if grid is not None else None
        if placed is not None:
            found.append(placed)
    return found


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Lines that go on with each other as one."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda one: (round(one.at / NEAR), one.start)):
        last = found[-1] if found else None
        if (
            last is not None
            and abs(last.at - rule.at) <= NEAR
            and rule.start <= last.end + NEAR
        ):
            found[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            found.append(rule)
    return found


def _meet(lying: Rule, standing: Rule) -> bool:
    return (
        lying.start - NEAR <= standing.at <= lying.end + NEAR
        and standing.start - NEAR <= lying.at <= standing.end + NEAR
    )


def _together(
    lying: Sequence[Rule], standing: Sequence[Rule]
) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """The lines that meet, and those that meet these, and so on."""
    left, right = set(range(len(lying))), set(range(len(standing)))
    while left and right:
        level, upright = {left.pop()}, set[int]()
        new = True
        while new:
            more = {
                n for n in right if any(_meet(lying[m], standing[n]) for m in level)
            }
            right -= more
            upright |= more
            again = {
                m for m in left if any(_meet(lying[m], standing[n]) for n in upright)
            }
            left -= again
            level |= again
            new = bool(again)
        if upright:
            yield [lying[n] for n in level], [standing[n] for n in upright]


def _places(values: Sequence[float]) -> list[float]:
    """Where lines stand, each place once."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


@dataclass(frozen=True)
class _Grid:
    """The places of the lines, from left to right and from the bottom up, and the lines."""

    xs: Sequence[float]
    ys: Sequence[float]
    lying: Sequence[Rule]
    standing: Sequence[Rule]

    @classmethod
    def of(cls, lying: list[Rule], standing: list[Rule]) -> _Grid | None:
        xs, ys = (
            _places([one.at for one in standing]),
            _places([one.at for one in lying]),
        )
        low, high = ys[0], ys[-1]
        first = min(one.start for one in lying)
        last = max(one.end for one in lying)
        # A table that is open at its sides ends where its lines end.
        if first < xs[0] - OPEN:
            xs, standing = [first, *xs], [*standing, Rule(first, low, high)]
        if last > xs[-1] + OPEN:
            xs, standing = [*xs, last], [*standing, Rule(last, low, high)]
        enough = len(xs) > FEWEST and len(ys) > 1
        return cls(xs, ys, lying, standing) if enough else None

    def placed(self, letters: Sequence[Letter]) -> Placed | None:
        """The table with its letters; None where nothing stands in it."""
        within: dict[tuple[int, int], list[Letter]] = {}
        taken: set[int] = set()
        for letter in letters:
            spot = self._spot(letter)
            if spot is not None:
                within.setdefault(self._first(*spot), []).append(letter)
                taken.add(id(letter))
        if not taken:
            return None
        rows: list[tuple[str, ...]] = []
        widths: list[tuple[int, ...]] = []
        for row in range(len(self.ys) - 2, -1, -1):
            cells: list[str] = []
            wide: list[int] = []
            column = 0
            while column < len(self.xs) - 1:
                width = self._width(row, column)
                own = self._first(row, column) == (row, column)
                cells.append(_text(within.get((row, column), ())) if own else "")
                wide.append(width)
                column += width
            rows.append(tuple(cells))
            widths.append(tuple(wide))
        return Placed(self.ys[-1], Ruled(tuple(rows), tuple(widths)), frozenset(taken))

    def _spot(self, letter: Letter) -> tuple[int, int] | None:
        """The row (from the bottom) and the column in which a letter stands."""
        middle = (letter.left + letter.right) / 2
        column = next(
            (
                n
                for n in range(len(self.xs) - 1)
                if self.xs[n] <= middle < self.xs[n + 1]
            ),
            None,
        )
        row = next(
            (
                n
                for n in range(len(self.ys) - 1)
                if self.ys[n] <= letter.middle < self.ys[n + 1]
            ),
            None,
        )
        return None if row is None or column is None else (row, column)

    def _width(self, row: int, column: int) -> int:
        """Over how many columns the cell goes that begins there."""
        width = 1
        while column + width < len(self.xs) - 1 and not self._wall(
            self.standing, self.xs[column + width], self._middle(self.ys, row)
        ):
            width += 1
        return width

    def _first(self, row: int, column: int) -> tuple[int, int]:
        """The uppermost row and the first column of the cell that a place is of."""
        while column > 0 and not self._wall(
            self.standing, self.xs[column], self._middle(self.ys, row)
        ):
            column -= 1
        while row < len(self.ys) - 2 and not self._wall(
            self.lying, self.ys[row + 1], self._middle(self.xs, column)
        ):
            row += 1
        return row, column

    @staticmethod
    def _middle(places: Sequence[float], at: int) -> float:
        return (places[at] + places[at + 1]) / 2

    @staticmethod
    def _wall(rules: Sequence[Rule], at: float, along: float) -> bool:
        return any(
            abs(rule.at - at) <= NEAR and rule.start <= along <= rule.end
            for rule in rules
        )


def _text(letters: Sequence[Letter]) -> str:
    """What a cell reads: its lines joined, a blank where words stand apart."""
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: -one.middle):
        near = SAME_LINE * max(letter.height, lines[-1][0].height) if lines else 0
        if lines and abs(lines[-1][0].middle - letter.middle) <= near:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    text = ""
    for line in lines:
        right = None
        for letter in sorted(line, key=lambda one: one.left):
            apart = right is not None and letter.left - right > BLANK * letter.height
            text += f" {letter.text}" if apart else letter.text
            right = letter.right
    return text
