"""The page on this machine: people's files in, findings and results out, and nothing kept."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests import small
from tests.platforms import Way, example, exported, saved_xlsx
from tests.reports import NEWER, bare
from tests.statements import HEBEI, spoilt
from tests.test_refresh import cut
from tests.visitor import (
    BAD,
    GOOD,
    HERE,
    ROOT,
    TINY,
    Visitor,
    desk_of,
    kept,
    visitor,
    visits_of,
)
from toolkit import serve as serving
from toolkit.serve import ServeError, app, serve, work
from toolkit.serve.pages import ASSETS
from toolkit.serve.visit import PREFIX, Limits, Refused, Visits
from toolkit.serve.work import BROKEN, STOPPED, Job


@pytest.fixture(scope="module")
def guest() -> Iterator[Visitor]:
    """Somebody whose three workbooks were checked, for tests that only look."""
    with visitor() as one:
        one.checked(*BAD)
        yield one


# -- the work -------------------------------------------------------------------------------------------------------------


def test_workbooks_are_merged_and_the_results_taken_home() -> None:
    with visitor() as one:
        assert [said["status"] for said in one.bring(*GOOD)] == [200, 200, 200]
        one.post("/merge")
        page = one.wait()
        assert "合并了 3 个单位、41 个项目" in page
        names = re.findall('href="/get/outputs/\\d+">([^<]+)', page)
        assert {"公开表.xlsx", "情况说明.docx", "底稿.xlsx", "部门汇总表.xlsx"} <= set(
            names
        )
        for place, name in enumerate(names):
            got = one.client.get(f"/get/outputs/{place}")
            assert got.status_code == 200
            assert got.headers["content-disposition"].startswith("attachment")
            assert name.endswith(".json") or got.content.startswith(b"PK")
        packed = zipfile.ZipFile(io.BytesIO(one.client.get("/get/outputs.zip").content))
        assert packed.namelist()[: len(names)] == names
        bases = packed.namelist()[len(names) :]
        kinds = {name.partition("-")[0] for name in bases}
        assert {"核对底本/公开表", "核对底本/情况说明"} <= kinds
        assert {entry.date_time for entry in packed.infolist()} == {
            (2020, 1, 1, 0, 0, 0)
        }


def test_a_statement_of_others_is_audited_and_nothing_of_it_kept() -> None:
    with visitor() as one:
        found = re.search('action="(/statements[^"]*)"', one.look())
        assert found is not None
        text = spoilt(HEBEI, "基本支出700.20", "基本支出720.20").encode()
        sent = [("file", ("说明.txt", text))]
        answer = one.client.post(found[1], files=sent, headers={"origin": HERE})
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "720.20" in answer.text
        assert not [path for path in visits_of(one).root.rglob("*") if path.is_file()]
        listed = one.client.post(
            found[1], files=sent, data={"way": "listing"}, headers={"origin": HERE}
        )
        package = zipfile.ZipFile(io.BytesIO(listed.content))
        assert package.namelist() == ["审核清单.xlsx"]
        ticked = [("file", ("审核清单.xlsx", package.read("审核清单.xlsx")))]
        noticed = one.client.post(
            found[1], files=ticked, data={"way": "notices"}, headers={"origin": HERE}
        )
        assert (
            "整改通知-说明-第1次.docx"
            in zipfile.ZipFile(io.BytesIO(noticed.content)).namelist()
        )
        refused = one.client.post(
            found[1], files=[("file", ("说明.xlsx", TINY))], headers={"origin": HERE}
        )
        assert (refused.status_code, "不是公开文本" in refused.text) == (415, True)
        assert (
            one.client.post(
                "/statements?csrf=x", files=sent, headers={"origin": HERE}
            ).status_code
            == 403
        )


def test_what_the_platform_exported_is_read_and_nothing_of_it_kept(
    tmp_path: Path,
) -> None:
    """One file comes back: the unit's workbook, and what was read and what not."""
    export = saved_xlsx(tmp_path / "导出.xlsx", exported(example(), Way()))
    with visitor() as one:
        found = re.search('action="(/exports[^"]*)"', one.look())
        assert found is not None
        sent = [("file", (export.name, export.read_bytes()))]
        said = {"profile": "shanghai-2026"}
        answer = one.client.post(
            found[1], files=sent, data=said, headers={"origin": HERE}
        )
        assert answer.status_code == 200
        packed = zipfile.ZipFile(io.BytesIO(answer.content))
        assert packed.namelist() == [
            "导入说明.txt",
            "128001-上海市平澜区文化和旅游局.xlsx",
        ]
        told = packed.read("导入说明.txt").decode("utf-8-sig")
        assert "支出总表 ← 2.17支出总表：21 行" in told
        assert "已生成 128001-上海市平澜区文化和旅游局.xlsx" in told
        assert not [path for path in visits_of(one).root.rglob("*") if path.is_file()]
        wrong = one.client.post(
            found[1],
            files=sent,
            data={"profile": "nobody-2026"},
            headers={"origin": HERE},
        )
        assert (wrong.status_code, "没有这套表样" in wrong.text) == (404, True)
        refused = one.client.post(
            found[1], files=[("file", ("说明.txt", b"x"))], headers={"origin": HERE}
        )
        assert (refused.status_code, "不是平台导出的表" in refused.text) == (415, True)


