"""The annotated copy made clean again: after a person's changes, after another program's save, and files that are none."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.office import as_pdf, recalculated
from tests.test_annotate import (
    ALWAYS,
    BLANK,
    EXAMPLES,
    NOTED,
    PLAIN,
    changed,
    comments,
    loaded,
    names,
    part_of,
    patched,
    rules,
    some,
    values,
)
from toolkit.files.package import PackageError, packed, unpacked
from toolkit.profile.bounds import law
from toolkit.profile.stored import home
from toolkit.report.marked.annotate import KEPT, annotate, clean
from toolkit.report.marked.listing import LIST
from toolkit.report.marked.notes import ENDS


def without_ours(path: Path) -> list[str]:
    """The parts in which anything of ours can still be seen."""
    marks = [text.encode() for text in (LIST, ENDS, "预算公开校验", "核对分项")]
    return [
        name
        for name, part in unpacked(path).items()
        if "disclosure" in name or any(mark in part for mark in marks)
    ]


def test_what_a_person_changed_in_the_copy_stays_when_ours_is_taken_out(
    tmp_path: Path,
) -> None:
    """The parts kept as they were are stale then, and are not brought back."""
    annotate(BLANK, some(BLANK.name), tmp_path / "copy.xlsx", law())
    part = part_of(BLANK, NOTED)
    edited = patched(
        tmp_path / "copy.xlsx",
        tmp_path / "edited.xlsx",
        {
            part: lambda xml: re.sub(
                rb'<c r="G8" s="(\d+)"/>', rb'<c r="G8" s="\1"><v>7.5</v></c>', xml
            )
        },
    )
    done = clean(edited, tmp_path / "clean.xlsx")
    assert (done.found, done.exact) == (True, False)
    assert values(tmp_path / "clean.xlsx", cached=True) == values(
        BLANK, cached=True
    ) | {(NOTED, "G8"): 7.5}
    assert comments(tmp_path / "clean.xlsx") == comments(BLANK)
    assert rules(tmp_path / "clean.xlsx") == rules(BLANK)
    assert names(tmp_path / "clean.xlsx") == names(BLANK)
    assert set(unpacked(tmp_path / "clean.xlsx")) == set(unpacked(BLANK))
    assert without_ours(tmp_path / "clean.xlsx") == without_ours(BLANK)


def test_cleaning_a_file_that_has_nothing_of_ours_changes_nothing(
    tmp_path: Path,
) -> None:
    done = clean(BLANK, tmp_path / "clean.xlsx")
    assert (done.found, done.exact) == (False, False)
    assert unpacked(tmp_path / "clean.xlsx") == unpacked(BLANK)


def test_a_moved_list_takes_its_names_with_it_and_the_others_keep_their_sheets(
    tmp_path: Path,
) -> None:
    """A person drags our sheet to the front: every name then counts one sheet further, and back again."""
    annotate(BLANK, some(BLANK.name), tmp_path / "copy.xlsx", law())
    last = len(loaded(BLANK).sheetnames)

    def moved(xml: bytes) -> bytes:
        sheets = re.findall(rb"<sheet [^>]*/>", xml)
        xml = xml.replace(b"".join(sheets), b"".join([sheets[-1], *sheets[:-1]]))
        xml = re.sub(
            rb'(?<=localSheetId=")\d+',
            lambda n: str((int(n[0]) + 1) % (last + 1)).encode(),
            xml,
        )
        return xml.replace(f'activeTab="{last}"'.encode(), b'activeTab="3"')

    front = patched(
        tmp_path / "copy.xlsx", tmp_path / "front.xlsx", {"xl/workbook.xml": moved}
    )
    assert loaded(front).sheetnames[0] == LIST
    clean(front, tmp_path / "clean.xlsx")
    assert names(tmp_path / "clean.xlsx") == names(BLANK)
    book = loaded(tmp_path / "clean.xlsx")
    assert book.active is book.worksheets[2]


@pytest.mark.libreoffice
def test_libreoffice_opens_the_copy_and_loses_no_value_and_its_own_files_can_be_annotated(
    tmp_path: Path,
) -> None:
    """Our copy saved by LibreOffice and cleaned is the original saved by LibreOffice; what LibreOffice saved is annotated."""
    source = tmp_path / "in" / EXAMPLES[0].name
    copy = tmp_path / "copy" / f"批注-{source.name}"
    for path in (source, copy):
        path.parent.mkdir()
    shutil.copy(EXAMPLES[0], source)
    annotate(source, some(source.name), copy, law())
    plain, saved = recalculated([source, copy], tmp_path / "lo")
    assert KEPT not in unpacked(saved)
    assert values(saved, cached=True) == values(plain, cached=True)
    assert len(comments(saved)) == len(comments(plain)) + 5
    assert not clean(saved, tmp_path / "clean.xlsx").exact
    assert values(tmp_path / "clean.xlsx", cached=False) == values(plain, cached=False)
    assert comments(tmp_path / "clean.xlsx") == comments(plain)
    assert rules(tmp_path / "clean.xlsx") == rules(plain)
    assert names(tmp_path / "clean.xlsx") == names(plain)
    assert without_ours(tmp_path / "clean.xlsx") == without_ours(plain)

    again = tmp_path / "again" / plain.name
    again.parent.mkdir()
    annotate(plain, some(plain.name), again, law())
    fewer = {
        "xl/comments6.xml",
        "xl/drawings/vmlDrawing1.vml",
        part_of(plain, NOTED),
        part_of(plain, PLAIN),
    }
    assert changed(plain, again)[0] == ALWAYS | fewer
    assert values(again, cached=True) == values(plain, cached=True)
    assert clean(again, tmp_path / "back.xlsx").exact
    assert unpacked(tmp_path / "back.xlsx") == unpacked(plain)
    assert as_pdf(again, tmp_path / "pdf").stat().st_size > 10_000


def test_what_is_no_workbook_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "b.xlsx").write_bytes(packed({"a.txt": b"a"}))
    statement = next((home() / "templates" / "docx").rglob("*.docx"))
    for path in (
        tmp_path / "a.xlsx",
        tmp_path / "b.xlsx",
        statement,
        tmp_path / "没有.xlsx",
    ):
        with pytest.raises(PackageError, match=path.name):
            annotate(path, [], tmp_path / "out.xlsx", law())
        with pytest.raises(PackageError, match=path.name):
            clean(path, tmp_path / "out.xlsx")
    with pytest.raises(PackageError, match="原件"):
        annotate(BLANK, [], BLANK, law())
    assert not (tmp_path / "out.xlsx").exists()
