"""The commands that look at profiles."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.usage import Command, Group
from toolkit.errors import COULD_NOT, DONE
from toolkit.files import say

profile = typer.Typer(cls=Group, help="表样：装有哪些，写得对不对、缺什么。")


@profile.command("list", cls=Command)
def profile_list() -> int:
    """列出装有的表样。"""
    from toolkit import steps

    for one in steps.listed():
        say.console().print(one.sentence, soft_wrap=True)
    return DONE


@profile.command(
    "check", cls=Command, epilog="退出码：0 读得出来；2 写得不对，或者没有这套表样。"
)
def profile_check(
    profile: Annotated[
        str, typer.Argument(metavar="表样", help="表样的代号，如 hebei-2023。")
    ],
) -> int:
    """检查一套表样：写法对不对，缺什么，哪些规则不查、为什么，哪些数没有人用。"""
    from toolkit import steps

    looked_at = steps.examined(profile)
    for sentence in looked_at.sentences:
        say.console().print(sentence, soft_wrap=True)
    blank = steps.stale_blank(looked_at.profile)
    if blank is not None:
        again = f"disclosure template {blank.name} --profile {profile}"
        say.console().print(
            f"{blank} 是改表样以前画的，和现在的表样不一样了。请重画：{again}",
            soft_wrap=True,
        )
    return COULD_NOT if looked_at.faults else DONE
