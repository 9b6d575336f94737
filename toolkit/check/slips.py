"""Which slip of the hand explains what does not hold, and so which cell is the one to mend.

A broken equation names many cells, and one of them is wrong. Each slip that people make (two digits the other way round,
元 for 万元, two lines or two years exchanged) is undone on a copy of the return, and everything is held against the copy. What
breaks no more came of that slip; a slip whose undoing breaks something else was not made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from toolkit.check.asked import leaf_names
from toolkit.check.trial import Broken, Explained, Slip, Suspects, Told, Trial
from toolkit.model import (
    BlockKind,
    Cell,
    Figure,
    Money,
    Name,
    Return,
    Row,
    Words,
    once_of,
)
from toolkit.profile.form import Block, Book, Profile, Sheet
from toolkit.returns.data import with_figures
from toolkit.rules.rule import plain

CENT = Decimal("0.01")
POINT_MOVED = (10, 100, 1000)  # a decimal point one to three places off
# How ready people are to make a slip: the first is believed before the next. What nothing speaks for is the last.
(
    OVERTYPED,
    LACKING,
    MYRIADFOLD,
    SHIFTED,
    EXCHANGED,
    SAID,
    ROUNDED,
    TRANSPOSED,
    SIGN,
    DIGIT,
    LEFT_OUT,
    ANY,
    FROM_ZERO,
) = range(13)
SMALL, USUAL, LARGE = "small", "usual", "large"  # a block's amounts
SEVERAL = 3  # things that break, and one whole form in 元 explains them
FINEST = 6  # decimals of a number that is no amount
MOST_TRIED = 120  # slips of one figure that are tried for one broken equation
MOST_EXAMINED = 8  # of those, how many are held against every rule
MOST_LEFT = 2  # figures of a line that were not typed too large with the others
# digits of a number from which it says something that it stands in a text too
TELLING = 2


def explain(told: Told, trial: Trial) -> Explained | Suspects:
    """The slip that explains something broken, where just one does; else where it may lie."""
    likely = [slip for slip in _slips(told, trial) if trial.may_be(slip, told)]
    likely.sort(key=lambda slip: slip.rank)
    weighed = []
    for slip in _examined(likely, trial):
        explains = trial.mended_by(slip, 1, told.broken)
        if explains:
            weighed.append((-len(explains), slip.rank, slip, explains))
    weighed.sort(key=lambda one: one[:2])
    if weighed and weighed[0][1] < FROM_ZERO:
        best, *others = weighed
        of_all, rank, slip, explains = best
        alone = not others or others[0][:2] > (of_all, rank)
        # Any number may be any other: that something is mended by it says little, unless no other would or more speaks for it.
        # Where something that still breaks names the very figure, it is not the number that would be right.
        contradicted = any(
            set(slip.cells) & set(cells) for _, cells in trial.broken - explains
        )
        contradicted = contradicted or _is_said(slip, trial)
        supported = rank < ANY or (
            not contradicted and (len(explains) > 1 or len(likely) == 1)
        )
        if alone and supported:
            return Explained(_said(slip, trial), explains)
    # What would mend more comes first; what nobody filled in comes last: most of a form's rows are rightly blank.
    likely.sort(key=lambda slip: slip.rank == LEFT_OUT)
    cells = dict.fromkeys(
        cell
        for slip in (*(slip for _, _, slip, _ in weighed), *likely)
        for cell in slip.cells
    )
    # Where it may be any of many sheets, none of them is pointed at: what they add up to comes first.
    if len({cell.sheet for cell in cells}) > 2:  # noqa: PLR2004
        stands_alone = trial.book.figure(told.names[0]).cells()
        return Suspects((*stands_alone, *cells))
    return Suspects(tuple(cells))


def _is_said(slip: Slip, trial: Trial) -> bool:
    """Whether the very number that would be wrong stands in the return's words too."""
    typed = [trial.book.figure(name).number for name in slip.undone]
    return (
        len(typed) == 1
        and typed[0] in trial.said
        and len(plain(typed[0]).replace(".", "").strip("0")) >= TELLING
    )


