"""Write the locks: every package with the hash of each of its files, for every system and every Python the toolkit is for.

    python scripts/lock.py            keeps the releases that are locked, adds and removes what pyproject.toml asks for
    python scripts/lock.py --upgrade  takes the newest releases that fit

uv resolves for all systems at once and fetches nothing but what is said of the packages; its own settings say where from.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = "3.11"
HEAD = """\
# {what}: every package, with the hash of each of its files, for every system and Python.
# Written by `make lock`. Installed by: pip install --require-hashes --only-binary :all: -r {name}
# and then the toolkit itself: pip install --no-deps --no-build-isolation -e .
"""
# Each lock: what it is for, and the parts of pyproject.toml that it serves. The later ones keep to the releases of the first.
LOCKS = {
    "requirements.lock": (
        "What the toolkit runs with",
        ("--extra", "serve", "--extra", "macros", "--group", "build"),
    ),
    "requirements-dev.lock": (
        "What the toolkit is developed with",
        ("--all-extras", "--group", "build"),
    ),
}


def locked(name: str, parts: tuple[str, ...], kept: list[Path], more: list[str]) -> str:
    """The lines of a lock. What is locked now is kept as far as it fits, unless uv is told otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / name
        if (ROOT / name).exists():
            out.write_bytes((ROOT / name).read_bytes())
        command = (
            "pip",
            "compile",
            "-q",
            "--universal",
            "--python-version",
            OLDEST,
            "--generate-hashes",
            "--no-header",
        )
        held = [str(word) for path in kept for word in ("-c", path)]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "uv",
                *command,
                "--no-annotate",
                *parts,
                *held,
                *more,
                "pyproject.toml",
                "-o",
                out,
            ],
            cwd=ROOT,
            env={**os.environ, "UV_NO_CONFIG": "1"},
            check=False,
        )
        if done.returncode:
            sys.exit(done.returncode)
        return out.read_text(encoding="utf-8")


def main(more: list[str]) -> None:
    """Write each lock, the first before the others."""
    kept: list[Path] = []
    for name, (what, parts) in LOCKS.items():
        lines = locked(name, parts, kept, more)
        path = ROOT / name
        path.write_text(
            HEAD.format(what=what, name=name) + lines, encoding="utf-8", newline="\n"
        )
        kept.append(path)
        print(
            f"{name}: {sum('==' in line for line in lines.splitlines())} packages, {lines.count('--hash=')} hashes"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
