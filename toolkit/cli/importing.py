"""The command that takes in what the platform exported: what was read, what was not, what does not add up, what changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.usage import Command
from toolkit.files import say

CODES = "退出码：0 读完了，都对得上；1 有没读的，或对不上的；2 一张表也没有读到。"

app = typer.Typer()  # its command joins those of the door


@app.command("import", cls=Command, rich_help_panel="单位和部门都用", epilog=CODES)
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件...",
            help="财政平台导出的工作簿（.xls、.xlsx），或放着它们的文件夹。",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="工作簿",
            help="要生成的填报表，如 填报表.xlsx；几个单位的写文件夹。",
        ),
    ],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="文件",
            help="已填的填报表，平台没有的照旧；去年的（填报表、公开表、情况说明），数放进上年数；可以是文件夹。",
        ),
    ] = None,
    unit: Annotated[
        str,
        typer.Option(
            "--unit", metavar="金额单位", help="没有写金额单位的表按什么读：元、万元。"
        ),
    ] = "",
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="表样",
            help="表样（省份和年度），如 shanghai-2026；不写就按填报表里写的。",
        ),
    ] = "",
) -> int:
    """把财政平台导出的预算表读进填报表：读了什么、没读什么、改了什么，逐条说清。"""
    from toolkit import steps

    console = say.console()
    # a statement names no profile
    named = [source] if source and not steps.is_statement(source) else []
    chosen = steps.chosen(profile, named, out.parent)
    if chosen.said:
        console.print(f"注意：{chosen.said}。", soft_wrap=True)
    done = steps.import_export(paths, out, chosen.profile, source=source, unit=unit)
    for line in done.told:
        console.print(line, soft_wrap=True)
    return done.code
