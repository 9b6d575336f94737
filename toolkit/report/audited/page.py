"""The audit of statements as one page for a browser: no network, no script, readable and printable."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from toolkit.audit.finding import Duty, Finding, Outcome, State
from toolkit.audit.judge import Audited
from toolkit.report.audited import words
from toolkit.report.told.markup import Html, join, tag
from toolkit.rules.rule import ERROR, INFO, WARNING, Severity

CLASSES = {ERROR: "error", WARNING: "warning", INFO: "info"}
STANDING = {"有问题": "error", "没有查": "off", "部分没有查": "warning", "没有查出问题": "done"}
MOST_SPOTS = 6
FEWEST = 2


def to_page(audited: Sequence[Audited], unread: Sequence[tuple[str, str]]) -> str:
    """Write what became of all statements as one HTML file."""
    style = _asset("page.css")
    policy = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
    return Template(_asset("page.html")).substitute(policy=policy, style=style, body=inside(audited, unread))


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def inside(audited: Sequence[Audited], unread: Sequence[tuple[str, str]]) -> Html:
    """The report without the page around it."""
    pieces: list[Html | None] = [tag("p", words.CLAIM, class_="claim")]
    if unread:
        rows = [tag("li", tag("b", name), f"　{why}") for name, why in unread]
        pieces.append(tag("section", tag("h2", "没有读的文件"), tag("ul", *rows), class_="stopped"))
    if len(audited) >= FEWEST:
        pieces += [_overview(audited), _kinds(audited)]
    pieces += [_statement(number, one) for number, one in enumerate(audited, 1)]
    return join(*pieces)


# -- many ---------------------------------------------------------------------------------------------------------------------


def _overview(audited: Sequence[Audited]) -> Html:
    """Statements × what became of them."""
    titles = ("文本", "审核", *(severity.value for severity in Severity), "读懂的数", *(duty.value for duty in Duty))
    head = tag("thead", tag("tr", *(tag("th", title, scope="col") for title in titles)))
    rows = [_row(number, one) for number, one in enumerate(audited, 1)]
    caption = tag("caption", "每份文本的情况")
    return tag("section", tag("h2", "一览"), tag("div", tag("table", caption, head, tag("tbody", *rows)), class_="scroll"))


def _row(number: int, one: Audited) -> Html:
    count = Counter(finding.check.severity for finding in one.findings)
    told = words.coverage(one)
    real = told.present - told.furniture
    can = tag("td", "可以" if one.auditable else "不能", class_="done" if one.auditable else "error")
    name = tag("th", tag("a", one.statement.name, href=f"#s{number}"), scope="row")
    counts = [tag("td", count[severity] or "", class_=CLASSES[severity]) for severity in Severity]
    duties = [tag("td", one.duty(duty).word, class_=STANDING[one.duty(duty).word]) for duty in Duty]
    return tag("tr", name, can, *counts, tag("td", f"{told.understood} / {real}"), *duties)


def _kinds(audited: Sequence[Audited]) -> Html | None:
    """Findings by kind."""
    kinds = Counter((finding.check.id, finding.check.title) for one in audited for finding in one.findings)
    if not kinds:
        return None
    rows = []
    for (key, title), times in kinds.most_common():
        holders = sum(any(finding.check.id == key for finding in one.findings) for one in audited)
        rows.append(tag("tr", tag("th", title, scope="row"), tag("td", key), tag("td", times), tag("td", holders)))
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in ("问题", "编号", "处", "份"))))
    return tag("section", tag("h2", "各种问题"), tag("table", head, tag("tbody", *rows), class_="kinds"))


# -- one ----------------------------------------------------------------------------------------------------------------------


def _statement(number: int, one: Audited) -> Html:
    told = words.coverage(one)
    lines = [words.sections(one), words.numbers(told), words.tables(told)]
    left = [f"{one.statement.paragraphs[fact.paragraph].place}“{fact.quote}”" for fact in told.left_over]
    verdict = tag("p", words.verdict(one), class_=f"verdict {'done' if one.auditable else 'error'}")
    return tag(
        "section",
        tag("h2", one.statement.name),
        tag("p", f"{one.statement.title}　{words.form(one)}", class_="soft"),
        verdict,
        tag("ul", *(tag("li", line) for line in lines), class_="coverage"),
        _folded("没有读懂的数", left),
        _folded("没有读的表", told.unread),
        None if one.statement.broken else _duties(one),
        _findings(one),
        None if one.statement.broken else _checks(one.outcomes),
        id=f"s{number}",
        class_="statement",
    )


def _folded(title: str, lines: Sequence[str]) -> Html | None:
    if not lines:
        return None
    listed = tag("ul", *(tag("li", line) for line in lines))
    return tag("details", tag("summary", f"{title}（{len(lines)}）"), listed)


def _duties(one: Audited) -> Html:
    cells = []
    for duty in Duty:
        told = words.standing(one, duty)
        cells.append(tag("li", tag("b", duty.value), f" {told}", class_=STANDING[one.duty(duty).word]))
    return tag("ul", *cells, class_="duties")


def _findings(one: Audited) -> Html | None:
    if not one.findings:
        return None if not one.auditable else tag("p", "查了的地方没有查出问题；没有查的见下。", class_="soft")
    return tag("div", tag("h3", words.counted(one.findings)), *(_finding(finding) for finding in one.findings))


def _finding(finding: Finding) -> Html:
    severity = finding.check.severity
    spots = [tag("li", tag("span", spot.place, class_="place"), tag("q", spot.quote)) for spot in finding.spots[:MOST_SPOTS]]
    if len(finding.spots) > MOST_SPOTS:
        spots.append(tag("li", f"另有 {len(finding.spots) - MOST_SPOTS} 处"))
    also = [tag("p", f"同一处还有：{said}", class_="soft") for said in finding.also]
    head = tag("h4", tag("span", severity.value, class_="badge"), finding.check.title, tag("small", finding.check.id))
    remedy = tag("p", f"怎么改：{finding.check.remedy}", class_="remedy")
    return tag("article", head, tag("p", finding.message), tag("ul", *spots), *also, remedy, class_=CLASSES[severity])


def _checks(outcomes: Sequence[Outcome]) -> Html:
    """Every check with what became of it."""
    rows = []
    for outcome in outcomes:
        reasons = "；".join(f"{reason}（{times} 处）" for reason, times in outcome.reasons.items())
        state = outcome.state.value + (f" {outcome.ran} 次" if outcome.state is State.RAN else "")
        found = len(outcome.findings) or ""
        cells = (outcome.check.duty.value, state, found, reasons)
        rows.append(tag("tr", tag("th", outcome.check.title, scope="row"), *(tag("td", cell) for cell in cells)))
    titles = ("核对", "属于", "查了没有", "问题", "没有查的")
    head = tag("thead", tag("tr", *(tag("th", title, scope="col") for title in titles)))
    body = tag("div", tag("table", head, tag("tbody", *rows)), class_="scroll")
    return tag("details", tag("summary", "每一种核对查了没有"), body)
