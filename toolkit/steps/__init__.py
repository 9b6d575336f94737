"""The verbs on paths: draw a template, check workbooks, merge a department. The doors call these and decide nothing.

Each verb is fetched from its room when it is first asked for: what draws, paints or writes Word is not loaded for a check.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.steps.archiving import Archived, archive
    from toolkit.steps.auditing import Audit, audit, audit_listing
    from toolkit.steps.bases import STATEMENT, TABLES
    from toolkit.steps.checking import Checked, Heard, check, passed_data
    from toolkit.steps.choosing import (
        Chosen,
        chosen,
        chosen_beside,
        chosen_to_verify,
        offered,
    )
    from toolkit.steps.comparing import Comparison, compare
    from toolkit.steps.drawing import (
        Source,
        by_door,
        draw_return,
        is_statement,
        paper,
        return_of,
        source_of,
        template,
    )
    from toolkit.steps.importing import Filled, Imported, import_export
    from toolkit.steps.localizing import begin
    from toolkit.steps.merging import REPORT, SIGN_SHEET, WORKINGS, Merged, merge_folder
    from toolkit.steps.newyear import NewYear, new_year, stale_blank
    from toolkit.steps.paths import (
        Placed,
        StepError,
        collected,
        names_in,
        place,
        workbooks,
    )
    from toolkit.steps.profiling import examined, listed
    from toolkit.steps.refreshing import Refreshed, refresh
    from toolkit.steps.rulebook import (
        at_office,
        catalogue,
        everything,
        office_settings,
        settings_data,
    )
    from toolkit.steps.saying import closing, left, receipts, undone, undone_of
    from toolkit.steps.sending import SentBack, send_back
    from toolkit.steps.staging import Staged, stage
    from toolkit.steps.telling import Before, annotate, before, book, clean, page, since
    from toolkit.steps.units import Opener, Unfinished, unfinished
    from toolkit.steps.verified import Verified
    from toolkit.steps.verifying import verify

__all__ = [
    "REPORT",
    "SIGN_SHEET",
    "STATEMENT",
    "TABLES",
    "WORKINGS",
    "Archived",
    "Audit",
    "Before",
    "Checked",
    "Chosen",
    "Comparison",
    "Filled",
    "Heard",
    "Imported",
    "Merged",
    "NewYear",
    "Opener",
    "Placed",
    "Refreshed",
    "SentBack",
    "Source",
    "Staged",
    "StepError",
    "Unfinished",
    "Verified",
    "annotate",
    "archive",
    "at_office",
    "audit",
    "audit_listing",
    "before",
    "begin",
    "book",
    "by_door",
    "catalogue",
    "check",
    "chosen",
    "chosen_beside",
    "chosen_to_verify",
    "clean",
    "closing",
    "collected",
    "compare",
    "draw_return",
    "everything",
    "examined",
    "import_export",
    "is_statement",
    "left",
    "listed",
    "merge_folder",
    "names_in",
    "new_year",
    "offered",
    "office_settings",
    "page",
    "paper",
    "passed_data",
    "place",
    "receipts",
    "refresh",
    "return_of",
    "send_back",
    "settings_data",
    "since",
    "source_of",
    "stage",
    "stale_blank",
    "template",
    "undone",
    "undone_of",
    "unfinished",
    "verify",
    "workbooks",
]

# Where each verb stands.
_ROOMS = {
    "auditing": "Audit audit audit_listing",
    "checking": "Checked Heard check passed_data",
    "choosing": "Chosen chosen chosen_beside chosen_to_verify offered",
    "drawing": "Source by_door draw_return is_statement paper return_of source_of template",
    "importing": "Filled Imported import_export",
    "localizing": "begin",
    "archiving": "Archived archive",
    "bases": "STATEMENT TABLES",
    "comparing": "Comparison compare",
    "merging": "REPORT SIGN_SHEET WORKINGS Merged merge_folder",
    "newyear": "NewYear new_year stale_blank",
    "paths": "Placed StepError collected names_in place workbooks",
    "profiling": "examined listed",
    "refreshing": "Refreshed refresh",
    "rulebook": "at_office catalogue everything office_settings settings_data",
    "saying": "closing left receipts undone undone_of",
    "sending": "SentBack send_back",
    "staging": "Staged stage",
    "telling": "Before annotate before book clean page since",
    "units": "Opener Unfinished unfinished",
    "verified": "Verified",
    "verifying": "verify",
}
_PLACES = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Fetch a verb from its room, and keep it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"toolkit.steps.{_PLACES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
