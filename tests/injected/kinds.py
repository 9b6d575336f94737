"""The list of errors: each a small function that does it, declared with its class, a name, and how often it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.injected.work import Work

Make = Callable[[Work], None]
CLASSES = (
    "figures",
    "projects",
    "years",
    "reasons",
    "indicators",
    "procurement",
    "assets",
    "identity",
    "wording",
    "structure",
    "department",
)
HARMLESS = "harmless"


@dataclass(frozen=True)
class Error:
    """An error people make, or a change that is none (class "harmless")."""

    kind: str
    label: str
    times: int
    make: Make
    why_not: str = ""  # why a good tool could not find it; "" where it should

    @property
    def name(self) -> str:
        return self.make.__name__


ERRORS: list[Error] = []


def error(
    kind: str, label: str, times: int = 1, why_not: str = ""
) -> Callable[[Make], Make]:
    """Declare an error: its class, what it is called, how many times it is made, and, where it cannot be found, why."""

    def declare(make: Make) -> Make:
        ERRORS.append(Error(kind, label, times, make, why_not))
        return make

    return declare


def harmless(label: str, times: int = 1) -> Callable[[Make], Make]:
    """Declare a change that nobody has to mend: nothing may be said about it."""
    return error(HARMLESS, label, times)
