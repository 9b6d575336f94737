"""The findings workbook as the reviewer gave it back: what she ticked, reworded, and wrote herself.

Columns are found by their headings, on whatever sheet and in whatever order they stand; rows may be sorted, filtered, inserted
and deleted. Nothing that a person wrote is dropped without a note.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.files.grid import CannotOpenError, RawSheet, open_grid
from toolkit.model import record

# Field of an item → its heading in the workbook, in the order of the columns.
HEADINGS = {
    "id": "编号",
    "severity": "级别",
    "tick": "退回",
    "unit": "单位",
    "title": "问题",
    "message": "说明",
    "remedy": "怎么改",
    "opinion": "审核意见",
    "answer": "单位答复",
    "place": "位置",
    "sheet": "工作表",
    "cell": "单元格",
    "basis": "依据",
    "office": "责任股室",
    "project": "项目",
    "state": "状态",
}
KIND, UNITS, COMMON, FILE, NUMBER = "整类退回", "单位数", "统一意见", "文件", "内容号"
OF_TEXTS = "公开文本审核报告"  # what stands above a list of findings of statements
YES, NO = "是", "否"
ALL, NONE = "全退", "全不退"
EVERYBODY = ("各单位", "全部单位", "所有单位", "每个单位")
_SAYS_YES = frozenset({YES, "√", "✓", "✔", "Y", "YES", "TRUE", "1", "对", "退", "退回"})
_SAYS_NO = frozenset(
    {NO, "×", "✗", "✘", "X", "N", "NO", "FALSE", "0", "不", "不退", "不退回"}
)
_DEEPEST = 40  # rows in which a heading is looked for
Head = tuple[int, Mapping[str, int]]  # the row of the headings, and the column of each


@record(slots=True)
class Item:
    """One line of the list: a finding of ours, or one that the reviewer wrote by hand; every text as it stands there now."""

    id: str = ""
    unit: str = ""
    severity: str = ""
    sheet: str = ""
    cell: str = ""
    place: str = ""
    title: str = ""
    message: str = ""
    remedy: str = ""
    basis: str = ""
    office: str = ""
    project: str = ""
    state: str = ""
    tick: str = ""
    opinion: str = ""
    answer: str = ""
    row: int = 0
    back: bool = False  # whether it is sent back, all considered

    @property
    def handwritten(self) -> bool:
        return not self.id

    @property
    def refused(self) -> bool:
        """Whether the reviewer decided that it is not to be sent back."""
        return _flat(self.tick) in _SAYS_NO


@record(slots=True)
class Ticked:
    """The workbook as read back: all lines in its order, all units it knows, and what a person should know."""

    items: tuple[Item, ...]
    units: tuple[str, ...]
    notes: tuple[str, ...] = ()
    # unit → content number, as it was checked
    contents: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # of the bytes that were read
    sha256: str = dataclasses.field(default="", compare=False)
    # findings of statements that were published, not of workbooks
    of_texts: bool = False

    @property
    def returned(self) -> tuple[Item, ...]:
        """The lines that are sent back, one for each unit: a line for 各单位 comes once a unit."""
        sent_back = [item for item in self.items if item.back]
        return tuple(one for item in sent_back for one in self._addressed(item))

    def _addressed(self, item: Item) -> Iterator[Item]:
        if item.unit in EVERYBODY:
            yield from (replace(item, unit=unit) for unit in self.units)
        else:
            yield item

    @property
    def told(self) -> dict[str, str]:
        """The findings it holds, id to title and message: what a later run is held against."""
        return {
            item.id: f"{item.title}：{item.message}" for item in self.items if item.id
        }

    @property
    def answers(self) -> Mapping[str, str]:
        """What units answered, by the finding's id."""
        return {item.id: item.answer for item in self.items if item.id and item.answer}


@record(slots=True)
class _Kind:
    """What the reviewer decided of a whole kind of finding."""

    tick: str = ""
    opinion: str = ""


def read_ticked(path: Path) -> Ticked:
    """Read a findings workbook back; raise CannotOpenError, in Chinese, where the file is none."""
    grid = open_grid(path)
    sheets = grid.sheets.values()
    needed = [HEADINGS[field] for field in ("unit", "title", "tick", "opinion")]
    lists = [(sheet, head) for sheet in sheets if (head := _header(sheet, needed))]
    if not lists:
        raise CannotOpenError(
            f"“{path.name}”不是校验报告：没有一张表有“{'、'.join(needed)}”这几栏。请用校验命令另出一份。"
        )
    notes = []
    (sheet, head), *others = lists
    if others:
        not_read = "”“".join(other.name for other, _ in others)
        notes.append(
            f"有几张表都像问题清单，只读了“{sheet.name}”，没有读“{not_read}”。"
        )
    kinds = dict(_kinds(sheets))
    items = []
    for item in _items(sheet, head):
        kind = kinds.get(item.title, _Kind())
        items.append(_decided(item, kind, sheet.name, notes))
    contents = dict(_known(sheets))
    known = tuple(contents)
    notes += _strangers(items, known)
    of_texts = any(
        raw.text.strip() == OF_TEXTS
        for (row, _), raw in sheet.cells.items()
        if row < head[0]
    )
    return Ticked(
        tuple(items),
        known or _named(items),
        tuple(notes),
        contents,
        grid.sha256,
        of_texts,
    )


