"""What an answer rests on besides the workbook itself: one number that is another one as soon as any of it changes."""

from __future__ import annotations

import hashlib
import json
import os
import pyexpat
import sys
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from toolkit.check.holding import Catalogue
from toolkit.profile.bounds import day_of
from toolkit.profile.form import Profile
from toolkit.profile.settings import Setting
from toolkit.profile.stored import home
from toolkit.version import __version__

FRESH = 10  # seconds: what was changed so lately may have changed after this run had loaded it


class FreshError(Exception):
    """A file of the program or of schema/ was changed just now: nobody knows whether this run goes by the old or the new."""


def fingerprint(ingredients: Mapping[str, str]) -> str:
    """One number of all that an answer rests on."""
    return hashlib.sha256(
        json.dumps(ingredients, sort_keys=True).encode("ascii")
    ).hexdigest()


def ingredients(
    profile: Profile, office: Sequence[Setting], rules: Catalogue
) -> dict[str, str]:
    """All that an answer rests on besides the workbook, by name; raise FreshError, or OSError where a file cannot be read.

    The rules are part of the code and of schema/; which are in force, and all that they may know, is asked of themselves.
    Of the calendar a rule knows one day alone, that whose law is in force.
    """
    return {
        "version": __version__,
        "code": _content(Path(__file__).parent.parent),
        "schema": _content(home() / "schema"),
        "libraries": _libraries(),
        "profile": profile.id,
        "office": json.dumps([astuple(setting) for setting in office]),
        "words": repr(profile.statement),  # with those of the place
        "codes": repr(
            [one for one in profile.lists.values() if one.source]
        ),  # the office's own lists
        "rules": _rules(rules),
        "day": day_of(profile),
    }


def _rules(rules: Catalogue) -> str:
    """The rules in force, how grave each is, and what they may know besides the data; the code lists stand apart."""
    each = [
        (rule.id, rule.title, rule.severity.value)
        for rule in (*rules.rules, *rules.filling.values())
    ]
    known = {
        field.name: getattr(rules.bounds, field.name)
        for field in fields(rules.bounds)
        if field.name != "codes"
    }
    return json.dumps([each, known], default=_plain, sort_keys=True)


def _plain(thing: object) -> object:
    """What JSON does not know: a set in an order of its own, a number with all its decimals."""
    return sorted(thing) if isinstance(thing, frozenset) else repr(thing)


def _content(folder: Path) -> str:
    """A number of every file below a folder: its name and its bytes."""
    whole = hashlib.sha256()
    late = time.time() - FRESH
    before = len(str(folder)) + 1
    # Hundreds of files: paths as texts, and reading without a buffer, take a third of the time.
    for path in _files(folder):
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
            if os.fstat(stream.fileno()).st_mtime > late:
                raise FreshError(Path(path))
            data = stream.read()
        named = path[before:].replace(os.sep, "/").encode("utf-8", "surrogateescape")
        whole.update(b"%d %d %b" % (len(named), len(data), named))
        whole.update(data)
    return whole.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    """The files below a folder, in an order of their own; what Python compiled of them is none."""
    for root, folders, names in os.walk(folder):
        # os.walk goes into what is left in its list.
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(root, name) for name in sorted(names))  # noqa: PTH118


def _libraries() -> str:
    """A number of Python, what it is built with, and every package that it can import, by name and version."""
    packages = sorted({name for place in sys.path for name in _packages(place)})
    said = [
        sys.version,
        sys.platform,
        pyexpat.EXPAT_VERSION,
        zlib.ZLIB_RUNTIME_VERSION,
        *packages,
    ]
    return hashlib.sha256(json.dumps(said).encode("ascii")).hexdigest()


def _packages(place: str) -> Iterator[str]:
    """The packages that are installed in a place, as their folders are called: openpyxl-3.1.5.dist-info."""
    try:
        names = [path.name for path in Path(place or ".").iterdir()]
    except OSError:
        return
    yield from (name for name in names if name.endswith((".dist-info", ".egg-info")))
