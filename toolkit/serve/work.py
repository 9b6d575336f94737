"""Checking and merging in a process of its own: it can be watched, and ended when it takes too long."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.check.report import Report
    from toolkit.files.grid import Grid
    from toolkit.profile.form import Profile
    from toolkit.report.sent.ticked import Ticked
    from toolkit.report.words import Undone
    from toolkit.rules.rule import Finding
    from toolkit.steps import Checked

AUDIT = "审核报告.html"
HOLDING, COMPARED = "核对结果.txt", "比较结果.txt"
PAIR = ("old", "new")  # the folders in which two files to compare lie
IMPORTED, READING = "imported", "导入说明.txt"
LISTED = "审核清单.xlsx"
MADE, TOLD = "made", "说明.txt"  # of edited files brought further
BASES, REVIEWED, PUBLISHED = "核对底本", "送审稿", "公开稿"
INSIDE, PAGE, DATA, BOOK = (
    "inside.html",
    "校验报告.html",
    "校验报告.json",
    "校验报告.xlsx",
)
SLIPS = "退回单.zip"
ANNOTATED, OUTPUTS = "annotated", "outputs"
MEMORY = 4 * 1024**3  # bytes that one run may take, where the system lets us say so
BREATH = 0.2  # seconds between two looks at a run

# What a run needs, loaded once for all: the rooms by name, for `toolkit.steps` loads none before it is asked for one.
PRELOADED = (
    "toolkit.steps.choosing",
    "toolkit.steps.checking",
    "toolkit.steps.merging",
    "toolkit.steps.saying",
    "toolkit.report.told.page",
    "toolkit.report.marked.annotate",
    "toolkit.report.sent.book",
)

STOPPED = "时间太长，已经停下来了。请减少文件，或者找出特别大的文件另外处理。"
BROKEN = "程序出错了，没有做完。请把启动窗口里的文字发给维护人员。"
NO_MEMORY = "文件太大，内存不够，没有做完。请找出特别大的文件另外处理。"


@dataclass
class Job:
    """One check or merge: what it is, how far it is, what came of it."""

    kind: str  # "check", "merge", "audit", "hold", "compare", "refresh", "review", "public", "listing", "notices" or "import"
    folder: Path
    results: Path
    profile: str
    draft: bool = False
    doing: str = "排队"
    part: int = 0
    whole: int = 0
    over: bool = False
    refused: str = ""  # why it could not be done
    result: dict[str, Any] = field(default_factory=dict)
    _process: BaseProcess | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self, seconds: float) -> None:
        """Do it, and wait for it; to be called in a thread of its own."""
        try:
            if not self._ended.is_set():
                self._watched(seconds)
        finally:
            if not self.result and not self.refused:
                self.refused = BROKEN
            self.over = True

    def _watched(self, seconds: float) -> None:
        """Start the process, and hear it until it ends or the time is over."""
        context = _context()
        ours, theirs = context.Pipe(duplex=False)
        arguments = (
            theirs,
            self.kind,
            str(self.folder),
            str(self.results),
            self.profile,
            self.draft,
        )
        process = context.Process(target=work, args=arguments, daemon=True)
        self.doing = "准备"
        process.start()
        self._process = process  # one that has begun: only such a one can be ended
        theirs.close()
        until = time.monotonic() + seconds
        with ours:
            while not self._ended.is_set() and time.monotonic() < until:
                try:
                    if ours.poll(BREATH):
                        self._hear(ours.recv())
                except EOFError:
                    break
                if self.result or self.refused:
                    break  # all is written: how long the process takes to end is nobody's matter
            else:
                self.refused = STOPPED
        self.stop()

    def _hear(self, message: tuple[str, Any]) -> None:
        match message:
            case ("at", (str() as doing, int() as part, int() as whole)):
                self.doing, self.part, self.whole = doing, part, whole
            case ("done", dict() as result):
                self.result = result
            case ("refused", str() as reason):
                self.refused = reason

    def stop(self) -> None:
        """End the run, wherever it is."""
        self._ended.set()
        process = self._process
        if process is not None:
            process.kill()
            process.join()


def _context() -> SpawnContext | ForkServerContext:
    """How a process of its own begins: never as a fork of ours, for a fork of a process with threads may lock up.

    On Linux it is a fork of one that has loaded the toolkit and does nothing else; elsewhere each loads it anew.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED])
    return context


