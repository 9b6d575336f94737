"""LibreOffice for tests: a hard recalculation of a workbook, and any document in another format.

One LibreOffice is started at the first question and serves all of this process: a start takes longer than most documents.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from tests.xw_stores import Office

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
# of a PDF, the kind of document says which
WORKBOOK, WORD, PDF = (
    "Calc MS Excel 2007 XML",
    "MS Word 2007 XML",
    "",
)


@lru_cache(maxsize=1)
def _running() -> Office:
    """The LibreOffice of this process, which calculates every workbook that it opens; it ends with the process."""
    home = Path(tempfile.mkdtemp(prefix="office-"))
    (home / "user").mkdir()
    (home / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{home}",
        "--headless",
        "--norestore",
        "--nologo",
    ]
    program = subprocess.Popen(
        [*command, f"--accept=pipe,name={home.name};urp;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    office = Office(home.name, own=True)

    def end() -> None:
        office.close()
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(end)
    return office


def _saved(
    paths: list[Path], ending: str, filter_name: str, folder: Path
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    copies = [folder / f"{path.stem}.{ending}" for path in paths]
    for path, copy in zip(paths, copies, strict=True):
        _running().ask("convert", str(path.resolve()), str(copy.resolve()), filter_name)
    return copies


def recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """Save the workbooks anew with every formula calculated by LibreOffice, whatever was cached."""
    return _saved(paths, "xlsx", WORKBOOK, folder)


def converted(path: Path, ending: str, filter_name: str, folder: Path) -> Path:
    """A document as LibreOffice saves it in another format ("xls", "MS Excel 97")."""
    return _saved([path], ending, filter_name, folder)[0]


def as_pdf(path: Path, folder: Path) -> Path:
    """The document as LibreOffice prints it."""
    return as_pdfs([path], folder)[0]


def as_pdfs(paths: list[Path], folder: Path) -> list[Path]:
    """Documents as LibreOffice prints them."""
    return _saved(paths, "pdf", PDF, folder)


def saved_again(paths: list[Path], folder: Path) -> list[Path]:
    """Word documents as LibreOffice saves them."""
    return _saved(paths, "docx", WORD, folder)
