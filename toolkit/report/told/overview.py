"""Units × forms at a glance: which are not filled (未填), wrong (有误), worth a look (提醒), done (完成)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.model import NO_DATA, Cell, Return, record
from toolkit.profile.form import Profile, Sheet
from toolkit.report import words
from toolkit.report.told.markup import Html, join, tag
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Severity

EMPTY, WRONG, WARN, DONE, NOT_ASKED, OPTIONAL, MISSING = (
    "未填",
    "有误",
    "提醒",
    "完成",
    "不用填",
    "可不填",
    "缺表",
)
LOOKS = {
    EMPTY: "empty",
    WRONG: "error",
    WARN: "warning",
    DONE: "done",
    NOT_ASKED: "off",
    OPTIONAL: "off",
    MISSING: "error",
}
WHOLE = "whole"  # findings on the file as a whole, or on a sheet that is no form
CLASSES = {ERROR: "error", WARNING: "warning", INFO: "info"}


@record()
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
        self.sheets: dict[str, Sheet] = {}
        for key, sheet in profile.book.sheets.items():
            if not sheet.calculated and any(
                block.kind != "index" for block in sheet.blocks.values()
            ):
                self.sheets[key] = sheet
        self._by_name = {sheet.name: key for key, sheet in self.sheets.items()}
        self._by_place: dict[tuple[str, str], str] = {}
        for book in returns:
            for key, sheet_state in book.sheets.items():
                # A key that is no form's is that of one of the project sheets (project3), or of the list of them.
                form = (
                    key
                    if key in self.sheets or self.project is None
                    else self.project.key
                )
                self._by_place[book.book, sheet_state.title.sheet] = form

    def of(self, cell: Cell | None) -> str:
        """The key of the form that a cell stands in."""
        if cell is None:
            return WHOLE
        found = self._by_place.get((cell.book, cell.sheet)) or self._by_name.get(
            cell.sheet
        )
        if found is None and self.project is not None:
            stem = self.project.name.replace("{n}", "").strip()
            if stem in cell.sheet:
                return self.project.key
        return found or WHOLE

    def called(self, key: str) -> str:
        if key == WHOLE:
            return "整个文件"
        return self.sheets[key].name.replace("{n}", "表")


def numbered(findings: Sequence[Finding], forms: Forms) -> tuple[Numbered, ...]:
    """Number the findings from 1, in the report's order."""
    found = []
    for number, finding in enumerate(findings, 1):
        first = finding.cells[0] if finding.cells else None
        found.append(Numbered(number, finding, forms.of(first)))
    return tuple(found)


@record()
class State:
    """What one square of the overview says."""

    word: str
    count: int = 0
    note: str = ""
    first: int = 0  # the number of the first finding behind it


# -- how a form stands --------------------------------------------------------------------------------------------------------


def state(book: Return, key: str, found: Sequence[Numbered], forms: Forms) -> State:
    """The state of one form of one unit, from its findings, its tick and whether anything was entered."""
    first = found[0].number if found else 0
    for severity, word in ((ERROR, WRONG), (WARNING, WARN)):
        standing = [
            one
            for one in found
            if one.finding.severity is severity and not one.finding.accepted
        ]
        if standing:
            return State(word, len(standing), first=first)
    filling = _filling(book, key, _note(found), forms)
    return replace(filling, first=first)


def _note(found: Sequence[Numbered]) -> str:
    """What a square tells of findings that leave a form done: those let stand, else the hints."""
    accepted = sum(bool(one.finding.accepted) for one in found)
    if accepted:
        return f"同意不改 {accepted} 条"
    return f"{INFO.value} {len(found)} 条" if found else ""


def _filling(book: Return, key: str, note: str, forms: Forms) -> State:
    """The state of a form in which nothing is wrong, by its tick and whether anything was entered."""
    sheet = forms.sheets[key]
    if sheet.repeat:
        return (
            State(DONE, note=note or f"{len(book.projects)} 张")
            if book.projects
            else State(EMPTY)
        )
    there = book.sheets.get(key)
    if there is None:
        # A workbook that was drawn before a form came need not have it.
        return State(OPTIONAL) if sheet.since > 1 else State(MISSING)
    if there.begun:
        return State(DONE, note=note)
    if there.tick:
        return State(DONE, note=note or ("无数据" if there.tick == NO_DATA else ""))
    if sheet.filled_by == "lead" and not book.is_lead:
        return State(NOT_ASKED)
    return State(EMPTY if sheet.tick or sheet.board else OPTIONAL, note=note)


