"""Codes of the classification (科目) and their names in published texts (文稿), held against the code list of the year.

社会保障和就业支出（类）行政事业单位养老支出（款）事业单位离退休（项）: each name within the one before it. A list of ours is
partial, so a name that it has not is no fault; one that is all but the same as a name that we have seen printed probably is.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from toolkit.model import Code, CodeList, Return, Sureness, plain_name
from toolkit.rules.reading import Once, Passage, brief, late, texts
from toolkit.rules.rule import INFO, WARNING, Bounds, Breach, look

LIST = "functional"
BASIS = ("工作惯例/收支分类科目",)
HAN = r"\u3400-\u9fff"
# A name and its level. A name may have a bracket of its own: 政府办公厅（室）及相关机构事务.
MARKED = late(
    rf"((?:[{HAN}、]|[（(](?![类款项][）)])[{HAN}]+[）)])+?)[（(]([类款项])[）)]"
)
LEVEL = late("[（(][类款项][）)]")
# A code with a name behind it: 2080502 事业单位离退休. Shorter names may be the beginning of any sentence.
CODE_AND_NAME = late(
    rf"(?<!\d)(\d{{7}}|\d{{5}})(?!\d)[ \u3000]*[“\"]?([{HAN}、（）()]{{4,}})"
)
# behind these a name begins; elsewhere other words may stand before it
BEFORE_A_NAME = (
    "“",
    '"',
    "「",
    "『",
    "【",
)
ALL_BUT_THE_SAME, ALIKE = 0.8, 0.6  # shares of two names that are the same


class Said(NamedTuple):
    """A name in a text that the list has not where it stands, or beside another code; `meant` is what it probably is."""

    passage: Passage
    said: str
    where: str
    meant: Code | None
    sure: bool


def _read(book: Return, bounds: Bounds) -> tuple[Said, ...]:
    codes = bounds.codes.get(LIST)
    if codes is None:
        return ()
    former = frozenset(line["former"] for line in bounds.renamed)
    tails = bounds.words["code_name_tails"]
    names = _Names(codes, former, tails)
    found: list[Said] = []
    # Most texts name no level, and to look for the name before it takes long.
    for passage in texts(book, bounds).holding(LEVEL):
        found += names.marked(passage)
    for passage in texts(book, bounds).holding(CODE_AND_NAME):
        found += names.coded(passage)
    return tuple(dict.fromkeys(found))


readings = Once(_read, of_words=True)


class _Names:
    """The names of a code list as texts write them, some words at their end left out."""

    def __init__(
        self, codes: CodeList, former: frozenset[str], tails: tuple[str, ...]
    ) -> None:
        self.codes = codes
        self.former = former  # told by another rule
        self.tails = tails

    def bare(self, name: str) -> str:
        """A name as far as it matters: 教育支出 may be written 教育."""
        plain = plain_name(name)
        return next(
            (
                plain.removesuffix(tail)
                for tail in self.tails
                if plain.endswith(tail) and plain != tail
            ),
            plain,
        )

    def names(self, one: Code) -> tuple[str, ...]:
        return tuple(self.bare(name) for name in (one.name, *one.aliases))

    def within(self, level: str, around: tuple[str, ...]) -> list[Code]:
        """The codes of a level within any of some codes; within none of them, all of the level."""
        same = [one for one in self.codes if one.level == level]
        return [one for one in same if one.code.startswith(around)] if around else same

    def marked(self, passage: Passage) -> Iterator[Said]:
        """What is wrong with names that say their level, each held within those right before it."""
        around: tuple[str, ...] = ()
        end = -1
        for match in MARKED.finditer(passage.text):
            name, level = match.groups()
            follows = match.start() == end
            end = match.end()
            around = around if follows else ()
            whole = follows or passage.text[: match.start()].endswith(BEFORE_A_NAME)
            options = self.within(level, around)
            fitting = tuple(
                one.code for one in options if self.fits(name, one, whole=whole)
            )
            if fitting:
                around = fitting
                continue
            end = -1  # of what stands behind it, it is not known within what
            if whole and (follows or level == "类") and name not in self.former:
                yield self.unknown(passage, name, options, around)

    def fits(self, said: str, one: Code, *, whole: bool) -> bool:
        """Whether a text is a code's name; where it is not known where the name begins, whether the text ends with it."""
        bare = self.bare(said)
        return any(
            bare == name if whole else bare.endswith(name) for name in self.names(one)
        )

    def unknown(
        self, passage: Passage, name: str, options: list[Code], around: tuple[str, ...]
    ) -> Said:
        """A name that the list has not where it stands, with the one that it is most like."""
        shares = [
            (max(_share(self.bare(name), own) for own in self.names(one)), one)
            for one in options
        ]
        share, near = max(shares, key=lambda pair: pair[0], default=(0.0, None))
        where = "、".join(f"“{self.codes.name_of(code)}”" for code in around[:1])
        sure = (
            near is not None
            and share >= ALL_BUT_THE_SAME
            and (near.sureness is Sureness.PRINT or self.codes.complete)
        )
        return Said(
            passage,
            name,
            f"{where}下面" if where else "",
            near if share >= ALIKE else None,
            sure,
        )

    def coded(self, passage: Passage) -> Iterator[Said]:
        """Codes with the name of another one behind them."""
        for match in CODE_AND_NAME.finditer(passage.text):
            code, words = match.groups()
            one = self.codes.get(code)
            plain = plain_name(words)
            if one is None or any(plain.startswith(name) for name in self.names(one)):
                continue
            other = any(
                plain.startswith(plain_name(each.name))
                for each in self.codes
                if len(each.name) >= len("一般公共")
            )
            if other:
                yield Said(
                    passage,
                    f"{code} {brief(words)}",
                    "",
                    one,
                    one.sureness is Sureness.PRINT,
                )


def _share(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@look(
    id="G05-01",
    title="文中的科目名称与科目表不符",
    severity=WARNING,
    basis=BASIS,
    kind="文稿",
    message="文中的“{said}”，科目表里{where}是“{code} {name}”。",
    remedy="照科目表改名称或编码；当年的科目确是这样叫的，不用改。",
)
def misnamed(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name all but the same as one that was seen printed, or a code with another's name."""
    for said in readings(book, bounds):
        if said.sure and said.meant is not None:
            places = {
                "said": brief(said.said),
                "where": said.where,
                "code": said.meant.code,
                "name": said.meant.name,
            }
            yield Breach(
                said.passage.cells, places, value=said.said, expected=said.meant.name
            )


@look(
    id="G05-02",
    title="文中的科目名称本表未收",
    severity=INFO,
    basis=BASIS,
    kind="文稿",
    message="科目表里{where}没有文中的“{said}”。本工具的表不全，不能说它错。{near}",
    remedy="核对名称；没有错的，不用改。",
)
def unknown_name(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A name that the list has not where it stands."""
    for said in readings(book, bounds):
        if not said.sure:
            near = f"相近的有：{said.meant}。" if said.meant is not None else ""
            yield Breach(
                said.passage.cells,
                {"said": brief(said.said), "where": said.where, "near": near},
            )