def _named(items: Iterable[Item]) -> tuple[str, ...]:
    """The units that the lines name."""
    units = dict.fromkeys(item.unit for item in items if item.unit)
    return tuple(unit for unit in units if unit not in EVERYBODY)


def _flat(text: str) -> str:
    return "".join(text.split()).upper()


# -- the rows of a sheet ------------------------------------------------------------------------------------------------------


def _header(sheet: RawSheet, needed: Iterable[str]) -> Head | None:
    """The row of the headings, and the column of each (the first where one comes twice)."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), raw in sorted(sheet.cells.items()):
        if row <= _DEEPEST:
            rows.setdefault(row, {}).setdefault(_flat(raw.text), column)
    for row, columns in rows.items():
        if all(name in columns for name in needed):
            return row, columns
    return None


def _lines(
    sheet: RawSheet, head: Head, columns: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row below the headings that holds anything: field → text."""
    head_row, places = head
    for row in range(head_row + 1, sheet.last_row + 1):
        texts: dict[str, Any] = {}
        for field, title in columns.items():
            # a column that is not there: nothing stands in column 0
            raw = sheet.cells.get((row, places.get(title, 0)))
            text = raw.text.strip() if raw is not None else ""
            if text:
                texts[field] = text
        if texts:
            yield row, texts


def _items(sheet: RawSheet, head: Head) -> Iterator[Item]:
    """The lines of the list; a row that only carries a tick, or repeats the headings, is none."""
    for row, texts in _lines(sheet, head, HEADINGS):
        repeats_head = (
            texts.get("unit") == HEADINGS["unit"]
            and texts.get("title") == HEADINGS["title"]
        )
        if set(texts) != {"tick"} and not repeats_head:
            yield Item(**texts, row=row)


def _kinds(sheets: Iterable[RawSheet]) -> Iterator[tuple[str, _Kind]]:
    """What the reviewer decided of whole kinds, by the kind's title."""
    columns = {"title": HEADINGS["title"], "tick": KIND, "opinion": COMMON}
    for sheet in sheets:
        head = _header(sheet, (HEADINGS["title"], KIND))
        if not head:
            continue
        for _, texts in _lines(sheet, head, columns):
            title = texts.get("title", "")
            tick = _flat(texts.get("tick", ""))
            yield title, _Kind(tick, texts.get("opinion", ""))


def _known(sheets: Iterable[RawSheet]) -> Iterator[tuple[str, str]]:
    """The units of the overview, each with its content number; the total names none, for it has no state."""
    columns = {"unit": HEADINGS["unit"], "state": HEADINGS["state"], "content": NUMBER}
    for sheet in sheets:
        head = _header(sheet, (HEADINGS["unit"], FILE, HEADINGS["state"]))
        if not head:
            continue
        for _, texts in _lines(sheet, head, columns):
            if "unit" in texts and "state" in texts:
                yield texts["unit"], texts.get("content", "")


# -- what is sent back --------------------------------------------------------------------------------------------------------


def _decided(item: Item, kind: _Kind, sheet: str, notes: list[str]) -> Item:
    """Whether a line is sent back, by its own tick and by that of its kind, and with which words."""
    tick = _flat(item.tick)
    where = f"“{sheet}”第 {item.row} 行"
    if tick and tick not in _SAYS_YES | _SAYS_NO:
        notes.append(
            f"{where}“退回”写的是“{item.tick}”，看不懂，没有退。请写“{YES}”或“{NO}”。"
        )
    back = tick in _SAYS_YES
    if kind.tick == ALL and item.id:
        back = tick not in _SAYS_NO
    elif kind.tick == NONE and item.id:
        back = False
    elif item.handwritten and not tick and item.opinion:
        back = True
        notes.append(f"{where}是手写的意见，“退回”空着，已按要退处理；不退的写“{NO}”。")
    if back and not item.unit:
        back = False
        notes.append(f"{where}没有写单位，不知道退给谁，没有退。")
    if back and not (
        item.opinion or kind.opinion or item.title or item.message or item.remedy
    ):
        back = False
        notes.append(f"{where}没有写意见，没有退。")
    # The words for a whole kind are meant for our findings; a handwritten line has its own.
    common = kind.opinion if item.id else ""
    return replace(item, back=back, opinion=item.opinion or common)


def _strangers(items: Iterable[Item], known: Sequence[str]) -> Iterator[str]:
    """Units that a person wrote otherwise than the overview does."""
    named = dict.fromkeys(item.unit for item in items if item.back)
    for unit in named:
        if known and unit not in known and unit not in EVERYBODY:
            yield f"“{unit}”不在“汇总”表的单位里，已单独出一份退回单。请核对单位名称。"
