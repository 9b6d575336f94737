"""Run by the system's Python, which knows LibreOffice: does what it is asked by lines of JSON, in one open LibreOffice.

Started as `python3 uno_bridge.py PIPE`; a line {"do": name, "with": [...]} is answered by {"is": …} or {"failed": text}.
Rows and columns count from 1; an area is [first row, first column, last row, last column].
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno

DATE = 2  # com.sun.star.util.NumberFormat.DATE
CONTENTS = 1 | 2 | 4 | 16  # values, dates, texts, formulas
NEVER, ALWAYS = 0, 4  # com.sun.star.document.MacroExecMode
PATIENCE = 60.0  # seconds to wait for LibreOffice to start


def connect(pipe: str) -> Any:
    """The desktop of the LibreOffice that listens at a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    started = time.monotonic()
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            if time.monotonic() - started > PATIENCE:
                raise
            time.sleep(0.1)
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def option(name: str, value: Any) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


class Bridge:
    """What can be asked. A document is named by its path."""

    def __init__(self, pipe: str) -> None:
        self.desktop = connect(pipe)

    # -- documents --

    def documents(self) -> list[str]:
        found = []
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            document = components.nextElement()
            if document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                found.append(uno.fileUrlToSystemPath(document.URL))
        return found

    def document(self, path: str) -> Any:
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            document = components.nextElement()
            if document.supportsService("com.sun.star.sheet.SpreadsheetDocument") and url(path) == document.URL:
                return document
        raise LookupError(path)

    def open(self, path: str, shown: bool) -> None:  # noqa: FBT001  asked by position
        document = self.desktop.loadComponentFromURL(
            url(path), "_blank", 0, (option("Hidden", not shown), option("MacroExecutionMode", ALWAYS))
        )
        document.calculateAll()

    def close(self, path: str) -> None:
        self.document(path).close(True)  # noqa: FBT003  UNO knows positions only

    def quit(self) -> None:
        self.desktop.terminate()

    def store(self, path: str, copy: str) -> None:
        self.document(path).storeToURL(url(copy), (option("FilterName", "Calc MS Excel 2007 XML"),))

    def calculate(self, path: str) -> None:
        self.document(path).calculateAll()

    # -- sheets --

    def sheets(self, path: str) -> list[list[Any]]:
        return [[name, self.sheet(path, name).IsVisible] for name in self.document(path).Sheets.ElementNames]

    def sheet(self, path: str, name: str) -> Any:
        return self.document(path).Sheets.getByName(name)

    def add_sheet(self, path: str, name: str, at: int) -> None:
        self.document(path).Sheets.insertNewByName(name, at)

    def used(self, path: str, name: str) -> list[int]:
        cursor = self.sheet(path, name).createCursor()
        cursor.gotoStartOfUsedArea(False)  # noqa: FBT003
        cursor.gotoEndOfUsedArea(True)  # noqa: FBT003
        return area_of(cursor.RangeAddress)

    def active(self, path: str) -> list[Any]:
        controller = self.document(path).CurrentController
        selected = self.document(path).CurrentSelection
        spot = area_of(selected.RangeAddress) if hasattr(selected, "RangeAddress") else None
        return [controller.ActiveSheet.Name, spot]

    def select(self, path: str, name: str, area: list[int] | None) -> None:
        controller = self.document(path).CurrentController
        controller.setActiveSheet(self.sheet(path, name))
        if area:
            controller.select(self.range(path, name, area))

    def names(self, path: str, name: str | None) -> list[list[str]]:
        owner = self.sheet(path, name) if name else self.document(path)
        return [
            [named.Name, named.Content] for named in (owner.NamedRanges.getByName(n) for n in owner.NamedRanges.ElementNames)
        ]

    # -- cells --

    def range(self, path: str, name: str, area: list[int]) -> Any:
        top, left, bottom, right = (number - 1 for number in area)
        return self.sheet(path, name).getCellRangeByPosition(left, top, right, bottom)

    def values(self, path: str, name: str, area: list[int]) -> list[list[Any]]:
        where = self.range(path, name, area)
        formats = self.document(path).NumberFormats

        def one(value: Any, row: int, column: int) -> Any:
            cell = where.getCellByPosition(column, row)
            if cell.getError():
                return {"error": cell.String if cell.String.startswith("#") else "#VALUE!"}
            if isinstance(value, float) and formats.getByKey(cell.NumberFormat).Type & DATE:
                return {"date": value}
            return None if value == "" else value

        return [[one(value, r, c) for c, value in enumerate(row)] for r, row in enumerate(where.getDataArray())]

    def formulas(self, path: str, name: str, area: list[int]) -> list[list[str]]:
        where = self.range(path, name, area)
        rows, columns = area[2] - area[0] + 1, area[3] - area[1] + 1
        return [[formula_of(where.getCellByPosition(c, r)) for c in range(columns)] for r in range(rows)]

    def write(self, path: str, name: str, area: list[int], rows: list[list[Any]]) -> None:
        where = self.range(path, name, area)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                cell = where.getCellByPosition(c, r)
                if value is None:
                    cell.setString("")
                elif isinstance(value, str) and value.startswith("="):
                    cell.setFormula(separated(value))
                elif isinstance(value, str):
                    cell.setString(value.removeprefix("'"))
                else:
                    cell.setValue(value)

    def empty(self, path: str, name: str, area: list[int]) -> None:
        self.range(path, name, area).clearContents(CONTENTS)

    def colour(self, path: str, name: str, row: int, column: int) -> int:
        return int(self.range(path, name, [row, column, row, column]).CellBackColor)

    def paint(self, path: str, name: str, area: list[int], colour: int) -> None:
        self.range(path, name, area).CellBackColor = colour

    def note(self, path: str, name: str, row: int, column: int) -> str:
        return str(self.range(path, name, [row, column, row, column]).getCellByPosition(0, 0).Annotation.String)

    def set_note(self, path: str, name: str, row: int, column: int, text: str) -> None:
        notes = self.sheet(path, name).Annotations
        for number in range(notes.Count):
            spot = notes.getByIndex(number).Position
            if (spot.Row + 1, spot.Column + 1) == (row, column):
                notes.removeByIndex(number)
                break
        if text:
            notes.insertNew(self.range(path, name, [row, column, row, column]).getCellByPosition(0, 0).CellAddress, text)

    def row_height(self, path: str, name: str, row: int) -> float:
        line = self.sheet(path, name).Rows.getByIndex(row - 1)
        return float(line.Height) if line.IsVisible else 0.0

    # -- buttons and macros --

    def buttons(self, path: str, name: str) -> list[str]:
        return [model.Label for _, _, model in self._controls(path, name)]

    def press(self, path: str, name: str, label: str) -> None:
        """Run what the workbook's own button runs."""
        for form, number, model in self._controls(path, name):
            if model.Label == label:
                self._run(path, form.getScriptEvents(number)[0].ScriptCode)
                return
        raise LookupError(label)

    def call(self, path: str, function: str) -> Any:
        """What a function of the workbook's macros returns: "module.function"."""
        return self._run(path, f"vnd.sun.star.script:VBAProject.{function}?language=Basic&location=document")

    def _run(self, path: str, script: str) -> Any:
        return self.document(path).getScriptProvider().getScript(script).invoke((), (), ())[0]

    def _controls(self, path: str, name: str) -> list[tuple[Any, int, Any]]:
        forms = self.sheet(path, name).DrawPage.Forms
        return [
            (form, number, form.getByIndex(number))
            for form in (forms.getByIndex(n) for n in range(forms.Count))
            for number in range(form.Count)
        ]

    def where(self, path: str, name: str, label: str) -> list[int]:
        """The middle of a button on the screen, in pixels."""
        controller = self.document(path).CurrentController
        corner = controller.ComponentWindow.getAccessibleContext().getLocationOnScreen()
        for _, _, model in self._controls(path, name):
            if model.Label == label:
                place = controller.getControl(model).getPosSize()
                return [corner.X + place.X + place.Width // 2, corner.Y + place.Y + place.Height // 2]
        raise LookupError(label)


def url(path: str) -> str:
    return str(uno.systemPathToFileUrl(path))


def area_of(address: Any) -> list[int]:
    return [address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1]


def formula_of(cell: Any) -> str:
    """What Excel would show in its formula bar."""
    return str(cell.Formula)


def separated(formula: str) -> str:
    """A formula with semicolons between arguments, as LibreOffice's API wants it; texts in quotes stay."""
    parts = formula.split('"')
    return '"'.join(part if n % 2 else part.replace(",", ";") for n, part in enumerate(parts))


def main() -> None:
    bridge = Bridge(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, Any] = {"is": getattr(bridge, asked["do"])(*asked["with"])}
        except Exception as error:  # noqa: BLE001  the other side raises it again
            answer = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
