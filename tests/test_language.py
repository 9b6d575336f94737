"""What a profile may say: every fault of its files is a sentence with file, place and the nearest right word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.languages import (
    HEBEI,
    Change,
    at_home,
    changed,
    installed,
    put,
    read_anew,
    without,
)
from tests.provoking import LEAKS, REMEDY
from toolkit.errors import ToolkitError
from toolkit.profile.codes import lists
from toolkit.profile.declared import profiles
from toolkit.profile.loading import load
from toolkit.profile.schemas import return_schema
from toolkit.profile.stored import ProfileError, home
from toolkit.profile.vocabulary import faults
from toolkit.steps.rulebook import catalogue

VOCABULARY = json.loads(
    (home() / "schema" / "vocabulary.schema.json").read_text(encoding="utf-8")
)
BLOCKS, COLUMNS = "x-blocks", "columns"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose profile may be spoilt."""
    return installed(tmp_path_factory.mktemp("language"))


def as_text(was: str, now: str) -> Change:
    """A change of what is written, be it no JSON afterwards."""

    def change(said: Any) -> str:
        text = json.dumps(said, ensure_ascii=False, indent=1)
        assert was in text
        return text.replace(was, now, 1)

    return change


CODED = {"title": "科目", "codes": "functional", "level": ["目"]}
LOOKED_UP = {"title": "名称", "looked_up": {"codes": "functional", "by": "unit_cod"}}
ONE_FIELD = {"kind": "fields", "columns": {"a": {"title": "甲"}}}
# File, what is changed in it, where the fault is said to be, and what is said of it.
FAULTS: list[tuple[str, Change, str, str]] = [
    ("profile", put("yaer", to=2023), "yaer", "不认识“yaer”，是不是要写“year”"),
    ("profile", put("year", to="2023"), "year", "应当是整数（不加引号）"),
    ("profile", put("year", to=23), "year", "写的是 23，应当从 1990 到 2200"),
    ("profile", without("title"), "title", "缺少这一项"),
    ("profile", put("id", to="hebei-2024"), "id", "应当与文件夹同名，写“hebei-2023”"),
    (
        "profile",
        put("money", "unit", to="万圆"),
        "money › unit",
        "没有“万圆”这种写法，是不是要写“万元”",
    ),
    (
        "profile",
        put("money", "decimals", to=-1),
        "money › decimals",
        "写的是 -1，应当从 0 到 6",
    ),
    ("profile", put("codes", to="codes/2023"), "codes", "不认识“codes”"),
    (
        "profile",
        put("performance_system", to="88"),
        "performance_system",
        "没有名为“88”的指标体系，是不是要写“88号”",
    ),
    (
        "profile",
        put("charts", "income", "block", to="incom"),
        "charts › income › block",
        "是不是要写“income”",
    ),
    (
        "profile",
        put("charts", "income", "block", to="notes"),
        "charts › income › block",
        "只能画固定行的表，或一个项目一张的表",
    ),
    (
        "profile",
        put("charts", "kinds", "columns", "0", to="reason"),
        "charts › kinds",
        "都要是金额",
    ),
    (
        "profile",
        put("charts", "kinds", "rows", "0", to="person"),
        "charts › kinds › rows",
        "是不是要写“personnel”",
    ),
    (
        "profile",
        put("books", "unit", "forms", "0", to="covre"),
        "books › unit › forms",
        "是不是要写“cover”",
    ),
    (
        "profile",
        put("books", "unit", "forms", "1", to="cover"),
        "books › unit › forms",
        "“cover”写了两遍",
    ),
    (
        "profile",
        put("books", "unit", "forms", to=[]),
        "books › unit › forms",
        "只有 0 项，应当有 1 项",
    ),
    (
        "profile",
        put("statement", "template", to="docx/无.docx"),
        "statement › template",
        "没有“docx/无.docx”这个 Word 模板",
    ),
    (
        "profile",
        put("statement", "file", to="statment.json"),
        "statement › file",
        "是不是要写“statement.json”",
    ),
    (
        "profile",
        put("guide", "name", to="封面"),
        "books › unit › guide",
        "工作表的名字“封面”用了两次",
    ),
    (
        "profile",
        put("guide", "lines", to="填哪里"),
        "guide › lines",
        "应当是方括号括起来的几项",
    ),
    (
        "profile",
        put("editions", "1", to="第一版"),
        "editions › 1",
        "写的是“1”，不合写法",
    ),
    (
        "profile",
        put("rules", "severity", to={"A01-01": "警告"}),
        "rules › severity › A01-01",
        "没有“警告”这种写法",
    ),
    (
        "profile",
        put("removed", to=["budget/income"]),
        "removed",
        "这里不用写这一项，写了也不起作用",
    ),
    (
        "profile",
        put("extends", to="hebei-2032"),
        "",
        "“hebei-2023/profile.json”里“extends”：没有名为“hebei-2032”的表样",
    ),
    ("profile", put("extends", to=HEBEI), "", "绕成了一圈：“hebei-2023 → hebei-2023”"),
    (
        "profile",
        as_text('"id": ', '"id"： '),
        "",
        "（这一行里有中文标点，JSON 只认英文的引号、逗号、冒号和括号）",
    ),
    (
        "profile",
        as_text('"decimals": 2\n },', '"decimals": 2\n ,'),
        "",
        "的“{”没有配成对）",
    ),
    (
        "profile",
        as_text('"year": 2023', '"year": 2023, "year": 2024'),
        "",
        "同一处写了两遍“year”，只有后一个会起作用",
    ),
    (
        "definitions",
        put("$defs", "money", "x-kind", to="monye"),
        "$defs › money › x-kind",
        "是不是要写“money”",
    ),
    (
        "definitions",
        put("$defs", "count", "pattern", to=""),
        "$defs › count › pattern",
        "不能空着",
    ),
    (
        "forms/budget",
        put(BLOCKS, "income", "merge", to="summ"),
        "income › merge",
        "没有“summ”这种写法，是不是要写“sum”",
    ),
    (
        "forms/budget",
        put(BLOCKS, "income", "merge", to="list"),
        "income › merge",
        "没有“list”这种写法",
    ),
    (
        "forms/budget",
        put(BLOCKS, "income", "kind", to="gird"),
        "income › kind",
        "没有“gird”这种写法，是不是要写“grid”",
    ),
    (
        "forms/budget",
        put(BLOCKS, "income", "spare", to=3),
        "income › spare",
        "这里不用写这一项，写了也不起作用",
    ),
    (
        "forms/budget",
        put(BLOCKS, "Income", to={}),
        "Income",
        "写的是“Income”，不合写法",
    ),
    ("forms/budget", without(BLOCKS, "income", "rows"), "income › rows", "缺少这一项"),
    ("forms/budget", put(BLOCKS, "income", COLUMNS, to={}), "income", "里面一项也没有"),
    (
        "forms/budget",
        put(BLOCKS, "income", "rows", "total", "formula", to="curent + carried_in"),
        "income › rows › total › formula",
        "没有名为“curent”的行，是不是要写“current”",
    ),
    (
        "forms/budget",
        put(BLOCKS, "income", "rows", "total", "formula", to="current +"),
        "income › rows › total › formula",
        "算式“current +”第 ",
    ),
    (
        "forms/budget",
        put(BLOCKS, "income", "rows", "general", "formula", to="total"),
        "income",
        "个算式互相引用，算不出来",
    ),
    (
        "forms/budget",
        put(BLOCKS, "outlay", "rows", "classes", "rows-from", "codes", to="functionl"),
        "outlay › rows › classes › rows-from › codes",
        "没有名为“functionl”的代码表，是不是要写“functional”",
    ),
    (
        "forms/budget",
        put(BLOCKS, "outlay", "rows", "classes", "rows-from", "level", to="目"),
        "outlay › rows › classes › rows-from › level",
        "没有名为“目”的级次，可以写的有：“类”、“款”、“项”",
    ),
    (
        "forms/budget",
        put(BLOCKS, "outlay", "rows", "classes", "title", to="各类"),
        "outlay › rows › classes › title",
        "这里不用写这一项",
    ),
    (
        "forms/budget",
        put("x-sheet", "name", to="收支总表" * 8),
        "books › unit › forms › budget",
        "有 32 个字，最多 31 个",
    ),
    (
        "forms/budget",
        put("x-sheet", "name", to="收支/总表"),
        "books › unit › forms › budget",
        "里不能有“/”",
    ),
    (
        "forms/budget",
        put("x-sheet", "name", to="目录"),
        "books › unit › forms › budget",
        "程序自己要用这个名字",
    ),
    (
        "forms/budget",
        put("x-sheet", "name", to=" 收支"),
        "books › unit › forms › budget",
        "前后不能有空格和单引号",
    ),
    (
        "forms/budget",
        put("x-sheet", "name", to="三公经费"),
        "books › unit › forms › three_public",
        "用了两次",
    ),
    (
        "forms/budget",
        put("x-sheet", "name", to="收支{n}"),
        "x-sheet › name",
        "一个项目一张的表，名字里要有“{n}”",
    ),
    (
        "forms/budget",
        put("x-sheet", "bookends", to=["始", "终"]),
        "x-sheet › bookends",
        "“repeat”和“bookends”要写就都写",
    ),
    (
        "forms/budget",
        put("x-sheet", "repeat", to="years"),
        "books › unit",
        "都是一个项目一张，只能有一张这样的表",
    ),
    (
        "forms/project",
        put(BLOCKS, "more", to=ONE_FIELD),
        "x-sheet › repeat",
        "要有一块 fields，可以再有一块 list",
    ),
    ("forms/budget", put("x-sheet", "since", to=5), "x-sheet", "“since”写的是第 5 版"),
    (
        "forms/composition",
        put("x-sheet", "two_sided", to={"closing": 3}),
        "x-sheet › two_sided",
        "“two_sided”只用在正好有两块",
    ),
    (
        "forms/budget",
        put(BLOCKS, "assets", to={"kind": "fields", "columns": {"a": {"title": "甲"}}}),
        "",
        "都有代号为“assets”的块",
    ),
    (
        "forms/three_public",
        put(
            BLOCKS,
            "three_public",
            COLUMNS,
            "change",
            "formula",
            to="this_year - lastyear",
        ),
        "three_public › change › formula",
        "没有名为“lastyear”的列，是不是要写“last_year”",
    ),
    (
        "forms/three_public",
        put(
            BLOCKS,
            "three_public",
            COLUMNS,
            "change",
            "formula",
            to="composition.total.this_yaer",
        ),
        "three_public › change › formula",
        "没有名为“composition.total.this_yaer”的数，是不是要写“composition.total.this_year”",
    ),
    (
        "forms/three_public",
        put(BLOCKS, "three_public", COLUMNS, "reason", "only", to=["abroadd"]),
        "three_public › reason › only",
        "没有名为“abroadd”的行，是不是要写“abroad”",
    ),
    (
        "forms/three_public",
        put(BLOCKS, "three_public", COLUMNS, "reason", "$ref", to="#/$defs/paragraf"),
        "three_public › reason › $ref",
        "没有名为“paragraf”的取值约定（definitions.json），是不是要写“paragraph”",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", "role", to="unit.nmae"),
        "cover › head › role",
        "“unit.name”",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", "role", to="unit.code"),
        "books › unit",
        "都写了“role”：“unit.code”",
    ),
    (
        "forms/duties",
        put(BLOCKS, "duties", COLUMNS, "text", "role", to="unit.rank"),
        "books › unit",
        "都写了“role”",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", "requird", to=True),
        "cover › head › requird",
        "“required”",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", "formula", to="a"),
        "cover › head › formula",
        "算式只写在填数的列上",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", "part", to="款"),
        "cover › head › codes",
        "写了“part”，就要写这一项",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", "codes", to="economics"),
        "cover › head › codes",
        "“economic”",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", to=CODED),
        "cover › head › level",
        "没有名为“目”的级次",
    ),
    (
        "forms/cover",
        put(BLOCKS, "cover", COLUMNS, "head", to=LOOKED_UP),
        "head › looked_up › by",
        "是不是要写“unit_code”",
    ),
    (
        "forms/cover",
        put(
            BLOCKS,
            "cover",
            COLUMNS,
            "head",
            to={"title": "头", "codes": "measures", "code_column": "unite"},
        ),
        "cover › head › code_column",
        "没有名为“unite”的栏（代码表“measures.csv”），是不是要写“unit”",
    ),
    (
        "forms/assets",
        put(BLOCKS, "assets", COLUMNS, "value", "merge", to="by-unit"),
        "assets › value › merge",
        "只用在文字上",
    ),
    (
        "forms/other",
        put(BLOCKS, "remarks", "beside", to=True),
        "remarks › beside",
        "两个 list 不能并排",
    ),
    (
        "forms/outlay_entries",
        put(BLOCKS, "outlay_entries", COLUMNS, "project", "offers", to="project.nam"),
        "outlay_entries › project",
        "“project.name”",
    ),
    (
        "forms/notes",
        put(BLOCKS, "notes", COLUMNS, "assets", "note_on", to="asset"),
        "notes › assets › note_on",
        "“assets”",
    ),
    (
        "forms/other",
        put(BLOCKS, "remarks", "at", to="definiton"),
        "remarks › at",
        "是不是要写“definition”",
    ),
    (
        "forms/project",
        put(BLOCKS, "indicators", "carry_down", to="level"),
        "indicators › carry_down",
        "“level1”",
    ),
    (
        "forms/procurement",
        put(BLOCKS, "procurement", "kinds", "of", to="amont"),
        "procurement › kinds",
        "“amount”",
    ),
    (
        "forms/procurement",
        put(BLOCKS, "procurement", "total", to=True),
        "procurement › total",
        "应当是用引号括起来的文字",
    ),
    (
        "forms/project_list",
        put(BLOCKS, "project_list", "of", to="projects"),
        "project_list › of",
        "“project”",
    ),
    (
        "forms/project_list",
        put(BLOCKS, "project_list", COLUMNS, "main", "of", to="mian"),
        "project_list › main › of",
        "“main”",
    ),
    (
        "forms/project_list",
        put(BLOCKS, "project_list", COLUMNS, "main", "required", to=True),
        "project_list › main › required",
        "不认识“required”",
    ),
    (
        "statement",
        put(
            "sections",
            "1",
            "facts",
            "wrong",
            to="income.general.amount + income.generel.amount",
        ),
        "sections › budget › facts › wrong",
        "没有名为“income.generel.amount”的数，是不是要写“income.general.amount”",
    ),
    (
        "statement",
        put("sections", "1", "changes", "x", to=["a.b"]),
        "sections › 第 2 项 › changes › x",
        "只有 1 项，应当有 2 项",
    ),
    (
        "statement",
        put("sections", "0", "lists", "x", to="dutys"),
        "sections › duties › lists › x",
        "“duties”",
    ),
    (
        "statement",
        put("sections", "0", "kinds", to={"x": "duties"}),
        "sections › duties › kinds › x",
        "没有声明怎样分类",
    ),
    (
        "statement",
        put("sections", "0", "texts", to={"x": "overall.gaol"}),
        "sections › duties › texts › x",
        "“overall.goal”",
    ),
    ("statement", without("legal_basis", ""), "legal_basis", "缺少这一项"),
    ("statement", put("words", "upp", to="多"), "words › upp", "是不是要写“up”"),
    (
        "signoff",
        put("numbers", "0", "this_year", to="three_public.meals.this_year"),
        "numbers › 第 1 项 › this_year",
        "没有名为“three_public.meals.this_year”的数",
    ),
    (
        "signoff",
        put("numbers", "1", "reasons", to=["composition.basic.raeson"]),
        "numbers › 第 2 项 › reasons",
        "reason”",
    ),
    ("signoff", put("help", to="说明"), "help", "不认识“help”"),
]


