"""What a reason of change (增减原因) says of its parts: amounts that add up to the change, amounts of the projects it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeVar

from toolkit.model import Cell, Figure, Return, Row, Words, record
from toolkit.rules.reading import any_of, brief, cells, late
from toolkit.rules.reasons import (
    BASIC,
    DOWN,
    FORMS,
    OWN_CHANGE,
    REASONS,
    SENTENCE,
    UP,
    WHOLE_CHANGE,
    amounts_in,
    changed_of_forms,
    changed_rows,
    own_amounts,
)
from toolkit.rules.rule import WARNING, Bounds, Breach, look
from toolkit.rules.slip import CHANGED_PLACES, MOVED, ONE_DIGIT, slip_between

T = TypeVar("T")
CLAUSES = late(r"[，。；]")
OF_WHICH = "其中"
# a row of these is calculated; what is typed stands in the rows it adds up
SUMMED = {BASIC: ("personnel", "operating")}
CHANGED_BY = late(
    rf"(?:{UP}|{DOWN})(?:了|为|达)?约?\d+(?:\.\d+)?\s*(?:亿元|万元|元)(?!/|每)"
)
REST_SAID = late(r"(?:其余|其他|其它|另|余下)[^，。；]{0,14}(?:持平|不变|一致|相同)")


@record(slots=True)
class Part:
    """An amount of a reason as written, and by how much it changes the row, in the profile's unit of money."""

    said: str
    amount: Decimal


def _signed_parts(text: str, bounds: Bounds) -> list[Part] | None:
    """Each amount of a reason with its sign, or None where one cannot be told.

    An amount right behind 增加 or 减少 is its sentence's part; else what its own clause says decides, else the sentence,
    if it holds no other amount.
    """
    parts: list[Part] = []
    for sentence in SENTENCE.split(text):
        told = list(CHANGED_BY.finditer(sentence))
        if len(told) == 1:
            ((said, amount), *_) = amounts_in(told[0][0], bounds)
            parts.append(Part(said, amount if re.search(UP, told[0][0]) else -amount))
            continue
        found = _parts_of_a_sentence(sentence, bounds)
        if found is None:
            return None
        parts += found
    return parts


def _parts_of_a_sentence(sentence: str, bounds: Bounds) -> list[Part] | None:
    """The amounts of one sentence, each signed by its clause; of a single one the whole sentence may say it."""
    clauses = [
        (clause, list(amounts_in(clause, bounds))) for clause in CLAUSES.split(sentence)
    ]
    alone = sum(len(amounts) for _, amounts in clauses) == 1
    parts: list[Part] = []
    for clause, amounts in clauses:
        if not amounts:
            continue
        sign = _direction(clause, bounds) or (
            _direction(sentence, bounds) if alone else 0
        )
        if not sign or len(amounts) > 1 or (not alone and OF_WHICH in sentence):
            return None
        said, amount = amounts[0]
        parts.append(Part(said, sign * amount))
    return parts


def _direction(text: str, bounds: Bounds) -> int:
    """1 where a text speaks of more alone, -1 where of less alone, 0 where of both or of neither."""
    rises = any_of(bounds.words["reason_up"]).search(text) is not None
    falls = any_of(bounds.words["reason_down"]).search(text) is not None
    return rises - falls


def _the_one(found: list[T]) -> T | None:
    """What explains a gap, where it is the only thing that does."""
    return found[0] if len(found) == 1 else None


def _slipped_part(parts: list[Part], missing: Decimal, bounds: Bounds) -> str:
    """What a message says of the one part that makes up the change once a slip of its digits is undone; or ""."""
    found = []
    for part in parts:
        due = part.amount + missing
        if part.amount * due > 0 and slip_between(abs(part.amount), abs(due)):
            found.append(f"“{part.said}”像是 {bounds.said(abs(due))}{bounds.unit}")
    return _the_one(found) or ""


def _turned_part(parts: list[Part], missing: Decimal) -> str:
    """The same of the one part that does so as a decrease instead of an increase, or the other way round."""
    found = [part for part in parts if -2 * part.amount == missing]
    turned = _the_one(found)
    if turned is None:
        return ""
    ways = ("增加", "减少") if turned.amount > 0 else ("减少", "增加")
    return f"“{turned.said}”写的是{ways[0]}，当作{ways[1]}就正好相等"


