"""Whether a file still has the content that was signed: computed from its cells, never read from what is printed on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.check.naming import Names
from toolkit.errors import DONE, ERRORS, UNFINISHED, why_not_read
from toolkit.files.folder import MANIFEST, is_folder
from toolkit.files.source import sha256
from toolkit.model import Return, Role
from toolkit.profile.form import Profile
from toolkit.profile.stored import read_json
from toolkit.returns.content import (
    DIGITS,
    LEAST_DIGITS,
    content_number,
    department_number,
    differing,
)
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.steps.archiving import verify_archive
from toolkit.steps.checking import one_each
from toolkit.steps.drawing import return_of
from toolkit.steps.holding import hold_against
from toolkit.steps.merging import own_workbook
from toolkit.steps.paths import StepError, collected
from toolkit.steps.units import opened
from toolkit.steps.verified import Verified

MOST_DIFFERENCES = 20  # that are told; the rest is counted
LONGEST = 40  # characters of a value that are told


def verify(
    paths: Sequence[Path],
    profile: Profile,
    number: str = "",
    against: Path | None = None,
    answers: Path | None = None,
) -> tuple[Verified, ...]:
    """Hold files against a content number, against the manifest (one of `paths`, or beside a file), or against the first file.

    A unit's workbook (or JSON) is read and its number computed; of a folder of units' workbooks the department's. What the
    toolkit laid down besides is held against its hash; what people edited of it, against its base text in the folder of results
    (`against`, or where the file lies). `answers`: what somebody lets stand in it.
    """
    wanted = _typed(number)
    manifests = [path for path in paths if path.name == MANIFEST]
    files = [path for path in paths if path not in manifests]
    if not files:
        raise StepError("没有要核对的文件。请写出填报表、签字稿、公开表或情况说明。")
    given = _Manifest(_read_manifest(manifests[0])) if manifests else None
    first: Return | None = None
    told: list[Verified] = []
    for path in files:
        if is_folder(path):
            told.append(
                _by_units(
                    path,
                    manifests[0] if manifests else path / MANIFEST,
                    wanted,
                    profile,
                )
            )
            continue
        if path.suffix.lower() == ".zip":
            told.append(verify_archive(path))
            continue
        manifest = given or _beside(path)
        if (
            (against is not None or manifest.bases)
            and not manifest.unchanged(path)
            and not _is_unit(path, profile)
        ):
            told.append(hold_against(path, against or path.parent, profile, answers))
            continue
        book = (
            None
            if manifest.unchanged(path) or _is_document(path)
            else _unit(path, profile)
        )
        if book is None:
            told.append(_by_hash(path, manifest, wanted))
            continue
        told.append(_by_content(path, book, first, manifest, wanted, profile))
        first = first or book
        if len(told) == 1 < len(files) and told[0].code == UNFINISHED:
            told[0] = Verified(f"{_known(path, book, profile)}。其余的和它对照：", DONE)
    return tuple(told)


def _typed(number: str) -> str:
    """A number as a person typed it from a paper."""
    plain = "".join(number.split()).lower()
    if number and (len(plain) < LEAST_DIGITS or set(plain) - set("0123456789abcdef")):
        raise StepError(
            f"内容号是 {DIGITS} 位数字和字母 a 到 f，“{number}”不是。请照纸上的抄全。"
        )
    return plain


# -- the manifest ------------------------------------------------------------------------------------------------------


class _Manifest:
    """What a manifest says of files and contents; nothing where there is none."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        remarks = said.get("remarks", {})
        self.there = bool(said)
        self.outputs: Mapping[str, Any] = said.get("outputs", {})
        self.content: str = remarks.get("content", "")
        self.bases = bool(remarks.get("bases"))
        self.units = {
            str(one["code"]): str(one["content"]) for one in remarks.get("contents", ())
        }

    def unchanged(self, path: Path) -> bool:
        """Whether a file is, byte for byte, one that we laid down, whatever it is called now."""
        return self.there and _hash(path) in {
            entry["sha256"] for entry in self.outputs.values()
        }


