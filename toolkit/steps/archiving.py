"""The archive of a publication: inputs as received, results, reports, sign sheet, manifests, closed by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolkit.errors import DONE, ERRORS, UNFINISHED, why_not_read
from toolkit.files.closed import LIST, broken, closed
from toolkit.files.folder import is_folder
from toolkit.files.source import content
from toolkit.model import record
from toolkit.steps.bases import Laid, laid
from toolkit.steps.paths import Placed, StepError, place
from toolkit.steps.staging import FOR_REVIEW, PUBLIC
from toolkit.steps.verified import Verified

RECEIVED, RESULTS, MORE = "收表", "结果", "附件"  # the folders in an archive
README = """这是{department}部门预算公开的归档，不用任何专门的程序就能打开。

{received}：各单位交来的填报表等，原样
{results}：汇总的结果；其中“公开稿”是挂网的，“送审稿”是送审的，审签单是签字用的
{more}：另外放进来的，如签字页的扫描件
{list}：每个文件的 SHA-256。装有 sha256sum 的电脑，在解开的文件夹里运行 sha256sum -c {list}，就知道有没有改过；
也可以用 disclosure verify 归档的文件。

内容号：{content}
"""


@record()
class Archived:
    """What archiving gave: where it lies, how many files are in it, what is not there, the exit code."""

    placed: Placed
    count: int
    notes: tuple[str, ...]
    code: int


def archive(
    out: Path, inputs: Path, target: Path, more: Sequence[Path] = ()
) -> Archived:
    """Close a publication: `inputs` is the folder that was merged; an input that is not what was read is told."""
    results = laid(out)
    files: dict[str, bytes] = {}
    notes: list[str] = []
    found = {_sha(path): path for path in _below(inputs)}
    wanted: dict[str, Any] = dict(results.manifest.get("inputs", {}))
    for path in _below(inputs):
        files[f"{RECEIVED}/{path.relative_to(inputs).as_posix()}"] = _bytes(path)
    for sha, name in wanted.items():
        if sha not in found and not any(_sha(path) == sha for path in _below(out)):
            notes.append(
                f"{_made_of(sha, results)}读的“{name}”不在“{inputs.name}”里，或者后来改过，归档里没有那一份"
            )
    for path in _below(out):
        if path.resolve() != target.resolve():
            files[f"{RESULTS}/{path.relative_to(out).as_posix()}"] = _bytes(path)
    notes += [
        f"还没有{state}" for state in (FOR_REVIEW, PUBLIC) if not (out / state).is_dir()
    ]
    for path in more:
        files[f"{MORE}/{path.name}"] = _bytes(path)
    remarks = results.remarks
    readme = README.format(
        department=remarks.get("department", ""),
        content=remarks.get("content", ""),
        received=RECEIVED,
        results=RESULTS,
        more=MORE,
        list=LIST,
    )
    data = closed(files, readme)
    placed = place(target, lambda path: _write(path, data))
    return Archived(
        placed, len(files), (*placed.notes, *notes), UNFINISHED if notes else DONE
    )


def _made_of(sha: str, results: Laid) -> str:
    """When an input was read: as results were made that still lie there, of this merge or of an earlier one."""
    outputs = results.manifest.get("outputs", {})
    made = "、".join(
        name
        for name, entry in outputs.items()
        if sha in entry.get("inputs", ()) and "/" not in name
    )
    return f"做“{made}”时" if made else "合并时"


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _below(folder: Path) -> list[Path]:
    """The files of a folder and of its folders, in order; what programs leave behind is none."""
    if not is_folder(folder):
        raise StepError(f"“{folder.name}”不是文件夹。请写出放着各单位填报表的文件夹。")
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("~$", "."))
    )


def _bytes(path: Path) -> bytes:
    try:
        return content(path)
    except OSError as error:
        raise StepError(
            f"“{path.name}”读不出来：{why_not_read(error)}。没有归档。"
        ) from error


def _sha(path: Path) -> str:
    return hashlib.sha256(_bytes(path)).hexdigest()


def verify_archive(path: Path) -> Verified:
    """Hold an archive against its own list."""
    wrong = broken(path)
    if wrong:
        return Verified(
            f"“{path.name}”改过：{len(wrong)} 个文件和“{LIST}”对不上。",
            ERRORS,
            tuple(wrong),
        )
    return Verified(f"“{path.name}”里每个文件都和“{LIST}”一样，没有改过。", DONE)
