"""Results appear whole or not at all, and nothing that a person changed is ever replaced."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, NoReturn

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from toolkit.files import hidden
from toolkit.files.folder import MANIFEST
from toolkit.files.hidden import ABANDONED, PREFIX
from toolkit.files.moves import take_back
from toolkit.files.outbox import Outbox, OutputError
from toolkit.files.source import sha256

WORD = "情况说明.docx"


def run(folder: Path, files: Mapping[str, str]) -> Outbox:
    """One whole run: write each text under its name."""
    with Outbox(folder, profile="test-2023", version="9") as box:
        for name, text in files.items():
            with box.file(name) as path:
                path.write_text(text, encoding="utf-8")
    return box


def words(folder: Path) -> dict[str, str]:
    """What lies in a folder, without the manifest."""
    found = {
        str(p.relative_to(folder)): p.read_text(encoding="utf-8")
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
    found.pop(MANIFEST, None)
    return found


def everything(folder: Path) -> dict[str, str]:
    """Whatever lies in a folder, folders and hidden files too."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        if path.is_file()
        else ""
        for path in sorted(folder.rglob("*"))
    }


def said(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(
        (folder / MANIFEST).read_text(encoding="utf-8")
    )
    return manifest


def test_a_file_is_on_the_disk_before_it_takes_another_s_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut may leave the old one or the new one, never half of one."""
    run(tmp_path, {WORD: "旧"})
    done: list[tuple[str, int]] = []
    move = Path.replace

    def moved(path: Path, target: Path) -> Path:
        done.append(("moved", path.stat().st_ino))
        return move(path, target)

    monkeypatch.setattr(
        os, "fsync", lambda number: done.append(("synced", os.fstat(number).st_ino))
    )
    monkeypatch.setattr(Path, "replace", moved)
    run(tmp_path, {WORD: "新"})
    laid = [(tmp_path / name).stat().st_ino for name in (WORD, MANIFEST)]
    assert len(set(laid)) == len(laid)
    for one in laid:
        assert done.index(("synced", one)) < done.index(("moved", one))


def test_a_run_lays_its_results_down_and_records_them(tmp_path: Path) -> None:
    one, two = tmp_path / "甲 (1).xlsx", tmp_path / "乙[终].xlsx"
    one.write_text("1")
    two.write_text("2")
    folder = tmp_path / "输出 目录(2023)[终稿]"
    with Outbox(
        folder,
        inputs={two: sha256(two), one: sha256(one)},
        profile="test-2023",
        version="9",
    ) as box:
        with box.file(WORD) as path:
            assert path.name == WORD
            path.write_text("文")
        with box.file("退回单/甲.docx", inputs=[one]) as path:
            path.write_text("退")
        assert not (folder / WORD).exists()
    assert words(folder) == {WORD: "文", "退回单/甲.docx": "退"}
    assert box.placed == {
        WORD: folder / WORD,
        "退回单/甲.docx": folder / "退回单" / "甲.docx",
    }
    assert box.notes == ()
    assert said(folder) == {
        "tool": "budget-disclosure-toolkit",
        "version": "9",
        "profile": "test-2023",
        "inputs": {sha256(two): two.name, sha256(one): one.name},
        "outputs": {
            WORD: {
                "sha256": sha256(folder / WORD),
                "size": 3,
                "inputs": [sha256(two), sha256(one)],
                "version": "9",
                "profile": "test-2023",
            },
            "退回单/甲.docx": {
                "sha256": sha256(folder / "退回单" / "甲.docx"),
                "size": 3,
                "inputs": [sha256(one)],
                "version": "9",
                "profile": "test-2023",
            },
        },
    }


def test_two_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    manifests = []
    for folder in (tmp_path / "一", tmp_path / "二"):
        run(folder, {"乙.json": "{}", "甲.json": "[]"})
        manifests.append((folder / MANIFEST).read_bytes())
    run(tmp_path / "一", {"甲.json": "[]", "乙.json": "{}"})
    assert manifests[0] == manifests[1] == (tmp_path / "一" / MANIFEST).read_bytes()


def test_an_untouched_result_is_replaced_by_the_next_run(tmp_path: Path) -> None:
    run(tmp_path, {WORD: "一"})
    box = run(tmp_path, {WORD: "二"})
    assert (words(tmp_path), box.notes) == ({WORD: "二"}, ())


def test_an_edited_result_stays_and_the_new_one_lies_beside(tmp_path: Path) -> None:
    run(tmp_path, {WORD: "一"})
    (tmp_path / WORD).write_text("改过")
    box = run(tmp_path, {WORD: "二"})
    assert words(tmp_path) == {WORD: "改过", "情况说明-第2稿.docx": "二"}
    assert box.placed[WORD] == tmp_path / "情况说明-第2稿.docx"
    assert box.notes == (
        f"“{WORD}”被人改过，原样保留；新生成的放在“情况说明-第2稿.docx”。",
    )


def test_an_untouched_draft_is_replaced_and_an_edited_one_is_passed(
    tmp_path: Path,
) -> None:
    run(tmp_path, {WORD: "一"})
    (tmp_path / WORD).write_text("改过")
    run(tmp_path, {WORD: "二"})
    run(tmp_path, {WORD: "三"})
    assert words(tmp_path) == {WORD: "改过", "情况说明-第2稿.docx": "三"}
    (tmp_path / "情况说明-第2稿.docx").write_text("也改过")
    (tmp_path / "情况说明-第7稿.docx").write_text("别人的")
    run(tmp_path, {WORD: "四"})
    assert words(tmp_path) == {
        WORD: "改过",
        "情况说明-第2稿.docx": "也改过",
        "情况说明-第7稿.docx": "别人的",
        "情况说明-第8稿.docx": "四",
    }


def test_a_change_taken_back_makes_the_file_ours_again(tmp_path: Path) -> None:
    run(tmp_path, {WORD: "一"})
    (tmp_path / WORD).write_text("改过")
    run(tmp_path, {WORD: "二"})
    (tmp_path / WORD).write_text("一")
    box = run(tmp_path, {WORD: "三"})
    assert (tmp_path / WORD).read_text() == "三"
    assert box.notes == ()


def test_foreign_files_stay_and_a_foreign_file_of_our_name_is_not_replaced(
    tmp_path: Path,
) -> None:
    (tmp_path / "照片.jpg").write_text("图")
    (tmp_path / WORD).write_text("去年的")
    run(tmp_path, {WORD: "一"})
    assert words(tmp_path) == {
        "照片.jpg": "图",
        WORD: "去年的",
        "情况说明-第2稿.docx": "一",
    }


def test_a_result_equal_to_what_lies_there_needs_no_draft(tmp_path: Path) -> None:
    (tmp_path / WORD).write_text("一")
    box = run(tmp_path, {WORD: "一"})
    assert (words(tmp_path), box.notes) == ({WORD: "一"}, ())


def test_without_a_record_whatever_lies_there_is_a_persons(tmp_path: Path) -> None:
    for text in ("一", "二", "二"):
        with Outbox(tmp_path, recorded=False) as box, box.file("填报表.xlsx") as path:
            path.write_text(text)
    assert words(tmp_path) == {
        "填报表.xlsx": "一",
        "填报表-第2稿.xlsx": "二",
        "填报表-第3稿.xlsx": "二",
    }
    assert not (tmp_path / MANIFEST).exists()


def test_edited_says_whose_a_file_is(tmp_path: Path) -> None:
    run(tmp_path, {"一.json": "{}", "二.json": "{}"})
    (tmp_path / "二.json").write_text("[]")
    with Outbox(tmp_path) as box:
        assert [box.edited(name) for name in ("一.json", "二.json", "三.json")] == [
            False,
            True,
            False,
        ]


def test_results_of_an_earlier_run_stay_recorded_until_they_are_deleted(
    tmp_path: Path,
) -> None:
    source = tmp_path / "甲.xlsx"
    source.write_text("甲")
    folder = tmp_path / "out"
    with (
        Outbox(folder, inputs={source: sha256(source)}) as box,
        box.file("旧.json") as path,
    ):
        path.write_text("{}")
    run(folder, {"新.json": "{}"})
    assert set(said(folder)["outputs"]) == {"旧.json", "新.json"}
    assert said(folder)["inputs"] == {sha256(source): "甲.xlsx"}
    (folder / "旧.json").unlink()
    run(folder, {"新.json": "{}"})
    assert set(said(folder)["outputs"]) == {"新.json"}
    assert said(folder)["inputs"] == {}


def fail(folder: Path, error: BaseException) -> None:
    with Outbox(folder) as box:
        with box.file("先.json") as path:
            path.write_text("[]")
        with box.file(WORD) as path:
            path.write_text("半")
            raise error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("x"),
        KeyboardInterrupt(),
        FileNotFoundError(errno.ENOENT, "no", "input.xlsx"),
    ],
)
def test_a_failed_run_leaves_the_folder_as_it_was(
    tmp_path: Path, error: BaseException
) -> None:
    run(tmp_path, {WORD: "一"})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*")}
    with pytest.raises(type(error)):
        fail(tmp_path, error)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_a_failed_first_run_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        fail(tmp_path / "out", RuntimeError())
    assert list(tmp_path.iterdir()) == []


class WrappedError(Exception):
    """As XlsxWriter wraps what the system says."""


def test_a_full_disk_is_a_sentence_even_when_a_library_wraps_it(tmp_path: Path) -> None:
    run(tmp_path, {WORD: "一"})
    full = OSError(errno.ENOSPC, "No space left on device")
    for error in (full, WrappedError(full)):
        with pytest.raises(OutputError) as told:
            fail(tmp_path, error)
        assert (
            str(told.value)
            == f"“{WORD}”写不出来：磁盘空间不够，请腾出空间后再运行。已有的文件没有改动。"
        )
    assert words(tmp_path) == {WORD: "一"}
    assert not list(tmp_path.glob(f"{PREFIX}*"))


def opened_elsewhere(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """As on Windows: a file open in Word or Excel cannot be replaced."""
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name in names:
            raise PermissionError(
                errno.EACCES,
                "being used by another process",
                str(self),
                None,
                str(target),
            )
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_a_target_open_in_another_program_keeps_the_result_under_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, {WORD: "一", "公开表.xlsx": "一"})
    opened_elsewhere(monkeypatch, WORD, "情况说明-第2稿.docx")
    box = run(tmp_path, {WORD: "二", "公开表.xlsx": "二"})
    assert words(tmp_path) == {
        WORD: "一",
        "情况说明-第3稿.docx": "二",
        "公开表.xlsx": "二",
    }
    assert box.notes == (
        f"“{WORD}”正被其他程序打开，没有替换（请关闭它再运行一次）；新生成的放在“情况说明-第3稿.docx”。",
    )
    monkeypatch.undo()
    assert run(tmp_path, {WORD: "三", "公开表.xlsx": "三"}).notes == ()
    assert words(tmp_path)[WORD] == "三"


def test_a_target_that_cannot_even_be_read_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, {WORD: "一"})
    path_open = Path.open

    def refuse(self: Path, *args: Any, **named: Any) -> Any:
        if self == tmp_path / WORD:
            raise PermissionError(errno.EACCES, "locked", str(self))
        return path_open(self, *args, **named)

    monkeypatch.setattr(Path, "open", refuse)
    box = run(tmp_path, {WORD: "二"})
    monkeypatch.undo()
    assert words(tmp_path) == {WORD: "一", "情况说明-第2稿.docx": "二"}
    assert "请关闭它再运行一次" in box.notes[0]


def test_a_manifest_open_in_another_program_keeps_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results that the manifest does not know would be taken for a person's by the next run."""
    run(tmp_path, {WORD: "一"})
    before = everything(tmp_path)
    opened_elsewhere(monkeypatch, MANIFEST)
    with pytest.raises(
        OutputError,
        match=r"^“清单\.json”正被其他程序打开，换不了。请关闭它再运行一次。已有的文件没有改动。$",
    ):
        run(tmp_path, {WORD: "二", "新/公开表.xlsx": "二"})
    assert everything(tmp_path) == before


def test_a_folder_that_refuses_every_number_is_an_error_not_an_endless_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, {WORD: "一"})
    opened_elsewhere(
        monkeypatch, WORD, *(f"情况说明-第{n}稿.docx" for n in range(2, 99))
    )
    with pytest.raises(OutputError, match="没有写入的权限"):
        run(tmp_path, {WORD: "二"})


