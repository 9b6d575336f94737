"""Words that belong to another text (文稿): another county's name, another unit's, a class or a document by its former name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from toolkit.model import Return, once_of
from toolkit.rules.personal import HOME
from toolkit.rules.reading import (
    END,
    NOTHING,
    Passage,
    Texts,
    any_of,
    branches,
    brief,
    is_han,
    late,
    quoted,
    shown,
    texts,
)
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look

HAN = r"\u3400-\u9fff"
# A name of two characters may be the end of a longer word, as 易县 is of 贸易县: no word may run on before it.
SHORT = 2
# What begins with 县 itself: 县道, 县级, 县委.
OFFICIAL = "[道级里内外域城区乡直际志情委纪党]|政府|人大|政协|财政"
SHORT_AFTER = r"(?:(?<![^\x00，。；：、（(“\s市省于在对与和由向赴到为]..)|(?<=保障..)|(?<=完成..)|(?<=围绕..)|(?<=促进..))"
# the county that a unit's name begins with
COUNTY = late(rf"([{HAN}]{{2,7}}?(?:自治县|县|旗))(?=[{HAN}])")
COUNTY_FORM = late(rf"([{HAN}]{{2}})县(?=[{HAN}])(?!{OFFICIAL})")
# characters before and behind a name that show that the same is said elsewhere
AROUND = (2, 4)
BESIDE = 8  # characters on each side that belong to a place's name: 固安县某某公司, 固安县医院
SENTENCE = late(rf"[。；！？\n{END}]")
CLAUSE = late("[，,、：]")
# Who the budget is said to be of: 三河市水务局2023年部门预算.
BUDGET_OF = late(
    rf"(?:^|(?<=[，。；：、\n{END}]))([{HAN}（）]{{3,24}}?)(?:20\d\d年)度?(?:部门|单位)预算(?!的?(?:批复|编制|审核|审查|管理|草案|公开工作))"
)
BUDGET_OF_YEAR = late("年度?(?:部门|单位)预算")
# Whose upkeep is paid for: 保障县教育局正常运转; a bureau is nobody's subordinate, a station or a home for the aged may be.
KEPT = late(
    rf"(?:保障|维持|保证|确保)([{HAN}]{{2,16}}?(?:局|委员会))(?:机关)?的?(?:正常|日常|人员|在职|职工|干部|运转|运行|履职)"
)
ORGAN = late(
    r"(?:局|委|委员会|办公室|办|中心|院|校|园|学|站|馆|所|队|处|会|社|镇政府|乡政府|街道)$"
)
# How a unit calls itself, by the last of its name: 我局, 本院; not 本办法, 本所有.
SELF = late(
    r"[我本](?:局|委|校|院|馆|站|所|镇|乡|中心)(?!托|员会|派|属|有|得|需|在|能|谓|落|级|外|子|性|城|地|土|心)"
)


def _own_names(book: Return) -> tuple[str, ...]:
    """What the unit, its department and the department's other units are called."""
    agencies = (row.text("name") for row in book.rows("agencies"))
    names = (book.name, book.fields("cover").text("department"), *agencies)
    return tuple(name for name in names if name)


# ---------------------------------------------------------------- another county


@lru_cache(maxsize=4)
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these places; of a name of two characters only where no word begins before it."""
    longer, short = (
        [name for name in names if (len(name) != SHORT) is wanted]
        for wanted in (True, False)
    )
    # What stands before a short name is looked at once the name is found: so the names' first characters lead the search.
    each = [*branches(longer), *(branch + SHORT_AFTER for branch in branches(short))]
    return late("(?s)" + ("|".join(f"{branch}(?!域)" for branch in each) or NOTHING))


@once_of
def _places(bounds: Bounds) -> Mapping[str, list[tuple[str, str]]]:
    """Each name of a place, whole or short, with the whole one, by its first character."""
    found: dict[str, list[tuple[str, str]]] = {}
    for place in bounds.places:
        for said in filter(None, (place["name"], place["short"])):
            found.setdefault(said[0], []).append((said, place["name"]))
    return found


@once_of
def _within(bounds: Bounds) -> Mapping[str, str]:
    """Each county or city of the list, and what it lies within."""
    return {place["name"]: place["within"] for place in bounds.places}


# Names of places by their first characters.
Names = Mapping[str, list[str]]


@once_of
def _kept_names(_: Bounds) -> dict[tuple[str, frozenset[str]], Names]:
    """What `_names_elsewhere` has found: of a county's units it is the same."""
    return {}


def _names_elsewhere(here: str, around: frozenset[str], bounds: Bounds) -> Names:
    """The names of the places that are not these, and do not lie within the first."""
    kept, key = _kept_names(bounds), (here if here in _within(bounds) else "", around)
    if key not in kept:
        names: dict[str, list[str]] = {}
        for place in bounds.places:
            if place["name"] in around or place["within"] == here:
                continue
            for name in filter(None, (place["name"], place["short"])):
                names.setdefault(name[0], []).append(name)
        kept[key] = names
    return kept[key]


