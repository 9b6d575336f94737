"""What other programs read is what schema/*.schema.json says: the JSON of findings, and the manifest."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from typer.testing import CliRunner

from tests.test_decisions import copied
from toolkit import steps
from toolkit.check.report import Report
from toolkit.cli import app
from toolkit.files.unseen import in_json
from toolkit.profile.bounds import law
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.report.told.data import _laid_out, earlier, to_json

PROFILE = load("hebei-2023")
EXAMPLES = Path(__file__).parent.parent / "examples"
PUBLISHED, CORRECTED = (
    EXAMPLES / name / "input"
    for name in ("01-xianghe-as-published", "02-xianghe-corrected")
)
SCHEMAS = ("findings", "manifest")


@cache
def schema(name: str) -> Any:
    return json.loads(
        (home() / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    )


def faults(said: Any, name: str) -> list[str]:
    """What a schema objects to."""
    known: Registry[Any] = Registry().with_resources(
        (schema(each)["$id"], Resource.from_contents(schema(each))) for each in SCHEMAS
    )
    validator = Draft202012Validator(schema(name), registry=known)
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in validator.iter_errors(said)
    ]


@cache
def told(folder: Path) -> str:
    """What `disclosure check --format json` says of a folder."""
    return CliRunner().invoke(app, ["check", str(folder), "--format", "json"]).stdout


def findings_of(folder: Path) -> Any:
    return json.loads(told(folder))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_sound_and_every_property_says_what_it_is(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    silent = [
        key
        for key, said in properties(schema(name))
        if not {"title", "description"} <= set(said)
    ]
    assert silent == []


def properties(said: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(said, dict):
        yield from said.get("properties", {}).items()
        for value in said.values():
            yield from properties(value)


@pytest.mark.parametrize(
    "folder", [PUBLISHED, CORRECTED], ids=lambda folder: folder.parent.name
)
def test_findings_are_as_their_schema_says(folder: Path) -> None:
    said = findings_of(folder)
    assert said["findings"]
    assert faults(said, "findings") == []


def test_what_stops_a_check_is_said_as_the_schema_says() -> None:
    assert (
        faults(
            json.loads(to_json(Report(()), law(), {"stopped": "找不到文件。"})),
            "findings",
        )
        == []
    )


@pytest.mark.parametrize(
    "more",
    [None, {"stopped": "一\n二\u202e"}, {"settings": [], "passed": [["甲", "1"]]}],
)
def test_the_json_of_findings_is_laid_out_as_python_lays_it_out(
    more: dict[str, Any] | None,
) -> None:
    for report in (Report(()), steps.check([PUBLISHED], PROFILE).report):
        text = to_json(report, law(), more)
        whole = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
        assert text == in_json(whole) + "\n"


def test_report_and_manifest_of_a_merge_are_as_their_schemas_say(
    tmp_path: Path,
) -> None:
    """With all that people may decide in them: a rule set otherwise; drafts; and a second run."""
    data = copied(tmp_path / "in")
    setting = "规则编号,处理,原因,决定人\nD02-06,停用,平台只有“比率”可选,王某\n"
    (data / "规则设置.csv").write_text(setting, encoding="utf-8")
    steps.merge_folder(data, tmp_path / "out", PROFILE, draft=True)
    report, manifest = (
        json.loads((tmp_path / "out" / name).read_text(encoding="utf-8"))
        for name in ("校验报告.json", "清单.json")
    )
    assert report["summary"]["settings"]
    assert manifest["remarks"]["settings"]
    assert len(manifest["outputs"]) > 4
    assert faults(report, "findings") == []
    assert faults(manifest, "manifest") == []


ACCEPTED = {
    "id": "0123abcd",
    "rule": "C01-01",
    "severity": "error",
    "severity_word": "错误",
    "unit": "甲局",
    "message": "差 1 万元。",
    "accepted": "分管领导：批复如此",
}


CHANGES: tuple[Callable[[Any], object], ...] = (
    lambda said: said["findings"][0].update(severity="错误"),
    lambda said: said["findings"][0].pop("severity_word"),
    lambda said: said["findings"][0].update(more=""),
    lambda said: said["findings"][0].update(value=1.5),
    lambda said: said["findings"][0]["cells"][0].update(cell="c9"),
    lambda said: said["summary"].update(error="3"),
    lambda said: said["summary"]["accepted"][0].pop("accepted"),
)


def test_a_schema_objects_to_what_is_not_so() -> None:
    """A schema that accepts anything describes nothing: each change is one that a program would stumble over."""
    sound = findings_of(CORRECTED)
    sound["summary"] |= {"accepted": [ACCEPTED]}
    assert faults(sound, "findings") == []
    for change in CHANGES:
        said = copy.deepcopy(sound)
        change(said)
        assert len(faults(said, "findings")) == 1


def test_a_report_of_the_former_shape_can_still_be_compared_with(
    tmp_path: Path,
) -> None:
    """Up to 0.1.0 a finding's severity was the Chinese word, and there was no severity_word."""
    former = findings_of(PUBLISHED)
    for finding in former["findings"]:
        finding["severity"] = finding.pop("severity_word")
    (tmp_path / "last.json").write_text(
        json.dumps(former, ensure_ascii=False), encoding="utf-8"
    )
    assert faults(former, "findings"), "this is the former shape"
    report = steps.since(
        steps.check([PUBLISHED], PROFILE).report, steps.before(tmp_path / "last.json")
    )
    assert {finding.state for finding in report.findings} == {"未改"}
    assert report.mended == ()
    assert len(earlier((tmp_path / "last.json").read_text(encoding="utf-8"))) == len(
        report.findings
    )


SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
)


@settings(max_examples=50, deadline=None)
@given(SAID)
def test_a_report_is_laid_out_as_json_is(said: object) -> None:
    assert _laid_out(said, 0) == json.dumps(said, ensure_ascii=False, indent=1)
