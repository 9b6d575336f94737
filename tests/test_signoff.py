"""The sign sheet: what it says is what the disclosure says, it is one page, and its number is the content's."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.office import as_pdfs
from toolkit import steps
from toolkit.check.report import Report
from toolkit.files.word import Table, text_of
from toolkit.model import Disclosure, Return
from toolkit.profile.loading import load
from toolkit.profile.settings import OFF, Setting
from toolkit.profile.stored import home
from toolkit.publish.signoff import context, write_signoff
from toolkit.returns.content import department_number as content_number
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import merge
from toolkit.rules.rule import WARNING, Finding

ROOT = Path(__file__).resolve().parent.parent
PROFILE = load("hebei-2023")
CHECKED = steps.check([ROOT / "examples" / "02-xianghe-corrected" / "input"], PROFILE)
DISCLOSURE = merge(CHECKED.returns, PROFILE)
WORDS = json.loads(
    (home() / "schema" / "profiles" / PROFILE.id / "signoff.json").read_text(
        encoding="utf-8"
    )
)["words"]
PERSONAL = Finding(
    rule="H01-01",
    severity=WARNING,
    title="有身份证号",
    message="",
    remedy="",
    basis=(),
    cells=(),
    place="项目“甲”的“绩效目标”",
)


def sheet(
    disclosure: Disclosure = DISCLOSURE,
    report: Report = CHECKED.report,
    *settings: Setting,
    **more: Any,
) -> dict[str, Any]:
    return context(
        disclosure,
        report,
        PROFILE,
        settings,
        titles={"D03-12": "效益用月数、年数衡量"},
        **more,
    )


def changed(**blocks: Any) -> Disclosure:
    """The disclosure with other data in the leading unit's workbook."""
    units = [
        from_data(
            merged(to_data(unit, PROFILE), blocks if unit.is_lead else {}),
            PROFILE,
            unit.book,
        )
        for unit in CHECKED.returns
    ]
    return merge(units, PROFILE)


def merged(data: dict[str, Any], blocks: dict[str, Any]) -> dict[str, Any]:
    return data | {
        key: {**data.get(key, {}), **said} if isinstance(said, dict) else said
        for key, said in blocks.items()
    }


def rows(said: dict[str, Any]) -> dict[str, Any]:
    return {row.title.strip().removeprefix("其中："): row for row in said["numbers"]}


# -- the number ---------------------------------------------------------------------------------------------------------


def test_the_number_is_twelve_characters_of_the_content() -> None:
    number = content_number(DISCLOSURE, PROFILE)
    assert len(number) == 12
    assert (
        number
        == sheet()["number"]
        == content_number(merge(list(reversed(CHECKED.returns)), PROFILE), PROFILE)
    )


def test_draft_and_final_bear_the_same_number_and_differ_in_their_mark_alone(
    tmp_path: Path,
) -> None:
    for name, draft in (("draft.docx", True), ("final.docx", False)):
        write_signoff(
            DISCLOSURE, CHECKED.report, PROFILE, (), tmp_path / name, draft=draft
        )
    assert text_of(tmp_path / "draft.docx") == text_of(tmp_path / "final.docx")
    assert (tmp_path / "draft.docx").read_bytes() != (
        tmp_path / "final.docx"
    ).read_bytes()


def test_the_number_does_not_depend_on_files_cells_or_findings() -> None:
    moved = [
        from_data(to_data(unit, PROFILE), PROFILE, f"另存{n}.xlsx")
        for n, unit in enumerate(CHECKED.returns)
    ]
    assert content_number(merge(moved, PROFILE), PROFILE) == content_number(
        DISCLOSURE, PROFILE
    )


@pytest.mark.parametrize(
    "blocks",
    [
        {
            "three_public": {
                "vehicle_running": {
                    "this_year": "3.43",
                    "last_year": "3.80",
                    "reason": "压减",
                }
            }
        },
        {"overall": {"goal": "另一句话。"}},
        {"cover": {"department": "另一个局"}},
        {"projects": []},
    ],
    ids=["a figure", "a sentence", "the department", "the projects"],
)
def test_whatever_is_changed_the_number_changes(blocks: dict[str, Any]) -> None:
    assert content_number(changed(**blocks), PROFILE) != content_number(
        DISCLOSURE, PROFILE
    )


