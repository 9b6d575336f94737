"""What a run keeps of thousands of files lies aside, and says the same as what is kept in memory."""

from __future__ import annotations

import errno
import gc
import shutil
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.test_steps import CORRECTED, PROFILE, PUBLISHED
from toolkit import steps
from toolkit.check.report import Report
from toolkit.files.spool import Laid, Spool
from toolkit.model import Return
from toolkit.profile.bounds import law
from toolkit.report.told.data import json_pieces, to_json
from toolkit.returns.packed import pack, unpack
from toolkit.rules.rule import Finding
from toolkit.steps import checking, kept
from toolkit.steps.kept import Findings, Origin, Page, Returns


@cache
def checked() -> Report:
    """The published workbooks, checked."""
    return steps.check([PUBLISHED], PROFILE).report


@cache
def found() -> tuple[Finding, ...]:
    return tuple(checked().findings)


def two_departments(folder: Path) -> Path:
    """Two leading units and one that is not."""
    folder.mkdir()
    for number, path in enumerate(
        (*PUBLISHED.glob("333001*.xlsx"), *CORRECTED.glob("33300[13]*.xlsx"))
    ):
        shutil.copy(path, folder / f"{number}-{path.name}")
    with_other_code(next(folder.glob("1-*")), "333001", "444001")
    return folder


def with_other_code(path: Path, old: str, new: str) -> None:
    """Let a workbook be another unit's."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(
                name,
                data.replace(old.encode(), new.encode())
                if name.endswith(".xml")
                else data,
            )


# -- the spool --------------------------------------------------------------------------------------------------------


def test_bytes_come_back_from_where_they_were_laid() -> None:
    spool = Spool()
    places = [spool.lay(bytes([number]) * number * 1000) for number in range(9)]
    assert all(isinstance(place, Laid) for place in places)
    assert [spool.take(place) for place in reversed(places)] == [
        bytes([n]) * n * 1000 for n in reversed(range(9))
    ]


def test_what_the_disk_has_no_room_for_stays_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    spool = Spool()
    place = spool.lay(b"findings")
    assert place == b"findings"
    assert spool.take(place) == b"findings"


def test_bytes_that_somebody_changed_are_not_unpacked() -> None:
    spool = Spool()
    place = spool.lay(pack(found()))
    assert isinstance(place, Laid)
    assert spool._file is not None  # noqa: SLF001
    spool._file.seek(place.length // 2)  # noqa: SLF001
    spool._file.write(b"changed")  # noqa: SLF001
    with pytest.raises(OSError, match="spool"):
        spool.take(place)


def test_only_what_is_expected_is_unpacked() -> None:
    assert unpack(pack(found()), tuple) == found()
    with pytest.raises(TypeError):
        unpack(pack(found()), Return)


# -- findings and returns laid aside ----------------------------------------------------------------------------------


def test_findings_laid_aside_are_a_row_like_any_other() -> None:
    spool = Spool()
    cut = len(found()) // 3
    first, second, third = found()[:cut], found()[cut : 2 * cut], found()[2 * cut :]
    laid = Findings(
        [
            (),
            first,
            Page(len(second), spool.lay(pack(second))),
            Page(len(third), spool.lay(pack(third))),
        ],
        spool,
    )
    assert tuple(laid) == found()
    assert [laid[place] for place in range(len(laid))] == list(found())
    assert laid[-1] == found()[-1]
    assert laid[2:9] == found()[2:9]
    assert len(laid) == len(found())
    assert bool(laid)
    assert not Findings([(), ()], spool)
    with pytest.raises(IndexError):
        laid[len(found())]


def test_json_is_the_same_piece_by_piece_and_whole() -> None:
    assert "".join(json_pieces(checked(), law(), {"a": 1})) == to_json(
        checked(), law(), {"a": 1}
    )
    assert "".join(json_pieces(Report(()), law())) == to_json(Report(()), law())
    assert len(list(json_pieces(checked(), law()))) > len(found()), (
        "each finding by itself"
    )


@pytest.mark.usefixtures("only_what_is_new")
def test_of_many_files_neither_return_nor_finding_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        path = shutil.copy(
            min(PUBLISHED.glob("333002*.xlsx")), tmp_path / f"第{number}份.xlsx"
        )
        with_other_code(Path(path), "333002", f"44400{number}")
    monkeypatch.setattr(checking, "KEPT", 0)
    done = steps.check([tmp_path], PROFILE)
    gc.collect()
    alive = gc.get_objects()
    returns = {
        one.book
        for one in alive
        if isinstance(one, Return) and one.book.startswith("第")
    }
    files = {
        one.cells[0].book for one in alive if isinstance(one, Finding) and one.cells
    }
    assert len(done.returns) == 4
    assert len(returns) <= 1, "the last one may still be known to a rule"
    assert len([book for book in files if book.startswith("第")]) <= 1
    assert len({finding.cells[0].book for finding in done.report.findings}) == 4


def test_of_several_departments_no_return_is_kept_and_each_can_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = two_departments(tmp_path / "收表")
    once = steps.check([folder], PROFILE)
    monkeypatch.setattr(checking, "KEPT", 0)
    laid: list[object] = []

    def counted(thing: object) -> bytes:
        laid.append(thing)
        return pack(thing)

    monkeypatch.setattr(kept, "pack", counted)
    for jobs in (1, 2):
        del laid[:]
        done = steps.check([folder], PROFILE, whole=False, jobs=jobs)
        assert tuple(done.report.findings) == tuple(once.report.findings)
        assert done.not_held == once.not_held
        assert "部门本级" in done.not_held
        assert laid == []
        assert list(done.returns) == list(once.returns)
        assert list(done.returns) == list(once.returns)
        assert len(laid) >= (1 if jobs == 1 else 0), "read again once, and laid aside"
        assert len(laid) <= len(once.returns)


def test_a_workbook_that_has_changed_meanwhile_is_not_read_again(
    tmp_path: Path,
) -> None:
    path = shutil.copy(min(PUBLISHED.glob("333002*.xlsx")), tmp_path / "甲.xlsx")
    returns = Returns([Origin(Path(path), "甲.xlsx", "0" * 64)], Spool(), PROFILE)
    with pytest.raises(
        steps.StepError, match=r"“甲\.xlsx”在校验以后又被改过。请再运行一次。"
    ):
        returns[0]


def test_what_is_told_between_units_is_the_same_of_findings_laid_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = two_departments(tmp_path / "收表")
    monkeypatch.setattr(checking, "told_once", marked)
    once = tuple(steps.check([folder], PROFILE).report.findings)
    monkeypatch.setattr(checking, "KEPT", 0)
    laid = steps.check([folder], PROFILE).report.findings
    assert isinstance(laid, Findings)
    assert tuple(laid) == once
    assert [laid[place] for place in range(len(laid))] == list(once)
    assert any(one.message.endswith("看过了") for one in once)


def marked(units: Report, whole: Report, _: object) -> tuple[Report, Report]:
    """Mark what says by how much it misses."""
    seen = [
        replace(one, message=f"{one.message}看过了") if one.difference else one
        for one in units.findings
    ]
    return replace(units, findings=tuple(seen)), whole
