"""The engine knows no block and no column by its key: a profile whose keys are all others works the same, its roles kept."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.files.word import Paragraph, text_of
from toolkit.model import Role
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.data import from_data, to_data
from toolkit.returns.read import read
from toolkit.rules.catalogue import RULES
from toolkit.template.draw import draw

PROFILE = load("hebei-2023")
OTHER = "renamed-2023"
EXAMPLES = Path(__file__).parent.parent / "examples"
FOLDER = Path("schema", "profiles", "hebei-2023")
# loops of the Word template
STATEMENT_ROWS = (
    "duty",
    "entry",
    "goal",
    "project",
    "remark",
    "safeguard",
    "agency",
    "row",
)


def other(key: str) -> str:
    """What the copy calls a block or a column."""
    return f"z{key[::-1]}"


BLOCKS = {key for book in PROFILE.books.values() for key in book.blocks}
COLUMNS = {
    key
    for book in PROFILE.books.values()
    for block in book.blocks.values()
    for key in block.columns
}


def renamed_form(said: dict[str, Any]) -> dict[str, Any]:
    """A form with every block and column called otherwise; rows, titles, roles and everything else stay."""
    blocks = {
        other(key): renamed_block(block) for key, block in said["x-blocks"].items()
    }
    return {**said, "x-blocks": blocks}


def renamed_block(block: dict[str, Any]) -> dict[str, Any]:
    new = dict(block)
    new["columns"] = {
        other(key): renamed_column(column) for key, column in block["columns"].items()
    }
    for key in ("carry_down", "at", "of"):  # what names a column or a block
        if key in block:
            new[key] = other(block[key])
    if "key" in block:
        new["key"] = [other(key) for key in block["key"]]
    if isinstance(block.get("total"), dict) and "counts" in block["total"]:
        new["total"] = {
            **block["total"],
            "counts": renamed_bare(block["total"]["counts"]),
        }
    if "derived" in block:
        said = block["derived"]
        new["derived"] = {**said, "from": other(said["from"]), "by": other(said["by"])}
        if "where" in said:
            new["derived"]["where"] = renamed_bare(said["where"])
    if "rows" in block:
        new["rows"] = {key: renamed_row(row) for key, row in block["rows"].items()}
    if "kinds" in block:
        kinds = block["kinds"]
        new["kinds"] = {
            **kinds,
            "column": other(kinds["column"]),
            "of": other(kinds["of"]),
        }
    return new


def renamed_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a grid, whose derived formulas name columns and blocks; its own formula names rows alone."""
    said = row.get("derived")
    if isinstance(said, str):
        return {**row, "derived": renamed_bare(said)}
    return (
        {
            **row,
            "derived": {other(key): renamed_bare(text) for key, text in said.items()},
        }
        if said
        else row
    )


def renamed_bare(formula: str) -> str:
    """A formula or condition with every word of it in the copy's words that names a block or a column."""
    parts = re.split(r'("[^"]*")', formula)
    known = BLOCKS | COLUMNS
    parts[::2] = [
        re.sub(
            r"[a-z_]\w*",
            lambda name: other(name[0]) if name[0] in known else name[0],
            part,
        )
        for part in parts[::2]
    ]
    return "".join(parts)


def renamed_column(column: dict[str, Any]) -> dict[str, Any]:
    new = dict(column)
    if "formula" in column:
        new["formula"] = re.sub(
            r"[a-z_]\w*", lambda name: other(name[0]), column["formula"]
        )
    if "derived" in column:
        new["derived"] = renamed_bare(column["derived"])
    if "looked_up" in column:
        new["looked_up"] = {
            **column["looked_up"],
            "by": [other(key) for key in column["looked_up"]["by"]],
        }
    if "was" in column:
        new["was"] = other(column["was"])
    if "of" in column:
        new["of"] = other(column["of"])
    if "offers" in column:
        new["offers"] = renamed_names(column["offers"])
    return new


def renamed_names(value: Any) -> Any:
    """The formulas and names of a statement or sign sheet in the copy's words: block.row.column, block.column, block."""
    if isinstance(value, str):
        dotted = re.sub(
            r"(?<![\w.])(\w+)\.((?:\w+\.)?)(\w+)(?![\w.])", _renamed_name, value
        )
        return other(dotted) if dotted in BLOCKS else dotted
    if isinstance(value, list):
        return [renamed_names(one) for one in value]
    if isinstance(value, dict):
        return {key: renamed_names(one) for key, one in value.items()}
    return value


