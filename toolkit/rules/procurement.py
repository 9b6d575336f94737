"""What is bought (政府采购、公务用车、拟购置固定资产): procurement against the law and the projects, vehicles, plans."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz, process

from toolkit.model import Figure, Return, Row, Words, total
from toolkit.rules.reading import (
    END,
    Passage,
    any_of,
    brief,
    cells,
    folded,
    in_unit,
    late,
    summary,
    texts,
)
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look, plain
from toolkit.rules.slip import CHANGED_PLACES, MOVED, ONE_DIGIT, slip_between

# fields that say what a project will do
PROMISES = (
    "project.goal",
    "indicators.level3",
    "indicators.description",
)
GOODS = "A"  # how the catalogue's numbers of goods begin
LIKE_A_NAME = 88  # rapidfuzz score from which two project names are spellings of one
# names are compared where four characters at an end agree, with at most so many
END_OF_NAME, MOST_NAMES = 4, 60


# ---------------------------------------------------------------- procurement, project by project


@look(
    id="C05-02",
    title="项目的采购金额大于项目金额",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="项目“{project}”用当年资金采购 {spent}{unit}，项目表的金额只有 {amount}{unit}。",
    remedy="核对政府采购表的项目名称、金额和项目表的金额。用结转资金采购的，填在结转的两列。",
    needs=("procurement.amount", "procurement.project", "project.amount"),
    reads=(
        "procurement.carry_fiscal",
        "procurement.carry_other",
        "procurement.project_fund",
        "procurement.reserve",
    ),
)
def procurement_beyond_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project's procurement (without carried-over funds) is more than the project."""
    bought: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows("procurement"):
        bought[folded(row.text("project"))].append(row)
    if not bought:
        return
    names = Counter(folded(project.name) for project in book.projects)
    for project in book.projects:
        name = folded(project.head.text("name"))
        if not name or names[name] > 1 or name not in bought:
            continue
        rows = bought[name]
        amount = project.head.figure("amount")
        whole = total(row.figure("amount") for row in rows)
        carried = total(
            row.figure(column)
            for row in rows
            for column in ("carry_fiscal", "carry_other")
        )
        spent = whole.number - carried.number
        if not amount.given or spent <= amount.number + bounds.tolerance:
            continue
        places = {
            "project": brief(project.head.text("name")),
            "spent": bounds.said(spent),
            "amount": bounds.said(amount),
        }
        figures = [
            row.figure("amount")
            for row in _likeliest_first(rows, amount, spent - amount.number)
        ]
        excess = bounds.said(spent - amount.number)
        yield Breach(
            cells(*figures, amount), places, places["spent"], places["amount"], excess
        )


def _likeliest_first(rows: list[Row], amount: Figure, excess: Decimal) -> list[Row]:
    """The rows of a project that buys too much by some excess, the one first that is likeliest wrong.

    One that reserves just what it may buy; one that alone is more than the project has; the greatest.
    """

    def doubt(row: Row) -> tuple[bool, bool, Decimal]:
        bought, reserve = row.figure("amount").number, row.figure("reserve").number
        fits = reserve > 0 and reserve == bought - excess
        return not fits, not _alone(row, amount), -bought

    return sorted(rows, key=doubt)


def _alone(row: Row, amount: Figure) -> bool:
    """Whether a row alone is more than its project has, by the project's sheet or by what the row itself says."""
    own = row.figure("project_fund").number
    most = min(own, amount.number) if own > 0 else amount.number
    return row.figure("amount").number > most


