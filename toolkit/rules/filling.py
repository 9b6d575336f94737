"""What the reader and the shape check report by key (填报格式): oddities of the file, its sheets, names and cells.

These rules have neither claim nor look: whoever sees the fault takes the rule by its key and fills its places. {sheet} is
the worksheet's name, {field} what the form calls the cell, {text} what stands there.

| key                | places a message may use                |
|--------------------|-----------------------------------------|
| blank              | sheet, field, count                     |
| text               | field, text, cause                      |
| error              | field, text                             |
| uncomputed         | field, formula                          |
| overtyped          | formula, value                          |
| formula-changed    | formula, stands                         |
| in-yuan            | where, count, unit, factor              |
| decimals           | field, text, decimals, number, unit     |
| integer            | field, text                             |
| negative           | field, text, unit                       |
| choice             | field, text, choices                    |
| length             | field, text, length, most               |
| pattern            | field, text, help                       |
| line-break         | field, text                             |
| normalised         | count, examples                         |
| invisible          | count, examples                         |
| not-text           | count, examples                         |
| percent            | count, examples                         |
| struck             | count, examples                         |
| picture            | count, examples                         |
| huge               | field, text                             |
| names-missing      | names                                   |
| names-gone         | sheets                                  |
| name-moved         | field, at, due                          |
| heading-missing    | field                                   |
| field-missing      | field                                   |
| sheet-missing      | sheet                                   |
| sheet-renamed      | sheet, name                             |
| sheet-unknown      | sheet                                   |
| sheet-hidden       | sheet                                   |
| rows-hidden        | sheet, rows                             |
| other-template     | profile, year, found                    |
| door-unused        | door, forms                             |
| door-lacks         | door, forms, other                      |
| not-begun          | sheet                                   |
| carried            | count, sheet                            |
| rounded-apart      | count, examples                         |
| taken-changed      | count, examples, source, sheet          |
| blank-workbook     | count                                   |
| lead-without-forms | forms                                   |
| tick-contradiction | sheet, tick                             |
| duplicate-unit     | code, name, files                       |
| copied-sheet       | sheet                                   |
| code-written       | count, examples                         |
| code-not-listed    | title, code, near                       |
| code-not-in-office-list | code, source, near                 |
| code-name-print    | code, name, said, known                 |
| code-name          | code, name, said, known                 |
| code-name-office   | code, name, said, known                 |
| code-of-other-year-print | code, period, year, near          |
| code-of-other-year | code, period, year, near                |
| code-level         | code, level, length, wanted, below      |
| code-incomplete    | text, why                               |
| code-within-year   | code, day                               |
| code-of-other-fund-print | code, fund, wanted                |
| code-of-other-fund | code, fund, wanted                      |
| code-sum           | code, field, value, number, gap, unit, below |
| code-no-parent     | parent, codes, level, cause             |
| code-column        | code, around, field, other, value, unit |
| older-form         | edition, current, changes, lacking, renewal |
| newly-required     | sheet, field, book                      |
| columns-hidden     | sheet, where                            |
| merged             | sheet, where                            |
| unread             | sheet, where, examples                  |
| values-only        | count                                   |
| doubt              | said                                    |
| misnamed           | suffix                                  |
| cannot-open        | said                                    |
| not-read           | said                                    |
| mishap             | said                                    |
| file-name          | file, found, code                       |
| answer-astray      | id                                      |
| withheld-told      | name, what, said                        |
| decision-astray    | id                                      |
| agreement-partial  | id, lacks                               |
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.rules.rule import ERROR, INFO, WARNING, Rule, Severity

FORM = ("表样/填报要求",)
EMPTY = ("财预〔2016〕143号/空表",)
CLASSIFICATION = ("工作惯例/收支分类科目",)
SUMS = ("表内勾稽",)


def _filling(
    number: str,
    title: str,
    severity: Severity,
    message: str,
    remedy: str,
    basis: tuple[str, ...] = FORM,
) -> Rule:
    return Rule(
        id=f"A{number}",
        title=title,
        severity=severity,
        basis=basis,
        kind="填报格式",
        message=message,
        remedy=remedy,
    )


FILLING: Mapping[str, Rule] = {
    # 01: what stands in a cell
    "blank": _filling(
        "01-01", "必填项没有填", ERROR,
        "“{sheet}”有 {count} 格没有填：{field}。",
        "金额没有的填 0；或者在这张表上方的“填表情况”选“已填完”，空着的就当作没有。",
    ),
    "text": _filling(
        "01-02", "数字格里填了文字", ERROR,
        "“{field}”应当填数字，现在填的是“{text}”。{cause}",
        "删掉这一格的内容，只输入数字：不带单位、汉字、横线和空格。",
    ),
    "error": _filling(
        "01-03", "单元格是错误值", ERROR,
        "“{field}”显示“{text}”，公式算不出来。",
        "多半是删掉了公式要用的行、列或工作表。撤销删除；撤不回来的，把数据搬到一份新的空表里。",
    ),
    "uncomputed": _filling(
        "01-04", "公式没有算过", ERROR,
        "“{field}”里有公式，文件里却没有算出来的结果。",
        "用 Excel 或 WPS 打开这个文件，按 F9 重算，保存后再交。",
    ),
    "overtyped": _filling(
        "01-05", "自动计算的格被改成了固定数", WARNING,
        "这一格本来是自动算的，现在是手工填的 {value}；明细再改，它不会跟着变。",
        "把空白表的同一格复制过来（或输入 ={formula}）。明细有错的改明细，不要改合计。",
    ),
    "formula-changed": _filling(
        "01-06", "自动计算的公式被改动", WARNING,
        "这一格的公式本来是 ={formula}，现在是 ={stands}。",
        "在这一格重新输入 ={formula}。",
    ),
    "decimals": _filling(
        "01-07", "小数位太多", WARNING,
        "“{field}”填的是 {text}{unit}，最多 {decimals} 位小数。",
        "四舍五入为 {number}，并核对合计。",
    ),
    "integer": _filling(
        "01-08", "应当是整数", ERROR,
        "“{field}”填的是 {text}，这里要填整数。",
        "去掉小数；按年份、个数填。",
    ),
    "negative": _filling(
        "01-09", "不应为负数", ERROR,
        "“{field}”填的是 {text}{unit}，这里不会是负数。",
        "核对正负号；没有的填 0。",
    ),
    "choice": _filling(
        "01-10", "不在可选的范围内", ERROR,
        "“{field}”填的是“{text}”，只能填：{choices}。",
        "点单元格右边的小箭头，从下拉列表里选。粘贴会冲掉下拉列表，照上面的字输入也可以。",
    ),
    "length": _filling(
        "01-11", "字数太多", WARNING,
        "“{field}”有 {length} 个字，最多 {most} 个字（“{text}……”）。",
        "删减文字，留下要公开的内容。",
    ),
    "pattern": _filling(
        "01-12", "写法不对", ERROR,
        "“{field}”填的是“{text}”，写法不对。{help}",
        "按要求的写法重填。编码要按文本填，前面的 0 不要丢。",
    ),
    "line-break": _filling(
        "01-13", "不能换行", WARNING,
        "“{field}”里有换行：“{text}”。",
        "删去单元格里的换行，写成一行。",
    ),
    "normalised": _filling(
        "01-14", "数字是按文字存的", WARNING,
        "有 {count} 格的数字是文字（{examples}）；表里自动计算的合计没有算上它们。",
        "点这些格，删掉内容，重新输入数字：不带单位、逗号和空格。",
    ),
    "invisible": _filling(
        "01-15", "有看不见的字符", INFO,
        "有 {count} 格的文字里夹着看不见的字符（{examples}），读的时候去掉了，多半是从网页、PDF 或聊天软件里粘贴带来的。",
        "不影响公开的，可以不改；要改的，清空这一格，重新输入。",
    ),
    "not-text": _filling(
        "01-16", "文字格里存的不是文字", WARNING,
        "有 {count} 格该填文字，里面存的是数字、日期或时间（{examples}），已按看到的样子读入。",
        "核对看到的字对不对：打“12月”“1-5”时，软件可能改成了日期。要改的，先把这一格设成“文本”格式，再重新输入。",
    ),
    "percent": _filling(
        "01-17", "数字格显示成了百分数", WARNING,
        "有 {count} 格显示的是百分数，读进来的数不一样（{examples}）。",
        "把单元格格式改回“数值”，再核对数字。",
    ),
    "struck": _filling(
        "01-18", "有画了删除线的字", WARNING,
        "有 {count} 格里有画了删除线的字（{examples}），没有读。",
        "不要的字请删掉；要的，取消删除线。",
    ),
    "huge": _filling(
        "01-20", "数字太大", ERROR,
        "“{field}”是 {text}，大得不像一个数（小数点前超过 15 位）。",
        "多半是两个数粘在了一起，或者多打了一串 0。删掉这一格，重新输入。",
    ),
    "in-yuan": _filling(
        "01-21", "整张表或一边像是按元填的", ERROR,
        "{where}的金额都像是按元填的：除以 {factor} 以后，对不上的 {count} 处就都对上了。",
        "本表的金额单位是{unit}：把这些金额都除以 {factor} 重新填。",
    ),
    "picture": _filling(
        "01-19", "单元格里是图片", WARNING,
        "有 {count} 格里放的是图片（{examples}），读不出来，当作没有填。",
        "把图片里的内容打成字；签名签在打印出来的纸上。",
    ),
    # 02: forms and sheets
    "names-missing": _filling(
        "02-01", "部分单元格的名称丢了", WARNING,
        "丢了这些单元格的名称：{names}。已改按表头认格。",
        "核对这几格读入的数；最好在原来的空表上填，不要删行、删列。",
    ),
    "names-gone": _filling(
        "02-02", "单元格的名称全部丢了", INFO,
        "{sheets} 张工作表的单元格名称都没有了，多半是在线表格、手机软件或其他程序另存过。已改按表头认格。",
        "核对一遍读入的数；数对就可以不改。",
    ),
    "name-moved": _filling(
        "02-03", "单元格被剪切移动过", ERROR,
        "“{field}”应当在 {due}，它的名称却指到了 {at}，两边对不上。",
        "撤销剪切；要搬数据用复制、粘贴，不要用剪切。撤不回来的，把数据搬到一份新的空表里。",
    ),
    "heading-missing": _filling(
        "02-04", "表头改过", WARNING,
        "找不到“{field}”的表头，已按单元格名称读入。",
        "把表头改回原来的文字，并核对这一格的数。",
    ),
    "field-missing": _filling(
        "02-05", "找不到这一格", ERROR,
        "找不到“{field}”，没有读到它的内容。",
        "行或列被删掉了：从空表把这一行（列）复制过来，再填上数。",
    ),
    "sheet-missing": _filling(
        "02-06", "缺少工作表", ERROR,
        "找不到工作表“{sheet}”。",
        "删掉了的，从空表复制过来。没有数据也要保留，在“填表情况”选“本表无数据”。",
        EMPTY,
    ),
    "sheet-renamed": _filling(
        "02-07", "工作表改了名", INFO,
        "工作表“{sheet}”应当叫“{name}”，已按表题认出来。",
        "把工作表的名字改回“{name}”。",
    ),
    "sheet-unknown": _filling(
        "02-08", "多出来的工作表", INFO,
        "工作表“{sheet}”不属于这套表样，没有读。",
        "自己的底稿可以留着；要上报的内容，填到规定的工作表里。",
    ),
    "sheet-hidden": _filling(
        "02-09", "工作表被隐藏", WARNING,
        "工作表“{sheet}”是隐藏的，里面的内容照样读了。",
        "取消隐藏，核对内容；不用的，清空里面的数据。",
    ),
    "rows-hidden": _filling(
        "02-10", "有隐藏的行", WARNING,
        "工作表“{sheet}”第 {rows} 行隐藏着（或者行高是 0），里面有数据，照样读了。",
        "取消隐藏，核对内容；不用的行，清空数据。",
    ),
    "other-template": _filling(
        "02-11", "不是这一年的表样", ERROR,
        "{found}，应当是表样“{profile}”、预算年度 {year}。其他内容没有检查。",
        "用今年的空表重新填；可以把上年数据带进去，不用从头输。",
    ),
    "not-begun": _filling(
        "02-12", "表没有填", ERROR,
        "“{sheet}”一格也没有填。",
        "有数据的，填写；没有数据的，在这张表上方的“填表情况”选“本表无数据”。",
        EMPTY,
    ),
    "carried": _filling(
        "02-33", "沿用上年的文字还没有核对", WARNING,
        "有 {count} 处文字是从上年的表带过来的，没有改过，也没有人确认还合适。",
        "打开“{sheet}”表逐条看：要改的改；不用改的，在最右一栏选“照旧”。",
    ),
    "blank-workbook": _filling(
        "02-32", "交来的是空白表", ERROR,
        "要填的 {count} 张表一格也没有填，也没有项目。",
        "多半交错了文件，请把填好的一份交来；确实没有数据的表，在表上方的“填表情况”选“本表无数据”。",
    ),
    "lead-without-forms": _filling(
        "02-31", "选了部门本级，却没有填本级的表", ERROR,
        "封面“是否部门本级”选的是“是”，部门本级要填的{forms}都没有填。",
        "不是部门本级的，改选“否”；是的，把这些表填上。",
    ),
    "tick-contradiction": _filling(
        "02-13", "说没有数据，表里却有", ERROR,
        "“{sheet}”的“填表情况”选的是“{tick}”，表里却填了内容。",
        "有数据的，把“填表情况”改选“已填完”；确实没有的，把表里的内容清空。",
    ),
    "duplicate-unit": _filling(
        "02-14", "同一个单位交了两份", ERROR,
        "单位编码 {code}（{name}）有两份文件：{files}。",
        "只留定稿的一份；单位编码填错的，改封面。",
    ),
    "copied-sheet": _filling(
        "02-15", "项目表放在了最后一张后面", INFO,
        "工作表“{sheet}”放在“项目终”后面，已经读入，但封面和项目清单的合计没有算上它。",
        "把这张工作表拖到“项目终”前面。",
    ),
    "values-only": _filling(
        "02-22", "公式全变成了固定数", WARNING,
        "{count} 格本来自动计算的格，公式都没有了，只剩下数（多半是选择性粘贴成“数值”，或者用在线工具转存过）。数照现在的读。",
        "核对合计；还要改明细的，把数据搬到一份新的空表里再改，合计才会跟着变。",
    ),
    "older-form": _filling(
        "02-23", "照以前的表样画的", INFO,
        "这份表是用工具以前的版本画的（表样第 {edition} 版，现在是第 {current} 版），照样能用，不用重填。"
        "现在的表样：{changes}。{lacking}",
        "可以不改；{renewal}。",
    ),
    "newly-required": _filling(
        "02-24", "表样新加的必填项没有填", ERROR,
        "现在的表样在“{sheet}”要填：{field}。这份表是以前画的，没有地方填。",
        "换成现在的表样再补上：disclosure template 新表.xlsx --from {book}，填过的内容都带过去；也可以请部门财务代做。",
    ),
    "columns-hidden": _filling(
        "02-27", "有隐藏的列", WARNING,
        "工作表“{sheet}”的 {where} 在隐藏的列里，里面有数据，照样读了。",
        "取消隐藏，核对内容；不用的，清空数据。",
    ),
    "merged": _filling(
        "02-28", "要填的格被合并了", WARNING,
        "工作表“{sheet}”的 {where} 与旁边的格合并了：合并后只看得见左上角那一格，盖住的这几格读出来是空的。",
        "取消合并，每一格都填上内容；上下相同的，也要各填一次。",
    ),
    "doubt": _filling(
        "02-29", "有的内容没有读准", WARNING,
        "{said}。",
        "用 Excel 或 WPS 打开这个文件，另存为 .xlsx 再交，并核对读入的数。",
    ),
    "misnamed": _filling(
        "02-30", "文件名的后缀不对", WARNING,
        "这个文件其实是 {suffix} 格式，改了后缀，Excel 会打不开。内容照样读了。",
        "把文件名的后缀改成 {suffix}；要 .xlsx 的，在 Excel 或 WPS 里另存，不要直接改名。",
    ),
    "door-unused": _filling(
        "02-34", "这种填报方式不用的表里填了数", WARNING,
        "“填报方式”是“{door}”，{forms}不用填，里面填的没有读。",
        "要用这些表里的数的，改“封面”的“填报方式”；不要的，清空。",
    ),
    "door-lacks": _filling(
        "02-35", "没有这种填报方式要填的表", ERROR,
        "“填报方式”选的是“{door}”，要填{forms}，这份表里都没有，先按“{other}”读了。",
        "选错的改“封面”的“填报方式”；要换一种填报方式的，请部门财务照那种方式重新出一份空白表。",
    ),
    "unread": _filling(
        "02-21", "填了却没有读的内容", WARNING,
        "“{sheet}”的 {where} 填了内容（{examples}），不是这张表要填的格，没有读进来。",
        "要上报的，填到表里规定的格：行数不够时，在灰色“↑”那一行的上面插入行；表里没有的项目不要自己加行。自己的草稿、备注，移到另外的工作表。",
    ),
    "cannot-open": _filling(
        "02-16", "文件打不开", ERROR,
        "{said}",
        "用 Excel 或 WPS 打开后，另存为 .xlsx 再交；加了密码的，先去掉密码。",
    ),
    "not-read": _filling(
        "02-17", "放着没有读的文件", WARNING,
        "没有读这个文件：{said}。",
        "是单位交来的，照上面的办法另存、解压以后再校验；不是的，从文件夹里移走。",
    ),
    "file-name": _filling(
        "02-19", "文件名里的编码与封面不一致", WARNING,
        "文件名“{file}”里的编码是 {found}，封面填的单位编码是 {code}。",
        "核对是不是用错了别的单位的表；编码填错的改封面，文件名写错的改文件名。",
    ),
    "answer-astray": _filling(
        "02-20", "答复的编号没有对应的问题", INFO,
        "给编号“{id}”写了理由，这一次没有哪个问题是这个编号，这条理由没有用上。",
        "问题已经改好的，删去这一行；没有改的，照校验结果重抄编号。几个单位之间的问题，把各单位的表放在一起校验才有。",
    ),
    "decision-astray": _filling(
        "02-25", "部门意见的编号没有对应的问题", INFO,
        "给编号“{id}”写了部门意见，这一次没有哪个问题是这个编号，这条意见没有用上。",
        "问题已经改好的，可以删去这一行；没有改的，照校验报告重抄编号。",
    ),
    "agreement-partial": _filling(
        "02-26", "同意不改，却没有写全", WARNING,
        "编号“{id}”选了同意，没有写{lacks}，不算数，问题照样拦着。",
        "写上{lacks}；部门意见、同意人、理由三样齐了才算数。",
    ),
    "withheld-told": _filling(
        "02-36", "不予公开的写在了别的文字里", ERROR,
        "“{name}”不予公开，它的{what}写在这里：“{said}”，公开出去就看得到。",
        "把这句话里的名称、金额去掉，或者换一种说法；其实可以公开的，从“不予公开.csv”里删去这一行。",
    ),
    "mishap": _filling(
        "02-18", "程序检查这个文件时出了意外", ERROR,
        "这是程序的毛病，不一定是填报的错；这个文件没有检查完，其他文件照常。{said}",
        "把这个文件另存一份再试；还是这样的，把上面说的日志和这个文件一起发给维护的人。",
    ),
    # 03: codes of the classification
    "rounded-apart": _filling(
        "01-23", "带进来的数有进位差", INFO,
        "有 {count} 项核对因为平台的数四舍五入过，差不超过末一位的一、两个单位：{examples}。",
        "不用改；平台里能导出到分的，用到分的数。",
    ),
    "taken-changed": _filling(
        "01-22", "带进来的数后来改过", WARNING,
        "有 {count} 个数是从{source}带进来的，后来手工改过：{examples}。",
        "改错了的，照“{sheet}”表改回来；{source}的数要改的，在平台改后重新导出、再导入。",
    ),
    "code-written": _filling(
        "03-01", "科目编码的写法", INFO,
        "有 {count} 格科目编码不是按文本填的，或者丢了 0、多了空格和别的字：{examples}。",
        "照读出来的编码按文本填；先把格式设成“文本”，再输入，前面的 0 才不会丢。读得对的，不改也不影响。",
    ),
    "code-not-listed": _filling(
        "03-02", "科目编码本表未收", INFO,
        "{title}里没有编码 {code}。本工具的表不全，不能说它错。{near}",
        "核对编码有没有填错；没有错的不用改，把名称填在名称格里。有完整科目表的，可以放在数据旁边代替本工具的。",
        CLASSIFICATION,
    ),
    "code-not-in-office-list": _filling(
        "03-03", "科目编码不在本地的科目表里", ERROR,
        "“{source}”写明是完整的，里面没有编码 {code}。{near}",
        "核对编码；确有这个科目的，请管科目表的人补进“{source}”。",
        CLASSIFICATION,
    ),
    "code-name-print": _filling(
        "03-04", "科目名称与编码不符", WARNING,
        "编码 {code} 的名称是“{name}”，这里填的是“{said}”。{known}",
        "核对编码和名称，哪个填错改哪个。编码没有错的，把名称格清空，就会自动带出名称。",
        CLASSIFICATION,
    ),
    "code-name": _filling(
        "03-05", "科目名称可能与编码不符", INFO,
        "编码 {code} 的名称，本工具记的是“{name}”（没有见到印本），这里填的是“{said}”。{known}",
        "核对编码和名称；照印本填的不用改。编码没有错的，把名称格清空，就会自动带出名称。",
        CLASSIFICATION,
    ),
    "code-name-office": _filling(
        "03-06", "科目名称与本地的科目表不符", ERROR,
        "编码 {code} 的名称，本地的科目表里是“{name}”，这里填的是“{said}”。{known}",
        "核对编码和名称，哪个填错改哪个。编码没有错的，把名称格清空，就会自动带出名称。",
        CLASSIFICATION,
    ),
    "code-of-other-year-print": _filling(
        "03-07", "用了别的年度的科目", WARNING,
        "科目 {code}（{period}），{year} 年度没有。{near}",
        "核对年度和编码；按 {year} 年度的科目填。",
        CLASSIFICATION,
    ),
    "code-of-other-year": _filling(
        "03-08", "可能用了别的年度的科目", INFO,
        "科目 {code}（本工具记的是 {period}，没有见到印本），{year} 年度可能没有。{near}",
        "核对年度和编码；{year} 年度确有这个科目的不用改。",
        CLASSIFICATION,
    ),
    "code-level": _filling(
        "03-09", "科目没有填到要求的一级", WARNING,
        "编码 {code} 是“{level}”级（{length} 位），这里要填{wanted}。{below}",
        "改成要求的那一级的编码。",
        CLASSIFICATION,
    ),
    "code-incomplete": _filling(
        "03-10", "科目编码不完整", WARNING,
        "“{text}”不是完整的科目编码：{why}。",
        "按文本补全编码；只填到类或款的，后面的留空。",
        CLASSIFICATION,
    ),
    "code-within-year": _filling(
        "03-11", "年度中间才有的科目", INFO,
        "科目 {code}，从 {day} 起才有，年初编的预算用不到它。",
        "核对编码；这一天以后编的或调整的预算，不用改。",
        CLASSIFICATION,
    ),
    "code-of-other-fund-print": _filling(
        "03-12", "科目不属于这张表的预算", WARNING,
        "科目 {code} 是{fund}的科目，这里填的是{wanted}。",
        "编码填错的改编码；资金填错表的，移到{fund}的表里。",
        CLASSIFICATION,
    ),
    "code-of-other-fund": _filling(
        "03-13", "科目可能不属于这张表的预算", INFO,
        "科目 {code}，本工具记的是{fund}的科目（没有见到印本），这里填的是{wanted}。",
        "核对编码和资金；没有错的不用改。",
        CLASSIFICATION,
    ),
    "code-sum": _filling(
        "03-14", "科目的数不等于下一级之和", ERROR,
        "{code} 的“{field}”填的是 {value}{unit}，下一级（{below}）合计 {number}{unit}，相差 {gap}{unit}。",
        "核对这一行和下一级各行，哪个填错改哪个；下一级少填了一行的，补上。",
        SUMS,
    ),
    "code-no-parent": _filling(
        "03-15", "缺上一级科目的一行", ERROR,
        "填了 {codes}，没有填上一级的 {parent}，各级加不起来。{cause}",
        "核对编码，填错的改正；没有错的，补一行 {parent}，数填下一级之和。",
        SUMS,
    ),
    "code-column": _filling(
        "03-16", "科目的数填错了列", ERROR,
        "{code} 的“{field}”填了 {value}{unit}，上一级的 {around} 把这个数算在“{other}”里。",
        "核对这一行是“{field}”还是“{other}”：填错列的，移过去；没有填错的，改上一级的两格。",
        SUMS,
    ),
}  # fmt: skip
