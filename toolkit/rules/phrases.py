"""What one phrase says against itself (文稿): 由336万增至312万, three kinds of which two are named, a definition of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.model import Return
from toolkit.rules.parts_said import slips_of_sum
from toolkit.rules.reading import END, brief, cells, late, texts
from toolkit.rules.rule import WARNING, Bounds, Breach, look, plain
from toolkit.rules.slip import ONE_DIGIT

HAN = r"\u4e00-\u9fff"
UP = r"增加|增长|增|提高|提升|提|上升|上调|升|扩大|扩建|扩|上涨|涨|调增"
DOWN = r"减少|减|降低|下降|下调|降|压缩|压减|缩减|缩小|缩短|调减|精简"
# From so many to so many: 由312万平方米增至336万平方米, 从68户减为52户, 由91%提高到95%.
FROM_TO = late(
    rf"[由从](?:20\d\d年度?的?|上年度?的?|去年的?|原来的?|每[{HAN}]{{1,3}}){{0,3}}(?P<from>\d+(?:\.\d+)?)\s*(?P<scale>[千万亿]?)"
    rf"(?P<unit>[{HAN}㎡/·]{{1,9}}?|[%％‰])?(?:，)?(?:现|已|分别)?(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:至|到|为|成)"
    rf"(?:20\d\d年度?的?|每[{HAN}]{{1,3}})?(?P<to>\d+(?:\.\d+)?)\s*(?P<to_scale>[千万亿]?)(?P<to_unit>[%％‰]|[{HAN}㎡/·]{{0,9}})"
)
SCALES = {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}
NUMERALS = {"两": 2, **{sign: at for at, sign in enumerate("一二三四五六七八九十", 1)}}
# So many kinds of things, and each of them behind a bracket or a colon: 3类对象（低保户、特困户、孤儿）.
KINDS = late(
    rf"(?P<count>(?<![\d.第])\d{{1,2}}|(?<![第十百千几])[两三四五六七八九十])(?:大)?(?:个)?"
    rf"(?P<of>类|种|项|个?方面|条|个?品目|所|家|门|科室|村|乡镇|街道|社区)(?P<thing>[{HAN}]{{0,8}})"
    rf"[（(：:](?P<listed>[{HAN}A-Za-z“”]{{2,12}}(?:、[{HAN}A-Za-z“”]{{2,12}})+)(?=[）)。；]|$|{END})"
)
KINDS_OF_TERM = late(r"[“\"]?([两三四五六七八九十])(?:大)?(类|种|项)")
LISTED = late(
    rf"(?:[^，。；、]{{0,12}})?(?:指|包括|分为|是)([{HAN}]+(?:、[{HAN}]+)+)[。]?$"
)
LETTERED = late(r"\d*[A-Za-z]+\d*")  # a name of letters and numbers
AND_SO_ON = late("等$|等[^、]{0,4}$|和|及|与|以及|或")
# lists of texts → characters that say something
LISTS = {
    "duties.text": 4,
    "safeguards.text": 4,
    "glossary.definition": 5,
}
EMPTY = late(rf"^(?:指|是指|即|系指|主要指|负责|承担|[^{HAN}])*")


@look(
    id="G02-04",
    title="增减的方向与前后两个数相反",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="文稿",
    message="“{said}”：后面的数比前面的{more}，说的却是“{way}”。",
    remedy="核对两个数有没有写反，方向有没有写错。",
)
def from_more_to_less(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """From so many to so many in one unit, and a word of change that goes the other way."""
    for passage, match in texts(book, bounds).search(FROM_TO):
        if not _same_unit(match["unit"] or "", match["to_unit"] or ""):
            continue
        begins, ends = (
            Decimal(match[number])
            * SCALES[match[scale] or (match["to_scale"] if not match["unit"] else "")]
            for number, scale in (("from", "scale"), ("to", "to_scale"))
        )
        rises = match["up"] is not None
        if begins != ends and rises is not (ends > begins):
            said, way = brief(match[0], 40), match["up"] or match["down"]
            yield Breach(
                passage.cells,
                {"said": said, "way": way, "more": "大" if ends > begins else "小"},
            )


def _same_unit(one: str, other: str) -> bool:
    """Whether two numbers of a phrase are counted alike: the first in no unit of its own, or both in the same."""
    return not one or other.startswith(one)


@look(
    id="G02-05",
    title="说了几类，列出来的不是这么多",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="文稿",
    message="“{said}”：说是 {count} {of}，列出来的是 {listed} {of}。",
    remedy="核对个数和列出来的各项；没有列全的，末尾写“等”。",
    reads=("glossary.definition", "glossary.term"),
)
def kinds_counted(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """So many kinds, behind a bracket or a colon as many names more or fewer; what ends in 等 leaves some out."""
    for passage, match in texts(book, bounds).search(KINDS):
        named = match["listed"].split("、")
        count = (
            int(match["count"])
            if match["count"].isdigit()
            else NUMERALS[match["count"]]
        )
        if any(AND_SO_ON.search(name) for name in named) or count == len(named):
            continue
        places = {
            "said": brief(match[0], 60),
            "count": str(count),
            "of": match["of"],
            "listed": str(len(named)),
        }
        yield Breach(passage.cells, places)
    yield from _terms_counted(book)


def _terms_counted(book: Return) -> Iterator[Breach]:
    """Terms that say how many kinds they are, 八类严重暴力案件, and whose definition lists another number of them."""
    for row in book.rows("glossary"):
        term, definition = row.words("term"), row.words("definition")
        counted, listed = KINDS_OF_TERM.match(term.text), LISTED.match(definition.text)
        if counted is None or listed is None or AND_SO_ON.search(listed[1]):
            continue
        named = listed[1].split("、")
        if len(named) != NUMERALS[counted[1]]:
            count, of = str(NUMERALS[counted[1]]), counted[2]
            places = {
                "said": brief(f"{term.text}：{definition.text}", 60),
                "count": count,
                "of": of,
                "listed": str(len(named)),
            }
            yield Breach(cells(definition, term), places)


# A sum that a text works out: 218个村×12场=2616场, 2.8万÷5.15万=54.4%.
TERM = rf"\d+(?:\.\d+)?\s*[千万亿]?[{HAN}㎡/]{{0,6}}"
WORKED_OUT = late(
    rf"(?<![\d.×÷*＋+/=-])(?P<terms>{TERM}(?:\s*[×xX*÷＋+]\s*[{HAN}]{{0,4}}{TERM})+)\s*[=＝]\s*"
    r"(?P<due>\d+(?:\.\d+)?)\s*(?P<scale>[千万亿]?)(?P<share>[%％]?)"
)
OF_TERM = late(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<scale>[千万亿]?)")
SIGN = late("[×xX*÷＋+]")


@look(
    id="G02-06",
    title="文字里列的算式算错了",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="文稿",
    message="“{said}”：算下来是 {due}。",
    remedy="核对算式里的各个数，改正写错的一个。",
)
def worked_out_wrong(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A sum written with its signs whose terms come to another number than it says, rounded as that is."""
    for passage, match in texts(book, bounds).search(WORKED_OUT):
        signs = {_SIGNS[sign] for sign in SIGN.findall(match["terms"])}
        terms = [
            Decimal(one["number"]) * SCALES[one["scale"]]
            for one in OF_TERM.finditer(match["terms"])
        ]
        if len(signs) != 1 or len(terms) != len(SIGN.findall(match["terms"])) + 1:
            continue
        result = _result(signs.pop(), terms)
        if result is None:
            continue
        scale = Decimal("0.01") if match["share"] else Decimal(SCALES[match["scale"]])
        step = Decimal(1).scaleb(-len(match["due"].partition(".")[2]))
        # Where the terms are in ten thousands and the sum does not say so, it may be in those too.
        scales = {
            scale,
            *(
                Decimal(SCALES[one["scale"]])
                for one in OF_TERM.finditer(match["terms"])
            ),
        }
        if all(abs(result / one - Decimal(match["due"])) > step / 2 for one in scales):
            yield Breach(
                passage.cells,
                {"said": brief(match[0], 60), "due": plain(round(result / scale, 2))},
            )


