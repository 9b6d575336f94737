"""How far a run over many files is: a line on a terminal, and nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from toolkit.files import say

if TYPE_CHECKING:
    from collections import Counter

    from toolkit.rules.rule import Severity
    from toolkit.steps import Heard

EVERY = 0.1  # seconds between two drawings: of a thousand files that are known already each takes less


@contextmanager
def progress(afterwards: str) -> Iterator[Heard | None]:
    """Show how many files are done, how fast, how long it takes still, what was found; then what is done `afterwards`.

    The line stands on standard error, and is wiped off at the end; a file, a pipe or a program gets none.
    """
    if not sys.stderr.isatty():
        yield None
        return
    # Loaded only here: it takes as long as a tenth of the command, and most runs in scripts show nothing.
    from rich.progress import BarColumn, Progress, TextColumn

    from toolkit.rules.rule import ERROR, WARNING

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[said]}"),
    )
    console = say.console(stderr=True)
    # Drawn after a file, by no thread of its own: a process that has threads cannot be forked.
    line = Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        auto_refresh=False,
    )
    with line:
        task = line.add_task("读第一个文件", total=None, said="")
        line.refresh()
        found = {ERROR: 0, WARNING: 0}
        drawn = monotonic()

        def heard(done: int, whole: int, counted: Counter[Severity]) -> None:
            nonlocal drawn
            for severity in found:
                found[severity] += counted[severity]
            counts = "　".join(
                f"{severity.value} {number}" for severity, number in found.items()
            )
            pace = line.tasks[task].finished_speed or line.tasks[task].speed
            line.update(
                task,
                description="校验" if done < whole else afterwards,
                total=whole,
                completed=done,
                said=f"{done}/{whole} 个文件　{_pace(pace, whole - done)}{counts}",
            )
            if done == whole or monotonic() - drawn > EVERY:
                line.refresh()
                drawn = monotonic()

        yield heard


def _pace(files_a_second: float | None, left: int) -> str:
    """How fast it goes, and how long it takes still."""
    if not files_a_second or not left:
        return ""
    minutes, seconds = divmod(round(left / files_a_second), 60)
    return f"每秒 {files_a_second:.1f} 个　还要 {minutes}:{seconds:02}　"
