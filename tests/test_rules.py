"""Every rule holds where it should and breaks where it should: its own examples, and the sheets in tests/rules/*.md.

A section "## ID title" belongs to one rule; each "###" in it is a case, one return (or several, for the department's
rules). In a case a line `block` in backticks names the table below it: the columns are the block's columns, a grid's rows
begin with their key, `project` begins a project and `indicators` are its rows. The last column, 应报, names the rule and
the columns of that row that must be reported. "单位 编码 名称" begins a unit's return, "部门" the department's own
workbook, "上年公开" what it published the year before. "共 n 条" says how many findings there are. Every cell that is not
named must not be reported. A case is of Hebei's forms where no line "表样 shanghai-2026" says otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.filled_by_hand import filling_cases
from toolkit.check.asked import RowSource, asked
from toolkit.model import Cell, Disclosure, Figure, Name, Return, Row, Value, Words
from toolkit.profile.bounds import bounds, law
from toolkit.profile.form import Book as Shape
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.rules import filling
from toolkit.rules.catalogue import RULES
from toolkit.rules.claim import Comparison, Field, Given, Verdict, When
from toolkit.rules.filling import FILLING
from toolkit.rules.indicator_value import measured
from toolkit.rules.reading import any_of
from toolkit.rules.rule import Axis, Breach, Rule
from toolkit.rules.source import Source

PROFILE = "hebei-2023"
CASES = Path(__file__).parent / "rules"
EXAMPLES = Path(__file__).parent.parent / "examples"
HELD = tuple(
    rule
    for rule in RULES
    if rule.claim is not None or rule.look is not None or rule.look_whole is not None
)
CLAIMED = tuple(rule for rule in HELD if rule.claim is not None)
NAMED = re.compile(r"^`(\w+)`$")
UNIT = re.compile(r"^单位 (\S+) (\S+)(?: (本级))?$")


# ---------------------------------------------------------------- a rule's own examples


@dataclass(frozen=True)
class Said:
    """Answers a claim's names from an example: a number where one stands, else words; "list[].column" is a column."""

    values: Mapping[str, str]
    texts: frozenset[Name]

    def value(self, name: Name) -> Value:
        said = self.values.get(str(name), "")
        if name in self.texts:
            return Words(said, Cell("", "", 1, 1))
        return Figure(Decimal(said) if said else None, Cell("", "", 1, 1))

    def column(self, name: Name) -> tuple[Figure, ...]:
        return (Figure(Decimal(self.values[str(name)]), Cell("", "", 1, 1)),)

    def lines(self, block: str) -> tuple[Row, ...]:
        raise KeyError(block)


def verdict(rule: Rule, values: Mapping[str, str]) -> Verdict:
    claim = rule.claim
    assert claim is not None
    inner = claim.claim if isinstance(claim, When) else claim
    texts = frozenset(inner.names()) if isinstance(inner, Given) else frozenset[Name]()
    return claim.verdict(Said(values, texts), load(PROFILE).tolerance)


@pytest.mark.parametrize("rule", CLAIMED, ids=lambda rule: rule.id)
def test_a_claim_holds_and_breaks_as_its_examples_say(rule: Rule) -> None:
    assert rule.claim is not None
    assert set(rule.holds) | set(rule.breaks) <= {
        str(name) for name in rule.claim.names()
    }, "an example names what the claim does not read"
    assert verdict(rule, rule.holds) is Verdict.HOLDS
    assert verdict(rule, rule.breaks) is Verdict.BREAKS


# ---------------------------------------------------------------- cases as tables


@dataclass
class Book:
    """One return as a case tells it: its data, and the cells that must be reported."""

    data: dict[str, Any] = field(default_factory=dict)
    # sheet, block, row, column
    expected: set[tuple[str, str, int, str]] = field(default_factory=set)
    own: bool = False
    published: bool = False

    @property
    def key(self) -> str:
        return "department" if self.own else "unit"


