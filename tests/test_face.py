"""What others may import: `__all__`, the page that describes it, and that importing it costs nothing."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import toolkit

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
DESCRIBED = re.findall(r"^### `(\w+)`\n\n`(\S+?)`\. (.+)", PAGE, flags=re.MULTILINE)


def test_the_page_describes_exactly_what_others_may_import() -> None:
    assert sorted(name for name, _, _ in DESCRIBED) == sorted(toolkit.__all__)
    assert len(re.findall(r"^###", PAGE, flags=re.MULTILINE)) == len(DESCRIBED), (
        "a heading without a room and a sentence"
    )


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, path, _ in DESCRIBED]
)
def test_a_name_stands_in_the_room_that_the_page_says_and_has_its_words(
    name: str, path: str
) -> None:
    module = importlib.import_module(".".join(Path(path).with_suffix("").parts))
    found = getattr(toolkit, name)
    assert found in vars(module).values()
    # A wing hands on what its rooms define: toolkit.model.values stands in toolkit/model.
    assert name == "__version__" or (
        found.__module__.startswith(module.__name__) and inspect.getdoc(found)
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [(name, said) for name, _, said in DESCRIBED if said.startswith(f"`{name}(")],
)
def test_a_call_on_the_page_names_the_arguments_there_are(name: str, said: str) -> None:
    call = said.removeprefix("`").partition("`")[0].partition(" -> ")[0]
    node = ast.parse(call.replace("…", "...")).body[0]
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Call)
    parameters = inspect.signature(getattr(toolkit, name)).parameters
    assert len(node.value.args) <= len(parameters)
    assert {word.arg for word in node.value.keywords} <= set(parameters)


def test_types_see_what_is_fetched() -> None:
    """The imports for the type checker and the list of rooms are two tellings of one thing."""
    tree = ast.parse((ROOT / "toolkit" / "__init__.py").read_text(encoding="utf-8"))
    shown = {
        alias.asname or alias.name: (str(node.module), alias.name)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert shown == toolkit._PLACES  # noqa: SLF001
    assert sorted([*shown, "__version__"]) == sorted(toolkit.__all__)
    assert (ROOT / "toolkit" / "py.typed").exists(), (
        "without it, types are not seen at all"
    )


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, toolkit; print(' '.join(name for name in sys.modules if name.startswith('toolkit'))); toolkit.Cell"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert sorted(done.stdout.decode().split()) == ["toolkit", "toolkit.version"]


def test_a_name_that_is_not_there_is_told_as_python_does() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'gone'"):
        toolkit.gone  # noqa: B018
    assert set(toolkit.__all__) <= set(dir(toolkit))


def test_the_example_on_the_page_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(
        r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL
    )
    exec(code, {})  # noqa: S102  the page is ours
    said = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("error S-assets.total '[333001-本级.xlsx]国有资产'!D8 ")
        for line in said
    )
    assert said[-1].startswith("3.42 万元 [")
