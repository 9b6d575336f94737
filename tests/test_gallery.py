"""A gallery of every error: each is provoked, shown, and read as the person reads it who gave the command.

`pytest tests/test_gallery.py -s` prints them all.
"""

from __future__ import annotations

import asyncio
import errno
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import traceback
import zipfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from tests import small
from tests.languages import installed
from tests.platforms import Way, example, saved_xlsx
from tests.platforms import exported as platform_export
from tests.provoking import (
    LEAKS,
    REMEDY,
    Desk,
    Said,
    Site,
    family,
    foreign,
    sites,
    watched,
)
from tests.statements import FINAL, NATIONAL
from tests.test_excel import Played
from toolkit import cli, excel, macros, steps
from toolkit.audit import forms as statement_forms
from toolkit.check.shape import misfit
from toolkit.cli.usage import UsageError
from toolkit.errors import COULD_NOT, DONE, ERRORS, ToolkitError
from toolkit.files import (
    archive,
    closed,
    grid,
    mishap,
    package,
    passages,
    say,
    word,
    workbook,
)
from toolkit.files.dictation import Dictation
from toolkit.files.folder import MANIFEST
from toolkit.files.outbox import Outbox
from toolkit.files.pdf import pages_of
from toolkit.profile import codes, stored
from toolkit.profile.loading import load, loaded
from toolkit.profile.place import GLOSSARY, LIMITS, WORDS
from toolkit.profile.settings import COLUMNS, FILE, PROFILE_FILE
from toolkit.profile.stored import home
from toolkit.report.marked import annotate
from toolkit.serve import work
from toolkit.serve.guard import Guard
from toolkit.steps import archiving, auditing, checking, merging, newyear, verifying
from toolkit.steps.kept import Origin, read_again

ROOT = Path(__file__).resolve().parent.parent
BLANK = home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
RIGHT = (
    ROOT / "examples" / "02-xianghe-corrected" / "input" / "333002-就业服务中心.xlsx"
)
PROFILE = load("hebei-2023")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LONG = "长" * 300

Provocation = Callable[[Desk], Said]
CASES: dict[str, Provocation] = {}


def case(name: str) -> Callable[[Provocation], Provocation]:
    def hung(provoke: Provocation) -> Provocation:
        assert name not in CASES
        CASES[name] = provoke
        return provoke

    return hung


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def refusing(number: int) -> Callable[..., Any]:
    """A function of the system that refuses."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


# -- commands given wrongly --------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[str, ...]] = {
    "an unknown command": ("nope",),
    "a command nearly right": ("chek", "a.xlsx"),
    "an unknown option": ("check", "a.xlsx", "--foo"),
    "an unknown option of the program": ("--foo",),
    "an unknown short option": ("merge", "a", "-x"),
    "an unknown door": (
        "template",
        "a.xlsx",
        "--profile",
        "shanghai-2026",
        "--door",
        "明戏",
    ),
    "lines without entries": (
        "template",
        "a.xlsx",
        "--profile",
        "shanghai-2026",
        "--lines",
        "500",
    ),
    "an option nearly right": ("template", "a.xlsx", "--form", "b"),
    "a missing argument": ("check",),
    "a missing option": ("merge", "收表"),
    "a path of no character": ("check", ""),
    "an option without its value": ("check", "a.xlsx", "-o"),
    "a flag with a value": ("merge", "a", "-o", "b", "--draft=yes"),
    "one argument too many": ("paper", "甲", "乙.xlsx", "-o", "c.xlsx"),
    "a word for a number": ("serve", "--port", "x"),
    "a number too high": ("template", "a.xlsx", "--projects", "1000"),
    "a number too low": ("return", "a.xlsx", "-o", "b", "--round", "0"),
    "no project at all": ("template", "a.xlsx", "--projects", "0"),
    "no date": ("return", "a.xlsx", "-o", "b", "--deadline", "2023年3月5日"),
    "no format": ("check", "a.xlsx", "--format", "pdf"),
    "a group without its command": ("excel",),
    "an unknown command of a group": ("excel", "set"),
    "an unknown rule": ("rules", "Z99"),
    "an unknown profile": ("rules", "--profile", "hebei-1999"),
}
for title, line in WRONG.items():
    CASES[title] = lambda desk, line=line: desk.run(*line)  # type: ignore[misc]  # each its own line


# -- files that are given ----------------------------------------------------------------------------------------------


def settings(desk: Desk, content: bytes | str) -> Said:
    """Check beside an office's settings."""
    desk.file(FILE, content)
    return desk.run("check", desk.file("甲.xlsx"))


HEAD = ",".join(COLUMNS)
SETTINGS: dict[str, bytes | str] = {
    "settings that are binary": bytes(range(256)) * 8,
    "settings in UTF-16 without its mark": f"{HEAD}\n".encode("utf-16-le"),
    "settings in half a GBK character": f"{HEAD}\n停用".encode("gbk")[:-1],
    "settings with an endless field": f'{HEAD}\nD02-06,停用,"{"长" * 200_000}",某人\n',
    "settings with other columns": "编号,怎么办\nD02-06,停用\n",
    "settings with tabs": f"{HEAD}\nD02-06,停用,因为,某人\n".replace(",", "\t"),
    "settings of an unknown rule": f"{HEAD}\nZ99,停用,因为,某人\n",
    "settings of an unknown kind": f"{HEAD}\nD02-06,关掉,因为,某人\n",
    "settings without a reason": f"{HEAD}\nD02-06,停用,,某人\n",
    "settings that name a rule twice": f"{HEAD}\nD02-06,停用,因为,某人\nD02-06,试行,因为,某人\n",
}
for title, content in SETTINGS.items():
    CASES[title] = lambda desk, content=content: settings(desk, content)  # type: ignore[misc]


@case("an office's code list that is none")
def _(desk: Desk) -> Said:
    desk.file("功能分类科目.csv", "科目编码,科目名称\n205,教育支出\n205,教育\n")
    return desk.run("check", desk.file("甲.xlsx"))


@case("an office's code list of Excel 97 that is cut short")
def _(desk: Desk) -> Said:
    desk.file(
        "功能分类科目.xls", (ROOT / "tests" / "saved" / "codes.xls").read_bytes()[:900]
    )
    return desk.run("check", desk.file("甲.xlsx"))


@case("two code lists of one kind")
def _(desk: Desk) -> Said:
    desk.file("功能分类科目.csv", "")
    desk.file("功能分类科目.xlsx", "")
    return desk.run("check", desk.file("甲.xlsx"))


@case("settings that are a folder")
def _(desk: Desk) -> Said:
    (desk.folder / FILE).mkdir()
    return desk.run("check", desk.file("甲.xlsx"))


RETURNS: dict[str, str] = {
    "data that is a list": "[1]",
    "data cut off": "{",
    "data with Chinese commas": '{"cover"：{}}',
    "data of a number for a text": '{"cover": {"unit_name": 5}}',
    "data of a number for an amount": '{"three_public": {"total": {"this_year": 5.1}}}',
    "data of a text for a form": '{"cover": "甲"}',
    "data of a form there is not": '{"封面": {}}',
    "data of a field there is not": '{"cover": {"单位": "甲"}}',
    "data with a control character": '{"cover": {"unit_name": "甲\\u0001"}}',
    "data with half a character": '{"projects": [{"name": "\\ud800"}]}',
    "data with ticks of its own": '{"ticks": {"cover": 1}}',
    "data that is deep": "[" * 100_000,
    "data with a number too long": f'{{"cover": {"1" * 5000}}}',
}
for title, text in RETURNS.items():
    CASES[title] = lambda desk, text=text: desk.run(  # type: ignore[misc]
        "template", desk.folder / "表.xlsx", "--from", desk.file("数据.json", text)
    )