def test_the_department_s_name_and_its_units_are_content_too() -> None:
    number = content_number(DISCLOSURE, PROFILE)
    assert content_number(replace(DISCLOSURE, name="另一个局"), PROFILE) != number
    assert (
        content_number(replace(DISCLOSURE, units=DISCLOSURE.units[:2]), PROFILE)
        != number
    )


# -- the numbers --------------------------------------------------------------------------------------------------------


def test_the_key_numbers_are_the_disclosure_s_with_last_year_s_and_the_change() -> None:
    said = rows(sheet())
    whole = DISCLOSURE.whole
    assert len(said) == 12
    for title, name in (
        ("支出合计", "composition.total"),
        ("公务接待费", "three_public.reception"),
        ("项目支出", "composition.project"),
    ):
        this, last = (
            whole.figure(f"{name}.{column}").number
            for column in ("this_year", "last_year")
        )
        assert (Decimal(said[title].this_year), Decimal(said[title].last_year)) == (
            this,
            last,
        )
        assert Decimal(said[title].change) == this - last
    assert said["收入总计"].this_year == "39151.12"
    assert (said["收入总计"].last_year, said["收入总计"].share) == ("——", "——")
    assert said["公务接待费"].share == "持平"
    assert said["基本支出"].share == "+40.4%"
    assert said["公务用车购置及运维费"].share == "-10.0%"


@pytest.mark.parametrize(("this", "last", "share", "told"), [
    ("13.00", "10.00", "+30.0%", False),
    ("13.01", "10.00", "+30.1%", True),
    ("6.99", "10.00", "-30.1%", True),
    ("1.00", "0", "上年为 0", True),
    ("0", "5.00", "-100.0%", True),
    ("0", "0", "持平", False),
])  # fmt: skip
def test_a_change_beyond_the_limit_is_told_with_its_reason(
    this: str, last: str, share: str, *, told: bool
) -> None:
    block = {
        "reception": {"this_year": this, "last_year": last, "reason": "接待任务变化。"}
    }
    said = sheet(changed(three_public=block))
    assert rows(said)["公务接待费"].share == share
    lines = [
        line for line in said["reasons"] if "公务接待费" in line and "三公" not in line
    ]
    assert bool(lines) is told
    if told:
        gap = abs(Decimal(this) - Decimal(last))
        assert (
            f"{'增加' if Decimal(this) > Decimal(last) else '减少'}{gap:.2f}万元："
            in lines[0]
        )
        assert "接待任务变化" in said["reasons"][0] + lines[0]


def test_a_large_change_without_a_reason_says_so() -> None:
    said = sheet(
        changed(three_public={"reception": {"this_year": "9.00", "last_year": "1.00"}})
    )
    assert any(
        line.endswith("公务接待费增加8.00万元：没有写原因") for line in said["reasons"]
    )


def test_the_limit_is_given() -> None:
    assert len(sheet(limit=Decimal("0.05"))["reasons"]) > len(sheet()["reasons"])
    assert sheet(limit=Decimal("0.05"))["limit"] == "5%"


# -- what people decided ------------------------------------------------------------------------------------------------


def test_what_was_let_stand_switched_off_and_left_out_is_told() -> None:
    finding = replace(
        CHECKED.report.findings[0],
        accepted="王五：与批复一致",
        title="某个问题",
        unit="某单位",
    )
    disclosure = replace(DISCLOSURE, left_out=(("某中学", "尚未批复"),))
    said = sheet(
        disclosure,
        Report((finding,)),
        Setting("D03-12", OFF, "统一口径", "赵六"),
        Setting("B02-04", "提示", "暂缓", "赵六"),
    )
    assert said["accepted"] == (
        f"【{finding.severity.value}】某单位：某个问题。王五：与批复一致",
    )
    assert said["settings"] == (
        "1. “效益用月数、年数衡量”停用：统一口径（赵六）",
        "2. “B02-04”改为提示：暂缓（赵六）",
    )
    assert said["left_out"] == ("某中学：尚未批复",)
    assert said["checked"] == "未改：错误0条、提醒0条、提示0条；同意不改1条"


def test_personal_data_is_counted_and_a_check_that_is_off_is_not_called_clean() -> None:
    assert sheet()["personal"] == ()
    assert sheet(DISCLOSURE, Report((PERSONAL, PERSONAL)))["personal"] == (
        "有身份证号：2 处，如项目“甲”的“绩效目标”",
    )
    assert sheet(DISCLOSURE, Report(()), Setting("H01-01", OFF, "误报多", "赵六"))[
        "personal"
    ] == ("“有身份证号”没有检查（已停用）",)


