"""Setting up the buttons on a machine, and the examination of one: on played machines, for there is no Windows here."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from toolkit import __version__, excel, macros
from toolkit.excel import BAD, FINE, SetupError, ThisMachine, doctor, setup
from toolkit.profile.stored import home

CURRENT = {(r"Excel.Application\CurVer", ""): "Excel.Application.16"}
SECURITY = r"Software\Microsoft\Office\16.0\Excel\Security"


@dataclass
class Played:
    """A machine as a test describes it."""

    home: Path
    windows: bool = True
    encoding: str = "gb18030"  # what VBA reads on a Chinese Windows
    values: Mapping[tuple[str, str], str] = field(default_factory=lambda: dict(CURRENT))
    answer: str | None = f"3 11 {__version__} {excel.of_macros()}"
    from_net: bool = False
    asked: list[Sequence[str]] = field(default_factory=list)

    def registry(self, key: str, name: str) -> str | None:
        return self.values.get((key, name))

    def keys(self, key: str) -> Sequence[str]:
        return sorted(
            {
                k.removeprefix(key + "\\")
                for k, _ in self.values
                if k.startswith(key + "\\")
            }
        )

    def run(self, command: Sequence[str]) -> str | None:
        self.asked.append(command)
        return self.answer

    def lies(self, path: Path) -> bool:
        return "没有" not in path.name

    def from_the_net(self, path: Path) -> bool:
        return self.from_net


@pytest.fixture
def machine(tmp_path: Path) -> Played:
    return Played(tmp_path / "用户 张三")


@pytest.fixture
def python(tmp_path: Path) -> str:
    path = tmp_path / "程序" / "python.exe"
    path.parent.mkdir()
    path.touch()
    return str(path)


def test_setup_writes_what_the_macro_reads(machine: Played, python: str) -> None:
    """In the words and the encoding that VBA reads, at the place where xlwings' own module looks."""
    target = setup(machine, interpreter=python)
    assert target == machine.home / ".xlwings" / "xlwings.conf"
    assert target.read_bytes() == f'"INTERPRETER_WIN","{python}"\n'.encode("gb18030")
    text = (Path(excel.__file__).parent / "template" / "vba" / "xlwings.bas").read_text(
        encoding="ascii"
    )
    assert (
        'Environ("USERPROFILE") & "\\." & PROJECT_NAME & "\\" & PROJECT_NAME & ".conf"'
        in text
    )
    assert 'GetConfig("INTERPRETER_WIN", "")' in text
    assert machine.asked == [[python, "-B", "-c", excel.ASK]]


def test_setup_for_one_folder_leaves_the_user_alone(
    machine: Played, python: str, tmp_path: Path
) -> None:
    folder = tmp_path / "2023收表"
    assert setup(machine, folder, python) == folder / "xlwings.conf"
    assert not (machine.home / ".xlwings").exists()


def test_other_settings_stay_and_another_python_is_not_replaced_unasked(
    machine: Played, python: str
) -> None:
    own = machine.home / ".xlwings" / "xlwings.conf"
    own.parent.mkdir(parents=True)
    own.write_text(
        '"SHOW CONSOLE","True"\n"INTERPRETER_WIN","D:\\别的\\python.exe"\n',
        encoding="gb18030",
    )
    before = own.read_bytes()
    with pytest.raises(SetupError, match=r"D:\\别的\\python.exe.*--replace"):
        setup(machine, interpreter=python)
    assert own.read_bytes() == before
    setup(machine, interpreter=python, replace=True)
    assert (
        own.read_text(encoding="gb18030")
        == f'"SHOW CONSOLE","True"\n"INTERPRETER_WIN","{python}"\n'
    )
    setup(machine, interpreter=python)  # a second time changes nothing
    assert own.read_text(encoding="gb18030").count("INTERPRETER_WIN") == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "运行不了本工具"),
        ("", "运行不了本工具"),
        (f"3 9 {__version__} {excel.of_macros()}", "Python 版本是 3.9"),
        (f"3 12 0.0.1 {excel.of_macros()}", "本工具是 0.0.1"),
        (f"3 12 {__version__} 0.30.0", "xlwings 是 0.30.0"),
    ],
)
def test_a_python_that_will_not_do_is_refused_and_diagnosed(
    machine: Played, python: str, answer: str | None, said: str
) -> None:
    good = machine.answer
    machine.answer = answer
    with pytest.raises(SetupError, match=said):
        setup(machine, interpreter=python)
    assert not (machine.home / ".xlwings").exists()
    machine.answer = good
    setup(machine, interpreter=python)
    machine.answer = answer
    (fault,) = [told for told in doctor(machine, Path("a.xlsm")) if told.state == BAD]
    assert said in fault.what
    assert fault.remedy


