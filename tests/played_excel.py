"""LibreOffice in the part of Excel: it opens a workbook with our macros, a button is pressed, and Python works on it.

The macros are the workbook's own, but for two modules (tests/vba/): xlwings' own, which LibreOffice cannot compile whole, and
ours that talks to the machine. RunPython then starts a real process with the arguments that xlwings builds, and waits for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.xw_stores import Office, OfficeStore
from toolkit.files.paint import Painting
from toolkit.profile.stored import home
from toolkit.template import xlsm

VBA = Path(__file__).parent / "vba"
HERE = Path(__file__).parent.parent
SITE = """
import atexit, os
if os.environ.get("PLAYED_EXCEL"):
    from pathlib import Path
    from tests import xw_engine, xw_stores
    office = xw_stores.Office(os.environ["PLAYED_EXCEL"])
    xw_engine.install(xw_stores.OfficeStore(office, Path(os.environ["PLAYED_BOOK"])))
    atexit.register(office.close)
"""
RUN = """#!/bin/sh
book=$(cat '{folder}/book')
unset PYTHONHOME LD_LIBRARY_PATH
export PYTHONPATH='{folder}/site:{here}' DISCLOSURE_HOME='{home}' DISCLOSURE_LOGS='{folder}'
export PLAYED_EXCEL='{pipe}' PLAYED_BOOK="$book"
[ -e '{folder}/broken' ] || '{python}' -B -c "import xlwings.utils;\
xlwings.utils.prepare_sys_path('false;$book;$book;;;;'); $1" \
  --wb="$(basename "$book")" --from_xl=1 --app=Excel --hwnd=1 2>'{folder}/said'
touch '{folder}/run.ended'
"""


def write_stub(painting: Painting, path: Path) -> None:
    """Write a workbook with the same buttons and macros, but for the two modules."""
    stubs = {
        module.stem: module.read_bytes().decode("ascii") for module in VBA.glob("*.bas")
    }
    xlsm.write(painting, path, {**xlsm.modules(), **stubs})


class PlayedExcel:
    """A LibreOffice of its own, without a screen or on a given one."""

    def __init__(self, *, display: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="played-"))
        self.pipe = self.folder.name
        self.display = display
        (self.folder / "site").mkdir()
        (self.folder / "site" / "sitecustomize.py").write_text(SITE, encoding="utf-8")
        self.run = self.folder / "run"
        said = {
            "folder": self.folder,
            "here": HERE,
            "pipe": self.pipe,
            "home": home(),
            "python": sys.executable,
        }
        self.run.write_text(RUN.format(**said), encoding="utf-8")
        self.run.chmod(0o755)

    def __enter__(self) -> Self:
        screen = ["--headless"] if not self.display else []
        command = [
            "soffice",
            f"-env:UserInstallation=file://{self.folder}/profile",
            *screen,
            "--norestore",
            "--nologo",
        ]
        env = {
            **os.environ,
            "DISCLOSURE_TEST_RUN": str(self.run),
            "DISCLOSURE_TEST_FOLDER": str(self.folder / "units"),
        }
        env |= (
            {"DISPLAY": self.display, "SAL_USE_VCLPLUGIN": "gen"}
            if self.display
            else {}
        )
        self.program = subprocess.Popen(
            [*command, "--nofirststartwizard", f"--accept=pipe,name={self.pipe};urp;"],
            env={**env, "DISCLOSURE_TEST_OUT": str(self.folder / "units-结果")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.office = Office(self.pipe)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(RuntimeError, ValueError, OSError):
            self.office.ask("quit")
        self.office.close()
        try:
            self.program.wait(20)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def works_on(self, book: Path) -> None:
        """Let the processes that macros start from now on find this workbook."""
        (self.folder / "book").write_text(str(book), encoding="utf-8")

    def open(self, path: Path) -> Opened:
        """Open a copy, in a folder of its own: the same workbook may be open more than once."""
        copy = Path(tempfile.mkdtemp(dir=self.folder)) / path.name
        shutil.copyfile(path, copy)
        self.works_on(copy)
        self.office.ask("open", str(copy), True)  # noqa: FBT003  asked by position
        return Opened(self, copy)


class Opened:
    """A workbook that is open there."""

    def __init__(self, excel: PlayedExcel, path: Path) -> None:
        self.excel, self.path = excel, path
        self.store = OfficeStore(excel.office, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.excel.office.ask("close", str(self.path))

    def press(self, sheet: str, caption: str) -> str:
        """Press a button of the workbook; return what was told."""
        self.excel.works_on(self.path)
        self.store.ask("press", sheet, caption)
        return self.told()

    def told(self) -> str:
        return str(self.call("disclosure_host.GetSaid"))

    def call(self, function: str) -> Any:
        return self.store.ask("call", function)

    def said_by_python(self) -> str:
        """What the last process printed as it failed."""
        return (self.excel.folder / "said").read_text(encoding="utf-8")

    def saved(self, path: Path) -> Path:
        """A copy as LibreOffice saves it."""
        self.store.ask("store", str(path))
        return path

    def looks(self, sheets: list[str]) -> dict[tuple[str, int, int], tuple[Any, str]]:
        """The colour and the note of every cell of some sheets."""
        found: dict[tuple[str, int, int], tuple[Any, str]] = {}
        for name in sheets:
            top, left, bottom, right = self.store.used(name)
            looks = self.store.looks(name, (top, left, bottom, min(right, 20)))
            found |= {(name, *spot): look for spot, look in looks.items()}
        return found


def wait_for(seen: Any, seconds: float = 60) -> None:
    """Wait until something is so."""
    started = time.monotonic()
    while not seen():
        if time.monotonic() - started > seconds:
            raise TimeoutError
        time.sleep(0.05)
