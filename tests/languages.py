"""Profiles made for tests: a home of their own with a copy of what is installed, in which files can be changed at will."""

from __future__ import annotations

import json
import re
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
from toolkit.profile.by_door import of_return
from toolkit.profile.form import Profile
from toolkit.profile.loading import loaded
from toolkit.profile.stored import ProfileError, home
from toolkit.profile.wrong import WrongError
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
    path.write_text(
        said if isinstance(said, str) else json.dumps(said, ensure_ascii=False),
        encoding="utf-8",
    )
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
            place = (
                place[int(step)]
                if isinstance(place, list)
                else place.setdefault(step, {})
            )
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
    """How a department went all the way: what checking the first unit and what merging found, and where its results lie."""

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
        given = from_data(said, profile)
        wanted = to_data(computed(given, of_return(profile, given).book), profile)
        assert _held(to_data(read(open_grid(path), profile), profile)) == _held(
            wanted
        ), "what is drawn is not read back"
    # merging checks all of them, and each with the others
    done = steps.check([data / "单位1.xlsx"], profile)
    assert not done.unreadable, [
        finding.message for finding in done.report.findings if finding.rule in BROKEN
    ]
    merged = steps.merge_folder(data, folder / "结果", profile, draft=True)
    broken = [
        finding.message for finding in merged.report.findings if finding.rule in BROKEN
    ]
    assert not broken, broken
    assert handbook.page(steps.everything(profile), profile, law()).startswith(
        "# 规则目录"
    )
    return Gone(done.report, merged.report, merged.placed)


def _held(data: Any) -> Any:
    """Data without what holds nothing: blank lines at the end of a list, ticks; and without the door, which drawing adds."""
    if isinstance(data, dict):
        held = {
            key: _held(value)
            for key, value in data.items()
            if key not in ("ticks", "door")
        }
        return {key: value for key, value in held.items() if value not in ({}, [])}
    if isinstance(data, list):
        lines = [_held(one) for one in data]
        while lines and lines[-1] in ({}, []):
            lines.pop()
        return lines
    return data


# -- profiles of one's own --------------------------------------------------------------------------------------------


def written(folder: Path, profile: str, files: Mapping[str, Any]) -> str:
    """Install a profile in a home: its files by their names (profile, definitions, forms/…). Return its id."""
    place = folder / "schema" / "profiles" / profile
    for name, said in files.items():
        path = place / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return profile


def adapted(folder: Path, profile: str) -> Profile:
    """A profile from which something was dropped, with all that names what is gone dropped too."""
    place = folder / "schema" / "profiles" / profile
    for _ in range(200):
        try:
            return read_anew(folder, profile)
        except ProfileError as error:
            found = re.match(rf"“{profile}/([^”]+)\.json”", str(error))
            fault = error.__cause__
            if found is None or not isinstance(fault, WrongError):
                raise
            path = place / f"{found[1]}.json"
            said = json.loads(path.read_text(encoding="utf-8"))
            if _cut(said, fault.place):
                path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
            else:
                _unlist(place / "profile.json", path)
    raise AssertionError("it does not come to an end")


def _unlist(profile: Path, form: Path) -> None:
    """Take a form out of the books, and away."""
    said = json.loads(profile.read_text(encoding="utf-8"))
    for book in said["books"].values():
        book["forms"] = [one for one in book["forms"] if one != form.stem]
    profile.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    form.unlink()


def _cut(said: Any, place: Sequence[str]) -> bool:
    """Take out what stands at a place of a declaration; answer whether the rest can stand.

    Messages leave out some keys of the way there. What lacks something that it must have goes itself.
    """
    if not place or place in (("x-blocks",), ["x-blocks"]):
        return False
    *way, last = place
    if re.match(r"第 \d+ 项", last):
        del held_at(said, way)[int(last.split()[1]) - 1]
        return True
    held = held_at(said, way)
    holder = next(
        (
            one
            for one in (held, *(held.get(key, {}) for key in PASSED_BY))
            if last in one
        ),
        None,
    )
    if holder is None:
        return _cut(said, way)
    del holder[last]
    return True


def held_at(said: Any, way: Sequence[str]) -> Any:
    held = said
    for step in way:
        held = _inside(held, step)
    return held


PASSED_BY = ("x-blocks", "columns")


def _inside(held: Any, step: str) -> Any:
    if isinstance(held, list):
        number = re.match(r"第 (\d+) 项", step)
        return (
            held[int(number[1]) - 1]
            if number
            else next(one for one in held if one.get("key") == step)
        )
    if step in held:
        return held[step]
    return next(held[key][step] for key in PASSED_BY if step in held.get(key, {}))
