"""A visit: one person's files in a folder of their own, kept while the person is here and removed afterwards."""

from __future__ import annotations

import hashlib
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
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.files.archive import MOST_PARTS
from toolkit.files.folder import PUBLISHED_TEXTS, STATEMENTS
from toolkit.serve.work import Job

MB = 1024 * 1024
ACCEPTED = (".xlsx", ".xlsm", ".xls", ".et")
EXPORTED = (".xlsx", ".xlsm", ".xls")  # what the finance platform gives
PACKED = ".zip"
AUDITED = STATEMENTS  # that others published
# what was published, after people edited it; and the results of an earlier merge
EDITED = (".docx", ".xlsx", ".odt", PACKED)
COMPARED = (".docx", ".odt", ".xlsx", ".xlsm")  # two of a kind
SETTINGS = "规则设置.csv"
BESIDES = (SETTINGS, *PUBLISHED_TEXTS)  # what else may lie among workbooks
RENAME = "别人公开的、改过的情况说明，放到下面的“审核公开文本”“改过的文件”；去年公开的，请改名为“上年情况说明”再放。"
PREFIX = "disclosure-visits-"
# seconds after which the folder of a killed server is swept away
LEFT_BEHIND = 24 * 3600
LONGEST_NAME = 180  # bytes; file systems take 255, and results add to a name
# of a workbook's list of parts: it is read whole, and a real one has a few KB
DIRECTORY = 4 * MB
TRIES, LOCKED = 10, 600  # wrong words from one address, and seconds until the next try
_UNFIT = frozenset('<>:"/\\|?*\ufffd')
# of Unicode: controls, marks of direction, halves of pairs, line ends
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
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
    grace: float = 20  # what an upload may keep us waiting; what has come earns it more
    sending: int = 800 * MB  # what all together are sending and we have not taken yet


def proper(
    name: str,
    accepted: tuple[str, ...] = ACCEPTED,
    what: str = "填报表",
    how: str = "请放 .xlsx 文件；压缩包请先解压。",
) -> str:
    """A file's name without any folder, control, or character that some system would stumble over; raise Refused."""
    *_, last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))
    bare = "".join(
        sign
        for sign in last
        if sign not in _UNFIT and unicodedata.category(sign) not in _UNSEEN
    ).strip()
    stem, dot, suffix = bare.rpartition(".")
    if (
        bare not in BESIDES or accepted is not ACCEPTED
    ) and dot + suffix.lower() not in accepted:
        if accepted is ACCEPTED and dot + suffix.lower() in AUDITED:
            how = RENAME
        raise Refused(f"“{bare or '（没有名字）'}”不是{what}。{how}", 415)
    stem = stem.lstrip(" .~$") or what
    while len(stem.encode()) > LONGEST_NAME:
        stem = stem[:-1]
    stem = stem.rstrip(" .") or what
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
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > limits.unpacked
    ):
        raise Refused(refusal, 413)


