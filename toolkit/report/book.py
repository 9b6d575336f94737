"""The findings as a workbook: a list to tick, reword and add to; each kind of fault as one line; the units at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.check import RANK, Report
from toolkit.form import Profile
from toolkit.layout import address
from toolkit.look import BLUE, YELLOW, refusal
from toolkit.model import Return
from toolkit.package import Package
from toolkit.paint import Canvas, Choice, Mark, Painting, Style, paint
from toolkit.report.notes import SHEET_ORDER
from toolkit.report.ticked import ALL, COMMON, EVERYBODY, FILE, HEADINGS, KIND, NO, NONE, UNITS, YES, Item, Ticked
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

LIST, KINDS, SUMMARY, MENDED = "问题清单", "同类问题", "汇总", "已改好"
SPARE = 15  # yellow rows at the end, for what the reviewer finds herself
HEAD_ROW = 4
EXAMPLES = 3
LONGEST = 4000  # characters of one cell
CUSTOMS = ("工作惯例", "审核经验")
DEPARTMENT = "部门"
UNREADABLE, WRONG, WARNED, HINTED, FINE = "读不出来", "有错误，要改", "没有错误，有提醒", "只有提示", "没有问题"

WIDTHS = {
    **{"id": 9.5, "unit": 16, "severity": 6, "sheet": 10, "cell": 8, "place": 20, "title": 18, "message": 34, "remedy": 28},
    **{"basis": 14, "office": 9, "project": 14, "state": 6, "tick": 6, "opinion": 22, "answer": 20},
}
REVIEWER = ("tick", "opinion", "answer")
MIDDLE = ("id", "severity", "cell", "state", "tick")
FILLS = {ERROR: "#FFC7CE", WARNING: "#FFEB9C", INFO: "#DDEBF7"}
SIZE = 10
TITLE = Style(bold=True, size=16)
HELP = Style(size=SIZE, color="#7F6000")
HEADING = Style(bold=True, size=SIZE, fill=BLUE, align="center", wrap=True, border=True)
TEXT = Style(size=SIZE, border=True, wrap=True, valign="top", align="left")
CENTRED = replace(TEXT, align="center")
BOLD = replace(CENTRED, bold=True)
ENTRY = replace(TEXT, fill=YELLOW, locked=False)
ENTRY_CENTRED = replace(ENTRY, align="center")
TICK = {"validate": "list", "source": [YES, NO], **refusal(f"请选“{YES}”或“{NO}”，或者空着。")}
KIND_TICK = {"validate": "list", "source": [ALL, NONE], **refusal(f"请选“{ALL}”或“{NONE}”，或者空着。")}


@dataclass(frozen=True)
class _Unit:
    """A line of the overview."""

    name: str
    file: str
    counts: Mapping[Severity, int]
    accepted: int
    unreadable: bool

    @property
    def state(self) -> str:
        if self.unreadable:
            return UNREADABLE
        said = {ERROR: WRONG, WARNING: WARNED, INFO: HINTED}
        return next((word for severity, word in said.items() if self.counts[severity]), FINE)


def write_book(
    report: Report,
    returns: Sequence[Return],
    basis: Mapping[str, Mapping[str, Any]],
    profile: Profile,
    path: Path,
    earlier: Ticked | None = None,
) -> None:
    """Write the findings workbook; `basis` is the law.

    What the reviewer said in an earlier one is carried over: refusals, rewordings, answers, and all that she wrote herself.
    """
    writer = _Writer(report, returns, basis, earlier)
    title = f"{profile.title}校验报告"
    canvases = [writer.listed(title), writer.kinds(), writer.summary()]
    if earlier is not None:
        canvases.append(writer.mended(earlier))
    paint(Painting(canvases, title=title), path)
    _filter(path, canvases)


def law_of(finding: Finding, basis: Mapping[str, Mapping[str, Any]]) -> str:
    """What a finding rests on: a provision that was looked up by its name, anything else by what it is, never as law."""
    said = []
    for key in finding.basis:
        entry = basis.get(key, {})
        title, article = str(entry.get("title", "")), str(entry.get("article", ""))
        if entry.get("certain") == "F":
            said.append(title + (article if article.startswith("第") else ""))
        else:
            said.append(title if title.startswith(CUSTOMS) else CUSTOMS[0])
    return "；".join(dict.fromkeys(said))


class _Writer:
    """Writes the sheets of one report."""

    def __init__(
        self, report: Report, returns: Sequence[Return], basis: Mapping[str, Mapping[str, Any]], earlier: Ticked | None
    ) -> None:
        self.report = report
        self.basis = basis
        self.names = {book.book: book.name for book in returns}
        self.answers = {row.text("id"): row.text("reason") for book in returns for row in book.rows("answers")}
        self.before = {item.id: item for item in earlier.items if item.id} if earlier else {}
        self.own = [item for item in earlier.items if item.handwritten and (item.unit or item.opinion)] if earlier else []
        order = {name: n for n, name in enumerate(dict.fromkeys((*self.names.values(), *map(self.unit, report.findings))))}
        self.findings = sorted(report.findings, key=lambda f: (order[self.unit(f)], RANK[f.severity]))
        self.items = [self.item(finding) for finding in self.findings]
        self.units = [self.counted(name) for name in order]
        self.last = HEAD_ROW + len(self.items) + len(self.own) + SPARE

    # -- what is said --------------------------------------------------------------------------------------------------

    def unit(self, finding: Finding) -> str:
        book = finding.cells[0].book if finding.cells else ""
        return finding.unit or self.names.get(book) or book.rpartition(".")[0] or DEPARTMENT

    def item(self, finding: Finding) -> Item:
        first = finding.cells[0] if finding.cells else None
        more = f" 等 {len(finding.cells)} 格" if len(finding.cells) > 1 else ""
        before = self.before.get(finding.id, Item())
        certain = finding.severity is ERROR and not finding.accepted
        return Item(
            id=finding.id,
            unit=self.unit(finding),
            severity=finding.severity.value,
            sheet=first.sheet if first else "",
            cell=f"{first.address}{more}" if first and first.sheet else "",
            place=self.place(finding),
            title=finding.title,
            message=finding.message + (f"（部门同意不改：{finding.accepted}）" if finding.accepted else ""),
            remedy=finding.remedy,
            basis=law_of(finding, self.basis),
            office=finding.office,
            project=" ".join(finding.project.split()),
            state=finding.state,
            tick=NO if before.refused else YES if certain else "",
            opinion=before.opinion,
            answer=self.answers.get(finding.id) or before.answer,
        )

    def place(self, finding: Finding) -> str:
        """The first cell in words; whose it is, where a finding of the department lies in several workbooks."""
        said = " ".join(finding.place.split())
        books = dict.fromkeys(cell.book for cell in finding.cells)
        first = next(iter(books), "")
        if self.names.get(first, self.unit(finding)) != self.unit(finding):
            said = f"{self.names[first]}：{said}"
        if len(books) > 1:
            said += f"（涉及 {len(books)} 个单位）"
        return said or (f"文件“{first}”" if first else "")

    def counted(self, name: str) -> _Unit:
        ours = [finding for finding in self.findings if self.unit(finding) == name]
        books = dict.fromkeys(book for book, unit in self.names.items() if unit == name)
        files = books or dict.fromkeys(finding.cells[0].book for finding in ours if finding.cells)
        return _Unit(
            name,
            "、".join(files),
            Counter(finding.severity for finding in ours if not finding.accepted),
            sum(bool(finding.accepted) for finding in ours),
            not books and any(not cell.sheet for finding in ours for cell in finding.cells),
        )

    # -- the sheets ----------------------------------------------------------------------------------------------------

    def listed(self, title: str) -> Canvas:
        widths = {n: WIDTHS[field] for n, field in enumerate(HEADINGS, 1)}
        canvas = _sheet(LIST, title, widths, tuple(HEADINGS.values()))
        canvas.put(2, 1, f"“退回”选“{YES}”的写进退回单；错误已先选“{YES}”，不退的改成“{NO}”。写了“审核意见”的，退回单上用它代替“怎么改”。", HELP)
        canvas.put(3, 1, f"自己发现的问题写在最后的黄色空行里：选单位，写审核意见；单位写“{EVERYBODY[0]}”的，每个单位都退。可以排序、筛选、插行。", HELP)
        for row, item in enumerate((*self.items, *self.own), HEAD_ROW + 1):
            for column, field in enumerate(HEADINGS, 1):
                text = str(getattr(item, field))[:LONGEST]
                canvas.put(row, column, text, self.style(field, item))
        for row in range(self.last - SPARE + 1, self.last + 1):
            for column, field in enumerate(HEADINGS, 1):
                canvas.put(row, column, None, ENTRY_CENTRED if field in MIDDLE else ENTRY)
        places = {field: n for n, field in enumerate(HEADINGS, 1)}
        first, tick = HEAD_ROW + 1, places["tick"]
        canvas.choices.append(Choice((first, tick, self.last, tick), TICK))
        blank = (self.last - SPARE - len(self.own) + 1, places["unit"], self.last, places["unit"])
        listed = f"={SUMMARY}!{address(first, 1, absolute=True)}:{address(HEAD_ROW + len(self.units), 1, absolute=True)}"
        canvas.choices.append(Choice(blank, {"validate": "list", "source": listed, "show_error": False}))
        area = (first, 1, self.last, len(HEADINGS))
        canvas.marks.append(Mark(area, f'${address(first, tick)}="{NO}"', color="#808080"))
        canvas.freeze = (HEAD_ROW, 2)
        return canvas

    def style(self, field: str, item: Item) -> Style:
        if field in REVIEWER or item.handwritten:
            return ENTRY_CENTRED if field in MIDDLE else ENTRY
        if field == "severity":
            return replace(BOLD, fill=FILLS[Severity(item.severity)])
        return CENTRED if field in MIDDLE else TEXT

    def kinds(self) -> Canvas:
        """Each kind of fault as one line, however many units have it; a whole kind can be ticked at once."""
        heads = ("规则", HEADINGS["severity"], HEADINGS["title"], UNITS, "条数", "哪些单位", "例子", HEADINGS["remedy"], KIND, COMMON)
        canvas = _sheet(KINDS, "同类问题", dict(enumerate((14, 6, 26, 7, 7, 40, 70, 34, 9, 30), 1)), heads)
        said = f"整类退回：“{ALL}”= 这一类都退（清单里选“{NO}”的除外），“{NONE}”= 这一类都不退，空着 = 按清单逐条。"
        canvas.put(2, 1, said + "写了“统一意见”的，清单里没写审核意见的各条都用它。", HELP)
        by_kind: dict[tuple[str, str], list[tuple[Finding, Item]]] = {}
        for pair in zip(self.findings, self.items, strict=True):
            by_kind.setdefault((pair[0].rule, pair[0].title), []).append(pair)
        ranked = sorted(by_kind.items(), key=lambda kind: (-_units(kind[1]), RANK[kind[1][0][0].severity], -len(kind[1]), kind[0]))
        for row, ((rule, title), pairs) in enumerate(ranked, HEAD_ROW + 1):
            severity = pairs[0][0].severity
            names = list(dict.fromkeys(item.unit for _, item in pairs))
            values = (rule, severity.value, title, len(names), len(pairs), "、".join(names)[:LONGEST], _examples(pairs), pairs[0][1].remedy)
            for column, value in enumerate(values, 1):
                canvas.put(row, column, value, CENTRED if column in (1, 4, 5) else TEXT)
            canvas.put(row, 2, severity.value, replace(BOLD, fill=FILLS[severity]))
            canvas.put(row, 9, None, ENTRY_CENTRED)
            canvas.put(row, 10, None, ENTRY)
        last = HEAD_ROW + max(len(ranked), 1)
        canvas.choices.append(Choice((HEAD_ROW + 1, 9, last, 9), KIND_TICK))
        canvas.freeze = (HEAD_ROW, 3)
        return canvas

    def summary(self) -> Canvas:
        """Units × severities, how many lines are ticked, and how each unit stands."""
        heads = (HEADINGS["unit"], FILE, *(severity.value for severity in RANK), "部门同意不改", "合计", "已选退回", HEADINGS["state"])
        canvas = _sheet(SUMMARY, "各单位汇总", dict(enumerate((34, 36, 9, 9, 9, 10, 9, 10, 22), 1)), heads)
        canvas.put(2, 1, f"{self.verdict()}共核对 {self.report.asked} 项。“已选退回”随问题清单里的“退回”变化，不含整类退回。", HELP)
        ticked = Counter(item.unit for item in (*self.items, *self.own) if item.tick == YES)
        for row, unit in enumerate(self.units, HEAD_ROW + 1):
            counts = [unit.counts[severity] for severity in RANK]
            for column, value in enumerate((unit.name, unit.file, *counts, unit.accepted, sum(counts) + unit.accepted), 1):
                canvas.put(row, column, value, TEXT if column <= 2 else CENTRED)  # noqa: PLR2004  two columns of text
            canvas.put(row, 8, ticked[unit.name], CENTRED, self.counting(row))
            canvas.put(row, 9, unit.state, BOLD)
        last = HEAD_ROW + len(self.units)
        canvas.put(last + 1, 1, "合计", replace(BOLD, fill=BLUE))
        canvas.put(last + 1, 2, f"{len(self.units)} 个单位", replace(BOLD, fill=BLUE))
        every = [*(sum(unit.counts[severity] for unit in self.units) for severity in RANK), sum(unit.accepted for unit in self.units)]
        for column, value in enumerate((*every, sum(every), sum(ticked[unit.name] for unit in self.units)), 3):
            letter = address(1, column).rstrip("1")
            canvas.put(last + 1, column, value, replace(BOLD, fill=BLUE), f"SUM({letter}{HEAD_ROW + 1}:{letter}{max(last, HEAD_ROW + 1)})")
        canvas.put(last + 1, 9, None, replace(BOLD, fill=BLUE))
        canvas.freeze = (HEAD_ROW, 1)
        return canvas

    def counting(self, row: int) -> str:
        """The formula that counts a unit's ticked lines in the list."""
        places = {field: n for n, field in enumerate(HEADINGS, 1)}
        units, ticks = (
            f"{LIST}!{address(HEAD_ROW + 1, places[field], absolute=True)}:{address(self.last, places[field], absolute=True)}"
            for field in ("unit", "tick")
        )
        return f'COUNTIFS({units},A{row},{ticks},"{YES}")'

    def verdict(self) -> str:
        states = Counter(unit.state for unit in self.units)
        return "，".join(f"{state} {states[state]} 个" for state in (UNREADABLE, WRONG, WARNED, HINTED, FINE) if states[state]) + "。"

    def mended(self, earlier: Ticked) -> Canvas:
        """What stood in the earlier workbook and is found no more."""
        gone = [item for item in earlier.items if item.id and item.id not in {finding.id for finding in self.findings}]
        shown = ("id", "unit", "severity", "place", "title", "message", "answer")
        canvas = _sheet(MENDED, "上次有、这次没有的问题", dict(enumerate((9.5, 28, 6, 34, 26, 60, 40), 1)), [HEADINGS[f] for f in shown])
        canvas.put(2, 1, f"共 {len(gone)} 条。已改正，或所在的行、表已删去。", HELP)
        for row, item in enumerate(gone, HEAD_ROW + 1):
            for column, field in enumerate(shown, 1):
                canvas.put(row, column, str(getattr(item, field))[:LONGEST], CENTRED if field in MIDDLE else TEXT)
        canvas.freeze = (HEAD_ROW, 0)
        return canvas


