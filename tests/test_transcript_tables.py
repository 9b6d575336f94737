"""Tables of a published statement, laid out by position, and foreign texts: what stands in them becomes last year's figures."""

from __future__ import annotations

from pathlib import Path

from tests.statements import SHANGHAI
from tests.test_transcript import kinds, written
from toolkit import steps
from toolkit.profile.loading import load
from toolkit.profile.stored import home

ELSEWHERE = home() / "tests" / "elsewhere"
# of the year before the profile's
SHANGHAI_2025 = SHANGHAI.replace("2024", "2025").replace("2023", "2024")


def test_tables_laid_out_by_position_give_what_their_columns_add_up_to(
    tmp_path: Path,
) -> None:
    source = steps.source_of(written(tmp_path, SHANGHAI_2025), load("shanghai-2026"))
    said = {
        f"{line.block}.{line.row}": (str(line.origin.number), line.origin.address)
        for line in source.lines
    }
    assert said["composition.total"] == ("5200000", "相加")
    assert said["composition.basic"] == ("4200000", "相加")
    assert said["composition.project"] == ("1000000", "相加")
    assert said["composition.general"] == ("4900000", "相加")
    assert said["composition.fund"] == ("0", "第 22 行")
    assert said["three_public.vehicle_running"][0] == "6.40"
    left = kinds(source.left)
    assert any("政府性基金" in one.said for one in left["没有数的表"])


def test_where_a_sentence_and_a_table_differ_neither_is_taken(tmp_path: Path) -> None:
    text = SHANGHAI_2025.replace("支出预算520.00万元，其中", "支出预算540.00万元，其中")
    source = steps.source_of(written(tmp_path, text), load("shanghai-2026"))
    assert source.filled.figure("composition.total.last_year").value is None
    (told,) = kinds(source.left)["说法不一样的数"]
    assert "5400000" in told.said
    assert "5200000" in told.said
    assert any(
        "支出预算合计" in one.said for one in kinds(source.left)["还空着的上年数"]
    )


def test_a_foreign_text_in_yuan_fills_what_it_says_by_its_own_data() -> None:
    path = ELSEWHERE / "neimenggu-unit-budget-yuan.txt"
    source = steps.source_of(path, load("shanghai-2026"))
    assert {
        f"{line.block}.{line.row}": (str(line.origin.number), line.origin.address)
        for line in source.lines
    } == {
        "composition.total": ("23456780", "第 12 行"),
        "composition.basic": ("19873400", "第 16 行"),
        "composition.project": ("3583380", "第 16 行"),
        "three_public.abroad": ("0.00", "第 31 行"),
        "three_public.vehicle_purchase": ("0.00", "第 32 行"),
        "three_public.vehicle_running": ("3.00", "第 32 行"),
        "three_public.reception": ("1.20", "第 33 行"),
    }
    left = kinds(source.left)
    assert [one.said for one in left["还空着的上年数"]] == [
        "比上年增减“其中：一般公共预算人员经费”2025年预算数",
        "比上年增减“一般公共预算公用经费”2025年预算数",
        "比上年增减“其中：一般公共预算拨款”2025年预算数",
        "比上年增减“政府性基金拨款”2025年预算数",
        "比上年增减“国有资本经营预算拨款”2025年预算数",
    ]
