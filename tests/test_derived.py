"""Tables derived of entries: what they hold, what they name, how they are declared; and the doors by which figures come."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.languages import Change, changed, installed, put, read_anew, without
from toolkit.check.asked import asked, entries_behind, relation_rules, rules_of_door
from toolkit.check.nesting import unsound_levels
from toolkit.files.grid import open_grid
from toolkit.model import Figure, Name, Return
from toolkit.profile.by_door import door_of, of_return, through
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.stored import ProfileError
from toolkit.publish.tables import write_tables
from toolkit.publish.workings import write_workings
from toolkit.returns.carried import take_over
from toolkit.returns.content import content_number
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import figures_by_unit, merge, of_department, unpublished
from toolkit.rules.claim import Verdict
from toolkit.steps.rulebook import catalogue

HEBEI, SHANGHAI = load("hebei-2023"), load("shanghai-2026")
PROFILES = (HEBEI, load("hebei-2025"), SHANGHAI)
# by what name income has a fund of outlay, where it has not the same
INCOME_OF = {"单位资金": ("其他收入", "单位资金")}


def entries(profile: Profile, draws: random.Random, count: int) -> dict[str, Any]:
    """A unit's two lists, of chance: what is spent of each fund for each function has come in for it."""
    shape = through(profile, profile.doors["明细"]).book.blocks
    functions = [one.code for one in profile.lists["functional"] if one.level == "项"]
    economic = [one.code for one in profile.lists["economic"] if one.level == "款"]
    of_kind = {"人员类": ("301", "303"), "运转类公用": ("302",)}
    outlay, income = shape["outlay_entries"].columns, shape["income_entries"].columns
    cents = 10**profile.decimals
    kinds = [draws.choice(outlay["kind"].choices) for _ in range(count)]
    lines = [
        {
            "function": draws.choice(functions),
            "economic": draws.choice(
                [code for code in economic if code.startswith(of_kind.get(kind, "3"))]
            ),
            "kind": kind,
            "fund": draws.choice(outlay["fund"].choices),
            "amount": f"{Decimal(draws.randint(0, 9_999_999)) / cents}",
        }
        for kind in kinds
    ]
    come: Counter[tuple[str, str]] = Counter()
    for line in lines:
        source = next(
            one
            for one in INCOME_OF.get(line["fund"], (line["fund"],))
            if one in income["fund"].choices
        )
        come[line["function"], source] += Decimal(line["amount"])  # type: ignore[assignment]
    received = [
        {"function": code, "fund": fund, "amount": f"{amount}"}
        for (code, fund), amount in come.items()
    ]
    return {
        "cover": {"door": "明细"},
        "income_entries": received,
        "outlay_entries": lines,
    }


def of_entries(profile: Profile, data: dict[str, Any], book: str = "甲.xlsx") -> Return:
    given = from_data(data, profile, book)
    return computed(given, of_return(profile, given).book)


def held(profile: Profile, book: Return) -> Iterator[tuple[str, Verdict]]:
    """What becomes of every relation that rests on entries alone, also those that no entry could break."""
    ours = through(profile, profile.doors["明细"])
    for item in asked(relation_rules(ours), ours.book):
        behind = set[str]().union(
            *(entries_behind(name, ours.book) for name in item.claim.names())
        )
        if (
            behind <= {"income_entries", "outlay_entries", "year_end"}
            and not item.rule.by
        ):
            yield item.rule.id, item.claim.verdict(book, item.tolerance)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
def test_whatever_the_entries_the_tables_satisfy_every_relation(
    profile: Profile,
) -> None:
    draws = random.Random(profile.id)
    told: Counter[Verdict] = Counter()
    for count in (0, 1, 2, 5, 20, 60):
        data = entries(profile, draws, count)
        book = of_entries(profile, data)
        verdicts = dict(held(profile, book))
        broken = [
            rule
            for rule, verdict in verdicts.items()
            if verdict not in (Verdict.NOT_APPLICABLE, Verdict.HOLDS)
        ]
        assert not broken, (count, broken)
        told.update(verdicts.values())
        # Seen as tables that were typed, every level is the sum of those within.
        assert not list(unsound_levels(book, profile.book))
        spent = sum(
            (Decimal(line["amount"]) for line in data["outlay_entries"]), Decimal(0)
        )
        assert (
            book.figure("outlay.total.amount").number
            == spent
            == book.figure("income.total.amount").number
        )
    assert told[Verdict.HOLDS] > 100


