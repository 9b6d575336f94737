"""Statements that others published: what is read of them, what is found, and what is never said to be right."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.statements import FINAL, HEBEI, NATIONAL, SHANGHAI, audited, spoilt, written
from tests.swaps import Swapped, tried
from toolkit import cli
from toolkit.audit.blocks import Paragraph, Table, lines_of, of_document, of_lines
from toolkit.audit.finding import Duty, Outcome, State
from toolkit.audit.forms import forms
from toolkit.audit.judge import Audited, judge
from toolkit.audit.reading import Statement
from toolkit.audit.tables import read_table
from toolkit.errors import DONE, ERRORS, UNFINISHED
from toolkit.profile.loading import load
from toolkit.profile.vocabulary import faults
from toolkit.steps import auditing
from toolkit.steps.auditing import beside, read_file, rows_of
from toolkit.steps.merging import merge_folder

ROOT = Path(__file__).resolve().parent.parent
CORRECTED = ROOT / "examples" / "02-xianghe-corrected" / "input"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statement that the toolkit makes of example 02."""
    out = tmp_path_factory.mktemp("clean")
    return merge_folder(CORRECTED, out, load("hebei-2023")).placed["情况说明.docx"]


def said(one: Audited) -> list[str]:
    return [f"{finding.check.id} {finding.message}" for finding in one.findings]


@pytest.mark.parametrize(
    "text",
    [HEBEI, SHANGHAI, FINAL, NATIONAL],
    ids=["hebei", "shanghai", "final", "national"],
)
def test_nothing_is_found_in_a_right_statement(text: str, tmp_path: Path) -> None:
    one = audited(written(tmp_path, text))
    assert said(one) == []
    assert one.statement.obstacles == ()


def test_nothing_is_found_in_our_own_statement(clean: Path) -> None:
    one = audited(clean)
    assert said(one) == []
    assert one.auditable
    assert sum(outcome.ran for outcome in one.outcomes) > 1000


