"""The catalogue as people read it: every rule with what it asks, why by law, how to mend, and who checks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.model import Name
from toolkit.profile.form import Block, Book, Profile
from toolkit.profile.grounds import Basis, named
from toolkit.profile.settings import lacking
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import Axis, Rule

IN_SHEET, BY_TOOL, AFTER = "表内即查", "工具检查", "提交后检查"
# What Excel refuses while one types, or the form's state shows: the tool is needed only for what was pasted.
TYPED = frozenset(
    FILLING[key].id
    for key in (
        "blank",
        "text",
        "integer",
        "negative",
        "choice",
        "length",
        "tick-contradiction",
    )
)


def checked_by(rule: Rule, profile: Profile) -> str:
    """Whether the sheet itself checks it, the tool does, or only what a department hands in can show it; or nobody, and why."""
    if lacks := lacking(rule, profile):
        return f"不检查：本表样没有 {'、'.join(lacks)}"
    if rule.live or rule.id in TYPED:
        return IN_SHEET
    return AFTER if rule.look_whole is not None else BY_TOOL


def law_of(rule: Rule, law: Basis) -> str:
    """The bases of a rule in words; what is no law is called what it is."""
    return named(rule.basis, law)


def asks(rule: Rule, profile: Profile) -> str:
    """A claim as a line of Chinese; "" for a rule that is a program, or that the profile has no use for."""
    if rule.claim is None or lacking(rule, profile):
        return ""
    book = profile.book
    block = book.blocks.get(rule.on)
    return rule.claim.prose(lambda name: _title(name, rule, block, book))


def _title(name: Name, rule: Rule, block: Block | None, book: Book) -> str:
    """What a name in a claim is called: a column or row of the rule's own block, else with its sheet."""
    if not name.bare:
        return book.title_of(name)
    key = name.column
    if block is not None and key in block.columns and rule.axis is Axis.ROW:
        return block.columns[key].title
    if block is not None and key in block.rows:
        return block.rows[key].title.strip()
    return key


def data(rules: Iterable[Rule], profile: Profile, law: Basis) -> list[dict[str, Any]]:
    """The catalogue as data: schema/profiles/<profile>/rules.json."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity.value,
            "kind": rule.kind,
            "checked": checked_by(rule, profile),
            "asks": asks(rule, profile),
            "message": rule.message,
            "remedy": rule.remedy,
            "basis": list(rule.basis),
            "law": law_of(rule, law),
        }
        for rule in rules
    ]


def page(rules: Sequence[Rule], profile: Profile, law: Basis) -> str:
    """The catalogue as a page: docs/rules/<profile>.md."""
    live = sum(checked_by(rule, profile) == IN_SHEET for rule in rules)
    lines = [
        f"# 规则目录：{profile.title}",
        "",
        "本页由规则生成，请勿手改（`make accept` 重新生成）。",
        "",
        f"共 {len(rules)} 条，其中 {live} 条填表时表内就查（“校验”一列、下拉和输入限制、填报进度；粘贴进来的仍由工具查）。",
        "其余由 `disclosure check` 或合并时检查。",
        "错误会拦住公开；提醒要看一看，可以说明；提示不用处理。依据写“工作惯例”“审核经验”的，不是法规。",
    ]
    for kind in dict.fromkeys(rule.kind for rule in rules):
        lines += [
            "",
            f"## {kind}",
            "",
            "| 编号 | 查什么 | 级别 | 谁来查 | 怎么改 | 依据 |",
            "|---|---|---|---|---|---|",
        ]
        for rule in rules:
            if rule.kind == kind:
                said = asks(rule, profile)
                what = rule.title + (f"<br>{said}" if said else "")
                cells = (
                    rule.id,
                    what,
                    rule.severity.value,
                    checked_by(rule, profile),
                    _plain(rule.remedy),
                    law_of(rule, law),
                )
                lines.append(
                    "| "
                    + " | ".join(
                        cell.replace("|", "／").replace("\n", " ") for cell in cells
                    )
                    + " |"
                )
    return "\n".join(lines) + "\n"


def overview(catalogues: Iterable[tuple[Profile, Sequence[Rule]]]) -> str:
    """The page that leads to each profile's catalogue: docs/rules.md."""
    lines = [
        "# 规则目录",
        "",
        "本页由规则生成，请勿手改（`make accept` 重新生成）。",
        "",
        "一套表样一页：查什么、怎么改、依据是什么，哪些是表内就查的，哪些因为表样没有那些数而不查。",
        "一条一条地看，用 `disclosure rules 编号`。",
        "",
        "| 表样 | 共几条 | 表内即查 | 本表样不查 |",
        "|---|---|---|---|",
    ]
    for profile, rules in catalogues:
        live = sum(checked_by(rule, profile) == IN_SHEET for rule in rules)
        idle = sum(bool(lacking(rule, profile)) for rule in rules)
        lines.append(
            f"| [{profile.title}](rules/{profile.id}.md)，`{profile.id}` | {len(rules)} | {live} | {idle} |"
        )
    return "\n".join(lines) + "\n"


def _plain(remedy: str) -> str:
    """A remedy without the places that a message fills."""
    return re.sub(r"\{\w+\}", "……", remedy)