def test_edited_files_are_held_against_the_merge_or_each_other(tmp_path: Path) -> None:
    def edited() -> list[tuple[str, tuple[str, bytes]]]:
        document = docx.Document(str(tmp_path / "情况说明.docx"))
        one = next(one for one in document.paragraphs if "共计安排" in one.text)
        one.runs[0].text = one.text.replace("共计安排", "安排").replace(
            "万元", "5万元", 1
        )
        document.save(str(tmp_path / "改过的.docx"))
        return [("file", ("改过的.docx", (tmp_path / "改过的.docx").read_bytes()))]

    with visitor() as one:
        found = re.search('action="(/editions[^"]*)"', one.look())
        assert found is not None
        refused = one.client.post(
            found[1], files=[("file", ("一.docx", TINY))], headers={"origin": HERE}
        )
        assert (refused.status_code, "还没有合并过" in refused.text) == (400, True)
        one.bring(*GOOD)
        one.post("/merge")
        one.wait()
        place = re.search('href="([^"]*)">情况说明.docx', one.look())
        assert place is not None
        (tmp_path / "情况说明.docx").write_bytes(one.client.get(place[1]).content)
        answer = one.client.post(found[1], files=edited(), headers={"origin": HERE})
        assert answer.status_code == 200
        assert "，应为 143.47万元" in answer.text
    with visitor() as one:
        found = re.search('action="(/editions[^"]*)"', one.look())
        assert found is not None

        def compared(*sides: tuple[str, bytes]) -> Any:
            given = [(side, ("说明.docx", held)) for side, held in sides]
            return one.client.post(
                found[1],
                files=given,
                data={"way": "compare"},
                headers={"origin": HERE},
            )

        before = (tmp_path / "情况说明.docx").read_bytes()
        after = edited()[0][1][1]
        answer = compared(("new", after), ("old", before))
        assert "143.47万元 → 143.475万元" in answer.text
        assert "逐字节相同" in compared(("old", before), ("new", before)).text
        refused = compared(("old", before))
        assert (refused.status_code, "没有放齐" in refused.text) == (400, True)
        assert not [path for path in visits_of(one).root.rglob("*") if path.is_file()]


def test_an_edited_file_gets_new_figures_and_goes_on_to_be_published(
    tmp_path: Path,
) -> None:
    """All of it on the page: merged, edited, merged with another figure, refreshed, under review, published."""
    with visitor() as one:
        found = re.search('action="(/editions[^"]*)"', one.look())
        assert found is not None

        def sent(way: str, *files: Path) -> Any:
            given = [("file", (path.name, path.read_bytes())) for path in files]
            return one.client.post(
                found[1],
                files=given or None,
                data={"way": way},
                headers={"origin": HERE},
            )

        def unpacked(answer: Any) -> dict[str, bytes]:
            assert answer.status_code == 200, answer.text
            package = zipfile.ZipFile(io.BytesIO(answer.content))
            return {name: package.read(name) for name in package.namelist()}

        refused = sent("review")
        assert (refused.status_code, "还没有合并过" in refused.text) == (400, True)
        units = Path(shutil.copytree(small.units(), tmp_path / "收表"))
        one.bring(*sorted(units.glob("*.xlsx")))
        one.post("/merge")
        place = re.search('href="([^"]*)">情况说明.docx', one.wait())
        assert place is not None
        edited = tmp_path / "改过的.docx"
        edited.write_bytes(one.client.get(place[1]).content)
        earlier = tmp_path / "合并结果.zip"
        earlier.write_bytes(one.client.get("/get/outputs.zip").content)
        _on_another_day(edited, earlier)
        assert "没有放改过的文件" in sent("refresh").text
        # Merged again with other figures: what was edited is of the merge before, whose base text the visit still has.
        small.draw("333001-本级", units, cut)
        one.bring(units / "333001-本级.xlsx", same="replace")
        one.post("/merge", draft="1")
        one.wait()
        made = unpacked(sent("refresh", edited))
        told = made["说明.txt"].decode("utf-8-sig")
        assert "换了" in told
        assert "没有要换的数" not in told
        assert "改过的.docx" in made
        one.bring(small.units() / "333001-本级.xlsx", same="replace")
        one.post("/merge")
        one.wait()
        review = unpacked(sent("review", edited))
        assert {
            "说明.txt",
            "送审稿/情况说明.docx",
            "送审稿/公开表.xlsx",
            "送审稿/审签单.docx",
        } <= set(review)
        public = unpacked(sent("public"))
        assert {"公开稿/情况说明.docx", "公开稿/公开表.xlsx"} <= set(public)
        assert "只差“送审稿”这一行" in public["说明.txt"].decode("utf-8-sig")


