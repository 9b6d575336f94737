"""The words of a finding that every report says alike: where it is, whose it is, what it rests on, what it brings with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from toolkit.check.report import Idle, Report
from toolkit.model import Cell, record
from toolkit.profile.form import Profile
from toolkit.profile.grounds import Basis, Ground, grounds, named
from toolkit.profile.layout import ranges, span
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding

WHOLE_FILE, DEPARTMENT = "整个文件", "整个部门"
AGREED, ALSO = "部门同意不改", "同一原因还引起"
MOST_RUNS, MOST_SHEETS = 6, 6  # of one finding that are named; the rest is counted
MOST_REASONS = 4  # why checks were not made
MOST_IDLE = 3  # rules that a profile has no use for, told one by one
LIST = "问题清单"  # the sheet of a findings workbook in which each finding has a line
SEVERITIES = (ERROR, WARNING, INFO)


def titled(profile: Profile) -> str:
    """What stands above the findings of a run; by it a findings workbook is known to be of that profile."""
    return f"{profile.title}校验报告"


# -- whose it is --------------------------------------------------------------------------------------------------------------


def book_of(finding: Finding) -> str:
    """The file that a finding is to be mended in; "" where it concerns the department."""
    return finding.cells[0].book if finding.cells else ""


def by_book(
    findings: Iterable[Finding], first: Iterable[str] = ()
) -> dict[str, list[Finding]]:
    """Group findings by the file they are to be mended in: the files of `first`, with findings or without, then the others."""
    grouped: dict[str, list[Finding]] = {book: [] for book in first}
    for finding in findings:
        grouped.setdefault(book_of(finding), []).append(finding)
    return grouped


def book_by_book(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each file with its findings, as `by_book` groups them: of thousands of files one after the other."""
    places: dict[str, list[int]] = {}
    for place, finding in enumerate(findings):
        book = book_of(finding)
        places.setdefault(book, []).append(place)
    for book, listed in places.items():
        yield book, [findings[place] for place in listed]


def unit_of(finding: Finding, names: Mapping[str, str]) -> str:
    """Whose a finding is; `names` are the units by their files."""
    book = book_of(finding)
    return finding.unit or names.get(book) or book.rpartition(".")[0] or DEPARTMENT


def counted(findings: Iterable[Finding], *, nought: bool = True) -> str:
    """How many of each severity: 错误 2 条，提醒 1 条（另有 3 条部门同意不改），提示 0 条."""
    number = Counter((finding.severity, bool(finding.accepted)) for finding in findings)
    counts = []
    for severity in SEVERITIES:
        stand, apart = number[severity, False], number[severity, True]
        if nought or stand or apart:
            text = f"{severity.value} {stand} 条"
            counts.append(f"{text}（另有 {apart} 条部门同意不改）" if apart else text)
    return "，".join(counts)


# -- the verdict --------------------------------------------------------------------------------------------------------------


