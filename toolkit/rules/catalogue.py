"""All rules, in the order of their ids.

An id is a letter for the kind, two digits for the matter, two for the rule. It never changes its meaning and is never used
again. "S-…" are the totals that the schema's formulas declare; they are derived, not listed here.

| id  | kind    | matter                                        | file                                   |
|-----|---------|-----------------------------------------------|----------------------------------------|
| A01 | 填报格式 | what stands in a cell                         | filling                                |
| A02 | 填报格式 | forms and sheets                              | filling                                |
| A03 | 填报格式 | codes of the classification, their names      | filling                                |
| B01 | 表内    | 收支总表                                      | finance, amounts                       |
| B02 | 表内    | 支出构成, and reasons of change in any form   | finance, reasons, reason_parts         |
| B04 | 表内    | 三公经费                                      | finance                                |
| B05 | 表内    | 政府采购                                      | finance, purchases                     |
| B06 | 表内    | 国有资产                                      | finance, assets, procurement           |
| B07 | 表内    | lists: 机构设置, duties, goals, glossary      | lists, phrases, said_of_forms          |
| B08 | 表内    | projects                                      | lists                                  |
| B09 | 表内    | lists of entries; what is written out beside the tables | entries, entry_codes, particulars |
| C01 | 表间    | totals                                        | finance                                |
| C02 | 表间    | projects against other forms                  | finance, amounts                       |
| C03 | 表间    | 机关运行经费                                  | finance, amounts                       |
| C04 | 表间    | 三公经费, vehicles                            | finance, procurement                   |
| C05 | 表间    | 政府采购                                      | finance, procurement, purchases        |
| C06 | 表间    | 拟购置固定资产                                | procurement                            |
| C07 | 表间    | notes                                         | amounts, said_of_forms                 |
| C08 | 表间    | size: 元 or 万元, last year left out          | amounts                                |
| D01 | 绩效指标 | levels and rows                               | indicator_rows                         |
| D02 | 绩效指标 | values                                        | indicators, indicator_rows             |
| D03 | 绩效指标 | name, unit, level and description             | indicator_units, _fit, _direction, own_words, dates |
| D04 | 绩效指标 | direction, bounds                             | indicator_direction, indicator_bounds  |
| D05 | 绩效指标 | costs and amounts                             | costs, goal_prices                     |
| D06 | 绩效指标 | basis of the value                            | indicator_fit, indicator_rows          |
| D07 | 绩效指标 | goals                              | goals, goal_numbers, goal_prices, own_words, echo |
| E01 | 跨年    | years and days in words                       | years, dates                           |
| F01 | 汇总后  | who is there                                  | department                             |
| F02 | 汇总后  | approved totals                               | department                             |
| F03 | 汇总后  | projects of several units                     | department_projects                    |
| F04 | 汇总后  | the department's goals against its projects   | department_projects, echo              |
| F05 | 汇总后  | the day of publication                        | department                             |
| F06 | 汇总后  | last year's figures as published              | published                              |
| F07 | 汇总后  | what units pay each other                     | transfers                              |
| G01 | 文稿    | words and marks                               | wording, leftovers, belonging          |
| G02 | 文稿    | figures of speech                             | wording, phrases                       |
| G03 | 文稿    | notes                                         | wording                                |
| G04 | 文稿    | characters                                    | characters                             |
| G05 | 文稿    | names of the classification                   | classification                         |
| H01 | 公开前  | personal data                                 | personal                               |
"""

from __future__ import annotations

from toolkit.rules import (
    amounts,
    assets,
    belonging,
    characters,
    classification,
    costs,
    dates,
    department,
    department_projects,
    echo,
    entries,
    entry_codes,
    filling,
    finance,
    goal_numbers,
    goal_prices,
    goals,
    indicator_bounds,
    indicator_direction,
    indicator_fit,
    indicator_rows,
    indicator_units,
    indicators,
    leftovers,
    lists,
    own_words,
    particulars,
    personal,
    phrases,
    procurement,
    published,
    purchases,
    reason_parts,
    reasons,
    said_of_forms,
    transfers,
    wording,
    years,
)
from toolkit.rules.rule import Rule, declared_in

# The rooms whose looks declare themselves; the order of the rules is that of their ids.
_ROOMS = (
    *(
        amounts,
        assets,
        procurement,
        purchases,
        lists,
        entries,
        entry_codes,
        particulars,
        reasons,
        reason_parts,
    ),
    *(
        indicator_rows,
        indicators,
        indicator_units,
        indicator_fit,
        indicator_direction,
        indicator_bounds,
    ),
    *(costs, goals, goal_numbers, goal_prices, own_words, echo),
    *(
        years,
        dates,
        said_of_forms,
        department,
        department_projects,
        published,
        transfers,
    ),
    *(wording, phrases, leftovers, belonging, characters, classification, personal),
)
_LOOKS = [rule for room in _ROOMS for rule in declared_in(vars(room))]

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*filling.FILLING.values(), *finance.CLAIMS, *_LOOKS), key=lambda rule: rule.id
    )
)