@dataclass
class Case:
    rule: str
    title: str
    books: list[Book] = field(default_factory=list)
    findings: int | None = None
    profile: str = PROFILE

    @property
    def breaks(self) -> bool:
        return any(book.expected for book in self.books)

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"


@cache
def cases() -> tuple[Case, ...]:
    found: list[Case] = []
    for path in sorted(CASES.glob("*.md")):
        for section in re.split(
            r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )[1:]:
            head, *parts = re.split(r"^### ", section, flags=re.MULTILINE)
            rule, _, title = head.splitlines()[0].partition(" ")
            assert rule_of(rule).title == title.strip(), (
                f"{path.name}: {rule} is called {rule_of(rule).title}"
            )
            found += [read_case(rule, part) for part in parts]
    return tuple(found)


def rule_of(name: str) -> Rule:
    return next(rule for rule in RULES if rule.id == name)


def read_case(rule: str, text: str) -> Case:
    title, *lines = text.splitlines()
    case = Case(rule, title.strip())
    block, table = "", []
    for line in (*lines, ""):
        if line.startswith("|"):
            table.append(
                [
                    cell.strip().replace("⏎", "\n").replace("&#124;", "|")
                    for cell in line.strip().strip("|").split("|")
                ]
            )
            continue
        if table:
            put(case, block, table)
            block, table = "", []
        if named := NAMED.match(line):
            block = named[1]
        elif unit := UNIT.match(line):
            cover = {
                "unit_code": unit[1],
                "unit_name": unit[2],
                "department": "某县某局",
                "lead": "是" if unit[3] else "否",
            }
            case.books.append(Book({"cover": cover}))
        elif line.startswith("表样 "):
            case.profile = line.removeprefix("表样 ")
        elif line == "部门":
            case.books.append(Book(own=True))
        elif line == "上年公开":
            case.books.append(Book(published=True))
        elif count := re.match(r"^共 (\d+) 条$", line):
            case.findings = int(count[1])
        else:
            assert not line.strip() or line.startswith("<!--"), (
                f"{case}: what is “{line}”?"
            )
    return case


def put(case: Case, block: str, table: list[list[str]]) -> None:
    """Put one table of a case into the last return, and what must be reported of it."""
    assert block, f"{case}: a table without a name"
    if not case.books:
        case.books.append(Book())
    book = case.books[-1]
    heads, rows = table[0], table[2:]
    shape = load(case.profile).books[book.key]
    for number, cells in enumerate(rows, 1):
        row = dict(zip(heads, cells, strict=True))
        report = row.pop("应报", "")
        key = row.pop("row", "")
        sheet, at = place(book, shape, block, key or f"{number}", row)
        rule, *columns = report.split() or [case.rule]
        assert rule == case.rule, f"{case}: reports {rule}"
        book.expected |= {(sheet, block, at, column) for column in columns}


def place(
    book: Book, shape: Shape, block: str, key: str, row: dict[str, str]
) -> tuple[str, int]:
    """Put one row where it belongs; answer its sheet and its row number there. `key` is a grid row's key, or a number."""
    sheet, kind = shape.sheet_of(block).name, shape.blocks[block].kind
    said = {column: value for column, value in row.items() if value}
    projects = (
        book.data.setdefault("projects", [])
        if block in ("project", "indicators")
        else []
    )
    if block == "project":
        projects.append(said)
        return sheet.replace("{n}", f"{len(projects):02d}"), 1
    if block == "indicators":
        if not projects:
            projects.append({"name": "甲项目"})
        projects[-1].setdefault("indicators", []).append(said)
        return sheet.replace("{n}", f"{len(projects):02d}"), len(
            projects[-1]["indicators"]
        )
    if kind == "grid":
        book.data.setdefault(block, {})[key] = said
        rows = list(shape.blocks[block].rows)
        return sheet, rows.index(key) + 1
    if kind == "list":
        book.data.setdefault(block, []).append(said)
        return sheet, int(key)
    given = {**book.data.get(block, {}), **row}
    book.data[block] = {column: value for column, value in given.items() if value}
    return sheet, 1


