"""The command line's own words, in Chinese: its help pages, and what is said where a command is given wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

from toolkit.errors import ToolkitError
from toolkit.files import say

PROGRAM = "disclosure"
EMPTY = "empty"  # typer's objection to a path of no character
# columns before a name, and those that names and their indent take
INDENT, LEFT = (
    "  ",
    22,
)
EXIT_CODES = "退出码：0 做完了，没有错误；1 有错误；2 有文件读不了，或者没有做成；3 没有错误，但没有填完，或有的核对没有做。"


class UsageError(ToolkitError):
    """A command that was given wrongly; the message says what is wrong and how to see what is right."""


class Read:
    """What a person wrote for a parameter, read as the parameter's kind.

    typer lets pydantic read it, which takes longer to load than seven Pythons; texts, paths, whole numbers and choices need
    none of that.
    """

    def __init__(
        self, kind: type, least: int | None, most: int | None, *, several: bool
    ) -> None:
        self.kind, self.least, self.most, self.several = kind, least, most, several

    @classmethod
    def of(cls, param: Any) -> Read | None:
        """How a parameter is read; None where only typer knows how."""
        told = param.type_descriptor
        several = get_origin(told.annotation) is list
        kind = get_args(told.annotation)[0] if several else told.annotation
        if not (isinstance(kind, type) and issubclass(kind, str | Path | int | Enum)):
            return None
        return cls(
            kind, told.parameter_info.min, told.parameter_info.max, several=several
        )

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value read, or typer's own objection."""
        if value is None:
            return () if self.several else None
        try:
            return (
                [self.one(each) for each in value] if self.several else self.one(value)
            )
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from error

    def one(self, value: Any) -> Any:
        """One of the values."""
        if value == "" and issubclass(self.kind, Path):
            raise ValueError(EMPTY)  # else it would be the folder one stands in
        read = self.kind(value)  # of a flag True or False, which is no word to be read
        too_little = self.least is not None and read < self.least
        if too_little or (self.most is not None and read > self.most):
            raise ValueError(f"{read} is out of range")
        return read


class Command(TyperCommand):
    """A command that speaks Chinese."""

    allow_extra_args = True  # so that it is we who say what is too much

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest = _parsed(super().parse_args, ctx, args)
        if rest:
            raise UsageError(
                _said(
                    f"多写了“{' '.join(rest)}”。名字里有空格的，请用英文引号括起来。",
                    ctx,
                )
            )
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _show(self, ctx)


