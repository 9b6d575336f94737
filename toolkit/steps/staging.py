"""States of what is published: 草稿 → 送审稿 → 公开稿; what is signed and what goes out differ in the mark alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.errors import DONE, ERRORS, UNFINISHED
from toolkit.files.folder import MANIFEST
from toolkit.files.marks import headed, mark, unmark
from toolkit.files.outbox import Outbox
from toolkit.files.package import Package
from toolkit.files.passages import Document, of_package, read_docx, replaced
from toolkit.files.source import sha256
from toolkit.files.unpublished import holding, linked, named_in, seen_in, unnamed
from toolkit.model import record
from toolkit.profile.form import Profile
from toolkit.profile.stored import read_json
from toolkit.publish.edited.alignment import align
from toolkit.publish.edited.base import (
    STATES,
    Base,
    Line,
    base_name,
    said_lines,
    text_number,
)
from toolkit.publish.edited.held import WRONG, hold, shortened
from toolkit.publish.edited.outgoing import sightings
from toolkit.steps.bases import STATEMENT, TABLES, Laid, document, laid, read_base
from toolkit.steps.holding import read_answers, told
from toolkit.steps.paths import StepError

# states, and the folders in that of the results
FOR_REVIEW, PUBLIC = (
    "送审稿",
    "公开稿",
)
SIGN_SHEET = "审签单.docx"
MOST = 20  # lines of one kind that are told


@record()
class Staged:
    """What staging gave: where each file lies, what a person should know, why nothing was laid down, the exit code."""

    placed: Mapping[str, Path]
    lines: tuple[str, ...]
    code: int


def stage(
    state: str,
    out: Path,
    profile: Profile,
    given: Sequence[Path] = (),
    answers: Path | None = None,
) -> Staged:
    """Bring what lies in a folder of results to a state. `given` are edited files to take in the place of those in it."""
    if state not in (FOR_REVIEW, PUBLIC):
        raise StepError(f"没有“{state}”这一步。请写“{FOR_REVIEW}”或“{PUBLIC}”。")
    results = laid(out)
    return (
        _for_review(results, profile, given, answers)
        if state == FOR_REVIEW
        else _public(results, profile)
    )


# -- 送审稿 --------------------------------------------------------------------------------------------------------------------


def _for_review(
    results: Laid, profile: Profile, given: Sequence[Path], answers: Path | None
) -> Staged:
    """Hold every number, look at every file, mark each, and write the numbers of the texts on the sign sheet."""
    sources = _sources(results, given)
    waivers = read_answers(answers) if answers is not None else ()
    stops: list[str] = []
    notes: list[str] = []
    texts: dict[str, str] = {}
    reviewed: dict[str, Base] = {}
    for name, path in sources.items():
        edited, _ = document(path)
        held = hold(edited, results.base(name), None, waivers)
        draft = next(iter((*held.states, *_drafted(path))), None)
        if draft is not None:
            raise StepError(
                f"“{path.name}”还是草稿（{draft}）。请改好错误，不加 --draft 再合并一次。"
            )
        if held.wrong:
            stops += [
                f"“{path.name}”里有数改过，没有人同意：",
                *(f"  {line}" for line in list(told(held))[:MOST]),
            ]
        notes += [f"{path.name}　{line}" for line in told(held) if "同意不改" in line]
        here, there = _before_publication(path, edited, profile, results)
        stops += here
        notes += there
        passages = said_lines(edited)
        speech = results.base(name).speech
        reviewed[name] = Base(
            tuple(Line(one.text, one.place) for one in passages), speech
        )
        texts[name] = reviewed[name].number
    if stops:
        return Staged(
            {}, (*stops, *_later(sources), "没有出送审稿。请改好再来。"), ERRORS
        )
    bases = {name: base_name(name, number) for name, number in texts.items()}
    remarks = {**_known(results), "state": FOR_REVIEW, "texts": texts, "bases": bases}
    folder = results.folder / FOR_REVIEW
    inputs = {path: sha256(path) for path in sources.values()}
    with Outbox(folder, inputs=inputs, profile=profile.id, remarks=remarks) as box:
        sealed: dict[str, str] = {}
        for name, path in sources.items():
            package = Package.read(path)
            unnamed(package)
            mark(package, _mark(texts[name], results.remarks))
            with box.file(name, inputs=[path]) as target:
                target.write_bytes(package.packed())
            unmark(package, _mark(texts[name], results.remarks))
            sealed[name] = _seal(package)
            with box.file(bases[name], inputs=[path]) as target:
                target.write_text(reviewed[name].data, encoding="utf-8", newline="\n")
        remarks["sealed"] = sealed
        sheet = results.folder / SIGN_SHEET
        if sheet.exists():
            with box.file(SIGN_SHEET, inputs=[]) as target:
                target.write_bytes(_sign_sheet(sheet, results, texts))
    lines = [f"“{name}”文本号 {number}" for name, number in texts.items()]
    return Staged(
        box.placed, (*lines, *notes, *box.notes), UNFINISHED if notes else DONE
    )


def _later(sources: Mapping[str, Path]) -> Iterator[str]:
    """The later drafts that lie beside what was looked at: a person may mean one of them."""
    for name, path in sources.items():
        result = Path(name)
        drafts = [
            one.name
            for one in sorted(path.parent.glob(f"{result.stem}-第*稿{result.suffix}"))
            if one != path
        ]
        if drafts:
            yield f"旁边还有“{'”、“'.join(drafts)}”。要送审其中一份的，用 --file 写明。"


def _sources(results: Laid, given: Sequence[Path]) -> dict[str, Path]:
    """The files that go out: those that are given, else those that lie in the folder."""
    found: dict[str, Path] = {}
    for path in given:
        _, name = document(path)
        if path.suffix.lower() not in (".docx", ".xlsx"):
            raise StepError(
                f"“{path.name}”不能送审。请在 Word 或 WPS 里另存为 .docx 再试。"
            )
        found[name] = path
    for name in results.remarks.get("bases", {}):
        path = results.folder / name
        if name not in found and path.exists():
            found[name] = path
    if not found:
        raise StepError(
            f"“{results.folder.name}”里没有要送审的情况说明、公开表。请先合并。"
        )
    return {name: found[name] for name in (TABLES, STATEMENT) if name in found}


def _drafted(path: Path) -> Iterator[str]:
    """What the headers of a workbook say of its state, which are no lines of it."""
    for said in headed(Package.read(path)):
        for state in STATES:
            if state in said:
                yield said[said.index(state) :]


def _before_publication(
    path: Path, edited: Document, profile: Profile, results: Laid
) -> tuple[list[str], list[str]]:
    """What must be gone before a file goes out, and what a person must look at."""
    words = profile.signoff.get("words", ())
    seen = sightings(edited, profile, words)
    stops = [f"“{path.name}”{said}，请去掉。" for said in seen_in(path)]
    stops += [f"“{path.name}”{one.place}：{one.said}" for one in seen if one.stops]
    withheld = tuple(str(one["name"]) for one in results.remarks.get("withheld", ()))
    stops += [
        f"“{path.name}”里有不予公开的“{shortened(word)}”，请去掉。"
        for word in holding(path, withheld)
    ]
    notes = [f"“{path.name}”{one.place}：{one.said}" for one in seen if not one.stops]
    package = Package.read(path)
    if linked(package):
        notes.append(f"“{path.name}”里有超链接，指到文件外面，请看该不该有")
    named = named_in(package)
    if named:
        notes.append(
            f"“{path.name}”的文件属性里写着{'、'.join(f'“{name}”' for name in named)}，送审稿里已经去掉"
        )
    return stops, notes[:MOST]


def _known(results: Laid) -> dict[str, Any]:
    """What the merge said, as far as a reader of the next state wants it."""
    wanted = (
        "department",
        "content",
        "contents",
        "left_out",
        "accepted",
        "settings",
        "withheld",
    )
    return {key: results.remarks[key] for key in wanted if key in results.remarks}


def _mark(number: str, remarks: Mapping[str, Any]) -> str:
    """The line that says which text of which content is under review."""
    return f"{FOR_REVIEW}　内容号 {remarks.get('content', '')}　文本号 {number}"


def _seal(package: Package) -> str:
    """The hash of all parts of a file without its mark: what goes out must have it again."""
    digest = hashlib.sha256()
    for name in sorted(package.parts):
        digest.update(
            name.encode() + b"\0" + hashlib.sha256(package.parts[name]).digest()
        )
    return digest.hexdigest()


def _sign_sheet(sheet: Path, results: Laid, texts: Mapping[str, str]) -> bytes:
    """The sign sheet with the number of each text behind the content number."""
    content = str(results.remarks.get("content", ""))
    read = read_docx(sheet)
    numbers = "".join(
        f"　{Path(name).stem}文本号 {number}" for name, number in texts.items()
    )
    for passage in read.passages:
        at = passage.text.find(content) if content else -1
        if at >= 0:
            return replaced(read, [(passage, at, at + len(content), content + numbers)])
    raise StepError(
        f"“{sheet.name}”上找不到内容号 {content}，可能被人改过。请重新合并一次再送审。"
    )


# -- 公开稿 --------------------------------------------------------------------------------------------------------------------


def _public(results: Laid, profile: Profile) -> Staged:
    """Take the mark off what was reviewed, and prove that it is all that changed."""
    folder = results.folder / FOR_REVIEW
    if not (folder / MANIFEST).is_file():
        raise StepError(
            f"还没有送审稿。请先运行 disclosure stage {FOR_REVIEW} {results.folder.name}。"
        )
    reviewed = read_json(folder / MANIFEST)
    remarks: dict[str, Any] = dict(reviewed["remarks"])
    _not_merged_since(results, remarks)
    stops: list[str] = []
    notes: list[str] = []
    made: dict[str, bytes] = {}
    for name, number in remarks["texts"].items():
        path = folder / name
        package = Package.read(path)
        unmark(package, _mark(number, remarks))
        saved_again = _seal(package) != remarks["sealed"][name]
        unnamed(package)
        data = package.packed()
        lines = _lines(package, path)
        if text_number(lines) != number:
            changes = (f"  {line}" for line in _changes(folder, name, number, lines))
            stops += [f"“{FOR_REVIEW}/{name}”送审以后改过：", *changes]
            continue
        if saved_again:
            notes.append(
                f"“{name}”送审以后又存过一次，字和数都没有变（文本号 {number}）"
            )
        else:
            notes.append(
                f"“{name}”和送审稿只差“{FOR_REVIEW}”这一行（文本号 {number}），其余各部分逐字节相同"
            )
        made[name] = data
        edited, _ = document(path)
        stops += _before_publication(path, edited, profile, results)[0]
    if stops:
        return Staged({}, (*stops, "没有出公开稿。改了的，请重新送审。"), ERRORS)
    # What lies in this folder may be put on the website as it is: nothing there names what is not published.
    known = {key: said for key, said in remarks.items() if key != "withheld"}
    with Outbox(
        results.folder / PUBLIC,
        profile=profile.id,
        remarks={**known, "state": PUBLIC, "bases": {}},
    ) as box:
        for name, data in made.items():
            with box.file(name) as target:
                target.write_bytes(data)
    return Staged(box.placed, (*notes, *box.notes), DONE)


def _not_merged_since(results: Laid, reviewed: Mapping[str, Any]) -> None:
    """Raise StepError where a later merge gave another content: what was reviewed is no longer what the units say."""
    before, now = reviewed.get("content", ""), results.remarks.get("content", "")
    if before != now:
        raise StepError(
            f"送审以后又合并过，内容变了（送审稿的内容号 {before}，现在 {now}）。请重新运行 disclosure stage {FOR_REVIEW} "
            f"{results.folder.name}，再送审；要公开送审的那一份，先把填报表换回送审时的，重新合并。"
        )


def _lines(package: Package, path: Path) -> list[str]:
    """What a package says, without the mark of its state."""
    if package.main.startswith("xl/"):
        return document(path)[0].lines
    return [
        passage.text
        for passage in said_lines(
            of_package(Package(package.name, dict(package.parts)))
        )
    ]


def _changes(
    folder: Path, name: str, number: str, lines: Sequence[str]
) -> Iterator[str]:
    """What was changed after a text was reviewed."""
    reviewed = read_base(folder / base_name(name, number))
    found = align(reviewed.texts, lines, reviewed.speech)
    numbers = [one for one in found.changes if one.kind in WRONG]
    for one in numbers[:MOST]:
        was = one.old.told if one.old else ""
        now = one.new.told if one.new else ""
        yield f"{one.kind.value}　{was} → {now}"
    for pair in found.reworded[:MOST]:
        line = lines[pair.new[0]]
        yield f"字句　“{shortened(line)}”"
