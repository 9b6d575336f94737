"""The 退回单: what a unit is asked to mend, one document a unit and round, made of the ticked findings workbook."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.files.word import Paragraph, Table, WordError, rendered, text_of
from toolkit.model import record
from toolkit.profile.form import Profile
from toolkit.profile.grounds import laws_in
from toolkit.profile.stored import home
from toolkit.report.sent.ticked import Item, Ticked
from toolkit.rules.rule import Severity

TITLE = "退回单"
NOTICE = "整改通知"  # of a statement that was published
STILL = "未改"
SAME = "同上。"  # of a remedy
# earlier versions said 内容编号
NUMBERED = re.compile(r"(?:退回单编号|整改通知编号|内容编号)：([0-9a-f]{8})")
# what a slip tells
TOLD = (
    "id",
    "severity",
    "place",
    "sheet",
    "cell",
    "title",
    "message",
    "remedy",
    "opinion",
    "answer",
)
CIRCLES = 20  # ① to ⑳
LONGEST_NAME = 50  # characters of a unit's name in a file's name


@record(slots=True)
class Paper:
    """A document to be laid down: its file name and its bytes."""

    name: str
    content: bytes


@record(slots=True)
class Slip:
    """What one unit is sent back, in which round."""

    unit: str
    round: int
    items: tuple[Item, ...]
    content: str = ""  # the content number of the workbook that was checked
    title: str = TITLE

    @property
    def number(self) -> str:
        """Eight characters of what it says, whatever the round and the deadline: a slip made twice is known by it."""
        lines = [[getattr(item, field) for field in TOLD] for item in self.items]
        text = json.dumps([self.unit, lines], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def name(self) -> str:
        return f"{self.title}-{file_stem(self.unit)}-第{self.round}次.docx"


def template(title: str = TITLE) -> Path:
    """The document's words; an office may edit them in Word."""
    return home() / "templates" / "docx" / "common" / f"{title}.docx"


def slips(
    ticked: Ticked, folder: Path, *, number: int | None = None
) -> tuple[tuple[Slip, ...], tuple[str, ...]]:
    """A slip for each unit that has something ticked, in the workbook's order, and what a person should know.

    A unit's round follows the last one that lies in `folder`, unless `number` says which. A slip that tells word for word what
    the last one told is not made again.
    """
    by_unit: dict[str, list[Item]] = {}
    for item in ticked.returned:
        by_unit.setdefault(item.unit, []).append(item)
    made = []
    title = NOTICE if ticked.of_texts else TITLE
    notes = list(ticked.notes)
    for unit, items in by_unit.items():
        before = rounds(folder, unit, title)
        last = max(before, default=0)
        slip = Slip(
            unit, number or last + 1, tuple(items), ticked.contents.get(unit, ""), title
        )
        if number is None and last and _number_in(before[last]) == slip.number:
            notes.append(
                f"“{unit}”要退的内容与第{last}次相同，没有另出；要重出的，请写明第几次。"
            )
        else:
            made.append(slip)
    return tuple(made), tuple(notes)


def rounds(folder: Path, unit: str, title: str = TITLE) -> dict[int, Path]:
    """The slips of a unit that lie in a folder, by round; of several drafts of one round, the last."""
    stem = re.escape(f"{title}-{file_stem(unit)}")
    name = re.compile(stem + r"-第(\d+)次(?:-第(\d+)稿)?\.docx")
    drafts: dict[tuple[int, int], Path] = {}
    for path in folder.glob("*.docx"):
        if match := name.fullmatch(path.name):
            number, draft = int(match[1]), int(match[2] or 1)
            drafts[number, draft] = path
    # A later draft takes the place of an earlier one.
    return {number: drafts[number, draft] for number, draft in sorted(drafts)}


def _number_in(path: Path) -> str:
    """The number that a slip bears; "" where it cannot be read."""
    try:
        pieces = text_of(path)
    except WordError:
        return ""
    for text in _texts(pieces):
        if match := NUMBERED.search(text):
            return match[1]
    return ""


def _texts(pieces: Sequence[Paragraph | Table]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Paragraph):
            yield piece.text
        else:
            for row in piece.rows:
                yield from row


def slip_paper(slip: Slip, profile: Profile, deadline: date | None = None) -> Paper:
    """A slip as a document."""
    return Paper(
        slip.name, rendered(template(slip.title), context(slip, profile, deadline))
    )


def context(
    slip: Slip, profile: Profile, deadline: date | None = None
) -> dict[str, Any]:
    """Everything that the slip's template can name."""
    laws = tuple(dict.fromkeys(law for item in slip.items for law in _laws(item)))
    lines = [
        line
        for number, items in enumerate(_alike(slip.items), 1)
        for line in _lines(number, items, laws)
    ]
    return {
        "title": f"{slip.unit}{slip.title}第{slip.round}次",
        "year": profile.year,
        "unit": slip.unit,
        "round": slip.round,
        "count": len(slip.items),
        "counts": _counted(slip.items),
        "by": deadline_text(deadline) or "尽快",
        "lines": tuple(lines),
        "notes": tuple(_notes(slip, laws)),
        "number": slip.number,
        "content": slip.content,
    }