def test_a_python_that_is_gone_is_named(machine: Played, python: str) -> None:
    setup(machine, interpreter=python)
    Path(python).unlink()
    (fault,) = [told for told in doctor(machine, Path("a.xlsm")) if told.state == BAD]
    assert python in fault.what
    assert "disclosure excel setup" in fault.remedy


def test_a_machine_on_which_all_is_well(machine: Played, python: str) -> None:
    setup(machine, interpreter=python)
    told = doctor(machine, Path("单位填报表.xlsm"))
    assert {one.state for one in told} == {FINE}
    assert [one.what.split("（")[0].split("“")[0] for one in told] == [
        "装有微软 Excel", "设置在", "Python 能用：", "Excel 的宏设置允许运行宏", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({(r"Excel.Application\CurVer", ""): ""}, "没有找到微软 Excel"),
        ({(excel.CHOSEN, "ProgId"): "ET.Xlsm.6"}, "会用 WPS 打开"),
        ({(".xlsm", ""): "KET.Xlsm.9"}, "会用 WPS 打开"),
        ({(SECURITY, "VBAWarnings"): "4"}, "禁止所有宏"),
        ({(SECURITY, "VBAWarnings"): "3"}, "有签名的宏"),
        (
            {
                (
                    SECURITY.replace("Microsoft", r"Policies\Microsoft"),
                    "VBAWarnings",
                ): "4"
            },
            "禁止所有宏",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(
    machine: Played, python: str, values: Mapping[tuple[str, str], str], said: str
) -> None:
    setup(machine, interpreter=python)
    machine.values = {**CURRENT, **values}
    (fault,) = [told for told in doctor(machine, Path("a.xlsm")) if told.state == BAD]
    assert said in fault.what
    assert fault.remedy


def test_a_file_from_the_net_is_blocked_unless_its_place_is_trusted(
    machine: Played, python: str
) -> None:
    setup(machine, interpreter=python)
    machine.from_net = True
    (fault,) = [
        told for told in doctor(machine, Path("收表") / "a.xlsm") if told.state == BAD
    ]
    assert "来自网络" in fault.what
    assert "解除锁定" in fault.remedy
    machine.values = {
        **CURRENT,
        (SECURITY + r"\Trusted Locations\Location3", "Path"): str(
            Path("收表").absolute()
        ),
    }
    assert {told.state for told in doctor(machine, Path("收表") / "a.xlsm")} == {FINE}
    (fault,) = [
        told for told in doctor(machine, Path("收表") / "a.xlsx") if told.state == BAD
    ]
    assert ".xlsm" in fault.remedy


def test_before_setup_the_doctor_says_so(machine: Played) -> None:
    (fault,) = [told for told in doctor(machine, Path("a.xlsm")) if told.state == BAD]
    assert fault.what == "还没有设置 Python"


def test_where_there_is_no_windows_nothing_is_written(
    machine: Played, python: str, tmp_path: Path
) -> None:
    machine.windows = False
    with pytest.raises(SetupError, match="不是 Windows"):
        setup(machine)
    assert setup(machine, tmp_path / "U盘", python).exists(), (
        "for a folder that goes to a Windows machine"
    )
    (fault,) = doctor(machine)
    assert fault.state == BAD


def test_the_machine_we_run_on_can_be_asked(tmp_path: Path) -> None:
    machine = ThisMachine()
    if not machine.windows:
        assert machine.registry(SECURITY, "VBAWarnings") is None
        assert machine.keys(SECURITY) == []
    assert machine.run([sys.executable, "-c", "print('说')"]) == "说"
    assert machine.run([sys.executable, "-c", "raise SystemExit(3)"]) is None
    assert machine.run([str(tmp_path / "nothing")]) is None
    assert not machine.from_the_net(tmp_path)


def test_this_python_passes_its_own_examination(
    machine: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked of an interpreter is asked of this one, in a process of its own."""
    monkeypatch.setenv("PYTHONPATH", str(Path(macros.__file__).parent.parent))
    monkeypatch.setenv("DISCLOSURE_HOME", str(home()))
    machine.answer = ThisMachine().run([sys.executable, "-B", "-c", excel.ASK])
    assert setup(machine, interpreter=sys.executable).exists()