def failing_at(monkeypatch: pytest.MonkeyPatch, *moves: int) -> None:
    """As a disk that fails: these moves of files, counted from now, are refused."""
    replace = Path.replace
    count = iter(range(1, 1000))

    def refuse(self: Path, target: Path) -> Path:
        if next(count) in moves:
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


FILES = ("一.json", "二.json", "新/三.json")


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_failure_at_any_move_takes_all_of_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    run(tmp_path, {"一.json": "1", "二.json": "1"})
    before = everything(tmp_path)
    failing_at(monkeypatch, at)
    said = (*FILES, MANIFEST)[at - 1].replace(".", r"\.")
    with pytest.raises(
        OutputError,
        match=f"^“{said}”写不出来：磁盘或网络出了故障，请换到本机的硬盘再试。已有的文件没有改动。$",
    ):
        run(tmp_path, dict.fromkeys(FILES, "2"))
    assert everything(tmp_path) == before
    monkeypatch.undo()
    assert run(tmp_path, dict.fromkeys(FILES, "3")).notes == ()
    assert words(tmp_path) == dict.fromkeys(FILES, "3")


def test_what_cannot_even_be_taken_back_is_said_and_is_still_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, dict.fromkeys(FILES, "1"))
    # the third move, and of the two taken back the second
    failing_at(monkeypatch, 3, 5)
    with pytest.raises(OutputError) as told:
        run(tmp_path, dict.fromkeys(FILES, "2"))
    assert "“一.json”已经换成这一次的，放不回去了，其余还是以前的" in str(told.value)
    assert words(tmp_path) == {"一.json": "2", "二.json": "1", "新/三.json": "1"}
    monkeypatch.undo()
    assert run(tmp_path, dict.fromkeys(FILES, "3")).notes == ()


