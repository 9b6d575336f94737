"""Which profile a run goes by: the one a person names, else the workbooks' own, the office's, the one whose forms fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.files.folder import collect, is_folder
from toolkit.files.grid import CannotOpenError, Grid, look_at
from toolkit.model import record
from toolkit.profile.form import DEPARTMENT, Profile
from toolkit.profile.loading import load, profiles
from toolkit.profile.place import place_of
from toolkit.profile.settings import profile_of_office
from toolkit.profile.stored import ProfileError, read_json
from toolkit.profile.wrong import MOST_NAMED
from toolkit.report.words import LIST, titled
from toolkit.returns.cover import Cover, cover_of, cover_of_data, sheets_of_covers
from toolkit.steps.paths import StepError


@record()
class Chosen:
    """A profile, and what a person should know of how it was chosen; "" where there is nothing to say."""

    profile: Profile
    said: str = ""


def chosen(named: str, paths: Sequence[Path] = (), place: Path | None = None) -> Chosen:
    """The profile of a run over files and folders; raise StepError, with the list of them, where nothing decides.

    `named` is what a person asked for ("": nothing); `place` is where a result will lie, whose office may have fixed one.
    """
    if named:
        return Chosen(load(named))
    if first := _of_first(paths):
        return Chosen(first)
    installed = tuple(load(one) for one in profiles())
    covers = _covers(paths, installed)
    if own := _of_cover(covers, installed):
        return Chosen(own)
    if fixed := _of_office([*paths, *([place] if place else [])]):
        return Chosen(load(fixed))
    if len(installed) == 1 or (
        paths and not covers
    ):  # of files that cannot be opened nothing is read by the profile
        return Chosen(installed[0])
    fitting = [
        profile
        for profile in installed
        if any(cover.fits(profile) for _, cover in covers)
    ]
    if (
        not fitting and paths
    ):  # none of them is anybody's form: every profile says the same of them
        return Chosen(installed[0])
    if len(fitting) == 1:
        (profile,) = fitting
        told = f"填报表没有写明表样，按各表的名字认作“{profile.id}”（{profile.title}）"
        return Chosen(profile, f"{told}。不对的，用 --profile 写明")
    raise _undecided(covers, installed)


def _of_first(paths: Sequence[Path]) -> Profile | None:
    """The profile that the very first file names, where the first one that is loaded knows it: nearly every run goes by it.

    To load the others as well would take as long as to check a workbook.
    """
    first = next(iter(profiles()), "")
    profile = load(first) if first else None
    path = next(_files(paths, (profile,)), None) if profile is not None else None
    if profile is None or path is None:
        return None
    try:
        cover = _cover(path, sheets_of_covers((profile,)), (profile,))
    except (CannotOpenError, ProfileError):
        return None  # it is told where it is read
    return profile if cover.profile == profile.id else None


def chosen_to_verify(named: str, paths: Sequence[Path]) -> Chosen:
    """The same for files that are held against what was signed: where none has a cover, none of them is read by a profile."""
    if named:
        return Chosen(load(named))
    installed = tuple(load(one) for one in profiles())
    with_cover = sheets_of_covers(installed)
    covers = _covers(paths, installed)
    if all(
        not cover.profile and cover.sheets.isdisjoint(with_cover) for _, cover in covers
    ):
        return Chosen(installed[0])
    return chosen(named, paths)


def chosen_beside(named: str, place: Path) -> Chosen:
    """The profile of what is laid beside the units' workbooks in a folder: theirs, where they name one."""
    installed = tuple(load(one) for one in profiles())
    own = None if named else _of_cover(_covers([place], installed), installed)
    return Chosen(own) if own else chosen(named, [], place)


def offered(named: str, place: Path) -> tuple[Profile, ...]:
    """Between which profiles a person may choose: the one named, else the one that the office fixed in a place, else all."""
    if one := named or _of_office([place]):
        return (load(one),)
    return tuple(load(each) for each in profiles())


def earlier(path: Path, profile: Profile) -> Profile | None:
    """The profile of an earlier year that a file is of; None where it is of this one, or of none that is known.

    Raise StepError where it is of a later year: what was not yet known cannot be carried back.
    """
    installed = tuple(load(one) for one in profiles())
    covers = _covers([path], installed)
    before = _of_cover(covers, installed) or _of_year_before(covers, profile, installed)
    if before is None or before.id == profile.id or before.year == profile.year:
        return None
    if before.year > profile.year:
        raise StepError(
            f"“{path.name}”是 {before.year} 年的表，不能带进 {profile.year} 年的表里。请用它自己那一年的表样。"
        )
    return before


