"""A person's text files as they come: UTF-8 with or without its mark, UTF-16 with it, or GBK as Chinese Windows saves."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.source import content

# controls that no editor puts into a text
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class TextError(ToolkitError):
    """A text file that cannot be read; the message names it and the remedy, in Chinese."""


def read_text(path: Path) -> str:
    """The text of a file, whichever of the usual encodings it has; raise TextError, in Chinese, where it is no text."""
    try:
        raw = content(path)
    except OSError as error:
        raise TextError(f"“{path.name}”读不出来：{why_not_read(error)}。") from error
    try:
        text = raw.decode(_encoding(raw))
    except UnicodeDecodeError as error:
        raise TextError(_unreadable(path)) from error
    if _NO_TEXT.search(text):
        raise TextError(_unreadable(path))
    return text


def _encoding(raw: bytes) -> str:
    if raw.startswith(_UTF_16):
        return "utf-16"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _unreadable(path: Path) -> str:
    return f"“{path.name}”不是文本文件，或者编码认不出来。请用记事本打开，另存为 UTF-8 编码再试。"
