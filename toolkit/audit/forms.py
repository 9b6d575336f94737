"""The forms of statements, and the words that they share, as schema/statements/ declares them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from toolkit.profile.stored import ProfileError, home, read_json
from toolkit.profile.vocabulary import read_declared

FOLDER = "statements"
COMMON = "common.json"
VOCABULARY = "statements.schema.json"
# signs from which on a statement is of a form, and surely so
FEWEST_SIGNS, SURE_SIGNS = 2, 4
RELATIVE = "="  # a subject that speaks of the one told last
ALL = ".*"  # at the end of a name: every name that begins so
_MACRO = re.compile(r"<(\w+)>")
_DEPTH = 3  # macros that hold macros


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a form; the numbers of one that is `counted` are such as must be understood."""

    id: str
    title: str
    says: re.Pattern[str]
    required: bool
    instead: frozenset[str]  # sections that together stand for it
    counted: bool
    plans: bool  # it says what is to be done and bought


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number may be of: `says` ends right before the number. Without `within` it holds in every section."""

    name: str
    says: re.Pattern[str]
    bare: re.Pattern[str]  # the words alone, wherever they stand
    role: str
    within: frozenset[str]
    scope: str
    counts: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class Furniture:
    """Numbers that are no facts: years, dates, numbers of documents and of items, limits."""

    kind: str
    left: re.Pattern[str]
    number: re.Pattern[str]
    right: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a table of cells promises of its total: the column, the rows it is made of, cells that must not be blank."""

    row: re.Pattern[str]
    of: str
    parts: re.Pattern[str] | None
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table of a form: known by its header (cells) or by its title (laid out by position)."""

    id: str
    layout: str  # cells, codes, pairs, line
    columns: tuple[str, ...]
    title: re.Pattern[str] | None
    header: re.Pattern[str] | None
    heads: Mapping[str, re.Pattern[str]]
    carry: frozenset[str]
    codes: str
    note: str
    first_is_sum: bool  # of a row: its first number is the sum of the others
    totals: Totals | None


@dataclass(frozen=True, slots=True)
class Relation:
    """An identity that a form promises. `list` holds only where the parts are told in the sentence of the whole."""

    whole: str
    parts: tuple[str, ...]
    optional: frozenset[str]
    role: str
    at_most: bool
    listed: bool
    unless_zero: bool
    instead: tuple[str, ...]  # other wholes that the parts may be of


@dataclass(frozen=True, slots=True)
class Compare:
    """How a change is told in words."""

    change: re.Pattern[str]  # ends right before the number; groups year, plan, up, down
    same: re.Pattern[str]  # a change of nothing; groups year, word
    prior: re.Pattern[
        str
    ]  # stands before the name of what is compared with; group year


@dataclass(frozen=True)
class Form:
    """A form of statements with all that reads it. An unknown one has the common words alone, and the id ""."""

    id: str
    title: str
    kind: str
    general: bool  # of no place: taken where no other fits
    detect: tuple[re.Pattern[str], ...]
    sections: tuple[Section, ...]
    subjects: tuple[Subject, ...]
    tables: tuple[Shape, ...]
    relations: tuple[Relation, ...]
    ties: tuple[Mapping[str, str], ...]
    table_ties: tuple[Mapping[str, Sequence[str]], ...]
    same_rows: tuple[Mapping[str, str], ...]
    parted: tuple[Mapping[str, Any], ...]
    named_rows: Mapping[str, Any]
    rows: Mapping[str, re.Pattern[str]]  # how the public tables call the row of a name
    # what stands where in a return: figures, tables, lists
    fills: Mapping[str, Any]
    # by the rules of which profiles its projects are held; empty where by none
    projects: Mapping[str, Any]
    detailed: tuple[tuple[str, ...], ...]
    furniture: tuple[Furniture, ...]
    compare: Compare
    share: re.Pattern[str]
    completion: re.Pattern[str]
    own: re.Pattern[str]  # how the text itself calls an amount: group own
    no_own: re.Pattern[str]  # words that no such name holds
    units: re.Pattern[str]
    money: tuple[str, ...]
    measured: tuple[str, ...]  # units of what may have a name of its own too
    planned: str
    wording: Mapping[str, Any]

    @property
    def least(self) -> int:
        """How many signs a statement of the form has at least."""
        return SURE_SIGNS if self.general else FEWEST_SIGNS

    def signs(self, text: str) -> int:
        """How many of its signs a text has."""
        return sum(bool(sign.search(text)) for sign in self.detect)

    def titled(self, section: str) -> str:
        return next((one.title for one in self.sections if one.id == section), section)


def form_of(text: str, kind: str = "") -> Form:
    """The form with the most signs in a text, one of the kind of its title if it has half as many; or the unknown one.

    A general form is taken only where no other is sure.
    """
    signs = {form.id: form.signs(text) for form in forms()}
    able = [form for form in forms() if signs[form.id] >= form.least]
    special = [form for form in able if not form.general]
    best = max(special, key=lambda form: signs[form.id], default=None)
    kin = [
        form
        for form in special
        if best and form.kind == kind and signs[form.id] * 2 > signs[best.id]
    ]
    if kin:
        return max(kin, key=lambda form: signs[form.id])
    general = next(
        (form for form in able if form.general and kind in ("", form.kind)), None
    )
    if best and (general is None or not kind or signs[best.id] >= SURE_SIGNS):
        return best
    return general or best or unknown()


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """The installed forms; raise ProfileError, in Chinese, where one says what nobody knows."""
    folder = home() / "schema" / FOLDER
    paths = [path for path in sorted(folder.glob("*.json")) if path.name != COMMON]
    return tuple(
        _form(read_declared(path, "statementForm", VOCABULARY), _common())
        for path in paths
    )


@lru_cache(maxsize=1)
def unknown() -> Form:
    """The common words alone."""
    return _form(
        {
            "id": "",
            "title": "认不出的式样",
            "kind": "",
            "detect": [],
            "sections": [],
            "subjects": [],
        },
        _common(),
    )


@lru_cache(maxsize=1)
def _common() -> Mapping[str, Any]:
    said: Mapping[str, Any] = read_json(home() / "schema" / FOLDER / COMMON)
    return said


# -- made of what is declared ---------------------------------------------------------------------------------------------


def _form(said: Mapping[str, Any], common: Mapping[str, Any]) -> Form:
    macros = {**common["macros"], **said.get("macros", {})}

    def regex(text: str) -> re.Pattern[str]:
        return expression(text, macros, said["id"] or COMMON)

    units = "|".join(re.escape(unit) for unit in (*common["money"], *common["units"]))
    return Form(
        id=said["id"],
        title=said["title"],
        kind=said["kind"],
        general=said.get("general", False),
        detect=tuple(regex(one) for one in said["detect"]),
        sections=tuple(
            Section(
                one["id"],
                one["title"],
                regex(one["says"]),
                one.get("required", False),
                frozenset(one.get("instead", ())),
                one.get("counted", False),
                one.get("plans", False),
            )
            for one in said["sections"]
        ),
        subjects=tuple(
            _subject(one, common["is"], macros)
            for one in (*common["subjects"], *said["subjects"])
        ),
        tables=tuple(_shape(one, macros) for one in said.get("tables", ())),
        relations=tuple(
            _relation(one) for one in (*common["relations"], *said.get("relations", ()))
        ),
        ties=tuple(said.get("ties", ())),
        table_ties=tuple(said.get("table_ties", ())),
        same_rows=tuple(said.get("same_rows", ())),
        parted=tuple(said.get("parted", ())),
        named_rows=said.get("named_rows", {}),
        rows={name: regex(pattern) for name, pattern in said.get("rows", {}).items()},
        fills=said.get("fills", {}),
        projects=said.get("projects", {}),
        detailed=tuple(
            tuple(names) for names in said.get("duties", {}).get("detailed", ())
        ),
        furniture=tuple(_furniture(one) for one in common["furniture"]),
        compare=_compare(common["compare"], macros),
        share=regex(f"(?:{common['share']})$"),
        completion=regex(f"(?:{common['completion']})$"),
        own=regex(
            f"^{common['own']['before']}(?P<own>{common['own']['says']}){common['is']}$"
        ),
        no_own=regex(common["own"]["not"]),
        units=re.compile(units),
        money=tuple(common["money"]),
        measured=tuple(common["measured"]),
        planned=common["planned"]
        if said["kind"] and said["kind"] != common["planned"]
        else "",
        wording=common["wording"],
    )


def expression(text: str, macros: Mapping[str, str], where: str) -> re.Pattern[str]:
    """A regular expression with its macros filled in; raise ProfileError where it is none."""
    for _ in range(_DEPTH):
        text = _MACRO.sub(
            lambda found: f"(?:{macros[found[1]]})" if found[1] in macros else found[0],
            text,
        )
    try:
        return re.compile(text)
    except re.error as error:
        raise ProfileError(
            f"“{where}”里的“{text}”不是正则表达式，请检查括号是否成对。"
        ) from error


def _subject(
    said: Mapping[str, Any], copula: str, macros: Mapping[str, str]
) -> Subject:
    return Subject(
        name=said["name"],
        says=expression(f"(?P<says_>{said['says']}){copula}$", macros, said["name"]),
        bare=expression(said["says"], macros, said["name"]),
        role=said.get("role", "value"),
        within=frozenset(said.get("in", ())),
        scope=said.get("scope", ""),
        counts=said.get("counts", False),
        repeats=said.get("repeats", False),
    )


def _furniture(said: Mapping[str, str]) -> Furniture:
    left, number, right = (
        said.get("left", ""),
        said.get("number", ""),
        said.get("right", ""),
    )
    return Furniture(
        said["kind"], re.compile(f"(?:{left})$"), re.compile(number), re.compile(right)
    )


def _compare(said: Mapping[str, Any], macros: Mapping[str, str]) -> Compare:
    up, down = "|".join(said["up"]), "|".join(said["down"])
    against = f"(?:{said['against']}|(?P<plan>{said['against_plan']}))?"
    either = f"(?:(?:{up}|{down})[（(])?"  # 增加（减少）
    way = f"{either}(?:(?P<up>{up})|(?P<down>{down}))[）)]?"
    change = f"{against}(?:各)?{way}{said['after']}$"
    return Compare(
        expression(change, macros, COMMON),
        expression(said["same"], macros, COMMON),
        expression(said["prior"], macros, COMMON),
    )


def _relation(said: Mapping[str, Any]) -> Relation:
    return Relation(
        whole=said["whole"],
        parts=tuple(said["parts"]),
        optional=frozenset(said.get("optional", ())),
        role=said.get("role", "value"),
        at_most=said.get("kind") == "at_most",
        listed=said.get("list", False),
        unless_zero=said.get("unless_zero", False),
        instead=tuple(said.get("or", ())),
    )


def _shape(said: Mapping[str, Any], macros: Mapping[str, str]) -> Shape:
    def regex(key: str) -> re.Pattern[str] | None:
        return expression(said[key], macros, said["id"]) if key in said else None

    return Shape(
        id=said["id"],
        layout=said.get("layout", "cells"),
        columns=tuple(said.get("columns", ())),
        title=regex("title"),
        header=regex("header"),
        heads=_heads(said.get("columns", ()), said.get("heads", {})),
        carry=frozenset(said.get("carry", ())),
        codes=said.get("codes", ""),
        note=said.get("note", ""),
        first_is_sum=said.get("first_is_sum", False),
        totals=_totals(said["totals"]) if "totals" in said else None,
    )


def _heads(
    columns: Iterable[str], said: Mapping[str, str]
) -> Mapping[str, re.Pattern[str]]:
    """How the head of each column is printed."""
    return {
        column: re.compile(said.get(column, re.escape(column))) for column in columns
    }


def _totals(said: Mapping[str, Any]) -> Totals:
    parts = re.compile(said["parts"]) if "parts" in said else None
    return Totals(
        re.compile(said["row"]), said["of"], parts, tuple(said.get("needs", ()))
    )
