"""Make what stands in the example folders: the corrected returns, the table of mends, the filled workbooks.

    python examples/make.py returns      # 02's returns from 01's and mends.csv; the table of mends in 02's 说明.md
    python examples/make.py entries      # 04's returns: 02's, the figures of its tables as two lists, from entries.csv
    python examples/make.py workbooks    # input/*.xlsx of both examples from their returns
    python examples/make.py typed        # one unit once more, typed into the blank template by another program

A mend names a place of a unit's return as its JSON has it, lists counted from 0 (`projects[3].indicators[2].value`), and
one of four operations: `set` a whole text (from or to nothing: the key comes or goes), `replace` a part of a text,
`insert` a row before a place, `delete` a row. The cells of an inserted or deleted row stand parted by "|". Mends are
applied from top to bottom; each must find its old text.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from toolkit.profile.form import Book
from toolkit.profile.loading import load

HERE = Path(__file__).resolve().parent
PUBLISHED, CORRECTED = HERE / "01-xianghe-as-published", HERE / "02-xianghe-corrected"
SHANGHAI = HERE / "03-shanghai-constructed"
LISTED = HERE / "04-xianghe-by-entries"
BEGIN, END = (
    "<!-- 更正表开始：由 examples/make.py 生成，请勿手改 -->",
    "<!-- 更正表结束 -->",
)
GENERAL = "一般公共预算拨款"
LONG = 48  # characters of a text shown in the table of mends


class MendError(Exception):
    """A mend that does not fit the return it is meant for."""


@dataclass(frozen=True)
class Mend:
    """A line of mends.csv."""

    defect: str
    unit: str
    path: str
    op: str
    old: str
    new: str
    why: str

    @property
    def steps(self) -> tuple[str | int, ...]:
        """The path as keys and numbers."""
        return tuple(
            int(part[1:-1]) if part.startswith("[") else part
            for part in re.findall(r"\[\d+\]|[^.\[\]]+", self.path)
        )


def mends() -> tuple[Mend, ...]:
    """Read all mends, in their order."""
    with (CORRECTED / "mends.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Mend(**{f.name: line[f.name] for f in fields(Mend)})
            for line in csv.DictReader(file)
        )


def returns(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each return of an example with its file name."""
    for path in sorted((folder / "returns").glob("*.json")):
        yield path.name, json.loads(path.read_text(encoding="utf-8"))


def apply(mend: Mend, data: dict[str, Any], columns: tuple[str, ...]) -> None:
    """Apply one mend to a return's data, in place; raise MendError where its old text does not stand there."""
    *way, last = mend.steps
    holder: Any = data
    for step in way:
        holder = holder.setdefault(step, {}) if isinstance(step, str) else holder[step]
    if mend.op == "insert":
        holder.insert(last, _row(mend.new, columns))
        return
    there = holder.get(last, "") if isinstance(holder, dict) else holder[last]
    stands = there == (_row(mend.old, columns) if mend.op == "delete" else mend.old)
    if mend.op == "replace":
        stands = there.count(mend.old) == 1
    if not stands:
        raise MendError(
            f"{mend.unit} {mend.path}：没有找到“{mend.old}”，那里是“{there}”"
        )
    match mend.op:
        case "replace":
            holder[last] = there.replace(mend.old, mend.new)
        case "set" if mend.new:
            holder[last] = mend.new
        case "set" | "delete":
            del holder[last]
        case _:
            raise MendError(f"{mend.unit} {mend.path}：不认识的操作“{mend.op}”")


def _row(said: str, columns: tuple[str, ...]) -> dict[str, str]:
    return {
        key: text for key, text in zip(columns, said.split("|"), strict=True) if text
    }