def _said(slip: Slip, trial: Trial) -> Slip:
    """A slip with a sentence: where nothing is known of how it was made, what the figure would have to be."""
    if slip.said or len(slip.undone) != 1 or slip.rank == OVERTYPED:
        return slip
    ((name, meant),) = slip.undone.items()
    if meant is None:
        return slip
    figure = trial.book.figure(name)
    typed = plain(figure.number)
    place = f"{slip.cells[0].sheet}!{slip.cells[0].address}"
    if not figure.given:
        return replace(slip, said=f"{place} 没有填，按其他各处算应为 {plain(meant)}")
    return replace(
        slip, said=f"{place} 的 {typed} 像是填错了，按其他各处算应为 {plain(meant)}"
    )


def _examined(likely: Sequence[Slip], trial: Trial) -> list[Slip]:
    """The slips that are worth holding against every rule: what people do most, and cells that are spoken of elsewhere."""
    spoken_of = {
        cell for _, cells in trial.broken - trial.broken_claims for cell in cells
    }
    elsewhere = [
        slip for slip in likely if slip.rank == ANY and set(slip.cells) & spoken_of
    ]
    common = [slip for slip in likely if slip.rank < ANY]
    rest = [
        slip for slip in likely if slip.rank == ANY and not set(slip.cells) & spoken_of
    ]
    return [
        *common[:MOST_EXAMINED],
        *elsewhere[:MOST_EXAMINED],
        *rest[: MOST_EXAMINED // 2],
    ]


# -- the slips that would explain a gap --------------------------------------------------------------------------------


def _slips(told: Told, trial: Trial) -> Iterator[Slip]:
    yield from _exchanged_columns(told, trial)
    yield from _exchanged_figures(told, trial)
    yield from _whole_forms(told, trial)
    yield from _twice(told, trial)
    yield from _one_project_more(told, trial)
    for name in told.names[:MOST_TRIED]:
        yield from _line_twice(name, trial)
        yield from _one_figure(name, told, trial)


def _one_figure(name: Name, told: Told, trial: Trial) -> Iterator[Slip]:
    """One figure wrong: what it would have to be, and how the wrong one came about."""
    figure = trial.book.figure(name)
    cells = tuple(figure.cells())
    if not cells or figure.flawed:
        return
    for meant in _meant(name, figure, told, trial):
        if meant < 0 <= figure.number or meant == figure.number:
            continue
        column = trial.profile.book.column_of(name)
        counts = (
            column.kind == "number"
            and _counts(name, trial)
            and not _stands_in_words(figure.number, meant, trial)
        )
        if meant != round(meant) and (column.kind == "integer" or counts):
            continue
        money = trial.profile.money if column.kind == "number" else column.money
        rank, said = _slip_between(figure, meant, cells[0], money)
        if cells[0] in trial.overtyped:
            rank, said = OVERTYPED, _left_out_of(name, told, trial)
        elif cells[0] in trial.lacking:
            rank = LACKING
        elif rank in (ROUNDED, TRANSPOSED, SIGN, DIGIT, ANY) and _stands_in_words(
            figure.number, meant, trial
        ):
            place = f"{cells[0].sheet}!{cells[0].address}"
            said = (
                said
                or f"{place} 的 {plain(figure.number)} 像是填错了，别处的文字写的是 {plain(meant)}"
            )
            rank = SAID
        yield Slip({name: meant}, cells, rank, said)
        yield from _line_too_large(name, meant, told, trial)


def _stands_in_words(typed: Decimal, meant: Decimal, trial: Trial) -> bool:
    """Whether what a figure would have to be stands in the return's words too, and what was typed does not."""
    return (
        len(plain(meant).replace(".", "").strip("0")) >= TELLING
        and meant in trial.said
        and typed not in trial.said
    )


def _line_too_large(
    name: Name, meant: Decimal, told: Told, trial: Trial
) -> Iterator[Slip]:
    """A whole line of a list some times too large: the quantity was wrong, and with it all that was reckoned from it."""
    figure = trial.book.figure(name)
    block = trial.profile.book.blocks[name.block]
    if (
        block.kind is not BlockKind.LIST
        or not name.line
        or name.within
        or meant <= 0
        or figure.number <= meant
    ):
        return
    times = figure.number / meant
    if times != round(times):
        return
    row = trial.book.blocks[name.block].rows[name.line - 1]
    others = [
        name.at(column)
        for column, value in row.values.items()
        if isinstance(value, Figure) and value.number
    ]
    free = [
        other
        for other in others
        if other != name
        and other not in told.names
        and _is_divisible(other, times, trial)
    ]
    best: tuple[tuple[int, int], Slip] | None = None
    for left in range(MOST_LEFT + 1):
        for spared in combinations(free, left):
            changed = [name, *(other for other in free if other not in spared)]
            undone = {
                other: trial.book.figure(other).number / times for other in changed
            }
            cells = tuple(
                cell for other in changed for cell in trial.book.figure(other).cells()
            )
            slip = Slip(
                undone,
                cells,
                DIGIT,
                f"{_places(cells)} 像是都填大了，各是应有的 {plain(times)} 倍",
            )
            mended = (
                len(trial.mended_by(slip))
                if len(changed) > 1 and trial.may_be(slip, told)
                else 0
            )
            # Of quantity and price the one whose smaller number the texts know.
            known = sum(
                _stands_in_words(trial.book.figure(other).number, number, trial)
                for other, number in undone.items()
            )
            # One thing alone that does not hold is no sign that a whole line is too large.
            if mended > 1 and (best is None or (mended, known) > best[0]):
                best = ((mended, known), slip)
    if best is not None:
        yield best[1]


def _is_divisible(name: Name, times: Decimal, trial: Trial) -> bool:
    """Whether a figure of a line could be a part of itself: a count stays whole, an amount has its decimals."""
    number, column = (
        trial.book.figure(name).number / times,
        trial.profile.book.column_of(name),
    )
    return number == round(
        number, column.decimals if column.money is not None else FINEST
    )


def _line_twice(name: Name, trial: Trial) -> Iterator[Slip]:
    """A line of a list that says what an earlier one says in every cell: it was pasted twice."""
    block = trial.profile.book.blocks[name.block]
    if block.kind is not BlockKind.LIST or not name.line or name.within:
        return
    rows = trial.book.blocks[name.block].rows
    later = rows[name.line - 1]
    first = next(
        (row for row in rows[: name.line - 1] if _contents(row) == _contents(later)),
        None,
    )
    if first is None:
        return
    cells = (*later.values[name.column].cells(), *first.values[name.column].cells())
    said = f"{cells[0].sheet}第 {cells[0].row} 行和第 {cells[1].row} 行一模一样，像是粘了两次"
    yield Slip(
        {},
        cells,
        EXCHANGED,
        said,
        without_line=Name(name.block, line=name.line),
        telling=True,
    )


def _contents(row: Row) -> dict[str, str]:
    """What a line says, cell by cell."""
    return {
        key: value.text if isinstance(value, Words) else plain(value.number)
        for key, value in row.values.items()
    }


def _meant(name: Name, figure: Figure, told: Told, trial: Trial) -> Iterator[Decimal]:
    """What a figure would have to be for something broken to hold."""
    if told.side is None:
        yield figure.number + told.gap
        yield figure.number - told.gap
        return
    # How much the two sides move against each other when this figure grows by one: sums and products alike.
    grown = with_figures(trial.book, {name: figure.number + 1}, trial.profile.book)
    missing = told.side(trial.book)
    slope = told.side(grown) - missing
    if slope:
        exact = figure.number - missing / slope
        column = trial.profile.book.column_of(name)
        meant = round(exact, column.decimals if column.money is not None else FINEST)
        if (
            abs(exact - meant)
            < (column.money.last if column.money is not None else CENT) / 100
        ):
            yield meant


def _counts(name: Name, trial: Trial) -> bool:
    """Whether a list's column counts things: whatever was filled into it is whole."""
    figures = (figure.number for _, figure in _beside(name, trial) if figure.given)
    return all(
        number == round(number) for number in (trial.book.figure(name).number, *figures)
    )


def _slip_between(
    figure: Figure, meant: Decimal, cell: Cell, money: Money | None
) -> tuple[int, str]:
    """How one number came to stand for another: how likely that is, and what to say of it; `money` is its unit, if any."""
    typed, place = figure.number, f"{cell.sheet}!{cell.address}"
    decimals = money.decimals if money is not None else 2
    if not typed:
        return LEFT_OUT if not figure.given else FROM_ZERO, ""
    if meant and money is not None and money.yuan > 1 and typed == meant * money.yuan:
        return (
            MYRIADFOLD,
            f"{place} 的 {plain(typed)} 像是按元填的，折合 {plain(meant)}{money.unit}",
        )
    for times in POINT_MOVED:
        if meant and (
            typed == round(meant * times, decimals)
            or typed == round(meant / times, decimals)
        ):
            return (
                SHIFTED,
                f"{place} 的 {plain(typed)} 像是小数点错位，应为 {plain(meant)}",
            )
    if any(typed == round(meant, places) for places in range(decimals)):
        return ROUNDED, f"{place} 的 {plain(typed)} 像是四舍五入了，应为 {plain(meant)}"
    if typed == -meant:
        return SIGN, f"{place} 的正负号可能填反了"
    if meant in _neighbours_swapped(typed, decimals):
        return (
            TRANSPOSED,
            f"{place} 的 {plain(typed)} 可能有两位数字颠倒，应为 {plain(meant)}",
        )
    if meant and _one_digit(typed, meant):
        return DIGIT, f"{place} 的 {plain(typed)} 可能打错一位数字，应为 {plain(meant)}"
    return ANY, ""


def _left_out_of(total: Name, told: Told, trial: Trial) -> str:
    """What a total typed by hand probably leaves out, or counts twice: the addend that is the gap; "" for none."""
    for name in told.names:
        addend = trial.book.figure(name)
        if name != total and addend.number and abs(addend.number) == abs(told.gap):
            cell = next(addend.cells())
            return f"合计里可能漏加（或多加）了 {cell.sheet}!{cell.address} 的 {plain(addend.number)}"
    return ""


def _neighbours_swapped(number: Decimal, decimals: int) -> Iterator[Decimal]:
    """Every number that two different neighbouring digits of this one, the other way round, would give: 12.30 for 21.30."""
    written = f"{number:.{decimals}f}"
    for at, one in enumerate(written[:-1]):
        # The neighbour's place: one on, or behind the decimal point.
        beside = at + 2 if written[at + 1] == "." else at + 1
        other = written[beside]
        if one.isdigit() and other.isdigit() and one != other:
            digits = list(written)
            digits[at], digits[beside] = other, one
            yield Decimal("".join(digits))


def _one_digit(typed: Decimal, meant: Decimal) -> bool:
    """Whether two numbers differ by one digit: another, one too many, one too few."""
    one, other = plain(typed), plain(meant)
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) != 1 or "." not in longer:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def _exchanged_figures(told: Told, trial: Trial) -> Iterator[Slip]:
    """Two figures of one column typed the other way round, or one typed into the row above or below its own."""
    for name in told.names[:MOST_TRIED]:
        own = trial.book.figure(name)
        for other, figure in _beside(name, trial):
            # Only what makes up for the gap, once or (where both stand in the equation) twice; a look's gap says less.
            fits = abs(own.number - figure.number) in (abs(told.gap), abs(told.gap) / 2)
            if fits or (told.side is None and not (own.number and figure.number)):
                yield from _exchange(name, other, trial)


