"""The department: files, units and what they must have in common."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Target, Work


@error("department", "少交一个单位")
def a_unit_missing(w: Work) -> None:
    w.need_whole()
    file = w.pick(w.others)
    del w.units[file]
    w.say(f"没有交 {file}")
    w.blame(Target())


@error("department", "同一个单位交了两份")
def a_unit_twice(w: Work) -> None:
    file = w.pick(w.files)
    name = file.replace(".xlsx", w.pick(["(1).xlsx", "-副本.xlsx", "最终版.xlsx"]))
    w.units[name] = deepcopy(w.units[file])
    w.say(f"{file} 又交了 {name}")
    w.blame(Target(file), Target(name))


@error("department", "两份同一单位的表，数不一样")
def two_drafts(w: Work) -> None:
    file = w.pick(w.files)
    name = file.replace(".xlsx", "-改.xlsx")
    w.units[name] = deepcopy(w.units[file])
    spot = w.pick(spot for spot in w.spots("project", "amount") if spot.file == name)
    w.write(spot, slips.times(w.text(spot), 2))
    w.say(f"{file} 又交了 {name}")
    w.blame(Target(file), Target(name))


@error("department", "混进别的部门的单位")
def a_stranger(w: Work) -> None:
    w.need_whole()
    file = w.pick(w.others)
    other = deepcopy(w.units[file])
    other["cover"] |= {
        "unit_code": "345002",
        "unit_name": "香河县殡葬管理所",
        "department": "香河县民政局",
    }
    w.units["345002-香河县殡葬管理所.xlsx"] = other
    w.say("混进了 345002-香河县殡葬管理所.xlsx")
    w.blame(Target("345002-香河县殡葬管理所.xlsx"))


@error("department", "两个单位都选了本级")
def two_leads(w: Work) -> None:
    w.need_whole()
    w.put(Spot(w.pick(w.others), "cover", "lead"), "是")


@error("department", "没有单位选本级")
def no_lead(w: Work) -> None:
    w.need_whole()
    w.put(Spot(w.lead, "cover", "lead"), "否")


@error("department", "机构设置漏了一个单位")
def an_agency_left_out(w: Work) -> None:
    w.need_whole()
    lead = w.lead
    agencies = w.units[lead]["agencies"]
    gone = agencies.pop(w.rng.randrange(1, len(agencies)))
    w.say(f"{lead} 机构设置少了“{gone['name']}”")
    w.blame(Target(lead, "机构设置"))
    w.concerned += [
        file
        for file, data in w.units.items()
        if data["cover"]["unit_code"] == gone["code"]
    ]


@error("department", "机构设置多了一个没有的单位")
def an_agency_too_many(w: Work) -> None:
    w.need_whole()
    lead = w.lead
    agencies = w.units[lead]["agencies"]
    agencies.append(
        {
            **agencies[-1],
            "code": f"{agencies[-1]['code'][:-1]}8",
            "name": "香河县劳动监察大队",
            "lead": "否",
        }
    )
    w.say(f"{lead} 机构设置多了“香河县劳动监察大队”")
    w.blame(
        *(
            Spot(lead, "agencies", column, line=len(agencies))
            for column in ("name", "code")
        )
    )


@error("department", "批复数两位写反", 2)
def approved_digits_swapped(w: Work) -> None:
    w.need_whole()
    columns = (
        "approved_income",
        "approved_expenditure",
        "approved_basic",
        "approved_project",
    )
    several = [
        spot
        for spot in w.spots("agencies")
        if spot.column in columns and slips.can_swap(w.text(spot))
    ]
    spot = w.pick(several)
    w.put(spot, slips.digits_swapped(w.text(spot), w.rng))


@error("department", "批复数两个单位填反")
def approved_of_another_unit(w: Work) -> None:
    w.need_whole()
    one, other = w.two(w.spots("agencies", "approved_project"))
    w.swap(one, other)


@error("department", "一个单位的批复数空着")
def approved_left_out(w: Work) -> None:
    w.need_whole()
    line = w.pick(w.spots("agencies", "code"))
    for column in (
        "approved_income",
        "approved_expenditure",
        "approved_basic",
        "approved_project",
    ):
        w.put(line.beside(column), "")


@error("department", "三公批复数与各单位不符")
def approved_three_public_differs(w: Work) -> None:
    w.need_whole()
    spot = w.pick(w.spots("agencies", "approved_three_public"))
    w.put(spot, slips.written(Decimal(w.text(spot)) + Decimal("2.5")))


@error("department", "一个单位整本抄了另一个单位，只改了封面")
def all_of_another_unit(w: Work) -> None:
    w.need_whole()
    one, other = w.two(w.others)
    cover = w.units[one]["cover"]
    w.units[one] = {**deepcopy(w.units[other]), "cover": cover}
    w.say(f"{one} 的内容是 {other} 的")
    w.blame(Target(one))


@error("department", "一个项目填到了别的单位")
def a_project_of_another_unit(w: Work) -> None:
    w.need_whole()
    one, other = w.two(w.others)
    moved = w.projects(one).pop(w.rng.randrange(len(w.projects(one))))
    w.projects(other).append(moved)
    w.say(f"“{moved['name']}”从 {one} 填到了 {other}")
    w.blame(Target(one, "支出构成"), Target(other, f"项目{len(w.projects(other)):02d}"))


@error("department", "部门目标里的人数与项目不符")
def a_goal_of_the_whole_differs(w: Work) -> None:
    spot = w.spot(
        "goals",
        "indicators",
        lambda text: "5390人" in text or "3690名" in text or "12万份" in text,
    )
    text = w.text(spot)
    w.put(
        spot,
        text.replace("5390人", "6390人")
        .replace("3690名", "2690名")
        .replace("12万份", "21万份"),
    )


@error("department", "交来压缩包，单位的表在里面")
def a_unit_in_an_archive(w: Work) -> None:
    w.need_whole()
    file = w.pick(w.others)
    del w.units[file]
    w.littered.append(file.replace(".xlsx", ".rar"))
    w.say(f"{file} 交成了压缩包")
    w.blame(Target())
