"""What notes, remarks and other texts say of the forms themselves (表间): a change, how many rows, that there is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from toolkit.model import Figure, Return, Row, total
from toolkit.rules.amounts import BY_YEAR, NOTED, form_amounts, strange_amounts
from toolkit.rules.purchases import SMALL_IN_NOTE
from toolkit.rules.reading import (
    END,
    PRICED,
    YEN,
    any_of,
    brief,
    cells,
    in_unit,
    late,
    texts,
)
from toolkit.rules.rule import WARNING, Bounds, Breach, look
from toolkit.rules.wording import CHANGE_SHARE, FROM_TO_SHARE

SENTENCE = late("[。；;\n]")
UP, DOWN = "增加|增长|提高|上升|上涨", "减少|下降|降低|压减|压缩"
# A change against last year in a note: 比上年减少0.1万元，下降20%; 较上年282.9万元增加36.5万元; 比上年下降20%.
_WAY = rf"(?:净)?(?P<way>{UP}|{DOWN})(?:额)?(?:了|为)?"
_BY = r"(?P<change>\d+(?:\.\d+)?)\s*(?P<unit>亿元|万元|元)"
_SHARE = rf"(?:[，,、（(]?(?:(?P<again>{UP}|{DOWN})|[增降]幅)?(?:率|幅度)?(?:了|为|达)?(?P<about>约)?(?P<share>\d+(?:\.\d+)?)\s*[%％])?"
CHANGE = late(
    r"(?:比|较|与|同)(?:20\d\d年度?|上年|去年)(?:度)?(?:预算|相比|同期)?(?:\d+(?:\.\d+)?\s*(?:亿元|万元|元))?[，,]?"
    rf"{_WAY}(?:{_BY})?{_SHARE}"
)
# Right behind a row's name: 公务接待费减少0.1万元，下降16.67%.
CHANGE_OF_NAMED = late(rf"(?:预算|支出|总额)?{_WAY}{_BY}{_SHARE}")
AMOUNT = late(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(亿元|万元|元)(?![/／每])")
TITLE_MARKS = late(
    r"[（(].*?[）)]|^(?:[\d一二三四五六七八九十]+、|\d{3}\s*|其中：)|[“”\"]"
)
LEAST_NAME = 3  # characters of what tells one row from another by which a text names it
GRIDS = {  # the forms whose rows a text may deny, with the column that says there is something
    "income": "amount",
    "three_public": "this_year",
    "composition": "this_year",
}
TOTALS = {  # a form that a text may deny by its sheet's name → where its total is
    "three_public": "three_public.total.this_year",
    "operating": "operating.amount",
}
DENYING = ("notes.", "remarks.", "procurement_note.")  # the texts that speak of forms
ENUMERATED = late("[、和及与]")
SUBJECT_FILLER = late(
    r"20\d\d年度?|本年及上年|本年度?|今年|当年|也|均|都|目前|暂|同时|另外|其中"
)
OURSELVES = late(r"[本我全][^，。\d年]{1,4}")
NUMERALS = {"两": 2, **{sign: at for at, sign in enumerate("一二三四五六七八九十", 1)}}
COUNT = r"(?P<count>\d{1,3}|[一二两三四五六七八九十])个(?:采购)?"
ALL = late("合计|总计|共|全部|都|均|总额")
PART = late("其中|余|另|超过|不足")


# ---------------------------------------------------------------- a change that a note tells of a row


@lru_cache(maxsize=256)
def _bare(title: str) -> str:
    """What a row is called, without its number and brackets: 公务接待费 of 3、公务接待费."""
    return TITLE_MARKS.sub("", TITLE_MARKS.sub("", title))


def _row_meant(
    before: str, sentence: str, form: str, book: Return, bounds: Bounds
) -> str:
    """The row of a form that a change is of: the one named before it, or else whose amounts of both years are said; or ""."""
    grid = book.grid(form)
    named = [
        key
        for key in grid
        if len(_bare(bounds.titles.get(f"{form}.{key}", ""))) >= LEAST_NAME
    ]
    said_of = _bare(before)
    named = [key for key in named if _bare(bounds.titles[f"{form}.{key}"]) in said_of]
    # 公务用车购置及运维费 has 公务用车购置费 in no way in it: of several names each is one that is meant.
    if named:
        return named[0] if len(named) == 1 else ""
    said = {Decimal(match[1]) * YEN[match[2]] for match in AMOUNT.finditer(sentence)}
    both = [
        key
        for key, row in grid.items()
        if {
            row.figure(column).number * bounds.yuan
            for column in ("this_year", "last_year")
        }
        <= said
    ]
    return both[0] if len(both) == 1 else ""


def _behind_a_name(sentence: str, form: str, bounds: Bounds) -> re.Match[str] | None:
    """The change that a sentence tells right behind the name of one of a form's rows, of last year without a word."""
    for key, title in bounds.titles.items():
        name = _bare(title)
        if not key.startswith(f"{form}.") or len(name) < LEAST_NAME:
            continue
        at = sentence.find(name)
        match = CHANGE_OF_NAMED.match(sentence, at + len(name)) if at >= 0 else None
        if match is not None:
            return match
    return None


