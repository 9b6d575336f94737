"""What is asked where: every live rule, once for each row, column or return it is held against, with complete names.

`judge` holds these against a return, `template` draws them as live checks; so both always ask the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from decimal import Decimal
from functools import partial

from toolkit.model import (
    NUMBER,
    SHARE,
    BlockKind,
    Figure,
    Money,
    Name,
    Project,
    Return,
    Row,
    Value,
    record,
)
from toolkit.profile.form import Block, Book, Profile, Sheet
from toolkit.profile.relations import Relation
from toolkit.profile.settings import lacking
from toolkit.rules.claim import Claim, Comparison, Field, Term
from toolkit.rules.rule import ERROR, Axis, Rule
from toolkit.rules.source import Source

NO_RETURN = Return("", "", {})
LONGEST = 80  # characters of a formula said in full
# how the ids of the rules begin that are made of a profile's formulas and relations
GENERATED = (
    "S-",
    "R-",
)
STANDS = {"==": "应当相等", "<=": "前者不应当大于后者", ">=": "前者不应当小于后者"}


@record()
class Asked:
    """A claim with complete names. `anchor` names the cell it is shown beside; for a list it is held row by row.

    Where the rule has a key (`rule.by`), it is held for the rows of each key.

    `money` is the unit its amounts are told in, that of the first of them; it holds within the `tolerance`, in that unit: half
    of the coarsest last decimal at hand.
    """

    rule: Rule
    claim: Claim
    block: Block
    anchor: Name  # of a list, the block alone
    money: Money
    tolerance: Decimal
    per_row: bool = False  # a list: the claim's names are its columns


def formula_rules(book: Book) -> tuple[Rule, ...]:
    """The rules that the schema's formulas are: every calculated total must equal what it is calculated from."""
    rules: list[Rule] = []
    for sheet in book.sheets.values():
        for block in sheet.blocks.values():
            # A form that is derived has no cells that anybody could have typed over.
            if not sheet.is_derived:
                rules += _block_rules(sheet, block, book)
    return tuple(rules)


def rules_of_door(rules: Iterable[Rule], profile: Profile) -> tuple[Rule, ...]:
    """Those rules that hold by the profile's door: nothing is asked of forms that it has not, nor of what it derives itself."""
    book = profile.book
    relations = [
        relation
        for relation in profile.relations
        if not _by_construction(relation, book)
    ]
    own = {rule.id: rule for rule in formula_rules(book)}
    own |= {
        rule.id: rule for rule in map(partial(_relation_rule, book=book), relations)
    }
    kept: list[Rule] = []
    for rule in rules:
        if rule.id in own:  # set as it is, with the claim of this door
            kept.append(replace(own[rule.id], severity=rule.severity, title=rule.title))
        elif not rule.id.startswith(GENERATED) and not lacking(rule, profile):
            kept.append(rule)
    return tuple(kept)


def _by_construction(relation: Relation, book: Book) -> bool:
    """Whether both sides of an equation are made of one and the same list of entries: then nobody's entry can break it."""
    both = (relation.left, relation.right)
    left, right = (
        set[str]().union(*(entries_behind(name, book) for name in term.names()))
        for term in both
    )
    sources = {
        block.derived.source
        for block in book.blocks.values()
        if block.made and block.derived is not None
    }
    return relation.op == "==" and left == right and len(left) == 1 and left <= sources


def entries_behind(name: Name, book: Book) -> set[str]:
    """The blocks whose entries a name rests on in the end."""
    block = book.blocks[name.block]
    if block.made and block.derived is not None:
        return {block.derived.source}
    read = book.reads.get(book.node(name))
    if not read:
        return {name.block}
    return set[str]().union(*(entries_behind(one, book) for one in read))


def relation_rules(profile: Profile) -> tuple[Rule, ...]:
    """The rules that a profile's relations between forms are."""
    return tuple(
        _relation_rule(relation, profile.book) for relation in profile.relations
    )


def _relation_rule(relation: Relation, book: Book) -> Rule:
    left, right = (
        said or _said(term, book)
        for said, term in zip(
            relation.said, (relation.left, relation.right), strict=True
        )
    )
    if relation.by:  # of one key there is one row as a rule
        left, right = (side.replace("之和", "") for side in (left, right))
    return Rule(
        id=f"R-{relation.key}",
        title=f"{relation.title}不符",
        severity=ERROR,
        basis=("表间勾稽",),
        kind="表间",
        axis=Axis.RETURN,
        claim=Comparison(relation.op, relation.left, relation.right),
        by=relation.by,
        message=f"{left}是 {{left}}{{unit}}，{right}是 {{right}}{{unit}}，{STANDS[relation.op]}，相差 {{gap}}{{unit}}。",
        remedy="两处对照原始的批复、明细核对，哪一处错改哪一处。",
    )


