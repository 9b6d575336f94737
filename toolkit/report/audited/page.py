"""The audit of statements as one page for a browser: no network, no script, readable and printable."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from toolkit.audit.finding import Duty, Finding, Outcome, State
from toolkit.audit.judge import Audited
from toolkit.report.audited import words
from toolkit.report.told.markup import Html, join, tag
from toolkit.rules.rule import ERROR, INFO, WARNING, Severity

CLASSES = {ERROR: "error", WARNING: "warning", INFO: "info"}
STANDING = {
    "有问题": "error",
    "没有查": "off",
    "部分没有查": "warning",
    "没有查出问题": "done",
}
MOST_SPOTS = 6
FEWEST = 2


def to_page(audited: Sequence[Audited], unread: Sequence[tuple[str, str]]) -> str:
    """Write what became of all statements as one HTML file."""
    style = _asset("page.css")
    # The page says by hash which style it may have, and that it may load nothing.
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{hashed}'"
    page = Template(_asset("page.html"))
    return page.substitute(policy=policy, style=style, body=inside(audited, unread))


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def inside(audited: Sequence[Audited], unread: Sequence[tuple[str, str]]) -> Html:
    """The report without the page around it."""
    pieces: list[Html | None] = [tag("p", words.CLAIM, class_="claim")]
    if unread:
        files = [tag("li", tag("b", name), f"　{why}") for name, why in unread]
        listed = tag("ul", *files)
        pieces.append(
            tag("section", tag("h2", "没有读的文件"), listed, class_="stopped")
        )
    if len(audited) >= FEWEST:
        pieces += [_overview(audited), _kinds(audited)]
    pieces += [_statement(number, one) for number, one in enumerate(audited, 1)]
    return join(*pieces)


# -- many ---------------------------------------------------------------------------------------------------------------------


def _overview(audited: Sequence[Audited]) -> Html:
    """Statements × what became of them."""
    severities = [severity.value for severity in Severity]
    duties = [duty.value for duty in Duty]
    head = _head("文本", "审核", *severities, "读懂的数", *duties)
    rows = [_row(number, one) for number, one in enumerate(audited, 1)]
    caption = tag("caption", "每份文本的情况")
    table = tag("table", caption, head, tag("tbody", *rows))
    return tag("section", tag("h2", "一览"), tag("div", table, class_="scroll"))


def _head(*titles: str) -> Html:
    """The heading of a table."""
    cells = [tag("th", title, scope="col") for title in titles]
    return tag("thead", tag("tr", *cells))


def _row(number: int, one: Audited) -> Html:
    count = Counter(finding.check.severity for finding in one.findings)
    told = words.coverage(one)
    real = told.present - told.furniture
    link = tag("a", one.statement.name, href=f"#s{number}")
    cells = [tag("th", link, scope="row"), _can(one)]
    cells += [
        tag("td", count[severity] or "", class_=CLASSES[severity])
        for severity in Severity
    ]
    cells.append(tag("td", f"{told.understood} / {real}"))
    for duty in Duty:
        word = one.duty(duty).word
        cells.append(tag("td", word, class_=STANDING[word]))
    return tag("tr", *cells)


def _can(one: Audited) -> Html:
    """Whether a statement can be audited, as a cell."""
    if one.auditable:
        return tag("td", "可以", class_="done")
    return tag("td", "不能", class_="error")


def _kinds(audited: Sequence[Audited]) -> Html | None:
    """Findings by kind."""
    kinds = words.kinds(audited)
    if not kinds:
        return None
    rows = []
    for kind in kinds:
        title = tag("th", kind.title, scope="row")
        cells = [tag("td", said) for said in (kind.id, kind.times, kind.holders)]
        rows.append(tag("tr", title, *cells))
    head = _head("问题", "编号", "处", "份")
    table = tag("table", head, tag("tbody", *rows), class_="kinds")
    return tag("section", tag("h2", "各种问题"), table)


# -- one ----------------------------------------------------------------------------------------------------------------------


def _statement(number: int, one: Audited) -> Html:
    told = words.coverage(one)
    covered = (words.sections(one), words.numbers(told), words.tables(told))
    lines = [tag("li", line) for line in covered]
    standing = "done" if one.auditable else "error"
    return tag(
        "section",
        tag("h2", one.statement.name),
        tag("p", f"{one.statement.title}　{words.form(one)}", class_="soft"),
        tag("p", words.verdict(one), class_=f"verdict {standing}"),
        tag("ul", *lines, class_="coverage"),
        _folded("没有读懂的数", list(words.left_over(one))),
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
    summary = tag("summary", f"{title}（{len(lines)}）")
    items = [tag("li", line) for line in lines]
    return tag("details", summary, tag("ul", *items))


def _duties(one: Audited) -> Html:
    items = []
    for duty in Duty:
        told = words.standing(one, duty)
        word = one.duty(duty).word
        items.append(tag("li", tag("b", duty.value), f" {told}", class_=STANDING[word]))
    return tag("ul", *items, class_="duties")


def _findings(one: Audited) -> Html | None:
    if one.findings:
        told = [_finding(finding) for finding in one.findings]
        return tag("div", tag("h3", words.counted(one.findings)), *told)
    if one.auditable:
        return tag("p", "查了的地方没有查出问题；没有查的见下。", class_="soft")
    return None


def _finding(finding: Finding) -> Html:
    check = finding.check
    badge = tag("span", check.severity.value, class_="badge")
    also = [tag("p", f"同一处还有：{said}", class_="soft") for said in finding.also]
    return tag(
        "article",
        tag("h4", badge, check.title, tag("small", check.id)),
        tag("p", finding.message),
        tag("ul", *_spots(finding)),
        *also,
        tag("p", f"怎么改：{check.remedy}", class_="remedy"),
        class_=CLASSES[check.severity],
    )


def _spots(finding: Finding) -> Iterator[Html]:
    """Yield the first places of a finding, each with its words, and how many more there are."""
    for spot in finding.spots[:MOST_SPOTS]:
        place = tag("span", spot.place, class_="place")
        yield tag("li", place, tag("q", spot.quote))
    more = len(finding.spots) - MOST_SPOTS
    if more > 0:
        yield tag("li", f"另有 {more} 处")


def _checks(outcomes: Sequence[Outcome]) -> Html:
    """Every check with what became of it."""
    head = _head("核对", "属于", "查了没有", "问题", "没有查的")
    rows = [_check(outcome) for outcome in outcomes]
    table = tag("table", head, tag("tbody", *rows))
    summary = tag("summary", "每一种核对查了没有")
    return tag("details", summary, tag("div", table, class_="scroll"))


def _check(outcome: Outcome) -> Html:
    """What became of one check, as a row."""
    state = outcome.state.value
    if outcome.state is State.RAN:
        state += f" {outcome.ran} 次"
    reasons = [f"{reason}（{times} 处）" for reason, times in outcome.reasons.items()]
    title = tag("th", outcome.check.title, scope="row")
    told = (
        outcome.check.duty.value,
        state,
        len(outcome.findings) or "",
        "；".join(reasons),
    )
    cells = [tag("td", said) for said in told]
    return tag("tr", title, *cells)
