"""What is said around the findings, by every door: what has changed, who has passed, what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.check.report import Report
from toolkit.files.folder import Passed, told
from toolkit.profile.form import Profile
from toolkit.report.words import Undone
from toolkit.returns.content import content_number
from toolkit.rules.rule import ERROR
from toolkit.steps.checking import Checked
from toolkit.steps.units import Unfinished

MOST_ANSWERED = 5  # units that are named


def receipts(
    checked: Checked, report: Report, profile: Profile
) -> tuple[tuple[str, str], ...]:
    """The units that passed and are finished, each with the content number that stands on its paper."""
    open_ = {one.book for one in checked.unfinished}
    for finding in report.findings:
        if finding.severity is ERROR and not finding.accepted:
            open_ |= {cell.book for cell in finding.cells}
    passed = [
        (place, unit)
        for place, unit in enumerate(checked.facts)
        if unit.book not in open_
    ]
    # Most have their number already; those that pass because the department tells what is wrong have none yet.
    return tuple(
        (unit.name, unit.content or content_number(checked.returns[place], profile))
        for place, unit in passed
    )


def closing(checked: Checked, report: Report, profile: Profile) -> tuple[str, ...]:
    """What is said below the findings: who is done, what is left to do, what was not read, which rules the office set."""
    passed = [
        f"已通过：{name}，内容号 {number}"
        for name, number in receipts(checked, report, profile)
    ]
    settings = [
        f"规则 {one.rule} 已{one.what}：{one.why}（{one.who}）"
        for one in checked.settings
    ]
    lists = [
        f"{one.title}按本地的“{one.source}”核对{'，它写明是完整的' if one.complete else ''}"
        for one in checked.lists
    ]
    answered = [unit.name or unit.book for unit in checked.facts if unit.answers]
    more = f" 等 {len(answered)} 个单位" if len(answered) > MOST_ANSWERED else ""
    who = f"“问题说明”里写了理由的：{'、'.join(answered[:MOST_ANSWERED])}{more}"
    answers = (
        [f"{who}。理由在 --format xlsx 的“单位答复”一栏，同意的在部门汇总表里表态。"]
        if answered
        else []
    )
    return (*passed, *left(checked), *answers, *settings, *lists)


def left(checked: Checked) -> tuple[str, ...]:
    """What is not done: forms that are not filled, checks that were not made, files that were not read."""
    return undone(checked).told


def undone(checked: Checked) -> Undone:
    """The same, as a verdict needs it."""
    units = len(checked.returns)
    return undone_of(checked.unfinished, checked.passed, units, checked.not_held)


def undone_of(
    unfinished: Sequence[Unfinished],
    passed: Iterable[Passed] = (),
    units: int = 1,
    not_held: str = "",
) -> Undone:
    """What units have not done, files were not read, the department's checks wait for."""
    not_read = tuple(passed)
    department = [f"部门的核对没有做：{not_held}。"] if not_held else []
    return Undone(
        units=len(unfinished),
        of=units,
        forms=sum(len(one.forms) for one in unfinished),
        department=bool(not_held),
        files=sum(one.data for one in not_read),
        told=(
            *(one.sentence for one in unfinished),
            *department,
            *told(not_read),
        ),
    )
