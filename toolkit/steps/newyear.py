"""A new year's profile made of an earlier one: what it has in common it refers to, and a person is told what to look at."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import why_not_written
from toolkit.model import CodeList, record
from toolkit.profile.codes import lists
from toolkit.profile.declared import declared, profiles
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.office_codes import read_list
from toolkit.profile.stored import home
from toolkit.profile.wrong import MOST_NAMED
from toolkit.steps.drawing import template
from toolkit.steps.paths import StepError

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MOST_CODES = 10  # that are named for one reason; the rest is counted
# words of a file whose years are nobody's text
PASSED = (
    "$id",
    "$schema",
    "id",
    "title",
    "extends",
    "description",
    "template",
    "file",
)


@record()
class NewYear:
    """A profile that was made: its id, its file, its blank workbook, and what a person should look at."""

    id: str
    path: Path
    blank: Path
    notes: tuple[str, ...]


def new_year(year: int, base: str, codes: Mapping[str, Path] | None = None) -> NewYear:
    """Make the profile of a year by extending an earlier one, and its blank workbook; raise StepError where it cannot be.

    `codes` are the office's new code lists by their keys (functional, economic): what changed in them is told.
    """
    before = load(base)
    if year <= before.year:
        raise StepError(
            f"“{base}”是 {before.year} 年的，新年度要在它以后。请写 {before.year + 1} 这样的年份。"
        )
    name = _renamed(before, year)
    if name in profiles():
        raise StepError(
            f"已经有表样“{name}”了，没有动它。要重做，请先把“schema/profiles/{name}”移走。"
        )
    # before anything is written: a list may be bad
    changed = tuple(_changed_codes(before, year, codes or {}))
    said = {
        "$schema": "../../vocabulary.schema.json",
        "id": name,
        "extends": base,
        "title": _retitled(before, year),
        "year": year,
    }
    path = _laid_down(name, said)
    blank = home() / "templates" / "xlsx" / name / f"{before.book.title}.xlsx"
    try:
        blank.parent.mkdir(parents=True, exist_ok=True)
        blank = template(blank, load(name)).path
    except OSError as error:
        raise StepError(
            f"不能写“{blank.parent}”：{why_not_written(error)}。"
        ) from error
    return NewYear(name, path, blank, (*changed, *_years_said(base, year)))


def stale_blank(profile: Profile) -> Path | None:
    """The blank workbook that lies beside a profile's template, where the profile was changed after it was drawn; else None."""
    blank = home() / "templates" / "xlsx" / profile.id / f"{profile.book.title}.xlsx"
    if not blank.is_file():
        return None
    with tempfile.TemporaryDirectory() as folder:
        drawn = template(Path(folder) / blank.name, profile).path.read_bytes()
    return None if drawn == blank.read_bytes() else blank


def _renamed(before: Profile, year: int) -> str:
    """The id of the later profile: hebei-2023 → hebei-2024."""
    stem = before.id.removesuffix(str(before.year)).rstrip("-")
    return f"{stem}-{year}"


def _retitled(before: Profile, year: int) -> str:
    retitled = before.title.replace(str(before.year), str(year))
    return retitled if retitled != before.title else f"{before.title}（{year}年度）"


def _laid_down(name: str, said: Mapping[str, Any]) -> Path:
    """Write a profile's own file, whole or not at all."""
    place = home() / "schema" / "profiles"
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=".") as folder:
            made = Path(folder) / name
            made.mkdir()
            text = json.dumps(said, ensure_ascii=False, indent=2)
            (made / "profile.json").write_text(
                f"{text}\n", encoding="utf-8", newline="\n"
            )
            shutil.move(made, place / name)
    except OSError as error:
        raise StepError(
            f"不能在“{place}”里建新表样：{why_not_written(error)}。"
        ) from error
    return place / name / "profile.json"


def _changed_codes(
    before: Profile, year: int, given: Mapping[str, Path]
) -> Iterator[str]:
    """What changed in the code lists between the years; of an office's own list, between ours and that."""
    for key, ours in lists(year).items():
        now = read_list(given[key], ours) if key in given else ours
        yield from _changes(lists(before.year)[key], now)
        if key not in given:
            yield f"{now.title}用的是工具自带的，不一定全；有 {year} 年正式的科目表，请放在填报表旁边（见《汇总指南》）"


def _changes(before: CodeList, now: CodeList) -> Iterator[str]:
    old = {one.code: one.name for one in before}
    new = {one.code: one.name for one in now}
    gone = [f"{code} {name}" for code, name in old.items() if code not in new]
    added = [f"{code} {name}" for code, name in new.items() if code not in old]
    renamed = [
        f"{code} {name} → {new[code]}"
        for code, name in old.items()
        if new.get(code, name) != name
    ]
    changes = {"没有了": gone, "新增了": added, "改了名称": renamed}
    for what, codes in changes.items():
        if codes:
            first = "、".join(codes[:MOST_CODES])
            more = f"等 {len(codes)} 个" if len(codes) > MOST_CODES else ""
            yield f"{now.title}{what}：{first}{more}"


def _years_said(base: str, year: int) -> Iterator[str]:
    """The texts of the earlier profile in which a year is written out, and does not follow the profile's own."""
    found: dict[str, list[str]] = {}
    for name, said in declared(base).files.items():
        for text in _texts(said):
            if YEAR.search(text):
                found.setdefault(name, []).append(text)
    for name, texts in found.items():
        more = f"等 {len(texts)} 处" if len(texts) > MOST_NAMED else ""
        quoted = "”“".join(texts[:MOST_NAMED])
        yield f"“{name}.json”里有写死的年份，看看 {year} 年还对不对：“{quoted}”{more}"


def _texts(said: object, key: str = "") -> Iterator[str]:
    """Every text of a declaration that people read."""
    if isinstance(said, str) and key not in PASSED:
        yield said
    elif isinstance(said, dict):
        for inner_key, inner in said.items():
            yield from _texts(inner, inner_key)
    elif isinstance(said, list):
        for inner in said:
            yield from _texts(inner, key)
