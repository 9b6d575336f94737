"""What lies in the folders of a department: read with names of their own, or named as not read; and no sick file ends a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.test_steps import CORRECTED, PROFILE, disclosure
from toolkit import steps
from toolkit.check import judge
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED
from toolkit.files.folder import collect, told, unique_names
from toolkit.files.grid import Grid, open_grid
from toolkit.steps import checking, units

LEAD, OFFICE, INSURANCE = sorted(CORRECTED.glob("*.xlsx"))
OWN = "部门汇总表"


@pytest.fixture(autouse=True)
def logs(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    monkeypatch.setenv("DISCLOSURE_LOGS", str(folder))
    return folder


def sent(folder: Path, *names: str) -> Path:
    """A folder with files of these names; those that are to be read hold the office's workbook."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            OFFICE.read_bytes() if path.suffix in (".xlsx", ".xlsm") else b"something"
        )
    return folder


# -- what is passed over -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "甲.ods",
        "甲.xlsb",
        "甲.csv",
        "甲.wps",
        "甲.ett",
        "甲.zip",
        "甲.rar",
        "甲.7z",
        "甲.XLTX",
        "甲.tar.gz",
        "甲.xlsx.tmp",
        "甲",
    ],
)
def test_a_file_that_may_hold_a_unit_s_data_is_a_finding_and_the_work_unfinished(
    tmp_path: Path, name: str
) -> None:
    done = steps.check([sent(tmp_path, "乙.xlsx", name)], PROFILE)
    (finding,) = [
        one for one in done.report.findings if one.title == "放着没有读的文件"
    ]
    assert (finding.cells[0].book, done.code) == (name, UNFINISHED)


@pytest.mark.parametrize("name", ["说明.pdf", "公函.docx", "照片.jpg"])
def test_a_file_that_is_no_workbook_is_named_and_no_finding(
    tmp_path: Path, name: str
) -> None:
    done = steps.check([sent(tmp_path, "乙.xlsx", name)], PROFILE)
    assert [one.name for one in done.passed] == [name]
    assert done.code == DONE
    assert f"没有读“{name}”" in "".join(steps.closing(done, done.report, PROFILE))


@pytest.mark.parametrize(
    "name",
    [".隐藏.xlsx", "~$乙.xlsx", ".~lock.乙.xlsx#", "规则设置.csv", "__MACOSX/乙.xlsx"],
)
def test_what_programs_leave_behind_goes_unsaid(tmp_path: Path, name: str) -> None:
    found = collect([sent(tmp_path, "乙.xlsx", name)], OWN)
    assert [path.name for path in found.workbooks] == ["乙.xlsx"]
    assert not found.passed


@pytest.mark.parametrize(
    "name",
    [
        *(
            "公开表.xlsx",
            "底稿.xlsx",
            "底稿-第2稿.xlsx",
            "校验报告.xlsx",
            "校验报告.json",
            "情况说明.docx",
            "审签单.docx",
        ),
        *(
            "清单.json",
            "部门汇总表.xlsx",
            "部门汇总表-第3稿.xlsx",
            "乙-校验结果.xlsx",
            "乙-校验结果-第2稿.xlsx",
        ),
        *("退回单-甲-第1次.docx", "出/公开表.xlsx", "出/单位.xlsx"),
    ],
)
def test_our_own_results_are_not_read_and_are_named(tmp_path: Path, name: str) -> None:
    folder = sent(tmp_path, "乙.xlsx", name)
    if name.startswith("出/"):
        sent(folder, "出/清单.json")
    found = collect([folder], OWN)
    assert [path.name for path in found.workbooks] == ["乙.xlsx"]
    assert [one.name for one in found.passed] == [
        "出/" if name.startswith("出/") else name
    ]
    assert not found.passed[0].data


@pytest.mark.parametrize(
    "name",
    [
        "部门汇总表-就业服务中心.xlsx",
        "部门汇总表(1).xlsx",
        "公开表-甲.xlsx",
        "校验报告表.xlsx",
    ],
)
def test_a_name_that_only_begins_like_ours_is_a_unit_s(
    tmp_path: Path, name: str
) -> None:
    assert [path.name for path in collect([sent(tmp_path, name)], OWN).workbooks] == [
        name
    ]


def test_an_annotated_copy_without_its_original_may_hold_a_unit_s_data(
    tmp_path: Path,
) -> None:
    found = collect(
        [sent(tmp_path, "甲-校验结果.xlsx", "乙.xlsx", "乙-校验结果.xlsx")], OWN
    )
    assert {one.name: one.data for one in found.passed} == {
        "甲-校验结果.xlsx": True,
        "乙-校验结果.xlsx": False,
    }


def test_a_file_that_a_person_names_is_read_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    path = sent(tmp_path, "甲-校验结果.xlsx") / "甲-校验结果.xlsx"
    assert collect([path], OWN).workbooks == (path,)


def test_a_folder_without_workbooks_says_what_lies_there(tmp_path: Path) -> None:
    with pytest.raises(steps.StepError, match=r"没有填报表.*没有读“甲.ods”"):
        steps.check([sent(tmp_path, "甲.ods")], PROFILE)