def pruned(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data without the grid rows that a mend left empty."""
    return {
        key: {k: v for k, v in value.items() if v != {}}
        if isinstance(value, dict)
        else value
        for key, value in data.items()
    }


def correct(book: Book) -> None:
    """Write 02's returns: 01's with every mend applied."""
    columns = tuple(book.blocks["indicators"].columns)
    todo = mends()
    for name, data in returns(PUBLISHED):
        for mend in todo:
            if mend.unit == data["cover"]["unit_code"]:
                apply(mend, data, columns)
        _write(
            CORRECTED / "returns" / name,
            json.dumps(pruned(data), ensure_ascii=False, indent=2) + "\n",
        )


def table(book: Book) -> str:
    """The mends as a Markdown table: where people look for them, what stood there, what stands there now, why."""
    lines = [
        "| 编号 | 单位 | 位置 | 原来 | 改为 | 为什么 |",
        "|---|---|---|---|---|---|",
    ]
    for mend in mends():
        old, new = (_short(text) for text in (mend.old, mend.new))
        lines.append(
            f"| {mend.defect} | {mend.unit} | {place(mend, book)} | {old} | {new} | {_cell(mend.why)} |"
        )
    return "\n".join(lines)


def place(mend: Mend, book: Book) -> str:
    """A mend's place in the words of the form: 项目04，第 3 行，指标值."""
    key, *rest = mend.steps
    said = []
    block = book.blocks[str(key)] if key in book.blocks else book.blocks["project"]
    if key == (repeated := book.repeated.repeat if book.repeated else ""):
        said.append(book.sheet_of("project").called(int(rest.pop(0)) + 1))
        if rest[0] == "indicators":
            block = book.blocks[str(rest.pop(0))]
    else:
        said.append(book.sheet_of(block.key).name)
    for step in rest:
        if isinstance(step, int):
            said.append(
                f"第 {step + 1} 行"
                if key == repeated
                else f"{block.title}第 {step + 1} 行".lstrip()
            )
        elif step in block.rows:
            said.append(block.rows[step].title)
        else:
            said.append(block.columns[step].title)
    if mend.op in ("insert", "delete"):
        said.append({"insert": "加一行", "delete": "删去一行"}[mend.op])
    return "，".join(said)


def _short(text: str) -> str:
    return _cell(text if len(text) <= LONG else f"{text[:LONG]}……") or "（空）"


def by_entries() -> None:
    """Write 04's returns: 02's, but the tables' figures stand in two lists. Raise MendError where these do not add up to them.

    A line of entries.csv without an amount is a project's, whose amount its sheet says. All money is of the general budget, so
    that income is one line a function.
    """
    with (LISTED / "entries.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for name, data in returns(CORRECTED):
        own = [line for line in lines if line["unit"] == data["cover"]["unit_code"]]
        amounts = {project["name"]: project["amount"] for project in data["projects"]}
        entries = [_entry(line, amounts) for line in own]
        sums: dict[str, Decimal] = {}
        for entry in entries:
            sums[entry["function"]] = sums.get(entry["function"], Decimal(0)) + Decimal(
                entry["amount"]
            )
        classes: dict[str, Decimal] = {}
        for code, amount in sums.items():
            classes[f"f{code[:3]}"] = classes.get(f"f{code[:3]}", Decimal(0)) + amount
        published = {
            key: Decimal(row["amount"]) for key, row in data.pop("outlay").items()
        }
        if classes != published or sum(sums.values()) != Decimal(
            data.pop("income")["general"]["amount"]
        ):
            raise MendError(f"{name}：明细按类合计是 {classes}，公开的是 {published}")
        for row in ("personnel", "operating", "project"):
            del data["composition"][row]["this_year"]
        data["cover"]["door"] = "明细"
        data["income_entries"] = [
            {"function": code, "fund": GENERAL, "amount": f"{amount:f}"}
            for code, amount in sorted(sums.items())
        ]
        data["outlay_entries"] = entries
        _write(
            LISTED / "returns" / name,
            json.dumps(data, ensure_ascii=False, indent=2) + "\n",
        )


def _entry(line: Mapping[str, str], amounts: Mapping[str, str]) -> dict[str, str]:
    said = {
        key: line[key]
        for key in ("function", "economic", "kind", "project")
        if line[key]
    }
    return {
        **said,
        "fund": GENERAL,
        "amount": line["amount"] or amounts[line["project"]],
    }


def _cell(text: str) -> str:
    return text.strip("|").replace("|", "／").replace("\n", "⏎")


def document(book: Book) -> None:
    """Put the table of mends between its two marks in 02's 说明.md."""
    path = CORRECTED / "说明.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    _write(path, f"{before}{BEGIN}\n\n{table(book)}\n\n{END}{after}")


def draw() -> None:
    """Draw the filled workbook of every return of the examples."""
    from toolkit.steps import draw_return

    for folder in (PUBLISHED, CORRECTED, SHANGHAI, LISTED):
        (folder / "input").mkdir(exist_ok=True)
        for name, data in returns(folder):
            book = (
                f"{data['cover']['unit_code']}-{Path(name).stem.partition('-')[2]}.xlsx"
            )
            draw_return(folder / "returns" / name, folder / "input" / book)
            print(f"{folder.name}/input/{book}")


def type_in(name: str = "333002-就业服务中心.xlsx") -> None:
    """Type one corrected unit into the blank template, cell by cell with openpyxl: so do other programs leave a file."""
    import openpyxl

    drawn = openpyxl.load_workbook(CORRECTED / "input" / name)
    typed = openpyxl.load_workbook(
        CORRECTED.parent.parent
        / "templates"
        / "xlsx"
        / "hebei-2023"
        / "单位填报表.xlsx"
    )
    for sheet in drawn:
        # Whoever fills in shows the project sheets that are needed.
        typed[sheet.title].sheet_state = sheet.sheet_state
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked and cell.value is not None:
                    typed[sheet.title][cell.coordinate].value = cell.value
    (CORRECTED / "other-program").mkdir(exist_ok=True)
    typed.save(CORRECTED / "other-program" / name)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def main(what: str) -> int:
    """Do what was asked; return the exit code."""
    if what == "returns":
        correct(load("hebei-2023").book)
        document(load("hebei-2023").book)
    elif what == "entries":
        by_entries()
    elif what == "workbooks":
        draw()
    elif what == "typed":
        type_in()
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
