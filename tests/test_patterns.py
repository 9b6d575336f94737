"""Texts are searched only where a pattern can begin: nothing that is there may be passed over for that.

Every pattern of the rules is held against a plain search, on the texts of an example and on texts thrown together of the
pattern's own characters, in which parts of it stand everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random

import pytest

from toolkit import rules, steps
from toolkit.model import Cell, Words
from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import from_data
from toolkit.rules import patterns as room
from toolkit.rules.patterns import (
    ANY,
    DIGIT,
    Need,
    Start,
    compiled,
    starts,
    ways,
)
from toolkit.rules.reading import (
    END,
    Late,
    Passage,
    Runs,
    Texts,
    any_name,
    any_of,
    any_pattern,
    late,
    shown,
    texts,
    twice_in_a_row,
)

PROFILE = load("hebei-2023")
PUBLISHED = sorted(
    (
        Path(__file__).parent.parent
        / "examples"
        / "01-xianghe-as-published"
        / "returns"
    ).glob("*.json")
)
THROWN = 12  # texts thrown together a pattern
LONG = 60  # characters of each


def passages(*several: str) -> Texts:
    """Texts that stand one below the other."""
    return Texts(
        tuple(
            Passage("project.goal", Words(text, Cell("", "", row, 1)))
            for row, text in enumerate(several, 1)
        )
    )


@cache
def written() -> Texts:
    """The texts of an example's first unit."""
    return texts(
        from_data(json.loads(PUBLISHED[0].read_text(encoding="utf-8")), PROFILE, "一"),
        bounds(PROFILE.id),
    )


@cache
def patterns() -> tuple[str, ...]:
    """The patterns that stand in the rules, and those made of their word lists."""
    rooms = [
        import_module(f"toolkit.rules.{room.name}")
        for room in iter_modules(rules.__path__)
    ]
    own = [
        value.pattern
        for room in rooms
        for value in vars(room).values()
        if isinstance(value, (re.Pattern, Late))
    ]
    lists = bounds(PROFILE.id).words
    of_lists = [
        (any_pattern if key.endswith("_patterns") else any_of)(tuple(words)).pattern
        for key, words in sorted(lists.items())
    ]
    return tuple(dict.fromkeys(own + of_lists))


def found(seen: Iterator[tuple[Passage, re.Match[str]]]) -> list[tuple[int, int, int]]:
    """What was found: the row of its text, where it begins and ends."""
    return [(next(iter(passage.cells)).row, *match.span()) for passage, match in seen]


def plainly(several: Texts, pattern: str) -> list[tuple[int, int, int]]:
    """The same by a plain search of everything."""
    there = []
    for match in re.finditer(pattern, several.joined):
        number = several.joined.count(END, 0, match.start())
        there.append((next(iter(several.passages[number].cells)).row, *match.span()))
    return there