def _exchange(name: Name, other: Name, trial: Trial) -> Iterator[Slip]:
    """Two entries of a column the other way round; where one of them is nothing, they must be neighbours."""
    own, figure = trial.book.figure(name), trial.book.figure(other)
    cells = (*own.cells(), *figure.cells())
    if len(cells) != 2 or own.number == figure.number:  # noqa: PLR2004
        return
    undone = {name: figure.value, other: own.value}
    if own.number and figure.number:
        yield Slip(undone, cells, EXCHANGED, f"{_places(cells)} 的两个数可能互相填反了")
    elif abs(cells[0].row - cells[1].row) == 1 and cells[0].sheet == cells[1].sheet:
        filled, bare = cells if own.number else cells[::-1]
        names = (name, other) if own.number else (other, name)
        said = f"{filled.sheet}!{filled.address} 的数像是 {bare.address} 的，填错了一行"
        # The row that lacks the number has one in the form's other column, and the row that has it has none there.
        telling = not _has_more(names[0], trial) and _has_more(names[1], trial)
        yield Slip(undone, (filled, bare), EXCHANGED, said, telling=telling)


def _exchanged_in_row(name: Name, trial: Trial) -> Iterator[Slip]:
    """Two years' amounts of one row of a grid typed the other way round."""
    block, own = trial.profile.book.blocks[name.block], trial.book.figure(name)
    for column in block.columns if name.row else ():
        other = block.name(column, name.row)
        if (
            column == name.column
            or other in block.formulas
            or block.columns[column].kind != "money"
        ):
            continue
        figure = trial.book.figure(other)
        cells = (*own.cells(), *figure.cells())
        if figure.number != own.number and len(cells) == 2:  # noqa: PLR2004
            yield Slip(
                {name: figure.value, other: own.value},
                cells,
                EXCHANGED,
                f"{_places(cells)} 的两个数可能互相填反了",
            )