@pytest.mark.parametrize(
    ("file", "change", "where", "said"),
    FAULTS,
    ids=[f"{file} {said}" for file, _, _, said in FAULTS],
)
def test_a_fault_is_told_with_file_place_and_what_was_meant(
    place: Path, file: str, change: Change, where: str, said: str
) -> None:
    path = place / "schema" / "profiles" / HEBEI / f"{file}.json"
    with changed(path, change), pytest.raises(ProfileError) as told:
        read_anew(place, HEBEI)
    sentence = str(told.value)
    assert said in sentence
    assert REMEDY.search(sentence)
    assert not LEAKS.search(sentence)
    assert "“hebei-2023/" in sentence or not where
    if where:
        assert f"{where}”：" in sentence or f"{where} › " in sentence


def test_several_faults_are_told_at_once(place: Path) -> None:
    def spoil(said: Any) -> Any:
        for column in said[BLOCKS]["agencies"][COLUMNS].values():
            column["requierd"] = True
        return said

    with (
        changed(
            place / "schema" / "profiles" / HEBEI / "forms" / "agencies.json", spoil
        ),
        pytest.raises(ProfileError) as told,
    ):
        read_anew(place, HEBEI)
    lines = str(told.value).splitlines()
    assert len(lines) == 4
    assert "另有 9 处写法有误" in lines[-1]


