"""Before a text goes out (公开前): personal data, what is left of a template, words that a person must look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.files.passages import Document, Passage, Where
from toolkit.model import Cell, record
from toolkit.profile.bounds import bounds_of
from toolkit.profile.form import Profile
from toolkit.rules.catalogue import RULES
from toolkit.rules.reading import of_lines
from toolkit.rules.rule import ERROR, Breach

BEFORE_PUBLICATION = "公开前"  # the kind of rules that look for what nobody may publish


@record(slots=True)
class Sighting:
    """Something seen in a text: where, what, and whether it must be gone before the text goes out."""

    place: str
    said: str
    stops: bool


def sightings(
    document: Document, profile: Profile, words: Sequence[str] = ()
) -> tuple[Sighting, ...]:
    """What a text holds that nobody should publish unseen; `words` are those that a person must look at."""
    return (
        *_personal(document, profile),
        *_left(document, profile),
        *_to_look_at(document, profile, words),
    )


def _personal(document: Document, profile: Profile) -> Iterator[Sighting]:
    """Personal data, by the rules that look for it in what units type."""
    bounds = bounds_of(profile)
    lines = [
        (passage.text, Cell(document.name, passage.place, 1, 1))
        for passage in document.passages
    ]
    book = of_lines(lines, bounds)
    for rule in RULES:
        if rule.kind == BEFORE_PUBLICATION and rule.look is not None:
            for breach in rule.look(book, bounds):
                if not isinstance(breach, Breach):
                    continue
                places: dict[str, Any] = dict(breach.places)
                yield Sighting(
                    breach.cells[0].sheet,
                    rule.message.format(**places),
                    rule.severity is ERROR,
                )


def residue(profile: Profile) -> re.Pattern[str]:
    """What finds prompts and signs of a template."""
    words = bounds_of(profile).words
    plain = [re.escape(word) for word in words["residue"]]
    patterns = (*words["machine_mark_patterns"], *words["residue_patterns"])
    return re.compile("|".join((*plain, *patterns)))


def _left(document: Document, profile: Profile) -> Iterator[Sighting]:
    pattern = residue(profile)
    for passage in document.passages:
        for match in pattern.finditer(passage.text):
            yield Sighting(passage.place, f"留着模板的“{match[0]}”", stops=False)


def _to_look_at(
    document: Document, profile: Profile, words: Sequence[str]
) -> Iterator[Sighting]:
    """Words such as 涉密, each once with the first place it stands in and how often.

    A title of the form's own row (203 国防支出) stands in every department's table, and is no word of this one.
    """
    rows = [
        row for block in profile.book.blocks.values() for row in block.rows.values()
    ]
    titles = {
        row.title.split()[-1]
        for row in rows
        if any(word in row.title for word in words)
    }
    for word in words:
        own = [title for title in titles if word in title]
        places = [
            passage.place
            for passage in document.passages
            if word in _without(own, passage)
        ]
        if places:
            yield Sighting(
                places[0],
                f"有“{word}”，共 {len(places)} 处，请有权的人看过",
                stops=False,
            )


def _without(titles: Sequence[str], passage: Passage) -> str:
    """What a line says besides titles of rows; only a table has such."""
    text = passage.text
    for title in titles if passage.where is Where.SHEET else ():
        text = text.replace(title, "")
    return text
