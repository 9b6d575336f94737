"""Figures that must agree (表内、表间), where a claim cannot say it: by kind of unit, by project, by size, by words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from rapidfuzz import fuzz, process

from toolkit.model import Figure, Return, Row, Words, total
from toolkit.rules.indicator_value import INDICATORS, tables, tight
from toolkit.rules.reading import END, Passage, any_of, brief, cells, folded, summary, texts
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look, money, plain

ADMINISTRATIVE = ("行政单位", "参公事业单位")
YEN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
SUMS = frozenset({"current", "basic", "total"})  # rows that add up others: the addend is to be mended
SOURCE_ROWS = {
    "一般公共预算拨款": ("general",),
    "政府性基金预算拨款": ("fund",),
    "国有资本经营预算拨款": ("capital",),
    "财政专户管理资金": ("fiscal_account",),
    "单位资金": ("undertaking", "operation", "from_superior", "from_subordinate", "other"),
    "上年结转": ("carried_in",),
}
NOTE_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*(万元|亿元|元)(?![{END}/])")
LIKE_A_NAME = 88  # rapidfuzz score from which two project names are spellings of one
END_OF_NAME, MOST_NAMES = 4, 60  # names are compared where four characters at an end agree, with at most so many


def in_unit(yuan: Decimal, bounds: Bounds) -> Decimal:
    """An amount of yuan in the profile's unit of money."""
    return yuan / YEN[bounds.unit]


