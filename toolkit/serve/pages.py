"""The pages of the local server: the desk where files are put down, the door where a word is asked, a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.profile.form import Profile
from toolkit.report.told.markup import Html, join, tag
from toolkit.serve.editing import AUDITS, COMPARE, WAYS
from toolkit.serve.guard import EDITIONS, EXPORTS, STATEMENTS, UPLOADS
from toolkit.serve.visit import (
    ACCEPTED,
    AUDITED,
    COMPARED,
    EDITED,
    EXPORTED,
    MB,
    SETTINGS,
    Limits,
    Visit,
)
from toolkit.serve.work import INSIDE, PAIR, Job
from toolkit.steps import REPORT, SIGN_SHEET, STATEMENT, TABLES, WORKINGS

TITLE = "部门预算校验与合并"
ASSETS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "serve.css": "text/css",
    "serve.js": "text/javascript",
}
SEVERITIES = (("错误", "error"), ("提醒", "warning"), ("提示", "info"))
PUBLIC, DRAFT = "公开", "草稿，不能公开"
FOR = {
    TABLES: PUBLIC,
    STATEMENT: PUBLIC,
    SIGN_SHEET: "内部：打印签字",
    WORKINGS: "内部：每个数从哪里来",
    REPORT: "内部：给程序用",
}
INTERNAL = "内部：可以改，下次合并时和填报表一起放进来"
WORKING = {"check": "正在校验", "merge": "正在合并"}


def document(title: str, *body: Html, refresh: bool = False) -> str:
    """A page around its body; `refresh` asks a browser without scripts to look again."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
    ]
    head += [
        tag("link", rel="stylesheet", href=f"/assets/{name}")
        for name in ASSETS
        if name.endswith(".css")
    ]
    if refresh:
        head.append(tag("noscript", tag("meta", http_equiv="refresh", content="2")))
    head += [
        tag("script", src=f"/assets/{name}", defer=True)
        for name in ASSETS
        if name.endswith(".js")
    ]
    return "<!doctype html>\n" + tag(
        "html", tag("head", *head), tag("body", *body), lang="zh-CN"
    )


def _top(profiles: Sequence[Profile], *more: Html | None) -> Html:
    """The head of every page; where files of several profiles may come, it names none of them."""
    one = profiles[0].title if len(profiles) == 1 else None
    return tag(
        "header",
        tag("h1", TITLE),
        tag("p", one, class_="profile", hidden=one is None),
        *more,
        class_="top",
    )


def _csrf(visit: Visit) -> Html:
    """The hidden field by which a form is known to be ours."""
    return tag("input", type="hidden", name="csrf", value=visit.csrf)


def refusal(profiles: Sequence[Profile], message: str) -> str:
    """A page that says what cannot be done."""
    told = tag("p", message, role="alert", class_="notice")
    back = tag("p", tag("a", "回到首页", href="/"))
    return document(TITLE, _top(profiles), tag("main", told, back))


def door(visit: Visit, profiles: Sequence[Profile]) -> str:
    """The page that asks for the word."""
    word = tag(
        "input",
        type="password",
        name="token",
        autocomplete="off",
        required=True,
        autofocus=True,
    )
    form = tag(
        "form",
        _csrf(visit),
        tag("label", tag("span", "口令"), word),
        tag("button", "进入", class_="main"),
        method="post",
        action="/enter",
        class_="door",
    )
    hint = tag(
        "p", "口令在启动本程序的那台电脑上显示，请向开机的同事要。", class_="soft"
    )
    return document(TITLE, _top(profiles), tag("main", _notice(visit), form, hint))


def _notice(visit: Visit) -> Html:
    """What is to be told; it is told once."""
    notice = visit.notice
    visit.notice = ""
    return tag(
        "p",
        notice or None,
        role="status",
        class_="notice",
        id="said",
        hidden=not notice,
    )


