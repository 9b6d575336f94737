"""Programs that some tests start and that Python does not bring: which they are, how to get them, what to do without them.

    python -m tests.programs      gets what is missing through apt, and says what is missing after all (1)

A test that starts one bears the mark of its kind. Where a program is missing, that is said once, and nothing runs: only who
names the kind in DISCLOSURE_TEST_WITHOUT (`make test WITHOUT=chromium`) has its tests skipped. CI never has.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

SKIPPED = "DISCLOSURE_TEST_WITHOUT"


class ProgramsError(Exception):
    """Tests that cannot run as they were asked to; the message says what to do, in Chinese and English."""


def program(*names: str) -> Callable[[], bool]:
    return lambda: all(shutil.which(name) for name in names)


def answers(*command: str) -> Callable[[], bool]:
    """Whether a command can be run, and says something."""

    def asked() -> bool:
        if not shutil.which(command[0]):
            return False
        done = subprocess.run(command, capture_output=True, check=False)
        return done.returncode == 0 and bool(done.stdout.strip())

    return asked


@dataclass(frozen=True)
class Needed:
    """A program: what people call it, its Debian packages, and whether it is there."""

    name: str
    packages: tuple[str, ...]
    there: Callable[[], bool]


POPPLER = Needed("poppler", ("poppler-utils",), program("pdftoppm", "pdftotext"))
FONT = Needed(
    "中文字体", ("fonts-noto-cjk", "fontconfig"), answers("fc-list", ":lang=zh")
)
OFFICE = ("libreoffice-calc", "libreoffice-writer")
KINDS: Mapping[str, tuple[Needed, ...]] = {
    "libreoffice": (
        Needed("LibreOffice", OFFICE, program("soffice")),
        Needed(
            "LibreOffice 的 Python 接口",
            ("python3-uno",),
            answers("/usr/bin/python3", "-c", "import uno; print(uno)"),
        ),
        POPPLER,
        FONT,
    ),
    "gnumeric": (Needed("Gnumeric", ("gnumeric",), program("ssconvert")),),
    "screen": (
        Needed(
            "Xvfb、xdotool、ImageMagick",
            ("xvfb", "xdotool", "imagemagick"),
            program("Xvfb", "xdotool", "import"),
        ),
    ),
    "chromium": (
        Needed(
            "Chromium",
            ("chromium", "chromium-driver"),
            program("chromium", "chromedriver"),
        ),
        POPPLER,
        FONT,
    ),
}


def without() -> frozenset[str]:
    """The kinds whose tests are to be skipped, as somebody said; nobody says so in CI."""
    named = frozenset(os.environ.get(SKIPPED, "").replace(",", " ").split())
    if named and os.environ.get("CI"):
        raise ProgramsError(
            f"CI 里不能略过测试，请去掉 {SKIPPED}。\nCI skips no test: unset {SKIPPED}."
        )
    if unknown := named - KINDS.keys():
        known = "、".join(KINDS)
        raise ProgramsError(
            f"{SKIPPED} 里的“{'、'.join(sorted(unknown))}”不认识，可以写：{known}。\nKnown: {' '.join(KINDS)}."
        )
    return named


def missing(kinds: Iterable[str]) -> dict[str, list[Needed]]:
    """What the tests of some kinds need and is not there, by kind."""
    found = {kind: [one for one in KINDS[kind] if not one.there()] for kind in kinds}
    return {kind: lacking for kind, lacking in found.items() if lacking}


def said(lacking: Mapping[str, list[Needed]]) -> str:
    """What is missing, how to get it, and what can be done without."""
    names = "、".join(
        dict.fromkeys(one.name for kind in lacking.values() for one in kind)
    )
    packages = " ".join(
        dict.fromkeys(
            package
            for kind in lacking.values()
            for one in kind
            for package in one.packages
        )
    )
    skipped = " ".join(lacking)
    return (
        f"测试要用的程序缺：{names}。请安装：apt-get install {packages}\n"
        f'暂时装不了的，可以略过要用它们的测试：make test WITHOUT="{skipped}"（直接用 pytest 时：{SKIPPED}="{skipped}"）\n'
        f"Missing programs that tests start; install the Debian packages named above, or skip their tests as shown."
    )


def fetch(lacking: Mapping[str, list[Needed]]) -> None:
    """Ask apt for what is missing, a program at a time, so that one that cannot be had keeps no other away."""
    if not shutil.which("apt-get") or (os.getuid() != 0 and not shutil.which("sudo")):
        return
    apt = [
        *([] if os.getuid() == 0 else ["sudo"]),
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
    ]
    subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, check=False)
    for packages in dict.fromkeys(
        one.packages for kind in lacking.values() for one in kind
    ):
        subprocess.run(
            [*apt, "install", "-y", "--no-install-recommends", *packages],
            stdout=subprocess.DEVNULL,
            check=False,
        )


def main() -> int:
    """Get what is missing; 1 where something is missing after all."""
    try:
        kinds = KINDS.keys() - without()
    except ProgramsError as error:
        print(error, file=sys.stderr)
        return 1
    if lacking := missing(kinds):
        fetch(lacking)
        lacking = missing(kinds)
    if lacking:
        print(said(lacking), file=sys.stderr)
    return int(bool(lacking))


if __name__ == "__main__":
    sys.exit(main())
