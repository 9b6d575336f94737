"""Findings as one page for a browser: no network, no other file, readable and printable with scripts off."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from toolkit.check.report import Report
from toolkit.files.shelf import Shelf
from toolkit.model import Return
from toolkit.profile.form import Profile
from toolkit.profile.grounds import Basis, Ground
from toolkit.report import words
from toolkit.report.told.excerpt import excerpts, headings, picture
from toolkit.report.told.markup import Html, escaped, join, tag
from toolkit.report.told.overview import (
    CLASSES,
    WHOLE,
    Forms,
    Numbered,
    numbered,
    overview,
)
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

# sheets named beside a finding, of one file and of several; the rest stands behind "共 … 格"
MOST_SHEETS, MOST_FILES = 4, 2
MEANING = {
    ERROR: "必须改正",
    WARNING: "请逐条核对，确实没有错的不用改",
    INFO: "供参考，可以不改",
}


def to_page(
    report: Report,
    returns: Sequence[Return],
    basis: Basis,
    profile: Profile,
    shelf: Shelf | None = None,
    undone: words.Undone | None = None,
) -> str:
    """Write the whole report as one HTML file; the excerpts are taken from `shelf`, `undone` says what there is still to do."""
    return whole_page(inside(report, returns, basis, profile, shelf, undone), profile)


def whole_page(body: Html, profile: Profile) -> str:
    """The page around a report's inside."""
    style, script = asset("page.css"), asset("page.js")
    policy = f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    return Template(asset("page.html")).substitute(
        policy=policy + "; base-uri 'none'; form-action 'none'",
        title=escaped(f"校验报告：{profile.title}"),
        profile=escaped(profile.title),
        style=style,
        script=script,
        body=body,
    )


