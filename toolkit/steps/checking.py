"""Units' workbooks opened, read and held against the rules, one by one and against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import field, replace
from pathlib import Path
from typing import TypeVar

from toolkit.check.decisions import answers_astray
from toolkit.check.holding import Catalogue, finding_of
from toolkit.check.judge import assert_sound, check_disclosure, not_held
from toolkit.check.naming import identified
from toolkit.check.report import Report, all_joined
from toolkit.check.told_once import told_once
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, worst
from toolkit.files import mishap
from toolkit.files.cache import Cache
from toolkit.files.folder import Collected, Passed, told
from toolkit.files.shelf import Shelf
from toolkit.files.spool import Place, Spool
from toolkit.model import CodeList, Disclosure, Oddity, Return, record
from toolkit.profile.form import Profile
from toolkit.profile.settings import Setting
from toolkit.returns.merge import merge
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding, Severity
from toolkit.steps.kept import Findings, Held, Keeper, Origin, Returns
from toolkit.steps.lastyear import Published, published_beside
from toolkit.steps.paths import StepError, collected
from toolkit.steps.readied import keep_ready
from toolkit.steps.remembered import Memory, memory
from toolkit.steps.rulebook import at_office, catalogue, office_settings, own_lists
from toolkit.steps.units import (
    LOG,
    Facts,
    Opener,
    Piece,
    Unfinished,
    check_unit,
    of_file,
    opened,
)

# Told after each file: how many are done, of how many, and how many findings of each severity the file has.
Heard = Callable[[int, int, Counter[Severity]], None]
_Unit = TypeVar("_Unit", Return, Facts)
KEPT = 50  # files that are kept as they are; of more, findings and returns are laid aside: thousands take no more memory


@record()
class Checked:
    """What checking files gave: the report, the returns that could be read, and what is left to do.

    The findings and returns of many files are laid aside, and unpacked when they are asked for; `facts` has of each return what
    all runs ask.
    """

    report: Report
    returns: Sequence[Return]
    settings: tuple[Setting, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()
    unreadable: bool = False
    passed: tuple[Passed, ...] = ()  # files and folders that were not read
    not_held: str = ""  # why the department's checks were not made, with what they need
    # of the bytes that were read, by the file's name in the run
    hashes: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Facts, ...] = ()  # of the returns, in their order
    lists: tuple[
        CodeList, ...
    ] = ()  # the office's own code lists that codes were held against

    @property
    def code(self) -> int:
        """The exit code."""
        return worst(
            COULD_NOT if self.unreadable else DONE,
            ERRORS if self.report.open(ERROR) else DONE,
            UNFINISHED
            if self.unfinished or self.perhaps_more or self.not_held
            else DONE,
        )

    def joined(self, other: Checked) -> Checked:
        """What was checked, and what more was found, of no further unit."""
        return replace(
            self,
            report=self.report.joined(other.report),
            unreadable=self.unreadable or other.unreadable,
            not_held=self.not_held or other.not_held,
        )

    @property
    def perhaps_more(self) -> bool:
        """Whether a file that was not read may hold a unit's data."""
        return any(one.data for one in self.passed)


def check(  # noqa: PLR0913  what a person may say of a run, one word each
    paths: Sequence[Path],
    profile: Profile,
    opener: Opener | None = None,
    besides: Sequence[Path] = (),
    *,
    jobs: int = 1,
    shelf: Shelf | None = None,
    heard: Heard | None = None,
    whole: bool = True,
    cache: Cache | None = None,
) -> Checked:
    """Check workbooks; those of one department, its leading unit among them, are also held against each other.

    A file that cannot be read is a finding of its own, and the exit code 2. Each workbook is opened once, by `opener`; those of
    `besides` are none of the units'. What is seen of the sheets is laid on `shelf`. `jobs` is how many processes check, 0 for
    as many as pay; more than one are only for a program whose main module may be imported again, and go without an `opener`.
    `whole` says that all returns are asked for afterwards: else they may have to be read again for that. From `cache` comes
    what an earlier run found in workbooks that nothing has changed of, and into it goes what this one finds.
    """
    profile = at_office(profile, paths)
    office = office_settings(paths, profile)
    rules = catalogue(profile, office)
    files = collected(paths, profile, besides)
    published = published_beside(paths, profile)
    known = memory(
        cache if opener is None else None, profile, office, rules, merging=False
    )
    way = Way(
        profile, rules, office, opener, shelf, jobs, heard, whole=whole, memory=known
    )
    checked = check_units(files, paths, way, merging=False)
    department = _department(checked, profile, rules, known, published)
    if isinstance(checked.report.findings, Findings) and not department.report.findings:
        checked = replace(
            checked,
            report=_told_between(checked.report, checked.report.findings, profile),
        )
    elif department.report.findings or len(checked.facts) > 1:
        of_units, of_department = told_once(checked.report, department.report, profile)
        checked = replace(checked, report=of_units)
        department = replace(department, report=of_department)
    checked = checked.joined(department)
    answering = [
        checked.returns[place]
        for place, unit in enumerate(checked.facts)
        if unit.answers
    ]
    if answering:
        astray = answers_astray(checked.report, answering, profile, rules)
        checked = replace(checked, report=checked.report.joined(astray))
    if isinstance(checked.returns, tuple):
        # What was read of a return refers to it: both would lie about until the collector looks for such rings.
        for book in checked.returns:
            book.forget()
    keep_ready()
    return replace(checked, settings=office, lists=own_lists(profile))