def _whole(found: Sequence[Numbered]) -> State:
    """The state of the file as a whole, by the worst finding on it."""
    if not found:
        return State("")
    worst: Severity = min(
        (one.finding.severity for one in found), key=list(Severity).index
    )
    word = {ERROR: WRONG, WARNING: WARN, INFO: INFO.value}[worst]
    return State(word, len(found), first=found[0].number)


# -- the table ----------------------------------------------------------------------------------------------------------------


def overview(
    returns: Sequence[Return],
    all_findings: Sequence[Numbered],
    forms: Forms,
    order: Mapping[str, int],
) -> Html | None:
    """Draw the table; `order` gives each file its number on the page. None where there is nothing to draw."""
    by_place: dict[tuple[str, str], list[Numbered]] = {}
    for one in all_findings:
        by_place.setdefault((one.book, one.form), []).append(one)
    read = {book.book for book in returns}
    # Forms that came later stand there once a workbook has them, or something is found in them.
    held = {key for book in returns for key in book.sheets} | {
        form for _, form in by_place
    }
    keys = [
        key for key, sheet in forms.sheets.items() if sheet.since == 1 or key in held
    ]
    if any(form == WHOLE and book in read for book, form in by_place):
        keys.append(WHOLE)
    rows = []
    for book in returns:
        squares: list[Html] = []
        for key in keys:
            found = by_place.get((book.book, key), [])
            said = _whole(found) if key == WHOLE else state(book, key, found, forms)
            squares.append(_square(said, order.get(book.book), key))
        head = _name(book.name, book.book, order)
        rows.append(tag("tr", head, *squares))
    # A file that gave no return has one wide square.
    for name in order:
        if name and name not in read:
            found = [one for one in all_findings if one.book == name]
            head = _name("", name, order)
            rows.append(tag("tr", head, _unread(found, order[name], len(keys))))
    if not rows:
        return None
    return _table(rows, [forms.called(key) for key in keys])


def _unread(found: Sequence[Numbered], book: int, width: int) -> Html:
    """The one wide square of a file that gave no return."""
    unreadable = any(not cell.sheet for one in found for cell in one.finding.cells)
    word = "读不出来" if unreadable else WRONG
    link = tag(
        "a", word, href=f"#f{found[0].number}", data_book=book, class_="state error"
    )
    return tag("td", link, colspan=width, class_="wide")


def _table(rows: Sequence[Html], titles: Sequence[str]) -> Html:
    caption = tag("caption", "每个单位每张表的情况", class_="heard")
    heads = [tag("th", title, scope="col") for title in ("单位", *titles)]
    head = tag("thead", tag("tr", *heads))
    body = tag("tbody", *rows)
    table = tag("table", caption, head, body, class_="overview")
    return tag(
        "div",
        table,
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label="各单位各表一览，可以左右滚动",
    )


def _name(unit: str, file: str, order: Mapping[str, int]) -> Html:
    """The row's head: the unit, which leads to its findings, and its file."""
    title = unit or file
    if file in order:
        name = tag(
            "a", title, href=f"#b{order[file]}", class_="unit", data_book=order[file]
        )
    else:
        name = tag("span", title, class_="unit")
    beside = tag("span", file, class_="file") if file != title else None
    return tag("th", name, beside, scope="row")


def _square(square: State, book: int | None, form: str) -> Html:
    if not square.word:
        return tag("td")
    count = tag("b", square.count) if square.count else None
    note = tag("small", square.note) if square.note else None
    inside = join(square.word, count, note)
    look = f"state {LOOKS.get(square.word, 'info')}"
    if square.first:
        link = tag(
            "a",
            inside,
            href=f"#f{square.first}",
            class_=look,
            data_book=book,
            data_form=form,
        )
        return tag("td", link)
    return tag("td", tag("span", inside, class_=look))
