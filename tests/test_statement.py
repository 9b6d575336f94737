"""The statement: its sentences, its tables, its numbers, and what is said of a template that a person broke."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from lxml import etree

from tests.office import as_pdfs, saved_again
from toolkit.files import word
from toolkit.files.paged import pages
from toolkit.files.word import Paragraph, Table, WordError, text_of
from toolkit.model import Disclosure, Figure, Return, Words
from toolkit.profile.loading import load
from toolkit.publish.numerals import numeral
from toolkit.publish.statement import Fact, Text, context, statement, write_statement
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.rules.formula import parse
from toolkit.rules.rule import money, plain

EXAMPLES = Path(__file__).parent.parent / "examples"
CONTENTS = "目录行"  # the style of the lines of the contents
PROFILE = load("hebei-2023")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def unit(code: str = "301001", lead: str = "是", **data: Any) -> Return:
    cover = {
        "unit_code": code,
        "unit_name": f"某县某局{code}",
        "department": "某县某局",
        "lead": lead,
        **data.pop("cover", {}),
    }
    return computed(
        from_data({"cover": cover, **data}, PROFILE, f"{code}.xlsx"), PROFILE.book
    )


def project(name: str, rows: int = 2) -> dict[str, Any]:
    indicators = [
        {
            "level1": "产出指标",
            "level2": "数量指标",
            "level3": f"{name}的数量",
            "value": "≥5人",
        }
    ]
    return {
        "name": name,
        "goal": "做完。",
        "indicators": indicators + [{"level2": "质量指标"}] * (rows - 1),
    }


@cache
def example(name: str = "02-xianghe-corrected") -> Disclosure:
    files = sorted((EXAMPLES / name / "returns").glob("*.json"))
    said = [
        from_data(
            json.loads(file.read_text(encoding="utf-8")), PROFILE, f"{file.stem}.xlsx"
        )
        for file in files
    ]
    return merge([computed(one, PROFILE.book) for one in said], PROFILE)


def written(
    disclosure: Disclosure,
    folder: Path,
    *,
    draft: bool = False,
    template: Path | None = None,
) -> Path:
    path = folder / "情况说明.docx"
    profile = replace(PROFILE, template=template) if template else PROFILE
    write_statement(disclosure, profile, path, draft=draft)
    return path


def pieces(disclosure: Disclosure, folder: Path) -> tuple[Paragraph | Table, ...]:
    return text_of(written(disclosure, folder))


def lines(disclosure: Disclosure, folder: Path) -> list[str]:
    return [
        piece.text
        for piece in pieces(disclosure, folder)
        if isinstance(piece, Paragraph)
    ]


def line(disclosure: Disclosure, folder: Path, part: str) -> str:
    return next(
        without_page(text) for text in lines(disclosure, folder) if part in text
    )


def without_page(text: str) -> str:
    """A line of the contents as the template has it; of others nothing is taken."""
    return re.sub(r"\t\d+$", "\t", text)


def everything(read: tuple[Paragraph | Table, ...]) -> str:
    return "\n".join(
        piece.text
        if isinstance(piece, Paragraph)
        else "\n".join(cell for row in piece.rows for cell in row)
        for piece in read
    )


def edited(
    folder: Path,
    old: str,
    new: str,
    part: str = "word/document.xml",
    template: Path = PROFILE.template,
) -> Path:
    """A copy of the template in which a person changed a text."""
    copy = folder / "改过的模板.docx"
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            if name == part:
                assert old.encode() in raw, old
                raw = raw.replace(old.encode(), new.encode(), 1)
            target.writestr(name, raw)
    return copy


# ── the sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sections_stand_in_their_order_and_are_the_profiles(tmp_path: Path) -> None:
    found = [
        p.text
        for p in pieces(example(), tmp_path)
        if isinstance(p, Paragraph) and p.style == "heading 1"
    ]
    declared = [section["title"] for section in PROFILE.statement["sections"]]
    assert found == [f"{numeral(n)}、{title}" for n, title in enumerate(declared, 1)]


@pytest.mark.parametrize(
    "sentence",
    [
        "现将香河县人力资源和社会保障局2023年部门预算公开如下：",
        "（十二）完成县委、县政府交办的其他事项。",
        "目前我县部门预算的编制实行综合预算制度，即全部收入和支出都反映在预算中。",
        "香河县人力资源和社会保障局及所属事业单位的收支包含在部门预算中。",
        "收入预算反映本部门当年全部收入。2023年预算收入39151.12万元，其中：一般公共预算收入39151.12万元，基金预算收入0万元，",
        "万元，基金预算收入0万元，财政专户核拨收入0万元，其他来源收入0万元，上年结转0万元。",
        "2023年，我局机关运行经费共计安排143.47万元，主要用于办公区的日常维修、办公及印刷费、邮电费、公务用车运行维护费",
        "2023年，我局安排政府采购预算0万元，部门政府采购预算为空表。",
        "香河县人力资源和社会保障局（含所属单位）上年末固定资产金额为601.14万元（详见下表），",
        "本年度我局拟购置固定资产总额为0万元。",
        "无其他需要说明的事项。",
    ],
)
def test_the_real_department_says_what_it_published(
    tmp_path: Path, sentence: str
) -> None:
    assert line(example(), tmp_path, sentence)


def test_the_real_three_public_sentence_is_mended(tmp_path: Path) -> None:
    assert line(example(), tmp_path, "“三公”经费预算安排") == (
        "2023年，我局财政拨款“三公”经费预算安排3.42万元。其中，因公出国（境）费0万元；公务用车购置及运维费3.42万元"
        "（其中：公务用车购置费0万元，公务用车运维费3.42万元）；公务接待费0万元。“三公”经费预算总额与2022年相比减少0.38万元，"
        "其中，因公出国（境）费与2022年相比持平，无增减变化；公务用车购置及运维费与2022年相比减少0.38万元"
        "（其中：公务用车购置费与2022年相比持平，无增减变化；公务用车运维费与2022年相比减少0.38万元，"
        "主要原因是我局切实落实勤俭节约各项规定，压减公车运行经费支出）；公务接待费与2022年相比持平，无增减变化。"
    )


@pytest.mark.parametrize(
    ("this", "last", "reason", "said"),
    [
        ("12.5", "10", "新增人员", "基本支出增加2.50万元，主要为新增人员；"),
        (
            "10",
            "12.50",
            "主要原因是人员减少。",
            "基本支出减少2.50万元，主要为人员减少；",
        ),
        ("10", "10", "不该写的原因", "基本支出持平，无增减变化；"),
        ("10", "0", "", "基本支出增加10.00万元（上年无此项支出）；"),
        ("0", "0", "", "基本支出持平，无增减变化；"),
        ("0", "3", "主要为人员减少，", "基本支出减少3.00万元，主要为人员减少；"),
    ],
)
def test_the_words_follow_the_figures(
    tmp_path: Path, this: str, last: str, reason: str, said: str
) -> None:
    rows = {
        "basic": {"reason": reason},
        "personnel": {"this_year": this, "last_year": last},
    }
    assert said in line(
        merge([unit(composition=rows)], PROFILE), tmp_path, "较2022年预算"
    )


@pytest.mark.parametrize(
    ("this", "word"),
    [("9", "减少1.00万元"), ("10", "持平，无增减变化"), ("11", "增加1.00万元")],
)
def test_a_three_public_item_is_compared_with_the_year_before(
    tmp_path: Path, this: str, word: str
) -> None:
    rows = {
        "reception": {"this_year": this, "last_year": "10", "reason": "接待次数变化"}
    }
    said = line(merge([unit(three_public=rows)], PROFILE), tmp_path, "公务接待费")
    why = "" if this == "10" else "，主要原因是接待次数变化"
    assert said.endswith(f"；公务接待费与2022年相比{word}{why}。")
    assert f"总额与2022年相比{word}" in said


@pytest.mark.parametrize(
    ("planned", "content", "bought", "said"),
    [
        ("0", "计算机", "0", "总额为0万元。"),
        ("", "", "", "总额为0万元。"),
        (
            "5",
            "计算机",
            "5",
            "总额为5.00万元，主要为计算机，已列入政府采购预算，详见政府采购预算表。",
        ),
        ("5", "主要为计算机。", "", "总额为5.00万元，主要为计算机。"),
        ("5", "", "5", "总额为5.00万元，已列入政府采购预算，详见政府采购预算表。"),
    ],
)
def test_nothing_is_promised_of_a_purchase_of_zero(
    tmp_path: Path, planned: str, content: str, bought: str, said: str
) -> None:
    data: dict[str, Any] = {
        "purchase": {"planned": planned, "content": content},
        "procurement": [{"item": "计算机", "amount": bought}],
    }
    assert line(merge([unit(**data)], PROFILE), tmp_path, "拟购置").endswith(said)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "预算0万元，部门政府采购预算为空表"),
        (
            [("A0201", "12.5", "12.5", "")],
            "预算12.50万元，其中：货物12.50万元，工程0万元，服务0万元；预留中小微企业份额12.50万元。",
        ),
        (
            [
                ("A0201", "12.5", "", ""),
                ("B01", "900", "360", "216"),
                ("C21", "30", "30", "30"),
            ],
            (
                "预算942.50万元，其中：货物12.50万元，工程900.00万元，服务30.00万元；"
                "预留中小微企业份额390.00万元，其中小微企业份额246.00万元。"
            ),
        ),
        (
            [("C21", "30", "", ""), ("", "1", "", "")],
            "预算31.00万元，其中：货物0万元，工程0万元，服务30.00万元，未分类1.00万元。",
        ),
    ],
)
def test_procurement_is_told_by_kind_with_what_is_reserved(
    tmp_path: Path, rows: list[tuple[str, str, str, str]], said: str
) -> None:
    keys = ("catalogue", "amount", "reserve", "small")
    bought = [dict(zip(keys, row, strict=True)) for row in rows]
    assert said in line(
        merge([unit(procurement=bought)], PROFILE), tmp_path, "安排政府采购预算"
    )


@pytest.mark.parametrize(
    ("this", "last", "said"),
    [
        ("12.5", "10", "增长25%"),
        ("11.19", "10", "增长11.9%"),
        ("9", "10.80", "下降16.67%"),
        ("10", "10", ""),
        ("10", "0", ""),
        ("0", "10", "下降100%"),
    ],
)
def test_a_template_can_give_a_percentage_and_it_is_computed(
    tmp_path: Path, this: str, last: str, said: str
) -> None:
    """From nothing there is none: it is told in words that there was nothing."""
    template = edited(
        tmp_path,
        "基本支出{{ outlay.basic.change.moved }}",
        "基本支出{{ outlay.basic.change.rate }}。",
    )
    rows = {"personnel": {"this_year": this, "last_year": last}}
    read = text_of(
        written(merge([unit(composition=rows)], PROFILE), tmp_path, template=template)
    )
    (told,) = [
        piece.text
        for piece in read
        if isinstance(piece, Paragraph) and "较2022年预算" in piece.text
    ]
    assert f"，其中：基本支出{said}。" in told


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("某县某局", "《河北省省级预算公开办法》"),
        ("承德市教育局", "《河北省预算公开操作规程实施办法》"),
    ],
)
def test_a_place_names_the_rules_it_goes_by(name: str, rule: str) -> None:
    assert (
        rule
        in context(merge([unit(cover={"department": name})], PROFILE), PROFILE)[
            "legal_basis"
        ]
    )


def test_the_income_of_the_other_sources_is_added_up(tmp_path: Path) -> None:
    rows = (
        "capital",
        "undertaking",
        "operation",
        "from_superior",
        "from_subordinate",
        "other",
    )
    income = {row: {"amount": "1.05"} for row in rows} | {
        "carried_in": {"amount": "7"},
        "fiscal_account": {"amount": "2"},
    }
    said = line(
        merge([unit(income=income)], PROFILE), tmp_path, "反映本部门当年全部收入"
    )
    assert "预算收入15.30万元" in said
    assert "财政专户核拨收入2.00万元，其他来源收入6.30万元，上年结转7.00万元。" in said


def test_the_main_projects_are_named_once_each(tmp_path: Path) -> None:
    projects = [
        project("甲") | {"main": "是"},
        project("乙"),
        project("甲") | {"main": "是"},
        project("丙") | {"main": "是"},
    ]
    composition = {"project": {"this_year": "8"}, "own": {"this_year": "3"}}
    said = line(
        merge([unit(projects=projects, composition=composition)], PROFILE),
        tmp_path,
        "支出预算的总体情况",
    )
    assert said.endswith(
        "特定目标类项目支出8.00万元，包括本级支出3.00万元，主要为甲、丙等支出。"
    )


MOST = PROFILE.statement["most_main_projects"]


def units_of_three(count: int) -> list[Return]:
    """So many units, the first of them leading, each with three main projects."""
    made = []
    for number in range(count):
        code = str(301001 + number)
        projects = [
            project(f"{code}单位第{line}项工作补助经费") | {"main": "是"}
            for line in range(1, 4)
        ]
        made.append(
            unit(
                code,
                "是" if number == 0 else "否",
                projects=projects,
                composition={"project": {"this_year": "8"}},
            )
        )
    return made


def test_a_department_of_120_units_names_its_first_main_projects_and_says_how_many_there_are(
    tmp_path: Path,
) -> None:
    read = pieces(merge(units_of_three(120), PROFILE), tmp_path)
    sentences = [piece.text for piece in read if isinstance(piece, Paragraph)]
    (said,) = [text for text in sentences if "主要为301001单位" in text]
    assert said.endswith("301004单位第1项工作补助经费等360个项目支出。")
    assert said.count("工作补助经费") == MOST
    assert max(map(len, sentences)) < 500, "each paragraph can be read"
    whole = everything(read)
    names = [
        f"{301001 + number}单位第{line}项工作补助经费"
        for number in range(120)
        for line in range(1, 4)
    ]
    assert [name for name in names if name not in whole] == [], (
        "those that no sentence names have their tables"
    )


@pytest.mark.parametrize(
    ("bound", "count", "said"),
    [
        (
            {"most_main_projects": 3},
            1,
            "第2项工作补助经费、301001单位第3项工作补助经费等支出。",
        ),  # just as many as are named
        (
            {"most_main_projects": 2},
            1,
            "第1项工作补助经费、301001单位第2项工作补助经费等3个项目支出。",
        ),
        ({}, 10, "301010单位第3项工作补助经费等支出。"),  # no bound: all are named
    ],
)
def test_how_many_main_projects_are_named_is_the_profile_s(
    tmp_path: Path, bound: dict[str, int], count: int, said: str
) -> None:
    sayings = {
        key: value
        for key, value in PROFILE.statement.items()
        if key != "most_main_projects"
    }
    profile = replace(PROFILE, statement=sayings | bound)
    path = tmp_path / "情况说明.docx"
    write_statement(merge(units_of_three(count), profile), profile, path)
    (line_,) = [
        piece.text
        for piece in text_of(path)
        if isinstance(piece, Paragraph) and "主要为301001单位" in piece.text
    ]
    assert line_.endswith(said)
    assert line_.count("工作补助经费") == min(
        3 * count, bound.get("most_main_projects", 3 * count)
    )


@pytest.mark.parametrize(
    ("natures", "said"),
    [
        ([], "某县某局的收支"),
        (["事业单位", "参公事业单位"], "某县某局及所属事业单位的收支"),
        (["事业单位", "行政单位"], "某县某局及所属单位的收支"),
    ],
)
def test_the_other_units_are_called_what_they_are(
    tmp_path: Path, natures: list[str], said: str
) -> None:
    agencies = [
        {"name": "局", "nature": "行政单位"},
        *({"name": "属", "nature": nature} for nature in natures),
    ]
    assert said in line(
        merge([unit(agencies=agencies)], PROFILE), tmp_path, "综合预算制度"
    )


@pytest.mark.parametrize(
    ("name", "we", "ours", "region"),
    [
        ("香河县教育局", "我局", "我县", "香河县"),
        ("中共香河县委办公室", "我办", "我县", "香河县"),
        ("石家庄市裕华区发展改革委员会", "我委", "我区", "石家庄市裕华区"),
        ("大厂回族自治县人民法院", "我院", "我县", "大厂回族自治县"),
        ("城市管理局", "我局", "本级", ""),
        ("廊坊市市场监督管理局", "我局", "我市", "廊坊市"),
        ("香河县总工会", "我部门", "我县", "香河县"),
    ],
)
def test_a_department_speaks_of_itself_and_its_place_by_its_name(
    name: str, we: str, ours: str, region: str
) -> None:
    told = context(merge([unit(cover={"department": name})], PROFILE), PROFILE)
    assert (told["we"], told["our_place"], told["region"]) == (we, ours, region)


def test_what_is_published_is_free_of_template_residue(tmp_path: Path) -> None:
    text = everything(pieces(example(), tmp_path))
    for residue in (
        "{{",
        "{%",
        "有则写",
        "无则填",
        "为0万元，主要",
        "原因是主要",
        "。。",
        "；。",
        "5、 预算",
        "()",
    ):
        assert residue not in text
    for left, right in ("（）", "《》", "“”"):
        assert text.count(left) == text.count(right)
    assert not re.search(r"费(为)?\d+(\.\d+)?[；，。、）]", text)


# ── the numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def said_by(disclosure: Disclosure) -> set[str]:
    """Every number that a department's data may bring into its statement."""
    whole = disclosure.whole
    found: set[str] = set()
    for _, value in whole.values():
        found |= (
            {plain(abs(value.number)), money(abs(value.number))}
            if isinstance(value, Figure)
            else set(NUMBER.findall(value.text))
        )
    for section in PROFILE.statement["sections"]:
        for formula in section.get("facts", {}).values():
            number = abs(parse(formula).figure(whole).number)
            found |= {plain(number), money(number)}
    return found


