"""What was left in a text (文稿): prompts and signs of a template, what is still to be written, words typed twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import eq

from toolkit.model import Return
from toolkit.rules.patterns import longest
from toolkit.rules.reading import (
    END,
    Once,
    Passage,
    Runs,
    any_of,
    any_pattern,
    around,
    brief,
    is_han,
    late,
    listed,
    quoted,
    shown,
    texts,
)
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look

HAN = r"\u3400-\u9fff"
# A sign that stands for a number still to come, before its unit: ×个, X人; not 3×5米, X射线.
SIGN = rf"[XxＸ×NＮ*＊](?<![\dA-Za-z）)×%.].)(?<!\d[{HAN}].)(?=(?:{{units}})(?![数均额员]))"
# A sentence that ends where its object should follow: 主要原因是。
BROKEN_OFF = rf"(?:{{openers}})\s*[:：]?(?=[。；]|\s*(?:$|{END}))"
# Dots that stand for something not written; those that part two sentences, or stand in quotes, are a figure of speech.
DOTS = late(
    rf"(?:…+|\.{{3,}}|。{{3,}})(?=[，。；、）)]|[{HAN}]{{0,3}}(?:$|[，。；{END}])|等)"
)
# A text that only tries the keyboard: test, 测试1, 啊啊啊, 111.
TRIED = r"(?:(?:{tries})[\dA-Za-z一二三]{0,3}|([^\W\d_])\1{2,9})[。.]?"
# The same run of 2 to 16 characters twice: 进行进行, 万元万元, 100%100%.
RUN = Runs(range(2, 17))
ONE = range(1, 2)
TWICE = late(
    rf"([^\s{END}，。；：、！？…—_*\-.=]{{{RUN.lengths[0]},{RUN.lengths[-1]}}}?)\1"
)
# The same clause twice: 完成道路养护，完成道路养护，
CLAUSE_MARKS = "，。；、"
CLAUSE_TWICE = late(
    rf"(?:^|(?<=[{CLAUSE_MARKS}{END}]))([^{CLAUSE_MARKS}\s{END}]{{4,60}})[{CLAUSE_MARKS}]\1(?=[{CLAUSE_MARKS}{END}]|$)"
)
BOTH_DOUBLED = late(rf"([{HAN}])\1([{HAN}])\2")  # 实实在在, 的的确确: a word made so
NUMERAL = late("[〇零○一二三四五六七八九十百千万亿\\d.．]+")
HEADS = "专随即边越"  # 贷款专款专用, 材料随到随办: a saying that repeats its first character
EACH = "一逐每各"  # 一户一户, 逐项逐项, 老人每人每月: one after the other
# What makes another word of the one before it: 会议费, 普查员, 服务站.
COMPOUND = late("[费款金券员站部场馆室所厅院点车网证者师长]|经费|资金|补[贴助]|津贴")
PAID = late("(?:支付|安排|用于|发放|列支|拨付|缴纳|保障|补助|解决|增加|减少)$")
_Match = tuple[Passage, re.Match[str]]
# 1+3+N, 4+X: a letter that is part of a sum is explained by it
PLUS = late(r"[+＋][A-Za-z]")
WORD_LENGTH = 2  # of a word with a letter: X线
# where a trial may be what a number comes from
SOURCES = (
    "indicators.basis",
    "indicators.description",
)
CONTEXT = 2  # characters on each side that tell whether two words merely meet


@lru_cache(maxsize=4)
def _grammar(characters: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of these characters twice."""
    return late(rf"({listed(characters)})\1")