def test_faults_of_several_files_are_told_at_once(place: Path) -> None:
    forms = place / "schema" / "profiles" / HEBEI / "forms"
    spoilt = [
        changed(forms / f"{name}.json", lambda said: {**said, "titel": "表"})
        for name in ("agencies", "duties")
    ]
    with spoilt[0], spoilt[1], pytest.raises(ProfileError) as told:
        read_anew(place, HEBEI)
    lines = str(told.value).splitlines()
    assert [line.partition("”")[0] for line in lines] == [
        "“hebei-2023/forms/agencies.json",
        "“hebei-2023/forms/duties.json",
    ]


HEADS = "code,level,name,confidence,valid_from,valid_to,aliases\n"
FIRST = "201,类,一般公共服务支出,print,,,\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            HEADS.replace("code,", "") + FIRST.replace("201,", ""),
            "“functional.csv”里没有代码，或者缺少“code”这几栏",
        ),
        (HEADS, "“functional.csv”里没有代码"),
        (HEADS + FIRST + FIRST.replace("201", ""), "“functional.csv”第 3 行没有代码"),
        (
            HEADS + FIRST.replace("201", "21"),
            "第 2 行的代码“21”是 2 位，“类”的是 3 位，可能丢了前面的 0",
        ),
        (
            HEADS + FIRST.replace("类", "目"),
            "第 2 行的级次写的是“目”，请改成 类、款、项 之一",
        ),
    ],
)
def test_a_code_list_that_cannot_be_used_is_told(
    place: Path, lines: str, said: str
) -> None:
    path = place / "schema" / "codes" / "functional.csv"
    was = path.read_bytes()
    path.write_text(lines, encoding="utf-8")
    lists.cache_clear()
    try:
        with pytest.raises(ProfileError) as told:
            read_anew(place, HEBEI)
    finally:
        path.write_bytes(was)
        lists.cache_clear()
    assert said in str(told.value)
    assert REMEDY.search(str(told.value))