def filled(book: Book, number: int, profile: Profile) -> Return:
    if book.published:  # what was taken over from a public table: entries alone
        return from_data(book.data, profile, f"{number}")
    return computed(
        from_data(book.data, profile, f"{number}", book.key), profile.books[book.key]
    )


def expected_cells(case: Case, profile: Profile) -> set[Cell]:
    found = set()
    for number, book in enumerate(case.books):
        blocks = profile.books[book.key].blocks
        for sheet, block, row, column in book.expected:
            shape = blocks[block]
            key = list(shape.rows)[row - 1] if shape.kind == "grid" else ""
            columns = [
                c.key for c in shape.columns.values() if not key or c.stands_in(key)
            ]
            found.add(Cell(f"{number}", sheet, row, columns.index(column) + 1))
    return found


def breaches(case: Case, profile: Profile) -> list[Breach]:
    """What the case's rule finds."""
    rule = rule_of(case.rule)
    returns = [filled(book, number, profile) for number, book in enumerate(case.books)]
    if rule.look_whole is not None:
        pairs = list(zip(returns, case.books, strict=True))
        own = next((book for book, said in pairs if said.own), None)
        published = next((book for book, said in pairs if said.published), None)
        whole = merge(
            [book for book, said in pairs if not (said.own or said.published)],
            profile,
            own,
            published,
        )
        return [
            seen
            for seen in rule.look_whole(whole, bounds(profile.id))
            if isinstance(seen, Breach)
        ]
    if rule.look is not None:
        return [
            seen
            for seen in rule.look(returns[0], bounds(profile.id))
            if isinstance(seen, Breach)
        ]
    return list(claimed(rule, returns[0], profile))


def claimed(rule: Rule, book: Return, profile: Profile) -> Iterator[Breach]:
    """Hold a claim in every place; its cells are those that hold something, and a text that is missing."""
    for item in asked([rule], profile.book):
        sources: list[Source] = (
            [RowSource(row) for row in book.rows(item.block.key)]
            if item.per_row
            else [book]
        )
        for source in sources:
            if item.claim.verdict(source, profile.tolerance) is Verdict.BREAKS:
                inner = item.claim.claim if isinstance(item.claim, When) else item.claim
                missing = (
                    tuple(source.value(inner.name).cells())
                    if isinstance(inner, Given)
                    else ()
                )
                gap = item.claim.gap(source)
                assert gap is not None
                given = [
                    leaf.source
                    for leaf in gap.leaves()
                    if leaf.given and isinstance(leaf.source, Cell)
                ]
                yield Breach(
                    (*missing, *given), {"left": "1", "right": "2", "gap": "1"}
                )


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_rule_reports_exactly_the_cells_of_its_case(case: Case) -> None:
    profile = load(case.profile)
    found = breaches(case, profile)
    assert {str(cell) for breach in found for cell in breach.cells} == {
        str(cell) for cell in expected_cells(case, profile)
    }
    assert case.findings is None or len(found) == case.findings
    for breach in found:
        told(rule_of(case.rule), breach)


def told(rule: Rule, breach: Breach) -> None:
    """The message and the remedy find everything they name, and the first cell is there to be mended."""
    # a text that is repeated may hold such a bracket itself
    said = {
        "unit": "万元",
        **dict.fromkeys(breach.places, "甲"),
    }
    for text in (rule.message, rule.remedy):
        assert "{" not in text.format(**said)
    assert breach.cells


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_case_that_breaks_it_and_one_that_holds(rule: Rule) -> None:
    filling_in = rule in FILLING.values()
    breaks = [
        case.breaks
        for case in (filling_cases() if filling_in else cases())
        if case.rule == rule.id
    ]
    where = "tests/filling.md" if filling_in else "tests/rules"
    assert any(breaks), f"{where}: no case breaks {rule.id} {rule.title}"
    assert not all(breaks), f"{where}: no case holds {rule.id} {rule.title}"


