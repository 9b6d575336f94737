"""The command that takes in what the platform exported: what was read, what was not, what does not add up, what changes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.usage import Command
from toolkit.files import say

if TYPE_CHECKING:
    from toolkit.steps.importing import Filled, Imported

MOST_CHANGES = 40  # of one workbook that are told one by one
CODES = "退出码：0 读完了，都对得上；1 有没读的，或对不上的；2 一张表也没有读到。"

app = typer.Typer()  # its command joins those of the door


@app.command("import", cls=Command, rich_help_panel="单位和部门都用", epilog=CODES)
def import_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="文件...", help="财政平台导出的工作簿（.xls、.xlsx），或放着它们的文件夹。")
    ],
    out: Annotated[
        Path, typer.Option("-o", "--output", metavar="工作簿", help="要生成的填报表，如 填报表.xlsx；几个单位的写文件夹。")
    ],
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="文件", help="已填的填报表，平台没有的照旧；去年的，数放进上年数；可以是文件夹。"),
    ] = None,
    unit: Annotated[str, typer.Option("--unit", metavar="金额单位", help="没有写金额单位的表按什么读：元、万元。")] = "",
    profile: Annotated[
        str, typer.Option("--profile", metavar="表样", help="表样（省份和年度），如 shanghai-2026；不写就按填报表里写的。")
    ] = "",
) -> int:
    """把财政平台导出的预算表读进填报表：读了什么、没读什么、改了什么，逐条说清。"""
    from toolkit import steps

    chosen = steps.chosen(profile, [source] if source else [], out.parent)
    if chosen.said:
        _line(f"注意：{chosen.said}。")
    done = steps.import_export(paths, out, chosen.profile, source=source, unit=unit)
    _tell(done)
    return done.code


def _tell(done: Imported) -> None:
    """Tell it all, the tables first."""
    for owner in dict.fromkeys(one.owner for one in done.summaries):
        _line(f"读到的表（{owner}）：" if owner else "读到的表：")
        for one in done.summaries:
            if one.owner == owner:
                _line(f"  {one.sentence}")
    _list("没有读的：", (one.sentence for one in done.left_out))
    _list("读了、但对不上的：", (one.sentence for one in done.doubts))
    _list("请知道：", done.notes)
    for book in done.books:
        _book(book)
    if not done.books:
        _line("没有读到要的表，没有生成填报表。")


def _book(book: Filled) -> None:
    """One workbook: where it lies, and what became another figure in it."""
    unit = str(book.owner) or "没有写单位"
    _line(f"已生成 {book.placed.path}：{unit}，带入 {book.figures} 个数，来源写在“数据来源”表。")
    for note in book.placed.notes:
        _line(f"  注意：{note}")
    if book.changed:
        _line(f"  改了原来填的 {len(book.changed)} 个数（旧 → 新）：")
        for change in book.changed[:MOST_CHANGES]:
            _line(f"    {change.sentence}")
        if len(book.changed) > MOST_CHANGES:
            _line(f"    还有 {len(book.changed) - MOST_CHANGES} 个")


def _list(heading: str, sentences: Iterable[str]) -> None:
    every = list(sentences)
    if every:
        _line(heading)
        for sentence in every:
            _line(f"  {sentence}")


def _line(said: str) -> None:
    say.console().print(said, soft_wrap=True)
