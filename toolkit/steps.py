"""The verbs on paths: draw a template, check workbooks, merge a department. The doors call these and decide nothing."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from toolkit.check.asked import formula_rules
from toolkit.check.judge import (
    Catalogue,
    against,
    check_disclosure,
    check_own,
    check_return,
    decided,
    finding_of,
    not_begun,
)
from toolkit.check.naming import identified
from toolkit.check.report import Idle, Report
from toolkit.check.shape import misfit
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, ToolkitError, why_not_read, worst
from toolkit.files.grid import CannotOpenError, Grid, open_grid
from toolkit.files.outbox import Outbox
from toolkit.files.paint import paint
from toolkit.files.shelf import Shelf
from toolkit.files.text import read_text
from toolkit.model import NO_DATA, Cell, Disclosure, Oddity, Return, Role
from toolkit.profile.bounds import bounds, law
from toolkit.profile.form import Profile, load, read_json
from toolkit.profile.settings import Setting, in_force, lacking, of_office, of_profile
from toolkit.publish.department import KEY, department_data, write_department
from toolkit.publish.signoff import content_number, write_signoff
from toolkit.publish.statement import write_statement
from toolkit.publish.tables import write_tables
from toolkit.publish.workings import write_workings
from toolkit.report.marked.annotate import Cleaned
from toolkit.report.marked.annotate import annotate as annotated_copy
from toolkit.report.marked.annotate import clean as cleaned_copy
from toolkit.report.sent.book import write_book
from toolkit.report.sent.colleague import colleague_papers
from toolkit.report.sent.slip import slip_paper, slips
from toolkit.report.sent.ticked import Ticked, read_ticked
from toolkit.report.told.data import earlier, to_json
from toolkit.report.told.page import to_page
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.catalogue import RULES
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding, Rule
from toolkit.template.draw import BLANK_PROJECTS, draw
from toolkit.template.draw import content_number as content_number_of
from toolkit.template.xlsm import unit_book

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
Lay = Callable[[str], AbstractContextManager[Path]]
Opener = Callable[[Path], Grid]  # how a workbook is opened: a door may keep something of it, or tell how far it is
TABLES, STATEMENT, WORKINGS, REPORT = "公开表.xlsx", "情况说明.docx", "底稿.xlsx", "校验报告.json"
SIGN_SHEET = "审签单.docx"


class StepError(ToolkitError):
    """A step that cannot be done; the message is a Chinese sentence with the remedy."""


@dataclass(frozen=True)
class Placed:
    """A single result: where it lies, and what a person should know about that."""

    path: Path
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Unfinished:
    """A unit that has not done all: the forms it has not filled, and how many checks could not be made."""

    book: str
    unit: str
    forms: tuple[str, ...]
    held_back: int

    @property
    def said(self) -> str:
        """What there is still to do."""
        name = self.unit or self.book
        if self.forms:
            return f"未填完：{name}，还有 {len(self.forms)} 张表没有填，也没有勾选“{NO_DATA}”：{'、'.join(self.forms)}"
        return f"没有核对完：{name}，有 {self.held_back} 项核对因为格里不是数字而没有做"

    @property
    def data(self) -> dict[str, object]:
        """The same for a program."""
        return {"file": self.book, "unit": self.unit, "forms": list(self.forms), "held_back": self.held_back}


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


@dataclass(frozen=True)
class SentBack:
    """What was sent back: where each document lies, and what a person should know."""

    placed: Mapping[str, Path]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """What merging gave: the report, where each output lies, what a person should know, and the exit code."""

    report: Report
    placed: Mapping[str, Path]
    notes: tuple[str, ...]
    code: int
    units: int = 0
    projects: int = 0
    returns: tuple[Return, ...] = ()


@dataclass(frozen=True)
class Before:
    """What an earlier check told: its findings, and what the reviewer said of them where it was a findings workbook."""

    told: Mapping[str, str]
    ticked: Ticked | None = None


@dataclass(frozen=True)
class Own:
    """The department's own workbook, as it was found and read."""

    path: Path
    book: Return