def _has_more(name: Name, trial: Trial) -> bool:
    """Whether another entry of a grid's row holds an amount."""
    block = trial.profile.book.blocks[name.block]
    others = (
        block.name(column, name.row)
        for column in block.columns
        if name.row and column != name.column
    )
    return any(
        trial.book.figure(other).number
        for other in others
        if trial.profile.book.formula_of(other) is None
    )


def _beside(name: Name, trial: Trial) -> Iterator[tuple[Name, Figure]]:
    """The other entries of a figure's column."""
    for other, value in trial.book.values(name.block):
        same_column = other.column == name.column and other.within == name.within
        if (
            same_column
            and other != name
            and isinstance(value, Figure)
            and trial.profile.book.formula_of(other) is None
        ):
            yield other, value


def explain_otherwise(
    names: Sequence[Name], broken: Broken, trial: Trial
) -> Explained | None:
    """The slip in one of a few figures that explains several things, none of which says by how much it misses.

    A decimal point moved, or two figures of a column exchanged: what else it would be, nobody can know.
    """
    best: Explained | None = None
    for slip in _guesses(names, trial):
        explains = trial.mended_by(slip, 1 if slip.telling else 2, broken)
        if explains and (best is None or len(explains) > len(best.all)):
            best = Explained(slip, explains)
    return best


