"""How drawn sheets look: the styles, and Excel's own check of each kind of entry cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from toolkit.files.paint import Mark, Style
from toolkit.model import Figure, Role, Value
from toolkit.profile.codes import not_found
from toolkit.profile.form import Column
from toolkit.profile.layout import Run, Spot, address
from toolkit.profile.wording import answers
from toolkit.rules.where import quoted
from toolkit.template import live
from toolkit.template.live import COMPLETE, UNFILLED, WRONG

YELLOW, GREY, BLUE, RED, GREEN = "#FFF9DB", "#F2F2F2", "#DCE6F1", "#FFC7CE", "#2E7D32"
DARK_RED, PALE_GREEN, DARK_GREEN, PALE_ORANGE = (
    "#9C0006",
    "#C6EFCE",
    "#006100",
    "#FCE4D6",
)
SOFT = "#595959"  # what is not to be read first; on grey too it stands out as accessibility asks
TITLE = Style(bold=True, size=16, align="center")
HEAD = Style(size=10, color="#595959")
HEAD_RIGHT = Style(size=10, color="#595959", align="right")
HELP = Style(size=10, color="#7F6000", wrap=True)
SECTION = Style(bold=True, size=12)
HEADING = Style(bold=True, fill=BLUE, align="center", wrap=True, border=True)
LABEL = Style(border=True, wrap=True)
GUARD = Style(size=9, color=SOFT, fill="#E7E6E6")
MARGINAL = Style(size=9, color=SOFT)
CHECK = Style(size=10, align="center", color=SOFT)
LINK = Style(color="#0563C1", underline=True, border=True)
BACK = Style(color="#0563C1", underline=True, size=9)
JUMP = Style(color="#0563C1", underline=True, border=True, align="center")
LACKS = Style(bold=True, color=DARK_RED)
BOARD = Style(border=True, align="center")
STATE = Style(bold=True, border=True, align="center")
OVERALL = Style(bold=True, border=True)
SHARE_DONE = Style(bold=True, border=True, align="center", number='"已完成 "0%')
NUMBER = Style(bold=True, border=True, align="center", number="00000")
TICK_LABEL = Style(size=10, bold=True, align="right")
TICK = Style(fill=YELLOW, border=True, locked=False, align="center")
FIELD_LABEL = Style(border=True, fill=BLUE, wrap=True)
# of a field that begins further to the right
FAR_LABEL = Style(border=True, fill=BLUE, wrap=True, align="right", indent=1)
BESIDE_LABEL = Style(fill=BLUE)  # what lies between the margin and such a label
CONSTANT = Style(border=True, fill=GREY, align="left")
NO_CELL = Style(border=True, align="center", color=SOFT, fill=GREY)
CHECK_HEADING = Style(size=10, bold=True, align="center", color=SOFT)
PLAIN = Style(wrap=True, valign="top")
FORM = Style(bold=True)
# A name looked up: grey like all that is calculated, but open, so that one can be typed that the list has not.
LOOKED_UP = Style(
    border=True, fill=GREY, wrap=True, align="left", indent=1, locked=False
)

FORMATS = {
    "number": "General",
    "integer": "0",
    "percent": "0.00%",
    "date": "yyyy-mm-dd",
}
UNSEEN = ";;;"  # the format of a cell that shows nothing
SHORT = 200  # characters: a cell for no more is formatted as text, so that a code keeps its zeros
MOST = 10000000000  # of an amount; Excel refuses more


def inked(value: Value | None, column: Column) -> str | Decimal | date | None:
    """What is written into an entry cell for a value."""
    if value is None:
        return None
    if isinstance(value, Figure):
        return value.value if value.value is not None else value.raw or None
    if column.kind == "date" and value.text:
        try:
            return date.fromisoformat(value.text)
        except ValueError:
            return value.text
    if column.coding is not None:
        return value.text or None  # as it was read, so that the name beside it is found
    return value.raw or value.text or None


def number_format(column: Column) -> str:
    """Excel's number format of a column's cells."""
    return (
        with_decimals(column.money.form, column.decimals)
        if column.money is not None
        else FORMATS.get(column.kind, "")
    )


def with_decimals(form: str, decimals: int) -> str:
    """A number format with so many decimals."""
    return f"{form}.{'0' * decimals}" if decimals else form


def entry_style(column: Column, *, left: bool = False) -> Style:
    """How an entry cell looks: light yellow, unlocked."""
    words = column.kind in ("text", "choice")
    number = number_format(column)
    if column.kind == "text" and column.schema.get("maxLength", 0) <= SHORT:
        number = "@"
    if column.role is Role.REASON_KEY:
        number = UNSEEN  # a key is for programs
    return Style(
        fill=YELLOW,
        border=True,
        locked=False,
        number=number,
        wrap=words,
        shrink=column.numeric,
        align="left" if left or words else "",
        indent=1 if words or left else 0,
    )


def total_style(column: Column, *, bold: bool = False, wrap: bool = False) -> Style:
    """How a calculated cell looks: grey, locked."""
    shrink = column.numeric and not wrap
    return Style(
        border=True,
        fill=GREY,
        bold=bold,
        wrap=wrap,
        shrink=shrink,
        number=number_format(column),
    )


def without_zeros(style: Style) -> Style:
    """The same look for a cell that shows nothing where it holds zero."""
    return replace(style, number=f"{style.number};-{style.number};")


def refusal(message: str) -> dict[str, str]:
    """What Excel says when an entry is refused."""
    return {"error_title": "填写有误", "error_message": message, "error_type": "stop"}


def validation(column: Column) -> dict[str, object]:
    """Excel's own check of an entry cell, with its hint."""
    condition, message = _condition(column)
    hint = (
        {"input_title": column.title[:32], "input_message": column.help[:250]}
        if column.help
        else {}
    )
    return {**condition, **hint, **refusal(message)}


