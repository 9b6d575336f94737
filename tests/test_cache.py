"""What has not changed is not checked twice: the same answer, never a wrong one, whatever becomes of what was kept."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import small
from tests.test_steps import PROFILE, ROOT, disclosure
from toolkit import steps
from toolkit.check.report import Report
from toolkit.files import cache as caches
from toolkit.files.cache import Cache, unwritten, written
from toolkit.model import Cell, Filled
from toolkit.profile import loading
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile
from toolkit.profile.stored import home
from toolkit.report.told.data import to_json
from toolkit.rules.rule import ERROR, INFO, Finding
from toolkit.steps import checking, fingerprint, remembered, units
from toolkit.steps.fingerprint import FreshError, ingredients
from toolkit.steps.plain import coder
from toolkit.steps.units import Unfinished

OFFICE = "333002-就业服务中心.xlsx"
Told = tuple[str, int, tuple[str, ...]]  # the report, the exit code, how it closes
UNIX = pytest.mark.skipif(
    sys.platform == "win32",
    reason="whose a file is, and who may read it, is otherwise there",
)
RULES = steps.catalogue(PROFILE)
HOME = home()
CODES = "科目编码,科目名称\n205,教育支出\n"
LIMIT = "代号,说明,值,原因,决定人\nchange_to_explain,,0.05,从严,预算股\n"
SETTINGS = "规则编号,处理,原因,决定人\nB01-01,停用,本年不查,预算股\n"


@pytest.fixture(autouse=True)
def logs(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCLOSURE_LOGS", str(tmp_path_factory.mktemp("logs")))


@pytest.fixture(autouse=True)
def never_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever works on the program has just changed a file of it."""
    monkeypatch.setattr(fingerprint, "FRESH", -1e9)


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever other tests had loaded anew before: the installed profile is the one that these tests ask with."""
    anew = loading.loaded

    def known(profile: str, place: Path) -> Profile:
        return (
            PROFILE if (profile, place) == (PROFILE.id, HOME) else anew(profile, place)
        )

    monkeypatch.setattr(loading, "loaded", known)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "缓存"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A folder with one workbook."""
    folder = tmp_path / "收表"
    folder.mkdir()
    shutil.copy(small.units() / OFFICE, folder / "甲.xlsx")
    return folder


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really checked, in order."""
    names: list[str] = []
    sound = units.check_unit

    def seen(path: Path, name: str, *rest: Any, **more: Any) -> Any:
        names.append(name)
        return sound(path, name, *rest, **more)

    monkeypatch.setattr(checking, "check_unit", seen)
    return names


def told(folder: Path, place: Path | None, **how: Any) -> Told:
    """All that checking a folder says, with a cache in a place, or without."""
    kept = Cache(place) if place is not None else None
    done = steps.check([folder], PROFILE, cache=kept, **how)
    if kept is not None:
        kept.close()
    said = to_json(done.report, law(), {"hashes": dict(done.hashes)})
    return said, done.code, steps.closing(done, done.report, PROFILE)


def with_other_bytes(path: Path) -> None:
    """Let a workbook say something else."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(
                name,
                data.replace(b"333002", b"333009") if name.endswith(".xml") else data,
            )


