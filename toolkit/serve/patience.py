"""Connections that keep us waiting: uvicorn counts no time until a request's head is whole, so it is counted here."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class Patient(H11Protocol):
    """A connection that is broken off when the next request's head, or a reader of our answer, takes too long.

    How long a body may take is the guard's matter. Where there are too many connections, one that waits makes room:
    whoever opens many and says nothing keeps nobody out.
    """

    HEAD: ClassVar[float] = 10.0  # seconds until the head of the next request must be whole
    READ: ClassVar[float] = 30.0  # seconds in which a reader must take something of a long answer
    MOST: ClassVar[int] = 150  # connections at the same time

    since = 0.0  # when it began to wait
    _head: asyncio.TimerHandle | None = None
    _read: asyncio.TimerHandle | None = None

    @property
    def answering(self) -> bool:
        """Whether a request is being answered, whose head was whole."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def unfinished(self) -> bool:
        """Whether the sender has still to say something."""
        return not self.answering or self.cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._make_room()
        self._count()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._count()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._count()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._head, self._read):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._read = self.loop.call_later(self.READ, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._read is not None:
            self._read.cancel()

    def _count(self) -> None:
        """Count the time while there is no whole head; what dribbles in does not begin the time anew."""
        if self.answering:
            if self._head is not None:
                self._head.cancel()
            self._head = None
        elif self._head is None and not self.transport.is_closing():
            self.since = self.loop.time()
            self._head = self.loop.call_later(self.HEAD, self.transport.abort)

    def _make_room(self) -> None:
        """Break off the one that has waited longest: first of those without a request, then of those that send one."""
        others = [one for one in self.connections if isinstance(one, Patient) and one is not self]
        alive = [one for one in others if not one.transport.is_closing()]
        waiting = [one for one in alive if one.unfinished]
        if len(alive) >= self.MOST and waiting:
            min(waiting, key=lambda one: (one.answering, one.since)).transport.abort()
