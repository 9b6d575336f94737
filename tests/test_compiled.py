"""What is made of the program's own text once lies beside Python's compiled modules, and is merely made anew where it cannot."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.files import compiled
from toolkit.files.compiled import keep, kept
from toolkit.rules import patterns
from toolkit.steps import readied

THING = {"甲": (1, b"2", frozenset({"3"}), None)}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Where Python's compiled modules lie: an empty folder; answers the one file that is kept there."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    compiled.place_of("x").parent.mkdir(parents=True)
    return lambda: next(path for path in tmp_path.rglob("*") if path.is_file())


def test_what_is_kept_is_there_for_what_it_rests_on(place: Callable[[], Path]) -> None:
    assert kept("things", b"1") is None
    keep("things", b"1", THING)
    assert kept("things", b"1") == THING
    assert kept("things", b"2") is None
    assert kept("others", b"1") is None
    assert place().suffix == ".kept"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data[:20],
        lambda _: b"",
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    ],
)
def test_what_is_not_whole_is_as_if_it_were_not_there(
    place: Callable[[], Path], spoil: Callable[[bytes], bytes]
) -> None:
    keep("things", b"1", THING)
    place().write_bytes(spoil(place().read_bytes()))
    assert kept("things", b"1") is None


@pytest.mark.usefixtures("place")
def test_what_another_python_kept_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    keep("things", b"1", THING)
    monkeypatch.setattr(sys, "version", "another")
    assert kept("things", b"1") is None


def test_where_python_writes_nothing_down_nothing_is_kept(
    place: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep("things", b"1", THING)
    with pytest.raises(StopIteration):
        place()


def test_where_there_is_no_folder_nothing_is_kept_and_nobody_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "none"))
    keep("things", b"1", THING)
    assert kept("things", b"1") is None


def test_a_later_run_takes_what_was_made_of_patterns(
    place: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EARLIER", "NOW"):
        monkeypatch.setattr(patterns, name, {})
    patterns.compiled.cache_clear()
    first = patterns.compiled("甲[乙丙]丁")
    assert patterns.starts("甲[乙丙]丁")
    readied.keep_ready()
    assert not patterns.NOW
    patterns.EARLIER.clear()
    patterns.compiled.cache_clear()
    readied.make_ready.__wrapped__()
    assert "甲[乙丙]丁" in patterns.EARLIER
    assert patterns.compiled("甲[乙丙]丁") == first
    before = place().read_bytes()
    readied.keep_ready()  # nothing is new
    assert place().read_bytes() == before


def test_where_the_rooms_own_text_is_not_seen_nothing_is_taken_and_nothing_kept(
    place: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "__file__", "/nowhere/patterns.py")
    monkeypatch.setattr(patterns, "NOW", {"甲": ((), None)})
    readied.rests_on.cache_clear()
    readied.make_ready.__wrapped__()
    readied.keep_ready()
    readied.rests_on.cache_clear()
    with pytest.raises(StopIteration):
        place()
