"""Where the time goes: python -m bench.profiling check, or merge; the shares of the wings and rooms.

Every millisecond of the processor's time it is looked which room is at work: the innermost one on the stack, so that a library,
or Python itself, counts for the room that called it. Looking takes next to nothing, and so the shares are not bent by it.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

EVERY = 0.001  # seconds
DEPARTMENTS, UNITS = 16, 24
SHOWN = 0.01  # the smallest share that is told


def sampled(work: Callable[[], object]) -> Counter[str]:
    """How often each room was found at work."""
    seen: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        while frame is not None and not frame.f_globals.get("__name__", "").startswith(
            "toolkit."
        ):
            frame = frame.f_back
        seen[
            frame.f_globals["__name__"].removeprefix("toolkit.")
            if frame is not None
            else "(Python)"
        ] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return seen


def main(what: str) -> None:
    """Print the rooms that a check of departments like example 02, or a merge of one large one, spends its time in."""
    from bench import ours
    from bench.county import department, example, twin_departments

    with tempfile.TemporaryDirectory() as folder:
        if what == "merge":
            department(Path(folder), UNITS)
            warm, work = ours.merge(folder), ours.merge(folder)
        else:
            first, *others = map(
                str,
                twin_departments(
                    Path(folder), DEPARTMENTS + 1, example(published=False)
                ),
            )
            warm, work = ours.check(first), ours.check(*others)
        warm()
        seen = sampled(work)
    wings: Counter[str] = Counter()
    for room, times in seen.items():
        wings[room.partition(".")[0]] += times
    for wing, times in wings.most_common():
        print(f"{times / seen.total():5.0%}  {wing}")
        for room, own in seen.most_common():
            if room.partition(".")[0] == wing and own >= SHOWN * seen.total():
                print(f"         {own / seen.total():5.0%}  {room}")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "check")
