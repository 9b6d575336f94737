"""How fast the toolkit is, beside what it cannot be faster than and beside others: `make bench`, `make bench-large`.

`returns` puts returns together, `county` makes workbooks of them by the thousand (`spelling` as other programs write, `zipped`
packs), `running` starts and measures programs (`ours` and `peers` are these programs), `rows` are what is measured, `telling`
tells it. What it has measured, and what limits it: docs/performance.md.
"""