def work(
    pipe: Connection,
    kind: str,
    folder: str,
    results: str,
    profile: str,
    draft: bool,  # noqa: FBT001  over a pipe
) -> None:
    """Do one check or merge; this runs in the process of its own, and tells how far it is."""
    # Ctrl+C is for the server, which ends us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory()
    from toolkit.errors import ToolkitError

    try:
        if kind == "audit":
            result = _audit(Path(folder), Path(results))
        elif kind in ("listing", "notices"):
            result = (
                _listing(Path(folder), Path(results))
                if kind == "listing"
                else _notices(Path(folder), Path(results))
            )
        elif kind == "hold":
            result = _hold(Path(folder), Path(results), profile)
        elif kind == "compare":
            result = _compare(Path(folder), Path(results), profile)
        elif kind == "import":
            result = _import(Path(folder), Path(results), profile)
        elif kind == "refresh":
            result = _refresh(Path(folder), Path(results))
        elif kind in ("review", "public"):
            result = _stage(
                Path(folder),
                Path(results),
                profile,
                REVIEWED if kind == "review" else PUBLISHED,
            )
        else:
            run = _Run(pipe, Path(folder), Path(results), profile)
            result = run.merge(draft=draft) if kind == "merge" else run.check()
        pipe.send(("done", result))
    except ToolkitError as error:
        pipe.send(("refused", str(error).replace(folder, "放进来的文件")))
    except MemoryError:
        pipe.send(("refused", NO_MEMORY))
    except Exception:  # noqa: BLE001  the door: the server must hear that its run broke
        traceback.print_exc()
        pipe.send(("refused", BROKEN))


def _bound_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _audit(folder: Path, results: Path) -> dict[str, Any]:
    """Audit the statements of a folder, and write the page that tells what was found."""
    from toolkit import steps
    from toolkit.report.audited.page import to_page

    done = steps.audit([folder])
    text = to_page(done.audited, [(one.name, one.why) for one in done.unread])
    (results / AUDIT).write_text(text, encoding="utf-8")
    return {"code": done.code}


def _listing(folder: Path, results: Path) -> dict[str, Any]:
    """Audit the statements of a folder, and write the list to tick."""
    from toolkit import steps

    done = steps.audit([folder])
    (results / MADE).mkdir()
    steps.audit_listing(done, results / MADE / LISTED)
    return {"code": done.code}


def _notices(folder: Path, results: Path) -> dict[str, Any]:
    """The notices of a list that was ticked."""
    from toolkit import steps
    from toolkit.profile.declared import profiles
    from toolkit.profile.loading import load

    made, lines = results / MADE, list[str]()
    made.mkdir()
    for path in sorted(folder.iterdir()):
        lines += steps.send_back(
            path, made, load(profiles()[0])
        ).notes  # a notice speaks of no profile
    (made / TOLD).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return {"code": 0}


def _hold(folder: Path, results: Path, profile: str) -> dict[str, Any]:
    """Hold edited files against the last merge (`merged` in the folder); told in words."""
    from toolkit import steps
    from toolkit.errors import worst
    from toolkit.files.folder import MANIFEST

    out = folder / "merged"
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    chosen = steps.chosen_to_verify(profile, [*paths, out / MANIFEST]).profile
    lines: list[str] = []
    codes = []
    for one in steps.verify(paths, chosen, against=out):
        lines += [one.sentence, *(f"  {line}" for line in one.details), ""]
        codes.append(one.code)
    (results / HOLDING).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return {"code": worst(*codes)}


def _compare(folder: Path, results: Path, profile: str) -> dict[str, Any]:
    """Compare two files, the one that was before first; told in words."""
    from toolkit import steps

    old, new = (next((folder / side).iterdir()) for side in PAIR)
    found = steps.compare(old, new, steps.chosen_to_verify(profile, [old, new]).profile)
    lines = [
        f"原来的“{old.name}” → 改过的“{new.name}”：",
        *(f"  {line}" for line in found.lines),
    ]
    (results / COMPARED).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return {"code": found.code}


