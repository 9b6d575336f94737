"""A department as small as it can be and still say everything: the corrected example with one project of each unit."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from toolkit import steps
from toolkit.profile.loading import load

PROFILE = load("hebei-2023")
RETURNS = Path(__file__).parent.parent / "examples" / "02-xianghe-corrected" / "returns"
UNITS = ("333001-本级", "333002-就业服务中心", "333003-社会保险事业管理所")


def data_of(name: str) -> dict[str, Any]:
    """A unit's data; its one project costs what all of them did, so that everything still adds up."""
    data: dict[str, Any] = json.loads(
        (RETURNS / f"{name[4:]}.json").read_text(encoding="utf-8")
    )
    data["projects"] = data["projects"][:1]
    data["projects"][0]["amount"] = data["composition"]["project"]["this_year"]
    return data


def draw(
    name: str, folder: Path, change: Callable[[dict[str, Any]], object] = lambda _: None
) -> None:
    """A unit's workbook, with other figures where they are changed; it takes the place of the one that lies there."""
    data = data_of(name)
    change(data)
    source = folder / "数据.json"
    source.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (folder / f"{name}.xlsx").unlink(missing_ok=True)
    steps.template(
        folder / f"{name}.xlsx",
        PROFILE,
        source=steps.source_of(source, PROFILE),
        count=1,
    )
    source.unlink()


@cache
def _home() -> Path:
    home = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


@cache
def units() -> Path:
    """The folder of the units' workbooks; nobody changes it."""
    folder = _home() / "收表"
    folder.mkdir()
    for name in UNITS:
        draw(name, folder)
    return folder


@cache
def faulty() -> Path:
    """The same with an error in each, and with hints; nobody changes it."""
    folder = _home() / "有误"
    folder.mkdir()
    for name in UNITS:
        draw(name, folder, _spoilt)
    return folder


def _spoilt(data: dict[str, Any]) -> None:
    """Let two tables contradict each other, and an indicator have no value."""
    data["composition"]["personnel"]["this_year"] = "1.23"
    data["projects"][0]["indicators"][0]["value"] = "文字描述"


@cache
def merged() -> Path:
    """What a merge of them gives; whoever changes it takes a copy."""
    out = _home() / "out"
    steps.merge_folder(units(), out, PROFILE)
    return out
