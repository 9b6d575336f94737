"""Tables that a page rules: which lines make cells, what stands in them, and how they go on over pages."""

from __future__ import annotations

from tests.statements import HEBEI
from toolkit.audit.blocks import (
    Line,
    Paragraph,
    Place,
    Table,
    lines_of,
    of_document,
    of_lines,
)
from toolkit.audit.finding import Beside
from toolkit.audit.judge import judge
from toolkit.audit.reading import read_statement
from toolkit.files.pdf import Page, _laid, _take_path
from toolkit.files.ruled import Letter, Ruled, Rules, tables_in

HIGH, WIDE = 20, 50  # points, of a cell


def letters(text: str, left: float, middle: float) -> list[Letter]:
    return [
        Letter(letter, left + 10 * at, left + 10 * at + 10, middle, 10)
        for at, letter in enumerate(text)
    ]


def grid(columns: int, rows: int, *, open_sides: bool = False) -> Rules:
    """The lines of a table whose lower left corner is at 0, 0."""
    rules = Rules()
    for row in range(rows + 1):
        rules.add(0, row * HIGH, columns * WIDE, row * HIGH)
    for column in range(columns + 1):
        if open_sides and column in (0, columns):
            continue
        rules.add(column * WIDE, 0, column * WIDE, rows * HIGH)
    return rules


def in_cell(text: str, column: int, row: int) -> list[Letter]:
    """A text in a cell, the row counted from the bottom."""
    return letters(text, column * WIDE + 5, row * HIGH + HIGH / 2)


def test_the_lines_of_a_page_make_cells() -> None:
    found = tables_in(
        grid(2, 2),
        [
            *in_cell("项目", 0, 1),
            *in_cell("数", 1, 1),
            *in_cell("甲", 0, 0),
            *in_cell("12", 1, 0),
            *letters("外面", 300, 300),
        ],
    )
    (one,) = found
    assert one.table == Ruled((("项目", "数"), ("甲", "12")), ((1, 1), (1, 1)))
    assert one.top == 2 * HIGH


def test_a_table_open_at_its_sides_ends_where_its_lines_end() -> None:
    (one,) = tables_in(
        grid(3, 1, open_sides=True),
        [*in_cell("甲", 0, 0), *in_cell("乙", 1, 0), *in_cell("丙", 2, 0)],
    )
    assert one.table.rows == (("甲", "乙", "丙"),)


def test_where_no_line_parts_two_places_they_are_one_cell() -> None:
    rules = Rules()
    for y in (0, HIGH, 2 * HIGH, 3 * HIGH):
        rules.add(0 if y != 2 * HIGH else WIDE, y, 3 * WIDE, y)
    for x in (0, WIDE, 3 * WIDE):
        rules.add(x, 0, x, 3 * HIGH)
    rules.add(2 * WIDE, 0, 2 * WIDE, 2 * HIGH)
    (one,) = tables_in(
        rules,
        [
            *letters("高的", 5, 2.1 * HIGH),
            *letters("宽的", WIDE + 20, 2.5 * HIGH),
            *in_cell("左", 1, 1),
            *in_cell("右", 2, 1),
            *in_cell("下", 0, 0),
        ],
    )
    assert one.table.rows == (("高的", "宽的"), ("", "左", "右"), ("下", "", ""))
    assert one.table.widths == ((1, 2), (1, 1, 1), (1, 1, 1))


def test_what_is_written_over_lines_is_one_text_and_words_apart_stay_apart() -> None:
    (one,) = tables_in(
        grid(2, 1),
        [
            *letters("长名", 5, 15),
            *letters("称", 5, 5),
            *letters("1", 55, 10),
            *letters("2", 75, 10),
        ],
    )
    assert one.table.rows == (("长名称", "1 2"),)


def test_a_frame_a_line_and_an_empty_grid_are_no_tables() -> None:
    frame, line = Rules(), Rules()
    frame.add(0, 0, 500, 700)
    line.add(0, 10, 300, 10)
    text = letters("正文", 50, 50)
    assert tables_in(frame, text) == []
    assert tables_in(line, text) == []
    assert tables_in(grid(2, 2), letters("外面", 300, 300)) == []


def test_shades_and_drawings_make_no_cells() -> None:
    shades = Rules()
    for at in range(4):
        shades.add(at * WIDE, 0, at * WIDE + WIDE, HIGH, framed=False)
    assert tables_in(shades, in_cell("甲", 0, 0)) == []
    drawing = Rules()
    for at in range(1001):
        drawing.add(0, at * 5, 5005, at * 5)
        drawing.add(at * 5, 0, at * 5, 5005)
    assert tables_in(drawing, in_cell("甲", 0, 0)) == []


