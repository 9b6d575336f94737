"""The page on this machine and what must not get in: hostile files, other sites, people without the word."""

from __future__ import annotations

import asyncio
import hmac
import re
import socket
import struct
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Send

from tests.reports import Seen
from tests.visitor import (
    BAD,
    HERE,
    SMALL,
    TINY,
    Visitor,
    hostile_workbook,
    visitor,
    visits_of,
    workbook,
)
from toolkit.files.archive import MOST_PARTS
from toolkit.serve import app, guard, pages
from toolkit.serve.guard import HEADERS, Guard, TooMuchError
from toolkit.serve.visit import (
    LOCKED,
    MB,
    TRIES,
    Limits,
    Refused,
    Visits,
    inspected,
    proper,
)


@pytest.fixture(scope="module")
def guest() -> Iterator[Visitor]:
    """Somebody whose workbook was checked, for tests that only look."""
    with visitor() as one:
        one.checked(BAD[0])
        yield one


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
        ("\x1b[31m甲\x1b]0;x\x07.xlsx", "[31m甲]0;x.xlsx"),
        ("甲\u2066乙\u2069.xlsx", "甲乙.xlsx"),
        ("甲\u2028乙\u2029.xlsx", "甲乙.xlsx"),
        ("甲\u200b\u00ad\ufeff\U000e0041乙.xlsx", "甲乙.xlsx"),
    ],
)
def test_a_name_is_only_a_name(given_: str, kept: str) -> None:
    assert proper(given_) == kept


@given(st.text(max_size=300), st.sampled_from([".xlsx", ".XLSM", ".xls"]))
def test_no_name_leads_out_of_the_folder(stem: str, suffix: str) -> None:
    name = proper(stem + suffix)
    assert not re.search(r'[/\\\x00-\x1f<>:"|?*\ud800-\udfff]', name)
    assert not {unicodedata.category(sign) for sign in name} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }
    assert not name.startswith(".")
    assert len(name.encode()) < 200
    assert proper(name) == name
    assert (Path("files") / name).parent == Path("files")


@pytest.mark.parametrize(
    "name",
    [
        "x.exe",
        "x.zip",
        "x.html",
        "x.xlsx.js",
        "x.svg",
        "..",
        "",
        ".xlsx/",
        "规则设置2.csv",
    ],
)
def test_what_is_no_workbook_by_its_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="不是填报表"):
        proper(name)


def test_last_years_statement_lies_among_workbooks_under_its_own_name_alone() -> None:
    assert proper("上年情况说明.docx") == "上年情况说明.docx"
    with pytest.raises(Refused, match="改名为“上年情况说明”再放"):
        proper("情况说明.docx")


def test_a_hostile_name_ends_in_the_visitors_folder() -> None:
    with visitor() as one:
        said = one.bring(("../../../x.xlsx", TINY))
        assert said == [{"name": "x.xlsx", "said": "", "status": 200}]
        (visit,) = visits_of(one)
        assert [path.parent for path in visit.files.values()] == [visit.folder]
        assert one.post("/remove", name="../../../../etc/hostname").status_code == 404


def test_no_name_of_a_file_can_turn_the_page_round() -> None:
    """Neither one that was taken nor one that was refused."""
    marks = "\x1b\u202e\u2066\u2069\u200f\u061c"
    with visitor() as one:
        files = [("file", (f"甲{marks}{kind}", TINY)) for kind in (".xlsx", ".exe")]
        one.client.post(
            one.plain(), files=files, data={"same": "ask"}, headers={"origin": HERE}
        )
        page = one.look()
        assert 'data-name="甲' in page
        assert "不是填报表" in page
        assert not set(marks) & set(page)
        answers = one.bring(*((name, data) for _, (name, data) in files))
        assert [said["status"] for said in answers] == [423, 423]
        assert not set(marks) & set(
            "".join(said["name"] + said["said"] for said in answers)
        )
        one.post("/leave")


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
        "/get/outputs/" + "9" * 5000,
        "/get/annotated/" + "9" * 5000,
        "/get/outputs/%C2%B2",
        "/get/outputs/%D9%A1",
        "/get/outputs/",
    ],
)
def test_no_address_leads_to_another_file(guest: Visitor, path: str) -> None:
    assert guest.client.get(path).status_code == 404


