"""Findings told on paper: a page, a workbook to tick, annotated copies; and held against what was told before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from toolkit.check.judge import against
from toolkit.check.report import Report
from toolkit.errors import ToolkitError
from toolkit.files import mishap
from toolkit.files.folder import WORKBOOKS
from toolkit.files.outbox import Outbox, OutputError
from toolkit.files.shelf import Shelf
from toolkit.files.text import read_text
from toolkit.model import record
from toolkit.profile.bounds import law
from toolkit.profile.form import Profile
from toolkit.report.marked.annotate import Annotated, Cleaned
from toolkit.report.marked.annotate import annotate as annotated_copy
from toolkit.report.marked.annotate import clean as cleaned_copy
from toolkit.report.sent.book import write_book
from toolkit.report.sent.ticked import Ticked, read_ticked
from toolkit.report.told.data import earlier
from toolkit.report.told.page import to_page
from toolkit.report.words import verdict
from toolkit.rules.rule import Finding
from toolkit.steps.checking import Checked, bytes_read
from toolkit.steps.paths import Placed, StepError, collected, place
from toolkit.steps.saying import undone
from toolkit.steps.units import LOG

OF_ALL = ""  # under which the findings go that have no cell: they concern every file


@record()
class Before:
    """What an earlier check told: its findings, and what the reviewer said of them where it was a findings workbook."""

    told: Mapping[str, str]
    ticked: Ticked | None = None


def before(last: Path) -> Before:
    """Read what an earlier check told: its JSON, or the findings workbook."""
    if last.suffix.lower() in WORKBOOKS:
        ticked = read_ticked(last)
        return Before(ticked.told, ticked)
    text = read_text(last)
    try:
        return Before(earlier(text))
    except ValueError as error:
        raise StepError(
            f"“{last.name}”不是校验结果，没法比较。请给出 disclosure check --format json 生成的文件。"
        ) from error


def since(report: Report, last: Before) -> Report:
    """Hold a report against an earlier one."""
    return against(report, last.told)


def page(
    checked: Checked, report: Report, profile: Profile, out: Path, shelf: Shelf
) -> Placed:
    """Write the findings as one HTML page, with an excerpt of the sheet around each; `shelf` holds the workbooks."""
    text = to_page(report, checked.returns, law(), profile, shelf, undone(checked))
    return place(out, lambda path: _write(path, text))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def book(
    checked: Checked,
    report: Report,
    profile: Profile,
    out: Path,
    ticked: Ticked | None = None,
) -> Placed:
    """Write the findings as a workbook in which the reviewer ticks what goes back; `ticked` is an earlier one of hers."""
    unfinished = frozenset(one.book for one in checked.unfinished)
    said = verdict(report, undone(checked))
    return place(
        out,
        lambda path: write_book(
            report, checked.returns, law(), profile, path, ticked, unfinished, said
        ),
    )


def annotate(
    paths: Sequence[Path],
    checked: Checked,
    folder: Path,
    profile: Profile,
    besides: Sequence[Path] = (),
) -> tuple[Mapping[str, Path], tuple[str, ...]]:
    """Write a copy of each workbook with its findings into a folder of its own.

    The copies are patched as packages, part by part: no workbook is opened for it.
    """
    names = collected(paths, profile, besides).names
    if folder.resolve() in {path.parent.resolve() for path in names}:
        raise StepError(
            f"“{folder}”就是放填报表的文件夹；批注过的副本请放到另一个文件夹。"
        )
    notes: list[str] = []
    readable = {unit.book for unit in checked.facts}
    inputs = bytes_read(names, checked)
    findings = checked.report.findings
    concerning = _places(findings)
    left = {one.book: one.sentence for one in checked.unfinished}
    with Outbox(folder, inputs=inputs, profile=profile.id) as box:
        for path, name in names.items():
            if name not in readable:
                continue
            copy = str(
                PurePosixPath(name).with_name(f"{path.stem}-校验结果{path.suffix}")
            )
            try:
                with box.file(copy, inputs=[path]) as target:
                    ours = [
                        findings[number]
                        for number in sorted(
                            (*concerning.get(name, ()), *concerning.get(OF_ALL, ()))
                        )
                    ]
                    done = annotated_copy(
                        path, ours, target, law(), name, left.get(name, "")
                    )
                    _same_bytes(done, inputs[path])
            except OutputError:
                raise
            except Exception as error:  # noqa: BLE001  the others get their copies all the same
                why = (
                    str(error)
                    if isinstance(error, ToolkitError)
                    else mishap.told(error, LOG)
                )
                notes.append(f"“{name}”没有做成批注过的副本。{why}")
                continue
            notes += [
                f"“{name}”的 {spot} 有批注会话，只着色、列表，没有加批注。"
                for spot in done.bare
            ]
    return box.placed, (*box.notes, *notes)


def _places(findings: Sequence[Finding]) -> Mapping[str, Sequence[int]]:
    """The places of the findings that concern each file, gone through once: there may be thousands of either."""
    places: dict[str, list[int]] = {}
    for number, finding in enumerate(findings):
        for name in {cell.book for cell in finding.cells} or {OF_ALL}:
            places.setdefault(name, []).append(number)
    return places


def _same_bytes(done: Annotated, checked: str) -> None:
    """Raise StepError where a copy is of other bytes than were checked: its marks would stand in the wrong places."""
    if done.sha256 != checked:
        raise StepError("它在校验以后又被改过。请再运行一次。")


def clean(source: Path, out: Path) -> tuple[Placed, Cleaned]:
    """Take our marks out of an annotated copy again."""
    done: list[Cleaned] = []
    placed = place(out, lambda path: done.append(cleaned_copy(source, path)))
    return placed, done[0]