@lru_cache(maxsize=8)
def _with(pattern: str, key: str, words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern with the words of a list in the place it leaves for them."""
    return late(pattern.replace(f"{{{key}}}", any_of(words).pattern))


@lru_cache(maxsize=4)
def _units(measures: frozenset[str]) -> tuple[str, ...]:
    """The units of measure that are written in Chinese."""
    return tuple(sorted(unit for unit in measures if is_han(unit[:1])))


@look(
    id="G01-01",
    title="模板的提示语没有删",
    severity=ERROR,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="“{text}”里留着“{said}”，这是模板、程序的记号，会原样公开。",
    remedy="填上内容后，把记号删掉。",
)
def residue(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Marks that templates and spreadsheets write for themselves and no sentence holds: {{人数}}, #REF!, 点击此处."""
    yield from _left(book, bounds, _machine_marks(bounds))


@look(
    id="G01-37",
    title="像是占位的字、符号",
    severity=WARNING,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="“{text}”里留着“{said}”，像是模板的提示或占位符，会原样公开。",
    remedy="按提示填上内容后，把提示语删掉；确是正文里的字，不用改。",
)
def placeholders(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Prompts, and letters and signs that stand for what is still to be written: a sentence may rightly hold some of them."""
    prompts = any_of(bounds.words["residue"])
    signs = _with(SIGN, "units", _units(bounds.measures))
    yield from _left(
        book, bounds, prompts, any_pattern(bounds.words["residue_patterns"]), signs
    )


def _machine_marks(bounds: Bounds) -> re.Pattern[str]:
    return any_pattern(bounds.words["machine_mark_patterns"])


def _left(book: Return, bounds: Bounds, *patterns: re.Pattern[str]) -> Iterator[Breach]:
    """What the patterns find, one finding a text; a letter of a word (X线) is no sign."""
    found: dict[Passage, list[str]] = {}
    for pattern in patterns:
        for passage, match in texts(book, bounds).search(pattern):
            lettered = (
                match.string[match.start() : match.start() + WORD_LENGTH]
                in bounds.words["lettered_words"]
            )
            summed = PLUS.sub("", match[0]) in {
                part[-1] for part in PLUS.findall(passage.text)
            }
            if not lettered and not summed:
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
    minor=True,
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
            if passage.field in ASKED and not re.search(r"\w", passage.text):
                continue  # nothing is written there at all
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
    most, written = longest(pattern.pattern), texts(book, bounds)
    tried = [
        text
        for text in written.distinct
        if len(text) <= most and pattern.fullmatch(text)
    ]
    for passage in written.saying(tried):
        said = passage.text
        of_things = said.rstrip("。.") in bounds.words["tries_of_things"]
        if passage.field in SOURCES and of_things:
            continue  # 场强由测试得来
        yield Breach(passage.cells, {"said": brief(said)})


# ---------------------------------------------------------------- words typed twice


def _is_of_a_word(sign: str) -> bool:
    return is_han(sign) or sign in {"%", "％"}


def _word_twice(run: str) -> bool:
    """Whether a run that stands twice is words: not figures, nor one character again and again, nor 一户一户 and the like."""
    if not any(map(_is_of_a_word, run)) or NUMERAL.fullmatch(run) or len(set(run)) == 1:
        return False
    if len(run) > len("一户"):
        return True
    return not {run[0], run[-1]} & set(EACH) and run[-1] not in HEADS


def _merely_meet(match: re.Match[str], whole: str, names: str, bounds: Bounds) -> bool:
    """Whether two words merely meet, as in 就业服务 and 服务对象: both stand elsewhere too, each without the other.

    A word of the forms' own indicator levels (服务对象满意度指标) needs no other proof, nor does a project's name that makes
    a new word of the second (四次会议 and 会议费), wherever it stands.
    """
    run = match[1]
    before = match.string[max(0, match.start() - CONTEXT) : match.start()].rpartition(
        END
    )[2]
    behind = match.string[match.end() : match.end() + CONTEXT].partition(END)[0]
    if not _is_of_a_word(before[-1:]) or not _is_of_a_word(behind[:1]):
        return False
    named = COMPOUND.match(behind) is not None and PAID.search(before) is None
    if named and before + match[0] + behind[0] in names:
        return True
    if f"“{before[-1]}{run}”" in whole or f"“{run}{behind}”" in whole:
        return True  # either is a name that stands in quotes elsewhere: “好差评” and 差评整改
    if before + run + behind in whole:
        return False  # elsewhere it stands once
    if any(run + behind in level["level2"] for level in bounds.levels):
        return True
    first = re.search(f"{re.escape(before + run)}(?!{re.escape(run)})", whole)
    second = re.search(f"(?<!{re.escape(run)}){re.escape(run + behind)}", whole)
    return first is not None and second is not None


@lru_cache(maxsize=4)
def _unit_twice(units: frozenset[str], words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a one-character unit twice behind a number or 每, and no word begins with the second: 每人人每月.

    Of a longer unit the last character may be, or the first: 20人次次, 20人人次. Latin letters are none: twice they are
    another unit (mm).
    """
    each = "|".join(
        re.escape(unit)
        for unit in sorted(units)
        if len(unit) == 1 and not (unit.isascii() and unit.isalpha())
    )
    begun = "|".join(re.escape(word) for word in words)
    longer = sorted(
        (unit for unit in units if len(unit) > 1 and not unit.isascii()),
        key=len,
        reverse=True,
    )
    more = "|".join(re.escape(unit) for unit in longer)
    last, first = (
        rf"(?:{more})(?<=(.))(?!{begun})\2",
        rf"(?<=\d)(?=(.)\3)(?:{each})(?={more})",
    )
    return late(rf"(?<=[\d每])(?:({each})(?!{begun})\1|{last}|{first})")


@lru_cache(maxsize=4)
def _twice_behind_a_number(units: frozenset[str]) -> re.Pattern[str]:
    """A pattern that finds any character twice as near behind a number or 每 as within a unit."""
    return late(rf"[\d每][^{END}]{{0,{_longest(units)}}}?([^\d{END}])\1")


@lru_cache(maxsize=8)
def _longest(words: frozenset[str]) -> int:
    return max(map(len, words), default=0)


def _doubled(book: Return, bounds: Bounds) -> tuple[list[_Match], list[_Match]]:
    written = texts(book, bounds)
    runs = list(written.search(TWICE, RUN))
    if not _says_a_clause_again(written.once):
        return runs, []
    return runs, list(written.search(CLAUSE_TWICE))


def _says_a_clause_again(text: str) -> bool:
    """Whether any clause is the same as the one before it: that is asked more quickly than where one is."""
    one = CLAUSE_MARKS[0]
    for mark in CLAUSE_MARKS[1:]:
        text = text.replace(mark, one)
    clauses = text.replace(END, one + END + one).split(one)
    return any(map(eq, clauses, clauses[1:]))


# the runs, and the clauses, that stand twice in a row
doubled = Once(_doubled, of_words=True)


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
    runs, clauses = doubled(book, bounds)
    for passage, match in runs:
        if _word_twice(match[1]) and not _merely_meet(
            match, written.joined, names, bounds
        ):
            _keep_first(found, passage, match, match[1])
    for passage, match in clauses:
        _keep_first(found, passage, match, match[1])
    # Mostly no character stands twice behind a number; the pattern that knows all units takes three milliseconds to compile.
    behind = Runs(ONE, 1 + _longest(bounds.measures), no_digits=True)
    number = _twice_behind_a_number(bounds.measures)
    doubtful = next(written.search(number, behind), None) is not None
    for passage, match in (
        written.search(_unit_twice(bounds.measures, bounds.words["unit_words"]))
        if doubtful
        else ()
    ):
        _keep_first(found, passage, match, match[1] or match[2] or match[3])
    grammar = bounds.words["never_doubled"]
    lengths = range(1, 1 + _longest(frozenset(grammar)))
    for passage, match in written.search(_grammar(grammar), Runs(lengths)):
        near = shown(match, CONTEXT)
        right = BOTH_DOUBLED.search(near) or any(
            word in near for word in bounds.words["doubled_rightly"]
        )
        if not right:
            _keep_first(found, passage, match, match[0][0])
    for passage, (_, said, text) in found.items():
        yield Breach(passage.cells, {"said": brief(said), "text": text})


def _keep_first(
    found: dict[Passage, tuple[int, str, str]],
    passage: Passage,
    match: re.Match[str],
    said: str,
) -> None:
    """Keep what stands first in a text."""
    near = next(part for part in around(match, 8).split(END) if match[0] in part)
    found[passage] = min(
        found.get(passage, (match.start(), said, brief(near, 40))),
        (match.start(), said, brief(near, 40)),
    )


# ---------------------------------------------------------------- words to a colleague, marks of another program

# A bracketed aside, of one kind of bracket: 【…】, （…）, [...].
ASIDE = late(rf"[（(【\[〔［]([^（()）【】\[\]〔〕［］{END}]{{2,40}})[）)】\]〕］]")
CLAUSE_START = rf"(?:^|(?<=[，。；！？\n（(【{END}]))"


@lru_cache(maxsize=4)
def _ordering(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds an order at the head of a clause."""
    return late(f"{CLAUSE_START}(?:{any_pattern(patterns).pattern})")


@lru_cache(maxsize=4)
def _unended(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds a text's end on a word or a mark that cannot end one."""
    return late(rf"(?:{any_pattern(patterns).pattern}|[、，：:])。?\s*$")


def _ending_amiss(several: Iterable[str], patterns: tuple[str, ...]) -> set[str]:
    """The texts that end on a word or a mark that cannot end one. That is sought at their ends alone, blanks apart."""
    unended = _unended(patterns)
    most = longest(any_pattern(patterns).pattern) + len("。")
    return {
        text
        for text in several
        if len(text) >= LEAST
        and unended.search(text, max(0, len(text.rstrip()) - most))
    }


@look(
    id="G01-30",
    title="给同事的话留在文里",
    severity=WARNING,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="“{said}”像是审核、填表的人之间说的话，会原样公开。",
    remedy="照它说的核对、修改以后，把这句话删掉。",
)
def remark_to_a_colleague(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """An aside in brackets that asks or orders, or a sentence that orders the form to be mended; prompts are told elsewhere."""
    written = texts(book, bounds)
    asks = any_pattern(bounds.words["remark_patterns"])
    prompts = any_pattern(bounds.words["residue_patterns"])
    found: dict[Passage, list[str]] = {}
    for passage, match in written.search(ASIDE):
        if (
            asks.search(match[1].strip())
            and not prompts.search(match[0])
            and not _machine_marks(bounds).search(match[0])
        ):
            found.setdefault(passage, []).append(match[0])
    for passage, match in written.search(_ordering(bounds.words["order_patterns"])):
        if passage not in found and not prompts.search(f"（{match[0]}）"):
            found[passage] = [match[0]]
    for passage, remarks in found.items():
        yield Breach(passage.cells, {"said": quoted(map(brief, remarks))})


# What other programs write for themselves: <br>, </p>, &nbsp;, \n, # 标题, [文字](http…); a character by its number: _x000D_.
MARKUP = late(
    r"</?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>\x00]{0,200})?/?>|&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,6});|\\[nrt](?![A-Za-z])"
    r"|(?:^|(?<=[\x00\n]))#{1,6}(?=\s*[㐀-鿿]|\s+\S)|\]\(https?:|(?<!`)`[^`\x00]{1,40}`|<!--|-->"
    r"|_x[0-9A-Fa-f]{4}_"
    r"|\*(?=[㐀-鿿])[^*\x00]{1,40}(?<=[㐀-鿿])\*(?!\*)"
)


@look(
    id="G01-31",
    title="网页代码、排版记号粘了进来",
    severity=WARNING,
    basis=("审核经验/模板残留",),
    kind="文稿",
    message="“{text}”里有“{said}”，是网页或别的程序的记号，会原样公开。",
    remedy="删掉这些记号；从网页、聊天里粘贴时，选“只保留文本”。",
)
def markup(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Marks of HTML, of Markdown and of programs."""
    for passage, marks in texts(book, bounds).holding(MARKUP).items():
        yield Breach(
            passage.cells, {"said": quoted(marks), "text": brief(passage.text, 40)}
        )


# ---------------------------------------------------------------- pasted twice, broken off, nothing said

LONG_RUN = 8  # characters that nobody repeats on purpose
BLOCK = LONG_RUN // 2
LONG_SENTENCE = 10
STOPPED = "。；;！!？?，,、.．\n "
SENTENCES = late(r"[。；;！!？?\n]")
POINT = late(
    r"^\s*(?:（[一二三四五六七八九十\d]+）|[一二三四五六七八九十]+[、.]|\d{1,2}[、.．）)]|[①-⑳])\s*"
)


def _has_a_run_again(text: str) -> bool:
    """Whether eight characters of a text stand in it once more further on; where not, nothing longer does."""
    # Eight characters that come again are sixteen places with eight characters at the most.
    if len(set(text)) > len(text) - LONG_RUN:
        return False
    # Of any eight characters some four begin at a multiple of four: by those the others are found.
    for at in range(0, len(text) - LONG_RUN - BLOCK + 1, BLOCK):
        block = text[at : at + BLOCK]
        again = text.find(block, at + LONG_RUN)
        while again >= 0:
            if _alike(text, at, again) >= LONG_RUN:
                return True
            again = text.find(block, again + 1)
    return False


def _alike(text: str, first: int, second: int) -> int:
    """How many characters around two places with the same four are the same."""
    before = 0
    while before < min(BLOCK, first) and (
        text[first - before - 1] == text[second - before - 1]
    ):
        before += 1
    behind = BLOCK
    while (
        behind < min(LONG_RUN, len(text) - second)
        and text[first + behind] == text[second + behind]
    ):
        behind += 1
    return before + behind


def _pasted_twice(text: str) -> str:
    """A run of a text that follows itself, marks between them apart, or a sentence that stands twice in it; or ""."""
    if not _has_a_run_again(text):
        return ""
    seen: dict[str, int] = {}
    for at in range(len(text) - LONG_RUN + 1):
        first = seen.get(text[at : at + LONG_RUN])
        seen[text[at : at + LONG_RUN]] = at
        if first is None or at - first < LONG_RUN:
            continue
        run = text[first:at].rstrip(STOPPED)
        if len(run) >= LONG_RUN and text.startswith(run, at):
            return run
    kept: set[str] = set()
    for sentence in SENTENCES.split(text):
        bare = POINT.sub("", sentence).strip()
        if len(bare) >= LONG_SENTENCE and bare in kept:
            return bare
        kept.add(bare)
    return ""


@look(
    id="G01-32",
    title="同一句话写了两遍",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="“{said}”在这一格里写了两遍。",
    remedy="删去多出来的一遍。",
)
def pasted_twice(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A run of eight characters or more pasted twice; what is told as a doubled word or clause is not told again."""
    written = texts(book, bounds)
    runs, clauses = doubled(book, bounds)
    told = {
        passage for passage, match in (*runs, *clauses) if len(match[1]) >= LONG_RUN
    }
    found = {
        text: run
        for text in written.distinct
        if len(text) >= 2 * LONG_RUN and (run := _pasted_twice(text))
    }
    for passage in written.saying(found):
        if passage not in told:
            yield Breach(passage.cells, {"said": brief(found[passage.text], 40)})


WHOLE = (
    "overall.goal",
    "goals.goal",
    "project.goal",
    "safeguards.text",
    "duties.text",
    "glossary.definition",
)
ENDED = late(r"[。！？!?；;）)”》…】\]>]\s*$")
FEW = 4  # texts of a kind from which a habit can be told
LEAST = 12  # characters of a text that is a sentence


def _cut_within_a_word(text: str, joined: str) -> bool:
    """Whether a text ends where a word goes on everywhere else: 修复工 where all others write 修复工程."""
    tail = text[-TAIL:]
    if len(text) < LEAST or not all(map(is_han, tail)):
        return False
    following = [
        joined[match.end() : match.end() + 1]
        for match in re.finditer(re.escape(tail), joined)
    ]
    elsewhere = [sign for sign in following if sign != END]
    own = len(following) - len(elsewhere)
    return (
        own == 1
        and len(elsewhere) > 1
        and len(set(elsewhere)) == 1
        and is_han(elsewhere[0])
    )


# A reason that ends on a figure without its unit, or on the mark that parts two causes.
OPEN_REASON = late(rf"(?:(?<=[{HAN}])\d+|；)\s*$")
# A cause without what it caused: 因本年度新增的.
CAUSE_ALONE = late(r"^(?:因|由于|因为)[^，。；、]*的[。]?\s*$")
TAIL = 3  # characters that are followed alike wherever a word goes on


@look(
    id="G01-33",
    title="一段话像是断了",
    severity=INFO,
    basis=("审核经验/文字",),
    kind="文稿",
    message="这段话到“{said}”就没有了：{why}。",
    remedy="核对是不是漏了后半句；已经写完的，末尾加句号。",
    minor=True,
)
def broken_off(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A text that ends on a word that cannot end one, within a word, or without the stop that all others of its kind have."""
    for passage, why in cut_off(book, bounds):
        yield Breach(passage.cells, {"said": passage.text.strip()[-8:], "why": why})


def _cut_off(book: Return, bounds: Bounds) -> tuple[tuple[Passage, str], ...]:
    """The texts that are not at their end where they end, each with what shows it."""
    found = []
    written = texts(book, bounds)
    stopped = _ending_amiss(written.distinct, bounds.words["cannot_end_patterns"])
    sentences = [
        passage for passage in written.of(*WHOLE) if len(passage.text) >= LEAST
    ]
    unstopped = {passage for passage in sentences if not ENDED.search(passage.text)}
    usual = _fields_that_stop(sentences, unstopped)
    # Of most fields no text is asked.
    asked = {passage.field for passage in written.saying(stopped)}
    asked.update(
        field
        for field in written.by_field
        if field in WHOLE or field.endswith(".reason")
    )
    for passage in written.of(*asked):
        text, reason = passage.words.text, passage.field.endswith(".reason")
        without_stop = bool(unstopped) and passage in unstopped
        why = ""
        if text in stopped or (reason and CAUSE_ALONE.search(text) is not None):
            why = "停在不能结尾的字上"
        elif not reason and not without_stop:
            continue  # nearly every text
        elif without_stop and (passage.field in usual or _stops_elsewhere(text)):
            why = "末尾没有句号，别的地方都有"
        elif reason and len(text) >= LEAST and OPEN_REASON.search(text):
            why = "停在数字、分号上"
        elif _cut_within_a_word(text, written.joined + END):
            why = "别处这个词后面都还有字"
        if why:
            found.append((passage, why))
    return tuple(found)


cut_off = Once(_cut_off, of_words=True)


def _fields_that_stop(sentences: list[Passage], unstopped: set[Passage]) -> set[str]:
    """The fields whose texts all end with a stop but one, and all fields where that is so of the whole return."""
    count = Counter(passage.field for passage in sentences)
    lack = Counter(passage.field for passage in unstopped)
    if len(unstopped) == 1 and len(sentences) > FEW:
        return set(count)
    return {
        field for field, missing in lack.items() if missing == 1 and count[field] >= FEW
    }


def _stops_elsewhere(text: str) -> bool:
    """Whether a text ends its earlier sentences with a stop: 甲。乙。丙."""
    return text.count("。") > 1 and "\n" not in text


# marks that may stand around a word which says nothing
NO_MARKS = str.maketrans(dict.fromkeys("（）()【】。.，,"))
ASKED = (
    "indicators.level3",
    "indicators.description",
    "goals.name",
    "goals.indicators",
    *WHOLE,
)


@look(
    id="G01-34",
    title="要写的一格写了“无”“暂无”",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="文稿",
    message="这一格要写内容，只写了“{said}”，会原样公开。",
    remedy="把内容写上；这一行用不着的，整行清空。",
)
def nothing_said(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A word that stands for no answer, or only marks, where words are asked for."""
    pending = any_pattern(bounds.words["pending_patterns"])
    written = texts(book, bounds)
    placeholders = bounds.words["placeholders"]
    more = _says_more(placeholders)
    empty = {
        text
        for text in written.distinct
        if not more.match(text) and _is_empty(text, placeholders)
    }
    for passage in written.saying(empty):
        if passage.field in ASKED and not pending.search(passage.text):
            yield Breach(passage.cells, {"said": brief(passage.text)})


@lru_cache(maxsize=4096)
def _is_empty(text: str, placeholders: tuple[str, ...]) -> bool:
    """Whether a short text says nothing: a word that stands for no answer, marks and blanks apart, or marks alone."""
    bare = "".join(text.translate(NO_MARKS).split())
    return bare.upper() in placeholders or not re.search(r"[\w]", bare)


@lru_cache(maxsize=4)
def _says_more(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds more letters and digits than the longest of these words has characters."""
    return late(rf"(?:\W*+\w){{{_longest(frozenset(words)) + 1}}}")
