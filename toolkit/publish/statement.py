"""The disclosure → the statement (情况说明): the profile's facts, texts and lists, put into its Word template.

Which facts a section needs is declared in the profile's statement.json, as formulas over the names that all rooms use; the
sentences stand in the template. Here figures get their words: how an amount is written, and whether it rose, fell or stayed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.files import word
from toolkit.files.dictation import Dictation, Said
from toolkit.model import (
    NO_ROW,
    BlockKind,
    Disclosure,
    Figure,
    Project,
    Role,
    Row,
    Value,
    Words,
    parted,
    record,
)
from toolkit.profile.form import Column, Profile
from toolkit.publish.amounts import PERCENT, decimals_of, figure_of
from toolkit.publish.numerals import numeral
from toolkit.returns.content import CONTENT_PROPERTY, department_number
from toolkit.rules.rule import money, plain

_STOPS = "。；;，,、：: \n\t"
_ENDS = ("。", "！", "？", "…")
RATE_DECIMALS = 2


@record(slots=True)
class Wording:
    """How the statement speaks: its words from the profile."""

    up: str
    down: str
    flat: str
    new: str  # from nothing: a share of nothing is none
    rate_up: str
    rate_down: str
    absent: str
    openings: tuple[str, ...]
    thousands: bool = False  # whether commas part them


@record(slots=True)
class Fact:
    """A figure as the statement prints it, in its `unit`. It keeps the figure, so that each number can name its cells.

    The figure is exact, in the unit that is printed; where a number of `decimals` is said, `text` is rounded to it, half up and
    once, and `lost` is what that left out; else an amount has the decimals of its cells, `least`, and nothing is 0. Of a change,
    `before` is what was there the year before.
    """

    name: str
    figure: Figure
    wording: Wording
    text: str
    before: Figure | None = None
    unit: str = ""
    decimals: int | None = None
    least: int = 0

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        """Whether the amount is other than zero."""
        return self.figure.number != 0

    @property
    def up(self) -> bool:
        return self.figure.number > 0

    @property
    def down(self) -> bool:
        return self.figure.number < 0

    @property
    def flat(self) -> bool:
        return self.figure.number == 0

    @property
    def size(self) -> Fact:
        """The amount without its sign."""
        return replace(self, text=self.written(abs(self.figure.number)))

    @property
    def lost(self) -> Decimal:
        """What rounding left out: what is printed and this make the exact number."""
        if self.decimals is None:
            return Decimal(0)
        return self.figure.number - rounded(self.figure.number, self.decimals)

    def written(self, number: Decimal) -> str:
        """A number as this fact is printed."""
        if self.decimals is not None:
            text = f"{rounded(number, self.decimals) + 0:f}"
        elif number and self.unit not in ("", PERCENT):
            text = money(number, self.least)
        else:
            text = plain(number + 0)
        return parted(text) if self.wording.thousands and self.unit else text

    @property
    def from_nothing(self) -> bool:
        """Whether there was none of it the year before: no share of that can be told."""
        return self.before is not None and self.before.number == 0

    @property
    def rate(self) -> Fact | str:
        """The change as a share of the year before, in words: 增长25%; nothing where it has none. Up to two decimals."""
        if self.before is None or self.before.number == 0 or self.flat:
            return ""
        share = abs(self.figure.number / self.before.number) * 100
        pattern = self.wording.rate_up if self.up else self.wording.rate_down
        return replace(
            self, text=pattern.replace("{rate}", plain(rounded(share, RATE_DECIMALS)))
        )

    @property
    def moved(self) -> Fact:
        """The change in words: how much more, how much less, or the same."""
        pattern = self.wording.flat
        if self.up:
            pattern = self.wording.new if self.from_nothing else self.wording.up
        elif self.down:
            pattern = self.wording.down
        text = pattern.replace("{size}", self.size.text).replace("{unit}", self.unit)
        return replace(self, text=text)


@record(slots=True)
class Text:
    """A text as the statement prints it; it keeps the words, so that it can name its cells."""

    name: str
    words: Words
    openings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.words.text

    def __bool__(self) -> bool:
        return bool(self.words.text)

    @property
    def bare(self) -> Text:
        """Fit for the middle of a sentence: without “主要原因是” before it, without a full stop after it."""
        text = self.words.text.strip().lstrip(_STOPS)
        while opening := self._opening(text):
            text = text.removeprefix(opening).lstrip(_STOPS)
        return self._with(text.rstrip(_STOPS))

    def _opening(self, text: str) -> str:
        """Which of the openings a text has, if it is more than that."""
        return next(
            (
                opening
                for opening in self.openings
                if text.startswith(opening) and text != opening
            ),
            "",
        )

    @property
    def sentence(self) -> Text:
        """With exactly one full stop at its end."""
        text = self.words.text.strip()
        closed = text.rstrip("”’」』）)")
        if closed.endswith(_ENDS):
            return self._with(text)
        text = text.rstrip(_STOPS)
        stopped = re.sub(r"(?<=[^\x00-\x7f])\.$", "", text)
        return self._with(stopped + "。" if stopped else "")

    @property
    def lines(self) -> tuple[Text, ...]:
        """Its lines without the empty ones; one empty line where there is none, for a table's cell needs a paragraph."""
        stripped = [line.strip() for line in self.words.text.splitlines()]
        lines = [line for line in stripped if line] or [""]
        return tuple(self._with(line) for line in lines)

    def _with(self, text: str) -> Text:
        return replace(self, words=self.words._replace(text=text))