def _refresh(folder: Path, results: Path) -> dict[str, Any]:
    """Bring the figures of the last merge into edited files; each new edition, and what a person must look at."""
    from toolkit import steps
    from toolkit.errors import worst

    made = results / MADE
    made.mkdir()
    lines: list[str] = []
    codes = []
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        done = steps.refresh(path, folder / "merged", made / path.name)
        lines += [f"“{path.name}”：", *(f"  {line}" for line in done.lines), ""]
        codes.append(done.code)
    (made / TOLD).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return {"code": worst(*codes)}


def _stage(folder: Path, results: Path, profile: str, state: str) -> dict[str, Any]:
    """Bring the last merge, with the edited files in the place of its own, to a state; what was laid down, and what is told."""
    from toolkit import steps
    from toolkit.files.folder import MANIFEST

    out, made = folder / "merged", results / MADE
    given = sorted(path for path in folder.iterdir() if path.is_file())
    chosen = steps.chosen_to_verify(profile, [out / MANIFEST]).profile
    done = steps.stage(state, out, chosen, given)
    made.mkdir()
    if done.placed:
        shutil.copytree(out / state, made / state)
    (made / TOLD).write_text("\r\n".join(done.lines) + "\r\n", encoding="utf-8-sig")
    return {"code": done.code}


def _import(folder: Path, results: Path, profile: str) -> dict[str, Any]:
    """Take in what the platform exported: a workbook a unit, and what was read and what not in words.

    The workbooks that the visit has already are in the folder's own `filled`: what the platform does not say stays as there.
    """
    from toolkit import steps

    filled = folder / "filled"
    source = filled if filled.is_dir() else None
    chosen = steps.chosen(profile, [source] if source else [])
    done = steps.import_export(
        [folder], results / IMPORTED, chosen.profile, source=source
    )
    lines = [f"注意：{chosen.said}。"] if chosen.said else []
    lines += [line.replace(f"{results / IMPORTED}/", "") for line in done.told]
    (results / READING).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return {"code": done.code}


