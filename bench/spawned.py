"""The command line with processes that are started anew, as Windows can only do: python -m bench.spawned.

The toolkit itself forks them on Linux, where its process has one thread.
"""

from __future__ import annotations

from toolkit.cli import main
from toolkit.steps import workers


def _never() -> bool:
    """Whether processes are forked."""
    return False


if __name__ == "__main__":
    workers.forks = _never
    main()