# What becomes wrong: the form, its words, what they become, the check, what its message says, and where.
WRONG: list[tuple[str, str, str, str, str, str]] = [
    (HEBEI, "基本支出700.20", "基本支出720.20", "J01-01", "不等于“基本支出", "720.20"),
    (HEBEI, "安排14.60万元", "安排16.40万元", "J01-01", "差 1.8", "16.40"),
    (HEBEI, "减少20.10", "减少21.10", "J01-01", "差 1", "21.10"),
    (HEBEI, "运维费12.40万元），", "运维费12.45万元），", "J01-01", "差 0.05", "12.45"),
    (
        HEBEI,
        "其他来源收入0万元",
        "其他来源收入300万元，其中：利息收入310万元",
        "J01-01",
        "1500.5",
        "300",
    ),
    (
        HEBEI,
        "采购预算150.25万元。",
        "采购预算150.25万元，其中政府采购预算货物50.25万元，服务100万元。",
        "",
        "",
        "",
    ),
    (
        HEBEI,
        "基金预算收入100万元",
        "基金预算收入100万元（其中：土地出让收入110.50万元）",
        "J01-02",
        "多出 10.5",
        "100",
    ),
    (
        FINAL,
        "事业收入200.00万元，占3.57%",
        "事业收入200.00万元，占5.37%",
        "J01-05",
        "3.57%",
        "5.37%",
    ),
    (
        NATIONAL,
        "600.00万元，占8.00%",
        "600.00万元，占3.00%",
        "J01-05",
        "别的几项占的总数 7500万元",
        "3.00%",
    ),
    (
        FINAL,
        "占政府采购支出总额的75.00%",
        "占政府采购支出总额的57.00%",
        "J01-05",
        "75.00%",
        "57.00%",
    ),
    (FINAL, "完成预算的85.00%", "完成预算的58.00%", "J01-06", "85.00%", "58.00%"),
    (
        NATIONAL,
        "7,200.00万元增加300.00",
        "7,200.00万元增加330.00",
        "J01-07",
        "相差 300",
        "330.00",
    ),
    (
        FINAL,
        "增加478.90万元，增长9.21%",
        "增加478.90万元，增长12.91%",
        "J01-03",
        "9.21%",
        "12.91%",
    ),
    (
        NATIONAL,
        "公务用车购置及运行费20.00万元（",
        "公务用车购置及运行费21.00万元（",
        "J01-01",
        "差 1",
        "21.00",
    ),
    (
        HEBEI,
        "14.60万元，与2022年相比减少1.20万元。其中，因公出国（境）费0万元，与2022年相比持平；公务",
        "14.60万元，与2022年相比持平。其中，公务",
        "J01-08",
        "持平",
        "持平",
    ),
    (
        HEBEI,
        "与2022年相比减少1.20万元。其中",
        "与2022年相比持平。其中",
        "J01-01",
        "持平",
        "持平",
    ),
    (SHANGHAI, "增加5.00%", "增加15.00%", "J01-03", "应当增长 5.00%", "15.00%"),
    (SHANGHAI, "执行数为80.00万元", "执行数为0万元", "J01-04", "从 0 到", "12.50%"),
    (SHANGHAI, "减少12.50%", "增加12.50%", "J02-01", "是减少了，写的是增加", "12.50%"),
    (
        HEBEI,
        "减少0.40万元，主要原因是压减接待支出",
        "减少0.40万元，主要原因是接待支出增加",
        "J02-02",
        "支出增加",
        "0.40",
    ),
    (
        SHANGHAI,
        "0.00万元，与2023年预算持平；\n国有",
        "0.00万元，比2023年预算增加0万元；\n国有",
        "J02-03",
        "1 处",
        "增加0",
    ),
    (
        SHANGHAI,
        "经费预算数为6.40万元，与2023年预算持平。",
        "经费预算数为6.40万元，与2023年预算持平，主要原因是出国任务增加。",
        "J02-04",
        "出国任务增加",
        "持平",
    ),
    (
        HEBEI,
        "拟购置固定资产总额为12.30万元。",
        "拟购置固定资产总额为0万元，主要为办公家具。",
        "J02-05",
        "办公家具",
        "0万元",
    ),
    (
        HEBEI,
        "0万元，与2022年相比持平；公务",
        "0万元，与2021年相比持平；公务",
        "J03-01",
        "应当与 2022 年比",
        "2021",
    ),
    (
        HEBEI,
        "2023年预算收入",
        "2022年预算收入",
        "J03-02",
        "题目是 2023 年",
        "2022年预算收入",
    ),
    (
        HEBEI,
        "现将平澜县水务局2023年",
        "现将平澜县水务局2022年",
        "J03-02",
        "题目是 2023 年",
        "2022年部门预算",
    ),
    (
        HEBEI,
        "机关运行经费共计安排90.05",
        "机关运行经费共计安排99.05",
        "J01-01",
        "后者大于前者",
        "99.05",
    ),
    (
        HEBEI,
        "完成3条河道的治理。",
        "完成3条河道的治理；完成巡查用公务用车购置工作。",
        "J03-04",
        "公务用车购置",
        "公务用车购置",
    ),
    (
        HEBEI,
        "完成3条河道的治理。",
        "完成3条河道的治理；今年不安排公务用车购置。",
        "",
        "",
        "",
    ),
    (
        FINAL,
        "公务用车购置费支出0万元：",
        "政府性基金安排的支出0万元，其中公务接待费支出0万元。公务用车购置费支出0万元：",
        "",
        "",
        "",
    ),
    (NATIONAL, "其他用车8辆", "其他按规定配备的公车8辆", "", "", ""),
    (
        HEBEI,
        "采购预算150.25万元。",
        "采购预算150.25万元（列示至采购品目）。",
        "J04-01",
        "列示至",
        "列示至",
    ),
    (
        HEBEI,
        "主要为河道治理。",
        "主要主要为河道治理。",
        "J04-02",
        "主要主要",
        "主要主要",
    ),
    (HEBEI, "保护（含地下水）", "保护（含地下水", "J04-03", "“（”", "含地下水"),
    (HEBEI, "保护（含地下水）", "保护（含地下水)", "J04-09", "1 对", "含地下水)"),
    (
        SHANGHAI,
        "文化旅游体育与传媒支出（类）",
        "文化体育与传媒支出（类）",
        "J04-04",
        "从 2019 年起叫",
        "文化体育",
    ),
    (HEBEI, "五、预算绩效信息", "5、预算绩效信息", "J04-05", "用了数字", "5、"),
    (
        SHANGHAI,
        "\n    2. “住房",
        (
            "\n    3. “文化旅游体育与传媒支出（类）文化和旅游（款）图书馆（项）”科目420.00万元，主要用于图书购置。"
            "2023年当年预\n算执行数为400.00万元，2024年预算安排"
            "420.00万元，比2023年预算执行数增加5.00%。主要原因是：新增分馆。\n    2. “住房"
        ),
        "J04-06",
        "两遍",
        "3.",
    ),
    (HEBEI, "因公出国（境）费0万元", "因公出国（境）费0", "J04-07", "1 个 0", "出国"),
    (
        HEBEI,
        "项目支出增加140.40万元",
        "项目支出增加140.40万元，增长39.01，",
        "J04-08",
        "39.01",
        "增长",
    ),
    (
        SHANGHAI,
        (
            "221   02   01   住房公积金                   700,000       700,000\n                合计          "
            "          5,200,000     4,200,000"
        ),
        (
            "221   02   01   住房公积金                   700,000       701,000\n                合计          "
            "          5,200,000     4,200,000"
        ),
        "J05-01",
        "各列相加是 701000",
        "住房公积金",
    ),
    (
        SHANGHAI,
        "207   01   04   图书馆                   4,500,000     3,500,000    1,000,000",
        "207   01   04   图书馆                   4,400,000     3,400,000    1,000,000",
        "J05-02",
        "下级相加是 4400000",
        "文化和旅游",
    ),
    (
        SHANGHAI,
        "合计                    4,900,000     3,900,000    1,000,000",
        "合计                    4,800,000     3,800,000    1,000,000",
        "J05-03",
        "差 100000",
        "合计",
    ),
    (
        HEBEI,
        "资产总额 | — | 320.75",
        "资产总额 | — | 330.75",
        "J05-03",
        "差 10",
        "330.75",
    ),
    (
        SHANGHAI,
        (
            "221   02   01   住房公积金                   700,000       700,000\n                合计          "
            "          5,200,000     4,900,000"
        ),
        (
            "22    02   01   住房公积金                   700,000       700,000\n                合计          "
            "          5,200,000     4,900,000"
        ),
        "J06-01",
        "位数不对",
        "住房公积金",
    ),
    (
        SHANGHAI,
        "207   01   04   图书馆                   4,500,000     3,500,000",
        "207   01   04   书画院                   4,500,000     3,500,000",
        "J06-02",
        "书画院",
        "图书馆",
    ),
    (
        SHANGHAI,
        (
            "221   02        住房改革支出                  700,000       700,000\n221   02   01   住房公积金       "
            "            700,000       700,000\n                合计                    5,200,000     4,90"
            "0,000"
        ),
        (
            "221   02        城乡社区住宅                  700,000       700,000\n221   02   01   住房公积金       "
            "            700,000       700,000\n                合计                    5,200,000     4,90"
            "0,000"
        ),
        "J06-03",
        "科目表里叫",
        "城乡社区住宅",
    ),
    (
        SHANGHAI,
        "（项）”科目420.00万元，主要",
        "（项）”科目420.00万元，其中本级402.00万元，主要",
        "",
        "",
        "",
    ),
    (
        SHANGHAI,
        "图书馆（项）”科目",
        "博物馆（项）”科目",
        "J07-02",
        "没有说到",
        "2070104",
    ),
    (
        SHANGHAI,
        "注：本单位2024年无政府性基金预算安排的支出，故本表为空表。\n",
        "",
        "J07-03",
        "没有说明",
        "政府性基金",
    ),
    (
        SHANGHAI,
        "  4. 2024年预算单位政府性基金",
        "  5. 2024年预算单位国有资本经营预算支出功能分类预算表\n  4. 2024年预算单位政府性基金",
        "J07-04",
        "国有资本经营",
        "国有资本经营",
    ),
    (
        HEBEI,
        "固定资产金额为320.75万元",
        "固定资产金额为320.57万元",
        "J07-05",
        "320.75",
        "320.57",
    ),
    (
        HEBEI,
        "2023年部门预算信息公开情况说明",
        "2023年度部门决算信息公开情况说明",
        "J09-01",
        "题目是决算",
        "决算",
    ),
    (
        HEBEI,
        "八、名词解释\n1、基本支出：指为保障机构正常运转发生的支出。\n",
        "",
        "J09-02",
        "名词解释",
        "情况说明",
    ),
    (
        HEBEI,
        "2023年，我部门安排政府采购预算150.25万元。\n",
        "",
        "J09-03",
        "下面没有内容",
        "六、政府采购预算情况",
    ),
]


