"""A place's own folder begun beside its data: what may be set there, as the profile has it."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import why_not_written
from toolkit.profile.form import Profile
from toolkit.profile.place import FOLDER, files_to_begin_with
from toolkit.steps.paths import StepError


def begin(folder: Path, profile: Profile) -> tuple[Path, tuple[str, ...]]:
    """Make the folder of a place's own settings, and what is not in it yet; return where it lies and what was laid down.

    What a person has there stays as it is. Raise StepError, in Chinese, where it cannot be written.
    """
    place = folder / FOLDER
    laid: list[str] = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, text in files_to_begin_with(profile):
            if not (place / name).exists():
                # With a byte order mark: Excel on Windows opens a CSV file as UTF-8 only so.
                encoding = "utf-8" if name.endswith(".json") else "utf-8-sig"
                (place / name).write_text(text, encoding=encoding)
                laid.append(name)
    except OSError as error:
        raise StepError(f"“{place}”写不进去：{why_not_written(error)}。") from error
    return place, tuple(laid)