def test_many_files_passed_over_for_one_reason_are_one_line(tmp_path: Path) -> None:
    (line,) = told(
        collect([sent(tmp_path, *(f"{n:02}.pdf" for n in range(30)))], OWN).passed
    )
    assert line.startswith("没有读“00.pdf”、“01.pdf”")
    assert "等 30 个" in line


def test_a_second_copy_of_a_unit_is_told_once_and_counts_in_no_sum(
    tmp_path: Path,
) -> None:
    for file in CORRECTED.iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    before = steps.check([tmp_path], PROFILE).report.findings
    file = next(tmp_path.glob("333002*.xlsx"))
    shutil.copyfile(file, file.with_stem(f"{file.stem}(1)"))
    after = steps.check([tmp_path], PROFILE).report.findings
    of_the_copy = [
        one
        for one in after
        if any("(1)" in cell.book for cell in one.cells) and one.rule != "A02-14"
    ]
    of_the_file = [
        one for one in before if any(cell.book == file.name for cell in one.cells)
    ]
    assert [one.rule for one in of_the_copy] == [one.rule for one in of_the_file]
    assert sorted(one.rule for one in after) == sorted(
        ["A02-14", *(one.rule for one in (*before, *of_the_copy))]
    )


def test_what_was_not_read_is_data_too(tmp_path: Path) -> None:
    said = json.loads(
        disclosure("check", sent(tmp_path, "乙.xlsx", "甲.ods"), "--format", "json").out
    )
    assert [one["file"] for one in said["summary"]["passed_over"]] == ["甲.ods"]


# -- subfolders, and two files of one name -----------------------------------------------------------------------------


def two_units(folder: Path) -> Path:
    for unit, source in (("甲", LEAD), ("乙", OFFICE), ("丙", INSURANCE)):
        (folder / unit).mkdir(parents=True)
        shutil.copy(source, folder / unit / "单位填报表.xlsx")
    return folder


def test_subfolders_are_read(tmp_path: Path) -> None:
    done = steps.check([two_units(tmp_path)], PROFILE)
    assert len(done.returns) == 3
    assert not done.passed


def test_two_files_of_one_name_are_two_units(tmp_path: Path) -> None:
    """One has an error: that one alone is not told that it has passed, and only its copy bears the mark."""
    folder = two_units(tmp_path / "in")
    book = openpyxl.load_workbook(folder / "乙" / "单位填报表.xlsx")
    row = next(
        cell.row for cell in book["封面"]["B"] if str(cell.value).startswith("单位性质")
    )
    book["封面"].cell(row, 3).value = "无此性质"
    book.save(folder / "乙" / "单位填报表.xlsx")
    done = steps.check([folder / unit for unit in ("甲", "乙", "丙")], PROFILE)
    assert [book.book for book in done.returns] == [
        f"{unit}/单位填报表.xlsx" for unit in ("甲", "乙", "丙")
    ]
    wrong = {
        one.cells[0].book
        for one in done.report.findings
        if one.title == "不在可选的范围内"
    }
    assert wrong == {"乙/单位填报表.xlsx"}
    assert len(steps.receipts(done, done.report, PROFILE)) == 2
    placed, _ = steps.annotate([folder], done, tmp_path / "out", PROFILE)
    assert sorted(placed) == [
        f"{unit}/单位填报表-校验结果.xlsx" for unit in sorted(("甲", "乙", "丙"))
    ]
    for name, path in placed.items():
        listed = [
            str(row[4])
            for row in openpyxl.load_workbook(path)["校验结果"].iter_rows(
                values_only=True
            )
        ]
        assert any("不在可选的范围内" in text for text in listed) is name.startswith(
            "乙"
        )


def test_merging_units_of_one_file_name_keeps_them_apart(tmp_path: Path) -> None:
    done = steps.merge_folder(two_units(tmp_path / "in"), tmp_path / "out", PROFILE)
    assert (done.code, done.units) == (DONE, 3)
    inputs = json.loads((tmp_path / "out" / "清单.json").read_text(encoding="utf-8"))[
        "inputs"
    ]
    assert sorted(inputs.values()) == sorted(
        f"{unit}/单位填报表.xlsx" for unit in ("甲", "乙", "丙")
    )
    sources = openpyxl.load_workbook(tmp_path / "out" / "底稿.xlsx")[
        "分单位"
    ].iter_rows(min_row=4, values_only=True)
    assert {str(row[3]) for row in sources} == set(inputs.values())


def test_names_are_as_long_as_tells_them_apart(tmp_path: Path) -> None:
    paths = [
        tmp_path / name
        for name in (
            "甲/一/表.xlsx",
            "乙/一/表.xlsx",
            "乙/别的.xlsx",
            "丙/X.xlsx",
            "丁/x.XLSX",
        )
    ]
    assert list(unique_names(paths).values()) == [
        "甲/一/表.xlsx",
        "乙/一/表.xlsx",
        "别的.xlsx",
        "丙/X.xlsx",
        "丁/x.XLSX",
    ]


