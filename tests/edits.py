"""Edits as people make them in a statement, at random but known: which numbers became what, which words were changed.

`python -m tests.edits 100` makes so many edited copies, holds each against its base text, and counts what was missed.
"""

from __future__ import annotations

import copy
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from tests.test_statement import EXAMPLES, PROFILE, example
from toolkit.files.passages import read_docx
from toolkit.model import Disclosure
from toolkit.publish.edited.base import Base, of_statement
from toolkit.publish.edited.held import Held, hold
from toolkit.publish.edited.numbers import Kind
from toolkit.publish.statement import told
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge

NUMBER = re.compile(r"\d+(?:\.\d+)?")
CLAUSE = re.compile("[，；]")
WORDS = (
    "按照县委县政府要求",
    "进一步",
    "认真",
    "依法依规",
    "切实",
    "为此",
    "据此",
    "统筹",
    "在此基础上",
    "有关方面",
)
WAYS = re.compile("增加|减少|增长|下降|持平")


@cache
def short() -> Disclosure:
    """The corrected example with one project of each unit: the same sentences, few tables."""
    folder = EXAMPLES / "02-xianghe-corrected" / "returns"
    data = [
        json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.json"))
    ]
    units = [
        from_data({**one, "projects": one["projects"][:1]}, PROFILE, f"{n}.xlsx")
        for n, one in enumerate(data)
    ]
    return merge([computed(unit, PROFILE.book) for unit in units], PROFILE)


@cache
def made(*, whole: bool = False) -> tuple[bytes, Base]:
    """The statement of the corrected example, whole or short, and its base text."""
    document, said, heard = told(example() if whole else short(), PROFILE)
    return document, of_statement(said, heard, PROFILE, "")


@dataclass
class Copy:
    """A copy of the statement that is edited, and what was done to it."""

    document: Any
    draws: random.Random
    # numbers, each as it was and as it is
    changed: list[tuple[str, str]] = field(default_factory=list)
    edits: int = 0
    # numbers whose line was edited by number already, by element and order
    touched: set[int] = field(default_factory=set)

    def paragraphs(self) -> list[Paragraph]:
        """Every paragraph that says something, in the body and in tables."""
        body = self.document.element.body
        found = [Paragraph(p, self.document) for p in body.iter(qn("w:p"))]
        # whose pages any program counts anew
        return [
            p
            for p in found
            if p.text.strip() and getattr(p.style, "name", "") != "目录行"
        ]

    def body(self) -> list[Paragraph]:
        """The paragraphs outside tables that are sentences."""
        return [p for p in self.document.paragraphs if len(p.text) > 30]


def write(paragraph: Paragraph, text: str) -> None:
    """Type a text over a paragraph's, as one goes over it in Word."""
    runs = [run for run in paragraph.runs if run.text]
    runs[0].text = text
    for run in runs[1:]:
        run.text = ""


def opened(folder: Path, draws: random.Random) -> Copy:
    path = folder / "原件.docx"
    path.write_bytes(made(whole=True)[0])
    return Copy(docx.Document(str(path)), draws)


def another(number: str, draws: random.Random) -> str:
    """A number that a slip, or a person, makes of one."""
    while True:
        way = draws.randrange(5)
        if way == 0:
            at = draws.choice([at for at, sign in enumerate(number) if sign.isdigit()])
            new = number[:at] + str(draws.randrange(10)) + number[at + 1 :]
        elif way == 1:
            new = number + str(draws.randrange(1, 10))
        elif way == 2 and len(number) > 1:
            at = draws.randrange(len(number) - 1)
            new = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        elif way == 3:
            new = f"{draws.randrange(1, 100_000) / 100:.2f}"
        else:
            new = number.partition(".")[0]
        if re.fullmatch(r"\d+(\.\d+)?", new) and float(new) != float(number):
            return new


def numbers(copy_: Copy, count: int) -> None:
    """Change so many numbers, each at most once."""
    places = [
        (p, at) for p in copy_.paragraphs() for at in range(len(NUMBER.findall(p.text)))
    ]
    for paragraph, at in copy_.draws.sample(places, count):
        match = list(NUMBER.finditer(paragraph.text))[at]
        new = another(match[0], copy_.draws)
        write(
            paragraph,
            paragraph.text[: match.start()] + new + paragraph.text[match.end() :],
        )
        copy_.changed.append((match[0], new))
        copy_.edits += 1


