"""The command line: arguments in, words out; nothing is decided here.

Each verb returns its exit code, or raises a ToolkitError that brings its own; `run` is the one place that tells either.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import auditing, buttons, editing, importing, looking
from toolkit.cli.progress import progress
from toolkit.cli.telling import Format, say_all, say_placed, stopped_as_data, tell
from toolkit.cli.usage import EXIT_CODES, PROGRAM, Command, Group, asked_alone
from toolkit.errors import COULD_NOT, DONE, ERRORS, ToolkitError, worst
from toolkit.files import say

if TYPE_CHECKING:
    from toolkit.files.cache import Cache
    from toolkit.profile.form import Profile
    from toolkit.rules.rule import Rule

app = typer.Typer(
    cls=Group,
    help="部门预算公开工具：画填报表、校验、合并生成公开表和情况说明。不写命令，就打开本机网页。",
    epilog=f"{EXIT_CODES}看一个命令的用法：{PROGRAM} 命令 --help",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

INTERRUPTED = 130  # what typer makes of Ctrl+C

# Who uses a command.
OFFICE, UNIT, BOTH, MACHINE = "部门财务", "单位会计", "单位和部门都用", "管电脑的人"

PROFILE = typer.Option(
    "--profile",
    metavar="表样",
    help="表样（省份和年度），如 hebei-2023；不写就按文件里写的。",
)
JOBS = typer.Option(
    "--jobs",
    metavar="个数",
    min=1,
    help="几个文件同时校验，1 以上的整数；不写就按核数，文件少时一个一个来。",
)
ANEW = typer.Option(
    "--no-cache",
    help="全部重新校验：不用以前记下的结果，也不记。不写时，没有变的文件不再校验第二遍。",
)


class UnknownRuleError(ToolkitError):
    """A rule's number that there is none of."""


class NoPageError(ToolkitError):
    """The libraries of the local page are not installed."""


def _profile(named: str, paths: Sequence[Path], place: Path | None = None) -> Profile:
    """The profile to go by; where it was not said, how it was found is told."""
    from toolkit import steps

    found = steps.chosen(named, paths, place)
    if found.said:
        say.console(stderr=True).print(f"注意：{found.said}。", soft_wrap=True)
    return found.profile


@app.command(cls=Command, rich_help_panel=OFFICE)
def template(
    out: Annotated[
        Path,
        typer.Argument(metavar="工作簿", help="要生成的工作簿，如 单位填报表.xlsx。"),
    ],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="文件",
            help="已填的数据：工作簿、JSON，或上年公开的情况说明（.docx、.odt、.txt、.pdf）；画出来的表里带着这些数。",
        ),
    ] = None,
    projects: Annotated[
        int,
        typer.Option(
            "--projects",
            metavar="张数",
            min=1,
            max=999,
            help="空白项目表的张数，1 到 999 的整数。",
        ),
    ] = 20,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names", metavar="文件", help="项目名单：文本文件，一行一个项目。"
        ),
    ] = None,
    macros: Annotated[  # noqa: FBT002
        bool, typer.Option("--macros", help="旁边再生成一份带按钮的 .xlsm。")
    ] = False,
    door: Annotated[
        str,
        typer.Option(
            "--door",
            metavar="方式",
            help="填报方式：明细、平台、汇总数；不写的按数据里的，空白表按汇总数。",
        ),
    ] = "",
    lines: Annotated[
        int,
        typer.Option(
            "--lines",
            metavar="行数",
            min=0,
            max=20000,
            help="收入明细、支出明细至少画几行，不写是 300。",
        ),
    ] = 0,
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """画一份单位填报表，发给单位填。"""
    from toolkit import steps

    listed = steps.names_in(names) if names else ()
    # a statement names no profile
    named = [source] if source and not steps.is_statement(source) else []
    loaded = _profile(profile, named, out.parent)
    given = steps.source_of(source, loaded) if source else None
    drawn = steps.by_door(loaded, door) if door else loaded
    say_placed(
        steps.template(
            out, drawn, source=given, names=listed, count=projects, lines=lines
        )
    )
    if macros:
        twin = out.with_suffix(".xlsm")
        say_placed(
            steps.template(
                twin,
                drawn,
                source=given,
                names=listed,
                count=projects,
                macros=True,
                lines=lines,
            )
        )
    for note in given.notes if given else ():
        say.console().print(f"  注意：{note}。", soft_wrap=True)
    return DONE


