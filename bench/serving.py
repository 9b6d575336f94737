"""A program that does what it is asked a line at a time, and says what each piece of work took: the measured side.

Programs that are started once and asked by turns have no start-up in what they take, and meet the same neighbours.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping

# Makes the work ready, and gives it: only the work itself is measured.
Job = Callable[..., Callable[[], object]]


def serve(jobs: Mapping[str, Job]) -> None:
    """Read jobs from standard input, as JSON; write the processor's and the clock's seconds of each, or which library lacks."""
    out, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            work = jobs[asked["do"]](*asked["with"])
        except ImportError as error:
            answer: dict[str, object] = {"missing": error.name or str(error)}
        else:
            answer = _spent(work)
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _spent(work: Callable[[], object]) -> dict[str, object]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return {
        "processor": time.process_time() - processor,
        "clock": time.perf_counter() - clock,
    }