def bomb() -> bytes:
    return workbook(
        ("xl/workbook.xml", b"<x/>"), ("xl/worksheets/sheet1.xml", b"0" * 30 * MB)
    )


def many_parts() -> bytes:
    """A list of parts that is larger than any workbook's, by what its end record says."""
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 60 * MB, 0, 0)
    return b"PK\x03\x04" + b"\x00" * 100 + end


def lying() -> bytes:
    """A package that says its parts are small; what is read of them is bounded by what it says."""
    whole = bytearray(
        workbook(("xl/workbook.xml", b"<x/>"), ("xl/big.xml", b"0" * 8 * MB))
    )
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<L", 10)
    return bytes(whole)


def small_parts() -> bytes:
    """More parts than any workbook has, and next to nothing in them."""
    return workbook(*((f"{number}", b"") for number in range(MOST_PARTS + 1)))


@pytest.mark.parametrize("make", [bomb, many_parts, small_parts])
def test_a_workbook_that_would_unfold_beyond_measure_is_refused(
    make: Callable[[], bytes],
) -> None:
    with visitor(limits=Limits(unpacked=20 * MB)) as one:
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
    "content",
    [
        bytes(range(256)),
        "规则".encode("utf-16")[:-1],
        "规则编号,处理\n".encode() + b"x" * 200_000,
    ],
)
def test_settings_that_cannot_be_read_are_told_in_a_sentence(content: bytes) -> None:
    with visitor() as one:
        one.bring(("规则设置.csv", content), BAD[0])
        one.post("/check")
        page = one.wait()
        assert "规则设置" in re.sub(
            'data-name="[^"]*"', "", page.partition('id="said"')[2].partition("</p>")[0]
        )
        assert "程序出错了" not in page


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
        huge = one.client.post(
            "/files", content=b"x", headers={**headers, "content-length": str(10**12)}
        )
        assert huge.status_code == 413


def test_a_request_without_a_length_is_broken_off_too() -> None:
    read = 0

    async def endless() -> Message:
        nonlocal read
        read += MB
        assert read < 20 * MB
        return {"type": "http.request", "body": b"0" * MB, "more_body": True}

    async def greedy(_: Any, receive: Receive, __: Any) -> None:
        while True:
            await receive()

    async def nothing(_: Message) -> None:
        """Nobody waits for an answer."""

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/files",
        "scheme": "http",
        "headers": [(b"host", b"localhost")],
    }
    with pytest.raises(TooMuchError):
        asyncio.run(
            Guard(greedy, host="127.0.0.1", most=5 * MB)(scope, endless, nothing)
        )
    assert read == 6 * MB


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"nonsense", "multipart/form-data; boundary=b"),
        (b"--b\r\n\r\n", "multipart/form-data"),
        (b"a=1&" * 100, "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "text/plain"),
        (b"", ""),
        (
            b'--b\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n\\ud800\r\n--b--',
            "multipart/form-data; boundary=b; charset=unicode_escape",
        ),
        (
            b'--b\r\ncontent-disposition: form-data; name="csrf"\r\n\r\nxn--a\r\n--b--',
            "multipart/form-data; boundary=b; charset=punycode",
        ),
    ],
)
def test_a_request_that_cannot_be_read_is_refused(body: bytes, kind: str) -> None:
    with visitor() as one:
        for path in (one.plain(), "/files", "/check", "/enter"):
            answer = one.client.post(
                path, content=body, headers={"content-type": kind, "origin": HERE}
            )
            assert answer.status_code in (303, 400, 403)


def test_a_full_disk_is_told() -> None:
    with visitor(limits=Limits(free=10**15)) as one:
        (said,) = one.bring(("甲.xlsx", TINY))
        assert said["said"] == "本机的磁盘空间不够了。请清理以后再试。"