@dataclass
class Visit:
    """One person's visit: what was brought, what is being done, what came of it.

    `id` is what the person's cookie says, `csrf` what our own forms say: nobody else knows either.
    """

    root: Path
    limits: Limits
    id: str
    csrf: str
    entered: bool = False
    seen: float = field(default_factory=time.monotonic)
    files: dict[str, Path] = field(default_factory=dict)
    job: Job | None = None
    done: Job | None = None  # the last check or merge that came to an end
    notice: str = ""  # told once, on the next page
    bringing: int = 0  # uploads that are being read
    _runs: int = 0

    @property
    def folder(self) -> Path:
        """Where the files lie; made when the first one comes."""
        folder = self.root / "files"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def bases(self) -> Path:
        """Where the base texts of all its merges lie."""
        return self.root / "bases"

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
            raise Refused(
                f"放进来的文件合计超过 {self.limits.total // MB} MB，没有收“{name}”。请分部门来做。",
                413,
            )
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
    """All visits of one server, and the folder they lie in.

    Who only looks at the first page leaves nothing here: the cookie holds a name that we signed, and that is all. A visit is
    kept from the moment its person has said the word, or, where there is none, brings the first file.
    """

    def __init__(
        self,
        limits: Limits,
        token: str | None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self.token = token
        self.now = now
        self.sent = 0  # bytes that are being sent, of all visits
        self._key = secrets.token_bytes(32)
        self._root: Path | None = None
        self._visits: dict[str, Visit] = {}
        self._wrong: dict[str, list[float]] = {}

    @property
    def root(self) -> Path:
        """The folder; made when the first visit begins, and what killed servers left behind is swept away then."""
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
            _sweep_left_behind(self._root)
        return self._root

    def __iter__(self) -> Iterator[Visit]:
        return iter(self._visits.values())

    def newcomer(self) -> Visit:
        """A visit that has a name, and of which nothing is kept."""
        name = secrets.token_urlsafe(24)
        return self._visit(f"{name}.{self._signed('name', name)}")

    def find(self, name: str | None) -> Visit | None:
        """The visit of a name, which is seen by this to be alive; a newcomer's, if we gave the name."""
        visit = self._visits.get(name or "")
        if visit is not None:
            visit.seen = self.now()
            return visit
        bare, _, signature = (name or "").partition(".")
        if name and hmac.compare_digest(
            signature.encode(), self._signed("name", bare).encode()
        ):
            return self._visit(name)
        return None

    def keep(self, visit: Visit) -> Visit:
        """The visit as it is kept from now on; the one of all empty ones that was seen longest ago makes room for it."""
        if visit.id in self._visits:
            return self._visits[visit.id]
        too_many = max(len(self._visits) - self.limits.visits + 1, 0)
        empty = [
            one for one in self if not one.files and not one.busy and not one.bringing
        ]
        empty.sort(key=lambda one: one.seen)
        for one in empty[:too_many]:
            self.end(one)
        if len(self._visits) >= self.limits.visits:
            raise Refused("同时使用的人太多了。请等一会儿再来。", 503)
        self._visits[visit.id] = visit
        return visit

    def enter(self, visit: Visit, token: str, address: str) -> Visit:
        """Let a visitor in who knows the word; the visit gets a new name, so that nobody else can have chosen it."""
        wrong = [
            when for when in self._wrong.get(address, ()) if when > self.now() - LOCKED
        ]
        if len(wrong) >= TRIES:
            raise Refused("口令错的次数太多了。请十分钟后再试。", 429)
        if not self.knows(token):
            self._forget_old_tries()
            self._wrong[address] = [*wrong, self.now()]
            raise Refused("口令不对。请看启动时显示的口令。", 403)
        self._wrong.pop(address, None)
        self.end(visit)
        inside = self._visit(secrets.token_urlsafe(32))
        inside.entered = True
        return self.keep(inside)

    def knows(self, token: str) -> bool:
        """Whether this is the word; how long the answer takes says nothing about it, not even how long it is."""
        if self.token is None:
            return True
        given = hashlib.sha256(token.strip().encode(errors="replace")).digest()
        return hmac.compare_digest(given, hashlib.sha256(self.token.encode()).digest())

    def _visit(self, name: str) -> Visit:
        root = self.root / f"visit-{secrets.token_hex(8)}"
        return Visit(
            root,
            self.limits,
            name,
            self._signed("csrf", name),
            entered=self.token is None,
            seen=self.now(),
        )

    def _signed(self, what: str, name: str) -> str:
        """What only this server can say of a name, and what it is said for."""
        return hmac.new(
            self._key, f"{what} {name}".encode(), hashlib.sha256
        ).hexdigest()

    def _forget_old_tries(self) -> None:
        """Forget the wrong words of all whose time is over."""
        old = [
            address
            for address, tries in self._wrong.items()
            if tries[-1] <= self.now() - LOCKED
        ]
        for address in old:
            del self._wrong[address]

    @contextmanager
    def reading(self, visit: Visit) -> Iterator[Callable[[int], None]]:
        """While somebody sends files: count what comes, which lies on the disk until it is taken; raise Refused.

        What all together send is bounded, and so is what they may fill of the disk.
        """
        mine = 0

        def came(size: int) -> None:
            nonlocal mine
            mine += size
            self.sent += size
            if self.sent > self.limits.sending:
                raise Refused("同时放文件的人太多了。请等一会儿再放。", 503)
            self.room(size)

        visit.bringing += 1
        try:
            yield came
        finally:
            visit.bringing -= 1
            self.sent -= mine

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
