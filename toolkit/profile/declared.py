"""What a profile declares, whole: its own files, and where it extends another, that one's with what is removed, changed, added.

A place in the files is written as a path: "budget/income/rows/other" is a row of a form's block, "statement/sections/budget/
facts/income.other" a fact of the statement, "profile/books/unit/forms/operating" a form of the unit's book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.profile.stored import ProfileError, home
from toolkit.profile.vocabulary import faults, read_declared
from toolkit.profile.wrong import WrongError, near, within, wrong

PROFILE, DEFINITIONS, STATEMENT, SIGNOFF, FORM = (
    "profile",
    "definitions",
    "statement",
    "signoff",
    "form",
)
# files a profile may have besides its own and its forms
BESIDES = (
    DEFINITIONS,
    STATEMENT,
    SIGNOFF,
)
EXTENDING = ("extends", "removed", "changed", "added")
BLOCKS = "x-blocks"


@dataclass
class Declared:
    """The files of a profile by their names (profile, definitions, statement, signoff, each form), and where each lies."""

    id: str
    files: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    # files that are not as they lie: some profile on the way changed them
    edited: set[str] = field(default_factory=set)

    @property
    def profile(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.files[PROFILE]
        return said

    def said(self, name: str) -> Mapping[str, Any]:
        """What a file says; nothing where there is none."""
        said: Mapping[str, Any] = self.files.get(name, {})
        return said

    def wrong(self, name: str, error: ValueError) -> ProfileError:
        """What is wrong in a file as an error; of one that another profile changed it is said that it was."""
        place, what = (
            (error.place, error.what)
            if isinstance(error, WrongError)
            else ((), str(error))
        )
        if name in self.edited:
            what += f"（这是按 {self.id} 改过的）"
        return ProfileError(wrong(self.paths[name], [(place, what)]))


def profiles() -> tuple[str, ...]:
    """The ids of all profiles that are installed."""
    found = (home() / "schema" / "profiles").glob("*/profile.json")
    return tuple(sorted(path.parent.name for path in found))


def declared(profile: str) -> Declared:
    """Read a profile's files, strictly; raise ProfileError, in Chinese, where one says what the vocabulary does not know."""
    lineage = tuple(_lineage(profile))
    whole = Declared(profile)
    for folder, said in reversed(lineage):
        _take(whole, folder, said)
    return whole


