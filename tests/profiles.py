"""A profile made for a test by extending Hebei's: in a home of its own, drawn, read, judged and published like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.languages import HEBEI, at_home, installed
from toolkit.profile.form import Profile
from toolkit.profile.loading import load


@contextmanager
def own_profile(
    folder: Path,
    key: str,
    said: Mapping[str, Any],
    forms: Mapping[str, Any] | None = None,
) -> Iterator[Profile]:
    """A profile that extends Hebei's with what is said, and with forms of its own; it is loaded by its key while this lasts."""
    home = installed(folder)
    place = home / "schema" / "profiles" / key
    (place / "forms").mkdir(parents=True)
    whole = {"id": key, "extends": HEBEI, "year": 2023, **said}
    (place / "profile.json").write_text(
        json.dumps(whole, ensure_ascii=False), encoding="utf-8"
    )
    for name, form in (forms or {}).items():
        (place / "forms" / f"{name}.json").write_text(
            json.dumps(form, ensure_ascii=False), encoding="utf-8"
        )
    with at_home(home):
        yield load(key)