def _said(term: Term, book: Book) -> str:
    said = term.prose(lambda name: _called(name, book))
    return said if len(said) < LONGEST else f"{said[:30]}……{said[-20:]}"


def _block_rules(sheet: Sheet, block: Block, book: Book) -> Iterator[Rule]:
    """The rules of one block's formulas: a column's is held row by row, a row's column by column."""
    form = sheet.name.replace("{n}", "")
    for column in block.columns.values():
        if column.formula is not None:
            claim = Comparison("==", Field(Name(column=column.key)), column.formula)
            said = column.formula.prose(
                lambda name: (
                    block.columns[name.column].title
                    if name.bare
                    else _called(name, book)
                )
            )
            said = said if len(said) < LONGEST else f"{said[:30]}……{said[-20:]}"
            yield _total_rule(
                f"S-{block.key}.{column.key}",
                block,
                Axis.ROW,
                claim,
                f"{form}“{column.title}”",
                said,
            )
    for row in block.rows.values():
        derived = (
            {column.key: row.derived_in(column) for column in block.columns.values()}
            if block.made
            else {}
        )
        own_id = f"S-{block.key}.{row.key}"
        terms: list[tuple[str, tuple[str, ...], Term]] = []
        terms += [
            (f"{own_id}.{key}", (key,), term) for key, term in derived.items() if term
        ]
        if row.formula is not None:
            own = tuple(
                key
                for key in row.formula_in or block.columns
                if derived.get(key) is None
            )
            terms.append((own_id, own if terms else row.formula_in, row.formula))
        for key, columns, term in terms:
            claim = Comparison("==", Field(Name(column=row.key)), term)
            said = term.prose(
                lambda name: (
                    block.rows[name.column].title.strip()
                    if name.bare
                    else _called(name, book)
                )
            )
            said = said if len(said) < LONGEST else f"{said[:30]}……{said[-20:]}"
            rule = _total_rule(
                key, block, Axis.COLUMN, claim, f"{form}“{row.title}”", said
            )
            yield replace(rule, only=columns)


def _called(name: Name, book: Book) -> str:
    """What a figure of another block is called: by its sheet, its row and its column, as far as it names them."""
    block = book.blocks[name.block]
    form = book.sheet_of(name.block).name.replace("{n}", "")
    if block.kind is BlockKind.GRID and not name.row:  # a row or a column alone
        other = block.rows.get(name.column) or block.columns[name.column]
        return f"{form}“{other.title.strip()}”"
    return book.title_of(name)


def _total_rule(
    name: str, block: Block, axis: Axis, claim: Claim, what: str, said: str
) -> Rule:
    message = "{what}填的是 {left}{unit}，按“{formula}”算应为 {right}{unit}，相差 {gap}{unit}。"
    remedy = "先核对各分项有没有填错、漏填；分项无误的，把空白表的同一格复制过来，恢复自动计算。"
    return Rule(
        id=name,
        title=f"{what}与各分项不符",
        severity=ERROR,
        basis=("表内勾稽",),
        kind="表内",
        on=block.key,
        axis=axis,
        claim=claim,
        message=message.replace("{what}", what).replace("{formula}", said),
        remedy=remedy.replace("{formula}", said),
    )


def asked(rules: Iterable[Rule], book: Book) -> Iterator[Asked]:
    """Yield every place in which a claim is asked."""
    for rule in rules:
        if rule.claim is not None:
            yield from (
                _in_one_unit(place, book) for place in _places(rule, rule.claim, book)
            )


def _in_one_unit(item: Asked, book: Book) -> Asked:
    """The same question with all its amounts in one unit, that of the first of them, converted exactly."""
    names = item.claim.names()
    shown = (
        book.blocks[names[0].block or item.block.key].columns[names[0].column]
        if names
        else None
    )
    if shown is not None and shown.kind == "percent":
        return replace(_converted(item, book), money=SHARE, tolerance=SHARE.tolerance)
    if (
        shown is not None
        and shown.formula is not None
        and shown.kind in ("integer", "number")
    ):
        return replace(_converted(item, book), money=NUMBER)
    return _converted(item, book)


def _converted(item: Asked, book: Book) -> Asked:
    moneys = [
        money
        for name in item.claim.names()
        if (money := book.money_of(name, item.block.key)) is not None
    ]
    if not moneys:
        return item
    first = moneys[0]
    coarsest = max(one.last * one.times(first) for one in moneys)
    if any(one.unit != first.unit for one in moneys):

        def factor(name: Name) -> Decimal:
            own = book.money_of(name, item.block.key)
            return Decimal(1) if own is None else own.times(first)

        item = replace(item, claim=item.claim.scaled(factor))
    return replace(
        item,
        money=first,
        tolerance=first.tolerance if coarsest == first.last else coarsest / 2,
    )