def desk(
    visit: Visit, profiles: Sequence[Profile], limits: Limits, inside: Html
) -> str:
    """The page where everything is done; `inside` is the report of the last run."""
    busy = visit.busy
    result = visit.done.result if visit.done is not None else {}
    if inside:
        below: Html | None = tag(
            "section", inside, id="result", tabindex=-1, aria_label="校验结果"
        )
    else:
        below = _welcome(visit, profiles)
    body = tag(
        "main",
        _notice(visit),
        tag(
            "div", _files(visit, limits, result), _merging(visit, result), class_="desk"
        ),
        below,
        _importing(visit, profiles),
        _auditing(visit),
        _holding(visit),
        _comparing(visit),
        data_busy=busy or None,
        data_file=limits.file,
        data_csrf=visit.csrf,
    )
    where = "文件只在运行本程序的这台电脑上处理，不会传到网上；点“结束并删除文件”、关闭程序，或者 "
    rest = f"{limits.idle // 3600} 小时不用以后，放进来的文件和结果都会删除。"
    top = _top(profiles, _leave(visit) if visit.files or visit.done else None)
    skip = tag("a", "跳到校验结果", href="#result", class_="skip") if inside else None
    footer = tag("footer", tag("p", where + rest), class_="end")
    return document(TITLE, join(skip), top, body, footer, refresh=busy)


def _leave(visit: Visit) -> Html:
    return tag(
        "form",
        _csrf(visit),
        tag("button", "结束并删除文件"),
        method="post",
        action="/leave",
        class_="leave",
        id="leave",
    )


def _welcome(visit: Visit, profiles: Sequence[Profile]) -> Html | None:
    if visit.files:
        return None
    steps = (
        "把各单位交来的填报表放进来，马上校验。",
        "看问题：每一条都写着在哪一格、怎么改、依据是什么。批注版可以发回给单位。",
        "改好的填报表再放进来一次；没有错误了就合并，得到公开表和情况说明。",
    )
    blanks = [_blank(profile, alone=len(profiles) == 1) for profile in profiles]
    return tag(
        "section",
        tag("h2", "怎么用"),
        tag("ol", *(tag("li", step) for step in steps)),
        tag("p", "还没有表？下载", *_listed(blanks), "发给单位填。"),
        class_="welcome",
    )


def _blank(profile: Profile, *, alone: bool) -> Html:
    """A link to a profile's blank workbook; among several it says which one."""
    of = "" if alone else f"（{profile.title}）"
    return tag(
        "a",
        f"空白的《{profile.book.title}》{of}",
        href=f"/get/template?profile={profile.id}",
    )


def _listed(links: Sequence[Html]) -> Iterator[Html | str]:
    """Some links with commas between them."""
    for number, link in enumerate(links):
        if number:
            yield "、"
        yield link


# -- files ----------------------------------------------------------------------------------------------------------------


def _files(visit: Visit, limits: Limits, result: dict[str, Any]) -> Html:
    """Where files are put down, and those that are here."""
    accepted = ",".join((*ACCEPTED, ".csv", *AUDITED))
    drop = tag(
        "form",
        tag(
            "label",
            tag("b", "把填报表拖到这里"),
            tag(
                "span",
                "或者点这里选择文件，可以一次选多个；部门汇总表、规则设置、上年公开表（或上年情况说明）也放在这里",
            ),
            tag(
                "input",
                type="file",
                name="file",
                multiple=True,
                accept=accepted,
                disabled=visit.busy,
            ),
            class_="drop",
        ),
        tag(
            "div",
            tag(
                "label",
                "同名的文件",
                tag(
                    "select",
                    tag("option", "替换", value="replace"),
                    tag("option", "都留下", value="both"),
                    name="same",
                ),
            ),
            tag("button", "放进来", disabled=visit.busy),
            class_="plain",
        ),
        method="post",
        action=f"{UPLOADS}?csrf={visit.csrf}",  # in the address: it must be known before the files are read
        enctype="multipart/form-data",
        id="drop",
    )
    limit = f"单个文件不超过 {limits.file // MB} MB，一次最多 {limits.files} 个。"
    return tag(
        "section",
        tag("h2", "填报表"),
        drop,
        tag(
            "div", id="ask", role="alertdialog", aria_label="有同名的文件", hidden=True
        ),
        tag("div", tag("ul", id="refused", hidden=True), role="alert"),
        _progress(visit.job if visit.busy else None),
        _table(visit, result) if visit.files else tag("p", limit, class_="soft"),
        _checking(visit, result) if visit.files else None,
        class_="files",
    )


