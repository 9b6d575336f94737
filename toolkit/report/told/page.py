"""Findings as one page for a browser: no network, no other file, readable and printable with scripts off."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
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
from toolkit.report.told.overview import CLASSES, Forms, Numbered, numbered, overview
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding

MOST_SHEETS, MOST_FILES = 4, 2  # sheets named beside a finding, of one file and of several; the rest stands behind "共 … 格"
MEANING = {ERROR: "必须改正", WARNING: "请逐条核对，确实没有错的不用改", INFO: "供参考，可以不改"}


def to_page(report: Report, returns: Sequence[Return], basis: Basis, profile: Profile, shelf: Shelf | None = None) -> str:
    """Write the whole report as one HTML file; the excerpts of the sheets are taken from `shelf`."""
    return whole_page(inside(report, returns, basis, profile, shelf), profile)


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


def inside(report: Report, returns: Sequence[Return], basis: Basis, profile: Profile, shelf: Shelf | None = None) -> Html:
    """The report without the page around it: counts, overview, kinds of findings, filters, findings by file."""
    forms = Forms(profile, returns)
    by_book = words.by_book(report.findings, (book.book for book in returns))
    for findings in by_book.values():
        findings.sort(key=_rank)  # what was found across units follows what was found in each: here the worst comes first
    found = numbered([finding for findings in by_book.values() for finding in findings], forms)
    order = {name: place for place, name in enumerate((n for n, findings in by_book.items() if findings), 1)}
    table = overview(returns, found, forms, order)
    pieces = [_counts(report)]
    if table is not None:
        pieces.append(_section("overview", "各单位各表", table))
    if found:
        names = {book.book: book.name for book in returns}
        writer = _Writer(basis, profile, shelf or Shelf(), forms, names)
        groups = [writer.group(name, names.get(name, ""), place, found) for name, place in order.items()]
        pieces.append(_section("kinds", "问题种类", _kinds(found)))
        nothing = tag("p", "没有符合筛选条件的问题。", class_="nothing", hidden=True)
        pieces.append(_section("findings", "问题", _filters(found, names, order, forms), *groups, nothing))
    return join(*pieces)


def _section(name: str, title: str, *inside_: Html) -> Html:
    return tag("section", tag("h2", title, id=f"{name}-title"), *inside_, id=name, aria_labelledby=f"{name}-title")


def _counts(report: Report) -> Html:
    """How many of each severity, what each means, and how much was asked."""
    boxes = [
        tag(
            "li",
            tag("b", report.count(severity)),
            tag("span", severity.value, class_="what"),
            tag("span", MEANING[severity], class_="meaning"),
            class_=CLASSES[severity] if report.count(severity) else "none",
        )
        for severity in (ERROR, WARNING, INFO)
    ]
    verdict = "没有发现问题。"
    if report.open(ERROR):
        verdict = f"有 {report.open(ERROR)} 处错误，改正以后再交。"
    elif report.count(ERROR):
        verdict = f"{report.count(ERROR)} 处错误部门都同意不改。"
    elif report.findings:
        verdict = "没有错误；下面的提醒请看一看。" if report.count(WARNING) else "没有错误，也没有提醒。"
    asked = f"共核对 {report.asked} 项"
    if not_checked := words.not_checked(report):
        asked += f"；{not_checked}，改好后请再校验一次"
    line = tag("p", tag("strong", verdict), tag("span", f"{asked}。", class_="asked"), class_="verdict")
    idle = [tag("li", f"规则{words.not_in_force(one)}。") for one in report.idle]
    unused = tag("ul", *idle, class_="idle") if idle else None
    return tag("section", line, tag("ul", *boxes, class_="counts"), unused, class_="sum", aria_label="总的情况")


def _kinds(found: Sequence[Numbered]) -> Html:
    """Each rule that found something, with how often and in how many files: one fault of many units is one line."""
    by_rule: dict[str, list[Numbered]] = {}
    for one in found:
        by_rule.setdefault(one.finding.rule, []).append(one)
    ordered = sorted(by_rule.items(), key=lambda item: (_rank(item[1][0].finding), -len(item[1]), item[0]))
    lines = []
    for rule, ones in ordered:
        first = ones[0]
        title = tag("a", first.finding.title, href=f"#f{first.number}", data_rule=rule)
        units = len({one.book for one in ones})
        many = f"{len(ones)} 条" + (f"，{units} 个单位" if units > 1 else "")
        said = tag("span", title, " ", tag("span", many, class_="many"))
        lines.append(tag("li", _severity(first.finding), said))
    return tag("ul", *lines, class_="kinds")


def _rank(finding: Finding) -> int:
    return (ERROR, WARNING, INFO).index(finding.severity)


def _severity(finding: Finding) -> Html:
    return tag("span", finding.severity.value, class_=f"sev {CLASSES[finding.severity]}")


def _filters(found: Sequence[Numbered], names: Mapping[str, str], order: Mapping[str, int], forms: Forms) -> Html:
    """The bar that narrows the list; the script shows it, for without the script it could do nothing."""
    counted = Counter(one.finding.severity for one in found)
    ticks = [
        tag(
            "label",
            tag("input", type="checkbox", name="severity", value=CLASSES[severity], checked=True),
            tag("span", severity.value, " ", tag("b", counted[severity]), class_=CLASSES[severity]),
        )
        for severity in (ERROR, WARNING, INFO)
        if counted[severity]
    ]
    units = Counter(order[one.book] for one in found)
    titles = {place: names.get(name) or name or words.DEPARTMENT for name, place in order.items()}
    twice = Counter(titles.values())
    files = {place: name for name, place in order.items()}
    unit_options = [
        (place, f"{title}（{files[place]}）" if twice[title] > 1 else title, units[place]) for place, title in titles.items()
    ]
    kinds = Counter(one.form for one in found)
    form_options = [(key, forms.called(key), kinds[key]) for key in (*forms.sheets, "whole") if kinds[key]]
    rules = Counter((_rank(one.finding), one.finding.rule, one.finding.title) for one in found)
    rule_options = [(rule, f"{title} {rule}", count) for (_, rule, title), count in sorted(rules.items())]
    offices = Counter(one.finding.office for one in found if one.finding.office)
    office_options = [(office, office, count) for office, count in sorted(offices.items())]
    orders = (tag("option", "先重后轻", value="n"), tag("option", "按表和格的次序", value="o"))
    search = tag("input", type="search", name="words", placeholder="搜文字、单元格，如 项目05 或 D22", autocomplete="off")
    return tag(
        "form",
        tag("label", tag("span", "搜索", class_="heard"), search, class_="words"),
        tag("fieldset", tag("legend", "级别", class_="heard"), *ticks, class_="ticks"),
        _select("unit", "单位", "全部单位", unit_options),
        _select("form", "表", "全部表", form_options),
        _select("rule", "问题", "全部问题", rule_options),
        _select("office", "责任股室", "全部股室", office_options) if office_options else None,
        tag("span", class_="break"),
        tag("p", f"共 {len(found)} 条", role="status", class_="status"),
        tag("button", "清除筛选", type="reset", name="clear", disabled=True, class_="second"),
        tag("label", tag("span", "次序", class_="heard"), tag("select", *orders, name="order", class_="second")),
        tag("button", "只看标题", type="button", name="compact", aria_pressed="false", class_="second"),
        class_="filters",
        role="search",
        aria_label="筛选问题",
        hidden=True,
    )


def _select(name: str, label: str, all_: str, options: Sequence[tuple[object, str, int]]) -> Html:
    choices = [tag("option", f"{title}（{count}）", value=str(value)) for value, title, count in options]
    return tag("label", tag("span", label, class_="heard"), tag("select", tag("option", all_, value=""), *choices, name=name))


class _Writer:
    """Writes the findings of one file after another."""

    def __init__(self, basis: Basis, profile: Profile, shelf: Shelf, forms: Forms, names: Mapping[str, str]) -> None:
        self.basis = basis
        self.shelf = shelf
        self.forms = forms
        self.names = names
        self.titles = headings(profile)
        self.positions = {name: place for place, name in enumerate(forms.sheets)}

    def group(self, name: str, unit: str, place: int, found: Sequence[Numbered]) -> Html:
        """All findings of one file, under its name."""
        ours = [one for one in found if one.book == name]
        said = words.counted((one.finding for one in ours), nought=False)
        title = unit or (name or ours[0].finding.unit) or words.DEPARTMENT
        head = tag(
            "div",
            tag("h3", title, tag("span", name, class_="file") if name and name != title else None, id=f"b{place}-title"),
            tag("p", said, class_="said"),
            tag("button", "复制这些问题", type="button", class_="copy", hidden=True),
            class_="head",
        )
        order = {one.number: n for n, one in enumerate(sorted(ours, key=self._where))}
        articles = [self.article(one, place, order[one.number]) for one in ours]
        return tag("section", head, *articles, class_="book", id=f"b{place}", aria_labelledby=f"b{place}-title")

    def _where(self, one: Numbered) -> tuple[int, str, int, int, int]:
        """The order of the workbook: form, sheet, row, column."""
        if not one.finding.cells:
            return (-1, "", 0, 0, one.number)
        cell = one.finding.cells[0]
        return (self.positions.get(one.form, -1), cell.sheet, cell.row, cell.column, one.number)

    def article(self, one: Numbered, place: int, order: int) -> Html:
        """One finding: where, what, how to mend it, the basis, and the sheet around it."""
        finding = one.finding
        at, more = places(finding)
        head = tag(
            "div",
            tag("span", one.number, class_="number"),
            _severity(finding),
            tag("h4", tag("a", finding.title, href=f"#f{one.number}"), id=f"t{one.number}"),
            tag("span", at, class_="at") if at else None,
            tag("span", finding.state, class_="since") if finding.state else None,
            tag("span", finding.rule, f" · {finding.id}" if finding.id else None, class_="id"),
            class_="what",
        )
        law = [_law(ground) for ground in words.law_of(finding, self.basis)]
        also = tag("li", words.also(finding), class_="also") if finding.also else None
        cells = tag("details", tag("summary", f"共 {len(finding.cells)} 格"), tag("p", more)) if more else None
        text = tag(
            "div",
            self._hands(one),
            tag("p", finding.message, class_="message"),
            tag("p", tag("b", "怎么改"), " ", finding.remedy, class_="remedy"),
            tag("p", tag("b", words.AGREED), " ", finding.accepted, class_="accepted") if finding.accepted else None,
            cells,
            tag("ul", *law, also, class_="basis") if law or also else None,
            class_="text",
        )
        cuts = [picture(cut_out) for cut_out in excerpts(finding, self.shelf, self.titles)]
        return tag(
            "article",
            head,
            text,
            tag("div", *cuts, class_="cuts") if cuts else None,
            id=f"f{one.number}",
            class_=CLASSES[finding.severity],
            aria_labelledby=f"t{one.number}",
            data_book=place,
            data_form=one.form,
            data_rule=finding.rule,
            data_office=finding.office or None,
            data_order=order,
        )

    def _hands(self, one: Numbered) -> Html | None:
        """The first cell in words, and in whose hands it is."""
        finding = one.finding
        at = words.place(finding, self.names, self.names.get(one.book, finding.unit)) if finding.place else ""
        place = tag("span", at) if at else None
        office = tag("span", f"责任股室：{finding.office}") if finding.office else None
        return tag("p", place, " " if place and office else None, office, class_="in") if place or office else None


def _law(ground: Ground) -> Html:
    """One basis: a provision that was looked up is quoted as law; anything else is called what it is, never law."""
    says = ground.says and f"：{ground.says}"
    if ground.is_law:
        cited = tag("cite", ground.title)
        return tag("li", tag("span", ground.kind, class_="law"), " ", cited, ground.article and f" {ground.article}", says)
    return tag("li", tag("span", ground.kind, class_="custom"), " ", ground.title or "不是法规。", says)


def places(finding: Finding) -> tuple[str, str]:
    """Where a finding is: what stands beside it ("项目05!D22"), and all of it where that is not all ("" else)."""
    book = words.book_of(finding)
    most = MOST_SHEETS if all(cell.book == book for cell in finding.cells) else MOST_FILES
    said, whole = words.cells(finding.cells, book, most_sheets=most), words.every_cell(finding.cells, book)
    return said, "" if said == whole else whole
