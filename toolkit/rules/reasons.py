"""Reasons of change (表内): whether they say anything, fit the figure, and do not repeat what is generated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from toolkit.model import Figure, Return, Row, Words
from toolkit.rules.reading import any_of, brief, cells, in_unit, quoted
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look, money

FORMS = {"composition": ("basic", "project"), "three_public": ("abroad", "vehicle_purchase", "vehicle_running", "reception")}
REASONS = (  # what is read of either form
    *("composition.change", "composition.this_year", "composition.last_year", "composition.reason"),
    *("three_public.change", "three_public.this_year", "three_public.last_year", "three_public.reason"),
)
CONTENT = re.compile(r"[㐀-鿿0-9A-Za-z]")  # a character that says something: Chinese, a digit, a letter
# An amount with its unit: 12.50 万元.
AMOUNT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(亿元|万元|元)(?!/|每)")
UP, DOWN = "增加|增长|提高|上升|上涨|增幅", "减少|下降|降低|压减|下调|降幅"
# A reason that tells the row's own change: 较上年增加12.50万元, 增长5.2%; not what a part of it does (办公费增加3万元).
OWN_CHANGE = re.compile(
    r"^(?:本年|今年|预算|支出|经费|总额)*(?:(?:较|比|与|同)(?:上年|去年|20\d\d年)度?(?:预算|数|同期|支出|经费)*(?:相比)?|同比)?[，,]?"
    rf"(?:净|共|合计)?({UP}|{DOWN})(?:额|率|幅度)?(?:了|为|达)?约?(\d+(?:\.\d+)?)\s*(亿元|万元|元|[%％])"
)
# The same as a percentage behind the amount: 增加12.50万元，增长5.2%.
SHARE_BEHIND = re.compile(rf"^[，,、（(]?(?:{UP}|{DOWN}|幅度)(?:率|幅度)?(?:了|为|达)?(\d+(?:\.\d+)?)\s*[%％]")
A_SHARE = re.compile(rf"(?:{UP})(?:率|幅度)?(?:了|为|达)?(\d+(?:\.\d+)?)\s*[%％]")
REST_IS_FLAT = re.compile(r"(?:其余|其他|其它|另|余下)[^，。；]{0,12}$")
FEWEST_DIGITS = 3  # of an amount whose slip can be told from another amount


def _changed(book: Return) -> Iterator[tuple[Row, Figure, Words]]:
    """Every row that asks for a reason, with its change (calculated anew where its cell is blank) and its reason."""
    for form, keys in FORMS.items():
        grid = book.grid(form)
        rows = [grid[key] for key in keys if key in grid]
        for row in rows:
            change = row.figure("change")
            if change.value is None:
                change = row.figure("this_year") - row.figure("last_year")
            yield row, change, row.words("reason")


def substance(text: str, bounds: Bounds) -> str:
    """What a reason says once the usual words are taken away: "主要原因是经费增加。" leaves nothing."""
    rest = any_of(bounds.words["reason_filler"]).sub("", text)
    return "".join(CONTENT.findall(rest))


@look(
    id="B02-03",
    title="增减原因没有内容",
    severity=ERROR,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="增减 {change}{unit}，原因写的是“{reason}”，没有说出因为什么。",
    remedy="写出具体的事：哪项政策、哪个项目、人员怎么变。如“在职人员由 20 人增至 23 人”“某项目上年已完工”。",
    reads=REASONS,
)
def empty_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason is written, but nothing is left of it once the usual words are taken away."""
    for _, change, reason in _changed(book):
        if not reason.given or not change.number:
            continue
        if not substance(reason.text, bounds):
            places = {"reason": brief(reason.text), "change": money(change)}
            yield Breach(cells(reason), places)


