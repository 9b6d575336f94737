"""Code lists: the facts they hold, which of them a year has, what is near, and what a declaration may say of them."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest

from tests.coded import FORM, coded_profile, profile_with, sound_codes
from tests.filled_by_hand import Hand
from tests.office import recalculated
from toolkit import steps
from toolkit.check.membership import misplaced
from toolkit.files.grid import open_grid
from toolkit.files.paint import Canvas, Painting, Style, paint
from toolkit.model import Code, CodeList, Sureness, code_in, digits_of, whole_code
from toolkit.profile import codes
from toolkit.profile.coding import Coded, Coding, LookUp
from toolkit.profile.layout import LEDGER_COLUMN
from toolkit.profile.loading import load
from toolkit.profile.stored import ProfileError
from toolkit.returns.data import from_data
from toolkit.returns.read import read
from toolkit.template.draw import draw

HEBEI = load("hebei-2023")


def functional(year: int) -> CodeList:
    return codes.lists(year)["functional"]


def economic(year: int = 2024) -> CodeList:
    return codes.lists(year)["economic"]


# ---------------------------------------------------------------- the facts


@pytest.mark.parametrize(
    "listed", [functional(2024), economic()], ids=["functional", "economic"]
)
def test_every_line_has_its_level_its_parent_and_a_name(listed: CodeList) -> None:
    known = {one.code for one in listed.codes}
    for one in listed.codes:
        assert listed.level_of(one.code) == one.level, one
        assert not listed.parent(one.code) or listed.parent(one.code) in known, one
        assert one.name
        assert one.name.strip() == one.name
    lines = Counter((one.code, one.begins) for one in listed.codes)
    assert not [line for line, count in lines.items() if count > 1]


def test_the_lists_are_as_large_as_they_were_taken_in() -> None:
    assert len({one.code for one in functional(2024).codes}) == 1741
    assert len(economic().codes) == 109
    assert Counter(one.level for one in functional(2024).codes)["类"] == 30


def test_codes_seen_in_print_are_there_with_their_names() -> None:
    printed = {
        "21111": "污染减排",
        "2111103": "减排专项支出",
        "21206": "建设市场管理与监督",
        "2120601": "建设市场管理与监督",
        "21208": "国有土地使用权出让收入安排的支出",
        "2120803": "城市建设支出",
        "21303": "水利",
        "2130306": "水利工程运行与维护",
        "22198": "超长期特别国债安排的支出",
        "2219899": "其他住房保障支出",
    }
    for code, name in printed.items():
        found = functional(2025).get(code)
        assert found is not None
        assert (found.name, found.sureness) == (name, Sureness.PRINT)


@pytest.mark.parametrize(
    ("code", "first", "period"),
    [
        ("22006", 2024, "2024-03-29 起"),
        ("2170404", 2025, "2025-05-23 起"),
        ("22911", 2025, "2025-05-23 起"),
        ("23107", 2025, "2025-05-23 起"),
        ("20139", 2024, "2024-01-01 起"),
        ("20140", 2024, "2024-01-01 起"),
    ],
)
def test_a_year_has_the_codes_of_its_days(code: str, first: int, period: str) -> None:
    earlier = functional(first - 1).at_another_time(code)
    assert earlier is not None
    assert earlier.period == period
    assert functional(first - 1).get(code) is None
    found = functional(first).get(code)
    assert found is not None
    assert functional(first).at_another_time(code) is None


def test_a_code_ends_and_another_name_begins() -> None:
    assert functional(2023).name_of("2010308") == "信访事务"
    assert functional(2024).name_of("2010308") == ""
    ended = functional(2024).at_another_time("2010308")
    assert ended is not None
    assert ended.period == "2023-12-31 止"
    assert functional(2023).name_of("2013804") == "市场主体管理"
    assert functional(2024).name_of("2013804") == "经营主体管理"


def test_a_code_renamed_within_the_year_has_both_names() -> None:
    old = Code("201", "类", "旧名", ends="2024-03-28")
    new = Code("201", "类", "新名", begins="2024-03-29")
    listed = CodeList("甲", "甲", 2024, {"类": 3}, (old, new))
    assert listed.in_force["201"] == (new, old)
    assert list(listed) == [new]
    assert (
        Code("9", "类", "名", begins="2024-01-01", ends="2024-06-30").period
        == "2024-01-01 起，2024-06-30 止"
    )


def test_the_classes_of_the_first_table_stay_as_they_are() -> None:
    rows = [
        row
        for key, row in HEBEI.book.blocks["outlay"].rows.items()
        if key.startswith("f")
    ]
    assert len(rows) == 30
    assert (rows[0].title, rows[0].printed) == (
        "201 一般公共服务支出",
        "一般公共服务支出",
    )
    assert rows[-1].title == "234 抗疫特别国债安排的支出"


# ---------------------------------------------------------------- what a list can be asked


def test_names_are_compared_without_blanks_and_kinds_of_brackets() -> None:
    found = functional(2024).get("20103")
    assert found is not None
    assert found.is_called("政府办公厅(室)及 相关机构事务")
    assert not found.is_called("人大事务")
    retired = functional(2024).get("20805")
    assert retired is not None
    assert retired.is_called("行政事业单位离退休"), "an alias"


def test_a_name_is_looked_for_within_its_family() -> None:
    assert [one.code for one in functional(2024).named("行政运行", "20103")] == [
        "2010301"
    ]
    assert len(functional(2024).named("行政运行")) > 20
    assert functional(2024).named("没有这个科目") == ()
    assert [one.code for one in economic().named("房屋建筑物购建")] == [
        "30901",
        "31001",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2080520", "2080502"),
        ("2080512", "2080502"),
        ("208052", "2080502"),
        ("20805002", "2080502"),
    ],
)
def test_a_slip_of_the_finger_is_near(typed: str, meant: str) -> None:
    near = [one.code for one in functional(2024).near(typed)]
    assert meant in near
    assert len(near) <= 3


def test_where_nothing_is_near_the_family_is_named() -> None:
    assert [one.code for one in functional(2024).near("2050277")] == [
        "2050201",
        "2050202",
        "2050203",
    ]
    assert [one.code for one in functional(2024).near("2089977777")] == ["2089999"]
    assert functional(2024).near("9") == ()


def test_levels_are_known_by_length() -> None:
    listed = functional(2024)
    assert [listed.level_of(code) for code in ("205", "20502", "2050205", "2050")] == [
        "类",
        "款",
        "项",
        "",
    ]
    assert [listed.digits(level) for level in ("类", "款", "项")] == [3, 2, 2]
    assert [listed.inner(level) for level in ("类", "款", "项")] == [False, True, True]
    assert [listed.parent(code) for code in ("205", "20502", "2050205")] == [
        "",
        "205",
        "20502",
    ]


# ---------------------------------------------------------------- faults, and what a declaration says


@pytest.mark.parametrize(
    ("column", "word", "said"),
    [
        ("valid_from", "2024年", "第 2 行：“valid_from”写的是“2024年”"),
        ("confidence", "sur", "“confidence”写的是“sur”，请改成“print”“sure”“likely”"),
    ],
)
def test_a_line_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, column: str, word: str, said: str
) -> None:
    line = {
        "code": "201",
        "level": "类",
        "name": "甲",
        "confidence": "sure",
        "valid_from": "",
        "valid_to": "",
        "aliases": "",
    }
    monkeypatch.setattr(codes, "code_list", lambda _: ({**line, column: word},))
    codes.lists.cache_clear()
    try:
        with pytest.raises(ProfileError, match=said):
            codes.lists(1999)
    finally:
        codes.lists.cache_clear()


@pytest.mark.parametrize(
    ("block", "column", "changed", "said"),
    [
        (
            "items",
            "code",
            {"level": ["目"]},
            "“items › code › level”：没有名为“目”的级次，可以写的有：“类”、“款”、“项”",
        ),
        (
            "funded",
            "class",
            {"fund": "fond"},
            "“funded › class › fund”：没有名为“fond”的预算",
        ),
        (
            "outlays",
            "section",
            {"part": "節"},
            "“outlays › section › part”：没有名为“節”的级次",
        ),
        (
            "outlays",
            "name",
            {"looked_up": {"codes": "functional", "by": "sect"}},
            "“outlays › name › looked_up › by”：没有名为“sect”的列，是不是要写“section”",
        ),
        (
            "outlays",
            "name",
            {"looked_up": {"codes": "funktional", "by": "item"}},
            "“outlays › name › looked_up › codes”：没有名为“funktional”的代码表",
        ),
        (
            "outlays",
            "name",
            {"looked_up": {"codes": "functional", "by": "item", "gives": "fund"}},
            "“outlays › name › looked_up › gives”：没有“fund”这种写法，可以写的有：“name”",
        ),
    ],
)
def test_a_declaration_of_codes_that_names_what_is_not_there_is_told(
    block: str, column: str, changed: dict[str, object], said: str
) -> None:
    form = deepcopy(FORM)
    form["x-blocks"][block]["columns"][column] |= changed
    with pytest.raises(ProfileError, match=f"forms/coded.json”里{said}"):
        profile_with(
            form, f"ill-{block}-{column}-{'-'.join(changed).replace('_', '-')}"
        )


def test_columns_say_which_codes_they_hold() -> None:
    blocks = coded_profile().book.blocks
    assert blocks["outlays"].coded == (
        Coded("functional", ("class", "section", "item"), (), "name"),
    )
    assert blocks["items"].coded == (
        Coded("functional", ("code",), ("项",), "name"),
        Coded("economic", ("economic",), (), "economic_name"),
    )
    assert blocks["outlays"].columns["section"].coding == Coding(
        "functional", (), "款", 2
    )
    assert blocks["outlays"].columns["name"].looked_up == LookUp(
        "functional", ("class", "section", "item")
    )
    assert blocks["outlays"].typed == ("class", "section", "item", "amount")
    assert "outlays.name" not in coded_profile().book.spoken, (
        "names that are looked up are nobody's own words"
    )
    assert coded_profile().lists["functional"].year == 2024


# ---------------------------------------------------------------- typed, looked up, drawn


@pytest.mark.parametrize(
    ("typed", "digits", "read"),
    [
        ("２０５", 0, "205"),
        (" 20 502\u3000", 0, "20502"),
        ("205-02-05", 0, "2050205"),
        ("205.02", 0, "20502"),
        ("20502 普通教育", 0, "20502"),
        ("20502普通教育", 0, "20502"),
        ("2", 2, "02"),
        ("02", 2, "02"),
        ("030", 2, "030"),
        ("教育", 2, "教育"),
        ("普通教育20502", 0, "普通教育20502"),
        ("", 2, ""),
        ("²", 2, "²"),
    ],
)
def test_a_code_is_read_as_what_it_stands_for(
    typed: str, digits: int, read: str
) -> None:
    assert code_in(typed, digits) == read


@pytest.mark.parametrize(
    ("number", "digits"),
    [("205", "205"), ("2.0", "2"), ("2.5", ""), ("-2", ""), (None, "")],
)
def test_the_digits_of_a_number(number: str | None, digits: str) -> None:
    assert digits_of(None if number is None else Decimal(number)) == digits


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["205", "02", "05"], "2050205"),
        (["205", "02", ""], "20502"),
        (["205", "", ""], "205"),
        (["205", "", "05"], ""),
        (["", "02", ""], ""),
        (["", "", ""], ""),
    ],
)
def test_the_parts_of_a_code(parts: list[str], code: str) -> None:
    assert whole_code(parts) == code


def test_names_come_from_the_codes_and_what_a_person_typed_stays() -> None:
    profile = coded_profile()
    rows = [
        {"class": "205", "section": "02", "item": "05"},
        {"class": "205", "name": "教育"},
        {"class": "205", "item": "05"},
        {"class": "205", "section": "77"},
    ]
    book = from_data({"outlays": rows, "kinds": {"first": {"code": "302"}}}, profile)
    assert [row.text("name") for row in book.rows("outlays")] == [
        "高等教育",
        "教育",
        "",
        "",
    ]
    assert book.grid("kinds")["first"].text("name") == "商品和服务支出"
    assert book.grid("kinds")["second"].text("name") == ""


def drawn(data: Mapping[str, object]) -> tuple[Painting, Canvas]:
    """A workbook that holds some data, and its sheet of codes."""
    profile = coded_profile()
    painting = draw(
        profile, steps.catalogue(profile).rules, from_data(data, profile), count=1
    )
    return painting, next(
        canvas for canvas in painting.canvases if canvas.name == "支出科目"
    )


def test_a_book_without_codes_has_no_sheet_of_codes() -> None:
    painting = draw(HEBEI, (), count=1)
    assert "科目表" not in [canvas.name for canvas in painting.canvases]


def test_the_sheet_of_codes_is_hidden_and_holds_the_codes_of_the_year_once() -> None:
    painting, _ = drawn({})
    sheet = painting.canvases[-1]
    assert (sheet.name, sheet.hidden) == ("科目表", True)
    texts = [
        ink.value
        for (row, column), ink in sheet.cells.items()
        if column == 1 and row > 3
    ]
    assert texts == [one.code for one in functional(2024)]
    titles = [ink.value for (row, _), ink in sorted(sheet.cells.items()) if row == 3]
    assert titles == [
        "功能分类科目",
        "功能分类科目：类",
        "功能分类科目：款",
        "功能分类科目：项",
        "功能分类科目：项",
        "部门预算支出经济分类科目",
        "功能分类科目：类、政府性基金预算",
        "功能分类科目：款、政府性基金预算",
    ]


def test_a_drop_down_is_a_range_that_is_narrowed_and_refuses_nothing() -> None:
    _, sheet = drawn({})
    lists = [
        choice
        for choice in sheet.choices
        if choice.options["validate"] == "list" and "OFFSET" in str(choice.options)
    ]
    sources = [str(choice.options["source"]) for choice in lists]
    assert len(sources) == 9
    assert all("科目表" in source and len(source) <= 255 for source in sources), (
        "Excel takes no longer formula there"
    )
    assert all(choice.options["error_type"] == "information" for choice in lists)
    assert 'MATCH($B7&"",' in sources[0], "款 follows 类, be it a number"
    assert 'MATCH($B7&$C7&"",' in sources[1]
    assert 'MATCH($B24&"*",' in sources[2], "the digits typed so far"


def test_a_name_that_is_typed_over_stays_and_others_are_formulas() -> None:
    said = {
        "outlays": [
            {"class": "205"},
            {"class": "205", "name": "教育"},
            {"class": "299"},
        ],
        "main": {"code": "208"},
    }
    _, sheet = drawn(said)
    names = {row: sheet.cells[row, 5] for row in range(8, 12)}
    assert [ink.value for ink in names.values()] == ["教育支出", "教育", "查不到", ""]
    assert [bool(ink.formula) for ink in names.values()] == [True, False, True, True]
    assert not any(ink.style.locked for ink in names.values()), (
        "a name that the list has not can be typed"
    )
    standing_out = [mark.area for mark in sheet.marks if "查不到" in mark.formula]
    assert (8, 5, 19, 5) in standing_out
    assert len(standing_out) == 6, "lists by area, fields and rows of grids by cell"
    assert "社会保障和就业支出" in [ink.value for ink in sheet.cells.values()]


def test_rows_of_look_ups_are_not_begun() -> None:
    painting, sheet = drawn({})
    assert [
        ink.value
        for (_, column), ink in sorted(sheet.cells.items())
        if column == LEDGER_COLUMN
    ][:2] == [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "甲.xlsx"
        paint(painting, path)
        book = read(open_grid(path), coded_profile())
    assert book.rows("outlays") == ()
    assert not book.sheets["coded"].begun
    assert not book.oddities


def test_what_a_look_up_shows_is_no_name_even_where_its_formula_is_gone() -> None:
    hand = Hand.at(sound_codes())
    hand.type_words("items.code#1", "2080588")
    hand.type_words("items.name#1", "查不到")
    hand.type_words("items.name#2", "")
    names = [row.text("name") for row in read(hand.grid, coded_profile()).rows("items")]
    assert names == ["", "经营主体管理", "行政单位离退休"]


def test_codes_of_projects_are_looked_up_and_held_too() -> None:
    profile = coded_profile()
    said = {
        "projects": [
            {"subject": "20502"},
            {"subject": "2050277"},
            {"subject": "2050277", "subject_name": "新学校"},
        ]
    }
    book = from_data(said, profile, "甲.xlsx")
    assert [project.head.text("subject_name") for project in book.projects] == [
        "普通教育",
        "",
        "新学校",
    ]
    (told,) = misplaced(book, profile.book)
    assert (told.what, told.places["code"]) == ("code-not-listed", "2050277")
    assert [cell.sheet for cell in told.cells] == ["项目02", "项目03"]
    painting = draw(profile, (), book)
    names = {
        canvas.name: [ink for ink in canvas.cells.values() if "科目表" in ink.formula]
        for canvas in painting.canvases
    }
    assert [ink.value for ink in names["项目01"]] == ["普通教育"]
    assert [ink.value for ink in names["项目02"]] == ["查不到"]
    assert names["项目03"] == []


@pytest.mark.libreoffice
def test_another_program_looks_up_the_same_names(tmp_path: Path) -> None:
    outlays = [
        {"class": "205", "section": "02", "item": "05"},
        {"class": "205", "section": "2"},
        {"class": "205", "item": "05"},
        {"class": "229", "section": "60", "item": "02"},
        {"section": "02"},
    ]
    items = [
        {"code": "2080502", "economic": "30102"},
        {"code": "20805", "economic": "30901"},
        {"code": "2089999999"},
    ]
    painting, sheet = drawn(
        {"outlays": outlays, "items": items, "main": {"code": " 208 "}}
    )
    paint(painting, tmp_path / "甲.xlsx")
    [saved] = recalculated([tmp_path / "甲.xlsx"], tmp_path / "out")
    cells = open_grid(saved).sheets["支出科目"].cells
    looked_up = {
        spot: ink.value for spot, ink in sheet.cells.items() if "科目表" in ink.formula
    }
    assert len(looked_up) > 20
    assert {spot: cells[spot].text for spot, shown in looked_up.items() if shown} == {
        spot: shown for spot, shown in looked_up.items() if shown
    }
    assert not [
        spot for spot, shown in looked_up.items() if not shown and cells[spot].text
    ]


def further_down(source: str, rows: int) -> str:
    """A validation's formula as it holds so many rows further down, as another sheet writes it."""
    return re.sub(
        r"(?<!!)\$([A-Z]+)(\d+)(?=[&,])",
        lambda cell: f"'支出科目'!{cell[1]}{int(cell[2]) + rows}",
        source[1:],
    )


