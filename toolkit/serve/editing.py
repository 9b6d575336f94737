"""What the page does with files that people edited, or that others published, and how it answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import FormData, UploadFile

from toolkit.serve.brought import pack, unpacked, uploads
from toolkit.serve.visit import PACKED, Refused, Visit
from toolkit.serve.work import BASES, MADE, OUTPUTS, PAIR, REVIEWED, Job

HOLD, REFRESH, REVIEW, PUBLIC = "hold", "refresh", "review", "public"
# What may be done with edited files, how the page calls it, and what the answer is called; all but the first need a merge.
WAYS = {
    HOLD: ("核对", ""),
    REFRESH: ("把新的数换进去", "更新结果.zip"),
    REVIEW: ("出送审稿", "送审稿.zip"),
    PUBLIC: ("出公开稿（送审过的）", "公开稿.zip"),
}
AUDIT, LISTING, NOTICES = "audit", "listing", "notices"
# What may be done with statements that others published.
AUDITS = {
    AUDIT: ("出审核报告（网页）", ""),
    LISTING: ("出可勾选的审核清单", "审核清单.zip"),
    NOTICES: ("放勾选过的清单，出整改通知", "整改通知.zip"),
}
# files of the same kinds as for another
ACCEPTS = {
    REFRESH: HOLD,
    REVIEW: HOLD,
    PUBLIC: HOLD,
    LISTING: AUDIT,
}
COMPARE = "compare"  # two files with each other: the form says which was before
MERGED, EARLIER = "merged", "earlier"


def meant(kind: str, way: str) -> str:
    """What a form asks for: one of the ways of its kind."""
    return way if way in {HOLD: (*WAYS, COMPARE), AUDIT: AUDITS}.get(kind, ()) else kind


def places(
    form: FormData, folder: Path, kind: str
) -> Iterator[tuple[Path, UploadFile]]:
    """Yield where each file of a form is laid down: two to compare, which may have one name, apart from each other."""
    if kind != COMPARE:
        for upload in uploads(form):
            yield folder, upload
        return
    for side in PAIR:
        (folder / side).mkdir()
        for upload in uploads(form, side):
            yield folder / side, upload


def both(folder: Path) -> None:
    """Refuse to compare where one of the two files was not sent."""
    if not all(any((folder / side).iterdir()) for side in PAIR):
        raise Refused("要比的两份文件没有放齐。请“原来的”“改过的”各放一份。")


def prepared(visit: Visit, folder: Path, way: str) -> None:
    """Lay the last merge beside the files that were sent, with all base texts that are known; refuse what lacks it.

    Results of an earlier merge, sent packed, bring its base texts; where nothing was merged in this visit, they are the last.
    """
    outputs = visit.done.results / OUTPUTS if visit.done is not None else None
    merged, earlier = folder / MERGED, folder / EARLIER
    packed = sorted(one for one in folder.iterdir() if one.suffix.lower() == PACKED)
    for number, one in enumerate(packed):
        unpacked(one, earlier / str(number))
        one.unlink()
    sent = sum(one.is_file() for one in folder.iterdir())
    if outputs is not None and outputs.is_dir():
        shutil.copytree(outputs, merged)
    elif len(packed) == 1:
        shutil.copytree(earlier / "0", merged)
    else:
        raise Refused(
            "还没有合并过。请先在上面合并，或者把以前下载的一个合并结果.zip 一起放进来，再处理改过的文件；"
            "只想看两份文件哪里不一样的，用“两份文件互相比”。"
        )
    known = [*visit.bases.glob("*.json"), *earlier.glob(f"*/{BASES}/*.json")]
    for base in known if merged.is_dir() else ():
        if not (merged / BASES / base.name).exists():
            (merged / BASES).mkdir(exist_ok=True)
            shutil.copy(base, merged / BASES / base.name)
    shutil.rmtree(earlier, ignore_errors=True)
    if way == REFRESH and not sent:
        raise Refused(
            "没有放改过的文件。请放改过的情况说明（.docx）或公开表（.xlsx）。"
        )


def remember(visit: Visit, job: Job) -> None:
    """Keep the base texts of a merge for as long as the visit lasts: an edited file may be of an earlier one."""
    made = job.results / OUTPUTS / BASES
    with suppress(
        OSError
    ):  # somebody brings another file while we copy: the merge is gone, and its texts with it
        if made.is_dir():
            shutil.copytree(made, visit.bases, dirs_exist_ok=True)


def packed(visit: Visit, results: Path, way: str) -> Path:
    """What was made, in one file; what was brought to 送审稿 stays with the merge, for 公开稿 is made of it."""
    made = results / MADE
    if way == REVIEW and visit.done is not None and (made / REVIEWED).is_dir():
        shutil.copytree(
            made / REVIEWED, visit.done.results / OUTPUTS / REVIEWED, dirs_exist_ok=True
        )
    target = results / {**WAYS, **AUDITS}[way][1]
    pack(
        {
            path.relative_to(made).as_posix(): path
            for path in sorted(made.rglob("*"))
            if path.is_file()
        },
        target,
    )
    return target
