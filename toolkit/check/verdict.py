"""Whether data fits a JSON Schema, quickly, and which of its parts do not; what is wrong with those jsonschema explains.

jsonschema alone takes three times as long for a return as reading the workbook. What its words mean is the same here, and a
test holds both to the same answers. Where a schema has a word that is not known here, jsonschema alone decides.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
# A part that does not fit: where it stands in the data, its own schema, and what stands there.
Unfit = tuple[Path, Mapping[str, Any], Any]
Fits = Callable[[Any], bool]
# What is asked of a text: how long it may be, whether it is one line, and what else, answered by a match or a truth.
Limits = tuple[int, bool, Callable[[str], object] | None]
ONE_LINE = r"^[^\n]*$"
SAID = {"$schema", "$id", "title"}  # words that ask for nothing


class Verdict:
    """A schema made ready; a return's has objects, arrays and strings."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema
        words = {word: value for word, value in schema.items() if word not in SAID}
        self.of = str(words.pop("type", ""))
        self.properties = {
            name: Verdict(inner) for name, inner in words.pop("properties", {}).items()
        }
        self.fitting = {name: inner.fits for name, inner in self.properties.items()}
        self.required = frozenset(words.pop("required", ()))
        self.closed = words.pop("additionalProperties", True) is False
        self.items = Verdict(words.pop("items")) if "items" in words else None
        self.least = int(words.pop("minItems", 0))
        text, limits = _text(words)
        kinds: dict[str, Fits] = {
            "object": self._fits_object,
            "array": self._fits_array,
            "string": text,
        }
        self.known = not words and self.of in kinds
        self.fits: Fits = kinds[self.of] if self.known else _never
        self.limits = limits if self.known and self.of == "string" else None
        # Of the parts of an object those that are texts.
        self.texts = {
            name: inner.limits
            for name, inner in self.properties.items()
            if inner.limits is not None
        }

    def unfit(self, data: Any, path: Path = ()) -> Iterator[Unfit]:
        """Yield the smallest parts that do not fit, in the order in which jsonschema speaks of them."""
        if self.fits(data):
            return
        if not self.known:
            yield path, self.schema, data
        elif self.of == "object" and self._is_whole(data):
            for name, inner in self.properties.items():
                if name in data:
                    yield from inner.unfit(data[name], (*path, name))
        elif (
            self.of == "array"
            and self.items is not None
            and isinstance(data, list)
            and len(data) >= self.least
        ):
            for place, one in enumerate(data):
                yield from self.items.unfit(one, (*path, place))
        else:
            yield path, self.schema, data

    @property
    def each(self) -> Verdict:
        """What is asked of each part of an array; raise LookupError where nothing is."""
        if self.items is None:
            raise LookupError(self.of)
        return self.items

    def _is_whole(self, data: Any) -> bool:
        """Whether an object has what it must have and nothing else, whatever that holds."""
        if not isinstance(data, dict) or not self.required.issubset(data):
            return False
        return not self.closed or self.properties.keys() >= data.keys()

    def _fits_object(self, data: Any) -> bool:
        if not self._is_whole(data):
            return False
        # A loop: most of what a return holds comes by here, one by one.
        for name, inner in data.items():
            fits = self.fitting.get(name)
            if fits is not None and not fits(inner):
                return False
        return True

    def _fits_array(self, data: Any) -> bool:
        if not isinstance(data, list) or len(data) < self.least:
            return False
        return self.items is None or all(map(self.items.fits, data))


def _never(_: Any) -> bool:
    """Nothing fits, as far as is known here: jsonschema is asked."""
    return False


def _text(words: dict[str, Any]) -> tuple[Fits, Limits | None]:
    """What a text must be, and its limits, where these say it all; its words are taken out."""
    pattern = words.pop("pattern", "")
    search = re.compile(pattern).search if pattern else None
    choices = frozenset(words.pop("enum")) if "enum" in words else None
    least, most = words.pop("minLength", 0), words.pop("maxLength", None)

    def fits(data: Any) -> bool:
        if (
            not isinstance(data, str)
            or len(data) < least
            or (most is not None and len(data) > most)
        ):
            return False
        if choices is not None and data not in choices:
            return False
        return search is None or search(data) is not None

    if least or (choices is not None and search is not None):
        return fits, None
    longest = most if most is not None else sys.maxsize
    if pattern == ONE_LINE:
        return fits, (longest, True, None)
    return fits, (
        longest,
        False,
        choices.__contains__ if choices is not None else search,
    )
