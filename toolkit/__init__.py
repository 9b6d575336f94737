"""Budget disclosure toolkit: templates, checks, merging and the statement of a department's published budget.

What other programs may import is `__all__`, described in docs/api.md; all else may move from one version to the next. Each
name is fetched from its room when it is first asked for, so that `import toolkit` loads no library and costs no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from toolkit.version import __version__

if TYPE_CHECKING:
    from toolkit.check.holding import Catalogue
    from toolkit.check.judge import check_disclosure, check_return
    from toolkit.check.report import Report
    from toolkit.errors import ToolkitError
    from toolkit.files.archive import CannotOpenError
    from toolkit.files.grid import Grid, open_grid
    from toolkit.model import (
        Cell,
        Disclosure,
        Figure,
        Kind,
        Name,
        Project,
        Return,
        Role,
        Row,
        Words,
    )
    from toolkit.profile.bounds import law
    from toolkit.profile.form import Profile
    from toolkit.profile.loading import load as load_profile
    from toolkit.report.told.data import to_json
    from toolkit.returns.data import computed, from_data, to_data
    from toolkit.returns.merge import merge as merge_returns
    from toolkit.returns.read import read as read_return
    from toolkit.rules.rule import Finding, Rule, Severity
    from toolkit.steps.checking import check as check_workbooks
    from toolkit.steps.drawing import template as draw_template
    from toolkit.steps.merging import merge_folder
    from toolkit.steps.rulebook import catalogue

__all__ = [
    "CannotOpenError",
    "Catalogue",
    "Cell",
    "Disclosure",
    "Figure",
    "Finding",
    "Grid",
    "Kind",
    "Name",
    "Profile",
    "Project",
    "Report",
    "Return",
    "Role",
    "Row",
    "Rule",
    "Severity",
    "ToolkitError",
    "Words",
    "__version__",
    "catalogue",
    "check_disclosure",
    "check_return",
    "check_workbooks",
    "computed",
    "draw_template",
    "from_data",
    "law",
    "load_profile",
    "merge_folder",
    "merge_returns",
    "open_grid",
    "read_return",
    "to_data",
    "to_json",
]

# Where each name stands: its room, and what it is called there if that differs.
_ROOMS = {
    "check.holding": "Catalogue",
    "check.judge": "check_disclosure check_return",
    "check.report": "Report",
    "errors": "ToolkitError",
    "files.archive": "CannotOpenError",
    "files.grid": "Grid open_grid",
    "model": "Cell Disclosure Figure Kind Name Project Return Role Row Words",
    "profile.bounds": "law",
    "profile.form": "Profile",
    "profile.loading": "load_profile=load",
    "report.told.data": "to_json",
    "returns.data": "computed from_data to_data",
    "returns.merge": "merge_returns=merge",
    "returns.read": "read_return=read",
    "rules.rule": "Finding Rule Severity",
    "steps.checking": "check_workbooks=check",
    "steps.drawing": "draw_template=template",
    "steps.merging": "merge_folder",
    "steps.rulebook": "catalogue",
}
_PLACES = {
    name: (f"toolkit.{room}", there or name)
    for room, names in _ROOMS.items()
    for name, _, there in (said.partition("=") for said in names.split())
}


def __getattr__(name: str) -> object:
    """Fetch a name of the face from its room, and keep it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room, there = _PLACES[name]
    found = getattr(import_module(room), there)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
