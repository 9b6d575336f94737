"""What a change of the catalogue does: the rules of the last release and the present ones over all examples, compared.

python scripts/impact.py           # against the newest release tag, or the commit that brought the list of rules
python scripts/impact.py REVISION  # against any commit
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def git(*arguments: str) -> bytes:
    """What git says in this checkout."""
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True
    ).stdout


def last_release() -> str:
    """The newest release tag; without one, the commit that brought the list of rules."""
    tags = git("tag", "--list", "v*", "--sort=-version:refname").decode().split()
    return (
        tags[0]
        if tags
        else git("log", "--diff-filter=A", "--format=%H", "--", "schema/rules.json")
        .decode()
        .split()[-1]
    )


def findings(code: Path, data: Path) -> dict[str, dict[str, Any]]:
    """The findings of one folder of workbooks, by identity, told by the code that stands in `code`."""
    environment = {**os.environ, "PYTHONPATH": str(code), "DISCLOSURE_HOME": str(code)}
    command = [sys.executable, "-m", "toolkit", "check", str(data), "--format", "json"]
    done = subprocess.run(
        command, cwd=code, env=environment, capture_output=True, check=False
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(
            f"{code} could not check {data}:\n{done.stderr.decode()[-1500:]}"
        )
    said: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return {
        finding.get("id") or finding["rule"] + finding["message"]: finding
        for finding in said
    }


def by_words(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same findings by what they say, for a release that gave no identities."""
    return {finding["rule"] + finding["message"]: finding for finding in found.values()}


def severity(finding: dict[str, Any]) -> str:
    """The Chinese word; the first release gave it where there is a code today."""
    word: str = finding.get("severity_word") or finding["severity"]
    return word


def main(revision: str) -> None:
    """Print, for each example, what appears, vanishes and changes its severity."""
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder)
        archive = git("archive", revision, "toolkit", "schema", "templates")
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        for data in sorted(ROOT.glob("examples/*/input")):
            before, after = findings(old, data), findings(ROOT, data)
            if not all("id" in finding for finding in before.values()):
                before, after = by_words(before), by_words(after)
            gone, new = before.keys() - after.keys(), after.keys() - before.keys()
            other = [
                key
                for key in before.keys() & after.keys()
                if severity(before[key]) != severity(after[key])
            ]
            print(
                f"{data.parent.name}: {len(before)} → {len(after)} findings, {len(new)} appear, {len(gone)} vanish"
            )
            for mark, keys, source in (
                ("+", new, after),
                ("-", gone, before),
                ("~", other, after),
            ):
                for key in sorted(keys, key=lambda key: (source[key]["rule"], key)):
                    finding = source[key]
                    print(
                        f"  {mark} [{severity(finding)}] {finding['rule']} {finding['message'][:100].replace(chr(10), '')}"
                    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else last_release())