def words(copy_: Copy, count: int) -> None:
    """Change so many sentences, and no number of theirs: something is put in, taken out, or said otherwise."""
    for paragraph in copy_.draws.sample(copy_.body(), count):
        clauses = CLAUSE.split(paragraph.text)
        plain = [
            c
            for c in clauses
            if len(c) > 5 and not re.search(r"[\d—]", c) and not WAYS.search(c)
        ]
        clause = copy_.draws.choice(plain) if plain else ""
        way = copy_.draws.randrange(3)
        if clause and way == 0:
            text = paragraph.text.replace(clause, clause[: len(clause) // 2], 1)
        elif clause and way == 1:
            text = paragraph.text.replace(
                clause, copy_.draws.choice(WORDS) + clause[2:], 1
            )
        else:
            at = copy_.draws.choice(
                [0, *(m.end() for m in CLAUSE.finditer(paragraph.text))]
            )
            text = (
                paragraph.text[:at]
                + copy_.draws.choice(WORDS)
                + "，"
                + paragraph.text[at:]
            )
        write(paragraph, text)
        copy_.edits += 1


def moves(copy_: Copy, count: int) -> None:
    """Move so many paragraphs to another place of the body."""
    for paragraph in copy_.draws.sample(copy_.body(), count):
        target = copy_.draws.choice(copy_.body())
        if target._p is not paragraph._p:  # noqa: SLF001  python-docx has no other way
            target._p.addprevious(paragraph._p)  # noqa: SLF001
            copy_.edits += 1


def splits(copy_: Copy, count: int) -> None:
    """Split so many paragraphs at a full stop or a comma."""
    for paragraph in copy_.draws.sample(
        [p for p in copy_.body() if len(p.text) > 60], count
    ):
        middle = len(paragraph.text) // 2
        at = next(
            (
                m.end()
                for m in re.finditer("[，；。]", paragraph.text)
                if m.end() >= middle
            ),
            0,
        )
        if 0 < at < len(paragraph.text):
            second = copy.deepcopy(paragraph._p)  # noqa: SLF001
            text = paragraph.text
            paragraph._p.addnext(second)  # noqa: SLF001
            write(paragraph, text[:at])
            write(Paragraph(second, paragraph._parent), text[at:])  # noqa: SLF001
            copy_.edits += 1


def held(copy_: Copy, folder: Path) -> Held:
    path = folder / "改过的.docx"
    copy_.document.save(str(path))
    return hold(read_docx(path), made(whole=True)[1])


@dataclass(frozen=True)
class Judged:
    """What holding an edited copy found: numbers told with both values, told otherwise, missed; alarms beside them."""

    exact: int
    otherwise: int
    missed: int
    false: int


def judge(copy_: Copy, found: Held) -> Judged:
    bare = re.compile(r"-?[\d.,]+")

    def number(text: str) -> str:
        match = bare.match(text)
        return match[0] if match else text

    due = Counter(copy_.changed)
    said = Counter(
        (number(f.due), number(f.now)) for f in found.findings if f.kind is Kind.CHANGED
    )
    exact = sum((due & said).values())
    left, more = due - said, said - due
    gone = Counter(number(f.due) for f in found.findings if f.kind is Kind.TAKEN_OUT)
    typed = Counter(number(f.now) for f in found.findings if f.kind is Kind.TYPED_IN)
    gone += Counter(old for old, _ in more.elements())
    typed += Counter(new for _, new in more.elements())
    otherwise = missed = 0
    for old, new in left.elements():
        if gone[old] and typed[new]:
            gone[old] -= 1
            typed[new] -= 1
            otherwise += 1
        else:
            missed += 1
    turned = sum(f.kind is Kind.TURNED for f in found.findings)
    return Judged(
        exact,
        otherwise,
        missed,
        sum((+gone).values()) + sum((+typed).values()) + turned,
    )


PLANS: tuple[tuple[Callable[[Copy, int], None], int], ...] = (
    (words, 8),
    (moves, 2),
    (splits, 2),
    (numbers, 20),
)


def edited(
    folder: Path,
    seed: int,
    plans: tuple[tuple[Callable[[Copy, int], None], int], ...] = PLANS,
) -> Copy:
    """A copy with random edits of every kind."""
    copy_ = opened(folder, random.Random(seed))
    for plan, count in plans:
        plan(copy_, count)
    return copy_


def runs(copies: int, first: int = 0) -> Iterator[tuple[Copy, Judged]]:
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + copies):
            copy_ = edited(Path(folder), seed)
            yield copy_, judge(copy_, held(copy_, Path(folder)))


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    begun = time.perf_counter()
    results = list(runs(wanted))
    each = [result for _, result in results]
    changed = sum(len(copy_.changed) for copy_, _ in results)
    exact, otherwise = (
        sum(one.exact for one in each),
        sum(one.otherwise for one in each),
    )
    missed, false = sum(one.missed for one in each), sum(one.false for one in each)
    print(
        f"{wanted} copies, {sum(copy_.edits for copy_, _ in results)} edits, {changed} of them of numbers"
    )
    print(
        f"exact {exact} ({exact / changed:.2%}), told otherwise {otherwise}, missed {missed}, false alarms {false}"
    )
    print(f"{time.perf_counter() - begun:.0f} s")
    for seed, result in enumerate(each):
        if result.missed or result.false:
            print("seed", seed, result)
