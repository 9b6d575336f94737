"""Changes that are right: nobody has to mend anything, so nothing may be said."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from tests.filled_by_hand import Hand
from tests.injected import slips
from tests.injected.kinds import harmless
from tests.injected.reasons import change
from tests.injected.structure import insert_row
from tests.injected.work import Spot, Work


def more(w: Work, spot: Spot, by: Decimal) -> None:
    w.write(spot, slips.written(Decimal(w.text(spot) or "0") + by))


def everywhere(w: Work, file: str, by: Decimal, kind: str) -> None:
    """More money of one kind ("basic" or "project"), in every place that must say so."""
    code = w.units[file]["cover"]["unit_code"]
    more(w, Spot(file, "income", "amount", "general"), by)
    more(
        w, w.pick(spot for spot in w.spots("outlay", "amount") if spot.file == file), by
    )
    for row in ("personnel",) if kind == "basic" else ("project", "own"):
        more(w, Spot(file, "composition", "this_year", row), by)
    line = w.pick(spot for spot in w.spots("agencies", "code") if w.text(spot) == code)
    for column in ("approved_income", "approved_expenditure", f"approved_{kind}"):
        more(w, line.beside(column), by)


@harmless("人员经费增加，处处一起改")
def pay_moved_everywhere(w: Work) -> None:
    everywhere(w, w.pick(w.files), Decimal("12.34"), "basic")


@harmless("奖金多一人，人数、金额、合计、批复一起改")
def one_person_more(w: Work) -> None:
    several = [
        spot
        for spot in w.spots("project", "amount")
        if w.row_of(spot)["name"].startswith(("年终一次性奖", "奖励性"))
    ]
    spot = w.pick(several)
    people = Spot(spot.file, "indicators", "value", line=1, project=spot.project)
    count = int(w.text(people).rstrip("人"))
    w.write(people, f"{count + 1}人")
    goal = spot.beside("goal")
    w.write(goal, w.text(goal).replace(f"{count}名", f"{count + 1}名"))
    more(w, spot, Decimal("0.6"))
    everywhere(w, spot.file, Decimal("0.6"), "project")
    if not w.row_of(Spot(spot.file, "composition", "reason", "project")).get("reason"):
        w.write(
            Spot(spot.file, "composition", "reason", "project"),
            "在职人员增加1名，年终一次性奖相应增加",
        )


@harmless("原因换一种写法", 2)
def a_reason_in_other_words(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("composition", "reason", "basic")
        if change(w, spot) > 0
    )
    w.write(
        spot,
        w.pick(
            [
                "正常晋级晋档和社保缴费基数上调，人员支出增加",
                "新招录人员到岗、工资标准调整，人员经费相应增加",
                "落实工资标准调整政策，补缴社会保险费",
            ]
        ),
    )


@harmless("车辆费减少的原因换一种写法")
def less_driving(w: Work) -> None:
    spot = w.pick(spot for spot in w.spots("three_public", "reason"))
    w.write(spot, "推行拼车出行和定点维修，燃料费、维修费下降")


@harmless("依据换成另一个对的", 3)
def another_ground(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("indicators", "basis")
        if w.row_of(spot)["level2"] != "成本指标"
    )
    w.write(
        spot,
        w.pick(
            [
                "参照行业标准和上年完成情况",
                "县委、县政府重点工作部署",
                "上级下达的任务书",
                "部门三定方案及岗位职责",
                "合同约定的服务内容",
            ]
        ),
    )


@harmless("同一个数又存了一次，多写了零")
def saved_again(w: Work) -> None:
    spot = w.pick(w.spots("outlay", "amount") + w.spots("project", "amount"))
    text = w.text(spot)
    w.write(spot, text + "0" if "." in text else f"{text}.00")


@harmless("比例定得高一点", 2)
def a_higher_share(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("indicators", "value")
        if w.row_of(spot)["level2"] == "服务对象满意度指标" and w.text(spot) == "≥95%"
    )
    project = w.projects(spot.file)[spot.project - 1]
    others = [
        w.text(other) for block in ("overall", "goals") for other in w.spots(block)
    ]
    if any("95%" in text for text in (project["goal"], *others)):
        w.pick(())  # the same share stands elsewhere, and would have to go along
    w.write(spot, w.pick(["≥96%", "≥90%", "≥98%"]))


@harmless("责任股室换了")
def another_office(w: Work) -> None:
    w.write(w.pick(w.spots("project", "office")), "财务股")


@harmless("两条职责换了次序")
def duties_in_another_order(w: Work) -> None:
    one, other = w.two(w.spots("duties", "text"))
    first, second = w.text(one), w.text(other)
    w.write(one, second)
    w.write(other, first)


@harmless("封面填了填表人")
def people_on_the_cover(w: Work) -> None:
    file = w.pick(w.files)
    w.write(Spot(file, "cover", "preparer"), "王丽")
    w.write(Spot(file, "cover", "reviewer"), "赵建国")


@harmless("两个项目换了次序")
def projects_in_another_order(w: Work) -> None:
    file = w.pick(file for file in w.files if len(w.projects(file)) > 2)
    one, other = w.two(range(len(w.projects(file))))
    several = w.projects(file)
    several[one], several[other] = several[other], several[one]
    w.say(f"{file} 两个项目换了次序")


@harmless("文件名换了叫法")
def another_file_name(w: Work) -> None:
    file = w.pick(w.files)
    w.rename(
        file, f"{w.units[file]['cover']['unit_name']}2023年部门预算公开填报表.xlsx"
    )
    w.say(f"{file} 换了名字")


@harmless("目标多写一句")
def a_goal_with_more(w: Work) -> None:
    spot = w.pick(
        spot for spot in w.spots("project", "goal") if w.text(spot).endswith("。")
    )
    w.write(
        spot,
        w.text(spot)
        + w.pick(
            [
                "加强资金监管，提高使用效益。",
                "做好宣传引导，方便群众办事。",
                "定期开展自查，及时整改问题。",
            ]
        ),
    )


@harmless("多一条保障措施")
def a_safeguard_more(w: Work) -> None:
    lead = w.lead
    w.units[lead]["safeguards"].append(
        {
            "text": "强化资产管理。定期盘点固定资产，及时办理入账和处置手续，做到账实相符。"
        }
    )
    w.say(f"{lead} 多一条保障措施")


# classes of expenditure, one of which any office lacks
BLANK_IN_MOST = (
    "f205",
    "f203",
    "f206",
)


@harmless("空着的支出行填了 0")
def zero_written_out(w: Work) -> None:
    file = w.pick(w.files)
    filled = {spot.row for spot in w.spots("outlay", "amount") if spot.file == file}
    w.write(
        Spot(
            file,
            "outlay",
            "amount",
            next(row for row in BLANK_IN_MOST if row not in filled),
        ),
        "0",
    )


@harmless("用途换一种写法")
def another_use(w: Work) -> None:
    w.write(
        w.pick(w.spots("operating", "use")),
        "日常办公、水电取暖、差旅培训、车辆维护等保障机关运转的支出",
    )


@harmless("批复早一天")
def approved_a_day_earlier(w: Work) -> None:
    spot = w.pick(w.spots("approval", "date"))
    w.write(spot, f"{w.text(spot)[:-1]}3")


@harmless("上年接待费与本年一样多")
def level_with_last_year(w: Work) -> None:
    file = w.pick(w.others)
    for column in ("this_year", "last_year"):
        more(w, Spot(file, "three_public", column, "reception"), Decimal("0.5"))
    code = w.units[file]["cover"]["unit_code"]
    line = w.pick(spot for spot in w.spots("agencies", "code") if w.text(spot) == code)
    more(w, line.beside("approved_three_public"), Decimal("0.5"))


@harmless("照指南在边界行上面插空行")
def an_empty_row_inserted(w: Work) -> None:
    file = w.lead

    def deed(hand: Hand) -> None:
        insert_row(hand, *hand.find("duties.text#15"))

    w.say(f"{file} 部门职责插了一个空行")
    w.drawn(file, deed)


@harmless("金额记成货币格式")
def shown_as_money(w: Work) -> None:
    spot = w.pick(w.spots("outlay", "amount"))

    def deed(hand: Hand) -> None:
        raw = hand.raw(spot.said)
        hand.change(spot.said, replace(raw, pattern="#,##0.00"))

    w.say(f"{spot.file} {spot.said} 换成货币格式")
    w.drawn(spot.file, deed)


@harmless("多一个质量指标")
def a_quality_more(w: Work) -> None:
    spot = w.pick(
        spot for spot in w.spots("indicators", "level2") if w.text(spot) == "质量指标"
    )
    rows = w.projects(spot.file)[spot.project - 1]["indicators"]
    rows.insert(
        spot.line,
        {
            "level2": "质量指标",
            "level3": "资料归档完整率",
            "description": "项目资料按规定归档的比例",
            "value": "≥98%",
            "basis": "档案管理规定",
        },
    )
    w.say(f"{spot.file} {spot.sheet} 多一个质量指标")


@harmless("采购改成两台半价的，金额不变")
def twice_as_many_at_half_the_price(w: Work) -> None:
    spot = w.spot("procurement", "price", lambda text: text in ("0.5", "4.8"))
    w.write(spot, slips.part(w.text(spot), 2))
    quantity = spot.beside("quantity")
    before = w.text(quantity)
    w.write(quantity, slips.times(before, 2))
    if w.units[spot.file].get("purchase", {}).get("content"):
        content = Spot(spot.file, "purchase", "content")
        w.write(
            content,
            re.sub(
                rf"(?<!\d){re.escape(before)}(?!\d)", w.text(quantity), w.text(content)
            ),
        )


@harmless("其他资产一件一万元的添了五件")
def assets_grown(w: Work) -> None:
    spot = w.pick(w.spots("assets", "quantity", "other"))
    w.write(spot, str(int(w.text(spot)) + 5))
    more(w, spot.beside("value"), Decimal(5))


@harmless("三级指标换一种说法")
def level3_in_other_words(w: Work) -> None:
    spot = w.spot("indicators", "level3", lambda text: text == "工作人员满意度")
    w.write(spot, "本单位职工满意度")
