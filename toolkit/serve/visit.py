"""A visit: one person's files in a folder of their own, kept while the person is here and removed afterwards."""

from __future__ import annotations

import hmac
import re
import secrets
import shutil
import struct
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.serve.work import Job

MB = 1024 * 1024
ACCEPTED = (".xlsx", ".xlsm", ".xls", ".et")
SETTINGS = "规则设置.csv"
PREFIX = "disclosure-visits-"
LEFT_BEHIND = 24 * 3600  # seconds after which the folder of a killed server is swept away
LONGEST_NAME = 180  # bytes; file systems take 255, and results add to a name
DIRECTORY = 4 * MB  # of a workbook's list of parts: it is read whole, and a real one has a few KB
TRIES, LOCKED = 10, 600  # wrong words from one address, and seconds until the next try
_UNFIT = re.compile('[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffd]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


class Refused(Exception):  # noqa: N818  a refusal is an answer, not an error of ours
    """What cannot be taken or done; the message is a Chinese sentence that says what to do."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Limits:
    """How much one visit may bring and take. Sizes in bytes, times in seconds."""

    file: int = 30 * MB
    total: int = 400 * MB
    files: int = 300
    unpacked: int = 200 * MB  # one workbook
    seconds: int = 900  # one check or merge
    idle: int = 2 * 3600
    visits: int = 60
    jobs: int = 2  # at the same time, of all visits
    free: int = 500 * MB  # what must stay free on the disk


def proper(name: str) -> str:
    """A file's name without any folder, control, or character that some system would stumble over; raise Refused."""
    *_, last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))
    bare = _UNFIT.sub("", last).strip()
    stem, dot, suffix = bare.rpartition(".")
    if bare != SETTINGS and dot + suffix.lower() not in ACCEPTED:
        raise Refused(f"“{bare or '（没有名字）'}”不是填报表。请放 .xlsx 文件；压缩包请先解压。", 415)
    stem = stem.lstrip(" .~$") or "填报表"
    while len(stem.encode()) > LONGEST_NAME:
        stem = stem[:-1]
    stem = stem.rstrip(" .") or "填报表"
    if _RESERVED.match(stem + "."):
        stem = f"_{stem}"
    return f"{stem}.{suffix}"


def inspected(path: Path, name: str, limits: Limits) -> None:
    """Refuse a workbook that would unfold beyond all measure; anything else that is wrong with it, the check will say."""
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            return
        # The list of parts is announced at the end, by a record of 22 bytes and a comment of at most 65535.
        stream.seek(max(path.stat().st_size - 65557, 0))
        _, found, end = stream.read().rpartition(b"PK\x05\x06")
    if not found or len(end) < struct.calcsize("<4H2L"):
        return
    *_, size, _ = struct.unpack_from("<4H2L", end)
    refusal = f"“{name}”展开后过大，不像正常的填报表，没有收。请把内容复制到新的填报表中再交。"
    if size > DIRECTORY:
        raise Refused(refusal, 413)
    try:
        with zipfile.ZipFile(path) as package:
            whole = sum(part.file_size for part in package.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return
    if whole > limits.unpacked:
        raise Refused(refusal, 413)


@dataclass
class Visit:
    """One person's visit: what was brought, what is being done, what came of it."""

    root: Path
    limits: Limits
    id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    entered: bool = False
    seen: float = field(default_factory=time.monotonic)
    files: dict[str, Path] = field(default_factory=dict)
    job: Job | None = None
    done: Job | None = None  # the last check or merge that came to an end
    notice: str = ""  # told once, on the next page
    _runs: int = 0

    @property
    def folder(self) -> Path:
        """Where the files lie; made when the first one comes."""
        folder = self.root / "files"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def busy(self) -> bool:
        """Whether a check or a merge is being done."""
        return self.job is not None and not self.job.over

    def known(self, name: str) -> str | None:
        """The name under which a file of this name lies here: systems differ in whether they tell A from a."""
        folded = name.casefold()
        return next((held for held in self.files if held.casefold() == folded), None)

    def incoming(self) -> Path:
        """Where an upload is written before it is looked at."""
        self.root.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkstemp(dir=self.root, prefix="incoming-")[1])

    def receive(self, place: Path, name: str, same: str) -> str:
        """Take a file that was written to `place`; `same` says what to do with one of the same name: replace, both or ask."""
        inspected(place, name, self.limits)
        held = self.known(name)
        if held is not None and same == "both":
            name = self.free(name)
            held = None
        elif held is not None and same != "replace":
            raise Refused(f"“{held}”已经有了。", 409)
        if held is None and len(self.files) >= self.limits.files:
            raise Refused(f"一次最多放 {self.limits.files} 个文件。请分部门来做。", 413)
        others = [path for known, path in self.files.items() if known != held]
        size = sum(path.stat().st_size for path in (*others, place))
        if size > self.limits.total:
            raise Refused(f"放进来的文件合计超过 {self.limits.total // MB} MB，没有收“{name}”。请分部门来做。", 413)
        if held is not None:
            self.files.pop(held).unlink(missing_ok=True)
        target = self.folder / name
        place.replace(target)
        self.files[name] = target
        self.files = dict(sorted(self.files.items()))
        self.changed()
        return name

    def free(self, name: str) -> str:
        """The name with the first number that none of the files here bears: 甲 (2).xlsx."""
        stem, _, suffix = name.rpartition(".")
        number = 2
        while self.known(f"{stem} ({number}).{suffix}"):
            number += 1
        return f"{stem} ({number}).{suffix}"

    def remove(self, name: str) -> None:
        """Remove a file."""
        path = self.files.pop(name, None)
        if path is None:
            raise Refused("没有这个文件，可能已经移除了。", 404)
        path.unlink(missing_ok=True)
        self.changed()

    def changed(self) -> None:
        """What was found or made before is about other files now."""
        if self.done is not None:
            shutil.rmtree(self.done.results, ignore_errors=True)
        self.done = None

    def results(self) -> Path:
        """A fresh folder for what the next run gives."""
        self._runs += 1
        folder = self.root / f"run-{self._runs}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def end(self) -> None:
        """Stop what is being done and remove everything."""
        if self.job is not None:
            self.job.stop()
        self.files.clear()
        self.job = self.done = None
        shutil.rmtree(self.root, ignore_errors=True)


