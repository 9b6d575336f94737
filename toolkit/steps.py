"""The verbs on paths: draw a template, check workbooks, merge a department. The doors call these and decide nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from toolkit.check.asked import formula_rules
from toolkit.check.judge import Catalogue, Report, against, check_disclosure, check_own, check_return, decided, finding_of
from toolkit.check.naming import identified
from toolkit.errors import ToolkitError
from toolkit.files.grid import CannotOpenError, open_grid
from toolkit.files.outbox import Outbox
from toolkit.files.package import PackageError
from toolkit.files.paint import paint
from toolkit.model import Cell, Disclosure, Oddity, Return
from toolkit.profile.bounds import bounds, law
from toolkit.profile.form import Profile, load
from toolkit.profile.settings import Setting, in_force, of_office, of_profile
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
FINE, ERRORS, COULD_NOT = 0, 1, 2
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
class Checked:
    """What checking files gave: the report, the returns that could be read, and the exit code."""

    report: Report
    returns: tuple[Return, ...]
    code: int
    settings: tuple[Setting, ...] = ()


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


def catalogue(profile: Profile, office: Sequence[Setting] = ()) -> Catalogue:
    """All rules in force for a profile, and as an office sets them."""
    settings = (*of_profile(profile), *office)
    filling = dict(FILLING)
    told = {rule.id: rule for rule in in_force(filling.values(), settings)}
    return Catalogue(
        in_force((*formula_rules(profile.book), *RULES), settings),
        {key: told[rule.id] for key, rule in filling.items() if rule.id in told},
        bounds(profile.id),
    )


def everything(profile: Profile) -> tuple[Rule, ...]:
    """Every rule there is, each once: the catalogue (those of filling in among them) and the schema's formulas."""
    return (*RULES, *formula_rules(profile.book))


def office_settings(paths: Sequence[Path], profile: Profile) -> tuple[Setting, ...]:
    """What the office says in the folders of its data."""
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    known = [rule.id for rule in everything(profile)]
    return tuple(setting for folder in folders for setting in of_office(folder, known))


def place(out: Path, write: Callable[[Path], None]) -> Placed:
    """Lay one result down whole, and never over a file that lies there: then it goes beside it, under the next number."""
    with Outbox(out.parent, recorded=False) as box, box.file(out.name) as path:
        write(path)
    return Placed(box.placed[out.name], box.notes)


def template(
    out: Path,
    profile: Profile,
    *,
    source: Path | None = None,
    names: Sequence[str] = (),
    count: int = BLANK_PROJECTS,
    macros: bool = False,
) -> Placed:
    """Draw the unit's workbook: blank for `count` projects or a list of names, or holding what `source` holds.

    With macros, the same workbook with buttons (.xlsm).
    """
    filled = _return_of(source, profile) if source is not None else None
    rules = catalogue(profile).rules
    painting = draw(profile, rules, filled, names, count, library=True)
    return place(out, lambda path: unit_book(painting, profile, path) if macros else paint(painting, path))


def paper(source: Path, out: Path, profile: Profile) -> Placed:
    """Draw a filled workbook for printing and signing: used sheets and rows only, with its content number."""
    filled = _return_of(source, profile)
    rules = catalogue(profile).rules
    return place(out, lambda path: paint(draw(profile, rules, filled, paper=True), path))


