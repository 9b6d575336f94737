"""What was left in a text (文稿): prompts and signs of a template, what is still to be written, words typed twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.model import Return
from toolkit.rules.reading import END, Passage, any_of, any_pattern, around, brief, quoted, texts
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look

HAN = r"\u3400-\u9fff"
# A sign that stands for a number still to come, before its unit: ×个, X人; not 3×5米, X射线.
SIGN = rf"[XxＸ×NＮ*＊](?<![\dA-Za-z）)×%.].)(?<!\d[{HAN}].)(?=(?:{{units}})(?![数均额员]))"
# A sentence that ends where its object should follow: 主要原因是。
BROKEN_OFF = rf"(?:{{openers}})\s*[:：]?(?=[。；]|\s*(?:$|{END}))"
# Dots that stand for something not written; those that part two sentences, or stand in quotes, are a figure of speech.
DOTS = re.compile(rf"(?:…+|\.{{3,}}|。{{3,}})(?=[，。；、）)]|[{HAN}]{{0,3}}(?:$|[，。；{END}])|等)")
# A text that only tries the keyboard: test, 测试1, 啊啊啊, 111.
TRIED = rf"(?:^|(?<={END}))(?:(?:{{tries}})[\dA-Za-z一二三]{{0,3}}|([^\W\d_])\1{{2,9}})[。.]?(?={END}|$)"
# The same run of 2 to 16 characters twice: 进行进行, 万元万元, 100%100%.
TWICE = re.compile(rf"([^\s{END}，。；：、！？…—_*\-.=]{{2,16}}?)\1")
# The same clause twice: 完成道路养护，完成道路养护，
CLAUSE_TWICE = re.compile(rf"(?:^|(?<=[，。；、{END}]))([^，。；、\s{END}]{{4,60}})[，。；、]\1(?=[，。；、{END}]|$)")
WORD = re.compile(rf"[{HAN}%％]")
BOTH_DOUBLED = re.compile(rf"([{HAN}])\1([{HAN}])\2")  # 实实在在, 的的确确: a word made so
NUMERAL = re.compile("[〇零○一二三四五六七八九十百千万亿\\d.．]+")
EACH = "一逐每各"  # 一户一户, 逐项逐项, 老人每人每月: one after the other
MONEY = re.compile("费|款|金|经费|资金|补[贴助]|津贴|券")  # what a word before it is paid for: 会议费
PAID = re.compile("(?:支付|安排|用于|发放|列支|拨付|缴纳|保障|补助|解决|增加|减少)$")
CONTEXT = 2  # characters on each side that tell whether two words merely meet


@lru_cache(maxsize=4)
def _grammar(characters: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these characters twice."""
    return re.compile("|".join(f"{re.escape(one)}{{2}}" for one in characters))


