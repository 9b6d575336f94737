"""Whose figures are whose: the same unit may be named by code here, by name there, by both elsewhere, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from toolkit.model import Cell
from toolkit.platform.heads import NOBODY, Owner, Told
from toolkit.platform.reading import Read


def owners_of(reads: Iterable[Read]) -> dict[Owner, Owner]:
    """For each unit as it is said somewhere the fullest that is said of it; nobody stays nobody."""
    said: dict[Owner, None] = {}
    for read in reads:
        said |= dict.fromkeys(owner for owner in _said(read) if owner)
    full: list[Owner] = []
    for owner in sorted(said, key=lambda one: (not one.code, -len(one.name))):
        home = next((at for at, other in enumerate(full) if _same(owner, other)), None)
        if home is None:
            full.append(owner)
        else:
            known = full[home]
            full[home] = Owner(known.code or owner.code, known.name or owner.name)
    found = {
        owner: next(other for other in full if _same(owner, other)) for owner in said
    }
    # What names nobody belongs to the only unit, where there is only one.
    found[NOBODY] = full[0] if len(full) == 1 else NOBODY
    return found


def _said(read: Read) -> Iterator[Owner]:
    yield read.owner
    for lines in read.lines.values():
        yield from (line.owner for line in lines.lines)
    yield from read.figures


def _same(one: Owner, other: Owner) -> bool:
    """Whether two are one unit: by their codes where both have one, else by their names, of which one may be short."""
    alike = _alike(one.name, other.name)
    if one.code and other.code:
        return one.code == other.code and alike
    both_named = bool(one.name) and bool(other.name)
    return both_named and alike


def _alike(one: str, other: str) -> bool:
    return not one or not other or one in other or other in one


def _first(
    owner: Owner, owners: Mapping[Owner, Owner], reads: Iterable[Read]
) -> Cell | None:
    """Where a unit is first spoken of: a line of its own, else the table that is its."""
    for read in reads:
        if read.owner and owners.get(read.owner) == owner:
            return read.region.first
        for lines in read.lines.values():
            for line in lines.lines:
                if owners.get(line.owner) == owner:
                    return line.cell
    return None


def disputed(owners: Mapping[Owner, Owner], reads: Sequence[Read]) -> Iterator[Told]:
    """Two units of one code, and two codes of one name."""
    units = [one for one in dict.fromkeys(owners.values()) if one]
    for number, one in enumerate(units):
        for other in units[:number]:
            if one.code and one.code == other.code:
                what = f"两个单位用同一个编码 {one.code}：“{other.name}”和“{one.name}”"
            elif one.name and one.name == other.name:
                what = f"“{one.name}”写了两个编码：{other.code} 和 {one.code}"
            else:
                continue
            said = f"{what}。请核对编码，改正后再导出"
            yield Told(said, _first(one, owners, reads))
