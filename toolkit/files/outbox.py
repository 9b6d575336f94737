"""Where results are laid down: all of them or none, and never over a file that a person has changed.

Everything is written into a hidden folder beside the results and moved to its place when the whole run has succeeded; a run
that fails leaves the folder as it was, and one that is killed leaves a hidden folder that the next run removes. The manifest,
written last, remembers what was laid down: a file whose bytes are no longer the recorded ones belongs to a person, and the new
one is laid beside it under the next number (第2稿).
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from toolkit.errors import ToolkitError, why_not_written
from toolkit.files import hidden
from toolkit.files.folder import MANIFEST, unique_names
from toolkit.files.moves import Moves, take_back
from toolkit.files.source import content, regular, sha256
from toolkit.files.unseen import in_json
from toolkit.version import __version__

RESULTS = "results"  # in the hidden folder: what is to be laid down
TRIES = 20  # numbers tried for a file that cannot be laid down under its own

_FULL = (errno.ENOSPC, errno.EDQUOT)


class OutputError(ToolkitError):
    """Results that cannot be written; the message is a Chinese sentence that names the remedy."""


class Outbox:
    """The folder that results go to. Use it as `with`; `notes` and `placed` can be read afterwards.

    `inputs` are the files the results are made from, each with the SHA-256 of the bytes that were read of it, for the
    manifest. `profile` is the profile's id. Without `recorded` no manifest is read or written, and so whatever lies there
    counts as a person's: for a single result among a person's own files. `remarks` (what people decided) go into the manifest
    as they are.
    """

    def __init__(
        self,
        folder: Path,
        *,
        inputs: Mapping[Path, str] | None = None,
        profile: str = "",
        version: str = __version__,
        recorded: bool = True,
        remarks: Mapping[str, object] | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.recorded = recorded
        self.remarks = remarks or {}
        self.inputs = dict(inputs or {})
        self.profile = profile
        self.version = version
        self.notes: tuple[str, ...] = ()
        self.placed: dict[str, Path] = {}
        self._goal = Path(os.path.abspath(folder))  # noqa: PTH100  a folder may be named by way of one that is not there
        self._anchor = self._goal
        self._hidden: hidden.HiddenFolder | None = None
        self._results = Path()
        self._staged: dict[str, tuple[Path, tuple[Path, ...]]] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}
        self._is_laying = False

    def __enter__(self) -> Self:
        with self._refusals("输出文件夹"):
            if self.folder.exists() and not self.folder.is_dir():
                raise OutputError(
                    f"输出位置“{self.folder.name}”是一个文件，不是文件夹。请换一个输出文件夹。"
                )
            # A folder that is still to be made is made last: until then the hidden one lies where it will be.
            self._anchor = next(
                one for one in (self._goal, *self._goal.parents) if one.exists()
            )
            for place in dict.fromkeys((self._anchor, self._goal.parent)):
                hidden.sweep(place, take_back)
            self._read_manifest()
            self._hidden = hidden.HiddenFolder(self._anchor)
            self._results = (
                self._hidden.path / RESULTS / self._goal.relative_to(self._anchor)
            )
        try:
            with self._refusals("输出文件夹"):
                self._results.mkdir(parents=True)
        except OutputError:
            self._hidden.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._hidden is None:
            return
        try:
            if kind is None and self._staged:
                self._lay_down(self._hidden.path)
        finally:
            self._hidden.remove()

    @contextmanager
    def file(
        self, name: str, *, inputs: Iterable[Path] | None = None
    ) -> Iterator[Path]:
        """Give the path to write the result `name` to; it is laid down when the whole run has succeeded.

        `name` may hold folders ("退回单/甲.docx"). `inputs` narrows what this one result is made from.
        """
        inner = PurePosixPath(name)
        outside = not inner.parts or inner.is_absolute() or ".." in inner.parts
        if outside or name == MANIFEST or name in self._staged:
            raise ValueError(f"not a name for a result of this run: {name!r}")
        path = self._results.joinpath(*inner.parts)
        with self._refusals(f"“{name}”"):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._refusals(f"“{name}”", ours=False):
            yield path
        if not path.is_file():
            raise ValueError(f"nothing was written to the path given for {name!r}")
        with self._refusals(f"“{name}”"):
            _flush(path)
        self._staged[name] = path, tuple(self.inputs if inputs is None else inputs)

    def edited(self, name: str) -> bool:
        """Whether a file of that name lies here and is not, byte for byte, what we laid down."""
        path = self._at(name)
        return path.exists() and not self._is_ours(name)

    def _lay_down(self, staging: Path) -> None:
        """Move everything to its place, or nothing."""
        with self._refusals("结果"):
            entries = {
                name: self._entry_of(path, inputs)
                for name, (path, inputs) in self._staged.items()
            }
        notes = [*self._changed_inputs()]
        if not self._moved_whole(entries, staging):
            moves = Moves(staging)
            before = dict(self._known)
            self._is_laying = True
            try:
                with self._refusals("输出文件夹"):
                    moves.folder(self._goal)
                with hidden.alone(self._goal):
                    self._lay_each(entries, moves, notes)
            except BaseException as error:
                self._take_back(moves, before, error)
                raise
            moves.settle()
        self.notes = tuple(notes)

    def _moved_whole(
        self, entries: Mapping[str, dict[str, Any]], staging: Path
    ) -> bool:
        """Lay the results down as one new folder; False where it is there by now, or where the system moves no folders."""
        if self._anchor == self._goal:
            return False
        top = self._goal.relative_to(self._anchor).parts[0]
        if self.recorded:
            self._known |= entries
            with self._refusals(f"“{MANIFEST}”"):
                self._stage_manifest()
        try:
            if (self._anchor / top).exists():
                return False
            (staging / RESULTS / top).rename(self._anchor / top)
        except OSError:
            return False
        self.placed = {name: self._at(name) for name in entries}
        return True

    def _lay_each(
        self, entries: Mapping[str, dict[str, Any]], moves: Moves, notes: list[str]
    ) -> None:
        """Move one file after the other. The manifest is read again: another run may have been here meanwhile."""
        self._read_manifest()
        for name, entry in entries.items():
            with self._refusals(f"“{name}”"):
                taken = self._place(name, self._staged[name][0], moves, notes)
            self.placed[name] = self._at(taken)
            self._known[taken] = entry
        if not self.recorded:
            return
        with self._refusals(f"“{MANIFEST}”"):
            if not moves.move(self._stage_manifest(), self.folder / MANIFEST):
                raise OutputError(
                    f"“{MANIFEST}”正被其他程序打开，换不了。请关闭它再运行一次。"
                )

    def _take_back(
        self, moves: Moves, before: dict[str, dict[str, Any]], error: BaseException
    ) -> None:
        """Put everything back that was moved, and say so; where that fails too, say which files are of this run."""
        stuck = set(moves.take_back())
        new = {name: path for name, path in self.placed.items() if _same(path, stuck)}
        self.placed = new
        if not isinstance(error, OutputError):
            return
        if not new:
            raise OutputError(f"{error}已有的文件没有改动。") from error
        # What could not be put back is ours all the same: the next run must not take it for a person's.
        self._known = before | {
            self._called(path): self._known[self._called(path)] for path in new.values()
        }
        self._try_to_record()
        named = "、".join(f"“{self._called(path)}”" for path in new.values())
        raise OutputError(
            f"{error}{named}已经换成这一次的，放不回去了，其余还是以前的，请不要混着用。排除故障后再运行一次。"
        ) from error

    def _try_to_record(self) -> None:
        if self.recorded:
            with suppress(OSError):
                self._stage_manifest().replace(self.folder / MANIFEST)

    def _place(self, name: str, staged: Path, moves: Moves, notes: list[str]) -> str:
        """Move a staged file to its place, or to the next number beside it; return the name it got."""
        target = self._at(name)
        moves.folder(target.parent)
        if target.exists():
            regular(target)
        why = f"“{name}”正被其他程序打开，没有替换（请关闭它再运行一次）"
        if target.is_dir():
            why = f"“{name}”是一个文件夹"
        elif not _readable(target):
            pass
        elif target.exists() and sha256(target) == sha256(staged):
            return name
        elif target.exists() and not self._is_ours(name):
            why = self._whose(name)
        elif moves.move(staged, target):
            return name
        beside = self._beside(name, staged, moves)
        notes.append(f"{why}；新生成的放在“{beside}”。")
        return beside

    def _whose(self, name: str) -> str:
        """Why a file that lies there is not replaced: it is said to be changed by a person only where we know what it was."""
        if not self.recorded:
            return f"那里已经有“{name}”，没有覆盖"
        if name in self._known:
            return f"“{name}”被人改过，原样保留"
        return f"“{name}”不是工具放在这里的（“{MANIFEST}”里没有），原样保留"

    def _beside(self, name: str, staged: Path, moves: Moves) -> str:
        """Lay a staged file down under the first number above every draft that a person has changed."""
        folder = self._at(name).parent
        drafts = _drafts_in(folder, name)
        changed = [
            number for number in drafts if not self._is_ours(_draft(name, number))
        ]
        first = max(changed, default=1) + 1
        for number in range(first, first + TRIES):
            draft = _draft(name, number)
            place = self._at(draft)
            if not place.is_dir() and moves.move(staged, place):
                return draft
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def _at(self, name: str) -> Path:
        """Where a result of that name lies."""
        return self.folder.joinpath(*PurePosixPath(name).parts)

    def _is_ours(self, name: str) -> bool:
        """Whether the file holds, byte for byte, what the manifest says we laid down under this name."""
        path = self._at(name)
        if name not in self._known or not path.is_file() or not _readable(path):
            return False
        recorded: str = self._known[name]["sha256"]
        return sha256(path) == recorded

    def _called(self, path: Path) -> str:
        """What a result is called in the manifest."""
        return path.relative_to(self.folder).as_posix()

    def _entry_of(self, staged: Path, inputs: Iterable[Path]) -> dict[str, Any]:
        """What the manifest says of a result."""
        return {
            "sha256": sha256(staged),
            "size": staged.stat().st_size,
            "inputs": [self.inputs[path] for path in sorted(inputs)],
            "version": self.version,
            "profile": self.profile,
        }

    def _changed_inputs(self) -> Iterator[str]:
        """Say which inputs are no longer what was read: the results are of what was read."""
        names = unique_names(tuple(self.inputs))
        for path, read in sorted(self.inputs.items()):
            try:
                if sha256(path) == read:
                    continue
                became = "又被改过"
            except FileNotFoundError:
                became = "不在了"
            except OSError:
                became = "读不出来了"
            yield f"“{names[path]}”在读过以后{became}，这一次的结果是按读到的内容做的。请核对后再运行一次。"

    def _read_manifest(self) -> None:
        path = self.folder / MANIFEST
        names = unique_names(tuple(self.inputs))
        inputs = {sha: names[path] for path, sha in self.inputs.items()}
        self._known, self._names = {}, inputs
        if not self.recorded or not path.exists():
            return
        try:
            manifest = json.loads(content(path).decode("utf-8-sig"))
            self._known = {
                name: _entry(entry) for name, entry in manifest["outputs"].items()
            }
            self._names = {
                sha: str(name) for sha, name in manifest["inputs"].items()
            } | inputs
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            message = f"输出文件夹里的“{MANIFEST}”读不懂，分不清哪些文件是人改过的。请把它移走，或换一个输出文件夹。"
            raise OutputError(message) from error

    def _stage_manifest(self) -> Path:
        """Write the manifest as it will be, among the results."""
        outputs = {
            name: entry
            for name, entry in sorted(self._known.items())
            if self._at(name).is_file() or name in self._staged
        }
        used = {sha for entry in outputs.values() for sha in entry["inputs"]}
        names = sorted((name, sha) for sha, name in self._names.items() if sha in used)
        remarks = {"remarks": dict(self.remarks)} if self.remarks else {}
        manifest = {
            "tool": "budget-disclosure-toolkit",
            "version": self.version,
            "profile": self.profile,
            **remarks,
            "inputs": {sha: name for name, sha in names},
            "outputs": outputs,
        }
        text = in_json(json.dumps(manifest, ensure_ascii=False, indent=1))
        staged = self._results / MANIFEST
        staged.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        _flush(staged)
        return staged

    @contextmanager
    def _refusals(self, what: str, *, ours: bool = True) -> Iterator[None]:
        """Turn the system's refusal to write into an OutputError; any other error passes as it is.

        `ours` says that every system error in here is about a result; else only one about the hidden folder or a full disk is.
        """
        try:
            yield
        except OutputError:
            raise
        except UnicodeEncodeError as error:
            raise OutputError(
                f"{what}写不出来：里面有不成字的字符。请把文件、工作表的名字改过再运行。"
            ) from error
        except Exception as error:
            refusals = [
                one
                for one in _system_errors(error)
                if ours or one.errno in _FULL or self._is_about_us(one)
            ]
            if not refusals:
                raise
            untouched = "" if self._is_laying else "已有的文件没有改动。"
            raise OutputError(
                f"{what}写不出来：{why_not_written(refusals[0])}。{untouched}"
            ) from error

    def _is_about_us(self, error: OSError) -> bool:
        """Whether a system error is about the hidden folder of this run."""
        if not isinstance(error.filename, str | os.PathLike):
            return False
        return (
            self._hidden is not None
            and self._hidden.path.name in Path(error.filename).parts
        )


def _draft(name: str, number: int) -> str:
    """The name of a result's later draft: 审签单-第2稿.docx."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-第{number}稿{path.suffix}"))