def test_no_text_of_a_workbook_can_act_on_the_page(tmp_path: Path) -> None:
    path = hostile_workbook(tmp_path)
    with visitor() as one:
        one.bring(('"><img src=x onerror=window.hit=1>.xlsx', path.read_bytes()))
        one.post("/check")
        seen = Seen(one.wait())
        assert "img" not in seen.tags
        assert "svg" not in seen.tags
        assert seen.tags.count("script") == 2
        assert not [
            name
            for _, name, _ in seen.attributes
            if name.startswith("on") or name == "style"
        ]
        assert "window.hit=1" in seen.text  # it is there, as text


# -- who may ask ------------------------------------------------------------------------------------------------------------

ELSEWHERE = HERE.replace("127.0.0.1:8765", "evil.example")


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
        ("evil@127.0.0.1", "127.0.0.1", False),
        ("evil.com@127.0.0.1:8765", "127.0.0.1", False),
        ("127.0.0.1:8765@evil.com", "127.0.0.1", False),
        ("localhost.:8765", "127.0.0.1", False),
        ("127.0.0.1:", "127.0.0.1", False),
        ("127.0.0.1:0", "127.0.0.1", False),
        ("127.0.0.1:65536", "127.0.0.1", False),
        ("127.0.0.1:8765x", "127.0.0.1", False),
        ("127.0.0.1:" + "9" * 5000, "127.0.0.1", False),
        ("127.0.0.1:²", "127.0.0.1", False),
        ("127.0.0.1/x", "127.0.0.1", False),
        ("127.0.0.1?x", "127.0.0.1", False),
        ("127.0.0.1 ", "127.0.0.1", False),
        ("127.0.0.1,evil.com", "127.0.0.1", False),
        ("[::1]]", "127.0.0.1", False),
        ("::1", "127.0.0.1", False),
        ("[fe80::1%eth0]", "0.0.0.0", False),  # noqa: S104
        ("[fe80::1]:8765", "0.0.0.0", True),  # noqa: S104
        ("xn--zfr747k.local", "财务.local", True),
        ("\xff\xfe", "127.0.0.1", False),
        ("192.168.1.5:8765", "0.0.0.0", True),  # noqa: S104
        (f"{socket.gethostname()}:8765", "0.0.0.0", True),  # noqa: S104
        ("evil.example:8765", "0.0.0.0", False),  # noqa: S104
        ("caiwu.local", "caiwu.local", True),
    ],
)
def test_a_page_under_another_name_is_refused(
    host: str,
    listening: str,
    known: bool,  # noqa: FBT001
) -> None:
    """Whoever makes evil.example lead to 127.0.0.1 (DNS rebinding) reads nothing here."""

    async def nothing(*_: Any) -> None:
        """Stand in for the application."""

    assert Guard(nothing, host=listening, most=1).knows(host) is known


Pairs = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("hosts", "origins", "status"),
    [
        ([HERE[7:]], [HERE], 303),
        ([HERE[7:].upper()], [HERE], 303),
        ([], [HERE], 421),
        ([""], [HERE], 421),
        ([HERE[7:], HERE[7:]], [HERE], 421),
        ([HERE[7:], "evil.com"], [HERE], 421),
        (["evil.com@127.0.0.1:8765"], [HERE], 421),
        ([HERE[7:]], [HERE[:7] + "[::1"], 403),
        ([HERE[7:]], [HERE[:7] + "[::1]extra"], 403),
        ([HERE[7:]], [""], 403),
        ([HERE[7:]], ["null"], 403),
        ([HERE[7:]], [HERE, HERE.replace("8765", "1")], 403),
        ([HERE[7:]], [f"{HERE} {ELSEWHERE}"], 403),
        ([HERE[7:]], [HERE.replace("http", "https")], 403),
        ([HERE[7:]], [f"{HERE}/"], 403),
        ([HERE[7:]], [HERE.replace("//", "//evil.com@")], 403),
        ([HERE[7:]], ["file://"], 403),
        ([HERE[7:]], ["\xff"], 403),
    ],
)
def test_an_odd_host_or_origin_is_refused_and_breaks_nothing(
    hosts: list[str], origins: list[str], status: int
) -> None:
    headers = [("host", host) for host in hosts] + [
        ("origin", origin) for origin in origins
    ]
    reached, answered = asked(headers)
    assert answered == status
    assert reached is (status == 303)