def _progress(job: Job | None) -> Html:
    label = WORKING[job.kind] if job is not None else ""
    return tag(
        "div",
        tag("p", f"{label}……", id="doing", role="status"),
        tag("progress", aria_labelledby="doing"),
        class_="progress",
        id="progress",
        hidden=job is None,
    )


def _table(visit: Visit, result: dict[str, Any]) -> Html:
    """The files that are here, each with its problems counted."""
    facts: dict[str, Any] = result.get("files", {})
    rows = [
        _row(visit, place, name, facts.get(name, {}))
        for place, name in enumerate(visit.files)
    ]
    heads = [tag("th", "文件", scope="col")]
    heads += [tag("th", title, scope="col") for title, _ in SEVERITIES]
    return tag(
        "table",
        tag("caption", "放进来的文件和每个文件的问题数", class_="heard"),
        tag("thead", tag("tr", *heads, tag("td"))),
        tag("tbody", *rows),
        class_="held",
    )


def _row(visit: Visit, place: int, name: str, facts: dict[str, Any]) -> Html:
    """One file; `facts` is what the last run found out about it, nothing where there was none."""
    called = facts.get("unit", "")
    unit = tag("span", called, class_="unit") if called not in ("", name) else None
    named = unit, tag("span", name, class_="file" if unit else "unit")
    file = tag("th", *named, scope="row")
    numbers = (
        _numbers(facts["counts"])
        if facts.get("counts")
        else [tag("td", class_="n") for _ in SEVERITIES]
    )
    if facts.get("left"):
        file = tag("th", *named, tag("span", "没有填完", class_="undone"), scope="row")
    copy = None
    if facts.get("annotated"):
        copy = tag(
            "a",
            "批注版",
            href=f"/get/annotated/{place}",
            aria_label=f"下载“{name}”的批注版",
        )
    remove = tag(
        "form",
        _csrf(visit),
        tag("input", type="hidden", name="name", value=name),
        tag("button", "移除", aria_label=f"移除“{name}”", disabled=visit.busy),
        method="post",
        action="/remove",
    )
    return tag(
        "tr", file, *numbers, tag("td", tag("div", copy, remove)), data_name=name
    )


def _numbers(counts: list[int]) -> list[Html]:
    """A cell for each severity; what is not nothing is coloured."""
    cells: list[Html] = []
    for count, (_, look) in zip(counts, SEVERITIES, strict=True):
        number = tag("span", count, class_=f"many {look}") if count else "0"
        cells.append(tag("td", number, class_="n"))
    return cells


def _checking(visit: Visit, result: dict[str, Any]) -> Html:
    """What can be done with the files: check again, take the report and the copies with marks."""
    check = tag(
        "form",
        _csrf(visit),
        tag("button", "重新校验", disabled=visit.busy),
        method="post",
        action="/check",
        id="check",
    )
    links: list[Html] = []
    if result:
        links.append(tag("a", "下载校验报告（网页）", href="/get/report"))
        links.append(tag("a", "下载校验报告（Excel，勾选要退回的）", href="/get/ticks"))
        links += _slips(result)
    if any(facts["annotated"] for facts in result.get("files", {}).values()):
        links.append(tag("a", "下载全部批注版（zip）", href="/get/annotated.zip"))
    return tag("div", check, *links, class_="actions")


def _slips(result: dict[str, Any]) -> Iterator[Html]:
    """The slips to send back: as somebody ticked, else all errors; nothing where there is nothing to send."""
    if result["ticked"]:
        yield tag("a", "下载退回单（zip，按勾选）", href="/get/slips.zip")
    elif result["open"]:
        yield tag("a", "下载退回单（zip，退全部错误）", href="/get/slips.zip")
        yield tag(
            "span",
            "要挑着退：在 Excel 版里勾好，保存后放进来再校验一次。",
            class_="soft",
        )


