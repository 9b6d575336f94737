"""HTML as values: whatever is not made here is text and is escaped, so that no cell can speak to a browser."""

from __future__ import annotations

from html import escape

from toolkit.files.unseen import visible

VOID = frozenset({"br", "col", "hr", "input", "link", "meta"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def clean(text: str) -> str:
    """The text as it may stand in a page: unseen characters are replaced, so that it can be seen that something is there."""
    return visible(text)


def escaped(value: object) -> Html:
    """Escape a text; markup passes as it is."""
    return (
        value
        if isinstance(value, Html)
        else Html(escape(clean(str(value)), quote=True))
    )


def tag(name: str, /, *inside: object, **attributes: str | int | bool | None) -> Html:
    """Make an element. An attribute that is None or False is left out, True stands alone; class_ is class, data_x is data-x."""
    opening = name
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        opening += " " + key.rstrip("_").replace("_", "-")
        if value is not True:
            opening += f'="{escaped(value)}"'
    if name in VOID:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(*inside)}</{name}>")


def join(*inside: object) -> Html:
    """One piece of markup after another; None is nothing."""
    pieces = [escaped(piece) for piece in inside if piece is not None]
    return Html("".join(pieces))
