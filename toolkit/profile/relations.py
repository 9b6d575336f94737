"""What must hold between the forms of a profile, as it declares it."""

from __future__ import annotations

from toolkit.model import record
from toolkit.rules.claim import Term


@record()
class Relation:
    """Two formulas over complete names, and how the left stands to the right: "==", "<=" or ">=".

    `by` names columns that all lists of both sides have: the relation then holds for each key that stands in them, of its rows.
    """

    key: str
    title: str
    left: Term
    op: str
    right: Term
    by: tuple[str, ...] = ()
    # what a message calls the left and the right; "" where the formulas say it
    said: tuple[str, str] = (
        "",
        "",
    )
