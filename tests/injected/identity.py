"""Identity: codes, names, whose the workbook is."""

from __future__ import annotations

from tests.injected.kinds import error
from tests.injected.work import Spot, Work


@error("identity", "封面的编码错一位")
def a_digit_of_the_code(w: Work) -> None:
    spot = Spot(w.pick(w.files), "cover", "unit_code")
    w.put(spot, w.text(spot)[:-1] + w.pick("4679"))


@error("identity", "封面的编码少一位")
def a_code_too_short(w: Work) -> None:
    spot = Spot(w.pick(w.files), "cover", "unit_code")
    w.put(spot, w.text(spot)[:-1])


@error("identity", "机构设置里的编码错一位")
def a_code_of_no_unit(w: Work) -> None:
    spot = w.pick(w.spots("agencies", "code"))
    w.put(spot, w.text(spot)[:3] + w.pick("156") + w.text(spot)[4:])


@error("identity", "两个单位的编码互换")
def two_codes_swapped(w: Work) -> None:
    w.need_whole()
    one, other = w.two(w.spots("agencies", "code"))
    w.swap(one, other)


@error("identity", "单位名称少字、错字")
def a_name_mistyped(w: Work) -> None:
    w.need_whole()
    spot = Spot(w.pick(w.files), "cover", "unit_name")
    text = w.text(spot)
    w.put(
        spot,
        w.pick(
            [
                text[:2] + text[3:],
                text[:-1],
                text.replace("服务", "服务务").replace("社会", "杜会"),
            ]
        ),
    )


@error("identity", "单位名称用简称")
def a_short_name(w: Work) -> None:
    w.need_whole()
    spot = w.pick(
        spot for spot in w.spots("cover", "unit_name") if len(w.text(spot)) > 8
    )
    w.put(spot, w.text(spot)[3:])


@error("identity", "主管部门写成别的局")
def another_department(w: Work) -> None:
    w.need_whole()
    spot = Spot(w.pick(w.others), "cover", "department")
    w.put(spot, w.pick(["香河县教育和体育局", "香河县民政局", "香河县人社局"]))


@error("identity", "单位性质与机构设置不同")
def another_nature(w: Work) -> None:
    w.need_whole()
    spot = Spot(w.pick(w.files), "cover", "nature")
    w.put(spot, "参公事业单位" if w.text(spot) != "参公事业单位" else "事业单位")


@error("identity", "经费保障形式与机构设置不同")
def another_funding(w: Work) -> None:
    w.need_whole()
    spot = w.pick(w.spots("agencies", "funding"))
    w.put(
        spot, "财政性资金零补助" if w.text(spot) != "财政性资金零补助" else "财政拨款"
    )


@error("identity", "文件名里的编码是别的单位的")
def a_file_of_another_code(w: Work) -> None:
    w.need_whole()
    one, other = w.two(w.files)
    name = w.units[other]["cover"]["unit_code"] + one[6:]
    w.rename(one, name)
    w.say(f"{one} 存成了 {name}")
    w.blame(Spot(name, "cover", "unit_code"))
