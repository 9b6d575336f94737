"""What a workbook with buttons has besides its forms: the buttons, the sheet of findings, the sheets that macros read.

The macros (vba/) know no Chinese and no sheet by name: what they say and where they look stands in a hidden sheet drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from toolkit.files.paint import Button, Canvas, Painting, Style
from toolkit.profile.form import Profile, Sheet
from toolkit.profile.layout import (
    FILLED,
    LEDGER_COLUMN,
    STATE_COLUMN,
    TICK_ROW,
    Spot,
    address,
    lay_out,
    quoted,
)
from toolkit.template.look import HEAD, HEADING, HELP, LABEL, TITLE, YELLOW

FINDINGS, TEXTS, CONFIGURATION, CONSOLE = (
    "校验结果",
    "disclosure.text",
    "xlwings.conf",
    "汇总控制台",
)
TOOL = "sheet.tool"  # the name that a sheet bears which is ours and no form: the reader passes over it

# The sheet of findings: its rows, its columns as people read them, and hidden ones for clearing and jumping.
SUMMARY_ROW, HEADING_ROW, FIRST_FINDING = 2, 4, 5
SEEN = {
    "序号": 6,
    "级别": 7,
    "位置（点它就到）": 22,
    "问题": 62,
    "怎么改": 48,
    "规则": 10,
}
PLACE_COLUMN = 3
SHEET_COLUMN, ROW_COLUMN, COLUMN_COLUMN, COLOUR_COLUMN, NOTE_COLUMN = range(8, 13)
FINDINGS_HELP = "点“位置”就到那一格；改好以后再校验一次，这里会换成新的结果。红：错误，黄：提醒，蓝：提示。"
NO_COLOUR = -1  # what the colour column says of a cell that had none; a cell marked by an earlier finding says nothing
# rows drawn with a style; more findings than that are told all the same
READY_ROWS = 200

# The control workbook: where the folders stand, and the table of units.
FOLDER_CELL, OUT_CELL, CONSOLE_SUMMARY = (4, 3), (5, 3), (6, 2)
FIRST_UNIT = 10
UNIT_COLUMNS = {"序号": 6, "文件（点它就打开）": 40, "单位": 30, "编码": 12, "状态": 14}
UNIT_COLUMNS |= {"错误": 8, "提醒": 8, "提示": 8, "最后修改": 18}
UNIT_TEXTS = ("文件（点它就打开）", "单位")  # columns of long texts, not centred
CONSOLE_HELP = (
    "先选择放着各单位填报表的文件夹，再按“检查全部”；没有错误了，再按“合并生成”。"
)
OUT_TAIL = "-结果"

NO_PYTHON = "不影响填报：表里的“校验”列照常提示，“新增项目表”“清除标记”照常能用，填好后把文件交给部门财务校验就行。"
PHRASES = {
    "title": "部门预算公开工具",
    "answer": "",
    "failed": "没有做成：",
    "no_answer": "没有运行完，表里的数没有改动。刚才如果跳出过一段英文，请拍下来发给维护的人。",
    "no_setup": "这台电脑还没有设置好 Python（没有运行过 disclosure excel setup），这个按钮用不了。"
    + NO_PYTHON,
    "no_interpreter": "设置里写的 Python 已经不在原处，请重新运行 disclosure excel setup。"
    + NO_PYTHON,
    "no_config": "读不出 Python 的设置；文件如果放在 OneDrive 或网络位置，请先移到本机的文件夹里再试。"
    + NO_PYTHON,
    "no_wps": "在 WPS 里，这个按钮用不了（它要在微软 Excel 里运行 Python）。"
    + NO_PYTHON,
    "no_mac": "在苹果电脑上，这个按钮还不能用。" + NO_PYTHON,
    "no_project": "找不到可以复制的项目表：项目表要放在两张分界表之间，分界表不能删除、不能改名。",
    "no_finding": "请先在“校验结果”里点一下要看的那一行，再按这个按钮。",
    "no_sheet": "找不到工作表：",
    "no_results": "还没有结果：先按“合并生成”，或者检查一下“结果放到”写的文件夹。",
    "cleared": "标记已清除。",
    "choose_folder": "选择放着各单位填报表的文件夹",
    "findings": FINDINGS,
}
# The buttons by their captions, each with its macro.
BOARD_BUTTONS: tuple[Mapping[str, str], ...] = (
    {"校验本表": "CheckBook", "查看校验结果": "OpenFindings"},
    {"清除标记": "ClearMarks", "新增项目表": "AddProject"},
    {"生成退回说明": "MakeReturnNote", "打开填报说明": "OpenGuide"},
)
FINDINGS_BUTTONS = {
    "校验本表": "CheckBook",
    "转到选中的问题": "JumpToFinding",
    "清除标记": "ClearMarks",
}
CONSOLE_BUTTONS = {
    "选择文件夹": "ChooseFolder",
    "检查全部": "CheckAll",
    "合并生成": "MergeAll",
    "打开结果": "OpenResults",
}
# What each does, as a reader of the screen says it.
ABOUT = {
    "校验本表": "把整个文件查一遍，有问题的格涂色、加批注，逐条列在“校验结果”表里",
    "查看校验结果": "转到“校验结果”表",
    "清除标记": "去掉校验时涂的颜色、加的批注",
    "新增项目表": "显示下一张空的项目表；都用完了，在最后再加一张",
    "生成退回说明": "把问题写成一个文本文件，放在本文件旁边",
    "打开填报说明": "转到“填表说明”表",
    "转到选中的问题": "转到选中的那一行说的那一格",
    "选择文件夹": "选放着各单位填报表的文件夹",
    "检查全部": "把文件夹里的填报表都查一遍，一个文件一行",
    "合并生成": "没有错误时，生成公开表、情况说明和底稿",
    "打开结果": "打开放着结果的文件夹",
}
WIDE, HIGH, GAP = 167, 30, 6  # pixels; two of them fill the board's columns
ENTRY = Style(fill=YELLOW, border=True, locked=False)
BOX = Style(border=True, wrap=True, valign="top")
PLACE = replace(BOX, color="#0563C1", underline=True)
SUMMARY = Style(bold=True, size=12)


def with_buttons(painting: Painting, profile: Profile) -> Painting:
    """The same workbook with buttons, the sheet of findings behind the guide, and the sheets that the macros read."""
    canvases: list[Canvas] = []
    for canvas in painting.canvases:
        form = next(
            (
                sheet
                for sheet in profile.book.sheets.values()
                if _is(canvas.name, sheet)
            ),
            None,
        )
        canvases.append(replace(canvas, buttons=_buttons(form)) if form else canvas)
        if canvas.name == profile.guide.get("name"):
            canvases.append(_findings())
    if "name" not in profile.guide:
        canvases.append(_findings())
    canvases += [_configuration(), _texts(_places(profile))]
    return replace(painting, canvases=canvases)


def console(profile: Profile) -> Painting:
    """The department's control workbook: a folder, a table of its units, and what to do with them."""
    canvas = Canvas(
        CONSOLE, landscape=True, protected=False, freeze=(FIRST_UNIT - 1, 0)
    )
    canvas.heights = {1: 30, 8: 40}
    canvas.put(1, 2, f"{profile.title}：{CONSOLE}", replace(TITLE, align=""))
    canvas.put(2, 2, CONSOLE_HELP, replace(HELP, wrap=False))
    for (row, column), label in ((FOLDER_CELL, "文件夹"), (OUT_CELL, "结果放到")):
        canvas.put(row, column - 1, label, LABEL)
        canvas.put(row, column, None, ENTRY)
    canvas.put(*CONSOLE_SUMMARY, None, SUMMARY)
    canvas.widths[1] = 2.5
    for number, (title, width) in enumerate(UNIT_COLUMNS.items(), 2):
        canvas.widths[number] = width
        canvas.put(FIRST_UNIT - 1, number, title, HEADING)
        style = Style(border=True, align="" if title in UNIT_TEXTS else "center")
        for row in range(FIRST_UNIT, FIRST_UNIT + READY_ROWS):
            canvas.put(row, number, None, style)
    canvas.buttons = _side_by_side(CONSOLE_BUTTONS, (8, 2), width=120, right=4, down=8)
    places = {
        "profile": profile.id,
        "folder_cell": address(*FOLDER_CELL),
        "out_cell": address(*OUT_CELL),
        "out_tail": OUT_TAIL,
    }
    return Painting([_tool(canvas), _configuration(), _texts(places)], title=CONSOLE)


