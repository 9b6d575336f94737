"""Ill workbooks, made of a sound one: `python -m tests.ill_files` opens some hundreds and tells the worst.

    python -m tests.ill_files              # 600 files, each opened
    python -m tests.ill_files 2000 7       # 2,000 files of another seed
    python -m tests.ill_files 600 1 check  # the whole check of each; "annotate": a copy with its findings too

Every file is opened in a process of its own. What must not be: a traceback, more than 10 seconds, more than 512 MB.
"""

from __future__ import annotations

import io
import os
import random
import re
import signal
import sys
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from toolkit import steps
from toolkit.errors import ToolkitError
from toolkit.files.grid import open_grid
from toolkit.profile.loading import load
from toolkit.rules.filling import FILLING

SOUND = (
    Path(__file__).parent.parent
    / "examples"
    / "02-xianghe-corrected"
    / "input"
    / "333002-就业服务中心.xlsx"
)
SHEET, STRINGS, STYLES, MAIN = (
    "xl/worksheets/sheet6.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
)
RELATIONS, TYPES, ROOT = (
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
    "_rels/.rels",
)
NEEDED = (SHEET, STRINGS, STYLES, MAIN, RELATIONS, TYPES, ROOT)
SPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FEW = 8  # sheets of a workbook that is opened often
MOST_SECONDS, MOST_MEGABYTES, HANGS = 10, 512, 60
GOOD = ("read", "refused")
OUTCOMES = (*GOOD, "refused without a word", "traceback")

Parts = dict[str, bytes]
Illness = Callable[[Parts, random.Random], Parts | bytes]
FIXED: dict[str, Illness] = {}
RANDOM: dict[str, Illness] = {}


def fixed(make: Illness) -> Illness:
    """An illness that is always the same."""
    FIXED[make.__name__] = make
    return make


def drawn(make: Illness) -> Illness:
    """An illness that chance has a part in."""
    RANDOM[make.__name__] = make
    return make


def sound() -> Parts:
    return dict(_sound())


def _sound() -> Parts:
    return _whole()


@cache
def _whole() -> Parts:
    with zipfile.ZipFile(SOUND) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


@cache
def of_few_sheets() -> Parts:
    """The sound workbook with its first sheets alone: opened in a third of the time, and as soon made ill."""
    parts = _whole()
    main = parts[MAIN]
    listed = re.findall(rb"<sheet [^>]*/>", main)
    for sheet in listed[FEW:]:
        main = main.replace(sheet, b"")
    main = re.sub(
        rb'<definedName [^>]*localSheetId="(\d+)"[^>]*>[^<]*</definedName>',
        lambda name: name[0] if int(name[1]) < FEW else b"",
        main,
    )
    of_sheet = re.compile(r"xl/worksheets/(?:_rels/)?sheet(\d+)\.xml(?:\.rels)?")
    kept = {
        name: content
        for name, content in parts.items()
        if (found := of_sheet.fullmatch(name)) is None or int(found[1]) <= FEW
    }
    return {**kept, MAIN: main}