class _Run:
    """One run, in its own process."""

    def __init__(
        self, pipe: Connection, folder: Path, results: Path, profile: str
    ) -> None:
        from toolkit.files.shelf import Shelf
        from toolkit.steps import chosen

        self.pipe = pipe
        self.folder = folder
        self.results = results
        self.profile: Profile = chosen(profile, [folder]).profile
        self.shelf = Shelf()
        self.opened = 0
        self.after_reading = "核对"

    def at(self, doing: str, part: int = 0, whole: int = 0) -> None:
        """Tell how far the run is."""
        self.pipe.send(("at", (doing, part, whole)))

    def check(self) -> dict[str, Any]:
        from toolkit import steps

        checked = steps.check([self.folder], self.profile, self.open)
        return self.told(checked, steps.undone(checked))

    def merge(self, *, draft: bool) -> dict[str, Any]:
        from toolkit import steps
        from toolkit.errors import DONE, ERRORS, UNFINISHED

        self.after_reading = "核对、汇总"
        merged = steps.merge_folder(
            self.folder,
            self.results / OUTPUTS,
            self.profile,
            draft=draft,
            opener=self.open,
        )
        checked = steps.Checked(
            merged.report,
            merged.returns,
            unfinished=merged.unfinished,
            passed=merged.passed,
        )
        result = self.told(checked, steps.undone(checked))
        return {
            **result,
            "outputs": [
                {"name": name, "path": str(path)}
                for name, path in merged.placed.items()
            ],
            "notes": list(merged.notes),
            "units": merged.units,
            "projects": merged.projects,
            "published": merged.code in (DONE, UNFINISHED)
            or (draft and merged.code == ERRORS),
            "draft": draft,
        }

    def open(self, path: Path, name: str = "") -> Grid:
        """Open a workbook for the step, keep what the page shows of it, and tell how far we are."""
        part = self.opened
        whole = sum(one.is_file() for one in self.folder.iterdir())
        self.opened += 1
        self.at("读表", part, whole)
        grid = self.shelf.open(path, name)
        self.at(self.after_reading, part, whole)
        return grid

    def told(self, checked: Checked, undone: Undone) -> dict[str, Any]:
        """Write the report and the annotated copies; return what the page needs to know about them."""
        from toolkit.profile.bounds import law
        from toolkit.report.sent.book import write_book
        from toolkit.report.told.data import to_json
        from toolkit.report.told.page import inside, whole_page
        from toolkit.report.words import verdict
        from toolkit.rules.rule import ERROR

        report, returns = checked.report, checked.returns
        self.at("写报告")
        body = inside(report, returns, law(), self.profile, self.shelf, undone)
        (self.results / INSIDE).write_text(body, encoding="utf-8")
        (self.results / PAGE).write_text(
            whole_page(body, self.profile), encoding="utf-8"
        )
        (self.results / DATA).write_text(to_json(report, law()), encoding="utf-8")
        ticked = self.ticked()
        left = {one.book: one.sentence for one in checked.unfinished}
        said = verdict(report, undone)
        write_book(
            report,
            returns,
            law(),
            self.profile,
            self.results / BOOK,
            ticked,
            left,
            said,
        )
        units = {book.book: book.name for book in returns}
        files: dict[str, dict[str, Any]] = {}
        for part, path in enumerate(sorted(self.folder.iterdir())):
            self.at("做批注", part, len(units))
            files[path.name] = self.file_told(path, report, units, left)
        return {
            "files": files,
            "counts": _counts(report.findings),
            "open": report.open(ERROR),
            "undone": bool(undone),
            "verdict": said,
            "asked": report.asked,
            "profile": self.profile.id,
            "ticked": ticked is not None,
        }

    def ticked(self) -> Ticked | None:
        """The list to tick as somebody gave it back among the files; None where there is none."""
        from toolkit.files.grid import CannotOpenError
        from toolkit.report.sent.ticked import read_ticked

        for path in sorted(self.folder.glob("*.xlsx")):
            if not path.stem.startswith(Path(BOOK).stem):
                continue
            with suppress(CannotOpenError):
                return read_ticked(path)
        return None

    def file_told(
        self,
        path: Path,
        report: Report,
        units: Mapping[str, str],
        left: Mapping[str, str],
    ) -> dict[str, Any]:
        """Write the annotated copy of one file; return what the page needs to know about it."""
        name = path.name
        findings = [
            finding
            for finding in report.findings
            if any(cell.book == name for cell in finding.cells)
        ]
        # here, as the report says
        to_mend = [finding for finding in findings if finding.cells[0].book == name]
        return {
            "unit": units.get(name, ""),
            # of a file that is no workbook of a unit, nothing was counted
            "counts": _counts(to_mend) if findings or name in units else [],
            "left": name in left,
            "annotated": bool(findings)
            and name in units
            and self.annotated(path, report, left.get(name, "")),
        }

    def annotated(self, path: Path, report: Report, left: str) -> bool:
        """Write the copy with marks; a file that cannot bear them has none."""
        from toolkit.files.package import PackageError
        from toolkit.profile.bounds import law
        from toolkit.report.marked.annotate import annotate

        target = self.results / ANNOTATED / path.name
        target.parent.mkdir(exist_ok=True)
        try:
            annotate(path, report.findings, target, law(), left=left)
        except PackageError:
            target.unlink(missing_ok=True)
            return False
        return True


def _counts(findings: Sequence[Finding]) -> list[int]:
    """How many findings there are of each severity, the worst first."""
    from toolkit.rules.rule import ERROR, INFO, WARNING

    return [
        sum(finding.severity is severity for finding in findings)
        for severity in (ERROR, WARNING, INFO)
    ]


def send_back(done: Job) -> dict[str, Path]:
    """Make the slips of a check as its list says; raise ToolkitError, in Chinese, where nothing is to be sent back."""
    from toolkit import steps

    profile = steps.chosen(done.result["profile"], []).profile
    return dict(
        steps.send_back(done.results / BOOK, done.results / "slips", profile).placed
    )