@case("data that is not there")
def _(desk: Desk) -> Said:
    return desk.run(
        "template", desk.folder / "表.xlsx", "--from", desk.folder / "没有.json"
    )


@case("names that are a folder")
def _(desk: Desk) -> Said:
    return desk.run("template", desk.folder / "表.xlsx", "--names", desk.folder)


@case("names that are no text")
def _(desk: Desk) -> Said:
    return desk.run(
        "template",
        desk.folder / "表.xlsx",
        "--names",
        desk.file("名单.txt", b"PK\x03\x04\x00\xff"),
    )


BOOKS: dict[str, bytes] = {
    "an empty workbook": b"",
    "a workbook with a password": OLE + "EncryptedPackage".encode("utf-16-le"),
    "a workbook of old": OLE + b"\0" * 600,
    "a text as a workbook": b"no workbook",
    "half a workbook": BLANK.read_bytes()[:9000],
    "a document as a workbook": packed({"word/document.xml": "<w/>"}),
    "a binary workbook": packed({"xl/workbook.bin": b"\x83"}),
    "a workbook broken inside": packed(
        {"[Content_Types].xml": "<x", "xl/workbook.xml": "<x"}
    ),
}
for title, raw in BOOKS.items():
    CASES[title] = lambda desk, raw=raw: desk.run("check", desk.file("坏.xlsx", raw))  # type: ignore[misc]
    CASES[f"{title}, to draw from"] = lambda desk, raw=raw: desk.run(  # type: ignore[misc]
        "paper", desk.file("坏.xlsx", raw), "-o", desk.folder / "签字稿.xlsx"
    )


@case("a workbook that is not there")
def _(desk: Desk) -> Said:
    return desk.run(
        "paper", desk.folder / "没有.xlsx", "-o", desk.folder / "签字稿.xlsx"
    )


@case("a workbook that may not be read")
def _(desk: Desk) -> Said:
    desk.play.setattr(Path, "open", refusing(errno.EACCES))
    return desk.call(lambda: grid.open_grid(BLANK))


@case("a workbook on a broken disk")
def _(desk: Desk) -> Said:
    desk.play.setattr(Path, "open", refusing(errno.EIO))
    return desk.call(lambda: grid.open_grid(BLANK))


@case("a workbook that is a pipe")
def _(desk: Desk) -> Said:
    os.mkfifo(pipe := desk.folder / "管道.xlsx")
    return desk.call(lambda: grid.open_grid(pipe))


@case("a workbook packed with a password")
def _(desk: Desk) -> Said:
    raw = bytearray(
        packed({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<workbook/>"})
    )
    at = raw.rfind(b"PK\1\2")  # the entry of the last part in the list of parts
    raw[at + 8] |= 1
    return desk.run("check", desk.file("甲.xlsx", bytes(raw)))


PDFS: dict[str, bytes] = {
    "a text as a PDF": b"no PDF",
    "half a PDF": b"%PDF-1.4\n1 0 obj <<",
    "a PDF with a password": (
        b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n"
        b"3 0 obj <</Filter/Standard/V 1/R 2/P -4/O("
        + b"o" * 32
        + b")/U("
        + b"u" * 32
        + b")>> endobj\n"
        b"trailer <</Root 1 0 R/Encrypt 3 0 R/ID[(a)(a)]/Size 4>>\nstartxref\n0\n%%EOF"
    ),
}
for _name, _bytes in PDFS.items():

    def _paged(desk: Desk, raw: bytes = _bytes) -> Said:
        return desk.call(lambda: pages_of(desk.file("说明.pdf", raw)))

    case(_name)(_paged)


@case("a PDF on a broken disk")
def _(desk: Desk) -> Said:
    desk.play.setattr(Path, "open", refusing(errno.EIO))
    return desk.call(lambda: pages_of(BLANK))


@case("a statement of a kind that is not read")
def _(desk: Desk) -> Said:
    return desk.call(lambda: auditing.read_file(desk.file("说明.doc")))


@case("a list of workbooks' findings, taken for one of statements'")
def _(desk: Desk) -> Said:
    desk.run("check", BLANK, "--format", "xlsx", "-o", desk.folder / "校验报告.xlsx")
    return desk.run(
        "audit", desk.file("说明.txt", "说明"), "--since", desk.folder / "校验报告.xlsx"
    )


@case("nothing to audit")
def _(desk: Desk) -> Said:
    return desk.run("audit", desk.folder)


@case("last year's statement without words")
def _(desk: Desk) -> Said:
    return desk.run(
        "audit", desk.file("说明.txt", "说明"), "--last", desk.file("上年.txt", "图")
    )


@case("public tables that are no workbook")
def _(desk: Desk) -> Said:
    return desk.run(
        "audit", desk.file("说明.txt", "说明"), "--tables", desk.file("公开表.docx")
    )


@case("a form of statements with a broken expression")
def _(_: Desk) -> Said:
    return Desk.call(
        _, lambda: statement_forms.expression("(", {}, "hebei-budget.json")
    )


BOUNDS: dict[str, tuple[object, str, int]] = {
    "a workbook that is too large": (archive, "MOST_PACKED", 10),
    "a workbook of too many parts": (archive, "MOST_PARTS", 10),
    "a workbook that unpacks too large": (archive, "MOST_BYTES", 10),
    "a workbook of too many sheets": (workbook, "MOST_SHEETS", 2),
    "a workbook of too many cells": (grid, "MOST_CELLS", 10),
    "a workbook of too many merges": (grid, "MOST_MERGES", 2),
    "a cell of too many characters": (grid, "MOST_CHARACTERS", 4),
    "a workbook of too many characters": (grid, "MOST_TEXT", 1000),
}
for title, (room, bound, number) in BOUNDS.items():

    @case(title)
    def _(
        desk: Desk, room: object = room, bound: str = bound, number: int = number
    ) -> Said:
        desk.play.setattr(room, bound, number)
        return desk.run("check", BLANK)


@case("an open worksheet with too many cells")
def _(desk: Desk) -> Said:
    sheet: Any = SimpleNamespace(
        name="三公经费", used_range=SimpleNamespace(shape=(1_048_576, 16_384))
    )
    return desk.call(lambda: macros._raw_sheet(sheet))  # noqa: SLF001


@case("a path that is not there")
def _(desk: Desk) -> Said:
    return desk.run("check", desk.folder / "没有")


@case("a path that is too long")
def _(desk: Desk) -> Said:
    return desk.run("check", LONG)


@case("a path that goes through a file")
def _(desk: Desk) -> Said:
    return desk.run("merge", desk.file("甲.xlsx") / "里面", "-o", desk.folder)


@case("a folder without workbooks")
def _(desk: Desk) -> Said:
    return desk.run("check", desk.folder)


@case("a folder that may not be read")
def _(desk: Desk) -> Said:
    desk.play.setattr(os, "scandir", refusing(errno.EACCES))
    return desk.run("check", desk.folder)


@case("nothing to verify")
def _(desk: Desk) -> Said:
    return desk.run("verify", desk.file("清单.json", "{}"))


@case("a folder to verify")
def _(desk: Desk) -> Said:
    return desk.run("verify", desk.folder)


@case("a file to verify that is not there")
def _(desk: Desk) -> Said:
    return desk.run("verify", desk.folder / "没有.xlsx", "--profile", "hebei-2023")


@case("a number that is none")
def _(desk: Desk) -> Said:
    return desk.run("verify", BLANK, "--number", "12345")


@case("a list of files that is none")
def _(desk: Desk) -> Said:
    return desk.run("verify", BLANK, desk.file("清单.json", '{"outputs": []}'))


@case("a file to verify that may not be read")
def _(desk: Desk) -> Said:
    manifest = desk.file("清单.json", json.dumps({"outputs": {}}))
    desk.play.setattr(Path, "open", refusing(errno.EACCES))
    desk.play.setattr(verifying, "_read_manifest", lambda _: {"outputs": {}})
    return desk.run("verify", RIGHT, manifest, "--profile", "hebei-2023")


# -- edited documents --------------------------------------------------------------------------------------------------


def results(desk: Desk, base: str | bytes | None = "{}", **remarks: object) -> Path:
    """A folder of results as far as edited documents need one."""
    said = {"bases": {"情况说明.docx": "核对底本/甲.json"}, **remarks}
    manifest = desk.file(
        "出/清单.json",
        json.dumps({"profile": "hebei-2023", "outputs": {}, "remarks": said}),
    )
    if base is not None:
        desk.file("出/核对底本/甲.json", base)
    return manifest.parent


def held(desk: Desk, file: Path, *more: str | Path) -> Said:
    return desk.run(
        "verify",
        file,
        "--against",
        desk.folder / "出",
        "--profile",
        "hebei-2023",
        *more,
    )


def statement(desk: Desk) -> Path:
    path = desk.folder / "改过的.docx"
    docx.Document().save(str(path))
    return path


EDITED: dict[str, bytes] = {
    "an edited document of an old format": OLE,
    "an edited document that is a PDF": b"%PDF-1.7",
    "an edited document that is cut short": b"PK\3\4application/vnd.oasis.opendocument.text",
    "an edited document without its text": packed(
        {"mimetype": "application/vnd.oasis.opendocument.text"}
    ),
}
for title, raw_document in EDITED.items():

    def _(desk: Desk, raw_document: bytes = raw_document) -> Said:
        results(desk)
        return held(desk, desk.file("改过的.docx", raw_document))

    CASES[title] = _


@case("an edited document that may not be read")
def _(desk: Desk) -> Said:
    results(desk)
    desk.play.setattr(passages, "content", refusing(errno.EACCES))
    return held(desk, statement(desk))


@case("an edited document against a folder that holds no results")
def _(desk: Desk) -> Said:
    (desk.folder / "出").mkdir()
    return held(desk, statement(desk))


@case("an edited document where the last merge made none")
def _(desk: Desk) -> Said:
    results(desk, bases={})
    desk.file("出/核对底本/情况说明-1.json", "{}")
    return held(desk, statement(desk))


@case("an edited document against a list of files that is none")
def _(desk: Desk) -> Said:
    desk.file("出/清单.json", '{"remarks": []}')
    return held(desk, statement(desk))


@case("an edited document against results of an earlier version")
def _(desk: Desk) -> Said:
    results(desk, bases={})
    return held(desk, statement(desk))


@case("an edited document whose base text is gone")
def _(desk: Desk) -> Said:
    results(desk, base=None)
    return held(desk, statement(desk))


@case("an edited document whose base text is broken")
def _(desk: Desk) -> Said:
    results(desk)
    return held(desk, statement(desk))


@case("a document to refresh that can only be read")
def _(desk: Desk) -> Said:
    results(desk)
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:a {office}/>",
    }
    return desk.run(
        "refresh", desk.file("改过的.odt", packed(parts)), "--from", desk.folder / "出"
    )


@case("a state that there is not")
def _(desk: Desk) -> Said:
    return desk.run("stage", "草稿", results(desk), "--profile", "hebei-2023")


@case("a document to review that can only be read")
def _(desk: Desk) -> Said:
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:a {office}/>",
    }
    file = desk.file("改过的.odt", packed(parts))
    return desk.run(
        "stage", "送审稿", results(desk), "--file", file, "--profile", "hebei-2023"
    )


