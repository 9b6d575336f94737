"""Many files on all cores: processes that each check one file after another, and send back what the run keeps of it.

Processes are forked where that is safe, which costs nothing, and spawned everywhere else, as Windows can only do. Each holds
one file at a time, so that when one is killed it is known over which. They end with the run: a pipe whose other end is gone
ends them too.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from toolkit.files import mishap
from toolkit.files.shelf import Shelf
from toolkit.model import CodeList, record
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.settings import Setting
from toolkit.steps.remembered import answer
from toolkit.steps.rulebook import catalogue
from toolkit.steps.units import LOG, Piece, check_unit, not_done, opened, packed

# Files from which a second process pays, where it is spawned and where it is forked. A spawned one takes as long to start as
# ten workbooks take to check (measured, see docs/decisions.md); two that are started are ahead of one from twice as many on.
PAYS, PAYS_FORKED = 20, 4
# where Linux lists the threads of a process, those of libraries too
THREADS = Path("/proc/self/task")
KILLED = "检查它的进程被系统或别人关掉了，多半是内存不够"
READY = "ready"


@record()
class Order:
    """What every process must know: the profile, what the office set, whether a merge follows, whether a page shows sheets.

    `lists` are the office's own code lists.
    """

    profile: str
    office: tuple[Setting, ...]
    merging: bool
    shown: bool
    remembering: bool  # whether later runs are told what was found
    lists: tuple[CodeList, ...] = ()


@dataclass
class _Worker:
    """A process, our end of its pipe, and the place of the file that it holds; None while it holds none."""

    process: BaseProcess
    pipe: Connection
    ready: bool = False
    place: int | None = None


def crew(jobs: int, files: int) -> int:
    """How many processes check so many files; 1 is ours alone. `jobs` is what a person asked for, 0 for what pays."""
    if jobs == 0:
        jobs = _cores() if files >= (PAYS_FORKED if forks() else PAYS) else 1
    return max(1, min(jobs, files))


def forks() -> bool:
    """Whether processes are forked: on Linux alone, and of a process of one thread, for what another holds stays held."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        return len(list(THREADS.iterdir())) == 1
    except OSError:
        return False


def _cores() -> int:
    """The cores that we may use."""
    # Linux alone says what others left us
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def pieces(
    files: Sequence[tuple[Path, str]],
    profile: Profile,
    order: Order,
    many: int,
    shelf: Shelf | None,
    wanted: Callable[[], bool] = lambda: True,
) -> Generator[tuple[int, Piece], None, None]:
    """Yield each file's place and what checking it gave, in the order in which they are done.

    Of a file that is begun while returns are not `wanted` no return is sent. Close the iterator when you leave before its end:
    that ends the processes.
    """
    left = list(reversed(range(len(files))))
    workers: list[_Worker] = []
    try:
        while left or any(one.place is not None for one in workers):
            while len(workers) < min(many, len(left)):
                workers.append(_started(order, workers))
            for worker in _heard(workers):
                place = worker.place
                try:
                    piece, seen = _received(worker)
                except (EOFError, OSError):
                    workers.remove(worker)
                    _end(worker)
                    if not worker.ready:
                        many -= 1  # none can be started here: the others do its work, or we ourselves
                    if place is not None:
                        yield place, _killed(files[place][1], worker.process.exitcode)
                    continue
                if left:
                    _send(worker, left.pop(), files, whole=wanted())
                if piece is not None and place is not None:
                    if shelf is not None:
                        shelf.take(seen)
                    yield place, piece
            if many == 0:
                yield from _by_ourselves(
                    files, [left.pop() for _ in range(len(left))], profile, order, shelf
                )
    finally:
        for worker in workers:
            _end(worker)


def _heard(workers: Sequence[_Worker]) -> list[_Worker]:
    """Those that have something to say, or are gone; wait for the first."""
    if not workers:
        return []
    speaking = wait([worker.pipe for worker in workers])
    return [worker for worker in workers if worker.pipe in speaking]


def _received(worker: _Worker) -> tuple[Piece | None, Shelf]:
    """What a process says: that it is ready, or what it has done."""
    said = worker.pipe.recv()
    worker.place = None
    worker.ready = True
    if said == READY:
        return None, Shelf()
    piece, seen = said
    return piece, seen


def _send(
    worker: _Worker, place: int, files: Sequence[tuple[Path, str]], *, whole: bool
) -> None:
    """Give a process a file. One that is just gone takes it along: that is found when it is next heard."""
    worker.place = place
    with suppress(OSError):
        worker.pipe.send((*files[place], whole))


def _killed(name: str, code: int | None) -> Piece:
    """What there is to say of a file whose process is gone."""
    error = ChildProcessError(
        f"the process that checked {name} is gone, with exit code {code}"
    )
    return not_done("mishap", name, f"{KILLED}。{mishap.told(error, LOG)}")


def _by_ourselves(
    files: Sequence[tuple[Path, str]],
    places: Sequence[int],
    profile: Profile,
    order: Order,
    shelf: Shelf | None,
) -> Iterator[tuple[int, Piece]]:
    """Where no process can be started the files are checked in ours."""
    rules = catalogue(profile, order.office)
    for place in places:
        path, name = files[place]
        opener = opened if shelf is None else shelf.open
        yield (
            place,
            packed(
                check_unit(path, name, profile, rules, opener, merging=order.merging),
                whole=True,
            ),
        )


# -- a process --------------------------------------------------------------------------------------------------------


def _started(order: Order, others: Sequence[_Worker]) -> _Worker:
    """Start a process. One that is forked has all our ends of the pipes too: it closes them, or it would never hear us go."""
    forked = forks()
    context = (
        multiprocessing.get_context("fork")
        if forked
        else multiprocessing.get_context("spawn")
    )
    ours, theirs = multiprocessing.Pipe()
    inherited = (ours, *(other.pipe for other in others)) if forked else ()
    process = context.Process(target=work, args=(theirs, order, inherited), daemon=True)
    with _unheard(forked=forked):
        process.start()
    theirs.close()
    return _Worker(process, ours)


@contextmanager
def _unheard(*, forked: bool) -> Iterator[None]:
    """Ctrl+C is for us: a process that is started meanwhile never hears it. What comes meanwhile we hear afterwards."""
    masks = (
        hasattr(signal, "pthread_sigmask")
        and threading.current_thread() is threading.main_thread()
    )
    if not masks:
        yield
        return
    if not forked:
        # It is begun with the first spawned process, and would let through again what we hold back: so it is begun before.
        resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(worker: _Worker) -> None:
    """End a process, whatever it does; one that has ended by itself keeps its exit code."""
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def work(pipe: Connection, order: Order, inherited: Sequence[Connection] = ()) -> None:
    """Check the files that come through the pipe until it is closed; this runs in a process of its own."""
    gc.set_threshold(100_000)  # as in the process that started this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        other.close()
    profile = load(order.profile).with_lists(order.lists)
    rules = catalogue(profile, order.office)
    # A pipe that breaks: nobody waits for us any more. What a library prints is none of our words.
    with suppress(EOFError, OSError), redirect_stdout(sys.stderr):
        pipe.send(READY)
        while True:
            path, name, whole = pipe.recv()
            shelf = Shelf()
            piece = check_unit(
                path,
                name,
                profile,
                rules,
                shelf.open if order.shown else opened,
                merging=order.merging,
            )
            if order.remembering and piece.facts is not None:
                piece = replace(piece, answer=answer(piece))
            pipe.send((packed(piece, whole=whole), shelf))