def asset(name: str) -> str:
    """The text of a file that lies beside this one."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def inside(
    report: Report,
    returns: Sequence[Return],
    basis: Basis,
    profile: Profile,
    shelf: Shelf | None = None,
    undone: words.Undone | None = None,
) -> Html:
    """The report without the page around it: counts, overview, kinds of findings, filters, findings by file."""
    forms = Forms(profile, returns)
    by_book = words.by_book(report.findings, (book.book for book in returns))
    for findings in by_book.values():
        # what was found across units follows what was found in each: here the worst comes first
        findings.sort(key=_rank)
    found = numbered(
        [finding for findings in by_book.values() for finding in findings], forms
    )
    faulty = [name for name, findings in by_book.items() if findings]
    order = {name: number for number, name in enumerate(faulty, 1)}
    pieces = [_counts(report, undone or words.Undone())]
    table = overview(returns, found, forms, order)
    if table is not None:
        pieces.append(_section("overview", "各单位各表", table))
    if found:
        names = {book.book: book.name for book in returns}
        writer = _Writer(basis, profile, shelf or Shelf(), forms, names)
        groups = [writer.group(name, number, found) for name, number in order.items()]
        nothing = tag("p", "没有符合筛选条件的问题。", class_="nothing", hidden=True)
        pieces.append(_section("kinds", "问题种类", _kinds(found)))
        pieces.append(
            _section(
                "findings",
                "问题",
                _filters(found, names, order, forms),
                *groups,
                nothing,
            )
        )
    return join(*pieces)


def _section(name: str, title: str, *inside_: Html) -> Html:
    head = tag("h2", title, id=f"{name}-title")
    return tag("section", head, *inside_, id=name, aria_labelledby=f"{name}-title")


def _counts(report: Report, undone: words.Undone) -> Html:
    """How many of each severity, what each means, and how much was asked."""
    boxes = [
        tag(
            "li",
            tag("b", report.open(severity)),
            tag("span", severity.value, class_="what"),
            tag("span", MEANING[severity], class_="meaning"),
            _let_stand(report, severity),
            class_=CLASSES[severity] if report.open(severity) else "none",
        )
        for severity in words.SEVERITIES
    ]
    asked = f"共核对 {report.asked} 项"
    if not_checked := words.not_checked(report):
        asked += f"；{not_checked}，补上以后请再校验一次"
    verdict = tag(
        "p",
        tag("strong", words.verdict(report, undone)),
        tag("span", f"{asked}。", class_="asked"),
        class_="verdict",
    )
    to_do = (
        tag("ul", *[tag("li", line) for line in undone.told], class_="left")
        if undone.told
        else None
    )
    idle = [tag("li", f"规则{words.not_in_force(one)}。") for one in report.idle]
    unused = tag("ul", *idle, class_="idle") if idle else None
    counts = tag("ul", *boxes, class_="counts")
    return tag(
        "section", verdict, to_do, counts, unused, class_="sum", aria_label="总的情况"
    )


def _let_stand(report: Report, severity: Severity) -> Html | None:
    """How many of a severity the department lets stand: counted apart."""
    accepted = report.count(severity) - report.open(severity)
    return (
        tag("span", f"另有 {accepted} 条部门同意不改", class_="meaning")
        if accepted
        else None
    )


def _kinds(found: Sequence[Numbered]) -> Html:
    """Each rule that found something, with how often and in how many files: one fault of many units is one line."""
    by_rule: dict[str, list[Numbered]] = {}
    for one in found:
        by_rule.setdefault(one.finding.rule, []).append(one)

    def weight(rule: str) -> tuple[int, int, str]:
        """The gravest first, among equals the most frequent."""
        ones = by_rule[rule]
        return _rank(ones[0].finding), -len(ones), rule

    lines = [_kind(rule, by_rule[rule]) for rule in sorted(by_rule, key=weight)]
    return tag("ul", *lines, class_="kinds")


def _kind(rule: str, ones: Sequence[Numbered]) -> Html:
    """What a rule found, as one line; it leads to the first."""
    first = ones[0]
    units = len({one.book for one in ones})
    many = f"{len(ones)} 条"
    if units > 1:
        many += f"，{units} 个单位"
    title = tag("a", first.finding.title, href=f"#f{first.number}", data_rule=rule)
    text = tag("span", title, " ", tag("span", many, class_="many"))
    return tag("li", _severity(first.finding), text)


def _rank(finding: Finding) -> int:
    return words.SEVERITIES.index(finding.severity)


def _severity(finding: Finding) -> Html:
    return tag(
        "span", finding.severity.value, class_=f"sev {CLASSES[finding.severity]}"
    )


# -- narrowing the list -------------------------------------------------------------------------------------------------------

# of a choice: the value, how it is called, how many findings it leaves
Options = Iterable[tuple[object, str, int]]


def _filters(
    found: Sequence[Numbered],
    names: Mapping[str, str],
    order: Mapping[str, int],
    forms: Forms,
) -> Html:
    """The bar that narrows the list; the script shows it, for without the script it could do nothing."""
    search = tag(
        "input",
        type="search",
        name="words",
        placeholder="搜文字、单元格，如 D22",
        autocomplete="off",
    )
    offices = list(_office_options(found))
    orders = (
        tag("option", "先重后轻", value="n"),
        tag("option", "按表和格的次序", value="o"),
    )
    return tag(
        "form",
        tag("label", tag("span", "搜索", class_="heard"), search, class_="words"),
        tag(
            "fieldset",
            tag("legend", "级别", class_="heard"),
            *_ticks(found),
            class_="ticks",
        ),
        _select("unit", "单位", "全部单位", _unit_options(found, names, order)),
        _select("form", "表", "全部表", _form_options(found, forms)),
        _select("rule", "问题", "全部问题", _rule_options(found)),
        _select("office", "责任股室", "全部股室", offices) if offices else None,
        tag("span", class_="break"),
        tag("p", f"共 {len(found)} 条", role="status", class_="status"),
        tag(
            "button",
            "清除筛选",
            type="reset",
            name="clear",
            disabled=True,
            class_="second",
        ),
        tag(
            "label",
            tag("span", "次序", class_="heard"),
            tag("select", *orders, name="order", class_="second"),
        ),
        tag(
            "button",
            "只看标题",
            type="button",
            name="compact",
            aria_pressed="false",
            class_="second",
        ),
        class_="filters",
        role="search",
        aria_label="筛选问题",
        hidden=True,
    )


def _ticks(found: Sequence[Numbered]) -> list[Html]:
    """A box to tick for each severity that was found."""
    counts = Counter(one.finding.severity for one in found)
    return [
        tag(
            "label",
            tag(
                "input",
                type="checkbox",
                name="severity",
                value=CLASSES[severity],
                checked=True,
            ),
            tag(
                "span",
                severity.value,
                " ",
                tag("b", counts[severity]),
                class_=CLASSES[severity],
            ),
        )
        for severity in words.SEVERITIES
        if counts[severity]
    ]


def _unit_options(
    found: Sequence[Numbered], names: Mapping[str, str], order: Mapping[str, int]
) -> Options:
    """The units by the numbers of their files; the file stands beside a unit's name that comes twice."""
    counts = Counter(one.book for one in found)
    titles = {file: names.get(file) or file or words.DEPARTMENT for file in order}
    files_of = Counter(titles.values())
    for file, title in titles.items():
        called = title
        if files_of[title] > 1:
            called = f"{title}（{file}）"
        yield order[file], called, counts[file]


