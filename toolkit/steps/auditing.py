"""Statements that others published, audited: files read, held against themselves, last year's and the public tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from toolkit.audit.blocks import Block, lines_of, of_document, of_lines
from toolkit.audit.finding import Beside
from toolkit.audit.judge import Audited, judge
from toolkit.audit.reading import Statement, read_statement
from toolkit.errors import COULD_NOT, DONE, ERRORS, UNFINISHED, ToolkitError, worst
from toolkit.files import mishap
from toolkit.files.folder import (
    KNOWN,
    STATEMENTS,
    Passed,
    is_folder,
    unique_names,
)
from toolkit.files.grid import RawSheet, open_grid
from toolkit.files.text import read_text
from toolkit.files.word import Table, text_of
from toolkit.model import Cell
from toolkit.profile.bounds import threshold
from toolkit.profile.codes import lists
from toolkit.profile.stored import code_list
from toolkit.rules.rule import ERROR
from toolkit.steps.paths import Placed, StepError, place
from toolkit.steps.project_tables import projects_judged

LOG = "审核.log"
TABLES = (".xlsx", ".xlsm", ".xls")
UNIT = re.compile(r"单\s*位\s*[:：]\s*(亿元|万元|元)")
YUAN = {"亿元": Decimal(100000000), "万元": Decimal(10000), "元": Decimal(1)}
LABEL = re.compile(r"[\u4e00-\u9fff]")
NUMBERING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|其中[:：])\s*"
)


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Audit:
    """What became of all files, in the order of their names; what was passed over."""

    results: tuple[Audited | Unread, ...]
    passed: tuple[Passed, ...] = ()

    @property
    def audited(self) -> tuple[Audited, ...]:
        return tuple(one for one in self.results if isinstance(one, Audited))

    @property
    def unread(self) -> tuple[Unread, ...]:
        return tuple(one for one in self.results if isinstance(one, Unread))

    @property
    def code(self) -> int:
        """2: a file could not be read; 1: errors; 3: a statement that cannot be audited as a whole; 0: audited, no error."""
        return worst(*(_code(one) for one in self.results))


def _code(one: Audited | Unread) -> int:
    if isinstance(one, Unread):
        return COULD_NOT
    if not one.auditable:
        return UNFINISHED
    return (
        ERRORS
        if any(finding.check.severity is ERROR for finding in one.findings)
        else DONE
    )


def audit(
    paths: Sequence[Path], last: Path | None = None, tables: Path | None = None
) -> Audit:
    """Audit files, and those in folders; `last` is last year's statement, `tables` the workbook of public tables.

    Raise a ToolkitError, in Chinese, where nothing is there to audit, or what it is to be held against cannot be read.
    """
    found, passed = collected(paths)
    if not found:
        raise StepError(
            f"没有要审核的文件。请写出 {'、'.join(STATEMENTS)} 文件，或者放着它们的文件夹。"
        )
    before = read_file(last) if last is not None else None
    if before is not None and before.broken:
        raise StepError(
            f"上年的文本“{before.name}”用不了：{before.broken}。请换一份有文字的。"
        )
    rows = rows_of(tables) if tables is not None else None
    names = unique_names(found)
    return Audit(tuple(_one(path, names[path], before, rows) for path in found), passed)


Rows = Mapping[str, Sequence[tuple[Decimal, str]]]


def _one(
    path: Path, name: str, last: Statement | None, rows: Rows | None
) -> Audited | Unread:
    try:
        statement = read_file(path, name)
        return audited(statement, beside(statement, last, rows))
    except ToolkitError as error:
        return Unread(name, str(error))
    except Exception as error:  # noqa: BLE001  whatever breaks over one file must not take the others' reports with it
        return Unread(name, mishap.told(error, LOG))


def audit_listing(done: Audit, out: Path, since: Path | None = None) -> Placed:
    """Write the list in which a reviewer ticks what is to be mended; `since` is an earlier one that she has ticked.

    Raise a ToolkitError, in Chinese, where `since` is none.
    """
    from toolkit.report.audited.listing import write_listing
    from toolkit.report.sent.ticked import read_ticked

    ticked = read_ticked(since) if since is not None else None
    if since is not None and ticked is not None and not ticked.of_texts:
        raise StepError(
            f"“{since.name}”是填报表的校验报告，不是公开文本的审核清单。请换成 disclosure audit 出的清单。"
        )
    unread = [(one.name, one.why) for one in done.unread]
    return place(out, lambda path: write_listing(done.audited, unread, path, ticked))


def audited(statement: Statement, held: Beside) -> Audited:
    """Hold the checks of statements against one, and the catalogue's rules against its projects."""
    done = judge(statement, held)
    return (
        done
        if statement.broken
        else Audited(statement, (*done.outcomes, *projects_judged(statement)))
    )


