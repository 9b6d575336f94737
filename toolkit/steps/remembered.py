"""What an earlier run found in a workbook, or in a department, that nothing has changed of: it is not found out twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.check.holding import Catalogue
from toolkit.check.report import Report
from toolkit.files.cache import Cache, written
from toolkit.files.source import sha256
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.settings import Setting
from toolkit.steps.fingerprint import FreshError, fingerprint, ingredients
from toolkit.steps.plain import coder
from toolkit.steps.units import Facts, Piece, Unfinished, counted

_REPORT, _FACTS, _UNFINISHED = coder(Report), coder(Facts), coder(Unfinished | None)
# What data that are not an answer make of whoever takes them for one.
_NO_ANSWER = (ValueError, TypeError, KeyError)


class Memory:
    """The answers of earlier runs that hold for this one.

    A workbook's answer rests on its bytes, its name in the run and all `ingredients`; a department's on those of all its units.
    """

    def __init__(self, cache: Cache, base: str) -> None:
        self._cache = cache
        self._base = base

    def of_file(self, path: Path, name: str) -> Piece | None:
        """What checking a workbook gave; None where that is not known. Its return is not kept."""
        try:
            content = sha256(path)
            said = self._cache.get(self._key("file", name, content))
            report, facts, unfinished = said if said is not None else (None, None, None)
            if report is None:
                return None
            own = _REPORT.made(report)
            return Piece(
                name,
                own,
                counted(own),
                _FACTS.made(facts),
                unfinished=_UNFINISHED.made(unfinished),
                sha256=content,
            )
        except (OSError, *_NO_ANSWER):
            return None

    def keep_file(self, piece: Piece) -> None:
        """Keep what checking a workbook gave. One that could not be read is tried anew by every run."""
        if piece.facts is not None and piece.sha256:
            self._cache.put(
                self._key("file", piece.name, piece.sha256),
                piece.answer or answer(piece),
            )

    def of_department(self, units: Iterable[tuple[str, str]]) -> Report | None:
        """What holding these units against each other gave; each by its name in the run, and the hash of its workbook."""
        try:
            said = self._cache.get(self._key("department", *_flat(units)))
            return _REPORT.made(said) if said is not None else None
        except _NO_ANSWER:
            return None

    def keep_department(self, units: Iterable[tuple[str, str]], report: Report) -> None:
        """Keep what holding these units against each other gave."""
        self._cache.put(
            self._key("department", *_flat(units)), written(_REPORT.plain(report))
        )

    def _key(self, *parts: str) -> bytes:
        return hashlib.sha256(json.dumps([self._base, *parts]).encode("ascii")).digest()


def memory(
    cache: Cache | None,
    profile: Profile,
    office: Sequence[Setting],
    rules: Catalogue,
    *,
    merging: bool,
) -> Memory | None:
    """The answers of earlier runs of the same kind; None where there is no cache, or no telling what this run rests on."""
    if cache is None or not _is_installed(profile):
        return None
    try:
        rests_on = ingredients(profile, office, rules)
    except (OSError, FreshError):
        return None
    return Memory(cache, fingerprint({**rests_on, "merging": str(merging)}))


def _is_installed(profile: Profile) -> bool:
    """Whether a profile is the one of schema/, with an office's own code lists and words perhaps: these are ingredients."""
    known = load(profile.id)
    if profile is known:
        return True
    known = replace(known, statement=profile.statement)
    own = [one for one in profile.lists.values() if one.source]
    # Forms hold formulas, and between these "==" makes a claim: the same forms are the very same ones.
    forms = [book.sheets for book in profile.books.values()]
    known_forms = [book.sheets for book in known.books.values()]
    same_forms = len(forms) == len(known_forms) and all(
        one is other for one, other in zip(forms, known_forms, strict=True)
    )
    same_rest = same_forms and replace(profile, books={}) == replace(known, books={})
    return same_rest and profile.lists == known.with_lists(own).lists


def answer(piece: Piece) -> bytes:
    """What is kept of a piece: all but its return."""
    return written(
        [
            _REPORT.plain(piece.report),
            _FACTS.plain(piece.facts),
            _UNFINISHED.plain(piece.unfinished),
        ]
    )


def _flat(units: Iterable[tuple[str, str]]) -> list[str]:
    return [one for unit in units for one in unit]
