"""A department merged: all units checked, then the disclosure laid down, unless errors stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from toolkit.check.decisions import DECIDED, answers_astray, decisions_astray
from toolkit.check.holding import Catalogue
from toolkit.check.judge import check_own, decided
from toolkit.check.report import Report
from toolkit.check.told_once import told_once
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED
from toolkit.files.cache import Cache
from toolkit.files.folder import Collected, Passed, is_folder
from toolkit.files.grid import CannotOpenError, open_grid
from toolkit.files.outbox import Outbox
from toolkit.files.paint import paint
from toolkit.files.tablerows import painted_lines
from toolkit.model import Disclosure, Return, Role, record
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile
from toolkit.profile.settings import Setting
from toolkit.publish.department import KEY, department_data, write_department
from toolkit.publish.edited.base import FOLDER, Base, base_name, of_statement, of_tables
from toolkit.publish.signoff import write_signoff
from toolkit.publish.statement import told
from toolkit.publish.tables import tables
from toolkit.publish.withheld import FILE as WITHHELD
from toolkit.publish.withheld import Withheld, listed, told_anyway, unused
from toolkit.publish.withheld import published as as_published
from toolkit.publish.workings import write_workings
from toolkit.report.told.data import json_pieces
from toolkit.returns.content import content_number, department_number
from toolkit.returns.data import from_data, to_data
from toolkit.returns.merge import merge, of_department, unpublished
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR
from toolkit.steps.bases import STATEMENT, TABLES
from toolkit.steps.checking import (
    Checked,
    Heard,
    Way,
    bytes_read,
    check_units,
    check_whole,
    one_each,
    passed_data,
)
from toolkit.steps.comparing import UNITS, since_last, units_data
from toolkit.steps.lastyear import published_figures
from toolkit.steps.paths import StepError, collected
from toolkit.steps.remembered import memory
from toolkit.steps.rulebook import (
    at_office,
    catalogue,
    everything,
    folders_of,
    office_settings,
    settings_data,
)
from toolkit.steps.units import Opener, Unfinished, broken, opened

# gives the path that a result of that name is written to
Lay = Callable[[str], AbstractContextManager[Path]]
WORKINGS, REPORT = "底稿.xlsx", "校验报告.json"
SIGN_SHEET = "审签单.docx"


@record()
class Merged:
    """What merging gave: the report, where each output lies, what a person should know, and the exit code."""

    report: Report
    placed: Mapping[str, Path]
    notes: tuple[str, ...]
    code: int
    units: int = 0
    projects: int = 0
    returns: Sequence[Return] = ()
    passed: tuple[Passed, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()  # of the units that were merged


@record()
class Own:
    """The department's own workbook, as it was found and read."""

    path: Path
    book: Return
    sha256: str


@record()
class _Run:
    """One merge as it was asked for."""

    folder: Path
    out: Path
    profile: Profile
    office: tuple[Setting, ...]
    rules: Catalogue
    draft: bool
    names: Mapping[Path, str]  # of the workbooks that were found


@record()
class _Found:
    """What the units of one merge came to, before anything is laid down."""

    checked: Checked
    own: Own | None
    disclosure: Disclosure
    ours: Profile  # the profile as far as every unit gives its figures
    marks: tuple[Withheld, ...]
    report: Report
    number: str  # of the department's contents


def merge_folder(
    folder: Path,
    out: Path,
    profile: Profile,
    *,
    draft: bool = False,
    opener: Opener | None = None,
    jobs: int = 1,
    heard: Heard | None = None,
    cache: Cache | None = None,
) -> Merged:
    """Merge a department: check all units, then lay down the disclosure; errors stop it unless it is a draft.

    Each workbook is opened once, by `opener`. `jobs`, `heard` and `cache` are those of `check`.
    """
    if not is_folder(folder):
        raise StepError(f"“{folder}”不是文件夹。请给出放着各单位填报表的文件夹。")
    profile = at_office(profile, [folder])
    office = office_settings([folder], profile)
    rules = catalogue(profile, office)
    found = collected([folder], profile)
    _apart(found, folder, out)
    run = _Run(folder, out, profile, office, rules, draft, found.names)
    known = memory(None if opener else cache, profile, office, rules, merging=True)
    way = Way(profile, rules, office, opener, None, jobs, heard, memory=known)
    checked = check_units(found, [folder], way, merging=True)
    # a merge asks for all of them, again and again
    checked = replace(checked, returns=tuple(checked.returns))
    if checked.unreadable:
        return _not_merged(checked, out, profile)
    try:
        own = own_workbook(folder, out, profile, opener or opened)
    except Exception as error:  # noqa: BLE001  the units get their report all the same
        said = broken(f"{profile.own_title}.xlsx", error).report
        unread = checked.joined(Checked(said, (), unreadable=True))
        return _not_merged(unread, out, profile)
    return _of_department(run, _with_own(checked, own, folder), own)


