"""Connections that keep us waiting: uvicorn counts no time until a request's head is whole, so it is counted here."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class Patient(H11Protocol):
    """A connection that is broken off when the next request's head, or a reader of our answer, takes too long.

    How long a body may take is the guard's matter. Where there are too many connections, the one that has been silent longest
    makes room: whoever opens many and says nothing keeps nobody out.
    """

    # seconds until the head of the next request must be whole
    HEAD: ClassVar[float] = 10.0
    # seconds in which a reader must take something of a long answer
    READ: ClassVar[float] = 30.0
    LEAST: ClassVar[int] = 16 * 1024  # bytes that are something
    MOST: ClassVar[int] = 150  # connections at the same time

    heard = 0.0  # when something came last
    _timer: asyncio.TimerHandle | None = None
    _unread = 0  # bytes of our answer that nobody had taken when the time began
    # a long answer cannot be written on, for its reader takes nothing
    _reader_waits = False

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
        self.heard = self.loop.time()
        self._make_room()
        self._count()

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        super().data_received(data)
        self._count()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._stop()
        self._count()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader_waits = True
        self._count()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._reader_waits = False
        self._stop()
        self._count()

    def _count(self) -> None:
        """Count the time while we wait for the other side; what dribbles in does not begin the time anew."""
        if self.answering and not self._reader_waits:
            self._stop()
        elif self._timer is None and (
            self.transport.get_write_buffer_size() or not self.transport.is_closing()
        ):
            self._begin()

    def _begin(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._timer = self.loop.call_later(
            self.READ if self._unread else self.HEAD, self._over
        )

    def _over(self) -> None:
        """The time is over: who still reads a long answer gets as much again, anybody else is broken off."""
        if self._unread - self.transport.get_write_buffer_size() >= self.LEAST:
            self._begin()
        else:
            self.transport.abort()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _make_room(self) -> None:
        """Break off the one that has been silent longest, of those that have still to say something."""
        others = [
            one
            for one in self.connections
            if isinstance(one, Patient) and one is not self
        ]
        alive = [one for one in others if not one.transport.is_closing()]
        waiting = [one for one in alive if one.unfinished]
        if len(alive) >= self.MOST and waiting:
            min(waiting, key=lambda one: one.heard).transport.abort()
