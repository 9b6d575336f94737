"""What a run keeps of its files: as it is while they are few, laid aside when they are many, so that memory stays flat."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import overload

from toolkit.check.report import Idle
from toolkit.files.spool import Laid, Place, Spool
from toolkit.model import Return, record
from toolkit.profile.form import Profile
from toolkit.returns.packed import pack, unpack
from toolkit.returns.read import read
from toolkit.rules.rule import Finding
from toolkit.steps.paths import StepError
from toolkit.steps.units import Opener, Piece, opened, packed


@record(slots=True)
class Origin:
    """The workbook that a return can be read from again: where it lies, its name in the run, the hash of what was read."""

    path: Path
    name: str
    sha256: str


class Returns(Sequence[Return]):
    """Returns that are unpacked, or read again, when they are asked for, and not kept: ask once.

    What was read again is laid aside, and so is read again once.
    """

    def __init__(
        self,
        kept: Sequence[Return | Place | Origin],
        spool: Spool,
        profile: Profile,
        opener: Opener = opened,
    ) -> None:
        self._kept = list(kept)
        self._spool = spool
        self._profile = profile
        self._opener = opener

    @overload
    def __getitem__(self, place: int) -> Return: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Return]: ...
    def __getitem__(self, place: int | slice) -> Return | Sequence[Return]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        kept = self._kept[place]
        if isinstance(kept, Return):
            return kept
        if isinstance(kept, Laid | bytes):
            return unpack(self._spool.take(kept), Return)
        book = read_again(kept, self._profile, self._opener)
        self._kept[place] = self._spool.lay(pack(book))
        return book

    def __len__(self) -> int:
        return len(self._kept)


def read_again(origin: Origin, profile: Profile, opener: Opener = opened) -> Return:
    """A return read once more; raise StepError where its workbook is no longer what was checked."""
    grid = opener(origin.path, origin.name)
    if grid.sha256 != origin.sha256:
        raise StepError(f"“{origin.name}”在校验以后又被改过。请再运行一次。")
    return read(grid, profile)


@record(slots=True)
class Page:
    """What was found in one file: how many findings, and where they lie."""

    count: int
    place: Place


class Findings(Sequence[Finding]):
    """The findings of many files in their order; those of one file are unpacked together, and only the last file's are kept."""

    def __init__(
        self,
        pages: Sequence[Page | tuple[Finding, ...]],
        spool: Spool,
        others: Mapping[int, Finding] | None = None,
    ) -> None:
        self._pages = [page for page in pages if not isinstance(page, tuple) or page]
        self._spool = spool
        self._others = others or {}  # what stands in some places now
        counts = [
            len(page) if isinstance(page, tuple) else page.count for page in self._pages
        ]
        self._ends = list(accumulate(counts))
        self._open: tuple[int, tuple[Finding, ...]] = (-1, ())

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Finding]: ...
    def __getitem__(self, place: int | slice) -> Finding | Sequence[Finding]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        if place in self._others:
            return self._others[place]
        number = bisect_right(self._ends, place)
        before = self._ends[number - 1] if number else 0
        return self._page(number)[place - before]

    def __iter__(self) -> Iterator[Finding]:
        listed = (
            finding
            for number in range(len(self._pages))
            for finding in self._page(number)
        )
        for place, finding in enumerate(listed):
            yield self._others.get(place, finding)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def with_others(self, others: Mapping[int, Finding]) -> Findings:
        """The same findings, but for others in some places."""
        return Findings(self._pages, self._spool, {**self._others, **others})

    def _page(self, number: int) -> tuple[Finding, ...]:
        page = self._pages[number]
        if isinstance(page, tuple):
            return page
        if self._open[0] != number:
            self._open = number, unpack(self._spool.take(page.place), tuple)
        return self._open[1]


@record(slots=True)
class Held:
    """What a run holds of one file: its piece without findings and return, the findings, and what the return is got from."""

    piece: Piece
    page: Page | tuple[Finding, ...]
    book: Return | Place | Origin | None  # None where the file could not be read


class Keeper:
    """Takes pieces in and holds them. With `many` files findings and returns are laid aside.

    `whole` says that somebody asks for the returns afterwards. Else they are wanted only where a department may have to be held
    against itself: once two units say that they lead there are several departments, and returns are no longer laid aside.
    """

    def __init__(self, *, many: bool, whole: bool) -> None:
        self.spool = Spool()
        self.many = many
        self.whole = whole
        self._leading: set[str] = set()
        self._idle: dict[tuple[Idle, ...], tuple[Idle, ...]] = {}

    @property
    def wanted(self) -> bool:
        """Whether a file's return is still wanted."""
        return self.whole or len(self._leading) <= 1

    def hold(self, piece: Piece, origin: Origin) -> Held:
        """Take a piece in."""
        if piece.facts is not None and piece.facts.lead:
            self._leading.add(piece.facts.code or piece.facts.book)
        if self.many:
            piece = packed(piece, whole=self.wanted)
        # Of a county's files each comes from another process with the same list of rules that are not in force.
        idle = self._idle.setdefault(piece.report.idle, piece.report.idle)
        rest = replace(
            piece,
            report=replace(piece.report, findings=(), idle=idle),
            told=b"",
            kept=None,
            answer=b"",
        )
        return Held(rest, self._page(piece), self._book(piece, origin))

    def _page(self, piece: Piece) -> Page | tuple[Finding, ...]:
        if not piece.told:
            return tuple(piece.report.findings)
        if self.many:
            return Page(piece.found.total(), self.spool.lay(piece.told))
        return unpack(piece.told, tuple)

    def _book(self, piece: Piece, origin: Origin) -> Return | Place | Origin | None:
        if piece.facts is None:
            return None
        if piece.kept is None:
            return origin
        return (
            self.spool.lay(piece.kept)
            if self.many and isinstance(piece.kept, bytes)
            else piece.kept
        )
