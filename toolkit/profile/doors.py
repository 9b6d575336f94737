"""By which door a unit's figures come: which forms each asks for, which tables are derived from lists of entries."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model import record
from toolkit.rules.claim import Term
from toolkit.rules.where import Where


@record()
class Derived:
    """Where the rows of a derived list come from.

    `source` is the list of entries, `by` its column that holds a whole code, `levels` those that each have a row for every code
    that occurs, the outermost first; `where` says which entries are meant, all where it is None. `sums` has for each column of
    the derived list what its figures are, over the entries of the row's code, whose columns it names bare.
    """

    source: str
    by: str
    levels: tuple[str, ...]
    where: Where | None
    sums: Mapping[str, Term]


@record()
class Door:
    """One way in which figures come. `key` is what the cover's switch says.

    A form that any door names belongs to those alone that name it: among `forms` where it is filled in, among `derived` where
    it is calculated from entries. All other forms belong to every door. By the door that is `unsaid` goes a workbook that says
    none: it was drawn before there were any.
    """

    key: str
    title: str
    forms: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    unsaid: bool = False

    @property
    def own(self) -> frozenset[str]:
        """The forms that it has, of those that not every door has."""
        return frozenset((*self.forms, *self.derived))
