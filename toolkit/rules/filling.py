"""What the reader and the shape check report by key (填报格式): oddities of the file, sheets, names and cells.

These rules have neither claim nor look: whoever sees the fault takes the rule by its key and fills its places.
{sheet} is a sheet's name, {label} what the form calls the cell, {said} what stands there.

| key               | places                                  |
|-------------------|-----------------------------------------|
| blank             | label                                   |
| text              | label, said, cause (from `cause(said)`) |
| error             | label, said                             |
| uncomputed        | label, formula                          |
| overtyped         | label, said, expected, formula, unit    |
| decimals          | label, said, decimals, unit             |
| negative          | label, said, unit                       |
| choice            | label, said, choices                    |
| length            | label, length, limit                    |
| pattern           | label, said, hint                       |
| names-missing     | sheet, count, names                     |
| name-moved        | label, sheet, there                     |
| heading-missing   | sheet, heading                          |
| sheet-missing     | sheet                                   |
| sheet-unknown     | sheet, like                             |
| sheet-hidden      | sheet                                   |
| rows-hidden       | sheet, rows, count                      |
| other-template    | said, expected                          |
| normalised        | count, examples                         |
| not-begun         | sheet                                   |
| tick-contradiction| sheet, tick, count                      |
| duplicate-unit    | code, name, files                       |
| copied-sheet      | sheet, last                             |
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.rules.rule import ERROR, INFO, WARNING, Rule, Severity

BASIS = ("表样/填报要求",)


def _filling(number: str, title: str, severity: Severity, message: str, remedy: str, basis: tuple[str, ...] = BASIS) -> Rule:
    return Rule(id=f"A{number}", title=title, severity=severity, basis=basis, kind="填报格式", message=message, remedy=remedy)


FILLING: Mapping[str, Rule] = {
    # 01 what stands in a cell
    "blank": _filling(
        "01-01", "必填项没有填", ERROR,
        "“{label}”没有填。",
        "请填写；金额没有的填 0。整张表都没有内容的，在这张表上方的“填表情况”选“本表无数据”。",
    ),
    "text": _filling(
        "01-02", "数字格里填了文字", ERROR,
        "“{label}”应当填数字，现在是“{said}”：{cause}。",
        "只填数字，不带单位、逗号、汉字和空格；先把单元格内容删掉，再重新输入。",
    ),
    "error": _filling(
        "01-03", "单元格是错误值", ERROR,
        "“{label}”显示“{said}”，公式算不出来。",
        "多半是删掉了公式要用的行、列或工作表。撤销删除；撤不回来的，把数据搬到一份新的空表里。",
    ),
    "uncomputed": _filling(
        "01-04", "公式没有算过", ERROR,
        "“{label}”里有公式（{formula}），但文件里没有算出来的结果。",
        "用 Excel 或 WPS 打开这个文件，按 F9 重算，保存后再交。",
    ),
    "overtyped": _filling(
        "01-05", "自动计算的格被改成了固定数", ERROR,
        "“{label}”本应自动计算（{formula}），现在是手工填的 {said}{unit}，按公式应为 {expected}{unit}。",
        "在这一格重新写入“={formula}”，或者从空表复制这一格过来。明细有错的，改明细，不要改合计。",
    ),
    "decimals": _filling(
        "01-06", "小数位太多", WARNING,
        "“{label}”填的是 {said}{unit}，最多 {decimals} 位小数。",
        "四舍五入到 {decimals} 位小数，并核对合计。单位填成了亿元的，换算成{unit}。",
    ),
    "negative": _filling(
        "01-07", "不应为负数", ERROR,
        "“{label}”填的是 {said}{unit}，这里不会是负数。",
        "核对正负号；没有的填 0。",
    ),
    "choice": _filling(
        "01-08", "不在可选的范围内", ERROR,
        "“{label}”填的是“{said}”，只能是：{choices}。",
        "点单元格右边的小箭头，从下拉列表里选。粘贴会冲掉下拉列表，直接照上面的字输入也可以。",
    ),
    "length": _filling(
        "01-09", "字数太多", WARNING,
        "“{label}”有 {length} 个字，最多 {limit} 个字。",
        "删减文字；其他说明写在备注里。",
    ),
    "pattern": _filling(
        "01-10", "写法不对", ERROR,
        "“{label}”填的是“{said}”，写法不对。{hint}",
        "按要求的写法重填。编码要按文本填，前面的 0 不要丢。",
    ),
    "normalised": _filling(
        "01-11", "数字的写法已自动识别", INFO,
        "有 {count} 格的数字带了逗号、空格或全角数字（“{examples}”等），已当作数字读入。",
        "读得不对的，改成普通数字；读对了，可以不改。",
    ),
    # 02 forms and sheets
    "names-missing": _filling(
        "02-01", "单元格的名称丢了", WARNING,
        "工作表“{sheet}”丢了 {count} 个单元格名称（{names}等），已改按表头认格。",
        "多半是在线表格或手机软件另存过。核对一遍读入的数；最好用 Excel 或 WPS 在原来的空表上填。",
    ),
    "name-moved": _filling(
        "02-02", "单元格被剪切移动过", ERROR,
        "工作表“{sheet}”里“{label}”的名称指到了“{there}”那一格，两边对不上。",
        "撤销剪切；要搬数据用复制、粘贴，不要用剪切。撤不回来的，把数据搬到一份新的空表里。",
    ),
    "heading-missing": _filling(
        "02-03", "表头找不到", ERROR,
        "工作表“{sheet}”里找不到表头“{heading}”，这一列没有读。",
        "把表头改回原来的文字；列被删掉的，从空表复制过来再填。",
    ),
    "sheet-missing": _filling(
        "02-04", "缺少工作表", ERROR,
        "找不到工作表“{sheet}”。",
        "改过名的，改回原名；删掉了的，从空表复制过来。没有数据也要保留空表。",
        ("财预〔2016〕143号/空表",),
    ),
    "sheet-unknown": _filling(
        "02-05", "多出来的工作表", INFO,
        "工作表“{sheet}”不属于这套表样，没有读。{like}",
        "自己用的底稿可以留着；要上报的内容，填到规定的工作表里。",
    ),
    "sheet-hidden": _filling(
        "02-06", "工作表被隐藏", WARNING,
        "工作表“{sheet}”是隐藏的，里面的内容照样读了。",
        "取消隐藏，核对内容；不用的，清空里面的数据。",
    ),
    "rows-hidden": _filling(
        "02-07", "有隐藏的行", WARNING,
        "工作表“{sheet}”有 {count} 行隐藏着（第 {rows} 行），里面有数据，照样读了。",
        "取消隐藏，核对内容；不用的行，清空数据。",
    ),
    "other-template": _filling(
        "02-08", "不是这一年的表样", ERROR,
        "这份表的版本是“{said}”，应当用“{expected}”。",
        "下载今年的空表重新填；可以用上年数据带入，不用从头输。",
    ),
    "not-begun": _filling(
        "02-09", "表没有填", ERROR,
        "“{sheet}”一格也没有填。",
        "有数据的，填写；没有数据的，在这张表上方的“填表情况”选“本表无数据”。",
        ("财预〔2016〕143号/空表",),
    ),
    "tick-contradiction": _filling(
        "02-10", "说没有数据，表里却有", ERROR,
        "“{sheet}”的“填表情况”选的是“{tick}”，表里却填了 {count} 格。",
        "有数据的，把“填表情况”改选“已填完”；确实没有的，把表里的内容清空。",
    ),
    "duplicate-unit": _filling(
        "02-11", "同一个单位交了几份", ERROR,
        "单位编码 {code}（{name}）有几个文件：{files}。",
        "只留最后定稿的一份；单位编码填错的，改封面。",
    ),
    "copied-sheet": _filling(
        "02-12", "项目表放在了“项目终”后面", INFO,
        "工作表“{sheet}”放在“{last}”后面，已读入，但封面的合计没有算上它。",
        "把这张工作表拖到“{last}”前面。",
    ),
}  # fmt: skip

_CAUSES = (
    (r"[-−]?[\d,，.]+\s*(?:亿|万)?元", "把单位写进了格里"),
    (r"[-−]?[\d,，.]+\s*(?:万|亿|人|台|辆|个|套|件|平方米|㎡|%|％)", "把单位写进了格里"),
    (r"[-−]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?", "带了千位分隔的逗号"),
    (r"[-−]?[０-９．\d.]*[０-９．][０-９．\d.]*", "用了全角数字"),
    (r"[零〇一二两三四五六七八九十百千万亿点]+元?整?", "用了中文数字"),
    (r"[壹贰叁肆伍陆柒捌玖拾佰仟萬零亿万]+[元圆]?[整正]?", "用了大写数字"),
    (r"[-—–－/\\]+|无|没有|暂无", "没有数的格要填 0，不填文字或横线"),
    (r"[-−]?[\d\s.]+", "数字中间有空格"),
    (r"\d+\.\d*\.[\d.]*", "多了一个小数点"),
    (r"=.*", "公式被当成了文字，前面多了空格或撇号"),
    (r"(?:约|大约|近)\s*[\d.]+.*", "只填准确的数，不写“约”"),
)


def cause(said: str) -> str:
    """Say, in Chinese, why a text in a number cell is no number."""
    text = said.strip()
    return next((why for pattern, why in _CAUSES if re.fullmatch(pattern, text)), "不是数字")