def write_statement(
    disclosure: Disclosure,
    profile: Profile,
    path: Path,
    draft: bool = False,  # noqa: FBT001, FBT002
    number: str = "",
) -> None:
    """Write the statement of a department; a draft says so on every page. Raise word.WordError where it cannot be written.

    `number` is the department's content number, where it is known already.
    """
    number = number or department_number(disclosure, profile)
    word.render(
        profile.template,
        context(disclosure, profile, number),
        path,
        draft,
        {CONTENT_PROPERTY: number},
    )


def statement(
    disclosure: Disclosure,
    profile: Profile,
    *,
    draft: bool = False,
    heard: Callable[[Any], None] | None = None,
) -> bytes:
    """The statement as the bytes of a .docx; `heard` is told each Fact and Text in the order in which they are printed."""
    number = department_number(disclosure, profile)
    told, properties = context(disclosure, profile, number), {CONTENT_PROPERTY: number}
    return word.rendered(
        profile.template, told, draft=draft, heard=heard, properties=properties
    )


def told(
    disclosure: Disclosure, profile: Profile, *, draft: bool = False, number: str = ""
) -> tuple[bytes, Iterator[Said], list[Any]]:
    """The statement's bytes, the lines that it says, and the values printed in them in the order of their numbers."""
    number = number or department_number(disclosure, profile)
    dictation = Dictation()
    heard: list[Any] = []
    words, properties = context(disclosure, profile, number), {CONTENT_PROPERTY: number}
    made = word.rendered(
        profile.template,
        words,
        draft=draft,
        heard=heard.append,
        properties=properties,
        dictation=dictation,
    )
    return made, dictation.lines(), heard


def context(
    disclosure: Disclosure, profile: Profile, number: str = ""
) -> dict[str, Any]:
    """Everything that a statement's template can name; `number` as in `write_statement`."""
    content = (
        (number or department_number(disclosure, profile))
        if profile.print_content
        else ""
    )
    return {**_Teller(disclosure, profile).everything(), "content": content}


def template_faults(disclosure: Disclosure, profile: Profile) -> tuple[str, ...]:
    """What is wrong with a profile's Word template, a sentence each: names that nothing has, amounts with another's unit."""
    told = context(disclosure, profile)
    return (*word.faults_of(profile.template, told), *_other_units(profile, told))


def _other_units(profile: Profile, told: Mapping[str, Any]) -> Iterator[str]:
    """Amounts behind which the template writes a unit that they are not told in."""
    longest_first = sorted(profile.units, key=len, reverse=True)
    for path, behind in word.printed_in(profile.template):
        value: Any = told.get(path[0])
        for part in path[1:]:
            value = getattr(value, part, None)
        written = next((unit for unit in longest_first if behind.startswith(unit)), "")
        if (
            isinstance(value, Fact)
            and value.unit in profile.units
            and written not in ("", value.unit)
        ):
            name = ".".join(path)
            yield (
                f"模板“{profile.template.name}”有误：“{{{{ {name} }}}}”按{value.unit}写，后面写的是“{written}”。"
                f"请改成 {{{{ unit }}}} 或“{value.unit}”；要按{written}写的，在 statement.json 的“{name}”里写"
                f' "in": "{written}"。'
            )


