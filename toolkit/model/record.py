"""What a record is: a dataclass that is never changed once it is made.

The type checker holds everybody to that, in every file of the project. Python's own `frozen` would hold to it once more while
the program runs: each field is set through a function, which takes four times as long, and there are tens of thousands; and
two functions more are compiled for each class, a tenth of the start of a check.

How records are compared, hashed and shown is the same of all, by their fields; a dataclass would compile these functions for
each class anew, a twentieth of the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    *, eq: bool = True, kw_only: bool = False, slots: bool = False
) -> Callable[[type[T]], type[T]]:
    """Make a class a record; without `eq` each is equal to itself alone."""

    def made(plain: type[T]) -> type[T]:
        cls = dataclass(eq=False, repr=False, kw_only=kw_only, slots=slots)(plain)
        own: dict[str, Any] = {"__repr__": _shown}
        if eq:
            own |= _by_fields(cls)
        for name, function in own.items():
            if name not in plain.__dict__ or name == "__hash__":
                setattr(cls, name, function)
        return cls

    return made


def _by_fields(cls: type) -> dict[str, Any]:
    """How the records of a class are compared and hashed: as tuples of their fields are."""
    names = [one.name for one in fields(cls) if one.compare]
    # One name alone would give no tuple.
    of: Callable[[Any], tuple[Any, ...]] = (
        attrgetter(*names) if len(names) > 1 else partial(_each, names)
    )

    def equal(self: object, other: object) -> object:
        return (
            of(self) == of(other)
            if other.__class__ is self.__class__
            else NotImplemented
        )

    def hashed(self: object) -> int:
        return hash(of(self))

    return {"__eq__": equal, "__hash__": hashed}


def _each(names: list[str], one: object) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in names)


@recursive_repr("...")
def _shown(self: Any) -> str:
    said = ", ".join(
        f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr
    )
    return f"{type(self).__qualname__}({said})"
