"""The only room that knows PDF: the text that a page carries, laid out in lines by where its letters stand (pdfminer.six)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.ruled import Letter, Ruled, Rules, tables_in
from toolkit.files.source import content

MOST_PAGES = 2000
SAME_LINE = 0.5  # letters whose middles are nearer than so much of their height stand in one line
WIDE_GAP = 0.9  # a gap wider than so much of a letter's height parts two pieces
NARROW_GAP = 0.28  # one wider than this is a blank between words
HALF = 0.5  # a column is half a Chinese letter wide
LEAST_COLUMN = 2.0  # points
STRAIGHT = 0.5  # points by which a straight line may lean


class PdfError(ToolkitError):
    """A PDF that cannot be read; the message names it and the remedy, in Chinese."""


@dataclass
class Page:
    """What a page carries: its letters, and its straight lines."""

    letters: list[Letter] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)


def pages_of(path: Path) -> tuple[tuple[str | Ruled, ...], ...]:
    """The lines of every page, gaps kept by blanks so that columns stand below each other, and its ruled tables, in order.

    A picture alone gives no line.

    Raise PdfError, in Chinese, where the file is none, is locked, or cannot be read.
    """
    try:
        raw = content(path)
    except OSError as error:
        raise PdfError(f"“{path.name}”读不出来：{why_not_read(error)}。") from error
    if not raw.lstrip()[:5].startswith(b"%PDF"):
        raise PdfError(
            f"“{path.name}”不是 PDF 文件，或者已经损坏。请重新下载，或在 Word 里另存为 .docx 再试。"
        )
    return tuple(_laid(page) for page in _pages(raw, path.name))


def _pages(raw: bytes, name: str) -> Iterator[Page]:
    """Yield what each page carries."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.psexceptions import PSException

    # its complaints on odd files are none of a person's
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        resources = PDFResourceManager()
        # letters as they stand; lines are made here
        device = PDFPageAggregator(resources, laparams=None)
        interpreter = PDFPageInterpreter(resources, device)
        for page in PDFPage.get_pages(io.BytesIO(raw), maxpages=MOST_PAGES):
            interpreter.process_page(page)
            found = Page()
            _take(device.get_result(), found)
            yield found
    except PDFPasswordIncorrect as error:
        raise PdfError(
            f"“{name}”有打开密码，读不了。请去掉密码，另存一份再试。"
        ) from error
    except (
        PDFException,
        PSException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise PdfError(
            f"“{name}”读不出来，可能已经损坏。请用阅读器另存一份，或在 Word 里另存为 .docx 再试。"
        ) from error


def _take(container: Any, page: Page) -> None:
    """Take the letters and lines of a page, those inside its figures too."""
    from pdfminer.layout import LTChar, LTCurve, LTFigure, LTLine, LTRect

    for one in container:
        if isinstance(one, LTChar):
            if one.get_text().strip():
                middle, height = (one.y0 + one.y1) / 2, max(one.y1 - one.y0, 1.0)
                page.letters.append(
                    Letter(one.get_text(), one.x0, one.x1, middle, height)
                )
        elif isinstance(one, LTLine | LTRect):
            # what is only filled is a shade, unless it is as thin as a line
            page.rules.add(one.x0, one.y0, one.x1, one.y1, framed=bool(one.stroke))
        elif isinstance(one, LTCurve) and one.stroke:
            _take_path(one.pts, page.rules)
        elif isinstance(one, LTFigure):
            _take(one, page)


def _take_path(points: Sequence[tuple[float, float]], rules: Rules) -> None:
    """Take the straight pieces of a path."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(x1 - x0) <= STRAIGHT or abs(y1 - y0) <= STRAIGHT:
            rules.add(x0, y0, x1, y1)


def _laid(page: Page) -> tuple[str | Ruled, ...]:
    """The lines and the tables of a page from top to bottom."""
    tables = tables_in(page.rules, page.letters)
    inside = frozenset[int]().union(*(one.letters for one in tables))
    letters = [one for one in page.letters if id(one) not in inside]
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: -one.middle):
        if lines and abs(lines[-1][0].middle - letter.middle) <= SAME_LINE * max(
            letter.height, lines[-1][0].height
        ):
            lines[-1].append(letter)
        else:
            lines.append([letter])
    column = _column(page.letters)
    found: list[tuple[float, str | Ruled]] = [
        (line[0].middle, _line(line, column)) for line in lines
    ]
    found += [(one.top, one.table) for one in tables]
    return tuple(piece for _, piece in sorted(found, key=lambda one: -one[0]))


def _column(letters: Sequence[Letter]) -> float:
    """How wide a column is, in points: half the usual letter's height."""
    heights = sorted(letter.height for letter in letters)
    return (
        max(heights[len(heights) // 2] * HALF, LEAST_COLUMN)
        if heights
        else LEAST_COLUMN
    )


def _line(letters: Sequence[Letter], column: float) -> str:
    """A line as text: pieces that stand apart begin at the column of their left edge."""
    text, right = "", 0.0
    for letter in sorted(letters, key=lambda one: one.left):
        gap = letter.left - right
        if not text or gap > WIDE_GAP * letter.height:
            text += " " * max(round(letter.left / column) - len(text), 3 if text else 0)
        elif gap > NARROW_GAP * letter.height and (
            _is_latin(text[-1]) or _is_latin(letter.text)
        ):
            text += " "
        text += letter.text
        right = max(right, letter.right)
    return text


def _is_latin(letter: str) -> bool:
    return letter.isascii()
