"""A profile's files held against schema/vocabulary.schema.json: what the engine does not know is told, never passed over.

A walker for the words of JSON Schema that the vocabulary uses: jsonschema itself takes as long to load and run as a whole
check of one workbook may. A test holds the two to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolkit.profile.stored import ProfileError, home, read_json
from toolkit.profile.wrong import Place, WrongError, near, wrong

KINDS: Mapping[str, str] = {
    "string": "用引号括起来的文字",
    "integer": "整数（不加引号）",
    "number": "数（不加引号）",
    "boolean": "true 或者 false（不加引号）",
    "array": "方括号括起来的几项",
    "object": "花括号括起来的几项",
}
# what the vocabulary says for those who read it
WORDS_ALONE = frozenset({"$ref", "description"})
VOCABULARY = "vocabulary.schema.json"
Schema = Mapping[str, Any] | bool
Fault = tuple[Place, str]  # where, what


def read_declared(path: Path, what: str, vocabulary: str = VOCABULARY) -> Any:
    """Read a file of schema/ and hold it against a vocabulary; `what` is its part there. Raise ProfileError, in Chinese."""
    declared = read_json(path)
    found = list(faults(declared, what, vocabulary))
    if found:
        raise ProfileError(wrong(path, found)) from WrongError(*found[0])
    return declared


def faults(declared: Any, what: str, vocabulary: str = VOCABULARY) -> Iterator[Fault]:
    """Yield what a declaration says that the vocabulary does not know, each place once, in the order of the file."""
    found: list[Fault] = []
    _look_at(declared, _parts(vocabulary)[what], (), found)
    told: set[Place] = set()
    for place, said in found:
        if place not in told:
            told.add(place)
            yield place, said


@lru_cache(maxsize=2)
def _parts(vocabulary: str) -> Mapping[str, Schema]:
    """The parts of a vocabulary, each with what it refers to put in its place."""
    schema = read_json(home() / "schema" / vocabulary)
    parts: dict[str, Schema] = schema["$defs"]
    return {name: _opened(part, parts) for name, part in parts.items()}


def _opened(part: Any, parts: Mapping[str, Schema]) -> Any:
    if isinstance(part, list):
        return [_opened(one, parts) for one in part]
    if not isinstance(part, dict):
        return part
    referred = part.get("$ref")
    # Among properties "$ref" and "description" are keys of a declaration: what these may say is a schema, no text.
    said = {
        word: _opened(inner, parts)
        for word, inner in part.items()
        if word not in WORDS_ALONE or not isinstance(inner, str)
    }
    return (
        {**_opened(parts[referred.rpartition("/")[2]], parts), **said}
        if isinstance(referred, str)
        else said
    )


# A profile has ten thousand things to look at, all but always without a fault: what is wrong is put down in one list, since as
# many functions that yield would take twice as long.


def _look_at(value: Any, schema: Schema, place: Place, found: list[Fault]) -> None:
    """Put down what is wrong with a value. Where its type is wrong nothing more is asked of it."""
    if schema is True:
        return
    if schema is False:
        found.append((place, "这里不用写这一项，写了也不起作用"))
        return
    if "type" in schema and not _is(value, schema["type"]):
        found.append((place, f"应当是{_types(schema['type'])}"))
        return
    if isinstance(value, str | int | float) or "enum" in schema or "const" in schema:
        found += _of_itself(value, schema, place)
    if isinstance(value, dict):
        _look_at_object(value, schema, place, found)
    elif isinstance(value, list):
        _look_at_array(value, schema, place, found)
    for part in schema.get("allOf", ()):
        _look_at(value, part, place, found)
    if "if" in schema:
        against: list[Fault] = []
        _look_at(value, schema["if"], place, against)
        _look_at(value, schema.get("else" if against else "then", True), place, found)


def _is(value: Any, types: str | list[str]) -> bool:
    """Whether a value is of one of the types."""
    return (
        _is_one(value, types)
        if isinstance(types, str)
        else any(_is_one(value, one) for one in types)
    )


def _is_one(value: Any, named: str) -> bool:
    match named:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list)
    return isinstance(value, dict)


def _types(types: str | list[str]) -> str:
    return "，或者".join(
        KINDS[one] for one in ([types] if isinstance(types, str) else types)
    )


def _of_itself(value: Any, schema: Mapping[str, Any], place: Place) -> list[Fault]:
    """What is wrong with a text or a number."""
    found: list[Fault] = []
    if "const" in schema and value != schema["const"]:
        found.append((place, f"只能写“{schema['const']}”"))
    if "enum" in schema and value not in schema["enum"]:
        nearest = near(str(value), schema["enum"])
        found.append((place, f"没有“{value}”这种写法{nearest}"))
    if isinstance(value, str):
        pattern = schema.get("pattern", "")
        if len(value) < schema.get("minLength", 0):
            found.append((place, "不能空着"))
        if not re.search(pattern, value):
            found.append((place, f"写的是“{value}”，不合写法（{pattern}）"))
    elif isinstance(value, int | float):
        least, most = schema.get("minimum"), schema.get("maximum")
        too_small = least is not None and value < least
        too_great = most is not None and value > most
        if too_small or too_great:
            bounds = f"从 {least} 到 {most}" if most is not None else f"不小于 {least}"
            found.append((place, f"写的是 {value}，应当{bounds}"))
    return found


def _look_at_array(
    value: list[Any], schema: Mapping[str, Any], place: Place, found: list[Fault]
) -> None:
    count = len(value)
    least, most = schema.get("minItems", 0), schema.get("maxItems", count)
    if count < least:
        found.append((place, f"只有 {count} 项，应当有 {least} 项"))
    elif count > most:
        found.append((place, f"有 {count} 项，应当只有 {most} 项"))
    if schema.get("uniqueItems"):
        twice = [one for number, one in enumerate(value) if one in value[:number]]
        if twice:
            found.append((place, f"“{twice[0]}”写了两遍"))
    of_items = schema.get("items", True)
    for number, one in enumerate(value, 1):
        _look_at(one, of_items, (*place, f"第 {number} 项"), found)


def _look_at_object(
    value: dict[str, Any], schema: Mapping[str, Any], place: Place, found: list[Fault]
) -> None:
    known = schema.get("properties", {})
    others: Schema = schema.get("additionalProperties", True)
    found += [
        ((*place, key), "缺少这一项")
        for key in schema.get("required", ())
        if key not in value
    ]
    for key, needed in schema.get("dependentRequired", {}).items():
        lacking = [one for one in needed if one not in value] if key in value else []
        found += [((*place, one), f"写了“{key}”，就要写这一项") for one in lacking]
    if not value and schema.get("minProperties"):
        found.append((place, "里面一项也没有"))
    for key, inner in value.items():
        if key in known:
            _look_at(inner, known[key], (*place, key), found)
        elif others is False:
            words = (one for one in known if known[one] is not False)
            found.append(((*place, key), f"不认识“{key}”{near(key, words)}"))
        else:
            _look_at(key, schema.get("propertyNames", True), (*place, key), found)
            _look_at(inner, others, (*place, key), found)
