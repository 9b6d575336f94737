"""Two returns compared: figures and texts that changed, projects come and gone, texts left although their figure moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from toolkit.check.naming import NamedRow, named_rows
from toolkit.model import Figure, Return, Role, Words, record
from toolkit.profile.form import Profile
from toolkit.returns.data import datum_of


@record(slots=True)
class Difference:
    """A value that is not the same: what it is called, whose it is, both values ("" is a blank)."""

    said: str
    old: str
    new: str
    project: str = ""
    office: str = ""
    by: Decimal | None = None  # how much more, of a figure


@record()
class Compared:
    """What is not the same in two returns of one unit."""

    figures: tuple[Difference, ...] = ()
    texts: tuple[Difference, ...] = ()
    came: tuple[str, ...] = ()  # projects
    gone: tuple[str, ...] = ()
    left: tuple[
        Difference, ...
    ] = ()  # texts that are as they were although a figure beside them moved

    def __bool__(self) -> bool:
        return bool(self.figures or self.texts or self.came or self.gone)


def compare_returns(
    one: Return, other: Return, profile: Profile, key: str = "unit"
) -> Compared:
    """What is not the same; rows are known by what they say, wherever they stand."""
    before = {row.name: row for row in named_rows(one, profile, key)}
    after = {row.name: row for row in named_rows(other, profile, key)}
    ours = Counter(project.name for project in one.projects)
    theirs = Counter(project.name for project in other.projects)
    gone, came = (ours - theirs), (theirs - ours)
    figures: list[Difference] = []
    texts: list[Difference] = []
    left: list[Difference] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        whose = new or old
        if whose is None:
            continue
        # A project that went or came is told once, not row by row.
        if new is None and whose.project in gone:
            continue
        if old is None and whose.project in came:
            continue
        moved, worded = _of_row(old, new, whose)
        figures += moved
        texts += worded
        if moved and old is not None and new is not None:
            left += _left(old, new, profile)
    return Compared(
        tuple(figures),
        tuple(texts),
        tuple(came.elements()),
        tuple(gone.elements()),
        tuple(left),
    )


def _of_row(
    old: NamedRow | None, new: NamedRow | None, whose: NamedRow
) -> tuple[list[Difference], list[Difference]]:
    """The figures and the texts of one row that are not the same; what is calculated is nobody's to change."""
    figures: list[Difference] = []
    texts: list[Difference] = []
    for column, shape in whose.block.columns.items():
        was, now = (
            row.row.values.get(column) if row is not None else None
            for row in (old, new)
        )
        if not whose.is_typed(column):
            continue
        before, after = (
            datum_of(value) or "" if value is not None else "" for value in (was, now)
        )
        if before == after:
            continue
        is_figure = isinstance(was, Figure) or isinstance(now, Figure)
        numbers = [value.number for value in (was, now) if isinstance(value, Figure)]
        by = numbers[1] - numbers[0] if len(numbers) == 2 else None  # noqa: PLR2004  before and after
        said = f"{whose.said}的“{shape.title}”"
        (figures if is_figure else texts).append(
            Difference(said, before, after, whose.project, whose.office, by)
        )
    return figures, texts


def _left(old: NamedRow, new: NamedRow, profile: Profile) -> Iterator[Difference]:
    """Texts in people's own words (a reason, a goal) that stayed word for word beside a figure that moved."""
    for column, shape in new.block.columns.items():
        if (
            f"{new.block.key}.{column}" not in profile.book.spoken
            or shape.role is Role.PROJECT_NAME
        ):
            continue
        was, now = old.row.words(column), new.row.words(column)
        if isinstance(now, Words) and now.text and was.text == now.text:
            yield Difference(
                f"{new.said}的“{shape.title}”",
                now.text,
                now.text,
                new.project,
                new.office,
            )
