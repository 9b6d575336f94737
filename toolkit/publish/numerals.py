"""Whole numbers as Chinese headings write them."""

from functools import lru_cache

_DIGITS = "零一二三四五六七八九"


@lru_cache(maxsize=4096)
def numeral(number: int) -> str:
    """A whole number from 1 to 9999 as Chinese headings write it: 12 is 十二, 105 is 一百零五."""
    text = ""
    skipped = False  # whether a nought stands between what was written and what comes
    for digit, unit in zip(f"{number:04d}", ("千", "百", "十", ""), strict=True):
        if digit == "0":
            skipped = bool(text)
            continue
        if skipped:
            text += "零"
            skipped = False
        text += _DIGITS[int(digit)] + unit
    if number < 20 and text.startswith("一十"):  # noqa: PLR2004 十, not 一十
        return text.removeprefix("一")
    return text