@look(
    id="C05-20",
    title="采购表的项目，项目表里没有",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="政府采购表写的项目“{said}”，{count} 张项目表里没有一张叫这个名称，也没有相近的。",
    remedy="采购属于哪个项目，就照抄那张项目表的名称；用公用经费采购、不属于项目的，写“公用经费”。",
    needs=("procurement.project",),
    reads=(
        "procurement.project_fund",
        "composition.project.this_year",
        "project.amount",
    ),
)
def unknown_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Procurement names a project that no sheet has, nor anything like it, with a budget of its own; each name once."""
    if not book.rows("procurement"):
        return
    names = {folded(project.name) for project in book.projects if project.name}
    basic = any_of(bounds.words["basic_funds"])
    strange: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows("procurement"):
        words = row.words("project")
        name = folded(words.text)
        inside = any(name in known or known in name for known in names)
        # Where the form asks for what the project has, a row without it is of no project.
        of_project = (
            "project_fund" not in row.values or row.figure("project_fund").number
        )
        if names and name and of_project and not inside and not basic.search(name):
            strange[name].append(row)
    if not strange or len(names) < sum(bool(project.name) for project in book.projects):
        return  # one of two projects of one name may be it, which is told as that
    whole = book.figure("composition.project.this_year")
    lacking = whole.number - total(book.column("project.amount")).number
    for name, rows in strange.items():
        if (
            process.extractOne(
                name, sorted(names), scorer=fuzz.ratio, score_cutoff=LIKE_A_NAME
            )
            is None
        ):
            said = [row.words("project") for row in rows]
            places = {"said": brief(said[0].text, 60), "count": str(len(names))}
            # What all projects together lack is this one's budget: its sheet is missing, and the sum is wrong for that.
            if lacking > 0 and lacking == rows[0].figure("project_fund").number:
                yield Breach(
                    cells(*said, whole), places, difference=bounds.said(lacking)
                )
            else:
                yield Breach(cells(*said), places)


@look(
    id="C05-03",
    title="采购表的项目名称与项目表不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="政府采购表写“{said}”，项目表叫“{name}”，像是同一个项目。",
    remedy="两处写成一样的名称，以批复的名称为准。",
    needs=("procurement.project",),
)
def misspelt_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Procurement names a project nearly, but not quite, as its project sheet does. One end of the name must be right."""
    written: dict[str, list[Words]] = defaultdict(list)
    for row in book.rows("procurement"):
        words = row.words("project")
        written[folded(words.text)].append(words)
    if not written:
        return
    names = {
        folded(project.name): project.head.words("name")
        for project in book.projects
        if project.name
    }
    # To compare each with each would take long: a name is compared with those that begin or end alike.
    by_end: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for end in {name[:END_OF_NAME], name[-END_OF_NAME:]}:
            by_end[end].append(name)
    for name, rows in written.items():
        if name in names:
            continue
        near = by_end[name[:END_OF_NAME]] + by_end[name[-END_OF_NAME:]]
        best = process.extractOne(
            name, near[:MOST_NAMES], scorer=fuzz.ratio, score_cutoff=LIKE_A_NAME
        )
        if best is not None:
            right = names[best[0]]
            places = {"said": brief(rows[0].text, 60), "name": brief(right.text, 60)}
            of_this_year = (
                str(bounds.year) in rows[0].text and str(bounds.year) not in right.text
            )
            yield Breach(
                cells(right, *rows) if of_this_year else cells(*rows, right), places
            )


# ---------------------------------------------------------------- procurement, and what projects say they will buy


LISTED = late(r"\d")  # 工程210、采购360: so many purchases, none of the unit's own


