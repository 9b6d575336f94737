"""The page on this machine: people's files in, findings and results out, and nothing for anybody else."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from threading import Semaphore
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message, Receive

from tests.browser import Browser, browser
from tests.test_page import NEWER, Seen, bare
from toolkit import serve as serving
from toolkit.serve import ServeError, app, guard, pages, serve
from toolkit.serve.guard import HEADERS, Guard, TooMuchError
from toolkit.serve.visit import LOCKED, MB, PREFIX, TRIES, Limits, Refused, Visits, inspected, proper
from toolkit.serve.work import BROKEN, STOPPED, Job

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
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"origin": HERE})

    def bring(self, *files: Path | tuple[str, bytes], same: str = "ask") -> list[dict[str, Any]]:
        """Send files as the script does; return what was said of each."""
        pairs = [(one.name, one.read_bytes()) if isinstance(one, Path) else one for one in files]
        sent = [("file", (name, data)) for name, data in pairs]
        headers = {"x-csrf": self.csrf, "accept": "application/json", "origin": HERE}
        answer = self.client.post("/files", files=sent, data={"same": same}, headers=headers)
        return answer.json().get("files") or [{**answer.json(), "status": answer.status_code}]

    def wait(self) -> str:
        until = time.monotonic() + PATIENCE
        while self.client.get("/state").json()["busy"]:
            assert time.monotonic() < until
            time.sleep(0.1)
        return self.look()

    def checked(self, *files: Path) -> str:
        self.bring(*files, same="replace")
        self.post("/check")
        return self.wait()


@contextmanager
def visitor(**settings: Any) -> Iterator[Visitor]:
    with TestClient(app(**settings), base_url=HERE, follow_redirects=False) as client:
        yield Visitor(client)


@pytest.fixture(scope="module")
def guest() -> Iterator[Visitor]:
    """Somebody whose three workbooks were checked, for tests that only look."""
    with visitor() as one:
        one.checked(*BAD)
        yield one


def workbook(*entries: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries:
            package.writestr(name, data)
    return held.getvalue()


TINY = workbook(("xl/workbook.xml", b"<x/>"))


# -- the work -------------------------------------------------------------------------------------------------------------


def test_workbooks_are_merged_and_the_results_taken_home() -> None:
    with visitor() as one:
        assert [said["status"] for said in one.bring(*GOOD)] == [200, 200, 200]
        one.post("/merge")
        page = one.wait()
        assert "合并了 3 个单位、41 个项目" in page
        names = re.findall('href="/get/outputs/\\d+">([^<]+)', page)
        assert {"公开表.xlsx", "情况说明.docx", "底稿.xlsx", "部门汇总表.xlsx"} <= set(names)
        for place, name in enumerate(names):
            got = one.client.get(f"/get/outputs/{place}")
            assert got.status_code == 200
            assert got.headers["content-disposition"].startswith("attachment")
            assert name.endswith(".json") or got.content.startswith(b"PK")
        packed = zipfile.ZipFile(io.BytesIO(one.client.get("/get/outputs.zip").content))
        assert packed.namelist() == names
        assert {entry.date_time for entry in packed.infolist()} == {(2020, 1, 1, 0, 0, 0)}


def test_errors_stop_the_merge_but_not_a_draft() -> None:
    with visitor() as one:
        one.bring(BAD[0])
        one.post("/merge")
        page = one.wait()
        assert "有错误，没有生成公开表和情况说明" in page
        assert "情况说明.docx" not in page
        one.post("/merge", draft="1")
        page = one.wait()
        assert "这是草稿，不能公开" in page
        assert "情况说明.docx" in page


def test_each_annotated_copy_can_be_taken(guest: Visitor) -> None:
    page = guest.look()
    places = re.findall('href="/get/annotated/(\\d+)"', page)
    assert len(places) == len(BAD)
    for place in places:
        got = guest.client.get(f"/get/annotated/{place}")
        assert got.status_code == 200
        assert any("comments" in name for name in zipfile.ZipFile(io.BytesIO(got.content)).namelist())
    packed = zipfile.ZipFile(io.BytesIO(guest.client.get("/get/annotated.zip").content))
    assert packed.namelist() == [f"{path.stem}-批注.xlsx" for path in BAD]


def test_the_report_can_be_taken_as_a_page(guest: Visitor) -> None:
    got = guest.client.get("/get/report")
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.text.startswith("<!doctype html>")
    assert "国有资产“资产总额”与各分项不符" in got.text


def test_a_blank_template_can_be_taken(guest: Visitor) -> None:
    got = guest.client.get("/get/template").content
    assert got == (ROOT / "templates" / "xlsx" / "单位填报表.xlsx").read_bytes()


def test_counts_by_file_add_up_to_the_report(guest: Visitor) -> None:
    page = guest.look()
    rows = re.findall('<tr data-name="[^"]+">(.*?)</tr>', page)
    numbers = [[int(re.sub("<[^>]+>", "", cell)) for cell in re.findall('<td class="n">(.*?)</td>', row)] for row in rows]
    total = [int(said) for said in re.findall(r"<li class=\"\w+\"><b>(\d+)</b>", page)]
    assert [sum(column) for column in zip(*numbers, strict=True)] == total


def test_a_file_that_is_no_workbook_is_told_in_the_report() -> None:
    with visitor() as one:
        page = one.checked(BAD[0])
        assert one.bring(("坏.xlsx", b"this is no workbook"))[0]["status"] == 200
        one.post("/check")
        page = one.wait()
        assert "“坏.xlsx”" in page
        assert "不是 Excel 工作簿" in page
        one.post("/remove", name="坏.xlsx")
        assert "不是 Excel 工作簿" not in one.wait()


def test_only_the_departments_own_workbook_is_not_enough() -> None:
    with visitor() as one:
        one.bring(("部门汇总表.xlsx", BAD[0].read_bytes()))
        one.post("/check")
        page = one.wait()
        assert "“放进来的文件”里没有填报表" in page
        assert PREFIX not in page


def test_a_file_of_the_same_name_is_never_replaced_unasked() -> None:
    with visitor() as one:
        one.bring(("甲.xlsx", TINY))
        assert one.bring(("甲.XLSX", TINY))[0]["status"] == 409
        assert one.bring(("甲.xlsx", TINY), same="both") == [{"name": "甲 (2).xlsx", "said": "", "status": 200}]
        assert one.bring(("甲.xlsx", TINY + b" "), same="replace")[0]["status"] == 200
        assert one.look().count("data-name=") == 2


def test_results_of_other_files_are_not_kept() -> None:
    """Whoever brings a new file must not take an old report or merge for the new one."""
    with visitor() as one:
        one.checked(BAD[0])
        assert one.client.get("/get/report").status_code == 200
        one.bring(BAD[1])
        assert one.client.get("/get/report").status_code == 404
        assert one.client.get("/get/annotated/0").status_code == 404
        assert "<article" not in one.look()


def test_nothing_is_changed_while_it_is_being_checked() -> None:
    with visitor() as one:
        one.bring(BAD[0])
        one.post("/check")
        assert one.client.get("/state").json()["busy"]
        assert one.bring(BAD[1])[0]["status"] == 423
        assert one.post("/remove", name=BAD[0].name).status_code == 423
        assert one.post("/merge").status_code == 423
        assert 'http-equiv="refresh"' in one.look()  # a browser without scripts looks again
        one.wait()
        assert one.look().count("data-name=") == 1


def test_without_scripts_a_plain_form_does_the_same() -> None:
    with visitor() as one:
        sent = [("file", (BAD[0].name, BAD[0].read_bytes())), ("file", ("x.exe", b"MZ"))]
        answer = one.client.post("/files", files=sent, data={"csrf": one.csrf, "same": "replace"}, headers={"origin": HERE})
        assert answer.status_code == 303
        page = one.look()
        assert "“x.exe”不是填报表" in page
        assert "国有资产“资产总额”与各分项不符" in one.wait()


def test_how_far_the_work_is_can_be_seen() -> None:
    with visitor() as one:
        one.bring(*BAD)
        one.post("/check")
        seen = set()
        while (state := one.client.get("/state").json())["busy"]:
            seen.add(re.sub(r" .*", "", state["doing"]))
            time.sleep(0.02)
        assert {"正在校验：读表", "正在校验：核对"} <= seen


# -- what is kept ---------------------------------------------------------------------------------------------------------


def visits_of(one: Visitor) -> Visits:
    desk = one.client.app.router.routes[0].endpoint.__self__  # type: ignore[attr-defined]
    found: Visits = desk.visits
    return found


def test_nothing_stays_after_leaving() -> None:
    with visitor() as one:
        one.checked(BAD[0])
        visits = visits_of(one)
        (visit,) = visits
        assert visit.root.exists()
        one.post("/leave")
        assert not visit.root.exists()
        assert "data-name" not in one.look()
        assert one.client.get("/get/report").status_code in (403, 404)
    assert not visits.root.exists()


def test_nothing_stays_after_the_server_ends_even_while_it_works() -> None:
    with visitor() as one:
        visits = visits_of(one)
        one.bring(*BAD)
        one.post("/check")
        (visit,) = visits
        job = visit.job
        time.sleep(0.5)
    assert not visits.root.exists()
    assert job is not None
    assert job.over


def test_nothing_stays_of_a_visit_that_nobody_looks_at() -> None:
    now = [1000.0]
    visits = Visits(Limits(idle=60), None, now=lambda: now[0])
    visit = visits.begin()
    place = visit.incoming()
    place.write_bytes(TINY)
    visit.receive(place, "甲.xlsx", "ask")
    now[0] += 59
    visits.sweep()
    assert visit.root.exists()
    assert visits.find(visit.id) is visit
    now[0] += 61
    visits.sweep()
    assert not visit.root.exists()
    assert visits.find(visit.id) is None
    visits.close()


def test_the_folder_of_a_killed_server_is_swept_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    visits = Visits(Limits(), None)
    visits.begin()
    assert not old.exists()
    assert new.exists()


def test_empty_visits_make_room_and_full_ones_do_not() -> None:
    visits = Visits(Limits(visits=2), None)
    first, second = visits.begin(), visits.begin()
    first.files["甲.xlsx"] = Path("甲.xlsx")
    third = visits.begin()
    assert {visit.id for visit in visits} == {first.id, third.id}
    third.files["乙.xlsx"] = Path("乙.xlsx")
    with pytest.raises(Refused, match="同时使用的人太多"):
        visits.begin()
    assert visits.find(second.id) is None
    visits.close()


def test_two_people_do_not_see_each_other() -> None:
    with visitor() as one:
        one.checked(BAD[0])
        mine = one.client.cookies
        one.client.cookies = type(mine)()
        other = Visitor(one.client)
        page = other.look()
        assert BAD[0].name not in page
        assert other.client.get("/get/annotated/0").status_code == 404


def test_work_that_takes_too_long_is_ended() -> None:
    with visitor(limits=Limits(seconds=0)) as one:
        assert STOPPED in one.checked(BAD[0])


def test_work_that_breaks_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for path in BAD:
        shutil.copy(path, tmp_path / "files")
    job = Job("check", tmp_path / "files", tmp_path, "hebei-2023")
    hear = job._hear  # noqa: SLF001

    def heard(said: tuple[str, Any]) -> None:
        hear(said)
        assert job._process is not None  # noqa: SLF001
        os.kill(job._process.pid or 0, signal.SIGKILL)  # noqa: SLF001

    job._hear = heard  # type: ignore[method-assign]  # noqa: SLF001
    job.run(60, Semaphore(1))
    assert job.refused == BROKEN
    assert job.over


def test_what_the_work_refuses_is_told(tmp_path: Path) -> None:
    job = Job("check", tmp_path, tmp_path, "no-such-profile")
    job.run(60, Semaphore(1))
    assert "no-such-profile" in job.refused


# -- hostile uploads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("../../etc/cron.d/x.xlsx", "x.xlsx"),
        ("..\\..\\Windows\\x.xlsx", "x.xlsx"),
        ("/etc/x.xlsx", "x.xlsx"),
        ("C:\\x.xlsx", "x.xlsx"),
        ("....xlsx", "填报表.xlsx"),
        ("~$甲.xlsx", "甲.xlsx"),
        ("a\x00b.xlsx", "ab.xlsx"),
        ("\u202exslx.甲.xlsx", "xslx.甲.xlsx"),
        ('"><img src=x onerror=1>.xlsx', "img src=x onerror=1.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ("甲.xlsx:stream.xlsx", "甲.xlsxstream.xlsx"),
        ("长" * 300 + ".xlsx", "长" * 60 + ".xlsx"),
        ("规则设置.csv", "规则设置.csv"),
    ],
)
def test_a_name_is_only_a_name(given_: str, kept: str) -> None:
    assert proper(given_) == kept


@given(st.text(max_size=300), st.sampled_from([".xlsx", ".XLSM", ".xls"]))
def test_no_name_leads_out_of_the_folder(stem: str, suffix: str) -> None:
    name = proper(stem + suffix)
    assert not re.search(r'[/\\\x00-\x1f<>:"|?*\ud800-\udfff]', name)
    assert not name.startswith(".")
    assert len(name.encode()) < 200
    assert proper(name) == name
    assert (Path("files") / name).parent == Path("files")


@pytest.mark.parametrize("name", ["x.exe", "x.zip", "x.html", "x.xlsx.js", "x.svg", "..", "", ".xlsx/", "规则设置2.csv"])
def test_what_is_no_workbook_by_its_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="不是填报表"):
        proper(name)


def test_a_hostile_name_ends_in_the_visitors_folder() -> None:
    with visitor() as one:
        said = one.bring(("../../../x.xlsx", TINY))
        assert said == [{"name": "x.xlsx", "said": "", "status": 200}]
        (visit,) = visits_of(one)
        assert [path.parent for path in visit.files.values()] == [visit.folder]
        assert one.post("/remove", name="../../../../etc/hostname").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../visit.py",
        "/assets/..%2f__init__.py",
        "/assets/%2e%2e%2fguard.py",
        "/assets/guard.py",
        "/get/annotated/..%2f..%2fx",
        "/get/annotated/-1",
        "/get/annotated/99",
        "/get/outputs/0",
        "/get/files.zip",
        "/get/..%2f..%2fetc.zip",
        "/get/annotated/1e9",
    ],
)
def test_no_address_leads_to_another_file(guest: Visitor, path: str) -> None:
    assert guest.client.get(path).status_code == 404


def bomb() -> bytes:
    return workbook(("xl/workbook.xml", b"<x/>"), ("xl/worksheets/sheet1.xml", b"0" * 30 * MB))


def many_parts() -> bytes:
    """A list of parts that is larger than any workbook's, by what its end record says."""
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 60 * MB, 0, 0)
    return b"PK\x03\x04" + b"\x00" * 100 + end


