"""Profiles made for tests: a home of their own with a copy of what is installed, in which files can be changed at will."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from toolkit import steps
from toolkit.check.report import Report
from toolkit.files.grid import open_grid
from toolkit.profile import handbook
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile
from toolkit.profile.loading import loaded
from toolkit.profile.stored import home
from toolkit.returns.data import computed, from_data, to_data
from toolkit.returns.read import read
from toolkit.rules.filling import FILLING

HEBEI = "hebei-2023"
BROKEN = frozenset({FILLING["mishap"].id, FILLING["cannot-open"].id})
Change = Callable[[Any], Any]


def installed(folder: Path) -> Path:
    """A home with all that is installed; Word templates are only pointed at."""
    shutil.copytree(home() / "schema", folder / "schema")
    (folder / "templates").mkdir()
    (folder / "templates" / "docx").symlink_to(home() / "templates" / "docx")
    return folder


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """What is read in here is read in that home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCLOSURE_HOME", str(folder))
        yield


def read_anew(folder: Path, profile: str) -> Profile:
    """A profile of a home as its files are now."""
    with at_home(folder):
        return loaded.__wrapped__(profile, folder)


@contextmanager
def changed(path: Path, change: Change) -> Iterator[None]:
    """A JSON file with its content changed, for as long as this lasts; a file that is not there begins as an empty object."""
    was = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    said = change(json.loads(was) if was is not None else {})
    path.write_text(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink()
        if was is not None:
            path.write_bytes(was)


def put(*way: str, to: Any) -> Change:
    """A change: what stands at a way in is put in place of what was there."""

    def change(said: Any) -> Any:
        place = said
        for step in way[:-1]:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[int(way[-1]) if isinstance(place, list) else way[-1]] = to
        return said

    return change


def without(*way: str) -> Change:
    """A change: what stands at a way in is taken out."""

    def change(said: Any) -> Any:
        place = said
        for step in way[:-1]:
            place = place[step]
        del place[way[-1]]
        return said

    return change


@dataclass(frozen=True)
class Gone:
    """How a department went all the way: what checking found, and where merging laid its results."""

    checked: Report
    merged: Report
    placed: Mapping[str, Path]


def goes_all_the_way(profile: Profile, units: Sequence[Any], folder: Path) -> Gone:
    """Draw units' data, read it back, check, merge and publish it, print the catalogue; nothing may break."""
    data = folder / "收表"
    data.mkdir(parents=True)
    for number, said in enumerate(units, 1):
        path = data / f"单位{number}.xlsx"
        steps.template(path, profile, source=from_data(said, profile))
        wanted = to_data(computed(from_data(said, profile), profile.book), profile)
        assert _held(to_data(read(open_grid(path), profile), profile)) == _held(wanted), "what is drawn is not read back"
    done = steps.check([data], profile)
    assert not done.unreadable, [finding.message for finding in done.report.findings if finding.rule in BROKEN]
    merged = steps.merge_folder(data, folder / "结果", profile, draft=True)
    broken = [finding.message for finding in merged.report.findings if finding.rule in BROKEN]
    assert not broken, broken
    assert handbook.page(steps.everything(profile), profile, law()).startswith("# 规则目录")
    return Gone(done.report, merged.report, merged.placed)


def _held(data: Any) -> Any:
    """Data without what holds nothing: blank lines at the end of a list, ticks."""
    if isinstance(data, dict):
        held = {key: _held(value) for key, value in data.items() if key != "ticks"}
        return {key: value for key, value in held.items() if value not in ({}, [])}
    if isinstance(data, list):
        lines = [_held(one) for one in data]
        while lines and lines[-1] in ({}, []):
            lines.pop()
        return lines
    return data
