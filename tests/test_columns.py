"""Tables that only positions part: read where their columns are sure, left unread where they are not."""

from __future__ import annotations

import pytest

from toolkit.audit.blocks import Paragraph, Place, Row, Table, lines_of, of_lines
from toolkit.audit.columns import CHINESE, PIECE, in_cells


def positioned(line: str) -> str:
    """A line as a page gives it: every piece begins where it stands, though a Chinese letter is one of two columns."""
    made, column, at = "", 0, 0
    for found in PIECE.finditer(line):
        column += found.start() - at
        made += " " * max(column - len(made), 3 if made else 0) + found[0]
        column += sum(2 if CHINESE.match(letter) else 1 for letter in found[0])
        at = found.end()
    return made


def laid(text: str, title: str = "支出总表", *, as_it_is: bool = False) -> Table:
    """A table of lines, as people see them; a form feed begins a page."""
    rows = [
        Row((), Place(number, page, "行"), line if as_it_is else positioned(line))
        for page, lines in enumerate(text.strip("\n").split("\f"), 1)
        for number, line in enumerate(lines.strip("\n").split("\n"), 1)
    ]
    return Table(title, tuple(rows), Place(1), laid=True)


CODES = """
  编制部门：某局                                          单位：万元
        科目编码
                            科目名称            合计       基本支出      项目支出
   类      款      项
   201                 一般公共服务支出        1,120.50     620.50       500.00
   201    03           政府办公厅及相关机构    1,120.50     620.50       500.00
                             草    稿
\f
        科目编码
                            科目名称            合计       基本支出      项目支出
   类      款      项
   201    03     01    行政运行                  620.50     620.50
   201    03     02    一般行政管理事务          500.00                  500.00
               合        计                    1,120.50     620.50       500.00
"""
SIDES = """
  序号         收入项目             预算数       支出项目           预算数
  栏次            1                   2             3                  4
    1    一、财政拨款收入             39,151.12一、一般公共服务支出
    2    二、事业收入                          二、教育支出             38,754.45
    3    收  入  总  计               39,151.12支  出  总  计           38,754.45
注：没有外交支出。
"""


def test_codes_names_and_amounts_below_each_other_are_columns_over_pages_too() -> None:
    table = in_cells(laid(CODES))
    assert table is not None
    assert not table.laid
    assert table.unit == "万元"
    assert [row.cells for row in table.rows] == [
        ("类", "款", "项", "科目名称", "合计", "基本支出", "项目支出"),
        ("201", "", "", "一般公共服务支出", "1,120.50", "620.50", "500.00"),
        ("201", "03", "", "政府办公厅及相关机构", "1,120.50", "620.50", "500.00"),
        ("201", "03", "01", "行政运行", "620.50", "620.50", ""),
        ("201", "03", "02", "一般行政管理事务", "500.00", "", "500.00"),
        ("", "", "", "合计", "1,120.50", "620.50", "500.00"),
    ]
    assert str(table.rows[3].place) == "第 2 页第 4 行"


def test_where_a_chinese_letter_has_the_room_of_one_the_columns_are_the_same() -> None:
    text = """
208   05       行政事业单位养老支出             16,360,320     16,360,320
208   05   05 机关事业单位基本养老保险缴费支出         8,000,000      8,000,000
"""
    head = "类     款    项    功能分类科目名称         合计          财政拨款收入"
    table = in_cells(laid(head + text, as_it_is=True))
    assert table is not None
    assert table.rows[2].cells[3:] == (
        "机关事业单位基本养老保险缴费支出",
        "8,000,000",
        "8,000,000",
    )


def test_an_amount_and_the_name_right_behind_it_are_two_cells() -> None:
    table = in_cells(laid(SIDES))
    assert table is not None
    assert [row.cells for row in table.rows] == [
        ("序号", "收入项目", "预算数", "支出项目", "预算数"),
        ("1", "一、财政拨款收入", "39,151.12", "一、一般公共服务支出", ""),
        ("2", "二、事业收入", "", "二、教育支出", "38,754.45"),
        ("3", "收入总计", "39,151.12", "支出总计", "38,754.45"),
    ]


def test_a_heading_over_several_columns_goes_over_them() -> None:
    text = """
   项目            本年一般公共预算数      上年
                基本支出    项目支出     预算数
   甲             10.00       20.00       30.00
   乙             11.00       21.00       31.00
"""
    table = in_cells(laid(text))
    assert table is not None
    assert table.rows[0].cells == ("", "本年一般公共预算数", "")
    assert table.rows[0].widths == (1, 2, 1)
    assert table.rows[1].cells == ("项目", "基本支出", "项目支出", "上年预算数")


def test_a_name_that_is_broken_because_its_line_is_full_goes_on_below() -> None:
    text = """
   项目              数       去向
   一、政府性基      10.00    甲单位的
   金                         支出
   二、其他          11.00    乙
"""
    table = in_cells(laid(text))
    assert table is not None
    assert [row.cells for row in table.rows[1:]] == [
        ("一、政府性基金", "10.00", "甲单位的支出"),
        ("二、其他", "11.00", "乙"),
    ]


UNSURE = {
    "words below a short line": "   项目          数\n   甲甲甲甲甲     1.00\n   乙             2.00\n   丙\n   丁             3.00",
    "a number without a name": "   项目          数\n   一、甲甲\n                 10.00\n   甲\n   二、乙        11.00",
    "two pieces in one column": "   项目          数\n   甲甲    乙乙    10.00\n   很长很长很长的丙  11.00",
    "numbers not below each other": "   项目          预算数\n   甲          1.00\n   乙            2.00\n   丙             3.00",
    "a number below no heading": "   项目          数\n   甲             10.00     7.00\n   乙             11.00     8.00",
    "a heading above no column": "   项目   金额      数\n   甲               10.00\n   乙               11.00",
    "no heading": "   甲             10.00\n   乙             11.00",
    "one line": "   项目          数\n   甲             10.00",
    "one column": "   数\n   10.00\n   11.00",
}


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE)
def test_where_the_columns_are_not_sure_the_table_stays_unread(text: str) -> None:
    assert in_cells(laid(text)) is None


def test_a_row_without_an_amount_is_one_where_its_number_says_so() -> None:
    text = "   项目            数\n   1、房屋\n   2、车辆         10.00\n   其中：公车\n   3、其他         11.00"
    table = in_cells(laid(text))
    assert table is not None
    assert [row.cells[0] for row in table.rows[1:]] == [
        "1、房屋",
        "2、车辆",
        "其中：公车",
        "3、其他",
    ]


def test_a_table_that_has_cells_is_none_of_these() -> None:
    assert in_cells(Table("", (Row(("甲", "1"), Place(1)),), Place(1))) is None


def test_a_line_that_only_left_no_room_for_the_next_number_goes_on() -> None:
    full = "本部门的收入和支出都按规定用完没有余额" * 2
    text = f"""                    某局决算说明
{full}都写明了。
{full}都写明了。
{full}都写明了。
{full[:-2]}共
1872.35万元，{full[:30]}，占一成没有
变化。
财政拨款收入
2022年没有变化。
"""
    blocks = of_lines(lines_of([text.split("\n")]))
    found = [one.text for one in blocks if isinstance(one, Paragraph)]
    assert "共1872.35万元，" in found[4]
    assert found[4].endswith("占一成没有变化。")
    assert found[5:] == ["财政拨款收入", "2022年没有变化。"]
