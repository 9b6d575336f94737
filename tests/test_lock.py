"""The locks hold what pyproject.toml asks for, with hashes, and nothing of the machine they were made on."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(name: str) -> dict[str, str]:
    """What a lock holds: each package with its line; a package has one release."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, str] = {
        canonicalize_name(Requirement(line.partition(" --hash")[0]).name): line
        for line in lines
    }
    assert len(found) == len(lines)
    return found


def asked(*extras: str) -> list[Requirement]:
    """What the project asks for, with these extras, and what builds it."""
    project = PROJECT["project"]
    more = [
        line for extra in extras for line in project["optional-dependencies"][extra]
    ]
    return [
        Requirement(line)
        for line in (
            *project["dependencies"],
            *more,
            *PROJECT["dependency-groups"]["build"],
        )
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_its_hashes_and_no_place(name: str) -> None:
    for line in entries(name).values():
        release, *hashes = line.split(" --hash")
        assert hashes, line
        assert HASH.sub("", line).strip() == release.strip()
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "extras"),
    [(LOCKS[0], ("serve", "macros")), (LOCKS[1], ("serve", "macros", "dev"))],
)
def test_a_lock_holds_what_the_project_asks_for(
    name: str, extras: tuple[str, ...]
) -> None:
    held = entries(name)
    for one in asked(*extras):
        (specifier,) = Requirement(
            held[canonicalize_name(one.name)].partition(" --hash")[0]
        ).specifier
        assert one.specifier.contains(specifier.version, prereleases=True), one


def test_what_is_developed_with_is_what_it_runs_with_and_more() -> None:
    run, dev = entries(LOCKS[0]), entries(LOCKS[1])
    release = re.compile(r"[^;\s]+")
    assert {
        name: release.match(line) and line.split()[0] for name, line in run.items()
    }.items() <= {name: line.split()[0] for name, line in dev.items()}.items()


def test_the_builder_is_locked_as_the_project_names_it() -> None:
    """Nothing is fetched to build the package: pip is told to take what is installed."""
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]
    for path in (ROOT / "Makefile", ROOT / "README.md"):
        installs = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.endswith("-e .")
        ]
        assert installs
        assert all(
            "--no-deps" in line and "--no-build-isolation" in line for line in installs
        )


def test_the_running_machine_is_served_by_the_lock() -> None:
    """Every package without a condition, or whose condition holds here, is installed in its locked release."""
    for line in entries(LOCKS[0]).values():
        one = Requirement(line.partition(" --hash")[0])
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            (specifier,) = one.specifier
            assert version(one.name) == specifier.version
