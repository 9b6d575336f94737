"""The package as people get it: the wheel, in an empty environment, far from the checkout, does the main job."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
# What of our own environment must not reach the empty one; there bytecode is kept, so that a second command begins quickly.
OURS = ("PYTHONPATH", "DISCLOSURE_HOME", "PYTHONDONTWRITEBYTECODE")


def run(*command: str | Path, cwd: Path, expect: int = 0) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in OURS}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == expect, (
        done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:]
    )


def locked() -> dict[str, Path]:
    """What lies at the top of the packages that requirements.lock names, in the releases that it names, by name.

    That pip installs them by their hashes is seen whenever `make` sets up its own environment; it takes pip half a minute.
    """
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    asked = [Requirement(line.rstrip("\\ ")) for line in lines if line[:1].isalnum()]
    found: dict[str, Path] = {}
    for one in asked:
        if one.marker is None or one.marker.evaluate():
            there = metadata.distribution(one.name)
            assert one.specifier.contains(there.version), (
                f"{one} is asked for, {there.version} is installed"
            )
            tops = {
                file.parts[0]
                for file in there.files or ()
                if file.parts[0] not in ("..", "__pycache__")
            }
            found |= {top: Path(str(there.locate_file(top))) for top in tops}
    return found


@pytest.mark.long
def test_the_wheel_does_the_main_job_in_an_empty_environment(tmp_path: Path) -> None:
    """schema/ and templates/ come along in the wheel and are found there."""
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        tmp_path / "dist",
        ROOT,
        cwd=tmp_path,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    inside = zipfile.ZipFile(wheel).namelist()
    assert "toolkit/py.typed" in inside
    assert {"findings.schema.json", "manifest.schema.json"} <= {
        Path(name).name for name in inside
    }
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    (site,) = (tmp_path / "venv" / "lib").glob("*/site-packages")
    for name, path in locked().items():
        (site / name).symlink_to(path)
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--python",
        tmp_path / "venv" / "bin" / "python",
        "--disable-pip-version-check",
    )
    run(*pip, "install", "-q", "--no-compile", "--no-deps", wheel, cwd=tmp_path)
    command = tmp_path / "venv" / "bin" / "disclosure"
    run(command, "template", "单位填报表.xlsx", "--profile", "hebei-2023", cwd=tmp_path)
    run(
        command,
        "check",
        ROOT / "examples" / "01-xianghe-as-published" / "input",
        cwd=tmp_path,
        expect=1,
    )
    run(
        command,
        "merge",
        ROOT / "examples" / "02-xianghe-corrected" / "input",
        "-o",
        "out",
        cwd=tmp_path,
    )
    assert (tmp_path / "单位填报表.xlsx").read_bytes() == (
        ROOT / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
    ).read_bytes()
    assert (tmp_path / "out" / "情况说明.docx").stat().st_size > 20_000
