"""Units' workbooks opened, read and held against the rules, one by one and against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.check.culprits import told_once
from toolkit.check.decisions import answers_astray
from toolkit.check.holding import Catalogue, finding_of
from toolkit.check.judge import check_disclosure, check_return, not_begun, not_held
from toolkit.check.naming import identified
from toolkit.check.report import Report
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, worst
from toolkit.files import mishap
from toolkit.files.folder import Collected, Passed, told
from toolkit.files.grid import CannotOpenError, Grid, open_grid
from toolkit.model import NO_DATA, Cell, Disclosure, Oddity, Return, Role
from toolkit.profile.form import Profile
from toolkit.profile.settings import Setting
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding
from toolkit.steps.paths import StepError, collected
from toolkit.steps.rulebook import catalogue, office_settings

# How a workbook is opened under a name: a door may keep something of it, or tell how far it is.
Opener = Callable[[Path, str], Grid]
LOG = "校验.log"


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Checked:
    """What checking files gave: the report, the returns that could be read, and what is left to do."""

    report: Report
    returns: tuple[Return, ...]
    settings: tuple[Setting, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    unreadable: bool = False
    passed: tuple[Passed, ...] = ()  # files and folders that were not read
    not_held: str = ""  # why the department's checks were not made, with what they need
    hashes: Mapping[str, str] = field(default_factory=dict)  # of the bytes that were read, by the file's name in the run

    @property
    def code(self) -> int:
        """The exit code."""
        return worst(
            COULD_NOT if self.unreadable else DONE,
            ERRORS if self.report.open(ERROR) else DONE,
            UNFINISHED if self.unfinished or self.perhaps_more or self.not_held else DONE,
        )

    def joined(self, other: Checked) -> Checked:
        """What was checked, and what more was checked."""
        return replace(
            self,
            report=self.report.joined(other.report),
            returns=self.returns + other.returns,
            unfinished=self.unfinished + other.unfinished,
            unreadable=self.unreadable or other.unreadable,
            not_held=self.not_held or other.not_held,
            hashes={**self.hashes, **other.hashes},
        )

    @property
    def perhaps_more(self) -> bool:
        """Whether a file that was not read may hold a unit's data."""
        return any(one.data for one in self.passed)


def check(paths: Sequence[Path], profile: Profile, opener: Opener | None = None, besides: Sequence[Path] = ()) -> Checked:
    """Check workbooks; those of one department, its leading unit among them, are also held against each other.

    A file that cannot be read is a finding of its own, and the exit code 2. Each workbook is opened once, by `opener`; those of
    `besides` are none of the units'.
    """
    office = office_settings(paths, profile)
    rules = catalogue(profile, office)
    files = collected(paths, profile, besides)
    checked = check_units(files, paths, profile, rules, opener, merging=False)
    department = _department(one_each(checked.returns), profile, rules)
    of_units, of_department = told_once(checked.report, department.report)
    checked = replace(checked, report=of_units).joined(replace(department, report=of_department))
    astray = answers_astray(checked.report, checked.returns, profile, rules)
    return replace(checked, report=checked.report.joined(astray), settings=office)


def bytes_read(names: Mapping[Path, str], checked: Checked) -> dict[Path, str]:
    """The files that could be read, each with the hash of the bytes that were read of it."""
    return {path: checked.hashes[name] for path, name in names.items() if name in checked.hashes}


def _department(returns: Sequence[Return], profile: Profile, rules: Catalogue) -> Checked:
    """Hold the units of one department against each other, where its leading unit is among them; else say why not."""
    leading = [book for book in returns if book.is_lead]
    if len(leading) == 1 and (len(returns) > 1 or _is_alone(leading[0])):
        return check_whole(merge(returns, profile), profile, rules)
    if len(returns) <= 1:
        return Checked(Report(()), ())  # nobody expects one unit to be held against others
    named = f"（{'、'.join(book.name for book in leading)}）" if leading else ""
    why = f"封面“是否部门本级”选“是”的有 {len(leading)} 个{named}，应当正好一个"
    return Checked(not_held(rules, why), (), not_held=f"{why}。把部门本级的填报表和各单位的放在一起校验，就会核对")


def _is_alone(lead: Return) -> bool:
    """Whether a leading unit is the only one of its department, as its own list says."""
    listed = lead.rows_of(Role.AGENCY_CODE)
    own = {lead.code, lead.name}
    return bool(listed) and all({row.text(Role.AGENCY_CODE), row.text(Role.AGENCY_NAME)} & own for row in listed)