def test_every_number_of_the_document_is_a_figure_of_the_disclosure_or_stands_in_its_texts(
    tmp_path: Path,
) -> None:
    disclosure = example()
    template = set(NUMBER.findall(everything(text_of(PROFILE.template))))
    titles = {
        n
        for row in PROFILE.book.blocks["assets"].rows.values()
        for n in NUMBER.findall(row.title)
    }
    ordinals = {str(n) for n in range(1, len(disclosure.whole.projects) + 1)}
    allowed = said_by(disclosure) | template | titles | ordinals | {"2022", "2023"}
    assert set(NUMBER.findall(everything(pieces(disclosure, tmp_path)))) <= allowed


def test_the_numbers_of_the_sentences_are_figures_and_years_only(
    tmp_path: Path,
) -> None:
    rows = {
        "personnel": {"this_year": "71.3", "last_year": "60.1"},
        "project": {"this_year": "5.55", "last_year": "9.05"},
    }
    disclosure = merge(
        [
            unit(
                composition=rows,
                income={"general": {"amount": "76.85"}},
                operating={"amount": "8.7"},
            )
        ],
        PROFILE,
    )
    allowed = said_by(disclosure) | {"2022", "2023"}
    for part in (
        "当年全部收入",
        "总体情况。",
        "较2022年预算",
        "机关运行经费共计",
        "预算安排0万元",
        "政府采购预算",
        "上年末",
    ):
        assert set(NUMBER.findall(line(disclosure, tmp_path, part))) <= allowed, part


