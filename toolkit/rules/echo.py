"""A number said once that everywhere else in the return is another by a slip of the hand: 2830人 where all else says 2380人."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from toolkit.model import Cell, Disclosure, Project, Return, record
from toolkit.rules.costs import exchanged_projects, is_total
from toolkit.rules.department_projects import items
from toolkit.rules.goal_numbers import Quantity, promise_of, quantities_in
from toolkit.rules.indicator_value import (
    INDICATORS,
    Indicator,
    family,
    pairs_shared,
    table_of,
)
from toolkit.rules.misfits import Fit, judged
from toolkit.rules.reading import Passage, brief, cells, each_once, late
from toolkit.rules.reasons import FORMS, REASONS, amounts_in, changed_rows
from toolkit.rules.reckoning import stated
from toolkit.rules.rule import WARNING, Bounds, Breach, look, look_whole
from toolkit.rules.slip import (
    CHANGED_PLACES,
    FEWEST_DIGITS,
    MOVED,
    ONE_DIGIT,
    significant,
    slip_between,
)

MONEY = "money"
YUAN = "元"
CLAUSE = late(r"[。；，;,\n]")
# a clause that may speak of another year's money
EARLIER = late("上年|去年|往年|20\\d\\d年")
CERTAIN_DIGITS = 4  # of an amount from which one that is a slip away from it is no other amount by chance
FEWEST_ECHOES = 2  # places that say a number, from which the one place that says it otherwise is the odd one
# neighbouring pairs of characters that the places of a round number share
LEAST_SHARED = 3


@record(slots=True)
class Said:
    """A number in one place: of what kind (money in the profile's unit, people, or the unit that it counts), about what."""

    number: Decimal
    kind: str
    text: str
    about: str
    cells: tuple[Cell, ...]


def _kind(unit: str, bounds: Bounds) -> str:
    """What is counted alike: people whatever they are called, else the unit itself; 场次 as 场."""
    of = family(unit, bounds)
    return of if of in ("people", MONEY) else unit.removesuffix("次") or unit


def _of_text(
    passage: Passage, quantities: Iterable[Quantity], bounds: Bounds
) -> Iterator[Said]:
    """The numbers of people, things and money in a text."""
    for one in quantities:
        if not one.roughly:
            yield Said(
                one.number,
                _kind(one.unit, bounds),
                one.said,
                one.clause + one.about,
                passage.cells,
            )
    for said, amount in amounts_in(passage.text, bounds):
        yield Said(amount, MONEY, said, passage.text, passage.cells)


def _of_row(row: Indicator, bounds: Bounds) -> Said:
    """The number of an indicator row."""
    kind = _kind(row.value.unit, bounds)
    number = row.value.amount / bounds.yuan if kind == MONEY else row.value.amount
    return Said(number, kind, row.value.text, row.about, row.cells("value"))


def _of_project(
    project: Project, kinds: Collection[str], bounds: Bounds
) -> Iterator[Said]:
    """Every number of these kinds that a project's amount, goal and indicators say."""
    amount = project.head.figure("amount")
    if MONEY in kinds:
        yield Said(
            amount.number,
            MONEY,
            f"{bounds.said(amount)}{bounds.unit}",
            project.name,
            cells(amount),
        )
    goal = project.head.words("goal")
    quantities = promise_of(project, bounds).quantities
    if quantities or MONEY in kinds:
        yield from _of_text(Passage("project.goal", goal), quantities, bounds)
    for row in table_of(project, bounds):
        if row.value.is_number and _kind(row.value.unit, bounds) in kinds:
            yield _of_row(row, bounds)


def _echoed(said: Said, others: list[Said], slip: str) -> bool:
    """Whether places that all say another number speak of what this one speaks of.

    Of an amount with many digits that is certain; else one of them must share words with it, and a place alone most of them.
    """
    if not others:
        return False
    digits = len(significant(others[0].number))
    if slip == ONE_DIGIT and digits <= CERTAIN_DIGITS:
        return False
    several = len({other.cells for other in others}) >= FEWEST_ECHOES
    if several and said.kind == MONEY and digits >= CERTAIN_DIGITS:
        return True
    least = 1 if several and digits >= FEWEST_DIGITS else LEAST_SHARED
    return any(pairs_shared(said.about, other.about) >= least for other in others)


def _slip(said: Decimal, other: Decimal) -> str:
    """The slip between two numbers; of round ones too where the point or the zeros alone differ: 30万 for 3万."""
    if significant(said) == significant(other):
        return MOVED
    return slip_between(said, other)


def _odd_ones(
    ours: list[Said], all_said: Iterable[Said]
) -> Iterator[tuple[Said, list[Said], str]]:
    """Numbers that no other place says, each with the places that say it otherwise and the slip between them."""
    by_kind: dict[str, dict[Decimal, list[Said]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in all_said:
        by_kind[one.kind][one.number].append(one)
    for said in ours:
        numbers = by_kind[said.kind]
        if not said.number or any(
            other.cells != said.cells for other in numbers[said.number]
        ):
            continue
        found = []
        for number, others in numbers.items():
            slip = (
                _slip(said.number, number) if number and number != said.number else ""
            )
            elsewhere = [other for other in others if other.cells != said.cells]
            if slip and _echoed(said, elsewhere, slip):
                found.append((said, elsewhere, slip))
        if len(found) == 1:
            yield found[0]


@look_whole(
    id="F04-05",
    title="部门目标里的数与别处差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="汇总后",
    message="部门整体绩效写“{said}”，别处（{count} 处）写的是“{other}”：{slip}。",
    remedy="说的是同一件事的，核对以后改成一致；不是同一件事的，不用改。",
    needs=("goals.goal", "goals.indicators", "overall.goal", "project.goal"),
    reads=(*INDICATORS, "project.amount", "project.name"),
)
def odd_number(disclosure: Disclosure, bounds: Bounds) -> Iterator[Breach]:
    """A number of the department's goals that nothing else says, while two places at least say it a slip of the hand apart."""
    whole = disclosure.whole
    ours = [
        said
        for passage in items(whole)
        for said in _of_text(passage, quantities_in(passage.text, bounds), bounds)
    ]
    if not ours:
        return
    kinds = {said.kind for said in ours}
    theirs = (
        said
        for project in whole.projects
        for said in _of_project(project, kinds, bounds)
    )
    for said, echoes, slip in _odd_ones(ours, (*ours, *theirs)):
        places = {
            "said": said.text,
            "count": str(len(echoes)),
            "other": echoes[0].text,
            "slip": slip,
        }
        yield Breach(
            each_once((*said.cells, *(cell for echo in echoes for cell in echo.cells))),
            places,
        )


@look(
    id="B02-24",
    title="增减原因里的数与项目表差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="原因里写“{said}”，项目表（{count} 处）写的是“{other}”：{slip}。",
    remedy="说的是同一件事的，核对以后改成一致；不是同一件事的，不用改。",
    reads=(*REASONS, *INDICATORS, "project.amount", "project.goal", "project.name"),
    in_turn=tuple(FORMS),
)
def odd_number_in_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A number of people or things in a reason of change that two places of the projects say a slip of the hand apart."""
    reasons = [reason for _, _, reason in changed_rows(book) if reason.given]
    ours = [
        said
        for reason in reasons
        for said in _of_text(
            Passage("reason", reason), quantities_in(reason.text, bounds), bounds
        )
    ]
    counted = [said for said in ours if said.kind != MONEY]
    if not counted:
        return
    kinds = {said.kind for said in counted}
    theirs = (
        said
        for project in book.projects
        for said in _of_project(project, kinds, bounds)
    )
    for said, echoes, slip in _odd_ones(counted, (*ours, *theirs)):
        if len({echo.cells for echo in echoes}) >= FEWEST_ECHOES:
            places = {
                "said": said.text,
                "count": str(len(echoes)),
                "other": echoes[0].text,
                "slip": slip,
            }
            yield Breach(
                each_once(
                    (*said.cells, *(cell for echo in echoes for cell in echo.cells))
                ),
                places,
            )


def _odd_amounts(
    project: Project, told: Collection[int], others: Collection[Decimal], bounds: Bounds
) -> Iterator[tuple[Said, str]]:
    """What the goal and the cost rows of a project say in money that is its amount with a slip of the hand, and the slip.

    Not what another rule holds against the amount, nor the amount of another project.
    """
    amount = project.head.figure("amount").number
    goal = project.head.words("goal")
    if YUAN in goal.text and stated(project) is None:
        for said, money in amounts_in(goal.text, bounds):
            slip = "" if money in others else _nearly(money, amount)
            if slip and not _is_earlier(said, goal.text):
                yield Said(money, MONEY, said, "绩效目标", cells(goal)), slip
    for row in table_of(project, bounds):
        if not row.value.is_number or id(row) in told or row.family != MONEY:
            continue
        number = row.value.amount / bounds.yuan
        slip = "" if number in others else _nearly(number, amount)
        if slip and (
            number > amount or row.value.is_floor or not is_total(row, bounds)
        ):
            yield replace(_of_row(row, bounds), about=f"成本指标“{row.level3}”"), slip


def _is_earlier(said: str, text: str) -> bool:
    """Whether every clause that says an amount may speak of another year's money."""
    return all(
        EARLIER.search(clause) is not None
        for clause in CLAUSE.split(text)
        if said in clause
    )


def _nearly(said: Decimal, amount: Decimal) -> str:
    """The slip between an amount and a project's, where there are enough digits that it can be nothing else."""
    slip = slip_between(said, amount)
    digits = len(significant(amount))
    return (
        slip
        if digits > CERTAIN_DIGITS
        or (digits == CERTAIN_DIGITS and slip == CHANGED_PLACES)
        else ""
    )


@look(
    id="D07-14",
    title="项目里的金额与项目金额差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="绩效指标",
    message="项目“{project}”的金额是 {amount}{unit}，{where}写的是“{said}”：{slip}。",
    remedy="核对哪个数对，两处改成一致；说的不是项目金额的，不用改。",
    needs=("project.amount", "project.goal"),
    reads=(*INDICATORS, "project.name"),
)
def amount_said_otherwise(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount in a project's goal or costs is the project's with a slip of the hand; where several say it so, one finding."""
    exchanged = {
        id(project) for pair in exchanged_projects(book, bounds) for project in pair
    }
    amounts = {project.head.figure("amount").number for project in book.projects}
    # of another size altogether
    told = {id(one.cost.row) for one in judged(book, bounds) if one.fit is Fit.APART}
    for project in book.projects:
        amount = project.head.figure("amount")
        if id(project) in exchanged or amount.number <= 0:
            continue
        odd = list(_odd_amounts(project, told, amounts, bounds))
        if not odd:
            continue
        first, slip = odd[0]
        where = "、".join(each_once(one.about for one, _ in odd))
        places = {
            "project": brief(project.name),
            "amount": bounds.said(amount),
            "where": where,
            "said": first.text,
            "slip": slip,
        }
        others = [cell for one, _ in odd for cell in one.cells]
        # Where two places agree with each other, the amount is the odd one.
        ordered = (
            (*cells(amount), *others) if len(odd) > 1 else (*others, *cells(amount))
        )
        yield Breach(each_once(ordered), places)
