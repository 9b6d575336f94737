"""Make the workbooks of this folder anew, each by the program that its name says: python tests/saved/make.py.

LibreOffice (soffice) and Gnumeric (ssconvert) save what XlsxWriter made; SheetJS and ExcelJS are asked by make.cjs.
"""

from __future__ import annotations

import subprocess
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.workbook.defined_name import DefinedName

HERE = Path(__file__).parent
TEXTS = [
    "单位：万元",
    "  两边有空格  ",
    "第一行\n第二行",
    "<甲> & “乙”",
    "_x000D_",
    "２７人",
    "生僻字\ue863",
    "😀",
]
NUMBERS = [0, 5, -3.5, 0.1, 16.2000000000000028, 1234567.89, 1e15, 1.62e30, 1e-12]


def by_openpyxl(path: Path) -> None:
    """Nothing is calculated; dates in the system of 1904."""
    book = openpyxl.Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    sheet = book.active
    assert sheet is not None
    sheet.title = "数"
    for row, text in enumerate(TEXTS, 1):
        sheet.cell(row, 1, text)
    for row, number in enumerate(NUMBERS, 1):
        sheet.cell(row, 2, number)
    sheet["C1"], sheet["C2"] = date(2023, 12, 1), datetime(2023, 1, 5, 14, 30)  # noqa: DTZ001
    sheet["C3"], sheet["C4"] = time(14, 0), timedelta(hours=26)
    sheet["D1"], sheet["D2"], sheet["D3"] = True, "=B1+B2", "#N/A"
    sheet["D4"] = 0.95
    sheet["D4"].number_format = "0.00%"
    sheet["D5"] = CellRichText(
        TextBlock(InlineFont(strike=True), "27人"),
        TextBlock(InlineFont(b=True), "30人"),
    )
    sheet.merge_cells("F1:G2")
    sheet["F1"] = "合并"
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].height = 0
    sheet.column_dimensions["C"].hidden = True
    sheet.defined_names["own.name"] = DefinedName(
        "own.name", attr_text="'数'!$B$1:$B$4"
    )
    book.defined_names["shared.name"] = DefinedName(
        "shared.name", attr_text="'数'!$A$1"
    )
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(path)


def by_xlsxwriter(path: Path) -> None:
    """Formulas have the results that are given for them."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": datetime(2023, 1, 1)})  # noqa: DTZ001
    sheet, hidden = book.add_worksheet("数"), book.add_worksheet("藏")
    sheet.write_column(0, 0, TEXTS)
    sheet.write_column(0, 1, NUMBERS)
    formats = ['m"月"', "yyyy-mm-dd hh:mm", "h:mm", "[h]:mm"]
    for row, (serial, pattern) in enumerate(
        zip(
            (45261, 44931.604166666664, 0.5833333333333334, 1.0833333333333333),
            formats,
            strict=True,
        )
    ):
        sheet.write_number(row, 2, serial, book.add_format({"num_format": pattern}))
    sheet.write("D1", True)  # noqa: FBT003  the library's own face
    sheet.write_formula("D2", "=B1+B2", None, 5)
    sheet.write_formula("D3", "=NA()", None, "#N/A")
    sheet.write_number("D4", 0.95, book.add_format({"num_format": "0.00%"}))
    sheet.write_rich_string(
        "D5",
        book.add_format({"font_strikeout": True}),
        "27人",
        book.add_format({"bold": True}),
        "30人",
    )
    sheet.write_formula("D6", '=IF(1=1,"",1)', None, "")
    sheet.write_formula("D7", '=A1&"：<"', None, "单位：万元：<")
    sheet.write_array_formula("D8:D8", "{=SUM(B1:B3*2)}", None, 3)
    sheet.write_number("D9", 333002, book.add_format({"num_format": "000000"}))
    sheet.merge_range("F1:G2", "合并")
    sheet.write("G2", "在下面")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(3, 0)
    sheet.set_column("C:C", None, None, {"hidden": True})
    sheet.set_column("F:F", 0)
    book.define_name("数!own.name", "=数!$B$1:$B$4")
    book.define_name("shared.name", "=数!$A$1")
    hidden.hide()
    book.close()


def by(command: list[str], made: Path, path: Path) -> None:
    """Let a program save the workbook anew."""
    with TemporaryDirectory() as folder:
        subprocess.run(
            [part.format(folder=folder, source=path) for part in command],
            check=True,
            capture_output=True,
        )
        made.write_bytes((Path(folder) / path.name).read_bytes())


if __name__ == "__main__":
    by_openpyxl(HERE / "openpyxl.xlsx")
    by_xlsxwriter(HERE / "xlsxwriter.xlsx")
    office = [
        "soffice",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        "{folder}",
        "{source}",
    ]
    by(office, HERE / "libreoffice.xlsx", HERE / "xlsxwriter.xlsx")
    by(
        ["ssconvert", "--recalc", "{source}", "{folder}/xlsxwriter.xlsx"],
        HERE / "gnumeric.xlsx",
        HERE / "xlsxwriter.xlsx",
    )
