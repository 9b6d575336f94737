"""Started by the icons of the portable folder: take what was dragged on them, call `disclosure`, open the result.

scripts/portable.py lays this file beside the interpreter as launch.py. It gives 0 when something was opened, and another
of the toolkit's exit codes when the window has to stay for what it says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPORT = "校验报告"
# as in toolkit/errors.py, which is not imported for a sentence
DONE, ERRORS, COULD_NOT, UNFINISHED = 0, 1, 2, 3
DRAG = {
    "check": "请把填报表（一个、几个，或放着它们的文件夹）拖到“校验”的图标上；或者双击“打开”，在网页上做。",
    "merge": "请把放着各单位填报表的文件夹拖到“合并”的图标上；或者双击“打开”，在网页上做。",
}


def names(line: str) -> list[str]:
    """The names in a line of Windows' console: one that has a blank stands in quotes."""
    return [
        quoted or plain for quoted, plain in re.findall(r'"([^"]+)"|([^\s"]+)', line)
    ]


def dropped(line: str, launcher: str, given: Sequence[str]) -> list[str]:
    """What was dragged on an icon.

    Windows quotes a dragged name only where it has a blank, and its console breaks the others at &. So the line it started the
    icon with is read here; where that line does not tell, what the icon was given holds.
    """
    at = line.casefold().find(launcher.casefold()) if launcher else -1
    if at < 0:
        return list(given)
    rest = line[at + len(launcher) :].removeprefix('"').rstrip()
    if rest.count('"') % 2:
        rest = rest.removesuffix('"')  # the whole line stands in quotes of its own
    found = names(rest)
    return (
        found if found and all(Path(name).exists() for name in found) else list(given)
    )


def disclosure(*arguments: str | Path) -> int:
    """Run the command as a person would; its exit code."""
    from toolkit.cli import run

    return run([str(argument) for argument in arguments])


def show(path: Path) -> None:
    """Open a file or folder with the program that this machine has for it."""
    print(f"正在打开：{path}")
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606  a path of ours, as a double click would open it
    else:
        subprocess.run(["xdg-open", path], check=False)


def fresh(folder: Path) -> Path:
    """A name for a report that nothing lies under; where the folder cannot be written to, in the person's own folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        print(f"“{folder}”不能写入，校验报告放在“{Path.home()}”。")
        folder = Path.home()
    ways = (
        f"{REPORT}{f'-第{number}稿' if number > 1 else ''}.html" for number in count(1)
    )
    return next(folder / way for way in ways if not (folder / way).exists())


def check(paths: Sequence[Path], folder: Path) -> int:
    """Check workbooks and open the report, which lies in `folder`."""
    report = fresh(folder)
    print("正在校验，请稍候……")
    disclosure("check", *paths, "--format", "html", "-o", report)
    if not report.exists():
        return COULD_NOT
    show(report)
    return DONE


def merge(folder: Path) -> int:
    """Merge a folder and open what came out; errors are opened as a report, which lies with the workbooks."""
    out = folder.parent / (f"{folder.name}-合并结果" if folder.name else "合并结果")
    code = disclosure("merge", folder, "-o", out)
    if code == ERRORS:
        return check([folder], folder)
    if code not in (DONE, UNFINISHED):
        return code
    show(out)
    return DONE


def whole(paths: Sequence[Path]) -> Path | None:
    """The folder that was dragged, or whose workbooks were dragged one and all; None where it is not clear which."""
    folder = paths[0] if paths[0].is_dir() else paths[0].parent
    if paths == [folder]:
        return folder
    if not all(path.exists() for path in paths):
        return None  # checking says what is not there
    from toolkit import steps

    profile = steps.chosen("", [folder]).profile
    every = set(steps.workbooks([folder], profile))
    return folder if every and every == set(steps.workbooks(paths, profile)) else None


def main(verb: str, given: Sequence[str]) -> int:
    """Do what an icon stands for."""
    from toolkit.files import say

    say.settle()
    os.environ["DISCLOSURE_HOME"] = str(HERE / "share" / "budget-disclosure-toolkit")
    line, launcher, told = (
        os.environ.get(f"DISCLOSURE_{what}", "") for what in ("LINE", "SELF", "GIVEN")
    )
    paths = [
        Path(name).absolute() for name in dropped(line, launcher, given or names(told))
    ]
    gone = [path for path in paths if not path.exists()]
    if gone:
        print(
            f"找不到“{gone[0]}”。名字里有特殊符号的，请改名后再拖；在压缩包里的，请先解压。"
        )
        return COULD_NOT
    if verb == "open" and not paths:
        return disclosure()
    if not paths:
        print(DRAG[verb])
        return COULD_NOT
    if verb == "merge":
        folder = whole(paths)
        if folder is None:
            print(
                "合并要用一个文件夹：请把要合并的填报表放进同一个文件夹，再把这个文件夹拖到“合并”的图标上。"
            )
            return COULD_NOT
        return merge(folder)
    return check(paths, paths[0] if paths[0].is_dir() else paths[0].parent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