@pytest.mark.parametrize(
    ("text", "comparator", "number", "unit"),
    [
        ("≥95%", "≥", "95", "%"),
        ("５０人以上", "≥", "50", "人"),
        ("50人及以上", "≥", "50", "人"),
        ("10天以内", "≤", "10", "天"),
        ("10天内", "≤", "10", "天"),
        ("3日之内", "≤", "3", "日"),
        ("2万元及以下", "≤", "20000", "元"),
        ("不超过1,200元", "≤", "1200", "元"),
        ("大于等于3次", "≥", "3", "次"),
        ("大于3次", ">", "3", "次"),
        ("少于3次", "<", "3", "次"),
        ("12万份", "", "120000", "份"),
        ("3千米", "", "3", "千米"),
        ("≤0.32千瓦时/吨", "≤", "0.32", "千瓦时/吨"),
        ("每人每月2400元", "", "2400", "元/人/月"),
        ("每台≤6.8万元", "≤", "68000", "元/台"),
        ("1.6以内", "≤", "1.6", ""),
    ],
)
def test_an_indicator_value_is_read_as_people_write_it(
    text: str, comparator: str, number: str, unit: str
) -> None:
    value = measured(text)
    assert (value.comparator, value.amount, value.unit) == (
        comparator,
        Decimal(number),
        unit,
    )


def test_of_two_words_that_begin_alike_the_longer_is_found() -> None:
    """“季” stands in “季度”: who found the shorter would leave 度 behind."""
    assert any_of(("季", "季度")).findall("每季度一次，每季一次") == ["季度", "季"]
    assert any_of(()).search("") is None


@pytest.mark.parametrize(
    ("op", "gap", "true"),
    [
        *[
            ("==", gap, true)
            for gap, true in (
                ("0.005", True),
                ("-0.005", True),
                ("0.0051", False),
                ("-0.0051", False),
            )
        ],
        *[
            ("!=", gap, true)
            for gap, true in (
                ("0.005", False),
                ("-0.005", False),
                ("0.0051", True),
                ("-0.0051", True),
            )
        ],
        *[
            ("<=", gap, true)
            for gap, true in (("0.005", True), ("0.0051", False), ("-9", True))
        ],
        *[
            (">=", gap, true)
            for gap, true in (("-0.005", True), ("-0.0051", False), ("9", True))
        ],
        *[
            (">", gap, true)
            for gap, true in (("0.005", False), ("0.0051", True), ("-9", False))
        ],
    ],
)
def test_a_comparison_holds_up_to_the_tolerance_and_no_further(
    op: str, gap: str, *, true: bool
) -> None:
    claim = Comparison(op, Field(Name(column="a")), Field(Name(column="b")))
    assert claim.true(Decimal(gap), Decimal("0.005")) is true


# ---------------------------------------------------------------- the catalogue


def test_ids_are_unique_ordered_and_of_the_kind_they_say() -> None:
    letters = dict(
        zip(
            "ABCDEFGH",
            (
                "填报格式",
                "表内",
                "表间",
                "绩效指标",
                "跨年",
                "汇总后",
                "文稿",
                "公开前",
            ),
            strict=True,
        )
    )
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    for rule in RULES:
        assert re.fullmatch(r"[A-H]\d\d-\d\d", rule.id), rule.id
        assert rule.kind == letters[rule.id[0]], rule.id


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_why_and_how_to_mend(rule: Rule) -> None:
    assert rule.basis, "a rule without a reason"
    assert set(rule.basis) <= set(law()), "a basis that schema/basis.json does not know"
    assert rule.title[-1] not in "。；，"
    assert rule.message[-1] in "。}"
    assert rule.remedy[-1] == "。"
    held = [rule.claim, rule.look, rule.look_whole]
    assert sum(what is not None for what in held) == (
        0 if rule.id in {one.id for one in FILLING.values()} else 1
    )


