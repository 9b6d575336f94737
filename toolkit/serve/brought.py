"""What a request brings and takes away: its form, files laid into a folder, files packed into one."""

from __future__ import annotations

import re
import secrets
import shutil
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from toolkit.files.archive import Archive, CannotOpenError, DamagedError
from toolkit.files.folder import MANIFEST
from toolkit.report.told.markup import clean
from toolkit.serve.visit import (
    AUDITED,
    COMPARED,
    EDITED,
    EXPORTED,
    MB,
    Limits,
    Refused,
    proper,
)

PACKED = "导入结果.zip"
# What is done with files while their sender waits: which suffixes they may have, what they are called, what to do about others.
SENT = {
    "audit": (AUDITED, "公开文本", "请放 .docx、.odt、.txt 或 .pdf 文件。"),
    "hold": (
        EDITED,
        "情况说明、公开表、合并结果",
        "请放 .docx、.odt、.xlsx 文件，或者从这一页下载的合并结果.zip。",
    ),
    "compare": (
        COMPARED,
        "填报表、情况说明、公开表",
        "请放 .docx、.odt、.xlsx 或 .xlsm 文件。",
    ),
    "notices": ((".xlsx",), "审核清单", "请放勾选过的审核清单.xlsx。"),
    "import": (EXPORTED, "平台导出的表", "请放 .xls 或 .xlsx 文件。"),
}
DEEPEST = 2  # parts of the path of a result within its folder
EPOCH = (2020, 1, 1, 0, 0, 0)  # of files in a zip: no clock in any result


@asynccontextmanager
async def form_of(request: Request, files: int = 0) -> AsyncIterator[FormData]:
    """A form's fields, as browsers send them: in UTF-8. Other codings can make characters that cannot be written down."""
    kind = re.sub(r'[\s"]', "", request.headers.get("content-type", "")).lower()
    if "charset=" in kind and "charset=utf-8" not in kind:
        raise HTTPException(400)
    async with request.form(max_files=files, max_fields=10) as form:
        yield form


def uploads(form: FormData, name: str = "file") -> list[UploadFile]:
    """The files that a form has in one of its fields."""
    return [
        field
        for field in form.getlist(name)
        if isinstance(field, UploadFile) and field.filename
    ]


def laid_down(
    upload: UploadFile,
    folder: Path,
    limits: Limits,
    wanted: tuple[tuple[str, ...], str, str],
) -> None:
    """Write a file into a folder; raise Refused for one that is too large or of another kind."""
    name = proper(clean(upload.filename or ""), *wanted)
    if (upload.size or 0) > limits.file:
        raise Refused(
            f"“{name}”超过 {limits.file // MB} MB，没有收。请检查有没有贴进图片。", 413
        )
    with (folder / name).open("wb") as target:
        shutil.copyfileobj(upload.file, target, MB)


def download(content: bytes, kind: str, name: str) -> Response:
    """A file that is not kept, to be taken away."""
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(name)}"}
    return Response(content, media_type=kind, headers=headers)


def unpacked(packed: Path, folder: Path) -> None:
    """Lay down the results of an earlier merge, as they were taken away packed; raise Refused where they are not whole."""
    refused = Refused(
        f"“{packed.name}”不是从这一页下载的合并结果（里面没有“{MANIFEST}”，或者不完整）。请重新下载，原样放进来。"
    )
    try:
        archive = Archive(packed.name, packed.read_bytes())
        entries = [
            entry
            for entry in archive.parts.values()
            if not entry.filename.endswith("/")
        ]
        tops = [
            entry.filename.removesuffix(MANIFEST)
            for entry in entries
            if PurePosixPath(entry.filename).name == MANIFEST
        ]
        if len(tops) != 1:
            raise refused
        for entry in entries:
            name = PurePosixPath(entry.filename.removeprefix(tops[0]))
            # one folder deep, as results lie; nothing that leads out of the folder
            inside = len(name.parts) <= DEEPEST and ".." not in name.parts
            if not entry.filename.startswith(tops[0]) or not inside:
                raise refused
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry.filename))
    except (CannotOpenError, DamagedError, OSError) as error:
        raise refused from error


def pack(paths: dict[str, Path], target: Path) -> None:
    """Pack files into a zip, which is there whole or not at all; two may pack the same at once."""
    unfinished = target.with_suffix(f".{secrets.token_hex(4)}")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as package:
        for name, path in paths.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            package.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    unfinished.replace(target)
