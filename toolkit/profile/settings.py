"""Which rules are in force: what the profile says by year, and what an office says in a file beside its data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.files.text import read_text
from toolkit.model import Name, record
from toolkit.profile.form import Book, Profile
from toolkit.profile.stored import read_csv
from toolkit.rules.claim import Claim
from toolkit.rules.rule import INFO, Axis, Rule, Severity

FILE = "规则设置.csv"
PROFILE_FILE = "表样.txt"
OFF, TRIAL = "停用", "试行"
COLUMNS = ("规则编号", "处理", "原因", "决定人")


class SettingsError(ToolkitError):
    """An office's settings that cannot be followed; the message names file, line and remedy, in Chinese."""


@record()
class Setting:
    """What is done with a rule: 停用, 试行, or another severity; why, and who says so."""

    rule: str
    what: str
    why: str
    who: str


def of_profile(profile: Profile) -> Iterator[Setting]:
    """What the profile says: rules off, on trial, of another severity, or asked only from a later year."""
    said = profile.rules
    yield from (
        Setting(rule, OFF, why, profile.title)
        for rule, why in said.get("off", {}).items()
    )
    yield from (
        Setting(rule, TRIAL, why, profile.title)
        for rule, why in said.get("trial", {}).items()
    )
    yield from (
        Setting(rule, severity, "", profile.title)
        for rule, severity in said.get("severity", {}).items()
    )
    for rule, year in said.get("from", {}).items():
        if profile.year < int(year):
            yield Setting(rule, OFF, f"{year} 年起才检查", profile.title)


def of_office(folder: Path, known: Iterable[str]) -> tuple[Setting, ...]:
    """What the office says in 规则设置.csv beside its data; every line needs a known rule, a reason and a name."""
    path = folder / FILE
    if not path.exists():
        return ()
    rules = {as_printed(one): one for one in known}
    settings: dict[str, Setting] = {}
    lines_of: dict[str, int] = {}
    lines = read_csv(path)
    if missing := [column for column in COLUMNS if lines and column not in lines[0]]:
        raise SettingsError(
            f"“{FILE}”缺少“{'”“'.join(missing)}”这几栏。请把第一行写成：{','.join(COLUMNS)}"
        )
    for number, line in enumerate(lines, 2):
        typed, what, why, who = ((line.get(column) or "").strip() for column in COLUMNS)
        if not (typed or what):
            continue
        rule = rules.get(as_printed(typed))
        if rule is None:
            raise SettingsError(
                f"“{FILE}”第 {number} 行：没有编号为“{typed}”的规则。请用 disclosure rules 查看编号。"
            )
        if rule in settings:
            raise SettingsError(
                f"“{FILE}”第 {number} 行：规则 {rule} 在第 {lines_of[rule]} 行已经写过。请只留一行。"
            )
        if what not in (OFF, TRIAL, *Severity):
            raise SettingsError(
                f"“{FILE}”第 {number} 行：“处理”写的是“{what}”，请改成 {OFF}、{TRIAL}、{'、'.join(Severity)} 之一。"
            )
        if not why or not who:
            raise SettingsError(
                f"“{FILE}”第 {number} 行：规则 {rule} 没有写明“原因”和“决定人”，请补上。"
            )
        settings[rule] = Setting(rule, what, why, who)
        lines_of[rule] = number
    return tuple(settings.values())


def as_printed(number: str) -> str:
    """A rule's number as it is printed, however it was typed: small letters, full-width signs, a long dash."""
    halved = unicodedata.normalize("NFKC", number).upper()
    return re.sub(r"\s*[-‐-―−_]\s*", "-", halved)


def profile_of_office(folder: Path, installed: Sequence[str]) -> str:
    """The profile that an office fixed for its data, in the first line of 表样.txt beside it; "" where it fixed none."""
    path = folder / PROFILE_FILE
    if not path.exists():
        return ""
    said = read_text(path).strip().partition("\n")[0].strip()
    if said not in installed:
        raise SettingsError(
            f"“{PROFILE_FILE}”写的是“{said}”，没有这套表样。请改成这里面的一个：{'、'.join(installed)}。"
        )
    return said


def in_force(rules: Iterable[Rule], settings: Iterable[Setting]) -> tuple[Rule, ...]:
    """The rules as the settings leave them. A rule on trial is told, and never stops anything."""
    by_rule = {setting.rule: setting.what for setting in settings}
    kept = []
    for rule in rules:
        what = by_rule.get(rule.id, "")
        if what == OFF:
            continue
        if what == TRIAL:
            kept.append(replace(rule, severity=INFO, title=f"{rule.title}（{TRIAL}）"))
        else:
            kept.append(replace(rule, severity=Severity(what)) if what else rule)
    return tuple(kept)


# -- what a profile has of a rule -------------------------------------------------------------------------------------


def lacking(rule: Rule, profile: Profile) -> tuple[str, ...]:
    """What a profile lacks of that without which a rule means nothing; empty where the rule is in force."""
    shapes = tuple(profile.books.values())
    if rule.claim is not None:
        wanted = tuple(_read_by_claim(rule, rule.claim))
        return tuple(
            str(name) for name in wanted if not any(shape.has(name) for shape in shapes)
        )
    lacks = tuple(name for name in rule.needs if not _is_there(name, shapes))
    # A look that may read several forms needs one of them.
    idle = (
        rule.reads
        and not rule.needs
        and not any(_is_there(name, shapes) for name in rule.reads)
    )
    return rule.reads if idle else lacks


def _read_by_claim(rule: Rule, claim: Claim) -> Iterator[Name]:
    """The names that a claim reads, as far as they are the same in all its rows or columns."""
    for name in claim.names():
        if not name.bare:
            yield name
        elif rule.axis is Axis.COLUMN:
            yield Name(rule.on, name.column)  # a row of the grid, in whichever column
        else:
            yield Name(rule.on, column=name.column)


def _is_there(text: str, shapes: Iterable[Book]) -> bool:
    """Whether a profile has what a look declares: a whole block, or a name."""
    name = Name.parse(text)
    if name.bare:
        return any(name.column in shape.blocks for shape in shapes)
    return any(shape.has(name) for shape in shapes)