def _counted(items: Sequence[Item]) -> str:
    """How many of each severity, and how many that the reviewer found herself; "" where all are of one kind."""
    counts = Counter(item.severity for item in items)
    kinds = []
    other = len(items)
    for severity in Severity:
        count = counts[severity.value]
        other -= count
        if count:
            kinds.append(f"{severity.value}{count}处")
    if other:
        kinds.append(f"审核人员提出{other}处")
    return f"（其中{'、'.join(kinds)}）" if len(kinds) > 1 else ""


def deadline_text(deadline: date | None) -> str:
    """A deadline as it stands in a sentence: 于2023年3月5日前."""
    if deadline is None:
        return ""
    return f"于{deadline.year}年{deadline.month}月{deadline.day}日前"


def _laws(item: Item) -> tuple[str, ...]:
    """The provisions that a line quotes; what is no law is not quoted, nor is law for words that are not ours."""
    return () if item.opinion else laws_in(item.basis)


def _notes(slip: Slip, laws: Sequence[str]) -> Iterator[str]:
    """What stands below the table: the provisions by their numbers, and how the table is to be read."""
    if laws:
        numbered = [f"{_circled(number)}{law}" for number, law in enumerate(laws, 1)]
        yield f"依据：{'；'.join(numbered)}。"
    remarks, items = [], slip.items
    if slip.title == TITLE and any(item.id for item in items):
        remarks.append("确实没有错、不用改的，在填报表“问题说明”里照抄“编号”，写明理由")
    if any(item.cell for item in items):
        remarks.append("“位置”一栏括号里是填报表的工作表和单元格")
    if any(item.state == STILL for item in items):
        remarks.append(f"标“{STILL}”的，上次校验时已经有")
    if any(item.answer for item in items):
        remarks.append("“单位答复”栏已有的文字，是你单位先前的答复")
    if remarks:
        yield f"说明：{'；'.join(remarks)}。"


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if number <= CIRCLES else f"[{number}]"


def _alike(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """The items of a slip, those of one kind together where the first of them stands."""
    kinds: dict[object, list[Item]] = {}
    for place, item in enumerate(items):
        # What the reviewer wrote herself, and what a unit has answered, stands for itself.
        alone = item.handwritten or item.answer
        kinds.setdefault(
            place if alone else (item.severity, item.title, item.opinion, item.state),
            [],
        ).append(item)
    yield from map(tuple, kinds.values())


def _lines(
    number: int, alike: Sequence[Item], laws: Sequence[str]
) -> list[SimpleNamespace]:
    """The lines of the table for items of one kind: a title, and beside each place what is wrong there; each remedy once.

    What is said of all places in the same words is one line.
    """
    lines = [_single(str(number), item, laws) for item in alike]
    first, *others = lines
    if not others:
        return lines
    first.title += f"（{len(lines)} 处）"
    if len({line.message for line in lines}) == 1:
        for field in ("place", "remedy"):
            setattr(
                first,
                field,
                "\n".join(dict.fromkeys(getattr(line, field) for line in lines)),
            )
        return [first]
    for part, line in enumerate(lines, 1):
        line.number = f"{number}-{part}"
    for before, line in reversed([*pairwise(lines)]):
        line.title = ""
        if (line.remedy, line.basis) == (before.remedy, before.basis):
            line.remedy, line.basis = SAME, ""
    return lines


def _single(number: str, item: Item, laws: Sequence[str]) -> SimpleNamespace:
    """One item. The reviewer's own words stand for ours: then only what kind of fault it is remains of these."""
    marks = f"【{item.severity}】" if item.severity else ""
    if item.state == STILL:
        marks += f"【{STILL}】"
    message, remedy = item.message, item.remedy
    if item.handwritten:
        message = message or item.opinion
        # Her opinion is the remedy where it does not stand as the message already.
        remedy = remedy or (
            item.opinion if item.opinion != message else "请按左栏意见修改。"
        )
    elif item.opinion:
        message, remedy = "", item.opinion
    quoted = "".join(_circled(laws.index(law) + 1) for law in _laws(item))
    return SimpleNamespace(
        number=number,
        place=(_place(item) or "——") + (f"\n编号 {item.id}" if item.id else ""),
        title=marks + item.title,
        message=message,
        remedy=remedy,
        basis=f"（依据{quoted}）" if quoted else "",
        answer=item.answer,
    )


def _place(item: Item) -> str:
    """Where it is, in words, with sheet and cell for those who look there."""
    place = item.place or item.project
    # A place that begins with its sheet does not say it twice.
    sheet = "" if item.cell and place.startswith(item.sheet) else item.sheet
    cell = f"{sheet} {item.cell}".strip()
    return f"{place}（{cell}）" if place and cell else place or cell


def file_stem(name: str) -> str:
    """A name as it can stand in a file's name on every system; two names never become one."""
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", " ".join(name.split()))
    stem = stem.strip(" .")[:LONGEST_NAME]
    if stem == name:
        return stem
    return f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:4]}"
