"""The report as one page: whole without scripts, and safe whatever stands in a cell."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports import (
    HOSTILE,
    NEWER,
    PROFILE,
    Seen,
    bare,
    everywhere,
    example,
    finding,
    page,
    shelved,
)
from toolkit.check.report import UNREADABLE, NotChecked, Report
from toolkit.files.grid import Grid, Raw, RawSheet
from toolkit.model import Cell, Kind, Return, SheetState
from toolkit.profile.bounds import law
from toolkit.report.told.excerpt import MOST_COLUMNS, MOST_ROWS, cut, excerpts, headings
from toolkit.report.told.markup import tag
from toolkit.report.told.overview import Forms, numbered, state
from toolkit.report.told.page import asset, places, to_page
from toolkit.rules.rule import ERROR, INFO, WARNING, Severity

# -- what stands in it --------------------------------------------------------------------------------------------------


def test_the_page_says_everything_that_the_findings_say() -> None:
    checked, shelf = example()
    seen = Seen(to_page(checked.report, checked.returns, law(), PROFILE, shelf))
    text = re.sub(r"\s+", "", seen.text)
    for one in checked.report.findings:
        for said in (
            one.title,
            one.message,
            one.remedy,
            one.rule,
            one.office,
            one.place,
            *one.also,
        ):
            assert re.sub(r"\s+", "", said) in text
        for cell in one.cells:
            assert cell.sheet in text
    assert seen.tags.count("article") == len(checked.report.findings) > 50
    assert text.count("怎么改") == len(checked.report.findings)


def test_the_same_report_gives_the_same_page() -> None:
    checked, shelf = example()
    pages = {
        to_page(checked.report, checked.returns, law(), PROFILE, shelf)
        for _ in range(2)
    }
    assert len(pages) == 1


def test_only_what_was_looked_up_in_the_law_is_called_law() -> None:
    for key, said in law().items():
        text = page(finding(basis=(key,)))
        seen = Seen(text).text
        quoted = 'class="law"' in text or "<cite>" in text
        assert (
            quoted
            == ("法规" in seen.replace("不是法规", ""))
            == (said["certain"] == "F")
        )
        if said["certain"] == "F":
            assert f"{said['title']} {said['article']}".strip() in seen
            assert said["says"] in seen
        else:
            assert "工作惯例" in seen or "审核经验" in seen
            assert (
                said["title"].startswith(("工作惯例", "审核经验"))
                or said["title"] not in seen
            )


def test_a_basis_nobody_knows_is_no_law() -> None:
    text = Seen(page(finding(basis=("某某法/第一条",)))).text
    assert "某某法" not in text
    assert "工作惯例或审核经验 不是法规。" in text


def test_an_accepted_error_is_told_and_no_longer_counted() -> None:
    text = Seen(
        page(finding(1), finding(2, accepted="张三：批复如此", state="未改"))
    ).text
    assert "有错误 1 条，改好以后才能公开。" in text
    assert "部门同意不改 张三：批复如此" in text
    assert "未改" in text


def test_a_report_without_findings_says_so() -> None:
    text = Seen(page()).text
    assert "没有错误，也没有要核对的。" in text
    assert "共核对 10 项" in text


LEFT = NotChecked("B01-01", "收入总计不等于支出总计", "甲", UNREADABLE)


def test_checks_that_were_not_made_are_counted_with_the_reason() -> None:
    assert (
        "其中 1 项没有核对：格里不是数字（1 项）"
        in Seen(to_page(Report((), 10, 0, (LEFT,)), (), law(), PROFILE)).text
    )


def test_the_worst_finding_of_a_file_comes_first() -> None:
    text = page(
        finding(1, severity=INFO),
        finding(2, severity=ERROR),
        finding(3, severity=WARNING),
    )
    assert re.findall(r'<article id="f(\d)" class="(\w+)"', text) == [
        ("1", "error"),
        ("2", "warning"),
        ("3", "info"),
    ]


def test_one_fault_of_many_files_is_one_line_among_the_kinds() -> None:
    text = page(
        *(
            finding(1, cells=(Cell(f"{unit}.xlsx", "收支总表", 8, 4),))
            for unit in "甲乙丙"
        ),
        finding(2),
    )
    kinds = text.partition('<ul class="kinds">')[2].partition("</ul>")[0]
    assert kinds.count("<li>") == 2
    assert "3 条，3 个单位" in kinds


def test_what_is_too_much_beside_the_title_is_folded_away() -> None:
    many = [Cell("甲.xlsx", f"项目{n:02d}", 7, 5) for n in range(1, 9)]
    short, whole = places(finding(cells=tuple(many)))
    assert short.endswith("项目04!E7 等 8 张表")
    assert whole.count("!E7") == 8
    assert places(finding(cells=tuple(many[:4])))[1] == ""
    others = [Cell("乙.xlsx", f"项目{n:02d}", 7, 5) for n in range(1, 4)]
    assert (
        places(finding(cells=(*many[:1], *others)))[0]
        == "项目01!E7；“乙.xlsx”项目01!E7 等 4 张表"
    )


# -- the overview -------------------------------------------------------------------------------------------------------


def unit(**states: SheetState) -> Return:
    return Return("甲.xlsx", PROFILE.id, {}, sheets=states)


def sheet_state(name: str, tick: str = "", *, begun: bool = False) -> SheetState:
    return SheetState(Cell("甲.xlsx", name, 1, 2), tick, begun)


@pytest.mark.parametrize(
    ("key", "there", "severities", "word"),
    [
        ("budget", sheet_state("收支总表"), (), "未填"),
        ("budget", sheet_state("收支总表", begun=True), (), "完成"),
        ("budget", sheet_state("收支总表", "本表无数据"), (), "完成"),
        (
            "budget",
            sheet_state("收支总表", begun=True),
            (WARNING, ERROR, ERROR),
            "有误",
        ),
        ("budget", sheet_state("收支总表", begun=True), (WARNING, INFO), "提醒"),
        ("budget", sheet_state("收支总表", begun=True), (INFO,), "完成"),
        ("budget", sheet_state("收支总表"), (ERROR,), "有误"),
        ("duties", sheet_state("部门职责"), (), "不用填"),
        ("answers", sheet_state("问题说明"), (), "可不填"),
        ("project", None, (), "未填"),
        ("budget", None, (), "缺表"),
    ],
)
def test_a_square_of_the_overview_says(
    key: str, there: SheetState | None, severities: tuple[Severity, ...], word: str
) -> None:
    book = unit(**({key: there} if there else {}))
    forms = Forms(PROFILE, [book])
    told = state(
        book,
        key,
        numbered([finding(severity=severity) for severity in severities], forms),
        forms,
    )
    assert told.word == word
    assert told.count == (severities.count(ERROR) or severities.count(WARNING))


def test_an_accepted_finding_leaves_its_form_done() -> None:
    book = unit(budget=sheet_state("收支总表", begun=True))
    forms = Forms(PROFILE, [book])
    told = state(
        book, "budget", numbered([finding(accepted="张三：批复如此")], forms), forms
    )
    assert (told.word, told.note) == ("完成", "同意不改 1 条")


def test_every_form_of_every_unit_has_a_square() -> None:
    checked, _ = example()
    text = to_page(checked.report, checked.returns, law(), PROFILE)
    rows = re.findall(
        "<tr>(.*?)</tr>",
        text.partition('<table class="overview">')[2].partition("</table>")[0],
    )
    assert len(rows) == 1 + len(checked.returns)
    widths = Counter(len(re.findall("<t[dh]", row)) for row in rows)
    assert len(widths) == 1


def test_a_file_that_cannot_be_read_has_its_line() -> None:
    text = Seen(page(finding(cells=(Cell("坏.xlsx", "", 1, 1),), unit=""))).text
    assert "坏.xlsx读不出来" in re.sub(r"\s", "", text)


def test_what_concerns_the_whole_department_has_its_place() -> None:
    text = Seen(page(finding(cells=(), unit="某局"))).text
    assert "某局" in text


# -- the excerpts -------------------------------------------------------------------------------------------------------


@st.composite
def sheets(draw: st.DrawFn) -> tuple[RawSheet, list[tuple[int, int]]]:
    spots = st.tuples(st.integers(1, 40), st.integers(1, 30))
    cells = draw(
        st.dictionaries(
            spots,
            st.sampled_from([Raw(Kind.TEXT, "甲"), Raw(Kind.NUMBER, "1", Decimal(1))]),
            max_size=60,
        )
    )
    hidden = draw(st.frozensets(st.integers(1, 40), max_size=9))
    return RawSheet("表", cells, hidden_rows=hidden), draw(
        st.lists(spots, min_size=1, max_size=12)
    )


@given(sheets())
def test_an_excerpt_is_small_and_holds_the_cell_to_mend(
    given_: tuple[RawSheet, list[tuple[int, int]]],
) -> None:
    sheet, spots = given_
    found = cut(sheet, spots, frozenset({"甲"}))
    assert len(found.rows) <= MOST_ROWS
    assert len(found.columns) <= MOST_COLUMNS
    assert spots[0][0] in found.rows
    assert spots[0][1] in found.columns
    assert list(found.rows) == sorted(set(found.rows))
    named = {row for row, _ in spots}
    heading = {row for row in found.rows if (row, spots[0][1]) in sheet.cells}
    assert all(
        row not in sheet.hidden_rows or row in named | heading for row in found.rows
    )


def test_an_excerpt_shows_the_heading_and_the_label_beside_the_cell() -> None:
    checked, shelf = example()
    total = next(one for one in checked.report.findings if one.rule == "S-assets.total")
    (found,) = excerpts(total, shelf, headings(PROFILE))
    here = {
        spot: found.sheet.cells[spot].text
        for spot in ((r, c) for r in found.rows for c in found.columns)
        if spot in found.sheet.cells
    }
    assert {"资产总额", "价值", "601.14"} <= set(here.values())
    text = page(total, shelf=shelf)
    assert 'class="here n"' in text
    assert '<th scope="col" class="on">D</th>' in text


def test_a_cell_that_was_never_calculated_and_a_blank_one_are_told_apart() -> None:
    cells = {
        (1, 1): Raw(Kind.UNCOMPUTED, "", formula="A2+1"),
        (2, 1): Raw(Kind.ERROR, "#REF!"),
    }
    shelf = shelved(Grid("甲.xlsx", {"表": RawSheet("表", cells)}))
    text = page(
        finding(cells=(Cell("甲.xlsx", "表", 1, 1),)),
        finding(cells=(Cell("甲.xlsx", "表", 3, 1),)),
        shelf=shelf,
    )
    assert "（没有算过）" in text
    assert "=A2+1" in text
    assert "#REF!" in text
    assert "（空）" in text


# -- safety -------------------------------------------------------------------------------------------------------------


def inert(text: str) -> Iterator[str]:
    """What of a page could act: its elements, the names of their attributes, addresses, scripts and styles."""
    seen = Seen(text)
    yield from seen.tags
    yield from (f"{element} {name}" for element, name, _ in seen.attributes)
    yield from (
        value
        for _, name, value in seen.attributes
        if name in ("href", "src", "id", "class", "content", "type", "name")
    )
    yield from seen.scripts


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_workbook_can_act(text: str) -> None:
    """Whatever stands in names and cells, the page has the same elements, attributes and scripts as with a plain word."""
    assert list(inert(everywhere(text))) == list(inert(everywhere("甲")))


def test_a_page_can_always_be_written_as_utf_8() -> None:
    assert "\ufffd" in everywhere(HOSTILE[-1]).encode().decode()
    assert tag("p", "\ud800", title="\udfff").encode()


def test_the_page_allows_only_its_own_script_and_style() -> None:
    text = page(finding())
    policy = re.search('Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    for name in ("page.css", "page.js"):
        assert b64encode(sha256(asset(name).encode()).digest()).decode() in policy[1]
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(r"\sstyle=|\son\w+=", text)


def test_the_page_asks_for_nothing_outside_itself() -> None:
    text = page(finding())
    seen = Seen(text)
    addresses = [
        value
        for _, name, value in seen.attributes
        if name in ("href", "src", "action", "poster", "srcset")
    ]
    assert all(value.startswith("#") or value == "data:," for value in addresses)
    assert not re.search(
        r"url\(|@import|@font-face|https?:", asset("page.css") + asset("page.js")
    )


def test_the_script_is_one_that_browsers_of_2018_can_read() -> None:
    """The last browsers for Windows 7 and the older ones that come with office machines."""
    said = bare(asset("page.js"))
    assert [
        meaning for pattern, meaning in NEWER.items() if re.search(pattern, said)
    ] == []
    assert (
        len(
            re.findall(
                NEWER.__iter__().__next__(), bare("a?.b; c?.5:1; // x?.y\n'p?.q'")
            )
        )
        == 1
    )