@case("results of which nothing can be reviewed")
def _(desk: Desk) -> Said:
    return desk.run("stage", "送审稿", results(desk), "--profile", "hebei-2023")


@case("results that were not reviewed")
def _(desk: Desk) -> Said:
    return desk.run("stage", "公开稿", results(desk), "--profile", "hebei-2023")


NO_LINES = '{"lines": [], "cells": [], "units": [], "ways": [], "content": ""}'


@case("results that were merged again after they were reviewed")
def _(desk: Desk) -> Said:
    out = results(desk, content="0123")
    desk.file(
        "出/送审稿/清单.json", json.dumps({"remarks": {"content": "4567", "texts": {}}})
    )
    return desk.run("stage", "公开稿", out, "--profile", "hebei-2023")


@case("a draft to review")
def _(desk: Desk) -> Said:
    out = results(desk, base=NO_LINES)
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "草稿：未经审核，不得公开"
    document.save(str(out / "情况说明.docx"))
    return desk.run("stage", "送审稿", out, "--profile", "hebei-2023")


@case("a sign sheet without its number")
def _(desk: Desk) -> Said:
    out = results(desk, base=NO_LINES, content="012345678901")
    for name in ("情况说明.docx", "审签单.docx"):
        docx.Document().save(str(out / name))
    return desk.run("stage", "送审稿", out, "--profile", "hebei-2023")


COMPARED: dict[str, tuple[str | bytes, str | bytes]] = {
    "an archive that is cut short": (b"PK", "甲"),
    "an archive without such a file": (packed({"目录.txt": "x  甲.txt"}), "甲"),
}
for title, (zipped, other) in COMPARED.items():

    def _(desk: Desk, zipped: str | bytes = zipped, other: str | bytes = other) -> Said:
        archived = desk.file("归档.zip", zipped)
        return desk.run(
            "compare", desk.file("甲.odt", other), archived, "--profile", "hebei-2023"
        )

    CASES[title] = _


@case("an archive without its list")
def _(desk: Desk) -> Said:
    return desk.run("verify", desk.file("归档.zip", packed({"甲.txt": "甲"})))


@case("an archive that may not be read")
def _(desk: Desk) -> Said:
    desk.play.setattr(closed, "content", refusing(errno.EACCES))
    return desk.run("verify", desk.file("归档.zip", b"PK"))


@case("a statement that is broken as soon as it is written")
def _(desk: Desk) -> Said:
    parts = {**package.unpacked(statement(desk)), "word/document.xml": b"<a"}
    dictation = Dictation()
    dictation.begin(parts)
    desk.play.setattr(merging, "told", lambda *_, **__: (b"", dictation.lines(), []))
    return desk.run("merge", small.units(), "-o", desk.folder / "出")


@case("a folder compared with a file")
def _(desk: Desk) -> Said:
    return desk.run(
        "compare", results(desk), statement(desk), "--profile", "hebei-2023"
    )


@case("results compared that do not know their units")
def _(desk: Desk) -> Said:
    return desk.run("compare", results(desk), results(desk), "--profile", "hebei-2023")


@case("results compared whose units are broken")
def _(desk: Desk) -> Said:
    out = results(desk)
    desk.file("出/核对底本/各单位.json", "{}")
    return desk.run("compare", out, out, "--profile", "hebei-2023")


@case("a return compared with a document")
def _(desk: Desk) -> Said:
    return desk.run("compare", RIGHT, statement(desk))


@case("tables compared with a document")
def _(desk: Desk) -> Said:
    openpyxl.Workbook().save(desk.folder / "表.xlsx")
    return desk.run(
        "compare", desk.folder / "表.xlsx", statement(desk), "--profile", "hebei-2023"
    )


@case("inputs to archive that are no folder")
def _(desk: Desk) -> Said:
    return desk.run(
        "archive",
        results(desk),
        desk.file("甲.txt", "甲"),
        "-o",
        desk.folder / "归档.zip",
    )


