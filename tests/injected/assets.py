"""Assets."""

from __future__ import annotations

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Work


@error("assets", "整张表按元填")
def a_form_in_yuan(w: Work) -> None:
    file = w.pick(file for file in w.files if w.units[file].get("assets"))
    for spot in w.spots("assets", "value"):
        if spot.file == file:
            w.put(spot, slips.times(w.text(spot), 10_000))


@error("assets", "车辆的数量与价值填反")
def vehicles_swapped(w: Work) -> None:
    spot = w.pick(w.spots("assets", "quantity", "vehicles"))
    w.swap(spot, spot.beside("value"))


@error("assets", "半辆车")
def half_a_vehicle(w: Work) -> None:
    spot = w.pick(w.spots("assets", "quantity", "vehicles"))
    w.put(spot, f"{w.text(spot)}.5")


@error("assets", "办公用房大于房屋")
def offices_larger_than_houses(w: Work) -> None:
    spot = w.pick(w.spots("assets", "quantity", "office"))
    w.put(spot, slips.times(w.text(Spot(spot.file, "assets", "quantity", "houses")), 2))


@error("assets", "单价20万元以上的设备每台不到20万元")
def equipment_too_cheap(w: Work) -> None:
    spot = w.pick(w.spots("assets", "value", "equipment"))
    w.put(spot, "15")


@error("assets", "有运维费，却没有车")
def vehicles_left_out(w: Work) -> None:
    running = [
        spot.file
        for spot in w.spots("three_public", "this_year", "vehicle_running")
        if w.text(spot) != "0"
    ]
    spot = w.pick(
        spot
        for spot in w.spots("assets", "quantity", "vehicles")
        if spot.file in running
    )
    w.put(spot, "")
    w.put(spot.beside("value"), "")


@error("assets", "拟购置总额有数，没写内容")
def purchase_without_content(w: Work) -> None:
    spot = w.pick(w.spots("purchase", "planned"))
    w.write(spot, w.text(spot) if w.text(spot) != "0" else "5")
    w.put(spot.beside("content"), "")
    w.blame(spot)


@error("assets", "没有拟购置，却写了内容")
def content_without_purchase(w: Work) -> None:
    spot = w.spot("purchase", "planned", lambda text: text == "0")
    w.put(spot.beside("content"), "电脑、打印机、空调")


@error("assets", "资产总额手工填错")
def total_typed_over(w: Work) -> None:
    spot = w.pick(w.spots("assets", "value", "other"))
    w.put(Spot(spot.file, "assets", "value", "total"), slips.times(w.text(spot), 3))


@error("assets", "价值填高一行")
def a_value_one_row_too_high(w: Work) -> None:
    spot = w.pick(w.spots("assets", "value", "other"))
    w.move(spot, Spot(spot.file, "assets", "value", "equipment"))


@error("assets", "其他资产的件数差一位", why_not="件数在表里没有第二处，均价也仍然合理")
def other_quantity(w: Work) -> None:
    spot = w.pick(w.spots("assets", "quantity", "other"))
    w.put(spot, str(int(w.text(spot)) + 20))
