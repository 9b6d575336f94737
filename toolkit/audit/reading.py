"""A statement read: its form, sections, facts and tables, how much of it was understood, and whether it can be audited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.audit.blocks import (
    ITEM,
    NUMBERINGS,
    NUMERALS,
    Block,
    Paragraph,
    Row,
    Table,
    sentences_in,
)
from toolkit.audit.columns import in_cells
from toolkit.audit.facts import OUTCOME, Fact, Role, facts_of, wide
from toolkit.audit.forms import Form, form_of, unknown
from toolkit.audit.tables import ReadTable, read_plain, read_table

HEADING = 45  # letters; what is longer is no heading
ENOUGH = 0.5  # of the numbers in sections that count must be understood
FEWEST_LETTERS = 100  # fewer Chinese letters are no statement
STRANGE = 0.08  # of the letters that no Chinese text has: the text layer is broken
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_USUAL = re.compile(
    r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u203b\u2160-\u2179\u2460-\u249b±×÷≤≥≠≈℃°·²³㎡…—§\s\x20-\x7e\xa0]"
)
_CID = re.compile(r"\(cid:\d+\)")
CLAUSE_END = re.compile(r"[，。；：]")
_YEAR = re.compile(r"(20\d\d)年")
SEVERAL = 4  # names with different amounts
LONGEST_TITLE = 60  # letters
OFTEN = 3  # times that a year must be told where the title names none
RUN_IN = re.compile(
    rf"(?P<head>(?:[（(][{NUMERALS}]+[）)]|[{NUMERALS}]+、|\d{{1,2}}[.．、])[^，。；：\d]{{2,20}}(?:情况|说明|概况|职责|运行经费))[。：]"
)
COUNTED = re.compile(r"(\d{1,2})[.．、]")
TITLES = 6  # paragraphs among which the title stands


@dataclass(frozen=True, slots=True)
class Heading:
    """A section that was found, and the number of its heading among the paragraphs."""

    section: str
    paragraph: int


@dataclass(frozen=True)
class Statement:
    """A statement as it was read."""

    name: str
    form: Form
    blocks: tuple[Block, ...]
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[str, ...]  # of each paragraph
    headings: tuple[Heading, ...]
    facts: tuple[Fact, ...]
    tables: tuple[ReadTable, ...]
    unread: tuple[Table, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    @cached_property
    def title(self) -> str:
        """The paragraph that names year and kind, or the first."""
        told = [one.text for one in self.paragraphs[:TITLES] if _may_be_title(one.text)]
        pattern = self.form.wording["titled"]
        return next(
            (text for text in told if re.search(pattern, text)), told[0] if told else ""
        )

    @cached_property
    def year(self) -> int:
        """The year that the title speaks of, else the one that most budgets of the text are of; 0 where that is not sure."""
        if found := _YEAR.search(self.title):
            return int(found[1])
        told = Counter(
            int(found["year"])
            for found in re.finditer(self.form.wording["titled"], self.text)
        )
        year, times = told.most_common(1)[0] if told else (0, 0)
        return year if times >= OFTEN and times * 2 > told.total() else 0

    @cached_property
    def kind(self) -> str:
        """预算 or 决算, as the title says; "" where it does not."""
        found = re.search(self.form.wording["titled"], self.title)
        return found["kind"] if found else ""

    @cached_property
    def named(self) -> dict[str, tuple[Fact, ...]]:
        """The values by their names, in the order of the text."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            if fact.declared and fact.role is Role.VALUE and self.speaks_of_all(fact):
                found.setdefault(fact.name, []).append(fact)
        return {name: tuple(facts) for name, facts in found.items()}

    def speaks_of_all(self, fact: Fact) -> bool:
        """Whether a fact is of the whole statement: a project's own procurement is told in a section that does not count."""
        return fact.local or not self.headings or fact.section in self._counting

    def first(self, name: str) -> Fact | None:
        """The first amount of a name that is of the statement's own year."""
        return next(
            (
                fact
                for fact in self.named.get(name, ())
                if not self.of_another_year(fact)
            ),
            None,
        )

    def of_another_year(self, fact: Fact) -> bool:
        """Whether the clause of an amount says that it is of another year, or, in a budget, of what was really spent."""
        clause = CLAUSE_END.split(
            wide(self.paragraphs[fact.paragraph].text)[: fact.start]
        )[-1]
        found = _YEAR.search(clause)
        other = bool(found and self.year and int(found[1]) != self.year)
        return other or (self.kind != "决算" and bool(OUTCOME.search(clause)))

    @cached_property
    def _counting(self) -> frozenset[str]:
        return frozenset(
            section.id for section in self.form.sections if section.counted
        )

    @cached_property
    def several(self) -> bool:
        """Whether amounts of one name differ so often that the file must hold the statements of several units."""
        told = [
            {fact.value for fact in facts if not (fact.relative or fact.repeats)}
            for facts in self.named.values()
        ]
        return sum(len(values) > 1 for values in told) >= SEVERAL

    def of_paragraph(self, number: int) -> tuple[Fact, ...]:
        return self._by_paragraph.get(number, ())

    @cached_property
    def _by_paragraph(self) -> dict[int, tuple[Fact, ...]]:
        found: dict[int, list[Fact]] = {}
        for fact in self.facts:
            if fact.role is not Role.FURNITURE:
                found.setdefault(fact.paragraph, []).append(fact)
        return {number: tuple(facts) for number, facts in found.items()}

    def table(self, shape: str) -> ReadTable | None:
        return next((one for one in self.tables if one.shape.id == shape), None)

    # -- how much was understood --

    @cached_property
    def numbers(self) -> tuple[Fact, ...]:
        """The numbers of the sentences; a change told in words is none."""
        return tuple(fact for fact in self.facts if not fact.in_words)

    @cached_property
    def left_over(self) -> tuple[Fact, ...]:
        return tuple(
            fact
            for fact in self.numbers
            if not fact.understood and fact.role is not Role.FURNITURE
        )

    @cached_property
    def counted(self) -> tuple[Fact, ...]:
        """The numbers that must be understood: those of sections that count; of all, where there are no headings.

        So must amounts of money before the first heading that was recognised: they may stand in sections that were not.
        """
        real = [fact for fact in self.numbers if fact.role is not Role.FURNITURE]
        return tuple(
            fact
            for fact in real
            if fact.section in self._counting
            or not self.headings
            or self._unplaced(fact)
        )

    def _unplaced(self, fact: Fact) -> bool:
        return not fact.section and fact.unit in self.form.money

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The titles of sections that the form wants and of which neither heading nor words were found."""
        return tuple(
            title for title in self._not_found if _key(title) not in self._unquoted
        )

    @cached_property
    def unheaded(self) -> tuple[str, ...]:
        """The titles of sections that the text speaks of, but whose headings were not recognised."""
        return tuple(
            title for title in self._not_found if _key(title) in self._unquoted
        )

    @cached_property
    def _unquoted(self) -> str:
        return re.sub(r"[“”\"＂]", "", self.text)

    @cached_property
    def _not_found(self) -> tuple[str, ...]:
        found = {heading.section for heading in self.headings}
        return tuple(
            one.title
            for one in self.form.sections
            if one.required
            and one.id not in found
            and not (one.instead and one.instead <= found)
        )

    @cached_property
    def lacks_little(self) -> bool:
        """Whether only few sections are missing of a form that no place declares: that is told, and the rest can be audited.

        What a place's own form wants was left out, or stands elsewhere; a general form only knows what all are asked for.
        """
        wanted = sum(section.required for section in self.form.sections)
        few = len(self.missing) * 2 <= wanted
        return self.form.general and bool(self.headings) and few

    @cached_property
    def unread_numbers(self) -> int:
        return sum(
            len(re.findall(r"\d[\d,.]*", row.text))
            for table in self.unread
            for row in table.rows
        )

    @cached_property
    def left_rows(self) -> tuple[Row, ...]:
        return tuple(row for table in self.tables for row in table.left_over)

    @cached_property
    def broken(self) -> str:
        """What is wrong with the text as such; "" where it can be read."""
        text = self.text + "".join(
            row.text for table in self.unread for row in table.rows
        )
        if len(_CHINESE.findall(text)) < FEWEST_LETTERS:
            return "几乎没有中文字：可能是扫描的图片，没有文字层"
        strange = sum(not _USUAL.match(letter) for letter in text) + len(
            "".join(_CID.findall(text))
        )
        return "文字层是坏的：许多字认不出来" if strange > STRANGE * len(text) else ""

    @cached_property
    def obstacles(self) -> tuple[str, ...]:
        """Why the statement as a whole cannot be audited; empty where it can."""
        return tuple(self._obstacles())

    def _obstacles(self) -> Iterator[str]:
        if self.broken:
            yield self.broken
            return
        if not self.form.id:
            yield "认不出是哪一种式样"
            return
        if self.missing and not self.lacks_little:
            yield f"缺 {len(self.missing)} 个部分：{'、'.join(self.missing)}"
        understood = sum(fact.understood for fact in self.counted)
        if not self.counted:
            yield "该有数的部分里一个数都没有读到"
        elif understood < ENOUGH * len(self.counted):
            yield f"该读懂的 {len(self.counted)} 个数里只读懂 {understood} 个"


def read_statement(
    name: str, blocks: Sequence[Block], notes: Sequence[str] = ()
) -> Statement:
    """Read the blocks of a statement by the form that it is of."""
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    raw = "\n".join(
        [
            *(one.text for one in paragraphs),
            *(block.title for block in blocks if isinstance(block, Table)),
        ]
    )
    form = form_of(raw, _kind_of(paragraphs))
    return _Collector(form, headless=not _has_headings(paragraphs, form)).statement(
        name, blocks, notes
    )


def _may_be_title(text: str) -> bool:
    """Whether a paragraph is short, and no sentence."""
    return len(text) <= LONGEST_TITLE and not re.search(r"[，。；]", text)


def _key(title: str) -> str:
    """The words of a section's title that matter."""
    return re.sub(
        r"[“”]|(?:安排|预算)?(?:情况|信息|的?事项)(?:说明)?$|^.*(?=三公)", "", title
    )


