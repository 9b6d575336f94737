"""The sign sheet 审签单: one page for whoever answers for the publication, with the number of what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.check.report import Idle, Report
from toolkit.files import word
from toolkit.model import Disclosure, Figure, Name, Return, Words, parted
from toolkit.profile.form import Profile
from toolkit.profile.settings import OFF, Setting
from toolkit.profile.stored import home
from toolkit.publish.amounts import figure_of
from toolkit.returns.content import department_number
from toolkit.rules.catalogue import RULES
from toolkit.rules.formula import parse
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity, money

BEFORE_PUBLICATION = "公开前"  # the kind of rules that look for what nobody may publish
LIMIT = Decimal("0.30")
NONE = "——"
MARKED, PLAIN = "FFE699", "auto"
WIDTH = 35  # characters of a printed line
SHORT = 2 * WIDTH - 4  # characters of one thing told: two printed lines with its number
ROOM = 21  # printed lines for all that is listed: the sheet must stay one page
FIRST = ("reasons", "personal", "words")
# where the rest of a list stands; else in the report
ELSEWHERE = {
    "reasons": "情况说明",
    "words": "公开稿",
}
# words to look at: so many are told with their place, so many are named
FEW, MANY = 3, 7


def template() -> Path:
    """The sheet's words; an office may edit them in Word."""
    return home() / "templates" / "docx" / "common" / "审签单.docx"


def write_signoff(  # noqa: PLR0913  each is something of its own that the sheet tells
    disclosure: Disclosure,
    report: Report,
    profile: Profile,
    settings: Sequence[Setting],
    path: Path,
    *,
    draft: bool = False,
    titles: Mapping[str, str] | None = None,
    limit: Decimal = LIMIT,
    number: str = "",
) -> None:
    """Write the sign sheet.

    `settings` is what the office set of the rules, `titles` says how each rule is called, `limit` from which share of last
    year's amount on a change is told with its reason, `number` is the department's content number, where it is known already.
    """
    told = context(
        disclosure,
        report,
        profile,
        settings,
        titles=titles or {},
        limit=limit,
        number=number,
    )
    word.render(template(), told, path, draft)


def context(
    disclosure: Disclosure,
    report: Report,
    profile: Profile,
    settings: Sequence[Setting],
    *,
    titles: Mapping[str, str],
    limit: Decimal = LIMIT,
    number: str = "",
) -> dict[str, Any]:
    """Everything that the sheet's template can name."""
    plan = profile.signoff
    rows = [
        _Row(entry, disclosure.whole, profile, limit)
        for entry in plan.get("numbers", ())
    ]
    lists = {
        "reasons": list(_changes(rows)),
        "accepted": [
            _accepted(finding) for finding in report.findings if finding.accepted
        ],
        "settings": [
            *(_setting(setting, titles) for setting in settings),
            *_idle(report.idle),
        ],
        "left_out": [f"{name}：{reason}" for name, reason in disclosure.left_out],
        "personal": [*_unchecked(settings), *_personal(report.findings)],
        "words": list(_sightings(disclosure, profile, plan.get("words", ()))),
    }
    return {
        "title": f"{disclosure.name}{profile.year}年部门预算公开审签单",
        "department": disclosure.name,
        "year": profile.year,
        "last_year": profile.year - 1,
        "number": number or department_number(disclosure, profile),
        "units": [unit.name for unit in disclosure.units],
        "projects": len(disclosure.whole.projects),
        "money": profile.unit,
        "limit": _percent(limit),
        "checked": _checked(report),
        "numbers": tuple(row.printed for row in rows),
        **_fitted(lists),
    }


# -- one page -----------------------------------------------------------------------------------------------------------------