def test_units_tables_add_up_to_those_of_all_their_entries_together() -> None:
    draws = random.Random(5)
    units = [entries(HEBEI, draws, count) for count in (12, 7, 30)]
    whole = merge(
        [
            of_entries(HEBEI, data, f"{number}.xlsx")
            for number, data in enumerate(units)
        ],
        HEBEI,
    ).whole
    lists = {
        key: [line for data in units for line in data[key]]
        for key in ("income_entries", "outlay_entries")
    }
    together = of_entries(HEBEI, {"cover": {"door": "明细"}, **lists})
    for key in (
        "budget",
        "income",
        "outlay",
        "fiscal",
        "general",
        "basic",
        "fund",
        "capital",
    ):
        for block in HEBEI.book.sheets[key].blocks:
            one, other = (
                {name: value.number for name, value in figures(book, block)}
                for book in (whole, together)
            )
            assert one == other, block


def figures(book: Return, block: str) -> Iterator[tuple[Name, Figure]]:
    """The figures of a block that are not nothing."""
    for name, value in book.values(block):
        if isinstance(value, Figure) and value.number:
            yield name, value


def test_a_derived_figure_knows_its_entries_and_no_others() -> None:
    lines = [
        {
            "function": "2080101",
            "economic": "30101",
            "kind": "人员类",
            "fund": "一般公共预算拨款",
            "amount": "3",
        },
        {
            "function": "2080199",
            "kind": "特定目标类",
            "fund": "一般公共预算拨款",
            "amount": "4",
        },
        {
            "function": "2080101",
            "economic": "30201",
            "kind": "运转类公用",
            "fund": "单位资金",
            "amount": "5",
        },
    ]
    book = of_entries(HEBEI, {"cover": {"door": "明细"}, "outlay_entries": lines})

    def rows_of(name: str) -> list[int]:
        return [cell.row for cell in book.figure(name).cells()]

    assert [row.text("item") for row in book.rows("outlay_lines")] == [
        "",
        "",
        "01",
        "99",
    ]
    assert rows_of("outlay_lines[1].basic") == [1, 3]
    assert rows_of("outlay_lines[1].project") == rows_of("outlay_lines[4].total") == [2]
    assert (
        rows_of("general_lines[3].basic") == rows_of("basic_lines[1].personnel") == [1]
    )
    assert rows_of("outlay.f208.amount") == [1, 3, 2]
    assert book.figure("fiscal_outlay.f208.general").number == Decimal(7)
    assert book.figure("composition.operating.this_year").number == Decimal(5)
    assert {cell.sheet for cell in book.figure("outlay.f208.amount").cells()} == {
        "支出明细"
    }


def test_an_entry_whose_code_cannot_be_read_is_not_lost() -> None:
    amounts = {"": "1", "合计": "2", "20801": "4", "208010": "8", "2080101": "16"}
    lines = [
        {"function": code, "kind": "人员类", "fund": "其他", "amount": amount}
        for code, amount in amounts.items()
    ]
    book = of_entries(HEBEI, {"cover": {"door": "明细"}, "outlay_entries": lines})
    said = [
        "".join(row.text(key) for key in ("category", "section", "item"))
        for row in book.rows("outlay_lines")
    ]
    assert said == ["208", "20801", "2080101", ""]
    assert [row.figure("total").number for row in book.rows("outlay_lines")] == [
        28,
        28,
        16,
        3,
    ]
    assert book.figure("outlay.current.amount").number == Decimal(31)


def test_nothing_is_asked_of_forms_that_a_door_has_not() -> None:
    by_totals = from_data({"outlay": {"f208": {"amount": "3"}}}, HEBEI)
    by_entries = from_data(
        {"cover": {"door": "明细"}, "outlay": {"f208": {"amount": "3"}}}, HEBEI
    )
    assert "outlay_entries" not in by_totals.blocks
    assert "income_lines" not in by_totals.blocks
    assert by_totals.oddities == ()
    # What was typed into a table that is derived is not read, and no word is lost on tables that are.
    assert by_entries.figure("outlay.f208.amount").blank
    both = from_data(
        {
            "outlay_entries": [{"function": "2080101"}],
            "outlay": {"f208": {"amount": "3"}},
        },
        HEBEI,
    )
    assert [odd.what for odd in both.oddities] == ["door-unused"]
    assert both.figure("outlay.f208.amount").number == Decimal(3)


