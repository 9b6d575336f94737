"""Reasons of change (表内): whether they say anything, fit the figure, and do not repeat what is generated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from operator import mul

from toolkit.model import Figure, Return, Row, Words, once_of
from toolkit.rules.reading import (
    PRICED,
    any_of,
    any_pattern,
    brief,
    cells,
    in_unit,
    is_han,
    late,
    quoted,
)
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look
from toolkit.rules.slip import slip_between

MOST_PARTS = 8  # amounts of a reason up to which all their sums are tried
FORMS = {  # the rows that ask for a reason; a profile has those that it has
    "composition": ("basic", "project", "fiscal"),
    "three_public": ("abroad", "vehicle_purchase", "vehicle_running", "reception"),
}
# rows that others are part of: what their reasons say of those is their own
WHOLES = {"fiscal": ("basic", "project")}
# a row → the row that it is part of, whose title says what it is of
PART_OF = {"vehicle_purchase": "vehicles", "vehicle_running": "vehicles"}
REASONS = (  # what is read of either form
    *(
        "composition.change",
        "composition.this_year",
        "composition.last_year",
        "composition.reason",
    ),
    *(
        "three_public.change",
        "three_public.this_year",
        "three_public.last_year",
        "three_public.reason",
    ),
)
# An amount with its unit: 12.50 万元.
AMOUNT = late(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(亿元|万元|元)(?!/|每)")
UP, DOWN = "增加|增长|提高|上升|上涨|增幅", "减少|下降|降低|压减|下调|降幅"
SENTENCE = late(r"[。；]")
ROW_NOUN = "预算|支出|经费|资金"
# A reason that tells the row's own change: 较上年增加12.50万元, 增长5.2%; not what a part of it does (办公费增加3万元).
OWN_CHANGE = late(
    r"^(?:本年|今年|预算|支出|经费|总额)*(?:(?:较|比|与|同)(?:上年|去年|20\d\d年)度?(?:预算|数|同期|支出|经费)*(?:相比)?|同比)?[，,]?"
    rf"(?:净|共|合计)?({UP}|{DOWN})(?:额|率|幅度)?(?:了|为|达)?约?(\d+(?:\.\d+)?)\s*(亿元|万元|元|[%％])"
)
# The same told at the head of any clause as what all comes to: …，共增加12.50万元.
WHOLE_CHANGE = late(
    rf"(?:^|(?<=[，。；]))(?:以上|各项|总体|全部|综上)*(?:净|共计?|合计|总计|总共)(?:{ROW_NOUN})?({UP}|{DOWN})(?:额)?(?:了|为|达)?约?(\d+(?:\.\d+)?)\s*(亿元|万元|元)(?!/|每)"
)
# The same as a percentage behind the amount: 增加12.50万元，增长5.2%.
SHARE_BEHIND = late(
    rf"^[，,、（(]?(?:{UP}|{DOWN}|幅度)(?:率|幅度)?(?:了|为|达)?(\d+(?:\.\d+)?)\s*[%％]"
)
A_SHARE = late(rf"(?:{UP})(?:率|幅度)?(?:了|为|达)?(\d+(?:\.\d+)?)\s*[%％]")
MOVED = late(
    r"[由从](?P<from>\d+(?:\.\d+)?)[^\d，。；、]{0,8}[至到为成](?P<to>\d+(?:\.\d+)?)(?![\d.])"
)
REST_IS_FLAT = late(r"(?:其余|其他|其它|另|余下)[^，。；]{0,12}$")
# A reason that only points to where one may stand: 详见附件, 同上, 原因见情况说明. 见习 and the like point nowhere.
POINTS = late(
    r"(?:(?:增减|变化|变动|具体|详细|主要)*(?:原因|理由|情况|内容)[：:]?)?"
    r"(?:(?:请|另|可|已)?(?:详见|参见|参阅|参看|参照|见(?![习效义证识解好]))[^，。；]{1,20}"
    r"|(?:原因|理由)?(?:如|同)(?:上|前|左|右|下|此)(?!年|级|期|岗|步|降|升|调|涨|浮)[^，。；]{0,8}|(?:与|同|和)[^，。；]{1,10}(?:原因|理由|说明|行)(?:相同|一致|一样)?|附后)[。．.]?"
)


def changed_rows(book: Return) -> Iterator[tuple[Row, Figure, Words]]:
    """Every row that asks for a reason, with its change (calculated anew where its cell is blank) and its reason."""
    for _, row, change, reason in changed_of_forms(book):
        yield row, change, reason


def changed_of_forms(book: Return) -> Iterator[tuple[str, Row, Figure, Words]]:
    """The same with the form that each row stands in."""
    for form, keys in FORMS.items():
        grid = book.grid(form)
        rows = [grid[key] for key in keys if key in grid]
        for row in rows:
            change = row.figure("change")
            if change.value is None:
                change = row.figure("this_year") - row.figure("last_year")
            yield form, row, change, row.words("reason")


# By whose demand the numbers were drawn up, which is no cause of any: 按照上级要求编制.
DRAWN_UP = late(
    r"(?:按照?|根据|依据)[^，。；、\d]{0,12}(?:要求|规定|口径|通知)(?:进行|统一|据实)?(?:编制|编报|填报|测算)(?=$|[，。；])"
)


def substance(text: str, bounds: Bounds) -> str:
    """What a reason says once the usual words are taken away: "主要原因是经费增加。" leaves nothing."""
    return _content(
        any_of(bounds.words["reason_filler"]).sub("", DRAWN_UP.sub("", text))
    )


def _content(text: str) -> str:
    """The characters of a text that say something: Chinese, digits, letters."""
    return "".join(
        sign for sign in text if is_han(sign) or (sign.isascii() and sign.isalnum())
    )


@look(
    id="B02-03",
    title="增减原因没有内容",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="增减 {change}{unit}，原因写的是“{reason}”，没有说出因为什么。",
    remedy="写出具体的事：哪项政策、哪个项目、人员怎么变。如“在职人员由 20 人增至 23 人”“某项目上年已完工”。",
    reads=REASONS,
    in_turn=tuple(FORMS),
)
def empty_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason is written, but nothing is left of it once the usual words are taken away."""
    for _, change, reason in changed_rows(book):
        if not reason.given or not change.number:
            continue
        if not substance(reason.text, bounds):
            places = {"reason": brief(reason.text), "change": bounds.said(change)}
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
    in_turn=tuple(FORMS),
)
def thin_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A large change with a reason of a word or two."""
    least = bounds.thresholds["reason_length"]
    for row, change, reason in changed_rows(book):
        last = row.figure("last_year")
        if (
            last.number <= 0
            or abs(change.number)
            <= last.number * bounds.thresholds["change_to_explain"]
        ):
            continue
        if abs(change.number) * bounds.yuan < bounds.thresholds["change_small"]:
            continue  # 2000 yuan less for guests: 来人减少 says enough
        # 少1辆车 says what and how many
        counted = any(sign.isdigit() for sign in reason.text)
        if (
            counted
            or not 0 < len(substance(reason.text, bounds)) < least
            or POINTS.fullmatch(reason.text)
        ):
            continue  # long enough; or empty, or pointing elsewhere, which are told by rules of their own
        places = {
            "reason": brief(reason.text),
            "change": bounds.said(change),
            "last": bounds.said(last),
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
    in_turn=tuple(FORMS),
)
def other_direction(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reason only speaks of an increase while the figure falls, or the other way round."""
    for _, change, reason in changed_rows(book):
        word = _opposite(change, reason.text, bounds)
        if word:
            way = "增加" if change.number > 0 else "减少"
            places = {
                "reason": brief(reason.text),
                "way": way,
                "change": bounds.said(abs(change.number)),
                "word": word,
            }
            yield Breach(cells(reason, change), places)