def _fitted(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """As much of each list as the page has room for; what is left out is counted. One thing of each is always shown."""
    short = {name: [_short(line) for line in lines] for name, lines in lists.items()}
    kept = {name: min(1, len(lines)) for name, lines in short.items()}
    for name in _turns(short):
        if kept[name] == len(short[name]):
            continue
        # One more line is tried on: a long one may not fit where a short one of another list still does.
        tried = {**kept, name: kept[name] + 1}
        shown = _shown(short, tried)
        height = sum(_height(lines) for lines in shown.values())
        if height <= ROOM:
            kept = tried
    return _shown(short, kept)


def _turns(lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Which list gets one line more, again and again: first all of those that matter most, then each in turn."""
    for name in FIRST:
        yield from [name] * len(lists[name])
    longest = max(map(len, lists.values()))
    for _ in range(longest):
        yield from lists


def _shown(
    lists: Mapping[str, Sequence[str]], counts: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(_listed(name, lines, counts[name])) for name, lines in lists.items()
    }


def _height(lines: Sequence[str]) -> int:
    """How many printed lines a list takes; an empty one says so in one."""
    return sum(ceil(len(line) / WIDTH) for line in lines) or 1


def _short(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _listed(name: str, lines: Sequence[str], count: int) -> Iterator[str]:
    """The first lines of a list, numbered where there are several; the last says how many more there are, and where."""
    where = ELSEWHERE.get(name, "校验报告")
    left_out = len(lines) - count
    for number, line in enumerate(lines[:count], 1):
        text = f"{number}. {line}" if len(lines) > 1 else line
        if number == count and left_out > 0:
            text += f"（另有 {left_out} 条，见{where}）"
        yield text


# -- the numbers and their changes --------------------------------------------------------------------------------------------


class _Row:
    """One of the numbers: this year's, last year's where the forms have it, and the reasons given for the change."""

    def __init__(
        self, entry: Mapping[str, Any], whole: Return, profile: Profile, limit: Decimal
    ) -> None:
        self.profile = profile
        self.limit = limit
        self.this_year, self.unit = figure_of(
            entry["this_year"], whole, profile, entry.get("in", "")
        )
        same = self.unit in ("", profile.unit)
        self.title = str(entry["title"]) if same else f"{entry['title']}（{self.unit}）"
        self.thousands = profile.money.thousands
        self.decimals = int(
            entry.get("decimals", _decimals(entry["this_year"], profile))
        )
        self.last_year: Figure | None = None
        self.change: Decimal | None = None
        if entry.get("last_year"):
            self.last_year, _ = figure_of(entry["last_year"], whole, profile, self.unit)
            self.change = self.this_year.number - self.last_year.number
        reasons = [Name.parse(name) for name in entry.get("reasons", ())]
        self.reasons = [(name, whole.words(name).text) for name in reasons]

    @property
    def share(self) -> Decimal | None:
        """The change as a share of last year's; None where there is nothing to compare with."""
        if self.last_year is None or self.change is None:
            return None
        last = self.last_year.number
        return self.change / abs(last) if last else None

    @property
    def large(self) -> bool:
        """Whether the change is beyond the limit; from nothing to something always is."""
        if not self.change:
            return False
        return self.share is None or abs(self.share) > self.limit

    @property
    def printed(self) -> SimpleNamespace:
        return SimpleNamespace(
            title=self.title,
            this_year=self._money(self.this_year),
            last_year=self._money(self.last_year),
            change=self._money(self.change),
            share=self._share(),
            shade=MARKED if self.large else PLAIN,
        )

    def _money(self, amount: Figure | Decimal | None) -> str:
        if amount is None:
            return NONE
        text = money(amount, self.decimals)
        return parted(text) if self.thousands else text

    def _share(self) -> str:
        if self.change is None:
            return NONE
        if not self.change:
            return "持平"
        if self.share is None:
            return "上年为 0"
        return _percent(self.share, signed=True)

    @property
    def name(self) -> str:
        return (
            self.title.strip().removeprefix("其中：").removesuffix(f"（{self.unit}）")
        )

    @property
    def moved(self) -> str:
        """How much more or less than last year."""
        change = self.change or Decimal(0)
        direction = "增加" if change > 0 else "减少"
        return f"{direction}{self._money(abs(change))}{self.unit}"

    @property
    def why(self) -> str:
        """The reasons that will be published, each with its row's name where there are several."""
        given = [
            (name, text.strip().rstrip("。；;"))
            for name, text in self.reasons
            if text.strip()
        ]
        if len(given) == 1:
            return given[0][1]
        reasons = []
        for name, text in given:
            _, _, row, _ = self.profile.book.find(name)
            reasons.append(f"{_bare(row.title) if row else ''}，{text}")
        return "；".join(reasons)


def _changes(rows: Sequence[_Row]) -> Iterator[str]:
    """The large changes with their reasons; a reason that stands above already is not repeated."""
    first_of: dict[str, str] = {}
    for row in rows:
        if not row.large:
            continue
        why = row.why or "没有写原因"
        first = first_of.setdefault(row.why, row.name)
        if row.why and first != row.name:
            why = f"原因同“{first}”"
        yield f"{row.name}{row.moved}：{why}"


def _bare(title: str) -> str:
    """A row's title without its number: 一、基本支出 is 基本支出."""
    return title.strip().rpartition("、")[2].removeprefix("其中：")


def _decimals(formula: str, profile: Profile) -> int:
    """How many decimals the first amount of a formula is written with; the profile's where it has none."""
    moneys = (profile.book.money_of(name) for name in parse(formula).names())
    return next(
        (money.decimals for money in moneys if money is not None), profile.decimals
    )


def _percent(share: Decimal, *, signed: bool = False) -> str:
    number = round(share * 100, 1)
    text = f"{number:f}"
    if signed:
        return f"+{text}%" if number > 0 else f"{text}%"
    text = text.rstrip("0").rstrip(".")
    return f"{text}%"


# -- what is listed -----------------------------------------------------------------------------------------------------------


def _checked(report: Report) -> str:
    """How many findings stand, and how many were let stand."""
    counts = [
        f"{severity.value}{report.open(severity)}条"
        for severity in (ERROR, WARNING, INFO)
    ]
    text = f"未改：{'、'.join(counts)}"
    accepted = sum(bool(finding.accepted) for finding in report.findings)
    if accepted:
        text += f"；同意不改{accepted}条"
    return text


def _accepted(finding: Finding) -> str:
    return f"【{finding.severity.value}】{finding.unit}：{finding.title}。{finding.accepted}"


def _setting(setting: Setting, titles: Mapping[str, str]) -> str:
    title = titles.get(setting.rule, setting.rule)
    what = setting.what
    # a severity that the rule has instead of its own
    if what in tuple(Severity):
        what = f"改为{what}"
    return f"“{title}”{what}：{setting.why}（{setting.who}）"


def _idle(idle: Sequence[Idle]) -> Iterator[str]:
    """The checks that the forms have nothing for: a few by their titles, many by their number; who signs knows no keys."""
    if len(idle) > FEW:
        yield f"{len(idle)} 项检查用不上：本表样没有它们要看的数（清单见 disclosure profile check）"
        return
    yield from (f"“{one.title}”不检查：本表样没有它要看的数" for one in idle)


def _before_publication() -> dict[str, str]:
    """The rules that look for what nobody may publish: id → title."""
    return {rule.id: rule.title for rule in RULES if rule.kind == BEFORE_PUBLICATION}


def _unchecked(settings: Iterable[Setting]) -> Iterator[str]:
    """What was not looked for, because the office says so."""
    titles = _before_publication()
    for setting in settings:
        if setting.what == OFF and setting.rule in titles:
            yield f"“{titles[setting.rule]}”没有检查（已停用）"


def _personal(findings: Iterable[Finding]) -> Iterator[str]:
    """What was found of personal data, by kind, with the first place."""
    rules = _before_publication()
    by_title: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.rule in rules:
            by_title.setdefault(finding.title, []).append(finding)
    for title, found in by_title.items():
        first = found[0]
        place = " ".join(first.place.split()) or first.unit
        yield f"{title}：{len(found)} 处，如{place}"


def _sightings(
    disclosure: Disclosure, profile: Profile, words: Sequence[str]
) -> Iterator[str]:
    """Words that a person should look at once more: a few with the place where each stands first, many by their number."""
    passages = list(_passages(disclosure.whole, profile))
    whole = "\n".join(text for _, text in passages)  # most of the words stand nowhere
    found: dict[str, list[Name]] = {}
    for sought in words:
        if sought not in whole:
            continue
        if places := [name for name, text in passages if sought in text]:
            found[sought] = places
    if len(found) > FEW:
        counts = [f"“{sought}”{len(places)}处" for sought, places in found.items()]
        more = f"等 {len(found)} 个词" if len(found) > MANY else ""
        yield "、".join(counts[:MANY]) + more
        return
    for sought, places in found.items():
        more = f"等 {len(places)} 处" if len(places) > 1 else ""
        yield f"“{sought}”：{_place(places[0], disclosure.whole, profile)}{more}"


def _passages(whole: Return, profile: Profile) -> Iterator[tuple[Name, str]]:
    """Every text that is published, with its name."""
    for name, value in profile.book.published(whole):
        if isinstance(value, Words) and value.text:
            yield name, value.text


def _place(name: Name, whole: Return, profile: Profile) -> str:
    """Where a value stands, as people say it: a project, or a form."""
    sheet = profile.book.sheet_of(name.block)
    if not sheet.repeat:
        return sheet.name
    project = whole.projects[(name.within or name).line - 1]
    return f"项目“{' '.join(project.name.split())}”"
