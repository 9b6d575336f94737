"""How the rows of a list fall into kinds, as a form declares it: procurement into goods, works and services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.model import Figure, Row, record, total

UNSORTED = "未分类"


@record()
class Kinds:
    """How the rows of a list fall into kinds: by what the text in a column begins with; `begins` gives each its title.

    `of` is the column whose sums are told kind by kind.
    """

    column: str
    of: str
    begins: Mapping[str, str]

    def sort(self, rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
        """The rows of each kind by its title, in the order declared; under "" those of none."""
        sorted_rows: dict[str, list[Row]] = {
            title: [] for title in (*self.begins.values(), "")
        }
        for row in rows:
            text = row.text(self.column)
            title = next(
                (
                    title
                    for beginning, title in self.begins.items()
                    if text.startswith(beginning)
                ),
                "",
            )
            sorted_rows[title].append(row)
        return {title: tuple(held) for title, held in sorted_rows.items()}

    def totals(self, rows: Iterable[Row]) -> dict[str, Figure]:
        """The sum of each kind by its title; of the rows without a kind, under 未分类, only where there is any."""
        sums = {
            title: total(row.figure(self.of) for row in held)
            for title, held in self.sort(rows).items()
        }
        unsorted = sums.pop("")
        return sums | ({UNSORTED: unsorted} if unsorted.number else {})
