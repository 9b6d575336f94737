"""Dataclasses and named tuples as plain data and back: what JSON can hold, by the types that their fields declare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

SIMPLE = (str, int, bool)


class Coder(NamedTuple):
    """Makes plain data of a thing, and the thing of plain data; making it raises ValueError, TypeError or KeyError."""

    plain: Callable[[Any], Any]
    made: Callable[[Any], Any]


@cache
def coder(kind: Any) -> Coder:
    """How things of a declared type are coded; raise TypeError for a type that none is known for."""
    if kind in SIMPLE:
        return Coder(_as_it_is, _checked(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Coder(lambda thing: thing.value, kind)
    if is_dataclass(kind):
        return _of_class(kind, [field.name for field in fields(kind)])
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _of_class(kind, kind._fields)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType) and len(parts) == 2 and NoneType in parts:  # noqa: PLR2004  a thing or None
        (thing,) = (part for part in parts if part is not NoneType)
        return _or_none(coder(thing))
    if origin is Sequence or (origin is tuple and parts[1:] == (...,)):
        return _of_row(coder(parts[0]))
    raise TypeError(f"no plain data for {kind}")


def _as_it_is(thing: Any) -> Any:
    return thing


def _checked(kind: type) -> Callable[[Any], Any]:
    def made(said: Any) -> Any:
        if type(said) is not kind:
            raise TypeError(type(said).__name__)
        return said

    return made


def _or_none(inner: Coder) -> Coder:
    return Coder(
        lambda thing: None if thing is None else inner.plain(thing),
        lambda said: None if said is None else inner.made(said),
    )


def _of_row(inner: Coder) -> Coder:
    plain, made = inner

    def row(said: Any) -> tuple[Any, ...]:
        if not isinstance(said, list):
            raise TypeError(type(said).__name__)
        return tuple([made(one) for one in said])

    return Coder(lambda things: [plain(thing) for thing in things], row)


def _of_class(kind: Any, names: Sequence[str]) -> Coder:
    """A list of the fields' data in their order.

    A class may hold things of its own kind: its fields are looked up when they are first needed.
    """

    @cache
    def parts() -> list[tuple[str, Coder]]:
        hints = get_type_hints(kind)
        return [(name, coder(hints[name])) for name in names]

    def made(said: Any) -> Any:
        if not isinstance(said, list):
            raise TypeError(type(said).__name__)
        return kind(
            **{
                name: part.made(one)
                for (name, part), one in zip(parts(), said, strict=True)
            }
        )

    return Coder(
        lambda thing: [part.plain(getattr(thing, name)) for name, part in parts()], made
    )