class Visits:
    """All visits of one server, and the folder they lie in."""

    def __init__(self, limits: Limits, token: str | None, now: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.token = token
        self.now = now
        self._root: Path | None = None
        self._visits: dict[str, Visit] = {}
        self._wrong: dict[str, list[float]] = {}
        self._made = 0

    @property
    def root(self) -> Path:
        """The folder; made when the first visit begins, and what killed servers left behind is swept away then."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
            _sweep_left_behind(self._root)
        return self._root

    def __iter__(self) -> Iterator[Visit]:
        return iter(self._visits.values())

    def find(self, name: str | None) -> Visit | None:
        """The visit of a name, which is seen by this to be alive."""
        visit = self._visits.get(name or "")
        if visit is not None:
            visit.seen = self.now()
        return visit

    def begin(self) -> Visit:
        """Begin a visit; empty ones make room: those at the door before those inside, the oldest first."""
        too_many = max(len(self._visits) - self.limits.visits + 1, 0)
        empty = [visit for visit in self if not visit.files and not visit.busy]
        empty.sort(key=lambda visit: (visit.entered, visit.seen))
        for visit in empty[:too_many]:
            self.end(visit)
        if len(self._visits) >= self.limits.visits:
            raise Refused("同时使用的人太多了。请等一会儿再来。", 503)
        self._made += 1
        visit = Visit(self.root / f"visit-{self._made}", self.limits, entered=self.token is None, seen=self.now())
        self._visits[visit.id] = visit
        return visit

    def enter(self, visit: Visit, token: str, address: str) -> None:
        """Let a visitor in who knows the word; the visit gets a new name, so that nobody else can have chosen it."""
        wrong = [when for when in self._wrong.get(address, ()) if when > self.now() - LOCKED]
        if len(wrong) >= TRIES:
            raise Refused("口令错的次数太多了。请十分钟后再试。", 429)
        if not self.knows(token):
            self._wrong[address] = [*wrong, self.now()]
            raise Refused("口令不对。请看启动时显示的口令。", 403)
        self._wrong.pop(address, None)
        del self._visits[visit.id]
        visit.id = secrets.token_urlsafe(32)
        visit.csrf = secrets.token_urlsafe(32)
        visit.entered = True
        self._visits[visit.id] = visit

    def knows(self, token: str) -> bool:
        """Whether this is the word; how long the answer takes says nothing about it."""
        if self.token is None:
            return True
        return hmac.compare_digest(token.strip().encode(), self.token.encode())

    def end(self, visit: Visit) -> None:
        self._visits.pop(visit.id, None)
        visit.end()

    def sweep(self) -> None:
        """End the visits that nobody has looked at for long."""
        for visit in list(self):
            if visit.seen < self.now() - self.limits.idle and not visit.busy:
                self.end(visit)
        if self._root is not None and self._root.exists():
            self._root.touch()  # a living server's folder is not swept away by another one

    def close(self) -> None:
        """End all visits and remove their folder."""
        for visit in list(self):
            self.end(visit)
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)

    def room(self, size: int) -> None:
        """Refuse what would fill the disk."""
        if shutil.disk_usage(self.root).free - size < self.limits.free:
            raise Refused("本机的磁盘空间不够了。请清理以后再试。", 507)


def _sweep_left_behind(ours: Path) -> None:
    """Remove what a server left behind that was killed; a living one touches its folder every minute."""
    for folder in ours.parent.glob(f"{PREFIX}*"):
        try:
            if folder != ours and time.time() - folder.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