def _opposite(change: Figure, text: str, bounds: Bounds) -> str:
    """The word of a reason that speaks of the other direction only, or ""; a change told with its number is recomputed."""
    up, down = any_of(bounds.words["reason_up"]), any_of(bounds.words["reason_down"])
    own, other = (up, down) if change.number > 0 else (down, up)
    match = other.search(text)
    if not change.number or match is None or own.search(text) or OWN_CHANGE.match(text):
        return ""
    if any(
        substance(part, bounds) and not other.search(part)
        for part in SENTENCE.split(text)
    ):
        return ""  # one of several parts, of which another says something else: 改造列入必建项目；给养减少
    return "" if any(_moves(text, up=change.number > 0)) else match[0]


def _moves(text: str, *, up: bool) -> Iterator[str]:
    """What a reason says to have gone from one number to another in a direction, whatever the word: 由54个班扩至62个班."""
    for match in MOVED.finditer(text):
        if (Decimal(match["from"]) < Decimal(match["to"])) is up:
            yield match[0]


@look(
    id="B02-06",
    title="没有增减，却写了增减的原因",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="本年、上年都是 {this}{unit}，没有增减，原因却写着“{reason}”。",
    remedy="没有增减的，把原因清空；确有增减的，核对本年数和上年数。",
    reads=REASONS,
    in_turn=tuple(FORMS),
)
def reason_without_change(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason for a change where nothing changed."""
    moved = any_of((*bounds.words["reason_up"], *bounds.words["reason_down"]))
    no_cause_needed = any_of(bounds.words["no_cause_needed"])
    for row, change, reason in changed_rows(book):
        if change.number != 0:
            continue
        # 无增减 says that nothing changed; what is left may still speak of a change.
        rest = no_cause_needed.sub("", reason.text)
        if moved.search(rest):
            this, last = row.figure("this_year"), row.figure("last_year")
            places = {"reason": brief(reason.text), "this": bounds.said(this)}
            yield Breach(cells(reason, this, last), places)


def amounts_in(text: str, bounds: Bounds) -> Iterator[tuple[str, Decimal]]:
    """The amounts of a text: as written, and in the profile's unit of money; a price (每辆2.1万元, 人均300元) is none."""
    yuan = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
    for match in AMOUNT.finditer(text):
        if PRICED.search(text[: match.start()]):
            continue
        number, unit = match.groups()
        yield match[0], in_unit(Decimal(number) * yuan[unit], bounds)


def own_amounts(row: Row, change: Figure) -> Mapping[str, Decimal]:
    """A row's own amounts by what they are called, without a sign; a change of nothing and a blank are none."""
    figures = {
        "增减额": change,
        "本年数": row.figure("this_year"),
        "上年数": row.figure("last_year"),
    }
    return {
        title: abs(figure.number) for title, figure in figures.items() if figure.number
    }


@look(
    id="B02-07",
    title="原因里又写了本行的金额",
    severity=INFO,
    basis=("表样/填报要求",),
    kind="表内",
    message="原因里的“{examples}”就是本行的数。公开的句子会自动写出来，这里再写就重复了，数改了也容易忘改。",
    remedy="只写原因，把这个金额删掉。",
    reads=REASONS,
    in_turn=tuple(FORMS),
)
def amount_in_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The row's own amounts inside its reason: the generated sentence states them already."""
    for row, change, reason in changed_rows(book):
        own = own_amounts(row, change)
        repeated = [
            said
            for said, amount in amounts_in(reason.text, bounds)
            if amount in own.values()
        ]
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
    in_turn=tuple(FORMS),
)
def said_to_be_flat(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reason says that nothing changed, of the row itself and not of the rest of it, while something did."""
    flat = any_of(bounds.words["no_cause_needed"])
    moved = any_of((*bounds.words["reason_up"], *bounds.words["reason_down"]))
    for _, change, reason in changed_rows(book):
        match = flat.search(reason.text)
        if change.number == 0 or match is None or not substance(reason.text, bounds):
            continue  # a reason that says nothing else is told by a rule of its own
        if moved.search(flat.sub("", reason.text)) or REST_IS_FLAT.search(
            reason.text[: match.start()]
        ):
            continue
        places = {
            "reason": brief(reason.text),
            "change": bounds.said(change),
            "word": match[0],
        }
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
    in_turn=tuple(FORMS),
)
def generic_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason that fits every change: 根据实际情况测算, 工作需要."""
    generic = any_of((*bounds.words["reason_filler"], *bounds.words["reason_generic"]))
    for _, change, reason in changed_rows(book):
        if not reason.given or not change.number or not substance(reason.text, bounds):
            continue  # what says nothing at all is told by a rule of its own
        if not _content(generic.sub("", reason.text)):
            places = {"reason": brief(reason.text), "change": bounds.said(change)}
            yield Breach(cells(reason), places)


# ---------------------------------------------------------------- what a reason says of its own row's numbers


@look(
    id="B02-10",
    title="原因里的金额与本行的数差一点",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="原因里写“{said}”，本行的{what}是 {due}{unit}：{slip}。",
    remedy="核对是原因里写错了，还是表里填错了；公开的句子会自动写出本行的数，原因里可以不写。",
    reads=(*REASONS, "project.amount"),
    in_turn=tuple(FORMS),
)
def amount_nearly_right(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount in a reason that is none of its row's, but a slip of the hand away from one. A project's own is none."""
    projects = {figure.number for figure in book.column("project.amount")}
    for row, change, reason in changed_rows(book):
        own = own_amounts(row, change)
        told = list(amounts_in(reason.text, bounds))
        if _come_to([amount for _, amount in told], change.number):
            continue
        for said, amount in told:
            if amount in own.values() or amount in projects:
                continue
            slips = (
                (what, due, slip_between(amount, due)) for what, due in own.items()
            )
            found = next((one for one in slips if one[2]), None)
            if found is not None:
                what, due, slip = found
                places = {
                    "said": said,
                    "what": what,
                    "due": bounds.said(due),
                    "slip": slip,
                }
                yield Breach(
                    cells(reason, change),
                    places,
                    value=f"{amount:f}",
                    expected=f"{due:f}",
                )


def _come_to(amounts: Sequence[Decimal], change: Decimal) -> bool:
    """Whether several amounts, each as more or as less, come to a change: 减少640万元、减少8万元 to 648 less."""
    if not 1 < len(amounts) <= MOST_PARTS:
        return False
    return any(
        sum(map(mul, signs, amounts)) == change
        for signs in product((1, -1), repeat=len(amounts))
    )


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
    in_turn=tuple(FORMS),
)
def change_recomputed(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """What a reason says of its own row's change, as an amount or a percentage, recomputed."""
    for row, change, reason in changed_rows(book):
        this, last = row.figure("this_year"), row.figure("last_year")
        for said, due in _wrong_change(reason.text, change.number, last.number, bounds):
            places = {
                "said": said,
                "this": bounds.said(this),
                "last": bounds.said(last),
                "due": due,
            }
            yield Breach(cells(reason, this, last), places)


def _only_whole(text: str, change: Decimal, bounds: Bounds) -> re.Match[str] | None:
    """What a reason says that all comes to; of a part where there are more such sums, or it and the rest are the change."""
    sums = list(WHOLE_CHANGE.finditer(text))
    if len(sums) != 1:
        return None
    (whole,) = sums
    (_, amount), *_ = amounts_in(f"{whole[2]}{whole[3]}", bounds)
    reached = {amount if re.match(UP, whole[1]) else -amount}
    at = 0
    for sentence in SENTENCE.split(text):
        if not at <= whole.start() <= at + len(sentence):
            reached = {
                before + sign * part
                for before in reached
                for part, sign in _signs_of(sentence, bounds)
            } or reached
        at += len(sentence) + 1
    return None if change in reached and len(SENTENCE.split(text)) > 1 else whole


def _signs_of(sentence: str, bounds: Bounds) -> list[tuple[Decimal, int]]:
    """What a sentence's amounts come to, with the sign that its words give; with both where they give none."""
    amounts = [amount for _, amount in amounts_in(sentence, bounds)]
    total = sum(amounts, Decimal(0))
    rises = any_of(bounds.words["reason_up"]).search(sentence) is not None
    falls = any_of(bounds.words["reason_down"]).search(sentence) is not None
    if not amounts or rises is falls:
        return [(total, 1), (total, -1)]
    return [(total, 1 if rises else -1)]


def _wrong_change(
    text: str, change: Decimal, last: Decimal, bounds: Bounds
) -> Iterator[tuple[str, str]]:
    """What a reason says of its row's change and is not so, with what would be."""
    match = OWN_CHANGE.match(text) or _only_whole(text, change, bounds)
    share = A_SHARE.search(text) if last == 0 and change else None
    if share is not None:
        yield share[0], "新增，上年为 0，没有百分比"
        return
    if match is None or last == 0:
        return
    way = "增加" if change > 0 else "减少"
    exact = abs(change) / abs(last) * 100
    due = (
        f"{way} {bounds.said(abs(change))}{bounds.unit}（{exact:.2f}%）"
        if change
        else "没有增减"
    )
    rises = re.match(UP, match[1]) is not None
    if change and rises is not (change > 0):
        yield match[0], due
        return
    if match[3] in "%％":
        if not _rounded_alike(match[2], exact):
            yield match[0], due
        return
    (_, amount), *_ = amounts_in(f"{match[2]}{match[3]}", bounds)
    if amount != abs(change) and not slip_between(amount, abs(change)):
        yield match[0], due
    behind = SHARE_BEHIND.match(text[match.end() :])
    if behind is not None and not _rounded_alike(behind[1], exact):
        yield f"{match[0]}{behind[0]}", due


# ---------------------------------------------------------------- a reason that gives none of its own row


@look(
    id="B02-20",
    title="原因只指向别处",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="增减 {change}{unit}，原因写的是“{reason}”，只说到别处去看，公开的句子里就没有原因。",
    remedy="把原因写在这一格里：哪项政策、哪个项目、人员怎么变。",
    reads=REASONS,
    in_turn=tuple(FORMS),
)
def reason_elsewhere(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason that only says where to look for one."""
    for _, change, reason in changed_rows(book):
        text = reason.text.strip()
        if change.number and POINTS.fullmatch(text) and not AMOUNT.search(text):
            yield Breach(
                cells(reason), {"reason": brief(text), "change": bounds.said(change)}
            )


PAIR = 2  # characters that make a word
TITLE_MARKS = late(
    r"[（(].*?[）)]|^[\d一二三四五六七八九十]+、|^其中：|[^\u3400-\u9fff]"
)


def _pairs(title: str) -> frozenset[str]:
    """The pairs of characters that stand next to each other in a row's title: 公务, 务接, 接待 of 公务接待费."""
    bare = TITLE_MARKS.sub("", title).removesuffix("费")
    return frozenset(bare[at : at + PAIR] for at in range(len(bare) - 1))


@once_of
def _signs(titles_of: Mapping[str, str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """What tells each row of a form, by its form: see `_signs_of_rows`."""
    return {form: _signs_of_rows(form, keys, titles_of) for form, keys in FORMS.items()}


def _signs_of_rows(
    form: str, keys: Iterable[str], titles_of: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    """What tells each row of a form from the rows that share no word with it: the pairs of its title that no such row has.

    Rows that share a word of their own (公务用车购置费, 公务用车运维费) are one thing; what all rows share is nobody's.
    """
    titles = {
        key: titles_of.get(f"{form}.{PART_OF.get(key, '')}", "")
        + titles_of.get(f"{form}.{key}", "")
        for key in keys
    }
    pairs = {key: _pairs(title) for key, title in titles.items()}
    everyone = [each for each in pairs.values() if each]
    common = {
        pair
        for each in everyone
        for pair in each
        if sum(pair in other for other in everyone) > PAIR
    }
    # What reaches over the edge of such a word is no word: 务用 of 公务用车.
    nobodys = set("".join(common))
    return {
        key: frozenset(pair for pair in each if not nobodys & set(pair))
        for key, each in pairs.items()
    }


def _says_of_another(
    key: str, text: str, signs: Mapping[str, frozenset[str]], bounds: Bounds
) -> str:
    """The row that a reason speaks of, where it has not one character of what its own row is about; or ""."""
    own, text = signs[key], any_pattern(bounds.words["no_row_patterns"]).sub("", text)
    others = {
        other: each
        for other, each in signs.items()
        if other != key and not each & own and other not in WHOLES.get(key, ())
    }
    theirs = {sign for each in others.values() for pair in each for sign in pair}
    about = set("".join(own)) - theirs
    if not own or any(sign in text for sign in about):
        return ""
    return next(
        (other for other, each in others.items() if any(pair in text for pair in each)),
        "",
    )


def _titled(name: str, bounds: Bounds) -> str:
    """What the form calls a row, without the number before it."""
    return re.sub(
        r"^(?:[\d一二三四五六七八九十]+、|其中：)", "", bounds.titles.get(name, "")
    )


@look(
    id="B02-21",
    title="原因说的是别的行的事",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="“{title}”一行的原因写的是“{reason}”，说的是“{said}”，没有说本行的事。",
    remedy="核对原因有没有填错行；写本行增减的原因。",
    reads=(*REASONS, "project.name"),
    in_turn=tuple(FORMS),
)
def reason_of_another_row(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason that speaks of what another row's title names and in no way of its own row's."""
    signs = _signs(bounds.titles)
    for form, row, change, reason in changed_of_forms(book):
        if (
            not reason.text
            or POINTS.fullmatch(reason.text)
            or _opposite(change, reason.text, bounds)
        ):
            continue  # told by rules of their own
        other = _says_of_another(row.key, reason.text, signs[form], bounds)
        said = (
            _of_projects(book, reason.text, bounds)
            if row.key == BASIC
            else _titled(f"{form}.{other}", bounds)
        )
        if said:
            places = {
                "title": _titled(f"{form}.{row.key}", bounds),
                "reason": brief(reason.text, 40),
                "said": said,
            }
            yield Breach(cells(reason), places)


BASIC = "basic"


def _of_projects(book: Return, text: str, bounds: Bounds) -> str:
    """What a reason of basic expenditure says of projects, where it names nothing that basic expenditure consists of."""
    if any_of(bounds.words["basic_words"]).search(text):
        return ""
    named = next(
        (
            project.name
            for project in book.projects
            if len(project.name) > len("项目经费") and project.name in text
        ),
        "",
    )
    return named or next(
        (word for word in bounds.words["project_words"] if word in text), ""
    )