def _places(rule: Rule, claim: Claim, book: Book) -> Iterator[Asked]:
    usual = book.money
    # What compares whole columns alone has no cell of its own to stand beside.
    names = [name for name in claim.names() if not name.of_every_line] or list(
        claim.names()
    )
    if rule.by:
        first_list = claim.names()[0].block
        yield Asked(
            rule,
            claim,
            book.blocks[first_list],
            Name(first_list),
            usual,
            usual.tolerance,
        )
        return
    if rule.axis is Axis.RETURN:
        yield Asked(
            rule, claim, book.blocks[names[0].block], names[0], usual, usual.tolerance
        )
        return
    block = book.blocks[rule.on]
    own = [name for name in names if name.bare]
    first = own[0].column
    if block.kind is BlockKind.LIST:
        yield Asked(
            rule, claim, block, Name(block.key), usual, usual.tolerance, per_row=True
        )
    elif block.kind is BlockKind.FIELDS:
        asked_of = claim.renamed(
            lambda name: block.name(name.column) if name.bare else name
        )
        yield Asked(rule, asked_of, block, block.name(first), usual, usual.tolerance)
    elif rule.axis is Axis.ROW:
        for row in _rows_asked(rule, block, own):
            yield Asked(
                rule,
                _in_row(claim, block, row, book),
                block,
                block.name(first, row),
                usual,
                usual.tolerance,
            )
    else:
        for column in _columns_asked(rule, block, own):
            yield Asked(
                rule,
                _in_column(claim, block, column, book),
                block,
                block.name(column, first),
                usual,
                usual.tolerance,
            )


def _rows_asked(rule: Rule, block: Block, names: Iterable[Name]) -> Iterator[str]:
    """The rows of a grid in which a rule of rows is asked: those that have all its columns."""
    columns = [block.columns[name.column] for name in names]
    for row in block.rows:
        if (not rule.only or row in rule.only) and all(
            column.stands_in(row) for column in columns
        ):
            yield row


def _columns_asked(rule: Rule, block: Block, names: Iterable[Name]) -> Iterator[str]:
    """The number columns of a grid in which a rule of columns is asked: those that stand in all its rows."""
    rows = [name.column for name in names]
    for key, column in block.columns.items():
        if (
            column.numeric
            and (not rule.only or key in rule.only)
            and all(column.stands_in(row) for row in rows)
        ):
            yield key


def _in_row(claim: Claim, block: Block, row: str, book: Book) -> Claim:
    of = block.name("", row)
    return claim.renamed(
        lambda name: block.name(name.column, row) if name.bare else book.meant(name, of)
    )


def _in_column(claim: Claim, block: Block, column: str, book: Book) -> Claim:
    of = block.name(column, next(iter(block.rows)))
    return claim.renamed(
        lambda name: (
            block.name(column, name.column) if name.bare else book.meant(name, of)
        )
    )


@record()
class RowSource:
    """Answers plain column names from one row of a list, any other name from what the list stands in."""

    row: Row
    around: Source = NO_RETURN
    # that all rows of the list ask for
    sums: dict[int, Figure] = field(default_factory=dict)

    def remembered(self, identity: int, make: Callable[[], Figure]) -> Figure:
        """A sum that all rows of a list ask for is made once."""
        if identity not in self.sums:
            self.sums[identity] = make()
        return self.sums[identity]

    def value(self, name: Name) -> Value:
        return self.row.values[name.column] if name.bare else self.around.value(name)

    def column(self, name: Name) -> tuple[Figure, ...]:
        return self.around.column(name)

    def lines(self, block: str) -> tuple[Row, ...]:
        return self.around.lines(block)


@record()
class ProjectSource:
    """Answers the head fields of one project and its own list by their complete names; any other name from the return."""

    book: Return
    project: Project

    def value(self, name: Name) -> Value:
        head = self.project.head
        return (
            head.values[name.column]
            if name.block == head.key
            else self.book.value(name)
        )

    def column(self, name: Name) -> tuple[Figure, ...]:
        if name.block == self.project.listed:
            return tuple(row.figure(name.column) for row in self.project.indicators)
        return self.book.column(name)

    def lines(self, block: str) -> tuple[Row, ...]:
        return (
            self.project.indicators
            if block == self.project.listed
            else self.book.lines(block)
        )


def leaf_names(names: Iterable[Name], book: Book) -> tuple[Name, ...]:
    """Replace every calculated total by the entry fields it adds up."""
    found: dict[Name, None] = {}
    for name in names:
        term = book.formula_of(name) if name.block else None
        if term is None:
            found[name] = None
        else:
            # A list's formula names its own columns: of all rows, where the whole column is asked for.
            found |= dict.fromkeys(
                leaf_names((_of(name, read) for read in term.names()), book)
            )
    return tuple(found)


def _of(name: Name, read: Name) -> Name:
    """A name that the formula of another reads, complete."""
    return name.at(read.column) if read.bare else read