def test_titles_are_told_apart() -> None:
    titles = [rule.title for rule in RULES]
    assert sorted(titles) == sorted(set(titles))


def test_only_the_law_is_quoted_as_law() -> None:
    """A basis of habit says so in its title; a message that names a document leans on one that was found."""
    for key, said in law().items():
        assert said["certain"] in ("F", "G")
        habit = said["title"].startswith(("工作惯例：", "审核经验："))
        assert habit or said["certain"] == "F" or "不引用" in said["says"], key
    for rule in RULES:
        for number in re.findall(
            r"〔\d{4}〕\d+号",
            rule.title + re.sub(r"如“[^”]*”", "", rule.message + rule.remedy),
        ):
            assert any(
                number in key and law()[key]["certain"] == "F" for key in rule.basis
            ), rule.id


def test_the_reader_s_messages_use_only_the_places_their_table_promises() -> None:
    table = dict(
        re.findall(
            r"^\| ([a-z-]+)\s*\| (.+?)\s*\|$", filling.__doc__ or "", flags=re.MULTILINE
        )
    )
    table.pop("key")
    assert set(table) == set(FILLING)
    for key, rule in FILLING.items():
        promised = (
            {}
            if table[key].startswith("(")
            else dict.fromkeys(table[key].split(", "), "甲")
        )
        assert "{" not in rule.message.format(**promised)
        assert "{" not in rule.remedy.format(**promised)


def test_every_list_of_words_and_every_judgement_is_used() -> None:
    """A number or a word list that no rule reads is a promise nobody keeps."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(filling.__file__).parent).glob("*.py")
    )
    known = bounds(PROFILE)
    unused = {
        key for key in (*known.words, *known.thresholds) if f'"{key}"' not in code
    }
    assert unused <= {"publish_days"}, unused


def test_every_live_rule_has_a_place_in_the_workbook() -> None:
    profile = load(PROFILE)
    for rule in RULES:
        if rule.live:
            assert list(asked([rule], profile.book)), f"{rule.id} is asked nowhere"
            assert rule.axis in (Axis.ROW, Axis.COLUMN, Axis.RETURN)


# ---------------------------------------------------------------- the whole catalogue on a whole department


def example(name: str) -> Disclosure:
    profile = load(PROFILE)
    paths = sorted((EXAMPLES / name / "returns").glob("*.json"))
    books = [
        computed(
            from_data(json.loads(path.read_text(encoding="utf-8")), profile, path.stem),
            profile.book,
        )
        for path in paths
    ]
    return merge(books, profile)


def found_in(name: str) -> set[str]:
    disclosure, known = example(name), bounds(PROFILE)
    found = set()
    for rule in HELD:
        for unit in disclosure.units:
            if rule.look is not None and any(
                isinstance(seen, Breach) for seen in rule.look(unit, known)
            ):
                found.add(rule.id)
            if rule.claim is not None and any(
                True for _ in claimed(rule, unit, load(PROFILE))
            ):
                found.add(rule.id)
        if rule.look_whole is not None and any(
            isinstance(seen, Breach) for seen in rule.look_whole(disclosure, known)
        ):
            found.add(rule.id)
    return found


def test_the_published_example_breaks_what_it_is_known_for_and_the_corrected_one_only_hints() -> (
    None
):
    published, corrected = (
        found_in("01-xianghe-as-published"),
        found_in("02-xianghe-corrected"),
    )
    known = "B06-04 D01-01 D01-02 D01-04 D02-01 D02-06 D04-01 D05-04 D05-08 D05-09 D05-10 E01-01 F04-01 F04-02 F04-03 G01-02"
    assert set(known.split()) <= published
    assert {
        name for name in corrected if rule_of(name).severity.value != "提示"
    } == set()
