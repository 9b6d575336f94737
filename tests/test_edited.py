"""An edited statement held against its base text: words may change, numbers are told, and no alarm is false."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.text.paragraph import Paragraph

from tests import edits
from tests.edits import NUMBER, made, write
from tests.office import converted
from toolkit.files.opendocument import read_odt
from toolkit.files.package import Package, PackageError
from toolkit.files.passages import (
    Document,
    DocumentError,
    Passage,
    Where,
    kind_of,
    lines_of,
    read_docx,
)
from toolkit.publish.edited.alignment import align
from toolkit.publish.edited.base import BaseError, from_data, text_number
from toolkit.publish.edited.held import Held, Waiver, changed, difference, hold
from toolkit.publish.edited.numbers import Kind, Speech, says_a_number, steps, tokens

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

# ── what is written over what; each alone ──────────────────────────────────────────────────────────────────────────

WORDS = (
    (
        "目前我县部门预算的编制实行综合预算制度",
        "目前全县各部门预算的编制都实行综合预算制度",
    ),
    ("目前我县部门", "按照县委县政府要求，目前我县部门"),
    ("即全部收入和支出都反映在预算中", "全部收支都在预算中反映"),
    ("及所属事业单位的收支包含在部门预算中", "和所属单位的收支都包括在内"),
    ("反映本部门当年全部收入。", ""),
    ("其中：一般公共预算收入", "其中，一般公共预算的收入为"),
    ("基金预算收入", "政府性基金预算收入"),
    ("财政专户核拨收入", "专户收入"),
    ("其他来源收入", "其他收入"),
    ("上年结转", "上年结转结余"),
    ("1.收入说明", "1.收入情况"),
    ("2.支出说明", "2.支出的说明"),
    ("支出预算按支出功能分类和经济分类科目编制，", ""),
    ("支出预算的总体情况", "全部支出预算的总体安排情况"),
    ("其中基本支出", "其中：基本支出"),
    ("包括人员类项目经费", "含人员经费"),
    ("和运转类公用项目经费", "、公用经费"),
    ("运转类其他及特定目标类项目支出", "项目支出"),
    ("包括本级支出，主要为", "主要用于"),
    ("、财政负担职业年金", ""),
    ("等支出。", "等。"),
    ("3.比上年增减情况", "3.与上年相比的情况"),
    (
        "主要为人员工资和社会保险缴费标准调整增加的人员经费支出",
        "主要原因是人员工资、社会保险缴费标准调整",
    ),
    ("主要为机关事业单位基本养老保险项目支出", "主要是机关事业单位养老保险的项目"),
    ("三、机关运行经费安排情况", "三、机关运行经费的安排情况"),
    ("共计安排", "安排"),
    (
        "主要用于办公区的日常维修、办公及印刷费、邮电费",
        "主要用于办公区日常维修和办公、邮电",
    ),
    ("公务用车运行维护费等日常运行支出", "公务用车运维等日常支出，厉行节约"),
    ("我局机关运行经费", "本局机关运行经费"),
    ("预算收支安排", "全年预算收支安排"),
    ("二、部门预算安排的总体情况", "二、部门预算总体情况"),
    ("按照预算管理有关规定，", ""),
    ("香河县人力资源和社会保障局及所属", "我局及所属"),
    ("财政拨款“三公”经费预算安排", "“三公”经费财政拨款预算安排"),
    ("其中，因公出国（境）费", "其中：因公出国（境）费用"),
    ("公务用车购置及运维费", "公务用车购置及运行维护费"),
    ("公务接待费", "公务接待费用"),
    ("主要原因是我局切实落实勤俭节约各项规定", "主要原因是我局厉行节约"),
    ("压减公车运行经费支出", "严格控制公车运行支出"),
    ("预算总额与", "预算的总额与"),
    ("现将香河县人力资源和社会保障局", "经批准，现将香河县人力资源和社会保障局"),
    ("公开如下：", "向社会公开如下："),
)
NUMBERS = (
    ("预算收入39151.12万元", "预算收入39151.22万元", "39151.12万元", "39151.22万元"),
    ("预算收入39151.12万元", "预算收入3915.112万元", "39151.12万元", "3915.112万元"),
    ("预算收入39151.12万元", "预算收入391511200元", "39151.12万元", "391511200元"),
    ("预算收入39151.12万元", "预算收入39151.12元", "39151.12万元", "39151.12元"),
    ("预算收入39151.12万元", "预算收入39151.1万元", "39151.12万元", "39151.1万元"),
    ("预算收入39151.12万元", "预算收入约39000万元", "39151.12万元", "39000万元"),
    ("基金预算收入0万元", "基金预算收入5万元", "0万元", "5万元"),
    ("其他来源收入0万元", "其他收入共12.5万元", "0万元", "12.5万元"),
    ("上年结转0万元", "上年结转0.01万元", "0万元", "0.01万元"),
    ("2023年预算收入", "2022年预算收入", "2023", "2022"),
    ("支出预算39151.12万元", "支出预算39151.21万元", "39151.12万元", "39151.21万元"),
    ("基本支出3194.81万元", "基本支出3,194.18万元", "3194.81万元", "3,194.18万元"),
    ("项目经费3051.34万元", "项目经费3015.34万元", "3051.34万元", "3015.34万元"),
    ("公用项目经费143.47万元", "公用项目经费143.475万元", "143.47万元", "143.475万元"),
    ("公用项目经费143.47万元", "公用经费合计134.47万元", "143.47万元", "134.47万元"),
    ("项目支出35956.31万元", "项目支出35956.13万元", "35956.31万元", "35956.13万元"),
    ("2022年度考核", "2021年度考核", "2022", "2021"),
    ("〔2022〕150号", "〔2022〕151号", "150", "151"),
    ("〔2022〕162号", "〔2023〕162号", "2022", "2023"),
    ("提前下达2023年省级", "提前下达2024年省级", "2023", "2024"),
    ("收支安排39151.12万元", "收支安排39151.12亿元", "39151.12万元", "39151.12亿元"),
    ("较2022年预算", "较2021年预算", "2022", "2021"),
    ("减少1134.93万元", "减少1134.39万元", "1134.93万元", "1134.39万元"),
    ("增加919.22万元", "增加91.922万元", "919.22万元", "91.922万元"),
    ("减少2054.15万元", "减少2054万元", "2054.15万元", "2054万元"),
    ("共计安排143.47万元", "安排0万元", "143.47万元", "0万元"),
    ("共计安排143.47万元", "共计安排１４３．７４万元", "143.47万元", "143.74万元"),
    ("2023年，我局机关运行", "2032年，我局机关运行", "2023", "2032"),
    ("经费预算安排3.42万元", "经费预算安排34.2万元", "3.42万元", "34.2万元"),
    (
        "公务用车购置及运维费3.42万元",
        "公务用车购置及运维费3.24万元",
        "3.42万元",
        "3.24万元",
    ),
    ("公务用车购置费0万元", "公务用车购置费为18万元", "0万元", "18万元"),
    ("公务用车运维费3.42万元", "公务用车运维费-3.42万元", "3.42万元", "-3.42万元"),
    ("公务接待费0万元", "公务接待费1万元", "0万元", "1万元"),
    (
        "与2022年相比减少0.38万元，其中",
        "与2022年相比减少0.83万元，其中",
        "0.38万元",
        "0.83万元",
    ),
    ("公务接待费与2022年", "公务接待费与2012年", "2022", "2012"),
    ("减少0.38万元，主要原因", "减少0.36万元，主要原因", "0.38万元", "0.36万元"),
    ("财政专户核拨收入0万元", "专户收入0.5万元", "0万元", "0.5万元"),
    ("局2023年部门预算公开如下", "局2022年部门预算公开如下", "2023", "2022"),
    ("2023年度部门预算中支出", "2023.5年度部门预算中支出", "2023", "2023.5"),
    (
        "一般公共预算收入39151.12万元",
        "一般公共预算收入39151万元",
        "39151.12万元",
        "39151万元",
    ),
    ("〔2022〕145号", "〔2022〕154号", "145", "154"),
)


@cache
def told_lines() -> tuple[str, ...]:
    """The sentences that the edits are made in."""
    return tuple(made(whole=True)[1].texts[14:50])


def after(old: str, new: str) -> list[str]:
    """The sentences with one of them edited."""
    lines = list(told_lines())
    at = next(n for n, line in enumerate(lines) if old in line)
    lines[at] = lines[at].replace(old, new, 1)
    return lines


def wrong(lines: list[str]) -> list[tuple[Kind, str, str]]:
    found = align(told_lines(), lines, made()[1].speech)
    return [
        (one.kind, one.old.told if one.old else "", one.new.told if one.new else "")
        for one in found.changes
        if one.kind not in (Kind.SAME, Kind.FORMAT, Kind.MOVED)
    ]


@pytest.mark.parametrize(("old", "new"), WORDS, ids=[old[:12] for old, _ in WORDS])
def test_words_may_change(old: str, new: str) -> None:
    assert wrong(after(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "was", "now"), NUMBERS, ids=[new[:14] for _, new, _, _ in NUMBERS]
)
def test_a_number_may_not(old: str, new: str, was: str, now: str) -> None:
    assert wrong(after(old, new)) == [(Kind.CHANGED, was, now)]


def test_there_are_forty_of_each() -> None:
    assert len(set(WORDS)) >= 40 <= len(set(NUMBERS))


HARD = {
    "clauses change places": (
        (
            "因公出国（境）费0万元；公务用车购置及运维费3.42万元",
            "公务用车购置及运维费3.42万元；因公出国（境）费0万元",
        ),
        [],
    ),
    "numbers change places": (
        (
            "人员类项目经费3051.34万元和运转类公用项目经费143.47万元",
            "人员类项目经费143.47万元和运转类公用项目经费3051.34万元",
        ),
        [
            (Kind.CHANGED, "3051.34万元", "143.47万元"),
            (Kind.CHANGED, "143.47万元", "3051.34万元"),
        ],
    ),
    "a clause is taken out": (
        ("财政专户核拨收入0万元，", ""),
        [(Kind.TAKEN_OUT, "0万元", "")],
    ),
    "a clause is typed in": (
        ("上年结转0万元", "上年结转0万元，捐赠收入7.7万元"),
        [(Kind.TYPED_IN, "", "7.7万元")],
    ),
    "the unit is taken out": (
        ("公务接待费0万元", "公务接待费0"),
        [(Kind.CHANGED, "0万元", "0")],
    ),
    "a word says the contrary": (
        ("减少1134.93万元", "增加1134.93万元"),
        [(Kind.TURNED, "减少", "增加")],
    ),
    "commas part the thousands": (
        ("预算收入39151.12万元", "预算收入39,151.12万元"),
        [],
    ),
    "a zero more behind the point": (
        ("公用项目经费143.47万元", "公用项目经费143.470万元"),
        [],
    ),
    "blanks around a number": (("基本支出3194.81万元", "基本支出 3194.81 万元"), []),
    "a sentence is said anew": (
        (
            "2023年，我局机关运行经费共计安排143.47万元，主要用于",
            "机关运行经费：我局2023年安排143.47万元。资金用于",
        ),
        [],
    ),
}


@pytest.mark.parametrize("title", HARD)
def test_hard_edits(title: str) -> None:
    (old, new), due = HARD[title]
    assert sorted(wrong(after(old, new))) == sorted(due)


def test_paragraphs_are_split_joined_moved_and_taken_out() -> None:
    lines = list(told_lines())
    at = next(n for n, line in enumerate(lines) if "收支安排39151.12万元" in line)
    first, second = lines[at].replace("1134.93", "1134.39").split("，其中：")
    assert wrong([*lines[:at], first, second, *lines[at + 1 :]]) == [
        (Kind.CHANGED, "1134.93万元", "1134.39万元")
    ]
    assert (
        wrong(
            [
                *lines[: at - 2],
                lines[at - 2] + lines[at - 1] + lines[at],
                *lines[at + 1 :],
            ]
        )
        == []
    )
    assert wrong([lines[at], *lines[:at], *lines[at + 1 :]]) == []
    moved = align(
        told_lines(), [lines[at], *lines[:at], *lines[at + 1 :]], made()[1].speech
    )
    assert {one.kind for one in moved.changes if one.old_line == at} == {Kind.MOVED}
    gone = wrong([*lines[:at], *lines[at + 1 :]])
    assert {kind for kind, _, _ in gone} == {Kind.TAKEN_OUT}
    assert len(gone) == 6
    assert {kind for kind, _, _ in wrong([*lines, "新写的一段：安排8万元。"])} == {
        Kind.TYPED_IN
    }


def test_a_row_is_held_cell_by_cell() -> None:
    speech = Speech(("万元",))
    found = steps("合计 | 0 | 0 | 0 | 12", "合计 | 0 | 7 |  | 12", speech)
    assert [
        (one.kind, one.old and one.old.start, one.new and one.new.start)
        for one in found
    ] == [
        (Kind.SAME, 5, 5),
        (Kind.CHANGED, 9, 9),
        (Kind.TAKEN_OUT, 13, None),
        (Kind.SAME, 17, 16),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("共计安排143.47万元，用于", "安排5万元，用于", "删去“共计”"),
        ("用于办公", "用于日常办公", "添上“日常”"),
        ("用于办公", "用在办公", "“于” → “在”"),
    ],
)
def test_a_change_of_words_is_told_without_numbers(
    old: str, new: str, said: str
) -> None:
    assert difference(old, new) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("≥5人", "≥9人", "“≥5人” → “≥9人”"),
        ("", "≥9人", "添上“≥9人”"),
        (f"{'甲' * 40}5人。", f"{'甲' * 40}95人。", "“5” → “95”"),
        (f"{'甲' * 40}1.25。", f"{'甲' * 40}1.35。", "“1.25” → “1.35”"),
    ],
)
def test_a_text_that_holds_a_value_is_told_with_it(
    old: str, new: str, said: str
) -> None:
    assert changed(old, new) == said


# ── many at once, at random ────────────────────────────────────────────────────────────────────────────────────────


def test_of_random_edits_none_is_missed_and_no_alarm_is_false() -> None:
    """A small share of what `python -m tests.edits 110` does."""
    for copy_, result in edits.runs(2, first=1000):
        assert result == edits.Judged(len(copy_.changed), 0, 0, 0)


# ── documents ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("原件") / "情况说明.docx"
    path.write_bytes(made()[0])
    return path


def test_the_base_text_knows_every_number_and_its_cells(original: Path) -> None:
    base = made()[1]
    line = next(line for line in base.lines if "机关运行经费共计安排" in line.text)
    footing = line.footing(line.text.index("143.47"))
    assert footing is not None
    assert line.text[footing.start : footing.end] == "143.47"
    assert [cell.partition("]")[2] for cell in footing.cells] == [
        "机关运行经费'!A1"
    ] * 3
    assert base.texts == read_docx(original).lines
    again = from_data(base.data.encode(), "底本")
    assert again == base
    assert again.number == base.number == text_number(read_docx(original).lines)


def test_a_broken_base_text_is_told() -> None:
    with pytest.raises(BaseError, match="读不懂"):
        from_data(b'{"lines": 1}', "底本.json")


Edit = Callable[[docx.document.Document], object]


def edited(original: Path, edit: Edit, name: str = "改过的.docx") -> Document:
    document = docx.Document(str(original))
    edit(document)
    path = original.with_name(name)
    document.save(str(path))
    return read_docx(path)


def findings(document: Document) -> list[tuple[Kind, str, str]]:
    return [(one.kind, one.due, one.now) for one in hold(document, made()[1]).findings]


def paragraph(document: docx.document.Document, part: str) -> Paragraph:
    return next(one for one in document.paragraphs if part in one.text)


def test_a_sentence_pasted_as_text_loses_nothing(original: Path) -> None:
    def paste(document: docx.document.Document) -> None:
        old = paragraph(document, "机关运行经费共计安排")
        old.insert_paragraph_before(old.text.replace("143.47", "143.74"))
        old._p.getparent().remove(old._p)  # noqa: SLF001

    assert findings(edited(original, paste)) == [
        (Kind.CHANGED, "143.47万元", "143.74万元")
    ]


def test_tracked_changes_are_read_as_accepted(original: Path) -> None:
    def track(document: docx.document.Document) -> None:
        old = paragraph(document, "机关运行经费共计安排")
        before, _, behind = old.text.partition("143.47")
        write(old, before)
        for xml in (
            '<w:del w:id="1" w:author="a"><w:r><w:delText>143.47</w:delText></w:r></w:del>',
            '<w:ins w:id="2" w:author="a"><w:r><w:t>150</w:t></w:r></w:ins>',
            '<w:moveFrom w:id="3" w:author="a"><w:r><w:t>99</w:t></w:r></w:moveFrom>',
            f"<w:r><w:t>{behind}</w:t></w:r>",
        ):
            old._p.append(  # noqa: SLF001
                parse_xml(
                    xml.replace(" w:", f' xmlns:w="{W}" w:', 1).replace(
                        "<w:r><", f'<w:r xmlns:w="{W}"><', 1
                    )
                )
            )

    assert findings(edited(original, track)) == [
        (Kind.CHANGED, "143.47万元", "150万元")
    ]


def test_a_paragraphs_end_that_is_deleted_joins_it_with_the_next(
    original: Path,
) -> None:
    def join(document: docx.document.Document) -> None:
        old = paragraph(document, "反映本部门当年全部收入")
        mark = old._p.get_or_add_pPr()  # noqa: SLF001
        mark.append(
            parse_xml(f'<w:rPr xmlns:w="{W}"><w:del w:id="1" w:author="a"/></w:rPr>')
        )

    document = edited(original, join)
    assert any("上年结转0万元。2.支出说明" in line for line in document.lines)
    assert findings(document) == []


def test_headers_footnotes_and_text_boxes_are_read(original: Path) -> None:
    def add(document: docx.document.Document) -> None:
        document.sections[0].header.paragraphs[0].add_run("内部稿 第7版")
        box = "<w:pict><w:txbxContent><w:p><w:r><w:t>另有 66 万元</w:t></w:r></w:p></w:txbxContent></w:pict>"
        box = f'<w:r xmlns:w="{W}">{box}</w:r>'
        paragraph(document, "机关运行经费共计安排")._p.append(parse_xml(box))  # noqa: SLF001

    document = edited(original, add)
    assert findings(document) == [
        (Kind.TYPED_IN, "", "66万元"),
        (Kind.TYPED_IN, "", "7"),
    ]
    assert {passage.where for passage in document.passages} >= {
        Where.BOX,
        Where.HEADER,
        Where.FOOTER,
        Where.TABLE,
    }
    # Notes stand in a part of their own.
    with (
        zipfile.ZipFile(original) as source,
        zipfile.ZipFile(original.with_name("注.docx"), "w") as target,
    ):
        for name in source.namelist():
            raw = source.read(name)
            if name.endswith("document.xml.rels"):
                raw = raw.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rIdN" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"'
                    b' Target="footnotes.xml"/></Relationships>',
                )
            target.writestr(name, raw)
        note = (
            '<w:footnote w:id="2"><w:p><w:r><w:t>共 8 家</w:t></w:r></w:p></w:footnote>'
        )
        target.writestr(
            "word/footnotes.xml", f'<w:footnotes xmlns:w="{W}">{note}</w:footnotes>'
        )
    assert findings(read_docx(original.with_name("注.docx"))) == [
        (Kind.TYPED_IN, "", "8")
    ]


def test_page_numbers_and_dates_are_the_programs(original: Path) -> None:
    footers = [
        passage.text
        for passage in read_docx(original).passages
        if passage.where is Where.FOOTER
    ]
    assert footers == ["—  —"] * 2


def test_a_cell_of_a_table_is_held(original: Path) -> None:
    def fill(document: docx.document.Document) -> None:
        cell = next(
            c
            for table in document.tables
            for row in table.rows
            for c in row.cells
            if c.text == "601.14"
        )
        write(cell.paragraphs[0], "601.41")

    document = edited(original, fill)
    assert findings(document) == [(Kind.CHANGED, "601.14", "601.41")]
    assert hold(document, made()[1]).findings[0].place == "表 5 第 2 行"


def test_a_section_that_is_gone_and_what_was_left_in_are_told(original: Path) -> None:
    def spoil(document: docx.document.Document) -> None:
        heading = [
            one for one in document.paragraphs if one.text == "三、机关运行经费安排情况"
        ][-1]  # not in the contents
        heading._p.getparent().remove(heading._p)  # noqa: SLF001
        write(
            paragraph(document, "我局无其他需要说明的事项"),
            "我局{{ 说明 }}无其他需要说明的事项。",
        )

    held = hold(
        edited(original, spoil), made()[1], residue=re.compile(r"\{\{[^{}]*\}\}")
    )
    assert held.missing == ("三、机关运行经费安排情况",)
    assert [said for _, said in held.left] == ["{{ 说明 }}"]
    assert not held.wrong


def test_a_change_that_somebody_answers_for_is_waived(original: Path) -> None:
    def change(document: docx.document.Document) -> None:
        one = paragraph(document, "机关运行经费共计安排")
        write(one, one.text.replace("143.47", "143.57"))

    document = edited(original, change)
    waiver = Waiver("143.57万元", "143.47万元", "王某", "按批复的数")
    held = hold(document, made()[1], waivers=[waiver])
    assert [finding.waiver for finding in held.findings] == [waiver]
    assert not held.wrong
    other = Waiver("143.57万元", "143.47万元", "王某", "按批复的数", quote="别的句子")
    assert hold(document, made()[1], waivers=[other]).wrong


def test_a_mark_of_state_is_no_words_of_the_document() -> None:
    passages = (
        Passage("草稿：未经审核，不得公开", Where.HEADER, "页眉"),
        Passage("甲", Where.BODY, "正文第 1 段"),
    )
    held: Held = hold(
        Document("甲.docx", passages), from_data(made()[1].data.encode(), "底本")
    )
    assert held.states == ("草稿：未经审核，不得公开",)


# ── other programs ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.libreoffice
def test_what_libreoffice_saved_is_held_alike(original: Path) -> None:
    """By way of .doc, and as .odt: the same findings as of the document itself."""
    copy_ = edits.edited(original.parent, 7)
    path = original.with_name("来回.docx")
    copy_.document.save(str(path))
    folder = original.with_name("转")
    old = converted(path, "doc", "MS Word 97", folder)
    with pytest.raises(DocumentError, match="另存为"):
        kind_of(old)
    by_doc = converted(old, "docx", "MS Word 2007 XML", folder / "doc")
    text = converted(path, "odt", "writer8", folder)
    assert [kind_of(one) for one in (by_doc, text)] == ["docx", "odt"]
    assert (
        len(
            {
                text_number(document.lines)
                for document in (read_docx(path), read_docx(by_doc), read_odt(text))
            }
        )
        == 1
    )
    for document in (read_docx(by_doc), read_odt(text)):
        assert edits.judge(copy_, hold(document, made(whole=True)[1])) == edits.Judged(
            len(copy_.changed), 0, 0, 0
        )


@pytest.mark.parametrize("seed", range(3))
def test_a_document_that_flows_by_reads_as_one_that_is_held(
    original: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In pieces of any size, edited copies too: nothing is lost where one piece ends."""
    monkeypatch.setattr("toolkit.files.package.FLOW", (7, 1000, 1 << 16)[seed])
    path = original.with_name("流.docx")
    edits.edited(original.parent, seed).document.save(str(path))

    def said(passages: Iterable[Passage]) -> list[tuple[str, Where, str, str]]:
        return [(one.text, one.where, one.place, one.style) for one in passages]

    for file in (original, path):
        assert said(lines_of(Package.read(file))) == said(read_docx(file).passages)


