"""Chromium for tests, without any network of its own: what it shows, says, asks for and prints."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

QUIET = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--hide-scrollbars",
    ),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ),
)
CONTRAST = 4.5  # of small text, as accessibility asks for
# the package brings axe-core; its own Python is not run
AXE = (
    "selenium_axe_python",
    "axe-core",
    "axe.min.js",
)
# the kinds of axe's rules that are asked
BARRIERS = (
    "wcag2a",
    "wcag2aa",
    "best-practice",
)


class Browser:
    """One window, driven by Selenium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.requests()  # what came before is forgotten
        self.driver.get_log("browser")
        self.driver.get(address)

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def ask(self, command: str, **arguments: object) -> Any:
        """Ask Chromium itself (DevTools)."""
        return self.driver.execute_cdp_cmd(command, arguments)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def count(self, selector: str) -> int:
        """How many elements are shown."""
        return int(
            self.run(
                f"return [...document.querySelectorAll({selector!r})].filter(e => e.getClientRects().length).length"
            )
        )

    def text(self, selector: str) -> str:
        return str(self.run(f"return document.querySelector({selector!r}).innerText"))

    def wait(self, condition: str, seconds: float = 30) -> None:
        """Wait until an expression is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(
            lambda _: self.run(f"return !!({condition})"), condition
        )

    @contextmanager
    def without_scripts(self) -> Iterator[Browser]:
        """The same window, in which no page runs any script meanwhile."""
        self.ask("Emulation.setScriptExecutionDisabled", value=True)
        try:
            yield self
        finally:
            self.ask("Emulation.setScriptExecutionDisabled", value=False)

    def press(self, key: str) -> None:
        """Press and let go a key: Tab, Enter or a blank."""
        code = {"Tab": 9, "Enter": 13, " ": 32}[key]
        text = {"Enter": "\r", " ": " "}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=code,
                **typed,
            )

    def size(self, width: int, height: int = 900, *, mobile: bool = False) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )

    def complaints(self) -> list[str]:
        """What the console said: errors and warnings."""
        return [
            f"{line['level']} {line['message']}"
            for line in self.driver.get_log("browser")
        ]

    def requests(self) -> list[str]:
        """The addresses asked for since last looked."""
        said = [
            json.loads(line["message"])["message"]
            for line in self.driver.get_log("performance")
        ]
        return [
            one["params"]["request"]["url"]
            for one in said
            if one["method"] == "Network.requestWillBeSent"
        ]

    def printed(self) -> str:
        """The text of the page as it is printed on A4."""
        paper = self.ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.pdf"
            path.write_bytes(base64.b64decode(paper["data"]))
            done = subprocess.run(
                ["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True
            )
        return done.stdout.decode()

    def faint(self) -> list[str]:
        """Texts that stand out too little from what is behind them."""
        return list(self.run(FAINT, CONTRAST))

    def nameless(self) -> list[str]:
        """Controls and regions that a screen reader could not name."""
        roles = {
            "button",
            "checkbox",
            "combobox",
            "link",
            "searchbox",
            "textbox",
            "progressbar",
            "table",
            "region",
        }
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [
            f"{node['role']['value']} {node.get('properties')}"
            for node in nodes
            if not node.get("ignored")
            and node["role"]["value"] in roles
            and not node.get("name", {}).get("value", "").strip()
        ]

    def barriers(self) -> list[str]:
        """What axe-core finds that keeps people from using the page: rule, how grave, how often, where first.

        Of findings that are built alike one stays on the page, from here on: axe takes half a minute for a hundred of them.
        """
        self.run(ONE_OF_A_KIND)
        self.run(files(AXE[0]).joinpath(*AXE[1:]).read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(ASK_AXE, BARRIERS)
        return [
            f"{rule} ({grave}) x{count}: {where}" for rule, grave, count, where in found
        ]


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium in a window of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in (*QUIET, f"--user-data-dir={home}", "--window-size=1280,900"):
            options.add_argument(argument)
        options.set_capability(
            "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
        )
        driver = webdriver.Chrome(
            options=options, service=Service("/usr/bin/chromedriver")
        )
        try:
            yield Browser(driver)
        finally:
            driver.quit()


ONE_OF_A_KIND = """
  const seen = new Set();
  document.querySelectorAll('article').forEach(article => {
    const parts = [article, ...article.querySelectorAll('[class]:not(td):not(th)')];
    const kind = [...new Set(parts.map(e => e.tagName + e.className))].sort().join();
    if (seen.has(kind)) { article.remove(); }
    seen.add(kind);
  });
"""
ASK_AXE = """
  const [kinds, done] = arguments;
  const said = one => [one.id, one.impact, one.nodes.length, one.nodes[0].target.join(' ')];
  axe.run(document, {runOnly: kinds, resultTypes: ['violations']}).then(result => done(result.violations.map(said)));
"""

FAINT = """
  const least = arguments[0];
  const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3]));
  const light = c => { const l = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * l[0] + .7152 * l[1] + .0722 * l[2]; };
  const behind = e => { const all = []; for (; e; e = e.parentElement) { all.push(rgba(getComputedStyle(e).backgroundColor)); }
    return all.reverse().reduce((under, one) => over(one, under), [255, 255, 255]); };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.getClientRects().length) { continue; }
    if (e.closest('.heard, script, :disabled')) { continue; }
    const ground = behind(e);
    const ink = over(rgba(getComputedStyle(e).color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < least) { found.add(e.className + ' ' + e.textContent.trim().slice(0, 20)); }
  }
  return [...found];
"""