def _on_another_day(edited: Path, earlier: Path) -> None:
    """In a visit that merged nothing, an edited file is held against results that are brought along."""
    with visitor() as one:
        found = re.search('action="(/editions[^"]*)"', one.look())
        assert found is not None

        def sent(*files: tuple[str, bytes]) -> Any:
            given = [("file", one) for one in files]
            return one.client.post(found[1], files=given, headers={"origin": HERE})

        document, results = edited.read_bytes(), earlier.read_bytes()
        told = sent((edited.name, document), (earlier.name, results)).text
        assert "个数没有变" in told
        asked = sent((edited.name, document)).text
        assert "合并结果.zip 一起放进来" in asked
        for spoilt in (
            results[:-9],
            zipped({"别的.txt": b""}),
            zipped({"清单.json": b"{}", "../外面.json": b""}),
        ):
            refused = sent((edited.name, document), (earlier.name, spoilt))
            assert "不是从这一页下载的合并结果" in refused.text
        assert not [path for path in visits_of(one).root.rglob("*") if path.is_file()]


def zipped(parts: dict[str, bytes]) -> bytes:
    """Parts as an archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return content.getvalue()


def test_errors_stop_the_merge_but_not_a_draft() -> None:
    with visitor() as one:
        one.bring(
            BAD[0],
            (
                "空.xlsx",
                (
                    ROOT / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
                ).read_bytes(),
            ),
        )
        one.post("/merge")
        page = one.wait()
        assert "有错误，没有生成公开表和情况说明" in page
        # what is left is said after a merge as after a check
        assert "未填完：空.xlsx" in page
        assert "情况说明.docx" not in page
        one.post("/merge", draft="1")
        page = one.wait()
        assert "这是草稿，不能公开" in page
        assert "情况说明.docx" in page
        assert page.count('class="soft">草稿，不能公开<') == 2
        assert 'href="#hold"' in page


def test_each_annotated_copy_can_be_taken(guest: Visitor) -> None:
    page = guest.look()
    places = re.findall('href="/get/annotated/(\\d+)"', page)
    assert len(places) == len(BAD)
    for place in places:
        got = guest.client.get(f"/get/annotated/{place}")
        assert got.status_code == 200
        assert any(
            "comments" in name
            for name in zipfile.ZipFile(io.BytesIO(got.content)).namelist()
        )
    packed = zipfile.ZipFile(io.BytesIO(guest.client.get("/get/annotated.zip").content))
    assert packed.namelist() == [f"{path.stem}-批注.xlsx" for path in BAD]


@pytest.mark.parametrize("name", ASSETS)
def test_what_a_page_needs_can_be_taken(guest: Visitor, name: str) -> None:
    got = guest.client.get(f"/assets/{name}")
    assert got.status_code == 200
    assert got.headers["content-type"].startswith(ASSETS[name])
    assert len(got.text) > 500


def test_the_list_to_tick_and_the_slips_can_be_taken_and_go_by_what_is_ticked() -> None:
    with visitor() as one:
        page = one.checked(*BAD)
        assert "退全部错误" in page
        listed = openpyxl.load_workbook(
            io.BytesIO(one.client.get("/get/ticks").content)
        )
        slips = zipfile.ZipFile(
            io.BytesIO(one.client.get("/get/slips.zip").content)
        ).namelist()
        assert len(slips) == len(BAD)
        assert all(name.startswith("退回单-") for name in slips)
        sheet = listed["问题清单"]
        tick = next(int(cell.column or 0) for cell in sheet[4] if cell.value == "退回")
        for row in range(5, sheet.max_row + 1):
            sheet.cell(row, tick).value = "是" if row == 5 else "否"
        held = io.BytesIO()
        listed.save(held)
        one.bring(("校验报告.xlsx", held.getvalue()))
        page = one.checked(BAD[0])
        assert "按勾选" in page
        assert (
            len(
                zipfile.ZipFile(
                    io.BytesIO(one.client.get("/get/slips.zip").content)
                ).namelist()
            )
            == 1
        )
        sheet.cell(5, tick).value = "否"
        held = io.BytesIO()
        listed.save(held)
        one.bring(("校验报告.xlsx", held.getvalue()), same="replace")
        one.checked(BAD[0])
        refused = one.client.get("/get/slips.zip")
        assert (refused.status_code, "没有选“退回”的问题" in refused.text) == (
            404,
            True,
        )


def test_the_report_can_be_taken_as_a_page(guest: Visitor) -> None:
    got = guest.client.get("/get/report")
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.text.startswith("<!doctype html>")
    assert "国有资产“资产总额”与各分项不符" in got.text


def test_a_blank_template_can_be_taken(guest: Visitor) -> None:
    got = guest.client.get("/get/template").content
    assert (
        got
        == (ROOT / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx").read_bytes()
    )


def test_counts_by_file_add_up_to_the_report(guest: Visitor) -> None:
    page = guest.look()
    rows = re.findall('<tr data-name="[^"]+">(.*?)</tr>', page)
    numbers = [
        [
            int(re.sub("<[^>]+>", "", cell))
            for cell in re.findall('<td class="n">(.*?)</td>', row)
        ]
        for row in rows
    ]
    total = [int(said) for said in re.findall(r"<li class=\"\w+\"><b>(\d+)</b>", page)]
    assert [sum(column) for column in zip(*numbers, strict=True)] == total


def test_a_file_that_is_no_workbook_is_told_in_the_report() -> None:
    with visitor() as one:
        assert [
            said["status"]
            for said in one.bring(BAD[0], ("坏.xlsx", b"this is no workbook"))
        ] == [200, 200]
        one.post("/check")
        page = one.wait()
        assert "“坏.xlsx”" in page
        assert "不是 Excel 工作簿" in page
        one.post("/remove", name="坏.xlsx")
        assert "不是 Excel 工作簿" not in one.wait()


def test_only_the_departments_own_workbook_is_not_enough() -> None:
    with visitor() as one:
        one.bring(("部门汇总表.xlsx", BAD[0].read_bytes()))
        one.post("/check")
        page = one.wait()
        assert "“放进来的文件”里没有填报表" in page
        assert PREFIX not in page


def test_a_file_of_the_same_name_is_never_replaced_unasked() -> None:
    with visitor() as one:
        one.bring(("甲.xlsx", TINY))
        assert one.bring(("甲.XLSX", TINY))[0]["status"] == 409
        assert one.bring(("甲.xlsx", TINY), same="both") == [
            {"name": "甲 (2).xlsx", "said": "", "status": 200}
        ]
        assert one.bring(("甲.xlsx", TINY + b" "), same="replace")[0]["status"] == 200
        assert one.look().count("data-name=") == 2


def test_results_of_other_files_are_not_kept() -> None:
    """Whoever brings a new file must not take an old report or merge for the new one."""
    with visitor() as one:
        one.checked(BAD[0])
        assert one.client.get("/get/report").status_code == 200
        one.bring(BAD[1])
        assert one.client.get("/get/report").status_code == 404
        assert one.client.get("/get/annotated/0").status_code == 404
        assert "<article" not in one.look()


def test_nothing_is_changed_while_it_is_being_checked() -> None:
    with visitor() as one:
        one.bring(BAD[0])
        one.post("/check")
        assert one.client.get("/state").json()["busy"]
        assert one.bring(BAD[1])[0]["status"] == 423
        assert one.post("/remove", name=BAD[0].name).status_code == 423
        assert one.post("/merge").status_code == 423
        # a browser without scripts looks again
        assert 'http-equiv="refresh"' in one.look()
        one.wait()
        assert one.look().count("data-name=") == 1


def test_without_scripts_a_plain_form_does_the_same() -> None:
    with visitor() as one:
        sent = [
            ("file", (BAD[0].name, BAD[0].read_bytes())),
            ("file", ("x.exe", b"MZ")),
        ]
        answer = one.client.post(
            one.plain(), files=sent, data={"same": "replace"}, headers={"origin": HERE}
        )
        assert answer.status_code == 303
        page = one.look()
        assert "“x.exe”不是填报表" in page
        assert "国有资产“资产总额”与各分项不符" in one.wait()


def test_how_far_the_work_is_can_be_seen() -> None:
    with visitor() as one:
        one.bring(*BAD)
        one.post("/check")
        seen = set()
        while (state := one.client.get("/state").json())["busy"]:
            seen.add(re.sub(r" .*", "", state["doing"]))
            time.sleep(0.002)
        assert {"正在校验：读表", "正在校验：核对"} <= seen


# -- what is kept ---------------------------------------------------------------------------------------------------------


def test_nothing_stays_after_leaving() -> None:
    with visitor() as one:
        one.checked(BAD[0])
        visits = visits_of(one)
        (visit,) = visits
        assert visit.root.exists()
        one.post("/leave")
        assert not visit.root.exists()
        assert "data-name" not in one.look()
        assert one.client.get("/get/report").status_code in (403, 404)
    assert not visits.root.exists()


def test_nothing_stays_after_the_server_ends_even_while_it_works() -> None:
    with visitor() as one:
        visits = visits_of(one)
        one.bring(*BAD)
        one.post("/check")
        (visit,) = visits
        job = visit.job
        time.sleep(0.5)
    assert not visits.root.exists()
    assert job is not None
    assert job.over


def test_nothing_stays_of_a_visit_that_nobody_looks_at() -> None:
    now = [1000.0]
    visits = Visits(Limits(idle=60), None, now=lambda: now[0])
    visit = kept(visits)
    place = visit.incoming()
    place.write_bytes(TINY)
    visit.receive(place, "甲.xlsx", "ask")
    now[0] += 59
    visits.sweep()
    assert visit.root.exists()
    assert visits.find(visit.id) is visit
    now[0] += 61
    visits.sweep()
    assert not visit.root.exists()
    assert not list(visits)
    visits.close()


def test_the_folder_of_a_killed_server_is_swept_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    visits = Visits(Limits(), None)
    kept(visits)
    assert not old.exists()
    assert new.exists()


def test_empty_visits_make_room_and_full_ones_do_not() -> None:
    now = [0.0]
    visits = Visits(Limits(visits=3), None, now=lambda: now[0])
    first, second, third = kept(visits), kept(visits), kept(visits)
    first.files["甲.xlsx"] = Path("甲.xlsx")
    now[0] += 1
    visits.find(second.id)
    with visits.reading(third):  # who is bringing a file is not empty
        fourth = kept(visits)
    assert {visit.id for visit in visits} == {first.id, third.id, fourth.id}
    for visit in visits:
        visit.files["乙.xlsx"] = Path("乙.xlsx")
    with pytest.raises(Refused, match="同时使用的人太多"):
        kept(visits)
    visits.close()


@pytest.mark.parametrize("word", [None, "a word to say"])
def test_however_many_only_look_nobody_loses_their_place(word: str | None) -> None:
    """Who looks at the first page and goes leaves nothing here that another must make room for."""
    with visitor(token=word, limits=Limits(visits=2)) as one:
        if word:
            one.post("/enter", token=word)
        mine = dict(one.client.cookies)
        for _ in range(65):
            one.client.cookies.clear()
            assert one.client.get("/").status_code == 200
        assert len(list(visits_of(one))) == (1 if word else 0)
        one.client.cookies.clear()
        one.client.cookies.update(mine)
        one.look()
        assert one.bring(("甲.xlsx", TINY))[0]["status"] == 200


def test_two_people_do_not_see_each_other() -> None:
    with visitor() as one:
        one.checked(BAD[0])
        mine = one.client.cookies
        one.client.cookies = type(mine)()
        other = Visitor(one.client)
        page = other.look()
        assert BAD[0].name not in page
        assert other.client.get("/get/annotated/0").status_code == 404


def test_work_that_takes_too_long_is_ended_and_the_next_can_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The process is really ended, whatever it does; those who wait behind it get their turn."""
    with visitor(limits=Limits(seconds=1, jobs=1)) as one:
        one.bring(BAD[0])
        monkeypatch.setattr(work, "work", asleep)
        began = time.monotonic()
        one.post("/check")
        assert STOPPED in one.wait()
        assert 1 <= time.monotonic() - began < 10
        (visit,) = visits_of(one)
        assert visit.job is not None
        assert visit.job._process is not None  # noqa: SLF001
        assert visit.job._process.exitcode == -signal.SIGKILL  # noqa: SLF001
        monkeypatch.undo()
        monkeypatch.setattr(desk_of(one), "limits", Limits(seconds=60))
        one.post("/check")
        assert "国有资产“资产总额”与各分项不符" in one.wait()


