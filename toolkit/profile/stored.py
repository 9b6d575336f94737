"""The files of schema/: where they lie, and how they are read."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.files.text import read_text
from toolkit.profile.wrong import file_of


class ProfileError(ToolkitError):
    """A schema file that cannot be used; its message names the file, the place and what to mend, in Chinese."""


def home() -> Path:
    """The folder that holds schema/ and templates/: the checkout, or the wheel's share folder."""
    return Path(os.environ["DISCLOSURE_HOME"]) if overridden() else _installed()


def overridden() -> bool:
    """Whether the environment names another folder than the installed one."""
    return bool(os.environ.get("DISCLOSURE_HOME"))


@lru_cache(maxsize=1)
def _installed() -> Path:
    """Where the toolkit was installed with its data."""
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    shares = [
        Path(sysconfig.get_path("data", scheme)) / "share" / "budget-disclosure-toolkit"
        for scheme in schemes
    ]
    checkout = Path(__file__).resolve().parent.parent.parent
    for place in (checkout, *shares):
        if (place / "schema" / "profiles").is_dir():
            return place
    raise ProfileError("找不到 schema 文件夹：安装不完整，请重新安装。")


def blanks(profile: str) -> Path:
    """The folder of a profile's blank workbooks."""
    return home() / "templates" / "xlsx" / profile


def read_json(path: Path) -> Any:
    """Read a JSON file (a BOM is forgiven); a fault is told with its line, in Chinese. A key that comes twice is one."""
    text = read_text(path)
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        raise ProfileError(_misspelt(path, text, error)) from error
    except _TwiceError as error:
        raise ProfileError(
            f"“{file_of(path)}”里同一处写了两遍“{error}”，只有后一个会起作用。请删去一个，或者改名。"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProfileError(
            f"“{file_of(path)}”里有太长的数，或者套了太多层，读不出来。请检查这个文件。"
        ) from error


class _TwiceError(Exception):
    """A key that stands twice in one object."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as it is read: of two values under one key one would be lost in silence."""
    held = dict(pairs)
    if len(held) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(
            next(key for number, key in enumerate(keys) if key in keys[:number])
        )
    return held


def _misspelt(path: Path, text: str, error: json.JSONDecodeError) -> str:
    """Where a file is no JSON, and what is likely: Chinese punctuation, or a bracket that has no other."""
    line = text.split("\n")[error.lineno - 1]
    if re.search("[“”，：｛｝［］]", re.sub(r'"(?:[^"\\]|\\.)*"', "", line)):
        hint = "（这一行里有中文标点，JSON 只认英文的引号、逗号、冒号和括号）"
    elif lonely := _lonely_bracket(text):
        number, bracket = lonely
        hint = f"（第 {number} 行的“{bracket}”没有配成对）"
    else:
        hint = ""
    where = f"第 {error.lineno} 行第 {error.colno} 列"
    return f"“{file_of(path)}”{where}写法有误{hint}，请改正：“{line.strip()[:60]}”。"


def _lonely_bracket(text: str) -> tuple[int, str] | None:
    """The line and the sign of a bracket that has no other; None where all are paired."""
    pairs = {"}": "{", "]": "["}
    open_ones: list[tuple[int, str]] = []
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", text)  # no text goes over a line's end
    for number, line in enumerate(bare.split("\n"), 1):
        for sign in re.findall(r"[{}\[\]]", line):
            if sign not in pairs:
                open_ones.append((number, sign))
            elif not open_ones or open_ones[-1][1] != pairs[sign]:
                return open_ones[-1] if open_ones else (number, sign)
            else:
                open_ones.pop()
    return open_ones[-1] if open_ones else None


def read_csv(path: Path) -> tuple[dict[str, str], ...]:
    """Read a code list: CSV with a header row, UTF-8 (with or without BOM) or GBK, as Chinese Excel saves it."""
    lines = csv.reader(io.StringIO(read_text(path), newline=""))
    try:
        head = next(lines, [])
        return tuple(_line(head, line) for line in lines if line)
    except csv.Error as error:
        raise ProfileError(
            f"“{file_of(path)}”里有一格太长，读不出来。请检查引号是否成对，把多余的内容删去。"
        ) from error


def _line(head: list[str], line: list[str]) -> dict[str, Any]:
    """A line by its columns, as csv.DictReader gives it in twice the time: what lacks is None, what is too much under None."""
    said: dict[Any, Any] = dict(zip(head, line, strict=False))
    columns = len(head)
    if len(line) > columns:
        said[None] = line[columns:]
    if len(line) < columns:
        said |= dict.fromkeys(head[len(line) :])
    return said


def code_list(name: str) -> tuple[dict[str, str], ...]:
    """A list of schema/codes/, line by line as it is written."""
    return read_csv(home() / "schema" / "codes" / f"{name}.csv")