def test_a_folder_without_links_is_taken_back_from_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    run(tmp_path, dict.fromkeys(FILES, "1"))
    before = everything(tmp_path)
    monkeypatch.setattr(os, "link", no_links)
    failing_at(monkeypatch, 3)
    with pytest.raises(OutputError, match="没有改动"):
        run(tmp_path, dict.fromkeys(FILES, "2"))
    assert everything(tmp_path) == before


def test_a_folder_in_the_place_of_a_result_stays(tmp_path: Path) -> None:
    (tmp_path / WORD / "内").mkdir(parents=True)
    box = run(tmp_path, {WORD: "一"})
    assert words(tmp_path) == {"情况说明-第2稿.docx": "一"}
    assert box.notes == (f"“{WORD}”是一个文件夹；新生成的放在“情况说明-第2稿.docx”。",)


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("我的")
    with pytest.raises(OutputError, match="“out”是一个文件，不是文件夹"):
        run(tmp_path / "out", {"一.json": "1"})
    with pytest.raises(OutputError, match="路径中有一段是文件"):
        run(tmp_path / "out" / "更深", {"一.json": "1"})
    assert (tmp_path / "out").read_text() == "我的"


@pytest.mark.parametrize(
    "text", ["", "不是 JSON", "[]", '{"outputs": 3}', '{"outputs": {"a": {}}}']
)
def test_a_manifest_that_is_not_ours_stops_before_anything_is_touched(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    (tmp_path / WORD).write_text("我的")
    with pytest.raises(OutputError, match="请把它移走，或换一个输出文件夹"):
        run(tmp_path, {WORD: "一"})
    assert words(tmp_path) == {WORD: "我的"}
    assert (tmp_path / MANIFEST).read_text(encoding="utf-8") == text


def test_a_manifest_saved_by_a_windows_editor_is_understood(tmp_path: Path) -> None:
    run(tmp_path, {WORD: "一"})
    text = (tmp_path / MANIFEST).read_text(encoding="utf-8")
    (tmp_path / MANIFEST).write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    assert run(tmp_path, {WORD: "二"}).notes == ()


@pytest.mark.parametrize("name", ["", "../外.docx", "/etc/x", MANIFEST, "有.docx"])
def test_a_name_that_is_none_is_our_own_bug(tmp_path: Path, name: str) -> None:
    with Outbox(tmp_path) as box:
        with box.file("有.docx") as path:
            path.write_text("x")
        with pytest.raises(ValueError, match="not a name"), box.file(name):
            pass


def test_a_result_that_was_never_written_is_our_own_bug(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="nothing was written"),
        Outbox(tmp_path) as box,
        box.file(WORD),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


# -- killed, and at once ----------------------------------------------------------------------------------------------


def killed(work: Callable[[], object]) -> None:
    """Do something in a process of its own that is killed in the middle, without any end of its own."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def dying(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def dies_at_move(
    number: int, folder: Path, files: Mapping[str, str]
) -> Callable[[], object]:
    """A run that is killed when it has moved so many files."""

    def work() -> None:
        replace = Path.replace
        count = iter(range(1000))

        def moved(path: Path, target: Path) -> object:
            return dying() if next(count) == number else replace(path, target)

        Path.replace = moved  # type: ignore[method-assign, assignment]
        run(folder, files)

    return work


def dies_while_writing(folder: Path) -> None:
    with Outbox(folder) as box, box.file(WORD) as path:
        path.write_text("半")
        dying()


def test_a_killed_first_run_leaves_nothing_to_see_and_the_next_one_removes_the_rest(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "深" / "out"
    for _ in range(3):
        killed(lambda: dies_while_writing(folder))
        (left,) = tmp_path.iterdir()
        assert left.name.startswith(PREFIX)
    run(folder, {WORD: "一"})
    assert [path.name for path in tmp_path.iterdir()] == ["深"]
    assert words(folder) == {WORD: "一"}


def test_a_killed_later_run_leaves_what_was_there_and_the_next_one_removes_the_rest(
    tmp_path: Path,
) -> None:
    run(tmp_path, {WORD: "一"})
    before = everything(tmp_path)
    killed(lambda: dies_while_writing(tmp_path))
    assert {
        name: text
        for name, text in everything(tmp_path).items()
        if not name.startswith(PREFIX)
    } == before
    run(tmp_path, {WORD: "一"})
    assert everything(tmp_path) == before


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_run_killed_among_its_moves_is_taken_back_by_the_next_one(
    tmp_path: Path, number: int
) -> None:
    run(tmp_path, {"一.json": "1", "二.json": "1"})
    before = everything(tmp_path)
    killed(dies_at_move(number, tmp_path, dict.fromkeys(FILES, "2")))
    with pytest.raises(RuntimeError):  # a run that comes to nothing itself
        fail(tmp_path, RuntimeError())
    assert everything(tmp_path) == before
    assert run(tmp_path, dict.fromkeys(FILES, "3")).notes == ()


def dies_at_step(number: int, folder: Path) -> Callable[[], object]:
    """A run that is killed before so many of its steps: what Python asks of the system, as to open, link, rename, remove."""

    def work() -> None:
        count = iter(range(100_000))

        def look(event: str, _: tuple[object, ...]) -> None:
            if (
                event.startswith(("open", "os.", "shutil.", "tempfile."))
                and next(count) == number
            ):
                dying()

        sys.addaudithook(look)
        run(folder, dict.fromkeys(FILES, "2"))
        os._exit(0)

    return work


@pytest.mark.long  # begun first: a process that holds little is forked quickly
@pytest.mark.parametrize("first", [True, False])
def test_a_run_killed_before_any_of_its_steps_leaves_all_or_nothing_to_the_next_one(
    tmp_path: Path,
    first: bool,  # noqa: FBT001
) -> None:
    outcomes = set()
    for number in range(1000):
        place = tmp_path / str(number)
        place.mkdir()
        folder = place / "out"
        if not first:
            run(folder, {"一.json": "1", "二.json": "1"})
        before = everything(place)
        try:
            killed(dies_at_step(number, folder))
        except AssertionError:  # it came to its end before that step
            break
        left = [path for path in place.rglob(f"{PREFIX}*") if path.is_dir()]
        assert len(left) <= 1
        seen = words(folder) if folder.exists() else {}
        assert {text for name, text in seen.items() if PREFIX not in name} <= {"1", "2"}
        with pytest.raises(RuntimeError):
            fail(folder, RuntimeError())
        outcomes.add(everything(place) == before)
        assert everything(place) == before or words(folder) == dict.fromkeys(FILES, "2")
        assert run(folder, dict.fromkeys(FILES, "3")).notes == ()
        assert not list(place.rglob(f"{PREFIX}*"))
    assert number > 20
    assert outcomes == {True, False}


def test_what_a_person_changed_after_a_killed_run_is_not_taken_back(
    tmp_path: Path,
) -> None:
    run(tmp_path, {"一.json": "1", "二.json": "1"})
    killed(dies_at_move(1, tmp_path, dict.fromkeys(FILES, "2")))
    (tmp_path / "一.json").write_text("人写的")
    run(tmp_path, dict.fromkeys(FILES, "3"))
    assert words(tmp_path) == {
        "一.json": "人写的",
        "一-第2稿.json": "3",
        "二.json": "3",
        "新/三.json": "3",
    }


def test_the_folder_of_a_living_run_is_never_removed(tmp_path: Path) -> None:
    with Outbox(tmp_path) as box, box.file("一.json") as path:
        path.write_text("1")
        run(tmp_path, {"二.json": "2"})
        assert path.exists()
    assert words(tmp_path) == {"一.json": "1", "二.json": "2"}
    assert set(said(tmp_path)["outputs"]) == {"一.json", "二.json"}


def test_a_folder_that_another_run_removed_before_it_was_held_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tempfile.mkdtemp
    hasty = [False, True, True]

    def swept_at_once(**named: Any) -> str:
        made = str(make(**named))
        if hasty.pop():
            hidden.sweep(tmp_path, take_back)
        return made

    monkeypatch.setattr(tempfile, "mkdtemp", swept_at_once)
    held = hidden.HiddenFolder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [held.path.name]
    assert hasty == []
    held.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_run_removed_while_it_was_being_held_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock
    hasty = [True]

    def swept_before(stream: IO[bytes], how: int) -> None:
        if hasty and hasty.pop():
            hidden.sweep(tmp_path, take_back)
        lock(stream, how)

    monkeypatch.setattr(fcntl, "flock", swept_before)
    held = hidden.HiddenFolder(tmp_path)
    assert held.path.is_dir()
    held.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_run_killed_after_its_last_move_stays_done(tmp_path: Path) -> None:
    def work() -> None:
        hidden.HiddenFolder.remove = dying  # type: ignore[assignment]
        run(tmp_path, dict.fromkeys(FILES, "2"))

    run(tmp_path, dict.fromkeys(FILES, "1"))
    killed(work)
    with pytest.raises(RuntimeError):
        fail(tmp_path, RuntimeError())
    assert words(tmp_path) == dict.fromkeys(FILES, "2")


def test_what_an_earlier_version_left_is_swept_away_after_an_hour(
    tmp_path: Path,
) -> None:
    """Its folders hold no lock, and may be a living run's."""
    for name in ("old", "fresh"):
        (tmp_path / f"{PREFIX}{name}").mkdir()
        (tmp_path / f"{PREFIX}{name}" / WORD).write_text("半")
    past = (tmp_path / f"{PREFIX}old").stat().st_mtime - ABANDONED - 1
    os.utime(tmp_path / f"{PREFIX}old", (past, past))
    run(tmp_path, {WORD: "一"})
    assert [path.name for path in tmp_path.glob(f"{PREFIX}*")] == [f"{PREFIX}fresh"]


def test_two_runs_at_once_are_no_persons_change(tmp_path: Path) -> None:
    """Each of them sees the folder as it was before the other; the later one replaces the earlier one's results."""
    folder = tmp_path / "out"
    with Outbox(folder) as one, one.file(WORD) as path:
        path.write_text("一")
        assert run(folder, {WORD: "二", "公开表.xlsx": "二"}).notes == ()
    assert one.notes == ()
    assert words(folder) == {WORD: "一", "公开表.xlsx": "二"}
    assert run(folder, {WORD: "三", "公开表.xlsx": "三"}).notes == ()


def test_many_runs_at_once_leave_one_set_and_a_manifest_that_fits(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "out"
    children = []
    for number in range(12):
        child = os.fork()
        if child == 0:
            box = run(folder, dict.fromkeys(FILES, str(number)))
            os._exit(int(box.notes != ()))
        children.append(child)
    assert {
        os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children
    } == {0}
    assert len(set(words(folder).values())) == 1
    assert set(words(folder)) == set(FILES)
    assert {
        name: entry["sha256"] for name, entry in said(folder)["outputs"].items()
    } == {name: sha256(folder / name) for name in FILES}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# -- inputs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "told"), [("changed", "又被改过"), ("gone", "不在了")]
)
def test_an_input_that_is_no_longer_what_was_read_is_said_and_recorded_as_read(
    tmp_path: Path, what: str, told: str
) -> None:
    source = tmp_path / "甲.xlsx"
    source.write_text("读到的")
    read = sha256(source)
    with Outbox(tmp_path / "out", inputs={source: read}) as box, box.file(WORD) as path:
        path.write_text("文")
        if what == "gone":
            source.unlink()
        else:
            source.write_text("后来的")
    assert box.notes == (
        f"“甲.xlsx”在读过以后{told}，这一次的结果是按读到的内容做的。请核对后再运行一次。",
    )
    assert said(tmp_path / "out")["inputs"] == {read: "甲.xlsx"}


@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        (True, f"“{WORD}”不是工具放在这里的（“清单.json”里没有），原样保留"),
        (False, f"那里已经有“{WORD}”，没有覆盖"),
    ],
)
def test_a_file_is_called_changed_only_where_it_was_ours(
    tmp_path: Path,
    recorded: bool,  # noqa: FBT001
    why: str,
) -> None:
    (tmp_path / WORD).write_text("别处来的")
    with Outbox(tmp_path, recorded=recorded) as box, box.file(WORD) as path:
        path.write_text("新")
    assert box.notes == (f"{why}；新生成的放在“情况说明-第2稿.docx”。",)