def test_every_printed_fact_can_name_its_cells() -> None:
    heard: list[Any] = []
    statement(example(), PROFILE, heard=heard.append)
    facts = [value for value in heard if isinstance(value, Fact)]
    assert len({fact.name for fact in facts}) > 30
    for fact in facts:
        cells = list(fact.figure.cells())
        assert all(cell.book.endswith(".xlsx") for cell in cells), fact.name
        assert cells or fact.figure.number == 0, fact.name
    assert {"income.total", "assets.total", "three_public.vehicle_running.change"} <= {
        fact.name for fact in facts
    }


def test_every_printed_text_can_name_its_cells() -> None:
    heard: list[Any] = []
    statement(example(), PROFILE, heard=heard.append)
    given = [value for value in heard if isinstance(value, Text) and value]
    assert len(given) > 1000
    assert all(list(text.words.cells()) for text in given)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("39151.12", "39151.12"),
        ("0", "0"),
        ("0.00", "0"),
        ("3.40", "3.40"),
        ("3.4", "3.40"),
        ("1E+3", "1000.00"),
        ("-0", "0"),
        ("0.3333", "0.3333"),
    ],
)
def test_an_amount_has_the_decimals_of_its_cell_and_nothing_is_0(
    number: str, text: str
) -> None:
    told = context(merge([unit(operating={"amount": number})], PROFILE), PROFILE)
    assert str(told["operating"].amount) == text


