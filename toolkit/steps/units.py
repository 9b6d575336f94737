"""One unit's workbook opened, read, closed and held against the rules; what a run keeps of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from toolkit.check.holding import Catalogue, finding_of
from toolkit.check.judge import check_return, not_begun
from toolkit.check.naming import identified
from toolkit.check.report import Report
from toolkit.files import mishap
from toolkit.files.grid import CannotOpenError, Grid, open_grid
from toolkit.model import NO_DATA, Cell, Oddity, Return, Role, record
from toolkit.profile.form import Profile
from toolkit.returns.content import content_number
from toolkit.returns.packed import pack
from toolkit.returns.read import read
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding, Severity

# How a workbook is opened under a name: a door may keep something of it, or tell how far it is.
Opener = Callable[[Path, str], Grid]
LOG = "校验.log"


@record()
class Unfinished:
    """A unit that has not done all: the forms it has not filled, and how many checks could not be made."""

    book: str
    unit: str
    forms: tuple[str, ...]
    held_back: int

    @property
    def sentence(self) -> str:
        """What there is still to do."""
        name = self.unit or self.book
        if self.forms:
            return f"未填完：{name}，还有 {len(self.forms)} 张表没有填，也没有勾选“{NO_DATA}”：{'、'.join(self.forms)}"
        return f"没有核对完：{name}，有 {self.held_back} 项核对因为格里不是数字而没有做"

    @property
    def data(self) -> dict[str, object]:
        """The same for a program."""
        return {
            "file": self.book,
            "unit": self.unit,
            "forms": list(self.forms),
            "held_back": self.held_back,
        }


@record(slots=True)
class Facts:
    """What a run asks of every unit when all are read, so that no return need be unpacked for it."""

    book: str
    code: str
    name: str
    coded: tuple[Cell, ...]  # where its code stands
    lead: bool
    alone: bool  # its own list of the department's units names no other
    answers: bool  # whether it answers findings of an earlier report
    content: str = ""  # its content number, where nothing of its own is open


@record(slots=True)
class Piece:
    """What checking one file gave. A file that could not be read has no facts, and nothing is kept of it."""

    name: str
    report: Report
    found: Counter[Severity]  # how many findings of each severity
    facts: Facts | None = None
    # the return, as it is or packed; None where nobody wants it
    kept: Return | bytes | None = None
    told: bytes = b""  # the findings, where they are packed: the report has none then
    unfinished: Unfinished | None = None
    sha256: str = ""  # of the bytes that were read
    answer: bytes = b""  # what a later run is told of it (steps.remembered), where that is written already


def opened(path: Path, name: str) -> Grid:
    """Open a workbook under its name in the run."""
    return replace(open_grid(path), book=name)


def check_unit(
    path: Path,
    name: str,
    profile: Profile,
    rules: Catalogue,
    opener: Opener,
    *,
    merging: bool,
) -> Piece:
    """Check one workbook. What cannot be read, or breaks our program, is a finding on the whole file."""
    try:
        grid = opener(path, name)
        book = read(grid, profile)
        own = check_return(book, profile, rules, merging=merging)
        left = unfinished(book, profile, own)
        passed = not merging and left is None and not own.open(ERROR)
        facts = _facts(book, content_number(book, profile) if passed else "")
    except Exception as error:  # noqa: BLE001  whatever breaks over one file must not take the others' reports with it
        return broken(name, error)
    return Piece(
        name, own, counted(own), facts, book, unfinished=left, sha256=grid.sha256
    )


def unfinished(book: Return, profile: Profile, own: Report) -> Unfinished | None:
    """What is left to do in a return, by what its own check gave; None where it is finished."""
    forms = not_begun(book, profile)
    if not forms and not own.held_back:
        return None
    return Unfinished(book.book, book.name, forms, own.held_back)


def counted(report: Report) -> Counter[Severity]:
    """How many findings of each severity there are."""
    return Counter(finding.severity for finding in report.findings)


def packed(piece: Piece, *, whole: bool) -> Piece:
    """The same with its findings packed, and its return too; without the return, where it is not kept `whole`."""
    if findings := piece.report.findings:
        piece = replace(
            piece, report=replace(piece.report, findings=()), told=pack(tuple(findings))
        )
    book = piece.kept
    if not isinstance(book, Return):
        return piece if whole else replace(piece, kept=None)
    book.forget()  # what was read of it refers to it: it would lie about until somebody looks for such things
    return replace(piece, kept=pack(book) if whole else None)


def _facts(book: Return, content: str) -> Facts:
    return Facts(
        book=book.book,
        code=book.code,
        name=book.name,
        coded=tuple(book.words_of(Role.UNIT_CODE).cells()),
        lead=book.is_lead,
        alone=book.is_lead and _is_alone(book),
        answers=any(row.text(Role.ANSWER_ID) for row in book.rows_of(Role.ANSWER_ID)),
        content=content,
    )


def _is_alone(lead: Return) -> bool:
    """Whether a leading unit is the only one of its department, as its own list says."""
    listed = lead.rows_of(Role.AGENCY_CODE)
    own = {lead.code, lead.name}
    return bool(listed) and all(
        {row.text(Role.AGENCY_CODE), row.text(Role.AGENCY_NAME)} & own for row in listed
    )


def broken(name: str, error: Exception) -> Piece:
    """A file that could not be read, or one over which our program broke: that accident is logged, and said to be ours."""
    if isinstance(error, CannotOpenError):
        return not_done("cannot-open", name, str(error))
    return not_done("mishap", name, mishap.told(error, LOG))


def not_done(what: str, name: str, why: str) -> Piece:
    """A file of which there is nothing but a finding that says why."""
    report = Report((of_file(what, name, why),))
    return Piece(name, report, counted(report))


def of_file(what: str, name: str, why: str) -> Finding:
    """A finding on a whole file."""
    oddity = Oddity(what, (Cell(name, "", 1, 1),), {"said": why})
    return next(identified([finding_of(oddity, FILLING, "")], name, {}))
