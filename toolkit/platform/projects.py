"""Projects as the platform lists them (项目明细): a name and an amount a line; of one project in several lines the sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model import Role
from toolkit.platform.declared import Export, plain
from toolkit.platform.heads import NOBODY, Owner, Region, Told
from toolkit.platform.lines import Amount
from toolkit.profile.form import Block, Column, Sheet

MOST_ABOVE = 12  # rows in which headings are looked for
MOST_HEADINGS = 3  # rows of them


@dataclass(frozen=True)
class Listed:
    """A project as one line of an export says it."""

    owner: Owner
    name: str
    amount: Amount


@dataclass(frozen=True)
class Headed:
    """Where a list of projects has its columns, and the row in which its lines begin."""

    first: int
    name: int
    amount: int
    unit_code: int = 0
    unit_name: int = 0


def columns_asked(form: Sheet) -> tuple[Block, Column, Column]:
    """Of the form that is one a project: its head, the column of the name, and that of the amount."""
    head, _ = form.of_project
    name = next(
        column for column in head.columns.values() if column.role is Role.PROJECT_NAME
    )
    amount = next(
        column for column in head.columns.values() if column.money is not None
    )
    return head, name, amount


def headed(region: Region, export: Export) -> Headed | None:
    """The columns of the names and of the amounts, of several that of the total; None where they are not found."""
    head, name, amount = columns_asked(region.table.forms[0])
    names, amounts = export.names_of(head, name), export.names_of(head, amount)
    laid = region.laid
    for row in region.rows[:MOST_ABOVE]:
        at = next(
            (
                column
                for column in region.columns
                if plain(laid.text(row, column)) in names
            ),
            0,
        )
        if not at:
            continue
        last = row
        for below in (one for one in region.rows if row <= one < row + MOST_HEADINGS):
            texts = {
                column: plain(laid.text(below, column))
                for column in region.columns
                if column != at
            }
            found = [
                column
                for column, text in texts.items()
                if text in amounts | export.common["total"]
            ]
            last = below
            if found:
                total = [
                    column
                    for column in found
                    if texts[column] in export.common["total"]
                ]
                codes = (
                    _headed_by(region, row, export, key)
                    for key in ("unit_code", "unit_name")
                )
                return Headed(last + 1, at, (total or found)[0], *codes)
    return None


def _headed_by(region: Region, row: int, export: Export, key: str) -> int:
    return next(
        (
            column
            for column in region.columns
            if export.says(key, region.laid.text(row, column))
        ),
        0,
    )


def lines_of(
    region: Region, at: Headed, export: Export, told: list[Told]
) -> Iterator[Listed]:
    """The lines below the headings; what cannot be read of them is told, sums are passed over."""
    laid = region.laid
    title = region.table.title
    sums = export.common["total"] | export.common["subtotal"]
    for row in region.rows:
        if row < at.first:
            continue
        amount = laid.amount(row, at.amount)
        name = "".join(laid.text(row, at.name).split())
        texts = [plain(text) for _, text in laid.row_texts(row)]
        if plain(name) in sums or (texts and texts[0] in sums) or amount is None:
            continue
        cell = laid.cell(row, at.amount)
        if not isinstance(amount, Decimal):
            told.append(
                Told(
                    f"“{amount}”读不成金额，没有读。请在平台里改成数再导出", cell, title
                )
            )
        elif not name:
            told.append(
                Told(
                    "这一行有金额，没有项目名称，没有读。请在平台里补上再导出",
                    cell,
                    title,
                )
            )
        else:
            code = laid.code(row, at.unit_code) if at.unit_code else ""
            unit = laid.text(row, at.unit_name) if at.unit_name else ""
            yield Listed(
                Owner(code, unit) if code or unit else NOBODY,
                laid.text(row, at.name),
                Amount(amount, cell),
            )
