"""The catalogue as people read it: every rule with what it asks, why by law, how to mend, and who checks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toolkit.files.paint import Canvas, Style
from toolkit.profile.form import Block, Book, Profile
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import Axis, Rule

IN_SHEET, BY_TOOL, AFTER = "表内即查", "工具检查", "提交后检查"
# What Excel refuses while one types, or the form's state shows: the tool is needed only for what was pasted.
TYPED = frozenset(FILLING[key].id for key in ("blank", "text", "integer", "negative", "choice", "length", "tick-contradiction"))
COLUMNS = (("编号", 24), ("级别", 7), ("类别", 10), ("谁来查", 11), ("查什么", 46), ("怎么改", 80))
HEADING = Style(bold=True, border=True, align="center", fill="#DCE6F1")
TEXT = Style(border=True, wrap=True, valign="top", size=10)


def checked_by(rule: Rule) -> str:
    """Whether the sheet itself checks it, the tool does, or only what a department hands in can show it."""
    if rule.live or rule.id in TYPED:
        return IN_SHEET
    return AFTER if rule.look_whole is not None else BY_TOOL


def law_of(rule: Rule, law: Mapping[str, Mapping[str, Any]]) -> str:
    """The bases of a rule in words; what is no law says so by its title."""
    said = (law.get(key, {}) for key in rule.basis)
    return "；".join(f"{b.get('title', '')}{b.get('article', '')}" for b in said if b)


def asks(rule: Rule, book: Book) -> str:
    """A claim as a line of Chinese; "" for a rule that is a program."""
    if rule.claim is None:
        return ""
    block = book.blocks.get(rule.on)
    return rule.claim.prose(lambda name: _title(name, rule, block, book))


def _title(name: str, rule: Rule, block: Block | None, book: Book) -> str:
    if block is None:
        return book.title_of(name) if name.count(".") else name
    if name in block.columns and rule.axis is Axis.ROW:
        return block.columns[name].title
    if name in block.rows:
        return block.rows[name].title.strip()
    return book.title_of(name) if "." in name else name


def data(rules: Iterable[Rule], profile: Profile, law: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The catalogue as data: schema/rules.json."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity.value,
            "kind": rule.kind,
            "checked": checked_by(rule),
            "asks": asks(rule, profile.book),
            "message": rule.message,
            "remedy": rule.remedy,
            "basis": list(rule.basis),
            "law": law_of(rule, law),
        }
        for rule in rules
    ]


def page(rules: Sequence[Rule], profile: Profile, law: Mapping[str, Mapping[str, Any]]) -> str:
    """The catalogue as a page: docs/rules.md."""
    live = sum(checked_by(rule) == IN_SHEET for rule in rules)
    lines = [
        "# 规则目录",
        "",
        "本页由规则生成，请勿手改（`make accept` 重新生成）。",
        "",
        f"共 {len(rules)} 条，其中 {live} 条填表时表内就查（“校验”一列、下拉和输入限制、填报进度；粘贴进来的仍由工具查）。",
        "其余由 `disclosure check` 或合并时检查。",
        "错误会拦住公开；提醒要看一看，可以说明；提示不用处理。依据写“工作惯例”“审核经验”的，不是法规。",
    ]
    for kind in dict.fromkeys(rule.kind for rule in rules):
        lines += ["", f"## {kind}", "", "| 编号 | 查什么 | 级别 | 谁来查 | 怎么改 | 依据 |", "|---|---|---|---|---|---|"]
        for rule in rules:
            if rule.kind == kind:
                said = asks(rule, profile.book)
                what = rule.title + (f"<br>{said}" if said else "")
                cells = (rule.id, what, rule.severity.value, checked_by(rule), _plain(rule.remedy), law_of(rule, law))
                lines.append("| " + " | ".join(cell.replace("|", "／").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def sheet(rules: Sequence[Rule], name: str) -> Canvas:
    """The catalogue as a sheet of the template, for those who have nothing else."""
    canvas = Canvas(name, landscape=True, widths={1: 2.5, **{n: width for n, (_, width) in enumerate(COLUMNS, 2)}})
    canvas.put(1, 2, name, Style(bold=True, size=16))
    live = sum(rule.live for rule in rules)
    canvas.put(
        2, 2, f"共 {len(rules)} 条；{IN_SHEET}的 {live} 条，填表时“校验”一列就会显示；其余的交上去以后检查。", Style(size=10)
    )
    for number, (title, _) in enumerate(COLUMNS, 2):
        canvas.put(4, number, title, HEADING)
    for row, rule in enumerate(rules, 5):
        said = (rule.id, rule.severity.value, rule.kind, checked_by(rule), rule.title, _plain(rule.remedy))
        for number, text in enumerate(said, 2):
            canvas.put(row, number, text, TEXT)
        canvas.heights[row] = 15.0 * max(1, -(-len(said[-1]) * 2 // 78), -(-len(said[-2]) * 2 // 44))
    canvas.freeze = (4, 0)
    canvas.repeat_rows = (4, 4)
    canvas.tab = "#D9D9D9"
    return canvas


def _plain(remedy: str) -> str:
    """A remedy without the places that a message fills."""
    return re.sub(r"\{\w+\}", "……", remedy)


LIBRARY = (
    ("kind", "项目类型", 12),
    ("level1", "一级指标", 12),
    ("level2", "二级指标", 18),
    ("level3", "三级指标", 24),
    ("description", "绩效指标描述", 50),
    ("value", "指标值写法", 22),
    ("basis", "指标值确定依据", 26),
)


def library(lines: Iterable[Mapping[str, str]], name: str, system: str) -> Canvas:
    """The usual indicators by kind of project, as a sheet to copy from."""
    canvas = Canvas(name, landscape=True, widths={1: 2.5, **{n: width for n, (_, _, width) in enumerate(LIBRARY, 2)}})
    canvas.put(1, 2, name, Style(bold=True, size=16))
    said = "按项目类型挑几行，复制到项目表，把括号里的字换成本项目的数；不合适的不要照抄。"
    canvas.put(2, 2, said, Style(size=10))
    for number, (_, title, _) in enumerate(LIBRARY, 2):
        canvas.put(4, number, title, HEADING)
    wanted = [line for line in lines if line["system"] in ("", system)]
    for row, line in enumerate(wanted, 5):
        for number, (key, _, _) in enumerate(LIBRARY, 2):
            canvas.put(row, number, line[key], TEXT)
    canvas.freeze = (4, 0)
    canvas.repeat_rows = (4, 4)
    canvas.tab = "#D9D9D9"
    return canvas