@look(
    id="B01-02",
    title="预算数是负数",
    severity=ERROR,
    basis=("表内勾稽",),
    kind="表内",
    message="这里填的是 {said}{unit}，预算数不会是负数。",
    remedy="核对正负号；要减的数不填负数，改填减完以后的数。",
    reads=("income.amount", "outlay.amount", "composition.this_year", "composition.last_year"),
)
def negative(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Budget amounts below zero, where the form's own shape does not forbid them."""
    for form in ("income", "outlay", "composition"):
        for key, row in book.grid(form).items():
            for column in ("amount", "this_year", "last_year") if key not in SUMS else ():
                figure = row.figure(column)
                if figure.number < 0:
                    yield Breach(cells(figure), {"said": money(figure)})


@look(
    id="C03-02",
    title="行政单位的机关运行经费小于运转类公用经费",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表间",
    message="本单位是{nature}，机关运行经费应当等于运转类公用经费 {whole}{unit}，现在填 {said}{unit}，少 {gap}{unit}。",
    remedy="把机关运行经费改成与支出构成表的运转类公用经费相同；单位性质选错的，改封面的“单位性质”。",
    needs=("composition.operating.this_year", "cover.nature", "operating.amount"),
)
def operating_short(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An administrative unit's 机关运行经费 is less than its 公用经费."""
    cover = book.fields("cover")
    amount, whole = book.figure("operating.amount"), book.figure("composition.operating.this_year")
    if cover.text("nature") in ADMINISTRATIVE and amount.given and amount.number < whole.number - bounds.tolerance:
        said = {
            "nature": cover.text("nature"),
            "said": money(amount),
            "whole": money(whole),
            "gap": money(whole.number - amount.number),
        }
        yield Breach(cells(amount, whole, cover.words("nature")), said, money(amount), money(whole), said["gap"])


@look(
    id="B06-04",
    title="拟购置为 0，却写了购置内容",
    severity=ERROR,
    basis=("表内勾稽",),
    kind="表内",
    message="本年度拟购置固定资产总额是 0，主要购置内容却写着“{content}”，公开出去就成了“为0{unit}，主要为……”。",
    remedy="今年不买的，把“主要购置内容”清空；要买的，填上拟购置总额，并编政府采购预算。",
    needs=("purchase.content", "purchase.planned"),
)
def content_without_purchase(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Nothing is to be bought, but it says what mainly."""
    purchase = book.fields("purchase")
    planned, content = purchase.figure("planned"), purchase.words("content")
    if planned.number == 0 and content.given and not re.fullmatch(r"无|没有|不购置|0", content.text.rstrip("。")):
        yield Breach(cells(content, planned), {"content": brief(content.text)})


@look(
    id="B05-05",
    title="预留中小微企业份额低于规定",
    severity=WARNING,
    basis=("财库〔2020〕46号",),
    kind="表内",
    message="项目“{project}”采购 {amount}{unit}，预留 {reserve}{unit}；{why}，即 {least}{unit}。",
    remedy="改“预留中小微企业份额”。确属不适宜由中小企业提供的，保留现数，说明理由。",
    needs=("procurement.amount", "procurement.catalogue", "procurement.project", "procurement.reserve"),
)
def reserve_below_law(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reserve for small and medium enterprises, project by project: small ones wholly, others by the law's share."""
    goods = in_unit(bounds.thresholds["reserve_small_goods"], bounds)
    works = in_unit(bounds.thresholds["reserve_small_works"], bounds)
    share, limits = bounds.thresholds["reserve_share"], {"A": goods, "B": works, "C": goods}
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in book.rows("procurement"):
        if (letter := row.text("catalogue")[:1].upper()) in limits:
            groups[row.text("project"), letter].append(row)
    for (name, letter), rows in groups.items():
        amount, reserve = total(r.figure("amount") for r in rows), total(r.figure("reserve") for r in rows)
        small, limit = amount.number <= limits[letter], f"{plain(limits[letter])}{bounds.unit}"
        least = amount.number if small else amount.number * share
        if reserve.number < least - bounds.tolerance:
            why = f"不超过 {limit}，原则上应全部预留" if small else f"超过 {limit}，预留应不低于 {share:.0%}"
            said = {"project": brief(name), "amount": money(amount), "reserve": money(reserve), "least": money(round(least, 2))}
            yield Breach(cells(reserve, amount), {**said, "why": why}, money(reserve), said["least"])


@look(
    id="C05-02",
    title="项目的采购金额大于项目金额",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="项目“{project}”用当年资金采购 {spent}{unit}，项目表的金额只有 {amount}{unit}。",
    remedy="核对政府采购表的项目名称、金额和项目表的金额。用结转资金采购的，填在结转的两列。",
    needs=(
        "procurement.amount",
        "procurement.carry_fiscal",
        "procurement.carry_other",
        "procurement.project",
        "project.amount",
    ),
)
def procurement_beyond_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project's procurement (without carried-over funds) is more than the project."""
    bought: dict[str, list[Row]] = defaultdict(list)
    for row in book.rows("procurement"):
        bought[folded(row.text("project"))].append(row)
    names = Counter(folded(project.name) for project in book.projects)
    for head in (project.head for project in book.projects):
        name = folded(head.text("name"))
        if not name or names[name] > 1:
            continue
        amount = head.figure("amount")
        spent = total(row.figure("amount") for row in bought[name])
        old = sum((row.figure(key).number for row in bought[name] for key in ("carry_fiscal", "carry_other")), Decimal(0))
        if amount.given and spent.number - old > amount.number + bounds.tolerance:
            said = {"project": brief(head.text("name")), "spent": money(spent.number - old), "amount": money(amount)}
            yield Breach(cells(spent, amount), said, said["spent"], said["amount"])


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
    names = {folded(project.name): project.head.words("name") for project in book.projects if project.name}
    by_end: dict[str, list[str]] = defaultdict(list)
    for key in names:
        for end in {key[:END_OF_NAME], key[-END_OF_NAME:]}:
            by_end[end].append(key)
    asked: dict[str, list[Words]] = defaultdict(list)
    for row in book.rows("procurement"):
        asked[folded(row.text("project"))].append(row.words("project"))
    for said, rows in asked.items():
        near = [] if said in names else (by_end[said[:END_OF_NAME]] + by_end[said[-END_OF_NAME:]])[:MOST_NAMES]
        if found := process.extractOne(said, near, scorer=fuzz.ratio, score_cutoff=LIKE_A_NAME):
            name = names[found[0]]
            yield Breach(cells(*rows, name), {"said": brief(rows[0].text, 60), "name": brief(name.text, 60)})


@look(
    id="C02-02",
    title="项目金额超过对应的收入来源",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="资金来源选“{source}”的项目共 {spent}{unit}，收支总表里这项收入只有 {given}{unit}，差 {gap}{unit}。",
    remedy="核对各项目的“资金来源”有没有选错，或者收支总表漏填了这项收入。一个项目有几种来源的，选金额最大的一种。",
    needs=("income.amount", "project.amount", "project.source"),
)
def beyond_source(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The projects paid from one source cost more than that source brings in."""
    by_source: dict[str, list[Figure]] = defaultdict(list)
    for project in book.projects:
        by_source[project.head.text("source")].append(project.head.figure("amount"))
    income = book.grid("income")
    for source, keys in SOURCE_ROWS.items():
        spent, given = total(by_source.get(source, ())), total(income[key].figure("amount") for key in keys if key in income)
        if spent.number > given.number + bounds.tolerance:
            yield Breach(
                cells(given, spent),
                {"source": source, "spent": money(spent), "given": money(given), "gap": money(spent.number - given.number)},
            )


@look(
    id="C04-04",
    title="采购里有公务用车，公务用车购置费是 0",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="政府采购表列了“{item}”{amount}{unit}，三公经费的公务用车购置费是 0。",
    remedy="属于公务用车的，把金额填进三公经费的“公务用车购置费”；属于特种专业技术用车等不计入三公经费的，保留现数，说明理由。",
    needs=("procurement.amount", "procurement.catalogue", "procurement.item", "three_public.vehicle_purchase.this_year"),
)
def vehicle_bought(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A vehicle stands among the goods to be procured while 公务用车购置费 is zero."""
    purchase = book.figure("three_public.vehicle_purchase.this_year")
    vehicles = any_of(bounds.words["vehicles"])
    for row in book.rows("procurement") if purchase.number == 0 else ():
        if vehicles.search(row.text("item")) and not row.text("catalogue").startswith("C"):
            said = {"item": brief(row.text("item")), "amount": money(row.figure("amount"))}
            yield Breach(cells(purchase, row.words("item"), row.figure("amount")), said)


@look(
    id="C04-06",
    title="公务用车运维费与车辆数不相称",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="公务用车运维费 {running}{unit}，国有资产表的车辆是 {owned} 辆，{each}。",
    remedy="核对车辆数（国有资产表“车辆”一行的数量）和运维费；租用车辆的，保留现数，说明理由。",
    needs=("assets.vehicles.quantity", "three_public.vehicle_running.this_year"),
)
def running_per_vehicle(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Running costs without a vehicle, or far too much for each."""
    running, owned = book.figure("three_public.vehicle_running.this_year"), book.figure("assets.vehicles.quantity")
    most = in_unit(bounds.thresholds["vehicle_running"], bounds)
    if running.number > max(owned.number, Decimal(0)) * most:
        each = f"平均每辆 {money(round(running.number / owned.number, 2))}{bounds.unit}" if owned.number else "却没有车"
        yield Breach(cells(running, owned), {"running": money(running), "owned": plain(owned.number), "each": each})


def _buys(pattern: re.Pattern[str], spared: re.Pattern[str], book: Return, bounds: Bounds) -> Iterator[tuple[Passage, str]]:
    for passage, match in texts(book, bounds).search(pattern):
        at = passage.place
        if at in ("project.goal", "indicators.level3", "indicators.description") and not spared.search(passage.text):
            yield passage, match[0]


@look(
    id="C04-05",
    title="项目要买公务用车，公务用车购置费是 0",
    severity=ERROR,
    basis=("表间勾稽",),
    kind="表间",
    message="项目绩效里写着“{said}”，三公经费的公务用车购置费却是 0。",
    remedy="今年买车的，填公务用车购置费，并编政府采购预算和拟购置固定资产；不买的，把绩效目标里的这句话删去。",
    needs=("three_public.vehicle_purchase.this_year",),
)
def vehicle_promised(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project promises to buy a vehicle while 公务用车购置费 is zero."""
    purchase = book.figure("three_public.vehicle_purchase.this_year")
    if purchase.number == 0:
        for passage, said in _buys(vehicle_purchase(bounds), re.compile("不再|严禁|禁止|停止|压减|不购"), book, bounds):
            yield Breach((*passage.cells, *cells(purchase)), {"said": brief(said)})


def vehicle_purchase(bounds: Bounds) -> re.Pattern[str]:
    """A pattern that finds the buying of a vehicle: 公务用车购置, 购买轿车."""
    cars = "|".join(map(re.escape, bounds.words["vehicles"]))
    return re.compile(
        rf"(?:{cars})[^。；，{END}]{{0,6}}(?:购置|采购|购买|更新)(?!税)|(?:购置|采购|购买|更新)[^。；，{END}]{{0,6}}(?:{cars})"
    )


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
    if total(book.column("procurement.amount")).number == 0:
        found: dict[Passage, list[str]] = {}
        for passage, said in _buys(
            any_of(bounds.words["buying"]), any_of((*bounds.words["not_buying"], *bounds.words["vehicles"])), book, bounds
        ):
            found.setdefault(passage, []).append(said)
        yield from summary(found)


@look(
    id="C06-01",
    title="拟购置固定资产大于政府采购预算",
    severity=INFO,
    basis=("表间勾稽",),
    kind="表间",
    message="本年度拟购置固定资产 {planned}{unit}，政府采购预算 {bought}{unit}。",
    remedy="达到采购限额的，补编政府采购预算；限额以下零星购买的，不用改。",
    needs=("procurement.amount", "purchase.planned", "three_public.vehicle_purchase.this_year"),
)
def plans_without_procurement(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """More is to be bought than procurement holds: fine below the limits of procurement, so only a hint."""
    planned, bought = book.fields("purchase").figure("planned"), total(book.column("procurement.amount"))
    vehicle = book.figure("three_public.vehicle_purchase.this_year")
    if planned.number > bought.number + bounds.tolerance and vehicle.number <= bought.number:
        yield Breach(cells(planned, bought), {"planned": money(planned), "bought": money(bought)})


@look(
    id="C08-01",
    title="本年与上年相差百倍以上",
    severity=ERROR,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="本年 {this}{unit}，上年 {last}{unit}，相差百倍以上，像是一个按元、一个按万元填的。",
    remedy="两年都要按{unit}填。把填成元的那一列除以 10000 重新填。",
    reads=(
        "composition.total.last_year",
        "composition.total.this_year",
        "three_public.total.last_year",
        "three_public.total.this_year",
    ),
)
def other_scale(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A year is a hundred times the other, or a hundredth: 元 and 万元 mixed. One finding, the plainest total first."""
    ratio = bounds.thresholds["scale_ratio"]
    for name in ("composition.total", "three_public.total"):
        this, last = book.figure(f"{name}.this_year"), book.figure(f"{name}.last_year")
        if this.number > 0 and last.number > 0 and (this.number >= last.number * ratio or last.number >= this.number * ratio):
            yield Breach(cells(this, last), {"this": money(this), "last": money(last)})
            return


@look(
    id="C08-02",
    title="整本像是按元填的",
    severity=WARNING,
    basis=("审核经验/金额量级",),
    kind="表间",
    message="支出合计 {said}{unit}，一个单位不会这么大；如果填的是元，应当是 {yuan} 万元。",
    remedy="确认本表的金额单位是{unit}。按元填的，全部金额除以 10000 重新填。",
    needs=("composition.total.this_year",),
)
def huge(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The whole budget is too large for a unit: the workbook was filled in 元."""
    whole, most = book.figure("composition.total.this_year"), in_unit(bounds.thresholds["unit_total"], bounds)
    if whole.number >= most:
        yield Breach(cells(whole), {"said": money(whole), "yuan": plain(round(whole.number / YEN["万元"], 2))})


@look(
    id="C07-01",
    title="附注里的金额在表里找不到",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="附注写了“{examples}”，与这张表里的任何一个数都不相等。",
    remedy="对照表里的数改附注；说的是别处的数，在附注里写明是什么数。",
    reads=("notes", "income.amount", "outlay.amount", "composition", "three_public", "procurement", "assets", "purchase"),
)
def note_amount(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount in a note under a form stands in none of the form's cells."""
    forms = {
        "budget": ("income", "outlay"),
        "composition": ("composition",),
        "three_public": ("three_public",),
        "procurement": ("procurement",),
        "assets": ("assets", "purchase"),
    }
    notes = book.fields("notes")
    for key, blocks in forms.items():
        note = notes.words(key)
        said = {match[0]: Decimal(match[1]) * YEN[match[2]] for match in NOTE_AMOUNT.finditer(note.text)}
        there = _yuan(book, blocks, bounds) if said else set()
        if wrong := [text for text, yuan in said.items() if yuan not in there]:
            yield Breach(cells(note), {"examples": "”、“".join(wrong)})


def _yuan(book: Return, blocks: tuple[str, ...], bounds: Bounds) -> set[Decimal]:
    """Every amount of some blocks, and the sums below a list, in yuan."""
    figures = [value for _, value in book.values(*blocks) if isinstance(value, Figure)]
    if "procurement" in blocks:
        figures += [total(book.column("procurement.amount")), total(book.column("procurement.reserve"))]
    return {abs(figure.number) * YEN[bounds.unit] for figure in figures}


@look(
    id="B07-01",
    title="清单里有重复的一行",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="表内",
    message="“{text}”出现了两次。",
    remedy="删去重复的一行；两行确实不同的，把不同之处写出来。",
    reads=("agencies.code", "agencies.name", "duties.text", "glossary.term", "goals.name", "remarks.text", "safeguards.text"),
)
def repeated_line(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two lines of a list say the same: duties, goals, glossary terms, agencies, remarks."""
    for block, column in (
        ("duties", "text"),
        ("goals", "name"),
        ("glossary", "term"),
        ("agencies", "code"),
        ("agencies", "name"),
        ("remarks", "text"),
        ("safeguards", "text"),
    ):
        seen: dict[str, Words] = {}
        for row in book.rows(block):
            words = row.words(column)
            if words.given and (first := seen.setdefault(folded(words.text), words)) is not words:
                yield Breach(cells(words, first), {"text": brief(words.text)})


@look(
    id="B07-02",
    title="机构设置里的本级不是一个",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表内",
    message="“是否本级”选“是”的有 {count} 个单位，应当正好一个。",
    remedy="只有部门本级那一行选“是”，其余选“否”。",
    needs=("agencies.lead",),
)
def leads(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The list of agencies names no leading unit, or more than one."""
    agencies = book.rows("agencies")
    chosen = [row for row in agencies if row.text("lead") == "是"]
    if agencies and len(chosen) != 1:
        yield Breach(cells(*(row.words("lead") for row in chosen or agencies)), {"count": str(len(chosen))})


@look(
    id="B08-01",
    title="同一单位有重名的项目",
    severity=ERROR,
    basis=("审核经验/雷同",),
    kind="表内",
    message="{count} 个项目都叫“{name}”，公开后分不清谁是谁。",
    remedy="填重了的，删去一张项目表；确是不同项目的，在名称后面用括号写明区别（如支出内容、资金来源）。",
    needs=("indicators.level2",),
    reads=INDICATORS,
)
def same_project(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two projects of one unit bear the same name."""
    named: dict[str, list[Words]] = defaultdict(list)
    for project, _ in tables(book, bounds):
        if project.name:
            named[folded(tight(project.head.words("name")))].append(project.head.words("name"))
    for names in named.values():
        if len(names) > 1:
            yield Breach(cells(*names), {"name": brief(names[0].text, 60), "count": str(len(names))})