def lying() -> bytes:
    """A package that says its parts are small; what is read of them is bounded by what it says."""
    whole = bytearray(workbook(("xl/workbook.xml", b"<x/>"), ("xl/big.xml", b"0" * 8 * MB)))
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<L", 10)
    return bytes(whole)


@pytest.mark.parametrize("make", [bomb, many_parts])
def test_a_workbook_that_would_unfold_beyond_measure_is_refused(make: Callable[[], bytes]) -> None:
    with visitor(limits=SMALL) as one:
        (said,) = one.bring(("甲.xlsx", make()))
        assert said["status"] == 413
        assert "展开后过大" in said["said"]
        assert "data-name" not in one.look()


def test_a_workbook_that_lies_about_its_size_does_no_harm() -> None:
    with visitor() as one:
        one.bring(("甲.xlsx", lying()))
        one.post("/check")
        assert "甲.xlsx" in one.wait()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"P",
        b"PK",
        b"PK\x05\x06",
        b"PK\x03\x04" + b"\x00" * 40,
        TINY[:-5],
        b"PK" + b"\xff" * 99999,
        b"\xd0\xcf\x11\xe0" * 9,
    ],
)
def test_looking_into_any_bytes_never_breaks(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    inspected(path, "x", SMALL)


def test_sizes_and_numbers_are_bounded() -> None:
    with visitor(limits=SMALL) as one:
        (said,) = one.bring(("大.xlsx", b"PK" + bytes(2 * MB)))
        assert (said["status"], "超过 2 MB" in said["said"]) == (413, True)
        for number in range(3):
            (said,) = one.bring((f"{number}.xlsx", b"PK" + bytes(MB)))
        assert (said["status"], "合计超过 3 MB" in said["said"]) == (413, True)
        one.bring(("a.xlsx", TINY), ("b.xlsx", TINY))
        (said,) = one.bring(("c.xlsx", TINY))
        assert (said["status"], "最多放 4 个" in said["said"]) == (413, True)
        (visit,) = visits_of(one)
        assert not list(visit.root.glob("incoming-*"))


def test_a_request_that_is_too_large_is_broken_off() -> None:
    with visitor(limits=SMALL) as one:
        headers = {"x-csrf": one.csrf, "origin": HERE, "accept": "application/json"}
        huge = one.client.post("/files", content=b"x", headers={**headers, "content-length": str(10**12)})
        assert huge.status_code == 413


def test_a_request_without_a_length_is_broken_off_too() -> None:
    read = 0

    async def endless() -> Message:
        nonlocal read
        read += MB
        return {"type": "http.request", "body": b"0" * MB, "more_body": True}

    async def greedy(_: Any, receive: Receive, __: Any) -> None:
        while True:
            await receive()

    async def nothing(_: Message) -> None:
        """Nobody waits for an answer."""

    scope = {"type": "http", "method": "POST", "headers": [(b"host", b"localhost")]}
    with pytest.raises(TooMuchError):
        asyncio.run(Guard(greedy, host="127.0.0.1", most=5 * MB)(scope, endless, nothing))
    assert read == 6 * MB


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"nonsense", "multipart/form-data; boundary=b"),
        (b"--b\r\n\r\n", "multipart/form-data"),
        (b"a=1&" * 100, "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "text/plain"),
        (b"", ""),
    ],
)
def test_a_request_that_cannot_be_read_is_refused(body: bytes, kind: str) -> None:
    with visitor() as one:
        answer = one.client.post("/files", content=body, headers={"content-type": kind, "origin": HERE})
        assert answer.status_code in (400, 403)


