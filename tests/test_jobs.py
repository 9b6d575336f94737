"""Many files on all cores: the same answer as one process gives, whatever ends when, or is ended."""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.test_steps import CORRECTED, PROFILE, PUBLISHED, ROOT, disclosure
from toolkit import steps
from toolkit.errors import COULD_NOT
from toolkit.files.spool import Spool
from toolkit.model import Return
from toolkit.profile.bounds import law
from toolkit.report.told.data import to_json
from toolkit.returns.packed import pack, unpack
from toolkit.rules.rule import Severity
from toolkit.steps import checking, workers
from toolkit.steps.kept import Returns

MISHAP = "A02-18"
Told = tuple[str, int, list[str], tuple[str, ...]]  # the report, the exit code, the workbooks in order, how it closes
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="a group of processes, and its signals, are as Unix has them")


@pytest.fixture(autouse=True)
def logs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    monkeypatch.setenv("DISCLOSURE_LOGS", str(folder))
    return folder


@pytest.fixture(scope="module")
def motley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sound and faulty workbooks, twins, a sick file, one that is not read, and the office's own settings."""
    folder = tmp_path_factory.mktemp("收表")
    for path in (*PUBLISHED.glob("*.xlsx"), *CORRECTED.glob("333002*.xlsx")):
        shutil.copy(path, folder / f"{path.parent.parent.name[:2]}-{path.name}")
    (folder / "00-病.xlsx").write_bytes(b"broken")
    (folder / "旧表.zip").touch()
    (folder / "规则设置.csv").write_text("规则编号,处理,原因,决定人\nB01-01,停用,本年不查,预算股\n", encoding="utf-8")
    return folder


def told(folder: Path, **how: Any) -> Told:
    """All that checking a folder says."""
    done = steps.check([folder], PROFILE, **how)
    books = [book.book for book in done.returns]
    return (
        to_json(done.report, law(), {"hashes": dict(done.hashes)}),
        done.code,
        books,
        steps.closing(done, done.report, PROFILE),
    )


@pytest.fixture(scope="module")
def once(motley: Path) -> Told:
    """What checking the folder says when nothing is done in another way."""
    return told(motley)


@pytest.mark.parametrize("format_", ["json", "html"])
def test_two_processes_say_what_one_says_byte_by_byte(motley: Path, tmp_path: Path, format_: str) -> None:
    ends = []
    for jobs in "12":
        done = disclosure("check", motley, "--format", format_, "-o", tmp_path / f"{jobs}.{format_}", "--jobs", jobs)
        ends.append((done.code, done.out.replace(f"{jobs}.{format_}", ""), done.error))
    assert ends[0] == ends[1]
    assert ends[0][0] == COULD_NOT
    assert (tmp_path / f"1.{format_}").read_bytes() == (tmp_path / f"2.{format_}").read_bytes()


