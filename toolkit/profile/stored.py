"""The files of schema/: where they lie, and how they are read."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sysconfig
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.files.text import read_text


class ProfileError(ToolkitError):
    """A schema file that cannot be used; its message names the file, the place and what to mend, in Chinese."""


def home() -> Path:
    """The folder that holds schema/ and templates/: the checkout, or the wheel's share folder."""
    if override := os.environ.get("DISCLOSURE_HOME"):
        return Path(override)
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    shares = [Path(sysconfig.get_path("data", scheme)) / "share" / "budget-disclosure-toolkit" for scheme in schemes]
    checkout = Path(__file__).resolve().parent.parent.parent
    for place in (checkout, *shares):
        if (place / "schema" / "profiles").is_dir():
            return place
    raise ProfileError("找不到 schema 文件夹：安装不完整，请重新安装。")


def read_json(path: Path) -> Any:
    """Read a JSON file (a BOM is forgiven); a fault is told with its line, in Chinese."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = text.split("\n")[error.lineno - 1]
        hint = "（这一行里有中文标点，JSON 只认英文的引号、逗号和冒号）" if re.search("[“”，：]", line) else ""
        raise ProfileError(
            f"“{path.name}”第 {error.lineno} 行第 {error.colno} 列写法有误{hint}，请改正：“{line.strip()[:60]}”。"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"“{path.name}”里有太长的数，或者套了太多层，读不出来。请检查这个文件。") from error


def read_csv(path: Path) -> tuple[dict[str, str], ...]:
    """Read a code list: CSV with a header row, UTF-8 (with or without BOM) or GBK, as Chinese Excel saves it."""
    lines = csv.DictReader(io.StringIO(read_text(path), newline=""))
    try:
        return tuple(lines)
    except csv.Error as error:
        raise ProfileError(f"“{path.name}”里有一格太长，读不出来。请检查引号是否成对，把多余的内容删去。") from error


def code_list(name: str) -> tuple[dict[str, str], ...]:
    """A list of schema/codes/, line by line as it is written."""
    return read_csv(home() / "schema" / "codes" / f"{name}.csv")