# orders of events that are tried; more by hand: EVENTS=1000
EVENTS = int(os.environ.get("EVENTS", "40"))


class Office(RuleBasedStateMachine):
    """An office: the tool runs, people write, delete and add files in any order."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.turn = 0
        self.peoples: dict[str, str] = {}
        for path in self.folder.iterdir():
            path.unlink()

    @rule(text=st.sampled_from("一二三"))
    def the_tool_runs(self, text: str) -> None:
        box = run(self.folder, {"甲.docx": text})
        assert box.placed["甲.docx"].read_text() == text

    @rule(
        name=st.sampled_from(["甲.docx", "甲-第2稿.docx", "甲-第3稿.docx", "别的.docx"])
    )
    def someone_writes(self, name: str) -> None:
        self.turn += 1
        self.peoples[name] = f"人写的{self.turn}"
        (self.folder / name).write_text(self.peoples[name])

    @rule(name=st.sampled_from(["甲.docx", "甲-第2稿.docx", "甲-第3稿.docx"]))
    def someone_deletes(self, name: str) -> None:
        self.peoples.pop(name, None)
        (self.folder / name).unlink(missing_ok=True)

    @invariant()
    def nothing_people_wrote_is_ever_lost(self) -> None:
        for name, text in self.peoples.items():
            assert (self.folder / name).read_text() == text


def test_nothing_people_wrote_is_ever_lost_in_any_order_of_events(
    tmp_path: Path,
) -> None:
    Office.folder = tmp_path
    run_state_machine_as_test(
        Office,
        settings=settings(max_examples=EVENTS, stateful_step_count=30, deadline=None),
    )