def test_a_switch_that_says_what_a_workbook_without_one_goes_by_changes_no_content_number() -> (
    None
):
    old, new = (
        from_data({"cover": {"unit_name": "甲", **door}}, HEBEI)
        for door in ({}, {"door": "汇总数"})
    )
    assert content_number(old, HEBEI) == content_number(new, HEBEI)
    other = from_data({"cover": {"unit_name": "甲", "door": "明细"}}, HEBEI)
    assert content_number(other, HEBEI) != content_number(new, HEBEI)


def test_a_department_publishes_what_all_its_units_give() -> None:
    draws = random.Random(2)
    one = of_entries(HEBEI, entries(HEBEI, draws, 5), "甲.xlsx")
    other = from_data({"outlay": {"f208": {"amount": "3"}}}, HEBEI, "乙.xlsx")
    whole = merge([one, other], HEBEI).whole
    assert (
        whole.figure("outlay.f208.amount").number
        == one.figure("outlay.f208.amount").number + 3
    )
    assert "outlay_lines" not in whole.blocks
    assert {
        door for doors in unpublished(HEBEI, [one, other]).values() for door in doors
    } == {"汇总数"}
    assert unpublished(HEBEI, [one]) == {}
    assert "outlay_entries" not in of_department(HEBEI, [one, other]).book.blocks
    assert unpublished(SHANGHAI, [from_data({}, SHANGHAI)]) == {}, (
        "there the same tables are typed"
    )


def test_entries_of_the_year_before_are_carried_with_what_they_are_of() -> None:
    line = {
        "function": "2080199",
        "kind": "特定目标类",
        "project": "修路",
        "fund": "一般公共预算拨款",
        "amount": "4",
    }
    project = {"name": "修路", "amount": "4"}
    before = of_entries(
        HEBEI,
        {"cover": {"door": "明细"}, "outlay_entries": [line], "projects": [project]},
    )
    taken = take_over(before, HEBEI, load("hebei-2025"))
    assert taken.data["outlay_entries"] == [
        {**{key: line[key] for key in line if key != "amount"}, "last_year": "4"}
    ]
    assert taken.data["composition"]["project"] == {"last_year": "4"}
    assert {text.name.block for text in taken.texts} == set(), (
        "nobody need confirm a code or a project's name"
    )


def test_a_door_is_the_one_that_is_said_or_the_one_that_needs_no_saying() -> None:
    said = [
        door_of(from_data({"cover": cover}, HEBEI), HEBEI)
        for cover in ({}, {"door": "明细"}, {"door": "别的"})
    ]
    assert [door.key for door in said if door is not None] == [
        "汇总数",
        "明细",
        "汇总数",
    ]
    assert (
        door_of(from_data({}, replace(HEBEI, doors={})), replace(HEBEI, doors={}))
        is None
    )


