"""What a command loads before it begins: nothing that its verb does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from tests.test_steps import CORRECTED, ROOT, disclosure
from toolkit.files import escaped

LIBRARIES = {
    "docx",
    "docxtpl",
    "jinja2",
    "lxml",
    "openpyxl",
    "pandas",
    "starlette",
    "xlsxwriter",
    "xlwings",
}
HEAVY = LIBRARIES | {"http", "multiprocessing", "ssl"}
CHECKING = {"jsonschema", "pydantic", "rapidfuzz"}


def loaded(*arguments: str) -> set[str]:
    """The packages and modules that a command has loaded when it ends."""
    program = "import sys, toolkit.cli; toolkit.cli.run(sys.argv[1:]); print('\\n' + ' '.join(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_a_check_of_one_file_loads_nothing_that_draws_or_writes() -> None:
    modules = loaded("check", str(min(CORRECTED.glob("*.xlsx"))))
    assert "toolkit.check.judge" in modules
    assert HEAVY & modules == set()
    assert not {
        one
        for one in modules
        if one.startswith(
            ("toolkit.publish", "toolkit.template", "toolkit.report.marked")
        )
    }


def test_the_help_loads_no_rule_either() -> None:
    modules = loaded("--help")
    assert "toolkit.cli.usage" in modules
    assert (HEAVY | CHECKING) & modules == set()
    assert not {
        one
        for one in modules
        if one.startswith(("toolkit.rules", "toolkit.steps", "toolkit.check"))
    }


@pytest.mark.parametrize(
    "text",
    ["", "a&b<c>d", '"双引号"', "'单'", "\"两种'", "一\n二\t三\r", "&amp;", "]]>"],
)
def test_text_is_escaped_as_python_s_own_library_does(text: str) -> None:
    assert escaped.escape(text) == escape(text)
    assert escaped.escape(text, {"\r": "&#13;"}) == escape(text, {"\r": "&#13;"})
    assert escaped.attribute(text) == quoteattr(text)


RUN_OF_THE_PAGE = """
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from toolkit.serve.work import PRELOADED, _Run

for room in PRELOADED:
    import_module(room)
before = set(sys.modules)
folder, results = map(Path, sys.argv[1:])
nobody = SimpleNamespace(send=lambda message: None)
_Run(nobody, folder, results, "hebei-2023").check()
_Run(nobody, folder, results, "hebei-2023").merge(draft=False)
print(*(name for name in set(sys.modules) - before if name.startswith("toolkit")))
"""


def test_a_run_of_the_local_page_finds_all_its_rooms_loaded(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN_OF_THE_PAGE, str(CORRECTED), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "\n"
    assert any(tmp_path.iterdir())


def test_a_path_of_no_character_is_not_the_folder_one_stands_in() -> None:
    done = disclosure("check", "")
    assert done.code == 2
    assert "“路径...”是空的" in done.error


def test_a_rule_is_found_by_its_number_in_small_letters() -> None:
    assert disclosure("rules", "b01-01").out.startswith("B01-01")
