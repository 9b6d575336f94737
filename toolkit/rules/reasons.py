"""Reasons of change (表内): whether they say anything, fit the figure, and do not repeat what is generated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.model import Figure, Return, Row, Words
from toolkit.rules.reading import any_of, brief, cells, quoted
from toolkit.rules.rule import ERROR, INFO, WARNING, Bounds, Breach, look, money

FORMS = {"composition": ("basic", "project"), "three_public": ("abroad", "vehicle_purchase", "vehicle_running", "reception")}
REASONS = (  # what is read of either form
    *("composition.change", "composition.this_year", "composition.last_year", "composition.reason"),
    *("three_public.change", "three_public.this_year", "three_public.last_year", "three_public.reason"),
)
CONTENT = re.compile(r"[㐀-鿿0-9A-Za-z]")  # a character that says something: Chinese, a digit, a letter
# An amount with its unit: 12.50 万元.
AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:万|亿)元")


def _changed(book: Return) -> Iterator[tuple[Row, Figure, Words]]:
    """Every row that asks for a reason, with its change (calculated anew where its cell is blank) and its reason."""
    for form, keys in FORMS.items():
        grid = book.grid(form)
        rows = [grid[key] for key in keys if key in grid]
        for row in rows:
            change = row.figure("change")
            if change.value is None:
                change = row.figure("this_year") - row.figure("last_year")
            yield row, change, row.words("reason")


def substance(text: str, bounds: Bounds) -> str:
    """What a reason says once the usual words are taken away: "主要原因是经费增加。" leaves nothing."""
    rest = any_of(bounds.words["reason_filler"]).sub("", text)
    return "".join(CONTENT.findall(rest))


@look(
    id="B02-03",
    title="增减原因没有内容",
    severity=ERROR,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="增减 {change}{unit}，原因写的是“{reason}”，没有说出因为什么。",
    remedy="写出具体的事：哪项政策、哪个项目、人员怎么变。如“在职人员由 20 人增至 23 人”“某项目上年已完工”。",
    reads=REASONS,
)
def empty_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason is written, but nothing is left of it once the usual words are taken away."""
    for _, change, reason in _changed(book):
        if not reason.given or not change.number:
            continue
        if not substance(reason.text, bounds):
            places = {"reason": brief(reason.text), "change": money(change)}
            yield Breach(cells(reason), places)


@look(
    id="B02-04",
    title="增减幅度大，原因太简略",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="上年 {last}{unit}，增减 {change}{unit}，幅度 {share}，原因只写了“{reason}”。",
    remedy="幅度这么大，读者会问。把影响最大的一两件事写出来，最好带上人数、项目名称。",
    reads=REASONS,
)
def thin_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A large change with a reason of a word or two."""
    least = bounds.thresholds["reason_length"]
    for row, change, reason in _changed(book):
        last = row.figure("last_year")
        if last.number <= 0 or abs(change.number) <= last.number * bounds.thresholds["change_to_explain"]:
            continue
        if not 0 < len(substance(reason.text, bounds)) < least:
            continue  # long enough; or empty, which is told by a rule of its own
        places = {
            "reason": brief(reason.text),
            "change": money(change),
            "last": money(last),
            "share": f"{abs(change.number) / last.number:.0%}",
        }
        yield Breach(cells(reason, row.figure("this_year"), last), places)


@look(
    id="B02-05",
    title="原因的方向与增减相反",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="本行{way} {change}{unit}，原因却说“{word}”：“{reason}”。",
    remedy="核对本年数和上年数有没有填反；数没有错的，改写原因（可能是沿用了上年的话）。",
    reads=REASONS,
)
def other_direction(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """The reason only speaks of an increase while the figure falls, or the other way round."""
    up = any_of(bounds.words["reason_up"])
    down = any_of(bounds.words["reason_down"])
    for _, change, reason in _changed(book):
        if change.number == 0:
            continue
        rises = change.number > 0
        own, other = (up, down) if rises else (down, up)
        match = other.search(reason.text)
        if match is None or own.search(reason.text):
            continue
        places = {
            "reason": brief(reason.text),
            "way": "增加" if rises else "减少",
            "change": money(abs(change.number)),
            "word": match[0],
        }
        yield Breach(cells(reason, change), places)


@look(
    id="B02-06",
    title="没有增减，却写了增减的原因",
    severity=WARNING,
    basis=("审核经验/增减原因",),
    kind="表内",
    message="本年、上年都是 {this}{unit}，没有增减，原因却写着“{reason}”。",
    remedy="没有增减的，把原因清空；确有增减的，核对本年数和上年数。",
    reads=REASONS,
)
def reason_without_change(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """A reason for a change where nothing changed."""
    moved = any_of((*bounds.words["reason_up"], *bounds.words["reason_down"]))
    no_cause_needed = any_of(bounds.words["no_cause_needed"])
    for row, change, reason in _changed(book):
        if change.number != 0:
            continue
        # 无增减 says that nothing changed; what is left may still speak of a change.
        rest = no_cause_needed.sub("", reason.text)
        if moved.search(rest):
            this, last = row.figure("this_year"), row.figure("last_year")
            places = {"reason": brief(reason.text), "this": money(this)}
            yield Breach(cells(reason, this, last), places)


@look(
    id="B02-07",
    title="原因里写了金额",
    severity=INFO,
    basis=("表样/填报要求",),
    kind="表内",
    message="原因里有“{examples}”。公开的句子会自动写出增减额，这里再写就重复了，数改了也容易忘改。",
    remedy="只写原因，把金额删掉。",
    reads=REASONS,
)
def amount_in_reason(book: Return, bounds: Bounds) -> Iterator[Breach]:
    """Amounts inside a reason: the generated sentence states them already."""
    for _, _, reason in _changed(book):
        amounts = AMOUNT.findall(reason.text)
        if amounts:
            yield Breach(cells(reason), {"examples": quoted(amounts)})
