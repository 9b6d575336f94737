"""Provoking errors: where one may be raised, which one a provocation raised, and whether its sentence is one for people."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit import cli
from toolkit.errors import ToolkitError

TOOLKIT = Path(__file__).resolve().parent.parent / "toolkit"
REMEDY = re.compile("请|可以")
LEAKS = re.compile(
    r"Traceback|Errno|[A-Z]\w*(?:Error|Exception)\b|\bNone\b|object at 0x|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}"
)
# What may stand in a sentence in letters: what people type, and the names of programs and formats.
LETTERS = re.compile(
    r"编号 [0-9a-f]{8}）|“[^”]*”|《[^》]*》"  # what is quoted: names of files, rules, what stands in a file
    r"|disclosure(?: [a-z]+)*(?: --[a-z]+)*(?: [a-z]+\b)?|pip install [^。]*"
    r"|--[a-z]+(?:-[a-z]+)*|-[a-z]\b|\.[a-z]{3,4}\b|\{[^}]*\}|https?://\S+"
    r"|[a-z]+(?:-[0-9a-z]+)*\.(?:json|csv)|[a-z]+(?:-[a-z]+)*-20\d\d|new-year|[A-Z]\d\d-\d\d|S-[a-z_.]+"
    r"|\b(?:JSON|PDF|UTF-8|GBK|Word|Excel|WPS|Office|Python|Windows|html|xlsx|json|text|docx|schema|SHA-256)\b"
)


@dataclass(frozen=True, order=True)
class Site:
    """A place that raises an error of the family."""

    module: str
    line: int
    last: int
    function: str

    def __str__(self) -> str:
        return f"{self.module} {self.function} (line {self.line})"


def family(base: type[ToolkitError] = ToolkitError) -> Iterator[type[ToolkitError]]:
    """Every class of the family that our modules define."""
    for sub in base.__subclasses__():
        if sub.__module__.startswith("toolkit"):
            yield sub
        yield from family(sub)


def sites(names: Sequence[str]) -> Iterator[Site]:
    """Every `raise` of one of these names, wherever it stands in the toolkit."""
    for path in sorted(TOOLKIT.rglob("*.py")):
        module = ".".join(path.relative_to(TOOLKIT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from _sites_in(tree, module, "", names)


def _sites_in(
    node: ast.AST, module: str, function: str, names: Sequence[str]
) -> Iterator[Site]:
    for child in ast.iter_child_nodes(node):
        inside = (
            child.name
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            else function
        )
        if (
            isinstance(child, ast.Raise)
            and child.exc is not None
            and _name(child.exc) in names
        ):
            yield Site(module, child.lineno, child.end_lineno or child.lineno, inside)
        yield from _sites_in(child, module, inside, names)


def _name(raised: ast.expr) -> str:
    named = raised.func if isinstance(raised, ast.Call) else raised
    return (
        named.attr
        if isinstance(named, ast.Attribute)
        else named.id
        if isinstance(named, ast.Name)
        else ""
    )


@contextmanager
def watched() -> Iterator[list[tuple[str, int]]]:
    """Note, for every error of the family that is made, the module and line of each frame that led to it."""
    seen: list[tuple[str, int]] = []

    def made(error: ToolkitError, *args: object) -> None:
        Exception.__init__(error, *args)
        frame = sys._getframe(1)  # noqa: SLF001  the one way to know where an error is made
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(TOOLKIT):
                seen.append(
                    (
                        ".".join(path.relative_to(TOOLKIT).with_suffix("").parts),
                        frame.f_lineno,
                    )
                )
            frame = frame.f_back  # type: ignore[assignment]  # the outermost frame has none behind it

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ToolkitError, "__init__", made)
        yield seen


@dataclass(frozen=True)
class Said:
    """How a provocation ended: the exit code, and the sentence."""

    code: int
    text: str


@dataclass(frozen=True)
class Desk:
    """Where a provocation is prepared: a folder of its own, and things that can be played."""

    folder: Path
    play: pytest.MonkeyPatch

    def file(self, name: str, content: str | bytes = b"") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *arguments: str | Path) -> Said:
        """Give a command, as main() does, and listen."""
        with (
            redirect_stdout(io.StringIO()) as out,
            redirect_stderr(io.StringIO()) as err,
        ):
            code = cli.run([str(argument) for argument in arguments])
        return Said(code, err.getvalue() or out.getvalue())

    def call(self, work: Callable[[], object]) -> Said:
        """Do what no command reaches in a test, and hear the error itself."""
        with pytest.raises(ToolkitError) as raised:
            work()
        return Said(raised.value.code, str(raised.value))


def foreign(text: str) -> list[str]:
    """The words of a text that are neither Chinese nor anything that people type or know by name."""
    return re.findall(r"[A-Za-z]{2,}", LETTERS.sub("", text))