def test_files_as_chinese_windows_saves_them_are_read(place: Path) -> None:
    form = place / "schema" / "profiles" / HEBEI / "forms" / "duties.json"
    codes = place / "schema" / "codes" / "functional.csv"
    was = {path: path.read_bytes() for path in (form, codes)}
    for path, content in was.items():
        path.write_bytes(content.decode("utf-8-sig").encode("gbk"))
    lists.cache_clear()
    try:
        read = read_anew(place, HEBEI)
    finally:
        for path, content in was.items():
            path.write_bytes(content)
    assert return_schema(read) == return_schema(load(HEBEI))


def test_a_rule_that_there_is_none_of_is_told(place: Path) -> None:
    spoil = put("rules", "off", to={"B01-99": "没有这条"})
    path = place / "schema" / "profiles" / HEBEI / "profile.json"
    said = (
        r"“hebei-2023/profile.json”里“rules”：没有名为“B01-99”的规则，是不是要写“B01-"
    )
    with changed(path, spoil), at_home(place), pytest.raises(ProfileError, match=said):
        catalogue(read_anew(place, HEBEI))


# -- the vocabulary itself --------------------------------------------------------------------------------------------


def declared_files() -> Iterator[tuple[str, Any]]:
    """Every file of every profile that is installed, by its part of the vocabulary."""
    for profile in profiles():
        folder = home() / "schema" / "profiles" / profile
        for path in (*folder.glob("*.json"), *(folder / "forms").glob("*.json")):
            if not path.name.endswith((".schema.json", "rules.json")):
                kind = "form" if path.parent.name == "forms" else path.stem
                yield kind, json.loads(path.read_text(encoding="utf-8"))


