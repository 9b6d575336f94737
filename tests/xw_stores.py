"""Open workbooks for `xw_engine`: what it asks of one, and one that is open in LibreOffice. Everything here counts from 1."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

Area = tuple[int, int, int, int]
Rgb = tuple[int, int, int] | None
Looks = dict[tuple[int, int], tuple[Rgb, str]]  # of a cell: its colour and its note
BRIDGE = Path(__file__).parent / "uno_bridge.py"
SYSTEM_PYTHON = "/usr/bin/python3"  # the one that knows LibreOffice
EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  Excel knows no zones


class Store(Protocol):
    """An open workbook as COM shows it."""

    path: str

    def sheets(self) -> list[str]: ...
    def visible(self, sheet: str) -> bool: ...
    def add_sheet(self, name: str, at: int) -> None: ...
    def used(self, sheet: str) -> Area: ...
    def values(self, sheet: str, area: Area) -> list[list[Any]]: ...
    def formulas(self, sheet: str, area: Area) -> list[list[str]]: ...
    def write(self, sheet: str, area: Area, rows: Sequence[Sequence[Any]]) -> None: ...
    def empty(self, sheet: str, area: Area) -> None: ...
    def colour(self, sheet: str, row: int, column: int) -> Rgb: ...
    def paint(self, sheet: str, area: Area, colour: Rgb) -> None: ...
    def note(self, sheet: str, row: int, column: int) -> str: ...
    def set_note(self, sheet: str, row: int, column: int, text: str) -> None: ...
    def looks(self, sheet: str, area: Area) -> Looks: ...
    def row_height(self, sheet: str, row: int) -> float: ...
    def names(self, sheet: str | None) -> list[tuple[str, str]]: ...
    def add_name(self, sheet: str, name: str, target: str) -> None: ...
    def active(self) -> tuple[str, Area | None]: ...
    def select(self, sheet: str, area: Area | None) -> None: ...
    def calculate(self) -> None: ...


class Office:
    """An open LibreOffice, reached through the bridge; one of our own ends when nobody asks any more, however we end."""

    def __init__(self, pipe: str, *, own: bool = False) -> None:
        self.pipe = pipe
        command = [
            SYSTEM_PYTHON,
            "-E",
            "-B",
            str(BRIDGE),
            pipe,
            *(["own"] if own else []),
        ]
        self.bridge = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ask(self, do: str, *with_: Any) -> Any:
        if self.bridge.stdin is None or self.bridge.stdout is None:
            raise BrokenPipeError(do)
        self.bridge.stdin.write(json.dumps({"do": do, "with": with_}) + "\n")
        self.bridge.stdin.flush()
        answer = json.loads(self.bridge.stdout.readline())
        if "failed" in answer:
            raise RuntimeError(f"{do}: {answer['failed']}")
        return answer["is"]

    def close(self) -> None:
        if self.bridge.stdin is not None:
            self.bridge.stdin.close()
        if self.bridge.stdout is not None:
            self.bridge.stdout.close()
        self.bridge.wait(20)


class OfficeStore:
    """A workbook that is open in LibreOffice."""

    def __init__(self, office: Office, path: Path) -> None:
        self.office, self.path = office, str(path)

    def ask(self, do: str, *with_: Any) -> Any:
        return self.office.ask(do, self.path, *with_)

    def sheets(self) -> list[str]:
        return list(self.ask("sheets"))

    def visible(self, sheet: str) -> bool:
        return bool(self.ask("visible", sheet))

    def add_sheet(self, name: str, at: int) -> None:
        self.ask("add_sheet", name, at)

    def used(self, sheet: str) -> Area:
        top, left, bottom, right = self.ask("used", sheet)
        return top, left, bottom, right

    def values(self, sheet: str, area: Area) -> list[list[Any]]:
        def one(value: Any) -> Any:
            if isinstance(value, dict):
                return (
                    value["error"]
                    if "error" in value
                    else EPOCH + dt.timedelta(days=value["date"])
                )
            return value

        return [
            [one(value) for value in row] for row in self.ask("values", sheet, area)
        ]

    def formulas(self, sheet: str, area: Area) -> list[list[str]]:
        rows: list[list[str]] = self.ask("formulas", sheet, area)
        return [
            [excel_formula(text) if text.startswith("=") else text for text in row]
            for row in rows
        ]

    def write(self, sheet: str, area: Area, rows: Sequence[Sequence[Any]]) -> None:
        self.ask(
            "write", sheet, area, [[plain(value) for value in row] for row in rows]
        )

    def empty(self, sheet: str, area: Area) -> None:
        self.ask("empty", sheet, area)

    def colour(self, sheet: str, row: int, column: int) -> Rgb:
        return as_rgb(self.ask("colour", sheet, row, column))

    def paint(self, sheet: str, area: Area, colour: Rgb) -> None:
        self.ask(
            "paint",
            sheet,
            area,
            -1 if colour is None else colour[0] << 16 | colour[1] << 8 | colour[2],
        )

    def note(self, sheet: str, row: int, column: int) -> str:
        return str(self.ask("note", sheet, row, column))

    def set_note(self, sheet: str, row: int, column: int, text: str) -> None:
        self.ask("set_note", sheet, row, column, text)

    def looks(self, sheet: str, area: Area) -> Looks:
        """The colour and the note of every cell."""
        top, left, bottom, right = area
        colours, notes = self.ask("looks", sheet, area)
        found: Looks = {
            (row, column): (None, "")
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        for one, number in colours:
            for spot in found:
                if within(spot, one):
                    found[spot] = as_rgb(number), ""
        for row, column, text in notes:
            if (row, column) in found:
                found[row, column] = found[row, column][0], text
        return found

    def row_height(self, sheet: str, row: int) -> float:
        height: float = self.ask("row_height", sheet, row)
        return height

    def names(self, sheet: str | None) -> list[tuple[str, str]]:
        lead = f"'{sheet}'!" if sheet else ""
        return [
            (lead + name, f"={excel_formula(target)}")
            for name, target in self.ask("names", sheet)
        ]

    def add_name(self, sheet: str, name: str, target: str) -> None:
        raise NotImplementedError(name)

    def active(self) -> tuple[str, Area | None]:
        name, area = self.ask("active")
        return name, tuple(area) if area else None

    def select(self, sheet: str, area: Area | None) -> None:
        self.ask("select", sheet, area)

    def calculate(self) -> None:
        self.ask("calculate")


def within(spot: tuple[int, int], area: Area) -> bool:
    top, left, bottom, right = area
    return top <= spot[0] <= bottom and left <= spot[1] <= right


def as_rgb(number: int) -> Rgb:
    """A colour as LibreOffice counts it; below nothing is none."""
    return None if number < 0 else (number >> 16, number >> 8 & 255, number & 255)


def rgb(text: str) -> tuple[int, int, int]:
    """A colour written as RRGGBB, with or without a mark before it."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
    )


_SHEET = r"\$?('(?:[^']|'')+'|[^\s.'!;(),:$]+)"


def excel_formula(text: str) -> str:
    """A formula or reference of LibreOffice as Excel writes it: $'a b'.$C$7 is 'a b'!$C$7, and commas part arguments."""
    # 3-D; none of ours is read
    text = re.sub(_SHEET + r"\." + r"([^;()]*?):" + _SHEET + r"\.", r"\1:\3!\2:", text)
    parts = re.split(r'("[^"]*")', text)
    return "".join(
        p if n % 2 else re.sub(_SHEET + r"\.(?=\$?[A-Z])", r"\1!", p).replace(";", ",")
        for n, p in enumerate(parts)
    )
