"""The report as one page: whole without scripts, safe whatever stands in a cell, and good to work with in a browser."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.browser import Browser, browser
from toolkit import steps
from toolkit.bounds import law
from toolkit.check import Report
from toolkit.form import load
from toolkit.grid import Grid, Raw, RawSheet, open_grid
from toolkit.model import Cell, Kind, Return, SheetState
from toolkit.report.excerpt import MOST_COLUMNS, MOST_ROWS, cut, excerpts, headings
from toolkit.report.markup import tag
from toolkit.report.overview import Forms, numbered, state
from toolkit.report.page import asset, places, to_page
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

PROFILE = load()
INPUT = Path(__file__).parent.parent / "examples" / "01-xianghe-as-published" / "input"
HOSTILE = (
    "</script><script>window.hit=1</script>",
    "<!--",
    "--><img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "' onmouseover='window.hit=1",
    "</table></section><style>*{display:none}</style>",
    "javascript:window.hit=1",
    "&lt;b&gt; &amp;amp; ${window.hit=1} {{7*7}}",
    "a\x00b\x1b[31m\u202eecilop\ud800",
)


def finding(number: int = 1, **changes: Any) -> Finding:
    said: dict[str, Any] = {
        "rule": f"X01-{number:02d}",
        "severity": ERROR,
        "title": f"标题{number}",
        "message": f"第 {number} 个问题。",
        "remedy": "改成对的。",
        "basis": (),
        "cells": (Cell("甲.xlsx", "收支总表", 8, 4),),
        "unit": "甲单位",
    }
    return Finding(**(said | changes))


def page(*findings: Finding, returns: tuple[Return, ...] = (), grids: dict[str, Grid] | None = None) -> str:
    return to_page(Report(findings, 10), returns, law(), PROFILE, grids)


class Seen(HTMLParser):
    """The elements of a page, and the text a person can read without scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in ("script", "style"):
            self.scripts.append(data)
        else:
            self.text += data


@pytest.fixture(scope="module")
def example() -> tuple[steps.Checked, dict[str, Grid]]:
    return steps.check([INPUT], PROFILE), {path.name: open_grid(path) for path in sorted(INPUT.glob("*.xlsx"))}


# -- what stands in it --------------------------------------------------------------------------------------------------