BLOCKS = "x-blocks"
LIST = (BLOCKS, "outlay_lines", "derived")
BASIC = (BLOCKS, "outlay_lines", "columns", "basic", "derived")
FAULTS: tuple[tuple[str, Change, str, str], ...] = (
    (
        "forms/outlay",
        put(*LIST, "from", to="outlay_entrys"),
        "outlay_lines › derived › from",
        "是不是要写“outlay_entries”",
    ),
    (
        "forms/outlay",
        put(*LIST, "from", to="indicators"),
        "derived › from",
        "一个项目一张的表里的清单",
    ),
    (
        "forms/outlay",
        put(*LIST, "by", to="functoin"),
        "derived › by",
        "是不是要写“function”",
    ),
    (
        "forms/outlay",
        put(*LIST, "by", to="economic"),
        "derived › by",
        "用的科目表与“outlay_lines”的编码列相同",
    ),
    ("forms/outlay", put(*LIST, "by", to="kind"), "derived › by", "要写整个编码"),
    (
        "forms/outlay",
        put(*LIST, "levels", to=["类", "目"]),
        "derived › levels",
        "没有名为“目”的级次",
    ),
    (
        "forms/basic",
        put(BLOCKS, "basic_lines", "derived", "where", to='fnud == "x"'),
        "derived › where",
        "没有名为“fnud”的列",
    ),
    (
        "forms/outlay",
        put(*BASIC, to="amount"),
        "basic › derived",
        "要写成 sum(…)",
    ),
    (
        "forms/outlay",
        put(*BASIC, to="sum(outlay_entries.amount)"),
        "basic › derived",
        "前面不写清单",
    ),
    (
        "forms/outlay",
        put(*BASIC, to="sum(amonut)"),
        "basic › derived",
        "是不是要写“amount”",
    ),
    (
        "forms/outlay",
        without(BLOCKS, "outlay_lines", "columns", "basic", "derived"),
        "outlay_lines › basic",
        "没有人填",
    ),
    (
        "forms/outlay",
        put(BLOCKS, "outlay_lines", "columns", "total", "derived", to="sum(amount)"),
        "total › derived",
        "只写在要填数的列上",
    ),
    (
        "forms/fiscal",
        put(
            BLOCKS,
            "fiscal_outlay",
            "rows",
            "total",
            "derived",
            to={"genral": "sum(outlay_entries.amount)"},
        ),
        "rows › total › derived",
        "是不是要写“general”",
    ),
    (
        "forms/fiscal",
        put(
            BLOCKS,
            "fiscal_income",
            "rows",
            "general",
            "derived",
            to="sum(outlay_entries.amonut)",
        ),
        "rows › general › derived",
        "没有名为“outlay_entries[].amonut”的数",
    ),
    (
        "profile",
        put("doors", "明细", "forms", to=["income_entrys"]),
        "doors › 明细 › forms",
        "是不是要写“income_entries”",
    ),
    (
        "profile",
        put("doors", "明细", "derived", to=["income_entries"]),
        "doors › 明细",
        "写在“forms”里，又写在“derived”里",
    ),
    (
        "profile",
        put("doors", "明细", "derived", to=["assets"]),
        "doors › 明细 › derived",
        "没有写“derived”，算不出来",
    ),
    (
        "profile",
        put("doors", "明细", "derived", to=["composition"]),
        "doors › 明细 › derived",
        "还要人填",
    ),
    (
        "profile",
        put("doors", "平台", "unsaid", to=True),
        "doors",
        "正好要有一种写“unsaid”",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", "columns", "door", "enum", to=["明细", "平台"]),
        "doors",
        "可以选的应当就是这几种",
    ),
    (
        "profile",
        lambda said: without("import")(without("doors")(said)),
        "doors",
        "选的是填报方式",
    ),
    (
        "forms/cover",
        without(BLOCKS, "cover", "columns", "door"),
        "doors",
        "封面上要有一格写“role”：“door”",
    ),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose profile may be spoilt."""
    return installed(tmp_path_factory.mktemp("derived"))


@pytest.mark.parametrize(
    ("file", "change", "where", "said"),
    FAULTS,
    ids=[f"{one[0]} {one[3]}" for one in FAULTS],
)
def test_a_fault_of_a_derived_table_or_a_door_is_told_with_its_place(
    place: Path, file: str, change: Change, where: str, said: str
) -> None:
    path = place / "schema" / "profiles" / HEBEI.id / f"{file}.json"
    with changed(path, change), pytest.raises(ProfileError) as told:
        read_anew(place, HEBEI.id)
    assert where in str(told.value)
    assert said in str(told.value)


def test_between_tables_of_one_list_a_limit_is_asked_and_an_equation_is_not() -> None:
    """What is made of the same entries is equal by construction; how large it may be is not."""
    by_entries = through(SHANGHAI, SHANGHAI.doors["明细"])
    asked_of = {
        rule.id for rule in rules_of_door(catalogue(SHANGHAI).rules, by_entries)
    }
    assert {"R-each_basic", "R-wages", "R-goods"} <= asked_of
    assert "R-basic_table" not in asked_of


def paying(profile: Profile) -> list[Return]:
    """A unit that pays another 35 of its own funds, in two lines, and that one, which says so too."""
    paid = {
        "function": "2080199",
        "kind": "特定目标类",
        "fund": "单位资金",
        "economic": "39999",
    }
    own = {
        "function": "2080101",
        "kind": "人员类",
        "fund": "单位资金",
        "economic": "30101",
        "amount": "10",
    }
    one = {
        "cover": {"door": "明细", "unit_code": "101", "unit_name": "甲局"},
        "income_entries": [{"function": "2080101", "fund": "其他收入", "amount": "45"}],
        "outlay_entries": [
            own,
            paid | {"amount": "30", "counterpart": "乙所"},
            paid | {"amount": "5", "counterpart": "102"},
        ],
    }
    other = {
        "cover": {"door": "明细", "unit_code": "102", "unit_name": "乙所"},
        "income_entries": [
            {
                "function": "2080101",
                "fund": "上级补助收入",
                "amount": "35",
                "counterpart": "甲局",
            }
        ],
        "outlay_entries": [own | {"amount": "35"}],
    }
    return [
        of_entries(profile, data, f"{number}.xlsx")
        for number, data in enumerate((one, other))
    ]


def test_what_units_pay_each_other_is_in_no_total_of_the_department() -> None:
    """The payer's lines and the receiver's go; whatever is made of entries, in all nine tables and beside them, goes along."""
    units = paying(HEBEI)
    disclosure = merge(units, HEBEI)
    whole = disclosure.whole
    assert [
        whole.figure(f"{side}.total.amount").number for side in ("income", "outlay")
    ] == [45, 45]
    assert whole.figure("income.from_superior.amount").number == 0
    assert whole.figure("composition.project.this_year").number == 0
    assert [
        (row.text("item"), row.figure("total").number)
        for row in whole.rows("outlay_lines")
    ][-1] == ("01", Decimal(45))
    assert {cell.book for cell in whole.figure("outlay.f208.amount").cells()} == {
        "0.xlsx",
        "1.xlsx",
    }
    assert units == list(disclosure.units), (
        "each unit's own tables keep what it pays and receives"
    )
    assert units[0].figure("outlay.total.amount").number == Decimal(45)
    lines = figures_by_unit(disclosure, HEBEI)
    assert sum(lines[lines["name"] == "outlay.f208.amount"]["value"]) == Decimal(45)


def test_what_only_one_side_shows_stays_in_the_total() -> None:
    units = paying(HEBEI)
    units[1] = of_entries(
        HEBEI,
        {"cover": {"door": "明细", "unit_code": "102", "unit_name": "乙所"}},
        "1.xlsx",
    )
    assert merge(units, HEBEI).whole.figure("outlay.total.amount").number == Decimal(45)


def test_the_internal_workbook_lists_what_was_left_out_with_both_cells(
    tmp_path: Path,
) -> None:
    units = paying(HEBEI)
    write_workings(
        merge(units, HEBEI), of_department(HEBEI, units), tmp_path / "底稿.xlsx"
    )
    cells = open_grid(tmp_path / "底稿.xlsx").sheets["抵销"].cells
    told = [
        tuple(cells[row, column].text for column in (1, 2, 3, 4, 6))
        for row in range(4, 7)
    ]
    assert told == [
        ("甲局", "乙所", "拨出", "0.xlsx", "G2"),
        ("甲局", "乙所", "拨出", "0.xlsx", "G3"),
        ("甲局", "乙所", "收到", "1.xlsx", "D1"),
    ]
    write_workings(
        merge(units[:1], HEBEI), of_department(HEBEI, units), tmp_path / "一.xlsx"
    )
    assert "抵销" not in open_grid(tmp_path / "一.xlsx").sheets


def test_columns_of_the_table_of_income_that_nobody_filled_are_not_printed(
    tmp_path: Path,
) -> None:
    """A sum of nothing is nothing given: with all its columns the table would be too small to read."""
    received = [{"function": "2080101", "fund": "其他收入", "amount": "45"}]
    given = {"cover": {"door": "明细"}, "income_entries": received}
    units = [of_entries(HEBEI, given, f"{number}.xlsx") for number in (0, 1)]
    write_tables(
        merge(units, HEBEI), of_department(HEBEI, units), tmp_path / "公开表.xlsx"
    )
    cells = open_grid(tmp_path / "公开表.xlsx").sheets["收入总表"].cells
    titles = [raw.text for (row, _), raw in sorted(cells.items()) if row in (4, 5)]
    assert [title for title in titles if len(title) > 1] == [
        "功能分类科目编码",
        "功能分类科目名称",
        "合计",
        "其他收入",
    ]