def _units(pairs: Sequence[tuple[Finding, Item]]) -> int:
    return len({item.unit for _, item in pairs})


def _examples(pairs: Sequence[tuple[Finding, Item]]) -> str:
    """The first findings of the kind, of different units where there are several."""
    first: dict[str, Item] = {}
    for _, item in pairs:
        first.setdefault(item.unit, item)
    chosen = list(first.values())[:EXAMPLES] if len(first) > 1 else [item for _, item in pairs[:EXAMPLES]]
    return "\n".join(f"{n}、{item.unit}：{item.place}。{item.message}" for n, item in enumerate(chosen, 1))[:LONGEST]


def _sheet(name: str, title: str, widths: Mapping[int, float], heads: Sequence[str]) -> Canvas:
    """A sheet with its title, its headings, and how it is printed: A4 across, one page wide, headings on each."""
    canvas = Canvas(name, widths=dict(widths), protected=False, landscape=True, footer="&L&F　&A&R第 &P 页，共 &N 页")
    canvas.put(1, 1, title, TITLE)
    canvas.heights[1] = 28
    yellow = {HEADINGS[field] for field in REVIEWER} | {KIND, COMMON}
    for column, head in enumerate(heads, 1):
        canvas.put(HEAD_ROW, column, head, replace(HEADING, fill="#FFE699") if head in yellow else HEADING)
    canvas.heights[HEAD_ROW] = 30
    canvas.repeat_rows = (HEAD_ROW, HEAD_ROW)
    return canvas


def _filter(path: Path, canvases: Sequence[Canvas]) -> None:
    """Give each list its filter buttons."""
    package = Package.read(path)
    for part, area in _areas(canvases):
        sheet = package.markup(part, "sheetData")
        sheet.insert_in_order(sheet.root, f'<autoFilter ref="{area}"/>', "autoFilter", SHEET_ORDER)
        package.put(part, sheet)
    path.write_bytes(package.packed())


def _areas(canvases: Sequence[Canvas]) -> Iterator[tuple[str, str]]:
    for number, canvas in enumerate(canvases, 1):
        rows, columns = zip(*(spot for spot in canvas.cells if spot[0] >= HEAD_ROW), strict=True)
        last = max(rows) - (canvas.name == SUMMARY)  # its last line is the total
        yield f"xl/worksheets/sheet{number}.xml", f"A{HEAD_ROW}:{address(max(last, HEAD_ROW + 1), max(columns))}"