def test_a_page_gives_its_lines_and_tables_in_their_order() -> None:
    page = Page(
        [
            *letters("题目", 20, 90),
            *in_cell("甲", 0, 0),
            *in_cell("1", 1, 0),
            *letters("注", 5, -30),
        ],
        grid(2, 1),
    )
    first, table, last = _laid(page)
    assert isinstance(table, Ruled)
    assert (str(first).strip(), str(last).strip()) == ("题目", "注")
    drawn = Rules()
    _take_path([(0, 0), (50, 0), (50, 30), (70, 90)], drawn)
    assert (len(drawn.lying), len(drawn.standing)) == (1, 1)


# -- among the lines of a statement ----------------------------------------------------------------------------------------

HEAD = ("科目", "合计", "基本")


def ruled(*rows: tuple[str, ...]) -> Ruled:
    return Ruled(rows, tuple((1,) * len(row) for row in rows))


def test_a_ruled_table_has_the_title_and_the_unit_above_it_and_counts_its_rows() -> (
    None
):
    title, unit = " " * 20 + "部门支出总表", " " * 30 + "单位：万元"
    lines = lines_of([[title, unit, ruled(HEAD, ("甲", "1", "2")), "正文的一句话。"]])
    table, text = of_lines(lines)
    assert isinstance(table, Table)
    assert (table.title, table.unit, table.laid) == ("部门支出总表", "万元", False)
    assert [str(row.place) for row in table.rows] == ["第 3 行", "第 4 行"]
    assert isinstance(text, Paragraph)
    assert str(text.place) == "第 5 行"


def test_a_table_goes_on_over_pages_without_what_the_page_repeats() -> None:
    pages: list[list[str | Ruled]] = [
        [
            " " * 30 + "草稿",
            " " * 20 + "支出总表",
            ruled(HEAD, ("甲", "1", "1"), ("乙很长的", "2", "2")),
            "— 1 —",
        ],
        [" " * 30 + "草稿", ruled(HEAD, ("名称", "", ""), ("丙", "3", "3")), "— 2 —"],
        [" " * 30 + "草稿", ruled(HEAD, ("丁", "4", "4")), "— 3 —"],
    ]
    blocks = of_lines(lines_of(pages))
    (table,) = [one for one in blocks if isinstance(one, Table)]
    assert [row.cells for row in table.rows] == [
        HEAD,
        ("甲", "1", "1"),
        ("乙很长的名称", "2", "2"),
        ("丙", "3", "3"),
        ("丁", "4", "4"),
    ]
    assert [one.text for one in blocks if isinstance(one, Paragraph)] == ["支出总表"]


def test_empty_tables_that_follow_each_other_may_have_one_note() -> None:
    note = "注：本部门无此项安排，本表为空表。"
    empty = ruled(HEAD, ("合计", "", ""))
    pages: list[list[str | Ruled]] = [
        [" " * 20 + "部门基金支出表", empty, note],
        [" " * 20 + "部门经营支出表", empty, note],
    ]
    blocks = of_lines(lines_of(pages))
    assert [one.note for one in blocks if isinstance(one, Table)] == [note, note]
    words = of_document(HEBEI.split("\n"))
    statement = read_statement("甲.pdf", [*words, *blocks])
    done = judge(statement, Beside(None, None, {}, (), None))
    assert "J04-10" not in {one.check.id for one in done.findings}
    twice = [*words, Paragraph(note, Place(99)), Paragraph(note, Place(100))]
    again = judge(read_statement("甲.pdf", twice), Beside(None, None, {}, (), None))
    assert "J04-10" in {one.check.id for one in again.findings}


def test_a_table_with_other_columns_or_a_title_of_its_own_is_another() -> None:
    other: list[list[str | Ruled]] = [
        [" " * 20 + "支出总表", ruled(HEAD, ("甲", "1", "1"))],
        [ruled(("名称", "数"), ("乙", "2"))],
        ["下面是另一张表。", ruled(("名称", "数"), ("丙", "3"))],
    ]
    tables = [one for one in of_lines(lines_of(other)) if isinstance(one, Table)]
    assert [len(one.rows) for one in tables] == [2, 2, 2]


def test_a_row_without_a_number_at_the_head_of_a_page_stays_a_row_where_others_lack_it_too() -> (
    None
):
    pages: list[list[str | Ruled]] = [
        [" " * 20 + "支出总表", ruled(HEAD, ("甲", "", "1"), ("乙", "2", "2"))],
        [ruled(("丙", "", "3"), ("丁", "4", "4"))],
    ]
    (table,) = [one for one in of_lines(lines_of(pages)) if isinstance(one, Table)]
    assert [row.cells[0] for row in table.rows] == ["科目", "甲", "乙", "丙", "丁"]


def test_a_text_without_tables_is_no_page_of_them() -> None:
    assert all(
        isinstance(one, Line) and not one.table for one in lines_of([["甲", "乙"]])
    )
