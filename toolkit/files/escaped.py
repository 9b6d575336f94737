"""Text as XML writes it, and in which encoding. Python's own xml.sax.saxutils does the same, and loads http, mail and ssl to do it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"&(?:#([0-9]+)|#x([0-9A-Fa-f]+)|(lt|gt|quot|apos|amp));")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}


def escape(text: str, more: Mapping[str, str] | None = None) -> str:
    """The text between two tags; `more` are further characters, each with what is written for it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for character, written in (more or {}).items():
        text = text.replace(character, written)
    return text


def attribute(text: str) -> str:
    """The text as an attribute's value, with its quotes: those that it does not hold itself, where it holds one kind alone."""
    text = escape(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', "&quot;") + '"'


def unescaped(text: str) -> str:
    """What stands between two tags, as it reads."""
    return _REFERENCE.sub(_meant, text) if "&" in text else text


def _meant(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


def in_utf8(xml: bytes) -> bytes:
    """The same XML in UTF-8; what is so already stays as it is."""
    declared = _DECLARED.match(xml)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif declared and declared[1].lower() not in (
        b"utf-8",
        b"utf8",
        b"us-ascii",
        b"ascii",
    ):
        encoding = declared[1].decode("ascii")
    else:
        return xml
    xml = xml.decode(encoding).encode("utf-8")
    declared = _DECLARED.match(xml)
    if not declared:
        return xml
    start, end = declared.span(1)
    return xml[:start] + b"UTF-8" + xml[end:]