def test_the_page_says_everything_that_the_findings_say(example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    checked, grids = example
    seen = Seen(to_page(checked.report, checked.returns, law(), PROFILE, grids))
    text = re.sub(r"\s+", "", seen.text)
    for one in checked.report.findings:
        for said in (one.title, one.message, one.remedy, one.rule, one.office, one.place, *one.also):
            assert re.sub(r"\s+", "", said) in text
        for cell in one.cells:
            assert cell.sheet in text
    assert seen.tags.count("article") == len(checked.report.findings) > 50
    assert text.count("怎么改") == len(checked.report.findings)


def test_the_same_report_gives_the_same_page(example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    checked, grids = example
    pages = {to_page(checked.report, checked.returns, law(), PROFILE, grids) for _ in range(2)}
    assert len(pages) == 1


def test_only_what_was_looked_up_in_the_law_is_called_law() -> None:
    for key, said in law().items():
        text = page(finding(basis=(key,)))
        seen = Seen(text).text
        quoted = 'class="law"' in text or "<cite>" in text
        assert quoted == ("法规" in seen.replace("不是法规", "")) == (said["certain"] == "F")
        if said["certain"] == "F":
            assert f"{said['title']} {said['article']}".strip() in seen
            assert said["says"] in seen
        else:
            assert "工作惯例" in seen or "审核经验" in seen
            assert said["title"].startswith(("工作惯例", "审核经验")) or said["title"] not in seen


def test_a_basis_nobody_knows_is_no_law() -> None:
    text = Seen(page(finding(basis=("某某法/第一条",)))).text
    assert "某某法" not in text
    assert "工作惯例或审核经验 不是法规。" in text


def test_an_accepted_error_is_told_and_no_longer_counted() -> None:
    text = Seen(page(finding(1), finding(2, accepted="张三：批复如此", state="未改"))).text
    assert "有 1 处错误" in text
    assert "部门同意不改 张三：批复如此" in text
    assert "未改" in text


def test_a_report_without_findings_says_so() -> None:
    text = Seen(page()).text
    assert "没有发现问题" in text
    assert "共核对 10 项" in text


def test_checks_that_were_held_back_are_counted() -> None:
    assert "其中 3 项因为格里不是数字没有做" in Seen(to_page(Report((), 10, 0, 3), (), law(), PROFILE)).text


def test_the_worst_finding_of_a_file_comes_first() -> None:
    text = page(finding(1, severity=INFO), finding(2, severity=ERROR), finding(3, severity=WARNING))
    assert re.findall(r'<article id="f(\d)" class="(\w+)"', text) == [("1", "error"), ("2", "warning"), ("3", "info")]


def test_one_fault_of_many_files_is_one_line_among_the_kinds() -> None:
    text = page(*(finding(1, cells=(Cell(f"{unit}.xlsx", "收支总表", 8, 4),)) for unit in "甲乙丙"), finding(2))
    kinds = text.partition('<ul class="kinds">')[2].partition("</ul>")[0]
    assert kinds.count("<li>") == 2
    assert "3 条，3 个单位" in kinds


def test_cells_below_one_another_are_told_as_a_range() -> None:
    cells = [Cell("甲.xlsx", "国有资产", row, 4) for row in (8, 9, 11, 12, 13)] + [Cell("甲.xlsx", "项目01", 7, 5)]
    assert places(cells, "甲.xlsx") == ("国有资产!D8:D9、D11:D13；项目01!E7", "")
    many = [Cell("甲.xlsx", f"项目{n:02d}", 7, 5) for n in range(1, 9)]
    short, whole = places(many, "甲.xlsx")
    assert short.endswith("项目04!E7 等 8 张表")
    assert whole.count("!E7") == 8
    assert places([Cell("甲.xlsx", "", 1, 1)], "甲.xlsx") == ("", "")
    assert places([*cells[:1], Cell("乙.xlsx", "封面", 1, 1)], "甲.xlsx")[0] == "国有资产!D8；[乙.xlsx]封面!A1"


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
        ("budget", sheet_state("收支总表", begun=True), (WARNING, ERROR, ERROR), "有误"),
        ("budget", sheet_state("收支总表", begun=True), (WARNING, INFO), "提醒"),
        ("budget", sheet_state("收支总表", begun=True), (INFO,), "完成"),
        ("budget", sheet_state("收支总表"), (ERROR,), "有误"),
        ("duties", sheet_state("部门职责"), (), "不用填"),
        ("answers", sheet_state("问题说明"), (), "可不填"),
        ("project", None, (), "未填"),
        ("budget", None, (), "缺表"),
    ],
)
def test_a_square_of_the_overview_says(key: str, there: SheetState | None, severities: tuple[Severity, ...], word: str) -> None:
    book = unit(**({key: there} if there else {}))
    forms = Forms(PROFILE, [book])
    told = state(book, key, numbered([finding(severity=severity) for severity in severities], forms), forms)
    assert told.word == word
    assert told.count == (severities.count(ERROR) or severities.count(WARNING))


def test_an_accepted_finding_leaves_its_form_done() -> None:
    book = unit(budget=sheet_state("收支总表", begun=True))
    forms = Forms(PROFILE, [book])
    told = state(book, "budget", numbered([finding(accepted="张三：批复如此")], forms), forms)
    assert (told.word, told.note) == ("完成", "同意不改 1 条")


def test_every_form_of_every_unit_has_a_square(example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    checked, _ = example
    text = to_page(checked.report, checked.returns, law(), PROFILE)
    rows = re.findall("<tr>(.*?)</tr>", text.partition('<table class="overview">')[2].partition("</table>")[0])
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
        st.dictionaries(spots, st.sampled_from([Raw(Kind.TEXT, "甲"), Raw(Kind.NUMBER, "1", Decimal(1))]), max_size=60)
    )
    hidden = draw(st.frozensets(st.integers(1, 40), max_size=9))
    return RawSheet("表", cells, hidden_rows=hidden), draw(st.lists(spots, min_size=1, max_size=12))


@given(sheets())
def test_an_excerpt_is_small_and_holds_the_cell_to_mend(given_: tuple[RawSheet, list[tuple[int, int]]]) -> None:
    sheet, spots = given_
    found = cut(sheet, spots, frozenset({"甲"}))
    assert len(found.rows) <= MOST_ROWS
    assert len(found.columns) <= MOST_COLUMNS
    assert spots[0][0] in found.rows
    assert spots[0][1] in found.columns
    assert list(found.rows) == sorted(set(found.rows))
    named = {row for row, _ in spots}
    heading = {row for row in found.rows if (row, spots[0][1]) in sheet.cells}
    assert all(row not in sheet.hidden_rows or row in named | heading for row in found.rows)


