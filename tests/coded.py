"""A profile with columns of codes, for tests: hebei-2023 a year later, with one more form that has each kind of them."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from toolkit import steps
from toolkit.files.grid import Grid, open_grid
from toolkit.files.paint import paint
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.data import from_data
from toolkit.template.draw import draw

ID = "coded-2024"
LINE, MONEY = "#/$defs/line", "#/$defs/money"
FORM: dict[str, Any] = {
    "$id": f"urn:budget-disclosure:{ID}:coded",
    "title": "支出科目表",
    "x-sheet": {"name": "支出科目", "public": True},
    "x-blocks": {
        "outlays": {
            "kind": "list",
            "spare": 12,
            "total": "合计",
            "merge": "list",
            "columns": {
                "class": {
                    "title": "类",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "类",
                    "required": True,
                    "width": 6,
                },
                "section": {
                    "title": "款",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "款",
                    "width": 5,
                },
                "item": {
                    "title": "项",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "项",
                    "width": 5,
                },
                "name": {
                    "title": "功能分类科目名称",
                    "$ref": LINE,
                    "looked_up": {
                        "codes": "functional",
                        "by": ["class", "section", "item"],
                        "gives": "name",
                    },
                },
                "amount": {
                    "title": "金额",
                    "$ref": MONEY,
                    "total": True,
                    "required": True,
                },
            },
        },
        "items": {
            "kind": "list",
            "title": "项级科目",
            "spare": 6,
            "merge": "list",
            "columns": {
                "code": {
                    "title": "科目编码",
                    "$ref": LINE,
                    "codes": "functional",
                    "level": ["项"],
                },
                "name": {
                    "title": "科目名称",
                    "$ref": LINE,
                    "looked_up": {"codes": "functional", "by": "code"},
                },
                "economic": {"title": "经济分类", "$ref": LINE, "codes": "economic"},
                "economic_name": {
                    "title": "经济分类名称",
                    "$ref": LINE,
                    "looked_up": {"codes": "economic", "by": "economic"},
                },
            },
        },
        "funded": {
            "kind": "list",
            "title": "政府性基金科目",
            "spare": 4,
            "merge": "list",
            "columns": {
                "class": {
                    "title": "基金类",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "类",
                    "fund": "government_fund",
                },
                "section": {
                    "title": "基金款",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "款",
                },
                "note": {"title": "备注", "$ref": LINE},
            },
        },
        "levels": {
            "kind": "list",
            "title": "各级科目",
            "spare": 6,
            "merge": "list",
            "nested": True,
            "columns": {
                "class": {
                    "title": "级类",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "类",
                },
                "section": {
                    "title": "级款",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "款",
                },
                "item": {
                    "title": "级项",
                    "$ref": LINE,
                    "codes": "functional",
                    "part": "项",
                },
                "basic": {"title": "基本", "$ref": MONEY},
                "project": {"title": "项目", "$ref": MONEY},
            },
        },
        "main": {
            "kind": "fields",
            "title": "主要科目",
            "columns": {
                "code": {"title": "主要科目编码", "$ref": LINE, "codes": "functional"},
                "name": {
                    "title": "主要科目名称",
                    "$ref": LINE,
                    "looked_up": {"codes": "functional", "by": "code"},
                },
            },
        },
        "kinds": {
            "kind": "grid",
            "label": "种类",
            "merge": "none",
            "columns": {
                "code": {"title": "种类科目编码", "$ref": LINE, "codes": "economic"},
                "name": {
                    "title": "种类科目名称",
                    "$ref": LINE,
                    "looked_up": {"codes": "economic", "by": "code"},
                },
                "amount": {"title": "种类金额", "$ref": MONEY},
            },
            "rows": {"first": {"title": "第一种"}, "second": {"title": "第二种"}},
        },
    },
}


SUBJECT = {  # of each project
    "subject": {
        "title": "项目所列科目",
        "$ref": LINE,
        "codes": "functional",
        "public": False,
    },
    "subject_name": {
        "title": "项目科目名称",
        "$ref": LINE,
        "looked_up": {"codes": "functional", "by": "subject"},
        "public": False,
    },
}
SOUND: dict[str, Any] = {
    "cover": {"profile": ID, "year": "2024"},
    "outlays": [
        {"class": "205", "amount": "30.00"},
        {"class": "205", "section": "02", "amount": "20.00"},
        {"class": "205", "section": "02", "item": "05", "amount": "20.00"},
        {"class": "205", "section": "03", "item": "02", "amount": "10.00"},
    ],
    "items": [
        {"code": "2080502", "economic": "30102"},
        {"code": "2013804", "economic": "31001"},
        {"code": "2080501", "economic": "30901"},
    ],
    "levels": [
        {"class": "205", "basic": "30.00", "project": "2.00"},
        {"class": "205", "section": "02", "basic": "30.00", "project": "2.00"},
        {
            "class": "205",
            "section": "02",
            "item": "05",
            "basic": "30.00",
            "project": "2.00",
        },
    ],
    "main": {"code": "20805"},
    "kinds": {
        "first": {"code": "302", "amount": "1.00"},
        "second": {"code": "30201", "amount": "1.00"},
    },
}


@cache
def coded_profile() -> Profile:
    """The profile as it stands above."""
    return profile_with(FORM, ID)


def profile_with(form: dict[str, Any], profile: str) -> Profile:
    """The profile with another form of codes, its files laid down in a folder of their own and loaded from there."""
    ours = home()
    with tempfile.TemporaryDirectory() as folder:
        _lay_down(Path(folder), ours, form, profile)
        before = os.environ.get("DISCLOSURE_HOME")
        os.environ["DISCLOSURE_HOME"] = folder
        try:
            return load(profile)
        finally:
            if before is None:
                del os.environ["DISCLOSURE_HOME"]
            else:
                os.environ["DISCLOSURE_HOME"] = before


@cache
def sound_codes() -> Grid:
    """A workbook of the profile in which every code is right: each kind of column, and each level."""
    profile = coded_profile()
    painting = draw(
        profile, steps.catalogue(profile).rules, from_data(SOUND, profile), count=1
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "333002-就业服务中心.xlsx"
        paint(painting, path)
        return open_grid(path)


def _lay_down(folder: Path, ours: Path, form: dict[str, Any], profile: str) -> None:
    (folder / "templates").symlink_to(ours / "templates")
    (folder / "schema").mkdir()
    for entry in (ours / "schema").iterdir():
        if entry.name != "profiles":
            (folder / "schema" / entry.name).symlink_to(entry)
    own = folder / "schema" / "profiles" / profile
    (own / "forms").mkdir(parents=True)
    base = ours / "schema" / "profiles" / "hebei-2023"
    for source in (*base.glob("*.json"), *base.glob("forms/*.json")):
        (own / source.relative_to(base)).write_text(
            source.read_text(encoding="utf-8"), encoding="utf-8"
        )
    said = json.loads((own / "profile.json").read_text(encoding="utf-8"))
    said |= {"id": profile, "year": 2024}
    said["books"]["unit"]["forms"].append("coded")
    (own / "profile.json").write_text(
        json.dumps(said, ensure_ascii=False), encoding="utf-8"
    )
    project = json.loads((own / "forms" / "project.json").read_text(encoding="utf-8"))
    project["x-blocks"]["project"]["columns"] |= SUBJECT
    (own / "forms" / "project.json").write_text(
        json.dumps(project, ensure_ascii=False), encoding="utf-8"
    )
    (own / "forms" / "coded.json").write_text(
        json.dumps(form, ensure_ascii=False), encoding="utf-8"
    )
