"""The only room that knows PDF: the text that a page carries, laid out in lines by where its letters stand (pdfminer.six)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.source import content

MOST_PAGES = 2000
SAME_LINE = 0.5  # letters whose middles are nearer than so much of their height stand in one line
WIDE_GAP = 0.9  # a gap wider than so much of a letter's height parts two pieces
NARROW_GAP = 0.28  # one wider than this is a blank between words
HALF = 0.5  # a column is half a Chinese letter wide
LEAST_COLUMN = 2.0  # points


class PdfError(ToolkitError):
    """A PDF that cannot be read; the message names it and the remedy, in Chinese."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter with its place on the page, in points; y grows upwards."""

    text: str
    left: float
    right: float
    middle: float
    height: float


def pages_of(path: Path) -> tuple[tuple[str, ...], ...]:
    """The lines of every page, gaps kept by blanks so that columns stand below each other; a picture alone gives no line.

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
    return tuple(_laid(letters) for letters in _letters(raw, path.name))


def _letters(raw: bytes, name: str) -> Iterator[list[Letter]]:
    """Yield the letters of each page."""
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
            yield list(_of_page(device.get_result()))
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


def _of_page(container: Any) -> Iterator[Letter]:
    """Yield the letters of a page, those inside its figures too."""
    from pdfminer.layout import LTChar, LTFigure

    for one in container:
        if isinstance(one, LTChar) and one.get_text().strip():
            yield Letter(
                one.get_text(),
                one.x0,
                one.x1,
                (one.y0 + one.y1) / 2,
                max(one.y1 - one.y0, 1.0),
            )
        elif isinstance(one, LTFigure):
            yield from _of_page(one)


def _laid(letters: Sequence[Letter]) -> tuple[str, ...]:
    """The lines of a page from top to bottom."""
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: -one.middle):
        if lines and abs(lines[-1][0].middle - letter.middle) <= SAME_LINE * max(
            letter.height, lines[-1][0].height
        ):
            lines[-1].append(letter)
        else:
            lines.append([letter])
    column = _column(letters)
    return tuple(_line(line, column) for line in lines)


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