class Group(TyperGroup):
    """A group of commands that speaks Chinese."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            raise UsageError(_said(f"还要写命令：{_quoted(self.commands)}。", ctx))
        return _parsed(super().parse_args, ctx, args)

    def resolve_command(
        self, ctx: Any, args: list[str]
    ) -> tuple[str | None, Any, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            raise UsageError(
                _said(
                    f"没有“{args[0]}”这个命令。{_perhaps(get_close_matches(args[0], self.commands))}",
                    ctx,
                )
            )
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _show(self, ctx)


def asked_alone(app: typer.Typer, arguments: Sequence[str]) -> typer.Typer:
    """The door with nothing but the command that is asked for: typer reads the parameters of all that it has.

    Where none is named, or one that there is not, all are wanted, to be shown or to be guessed among.
    """
    asked = [
        one
        for one in app.registered_commands
        if arguments and arguments[0] == (one.name or _called(one.callback))
    ]
    if not asked:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = asked, []
    return alone


def _called(callback: Callable[..., object] | None) -> str:
    return callback.__name__.replace("_", "-") if callback is not None else ""


# -- what is wrong ----------------------------------------------------------------------------------------------------


def _parsed(
    parse: Callable[[Any, list[str]], list[str]], ctx: Any, args: list[str]
) -> list[str]:
    """Parse arguments; what typer objects to is said in Chinese."""
    for param in ctx.command.get_params(ctx):
        # Where none is set, typer makes its own once it is asked for.
        param._runtime_param = Read.of(param)  # noqa: SLF001  typer has no other way in
    try:
        return parse(ctx, args)
    except typer.TyperException as error:
        raise UsageError(_said(_fault(error), ctx)) from error


def _fault(error: typer.TyperException) -> str:
    """What typer objects to. Its kinds are told apart by what they carry, for their classes are its own affair."""
    param: Any = getattr(error, "param", None)
    option = getattr(error, "option_name", "")
    if hasattr(error, "possibilities"):
        return f"没有“{option}”这个选项。{_perhaps(sorted(error.possibilities or ()))}"
    if option and "does not take" in error.message:
        return f"“{option}”后面不写值，请去掉等号和后面的内容。"
    if option:
        return f"“{option}”后面还要写值。"
    if hasattr(error, "param_type"):
        return f"还要写出“{_label(param)}”：{param.help}"
    wrong = "是空的" if error.message == EMPTY else "写得不对"
    return f"“{_label(param)}”{wrong}：{param.help}"


def _perhaps(near: Sequence[str]) -> str:
    return f"您要的是不是{_quoted(near)}？" if near else ""


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _said(what: str, ctx: Any) -> str:
    return f"{what}\n请看用法：{ctx.command_path} --help"


# -- help pages -------------------------------------------------------------------------------------------------------


def _show(command: TyperCommand | TyperGroup, ctx: Any) -> None:
    console = say.console()
    console.print("\n".join(_page(command, ctx, console.width)), soft_wrap=True)


def _page(command: TyperCommand | TyperGroup, ctx: Any, width: int) -> Iterator[str]:
    """The lines of a help page."""
    params = command.get_params(ctx)
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    names = [_label(param) for param in arguments] + (
        ["命令"] if isinstance(command, TyperGroup) else []
    )
    names += [_label(param, short=True) for param in options if param.required]
    yield f"用法：{' '.join([ctx.command_path, *names, '[选项]'])}"
    for paragraph in (command.help or "").split("\n\n"):
        yield ""
        yield from say.wrapped(paragraph.replace("\n", ""), width)
    if isinstance(command, TyperGroup):
        yield from _commands(command, width)
    if arguments:
        yield from ("", "要写的：")
        for param in arguments:
            yield from _entry(_label(param), _told(param), width)
    yield from ("", "选项：")
    for param in options:
        yield from _entry(_label(param, every=True), _told(param), width)
    if command.epilog:
        yield ""
        yield from say.wrapped(command.epilog, width)


def _commands(group: TyperGroup, width: int) -> Iterator[str]:
    """A group's commands, by who uses them."""
    panels: dict[str, list[Any]] = {}
    for command in group.commands.values():
        panels.setdefault(
            getattr(command, "rich_help_panel", None) or "命令", []
        ).append(command)
    for title, commands in panels.items():
        yield from ("", f"{title}：")
        for command in commands:
            yield from _entry(
                command.name, (command.help or "").partition("\n\n")[0], width
            )


def _entry(name: str, told: str, width: int) -> Iterator[str]:
    """A name and what it is for: beside each other, or below where the name is long."""
    lines = say.wrapped(told, width - LEFT)
    first = INDENT + name
    if say.columns(first) + 2 > LEFT:
        yield first
    else:
        yield first + " " * (LEFT - say.columns(first)) + lines.pop(0)
    yield from (" " * LEFT + line for line in lines)


def _label(param: Any, *, every: bool = False, short: bool = False) -> str:
    """How a parameter is written: 工作簿, --output 文件夹; by its short name, or with every name it has."""
    value = "" if getattr(param, "is_flag", False) else param.metavar or ""
    if param.param_type_name == "argument":
        return value if param.required else f"[{value}]"
    names = sorted(param.opts, key=len)
    if not every:
        names = names[:1] if short else names[-1:]
    return f"{', '.join(names)} {value}".rstrip()


def _told(param: Any) -> str:
    if "--help" in param.opts:
        return "显示这一页。"
    default = param.default.value if isinstance(param.default, Enum) else param.default
    if param.required and param.param_type_name == "option":
        return f"{param.help}（必须写）"
    if (
        isinstance(default, str | int)
        and not isinstance(default, bool)
        and default != ""
    ):
        return f"{param.help}（不写就是 {default}）"
    return str(param.help)
