"""All rules, in the order of their ids.

An id is a letter for the kind, two digits for the matter, two for the rule; it never changes its meaning and is never used again.

| letter | kind    | matters                                                                                              | file               |
|--------|---------|------------------------------------------------------------------------------------------------------|--------------------|
| A      | 填报格式 | 01 what stands in a cell, 02 forms and sheets                                                        | filling            |
| B      | 表内    | 01 收支总表, 02 支出构成 and reasons, 04 三公, 05 采购, 06 国有资产, 07 lists, 08 projects           | finance, reasons   |
| C      | 表间    | 01 totals, 02 projects, 03 机关运行经费, 04 三公 and vehicles, 05 采购, 07 notes, 08 size            | finance            |
| D      | 绩效指标 | 01 levels, 02 values, 03 name, unit and level, 04 direction, 05 costs, 06 basis, 07 goals            | indicators, costs  |
| E      | 跨年    | 01 years in words                                                                                    | years              |
| F      | 汇总后  | 01 units, 02 approved totals, 03 projects of several units, 04 the department's goals                | department         |
| G      | 文稿    | 01 words and marks, 02 figures of speech, 03 notes                                                   | wording            |
| H      | 公开前  | 01 personal data                                                                                     | wording            |

"S-…" are the totals that the schema's formulas declare; they are derived, not listed here.
"""

from __future__ import annotations

from toolkit.rules import (
    costs,
    department,
    filling,
    finance,
    finance_looks,
    goals,
    indicator_fit,
    indicators,
    reasons,
    wording,
    years,
)
from toolkit.rules.rule import Rule

_KINDS = (finance, finance_looks, reasons, indicators, indicator_fit, costs, goals, years, department, wording)

RULES: tuple[Rule, ...] = tuple(
    sorted((*filling.FILLING.values(), *(rule for kind in _KINDS for rule in kind.RULES)), key=lambda rule: rule.id)
)