@app.command("new-year", cls=Command, rich_help_panel=MACHINE)
def new_year(
    year: Annotated[
        int,
        typer.Argument(
            metavar="年份", min=2000, max=2999, help="新的预算年度，如 2024。"
        ),
    ],
    base: Annotated[
        str,
        typer.Option(
            "--from", metavar="表样", help="以哪一套表样为底，如 hebei-2023。"
        ),
    ],
    functional: Annotated[
        Path | None,
        typer.Option(
            "--functional",
            metavar="文件",
            help="新年度的功能分类科目表（xlsx、xls、csv），用来说出变了哪些。",
        ),
    ] = None,
    economic: Annotated[
        Path | None,
        typer.Option(
            "--economic",
            metavar="文件",
            help="新年度的经济分类科目表（xlsx、xls、csv），用来说出变了哪些。",
        ),
    ] = None,
) -> int:
    """建新年度的表样：以上一年的为底，说出科目变了哪些、哪里写着年份要看。"""
    from toolkit import steps

    given = {
        key: path
        for key, path in (("functional", functional), ("economic", economic))
        if path is not None
    }
    made = steps.new_year(year, base, given)
    console = say.console()
    console.print(f"已建表样 {made.id}：{made.path}", soft_wrap=True)
    console.print(
        f"  空白的填报表 → {made.blank}（再改了表样，要重新画）", soft_wrap=True
    )
    for note in made.notes:
        console.print(f"  请看：{note}。", soft_wrap=True)
    line = f"disclosure template 新表.xlsx --profile {made.id} --from 去年的表.xlsx"
    console.print(
        f"  把去年的表（或者去年公开的公开表、情况说明）换成新年度的：{line}",
        soft_wrap=True,
    )
    return DONE


@app.command(cls=Command, rich_help_panel=UNIT)
def paper(
    source: Annotated[Path, typer.Argument(metavar="工作簿", help="填好的工作簿。")],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="工作簿", help="要生成的签字稿，如 签字稿.xlsx。"
        ),
    ],
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """把填好的表整理成签字稿：只留用到的表和行，打印整个工作簿就是要签字的纸。"""
    from toolkit import steps

    say_placed(steps.paper(source, out, _profile(profile, [source])))
    say.console().print("打印时选“打印整个工作簿”，就是要签字的纸。")
    return DONE


@app.command(
    cls=Command,
    rich_help_panel=BOTH,
    epilog="退出码：0 内容没有变；1 变了，或者改过；2 读不出来；3 没有可以对照的。",
)
def verify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件...",
            help="填报表、签字稿、公开表、情况说明，或各单位填报表的文件夹；可加上清单.json，或另一份文件。",
        ),
    ],
    number: Annotated[
        str, typer.Option("--number", metavar="内容号", help="纸上印的内容号。")
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="文件夹",
            help="合并出来的文件夹：改过的情况说明、公开表里每个数和它核对。",
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers",
            metavar="文件",
            help="核对意见.csv：改了的数谁同意、为什么；还没有就写一份来填。",
        ),
    ] = None,
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """核对文件的内容变没变：内容号从格里重新算；改过的情况说明、公开表，逐个数核对。"""
    from toolkit import steps
    from toolkit.files.folder import MANIFEST

    beside = (
        folder / MANIFEST
        for folder in (
            *([against] if against else ()),
            *(path.parent for path in paths),
        )
    )
    known = steps.chosen_to_verify(
        profile, [*paths, *(path for path in beside if path.is_file())]
    ).profile
    told = steps.verify(paths, known, number, against, answers)
    for one in told:
        say.console().print(one.sentence, soft_wrap=True)
        for line in one.details:
            say.console().print(f"  {line}", soft_wrap=True)
    return worst(*(one.code for one in told))


