"""The hidden sheet that holds the codes of a book, and the formulas that look names up in it or narrow its drop-downs.

A look-up is an exact match of texts (INDEX, MATCH), which Excel 2010, WPS and LibreOffice calculate alike. A drop-down is a
range of the sheet; what is typed into the cell, or stands in the columns before it, narrows it (OFFSET, in validations alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.files.paint import Canvas, Style
from toolkit.model import Code, CodeList, Row
from toolkit.profile.codes import funds as known_funds
from toolkit.profile.codes import not_found, sheet_name
from toolkit.profile.coding import Coding, LookUp
from toolkit.profile.form import Book, Column
from toolkit.profile.layout import Run, corners, quoted, reference
from toolkit.returns.coded import code_of
from toolkit.template.look import HEADING, HELP
from toolkit.template.panel import TOOL

MISSING = "—"  # stands for a part that is not filled in, so that the parts around it make no code
HELP_LINE = "下拉列表和科目名称取自本表，不用填写，请不要删除。"
UNKNOWN = "科目表里没有这个编码。确有这个科目的，点“确定”。"
HINT = "按文本填。先填开头几位，再点右边的小箭头，就只列这几位开头的科目。"
PART_HINT = "按文本填，前面的 0 不要丢。点右边的小箭头可以选。"
TITLE_ROW, FIRST_ROW = 3, 4
CODE_WIDTH, NAME_WIDTH = 10, 40
TEXT = Style(size=9, number="@")


class CodeSheet:
    """The codes that one book needs, each run of them in columns of its own; nothing is drawn for a book without codes."""

    def __init__(self, book: Book) -> None:
        self.lists = book.lists
        self.canvas = Canvas(sheet_name(), hidden=True)
        self.laid: dict[tuple[str, ...], tuple[Run, Run]] = {}
        for block in book.blocks.values():
            for coded in block.coded:
                self._all_of(self.lists[coded.list])
                if block.is_derived:  # nobody chooses a code there
                    continue
                for column in coded.columns:
                    self._for_drop_down(block.columns[column].coding, coded.funds)
        if self.laid:
            self.canvas.put(1, 1, HELP_LINE, HELP)
            self.canvas.names.append(
                (TOOL, reference(self.canvas.name, (1, 1), absolute=True))
            )

    @property
    def needed(self) -> bool:
        return bool(self.laid)

    # -- what stands on the sheet --

    def _all_of(self, codes: CodeList) -> tuple[Run, Run]:
        """All codes of a list, and their names."""
        if (codes.key,) in self.laid:
            return self.laid[codes.key,]
        return self._lay(
            (codes.key,), codes.title, [(one.code, one.name) for one in codes]
        )

    def _some_of(
        self, codes: CodeList, levels: Sequence[str], funds: Sequence[str]
    ) -> tuple[Run, Run]:
        """The codes of some levels, or of some kinds of money, alone."""
        rows = [(one.code, "") for one in _chosen(codes, levels, funds)]
        return self._lay(
            (codes.key, *levels, *funds), _title(codes, levels, funds), rows
        )

    def _added_by(
        self, codes: CodeList, level: str, funds: Sequence[str]
    ) -> tuple[Run, Run]:
        """The codes that a level adds digits to, each as often as it does, and these digits."""
        around = [
            (codes.parent(one.code), one.code) for one in _chosen(codes, [level], funds)
        ]
        rows = [(parent, code.removeprefix(parent)) for parent, code in around]
        return self._lay(
            (codes.key, level, *funds, "part"), _title(codes, [level], funds), rows
        )

    def _for_drop_down(
        self, coding: Coding | None, funds: Sequence[str]
    ) -> tuple[Run, Run]:
        """Where the codes stand that a column offers: twice, or what they are added to and the digits that are added."""
        if coding is None:
            raise TypeError(coding)
        codes = self.lists[coding.list]
        if coding.part:
            return self._added_by(codes, coding.part, funds)
        run = (
            self._some_of(codes, coding.levels, funds)
            if coding.levels or funds
            else self._all_of(codes)
        )[0]
        return run, run

    def _lay(
        self, key: tuple[str, ...], title: str, rows: Sequence[tuple[str, str]]
    ) -> tuple[Run, Run]:
        """Two columns of texts, laid once; answer where they stand."""
        if key not in self.laid:
            left = 1 + 3 * len(self.laid)
            last = TITLE_ROW + len(rows)
            self.canvas.widths |= {left: CODE_WIDTH, left + 1: NAME_WIDTH}
            self.canvas.put(TITLE_ROW, left, title, HEADING)
            for row, texts in enumerate(rows, FIRST_ROW):
                for column, text in enumerate(filter(None, texts), left):
                    self.canvas.put(row, column, text, TEXT)
            self.laid[key] = (
                (FIRST_ROW, left, last, left),
                (FIRST_ROW, left + 1, last, left + 1),
            )
        return self.laid[key]

    def _range(self, run: Run) -> str:
        return f"{quoted(self.canvas.name)}!{corners(run, absolute=True)}"

    # -- names that are looked up --

    def formula(
        self, looked_up: LookUp, columns: Mapping[str, Column], cells: Sequence[str]
    ) -> str:
        """The formula that shows the name of the code in some cells of a row, of each of the columns it is looked up by."""
        codes, names = map(self._range, self._all_of(self.lists[looked_up.list]))
        digits = [
            coding.digits if (coding := columns[key].coding) is not None else 0
            for key in looked_up.by
        ]
        code = _joined(cells, digits)
        return f'IF({code}="","",IFERROR(INDEX({names},MATCH({code},{codes},0)),"{not_found()}"))'

    def name_of(self, codes: str, cells: str) -> str:
        """The formula that shows the name of a code that is there, whole, as a text of some cells."""
        keys, names = map(self._range, self._all_of(self.lists[codes]))
        line = f"MATCH({cells},{keys},0)"
        return f'IFERROR(INDEX({names},{line}),"{not_found()}")'

    def shown(self, looked_up: LookUp, row: Row) -> str:
        """What that formula shows."""
        if not any(row.text(key) for key in looked_up.by):
            return ""
        return (
            self.lists[looked_up.list].name_of(code_of(row, looked_up.by))
            or not_found()
        )

    # -- drop-downs --

    def drop_down(
        self, column: Column, funds: Sequence[str], cell: str, before: Sequence[str]
    ) -> dict[str, object]:
        """Excel's own list for a cell of codes; `before` are the cells of the parts that stand before it.

        It refuses nothing, for our lists are partial: it only asks.
        """
        keys, offered = self._for_drop_down(column.coding, funds)
        if keys == offered:
            source, hint = self._narrowed(keys, offered, cell, exact=False), HINT
        elif before:
            source, hint = (
                self._narrowed(keys, offered, "&".join([*before, '""']), exact=True),
                PART_HINT,
            )
        else:
            source, hint = self._range(offered), PART_HINT
        return {
            "validate": "list",
            "source": f"={source}",
            "input_title": column.title[:32],
            "input_message": (column.help or hint)[:250],
            "error_title": "请核对编码",
            "error_message": UNKNOWN,
            "error_type": "information",
        }

    def offered_to(self, column: Column, funds: Sequence[str]) -> str:
        """The codes that a column of whole codes offers."""
        return self._range(self._for_drop_down(column.coding, funds)[0])

    def _narrowed(self, keys: Run, values: Run, begins: str, *, exact: bool) -> str:
        """The part of a sorted run whose keys are a text, or begin with it."""
        wanted = f"{begins}" if exact else f'{begins}&"*"'
        first = f"{quoted(self.canvas.name)}!{corners(values, absolute=True).partition(':')[0]}"
        where = self._range(keys)
        return (
            f"OFFSET({first},MATCH({wanted},{where},0)-1,0,COUNTIF({where},{wanted}),1)"
        )


def _chosen(codes: CodeList, levels: Sequence[str], funds: Sequence[str]) -> list[Code]:
    """The codes of some levels, and of some kinds of money; where none is named, of all."""
    chosen = list(codes)
    if levels:
        chosen = [one for one in chosen if one.level in levels]
    if funds:
        chosen = [one for one in chosen if codes.is_of_fund(one.code, funds)]
    return chosen


def _title(codes: CodeList, levels: Sequence[str], funds: Sequence[str]) -> str:
    return f"{codes.title}：{'、'.join([*levels, *(known_funds()[fund] for fund in funds)])}"


def _joined(cells: Sequence[str], digits: Sequence[int]) -> str:
    """The code of some cells, the parts of a code filled up with their zeros; none where one in the middle is missing."""
    texts = [f"TRIM({cell})" for cell in cells]
    if len(texts) == 1:
        return texts[0]
    pieces = []
    for at, (text, length) in enumerate(zip(texts, digits, strict=True)):
        filled = f'REPT("0",MAX(0,{length}-LEN({text})))&{text}' if length else text
        # A blank part is in the middle where a later one says something.
        behind = "&".join(texts[at + 1 :])
        blank = f'IF({behind}="","","{MISSING}")' if behind else '""'
        pieces.append(f'IF({text}="",{blank},{filled})')
    return "&".join(pieces)
