"""Setting up Excel's buttons on one machine, and saying what is wrong where they do not work.

The machine is asked through `Machine`, so that all of this is tested where there is no Windows. Nothing here opens Excel.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Protocol

from toolkit.errors import ToolkitError, why_not_written
from toolkit.version import __version__

FILE = "xlwings.conf"  # what xlwings' own module reads: beside a workbook, or in .xlwings under the user's folder
KEY = "INTERPRETER_WIN"
LEAST = (3, 11)
PATIENCE = 120  # seconds for an interpreter's first start: a virus scanner may read every module
ASK = "import sys, toolkit.macros, xlwings; print(*sys.version_info[:2], toolkit.__version__, xlwings.__version__)"
ANSWERS = 4
OFFICE = r"Software\{policies}Microsoft\Office\{version}\Excel\Security"
CHOSEN = r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice"
FINE, BAD, UNSURE = "√", "×", "？"
MACROS = {"3": "只允许有签名的宏", "4": "禁止所有宏，也不提示"}
ENABLE = "Excel 的“文件—选项—信任中心—信任中心设置—宏设置”，选“禁用所有宏，并发出通知”；由单位统一管理的，请找管理员。"


class SetupError(ToolkitError):
    """A setting that was not written; the message says why and what to do, in Chinese."""


@dataclass(frozen=True)
class Told:
    """One line of the examination: √, × or ？, what was seen, and the remedy."""

    state: str
    what: str
    remedy: str = ""


class Machine(Protocol):
    """What is asked of a machine."""

    windows: bool
    home: Path
    encoding: str  # of text files that VBA reads

    def registry(self, key: str, name: str) -> str | None:
        """A value under HKEY_CURRENT_USER, else under HKEY_CLASSES_ROOT."""

    def keys(self, key: str) -> Sequence[str]:
        """The keys below a key of HKEY_CURRENT_USER."""

    def run(self, command: Sequence[str]) -> str | None:
        """What a command prints; None where it fails."""

    def lies(self, path: Path) -> bool:
        """Whether there is such a file."""

    def from_the_net(self, path: Path) -> bool:
        """Whether Windows has marked a file as coming from the Internet."""


class ThisMachine:
    """The machine we run on."""

    windows = sys.platform == "win32"
    encoding = "mbcs" if sys.platform == "win32" else "utf-8"

    def __init__(self) -> None:
        self.home = Path.home()

    def registry(self, key: str, name: str) -> str | None:
        if sys.platform == "win32":
            import winreg  # no such module elsewhere

            for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_CLASSES_ROOT):
                try:
                    with winreg.OpenKey(root, key) as opened:
                        return str(winreg.QueryValueEx(opened, name)[0])
                except OSError:
                    continue
        return None

    def keys(self, key: str) -> Sequence[str]:
        found: list[str] = []
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    while True:
                        found.append(winreg.EnumKey(opened, len(found)))
            except OSError:  # there are no more
                return found
        return found

    def run(self, command: Sequence[str]) -> str | None:
        try:
            done = subprocess.run(  # noqa: S603
                command,
                capture_output=True,
                encoding="utf-8",
                timeout=PATIENCE,
                check=True,
            )
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
            return None
        return done.stdout.strip()

    def lies(self, path: Path) -> bool:
        return os.path.isfile(path)  # noqa: PTH113  pathlib's own raises where a name is too long

    def from_the_net(self, path: Path) -> bool:
        return self.windows and Path(f"{path}:Zone.Identifier").exists()


def setup(
    machine: Machine,
    folder: Path | None = None,
    interpreter: str = "",
    *,
    replace: bool = False,
) -> Path:
    """Write where Python is: for this user, or for the workbooks of one folder. Other settings in the file stay."""
    if not machine.windows and not (folder and interpreter):
        raise SetupError(
            "按钮只在 Windows 的 Excel 里运行 Python，这台电脑不是 Windows，没有写设置。请在装有 Excel 的电脑上运行。"
        )
    python = interpreter or sys.executable
    if machine.windows and (fault := _fault_of(machine, python)):
        raise SetupError(f"没有写设置：{fault.what}。{fault.remedy}")
    target = folder / FILE if folder else machine.home / ".xlwings" / FILE
    kept: list[str] = []
    others: list[str] = []  # interpreters that the file names already
    for line in _lines(machine, target):
        key, value = _parts(line)
        if key != KEY:
            kept.append(line)
        elif value and value != python:
            others.append(value)
    if others and not replace:
        raise SetupError(
            f"“{target}”里已经有设置，用的是“{others[0]}”，没有改。确定要换，请加 --replace；"
            "那个设置别的文件还要用的，请只给一个文件夹设置：disclosure excel setup 文件夹。"
        )
    text = "\n".join([*kept, f'"{KEY}","{python}"', ""])
    unfinished = target.with_suffix(".tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding=machine.encoding, errors="surrogateescape")
        unfinished.replace(target)
    except OSError as error:
        raise SetupError(f"写不进“{target}”：{why_not_written(error)}。") from error
    except UnicodeEncodeError as error:
        raise SetupError(
            f"Python 的位置“{python}”里有 Excel 读不了的字。请把 Python 装到名字简单的文件夹里再设置。"
        ) from error
    return target


def doctor(machine: Machine, file: Path | None = None) -> tuple[Told, ...]:
    """Examine the way from a button to Python, in the order in which it is gone."""
    if file is not None and not machine.lies(file):
        raise SetupError(f"找不到文件“{file}”，没有检查。请检查路径。")
    if not machine.windows:
        remedy = (
            "按钮只在 Windows 的 Excel 里运行 Python；填表、校验列和命令行照常能用。"
        )
        return (Told(BAD, "这台电脑不是 Windows", remedy),)
    return (*_programs(machine), *_settings(machine, file), *_security(machine, file))


def _programs(machine: Machine) -> Iterator[Told]:
    """Whether Excel is there, and opens our workbooks."""
    version = _version(machine)
    if version:
        yield Told(FINE, f"装有微软 Excel（{version}）")
    else:
        yield Told(
            BAD,
            "没有找到微软 Excel",
            "按钮要微软 Excel；用 WPS 的，请交 .xlsx，由部门财务校验。",
        )
    opener = machine.registry(CHOSEN, "ProgId") or machine.registry(".xlsm", "") or ""
    if re.match("ET|KET|WPS", opener, re.IGNORECASE):
        yield Told(
            BAD,
            "双击 .xlsm 会用 WPS 打开",
            "在文件上点右键—打开方式—Excel；WPS 里“校验本表”等要 Python 的按钮用不了。",
        )


def _version(machine: Machine) -> str:
    """Excel's version as the registry names it: 16.0."""
    # Excel.Application.16
    program = machine.registry(r"Excel.Application\CurVer", "") or ""
    _, _, number = program.rpartition(".")
    return f"{number}.0" if number.isdigit() else ""


