"""Characters that do not go out well (文稿): full-width figures, and what other machines cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.model import Return
from toolkit.rules.reading import Passage, late, summary, texts
from toolkit.rules.rule import WARNING, Bounds, Breach, look

# What a Chinese input method leaves of a figure: ２７人, １００％, 95％, ＣＴ, the comma of 1，234.50万元; ＞＝95 as a value,
# not within a sentence (AQI＞200), where a Chinese font has no other.
FULL_WIDTH = late(
    r"[0-9.]*[０-９][0-9０-９．，％]*|\d+(?:\.\d+)?％|(?:^|(?<=\x00))[＞＜＝]{1,2}(?=\s*[\d０-９])|[Ａ-Ｚａ-ｚ]{2,}"
    r"|(?<!\d)\d{1,3}(?:，\d{3})+(?:\.\d+)?(?=\s*[万亿]?元)"
)
# Private use (造字), what stands for a character that was lost, half of a pair of surrogates, emoji.
NOT_SHOWN = late(
    "[\ue000-\uf8ff\ufffd-\uffff\ud800-\udfff\U0001f000-\U0001faff\U000f0000-\U0010ffff]"
)


@look(
    id="G04-01",
    title="数字、符号是全角的",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="有 {count} 处数字、符号是全角的（“{examples}”），公开出去与别处的写法不一样。",
    remedy="切换到英文输入法，重新输入半角的数字和符号，如“27人”“100%”“≥95%”。",
)
def full_width(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Full-width digits, and comparison marks before a number: one finding."""
    found = texts(book, bounds).holding(FULL_WIDTH)
    yield from summary(found)


@look(
    id="G04-02",
    title="有别的电脑显示不出来的字",
    severity=WARNING,
    basis=("审核经验/文字",),
    kind="文稿",
    message="有 {count} 个字别的电脑显示不出来（“{examples}”）：是本机造的字、表情，或者转换时丢掉的字。",
    remedy="换成能输入的字；人名、地名里的生僻字，用国标字库里的字，或加括号说明。",
)
def not_shown(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Characters of private use, lost ones, and emoji: one finding, each named by its number."""
    found: dict[Passage, list[str]] = {}
    written = texts(book, bounds)
    if not NOT_SHOWN.search("".join(written.signs)):
        return
    for passage, match in written.search(NOT_SHOWN):
        found.setdefault(passage, []).append(f"U+{ord(match[0]):04X}")
    yield from summary(found)