def _told_between(report: Report, laid: Findings, profile: Profile) -> Report:
    """What `told_once` tells between units where nothing was found of their department, which hangs on differences alone.

    Findings that are laid aside stay there, but for those that say by how much something misses.
    """
    missing = [
        (place, finding) for place, finding in enumerate(laid) if finding.difference
    ]
    some = Report(tuple(finding for _, finding in missing))
    told, _ = told_once(some, Report(()), profile)
    pairs = zip(missing, told.findings, strict=True)
    return replace(
        report,
        findings=laid.with_others(
            {place: now for (place, was), now in pairs if now is not was}
        ),
    )


def bytes_read(names: Mapping[Path, str], checked: Checked) -> dict[Path, str]:
    """The files that could be read, each with the hash of the bytes that were read of it."""
    return {
        path: checked.hashes[name]
        for path, name in names.items()
        if name in checked.hashes
    }


def _department(
    checked: Checked,
    profile: Profile,
    rules: Catalogue,
    known: Memory | None,
    published: Published | None,
) -> Checked:
    """Hold the units of one department against each other, where its leading unit is among them; else say why not."""
    units = one_each(checked.facts)
    leading = [unit for unit in units if unit.lead]
    if len(leading) == 1 and (len(units) > 1 or leading[0].alone):
        contents = [(unit.book, checked.hashes[unit.book]) for unit in units]
        if published is not None:
            contents.append((published.name, published.sha256))
        report = known.of_department(contents) if known is not None else None
        if report is not None:
            return Checked(report, ())
        places = {unit.book: place for place, unit in enumerate(checked.facts)}
        returns = [checked.returns[places[unit.book]] for unit in units]
        found = check_whole(
            merge(
                returns,
                profile,
                published=published.book if published is not None else None,
            ),
            profile,
            rules,
        )
        if known is not None and not found.unreadable:
            known.keep_department(contents, found.report)
        return found
    if len(units) <= 1:
        # nobody expects one unit to be held against others
        return Checked(Report(()), ())
    named = f"（{'、'.join(unit.name for unit in leading)}）" if leading else ""
    why = f"封面“是否部门本级”选“是”的有 {len(leading)} 个{named}，应当正好一个"
    return Checked(
        not_held(rules, why),
        (),
        not_held=f"{why}。把部门本级的填报表和各单位的放在一起校验，就会核对",
    )


@record()
class Way:
    """How files are checked: against what, opened by whom, by how many processes; who hears how far it is."""

    profile: Profile
    rules: Catalogue
    office: tuple[Setting, ...]
    opener: Opener | None = None
    shelf: Shelf | None = None
    jobs: int = 1
    heard: Heard | None = None
    whole: bool = True  # whether all returns are asked for afterwards
    memory: Memory | None = None  # what earlier runs found


def check_units(
    files: Collected, named: Sequence[Path], way: Way, *, merging: bool
) -> Checked:
    """Open each workbook, read it, close it and hold it against the rules; `named` is what a person named.

    Whatever is wrong with one file, even what nobody expected, is that file's finding: the others get their report. The order
    is that of the files, whichever is done first.
    """
    if not files.workbooks:
        also = "".join(f"{line}。" for line in told(files.passed))
        folders = "、".join(str(path) for path in named)
        raise StepError(
            f"“{folders}”里没有填报表（.xlsx）。{also}请给出放着填报表的文件夹。"
        )
    done: dict[int, Held] = {}
    todo = tuple(files.names.items())
    # A merge wants every return at once. What another door opens cannot be read again.
    keeper = Keeper(
        many=len(todo) > KEPT and not merging,
        whole=way.whole or merging or way.opener is not None,
    )
    with closing(_pieces(todo, way, keeper, merging=merging)) as each:
        for place, piece in each:
            done[place] = keeper.hold(piece, Origin(*todo[place], piece.sha256))
            if way.heard is not None:
                way.heard(len(done), len(todo), piece.found)
    held = [done[place] for place in range(len(todo))]
    opener = way.shelf.open if way.shelf is not None else opened
    return _gathered(
        held,
        files.passed,
        lambda kept: Returns(kept, keeper.spool, way.profile, opener),
        keeper.spool,
    )