@pytest.mark.parametrize(
    "length",
    ["-1", "+1", "1e3", "", " ", "0x10", "9" * 5000, "²", "10, 10", str(10**12)],
)
def test_an_odd_length_is_refused_and_breaks_nothing(length: str) -> None:
    assert asked(
        [("host", HERE[7:]), ("origin", HERE), ("content-length", length)]
    ) == (False, 413)


def asked(headers: Pairs) -> tuple[bool, int]:
    """Whether a post with these headers, as they come from the net, gets to the application, and the answer's status."""
    reached: list[bool] = []
    said: list[Message] = []

    async def application(_: Any, __: Receive, send: Send) -> None:
        reached.append(True)
        await send({"type": "http.response.start", "status": 303, "headers": []})

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def noted(message: Message) -> None:
        said.append(message)

    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/check",
        "scheme": "http",
        "headers": raw,
    }
    asyncio.run(Guard(application, host="127.0.0.1", most=1)(scope, nothing, noted))
    return bool(reached), said[0]["status"]


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
def test_a_page_elsewhere_can_do_nothing(
    guest: Visitor, headers: dict[str, str]
) -> None:
    """Not even with the right token of the form: it must come from our own page."""
    for path in (
        "/files",
        "/statements",
        "/exports",
        "/editions",
        "/check",
        "/merge",
        "/remove",
        "/leave",
        "/enter",
    ):
        answer = guest.client.post(
            path, data={"csrf": guest.csrf, "name": BAD[0].name}, headers=headers
        )
        assert answer.status_code == 403
    assert guest.look().count("data-name=") == 1


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "cors", 403),
        ("same-site", "cors", 403),
        ("same-site", "no-cors", 403),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
        (
            "cross-site",
            "navigate",
            200,
        ),  # a link that somebody follows; the answer is of no use to the page it stands on
    ],
)
def test_a_page_elsewhere_cannot_read(
    guest: Visitor, site: str, mode: str, status: int
) -> None:
    """Nor can one of the same domain: another port, another name of this machine."""
    answer = guest.client.get(
        "/", headers={"sec-fetch-site": site, "sec-fetch-mode": mode}
    )
    assert answer.status_code == status


def test_a_form_needs_its_own_visitors_token(guest: Visitor) -> None:
    other = guest.csrf[::-1]
    for given_ in ({}, {"csrf": ""}, {"csrf": other}, {"csrf": "é"}):
        for path in ("/check", "/merge", "/remove", "/leave"):
            assert (
                guest.client.post(
                    path, data=given_, headers={"origin": HERE}
                ).status_code
                == 403
            )
    headers = {"x-csrf": other, "origin": HERE, "accept": "application/json"}
    assert (
        guest.client.post(
            "/files", files=[("file", ("x.xlsx", TINY))], headers=headers
        ).status_code
        == 403
    )
    assert guest.look().count("data-name=") == 1


def test_other_sites_cannot_load_our_files_into_their_pages(guest: Visitor) -> None:
    for mode in ("no-cors", "cors"):
        answer = guest.client.get(
            "/get/report",
            headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": mode},
        )
        assert answer.status_code == 403


def test_reading_changes_nothing(guest: Visitor) -> None:
    for path in (
        "/check",
        "/merge",
        "/remove",
        "/leave",
        "/files",
        "/statements",
        "/exports",
        "/editions",
        "/enter",
    ):
        assert guest.client.get(path).status_code == 405


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    with TestClient(app(), base_url=HERE) as client:
        said = client.get("/").headers["set-cookie"]
        assert "HttpOnly" in said
        assert "SameSite=strict" in said
        assert said.startswith("disclosure-8765=")
        assert len(said.partition("=")[2].partition(";")[0]) >= 43


