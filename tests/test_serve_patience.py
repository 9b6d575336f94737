"""The page on this machine and people who keep it waiting: through real connections, with short times."""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from tests.visitor import TINY
from toolkit import serve
from toolkit.serve import app
from toolkit.serve.patience import Patient
from toolkit.serve.visit import MB, Limits

WORD = "a word to say"


Waits = Mapping[Callable[[], Any], "Future[Any]"]


@pytest.fixture(scope="module")
def waits() -> Iterator[Waits]:
    """What takes its time by nothing but waiting is waited for all at once, each with a server of its own."""
    every = (
        borne_of_dribblers,
        ended_unread,
        read_too_late,
        read_slowly,
        told_of_a_body_that_dribbles,
    )
    with ThreadPoolExecutor(len(every)) as many:
        yield {one: many.submit(one) for one in every}


class Hasty(Patient):
    """As patient as a test may be."""

    HEAD = 1.0
    READ = 0.5
    MOST = 20


@contextmanager
def served(application: Starlette, patience: type[Patient] = Hasty) -> Iterator[int]:
    """The port where an application is served as people's is, but for the length of the times."""
    config = serve.settings(application)
    config.http = patience
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(app(token=WORD, limits=Limits(grace=5))) as opened:
        yield opened


def connected(port: int, said: bytes = b"") -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=15)
    opened.sendall(said)
    return opened


def head(port: int, method: str = "GET", path: str = "/", **headers: object) -> bytes:
    """A request's head, wholly."""
    fields = {"host": f"127.0.0.1:{port}", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode()


def answer(opened: socket.socket) -> bytes:
    """What is said until the other side closes; nothing where it breaks off."""
    said = b""
    with suppress(ConnectionError):
        while more := opened.recv(65536):
            said += more
    return said


def looked(port: int) -> bytes:
    """What somebody sees who opens the first page."""
    with connected(port, head(port, connection="close")) as opened:
        return answer(opened)


def half_heads(port: int) -> bytes:
    return head(port)[:-2]


def half_forms(port: int) -> bytes:
    """A whole head, of a form that a stranger may send; its body never comes."""
    page = looked(port).decode()
    cookie = re.search("set-cookie: ([^;]+)", page)
    assert cookie is not None
    return head(
        port, "POST", "/enter", cookie=cookie[1], content_type=KIND, content_length=100
    )


@pytest.mark.parametrize("half", [half_heads, half_forms])
def test_hundreds_that_never_end_keep_nobody_out(
    port: int, half: Callable[[int], bytes]
) -> None:
    """Not even before their time is over: those that wait make room."""
    said = half(port)
    with ExitStack() as many:
        held = [many.enter_context(connected(port, said)) for _ in range(210)]
        began = time.monotonic()
        assert looked(port).startswith(b"HTTP/1.1 200")
        assert looked(port).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 5
        ended, _, _ = select.select(held, [], [], 0)
        assert len(ended) >= len(held) - Hasty.MOST - 2


def borne_of_dribblers() -> list[float]:
    """Heads, at first and later on one connection, and what those still send who were refused before their body was read."""
    with served(app(token=WORD, limits=Limits(grace=5))) as port:
        befores = (
            b"",
            b"GET / HT",
            b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n",
            head(port, path="/assets/serve.css") + b"GET / HTTP/1.1\r\n",
            head(port, "POST", "/files", content_length=MB),
            head(port, "POST", "/files", transfer_encoding="chunked") + b"fffff\r\n",
        )
        with ThreadPoolExecutor(len(befores)) as many:
            return list(many.map(partial(dribbled, port), befores))


def test_whatever_dribbles_for_ever_is_broken_off(waits: Waits) -> None:
    borne = waits[borne_of_dribblers].result()
    assert min(borne) > 0.5
    assert max(borne) < 8


def dribbled(port: int, before: bytes) -> float:
    """How many seconds a connection is borne on which something comes all the time, and nothing ever ends."""
    began = time.monotonic()
    with connected(port, before) as opened, suppress(ConnectionError):
        for _ in range(150):
            opened.sendall(b"x")
            time.sleep(0.1)
    return time.monotonic() - began


def ended_unread() -> bool:
    """Whether a long answer that nobody reads comes to an end."""

    async def long(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        with suppress(OSError):
            for _ in range(200):
                await send(
                    {"type": "http.response.body", "body": b"0" * MB, "more_body": True}
                )
        ended.set()

    ended = threading.Event()
    with served(long, Hasty) as port, connected(port, head(port)):  # type: ignore[arg-type]
        return ended.wait(10)


def test_a_reader_who_takes_nothing_is_broken_off(waits: Waits) -> None:
    assert waits[ended_unread].result()


@contextmanager
def long_answer(size: int) -> Iterator[socket.socket]:
    """A connection with little room on which an answer comes that is written at once, and after which it is closed."""

    async def long(_: Any, __: Any, send: Any) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"connection", b"close")],
            }
        )
        await send({"type": "http.response.body", "body": b"0" * size})

    with served(long, Hasty) as port, socket.socket() as opened:  # type: ignore[arg-type]
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        opened.settimeout(10)
        opened.connect(("127.0.0.1", port))
        opened.sendall(head(port))
        yield opened


def read_too_late() -> int:
    """How much of what is all written somebody gets who takes nothing for a while."""
    with long_answer(32 * MB) as opened:
        time.sleep(3 * Hasty.READ)
        return len(answer(opened))