def _form_options(found: Sequence[Numbered], forms: Forms) -> Options:
    counts = Counter(one.form for one in found)
    for key in (*forms.sheets, WHOLE):
        if counts[key]:
            yield key, forms.called(key), counts[key]


def _rule_options(found: Sequence[Numbered]) -> Options:
    """The rules, those that found the worst first."""
    findings = [one.finding for one in found]
    counts = Counter((_rank(one), one.rule, one.title) for one in findings)
    for (_, rule, title), count in sorted(counts.items()):
        yield rule, f"{title} {rule}", count


def _office_options(found: Sequence[Numbered]) -> Options:
    offices = [one.finding.office for one in found]
    counts = Counter(office for office in offices if office)
    for office, count in sorted(counts.items()):
        yield office, office, count


def _select(name: str, label: str, all_: str, options: Options) -> Html:
    choices = [tag("option", all_, value="")]
    for value, title, count in options:
        choices.append(tag("option", f"{title}（{count}）", value=str(value)))
    heard = tag("span", label, class_="heard")
    select = tag("select", *choices, name=name)
    return tag("label", heard, select)


# -- the findings -------------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes the findings of one file after another."""

    def __init__(
        self,
        basis: Basis,
        profile: Profile,
        shelf: Shelf,
        forms: Forms,
        names: Mapping[str, str],
    ) -> None:
        self.basis = basis
        self.shelf = shelf
        self.forms = forms
        self.names = names
        self.titles = headings(profile)
        self.positions = {key: position for position, key in enumerate(forms.sheets)}

    def group(self, name: str, number: int, found: Sequence[Numbered]) -> Html:
        """All findings of one file, under its name; `number` is the file's on the page."""
        ours = [one for one in found if one.book == name]
        unit = self.names.get(name) or name or ours[0].finding.unit or words.DEPARTMENT
        file = tag("span", name, class_="file") if name and name != unit else None
        called = f"b{number}-title"
        title = tag("h3", unit, file, id=called)
        counts = words.counted((one.finding for one in ours), nought=False)
        said = tag("p", counts, class_="said")
        copy = tag("button", "复制这些问题", type="button", class_="copy", hidden=True)
        head = tag("div", title, said, copy, class_="head")
        # The articles stand in the report's order; each knows its place in the workbook's own order too.
        by_cell = sorted(ours, key=self._where)
        order = {one.number: place for place, one in enumerate(by_cell)}
        articles = [self.article(one, number, order[one.number]) for one in ours]
        return tag(
            "section",
            head,
            *articles,
            class_="book",
            id=f"b{number}",
            aria_labelledby=called,
        )

    def _where(self, one: Numbered) -> tuple[int, str, int, int, int]:
        """The order of the workbook: form, sheet, row, column."""
        if not one.finding.cells:
            return (-1, "", 0, 0, one.number)
        cell = one.finding.cells[0]
        position = self.positions.get(one.form, -1)
        return (position, cell.sheet, cell.row, cell.column, one.number)

    def article(self, one: Numbered, book: int, order: int) -> Html:
        """One finding: where, what, how to mend it, the basis, and the sheet around it."""
        finding = one.finding
        at, more = places(finding)
        cuts = [
            picture(excerpt) for excerpt in excerpts(finding, self.shelf, self.titles)
        ]
        return tag(
            "article",
            _head(one, at),
            self._text(one, more),
            tag("div", *cuts, class_="cuts") if cuts else None,
            id=f"f{one.number}",
            class_=CLASSES[finding.severity],
            aria_labelledby=f"t{one.number}",
            data_book=book,
            data_form=one.form,
            data_rule=finding.rule,
            data_office=finding.office or None,
            data_order=order,
        )

    def _text(self, one: Numbered, more: str) -> Html:
        """What a finding says; `more` are its cells where they are too many to stand beside its title."""
        finding = one.finding
        law = [_law(ground) for ground in words.law_of(finding, self.basis)]
        also = tag("li", words.also(finding), class_="also") if finding.also else None
        cells = (
            tag(
                "details", tag("summary", f"共 {len(finding.cells)} 格"), tag("p", more)
            )
            if more
            else None
        )
        return tag(
            "div",
            self._hands(one),
            tag("p", finding.message, class_="message"),
            tag("p", tag("b", "怎么改"), " ", finding.remedy, class_="remedy"),
            tag("p", tag("b", words.AGREED), " ", finding.accepted, class_="accepted")
            if finding.accepted
            else None,
            cells,
            tag("ul", *law, also, class_="basis") if law or also else None,
            class_="text",
        )

    def _hands(self, one: Numbered) -> Html | None:
        """The first cell in words, and in whose hands it is."""
        finding = one.finding
        unit = self.names.get(one.book, finding.unit)
        at = words.place(finding, self.names, unit) if finding.place else ""
        place = tag("span", at) if at else None
        office = tag("span", f"责任股室：{finding.office}") if finding.office else None
        between = " " if place and office else None
        return (
            tag("p", place, between, office, class_="in") if place or office else None
        )


