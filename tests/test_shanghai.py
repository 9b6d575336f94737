"""A second province is data alone: its constructed example goes from the returns to what is published, every word its own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.errors import DONE
from toolkit.files.grid import Raw, open_grid
from toolkit.model import Kind, Name, Return
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.data import computed, from_data, with_figures
from toolkit.returns.read import read

PROFILE = load("shanghai-2026")
EXAMPLE = home() / "examples" / "03-shanghai-constructed"


@dataclass
class Published:
    """What the example is merged into."""

    statement: str
    tables: openpyxl.Workbook
    signed: str


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    out = tmp_path_factory.mktemp("出")
    done = steps.merge_folder(EXAMPLE / "input", out, PROFILE)
    assert done.code == DONE, [finding.message for finding in done.report.findings]
    document = docx.Document(str(out / "情况说明.docx"))
    return Published(
        "\n".join(one.text for one in document.paragraphs),
        openpyxl.load_workbook(out / "公开表.xlsx"),
        "\n".join(
            cell.text
            for table in docx.Document(str(out / "审签单.docx")).tables
            for row in table.rows
            for cell in row.cells
        ),
    )


def rows(published: Published, sheet: str) -> list[list[object]]:
    """What stands in the rows of a public table, blanks left out."""
    told: list[list[object]] = [
        [cell for cell in row if cell is not None]
        for row in published.tables[sheet].iter_rows(values_only=True)
    ]
    return [row for row in told if row]


def test_the_workbooks_say_themselves_by_which_profile_they_are_read() -> None:
    assert steps.chosen("", [EXAMPLE / "input"]).profile.id == PROFILE.id


def test_the_example_is_right_and_complete() -> None:
    done = steps.check([EXAMPLE / "input"], PROFILE)
    assert not done.report.findings
    assert not done.unfinished


def test_lists_of_units_are_added_by_their_codes_and_the_total_counts_each_amount_once(
    published: Published,
) -> None:
    table = rows(published, "收入总表")
    (insurance,) = [row for row in table if row[:3] == ["208", "05", "05"]]
    assert insurance[3:] == [
        "机关事业单位基本养老保险缴费支出",
        1831200,
        1831200,
        0,
        0,
        0,
    ]
    assert table[-1] == ["合计", 44975980, 44520980, 420000, 0, 35000]


def test_only_what_occurs_is_printed_and_numbered(published: Published) -> None:
    table = rows(published, "收支总表")
    outlay = [
        row[-2] for row in table if len(row) > 1 and str(row[-2]).endswith("支出")
    ]
    assert outlay == [
        "一、文化旅游体育与传媒支出",
        "二、社会保障和就业支出",
        "三、卫生健康支出",
        "四、住房保障支出",
        "五、其他支出",
    ]
    assert table[-1] == ["收入总计", 44975980, "支出总计", 44975980]


def test_an_empty_table_says_so_in_the_words_of_the_place(published: Published) -> None:
    table = rows(published, "国有资本经营")
    assert table[-1] == ["注：本部门2026年无国有资本经营预算安排的支出，故本表为空表。"]
    assert table[-2] == ["合计"]  # without an amount


def test_each_table_says_its_own_unit_of_money(published: Published) -> None:
    heads = {
        sheet: str(rows(published, sheet)[1][-1])
        for sheet in ("支出总表", "三公经费公开表")
    }
    assert heads["支出总表"].endswith("单位：元")
    assert heads["三公经费公开表"] == "单位：万元", "the title says the year"
    assert str(rows(published, "支出总表")[1][0]).startswith("编制部门：上海市")
    assert str(rows(published, "部门职责")[2][-1]).startswith("2026年度"), (
        "that title says none"
    )
    assert rows(published, "三公经费公开表")[-1] == [8.7, 0, 1.2, 7.5, 0, 7.5, 204.23]


@pytest.mark.parametrize(
    "said",
    [
        "收入预算4,497.60万元，其中：财政拨款收入4,452.10万元，比2025年预算增加83.90万元",
        "1. “文化旅游体育与传媒支出（类）文化和旅游（款）行政运行（项）”科目1,284.63万元，主要用于机关在职人员",
        "公务接待费预算1.20万元，比2025年预算减少0.30万元，主要原因是压减公务接待",
        "2026年上海市平澜区文化和旅游局机关运行经费预算为204.23万元",
        "政府采购预算818.00万元，其中：政府采购货物预算180.00万元、政府采购工程预算0.00万元、政府采购服务预算638.00万元",
        "共有车辆3辆，其中：一般公务用车2辆、执法执勤用车0辆、特种专业技术用车1辆",
        "编报绩效目标的项目共7个，涉及项目预算资金1,549.30万元",
        "（六）年度预算安排：321.50万元",
    ],
)
def test_the_statement_is_in_its_own_words_and_unit(
    said: str, published: Published
) -> None:
    assert said in published.statement


def test_an_amount_is_written_one_way_in_cells_sentences_and_on_the_sign_sheet(
    published: Published,
) -> None:
    total = next(
        cell
        for row in published.tables["收支总表"].iter_rows()
        for cell in row
        if cell.value == 44975980
    )
    assert total.number_format == "#,##0"
    assert "收入预算4,497.60万元" in published.statement
    assert "44,975,980" in published.signed
    assert "44975980" not in published.signed


# -- relations between forms ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lead() -> Return:
    """The leading unit's return as it is read."""
    return read(open_grid(EXAMPLE / "input" / "128001-局本级.xlsx"), PROFILE)


