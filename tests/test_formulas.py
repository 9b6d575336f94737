"""Formulas on every kind of block: calculated, drawn live, held against what a person typed, told where they circle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.languages import goes_all_the_way
from tests.office import recalculated
from tests.profiles import own_profile
from tests.xw_files import as_typed
from toolkit.check.judge import check_return, not_begun
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.model import Figure, Name, Return, Row, Words
from toolkit.profile.form import Profile
from toolkit.profile.stored import ProfileError
from toolkit.publish.amounts import figure_of
from toolkit.publish.tables import write_tables
from toolkit.returns.data import computed, from_data, to_data, with_figures
from toolkit.returns.formulas import same_formula
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.returns.typed import share_in
from toolkit.rules.formula import parse
from toolkit.rules.rule import plain
from toolkit.rules.where import parse_where
from toolkit.steps.rulebook import catalogue
from toolkit.template.draw import draw

MONEY, QUANTITY = "#/$defs/money", "#/$defs/quantity"
LINES: dict[str, Any] = {
    "title": "支出明细表",
    "x-sheet": {"name": "支出清单", "money": {"unit": "元", "decimals": 0}},
    "x-blocks": {
        "lines": {
            "kind": "list",
            "merge": "by-key",
            "key": ["code"],
            "spare": 4,
            "columns": {
                "code": {"title": "科目编码", "$ref": "#/$defs/line"},
                "level": {"title": "级次", "$ref": "#/$defs/line", "merge": "same"},
                "basic": {"title": "基本支出", "$ref": MONEY},
                "project": {"title": "项目支出", "$ref": MONEY},
                "total": {
                    "title": "合计",
                    "$ref": MONEY,
                    "formula": "basic + project",
                    "total": True,
                },
                "share": {
                    "title": "占比",
                    "$ref": "#/$defs/share",
                    "formula": 'total / sum(lines.total where level == "项")',
                },
            },
        }
    },
}
SUMMARY: dict[str, Any] = {
    "title": "汇总表",
    "x-sheet": {"name": "汇总"},
    "x-blocks": {
        "summary": {
            "kind": "fields",
            "merge": "sum",
            "columns": {
                "leaves": {
                    "title": "各项合计",
                    "$ref": MONEY,
                    "formula": 'sum(lines.total where level == "项")',
                },
                "rest": {
                    "title": "其余",
                    "$ref": MONEY,
                    "formula": "composition.total.this_year - leaves",
                },
                "rate": {
                    "title": "三公占比",
                    "$ref": "#/$defs/share",
                    "formula": "three_public.total.this_year / leaves",
                },
                "pieces": {
                    "title": "几项",
                    "$ref": "#/$defs/count",
                    "formula": 'count(lines.code where level == "项")',
                },
            },
        },
        "twice": {
            "kind": "grid",
            "label": "项目",
            "merge": "sum",
            "columns": {
                "this_year": {"title": "本年数", "$ref": MONEY},
                "last_year": {"title": "上年数", "$ref": MONEY},
            },
            "rows": {
                "basic": {"title": "基本", "formula": "composition.basic"},
                "own": {"title": "自填"},
                "total": {"title": "小计", "formula": "basic + own"},
            },
        },
    },
}
SHARE = {
    "type": "string",
    "pattern": r"^-?\d{1,15}(\.\d+)?$",
    "x-kind": "percent",
    "x-width": 10,
}
POINTS = {"title": "总分", "$ref": QUANTITY, "formula": "sum(indicators.points)"}
WHOLE: dict[str, Any] = {
    "title": "各种算式",
    "added": [
        {"at": "definitions/$defs/share", "is": SHARE},
        {"at": "profile/books/unit/forms/lines"},
        {"at": "profile/books/unit/forms/summary"},
        {
            "at": "project/x-blocks/project/columns/half",
            "is": {"title": "一半", "$ref": MONEY, "formula": "amount * 0.5"},
        },
        {
            "at": "project/x-blocks/project/columns/points",
            "is": {
                "title": "总分",
                "$ref": QUANTITY,
                "formula": "sum(indicators.points)",
            },
        },
        {
            "at": "project/x-blocks/indicators/columns/points",
            "is": {"title": "分值", "$ref": QUANTITY},
        },
        {
            "at": "project/x-blocks/indicators/columns/weight",
            "is": {
                "title": "权重",
                "$ref": "#/$defs/share",
                "formula": "points / project.points",
            },
        },
    ],
}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    forms = {"lines": LINES, "summary": SUMMARY}
    with own_profile(
        tmp_path_factory.mktemp("formulas"), "formulas-2023", WHOLE, forms
    ) as made:
        yield made


DATA: dict[str, Any] = {
    "composition": {
        "personnel": {"this_year": "10", "last_year": "9"},
        "operating": {"this_year": "2", "last_year": "2"},
    },
    "three_public": {"reception": {"this_year": "1.5", "last_year": "1.5"}},
    "lines": [
        {"code": "205", "level": "类", "basic": "60000"},
        {"code": "2050201", "level": "项", "basic": "20000", "project": "10000"},
        {"code": "2050202", "level": "项", "basic": "30000"},
    ],
    "twice": {"own": {"this_year": "1"}},
    "projects": [
        {
            "name": "甲",
            "amount": "5",
            "indicators": [
                {"level3": "一", "points": "30"},
                {"level3": "二", "points": "10"},
            ],
        },
        {"name": "乙", "amount": "7", "indicators": [{"level3": "三", "points": "8"}]},
    ],
}


def unit(profile: Profile, code: str = "333001", **data: Any) -> Return:
    cover = {
        "door": "汇总数",
        "unit_code": code,
        "unit_name": f"单位{code}",
        "department": "某县某局",
        "lead": "是" if code == "333001" else "否",
    }
    return computed(
        from_data({"cover": cover, **DATA, **data}, profile, f"{code}.xlsx"),
        profile.book,
    )


def told(book: Return, *names: str) -> list[str]:
    values = [book[Name.parse(name)] for name in names]
    return [
        plain(value.number) if isinstance(value, Figure) else value.text
        for value in values
    ]


# -- the language -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant", "excel"),
    [
        ('level == "项"', [True, False, False], '--EXACT(TRIM(level),"项")'),
        ('level != "项"', [False, True, True], '(1-EXACT(TRIM(level),"项"))'),
        (
            'level in ["项", "款"]',
            [True, True, False],
            '(EXACT(TRIM(level),"项")+EXACT(TRIM(level),"款"))',
        ),
        ('level not in ["项", "款"]', [False, False, True], None),
        ('level != "" and amount > 2.5', [True, False, False], None),
        ('amount >= 3 or level == "款"', [True, True, False], None),
        ('not (amount < 3 or level == "款")', [True, False, False], None),
        ("amount == 0", [False, False, True], "--(amount=0)"),
        ("amount <= -1", [False, False, False], "--(amount<=-1)"),
    ],
)
def test_a_condition_means_the_same_rows_wherever_it_is_read(
    text: str, meant: list[bool], excel: str | None
) -> None:
    rows = [
        Row("1", {"level": Words("项"), "amount": Figure(Decimal(3))}),
        Row("2", {"level": Words("款"), "amount": Figure(Decimal(2))}),
        Row("3", {"level": Words(""), "amount": Figure(None)}),
    ]
    where = parse_where(text)
    assert [where.holds(row) for row in rows] == meant
    assert excel is None or where.excel(lambda column: column) == excel
    assert where.prose(lambda column: f"【{column}】").count("【") == len(
        list(where.columns())
    ) - text.count('", "')


@pytest.mark.parametrize(
    "text",
    [
        'level = "项"',
        "level == 项",
        "level in 3",
        "level in []",
        'amount > "3"',
        "amount > x",
        "level ==",
        "a < b < 3",
        "amount > True",
    ],
)
def test_a_condition_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"条件“"):
        parse_where(text)


def test_a_formula_with_conditions_and_shares_says_itself_in_chinese() -> None:
    term = parse(
        'sum(lines.total where level == "项" and kind != "x where y") / (a + b) * 100'
    )
    said = term.prose(lambda name: f"【{name.column}】")
    assert (
        said
        == "【level】为“项”且【kind】不为“x where y”的各行【total】之和 ÷ （【a】 + 【b】） × 100"
    )
    assert [str(name) for name in term.names()] == [
        "lines[].total",
        "lines[].level",
        "lines[].kind",
        "a",
        "b",
    ]
    counted = parse("count(lines.code where amount > 0)").prose(
        lambda name: f"【{name.column}】"
    )
    assert counted == "【amount】大于0的各行【code】的个数"


# -- what is calculated -------------------------------------------------------------------------------------------------


def test_every_kind_of_block_is_calculated_in_its_own_unit(profile: Profile) -> None:
    book = unit(profile)
    assert told(book, "lines[2].total", "lines[2].share", "lines[3].share") == [
        "30000",
        "0.5",
        "0.5",
    ]
    assert told(
        book, "summary.leaves", "summary.rest", "summary.rate", "summary.pieces"
    ) == ["6", "6", "0.25", "2"]
    assert told(
        book, "twice.basic.this_year", "twice.basic.last_year", "twice.total.this_year"
    ) == ["12", "11", "13"]
    assert told(book, "project[2].half") == ["3.5"]


def test_a_project_adds_up_its_own_list_alone(profile: Profile) -> None:
    book = unit(profile)
    assert told(book, "project[1].points", "project[2].points") == ["40", "8"]
    weights = [
        told(book, f"project[{project}].indicators[{line}].weight")
        for project, line in ((1, 1), (1, 2), (2, 1))
    ]
    assert weights == [["0.75"], ["0.25"], ["1"]]
    typed = [
        {
            "name": "甲",
            "points": "41",
            "indicators": [{"level3": "一", "points": "40", "weight": "0.5"}],
        }
    ]
    found = {
        one.rule: one.message
        for one in check_return(
            unit(profile, projects=typed), profile, catalogue(profile)
        ).findings
    }
    assert "填的是 41，按" in found["S-project.points"]
    assert "算应为 40，" in found["S-project.points"]


def test_a_share_of_nothing_is_none(profile: Profile) -> None:
    book = unit(profile, lines=[{"code": "205", "level": "类", "basic": "60000"}])
    for name in ("lines[1].share", "summary.rate"):
        value = book[Name.parse(name)]
        assert isinstance(value, Figure)
        assert (value.value, value.undefined, value.given, value.flawed) == (
            None,
            True,
            False,
            False,
        ), name
    assert not [
        one
        for one in check_return(book, profile, catalogue(profile)).findings
        if one.rule.startswith("S-")
    ]


def test_a_merged_whole_is_calculated_anew_and_remembers_the_entries(
    profile: Profile,
) -> None:
    typed = unit(
        profile,
        "333002",
        lines=[{"code": "2050201", "level": "项", "basic": "1", "total": "999"}],
    )
    whole = merge([unit(profile), typed], profile).whole
    (line,) = (row for row in whole.rows("lines") if row.text("code") == "2050201")
    assert line.figure("total").number == Decimal(30001)
    assert {cell.book for cell in line.figure("total").cells()} == {
        "333001.xlsx",
        "333002.xlsx",
    }
    assert whole.figure("summary.leaves").number == Decimal("6.0001")
    assert whole.figure("summary.pieces").number == 2


def test_other_numbers_are_followed_through_every_block(profile: Profile) -> None:
    again = with_figures(
        unit(profile), {Name.parse("lines[3].basic"): Decimal(70000)}, profile.book
    )
    assert told(
        again, "lines[3].total", "lines[2].share", "summary.leaves", "summary.rest"
    ) == ["70000", "0.3", "10", "2"]
    kept = with_figures(
        unit(profile, summary={"leaves": "5"}),
        {Name.parse("lines[3].basic"): Decimal(70000)},
        profile.book,
    )
    assert told(kept, "summary.leaves") == ["5"], "what a person typed stays"


# -- held against what was typed ----------------------------------------------------------------------------------------


def test_what_was_typed_over_a_formula_is_told_by_its_rule(profile: Profile) -> None:
    lines = [dict(line) for line in DATA["lines"]]
    lines[1]["total"] = "30001"
    book = unit(profile, lines=lines, summary={"rest": "6.5"})
    found = {
        one.rule: one
        for one in check_return(book, profile, catalogue(profile)).findings
        if one.rule.startswith("S-")
    }
    line = found["S-lines.total"]
    assert (
        "填的是 30001元，按“基本支出 + 项目支出”算应为 30000元，相差 1元"
        in line.message
    )
    assert line.cells[0].row == 2
    assert "填的是 6.50万元" in found["S-summary.rest"].message
    assert (
        "支出构成“支出合计”2023年预算数 − 各项合计" in found["S-summary.rest"].message
    )


# -- drawn and read -----------------------------------------------------------------------------------------------------


def drawn(profile: Profile, book: Return, folder: Path) -> Path:
    path = folder / "333001.xlsx"
    paint(draw(profile, catalogue(profile).rules, book), path)
    return path


def test_what_is_drawn_is_live_and_read_back_without_a_word(
    profile: Profile, tmp_path: Path
) -> None:
    given = unit(profile)
    path = drawn(profile, given, tmp_path)
    again = read(open_grid(path), profile)
    assert [oddity.what for oddity in again.oddities] == []
    assert to_data(again, profile) == to_data(given, profile)
    formulas = {
        as_typed(cell.value)
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert any(
        str(formula).startswith("=ROUND(SUMPRODUCT(--EXACT(TRIM(")
        for formula in formulas
    )
    assert any(str(formula).startswith("=IF((") for formula in formulas), (
        "where it would divide by zero it is blank"
    )


def test_a_formula_changed_or_typed_over_is_seen_in_every_kind_of_block(
    profile: Profile, tmp_path: Path
) -> None:
    path = drawn(profile, unit(profile), tmp_path)
    book = openpyxl.load_workbook(path)
    lines, summary = book["支出清单"], book["汇总"]
    totals = [
        cell
        for row in lines.iter_rows()
        for cell in row
        if str(cell.value).startswith("=ROUND(SUM(")
    ]
    totals[1].value = 31000
    (pieces,) = (
        cell
        for row in summary.iter_rows()
        for cell in row
        if str(as_typed(cell.value)).startswith("=ROUND(SUMPRODUCT(--(LEN(")
    )
    pieces.value = "=1+1"
    book.save(path)
    seen = {oddity.what: oddity for oddity in read(open_grid(path), profile).oddities}
    assert seen["overtyped"].cells[0].address == totals[1].coordinate
    assert seen["formula-changed"].cells[0].address == pieces.coordinate


@pytest.mark.libreoffice
def test_another_program_calculates_the_same(profile: Profile, tmp_path: Path) -> None:
    given = unit(profile)
    path = drawn(profile, given, tmp_path)
    again = read(open_grid(recalculated([path], tmp_path / "again")[0]), profile)
    assert to_data(again, profile) == to_data(given, profile)
    assert [oddity.what for oddity in again.oddities] == []


def test_such_a_profile_goes_from_drawing_to_publishing(
    profile: Profile, tmp_path: Path
) -> None:
    units = []
    for code, lead in (("333001", "是"), ("333002", "否")):
        cover = {
            "door": "汇总数",
            "unit_code": code,
            "unit_name": f"单位{code}",
            "department": "某县某局",
            "lead": lead,
        }
        units.append({"cover": cover, **DATA})
    gone = goes_all_the_way(profile, units, tmp_path)
    assert not [
        finding
        for finding in gone.merged.findings
        if finding.rule.startswith(("S-", "A01-05", "A01-06"))
    ]
    path = next(path for name, path in gone.placed.items() if "底稿" in name)
    sums = openpyxl.load_workbook(path)["合计"]
    told = {row[0].value: row[2].value for row in sums.iter_rows(min_row=4)}
    assert [
        name
        for name in told
        if str(name).startswith("lines[") and str(name).endswith(".basic")
    ]
    assert not [name for name in told if str(name).endswith((".total", ".share"))], (
        "what is calculated is nobody's entry"
    )


# -- faults -------------------------------------------------------------------------------------------------------------

TOTAL, LEAVES = (
    "lines/x-blocks/lines/columns/total/formula",
    "summary/x-blocks/summary/columns/leaves/formula",
)
FAULTS = [
    (TOTAL, "basic + porject", "没有名为“porject”的列"),
    (
        TOTAL,
        "basic + composition.totl.this_year",
        "没有名为“composition.totl.this_year”的数",
    ),
    (TOTAL, 'sum(lines.basic where levle == "项")', "没有名为“lines[].levle”的数"),
    (TOTAL, "sum(lines.basic where level == 3)", "“level”是文字，要与文字比，加引号"),
    (TOTAL, "basic + share", "互相引用，算不出来"),
    (LEAVES, "rest * 2", "互相引用，算不出来"),
    (LEAVES, 'sum(project.amount where name == "甲")', "不能带条件"),
    (LEAVES, "twice.total.this_year", "互相引用，算不出来"),
]


@pytest.mark.parametrize(("path", "formula", "said"), FAULTS)
def test_a_formula_that_names_nothing_or_goes_in_a_circle_is_told(
    tmp_path: Path, path: str, formula: str, said: str
) -> None:
    forms = json.loads(json.dumps({"lines": LINES, "summary": SUMMARY}))
    forms["summary"]["x-blocks"]["twice"]["rows"]["own"]["formula"] = "summary.leaves"
    form, *way = path.split("/")
    place = forms[form]
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = formula
    with (
        pytest.raises(ProfileError, match=r"有误|“") as found,
        own_profile(tmp_path, "faulty-2023", WHOLE, forms),
    ):
        pass
    assert said in str(found.value)


# -- shares and counts in words -----------------------------------------------------------------------------------------


def test_shares_and_counts_are_told_as_what_they_are(profile: Profile) -> None:
    lines = [dict(line) for line in DATA["lines"]]
    lines[1]["share"] = "0.3"
    book = unit(profile, lines=lines, summary={"pieces": "3"})
    found = {
        one.rule: one.message
        for one in check_return(book, profile, catalogue(profile)).findings
    }
    assert "填的是 30.00%" in found["S-lines.share"]
    assert "算应为 50.00%，相差 20.00%" in found["S-lines.share"]
    assert "填的是 3，" in found["S-summary.pieces"]
    assert "算应为 2，相差 1。" in found["S-summary.pieces"]
    lines[1]["share"] = "0.50004"
    again = check_return(unit(profile, lines=lines), profile, catalogue(profile))
    assert not [one for one in again.findings if one.rule == "S-lines.share"], (
        "half of a hundredth of a percent is nothing"
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.5%", "0.125"), ("0.125", "0.125"), ("１２％", "0.12"), ("12.5%左右", None)],
)
def test_a_share_typed_as_text_is_read(text: str, number: str | None) -> None:
    assert share_in(text) == (None if number is None else Decimal(number))


def test_shares_are_printed_as_such_and_one_of_nothing_as_none(
    profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "公开表.xlsx"
    write_tables(merge([unit(profile)], profile), profile, path)
    sheet = openpyxl.load_workbook(path)["支出清单"]
    formats = {
        cell.value: cell.number_format
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in (0.5, 30000)
    }
    assert formats == {0.5: "0.00%", 30000: "0"}
    write_tables(
        merge(
            [unit(profile, lines=[{"code": "205", "level": "类", "basic": "6"}])],
            profile,
        ),
        profile,
        path,
    )
    rows = [
        [cell.value for cell in row]
        for row in openpyxl.load_workbook(path)["支出清单"].iter_rows()
    ]
    assert next(row for row in rows if "205" in row)[-1] == "——"


def test_the_statement_counts_and_adds_up_projects_by_a_condition(
    profile: Profile,
) -> None:
    projects = [
        {"name": "甲", "amount": "5", "main": "是"},
        {"name": "乙", "amount": "7", "main": "否"},
        {"amount": "1"},
    ]
    whole = merge([unit(profile, projects=projects)], profile).whole
    assert (
        figure_of('sum(project.amount where main == "是")', whole, profile, "元")[
            0
        ].number
        == 50000
    )
    assert (
        figure_of('count(project.name where main in ["是", "否"])', whole, profile)[
            0
        ].number
        == 2
    )
    assert (
        figure_of("count(project.amount where amount > 0)", whole, profile)[0].number
        == 3
    )


# -- three rows of headings over a grid ---------------------------------------------------------------------------------

BUDGET, VEHICLES = "“三公”经费预算数", "公务用车购置及运行费"
DEEP: dict[str, Any] = {
    "title": "“三公”经费和机关运行经费预算表",
    "x-sheet": {"name": "三公和运行"},
    "x-blocks": {
        "deep": {
            "kind": "grid",
            "label": "单位",
            "merge": "sum",
            "columns": {
                "total": {
                    "title": "合计",
                    "$ref": MONEY,
                    "group": BUDGET,
                    "formula": "abroad + vehicles",
                },
                "abroad": {"title": "因公出国（境）费", "$ref": MONEY, "group": BUDGET},
                "vehicles": {
                    "title": "小计",
                    "$ref": MONEY,
                    "group": [BUDGET, VEHICLES],
                    "formula": "bought + run",
                },
                "bought": {
                    "title": "购置费",
                    "$ref": MONEY,
                    "group": [BUDGET, VEHICLES],
                },
                "run": {"title": "运行费", "$ref": MONEY, "group": [BUDGET, VEHICLES]},
                "operating": {"title": "机关运行经费预算数", "$ref": MONEY},
            },
            "rows": {"all": {"title": "部门"}},
        }
    },
}


def test_three_rows_of_headings_are_drawn_printed_and_found(tmp_path: Path) -> None:
    whole = {"title": "三层标题", "added": [{"at": "profile/books/unit/forms/deep"}]}
    with own_profile(tmp_path / "home", "deep-2023", whole, {"deep": DEEP}) as profile:
        said = {
            "deep": {
                "all": {"abroad": "1", "bought": "2", "run": "3", "operating": "4"}
            }
        }
        cover = {
            "unit_code": "333001",
            "unit_name": "单位",
            "department": "某县某局",
            "lead": "是",
        }
        given = computed(
            from_data({"cover": cover, **said}, profile, "333001.xlsx"), profile.book
        )
        path = drawn(profile, given, tmp_path)
        book = openpyxl.load_workbook(path)
        sheet = book["三公和运行"]
        spots = {
            cell.value: (cell.row, cell.column)
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str)
        }
        rows = [spots[title][0] for title in (BUDGET, VEHICLES, "购置费")]
        assert rows == [rows[0], rows[0] + 1, rows[0] + 2]
        assert spots["合计"] == (rows[1], spots[BUDGET][1])
        assert spots["机关运行经费预算数"][0] == rows[0]
        merged = {str(area) for area in sheet.merged_cells.ranges}
        assert len([area for area in merged if area.endswith(str(rows[2]))]) >= 3, (
            "titles with fewer headings go down"
        )
        for name in list(sheet.defined_names):
            del sheet.defined_names[name]  # nothing but the headings says what is what
        book.save(path)
        assert (
            to_data(read(open_grid(path), profile), profile)["deep"]
            == to_data(given, profile)["deep"]
        )
        table = tmp_path / "公开表.xlsx"
        write_tables(merge([given], profile), profile, table)
        printed = [
            [cell.value for cell in row]
            for row in openpyxl.load_workbook(table)["三公和运行"].iter_rows()
        ]
        assert [
            row.count(BUDGET) + row.count(VEHICLES) + row.count("购置费")
            for row in printed
            if BUDGET in row
        ] == [1]
        assert next(row for row in printed if "部门" in row)[2:] == [6, 1, 5, 2, 3, 4]


def test_a_form_that_is_calculated_as_a_whole_waits_for_nobody_and_is_printed(
    tmp_path: Path,
) -> None:
    """A public table made of what stands on other forms: it is no form to fill in, and has no state of its own."""
    form = json.loads(json.dumps(DEEP))
    columns = form["x-blocks"]["deep"]["columns"]
    for key, row in (
        ("abroad", "abroad"),
        ("bought", "vehicle_purchase"),
        ("run", "vehicle_running"),
    ):
        columns[key]["formula"] = f"three_public.{row}.this_year"
    columns["operating"]["formula"] = "operating.amount"
    whole = {"title": "算出来的表", "added": [{"at": "profile/books/unit/forms/deep"}]}
    with own_profile(
        tmp_path / "home", "derived-2023", whole, {"deep": form}
    ) as profile:
        assert profile.book.sheets["deep"].calculated
        assert not profile.book.sheets["deep"].tick
        assert not profile.book.sheets["three_public"].calculated
        blank = from_data(
            {"cover": {"unit_code": "333001", "unit_name": "单位", "lead": "否"}},
            profile,
            "333001.xlsx",
        )
        assert "三公和运行" not in not_begun(blank, profile)
        cover = {
            "unit_code": "333001",
            "unit_name": "单位",
            "department": "某县某局",
            "lead": "是",
        }
        said = {
            "cover": cover,
            "three_public": {"vehicle_running": {"this_year": "3"}},
            "operating": {"amount": "4"},
        }
        given = computed(from_data(said, profile, "333001.xlsx"), profile.book)
        again = read(open_grid(drawn(profile, given, tmp_path)), profile)
        assert [oddity.what for oddity in again.oddities] == []
        table = tmp_path / "公开表.xlsx"
        write_tables(merge([again], profile), profile, table)
        printed = [
            [cell.value for cell in row]
            for row in openpyxl.load_workbook(table)["三公和运行"].iter_rows()
        ]
        assert next(row for row in printed if "部门" in row)[2:] == [
            3,
            None,
            3,
            None,
            3,
            4,
        ]


@pytest.mark.parametrize(
    ("stands", "same"),
    [
        ("ROUND(N(C8)-N(D8),6)", True),  # as earlier editions wrote it
        ("ROUND(SUM($C$8) - SUM(D8),6)", True),
        ("ROUND(N(D8)-N(C8),6)", False),
        ("ROUND(SUM(C8:C9)-SUM(D8),6)", False),
    ],
)
def test_a_cell_as_a_number_is_the_same_however_it_is_written(
    stands: str, *, same: bool
) -> None:
    known = {(8, 3), (9, 3), (8, 4)}
    assert same_formula(stands, "ROUND(SUM(C8)-SUM(D8),6)", known) is same


def test_a_cell_of_another_sheet_as_a_number_is_the_same_however_it_is_written() -> (
    None
):
    assert same_formula("N('支出明细'!C7)", "SUM(支出明细!C7)", set())
