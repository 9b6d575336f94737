"""A page on this machine where people put down workbooks, see what is wrong with them, and merge them."""

from __future__ import annotations

import asyncio
import errno
import hmac
import secrets
import shutil
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import Message

from toolkit.errors import ToolkitError, why_not_written
from toolkit.files import say
from toolkit.files.folder import MANIFEST
from toolkit.profile.stored import blanks
from toolkit.report.told.markup import clean
from toolkit.serve import editing, pages
from toolkit.serve.brought import (
    PACKED,
    SENT,
    download,
    form_of,
    laid_down,
    pack,
    uploads,
)
from toolkit.serve.guard import (
    EDITIONS,
    EXPORTS,
    HEADERS,
    STATEMENTS,
    UPLOADS,
    Guard,
    TooMuchError,
    TooSlowError,
    is_loopback,
)
from toolkit.serve.visit import MB, Limits, Refused, Visit, Visits, proper
from toolkit.serve.work import (
    ANNOTATED,
    AUDIT,
    BASES,
    BOOK,
    COMPARED,
    HOLDING,
    IMPORTED,
    MADE,
    OUTPUTS,
    PAGE,
    READING,
    SLIPS,
    Job,
    send_back,
)
from toolkit.steps import offered

if TYPE_CHECKING:
    import uvicorn

SWEEP = 60  # seconds between two looks for visits that nobody uses any more
SHORTEST = 8  # characters of a word that keeps others in an office out
EXPIRED = "页面过期了。请刷新页面，再试一次。"
GONE = "没有这个文件：文件换过以后，要重新校验或合并。"
REFUSALS = {
    404: "没有这一页。",
    405: "这个地址不能这样用。",
    413: "一次送来的内容太大，没有受理。",
}
BROKEN_OFF = (408, 413)  # after these nothing more is read of what was being sent
UNREADABLE = "送来的内容读不懂，没有受理。"
TAKEN = 200  # the status of a file that was taken; that of a refusal is its own
PLACES = 4  # digits of the place of a file among those that are here


class ServeError(ToolkitError):
    """A server that cannot be started; the message is a Chinese sentence with the remedy."""


def app(
    profile: str = "",
    *,
    token: str | None = None,
    host: str = "127.0.0.1",
    limits: Limits | None = None,
) -> Starlette:
    """The server as an ASGI application; `host` is where it will listen, `token` the word that lets people in.

    `profile` is the one that all files are read by; "": each visit's files say it.
    """
    visits = Visits(limits or Limits(), token)
    return _Desk(visits, profile, host).application()


def serve(
    host: str,
    port: int,
    token: str | None,
    profile: str,
    browse: Callable[[str], object] | None = None,
) -> None:
    """Serve until Ctrl+C. Where others can reach this machine a word is asked for: the one given, or a new one."""
    import uvicorn

    offered(profile, Path())
    if token is None and not is_loopback(host):
        token = secrets.token_urlsafe(9)
    if token is not None and len(token.strip()) < SHORTEST:
        raise ServeError(
            f"口令太短，请至少写 {SHORTEST} 个字符；不写 --token 会自动生成一个。"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        host.encode("idna")  # what cannot be a name would leave a socket open
        listener = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        raise ServeError(
            f"不能在“{host}”的 {port} 端口上打开：{_refused(error)}。"
        ) from error
    with listener:
        # where `port` is 0, the system has chosen one
        opened = listener.getsockname()[1]
        _greet(host, opened, token)
        if browse is not None:
            browse(f"http://127.0.0.1:{opened}/")
        application = app(profile, token=token.strip() if token else None, host=host)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings(application)).run(sockets=[listener])


def settings(application: Starlette) -> uvicorn.Config:
    """How uvicorn is to serve it; where it would wait for ever, `Patient` does not."""
    import uvicorn

    from toolkit.serve.patience import Patient

    return uvicorn.Config(
        application,
        http=Patient,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,  # nobody stands before us: a header that says so lies
        limit_concurrency=200,
        timeout_graceful_shutdown=3,
    )