def asleep(*_: Any) -> None:
    """Work that says nothing for ever, and takes no request to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1000)


def test_who_waits_for_a_turn_is_in_nobodys_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twelve checks wait, more than there are threads: others bring, look and leave at once, and so do those who wait."""
    turn = threading.Event()
    monkeypatch.setattr(Job, "_watched", lambda *_: turn.wait(60))
    with visitor() as one:
        waiting = []
        for _ in range(12):
            one.client.cookies.clear()
            one.look()
            one.bring(("甲.xlsx", TINY))
            one.post("/check")
            waiting.append((dict(one.client.cookies), one.csrf))
        try:
            one.client.cookies.clear()
            began = time.monotonic()
            one.look()
            assert one.bring(("乙.xlsx", TINY))[0]["status"] == 200
            assert one.client.get("/get/template").status_code == 200
            assert one.post("/leave").status_code == 303
            one.client.cookies.clear()
            cookies, one.csrf = waiting[-1]
            one.client.cookies.update(cookies)
            assert one.client.get("/state").json()["doing"] == "正在校验：排队"
            assert one.post("/leave").status_code == 303
            assert time.monotonic() - began < 5
        finally:
            turn.set()


def test_work_that_breaks_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for path in BAD:
        shutil.copy(path, tmp_path / "files")
    job = Job("check", tmp_path / "files", tmp_path, "hebei-2023")
    hear = job._hear  # noqa: SLF001

    def heard(message: tuple[str, Any]) -> None:
        hear(message)
        assert job._process is not None  # noqa: SLF001
        os.kill(job._process.pid or 0, signal.SIGKILL)  # noqa: SLF001

    job._hear = heard  # type: ignore[method-assign]  # noqa: SLF001
    job.run(60)
    assert job.refused == BROKEN
    assert job.over


