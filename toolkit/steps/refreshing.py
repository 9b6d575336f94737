"""New figures put into a document that a person edited: every word and format kept, the former edition kept too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from toolkit.errors import DONE, UNFINISHED
from toolkit.files.passages import Document, replaced
from toolkit.files.tablerows import rows_replaced
from toolkit.model import record
from toolkit.publish.edited.base import Base, said_lines
from toolkit.publish.edited.held import shortened
from toolkit.publish.edited.refreshed import Plan, plan
from toolkit.returns.content import CONTENT_PROPERTY
from toolkit.steps.bases import STATEMENT, document, laid
from toolkit.steps.paths import Placed, StepError, place

UNIT = re.compile(r"[^\d.,]+$")  # what stands behind the digits of a number
MOST_LINES = 20  # of one kind that are told; the rest is counted


@record()
class Refreshed:
    """What refreshing gave: where the new edition lies (None where nothing was to be done), what is told, the exit code."""

    placed: Placed | None
    lines: tuple[str, ...]
    code: int


def refresh(path: Path, out: Path, target: Path | None = None) -> Refreshed:
    """Bring the figures of a folder of results into an edited document; the new edition is laid beside it, or at `target`."""
    results = laid(out)
    edited, name = document(path)
    if name == STATEMENT and edited.package is None:
        raise StepError(
            f"“{path.name}”是 .odt，只能核对，不能更新。请在 Word 或 WPS 里另存为 .docx 再试。"
        )
    own, new = results.own(edited, name), results.base(name)
    done = plan(own, said_lines(edited), new)
    lines = tuple(_told(done))
    left = bool(done.conflicts or done.unfit or done.lacking or done.over)
    code = UNFINISHED if left else DONE
    if not done.puts:
        return Refreshed(None, lines, code)
    write = partial(_write, source=path, edited=edited, new=new, done=done)
    return Refreshed(place(target or path, write), lines, code)


def _write(path: Path, source: Path, edited: Document, new: Base, done: Plan) -> None:
    passages = said_lines(edited)
    edits = [(passages[put.line], put.start, put.end, put.text) for put in done.puts]
    if edited.package is None:
        path.write_bytes(rows_replaced(source, edits))
        return
    _number(edited, new.content)
    path.write_bytes(replaced(edited, edits))


def _number(edited: Document, content: str) -> None:
    """The content number among the document's own properties, where it bears one, becomes that of the new figures."""
    package = edited.package
    name = package.find("docProps/custom.xml") if package is not None else ""
    if package is None or not name:
        return
    markup = package.markup(name)
    for one in markup.all("property"):
        if one.attributes.get("name") == CONTENT_PROPERTY and one.children:
            markup.write(one.children[0], content)
    package.put(name, markup)


def _told(done: Plan) -> Iterator[str]:
    yield f"换了 {len(done.puts)} 个数" if done.puts else "没有要换的数"
    changes = Counter(
        f"换了　{put.place}：{put.was} → {_with_unit(put.text, put.was)}"
        for put in done.puts
    )
    yield from _some(
        [
            line + (f"（{count} 处）" if count > 1 else "")
            for line, count in changes.items()
        ]
    )
    yield from _some(
        [
            f"没有换　{one.place}“{one.said}”：这个数有人改过，数据也变了，应为 {one.due}"
            for one in done.conflicts
        ]
    )
    yield from _some(
        [
            f"字句要改　{one.place}“{one.said}”：按现在的数，{one.due}"
            for one in done.unfit
        ]
    )
    yield from _some([f"要补上　“{shortened(text)}”" for text in done.lacking])
    yield from _some(
        [
            f"可能要删　{one.place}：“{shortened(one.said)}”，现在没有这一项了"
            for one in done.over
        ]
    )
    if done.kept:
        yield f"人改过的 {done.kept} 个数没有动；改得对不对，用“核对”（disclosure verify --against）看"


def _with_unit(number: str, was: str) -> str:
    """The new number as the old one is said: with its unit, where that was said with the old one."""
    unit = UNIT.search(was)
    return number if unit is None or number.endswith(unit[0]) else number + unit[0]


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"……共 {len(lines)} 处"
