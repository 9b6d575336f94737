"""What a hand does to a number or a word: slips of the keyboard, each the way people make it."""

from __future__ import annotations

import random
import re
from decimal import Decimal

STOPS = tuple("，。；、：")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def written(number: Decimal) -> str:
    """A number without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_amount(text: str) -> bool:
    """Whether a text is an amount that is worth spoiling."""
    return bool(re.fullmatch(r"\d+(\.\d+)?", text)) and Decimal(text) > 1


def digits_swapped(text: str, rng: random.Random) -> str:
    """Two neighbouring digits exchanged: 452.85 becomes 425.85."""
    places = [
        at
        for at in range(len(text) - 1)
        if text[at : at + 2].isdigit()
        and text[at] != text[at + 1]
        and text[at + 1] != "0"
    ]
    if not places:
        return times(text, 10)
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def can_swap(text: str) -> bool:
    return is_amount(text) and digits_swapped(text, random.Random(0)) != times(text, 10)


def times(text: str, factor: int) -> str:
    """So many times: the point put elsewhere, or another unit of money."""
    return written(Decimal(text) * factor)


def part(text: str, divisor: int) -> str:
    return written((Decimal(text) / divisor).quantize(Decimal("0.01")))


def digit_dropped(text: str, rng: random.Random) -> str:
    """A digit not typed."""
    places = [
        at
        for at, sign in enumerate(text)
        if sign.isdigit() and at and text[at - 1] != sign
    ]
    at = rng.choice(places)
    return text[:at] + text[at + 1 :]


def digit_doubled(text: str, rng: random.Random) -> str:
    """A digit typed twice."""
    at = rng.choice(
        [at for at, sign in enumerate(text) if sign.isdigit() and (sign != "0" or at)]
    )
    return text[: at + 1] + text[at:]


def number_changed(text: str, factor: int) -> str:
    """The first number of a text so many times what it was."""
    return NUMBER.sub(lambda found: times(found[0], factor), text, count=1)


def cut_off(text: str) -> str:
    """A text that stops within a word: pasted only to the end of the line."""
    at = max(6, len(text) * 3 // 5)
    while text[at - 1] in STOPS or text[at : at + 1] in STOPS:
        at -= 1
    return text[:at]


def inserted(text: str, more: str, rng: random.Random) -> str:
    """Words put behind a comma or stop of a text, or at its end."""
    places = [at + 1 for at, sign in enumerate(text) if sign in "，。；"]
    at = rng.choice(places) if places else len(text)
    return text[:at] + more + text[at:]
