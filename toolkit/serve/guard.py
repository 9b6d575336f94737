"""What stands before every request: whose page may ask, how much may be sent, what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.errors import ToolkitError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # not no-referrer: a form would then be sent with the origin "null"
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
READING = ("GET", "HEAD")
UPLOADS = "/files"  # where files are sent to
STATEMENTS = "/statements"  # where statements to audit are sent to
EDITIONS = "/editions"  # where files that people edited are sent to
EXPORTS = "/exports"  # where what the finance platform exported is sent to; everything else that is sent is a small form
FORM = 64 * 1024  # bytes of a form's own fields
SLOWEST = 16 * 1024  # bytes of a body that earn it one second more
LONGEST_NUMBER = 18  # digits of a length: more are no length of anything, and Python would refuse thousands of them
_HOST = re.compile(
    r"(\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::([0-9]{1,5}))?", re.IGNORECASE | re.ASCII
)
LAST_PORT = 65535


class TooMuchError(ToolkitError):
    """A request went on beyond what it may send."""


class TooSlowError(ToolkitError):
    """A request kept us waiting for what it had still to send."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    return host in LOOPBACK


def names_of(host: str) -> frozenset[str]:
    """The names under which a page may ask for a server that listens on `host`."""
    if is_loopback(host):
        return LOOPBACK
    machine = _as_browsers_say(socket.gethostname())
    return (LOOPBACK | {_as_browsers_say(host), machine, f"{machine}.local"}) - {
        "",
        "0.0.0.0",  # noqa: S104  only compared
        "::",
    }


def _as_browsers_say(name: str) -> str:
    """A name as it stands in a request: a browser writes 财务 as xn--zfr747k."""
    try:
        return name.encode("idna").decode().casefold()
    except UnicodeError:
        return name.casefold()


class Guard:
    """Refuses requests from other sites' pages and under strange names, bounds what is sent, adds the headers.

    `most` is how many bytes of files a request may bring, `grace` how many seconds its body may keep us waiting.
    """

    def __init__(
        self, app: ASGIApp, *, host: str, most: int, grace: float = 20
    ) -> None:
        self.app = app
        self.names = names_of(host)
        self.any_address = not is_loopback(host)
        self.most = most + FORM
        self.grace = grace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer[name] = value
            await send(message)

        most = (
            self.most
            if scope["path"] in (UPLOADS, STATEMENTS, EXPORTS, EDITIONS)
            else FORM
        )
        status, refusal = self.refusal(scope["method"], scope["scheme"], headers, most)
        if refusal:
            await PlainTextResponse(refusal, status)(scope, receive, guarded)
            return
        await self.app(scope, self.bounded(receive, most), guarded)

    def refusal(
        self, method: str, scheme: str, headers: Headers, most: int
    ) -> tuple[int, str]:
        """Why a request is refused; "" where it is not."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.knows(hosts[0]):
            return 421, "请用启动时显示的地址打开本页。"
        # Nothing is taken apart: an origin is the one text that our own page has, or it is another page's.
        ours = f"{scheme}://{hosts[0]}".casefold()
        origins = {origin.casefold() for origin in headers.getlist("origin")}
        sites = set(headers.getlist("sec-fetch-site")) - {"none", "same-origin"}
        if method not in READING:
            if origins - {ours} or sites:
                return 403, "这个请求来自别的网页，没有受理。"
        elif sites and headers.getlist("sec-fetch-mode") != ["navigate"]:
            return 403, "这个请求来自别的网页，没有受理。"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > LONGEST_NUMBER or int(length) > most:
            return 413, "一次送来的内容太大，没有受理。"
        return 200, ""

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server: a name or an address, and perhaps a port, and nothing else.

        A name of somebody else's choosing may lead here (DNS rebinding); an address cannot be chosen so.
        """
        parts = _HOST.fullmatch(host)
        if parts is None or not 0 < int(parts[2] or 1) <= LAST_PORT:
            return False
        name = parts[1].casefold().strip("[]")
        if name in self.names:
            return True
        if not self.any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def bounded(self, receive: Receive, most: int | None = None) -> Receive:
        """The same request, broken off when more comes than is allowed, or when it comes too slowly.

        Only the time in which we wait for the sender counts: what we do with the body takes as long as it takes.
        """
        most = self.most if most is None else most
        taken = 0
        waited = 0.0
        whole = False

        async def counted() -> Message:
            nonlocal taken, waited, whole
            if whole:
                return await receive()
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                async with asyncio.timeout(
                    max(self.grace + taken / SLOWEST - waited, 0)
                ):
                    message = await receive()
            except TimeoutError as error:
                raise TooSlowError(
                    "送得太慢，没有收完。请检查网络，再试一次。"
                ) from error
            waited += clock() - began
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if taken > most:
                raise TooMuchError("一次送来的内容太大，没有受理。请分几次来放。")
            return message

        return counted
