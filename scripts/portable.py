"""Put together a folder that runs from a USB stick: no installation, no network, no administrator, no command line.

    python scripts/portable.py --platform windows --interpreter python-3.11.9-embed-amd64.zip --sha256 HASH -o 预算公开工具

The interpreter is an archive that somebody has fetched; its hash is checked before anything is read from it. Nothing of the
other platform is run here: the locked wheels are downloaded (or taken from --wheels), held to their hashes and unpacked, ours
among them. What the packages ask for, and what is locked, is read with the conditions of that platform, because pip judges them
by the machine it runs on. What is passed on, and under which licence, is written beside it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import posixpath
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
OWN = "budget-disclosure-toolkit"
ASKED = f"{OWN}[serve]"  # with the local page
SHARE = PurePosixPath("share") / OWN
LINKS = 20  # a link that leads to a link that leads … is followed so far
LONGEST = 259  # characters of a whole path on Windows
LOCK = ROOT / "requirements.lock"
# What a package brings that is not under its own licence, and that the toolkit does not use: it is left out.
NOT_TO_PASS_ON = {
    "xlwings": re.compile(
        r"xlwings/pro/.*|xlwings/xlwingslib\..*|[^/]+\.dist-info/licenses/LICENSE_PRO\.txt"
    ),
}
NAMES = {"check": "校验", "merge": "合并", "open": "打开"}


class PortableError(Exception):
    """A folder that cannot be put together; the message is a Chinese sentence with the remedy."""


@dataclass(frozen=True)
class Platform:
    """A kind of machine: how its wheels and its interpreter are called, and what its Python says of itself."""

    title: str
    tags: tuple[str, ...]
    says: Mapping[str, str]
    interpreter: str  # as it ends in the archive
    packages: str  # where packages lie beside it
    # how a program for it begins, and the number of its processor
    machine: tuple[bytes, int]

    @property
    def windows(self) -> bool:
        return self.says["os_name"] == "nt"


VERSION = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.9",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_version": "",
    "python_full_version": "3.11.9",
    "python_version": "3.11",
}


def _linux(title: str, processor: str, number: int) -> Platform:
    """A Linux with glibc 2.28 (UOS 20) or newer."""
    tags = [f"manylinux_2_{minor}_{processor}" for minor in range(28, 4, -1)]
    says = {
        "os_name": "posix",
        "platform_machine": processor,
        "platform_system": "Linux",
        "sys_platform": "linux",
    }
    return Platform(
        title,
        (
            *tags,
            f"manylinux2014_{processor}",
            f"manylinux2010_{processor}",
            f"manylinux1_{processor}",
        ),
        {**VERSION, **says},
        "bin/python3.11",
        "lib/python3.11/site-packages",
        (b"\x7fELF", number),
    )


PLATFORMS = {
    "windows": Platform(
        "Windows 10（64 位）",
        ("win_amd64",),
        {
            **VERSION,
            "os_name": "nt",
            "platform_machine": "AMD64",
            "platform_system": "Windows",
            "sys_platform": "win32",
        },
        "python.exe",
        "Lib/site-packages",
        (b"MZ", 0x8664),
    ),
    "uos-x86_64": _linux("统信 UOS（x86_64）", "x86_64", 62),
    "uos-aarch64": _linux("统信 UOS（aarch64）", "aarch64", 183),
}


# -- archives ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A file in an archive; `link` is where a link leads to, as it is written."""

    name: str
    executable: bool
    link: str | None
    read: Callable[[], bytes]


def safe(name: str) -> str:
    """The name of a file in an archive, if it stays inside whatever folder it is unpacked to."""
    parts = name.split("/")
    if (
        name.startswith("/")
        or ".." in parts
        or re.search(r"^[A-Za-z]:|[\\\0]", name)
        or not name.strip("./")
    ):
        raise PortableError(
            f"压缩包里的“{name}”会写到文件夹外面，或不能作文件名。这个压缩包不可信，没有使用。"
        )
    return posixpath.normpath(name)


def _of_zip(archive: zipfile.ZipFile) -> Iterator[Piece]:
    for info in archive.infolist():
        name, mode = safe(info.orig_filename), info.external_attr >> 16
        if not info.is_dir():
            link = archive.read(info).decode() if stat.S_ISLNK(mode) else None
            yield Piece(name, bool(mode & 0o111), link, partial(archive.read, info))