@pytest.mark.parametrize(
    ("text", "was", "now", "check", "message", "place"),
    WRONG,
    ids=[f"{case[3]} {case[2][:12]}" for case in WRONG],
)
def test_what_is_wrong_is_found_where_it_stands(
    text: str, was: str, now: str, check: str, message: str, place: str, tmp_path: Path
) -> None:
    one = audited(written(tmp_path, spoilt(text, was, now)))
    if not check:
        assert said(one) == []
        return
    found = [finding for finding in one.findings if finding.check.id == check]
    assert any(message in finding.message for finding in found), said(one)
    assert any(place in spot.quote for finding in found for spot in finding.spots), (
        found
    )


FEWEST_FOUND = 0.9


def test_one_wrong_number_is_one_finding(tmp_path: Path) -> None:
    one = audited(
        written(tmp_path, spoilt(HEBEI, "支出预算1200.50", "支出预算1300.50"))
    )
    assert len(one.findings) == 1
    assert one.findings[0].also


def test_two_digits_exchanged_are_noticed(clean: Path) -> None:
    done: list[Swapped] = []
    for path, share in ((clean, 0.5),):
        statement = read_file(path)
        done += [
            one
            for one in tried(statement, beside(statement), share, 7)
            if isinstance(one, Swapped)
        ]
    assert len(done) > 5
    assert sum(one.noticed for one in done) >= FEWEST_FOUND * len(done)