def _of_year_before(
    covers: Sequence[tuple[str, Cover]], profile: Profile, installed: Sequence[Profile]
) -> Profile | None:
    """The profile of the year before whose forms are in a file that names none: what was published then names none."""
    with_cover = sheets_of_covers(installed)
    bare = [cover for _, cover in covers if cover.sheets.isdisjoint(with_cover)]
    last = [
        one
        for one in installed
        if one.year == profile.year - 1
        and place_of_profile(one) == place_of_profile(profile)
    ]
    before = [one for one in last if any(cover.fits(one) for cover in bare)]
    return before[0] if len(before) == 1 else None


def place_of_profile(profile: Profile) -> str:
    """What the ids of one place's profiles have in common: hebei-2023 is of hebei."""
    return profile.id.removesuffix(str(profile.year)).rstrip("-")


def _covers(
    paths: Sequence[Path], installed: Sequence[Profile]
) -> list[tuple[str, Cover]]:
    """What the files say of themselves, by name: no more of them than it takes to find a profile that is installed."""
    ids = {profile.id for profile in installed}
    sheets = sheets_of_covers(installed)
    covers: list[tuple[str, Cover]] = []
    for path in _files(paths, installed):
        try:
            cover = _cover(path, sheets, installed)
        except (CannotOpenError, ProfileError):
            continue  # it is told where it is read
        covers.append((path.name, cover))
        if cover.profile in ids:
            break
    return covers


def _cover(path: Path, sheets: frozenset[str], installed: Sequence[Profile]) -> Cover:
    if path.suffix.lower() != ".json":
        grid = look_at(path, sheets | {LIST})
        cover = cover_of(grid, installed)
        return (
            cover
            if cover.profile
            else replace(cover, profile=_of_findings(grid, installed))
        )
    data = read_json(path)
    if not isinstance(data, dict):
        return cover_of_data({}, installed)
    recorded = data.get("profile")  # in a manifest of results
    return (
        Cover(str(recorded), "", frozenset())
        if recorded
        else cover_of_data(data, installed)
    )


def _of_findings(grid: Grid, installed: Sequence[Profile]) -> str:
    """The profile that a workbook of findings was written for, by its title; "" where it is none."""
    raw = grid.sheets.get(LIST)
    titles = {titled(profile): profile.id for profile in installed}
    said = (
        [titles[cell.text] for cell in raw.cells.values() if cell.text in titles]
        if raw is not None
        else []
    )
    return said[0] if said else ""


def _files(paths: Sequence[Path], installed: Sequence[Profile]) -> Iterator[Path]:
    """The files that may say of which profile they are; of a folder the department's own workbook comes last."""
    own = [
        profile.books[DEPARTMENT].title
        for profile in installed
        if DEPARTMENT in profile.books
    ]
    yield from collect(paths, own[0] if own else "").workbooks
    for title in dict.fromkeys(own):
        yield from (
            path / f"{title}.xlsx"
            for path in paths
            if (path / f"{title}.xlsx").is_file()
        )


def _of_cover(
    covers: Sequence[tuple[str, Cover]], installed: Sequence[Profile]
) -> Profile | None:
    """The installed profile that a file names; raise StepError where files name only such as are not installed."""
    by_id = {profile.id: profile for profile in installed}
    said = {cover.profile: name for name, cover in covers if cover.profile}
    for one in said:
        if one in by_id:
            return by_id[one]
    for one, name in said.items():
        raise StepError(
            f"“{name}”的表样是“{one}”，这里没有装这套表样，没有读。"
            f"装有的是：{_listed(installed)}。请装上那一套，或换成这里有的空表重新填。"
        )
    return None


def _of_office(places: Sequence[Path]) -> str:
    """The profile that an office fixed in a folder of its data; "" where none did."""
    near = [
        path if is_folder(path) else path.parent for path in places if path.exists()
    ]
    own = [place for folder in near if (place := place_of(folder)) is not None]
    folders = dict.fromkeys((*near, *own))
    return next(
        (
            fixed
            for folder in folders
            if (fixed := profile_of_office(folder, profiles()))
        ),
        "",
    )


def _undecided(
    covers: Sequence[tuple[str, Cover]], installed: Sequence[Profile]
) -> StepError:
    """Nothing decides, and between what."""
    names = "、".join(f"“{name}”" for name, _ in covers[:MOST_NAMED])
    more = f"等 {len(covers)} 个文件" if len(covers) > MOST_NAMED else ""
    why = (
        f"{names}{more}没有写明是哪一套表样，按各表的名字也认不准。"
        if covers
        else "装有几套表样，没有说用哪一套。"
    )
    return StepError(f"{why}请加上 --profile 写明一套：{_listed(installed)}。")


def _listed(installed: Sequence[Profile]) -> str:
    return "、".join(f"{profile.id}（{profile.title}）" for profile in installed)