class _Teller:
    """Collects what the template can name from a disclosure."""

    def __init__(self, disclosure: Disclosure, profile: Profile) -> None:
        words = profile.statement["words"]
        self.disclosure = disclosure
        self.whole = disclosure.whole
        self.profile = profile
        self.words: Mapping[str, Any] = words
        # In what amounts are told that do not say it themselves; "": as their columns hold them.
        money = profile.statement.get("money", {})
        self.unit: str = money.get("in", "")
        self.decimals: int | None = money.get("decimals")
        self.wording = Wording(
            up=words["up"],
            down=words["down"],
            flat=words["flat"],
            new=words["new"],
            rate_up=words["rate_up"],
            rate_down=words["rate_down"],
            absent=words["absent"],
            openings=tuple(sorted(words["openings"], key=len, reverse=True)),
            thousands=profile.money.thousands,
        )

    def everything(self) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for section in self.profile.statement["sections"]:
            for name, value in self.declared(section):
                _plant(tree, name, value)
        named = {key: _named(value) for key, value in tree.items()}
        return named | self.heads() | self.projects()

    def declared(self, section: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield what a section of statement.json declares, by the names that the template knows."""
        for name, said in section.get("facts", {}).items():
            asked = _in_full(said)
            yield name, self.told(name, asked["from"], asked)
        for name, said in section.get("changes", {}).items():
            yield name, self.change(name, _in_full(said))
        for name, source in section.get("kinds", {}).items():
            yield name, tuple(self.kinds(name, source))
        for name, source in section.get("texts", {}).items():
            words = self.whole.words(source)
            yield name, Text(name, words, self.wording.openings)
        for name, source in section.get("lists", {}).items():
            yield name, tuple(self.rows(source))

    def change(self, name: str, asked: Mapping[str, Any]) -> Fact:
        """What this year has more than the last, as a section declares both, and what the last year had."""
        this_year, last_year = asked["from"]
        change = self.told(name, f"({this_year}) - ({last_year})", asked)
        before, _ = figure_of(last_year, self.whole, self.profile, change.unit)
        return replace(change, before=before)

    def kinds(self, name: str, key: str) -> Iterator[SimpleNamespace]:
        """The kinds that the rows of a list fall into, each with its title and its sum."""
        block = self.profile.book.blocks[key]
        if block.kinds is not None:
            for title, amount in block.kinds.totals(self.whole.rows(key)).items():
                yield SimpleNamespace(
                    title=title,
                    amount=self.fact(name, amount, block.columns[block.kinds.of]),
                )

    def told(self, name: str, formula: str, asked: Mapping[str, Any]) -> Fact:
        """A fact as the profile asks for it: of what formula, in which unit, with how many decimals."""
        figure, unit = figure_of(
            formula, self.whole, self.profile, asked.get("in", self.unit)
        )
        decimals = asked.get(
            "decimals", self.decimals if unit in self.profile.units else None
        )
        least = decimals_of(formula, unit, self.profile)
        fact = Fact(name, figure, self.wording, "", None, unit, decimals, least)
        return replace(
            fact,
            text=self.wording.absent
            if figure.undefined
            else fact.written(figure.number),
        )

    def heads(self) -> dict[str, Any]:
        """What every section may say: the department, the year, the place, how it calls itself."""
        name, year = self.disclosure.name, self.profile.year
        place = re.match(self.words["place"]["pattern"], name)
        region = place.group(1) if place else ""
        title = self.profile.statement["title"].replace("{year}", str(year))
        return {
            "department": name,
            "title": name + title,
            "heading": title,
            "year": year,
            "last_year": year - 1,
            "unit": self.unit or self.profile.unit,
            "legal_basis": self.enumerated(
                _by_place(self.profile.statement["legal_basis"], name)
            ),
            "region": region,
            "our_place": self.words["place"]["self"].get(
                region[-1:], self.words["place"]["self"][""]
            ),
            "we": _by_ending(self.words["self"], name),
            "subordinates": self.subordinates(),
        }

    def enumerated(self, names: Sequence[str]) -> str:
        """Names as a sentence lists them: A、B和C."""
        *first, last = names
        if not first:
            return last
        return str(self.words["comma"].join(first) + self.words["and"] + last)

    def subordinates(self) -> str:
        """What the department's other units are called together; nothing where there are none."""
        words = self.words["subordinates"]
        natures = [
            row.text(Role.AGENCY_NATURE)
            for row in self.whole.rows_of(Role.AGENCY_NATURE)[1:]
        ]
        natures = natures or [
            unit.text_of(Role.UNIT_NATURE) for unit in self.disclosure.units[1:]
        ]
        if not natures:
            return ""
        alike = all(words["nature"] in nature for nature in natures)
        return str(words["all"] if alike else words["mixed"])

    def projects(self) -> dict[str, Any]:
        """The projects with their indicators, the names of the main ones, and how many they are if not all are named."""
        sheet = self.profile.book.repeated
        if sheet is None:
            return {}
        head, listed = sheet.of_project
        heads, columns = _public(head.columns), _public(listed.columns)
        projects = [project for project in self.whole.projects if project.begun]
        names = tuple(
            dict.fromkeys(
                project.name for project in projects if project.main and project.name
            )
        )
        # A sentence names only so many: all have their tables below. A profile that sets no bound names all.
        most = self.profile.statement.get("most_main_projects", len(names))
        told = []
        for number, project in enumerate(projects, 1):
            groups = tuple(self.groups(project, columns, listed.carry_down))
            told.append(
                self.row(
                    project.head,
                    heads,
                    number,
                    {"groups": groups, "chosen": project.main},
                )
            )
        return {
            sheet.repeat: tuple(told),
            "main_projects": self.words["comma"].join(names[:most]),
            "main_projects_in_all": str(len(names)) if len(names) > most else "",
        }

    def groups(
        self, project: Project, columns: Mapping[str, Column], carried: str
    ) -> Iterator[SimpleNamespace]:
        """The indicator rows, those of one first-level indicator together."""
        for level, rows in project.levels(carried):
            yield SimpleNamespace(
                level=level,
                rows=tuple(self.row(row, columns, number) for number, row in rows),
            )

    def rows(self, key: str) -> Iterator[SimpleNamespace]:
        """The rows of a list, or of a grid with their titles; only what the profile makes public."""
        block = self.profile.book.blocks[key]
        columns = _public(block.columns)
        if block.kind is BlockKind.GRID:
            filled = self.whole.grid(key)
            for number, shape in enumerate(block.rows.values(), 1):
                more = {"key": shape.key, "title": shape.title, "indent": shape.indent}
                yield self.row(filled.get(shape.key, NO_ROW), columns, number, more)
        else:
            begun = [row for row in self.whole.rows(key) if row.begun]
            for number, row in enumerate(begun, 1):
                yield self.row(row, columns, number)

    def row(
        self,
        row: Row,
        columns: Mapping[str, Column],
        number: int,
        more: Mapping[str, Any] | None = None,
    ) -> SimpleNamespace:
        """A row as a table prints it: a blank stays blank, a cell that the form does not have is marked."""
        told: dict[str, Any] = {}
        for key, column in columns.items():
            told[key] = self.cell(key, row.values.get(key), column)
        told |= {"number": number, "numeral": numeral(number), **(more or {})}
        return SimpleNamespace(**told)

    def cell(self, name: str, value: Value | None, column: Column) -> Fact | Text | str:
        if value is None:
            return self.wording.absent
        if isinstance(value, Words):
            return Text(name, value, self.wording.openings)
        if value.value is None or value.blank:
            return replace(
                self.fact(name, value, column),
                text=self.wording.absent if value.undefined else value.raw,
            )
        return self.fact(name, value, column)

    def fact(self, name: str, figure: Figure, column: Column) -> Fact:
        """A figure as a sentence prints it: nothing entered is zero."""
        unit, decimals = column.unit, None
        if column.kind == "percent":
            figure = figure.times(Decimal(100))
            unit = PERCENT
        elif column.money is not None and self.unit:
            factor = column.money.yuan / self.profile.units[self.unit]
            figure = figure.times(factor)
            unit, decimals = self.unit, self.decimals
        least = column.decimals
        fact = Fact(name, figure, self.wording, "", None, unit, decimals, least)
        return replace(fact, text=fact.written(figure.number))


def rounded(number: Decimal, decimals: int) -> Decimal:
    """A number rounded half up: 0.5 is 1, and -0.5 is -1."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _plant(tree: dict[str, Any], name: str, value: Any) -> None:
    """Put a value into nested dictionaries under a dotted name."""
    *path, last = name.split(".")
    for key in path:
        tree = tree.setdefault(key, {})
    tree[last] = value


def _named(value: Any) -> Any:
    """Nested dictionaries as objects with attributes: `total.update` must not find a dictionary's method."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: _named(inner) for key, inner in value.items()})
    return value


def _public(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {key: column for key, column in columns.items() if column.public}


def _in_full(said: Any) -> Mapping[str, Any]:
    """What a fact is asked for; a bare source is short for an object that says nothing else."""
    return said if isinstance(said, dict) else {"from": said}


def _by_place(said: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    """What is said for the place of a department: the first pattern that its name matches; "" stands for all others."""
    for pattern, words in said.items():
        if pattern and re.search(pattern, name):
            return words
    return said[""]


def _by_ending(words: Mapping[str, str], name: str) -> str:
    """The word of the longest ending that the name has."""
    endings = [ending for ending in words if name.endswith(ending)]
    return words[max(endings, key=len)]