@pytest.mark.parametrize("text", [HEBEI, SHANGHAI], ids=["hebei", "shanghai"])
def test_a_good_part_of_a_statement_s_numbers_hold_each_other(
    text: str, tmp_path: Path
) -> None:
    statement = read_file(written(tmp_path, text))
    done = [
        one
        for one in tried(statement, beside(statement), 0.4, 3)
        if isinstance(one, Swapped)
    ]
    assert sum(one.noticed for one in done) >= 0.75 * len(done), [
        one.fact.quote for one in done if not one.noticed
    ]


# -- what cannot be audited -----------------------------------------------------------------------------------------------

LETTER = (
    "关于召开会议的通知。各单位请按时参加，地点在三楼会议室，联系人见附件，电话12345678。"
    * 6
)
CANNOT: list[tuple[str, str]] = [
    (LETTER, "认不出是哪一种式样"),
    ("图", "没有文字层"),
    ("ÈºÚ¸§Ùß÷¤" * 80 + "部门预算" * 40, "文字层是坏的"),
    (HEBEI.split("六、")[0], "缺 4 个部分"),
    (
        HEBEI.replace(
            "1、收入说明",
            "1、收入说明\n" + "，".join(f"甲{number}乙" for number in range(30, 90)),
        ),
        "里只读懂",
    ),
]


@pytest.mark.parametrize(("text", "why"), CANNOT, ids=[why for _, why in CANNOT])
def test_what_cannot_be_audited_is_told_with_its_reason_and_never_as_right(
    text: str, why: str, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    one = audited(path)
    assert any(why in obstacle for obstacle in one.statement.obstacles), (
        one.statement.obstacles
    )
    assert all(one.duty(duty).word in ("没有查", "有问题") for duty in Duty)
    code, text = command("audit", path)
    assert code == UNFINISHED
    assert "不能审核" in text
    assert "没有查出问题" not in text


def test_a_general_form_that_lacks_one_section_is_audited_and_told_what_it_lacks(
    tmp_path: Path,
) -> None:
    text = "\n".join(
        line
        for line in NATIONAL.split("\n")
        if "名词解释" not in line and "一、基本支出：" not in line
    )
    one = audited(written(tmp_path, text))
    assert one.auditable
    (told,) = one.findings
    assert (told.check.id, told.message) == ("J09-02", "没有“名词解释”")
    assert one.duty(Duty.COMPLETE).word == "有问题"
    code, said_ = command("audit", written(tmp_path, text))
    assert code == DONE
    assert "没有找到 名词解释" in said_
    # lacking more than it has, it may be an excerpt
    less = "\n".join(line for line in text.split("\n") if "政府采购" not in line)
    left = audited(written(tmp_path, less)).statement.obstacles
    assert left == ("缺 2 个部分：政府采购情况、名词解释",)


def command(*arguments: str | Path) -> tuple[int, str]:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()):
        code = cli.run([str(argument) for argument in arguments])
    return code, out.getvalue()