def beside(
    statement: Statement, last: Statement | None = None, rows: Rows | None = None
) -> Beside:
    """What a statement is held against: the codes of its year, renamed classes, last year's statement, the public tables."""
    codes = lists(statement.year) if statement.year else {}
    explain = (
        threshold("change_to_explain", f"{statement.year}-01-01")
        if statement.year
        else None
    )
    return Beside(last, rows, codes, code_list("renamed"), explain)


def collected(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Passed, ...]]:
    """The files to audit among files and folders, each once, and what of the folders is passed over."""
    found: dict[Path, Path] = {}
    passed: list[Passed] = []
    for path in paths:
        if not is_folder(path):
            found.setdefault(path.resolve(), path)
            continue
        for each in _files(path):
            if each.suffix.lower() in STATEMENTS:
                found.setdefault(each.resolve(), each)
            else:
                passed.append(Passed(each.relative_to(path).as_posix(), _why_not(each)))
    return tuple(found.values()), tuple(passed)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if (
            path.is_file()
            and path.name not in KNOWN
            and not path.name.startswith((".", "~$"))
        ):
            yield path


def _why_not(path: Path) -> str:
    if path.suffix.lower() in (".doc", ".wps", ".rtf", ".ofd"):
        return f"{path.suffix} 不能读，请用 Word 或 WPS 另存为 .docx"
    return "它不是要审核的文本（审核 .docx、.odt、.txt、.pdf）"


def read_file(path: Path, name: str = "") -> Statement:
    """Read a statement; raise a ToolkitError, in Chinese, where the file cannot be read."""
    return read_statement(name or path.name, _blocks(path))


def _blocks(path: Path) -> tuple[Block, ...]:
    match path.suffix.lower():
        case ".docx":
            pieces = text_of(path)
            return of_document(
                (
                    piece.rows if isinstance(piece, Table) else piece.text
                    for piece in pieces
                ),
                {
                    number: piece.widths
                    for number, piece in enumerate(pieces, 1)
                    if isinstance(piece, Table)
                },
            )
        case ".odt":
            from toolkit.files.opendocument import Cells, pieces_of

            found = pieces_of(path)
            return of_document(
                (one.rows if isinstance(one, Cells) else one for one in found),
                {
                    number: one.widths
                    for number, one in enumerate(found, 1)
                    if isinstance(one, Cells)
                },
            )
        case ".pdf":
            from toolkit.files.pdf import pages_of

            return of_lines(lines_of(pages_of(path)))
        case ".txt":
            return of_lines(lines_of([read_text(path).split("\n")]))
    raise StepError(f"“{path.name}”{_why_not(path)}。")


# -- the public tables ----------------------------------------------------------------------------------------------------


def rows_of(path: Path) -> Rows:
    """The numbers of a workbook of public tables in yuan by what their rows are called, each with its cell in words.

    Raise a ToolkitError, in Chinese, where it cannot be read, or is no workbook.
    """
    if path.suffix.lower() not in TABLES or is_folder(path):
        raise StepError(
            f"“{path.name}”不是公开表。--tables 后面请写公开表的 .xlsx 文件。"
        )
    found: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
    for sheet in open_grid(path).sheets.values():
        yuan = _unit(sheet)
        if yuan is not None and not sheet.hidden:
            for title, value, cell in _titled(sheet):
                found[title].append((value * yuan, f"“{sheet.name}”{cell}"))
    return found


def _unit(sheet: RawSheet) -> Decimal | None:
    """How many yuan one of a sheet's unit is; None where it says no unit."""
    said = next(
        (match for raw in sheet.cells.values() if (match := UNIT.search(raw.text))),
        None,
    )
    return YUAN[said[1]] if said else None


def _titled(sheet: RawSheet) -> Iterator[tuple[str, Decimal, str]]:
    """Yield each number with the nearest words to its left in the row, and its address."""
    by_row: dict[int, list[tuple[int, str, Decimal | None]]] = defaultdict(list)
    for (row, column), raw in sorted(sheet.cells.items()):
        by_row[row].append((column, raw.text, raw.number))
    for row, cells in by_row.items():
        # the nearest words so far, from left to right
        title = ""
        for column, text, number in cells:
            if number is None and LABEL.search(text):
                title = NUMBERING.sub("", text.strip())
            elif number is not None and title:
                yield title, number, Cell("", "", row, column).address
