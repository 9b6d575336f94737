"""Many files on all cores: the same answer as one process gives, whatever ends when, or is ended."""

from __future__ import annotations

import gc
import io
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import small
from tests.test_steps import PROFILE, PUBLISHED, ROOT
from toolkit import cli, steps
from toolkit.errors import COULD_NOT, ERRORS
from toolkit.files.spool import Spool
from toolkit.model import Return
from toolkit.profile.bounds import law
from toolkit.report.told.data import to_json
from toolkit.returns.packed import pack, unpack
from toolkit.rules.rule import Severity
from toolkit.steps import checking, workers
from toolkit.steps.kept import Returns

MISHAP = "A02-18"
MANY = 16  # files
OFFICE = "333002-就业服务中心.xlsx"
# the report, the exit code, the workbooks in order, how it closes
Told = tuple[str, int, list[str], tuple[str, ...]]
UNIX = pytest.mark.skipif(
    sys.platform == "win32",
    reason="a group of processes, and its signals, are as Unix has them",
)


@pytest.fixture(autouse=True)
def logs(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    monkeypatch.setenv("DISCLOSURE_LOGS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process processes are spawned, however it was started: one of xdist has threads."""
    monkeypatch.setattr(workers, "forks", lambda: False)


# A command line whose processes are started as Linux can, and one whose processes are started as Windows can only do.
FORKED = [sys.executable, "-m", "toolkit"]
AS_WINDOWS = "from toolkit.steps import workers; workers.forks = lambda: False; from toolkit.cli import main; main()"
SPAWNED = [sys.executable, "-c", AS_WINDOWS]
BOTH = pytest.mark.parametrize("program", [FORKED, SPAWNED], ids=["forked", "spawned"])
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def motley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sound and faulty workbooks, twins, a sick file, one that is not read, and the office's own settings."""
    folder = tmp_path_factory.mktemp("收表")
    for path in (*small.faulty().glob("*.xlsx"), small.units() / OFFICE):
        shutil.copy(path, folder / f"{path.parent.name}-{path.name}")
    (folder / "00-病.xlsx").write_bytes(b"broken")
    (folder / "旧表.zip").touch()
    (folder / "规则设置.csv").write_text(
        "规则编号,处理,原因,决定人\nB01-01,停用,本年不查,预算股\n", encoding="utf-8"
    )
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


def in_this_process(*words: str | Path) -> tuple[int, str, str]:
    """What a command says and how it ends where no process is started at all."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as error:
        code = cli.run([str(word) for word in words])
    return code, out.getvalue(), error.getvalue()


@pytest.mark.parametrize(
    ("program", "format_"),
    [(FORKED, "json"), (SPAWNED, "html")],
    ids=["forked", "spawned"],
)
def test_two_processes_say_what_one_says_byte_by_byte(
    motley: Path, tmp_path: Path, format_: str, program: list[str], logs: Path
) -> None:
    one, two = (tmp_path / f"{jobs}.{format_}" for jobs in "12")
    ended = in_this_process(
        "check", motley, "--format", format_, "-o", one, "--jobs", "1"
    )
    command = [
        *program,
        "check",
        str(motley),
        "--format",
        format_,
        "-o",
        str(two),
        "--jobs",
        "2",
    ]
    done = subprocess.run(
        command,
        env={**ENVIRONMENT, "DISCLOSURE_LOGS": str(logs)},
        capture_output=True,
        check=False,
    )
    said = done.stdout.decode().replace(two.name, one.name)
    assert (done.returncode, said, done.stderr.decode()) == ended
    assert ended[0] == COULD_NOT
    assert one.read_bytes() == two.read_bytes()


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process merges."""
    out = tmp_path_factory.mktemp("merged") / "1"
    assert in_this_process("merge", small.units(), "-o", out, "--jobs", "1")[0] == 0
    return laid_in(out)


def laid_in(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}


@BOTH
def test_two_processes_merge_as_one_does(
    tmp_path: Path, program: list[str], merged: dict[str, bytes]
) -> None:
    command = [
        *program,
        "merge",
        str(small.units()),
        "-o",
        str(tmp_path / "2"),
        "--jobs",
        "2",
    ]
    assert (
        subprocess.run(
            command, env=ENVIRONMENT, capture_output=True, check=False
        ).returncode
        == 0
    )
    two = laid_in(tmp_path / "2")
    assert set(merged) == set(two)
    assert [name for name in merged if merged[name] != two[name]] == []


def test_the_order_is_that_of_the_files_whichever_is_done_first(
    motley: Path, once: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = workers.pieces

    def backwards(*arguments: Any) -> Iterator[Any]:
        with closing(sound(*arguments)) as each:
            yield from reversed(list(each))

    monkeypatch.setattr(workers, "pieces", backwards)
    assert told(motley, jobs=2) == once


def test_returns_that_are_kept_packed_say_the_same(
    motley: Path, once: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "KEPT", 0)
    assert isinstance(steps.check([motley], PROFILE).returns, Returns)
    assert told(motley) == once


@pytest.mark.usefixtures("only_what_is_new")
def test_of_many_files_no_return_stays_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        shutil.copy(small.units() / OFFICE, tmp_path / f"第{number}份.xlsx")
    monkeypatch.setattr(checking, "KEPT", 0)
    done = steps.check([tmp_path], PROFILE)
    gc.collect()
    alive = {
        one.book
        for one in gc.get_objects()
        if isinstance(one, Return) and one.book.startswith("第")
    }
    assert len(done.returns) == 4
    assert len(alive) <= 1, "the last one may still be known to a rule"


def test_a_return_comes_out_as_it_was_packed() -> None:
    books = steps.check([small.faulty()], PROFILE).returns
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
def test_as_many_processes_as_pay(
    jobs: int, files: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 4)
    assert workers.crew(jobs, files) == many


def test_where_a_process_costs_nothing_it_pays_sooner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "forks", lambda: True)
    assert [
        workers.crew(0, files)
        for files in (workers.PAYS_FORKED - 1, workers.PAYS_FORKED)
    ] == [1, 2]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are forked on Linux alone"
)
def test_a_process_with_threads_is_never_forked() -> None:
    code = (
        "import threading; from toolkit.steps.workers import forks; print(forks());"
        "hold = threading.Event(); threading.Thread(target=hold.wait).start(); print(forks()); hold.set()"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, check=True
    ).stdout.decode()
    assert said.split() == ["True", "False"]


def test_a_killed_process_is_a_finding_on_its_file_and_the_others_get_their_report(
    motley: Path, once: Told, logs: Path
) -> None:
    killed: list[int] = []

    def kill_once(_: int, __: int, ___: Counter[Severity]) -> None:
        if not killed:
            killed.extend(child.pid or 0 for child in multiprocessing.active_children())
            for pid in killed:
                os.kill(
                    pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM
                )

    done = steps.check([motley], PROFILE, jobs=2, heard=kill_once)
    lost = [one for one in done.report.findings if one.rule == MISHAP]
    assert 1 <= len(lost) <= len(killed), (
        "a process that was only beginning held no file"
    )
    assert all(workers.KILLED in one.message and one.remedy for one in lost)
    assert "exit code -" in (logs / "校验.log").read_text(encoding="utf-8")
    assert done.code == COULD_NOT
    gone = {one.cells[0].book for one in lost}
    assert [book.book for book in done.returns] == [
        book for book in once[2] if book not in gone
    ]


def test_where_no_process_can_be_started_ours_does_the_work(
    motley: Path, once: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = workers._started  # noqa: SLF001
    monkeypatch.setattr(
        workers,
        "_started",
        lambda order, others: started(replace(order, profile="无此表样"), others),
    )
    assert told(motley, jobs=2) == once


# -- at a terminal ----------------------------------------------------------------------------------------------------


def _children(pid: int) -> list[int]:
    return [
        int(one)
        for one in Path(f"/proc/{pid}/task/{pid}/children")
        .read_text(encoding="ascii")
        .split()
    ]


def _lives(pid: int) -> bool:
    """Whether a process is there, and is not merely one that nobody has asked how it ended."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


WHOSE = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="who is whose child is read from /proc"
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More files than are checked before anybody kills their process."""
    folder = tmp_path_factory.mktemp("收表")
    for number in range(MANY):
        shutil.copy(min(PUBLISHED.glob("333002*.xlsx")), folder / f"{number:02}.xlsx")
    return folder


def _begun(
    program: list[str], many: Path, out: Path
) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A run that has begun, and its children: two processes, and the one that multiprocessing keeps for those it spawns."""
    command = [
        *program,
        "check",
        str(many),
        "--format",
        "json",
        "-o",
        str(out),
        "--jobs",
        "2",
    ]
    environment = {**ENVIRONMENT, "DISCLOSURE_LOGS": str(out.parent)}
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, start_new_session=True
    )
    expected = 2 if program is FORKED and sys.platform.startswith("linux") else 3
    until = time.monotonic() + 60
    while (
        len(_children(process.pid)) < expected
        and process.poll() is None
        and time.monotonic() < until
    ):
        time.sleep(0.02)
    children = _children(process.pid)
    assert len(children) == expected
    return process, children


def _gone(children: list[int]) -> bool:
    """Whether all children end soon; the one of multiprocessing itself ends when it hears that we are gone."""
    until = time.monotonic() + 10
    while (
        left := [child for child in children if _lives(child)]
    ) and time.monotonic() < until:
        time.sleep(0.02)
    return not left


@UNIX
@WHOSE
@BOTH
def test_ctrl_c_ends_all_processes_without_a_trace_and_writes_nothing(
    program: list[str], many: Path, tmp_path: Path
) -> None:
    process, children = _begun(program, many, tmp_path / "结果.json")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all of them hear it
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error.decode()) == (COULD_NOT, "已停下，没有做完。\n")
    assert _gone(children)
    assert list(tmp_path.iterdir()) == []


@UNIX
@WHOSE
@BOTH
def test_whoever_kills_the_command_kills_its_processes(
    program: list[str], many: Path, tmp_path: Path
) -> None:
    process, children = _begun(program, many, tmp_path / "结果.json")
    process.kill()
    process.communicate(timeout=60)
    assert _gone(children)
    assert list(tmp_path.iterdir()) == []


@UNIX
@WHOSE
@BOTH
def test_a_process_that_somebody_kills_costs_the_file_it_held(
    program: list[str], many: Path, tmp_path: Path
) -> None:
    process, children = _begun(program, many, tmp_path / "结果.json")
    os.kill(children[-1], signal.SIGKILL)
    _, error = process.communicate(timeout=300)
    assert error == b""
    found = json.loads((tmp_path / "结果.json").read_text(encoding="utf-8"))["findings"]
    lost = [one["cells"][0]["file"] for one in found if one["rule"] == MISHAP]
    assert len(lost) <= 1, "one that was only beginning held none"
    assert process.returncode == (COULD_NOT if lost else ERRORS)
    told_of = {cell["file"] for one in found for cell in one["cells"]}
    assert told_of == {f"{number:02}.xlsx" for number in range(MANY)}


@UNIX
def test_a_terminal_sees_how_far_it_is_and_a_pipe_sees_nothing() -> None:
    command = [
        sys.executable,
        "-m",
        "toolkit",
        "check",
        str(small.units()),
        "--format",
        "json",
        "--jobs",
        "2",
    ]
    environment = {**ENVIRONMENT, "TERM": "xterm", "COLUMNS": "120"}
    quiet = subprocess.run(command, env=environment, capture_output=True, check=False)
    ours, theirs = os.openpty()
    # Read while it runs: a terminal that nobody reads takes a few thousand characters, and then keeps its writer waiting.
    with ThreadPoolExecutor(1) as reader:
        shown = reader.submit(_shown, ours)
        watched = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=False
        )
        os.close(theirs)
    seen = shown.result().decode()
    assert quiet.stderr == b""
    assert watched.stdout == quiet.stdout
    assert "3/3 个文件" in seen
    assert "错误 0" in seen


def _shown(terminal: int) -> bytes:
    """All that a terminal shows, until nobody writes to it any more."""
    return b"".join(iter(partial(_read, terminal), b""))


def _read(terminal: int) -> bytes:
    """What a terminal shows still; a terminal that nobody writes to any more is an error on Linux."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