TWO_YEARS = """某单位2022年三公经费说明
2022年“三公”经费财政拨款预算安排25.80万元，其中：因公出国（境）费0万元，公务用车购置及运行费23.00万元（公务用车购置费0万元，公务用车\
运行费23.00万元），公务接待费2.80万元。2022年“三公”经费预算比2021年减少1.20万元，下降4.44%，主要原因是压减公务接待。
2021年“三公”经费支出决算22.10万元，完成年初预算27.00万元的81.85%。
2022年政府采购预算总额300万元，其中：政府采购货物预算100万元、政府采购服务预算200万元。
"""


def test_amounts_of_another_year_are_no_contradiction(tmp_path: Path) -> None:
    one = audited(written(tmp_path, TWO_YEARS))
    assert one.statement.year == 2022
    assert said(one) == []
    wrong = audited(
        written(tmp_path, spoilt(TWO_YEARS, "公务接待费2.80", "公务接待费2.08"))
    )
    assert [finding.check.id for finding in wrong.findings] == ["J01-01"]


def test_a_check_ran_does_not_apply_or_was_not_made_and_why(tmp_path: Path) -> None:
    one = audited(written(tmp_path, HEBEI))
    states = {outcome.check.id: outcome.state for outcome in one.outcomes}
    assert states["J01-01"] is State.RAN
    assert states["J05-01"] is State.NONE
    assert states["J08-01"] is State.NOT_CHECKED
    reasons = {outcome.check.id: outcome.reasons for outcome in one.outcomes}
    assert list(reasons["J08-01"]) == ["没有给出上年的文本（--last）"]
    assert one.duty(Duty.TIMELY).word == "没有查"
    assert one.duty(Duty.ACCURATE).word == "部分没有查"


@pytest.mark.parametrize(
    ("codes", "read"),
    [("221   02   01", 7), ("02 01        ", 6)],
    ids=["nameless", "torn"],
)
def test_a_row_whose_name_does_not_fit_on_its_line_breaks_no_sum(
    codes: str, read: int, tmp_path: Path
) -> None:
    total = "                合计                    5,200,000     4,2"
    was = "221   02   01   住房公积金                   700,000       700,000\n" + total
    now = f"                住房公积\n{codes}                           700,000       700,000\n                金\n"
    text = spoilt(SHANGHAI, was, now + total)
    one = audited(written(tmp_path, text))
    assert said(one) == []
    table = one.statement.table("T3")
    assert table is not None
    assert len(table.entries) == read


def test_a_table_that_nobody_declared_is_listed_and_never_read_as_sentences(
    tmp_path: Path,
) -> None:
    table = (
        "                     某某情况表\n"
        + "甲乙        100        200        300\n" * 4
    )
    text = spoilt(
        SHANGHAI,
        "                            其他相关情况说明",
        table + "                            其他相关情况说明",
    )
    one = audited(written(tmp_path, text))
    assert said(one) == []
    assert [unread.title for unread in one.statement.unread] == ["某某情况表"]


# -- beside ---------------------------------------------------------------------------------------------------------------


def test_changes_are_held_against_last_year_s_statement(tmp_path: Path) -> None:
    before = (
        HEBEI.replace("2023年", "2022年")
        .replace("安排14.60万元", "安排15.80万元")
        .replace("2.20万元", "2.70万元")
    )
    last = read_file(written(tmp_path, before, "上年.txt"))
    one = audited(written(tmp_path, HEBEI), last)
    found = [finding for finding in one.findings if finding.check.id == "J08-01"]
    assert [
        ("公务接待费" in finding.message, finding.numbers)
        for finding in found
        if "公务接待费" in finding.message
    ] == [(True, ("减少0.40万元", "减少0.5万元"))]
    assert not any("三公" in finding.message for finding in found)


def test_words_are_held_against_the_public_tables(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["单位：元"],
        ["项目", "预算数"],
        ["基本支出", 7002000],
        ["其中：人员类项目经费", 6101000],
    ):
        sheet.append(row)
    tables = tmp_path / "公开表.xlsx"
    book.save(tables)
    statement = read_file(written(tmp_path, HEBEI))
    held = replace(beside(statement), rows=rows_of(tables))
    found = [
        finding
        for finding in judge(statement, held).findings
        if finding.check.id == "J07-07"
    ]
    assert [finding.numbers for finding in found] == [("610.15万元", "610.1")]
    assert "B4" in found[0].message