def _guesses(names: Sequence[Name], trial: Trial) -> Iterator[Slip]:
    """Slips in these figures. Since they must explain several things, their cells are named in as many."""
    for name in names:
        figure = trial.book.figure(name)
        cells = tuple(figure.cells())
        money = trial.profile.book.column_of(name).money
        if not cells or money is None:
            continue
        yield from _line_twice(name, trial)
        for times in (*POINT_MOVED, money.yuan) if figure.number else ():
            for meant in (figure.number / times, figure.number * times):
                rank, said = _slip_between(figure, meant, cells[0], money)
                if said and meant == round(meant, money.decimals):
                    yield Slip({name: meant}, cells, rank, said)
        if figure.number and not _has_more(name, trial) and name.row:
            yield Slip(
                {name: Decimal(0)},
                cells,
                ANY,
                f"{cells[0].sheet}!{cells[0].address} 的 {plain(figure.number)} 可能本不该填",
            )
        yield from _exchanged_in_row(name, trial)
        for other, value in _beside(name, trial):
            if value.number and (trial.named[cells[0]] > 1 or not figure.number):
                yield from _exchange(name, other, trial)
            elif figure.number and not value.number and name.row:
                yield from (
                    slip for slip in _exchange(name, other, trial) if slip.telling
                )


