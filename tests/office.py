"""LibreOffice for tests: a hard recalculation of a workbook, and any document as PDF."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def _convert(paths: list[Path], target: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "user").mkdir()
        (Path(home) / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
        command = [
            "soffice",
            f"-env:UserInstallation=file://{home}",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(folder),
        ]
        subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=600)


def recalculated(paths: list[Path], folder: Path) -> list[Path]:
    """Save the workbooks anew with every formula calculated by LibreOffice, whatever was cached."""
    _convert(paths, "xlsx:Calc MS Excel 2007 XML", folder)
    return [folder / path.name for path in paths]


def converted(path: Path, target: str, folder: Path) -> Path:
    """A workbook as LibreOffice saves it in another format ("xls:MS Excel 97")."""
    _convert([path], target, folder)
    return folder / f"{path.stem}.{target.partition(':')[0]}"


def as_pdf(path: Path, folder: Path) -> Path:
    """The document as LibreOffice prints it."""
    return as_pdfs([path], folder)[0]


def as_pdfs(paths: list[Path], folder: Path) -> list[Path]:
    """Documents as LibreOffice prints them; all with one start of it, which takes longer than a document."""
    _convert(paths, "pdf", folder)
    return [folder / f"{path.stem}.pdf" for path in paths]


def saved_again(paths: list[Path], folder: Path) -> list[Path]:
    """Word documents as LibreOffice saves them."""
    _convert(paths, "docx:MS Word 2007 XML", folder)
    return [folder / path.name for path in paths]