def test_an_excerpt_shows_the_heading_and_the_label_beside_the_cell(example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    checked, grids = example
    total = next(one for one in checked.report.findings if one.rule == "S-assets.total")
    (found,) = excerpts(total, grids, headings(PROFILE))
    here = {
        spot: found.sheet.cells[spot].text
        for spot in ((r, c) for r in found.rows for c in found.columns)
        if spot in found.sheet.cells
    }
    assert {"资产总额", "价值", "601.14"} <= set(here.values())
    text = page(total, grids=grids)
    assert 'class="here n"' in text
    assert '<th scope="col" class="on">D</th>' in text


def test_a_cell_that_was_never_calculated_and_a_blank_one_are_told_apart() -> None:
    cells = {(1, 1): Raw(Kind.UNCOMPUTED, "", formula="A2+1"), (2, 1): Raw(Kind.ERROR, "#REF!")}
    grids = {"甲.xlsx": Grid("甲.xlsx", {"表": RawSheet("表", cells)})}
    text = page(finding(cells=(Cell("甲.xlsx", "表", 1, 1),)), finding(cells=(Cell("甲.xlsx", "表", 3, 1),)), grids=grids)
    assert "（没有算过）" in text
    assert "=A2+1" in text
    assert "#REF!" in text
    assert "（空）" in text


# -- safety -------------------------------------------------------------------------------------------------------------


def everywhere(text: str) -> str:
    """A page with this text in every place that people can write to."""
    book = f"{text}.xlsx"
    cell = Cell(book, text, 2, 2)
    values: dict[str, Any] = {
        "title": text,
        "message": text,
        "remedy": text,
        "unit": text,
        "also": (text,),
        "place": text,
        "office": text,
    }
    more: dict[str, Any] = {"accepted": text, "state": text, "id": text, "rule": text, "basis": (text,)}
    grid = Grid(book, {text: RawSheet(text, {(2, 2): Raw(Kind.TEXT, text, formula=text), (1, 2): Raw(Kind.TEXT, text)})})
    cover = Return(book, PROFILE.id, {}, sheets={"cover": SheetState(replace(cell, row=1), text, begun=True)})
    return page(finding(cells=(cell,), **values, **more), returns=(cover,), grids={book: grid})


def inert(text: str) -> Iterator[str]:
    """What of a page could act: its elements, the names of their attributes, addresses, scripts and styles."""
    seen = Seen(text)
    yield from seen.tags
    yield from (f"{element} {name}" for element, name, _ in seen.attributes)
    yield from (
        value for _, name, value in seen.attributes if name in ("href", "src", "id", "class", "content", "type", "name")
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
    addresses = [value for _, name, value in seen.attributes if name in ("href", "src", "action", "poster", "srcset")]
    assert all(value.startswith("#") or value == "data:," for value in addresses)
    assert not re.search(r"url\(|@import|@font-face|https?:", asset("page.css") + asset("page.js"))


NEWER = {
    r"\?\.(?!\d)": "optional chaining (2020)",
    r"\?\?": "?? (2020)",
    r"[|&*?]{2}=": "logical assignment (2021)",
    r"catch\s*\{": "catch without a binding (2019)",
    r"\.(?:flat|flatMap|fromEntries|trimStart|trimEnd|matchAll|replaceAll|at|allSettled|any)\(": "a newer function",
    r"\bimport\b|\bexport\b": "a module",
    r"\b\d+n\b|\bglobalThis\b": "2020",
    r"#\w+\s*[=(;]": "a private field (2022)",
}


def bare(script: str) -> str:
    """A script without its comments and texts."""
    return re.sub(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|/(?![ *=])(?:\\.|[^/\\\n])+/[gimsuy]*", " ", script, flags=re.DOTALL)


def test_the_script_is_one_that_browsers_of_2018_can_read() -> None:
    """The last browsers for Windows 7 and the older ones that come with office machines."""
    said = bare(asset("page.js"))
    assert [meaning for pattern, meaning in NEWER.items() if re.search(pattern, said)] == []
    assert len(re.findall(NEWER.__iter__().__next__(), bare("a?.b; c?.5:1; // x?.y\n'p?.q'"))) == 1


# -- in a browser -------------------------------------------------------------------------------------------------------

chromium = pytest.mark.chromium
pytestmark = pytest.mark.xdist_group("chromium")


@pytest.fixture(scope="module")
def file(example: tuple[steps.Checked, dict[str, Grid]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    checked, grids = example
    path = tmp_path_factory.mktemp("page") / "报告.html"
    path.write_text(to_page(checked.report, checked.returns, law(), PROFILE, grids), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture
def shown(window: Browser, file: Path) -> Browser:
    window.size(1280)
    window.open("about:blank")
    window.open(file.as_uri())
    return window


@chromium
def test_the_page_opens_without_a_complaint_and_without_the_network(shown: Browser) -> None:
    assert shown.complaints() == []
    assert {address.partition("#")[0][:5] for address in shown.requests()} <= {"file:", "data:"}
    assert shown.run("return performance.getEntriesByType('resource').length") == 0


@chromium
def test_filters_narrow_the_list(shown: Browser, example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    report = example[0].report
    everything = len(report.findings)
    assert shown.text(".status") == f"共 {everything} 条"
    for value in ("warning", "info"):
        shown.find(f"input[value={value}] + span").click()
    errors = report.count(ERROR)
    assert shown.text(".status") == f"显示 {errors} 条，共 {everything} 条"
    assert shown.count("article") == shown.count("article.error") == errors
    shown.find("[name=clear]").click()
    shown.wait(f"document.querySelector('.status').textContent === '共 {everything} 条'")
    for name, attribute in (("unit", "book"), ("form", "form"), ("rule", "rule"), ("office", "office")):
        value = shown.run(
            "const s = document.querySelector(`select[name=${arguments[0]}]`); s.selectedIndex = s.options.length - 1;"
            "s.dispatchEvent(new Event('change', {bubbles: true})); return s.value",
            name,
        )
        there = shown.run(f"return document.querySelectorAll('article[data-{attribute}=\"{value}\"]').length")
        assert shown.count("article") == there > 0
        shown.find("[name=clear]").click()
        shown.wait("document.querySelector('[name=clear]').disabled")
    assert shown.count("article") == everything


@chromium
def test_the_search_finds_texts_and_cells(shown: Browser) -> None:
    box = shown.find("[name=words]")
    box.send_keys("国有资产　d8")  # a full-width blank, a small letter
    shown.wait("document.querySelectorAll('article:not([hidden])').length === 1")
    assert "601.14" in shown.text("article:not([hidden])")
    box.clear()
    box.send_keys("没有这样的话")
    shown.wait("!document.querySelector('.nothing').hidden")
    assert shown.count("article") == shown.count(".book") == 0
    assert shown.text(".status").startswith("显示 0 条")


@chromium
def test_a_square_of_the_overview_leads_to_its_findings(shown: Browser) -> None:
    shown.find("#overview td a[data-form=assets]").click()
    forms = set(shown.run("return [...document.querySelectorAll('article:not([hidden])')].map(a => a.dataset.form)"))
    assert forms == {"assets"}
    assert shown.run("return document.activeElement.closest('article').hidden") is False
    shown.find("#kinds a").click()
    assert len(set(shown.run("return [...document.querySelectorAll('article:not([hidden])')].map(a => a.dataset.rule)"))) == 1


@chromium
def test_findings_can_be_put_in_the_order_of_the_sheets(shown: Browser) -> None:
    before = shown.run("return [...document.querySelectorAll('article')].map(a => a.id)")
    shown.run(
        "const s = document.querySelector('[name=order]'); s.value = 'o'; s.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    after = shown.run("return [...document.querySelectorAll('#b2 article')].map(a => a.querySelector('.at').textContent)")
    named = [re.match(r"项目(\d+)!", said) for said in after if said.startswith("项目")]
    numbers = [int(match[1]) for match in named if match]
    assert numbers == sorted(numbers)
    shown.run(
        "const s = document.querySelector('[name=order]'); s.value = 'n'; s.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert shown.run("return [...document.querySelectorAll('article')].map(a => a.id)") == before


@chromium
def test_titles_alone_and_one_opened(shown: Browser) -> None:
    shown.find("[name=compact]").click()
    assert shown.count(".message") == 0
    shown.find("#f2 h4 a").click()
    assert shown.count(".message") == 1
    assert shown.find("[name=compact]").get_attribute("aria-pressed") == "true"


@chromium
def test_the_findings_of_a_unit_can_be_copied_as_text(shown: Browser) -> None:
    shown.ask("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    shown.find("#b1 .copy").click()
    shown.wait("document.querySelector('#b1 .copy').textContent === '已复制'")
    shown.run(
        "window.got = null; const t = document.createElement('textarea'); document.body.appendChild(t); t.focus();"
        "navigator.clipboard.readText().then(x => { window.got = x; })"
    )
    shown.wait("window.got")
    copied = shown.run("return window.got")
    assert copied.startswith("香河县人力资源和社会保障局：")
    assert copied.count("怎么改：") == shown.count("#b1 article")
    assert "国有资产!D8" in copied


@chromium
def test_everything_is_printed_and_no_control(shown: Browser, example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    shown.find("[name=compact]").click()
    text = re.sub(r"\s", "", shown.printed())
    for one in example[0].report.findings:
        assert re.sub(r"\s", "", one.title)[:12] in text
    assert text.count("怎么改") == len(example[0].report.findings)
    folded = shown.run("return [...document.querySelectorAll('details p')].map(p => p.textContent)")
    assert folded
    assert [said for said in folded if re.sub(r"\s", "", said)[:80] not in text] == []
    assert "清除筛选" not in text
    assert "复制这些问题" not in text
    assert shown.run("return document.querySelectorAll('details[open]').length") == 0  # as it was before


@chromium
def test_only_what_is_filtered_is_printed(shown: Browser) -> None:
    shown.find("#overview td a[data-form=assets]").click()
    assert re.sub(r"\s", "", shown.printed()).count("怎么改") == 2


@chromium
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_on_any_screen(shown: Browser, width: int) -> None:
    shown.size(width, 800, mobile=width < 600)
    shown.open(shown.driver.current_url)
    assert shown.run("return document.scrollingElement.scrollWidth") <= width
    wide = (
        "return [...document.querySelectorAll('p, h3, h4, li, .bar, select, button')].filter(e => e.getClientRects().length &&"
    )
    wide += " !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    assert shown.run(wide) == []


@chromium
def test_every_control_has_a_name_and_every_text_stands_out(shown: Browser) -> None:
    assert shown.nameless() == []
    assert shown.faint() == []


@chromium
def test_the_page_can_be_used_with_the_keyboard_alone(shown: Browser) -> None:
    def press(key: str) -> str:
        shown.press(key)
        return str(shown.run("const e = document.activeElement; return e.name || e.className || e.tagName"))

    assert press("Tab") == "skip"
    assert shown.run("return document.activeElement.getBoundingClientRect().left >= 0")
    seen = [press("Tab") for _ in range(40)]
    assert {"words", "severity", "unit", "form", "rule", "compact"} <= set(seen) | {press("Tab") for _ in range(40)}
    shown.run("document.querySelector('input[value=info]').focus()")
    press(" ")
    assert shown.count("article.info") == 0


@chromium
def test_without_scripts_every_finding_can_be_read(file: Path, example: tuple[steps.Checked, dict[str, Grid]]) -> None:
    with browser(scripts=False) as plain:
        plain.open(file.as_uri())
        dom = plain.ask("DOM.getDocument", depth=1)["root"]["nodeId"]
        articles = plain.ask("DOM.querySelectorAll", nodeId=dom, selector="article")["nodeIds"]
        assert len(articles) == len(example[0].report.findings)
        assert re.sub(r"\s", "", plain.printed()).count("怎么改") == len(articles)
        form = plain.ask("DOM.querySelector", nodeId=dom, selector=".filters")["nodeId"]
        assert "hidden" in plain.ask("DOM.getAttributes", nodeId=form)["attributes"]


@chromium
@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_hostile_texts_do_nothing_in_a_browser(window: Browser, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.html"
    path.write_text(everywhere(text), encoding="utf-8")
    window.open(path.as_uri())
    window.find("[name=words]").send_keys("x")
    assert window.run("return window.hit") is None
    assert window.complaints() == []
    assert window.run("return document.querySelectorAll('article, .filters').length") == 2
