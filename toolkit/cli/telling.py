"""What a check found, told as it was asked for: as text, as data, in a file or on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.files import say

if TYPE_CHECKING:
    from rich.console import Console

    from toolkit.check.report import Report
    from toolkit.profile.form import Profile
    from toolkit.report.words import Undone
    from toolkit.steps import Checked, Placed


class Format(StrEnum):
    """How findings are told."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    XLSX = "xlsx"


def say_placed(done: Placed) -> None:
    """Say where a result lies."""
    say.console().print(f"已生成 {done.path}", soft_wrap=True)
    for note in done.notes:
        say.console().print(f"  注意：{note}", soft_wrap=True)


@contextmanager
def stopped_as_data(format_: Format, out: Path | None) -> Iterator[None]:
    """Where a program listens, what stopped us is data for it too, unless it is the output itself that cannot be written."""
    from toolkit.check.report import Report
    from toolkit.files.outbox import OutputError
    from toolkit.profile.bounds import law
    from toolkit.report.told.data import json_pieces

    try:
        yield
    except ToolkitError as error:
        if format_ is Format.JSON and not isinstance(
            error, OutputError | say.SpeechError
        ):
            give(json_pieces(Report(()), law(), {"stopped": str(error)}), out)
        raise


def tell(
    format_: Format, done: Checked, report: Report, out: Path | None, profile: Profile
) -> None:
    """Tell what checking found, to a program or to a person."""
    from toolkit import steps
    from toolkit.profile.bounds import law
    from toolkit.report.told.data import json_pieces

    if format_ is Format.JSON:
        give(
            json_pieces(
                report,
                law(),
                {
                    "settings": steps.settings_data(done.settings),
                    "passed": [
                        list(pair) for pair in steps.receipts(done, report, profile)
                    ],
                    "unfinished": [one.data for one in done.unfinished],
                    "not_held": done.not_held,
                    **steps.passed_data(done.passed),
                },
            ),
            out,
        )
    elif out is not None:
        say_placed(
            steps.place(
                out,
                lambda path: _write_text(
                    path,
                    report,
                    steps.undone(done),
                    steps.closing(done, report, profile),
                ),
            )
        )
    else:
        # with rich, which no program wants
        from toolkit.report.told.brief import (
            show_brief,
        )

        files = [unit.book for unit in done.facts]
        show_brief(report, say.console(), files, steps.undone(done))
        say_all(steps.closing(done, report, profile), say.console())


def say_all(lines: Iterable[str], console: Console) -> None:
    """Print each line, unbroken where the terminal breaks it."""
    for line in lines:
        console.print(line, soft_wrap=True)


def _write_text(
    path: Path, report: Report, undone: Undone, closing: Iterable[str]
) -> None:
    """Write findings as text; with a byte order mark, so that Windows programs know it is UTF-8."""
    from toolkit.profile.bounds import law
    from toolkit.report.told.terminal import show

    with path.open("w", encoding="utf-8-sig") as file:
        show(report, law(), say.console(file=file), undone)
        say_all(closing, say.console(file=file))


def _write(path: Path, pieces: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)


def give(pieces: Iterable[str], out: Path | None) -> None:
    """Print, or lay down as a file, piece by piece."""
    from toolkit import steps

    if out is None:
        for piece in pieces:
            say.write(piece)
    else:
        steps.place(out, partial(_write, pieces=pieces))