def test_the_page_shows_the_excerpts_of_both_files_of_one_name(tmp_path: Path) -> None:
    done = disclosure(
        "check",
        two_units(tmp_path / "in"),
        "--format",
        "html",
        "-o",
        tmp_path / "报告.html",
    )
    assert done.code == DONE
    assert "乙/单位填报表.xlsx" in (tmp_path / "报告.html").read_text(encoding="utf-8")


# -- one sick file -----------------------------------------------------------------------------------------------------


def breaking(what: str) -> Callable[[Path, str], Grid]:
    """An opener that breaks over one file as no programmer expected."""

    def opened(path: Path, name: str) -> Grid:
        if path.name == "病.xlsx":
            raise {
                "value": ValueError,
                "memory": MemoryError,
                "depth": RecursionError,
                "key": KeyError,
            }[what]("ours")
        return units.opened(path, name)

    return opened


@pytest.mark.parametrize("what", ["value", "memory", "depth", "key"])
def test_whatever_breaks_over_one_file_is_that_file_s_finding_and_the_others_get_their_report(
    tmp_path: Path, logs: Path, what: str
) -> None:
    folder = sent(tmp_path, "好.xlsx", "病.xlsx")
    done = steps.check([folder], PROFILE, breaking(what))
    (finding,) = [
        one
        for one in done.report.findings
        if one.cells and one.cells[0].book == "病.xlsx"
    ]
    assert "程序的毛病" in finding.message
    assert "校验.log" in finding.message
    assert "Traceback" in (logs / "校验.log").read_text(encoding="utf-8")
    assert [book.book for book in done.returns] == ["好.xlsx"]
    assert done.code == COULD_NOT
    assert steps.receipts(done, done.report, PROFILE)


def test_a_rule_that_breaks_over_one_unit_is_said_to_be_our_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = judge.check_return

    def broken(book: object, *arguments: object, **more: object) -> object:
        if getattr(book, "book", "") == "病.xlsx":
            raise ZeroDivisionError
        return sound(book, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(units, "check_return", broken)
    folder = sent(tmp_path / "in", "好.xlsx", "病.xlsx")
    done = steps.check([folder], PROFILE)
    assert [
        one.cells[0].book for one in done.report.findings if one.rule == "A02-18"
    ] == ["病.xlsx"]
    merged = steps.merge_folder(folder, tmp_path / "out", PROFILE)
    assert merged.code == COULD_NOT
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "校验报告.json",
        "清单.json",
    }


def test_a_rule_that_breaks_over_the_department_leaves_the_units_their_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(checking, "check_disclosure", broken)
    done = steps.check([CORRECTED], PROFILE)
    (finding,) = [one for one in done.report.findings if one.rule == "A02-18"]
    assert (finding.cells, finding.unit, done.code) == (
        (),
        "香河县人力资源和社会保障局",
        COULD_NOT,
    )
    assert len(done.returns) == 3
    assert steps.merge_folder(CORRECTED, tmp_path, PROFILE).code == COULD_NOT


def test_a_sick_workbook_of_the_department_s_own_leaves_the_units_their_report(
    tmp_path: Path,
) -> None:
    steps.merge_folder(CORRECTED, tmp_path, PROFILE)
    (tmp_path / "部门汇总表.xlsx").write_bytes(b"broken")
    done = steps.merge_folder(CORRECTED, tmp_path, PROFILE)
    assert done.code == COULD_NOT
    assert [
        one.cells[0].book for one in done.report.findings if one.rule == "A02-16"
    ] == ["部门汇总表.xlsx"]


def test_a_copy_that_cannot_be_made_leaves_the_others_theirs(tmp_path: Path) -> None:
    folder = sent(tmp_path / "in", "好.xlsx", "病.xlsx")
    done = steps.check([folder], PROFILE)
    (folder / "病.xlsx").write_bytes(b"broken")
    placed, notes = steps.annotate([folder], done, tmp_path / "out", PROFILE)
    assert list(placed) == ["好-校验结果.xlsx"]
    assert any("病.xlsx" in note for note in notes)


def test_merging_into_the_folder_of_the_inputs_is_refused(tmp_path: Path) -> None:
    folder = two_units(tmp_path / "in")
    for out in (folder, folder / "甲"):
        with pytest.raises(steps.StepError, match="不能放在里面"):
            steps.merge_folder(folder, out, PROFILE)
    assert {path.name for path in folder.iterdir()} == {"甲", "乙", "丙"}
    assert steps.merge_folder(folder, folder / "结果", PROFILE).code == DONE
    assert steps.merge_folder(folder, folder / "结果", PROFILE).code == DONE, (
        "its results are not read as units'"
    )


def test_opening_is_as_it_was(tmp_path: Path) -> None:
    """An opener is given the name that the file has in the run."""
    seen: list[str] = []

    def opened(path: Path, name: str) -> Grid:
        seen.append(name)
        return units.opened(path, name)

    assert steps.check([two_units(tmp_path)], PROFILE, opened).code != ERRORS
    assert sorted(seen) == sorted(
        f"{unit}/单位填报表.xlsx" for unit in ("甲", "乙", "丙")
    )
    assert open_grid(tmp_path / "甲" / "单位填报表.xlsx").book == "单位填报表.xlsx"