def _slipped_figure(
    form: str, row: Row, missing: Decimal, book: Return, bounds: Bounds
) -> tuple[Figure, str] | None:
    """The one figure of the row, or of the rows that it adds up, whose slip of digits is the gap; with what to say of it."""
    grid = book.grid(form)
    rows = [grid[key] for key in SUMMED.get(row.key, (row.key,)) if key in grid]
    found = []
    for one in rows:
        for column, title, sign in (
            ("this_year", "本年数", 1),
            ("last_year", "上年数", -1),
        ):
            figure = one.figure(column)
            due = figure.number - sign * missing
            if due > 0 and slip_between(figure.number, due) in (CHANGED_PLACES, MOVED):
                what = bounds.titles.get(f"{form}.{one.key}", "")
                found.append(
                    (
                        figure,
                        f"“{what}”的{title} {bounds.said(figure)} 像是 {bounds.said(due)}",
                    )
                )
    return _the_one(found)


@look(
    id="B02-22",
    title="原因里各部分的金额加起来不是增减额",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="原因里各部分合起来是 {sum}{unit}，本行增减 {change}{unit}：{why}。",
    remedy="核对原因里的金额和本年数、上年数，改正写错的一处；还有别的增减的，一并写出来。",
    reads=(*REASONS, "project.amount", "project.name"),
    in_turn=tuple(FORMS),
)
def parts_of_a_change(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason whose parts do not add up to the change, and either says that the rest is flat or has one slip of the hand."""
    for form, row, change, reason in changed_of_forms(book):
        parts = _signed_parts(reason.text, bounds) if change.number else None
        total = sum((part.amount for part in parts or ()), Decimal(0))
        own = own_amounts(row, change).values()
        if (
            not parts
            or total == change.number
            or any(abs(part.amount) in own for part in parts)
        ):
            continue  # the row's own amount among them is no part
        if (
            WHOLE_CHANGE.search(reason.text)
            or OWN_CHANGE.match(reason.text)
            or any(_slipped_projects(book, reason, bounds))
        ):
            continue  # told by rules of their own
        why, where = _why_apart(form, row, parts, change.number - total, book, bounds)
        if not why and REST_SAID.search(reason.text) is None:
            continue
        places = {
            "sum": bounds.said(total),
            "change": bounds.said(change),
            "why": why or "原因说其余的持平",
        }
        yield Breach(
            (*where, *cells(reason, change)),
            places,
            value=f"{total:f}",
            expected=f"{change.number:f}",
        )


def _why_apart(
    form: str,
    row: Row,
    parts: list[Part],
    missing: Decimal,
    book: Return,
    bounds: Bounds,
) -> tuple[str, tuple[Cell, ...]]:
    """What one slip of the hand would explain that the parts of a reason miss the change, and its cell if it is a figure's."""
    if len(parts) == 1:
        return "", ()  # one amount is seldom the whole change
    why = _slipped_part(parts, missing, bounds) or _turned_part(parts, missing)
    if why:
        return why, ()
    figure = _slipped_figure(form, row, missing, book, bounds)
    return (figure[1], cells(figure[0])) if figure else ("", ())


def _slip_of_a_project(
    book: Return, clause: str, bounds: Bounds
) -> Iterator[tuple[str, str, Decimal, str]]:
    """Amounts behind a project's name, a slip away from what it costs: as written, the project, its amount, the slip."""
    for project in book.projects:
        due = project.head.figure("amount").number
        if not project.name or not due:
            continue
        _, _, behind = clause.partition(project.name)
        for said, amount in amounts_in(behind, bounds):
            slip = slip_between(amount, due)
            if slip and slip != ONE_DIGIT:
                yield said, project.name, due, slip


def _slipped_projects(
    book: Return, reason: Words, bounds: Bounds
) -> Iterator[tuple[str, str, Decimal, str]]:
    """The same of every clause of a reason."""
    for clause in (
        CLAUSES.split(reason.text) if any(map(str.isdecimal, reason.text)) else ()
    ):
        yield from _slip_of_a_project(book, clause, bounds)


@look(
    id="B02-23",
    title="原因里项目的金额与项目表差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="原因里“{name}”写的是“{said}”，项目表里是 {due}{unit}：{slip}。",
    remedy="核对是原因里写错了，还是项目表里填错了；写的是上年数的，不用改。",
    reads=(*REASONS, "project.amount", "project.name"),
    in_turn=tuple(FORMS),
)
def project_amount_nearly_right(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason that names a project with an amount whose digits are those of the project's, moved."""
    for _, _, reason in changed_rows(book):
        for said, name, due, slip in _slipped_projects(book, reason, bounds):
            places = {
                "name": brief(name),
                "said": said,
                "due": bounds.said(due),
                "slip": slip,
            }
            yield Breach(cells(reason), places, value=said, expected=f"{due:f}")
