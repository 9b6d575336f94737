"""The page on this machine in a browser: dropping, seeing, mending, merging, downloading."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.visitor import BAD, GOOD, ROOT, hostile_workbook, workbook
from toolkit.serve.visit import MB, PREFIX

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as people start it; when it is stopped, nothing of it is left."""
    folder = tmp_path_factory.mktemp("temp")
    command = [
        sys.executable,
        "-c",
        "from toolkit.serve import serve; serve('127.0.0.1', 0, None, 'hebei-2023')",
    ]
    environment = {**os.environ, "TMPDIR": str(folder)}
    # a file: a pipe that nobody empties would stop the server
    said = tmp_path_factory.mktemp("said") / "server.txt"
    with said.open("wb") as output:
        started = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    until = time.monotonic() + 60
    while not (address := re.search(r"http:\S+", said.read_text(encoding="utf-8"))):
        assert time.monotonic() < until
        assert started.poll() is None, said.read_text(encoding="utf-8")
        time.sleep(0.05)
    yield address[0]
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=20) == 0, said.read_text(encoding="utf-8")
    assert "Traceback" not in said.read_text(encoding="utf-8")
    assert not list(folder.glob(f"{PREFIX}*"))


@pytest.fixture
def window(chromium: Browser, server: str, tmp_path: Path) -> Browser:
    """The page as a newcomer sees it: without cookies, on a screen of an ordinary size."""
    chromium.ask(
        "Browser.setDownloadBehavior",
        behavior="allow",
        downloadPath=str(tmp_path / "downloads"),
    )
    chromium.ask("Network.clearBrowserCookies")
    chromium.size(1280, 900)
    chromium.open("about:blank")
    chromium.open(server)
    return chromium


def drop(window: Browser, *paths: Path) -> None:
    """Drop files onto the page, as a hand with a mouse does."""
    spot = window.run(
        "const r = document.querySelector('.drop').getBoundingClientRect(); return [r.left + 50, r.top + 30]"
    )
    data = {
        "items": [],
        "files": [str(path) for path in paths],
        "dragOperationsMask": 1,
    }
    for kind in ("dragEnter", "dragOver", "drop"):
        window.ask(
            "Input.dispatchDragEvent", type=kind, x=spot[0], y=spot[1], data=data
        )


def settled(window: Browser) -> None:
    window.wait(
        "document.readyState === 'complete' && document.querySelector('main') && !document.querySelector('main').dataset.busy",
        90,
    )


def test_drop_see_mend_drop_again_merge_and_download(
    window: Browser, server: str, tmp_path: Path
) -> None:
    drop(window, *BAD)
    window.wait("document.querySelectorAll('article').length > 50", 90)
    assert window.count(".held tbody tr") == len(BAD)
    assert "还有" in window.text(".merging .verdict")
    assert window.run("return document.activeElement.id") == "result"
    window.find("#merge button").click()
    alert = window.driver.switch_to.alert
    assert "先出一份草稿看看吗" in alert.text
    alert.dismiss()
    assert window.count(".progress progress") == 0
    window.find("#overview td a[data-form=assets]").click()
    window.wait(
        "[...document.querySelectorAll('article')].filter(e => e.getClientRects().length).length === 2"
    )
    window.run("scrollTo(0, 0)")
    drop(window, *GOOD)
    window.wait("!document.getElementById('ask').hidden")
    assert window.run("return document.activeElement.value") == "replace"
    window.find("#ask button[value=replace]").click()
    window.wait(
        "document.querySelector('.merging .verdict').textContent === '没有错误，可以合并。'",
        90,
    )
    window.find("#merge button").click()
    window.wait("document.querySelectorAll('.outputs li').length >= 5", 90)
    assert "合并了 3 个单位、41 个项目" in window.text(".merging .verdict")
    window.find(".outputs a").click()
    window.find('a[href="/get/outputs.zip"]').click()
    downloads = tmp_path / "downloads"
    until = time.monotonic() + 30
    while not {"公开表.xlsx", "合并结果.zip"} <= {
        path.name for path in downloads.glob("*")
    }:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert window.complaints() == []
    assert {address.partition("/")[0] for address in window.requests()} <= {
        "http:",
        "data:",
        "blob:",
    }
    assert all(address.startswith((server, "data:")) for address in window.requests())
    assert window.barriers() == []