def is_chosen(column: Column, cells: str) -> str:
    """1 where cells say something that can be chosen in a column, else 0, as a formula."""
    return "+".join(
        f"EXACT(TRIM({cells}),{quoted(choice)})" for choice in answers(column)
    )


def odd_entry(column: Column, cell: str) -> str:
    """Whether a cell says something that no table derived from it counts, as a formula; "" where any text will do."""
    if column.numeric:
        return f"ISTEXT({cell})"
    return (
        f"AND(LEN(TRIM({cell}))>0,({is_chosen(column, cell)})=0)"
        if column.choices
        else ""
    )


def offered(cells: str) -> dict[str, object]:
    """Excel's own list of what is filled in of some cells; it refuses nothing, it only asks."""
    first = cells.partition(":")[0]
    return {
        "validate": "list",
        "source": f'=OFFSET({first},0,0,MAX(1,COUNTIF({cells},"?*")),1)',
        "error_title": "请核对",
        "error_message": "别的表里没有这个名称。确实是这样写的，点“确定”。",
        "error_type": "information",
    }


def _condition(column: Column) -> tuple[dict[str, object], str]:
    """What Excel asks of an entry, and what it says where that does not hold."""
    if column.choices:
        offered = [column.worded.get(choice, choice) for choice in column.choices]
        return {"validate": "list", "source": offered}, "请从下拉列表中选择。"
    if column.kind in ("money", "number", "percent"):
        if str(column.schema.get("pattern", "")).startswith("^-?"):
            return _between("decimal", -MOST, MOST), "这里只能填数字。"
        return _between("decimal", 0, MOST), "这里只能填数字，不能为负数。"
    if column.kind == "integer":
        return _between("integer", 0, 100000000), "这里只能填整数。"
    if column.kind == "date":
        return _between(
            "date", date(2000, 1, 1), date(2099, 12, 31)
        ), "这里填日期，如 2023-02-10。"
    most = int(column.schema.get("maxLength", 3000))
    return {
        "validate": "length",
        "criteria": "<=",
        "value": most,
    }, f"最多 {most} 个字。"


def _between(kind: str, least: int | date, most: int | date) -> dict[str, object]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": least,
        "maximum": most,
    }


def check_marks(spot: Spot) -> list[Mark]:
    """A check cell turns green where it fits and red where it does not."""
    cell = address(*spot, absolute=True)
    wrong = f'AND({cell}<>"{live.FINE}",{cell}<>"{UNFILLED}",{cell}<>"")'
    return [
        Mark((*spot, *spot), f'{cell}="{live.FINE}"', color=GREEN),
        Mark((*spot, *spot), wrong, RED, DARK_RED),
    ]


def not_found_mark(area: Run) -> Mark:
    """A name that the code list has not stands out: the code may be wrong, or the list may lack it."""
    top, left, _, _ = area
    return Mark(area, f'{address(top, left)}="{not_found()}"', PALE_ORANGE)


def state_marks(area: Run) -> list[Mark]:
    """A state cell turns red or green."""
    top, left, _, _ = area
    cell = address(top, left)
    return [
        Mark(area, f'{cell}="{WRONG}"', RED, DARK_RED),
        Mark(area, f'{cell}="{COMPLETE}"', PALE_GREEN, DARK_GREEN),
    ]