def test_every_answer_carries_the_headers(
    guest: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = guest.client
    answers = {
        200: client.get("/"),
        303: guest.post("/check"),
        403: client.post("/check"),
        404: client.get("/nowhere"),
        405: client.put("/"),
        413: client.post(
            "/files", content=b"", headers={"content-length": str(10**12)}
        ),
        421: client.get("/", headers={"host": "evil.example"}),
    }
    guest.wait()

    def broken(*_: Any) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(pages, "desk", broken)
    # not entered: to leave it would close the page that the first client still has
    other = TestClient(client.app, base_url=HERE, raise_server_exceptions=False)
    answers[500] = other.get("/")
    assert "secret detail" not in answers[500].text
    assert "程序出错了" in answers[500].text
    for status, answer in answers.items():
        assert answer.status_code == status
        assert HEADERS.items() <= dict(answer.headers).items()


def test_the_policy_allows_no_inline_script_and_nothing_from_elsewhere(
    guest: Visitor,
) -> None:
    assert "unsafe" not in guard.POLICY
    assert "default-src 'none'" in guard.POLICY
    seen = Seen(guest.look())
    assert not [
        name
        for _, name, _ in seen.attributes
        if name.startswith("on") or name == "style"
    ]
    assert "style" not in seen.tags
    addresses = [
        value for _, name, value in seen.attributes if name in ("src", "href", "action")
    ]
    assert all(re.match(r"[/#]|data:,$", value) for value in addresses)


# -- the word ---------------------------------------------------------------------------------------------------------------

WORD = "correct horse 电池"


def test_without_the_word_there_is_only_the_door() -> None:
    with visitor(token=WORD, host="0.0.0.0") as one:  # noqa: S104
        assert "口令" in one.look()
        assert "drop" not in one.look()
        for path in (
            "/state",
            "/get/template",
            "/get/report",
            "/get/annotated/0",
            "/get/outputs.zip",
        ):
            assert one.client.get(path).status_code == 403
        for path in ("/check", "/merge", "/remove", "/leave"):
            assert one.post(path).status_code == 403
        assert one.bring(("甲.xlsx", TINY))[0]["status"] == 403
        assert one.post("/enter", token="nonsense").status_code == 403  # noqa: S106
        # no csrf
        assert (
            one.client.post(
                "/enter", data={"token": WORD}, headers={"origin": HERE}
            ).status_code
            == 403
        )
        before = dict(one.client.cookies)
        assert one.post("/enter", token=WORD).status_code == 303
        # nobody else can have chosen the name of this visit
        assert dict(one.client.cookies) != before
        assert "把填报表拖到这里" in one.look()
        one.client.cookies.clear()
        one.client.cookies.update(before)
        assert "把填报表拖到这里" not in one.look()


def test_how_long_the_word_is_looked_at_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is guessed, two texts of one length are compared, and wholly."""
    seen: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        seen.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    visits = Visits(Limits(), WORD)
    guesses = [
        "",
        WORD[:1],
        WORD[:-1],
        WORD,
        f" {WORD}\n",
        WORD + "x",
        "x" * 10000,
        "\ud800",
    ]
    assert [visits.knows(guess) for guess in guesses] == [
        False,
        False,
        False,
        True,
        True,
        False,
        False,
        False,
    ]
    assert seen == [(32, 32)] * len(guesses)


def test_the_word_cannot_be_guessed_for_long() -> None:
    now = [0.0]
    visits = Visits(Limits(), WORD, now=lambda: now[0])
    visit = visits.newcomer()
    for _ in range(TRIES):
        with pytest.raises(Refused, match="口令不对"):
            visits.enter(visit, "x", "10.0.0.9")
    with pytest.raises(Refused, match="十分钟后再试"):
        visits.enter(visit, WORD, "10.0.0.9")
    visits.enter(visits.newcomer(), WORD, "10.0.0.8")  # others are not locked out
    now[0] += LOCKED + 1
    assert visits.enter(visit, WORD, "10.0.0.9").entered
    visits.close()