@case("inputs to archive that may not be read")
def _(desk: Desk) -> Said:
    folder = desk.file("收表/甲.txt", "甲").parent
    desk.play.setattr(archiving, "content", refusing(errno.EACCES))
    return desk.run("archive", results(desk), folder, "-o", desk.folder / "归档.zip")


WITHHELD = {
    "a list of what is not published with other columns": "甲,乙\n1,2\n",
    "what is not published without its basis": "单位编码,名称,依据,决定人\n,甲项目,,\n",
    "what is not published and is not there": "单位编码,名称,依据,决定人\n,甲项目,保密审查,王某\n",
}
for title, listed in WITHHELD.items():

    def _(desk: Desk, listed: str = listed) -> Said:
        folder = desk.file("收表/甲.xlsx", RIGHT.read_bytes()).parent
        desk.file("收表/不予公开.csv", listed)
        return desk.run(
            "merge", folder, "-o", desk.folder / "出", "--profile", "hebei-2023"
        )

    CASES[title] = _


@case("answers with other columns")
def _(desk: Desk) -> Said:
    results(
        desk, base='{"lines": [], "cells": [], "units": [], "ways": [], "content": ""}'
    )
    return held(
        desk, statement(desk), "--answers", desk.file("核对意见.csv", "甲,乙\n")
    )


@case("results among the workbooks")
def _(desk: Desk) -> Said:
    return desk.run(
        "merge",
        desk.file("收表/甲.xlsx", BLANK.read_bytes()).parent,
        "-o",
        desk.folder / "收表",
    )


@case("a file to merge")
def _(desk: Desk) -> Said:
    return desk.run("merge", desk.file("甲.xlsx"), "-o", desk.folder / "out")


@case("an earlier result that is none")
def _(desk: Desk) -> Said:
    return desk.run("check", BLANK, "--since", desk.file("上次.json", "[]"))


@case("an earlier result that is a list of its own")
def _(desk: Desk) -> Said:
    return desk.run(
        "check", BLANK, "--since", desk.file("上次.json", '{"findings": [1]}')
    )


@case("findings that are a form")
def _(desk: Desk) -> Said:
    return desk.run("return", BLANK, "-o", desk.folder)


@case("findings of which none is ticked")
def _(desk: Desk) -> Said:
    book = openpyxl.Workbook()
    book.active.append(["单位", "问题", "退回", "审核意见"])  # type: ignore[union-attr]
    book.save(desk.folder / "校验报告.xlsx")
    return desk.run("return", desk.folder / "校验报告.xlsx", "-o", desk.folder / "退回")


# -- copies with marks -------------------------------------------------------------------------------------------------


@case("marks taken from what is not there")
def _(desk: Desk) -> Said:
    return desk.run("clean", desk.folder / "没有.xlsx", "-o", desk.folder / "out.xlsx")


@case("marks taken from a text")
def _(desk: Desk) -> Said:
    return desk.run(
        "clean", desk.file("甲.xlsx", "no workbook"), "-o", desk.folder / "out.xlsx"
    )


@case("marks taken from a zip")
def _(desk: Desk) -> Said:
    return desk.run(
        "clean",
        desk.file("甲.xlsx", packed({"a": "b"})),
        "-o",
        desk.folder / "out.xlsx",
    )


@case("marks taken from a bomb")
def _(desk: Desk) -> Said:
    desk.play.setattr(package, "MOST_BYTES", 10)
    return desk.run("clean", BLANK, "-o", desk.folder / "out.xlsx")


@case("marks taken from a document")
def _(desk: Desk) -> Said:
    docx.Document().save(str(desk.folder / "甲.docx"))
    return desk.run("clean", desk.folder / "甲.docx", "-o", desk.folder / "out.xlsx")


def spoilt(desk: Desk, part: str, content: bytes | None) -> Path:
    """The blank workbook with one part changed or left out."""
    with zipfile.ZipFile(BLANK) as archive:
        parts: dict[str, bytes | str] = {
            name: archive.read(name) for name in archive.namelist() if name != part
        }
    return desk.file(
        "甲.xlsx", packed(parts if content is None else {**parts, part: content})
    )


@case("marks taken from a workbook with a broken part")
def _(desk: Desk) -> Said:
    return desk.run(
        "clean", spoilt(desk, "xl/workbook.xml", b"<x"), "-o", desk.folder / "out.xlsx"
    )


@case("marks taken from a workbook without its main part")
def _(desk: Desk) -> Said:
    return desk.run(
        "clean", spoilt(desk, "xl/workbook.xml", None), "-o", desk.folder / "out.xlsx"
    )


@case("a part that is gone")
def _(desk: Desk) -> Said:
    return desk.call(lambda: package.Package.read(BLANK).markup("xl/styles2.xml"))


@case("marks onto the original")
def _(desk: Desk) -> Said:
    return desk.call(lambda: annotate.clean(BLANK, BLANK))


@case("marked copies among the originals")
def _(desk: Desk) -> Said:
    return desk.run(
        "check", desk.file("甲.xlsx", BLANK.read_bytes()), "--annotate", desk.folder
    )


@case("marks beside broken comments")
def _(desk: Desk) -> Said:
    book = openpyxl.Workbook()
    book.active["A1"] = "别的表"  # type: ignore[index]
    book.active["A1"].comment = Comment("看", "某人")  # type: ignore[index]
    book.save(path := desk.folder / "甲.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts = {
        name: re.sub(rb"<authors>.*</authors>", b"", raw) if "comments" in name else raw
        for name, raw in parts.items()
    }
    found = steps.check(
        [path], PROFILE
    ).report.findings  # of the sound one, for the reader itself stumbles over this
    desk.file("甲.xlsx", packed(parts))
    return desk.call(
        lambda: annotate.annotate(path, found, desk.folder / "out.xlsx", {})
    )


# -- results -----------------------------------------------------------------------------------------------------------


@case("a result without a name")
def _(desk: Desk) -> Said:
    return desk.run("template", desk.folder / "..")


@case("a result whose name is too long")
def _(desk: Desk) -> Said:
    return desk.run("template", desk.folder / f"{LONG}.xlsx", "--projects", "1")


@case("a folder of results whose name is too long")
def _(desk: Desk) -> Said:
    return desk.run(
        "check", BLANK, "--format", "json", "-o", desk.folder / LONG / "a.json"
    )


@case("a folder of results that is a file")
def _(desk: Desk) -> Said:
    return desk.run(
        "check", BLANK, "--format", "json", "-o", desk.file("甲") / "a.json"
    )


@case("a folder of results below a file")
def _(desk: Desk) -> Said:
    return desk.run(
        "check", BLANK, "--format", "json", "-o", desk.file("甲") / "乙" / "a.json"
    )


@case("a result in the place of a pipe")
def _(desk: Desk) -> Said:
    os.mkfifo(pipe := desk.folder / "管道.json")
    return desk.run("check", BLANK, "--format", "json", "-o", pipe)


@case("a result in the place of a device")
def _(_: Desk) -> Said:
    return Desk.run(_, "check", BLANK, "--format", "json", "-o", "/dev/null")


PIPED: dict[str, tuple[str | Path, ...]] = {
    "names that are a pipe": ("template", "a.xlsx", "--names"),
    "an earlier check that is a pipe": ("check", BLANK, "--since"),
    "a copy to clean that is a pipe": ("clean",),
    "ticks that are a pipe": ("return", "-o", "b"),
}
for verb, given in PIPED.items():

    def piped(desk: Desk, given: tuple[str | Path, ...] = given) -> Said:
        os.mkfifo(
            pipe := desk.folder
            / ("管道.txt" if "--names" in given or "--since" in given else "管道.docx")
        )
        more = ("-o", desk.folder / "c.xlsx") if given == ("clean",) else ()
        return desk.run(
            *(
                desk.folder / one if str(one).endswith("a.xlsx") else one
                for one in given
            ),
            pipe,
            *more,
        )

    CASES[verb] = piped