def _settings(machine: Machine, file: Path | None) -> Iterator[Told]:
    """Where Python is set, and whether that one works; beside the workbook goes before the user's folder."""
    places = [machine.home / ".xlwings" / FILE]
    if file:
        places.insert(0, file.parent / FILE)
    found: list[tuple[Path, str]] = []
    for place in places:
        for line in _lines(machine, place):
            key, value = _parts(line)
            if key == KEY:
                found.append((place, value))
    if not found:
        yield Told(BAD, "还没有设置 Python", "运行：disclosure excel setup。")
        return
    place, python = found[0]
    yield Told(FINE, f"设置在“{place}”")
    yield _fault_of(machine, python) or Told(FINE, f"Python 能用：“{python}”")


def _fault_of(machine: Machine, python: str) -> Told | None:
    """What is wrong with an interpreter, by starting it."""
    if not Path(python).is_file():
        remedy = (
            "可能搬了位置或卸载了，请用现在的 Python 再运行 disclosure excel setup。"
        )
        return Told(BAD, f"找不到 Python：“{python}”", remedy)
    answer = (machine.run([python, "-B", "-c", ASK]) or "").split()
    if len(answer) != ANSWERS:
        return Told(
            BAD,
            f"Python“{python}”运行不了本工具",
            "请用装有本工具的那个 Python 再运行 disclosure excel setup。",
        )
    major, minor, ours, xlwings = answer
    if (int(major), int(minor)) < LEAST:
        return Told(
            BAD,
            f"Python 版本是 {major}.{minor}",
            f"请换成 {LEAST[0]}.{LEAST[1]} 或更新的版本。",
        )
    if ours != __version__:
        return Told(
            BAD,
            f"那个 Python 里的本工具是 {ours}，现在运行的是 {__version__}",
            "请在那个 Python 里更新本工具。",
        )
    needed = of_macros()
    if xlwings != needed:
        return Told(
            BAD,
            f"xlwings 是 {xlwings}，工作簿里的宏要 {needed}",
            f"请运行：pip install xlwings=={needed}。",
        )
    return None