def _head(one: Numbered, at: str) -> Html:
    """The line that a finding begins with; `at` is where it is."""
    finding = one.finding
    return tag(
        "div",
        tag("span", one.number, class_="number"),
        _severity(finding),
        tag("h4", tag("a", finding.title, href=f"#f{one.number}"), id=f"t{one.number}"),
        tag("span", at, class_="at") if at else None,
        tag("span", finding.state, class_="since") if finding.state else None,
        tag(
            "span",
            finding.rule,
            f" · {finding.id}" if finding.id else None,
            class_="id",
        ),
        class_="what",
    )


def _law(ground: Ground) -> Html:
    """One basis: a provision that was looked up is quoted as law; anything else is called what it is, never law."""
    says = f"：{ground.says}" if ground.says else ""
    if ground.is_law:
        kind = tag("span", ground.kind, class_="law")
        article = f" {ground.article}" if ground.article else ""
        return tag("li", kind, " ", tag("cite", ground.title), article, says)
    kind = tag("span", ground.kind, class_="custom")
    return tag("li", kind, " ", ground.title or "不是法规。", says)


def places(finding: Finding) -> tuple[str, str]:
    """Where a finding is: what stands beside it ("项目05!D22"), and all of it where that is not all ("" else)."""
    book = words.book_of(finding)
    in_one_file = all(cell.book == book for cell in finding.cells)
    beside = words.cells(
        finding.cells, book, most_sheets=MOST_SHEETS if in_one_file else MOST_FILES
    )
    whole = words.every_cell(finding.cells, book)
    return beside, "" if beside == whole else whole