@lru_cache(maxsize=8)
def _with(pattern: str, key: str, words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern with the words of a list in the place it leaves for them."""
    return re.compile(pattern.replace(f"{{{key}}}", any_of(words).pattern))


@look(
    id="G01-01",
    title="模板的提示语没有删",
    severity=ERROR,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="“{text}”里留着“{said}”，这是模板的提示或占位符，会原样公开。",
    remedy="按提示填上内容后，把提示语删掉。",
)
def residue(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Prompts and signs of a template that were left in."""
    units = tuple(sorted(unit for unit in bounds.measures if re.match(f"[{HAN}]", unit)))
    found: dict[Passage, list[str]] = {}
    for pattern in (
        any_of(bounds.words["residue"]),
        any_pattern(bounds.words["residue_patterns"]),
        _with(SIGN, "units", units),
    ):
        for passage, match in texts(book, bounds).search(pattern):
            found.setdefault(passage, []).append(match[0])
    for passage, prompts in found.items():
        places = {"said": quoted(prompts), "text": brief(passage.text, 40)}
        yield Breach(passage.cells, places)


@look(
    id="G01-11",
    title="话没有写完",
    severity=WARNING,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="“{text}”没有写完：“{said}”后面应当还有内容。",
    remedy="把内容写完；没有内容可写的，删去半句话。",
)
def unfinished(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A sentence that breaks off (主要原因是。), a place still to be filled (待定), dots for something not written."""
    patterns = (
        _with(BROKEN_OFF, "openers", bounds.words["broken_off"]),
        any_pattern(bounds.words["pending_patterns"]),
        DOTS,
    )
    for pattern in patterns:
        for passage, match in texts(book, bounds).search(pattern):
            near = around(match, 12).split(END)
            shown = next(part for part in near if match[0] in part)
            yield Breach(passage.cells, {"text": brief(shown, 40), "said": match[0]})


@look(
    id="G01-12",
    title="像是试着填的",
    severity=WARNING,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="这一格只写了“{said}”，像是试填时留下的。",
    remedy="换成真的内容。",
)
def tried_out(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A cell with nothing but a word that tries the workbook, or one key held down."""
    pattern = _with(TRIED, "tries", bounds.words["tries"])
    for passage, match in texts(book, bounds).search(pattern):
        yield Breach(passage.cells, {"said": brief(match[0])})


# ---------------------------------------------------------------- words typed twice


def _word_twice(run: str) -> bool:
    """Whether a run that stands twice is words: not figures, nor one character again and again, nor 一户一户 and the like."""
    if WORD.search(run) is None or NUMERAL.fullmatch(run) or len(set(run)) == 1:
        return False
    return not {run[0], run[-1]} & set(EACH) or len(run) > len("一户")


def _merely_meet(match: re.Match[str], whole: str, names: str, bounds: Bounds) -> bool:
    """Whether two words merely meet, as in 就业服务 and 服务对象: both stand elsewhere too, each without the other.

    A word of the forms' own indicator levels (服务对象满意度指标) needs no other proof, nor does a project's name that says
    what is paid for (四次会议 and 会议费), wherever it stands.
    """
    run = match[1]
    before = match.string[max(0, match.start() - CONTEXT) : match.start()].rpartition(END)[2]
    behind = match.string[match.end() : match.end() + CONTEXT].partition(END)[0]
    if not WORD.match(before[-1:]) or not WORD.match(behind[:1]):
        return False
    named = MONEY.match(behind) is not None and PAID.search(before) is None
    if named and before + match[0] + behind[0] in names:
        return True
    if before + run + behind in whole:
        return False  # elsewhere it stands once
    if any(run + behind in level["level2"] for level in bounds.levels):
        return True
    first = re.search(f"{re.escape(before + run)}(?!{re.escape(run)})", whole)
    second = re.search(f"(?<!{re.escape(run)}){re.escape(run + behind)}", whole)
    return first is not None and second is not None


@look(
    id="G01-13",
    title="词语重复",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{text}”里“{said}”连写了两遍。",
    remedy="删去一个；确是两个词相连的，不用改。",
)
def doubled_words(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A run of two characters or more, a clause, or a word that is never doubled, twice in a row: the first of each text."""
    written = texts(book, bounds)
    names = END.join(project.name for project in book.projects)
    found: dict[Passage, tuple[int, str, str]] = {}
    for passage, match in written.search(TWICE):
        if _word_twice(match[1]) and not _merely_meet(match, written.joined, names, bounds):
            _keep_first(found, passage, match, match[1])
    for passage, match in written.search(CLAUSE_TWICE):
        _keep_first(found, passage, match, match[1])
    for passage, match in written.search(_grammar(bounds.words["never_doubled"])):
        near = around(match, CONTEXT)
        right = BOTH_DOUBLED.search(near) or any(word in near for word in bounds.words["doubled_rightly"])
        if not right:
            _keep_first(found, passage, match, match[0][0])
    for passage, (_, said, text) in found.items():
        yield Breach(passage.cells, {"said": brief(said), "text": text})


def _keep_first(found: dict[Passage, tuple[int, str, str]], passage: Passage, match: re.Match[str], said: str) -> None:
    """Keep what stands first in a text."""
    near = next(part for part in around(match, 8).split(END) if match[0] in part)
    found[passage] = min(found.get(passage, (match.start(), said, brief(near, 40))), (match.start(), said, brief(near, 40)))
