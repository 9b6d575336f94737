"""What a place has of its own, in a folder beside its data that no upgrade touches: documents, words, limits, settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from toolkit.files.text import read_text
from toolkit.profile.form import Profile
from toolkit.profile.settings import Setting, SettingsError
from toolkit.profile.stored import home, read_csv, read_json
from toolkit.profile.wrong import near

FOLDER = "本地设置"
DOCUMENTS, WORDS, LIMITS = "依据文件.txt", "情况说明用语.json", "界限.csv"
GLOSSARY, TERMS = "名词解释.csv", ("名词", "解释")
COLUMNS = ("代号", "说明", "值", "原因", "决定人")
LIMIT = "界限："  # begins what is told of a limit that an office changed
JUDGED = "判断"  # the kind of a number that an office may change; others are law's


def place_of(folder: Path) -> Path | None:
    """The place's own folder for some data: beside it, or beside a folder around it; None where there is none."""
    around = folder.resolve()
    for one in (around, *around.parents):
        if (one / FOLDER).is_dir():
            return one / FOLDER
    return None


# -- documents and words ----------------------------------------------------------------------------------------------


def at_place(profile: Profile, place: Path) -> Profile:
    """The profile with a place's own glossary, and its documents and words in the statement.

    Raise SettingsError, in Chinese, where they cannot be used.
    """
    profile = replace(profile, terms=_terms(place / GLOSSARY))
    if not profile.statement:
        return profile
    said = dict(profile.statement)
    if documents := _documents(place / DOCUMENTS):
        said["legal_basis"] = {"": documents}
    if (place / WORDS).exists():
        said["words"] = _words(said["words"], place / WORDS)
    return replace(profile, statement=said)


def _terms(path: Path) -> tuple[tuple[str, str], ...]:
    """The terms that a place explains, each with what it means."""
    lines = read_csv(path) if path.exists() else []
    if missing := [column for column in TERMS if lines and column not in lines[0]]:
        raise SettingsError(
            f"“{GLOSSARY}”缺少“{'”“'.join(missing)}”这几栏。请把第一行写成：{','.join(TERMS)}"
        )
    found = []
    for number, line in enumerate(lines, 2):
        term, meaning = ((line[column] or "").strip() for column in TERMS)
        if not term or not meaning:
            raise SettingsError(
                f"“{GLOSSARY}”第 {number} 行：名词和解释要都写上。请补上，或者删去这一行。"
            )
        found.append((term, meaning))
    return tuple(found)


def _documents(path: Path) -> list[str]:
    """The documents that a department publishes by: one a line; what begins with # is nobody's."""
    lines = (
        [line.strip() for line in read_text(path).splitlines()] if path.exists() else []
    )
    return [line for line in lines if line and not line.startswith("#")]