def _of_tar(archive: tarfile.TarFile) -> Iterator[Piece]:
    def content(member: tarfile.TarInfo) -> bytes:
        stream = archive.extractfile(member)
        return stream.read() if stream is not None else b""

    for member in archive:
        name = safe(member.name) if member.name.strip("./") else "."
        if member.issym() or member.islnk():
            link = (
                member.linkname
                if member.issym()
                else posixpath.relpath(safe(member.linkname), posixpath.dirname(name))
            )
            yield Piece(name, executable=False, link=link, read=bytes)
        elif member.isfile():
            yield Piece(name, bool(member.mode & 0o111), None, partial(content, member))
        elif not member.isdir():
            raise PortableError(
                f"压缩包里的“{name}”既不是文件也不是文件夹。这个压缩包不可信，没有使用。"
            )


@contextmanager
def opened(path: Path) -> Iterator[dict[str, Piece]]:
    """Open a zip or tar archive: its files by name, each known to stay inside."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                yield {piece.name: piece for piece in _of_zip(package)}
        else:
            with tarfile.open(path) as archive:
                yield {piece.name: piece for piece in _of_tar(archive)}
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise PortableError(
            f"“{path.name}”不是完整的 zip 或 tar 压缩包：{error}。请重新取得。"
        ) from error


def led_to(pieces: Mapping[str, Piece], piece: Piece) -> Piece | None:
    """The file that a piece is or, over links, leads to; None where that is a folder or missing. A stick keeps no links."""
    for _ in range(LINKS):
        if piece.link is None:
            return piece
        place = posixpath.normpath(
            posixpath.join(posixpath.dirname(piece.name), piece.link)
        )
        if piece.link.startswith("/") or place.split("/")[0] == "..":
            raise PortableError(
                f"压缩包里的“{piece.name}”指向压缩包外面的“{piece.link}”。这个压缩包不可信，没有使用。"
            )
        if place not in pieces:
            return None
        piece = pieces[place]
    raise PortableError(
        f"压缩包里的“{piece.name}”是绕圈的链接。这个压缩包不可信，没有使用。"
    )


def lay(content: bytes, place: Path, *, executable: bool = False) -> None:
    """Write a file that must not lie there yet."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.read_bytes() != content:
        raise PortableError(
            f"“{place.name}”在两个程序包里都有，而且内容不同，不能放在一起。"
        )
    place.write_bytes(content)
    place.chmod(0o755 if executable else 0o644)


# -- the interpreter -----------------------------------------------------------------------------------------------------------


def check_hash(path: Path, expected: str) -> str:
    """The SHA-256 of the archive, which must be the expected one."""
    if not path.is_file():
        raise PortableError(f"找不到解释器压缩包“{path}”。请检查 --interpreter。")
    found = _sha256(path)
    if found != expected.strip().lower():
        raise PortableError(
            f"“{path.name}”的 SHA-256 是 {found}，不是给出的 {expected}。没有使用，请从可信的来源重新取得。"
        )
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpack_interpreter(path: Path, platform: Platform, folder: Path) -> None:
    """Unpack the part of the archive that holds the interpreter, without packages and programs of its own."""
    with opened(path) as pieces:
        known = {
            name: found
            for name, piece in pieces.items()
            if (found := led_to(pieces, piece)) is not None
        }
        ending = "/" + platform.interpreter
        places = [name for name in known if f"/{name}".endswith(ending)]
        if not places:
            raise PortableError(
                f"“{path.name}”里没有 {platform.interpreter}，不是{platform.title}的 Python 3.11。"
            )
        base = f"/{min(places, key=lambda name: (name.count('/'), name))}".removesuffix(
            ending
        ).strip("/")
        for name, piece in known.items():
            inside = (
                name
                if not base
                else name.removeprefix(base + "/")
                if name.startswith(base + "/")
                else ""
            )
            if inside and not _left_out(inside, platform):
                lay(piece.read(), folder / inside, executable=piece.executable)
    if platform.windows and not any(
        (folder / f"python311{ending}").exists() for ending in ("._pth", ".dll", ".zip")
    ):
        raise PortableError(f"“{path.name}”不是 Python 3.11：里面没有 python311.dll。")
    _check_machine(folder / platform.interpreter, platform)
    if (paths := folder / "python311._pth").exists():
        paths.write_bytes(search_path(paths.read_text(encoding="utf-8-sig")).encode())


