"""Structure: what is done to the sheets of a drawn workbook rather than to its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from tests.filled_by_hand import Hand
from tests.injected.kinds import error
from tests.injected.work import Deed, Place, Spot, Target, Work
from toolkit.files.grid import Raw
from toolkit.model import Kind
from toolkit.profile.layout import address


def at(hand: Hand, said: str) -> Place:
    sheet, (row, column) = hand.find(said)
    return sheet, row, column


def then(do: Callable[[Hand], None], places: list[Place]) -> Deed:
    """Something done to a workbook, and the places that must be mended because of it."""

    def deed(hand: Hand) -> Iterable[Place]:
        do(hand)
        return places

    return deed


def typed(spot: Spot, text: str) -> Deed:
    """A text typed over a cell, as it is."""

    def deed(hand: Hand) -> Iterable[Place]:
        hand.type_words(spot.said, text)
        return [at(hand, spot.said)]

    return deed


def amount(w: Work) -> Spot:
    return w.pick(
        w.spots("outlay", "amount")
        + w.spots("composition", "this_year")
        + w.spots("project", "amount")
    )


@error("structure", "删了一张表", 2)
def a_sheet_deleted(w: Work) -> None:
    file = w.pick(w.files)
    sheet = w.pick(["三公经费", "国有资产", "支出构成", "收支总表", "政府采购"])
    w.say(f"{file} 删了“{sheet}”")
    w.drawn(file, then(lambda hand: hand.delete(sheet, ""), [(sheet, 0, 0)]))


@error("structure", "表的名字改了")
def a_sheet_renamed(w: Work) -> None:
    file = w.pick(w.files)
    sheet = w.pick(["三公经费", "国有资产", "支出构成", "机关运行经费"])
    new = w.pick([f"{sheet}（改）", "Sheet2", f"2023{sheet}"])
    w.say(f"{file} “{sheet}”改名“{new}”")
    w.drawn(
        file, then(lambda hand: hand.rename(sheet, new), [(new, 0, 0), (sheet, 0, 0)])
    )


@error("structure", "复制了一张表留在里面")
def a_sheet_copied(w: Work) -> None:
    file = w.pick(w.files)
    sheet = w.pick(["三公经费", "支出构成", "收支总表"])
    w.say(f"{file} “{sheet}”复制成“{sheet} (2)”")
    w.drawn(
        file,
        then(
            lambda hand: hand.copy(sheet, f"{sheet} (2)"),
            [(f"{sheet} (2)", 0, 0), (sheet, 0, 0)],
        ),
    )


@error("structure", "在表中间插了一行填数", 2)
def a_row_with_a_figure(w: Work) -> None:
    spot = w.pick(
        w.spots("outlay", "amount") + w.spots("composition", "this_year", "operating")
    )
    summed = {"outlay": ("current.amount", "total.amount")}.get(
        spot.block, ("basic.this_year", "total.this_year")
    )

    def deed(hand: Hand) -> Iterable[Place]:
        sheet, (row, column) = hand.find(spot.said)
        insert_row(hand, sheet, (row, column))
        cells = {
            **hand.sheets[sheet].cells,
            (row, column - 1): Raw(Kind.TEXT, "其中：追加"),
            (row, column): number("35.5"),
        }
        hand.sheets[sheet] = replace(hand.sheets[sheet], cells=cells)
        for total in summed:  # a sum over a range takes the new row in
            raw = hand.raw(f"{spot.block}.{total}")
            more = (raw.number or Decimal(0)) + Decimal("35.5")
            hand.change(
                f"{spot.block}.{total}", replace(raw, number=more, text=str(more))
            )
        return [(sheet, row, column)]

    w.say(f"{spot.file} {spot.said} 上面插了一行")
    w.drawn(spot.file, deed)


def insert_row(hand: Hand, sheet: str, spot: tuple[int, int]) -> None:
    """Insert a row above a cell as Excel does: formulas that point below it move along, ranges across it grow."""
    first = spot[0]
    hand.insert_row(f"{sheet}!{address(*spot)}", "")

    def moved(found: re.Match[str]) -> str:
        return f"{found[1]}{int(found[2]) + (int(found[2]) >= first)}"

    own, foreign = (
        r"(?<![!\w'$:])(\$?[A-Z]{1,2}\$?)(\d+)\b",
        rf"('?{sheet}'?!\$?[A-Z]{{1,2}}\$?)(\d+)\b",
    )
    end = r"(?<=:)(\$?[A-Z]{1,2}\$?)(\d+)\b"
    for name, held in hand.sheets.items():
        patterns = (own, end) if name == sheet else (foreign,)
        cells = dict(held.cells)
        for place, raw in cells.items():
            if raw.formula:
                formula = raw.formula
                for pattern in patterns:
                    formula = re.sub(pattern, moved, formula)
                cells[place] = replace(raw, formula=formula)
        hand.sheets[name] = replace(held, cells=cells)


def number(text: str) -> Raw:
    return Raw(Kind.NUMBER, text, Decimal(text))


@error("structure", "填到边界行下面")
def below_the_border(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "value"))

    def deed(hand: Hand) -> Iterable[Place]:
        sheet = spot.sheet
        row = hand.sheets[sheet].last_row + 2
        words = ["数量指标", "巡查次数", "全年巡查次数", "≥24次", "根据工作计划"]
        cells = {
            (row, column): Raw(Kind.TEXT, word) for column, word in enumerate(words, 3)
        }
        hand.sheets[sheet] = replace(
            hand.sheets[sheet],
            cells={**hand.sheets[sheet].cells, **cells},
            last_row=row,
        )
        return [(sheet, row, column) for column in range(3, 8)]

    w.say(f"{spot.file} {spot.sheet} 在边界行下面又填了一行")
    w.drawn(spot.file, deed)


@error("structure", "公式换成了算好的数")
def a_formula_typed_over(w: Work) -> None:
    file = w.pick(w.files)
    said = w.pick(
        [
            "composition.total.this_year",
            "income.total.amount",
            "three_public.vehicles.this_year",
            "outlay.current.amount",
        ]
    )

    def deed(hand: Hand) -> Iterable[Place]:
        hand.change(said, replace(hand.raw(said), formula=""))
        return [at(hand, said)]

    w.say(f"{file} {said} 的公式换成了数")
    w.drawn(file, deed)


@error("structure", "公式少加几行")
def a_sum_too_short(w: Work) -> None:
    file = w.pick(w.files)

    def deed(hand: Hand) -> Iterable[Place]:
        hand.put_formula("outlay.current.amount", "=SUM(G8:G12)")
        hand.change(
            "outlay.current.amount",
            replace(hand.raw("outlay.current.amount"), number=Decimal(0), text="0"),
        )
        return [at(hand, "outlay.current.amount")]

    w.say(f"{file} 本年支出合计改成 =SUM(G8:G12)")
    w.drawn(file, deed)


@error("structure", "格里是 #REF!")
def an_error_value(w: Work) -> None:
    spot = amount(w)

    def deed(hand: Hand) -> Iterable[Place]:
        hand.spoil(spot.said, "#REF!")
        return [at(hand, spot.said)]

    w.say(f"{spot.file} {spot.said} 变成 #REF!")
    w.drawn(spot.file, deed)


@error("structure", "金额写成带单位的文字", 2)
def an_amount_with_its_unit(w: Work) -> None:
    spot = amount(w)
    text = w.pick(
        [
            f"{w.text(spot)}万元",
            f"约{w.text(spot)}",
            f"{w.text(spot)}（含结转）",
            f"￥{w.text(spot)}",
        ]
    )
    w.say(f"{spot.file} {spot.said} 写成“{text}”")
    w.drawn(spot.file, typed(spot, text))


@error("structure", "小数点打成句号、逗号")
def a_wrong_point(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("outlay", "amount") + w.spots("project", "amount")
        if "." in w.text(spot)
    )
    text = w.text(spot).replace(".", w.pick(["。", "，", ".."]))
    w.say(f"{spot.file} {spot.said} 写成“{text}”")
    w.drawn(spot.file, typed(spot, text))


@error("structure", "合并了几格")
def cells_merged(w: Work) -> None:
    spot = w.pick(spot for spot in w.spots("indicators", "value") if spot.line > 1)

    def deed(hand: Hand) -> Iterable[Place]:
        sheet, row, column = at(hand, spot.said)
        cells = {
            place: raw
            for place, raw in hand.sheets[sheet].cells.items()
            if place != (row, column)
        }
        hand.sheets[sheet] = replace(
            hand.sheets[sheet], cells=cells, merges=((row - 1, column, row, column),)
        )
        return [(sheet, row - 1, column), (sheet, row, column)]

    w.say(f"{spot.file} {spot.said} 与上一格合并")
    w.drawn(spot.file, deed)


@error("structure", "有数的行藏了起来")
def a_row_hidden(w: Work) -> None:
    spot = w.pick(w.spots("outlay", "amount"))

    def deed(hand: Hand) -> Iterable[Place]:
        hand.hide_row(spot.said, "")
        return [at(hand, spot.said)]

    w.say(f"{spot.file} {spot.said} 那一行隐藏了")
    w.drawn(spot.file, deed)


@error("structure", "数字划了删除线，没有删")
def struck_through(w: Work) -> None:
    spot = w.pick(w.spots("project", "goal"))
    words = w.text(spot)[:12]

    def deed(hand: Hand) -> Iterable[Place]:
        hand.strike(spot.said, words)
        return [at(hand, spot.said)]

    w.say(f"{spot.file} {spot.said} 的前几个字划掉了")
    w.drawn(spot.file, deed)


@error("structure", "表头改成去年的")
def a_heading_changed(w: Work) -> None:
    file = w.pick(w.files)
    sheet, said = w.pick([("支出构成", "2023年预算数"), ("三公经费", "2022年预算数")])

    def deed(hand: Hand) -> Iterable[Place]:
        place = at(hand, f"{sheet}!“{said}”")
        hand.type_words(
            f"{sheet}!“{said}”", said.replace("2022", "2021").replace("2023", "2022")
        )
        return [place]

    w.say(f"{file} {sheet} 的“{said}”改成了早一年")
    w.drawn(file, deed)


@error("structure", "在表旁边记了数")
def a_figure_beside(w: Work) -> None:
    file = w.pick(w.files)
    sheet = w.pick(["三公经费", "支出构成", "国有资产"])

    def deed(hand: Hand) -> Iterable[Place]:
        held = hand.sheets[sheet]
        place = (held.last_row + 3, 3)
        cells = {
            **held.cells,
            place: number("126.5"),
            (place[0], 2): Raw(Kind.TEXT, "另有追加"),
        }
        hand.sheets[sheet] = replace(held, cells=cells, last_row=place[0])
        return [(sheet, *place), (sheet, place[0], 2)]

    w.say(f"{file} {sheet} 下面记了一个数")
    w.drawn(file, deed)


@error("structure", "整本粘成数值")
def values_only(w: Work) -> None:
    file = w.pick(w.files)
    w.say(f"{file} 整本粘成数值")
    w.drawn(file, lambda hand: hand.keep_values("*", ""))
    w.blame(Target(file))


@error("structure", "项目表挪到了项目终后面")
def a_project_behind_the_end(w: Work) -> None:
    file = w.pick(file for file in w.files if len(w.projects(file)) > 2)
    sheet = f"项目{w.rng.randrange(len(w.projects(file))) + 1:02d}"

    def deed(hand: Hand) -> Iterable[Place]:
        hand.sheets[sheet] = hand.sheets.pop(sheet)
        return [(sheet, 0, 0)]

    w.say(f"{file} {sheet} 挪到了最后")
    w.drawn(file, deed)


@error("structure", "表没有填完，勾了本表无数据")
def ticked_though_filled(w: Work) -> None:
    file = w.pick(w.files)
    sheet = w.pick(["composition", "budget"])
    w.units[file]["ticks"][sheet] = "本表无数据"
    name = {"composition": "支出构成", "budget": "收支总表"}[sheet]
    w.say(f"{file} {name}勾了“本表无数据”")
    w.drawn(file, lambda hand: [at(hand, f"{name}!sheet.tick")])


@error("structure", "指标值存成了百分数、日期")
def a_value_as_a_number(w: Work) -> None:
    spot = w.spot("indicators", "value", lambda text: text in ("100%", "≤12月", "12月"))
    percent = w.text(spot) == "100%"

    def deed(hand: Hand) -> Iterable[Place]:
        if percent:
            hand.change(spot.said, number("1"))
        else:
            hand.put_date(spot.said, "45261")
        return [at(hand, spot.said)]

    w.say(f"{spot.file} {spot.said} 存成了数、日期")
    w.drawn(spot.file, deed)


@error(
    "structure",
    "多一张自己的底稿表，里面有数",
    why_not="表外的底稿不影响填报，删不删都行",
)
def a_sheet_of_ones_own(w: Work) -> None:
    file = w.pick(w.files)
    w.say(f"{file} 多了一张“Sheet1”")
    w.drawn(file, then(lambda hand: hand.add("Sheet1", ""), [("Sheet1", 0, 0)]))


@error("structure", "交来的是空白表")
def a_blank_form(w: Work) -> None:
    file = w.pick(w.others)
    cover = w.units[file]["cover"]
    w.units[file] = {"cover": cover, "projects": [], "ticks": {}}
    w.say(f"{file} 除封面外都空着")
    w.blame(Target(file))
