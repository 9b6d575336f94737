"""Units × forms at a glance: which are not filled (未填), wrong (有误), worth a look (提醒), done (完成)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.model import Cell, Return
from toolkit.profile.form import Profile, Sheet
from toolkit.report import words
from toolkit.report.told.markup import Html, join, tag
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

NO_DATA = "本表无数据"
EMPTY, WRONG, WARN, DONE, NOT_ASKED, OPTIONAL, MISSING = "未填", "有误", "提醒", "完成", "不用填", "可不填", "缺表"
LOOKS = {EMPTY: "empty", WRONG: "error", WARN: "warning", DONE: "done", NOT_ASKED: "off", OPTIONAL: "off", MISSING: "error"}
WHOLE = "whole"  # findings on the file as a whole, or on a sheet that is no form
CLASSES = {ERROR: "error", WARNING: "warning", INFO: "info"}


@dataclass(frozen=True)
class Numbered:
    """A finding, its number in the report, and the form its first cell stands in (a sheet's key, or "whole")."""

    number: int
    finding: Finding
    form: str

    @property
    def book(self) -> str:
        """The file it is to be mended in; "" for the department."""
        return words.book_of(self.finding)


class Forms:
    """Which form each worksheet of each file is, and the forms in their order."""

    def __init__(self, profile: Profile, returns: Sequence[Return]) -> None:
        self.project = profile.book.repeated
        self.sheets: dict[str, Sheet] = {
            key: sheet for key, sheet in profile.book.sheets.items() if any(b.kind != "index" for b in sheet.blocks.values())
        }
        self._by_name = {sheet.name: key for key, sheet in self.sheets.items()}
        self._by_place = {
            (book.book, state.title.sheet): key if key in self.sheets or self.project is None else self.project.key
            for book in returns
            for key, state in book.sheets.items()
        }

    def of(self, cell: Cell | None) -> str:
        """The key of the form that a cell stands in."""
        if cell is None:
            return WHOLE
        found = self._by_place.get((cell.book, cell.sheet)) or self._by_name.get(cell.sheet)
        if found is None and self.project is not None and self.project.name.replace("{n}", "").strip() in cell.sheet:
            return self.project.key
        return found or WHOLE

    def called(self, key: str) -> str:
        if key == WHOLE:
            return "整个文件"
        return self.sheets[key].name.replace("{n}", "表")


def numbered(findings: Sequence[Finding], forms: Forms) -> tuple[Numbered, ...]:
    """Number the findings from 1, in the report's order."""
    return tuple(Numbered(n, f, forms.of(f.cells[0] if f.cells else None)) for n, f in enumerate(findings, 1))


@dataclass(frozen=True)
class State:
    """What one square of the overview says."""

    word: str
    count: int = 0
    note: str = ""
    first: int = 0  # the number of the first finding behind it


def state(book: Return, key: str, found: Sequence[Numbered], forms: Forms) -> State:
    """The state of one form of one unit, from its findings, its tick and whether anything was entered."""
    first = found[0].number if found else 0
    accepted = sum(bool(one.finding.accepted) for one in found)
    for severity, word in ((ERROR, WRONG), (WARNING, WARN)):
        if count := sum(one.finding.severity is severity and not one.finding.accepted for one in found):
            return State(word, count, first=first)
    note = f"同意不改 {accepted} 条" if accepted else f"{INFO.value} {len(found)} 条" if found else ""
    sheet = forms.sheets[key]
    if sheet.repeat:
        sheets = f"{len(book.projects)} 张"
        return State(DONE, note=note or sheets, first=first) if book.projects else State(EMPTY, first=first)
    there = book.sheets.get(key)
    if there is None:
        return State(MISSING, first=first)
    if there.begun or there.tick:
        return State(DONE, note=note or ("无数据" if there.tick == NO_DATA and not there.begun else ""), first=first)
    if sheet.filled_by == "lead" and not book.is_lead:
        return State(NOT_ASKED, first=first)
    return State(EMPTY if sheet.tick or sheet.board else OPTIONAL, note=note, first=first)


def overview(
    returns: Sequence[Return], all_findings: Sequence[Numbered], forms: Forms, order: Mapping[str, int]
) -> Html | None:
    """Draw the table; `order` gives each file its number on the page. None where there is nothing to draw."""
    rows = []
    by_place: dict[tuple[str, str], list[Numbered]] = {}
    for one in all_findings:
        by_place.setdefault((one.book, one.form), []).append(one)
    extra = any(form == WHOLE and book in {r.book for r in returns} for book, form in by_place)
    keys = [*forms.sheets, *([WHOLE] if extra else [])]
    for book in returns:
        squares = []
        for key in keys:
            found = by_place.get((book.book, key), [])
            told = state(book, key, found, forms) if key != WHOLE else _whole(found)
            squares.append(_square(told, order.get(book.book), key))
        rows.append(tag("tr", _name(book.name, book.book, order), *squares))
    read = {book.book for book in returns}
    for name in order:
        if name and name not in read:
            found = [one for one in all_findings if one.book == name]
            told = State("读不出来" if any(not c.sheet for one in found for c in one.finding.cells) else WRONG, len(found))
            inside = tag("a", told.word, href=f"#f{found[0].number}", data_book=order[name], class_="state error")
            rows.append(tag("tr", _name("", name, order), tag("td", inside, colspan=len(keys), class_="wide")))
    if not rows:
        return None
    head = tag("tr", tag("th", "单位", scope="col"), *(tag("th", forms.called(key), scope="col") for key in keys))
    caption = tag("caption", "每个单位每张表的情况", class_="heard")
    table = tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="overview")
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="各单位各表一览，可以左右滚动")


def _name(unit: str, file: str, order: Mapping[str, int]) -> Html:
    """The row's head: the unit, which leads to its findings, and its file."""
    said = tag("span", unit or file, class_="unit")
    if file in order:
        said = tag("a", unit or file, href=f"#b{order[file]}", class_="unit", data_book=order[file])
    return tag("th", said, tag("span", file, class_="file") if unit and unit != file else None, scope="row")


def _whole(found: Sequence[Numbered]) -> State:
    if not found:
        return State("")
    worst: Severity = min((one.finding.severity for one in found), key=list(Severity).index)
    return State({ERROR: WRONG, WARNING: WARN, INFO: INFO.value}[worst], len(found), first=found[0].number)


def _square(told: State, book: int | None, form: str) -> Html:
    if not told.word:
        return tag("td")
    look = f"state {LOOKS.get(told.word, 'info')}"
    said = join(told.word, tag("b", told.count) if told.count else None, tag("small", told.note) if told.note else None)
    if told.first:
        return tag("td", tag("a", said, href=f"#f{told.first}", class_=look, data_book=book, data_form=form))
    return tag("td", tag("span", said, class_=look))
