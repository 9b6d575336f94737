"""The usual indicators by kind of project, as a sheet of the template to copy from."""

from __future__ import annotations

from toolkit.files.paint import Canvas, Style
from toolkit.model import Role
from toolkit.profile.form import Profile
from toolkit.template.look import HEADING

COLUMNS = (
    ("kind", "项目类型", 12),
    ("level1", "一级指标", 12),
    ("level2", "二级指标", 18),
    ("level3", "三级指标", 24),
    ("description", "绩效指标描述", 40),
    ("value", "指标值写法", 22),
    ("basis", "指标值确定依据", 24),
)
HELP = "按项目类型挑几行，复制到项目表，把括号里的字换成本项目的数；不合适的不要照抄。"
FIRST_COLUMN, HEADING_ROW = 2, 4
TEXT = Style(border=True, wrap=True, valign="top", size=10)


def library_sheet(profile: Profile) -> Canvas:
    """Draw the indicators of the profile's own system, and those that stand in every system."""
    name = profile.guide["library"]
    canvas = Canvas(
        name,
        landscape=True,
        tab="#D9D9D9",
        freeze=(HEADING_ROW, 0),
        repeat_rows=(HEADING_ROW, HEADING_ROW),
    )
    canvas.widths[1] = 2.5
    canvas.put(1, FIRST_COLUMN, name, Style(bold=True, size=16))
    canvas.put(2, FIRST_COLUMN, HELP, Style(size=10))
    for number, (_, title, width) in enumerate(COLUMNS, FIRST_COLUMN):
        canvas.widths[number] = width
        canvas.put(HEADING_ROW, number, title, HEADING)
    systems = ("", profile.performance_system)
    lines = [
        line
        for line in profile.code_list("indicator-library")
        if line["system"] in systems
    ]
    level = profile.book.cast.names.get(Role.INDICATOR_LEVEL1)
    worded = profile.book.column_of(level).worded if level is not None else {}
    for row, line in enumerate(lines, HEADING_ROW + 1):
        for number, (key, _, _) in enumerate(COLUMNS, FIRST_COLUMN):
            canvas.put(row, number, worded.get(line[key], line[key]), TEXT)
    canvas.print_area = (
        1,
        FIRST_COLUMN,
        HEADING_ROW + len(lines),
        FIRST_COLUMN + len(COLUMNS) - 1,
    )
    return canvas