@case("a result that holds half a character")
def _(desk: Desk) -> Said:
    def write(path: Path) -> None:
        path.write_text("\ud800", encoding="utf-8")

    return desk.call(lambda: steps.place(desk.folder / "甲.txt", write))


MANIFESTS = {
    "cut off": '{"outputs": {',
    "another shape": "[]",
    "without inputs": '{"inputs": {}, "outputs": {"a": {"sha256": ""}}}',
}
for title, text in MANIFESTS.items():
    CASES[f"a manifest: {title}"] = lambda desk, text=text: desk.run(  # type: ignore[misc]
        "check", BLANK, "--annotate", desk.file(MANIFEST, text).parent
    )


def moved_wrongly(desk: Desk, *wrong: int, number: int = errno.EIO) -> Said:
    """Lay two results down twice; the second time the system refuses these of the moves."""
    wrong_moves = iter(range(1, 1000))
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if next(wrong_moves) in wrong:
            raise OSError(number, os.strerror(number))
        return replace(self, target)

    def lay(text: str) -> None:
        with Outbox(desk.folder) as box:
            for name in ("甲.json", "乙.json"):
                with box.file(name) as path:
                    path.write_text(text, encoding="utf-8")

    lay("一")
    desk.play.setattr(Path, "replace", refuse)
    return desk.call(lambda: lay("二"))


@case("results whose list is held open")
def _(desk: Desk) -> Said:
    return moved_wrongly(desk, 3, number=errno.EACCES)


@case("results that a failing disk takes back")
def _(desk: Desk) -> Said:
    return moved_wrongly(desk, 2)


@case("results that cannot even be taken back")
def _(desk: Desk) -> Said:
    return moved_wrongly(desk, 2, 3)


@case("a workbook that changes between checking and copying")
def _(desk: Desk) -> Said:
    path = desk.file("甲.xlsx", BLANK.read_bytes())
    bytes_read = checking.bytes_read
    desk.play.setattr(
        "toolkit.steps.telling.bytes_read",
        lambda *given: dict.fromkeys(bytes_read(*given), "0"),
    )
    return desk.run("check", path, "--annotate", desk.folder / "批注")


def to(stream: str, *arguments: str | Path) -> Said:
    """Give a command whose output goes elsewhere."""
    with (
        redirect_stderr(io.StringIO()) as err,
        Path(stream).open("w", encoding="utf-8") as out,
        redirect_stdout(out),
    ):
        code = cli.run([str(argument) for argument in arguments])
    return Said(code, err.getvalue())


@case("words to a full disk")
def _(_: Desk) -> Said:
    return to("/dev/full", "rules", "B01-01")


@case("a help page to a full disk")
def _(_: Desk) -> Said:
    return to("/dev/full", "check", "--help")


@case("data to a full disk")
def _(_: Desk) -> Said:
    return to("/dev/full", "check", BLANK, "--format", "json")


@case("much data to a full disk")
def _(desk: Desk) -> Said:
    desk.play.setattr(say, "fit", lambda text, _: text + " " * 100_000)
    return to("/dev/full", "check", BLANK, "--format", "json")


# -- the statement and its template ------------------------------------------------------------------------------------

TEMPLATES = {
    "a tag of no value": "{{ 部门 }}",
    "a tag of no attribute": "{{ department.nothing }}",
    "a tag in full-width brackets": "{{ department }}｛｛ department ｝｝",
    "a tag that is not closed": "{% if department %}",
    "a tag that cannot be filled": "{{ department + 1 }}",
}
for title, text in TEMPLATES.items():
    CASES[title] = lambda desk, text=text: filled(desk, text)  # type: ignore[misc]


def filled(desk: Desk, text: str) -> Said:
    paper = docx.Document()
    paper.add_paragraph(text)
    paper.save(path := str(desk.folder / "情况说明.docx"))
    return desk.call(lambda: word.rendered(Path(path), {"department": "甲"}))


@case("tags that cross paragraphs")
def _(desk: Desk) -> Said:
    paper = docx.Document()
    for line in ("{% for one in department %}甲", "{%p endfor %}"):
        paper.add_paragraph(line)
    paper.save(path := str(desk.folder / "情况说明.docx"))
    return desk.call(lambda: word.rendered(Path(path), {"department": "甲乙"}))


@case("a template that is not there")
def _(desk: Desk) -> Said:
    return desk.call(lambda: word.rendered(desk.folder / "没有.docx", {}))


@case("a template that is a text")
def _(desk: Desk) -> Said:
    return desk.call(lambda: word.text_of(desk.file("甲.docx", "text")))


@case("a template that is a zip")
def _(desk: Desk) -> Said:
    return desk.call(lambda: word.text_of(desk.file("甲.docx", packed({"a": "b"}))))


@case("a document that is broken")
def _(desk: Desk) -> Said:
    return desk.call(
        lambda: word.text_of(desk.file("甲.docx", packed({"word/document.xml": "<x"})))
    )


def written(desk: Desk, out: Path) -> Said:
    docx.Document().save(path := str(desk.folder / "模板.docx"))
    return desk.call(lambda: word.render(Path(path), {}, out))


@case("a document onto a folder")
def _(desk: Desk) -> Said:
    return written(desk, desk.folder)


@case("a document that is open")
def _(desk: Desk) -> Said:
    desk.play.setattr(Path, "write_bytes", refusing(errno.EACCES))
    return written(desk, desk.folder / "out.docx")


# -- the house itself --------------------------------------------------------------------------------------------------


@case("no schema")
def _(desk: Desk) -> Said:
    desk.play.setattr(stored, "__file__", str(desk.folder / "a" / "b" / "stored.py"))
    desk.play.setattr(sysconfig, "get_path", lambda *_: str(desk.folder))
    stored._installed.cache_clear()  # noqa: SLF001
    return desk.run("rules", "--profile", "elsewhere")


def another_profile(desk: Desk, said: str, *command: str) -> Said:
    """A profile of that content, asked for by a command."""
    home = installed(desk.folder)
    (home / "schema" / "profiles" / "other").mkdir()
    (home / "schema" / "profiles" / "other" / "profile.json").write_text(
        said, encoding="utf-8"
    )
    desk.play.setenv("DISCLOSURE_HOME", str(home))
    loaded.cache_clear()
    return desk.run(*(command or ("rules",)), "--profile", "other")


@case("two broken files of a profile")
def _(desk: Desk) -> Said:
    home = installed(desk.folder)
    forms = home / "schema" / "profiles" / "hebei-2023" / "forms"
    for name in ("cover", "budget"):
        (forms / f"{name}.json").write_text("{", encoding="utf-8")
    desk.play.setenv("DISCLOSURE_HOME", str(home))
    loaded.cache_clear()
    return desk.run("rules", "--profile", "hebei-2023")


def codes_of(
    desk: Desk,
    line: str,
    head: str = "code,level,name,confidence,valid_from,valid_to,aliases",
) -> Said:
    """A list of codes with one line, as the commands of a year read it."""
    home = installed(desk.folder)
    (home / "schema" / "codes" / "functional.csv").write_text(
        f"{head}\n{line}\n", encoding="utf-8"
    )
    desk.play.setenv("DISCLOSURE_HOME", str(home))
    return desk.call(lambda: codes.lists.__wrapped__(2023))


@case("codes without a column that is needed")
def _(desk: Desk) -> Said:
    return codes_of(desk, "201,类,甲", "code,level,name")


