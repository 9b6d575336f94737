"""Which tests share a worker: those of a module, and those of all modules that open LibreOffice, or Chromium.

Each program is then started once, and while one worker waits for it, the other has something to count.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).resolve().parent.parent
# a module of its own LibreOffice, which plays Excel, is not among them
PROGRAMS = ("libreoffice", "chromium")


@cache
def shared(module: str) -> str:
    """What the tests of a module are known by when they are given out: the program they open, else the module's own path."""
    text = (ROOT / module).read_text(encoding="utf-8")
    if "PlayedExcel" in text:
        return module
    opened = [name for name in PROGRAMS if f"pytest.mark.{name}" in text]
    return opened[0] if opened else module


class ByProgram(LoadFileScheduling):  # type: ignore[misc]
    """Gives out modules whole, and those that open the same program together."""

    def _split_scope(self, nodeid: str) -> str:
        return shared(super()._split_scope(nodeid))
