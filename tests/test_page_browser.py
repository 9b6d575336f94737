"""The report as one page, in a browser: found, filtered, copied and printed, on any screen, with keys, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.reports import HOSTILE, PROFILE, everywhere, example
from toolkit.profile.bounds import law
from toolkit.report.told.page import to_page
from toolkit.rules.rule import ERROR

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checked, shelf = example()
    path = tmp_path_factory.mktemp("page") / "报告.html"
    path.write_text(
        to_page(checked.report, checked.returns, law(), PROFILE, shelf),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def window(chromium: Browser) -> Browser:
    chromium.size(1280)
    return chromium


@pytest.fixture
def shown(window: Browser, file: Path) -> Browser:
    window.open("about:blank")
    window.open(file.as_uri())
    return window


def test_the_page_opens_without_a_complaint_and_without_the_network(
    shown: Browser,
) -> None:
    assert shown.complaints() == []
    assert {address.partition("#")[0][:5] for address in shown.requests()} <= {
        "file:",
        "data:",
    }
    assert shown.run("return performance.getEntriesByType('resource').length") == 0


def test_filters_narrow_the_list(shown: Browser) -> None:
    report = example()[0].report
    everything = len(report.findings)
    assert shown.text(".status") == f"共 {everything} 条"
    for value in ("warning", "info"):
        shown.find(f"input[value={value}] + span").click()
    errors = report.count(ERROR)
    assert shown.text(".status") == f"显示 {errors} 条，共 {everything} 条"
    assert shown.count("article") == shown.count("article.error") == errors
    shown.find("[name=clear]").click()
    shown.wait(
        f"document.querySelector('.status').textContent === '共 {everything} 条'"
    )
    for name, attribute in (
        ("unit", "book"),
        ("form", "form"),
        ("rule", "rule"),
        ("office", "office"),
    ):
        value = shown.run(
            "const s = document.querySelector(`select[name=${arguments[0]}]`); s.selectedIndex = s.options.length - 1;"
            "s.dispatchEvent(new Event('change', {bubbles: true})); return s.value",
            name,
        )
        there = shown.run(
            f"return document.querySelectorAll('article[data-{attribute}=\"{value}\"]').length"
        )
        assert shown.count("article") == there > 0
        shown.find("[name=clear]").click()
        shown.wait("document.querySelector('[name=clear]').disabled")
    assert shown.count("article") == everything


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


def test_a_square_of_the_overview_leads_to_its_findings(shown: Browser) -> None:
    shown.find("#overview td a[data-form=assets]").click()
    forms = set(
        shown.run(
            "return [...document.querySelectorAll('article:not([hidden])')].map(a => a.dataset.form)"
        )
    )
    assert forms == {"assets"}
    assert shown.run("return document.activeElement.closest('article').hidden") is False
    shown.find("#kinds a").click()
    assert (
        len(
            set(
                shown.run(
                    "return [...document.querySelectorAll('article:not([hidden])')].map(a => a.dataset.rule)"
                )
            )
        )
        == 1
    )


def test_findings_can_be_put_in_the_order_of_the_sheets(shown: Browser) -> None:
    before = shown.run(
        "return [...document.querySelectorAll('article')].map(a => a.id)"
    )
    shown.run(
        "const s = document.querySelector('[name=order]'); s.value = 'o'; s.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    after = shown.run(
        "return [...document.querySelectorAll('#b2 article')].map(a => a.querySelector('.at').textContent)"
    )
    named = [re.match(r"项目(\d+)!", said) for said in after if said.startswith("项目")]
    numbers = [int(match[1]) for match in named if match]
    assert numbers == sorted(numbers)
    shown.run(
        "const s = document.querySelector('[name=order]'); s.value = 'n'; s.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert (
        shown.run("return [...document.querySelectorAll('article')].map(a => a.id)")
        == before
    )


def test_titles_alone_and_one_opened(shown: Browser) -> None:
    shown.find("[name=compact]").click()
    assert shown.count(".message") == 0
    shown.find("#f2 h4 a").click()
    assert shown.count(".message") == 1
    assert shown.find("[name=compact]").get_attribute("aria-pressed") == "true"


def test_the_findings_of_a_unit_can_be_copied_as_text(shown: Browser) -> None:
    shown.ask(
        "Browser.grantPermissions",
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
    )
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


def test_everything_is_printed_and_no_control(shown: Browser) -> None:
    shown.find("[name=compact]").click()
    text = re.sub(r"\s", "", shown.printed())
    for one in example()[0].report.findings:
        assert re.sub(r"\s", "", one.title)[:12] in text
    assert text.count("怎么改") == len(example()[0].report.findings)
    folded = shown.run(
        "return [...document.querySelectorAll('details p')].map(p => p.textContent)"
    )
    assert folded
    assert [said for said in folded if re.sub(r"\s", "", said)[:80] not in text] == []
    assert "清除筛选" not in text
    assert "复制这些问题" not in text
    # as it was before
    assert shown.run("return document.querySelectorAll('details[open]').length") == 0


def test_only_what_is_filtered_is_printed(shown: Browser) -> None:
    shown.find("#overview td a[data-form=assets]").click()
    assert re.sub(r"\s", "", shown.printed()).count("怎么改") == 2


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_on_any_screen(shown: Browser, width: int) -> None:
    shown.size(width, 800, mobile=width < 600)
    shown.open(shown.driver.current_url)
    assert shown.run("return document.scrollingElement.scrollWidth") <= width
    wide = "return [...document.querySelectorAll('p, h3, h4, li, .bar, select, button')].filter(e => e.getClientRects().length &&"
    wide += " !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    assert shown.run(wide) == []


@pytest.mark.parametrize("width", [390, 1366])
def test_nothing_keeps_people_from_using_the_page(shown: Browser, width: int) -> None:
    shown.size(width, 800, mobile=width < 600)
    assert shown.nameless() == []
    assert shown.faint() == []
    assert shown.barriers() == []


def test_the_page_can_be_used_with_the_keyboard_alone(shown: Browser) -> None:
    def press(key: str) -> str:
        shown.press(key)
        return str(
            shown.run(
                "const e = document.activeElement; return e.name || e.className || e.tagName"
            )
        )

    assert press("Tab") == "skip"
    assert shown.run("return document.activeElement.getBoundingClientRect().left >= 0")
    seen = [press("Tab") for _ in range(40)]
    assert {"words", "severity", "unit", "form", "rule", "compact"} <= set(seen) | {
        press("Tab") for _ in range(40)
    }
    shown.run("document.querySelector('input[value=info]').focus()")
    press(" ")
    assert shown.count("article.info") == 0


def test_without_scripts_every_finding_can_be_read(window: Browser, file: Path) -> None:
    with window.without_scripts() as plain:
        plain.open(file.as_uri())
        dom = plain.ask("DOM.getDocument", depth=1)["root"]["nodeId"]
        articles = plain.ask("DOM.querySelectorAll", nodeId=dom, selector="article")[
            "nodeIds"
        ]
        assert len(articles) == len(example()[0].report.findings)
        assert re.sub(r"\s", "", plain.printed()).count("怎么改") == len(articles)
        form = plain.ask("DOM.querySelector", nodeId=dom, selector=".filters")["nodeId"]
        assert "hidden" in plain.ask("DOM.getAttributes", nodeId=form)["attributes"]


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_hostile_texts_do_nothing_in_a_browser(
    window: Browser, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "x.html"
    path.write_text(everywhere(text), encoding="utf-8")
    window.open(path.as_uri())
    window.find("[name=words]").send_keys("x")
    assert window.run("return window.hit") is None
    assert window.complaints() == []
    assert (
        window.run("return document.querySelectorAll('article, .filters').length") == 2
    )
