"""What a workbook with buttons has besides its forms: the buttons, the sheet of findings, the sheets that macros read.

The macros (vba/) know no Chinese and no sheet by name: what they say and where they look stands in a hidden sheet drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from toolkit.files.paint import Button, Canvas, Painting, Style
from toolkit.profile.form import Profile, Sheet
from toolkit.profile.layout import FILLED, LEDGER_COLUMN, STATE_COLUMN, TICK_ROW, address, lay_out, quoted
from toolkit.template.look import HEAD, HEADING, HELP, LABEL, TITLE, YELLOW

FINDINGS, TEXTS, CONFIGURATION, CONSOLE = "校验结果", "disclosure.text", "xlwings.conf", "汇总控制台"
TOOL = "sheet.tool"  # the name that a sheet bears which is ours and no form: the reader passes over it

# The sheet of findings: its rows, its columns as people read them, and hidden ones for clearing and jumping.
SUMMARY_ROW, HEADING_ROW, FIRST_FINDING = 2, 4, 5
SEEN = {"序号": 6, "轻重": 7, "位置（点它就到）": 22, "问题": 62, "怎么改": 48, "规则": 10}
PLACE_COLUMN = 3
SHEET_COLUMN, ROW_COLUMN, COLUMN_COLUMN, COLOUR_COLUMN, NOTE_COLUMN = range(8, 13)
NO_COLOUR = -1  # what the colour column says of a cell that had none; a cell marked by an earlier finding says nothing
READY_ROWS = 200  # rows drawn with a style; more findings than that are told all the same

# The control workbook: where the folders stand, and the table of units.
FOLDER_CELL, OUT_CELL, CONSOLE_SUMMARY = (4, 3), (5, 3), (6, 2)
FIRST_UNIT = 10
UNIT_COLUMNS = {"序号": 6, "文件（点它就打开）": 40, "单位": 30, "编码": 12, "状态": 14}
UNIT_COLUMNS |= {"错误": 8, "提醒": 8, "提示": 8, "最后修改": 18}
OUT_TAIL = "-结果"

NO_PYTHON = "不影响填报：表里的“校验”列照常提示，“新增项目表”“清除标记”照常能用，填好后把文件交给部门财务校验就行。"
PHRASES = {
    "title": "部门预算公开工具",
    "answer": "",
    "failed": "没有做成：",
    "no_answer": "没有运行完，表里的数没有改动。刚才如果跳出过一段英文，请拍下来发给维护的人。",
    "no_setup": "这台电脑还没有设置好 Python（没有运行过 disclosure excel setup），这个按钮用不了。" + NO_PYTHON,
    "no_interpreter": "设置里写的 Python 已经不在原处，请重新运行 disclosure excel setup。" + NO_PYTHON,
    "no_config": "读不出 Python 的设置；文件如果放在 OneDrive 或网络位置，请先移到本机的文件夹里再试。" + NO_PYTHON,
    "no_wps": "在 WPS 里，这个按钮用不了（它要在微软 Excel 里运行 Python）。" + NO_PYTHON,
    "no_mac": "在苹果电脑上，这个按钮还不能用。" + NO_PYTHON,
    "no_project": "找不到可以复制的项目表：项目表要放在两张分界表之间，分界表不能删除、不能改名。",
    "no_finding": "请先在“校验结果”里点一下要看的那一行，再按这个按钮。",
    "no_sheet": "找不到工作表：",
    "no_results": "还没有结果：先按“合并生成”，或者检查一下“结果放到”写的文件夹。",
    "cleared": "标记已清除。",
    "choose_folder": "选择放着各单位填报表的文件夹",
    "findings": FINDINGS,
}
WIDE, HIGH, GAP = 167, 30, 6  # pixels; two of them fill the board's columns
BOX = Style(border=True, wrap=True, valign="top")
SUMMARY = Style(bold=True, size=12)


def with_buttons(painting: Painting, profile: Profile) -> Painting:
    """The same workbook with buttons, the sheet of findings behind the guide, and the sheets that the macros read."""
    canvases: list[Canvas] = []
    for canvas in painting.canvases:
        sheet = next((sheet for sheet in profile.book.sheets.values() if _is(canvas.name, sheet)), None)
        canvases.append(canvas if sheet is None else replace(canvas, buttons=_buttons(sheet)))
        if canvas.name == profile.guide["name"]:
            canvases.append(_findings())
    return replace(painting, canvases=[*canvases, _configuration(), _texts(_places(profile))])


def console(profile: Profile) -> Painting:
    """The department's control workbook: a folder, a table of its units, and what to do with them."""
    canvas = Canvas(CONSOLE, landscape=True, protected=False, freeze=(FIRST_UNIT - 1, 0))
    canvas.widths = {1: 2.5} | dict(enumerate(UNIT_COLUMNS.values(), 2))
    canvas.heights = {1: 30, 8: 40}
    canvas.put(1, 2, f"{profile.title}：{CONSOLE}", replace(TITLE, align=""))
    canvas.put(2, 2, "先选择放着各单位填报表的文件夹，再按“检查全部”；没有错误了，再按“合并生成”。", replace(HELP, wrap=False))
    for (row, column), label in ((FOLDER_CELL, "文件夹"), (OUT_CELL, "结果放到")):
        canvas.put(row, column - 1, label, LABEL)
        canvas.put(row, column, None, Style(fill=YELLOW, border=True, locked=False))
    canvas.put(*CONSOLE_SUMMARY, None, SUMMARY)
    for number, title in enumerate(UNIT_COLUMNS, 2):
        canvas.put(FIRST_UNIT - 1, number, title, HEADING)
        for row in range(FIRST_UNIT, FIRST_UNIT + READY_ROWS):
            canvas.put(row, number, None, Style(border=True, align="" if number in (3, 4) else "center"))
    presses = (("选择文件夹", "ChooseFolder"), ("检查全部", "CheckAll"), ("合并生成", "MergeAll"), ("打开结果", "OpenResults"))
    canvas.buttons = [Button(8, 2, caption, macro, 120, HIGH, 4 + n * 130, 8) for n, (caption, macro) in enumerate(presses)]
    places = {"profile": profile.id, "folder_cell": address(*FOLDER_CELL), "out_cell": address(*OUT_CELL), "out_tail": OUT_TAIL}
    return Painting([_tool(canvas), _configuration(), _texts(places)], title=CONSOLE)