def test_the_vocabulary_is_a_json_schema_and_every_profile_keeps_to_it() -> None:
    jsonschema.Draft202012Validator.check_schema(VOCABULARY)
    whole = jsonschema.Draft202012Validator(VOCABULARY)
    for kind, said in declared_files():
        assert list(faults(said, kind)) == []
        assert whole.is_valid(said)


@pytest.mark.parametrize(
    ("file", "change"), [(file, change) for file, change, _, _ in FAULTS]
)
def test_our_walker_answers_as_json_schema_does(file: str, change: Change) -> None:
    """What the vocabulary cannot know, as whether a name is there, both let pass."""
    kind = "form" if file.startswith("forms/") else file
    said = change(
        json.loads(
            (home() / "schema" / "profiles" / HEBEI / f"{file}.json").read_text(
                encoding="utf-8"
            )
        )
    )
    if isinstance(said, str):
        return
    validator = jsonschema.Draft202012Validator(
        {"$defs": VOCABULARY["$defs"], "$ref": f"#/$defs/{kind}"}
    )
    assert validator.is_valid(said) == (next(faults(said, kind), None) is None)


def test_a_profile_that_is_not_there_is_told_with_those_that_are(place: Path) -> None:
    with (
        at_home(place),
        pytest.raises(
            ToolkitError,
            match=r"没有名为“hebei-2032”的表样；请从现有的里选：.*hebei-2023",
        ),
    ):
        read_anew(place, "hebei-2032")
