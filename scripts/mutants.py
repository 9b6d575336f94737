"""Break the code on purpose, one small change at a time, and see that a test notices.

python scripts/mutants.py             # all of tests/mutants.toml (or `make mutants`)
python scripts/mutants.py claim read  # those whose file or reason holds one of these words (`make mutants ONLY="claim read"`)

Each change is made in a copy of the tree, never here; the tests that are named beside it must fail because of it. A test that
passes all the same asks nothing of that line: write the case that it lacks. A change of a line of code takes its entry along.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "mutants.toml"
COPIED = (
    "toolkit",
    "schema",
    "templates",
    "tests",
    "examples",
    "bench",
    "scripts",
    "docs",
    "pyproject.toml",
    "README.md",
    ".gitignore",
)
AT_ONCE = 2
PATIENCE = 300  # seconds; a change that makes a test run forever is noticed too
NONE_FOUND = 5  # pytest's answer where nothing was selected


@dataclass(frozen=True)
class Mutant:
    """One sabotage: in `file`, the text `was`, which stands there once, becomes `now`; `tests` must notice."""

    file: str
    was: str
    now: str
    tests: tuple[str, ...]
    why: str
    select: str = ""  # pytest's -k, to be quick

    @property
    def said(self) -> str:
        return f"{self.file}: {self.why}"


def mutants() -> tuple[Mutant, ...]:
    """Read the list."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return tuple(Mutant(**{**said, "tests": tuple(said["tests"])}) for said in listed)


def fault(mutant: Mutant, root: Path = ROOT) -> str:
    """What is wrong with an entry itself; "" where nothing is."""
    path = root / mutant.file
    if not path.exists():
        return f"{mutant.said}: there is no such file any more; write its new place into tests/mutants.toml"
    if (count := path.read_text(encoding="utf-8").count(mutant.was)) != 1:
        return (
            f"{mutant.said}: its text stands {count} times in the file, not once; the line was changed or moved: "
            f"write into tests/mutants.toml how it reads now ({mutant.was!r})"
        )
    if mutant.was == mutant.now:
        return f"{mutant.said}: nothing is changed"
    gone = [
        test for test in mutant.tests if not (root / test.partition("::")[0]).exists()
    ]
    return f"{mutant.said}: no such test: {', '.join(gone)}" if gone else ""


def survives(mutant: Mutant, copy: Path) -> str:
    """Make the change in a copy, run its tests, and take the change back; "" if they noticed, else what happened."""
    path = copy / mutant.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace(mutant.was, mutant.now), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *mutant.tests,
    ]
    try:
        done = subprocess.run(
            [*command, *(["-k", mutant.select] if mutant.select else [])],
            cwd=copy,
            env={
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": str(copy),
                "DISCLOSURE_HOME": str(copy),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # no test needs one, and they take longer to begin than most tests
            },
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return ""
    finally:
        path.write_text(sound, encoding="utf-8")
    if done.returncode == 1:
        return ""
    if done.returncode == 0:
        return "SURVIVED"
    why = (
        "no test was selected"
        if done.returncode == NONE_FOUND
        else done.stdout.decode(errors="replace")[-400:]
    )
    return f"NOT TRIED: {why}"


def copies(folder: Path) -> Queue[Path]:
    """As many copies of the tree as changes are tried at once."""
    free: Queue[Path] = Queue()
    for number in range(AT_ONCE):
        copy = folder / f"copy{number}"
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(
                    source, copy / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(source, copy / name)
        free.put(copy)
    return free


def tried(chosen: Sequence[Mutant]) -> Iterator[tuple[Mutant, str, float]]:
    """Try each mutant; yield it with what became of it and the seconds that took."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        free = copies(Path(folder))

        def one(mutant: Mutant) -> tuple[Mutant, str, float]:
            copy = free.get()
            begun = time.monotonic()
            try:
                return mutant, survives(mutant, copy), time.monotonic() - begun
            finally:
                free.put(copy)

        yield from pool.map(one, chosen)


def main(words: Sequence[str]) -> None:
    """Try all, or those that the words name; exit with 1 where one survived."""
    chosen = [
        mutant
        for mutant in mutants()
        if not words or any(word in mutant.said for word in words)
    ]
    if not chosen:
        raise SystemExit("no entry of tests/mutants.toml is called so")
    if faults := [said for mutant in chosen if (said := fault(mutant))]:
        raise SystemExit("\n".join(faults))
    lived = 0
    for mutant, what, seconds in tried(chosen):
        lived += bool(what)
        print(f"{what or 'caught'}  {mutant.said}  ({seconds:.1f} s)", flush=True)
    print(f"{len(chosen) - lived} of {len(chosen)} caught")
    sys.exit(1 if lived else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