@look(
    id="B02-04",
    title="增减幅度大，原因太简略",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="上年 {last}{unit}，增减 {change}{unit}，幅度 {share}，原因只写了“{reason}”。",
    remedy="幅度这么大，读者会问。把影响最大的一两件事写出来，最好带上人数、项目名称。",
    reads=REASONS,
)
def thin_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A large change with a reason of a word or two."""
    least = bounds.thresholds["reason_length"]
    for row, change, reason in _changed(book):
        last = row.figure("last_year")
        if last.number <= 0 or abs(change.number) <= last.number * bounds.thresholds["change_to_explain"]:
            continue
        if not 0 < len(substance(reason.text, bounds)) < least:
            continue  # long enough; or empty, which is told by a rule of its own
        places = {
            "reason": brief(reason.text),
            "change": money(change),
            "last": money(last),
            "share": f"{abs(change.number) / last.number:.0%}",
        }
        yield Breach(cells(reason, row.figure("this_year"), last), places)


@look(
    id="B02-05",
    title="原因的方向与增减相反",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="本行{way} {change}{unit}，原因却说“{word}”：“{reason}”。",
    remedy="核对本年数和上年数有没有填反；数没有错的，改写原因（可能是沿用了上年的话）。",
    reads=REASONS,
)
def other_direction(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reason only speaks of an increase while the figure falls, or the other way round."""
    up = any_of(bounds.words["reason_up"])
    down = any_of(bounds.words["reason_down"])
    for _, change, reason in _changed(book):
        if change.number == 0:
            continue
        rises = change.number > 0
        own, other = (up, down) if rises else (down, up)
        match = other.search(reason.text)
        if match is None or own.search(reason.text) or OWN_CHANGE.match(reason.text):
            continue  # a change told with its number is recomputed by a rule of its own
        places = {
            "reason": brief(reason.text),
            "way": "增加" if rises else "减少",
            "change": money(abs(change.number)),
            "word": match[0],
        }
        yield Breach(cells(reason, change), places)