def test_a_full_disk_is_told() -> None:
    with visitor(limits=Limits(free=10**15)) as one:
        (said,) = one.bring(("甲.xlsx", TINY))
        assert said["said"] == "本机的磁盘空间不够了。请清理以后再试。"


def hostile_workbook(folder: Path) -> Path:
    """A workbook whose sheet names and cells try to act."""
    book = openpyxl.load_workbook(BAD[0])
    book["项目05"]["E7"] = "</script><img src=x onerror=window.hit=1>"
    book["项目05"]["D22"] = "<svg onload=window.hit=1>\n-->'\"><script>window.hit=1</script>"
    book["项目05"].title = "<img src=x onerror=hit=1>'\"&"
    book["封面"]["C10"] = "<script>window.hit=1</script>"
    path = folder / "甲.xlsx"
    book.save(path)
    return path


def test_no_text_of_a_workbook_can_act_on_the_page(tmp_path: Path) -> None:
    path = hostile_workbook(tmp_path)
    with visitor() as one:
        one.bring(('"><img src=x onerror=window.hit=1>.xlsx', path.read_bytes()))
        one.post("/check")
        seen = Seen(one.wait())
        assert "img" not in seen.tags
        assert "svg" not in seen.tags
        assert seen.tags.count("script") == 2
        assert not [name for _, name, _ in seen.attributes if name.startswith("on") or name == "style"]
        assert "window.hit=1" in seen.text  # it is there, as text