ROWS = (
    ("绩效目标", "加固堤防3公里，保障防洪安全。"),
    ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据"),
    (
        "产出指标",
        "数量指标",
        "加固堤防长度",
        "加固的堤防长度",
        "≥3公里",
        "根据工程设计",
    ),
    ("", "质量指标", "验收合格率", "验收合格的工程比例", "100比率", "根据工程设计"),
    ("", "时效指标", "完工时间", "堤防加固完工的时间", "≤11月", "根据工程合同"),
)
PROJECT = "2.堤防加固绩效目标表\n" + "".join(
    "".join(f"\t{cell}\n" for cell in row) + "\n" for row in ROWS
)


def test_projects_are_held_against_the_rules_of_the_catalogue(tmp_path: Path) -> None:
    one = audited(written(tmp_path, spoilt(HEBEI, "1.河道治理绩效目标表\n", PROJECT)))
    found = {finding.check.id: finding for finding in one.findings}
    assert set(found) == {"D01-02", "D02-06"}, said(one)
    assert "100比率" in found["D02-06"].spots[0].quote
    before = HEBEI.split("1.河道")[0] + PROJECT.split("\t\n\t质量")[0]
    assert found["D02-06"].spots[0].place.number == 1 + before.count("\n")
    assert found["D01-02"].spots[0].quote == "堤防加固"


def test_our_own_words_and_tables_agree(clean: Path) -> None:
    statement = read_file(clean)
    held = replace(beside(statement), rows=rows_of(clean.with_name("公开表.xlsx")))
    outcome = next(
        one for one in judge(statement, held).outcomes if one.check.id == "J07-07"
    )
    assert outcome.ran > 10
    assert not outcome.findings


# -- reading --------------------------------------------------------------------------------------------------------------


def blocks(text: str) -> list[Paragraph | Table]:
    return list(of_lines(lines_of([text.split("\n")])))


def test_word_s_plain_text_is_a_table_a_cell_a_line() -> None:
    cells = "\t项目\n\t数量\n\n" + "\t甲\n\t1\n\n" + "\t一格\n两行\n\t\n\n" * 10
    found = blocks("题目表\n" + cells + "后面的话。")
    tables = [block for block in found if isinstance(block, Table)]
    assert [(table.title, len(table.rows)) for table in tables] == [("题目表", 12)]
    assert tables[0].rows[2].cells == ("一格\n两行", "")


def test_lines_that_a_page_broke_are_one_paragraph(tmp_path: Path) -> None:
    statement = read_file(written(tmp_path, SHANGHAI))
    assert any(
        one.text.startswith("支出预算520.00万元") and one.text.endswith("预算持平。")
        for one in statement.paragraphs
    )


def told(statement: Statement) -> list[tuple[str, str, str]]:
    return [
        (fact.name, fact.role, str(fact.value))
        for fact in statement.facts
        if fact.understood
    ]


def broken_at(text: str, width: int) -> str:
    """A text as a page breaks it, in columns of which a Chinese letter takes two."""
    lines = []
    for line in text.split("\n"):
        now = ""
        for letter in line:
            now += letter
            if sum(1 if one.isascii() else 2 for one in now) >= width:
                lines.append(now)
                now = ""
        lines += [now] if now else []
    return "\n".join(lines)


@pytest.mark.parametrize("text", [FINAL, NATIONAL], ids=["final", "national"])
def test_a_text_that_a_page_broke_says_the_same(text: str, tmp_path: Path) -> None:
    whole = read_file(written(tmp_path, text))
    broken = read_file(written(tmp_path, broken_at(text, 76), "断行.txt"))
    assert told(broken) == told(whole)
    assert len(told(whole)) > 40


def test_a_word_table_of_codes_is_read_by_its_columns() -> None:
    head = [
        "功能分类科目编码",
        "",
        "",
        "功能分类科目名称",
        "合计",
        "基本支出",
        "项目支出",
    ]
    rows = [
        head,
        ["207", "", "", "文化旅游体育与传媒支出", "4,500", "3,500", "1,000"],
        ["207", "01", "", "文化和旅游", "4,500", "3,500", "1,000"],
        ["207", "01", "04", "图书馆", "1,000", "", "1,000"],
        ["合计", "", "", "", "4,500", "3,500", "1,000"],
    ]
    table = of_document(["2024年预算单位支出预算总表", rows])[1]
    form = next(form for form in forms() if form.id == "shanghai-budget")
    assert isinstance(table, Table)
    read = read_table(table, form)
    assert read is not None
    assert [
        (entry.code, entry.name, *map(str, entry.numbers.values()))
        for entry in read.entries[2:]
    ] == [
        ("2070104", "图书馆", "1000", "1000"),
        ("", "合计", "4500", "3500", "1000"),
    ]
    assert list(read.entries[2].numbers) == ["合计", "项目支出"]