def thrown(pattern: str) -> Texts:
    """Texts of the characters that a pattern is written with; some of them stand twice."""
    dice = Random(len(pattern))
    signs = [
        *dict.fromkeys(re.sub(r"\\u[0-9a-f]{4}|\\x00|[\x00\\]", "", pattern)),
        *"12年，。 的",
    ]
    several = [
        "".join(dice.choices(signs, k=dice.randint(0, LONG))) for _ in range(THROWN)
    ]
    return passages(*several, *dice.sample(several, THROWN // 2), several[0])


def test_there_are_patterns_to_look_at() -> None:
    assert len(patterns()) > 200
    assert sum(ways(pattern) != ANY for pattern in patterns()) > 150


def test_every_pattern_finds_what_a_plain_search_finds() -> None:
    """In the texts of an example, and in texts thrown together of its own characters."""
    for pattern in patterns():
        for several in (written(), thrown(pattern)):
            if any(END in match[0] for match in re.finditer(pattern, several.joined)):
                break  # what parts texts, or is of formulas, is never sought in the texts of a return
            assert found(several.search(late(pattern))) == plainly(several, pattern), (
                pattern
            )


@pytest.mark.parametrize(
    ("pattern", "first", "needed"),
    [
        ("年度", "年", ["年", "度"]),
        ("(?:甲|乙)丙", "甲乙", ["甲乙", "丙"]),
        (r"(?<!\d)\d{5}", DIGIT, [DIGIT]),
        ("一*二+三?", "一二", ["二"]),
        ("[一-龥]元", None, ["元"]),
        ("[^，]元", None, ["元"]),
        (".元", None, ["元"]),
        ("(?:甲|)元", None, ["元"]),
        ("(?=甲)乙(?!丙)", "乙", ["乙"]),
        ("(?i)ab", None, []),
        (r"(甲)\1", "甲", ["甲"]),
        ("甲?", None, []),
        ("(?>甲)乙++", "甲", ["甲", "乙"]),
    ],
)
def test_what_a_pattern_begins_with_and_cannot_do_without(
    pattern: str, first: str | None, needed: list[str]
) -> None:
    (way,) = ways(pattern)
    assert way.first == (
        None if first is None else frozenset([first] if first == DIGIT else first)
    )
    assert way.needed == {
        frozenset([signs] if signs == DIGIT else signs) for signs in needed
    }


def test_what_must_not_stand_before_a_pattern_is_read_off_it() -> None:
    number = frozenset((DIGIT, "."))
    assert {one.unlike for one in starts(r"(?P<this>(?<![\d.])\d+)元")} == {number}
    assert {one.unlike for one in starts(r"(?<!\d)(?<!年)\d")} == {frozenset((DIGIT,))}
    for pattern in (r"(?<!年月)\d", r"(?<=年)\d", r"(?!年)\d", r"\d(?<!年)"):
        assert {one.unlike for one in starts(pattern)} == {frozenset()}
    several = passages("3.5元，12元", "7元2.元", "1a1元")
    pattern = r"(?<![\d.])\d(?:\.\d)?元"
    assert found(several.search(late(pattern))) == plainly(several, pattern)


@pytest.mark.parametrize(
    ("pattern", "leads"),
    [
        ("甲乙丙[丁戊]", {"甲乙丙"}),
        ("满(?:意渡|义度)", {"满意渡", "满义度"}),
        ("(?:甲乙|丙)丁", {"甲乙丁", "丙丁"}),
        ("甲(?=乙)乙?丙", {""}),
        ("(?:甲乙)+丙", {"甲乙"}),
        ("甲*乙丙", {""}),
    ],
)
def test_plain_characters_in_front_of_a_pattern_are_known(
    pattern: str, leads: set[str]
) -> None:
    assert {one.lead for one in starts(pattern)} == leads


def test_what_stands_behind_one_sign_or_several_is_known() -> None:
    (number,) = starts(r"\d+(?:\.\d+)?元")
    assert number.second == frozenset((DIGIT, ".", "元"))
    (open_ended,) = starts(r"(?:\d+)")
    assert open_ended.second is None


def test_each_branch_says_what_must_not_stand_before_it() -> None:
    begun = starts(r"甲|(?<!\d)\d乙")
    assert [one.unlike for one in begun] == [frozenset(), frozenset((DIGIT,))]


@pytest.mark.parametrize("digit", ["4", "４"])
def test_numbers_at_both_ends_of_the_texts_are_found(digit: str) -> None:
    for several in (
        passages(f"12元，{digit}", "元3"),
        passages("元", f"甲{digit}1元"),
        passages(digit),
    ):
        for pattern in (r"(?<!\d)\d+元?", r"(?<!\d)[1１]\d元", r"\d元"):
            assert found(several.search(late(pattern))) == plainly(several, pattern)


@pytest.mark.parametrize("astral", ["", "\U00020000"])
def test_runs_twice_in_a_row_are_found_as_a_plain_search_finds_them(
    astral: str,
) -> None:
    dice, lengths = Random(7), range(2, 5)
    pattern = r"([^，\x00]{2,4}?)\1"
    for _ in range(200):
        texts_of_it = (
            "".join(dice.choices(f"甲乙丙，1{astral}", k=dice.randint(0, 12)))
            for _ in range(6)
        )
        several = passages(*texts_of_it)
        there = {match.start() for match in re.finditer(pattern, several.joined)}
        assert there <= set(twice_in_a_row(several.joined, lengths))
        ours = found(several.search(late(pattern), Runs(lengths)))
        assert ours == plainly(several, pattern)
        behind = r"[1甲][^\x00]{0,2}?([^，\x00])\1"
        ours = found(several.search(late(behind), Runs(range(1, 2), 3)))
        assert ours == plainly(several, behind)
    assert twice_in_a_row("甲乙甲乙", lengths) == [0]
    assert twice_in_a_row("甲" * 5, lengths) == [0, 1]
    assert twice_in_a_row("甲乙丙丁", lengths) == []


def test_each_branch_in_front_begins_in_its_own_manner() -> None:
    assert {(way.first, len(way.needed)) for way in ways("(?:甲乙|丙丁)戊")} == {
        (frozenset("甲"), 3),
        (frozenset("丙"), 3),
    }
    assert {way.first for way in ways("戊?(?:甲乙|丙丁)")} == {frozenset("戊甲丙")}


def test_a_pattern_that_cannot_be_met_is_not_even_compiled() -> None:
    broken = late("甲乙(")  # which re refuses
    with pytest.raises(re.error):
        list(passages("甲乙").search(broken))
    pattern = late("某县某局")
    assert list(passages("某县某委", "").search(pattern)) == []
    assert "finditer" not in vars(pattern)
    assert "match" not in vars(pattern)


def test_what_overlaps_is_found_once_and_in_order() -> None:
    several = passages("甲甲甲", "", "乙甲甲")
    assert found(several.search(late("甲甲|乙"))) == [(1, 0, 2), (3, 5, 6), (3, 6, 8)]
    assert list(passages().search(late("甲"))) == []


def test_the_whole_catalogue_finds_the_same_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One return of the example, checked as it is and with every text searched whole."""
    from toolkit.check.judge import check_return

    known = steps.catalogue(PROFILE)
    data = json.loads(PUBLISHED[0].read_text(encoding="utf-8"))
    here = check_return(from_data(data, PROFILE, "一"), PROFILE, known)
    monkeypatch.setattr(
        "toolkit.rules.reading.starts",
        lambda _: (Start(None, None, frozenset(), (Need(frozenset(), ()),)),),
    )
    whole = check_return(from_data(data, PROFILE, "一"), PROFILE, known)
    assert here.findings == whole.findings
    assert here.findings


RANGES = (
    "[一-龥]+",
    "[^㐀-鿿]+",
    "(?:甲[一-龥]|[A-龥])+",
    "(?<![㐀-鿿Ａ])[A-z]{2}(?=[一-龥a])",
    "(?i)[A-龥]+",
)


@pytest.mark.parametrize("pattern", RANGES)
def test_a_range_that_the_compiler_does_not_go_through_finds_what_it_always_finds(
    pattern: str,
) -> None:
    """Chinese characters have no case; a range that begins among letters keeps theirs."""
    text = "Az甲乙，Ａbc丙a 0丁９ß㐀鿿\u9fff\ua000zZ\uab70《甲》"
    plain = [match.span() for match in re.finditer(pattern, text)]
    assert [match.span() for match in compiled(pattern).finditer(text)] == plain


# -- from one run to the next -----------------------------------------------------------------------------------------


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run that knows of no pattern yet."""
    for name in ("EARLIER", "NOW"):
        monkeypatch.setattr(room, name, {})
    monkeypatch.setattr(room, "NEVER", set())
    forget()
    yield
    forget()


def forget() -> None:
    for asked in (compiled, starts, ways):
        asked.cache_clear()


@pytest.mark.usefixtures("anew")
def test_what_is_kept_of_a_pattern_makes_the_same_pattern() -> None:
    several = patterns()[::5]
    before = [(compiled(one), starts(one)) for one in several]
    kept = room.to_keep()
    assert set(kept) == set(several)
    room.NOW.clear()
    forget()
    room.take(kept)
    assert [(compiled(one), starts(one)) for one in several] == before
    assert not room.to_keep()  # nothing was made that was not there


@pytest.mark.usefixtures("anew")
def test_of_a_pattern_more_may_be_asked_in_a_later_run() -> None:
    starts("甲(?P<what>乙+)")
    room.take(room.to_keep())
    room.NOW.clear()
    forget()
    match = compiled("甲(?P<what>乙+)").search("丙甲乙乙")
    assert match is not None
    assert match["what"] == "乙乙"
    begins, made = room.to_keep()["甲(?P<what>乙+)"]
    assert begins
    assert made


@pytest.mark.usefixtures("anew")
def test_nothing_is_kept_of_names_that_stand_in_a_workbook() -> None:
    names, words = any_name(("某某工作经费", "甲乙项目")), any_of(("所需经费", "甲"))
    for pattern in (names, words):
        assert pattern.search("某某工作经费、所需经费")
        assert starts(pattern.pattern)
    assert set(room.to_keep()) == {words.pattern}


@pytest.mark.usefixtures("anew")
def test_where_there_are_too_many_names_nothing_more_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "MOST_KEPT", 1)
    room.keep_nothing_of("甲")
    room.keep_nothing_of("乙")
    assert compiled("乙丙").search("乙丙")
    assert not room.to_keep()


@pytest.mark.usefixtures("anew")
def test_a_python_without_that_parser_takes_nothing_of_earlier_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "parser", None)
    room.take({"甲": ((), None)})
    assert starts("甲") == (Start(None, None, frozenset(), (Need(frozenset(), ()),)),)


def test_what_is_shown_ends_where_its_own_text_does() -> None:
    match = re.search("乙县", END.join(("问卷", "在乙县保洁4人", "丙")))
    assert match is not None
    assert shown(match, 12) == "在乙县保洁4人"
    assert shown(match, 1) == "在乙县保"