@app.command(cls=Command, rich_help_panel=BOTH, epilog=EXIT_CODES)
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="路径...", help="填好的工作簿，或放着它们的文件夹；可以写几个。"
        ),
    ],
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            metavar="样式",
            help="text 给人看；json 给程序用；html 是网页；xlsx 给审核人勾选退回。",
        ),
    ] = Format.TEXT,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件", help="结果写到这个文件。"),
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(
            "--since",
            metavar="文件",
            help="上一次的校验结果（json 或 xlsx），比较哪些已改、未改、新增。",
        ),
    ] = None,
    copies: Annotated[
        Path | None,
        typer.Option(
            "--annotate",
            metavar="文件夹",
            help="把带批注、着色和“校验结果”表的副本放到这个文件夹，原件不动。",
        ),
    ] = None,
    jobs: Annotated[int | None, JOBS] = None,
    anew: Annotated[bool, ANEW] = False,  # noqa: FBT002
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """校验填报表：每个问题写明在哪一格、两边的数、怎么改。"""
    from toolkit import steps
    from toolkit.files.shelf import Shelf

    with stopped_as_data(format_, out):
        loaded, shelf = _profile(profile, paths), Shelf()
        besides = [last] if last else []
        shown = shelf if format_ is Format.HTML else None
        # what a library prints is none of our words, and never part of our data
        with redirect_stdout(sys.stderr):
            before = steps.before(last) if last else None
            with progress("各文件之间核对") as heard, _remembered(anew=anew) as known:
                done = steps.check(
                    paths,
                    loaded,
                    besides=besides,
                    jobs=jobs or 0,
                    shelf=shown,
                    heard=heard,
                    whole=format_ in (Format.HTML, Format.XLSX),
                    cache=known,
                )
            report = steps.since(done.report, before) if before else done.report
            placed: Mapping[str, Path] = {}
            notes: Sequence[str] = ()
            if copies:
                placed, notes = steps.annotate(paths, done, copies, loaded, besides)
        if format_ is Format.HTML:
            page = out or Path("校验报告.html")
            say_placed(steps.page(done, report, loaded, page, shelf))
        elif format_ is Format.XLSX:
            book = out or Path("校验报告.xlsx")
            ticked = before.ticked if before else None
            say_placed(steps.book(done, report, loaded, book, ticked))
        else:
            tell(format_, done, report, out, loaded)
        if format_ in (Format.HTML, Format.XLSX):
            say_all(steps.closing(done, report, loaded), say.console())
    for name, path in placed.items():
        say.console(stderr=True).print(f"  {name} → {path}", soft_wrap=True)
    for note in notes:
        say.console(stderr=True).print(f"  注意：{note}", soft_wrap=True)
    return worst(
        done.code, COULD_NOT if copies and len(placed) < len(done.facts) else DONE
    )


@contextmanager
def _remembered(*, anew: bool) -> Iterator[Cache | None]:
    """What earlier runs found out, unless a person wants everything anew."""
    from toolkit.files.cache import cache

    with nullcontext() if anew else cache() as known:
        yield known


@app.command(cls=Command, rich_help_panel=BOTH)
def clean(
    source: Annotated[Path, typer.Argument(metavar="工作簿", help="带批注的副本。")],
    out: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="工作簿", help="去掉标注后的文件。"),
    ],
) -> int:
    """去掉校验时加的批注、着色和“校验结果”表。"""
    from toolkit import steps

    placed, done = steps.clean(source, out)
    say_placed(placed)
    said = "已去掉标注；副本被另存过，其余内容按现在的样子保留。"
    if not done.found:
        said = "没有找到校验时加的内容。"
    elif done.exact:
        said = "已去掉，各部分与原件逐字节相同。"
    say.console().print(said)
    return DONE