def test_a_blank_cell_stays_blank_in_a_table_and_is_zero_in_a_sentence(
    tmp_path: Path,
) -> None:
    disclosure = merge(
        [
            unit(
                assets={
                    "vehicles": {"quantity": "3", "value": "37.88"},
                    "other": {"value": "0"},
                }
            )
        ],
        PROFILE,
    )
    table = [
        piece for piece in pieces(disclosure, tmp_path) if isinstance(piece, Table)
    ][-1]
    assert table.rows[1] == ("资产总额", "——", "37.88")
    assert table.rows[2] == ("1、房屋（平方米）", "", "")
    assert table.rows[4] == ("2、车辆（台、辆）", "3", "37.88")
    assert table.rows[6] == ("4、其他固定资产", "", "0")
    assert "安排0万元" in line(disclosure, tmp_path, "机关运行经费共计")


# ── the tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def project_tables(read: tuple[Paragraph | Table, ...]) -> list[Table]:
    return [
        piece
        for piece in read
        if isinstance(piece, Table) and piece.rows[0][0] == "绩效目标"
    ]


@pytest.mark.parametrize("count", [0, 1, 41, 300])
def test_each_project_has_its_table(tmp_path: Path, count: int) -> None:
    read = pieces(
        merge([unit(projects=[project(f"项目{n}") for n in range(count)])], PROFILE),
        tmp_path,
    )
    tables = project_tables(read)
    assert len(tables) == count
    headings = [
        p.text
        for p in read
        if isinstance(p, Paragraph) and p.text.endswith("绩效目标表")
    ]
    assert headings == [f"{n + 1}.项目{n}绩效目标表" for n in range(count)]
    none = "我局2023年没有项目支出，无资金绩效目标。"
    assert (none in everything(read)) == (count == 0)
    for n, table in enumerate(tables):
        assert table.rows[2:] == (
            ("产出指标", "数量指标", f"项目{n}的数量", "", "≥5人", ""),
            ("", "质量指标", "", "", "", ""),
        )


