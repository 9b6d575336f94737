"""The commands for what people edit after it was made: new figures, states, comparison, the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.usage import Command
from toolkit.files import say

OFFICE = "部门财务"
PROFILE = typer.Option(
    "--profile",
    metavar="表样",
    help="表样（省份和年度），如 hebei-2023；不写就按文件里写的。",
)
app = typer.Typer()  # its commands join those of the door


@app.command(
    cls=Command,
    rich_help_panel=OFFICE,
    epilog="退出码：0 都换好了；2 读不了或者写不出来；3 换好了，但有的数、有的字句要人看。",
)
def refresh(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="文件", help="人改过的情况说明（.docx）或公开表（.xlsx）。"
        ),
    ],
    out: Annotated[
        Path, typer.Option("--from", metavar="文件夹", help="重新合并出来的文件夹。")
    ],
    target: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="文件",
            help="新的一稿；不写就放在原来的旁边，原来的不动。",
        ),
    ] = None,
) -> int:
    """把新的数换进人改过的情况说明、公开表：字句、格式都不动；人改过的数不换，列出来。"""
    from toolkit import steps

    done = steps.refresh(source, out, target)
    _lines(done.lines)
    if done.placed is not None:
        say.console().print(f"已生成 {done.placed.path}", soft_wrap=True)
        for note in done.placed.notes:
            say.console().print(f"  注意：{note}", soft_wrap=True)
    return done.code


@app.command(
    cls=Command,
    rich_help_panel=OFFICE,
    epilog="退出码：0 出好了；1 数改了没有人同意，或者有不能公开的；3 出好了，有要人看的。",
)
def stage(
    state: Annotated[str, typer.Argument(metavar="送审稿|公开稿", help="出到哪一步。")],
    out: Annotated[Path, typer.Argument(metavar="文件夹", help="合并出来的文件夹。")],
    given: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            metavar="文件",
            help="改过的情况说明、公开表放在别处的，写在这里；可以写几次。",
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers", metavar="文件", help="核对意见.csv：改了的数谁同意、为什么。"
        ),
    ] = None,
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """出送审稿（每页印“送审稿”和文本号）；审完出公开稿，证明只去掉了那一行。"""
    from toolkit import steps
    from toolkit.files.folder import MANIFEST

    known = steps.chosen_to_verify(
        profile, [path for path in (out / MANIFEST,) if path.is_file()]
    ).profile
    done = steps.stage(state, out, known, given or [], answers)
    _lines(done.lines)
    for name, path in done.placed.items():
        if "/" not in name:
            say.console().print(f"  {name} → {path}", soft_wrap=True)
    return done.code


@app.command(
    cls=Command,
    rich_help_panel="单位和部门都用",
    epilog="退出码：0 内容一样；1 不一样；2 读不出来，或者没法比。",
)
def compare(
    one: Annotated[
        Path,
        typer.Argument(
            metavar="甲", help="填报表、合并出来的文件夹、情况说明、公开表、归档.zip。"
        ),
    ],
    other: Annotated[
        Path,
        typer.Argument(
            metavar="乙", help="同一种的另一份；网站上下载的文件可以和归档.zip 比。"
        ),
    ],
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """比较两份填报表、两次合并、两份文件：改了哪些数和字句，哪些数变了、文字没变。"""
    from toolkit import steps

    known = steps.chosen_to_verify(
        profile, [path for path in (one, other) if path.suffix.lower() != ".zip"]
    ).profile
    done = steps.compare(one, other, known)
    _lines(done.lines)
    return done.code


@app.command(
    cls=Command,
    rich_help_panel=OFFICE,
    epilog="退出码：0 归档了；2 没有做成；3 归档了，有的东西没有（说明是哪些）。",
)
def archive(
    out: Annotated[Path, typer.Argument(metavar="结果", help="合并出来的文件夹。")],
    inputs: Annotated[Path, typer.Argument(metavar="收表", help="合并时读的文件夹。")],
    target: Annotated[
        Path, typer.Option("-o", "--output", metavar="归档.zip", help="归档的文件。")
    ],
    more: Annotated[
        list[Path] | None,
        typer.Option(
            "--with",
            metavar="文件",
            help="另外放进去的，如签字页的扫描件；可以写几次。",
        ),
    ] = None,
) -> int:
    """归档：收到的填报表、结果、报告、审签单、清单，按指纹封存成一个 .zip，不用本工具也能打开。"""
    from toolkit import steps

    done = steps.archive(out, inputs, target, more or [])
    say.console().print(
        f"已归档 {done.count} 个文件：{done.placed.path}", soft_wrap=True
    )
    for note in done.notes:
        say.console().print(f"  注意：{note}", soft_wrap=True)
    return done.code


def _lines(lines: tuple[str, ...]) -> None:
    for line in lines:
        say.console().print(line, soft_wrap=True)