def packed(parts: Parts, *, least: int = 1_000_000) -> bytes:
    """A workbook of these parts; those of at least so many bytes are squeezed, the others, to save time, are not."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(
                name,
                content,
                zipfile.ZIP_DEFLATED if len(content) >= least else zipfile.ZIP_STORED,
            )
    return stream.getvalue()


def in_sheet(parts: Parts, more: bytes, mark: bytes = b"</sheetData>") -> Parts:
    """The same with something more before a mark of a sheet."""
    return {**parts, SHEET: parts[SHEET].replace(mark, more + mark, 1)}


def value(parts: Parts, said: bytes) -> Parts:
    """The same with another value in a money cell."""
    return {
        **parts,
        SHEET: re.sub(
            rb'(<c r="C8" s="\d+">)<v>[^<]*</v>',
            rb"\1<v>" + said + b"</v>",
            parts[SHEET],
        ),
    }


def rows(many: int, row: bytes) -> bytes:
    return b"".join(
        row.replace(b"#", b"%d" % number) for number in range(100, 100 + many)
    )


# -- beyond measure -------------------------------------------------------------------------------------------------------


@fixed
def a_million_styled_rows(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts,
        rows(
            1_048_476,
            b'<row r="#" s="3" customFormat="1" ht="15" customHeight="1"><c r="A#" s="3"/></row>',
        ),
    )


@fixed
def a_million_styled_rows_with_comments(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts, b"<!-- slow -->" + rows(1_048_476, b'<row r="#"><c r="A#" s="3"/></row>')
    )


@fixed
def ten_million_styled_cells(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts, rows(500_000, b'<row r="#">' + b'<c r="A#" s="3"/>' * 20 + b"</row>")
    )


@fixed
def two_million_numbers(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts,
        rows(
            1_000_000,
            b'<row r="#"><c r="A#"><v>#</v></c><c r="B#"><v>#.5</v></c></row>',
        ),
    )


@fixed
def most_numbers_that_are_read(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts,
        rows(
            240_000,
            b'<row r="#"><c r="A#"><v>#</v></c><c r="B#"><f>A#*2</f><v>#.5</v></c></row>',
        ),
    )


@fixed
def most_numbers_left_to_the_parser(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts,
        b"<!-- slow -->" + rows(400_000, b'<row r="#"><c r="A#"><v>#</v></c></row>'),
    )


@fixed
def a_text_of_33000_characters_in_every_cell(parts: Parts, _: random.Random) -> Parts:
    long = b"\xe9\x95\xbf" * 33_000
    return {
        **parts,
        STRINGS: re.sub(rb"<t>[^<]*</t>", b"<t>" + long + b"</t>", parts[STRINGS]),
    }


@fixed
def a_text_of_32000_characters_in_every_cell(parts: Parts, _: random.Random) -> Parts:
    long = b"\xe9\x95\xbf" * 32_000
    return {
        **parts,
        STRINGS: re.sub(rb"<t>[^<]*</t>", b"<t>" + long + b"</t>", parts[STRINGS]),
    }


@fixed
def a_text_of_a_million_characters(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts,
        b'<row r="99"><c r="B99" t="str"><v>' + b"x" * 1_000_000 + b"</v></c></row>",
    )


@fixed
def a_formula_of_a_million_characters(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(
        parts,
        b'<row r="99"><c r="B99"><f>' + b"1+" * 500_000 + b"1</f><v>3</v></c></row>",
    )


@fixed
def blanks_of_200_megabytes(parts: Parts, _: random.Random) -> Parts:
    return in_sheet(parts, b" " * 200_000_000)


@fixed
def blanks_of_60_megabytes_uncompressed(parts: Parts, _: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in in_sheet(parts, b" " * 60_000_000).items():
            archive.writestr(name, content)
    return stream.getvalue()


@fixed
def sixty_thousand_parts(parts: Parts, _: random.Random) -> Parts:
    return {**parts, **{f"xl/media/{number}": b"" for number in range(60_000)}}


@fixed
def ten_thousand_sheets(parts: Parts, _: random.Random) -> Parts:
    sheets = b"".join(
        b'<sheet name="x%d" sheetId="%d" r:id="rId1"/>' % (number, 100 + number)
        for number in range(10_000)
    )
    return {**parts, MAIN: parts[MAIN].replace(b"</sheets>", sheets + b"</sheets>")}


@fixed
def a_hundred_thousand_names(parts: Parts, _: random.Random) -> Parts:
    names = b"".join(
        b'<definedName name="n%d" localSheetId="5">A1</definedName>' % number
        for number in range(100_000)
    )
    return {
        **parts,
        MAIN: parts[MAIN].replace(b"</definedNames>", names + b"</definedNames>"),
    }


def merged(parts: Parts, refs: list[bytes]) -> Parts:
    listed = b"".join(b'<mergeCell ref="%s"/>' % ref for ref in refs)
    return in_sheet(parts, b"<mergeCells>" + listed + b"</mergeCells>", b"</worksheet>")


@fixed
def all_of_a_sheet_merged(parts: Parts, _: random.Random) -> Parts:
    return merged(parts, [b"A1:XFD1048576"])


@fixed
def all_of_a_large_sheet_merged_again_and_again(
    parts: Parts, _: random.Random
) -> Parts:
    return merged(
        in_sheet(parts, rows(200_000, b'<row r="#"><c r="A#"><v>#</v></c></row>')),
        [b"A1:XFD1048576"] * 50_000,
    )


@fixed
def fifty_thousand_merges(parts: Parts, _: random.Random) -> Parts:
    return merged(
        parts, [b"B%d:C%d" % (number, number + 1) for number in range(100, 100_100, 2)]
    )


@fixed
def half_a_million_merges(parts: Parts, _: random.Random) -> Parts:
    return merged(
        parts, [b"B%d:C%d" % (number, number) for number in range(100, 500_100)]
    )


# -- no XML that we read --------------------------------------------------------------------------------------------------

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">'


def with_type(data: bytes, types: bytes, entity: bytes) -> bytes:
    """A part with a document type, and one of its entities used."""
    head = data.index(b"?>") + 2
    return (
        data[:head]
        + types
        + b"]>"
        + data[head:]
        .replace(b"<t>", b"<t>" + entity, 1)
        .replace(b"<v>", b"<v>" + entity, 1)
    )


for part_ in (SHEET, STRINGS, STYLES, MAIN, RELATIONS):
    for word, types_, entity_ in (
        ("laughs", LAUGHS, b"&m;"),
        ("a_file_outside", OUTSIDE, b"&a;"),
    ):

        def typed(
            parts: Parts,
            _: random.Random,
            part: str = part_,
            types: bytes = types_,
            entity: bytes = entity_,
        ) -> Parts:
            return {**parts, part: with_type(parts[part], types, entity)}

        FIXED[f"{word} in {part_}"] = typed
    for how_ in ("utf-7", "x-unknown", "utf-16", "gb18030"):

        def encoded(
            parts: Parts, _: random.Random, part: str = part_, how: str = how_
        ) -> Parts:
            return {
                **parts,
                part: parts[part].replace(
                    b'encoding="UTF-8"', b'encoding="%s"' % how.encode()
                ),
            }

        FIXED[f"{how_} said of {part_}"] = encoded

    def deep(parts: Parts, _: random.Random, part: str = part_) -> Parts:
        end = parts[part].rindex(b"</")
        return {
            **parts,
            part: parts[part][:end]
            + b"<x>" * 200_000
            + b"</x>" * 200_000
            + parts[part][end:],
        }

    FIXED[f"depth in {part_}"] = deep

    def gone(parts: Parts, _: random.Random, part: str = part_) -> Parts:
        return {name: content for name, content in parts.items() if name != part}

    FIXED[f"no {part_}"] = gone

    def empty(parts: Parts, _: random.Random, part: str = part_) -> Parts:
        return {**parts, part: b""}

    FIXED[f"empty {part_}"] = empty


# -- values that are none -------------------------------------------------------------------------------------------------

for said_ in (
    *(
        "NaN",
        "INF",
        "-INF",
        "1E+400",
        "1e28",
        "1e308",
        "1e309",
        "1e-400",
        "9" * 30,
        "9" * 400,
        "-" + "1" * 5000,
        "1_000",
    ),
    *(
        "0x10",
        "１２",
        "--1",
        "1e999999999",
        "",
        " ",
        "1 2",
        "1,5",
        "&#48;",
        "&#0;",
        "&x;",
        "&#xD800;",
        "&#x110000;",
        "&amp;",
    ),
):

    def odd(parts: Parts, _: random.Random, said: str = said_) -> Parts:
        return value(parts, said.encode())

    FIXED[f"{said_[:12]!r} of {len(said_)} in a money cell"] = odd

for cell_ in (
    '<c r="B99" t="s"><v>99999999</v></c>',
    '<c r="B99" t="s"><v>-1</v></c>',
    '<c r="B99" t="s"><v>x</v></c>',
    '<c r="B99" t="b"><v>7</v></c>',
    '<c r="B99" t="d"><v>2023-99-99</v></c>',
    '<c r="B99" t="d"><v>99:99:99</v></c>',
    '<c r="B99" t="z"><v>甲</v></c>',
    '<c r="B99" s="99999"><v>1</v></c>',
    '<c r="B99" s="-1"><v>1</v></c>',
    '<c r="B99" s="９"><v>1</v></c>',
    '<c r="ZZZ9999999"><v>1</v></c>',
    '<c r="A0"><v>1</v></c>',
    '<c r="b99"><v>1</v></c>',
    '<c r=""><v>1</v></c>',
    '<c r="B99"><f t="shared" si="9"/><v>1</v></c>',
    '<c r="B99"><f t="shared" si="8" ref="B99:B99">A1048576+XFD1</f></c><c r="C98"><f t="shared" si="8"/></c>',
    '<c r="B99" t="inlineStr"><is><r><rPr><x></rPr></r></is></c>',
    '<c r="B99" t="inlineStr"><is><is><t>x</t></is></is></c>',
    '<c r="B99" t="str"><v>_xD800__xDC00__xDFFF_</v></c>',
    '<c r="B99"><v>1</v><v>2</v></c>',
    '<c r="B99"><v>1<v>2</v></v></c>',
    "<c><c><v>2</v></c></c>",
):

    def odd_cell(parts: Parts, _: random.Random, cell: str = cell_) -> Parts:
        return in_sheet(parts, f'<row r="99">{cell}</row>'.encode())

    FIXED[f"the cell {cell_}"] = odd_cell


# -- packages -------------------------------------------------------------------------------------------------------------


@fixed
def two_sheets_of_one_name(parts: Parts, _: random.Random) -> Parts:
    return {
        **parts,
        MAIN: parts[MAIN].replace('name="封面"'.encode(), 'name="填表说明"'.encode()),
    }


@fixed
def a_sheet_that_is_the_workbook(parts: Parts, _: random.Random) -> Parts:
    return {
        **parts,
        RELATIONS: parts[RELATIONS].replace(b"worksheets/sheet6.xml", b"workbook.xml"),
    }


@fixed
def a_dialog(parts: Parts, _: random.Random) -> Parts:
    return {
        **parts,
        SHEET: parts[SHEET]
        .replace(b"<worksheet", b"<dialogsheet")
        .replace(b"</worksheet>", b"</dialogsheet>"),
    }


@fixed
def another_content_type(parts: Parts, _: random.Random) -> Parts:
    return {**parts, TYPES: parts[TYPES].replace(b"sheet.main+xml", b"nothing+xml")}


@fixed
def packed_with_a_password(parts: Parts, _: random.Random) -> bytes:
    return packed(parts).replace(
        b"PK\1\2\x14\x03\x14\0\0\0", b"PK\1\2\x14\x03\x14\0\1\0"
    )


@fixed
def packed_in_an_unknown_way(parts: Parts, _: random.Random) -> bytes:
    return packed(parts).replace(
        b"PK\1\2\x14\x03\x14\0\0\0\x08\0", b"PK\1\2\x14\x03\x14\0\0\0\x63\0"
    )


@drawn
def a_size_that_lies(parts: Parts, chance: random.Random) -> bytes:
    data = bytearray(packed(parts))
    entries = [found.start() for found in re.finditer(rb"PK\x01\x02", data)]
    at = chance.choice(entries) + chance.choice((20, 24))
    data[at : at + 4] = chance.randrange(1 << 32).to_bytes(4, "little")
    return bytes(data)


@drawn
def cut_off(parts: Parts, chance: random.Random) -> bytes:
    data = packed(parts)
    return data[: chance.randrange(len(data))]


@drawn
def bytes_turned_in_the_file(parts: Parts, chance: random.Random) -> bytes:
    data = bytearray(packed(parts))
    for _ in range(chance.randrange(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


@drawn
def bytes_turned_in_the_list_of_parts(parts: Parts, chance: random.Random) -> bytes:
    data = bytearray(packed(parts))
    for _ in range(chance.randrange(1, 4)):
        data[chance.randrange(data.index(b"PK\1\2"), len(data))] = chance.randrange(256)
    return bytes(data)


@drawn
def characters_turned(parts: Parts, chance: random.Random) -> Parts:
    part = chance.choice(NEEDED)
    data = bytearray(parts[part])
    for _ in range(chance.randrange(1, 4)):
        data[chance.randrange(len(data))] = chance.choice(b"<>/=\"&x0A '\0\xff")
    return {**parts, part: bytes(data)}


@drawn
def a_part_cut_off(parts: Parts, chance: random.Random) -> Parts:
    part = chance.choice(NEEDED)
    return {**parts, part: parts[part][: chance.randrange(len(parts[part]))]}


@drawn
def a_tag_gone(parts: Parts, chance: random.Random) -> Parts:
    part = chance.choice(NEEDED)
    tag = chance.choice(list(re.finditer(rb"<[^>]*>", parts[part])))
    return {**parts, part: parts[part][: tag.start()] + parts[part][tag.end() :]}


@drawn
def an_attribute_of_nonsense(parts: Parts, chance: random.Random) -> Parts:
    part = chance.choice(NEEDED)
    said = chance.choice(list(re.finditer(rb'="([^"]*)"', parts[part])))
    new = chance.choice(
        (
            b"",
            b"-1",
            b"99999999999",
            b"x",
            b"\xe7\x94\xb2",
            b"&lt;",
            b"1e9",
            b"../../../etc/passwd",
        )
    )
    return {
        **parts,
        part: parts[part][: said.start(1)] + new + parts[part][said.end(1) :],
    }


@drawn
def two_parts_exchanged(parts: Parts, chance: random.Random) -> Parts:
    one, other = chance.sample(NEEDED, 2)
    return {**parts, one: parts[other], other: parts[one]}


def names(many: int) -> list[str]:
    """The names of so many ill files: each fixed illness once, then those that chance has a part in, by turns."""
    by_chance = [
        f"{list(RANDOM)[number % len(RANDOM)]} {number}"
        for number in range(many - len(FIXED))
    ]
    return [*list(FIXED)[:many], *by_chance]


def ill(name: str, seed: int) -> bytes:
    """The ill file of that name, the same for the same seed."""
    make = FIXED.get(name) or RANDOM[name.rpartition(" ")[0]]
    return as_file(make(sound(), random.Random(f"{seed} {name}")))


def as_file(made: Parts | bytes) -> bytes:
    return made if isinstance(made, bytes) else packed(made)


# -- opening them ---------------------------------------------------------------------------------------------------------


def outcome(path: Path, what: str) -> str:
    """What becomes of a file that is opened, checked or annotated: read, refused in Chinese, or a traceback."""
    try:
        if what == "open":
            open_grid(path)
        elif broke(path, annotated=what == "annotate"):
            return "traceback"
    except ToolkitError as error:
        return (
            "refused" if re.search("[一-龥]", str(error)) else "refused without a word"
        )
    except Exception:  # noqa: BLE001  that is what is looked for
        traceback.print_exc()
        return "traceback"
    return "read"


def broke(path: Path, *, annotated: bool) -> bool:
    """Check a file, and annotate it; whether our program broke over it, which is told as that file's own accident."""
    profile = load("hebei-2023")
    done = steps.check([path], profile)
    mishaps = [one for one in done.report.findings if one.rule == FILLING["mishap"].id]
    notes: tuple[str, ...] = ()
    if annotated:
        with TemporaryDirectory() as folder:
            _, notes = steps.annotate([path], done, Path(folder), profile)
    told = [
        *(one.message for one in mishaps),
        *(note for note in notes if "意外" in note),
    ]
    print(*told, sep="\n", end="")
    return bool(told)


