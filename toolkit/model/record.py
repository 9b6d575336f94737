"""What a record is: a dataclass that is never changed once it is made.

The type checker holds everybody to that, in every file of the project. Python's own `frozen` would hold to it once more while
the program runs: each field is set through a function, which takes four times as long, and there are tens of thousands; and
two functions more are compiled for each class, a tenth of the start of a check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = True, kw_only: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
    """Make a class a record; without `eq` each is equal to itself alone."""
    return dataclass(eq=eq, kw_only=kw_only, slots=slots, unsafe_hash=eq)