def _renamed_name(match: re.Match[str]) -> str:
    block, row, column = match.groups()
    return (
        f"{other(block)}.{row}{other(column)}"
        if block in BLOCKS and column in COLUMNS
        else match[0]
    )


def renamed_template(source: Path, target: Path) -> None:
    """The Word template with the columns of its loops in the copy's words."""
    # every row of a loop has a number of its own besides
    columns = sorted(COLUMNS - {"number"}, key=len, reverse=True)
    names = re.compile(
        rf"(?<![\w.])({'|'.join(STATEMENT_ROWS)})\.({'|'.join(columns)})\b"
    )
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "word/document.xml":
                text = content.decode()
                content = re.sub(
                    r"\{[{%].*?[%}]\}",
                    lambda tag: names.sub(_renamed_loop, tag[0]),
                    text,
                ).encode()
            new.writestr(part, content)


def _renamed_loop(match: re.Match[str]) -> str:
    return f"{match[1]}.{other(match[2])}"


def written(path: Path, change: Callable[[Any], Any]) -> None:
    path.write_text(
        json.dumps(
            change(json.loads(path.read_text(encoding="utf-8"))), ensure_ascii=False
        ),
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """The copy, installed beside the real one."""
    root = tmp_path_factory.mktemp("home")
    shutil.copytree(home() / "schema", root / "schema")
    shutil.copytree(home() / "templates" / "docx", root / "templates" / "docx")
    folder = root / FOLDER.parent / OTHER
    shutil.copytree(root / FOLDER, folder)
    for path in (folder / "forms").glob("*.json"):
        written(path, renamed_form)
    written(
        folder / "statement.json",
        lambda said: {**said, "sections": renamed_names(said["sections"])},
    )
    written(
        folder / "signoff.json",
        lambda said: {**said, "numbers": renamed_names(said["numbers"])},
    )
    template = root / "templates" / "docx" / "hebei-2023" / "情况说明.docx"
    renamed_template(template, template.with_name("other.docx"))
    statement = {"file": "statement.json", "template": "docx/hebei-2023/other.docx"}
    own = {"id": OTHER, "statement": statement}
    written(
        folder / "profile.json", lambda said: {**said, **own, **renamed_around(said)}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCLOSURE_HOME", str(root))
        yield load(OTHER)


def renamed_around(said: dict[str, Any]) -> dict[str, Any]:
    """What a profile says of its forms, in the copy's words."""
    charts = {
        key: {
            **chart,
            "block": other(chart["block"]),
            "columns": [other(column) for column in chart["columns"]],
        }
        for key, chart in said.get("charts", {}).items()
    }
    # how a platform calls rows and columns is no matter here
    imported = {
        **said["import"],
        "words": {},
    }
    return {
        "relations": renamed_relations(said["relations"]),
        "charts": charts,
        "import": imported,
    }


def renamed_relations(relations: dict[str, Any]) -> dict[str, Any]:
    """What must hold between forms, in the copy's words; rows keep theirs."""
    return {
        key: {
            **said,
            **{side: renamed_relation(said[side]) for side in ("left", "right")},
            **(
                {"by": [other(column) for column in said["by"]]} if "by" in said else {}
            ),
        }
        for key, said in relations.items()
    }


def renamed_relation(formula: str) -> str:
    """A grid's row stands between two dots and keeps its name; in a condition columns stand alone."""
    dotted = re.sub(
        r"(?<![\w.])(\w+)\.([\w{}]+\.)?(\w+)(?![\w.])",
        lambda m: f"{other(m[1])}.{m[2] or ''}{other(m[3])}",
        formula,
    )
    return re.sub(
        r"\b(\w+) (==|in)",
        lambda m: f"{other(m[1])} {m[2]}" if m[1] in COLUMNS else m[0],
        dotted,
    )


def renamed_data(data: dict[str, Any]) -> dict[str, Any]:
    """A return's data in the copy's words."""
    said: dict[str, Any] = {}
    for key, value in data.items():
        if key == "projects":
            said[key] = [_renamed_project(one) for one in value]
        elif key in BLOCKS:
            said[other(key)] = _renamed_filled(key, value)
        else:
            said[key] = value
    said[other("cover")][other("profile")] = OTHER
    return said


def _renamed_project(project: dict[str, Any]) -> dict[str, Any]:
    return {
        other(key): [_renamed_row(row) for row in value]
        if key == "indicators"
        else value
        for key, value in project.items()
    }


def _renamed_filled(block: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed_row(row) for row in value]
    if PROFILE.book.blocks[block].kind == "grid":
        return {row: _renamed_row(columns) for row, columns in value.items()}
    return _renamed_row(value)


def _renamed_row(row: dict[str, str]) -> dict[str, str]:
    return {other(column): text for column, text in row.items()}


@pytest.fixture(scope="module")
def units(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corrected example, drawn on the copy's template."""
    folder = tmp_path_factory.mktemp("units")
    rules = steps.catalogue(profile).rules
    for path in sorted((EXAMPLES / "02-xianghe-corrected" / "returns").glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        target = (
            folder / f"{said['cover']['unit_code']}-{path.stem.partition('-')[2]}.xlsx"
        )
        paint(draw(profile, rules, from_data(renamed_data(said), profile)), target)
    return folder


def test_nothing_is_called_as_before(profile: Profile) -> None:
    for book in profile.books.values():
        assert not BLOCKS & set(book.blocks)
        assert not COLUMNS & {
            key for block in book.blocks.values() for key in block.columns
        }
    assert {role for book in profile.books.values() for role in book.cast.names} == set(
        Role
    )


def test_what_is_drawn_is_read_back(profile: Profile, units: Path) -> None:
    path = next(units.glob("333001*"))
    data = json.loads(
        (EXAMPLES / "02-xianghe-corrected" / "returns" / "01-本级.json").read_text(
            encoding="utf-8"
        )
    )
    book = read(open_grid(path), profile)
    assert not book.oddities
    assert (book.code, book.is_lead, len(book.projects)) == (
        "333001",
        True,
        len(data["projects"]),
    )
    back = to_data(book, profile)
    for block, value in renamed_data(data).items():
        if isinstance(value, list) and block != "ticks":
            assert back[block] == value


def test_the_rules_that_name_a_key_are_said_to_be_idle_and_the_others_hold(
    profile: Profile, units: Path
) -> None:
    report = steps.check([units], profile).report
    named = {
        rule.id for rule in RULES if rule.claim is not None or rule.needs or rule.reads
    }
    assert {idle.rule for idle in report.idle} == named
    assert [finding.message for finding in report.findings] == []
    assert report.ran > 50, "texts, totals and shapes are checked all the same"


def test_a_fault_in_the_copy_is_told_at_its_cell(
    profile: Profile, units: Path, tmp_path: Path
) -> None:
    path = tmp_path / "333002-甲.xlsx"
    shutil.copyfile(next(units.glob("333002*")), path)
    code = next(read(open_grid(path), profile).words_of(Role.UNIT_CODE).cells())
    workbook = openpyxl.load_workbook(path)
    workbook[code.sheet][code.address].value = None
    workbook["收支总表"]["C8"].value = "约3万"
    workbook.save(path)
    told = {
        (f.rule, f.cells[0].sheet, f.cells[0].address)
        for f in steps.check([path], profile).report.findings
    }
    assert ("A01-02", "收支总表", "C8") in told
    assert ("A01-01", code.sheet, code.address) in told


def test_the_department_is_merged_and_published_word_for_word(
    profile: Profile, units: Path, tmp_path: Path
) -> None:
    """Both profiles say the same, so everything that is published is the same, cell for cell and line for line."""
    done = steps.merge_folder(units, tmp_path / "other", profile)
    real = steps.merge_folder(
        EXAMPLES / "02-xianghe-corrected" / "input", tmp_path / "real", PROFILE
    )
    assert (done.code, done.units, done.projects) == (real.code, 3, 41)
    assert table_texts(done.placed["公开表.xlsx"]) == table_texts(
        real.placed["公开表.xlsx"]
    )
    assert statement_texts(done.placed["情况说明.docx"]) == statement_texts(
        real.placed["情况说明.docx"]
    )
    again = steps.merge_folder(units, tmp_path / "other", profile)
    assert "部门汇总表.xlsx" not in again.placed, (
        "read back, it says already what a new one would"
    )
    own = read(open_grid(done.placed["部门汇总表.xlsx"]), profile, "department")
    assert [row.text(Role.AGENCY_CODE) for row in own.rows_of(Role.AGENCY_CODE)][
        :3
    ] == ["333001", "333002", "333003"]


def table_texts(path: Path) -> dict[tuple[str, str], Any]:
    book = openpyxl.load_workbook(path)
    return {
        (s.title, c.coordinate): c.value
        for s in book
        for row in s.iter_rows()
        for c in row
        if c.value is not None
    }


def statement_texts(path: Path) -> list[str]:
    return [
        piece.text if isinstance(piece, Paragraph) else str(piece.rows)
        for piece in text_of(path)
    ]