@case("a line of codes without a code")
def _(desk: Desk) -> Said:
    return codes_of(desk, ",类,甲,print,,,")


@case("a code of a level that there is none of")
def _(desk: Desk) -> Said:
    return codes_of(desk, "201,目,甲,print,,,")


@case("a code that lost its zeros")
def _(desk: Desk) -> Said:
    return codes_of(desk, "1,类,甲,print,,,")


@case("a code from a day that is none")
def _(desk: Desk) -> Said:
    return codes_of(desk, "201,类,甲,print,2024年,,")


@case("a code as sure as nobody says")
def _(desk: Desk) -> Said:
    return codes_of(desk, "201,类,甲,sur,,,")


def set_at_place(desk: Desk, name: str, text: str) -> Said:
    """What a place's own folder says, heard by a check beside it."""
    desk.file(f"本地设置/{name}", text)
    return desk.run("check", shutil.copy(RIGHT, desk.folder), "--profile", PROFILE.id)


AT_A_PLACE = {
    "words that are a list": (WORDS, "[]"),
    "words that nobody knows": (WORDS, '{"flatt": "同"}'),
    "words that are a number": (WORDS, '{"flat": 1}'),
    "words without their number": (WORDS, '{"up": "多了{size}"}'),
    "a glossary without its columns": (GLOSSARY, "名词\n基本支出\n"),
    "a term without a meaning": (GLOSSARY, "名词,解释\n基本支出,\n"),
    "limits without their columns": (LIMITS, "代号,值\na,1\n"),
    "a limit that nobody knows": (LIMITS, "代号,说明,值,原因,决定人\na,,1,因为,谁\n"),
    "a limit of law": (LIMITS, "代号,说明,值,原因,决定人\npublish_days,,30,因为,谁\n"),
    "a limit that is no number": (
        LIMITS,
        "代号,说明,值,原因,决定人\nchange_to_explain,,多,因为,谁\n",
    ),
    "a limit without a reason": (
        LIMITS,
        "代号,说明,值,原因,决定人\nchange_to_explain,,0.05,,谁\n",
    ),
}
for title, (file, content) in AT_A_PLACE.items():
    CASES[title] = partial(set_at_place, name=file, text=content)


@case("a place's own folder that is a file")
def _(desk: Desk) -> Said:
    return desk.run("init", desk.file("收表", "x"), "--profile", PROFILE.id)


EXTENDING = '{"id": "other", "title": "另一套", "year": 2024, "extends": "hebei-2023"'


@case("a profile with a word that nobody knows")
def _(desk: Desk) -> Said:
    return another_profile(desk, EXTENDING + ', "yaer": 2024}')


@case("a profile that says something twice")
def _(desk: Desk) -> Said:
    return another_profile(desk, EXTENDING + ', "year": 2024}')


@case("a profile that extends itself")
def _(desk: Desk) -> Said:
    return another_profile(desk, EXTENDING.replace("hebei-2023", "other") + "}")


@case("a profile that switches off a rule that there is none of")
def _(desk: Desk) -> Said:
    blank = desk.folder / "空白.xlsx"
    return another_profile(
        desk,
        EXTENDING + ', "rules": {"off": {"B01-99": "没有"}}}',
        "template",
        str(blank),
    )


@case("a profile that removes what is not there")
def _(desk: Desk) -> Said:
    return another_profile(
        desk, EXTENDING + ', "removed": ["budget/income/rows/othr"]}'
    )


@case("a profile that changes something into what it cannot be")
def _(desk: Desk) -> Said:
    return another_profile(
        desk, EXTENDING + ', "changed": {"budget/income/merge": "summ"}}'
    )


def declared(desk: Desk, change: Callable[[dict[str, Any]], object]) -> Said:
    """Ask for the rules of a profile that has one form declared otherwise."""
    forms = home() / "schema" / "profiles" / "hebei-2023"
    for path in (home() / "schema").rglob("*.*"):
        name = str(path.relative_to(home())).replace("hebei-2023", "mine")
        said = path.read_bytes()
        if path == forms / "forms" / "three_public.json":
            told = json.loads(said)
            change(told)
            said = json.dumps(told).encode()
        desk.file(name, said)
    desk.play.setenv("DISCLOSURE_HOME", str(desk.folder))
    loaded.cache_clear()
    try:
        return desk.run("rules", "--profile", "mine")
    finally:
        loaded.cache_clear()


@case("an office that fixes a profile there is not")
def _(desk: Desk) -> Said:
    desk.file(PROFILE_FILE, "hebei-1999")
    return desk.run("check", desk.file("甲.xlsx"))


@case("a workbook of a profile that is not installed")
def _(desk: Desk) -> Said:
    source = desk.file("甲.json", json.dumps({"cover": {"profile": "hebei-1999"}}))
    return desk.run("paper", source, "-o", desk.folder / "乙.xlsx")


@case("several profiles and none named")
def _(desk: Desk) -> Said:
    (desk.folder / "表样.txt").unlink()
    return desk.run("template", desk.folder / "甲.xlsx")


@case("a new year that is no later one")
def _(desk: Desk) -> Said:
    return desk.run("new-year", "2023", "--from", "hebei-2023")


def elsewhere(desk: Desk) -> None:
    """Let the schema and the templates lie in a folder of the desk's own."""
    for part in ("schema", "templates"):
        shutil.copytree(home() / part, desk.folder / part, dirs_exist_ok=True)
    desk.play.setenv("DISCLOSURE_HOME", str(desk.folder))


@case("a new year that is there already")
def _(desk: Desk) -> Said:
    elsewhere(desk)
    desk.run("new-year", "2099", "--from", "hebei-2023")
    return desk.run("new-year", "2099", "--from", "hebei-2023")


@case("a new year where nothing may be written")
def _(desk: Desk) -> Said:
    elsewhere(desk)
    desk.play.setattr(shutil, "move", refusing(errno.EACCES))
    return desk.run("new-year", "2099", "--from", "hebei-2023")


@case("a new year whose blank workbook may not be written")
def _(desk: Desk) -> Said:
    elsewhere(desk)
    desk.play.setattr(newyear, "template", refusing(errno.EROFS))
    return desk.run("new-year", "2099", "--from", "hebei-2023")


@case("a workbook of a later year")
def _(desk: Desk) -> Said:
    elsewhere(desk)
    desk.run("new-year", "2099", "--from", "hebei-2023")
    later = desk.folder / "templates" / "xlsx" / "hebei-2099" / "单位填报表.xlsx"
    return desk.run(
        "template", desk.folder / "甲.xlsx", "--profile", "hebei-2023", "--from", later
    )


def from_text(desk: Desk, text: str) -> Said:
    """A template drawn from a statement."""
    return desk.run(
        *("template", desk.folder / "甲.xlsx", "--profile", "shanghai-2026"),
        *("--from", desk.file("上年.txt", text)),
    )


BUDGET_TEXT = NATIONAL.replace("2024", "2025").replace("2023", "2024")


@case("last year's statement that is a picture")
def _(desk: Desk) -> Said:
    return from_text(desk, "图")


@case("last year's statement of no known form")
def _(desk: Desk) -> Said:
    return from_text(desk, "今年雨水比去年多一些，河里的鱼也多了。" * 9)


@case("last year's statement that tells what was spent")
def _(desk: Desk) -> Said:
    return from_text(desk, FINAL)


@case("last year's statement that names no year")
def _(desk: Desk) -> Said:
    return from_text(desk, re.sub(r"20\d\d年(?:度)?", "", BUDGET_TEXT))


@case("last year's statement that is older")
def _(desk: Desk) -> Said:
    return from_text(desk, NATIONAL)