def test_what_is_refused_is_told_in_a_sentence(window: Browser, tmp_path: Path) -> None:
    program = tmp_path / "程序\u202e\x1b.exe"
    program.write_bytes(b"MZ")
    archive = tmp_path / "炸弹.xlsx"
    archive.write_bytes(workbook(*((f"{n}.xml", b"0" * 50 * MB) for n in range(5))))
    drop(window, program, archive)
    window.wait("document.querySelectorAll('#refused li').length === 2")
    said = window.text("#refused")
    assert "“程序.exe”不是填报表" in said
    assert "“炸弹.xlsx”展开后过大" in said
    assert window.count(".held") == 0
    # the good one is taken all the same, and what was refused is still told
    drop(window, program, BAD[0])
    window.wait("document.querySelectorAll('article').length", 90)
    assert "“程序.exe”不是填报表" in window.text("#refused")


def test_a_whole_folder_can_be_dropped(window: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    (folder / "子文件夹").mkdir(parents=True)
    shutil.copy(BAD[0], folder)
    shutil.copy(BAD[1], folder / "子文件夹")
    (folder / "说明.txt").write_text("x", encoding="utf-8")
    (folder / "~$333001-本级.xlsx").write_bytes(b"x")
    drop(window, folder)
    window.wait("document.querySelectorAll('article').length", 90)
    assert window.count(".held tbody tr") == 2
    assert "文件夹里的“说明.txt”不是填报表，没有放进来" in window.text("#refused")
    (tmp_path / "空").mkdir()
    drop(window, tmp_path / "空")
    window.wait("document.querySelector('#refused').innerText.includes('是空的')")


def test_no_text_of_a_workbook_acts_in_the_browser(
    window: Browser, tmp_path: Path
) -> None:
    drop(window, hostile_workbook(tmp_path))
    window.wait("document.querySelectorAll('article').length", 90)
    assert window.run("return window.hit") is None
    assert (
        window.run(
            "return document.querySelectorAll('main img, main svg, main script').length"
        )
        == 0
    )
    assert window.complaints() == []


def test_the_page_fits_and_speaks_on_any_screen(window: Browser) -> None:
    assert window.barriers() == []
    window.find("input[type=file]").send_keys("\n".join(map(str, BAD)))
    window.wait("document.querySelectorAll('article').length", 90)
    settled(window)
    for width in (390, 1366):
        window.size(width, 900, mobile=width < 600)
        assert window.nameless() == []
        assert window.faint() == []
    window.run(LONG_SQUARES)
    for width in (360, 390, 768, 1024, 1100, 1280, 1366):
        window.size(width, 900, mobile=width < 600)
        assert window.run("return document.scrollingElement.scrollWidth") <= width
        if (
            width > 600
        ):  # on a telephone the row of forms is moved sideways below the unit's name, which stays
            assert window.run(
                "const e = document.querySelector('#overview .scroll'); return e.scrollWidth <= e.clientWidth"
            )
    for width in (390, 1366):
        window.size(width, 900, mobile=width < 600)
        assert window.barriers() == []


LONG_SQUARES = """
  // The longest that squares can say.
  document.querySelectorAll('.overview tbody tr:first-child .state').forEach((e, i) => {
    e.className = 'state error';
    e.innerHTML = i % 2 ? '有误<b>128</b>' : '完成<small>同意不改 12 条</small>';
  });
"""


def test_the_page_can_be_used_with_the_keyboard_alone(window: Browser) -> None:
    seen = []
    for _ in range(12):
        window.press("Tab")
        seen.append(
            window.run(
                "const e = document.activeElement; return e.name || e.textContent"
            )
        )
    assert "file" in seen
    assert "空白的《单位填报表》" in seen
    window.find("input[type=file]").send_keys(str(BAD[0]))
    window.wait("document.querySelectorAll('article').length", 90)
    settled(window)
    window.run("document.querySelector('#check button').focus()")
    window.press("Enter")
    window.wait(
        "!document.getElementById('progress').hidden || document.activeElement.id === 'result'",
        30,
    )
    settled(window)


def test_leaving_asks_first_and_removes_everything(window: Browser) -> None:
    window.find("input[type=file]").send_keys(str(BAD[0]))
    window.wait("document.querySelectorAll('article').length", 90)
    settled(window)
    window.find("#leave button").click()
    window.driver.switch_to.alert.dismiss()
    assert window.count(".held") == 1
    window.find("#leave button").click()
    window.driver.switch_to.alert.accept()
    window.wait("document.querySelector('.welcome')")
    assert window.count(".held") == 0
