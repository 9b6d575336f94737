"""What lies in the folders that a person names: the workbooks to read, each with a name of its own, and what is passed over."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from toolkit.errors import ToolkitError, why_not_read
from toolkit.model import record

MANIFEST = "清单.json"  # lies in every folder of results of ours
PUBLISHED = "上年公开表.xlsx"  # what the department published the year before, beside its units' workbooks
STATEMENTS = (".docx", ".odt", ".txt", ".pdf")  # what is read as a statement
# the same as a statement
PUBLISHED_TEXTS = tuple(f"上年情况说明{suffix}" for suffix in STATEMENTS)
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
TABLES = (
    ".ods",
    ".fods",
    ".xlsb",
    ".xltx",
    ".xltm",
    ".xlt",
    ".csv",
    ".tsv",
    ".ett",
    ".numbers",
    ".wps",
)
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".cab", ".iso")
PARTLY = (
    ".crdownload",
    ".part",
    ".partial",
    ".download",
    ".tmp",
    ".td",
    ".xltd",
    ".bak",
)

MOST_NAMED = 10  # files passed over for one reason that are named; the rest is counted

# Files that the toolkit lays down, whatever number of draft they carry. A name that only begins like one of ours is a person's.
_DRAFT = r"(?:-第\d+稿)?"
_OURS = (
    (rf"(?:公开表|底稿|校验报告){_DRAFT}\.xlsx", "它是工具生成的结果"),
    (rf"退回单-.+{_DRAFT}\.docx", "它是工具生成的退回单"),
    (rf"(?:情况说明|审签单){_DRAFT}\.docx", "它是工具生成的结果"),
    (r"校验报告\.(?:json|html)", "它是工具生成的结果"),
    (
        "|".join(map(re.escape, (PUBLISHED, *PUBLISHED_TEXTS))),
        "它是去年公开的，用来核对上年数",
    ),
)
_COPY = re.compile(rf"(.+)-校验结果{_DRAFT}(\.xls[xm])")
_SILENT = ("~$", ".", "__MACOSX")  # what programs leave behind, and a person never sees
KNOWN = (
    "规则设置.csv",
    "不予公开.csv",
    "核对意见.csv",
    "表样.txt",
    "desktop.ini",
    "Thumbs.db",
)


class FolderError(ToolkitError):
    """A path that is nothing, or a folder that cannot be looked into; the message is a Chinese sentence."""


@record(slots=True)
class Passed:
    """A file or folder that was not read: what it is called, why, and whether a person's data may be in it."""

    name: str
    why: str
    data: bool = False


def told(passed: Iterable[Passed]) -> Iterator[str]:
    """A line for each reason: which files were not read because of it, the first by name."""
    by_reason: dict[str, list[str]] = {}
    for one in passed:
        by_reason.setdefault(one.why, []).append(one.name)
    for why, names in by_reason.items():
        named = "、".join(f"“{name}”" for name in names[:MOST_NAMED])
        more = f"等 {len(names)} 个" if len(names) > MOST_NAMED else ""
        yield f"没有读{named}{more}：{why}"


@record()
class Collected:
    """The workbooks among some paths, each with its name in the run, and what else lies there."""

    workbooks: tuple[Path, ...]
    passed: tuple[Passed, ...] = ()

    @property
    def names(self) -> dict[Path, str]:
        return unique_names(self.workbooks)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, not a file; raise FolderError where it is nothing, or the system does not say."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise FolderError(f"找不到“{path}”：{why_not_read(error)}。") from error
    return stat.S_ISDIR(mode)


def collect(paths: Sequence[Path], own: str, besides: Iterable[Path] = ()) -> Collected:
    """Find the units' workbooks among files and folders and what lies below these, each once.

    `own` is what the department's own workbook is called; what lies in `besides` is none of the units', and goes unsaid.
    A file that a person names is read, whatever it is called.
    """
    seen = {path.resolve() for path in besides}
    aside = frozenset(seen)
    workbooks: list[Path] = []
    passed: list[Passed] = []
    for path in paths:
        found = _below(path, path, own, aside) if is_folder(path) else (path,)
        for each in found:
            if isinstance(each, Passed):
                passed.append(each)
            elif (whole := each.resolve()) not in seen:
                seen.add(whole)
                workbooks.append(each)
    return Collected(tuple(workbooks), tuple(dict.fromkeys(passed)))


