"""What a rule rests on, in words: a provision that was looked up, by its name; or a custom, which is never called law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.model import record

Basis = Mapping[str, Mapping[str, Any]]  # the list that `bounds.law` reads

LAW = "法规"
CUSTOMS = ("工作惯例", "审核经验")
CUSTOM = "工作惯例或审核经验"  # what bears another name and was not looked up; its name would sound like law
LOOKED_UP = "F"
JOINT = "；"  # between several grounds in one text


@record(slots=True)
class Ground:
    """One ground. `kind` is 法规, or what kind of custom it is; `title` is the provision's name, or the custom's own words."""

    kind: str
    title: str = ""
    article: str = ""
    says: str = ""

    @property
    def is_law(self) -> bool:
        return self.kind == LAW

    def __str__(self) -> str:
        if self.is_law:
            return self.title + self.article
        return f"{self.kind}：{self.title}" if self.title else self.kind


def ground(key: str, basis: Basis) -> Ground:
    """Answer a key of the basis list; one that nobody knows is no law."""
    said = basis.get(key, {})
    title, article, says = (
        str(said.get(part, "")) for part in ("title", "article", "says")
    )
    if said.get("certain") == LOOKED_UP:
        return Ground(LAW, title, article, says)
    kind = next((custom for custom in CUSTOMS if title.startswith(custom)), None)
    if kind is None:
        return Ground(CUSTOM)
    return Ground(kind, title.removeprefix(kind).lstrip("："), "", says)


def grounds(keys: Iterable[str], basis: Basis) -> tuple[Ground, ...]:
    """Answer several keys, each ground once."""
    return tuple(dict.fromkeys(ground(key, basis) for key in keys))


def named(keys: Iterable[str], basis: Basis) -> str:
    """Name several grounds in one text."""
    return JOINT.join(map(str, grounds(keys, basis)))


def laws_in(text: str) -> tuple[str, ...]:
    """The provisions that such a text names, without the customs."""
    return tuple(
        said for said in text.split(JOINT) if said and not said.startswith(CUSTOMS)
    )