def _refused(error: OSError | UnicodeError) -> str:
    """Why there can be no page at this place, and what to do."""
    if (
        isinstance(error, UnicodeError) or (error.errno or 0) < 0
    ):  # below zero are the answers of those who know names
        return "没有这个地址，请检查 --host"
    if error.errno == errno.EADDRINUSE:
        return "端口已经被占用，请换一个 --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return "这不是本机的地址，请检查 --host"
    return f"{why_not_written(error)}；也可以换一个 --port"


def _greet(host: str, port: int, token: str | None) -> None:
    """Say where the page is, and the word."""
    console = say.console()
    if is_loopback(host):
        console.print(
            f"请在本机的浏览器里打开：http://127.0.0.1:{port}/", soft_wrap=True
        )
    else:
        name = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104  only compared
        console.print(
            f"请在浏览器里打开：http://{name}:{port}/ （打不开时，把“{name}”换成这台电脑的 IP 地址）",
            soft_wrap=True,
        )
        console.print(
            "局域网里的传送不加密：只在可信的办公网里用，用完就关。", soft_wrap=True
        )
    if token:
        console.print(f"口令：{token}", soft_wrap=True)
    console.print(
        "关闭：在这个窗口按 Ctrl+C。关闭以后，放进来的文件和结果都会删除。",
        soft_wrap=True,
    )


Endpoint = Callable[[Request, Visit], Awaitable[Response]]
# what a visitor does with a form; says what is told on the next page
Action = Callable[[Visit, FormData], str | Awaitable[str]]


