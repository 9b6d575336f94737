"""The command that audits statements which others published."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.telling import say_placed
from toolkit.cli.usage import Command
from toolkit.files import say

if TYPE_CHECKING:
    from toolkit.steps.auditing import Audit

CODES = "退出码：0 可以审核，没有错误；1 有错误；2 有文件读不了；3 不能审核（认不出式样、缺部分、多半的数没有读懂、没有文字层）。"


class Way(StrEnum):
    """How findings are told."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    XLSX = "xlsx"


app = typer.Typer()  # its command joins those of the door


@app.command(cls=Command, rich_help_panel="部门财务", epilog=CODES)
def audit(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="文本...",
            help="公开的情况说明（.docx、.odt、.txt、有文字的 .pdf），或放着它们的文件夹。",
        ),
    ],
    way: Annotated[
        Way,
        typer.Option(
            "--format",
            metavar="样式",
            help="text 给人看；json 给程序用；html 是网页；xlsx 是可勾选的清单。",
        ),
    ] = Way.TEXT,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件", help="结果写到这个文件。"),
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option("--last", metavar="文本", help="上年公开的文本，用来核对增减。"),
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option(
            "--tables", metavar="工作簿", help="同一个部门的公开表，用来核对文字和表。"
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            metavar="清单",
            help="上次勾选过的清单.xlsx：勾选、意见带过来，改好的单列。",
        ),
    ] = None,
) -> int:
    """审核别人公开的情况说明：先说读懂了多少，再说哪里前后不一。"""
    from toolkit import steps

    done = steps.audit(paths, last, tables)
    _tell(done, way, out, since)
    for note in _passed(done):
        say.console(stderr=True).print(f"  注意：{note}", soft_wrap=True)
    return done.code


def _passed(done: Audit) -> tuple[str, ...]:
    from toolkit.files.folder import told

    return tuple(told(done.passed))


def _tell(done: Audit, way: Way, out: Path | None, since: Path | None) -> None:
    from toolkit import steps
    from toolkit.report.audited import data, page, terminal

    unread = [(one.name, one.why) for one in done.unread]
    if way is Way.HTML:
        text = page.to_page(done.audited, unread)
        placed = steps.place(out or Path("审核报告.html"), partial(_plain, text=text))
    elif way is Way.XLSX or since is not None:
        placed = steps.audit_listing(done, out or Path("审核清单.xlsx"), since)
    elif way is Way.JSON:
        text = data.to_json(done.audited, unread, done.code)
        if out is None:
            say.write(text)
            return
        placed = steps.place(out, partial(_plain, text=text))
    elif out is None:
        terminal.show(done.audited, unread, say.console())
        return
    else:
        placed = steps.place(out, lambda path: _write(path, done))
    say_placed(placed)


def _plain(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write(path: Path, done: Audit) -> None:
    """Write as text; with a byte order mark, so that Windows programs know it is UTF-8."""
    from toolkit.report.audited import terminal

    with path.open("w", encoding="utf-8-sig") as file:
        terminal.show(
            done.audited,
            [(one.name, one.why) for one in done.unread],
            say.console(file=file),
        )