@record()
class Undone:
    """What is left to do before a verdict stands for all that is to be published; `told` says it line by line."""

    units: int = 0  # that have not done all
    of: int = 1  # units that were checked
    forms: int = 0  # neither filled nor ticked
    department: bool = False  # whether the department's checks were not made
    files: int = 0  # not read, that may hold a unit's data
    told: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is left: not every line that is told asks for something to be done."""
        return bool(self.units or self.department or self.files)


def verdict(report: Report, undone: Undone | None = None) -> str:
    """In one line whether what was checked can go on; what is not finished is said before anything is said to be right."""
    left = _not_finished(report, undone or Undone())
    if wrong := report.open(ERROR):
        more = f"；{left}" if left else ""
        return f"有错误 {wrong} 条，改好以后才能公开{more}。"
    doubtful = report.open(WARNING)
    if left:
        more = f"，有提醒 {doubtful} 条，请核对" if doubtful else ""
        checked = "已填的" if (undone and undone.forms) else "已核对的"
        return f"{left}；{checked}没有查出错误{more}。"
    if doubtful:
        return f"没有错误；有提醒 {doubtful} 条，请核对。"
    if report.count(ERROR):
        return "没有要改的错误。"
    return "没有错误，也没有要核对的。"


def _not_finished(report: Report, undone: Undone) -> str:
    """How much is not filled, not checked, not read; "" where all is done."""
    if not undone:
        return ""
    parts = []
    if undone.units and undone.of > 1:
        parts.append(f"{undone.of} 个单位中有 {undone.units} 个没有做完")
    if undone.forms:
        parts.append(f"{undone.forms} 张表没有填")
    if undone.department:
        parts.append("部门的核对没有做")
    if undone.files:
        parts.append(f"{undone.files} 个文件没有读")
    if report.not_checked:
        parts.append(f"{len(report.not_checked)} 项没有核对")
    what = "还没有填完" if undone.forms else "还没有核对完"
    return f"{what}：{'，'.join(parts)}"


# -- what became of the checks ------------------------------------------------------------------------------------------------


def not_checked(report: Report) -> str:
    """How many checks were not made, and why: 其中 3 项没有核对：格里不是数字（2 项）、……; "" for none."""
    reasons = [f"{why}（{count} 项）" for why, count in report.reasons.items()]
    if not reasons:
        return ""
    named = "、".join(reasons[:MOST_REASONS])
    more = f"等 {len(reasons)} 种原因" if len(reasons) > MOST_REASONS else ""
    return f"其中 {len(report.not_checked)} 项没有核对：{named}{more}"


def not_in_force(idle: Idle) -> str:
    """A rule that the profile has no use for, and why."""
    return f"“{idle.title}”（{idle.rule}）不检查：本表样没有 {'、'.join(idle.lacks)}"


def all_not_in_force(idle: Sequence[Idle]) -> Iterator[str]:
    """The rules that the profile has no use for: a few one by one, of many their number."""
    if len(idle) <= MOST_IDLE:
        yield from (f"规则{not_in_force(one)}。" for one in idle)
        return
    yield f"本表样没有要看的数，不检查的规则有 {len(idle)} 条，见 disclosure profile check。"


# -- where it is --------------------------------------------------------------------------------------------------------------


def place(finding: Finding, names: Mapping[str, str], unit: str) -> str:
    """Where a finding begins, as people call it, for a list of one unit's findings; `names` are the units by their files.

    What lies in another unit's workbook is called with that unit's name.
    """
    text = " ".join(finding.place.split())
    book = book_of(finding)
    owner = names.get(book, unit)
    if owner != unit:
        text = f"{owner}：{text}"
    books = {cell.book for cell in finding.cells}
    if len(books) > 1:
        text += f"（涉及 {len(books)} 个单位）"
    if not text and book:
        return f"文件“{book}”"
    return text


def cells(
    found: Sequence[Cell],
    book: str,
    sheet: str = "",
    *,
    most_sheets: int = MOST_SHEETS,
    most_runs: int = MOST_RUNS,
) -> str:
    """Cells as people look for them: 国有资产!D8:D9、D11；“乙.xlsx”封面!C3.

    `book` and `sheet` are those at hand, which go without saying. What is too many is counted.
    """
    sheets = [
        _in_sheet(inside, book, sheet, most_runs) for inside in by_sheet(found).values()
    ]
    more = f" 等 {len(sheets)} 张表" if len(sheets) > most_sheets else ""
    return "；".join(sheets[:most_sheets]) + more


def every_cell(found: Sequence[Cell], book: str) -> str:
    """All cells, however many."""
    return cells(found, book, most_sheets=len(found), most_runs=len(found))


def by_sheet(found: Iterable[Cell]) -> dict[tuple[str, str], list[Cell]]:
    """Group cells by file and sheet, each cell once."""
    grouped: dict[tuple[str, str], list[Cell]] = {}
    for cell in dict.fromkeys(found):
        in_sheet = grouped.setdefault((cell.book, cell.sheet), [])
        in_sheet.append(cell)
    return grouped


def _in_sheet(found: Sequence[Cell], book: str, sheet: str, most: int) -> str:
    """The cells of one sheet."""
    first = found[0]
    file = "" if first.book == book else f"“{first.book}”"
    if not first.sheet:
        return file + WHOLE_FILE
    at_hand = (first.book, first.sheet) == (book, sheet)
    where = "" if at_hand else f"{file}{first.sheet}!"
    runs = addresses(found)
    more = f" 等 {len(found)} 格" if len(runs) > most else ""
    return where + "、".join(runs[:most]) + more


def addresses(found: Sequence[Cell]) -> list[str]:
    """The addresses of a sheet's cells, those below one another joined: D8:D9、D11:D13.

    The first cell is the one to mend: its column comes first, and it stands before the cells above it.
    """
    first = (found[0].row, found[0].column)
    spots = [(cell.row, cell.column) for cell in dict.fromkeys(found)]
    runs = list(_parted(first, ranges(spots)))
    columns = list(dict.fromkeys(cell.column for cell in found))
    runs.sort(key=lambda run: (run[:2] != first, columns.index(run[1])))
    return [span(run) for run in runs]


def _parted(
    first: tuple[int, int], runs: Iterable[tuple[int, int, int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of cells, the one that holds the first cell parted so that one begins there."""
    row, column = first
    for run in runs:
        top, of_column, bottom, _ = run
        if of_column == column and top < row <= bottom:
            yield (row, column, bottom, column)
            yield (top, column, row - 1, column)
        else:
            yield run


# -- what it rests on, and what it brings with it ------------------------------------------------------------------------------


def law(finding: Finding, basis: Basis) -> str:
    """What a finding rests on: provisions that were looked up by their names, anything else by what it is."""
    return named(finding.basis, basis)


def law_of(finding: Finding, basis: Basis) -> tuple[Ground, ...]:
    """The same in parts, for those who quote what a provision says."""
    return grounds(finding.basis, basis)


def also(finding: Finding) -> str:
    """The other rules that the same defect breaks; "" where there are none."""
    if not finding.also:
        return ""
    return f"{ALSO}：{'；'.join(finding.also)}"


def agreed(finding: Finding) -> str:
    """Who of the department lets it stand, and why; "" where nobody does."""
    return f"{AGREED}：{finding.accepted}" if finding.accepted else ""
