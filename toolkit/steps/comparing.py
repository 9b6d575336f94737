"""Two of a kind compared: returns, whole merges, documents; what is on the website and what lies in the archive."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import DONE, ERRORS
from toolkit.files.closed import member
from toolkit.files.folder import MANIFEST, is_folder
from toolkit.files.source import sha256
from toolkit.model import Disclosure, Return, record
from toolkit.profile.form import Profile
from toolkit.profile.loading import load, profiles
from toolkit.profile.stored import read_json
from toolkit.publish.edited.alignment import align
from toolkit.publish.edited.base import FOLDER, Base, said_lines, speech_of
from toolkit.publish.edited.compared import Compared, Difference, compare_returns
from toolkit.publish.edited.held import (
    WRONG,
    around,
    changed,
    difference,
    place_of,
    shortened,
)
from toolkit.returns.data import computed, from_data, to_data
from toolkit.steps.bases import STATEMENT, document, laid
from toolkit.steps.drawing import return_of
from toolkit.steps.paths import StepError

UNITS = f"{FOLDER}/各单位.json"  # in a folder of results: what each unit gave
MOST = 30  # lines of one kind that are told
FEW = 3  # that a merge names of each kind


@record()
class Comparison:
    """What comparing gave: lines for people, and the exit code (0: the same, 1: not)."""

    lines: tuple[str, ...]
    code: int


def compare(one: Path, other: Path, profile: Profile) -> Comparison:
    """Compare two returns, two folders of results, or two documents; a document also with what an archive holds of it."""
    if is_folder(one) and is_folder(other):
        lines = [*_merges(one, other, profile)]
    elif other.suffix.lower() == ".zip" and not is_folder(one):
        with member(other, one) as held:
            return _files(one, held, profile)
    elif one.suffix.lower() == ".zip" and not is_folder(other):
        with member(one, other) as held:
            return _files(held, other, profile)
    elif is_folder(one) or is_folder(other):
        raise StepError(
            "文件夹只能和文件夹比，文件只能和文件比。请两边都写文件夹，或者都写文件。"
        )
    else:
        return _files(one, other, profile)
    return Comparison(tuple(lines) or ("内容一样。",), ERRORS if lines else DONE)


def _files(one: Path, other: Path, profile: Profile) -> Comparison:
    if sha256(one) == sha256(other):
        return Comparison(("两个文件逐字节相同。",), DONE)
    ours, theirs = (_unit(path, profile) for path in (one, other))
    if ours is not None and theirs is not None:
        lines = list(_told(compare_returns(ours, theirs, profile), ours.name))
    elif ours is None and theirs is None:
        lines = list(_documents(one, other, profile))
    else:
        raise StepError(
            f"“{one.name}”和“{other.name}”不是同一种文件，没法比。请两边都用填报表，或者都用公开的文件。"
        )
    return Comparison(
        tuple(lines) or ("内容一样，只是文件又存过（字节不同）。",),
        ERRORS if lines else DONE,
    )


def _unit(path: Path, profile: Profile) -> Return | None:
    if path.suffix.lower() not in (".json", ".xlsx", ".xlsm"):
        return None
    book = return_of(path, profile)
    return book if book.code else None


# -- returns -------------------------------------------------------------------------------------------------------------------


def _told(found: Compared, unit: str) -> Iterator[str]:
    """What is not the same in a unit's return."""
    if not found:
        return
    yield f"{unit}："
    yield from (f"  新增项目　“{name}”" for name in found.came)
    yield from (f"  没有了的项目　“{name}”" for name in found.gone)
    yield from _some(
        [
            f"  数　{one.said}{_whose(one)}：{_value(one.old)} → {_value(one.new)}{_by(one)}"
            for one in found.figures
        ]
    )
    yield from _some(
        [
            f"  文字　{one.said}{_whose(one)}：{changed(one.old, one.new)}"
            for one in found.texts
        ]
    )
    yield from _some(
        [
            f"  数变了、文字没变　{one.said}{_whose(one)}：“{shortened(one.new)}”"
            for one in found.left
        ]
    )


def _value(text: str) -> str:
    return text or "（空）"


def _whose(one: Difference) -> str:
    return f"（{one.office}）" if one.office else ""


def _by(one: Difference) -> str:
    return f"（{one.by:+f}）" if one.by else ""


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"  ……共 {len(lines)} 处"


# -- merges --------------------------------------------------------------------------------------------------------------------


