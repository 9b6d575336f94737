"""Which rules are in force: what the profile says by year, and what an office says in a file beside its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.profile.form import Profile, read_csv
from toolkit.rules.rule import INFO, Rule, Severity

FILE = "规则设置.csv"
OFF, TRIAL = "停用", "试行"
COLUMNS = ("规则编号", "处理", "原因", "决定人")


class SettingsError(ToolkitError):
    """An office's settings that cannot be followed; the message names file, line and remedy, in Chinese."""


@dataclass(frozen=True)
class Setting:
    """What is done with a rule: 停用, 试行, or another severity; why, and who says so."""

    rule: str
    what: str
    why: str
    who: str


def of_profile(profile: Profile) -> Iterator[Setting]:
    """What the profile says: rules off, on trial, of another severity, or asked only from a later year."""
    said = profile.rules
    yield from (Setting(rule, OFF, why, profile.title) for rule, why in said.get("off", {}).items())
    yield from (Setting(rule, TRIAL, why, profile.title) for rule, why in said.get("trial", {}).items())
    yield from (Setting(rule, severity, "", profile.title) for rule, severity in said.get("severity", {}).items())
    for rule, year in said.get("from", {}).items():
        if profile.year < int(year):
            yield Setting(rule, OFF, f"{year} 年起才检查", profile.title)


def of_office(folder: Path, known: Iterable[str]) -> tuple[Setting, ...]:
    """What the office says in 规则设置.csv beside its data; every line needs a known rule, a reason and a name."""
    path = folder / FILE
    if not path.exists():
        return ()
    rules = set(known)
    settings = []
    lines = read_csv(path)
    if missing := [column for column in COLUMNS if lines and column not in lines[0]]:
        raise SettingsError(f"“{FILE}”缺少“{'”“'.join(missing)}”这几栏。请把第一行写成：{','.join(COLUMNS)}")
    for number, line in enumerate(lines, 2):
        rule, what, why, who = ((line.get(column) or "").strip() for column in COLUMNS)
        if not (rule or what):
            continue
        if rule not in rules:
            raise SettingsError(f"“{FILE}”第 {number} 行：没有编号为“{rule}”的规则。请用 disclosure rules 查看编号。")
        if what not in (OFF, TRIAL, *Severity):
            raise SettingsError(
                f"“{FILE}”第 {number} 行：“处理”写的是“{what}”，请改成 {OFF}、{TRIAL}、{'、'.join(Severity)} 之一。"
            )
        if not why or not who:
            raise SettingsError(f"“{FILE}”第 {number} 行：规则 {rule} 没有写明“原因”和“决定人”，请补上。")
        settings.append(Setting(rule, what, why, who))
    return tuple(settings)


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