def test_first_level_indicators_merge_down_whether_repeated_or_left_blank(
    tmp_path: Path,
) -> None:
    levels = ["产出指标", "", "产出指标", "效果指标", "", "满意度指标"]
    rows = [{"level1": level, "level3": str(n)} for n, level in enumerate(levels)]
    disclosure = merge(
        [unit(projects=[{"name": "甲", "goal": "一\n二", "indicators": rows}])], PROFILE
    )
    table = project_tables(pieces(disclosure, tmp_path))[0]
    assert [row[0] for row in table.rows[2:]] == [
        "产出指标",
        "",
        "",
        "效果指标",
        "",
        "满意度指标",
    ]
    assert table.rows[0] == ("绩效目标", "一\n二")


def test_a_project_without_goal_or_indicators_still_makes_a_sound_table(
    tmp_path: Path,
) -> None:
    table = project_tables(
        pieces(merge([unit(projects=[{"name": "甲"}])], PROFILE), tmp_path)
    )[0]
    assert table.rows[0] == ("绩效目标", "")
    assert len(table.rows) == 2


def test_the_published_project_tables_come_out_whole(tmp_path: Path) -> None:
    tables = project_tables(pieces(example("01-xianghe-as-published"), tmp_path))
    assert len(tables) == 41
    assert sum(len(table.rows) - 2 for table in tables) == 289


def procurement_table(disclosure: Disclosure, folder: Path) -> Table:
    tables = [piece for piece in pieces(disclosure, folder) if isinstance(piece, Table)]
    return next(table for table in tables if table.rows[0][0] == "政府采购项目来源")


def test_no_procurement_is_a_sentence_and_no_table_on_a_page_of_its_own(
    tmp_path: Path,
) -> None:
    read = pieces(merge([unit()], PROFILE), tmp_path)
    assert not [
        piece
        for piece in read
        if isinstance(piece, Table) and "政府采购项目来源" in piece.rows[0]
    ]
    assert "政府采购预算0万元，部门政府采购预算为空表。" in everything(read)


def test_procurement_rows_follow_their_total(tmp_path: Path) -> None:
    item = {
        "project": "甲",
        "item": "桌",
        "catalogue": "A05010201",
        "measure": "张",
        "quantity": "3",
        "price": "0.1",
    }
    rows = [
        item | {"amount": "0.3", "general": "0.3", "reserve": "0.3"},
        item | {"amount": "0.3", "own_funds": "0.3"},
    ]
    table = procurement_table(merge([unit(procurement=rows)], PROFILE), tmp_path)
    assert table.rows[2][7:] == (
        *("0.60", "0.30", "0", "0", "0", "0.30", "0", "0", "0.30"),
    )
    assert table.rows[3] == (
        "甲",
        "",
        "桌",
        "A05010201",
        "张",
        "3",
        "0.1",
        "0.30",
        "0.30",
        "",
        "",
        "",
        "",
        "",
        "",
        "0.30",
    )
    assert len(table.rows) == 5


def test_what_the_profile_keeps_private_cannot_be_named_by_a_template(
    tmp_path: Path,
) -> None:
    template = edited(tmp_path, "{{ project.name }}", "{{ project.amount }}")
    with pytest.raises(WordError, match="amount"):
        written(
            merge([unit(projects=[project("甲") | {"amount": "5"}])], PROFILE),
            tmp_path,
            template=template,
        )


# ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────────


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = statement(example(), PROFILE), statement(example(), PROFILE)
    assert first == second
    assert written(example(), tmp_path).read_bytes() == first
    assert statement(example(), PROFILE, draft=True) != first


@pytest.mark.parametrize("draft", [True, False])
def test_every_page_of_a_draft_says_so(tmp_path: Path, draft: bool) -> None:  # noqa: FBT001
    files = parts(written(example(), tmp_path, draft=draft))
    headers = [
        raw.decode() for name, raw in files.items() if name.startswith("word/header")
    ]
    assert [("草稿" in header) for header in headers] == [draft] * 2
    body = etree.fromstring(files["word/document.xml"])
    for section in body.iter(f"{W}sectPr"):
        kinds = {ref.get(f"{W}type") for ref in section.iter(f"{W}headerReference")}
        assert kinds == {"default", "even"}
    assert len(list(body.iter(f"{W}sectPr"))) == 1