def _left_out(inside: str, platform: Platform) -> bool:
    """Packages that came along would be others than the pinned ones; programs in bin/ are not needed but for one."""
    return inside.startswith((platform.packages + "/", "Scripts/")) or (
        inside.startswith("bin/") and inside != platform.interpreter
    )


def _check_machine(program: Path, platform: Platform) -> None:
    """A program for another processor is refused; what is no program at all is a stand-in, as in our tests."""
    begins, number = platform.machine
    with program.open("rb") as stream:
        head = stream.read(4096)
    at = int.from_bytes(head[60:64], "little") + 4 if head.startswith(b"MZ") else 18
    if head.startswith((b"MZ", b"\x7fELF")) and not (
        head.startswith(begins)
        and int.from_bytes(head[at : at + 2], "little") == number
    ):
        raise PortableError(
            f"{program.name} 不是给{platform.title}的程序，换一个压缩包。"
        )


def search_path(said: str) -> str:
    r"""The embeddable Python's own list of places, with site-packages in it.

    With this file Python looks nowhere else, and reads no .pth file (pywin32 has one) unless told to `import site`.
    """
    kept = [
        line.strip()
        for line in said.splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]
    wanted = ("Lib\\site-packages", "import site")
    return "".join(
        f"{line}\r\n"
        for line in (*(line for line in kept if line not in wanted), *wanted)
    )


# -- the packages --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wheel:
    """A package as a file."""

    path: Path

    @cached_property
    def name(self) -> str:
        return parse_wheel_filename(self.path.name)[0]

    @cached_property
    def version(self) -> str:
        return str(parse_wheel_filename(self.path.name)[1])

    @cached_property
    def says(self) -> Message:
        """What it says of itself."""
        with zipfile.ZipFile(self.path) as package:
            (metadata,) = (
                name
                for name in package.namelist()
                if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)
            )
            return BytesParser().parsebytes(package.read(metadata))

    @property
    def asks(self) -> tuple[Requirement, ...]:
        """Which other packages it asks for, under which conditions."""
        return tuple(
            Requirement(str(one)) for one in self.says.get_all("Requires-Dist") or []
        )

    @property
    def licence(self) -> str:
        """Its licence as it names it: as an expression, else in its own words, else by its kind."""
        own = str(self.says["License-Expression"] or self.says["License"] or "").strip()
        kinds = [
            str(one).rpartition("::")[2].strip()
            for one in self.says.get_all("Classifier") or []
            if "License ::" in one
        ]
        said = own.splitlines()[0] if own else "、".join(kinds)
        if not said:
            raise PortableError(
                f"“{self.path.name}”没有写明许可，不能放进去发给别人。请查明后再说。"
            )
        return said


def _run(*command: str | Path, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise PortableError(
            f"这一步没有做成：{' '.join(str(part) for part in command[:4])} …\n{said}"
        )


def build(into: Path) -> None:
    """Our wheel, into a folder."""
    _run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", into, ROOT),
    )


def fetch(
    platform: Platform, wheels: Path | None, into: Path, lock: Path = LOCK
) -> list[Wheel]:
    """Build our wheel and gather what it asks for, as it is locked: from `wheels`, or as pip is set up here."""
    build(into / "own")
    (own,) = (into / "own").glob("*.whl")
    wanted = locked(lock, platform)
    source: list[str | Path] = []
    if wheels:
        source = ["--no-index", "--find-links", wheels.resolve()]
        given = [Wheel(path) for path in sorted(wheels.glob("*.whl"))]
        _held_to(wanted, given)
        wanted = {
            name: one
            for name, one in wanted.items()
            if name in {wheel.name for wheel in given}
        }
    lines = into / "wanted.txt"
    lines.write_text(
        "".join(f"{one.line}\n" for one in wanted.values()), encoding="utf-8"
    )
    _run(
        *(
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
        ),
        *(part for tag in platform.tags for part in ("--platform", tag)),
        *("--python-version", "311", "--implementation", "cp", "--abi", "cp311"),
        *(*source, "--no-deps", "--require-hashes", "-r", lines, "-d", into / "all"),
        environment=_without_settings() if wheels else None,
    )
    shutil.copy2(own, into / "all")
    return needed(
        [Wheel(path) for path in sorted((into / "all").glob("*.whl"))], platform
    )