# -- who may ask ------------------------------------------------------------------------------------------------------------

ELSEWHERE = "//".join(("http:", "evil.example"))


@pytest.mark.parametrize(
    ("host", "listening", "known"),
    [
        ("127.0.0.1:8765", "127.0.0.1", True),
        ("localhost:8765", "127.0.0.1", True),
        ("[::1]:8765", "127.0.0.1", True),
        ("LOCALHOST", "127.0.0.1", True),
        ("evil.example:8765", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "127.0.0.1", False),
        ("192.168.1.5:8765", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("[::1", "127.0.0.1", False),
        ("evil@127.0.0.1", "127.0.0.1", True),
        ("192.168.1.5:8765", "0.0.0.0", True),  # noqa: S104
        (f"{socket.gethostname()}:8765", "0.0.0.0", True),  # noqa: S104
        ("evil.example:8765", "0.0.0.0", False),  # noqa: S104
        ("caiwu.local", "caiwu.local", True),
    ],
)
def test_a_page_under_another_name_is_refused(host: str, listening: str, known: bool) -> None:  # noqa: FBT001
    """Whoever makes evil.example lead to 127.0.0.1 (DNS rebinding) reads nothing here."""

    async def nothing(*_: Any) -> None:
        """Stand in for the application."""

    assert Guard(nothing, host=listening, most=1).knows(host) is known


def test_requests_under_another_name_get_nothing(guest: Visitor) -> None:
    for path in ("/", "/state", "/get/report", "/assets/page.js"):
        answer = guest.client.get(path, headers={"host": "evil.example"})
        assert answer.status_code == 421
        assert "csrf" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": ELSEWHERE},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1234"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
        {"origin": HERE, "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_page_elsewhere_can_do_nothing(guest: Visitor, headers: dict[str, str]) -> None:
    """Not even with the right token of the form: it must come from our own page."""
    for path in ("/files", "/check", "/merge", "/remove", "/leave", "/enter"):
        answer = guest.client.post(path, data={"csrf": guest.csrf, "name": BAD[0].name}, headers=headers)
        assert answer.status_code == 403
    assert guest.look().count("data-name=") == len(BAD)


def test_a_form_needs_its_own_visitors_token(guest: Visitor) -> None:
    other = guest.csrf[::-1]
    for given_ in ({}, {"csrf": ""}, {"csrf": other}, {"csrf": "é"}):
        for path in ("/check", "/merge", "/remove", "/leave"):
            assert guest.client.post(path, data=given_, headers={"origin": HERE}).status_code == 403
    headers = {"x-csrf": other, "origin": HERE, "accept": "application/json"}
    assert guest.client.post("/files", files=[("file", ("x.xlsx", TINY))], headers=headers).status_code == 403
    assert guest.look().count("data-name=") == len(BAD)


def test_other_sites_cannot_load_our_files_into_their_pages(guest: Visitor) -> None:
    for mode in ("no-cors", "cors"):
        answer = guest.client.get("/get/report", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": mode})
        assert answer.status_code == 403


def test_reading_changes_nothing(guest: Visitor) -> None:
    for path in ("/check", "/merge", "/remove", "/leave", "/files", "/enter"):
        assert guest.client.get(path).status_code == 405


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    with TestClient(app(), base_url=HERE) as client:
        said = client.get("/").headers["set-cookie"]
        assert "HttpOnly" in said
        assert "SameSite=strict" in said
        assert said.startswith("disclosure-8765=")
        assert len(said.partition("=")[2].partition(";")[0]) >= 43


def test_every_answer_carries_the_headers(guest: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    client = guest.client
    answers = {
        200: client.get("/"),
        303: guest.post("/check"),
        403: client.post("/check"),
        404: client.get("/nowhere"),
        405: client.put("/"),
        413: client.post("/files", content=b"", headers={"content-length": str(10**12)}),
        421: client.get("/", headers={"host": "evil.example"}),
    }
    guest.wait()

    def broken(*_: Any) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(pages, "desk", broken)
    with TestClient(client.app, base_url=HERE, raise_server_exceptions=False) as other:
        answers[500] = other.get("/")
    assert "secret detail" not in answers[500].text
    assert "程序出错了" in answers[500].text
    for status, answer in answers.items():
        assert answer.status_code == status
        assert HEADERS.items() <= dict(answer.headers).items()


def test_the_policy_allows_no_inline_script_and_nothing_from_elsewhere(guest: Visitor) -> None:
    assert "unsafe" not in guard.POLICY
    assert "default-src 'none'" in guard.POLICY
    seen = Seen(guest.look())
    assert not [name for _, name, _ in seen.attributes if name.startswith("on") or name == "style"]
    assert "style" not in seen.tags
    addresses = [value for _, name, value in seen.attributes if name in ("src", "href", "action")]
    assert all(re.match(r"[/#]|data:,$", value) for value in addresses)


# -- the word ---------------------------------------------------------------------------------------------------------------

WORD = "correct horse 电池"


def test_without_the_word_there_is_only_the_door() -> None:
    with visitor(token=WORD, host="0.0.0.0") as one:  # noqa: S104
        assert "口令" in one.look()
        assert "drop" not in one.look()
        for path in ("/state", "/get/template", "/get/report", "/get/annotated/0", "/get/outputs.zip"):
            assert one.client.get(path).status_code == 403
        for path in ("/check", "/merge", "/remove", "/leave"):
            assert one.post(path).status_code == 403
        assert one.bring(("甲.xlsx", TINY))[0]["status"] == 403
        assert one.post("/enter", token="nonsense").status_code == 403  # noqa: S106
        assert one.client.post("/enter", data={"token": WORD}, headers={"origin": HERE}).status_code == 403  # no csrf
        before = dict(one.client.cookies)
        assert one.post("/enter", token=WORD).status_code == 303
        assert dict(one.client.cookies) != before  # nobody else can have chosen the name of this visit
        assert "把填报表拖到这里" in one.look()
        one.client.cookies.clear()
        one.client.cookies.update(before)
        assert "把填报表拖到这里" not in one.look()


def test_the_word_cannot_be_guessed_for_long() -> None:
    now = [0.0]
    visits = Visits(Limits(), WORD, now=lambda: now[0])
    visit = visits.begin()
    for _ in range(TRIES):
        with pytest.raises(Refused, match="口令不对"):
            visits.enter(visit, "x", "10.0.0.9")
    with pytest.raises(Refused, match="十分钟后再试"):
        visits.enter(visit, WORD, "10.0.0.9")
    visits.enter(visits.begin(), WORD, "10.0.0.8")  # others are not locked out
    now[0] += LOCKED + 1
    visits.enter(visit, WORD, "10.0.0.9")
    assert visit.entered
    visits.close()


# -- starting -----------------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held, pytest.raises(ServeError, match="请换一个 --port"):
        serve("127.0.0.1", held.getsockname()[1], None, "hebei-2023")


def test_a_short_word_is_refused() -> None:
    with pytest.raises(ServeError, match="至少要 8 个字符"):
        serve("0.0.0.0", 0, "1234", "hebei-2023")  # noqa: S104


def test_others_are_never_let_in_without_a_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Idle:
        def __init__(self, config: Any) -> None:
            self.config = config

        def run(self, sockets: list[socket.socket]) -> None:
            assert sockets

    monkeypatch.setattr("uvicorn.Server", Idle)
    made: list[dict[str, Any]] = []

    def noted(profile: str, **said: Any) -> Any:
        made.append(said)
        return app(profile, **said)

    monkeypatch.setattr(serving, "app", noted)
    serve("0.0.0.0", 0, None, "hebei-2023")  # noqa: S104
    serve("127.0.0.1", 0, None, "hebei-2023")
    said = capsys.readouterr().out
    assert len(made[0]["token"]) >= 12
    assert f"口令：{made[0]['token']}" in said
    assert "不加密" in said
    assert made[1]["token"] is None


def test_the_script_is_one_that_browsers_of_2018_can_read() -> None:
    said = bare((ROOT / "toolkit" / "serve" / "serve.js").read_text(encoding="utf-8"))
    assert [meaning for pattern, meaning in NEWER.items() if re.search(pattern, said)] == []


# -- in a browser -----------------------------------------------------------------------------------------------------------

chromium = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]


def marked(test: Callable[..., None]) -> Callable[..., None]:
    for mark in chromium:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as people start it; when it is stopped, nothing of it is left."""
    folder = tmp_path_factory.mktemp("temp")
    command = [sys.executable, "-c", "from toolkit.serve import serve; serve('127.0.0.1', 0, None, 'hebei-2023')"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert started.stdout is not None
    address = re.search(r"http:\S+", started.stdout.readline().decode())
    assert address
    yield address[0]
    started.send_signal(signal.SIGINT)
    said = started.communicate(timeout=20)[0].decode()
    assert started.returncode == 0, said
    assert "Traceback" not in said
    assert not list(folder.glob(f"{PREFIX}*"))


@pytest.fixture
def window(server: str, tmp_path: Path) -> Iterator[Browser]:
    with browser(downloads=tmp_path / "downloads") as one:
        one.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path / "downloads"))
        one.size(1280, 900)
        one.open(server)
        yield one


def drop(window: Browser, *paths: Path) -> None:
    """Drop files onto the page, as a hand with a mouse does."""
    spot = window.run("const r = document.querySelector('.drop').getBoundingClientRect(); return [r.left + 50, r.top + 30]")
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        window.ask("Input.dispatchDragEvent", type=kind, x=spot[0], y=spot[1], data=data)


def settled(window: Browser) -> None:
    window.wait(
        "document.readyState === 'complete' && document.querySelector('main') && !document.querySelector('main').dataset.busy",
        90,
    )


@marked
def test_drop_see_mend_drop_again_merge_and_download(window: Browser, server: str, tmp_path: Path) -> None:
    drop(window, *BAD)
    window.wait("document.querySelectorAll('article').length > 50", 90)
    assert window.count(".held tbody tr") == len(BAD)
    assert "还有" in window.text(".merging .verdict")
    assert window.run("return document.activeElement.id") == "result"
    window.find("#overview td a[data-form=assets]").click()
    assert window.count("article") == 2
    window.run("scrollTo(0, 0)")
    drop(window, *GOOD)
    window.wait("!document.getElementById('ask').hidden")
    assert window.run("return document.activeElement.value") == "replace"
    window.find("#ask button[value=replace]").click()
    window.wait("document.querySelector('.merging .verdict').textContent === '没有错误，可以合并。'", 90)
    window.find("#merge button").click()
    window.wait("document.querySelectorAll('.outputs li').length >= 5", 90)
    assert "合并了 3 个单位、41 个项目" in window.text(".merging .verdict")
    window.find(".outputs a").click()
    window.find('a[href="/get/outputs.zip"]').click()
    downloads = tmp_path / "downloads"
    until = time.monotonic() + 30
    while not {"公开表.xlsx", "合并结果.zip"} <= {path.name for path in downloads.glob("*")}:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert window.complaints() == []
    assert {address.partition("/")[0] for address in window.requests()} <= {"http:", "data:", "blob:"}
    assert all(address.startswith((server, "data:")) for address in window.requests())


@marked
def test_what_is_refused_is_told_in_a_sentence(window: Browser, tmp_path: Path) -> None:
    program = tmp_path / "程序.exe"
    program.write_bytes(b"MZ")
    archive = tmp_path / "炸弹.xlsx"
    archive.write_bytes(workbook(*((f"{n}.xml", b"0" * 50 * MB) for n in range(5))))
    drop(window, program, archive)
    window.wait("document.querySelectorAll('#refused li').length === 2")
    said = window.text("#refused")
    assert "“程序.exe”不是填报表" in said
    assert "“炸弹.xlsx”展开后过大" in said
    assert window.count(".held") == 0
    drop(window, program, BAD[0])  # the good one is taken all the same, and what was refused is still told
    window.wait("document.querySelectorAll('article').length", 90)
    assert "“程序.exe”不是填报表" in window.text("#refused")


@marked
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


@marked
def test_no_text_of_a_workbook_acts_in_the_browser(window: Browser, tmp_path: Path) -> None:
    drop(window, hostile_workbook(tmp_path))
    window.wait("document.querySelectorAll('article').length", 90)
    assert window.run("return window.hit") is None
    assert window.run("return document.querySelectorAll('main img, main svg, main script').length") == 0
    assert window.complaints() == []


@marked
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_speaks(window: Browser, width: int) -> None:
    window.size(width, 900, mobile=width < 600)
    window.find("input[type=file]").send_keys("\n".join(map(str, BAD)))
    window.wait("document.querySelectorAll('article').length", 90)
    settled(window)
    assert window.run("return document.scrollingElement.scrollWidth") <= width
    assert window.nameless() == []
    assert window.faint() == []


@marked
def test_the_page_can_be_used_with_the_keyboard_alone(window: Browser) -> None:
    seen = []
    for _ in range(12):
        window.press("Tab")
        seen.append(window.run("const e = document.activeElement; return e.name || e.textContent"))
    assert "file" in seen
    assert "空白的《单位填报表》" in seen
    window.find("input[type=file]").send_keys(str(BAD[0]))
    window.wait("document.querySelectorAll('article').length", 90)
    settled(window)
    window.run("document.querySelector('#check button').focus()")
    window.press("Enter")
    window.wait("!document.getElementById('progress').hidden || document.activeElement.id === 'result'", 30)
    settled(window)


@marked
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


def test_the_page_of_a_refusal_is_plain() -> None:
    with visitor() as one:
        assert "没有这一页" in unescape(one.client.get("/nowhere").text)