def test_the_page_is_the_official_one_and_only_the_wide_table_lies_across(
    tmp_path: Path,
) -> None:
    bought = {
        "project": "甲",
        "item": "桌",
        "catalogue": "A05010201",
        "measure": "张",
        "quantity": "3",
        "price": "0.1",
        "amount": "0.3",
    }
    body = etree.fromstring(
        parts(written(merge([unit(procurement=[bought])], PROFILE), tmp_path))[
            "word/document.xml"
        ]
    )
    sizes = [(size.get(f"{W}w"), size.get(f"{W}h")) for size in body.iter(f"{W}pgSz")]
    assert sizes == [("11906", "16838"), ("16838", "11906"), ("11906", "16838")]
    upright = list(body.iter(f"{W}pgMar"))[0::2]
    assert {
        tuple(m.get(f"{W}{side}") for side in ("top", "bottom", "left", "right"))
        for m in upright
    } == {
        (
            "2098",
            "1984",
            "1587",
            "1474",
        )  # 3.7, 3.5, 2.8 and 2.6 cm in twentieths of a point
    }


def test_two_and_twenty_lines_fit_a_page_and_the_contents_name_every_heading(
    tmp_path: Path,
) -> None:
    files = parts(written(example(), tmp_path))
    styles = etree.fromstring(files["word/styles.xml"])
    normal = next(
        style
        for style in styles.iter(f"{W}style")
        if style.get(f"{W}default") and style.get(f"{W}type") == "paragraph"
    )
    (spacing,) = normal.iter(f"{W}spacing")
    margins = 2098 + 1984
    assert (16838 - margins) // int(str(spacing.get(f"{W}line"))) == 22
    body = etree.fromstring(files["word/document.xml"])
    marks = {
        str(mark.get(f"{W}name")): mark.getparent()
        for mark in body.iter(f"{W}bookmarkStart")
    }
    entries = [
        p
        for p in body.iter(f"{W}p")
        for style in p.iter(f"{W}pStyle")
        if style.get(f"{W}val") == "Contents"
    ]
    named = {}
    for entry in entries:
        (field,) = (text.text or "" for text in entry.iter(f"{W}instrText"))
        named[
            "".join(text.text or "" for text in entry.iter(f"{W}t")).rstrip(
                "0123456789"
            )
        ] = marks[field.split()[1]]
    assert all(
        "".join(text.text or "" for text in heading.iter(f"{W}t")) == title
        for title, heading in named.items()
    )
    headings = {
        p.text
        for p in pieces(example(), tmp_path / "again")
        if isinstance(p, Paragraph) and p.style == "heading 1"
    }
    assert headings <= set(named)


def test_the_page_numbers_are_complete_fields(tmp_path: Path) -> None:
    files = parts(written(example(), tmp_path))
    for name in ("word/footer1.xml", "word/footer2.xml"):
        runs = list(etree.fromstring(files[name]).iter(f"{W}r"))
        kinds = [
            char.get(f"{W}fldCharType")
            for run in runs
            for char in run.iter(f"{W}fldChar")
        ]
        assert kinds == ["begin", "separate", "end"]
        assert (
            "".join(t.text or "" for run in runs for t in run.iter(f"{W}t")) == "— 1 —"
        )


def test_rows_stay_whole_and_headings_of_tables_repeat_that_are_short(
    tmp_path: Path,
) -> None:
    """A project's goal stands above the titles of the columns: a long one would take much of each further page."""
    repeated = {"short": 0, "long": 0}
    body = etree.fromstring(parts(written(example(), tmp_path))["word/document.xml"])
    tables = list(body.iter(f"{W}tbl"))
    assert len(tables) > 3
    for table in tables:
        rows = list(table.iter(f"{W}tr"))
        assert rows
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        first = "".join(text.text or "" for text in rows[0].iter(f"{W}t"))
        again = rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert again or len(first) > 100, first
        assert not again or len(first) <= 150, first
        repeated["short" if again else "long"] += 1
        spans = [
            sum(int(s.get(f"{W}val") or 1) - 1 for s in row.iter(f"{W}gridSpan"))
            + len(list(row.iter(f"{W}tc")))
            for row in rows
        ]
        assert set(spans) == {len(list(table.iter(f"{W}gridCol")))}
        assert all(cell.find(f"{W}p") is not None for cell in table.iter(f"{W}tc"))
    assert all(repeated.values())


def test_nobody_is_named_in_the_properties(tmp_path: Path) -> None:
    core = "docProps/core.xml"
    title = "<dc:title>{{ title }}</dc:title>"
    template = edited(tmp_path, title, f"{title}<dc:creator>张三</dc:creator>", core)
    files = parts(written(example(), tmp_path, template=template))
    assert "张三" not in files[core].decode()
    assert (
        "<dc:title>香河县人力资源和社会保障局2023年部门预算信息公开情况说明</dc:title>"
        in files[core].decode()
    )
    with zipfile.ZipFile(tmp_path / "情况说明.docx") as package:
        assert {info.date_time for info in package.infolist()} == {
            (1980, 1, 1, 0, 0, 0)
        }


def test_awkward_characters_are_printed_as_they_are(tmp_path: Path) -> None:
    awkward = "A&B <x> {{ year }} {% if %} “引号”\t制表\x0b\x07\ud800完"
    disclosure = merge(
        [unit(duties=[{"text": awkward}], projects=[project("“双创”&<扶持>")])], PROFILE
    )
    read = pieces(disclosure, tmp_path)
    assert "（一）A&B <x> {{ year }} {% if %} “引号”\t制表\ufffd\ufffd\ufffd完。" in [
        p.text for p in read if isinstance(p, Paragraph)
    ]
    assert "1.“双创”&<扶持>绩效目标表" in everything(read)