def _lineage(profile: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the profile's folder and profile.json, then those of the one it extends, and so on."""
    passed: list[str] = []
    following = profile
    while following:
        folder = home() / "schema" / "profiles" / following
        path = folder / "profile.json"
        if following in passed:
            circle = " → ".join((*passed, following))
            raise ProfileError(
                f"表样互相扩展，绕成了一圈：“{circle}”。请改正其中一个的“extends”。"
            )
        if not path.exists():
            raise ProfileError(_unknown(following, passed))
        said = read_declared(path, PROFILE)
        if said["id"] != following:
            raise ProfileError(
                wrong(
                    path,
                    [
                        (
                            ("id",),
                            f"写的是“{said['id']}”，应当与文件夹同名，写“{following}”",
                        )
                    ],
                )
            )
        yield folder, said
        passed.append(following)
        following = said.get("extends", "")


def _unknown(profile: str, passed: list[str]) -> str:
    """There is no such profile: named by a person, or by another profile."""
    by = f"“{passed[-1]}/profile.json”里“extends”：" if passed else ""
    return f"{by}没有名为“{profile}”的表样；请从现有的里选：{'、'.join(profiles())}。"


def _take(whole: Declared, folder: Path, said: dict[str, Any]) -> None:
    """Take a profile's files into what the one that it extends declares."""
    own = {key: value for key, value in said.items() if key not in EXTENDING}
    whole.files[PROFILE] = {**whole.said(PROFILE), **own}
    whole.paths[PROFILE] = folder / "profile.json"
    besides = {name: folder / f"{name}.json" for name in BESIDES}
    files = {name: (path, name) for name, path in besides.items() if path.exists()}
    files |= {
        path.stem: (path, FORM) for path in sorted((folder / "forms").glob("*.json"))
    }
    amiss: list[ProfileError] = []
    for name, (path, kind) in files.items():
        try:
            whole.files[name], whole.paths[name] = read_declared(path, kind), path
        except ProfileError as error:
            amiss.append(error)
    _told_together(amiss)
    if "extends" in said:
        try:
            edited = _edit(whole.files, said)
        except WrongError as error:
            raise ProfileError(
                wrong(folder / "profile.json", [(error.place, error.what)])
            ) from error
        whole.edited |= edited
        for name in sorted(edited):
            kind = name if name in (PROFILE, *BESIDES) else FORM
            found = [
                ((name, *place), what)
                for place, what in faults(whole.files[name], kind)
            ]
            if found:
                raise ProfileError(wrong(folder / "profile.json", found))


def _told_together(amiss: Sequence[ProfileError]) -> None:
    """Raise what is wrong with several files at once, so that nobody mends one to be told of the next."""
    if len(amiss) > 1:
        raise ProfileError("\n".join(str(error) for error in amiss)) from amiss[0]
    for error in amiss:
        raise error


def _edit(files: dict[str, Any], said: Mapping[str, Any]) -> set[str]:
    """Remove, change and add what a profile says; return which files that touched. Raise WrongError where a path ends."""
    edited: set[str] = set()
    for number, path in enumerate(said.get("removed", ()), 1):
        with within("removed", f"第 {number} 项"):
            edited.add(_removed(files, path))
    for path, value in said.get("changed", {}).items():
        with within("changed", path):
            edited.add(_changed(files, path, value))
    for number, addition in enumerate(said.get("added", ()), 1):
        with within("added", f"第 {number} 项"):
            edited.add(_added(files, addition))
    return edited


def _removed(files: dict[str, Any], path: str) -> str:
    holder, step = _found(files, path)
    if isinstance(holder, list):
        del holder[_place(holder, step)]
    else:
        del holder[step]
    return path.partition("/")[0]


def _changed(files: dict[str, Any], path: str, value: Any) -> str:
    holder, step = _found(files, path)
    if isinstance(holder, list):
        holder[_place(holder, step)] = value
    else:
        holder[step] = value
    return path.partition("/")[0]


def _added(files: dict[str, Any], addition: Mapping[str, Any]) -> str:
    """Put something in behind another, or at the end."""
    path, after = addition["at"], addition.get("after")
    holder, step = _holder(files, path)
    members = _members(holder)
    if step in members:
        raise ValueError(f"已经有“{path}”，要改的写在“changed”里")
    behind = len(members) if after is None else _behind(after, members)
    value = addition.get("is", step)
    if isinstance(holder, list):
        holder.insert(behind, value)
    else:
        held = list(holder.items())
        held.insert(behind, (step, value))
        holder.clear()
        holder.update(held)
    return str(path.partition("/")[0])


def _behind(after: str, members: list[str]) -> int:
    """The place behind a member, counted from 0; behind nothing is the first."""
    if not after:
        return 0
    if after not in members:
        raise ValueError(f"“after”说的“{after}”没有{near(after, members)}")
    return members.index(after) + 1


def _found(files: dict[str, Any], path: str) -> tuple[Any, str]:
    """What holds that which a path leads to, and the last step to it; raise ValueError, in Chinese, where it leads nowhere."""
    holder, step = _holder(files, path)
    members = _members(holder)
    if step not in members:
        raise ValueError(f"“{path}”里没有“{step}”{near(step, members)}")
    return holder, step


def _holder(files: dict[str, Any], path: str) -> tuple[Any, str]:
    """What a path's last step is taken in: an object or a list."""
    first, *steps = path.split("/")
    if not steps:
        raise ValueError(f"“{path}”应当写成“文件/……/代号”的样子")
    if first not in files:
        raise ValueError(f"“{path}”里的“{first}”不是这个表样的文件{near(first, files)}")
    holder = files[first]
    for step in (*steps[:-1], None):
        # Below a form's own name its blocks may follow at once.
        following = steps[-1] if step is None else step
        if (
            isinstance(holder, dict)
            and following not in holder
            and following in holder.get(BLOCKS, {})
        ):
            holder = holder[BLOCKS]
        if step is None:
            break
        members = _members(holder)
        if step not in members:
            blocks = _members(holder.get(BLOCKS)) if isinstance(holder, dict) else []
            raise ValueError(f"“{path}”里没有“{step}”{near(step, blocks or members)}")
        holder = (
            holder[_place(holder, step)] if isinstance(holder, list) else holder[step]
        )
    if not isinstance(holder, dict | list):
        raise ValueError(f"“{path}”里的“{steps[-1]}”前面那一项里面没有东西")  # noqa: TRY004  a fault of a file, not of a type
    return holder, steps[-1]


def _members(holder: Any) -> list[str]:
    """By which steps the parts of an object or a list are reached: its keys; of a list what each is called."""
    if isinstance(holder, dict):
        return list(holder)
    return [_called(one) for one in holder] if isinstance(holder, list) else []


def _called(one: Any) -> str:
    """What a list's member is called: its key, else its title, else the text that it is."""
    return (
        str(one.get("key", one.get("title", ""))) if isinstance(one, dict) else str(one)
    )


def _place(holder: list[Any], step: str) -> int:
    return [_called(one) for one in holder].index(step)