@case("last year's statement without an amount that has a place")
def _(desk: Desk) -> Said:
    return from_text(desk, re.sub(r"[\d,]+\.\d+万元", "若干", BUDGET_TEXT))


@case("this year's statement in the place of last year's")
def _(desk: Desk) -> Said:
    desk.file("上年情况说明.txt", BUDGET_TEXT.replace("2025", "2026"))
    return desk.run("check", desk.folder, "--profile", "shanghai-2026")


@case("a form whose block has no kind")
def _(desk: Desk) -> Said:
    return declared(
        desk, lambda told: next(iter(told["x-blocks"].values())).pop("kind")
    )


@case("a form with a formula that is none")
def _(desk: Desk) -> Said:
    def change(told: dict[str, Any]) -> None:
        next(
            row
            for row in next(iter(told["x-blocks"].values()))["rows"].values()
            if "formula" in row
        )["formula"] = "a +"

    return declared(desk, change)


@case("a form whose formulas read one another in a circle")
def _(desk: Desk) -> Said:
    def change(told: dict[str, Any]) -> None:
        columns = next(iter(told["x-blocks"].values()))["columns"]
        columns["this_year"]["formula"] = "change + last_year"

    return declared(desk, change)


@case("a form with a role that there is not")
def _(desk: Desk) -> Said:
    def change(told: dict[str, Any]) -> None:
        next(iter(told["x-blocks"].values()))["columns"]["reason"]["role"] = (
            "unit.motto"
        )

    return declared(desk, change)


@case("a workbook that was changed after it was checked")
def _(desk: Desk) -> Said:
    return desk.call(lambda: read_again(Origin(RIGHT, RIGHT.name, "0" * 64), PROFILE))


@case("no library for pages")
def _(desk: Desk) -> Said:
    desk.play.setitem(sys.modules, "toolkit.serve", None)
    return desk.run("serve")


@case("no library for macros")
def _(desk: Desk) -> Said:
    desk.play.setitem(sys.modules, "pyopenvba", None)
    return desk.run("template", desk.folder / "表.xlsx", "--projects", "1", "--macros")


# -- the page, the buttons ---------------------------------------------------------------------------------------------


@case("a word too short")
def _(desk: Desk) -> Said:
    return desk.run("serve", "--token", "短")


@case("a port that is taken")
def _(desk: Desk) -> Said:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return desk.run("serve", "--port", str(taken.getsockname()[1]))


@case("an address that is no address")
def _(desk: Desk) -> Said:
    desk.play.setattr(socket, "create_server", refusing(socket.EAI_NONAME))
    return desk.run("serve", "--host", "没有.invalid", "--token", "12345678")


@case("an address that is too long")
def _(desk: Desk) -> Said:
    return desk.run("serve", "--host", "长" * 80, "--token", "12345678")


@case("an address of another machine")
def _(desk: Desk) -> Said:
    return desk.run("serve", "--host", "192.0.2.1", "--token", "12345678")


@case("more than a request may bring")
def _(desk: Desk) -> Said:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"body": b" " * 100_000}

    guard = Guard(SimpleNamespace(), host="127.0.0.1", most=1)  # type: ignore[arg-type]
    return desk.call(lambda: asyncio.run(guard.bounded(receive)()))  # type: ignore[arg-type]


@case("a request that does not come")
def _(desk: Desk) -> Said:
    guard = Guard(SimpleNamespace(), host="127.0.0.1", most=1, grace=0)  # type: ignore[arg-type]
    return desk.call(lambda: asyncio.run(guard.bounded(partial(asyncio.sleep, 60))()))  # type: ignore[arg-type]


@case("a run of the page that is refused")
def _(desk: Desk) -> Said:
    said: list[tuple[str, str]] = []
    pipe: Any = SimpleNamespace(send=said.append)
    desk.play.setattr(work, "_bound_memory", lambda: None)
    desk.play.setattr(signal, "signal", lambda *_: None)
    work.work(
        pipe, "check", str(desk.folder), str(desk.folder), "hebei-2023", draft=False
    )
    ((kind, text),) = [pair for pair in said if pair[0] != "at"]
    assert kind == "refused"
    return Said(COULD_NOT, text)


@case("buttons on a machine without Excel")
def _(desk: Desk) -> Said:
    return desk.run("excel", "setup")


@case("an examination of a file that is not there")
def _(desk: Desk) -> Said:
    return desk.run("excel", "doctor", "没有.xlsm")


def interpreter(desk: Desk) -> str:
    return str(desk.file("python.exe"))


@case("buttons with a Python that is not there")
def _(desk: Desk) -> Said:
    return desk.call(lambda: excel.setup(Played(desk.folder), None, "没有.exe"))


@case("buttons that are set already")
def _(desk: Desk) -> Said:
    desk.file(f".xlwings/{excel.FILE}", f'"{excel.KEY}","别的.exe"\n'.encode("gb18030"))
    return desk.call(lambda: excel.setup(Played(desk.folder), None, interpreter(desk)))


@case("buttons whose setting cannot be written")
def _(desk: Desk) -> Said:
    return desk.call(
        lambda: excel.setup(
            Played(desk.folder), desk.file("甲") / "乙", interpreter(desk)
        )
    )


@case("buttons whose Python has a name that Excel cannot read")
def _(desk: Desk) -> Said:
    machine = Played(desk.folder, encoding="ascii")
    return desk.call(
        lambda: excel.setup(machine, desk.folder, str(desk.file("程序/python.exe")))
    )


@case("a note to be sent back beside a workbook that was never saved")
def _(desk: Desk) -> Said:
    book: Any = SimpleNamespace(fullname="单位填报表.xlsm")
    return desk.call(lambda: macros._return_note(book, lambda _: None))  # noqa: SLF001


@case("a console without its folder")
def _(desk: Desk) -> Said:
    book: Any = SimpleNamespace(
        sheets=[SimpleNamespace(range=lambda _: SimpleNamespace(value=""))]
    )
    return desk.call(lambda: macros._folder(book))  # noqa: SLF001


# -- what the finance platform exported --------------------------------------------------------------------------------


def exported_by(desk: Desk, name: str = "导出.xlsx", number: int = 0) -> Path:
    return saved_xlsx(desk.folder / name, platform_export(example(number), Way()))


@case("an export for a profile that knows none")
def _(desk: Desk) -> Said:
    desk.play.setattr("toolkit.steps.importing.export_of", lambda _: None)
    return desk.run(
        "import",
        exported_by(desk),
        "-o",
        desk.folder / "甲.xlsx",
        "--profile",
        "hebei-2025",
    )


@case("an export with a unit of money that there is none of")
def _(desk: Desk) -> Said:
    line = ("-o", desk.folder / "甲.xlsx", "--profile", "shanghai-2026", "--unit", "块")
    return desk.run("import", exported_by(desk), *line)


@case("an export of several units into one workbook")
def _(desk: Desk) -> Said:
    line = ("-o", desk.folder / "甲.xlsx", "--profile", "shanghai-2026")
    return desk.run(
        "import", exported_by(desk), exported_by(desk, "另一份.xlsx", 1), *line
    )


@case("an export of another unit than the workbook's")
def _(desk: Desk) -> Said:
    source = (
        ROOT / "examples" / "03-shanghai-constructed" / "input" / "128002-图书馆.xlsx"
    )
    return desk.run(
        "import", exported_by(desk), "-o", desk.folder / "甲.xlsx", "--from", source
    )


@case("an old workbook that is broken")
def _(desk: Desk) -> Said:
    return desk.run(
        "import",
        desk.file("甲.xls", OLE),
        "-o",
        desk.folder / "甲.xlsx",
        "--profile",
        "shanghai-2026",
    )