@look(
    id="C05-04",
    title="项目里要买东西，没有政府采购预算",
    severity=INFO,
    basis=("表间勾稽",),
    kind="表间",
    message="项目绩效里有 {count} 处说到采购、购置（“{examples}”等），政府采购预算是 0。",
    remedy="达到采购限额的，补编政府采购预算；限额以下零星购买的，不用改。",
    needs=("procurement.amount",),
)
def buying_without_procurement(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Projects speak of buying while the unit's procurement is zero: one finding with all places."""
    if total(book.column("procurement.amount")).number != 0:
        return
    buying = any_of(bounds.words["buying"])
    # Vehicles are told by a rule of their own.
    spared = any_of((*bounds.words["not_buying"], *bounds.words["vehicles"]))
    found: dict[Passage, list[str]] = {}
    for passage, match in _promises(buying, spared, book, bounds):
        if not LISTED.match(match.string[match.end() :]):
            found.setdefault(passage, []).append(match[0])
    yield from summary(found)


# ---------------------------------------------------------------- fixed assets that are planned (拟购置)


def _promises(
    pattern: re.Pattern[str], spared: re.Pattern[str], book: Return, bounds: Bounds
) -> Iterator[tuple[Passage, re.Match[str]]]:
    """Where the projects promise something; a text in which one of the spared words stands promises nothing."""
    for passage, match in texts(book, bounds).search(pattern):
        if passage.field in PROMISES and not spared.search(passage.text):
            yield passage, match


@look(
    id="B06-04",
    title="拟购置为 0，却写了购置内容",
    severity=WARNING,
    basis=("表内勾稽",),
    kind="表内",
    message="本年度拟购置固定资产总额是 0，主要购置内容却写着“{content}”，公开出去就成了“为0{unit}，主要为……”。",
    remedy="今年不买的，把“主要购置内容”清空；要买的，填上拟购置总额，并编政府采购预算。",
    needs=("purchase.content", "purchase.planned"),
)
def content_without_purchase(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Nothing is to be bought, but it says what mainly."""
    purchase = book.fields("purchase")
    planned = purchase.figure("planned")
    content = purchase.words("content")
    if planned.number != 0 or not content.given:
        return
    if not re.match(
        r"[无没不未暂]|0(?!\d)|本?[年单]?[度位]?[无没不未暂]", content.text
    ):
        yield Breach(cells(content, planned), {"content": brief(content.text)})


@look(
    id="C06-01",
    title="拟购置固定资产大于政府采购预算",
    severity=INFO,
    basis=("表间勾稽",),
    kind="表间",
    message="本年度拟购置固定资产 {planned}{unit}，政府采购预算 {bought}{unit}。",
    remedy="达到采购限额的，补编政府采购预算；限额以下零星购买的，不用改。",
    needs=(
        "procurement.amount",
        "purchase.planned",
        "three_public.vehicle_purchase.this_year",
    ),
    reads=("procurement.catalogue",),
)
def plans_without_procurement(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """More is to be bought than procurement holds: fine below the limits of procurement, so only a hint."""
    planned = book.fields("purchase").figure("planned")
    bought = total(book.column("procurement.amount"))
    vehicle = book.figure("three_public.vehicle_purchase.this_year")
    # A vehicle beyond procurement is told by a rule of its own, and so is a slip.
    if (
        planned.number > bought.number + bounds.tolerance
        and vehicle.number <= bought.number
        and _slip_of_goods(planned, book) is None
    ):
        yield Breach(
            cells(planned, bought),
            {"planned": bounds.said(planned), "bought": bounds.said(bought)},
        )


@look(
    id="C06-21",
    title="拟购置总额与采购表的货物差一点",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="本年度拟购置固定资产总额写 {planned}{unit}，采购表里的货物共 {goods}{unit}：{slip}。",
    remedy="核对这两处的数，改正写错的一处；本来就不同的，不用改。",
    needs=("procurement.amount", "procurement.catalogue", "purchase.planned"),
)
def planned_nearly_bought(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What is planned has the digits of what the goods in procurement come to, with the point elsewhere or two exchanged."""
    planned = book.fields("purchase").figure("planned")
    slipped = _slip_of_goods(planned, book)
    if slipped is not None:
        goods, slip = slipped
        places = {
            "planned": bounds.said(planned),
            "goods": bounds.said(goods),
            "slip": slip,
        }
        yield Breach(cells(planned, goods), places, places["planned"], places["goods"])


def _slip_of_goods(planned: Figure, book: Return) -> tuple[Figure, str] | None:
    """What the goods in procurement come to, and the slip that makes what is planned of it."""
    rows = book.rows("procurement")
    goods = total(
        row.figure("amount")
        for row in rows
        if row.text("catalogue")[:1].upper() == GOODS
    )
    slip = slip_between(planned.number, goods.number) if planned.number else ""
    return (goods, slip) if slip in (MOVED, CHANGED_PLACES) else None


# One thing of what is to be bought, with how many: 图书8000册, 加工中心1台.
BOUGHT = late(
    r"(?P<name>[^、，；。,;和]*?[\u4e00-\u9fffA-Za-z）)])(?P<number>\d+(?:\.\d+)?)\s*(?P<scale>万?)"
    r"(?P<measure>[\u4e00-\u9fff]{1,2})(?=$|[、，；。,;和（(])"
)
# characters of what is bought by which two texts are about the same thing
LEAST_ITEM = 2


@look(
    id="C06-20",
    title="购置内容的数量与采购表不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="主要购置内容写“{said}”，采购表的“{item}”是 {quantity}{measure}。",
    remedy="核对哪个数对，两处改成一致；有一部分不经政府采购的，不用改。",
    needs=("purchase.content", "procurement.item", "procurement.quantity"),
    reads=("procurement.amount", "procurement.measure", "purchase.planned"),
)
def bought_otherwise(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What is mainly to be bought names a thing that procurement buys, in the same measure, and says another number of it.

    More of it may be bought without procurement, where more money is planned than procurement has.
    """
    purchase = book.fields("purchase")
    content, planned = purchase.words("content"), purchase.figure("planned")
    rows = book.rows("procurement")
    all_bought = (
        planned.number
        <= total(row.figure("amount") for row in rows).number + bounds.tolerance
    )
    for match in BOUGHT.finditer(content.text) if rows else ():
        same = [
            row
            for row in rows
            if row.text("measure") == match["measure"]
            and _same_thing(match["name"], row.text("item"))
        ]
        number = Decimal(match["number"]) * (10_000 if match["scale"] else 1)
        bought = total(row.figure("quantity") for row in same)
        if same and (number < bought.number or (all_bought and number > bought.number)):
            places = {
                "said": match[0],
                "item": brief(same[0].text("item")),
                "quantity": plain(bought.number),
                "measure": match["measure"],
            }
            yield Breach(
                cells(content, *(row.figure("quantity") for row in same)), places
            )


def _same_thing(name: str, item: str) -> bool:
    """Whether two names are of one thing: one ends with the other, 五轴加工中心 and 加工中心."""
    longer, shorter = (name, item) if len(name) > len(item) else (item, name)
    return len(shorter) >= LEAST_ITEM and longer.endswith(shorter)


@look(
    id="C05-22",
    title="采购表的预算资金与项目金额差一点",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="“{project}”的预算资金填了 {fund}{unit}，项目表的金额是 {amount}{unit}：{why}。",
    remedy="“预算资金”填这个项目的预算：核对两张表，改填错的一格。",
    needs=("procurement.project", "procurement.project_fund", "project.amount"),
    reads=("procurement.carry_fiscal", "procurement.carry_other"),
)
def fund_nearly_right(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The budget that a row gives its project is less than the project's, by a slip of the hand, or where other rows say it."""
    rows = book.rows("procurement")
    if not rows:
        return
    known = {
        folded(project.name): project.head.figure("amount")
        for project in book.projects
        if project.name
    }
    right = {folded(row.text("project")) for row in rows if _is_fund(row, known)}
    for row in rows:
        name, fund = folded(row.text("project")), row.figure("project_fund")
        amount = known.get(name)
        if amount is None or not 0 < fund.number < amount.number - bounds.tolerance:
            continue
        slip = slip_between(fund.number, amount.number)
        why = (
            "同一个项目的其他行填的就是项目金额"
            if name in right
            else ""
            if slip == ONE_DIGIT
            else slip
        )
        if why:
            places = {
                "project": brief(row.text("project")),
                "fund": bounds.said(fund),
                "amount": bounds.said(amount),
                "why": why,
            }
            yield Breach(cells(fund, amount), places, places["fund"], places["amount"])


def _is_fund(row: Row, known: Mapping[str, Figure]) -> bool:
    amount = known.get(folded(row.text("project")))
    return amount is not None and row.figure("project_fund").number == amount.number > 0


# ---------------------------------------------------------------- vehicles


@look(
    id="C04-04",
    title="采购里有公务用车，公务用车购置费是 0",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="政府采购表列了“{item}”{amount}{unit}，三公经费的公务用车购置费是 0。",
    remedy="属于公务用车的，把金额填进三公经费的“公务用车购置费”；属于特种专业技术用车等不计入三公经费的，保留现数，说明理由。",
    needs=(
        "procurement.amount",
        "procurement.catalogue",
        "procurement.item",
        "three_public.vehicle_purchase.this_year",
    ),
)
def vehicle_bought(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A vehicle stands among the goods to be procured while 公务用车购置费 is zero."""
    purchase = book.figure("three_public.vehicle_purchase.this_year")
    if purchase.number != 0:
        return
    vehicles = any_of(bounds.words["vehicles"])
    for row in book.rows("procurement"):
        item = row.words("item")
        amount = row.figure("amount")
        # C is the catalogue's letter for services: 公务用车维修.
        if vehicles.search(item.text) and not row.text("catalogue").startswith("C"):
            places = {"item": brief(item.text), "amount": bounds.said(amount)}
            yield Breach(cells(purchase, item, amount), places)


@look(
    id="C04-06",
    title="公务用车运维费与车辆数不相称",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="公务用车运维费 {running}{unit}，国有资产表的车辆{each}。",
    remedy="核对车辆数（国有资产表“车辆”一行的数量）和运维费；租用车辆的，保留现数，说明理由。",
    needs=("assets.vehicles.quantity", "three_public.vehicle_running.this_year"),
)
def running_per_vehicle(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Running costs without a vehicle, or far too much for each."""
    running = book.figure("three_public.vehicle_running.this_year")
    owned = book.figure("assets.vehicles.quantity")
    most = in_unit(bounds.thresholds["vehicle_running"], bounds)
    if running.number <= max(owned.number, Decimal(0)) * most:
        return
    each = "却是 0 辆"
    if owned.number:
        average = round(running.number / owned.number, 2)
        each = (
            f"是 {plain(owned.number)} 辆，平均每辆 {bounds.said(average)}{bounds.unit}"
        )
    places = {"running": bounds.said(running), "each": each}
    # A cell that nobody filled in is doubted before a number that somebody typed.
    both = cells(running, owned) if owned.number else cells(owned, running)
    yield Breach(both, places)


@look(
    id="C04-05",
    title="项目要买公务用车，公务用车购置费是 0",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="项目绩效里写着“{said}”，三公经费的公务用车购置费却是 0。",
    remedy="今年买车的，填公务用车购置费，并编政府采购预算和拟购置固定资产；不买的，把绩效目标里的这句话删去。",
    needs=("three_public.vehicle_purchase.this_year",),
)
def vehicle_promised(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project promises to buy a vehicle while 公务用车购置费 is zero."""
    purchase = book.figure("three_public.vehicle_purchase.this_year")
    if purchase.number != 0:
        return
    spared = late("不再|严禁|禁止|停止|压减|不购")
    for passage, match in _promises(
        vehicle_purchase(bounds.words["vehicles"]), spared, book, bounds
    ):
        yield Breach((*passage.cells, *cells(purchase)), {"said": brief(match[0])})


@lru_cache(maxsize=4)
def vehicle_purchase(vehicles: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds the buying of a vehicle: 公务用车购置, 购买轿车; not 车辆购置税."""
    cars = "|".join(map(re.escape, vehicles))
    buying = "(?:购置|采购|购买|更新)"
    between = f"[^。；，{END}]{{0,6}}"
    return late(f"(?:{cars}){between}{buying}(?!税)|{buying}{between}(?:{cars})")