def _pieces(
    todo: Sequence[tuple[Path, str]], way: Way, keeper: Keeper, *, merging: bool
) -> Generator[tuple[int, Piece], None, None]:
    """Yield what checking each file gave: from memory, here, or by processes where they pay."""
    known = way.memory
    unknown: list[int] = []
    for place, (path, name) in enumerate(todo):
        piece = known.of_file(path, name) if known is not None else None
        if piece is None:
            unknown.append(place)
        else:
            yield place, piece
    with closing(
        _made([todo[place] for place in unknown], way, keeper, merging=merging)
    ) as each:
        for number, piece in each:
            if known is not None:
                known.keep_file(piece)
            yield unknown[number], piece


def _made(
    todo: Sequence[tuple[Path, str]], way: Way, keeper: Keeper, *, merging: bool
) -> Generator[tuple[int, Piece], None, None]:
    """Yield what checking each file gives: here, or by processes where they pay."""
    if way.opener is None and len(todo) > 1 and way.jobs != 1:
        # Loaded only here: multiprocessing takes two times as long to load as Python itself, and one file never wants it.
        from toolkit.steps.workers import Order, crew, pieces

        many = crew(way.jobs, len(todo))
    else:
        many = 1
    if many > 1:
        order = Order(
            way.profile.id,
            way.office,
            merging,
            way.shelf is not None,
            way.memory is not None,
            own_lists(way.profile),
        )
        yield from pieces(
            todo, way.profile, order, many, way.shelf, lambda: keeper.wanted
        )
        return
    opener = way.opener or (way.shelf.open if way.shelf is not None else opened)
    for place, (path, name) in enumerate(todo):
        yield (
            place,
            check_unit(path, name, way.profile, way.rules, opener, merging=merging),
        )


def _gathered(
    held: Sequence[Held],
    passed: tuple[Passed, ...],
    laid: Callable[[Sequence[Return | Place | Origin]], Returns],
    spool: Spool,
) -> Checked:
    """What is held of all files as one."""
    done = [one.piece for one in held]
    kept = [one.book for one in held if one.book is not None]
    returns = tuple(one for one in kept if isinstance(one, Return))
    facts = tuple(piece.facts for piece in done if piece.facts is not None)
    twins = tuple(identified(_twins(facts), "", {}))
    not_read = tuple(
        of_file("not-read", one.name, one.why) for one in passed if one.data
    )
    # Which of two files counts is to be settled before anything in them.
    pages = [twins, *(one.page for one in held), not_read]
    in_memory = [page for page in pages if isinstance(page, tuple)]
    joined = [finding for page in in_memory for finding in page]
    findings = tuple(joined) if len(in_memory) == len(pages) else Findings(pages, spool)
    return Checked(
        replace(
            all_joined([Report(()), *(piece.report for piece in done)]),
            findings=findings,
        ),
        returns if len(returns) == len(kept) else laid(kept),
        unfinished=tuple(
            piece.unfinished for piece in done if piece.unfinished is not None
        ),
        unreadable=any(piece.facts is None for piece in done),
        passed=passed,
        hashes={piece.name: piece.sha256 for piece in done if piece.facts is not None},
        facts=facts,
    )


def one_each(returns: Iterable[_Unit]) -> tuple[_Unit, ...]:
    """Of each unit the first file: a second one is told as such, and would make every sum of the department wrong."""
    first: dict[str, _Unit] = {}
    for book in returns:
        first.setdefault(book.code or book.book, book)
    return tuple(first.values())


def check_whole(
    disclosure: Disclosure,
    profile: Profile,
    rules: Catalogue,
    *,
    published: bool = False,
) -> Checked:
    """Hold a department against its rules. What breaks our program there is a finding on the department.

    What is to be published of it is held against its own schema too.
    """
    try:
        report = check_disclosure(disclosure, profile, rules)
        if published:
            assert_sound(disclosure, profile)
        return Checked(report, ())
    except Exception as error:  # noqa: BLE001  the units' reports stand all the same
        oddity = Oddity("mishap", (), {"said": mishap.told(error, LOG)})
        finding = finding_of(oddity, FILLING, disclosure.name)
        return Checked(
            Report(tuple(identified([finding], disclosure.name, {}))),
            (),
            unreadable=True,
        )


def passed_data(passed: Sequence[Passed]) -> dict[str, object]:
    """The files that were not read, as data."""
    return {"passed_over": [{"file": one.name, "why": one.why} for one in passed]}


def _twins(units: Sequence[Facts]) -> Iterator[Finding]:
    """Two files of one unit: a person must choose."""
    first: dict[str, Facts] = {}
    for unit in units:
        other = first.setdefault(unit.code, unit)
        if not unit.code or other is unit:
            continue
        facts = {
            "code": unit.code,
            "name": unit.name,
            "files": f"“{other.book}”和“{unit.book}”",
        }
        # Both are marked, and neither has passed.
        yield finding_of(
            Oddity("duplicate-unit", (*unit.coded, *other.coded), facts),
            FILLING,
            unit.name,
        )