def test_two_processes_merge_as_one_does(tmp_path: Path) -> None:
    for jobs in "12":
        assert disclosure("merge", CORRECTED, "-o", tmp_path / jobs, "--jobs", jobs).code == 0
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / jobs).iterdir()} for jobs in "12")
    assert set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_the_order_is_that_of_the_files_whichever_is_done_first(
    motley: Path, once: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = workers.pieces

    def backwards(*arguments: Any) -> Iterator[Any]:
        with closing(sound(*arguments)) as each:
            yield from reversed(list(each))

    monkeypatch.setattr(workers, "pieces", backwards)
    assert told(motley, jobs=2) == once


def test_returns_that_are_kept_packed_say_the_same(motley: Path, once: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "KEPT", 0)
    assert isinstance(steps.check([motley], PROFILE).returns, Returns)
    assert told(motley) == once


def test_of_many_files_no_return_stays_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        shutil.copy(min(CORRECTED.glob("333002*.xlsx")), tmp_path / f"第{number}份.xlsx")
    monkeypatch.setattr(checking, "KEPT", 0)
    done = steps.check([tmp_path], PROFILE)
    gc.collect()
    alive = {one.book for one in gc.get_objects() if isinstance(one, Return) and one.book.startswith("第")}
    assert len(done.returns) == 8
    assert len(alive) <= 1, "the last one may still be known to a rule"


def test_a_return_comes_out_as_it_was_packed() -> None:
    books = steps.check([PUBLISHED], PROFILE).returns
    spool = Spool()
    laid = Returns([spool.lay(pack(book)) for book in books], spool, PROFILE)
    assert list(laid) == list(books)
    assert list(laid[1:]) == list(books[1:])
    with pytest.raises(TypeError):
        unpack(pack(books), Return)


@pytest.mark.parametrize(
    ("jobs", "files", "many"),
    [
        (0, workers.PAYS - 1, 1),  # few files: none but ours
        (0, workers.PAYS, 4),
        (1, 1000, 1),
        (8, 3, 3),  # never more than there are files
        (2, 2, 2),  # what a person asks for is done
        (2, 1, 1),
    ],
)
def test_as_many_processes_as_pay(jobs: int, files: int, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 4)
    assert workers.crew(jobs, files) == many


def test_a_killed_process_is_a_finding_on_its_file_and_the_others_get_their_report(
    motley: Path, once: Told, logs: Path
) -> None:
    killed: list[int] = []

    def kill_once(_: int, __: int, ___: Counter[Severity]) -> None:
        if not killed:
            killed.extend(child.pid or 0 for child in multiprocessing.active_children())
            for pid in killed:
                os.kill(pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    done = steps.check([motley], PROFILE, jobs=2, heard=kill_once)
    lost = [one for one in done.report.findings if one.rule == MISHAP]
    assert 1 <= len(lost) <= len(killed), "a process that was only beginning held no file"
    assert all(workers.KILLED in one.message and one.remedy for one in lost)
    assert "exit code -" in (logs / "校验.log").read_text(encoding="utf-8")
    assert done.code == COULD_NOT
    gone = {one.cells[0].book for one in lost}
    assert [book.book for book in done.returns] == [book for book in once[2] if book not in gone]


def test_where_no_process_can_be_started_ours_does_the_work(motley: Path, once: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    started = workers._started  # noqa: SLF001
    monkeypatch.setattr(workers, "_started", lambda order: started(replace(order, profile="无此表样")))
    assert told(motley, jobs=2) == once


# -- at a terminal ----------------------------------------------------------------------------------------------------


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _lives(pid: int) -> bool:
    """Whether a process is there, and is not merely one that nobody has asked how it ended."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


@UNIX
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="who is whose child is read from /proc")
def test_ctrl_c_ends_all_processes_without_a_trace_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "收表"
    folder.mkdir()
    for number in range(60):
        shutil.copy(min(PUBLISHED.glob("333001*.xlsx")), folder / f"{number}.xlsx")
    out = tmp_path / "结果.json"
    command = [sys.executable, "-m", "toolkit", "check", str(folder), "--format", "json", "-o", str(out), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    until = time.monotonic() + 30
    while len(_children(process.pid)) < 3 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)  # two processes, and the one that multiprocessing keeps for itself
    children = _children(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all of them hear it
    _, error = process.communicate(timeout=30)
    assert (process.returncode, error.decode()) == (COULD_NOT, "已停下，没有做完。\n")
    assert len(children) == 3
    until = time.monotonic() + 10
    while (left := [child for child in children if _lives(child)]) and time.monotonic() < until:
        time.sleep(0.02)  # the one of multiprocessing itself ends when it hears that we are gone
    assert not left
    assert {path.name for path in tmp_path.iterdir()} == {"收表"}


@UNIX
def test_a_terminal_sees_how_far_it_is_and_a_pipe_sees_nothing() -> None:
    command = [sys.executable, "-m", "toolkit", "check", str(CORRECTED), "--format", "json", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm", "COLUMNS": "120"}
    quiet = subprocess.run(command, env=environment, capture_output=True, check=False)
    ours, theirs = os.openpty()
    watched = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    seen = b""
    while piece := _read(ours):
        seen += piece
    assert quiet.stderr == b""
    assert watched.stdout == quiet.stdout
    assert "3/3 个文件" in seen.decode()
    assert "错误 0" in seen.decode()


def _read(terminal: int) -> bytes:
    """What a terminal shows still; a terminal that nobody writes to any more is an error on Linux."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