def test_a_reader_who_takes_nothing_of_what_is_all_written_is_broken_off_too(
    waits: Waits,
) -> None:
    assert waits[read_too_late].result() < 30 * MB


def read_slowly() -> tuple[int, float]:
    """How much somebody gets who reads over a poor line, and in how many seconds."""
    with long_answer(12 * MB) as opened:
        taken = 0
        began = time.monotonic()
        while more := opened.recv(512 * 1024):
            taken += len(more)
            time.sleep(max(0, began + taken / (5 * MB) - time.monotonic()))
        return taken, time.monotonic() - began


def test_who_reads_slowly_gets_all_of_a_long_answer(waits: Waits) -> None:
    """Longer than any of the times, as a page of many units over a poor line: whoever takes something is waited for."""
    taken, seconds = waits[read_slowly].result()
    assert taken > 12 * MB
    assert seconds > 2 * max(Hasty.HEAD, Hasty.READ)


# -- what is sent ----------------------------------------------------------------------------------------------------------

KIND = "multipart/form-data; boundary=b"
FILE = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
END = b"\r\n--b--\r\n"


@contextmanager
def a_small_one() -> Iterator[int]:
    """A page without a word that takes little at once."""
    with served(app(limits=Limits(grace=1, sending=2 * MB, file=2 * MB))) as opened:
        yield opened


@pytest.fixture(scope="module")
def small() -> Iterator[int]:
    with a_small_one() as opened:
        yield opened


def person(port: int) -> tuple[str, str]:
    """Somebody who opened the page: the cookie, and where their form sends files to."""
    page = looked(port).decode()
    cookie = re.search("set-cookie: ([^;]+)", page)
    form = re.search('action="(/files[^"]*)"', page)
    assert cookie is not None
    assert form is not None
    return cookie[1], form[1]


@pytest.mark.parametrize(
    "path", ["/files", "/files?csrf=", "/files?csrf=x", "/check", "/enter", "/leave"]
)
def test_of_what_strangers_send_nothing_is_read(port: int, path: str) -> None:
    """The answer is there before the first byte of the body is sent; so nothing of it can lie anywhere."""
    with connected(
        port, head(port, "POST", path, content_type=KIND, content_length=60_000)
    ) as opened:
        assert opened.recv(65536).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("given", ["", "?csrf=", "?csrf=x"])
def test_of_what_comes_from_another_page_nothing_is_read(
    small: int, given: str
) -> None:
    """Where the form says whose it is stands before the files: a field among them would come too late."""
    cookie, _ = person(small)
    field = b'--b\r\ncontent-disposition: form-data; name="csrf"\r\n\r\nx\r\n'
    whole = head(
        small,
        "POST",
        f"/files{given}",
        cookie=cookie,
        content_type=KIND,
        content_length=MB,
    )
    with connected(small, whole + field) as opened:
        assert opened.recv(65536).startswith(b"HTTP/1.1 403")


def told_of_a_body_that_dribbles() -> tuple[bytes, float]:
    """What is said to who sends a body that does not end, and after how many seconds."""
    with a_small_one() as port:
        cookie, form = person(port)
        fields = {"cookie": cookie, "content_type": KIND, "content_length": MB}
        began = time.monotonic()
        with connected(port, head(port, "POST", form, **fields) + FILE) as opened:
            return answer(opened), time.monotonic() - began


def test_a_body_that_dribbles_is_told_and_broken_off(waits: Waits) -> None:
    said, seconds = waits[told_of_a_body_that_dribbles].result()
    assert said.startswith(b"HTTP/1.1 408")
    assert "送得太慢".encode() in said
    assert 0.5 < seconds < 8


def test_what_all_together_send_is_bounded(small: int) -> None:
    """Two who send more than fits: one is asked to wait, and what was sent is forgotten when it is over."""
    cookie, form = person(small)
    whole = head(
        small, "POST", form, cookie=cookie, content_type=KIND, content_length=4 * MB
    )
    with (
        connected(small, whole + FILE + bytes(1536 * 1024)) as first,
        connected(small, whole + FILE + bytes(MB)) as second,
    ):
        ready, _, _ = select.select([first, second], [], [], 8)
        said = b""
        while b"</html>" not in said:
            said += ready[0].recv(65536)
    assert said.startswith(b"HTTP/1.1 503")
    assert "同时放文件的人太多了".encode() in said
    assert sent(small, TINY).startswith(b"HTTP/1.1 303")


def sent(port: int, content: bytes) -> bytes:
    """What is answered to somebody who sends one file with the plain form."""
    cookie, form = person(port)
    body = FILE + content + END
    fields = {
        "cookie": cookie,
        "content_type": KIND,
        "content_length": len(body),
        "connection": "close",
    }
    with connected(port, head(port, "POST", form, **fields) + body) as opened:
        return answer(opened)


def test_who_goes_away_in_the_middle_leaves_nothing(
    small: int, capfd: pytest.CaptureFixture[str]
) -> None:
    cookie, form = person(small)
    for _ in range(4):
        with connected(
            small,
            head(
                small, "POST", form, cookie=cookie, content_type=KIND, content_length=MB
            )
            + FILE,
        ):
            pass
    assert sent(small, TINY).startswith(b"HTTP/1.1 303")
    assert "Traceback" not in capfd.readouterr().err
