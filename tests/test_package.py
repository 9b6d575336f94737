"""The parts of a file: what is refused, and that an edit changes nothing but its place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from toolkit.files.package import (
    MOST_PARTS,
    Markup,
    Package,
    PackageError,
    packed,
    unpacked,
)
from toolkit.profile.stored import home

BLANK = home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"


def test_bombs_and_document_types_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "many.xlsx").write_bytes(
        packed({f"{n}": b"" for n in range(MOST_PARTS + 1)})
    )
    with pytest.raises(PackageError, match="过大"):
        unpacked(tmp_path / "many.xlsx")
    with monkeypatch.context() as patch:
        patch.setattr("toolkit.files.package.MOST_BYTES", 1000)
        with pytest.raises(PackageError, match="过大"):
            unpacked(BLANK)
    data = bytearray(packed({"a": bytes(1_000_000)}))
    for signature, at in (
        (b"PK\x03\x04", 22),
        (b"PK\x01\x02", 24),
    ):  # the sizes told in both places: a lie
        place = data.index(signature) + at
        data[place : place + 4] = (10).to_bytes(4, "little")
    (tmp_path / "liar.xlsx").write_bytes(bytes(data))
    with zipfile.ZipFile(tmp_path / "liar.xlsx") as archive:
        assert archive.infolist()[0].file_size == 10
    with pytest.raises(PackageError):
        unpacked(tmp_path / "liar.xlsx")
    bomb = b'<!DOCTYPE workbook [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    with pytest.raises(PackageError, match="已经损坏"):
        Package("a.xlsx", {"xl/workbook.xml": bomb}).markup("xl/workbook.xml")


def test_markup_edits_splice_bytes_and_leave_the_rest() -> None:
    xml = '<?xml version="1.0" encoding="GBK"?>\n<a  x = "1>2"><!-- 注 --><b/>\r\n<c>文</c ><b y=\'"\'/></a>'.encode(
        "gbk"
    )
    markup = Markup(xml)
    first, second = markup.all("b")
    markup.append(first, "<d/>")
    markup.append(first, "<e/>")
    markup.set(second, "y", "<")
    markup.set(markup.root, "z", "3")
    markup.remove(next(markup.all("c")))
    said = '<?xml version="1.0" encoding="UTF-8"?>\n<a  x = "1>2" z="3"><!-- 注 --><b><d/><e/></b>\r\n<b y="&lt;"/></a>'
    assert markup.result().decode() == said
    assert Markup("<a>一</a>".encode("utf-16")).root.text == "一"