def _is(name: str, sheet: Sheet) -> bool:
    """Whether a drawn sheet of that name is this form, or one of this form's copies."""
    if name == sheet.name:
        return True
    lead, _, tail = sheet.name.partition("{n}")
    number = name.removeprefix(lead).removesuffix(tail)
    return bool(sheet.repeat) and name.startswith(lead) and number.isdigit()


def _buttons(sheet: Sheet) -> list[Button]:
    """All buttons over the board of the first sheet; on any other form the one that checks, behind the tick and the state."""
    if not sheet.board:
        check = "校验本表"
        spot = TICK_ROW, STATE_COLUMN + 1
        return [Button(*spot, check, "CheckBook", 90, 20, 10, about=ABOUT[check])]
    corner = (1, lay_out(sheet).last_column + 2)
    buttons: list[Button] = []
    for line, presses in enumerate(BOARD_BUTTONS):
        down = 6 + line * (HIGH + GAP)
        buttons += _side_by_side(presses, corner, width=WIDE, gap=GAP, down=down)
    return buttons


def _side_by_side(
    presses: Mapping[str, str],
    spot: Spot,
    *,
    width: int,
    gap: int = 10,
    right: int = 0,
    down: int,
) -> list[Button]:
    """Buttons in a row, by caption and macro; the first stands some pixels right of and below a cell's corner."""
    return [
        Button(*spot, caption, macro, width, HIGH, at, down, ABOUT[caption])
        for at, (caption, macro) in zip(
            count(right, width + gap), presses.items(), strict=False
        )
    ]


