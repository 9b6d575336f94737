"""Programs started and measured: a whole command, or one that is asked again and again; and the environment of the peers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

HOME = Path(__file__).resolve().parent.parent
WORK = HOME / ".bench"  # what is made for measuring: the peers' environment
REQUIREMENTS = HOME / "bench" / "requirements.txt"
PAUSE = 0.02  # seconds between two looks at how much memory there is
MIB = 1024 * 1024


class MissingError(Exception):
    """A library of a peer that is not installed."""


@dataclass(frozen=True)
class Spent:
    """What a piece of work took: seconds of the processor (of all its processes) and of the clock, MiB at the most."""

    processor: float
    clock: float
    peak: float = 0.0


def environment(cache: Path | str = "") -> dict[str, str]:
    """The environment of all that is measured: this project's modules, compiled once, a folder for its cache, "" for none."""
    own = {
        "PYTHONPATH": str(HOME),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "120",
    }
    return {**os.environ, **own, "DISCLOSURE_CACHE": str(cache)}


def run(
    *command: str | Path, cache: Path | None = None, codes: Sequence[int] = (0, 1, 3)
) -> Spent:
    """Run a command to its end, and say what it took; raise ChildProcessError where it ends otherwise than it may.

    Its cache is an empty one, unless one is given.
    """
    with tempfile.TemporaryDirectory(prefix="bench-cache-") as empty:
        return _run([str(word) for word in command], environment(cache or empty), codes)


def _run(
    words: Sequence[str], variables: Mapping[str, str], codes: Sequence[int]
) -> Spent:
    begun = time.perf_counter()
    process = subprocess.Popen(
        words,
        env=variables,
        cwd=HOME,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said: list[bytes] = []
    listener = threading.Thread(
        target=lambda: said.append(process.stderr.read() if process.stderr else b"")
    )
    listener.start()
    peak = 0.0
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        peak = max(peak, sum(map(_held, _family(process.pid))))
        time.sleep(PAUSE)
    _, status, used = ended
    clock = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    listener.join()
    if process.stderr:
        process.stderr.close()
    if process.returncode not in codes:
        told = [said[0].decode(errors="replace"), *_accidents(variables)]
        raise ChildProcessError(
            "\n".join([f"{' '.join(words)}: {process.returncode}", *told])
        )
    return Spent(used.ru_utime + used.ru_stime, clock, peak)


def _accidents(variables: Mapping[str, str]) -> Iterator[str]:
    """Yield what the toolkit has written into its logs."""
    for log in sorted(Path(variables.get("DISCLOSURE_LOGS", WORK)).glob("*.log")):
        yield log.read_text(encoding="utf-8")


def _family(pid: int) -> list[int]:
    """A process and all that came of it, as Linux tells it."""
    try:
        children = (
            Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        )
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(int(child)))]


def _held(pid: int) -> float:
    """MiB that a process holds; what several share counts for each."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


class Server(AbstractContextManager["Server"]):
    """A program of `bench.serving`, started once."""

    def __init__(self, python: Path | str, module: str) -> None:
        self._process = subprocess.Popen(
            [str(python), "-m", module],
            env=environment(),
            cwd=HOME,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise ChildProcessError(module)
        self._asked, self._answers = self._process.stdin, self._process.stdout

    def ask(self, what: str, *how: Any) -> Spent:
        """Let it do something; raise MissingError where a library lacks, ChildProcessError where it breaks."""
        self.send(what, *how)
        return self.hear()

    def send(self, what: str, *how: Any) -> None:
        """Let it begin something."""
        words = [str(word) if isinstance(word, Path) else word for word in how]
        self._asked.write(json.dumps({"do": what, "with": words}) + "\n")
        self._asked.flush()

    def hear(self) -> Spent:
        """Wait for its end."""
        line = self._answers.readline()
        if not line:
            raise ChildProcessError(
                "the measured program has ended; what it said stands above"
            )
        answer = json.loads(line)
        if "missing" in answer:
            raise MissingError(answer["missing"])
        return Spent(answer["processor"], answer["clock"])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def python_of_peers() -> Path:
    """The Python of the environment that holds the peers; it is made where it is not there or was made of other releases."""
    home = WORK / "peers"
    python = home / "bin" / "python"
    asked = REQUIREMENTS.read_text(encoding="utf-8")
    made = home / "made-of.txt"
    if made.exists() and made.read_text(encoding="utf-8") == asked:
        return python
    print("正在为对照安装别的程序……  /  Installing the peers …", file=sys.stderr)
    venv.create(home, with_pip=True, clear=True)
    pip = [
        str(python),
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--only-binary",
        ":all:",
    ]
    if subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=False).returncode == 0:
        made.write_text(asked, encoding="utf-8")
    return python
