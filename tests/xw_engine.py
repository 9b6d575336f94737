"""An xlwings engine of our own for tests: the real xlwings API upon any store of `xw_stores`; no Excel, no PRO.

The classes are the faces that xlwings expects of an engine; `install` makes xlwings work with given open workbooks.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlwings as xw
from xlwings import base_classes

from tests.xw_stores import Area, Rgb, Store, rgb
from toolkit.files.addresses import area_of
from toolkit.model import column_letter


class Engine:
    name, type = "ours", "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Any,
        err_to_str: Any,
    ) -> list[list[Any]]:
        def one(value: Any) -> Any:
            if value is None or value == "":
                return empty_as
            if isinstance(value, bool):
                return value
            if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
                value = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  as COM gives it
            if isinstance(value, dt.datetime):
                return datetime_builder(
                    month=value.month,
                    day=value.day,
                    year=value.year,
                    hour=value.hour,
                    minute=value.minute,
                    second=value.second,
                )
            if isinstance(value, int | float):
                # COM gives floats only
                return number_builder(value) if number_builder else float(value)
            return None if not err_to_str and str(value).startswith("#") else value

        return [[one(value) for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, _: Any = None) -> Any:
        return (
            value
            if value is None or isinstance(value, str | int | float | bool | dt.date)
            else str(value)
        )


class Apps:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.only = engine, App(self, engine)

    def __iter__(self) -> Iterator[App]:
        return iter([self.only])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, _: int) -> App:
        return self.only

    def keys(self) -> list[int]:
        return [self.only.pid]

    def add(self, **_: Any) -> App:
        return self.only

    def cleanup(self) -> None:
        """Nothing is left behind."""


class App:
    """The program. `log` keeps what was set, so that a test sees that it was given back."""

    version, path = "16.0", ""

    def __init__(self, apps: Apps, engine: Engine) -> None:
        self.apps, self.engine, self.pid = apps, engine, os.getpid()
        self.books = Books(self)
        self.log: list[tuple[str, Any]] = []
        self.held: dict[str, Any] = {
            "calculation": "automatic",
            "screen_updating": True,
            "status_bar": False,
        }

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["held"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("calculation", "screen_updating", "status_bar"):
            self.held[name] = value
            self.log.append((name, value))
        else:
            super().__setattr__(name, value)

    @property
    def api(self) -> App:
        return self

    @property
    def selection(self) -> Range | None:
        book = self.books.active
        sheet, area = book.store.active()
        return Range(Sheet(book, sheet), area) if area else None

    def activate(self, steal_focus: bool = False) -> None:  # noqa: FBT001, FBT002  xlwings' own face
        """There is only one."""

    def calculate(self) -> None:
        self.log.append(("calculate", True))
        for book in self.books:
            book.store.calculate()


class Books:
    def __init__(self, app: App) -> None:
        self.app, self.open_ones = app, list[Book]()

    @property
    def api(self) -> Books:
        return self

    @property
    def active(self) -> Book:
        return self.open_ones[-1]

    def __iter__(self) -> Iterator[Book]:
        return iter(self.open_ones)

    def __len__(self) -> int:
        return len(self.open_ones)

    def __call__(self, key: int | str) -> Book:
        if isinstance(key, int):
            return self.open_ones[key - 1]
        for book in self.open_ones:
            if book.name.lower() == key.lower():
                return book
        raise KeyError(key)


class Book:
    def __init__(self, books: Books, store: Store) -> None:
        self.books, self.store = books, store

    @property
    def api(self) -> Store:
        return self.store

    @property
    def fullname(self) -> str:
        return self.store.path

    @property
    def name(self) -> str:
        return Path(self.store.path).name

    @property
    def app(self) -> App:
        return self.books.app

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self, None)

    def activate(self) -> None:
        """The last one opened is the active one."""


class Sheets:
    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Sheets:
        return self

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.store.active()[0])

    def _names(self) -> list[str]:
        return self.book.store.sheets()

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, name) for name in self._names())

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, int):
            return Sheet(self.book, self._names()[key - 1])
        if key not in self._names():
            raise KeyError(key)
        return Sheet(self.book, key)

    def __contains__(self, name: str) -> bool:
        return name in self._names()

    def add(
        self,
        before: Sheet | None = None,
        after: Sheet | None = None,
        name: str | None = None,
    ) -> Sheet:
        at = before.index - 1 if before else after.index if after else 0
        made = name or f"Sheet{len(self) + 1}"
        self.book.store.add_sheet(made, at)
        return Sheet(self.book, made)


class Sheet:
    def __init__(self, book: Book, name: str) -> None:
        self.book, self._name = book, name

    @property
    def api(self) -> Sheet:
        return self

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        if value != self._name:
            raise NotImplementedError(value)

    @property
    def index(self) -> int:
        return self.book.store.sheets().index(self._name) + 1

    @property
    def visible(self) -> int:
        # as COM says it: visible, very hidden
        return -1 if self.book.store.visible(self._name) else 2

    @property
    def names(self) -> Names:
        return Names(self.book, self._name)

    @property
    def used_range(self) -> Range:
        return Range(self, self.book.store.used(self._name))

    def range(self, first: Any, second: Any = None) -> Range:
        def box(said: Any) -> Area:
            if isinstance(said, Range):
                return said.area
            if isinstance(said, str):
                area = area_of(said)
                assert area is not None, said
                return area
            return said[0], said[1], said[0], said[1]

        one = box(first)
        other = box(second) if second is not None else one
        return Range(
            self,
            (
                min(one[0], other[0]),
                min(one[1], other[1]),
                max(one[2], other[2]),
                max(one[3], other[3]),
            ),
        )

    def activate(self) -> None:
        self.book.store.select(self._name, None)


class Range(base_classes.Range):
    max_cells_per_read = max_cells_per_write = None
    has_array = False

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet, self.area = sheet, area

    @property
    def api(self) -> Range:
        return self

    @property
    def store(self) -> Store:
        return self.sheet.book.store

    @property
    def row(self) -> int:
        return self.area[0]

    @property
    def column(self) -> int:
        return self.area[1]

    @property
    def shape(self) -> tuple[int, int]:
        return self.area[2] - self.area[0] + 1, self.area[3] - self.area[1] + 1

    @property
    def coords(self) -> tuple[str, int, int, int]:
        return self.sheet.name, self.row, self.column, len(self)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        return self.sheet.range((self.row + row - 1, self.column + column - 1))

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)  # noqa: FBT003

    def get_address(self, row: bool, column: bool, external: bool) -> str:  # noqa: FBT001  xlwings' own face
        def spot(at_row: int, at_column: int) -> str:
            return f"{'$' * column}{column_letter(at_column)}{'$' * row}{at_row}"

        first, last = spot(*self.area[:2]), spot(*self.area[2:])
        return first if first == last else f"{first}:{last}"

    @property
    def raw_value(self) -> Any:
        rows = self.store.values(self.sheet.name, self.area)
        # one cell gives a scalar, as over COM
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        rows = (
            value
            if isinstance(value, list | tuple)
            else [[value] * self.shape[1]] * self.shape[0]
        )
        self.store.write(self.sheet.name, self.area, rows)

    @property  # type: ignore[misc]  # only read here
    def formula(self) -> Any:
        rows = self.store.formulas(self.sheet.name, self.area)
        return rows[0][0] if len(self) == 1 else tuple(tuple(row) for row in rows)

    @property
    def color(self) -> Rgb:
        return self.store.colour(self.sheet.name, self.row, self.column)

    @color.setter
    def color(self, value: Any) -> None:
        shade: Any = rgb(value) if isinstance(value, str) else value
        self.store.paint(self.sheet.name, self.area, shade)

    @property
    def note(self) -> Note | None:
        return (
            Note(self)
            if self.store.note(self.sheet.name, self.row, self.column)
            else None
        )

    def add_note(self, text: str) -> Note:
        self.store.set_note(self.sheet.name, self.row, self.column, text)
        return Note(self)

    @property  # type: ignore[misc]  # only read here
    def row_height(self) -> float:
        return self.store.row_height(self.sheet.name, self.row)

    def clear_contents(self) -> None:
        self.store.empty(self.sheet.name, self.area)

    def select(self) -> None:
        self.store.select(self.sheet.name, self.area)

    def autofit(self, axis: str | None = None) -> None:
        """Looks are not tested here."""


class Note:
    def __init__(self, cell: Range) -> None:
        self.cell = cell

    @property
    def text(self) -> str:
        return self.cell.store.note(
            self.cell.sheet.name, self.cell.row, self.cell.column
        )

    def delete(self) -> None:
        self.cell.store.set_note(
            self.cell.sheet.name, self.cell.row, self.cell.column, ""
        )


class Names:
    def __init__(self, book: Book, sheet: str | None) -> None:
        self.book, self.sheet = book, sheet

    @property
    def api(self) -> Names:
        return self

    def snapshot(self) -> list[tuple[str, Name]]:
        return [
            (name, Name(name, target))
            for name, target in self.book.store.names(self.sheet)
        ]

    def __len__(self) -> int:
        return len(self.book.store.names(self.sheet))

    def add(self, name: str, refers_to: str) -> Name:
        self.book.store.add_name(str(self.sheet), name, refers_to)
        return Name(name, refers_to)


class Name:
    def __init__(self, name: str, refers_to: str) -> None:
        self.name, self.refers_to = name, refers_to


def install(*stores: Store) -> xw.Book:
    """Make this engine xlwings' own, with these workbooks open in it; return the last of them."""
    engine = xw.Engine(impl=Engine())
    xw.engines.add(engine)
    engine.activate()
    app = engine.impl.apps.only
    app.books.open_ones = [Book(app.books, store) for store in stores]
    return xw.Book(impl=app.books.active)