def _kind_of(paragraphs: Sequence[Paragraph]) -> str:
    """预算 or 决算, as the first paragraph that names a year with one of them says."""
    pattern = unknown().wording["titled"]
    told = (
        re.search(pattern, one.text)
        for one in paragraphs[:TITLES]
        if _may_be_title(one.text)
    )
    return next((found["kind"] for found in told if found), "")


def _has_headings(paragraphs: Sequence[Paragraph], form: Form) -> bool:
    return any(_section_of(one.text, form) for one in paragraphs)


def _section_of(text: str, form: Form) -> str:
    """The section that a paragraph is the heading of; "" where it is none."""
    if len(text) >= HEADING or text.endswith(("。", "；")):
        return ""
    return next(
        (section.id for section in form.sections if section.says.search(text)), ""
    )


def rank_of(heading: str) -> int:
    """In which manner a heading is numbered, the highest first; -1 where it is not."""
    return next((at for at, one in enumerate(NUMBERINGS) if one.match(heading)), -1)


def head_of(text: str) -> str:
    """The heading that a paragraph begins with, where its words follow on the same line; else the whole of it."""
    found = RUN_IN.match(text)
    return found["head"] if found else text


class _Collector:
    """The blocks of one statement, gone through once."""

    def __init__(self, form: Form, *, headless: bool) -> None:
        self.form, self.headless = form, headless
        self.section = ""
        self.paragraphs: list[Paragraph] = []
        self.sections: list[str] = []
        self.headings: list[Heading] = []
        self.ranks: dict[str, int] = {}  # of the first heading of each section
        self.facts: list[Fact] = []
        self.tables: list[ReadTable] = []
        self.unread: list[Table] = []

    def statement(
        self, name: str, blocks: Sequence[Block], notes: Sequence[str]
    ) -> Statement:
        for block in blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block)
            else:
                self._table(block)
        return Statement(
            name=name,
            form=self.form,
            blocks=tuple(blocks),
            paragraphs=tuple(self.paragraphs),
            sections=tuple(self.sections),
            headings=tuple(self.headings),
            facts=tuple(self.facts),
            tables=tuple(self.tables),
            unread=tuple(self.unread),
            notes=tuple(notes),
        )

    def _paragraph(self, paragraph: Paragraph) -> None:
        head = head_of(paragraph.text)
        found = "" if paragraph.in_table else _section_of(head, self.form)
        if found and (
            self._is_next_item(paragraph.text) or self._within(found, rank_of(head))
        ):
            found = ""
        if found:
            self.section = found
            self.headings.append(Heading(found, len(self.paragraphs)))
        number = len(self.paragraphs)
        self.paragraphs.append(paragraph)
        self.sections.append(self.section)
        above = head if head != paragraph.text else ""
        if not above and number and self._is_item(number - 1):
            above = self.paragraphs[number - 1].text
        self.facts += facts_of(
            paragraph,
            number,
            self.section,
            self.form,
            headless=self.headless,
            above=above,
        )

    def _is_next_item(self, text: str) -> bool:
        """Whether a paragraph only goes on counting from the one before, which is no heading: a term among explained terms."""
        last = len(self.paragraphs) - 1
        if last < 0 or (self.headings and self.headings[-1].paragraph == last):
            return False
        now = COUNTED.match(text)
        before = COUNTED.match(self.paragraphs[last].text)
        if now is None or before is None:
            return False
        return int(now[1]) == int(before[1]) + 1

    def _within(self, section: str, rank: int) -> bool:
        """Whether a heading is of a part within another section: the one it names has had a heading of a higher rank."""
        first = self.ranks.setdefault(section, rank)
        return 0 <= first < rank and section != self.section

    def _is_item(self, number: int) -> bool:
        """Whether a paragraph is the heading of an item: numbered, short, and without a number of its own."""
        text = self.paragraphs[number].text
        told = any(
            fact.paragraph == number and fact.role is not Role.FURNITURE
            for fact in self.facts[-OFTEN:]
        )
        return len(text) < LONGEST_TITLE and bool(ITEM.match(text)) and not told

    def _table(self, table: Table) -> None:
        read = read_table(table, self.form) or read_plain(in_cells(table) or table)
        if read is not None:
            self.tables.append(read)
        else:
            self.unread.append(table)
        for paragraph in sentences_in(table):
            self._paragraph(paragraph)