def test_a_line_end_in_a_text_becomes_a_line_end(tmp_path: Path) -> None:
    disclosure = merge([unit(duties=[{"text": "一\n二"}])], PROFILE)
    assert "（一）一\n二。" in lines(disclosure, tmp_path)


def test_docxtpl_itself_fills_the_template_with_the_same_text(tmp_path: Path) -> None:
    disclosure = example()
    template = DocxTemplate(PROFILE.template)
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    template.render({**context(disclosure, PROFILE), "draft": False}, environment)
    template.save(tmp_path / "docxtpl.docx")
    theirs = text_of(tmp_path / "docxtpl.docx")
    ours = pieces(disclosure, tmp_path)
    assert [paged(piece) for piece in theirs] == [paged(piece) for piece in ours]


def paged(piece: Paragraph | Table) -> Paragraph | Table:
    """A piece without the pages that the contents say, which docxtpl does not count."""
    return (
        replace(piece, text=without_page(piece.text))
        if isinstance(piece, Paragraph)
        else piece
    )


def contents_of(path: Path) -> dict[str, int]:
    """What the list of contents says: each title with its page."""
    lines = [
        piece.text
        for piece in text_of(path)
        if isinstance(piece, Paragraph) and piece.style == CONTENTS
    ]
    return {title: int(page) for title, page in (line.split("\t") for line in lines)}


@pytest.mark.libreoffice
def test_the_document_prints_and_each_title_stands_on_the_page_that_the_contents_say(
    tmp_path: Path,
) -> None:
    """The pages are counted without a program: here one shows them, of a long statement and of a short one."""
    paths = []
    for name, disclosure in (("长", example()), ("短", merge([unit()], PROFILE))):
        paths.append(written(disclosure, tmp_path).rename(tmp_path / f"{name}.docx"))
    for path, pdf, most in zip(paths, as_pdfs(paths, tmp_path), (60, 10), strict=True):
        texts = (
            subprocess.run(
                ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True
            )
            .stdout.decode()
            .split("\f")
        )
        told = contents_of(path)
        assert len(told) > 8
        assert most / 2 <= len(texts) <= most
        for title, page in told.items():
            assert re.sub(r"\s", "", title) in re.sub(r"\s", "", texts[page - 1]), (
                title,
                page,
            )
    said = zipfile.ZipFile(paths[0]).read("word/document.xml")
    assert b"PAGEREF" in said
    assert b"dirty" not in said, (
        "Word would ask everybody who opens it whether to update its fields"
    )


def test_what_only_a_program_can_count_is_left_to_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(example(), tmp_path)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert pages(parts)
    body, styles = parts["word/document.xml"], parts["word/styles.xml"]
    inner = b"<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc>"
    for otherwise in (
        {
            "word/styles.xml": styles.replace(
                b'w:lineRule="exact"', b'w:lineRule="auto"'
            )
        },
        {"word/document.xml": body.replace(b"</w:tc>", inner, 1)},
        {"word/document.xml": body.replace(b"<w:sectPr", b"<w:sectPr/><w:sectPr", 1)},
        {"word/document.xml": body.replace(b"<w:body>", b"<w:body><w:sdt>", 1)},
    ):
        assert pages({**parts, **otherwise}) == {}


@pytest.mark.libreoffice
def test_a_template_that_another_program_saved_is_filled_all_the_same(
    tmp_path: Path,
) -> None:
    (saved,) = saved_again([PROFILE.template], tmp_path)
    ours, theirs = (tmp_path / "ours", tmp_path / "theirs")
    read = [
        text_of(written(example(), folder, template=template))
        for folder, template in ((ours, None), (theirs, saved))
    ]
    # The pages that the contents name are counted by whatever program shows them.
    first, second = (
        re.sub(r"\n+", "\n", re.sub(r"\t\d*\n", "\t\n", everything(pieces)))
        for pieces in read
    )
    assert first == second


# ── the template ─────────────────────────────────────────────────────────────────────────────────────────────────────


def blamed(folder: Path, old: str, new: str) -> str:
    with pytest.raises(WordError) as told:
        written(merge([unit()], PROFILE), folder, template=edited(folder, old, new))
    return str(told.value)


def test_an_unknown_name_is_told_with_its_paragraph(tmp_path: Path) -> None:
    told = blamed(tmp_path, "{{ income.total }}", "{{ incom.total }}")
    assert "没有名为“incom”的内容" in told
    assert "反映本部门当年全部收入" in told
    assert "改过的模板.docx" in told
    assert "<w:" not in told


def test_an_unknown_part_of_a_name_is_told_too(tmp_path: Path) -> None:
    assert "“income”里没有名为“totl”的内容" in blamed(
        tmp_path, "{{ income.total }}", "{{ income.totl }}"
    )


def test_an_unknown_name_is_told_where_the_branch_is_not_taken(tmp_path: Path) -> None:
    told = blamed(
        tmp_path, "{{ purchase.content.bare }}", "{{ purchase.contents.bare }}"
    )
    assert "“purchase”里没有名为“contents”的内容" in told
    assert "，主要为{{ purchase.contents.bare }}" in told


