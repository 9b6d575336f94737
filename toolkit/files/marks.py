"""The mark of a state (送审稿) put on every page of a document or workbook, and taken off again; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.files.package import SHEET_ORDER, Element, Markup, Package, quoted, spelt

_HEADER_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
)
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEADER = "word/header{}.xml"
_OWN = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:hdr xmlns:w="{_SPACE}"></w:hdr>'


def mark(package: Package, text: str) -> None:
    """Put a mark on every page: into each header of a document (one is made where there is none), or of a workbook's sheets."""
    if package.main.startswith("xl/"):
        for sheet in _sheets(package):
            _mark_sheet(package, sheet, text)
        return
    headers = [
        one.target
        for one in package.relations(package.main)
        if one.kind == "header" and one.target
    ]
    for header in headers or [_new_header(package)]:
        markup = package.markup(header)
        markup.insert(markup.root.inside, _paragraph(markup, text))
        package.put(header, markup)


def unmark(package: Package, text: str) -> bool:
    """Take the mark off again; whether there was one."""
    if package.main.startswith("xl/"):
        found = [_unmark_sheet(package, sheet, text) for sheet in _sheets(package)]
        return any(found)
    marked = False
    for header in [
        one.target
        for one in package.relations(package.main)
        if one.kind == "header" and one.target
    ]:
        markup = package.markup(header)
        ours = [
            one
            for one in markup.root.children
            if one.name == "p" and _text(one) == text
        ]
        for one in ours:
            markup.remove(one)
        marked = marked or bool(ours)
        package.put(header, markup)
        if ours and len(markup.root.children) == len(ours):
            _drop_header(package, header)
    return marked


def _text(element: Element) -> str:
    return "".join(one.text for one in element.every("t"))


def _paragraph(markup: Markup, text: str) -> str:
    prefix, declared = markup.named(_SPACE, "w")
    w = f"{prefix}:" if prefix else ""
    centred = f'<{w}pPr><{w}jc {w}val="center"/></{w}pPr>'
    run = f"<{w}r><{w}t>{spelt(text)}</{w}t></{w}r>"
    return f"<{w}p{declared}>{centred}{run}</{w}p>"


def _new_header(package: Package) -> str:
    """A header that every section has, for a document that has none."""
    name = package.free(_HEADER)
    package.add(name, _OWN, _HEADER_TYPE)
    package.settle()
    relation = package.relate(package.main, "header", name)
    markup = package.markup(package.main)
    r, declared = markup.named(package.office, "r")
    prefix, _ = markup.named(_SPACE, "w")
    for section in list(markup.all("sectPr")):
        xml = f'<{prefix}:headerReference{declared} {prefix}:type="default" {r}:id={quoted(relation)}/>'
        if section.inside == section.end:
            markup.append(section, xml)
        else:
            markup.insert(section.inside, xml)
    package.put(package.main, markup)
    return name


def _drop_header(package: Package, header: str) -> None:
    """Take away a header that held nothing but the mark, and what refers to it."""
    relation = next(
        one.id for one in package.relations(package.main) if one.target == header
    )
    markup = package.markup(package.main)
    for one in list(markup.all("headerReference")):
        if one.attributes.get(":id") == relation:
            markup.remove(one)
    package.put(package.main, markup)
    package.unrelate(package.main, header)
    package.drop(header)


# -- sheets ------------------------------------------------------------------------------------------------------------


def _sheets(package: Package) -> Iterator[str]:
    return (
        one.target
        for one in package.relations(package.main)
        if one.kind == "worksheet" and one.target
    )


def headed(package: Package) -> tuple[str, ...]:
    """What stands in the headers of a workbook's sheets, each once, with the letters that place it; of a document nothing."""
    found: dict[str, None] = {}
    for sheet in _sheets(package) if package.main.startswith("xl/") else ():
        about = package.markup(sheet, "sheetData").root.child("headerFooter")
        header = about.child("oddHeader") if about else None
        if header is not None:
            found[header.text] = None
    return tuple(found)


def _mark_sheet(package: Package, sheet: str, text: str) -> None:
    markup = package.markup(sheet, "sheetData")
    about = markup.root.child("headerFooter")
    header = about.child("oddHeader") if about else None
    written = f"&C{text}"
    if header is not None and header.text:
        markup.write(header, header.text + written)
    elif header is not None:
        markup.remove(header)
        markup.insert(header.end, f"<oddHeader>{spelt(written)}</oddHeader>")
    elif about is not None:
        markup.insert(about.inside, f"<oddHeader>{spelt(written)}</oddHeader>")
    else:
        xml = f"<headerFooter><oddHeader>{spelt(written)}</oddHeader></headerFooter>"
        markup.insert_in_order(markup.root, xml, "headerFooter", SHEET_ORDER)
    package.put(sheet, markup)


def _unmark_sheet(package: Package, sheet: str, text: str) -> bool:
    markup = package.markup(sheet, "sheetData")
    about = markup.root.child("headerFooter")
    header = about.child("oddHeader") if about else None
    if about is None or header is None or not header.text.endswith(f"&C{text}"):
        return False
    if header.text != f"&C{text}":
        markup.write(header, header.text.removesuffix(f"&C{text}"))
    elif len(about.children) == 1:
        markup.remove(about)
    else:
        markup.remove(header)
    package.put(sheet, markup)
    return True
