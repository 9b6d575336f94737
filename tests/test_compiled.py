"""What is made of the program's own text once lies beside Python's compiled modules, and is merely made anew where it cannot."""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.files import compiled
from toolkit.files.compiled import content, keep, kept
from toolkit.profile import loading
from toolkit.profile.form import Profile
from toolkit.profile.stored import ProfileError, home
from toolkit.rules import patterns
from toolkit.steps import readied

THING = {"甲": (1, b"2", frozenset({"3"}), None)}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Where Python's compiled modules lie: an empty folder; answers the one file that is kept there."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    compiled.place_of("x").parent.mkdir(parents=True)
    return lambda: next(tmp_path.rglob("*.kept"))


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


# -- profiles ---------------------------------------------------------------------------------------------------------


def whole(profile: object) -> str:
    """All that a profile says; sets in an order of their own."""
    return re.sub(
        r"frozenset\(\{([^{}]*)\}\)",
        lambda found: str(sorted(found[1].split(", "))),
        repr(profile),
    )


def loaded(profile: str = "hebei-2025") -> Profile:
    return loading.loaded.__wrapped__(profile, home())


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The profiles that are read anew from schema/."""
    read: list[str] = []
    anew = loading.read_anew

    def noted(profile: str) -> Profile:
        read.append(profile)
        return anew(profile)

    monkeypatch.setattr(loading, "read_anew", noted)
    return read


def test_a_later_run_takes_the_profile_as_it_was_read(
    place: Callable[[], Path], read: list[str]
) -> None:
    first = whole(loaded())
    assert read == ["hebei-2025"]
    assert place().name.startswith("profile-hebei-2025")
    assert whole(loaded()) == first
    assert read == ["hebei-2025"]


@pytest.mark.usefixtures("place")
def test_a_profile_is_read_anew_when_what_decides_it_has_changed(
    monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    loaded()
    kinds: list[Callable[[pytest.MonkeyPatch], None]] = [
        lambda patch: patch.setenv("DISCLOSURE_HOME", str(home())),
        lambda patch: patch.setattr(loading, "rests_on", lambda _: b""),  # not seen
        lambda patch: patch.setattr(loading, "rests_on", lambda _: b"other"),
    ]
    for number, change in enumerate(kinds, 2):
        with monkeypatch.context() as patch:
            change(patch)
            loaded()
        assert len(read) == number


@pytest.mark.usefixtures("place")
def test_a_profile_without_its_template_is_read_anew(
    tmp_path: Path, read: list[str]
) -> None:
    without = replace(loading.read_anew("hebei-2025"), template=tmp_path / "none")
    decides = loading.rests_on(home())
    keep("profile-hebei-2025", decides, pickle.dumps(without))
    assert loaded().template.exists()
    assert read == ["hebei-2025"] * 2


def test_where_schema_is_not_seen_nothing_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(loading, "content", refused)
    assert loading.rests_on.__wrapped__(home()) == b""


@pytest.mark.usefixtures("place")
def test_a_profile_that_cannot_be_read_is_not_kept(read: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(ProfileError, match="没有名为"):
            loaded("../elsewhere")
    assert len(read) == 2


def test_what_decides_is_every_name_and_every_byte(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    one = tmp_path / "a" / "one.json"
    one.write_text("{}")
    (tmp_path / "a" / "__pycache__").mkdir()
    (tmp_path / "a" / "__pycache__" / "x.pyc").write_text("x")
    seen = [content(tmp_path)]
    one.write_text("[]")
    seen.append(content(tmp_path))
    one.rename(one.with_name("two.json"))
    seen.append(content(tmp_path))
    (tmp_path / "three.json").touch()
    seen.append(content(tmp_path))
    assert len(set(seen)) == 4
    (tmp_path / "a" / "__pycache__" / "x.pyc").write_text("y")
    assert content(tmp_path) == seen[-1]
