"""The scripts that measure: that they look where they say, and cannot pass by looking at nothing."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS = Path(__file__).parent


def script(name: str) -> Any:
    """A file of scripts/ as a module: the folder is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


covered, mutants, pythons = script("covered"), script("mutants"), script("pythons")


@pytest.mark.parametrize(
    "names", [covered.FAST, pythons.FAST], ids=["covered", "pythons"]
)
def test_the_fast_tests_are_there(names: tuple[str, ...]) -> None:
    assert [name for name in names if not (TESTS / f"test_{name}.py").exists()] == []


def test_a_room_s_level_is_that_of_all_its_files() -> None:
    def said(
        statements: int, branches: int, lines: int, taken: int
    ) -> dict[str, dict[str, int]]:
        return {
            "summary": {
                "num_statements": statements,
                "num_branches": branches,
                "covered_lines": lines,
                "covered_branches": taken,
            }
        }

    rooms = covered.by_room(
        {
            "toolkit/model.py": said(10, 0, 9, 0),
            "toolkit/check/a.py": said(6, 4, 6, 2),
            "toolkit/check/b.py": said(10, 0, 10, 0),
        }
    )
    assert {name: room.percent for name, room in rooms.items()} == {
        "model": 90,
        "check": 90,
    }
    missing = {
        "toolkit/check/a.py": {"missing_lines": [3]},
        "toolkit/check/b.py": {"missing_lines": []},
    }
    assert covered.missing(missing, "check") == "toolkit/check/a.py 3"


def test_the_floors_are_those_of_rooms_and_none_is_low() -> None:
    rooms = {path.stem for path in (ROOT / "toolkit").iterdir()}
    assert set(covered.FLOORS) <= rooms
    assert {"model", "profile", "rules", "check", "returns"} <= set(covered.FLOORS)
    assert min(covered.FLOORS.values()) >= 90


def test_a_python_is_taken_only_if_it_runs_and_is_what_its_name_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stand-ins of pyenv lie on the PATH for versions that are not chosen: they only say so and fail."""
    pyenv = tmp_path / "pyenv" / "versions" / "3.12.9" / "bin"
    pyenv.mkdir(parents=True)
    stands_in, liar = tmp_path / "python3.12", tmp_path / "python3.13"
    for path, said in (
        (stands_in, "exit 127"),
        (liar, "echo 3.9"),
        (pyenv / "python3.12", "echo 3.12"),
    ):
        path.write_text(f"#!/bin/sh\n{said}\n", encoding="utf-8")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert list(pythons.candidates("3.12")) == [stands_in, pyenv / "python3.12"]
    assert pythons.interpreter("3.12") == pyenv / "python3.12"
    assert pythons.interpreter("3.13") is None
    assert pythons.tried("3.13") == (True, "not on this machine; not tested")


def test_the_pythons_tried_begin_with_the_oldest_that_is_allowed() -> None:
    asked = re.search(
        r'requires-python = ">=(.+)"',
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    )
    assert asked is not None
    assert pythons.VERSIONS[0] == asked[1]


def test_what_the_page_for_contributors_names_is_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = {
        said
        for said in re.findall(r"`([\w./]+/[\w./*]+)`", page)
        if not said.startswith(".venv")
    }
    assert len(paths) > 15
    assert [said for said in paths if not list(ROOT.glob(said.rstrip("/")))] == []
    links = re.findall(r"\]\(([^)#]+)\)", page)
    assert [link for link in links if not (ROOT / link).exists()] == []
    targets = set(
        re.findall(
            r"^([a-z]+):",
            (ROOT / "Makefile").read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
    )
    assert set(re.findall(r"`make ([a-z]+)", page)) <= targets


# ---------------------------------------------------------------- sabotage


@pytest.mark.parametrize(
    "mutant", mutants.mutants(), ids=lambda mutant: f"{mutant.file} {mutant.why}"
)
def test_what_a_sabotage_changes_stands_in_its_file_once(mutant: Any) -> None:
    """A list of breaks rots where nobody runs it: a line that moved must take its entry along."""
    assert mutants.fault(mutant) == ""


def test_the_sabotages_reach_every_room_that_could_mislead() -> None:
    listed = mutants.mutants()
    assert len(listed) >= 50
    assert len({(mutant.file, mutant.was, mutant.now) for mutant in listed}) == len(
        listed
    )
    rooms = {Path(mutant.file).with_suffix("").parts[1] for mutant in listed}
    assert rooms >= {
        "model",
        "profile",
        "rules",
        "check",
        "returns",
        "template",
        "report",
        "publish",
        "files",
        "serve",
        "steps",
    }


def test_an_entry_that_no_longer_fits_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\nx = 1\ny = 2\n", encoding="utf-8")
    (tmp_path / "test_a.py").write_text("", encoding="utf-8")

    def said(**change: Any) -> str:
        entry = {
            "file": "a.py",
            "was": "y = 2",
            "now": "y = 3",
            "tests": ("test_a.py::test",),
            "why": "y differs",
            **change,
        }
        return str(mutants.fault(mutants.Mutant(**entry), tmp_path))

    assert said() == ""
    assert "stands 2 times" in said(was="x = 1")
    assert "write into tests/mutants.toml how it reads now ('z = 1')" in said(
        was="z = 1"
    )
    assert "there is no such file any more" in said(file="b.py")
    assert "nothing is changed" in said(now="y = 2")
    assert "no such test: test_b.py" in said(tests=("test_b.py",))


@pytest.mark.parametrize(
    ("test", "select", "said"),
    [
        ("assert a.y == 2", "", ""),
        ("assert a.y > 0", "", "SURVIVED"),
        ("assert a.y == 2", "nothing", "NOT TRIED: no test was selected"),
        ("assert (", "", "NOT TRIED"),
    ],
)
def test_only_a_test_that_fails_has_noticed(
    tmp_path: Path, test: str, select: str, said: str
) -> None:
    """Neither a test that passes nor one that was never run."""
    (tmp_path / "a.py").write_text("y = 2\n", encoding="utf-8")
    (tmp_path / "test_a.py").write_text(
        f"import a\n\n\ndef test_y():\n    {test}\n", encoding="utf-8"
    )
    mutant = mutants.Mutant(
        "a.py", "y = 2", "y = 3", ("test_a.py",), "y differs", select
    )
    became = mutants.survives(mutant, tmp_path)
    assert became.startswith(said)
    assert (became == "") is (said == "")
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == "y = 2\n", (
        "the copy is whole again"
    )
