"""A statement that was published, read as last year's figures and into a template: each figure with its place, the rest listed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from tests.statements import HEBEI
from tests.test_carried import Years, years
from toolkit import steps
from toolkit.audit.blocks import Place, Row, Table, of_document
from toolkit.audit.reading import Statement, read_statement
from toolkit.audit.tables import PLAIN, Entry, ReadTable
from toolkit.check.judge import check_disclosure, check_return
from toolkit.files.grid import open_grid
from toolkit.platform.planted import entries_of
from toolkit.platform.transcript.book import transcribe, unproven
from toolkit.platform.transcript.sheets import sheets_of
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.carried import NotTaken
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.returns.origins import SHEET, lines_in
from toolkit.returns.read import read
from toolkit.steps.auditing import read_file
from toolkit.steps.lastyear import published_beside
from toolkit.steps.rulebook import catalogue
from toolkit.steps.transcribing import transcribed
from toolkit.template.not_taken import SHEET as LEFT

__all__ = ["years"]  # a fixture

EXAMPLE = home() / "examples" / "01-xianghe-as-published"


def written(folder: Path, text: str, name: str = "上年情况说明.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def kinds(left: tuple[NotTaken, ...]) -> dict[str, list[NotTaken]]:
    found: dict[str, list[NotTaken]] = {}
    for one in left:
        found.setdefault(one.kind, []).append(one)
    return found


@pytest.fixture(scope="module")
def small_one(years: Years, tmp_path_factory: pytest.TempPathFactory) -> steps.Source:
    """The small statement of Hebei in the forms of the year after."""
    path = written(tmp_path_factory.mktemp("说明"), HEBEI)
    return steps.source_of(path, years.now)


# -- last year's figures ---------------------------------------------------------------------------------------------------


def test_the_amounts_of_sentences_become_last_years_each_with_its_paragraph(
    small_one: steps.Source,
) -> None:
    figures = {
        "composition.personnel.last_year": "610.15",
        "composition.operating.last_year": "90.05",
        "composition.project.last_year": "500.30",
        "three_public.abroad.last_year": "0",
        "three_public.vehicle_purchase.last_year": "0",
        "three_public.vehicle_running.last_year": "12.40",
        "three_public.reception.last_year": "2.20",
    }
    for name, said in figures.items():
        assert small_one.filled.figure(name).value == Decimal(said), name
    places = {
        f"{line.block}.{line.row}.{line.column}": (
            line.origin.sheet,
            line.origin.address,
        )
        for line in small_one.lines
    }
    assert places.keys() == figures.keys()
    assert places["composition.personnel.last_year"] == ("正文", "第 11 行")
    assert places["three_public.reception.last_year"] == ("正文", "第 17 行")
    assert small_one.filled.figure("composition.personnel.this_year").value is None


def test_what_found_no_cell_is_listed_and_so_is_the_cell_that_nothing_was_found_for(
    small_one: steps.Source,
) -> None:
    left = kinds(small_one.left)
    assert [one.said for one in left["还空着的上年数"]] == [
        "支出构成“其中：本级支出”2023年预算数"
    ]
    assert any(
        "安排政府采购150.25万元" in one.said for one in left["新表里没有地方放的数"]
    )
    assert {one.said for one in left["没有上年一列的数"]} >= {"“国有资产”6 个数"}
    assert [one.said for one in left["增减额、比例"]] == ["6 个数"]


def test_the_drawn_workbook_says_where_each_figure_stands_and_what_is_not_in_it(
    small_one: steps.Source, years: Years, tmp_path: Path
) -> None:
    path = steps.template(
        tmp_path / "新.xlsx", years.now, source=small_one, count=1
    ).path
    grid = open_grid(path)
    assert {line.origin.number for line in lines_in(grid)} >= {Decimal("610.15")}
    said = {cell.text for cell in grid.sheets[LEFT].cells.values()}
    assert {one.said for one in small_one.left} <= said
    book = read(grid, years.now)
    assert book.figure("composition.personnel.last_year").value == Decimal("610.15")
    report = check_return(book, years.now, catalogue(years.now))
    extra = [
        one for one in report.findings if {LEFT, SHEET} & {c.sheet for c in one.cells}
    ]
    assert not extra


def test_rules_that_ask_for_last_years_figures_then_run(
    small_one: steps.Source, years: Years
) -> None:
    data = entries_of(small_one.filled, years.now)
    data["composition"]["project"]["this_year"] = "900.30"
    data["ticks"] = {"composition": "已填完"}
    book = computed(from_data(data, years.now, "甲.xlsx"), years.now.book)
    report = check_return(book, years.now, catalogue(years.now))
    told = {one.message for one in report.findings if one.rule in ("B02-02", "B04-01")}
    assert any("项目支出" in one and "400.00万元" in one for one in told)
    assert any("公务用车运维费" in one and "-12.40万元" in one for one in told)


def test_a_statement_beside_the_workbooks_is_what_last_years_figures_are_held_against(
    years: Years, tmp_path: Path
) -> None:
    path = written(tmp_path, HEBEI)
    published = published_beside([tmp_path], years.now)
    assert published is not None
    assert published.name == path.name
    data = {
        "composition": {"project": {"this_year": "1", "last_year": "500.00"}},
        "cover": {"lead": "是"},
    }
    whole = merge(
        [from_data(data, years.now, "甲.xlsx")], years.now, published=published.book
    )
    found = check_disclosure(whole, years.now, catalogue(years.now)).findings
    (told,) = [
        one for one in found if one.rule == "F06-01" and "项目支出" in one.message
    ]
    assert (told.value, told.expected, told.difference) == ("500.00", "500.30", "0.30")


# -- words -----------------------------------------------------------------------------------------------------------------


def test_a_published_statement_gives_its_projects_goals_and_agencies_whole(
    years: Years,
) -> None:
    found = transcribed(EXAMPLE / "published.txt", years.now)
    typed = [
        project
        for path in sorted((EXAMPLE / "returns").glob("*.json"))
        for project in json.loads(path.read_text(encoding="utf-8"))["projects"]
    ]
    ours = found.taken.data["projects"]
    assert len(ours) == len(typed)
    assert sum(len(one["indicators"]) for one in ours) == sum(
        len(one["indicators"]) for one in typed
    )
    values = [
        [row.get("value", "") for row in one["indicators"]]
        for one in sorted(ours, key=lambda one: str(one["name"] + one["goal"]))
    ]
    assert values == [
        [row.get("value", "") for row in one["indicators"]]
        for one in sorted(typed, key=lambda one: str(one["name"] + one["goal"]))
    ]
    assert [one["rank"] for one in found.taken.data["agencies"]] == [
        "正科级",
        "副科级",
        "正股级",
    ]
    assert len(found.taken.data["duties"]) == 12
    assert len(found.taken.data["goals"]) == 11
    assert any("资产总额" in one.said and "71.8" in one.said for one in found.left)
    assert any("3 个单位" in note for note in found.notes)


def test_the_tenth_term_is_a_term_though_it_is_called_like_a_section(
    years: Years,
) -> None:
    lines = HEBEI.replace(
        "九、其他",
        "2、机关运行经费：指为保障运行用于购买货物的资金。\n3、上年结转：指转到本年的资金。\n九、其他",
    )
    # the section itself is not there
    lines = lines.replace("三、机关运行经费安排情况\n", "")
    statement = read_statement("甲.txt", of_document(lines.split("\n")))
    done = transcribe(statement, years.before, "去年")
    assert [one["term"] for one in done.data["glossary"]] == [
        "基本支出",
        "机关运行经费",
        "上年结转",
    ]


# -- tables ----------------------------------------------------------------------------------------------------------------


def test_what_two_sentences_say_differently_is_not_taken(
    tmp_path: Path, years: Years
) -> None:
    text = HEBEI.replace(
        "项目支出500.30万元，包括本级支出。",
        "项目支出500.30万元，包括本级支出。\n项目支出520.30万元。",
    )
    source = steps.source_of(written(tmp_path, text), years.now)
    assert source.filled.figure("composition.project.last_year").value is None
    assert len(kinds(source.left)["说法不一样的数"]) == 2


def test_an_amount_is_that_of_its_own_section(years: Years, tmp_path: Path) -> None:
    text = HEBEI.replace(
        "主要用于办公费、邮电费、差旅费。",
        "其中：办公费10.00万元、公务用车运维费3.00万元。",
    )
    source = steps.source_of(written(tmp_path, text), years.now)
    said = source.filled.figure("three_public.vehicle_running.last_year").value
    assert said == Decimal("12.40")


def test_an_amount_with_more_decimals_than_its_cell_is_rounded_and_told(
    years: Years, tmp_path: Path
) -> None:
    text = HEBEI.replace("人员类项目经费610.15", "人员类项目经费610.1549")
    source = steps.source_of(written(tmp_path, text), years.now)
    said = source.filled.figure("composition.personnel.last_year").value
    assert said == Decimal("610.15")
    (told,) = kinds(source.left)["四舍五入了的数"]
    assert "610.1549" in told.said
    assert told.why.endswith("610.15")


def test_cells_that_go_over_several_columns_are_known_in_word_and_guessed_where_it_is_sure(
    tmp_path: Path,
) -> None:
    path = tmp_path / "甲.docx"
    document = docx.Document()
    document.add_paragraph("支出总表")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1))
    for (row, column), text in {
        (0, 0): "科目",
        (0, 2): "合计",
        (1, 0): "编码",
        (1, 1): "名称",
        (2, 2): "5",
    }.items():
        table.cell(row, column).text = text
    document.save(str(path))
    (known,) = sheets_of(read_file(path), ()).made.values()
    assert known.merges == ((2, 1, 2, 2),)
    rows = (
        ("科目", "合计"),
        ("编码", "名称", ""),
        ("201", "教育", "5"),
        ("202", "卫生", "6"),
    )
    plain = of_document(["支出总表", [list(row) for row in rows]])
    (guessed,) = sheets_of(read_statement("甲.txt", plain), ()).made.values()
    assert guessed.merges == ((2, 1, 2, 2),)
    unsure = of_document(
        [
            "支出总表",
            [["科目", "合计"], ["编码", "名称", "数", "额"], ["201", "教育", "5", "6"]],
        ]
    )
    (left,) = sheets_of(read_statement("甲.txt", unsure), ()).made.values()
    assert not left.merges


OUTLAY = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "30.00", "10.00", "20.00"],
    ["20103", "政府办公厅（室）及相关机构事务", "30.00", "10.00", "20.00"],
    ["2010301", "行政运行", "30.00", "10.00", "20.00"],
    ["", "合计", "30.00", "10.00", "20.00"],
]
COMPOSITION = [
    ["支出项目", "2023年预算数", "2022年预算数", "增减额"],
    ["支出合计", "30.00", "28.00", "2.00"],
    ["一、基本支出", "10.00", "9.00", "1.00"],
    ["人员类项目", "7.00", "6.00", "1.00"],
    ["运转类公用经费项目", "3.00", "3.00", "0.00"],
    ["二、项目支出（运转类其他及特定目标类）", "20.00", "19.00", "1.00"],
]


@pytest.mark.parametrize(
    ("title", "rows", "found"),
    [
        ("部门预算支出总表", OUTLAY, {"project": ("20", "相加")}),
        (
            "支出构成及比上年增减情况表",
            COMPOSITION,
            {
                "personnel": ("7.00", "第 37 段"),
                "operating": ("3.00", "第 37 段"),
                "project": ("20.00", "第 37 段"),
            },
        ),
    ],
    ids=["a related total", "the form's own table"],
)
def test_what_no_sentence_says_stands_in_a_table(
    title: str, rows: list[list[str]], found: dict[str, tuple[str, str]], years: Years
) -> None:
    lines = [line for line in HEBEI.split("\n") if "支出预算1200.50" not in line]
    blocks = of_document([*lines, title, "单位：万元", rows])
    done = transcribe(read_statement("甲.txt", blocks), years.before, "去年")
    assert {
        name.row: (str(origin.number), origin.address)
        for name, origin in done.origins.items()
        if name.block == "composition"
        and name.row in ("personnel", "operating", "project")
        and name.column == "this_year"
    } == found


def test_an_amount_that_a_sentence_contradicts_stays_nowhere(years: Years) -> None:
    lines = HEBEI.split("\n")
    blocks = of_document(
        [*lines, "支出构成及比上年增减情况表", "单位：万元", COMPOSITION]
    )
    done = transcribe(read_statement("甲.txt", blocks), years.before, "去年")
    assert not any("this_year" in row for row in done.data["composition"].values())
    said = [one.said for one in done.left if one.kind == "说法不一样的数"]
    assert any("是 500.3" in one and "是 20" in one for one in said)


def test_tables_of_one_title_and_tables_without_one_have_names_of_their_own() -> None:
    rows = [["甲", "1"], ["乙", "2"]]
    blocks = of_document(
        ["支出总表", rows, "支出总表", rows, "一句话，不是题目。", rows]
    )
    names = list(sheets_of(read_statement("甲.txt", blocks), ()).made)
    assert names == ["支出总表", "支出总表（2）", "第 6 段的表"]


def test_a_table_that_only_positions_part_is_listed_and_so_are_its_lines() -> None:
    row = Row((), Place(7), "201  教育  5  6")
    table = Table("支出总表", (row, row), Place(6), laid=True)
    read_one = ReadTable(PLAIN, table, (Entry(Place(7), "教育"),), "", (row,))
    statement = replace(a_statement(), tables=(read_one,), unread=(table,))
    done = transcribe(statement, load("hebei-2023"), "去年")
    left = kinds(tuple(done.left))
    assert [one.said for one in left["没有读的表"]] == ["《支出总表》，6 个数"]
    assert [one.place for one in left["没有读的行"]] == ["第 7 段"]


def a_statement() -> Statement:
    return read_statement("甲.txt", of_document(HEBEI.split("\n")))


def test_a_profile_that_knows_no_exported_tables_says_so_of_each() -> None:
    rows = [["甲", "1"], ["乙", "2"]]
    statement = read_statement(
        "甲.txt", of_document([*HEBEI.split("\n"), "支出总表", rows])
    )
    done = transcribe(statement, replace(load("hebei-2023"), platform={}), "去年")
    assert {"《支出总表》"} <= {
        one.said for one in done.left if one.kind == "没有读的表"
    }


def test_a_total_that_is_not_the_sum_of_its_parts_is_told() -> None:
    text = HEBEI.replace("三公”经费预算安排14.60", "三公”经费预算安排15.60")
    statement = read_statement("甲.txt", of_document(text.split("\n")))
    done = transcribe(statement, load("hebei-2023"), "去年")
    (told,) = [one for one in unproven(done) if "三公" in one.said]
    assert "15.6" in told.said
    assert "差 1" in told.said


# -- of the same year, of another, of another kind --------------------------------------------------------------------------


def test_a_statement_of_the_same_year_fills_this_years_columns(tmp_path: Path) -> None:
    profile = load("hebei-2023")
    source = steps.source_of(written(tmp_path, HEBEI), profile)
    assert source.filled.figure("composition.personnel.this_year").value == Decimal(
        "610.15"
    )
    assert source.filled.figure("assets.vehicles.value").value == Decimal("110.25")
    assert source.filled.figure("purchase.planned").value == Decimal("12.30")
    assert {line.origin.source for line in source.lines} == {"公开文本"}
    assert not source.taken


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEBEI.replace("2023", "2021"), "的上年是 2023 年"),
        (HEBEI.replace("预算", "决算"), "认不出|决算"),
        ("图", "没有文字"),
        (
            "本县今年的天气很好，雨水比去年多一些，河里的鱼也多了。" * 9,
            "认不出是哪一种式样",
        ),
    ],
)
def test_what_cannot_be_last_years_budget_is_refused_and_told_why(
    text: str, why: str, years: Years, tmp_path: Path
) -> None:
    with pytest.raises(steps.StepError, match=why):
        steps.source_of(written(tmp_path, text), years.now)