@app.command(cls=Command, rich_help_panel=OFFICE, epilog=EXIT_CODES)
def merge(
    folder: Annotated[
        Path, typer.Argument(metavar="文件夹", help="放着各单位填报表的文件夹。")
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="文件夹", help="结果放到这个文件夹。"),
    ],
    draft: Annotated[  # noqa: FBT002
        bool, typer.Option("--draft", help="有错误也出稿，每页标“草稿”。")
    ] = False,
    jobs: Annotated[int | None, JOBS] = None,
    anew: Annotated[bool, ANEW] = False,  # noqa: FBT002
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """合并一个部门：校验各单位，生成公开表、情况说明、底稿、部门汇总表和校验报告。"""
    from toolkit import steps
    from toolkit.files.folder import told
    from toolkit.report.told.brief import show_brief

    # all that is read stays to the end: to look through it takes a merge a fifteenth longer
    gc.set_threshold(10_000_000)
    console = say.console()
    loaded = _profile(profile, [folder])
    with progress("合并，写出结果") as heard, _remembered(anew=anew) as known:
        done = steps.merge_folder(
            folder, out, loaded, draft=draft, jobs=jobs or 0, heard=heard, cache=known
        )
    stopped = done.code == ERRORS and not draft
    undone = steps.undone_of(done.unfinished, done.passed, len(done.returns))
    show_brief(done.report, console, (), undone, errors=stopped)
    if stopped:
        console.print(
            "有错误，没有生成公开表和情况说明。请改正后再合并；要先看样子，可以加 --draft 出草稿。"
        )
    elif done.units:
        console.print(
            f"合并了 {done.units} 个单位、{done.projects} 个项目。"
            + ("（草稿）" if draft else "")
        )
    for name, path in done.placed.items():
        console.print(f"  {name} → {path}", soft_wrap=True)
    for note in (*done.notes, *told(done.passed)):
        console.print(f"  注意：{note}", soft_wrap=True)
    return done.code


@app.command(cls=Command, rich_help_panel=BOTH)
def rules(
    rule: Annotated[
        str,
        typer.Argument(
            metavar="规则编号", help="规则编号，如 B01-01；不写就列出全部。"
        ),
    ] = "",
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """列出规则目录，或说明一条规则。"""
    from toolkit import steps
    from toolkit.profile import handbook
    from toolkit.profile.bounds import law
    from toolkit.profile.grounds import grounds
    from toolkit.profile.settings import as_printed

    console = say.console()
    # A rule that several profiles have is told in the words of the first of them.
    listed: dict[str, tuple[Rule, Profile]] = {}
    for loaded in steps.offered(profile, Path()):
        for each in steps.everything(loaded):
            listed.setdefault(each.id, (each, loaded))
    if not rule:
        for each, loaded in listed.values():
            checked = handbook.checked_by(each, loaded)
            console.print(
                f"{each.id}  [{each.severity.value}] {each.title}（{checked}）",
                soft_wrap=True,
            )
        console.print(f"共 {len(listed)} 条。disclosure rules 编号：看一条的说明。")
        return DONE
    by_number = {as_printed(number): one for number, one in listed.items()}
    if as_printed(rule) not in by_number:
        raise UnknownRuleError(
            f"没有编号为“{rule}”的规则。不带编号运行 disclosure rules，可以列出全部。"
        )
    found, loaded = by_number[as_printed(rule)]
    said = handbook.asks(found, loaded)
    lines = (
        f"{found.id}  {found.title}",
        f"级别：{found.severity.value}　类别：{found.kind}　谁来查：{handbook.checked_by(found, loaded)}",
        *((f"要求：{said}",) if said else ()),
        f"怎么说：{found.message}",
        f"怎么改：{found.remedy}",
        *(
            f"依据：{said}" + (f"：{said.says}" if said.says else "")
            for said in grounds(found.basis, law())
        ),
    )
    for line in lines:
        console.print(line, soft_wrap=True)
    return DONE


@app.command("return", cls=Command, rich_help_panel=OFFICE)
def return_(
    source: Annotated[
        Path, typer.Argument(metavar="校验报告", help="选好“退回”的校验报告.xlsx。")
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="文件夹", help="退回单放到这个文件夹。"),
    ],
    number: Annotated[
        int | None,
        typer.Option(
            "--round",
            metavar="次数",
            min=1,
            help="第几次退回，1 以上的整数；不写就接着文件夹里已有的。",
        ),
    ] = None,
    deadline: Annotated[
        datetime | None,
        typer.Option(
            "--deadline",
            metavar="日期",
            formats=["%Y-%m-%d"],
            help="修改期限，写成 2023-03-05 这样。",
        ),
    ] = None,
    filled: Annotated[
        list[Path] | None,
        typer.Option(
            "--workbooks",
            metavar="文件夹",
            help="填报表所在文件夹；另出各股室的绩效问题（Word）。",
        ),
    ] = None,
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """按选好的校验报告，给每个单位出一份退回单。"""
    from toolkit import steps

    day = deadline.date() if deadline else None
    loaded = _profile(profile, [*(filled or []), source], source.parent)
    done = steps.send_back(
        source, out, loaded, number=number, deadline=day, filled=filled or []
    )
    for name, path in done.placed.items():
        say.console().print(f"  {name} → {path}", soft_wrap=True)
    for note in done.notes:
        say.console().print(f"  注意：{note}", soft_wrap=True)
    return DONE


@app.command(cls=Command, rich_help_panel=BOTH)
def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="地址",
            help="让局域网里的别人也能用时，写本机的地址；默认只有本机能用。",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="端口",
            min=0,
            max=65535,
            help="端口，0 到 65535 的整数；0 是随便哪个空着的。",
        ),
    ] = 8642,
    token: Annotated[
        str | None,
        typer.Option(
            "--token", metavar="口令", help="口令；给别人用时不写会自动生成。"
        ),
    ] = None,
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """打开本机网页：拖进填报表就能校验、合并、下载，不用命令。"""
    return _page(host, port, token, profile)