def _exchanged_columns(told: Told, trial: Trial) -> Iterator[Slip]:
    """Two years' columns of a grid typed the other way round."""
    for block in _grids(told, trial):
        columns = [
            key
            for key, column in block.columns.items()
            if column.kind == "money" and _entered(block, key)
        ]
        for at, one in enumerate(columns):
            for other in columns[at + 1 :]:
                undone: dict[Name, Decimal | None] = {}
                cells: list[Cell] = []
                for row in block.rows:
                    names = block.name(one, row), block.name(other, row)
                    if names[0] in block.formulas or names[1] in block.formulas:
                        continue
                    values = [trial.book.figure(name) for name in names]
                    undone |= {names[0]: values[1].value, names[1]: values[0].value}
                    cells += [cell for value in values for cell in value.cells()]
                titles = f"“{block.columns[one].title}”和“{block.columns[other].title}”"
                yield Slip(
                    undone, tuple(cells), EXCHANGED, f"{titles}两列的数可能互相填反了"
                )


def _entered(block: Block, column: str) -> bool:
    """Whether a person fills in a grid's column, in some row at least."""
    return any(
        block.columns[column].stands_in(row)
        and block.name(column, row) not in block.formulas
        for row in block.rows
    )


def _whole_forms(told: Told, trial: Trial) -> Iterator[Slip]:
    """A whole form filled in 元, of those that something broken reads."""
    shape = trial.profile.book
    sheets = {
        sheet.key: sheet
        for sheet in (shape.sheet_of(name.block) for name in told.names)
    }
    if not sheets:  # of entries that tables are derived of no single one is looked at
        named = {cell.sheet for cell in told.broken[1]}
        sheets = {
            sheet.key: sheet for sheet in shape.sheets.values() if sheet.name in named
        }
    for sheet in sheets.values():
        for slip in _sheets_in_yuan([sheet], trial):
            yield replace(
                slip,
                said=f"{slip.said}的金额都像是按元填的，要除以 {divided_by(moneys_of(slip, trial))}",
            )


@once_of
def _of_money(sheet: Sheet) -> list[Block]:
    """The blocks of a form that hold amounts in a larger unit than 元."""
    return [block for block in sheet.blocks.values() if _yuan_of(block)]


def _sheets_in_yuan(sheets: Sequence[Sheet], trial: Trial) -> Iterator[Slip]:
    """Forms whose every amount was filled in 元; what it says is which forms."""
    blocks = [block.key for sheet in sheets for block in _of_money(sheet)]
    where = "各张项目表" if sheets[0].repeat else sheets[0].name
    yield from _in_yuan(blocks, where if len(sheets) == 1 else "整本", trial)


def _halves_in_yuan(sheet: Sheet, trial: Trial) -> Iterator[Slip]:
    """One of the tables that stand side by side on a form: its income alone, its outlay alone."""
    blocks = _of_money(sheet)
    for block in blocks if len(blocks) > 1 and not sheet.repeat else ():
        where = f"{sheet.name}“{block.title or block.label}”一边"
        yield from _in_yuan([block.key], where, trial)


