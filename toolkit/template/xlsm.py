"""A painting with buttons becomes a workbook with macros. The same painting gives the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from toolkit.errors import ToolkitError
from toolkit.files.paint import Painting, paint
from toolkit.profile.form import Profile
from toolkit.template import panel

SOURCES = Path(__file__).parent / "vba"
EPOCH = (1980, 1, 1, 0, 0, 0)
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


class NoBuilderError(ToolkitError):
    """The library that writes macros is not installed; the message says, in Chinese, how to install it."""


def unit_book(painting: Painting, profile: Profile, path: Path) -> None:
    """Write the unit's workbook with its buttons; `painting` is the plain one, as `template.draw` gives it."""
    write(panel.with_buttons(painting, profile), path)


def console_book(profile: Profile, path: Path) -> None:
    """Write the department's control workbook."""
    write(panel.console(profile), path)


def modules() -> dict[str, str]:
    """The macros' sources by module name: xlwings' own, unmodified, and ours."""
    return {
        path.stem: path.read_bytes().decode("ascii")
        for path in sorted(SOURCES.glob("*.bas"))
    }


def write(
    painting: Painting, path: Path, sources: Mapping[str, str] | None = None
) -> None:
    """Write a workbook with macros to `path`, whole or not at all; `sources` are the modules (ours, unless given)."""
    try:
        from pyopenvba import ExcelFile
    except ImportError as error:
        message = '要生成带按钮的 .xlsm，请先安装：pip install "budget-disclosure-toolkit[macros]"。'
        raise NoBuilderError(message) from error
    if sources is None:
        sources = modules()
    with TemporaryDirectory(dir=path.parent, prefix=".disclosure-") as folder:
        plain = Path(folder) / "plain.xlsx"
        made = Path(folder) / "made.xlsm"
        paint(painting, plain)
        _enable(plain, made)
        with ExcelFile(made) as book:
            project = book.add_vba_project()
            for name, text in sources.items():
                project.add_module(name, _crlf(text))
            book.save()
        made.replace(path)


def _crlf(text: str) -> str:
    """A module's text as VBA wants it, however the checkout ends its lines."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _enable(plain: Path, made: Path) -> None:
    """Copy a workbook as one that may hold macros."""
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "[Content_Types].xml":
                content = content.replace(PLAIN, WITH_MACROS)
            target.writestr(
                zipfile.ZipInfo(part.filename, EPOCH), content, zipfile.ZIP_DEFLATED
            )
