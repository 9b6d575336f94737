"""That a column holds codes of a classification, or their names, and which columns of a block hold one code between them."""

from __future__ import annotations

from toolkit.model import record


@record()
class Coding:
    """That a column holds a code: of which list, of which of its levels (none named: of any).

    Where `part` names a level, the column holds the digits alone that this level adds (类 205, 款 02, 项 05); zeros that were
    lost in front are filled up to `digits`, 0 for a level that has none in front.
    """

    list: str
    levels: tuple[str, ...] = ()
    part: str = ""
    digits: int = 0
    funds: tuple[
        str, ...
    ] = ()  # the kinds of money whose codes may stand there; none named: all


@record()
class LookUp:
    """That a column's text is never typed: a code list gives it for the code that stands in other columns of the row."""

    list: str
    by: tuple[str, ...]


@record()
class Coded:
    """The columns of a block that hold one code between them, and the one that shows its name ("" where none does)."""

    list: str
    columns: tuple[str, ...]
    levels: tuple[str, ...] = ()
    name: str = ""
    funds: tuple[str, ...] = ()