def test_what_the_work_refuses_is_told(tmp_path: Path) -> None:
    job = Job("check", tmp_path, tmp_path, "no-such-profile")
    job.run(60)
    assert "no-such-profile" in job.refused


# -- starting -----------------------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_told() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as held,
        pytest.raises(ServeError, match="请换一个 --port"),
    ):
        serve("127.0.0.1", held.getsockname()[1], None, "hebei-2023")


def test_a_short_word_is_refused() -> None:
    with pytest.raises(ServeError, match="至少写 8 个字符"):
        serve("0.0.0.0", 0, "1234", "hebei-2023")  # noqa: S104


def test_others_are_never_let_in_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Idle:
        def __init__(self, config: Any) -> None:
            self.config = config

        def run(self, sockets: list[socket.socket]) -> None:
            assert sockets

    monkeypatch.setattr("uvicorn.Server", Idle)
    made: list[dict[str, Any]] = []

    def noted(profile: str, **said: Any) -> Any:
        made.append(said)
        return app(profile, **said)

    monkeypatch.setattr(serving, "app", noted)
    serve("0.0.0.0", 0, None, "hebei-2023")  # noqa: S104
    serve("127.0.0.1", 0, None, "hebei-2023")
    said = capsys.readouterr().out
    assert len(made[0]["token"]) >= 12
    assert f"口令：{made[0]['token']}" in said
    assert "不加密" in said
    assert made[1]["token"] is None


def test_the_script_is_one_that_browsers_of_2018_can_read() -> None:
    said = bare((ROOT / "toolkit" / "serve" / "serve.js").read_text(encoding="utf-8"))
    assert [
        meaning for pattern, meaning in NEWER.items() if re.search(pattern, said)
    ] == []


def test_the_page_of_a_refusal_is_plain() -> None:
    with visitor() as one:
        assert "没有这一页" in unescape(one.client.get("/nowhere").text)