def test_what_lies_deeper_flows_with_what_holds_it() -> None:
    package = Package(
        "文.docx",
        {"word/document.xml": b"<a><body><p>1<body><q>2</q></body></p><r/></body></a>"},
    )
    first, second = package.flowing("word/document.xml", "body", {"r": "p"})
    assert [(one.name, one.text) for one in first.every("q")] == [("q", "2")]
    assert (first.name, second.name) == ("p", "r")


def test_a_damaged_body_does_not_flow() -> None:
    package = Package("坏.docx", {"word/document.xml": b"<a><body><p></body></a>"})
    with pytest.raises(PackageError, match="损坏"):
        list(package.flowing("word/document.xml", "body", {}))


def test_a_text_says_a_number_where_one_of_its_pieces_counts() -> None:
    speech = Speech(("万元", "%"), (("增加",), ("减少",), ("持平",)))
    for text in (
        "",
        "收入",
        "收入5",
        "Ａ５",
        "增加",
        "增 加",
        "A增加b",
        "％",
        "-3",
        "持平1",
        "减x少",
    ):
        assert says_a_number(text, speech) is any(
            token.counts for token in tokens(text, speech)
        ), text


def test_a_number_is_found_in_its_line() -> None:
    """What the edits of these tests rest on: a statement has some six hundred numbers."""
    assert (
        550 < sum(len(NUMBER.findall(line)) for line in made(whole=True)[1].texts) < 650
    )
    assert edits.another("0", random.Random(1)) != "0"
