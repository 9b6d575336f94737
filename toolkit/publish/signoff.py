"""The sign sheet 审签单: one page for whoever answers for the publication, and the number of what is published."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.check.report import Idle, Report
from toolkit.files import word
from toolkit.model import Disclosure, Figure, Name, Return, Words
from toolkit.profile.form import Profile
from toolkit.profile.settings import OFF, Setting
from toolkit.profile.stored import ProfileError, home, read_json
from toolkit.returns.data import to_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.claim import parse
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity, money

BEFORE_PUBLICATION = "公开前"  # the kind of rules that look for what nobody may publish
LIMIT = Decimal("0.30")
NONE = "——"
MARKED, PLAIN = "FFE699", "auto"
WIDTH = 35  # characters of a printed line
SHORT = 2 * WIDTH - 4  # characters of one thing said: two printed lines with its number
ROOM = 21  # printed lines for all that is listed: the sheet must stay one page
FIRST = ("reasons", "personal", "words")
ELSEWHERE = {"reasons": "情况说明", "words": "公开稿"}  # where the rest of a list stands; else in the report
FEW, MANY = 3, 7  # words to look at: so many are told with their place, so many are named


def content_number(disclosure: Disclosure, profile: Profile) -> str:
    """Eight characters of the disclosure's data: the same for draft and final of the same content, and for nothing else."""
    data = {
        "department": disclosure.name,
        "units": [unit.name for unit in disclosure.units],
        "whole": to_data(disclosure.whole, profile),
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def template() -> Path:
    """The sheet's words; an office may edit them in Word."""
    return home() / "templates" / "docx" / "common" / "审签单.docx"


def write_signoff(
    disclosure: Disclosure,
    report: Report,
    profile: Profile,
    settings: Sequence[Setting],
    path: Path,
    *,
    draft: bool = False,
    titles: Mapping[str, str] | None = None,
    limit: Decimal = LIMIT,
) -> None:
    """Write the sign sheet.

    `settings` is what the office set of the rules, `titles` says how each rule is called, `limit` from which share of last
    year's amount on a change is told with its reason.
    """
    word.render(template(), context(disclosure, report, profile, settings, titles=titles or {}, limit=limit), path, draft)


def context(
    disclosure: Disclosure,
    report: Report,
    profile: Profile,
    settings: Sequence[Setting],
    *,
    titles: Mapping[str, str],
    limit: Decimal = LIMIT,
) -> dict[str, Any]:
    """Everything that the sheet's template can name."""
    said = _said(profile)
    rows = [_Row(entry, disclosure.whole, profile, limit) for entry in said.get("numbers", ())]
    lists = {
        "reasons": list(_changes(rows)),
        "accepted": [_accepted(finding) for finding in report.findings if finding.accepted],
        "settings": [*(_setting(setting, titles) for setting in settings), *map(_idle, report.idle)],
        "left_out": [f"{name}：{reason}" for name, reason in disclosure.left_out],
        "personal": [*_unchecked(settings), *_personal(report.findings)],
        "words": list(_sightings(disclosure, profile, said.get("words", ()))),
    }
    return {
        "title": f"{disclosure.name}{profile.year}年部门预算公开审签单",
        "department": disclosure.name,
        "year": profile.year,
        "last_year": profile.year - 1,
        "number": content_number(disclosure, profile),
        "units": [unit.name for unit in disclosure.units],
        "projects": len(disclosure.whole.projects),
        "money": profile.unit,
        "limit": _percent(limit),
        "checked": _checked(report),
        "numbers": tuple(row.printed for row in rows),
        **_fitted(lists),
    }


def _said(profile: Profile) -> Mapping[str, Any]:
    """The profile's list of what the sheet shows."""
    path = home() / "schema" / "profiles" / profile.id / "signoff.json"
    said: Mapping[str, Any] = read_json(path)
    return said


def _fitted(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """As much of each list as the page has room for; what is left out is counted.

    One thing of each first, then all of those that matter most, then of the others in turn.
    """
    short = {name: [_short(line) for line in lines] for name, lines in lists.items()}
    kept = {name: min(1, len(lines)) for name, lines in short.items()}
    turns = [name for name in FIRST for _ in short[name]]
    turns += [name for _ in range(max(map(len, short.values()))) for name in short]
    for name in turns:
        tried = {**kept, name: kept[name] + 1}
        shown = (tuple(_listed(name, lines, tried[name])) for name, lines in short.items())
        if tried[name] <= len(short[name]) and sum(map(_height, shown)) <= ROOM:
            kept = tried
    return {name: tuple(_listed(name, lines, kept[name])) for name, lines in short.items()}


def _height(lines: Sequence[str]) -> int:
    """How many printed lines a list takes; an empty one says so in one."""
    return sum(-(-len(line) // WIDTH) for line in lines) or 1


def _short(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _listed(name: str, lines: Sequence[str], count: int) -> Iterator[str]:
    """The first lines of a list, numbered where there are several; the last says how many more there are, and where."""
    for number, line in enumerate(lines[:count], 1):
        where = ELSEWHERE.get(name, "校验报告")
        more = f"（另有 {len(lines) - count} 条，见{where}）" if number == count < len(lines) else ""
        yield (f"{number}. " if len(lines) > 1 else "") + line + more


class _Row:
    """One of the numbers: this year's, last year's where the forms have it, and what is said of the change."""

    def __init__(self, entry: Mapping[str, Any], whole: Return, profile: Profile, limit: Decimal) -> None:
        self.profile = profile
        self.title = str(entry["title"])
        self.this_year = _figure(entry["this_year"], whole, profile)
        self.last_year = _figure(entry["last_year"], whole, profile) if entry.get("last_year") else None
        reasons = [Name.parse(name) for name in entry.get("reasons", ())]
        self.reasons = [(name, whole.words(name).text) for name in reasons]
        self.change = self.this_year.number - self.last_year.number if self.last_year is not None else None
        self.limit = limit

    @property
    def share(self) -> Decimal | None:
        """The change as a share of last year's; None where there is nothing to compare with."""
        last = self.last_year.number if self.last_year is not None else Decimal(0)
        return self.change / abs(last) if self.change is not None and last else None

    @property
    def large(self) -> bool:
        """Whether the change is beyond the limit; from nothing to something always is."""
        return bool(self.change) and (self.share is None or abs(self.share) > self.limit)

    @property
    def printed(self) -> SimpleNamespace:
        return SimpleNamespace(
            title=self.title,
            this_year=money(self.this_year, self.profile.decimals),
            last_year=money(self.last_year, self.profile.decimals) if self.last_year is not None else NONE,
            change=money(self.change, self.profile.decimals) if self.change is not None else NONE,
            share=self._share(),
            shade=MARKED if self.large else PLAIN,
        )

    def _share(self) -> str:
        if self.change is None:
            return NONE
        if not self.change:
            return "持平"
        return "上年为 0" if self.share is None else _percent(self.share, signed=True)

    @property
    def name(self) -> str:
        return self.title.strip().removeprefix("其中：")

    @property
    def moved(self) -> str:
        """How much more or less than last year."""
        change = self.change or Decimal(0)
        return f"{'增加' if change > 0 else '减少'}{money(abs(change), self.profile.decimals)}{self.profile.unit}"

    @property
    def why(self) -> str:
        """The reasons that will be published, each with its row's name where there are several."""
        given = [(name, text.strip().rstrip("。；;")) for name, text in self.reasons if text.strip()]
        if len(given) == 1:
            return given[0][1]
        rows = ((self.profile.book.find(name)[2], text) for name, text in given)
        return "；".join(f"{_bare(row.title) if row else ''}，{text}" for row, text in rows)


def _changes(rows: Sequence[_Row]) -> Iterator[str]:
    """The large changes with their reasons; a reason that stands above already is not said again."""
    said: dict[str, str] = {}
    for row in rows:
        if row.large:
            first = said.setdefault(row.why, row.name)
            why = row.why if first == row.name else f"原因同“{first}”"
            yield f"{row.name}{row.moved}：{why if row.why else '没有写原因'}"


def _bare(title: str) -> str:
    """A row's title without its number: 一、基本支出 is 基本支出."""
    return title.strip().rpartition("、")[2].removeprefix("其中：")


def _figure(formula: str, whole: Return, profile: Profile) -> Figure:
    """What a formula gives; a name in it that no form has is a fault of the profile, never a zero."""
    term = parse(formula)
    for name in term.names():
        if not profile.book.has(name):
            raise ProfileError(f"signoff.json 用到了没有的数“{name}”。请改成表里有的名字。")
    return term.figure(whole)


def _percent(share: Decimal, *, signed: bool = False) -> str:
    number = round(share * 100, 1)
    text = f"{number:f}".rstrip("0").rstrip(".")
    return f"{'+' if signed and number > 0 else ''}{text}%"


def _checked(report: Report) -> str:
    """How many findings stand, and how many were let stand."""
    open_ = "、".join(f"{severity.value}{report.open(severity)}条" for severity in (ERROR, WARNING, INFO))
    accepted = sum(bool(finding.accepted) for finding in report.findings)
    return f"未改：{open_}" + (f"；同意不改{accepted}条" if accepted else "")


def _accepted(finding: Finding) -> str:
    return f"【{finding.severity.value}】{finding.unit}：{finding.title}。{finding.accepted}"


def _setting(setting: Setting, titles: Mapping[str, str]) -> str:
    what = f"改为{setting.what}" if setting.what in tuple(Severity) else setting.what
    return f"“{titles.get(setting.rule, setting.rule)}”{what}：{setting.why}（{setting.who}）"


def _idle(idle: Idle) -> str:
    return f"“{idle.title}”不检查：本表样没有 {'、'.join(idle.lacks)}"


def _unchecked(settings: Iterable[Setting]) -> Iterator[str]:
    """What was not looked for, because the office says so."""
    titles = {rule.id: rule.title for rule in RULES if rule.kind == BEFORE_PUBLICATION}
    yield from (
        f"“{titles[setting.rule]}”没有检查（已停用）" for setting in settings if setting.what == OFF and setting.rule in titles
    )


def _personal(findings: Iterable[Finding]) -> Iterator[str]:
    """What was found of personal data, by kind, with the first place."""
    kinds = {rule.id for rule in RULES if rule.kind == BEFORE_PUBLICATION}
    found = [finding for finding in findings if finding.rule in kinds]
    for title, count in Counter(finding.title for finding in found).items():
        first = next(finding for finding in found if finding.title == title)
        yield f"{title}：{count} 处，如{' '.join(first.place.split()) or first.unit}"


def _sightings(disclosure: Disclosure, profile: Profile, words: Sequence[str]) -> Iterator[str]:
    """Words that a person should look at once more: a few with the place where each stands first, many by their number."""
    passages = list(_passages(disclosure.whole, profile))
    found = {sought: places for sought in words if (places := [place for place, text in passages if sought in text])}
    if len(found) > FEW:
        named = [f"“{said}”{len(places)}处" for said, places in list(found.items())[:MANY]]
        yield "、".join(named) + (f"等 {len(found)} 个词" if len(found) > MANY else "")
    else:
        for said, places in found.items():
            yield f"“{said}”：{places[0]}" + (f"等 {len(places)} 处" if len(places) > 1 else "")


def _passages(whole: Return, profile: Profile) -> Iterator[tuple[str, str]]:
    """Every text that is published, with where it stands: a project's name, or a form's."""
    for name, value in profile.book.published(whole):
        if isinstance(value, Words) and value.text:
            yield _place(name, whole, profile), value.text


def _place(name: Name, whole: Return, profile: Profile) -> str:
    sheet = profile.book.sheet_of(name.block)
    if not sheet.repeat:
        return sheet.name
    project = whole.projects[(name.within or name).line - 1]
    return f"项目“{' '.join(project.name.split())}”"
