"""What lies in a workbook with macros, read by programs that did not write it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.xw_stores import Area

# In a process of its own: oletools changes what Python warns of.
OLEVBA = """
import json, sys
from oletools.olevba import VBA_Parser
print(json.dumps({name.rpartition(".")[0]: text for *_, name, text in VBA_Parser(sys.argv[1]).extract_macros()}))
"""


PROJECT = """
import io, sys, zipfile
import olefile
project = olefile.OleFileIO(io.BytesIO(zipfile.ZipFile(sys.argv[1]).read("xl/vbaProject.bin")))
print(project.openstream("PROJECT").read().decode("cp1252"))
"""


@dataclass(frozen=True)
class Pressed:
    """A button of a sheet: what it says, what it runs, the cells it lies over, what a reader of the screen says of it."""

    sheet: str
    caption: str
    macro: str
    over: Area
    about: str = ""


def macros(path: Path) -> dict[str, str]:
    """The modules of a workbook as olevba reads them, without the attributes that no editor shows."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OLEVBA, str(path)],
        capture_output=True,
        check=True,
    )
    read: dict[str, str] = json.loads(done.stdout)
    return {name: text.replace("\r\n", "\n") for name, text in read.items()}


def documents(path: Path) -> tuple[list[str], list[str]]:
    """The documents that the macro project names, and the code names that workbook and sheets bear: Excel matches them."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROJECT, str(path)],
        capture_output=True,
        check=True,
    )
    named = re.findall(r"^Document=(\w+)/", done.stdout.decode(), re.MULTILINE)
    with zipfile.ZipFile(path) as package:
        borne = re.findall(
            r'<workbookPr[^>]* codeName="(\w+)"',
            package.read("xl/workbook.xml").decode(),
        )
        for number in range(1, len(named)):
            sheet = package.read(f"xl/worksheets/sheet{number}.xml").decode()
            borne += re.findall(r'<sheetPr[^>]* codeName="(\w+)"', sheet)
    return named, borne


def buttons(path: Path) -> list[Pressed]:
    """The buttons of a workbook, out of its drawings."""
    found: list[Pressed] = []
    with zipfile.ZipFile(path) as package:
        book = package.read("xl/workbook.xml").decode()
        names = re.findall(r'<sheet name="([^"]+)"', book)
        for number, name in enumerate(names, 1):
            relations = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            if relations not in package.namelist():
                continue
            for drawing in re.findall(
                r"\.\./(drawings/vmlDrawing\d+\.vml)", package.read(relations).decode()
            ):
                found += _in_drawing(name, package.read(f"xl/{drawing}").decode())
    return found


def _in_drawing(sheet: str, drawing: str) -> list[Pressed]:
    found = []
    for shape in re.findall(r"<v:shape .*?</v:shape>", drawing, re.DOTALL):
        if 'ObjectType="Button"' in shape:
            caption = re.sub(
                r"<[^>]+>",
                "",
                re.findall(r"<font[^>]*>(.*?)</font>", shape, re.DOTALL)[0],
            )
            macro = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", shape)[0]
            left, right_of, top, below, right, into_right, bottom, into_bottom = map(
                int, re.findall(r"<x:Anchor>([^<]+)</x:Anchor>", shape)[0].split(",")
            )
            del right_of, below
            # an edge on a border lies over nothing
            last = (
                bottom + (into_bottom > 0),
                right + (into_right > 0),
            )
            (about,) = re.findall(r'<v:shape [^>]*\balt="([^"]+)"', shape)
            where = top + 1, left + 1, *last
            found.append(Pressed(sheet, caption, macro, where, about))
    return found