# -- merging --------------------------------------------------------------------------------------------------------------


def _merging(visit: Visit, result: dict[str, Any]) -> Html:
    merged = "outputs" in result
    errors = result.get("open", 0)
    form = tag(
        "form",
        _csrf(visit),
        tag(
            "button",
            "重新合并" if merged else "合并",
            class_=None if errors or result.get("undone") else "main",
            disabled=visit.busy or not visit.files,
        ),
        tag(
            "label",
            tag(
                "input",
                type="checkbox",
                name="draft",
                value="1",
                checked=result.get("draft"),
            ),
            " 有错误也出稿，每页标“草稿”",
        ),
        method="post",
        action="/merge",
        id="merge",
        data_open=errors or None,
    )
    return tag(
        "section",
        tag("h2", "合并"),
        tag("p", _verdict(visit, result), class_="verdict"),
        form,
        _outputs(result),
        _further() if visit.files else None,
        class_="merging",
    )


def _further() -> Html:
    """Where the rest of the page is: it lies below all that was found."""
    staging = tag("a", "核对、更新改过的文件，出送审稿、公开稿", href="#hold")
    audit = tag("a", "审核公开文本", href="#audit")
    return tag("p", "这一页最下面：", staging, "；", audit, "。", class_="soft")


def _verdict(visit: Visit, result: dict[str, Any]) -> str:
    """Whether the files can be merged, or what came of it."""
    if not visit.files:
        return "校验没有错误以后，在这里合并成公开表和情况说明。"
    if not result:
        return "校验完以后可以合并。"
    errors = result["open"]
    if "outputs" in result:
        merged = (
            f"合并了 {result['units']} 个单位、{result['projects']} 个项目。"
            if result["units"]
            else ""
        )
        if result["published"]:
            return f"{merged}这是草稿，不能公开。" if result["draft"] else merged
        return (
            "有错误，没有生成公开表和情况说明。改正以后再合并；要先看样子，请勾选草稿。"
        )
    if errors:
        return f"还有 {errors} 条错误，改正以后才能生成公开表和情况说明；要先看样子，请勾选草稿。"
    if result["undone"]:
        return "还没有做完，见下面；做完以后再合并。"
    return "没有错误，可以合并。"


def _outputs(result: dict[str, Any]) -> Html | None:
    """The results of the last merge, each with whom it is for."""
    outputs = result.get("outputs")
    if not outputs:
        return None
    lines: list[Html] = []
    for place, output in enumerate(outputs):
        name = output["name"]
        link = tag("a", name, href=f"/get/outputs/{place}")
        use = FOR.get(name, INTERNAL)
        use = DRAFT if use == PUBLIC and result["draft"] else use
        lines.append(tag("li", link, " ", tag("span", use, class_="soft")))
    notes = [tag("p", f"注意：{note}", class_="note") for note in result["notes"]]
    everything = tag("p", tag("a", "全部下载（zip）", href="/get/outputs.zip"))
    return tag("div", tag("ul", *lines, class_="outputs"), everything, *notes)


def _importing(visit: Visit, profiles: Sequence[Profile]) -> Html | None:
    """Where what the finance platform exported is put down, to be read into units' workbooks."""
    known = [profile for profile in profiles if profile.platform]
    if not known:
        return None
    chosen = tag(
        "input",
        type="file",
        name="file",
        multiple=True,
        accept=",".join(EXPORTED),
        required=True,
    )
    options = [tag("option", profile.title, value=profile.id) for profile in known]
    form = tag(
        "form",
        tag("label", "选择平台导出的表", chosen),
        tag("label", "表样", tag("select", *options, name="profile")),
        tag("button", "导入，下载填报表"),
        method="post",
        action=f"{EXPORTS}?csrf={visit.csrf}",
        enctype="multipart/form-data",
        id="import",
    )
    said = "财政平台导出的预算表（.xls、.xlsx）：一个单位出一份填报表，附一份“导入说明”，说清读了什么、没读什么、改了什么。"
    more = "上面放了同一个单位的填报表的，平台没有的照旧。导入完马上删除。"
    return tag(
        "section",
        tag("h2", "导入平台导出的表"),
        tag("p", said, more, class_="soft"),
        form,
        class_="auditing",
    )