def opened(path: Path, name: str) -> Grid:
    """Open a workbook under its name in the run."""
    return replace(open_grid(path), book=name)


def check_units(
    files: Collected, named: Sequence[Path], profile: Profile, rules: Catalogue, opener: Opener | None, *, merging: bool
) -> Checked:
    """Open each workbook, read it, close it and hold it against the rules; `named` is what a person named.

    Whatever is wrong with one file, even what nobody expected, is that file's finding: the others get their report.
    """
    if not files.workbooks:
        also = "".join(f"{line}。" for line in told(files.passed))
        folders = "、".join(str(path) for path in named)
        raise StepError(f"“{folders}”里没有填报表（.xlsx）。{also}请给出放着填报表的文件夹。")
    checked = Checked(Report(()), (), passed=files.passed)
    for path, name in files.names.items():
        checked = checked.joined(_check_unit(path, name, profile, rules, opener or opened, merging=merging))
    twins = identified(_twins(checked.returns), "", {})
    not_read = [_of_file("not-read", one.name, one.why) for one in files.passed if one.data]
    # Which of two files counts is to be settled before anything in them.
    return replace(checked, report=Report(tuple(twins)).joined(checked.report).joined(Report(tuple(not_read))))


def _check_unit(path: Path, name: str, profile: Profile, rules: Catalogue, opener: Opener, *, merging: bool) -> Checked:
    """Check one workbook. What cannot be read, or breaks our program, is a finding on the whole file."""
    try:
        grid = opener(path, name)
        book = read(grid, profile)
        own = check_return(book, profile, rules, merging=merging)
        forms = not_begun(book, profile)
    except Exception as error:  # noqa: BLE001  whatever breaks over one file must not take the others' reports with it
        return broken(name, error)
    unfinished = (Unfinished(book.book, book.name, forms, own.held_back),) if forms or own.held_back else ()
    return Checked(own, (book,), (), unfinished, hashes={name: grid.sha256})


def broken(name: str, error: Exception) -> Checked:
    """A file that could not be read, or one over which our program broke: that accident is logged, and said to be ours."""
    if isinstance(error, CannotOpenError):
        finding = _of_file("cannot-open", name, str(error))
    else:
        finding = _of_file("mishap", name, mishap.told(error, LOG))
    return Checked(Report((finding,)), (), unreadable=True)


def _of_file(what: str, name: str, why: str) -> Finding:
    """A finding on a whole file."""
    oddity = Oddity(what, (Cell(name, "", 1, 1),), {"said": why})
    return next(identified([finding_of(oddity, FILLING, "")], name, {}))


def one_each(returns: Sequence[Return]) -> tuple[Return, ...]:
    """Of each unit the first file: a second one is told as such, and would make every sum of the department wrong."""
    first: dict[str, Return] = {}
    for book in returns:
        first.setdefault(book.code or book.book, book)
    return tuple(first.values())


def check_whole(disclosure: Disclosure, profile: Profile, rules: Catalogue) -> Checked:
    """Hold a department against its rules. What breaks our program there is a finding on the department."""
    try:
        return Checked(check_disclosure(disclosure, profile, rules), ())
    except Exception as error:  # noqa: BLE001  the units' reports stand all the same
        oddity = Oddity("mishap", (), {"said": mishap.told(error, LOG)})
        finding = finding_of(oddity, FILLING, disclosure.name)
        return Checked(Report(tuple(identified([finding], disclosure.name, {}))), (), unreadable=True)


def passed_data(passed: Sequence[Passed]) -> dict[str, object]:
    """The files that were not read, as data."""
    return {"passed_over": [{"file": one.name, "why": one.why} for one in passed]}


def _twins(returns: Sequence[Return]) -> Iterator[Finding]:
    """Two files of one unit: a person must choose."""
    first: dict[str, Return] = {}
    for book in returns:
        other = first.setdefault(book.code, book)
        if not book.code or other is book:
            continue
        facts = {
            "code": book.code,
            "name": book.name,
            "files": f"“{other.book}”和“{book.book}”",
        }
        # Both are marked, and neither has passed.
        cells = tuple(cell for one in (book, other) for cell in one.words_of(Role.UNIT_CODE).cells())
        yield finding_of(Oddity("duplicate-unit", cells, facts), FILLING, book.name)