def _is(name: str, sheet: Sheet) -> bool:
    """Whether a drawn sheet of that name is this form, or one of this form's copies."""
    lead, _, tail = sheet.name.partition("{n}")
    number = name.removeprefix(lead).removesuffix(tail)
    return name == sheet.name or (bool(sheet.repeat) and name.startswith(lead) and number.isdigit())


def _buttons(sheet: Sheet) -> list[Button]:
    """All buttons over the board of the first sheet; on any other form the one that checks, behind the tick and the state."""
    if not sheet.board:
        return [Button(TICK_ROW, STATE_COLUMN + 1, "校验本表", "CheckBook", 90, 20, 10)]
    column = lay_out(sheet).last_column + 2
    presses = (
        (("校验本表", "CheckBook"), ("查看校验结果", "OpenFindings")),
        (("清除标记", "ClearMarks"), ("新增项目表", "AddProject")),
        (("生成退回说明", "MakeReturnNote"), ("打开填报说明", "OpenGuide")),
    )
    return [
        Button(1, column, caption, macro, WIDE, HIGH, right * (WIDE + GAP), 6 + down * (HIGH + GAP))
        for down, line in enumerate(presses)
        for right, (caption, macro) in enumerate(line)
    ]


def _findings() -> Canvas:
    canvas = Canvas(FINDINGS, landscape=True, protected=False, freeze=(HEADING_ROW, 0), tab="#C00000", repeat_rows=(4, 4))
    canvas.widths = dict[int, float](enumerate(SEEN.values(), 1)) | dict.fromkeys(range(SHEET_COLUMN, NOTE_COLUMN + 1), 10)
    canvas.hidden_columns = list(range(SHEET_COLUMN, NOTE_COLUMN + 1))
    canvas.heights = {1: 40, SUMMARY_ROW: 20}
    canvas.put(1, 1, FINDINGS, replace(TITLE, align=""))
    canvas.put(SUMMARY_ROW, 1, "还没有校验过。按“校验本表”。", SUMMARY)
    canvas.put(3, 1, "点“位置”就到那一格；改好以后再校验一次，这里会换成新的结果。红：错误，黄：提醒，蓝：提示。", HEAD)
    for number, title in enumerate(SEEN, 1):
        canvas.put(HEADING_ROW, number, title, HEADING)
        for row in range(FIRST_FINDING, FIRST_FINDING + READY_ROWS):
            canvas.put(row, number, None, replace(BOX, color="#0563C1", underline=True) if number == PLACE_COLUMN else BOX)
    presses = (("校验本表", "CheckBook"), ("转到选中的问题", "JumpToFinding"), ("清除标记", "ClearMarks"))
    canvas.buttons = [Button(1, 4, caption, macro, 130, HIGH, 8 + n * 140, 10) for n, (caption, macro) in enumerate(presses)]
    return _tool(canvas)


def _configuration() -> Canvas:
    """What xlwings' own module reads. The interpreter is not here: it is the machine's, and a workbook travels."""
    canvas = Canvas(CONFIGURATION, hidden=True, protected=False)
    canvas.put(1, 1, "ADD_WORKBOOK_TO_PYTHONPATH", Style())
    canvas.put(1, 2, "false", Style())  # no program that lies beside the workbook is ever run
    return _tool(canvas)


def _places(profile: Profile) -> dict[str, str]:
    """Where the macros look in the unit's workbook."""
    places = {"profile": profile.id, "guide": profile.guide["name"]}
    if project := profile.book.repeated:
        first, last = project.bookends
        place = lay_out(project, 1)
        entry = min(place.entries())
        places |= {"bookend_first": first, "bookend_last": last, "project_lead": project.name.partition("{n}")[0]}
        places |= {"filled_cell": address(FILLED, LEDGER_COLUMN), "project_entry": address(*entry)}
    return places


def _texts(places: Mapping[str, str]) -> Canvas:
    canvas = Canvas(TEXTS, very_hidden=True, protected=False, widths={1: 20, 2: 100})
    for row, (key, said) in enumerate((PHRASES | dict(places)).items(), 1):
        canvas.put(row, 1, key, Style())
        canvas.put(row, 2, said or None, Style())
    return _tool(canvas)


def _tool(canvas: Canvas) -> Canvas:
    canvas.names.append((TOOL, f"{quoted(canvas.name)}!$A$1"))
    return canvas