_SIGNS = {"×": "×", "x": "×", "X": "×", "*": "×", "÷": "÷", "＋": "+", "+": "+"}


def _result(sign: str, terms: list[Decimal]) -> Decimal | None:
    """What terms joined by one sign come to; None where one would be divided by nothing."""
    result = terms[0]
    for term in terms[1:]:
        if sign == "÷" and not term:
            return None
        result = (
            result * term
            if sign == "×"
            else result / term
            if sign == "÷"
            else result + term
        )
    return result


# Numbers in one unit one after the other, and what they come to: 40篇、160篇、300篇以上，共500篇.
LIST_AND_SUM = late(
    rf"(?P<first>(?<![\d.])\d+(?:\.\d+)?)(?P<unit>[{HAN}]{{1,3}}?)(?P<more>(?:、[{HAN}A-Za-z“”]{{0,10}}\d+(?:\.\d+)?(?P=unit))+)"
    rf"(?:以上|左右)?[，,]?(?:共计?|合计|总计)(?P<whole>\d+(?:\.\d+)?)(?P=unit)(?![{HAN}]?[以/])"
)
NUMBER = late(r"\d+(?:\.\d+)?")


@look(
    id="G02-07",
    title="列出的几个数加起来不是后面的合计",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="文稿",
    message="“{said}”：前面几个数加起来是 {due}。",
    remedy="核对这几个数，改正写错的一个。",
)
def list_and_sum(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Numbers of one unit in a row and then what they come to: a slip of the hand away from what they do."""
    for passage, match in texts(book, bounds).search(LIST_AND_SUM):
        parts = [
            Decimal(one)
            for one in (
                match["first"],
                *NUMBER.findall(LETTERED.sub("", match["more"])),
            )
        ]
        due, whole = sum(parts, Decimal(0)), Decimal(match["whole"])
        # What each of several costs comes to no sum: some slip of the hand must make it of them.
        if due != whole and any(
            slip != ONE_DIGIT for slip in slips_of_sum(parts, due, whole)
        ):
            yield Breach(
                passage.cells,
                {"said": brief(match[0], 60), "due": f"{plain(due)}{match['unit']}"},
            )


@look(
    id="B07-11",
    title="清单里有一行没有说什么",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="表内",
    message="这一行写的是“{said}”，没有说出什么。",
    remedy="把话写完整；用不上的，删去这一行。",
)
def line_of_nothing(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A duty, a safeguard or a definition of hardly a word: 指 and no more."""
    for passage in texts(book, bounds).passages:
        least = LISTS.get(passage.field, 0)
        if least and len(EMPTY.sub("", passage.text).strip("。 ")) < least:
            yield Breach(passage.cells, {"said": brief(passage.text)})
