"""What the terminal is told survives a GBK console, an ASCII pipe and square brackets."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import cli
from toolkit.files import grid
from toolkit.files.grid import Grid
from toolkit.files.say import PIPED_WIDTH, console, fit, settle
from toolkit.profile.stored import home

MARKS = "✓ ⚠️ • 12 m² ½ − 䶮 ≥ 〔〕 ① →"


@pytest.mark.parametrize(
    ("encoding", "text", "said"),
    [
        ("utf-8", MARKS, MARKS),
        ("gbk", MARKS, "√ ! · 12 ㎡ 1/2 － ? ≥ 〔〕 ① →"),
        ("gb2312", "面积 5 m²、3 m³", "面积 5 平方米、3 立方米"),
        ("ascii", "✓ m² → ≥ 元", "OK m2 -> >= ?"),
        ("utf-8", "坏文件名\udce4", "坏文件名?"),
        ("gbk", "\ufeff零宽\u200b空\u00a0格", "零宽空 格"),
    ],
)
def test_characters_a_stream_cannot_take_become_close_ones(
    encoding: str, text: str, said: str
) -> None:
    assert fit(text, encoding) == said


@given(st.text(), st.sampled_from(["gbk", "ascii", "utf-8", "gb18030", "latin-1"]))
def test_what_fits_can_be_encoded_and_what_could_be_is_untouched(
    text: str, encoding: str
) -> None:
    said = fit(text, encoding)
    said.encode(encoding)
    assert fit(said, encoding) == said


SPEAK = f"""
from rich.table import Table
from toolkit.files.say import console, settle
settle()
print({MARKS!r})
table = Table("位置", "说明")
table.add_row("'[unit.xlsx]支出表'!D6", "相差 0.30 m² ✓")
console().print(table)
console(stderr=True).print({MARKS!r})
"""


def spoken(encoding: str, program: str = SPEAK) -> subprocess.CompletedProcess[bytes]:
    environment = {
        key: value for key, value in os.environ.items() if key != "COLUMNS"
    } | {"PYTHONIOENCODING": encoding}
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        env=environment,
    )


def test_a_gbk_pipe_gets_every_line_of_a_real_process() -> None:
    result = spoken("gbk")
    out, err = result.stdout.decode("gbk"), result.stderr.decode("gbk")
    assert result.returncode == 0, err
    # print(): the stream's error handler sees ² alone
    assert "√ ! · 12 m2 1/2 － ? ≥" in out
    assert "'[unit.xlsx]支出表'!D6" in out
    assert "相差 0.30 ㎡ √" in out
    assert "√ ! · 12 ㎡ 1/2 － ? ≥" in err


def test_the_same_process_without_our_handler_would_die() -> None:
    assert spoken("gbk", f"print({MARKS!r})").returncode != 0


def test_brackets_of_an_address_are_text_and_words_are_no_emoji(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console().print("'[unit.xlsx]支出表'!D6 :smile: [bold]")
    assert capsys.readouterr().out == "'[unit.xlsx]支出表'!D6 :smile: [bold]\n"


def test_a_pipe_is_wide_unless_the_user_says_how_wide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert console().width == PIPED_WIDTH
    monkeypatch.setenv("COLUMNS", "70")
    assert console().width == 70


def test_a_file_is_spoken_to_like_a_pipe(tmp_path: Path) -> None:
    with (tmp_path / "结果.txt").open("w", encoding="gbk") as file:
        console(file=file).print("面积 5 m² ✓")
    assert (tmp_path / "结果.txt").read_text(encoding="gbk") == "面积 5 ㎡ √\n"


def test_settling_bears_streams_that_cannot_be_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", None)
    settle()


def test_what_a_library_prints_is_no_part_of_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_grid = grid.open_grid

    def noisy(path: Path) -> Grid:
        print("57 is out of range")
        return open_grid(path)

    monkeypatch.setattr("toolkit.steps.units.open_grid", noisy)
    cli.run(
        [
            "check",
            str(home() / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"),
            "--format",
            "json",
        ]
    )
    said = capsys.readouterr()
    assert set(json.loads(said.out)) == {"summary", "findings"}
    assert "57 is out of range" in said.err
