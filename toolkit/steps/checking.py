"""Units' workbooks opened, read and held against the rules, one by one and against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.check.judge import Catalogue, check_disclosure, check_return, finding_of, not_begun
from toolkit.check.naming import identified
from toolkit.check.report import Report
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, worst
from toolkit.files.grid import CannotOpenError, Grid, open_grid
from toolkit.model import NO_DATA, Cell, Oddity, Return, Role
from toolkit.profile.form import Profile
from toolkit.profile.settings import Setting
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding
from toolkit.steps.paths import StepError, workbooks
from toolkit.steps.rulebook import catalogue, office_settings

Opener = Callable[[Path], Grid]  # how a workbook is opened: a door may keep something of it, or tell how far it is


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

    @property
    def code(self) -> int:
        """The exit code."""
        return worst(
            COULD_NOT if self.unreadable else DONE,
            ERRORS if self.report.count(ERROR) else DONE,
            UNFINISHED if self.unfinished else DONE,
        )


def check(paths: Sequence[Path], profile: Profile, opener: Opener | None = None, besides: Sequence[Path] = ()) -> Checked:
    """Check workbooks; those of one department, its leading unit among them, are also held against each other.

    A file that cannot be read is a finding of its own, and the exit code 2. Each workbook is opened once, by `opener`; those of
    `besides` are none of the units'.
    """
    office = office_settings(paths, profile)
    rules = catalogue(profile, office)
    files = list(workbooks(paths, profile, besides))
    checked = check_units(files, paths, profile, rules, opener, merging=False)
    leading = [book for book in checked.returns if book.is_lead]
    if len(checked.returns) > 1 and len(leading) == 1:
        department = check_disclosure(merge(checked.returns, profile), profile, rules)
        checked = replace(checked, report=checked.report.joined(department))
    return replace(checked, settings=office)


def check_units(
    files: Sequence[Path], named: Sequence[Path], profile: Profile, rules: Catalogue, opener: Opener | None, *, merging: bool
) -> Checked:
    """Open each workbook, read it, close it and hold it against the rules; `named` is what a person named."""
    if not files:
        raise StepError(f"“{'、'.join(str(path) for path in named)}”里没有填报表（.xlsx）。请给出放着填报表的文件夹。")
    report = Report(())
    returns: list[Return] = []
    unfinished: list[Unfinished] = []
    unreadable = False
    for path in files:
        try:
            book = read((opener or open_grid)(path), profile)
        except CannotOpenError as error:
            unreadable = True
            report = report.joined(_not_opened(path, error))
            continue
        returns.append(book)
        own = check_return(book, profile, rules, merging=merging)
        report = report.joined(own)
        forms = tuple(state.title.sheet for state in not_begun(book, profile))
        if forms or own.held_back:
            unfinished.append(Unfinished(book.book, book.name, forms, own.held_back))
    twins = Report(tuple(identified(_twins(returns), "", {})))
    return Checked(report.joined(twins), tuple(returns), (), tuple(unfinished), unreadable)


def _not_opened(path: Path, error: CannotOpenError) -> Report:
    """A file that cannot be opened, as a finding."""
    oddity = Oddity("cannot-open", (Cell(path.name, "", 1, 1),), {"said": str(error)})
    finding = finding_of(oddity, FILLING, "")
    return Report(tuple(identified([finding], path.name, {})))


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
        cells = tuple(book.words_of(Role.UNIT_CODE).cells())
        yield finding_of(Oddity("duplicate-unit", cells, facts), FILLING, book.name)