@look(
    id="C07-03",
    title="附注里的增减与表里的行不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="附注写“{said}”，表里“{row}”本年 {this}{unit}，上年 {last}{unit}，{due}。",
    remedy="核对附注和表里的数，改正写错的一处。",
    needs=("notes",),
    reads=("composition", "three_public", "income.amount", "outlay.amount"),
    in_turn=tuple(BY_YEAR),
)
def change_in_note(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A note that says how a row changed, the other way, by another of the form's amounts, or by another percentage.

    An amount that stands nowhere in the form, and a percentage beside its own numbers, have rules of their own.
    """
    notes = book.fields("notes")
    for form in BY_YEAR:
        note = notes.words(form)
        for sentence in SENTENCE.split(note.text):
            match = CHANGE.search(sentence) or _behind_a_name(sentence, form, bounds)
            if match is None:
                continue
            # What follows the change is another row's: 运维费增加5.4万元，公务接待费减少0.1万元.
            named = sentence[: match.start()].rstrip() or sentence
            key = _row_meant(named, sentence, form, book, bounds)
            if not key:
                continue
            row = book.grid(form)[key]
            this, last = row.figure("this_year"), row.figure("last_year")
            due = _due(
                match,
                sentence,
                (this, last),
                form_amounts(book, (form,), bounds),
                bounds,
            )
            if due:
                places = {
                    "said": brief(match[0], 40),
                    "row": _bare(bounds.titles.get(f"{form}.{key}", key)),
                    "this": bounds.said(this),
                    "last": bounds.said(last),
                    "due": due,
                }
                yield Breach(cells(note, this, last), places)


def _due(
    match: re.Match[str],
    sentence: str,
    years: tuple[Figure, Figure],
    amounts: set[Decimal],
    bounds: Bounds,
) -> str:
    """What a change would have to be said as, where it is not said so; or "". `amounts` are those of the form, in yuan."""
    this, last = years
    change = this.number - last.number
    way = "增加" if change > 0 else "减少"
    exact = abs(change) / last.number * 100 if last.number else None
    share = "" if exact is None else f"（{exact:.2f}%）"
    due = (
        f"{way} {bounds.said(abs(change))}{bounds.unit}{share}"
        if change
        else "没有增减"
    )
    ways = [said for said in (match["way"], match["again"]) if said]
    if not change or any(
        (re.match(UP, said) is not None) is not (change > 0) for said in ways
    ):
        return due
    if match["change"]:
        yuan = Decimal(match["change"]) * YEN[match["unit"]]
        if yuan != abs(change) * bounds.yuan and yuan in amounts:
            return due
    recomputed = CHANGE_SHARE.search(sentence) or FROM_TO_SHARE.search(sentence)
    if match["share"] and exact is not None and not recomputed:
        step = Decimal(1).scaleb(-len(match["share"].partition(".")[2]))
        if abs(Decimal(match["share"]) - exact) > (
            step if match["about"] else step / 2
        ):
            return due
    return ""


# ---------------------------------------------------------------- a share that a note tells of an amount

# 预留574.4万元，占40%; 占预留部分的60%; 预留30%即91.2万元.
IS_SHARE = late(
    r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>亿元|万元|元)[，,（(]?占[^，。；\d]{0,12}?(?P<about>约)?(?P<share>\d+(?:\.\d+)?)\s*[%％]"
    r"|(?P<of>\d+(?:\.\d+)?)\s*[%％][，,]?(?:即|计|共|合|为)(?P<is>\d+(?:\.\d+)?)\s*(?P<in>亿元|万元|元)"
)


@look(
    id="C07-06",
    title="附注里的占比算不出来",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表间",
    message="附注写“{said}”，附注和表里没有一个数，它占的比例是这么多。",
    remedy="核对金额和百分比，改正写错的一处；占的是别处的数的，在附注里写出来。",
    needs=("notes",),
    reads=(
        "income.amount",
        "outlay.amount",
        "composition",
        "three_public",
        "procurement",
        "assets",
        "purchase",
    ),
)
def share_in_note(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An amount of a note and the percentage that it is said to be, of no amount of the note or of the form it stands under."""
    notes = book.fields("notes")
    for key, blocks in NOTED.items():
        note = notes.words(key)
        found = list(IS_SHARE.finditer(note.text))
        if not found:
            continue
        wholes = {_yuan_said(one) for one in AMOUNT.finditer(note.text)} | form_amounts(
            book, blocks, bounds
        )
        strange = {
            said
            for other, several in strange_amounts(book, bounds)
            if other is note
            for said in several
        }
        for match in found:
            if any(
                match[0].startswith(said) or match[0].endswith(said) for said in strange
            ):
                continue  # told as an amount that stands nowhere
            amount = (
                Decimal(match["amount"] or match["is"])
                * YEN[match["unit"] or match["in"]]
            )
            share = match["share"] or match["of"]
            step = Decimal(1).scaleb(-len(share.partition(".")[2]))
            slack = step if match["about"] else step / 2
            if not any(
                whole and abs(amount / whole * 100 - Decimal(share)) <= slack
                for whole in wholes
            ):
                yield Breach(cells(note), {"said": match[0]}, value=share)


# ---------------------------------------------------------------- what is for small and micro enterprises


@look(
    id="C05-23",
    title="附注里的小微企业金额与采购表不符",
    severity=WARNING,
    basis=("财预〔2016〕143号/政府采购",),
    kind="表间",
    message="附注写“{said}”，采购表里预留小微企业的共 {amount}{unit}，也没有哪几行合起来是这个数。",
    remedy="核对附注和采购表里的预留小微企业金额，改正写错的一处。",
    needs=("notes.procurement", "procurement.small"),
    reads=("procurement.project", "procurement.catalogue"),
)
def small_in_note(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The note below procurement says another amount for small and micro enterprises than the table does, in all or in part."""
    rows = book.rows("procurement")
    if not any(row.figure("small").given for row in rows):
        return  # then the note alone says it
    note = book.fields("notes").words("procurement")
    small = total(row.figure("small") for row in rows)
    told = {small.number}
    for column in ("project", "catalogue"):
        for some in _alike(rows, column):
            told.add(total(row.figure("small") for row in some).number)
    reserved = [number for row in rows if (number := row.figure("small").number)]
    sums = {Decimal(0)}
    for number in reserved[:FEW_ROWS]:  # what any of the rows come to together
        sums |= {number + one for one in sums}
    told |= sums
    for match in SMALL_IN_NOTE.finditer(note.text):
        yuan = Decimal(match[1]) * YEN[match[2]]
        if in_unit(yuan, bounds) not in told:
            places = {"said": match[0], "amount": bounds.said(small)}
            yield Breach(cells(note, small), places)


FEW_ROWS = 10  # rows of which all sums are tried


def _alike(rows: Sequence[Row], column: str) -> list[list[Row]]:
    """Rows of one project, or of one kind (goods, works, services)."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        text = row.text(column)
        found[text if column == "project" else text[:1]].append(row)
    return list(found.values())


# ---------------------------------------------------------------- how many rows


@look(
    id="C07-04",
    title="附注说的品目个数与采购表不一致",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表间",
    message="附注写“{said}”，采购表填了 {count} 行。",
    remedy="核对附注和采购表，改正写错的一处；同一样东西分几行填的，不用改。",
    needs=("notes.procurement", "procurement.item"),
    reads=("procurement.catalogue",),
)
def rows_in_note(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A note that counts what is bought, and another number of rows, of things and of catalogue numbers."""
    note = book.fields("notes").words("procurement")
    rows = book.rows("procurement")
    pattern = _counted_rows(bounds.words["row_nouns"])
    for sentence in SENTENCE.split(note.text) if rows else ():
        match = pattern.search(sentence)
        if match is None:
            continue
        count = (
            int(match["count"])
            if match["count"].isdigit()
            else NUMERALS[match["count"]]
        )
        kinds = {
            len({row.text(column) for row in rows}) for column in ("item", "catalogue")
        }
        before, behind = sentence[: match.start()], sentence[match.end() :]
        of_all = ALL.search(behind) is not None and PART.search(before) is None
        if count > len(rows) or (of_all and count not in {len(rows), *kinds}):
            items = [row.words("item") for row in rows]
            yield Breach(
                cells(note, *items), {"said": match[0], "count": str(len(rows))}
            )


@lru_cache(maxsize=8)
def _counted_rows(nouns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds how many things are bought: 3个品目, 采购4个采购品目."""
    return late(COUNT + f"(?:{any_of(nouns).pattern})")


# ---------------------------------------------------------------- a part of a whole

PART_BEHIND = late(
    r"其中(?P<name>[^。；;\d\n\x00]{0,16})(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>亿元|万元|元)(?![/／每])"
)
# What stands before a change, or before a bound of law: 减少0.1万元, 不足400万元.
IS_NO_WHOLE = late(
    f"(?:{UP}|{DOWN}|净增|净减|相差|多|少|[不未]足|[不未]满|超过?|[低高]于|达到?|限额|标准)(?:额)?(?:了|为|到)?$"
)


@look(
    id="C07-05",
    title="“其中”的金额比总数还大",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表间",
    message="“{said}”：“其中”的 {part} 比前面的 {whole} 还大。",
    remedy="核对两个金额，改正写错的一处；不是同一笔钱的一部分的，不用“其中”。",
)
def part_beyond_whole(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A part named after 其中 that is more than all amounts before it in its sentence; a change is no whole and no part."""
    for passage, match in texts(book, bounds).search(PART_BEHIND):
        if IS_NO_WHOLE.search(match["name"]):
            continue
        start = match.string.rfind(END, 0, match.start()) + 1
        sentence = SENTENCE.split(match.string[start : match.start()])[-1]
        wholes = [
            one
            for one in AMOUNT.finditer(sentence)
            if IS_NO_WHOLE.search(sentence[: one.start()]) is None
            and not _is_price_of_one(one, sentence, match["unit"])
        ]
        yuan = Decimal(match["number"]) * YEN[match["unit"]]
        # What follows several amounts may be a part of all of them together.
        if wholes and yuan > sum(map(_yuan_said, wholes)):
            said = f"{sentence[wholes[0].start() :]}{match[0]}"
            part = f"{match['number']}{match['unit']}"
            yield Breach(
                passage.cells,
                {
                    "said": brief(said, 60),
                    "part": part,
                    "whole": "、".join(one[0] for one in wholes),
                },
            )


def _is_price_of_one(one: re.Match[str], sentence: str, unit: str) -> bool:
    """Whether an amount in 元 is what one costs, beside a part of the whole in 万元: 人均600元，其中考场租赁2.1万元."""
    if one[2] != "元" or unit == "元":
        return False
    return PRICED.search(sentence[: one.start()]) is not None


def _yuan_said(match: re.Match[str]) -> Decimal:
    """An amount of a text in yuan."""
    return Decimal(match[1]) * YEN[match[2]]


# ---------------------------------------------------------------- that there is none


CLAUSE_END = late(r"[，。；;,\n]")


@look(
    id="B07-10",
    title="文字说没有，表里却有",
    severity=WARNING,
    basis=("表间勾稽",),
    kind="表内",
    message="“{said}”，表里的“{name}”却是 {amount}{unit}。",
    remedy="核对文字和表，改正写错的一处；说的是别的事的，把话写明白。",
    reads=(
        "cover.department",
        "remarks.text",
        "procurement.amount",
        "income",
        "three_public",
        "composition",
        "operating.amount",
    ),
)
def denied_in_words(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A note or remark that says there is none of what a form has: 本部门无政府采购预算. What was last year's is none."""
    denied = any_of(bounds.words["denials"])
    named: Mapping[str, tuple[str, Figure]] | None = None
    # Few texts may deny anything, and of goals and indicators many speak of what is not to happen: those are passed over.
    denying = texts(book, bounds).of_fields(lambda field: field.startswith(DENYING))
    found = [(one, match) for one in denying for match in denied.finditer(one.text)]
    for passage, match in found:
        named = named if named is not None else _deniable(book, bounds)
        clause = CLAUSE_END.split(passage.text[match.end() :])[0]
        before = CLAUSE_END.split(passage.text[: match.start()])[-1]
        if not _speaks_of_all(before, book):
            continue
        for name, figure in _denied(clause, named, bounds):
            places = {
                "said": brief(before[-8:] + match[0] + clause, 40),
                "name": name,
                "amount": bounds.said(figure),
            }
            yield Breach((*passage.cells, *cells(figure)), places)


def _speaks_of_all(subject: str, book: Return) -> bool:
    """Whether what stands before a denial is the unit, this year, or nothing: 2023年本部门, 我局, 也; not 上年, 物业费."""
    rest = SUBJECT_FILLER.sub("", subject)
    cover = book.fields("cover")
    return (
        not rest
        or OURSELVES.fullmatch(rest) is not None
        or rest in (cover.text("unit_name"), cover.text("department"))
    )


def _deniable(book: Return, bounds: Bounds) -> Mapping[str, tuple[str, Figure]]:
    """What a text may deny although it is there: the core of its name → its whole name and its figure."""
    tail = any_of(bounds.words["title_tails"]).pattern
    tails = re.compile(f"(?:{tail})+$")
    found: dict[str, tuple[str, Figure]] = {}

    def there(title: str, figure: Figure) -> None:
        core = tails.sub("", _bare(title))
        if len(core) >= LEAST_NAME and figure.number > bounds.tolerance:
            found.setdefault(core, (_bare(title), figure))

    for form, column in GRIDS.items():
        for key, row in book.grid(form).items():
            there(bounds.titles.get(f"{form}.{key}", ""), row.figure(column))
    for form, name in TOTALS.items():
        there(bounds.titles.get(form, ""), book.figure(name))
    there(
        bounds.titles.get("procurement", ""), total(book.column("procurement.amount"))
    )
    return found


def _denied(
    clause: str, named: Mapping[str, tuple[str, Figure]], bounds: Bounds
) -> Iterator[tuple[str, Figure]]:
    """What a clause behind a word of denial names and nothing but names: 政府性基金、国有资本经营预算拨款安排的支出."""
    words = any_of(
        (*bounds.words["denial_filler"], *bounds.words["title_tails"])
    ).pattern
    filler = f"(?:{words}|20\\d\\d年度?)*"
    for piece in ENUMERATED.split(TITLE_MARKS.sub("", clause)):
        for core, said in named.items():
            if core in piece and re.fullmatch(
                f"{filler}{re.escape(core)}{filler}", piece
            ):
                yield said
