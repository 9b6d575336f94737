"""What lies in a document or a workbook besides what it says, and nobody means to publish: seen in its parts, told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from toolkit.files.grid import open_grid
from toolkit.files.package import Package, PackageError

# Elements of a document that a tracked change leaves behind.
_TRACKED = re.compile(
    rb"<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange|tblPrChange|sectPrChange)[ >]"
)
_HIDDEN = re.compile(rb"<w:vanish(?:/>| w:val=\"(?:1|true|on)\"/>)")
# properties that name somebody
_NAMED = (
    "creator",
    "lastModifiedBy",
    "Company",
    "Manager",
)
LINK, HYPERLINK = "链接着别的文件", "超链接"
_HOLDING = (
    (re.compile(r"vbaproject\.bin$", re.IGNORECASE), "里面有宏"),
    (re.compile(r"/embeddings/"), "里面嵌着别的文件"),
    (re.compile(r"externallinks?/", re.IGNORECASE), LINK),
    (
        re.compile(
            r"(?:^|/)(?:threaded)?comments?[^/]*\.xml$|/threadedcomments/",
            re.IGNORECASE,
        ),
        "里面有批注",
    ),
)


def seen_in(path: Path) -> tuple[str, ...]:
    """What must be gone before a file goes out, each as people call it."""
    package = Package.read(path)
    found = [
        said
        for pattern, said in _HOLDING
        if any(pattern.search(name) for name in package.parts)
    ]
    found += [said for said in _outside(package) if said == LINK]
    if package.main.startswith("xl/"):
        found += _out_of_sight(path)
    else:
        written = [
            raw
            for name, raw in package.parts.items()
            if name.startswith("word/") and name.endswith(".xml")
        ]
        if any(_TRACKED.search(raw) for raw in written):
            found.append("还有没有接受的修订")
        if any(
            _HIDDEN.search(raw)
            for name, raw in package.parts.items()
            if name == package.main
        ):
            found.append("有隐藏的文字")
    return tuple(dict.fromkeys(found))


def linked(package: Package) -> bool:
    """Whether something in a file leads elsewhere where people click on it."""
    return HYPERLINK in _outside(package)


def _outside(package: Package) -> Iterator[str]:
    """What relationships lead out of the file: to a part of it that lies elsewhere, or where people click."""
    for name in package.parts:
        if not name.endswith(".rels"):
            continue
        for one in package.markup(name).all("Relationship"):
            kind = one.attributes.get("Type", "").rpartition("/")[2]
            if one.attributes.get("TargetMode") == "External":
                yield HYPERLINK if kind == "hyperlink" else LINK


def _out_of_sight(path: Path) -> Iterator[str]:
    """Sheets, rows and columns that are hidden and hold something."""
    for sheet in open_grid(path).sheets.values():
        if sheet.hidden:
            yield f"“{sheet.name}”是隐藏的工作表"
            continue
        rows = {row for row, _ in sheet.cells}
        columns = {column for _, column in sheet.cells}
        if rows & (sheet.hidden_rows | sheet.low_rows):
            yield f"“{sheet.name}”有隐藏的行"
        if any(
            first <= column <= last
            for first, last in sheet.hidden_columns
            for column in columns
        ):
            yield f"“{sheet.name}”有隐藏的列"


def named_in(package: Package) -> tuple[str, ...]:
    """Whom the properties of a file name."""
    return tuple(text for _, text in _names(package))


def _names(package: Package) -> Iterator[tuple[str, str]]:
    for part in ("docProps/core.xml", "docProps/app.xml"):
        name = package.find(part)
        for one in package.markup(name).root.children if name else ():
            if one.name in _NAMED and one.text.strip():
                yield name, one.text.strip()


def unnamed(package: Package) -> None:
    """Empty the properties of a file that name somebody."""
    for part in dict.fromkeys(name for name, _ in _names(package)):
        markup = package.markup(part)
        for one in markup.root.children:
            if one.name in _NAMED and one.text.strip():
                markup.write(one, "")
        package.put(part, markup)


def holding(path: Path, words: tuple[str, ...]) -> tuple[str, ...]:
    """Which of some words stand in any part of a file, unpacked, whether in its text or in its markup."""
    try:
        parts = Package.read(path).parts
    except PackageError:
        parts = {path.name: path.read_bytes()}
    plain = b"\n".join(
        re.sub(rb"<[^>]*>", b"", raw) if name.endswith((".xml", ".rels")) else b""
        for name, raw in parts.items()
    )
    whole = b"\n".join(parts.values())
    return tuple(
        word for word in words if any(word.encode() in data for data in (whole, plain))
    )
