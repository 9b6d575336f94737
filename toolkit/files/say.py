"""What is said to a terminal, a pipe or a file: never an encoding error, never a mark that a GBK console cannot show.

A Chinese Windows console and its pipes speak GBK, which has no ✓, no ⚠, no • and no m². Characters that the stream cannot
take are replaced by close ones that it can.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, TextIO, cast

from toolkit.errors import ToolkitError, why_not_written
from toolkit.files.unseen import visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

# a pipe has no width of its own; rich's 80 breaks every Chinese table
PIPED_WIDTH = 120
ERRORS = "budget-disclosure-close"  # the name of our error handler for streams

# From the exact to the rough; the first that the stream can take is used. Longer texts stand before their parts.
_CLOSE = {
    "m²": ("㎡", "平方米", "m2"),
    "m³": ("立方米", "m3"),
    "⚠\ufe0f": ("!",),
    "✓": ("√", "OK"),
    "✔": ("√", "OK"),
    "✅": ("√", "OK"),
    "✗": ("×", "x"),
    "✘": ("×", "x"),
    "❌": ("×", "x"),
    "×": ("x",),
    "√": ("OK",),
    "⚠": ("!",),
    "•": ("·", "-"),
    "·": ("-",),
    "→": ("->",),
    "←": ("<-",),
    "≥": (">=",),
    "≤": ("<=",),
    "≠": ("!=",),
    "−": ("－", "-"),
    "–": ("—", "-"),
    "—": ("-",),
    "…": ("...",),
    "↵": ("／", "/"),
    "½": ("1/2",),
    "¼": ("1/4",),
    "¾": ("3/4",),
    "²": ("2",),
    "³": ("3",),
    "㎡": ("平方米", "m2"),
    "€": ("欧元", "EUR"),
    "¥": ("￥", "CNY"),
    "\u00a0": (" ",),
    "\u200b": ("",),
    "\ufeff": ("",),
    "\ufe0f": ("",),
}
_PIECES = re.compile("|".join(map(re.escape, _CLOSE)) + "|.", re.DOTALL)


# A piece of Chinese that stays on one line: a word or a character, with the brackets and points that belong to it.
_UNIT = re.compile(r"\s+|[（“《]*(?:[!-~]+|\S)[，。；：、！？）”》]*")


class SpeechError(ToolkitError):
    """What was to be said did not arrive; the message says why, in Chinese."""


def fit(text: str, encoding: str) -> str:
    """The text with every character that the encoding cannot take replaced by a close one, at worst by "?"."""
    if _takes(encoding, text):
        return text
    return _PIECES.sub(lambda piece: _fit_piece(piece[0], encoding), text)


def _fit_piece(piece: str, encoding: str) -> str:
    """The piece, or the first of those close to it that the encoding can take."""
    for close in (piece, *_CLOSE.get(piece, ())):
        if _takes(encoding, close):
            return close
    return "?" * len(piece)


def _takes(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _replace(error: UnicodeError) -> tuple[str, int]:
    """Python's own call for a character that a stream cannot take."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    refused = error.object[error.start : error.end]
    return fit(refused, error.encoding), error.end


codecs.register_error(ERRORS, _replace)


def settle() -> None:
    """Make standard output and error bear every character, whoever writes to them: call it once, at the door."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=ERRORS)


def flush() -> None:
    """See everything said on its way; raise SpeechError where it does not arrive. Nothing is left for Python's own end."""
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(
            OSError, ValueError
        ):  # a stream without a file behind it has nothing to be turned away
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
        raise _not_said(error) from error


def _not_said(error: OSError) -> SpeechError:
    return SpeechError(f"要显示的内容没有全部写出去：{why_not_written(error)}。")


def plain(text: str) -> str:
    """The text without characters that would command a terminal, or turn it round: a file's name or content may hold any."""
    return visible(text, "?")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return _cells()(text)


@cache
def _cells() -> Callable[[str], int]:
    from rich.cells import cell_len

    return cell_len


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of so many columns; a Chinese character takes two, words of letters stay whole."""
    lines: list[str] = []
    line = ""
    for unit in _UNIT.findall(text):
        if line and columns(line + unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip()
    return [*lines, line]


@cache
def _of_rich() -> type[Console]:
    """A console to which no text can give commands, whoever wrote it; colours are ours.

    Loaded only when something is said: it takes longer than Python itself, and a program that wants data hears nothing.
    """
    from rich.console import Console

    class Plain(Console):
        """What rich prints, each piece of it made plain."""

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield (
                    segment
                    if segment.control
                    else segment._replace(text=plain(segment.text))
                )

    return Plain


class Fitted:
    """A text stream that fits what is written to it; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(fit(text, self._stream.encoding or "utf-8"))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


class Spoken(Fitted):
    """Standard output or error: where it is full or gone, that is said once, in Chinese."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise _not_said(error) from error

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            raise _not_said(error) from error


def write(text: str) -> None:
    """Write to standard output as it is: data for a program."""
    Spoken(sys.stdout).write(text)


def console(*, stderr: bool = False, file: TextIO | None = None) -> Console:
    """A rich console for standard output, standard error or a file: no emoji, no markup (an address has brackets).

    A pipe or file is written wide, unless COLUMNS says how wide.
    """
    stream = file or (sys.stderr if stderr else sys.stdout)
    return _of_rich()(
        file=cast("TextIO", Fitted(stream) if file else Spoken(stream)),
        emoji=False,
        markup=False,
        highlight=False,
        width=None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH,
    )
