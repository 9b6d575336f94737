"""What holds for every test: what is set before any library is imported, and what is begun first."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import programs

if TYPE_CHECKING:
    from tests.browser import Browser

# The toolkit's users have no defusedxml; here a library of the tests' brings it. With it, openpyxl parses in Python instead
# of in C, so that the tests would run another parser than people do, and a slower one.
os.environ["OPENPYXL_DEFUSEDXML"] = "False"

# No test goes by what another one, or the person at this machine, has found out; those of the cache have one of their own.
os.environ["DISCLOSURE_CACHE"] = ""

# What tests lay down need not outlive a power cut, and waiting for the disk takes a tenth of the time of all tests. That the
# toolkit does wait before a file takes another's place, a test of test_outbox.py sees by putting its own in this place.
os.fsync = lambda fd: None  # noqa: ARG005  named as there

# Python's collector, at its own pace, would take a sixth of the time of all tests.
gc.set_threshold(500_000)

# At its end Python looks for what nobody holds, and lets go of millions of objects one by one, which takes a worker seconds in
# which all others have done. What is registered first is run last: when all else is over, a worker just ends.
if "PYTEST_XDIST_WORKER" in os.environ:
    atexit.register(os._exit, 0)


def pytest_collection_modifyitems(
    items: list[pytest.Item], config: pytest.Config
) -> None:
    """Say once which programs are missing. Begin the long tests first: begun last, one would keep a single worker busy."""
    _without_what_is_missing(items, config)
    items.sort(
        key=lambda item: (
            not any(
                item.get_closest_marker(name)
                for name in ("long", "libreoffice", "chromium")
            )
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let `--dist loadfile` give out together the modules that open the same program."""
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.sharing import ByProgram

    return ByProgram(config, log)


def pytest_collection_finish() -> None:
    """Let openpyxl read quickly, and the collector pass over what is loaded by now: all of it lives until the end.

    That in a worker alone: at its end the main process loads what asks the collector who refers to what, and would be told wrongly.
    """
    if "openpyxl" in sys.modules:
        from tests.read_once import without_borders_of_merges

        without_borders_of_merges()
    if "PYTEST_XDIST_WORKER" in os.environ:
        gc.freeze()


def pytest_sessionfinish() -> None:
    """Let nothing be looked through once more at a worker's end: what pytest would find there, it can tell nobody."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        gc.freeze()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, begun once for all tests of pages; who needs a size, no cookies or a folder of downloads asks for it."""
    from tests.browser import browser

    with browser() as one:
        yield one


@pytest.fixture
def only_what_is_new() -> Iterator[None]:
    """Let the collector know what is made from here on alone: all that is there already would take it seconds to look through."""
    gc.freeze()
    yield
    if "PYTEST_XDIST_WORKER" not in os.environ:
        gc.unfreeze()


def _without_what_is_missing(items: list[pytest.Item], config: pytest.Config) -> None:
    """Skip the tests of kinds that somebody told us to; of others, whose programs are missing, none runs by mistake."""
    try:
        skipped = programs.without()
    except programs.ProgramsError as error:
        raise pytest.UsageError(str(error)) from error
    used = {
        kind: [item for item in items if item.get_closest_marker(kind)]
        for kind in programs.KINDS
    }
    for kind in skipped:
        for item in used[kind]:
            item.add_marker(pytest.mark.skip(reason=f"{programs.SKIPPED} names {kind}"))
    lacking = programs.missing(
        kind for kind, users in used.items() if users and kind not in skipped
    )
    if lacking and hasattr(
        config, "workerinput"
    ):  # a worker of xdist cannot end the run: each test says it in a line
        for kind in lacking:
            for item in used[kind]:
                item.user_properties.append(
                    ("missing", programs.said({kind: lacking[kind]}))
                )
    elif lacking and not config.option.collectonly:
        raise pytest.UsageError(programs.said(lacking))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a test whose programs are missing fail in a line."""
    for name, told in item.user_properties:
        if name == "missing":
            pytest.fail(str(told), pytrace=False)