def draw_return(source: Path, out: Path, profile: str = "hebei-2023") -> None:
    """Draw the template with the values of a return in it (JSON or a filled workbook), in place of what lies at `out`."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = template(Path(folder) / out.name, load(profile), source=source)
        shutil.copyfile(drawn.path, out)


def _return_of(source: Path, profile: Profile) -> Return:
    if source.suffix.lower() != ".json":
        return read(open_grid(source), profile)
    try:
        data = json.loads(source.read_text(encoding="utf-8-sig"))
    except (OSError, json.JSONDecodeError) as error:
        raise StepError(f"“{source.name}”读不出来：{error}") from error
    return from_data(data, profile, source.name)


def workbooks(paths: Sequence[Path], profile: Profile) -> Iterator[Path]:
    """Yield the units' workbooks among files and folders, by name; lock files and the department's own are passed over."""
    own = profile.books[KEY].title
    for path in paths:
        if path.is_dir():
            found = (p for p in sorted(path.iterdir()) if p.is_file() and p.suffix.lower() in WORKBOOKS)
            yield from (p for p in found if not p.name.startswith(("~$", ".")) and not p.stem.startswith(own))
        elif path.exists():
            yield path
        else:
            raise StepError(f"找不到“{path}”。请检查路径。")


def check(paths: Sequence[Path], profile: Profile) -> Checked:
    """Check workbooks; those of one department, its leading unit among them, are also held against each other.

    A file that cannot be read is a finding of its own, and the exit code 2.
    """
    office = office_settings(paths, profile)
    rules = catalogue(profile, office)
    checked = _check_units(paths, profile, rules, merging=False)
    if len(checked.returns) > 1 and sum(book.is_lead for book in checked.returns) == 1:
        whole = check_disclosure(merge(checked.returns, profile), profile, rules)
        report = checked.report.joined(whole)
        code = max(checked.code, ERRORS) if report.count(ERROR) else checked.code
        checked = Checked(report, checked.returns, code)
    return replace(checked, settings=office)


def since(report: Report, last: Path) -> Report:
    """Hold a report against an earlier one: its JSON, or the findings workbook."""
    if (before := _ticked_before(last)) is not None:
        return against(report, before.told)
    try:
        return against(report, earlier(last.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as error:
        raise StepError(f"“{last.name}”不是校验结果（disclosure check --format json 生成的文件），没法比较。") from error


def page(paths: Sequence[Path], checked: Checked, report: Report, profile: Profile, out: Path) -> Placed:
    """Write the findings as one HTML page, with an excerpt of the sheet around each."""
    read_books = {book.book for book in checked.returns}
    grids = {path.name: open_grid(path) for path in workbooks(paths, profile) if path.name in read_books}
    text = to_page(report, checked.returns, law(), profile, grids)
    return place(out, lambda path: _text(path, text))


def book(checked: Checked, report: Report, profile: Profile, out: Path, last: Path | None = None) -> Placed:
    """Write the findings as a workbook in which the reviewer ticks what goes back; `last` is an earlier one of hers."""
    before = _ticked_before(last)
    return place(out, lambda path: write_book(report, checked.returns, law(), profile, path, before))


def _ticked_before(last: Path | None) -> Ticked | None:
    return read_ticked(last) if last is not None and last.suffix.lower() in WORKBOOKS else None


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
        raise StepError(f"“{source.name}”里没有选“退回”的问题，没有可退的。" + "".join(ticked.notes))
    chosen, notes = slips(ticked, out, number=number)
    papers = [slip_paper(slip, profile, deadline) for slip in chosen]
    if filled:
        checked = check(filled, profile)
        more, told = colleague_papers(checked.returns, checked.report, ticked, profile, deadline)
        papers, notes = [*papers, *more], (*notes, *told)
    inputs = [source, *(workbooks(filled, profile) if filled else ())]
    with Outbox(out, profile=profile.id) as box:
        for each in papers:
            with box.file(each.name, inputs=inputs) as path:
                path.write_bytes(each.content)
    return SentBack(box.placed, (*notes, *box.notes))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def receipts(checked: Checked, report: Report, profile: Profile) -> tuple[tuple[str, str], ...]:
    """The units that passed, each with the content number that stands on its paper."""
    rules = catalogue(profile).rules
    wrong = {
        cell.book for finding in report.findings if finding.severity is ERROR and not finding.accepted for cell in finding.cells
    }
    return tuple((book.name, content_number_of(profile, rules, book)) for book in checked.returns if book.book not in wrong)


def annotate(
    paths: Sequence[Path], checked: Checked, folder: Path, profile: Profile
) -> tuple[Mapping[str, Path], tuple[str, ...]]:
    """Write a copy of each workbook with its findings into a folder of its own."""
    files = list(workbooks(paths, profile))
    if folder.resolve() in {path.parent.resolve() for path in files}:
        raise StepError(f"“{folder}”就是放填报表的文件夹；批注过的副本请放到另一个文件夹。")
    notes: list[str] = []
    read_books = {book.book for book in checked.returns}
    with Outbox(folder, profile=profile.id) as box:
        for path in dict.fromkeys(files):
            if path.name not in read_books:
                continue
            with box.file(f"{path.stem}-校验结果{path.suffix}", inputs=[path]) as target:
                try:
                    done = annotated_copy(path, checked.report.findings, target, law())
                except PackageError as error:
                    raise StepError(str(error)) from error
            notes += [f"“{path.name}”的 {spot} 有批注会话，只着色、列表，没有加批注。" for spot in done.bare]
    return box.placed, (*box.notes, *notes)


def clean(source: Path, out: Path) -> tuple[Placed, Cleaned]:
    """Take our marks out of an annotated copy again."""
    done: list[Cleaned] = []
    try:
        placed = place(out, lambda path: done.append(cleaned_copy(source, path)))
    except PackageError as error:
        raise StepError(str(error)) from error
    return placed, done[0]


def _check_units(paths: Sequence[Path], profile: Profile, rules: Catalogue, *, merging: bool) -> Checked:
    files = list(workbooks(paths, profile))
    if not files:
        raise StepError(f"“{'、'.join(str(path) for path in paths)}”里没有填报表（.xlsx）。")
    report = Report(())
    returns: list[Return] = []
    unreadable = False
    for path in files:
        try:
            book = read(open_grid(path), profile)
        except CannotOpenError as error:
            unreadable = True
            oddity = Oddity("cannot-open", (Cell(path.name, "", 1, 1),), {"said": str(error)})
            report = report.joined(Report(tuple(identified([finding_of(oddity, FILLING, "")], path.name, {}))))
            continue
        returns.append(book)
        report = report.joined(check_return(book, profile, rules, merging=merging))
    report = report.joined(Report(tuple(identified(_twins(returns), "", {}))))
    code = COULD_NOT if unreadable else ERRORS if report.count(ERROR) else FINE
    return Checked(report, tuple(returns), code)


def _twins(returns: Sequence[Return]) -> Iterator[Finding]:
    """Two files of one unit: a person must choose."""
    first: dict[str, Return] = {}
    for book in returns:
        if book.code and book.code in first:
            said = {"code": book.code, "name": book.name, "files": f"“{first[book.code].book}”和“{book.book}”"}
            cells = tuple(book.fields("cover").words("unit_code").cells())
            yield finding_of(Oddity("duplicate-unit", cells, said), FILLING, book.name)
        first.setdefault(book.code, book)


def merge_folder(folder: Path, out: Path, profile: Profile, *, draft: bool = False) -> Merged:
    """Merge a department: check all units, then lay down the disclosure; errors stop it unless it is a draft."""
    if not folder.is_dir():
        raise StepError(f"找不到文件夹“{folder}”。请给出放着各单位填报表的文件夹。")
    office = office_settings([folder], profile)
    rules = catalogue(profile, office)
    checked = _check_units([folder], profile, rules, merging=True)
    if checked.code == COULD_NOT:
        with Outbox(out, profile=profile.id) as box, box.file(REPORT) as path:
            path.write_text(to_json(checked.report, law(), {"published": False}), encoding="utf-8")
        return Merged(checked.report, box.placed, (*box.notes, *_stale(out)), COULD_NOT)
    own_path = _own_path(folder, out, profile)
    own = read(open_grid(own_path), profile, KEY) if own_path else None
    disclosure = merge(checked.returns, profile, own)
    left_out = {name for name, _ in disclosure.left_out}
    units = replace(checked.report, findings=tuple(f for f in checked.report.findings if f.unit not in left_out))
    report = units.joined(check_disclosure(disclosure, profile, rules))
    if own is not None:
        report = decided(report.joined(check_own(own, profile, rules, KEY)), own)
    published = draft or not report.open(ERROR)
    remarks = _remarks(report, disclosure, profile, office)
    title = f"{profile.books[KEY].title}.xlsx"
    with Outbox(out, profile=profile.id, remarks=remarks) as box:
        inputs = list(workbooks([folder], profile))
        if own_path is not None and (own_path.parent != out or box.edited(title)):
            inputs.append(own_path)  # what we made ourselves from the same inputs is none
        if published:
            _publish(disclosure, profile, box, inputs, draft=draft)
            titles = {rule.id: rule.title for rule in everything(profile)}
            with box.file(SIGN_SHEET, inputs=inputs) as path:
                write_signoff(
                    disclosure,
                    report,
                    profile,
                    office,
                    path,
                    draft=draft,
                    titles=titles,
                    limit=rules.bounds.thresholds["change_to_explain"],
                )
        if (
            own is None
            or own_path is None
            or own_path.parent != out
            or _says_more(disclosure, checked.returns, own, profile, report)
        ):
            with box.file(title, inputs=inputs) as path:
                write_department(disclosure, checked.returns, profile, path, report)
        with box.file(REPORT, inputs=inputs) as path:
            path.write_text(to_json(report, law(), {**remarks, "draft": draft, "published": published}), encoding="utf-8")
    notes = box.notes if published else (*box.notes, *_stale(out))
    code = ERRORS if report.open(ERROR) else FINE
    return Merged(report, box.placed, notes, code, len(disclosure.units), len(disclosure.whole.projects))


def _publish(disclosure: Disclosure, profile: Profile, box: Outbox, inputs: Sequence[Path], *, draft: bool) -> None:
    with box.file(TABLES, inputs=inputs) as path:
        write_tables(disclosure, profile, path, draft=draft)
    with box.file(STATEMENT, inputs=inputs) as path:
        write_statement(disclosure, profile, path, draft=draft)
    with box.file(WORKINGS, inputs=inputs) as path:
        write_workings(disclosure, profile, path)


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


def _own_path(folder: Path, out: Path, profile: Profile) -> Path | None:
    """The department's own workbook: beside the units' files, else the one of the last merge."""
    name = f"{profile.books[KEY].title}.xlsx"
    return next((place / name for place in (folder, out) if (place / name).exists()), None)
