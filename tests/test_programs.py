"""What tests start is got, or named once; nothing is skipped unless somebody says so, and in CI never."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs
from tests.sharing import shared

ROOT = Path(__file__).resolve().parent.parent
TEST = "tests/test_page_browser.py"


def asked(tmp_path: Path, **told: str) -> tuple[int, str]:
    """Run the tests of a page on a machine that has no browser."""
    bare = {
        key: value
        for key, value in os.environ.items()
        if key not in ("CI", programs.SKIPPED, "PYTEST_XDIST_WORKER")
    }
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        TEST,
    )
    # no plugin is needed, and they take longer to begin than these tests
    bare["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    environment = {**bare, "PATH": str(tmp_path), **told}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_a_missing_program_is_named_once_and_nothing_runs(tmp_path: Path) -> None:
    code, told = asked(tmp_path)
    assert code == pytest.ExitCode.USAGE_ERROR
    assert (
        told.count(
            "测试要用的程序缺：Chromium、poppler、中文字体。请安装：apt-get install chromium chromium-driver"
        )
        == 1
    )
    assert "FAILED" not in told
    assert "ERROR tests" not in told


def test_tests_are_skipped_only_when_somebody_says_so(tmp_path: Path) -> None:
    code, told = asked(tmp_path, **{programs.SKIPPED: "chromium"})
    assert code == pytest.ExitCode.OK
    assert f"{programs.SKIPPED} names chromium" in told
    assert " skipped" in told
    assert " passed" not in told


def test_in_ci_nothing_is_skipped(tmp_path: Path) -> None:
    code, told = asked(tmp_path, CI="true", **{programs.SKIPPED: "chromium"})
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "CI 里不能略过测试" in told


def test_a_kind_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv(programs.SKIPPED, "chrome")
    with pytest.raises(
        programs.ProgramsError,
        match="“chrome”不认识，可以写：libreoffice、gnumeric、screen、chromium",
    ):
        programs.without()


def test_what_apt_brings_of_several_is_enough_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One program is asked for at a time: LibreOffice comes although Chromium cannot be had."""
    there = {"office": False, "browser": False}
    monkeypatch.delenv(programs.SKIPPED, raising=False)
    kinds = {
        "libreoffice": (
            programs.Needed("LibreOffice", ("libreoffice",), lambda: there["office"]),
        ),
        "chromium": (
            programs.Needed("Chromium", ("chromium",), lambda: there["browser"]),
        ),
    }

    def apt(command: list[str], **_: object) -> None:
        there["office"] |= command[-1] == "libreoffice"

    monkeypatch.setattr(programs, "KINDS", kinds)
    monkeypatch.setattr(subprocess, "run", apt)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert programs.main() == 1
    told = capsys.readouterr().err
    assert "缺：Chromium。请安装：apt-get install chromium\n" in told
    assert 'make test WITHOUT="chromium"' in told
    assert "LibreOffice" not in told


def test_every_mark_of_a_kind_is_one_that_pytest_knows() -> None:
    marks = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f'"{kind}: ' in marks for kind in programs.KINDS)


def test_who_opens_a_program_shares_a_worker_with_all_that_open_it() -> None:
    assert (
        shared("tests/test_clean.py") == shared("tests/test_slip.py") == "libreoffice"
    )
    assert shared("tests/test_page_browser.py") == shared("tests/test_serve_browser.py")
    for alone in ("tests/test_buttons.py", "tests/test_rules.py"):
        assert shared(alone) == alone