class _Desk:
    """Answers every request; knows the visits and what is being done for them."""

    def __init__(self, visits: Visits, profile: str, host: str) -> None:
        self.visits = visits
        self.limits = visits.limits
        self.profile = profile
        self.profiles = offered(profile, Path())
        self.host = host
        # who waits here waits in nobody's way
        self.workers = ThreadPoolExecutor(self.limits.jobs, "job")
        self.tasks: set[asyncio.Task[None]] = set()

    def application(self) -> Starlette:
        def post(path: str, action: Action) -> Route:
            return Route(path, self.posted(action), methods=["POST"])

        return Starlette(
            routes=[
                Route("/", self.front),
                Route("/assets/{name}", self.asset),
                Route("/state", self.entered(self.state)),
                Route("/get/template", self.entered(self.template)),
                Route("/get/report", self.entered(self.report)),
                Route("/get/ticks", self.entered(self.ticks)),
                Route("/get/slips.zip", self.entered(self.slips)),
                Route("/get/{what}.zip", self.entered(self.packed)),
                Route("/get/annotated/{place}", self.entered(self.annotated)),
                Route("/get/outputs/{place}", self.entered(self.output)),
                Route("/enter", self.enter, methods=["POST"]),
                Route(UPLOADS, self.upload, methods=["POST"]),
                Route(STATEMENTS, self.statements, methods=["POST"]),
                Route(EXPORTS, self.exports, methods=["POST"]),
                Route(EDITIONS, self.editions, methods=["POST"]),
                post("/remove", self.remove),
                post("/check", self.check),
                post("/merge", self.merge),
                post("/leave", self.leave),
            ],
            middleware=[
                Middleware(
                    Guard,
                    host=self.host,
                    most=self.limits.total,
                    grace=self.limits.grace,
                )
            ],
            exception_handlers={
                Refused: self.refused,
                TooMuchError: self.refused,
                TooSlowError: self.refused,
                ClientDisconnect: self.gone,
                HTTPException: self.refused,
                Exception: self.broken,
            },
            lifespan=self.lifespan,
        )

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async def sweep() -> None:
            while True:
                await asyncio.sleep(SWEEP)
                self.visits.sweep()

        sweeper = asyncio.create_task(sweep())
        try:
            yield
        finally:
            sweeper.cancel()
            await asyncio.to_thread(self.visits.close)
            await asyncio.gather(*self.tasks, return_exceptions=True)
            self.workers.shutdown()

    # -- who asks ---------------------------------------------------------------------------------------------------------

    def visit(self, request: Request) -> Visit | None:
        """The visit that a request belongs to, by its cookie."""
        name = request.cookies.get(_cookie(request))
        return self.visits.find(name)

    def inside(self, request: Request) -> Visit:
        """The visit of somebody who was let in; raise Refused for anybody else."""
        visit = self.visit(request)
        if visit is None or not visit.entered:
            raise Refused(EXPIRED, 403)
        return visit

    def entered(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """What only those see who have been let in."""

        async def only_then(request: Request) -> Response:
            return await endpoint(request, self.inside(request))

        return only_then

    def posted(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        """An action of a visitor, from a form of ours; what it says is told on the next page."""

        async def only_then(request: Request) -> Response:
            visit = self.inside(request)
            async with form_of(request) as form:
                _ours(visit, str(form.get("csrf", "")))
                notice = action(visit, form)
                visit.notice = notice if isinstance(notice, str) else await notice
            return RedirectResponse("/", 303)

        return only_then

    # -- pages ------------------------------------------------------------------------------------------------------------

    async def front(self, request: Request) -> Response:
        visit = self.visit(request) or self.visits.newcomer()
        if visit.entered:
            report = pages.report_of(visit)
            text = pages.desk(visit, self.profiles, self.limits, report)
        else:
            text = pages.door(visit, self.profiles)
        return _with_cookie(request, visit, HTMLResponse(text))

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in pages.ASSETS:
            raise Refused("没有这一页。", 404)
        ours = Path(__file__).parent
        folder = ours if name.startswith("serve") else ours.parent / "report" / "told"
        return FileResponse(folder / name, media_type=pages.ASSETS[name])

    async def refused(self, request: Request, error: Exception) -> Response:
        """Say why something cannot be done: on the page people were on, or to the script that asked."""
        match error:
            case Refused():
                status, message = error.status, str(error)
            case HTTPException():
                status, message = (
                    error.status_code,
                    REFUSALS.get(error.status_code, UNREADABLE),
                )
            case TooSlowError():
                status, message = 408, str(error)
            case _:
                status, message = 413, str(error)
        closing = {"connection": "close"} if status in BROKEN_OFF else None
        if _wants_data(request):
            return JSONResponse({"said": message}, status, closing)
        return HTMLResponse(pages.refusal(self.profiles, message), status, closing)

    async def gone(self, _: Request, __: Exception) -> Response:
        """Nobody waits for an answer any more: the sender went away in the middle."""
        return Response(status_code=400)

    async def broken(self, _: Request, __: Exception) -> Response:
        """A fault of ours: the trace goes to the window where the server was started."""
        text = pages.refusal(
            self.profiles, "程序出错了。请把启动窗口里的文字发给维护人员。"
        )
        return HTMLResponse(text, 500, headers=HEADERS)

    # -- doing ------------------------------------------------------------------------------------------------------------

    async def enter(self, request: Request) -> Response:
        visit = self.visit(request)
        if visit is None:
            raise Refused(EXPIRED, 403)
        async with form_of(request) as form:
            _ours(visit, str(form.get("csrf", "")))
            token = str(form.get("token", ""))
        address = request.client.host if request.client else ""
        try:
            visit = self.visits.enter(visit, token, address)
        except Refused as error:
            await asyncio.sleep(0.3)  # guessing takes time
            return HTMLResponse(_told_at_door(visit, error, self), error.status)
        return _with_cookie(request, visit, RedirectResponse("/", 303))

    async def upload(self, request: Request) -> Response:
        """Take files. A script gets an answer for each; a plain form gets the page with what was refused.

        Who sends, and from which page, stands before the body: of what others send nothing is read.
        """
        visit = self.inside(request)
        _ours(
            visit, request.headers.get("x-csrf") or request.query_params.get("csrf", "")
        )
        visit = self.visits.keep(visit)
        async with self.sent(request, visit) as form:
            same = str(form.get("same", "replace"))
            answers = [
                await asyncio.to_thread(self.take, visit, upload, same)
                for upload in uploads(form)
            ]
        if _wants_data(request):
            return JSONResponse({"files": answers})
        refusals = [answer["said"] for answer in answers if answer["status"] != TAKEN]
        if refusals:
            visit.notice = " ".join(refusals)
        if len(refusals) < len(answers):
            self.start(visit, "check")
        return RedirectResponse("/", 303)

    @asynccontextmanager
    async def sent(self, request: Request, visit: Visit) -> AsyncIterator[FormData]:
        """The form with the files that somebody sends; what comes is counted while it comes."""
        with self.visits.reading(visit) as came:

            async def counted() -> Message:
                message = await request.receive()
                came(len(message.get("body", b"")))
                return message

            async with form_of(
                Request(request.scope, counted), self.limits.files
            ) as form:
                yield form

    async def statements(self, request: Request) -> Response:
        """Audit the statements that are sent, and answer with the page of what was found; nothing of them is kept."""
        async with self.done_at_once(request, editing.AUDIT) as results:
            if (results / AUDIT).is_file():
                return download((results / AUDIT).read_bytes(), "text/html", AUDIT)
            return _zipped(results)

    async def editions(self, request: Request) -> Response:
        """Hold edited files against the last merge, or two against each other, or bring them further."""
        async with self.done_at_once(request, editing.HOLD) as results:
            for name in (HOLDING, COMPARED):
                if (results / name).is_file():
                    told = (results / name).read_bytes()
                    return download(told, "text/plain; charset=utf-8", name)
            return _zipped(results)

    async def exports(self, request: Request) -> Response:
        """Read what the platform exported, and answer with the units' workbooks and what was read; nothing is kept."""
        async with self.done_at_once(request, "import") as results:
            books = {path.name: path for path in sorted((results / IMPORTED).glob("*"))}
            await asyncio.to_thread(
                pack, {READING: results / READING, **books}, results / PACKED
            )
            packed = (results / PACKED).read_bytes()
        return download(packed, "application/zip", PACKED)

    @asynccontextmanager
    async def done_at_once(self, request: Request, kind: str) -> AsyncIterator[Path]:
        """Do something with the files that are sent, while the sender waits; its results are gone afterwards."""
        visit = self.inside(request)
        _ours(visit, request.query_params.get("csrf", ""))
        visit = self.visits.keep(visit)
        results = visit.results()
        folder = results / "sent"
        folder.mkdir()
        try:
            async with self.sent(request, visit) as form:
                kind = editing.meant(kind, str(form.get("way", "")))
                wanted = SENT[editing.ACCEPTS.get(kind, kind)]
                for place, upload in editing.places(form, folder, kind):
                    await asyncio.to_thread(
                        laid_down, upload, place, self.limits, wanted
                    )
                profile = str(form.get("profile", "")) or self.profile
            if kind == "import" and visit.files:
                await asyncio.to_thread(
                    shutil.copytree, visit.folder, folder / "filled"
                )
            if kind == editing.COMPARE:
                editing.both(folder)
            elif kind in editing.WAYS:
                await asyncio.to_thread(editing.prepared, visit, folder, kind)
            if profile not in ("", *(one.id for one in self.profiles)):
                raise Refused("没有这套表样。", 404)
            job = Job(kind, folder, results, profile)
            await asyncio.get_running_loop().run_in_executor(
                self.workers, job.run, self.limits.seconds
            )
            if job.refused or not job.result:
                raise Refused(job.refused or GONE)
            if (results / MADE).is_dir():
                await asyncio.to_thread(editing.packed, visit, results, kind)
            yield results
        finally:
            await asyncio.to_thread(shutil.rmtree, results, ignore_errors=True)

    def take(self, visit: Visit, upload: UploadFile, same: str) -> dict[str, Any]:
        """Take one file, or say why not."""
        given = clean(upload.filename or "")
        try:
            name = self.fit(visit, given, upload.size or 0)
            place = visit.incoming()
            try:
                with place.open("wb") as target:
                    shutil.copyfileobj(upload.file, target, MB)
                taken = visit.receive(place, name, same)
            finally:
                place.unlink(missing_ok=True)
        except Refused as error:
            return {"name": given, "said": str(error), "status": error.status}
        return {"name": taken, "said": "", "status": TAKEN}

    def fit(self, visit: Visit, given: str, size: int) -> str:
        """The name a file will have here; refuse one that is no workbook or too large."""
        if visit.busy:
            raise Refused("正在校验或合并，请等做完再放文件。", 423)
        name = proper(given)
        if size > self.limits.file:
            raise Refused(
                f"“{name}”超过 {self.limits.file // MB} MB，没有收。正常的填报表不会这么大，请检查有没有贴进图片。",
                413,
            )
        self.visits.room(size)
        return name

    def remove(self, visit: Visit, form: FormData) -> str:
        if visit.busy:
            raise Refused("正在校验或合并，请等做完再移除文件。", 423)
        name = str(form.get("name", ""))
        visit.remove(name)
        if visit.files:
            self.start(visit, "check")
        return f"已移除“{name}”。"

    def check(self, visit: Visit, _: FormData) -> str:
        self.start(visit, "check")
        return ""

    def merge(self, visit: Visit, form: FormData) -> str:
        self.start(visit, "merge", draft=form.get("draft") == "1")
        return ""

    async def leave(self, visit: Visit, _: FormData) -> str:
        await asyncio.to_thread(self.visits.end, visit)
        return ""

    def start(self, visit: Visit, kind: str, *, draft: bool = False) -> None:
        """Begin a check or a merge."""
        if visit.busy:
            raise Refused("正在校验或合并，请等做完。", 423)
        if not visit.files:
            raise Refused("还没有放进填报表。")
        job = Job(kind, visit.folder, visit.results(), self.profile, draft)
        visit.job = job

        async def finish() -> None:
            try:
                await asyncio.get_running_loop().run_in_executor(
                    self.workers, job.run, self.limits.seconds
                )
            except Exception:  # noqa: BLE001  the job could not even begin; it says so itself
                traceback.print_exc()
            if visit.job is not job:
                return  # the visit is over, or has begun another one
            if job.result:
                visit.changed()
                visit.done = job
                await asyncio.to_thread(editing.remember, visit, job)
            else:
                visit.notice = job.refused

        task = asyncio.create_task(finish())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # -- looking and taking -----------------------------------------------------------------------------------------------

    async def state(self, _: Request, visit: Visit) -> Response:
        """How far the run is: for the script's progress bar."""
        job = visit.job
        if job is None or job.over:
            return JSONResponse({"busy": False})
        doing = f"{pages.WORKING[job.kind]}：{job.doing}"
        if job.whole:
            doing += f" {job.part + 1}／{job.whole}"
        progress = {
            "busy": True,
            "doing": doing,
            "part": job.part,
            "whole": job.whole,
        }
        return JSONResponse(progress)

    async def template(self, request: Request, _: Visit) -> Response:
        """The blank workbook of a profile, to send to the units."""
        wanted = request.query_params.get("profile", "")
        profile = next((one for one in self.profiles if wanted in ("", one.id)), None)
        if profile is None:
            raise Refused("没有这套表样。", 404)
        name = f"{profile.book.title}.xlsx"
        return _file(blanks(profile.id) / name, name)

    async def report(self, _: Request, visit: Visit) -> Response:
        """The report of the last run, as a file."""
        return _file(_done(visit).results / PAGE, PAGE)

    async def ticks(self, _: Request, visit: Visit) -> Response:
        """The findings of the last run as a list to tick."""
        return _file(_done(visit).results / BOOK, BOOK)

    async def slips(self, _: Request, visit: Visit) -> Response:
        """The slips of the last run, as the list says: as somebody ticked it, else all errors."""
        done = _done(visit)
        target = done.results / SLIPS
        if not target.exists():
            try:
                await asyncio.to_thread(
                    pack, await asyncio.to_thread(send_back, done), target
                )
            except ToolkitError as error:
                raise Refused(str(error), 404) from error
        return _file(target, SLIPS)

    async def annotated(self, request: Request, visit: Visit) -> Response:
        names = list(visit.files)
        place = _place(request, len(names))
        path = _done(visit).results / ANNOTATED / names[place]
        return _file(path, _annotated_name(path))

    async def output(self, request: Request, visit: Visit) -> Response:
        outputs = _done(visit).result.get("outputs", [])
        place = _place(request, len(outputs))
        return _file(Path(outputs[place]["path"]), outputs[place]["name"])

    async def packed(self, request: Request, visit: Visit) -> Response:
        """All copies with marks, or all results, in one file."""
        done = _done(visit)
        what = request.path_params["what"]
        name = ""
        paths: dict[str, Path] = {}
        if what == ANNOTATED:
            name = "批注版.zip"
            copies = sorted((done.results / ANNOTATED).glob("*"))
            paths = {_annotated_name(path): path for path in copies}
        elif what == OUTPUTS:
            name = "合并结果.zip"
            paths = {
                output["name"]: Path(output["path"])
                for output in done.result.get("outputs", [])
            }
            # With what edited files are held against: they may come back on another day.
            made = done.results / OUTPUTS
            for path in (made / MANIFEST, *sorted((made / BASES).glob("*.json"))):
                paths[path.relative_to(made).as_posix()] = path
        if not paths:
            raise Refused(GONE, 404)
        target = done.results / name
        if not target.exists():
            await asyncio.to_thread(pack, paths, target)
        return _file(target, name)


def _zipped(results: Path) -> Response:
    """The one package that a run made."""
    (made,) = results.glob("*.zip")
    return download(made.read_bytes(), "application/zip", made.name)


def _place(request: Request, many: int) -> int:
    """The place of a file that an address asks for; raise Refused where there is none."""
    said = str(request.path_params["place"])
    if not (
        said.isascii() and said.isdigit() and len(said) <= PLACES and int(said) < many
    ):
        raise Refused(GONE, 404)
    return int(said)


def _wants_data(request: Request) -> bool:
    """Whether a script asks, not a person's browser."""
    return "application/json" in request.headers.get("accept", "")


def _annotated_name(path: Path) -> str:
    """What a copy with marks is called when it is taken away."""
    return f"{path.stem}-批注{path.suffix}"


def _done(visit: Visit) -> Job:
    """The last run that came to an end."""
    if visit.done is None:
        raise Refused(GONE, 404)
    return visit.done


def _file(path: Path, name: str) -> Response:
    if not path.is_file():
        raise Refused(GONE, 404)
    return FileResponse(path, filename=name, content_disposition_type="attachment")


def _cookie(request: Request) -> str:
    """Cookies know no ports: two servers of one machine must not share one."""
    return f"disclosure-{request.url.port or 80}"


def _with_cookie(request: Request, visit: Visit, response: Response) -> Response:
    response.set_cookie(
        _cookie(request), visit.id, httponly=True, samesite="strict", path="/"
    )
    return response


def _ours(visit: Visit, given: str) -> None:
    """Refuse what does not come from a page that we gave to this very visitor."""
    if not hmac.compare_digest(given.encode(errors="replace"), visit.csrf.encode()):
        raise Refused(EXPIRED, 403)


def _told_at_door(visit: Visit, error: Refused, desk: _Desk) -> str:
    visit.notice = str(error)
    return pages.door(visit, desk.profiles)