def _auditing(visit: Visit) -> Html:
    """Where a statement that others published is put down to be audited."""
    chosen = tag(
        "input",
        type="file",
        name="file",
        multiple=True,
        accept=",".join((*AUDITED, ".xlsx")),
        required=True,
    )
    ways = [tag("option", said, value=way) for way, (said, _) in AUDITS.items()]
    form = tag(
        "form",
        tag("label", "选择文本", chosen),
        tag("label", "做什么", tag("select", *ways, name="way")),
        tag("button", "审核，下载结果"),
        method="post",
        action=f"{STATEMENTS}?csrf={visit.csrf}",
        enctype="multipart/form-data",
        id="audit",
    )
    said = "别人公开的情况说明（.docx、.odt、.txt、有文字的 .pdf）：先说读懂了多少，再说哪里前后不一。审核完马上删除。"
    return tag(
        "section",
        tag("h2", "审核公开文本"),
        tag("p", said, class_="soft"),
        form,
        class_="auditing",
    )


def _holding(visit: Visit) -> Html:
    """Where edited files are put down to be held against the last merge, or brought further."""
    chosen = tag(
        "input", type="file", name="file", multiple=True, accept=",".join(EDITED)
    )
    ways = [tag("option", said, value=way) for way, (said, _) in WAYS.items()]
    form = tag(
        "form",
        tag("label", "选择文件", chosen),
        tag("label", "做什么", tag("select", *ways, name="way")),
        tag("button", "开始，下载结果"),
        method="post",
        action=f"{EDITIONS}?csrf={visit.csrf}",
        enctype="multipart/form-data",
        id="hold",
    )
    said = (
        "改过的情况说明、公开表（.docx、.odt、.xlsx）：上面合并过的，和合并的结果逐个数核对；"
        "没有合并过的，把以前下载的合并结果.zip 一起放进来。"
    )
    more = "数变了、重新合并以后，可以把新的数换进改过的文件；出送审稿、公开稿时不放文件的，用合并出来的。归档要用命令。"
    kept = "做完马上删除；送审稿留到离开这一页，公开稿由它做。"
    return tag(
        "section",
        tag("h2", "改过的文件：核对、更新、送审、公开"),
        tag("p", said, more, kept, class_="soft"),
        form,
        class_="auditing",
    )


def _comparing(visit: Visit) -> Html:
    """Where two files are put down to be compared; each has its own place, so that it is plain which was before."""
    said = (
        "两份填报表、两份情况说明或两份公开表：哪些数、哪些字句不一样。和合并的结果无关；文件名一样也行。"
        "比完马上删除。"
    )
    kinds = ",".join(COMPARED)
    inputs = [
        tag(
            "label",
            title,
            tag("input", type="file", name=side, accept=kinds, required=True),
        )
        for side, title in zip(PAIR, ("原来的", "改过的"), strict=True)
    ]
    form = tag(
        "form",
        tag("input", type="hidden", name="way", value=COMPARE),
        *inputs,
        tag("button", "比较，下载结果"),
        method="post",
        action=f"{EDITIONS}?csrf={visit.csrf}",
        enctype="multipart/form-data",
        id="compare",
    )
    return tag(
        "section",
        tag("h2", "两份文件互相比"),
        tag("p", said, class_="soft"),
        form,
        class_="auditing",
    )


def report_of(visit: Visit) -> Html:
    """The report that the last run wrote; it was made here, so it is markup."""
    if visit.done is None:
        return Html()
    return Html((visit.done.results / INSIDE).read_text(encoding="utf-8"))


__all__ = ["ASSETS", "SETTINGS", "desk", "document", "door", "refusal", "report_of"]