def _words(ours: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The statement's words, those that the place says in the place of ours."""
    own = read_json(path)
    texts = {key for key, word in ours.items() if isinstance(word, str)}
    if not isinstance(own, dict):
        raise SettingsError(
            f'“{path.name}”应当是花括号括起来的几项，如 {{"flat": "与上年持平"}}。请改正。'
        )
    for key, word in own.items():
        if key not in texts:
            raise SettingsError(
                f"“{path.name}”里的“{key}”不是能改的用语{near(key, texts)}。请改正。"
            )
        if not isinstance(word, str) or not word:
            raise SettingsError(
                f"“{path.name}”里的“{key}”应当是引号括起来的文字。请改正。"
            )
        if lost := [
            mark
            for mark in ("{size}", "{unit}", "{rate}")
            if mark in ours[key] and mark not in word
        ]:
            raise SettingsError(
                f"“{path.name}”里的“{key}”少了“{'”“'.join(lost)}”，数就写不出来了。请补上。"
            )
    return {**ours, **own}


# -- limits -----------------------------------------------------------------------------------------------------------


def limits() -> Mapping[str, Mapping[str, Any]]:
    """The numbers that rules know, by their keys: title, kind, values by date."""
    said: Mapping[str, Mapping[str, Any]] = read_json(
        home() / "schema" / "thresholds.json"
    )["thresholds"]
    return said


def limits_at(place: Path) -> tuple[Setting, ...]:
    """The limits that a place changed, told as its other settings are; raise SettingsError where a line cannot be followed."""
    path = place / LIMITS
    if not path.exists():
        return ()
    known = limits()
    lines = read_csv(path)
    if missing := [column for column in COLUMNS if lines and column not in lines[0]]:
        raise SettingsError(
            f"“{LIMITS}”缺少“{'”“'.join(missing)}”这几栏。请把第一行写成：{','.join(COLUMNS)}"
        )
    changed = [
        (number, line)
        for number, line in enumerate(lines, 2)
        if (line["值"] or "").strip()
    ]
    return tuple(_limit(number, line, known) for number, line in changed)


def _limit(
    number: int, line: Mapping[str, str], known: Mapping[str, Mapping[str, Any]]
) -> Setting:
    key, value, why, who = (
        (line[column] or "").strip() for column in ("代号", "值", "原因", "决定人")
    )
    where = f"“{LIMITS}”第 {number} 行"
    if key not in known:
        raise SettingsError(
            f"{where}：没有代号为“{key}”的界限{near(key, known)}。请改正。"
        )
    if known[key]["kind"] != JUDGED:
        raise SettingsError(
            f"{where}：“{known[key]['title']}”是法规定的数，不能改。请删去这一行的值。"
        )
    try:
        Decimal(value)
    except InvalidOperation as error:
        raise SettingsError(
            f"{where}：值写的是“{value}”，应当是一个数，如 0.30。请改正。"
        ) from error
    if not why or not who:
        raise SettingsError(f"{where}：没有写明“原因”和“决定人”，请补上。")
    return Setting(LIMIT + known[key]["title"], value, why, who)


def changed_limits(settings: Iterable[Setting]) -> dict[str, Decimal]:
    """The limits that settings change, by their keys."""
    told = {
        setting.rule: Decimal(setting.what)
        for setting in settings
        if setting.rule.startswith(LIMIT)
    }
    return (
        {
            key: told[LIMIT + said["title"]]
            for key, said in limits().items()
            if LIMIT + said["title"] in told
        }
        if told
        else {}
    )


# -- the folder made --------------------------------------------------------------------------------------------------


def files_to_begin_with(profile: Profile) -> Iterator[tuple[str, str]]:
    """What a new folder holds, by name: everything as the profile has it, nothing changed yet."""
    documents = [
        one
        for said in profile.statement.get("legal_basis", {}).items()
        if not said[0]
        for one in said[1]
    ]
    lines = "".join(f"{one}\n" for one in documents)
    yield "表样.txt", f"{profile.id}\n"
    yield DOCUMENTS, f"# 公开依据的文件，一行一个，改成本地的。\n{lines}"
    yield WORDS, "{}\n"
    yield LIMITS, ",".join(COLUMNS) + "\n" + "".join(_blank_limits())
    yield GLOSSARY, ",".join(TERMS) + "\n"
    yield "规则设置.csv", "规则编号,处理,原因,决定人\n"
    yield "说明.txt", GUIDE


def _blank_limits() -> Iterator[str]:
    """A line for each limit that an office may change, without a value."""
    for key, said in limits().items():
        if said["kind"] == JUDGED:
            title = str(said["title"]).replace(",", "，")
            yield f"{key},{title}（现在是 {said['values'][-1]['value']}）,,,\n"


GUIDE = """这个文件夹是本地自己的设置，升级工具时不会动它。校验、汇总它旁边（或者旁边文件夹里）的填报表时，按这里写的办。

表样.txt            用哪一套表样
依据文件.txt        情况说明开头写的公开依据，一行一个
情况说明用语.json   改情况说明的用语，如 {"flat": "与上年持平"}；能改的见表样的 statement.json 里的 words
界限.csv            改校验用的界限：在“值”一栏写新的数，写明原因和决定人；法规定的数不能改
名词解释.csv        本地的名词解释：在这个文件夹旁边画的空白表，已经填好这些
规则设置.csv        停用、试行、改级别的规则，写明原因和决定人
功能分类科目.csv、经济分类科目.csv   本地自己的科目表（也可以是 .xlsx、.xls）

改了的界限、停用的规则，审签单上都会写出来。
"""