@look(
    id="B02-06",
    title="没有增减，却写了增减的原因",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="本年、上年都是 {this}{unit}，没有增减，原因却写着“{reason}”。",
    remedy="没有增减的，把原因清空；确有增减的，核对本年数和上年数。",
    reads=REASONS,
)
def reason_without_change(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason for a change where nothing changed."""
    moved = any_of((*bounds.words["reason_up"], *bounds.words["reason_down"]))
    no_cause_needed = any_of(bounds.words["no_cause_needed"])
    for row, change, reason in _changed(book):
        if change.number != 0:
            continue
        # 无增减 says that nothing changed; what is left may still speak of a change.
        rest = no_cause_needed.sub("", reason.text)
        if moved.search(rest):
            this, last = row.figure("this_year"), row.figure("last_year")
            places = {"reason": brief(reason.text), "this": money(this)}
            yield Breach(cells(reason, this, last), places)


def _amounts(text: str, bounds: Bounds) -> Iterator[tuple[str, Decimal]]:
    """The amounts of a text: as written, and in the profile's unit of money."""
    yuan = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
    for match in AMOUNT.finditer(text):
        number, unit = match.groups()
        yield match[0], in_unit(Decimal(number) * yuan[unit], bounds)


def _own(row: Row, change: Figure) -> Mapping[str, Decimal]:
    """A row's own amounts by what they are called, without a sign; a change of nothing and a blank are none."""
    figures = {"增减额": change, "本年数": row.figure("this_year"), "上年数": row.figure("last_year")}
    return {title: abs(figure.number) for title, figure in figures.items() if figure.number}


@look(
    id="B02-07",
    title="原因里又写了本行的金额",
    severity=INFO,
    basis=("表样/填报要求",),
    kind="表内",
    message="原因里的“{examples}”就是本行的数。公开的句子会自动写出来，这里再写就重复了，数改了也容易忘改。",
    remedy="只写原因，把这个金额删掉。",
    reads=REASONS,
)
def amount_in_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The row's own amounts inside its reason: the generated sentence states them already."""
    for row, change, reason in _changed(book):
        own = _own(row, change)
        repeated = [said for said, amount in _amounts(reason.text, bounds) if amount in own.values()]
        if repeated:
            yield Breach(cells(reason), {"examples": quoted(repeated)})


@look(
    id="B02-08",
    title="说持平，却有增减",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="本行增减 {change}{unit}，原因却说“{word}”：“{reason}”。",
    remedy="核对本年数和上年数；数没有错的，改写原因。",
    reads=REASONS,
)
def said_to_be_flat(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reason says that nothing changed, of the row itself and not of the rest of it, while something did."""
    flat = any_of(bounds.words["no_cause_needed"])
    moved = any_of((*bounds.words["reason_up"], *bounds.words["reason_down"]))
    for _, change, reason in _changed(book):
        match = flat.search(reason.text)
        if change.number == 0 or match is None or not substance(reason.text, bounds):
            continue  # a reason that says nothing else is told by a rule of its own
        if moved.search(flat.sub("", reason.text)) or REST_IS_FLAT.search(reason.text[: match.start()]):
            continue
        places = {"reason": brief(reason.text), "change": money(change), "word": match[0]}
        yield Breach(cells(reason, change), places)


@look(
    id="B02-09",
    title="原因是套话",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="增减 {change}{unit}，原因写的是“{reason}”，放在哪一年、哪个单位都一样。",
    remedy="写出具体的事：哪项政策、哪个项目、人员怎么变。",
    reads=REASONS,
)
def generic_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason that fits every change: 根据实际情况测算, 工作需要."""
    generic = any_of((*bounds.words["reason_filler"], *bounds.words["reason_generic"]))
    for _, change, reason in _changed(book):
        if not reason.given or not change.number or not substance(reason.text, bounds):
            continue  # what says nothing at all is told by a rule of its own
        rest = generic.sub("", reason.text)
        if CONTENT.search(rest) is None:
            places = {"reason": brief(reason.text), "change": money(change)}
            yield Breach(cells(reason), places)


# ---------------------------------------------------------------- what a reason says of its own row's numbers


def _slip(said: Decimal, due: Decimal) -> str:
    """What slip of the hand makes one amount of another, or "": 452.85 for 425.85, 42.585 for 425.85, 425.95 for 425.85."""
    one, other = f"{said:.2f}", f"{due:.2f}"
    if said == due or min(len(one), len(other)) <= FEWEST_DIGITS:
        return ""
    digits = [f"{amount.normalize():f}".replace(".", "").strip("0") for amount in (said, due)]
    if digits[0] == digits[1] and len(digits[0]) >= FEWEST_DIGITS:
        return "小数点的位置不同"
    if len(one) != len(other):
        return ""
    differ = [at for at, sign in enumerate(one) if sign != other[at]]
    if len(differ) == 1 and len(one) > len("10.00"):
        return "有一位数字不同"
    if len(differ) == 2 and (one[differ[0]], one[differ[1]]) == (other[differ[1]], other[differ[0]]):  # noqa: PLR2004
        return "有两位数字颠倒"
    return ""


@look(
    id="B02-10",
    title="原因里的金额与本行的数差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="原因里写“{said}”，本行的{what}是 {due}{unit}：{slip}。",
    remedy="核对是原因里写错了，还是表里填错了；公开的句子会自动写出本行的数，原因里可以不写。",
    reads=REASONS,
)
def amount_nearly_right(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount in a reason that is none of its row's, but a slip of the hand away from one."""
    for row, change, reason in _changed(book):
        own = _own(row, change)
        for said, amount in _amounts(reason.text, bounds):
            if amount in own.values():
                continue
            slips = ((what, due, _slip(amount, due)) for what, due in own.items())
            found = next((one for one in slips if one[2]), None)
            if found is not None:
                what, due, slip = found
                places = {"said": said, "what": what, "due": money(due), "slip": slip}
                yield Breach(cells(reason, change), places, value=f"{amount:f}", expected=f"{due:f}")


def _rounded_alike(said: str, exact: Decimal) -> bool:
    """Whether a percentage as written is the exact one, rounded to as many decimals."""
    decimals = len(said.partition(".")[2])
    return abs(Decimal(said) - exact) <= Decimal(1).scaleb(-decimals) / 2


@look(
    id="B02-11",
    title="原因里的增减与表里算出来的不一样",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="原因里写“{said}”，按本行的数（本年 {this}，上年 {last}）应当是{due}。",
    remedy="核对本年数、上年数和原因里的数，改正写错的一处；公开的句子会自动写出增减，原因里可以不写。",
    reads=REASONS,
)
def change_recomputed(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What a reason says of its own row's change, as an amount or a percentage, recomputed."""
    for row, change, reason in _changed(book):
        this, last = row.figure("this_year"), row.figure("last_year")
        for said, due in _wrong_change(reason.text, change.number, last.number, bounds):
            places = {"said": said, "this": money(this), "last": money(last), "due": due}
            yield Breach(cells(reason, this, last), places)


def _wrong_change(text: str, change: Decimal, last: Decimal, bounds: Bounds) -> Iterator[tuple[str, str]]:
    """What a reason says of its row's change and is not so, with what would be."""
    match = OWN_CHANGE.match(text)
    share = A_SHARE.search(text) if last == 0 and change else None
    if share is not None:
        yield share[0], "新增，上年为 0，没有百分比"
        return
    if match is None or last == 0:
        return
    way = "增加" if change > 0 else "减少"
    exact = abs(change) / abs(last) * 100
    due = f"{way} {money(abs(change))}{bounds.unit}（{exact:.2f}%）" if change else "没有增减"
    rises = re.match(UP, match[1]) is not None
    if change and rises is not (change > 0):
        yield match[0], due
        return
    if match[3] in "%％":
        if not _rounded_alike(match[2], exact):
            yield match[0], due
        return
    (_, amount), *_ = _amounts(f"{match[2]}{match[3]}", bounds)
    if amount != abs(change) and not _slip(amount, abs(change)):
        yield match[0], due
    behind = SHARE_BEHIND.match(text[match.end() :])
    if behind is not None and not _rounded_alike(behind[1], exact):
        yield f"{match[0]}{behind[0]}", due