def units_data(disclosure: Disclosure, profile: Profile) -> str:
    """What each unit gave, as JSON, for the next comparison."""
    said = {
        "profile": profile.id,
        "units": [
            {"file": unit.book, "data": to_data(unit, profile)}
            for unit in disclosure.units
        ],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def _units(folder: Path, profile: Profile) -> dict[str, Return]:
    """What each unit gave to the last merge into a folder, by its code."""
    path = folder / UNITS
    if not path.is_file():
        raise StepError(
            f"“{folder.name}”里没有“{UNITS}”，可能是以前的版本合并的。请重新合并再比。"
        )
    try:
        return _units_of(read_json(path), profile)
    except (KeyError, TypeError, AttributeError) as error:
        raise StepError(
            f"“{folder.name}/{UNITS}”读不懂，没法比。请重新合并再比。"
        ) from error


def _units_of(said: Mapping[str, Any], profile: Profile) -> dict[str, Return]:
    known = said["profile"] in profiles()
    own = load(said["profile"]) if known else profile
    books: dict[str, Return] = {}
    for one in said["units"]:
        entered = from_data(one["data"], own, str(one["file"]))
        book = computed(entered, own.book)
        books[book.code] = book
    return books


def _merges(one: Path, other: Path, profile: Profile) -> Iterator[str]:
    """What is not the same in two folders of results: units, their returns, then what the documents say."""
    ours, theirs = _units(one, profile), _units(other, profile)
    yield from _between(ours, theirs, profile)
    before, after = laid(one), laid(other)
    bases = before.remarks.get("bases", {})
    if STATEMENT in bases and STATEMENT in after.remarks.get("bases", {}):
        yield from _statements(before.base(STATEMENT), after.base(STATEMENT))


def _statements(old: Base, new: Base) -> Iterator[str]:
    """What is not the same in the texts of two statements."""
    if old.number == new.number:
        return
    yield "情况说明："
    found = align(old.texts, new.texts, old.speech)
    numbers = sum(change.kind in WRONG for change in found.changes)
    words = len(found.reworded) + len(found.added) + len(found.gone)
    yield f"  数变了 {numbers} 处，字句变了 {words} 处"
    for pair in found.reworded[:MOST]:
        was = "".join(old.lines[at].text for at in pair.old)
        now = "".join(new.lines[at].text for at in pair.new)
        place = new.lines[pair.new[0]].place
        yield f"  字句　{place}：{difference(was, now)}"


def _between(
    ours: Mapping[str, Return], theirs: Mapping[str, Return], profile: Profile
) -> Iterator[str]:
    for code in dict.fromkeys((*ours, *theirs)):
        if code not in theirs:
            yield f"少了单位：{ours[code].name}"
        elif code not in ours:
            yield f"多了单位：{theirs[code].name}"
        else:
            yield from _told(
                compare_returns(ours[code], theirs[code], profile), theirs[code].name
            )


def since_last(
    out: Path, disclosure: Disclosure, profile: Profile, contents: Mapping[str, str]
) -> Iterator[str]:
    """What a merge finds changed against its last run into the same folder, in a few lines; nothing at the first run.

    `contents` are the units' content numbers by their codes: what has the same one as before is not looked at.
    """
    path = out / UNITS
    if not (path.is_file() and (out / MANIFEST).is_file()):
        return
    try:
        same = _contents(read_json(out / MANIFEST)) == contents
        before = {} if same else _units_of(read_json(path), profile)
    except (KeyError, TypeError, AttributeError):
        return
    if same:
        return
    after = {unit.code: unit for unit in disclosure.units}
    yield from (
        f"和上次合并比，少了单位：{before[code].name}"
        for code in before
        if code not in after
    )
    yield from (
        f"和上次合并比，多了单位：{after[code].name}"
        for code in after
        if code not in before
    )
    for code in before:
        found = (
            compare_returns(before[code], after[code], profile)
            if code in after
            else Compared()
        )
        if found:
            yield f"和上次合并比，{after[code].name}：{_short(found)}"


def _contents(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The units' content numbers, as a manifest has them."""
    return {
        str(one["code"]): str(one["content"]) for one in manifest["remarks"]["contents"]
    }


def _short(found: Compared) -> str:
    """What changed, counted, the first of each named."""
    parts = []
    if found.figures:
        named = "、".join(
            f"{one.said} {_value(one.old)} → {_value(one.new)}"
            for one in found.figures[:FEW]
        )
        parts.append(
            f"数变了 {len(found.figures)} 处（{named}{'……' if len(found.figures) > FEW else ''}）"
        )
    if found.texts:
        parts.append(f"文字变了 {len(found.texts)} 处")
    parts += [f"新增项目“{shortened(name)}”" for name in found.came[:FEW]]
    parts += [f"没有了项目“{shortened(name)}”" for name in found.gone[:FEW]]
    if found.left:
        parts.append(
            f"数变了、文字没变的 {len(found.left)} 处，请看{found.left[0].said}"
        )
    return "，".join(parts)


# -- documents -----------------------------------------------------------------------------------------------------------------


def _documents(one: Path, other: Path, profile: Profile) -> Iterator[str]:
    """What two documents, or two editions of public tables, say otherwise."""
    (ours, name), (theirs, named) = document(one), document(other)
    if name != named:
        raise StepError(
            f"“{one.name}”和“{other.name}”一个是文字，一个是表，没法比。请两边用同一种文件。"
        )
    old, new = said_lines(ours), said_lines(theirs)
    found = align(
        [line.text for line in old], [line.text for line in new], speech_of(profile)
    )
    told = []
    for change in found.changes:
        if change.kind not in WRONG:
            continue
        line, token = (
            (new[change.new_line], change.new)
            if change.new
            else (old[change.old_line], change.old)
        )
        if token is None:
            continue
        values = f"{change.old.told if change.old else '（没有）'} → {change.new.told if change.new else '（没有）'}"
        told.append(
            f"{change.kind.value}　{place_of(line, token)}“{around(line.text, token)}”：{values}"
        )
    yield from _some(told)
    words = []
    for pair in found.reworded:
        was = "".join(old[at].text for at in pair.old)
        now = "".join(new[at].text for at in pair.new)
        words.append(f"字句　{new[pair.new[0]].place}：{difference(was, now)}")
    words += [
        f"字句　{new[line].place}：添上“{shortened(new[line].text)}”"
        for line in found.added
    ]
    words += [
        f"字句　{old[line].place}：删去“{shortened(old[line].text)}”"
        for line in found.gone
    ]
    yield from _some(words)
