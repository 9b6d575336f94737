"""The sound returns that errors are put into: example 02, the same with what it lacks, other correct returns of the tests."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.injected.work import Data

HERE = Path(__file__).parent.parent
EXAMPLE = HERE.parent / "examples" / "02-xianghe-corrected" / "returns"
# correct returns of other trades: JSON files, each a department of its own, or folders of them
GOOD = HERE / "good"

FORMS = "hebei-2023"  # the errors write into these forms; what was filled into others is left out


@dataclass(frozen=True)
class Material:
    """A sound department: its returns as JSON, by the name of the file each is handed in as."""

    name: str
    units: Mapping[str, Data]

    def copied(self) -> dict[str, Data]:
        """The returns once more, to be changed at will."""
        again: dict[str, Data] = pickle.loads(self._packed)  # noqa: S301  our own
        return again

    @cached_property
    def _packed(self) -> bytes:
        """Unpacking is many times quicker than copying, and every error that is tried takes a copy."""
        return pickle.dumps(dict(self.units))


def materials() -> tuple[Material, ...]:
    """All sound departments; the example stands first."""
    example = _department(EXAMPLE)
    good = (
        one
        for one in _good()
        if all(
            unit["cover"].get("profile", FORMS) == FORMS for unit in one.units.values()
        )
    )
    return (Material("02", example), Material("02+", _furnished(example)), *good)


def _good() -> Iterator[Material]:
    if not GOOD.is_dir():
        return
    for path in sorted(GOOD.iterdir()):
        if path.is_dir() and any(path.glob("*.json")):
            yield Material(path.name, _department(path))
        elif path.suffix == ".json":
            yield Material(path.stem, _named([path]))


def _department(folder: Path) -> dict[str, Data]:
    return _named(sorted(folder.glob("*.json")))


def _named(paths: list[Path]) -> dict[str, Data]:
    units = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {
        f"{data['cover']['unit_code']}-{data['cover']['unit_name']}.xlsx": data
        for data in units
    }


def _row(
    project: str,
    item: str,
    catalogue: str,
    measure: str,
    numbers: tuple[str, str, str, str],
) -> dict[str, str]:
    """A line of procurement: the project's money, quantity, price and amount, all from the general budget."""
    fund, quantity, price, amount = numbers
    return {
        "project": project,
        "project_fund": fund,
        "item": item,
        "catalogue": catalogue,
        "measure": measure,
        "quantity": quantity,
        "price": price,
        "amount": amount,
        "general": amount,
        "reserve": amount,
    }


def _furnished(example: Mapping[str, Data]) -> dict[str, Data]:
    """The example with procurement, and with assets of the two units that have none; all of it is made up."""
    units = deepcopy(dict(example))
    lead, service, insurance = units.values()
    lead["procurement"] = [
        _row(
            "流动人员档案数字化管理经费",
            "档案数字化加工服务",
            "C16990000",
            "份",
            ("48", "16000", "0.0025", "40"),
        ),
    ]
    service["procurement"] = [
        _row(
            "日常业务经费",
            "物业管理服务",
            "C21040000",
            "项",
            ("16.5", "1", "12.5", "12.5"),
        ),
        _row(
            "日常业务经费", "台式计算机", "A02010105", "台", ("16.5", "4", "0.5", "2")
        ),
    ]
    insurance["procurement"] = [
        _row(
            "信息网络维护经费", "运行维护服务", "C16070000", "项", ("5", "1", "5", "5")
        ),
        _row(
            "社会保险业务档案一体化管理信息系统费用",
            "软件运维服务",
            "C16070300",
            "套",
            ("21", "2", "4.8", "9.6"),
        ),
    ]
    service["assets"] = {
        "houses": {"quantity": "1200", "value": "360"},
        "office": {"quantity": "300", "value": "90"},
        "equipment": {"quantity": "2", "value": "52.4"},
        "other": {"quantity": "410", "value": "88.65"},
    }
    service["purchase"] = {"planned": "2", "content": "台式计算机4台"}
    insurance["assets"] = {
        "houses": {"quantity": "800", "value": "240.5"},
        "office": {"quantity": "200", "value": "60"},
        "other": {"quantity": "305", "value": "61.27"},
    }
    for agency, approved in zip(lead["agencies"], ("40", "14.5", "14.6"), strict=True):
        agency["approved_procurement"] = approved
    for unit in units.values():
        unit["ticks"]["procurement"] = "已填完"
    return units
