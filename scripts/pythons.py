"""The fast tests on the other Pythons of this machine: which were found, which passed, which could not be tried.

python scripts/pythons.py  (or `make pythons`; the whole suite runs on the Python of .venv alone, this is the subset)

A Python is looked for on the PATH and among pyenv's versions. Its packages go into a folder of its own below `build`, which is
kept for the next run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
FAST = (
    "figures",
    "filling",
    "rules",
    "read",
    "merge",
    "profile",
    "schemas",
    "face",
    "house",
)
LOCK = ROOT / "requirements-dev.lock"
OWN = ".".join(map(str, sys.version_info[:2]))


def candidates(version: str) -> Iterator[Path]:
    """Where an interpreter of a version may lie; pyenv's stand-ins on the PATH answer only for versions that are chosen."""
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))


def interpreter(version: str) -> Path | None:
    """The first that runs and is of that version."""
    ask = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    for path in candidates(version):
        done = subprocess.run([path, "-c", ask], capture_output=True, check=False)
        if done.returncode == 0 and done.stdout.decode().strip() == version:
            return path
    return None


def furnished(python: Path, version: str) -> Path | None:
    """An environment of that Python with what the tests need; None where it cannot be put together."""
    pins = hashlib.sha256(
        LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    ).hexdigest()
    folder = ROOT / "build" / f"python{version}"
    ready = folder / pins[:16]
    own = folder / "bin" / "python"
    if ready.exists():
        return own
    shutil.rmtree(folder, ignore_errors=True)
    pip: list[str | Path] = [
        own,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
    ]
    commands: list[list[str | Path]] = [
        [python, "-m", "venv", folder],
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", LOCK],
        [*pip, "--no-deps", "--no-build-isolation", "-e", ROOT],
    ]
    for command in commands:
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            print(done.stderr.decode(errors="replace")[-600:])
            return None
    ready.touch()
    return own


def tried(version: str) -> tuple[bool, str]:
    """Try one version: whether that is fine, and what to say of it."""
    if version == OWN:
        return True, "the Python of .venv; `make test` runs everything on it"
    python = interpreter(version)
    if python is None:
        return True, "not on this machine; not tested"
    own = furnished(python, version)
    if own is None:
        return (
            True,
            f"found ({python}), but its packages could not be installed; not tested",
        )
    begun = time.monotonic()
    tests = [str(Path("tests") / f"test_{name}.py") for name in FAST]
    done = subprocess.run(
        [own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    last = done.stdout.decode(errors="replace").strip().splitlines()[-25:]
    if done.returncode:
        print("\n".join(last), done.stderr.decode(errors="replace")[-600:])
        return False, f"found ({python}), fast tests FAILED"
    return (
        True,
        f"found ({python}), fast tests passed in {time.monotonic() - begun:.0f} s: {last[-1] if last else ''}",
    )


def main() -> None:
    """Try every version and say how each stands; exit with 1 where a test failed."""
    told = {version: tried(version) for version in VERSIONS}
    for version, (_, said) in told.items():
        print(f"Python {version}: {said}")
    sys.exit(0 if all(fine for fine, _ in told.values()) else 1)


if __name__ == "__main__":
    main()