@dataclass(frozen=True)
class Locked:
    """A package as it is locked: its release, and the hashes of all its files."""

    name: str
    version: str
    hashes: frozenset[str]

    @property
    def line(self) -> str:
        return f"{self.name}=={self.version} {' '.join(f'--hash=sha256:{sha}' for sha in sorted(self.hashes))}"


def locked(path: Path, platform: Platform) -> dict[str, Locked]:
    """What a lock names for a platform, by name. Conditions are judged for that platform, not for this machine."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, Locked] = {}
    for line in text.splitlines():
        asked, *hashes = re.split(r"\s+--hash=sha256:", line.partition("#")[0].strip())
        if not asked:
            continue
        one = Requirement(asked)
        (version,) = (each.version for each in one.specifier)
        if one.marker is None or one.marker.evaluate({**platform.says, "extra": ""}):
            name = canonicalize_name(one.name)
            found[name] = Locked(name, version, frozenset(hashes))
    return found


def _held_to(wanted: Mapping[str, Locked], wheels: Iterable[Wheel]) -> None:
    """Raise PortableError where a wheel of a locked release has another hash than is locked."""
    for wheel in wheels:
        one = wanted.get(wheel.name)
        if (
            one is not None
            and wheel.version == one.version
            and _sha256(wheel.path) not in one.hashes
        ):
            raise PortableError(
                f"“{wheel.path.name}”的指纹不在 {LOCK.name} 里，没有使用。请从可信的来源重新取得。"
            )


def _without_settings() -> dict[str, str]:
    """The environment without pip's settings: a folder of wheels means that folder and nothing else."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith("PIP_")
    }
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