def rules_broken(book: Return) -> dict[str, list[str]]:
    """The rules that a return breaks, those told with another among them, each with its cells as the form names them."""
    report = check_return(book, PROFILE, steps.catalogue(PROFILE))
    found: dict[str, list[str]] = {}
    for finding in report.findings:
        for one in finding.every():
            found.setdefault(one.rule, []).extend(str(cell) for cell in one.cells)
    return found


@pytest.mark.parametrize(
    ("name", "amount", "rule"),
    [
        ("income.general.amount", "26471000", "R-fiscal_general"),
        ("outlay.f208.amount", "1893000", "R-outlay_class.208"),
        ("fiscal_income.fund.amount", "600001", "R-fiscal_fund"),
        ("fiscal_outlay.f221.general", "2048000", "R-general_class.221"),
        ("three_public.reception.this_year", "1.10", "R-reception"),
    ],
)
def test_a_wrong_amount_breaks_the_relation_that_it_stands_in(
    name: str, amount: str, rule: str, lead: Return
) -> None:
    assert rule in rules_broken(
        with_figures(lead, {Name.parse(name): Decimal(amount)}, PROFILE.book)
    )


def test_a_relation_converts_what_it_compares(lead: Return) -> None:
    """公务接待费 is told in 万元, what stands against it in 元: 1.20万元 is 12,000元, and no rule is broken."""
    assert lead.figure("three_public.reception.this_year").number == Decimal("1.20")
    assert not rules_broken(lead)


def test_a_relation_that_names_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolkit.profile.stored import ProfileError

    shutil.copytree(home() / "schema", tmp_path / "schema")
    shutil.copytree(home() / "templates", tmp_path / "templates")
    path = tmp_path / "schema" / "profiles" / "shanghai-2026" / "profile.json"
    for left, told in (
        ("income.totl.amount", "没有名为“income.totl.amount”的数"),
        ("sum(income_lines.totl)", "没有名为“income_lines.*totl”的数"),
    ):
        said = json.loads(path.read_text(encoding="utf-8"))
        said["relations"] = {
            "one": {"title": "合计", "left": left, "right": "sum(income_lines.total)"}
        }
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setenv("DISCLOSURE_HOME", str(tmp_path))
            from toolkit.profile.loading import loaded

            loaded.cache_clear()
            with pytest.raises(ProfileError, match=f"relations › one.*{told}"):
                load("shanghai-2026")
            loaded.cache_clear()


