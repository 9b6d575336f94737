"""Where results are laid down: whole or not at all, and never over a file that a person has changed.

Everything is written into a hidden folder beside the results and moved to its place when the whole run has succeeded; a run
that fails leaves the folder as it was. The manifest, written last, remembers what was laid down: a file whose bytes are no
longer the recorded ones belongs to a person, and the new one is laid beside it under the next number (第2稿).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from toolkit.errors import ToolkitError, why_not_read, why_not_written
from toolkit.files.folder import MANIFEST, unique_names
from toolkit.version import __version__

STAGING = ".disclosure-unfinished-"
ABANDONED = 3600  # seconds after which a hidden folder that a killed run left behind is swept away
TRIES = 20  # numbers tried for a file that cannot be laid down under its own

_FULL = (errno.ENOSPC, errno.EDQUOT)


class OutputError(ToolkitError):
    """Results that cannot be written; the message is a Chinese sentence that names the remedy."""


class Outbox:
    """The folder that results go to. Use it as `with`; `notes` and `placed` can be read afterwards.

    `inputs` are the files the results are made from (their hashes go into the manifest), `profile` is the profile's id.
    Without `recorded` no manifest is read or written, and so whatever lies there counts as a person's: for a single result
    among a person's own files. `remarks` (what people decided) go into the manifest as they are.
    """

    def __init__(
        self,
        folder: Path,
        *,
        inputs: Iterable[Path] = (),
        profile: str = "",
        version: str = __version__,
        recorded: bool = True,
        remarks: Mapping[str, object] | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.recorded = recorded
        self.remarks = remarks or {}
        self.inputs = tuple(sorted(Path(path) for path in inputs))
        self.profile = profile
        self.version = version
        self.notes: tuple[str, ...] = ()
        self.placed: dict[str, Path] = {}
        self._hashes: list[str] = []
        self._names: dict[str, str] = {}
        self._staging = Path()
        self._staged: dict[str, tuple[Path, list[str]]] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._made_folder = False

    def __enter__(self) -> Self:
        with self._refusals("输出文件夹"):
            self._made_folder = not self.folder.exists()
            if self.folder.exists() and not self.folder.is_dir():
                raise OutputError(f"输出位置“{self.folder.name}”是一个文件，不是文件夹。请换一个输出文件夹。")
            self._read_manifest()
            self._hashes = self._hashed(self.inputs)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            self._staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=self.folder))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._lay_down()
        finally:
            shutil.rmtree(self._staging, ignore_errors=True)
            if self._made_folder and not self.placed:
                with suppress(OSError):
                    self.folder.rmdir()

    @contextmanager
    def file(self, name: str, *, inputs: Iterable[Path] | None = None) -> Iterator[Path]:
        """Give the path to write the result `name` to; it is laid down when the whole run has succeeded.

        `name` may hold folders ("退回单/甲.docx"). `inputs` narrows what this one result is made from.
        """
        inner = PurePosixPath(name)
        outside = not inner.parts or inner.is_absolute() or ".." in inner.parts
        if outside or name == MANIFEST or name in self._staged:
            raise ValueError(f"not a name for a result of this run: {name!r}")
        path = self._staging.joinpath(*inner.parts)
        with self._refusals(f"“{name}”"):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._refusals(f"“{name}”", ours=False):
            yield path
        if not path.is_file():
            raise ValueError(f"nothing was written to the path given for {name!r}")
        with self._refusals(f"“{name}”"):
            _flush(path)
        hashes = self._hashes if inputs is None else self._hashed(inputs)
        self._staged[name] = (path, hashes)

    def edited(self, name: str) -> bool:
        """Whether a file of that name lies here and is not, byte for byte, what we laid down."""
        path = self._at(name)
        return path.exists() and not self._is_ours(name)

    def _lay_down(self) -> None:
        notes: list[str] = []
        try:
            for name, (staged, inputs) in self._staged.items():
                with self._refusals(f"“{name}”"):
                    entry = {
                        "sha256": sha256(staged),
                        "size": staged.stat().st_size,
                        "inputs": inputs,
                        "version": self.version,
                        "profile": self.profile,
                    }
                    taken = self._place(name, staged, notes)
                self.placed[name] = self._at(taken)
                self._known[taken] = entry
        finally:
            with self._refusals(f"“{MANIFEST}”"):
                self._write_manifest(notes)
        self.notes = tuple(notes)

    def _place(self, name: str, staged: Path, notes: list[str]) -> str:
        """Move a staged file to its place, or to the next number beside it; return the name it got."""
        target = self._at(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        why = f"“{name}”正被其他程序打开，没有替换（请关闭它再运行一次）"
        if target.is_dir():
            why = f"“{name}”是一个文件夹"
        elif not _readable(target):
            pass
        elif target.exists() and sha256(target) == sha256(staged):
            return name
        elif target.exists() and not self._is_ours(name):
            why = f"“{name}”被人改过（或不是本工具生成的），原样保留"
        elif _moved(staged, target):
            return name
        beside = self._beside(name, staged)
        notes.append(f"{why}；新生成的放在“{beside}”。")
        return beside

    def _beside(self, name: str, staged: Path) -> str:
        """Lay a staged file down under the first number above every draft that a person has changed."""
        folder = self._at(name).parent
        changed = [number for number in _drafts_in(folder, name) if not self._is_ours(_draft(name, number))]
        first = max(changed, default=1) + 1
        for number in range(first, first + TRIES):
            draft = _draft(name, number)
            if not self._at(draft).is_dir() and _moved(staged, self._at(draft)):
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

    def _hashed(self, paths: Iterable[Path]) -> list[str]:
        """The hashes of input files, by the order of their names, which are kept for the manifest."""
        hashes: list[str] = []
        names = unique_names(self.inputs)
        for path in sorted(Path(path) for path in paths):
            try:
                sha = sha256(path)
            except OSError as error:
                raise OutputError(f"“{path.name}”读不出来：{why_not_read(error)}。") from error
            hashes.append(sha)
            self._names[sha] = names.get(path, path.name)
        return hashes

    def _read_manifest(self) -> None:
        path = self.folder / MANIFEST
        if not self.recorded or not path.exists():
            return
        try:
            manifest = json.loads(path.read_text(encoding="utf-8-sig"))
            self._known = {name: _entry(entry) for name, entry in manifest["outputs"].items()}
            self._names = {sha: str(name) for sha, name in manifest["inputs"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            message = f"输出文件夹里的“{MANIFEST}”读不懂，分不清哪些文件是人改过的。请把它移走，或换一个输出文件夹。"
            raise OutputError(message) from error

    def _write_manifest(self, notes: list[str]) -> None:
        if not self.recorded:
            return
        outputs = {name: entry for name, entry in sorted(self._known.items()) if self._at(name).is_file()}
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
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        staged = self._staging / MANIFEST
        staged.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        _flush(staged)
        if not _moved(staged, self.folder / MANIFEST):
            notes.append(f"“{MANIFEST}”正被其他程序打开，没有更新。请关闭它再运行一次。")

    def _sweep(self) -> None:
        """Remove the hidden folders of runs that were killed."""
        for left in self.folder.glob(f"{STAGING}*"):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left, ignore_errors=True)

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
            raise OutputError(f"{what}写不出来：里面有不成字的字符，多半在文件名里。请把文件改名后再运行。") from error
        except Exception as error:
            refusals = [one for one in _system_errors(error) if ours or one.errno in _FULL or self._hidden(one)]
            if not refusals:
                raise
            untouched = "" if self.placed else "已有的文件没有改动。"
            raise OutputError(f"{what}写不出来：{why_not_written(refusals[0])}。{untouched}") from error

    def _hidden(self, error: OSError) -> bool:
        """Whether a system error is about the hidden folder of this run."""
        if not isinstance(error.filename, str | os.PathLike):
            return False
        return self._staging.name in Path(error.filename).parts


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


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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


def _moved(staged: Path, target: Path) -> bool:
    """Move a file onto its place; False where another program holds the place open."""
    try:
        staged.replace(target)
    except PermissionError:
        return False
    return True