def _page(
    host: str, port: int, token: str | None, profile: str, *, browse: bool = False
) -> int:
    """Serve the local page until it is stopped."""
    import webbrowser

    try:
        from toolkit.serve import serve as run
    except ImportError as error:
        said = (
            '要用本机网页，请先安装：pip install "budget-disclosure-toolkit[serve]"。'
        )
        raise NoPageError(said) from error
    run(host, port, token, profile, webbrowser.open if browse else None)
    return DONE


@app.callback()
def nothing(context: typer.Context) -> int:
    """Without a command: the local page, at a port that is free, opened in the browser."""
    if context.invoked_subcommand is None:
        return _page("127.0.0.1", 0, None, "", browse=True)
    return DONE


@app.command(cls=Command, rich_help_panel=OFFICE)
def init(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="文件夹", help="放各单位填报表的文件夹，或者它上面的文件夹。"
        ),
    ],
    profile: Annotated[str, PROFILE] = "",
) -> int:
    """在填报表旁边建“本地设置”文件夹：公开依据、用语、界限、规则设置、科目表写在里面，升级时不会动它。"""
    from toolkit import steps

    place, laid = steps.begin(folder, steps.chosen_beside(profile, folder).profile)
    say.console().print(f"本地设置放在 {place}", soft_wrap=True)
    say.console().print(
        f"  新写的：{'、'.join(laid)}" if laid else "  原来都有，没有动。",
        soft_wrap=True,
    )
    return DONE


app.registered_commands += [
    *auditing.app.registered_commands,
    *editing.app.registered_commands,
    *importing.app.registered_commands,
]

app.add_typer(buttons.excel, name="excel", rich_help_panel=MACHINE)
app.add_typer(looking.profile, name="profile", rich_help_panel=MACHINE)


# -- the door ---------------------------------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; return the exit code. Every error becomes its sentence here, and nowhere else.

    An exception that nobody expected is our fault: it goes into a log, and the code is never "errors found".
    """
    try:
        code = asked_alone(app, arguments)(
            list(arguments), prog_name=PROGRAM, standalone_mode=False
        )
        say.flush()
    except ToolkitError as error:
        _complain(error, str(error))
        return error.code
    except Exception as error:  # noqa: BLE001  the door: whatever is broken behind it must not look like a finding
        from toolkit.files import mishap

        _complain(error, mishap.told(error, "命令.log"))
        return COULD_NOT
    if code == INTERRUPTED:
        _complain(None, "已停下，没有做完。")
        return COULD_NOT
    return code if isinstance(code, int) else DONE


def _complain(error: Exception | None, said: str) -> None:
    """Say on standard error what stopped us; a reader that has gone away wants to hear nothing more."""
    with suppress(say.SpeechError):
        say.flush()
    if error is not None and isinstance(error.__cause__, BrokenPipeError):
        return
    with suppress(say.SpeechError):
        for line in said.splitlines():
            say.console(stderr=True).print(say.plain(line), soft_wrap=True)


def main() -> None:
    """Run the command line; output bears every character, whatever the console's encoding."""
    say.settle()
    code = run(sys.argv[1:])
    gc.freeze()  # what is loaded is not looked through once more when all ends
    sys.exit(code)