def _drafts_in(folder: Path, name: str) -> Iterator[int]:
    """Yield the numbers of a result's drafts that lie in a folder."""
    path = PurePosixPath(name)
    pattern = re.compile(re.escape(path.stem) + r"-第(\d+)稿" + re.escape(path.suffix))
    for entry in folder.iterdir():
        if found := pattern.fullmatch(entry.name):
            yield int(found[1])


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest holds of one result, as it must be: its hash, and those of its inputs."""
    return {
        **entry,
        "sha256": str(entry["sha256"]),
        "inputs": [str(sha) for sha in entry["inputs"]],
    }


def _system_errors(error: BaseException) -> Iterator[OSError]:
    """Yield the system errors in an error, its arguments and its causes: a library may wrap what the system said."""
    for one in (error, *error.args, error.__cause__, error.__context__):
        if isinstance(one, OSError):
            yield one


def _flush(path: Path) -> None:
    """See a file safely onto the disk before it takes another one's place."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _readable(path: Path) -> bool:
    """Whether nothing keeps us from reading a path (another program may, on Windows); a missing file keeps nothing."""
    try:
        path.open("rb").close()
    except PermissionError:
        return False
    except OSError:
        return True
    return True


def _same(path: Path, others: Iterable[Path]) -> bool:
    """Whether a path is one of others, however it is written."""
    return any(os.path.abspath(path) == os.path.abspath(other) for other in others)  # noqa: PTH100  links are not followed
