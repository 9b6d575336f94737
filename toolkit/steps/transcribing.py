"""What was published as a statement, taken over into a profile's forms: last year's figures, or what fills a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.audit.reading import Statement
from toolkit.files.source import sha256
from toolkit.model import (
    LAST_YEAR,
    BlockKind,
    Figure,
    Name,
    Return,
    Role,
    Words,
    record,
)
from toolkit.platform.transcript.book import Transcript, called, transcribe, unproven
from toolkit.profile.by_door import drawn_by
from toolkit.profile.form import Block, Profile
from toolkit.profile.loading import load, profiles
from toolkit.profile.wording import answers
from toolkit.returns.carried import NotTaken, TakenOver, take_over
from toolkit.returns.data import from_data
from toolkit.returns.origins import Line
from toolkit.steps.auditing import read_file
from toolkit.steps.choosing import place_of_profile
from toolkit.steps.paths import StepError

BUDGET = "预算"
THIS_YEAR = "公开文本"  # what the origin of a figure of the same year is called
MOST_LETTERS = 24  # letters of a text that was not carried


@record()
class Transcribed:
    """A statement in a profile's forms: as a return's data, what of it is last year's, and what found no cell."""

    name: str
    year: int
    taken: TakenOver
    left: tuple[NotTaken, ...]
    notes: tuple[str, ...]
    sha256: str
    last_year: bool


def transcribed(path: Path, profile: Profile) -> Transcribed:
    """Read a statement of this year or of the last into a profile's forms.

    Raise StepError where it cannot be read, is of no form that says what its amounts are, or is of another year.
    """
    statement = read_file(path)
    last_year = _is_of_last_year(statement, profile)
    before = _before(statement, profile) if last_year else profile
    done = transcribe(statement, before, LAST_YEAR if last_year else THIS_YEAR)
    if not done.origins and not done.lines:
        raise StepError(
            f"“{path.name}”里没有读到一个能放进“{profile.title}”的数，没有用。请看 disclosure audit 读懂了多少。"
        )
    left = [*done.left, *unproven(done)]
    if last_year:
        taken = _taken_over(done, before, profile)
        left += _not_carried(done, taken, before, profile)
        left += _blank(taken, profile)
    else:
        taken = TakenOver(done.data, (), (), tuple(_lines(done)))
    return Transcribed(
        path.name,
        statement.year,
        taken,
        tuple(dict.fromkeys(left)),
        tuple(_notes(statement, done, taken, last_year=last_year)),
        sha256(path),
        last_year,
    )


def _is_of_last_year(statement: Statement, profile: Profile) -> bool:
    """Whether a statement is of the year before a profile's; raise StepError where it can be neither that nor of this year."""
    name = statement.name
    if statement.broken:
        raise StepError(f"“{name}”用不了：{statement.broken}。请换一份有文字的。")
    if not statement.form.id:
        raise StepError(
            f"“{name}”认不出是哪一种式样，不知道哪个数是什么，没有用。请换一份，或者照文档“审核式样”加一种式样。"
        )
    kind = statement.kind or statement.form.kind
    if kind != BUDGET or not statement.form.fills:
        raise StepError(
            f"“{name}”是{kind}（{statement.form.title}），填报表的上年数要的是上年公开的预算数，没有用。请换成上年的预算公开文本。"
        )
    if not statement.year:
        raise StepError(
            f"“{name}”没有写明是哪一年的，没有用。请在题目里写上年份（如“2023年部门预算……”）再用。"
        )
    if statement.year not in (profile.year, profile.year - 1):
        raise StepError(
            f"“{name}”是 {statement.year} 年的，“{profile.title}”的上年是 {profile.year - 1} 年，没有用。"
            f"请换一份 {profile.year - 1} 年的；要填 {statement.year + 1} 年的，请用那一年的表样。"
        )
    return statement.year == profile.year - 1


def _before(statement: Statement, profile: Profile) -> Profile:
    """The same place's profile of a statement's year, where one is installed; else this one, of that year."""
    installed = [load(one) for one in profiles()]
    of_year = [
        one
        for one in installed
        if one.year == statement.year
        and place_of_profile(one) == place_of_profile(profile)
    ]
    return of_year[0] if len(of_year) == 1 else replace(profile, year=statement.year)


# -- as last year's -------------------------------------------------------------------------------------------------------


def _taken_over(done: Transcript, before: Profile, now: Profile) -> TakenOver:
    """What goes into the later forms, each figure with its place in the statement."""
    taken = take_over(done.filled, before, now)
    lines = (_line(line, done, now) for line in taken.figures)
    return replace(taken, figures=tuple(lines))