def test_a_total_of_a_row_that_was_typed_over_is_told_at_its_own_cell() -> None:
    grid = open_grid(EXAMPLE / "input" / "128001-局本级.xlsx")
    sheet = grid.sheets["支出总表"]
    spot = next(
        at
        for at, raw in sorted(sheet.cells.items())
        if raw.number == Decimal(4680000) and raw.formula
    )
    typed = replace(
        sheet,
        cells={**sheet.cells, spot: Raw(Kind.NUMBER, "4860000", Decimal(4860000))},
    )
    book = read(replace(grid, sheets={**grid.sheets, "支出总表": typed}), PROFILE)
    (finding,) = check_return(book, PROFILE, steps.catalogue(PROFILE)).findings
    assert (finding.rule, finding.cells[0][2:]) == ("S-outlay_lines.total", spot)
    assert "手工填的 4860000" in finding.message
    assert "颠倒" not in finding.message


def test_what_is_calculated_from_a_form_that_is_not_begun_is_not_asked_yet() -> None:
    data = json.loads(
        (EXAMPLE / "returns" / "128002-图书馆.json").read_text(encoding="utf-8")
    )
    data.pop("outlay_lines")  # what 比上年增减 has its 项目支出 and its total from
    report = check_return(
        computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book),
        PROFILE,
        steps.catalogue(PROFILE),
    )
    assert {"C02-01", "C04-01"}.isdisjoint(
        one.rule for finding in report.findings for one in finding.every()
    )
    assert any("“支出总表”还没有填" in why for why in report.reasons)


def test_a_workbook_of_another_province_is_told_by_its_profile() -> None:
    other = read(
        open_grid(
            home()
            / "examples"
            / "02-xianghe-corrected"
            / "input"
            / "333002-就业服务中心.xlsx"
        ),
        PROFILE,
    )
    (finding,) = check_return(other, PROFILE, steps.catalogue(PROFILE)).findings
    assert finding.rule == "A02-11"
    assert "hebei-2023" in finding.message


@pytest.mark.parametrize(
    ("names", "rule", "said"),
    [
        (
            {"three_public.reception.last_year": "0.80"},
            "B02-05",
            "本行增加 0.40万元，原因却说“压减”",
        ),
        (
            {"composition.personnel.last_year": "1491200"},
            "C08-03",
            "本年 15284320元，上年 1491200元",
        ),
        ({"operating.amount": "20.42"}, "C03-02", "现在填 20.42万元，少 183.81万元"),
        (
            {"operating.amount": "2042300"},
            "C03-01",
            "大于比上年增减的一般公共预算公用经费 204.23万元",
        ),
    ],
)
def test_a_message_speaks_in_the_form_s_own_words_unit_and_decimals(
    names: dict[str, str], rule: str, said: str, lead: Return
) -> None:
    book = with_figures(
        lead,
        {Name.parse(name): Decimal(amount) for name, amount in names.items()},
        PROFILE.book,
    )
    findings = check_return(book, PROFILE, steps.catalogue(PROFILE)).findings
    told = [
        one.message
        for finding in findings
        for one in finding.every()
        if one.rule == rule
    ]
    assert any(said in message for message in told), told


def test_what_a_look_says_of_a_total_waits_for_the_forms_that_it_rests_on() -> None:
    """Without its table the outlay from the treasury is less than last year's, and its reason speaks of an increase."""
    said = json.loads(
        (EXAMPLE / "returns" / "128001-局本级.json").read_text(encoding="utf-8")
    )
    del said["general_lines"]
    book = computed(from_data(said, PROFILE), PROFILE.book)
    report = check_return(book, PROFILE, steps.catalogue(PROFILE))
    assert not report.findings
    assert "“一般公共预算”还没有填" in {
        one.why for one in report.not_checked if one.rule == "B02-05"
    }