def alone(work: Callable[[], object]) -> tuple[int, float, float]:
    """Do something in a process of its own, so that its room can be measured: outcome, processor's seconds, megabytes."""
    child = os.fork()
    if child == 0:
        # of the processor: others may be using the machine
        signal.setitimer(signal.ITIMER_PROF, HANGS)
        said = work()
        os._exit(OUTCOMES.index(said) if said in OUTCOMES else 0)
    _, status, used = os.wait4(child, 0)
    return (
        os.waitstatus_to_exitcode(status),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
    )


def main(many: int = 600, seed: int = 1, what: str = "open") -> int:
    """Open ill files and tell the worst; 1 where one of them is worse than it may be."""
    told: list[tuple[float, float, str, str]] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "坏.xlsx"
        for name in names(many):
            alone(lambda name=name: path.write_bytes(ill(name, seed)))  # type: ignore[misc]  # each its own name
            code, seconds, megabytes = alone(lambda: outcome(path, what))
            said = (
                OUTCOMES[code] if code in range(len(OUTCOMES)) else f"killed ({code})"
            )
            told.append((seconds, megabytes, said, name))
            if said not in GOOD:
                print(f"{said}: {name}")
    print(dict(Counter(said for *_, said, _ in told)))
    for seconds, megabytes, said, name in sorted(told, reverse=True)[:12]:
        print(f"{seconds:7.2f} s {megabytes:6.0f} MB  {said:9} {name}")
    print(
        "most room:",
        *[
            f"{megabytes:.0f} MB {name};"
            for _, megabytes, _, name in sorted(told, key=lambda one: -one[1])[:5]
        ],
    )
    return int(
        any(
            said not in GOOD or seconds > MOST_SECONDS or room > MOST_MEGABYTES
            for seconds, room, said, _ in told
        )
    )


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:3]]
    sys.exit(main(*numbers, *sys.argv[3:4]))  # type: ignore[arg-type]  # two numbers and a word