# -- the same answer --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def motley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole department with errors, a sick file, one that is not read, and the office's own settings."""
    folder = tmp_path_factory.mktemp("收表")
    for path in small.faulty().glob("*.xlsx"):
        shutil.copy(path, folder)
    (folder / "00-病.xlsx").write_bytes(b"broken")
    (folder / "旧表.zip").touch()
    (folder / "规则设置.csv").write_text(SETTINGS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def once(motley: Path) -> Told:
    """What checking it says without a cache."""
    return told(motley, None)


def test_what_has_not_changed_is_not_checked_again(
    motley: Path,
    once: Told,
    place: Path,
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert told(motley, place) == once
    assert len(checked) == 4
    del checked[:]
    monkeypatch.setattr(
        checking,
        "check_whole",
        lambda *_: pytest.fail("the department has not changed"),
    )
    assert told(motley, place) == once
    assert checked == ["00-病.xlsx"], "what could not be read is tried again"


@pytest.fixture(scope="module")
def changed(
    motley: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Told]:
    """A file of the folder once it has changed, and what checking the folder then says without a cache."""
    folder = Path(shutil.copytree(motley, tmp_path_factory.mktemp("改") / "又"))
    path = next(folder.glob("333002*"))
    with_other_bytes(path)
    return path, told(folder, None)


@pytest.mark.parametrize(("jobs", "kept"), [(1, 50), (1, 0), (2, 0)])
def test_one_file_that_changed_is_checked_with_what_is_known_of_the_others(
    motley: Path,
    changed: tuple[Path, Told],
    place: Path,
    tmp_path: Path,
    jobs: int,
    kept: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "KEPT", kept)
    folder = Path(shutil.copytree(motley, tmp_path / "又"))
    told(folder, place, jobs=jobs)
    path, now = changed
    shutil.copy(path, folder)
    assert told(folder, place, jobs=jobs) == now
    assert told(folder, place, jobs=jobs) == now


def test_every_way_to_tell_is_the_same_to_the_byte(
    motley: Path, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a cache, with one that is being filled (by the first way alone), and with one that knows everything."""
    for format_, also in (
        ("text", ("--annotate",)),
        ("json", ()),
        ("html", ()),
        ("xlsx", ()),
    ):
        said = []
        for number, where in enumerate(
            ("", str(place), str(place)) if also else ("", str(place))
        ):
            monkeypatch.setenv(caches.FOLDER, where)
            out, copies = tmp_path / f"{number}.{format_}", tmp_path / f"批注{number}"
            done = disclosure(
                "check",
                motley,
                "--format",
                format_,
                "-o",
                out,
                *also,
                *([copies] if also else []),
            )
            marked = (
                {path.name: path.read_bytes() for path in copies.glob("*.xls*")}
                if also
                else {}
            )
            said.append(
                (done.code, done.out.replace(out.name, ""), out.read_bytes(), marked)
            )
        assert all(one == said[0] for one in said), format_
        assert (place / caches.FILE).exists()


def test_a_merge_goes_by_what_it_knows(
    tmp_path: Path, place: Path, checked: list[str]
) -> None:
    told(small.units(), place)
    results = []
    for number in range(3):
        kept = Cache(place) if number else None
        del checked[:]
        done = steps.merge_folder(
            small.units(), tmp_path / str(number), PROFILE, cache=kept
        )
        if kept is not None:
            kept.close()
        assert done.code == 0
        assert len(checked) == (0 if number == 2 else 3), (
            "what a check found is not what a merge asks"
        )
        results.append(
            {
                path.name: path.read_bytes()
                for path in (tmp_path / str(number)).rglob("*")
                if path.is_file()
            }
        )
    assert results[0] == results[1] == results[2]


# -- whatever an answer rests on --------------------------------------------------------------------------------------


Change = Callable[[pytest.MonkeyPatch, Path, Path], object]


def _code(patch: pytest.MonkeyPatch, _: Path, scratch: Path) -> None:
    package = Path(fingerprint.__file__).parent.parent
    copy = Path(
        shutil.copytree(
            package, scratch / "toolkit", ignore=shutil.ignore_patterns("__pycache__")
        )
    )
    patch.setattr(fingerprint, "__file__", str(copy / "steps" / "fingerprint.py"))
    assert ingredients(PROFILE, (), RULES)["code"] == fingerprint._content(package)  # noqa: SLF001  a copy is no change
    with (copy / "rules" / "lists.py").open("a", encoding="utf-8") as file:
        file.write("#")


def _schema(patch: pytest.MonkeyPatch, _: Path, scratch: Path) -> None:
    copy = scratch / "home"
    shutil.copytree(ROOT / "schema", copy / "schema")
    patch.setattr(fingerprint, "home", lambda: copy)
    assert ingredients(PROFILE, (), RULES)["schema"] == fingerprint._content(  # noqa: SLF001
        ROOT / "schema"
    )
    path = copy / "schema" / "thresholds.json"
    path.write_bytes(path.read_bytes() + b" ")


def _library(patch: pytest.MonkeyPatch, _: Path, scratch: Path) -> None:
    (scratch / "openpyxl-99.0.dist-info").mkdir()
    patch.syspath_prepend(scratch)


def _of_place(folder: Path, name: str, text: str) -> None:
    (folder / "本地设置").mkdir()
    (folder / "本地设置" / name).write_text(text, encoding="utf-8")


CHANGES: dict[str, Change] = {
    "content": lambda _, folder, __: with_other_bytes(folder / "甲.xlsx"),
    "name": lambda _, folder, __: (folder / "甲.xlsx").rename(folder / "乙.xlsx"),
    "office": lambda _, folder, __: (folder / "规则设置.csv").write_text(
        SETTINGS, encoding="utf-8"
    ),
    "codes": lambda _, folder, __: (folder / "功能分类科目.csv").write_text(
        "科目编码,科目名称\n205,教育支出\n", encoding="utf-8"
    ),
    "limit": lambda _, folder, __: _of_place(folder, "界限.csv", LIMIT),
    "words": lambda _, folder, __: _of_place(folder, "依据文件.txt", "某县的办法\n"),
    "version": lambda patch, *_: patch.setattr(fingerprint, "__version__", "0.0.1"),
    "day": lambda patch, *_: patch.setattr(
        fingerprint, "day_of", lambda _: "2024-01-01"
    ),
    "python": lambda patch, *_: patch.setattr(sys, "version", "3.99"),
    "code": _code,
    "schema": _schema,
    "library": _library,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_anything_an_answer_rests_on_is_noticed(
    change: str,
    sent: Path,
    place: Path,
    tmp_path: Path,
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(sent, place)
    told(sent, place)
    assert len(checked) == 1
    scratch = tmp_path / "别处"
    scratch.mkdir()
    CHANGES[change](monkeypatch, sent, scratch)
    told(sent, place)
    assert len(checked) == 2, (
        f"an answer of before the change of the {change} was taken"
    )
    told(sent, place)
    assert len(checked) == 2, "the new one is kept too"


def test_the_profile_is_part_of_what_an_answer_rests_on() -> None:
    ours, other = (
        ingredients(PROFILE, (), RULES),
        ingredients(replace(PROFILE, id="别的"), (), RULES),
    )
    assert {key for key in ours if ours[key] != other[key]} == {"profile"}
    assert fingerprint.fingerprint(ours) != fingerprint.fingerprint(other)


def test_whatever_rules_may_know_is_part_of_what_an_answer_rests_on() -> None:
    bounds = RULES.bounds
    others = [
        replace(
            RULES,
            bounds=replace(
                bounds, thresholds={**bounds.thresholds, "reason_length": Decimal(7)}
            ),
        ),
        replace(RULES, bounds=replace(bounds, measures=bounds.measures | {"某某"})),
        replace(RULES, bounds=replace(bounds, year=bounds.year + 1)),
        replace(RULES, rules=RULES.rules[1:]),
        replace(
            RULES, rules=(replace(RULES.rules[0], severity=INFO), *RULES.rules[1:])
        ),
    ]
    ours = ingredients(PROFILE, (), RULES)
    assert ingredients(PROFILE, (), replace(RULES)) == ours
    for other in others:
        theirs = ingredients(PROFILE, (), other)
        assert {key for key in ours if ours[key] != theirs[key]} == {"rules"}


def test_a_profile_that_is_not_the_installed_one_is_never_remembered(
    sent: Path, place: Path, checked: list[str]
) -> None:
    for _ in range(2):
        kept = Cache(place)
        steps.check([sent], replace(PROFILE, title="改过的"), cache=kept)
        kept.close()
    assert len(checked) == 2


def test_what_was_changed_a_moment_ago_is_not_trusted(
    sent: Path,
    place: Path,
    tmp_path: Path,
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(ROOT / "schema", tmp_path / "schema")
    (tmp_path / "schema" / "words.json").touch()
    monkeypatch.setattr(fingerprint, "home", lambda: tmp_path)
    monkeypatch.setattr(fingerprint, "FRESH", 600)
    with pytest.raises(FreshError):
        fingerprint._content(tmp_path / "schema")  # noqa: SLF001
    told(sent, place)
    told(sent, place)
    assert len(checked) == 2


# -- whatever becomes of it -------------------------------------------------------------------------------------------


def test_damaged_anywhere_it_never_gives_a_wrong_answer(
    sent: Path, place: Path
) -> None:
    shutil.copy(small.faulty() / OFFICE, sent / "甲.xlsx")
    once = told(sent, None)
    told(sent, place)
    sound = (place / caches.FILE).read_bytes()
    chance = random.Random(7)
    for _ in range(25):
        data = bytearray(sound)
        for _ in range(chance.choice((1, 8, 200))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        (place / caches.FILE).write_bytes(data)
        kept = Cache(place)
        done = steps.check([sent], PROFILE, cache=kept)
        kept.close()
        assert to_json(done.report, law(), {"hashes": dict(done.hashes)}) == once[0]


@pytest.mark.parametrize(
    "ill", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_what_is_no_database_is_made_anew(
    sent: Path, place: Path, ill: bytes, checked: list[str]
) -> None:
    place.mkdir()
    (place / caches.FILE).write_bytes(ill)
    for _ in range(3):
        told(sent, place)
    assert len(checked) <= 2


def test_it_may_be_deleted_in_the_midst_of_a_run(
    motley: Path, once: Told, place: Path
) -> None:
    told(motley, place)
    assert (
        told(motley, place, heard=lambda *_: shutil.rmtree(place, ignore_errors=True))
        == once
    )
    assert told(motley, place) == once
    assert told(motley, place) == once


def test_where_it_cannot_lie_there_is_none(
    sent: Path, tmp_path: Path, checked: list[str]
) -> None:
    (tmp_path / "文件").write_bytes(b"")
    for _ in range(2):
        told(sent, tmp_path / "文件" / "缓存")
    assert len(checked) == 2


def test_an_answer_under_another_key_or_of_other_bytes_is_none(place: Path) -> None:
    kept = Cache(place)
    kept.put(b"a", written(["one"]))
    kept.put(b"b", written(["two"]))
    kept.flush()
    assert (kept.get(b"a"), kept.get(b"b"), kept.get(b"c")) == (["one"], ["two"], None)
    with sqlite3.connect(kept.path) as base:
        base.execute(
            "UPDATE answers SET body = (SELECT body FROM answers WHERE key = ?) WHERE key = ?",
            (b"b", b"a"),
        )
        base.execute("UPDATE answers SET seal = 5 WHERE key = ?", (b"b",))
    assert (kept.get(b"a"), kept.get(b"b")) == (None, None)
    kept.close()


@pytest.mark.parametrize("body", [b"", b"junk", written([])[:-3], written("x" * 5000)])
def test_what_is_no_data_is_told_as_that(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "LONGEST", 1000)
    with pytest.raises(ValueError):  # noqa: PT011  whichever: it is no answer
        unwritten(body)


def test_data_of_another_shape_are_no_answer(
    sent: Path, place: Path, checked: list[str]
) -> None:
    told(sent, place)
    key = keys(place)[0]
    others: list[object] = [
        None,
        5,
        [],
        [1, 2],
        [[], [], []],
        {"a": 1},
        [None, None, None],
    ]
    for data in others:
        kept = Cache(place)
        kept.put(key, written(data))
        kept.close()
        before = len(checked)
        told(sent, place)
        assert len(checked) == before + 1, data


def keys(place: Path) -> list[bytes]:
    with sqlite3.connect(place / caches.FILE) as base:
        return [key for (key,) in base.execute("SELECT key FROM answers ORDER BY age")]


def test_the_oldest_go_first_and_it_stays_small(place: Path) -> None:
    most, each = 300_000, 9_000
    kept = Cache(place, most)
    chance = random.Random(3)
    for number in range(200):
        kept.put(b"%d" % number, chance.randbytes(each))
        kept.flush()
        assert kept.path.stat().st_size <= most + 4 * each
    kept.close()
    left = [int(key) for key in keys(place)]
    assert left == list(range(left[0], 200))
    assert len(left) * each > most / 2


# -- who may look into it, and who goes without it --------------------------------------------------------------------


@UNIX
def test_nobody_else_may_look_into_it(sent: Path, place: Path) -> None:
    before = os.umask(0)
    try:
        told(sent, place)
        assert modes(place) == [0o700, 0o600]
        place.chmod(0o777)
        (place / caches.FILE).chmod(0o666)
        told(sent, place)
        assert modes(place) == [0o700, 0o600]
    finally:
        os.umask(before)


def modes(place: Path) -> list[int]:
    return [
        stat.S_IMODE(path.stat().st_mode) for path in (place, *sorted(place.iterdir()))
    ]


@UNIX
@pytest.mark.parametrize("of_whom", ["folder", "file"])
def test_what_belongs_to_somebody_else_is_not_touched(
    sent: Path,
    place: Path,
    tmp_path: Path,
    of_whom: str,
    checked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    victim = tmp_path / "别人的"
    victim.write_bytes(b"")
    place.mkdir()
    if of_whom == "file":
        (place / caches.FILE).symlink_to(victim)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    told(sent, place)
    told(sent, place)
    assert victim.read_bytes() == b""
    assert len(checked) == 2


def test_without_a_cache_nothing_is_read_or_written(
    sent: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(caches.FOLDER, str(place))
    disclosure("check", sent, "--no-cache")
    disclosure("merge", sent, "-o", sent.parent / "出", "--no-cache")
    steps.check([sent], PROFILE)
    assert not place.exists()
    disclosure("check", sent)
    assert keys(place)


def test_it_lies_beside_the_users_other_caches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(caches.FOLDER)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    found = caches.folder()
    assert found is not None
    assert caches.APPLICATION in found.parts
    monkeypatch.setenv(caches.FOLDER, "")
    assert caches.folder() is None
    with caches.cache() as none:
        assert none is None


def test_the_local_page_and_the_buttons_know_of_no_cache() -> None:
    for path in (
        *(ROOT / "toolkit" / "serve").glob("*.py"),
        ROOT / "toolkit" / "macros.py",
    ):
        assert "files.cache" not in path.read_text(encoding="utf-8")


WRITER = """
import sys
from pathlib import Path
from toolkit.files.cache import Cache, written
kept = Cache(Path(sys.argv[1]))
for number in range(300):
    kept.put(b"%s-%d" % (sys.argv[2].encode(), number), written([sys.argv[2], number]))
    if number % 3 == 0:
        kept.flush()
    said = kept.get(b"one-%d" % number)
    assert said in (None, ["one", number]), said
kept.close()
"""


def test_two_runs_write_at_once(place: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(place), name], env=environment
        )
        for name in ("one", "two")
    ]
    assert [run.wait(60) for run in runs] == [0, 0]
    kept = Cache(place)
    found = [
        kept.get(b"%s-%d" % (name.encode(), n))
        for name in ("one", "two")
        for n in range(300)
    ]
    kept.close()
    assert [one for one in found if one is not None], (
        "one of them at least had its turn"
    )
    with sqlite3.connect(place / caches.FILE) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# -- plain data -------------------------------------------------------------------------------------------------------


def findings() -> Iterator[Report]:
    for folder in (small.faulty(), small.units()):
        yield steps.check([folder], PROFILE).report


def test_a_report_is_the_same_after_it_was_written() -> None:
    for report in findings():
        made = coder(Report).made(unwritten(written(coder(Report).plain(report))))
        assert made == report
        assert any(one.joined for one in report.findings) or not report.open(ERROR)


def test_a_thing_that_may_be_missing() -> None:
    perhaps = coder(Unfinished | None)
    one = Unfinished("甲.xlsx", "甲", ("封面",), 3)
    assert [perhaps.made(perhaps.plain(thing)) for thing in (None, one)] == [None, one]


@pytest.mark.parametrize(
    "kind", [Filled, dict[str, int], float, tuple[str, int], str | int]
)
def test_a_type_that_has_no_plain_data_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError):
        coder(kind).made([None] * 30)


@pytest.mark.parametrize(
    "said",
    [
        "甲",
        [1, 2],
        ["甲", "封面", 1, "2"],
        ["甲", "封面", True, 2],
        ["甲", "封面", 1, 2, 3],
        {},
    ],
)
def test_data_of_another_kind_make_no_thing(said: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        coder(Cell).made(said)


def test_a_finding_keeps_every_field_it_has() -> None:
    finding = Finding(
        rule="A",
        severity=ERROR,
        title="题",
        message="话",
        remedy="改",
        basis=("b",),
        cells=(Cell("甲", "封面", 1, 2),),
        unit="单位",
        value="1",
        expected="2",
        difference="3",
        known_by=Cell("甲", "封面", 3, 4),
        id="i",
        place="p",
        project="j",
        office="o",
        accepted="a",
        state="s",
    )
    both = replace(finding, joined=(finding,))
    assert coder(Finding).made(unwritten(written(coder(Finding).plain(both)))) == both


def test_no_answer_is_kept_of_what_could_not_be_read(
    tmp_path: Path, place: Path
) -> None:
    folder = tmp_path / "收表"
    folder.mkdir()
    (folder / "病.xlsx").write_bytes(b"broken")
    told(folder, place)
    assert keys(place) == []


def test_remembering_says_which_run_it_is_of(place: Path) -> None:
    kept = Cache(place)
    ours = remembered.memory(kept, PROFILE, (), RULES, merging=False)
    other = remembered.memory(kept, PROFILE, (), RULES, merging=True)
    assert ours is not None
    assert other is not None
    ours.keep_department([("甲", "1"), ("乙", "2")], Report(()))
    kept.flush()
    assert ours.of_department([("甲", "1"), ("乙", "2")]) == Report(())
    assert ours.of_department([("乙", "2"), ("甲", "1")]) is None, "the order counts"
    assert ours.of_department([("甲", "1")]) is None
    assert other.of_department([("甲", "1"), ("乙", "2")]) is None
    kept.close()