def _in_yuan(blocks: Sequence[str], where: str, trial: Trial) -> Iterator[Slip]:
    """Blocks whose every amount was filled in 元."""
    shape = trial.profile.book
    sizes = {_size(shape.blocks[key], trial.book) for key in blocks}
    # Nobody budgets less than one 元; and what was filled in 元 is large.
    if SMALL in sizes or LARGE not in sizes:
        return
    filled: dict[Name, Figure] = {}
    entries: dict[Name, Decimal | None] = {}
    for name, figure in trial.book.values(*blocks):
        if not isinstance(figure, Figure) or not figure.number:
            continue
        money = shape.column_of(name).money
        if money is not None and money.yuan > 1:
            filled[name] = figure
            if shape.formula_of(name) is None:
                entries[name] = figure.number / money.yuan
    # One figure alone is no form.
    if len(entries) < 2:  # noqa: PLR2004
        return
    # The totals are wrong with what they add up, and so are theirs to whom they are sent.
    first = [cell for name in entries for cell in filled[name].cells()]
    cells = dict.fromkeys(
        (*first, *(cell for figure in filled.values() for cell in figure.cells()))
    )
    yield Slip(entries, tuple(cells), MYRIADFOLD, where)


def _size(block: Block, book: Return) -> str:
    """Whether a block has an amount of less than one 元, or else one as large as 元 are; of a return found out once."""
    known: dict[str, str] = book.kept.setdefault(_size, {})
    if block.key not in known:
        known[block.key] = _size_of(block, book)
    return known[block.key]


def _size_of(block: Block, book: Return) -> str:
    size = USUAL
    columns = tuple(_yuan_of(block).items())
    for row in _rows_of(block, book):
        for column, yuan in columns:
            value = row.values.get(column)
            if not isinstance(value, Figure) or not value.value:
                continue
            if -1 < value.value < 1:
                return SMALL
            if value.value >= yuan:
                size = LARGE
    return size


@once_of
def _yuan_of(block: Block) -> Mapping[str, Decimal]:
    """The columns of a block that hold amounts in a larger unit than 元, each with how many 元 one of that is."""
    return {
        key: column.money.yuan
        for key, column in block.columns.items()
        if column.money is not None and column.money.yuan > 1
    }


def _rows_of(block: Block, book: Return) -> Iterable[Row]:
    """All rows of a block: of sheets that repeat those of each."""
    if block.key in book.blocks:
        return book.blocks[block.key].rows
    rows: list[Row] = []
    for project in book.projects:
        if project.head.key == block.key:
            rows.append(project.head)
        elif project.listed == block.key:
            rows += project.indicators
    return rows


def divided_by(moneys: Iterable[Money]) -> str:
    """By what amounts in 元 must be divided, as a message says it: by their one unit, or by that of each."""
    times = {money.yuan for money in moneys if money.yuan > 1}
    return plain(times.pop()) if len(times) == 1 else "各自的单位"


def moneys_of(slip: Slip, trial: Trial) -> tuple[Money, ...]:
    """In what the amounts are written that a slip is about."""
    found = (trial.profile.book.column_of(name).money for name in slip.undone)
    return tuple(dict.fromkeys(money for money in found if money is not None))


def forms_in_yuan(trial: Trial) -> Explained | None:
    """The forms, one or all, that were filled in 元, where that explains several things that break."""
    sheets = [sheet for sheet in trial.profile.book.sheets.values() if sheet.blocks]
    best: Explained | None = None
    for chosen in (*([sheet] for sheet in sheets), sheets):
        for slip in _sheets_in_yuan(chosen, trial):
            best = _better(best, slip, SEVERAL, trial)
    # Of half a form little breaks; that all of it adds up, divided by so much, is no chance.
    for sheet in sheets if best is None else ():
        for slip in _halves_in_yuan(sheet, trial):
            best = _better(best, slip, 1, trial)
    return best


