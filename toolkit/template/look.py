"""How drawn sheets look: the styles, and Excel's own check of each kind of entry cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from toolkit.files.paint import Mark, Style
from toolkit.model import Figure, Value
from toolkit.profile.form import Column
from toolkit.profile.layout import address
from toolkit.template import live
from toolkit.template.live import COMPLETE, UNFILLED, WRONG

YELLOW, GREY, BLUE, RED, GREEN = "#FFF9DB", "#F2F2F2", "#DCE6F1", "#FFC7CE", "#2E7D32"
TITLE = Style(bold=True, size=16, align="center")
HEAD = Style(size=10, color="#595959")
HEAD_RIGHT = Style(size=10, color="#595959", align="right")
HELP = Style(size=10, color="#7F6000", wrap=True)
SECTION = Style(bold=True, size=12)
HEADING = Style(bold=True, fill=BLUE, align="center", wrap=True, border=True)
LABEL = Style(border=True, wrap=True)
GUARD = Style(size=9, color="#808080", fill="#E7E6E6")
MARGINAL = Style(size=9, color="#808080")
CHECK = Style(size=10, align="center", color="#808080")
LINK = Style(color="#0563C1", underline=True, border=True)
BOARD = Style(border=True, align="center")
STATE = Style(bold=True, border=True, align="center")


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
    return (value.raw or value.text) or None


def number_format(column: Column) -> str:
    """Excel's number format of a column's cells."""
    return {"money": "#,##0.00", "number": "#,##0.####", "integer": "0", "date": "yyyy-mm-dd"}.get(column.kind, "")


def entry_style(column: Column, *, left: bool = False) -> Style:
    """How an entry cell looks: light yellow, unlocked."""
    text = column.kind in ("text", "choice")
    number = number_format(column) or ("@" if column.kind == "text" and column.schema.get("maxLength", 0) <= 200 else "")  # noqa: PLR2004
    beside = "left" if left or text else ""
    return Style(fill=YELLOW, border=True, locked=False, number=number, wrap=text, align=beside, indent=int(text))


def refusal(message: str) -> dict[str, str]:
    """What Excel says when an entry is refused."""
    return {"error_title": "填写有误", "error_message": message, "error_type": "stop"}


def validation(column: Column) -> dict[str, object]:
    """Excel's own check of an entry cell, with its hint."""
    hint = {"input_title": column.title[:32], "input_message": column.help[:250]} if column.help else {}
    if column.choices:
        return {"validate": "list", "source": list(column.choices), **hint, **refusal("请从下拉列表中选择。")}
    if column.kind in ("money", "number"):
        least = 0 if not str(column.schema.get("pattern", "")).startswith("^-?") else -10000000000
        low = {"criteria": "between", "minimum": least, "maximum": 10000000000}
        return {"validate": "decimal", **low, **hint, **refusal("这里只能填数字" + ("，不能为负数。" if least == 0 else "。"))}
    if column.kind == "integer":
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": 100000000,
            **hint,
            **refusal("这里只能填整数。"),
        }
    if column.kind == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(2000, 1, 1),
            "maximum": date(2099, 12, 31),
            **hint,
            **refusal("这里填日期，如 2023-02-10。"),
        }
    most = int(column.schema.get("maxLength", 3000))
    return {"validate": "length", "criteria": "<=", "value": most, **hint, **refusal(f"最多 {most} 个字。")}


def check_marks(spot: tuple[int, int]) -> list[Mark]:
    """A check cell turns green where it fits and red where it does not."""
    cell = address(*spot, absolute=True)
    area = (*spot, *spot)
    return [
        Mark(area, f'{cell}="{live.FINE}"', color=GREEN),
        Mark(area, f'AND({cell}<>"{live.FINE}",{cell}<>"{UNFILLED}",{cell}<>"")', RED, "#9C0006"),
    ]


def state_marks(area: tuple[int, int, int, int]) -> list[Mark]:
    """A state cell turns red or green."""
    cell = address(area[0], area[1])
    return [Mark(area, f'{cell}="{WRONG}"', RED, "#9C0006"), Mark(area, f'{cell}="{COMPLETE}"', "#C6EFCE", "#006100")]
