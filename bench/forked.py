"""The command line with processes that are forked, to see what starting them anew costs: python -m bench.forked.

The toolkit itself always starts them anew: Windows can do nothing else, and a fork of a process with threads may lock up.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import BaseContext

from toolkit.cli import main


def _fork(method: str | None = None) -> BaseContext:  # noqa: ARG001  it is asked as the other one is
    """The context that forks, whichever is asked for."""
    return _context("fork")


if __name__ == "__main__":
    _context = multiprocessing.get_context
    multiprocessing.get_context = _fork  # type: ignore[assignment]  # its overloads name each method
    main()