def test_words_to_look_at_are_shown_with_their_place_and_only_where_they_are_published() -> (
    None
):
    lead = next(unit for unit in CHECKED.returns if unit.is_lead)
    projects = to_data(lead, PROFILE)["projects"]
    projects[3] |= {"goal": "开展涉密设备维护。", "office": "绝密股室"}
    said = sheet(changed(projects=projects))["words"]
    assert said == ("“涉密”：各表附注等 2 处",), (
        "a note is printed below its public table; the office is published nowhere"
    )


# -- the paper ----------------------------------------------------------------------------------------------------------


def test_the_sheet_shows_all_of_it(tmp_path: Path) -> None:
    write_signoff(DISCLOSURE, CHECKED.report, PROFILE, (), tmp_path / "a.docx")
    tables = [
        piece for piece in text_of(tmp_path / "a.docx") if isinstance(piece, Table)
    ]
    head, numbers, told, signed = tables
    assert content_number(DISCLOSURE, PROFILE) in head.rows[0]
    assert "3个单位、41个项目" in head.rows[1]
    assert len(numbers.rows) == 13
    said = {row[0]: row[1] for row in told.rows}
    assert said["同意不改的问题"] == "没有。"
    assert "没有发现" in said["个人信息"]
    assert signed.rows[0] == ("保密审查", "财务负责人", "分管领导")
    assert all("签名：" in cell and "日期：" in cell for cell in signed.rows[1])


def worst() -> tuple[Disclosure, Report, tuple[Setting, ...]]:
    """Everything at once, at length, many times."""
    long = "很长的理由，" * 40
    block = {
        row: {"this_year": "90.00", "last_year": "1.00", "reason": f"{row}{long}"}
        for row in ("abroad", "vehicle_purchase", "vehicle_running", "reception")
    }
    made: Return = next(unit for unit in CHECKED.returns if unit.is_lead)
    goal = "".join(WORDS)
    projects = [
        {**project, "goal": goal} for project in to_data(made, PROFILE)["projects"]
    ]
    disclosure = replace(
        changed(three_public=block, projects=projects),
        left_out=tuple((f"第{n}中学", long) for n in range(30)),
        name="很长的部门名称" * 4,
    )
    finding = replace(PERSONAL, accepted=f"王五：{long}", unit="很长的单位名称" * 5)
    other = replace(PERSONAL, rule="H01-02", title="像是手机号或银行账号")
    settings = tuple(Setting(f"D03-{n:02}", OFF, long, "赵六") for n in range(20))
    return disclosure, Report((finding, other) * 50), settings


def test_what_has_no_room_is_counted() -> None:
    disclosure, report, settings = worst()
    said = sheet(disclosure, report, *settings)
    many_of = {
        "accepted": (50, "校验报告"),
        "settings": (20, "校验报告"),
        "left_out": (30, "校验报告"),
        "reasons": (5, "情况说明"),
    }
    for name, (many, where) in many_of.items():
        lines = said[name]
        assert lines
        assert f"（另有 {many - len(lines)} 条，见{where}）" in lines[-1]
    assert said["personal"] == (
        "1. 有身份证号：50 处，如项目“甲”的“绩效目标”",
        "2. 像是手机号或银行账号：50 处，如项目“甲”的“绩效目标”",
    )
    assert len(said["reasons"]) > 2
    assert said["words"][0].endswith(f"等 {len(WORDS)} 个词")


@pytest.mark.libreoffice
def test_it_is_one_page_whatever_happens(tmp_path: Path) -> None:
    disclosure, report, settings = worst()
    write_signoff(DISCLOSURE, CHECKED.report, PROFILE, (), tmp_path / "usual.docx")
    write_signoff(
        disclosure, report, PROFILE, settings, tmp_path / "worst.docx", draft=True
    )
    for pdf in as_pdfs([tmp_path / "usual.docx", tmp_path / "worst.docx"], tmp_path):
        told = subprocess.run(
            ["pdfinfo", pdf], check=True, capture_output=True, text=True
        ).stdout
        assert "Pages:           1\n" in told, pdf.stem
