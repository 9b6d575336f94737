"""What a unit writes out beside its tables (表内): 机关运行经费 by kind of unit, what money is used for, projects described."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import Levenshtein

from toolkit.model import Name, Return, Words
from toolkit.rules.reading import brief, cells, folded, kinship
from toolkit.rules.rule import ERROR, WARNING, Bounds, Breach, look

NO_ORGAN = "事业单位"  # whose running costs are no 机关运行经费; one managed as an organ is called otherwise
# 机关运行经费 as a column of the published table
PRINTED = "three_public_table.operating"
# what is told of a project that is published
DESCRIBED = (
    "overview",
    "basis",
    "executor",
    "scheme",
    "period",
)
RUN = 4  # characters of another row's name that show whose words a text is
TWICE = 2  # times that a text has more to do with one thing than with another that it stands at
MONTHS = re.compile(r"(20\d\d)年")
OPEN = re.compile(r"起|以来|至今|长期|持续")  # a period without an end
SLIPS = 2  # characters by which a mistyped name differs
LONG = 8  # characters from which a name is told from another by so few
# What tells two names of one kind apart: 第一小学, 第二小学.
TOLD_APART = re.compile(r"[一二三四五六七八九十百0-9东南西北中上下大小新老甲乙丙丁]")


@look(
    id="B09-21",
    title="事业单位填了机关运行经费",
    severity=WARNING,
    basis=("表样/填报要求",),
    kind="表内",
    message="本单位是{nature}，机关运行经费填了 {said}{unit}；只有行政单位和参公事业单位才有。",
    remedy="不是机关、参公单位的，机关运行经费填 0；单位性质选错的，改封面的“单位性质”。",
    needs=("cover.nature", "operating.amount"),
    reads=(PRINTED,),
)
def operating_of_others(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A unit that is neither an organ nor managed as one has 机关运行经费.

    Some provinces ask every unit for its 公用经费 by that name; where the table of 三公经费 prints it, it is that of organs.
    """
    if Name.parse(PRINTED).block not in book.blocks:
        return
    nature = book.fields("cover").words("nature")
    amount = book.figure("operating.amount")
    if nature.text == NO_ORGAN and amount.number > bounds.tolerance:
        yield Breach(
            cells(amount, nature),
            {"nature": nature.text, "said": bounds.said(amount)},
            value=bounds.said(amount),
        )


