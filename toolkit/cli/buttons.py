"""The commands that set up and examine the Excel buttons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.usage import Command, Group
from toolkit.errors import DONE, ERRORS, UNFINISHED, worst
from toolkit.files import say

excel = typer.Typer(cls=Group, help="Excel 按钮：设置和检查。")


@excel.command("setup", cls=Command)
def excel_setup(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="文件夹", help="只给这个文件夹里的工作簿设置；不写就给本用户设置。"
        ),
    ] = None,
    python: Annotated[
        str,
        typer.Option(
            "--python", metavar="程序", help="用哪个 Python；不写就用现在这个。"
        ),
    ] = "",
    replace: Annotated[  # noqa: FBT002
        bool, typer.Option("--replace", help="已有别的设置时，换成这个。")
    ] = False,
) -> int:
    """写好按钮要用的设置。"""
    from toolkit.excel import ThisMachine, setup

    target = setup(ThisMachine(), folder, python, replace=replace)
    say.console().print(f"已设置：{target}", soft_wrap=True)
    return DONE


@excel.command(
    "doctor",
    cls=Command,
    epilog="退出码：0 都正常；1 有毛病；2 没有这个文件；3 没有毛病，但有的没有检查。",
)
def excel_doctor(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="文件", help="要检查的 .xlsm；不写就只检查这台电脑。"),
    ] = None,
) -> int:
    """检查按钮为什么不能用，说出毛病和办法。"""
    from toolkit.excel import BAD, UNSURE, ThisMachine, doctor

    told = doctor(ThisMachine(), file)
    for each in told:
        say.console().print(
            f"[{each.state}] {each.what}" + (f"　{each.remedy}" if each.remedy else ""),
            soft_wrap=True,
        )
    codes = {BAD: ERRORS, UNSURE: UNFINISHED}
    return worst(*(codes.get(each.state, DONE) for each in told))