def _of_department(run: _Run, checked: Checked, own: Own | None) -> Merged:
    """Check the department that the units make, and lay down what comes of it."""
    profile = run.profile
    before = published_figures([run.folder], profile)
    books = one_each(checked.returns)
    disclosure = merge(books, profile, own.book if own else None, before)
    department = check_whole(disclosure, profile, run.rules, published=True)
    if department.unreadable:
        return _not_merged(checked.joined(department), run.out, profile)
    ours = of_department(profile, disclosure.units)
    marks = _marks(disclosure, run.folder)
    leaked = told_anyway(disclosure, marks, ours, run.rules)
    of_units = checked.report.joined(leaked)
    report = _whole_report(of_units, department.report, disclosure, profile, run.rules)
    number = department_number(disclosure, profile)
    found = _Found(checked, own, disclosure, ours, marks, report, number)
    return _laid_down(run, found)


def _laid_down(run: _Run, found: _Found) -> Merged:
    """Lay down the report, and, unless errors stop it, what is published and signed."""
    profile, own, report = run.profile, found.own, found.report
    checked, disclosure = found.checked, found.disclosure
    published = run.draft or not report.open(ERROR)
    remarks = _remarks(report, disclosure, profile, run.office, found.number)
    shown = _shown(disclosure, found.marks, remarks)
    since = tuple(since_last(run.out, disclosure, profile, _numbers(remarks)))
    lacking = tuple(_not_all(profile, disclosure) if published else _stale(run.out))
    title = f"{profile.own_title}.xlsx"
    files = bytes_read(run.names, checked)
    with Outbox(run.out, inputs=files, profile=profile.id, remarks=remarks) as box:
        # The department's workbook of the last merge, which we made ourselves from the same inputs, is no input.
        if own is not None and (own.path.parent != run.out or box.edited(title)):
            box.inputs[own.path] = files[own.path] = own.sha256
        lay = partial(box.file, inputs=files)
        if published:
            remarks["bases"] = _publish(run, found, shown, lay)
            _sign_sheet(run, found, shown, lay)
        if _own_is_new(disclosure, checked.returns, own, run.out, profile, report):
            with lay(title) as path:
                write_department(disclosure, checked.returns, profile, path, report)
        with lay(REPORT) as path:
            said = {"draft": run.draft, "published": published}
            _write_report(
                report, path, {**remarks, **passed_data(checked.passed), **said}
            )
    unread = _drafts_unread(run.folder, run.out, own, profile, box)
    return Merged(
        report=report,
        placed={
            name: path
            for name, path in box.placed.items()
            if not name.startswith(f"{FOLDER}/")
        },
        notes=(*box.notes, *unread, *since, *lacking),
        code=_code(report, checked),
        units=len(disclosure.units),
        projects=len(disclosure.whole.projects),
        returns=checked.returns,
        passed=checked.passed,
        unfinished=_unfinished(checked, disclosure),
    )


def _code(report: Report, checked: Checked) -> int:
    """The exit code of a merge that was done."""
    if report.open(ERROR):
        return ERRORS
    return UNFINISHED if report.held_back or checked.perhaps_more else DONE


def _not_all(profile: Profile, disclosure: Disclosure) -> Iterator[str]:
    """Which public tables are not among the results, since not every unit gives the figures for them."""
    left_out = unpublished(profile, disclosure.units)
    if left_out:
        each = dict.fromkeys(door for said in left_out.values() for door in said)
        doors = "、".join(f"“{door}”" for door in each)
        tables = "、".join(f"“{title}”" for title in left_out)
        yield f"公开表里没有{tables}：有单位的填报方式是{doors}，没有填这些表要的明细。"


def _numbers(remarks: Mapping[str, object]) -> dict[str, str]:
    """The units' content numbers by their codes, as they are remarked."""
    listed = remarks["contents"]
    return (
        {one["code"]: one["content"] for one in listed}
        if isinstance(listed, list)
        else {}
    )


def _with_own(checked: Checked, own: Own | None, folder: Path) -> Checked:
    """What was checked, without a word that the department's own workbook was passed over: it is read after all."""
    if own is None:
        return checked
    return replace(
        checked,
        passed=tuple(one for one in checked.passed if folder / one.name != own.path),
    )


def _apart(found: Collected, folder: Path, out: Path) -> None:
    """Raise StepError where the results would be laid among the units' workbooks."""
    places = {folder.resolve(), *(path.parent.resolve() for path in found.workbooks)}
    if out.resolve() in places:
        raise StepError(
            f"“{out}”就是放填报表的文件夹，合并的结果不能放在里面。请用 -o 给出另一个文件夹。"
        )


