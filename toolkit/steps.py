"""The verbs on paths: draw a template, check workbooks, merge a department. The doors call these and decide nothing."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.asked import formula_rules
from toolkit.bounds import bounds, law
from toolkit.check import Catalogue, Report, check_disclosure, check_return
from toolkit.data import from_data
from toolkit.form import Profile, load
from toolkit.grid import CannotOpenError, open_grid
from toolkit.merge import merge
from toolkit.model import Cell, Return
from toolkit.outbox import Outbox
from toolkit.paint import paint
from toolkit.publish.department import KEY, write_department
from toolkit.publish.statement import write_statement
from toolkit.publish.tables import write_tables
from toolkit.publish.workings import write_workings
from toolkit.read import read
from toolkit.report.data import to_json
from toolkit.rules.catalogue import RULES
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding
from toolkit.shape import disclosure_faults
from toolkit.template import BLANK_PROJECTS, draw

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
FINE, ERRORS, COULD_NOT = 0, 1, 2
TABLES, STATEMENT, WORKINGS, REPORT = "公开表.xlsx", "情况说明.docx", "底稿.xlsx", "校验报告.json"


class StepError(Exception):
    """A step that cannot be done; the message is a Chinese sentence with the remedy."""


@dataclass(frozen=True)
class Checked:
    """What checking files gave: the report, the returns that could be read, and the exit code."""

    report: Report
    returns: tuple[Return, ...]
    code: int


@dataclass(frozen=True)
class Merged:
    """What merging gave: the report, where each output lies, what a person should know, and the exit code."""

    report: Report
    placed: dict[str, Path]
    notes: tuple[str, ...]
    code: int
    units: int = 0
    projects: int = 0


def catalogue(profile: Profile) -> Catalogue:
    """All rules in force for a profile."""
    off = set(profile.rules.get("off", ()))
    rules = tuple(rule for rule in (*formula_rules(profile.book), *RULES) if rule.id not in off)
    return Catalogue(rules, FILLING, bounds(profile.id))


def template(out: Path, profile: Profile, *, source: Path | None = None, names: Sequence[str] = (), count: int = BLANK_PROJECTS) -> None:
    """Draw the unit's workbook: blank for `count` projects or a list of names, or holding what `source` holds."""
    filled = None
    if source is not None:
        filled = _return_of(source, profile)
    rules = catalogue(profile).rules
    _whole(out, lambda path: paint(draw(profile, rules, filled, names, count), path))


def paper(source: Path, out: Path, profile: Profile) -> None:
    """Draw a filled workbook for printing and signing: used sheets and rows only, with its content number."""
    filled = _return_of(source, profile)
    rules = catalogue(profile).rules
    _whole(out, lambda path: paint(draw(profile, rules, filled, paper=True), path))


def draw_return(source: Path, out: Path, profile: str = "hebei-2023") -> None:
    """Draw the template with the values of a return in it (JSON or a filled workbook)."""
    template(Path(out), load(profile), source=Path(source))


def _return_of(source: Path, profile: Profile) -> Return:
    if source.suffix.lower() == ".json":
        try:
            data = json.loads(source.read_text(encoding="utf-8-sig"))
        except (OSError, json.JSONDecodeError) as error:
            raise StepError(f"“{source.name}”读不出来：{error}") from error
        return from_data(data, profile, source.name)
    return read(open_grid(source), profile)


def _whole(out: Path, write: object) -> None:
    """Write one file whole or not at all."""
    if out.is_dir():
        raise StepError(f"“{out}”是一个文件夹，请给出文件名，如 单位填报表.xlsx。")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".disclosure-") as folder:
        path = Path(folder) / out.name
        write(path)  # type: ignore[operator]
        try:
            path.replace(out)
        except PermissionError as error:
            beside = out.with_stem(out.stem + "-新")
            shutil.move(path, beside)
            raise StepError(f"“{out.name}”正被其他程序打开，没有替换；新文件放在“{beside.name}”。请关闭后再运行。") from error