def _elsewhere(own: tuple[str, ...], bounds: Bounds) -> tuple[Names, str]:
    """The places not the unit's own, nor around it, nor within it, and the unit's own; none if that is unknown."""
    joined, within = END.join(own), _within(bounds)
    # Only names are looked for whose first character stands there.
    home = {
        name
        for first in set(joined)
        for said, name in _places(bounds).get(first, ())
        if said in joined
    }
    # A county's own name counts, not that of the city before it: 邢台市清河县.
    home -= {within[name] for name in home}
    if len(home) > 1:
        return {}, ""
    if home:
        (here,) = home
        around = frozenset((here, within[here], within.get(within[here], "")))
    else:
        here = next((match[1] for name in own if (match := COUNTY.match(name))), "")
        if not here:
            return {}, ""
        # A county that the list does not have: the city around it is unknown, so that no city is told.
        around = frozenset(within.values())
    return _names_elsewhere(here, around, bounds), here


@look(
    id="G01-15",
    title="写了别的县、市",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="文稿",
    message="“{text}”写的是{said}，本单位在{here}。",
    remedy="抄自别处的，改成本地的；确是与那里有关的事，写明是什么事（如“与某县共建”）。",
    reads=("cover.department", "agencies.name"),
)
def other_places(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A text names another county or city of the province, and nothing says that it is about dealings with it."""
    elsewhere, here = _elsewhere(_own_names(book), bounds)
    if not elsewhere:
        return
    dealings = _dealings(bounds.words["place_dealings"])
    on_the_way = any_of(bounds.words["place_beside"])
    written = texts(book, bounds)
    # Of all the names of a province only those that stand in the texts make the pattern: most often none.
    # Few have all their characters there; only of these is it asked whether they stand together.
    begun = [elsewhere[first] for first in elsewhere.keys() & written.signs]
    there = filter(written.signs.issuperset, chain.from_iterable(begun))
    named = tuple(sorted(name for name in there if name in written.joined))
    if not named:
        return
    for passage, match in written.search(_pattern_of(named)):
        before = SENTENCE.split(
            match.string[max(0, match.start() - 40) : match.start()]
        )[-1]
        behind = SENTENCE.split(match.string[match.end() : match.end() + 40])[0]
        beside = f"{CLAUSE.split(before)[-1][-BESIDE:]}{match[0]}{CLAUSE.split(behind)[0][:BESIDE]}"
        from_to = before.endswith("至") or behind.startswith(("至", "—", "－", "-"))
        with_others = (
            from_to or dealings.search(before + behind) or on_the_way.search(beside)
        )
        if with_others or before.rfind("《") > before.rfind("》"):
            continue
        if any(
            home.start() <= match.start() < home.end()
            for home in HOME.finditer(match.string)
        ):
            continue  # somebody's home is told as that
        places = {
            "text": brief(shown(match, 12), 40),
            "said": match[0],
            "here": here,
        }
        yield Breach(passage.cells, places, value=match[0])


WHICH = "全各本我该邻外两"  # 与全县比, 在本县内: which county, not its name


@lru_cache(maxsize=4)
def _dealings(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds dealings with another place; what is part of an organ's name is none: 合作社."""
    return late(rf"(?:{any_of(words).pattern})(?!社)")


@lru_cache(maxsize=4)
def _place_of_work(verbs: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds the form of a county's name at the head of a clause, or behind one of these verbs."""
    behind = "|".join(f"(?<={re.escape(verb)})" for verb in verbs)
    return late(
        rf"(?:^|(?<=[，。；：\n{END}])|{behind})([{HAN}]{{2}})县(?=[{HAN}])(?!{OFFICIAL})"
    )


def _places_of_work(
    written: Texts, own: str, known: frozenset[str], bounds: Bounds
) -> Iterator[tuple[Passage, re.Match[str]]]:
    """What has the form of a county's name where a text says where the work is done: 拟订某某县民政事业发展规划.

    Its two characters stand nowhere else without 县, as those of a word would, and name no kind of county (贫困县). Where it is
    said is shown by the verb before it, or by another text that says the same without it, or with the unit's own county.
    What is named as the unit's own county is, or as one of the list, is none.
    """
    # Most often there is none but the own county and words, which stand elsewhere without 县: then no pattern is asked.
    foreign = [
        (name, times)
        for name, times in _before_county(written.joined).items()
        if f"{name}县" not in own and f"{name}县" not in known
    ]
    if all(written.joined.count(name) > times for name, times in foreign):
        return
    kinds = any_of((*bounds.words["county_kinds"], *bounds.words["county_verbs"]))
    home = COUNTY.match(own)
    by_verb = _place_of_work(bounds.words["county_verbs"])
    for passage, match in written.search_near("县", SHORT, COUNTY_FORM):
        name = match[1]
        if f"{name}县" in own or f"{name}县" in known or name[-1] in WHICH:
            continue
        said_alike = _is_said_without(match, home[1] if home else "", written.joined)
        if by_verb.match(match.string, match.start()) is None and not said_alike:
            continue
        word = re.search(f"{re.escape(name)}(?!县)", written.joined)
        if word is None and not kinds.search(name):
            yield passage, match


def _before_county(text: str) -> Mapping[str, int]:
    """The two Chinese characters before a 县 of a text, and before how many they stand."""
    times = Counter([part[-SHORT:] for part in text.split("县")[:-1]])
    return {
        signs: number
        for signs, number in times.items()
        if len(signs) == SHORT and all(map(is_han, signs))
    }


def _is_said_without(match: re.Match[str], home: str, joined: str) -> bool:
    """Whether what stands around a county's name stands elsewhere without it, or around the unit's own county."""
    before = match.string[max(0, match.start() - AROUND[0]) : match.start()]
    behind = match.string[match.end() : match.end() + AROUND[1]]
    if (len(before), len(behind)) != AROUND or END in before + behind:
        return False
    return before + behind in joined or (
        bool(home) and before + home + behind in joined
    )


@once_of
def _known(bounds: Bounds) -> frozenset[str]:
    """Every name of a county or city of the list, whole and short."""
    return frozenset(
        name for place in bounds.places for name in (place["name"], place["short"])
    )


@look(
    id="G01-36",
    title="像是写了别的县",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="文稿",
    message="“{text}”写的是{said}，本单位的名称里没有这个县。",
    remedy="抄自别处的，改成本地的；确是与那里有关的事，写明是什么事（如“与某县共建”）。",
    reads=("cover.department", "agencies.name"),
)
def foreign_county(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A text places the work in a county by a name that the list does not have and the unit's own names do not hold."""
    own = END.join(_own_names(book))
    if "县" not in own:
        return
    known = _known(bounds)
    dealings = _dealings(bounds.words["place_dealings"])
    for passage, match in _places_of_work(texts(book, bounds), own, known, bounds):
        sentence = SENTENCE.split(match.string[match.end() : match.end() + 40])[0]
        said = f"{match[1]}县"
        if dealings.search(sentence):
            continue
        places = {"text": brief(shown(match, 12), 40), "said": said}
        yield Breach(passage.cells, places, value=said)


# ---------------------------------------------------------------- another unit


def _short_for(name: str, own: str) -> bool:
    """Whether a name may be short for another, its characters standing in it in this order: 人社局 of 人力资源和社会保障局."""
    rest = iter(own)
    return all(sign in rest for sign in name)


@look(
    id="G01-16",
    title="写成了别的单位",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="文稿",
    message="“{said}”不是本单位的叫法：本单位是{own}。",
    remedy="抄自别的单位的，改成本单位的名称或“我单位”；机构设置里漏了单位的，补上。",
    reads=("cover.department", "agencies.name"),
)
def other_unit(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A text calls the budget another unit's, or calls itself 我局 where no unit of the department is a 局."""
    own = _own_names(book)
    if not own:
        return
    joined = END.join(own)
    written = texts(book, bounds)
    # Whose budget it is is asked of the few texts that name a year's: the pattern may begin anywhere.
    budgets = Texts(tuple(written.holding(BUDGET_OF_YEAR)))
    for passage, match in (*budgets.search(BUDGET_OF), *written.search(KEPT)):
        name = match[1]
        if ORGAN.search(name) and not any(
            one in name or _short_for(name, one) for one in own
        ):
            yield Breach(
                passage.cells, {"said": match[0], "own": book.name}, value=name
            )
    for passage, names in texts(book, bounds).holding(SELF).items():
        other = [
            name
            for name in names
            if name[1:] not in joined and name not in bounds.words["self_names"]
        ]
        if other:
            yield Breach(
                passage.cells, {"said": quoted(other), "own": book.name}, value=other[0]
            )


# ---------------------------------------------------------------- former names


@once_of
def _renamed(bounds: Bounds) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The lines of what was renamed, by their kinds and the former names."""
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for line in bounds.renamed:
        found.setdefault(line["kind"], {})[line["former"]] = line
    return found


def _former(book: Return, bounds: Bounds, kind: str) -> Iterator[Breach]:
    """Names that are no longer in force, with what they are called now."""
    now = _renamed(bounds).get(kind, {})
    for passage, names in texts(book, bounds).holding(any_of(tuple(now))).items():
        lines = [now[name] for name in dict.fromkeys(names)]
        places = {
            "said": quoted(line["former"] for line in lines),
            "now": quoted(line["now"] for line in lines),
            "since": lines[0]["from"][:4],
        }
        yield Breach(
            passage.cells, places, value=lines[0]["former"], expected=lines[0]["now"]
        )


@look(
    id="G01-17",
    title="科目用了旧名称",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="文稿",
    message="“{said}”是旧的科目名称，{since} 年起叫“{now}”。",
    remedy="改成现在的名称，并核对这句话是不是从旧文稿抄来的。",
)
def former_classes(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A class of expenditure by a name it had in other years."""
    yield from _former(book, bounds, "科目")


@look(
    id="G01-18",
    title="引用的文件已经修订",
    severity=INFO,
    basis=("审核经验/年度",),
    kind="文稿",
    message="“{said}”已经修订，现在用的是{now}。",
    remedy="改成现行的文件；说的确是以前的事的，不用改。",
)
def former_documents(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A document in a form that was revised since."""
    yield from _former(book, bounds, "文件")
