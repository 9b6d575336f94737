"""Visitors of the local page without a browser, and workbooks that they bring: good, tiny and hostile ones."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
from starlette.testclient import TestClient

from toolkit.serve import app
from toolkit.serve.visit import MB, Limits, Visit, Visits

ROOT = Path(__file__).parent.parent
HERE = "http://127.0.0.1:8765"
BAD = sorted((ROOT / "examples" / "01-xianghe-as-published" / "input").glob("*.xlsx"))
GOOD = sorted((ROOT / "examples" / "02-xianghe-corrected" / "input").glob("*.xlsx"))
SMALL = Limits(file=2 * MB, total=3 * MB, files=4, unpacked=20 * MB)
PATIENCE = 90


class Visitor:
    """A browser without a screen: cookies, the page's own forms."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.csrf = ""
        self.look()

    def look(self) -> str:
        page = self.client.get("/").text
        found = re.search('name="csrf" value="([^"]+)"', page)
        self.csrf = found[1] if found else ""
        return page

    def post(self, path: str, **fields: str) -> Any:
        return self.client.post(
            path, data={"csrf": self.csrf, **fields}, headers={"origin": HERE}
        )

    def plain(self) -> str:
        """Where the plain form sends files to: the address says whose form it is, before anything is read."""
        found = re.search('action="(/files[^"]*)"', self.look())
        assert found is not None
        return found[1]

    def bring(
        self, *files: Path | tuple[str, bytes], same: str = "ask"
    ) -> list[dict[str, Any]]:
        """Send files as the script does; return what was said of each."""
        pairs = [
            (one.name, one.read_bytes()) if isinstance(one, Path) else one
            for one in files
        ]
        sent = [("file", (name, data)) for name, data in pairs]
        headers = {"x-csrf": self.csrf, "accept": "application/json", "origin": HERE}
        answer = self.client.post(
            "/files", files=sent, data={"same": same}, headers=headers
        )
        return answer.json().get("files") or [
            {**answer.json(), "status": answer.status_code}
        ]

    def wait(self) -> str:
        until = time.monotonic() + PATIENCE
        while self.client.get("/state").json()["busy"]:
            assert time.monotonic() < until
            time.sleep(0.02)
        return self.look()

    def checked(self, *files: Path) -> str:
        self.bring(*files, same="replace")
        self.post("/check")
        return self.wait()


@contextmanager
def visitor(**settings: Any) -> Iterator[Visitor]:
    with TestClient(app(**settings), base_url=HERE, follow_redirects=False) as client:
        yield Visitor(client)


def workbook(*entries: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries:
            package.writestr(name, data)
    return held.getvalue()


TINY = workbook(("xl/workbook.xml", b"<x/>"))


def desk_of(one: Visitor) -> Any:
    return one.client.app.router.routes[0].endpoint.__self__  # type: ignore[attr-defined]


def visits_of(one: Visitor) -> Visits:
    found: Visits = desk_of(one).visits
    return found


def kept(visits: Visits) -> Visit:
    """Somebody who has begun to bring something."""
    return visits.keep(visits.newcomer())


def hostile_workbook(folder: Path) -> Path:
    """A workbook whose sheet names and cells try to act."""
    book = openpyxl.load_workbook(BAD[0])
    book["项目05"]["E7"] = "</script><img src=x onerror=window.hit=1>"
    book["项目05"]["D22"] = (
        "<svg onload=window.hit=1>\n-->'\"><script>window.hit=1</script>"
    )
    book["项目05"].title = "<img src=x onerror=hit=1>'\"&"
    book["封面"]["C10"] = "<script>window.hit=1</script>"
    path = folder / "甲.xlsx"
    book.save(path)
    return path