@pytest.mark.libreoffice
def test_what_is_typed_narrows_the_drop_down(tmp_path: Path) -> None:
    """The ranges of validations, moved along with the rows as Excel does, counted in cells: how many, and which is first."""
    outlays = [{"class": "205"}, {"class": "205", "section": "02"}]
    painting, sheet = drawn(
        {"outlays": outlays, "items": [{"code": "208"}, {"economic": "3"}]}
    )
    sources = [
        str(choice.options.get("source"))
        for choice in sheet.choices
        if "OFFSET" in str(choice.options)
    ]
    section, item, code, economic = sources[:4]
    asked = ((section, 1), (item, 2), (code, 1), (code, 2), (economic, 2))
    scratch = Canvas("试")
    for row, (source, down) in enumerate(asked, 1):
        here = further_down(source, down)
        scratch.put(row, 1, 0, Style(), f"COUNTA({here})")
        scratch.put(row, 2, "", Style(), f"INDEX({here},1)")
    painting.canvases.append(scratch)
    paint(painting, tmp_path / "甲.xlsx")
    [saved] = recalculated([tmp_path / "甲.xlsx"], tmp_path / "out")
    cells = open_grid(saved).sheets["试"].cells
    of_year = [one.code for one in functional(2024)]
    found = [(cells[row, 2].text, int(cells[row, 1].text)) for row in range(1, 6)]
    assert found == [
        ("01", sum(len(one) == 5 and one.startswith("205") for one in of_year)),
        ("01", sum(len(one) == 7 and one.startswith("20502") for one in of_year)),
        ("2080101", sum(len(one) == 7 and one.startswith("208") for one in of_year)),
        ("2010101", sum(len(one) == 7 for one in of_year)),
        ("301", 109),
    ]