def catalogue(profile: Profile, office: Sequence[Setting] = ()) -> Catalogue:
    """All rules in force for a profile, and as an office sets them."""
    settings = (*of_profile(profile), *office)
    filling = dict(FILLING)
    told = {rule.id: rule for rule in in_force(filling.values(), settings)}
    idle = tuple(Idle(rule.id, rule.title, lacks) for rule in RULES if (lacks := lacking(rule, profile)))
    unused = {one.rule for one in idle}
    fitting = (rule for rule in RULES if rule.id not in unused)
    return Catalogue(
        in_force((*formula_rules(profile.book), *fitting), settings),
        {key: told[rule.id] for key, rule in filling.items() if rule.id in told},
        bounds(profile.id),
        idle,
    )


def everything(profile: Profile) -> tuple[Rule, ...]:
    """Every rule there is, each once: the catalogue (those of filling in among them) and the schema's formulas."""
    return (*RULES, *formula_rules(profile.book))


def office_settings(paths: Sequence[Path], profile: Profile) -> tuple[Setting, ...]:
    """What the office says in the folders of its data."""
    folders = dict.fromkeys(path if _is_folder(path) else path.parent for path in paths)
    known = [rule.id for rule in everything(profile)]
    return tuple(setting for folder in folders for setting in of_office(folder, known))


def place(out: Path, write: Callable[[Path], None]) -> Placed:
    """Lay one result down whole, and never over a file that lies there: then it goes beside it, under the next number."""
    if not out.name or out.name == "..":
        raise StepError(f"“{out}”是一个文件夹。请写出要生成的文件的名字。")
    with Outbox(out.parent, recorded=False) as box, box.file(out.name) as path:
        write(path)
    return Placed(box.placed[out.name], box.notes)


def template(
    out: Path,
    profile: Profile,
    *,
    source: Path | Return | None = None,
    names: Sequence[str] = (),
    count: int = BLANK_PROJECTS,
    macros: bool = False,
) -> Placed:
    """Draw the unit's workbook: blank for `count` projects or a list of names, or holding what `source` holds.

    With macros, the same workbook with buttons (.xlsm).
    """
    filled = return_of(source, profile) if isinstance(source, Path) else source
    rules = catalogue(profile).rules
    painting = draw(profile, rules, filled, names, count, library=True)
    return place(out, lambda path: unit_book(painting, profile, path) if macros else paint(painting, path))


def paper(source: Path, out: Path, profile: Profile) -> Placed:
    """Draw a filled workbook for printing and signing: used sheets and rows only, with its content number."""
    filled = return_of(source, profile)
    rules = catalogue(profile).rules
    return place(out, lambda path: paint(draw(profile, rules, filled, paper=True), path))


