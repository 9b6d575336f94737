"""What a screen shows of a check: the verdict first, a board of the files, each kind of error once, the rest counted."""

from __future__ import annotations

import io
from math import ceil

import pytest

from tests.reports import INPUT, PROFILE, finding
from toolkit import steps
from toolkit.check.report import NotChecked, Report
from toolkit.files import say
from toolkit.model import Cell
from toolkit.report.told.brief import MOST_FILES, MOST_PLACES, show_brief
from toolkit.report.words import Undone, verdict
from toolkit.rules.rule import ERROR, INFO, WARNING, Severity

SCREEN = 80


def shown(report: Report, *files: str, errors: bool = True) -> str:
    with io.StringIO() as file:
        show_brief(report, say.console(file=file), files, errors=errors)
        return file.getvalue()


def in_book(number: int) -> dict[str, object]:
    return {"cells": (Cell(f"{number}.xlsx", "收支总表", 8, 4),), "id": f"id{number}"}


@pytest.fixture(scope="module")
def example() -> tuple[steps.Checked, str]:
    done = steps.check([INPUT], PROFILE)
    return done, shown(done.report, *(unit.book for unit in done.facts))


def test_the_first_example_is_told_in_less_than_a_hundred_rows_of_a_narrow_screen(
    example: tuple[steps.Checked, str],
) -> None:
    _, text = example
    assert (
        sum(max(1, ceil(say.columns(line) / SCREEN)) for line in text.splitlines())
        < 100
    )


def test_the_verdict_is_first_and_each_kind_of_error_is_told_once_with_all_its_places(
    example: tuple[steps.Checked, str],
) -> None:
    done, text = example
    errors = [one for one in done.report.findings if one.severity is ERROR]
    lines = text.splitlines()
    assert lines[0] == f"有错误 {len(errors)} 条，改好以后才能公开。"
    assert len([line for line in lines if line.startswith("[错误]")]) == len(
        {one.rule for one in errors}
    )
    for rule in {one.rule for one in errors}:
        same = [one for one in errors if one.rule == rule]
        assert all(one.id in text for one in same[:MOST_PLACES])
    assert len([line for line in lines if line.startswith("[提醒]")]) == 1


def test_the_board_says_of_each_file_how_much_there_is_and_where_to_begin() -> None:
    report = Report(
        (
            finding(1),
            finding(2),
            finding(3, severity=WARNING),
            finding(4, severity=INFO),
        ),
        9,
    )
    lines = shown(report, "甲.xlsx", "乙.xlsx").splitlines()
    (one,) = (line for line in lines if line.startswith("甲.xlsx"))
    assert one.split() == ["甲.xlsx", "2", "1", "1", "收支总表!D8"]
    (other,) = (line for line in lines if line.startswith("乙.xlsx"))
    assert other.split() == ["乙.xlsx", "0", "0", "0"]
    assert "先打开：甲.xlsx，看 收支总表!D8。" in lines


def test_of_many_files_those_with_most_errors_are_named_and_the_others_counted() -> (
    None
):
    wrong = MOST_FILES + 5
    report = Report(tuple(finding(1, **in_book(number)) for number in range(wrong)), 9)
    text = shown(report, *(f"好{number}.xlsx" for number in range(3)))
    assert "还有 8 份，其中有错误的 5 份。" in text
    assert f"等 {wrong} 处" in text


def test_an_error_that_was_accepted_is_told_and_stops_nothing() -> None:
    text = shown(Report((finding(1, accepted="张三：照批复"),), 3))
    assert text.startswith("没有要改的错误。")
    assert "部门同意不改：张三：照批复" in text


def test_where_nothing_is_wrong_a_few_warnings_are_told_whole_and_those_agreed_upon_are_not() -> (
    None
):
    warning, agreed = (
        finding(1, severity=WARNING),
        finding(2, severity=WARNING, accepted="张三：照批复", title="同意了的"),
    )
    text = shown(Report((warning, agreed, finding(3, severity=INFO)), 3), "甲.xlsx")
    assert "甲.xlsx 收支总表!D8（编号" in text
    assert "怎么改：" in text
    assert "同意了的" not in text
    assert "先打开：甲.xlsx，看 收支总表!D8。" in text
    assert (
        "怎么改："
        not in shown(Report((warning, finding(3)), 3), "甲.xlsx").partition("[提醒]")[2]
    )


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ((WARNING,), "没有错误；有提醒 1 条，请核对。"),
        ((INFO,), "没有错误，也没有要核对的。"),
        ((), "没有错误"),
    ],
)
def test_what_is_right_is_said_to_be_right(
    severities: tuple[object, ...], said: str
) -> None:
    report = Report(tuple(finding(1, severity=severity) for severity in severities), 3)
    assert shown(report, "甲.xlsx").startswith(said)


UNCHECKED = (NotChecked("X-01", "标题", "甲", "“支出构成”还没有填"),) * 5


@pytest.mark.parametrize(
    ("severities", "undone", "said"),
    [
        (
            (),
            Undone(units=1, forms=3),
            "还没有填完：3 张表没有填，5 项没有核对；已填的没有查出错误。",
        ),
        (
            (WARNING,),
            Undone(units=1, of=3, forms=1),
            "还没有填完：3 个单位中有 1 个没有做完，1 张表没有填，5 项没有核对；已填的没有查出错误，有提醒 1 条，请核对。",
        ),
        (
            (ERROR,),
            Undone(units=1, forms=3),
            "有错误 1 条，改好以后才能公开；还没有填完：3 张表没有填，5 项没有核对。",
        ),
        (
            (INFO,),
            Undone(department=True, files=2),
            "还没有核对完：部门的核对没有做，2 个文件没有读，5 项没有核对；已核对的没有查出错误。",
        ),
        # some checks wait for what nobody need give
        ((), Undone(told=("没有读“说明.txt”",)), "没有错误，也没有要核对的。"),
    ],
)
def test_what_is_not_finished_is_said_before_anything_is_said_to_be_right(
    severities: tuple[Severity, ...], undone: Undone, said: str
) -> None:
    found = tuple(finding(1, severity=severity) for severity in severities)
    assert verdict(Report(found, 9, 0, UNCHECKED), undone) == said


def test_what_a_merge_tells_after_all_is_well_leaves_the_errors_out() -> None:
    text = shown(Report((finding(1),), 3), errors=False)
    assert "有错误 1 条" in text
    assert "怎么改" not in text
    assert shown(Report((finding(1),), 3, mended=("丙：旧的",))).count("丙：旧的") == 1