def _line(line: Line, done: Transcript, now: Profile) -> Line:
    """A figure that was taken over with the origin that it has in the statement."""
    column = now.book.blocks[line.block].columns[line.column]
    # In the forms of the year before, its column was called otherwise.
    name_then = Name(line.block, line.row, column.was)
    origin = done.origins.get(name_then)
    return line if origin is None else replace(line, origin=origin)


def _lines(done: Transcript) -> Iterator[Line]:
    """The figures of the same year, each with its origin."""
    yield from done.lines
    for name, origin in done.origins.items():
        yield Line(name.block, name.row, name.column, origin)


# -- what was not taken ---------------------------------------------------------------------------------------------------


def _not_carried(
    done: Transcript, taken: TakenOver, before: Profile, now: Profile
) -> Iterator[NotTaken]:
    """The texts and figures of the statement that the later forms have no place for, or that are to be written anew."""
    there = {name for name, _ in from_data(taken.data, now).values()}
    figures: Counter[str] = Counter()
    texts: list[tuple[Name, Words]] = []
    for name, value in done.filled.values():
        if before.book.column_of(name).constant:
            continue
        if isinstance(value, Figure):
            figures[name.block] += value.given and not _has_heir(name, now)
        elif value.text and name not in there:
            texts.append((name, value))
    by_sheet: Counter[str] = Counter()
    for key, count in figures.items():
        by_sheet[before.book.sheet_of(key).name.replace("{n}", "")] += count
    for sheet, count in by_sheet.items():
        if count:
            why = "新表没有放它们上年数的列，不带"
            yield NotTaken("没有上年一列的数", "", f"“{sheet}”{count} 个数", why)
    for name, words in texts:
        # a line with amounts that stay behind stays with them
        if not (figures[name.block] and name.line):
            said = f"{called(name, before)}：{words.text[:MOST_LETTERS]}"
            yield NotTaken("没有带的文字", "", said, _why(name, words, now))


def _has_heir(name: Name, now: Profile) -> bool:
    """Whether the later forms have a column for what was this figure."""
    block = now.book.blocks.get(name.block)
    return block is not None and any(
        column.was == name.column for column in block.columns.values()
    )


def _why(name: Name, value: Words, now: Profile) -> str:
    if not now.book.has(Name(name.block, name.row, name.column)):
        return "新表里没有这一格"
    column = now.book.column_of(name)
    if column.choices and value.text not in answers(column):
        return f"新表里只能选：{'、'.join(answers(column))}。请自己选"
    return "新的一年要重新填"


def _blank(taken: TakenOver, now: Profile) -> Iterator[NotTaken]:
    """The cells for last year's figures that nothing was found for."""
    filled = from_data(taken.data, now)
    for block in drawn_by(now, filled).book.blocks.values():
        for name in _asked(block, now):
            value = filled[name]
            if not isinstance(value, Figure) or not value.given:
                yield NotTaken(
                    "还空着的上年数",
                    "",
                    now.book.title_of(name),
                    "文里没有读到。请照上年公开的自己填",
                )


def _asked(block: Block, now: Profile) -> Iterator[Name]:
    if block.kind is not BlockKind.GRID:
        return
    for key, column in block.columns.items():
        for row in block.rows if column.was else ():
            name = Name(block.key, row, key)
            if now.book.has(name) and now.book.formula_of(name) is None:
                yield name


def _notes(
    statement: Statement, done: Transcript, taken: TakenOver, *, last_year: bool
) -> Iterator[str]:
    """What a person should know of the whole."""
    where = "上年数" if last_year else "本年数"
    of = f"{statement.form.title}，{statement.year} 年"
    count = len(taken.figures)
    yield f"“{statement.name}”（{of}）里读到的 {count} 个数放进了{where}，每个数来自哪一段、哪张表，写在“数据来源”表里"
    for why in statement.obstacles:
        yield f"这份文本{why}：带过来的数请多核对一遍"
    if statement.several:
        yield "这份文本像是几个单位合在一起的，说法不一样的数没有带"
    listed = done.profile.book.cast.block(Role.AGENCY_CODE)
    agencies = len(done.data.get(listed, ())) if listed else 0
    if agencies > 1:
        yield f"文里列了 {agencies} 个单位，这些数是整个部门的。一个单位一份填报表的，各单位自己的上年数请另外填"


def figures_of(path: Path, profile: Profile) -> tuple[Return, str]:
    """What a statement gives as last year's figures in a profile's forms, and the hash of its bytes.

    Raise StepError where it is of this year: its figures are not last year's.
    """
    found = transcribed(path, profile)
    if not found.last_year:
        raise StepError(
            f"“{path.name}”是 {found.year} 年的，核对上年数要的是 {profile.year - 1} 年的。请换一份。"
        )
    return from_data(found.taken.data, profile, path.name), found.sha256