@case("an old workbook with too many cells")
def _(desk: Desk) -> Said:
    desk.play.setattr("toolkit.files.oldbook.MOST_CELLS", 3)
    old = ROOT / "tests" / "saved" / "codes.xls"
    return desk.run(
        "import", old, "-o", desk.folder / "甲.xlsx", "--profile", "shanghai-2026"
    )


# -- the gallery -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hung:
    """A provocation and what came of it."""

    said: Said
    made_at: tuple[tuple[str, int], ...]


def _carried_out(provoke: Provocation, desk: Desk) -> Said:
    """What a provocation gives; one that breaks shows it in its own test, not in all."""
    try:
        return provoke(desk)
    except (Exception, pytest.fail.Exception) as broken:  # noqa: BLE001
        return Said(-1, "".join(traceback.format_exception(broken)))


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Hung]:
    """Every provocation, carried out once."""
    hung = {}
    for name, provoke in CASES.items():
        with pytest.MonkeyPatch.context() as play:
            play.setenv("DISCLOSURE_LOGS", str(tmp_path_factory.mktemp("logs")))
            desk = Desk(tmp_path_factory.mktemp("desk"), play)
            # several are installed: here the office fixed one
            desk.file("表样.txt", PROFILE.id)
            with watched() as made:
                said = _carried_out(provoke, desk)
        hung[name] = Hung(said, tuple(made))
        print(
            f"\n{name}\n  [{said.code}] " + said.text.strip().replace("\n", "\n      ")
        )
    return hung


@pytest.mark.parametrize("name", CASES)
def test_every_error_is_a_chinese_sentence_with_its_remedy(
    name: str, gallery: dict[str, Hung]
) -> None:
    said = gallery[name].said
    assert said.code == COULD_NOT, said.text
    assert gallery[name].made_at, "nothing of the family was raised"
    assert "程序出" not in said.text
    assert not LEAKS.findall(said.text)
    assert not foreign(said.text), said.text
    assert REMEDY.search(said.text), said.text
    assert re.search(r"[。？！]|--help|[一-鿿]$", said.text.strip()[-7:])


# Places that no test can bring about, and why.
EXCUSED: dict[tuple[str, str], str] = {}


def test_every_place_that_raises_hangs_in_the_gallery(gallery: dict[str, Hung]) -> None:
    """Whoever writes a new `raise` provokes it here, so that its sentence is read once before a person has to."""
    names = [*(error.__name__ for error in family()), "_not_said"]
    places = list(sites(names))
    assert len(places) > 80, "the reading sees nothing"
    made = {at for hung in gallery.values() for at in hung.made_at}
    missing = [
        place
        for place in places
        if not reached(place, made) and (place.module, place.function) not in EXCUSED
    ]
    assert not missing, "\n".join(map(str, missing))
    assert set(EXCUSED) <= {(place.module, place.function) for place in places}


def reached(place: Site, made: set[tuple[str, int]]) -> bool:
    return any(
        module == place.module and place.line <= line <= place.last
        for module, line in made
    )


def test_every_kind_of_error_has_a_code_and_says_what_it_is() -> None:
    kinds = list(family())
    assert UsageError in kinds
    assert len(kinds) > 12
    for kind in kinds:
        assert kind.code in (ERRORS, COULD_NOT)
        assert kind.__doc__ != ToolkitError.__doc__


def test_the_gallery_sees_what_leaks() -> None:
    assert foreign("“a.json”读不出来：No such file or directory") == [
        "No",
        "such",
        "file",
        "or",
        "directory",
    ]
    assert (
        foreign("请用 disclosure check --format json 生成，再用 Excel 打开 .xlsx") == []
    )
    assert LEAKS.search("KeyError: 'outputs'")
    assert LEAKS.search("[Errno 2]")
    place = Site("steps", 10, 12, "f")
    assert reached(place, {("steps", 11)})
    assert not reached(place, {("steps", 13), ("cli.usage", 11)})


# -- what must not be an error -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_list_of_names_is_read_whatever_editor_saved_it(
    encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "名单.txt"
    path.write_bytes("乡村道路养护\r\n\r\n 图书馆开放 \r\n".encode(encoding))
    assert steps.names_in(path) == ("乡村道路养护", "图书馆开放")


def test_an_accident_is_one_sentence_and_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def burst(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("DISCLOSURE_LOGS", str(tmp_path))
    monkeypatch.setattr(steps, "check", burst)
    assert cli.run(["check", "甲.xlsx", "--profile", "hebei-2023"]) == COULD_NOT
    said = capsys.readouterr().err
    assert not LEAKS.search(said)
    assert f"“{tmp_path / '命令.log'}”" in said
    assert "ZeroDivisionError" in (tmp_path / "命令.log").read_text(encoding="utf-8")


def test_an_accident_without_a_place_for_its_log_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "open", refusing(errno.ENOSPC))
    assert "没有地方记" in mishap.told(ValueError(), "命令.log")


def test_a_name_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "甲\x1b[2J\x07.xlsx"]) == COULD_NOT
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\x07" not in said


def test_a_reader_that_has_gone_away_hears_nothing_and_is_no_finding() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "toolkit", "rules"]
    done = subprocess.run(
        command, stdout=writing, stderr=subprocess.PIPE, check=False, cwd=ROOT
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (COULD_NOT, b"")


def test_a_full_disk_is_told_once_and_python_adds_nothing() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "toolkit", "rules"]
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, check=False, cwd=ROOT
        )
    assert done.returncode == COULD_NOT
    assert (
        done.stderr.decode()
        == "要显示的内容没有全部写出去：磁盘空间不够，请腾出空间后再运行。\n"
    )


# -- help pages --------------------------------------------------------------------------------------------------------

PAGES = [
    "",
    "template",
    "paper",
    "check",
    "clean",
    "merge",
    "rules",
    "return",
    "serve",
    "excel",
    "excel setup",
    "excel doctor",
]


@pytest.mark.parametrize("verb", PAGES)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_help_is_chinese_whole_and_within_the_window(
    verb: str,
    width: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert cli.run([*verb.split(), "--help"]) == DONE
    page = capsys.readouterr().out
    assert page.startswith("用法：disclosure")
    assert max(say.columns(line) for line in page.splitlines()) <= width
    assert "…" not in page
    words = re.sub(r"用法：.*|\n  [a-z]+ |MIT|127\.0\.0\.1", "", page)
    assert not foreign(words), page


def test_the_first_page_tells_every_command_by_who_uses_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    cli.run(["--help"])
    page = capsys.readouterr().out
    whole = re.sub(r"\s", "", page)
    for who in (cli.OFFICE, cli.UNIT, cli.BOTH, cli.MACHINE):
        assert f"\n{who}：\n" in page
    for verb in (
        cli.template,
        cli.paper,
        cli.check,
        cli.clean,
        cli.merge,
        cli.rules,
        cli.return_,
        cli.serve,
    ):
        assert re.sub(r"\s", "", verb.__doc__ or "?") in whole


def test_lines_break_between_characters_and_never_before_a_point() -> None:
    text = "拖进填报表就能校验、合并、下载（json 或 xlsx），不用 disclosure 命令。"
    for width in range(20, 60):
        lines = say.wrapped(text, width)
        assert re.sub(" ", "", "".join(lines)) == re.sub(" ", "", text)
        assert all(say.columns(line) <= width for line in lines)
        assert not any(line.startswith(("、", "，", "。", "）")) for line in lines)
        assert not any("disclos" in line and "disclosure" not in line for line in lines)


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "examples").glob("*/returns/*.json")),
    ids=lambda path: path.stem,
)
def test_data_of_the_right_shape_is_never_refused(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert misfit(data, load(data["cover"].get("profile", PROFILE.id))) == ""
