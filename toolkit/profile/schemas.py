"""The JSON Schemas (2020-12) made of a profile's forms: of a return, of the department's own workbook, of a disclosure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.model import BlockKind
from toolkit.profile.form import Block, Column, Profile


def return_schema(profile: Profile, book: str = "unit") -> dict[str, Any]:
    """The JSON Schema (2020-12) of a book's data, assembled from its forms."""
    properties: dict[str, Any] = {}
    for sheet in profile.books[book].sheets.values():
        shapes = {
            block.key: _shape(block)
            for block in sheet.blocks.values()
            if block.kind is not BlockKind.INDEX
        }
        if sheet.repeat:
            head, *lists = shapes
            item = shapes[head] | {
                "properties": shapes[head]["properties"]
                | {key: shapes[key] for key in lists}
            }
            properties[sheet.repeat] = {
                "type": "array",
                "title": sheet.title,
                "items": item,
            }
        else:
            properties |= shapes
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:budget-disclosure:{profile.id}:{'return' if book == 'unit' else book}",
        "title": f"{profile.title}：{profile.books[book].title}",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def disclosure_schema(profile: Profile) -> dict[str, Any]:
    """The JSON Schema of what a department publishes: its units, and a whole of a return's shape."""
    whole = return_schema(profile)
    return {
        "$schema": whole["$schema"],
        "$id": f"urn:budget-disclosure:{profile.id}:disclosure",
        "title": f"{profile.title}：部门汇总",
        "type": "object",
        "required": ["department", "units", "whole"],
        "properties": {
            "department": {"type": "string", "minLength": 1, "title": "部门名称"},
            "units": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string"},
                "title": "单位",
            },
            "whole": {
                key: value
                for key, value in whole.items()
                if key not in ("$schema", "$id")
            },
        },
        "additionalProperties": False,
    }


def _shape(block: Block) -> dict[str, Any]:
    def entry(columns: Mapping[str, Column]) -> dict[str, Any]:
        shape: dict[str, Any] = {
            "type": "object",
            "properties": {
                c.key: {"title": c.title, **c.schema} for c in columns.values()
            },
            "additionalProperties": False,
        }
        if needed := [c.key for c in columns.values() if c.required]:
            shape["required"] = needed
        return shape

    if block.kind is BlockKind.GRID:
        rows = {}
        for row in block.rows.values():
            columns = {c.key: c for c in block.columns.values() if c.stands_in(row.key)}
            rows[row.key] = {"title": row.title, **entry(columns)}
        shape: dict[str, Any] = {
            "type": "object",
            "properties": rows,
            "additionalProperties": False,
        }
    elif block.kind is BlockKind.LIST:
        shape = {"type": "array", "items": entry(block.columns)}
    else:
        shape = entry(block.columns)
    return {"title": block.title or block.label or block.key, **shape}
