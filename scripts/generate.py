"""Regenerate what is generated and committed, each profile in folders of its own: templates, schemas, catalogue, page."""

from __future__ import annotations

import json
from pathlib import Path

from toolkit import steps
from toolkit.profile import handbook
from toolkit.profile.bounds import law
from toolkit.profile.loading import load, profiles
from toolkit.profile.schemas import disclosure_schema, return_schema
from toolkit.publish.department import KEY
from toolkit.template import xlsm

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write every generated file into the checkout."""
    for name in profiles():
        profile = load(name)
        folder = ROOT / "schema" / "profiles" / name
        made = {
            "return": return_schema(profile),
            "disclosure": disclosure_schema(profile),
        }
        if KEY in profile.books:
            made["department"] = return_schema(profile, KEY)
        for stem, schema in made.items():
            text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
            (folder / f"{stem}.schema.json").write_text(text, encoding="utf-8")
        rules = steps.everything(profile)
        catalogue = (
            json.dumps(
                handbook.data(rules, profile, law()), ensure_ascii=False, indent=1
            )
            + "\n"
        )
        (folder / "rules.json").write_text(catalogue, encoding="utf-8")
        (ROOT / "docs" / "rules" / f"{name}.md").write_text(
            handbook.page(rules, profile, law()), encoding="utf-8"
        )
        blank = ROOT / "templates" / "xlsx" / name / f"{profile.book.title}.xlsx"
        blank.parent.mkdir(exist_ok=True)
        blank.unlink(missing_ok=True)
        steps.template(blank, profile)
        blank.with_suffix(".xlsm").unlink(missing_ok=True)
        steps.template(blank.with_suffix(".xlsm"), profile, macros=True)
        xlsm.console_book(profile, blank.with_name("汇总控制台.xlsm"))
    overview = handbook.overview(
        [(load(name), steps.everything(load(name))) for name in profiles()]
    )
    (ROOT / "docs" / "rules.md").write_text(overview, encoding="utf-8")


if __name__ == "__main__":
    main()
