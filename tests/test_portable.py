"""The folder for a USB stick: put together from a stand-in interpreter and made-up wheels, and its icons as they are used.

No Windows runs here. What is shown of it: the folder's files, the icons' bytes, and what is made of a line that Windows gives.
The icons of UOS are run, with this machine's Python in place of the archive's.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
EPOCH = (2020, 1, 1, 0, 0, 0)
PTH = "python311.zip\n.\n\n# Uncomment to run site.main() automatically\n#import site\n"
ICONS = ("校验", "合并", "打开")


def script(name: str) -> ModuleType:
    """A program of scripts/, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


portable = script("portable")
launch = script("portable_launch")


# -- what is made up ----------------------------------------------------------------------------------------------------------


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return path


def tarred(
    path: Path, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None
) -> Path:
    with tarfile.open(path, "w:gz") as package:
        for name, content in files.items():
            info, data = (
                tarfile.TarInfo(name),
                content.encode() if isinstance(content, str) else content,
            )
            info.size, info.mode = len(data), 0o755 if "/bin/" in name else 0o644
            package.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            package.addfile(info)
    return path


def wheel(
    folder: Path,
    pin: str,
    tag: str = "py3-none-any",
    asks: str = "",
    files: Mapping[str, str] | None = None,
) -> Path:
    """A wheel that says of itself what it must."""
    name, version = pin.split("==")
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n"
        + (f"Requires-Dist: {asks}\n" if asks else "")
    )
    about = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
    said = {
        f"{stem}.dist-info/METADATA": metadata,
        f"{stem}.dist-info/WHEEL": about,
        f"{stem}.dist-info/RECORD": "",
    }
    return zipped(folder / f"{stem}-{tag}.whl", {**said, **(files or {})})


WINDOWS, UOS = portable.PLATFORMS["windows"], portable.PLATFORMS["uos-x86_64"]
PINS = {
    f"{one.name}=={one.version}"
    for platform in (WINDOWS, UOS)
    for one in portable.locked(portable.LOCK, platform).values()
}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel for every pinned package: without content, save that lxml says which platform it was made for."""
    folder = tmp_path_factory.mktemp("wheels")
    asks = {
        "xlwings": 'pywin32>=224; platform_system == "Windows"',
        "typer": 'colorama; platform_system == "Windows"',
    }
    for pin in sorted(PINS):
        name = pin.partition("==")[0]
        if name == "lxml":
            for tag in ("win_amd64", "manylinux_2_26_x86_64.manylinux_2_28_x86_64"):
                wheel(
                    folder, pin, f"cp311-cp311-{tag}", files={"made_for.txt": tag[:5]}
                )
        elif name == "xlwings":
            pro = {
                "xlwings/pro/__init__.py": "PRO",
                f"{pin.replace('==', '-')}.dist-info/licenses/LICENSE_PRO.txt": "PRO",
            }
            wheel(
                folder,
                pin,
                asks=asks[name],
                files={
                    "xlwings/__init__.py": "",
                    "xlwings/xlwingslib.pyd": "PRO",
                    **pro,
                },
            )
        elif name == "pywin32":
            stem = pin.replace("==", "-")
            files = {
                f"{stem}.data/scripts/pywin32_postinstall.py": "#!python",
                f"{stem}.data/platlib/pywin32.pth": "win32\n",
            }
            wheel(folder, pin, "cp311-cp311-win_amd64", files=files)
        else:
            wheel(folder, pin, asks=asks.get(name, ""))
    write_lock(folder)
    return folder


def write_lock(folder: Path) -> Path:
    """The project's lock with the made-up wheels' hashes in place of the real ones."""
    hashes: dict[str, list[str]] = {}
    for path in folder.glob("*.whl"):
        hashes.setdefault(portable.Wheel(path).name, []).append(
            f"--hash=sha256:{sha256(path)}"
        )
    lines = [
        line.partition("--hash")[0].rstrip(" \\")
        for line in portable.LOCK.read_text().splitlines()
        if "==" in line
    ]
    lock = folder / "requirements.lock"
    with_hashes = (
        f"{line} {' '.join(hashes.get(line.partition('==')[0], []))}" for line in lines
    )
    lock.write_text("".join(f"{line}\n" for line in with_hashes))
    return lock


@pytest.fixture(scope="module")
def python_for_windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("windows") / "python-3.11-embed-amd64.zip"
    return zipped(
        path,
        {"python.exe": "stand-in", "python311.zip": "stand-in", "python311._pth": PTH},
    )


@pytest.fixture(scope="module")
def python_for_uos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive laid out like the real one, whose interpreter hands over to the Python of this machine."""
    path = tmp_path_factory.mktemp("uos") / "cpython-3.11.tar.gz"
    hand = f'#!/bin/sh\nPYTHONPATH="$(dirname "$0")/../lib/python3.11/site-packages" exec "{sys.executable}" "$@"\n'
    files = {
        "python/bin/python3.11": hand,
        "python/bin/pip": "#!/bin/sh\n",
        "python/lib/libpython3.11.so.1.0": "stand-in",
        "python/lib/python3.11/site-packages/pip/__init__.py": "",
    }
    links = {
        "python/bin/python3": "python3.11",
        "python/lib/libpython3.11.so": "libpython3.so",
        "python/lib/libpython3.so": "../lib/libpython3.11.so.1.0",
        "python/lib/terminfo": "../share/terminfo",
    }
    return tarred(path, files, links)


