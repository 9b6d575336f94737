"""What is asked where: every live rule, once for each row, column or return it is held against, with complete names.

`check` holds these against a return, `template` draws them as live checks; so both always ask the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.model import Figure, Return, Row, Value
from toolkit.profile.form import Block, Book, Sheet
from toolkit.rules.claim import Claim, Comparison, Field
from toolkit.rules.rule import ERROR, Axis, Rule

LONGEST = 80  # characters of a formula said in full


@dataclass(frozen=True)
class Asked:
    """A claim with complete names. `anchor` names the cell it is shown beside; for a list it is held row by row."""

    rule: Rule
    claim: Claim
    block: Block
    anchor: str  # dotted name, or the list's block key
    per_row: bool = False  # a list: the claim's names are its columns


def formula_rules(book: Book) -> tuple[Rule, ...]:
    """The rules that the schema's formulas are: every calculated total must equal what it is calculated from."""
    rules: list[Rule] = []
    for sheet in book.sheets.values():
        for block in sheet.blocks.values():
            if block.kind != "grid":
                continue
            rules += _block_rules(sheet, block)
    return tuple(rules)


def _block_rules(sheet: Sheet, block: Block) -> Iterator[Rule]:
    """The rules of one grid's formulas: a column's is held row by row, a row's column by column."""
    for column in block.columns.values():
        if column.formula is not None:
            claim = Comparison("==", Field(column.key), column.formula)
            said = column.formula.prose(lambda key: block.columns[key].title)
            yield _total_rule(f"S-{block.key}.{column.key}", block, Axis.ROW, claim, f"{sheet.name}“{column.title}”", said)
    for row in block.rows.values():
        if row.formula is not None:
            claim = Comparison("==", Field(row.key), row.formula)
            said = row.formula.prose(lambda key: block.rows[key].title.strip())
            said = said if len(said) < LONGEST else f"{said[:30]}……{said[-20:]}"
            yield _total_rule(f"S-{block.key}.{row.key}", block, Axis.COLUMN, claim, f"{sheet.name}“{row.title}”", said)


def _total_rule(name: str, block: Block, axis: Axis, claim: Claim, what: str, said: str) -> Rule:
    return Rule(
        id=name,
        title=f"{what}与各分项不符",
        severity=ERROR,
        basis=("表内勾稽",),
        kind="表内",
        on=block.key,
        axis=axis,
        claim=claim,
        message="{what}填的是 {left}{unit}，按“{formula}”算应为 {right}{unit}，相差 {gap}{unit}。".replace(
            "{what}", what
        ).replace("{formula}", said),
        remedy="先核对各分项有没有填错、漏填；分项无误的，把合计恢复为自动计算（{formula}）。".replace("{formula}", said),
    )


def asked(rules: Iterable[Rule], book: Book) -> Iterator[Asked]:
    """Yield every place in which a live rule is asked."""
    for rule in rules:
        if rule.live and rule.claim is not None:
            yield from _places(rule, rule.claim, book)


def _places(rule: Rule, claim: Claim, book: Book) -> Iterator[Asked]:
    names = tuple(name for name in claim.names() if not name.endswith("[]"))
    if rule.axis is Axis.RETURN:
        yield Asked(rule, claim, book.blocks[names[0].partition(".")[0]], names[0])
        return
    block = book.blocks[rule.on]
    if block.kind == "list":
        yield Asked(rule, claim, block, block.key, per_row=True)
    elif block.kind == "fields":
        yield Asked(rule, claim.renamed(lambda name: f"{block.key}.{name}"), block, f"{block.key}.{names[0]}")
    elif rule.axis is Axis.ROW:
        for row in block.rows.values():
            if (not rule.only or row.key in rule.only) and all(block.columns[name].stands_in(row.key) for name in names):
                complete = claim.renamed(lambda name, row=row.key: f"{block.key}.{row}.{name}")  # type: ignore[misc]
                yield Asked(rule, complete, block, f"{block.key}.{row.key}.{names[0]}")
    else:
        for column in block.columns.values():
            if _holds_in_column(rule, block, column.key, names):
                complete = claim.renamed(lambda name, column=column.key: f"{block.key}.{name}.{column}")  # type: ignore[misc]
                yield Asked(rule, complete, block, f"{block.key}.{names[0]}.{column.key}")


def _holds_in_column(rule: Rule, block: Block, key: str, names: tuple[str, ...]) -> bool:
    column = block.columns[key]
    if not column.numeric or (rule.only and key not in rule.only):
        return False
    return all(column.stands_in(name) for name in names)


@dataclass(frozen=True)
class RowSource:
    """Answers plain column names from one row of a list."""

    row: Row

    def value(self, name: str) -> Value:
        return self.row.values[name]

    def column(self, name: str) -> tuple[Figure, ...]:
        raise KeyError(name)


@dataclass(frozen=True)
class ProjectSource:
    """Answers the head fields of one project by their complete names; any other name from the return."""

    book: Return
    head: Row

    def value(self, name: str) -> Value:
        block, _, column = name.partition(".")
        return self.head.values[column] if block == self.head.key else self.book.value(name)

    def column(self, name: str) -> tuple[Figure, ...]:
        return self.book.column(name)


def leaf_names(names: Iterable[str], book: Book) -> tuple[str, ...]:
    """Replace every calculated total by the entry fields it adds up."""
    found: dict[str, None] = {}
    for name in names:
        block, row, column = _split(name, book)
        term = block.drawn_formula(block.rows[row], block.columns[column]) if row else None
        if term is None:
            found[name] = None
        else:
            found |= dict.fromkeys(leaf_names((f"{block.key}.{inner}" for inner in term.names()), book))
    return tuple(found)


def _split(name: str, book: Book) -> tuple[Block, str, str]:
    key, _, rest = name.partition(".")
    row, _, column = rest.rpartition(".")
    return book.blocks[key], row, column