def _below(
    folder: Path, top: Path, own: str, aside: frozenset[Path]
) -> Iterator[Path | Passed]:
    """Yield the workbooks of a folder by name, then those of its folders, and what is passed over; nothing of `aside`."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if folder == top:
            raise FolderError(
                f"打不开文件夹“{folder}”：{why_not_read(error)}。"
            ) from error
        yield Passed(
            _called(folder, top) + "/",
            f"这个文件夹打不开（{why_not_read(error)}）",
            data=True,
        )
        return
    seen = [
        entry
        for entry in entries
        if not entry.name.startswith(_SILENT) and entry.name not in KNOWN
    ]
    for entry in seen:
        path = folder / entry.name
        if entry.is_file() and not (aside and path.resolve() in aside):
            yield _passed(path, top, own) or path
    for entry in seen:
        path = folder / entry.name
        if not entry.is_dir():
            continue
        if (path / MANIFEST).is_file():
            yield Passed(
                _called(path, top) + "/",
                f"它是放工具结果的文件夹（里面有“{MANIFEST}”）",
            )
        elif entry.is_symlink():
            yield Passed(
                _called(path, top) + "/",
                "它是指到别处的链接；要读，请直接写出那个文件夹",
                data=True,
            )
        else:
            yield from _below(path, top, own, aside)


def _called(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()


def _passed(path: Path, top: Path, own: str) -> Passed | None:
    """Why a file of a folder is not read; None where it is."""
    name, suffix = _called(path, top), path.suffix.lower()
    if path.name == MANIFEST:
        return Passed(name, "它是工具的清单")
    if re.fullmatch(re.escape(own) + _DRAFT + r"\.xlsx", path.name):
        return Passed(name, "它是部门自己的表，不是单位的填报表；合并时读")
    for pattern, why in _OURS:
        if re.fullmatch(pattern, path.name):
            return Passed(name, why)
    if copy := _COPY.fullmatch(path.name):
        alone = not path.with_name(copy[1] + copy[2]).exists()
        why = "它是加了批注的副本，不是原件" + (
            "。要用它，请先用 disclosure clean 去掉标注" if alone else ""
        )
        return Passed(name, why, data=alone)
    if suffix in WORKBOOKS:
        return None
    if suffix in TABLES:
        return Passed(
            name,
            f"{suffix} 不能读。里面要是填报表，请用 Excel 或 WPS 打开，另存为 .xlsx 再放进来",
            data=True,
        )
    if suffix in ARCHIVES:
        return Passed(
            name, f"{suffix} 是压缩包，没有打开。里面要是填报表，请解压出来", data=True
        )
    if suffix in PARTLY or not suffix:
        return Passed(
            name,
            "不知道是什么文件，可能没有下载完。里面要是填报表，请重新下载，或另存为 .xlsx",
            data=True,
        )
    return Passed(name, "它不是工作簿")


def unique_names(paths: Sequence[Path]) -> dict[Path, str]:
    """Name each file as people do: by its bare name, and as many folders before it as tell it from others of that name.

    Two names that differ by case alone are one on many systems.
    """
    alike: dict[str, list[Path]] = {}
    for path in paths:
        alike.setdefault(path.name.casefold(), []).append(path)
    names: dict[Path, str] = {}
    for same in alike.values():
        names |= _told_apart(same)
    return {path: names[path] for path in paths}


def _told_apart(paths: Sequence[Path]) -> dict[Path, str]:
    """The shortest ends of some paths that are all different."""
    whole: dict[Path, tuple[str, ...]] = {}
    for path in paths:
        absolute = path.parent.resolve() / path.name
        whole[path] = absolute.parts
    longest = max(len(parts) for parts in whole.values())
    for length in range(1, longest + 1):
        named = {path: "/".join(parts[-length:]) for path, parts in whole.items()}
        different = {name.casefold() for name in named.values()}
        if len(different) == len(named):
            return named
    return {path: path.as_posix() for path in paths}
