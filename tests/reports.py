"""Reports and pages for tests: hand-made findings, hostile texts, the first example; and what a page holds, as text."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from toolkit import steps
from toolkit.check.report import Report
from toolkit.files.grid import Grid, Raw, RawSheet
from toolkit.files.shelf import Shelf
from toolkit.model import Cell, Kind, Return, SheetState
from toolkit.profile.bounds import law
from toolkit.profile.loading import load
from toolkit.report.told.page import to_page
from toolkit.rules.rule import ERROR, Finding

PROFILE = load("hebei-2023")
INPUT = Path(__file__).parent.parent / "examples" / "01-xianghe-as-published" / "input"
HOSTILE = (
    "</script><script>window.hit=1</script>",
    "<!--",
    "--><img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "' onmouseover='window.hit=1",
    "</table></section><style>*{display:none}</style>",
    "javascript:window.hit=1",
    "&lt;b&gt; &amp;amp; ${window.hit=1} {{7*7}}",
    "a\x00b\x1b[31m\u202eecilop\ud800",
)


def finding(number: int = 1, **changes: Any) -> Finding:
    said: dict[str, Any] = {
        "rule": f"X01-{number:02d}",
        "severity": ERROR,
        "title": f"标题{number}",
        "message": f"第 {number} 个问题。",
        "remedy": "改成对的。",
        "basis": (),
        "cells": (Cell("甲.xlsx", "收支总表", 8, 4),),
        "unit": "甲单位",
    }
    return Finding(**(said | changes))


def page(
    *findings: Finding, returns: tuple[Return, ...] = (), shelf: Shelf | None = None
) -> str:
    return to_page(Report(findings, 10), returns, law(), PROFILE, shelf)


class Seen(HTMLParser):
    """The elements of a page, and the text a person can read without scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in ("script", "style"):
            self.scripts.append(data)
        else:
            self.text += data


@lru_cache(maxsize=1)
def example() -> tuple[steps.Checked, Shelf]:
    """The first example, checked, and its workbooks."""
    shelf = Shelf()
    return steps.check([INPUT], PROFILE, shelf.open), shelf


def shelved(grid: Grid) -> Shelf:
    """A shelf with one workbook."""
    shelf = Shelf()
    shelf.keep(grid)
    return shelf


def everywhere(text: str) -> str:
    """A page with this text in every place that people can write to."""
    book = f"{text}.xlsx"
    cell = Cell(book, text, 2, 2)
    values: dict[str, Any] = {
        "title": text,
        "message": text,
        "remedy": text,
        "unit": text,
        "joined": (finding(2, rule=text, title=text),),
        "place": text,
        "office": text,
    }
    more: dict[str, Any] = {
        "accepted": text,
        "state": text,
        "id": text,
        "rule": text,
        "basis": (text,),
    }
    grid = Grid(
        book,
        {
            text: RawSheet(
                text,
                {
                    (2, 2): Raw(Kind.TEXT, text, formula=text),
                    (1, 2): Raw(Kind.TEXT, text),
                },
            )
        },
    )
    cover = Return(
        book,
        PROFILE.id,
        {},
        sheets={"cover": SheetState(cell._replace(row=1), text, begun=True)},
    )
    return page(
        finding(cells=(cell,), **values, **more), returns=(cover,), shelf=shelved(grid)
    )


NEWER = {
    r"\?\.(?!\d)": "optional chaining (2020)",
    r"\?\?": "?? (2020)",
    r"[|&*?]{2}=": "logical assignment (2021)",
    r"catch\s*\{": "catch without a binding (2019)",
    r"\.(?:flat|flatMap|fromEntries|trimStart|trimEnd|matchAll|replaceAll|at|allSettled|any)\(": "a newer function",
    r"\bimport\b|\bexport\b": "a module",
    r"\b\d+n\b|\bglobalThis\b": "2020",
    r"#\w+\s*[=(;]": "a private field (2022)",
}


def bare(script: str) -> str:
    """A script without its comments and texts."""
    return re.sub(
        r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|/(?![ *=])(?:\\.|[^/\\\n])+/[gimsuy]*",
        " ",
        script,
        flags=re.DOTALL,
    )
