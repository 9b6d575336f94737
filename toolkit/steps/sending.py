"""What goes back to the units: a slip for each, made from the findings workbook that the reviewer has ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from toolkit.files.outbox import Outbox
from toolkit.model import record
from toolkit.profile.form import Profile
from toolkit.report.sent.colleague import colleague_papers
from toolkit.report.sent.slip import slip_paper, slips
from toolkit.report.sent.ticked import read_ticked
from toolkit.steps.checking import bytes_read, check
from toolkit.steps.paths import StepError, collected


@record()
class SentBack:
    """What was sent back: where each document lies, and what a person should know."""

    placed: Mapping[str, Path]
    notes: tuple[str, ...]


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
            f"“{source.name}”里没有选“退回”的问题，没有可退的。请在要退的行选“退回”，保存后再运行。"
            + "".join(ticked.notes)
        )
    chosen, notes = slips(ticked, out, number=number)
    papers = [slip_paper(slip, profile, deadline) for slip in chosen]
    inputs = {source: ticked.sha256}
    if filled:
        checked = check(filled, profile, besides=[source])
        more, more_notes = colleague_papers(
            checked.returns, checked.report, ticked, profile, deadline
        )
        papers = [*papers, *more]
        notes = (*notes, *more_notes)
        inputs |= bytes_read(collected(filled, profile, [source]).names, checked)
    with Outbox(out, inputs=inputs, profile=profile.id) as box:
        for paper in papers:
            with box.file(paper.name) as path:
                path.write_bytes(paper.content)
    return SentBack(box.placed, (*notes, *box.notes))