def test_an_unknown_column_of_a_row_is_told_when_there_is_a_row(tmp_path: Path) -> None:
    template = edited(tmp_path, "{{ duty.text.sentence }}", "{{ duty.txt.sentence }}")
    with pytest.raises(WordError, match="txt") as told:
        written(
            merge([unit(duties=[{"text": "管理"}])], PROFILE),
            tmp_path,
            template=template,
        )
    assert "（{{ duty.numeral }}）{{ duty.txt.sentence }}" in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{%p endfor %}", "", "少了结束的一个"),
        ("{%p for duty in duties %}", "{%p fro duty in duties %}", "认不出标签“fro”"),
        ("{%p for duty in duties %}", "", "认不出标签“endfor”，或者它没有配对的另一半"),
        ("{{ income.total }}", "{{ income.total }", "括号或写法不对"),
        ("{{ income.total }}", "{{ income. }}", "括号或写法不对"),
        ("{{ income.total }}", "{{ income.total | money }}", "没有名为“money”的处理"),
        ("{{ income.total }}", "{{ year + department }}", "不能用这里的内容填写"),
    ],
)
def test_a_broken_tag_is_told_in_chinese(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    told = blamed(tmp_path, old, new)
    assert told.startswith("模板“改过的模板.docx”有误：")
    assert said in told


def test_full_width_braces_are_told(tmp_path: Path) -> None:
    assert "全角" in blamed(tmp_path, "{{ income.total }}", "｛｛ income.total ｝｝")


def test_tags_that_cross_paragraphs_are_told(tmp_path: Path) -> None:
    template = edited(tmp_path, "{%p for duty in duties %}", "{% for duty in duties %}")
    with pytest.raises(WordError, match="互相穿插"):
        written(example(), tmp_path, template=template)


def test_a_template_cannot_run_programs(tmp_path: Path) -> None:
    assert "有误" in blamed(
        tmp_path, "{{ income.total }}", "{{ year.__class__.__mro__ }}"
    )


def test_a_file_that_is_no_document_is_told(tmp_path: Path) -> None:
    (tmp_path / "假.docx").write_text("不是", encoding="utf-8")
    with pytest.raises(WordError, match="打不开“假"):
        text_of(tmp_path / "假.docx")
    with pytest.raises(WordError, match="找不到"):
        text_of(tmp_path / "没有.docx")
    with zipfile.ZipFile(tmp_path / "空.docx", "w") as package:
        package.writestr("a", "b")
    with pytest.raises(WordError, match="没有正文"):
        text_of(tmp_path / "空.docx")


def test_a_document_that_is_open_elsewhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> int:
        raise PermissionError(13, f"{len(data)} bytes refused", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(WordError, match="正在 Word 或 WPS 里打开"):
        written(merge([unit()], PROFILE), tmp_path)


def test_the_template_uses_every_fact_and_every_list_that_is_declared() -> None:
    text = everything(text_of(PROFILE.template))
    for section in PROFILE.statement["sections"]:
        for name in (
            *section.get("facts", {}),
            *section.get("texts", {}),
            *section.get("lists", {}),
        ):
            assert re.search(rf"\b{re.escape(name)}\b", text), name


# ── reading back and small words ─────────────────────────────────────────────────────────────────────────────────────


def test_reading_sees_what_a_person_sees(tmp_path: Path) -> None:
    run = '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    tracked = f"<w:ins>{run.format('加的')}</w:ins><w:del><w:r><w:delText>删的</w:delText></w:r></w:del>"
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
    body = f"<w:body><w:sdt><w:sdtContent><w:p>{tracked}{field}</w:p></w:sdtContent></w:sdt></w:body>"
    copy = tmp_path / "修订.docx"
    with zipfile.ZipFile(copy, "w") as package:
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W[1:-1]}">{body}</w:document>'
        )
    assert text_of(copy) == (Paragraph("加的"),)


@pytest.mark.parametrize(
    ("text", "bare", "sentence"),
    [
        ("人员增加", "人员增加", "人员增加。"),
        ("主要原因是：人员增加。", "人员增加", "主要原因是：人员增加。"),
        ("主要为", "主要为", "主要为。"),
        ("人员增加；", "人员增加", "人员增加。"),
        ("人员增加.", "人员增加.", "人员增加。"),
        ("他说“好。”", "他说“好。”", "他说“好。”"),
        ("（见附表）", "（见附表）", "（见附表）。"),
        ("", "", ""),
    ],
)
def test_texts_are_fitted_into_sentences(text: str, bare: str, sentence: str) -> None:
    openings = tuple(
        sorted(PROFILE.statement["words"]["openings"], key=len, reverse=True)
    )
    said = Text("a", Words(text), openings)
    assert (str(said.bare), str(said.sentence)) == (bare, sentence)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (41, "四十一"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
    ],
)
def test_numbers_are_written_as_headings_write_them(number: int, text: str) -> None:
    assert numeral(number) == text


def test_a_change_speaks_by_its_sign() -> None:
    change: Fact = context(example(), PROFILE)["three_public"].total.change
    assert (change.up, change.down, change.flat) == (False, True, False)
    assert (str(change), str(change.size), str(change.moved)) == (
        "-0.38",
        "0.38",
        "减少0.38万元",
    )
    assert change.moved.figure.number == Decimal("-0.38")


def test_word_is_deaf_to_nothing_but_what_is_printed() -> None:
    heard: list[Any] = []
    word.rendered(
        PROFILE.template, context(merge([unit()], PROFILE), PROFILE), heard=heard.append
    )
    assert "某县某局" in heard
