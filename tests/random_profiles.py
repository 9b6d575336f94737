"""Small profiles of chance that the vocabulary admits: names, forms, units of money, with projects or without, and so on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

WORDS = (
    "收入",
    "支出",
    "人员",
    "公用",
    "项目",
    "采购",
    "资产",
    "说明",
    "合计",
    "其中：",
    "（一）",
    "A",
    "3月",
    "&",
    "-",
    "'",
    "“三公”",
    "→",
)
UNITS = ("元", "万元", "亿元")
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "x-kind": "date"}
DEFINITIONS: dict[str, Any] = {
    "money": {
        "type": "string",
        "pattern": r"^-?\d{1,15}(\.\d{1,{decimals}})?$",
        "x-kind": "money",
        "x-hint": "单位：{unit}",
    },
    "whole": {
        "type": "string",
        "pattern": r"^-?\d{1,15}$",
        "x-kind": "money",
        "x-hint": "单位：{unit}",
    },
    "quantity": {
        "type": "string",
        "pattern": r"^\d{1,15}(\.\d+)?$",
        "x-kind": "number",
    },
    "count": {"type": "string", "pattern": r"^\d{1,15}$", "x-kind": "integer"},
    "line": {"type": "string", "maxLength": 120, "x-kind": "text"},
    "date": DAY,
    "choice": {"type": "string", "x-kind": "choice"},
}
TEXTS = ("line", "choice", "date")
NUMBERS = ("money", "money", "money", "quantity", "count")


class Maker:
    """Makes one profile; what is called somehow is called so once."""

    def __init__(self, draws: random.Random) -> None:
        self.draws = draws
        self.decimals = draws.randint(0, 4)
        self.taken: set[str] = set()
        self.keys = 0

    def files(self, id_: str) -> dict[str, Any]:
        """The files of the profile, by their names."""
        draws = self.draws
        forms: dict[str, Any] = {}
        if draws.random() < 0.7:
            forms["cover"] = self.cover()
        for _ in range(draws.randint(1, 3)):
            forms[self.key("form")] = self.form()
        if draws.random() < 0.5:
            forms["works"] = self.projects()
            if draws.random() < 0.5:
                forms["index"] = self.index(forms["works"])
        books: dict[str, Any] = {
            "unit": {
                "title": self.title(),
                "forms": draws.sample(list(forms), len(forms)),
            }
        }
        if draws.random() < 0.5:
            forms["own"] = self.own()
            books["department"] = {"title": f"{self.title()}部", "forms": ["own"]}
        said: dict[str, Any] = {
            "id": id_,
            "title": self.title(),
            "year": draws.randint(2015, 2030),
            "money": {"unit": draws.choice(UNITS), "decimals": self.decimals},
            "books": books,
        }
        if draws.random() < 0.5:
            said["guide"] = {"name": self.name(), "lines": [self.title()]}
        definitions = {
            key: one
            for key, one in DEFINITIONS.items()
            if self.decimals or key != "money"
        }
        return {
            "profile": said,
            "definitions": {"$defs": definitions},
            **{f"forms/{key}": form for key, form in forms.items()},
        }

    # -- names --

    def key(self, what: str) -> str:
        self.keys += 1
        return f"{what}{self.keys}"

    def title(self) -> str:
        return "".join(
            self.draws.choice(WORDS) for _ in range(self.draws.randint(1, 4))
        )

    def name(self) -> str:
        """A worksheet's name: Excel takes it, and nobody has it yet."""
        while True:
            name = self.title().strip("'")[:20]
            if name and name.casefold() not in self.taken:
                self.taken.add(name.casefold())
                return name

    # -- forms --

    def cover(self) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        for role in ("unit.code", "unit.name", "unit.department"):
            if self.draws.random() < 0.8:
                columns[self.key("c")] = {
                    "title": self.title(),
                    "$ref": "#/$defs/line",
                    "role": role,
                    "required": True,
                }
        if self.draws.random() < 0.7:
            lead = {
                "title": self.title(),
                "$ref": "#/$defs/choice",
                "enum": ["是", "否"],
                "role": "unit.lead",
            }
            columns[self.key("c")] = lead
        columns[self.key("c")] = self.column(TEXTS)
        blocks = {self.key("cover"): {"kind": "fields", "columns": columns}}
        return {
            "title": self.title(),
            "x-sheet": {"name": self.name(), "board": True, "public": False},
            "x-blocks": blocks,
        }

    def form(self) -> dict[str, Any]:
        draws = self.draws
        sheet: dict[str, Any] = {
            "name": self.name(),
            "filled_by": draws.choice(("unit", "unit", "lead")),
        }
        sheet |= {
            "landscape": draws.random() < 0.5,
            "public": draws.random() < 0.8,
            "help": [self.title()],
        }
        made = (self.fields, self.grid, self.list)
        blocks = {
            self.key("block"): draws.choice(made)() for _ in range(draws.randint(1, 2))
        }
        if (
            len(blocks) > 1
            and draws.random() < 0.3
            and all(block["kind"] != "list" for block in blocks.values())
        ):
            list(blocks.values())[1]["beside"] = True
        return {"title": self.title(), "x-sheet": sheet, "x-blocks": blocks}

    def column(self, kinds: Sequence[str]) -> dict[str, Any]:
        kind = self.draws.choice(kinds)
        if kind == "money" and not self.decimals:
            kind = "whole"
        said: dict[str, Any] = {"title": self.title(), "$ref": f"#/$defs/{kind}"}
        if kind == "choice":
            said["enum"] = ["甲", "乙", "丙"]
        if self.draws.random() < 0.3:
            said["required"] = True
        if self.draws.random() < 0.2:
            said["public"] = False
        return said

    def columns(self, kinds: Sequence[str], most: int) -> dict[str, Any]:
        return {
            self.key("c"): self.column(kinds)
            for _ in range(self.draws.randint(1, most))
        }

    def fields(self) -> dict[str, Any]:
        merge = self.draws.choice(("none", "sum", "by-unit", "department", "same"))
        return {
            "kind": "fields",
            "title": self.title(),
            "merge": merge,
            "columns": self.columns((*NUMBERS, *TEXTS), 4),
        }

    def grid(self) -> dict[str, Any]:
        """Rows that add up the ones before them, and now and then a column that is the difference of two."""
        draws = self.draws
        rows: dict[str, Any] = {}
        for _ in range(draws.randint(1, 6)):
            row: dict[str, Any] = {"title": self.title(), "indent": draws.randint(0, 2)}
            if len(rows) > 1 and draws.random() < 0.4:
                row["formula"] = draws.choice((" + ", " - ")).join(
                    draws.sample(list(rows), 2)
                )
            rows[self.key("r")] = row
        columns = self.columns(("money",), 2)
        if len(columns) > 1 and draws.random() < 0.5:
            change = {
                "title": self.title(),
                "$ref": f"#/$defs/{'money' if self.decimals else 'whole'}",
            }
            columns[self.key("c")] = {
                **change,
                "formula": " - ".join(list(columns)[:2]),
            }
        if draws.random() < 0.4:
            columns[self.key("c")] = {
                **self.column(("line",)),
                "only": draws.sample(list(rows), 1),
            }
        merge = draws.choice(("sum", "sum", "department", "none"))
        return {
            "kind": "grid",
            "label": self.title(),
            "merge": merge,
            "columns": columns,
            "rows": rows,
        }

    def list(self) -> dict[str, Any]:
        draws = self.draws
        columns = {
            self.key("c"): {**self.column(("line",)), "required": True}
        } | self.columns((*NUMBERS, *TEXTS), 4)
        said: dict[str, Any] = {
            "kind": "list",
            "merge": draws.choice(("list", "department", "none")),
            "spare": draws.randint(0, 5),
        }
        if draws.random() < 0.5:
            said["total"] = self.title()
            for column in columns.values():
                if column["$ref"].rpartition("/")[2] in ("money", "whole"):
                    column["total"] = True
        if draws.random() < 0.3:
            for column in list(columns.values())[1:]:
                column["group"] = "一组"
        return {**said, "columns": columns}

    def projects(self) -> dict[str, Any]:
        name = self.name()[:12]
        sheet = {
            "name": f"{name}{{n}}",
            "repeat": "works",
            "bookends": [f"{name}始", f"{name}终"],
        }
        head = {
            "kind": "fields",
            "columns": {
                self.key("c"): {**self.column(("line",)), "role": "project.name"}
            },
        }
        head["columns"] |= self.columns((*NUMBERS, *TEXTS), 3)  # type: ignore[operator]
        blocks = {"work": head}
        if self.draws.random() < 0.6:
            blocks["work_lines"] = {**self.list(), "merge": "none"}
        return {"title": self.title(), "x-sheet": sheet, "x-blocks": blocks}

    def index(self, works: dict[str, Any]) -> dict[str, Any]:
        columns = {
            self.key("c"): {"title": self.title(), "of": key}
            for key in works["x-blocks"]["work"]["columns"]
        }
        block = {"kind": "index", "of": "work", "columns": columns}
        return {
            "title": self.title(),
            "x-sheet": {"name": self.name(), "tick": False},
            "x-blocks": {self.key("i"): block},
        }

    def own(self) -> dict[str, Any]:
        """The department's own workbook: its name, perhaps a list of its units."""
        name = {
            "title": self.title(),
            "$ref": "#/$defs/line",
            "role": "department.name",
        }
        blocks: dict[str, Any] = {
            self.key("o"): {"kind": "fields", "columns": {"a": name}}
        }
        if self.draws.random() < 0.6:
            roles = ("code", "name", "left_out")
            columns = {
                key: {
                    "title": self.title(),
                    "$ref": "#/$defs/line",
                    "role": f"agency.{key}",
                }
                for key in roles
            }
            blocks[self.key("o")] = {"kind": "list", "spare": 3, "columns": columns}
        sheet = {
            "name": self.name(),
            "filled_by": "department",
            "public": False,
            "tick": False,
        }
        return {"title": self.title(), "x-sheet": sheet, "x-blocks": blocks}