def draw_return(source: Path, out: Path, profile: str = "hebei-2023") -> None:
    """Draw the template with the values of a return in it (JSON or a filled workbook), in place of what lies at `out`."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = template(Path(folder) / out.name, load(profile), source=source)
        shutil.copyfile(drawn.path, out)


def return_of(source: Path, profile: Profile) -> Return:
    """What a workbook or a JSON file holds."""
    if source.suffix.lower() != ".json":
        return read(open_grid(source), profile)
    data = read_json(source)
    if wrong := misfit(data, profile):
        raise StepError(f"“{source.name}”不能当作填报表的数据：{wrong}")
    return from_data(data, profile, source.name)


def names_in(path: Path) -> tuple[str, ...]:
    """The names in a list: a text file, one a line."""
    return tuple(name for line in read_text(path).splitlines() if (name := line.strip()))


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder, not a file; raise StepError where it is nothing, or the system does not say."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise StepError(f"找不到“{path}”：{why_not_read(error)}。") from error
    return stat.S_ISDIR(mode)


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise StepError(f"打不开文件夹“{folder}”：{why_not_read(error)}。") from error


def workbooks(paths: Sequence[Path], profile: Profile, besides: Sequence[Path] = ()) -> Iterator[Path]:
    """Yield the units' workbooks among files and folders, by name, each once.

    Lock files, the department's own workbook and those of `besides` are passed over.
    """
    own = profile.books[KEY].title
    passed = {path.resolve() for path in besides}
    for path in paths:
        listed = [path]
        if _is_folder(path):
            found = [p for p in _files_in(path) if p.suffix.lower() in WORKBOOKS]
            listed = [p for p in found if not p.name.startswith(("~$", ".")) and not p.stem.startswith(own)]
        yield from (p for p in listed if p.resolve() not in passed)
        passed |= {p.resolve() for p in listed}


def check(paths: Sequence[Path], profile: Profile, opener: Opener | None = None, besides: Sequence[Path] = ()) -> Checked:
    """Check workbooks; those of one department, its leading unit among them, are also held against each other.

    A file that cannot be read is a finding of its own, and the exit code 2. Each workbook is opened once, by `opener`; those of
    `besides` are none of the units'.
    """
    office = office_settings(paths, profile)
    rules = catalogue(profile, office)
    checked = _check_units(list(workbooks(paths, profile, besides)), paths, profile, rules, opener, merging=False)
    if len(checked.returns) > 1 and sum(book.is_lead for book in checked.returns) == 1:
        whole = check_disclosure(merge(checked.returns, profile), profile, rules)
        checked = replace(checked, report=checked.report.joined(whole))
    return replace(checked, settings=office)


def before(last: Path) -> Before:
    """Read what an earlier check told: its JSON, or the findings workbook."""
    if last.suffix.lower() in WORKBOOKS:
        ticked = read_ticked(last)
        return Before(ticked.told, ticked)
    text = read_text(last)
    try:
        return Before(earlier(text))
    except ValueError as error:
        raise StepError(f"“{last.name}”不是校验结果，没法比较。请给出 disclosure check --format json 生成的文件。") from error


def since(report: Report, last: Before) -> Report:
    """Hold a report against an earlier one."""
    return against(report, last.told)


def page(checked: Checked, report: Report, profile: Profile, out: Path, shelf: Shelf) -> Placed:
    """Write the findings as one HTML page, with an excerpt of the sheet around each; `shelf` holds the workbooks."""
    text = to_page(report, checked.returns, law(), profile, shelf)
    return place(out, lambda path: _text(path, text))


def book(checked: Checked, report: Report, profile: Profile, out: Path, ticked: Ticked | None = None) -> Placed:
    """Write the findings as a workbook in which the reviewer ticks what goes back; `ticked` is an earlier one of hers."""
    return place(out, lambda path: write_book(report, checked.returns, law(), profile, path, ticked))


def send_back(
    source: Path,
    out: Path,
    profile: Profile,
    *,
    number: int | None = None,
    deadline: date | None = None,
    filled: Sequence[Path] = (),
) -> SentBack:
    """Make each unit's slip from a ticked findings workbook; with the workbooks, each office's Word document too."""
    ticked = read_ticked(source)
    if not ticked.returned:
        raise StepError(
            f"“{source.name}”里没有选“退回”的问题，没有可退的。请在要退的行选“退回”，保存后再运行。" + "".join(ticked.notes)
        )
    chosen, notes = slips(ticked, out, number=number)
    papers = [slip_paper(slip, profile, deadline) for slip in chosen]
    if filled:
        checked = check(filled, profile, besides=[source])
        more, told = colleague_papers(checked.returns, checked.report, ticked, profile, deadline)
        papers, notes = [*papers, *more], (*notes, *told)
    inputs = [source, *(workbooks(filled, profile, [source]) if filled else ())]
    with Outbox(out, profile=profile.id) as box:
        for each in papers:
            with box.file(each.name, inputs=inputs) as path:
                path.write_bytes(each.content)
    return SentBack(box.placed, (*notes, *box.notes))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def receipts(checked: Checked, report: Report, profile: Profile) -> tuple[tuple[str, str], ...]:
    """The units that passed and are finished, each with the content number that stands on its paper."""
    rules = catalogue(profile).rules
    wrong = {
        cell.book for finding in report.findings if finding.severity is ERROR and not finding.accepted for cell in finding.cells
    }
    open_ = wrong | {one.book for one in checked.unfinished}
    return tuple((book.name, content_number_of(profile, rules, book)) for book in checked.returns if book.book not in open_)


def annotate(
    paths: Sequence[Path], checked: Checked, folder: Path, profile: Profile, besides: Sequence[Path] = ()
) -> tuple[Mapping[str, Path], tuple[str, ...]]:
    """Write a copy of each workbook with its findings into a folder of its own.

    The copies are patched as packages, part by part: no workbook is opened for it.
    """
    files = list(workbooks(paths, profile, besides))
    if folder.resolve() in {path.parent.resolve() for path in files}:
        raise StepError(f"“{folder}”就是放填报表的文件夹；批注过的副本请放到另一个文件夹。")
    notes: list[str] = []
    read_books = {book.book for book in checked.returns}
    with Outbox(folder, profile=profile.id) as box:
        for path in files:
            if path.name not in read_books:
                continue
            with box.file(f"{path.stem}-校验结果{path.suffix}", inputs=[path]) as target:
                done = annotated_copy(path, checked.report.findings, target, law())
            notes += [f"“{path.name}”的 {spot} 有批注会话，只着色、列表，没有加批注。" for spot in done.bare]
    return box.placed, (*box.notes, *notes)


def clean(source: Path, out: Path) -> tuple[Placed, Cleaned]:
    """Take our marks out of an annotated copy again."""
    done: list[Cleaned] = []
    placed = place(out, lambda path: done.append(cleaned_copy(source, path)))
    return placed, done[0]


def _check_units(
    files: Sequence[Path], paths: Sequence[Path], profile: Profile, rules: Catalogue, opener: Opener | None, *, merging: bool
) -> Checked:
    """Open each workbook, read it, close it and hold it against the rules; `paths` are what a person named."""
    if not files:
        raise StepError(f"“{'、'.join(str(path) for path in paths)}”里没有填报表（.xlsx）。请给出放着填报表的文件夹。")
    report = Report(())
    returns: list[Return] = []
    unfinished: list[Unfinished] = []
    unreadable = False
    for path in files:
        try:
            book = read((opener or open_grid)(path), profile)
        except CannotOpenError as error:
            unreadable = True
            oddity = Oddity("cannot-open", (Cell(path.name, "", 1, 1),), {"said": str(error)})
            report = report.joined(Report(tuple(identified([finding_of(oddity, FILLING, "")], path.name, {}))))
            continue
        returns.append(book)
        told = check_return(book, profile, rules, merging=merging)
        report = report.joined(told)
        forms = tuple(state.title.sheet for state in not_begun(book, profile))
        if forms or told.held_back:
            unfinished.append(Unfinished(book.book, book.name, forms, told.held_back))
    report = report.joined(Report(tuple(identified(_twins(returns), "", {}))))
    return Checked(report, tuple(returns), (), tuple(unfinished), unreadable)


def _twins(returns: Sequence[Return]) -> Iterator[Finding]:
    """Two files of one unit: a person must choose."""
    first: dict[str, Return] = {}
    for book in returns:
        if book.code and book.code in first:
            said = {"code": book.code, "name": book.name, "files": f"“{first[book.code].book}”和“{book.book}”"}
            cells = tuple(book.words_of(Role.UNIT_CODE).cells())
            yield finding_of(Oddity("duplicate-unit", cells, said), FILLING, book.name)
        first.setdefault(book.code, book)


def merge_folder(folder: Path, out: Path, profile: Profile, *, draft: bool = False, opener: Opener | None = None) -> Merged:
    """Merge a department: check all units, then lay down the disclosure; errors stop it unless it is a draft.

    Each workbook is opened once, by `opener`.
    """
    if not _is_folder(folder):
        raise StepError(f"“{folder}”不是文件夹。请给出放着各单位填报表的文件夹。")
    office = office_settings([folder], profile)
    rules = catalogue(profile, office)
    files = list(workbooks([folder], profile))
    checked = _check_units(files, [folder], profile, rules, opener, merging=True)
    if checked.unreadable:
        return _not_merged(checked, out, profile)
    own = _own(folder, out, profile, opener)
    disclosure = merge(checked.returns, profile, own.book if own else None)
    report = _whole_report(checked.report, disclosure, profile, rules)
    published = draft or not report.open(ERROR)
    remarks = _remarks(report, disclosure, profile, office)
    title = f"{profile.books[KEY].title}.xlsx"
    with Outbox(out, profile=profile.id, remarks=remarks) as box:
        if own is not None and (own.path.parent != out or box.edited(title)):
            files.append(own.path)  # what we made ourselves from the same inputs is none
        lay = partial(box.file, inputs=files)
        if published:
            _publish(disclosure, profile, lay, draft=draft)
            with lay(SIGN_SHEET) as path:
                _sign_sheet(disclosure, report, profile, office, rules, path, draft=draft)
        if own is None or own.path.parent != out or _says_more(disclosure, checked.returns, own.book, profile, report):
            with lay(title) as path:
                write_department(disclosure, checked.returns, profile, path, report)
        with lay(REPORT) as path:
            path.write_text(to_json(report, law(), {**remarks, "draft": draft, "published": published}), encoding="utf-8")
    notes = box.notes if published else (*box.notes, *_stale(out))
    code = ERRORS if report.open(ERROR) else UNFINISHED if report.held_back else DONE
    counts = (len(disclosure.units), len(disclosure.whole.projects))
    return Merged(report, box.placed, notes, code, *counts, checked.returns)


def _not_merged(checked: Checked, out: Path, profile: Profile) -> Merged:
    """Lay down the report alone: a workbook could not be read."""
    with Outbox(out, profile=profile.id) as box, box.file(REPORT) as path:
        path.write_text(to_json(checked.report, law(), {"published": False}), encoding="utf-8")
    return Merged(checked.report, box.placed, (*box.notes, *_stale(out)), COULD_NOT, returns=checked.returns)


def _own(folder: Path, out: Path, profile: Profile, opener: Opener | None) -> Own | None:
    """Read the department's own workbook: the one beside the units' files, else the one of the last merge."""
    name = f"{profile.books[KEY].title}.xlsx"
    path = next((place / name for place in (folder, out) if (place / name).exists()), None)
    return Own(path, read((opener or open_grid)(path), profile, KEY)) if path is not None else None


def _whole_report(units: Report, disclosure: Disclosure, profile: Profile, rules: Catalogue) -> Report:
    """The units' findings without those of units left out, and the department's; with what it lets stand."""
    left_out = {name for name, _ in disclosure.left_out}
    kept = replace(units, findings=tuple(finding for finding in units.findings if finding.unit not in left_out))
    report = kept.joined(check_disclosure(disclosure, profile, rules))
    if disclosure.own is None:
        return report
    return decided(report.joined(check_own(disclosure.own, profile, rules, KEY)), disclosure.own)


def _publish(disclosure: Disclosure, profile: Profile, lay: Lay, *, draft: bool) -> None:
    with lay(TABLES) as path:
        write_tables(disclosure, profile, path, draft=draft)
    with lay(STATEMENT) as path:
        write_statement(disclosure, profile, path, draft=draft)
    with lay(WORKINGS) as path:
        write_workings(disclosure, profile, path)


def _sign_sheet(
    disclosure: Disclosure,
    report: Report,
    profile: Profile,
    office: Sequence[Setting],
    rules: Catalogue,
    path: Path,
    *,
    draft: bool,
) -> None:
    titles = {rule.id: rule.title for rule in everything(profile)}
    limit = rules.bounds.thresholds["change_to_explain"]
    write_signoff(disclosure, report, profile, office, path, draft=draft, titles=titles, limit=limit)


def _remarks(report: Report, disclosure: Disclosure, profile: Profile, office: Sequence[Setting]) -> dict[str, object]:
    """What a person decided: who was left out, what was let stand, which rules were set otherwise."""
    return {
        "department": disclosure.name,
        "content": content_number(disclosure, profile),
        "units": [unit.name for unit in disclosure.units],
        "left_out": [{"unit": name, "reason": reason} for name, reason in disclosure.left_out],
        "accepted": [
            {
                "id": f.id,
                "rule": f.rule,
                "severity": f.severity.code,
                "severity_word": f.severity.value,
                "unit": f.unit,
                "message": f.message,
                "accepted": f.accepted,
            }
            for f in report.findings
            if f.accepted
        ],
        "settings": said_of(office),
    }


def said_of(settings: Sequence[Setting]) -> list[dict[str, str]]:
    """An office's settings as data."""
    return [{"rule": s.rule, "what": s.what, "why": s.why, "who": s.who} for s in settings]


def _stale(out: Path) -> Iterator[str]:
    """What an earlier merge left behind is not of this one."""
    old = [name for name in (TABLES, STATEMENT, WORKINGS, SIGN_SHEET) if (out / name).exists()]
    if old:
        yield f"{'、'.join(old)}是以前合并生成的，这一次没有更新。"


def _says_more(disclosure: Disclosure, returns: tuple[Return, ...], own: Return, profile: Profile, report: Report) -> bool:
    """Whether a newly made department workbook would say anything that the present one does not."""
    new = from_data(department_data(disclosure, returns, profile, report), profile, own.book, KEY)
    return to_data(new, profile, KEY) != to_data(own, profile, KEY)