def _findings() -> Canvas:
    """The sheet of findings, as it is before anything was checked."""
    hidden = range(SHEET_COLUMN, NOTE_COLUMN + 1)
    canvas = Canvas(
        FINDINGS,
        landscape=True,
        protected=False,
        freeze=(HEADING_ROW, 0),
        tab="#C00000",
        repeat_rows=(4, 4),
    )
    canvas.widths = dict.fromkeys(hidden, 10)
    canvas.hidden_columns = list(hidden)
    canvas.heights = {1: 40, SUMMARY_ROW: 20}
    canvas.put(1, 1, FINDINGS, replace(TITLE, align=""))
    canvas.put(SUMMARY_ROW, 1, "还没有校验过。按“校验本表”。", SUMMARY)
    canvas.put(3, 1, FINDINGS_HELP, HEAD)
    for number, (title, width) in enumerate(SEEN.items(), 1):
        canvas.widths[number] = width
        canvas.put(HEADING_ROW, number, title, HEADING)
        style = PLACE if number == PLACE_COLUMN else BOX
        for row in range(FIRST_FINDING, FIRST_FINDING + READY_ROWS):
            canvas.put(row, number, None, style)
    canvas.buttons = _side_by_side(
        FINDINGS_BUTTONS, (1, 4), width=130, right=8, down=10
    )
    return _tool(canvas)


def _configuration() -> Canvas:
    """What xlwings' own module reads. The interpreter is not here: it is the machine's, and a workbook travels."""
    canvas = Canvas(CONFIGURATION, hidden=True, protected=False)
    canvas.put(1, 1, "ADD_WORKBOOK_TO_PYTHONPATH", Style())
    # no program that lies beside the workbook is ever run
    canvas.put(1, 2, "false", Style())
    return _tool(canvas)


def _places(profile: Profile) -> dict[str, str]:
    """Where the macros look in the unit's workbook."""
    places = {"profile": profile.id, "guide": profile.guide.get("name", "")}
    if project := profile.book.repeated:
        first, last = project.bookends
        entries = lay_out(project, 1).entries()
        places |= {
            "bookend_first": first,
            "bookend_last": last,
            "project_lead": project.name.partition("{n}")[0],
            "filled_cell": address(FILLED, LEDGER_COLUMN),
            "project_entry": address(*min(entries)),
        }
    return places


def _texts(places: Mapping[str, str]) -> Canvas:
    """What the macros say, and where they look: a key and a text a row."""
    texts = {**PHRASES, **places}
    canvas = Canvas(TEXTS, very_hidden=True, protected=False, widths={1: 20, 2: 100})
    for row, (key, text) in enumerate(texts.items(), 1):
        canvas.put(row, 1, key, Style())
        canvas.put(row, 2, text or None, Style())
    return _tool(canvas)


def _tool(canvas: Canvas) -> Canvas:
    """Name a sheet as ours, so that the reader does not take it for a form."""
    canvas.names.append((TOOL, f"{quoted(canvas.name)}!$A$1"))
    return canvas
