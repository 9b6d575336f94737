"""Profiles made for tests: a home of their own with a copy of what is installed, in which files can be changed at will."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.stored import home

HEBEI = "hebei-2023"
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
        return load.__wrapped__(profile)


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
