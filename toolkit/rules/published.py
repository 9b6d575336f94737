"""Last year's figures against what the department published then (上年公开表)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.model import NOTHING, Disclosure
from toolkit.rules.reading import cells
from toolkit.rules.rule import WARNING, Bounds, Breach, Unchecked, look_whole


@look_whole(
    id="F06-01",
    title="上年数和去年公开的不一样",
    severity=WARNING,
    basis=("工作惯例/上年数",),
    kind="汇总后",
    message="{title}汇总是 {said}{unit}，去年公开的是 {published}{unit}，相差 {gap}{unit}。",
    remedy="对照去年公开的表改正；机构调整、口径变化造成的，在增减原因里写明。",
    reads=("composition.last_year", "three_public.last_year"),
)
def not_as_published(
    disclosure: Disclosure, bounds: Bounds
) -> Iterator[Breach | Unchecked]:
    """An amount of last year that the units together give is not the one that was published then."""
    published = disclosure.published
    if published is None:
        yield Unchecked("填报表旁边没有“上年公开表.xlsx”，也没有“上年情况说明.docx”")
        return
    whole = disclosure.whole
    for block in ("composition", "three_public"):
        then = published.grid(block)
        for row, now in whole.grid(block).items():
            said = now.figure("last_year")
            before = then[row].figure("last_year") if row in then else NOTHING
            # No total was taken over: it differs for what differs in it, which is told there.
            if before.blank or said.flawed:
                continue
            gap = abs(said.number - before.number)
            if gap > bounds.tolerance:
                title = bounds.titles[f"{block}.{row}"].strip()
                places = {
                    "title": title,
                    "said": bounds.said(said),
                    "published": bounds.said(before),
                    "gap": bounds.said(gap),
                }
                yield Breach(
                    cells(said),
                    places,
                    value=places["said"],
                    expected=places["published"],
                    difference=places["gap"],
                )