def of_macros() -> str:
    """The version of xlwings' own module in our workbooks: both sides must be of one version."""
    module = Path(__file__).parent / "template" / "vba" / "xlwings.bas"
    found = re.search(
        r"^'Version: (\S+)", module.read_text(encoding="ascii"), re.MULTILINE
    )
    return found[1] if found else ""


def _security(machine: Machine, file: Path | None) -> Iterator[Told]:
    """What keeps macros from running: the level, a policy, the file's mark."""
    version = _version(machine) or "16.0"
    policy = OFFICE.format(policies="Policies\\", version=version)
    own = OFFICE.format(policies="", version=version)
    level = (
        machine.registry(policy, "VBAWarnings")
        or machine.registry(own, "VBAWarnings")
        or ""
    )
    if level in MACROS:
        yield Told(BAD, f"Excel 的宏设置是：{MACROS[level]}", ENABLE)
    else:
        yield Told(FINE, "Excel 的宏设置允许运行宏（打开时要点“启用内容”）")
    if file is None:
        yield Told(
            UNSURE,
            "没有检查具体的文件",
            "要检查一个文件有没有被拦，运行：disclosure excel doctor 文件.xlsm。",
        )
        return
    if file.suffix.lower() != ".xlsm":
        yield Told(
            BAD,
            f"“{file.name}”不是带按钮的文件",
            "带按钮的文件扩展名是 .xlsm；不带按钮的 .xlsx 一样能填、能交。",
        )
        return
    if _is_trusted(machine, file, f"{own}\\Trusted Locations"):
        yield Told(FINE, f"“{file.name}”在受信任位置，宏直接能用")
    elif machine.from_the_net(file):
        remedy = "关掉 Excel，在文件上点右键—属性—勾“解除锁定”—确定，再打开；或者放进受信任位置。"
        yield Told(
            BAD, f"“{file.name}”带有“来自网络”的标记，Excel 会拦住里面的宏", remedy
        )
    else:
        yield Told(FINE, f"“{file.name}”没有“来自网络”的标记")


def _is_trusted(machine: Machine, file: Path, locations: str) -> bool:
    """Whether a file lies in one of the folders that Excel trusts; `locations` is their key in the registry."""
    for location in machine.keys(locations):
        folder = machine.registry(f"{locations}\\{location}", "Path")
        if folder and _within(file, folder):
            return True
    return False


def _within(file: Path, place: str) -> bool:
    """Whether a file lies in a folder, as Windows compares paths."""
    folder = PureWindowsPath(os.path.expandvars(place))
    return folder in PureWindowsPath(str(file.absolute())).parents


def _lines(machine: Machine, path: Path) -> list[str]:
    """The lines of a file of settings; none where there is no such file."""
    try:
        return path.read_text(
            encoding=machine.encoding, errors="surrogateescape"
        ).splitlines()
    except OSError:
        return []


def _parts(line: str) -> tuple[str, str]:
    """The key and the value of a line: "KEY","value"."""
    match re.findall('"([^"]*)"', line):
        case [key, value, *_]:
            return key.upper(), value
    return "", ""