def needed(wheels: Iterable[Wheel], platform: Platform) -> list[Wheel]:
    """The wheels that our own asks for, directly or not, on that platform. One that is asked for and missing is named."""
    known = {wheel.name: wheel for wheel in wheels}
    seen: set[tuple[str, str]] = set()
    missing: list[str] = []
    ahead = [(Requirement(ASKED), OWN)]
    while ahead:
        asked, by = ahead.pop()
        name = canonicalize_name(asked.name)
        wheel = known.get(name)
        if wheel is None or not asked.specifier.contains(
            wheel.version, prereleases=True
        ):
            missing.append(f"{asked.name}{asked.specifier}（{by} 要用）")
            continue
        for extra in {"", *asked.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                said = {**platform.says, "extra": extra}
                ahead += [
                    (one, name)
                    for one in wheel.asks
                    if one.marker is None or one.marker.evaluate(said)
                ]
    if missing:
        raise PortableError(
            f"在{platform.title}上还缺程序包：{'、'.join(sorted(set(missing)))}。"
            f"请用 make lock 把它们写进 {LOCK.name}；用 --wheels 的，请把它们放进那个文件夹。"
        )
    return [known[name] for name in sorted({name for name, _ in seen})]


def unpack_wheel(wheel: Wheel, packages: Path, prefix: Path) -> None:
    """Lay a wheel's files where an installer would; its commands are left out, they are bound to one place on one machine.

    `pip install --target` would do the same, but writes the path of this machine into direct_url.json and bin/. What may not be
    passed on is left out too, and out of the package's own list of its files.
    """
    kept_back = NOT_TO_PASS_ON.get(wheel.name)
    with opened(wheel.path) as pieces:
        for name, piece in pieces.items():
            if kept_back and kept_back.fullmatch(name):
                continue
            head, _, rest = name.partition("/")
            if kept_back and rest == "RECORD":
                lay(_without(piece.read(), kept_back), packages / name)
            elif not head.endswith(".data"):
                lay(piece.read(), packages / name)
            else:
                kind, _, rest = rest.partition("/")
                folder = {"purelib": packages, "platlib": packages, "data": prefix}.get(
                    kind
                )
                if folder is not None:
                    lay(piece.read(), folder / rest)


def _without(record: bytes, kept_back: re.Pattern[str]) -> bytes:
    """A package's list of its files without those that are left out."""
    kept = io.StringIO()
    rows = csv.reader(record.decode().splitlines())
    csv.writer(kept, lineterminator="\n").writerows(
        row for row in rows if row and not kept_back.fullmatch(row[0])
    )
    return kept.getvalue().encode()


# -- licences ------------------------------------------------------------------------------------------------------------------

LICENCES = """\
第三方许可 / Third-party licences

这个文件夹里除了部门预算公开工具（MIT 许可）以外，还有下面这些别人的程序。每个程序包的许可全文和版权说明，
在 {packages} 里它自己的“名字-版本.dist-info”文件夹里；解释器的在它自己带的说明里。

This folder holds the budget disclosure toolkit (MIT) and the programs of others named below. The text of each licence lies in
the package's own .dist-info folder below {packages}.

{lines}

关于 docxtpl（LGPL-2.1-only）：它照原样放着，没有改过，是源代码（.py 文件），可以换成改过的版本；许可全文见“LGPL-2.1.txt”。
把这个文件夹再发给别人时，请连同这两个文件一起发。
docxtpl (LGPL-2.1-only) is included unchanged and as source; it may be replaced by a changed version. Its licence: LGPL-2.1.txt.

没有放进来：{left_out}。它们的许可不允许随便转发，本工具也不用。
Left out, for their licence does not let everybody pass them on, and the toolkit does not use them: the same.
"""


def write_licences(
    wheels: Iterable[Wheel], interpreter: str, platform: Platform, folder: Path
) -> None:
    """Name what is bundled: each package with its release and its licence."""
    rows = [
        (wheel.name, wheel.version, wheel.licence)
        for wheel in wheels
        if wheel.name != OWN
    ]
    lines = [
        f"Python 解释器（{interpreter}）：PSF License Version 2",
        *(f"{name} {version}：{said}" for name, version, said in rows),
    ]
    left_out = "、".join(f"{name} 的收费部分（{name}/pro）" for name in NOT_TO_PASS_ON)
    said = LICENCES.format(
        packages=f"python/{platform.packages}",
        lines="\n".join(lines),
        left_out=left_out,
    )
    # UTF-8 with its mark: names of licences have letters that GBK lacks.
    lay(f"\ufeff{said}".replace("\n", "\r\n").encode(), folder / "第三方许可.txt")
    lay((ROOT / "scripts" / "LGPL-2.1.txt").read_bytes(), folder / "LGPL-2.1.txt")


# -- icons and words -----------------------------------------------------------------------------------------------------------

CMD = """\
@echo off
chcp 936 >nul
setlocal DisableDelayedExpansion
title {name}
ver | "%SystemRoot%\\System32\\find.exe" " 6." >nul
if not errorlevel 1 goto old
if "%PROCESSOR_ARCHITECTURE%%PROCESSOR_ARCHITEW6432%"=="x86" goto old
pushd "%~dp0"
if not exist "python\\python.exe" goto part
if not exist "python\\launch.py" goto part
set "DISCLOSURE_SELF=%~nx0"
set DISCLOSURE_GIVEN=%*
setlocal EnableDelayedExpansion
set "DISCLOSURE_LINE=!cmdcmdline!"
"python\\python.exe" "python\\launch.py" {verb}
if not "%ERRORLEVEL%"=="0" pause
exit
:part
echo 没有做：这里的文件不全。请把整个文件夹复制到电脑上（例如 D 盘），再从那里双击或拖放。
pause
exit
:old
echo 没有做：要用 64 位的 Windows 10 或更新的系统，这台电脑不能运行。
echo Windows 7 的电脑：请一位用 Windows 10 的同事双击他那里的“打开”，用他的本地网页，或把文件交给他校验。
pause
exit
"""

SH = """\
#!/bin/sh
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
unset PYTHONHOME PYTHONPATH
export PYTHONNOUSERSITE=1
if [ -x "$here/python/bin/python3.11" ]; then
    "$here/python/bin/python3.11" "$here/python/launch.py" {verb} "$@" && exit 0
    code=$?
else
    code=2
    echo "没有做：这里的文件不全，或不能在这里运行。请把压缩包解压到自己的主目录，再从那里打开。"
fi
if [ -t 0 ]; then
    printf '按回车键关闭……'
    read -r _
fi
exit $code
"""

# An icon of UOS has to name the whole path of what it starts: so it is made where the folder lies.
ICONS = r"""#!/bin/sh
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
desk=$(xdg-user-dir DESKTOP 2>/dev/null)
if [ ! -d "$desk" ] || [ "$desk" = "$HOME/" ]; then desk="$HOME/Desktop"; fi
mkdir -p "$desk" || exit 1
place=$(printf '%s' "$here" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g')
icon() {
    printf '%s\n' '[Desktop Entry]' Type=Application Version=1.0 "Name=$1" "Comment=$2" \
        "Exec=sh \"$place/$1.sh\" %F" Icon=x-office-spreadsheet Terminal=true > "$desk/$1.desktop" || exit 1
    chmod +x "$desk/$1.desktop"
}
@icons@
echo "图标已放到桌面。这个文件夹挪了地方以后，请再运行一次。"
"""

DOES = {
    "check": "把填报表（一个、几个或整个文件夹）拖到这个图标上，浏览器里打开校验报告",
    "merge": "把放着各单位填报表的文件夹拖到这个图标上，得到公开表和情况说明",
    "open": "双击，在浏览器里打开本地网页",
}

README = """\
部门预算公开工具 {version}（{title}）

不用安装，不用联网，不用管理员，不用敲命令。

一、放到哪里
{place}

二、怎么用
1. 校验：把一个或几个填报表，或放着它们的文件夹，拖到“{check}”的图标上。
   浏览器里打开“校验报告.html”，它和填报表放在一起。原来的报告不会被覆盖，新的叫“校验报告-第2稿.html”，旧的可以删。
   填报表只看不改。
2. 合并：把放着各单位填报表的文件夹拖到“{merge}”的图标上。
   结果在旁边的“文件夹名-合并结果”里，做好后自动打开。有错误时不出公开表，打开的是校验报告。
   改过的文件不会被覆盖，新的一稿放在旁边。
3. 打开：双击“{open}”，在浏览器里打开本地网页，校验、合并都可以在网页上做。
   用完请在黑色窗口里按 Ctrl+C，放进网页的文件随之删除；直接关窗口的，下次打开时才清掉。
4. 一次拖几十个文件打不开的，改拖文件夹。
5. 发给各单位的空白表在“空白表”文件夹里，一套表样一个文件夹。

三、打不开时
{trouble}

四、请留意
- {untried}
- 里面有哪些程序、各自的指纹（SHA-256），见“组成.json”。
- 涉密的内容不要放进来。
"""

WORDS = {
    True: {
        "place": "把整个文件夹从 U 盘复制到电脑上，最好是 D:\\预算公开工具（名字和路径短一些）。\n"
        "不要从压缩包里直接双击，不要只复制一个图标；直接在 U 盘上运行也可以，但很慢。\n"
        "第一次运行会慢一些。",
        "trouble": "- 窗口一闪就没有了：文件夹没有复制完整，请重新复制整个文件夹。\n"
        "- 提示“不能运行”：系统太旧。要 64 位的 Windows 10 或更新。\n"
        "- Windows 7 不能运行，换什么版本都不行。请用同事电脑（Windows 10）上的本地网页，或把填报表交给同事校验；\n"
        "  填报表本身在 Windows 7 的 Excel、WPS 里照常填，表里的提示照常显示。\n"
        "- 杀毒软件拦住了：请信息中心核对“组成.json”后放行，不要自己关掉杀毒软件。",
        "untried": "这个文件夹是在 Linux 上拼成的，没有在 Windows 上试过。第一次用，请先拿一份不要紧的表试一遍。",
    },
    False: {
        "place": "把压缩包从 U 盘复制到电脑上，解压到自己的主目录。不要在 U 盘上直接运行：U 盘上的程序通常不许运行。\n"
        "双击“放到桌面.sh”，选“在终端中运行”，桌面上就有三个图标。文件夹挪了地方以后，再做一次。\n"
        "系统要和压缩包的处理器一致（x86_64 或 aarch64），glibc 2.28 或更新（UOS 20 起）。",
        "trouble": "- 图标双击或拖放没有反应：在文件夹里打开终端，运行 sh 校验.sh，后面写上文件（可以把文件拖进终端）。\n"
        "- 提示“不能在这里运行”：请解压到主目录再试。\n"
        "- Windows 7 的电脑不能运行本工具，请用同事电脑上的本地网页。",
        "untried": "这个文件夹没有在 UOS 上试过（同样的 .sh 在 Debian 12 上试过）。第一次用，请先拿一份不要紧的表试一遍。",
    },
}


def dos(text: str) -> bytes:
    """As Windows in Chinese reads a text: GBK, with CRLF."""
    return text.replace("\n", "\r\n").encode("gbk")


def write_icons(platform: Platform, folder: Path, version: str) -> None:
    """Write the three icons, and the page that says how to use them."""
    ending = ".cmd" if platform.windows else ""
    names = {verb: name + ending for verb, name in NAMES.items()}
    said = README.format(
        version=version, title=platform.title, **names, **WORDS[platform.windows]
    )
    lay(dos(said) if platform.windows else said.encode(), folder / "使用说明.txt")
    if not platform.windows:
        icons = "\n".join(f"icon {name} '{DOES[verb]}'" for verb, name in NAMES.items())
        lay(
            ICONS.replace("@icons@", icons).encode(),
            folder / "放到桌面.sh",
            executable=True,
        )
    for verb, name in NAMES.items():
        if platform.windows:
            lay(dos(CMD.format(name=name, verb=verb)), folder / f"{name}.cmd")
        else:
            lay(SH.format(verb=verb).encode(), folder / f"{name}.sh", executable=True)


# -- the whole -----------------------------------------------------------------------------------------------------------------


def assemble(
    platform: Platform,
    interpreter: Path,
    sha256: str,
    out: Path,
    wheels: Path | None = None,
    lock: Path = LOCK,
) -> list[Wheel]:
    """Put the folder together beside its place and move it there when it is whole; return what was put in."""
    if out.exists():
        raise PortableError(
            f"“{out}”已经在那里了，不会覆盖。请把它移走，或换一个名字。"
        )
    found = check_hash(interpreter, sha256)
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".disclosure-unfinished-", dir=out.parent))
    try:
        python = staging / "python"
        unpack_interpreter(interpreter, platform, python)
        with tempfile.TemporaryDirectory() as folder:
            packages = fetch(platform, wheels, Path(folder), lock)
            for wheel in packages:
                unpack_wheel(wheel, python / platform.packages, python)
            write_licences(packages, interpreter.name, platform, staging)
            (own,) = (wheel for wheel in packages if wheel.name == OWN)
            said = {
                "tool": OWN,
                "version": own.version,
                "platform": platform.title,
                "interpreter": {"file": interpreter.name, "sha256": found},
                "packages": [
                    {"file": wheel.path.name, "sha256": _sha256(wheel.path)}
                    for wheel in packages
                ],
            }
        lay(
            (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode(),
            staging / "组成.json",
        )
        lay(
            (ROOT / "scripts" / "portable_launch.py").read_bytes(), python / "launch.py"
        )
        blanks = python / SHARE / "templates" / "xlsx"
        for blank in sorted(blanks.glob("*/*")):
            lay(blank.read_bytes(), staging / "空白表" / blank.relative_to(blanks))
        write_icons(platform, staging, own.version)
        staging.chmod(0o755)
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return packages


def main(arguments: list[str] | None = None) -> int:
    """Read the options, put the folder together, say what became of it."""
    parser = argparse.ArgumentParser(description="拼成一个放在 U 盘上就能用的文件夹。")
    parser.add_argument(
        "--platform", required=True, choices=PLATFORMS, help="给哪种电脑用"
    )
    parser.add_argument(
        "--interpreter",
        required=True,
        type=Path,
        help="Python 3.11 的压缩包（zip 或 tar）",
    )
    parser.add_argument(
        "--sha256", required=True, help="压缩包的 SHA-256，从可信的来源抄来"
    )
    parser.add_argument(
        "-o", "--output", required=True, type=Path, help="要拼成的文件夹，不能已经存在"
    )
    parser.add_argument(
        "--wheels", type=Path, help="只用这个文件夹里的程序包（whl），不联网"
    )
    parser.add_argument(
        "--lock",
        type=Path,
        default=LOCK,
        help="程序包的版本和指纹；不写就用 requirements.lock",
    )
    given = parser.parse_args(arguments)
    platform = PLATFORMS[given.platform]
    try:
        packages = assemble(
            platform,
            given.interpreter,
            given.sha256,
            given.output,
            given.wheels,
            given.lock,
        )
    except (PortableError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    files = [path for path in given.output.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(
        f"已拼成 {given.output}：{len(packages)} 个程序包，{len(files)} 个文件，{size:.0f} MB。"
    )
    if platform.windows:
        longest = max(len(str(path.relative_to(given.output))) for path in files)
        print(
            f"里面最长的路径 {longest} 个字符：在 Windows 上，放它的位置不要超过 {LONGEST - 1 - longest} 个字符。"
        )
    print(f"没有在{platform.title}上运行过：请先在一台那样的电脑上试一遍，再发下去。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