def _hash(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise StepError(f"“{path.name}”读不出来：{why_not_read(error)}。") from error


def _read_manifest(path: Path) -> Mapping[str, Any]:
    said = read_json(path)
    try:
        _Manifest(said)
        [entry["sha256"] for entry in said["outputs"].values()]
    except (AttributeError, KeyError, TypeError) as error:
        raise StepError(
            f"“{path.name}”不是工具生成的清单，没法对照。请用和公开表放在一起的那一份。"
        ) from error
    return said  # type: ignore[no-any-return]


def _beside(path: Path) -> _Manifest:
    """The manifest that lies beside a file, as results do."""
    manifest = path.with_name(MANIFEST)
    return _Manifest(_read_manifest(manifest) if manifest.is_file() else {})


# -- one file ----------------------------------------------------------------------------------------------------------


def _is_document(path: Path) -> bool:
    return path.suffix.lower() == ".docx"


def _is_unit(path: Path, profile: Profile) -> bool:
    """Whether a file is a unit's return: then its content tells, whatever it looks like."""
    return (
        path.suffix.lower() in (".json", ".xlsx", ".xlsm")
        and _unit(path, profile) is not None
    )


def _unit(path: Path, profile: Profile) -> Return | None:
    """A unit's return; None where the file holds none: public tables and lists have no cover."""
    book = return_of(path, profile)
    return book if book.code or book.text_of(Role.FORM_PROFILE) else None


def _by_hash(path: Path, manifest: _Manifest, wanted: str) -> Verified:
    """A file that is no unit's: it is what we laid down, or it was changed, which says nothing of its content yet."""
    if not manifest.there:
        return Verified(
            f"“{path.name}”没有核对：旁边没有“{MANIFEST}”。请和清单放在一起，或把清单也写在后面。",
            UNFINISHED,
        )
    if not manifest.unchanged(path):
        return Verified(
            f"“{path.name}”改过，未核对：和“{MANIFEST}”记的不一样。改了哪里，目前要人工核对。",
            ERRORS,
        )
    if wanted and not manifest.content.startswith(wanted):
        return Verified(
            f"“{path.name}”没有改过，但它的内容号是 {manifest.content}，不是 {wanted}。",
            ERRORS,
        )
    number = f"，内容号 {manifest.content}" if manifest.content else ""
    return Verified(
        f"“{path.name}”没有改过：和“{MANIFEST}”记的一模一样{number}。", DONE
    )


def _known(path: Path, book: Return, profile: Profile) -> str:
    return f"“{path.name}”：{book.name}，内容号 {content_number(book, profile)}"


def _by_content(
    path: Path,
    book: Return,
    first: Return | None,
    manifest: _Manifest,
    wanted: str,
    profile: Profile,
) -> Verified:
    """A unit's workbook: its number computed from its cells, against the first of what there is to hold it against."""
    number = content_number(book, profile)
    known = _known(path, book, profile)
    signed = wanted or manifest.units.get(book.code, "")
    if signed:
        where = "给出的" if wanted else f"“{MANIFEST}”记的"
        if number.startswith(signed):
            return Verified(f"{known}，和{where}一样：内容没有变。", DONE)
        return Verified(
            f"{known}，{where}是 {signed}：内容不一样。要看哪里不一样，请把原来的文件也写上。",
            ERRORS,
            tuple(_differences(first, book, profile)) if first is not None else (),
        )
    if first is None:
        return Verified(
            f"{known}。没有可以对照的：请写上纸上的内容号（--number）、清单，或另一份文件。",
            UNFINISHED,
        )
    differences = tuple(_differences(first, book, profile))
    if number == content_number(first, profile):
        return Verified(f"{known}，和“{first.book}”一样：内容没有变。", DONE)
    return Verified(f"{known}，和“{first.book}”不一样。", ERRORS, differences)


def _by_units(folder: Path, manifest: Path, wanted: str, profile: Profile) -> Verified:
    """A department: its units' workbooks in a folder, merged as they are now, against what was typed or a manifest says."""
    files = collected([folder], profile)
    returns = one_each(
        [read(opened(path, name), profile) for path, name in files.names.items()]
    )
    if not returns:
        raise StepError(
            f"“{folder.name}”里没有填报表（.xlsx）。请写出放着各单位填报表的文件夹，或要核对的文件。"
        )
    own = own_workbook(folder, manifest.parent, profile, opened)
    disclosure = merge(returns, profile, own.book if own else None)
    number = department_number(disclosure, profile)
    known = f"“{folder.name}”里 {len(returns)} 个单位合并起来：{disclosure.name}，部门内容号 {number}"
    said = _Manifest(_read_manifest(manifest) if manifest.is_file() else {})
    signed = wanted or said.content
    if not signed:
        return Verified(
            f"{known}。没有可以对照的：请写上纸上的内容号（--number），或合并出来的“{MANIFEST}”。",
            UNFINISHED,
        )
    where = "给出的" if wanted else f"“{MANIFEST}”记的"
    if number.startswith(signed):
        return Verified(f"{known}，和{where}一样：内容没有变。", DONE)
    return Verified(
        f"{known}，{where}是 {signed}：内容不一样。",
        ERRORS,
        tuple(_changed_units(returns, said, profile)),
    )


def _changed_units(
    returns: Sequence[Return], manifest: _Manifest, profile: Profile
) -> Iterator[str]:
    """The units whose content is another than the manifest says, those it does not know, and those that are not there."""
    here = {book.code: book for book in returns}
    for code, book in here.items():
        number = content_number(book, profile)
        before = manifest.units.get(code, "")
        if manifest.there and number != before:
            yield f"{book.name}：{before or '（没有）'} → {number}"
    for code in manifest.units.keys() - here.keys():
        yield f"{code}：{manifest.units[code]} → （没有）"


def _differences(one: Return, other: Return, profile: Profile) -> Iterator[str]:
    """Where two returns differ, as people call it, with both values."""
    places = Names(one, profile).every() | Names(other, profile).every()
    found = list(differing(one, other, profile))
    for name, ours, theirs in found[:MOST_DIFFERENCES]:
        named = next(
            (
                places[cell]
                for cell in (*other[name].cells(), *one[name].cells())
                if cell in places
            ),
            None,
        )
        yield f"{named.said if named else name}：{_short(ours)} → {_short(theirs)}"
    if len(found) > MOST_DIFFERENCES:
        yield f"……共 {len(found)} 处"


def _short(value: str) -> str:
    """A value as one line tells it."""
    line = " ".join(value.split())
    return (
        f"“{line[:LONGEST]}{'…' if len(line) > LONGEST else ''}”" if line else "（空）"
    )
