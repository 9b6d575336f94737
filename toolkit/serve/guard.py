"""What stands before every request: whose page may ask, how much may be sent, what a browser may do with the answer."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

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
SLACK = 64 * 1024  # a request's own fields beside the file it brings


class TooMuchError(ToolkitError):
    """A request went on beyond what it may send."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    return host in LOOPBACK


def names_of(host: str) -> frozenset[str]:
    """The names under which a page may ask for a server that listens on `host`."""
    if is_loopback(host):
        return LOOPBACK
    machine = socket.gethostname().casefold()
    return (LOOPBACK | {host.casefold(), machine, f"{machine}.local"}) - {"", "0.0.0.0", "::"}  # noqa: S104  only compared


class Guard:
    """Refuses requests from other sites' pages and under strange names, bounds what is sent, adds the headers."""

    def __init__(self, app: ASGIApp, *, host: str, most: int) -> None:
        self.app = app
        self.names = names_of(host)
        self.any_address = not is_loopback(host)
        self.most = most + SLACK

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

        status, refusal = self.refusal(scope["method"], headers)
        if refusal:
            await PlainTextResponse(refusal, status)(scope, receive, guarded)
            return
        await self.app(scope, self.bounded(receive), guarded)

    def refusal(self, method: str, headers: Headers) -> tuple[int, str]:
        """Why a request is refused; "" where it is not."""
        host = headers.get("host", "")
        if not self.knows(host):
            return 421, "请用启动时显示的地址打开本页。"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if method not in READING:
            if origin is not None and urlsplit(origin).netloc.casefold() != host.casefold():
                return 403, "这个请求来自别的网页，没有受理。"
            if site not in ("none", "same-origin"):
                return 403, "这个请求来自别的网页，没有受理。"
        elif site in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
            return 403, "这个请求来自别的网页，没有受理。"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.most:
            return 413, "一次送来的内容太大，没有受理。"
        return 200, ""

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server.

        A name of somebody else's choosing may lead here (DNS rebinding); an address cannot be chosen so.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self.names:
            return True
        if not self.any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def bounded(self, receive: Receive) -> Receive:
        """The same request, broken off when more comes than was said or is allowed."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.most:
                raise TooMuchError("一次送来的内容太大，没有受理。请分几次来放。")
            return message

        return counted
