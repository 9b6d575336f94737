"""What is made once and asked for again: kept beside what it was made of, or by the identity of things that never change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
MOST = 2048  # things of which something is kept; a profile has some hundred


class Kept(dict[object, Any]):
    """What was made of a project or a return once and is asked for again, by who made it. Pickle drops it."""

    def __reduce__(self) -> tuple[type[Kept], tuple[()]]:
        return Kept, ()


def once_of(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function makes of things that never change and have no hash: a form, a block, a catalogue.

    They are known by their identity. Each is kept with what was made of it: an identity is only one's own while one lives.
    """
    kept: dict[int | tuple[int, ...], tuple[tuple[object, ...], T]] = {}

    @wraps(make)
    def made(*things: P.args, **named: P.kwargs) -> T:
        # Nearly all are made of one thing, and asked for by the thousand: by it alone they are found three times as quickly.
        alone = len(things) == 1 and not named
        key = id(things[0]) if alone else tuple(map(id, (*things, *named.values())))
        found = kept.get(key)
        if found is None:
            if len(kept) >= MOST:
                kept.clear()
            every = (*things, *named.values())
            kept[key] = found = (every, make(*things, **named))
        return found[1]

    return made