@look(
    id="B09-22",
    title="写的是别的科目、项目的事",
    severity=WARNING,
    basis=("审核经验/雷同",),
    kind="表内",
    message="“{own}”写的“{text}”和“{other}”的一字不差，说的是“{other}”的事。",
    remedy="写它自己的事；这里没有错的，改“{other}”的。",
    reads=("project.goal", "project.overview", "uses.item_name", "uses.purpose"),
)
def copied(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Two classes say the same of what their money is for, or two projects of what they do, and it is about one of them."""
    uses = (
        (row.text("item_name"), row.text("item_name"), row.words("purpose"))
        for row in book.rows("uses")
    )
    yield from _copied(uses)
    heads = ((project.name, project.head) for project in book.projects)
    yield from _copied(
        (name, f"{name}\n{head.text('goal')}", head.words("overview"))
        for name, head in heads
    )


def _copied(things: Iterable[tuple[str, str, Words]]) -> Iterator[Breach]:
    """What several things say alike: each with its name, what is known of it, and what it says."""
    alike: dict[str, list[tuple[str, str, Words]]] = defaultdict(list)
    for name, known, words in things:
        if words.given:
            alike[folded(words.text)].append((name, known, words))
    for text, same in alike.items():
        if len(same) == 1:
            continue
        kin = {name: kinship(text, folded(known)) for name, known, _ in same}
        other = max(same, key=lambda one: kin[one[0]])
        if not _runs(text) & _runs(folded(other[1])):
            continue  # it is about none of them, as far as the words show
        for name, _, words in same:
            if kin[name] * TWICE <= kin[other[0]]:
                places = {
                    "own": brief(name),
                    "other": brief(other[0]),
                    "text": brief(words.text),
                }
                yield Breach(cells(words, other[2]), places)


def _runs(text: str) -> set[str]:
    """Every run of so many characters of a text."""
    return {text[at : at + RUN] for at in range(len(text) - RUN + 1)}


@look(
    id="B09-23",
    title="要公开的项目没有写全项目经费情况",
    severity=ERROR,
    basis=("表样/填报要求",),
    kind="表内",
    message="项目“{project}”选了公开项目经费情况，还有 {count} 格没有写。",
    remedy="把项目概述到实施周期都写上；不公开这个项目的，把“是否公开项目经费情况”改成“否”。",
    needs=("project.main",),
    reads=(
        "project.overview",
        "project.basis",
        "project.executor",
        "project.scheme",
        "project.period",
    ),
)
def not_described(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project that is to be published lacks part of what is told of it."""
    for project in book.projects:
        blank = [
            words
            for key in DESCRIBED
            if key in project.head.values
            and not (words := project.head.words(key)).given
        ]
        if project.head.text("main") == "是" and blank:
            yield Breach(
                cells(*blank),
                {"project": brief(project.name), "count": str(len(blank))},
            )


@look(
    id="B09-24",
    title="实施周期在预算年度以前",
    severity=WARNING,
    basis=("审核经验/年度",),
    kind="表内",
    message="项目“{project}”的实施周期写的是“{text}”，不到 {due} 年。",
    remedy="改成今年的周期；以前年度开始、今年还在做的，写到哪年哪月为止。",
    needs=("project.name",),
    reads=("project.period",),
)
def period_gone_by(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A project's period ends before the budget's year begins."""
    for project in book.projects:
        period = project.head.words("period")
        years = [int(year) for year in MONTHS.findall(period.text)]
        if years and max(years) < bounds.year and not OPEN.search(period.text):
            places = {
                "project": brief(project.name),
                "text": brief(period.text),
                "due": str(bounds.year),
            }
            yield Breach(
                cells(period), places, value=str(max(years)), expected=str(bounds.year)
            )


@look(
    id="B09-25",
    title="实施主体的名称像是打错了字",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="项目“{project}”的实施主体写的是“{said}”，单位的名称是“{name}”。",
    remedy="打错了字的，改成单位的全称；确是另一个单位的，不用改。",
    needs=("project.name",),
    reads=("project.executor", "cover.department", "agencies.name"),
)
def executor_misspelt(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Who carries a project out is called nearly, but not quite, as a unit of the department."""
    names = (
        book.name,
        book.fields("cover").text("department"),
        *(row.text("name") for row in book.rows("agencies")),
    )
    known = {folded(name) for name in names if len(name) >= LONG}
    for project in book.projects:
        executor = project.head.words("executor")
        said = folded(executor.text)
        if not said or said in known:
            continue
        near = next((name for name in known if _is_slip(said, name)), None)
        if near is not None:
            places = {
                "project": brief(project.name),
                "said": executor.text,
                "name": near,
            }
            yield Breach(cells(executor), places, value=executor.text, expected=near)


def _is_slip(said: str, name: str) -> bool:
    """Whether one name is another with a character or two mistyped, of which none tells units of one kind apart."""
    if said == name or Levenshtein.distance(said, name, score_cutoff=SLIPS) > SLIPS:
        return False
    changed = {
        sign
        for one, other in ((said, name), (name, said))
        for sign in one
        if one.count(sign) > other.count(sign)
    }
    return not any(TOLD_APART.match(sign) for sign in changed)


@look(
    id="B09-26",
    title="名词解释说的是别的名词",
    severity=WARNING,
    basis=("审核经验/前后一致",),
    kind="表内",
    message="“{term}”的解释里说“{said}”，不会是它自己的解释。",
    remedy="看看是不是和别的名词的解释填反了；没有填反的，改写这句解释。",
    needs=("glossary.definition", "glossary.term"),
)
def defined_by_what_it_is_not(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A term is explained as what is left besides it: 基本支出, 在基本支出之外……."""
    for row in book.rows("glossary"):
        term, definition = folded(row.text("term")), row.words("definition")
        bare = re.escape(term.strip('“”"《》()'))
        match = (
            re.search(
                rf"除(?:了)?[“\"]?{bare}[”\"]?|{bare}[”\"]?(?:之外|以外)",
                folded(definition.text),
            )
            if bare
            else None
        )
        if match is not None and not match.string.startswith(bare, match.start() - 1):
            yield Breach(
                cells(definition, row.words("term")),
                {"term": row.text("term"), "said": match[0]},
            )
