"""What is to know of a profile before it is used: what it lacks, which rules it leaves idle, which keys are the field's own."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.languages import at_home, installed, written
from tests.test_optional import DEFINITIONS, TINY
from tests.test_steps import disclosure
from toolkit import steps
from toolkit.model import Role
from toolkit.profile.loading import loaded
from toolkit.profile.stored import home
from toolkit.rules.catalogue import RULES
from toolkit.steps.profiling import WITHOUT_ROLE, names_of, terms


def test_hebei_lacks_nothing_and_uses_all_but_what_is_signed_by_hand() -> None:
    told = steps.examined("hebei-2023")
    assert (told.lacks, told.idle, told.off, told.own) == ((), (), (), ())
    assert [one.partition("（")[0] for one in told.unused] == [
        *("cover.preparer", "cover.reviewer", "cover.head"),
    ]


def test_a_year_that_extends_another_says_its_own_keys() -> None:
    assert steps.examined("hebei-2025").own == (
        "year_end.central_bank",
        "outlay.central_bank（行）",
    )


def test_a_tiny_profile_lacks_much_and_each_idle_rule_says_why(tmp_path: Path) -> None:
    forms = TINY["one grid alone"]
    said = {
        "id": "tiny-sums",
        "title": "小表样",
        "year": 2024,
        "money": {"unit": "元", "decimals": 0},
    }
    files = {
        "profile": {**said, "books": {"unit": {"title": "表", "forms": list(forms)}}},
        "definitions": DEFINITIONS,
    }
    place = installed(tmp_path)
    written(
        place,
        "tiny-sums",
        {**files, **{f"forms/{key}": form for key, form in forms.items()}},
    )
    with at_home(place):
        told = steps.examined("tiny-sums")
    roles = [role.value for role in WITHOUT_ROLE if role is not Role.PROJECT_NAME]
    assert [one.partition("（")[0] for one in told.lacks[: len(roles)]] == roles
    assert any(one.startswith("statement.json") for one in told.lacks)
    assert len(told.idle) > 100
    assert all(one.lacks for one in told.idle)
    assert told.own == ("sums", "sums.a（行）", "sums.b（行）", "sums.whole（行）")
    assert any(
        "本表样没有 three_public.total.this_year" in line for line in told.sentences
    )


def test_rules_speak_standard_terms() -> None:
    """A key that a rule names is written down with its Chinese and its English, each once."""
    known = terms()
    wanted: set[tuple[str, str]] = set()
    for rule in RULES:
        for name in names_of(rule):
            parts = (("block", name.block), ("row", name.row), ("column", name.column))
            wanted |= {part for part in parts if part[1]}
    assert len(wanted) > 60
    assert {
        part for part in wanted if part not in known and ("row", part[1]) not in known
    } == set()
    said = json.loads((home() / "schema" / "terms.json").read_text(encoding="utf-8"))[
        "terms"
    ]
    assert len({(one["kind"], one["key"]) for one in said}) == len(said)
    assert all(one["chinese"] and one["english"] for one in said)


def test_profiles_are_listed_and_looked_at_by_a_command() -> None:
    shown = disclosure("profile", "list")
    assert shown.code == 0
    assert "hebei-2023  河北省部门预算公开（2023年度）：24 张表，" in shown.out
    looked = disclosure("profile", "check", "hebei-2025")
    assert looked.code == 0
    assert (
        "自己的代号（不在 schema/terms.json 里，规则不认）：year_end.central_bank、outlay.central_bank（行）"
        in looked.out
    )
    assert disclosure("profile", "check", "hebei-1999").code == 2


# -- the statement's template, and rows that no total holds -------------------------------------------------------------


def with_template(place: Path, changes: Mapping[str, str]) -> None:
    """A home whose Word template of Hebei says something else."""
    folder = place / "templates" / "docx"
    whole = folder.resolve()
    folder.unlink()
    shutil.copytree(whole, folder)
    path = folder / "hebei-2023" / "情况说明.docx"
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = parts["word/document.xml"].decode("utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    parts["word/document.xml"] = text.encode("utf-8")
    with zipfile.ZipFile(path, "w") as package:
        for name, raw in parts.items():
            package.writestr(name, raw)


def test_what_is_wrong_with_a_statement_s_template_is_told_all_at_once(
    tmp_path: Path,
) -> None:
    place = installed(tmp_path)
    changes = {
        "{{ income.total }}万元": "{{ income.totl }}万元",
        "{{ income.general }}万元": "{{ income.general }}千元",
    }
    with_template(place, changes)
    with at_home(place):
        loaded.cache_clear()
        looked = disclosure("profile", "check", "hebei-2023")
        loaded.cache_clear()
    assert looked.code == 2
    said = looked.out.replace("\n", "")
    assert "“income”里没有名为“totl”的内容" in said
    assert "“{{ income.general }}”按万元写，后面写的是“千元”" in said


def test_what_a_template_names_within_a_loop_is_looked_at_too(tmp_path: Path) -> None:
    place = installed(tmp_path)
    with_template(place, {"{{ agency.rank }}": "{{ agency.level }}"})
    with at_home(place):
        loaded.cache_clear()
        (fault,) = steps.examined("hebei-2023").faults
        loaded.cache_clear()
    assert "没有名为“level”的内容" in fault


def test_a_row_that_was_added_and_forgotten_in_its_total_is_told(
    tmp_path: Path,
) -> None:
    place = installed(tmp_path)
    added = [
        {
            "at": "three_public/three_public/rows/extra",
            "after": "reception",
            "is": {"title": "4、另一项"},
        }
    ]
    said = {
        "id": "hebei-2027",
        "title": "另一年度",
        "extends": "hebei-2023",
        "year": 2027,
        "added": added,
    }
    written(place, "hebei-2027", {"profile": said})
    with at_home(place):
        looked = steps.examined("hebei-2027")
    assert looked.loose == (
        "three_public.extra（三公经费“4、另一项”），没有一个算式用到它",
    )
    assert any(
        line.startswith("没有加进合计：three_public.extra") for line in looked.sentences
    )
    assert steps.examined("hebei-2023").loose == (), (
        "what is a part of an entry, as 其中：办公用房, is in it already"
    )