def test_a_pdf_is_read_by_its_letters() -> None:
    """A line of letters that stand where a page puts them: pieces far apart are columns."""
    from toolkit.files.pdf import Page, _laid
    from toolkit.files.ruled import Letter

    def line(text: str, left: float, middle: float) -> list[Letter]:
        return [
            Letter(letter, left + 10 * at, left + 10 * at + 10, middle, 10)
            for at, letter in enumerate(text)
        ]

    letters = [*line("合计", 40, 80), *line("项目", 40, 100), *line("预算数", 140, 100)]
    assert _laid(Page(letters)) == (
        " " * 8 + "项目" + " " * 18 + "预算数",
        " " * 8 + "合计",
    )


# -- telling --------------------------------------------------------------------------------------------------------------


def test_every_way_to_tell_says_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, spoilt(HEBEI, "基本支出700.20", "基本支出720.20"))
    code, text = command("audit", path)
    assert code == ERRORS
    code, data = command("audit", path, "--format", "json")
    told = json.loads(data)["statements"][0]
    assert code == ERRORS
    assert told["auditable"] is True
    assert {place["quote"] for place in told["findings"][0]["places"]}
    assert told["findings"][0]["message"] in text
    assert told["numbers"]["understood"] == len(told["facts"]) - sum(
        fact["in_words"] for fact in told["facts"]
    )
    page = tmp_path / "报告.html"
    assert command("audit", path, "--format", "html", "-o", page)[0] == ERRORS
    shown = page.read_text(encoding="utf-8")
    assert "720.20" in shown
    assert "不是说违反了哪一条法规" in shown


def test_a_file_that_breaks_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, HEBEI, "甲.txt")
    written(tmp_path, "", "空.txt")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "坏.docx").write_bytes(b"PK")
    monkeypatch.setenv("DISCLOSURE_LOGS", str(tmp_path / "日志"))
    monkeypatch.setattr(auditing, "projects_judged", broken_over("甲.txt"))
    done = auditing.audit([tmp_path])
    assert {one.name for one in done.unread} == {"坏.pdf", "坏.docx", "甲.txt"}
    assert [one.statement.broken[:6] for one in done.audited] == ["几乎没有中文"]


def broken_over(name: str) -> Callable[[Statement], tuple[Outcome, ...]]:
    def breaks(statement: Statement) -> tuple[Outcome, ...]:
        assert statement.name != name
        return ()

    return breaks


def test_a_folder_has_an_overview_and_says_what_it_did_not_read(tmp_path: Path) -> None:
    written(tmp_path, HEBEI, "甲.txt")
    written(tmp_path, SHANGHAI, "乙.txt")
    written(tmp_path, LETTER, "丙.txt")
    (tmp_path / "丁.doc").write_bytes(b"x")
    code, text = command("audit", tmp_path)
    assert code == UNFINISHED
    assert "共 3 份，可以审核的 2 份，不能审核的 1 份" in text
    page = tmp_path / "报告.html"
    command("audit", tmp_path, "--format", "html", "-o", page)
    assert page.read_text(encoding="utf-8").count('<section id="s') == 3
    (tmp_path / "丙.txt").unlink()
    assert command("audit", tmp_path)[0] == DONE


# -- forms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ({"kind": "概算"}, "没有“概算”这种写法"),
        ({"subject": []}, "不认识“subject”"),
        ({"subjects": [{"name": "收入", "says": "收入"}]}, "不合写法"),
        ({"relations": [{"whole": "income.total"}]}, "缺少这一项"),
    ],
)
def test_a_fault_of_a_form_is_told_with_its_place(
    spoil: dict[str, object], why: str
) -> None:
    form = json.loads(
        (ROOT / "schema" / "statements" / "hebei-budget.json").read_text(
            encoding="utf-8"
        )
    )
    assert not list(faults(form, "statementForm", "statements.schema.json"))
    assert any(
        why in told
        for _, told in faults(
            {**form, **spoil}, "statementForm", "statements.schema.json"
        )
    )