def _not_merged(checked: Checked, out: Path, profile: Profile) -> Merged:
    """Lay down the report alone: a workbook could not be read."""
    with Outbox(out, profile=profile.id) as box, box.file(REPORT) as path:
        _write_report(
            checked.report, path, {**passed_data(checked.passed), "published": False}
        )
    notes = (*box.notes, *_stale(out))
    return Merged(
        checked.report,
        box.placed,
        notes,
        COULD_NOT,
        returns=checked.returns,
        passed=checked.passed,
        unfinished=checked.unfinished,
    )


def _unfinished(checked: Checked, disclosure: Disclosure) -> tuple[Unfinished, ...]:
    """What is not done, but for units that the department left out."""
    left_out = {name for name, _ in disclosure.left_out}
    return tuple(one for one in checked.unfinished if one.unit not in left_out)


def _write_report(report: Report, path: Path, remarks: Mapping[str, object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json_pieces(report, law(), remarks))


def own_workbook(
    folder: Path, out: Path, profile: Profile, opener: Opener
) -> Own | None:
    """Read the department's own workbook: the one beside the units' files, else the one of the last merge."""
    name = f"{profile.own_title}.xlsx"
    for place in (folder, out) if KEY in profile.books else ():
        path = place / name
        if path.exists():
            grid = opener(path, name)
            return Own(path, read(grid, profile, KEY), grid.sha256)
    return None


def _drafts_unread(
    folder: Path, out: Path, own: Own | None, profile: Profile, box: Outbox
) -> Iterator[str]:
    """Say where decisions lie in a draft of the department's workbook (第2稿), which no merge reads."""
    title = profile.own_title
    if KEY not in profile.books:
        return
    if own is not None and box.placed.get(f"{title}.xlsx", own.path) != own.path:
        new = box.placed[f"{title}.xlsx"].name
        yield f"合并只读“{title}.xlsx”。新出的问题列在“{new}”里；要在那里写意见，请先把它改名为“{title}.xlsx”，换下旧的。"
    read_already = _decisions(own.book) if own is not None else frozenset()
    drafts = {
        path for place in (folder, out) for path in place.glob(f"{title}-第*稿.xlsx")
    }
    for path in sorted(drafts):
        try:
            more = _decisions(read(open_grid(path), profile, KEY)) - read_already
        except CannotOpenError as error:
            yield f"没有读“{path.name}”。{error}"
            continue
        if more:
            yield f"“{path.name}”里有 {len(more)} 处填写，合并只读“{title}.xlsx”，没有读它。请把它们抄过去，或用它换下旧的。"


def _decisions(own: Return) -> frozenset[tuple[str, ...]]:
    """What a person decided in a department's workbook: agreements, units left out, reasons in the department's own words."""
    parts = (
        (Role.DECISION_ID, DECIDED),
        (Role.AGENCY_CODE, (Role.AGENCY_LEFT_OUT,)),
        (Role.REASON_KEY, (Role.REASON_REASON,)),
    )
    decisions: set[tuple[str, ...]] = set()
    for part, roles in parts:
        for row in own.rows_of(part):
            texts = [row.text(role) for role in roles]
            if any(texts):
                decisions.add((row.text(part), *texts))
    return frozenset(decisions)


def _whole_report(
    units: Report,
    department: Report,
    disclosure: Disclosure,
    profile: Profile,
    rules: Catalogue,
) -> Report:
    """The units' findings without those of units left out, and the department's; with what it lets stand."""
    left_out = {name for name, _ in disclosure.left_out}
    kept = tuple(finding for finding in units.findings if finding.unit not in left_out)
    of_units, of_department = told_once(
        replace(units, findings=kept), department, profile
    )
    report = of_units.joined(of_department)
    report = report.joined(answers_astray(report, disclosure.units, profile, rules))
    if disclosure.own is None:
        return report
    report = report.joined(check_own(disclosure.own, profile, rules, KEY))
    report = report.joined(
        decisions_astray(report, disclosure.own, profile, rules, KEY)
    )
    return decided(report, disclosure.own)


def _marks(disclosure: Disclosure, folder: Path) -> tuple[Withheld, ...]:
    """What is not published; raise StepError where a mark names nothing: what it means would be published."""
    marks = tuple(mark for place in folders_of([folder]) for mark in listed(place))
    if astray := unused(disclosure, marks):
        names = "、".join(f"“{mark.name}”" for mark in astray)
        raise StepError(
            f"“{WITHHELD}”里的{names}对不上任何项目或清单的行，没有合并。请照填报表里的名称和单位编码写对。"
        )
    return marks


def _shown(
    disclosure: Disclosure, marks: Sequence[Withheld], remarks: dict[str, object]
) -> Disclosure:
    """The disclosure as the public sees it; what is withheld is remarked, and told among what is left out."""
    remarks["withheld"] = [asdict(mark) for mark in marks]
    shown = as_published(disclosure, marks)
    return replace(shown, left_out=(*shown.left_out, *(mark.told for mark in marks)))


def _publish(run: _Run, found: _Found, shown: Disclosure, lay: Lay) -> dict[str, str]:
    """Lay down what goes out, and where its numbers come from; return by its name where the base text of each result lies.

    `shown` is the disclosure as the public sees it; the internal workbook shows all. What rules read makes room for that.
    """
    disclosure, profile, number = found.disclosure, found.ours, found.number
    for judged in (*disclosure.units, disclosure.whole):
        judged.forget()
    bases: dict[str, str] = {}
    with lay(TABLES) as path:
        painting = tables(shown, profile, draft=run.draft, number=number)
        base = of_tables(painted_lines(painting.canvases), profile, number)
        paint(painting, path, used_up=True)
    bases[TABLES] = _lay_base(base, TABLES, lay)
    if profile.statement:
        with lay(STATEMENT) as path:
            made, said, heard = told(shown, profile, draft=run.draft, number=number)
            path.write_bytes(made)
            base = of_statement(said, heard, profile, number)
        bases[STATEMENT] = _lay_base(base, STATEMENT, lay)
    del base  # it is as large as all that was read
    with lay(WORKINGS) as path:
        write_workings(disclosure, profile, path)
    with lay(UNITS) as path:
        path.write_text(units_data(disclosure, profile), encoding="utf-8", newline="\n")
    return bases


def _lay_base(base: Base, name: str, lay: Lay) -> str:
    """Lay down the base text of a result, and return where it lies."""
    where = base_name(name, base.number)
    with lay(where) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(base.pieces())
    return where


def _sign_sheet(run: _Run, found: _Found, shown: Disclosure, lay: Lay) -> None:
    titles = {rule.id: rule.title for rule in everything(found.ours)}
    limit = run.rules.bounds.thresholds["change_to_explain"]
    with lay(SIGN_SHEET) as path:
        write_signoff(
            shown,
            found.report,
            found.ours,
            run.office,
            path,
            draft=run.draft,
            titles=titles,
            limit=limit,
            number=found.number,
        )


def _remarks(
    report: Report,
    disclosure: Disclosure,
    profile: Profile,
    office: Sequence[Setting],
    number: str,
) -> dict[str, object]:
    """What a person decided: who was left out, what was let stand, which rules were set otherwise."""
    accepted = [
        {
            "id": finding.id,
            "rule": finding.rule,
            "severity": finding.severity.code,
            "severity_word": finding.severity.value,
            "unit": finding.unit,
            "message": finding.message,
            "accepted": finding.accepted,
        }
        for finding in report.findings
        if finding.accepted
    ]
    return {
        "department": disclosure.name,
        "content": number,
        "contents": [
            {
                "unit": unit.name,
                "code": unit.code,
                "file": unit.book,
                "content": content_number(unit, profile),
            }
            for unit in disclosure.units
        ],
        "units": [unit.name for unit in disclosure.units],
        "left_out": [
            {"unit": name, "reason": reason} for name, reason in disclosure.left_out
        ],
        "accepted": accepted,
        "settings": settings_data(office),
    }


def _stale(out: Path) -> Iterator[str]:
    """What an earlier merge left behind is not of this one."""
    old = [
        name
        for name in (TABLES, STATEMENT, WORKINGS, SIGN_SHEET)
        if (out / name).exists()
    ]
    if old:
        yield f"{'、'.join(old)}是以前合并生成的，这一次没有更新。"


def _own_is_new(
    disclosure: Disclosure,
    returns: Sequence[Return],
    own: Own | None,
    out: Path,
    profile: Profile,
    report: Report,
) -> bool:
    """Whether a department's workbook is laid down: the profile has one, and it would say more than the one that is there."""
    if KEY not in profile.books:
        return False
    return (
        own is None
        or own.path.parent != out
        or _says_more(disclosure, returns, own.book, profile, report)
    )


def _says_more(
    disclosure: Disclosure,
    returns: Sequence[Return],
    own: Return,
    profile: Profile,
    report: Report,
) -> bool:
    """Whether a newly made department workbook would say anything that the present one does not."""
    data = department_data(disclosure, returns, profile, report)
    new = from_data(data, profile, own.book, KEY)
    return to_data(new, profile, KEY) != to_data(own, profile, KEY)
