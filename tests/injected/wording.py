"""Wording and privacy: leftovers, slips of the pen, and what must not be published."""

from __future__ import annotations

import re

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Work


def long_text(w: Work) -> Spot:
    """A sentence of some length by chance, of whatever form."""
    by_block: dict[str, list[Spot]] = {}
    for spot in w.texts():
        if len(w.text(spot)) > 14:
            by_block.setdefault(spot.block, []).append(spot)
    return w.pick(by_block[w.pick(sorted(by_block))])


def insert(w: Work, *several: str) -> None:
    """Put one of several pieces into a sentence by chance."""
    spot = long_text(w)
    w.put(spot, slips.inserted(w.text(spot), w.pick(several), w.rng))


@error("wording", "身份证号没有删", 2)
def an_identity_number(w: Work) -> None:
    insert(
        w,
        "张某（131024198705124218）等人，",
        "身份证号131024 19870512 4218，",
        "（131024198705124X18）",
    )


@error("wording", "手机号没有删")
def a_mobile_number(w: Work) -> None:
    insert(w, "联系人李科长13832651124，", "（电话：138-3265-1124）")


@error("wording", "座机、邮箱没有删", 2)
def a_landline_or_mail(w: Work) -> None:
    insert(
        w,
        "咨询电话0316-8312345，",
        "材料发至xhrsj2023@163.com，",
        "（办公室电话8312345）",
    )


@error("wording", "家庭住址没有删")
def a_home_address(w: Work) -> None:
    insert(
        w,
        "家住淑阳镇新华街12号院3号楼2单元501室的困难职工，",
        "（住址：香河县康居小区6-2-302）",
    )


@error("wording", "银行账号没有删")
def a_bank_account(w: Work) -> None:
    insert(
        w,
        "拨至6228480639172345678账户，",
        "（开户行：农行香河支行，账号50860001040012345）",
    )


@error("wording", "占位符没有换掉", 3)
def a_placeholder(w: Work) -> None:
    spot = w.pick(
        [
            long_text(w),
            w.pick(w.spots("indicators", "level3")),
            w.pick(w.spots("indicators", "basis")),
        ]
    )
    text = w.text(spot)
    w.put(
        spot,
        w.pick(
            [
                f"{text[:4]}××{text[4:]}",
                f"{text}XX万元",
                f"{{{{项目名称}}}}{text}",
                f"{text[:6]}（待补充）",
                f"{text}____份",
                "【填写】",
            ]
        ),
    )


@error("wording", "写待定、暂无")
def still_open(w: Work) -> None:
    spot = w.pick(
        [
            *w.spots("indicators", "description"),
            *w.spots("project", "goal"),
            *w.spots("operating", "use"),
        ]
    )
    w.put(spot, w.pick(["待定", "暂无", "（略）", "。。。", "后补"]))


@error("wording", "词打了两遍", 2)
def a_word_twice(w: Work) -> None:
    spot = long_text(w)
    text = w.text(spot)
    twice = [
        word
        for word in (
            "保障",
            "工作",
            "完成",
            "管理",
            "服务",
            "人员",
            "提升",
            "的",
            "开展",
            "支出",
        )
        if word in text
    ]
    word = w.pick(twice)
    w.put(spot, text.replace(word, word * 2, 1))


@error("wording", "句子断在半截", 2)
def half_a_text(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.texts()
        if spot.block != "indicators" and len(w.text(spot)) > 24
    )
    w.put(spot, slips.cut_off(w.text(spot)))


@error("wording", "括号、引号缺一半")
def half_a_pair(w: Work) -> None:
    spot = long_text(w)
    w.put(
        spot,
        slips.inserted(
            w.text(spot),
            w.pick(["（含代缴部分，", "“一站式服务，", "《劳动合同法的规定，"]),
            w.rng,
        ),
    )


@error("wording", "标点重复")
def stops_twice(w: Work) -> None:
    spot = w.pick(spot for spot in w.texts() if "，" in w.text(spot))
    w.put(spot, w.text(spot).replace("，", w.pick(["，，", "，。", "；，"]), 1))


@error("wording", "半角标点混在中文里")
def a_half_width_stop(w: Work) -> None:
    spot = w.pick(spot for spot in w.texts() if "，" in w.text(spot))
    w.put(spot, w.text(spot).replace("，", w.pick([",", ".", ";"]), 1))


@error("wording", "词中间有空格")
def a_blank_within(w: Work) -> None:
    spot = long_text(w)
    w.put(spot, w.text(spot)[:7] + w.pick([" ", "  ", "\u3000"]) + w.text(spot)[7:])


@error("wording", "给同事的话留在文里", 2)
def a_remark_to_a_colleague(w: Work) -> None:
    insert(
        w,
        "（王姐看下这句行不行）",
        "（请办公室核对）",
        "【此处数字与去年一致？】",
        "测试",
        "（增加内容）",
        "（红字部分删除）",
    )


@error("wording", "写成别的县、别的单位", 2)
def a_foreign_place(w: Work) -> None:
    spot = w.pick(
        spot for spot in w.texts() if re.search("全县|我县|香河|平澜", w.text(spot))
    )
    w.put(
        spot,
        re.sub(
            "全县|我县|香河县?|平澜县?",
            w.pick(["大厂县", "三河市", "固安县"]),
            w.text(spot),
            count=1,
        ),
    )


@error("wording", "网页代码粘了进来")
def markup(w: Work) -> None:
    insert(w, "<br>", "&nbsp;", "<p>", "_x000D_")


@error("wording", "目标的序号乱了")
def numbers_out_of_order(w: Work) -> None:
    spot = w.spot("project", "goal", lambda text: "\n2." in text)
    w.put(spot, w.text(spot).replace("\n2.", w.pick(["\n3.", "\n1.", "\n2.2."])))


@error("wording", "同一句话粘了两遍")
def a_sentence_twice(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("project", "goal") + w.spots("safeguards", "text")
        if w.text(spot).count("。") > 1
    )
    first = w.text(spot).split("。")[-2] + "。"
    w.put(spot, w.text(spot) + first)


@error("wording", "万元元、单位叠写")
def a_unit_twice(w: Work) -> None:
    spot = w.pick(
        spot for spot in w.texts() if re.search("万元|[0-9]人|[0-9]份", w.text(spot))
    )
    w.put(
        spot,
        re.sub(
            "万元|人|份", lambda found: found[0] + found[0][-1], w.text(spot), count=1
        ),
    )


@error("wording", "两个名词的解释互换")
def two_definitions_swapped(w: Work) -> None:
    one, other = w.two(w.spots("glossary", "definition"))
    w.swap(one, other)
    w.cannot_be_found("两段解释都成话，只有读懂的人知道贴错了名词")


@error("wording", "名词解释重复一条")
def a_term_twice(w: Work) -> None:
    one, other = w.two(w.spots("glossary", "term"))
    w.put(one, w.text(other))


@error("wording", "同音错字", why_not="没有词库说它错，读的人才看得出")
def a_homophone(w: Work) -> None:
    pairs = {
        "保障": "保证",
        "完善": "完散",
        "提升": "提生",
        "制度": "治度",
        "及时": "急时",
    }
    spot = w.pick(
        spot for spot in w.texts() if any(word in w.text(spot) for word in pairs)
    )
    word = w.pick([word for word in pairs if word in w.text(spot)])
    w.put(spot, w.text(spot).replace(word, pairs[word], 1))