def workbooks(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the workbooks among files and folders, in the order of their names; lock files and hidden ones are passed over."""
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.iterdir()) if p.is_file() and p.suffix.lower() in WORKBOOKS and not _passed_over(p))
        elif path.exists():
            yield path
        else:
            raise StepError(f"找不到“{path}”。请检查路径。")


def _passed_over(path: Path) -> bool:
    return path.name.startswith(("~$", ".~", "."))


def check(paths: Sequence[Path], profile: Profile, *, merging: bool = False) -> Checked:
    """Check workbooks. A file that cannot be read is a finding of its own, and the exit code 2."""
    rules = catalogue(profile)
    report = Report(())
    returns: list[Return] = []
    code = FINE
    files = list(workbooks(paths))
    if not files:
        raise StepError(f"“{'、'.join(str(p) for p in paths)}”里没有 Excel 工作簿（.xlsx）。")
    for path in files:
        if path.stem == profile.books[KEY].title:
            continue
        try:
            book = read(open_grid(path), profile)
        except CannotOpenError as error:
            report = report.joined(Report((_unreadable(path, str(error)),)))
            code = COULD_NOT
            continue
        returns.append(book)
        report = report.joined(check_return(book, profile, rules, merging=merging))
    report = report.joined(Report(tuple(_twins(returns))))
    if code == FINE and report.count(ERROR):
        code = ERRORS
    return Checked(report, tuple(returns), code)


def _locked(path: Path) -> bool:
    """Whether another program holds the file open: what is read is what was last saved."""
    return (path.parent / f"~${path.name}").exists() or (path.parent / f".~lock.{path.name}#").exists()


def _unreadable(path: Path, message: str) -> Finding:
    rule = FILLING["cannot-open"]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=rule.message.format(said=message),
        remedy=rule.remedy,
        basis=rule.basis,
        cells=(Cell(path.name, "", 1, 1),),
    )


def _twins(returns: Sequence[Return]) -> Iterator[Finding]:
    """Two files of one unit: a person must choose."""
    rule = FILLING["duplicate-unit"]
    first: dict[str, Return] = {}
    for book in returns:
        if not book.code:
            continue
        if book.code in first:
            said = {"code": book.code, "name": book.name, "files": f"“{first[book.code].book}”和“{book.book}”"}
            yield Finding(
                rule=rule.id,
                severity=rule.severity,
                title=rule.title,
                message=rule.message.format(**said),
                remedy=rule.remedy.format(**said),
                basis=rule.basis,
                cells=tuple(book.fields("cover").words("unit_code").cells()),
                unit=book.name,
            )
        first.setdefault(book.code, book)


def merge_folder(folder: Path, out: Path, profile: Profile, *, draft: bool = False) -> Merged:
    """Merge a department: check all units, then lay down the disclosure; errors stop it unless it is a draft."""
    if not folder.is_dir():
        raise StepError(f"找不到文件夹“{folder}”。请给出放着各单位填报表的文件夹。")
    checked = check([folder], profile, merging=True)
    own_path = _own_path(folder, out, profile)
    own = read(open_grid(own_path), profile, KEY) if own_path else None
    if checked.code == COULD_NOT or not checked.returns:
        report = checked.report
        with Outbox(out, profile=profile.id) as box, box.file(REPORT) as path:
            path.write_text(to_json(report, law()), encoding="utf-8")
        return Merged(report, box.placed, box.notes, COULD_NOT)
    disclosure = merge(checked.returns, profile, own)
    left_out = {name for name, _ in disclosure.left_out}
    report = Report(tuple(f for f in checked.report.findings if f.unit not in left_out), checked.report.asked, checked.report.not_applicable, checked.report.held_back)
    report = report.joined(check_disclosure(disclosure, profile, catalogue(profile)))
    if faults := disclosure_faults(disclosure, profile):
        raise AssertionError(f"merged data break their own schema: {faults[:3]}")
    stopped = report.count(ERROR) > 0 and not draft
    inputs = [p for p in workbooks([folder])] + ([own_path] if own_path and own_path.parent != folder else [])
    with Outbox(out, inputs=inputs, profile=profile.id) as box:
        if not stopped:
            with box.file(TABLES) as path:
                write_tables(disclosure, profile, path, draft=draft)
            with box.file(STATEMENT) as path:
                write_statement(disclosure, profile, path, draft=draft)
            with box.file(WORKINGS) as path:
                write_workings(disclosure, profile, path)
        with box.file(f"{profile.books[KEY].title}.xlsx") as path:
            write_department(disclosure, checked.returns, profile, path)
        with box.file(REPORT) as path:
            summary = {"department": disclosure.name, "units": [u.name for u in disclosure.units], "left_out": [list(pair) for pair in disclosure.left_out], "draft": draft, "published": not stopped}
            path.write_text(to_json(report, law(), summary), encoding="utf-8")
    code = ERRORS if report.count(ERROR) else FINE
    return Merged(report, box.placed, box.notes, code, len(disclosure.units), len(disclosure.whole.projects))


def _own_path(folder: Path, out: Path, profile: Profile) -> Path | None:
    """The department's own workbook: beside the units' files, else the one of the last merge (its newest draft)."""
    title = profile.books[KEY].title
    beside = folder / f"{title}.xlsx"
    if beside.exists():
        return beside
    drafts = [p for p in out.glob(f"{title}*.xlsx") if re.fullmatch(re.escape(title) + r"(-第\d+稿)?", p.stem)] if out.is_dir() else []
    return out / f"{title}.xlsx" if out / f"{title}.xlsx" in drafts else None
