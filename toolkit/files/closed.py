"""An archive of a publication: everything in one .zip with a plain list of hashes, to be opened and proven without us."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.package import packed
from toolkit.files.source import content

LIST = "目录.txt"  # in the archive: a line a file, as sha256sum writes and checks it


class ArchiveError(ToolkitError):
    """An archive that cannot be read; the message is a Chinese sentence with the remedy."""


def closed(files: Mapping[str, bytes], readme: str) -> bytes:
    """A .zip of these files by their names in it, with a list of their hashes and a page that explains it; no clock inside."""
    ordered = dict(sorted(files.items()))
    lines = [f"{_hash(data)}  {name}\n" for name, data in ordered.items()]
    about = {"说明.txt": readme.encode("utf-8-sig"), LIST: "".join(lines).encode()}
    return packed({**about, **ordered})


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def broken(path: Path) -> tuple[str, ...]:
    """The files of an archive that are not what its list says, or are not there; those that it does not list."""
    held = _held(path)
    listed: dict[str, str] = {}
    for line in held.get(LIST, b"").decode("utf-8", "replace").splitlines():
        sha, _, name = line.partition("  ")
        listed[name] = sha
    if not listed:
        raise ArchiveError(
            f"“{path.name}”里没有“{LIST}”，不是归档的文件。请用 disclosure archive 做的那一份。"
        )
    wrong = [name for name, sha in listed.items() if _hash(held.get(name, b"")) != sha]
    known = {*listed, LIST, "说明.txt"}
    more = [name for name in held if name not in known]
    return (*wrong, *more)


def _held(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content(path))) as archive:
            return {
                entry.filename: archive.read(entry)
                for entry in archive.infolist()
                if not entry.is_dir()
            }
    except OSError as error:
        raise ArchiveError(f"“{path.name}”打不开：{why_not_read(error)}。") from error
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        EOFError,
        ValueError,
    ) as error:
        raise ArchiveError(
            f"“{path.name}”不是完整的 .zip 文件，打不开。请重新复制一份再试。"
        ) from error


@contextmanager
def member(path: Path, like: Path) -> Iterator[Path]:
    """The file of an archive that a file is an edition of: what was published, of the same kind, as a file while it is read."""
    suffix = like.suffix.lower()
    held = {
        name: data
        for name, data in _held(path).items()
        if PurePosixPath(name).suffix.lower() == suffix
    }
    # First what is called alike, then what went out, then what lies nearest to the top.
    called = like.stem.split("-")[0]
    fitting = sorted(
        held, key=lambda name: (called not in name, "公开稿/" not in name, len(name))
    )
    if not fitting:
        raise ArchiveError(
            f"“{path.name}”里没有可以和“{like.name}”比的文件（{like.suffix}）。请换一个文件。"
        )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / PurePosixPath(fitting[0]).name
        target.write_bytes(held[fitting[0]])
        yield target