def _better(
    best: Explained | None, slip: Slip, least: int, trial: Trial
) -> Explained | None:
    """The one that explains more of what breaks, and at least so much: the best until now, or a slip."""
    explains = trial.mended_by(slip, least)
    if not explains or _only_smaller(slip, explains, trial):
        return best
    if best is not None and len(explains) <= len(best.all):
        return best
    return Explained(slip, explains)


def _only_smaller(slip: Slip, explains: Collection[Broken], trial: Trial) -> bool:
    """Whether all that a slip explains lies within what it divides: any difference gets small so.

    Where tables are derived of entries, whatever does not add up is written down many times over.
    """
    divided = set(slip.cells)
    return bool(_derived_of(trial.profile.book)) and all(
        divided.issuperset(cells) for _, cells in explains
    )


def _twice(told: Told, trial: Trial) -> Iterator[Slip]:
    """A project that was handed in twice: a later one of the same name."""
    seen: dict[str, int] = {}
    for number, project in enumerate(trial.book.projects, 1):
        own = Name(project.head.key, line=number)
        amounts = [name for name in told.names if name.at("") == own]
        same_name = seen.setdefault(project.name, number)
        if not amounts or same_name == number:
            continue
        first = trial.book.projects[same_name - 1]
        cells = tuple(
            cell for name in amounts for cell in trial.book.figure(name).cells()
        )
        said = f"“{project.sheet}”和“{first.sheet}”像是同一个项目填了两张表"
        yield Slip({}, cells, EXCHANGED, said, without=number)


def _one_project_more(told: Told, trial: Trial) -> Iterator[Slip]:
    """A project that is just what a sum has too much: it belongs elsewhere, as to another unit."""
    for number, project in enumerate(trial.book.projects, 1):
        own = Name(project.head.key, line=number)
        amounts = [
            name
            for name in told.names
            if name.at("") == own and trial.book.figure(name).number == abs(told.gap)
        ]
        if amounts and told.gap:
            cells = tuple(
                cell for name in amounts for cell in trial.book.figure(name).cells()
            )
            said = f"多出的正好是“{project.sheet}”的金额，这个项目可能不该填在这里"
            yield Slip({}, cells, SAID, said, without=number)


def _grids(told: Told, trial: Trial) -> Iterator[Block]:
    """The grids that something broken reads."""
    shape = trial.profile.book
    for key in dict.fromkeys(name.block for name in told.names):
        if shape.blocks[key].kind is BlockKind.GRID:
            yield shape.blocks[key]


def _places(cells: Iterable[Cell]) -> str:
    """Cells as a message names them: 支出构成!C9、C10; 项目02!E9、项目04!E9."""
    first, *others = cells
    if all(cell.sheet == first.sheet for cell in others):
        return f"{first.sheet}!{'、'.join(cell.address for cell in (first, *others))}"
    return "、".join(f"{cell.sheet}!{cell.address}" for cell in (first, *others))


@once_of
def _derived_of(shape: Book) -> frozenset[str]:
    """The lists that a door derives, and those of entries that it makes them of."""
    made = [block for block in shape.blocks.values() if block.made]
    return frozenset(
        key
        for block in made
        if block.derived is not None
        for key in (block.key, block.derived.source)
    )


def entries_of(
    names: Iterable[Name], book: Return, profile: Profile
) -> tuple[Name, ...]:
    """The entry fields that stand behind names: totals opened, a list's whole column line by line.

    Of tables that are derived there are none: a number of them is many entries, any of which may be the wrong one; what differs
    is told by its code.
    """
    found: dict[Name, None] = {}
    aside = _derived_of(profile.book)
    for name in leaf_names(names, profile.book):
        if name.block in aside:
            continue
        if name.of_every_line:
            found |= dict.fromkeys(
                other
                for other, _ in book.values(name.block)
                if other.field == name.field
            )
        else:
            found[name] = None
    return tuple(found)
