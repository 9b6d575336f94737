"""How many wrong numbers the audit of statements notices: two digits of an understood number exchanged, one number at a time.

    python -m tests.swaps STATEMENT… [--share 1.0] [--seed 1]

For each statement: how many of the understood numbers that are not zero are noticed, and every one that is not, with what
else the statement says of its subject. A number without two neighbouring digits that differ is counted apart.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.audit.facts import Fact
from toolkit.audit.finding import Beside
from toolkit.audit.judge import Audited, judge
from toolkit.audit.reading import Statement, read_statement
from toolkit.steps.auditing import beside, read_file


@dataclass(frozen=True)
class Swapped:
    """One number spoilt: what it was, what it became, whether it was noticed."""

    fact: Fact
    became: str
    noticed: bool


def swapped(raw: str, chance: random.Random) -> str:
    """A number with two neighbouring digits exchanged; "" where no two differ."""
    places = [
        at
        for at in range(len(raw) - 1)
        if raw[at : at + 2].isdigit() and raw[at] != raw[at + 1]
    ]
    if not places:
        return ""
    at = chance.choice(places)
    return raw[:at] + raw[at + 1] + raw[at] + raw[at + 2 :]


def spoilt(statement: Statement, fact: Fact, became: str) -> Statement:
    """The statement, read anew, with one of its numbers become another."""
    wrong = statement.paragraphs[fact.paragraph]
    start = fact.start + wrong.text[fact.start :].index(fact.raw)
    text = wrong.text[:start] + became + wrong.text[start + len(fact.raw) :]
    blocks = [
        replace(block, text=text) if block is wrong else block
        for block in statement.blocks
    ]
    return read_statement(statement.name, blocks)


def told(audited: Audited) -> set[str]:
    """All that is said of a statement."""
    return {
        said
        for finding in audited.findings
        for said in (finding.message, *finding.also)
    }


def tried(
    statement: Statement, held: Beside, share: float, seed: int
) -> Iterator[Swapped | Fact]:
    """Yield what became of each number, or the number itself where it cannot be spoilt."""
    chance = random.Random(seed)
    before = told(judge(statement, held))
    inside = {id(block) for block in statement.blocks}
    for fact in statement.numbers:
        paragraph = statement.paragraphs[fact.paragraph]
        if (
            not fact.understood
            or not fact.value
            or id(paragraph) not in inside
            or chance.random() >= share
        ):
            continue
        became = swapped(fact.raw, chance)
        if not became:
            yield fact
            continue
        after = told(judge(spoilt(statement, fact, became), held))
        yield Swapped(fact, became, bool(after - before))


def why(statement: Statement, fact: Fact) -> str:
    """Why a wrong number cannot be noticed: what else is said of its subject."""
    others = [
        one for one in statement.facts if one.name == fact.name and one is not fact
    ]
    return f"{fact.name} {fact.role}, told {len(others) + 1} times"


def main() -> None:
    """Try every statement, and print what was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("statements", nargs="+", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    whole = noticed = 0
    for path in given.statements:
        statement = read_file(path)
        results = list(tried(statement, beside(statement), given.share, given.seed))
        done = [one for one in results if isinstance(one, Swapped)]
        seen = sum(one.noticed for one in done)
        whole, noticed = whole + len(done), noticed + seen
        print(
            f"{path.name}: noticed {seen} of {len(done)}; {len(results) - len(done)} could not be spoilt"
        )
        for one in done:
            if not one.noticed:
                print(
                    f"  missed {one.fact.raw} → {one.became}: {why(statement, one.fact)} | {one.fact.quote}"
                )
    print(
        f"all: {noticed} of {whole} = {noticed / whole:.1%}"
        if whole
        else "no number was understood"
    )


if __name__ == "__main__":
    main()