def from_folder(wheels: Path) -> tuple[str, ...]:
    return "--wheels", str(wheels), "--lock", str(wheels / "requirements.lock")


def assembled(interpreter: Path, wheels: Path, out: Path) -> Path:
    """The command, as it is typed, for Windows."""
    command = (
        sys.executable,
        ROOT / "scripts" / "portable.py",
        "--platform",
        "windows",
        "--interpreter",
        interpreter,
    )
    done = subprocess.run(
        (*command, "--sha256", sha256(interpreter), "-o", out, *from_folder(wheels)),
        check=False,
    )
    assert done.returncode == 0
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    return out


@pytest.fixture(scope="module")
def windows(
    tmp_path_factory: pytest.TempPathFactory, python_for_windows: Path, wheels: Path
) -> Path:
    return assembled(
        python_for_windows,
        wheels,
        tmp_path_factory.mktemp("stick") / "预算公开工具",
    )


@pytest.fixture(scope="module")
def own_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our wheel, built as the command builds it."""
    folder = tmp_path_factory.mktemp("own")
    portable.build(folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture
def built_before(own_wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that was built before is built anew."""
    monkeypatch.setattr(portable, "build", partial(laid_in, own_wheel))


def laid_in(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    shutil.copy2(path, folder)


@pytest.fixture(scope="module")
def uos(
    tmp_path_factory: pytest.TempPathFactory,
    python_for_uos: Path,
    wheels: Path,
    own_wheel: Path,
) -> Path:
    out = tmp_path_factory.mktemp("stick") / "工具 [公开](1)&$甲"
    given = (
        "--platform",
        "uos-x86_64",
        "--interpreter",
        str(python_for_uos),
        "--sha256",
        sha256(python_for_uos),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portable, "build", partial(laid_in, own_wheel))
        assert portable.main([*given, "-o", str(out), *from_folder(wheels)]) == 0
    return out


# -- the folder ---------------------------------------------------------------------------------------------------------------


def test_the_windows_folder_holds_interpreter_packages_data_and_icons(
    windows: Path,
) -> None:
    packages = windows / "python" / "Lib" / "site-packages"
    assert {path.name for path in windows.iterdir()} == {
        *(f"{name}.cmd" for name in ICONS),
        *(
            "python",
            "空白表",
            "使用说明.txt",
            "组成.json",
            "第三方许可.txt",
            "LGPL-2.1.txt",
        ),
    }
    assert (windows / "python" / "python.exe").read_bytes() == b"stand-in"
    assert (windows / "python" / "launch.py").read_bytes() == (
        ROOT / "scripts" / "portable_launch.py"
    ).read_bytes()
    merging = Path("toolkit") / "steps" / "merging.py"
    assert (packages / merging).read_bytes() == (ROOT / merging).read_bytes()
    assert (packages / "made_for.txt").read_text() == "win_a"
    share = windows / "python" / "share" / "budget-disclosure-toolkit"
    for path in (
        *(ROOT / "schema").rglob("*.json"),
        *(ROOT / "templates").rglob("*.docx"),
    ):
        assert (share / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    assert (windows / "空白表" / "hebei-2023" / "单位填报表.xlsx").is_file()


def test_what_only_windows_needs_is_there_and_what_nobody_needs_is_not(
    windows: Path, uos: Path
) -> None:
    def names(folder: Path) -> set[str]:
        said = json.loads((folder / "组成.json").read_text(encoding="utf-8"))
        return {package["file"].partition("-")[0] for package in said["packages"]}

    assert names(windows) - names(uos) == {"colorama", "pywin32"}
    assert {"starlette", "uvicorn"} <= names(uos), "the local page"
    assert not names(windows) & {"pytest", "mypy", "ruff", "hypothesis"}
    packages = windows / "python" / "Lib" / "site-packages"
    assert (packages / "pywin32.pth").is_file()
    assert not list(windows.rglob("pywin32_postinstall*")), (
        "commands of a package are bound to one place on one machine"
    )


def test_the_embeddable_python_is_told_where_packages_lie(windows: Path) -> None:
    """Its ._pth file turns everything else off: PYTHONPATH, site-packages, .pth files."""
    said = (windows / "python" / "python311._pth").read_bytes()
    assert said == b"python311.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n"
    assert portable.search_path(said.decode()).encode() == said


def test_the_list_of_contents_tells_every_hash(
    windows: Path, python_for_windows: Path, wheels: Path
) -> None:
    said = json.loads((windows / "组成.json").read_text(encoding="utf-8"))
    assert said["interpreter"] == {
        "file": python_for_windows.name,
        "sha256": sha256(python_for_windows),
    }
    told = {package["file"]: package["sha256"] for package in said["packages"]}
    assert {
        name: sha256(wheels / name) for name in told if not name.startswith("budget_")
    }.items() <= told.items()


def test_the_same_things_make_the_same_folder(
    windows: Path, python_for_windows: Path, wheels: Path, tmp_path: Path
) -> None:
    again = assembled(python_for_windows, wheels, tmp_path / "另一处")
    assert {
        path.relative_to(again): path.read_bytes()
        for path in again.rglob("*")
        if path.is_file()
    } == {
        path.relative_to(windows): path.read_bytes()
        for path in windows.rglob("*")
        if path.is_file()
    }


def test_the_uos_folder_has_no_links_and_no_packages_of_its_own(uos: Path) -> None:
    """A stick's file system keeps no links; packages that came with the interpreter would not be the pinned ones."""
    assert not [path for path in uos.rglob("*") if path.is_symlink()]
    library = uos / "python" / "lib"
    assert (library / "libpython3.11.so").read_bytes() == b"stand-in"
    assert (
        library / "python3.11" / "site-packages" / "made_for.txt"
    ).read_text() == "manyl"
    assert not (library / "python3.11" / "site-packages" / "pip").exists()
    assert [path.name for path in (uos / "python" / "bin").iterdir()] == ["python3.11"]
    assert os.access(uos / "python" / "bin" / "python3.11", os.X_OK)
    assert all(os.access(uos / f"{name}.sh", os.X_OK) for name in (*ICONS, "放到桌面"))


# -- refusals: nothing is left behind -----------------------------------------------------------------------------------------


def refused(
    interpreter: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *more: str,
    platform: str = "windows",
    sha: str = "",
) -> str:
    out = tmp_path / "out" / "工具"
    given = [
        "--platform",
        platform,
        "--interpreter",
        str(interpreter),
        "--sha256",
        sha or sha256(interpreter),
        "-o",
        str(out),
    ]
    assert portable.main([*given, *more]) == 2
    assert not out.parent.exists() or not list(out.parent.iterdir())
    return capsys.readouterr().err


def test_an_archive_with_another_hash_is_not_read(
    python_for_windows: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portable, "opened", None)
    assert "没有使用" in refused(python_for_windows, tmp_path, capsys, sha="0" * 64)


def test_a_folder_that_is_there_is_left_alone(
    python_for_windows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "工具").mkdir()
    given = [
        "--platform",
        "windows",
        "--interpreter",
        str(python_for_windows),
        "--sha256",
        sha256(python_for_windows),
    ]
    assert portable.main([*given, "-o", str(tmp_path / "工具")]) == 2
    assert "不会覆盖" in capsys.readouterr().err
    assert not list((tmp_path / "工具").iterdir())


@pytest.mark.parametrize(
    "name",
    [
        "../bad.txt",
        "/bad.txt",
        "a/../../bad.txt",
        "C:/bad.txt",
        "..\\bad.txt",
        "a\\b.txt",
    ],
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_that_writes_elsewhere_is_refused(
    name: str,
    pack: Callable[[Path, Mapping[str, str | bytes]], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive = pack(
        tmp_path / "python.zip", {"python.exe": "x", "python311.dll": "x", name: "bad"}
    )
    assert "不可信" in refused(archive, tmp_path, capsys)
    assert not list(tmp_path.rglob("bad.txt"))


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../etc/passwd", "self"])
def test_a_link_that_leads_elsewhere_or_nowhere_is_refused(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tarred(
        tmp_path / "python.tgz",
        {"python/bin/python3.11": "x"},
        {"python/lib/self": target},
    )
    assert "不可信" in refused(archive, tmp_path, capsys, platform="uos-x86_64")


def program(machine: int) -> bytes:
    """The first bytes of a program for Windows."""
    return (
        b"MZ"
        + bytes(58)
        + (64).to_bytes(4, "little")
        + b"PE\0\0"
        + machine.to_bytes(2, "little")
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"readme.txt": "x"}, "没有 python.exe"),
        ({"python.exe": "x", "python312.dll": "x"}, "不是 Python 3.11"),
        (
            {"python.exe": program(0x14C), "python311.dll": "x"},
            "不是给Windows 10",
        ),  # 32 bits
        (
            {"python.exe": b"\x7fELF" + bytes(14) + b"\x3e\0", "python311.dll": "x"},
            "不是给Windows 10",
        ),
    ],
)
def test_another_interpreter_is_refused(
    files: Mapping[str, str | bytes],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said in refused(zipped(tmp_path / "python.zip", files), tmp_path, capsys)


def test_what_is_no_archive_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "python.zip").write_text("a page that says: not found")
    assert "不是完整的" in refused(tmp_path / "python.zip", tmp_path, capsys)


def test_a_program_for_windows_is_accepted(tmp_path: Path) -> None:
    archive = zipped(
        tmp_path / "python.zip",
        {
            "tools/python.exe": program(0x8664),
            "tools/python311.dll": "x",
            "more.txt": "x",
        },
    )
    portable.unpack_interpreter(
        archive, portable.PLATFORMS["windows"], tmp_path / "python"
    )
    assert {path.name for path in (tmp_path / "python").iterdir()} == {
        "python.exe",
        "python311.dll",
    }


@pytest.mark.usefixtures("built_before")
def test_wheels_that_cannot_be_had_leave_nothing_behind(
    python_for_windows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none").mkdir()
    assert "还缺程序包" in refused(
        python_for_windows, tmp_path, capsys, "--wheels", str(tmp_path / "none")
    )


def test_a_package_that_only_windows_asks_for_is_named(tmp_path: Path) -> None:
    """Pip does not see it: it judges the condition by the machine it runs on."""
    own = wheel(tmp_path, "budget-disclosure-toolkit==1", asks="web[more]>=2")
    web = wheel(
        tmp_path,
        "web==2.1",
        asks='winonly>=3; sys_platform == "win32" and extra == "more"',
    )
    found = [portable.Wheel(path) for path in (own, web)]
    with pytest.raises(
        portable.PortableError, match=r"winonly>=3（web 要用）.*requirements\.lock"
    ):
        portable.needed(found, portable.PLATFORMS["windows"])
    assert [
        one.name for one in portable.needed(found, portable.PLATFORMS["uos-aarch64"])
    ] == [
        "budget-disclosure-toolkit",
        "web",
    ]
    old = portable.Wheel(wheel(tmp_path, "winonly==2"))
    with pytest.raises(portable.PortableError, match="winonly"):
        portable.needed([*found, old], portable.PLATFORMS["windows"])


@pytest.mark.usefixtures("built_before")
def test_a_package_with_another_hash_is_refused(
    wheels: Path,
    python_for_windows: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(wheels, other := tmp_path / "wheels")
    (path,) = other.glob("rich-*.whl")
    zipped(
        path,
        {
            **dict.fromkeys(("rich/__init__.py",), ""),
            "rich-15.dist-info/METADATA": "Name: rich\nVersion: 15\n",
        },
    )
    said = refused(python_for_windows, tmp_path, capsys, *from_folder(other))
    assert f"“{path.name}”的指纹不在 requirements.lock 里，没有使用" in said


@pytest.mark.usefixtures("built_before")
def test_a_package_that_is_not_locked_is_named(
    wheels: Path,
    python_for_windows: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(wheels, other := tmp_path / "wheels")
    lock = other / "requirements.lock"
    lock.write_text(
        "".join(
            line
            for line in lock.read_text().splitlines(keepends=True)
            if not line.startswith("pywin32")
        )
    )
    assert re.search(
        r"还缺程序包：pywin32\S*（xlwings 要用）",
        refused(python_for_windows, tmp_path, capsys, *from_folder(other)),
    )


def test_a_package_without_a_licence_is_not_passed_on(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "one-1-py3-none-any.whl",
        {"one-1.dist-info/METADATA": "Name: one\nVersion: 1\n"},
    )
    with pytest.raises(portable.PortableError, match="没有写明许可"):
        _ = portable.Wheel(path).licence


@pytest.mark.parametrize(
    ("says", "licence"),
    [
        ("License-Expression: MIT\nLicense: other", "MIT"),
        ("License: LGPL-2.1-only", "LGPL-2.1-only"),
        ("Classifier: License :: OSI Approved :: BSD License", "BSD License"),
        (
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: Public Domain",
            "MIT License、Public Domain",
        ),
    ],
)
def test_a_licence_is_read_wherever_a_package_names_it(
    says: str, licence: str, tmp_path: Path
) -> None:
    path = zipped(
        tmp_path / "one-1-py3-none-any.whl",
        {"one-1.dist-info/METADATA": f"Name: one\nVersion: 1\n{says}\n"},
    )
    assert portable.Wheel(path).licence == licence


def test_what_is_bundled_is_named_with_its_licence(windows: Path) -> None:
    said = (windows / "第三方许可.txt").read_bytes().decode("utf-8-sig")
    told = json.loads((windows / "组成.json").read_text(encoding="utf-8"))
    for package in told["packages"]:
        name, version = package["file"].split("-")[:2]
        assert (
            name.startswith("budget")
            or f"{name.replace('_', '-').lower()} {version}：MIT" in said
        )
    assert "PSF License" in said
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (windows / "LGPL-2.1.txt").read_text()


def test_what_may_not_be_passed_on_is_left_out(windows: Path, uos: Path) -> None:
    for folder in (windows, uos):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert not [path for path in files if path.read_bytes() == b"PRO"]
        (record,) = (
            path
            for path in files
            if path.name == "RECORD" and "xlwings" in path.parent.name
        )
        assert "PRO" not in record.read_text()


def test_a_list_of_files_loses_only_what_is_left_out() -> None:
    record = b'xlwings/__init__.py,sha256=a,1\nxlwings/pro/x.py,sha256=b,2\nx-1.dist-info/licenses/LICENSE_PRO.txt,,\n"a,b",,\n'
    left = portable._without(record, portable.NOT_TO_PASS_ON["xlwings"])  # noqa: SLF001
    assert left == b'xlwings/__init__.py,sha256=a,1\n"a,b",,\n'


def test_xlwings_does_without_what_is_left_out(tmp_path: Path) -> None:
    """The real one, as it is installed here."""
    import xlwings

    pattern = portable.NOT_TO_PASS_ON["xlwings"]
    source = Path(xlwings.__file__).parent
    for path in source.rglob("*"):
        inner = path.relative_to(source.parent)
        if (
            path.is_file()
            and path.suffix != ".pyc"
            and not pattern.fullmatch(inner.as_posix())
        ):
            (tmp_path / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, tmp_path / inner)
    assert not (tmp_path / "xlwings" / "pro").exists()
    ask = "import xlwings; print(xlwings.__file__, xlwings.__pro__, xlwings.Book.__name__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env=environment,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.split()[1:] == ["False", "Book"]
    assert done.stdout.startswith(str(tmp_path))


def test_two_packages_that_bring_different_files_of_one_name_are_refused(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        path = wheel(tmp_path, f"{name}==1", files={"same.txt": name, "alike.txt": ""})
        if name == "one":
            portable.unpack_wheel(portable.Wheel(path), tmp_path / "to", tmp_path)
    with pytest.raises(portable.PortableError, match=r"same\.txt"):
        portable.unpack_wheel(portable.Wheel(path), tmp_path / "to", tmp_path)


# -- the icons of Windows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*(f"{name}.cmd" for name in ICONS), "使用说明.txt"])
def test_what_windows_reads_is_gbk_with_crlf(name: str, windows: Path) -> None:
    raw = (windows / name).read_bytes()
    text = raw.decode("gbk")
    assert text.encode("gbk") == raw
    assert text.count("\n") == text.count("\r\n") == text.count("\r") > 10


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_of_windows_survives_names_and_code_pages(
    name: str, windows: Path
) -> None:
    raw = (windows / f"{name}.cmd").read_bytes()
    lines = raw.decode("gbk").splitlines()
    assert lines[:3] == [
        "@echo off",
        "chcp 936 >nul",
        "setlocal DisableDelayedExpansion",
    ]
    # Read as another code page, half of a character must not be a sign that the console acts on.
    assert not [
        char
        for char in raw.decode("gbk")
        if char.encode("gbk")[1:] in (b"\\", b"|", b"^", b"@", b"~")
    ]
    # Whatever a person's folder or file is called stands in quotes, or in a line where a ")" closes nothing.
    assert [line for line in lines if "%~dp0" in line] == ['pushd "%~dp0"']
    assert [line for line in lines if "%*" in line] == ["set DISCLOSURE_GIVEN=%*"]
    assert not [
        line
        for line in lines
        if "(" in line.replace("（", "") and not line.startswith("echo ")
    ]
    # Delayed expansion would eat a "!": once it is on, no line holds a name of a folder or file but the one that is kept.
    after = lines[lines.index("setlocal EnableDelayedExpansion") + 1 :]
    verb = {"校验": "check", "合并": "merge", "打开": "open"}[name]
    assert (
        after[:4]
        == [
            'set "DISCLOSURE_LINE=!cmdcmdline!"',
            f'"python\\python.exe" "python\\launch.py" {verb}',
            'if not "%ERRORLEVEL%"=="0" pause',
            "exit",  # the whole console: behind a name with "&" it would run the rest as a command
        ]
    )
    jumps = {line.split()[-1] for line in lines if "goto" in line}
    assert jumps == {line[1:] for line in lines if line.startswith(":")}


# The line in which Windows starts an icon: names with a blank in quotes, others bare, whatever else they hold.
ICON = r"E:\预算 公开(1)&工具\校验.cmd"
START = rf'C:\WINDOWS\system32\cmd.exe /c ""{ICON}"'


@pytest.mark.parametrize(
    "given",
    [
        ["甲.xlsx"],
        ["甲&乙.xlsx", "丙 丁.xlsx"],
        ["a b(1)[2].xlsx", "c!d%PATH%e^f.xlsx", "社保所（终）&.xlsx"],
        ["收 表(终)&2023"],
    ],
)
def test_dragged_names_arrive_whatever_they_hold(
    given: list[str], tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in given]
    for path in paths:
        path.touch()
    quoted = [f'"{path}"' if " " in str(path) else str(path) for path in paths]
    line = START + " " + " ".join(quoted) + '"'
    told = " ".join(quoted).partition("&")[0]  # where the console breaks the line
    assert launch.dropped(line, "校验.cmd", launch.names(told)) == [
        str(path) for path in paths
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",  # another console that does not tell
        r"C:\WINDOWS\system32\cmd.exe",  # typed in a console that was open
        START + '"',  # a double click
        START + r" E:\gone.xlsx" + '"',  # not what is there
    ],
)
def test_where_the_line_does_not_tell_what_was_given_holds(line: str) -> None:
    assert launch.dropped(line, "校验.cmd", [r"D:\a.xlsx"]) == [r"D:\a.xlsx"]
    assert launch.dropped(line, "校验.cmd", []) == []


def test_the_page_says_what_was_not_tried_and_where_it_cannot_run(
    windows: Path, uos: Path
) -> None:
    said = (windows / "使用说明.txt").read_bytes().decode("gbk")
    assert "没有在 Windows 上试过" in said
    assert re.search("Windows 7 不能运行.*同事电脑.*本地网页", said)
    assert "D:\\预算公开工具" in said
    assert "没有在 UOS 上试过" in (uos / "使用说明.txt").read_text(encoding="utf-8")
    for name in ICONS:
        assert "Windows 7" in (windows / f"{name}.cmd").read_bytes().decode("gbk")


# -- the icons of UOS, run ----------------------------------------------------------------------------------------------------


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    """A department's workbooks in a folder with an awkward name."""
    folder = tmp_path / "收 表(终) [2023]&'甲"
    shutil.copytree(ROOT / "examples" / "02-xianghe-corrected" / "input", folder)
    return folder


def dragged(icon: Path, tmp_path: Path, *paths: Path) -> tuple[int, str, list[str]]:
    """Drag files on an icon: how it ended, what it said, and what it opened."""
    tools, opened = tmp_path / "tools", tmp_path / "opened.txt"
    tools.mkdir(exist_ok=True)
    opened.unlink(missing_ok=True)
    (tools / "xdg-open").write_text(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{opened}'\n")
    (tools / "xdg-open").chmod(0o755)
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "DISCLOSURE_"))
    }
    environment |= {
        "PATH": f"{tools}:{environment['PATH']}",
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": "/nowhere",
    }
    done = subprocess.run(
        [icon, *paths],
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return (
        done.returncode,
        done.stdout + done.stderr,
        opened.read_text().splitlines() if opened.exists() else [],
    )


def test_workbooks_dragged_on_an_icon_give_a_report_beside_them(
    uos: Path, returns: Path, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in returns.iterdir()}
    code, said, opened = dragged(
        uos / "校验.sh", tmp_path, *sorted(returns.iterdir())[:2]
    )
    assert (code, opened) == (0, [str(returns / "校验报告.html")]), said
    code, said, opened = dragged(uos / "校验.sh", tmp_path, returns)
    assert (code, opened) == (0, [str(returns / "校验报告-第2稿.html")]), said
    assert {name: (returns / name).read_bytes() for name in before} == before
    assert all(
        (returns / name).stat().st_size > 5000
        for name in ("校验报告.html", "校验报告-第2稿.html")
    )
    packages = uos / "python" / "lib" / "python3.11" / "site-packages"
    assert list(packages.glob("toolkit/steps/__pycache__/checking.*.pyc")), (
        "the toolkit of the folder has done it, not this checkout's"
    )


def test_a_folder_dragged_on_merge_gives_the_results_beside_it(
    uos: Path, returns: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"{returns.name}-合并结果"
    code, said, opened = dragged(uos / "合并.sh", tmp_path, returns)
    assert (code, opened) == (0, [str(out)]), said
    assert {"公开表.xlsx", "情况说明.docx"} <= {path.name for path in out.iterdir()}
    code, said, opened = dragged(
        uos / "合并.sh", tmp_path, next(returns.glob("*.xlsx"))
    )
    assert (code, opened) == (2, [])
    assert "同一个文件夹" in said


def test_all_workbooks_of_a_folder_are_as_good_as_the_folder(returns: Path) -> None:
    every = sorted(returns.glob("*.xlsx"))
    assert launch.whole([returns]) == launch.whole(every) == returns
    assert launch.whole(every[:-1]) is None
    assert launch.whole([returns.parent / "none.xlsx"]) is None


def test_errors_on_merge_are_opened_as_a_report(uos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "有错"
    shutil.copytree(ROOT / "examples" / "01-xianghe-as-published" / "input", folder)
    code, said, opened = dragged(uos / "合并.sh", tmp_path, folder)
    assert (code, opened) == (0, [str(folder / "校验报告.html")]), said


def test_an_icon_without_files_or_with_a_lost_one_says_what_to_do(
    uos: Path, tmp_path: Path
) -> None:
    for name in ("校验", "合并"):
        code, said, opened = dragged(uos / f"{name}.sh", tmp_path)
        assert (code, opened) == (2, [])
        assert f"拖到“{name}”的图标上" in said
    code, said, _ = dragged(uos / "校验.sh", tmp_path, tmp_path / "没有.xlsx")
    assert code == 2
    assert "找不到" in said


def test_the_third_icon_opens_the_page_or_checks_what_is_dragged_on_it(
    returns: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`disclosure` with no argument is the page."""
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        launch, "disclosure", lambda *arguments: called.append(arguments)
    )
    monkeypatch.setenv("DISCLOSURE_HOME", "")
    launch.main("open", [])
    launch.main("open", [str(returns)])
    assert called[0] == ()
    assert called[1] == (
        "check",
        returns,
        "--format",
        "html",
        "-o",
        returns / "校验报告.html",
    )
    assert "正在校验" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_to_gets_its_report_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert launch.fresh(tmp_path / "not there") == tmp_path / "校验报告.html"
    assert "不能写入" in capsys.readouterr().out


def test_a_part_of_the_folder_says_that_it_is_a_part(uos: Path, tmp_path: Path) -> None:
    shutil.copy(uos / "校验.sh", tmp_path / "校验.sh")
    code, said, _ = dragged(tmp_path / "校验.sh", tmp_path)
    assert code == 2
    assert "文件不全" in said


def test_icons_on_the_desktop_name_the_whole_path(uos: Path, tmp_path: Path) -> None:
    r"""Written as the desktop's own rules want it: \ before $ and ", once more doubled, and %% for %."""
    (tmp_path / "home" / "Desktop").mkdir(parents=True)
    code, said, _ = dragged(uos / "放到桌面.sh", tmp_path)
    assert code == 0, said
    written = str(uos).replace("$", "\\\\$")
    lines = (
        (tmp_path / "home" / "Desktop" / "校验.desktop")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    assert f'Exec=sh "{written}/校验.sh" %F' in lines
