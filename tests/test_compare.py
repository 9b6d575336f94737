"""What changed between two returns, two merges, two documents; and the archive, which proves itself without us."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from tests import small
from tests.edits import write
from tests.test_refresh import cut, paragraph
from tests.test_steps import PROFILE, disclosure
from toolkit import steps
from toolkit.errors import DONE, ERRORS, UNFINISHED


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first merge in "一", a second with other figures over a copy of it in "二"; "二.txt" is what that one said."""
    home = tmp_path_factory.mktemp("比")
    folder = Path(shutil.copytree(small.units(), home / "收表"))
    shutil.copytree(folder, home / "收表一")
    for name in ("一", "二"):
        shutil.copytree(small.merged(), home / name)

    def change(data: dict[str, Any]) -> None:
        cut(data)
        data["projects"][0]["name"] = "改了名的项目"

    small.draw("333001-本级", folder, change)
    done = disclosure("merge", folder, "-o", home / "二", "--draft")
    (home / "二.txt").write_text(done.out, encoding="utf-8")
    return home


def test_a_merge_says_what_changed_since_its_last_run(two: Path) -> None:
    out = (two / "二.txt").read_text(encoding="utf-8")
    line = next(line for line in out.splitlines() if "和上次合并比" in line)
    assert "香河县人力资源和社会保障局" in line
    assert "9.99" in line
    assert "新增项目“改了名的项目”" in line
    assert "数变了、文字没变" in line


def test_two_merges_are_compared(two: Path) -> None:
    done = disclosure("compare", two / "一", two / "二")
    assert done.code == ERRORS
    assert "3.42 → 9.99（+6.57）" in done.out
    assert "新增项目　“改了名的项目”" in done.out
    assert "情况说明：" in done.out
    assert disclosure("compare", two / "一", two / "一").code == DONE


def test_two_returns_and_two_documents_are_compared(two: Path) -> None:
    before, now = (two / name / "333001-本级.xlsx" for name in ("收表一", "收表"))
    assert "3.42 → 9.99" in disclosure("compare", before, now).out
    done = disclosure(
        "compare", two / "一" / "情况说明.docx", two / "二" / "情况说明.docx"
    )
    assert (done.code, "3.42万元 → 9.99万元" in done.out) == (ERRORS, True)
    again = two / "存过.docx"
    docx.Document(str(two / "一" / "情况说明.docx")).save(str(again))
    done = disclosure("compare", two / "一" / "情况说明.docx", again)
    assert (done.code, "只是文件又存过" in done.out) == (DONE, True)
    assert "逐字节相同" in disclosure("compare", again, again).out
    assert "不是同一种文件" in disclosure("compare", before, again).error
    assert "文件夹只能和文件夹比" in disclosure("compare", two / "一", again).error


def test_the_archive_proves_itself_and_is_held_against_the_website(two: Path) -> None:
    steps.stage("送审稿", two / "一", PROFILE)
    steps.stage("公开稿", two / "一", PROFILE)
    scan = two / "签字页.jpg"
    scan.write_bytes(b"scan")
    target = two / "归档.zip"
    done = disclosure(
        "archive", two / "一", two / "收表一", "-o", target, "--with", scan
    )
    assert done.code == DONE, done.out
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        for line in archive.read("目录.txt").decode().splitlines():
            sha, _, name = line.partition("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == sha
        assert {
            "说明.txt",
            "收表/333001-本级.xlsx",
            "结果/公开稿/情况说明.docx",
            "结果/审签单.docx",
            "附件/签字页.jpg",
        } <= set(names)
    assert disclosure("verify", target).code == DONE
    website = Path(
        shutil.copy(two / "一" / "公开稿" / "情况说明.docx", two / "网站.docx")
    )
    assert disclosure("compare", website, target).code == DONE
    document = docx.Document(str(website))
    one = paragraph(document, "共计安排143.47")
    write(one, one.text.replace("143.47", "153.47"))
    document.save(str(website))
    done = disclosure("compare", target, website)
    assert (done.code, "143.47万元 → 153.47万元" in done.out) == (ERRORS, True)


def test_an_archive_that_was_changed_or_lacks_an_input_is_told(two: Path) -> None:
    target = two / "缺.zip"
    done = disclosure("archive", two / "一", two / "收表", "-o", target)
    assert (done.code, "333001-本级.xlsx”不在“收表”里" in done.out) == (
        UNFINISHED,
        True,
    )
    changed = two / "改.zip"
    with zipfile.ZipFile(target) as source, zipfile.ZipFile(changed, "w") as copied:
        for name in source.namelist():
            copied.writestr(
                name,
                source.read(name) + (b" " if name.endswith("情况说明.docx") else b""),
            )
        copied.writestr("多的.txt", "多")
    done = disclosure("verify", changed)
    assert (done.code, "情况说明.docx" in done.out, "多的.txt" in done.out) == (
        ERRORS,
        True,
        True,
    )
